//! How often something recurs, and the grid of days that follows from it.

use std::fmt;

use chrono::{Datelike, Days, Month, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::schedule::{Recurrence, RecurrenceOptions, WeekendRule};

/// How often something recurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cadence {
    /// Every week.
    Weekly,
    /// Every two weeks.
    Fortnightly,
    /// Every four weeks, thirteen times a year.
    FourWeekly,
    /// Every month.
    Monthly,
    /// Every two months.
    TwoMonthly,
    /// Every three months.
    Quarterly,
    /// Every six months.
    HalfYearly,
    /// Every year.
    Yearly,
}

/// The unit that a cadence counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Days(i64),
    Months(i64),
}

impl Cadence {
    /// All cadences, from the most frequent.
    pub const ALL: [Cadence; 8] = [
        Cadence::Weekly,
        Cadence::Fortnightly,
        Cadence::FourWeekly,
        Cadence::Monthly,
        Cadence::TwoMonthly,
        Cadence::Quarterly,
        Cadence::HalfYearly,
        Cadence::Yearly,
    ];

    /// The name, as it is stored: `four-weekly`.
    pub fn name(self) -> &'static str {
        match self {
            Cadence::Weekly => "weekly",
            Cadence::Fortnightly => "fortnightly",
            Cadence::FourWeekly => "four-weekly",
            Cadence::Monthly => "monthly",
            Cadence::TwoMonthly => "two-monthly",
            Cadence::Quarterly => "quarterly",
            Cadence::HalfYearly => "half-yearly",
            Cadence::Yearly => "yearly",
        }
    }

    /// The longest time between two occurrences on the grid, in days.
    pub fn days(self) -> i64 {
        match self {
            Cadence::Weekly => 7,
            Cadence::Fortnightly => 14,
            Cadence::FourWeekly => 28,
            Cadence::Monthly => 31,
            Cadence::TwoMonthly => 62,
            Cadence::Quarterly => 92,
            Cadence::HalfYearly => 184,
            Cadence::Yearly => 366,
        }
    }

    /// How often it happens in a year.
    pub(super) fn per_year(self) -> usize {
        match self {
            Cadence::Weekly => 52,
            Cadence::Fortnightly => 26,
            Cadence::FourWeekly => 13,
            Cadence::Monthly => 12,
            Cadence::TwoMonthly => 6,
            Cadence::Quarterly => 4,
            Cadence::HalfYearly => 2,
            Cadence::Yearly => 1,
        }
    }

    pub(super) fn unit(self) -> Unit {
        match self {
            Cadence::Weekly => Unit::Days(7),
            Cadence::Fortnightly => Unit::Days(14),
            Cadence::FourWeekly => Unit::Days(28),
            Cadence::Monthly => Unit::Months(1),
            Cadence::TwoMonthly => Unit::Months(2),
            Cadence::Quarterly => Unit::Months(3),
            Cadence::HalfYearly => Unit::Months(6),
            Cadence::Yearly => Unit::Months(12),
        }
    }

    /// By how many days an occurrence may miss its day on the grid.
    pub(super) fn tolerance(self) -> i64 {
        match self {
            Cadence::Weekly => 1,
            Cadence::Fortnightly => 2,
            Cadence::FourWeekly => 3,
            Cadence::Monthly | Cadence::TwoMonthly => 4,
            Cadence::Quarterly => 5,
            Cadence::HalfYearly => 7,
            Cadence::Yearly => 8,
        }
    }

    /// Whether this is likely the cadence of days whose median distance is so many days.
    pub(super) fn suits(self, median_gap: i64) -> bool {
        let shortest = match self.unit() {
            Unit::Days(days) => days,
            Unit::Months(months) => months * 30 - 2,
        };
        (shortest - self.tolerance()..=self.days() + self.tolerance()).contains(&median_gap)
    }
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A grid of scheduled days, numbered from 0 for the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    pub cadence: Cadence,
    /// What happens to days on weekends.
    pub weekend: WeekendRule,
    /// A day from the common era, or a month counted as year × 12 + 0 to 11.
    pub origin: i64,
    /// The day of the month; 31 for the last one. Nothing for weeks.
    pub month_day: u32,
}

impl Grid {
    /// The scheduled day with a number, before the weekend rule.
    pub fn scheduled(&self, slot: i64) -> Option<NaiveDate> {
        match self.cadence.unit() {
            Unit::Days(days) => {
                let day = i32::try_from(self.origin + slot * days).ok()?;
                NaiveDate::from_num_days_from_ce_opt(day)
            }
            Unit::Months(months) => {
                let month = self.origin + slot * months;
                let year = i32::try_from(month.div_euclid(12)).ok()?;
                let first = NaiveDate::from_ymd_opt(year, month.rem_euclid(12) as u32 + 1, 1)?;
                let last = u32::from(first.num_days_in_month());
                first.checked_add_days(Days::new(u64::from(self.month_day.min(last)) - 1))
            }
        }
    }

    /// The number of the scheduled day nearest to a day, and by how many days it is missed.
    pub fn nearest(&self, day: NaiveDate) -> Option<(i64, i64)> {
        let rough = match self.cadence.unit() {
            Unit::Days(days) => {
                let ahead = i64::from(day.num_days_from_ce()) - self.origin;
                let slot = (ahead + days / 2).div_euclid(days);
                return Some((slot, ahead - slot * days));
            }
            Unit::Months(months) => (month_of(day) - self.origin).div_euclid(months),
        };
        let near = (rough - 1..=rough + 2).filter_map(|slot| {
            let due = self.weekend.apply(self.scheduled(slot)?);
            Some((slot, (day - due).num_days()))
        });
        near.min_by_key(|(slot, late)| (late.abs(), *slot))
    }

    /// The recurrence of the grid from one of its days on.
    pub fn recurrence(&self, slot: i64) -> Result<Option<Recurrence>> {
        let Some(start) = self.scheduled(slot) else { return Ok(None) };
        let on_day = match self.month_day {
            31 => "last".to_owned(),
            day => day.to_string(),
        };
        let month = Month::try_from(start.month() as u8).map_or("january", |month| month.name());
        let words = match self.cadence.unit() {
            Unit::Days(days) => format!("{} weeks on {}", days / 7, weekday_name(start.weekday())),
            Unit::Months(12) if self.month_day <= 28 => format!("year on {on_day} {month}"),
            Unit::Months(months) => format!("{months} months on {on_day}"),
        };
        Recurrence::parse(&words, start, &RecurrenceOptions::default()).map(Some)
    }
}

/// A month counted as year × 12 + 0 to 11.
pub(super) fn month_of(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "monday",
        Weekday::Tue => "tuesday",
        Weekday::Wed => "wednesday",
        Weekday::Thu => "thursday",
        Weekday::Fri => "friday",
        Weekday::Sat => "saturday",
        Weekday::Sun => "sunday",
    }
}
