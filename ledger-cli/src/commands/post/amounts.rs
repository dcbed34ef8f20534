//! Amounts and prices in words: `42.10`, `$5`, `10 VWCE @ 100 EUR`, `10 VWCE @@ 1000 EUR`.

use clap::ValueEnum;
use ledger_core::journal::LinePrice;
use ledger_core::money::{
    Amount, Commodity, DecimalMark, ParseOptions, parse_amount, parse_number, symbol_commodity,
};
use ledger_core::{Book, ErrorKind, Result};

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

    /// A price: `@ 100 EUR` for one unit (the mark may be left out), `@@ 1000 EUR` for the whole line.
    ///
    /// # Errors
    /// As [`Amounts::priced`].
    pub fn price(&self, text: &str) -> Result<LinePrice> {
        if let Some(total) = text.trim().strip_prefix("@@") {
            return Ok(LinePrice::total(self.amount(total)?));
        }
        let rate = text.trim().strip_prefix('@').unwrap_or(text);
        let parsed = parse_number(rate, self.mark)?;
        let quote = match parsed.symbol {
            None => self.base.ok_or_else(|| ErrorKind::UnknownCommodity { code: String::new() })?,
            Some(symbol) => {
                self.resolve(symbol).ok_or_else(|| ErrorKind::UnknownCommodity { code: symbol.to_owned() })?
            }
        };
        Ok(LinePrice::unit(parsed.number, quote))
    }

    fn amount(&self, text: &str) -> Result<Amount> {
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
