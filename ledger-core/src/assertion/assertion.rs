//! A balance that was asserted, and what the books say of it now.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::money::Amount;

/// Where an assertion came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AssertionSource {
    /// A person or a host program.
    Manual,
    /// The journal of another program.
    Import,
}

impl AssertionSource {
    /// The stored and printed name, such as `manual`.
    pub fn as_str(self) -> &'static str {
        match self {
            AssertionSource::Manual => "manual",
            AssertionSource::Import => "import",
        }
    }

    /// The source with this name.
    pub fn from_name(name: &str) -> Option<AssertionSource> {
        [AssertionSource::Manual, AssertionSource::Import].into_iter().find(|source| source.as_str() == name)
    }
}

/// A balance that somebody is sure of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assertion {
    /// Its number in the book, from 1.
    pub id: i32,
    /// The account's name, as it is today.
    pub account: String,
    /// Whether the accounts below it count as well.
    pub with_below: bool,
    /// The day at whose end the account holds the amount.
    pub on: NaiveDate,
    /// The amount, debits positive.
    pub amount: Amount,
    /// Where it came from.
    pub source: AssertionSource,
    /// A remark.
    pub note: Option<String>,
    /// The last entry of the book when it was made.
    pub last_entry_number: i64,
    /// When it was made.
    pub recorded_at: DateTime<Utc>,
    /// Who made it.
    pub recorded_by: String,
}

/// An assertion beside the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssertionStatus {
    /// The assertion.
    #[serde(flatten)]
    pub assertion: Assertion,
    /// What the account holds at the end of the day.
    pub balance: Amount,
    /// What it holds more than was asserted.
    pub difference: Amount,
    /// Where it does not hold, the first entry recorded since it was made that moves the account up to that day.
    pub moved_by: Option<i64>,
}

impl AssertionStatus {
    /// Whether the account holds what was asserted.
    pub fn holds(&self) -> bool {
        self.difference.is_zero()
    }

    /// What differs, in a sentence that names the account, both figures, and the entry that may have done it; nothing
    /// where it holds.
    pub fn finding(&self) -> Option<String> {
        if self.holds() {
            return None;
        }
        let AssertionStatus { assertion, balance, difference, moved_by } = self;
        let Assertion { account, with_below, on, amount, .. } = assertion;
        let below = if *with_below { " with all below it" } else { "" };
        let since = match moved_by {
            Some(entry) => format!("entry {entry} is the first that moved it since"),
            None => "it did so when it was asserted".to_owned(),
        };
        Some(format!(
            "{account}{below} holds {balance} at the end of {on} and not {amount} as asserted: it differs by {difference} \
             ({since})"
        ))
    }
}
