//! When a schedule happens: one day, or days by a rule of RFC 5545.

use std::fmt;

use chrono::NaiveDate;

use super::MonthEnd;
use crate::Result;

/// When a schedule happens: one date, or a recurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    starts_on: NaiveDate,
}

/// What is said about a recurrence beside its words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecurrenceOptions {
    /// The days, where the words name only how often: `1`, `15 and last`, `friday`, `last friday`.
    pub on: Option<String>,
    /// What the 29th, 30th and 31st mean in shorter months.
    pub month_end: MonthEnd,
}

impl Recurrence {
    /// One day.
    pub fn once(on: NaiveDate) -> Recurrence {
        Recurrence { starts_on: on }
    }

    /// Reads RFC 5545 text: `RRULE:FREQ=…`, bare `FREQ=…`, or lines of DTSTART, RRULE, RDATE and EXDATE.
    pub fn from_rfc5545(text: &str, starts_on: Option<NaiveDate>) -> Result<Recurrence> {
        let _ = (text, starts_on);
        unimplemented!()
    }

    /// Reads words such as `every 2 weeks on friday until 2028`.
    pub fn parse(text: &str, starts_on: NaiveDate, options: &RecurrenceOptions) -> Result<Recurrence> {
        let _ = (text, starts_on, options);
        unimplemented!()
    }

    /// The day from which it counts.
    pub fn starts_on(&self) -> NaiveDate {
        self.starts_on
    }

    /// The last day on which it may happen, or nothing where it has no end.
    pub fn ends_on(&self) -> Option<NaiveDate> {
        Some(self.starts_on)
    }

    /// How often it happens, where that was said.
    pub fn count(&self) -> Option<u32> {
        None
    }

    /// The scheduled days from `from` through `to`, ascending, each once.
    pub fn dates(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<NaiveDate>> {
        Ok(Some(self.starts_on).into_iter().filter(|day| (from..=to).contains(day)).collect())
    }

    /// The text that [`Recurrence::from_rfc5545`] reads back equal.
    pub fn to_rfc5545(&self) -> String {
        format!("DTSTART;VALUE=DATE:{}", self.starts_on.format("%Y%m%d"))
    }

    /// The part before `day`.
    pub fn ending_before(&self, day: NaiveDate) -> Result<Recurrence> {
        let _ = day;
        unimplemented!()
    }

    /// The part from `day` on.
    pub fn starting_on(&self, day: NaiveDate) -> Result<Recurrence> {
        let _ = day;
        unimplemented!()
    }
}

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "once on {}", self.starts_on)
    }
}
