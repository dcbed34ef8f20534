//! A year that was closed, and what is left of that.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::money::Amount;

/// A year that was closed: income and expenses of all days up to its last are in retained earnings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Closing {
    /// Its number in the book, from 1.
    pub id: i32,
    /// The calendar year in which the fiscal year ends.
    pub year: i32,
    /// The last day of the fiscal year, on which the closing entries lie.
    pub ends_on: NaiveDate,
    /// The account of retained earnings; none where there was nothing to close.
    pub account: Option<String>,
    /// The first of its entries; those up to the last belong to it.
    pub first_entry: Option<i64>,
    /// The last of its entries.
    pub last_entry: Option<i64>,
    /// What went to retained earnings at book value, by commodity: a profit is positive, a loss negative. It is that of all
    /// days that were open, also of years before.
    pub net_income: Vec<Amount>,
    /// The last locked day before it was closed.
    pub locked_before: Option<NaiveDate>,
    /// The last locked day since it was closed; none where closing left the lock as it was.
    pub locked_through: Option<NaiveDate>,
    /// When it was closed.
    pub recorded_at: DateTime<Utc>,
    /// Who closed it.
    pub recorded_by: String,
    /// The first of the entries that took it back.
    pub first_mirror: Option<i64>,
    /// The last of the entries that took it back.
    pub last_mirror: Option<i64>,
    /// When it was taken back.
    pub undone_at: Option<DateTime<Utc>>,
    /// Who took it back.
    pub undone_by: Option<String>,
}

impl Closing {
    /// Its entries in words: `entry 12`, `entries 12 to 14`, or `no entry`.
    pub fn entries(&self) -> String {
        in_words(self.first_entry.zip(self.last_entry))
    }

    /// The entries that took it back, in words.
    pub fn mirrors(&self) -> String {
        in_words(self.first_mirror.zip(self.last_mirror))
    }
}

fn in_words(numbers: Option<(i64, i64)>) -> String {
    match numbers {
        None => "no entry".to_owned(),
        Some((first, last)) if first == last => format!("entry {first}"),
        Some((first, last)) => format!("entries {first} to {last}"),
    }
}

/// What an income or expense account holds of a year that was closed: something was posted to the year afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldAfterClosing {
    /// The account's name.
    pub account: String,
    /// What it holds.
    pub amount: Amount,
    /// That at book value.
    pub weight: Amount,
}

/// A closing, and what the year holds by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClosingStatus {
    /// The closing.
    #[serde(flatten)]
    pub closing: Closing,
    /// What income and expense accounts hold of the year all the same; nothing where all is well.
    pub held: Vec<HeldAfterClosing>,
    /// Whether days before the year were open and closed with it, so that its net income is not that of the year alone.
    pub earlier: bool,
}

/// How many accounts a sentence names.
const NAMED_MAX: usize = 3;

impl ClosingStatus {
    /// Whether income and expenses of the year are zero, as closing left them; also true of one that was undone.
    pub fn holds(&self) -> bool {
        self.held.is_empty()
    }

    /// What is wrong in a sentence with the way out; nothing where all is well.
    pub fn finding(&self) -> Option<String> {
        if self.holds() {
            return None;
        }
        let one = |held: &HeldAfterClosing| format!("{} {}", held.account, shown(held));
        let mut named: Vec<String> = self.held.iter().take(NAMED_MAX).map(one).collect();
        if let more @ 1.. = self.held.len().saturating_sub(NAMED_MAX) {
            named.push(format!("{more} more"));
        }
        let year = self.closing.year;
        Some(format!(
            "income and expenses of {year} hold something after its closing: {} (undo it with `ledger close-year {year} \
             --undo` and close it again)",
            named.join(", ")
        ))
    }
}

/// The amount, with what it weighs where that is counted in something else.
fn shown(held: &HeldAfterClosing) -> String {
    if held.amount == held.weight {
        held.amount.to_string()
    } else {
        format!("{} at {}", held.amount, held.weight)
    }
}
