//! Fiscal years and their quarters: `FY2026`, `FY26`, `FY2026Q1`, `last fiscal year`.
//!
//! A fiscal year is named by the calendar year in which it ends.

use chrono::{Datelike, Months, NaiveDate};
use ledger_core::report::{FiscalStart, Interval};

use super::{Parsed, Span, forms, is_year, number, within};

/// Reads `fy2026`, `fy26` (the year with these digits that is nearest to today) or `fy2026q1`.
pub(super) fn numbered(word: &str, today: NaiveDate, fiscal: Option<FiscalStart>) -> Parsed<Span> {
    let digits = word.strip_prefix("fy").map(|rest| rest.trim_start_matches('-')).unwrap_or_default();
    let (digits, quarter) = match digits.split_once('q') {
        Some((digits, quarter @ ("1" | "2" | "3" | "4"))) => (digits.trim_end_matches('-'), number(quarter)?),
        Some(_) => return Err(forms()),
        None => (digits, 0),
    };
    let year = match digits.len() {
        2 => nearest(number(digits)?, today.year()),
        _ if is_year(digits) => number(digits)?,
        _ => return Err(forms()),
    };
    let start = start_of(year, known(fiscal)?)?;
    match quarter {
        0 => months(start, 0, 12),
        quarter => months(start, (quarter - 1) * 3, 3),
    }
}

/// Reads `last fiscal year`, `this fiscal quarter` and the like.
pub(super) fn relative(
    which: &str,
    unit: &str,
    today: NaiveDate,
    fiscal: Option<FiscalStart>,
) -> Parsed<Span> {
    let count = match unit {
        "year" => 12,
        "quarter" => 3,
        _ => return Err(forms()),
    };
    let fiscal = known(fiscal)?;
    let interval = if count == 12 { Interval::Year } else { Interval::Quarter };
    let (start, length) = (interval.start(today, fiscal), Months::new(count));
    let start = match which {
        "last" => start.checked_sub_months(length),
        "next" => start.checked_add_months(length),
        _ => Some(start),
    };
    months(within(start)?, 0, count)
}

/// From the first day of the fiscal year to today.
pub(super) fn to_date(today: NaiveDate, fiscal: Option<FiscalStart>) -> Parsed<Span> {
    Ok((within(Some(known(fiscal)?.year_of(today)))?, today))
}

/// When fiscal years begin, where the command knows: otherwise they are refused, and not taken for calendar years.
fn known(fiscal: Option<FiscalStart>) -> Parsed<FiscalStart> {
    fiscal.ok_or_else(|| {
        "only statements know fiscal years (`ledger income-statement -p FY2026 --fiscal-start 04-06`): write the days, as in \
         2025-04-06..2026-04-05"
            .to_owned()
    })
}

/// The first day of the fiscal year that ends in a calendar year.
fn start_of(year: i32, fiscal: FiscalStart) -> Parsed<NaiveDate> {
    let last_of_year = within(NaiveDate::from_ymd_opt(year, 12, 31))?;
    let start = fiscal.year_of(last_of_year);
    let is_calendar = fiscal.is_calendar();
    // The one that begins in the year ends in the next, unless it is the calendar year.
    within(if is_calendar { Some(start) } else { start.checked_sub_months(Months::new(12)) })
}

fn months(start: NaiveDate, after: u32, count: u32) -> Parsed<Span> {
    let first = within(start.checked_add_months(Months::new(after)))?;
    let last = first.checked_add_months(Months::new(count)).and_then(|next| next.pred_opt());
    Ok((first, within(last)?))
}

/// The year with these last two digits that is nearest to another; of two the later one.
fn nearest(digits: i32, year: i32) -> i32 {
    let century = year - year.rem_euclid(100);
    let candidates = [century - 100 + digits, century + digits, century + 100 + digits];
    candidates.into_iter().min_by_key(|candidate| ((candidate - year).abs(), -candidate)).unwrap_or(year)
}
