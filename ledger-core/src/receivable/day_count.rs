//! How days become parts of a year, exactly.
//!
//! A [`DayCount`] is one of the named conventions of lending; a [`YearFraction`] is a quotient of whole numbers, so that
//! no digit is lost before interest is rounded.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Error, ErrorKind, Result};

/// Days of an ordinary year times days of a leap year: the common denominator of both.
const BOTH_YEARS: i64 = 365 * 366;

/// The convention by which the days of a period become a part of a year.
///
/// ```
/// use chrono::NaiveDate;
/// use ledger_core::receivable::DayCount;
///
/// let (from, to) = (NaiveDate::from_ymd_opt(2026, 1, 31).unwrap(), NaiveDate::from_ymd_opt(2026, 3, 1).unwrap());
/// assert_eq!(DayCount::Thirty360.year_fraction(from, to).to_string(), "31/360");
/// assert_eq!("actual/365".parse::<DayCount>()?.year_fraction(from, to).to_string(), "29/365");
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DayCount {
    /// `30/360`, US or bond basis: every month has 30 days and every year 360. The last day of February and the 31st
    /// count as the 30th where the period begins on them; so does a 31st at the end of a period that begins on a 30th
    /// or 31st (the rule of the Securities Industry Association).
    #[default]
    Thirty360,
    /// `30e/360`, Eurobond basis: as 30/360, but each 31st counts as the 30th and the end of February as it is.
    ThirtyE360,
    /// `actual/365`, fixed: the days of the calendar, each 1/365 of a year, in leap years too.
    Actual365,
    /// `actual/360`: the days of the calendar, each 1/360 of a year.
    Actual360,
    /// `actual/actual` of ISDA: a day is 1/366 of a year where it lies in a leap year, otherwise 1/365.
    ActualActual,
}

impl DayCount {
    /// All conventions, in the order in which they are offered.
    pub const ALL: [DayCount; 5] = [
        DayCount::Thirty360,
        DayCount::ThirtyE360,
        DayCount::Actual365,
        DayCount::Actual360,
        DayCount::ActualActual,
    ];

    /// The convention's name, as [`FromStr`] reads it.
    pub const fn name(self) -> &'static str {
        match self {
            DayCount::Thirty360 => "30/360",
            DayCount::ThirtyE360 => "30e/360",
            DayCount::Actual365 => "actual/365",
            DayCount::Actual360 => "actual/360",
            DayCount::ActualActual => "actual/actual",
        }
    }

    /// Whether all months count as equally long.
    pub const fn is_thirty(self) -> bool {
        matches!(self, DayCount::Thirty360 | DayCount::ThirtyE360)
    }

    /// The part of a year from one day to another; the first day counts, the last one does not. Below zero where `to`
    /// lies before `from`.
    pub fn year_fraction(self, from: NaiveDate, to: NaiveDate) -> YearFraction {
        if to < from {
            let back = self.year_fraction(to, from);
            return YearFraction { numerator: -back.numerator, ..back };
        }
        let actual = || to.signed_duration_since(from).num_days();
        let (numerator, denominator) = match self {
            DayCount::Thirty360 => (thirty_days(bond_days(from, to), from, to), 360),
            DayCount::ThirtyE360 => (thirty_days((capped(from), capped(to)), from, to), 360),
            DayCount::Actual365 => (actual(), 365),
            DayCount::Actual360 => (actual(), 360),
            DayCount::ActualActual => (both_years(to) - both_years(from), BOTH_YEARS),
        };
        YearFraction { numerator, denominator }
    }
}

/// The days of the month by which 30/360 of the bond market counts.
fn bond_days(from: NaiveDate, to: NaiveDate) -> (i64, i64) {
    let (mut first, mut last) = (i64::from(from.day()), i64::from(to.day()));
    if ends_february(from) {
        first = 30;
        if ends_february(to) {
            last = 30;
        }
    }
    if last == 31 && first >= 30 {
        last = 30;
    }
    (first.min(30), last)
}

fn thirty_days((first, last): (i64, i64), from: NaiveDate, to: NaiveDate) -> i64 {
    let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    // A period within one month that begins on a capped day must not count backwards.
    ((months(to) - months(from)) * 30 + last - first).max(0)
}

fn capped(day: NaiveDate) -> i64 {
    i64::from(day.day()).min(30)
}

fn ends_february(day: NaiveDate) -> bool {
    day.month() == 2 && day.succ_opt().is_none_or(|next| next.month() == 3)
}

/// The years from the beginning of year 0 to a day, in parts of both kinds of year.
fn both_years(day: NaiveDate) -> i64 {
    let in_year = i64::from(day.ordinal0()) * if day.leap_year() { 365 } else { 366 };
    i64::from(day.year()) * BOTH_YEARS + in_year
}

/// A part of a year as a quotient of whole numbers, not reduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct YearFraction {
    /// The parts that there are.
    pub numerator: i64,
    /// The parts of a whole year, above zero: 360, 365, or 133,590 where both kinds of year are met.
    pub denominator: i64,
}

impl fmt::Display for YearFraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl fmt::Display for DayCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for DayCount {
    type Err = Error;

    fn from_str(text: &str) -> Result<DayCount> {
        let wanted = text.trim().to_lowercase();
        let found = DayCount::ALL.into_iter().find(|day_count| day_count.name() == wanted);
        found.ok_or_else(|| {
            let reason = "it is 30/360, 30e/360, actual/365, actual/360 or actual/actual".to_owned();
            ErrorKind::InvalidSetting { what: "day count", value: text.to_owned(), reason }.into()
        })
    }
}

/// Its name, such as `30/360`.
impl Serialize for DayCount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for DayCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DayCount, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(day_count: DayCount, from: &str, to: &str) -> String {
        day_count.year_fraction(from.parse().unwrap(), to.parse().unwrap()).to_string()
    }

    #[test]
    fn each_convention_counts_its_own_days() {
        // Worked out by hand from the definitions.
        for (from, to, bond, euro, actual) in [
            ("2025-01-01", "2025-02-01", 30, 30, 31),
            ("2025-01-31", "2025-02-28", 28, 28, 28),
            ("2025-01-30", "2025-03-31", 60, 60, 60),
            ("2025-01-29", "2025-03-31", 62, 61, 61),
            ("2025-02-28", "2025-03-31", 30, 32, 31),
            ("2025-02-28", "2026-02-28", 360, 360, 365),
            ("2023-02-28", "2024-02-29", 360, 361, 366),
            ("2024-02-28", "2025-02-28", 360, 360, 366),
            ("2025-05-30", "2025-05-31", 0, 0, 1),
            ("2025-02-28", "2025-02-28", 0, 0, 0),
            ("2024-12-31", "2025-12-31", 360, 360, 365),
        ] {
            assert_eq!(fraction(DayCount::Thirty360, from, to), format!("{bond}/360"), "{from} {to}");
            assert_eq!(fraction(DayCount::ThirtyE360, from, to), format!("{euro}/360"), "{from} {to}");
            assert_eq!(fraction(DayCount::Actual365, from, to), format!("{actual}/365"), "{from} {to}");
            assert_eq!(fraction(DayCount::Actual360, from, to), format!("{actual}/360"), "{from} {to}");
        }
    }

    #[test]
    fn leap_years_are_counted_apart() {
        // 1 November 2003 to 1 May 2004: 61 days of 2003 and 121 of 2004.
        let expected = format!("{}/133590", 61 * 366 + 121 * 365);
        assert_eq!(fraction(DayCount::ActualActual, "2003-11-01", "2004-05-01"), expected);
        assert_eq!(
            fraction(DayCount::ActualActual, "2023-07-01", "2026-07-01"),
            format!("{}/133590", { 184 * 366 + 133_590 + 365 * 366 + 181 * 366 })
        );
    }

    #[test]
    fn a_period_backwards_is_below_zero() {
        assert_eq!(fraction(DayCount::Actual365, "2026-03-01", "2026-02-01"), "-28/365");
        assert_eq!(fraction(DayCount::Thirty360, "2026-03-01", "2026-02-01"), "-30/360");
    }

    #[test]
    fn names_read_back_and_others_are_refused() {
        for day_count in DayCount::ALL {
            assert_eq!(day_count.to_string().parse::<DayCount>().unwrap(), day_count);
        }
        let error = "act/365".parse::<DayCount>().unwrap_err().to_string();
        assert_eq!(
            error,
            "day count \"act/365\" is refused: it is 30/360, 30e/360, actual/365, actual/360 or actual/actual"
        );
    }
}
