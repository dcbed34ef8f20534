//! What closing a lot gained, and for how long it had been held.

use std::fmt;
use std::str::FromStr;

use chrono::{Months, NaiveDate};
use serde::Serialize;

use super::LotCost;
use crate::account::AccountId;
use crate::money::Amount;
use crate::{Error, ErrorKind, Result};

/// A lot, or a part of one, that was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Realised {
    /// The account that held it.
    pub account: AccountId,
    /// The day on which it was bought.
    pub opened_on: NaiveDate,
    /// The entry that bought it.
    pub opened_by: i64,
    /// The lot's name.
    pub label: Option<String>,
    /// The day on which it was sold.
    pub closed_on: NaiveDate,
    /// The entry that sold it.
    pub entry: i64,
    /// The line of that entry, from 1.
    pub line: i32,
    /// How many units.
    pub units: Amount,
    /// What they were sold for; nothing where they went without a price.
    pub proceeds: Option<Amount>,
    /// What they had cost.
    pub cost: LotCost,
}

impl Realised {
    /// Proceeds less cost; nothing where one of them is unknown or they are in different commodities.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`].
    pub fn gain(&self) -> Result<Option<Amount>> {
        match (self.proceeds, self.cost) {
            (Some(proceeds), LotCost::Nothing) => Ok(Some(proceeds)),
            (Some(proceeds), LotCost::Paid(cost)) if proceeds.commodity() == cost.commodity() => {
                proceeds.checked_sub(cost).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Days from the purchase to the sale.
    pub fn holding_days(&self) -> i64 {
        (self.closed_on - self.opened_on).num_days()
    }

    /// Whether the holding was short or long.
    pub fn term(&self, long: LongTerm) -> Term {
        long.term(self.opened_on, self.closed_on)
    }
}

/// Whether something was held for a short or a long time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// Not longer than the limit.
    Short,
    /// Longer than that.
    Long,
}

impl Term {
    /// `short` or `long`.
    pub fn as_str(self) -> &'static str {
        match self {
            Term::Short => "short",
            Term::Long => "long",
        }
    }
}

/// From when on a holding is long: it lasted longer than this.
///
/// A year counts by the calendar: what was bought on 1 March of a year is long-term from 2 March of the next.
///
/// ```
/// use ledger_core::lot::{LongTerm, Term};
///
/// let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
/// let year: LongTerm = "1y".parse()?;
/// assert_eq!(year.term(day("2023-03-01"), day("2024-03-01")), Term::Short);
/// assert_eq!(year.term(day("2023-03-01"), day("2024-03-02")), Term::Long);
/// assert_eq!("365".parse::<LongTerm>()?.term(day("2023-03-01"), day("2024-03-01")), Term::Long);
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LongTerm {
    /// More than so many days.
    Days(u32),
    /// More than so many months of the calendar.
    Months(u32),
}

impl Default for LongTerm {
    fn default() -> Self {
        LongTerm::Months(12)
    }
}

impl LongTerm {
    /// Whether something held from one day to another was held for long.
    pub fn term(self, opened_on: NaiveDate, closed_on: NaiveDate) -> Term {
        let is_long = match self {
            LongTerm::Days(days) => (closed_on - opened_on).num_days() > i64::from(days),
            // Past the calendar's end nothing is sold.
            LongTerm::Months(months) => {
                opened_on.checked_add_months(Months::new(months)).is_some_and(|limit| closed_on > limit)
            }
        };
        if is_long { Term::Long } else { Term::Short }
    }
}

impl FromStr for LongTerm {
    type Err = Error;

    /// Reads `365`, `365d`, `18m` or `1y`.
    fn from_str(text: &str) -> Result<Self> {
        let trimmed = text.trim();
        let (number, unit) = match trimmed.char_indices().last() {
            Some((at, unit)) if unit.is_ascii_alphabetic() => (&trimmed[..at], unit.to_ascii_lowercase()),
            _ => (trimmed, 'd'),
        };
        let number = number.parse::<u32>().ok().filter(|number| *number <= 100_000);
        let read = match (number, unit) {
            (Some(days), 'd') => Some(LongTerm::Days(days)),
            (Some(months), 'm') => Some(LongTerm::Months(months)),
            (Some(years), 'y') => years.checked_mul(12).map(LongTerm::Months),
            _ => None,
        };
        read.ok_or_else(|| {
            let reason = "it reads 365 (days), 18m or 1y".to_owned();
            ErrorKind::InvalidSetting { what: "long term", value: text.to_owned(), reason }.into()
        })
    }
}

impl fmt::Display for LongTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LongTerm::Days(1) => f.write_str("1 day"),
            LongTerm::Days(days) => write!(f, "{days} days"),
            LongTerm::Months(12) => f.write_str("1 year"),
            LongTerm::Months(months) if months % 12 == 0 => write!(f, "{} years", months / 12),
            LongTerm::Months(months) => write!(f, "{months} months"),
        }
    }
}
