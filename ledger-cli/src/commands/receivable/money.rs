//! Amounts of what is owed, as they are typed.

use ledger_core::money::{Amount, Commodity};
use ledger_core::{Book, ErrorKind, MoneyAccount, Result};

use crate::commands::post::amounts::{Amounts, MarkChoice};

/// Reads amounts.
#[derive(Debug, Clone)]
pub struct Money {
    amounts: Amounts,
}

impl Money {
    /// A reader for a book.
    ///
    /// # Errors
    /// When the database fails.
    pub fn new(book: &Book<'_>, mark: Option<MarkChoice>) -> Result<Self> {
        Ok(Money { amounts: Amounts::new(book, mark)? })
    }

    /// A reader for amounts that all name their commodity.
    pub fn without_book(mark: Option<MarkChoice>) -> Self {
        Money { amounts: Amounts::without_book(mark) }
    }

    /// The same reader, for amounts that name no commodity in this one.
    pub fn in_commodity(&self, commodity: Commodity) -> Self {
        Money { amounts: self.amounts.clone().defaulting_to(Some(commodity)) }
    }

    /// Whether a word is an amount or begins one.
    pub fn begins_amount(&self, word: &str) -> bool {
        self.amounts.begins_amount(word)
    }

    /// An amount.
    ///
    /// # Errors
    /// Those of the amount, and for one with a price.
    pub fn amount(&self, text: &str) -> Result<Amount> {
        match self.amounts.priced(text)? {
            (amount, None) => Ok(amount),
            (_, Some(_)) => {
                let reason = "what is owed is counted in one commodity, without a price".to_owned();
                Err(ErrorKind::InvalidAmount { text: text.trim().to_owned(), reason }.into())
            }
        }
    }

    /// An amount in words, where there are any: `300`, `300 EUR`.
    ///
    /// # Errors
    /// As [`Money::amount`].
    pub fn optional(&self, words: &[String]) -> Result<Option<Amount>> {
        if words.is_empty() { Ok(None) } else { self.amount(&words.join(" ")).map(Some) }
    }

    /// The minor units of an amount in a commodity.
    ///
    /// # Errors
    /// As [`Money::amount`], and [`ErrorKind::CommodityMismatch`].
    pub fn minor(&self, text: &str, commodity: Commodity) -> Result<i64> {
        let amount = self.in_commodity(commodity).amount(text)?;
        if amount.commodity() == commodity {
            return Ok(amount.minor());
        }
        let (left, right) = (amount.commodity().code().to_owned(), commodity.code().to_owned());
        Err(ErrorKind::CommodityMismatch { left, right }.into())
    }
}

/// The account in which money moves, where one was named.
pub fn money_account(name: Option<&str>, any: bool) -> Option<MoneyAccount> {
    name.map(|name| MoneyAccount { any, ..MoneyAccount::from(name) })
}
