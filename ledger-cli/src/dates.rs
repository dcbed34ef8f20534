//! Dates, ranges of dates and instants as people type them; English names, years 1 to 9999.
//!
//! Every expression is a span of days (`2026-03` is a month, `friday` a single day). A command that wants one
//! date takes the span's first or last day by its [`DateRole`]. Nothing here reads a clock: today is given.

mod instant;
mod span;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use ledger_core::report::FiscalStart;
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
a range: 2026-03, 2026Q1, 2026-W05, 2026, 2026-01..2026-03 (both ends included), 2026-03-01.. (to the end of time), \
..2026-03-31, last month, last 12 months (the whole ones before this one), this year, ytd, qtd, mtd or wtd (from the \
start of the year, quarter, month or week to today), or any single date";

/// What is said of text that is no range.
const PERIOD_FORMS: &str = "\
write it as 2026-03, 2026Q1, 2026-W05, 2026, 2026-03-02, 2026-01..2026-03 (both ends included), 2026-03-01.., \
..2026-03-31, this, last or next week, month, quarter or year, last 12 months, ytd, qtd, mtd, wtd, yesterday or friday";

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
    date_of(text, today, role, None)
}

/// Reads a date in a role where fiscal years are known, such as `FY2026`.
///
/// # Errors
/// As [`parse_date_as`].
pub fn parse_fiscal_date(
    text: &str,
    today: NaiveDate,
    role: DateRole,
    fiscal: FiscalStart,
) -> Result<NaiveDate> {
    date_of(text, today, role, Some(fiscal))
}

fn date_of(text: &str, today: NaiveDate, role: DateRole, fiscal: Option<FiscalStart>) -> Result<NaiveDate> {
    let (first, last) = span::parse(text, today, fiscal).map_err(|reason| invalid(text, reason))?;
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
    period_of(text, today, None)
}

/// Reads a range of dates where fiscal years are known: also `FY2026`, `FY26`, `FY2026Q1`, `last fiscal year`.
///
/// # Errors
/// As [`parse_period`].
pub fn parse_fiscal_period(
    text: &str,
    today: NaiveDate,
    fiscal: FiscalStart,
) -> Result<(NaiveDate, NaiveDate)> {
    period_of(text, today, Some(fiscal))
}

fn period_of(text: &str, today: NaiveDate, fiscal: Option<FiscalStart>) -> Result<(NaiveDate, NaiveDate)> {
    let span = |text: &str| {
        span::parse(text, today, fiscal).map_err(|reason| match (reason == span::forms(), fiscal) {
            (true, Some(_)) => invalid(text, format!("{PERIOD_FORMS}, FY2026, FY2026Q1 or last fiscal year")),
            (true, None) => invalid(text, PERIOD_FORMS),
            (false, _) => invalid(text, reason),
        })
    };
    let Some((from, to)) = text.split_once("..") else { return span(text) };
    let side = |side: &str| match side.trim() {
        "" => Ok((earliest(), latest())),
        side => span(side),
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
