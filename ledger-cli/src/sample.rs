//! A year in the life of a family, for `ledger init --sample`: invented, and the same every time.
//!
//! Jana and Milan rent a flat with their children Ida and Theo. Jana is employed, Milan works half-time and
//! draws for a client who pays late; they pay off a car, save, buy shares of a fund, and fly to New York in
//! October. It is plain data: the command that fills a book opens the accounts, declares the commodities, adds
//! the prices and posts the entries. People, companies and prices are made up.

#![allow(clippy::inconsistent_digit_grouping, reason = "cents are set apart: 48_50 reads as 48.50")]

mod chart;
mod daily;
mod household;
mod income;
mod savings;
#[cfg(test)]
mod tests;
mod travel;
mod year;

use chrono::NaiveDate;

pub use chart::{ACCOUNTS, COMMODITIES, prices};

/// An entry to post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleEntry {
    /// The posting date.
    pub date: NaiveDate,
    /// What happened.
    pub description: String,
    /// The person or company on the other side.
    pub party: Option<String>,
    /// Tags as key and value, such as `trip` and `new-york`.
    pub tags: Vec<(String, String)>,
    /// The lines; their weights sum to zero.
    pub lines: Vec<SampleLine>,
    /// Posting the sample twice adds nothing, thanks to this id.
    pub external_id: String,
}

/// A line of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleLine {
    /// The account's whole name.
    pub account: String,
    /// The amount in minor units of the commodity; positive is a debit.
    pub amount_minor: i64,
    /// The commodity's code.
    pub code: &'static str,
    /// The price of one unit, as decimal text, and the commodity it is told in.
    pub at: Option<(String, &'static str)>,
}

/// The entries of the year 2025, by date.
pub fn entries() -> Vec<SampleEntry> {
    let mut year = year::Year::default();
    savings::opening(&mut year);
    income::add(&mut year);
    household::add(&mut year);
    daily::add(&mut year);
    savings::add(&mut year);
    travel::add(&mut year);
    // The last, because it pays what the others put on the card.
    household::settle_card(&mut year);
    year.finish()
}
