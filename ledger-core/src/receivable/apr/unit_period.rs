//! Unit-periods: the equal periods in which Regulation Z counts time (appendix J (b)(4) and (5)).

use chrono::{Months, NaiveDate};
use rust_decimal::Decimal;

use crate::receivable::Frequency;

/// The period in which the time between advances and payments is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitPeriod {
    /// So many days, above zero.
    Days(u16),
    /// So many weeks, above zero.
    Weeks(u16),
    /// Half a month, which has 15 days.
    HalfMonth,
    /// So many months, from 1 to 12.
    Months(u16),
}

/// A time in whole unit-periods and a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UnitPeriods {
    /// The whole unit-periods.
    pub whole: u32,
    /// The days (or months) beyond them.
    pub odd: u32,
    /// The days (or months) of a unit-period, above zero.
    pub of: u32,
}

impl UnitPeriod {
    /// A month.
    pub const MONTH: UnitPeriod = UnitPeriod::Months(1);
    /// A year.
    pub const YEAR: UnitPeriod = UnitPeriod::Months(12);

    /// The unit-period of payments at a distance; nothing past a year, which is the longest there is.
    pub const fn of(frequency: Frequency) -> Option<UnitPeriod> {
        match frequency {
            Frequency::Months(months @ 1..=12) => Some(UnitPeriod::Months(months)),
            Frequency::Weeks(weeks @ 1..=52) => Some(UnitPeriod::Weeks(weeks)),
            _ => None,
        }
    }

    /// The unit-period of a single payment: the term in whole months or in days, at most a year.
    pub fn of_term(from: NaiveDate, to: NaiveDate) -> UnitPeriod {
        let days = to.signed_duration_since(from).num_days();
        let (months, rest) = months_back(from, to);
        match (u16::try_from(months), u16::try_from(days)) {
            (Ok(months @ 1..=12), _) if rest == 0 => UnitPeriod::Months(months),
            (_, Ok(days @ 1..=365)) if months < 12 => UnitPeriod::Days(days),
            (Ok(0), _) => UnitPeriod::Days(1),
            _ => UnitPeriod::YEAR,
        }
    }

    /// How many there are in a year.
    pub fn per_year(self) -> Decimal {
        let (year, length) = match self {
            UnitPeriod::Days(days) => (365, days),
            UnitPeriod::Weeks(weeks) => (52, weeks),
            UnitPeriod::HalfMonth => (24, 1),
            UnitPeriod::Months(months) => (12, months),
        };
        Decimal::from(year) / Decimal::from(length.max(1))
    }

    /// The time from one day to a later one, whole months being measured back from the later day.
    ///
    /// Days beyond whole months are counted against 30 days a month and 15 a half month; beyond whole years, whole months
    /// against 12 and otherwise days against 365.
    pub fn between(self, from: NaiveDate, to: NaiveDate) -> UnitPeriods {
        let days = whole(to.signed_duration_since(from).num_days());
        let (months, rest) = months_back(from, to);
        let divided = |all: u32, of: u32| UnitPeriods { whole: all / of, odd: all % of, of };
        match self {
            UnitPeriod::Days(length) => divided(days, u32::from(length.max(1))),
            UnitPeriod::Weeks(length) => divided(days, u32::from(length.max(1)) * 7),
            UnitPeriod::HalfMonth => divided(30 * months + rest, 15),
            // A month's odd days may be 30 without making it another month.
            UnitPeriod::Months(0 | 1) => UnitPeriods { whole: months, odd: rest, of: 30 },
            UnitPeriod::Months(12) if rest == 0 => divided(months, 12),
            UnitPeriod::Months(12) => {
                let years = months / 12;
                let start = to.checked_sub_months(Months::new(years * 12)).unwrap_or(from);
                let odd = whole(start.signed_duration_since(from).num_days());
                UnitPeriods { whole: years, odd, of: 365 }
            }
            UnitPeriod::Months(length) => divided(30 * months + rest, 30 * u32::from(length)),
        }
    }
}

/// The whole months from one day to another, back from the other, and the days that are left.
fn months_back(from: NaiveDate, to: NaiveDate) -> (u32, u32) {
    use chrono::Datelike;
    let month = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    let mut months = whole(month(to) - month(from));
    let back = |months: u32| to.checked_sub_months(Months::new(months)).unwrap_or(from);
    if months > 0 && back(months) < from {
        months -= 1;
    }
    (months, whole(back(months).signed_duration_since(from).num_days()))
}

/// A count that is not below zero; days of the calendar fit.
fn whole(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}
