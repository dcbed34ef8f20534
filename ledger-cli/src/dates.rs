//! Dates, ranges of dates and instants as people type them; English names, years 1 to 9999.
//!
//! Every expression is a span of days (`2026-03` is a month, `friday` a single day). A command that wants one
//! date takes the span's first or last day by its [`DateRole`]. Nothing here reads a clock: today is given.

mod instant;
mod span;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use ledger_core::{ErrorKind, Result};

pub use instant::{parse_instant, parse_instant_from, parse_zone};

/// The forms of a date, for the help of a flag that takes one.
pub const DATE_HELP: &str = "\
a date: 2026-03-02, 2026/3/2, 2026.03.02, 20260302, today, yesterday, tomorrow, friday (the latest on or before \
today), last friday, next monday, 3 days ago, in 2 weeks, mar 2, 2 mar 2026; a month or year (2026-03, 2026Q1, 2026, \
last month) stands for its first day where something begins or is posted, and for its last day where something ends \
or is looked at";

/// The forms of a range of dates, for the help of a flag that takes one.
pub const PERIOD_HELP: &str = "\
a range: 2026-03, 2026Q1, 2026, 2026-01..2026-03, 2026-03-01.. (to the end of time), ..2026-03-31, last month, last 12 months \
(the whole ones before this one), this year, or any single date";

/// Which day of a longer span is meant where one date is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateRole {
    /// Something begins or is posted: the first day.
    Start,
    /// Something ends or is looked at as of the day: the last day.
    End,
}

/// Reads a date that begins something or is posted: of a month or year the first day.
///
/// # Errors
/// [`ErrorKind::InvalidDate`] with the forms that are taken.
pub fn parse_date(text: &str, today: NaiveDate) -> Result<NaiveDate> {
    parse_date_as(text, today, DateRole::Start)
}

/// Reads a date in a role, which decides the day of a month or year that stands alone.
///
/// # Errors
/// [`ErrorKind::InvalidDate`] with the forms that are taken.
pub fn parse_date_as(text: &str, today: NaiveDate, role: DateRole) -> Result<NaiveDate> {
    let (first, last) = span::parse(text, today).map_err(|reason| invalid(text, reason))?;
    Ok(match role {
        DateRole::Start => first,
        DateRole::End => last,
    })
}

/// Reads a range of dates, both ends included; an open end reaches to the year 1 or 9999.
///
/// # Errors
/// [`ErrorKind::InvalidDate`] for text that is no range, and for one that ends before it begins.
pub fn parse_period(text: &str, today: NaiveDate) -> Result<(NaiveDate, NaiveDate)> {
    let Some((from, to)) = text.split_once("..") else {
        return span::parse(text, today).map_err(|reason| invalid(text, reason));
    };
    let side = |side: &str| match side.trim() {
        "" => Ok((earliest(), latest())),
        side => span::parse(side, today).map_err(|reason| invalid(side, reason)),
    };
    let (first, last) = (side(from)?.0, side(to)?.1);
    if last < first {
        return Err(invalid(text, format!("the range ends on {last}, before it begins on {first}")));
    }
    Ok((first, last))
}

/// The first day that is taken, 0001-01-01.
pub fn earliest() -> NaiveDate {
    // The first of January exists in every year that chrono can hold.
    NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(NaiveDate::MIN)
}

/// The last day that is taken, 9999-12-31.
pub fn latest() -> NaiveDate {
    // The last of December exists in every year that chrono can hold.
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX)
}

fn invalid(text: &str, reason: impl Into<String>) -> ledger_core::Error {
    ErrorKind::InvalidDate { text: text.trim().to_owned(), reason: reason.into() }.into()
}
