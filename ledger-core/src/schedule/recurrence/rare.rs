//! The days of rarer rules, by crate `rrule`: week numbers, days of the year, the nth weekday of a year.
//!
//! These are all yearly. The crate walks from its start, so that it is given the first day of the year that holds the
//! day asked for, as an all-day rule in UTC: no zone can move a day.

use chrono::{Datelike, NaiveDate, TimeZone};
use rrule::{NWeekday, RRule, RRuleSet, Tz};

use super::rule::{Frequency, Rule};

/// Whether a rule is one that our arithmetic by months does not know.
pub(super) fn is_rare(rule: &Rule) -> bool {
    let by_year = rule.months.is_empty() && rule.weekdays.iter().any(|day| day.nth != 0);
    rule.frequency == Frequency::Yearly
        && (by_year || !rule.year_days.is_empty() || !rule.week_numbers.is_empty())
}

/// The days of a rare rule on or after `from`, through the year 9999.
pub(super) fn days<'a>(
    rule: &'a Rule,
    starts_on: NaiveDate,
    from: NaiveDate,
) -> Box<dyn Iterator<Item = NaiveDate> + 'a> {
    let interval = rule.interval as i32;
    let year = starts_on.year() + (from.year() - starts_on.year()) / interval * interval;
    match set(rule, year) {
        Ok(set) => Box::new(NaiveDays(set.limit().into_iter()).skip_while(move |day| *day < from)),
        // Refused when the recurrence was made, by `check`.
        Err(_) => Box::new(std::iter::empty()),
    }
}

/// Has the crate look at a rule.
///
/// # Errors
///
/// What the crate says against it.
pub(super) fn check(rule: &Rule, starts_on: NaiveDate) -> Result<(), String> {
    set(rule, starts_on.year()).map(|_| ())
}

/// The rule without its end, from the first day of a year.
fn set(rule: &Rule, year: i32) -> Result<RRuleSet, String> {
    let start = Tz::UTC.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single();
    let start = start.ok_or_else(|| format!("the year {year} is outside the calendar"))?;
    let built = RRule::new(rrule::Frequency::Yearly)
        .interval(small(&[rule.interval])?[0])
        .week_start(rule.week_start)
        .by_month_day(small(&rule.month_days)?)
        .by_year_day(small(&rule.year_days)?)
        .by_week_no(small(&rule.week_numbers)?)
        .by_weekday(weekdays(rule)?)
        .by_set_pos(rule.positions.clone());
    let months = rule.months.iter().map(|month| chrono::Month::try_from(u8::try_from(*month).unwrap_or(0)));
    let months = months.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
    built.by_month(&months).build(start).map_err(|error| error.to_string())
}

/// The weekdays as the crate takes them. It wants a day to be both one of each week and a numbered one, where RFC 5545
/// means either; so each of them is numbered where there are both.
fn weekdays(rule: &Rule) -> Result<Vec<NWeekday>, String> {
    let mixed = rule.weekdays.iter().any(|day| day.nth == 0) && rule.weekdays.iter().any(|day| day.nth != 0);
    let mut days = Vec::new();
    for day in &rule.weekdays {
        match day.nth {
            0 if mixed => days.extend((1..=53).map(|nth| NWeekday::Nth(nth, day.weekday))),
            0 => days.push(NWeekday::Every(day.weekday)),
            nth => days.push(NWeekday::Nth(small(&[nth])?[0], day.weekday)),
        }
    }
    Ok(days)
}

fn small<N: Copy, S: TryFrom<N>>(values: &[N]) -> Result<Vec<S>, String> {
    let values = values.iter().map(|value| S::try_from(*value));
    values.collect::<Result<_, _>>().map_err(|_| "a number is out of range".to_owned())
}

struct NaiveDays(rrule::RRuleSetIter);

impl Iterator for NaiveDays {
    type Item = NaiveDate;

    fn next(&mut self) -> Option<NaiveDate> {
        self.0.next().map(|instant| instant.date_naive()).filter(|day| day.year() <= 9999)
    }
}
