//! When a schedule happens: one day, or days by a rule of RFC 5545.
//!
//! A [`Recurrence`] is proven when it is made: it happens at least once, and its count and end are known. It knows days
//! only, so that no time zone and no daylight saving can move one.

mod change;
mod describe;
mod earlier;
mod expand;
mod friendly;
mod rare;
mod rfc5545;
mod rule;
#[cfg(test)]
mod tests;
mod vocabulary;
mod when;
mod words;

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

pub use self::change::RecurrenceChange;
use self::rule::{End, Rule};
use super::MonthEnd;
use crate::{Error, ErrorKind, Result};

/// The most days that one question gives, and the most times that a recurrence may say.
const OCCURRENCES_MAX: usize = 100_000;

/// When a schedule happens: one date, or a recurrence.
///
/// It is made of words ([`Recurrence::parse`]) or of RFC 5545 text ([`Recurrence::from_rfc5545`]), says itself back in
/// words ([`fmt::Display`], with the exact last day where words left one open) and is stored as RFC 5545 text
/// ([`Recurrence::to_rfc5545`]).
///
/// # Month ends
///
/// A rule for the 29th, 30th or 31st skips months that have no such day; so RFC 5545 has it. Words mean the last day of
/// such a month instead, unless [`RecurrenceOptions::month_end`] says [`MonthEnd::Skip`]: `every month on 31` becomes
/// `BYMONTHDAY=-1`, `every month on 30` becomes `BYMONTHDAY=28,29,30;BYSETPOS=-1`, and 29 February becomes the last day
/// of February. Each of these says itself: "on the 30th, or the last day of shorter months", "on the 30th where there
/// is one".
///
/// ```
/// use chrono::NaiveDate;
/// use ledger_core::schedule::{MonthEnd, Recurrence, RecurrenceOptions};
///
/// let day = |text: &str| text.parse::<NaiveDate>().unwrap();
/// let mut options = RecurrenceOptions::default();
/// let monthly = Recurrence::parse("month on 30", day("2026-01-30"), &options)?;
/// assert_eq!(monthly.to_string(), "every month on the 30th, or the last day of shorter months");
/// let days = monthly.dates(day("2026-02-01"), day("2026-03-31"))?;
/// assert_eq!(days, [day("2026-02-28"), day("2026-03-30")]);
///
/// options.month_end = MonthEnd::Skip;
/// let skipping = Recurrence::parse("month on 30", day("2026-01-30"), &options)?;
/// assert_eq!(skipping.dates(day("2026-02-01"), day("2026-03-31"))?, [day("2026-03-30")]);
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    starts_on: NaiveDate,
    /// Nothing for one day, and for days that are all listed.
    rule: Option<Rule>,
    /// The rule's last day where it has an end: as said, or as follows from its count.
    rule_ends_on: Option<NaiveDate>,
    /// Days beside the rule (RDATE), in order, each once; without a rule, those after the start.
    added: Vec<NaiveDate>,
    /// Days left out (EXDATE), in order, each once.
    left_out: Vec<NaiveDate>,
}

/// What is said about a recurrence beside its words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecurrenceOptions {
    /// The days, where the words name only how often: `1`, `15 and last`, `friday`, `last friday`.
    pub on: Option<String>,
    /// What the 29th, 30th and 31st mean in shorter months.
    pub month_end: MonthEnd,
    /// The last day on which it may happen, where the words do not say one.
    pub until: Option<NaiveDate>,
    /// How often it happens, where the words do not say it.
    pub count: Option<u32>,
}

impl Recurrence {
    /// One day.
    pub fn once(on: NaiveDate) -> Recurrence {
        Recurrence { starts_on: on, rule: None, rule_ends_on: None, added: Vec::new(), left_out: Vec::new() }
    }

    /// Reads RFC 5545 text: `RRULE:FREQ=…`, bare `FREQ=…`, or lines of DTSTART, RRULE, RDATE and EXDATE.
    ///
    /// `starts_on` is the start where the text has no DTSTART. Instants become the days that they are in the zone of
    /// DTSTART; times of day are then forgotten. A start that the rule does not name is no occurrence (RFC 5545 leaves
    /// that open); without a rule it is one.
    ///
    /// A TZID may be a name that only the sender knows (section 3.2.19 has it defined beside the event): the day is then the
    /// one that is written, and where it depends on the zone the text is refused. [`Recurrence::unknown_zones`] names such
    /// zones, so that a person can be told.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use ledger_core::schedule::Recurrence;
    ///
    /// let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    /// let salary = Recurrence::from_rfc5545("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=12", Some(start))?;
    /// assert_eq!(salary.to_string(), "every month on the last weekday, 12 times");
    /// assert_eq!(salary.ends_on(), NaiveDate::from_ymd_opt(2026, 12, 31));
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRecurrence`] for text that is not understood, rules within a day (`FREQ=HOURLY`), impossible
    /// days, an interval or count of 0, an end before the start, rules that never happen, and counts that pass the year
    /// 9999 or are above 100,000.
    pub fn from_rfc5545(text: &str, starts_on: Option<NaiveDate>) -> Result<Recurrence> {
        let made = rfc5545::read(text, starts_on).and_then(Recurrence::build);
        made.map_err(|reason| refused(text, reason))
    }

    /// The time zones that RFC 5545 text names and the IANA database does not have, each once.
    ///
    /// ```
    /// use ledger_core::schedule::Recurrence;
    ///
    /// let text = "DTSTART;TZID=W. Europe Standard Time:20260301T090000\nRRULE:FREQ=DAILY";
    /// assert_eq!(Recurrence::unknown_zones(text), ["W. Europe Standard Time"]);
    /// ```
    pub fn unknown_zones(text: &str) -> Vec<String> {
        rfc5545::unknown_zones(text)
    }

    /// Reads words such as `every 2 weeks on friday until 2028`, in upper or lower case.
    ///
    /// - How often: `day`, `week`, `month`, `quarter`, `half-year`, `year`, `fortnight`, `weekday` (Monday to Friday),
    ///   `2 weeks`, `other week`, `daily` … `yearly`, with or without `every`; `once`, or a date alone, for one day.
    /// - On which days, behind `on`, in [`RecurrenceOptions::on`], or alone: `friday`, `mon and thu`, `15th`,
    ///   `1st and 15th`, `15 and last`, `last day`, `2nd last day`, `last but one day`, `2nd tuesday of the month`,
    ///   `last weekday`, `24 december`, `last friday of march and september`. `2nd friday` is that of the month; `other
    ///   friday` is every two weeks. What may be one day or two (`15 last`) is refused.
    /// - How long: `from 2026-05-01`, `until 2028-03-01`, `12 times`. A last day counts; `until 2028` and `until 2028-03`
    ///   run through the last day of that year or month, `before 2028` ends the day before.
    /// - Single days: `also on 2026-05-03`, `except on 2026-06-01 and 2026-07-01`.
    ///
    /// The start moves to the first day that fits, from which intervals count: `2 weeks on friday` from a Saturday begins
    /// on the next Friday.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRecurrence`] that names the word that is not understood, or what does not go together; and as
    /// [`Recurrence::from_rfc5545`].
    pub fn parse(text: &str, starts_on: NaiveDate, options: &RecurrenceOptions) -> Result<Recurrence> {
        let made = friendly::read(text, starts_on, options).and_then(Recurrence::build);
        made.map_err(|reason| refused(text, reason))
    }

    /// The day from which it counts; nothing happens before it.
    pub fn starts_on(&self) -> NaiveDate {
        self.added.first().map_or(self.starts_on, |added| self.starts_on.min(*added))
    }

    /// The last day on which it may happen, as said or as follows from its count; nothing where it has no end.
    pub fn ends_on(&self) -> Option<NaiveDate> {
        let listed = self.added.last().copied();
        match &self.rule {
            None => listed.or(Some(self.starts_on)),
            Some(_) => self.rule_ends_on.map(|day| listed.map_or(day, |listed| listed.max(day))),
        }
    }

    /// How often the rule happens, where that was said; single days that are added or left out are not counted.
    pub fn count(&self) -> Option<u32> {
        match self.rule.as_ref()?.end {
            End::Count(count) => Some(count),
            End::Never | End::Until(_) => None,
        }
    }

    /// Whether it is one day.
    pub fn is_once(&self) -> bool {
        self.rule.is_none() && self.added.is_empty()
    }

    /// The scheduled days from `from` through `to`, ascending, each once, before any weekend rule.
    ///
    /// The cost grows with the days that it gives, not with how far they are from the start.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRecurrence`] for more than 100,000 days.
    pub fn dates(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<NaiveDate>> {
        let mut days = Vec::new();
        for day in self.days(from).take_while(|day| *day <= to) {
            if days.len() == OCCURRENCES_MAX {
                let reason = format!(
                    "it happens more than {OCCURRENCES_MAX} times from {from} through {to}; ask for a shorter time"
                );
                return Err(refused(&self.to_string(), reason));
            }
            days.push(day);
        }
        Ok(days)
    }

    /// The first scheduled day on or after `day`, or nothing where it has ended.
    pub fn next_on_or_after(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.days(day).next()
    }

    /// The text that [`Recurrence::from_rfc5545`] reads back equal, in lines; equal recurrences give equal text.
    pub fn to_rfc5545(&self) -> String {
        rfc5545::write(self)
    }

    /// The part before `day`, for an edit of "this and later"; [`Recurrence::starting_on`] gives the rest.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRecurrence`] where nothing happens before `day`.
    pub fn ending_before(&self, day: NaiveDate) -> Result<Recurrence> {
        let mut part = self.unproven();
        part.listed.retain(|listed| *listed < day);
        part.left_out.retain(|left_out| *left_out < day);
        let passes = self.rule_ends_on.is_none_or(|end| end >= day);
        if let Some(rule) = part.rule.as_mut().filter(|_| passes) {
            let mut before = self.rule_days(NaiveDate::MIN).take_while(|happens| *happens < day);
            match (rule.end, day.pred_opt()) {
                // No greater than the count that it was.
                (End::Count(_), _) => match before.count() {
                    0 => part.rule = None,
                    count => rule.end = End::Count(count as u32),
                },
                (End::Never | End::Until(_), Some(last)) if before.next().is_some() => {
                    rule.end = End::Until(last)
                }
                _ => part.rule = None,
            }
        }
        let made = Recurrence::build(part);
        made.map_err(|_| refused(&self.to_string(), format!("it does not happen before {day}")))
    }

    /// The part from `day` on, which starts with the first day that it happens; what remains of a count is kept.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRecurrence`] where nothing happens from `day` on.
    pub fn starting_on(&self, day: NaiveDate) -> Result<Recurrence> {
        let mut part = self.unproven();
        part.listed.retain(|listed| *listed >= day);
        part.left_out.retain(|left_out| *left_out >= day);
        match (part.rule.as_mut(), self.rule_days(day).next()) {
            (Some(rule), Some(first)) => {
                if let End::Count(count) = rule.end {
                    let before = self.rule_days(NaiveDate::MIN).take_while(|happens| *happens < day).count();
                    rule.end = End::Count(count.saturating_sub(before as u32));
                }
                part.starts_on = first;
            }
            _ => part.rule = None,
        }
        let made = Recurrence::build(part);
        made.map_err(|_| refused(&self.to_string(), format!("it does not happen on or after {day}")))
    }

    /// Proves that it happens and finds its last day.
    ///
    /// # Errors
    ///
    /// A clause that says what is wrong.
    fn build(parts: Unproven) -> Result<Recurrence, String> {
        let Unproven { mut starts_on, rule, mut listed, mut left_out } = parts;
        listed.sort_unstable();
        listed.dedup();
        left_out.sort_unstable();
        left_out.dedup();
        if rule.is_none() {
            starts_on = *listed.first().ok_or("it names no day")?;
            listed.remove(0);
        }
        for day in listed.iter().chain([&starts_on]) {
            if !(1..=9999).contains(&day.year()) {
                return Err(format!("{day} is outside the years 1 to 9999"));
            }
        }
        let rule = rule.map(|rule| rule.canonical(starts_on)).transpose()?;
        let rule_ends_on = rule.as_ref().map(|rule| last_day(rule, starts_on)).transpose()?.flatten();
        let made = Recurrence { starts_on, rule, rule_ends_on, added: listed, left_out };
        if made.rule_days(NaiveDate::MIN).next().is_none() {
            return Err(made.never());
        }
        if made.next_on_or_after(NaiveDate::MIN).is_none() {
            return Err("each of its days is left out".to_owned());
        }
        Ok(made)
    }

    /// Why it never happens.
    fn never(&self) -> String {
        let start = self.starts_on;
        match self.rule.as_ref().map(|rule| rule.end) {
            Some(End::Until(until)) => format!("no day of it lies from {start} through {until}"),
            _ => format!("it never happens: no day from {start} through the year 9999 fits all of its parts"),
        }
    }

    fn unproven(&self) -> Unproven {
        let mut listed = self.added.clone();
        if self.rule.is_none() {
            listed.insert(0, self.starts_on);
        }
        let (rule, left_out) = (self.rule.clone(), self.left_out.clone());
        Unproven { starts_on: self.starts_on, rule, listed, left_out }
    }

    /// Every scheduled day from `from` on.
    fn days(&self, from: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        let ahead = self.added.partition_point(|day| *day < from);
        let mut added = self.added[ahead..].iter().copied().peekable();
        let mut ruled = self.rule_days(from).peekable();
        let merged = std::iter::from_fn(move || {
            let next = match (ruled.peek(), added.peek()) {
                (Some(left), Some(right)) => *left.min(right),
                (Some(day), None) | (None, Some(day)) => *day,
                (None, None) => return None,
            };
            ruled.next_if_eq(&next);
            added.next_if_eq(&next);
            Some(next)
        });
        merged.filter(|day| self.left_out.binary_search(day).is_err())
    }

    /// The days of the rule, or the start where there is none.
    fn rule_days(&self, from: NaiveDate) -> Box<dyn Iterator<Item = NaiveDate> + '_> {
        match &self.rule {
            None => Box::new(Some(self.starts_on).into_iter().filter(move |day| *day >= from)),
            Some(rule) => {
                let last = self.rule_ends_on.unwrap_or(NaiveDate::MAX);
                Box::new(expand::days(rule, self.starts_on, from).take_while(move |day| *day <= last))
            }
        }
    }
}

/// A recurrence as it was read, before anything is known of it.
struct Unproven {
    starts_on: NaiveDate,
    rule: Option<Rule>,
    /// Single days; all of them where there is no rule.
    listed: Vec<NaiveDate>,
    left_out: Vec<NaiveDate>,
}

/// The last day of a rule that ends.
fn last_day(rule: &Rule, starts_on: NaiveDate) -> Result<Option<NaiveDate>, String> {
    if rare::is_rare(rule) {
        rare::check(rule, starts_on)?;
    }
    match rule.end {
        End::Never => Ok(None),
        End::Until(until) if until < starts_on => {
            Err(format!("it ends on {until}, before it starts on {starts_on}"))
        }
        End::Until(until) => Ok(Some(until)),
        End::Count(count) if count as usize > OCCURRENCES_MAX => {
            Err(format!("{count} times are too many; at most {OCCURRENCES_MAX} are possible"))
        }
        End::Count(count) => {
            let mut days = expand::days(rule, starts_on, starts_on);
            let last = days.nth(count as usize - 1);
            match last {
                Some(last) => Ok(Some(last)),
                None if expand::days(rule, starts_on, starts_on).next().is_none() => Ok(None),
                None => Err(format!("{count} times from {starts_on} on run past the year 9999")),
            }
        }
    }
}

fn refused(text: &str, reason: String) -> Error {
    let text = crate::text::quote(text);
    ErrorKind::InvalidRecurrence { text, reason }.into()
}

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&describe::words(self))
    }
}

impl FromStr for Recurrence {
    type Err = Error;

    /// Reads RFC 5545 text that holds its start.
    fn from_str(text: &str) -> Result<Recurrence> {
        Recurrence::from_rfc5545(text, None)
    }
}
