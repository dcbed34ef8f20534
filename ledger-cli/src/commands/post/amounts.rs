//! Amounts, prices and lots in words: `42.10`, `$5`, `10 VWCE @ 100 EUR`, `5 VWCE {2026-01-05} @ 120 EUR`.

use clap::ValueEnum;
use ledger_core::journal::LinePrice;
use ledger_core::lot::{LineLot, LotBasis};
use ledger_core::money::{
    Amount, Commodity, DecimalMark, ParseOptions, parse_amount, parse_number, symbol_commodity,
};
use ledger_core::{Book, ErrorKind, Result};
use rust_decimal::Decimal;

/// The decimal mark, as typed.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub enum MarkChoice {
    /// 1.234,56
    Comma,
    /// 1,234.56
    Point,
}

impl From<MarkChoice> for DecimalMark {
    fn from(mark: MarkChoice) -> Self {
        match mark {
            MarkChoice::Comma => DecimalMark::Comma,
            MarkChoice::Point => DecimalMark::Point,
        }
    }
}

/// An amount as it was written, with what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The amount.
    pub amount: Amount,
    /// Its price.
    pub price: Option<LinePrice>,
    /// The lot that it opens or closes.
    pub lot: Option<LineLot>,
}

pub(super) fn unreadable(text: &str, reason: &str) -> ledger_core::Error {
    ErrorKind::InvalidAmount { text: text.trim().to_owned(), reason: reason.to_owned() }.into()
}

/// Reads amounts of a book; the commodities are read from it once, for inputs with a great many amounts.
#[derive(Debug, Clone)]
pub struct Amounts {
    commodities: Vec<Commodity>,
    base: Option<Commodity>,
    mark: Option<DecimalMark>,
}

impl Amounts {
    /// A reader for the book's commodities.
    ///
    /// # Errors
    /// When the database fails.
    pub fn new(book: &Book<'_>, mark: Option<MarkChoice>) -> Result<Self> {
        Ok(Amounts {
            commodities: book.commodities().list()?,
            base: Some(book.base_commodity()),
            mark: mark.map(Into::into),
        })
    }

    /// A reader without a book: every amount names its commodity, one of ISO 4217.
    pub fn without_book(mark: Option<MarkChoice>) -> Self {
        Amounts { commodities: Vec::new(), base: None, mark: mark.map(Into::into) }
    }

    /// The same reader with another commodity for amounts that name none, where there is one.
    pub fn defaulting_to(mut self, commodity: Option<Commodity>) -> Self {
        self.base = commodity.or(self.base);
        self
    }

    /// An amount, with its price where one follows.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidAmount`], [`ErrorKind::UnknownCommodity`], [`ErrorKind::AmountOverflow`].
    pub fn priced(&self, text: &str) -> Result<(Amount, Option<LinePrice>)> {
        match text.find('@') {
            None => Ok((self.amount(text)?, None)),
            Some(at) => Ok((self.amount(&text[..at])?, Some(self.price(&text[at..])?))),
        }
    }

    /// An amount with its price and lot, where they follow: `-5 AAPL {2026-01-05} @ 200 USD`.
    ///
    /// Between the braces stand, in any order and with commas between them, the lot's day, its label, and its cost: with a
    /// cost the line weighs that, as in beancount, and `@` is what the units were sold for. `{@@ 500 USD}` is the cost of all
    /// units, and `{0}` says that nothing was paid.
    ///
    /// # Errors
    /// As [`Amounts::priced`].
    pub fn written(&self, text: &str) -> Result<Written> {
        let Some(open) = text.find('{') else {
            let (amount, price) = self.priced(text)?;
            return Ok(Written { amount, price, lot: None });
        };
        let close = text.rfind('}').filter(|close| *close > open);
        let close = close.ok_or_else(|| unreadable(text, "the brace of the lot is not closed"))?;
        let amount = self.amount(&text[..open])?;
        let behind = text[close + 1..].trim();
        if !behind.is_empty() && !behind.starts_with('@') {
            return Err(unreadable(text, "behind the lot only a price can stand, such as @ 200 USD"));
        }
        let price =
            Some(behind).filter(|behind| !behind.is_empty()).map(|text| self.price(text)).transpose()?;
        let (lot, cost) = self.between_braces(&text[open..=close])?;
        match cost {
            Some(cost) => {
                let lot = LineLot { basis: LotBasis::Cost, price, ..lot };
                Ok(Written { amount, price: Some(cost), lot: Some(lot) })
            }
            None => Ok(Written { amount, price, lot: Some(lot) }),
        }
    }

    /// A price: `@ 100 EUR` for one unit (the mark may be left out), `@@ 1000 EUR` for the whole line.
    ///
    /// # Errors
    /// As [`Amounts::priced`].
    pub fn price(&self, text: &str) -> Result<LinePrice> {
        if let Some(total) = text.trim().strip_prefix("@@") {
            return Ok(LinePrice::total(self.amount(total)?));
        }
        let (rate, quote) = self.rate(text.trim().strip_prefix('@').unwrap_or(text))?;
        Ok(LinePrice::unit(rate, quote))
    }

    /// A number with the commodity that it counts.
    pub(super) fn rate(&self, text: &str) -> Result<(Decimal, Commodity)> {
        let parsed = parse_number(text, self.mark)?;
        let quote = match parsed.symbol {
            None => self.base.ok_or_else(|| ErrorKind::UnknownCommodity { code: String::new() })?,
            Some(symbol) => {
                self.resolve(symbol).ok_or_else(|| ErrorKind::UnknownCommodity { code: symbol.to_owned() })?
            }
        };
        Ok((parsed.number, quote))
    }

    pub(super) fn amount(&self, text: &str) -> Result<Amount> {
        let options = ParseOptions { decimal_mark: self.mark, default: self.base };
        parse_amount(text.trim(), &options, &|code| self.declared(code))
    }

    /// Whether a word is an amount or begins one: a number, with or without a commodity that is known.
    pub fn begins_amount(&self, word: &str) -> bool {
        let number = word.split('@').next().unwrap_or(word).trim();
        // `n26` reads as a number with a commodity too: one that nobody knows does not make a word an amount. What
        // begins like a number is one, also where it cannot be read: its error says more than a missing amount.
        let known = |symbol: Option<&str>| symbol.is_none_or(|symbol| self.resolve(symbol).is_some());
        parse_number(number, self.mark).is_ok_and(|parsed| known(parsed.symbol))
            || number.starts_with(|first: char| first.is_ascii_digit() || "+-.(".contains(first))
    }

    /// Whether a word names a commodity.
    pub fn is_commodity(&self, word: &str) -> bool {
        self.resolve(word).is_some()
    }

    fn resolve(&self, symbol: &str) -> Option<Commodity> {
        self.declared(symbol).or_else(|| Commodity::iso(symbol)).or_else(|| symbol_commodity(symbol))
    }

    fn declared(&self, code: &str) -> Option<Commodity> {
        let declared = self.commodities.iter();
        let exact = declared.clone().find(|commodity| commodity.code() == code);
        exact.or_else(|| declared.clone().find(|other| other.code().eq_ignore_ascii_case(code))).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut amounts = Amounts::without_book(None);
        amounts.commodities.push(Commodity::new("AAPL", 0).unwrap());
        match amounts.written(text) {
            Ok(Written { amount, price, lot }) => {
                let price = price.map(|price| price.to_string()).unwrap_or_default();
                format!("{amount}|{price}|{}", lot.map(|lot| lot.to_string()).unwrap_or_default())
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_lot_is_named_between_braces() {
        for (text, expected) in [
            ("5 AAPL @ 200 USD", "5 AAPL|@ 200 USD|"),
            ("5 AAPL {2026-01-05} @ 200 USD", "5 AAPL|@ 200 USD|{2026-01-05}"),
            ("5 AAPL {bonus} @@ 1000 USD", "5 AAPL|@@ 1000.00 USD|{\"bonus\"}"),
            ("5 AAPL {\"bonus\", 2026-01-05}", "5 AAPL||{2026-01-05, \"bonus\"}"),
            ("5 AAPL {100 USD}", "5 AAPL|@ 100 USD|{}"),
            ("5 AAPL{100 USD, 2026-01-05} @ 200 USD", "5 AAPL|@ 100 USD|{2026-01-05} @ 200 USD"),
            ("5 AAPL {{500 USD}} @ 200 USD", "5 AAPL|@@ 500.00 USD|{} @ 200 USD"),
            ("5 AAPL {0, 2020-01-05}", "5 AAPL||{0, 2020-01-05}"),
            ("5 AAPL {0 USD}", "5 AAPL||{0}"),
            ("5 AAPL {$100}", "5 AAPL|@ 100 USD|{}"),
            ("5 AAPL {1,234.50 USD,2020-01-05}", "5 AAPL|@ 1234.50 USD|{2020-01-05}"),
            ("5 AAPL {2020-01-05,100 USD}", "5 AAPL|@ 100 USD|{2020-01-05}"),
            ("5 AAPL {\"a, b\"}", "5 AAPL||{\"a, b\"}"),
            ("5 AAPL {}", "5 AAPL||{}"),
            // As it is printed.
            ("5 AAPL {@@ 309.95 USD, 2020-01-05, \"a\"}", "5 AAPL|@@ 309.95 USD|{2020-01-05, \"a\"}"),
        ] {
            assert_eq!(written(text), expected, "{text}");
        }
    }

    #[test]
    fn a_lot_that_cannot_be_read_is_refused() {
        assert!(written("5 AAPL {2026-01-05").contains("the brace of the lot is not closed"));
        assert!(written("5 AAPL {2026-01-05} 200 USD").contains("only a price can stand"));
        assert!(written("5 AAPL {100 XYZW}").contains("XYZW"));
        for (text, reason) in [
            ("5 AAPL {@ 100 USD}", "\"@ 100 USD\" between the braces is neither"),
            ("5 AAPL {*}", "\"*\" between the braces is neither"),
            ("5 AAPL {a\"b}", "between the braces is neither"),
            ("5 AAPL {\"a}", "quotation mark"),
            ("5 AAPL {-5 USD}", "a cost is not below zero"),
            ("5 AAPL {{500 USD}", "two braces"),
            ("5 AAPL {2024-02-30}", "2024-02-30 is no day of the calendar"),
            ("5 AAPL {2024-02-01, 100 USD, \"a\", \"b\"}", "two labels, \"a\" and \"b\""),
            ("5 AAPL {2024-02-01, 2024-02-02}", "two days"),
            ("5 AAPL {100 USD, 110 USD}", "two costs"),
            ("5 AAPL {0, 110 USD}", "two costs"),
        ] {
            assert!(written(text).contains(reason), "{text}: {}", written(text));
        }
    }
}
