//! Makes a rule of what words say: which period, which days, and what the end of a short month means.

use chrono::{Datelike, NaiveDate};

use super::rule::{End, Frequency, NthWeekday, Rule, WORKING_DAYS, month_lengths};
use super::vocabulary::{MONTHS, ordinal_word};
use super::words::{EXAMPLES, Named, Said, read as read_words};
use super::{RecurrenceOptions, Unproven, expand, rfc5545};
use crate::schedule::MonthEnd;

/// Reads words, or RFC 5545 text in their place.
///
/// # Errors
///
/// A clause that says what is not understood or does not go together.
pub(super) fn read(
    text: &str,
    starts_on: NaiveDate,
    options: &RecurrenceOptions,
) -> Result<Unproven, String> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let (mut said, rule_text) = match lower.strip_prefix("by the rule ") {
        Some(_) => {
            let rule_text = text["by the rule ".len()..].trim_start();
            let (rule_text, tail) = rule_text.split_once(' ').unwrap_or((rule_text, ""));
            (read_words(tail)?, Some(rule_text.trim_end_matches(',')))
        }
        None if ["rrule:", "freq=", "dtstart"].iter().any(|start| lower.starts_with(start)) => {
            (Said::default(), Some(text))
        }
        None => (read_words(text)?, None),
    };
    take_options(&mut said, options)?;
    let starts_on = said.starts_on.unwrap_or(starts_on);
    if let Some(rule_text) = rule_text {
        return with_rule_text(said, rule_text, starts_on);
    }
    if said.once || !said.dates.is_empty() {
        return one_day(said, starts_on);
    }
    let month_end = said.month_end.unwrap_or(options.month_end);
    let mut rule = rule(&said, starts_on, month_end)?;
    rule.end = said.end.unwrap_or(End::Never);
    rule.week_start = said.week_start.unwrap_or(rule.week_start);
    let starts_on = first_day(&rule, starts_on);
    Ok(Unproven { starts_on, rule: Some(rule), listed: said.added, left_out: said.left_out })
}

/// Adds what is said beside the words.
fn take_options(said: &mut Said, options: &RecurrenceOptions) -> Result<(), String> {
    if let Some(on) = &options.on {
        let days = read_words(on)?;
        if !said.groups.is_empty() {
            return Err(format!("it says the days itself, and \"{on}\" says them again"));
        }
        let more = days.period.is_some() || days.end.is_some() || !days.dates.is_empty() || days.once;
        if more || days.groups.is_empty() {
            return Err(format!(
                "\"{on}\" names no days; write them as 1, 15 and last, friday, or last friday"
            ));
        }
        (said.groups, said.month_end) = (days.groups, said.month_end.or(days.month_end));
    }
    let ends = [said.end, options.until.map(End::Until), options.count.map(End::Count)];
    let mut ends = ends.into_iter().flatten();
    said.end = ends.next();
    if ends.next().is_some() {
        return Err("it says when it ends twice".to_owned());
    }
    Ok(())
}

fn with_rule_text(said: Said, rule_text: &str, starts_on: NaiveDate) -> Result<Unproven, String> {
    if !said.groups.is_empty() || said.period.is_some() {
        return Err("a rule of RFC 5545 says its days itself".to_owned());
    }
    let mut parts = rfc5545::read(rule_text, Some(starts_on))?;
    match (&mut parts.rule, said.end) {
        (Some(rule), Some(end)) if rule.end == End::Never => rule.end = end,
        (_, Some(_)) => return Err("it says when it ends twice".to_owned()),
        (_, None) => {}
    }
    parts.listed.extend(said.added);
    parts.left_out.extend(said.left_out);
    Ok(parts)
}

fn one_day(said: Said, starts_on: NaiveDate) -> Result<Unproven, String> {
    if said.period.is_some() || !said.groups.is_empty() || said.end.is_some() {
        return Err(format!("it is one day and something more; {EXAMPLES}"));
    }
    let day = match said.dates.as_slice() {
        [] => starts_on,
        [day] => *day,
        [_, second, ..] => return Err(format!("it is one day; add {second} with \"also on {second}\"")),
    };
    let listed = [day].into_iter().chain(said.added).collect();
    Ok(Unproven { starts_on: day, rule: None, listed, left_out: said.left_out })
}

/// The rule with the days that words name in place of its own; its period, its end and the start of its weeks stay.
///
/// # Errors
///
/// A clause that says what is not understood, or what does not go together with the period.
pub(super) fn with_days(
    old: &Rule,
    on: &str,
    starts_on: NaiveDate,
    month_end: MonthEnd,
) -> Result<Rule, String> {
    if old.frequency == Frequency::Monthly && !old.months.is_empty() {
        return Err("its rule names months beside its days; give other days as a whole (--every or --rrule)"
            .to_owned());
    }
    let mut said = Said { period: Some((old.interval, old.frequency)), ..Said::default() };
    take_options(&mut said, &RecurrenceOptions { on: Some(on.to_owned()), ..RecurrenceOptions::default() })?;
    let days = rule(&said, starts_on, said.month_end.unwrap_or(month_end))?;
    Ok(Rule { end: old.end, week_start: old.week_start, ..days })
}

/// The first day from `starts_on` that fits, whatever the interval is: intervals count from it.
pub(super) fn first_day(rule: &Rule, starts_on: NaiveDate) -> NaiveDate {
    let each = Rule { interval: 1, ..rule.clone() };
    let Ok(each) = each.canonical(starts_on) else { return starts_on };
    expand::days(&each, starts_on, starts_on).next().unwrap_or(starts_on)
}

fn rule(said: &Said, starts_on: NaiveDate, month_end: MonthEnd) -> Result<Rule, String> {
    let (mut days, mut months) = days_and_months(said)?;
    if days.is_empty() && !months.is_empty() {
        return Err(format!(
            "it names a month and no day of it, such as 24 {}",
            MONTHS[months[0] as usize - 1]
        ));
    }
    if days.is_empty() {
        match said.period {
            None => return Err(format!("it does not say how often; {EXAMPLES}")),
            Some((_, Frequency::Monthly)) => days = vec![Named::MonthDay(starts_on.day() as i32)],
            Some((_, Frequency::Yearly)) => {
                days = vec![Named::MonthDay(starts_on.day() as i32)];
                months = vec![starts_on.month() as i32];
            }
            Some((interval, frequency)) => return Ok(Rule::every(interval, frequency)),
        }
    }
    let weekly = days.iter().all(|day| matches!(day, Named::Weekday(..) | Named::WorkingDays));
    let usual = match (weekly, months.is_empty()) {
        (_, false) => Frequency::Yearly,
        (true, true) => Frequency::Weekly,
        (false, true) => Frequency::Monthly,
    };
    let (interval, frequency) = said.period.unwrap_or((1, usual));
    check_period(frequency, &days, &months, weekly)?;
    let mut rule = Rule::every(interval, frequency);
    rule.months = months;
    rule.months.sort_unstable();
    rule.months.dedup();
    name_days(&mut rule, &days, month_end)?;
    Ok(rule)
}

/// The days, and the months that they are in: each of the days in each of the months.
fn days_and_months(said: &Said) -> Result<(Vec<Named>, Vec<i32>), String> {
    let Some(first) = said.groups.first() else { return Ok((Vec::new(), Vec::new())) };
    let same_days = said.groups.iter().all(|group| group.days == first.days);
    let same_months = said.groups.iter().all(|group| group.months == first.months);
    if !same_days && !same_months {
        return Err("different days in different months are several recurrences; make one of each".to_owned());
    }
    let days = said.groups.iter().filter(|_| same_months).flat_map(|group| &group.days);
    let months = said.groups.iter().filter(|_| same_days).flat_map(|group| &group.months);
    let days = if same_months { days.copied().collect() } else { first.days.clone() };
    let months = if same_days { months.copied().collect() } else { first.months.clone() };
    Ok((days, months))
}

fn check_period(frequency: Frequency, days: &[Named], months: &[i32], weekly: bool) -> Result<(), String> {
    let plain = days.iter().any(|day| matches!(day, Named::Weekday(_, false)));
    let reason = match frequency {
        Frequency::Daily => "a period of days has no days to name; leave them or the period out",
        Frequency::Weekly if !weekly => "a week has no such day; write month in place of week",
        Frequency::Weekly | Frequency::Monthly if !months.is_empty() => {
            "it names months, so that its period is a year; write year, or leave the period out"
        }
        Frequency::Monthly if weekly && plain => {
            "it does not say which one of the month; write first, last or every before it"
        }
        Frequency::Yearly if months.is_empty() => "it does not say in which month; write it as 24 december",
        _ => return Ok(()),
    };
    Err(reason.to_owned())
}

/// Writes the named days into a rule.
fn name_days(rule: &mut Rule, days: &[Named], month_end: MonthEnd) -> Result<(), String> {
    let mut month_days = Vec::new();
    let mut kinds = [false; 4];
    for day in days {
        match *day {
            Named::MonthDay(day) => month_days.push(day),
            Named::Weekday(weekday, _) => rule.weekdays.push(NthWeekday { nth: 0, weekday }),
            Named::NthWeekday(nth, weekday) => rule.weekdays.push(NthWeekday { nth, weekday }),
            Named::WorkingDays => {
                rule.weekdays.extend(WORKING_DAYS.map(|weekday| NthWeekday { nth: 0, weekday }))
            }
            Named::NthWorkingDay(nth) => {
                let has_some = rule.positions.is_empty();
                rule.weekdays.extend(
                    WORKING_DAYS.iter().filter(|_| has_some).map(|day| NthWeekday { nth: 0, weekday: *day }),
                );
                rule.positions.push(nth);
            }
        }
        let kind = match day {
            Named::MonthDay(_) => 0,
            Named::Weekday(..) | Named::WorkingDays => 1,
            Named::NthWeekday(..) => 2,
            Named::NthWorkingDay(_) => 3,
        };
        kinds[kind] = true;
    }
    if kinds.iter().filter(|named| **named).count() > 1 {
        return Err(
            "days of the month, weekdays and numbered weekdays are several recurrences; make one of each"
                .to_owned(),
        );
    }
    if kinds[3] && rule.months.len() > 1 {
        return Err(
            "numbered weekdays of several months are several recurrences; make one of each".to_owned()
        );
    }
    if kinds[0] {
        (rule.month_days, rule.positions) = with_month_end(&month_days, &rule.months, month_end)?;
    }
    Ok(())
}

/// BYMONTHDAY and BYSETPOS for days of these months, where days that a month does not have are its last day or none.
///
/// # Errors
///
/// A clause for a day that no month has, and for days that no single rule can say.
pub(super) fn with_month_end(
    days: &[i32],
    months: &[i32],
    month_end: MonthEnd,
) -> Result<(Vec<i32>, Vec<i32>), String> {
    let (shortest, longest) = month_lengths(months);
    if let Some(day) = days.iter().find(|day| day.abs() > longest) {
        let month =
            months.first().map_or("any month".to_owned(), |month| MONTHS[*month as usize - 1].to_owned());
        return Err(format!("there is no {} day of {month}", ordinal_word(*day)));
    }
    let mut days = days.to_vec();
    if month_end == MonthEnd::Skip || days.iter().all(|day| *day <= shortest) {
        return Ok((days, Vec::new()));
    }
    // What no month passes is its last day; beside that, the last day of a shorter month is said already.
    days.iter_mut().filter(|day| **day == longest && longest > shortest).for_each(|day| *day = -1);
    if days.contains(&-1) {
        return Ok((days, Vec::new()));
    }
    let (short, mut others): (Vec<i32>, Vec<i32>) = days.iter().partition(|day| **day > shortest);
    others.sort_unstable();
    others.dedup();
    let [day] = short[..] else { return Err(inexpressible(&short)) };
    if months.len() > 1 || others.iter().any(|day| *day < 0) {
        return Err(inexpressible(&short));
    }
    let positions = (1..=others.len() as i32).chain([-1]).collect();
    others.extend(shortest..=day);
    others.dedup();
    Ok((others, positions))
}

fn inexpressible(days: &[i32]) -> String {
    let days = days.iter().map(|day| ordinal_word(*day)).collect::<Vec<_>>().join(" and ");
    format!(
        "what the {days} means in shorter months cannot be said in one rule beside the other days; write last, add \
         \"where there is one\", or make a recurrence of each"
    )
}
