//! Periods: ranges of days, and how a range is divided into days, weeks, months, quarters and years.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::Serialize;

use crate::{Error, ErrorKind, Result};

/// More columns than anybody can look at are a mistake of the range.
const PERIODS_MAX: usize = 10_000;

/// A range of days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Period {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
}

/// How long the periods of a report are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// Each day.
    Day,
    /// Weeks from Monday to Sunday, as ISO 8601 counts them.
    Week,
    /// Calendar months, or months from the day on which the fiscal year begins.
    Month,
    /// Three months, counted from the start of the fiscal year.
    Quarter,
    /// Fiscal years.
    Year,
}

/// The day on which a fiscal year begins; a year is named by the calendar year in which it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct FiscalStart {
    month: u32,
    day: u32,
}

impl Default for FiscalStart {
    fn default() -> Self {
        FiscalStart { month: 1, day: 1 }
    }
}

impl FiscalStart {
    /// The start on a day of each year; the 29th to 31st are not in every month and therefore refused.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`].
    pub fn new(month: u32, day: u32) -> Result<FiscalStart> {
        if (1..=12).contains(&month) && (1..=28).contains(&day) {
            return Ok(FiscalStart { month, day });
        }
        let value = format!("{month:02}-{day:02}");
        let reason = "a fiscal year begins on a day from the 1st to the 28th, such as 04-06".to_owned();
        Err(ErrorKind::InvalidSetting { what: "start of the fiscal year", value, reason }.into())
    }

    /// Whether fiscal years are calendar years.
    pub fn is_calendar(self) -> bool {
        self == FiscalStart::default()
    }

    /// The first day of the fiscal year that a day lies in.
    pub fn year_of(self, day: NaiveDate) -> NaiveDate {
        // Such a day is in every year that chrono can hold, except at its very ends.
        match self.in_year(day.year()) {
            Some(start) if start <= day => start,
            _ => self.in_year(day.year() - 1).unwrap_or(NaiveDate::MIN),
        }
    }

    /// The start that lies in a calendar year.
    pub(crate) fn in_year(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month, self.day)
    }
}

impl FromStr for FiscalStart {
    type Err = Error;

    /// Reads `MM-DD`, or `MM` for the first of a month.
    fn from_str(text: &str) -> Result<Self> {
        let (month, day) = text.trim().split_once('-').unwrap_or((text.trim(), "1"));
        match (month.parse(), day.parse()) {
            (Ok(month), Ok(day)) => FiscalStart::new(month, day),
            _ => {
                let reason = "give it as MM-DD, such as 04-06".to_owned();
                let value = text.to_owned();
                Err(ErrorKind::InvalidSetting { what: "start of the fiscal year", value, reason }.into())
            }
        }
    }
}

impl fmt::Display for FiscalStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl Period {
    /// The range from one day to another.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidDate`] where it ends before it begins.
    pub fn new(first: NaiveDate, last: NaiveDate) -> Result<Period> {
        if first <= last {
            return Ok(Period { first, last });
        }
        let reason = format!("the range ends on {last}, before it begins on {first}");
        Err(ErrorKind::InvalidDate { text: format!("{first}..{last}"), reason }.into())
    }

    /// Whether a day lies in it.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// Divides it at the borders of an interval; the first and the last part are cut where the range ends.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use ledger_core::report::{FiscalStart, Interval, Period};
    ///
    /// let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).expect("a date of the calendar");
    /// let parts = Period::new(day(1, 1), day(3, 15))?.divide(Interval::Month, FiscalStart::default())?;
    /// let labels: Vec<String> = parts.iter().map(|part| part.label(FiscalStart::default())).collect();
    /// assert_eq!(labels, ["2026-01", "2026-02", "2026-03-01..2026-03-15"]);
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidDate`] for more than 10,000 parts.
    pub fn divide(&self, interval: Interval, fiscal: FiscalStart) -> Result<Vec<Period>> {
        let mut parts = Vec::new();
        let mut first = self.first;
        loop {
            let next = interval.next(first, fiscal);
            let last = next.and_then(|next| next.pred_opt()).map_or(self.last, |last| last.min(self.last));
            parts.push(Period { first, last });
            if last >= self.last {
                return Ok(parts);
            }
            if parts.len() == PERIODS_MAX {
                let reason = format!(
                    "it has more than {PERIODS_MAX} periods of a {interval}: take a shorter range or longer periods"
                );
                return Err(ErrorKind::InvalidDate { text: self.to_string(), reason }.into());
            }
            // There is a next one: `last` would be the end of the range otherwise.
            first = next.unwrap_or(self.last);
        }
    }

    /// The same range a year earlier; whole months stay whole, and 29 February becomes the 28th.
    pub fn year_before(&self) -> Period {
        let first = back_a_year(self.first);
        let after = self.last.succ_opt().filter(|next| self.first.day() == 1 && next.day() == 1);
        let last = after.and_then(|next| back_a_year(next).pred_opt());
        Period { first, last: last.unwrap_or_else(|| back_a_year(self.last)) }
    }

    /// A short name: `2026-03`, `2026Q1`, `2026`, `FY2026`, `2026-W05`, `2026-03-05`, or both ends.
    pub fn label(&self, fiscal: FiscalStart) -> String {
        let is = |interval: Interval| {
            interval.start(self.first, fiscal) == self.first
                && interval.next(self.first, fiscal).and_then(|next| next.pred_opt()) == Some(self.last)
        };
        if self.first == self.last {
            return self.first.to_string();
        }
        if is(Interval::Year) {
            let prefix = if fiscal.is_calendar() { "" } else { "FY" };
            return format!("{prefix}{:04}", self.last.year());
        }
        if is(Interval::Quarter) {
            let year = fiscal.year_of(self.first);
            let months =
                (self.first.year() - year.year()) * 12 + self.first.month0() as i32 - year.month0() as i32;
            let quarter = months.div_euclid(3) + 1;
            if fiscal.is_calendar() {
                return format!("{:04}Q{quarter}", self.first.year());
            }
            let ends = year.checked_add_months(Months::new(12)).and_then(|next| next.pred_opt());
            return format!("FY{:04}Q{quarter}", ends.unwrap_or(self.last).year());
        }
        if is(Interval::Month) && self.first.day() == 1 {
            return self.first.format("%Y-%m").to_string();
        }
        if is(Interval::Week) {
            return self.first.format("%G-W%V").to_string();
        }
        self.to_string()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

impl Interval {
    /// All of them, shortest first.
    pub const ALL: [Interval; 5] =
        [Interval::Day, Interval::Week, Interval::Month, Interval::Quarter, Interval::Year];

    /// `day`, `week`, `month`, `quarter` or `year`.
    pub fn as_str(self) -> &'static str {
        match self {
            Interval::Day => "day",
            Interval::Week => "week",
            Interval::Month => "month",
            Interval::Quarter => "quarter",
            Interval::Year => "year",
        }
    }

    /// The first day of the interval that a day lies in.
    pub fn start(self, day: NaiveDate, fiscal: FiscalStart) -> NaiveDate {
        let months = |count: i32| {
            let year = fiscal.year_of(day);
            let mut since = (day.year() - year.year()) * 12 + day.month0() as i32 - year.month0() as i32;
            if day.day() < fiscal.day {
                since -= 1;
            }
            let since = since.max(0) - since.max(0) % count;
            year.checked_add_months(Months::new(since as u32)).unwrap_or(year)
        };
        match self {
            Interval::Day => day,
            Interval::Week => {
                let since = u64::from(day.weekday().num_days_from_monday());
                day.checked_sub_days(Days::new(since)).unwrap_or(day)
            }
            Interval::Month => months(1),
            Interval::Quarter => months(3),
            Interval::Year => fiscal.year_of(day),
        }
    }

    /// The first day of the interval after the one that a day lies in; nothing past the end of the calendar.
    fn next(self, day: NaiveDate, fiscal: FiscalStart) -> Option<NaiveDate> {
        let start = self.start(day, fiscal);
        match self {
            Interval::Day => start.succ_opt(),
            Interval::Week => start.checked_add_days(Days::new(7)),
            Interval::Month => start.checked_add_months(Months::new(1)),
            Interval::Quarter => start.checked_add_months(Months::new(3)),
            Interval::Year => start.checked_add_months(Months::new(12)),
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

fn back_a_year(day: NaiveDate) -> NaiveDate {
    day.checked_sub_months(Months::new(12)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn labels(from: &str, to: &str, interval: Interval, fiscal: FiscalStart) -> Vec<String> {
        let parts = Period::new(day(from), day(to)).unwrap().divide(interval, fiscal).unwrap();
        parts.iter().map(|part| part.label(fiscal)).collect()
    }

    #[test]
    fn whole_periods_have_short_names_and_cut_ones_tell_their_ends() {
        let calendar = FiscalStart::default();
        let months = labels("2026-01-10", "2026-03-31", Interval::Month, calendar);
        assert_eq!(months, ["2026-01-10..2026-01-31", "2026-02", "2026-03"]);
        assert_eq!(labels("2025-12-29", "2026-01-11", Interval::Week, calendar), ["2026-W01", "2026-W02"]);
        assert_eq!(labels("2025-10-01", "2026-03-31", Interval::Quarter, calendar), ["2025Q4", "2026Q1"]);
        assert_eq!(labels("2025-01-01", "2026-12-31", Interval::Year, calendar), ["2025", "2026"]);
        assert_eq!(labels("2026-02-28", "2026-03-01", Interval::Day, calendar), ["2026-02-28", "2026-03-01"]);
    }

    #[test]
    fn a_fiscal_year_is_named_by_the_year_in_which_it_ends() {
        let april = FiscalStart::new(4, 6).unwrap();
        assert_eq!(labels("2024-04-06", "2026-04-05", Interval::Year, april), ["FY2025", "FY2026"]);
        let quarters = labels("2025-04-06", "2026-04-05", Interval::Quarter, april);
        assert_eq!(quarters, ["FY2026Q1", "FY2026Q2", "FY2026Q3", "FY2026Q4"]);
        assert_eq!(Interval::Month.start(day("2026-01-05"), april), day("2025-12-06"));
        assert_eq!(Interval::Month.start(day("2026-04-05"), april), day("2026-03-06"));
    }

    #[test]
    fn a_year_before_keeps_the_ends_of_months() {
        let period = |first: &str, last: &str| Period::new(day(first), day(last)).unwrap();
        assert_eq!(period("2025-02-01", "2025-02-28").year_before(), period("2024-02-01", "2024-02-29"));
        assert_eq!(period("2024-02-01", "2024-02-29").year_before(), period("2023-02-01", "2023-02-28"));
        assert_eq!(period("2026-01-01", "2026-12-31").year_before(), period("2025-01-01", "2025-12-31"));
    }

    #[test]
    fn a_year_before_keeps_the_length_of_a_day_and_a_week() {
        let period = |first: &str, last: &str| Period::new(day(first), day(last)).unwrap();
        assert_eq!(period("2024-02-28", "2024-02-28").year_before(), period("2023-02-28", "2023-02-28"));
        assert_eq!(period("2025-02-28", "2025-02-28").year_before(), period("2024-02-28", "2024-02-28"));
        assert_eq!(period("2024-02-22", "2024-02-28").year_before(), period("2023-02-22", "2023-02-28"));
        assert_eq!(period("2024-02-29", "2024-02-29").year_before(), period("2023-02-28", "2023-02-28"));
    }

    #[test]
    fn starts_that_are_not_in_every_month_are_refused() {
        assert!("02-29".parse::<FiscalStart>().is_err());
        assert!("13".parse::<FiscalStart>().is_err());
        assert_eq!("7".parse::<FiscalStart>().unwrap().to_string(), "07-01");
        assert!(labels_refused("0001-01-01", "9999-12-31").contains("10000 periods of a day"));
    }

    fn labels_refused(from: &str, to: &str) -> String {
        let whole = Period::new(day(from), day(to)).unwrap();
        whole.divide(Interval::Day, FiscalStart::default()).unwrap_err().to_string()
    }

    proptest! {
        #[test]
        fn the_parts_of_a_range_follow_each_other_without_a_gap(
            start in 0_u64..200_000, length in 0_u64..9_000, which in 0_usize..5, month in 1_u32..=12, from in 1_u32..=28,
        ) {
            let first = day("1700-01-01") + Days::new(start);
            let whole = Period::new(first, first + Days::new(length)).unwrap();
            let fiscal = FiscalStart::new(month, from).unwrap();
            let parts = whole.divide(Interval::ALL[which], fiscal).unwrap();
            prop_assert_eq!(parts[0].first, whole.first);
            prop_assert_eq!(parts[parts.len() - 1].last, whole.last);
            for pair in parts.windows(2) {
                prop_assert_eq!(pair[0].last.succ_opt(), Some(pair[1].first));
                // Every border but the ends of the range is a start of the interval.
                prop_assert_eq!(Interval::ALL[which].start(pair[1].first, fiscal), pair[1].first);
            }
        }
    }
}
