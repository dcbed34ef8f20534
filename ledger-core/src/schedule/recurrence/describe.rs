//! Says a recurrence in words that `friendly` reads back.

use chrono::{NaiveDate, Weekday};

use super::Recurrence;
use super::friendly::with_month_end;
use super::rfc5545::write_rule;
use super::rule::{End, Frequency, Rule, month_lengths};
use super::vocabulary::{MONTHS, WEEKDAYS, ordinal_word};
use crate::schedule::MonthEnd;

/// The words, without the start of a rule.
pub(super) fn words(recurrence: &Recurrence) -> String {
    let mut words = match &recurrence.rule {
        None => format!("once on {}", recurrence.starts_on),
        Some(rule) => match rule_words(rule) {
            Some(words) => words + &end_words(rule),
            None => format!("by the rule {}", write_rule(rule)),
        },
    };
    for (intro, days) in [("also on", &recurrence.added), ("except on", &recurrence.left_out)] {
        if !days.is_empty() {
            let days = days.iter().map(NaiveDate::to_string).collect();
            words.push_str(&format!(", {intro} {}", list(days)));
        }
    }
    words
}

fn end_words(rule: &Rule) -> String {
    let weeks = match rule.week_start {
        Weekday::Mon => String::new(),
        day => format!(", weeks from {}", weekday_name(day)),
    };
    match rule.end {
        End::Never => weeks,
        End::Until(until) => format!("{weeks} until {until}"),
        End::Count(1) => format!("{weeks}, 1 time"),
        End::Count(count) => format!("{weeks}, {count} times"),
    }
}

/// The words of a rule without its end, or nothing for one that has no everyday words.
fn rule_words(rule: &Rule) -> Option<String> {
    if !rule.year_days.is_empty() || !rule.week_numbers.is_empty() {
        return None;
    }
    let plain = rule.months.is_empty() && rule.month_days.is_empty() && rule.positions.is_empty();
    match rule.frequency {
        Frequency::Daily => (plain && rule.weekdays.is_empty()).then(|| period_words(rule.interval, "day")),
        Frequency::Weekly if !plain => None,
        Frequency::Weekly if rule.is_on_working_days() && rule.interval == 1 => {
            Some("every weekday".to_owned())
        }
        Frequency::Weekly => {
            let days = match rule.is_on_working_days() {
                true => "every weekday".to_owned(),
                false => list(rule.weekdays.iter().map(|day| weekday_name(day.weekday).to_owned()).collect()),
            };
            Some(format!("{} on {days}", period_words(rule.interval, "week")))
        }
        Frequency::Monthly if rule.months.is_empty() => {
            Some(format!("{} on {}", period_words(rule.interval, "month"), day_words(rule)?))
        }
        Frequency::Yearly if !rule.months.is_empty() => {
            Some(format!("{} on {}", period_words(rule.interval, "year"), day_words(rule)?))
        }
        Frequency::Monthly | Frequency::Yearly => None,
    }
}

/// `every month`, `every 2 months`.
fn period_words(interval: u32, period: &str) -> String {
    match interval {
        1 => format!("every {period}"),
        _ => format!("every {interval} {period}s"),
    }
}

/// The days of a month, with the months where the rule names them.
fn day_words(rule: &Rule) -> Option<String> {
    let days = match (rule.month_days.is_empty(), rule.weekdays.is_empty()) {
        (false, true) => return month_day_words(rule),
        (true, false) if rule.positions.is_empty() => list(weekday_words(rule)?),
        (true, false) if rule.is_on_working_days() && rule.months.len() < 2 => {
            list(rule.positions.iter().map(|nth| format!("the {} weekday", ordinal_word(*nth))).collect())
        }
        _ => return None,
    };
    Some(days + &of_months(&rule.months))
}

/// Weekdays of a month, all of them numbered or none.
fn weekday_words(rule: &Rule) -> Option<Vec<String>> {
    if rule.is_on_working_days() {
        return Some(vec!["every weekday".to_owned()]);
    }
    if rule.weekdays.iter().any(|day| day.nth == 0) && rule.weekdays.iter().any(|day| day.nth != 0) {
        return None;
    }
    let words = rule.weekdays.iter().map(|day| match day.nth {
        0 => format!("every {}", weekday_name(day.weekday)),
        nth => format!("the {} {}", ordinal_word(nth), weekday_name(day.weekday)),
    });
    Some(words.collect())
}

fn month_day_words(rule: &Rule) -> Option<String> {
    let (shortest, longest) = month_lengths(&rule.months);
    // A rule may name a day that none of its months has beside others; words may not.
    if rule.month_days.iter().any(|day| day.abs() > longest) {
        return None;
    }
    let (days, suffix) = if rule.positions.is_empty() {
        let some_missing =
            rule.month_days.iter().any(|day| *day > shortest) && !rule.month_days.contains(&-1);
        (rule.month_days.clone(), if some_missing { " where there is one" } else { "" })
    } else {
        (days_with_month_end(rule)?, ", or the last day of shorter months")
    };
    if let ([day], [month]) = (&days[..], &rule.months[..])
        && *day > 0
    {
        return Some(format!("{day} {}{suffix}", MONTHS[*month as usize - 1]));
    }
    // "The 15th and the last day": a count from the end is said with its day.
    let words = days.iter().map(|day| match day {
        1.. => format!("the {}", ordinal_word(*day)),
        _ => format!("the {} day", ordinal_word(*day)),
    });
    Some(list(words.collect()) + &of_months(&rule.months) + suffix)
}

/// The days that were meant by a list of the last days of months of which BYSETPOS takes the last.
pub(super) fn days_with_month_end(rule: &Rule) -> Option<Vec<i32>> {
    let others = rule.positions.len() - 1;
    let mut days = rule.month_days.get(..others)?.to_vec();
    days.push(*rule.month_days.last()?);
    let again = with_month_end(&days, &rule.months, MonthEnd::LastDay).ok()?;
    (again == (rule.month_days.clone(), rule.positions.clone())).then_some(days)
}

fn of_months(months: &[i32]) -> String {
    if months.is_empty() {
        return String::new();
    }
    format!(" of {}", list(months.iter().map(|month| MONTHS[*month as usize - 1].to_owned()).collect()))
}

fn weekday_name(weekday: Weekday) -> &'static str {
    WEEKDAYS[weekday.num_days_from_monday() as usize]
}

/// `a`, `a and b`, `a, b and c`.
fn list(mut words: Vec<String>) -> String {
    let last = words.pop().unwrap_or_default();
    match words.is_empty() {
        true => last,
        false => format!("{} and {last}", words.join(", ")),
    }
}
