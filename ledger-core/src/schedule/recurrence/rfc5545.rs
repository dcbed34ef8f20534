//! Recurrences as text of RFC 5545, sections 3.3.10 and 3.8: reading in the forms that calendars write, and writing.

use std::fmt::Write as _;

use chrono::{NaiveDate, Weekday};

use super::rule::{End, Frequency, NthWeekday, Rule, weekday_code};
use super::when::{When, is_known};
use super::{Recurrence, Unproven};

/// Reads lines, or a rule alone.
///
/// # Errors
///
/// A clause that names the part that is not understood.
pub(super) fn read(text: &str, starts_on: Option<NaiveDate>) -> Result<Unproven, String> {
    let unfolded = unfold(text);
    let mut lines = Lines::default();
    for line in unfolded.lines().map(str::trim).filter(|line| !line.is_empty()) {
        lines.take(line)?;
    }
    let start = match (lines.start, starts_on) {
        (Some(start), Some(given)) if start.date != given => {
            return Err(format!("its DTSTART is {}, and {given} was given as the start", start.date));
        }
        (Some(start), _) => start,
        (None, Some(given)) => When::day(given),
        (None, None) => {
            return Err("it has no start: add a line such as DTSTART;VALUE=DATE:20260501".to_owned());
        }
    };
    let day = |when: &When| Ok::<_, String>(when.in_zone_of(&start)?.date());
    let rule = lines.rule.map(|text| read_rule(&text, &start)).transpose()?;
    let mut listed = lines.added.iter().map(day).collect::<Result<Vec<_>, _>>()?;
    if rule.is_none() {
        listed.push(start.date);
    }
    let left_out = lines.left_out.iter().map(day).collect::<Result<Vec<_>, _>>()?;
    Ok(Unproven { starts_on: start.date, rule, listed, left_out })
}

/// The names of zones that are not known, each once.
pub(super) fn unknown_zones(text: &str) -> Vec<String> {
    let mut unknown = Vec::new();
    for line in unfold(text).lines() {
        let Ok((parameters, _)) = split_value(line) else { continue };
        let zone = zone_of(parameters).filter(|zone| !is_known(zone)).map(str::to_owned);
        unknown.extend(zone.filter(|zone| !unknown.contains(zone)));
    }
    unknown
}

/// Long lines are folded: a break and a blank stand for nothing.
fn unfold(text: &str) -> String {
    text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
}

/// The lines of a recurrence as they are read.
#[derive(Default)]
struct Lines {
    start: Option<When>,
    rule: Option<String>,
    added: Vec<When>,
    left_out: Vec<When>,
}

impl Lines {
    fn take(&mut self, line: &str) -> Result<(), String> {
        let name = line.split([':', ';', '=']).next().unwrap_or_default().to_ascii_uppercase();
        let is_bare_rule = line[name.len()..].starts_with('=');
        let (parameters, value) = if is_bare_rule { ("", line) } else { split_value(line)? };
        let zone = zone_of(parameters);
        match name.as_str() {
            _ if is_bare_rule => set_once(&mut self.rule, value.to_owned(), "rule"),
            "RRULE" => set_once(&mut self.rule, value.to_owned(), "rule"),
            "DTSTART" => set_once(&mut self.start, When::read(value, zone)?, "DTSTART"),
            "RDATE" => extend(&mut self.added, value, zone),
            "EXDATE" => extend(&mut self.left_out, value, zone),
            "EXRULE" => {
                Err("EXRULE is not taken, as RFC 5545 gave it up; list the days as EXDATE".to_owned())
            }
            _ => Err(format!("\"{name}\" is none of DTSTART, RRULE, RDATE and EXDATE")),
        }
    }
}

fn set_once<T>(place: &mut Option<T>, value: T, what: &str) -> Result<(), String> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("it has more than one {what}")),
    }
}

fn extend(days: &mut Vec<When>, values: &str, zone: Option<&str>) -> Result<(), String> {
    for value in values.split(',') {
        // A period counts for its first day.
        let begins = value.split('/').next().unwrap_or(value);
        days.push(When::read(begins.trim(), zone)?);
    }
    Ok(())
}

/// The parameters and the value of a line; a colon in quotes belongs to a parameter.
fn split_value(line: &str) -> Result<(&str, &str), String> {
    let mut quoted = false;
    let colon = line.char_indices().find(|(_, letter)| {
        quoted ^= *letter == '"';
        *letter == ':' && !quoted
    });
    let (at, _) = colon.ok_or_else(|| format!("\"{line}\" has no colon before its value"))?;
    Ok((&line[..at], line[at + 1..].trim()))
}

fn zone_of(parameters: &str) -> Option<&str> {
    let mut parts = parameters.split(';').skip(1).filter_map(|part| part.split_once('='));
    let (_, zone) = parts.find(|(name, _)| name.eq_ignore_ascii_case("TZID"))?;
    Some(zone.trim_matches('"'))
}

/// Reads the value of RRULE.
fn read_rule(text: &str, start: &When) -> Result<Rule, String> {
    let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
    let parts = parts.map(|part| {
        let (name, value) = part.split_once('=').ok_or_else(|| format!("\"{part}\" has no =value"))?;
        Ok((name.trim().to_ascii_uppercase(), value.trim().to_ascii_uppercase()))
    });
    let parts = parts.collect::<Result<Vec<_>, String>>()?;
    if let Some((name, _)) =
        (1..parts.len()).find_map(|at| parts[..at].iter().find(|part| part.0 == parts[at].0))
    {
        return Err(format!("{name} is there twice"));
    }
    let frequency = parts.iter().find(|(name, _)| name == "FREQ").map(|(_, value)| read_frequency(value));
    let mut rule = Rule::every(1, frequency.ok_or("it has no FREQ, such as FREQ=MONTHLY")??);
    for (name, value) in &parts {
        read_part(&mut rule, name, value, start)?;
    }
    Ok(rule)
}

fn read_part(rule: &mut Rule, name: &str, value: &str, start: &When) -> Result<(), String> {
    match name {
        "FREQ" => {}
        "INTERVAL" => rule.interval = read_number(name, value)?,
        "COUNT" | "UNTIL" if rule.end != End::Never => {
            return Err("COUNT and UNTIL are both there; a rule ends in one way".to_owned());
        }
        "COUNT" => rule.end = End::Count(read_number(name, value)?),
        "UNTIL" => rule.end = End::Until(read_until(value, start)?),
        "WKST" => rule.week_start = read_weekday(value)?,
        "BYMONTH" => rule.months = read_list(name, value, 12)?,
        "BYMONTHDAY" => rule.month_days = read_list(name, value, 31)?,
        "BYYEARDAY" => rule.year_days = read_list(name, value, 366)?,
        "BYWEEKNO" => rule.week_numbers = read_list(name, value, 53)?,
        "BYSETPOS" => rule.positions = read_list(name, value, 366)?,
        "BYDAY" => rule.weekdays = value.split(',').map(read_nth_weekday).collect::<Result<_, _>>()?,
        // One time of day leaves the days as they are.
        "BYHOUR" | "BYMINUTE" | "BYSECOND" if value.parse::<u8>().is_ok_and(|value| value < 60) => {}
        "BYHOUR" | "BYMINUTE" | "BYSECOND" => {
            return Err(format!("{name}={value} is more than once a day; a schedule knows days only"));
        }
        _ => return Err(format!("\"{name}\" is no part of a rule that is understood")),
    }
    if let Some(month) = rule.months.iter().find(|month| **month < 1) {
        return Err(format!("BYMONTH={month} is no month; they are 1 to 12"));
    }
    Ok(())
}

fn read_frequency(value: &str) -> Result<Frequency, String> {
    match value {
        "DAILY" => Ok(Frequency::Daily),
        "WEEKLY" => Ok(Frequency::Weekly),
        "MONTHLY" => Ok(Frequency::Monthly),
        "YEARLY" => Ok(Frequency::Yearly),
        "HOURLY" | "MINUTELY" | "SECONDLY" => {
            Err(format!("FREQ={value} repeats within a day; a schedule knows days only, from FREQ=DAILY up"))
        }
        _ => Err(format!("FREQ={value} is none of DAILY, WEEKLY, MONTHLY and YEARLY")),
    }
}

/// The last day, in the zone of the start: an instant before the start's time of day excludes its own day.
fn read_until(value: &str, start: &When) -> Result<NaiveDate, String> {
    let until = When::read(value, None)?;
    let local = until.in_zone_of(start)?;
    let early = until.time.is_some() && start.time.is_some_and(|time| local.time() < time);
    let last = if early { local.date().pred_opt() } else { Some(local.date()) };
    last.ok_or_else(|| format!("UNTIL={value} is outside the calendar"))
}

fn read_number(name: &str, value: &str) -> Result<u32, String> {
    value.parse().map_err(|_| format!("{name}={value} is not a whole number above 0"))
}

/// Numbers from 1 to `max`, or from the end with -1 to -`max`.
fn read_list(name: &str, values: &str, max: i32) -> Result<Vec<i32>, String> {
    let read = |value: &str| {
        let number = value.trim().parse::<i32>().ok();
        let inside = number.filter(|number| *number != 0 && number.unsigned_abs() <= max.unsigned_abs());
        inside.ok_or_else(|| format!("{name}={value} is outside 1 to {max} and -{max} to -1"))
    };
    values.split(',').map(read).collect()
}

fn read_weekday(code: &str) -> Result<Weekday, String> {
    let days = (0..7).filter_map(|day| Weekday::try_from(day).ok());
    let found = days.into_iter().find(|day| weekday_code(*day) == code);
    found.ok_or_else(|| format!("\"{code}\" is no weekday; they are MO, TU, WE, TH, FR, SA and SU"))
}

fn read_nth_weekday(value: &str) -> Result<NthWeekday, String> {
    let value = value.trim();
    let code_at = value.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(value.len());
    let weekday = read_weekday(&value[code_at..])?;
    if code_at == 0 {
        return Ok(NthWeekday { nth: 0, weekday });
    }
    let nth = read_list("BYDAY", &value[..code_at], 53)?;
    Ok(NthWeekday { nth: nth[0], weekday })
}

/// The canonical lines.
pub(super) fn write(recurrence: &Recurrence) -> String {
    let mut text = format!("DTSTART;VALUE=DATE:{}", compact(recurrence.starts_on));
    if let Some(rule) = &recurrence.rule {
        text.push_str("\nRRULE:");
        text.push_str(&write_rule(rule));
    }
    for (name, days) in [("RDATE", &recurrence.added), ("EXDATE", &recurrence.left_out)] {
        if !days.is_empty() {
            let days = days.iter().map(|day| compact(*day)).collect::<Vec<_>>();
            // Writing to a string cannot fail.
            let _ = write!(text, "\n{name};VALUE=DATE:{}", days.join(","));
        }
    }
    text
}

/// The value of RRULE, its parts in a fixed order.
pub(super) fn write_rule(rule: &Rule) -> String {
    let mut parts = vec![format!("FREQ={}", rule.frequency.word())];
    if rule.interval != 1 {
        parts.push(format!("INTERVAL={}", rule.interval));
    }
    match rule.end {
        End::Never => {}
        End::Until(until) => parts.push(format!("UNTIL={}", compact(until))),
        End::Count(count) => parts.push(format!("COUNT={count}")),
    }
    let numbers = |name: &str, list: &[i32]| {
        let list = list.iter().map(i32::to_string).collect::<Vec<_>>();
        Some(format!("{name}={}", list.join(","))).filter(|_| !list.is_empty())
    };
    parts.extend(numbers("BYMONTH", &rule.months));
    parts.extend(numbers("BYWEEKNO", &rule.week_numbers));
    parts.extend(numbers("BYYEARDAY", &rule.year_days));
    parts.extend(numbers("BYMONTHDAY", &rule.month_days));
    if !rule.weekdays.is_empty() {
        let days = rule.weekdays.iter().map(|day| match day.nth {
            0 => weekday_code(day.weekday).to_owned(),
            nth => format!("{nth}{}", weekday_code(day.weekday)),
        });
        parts.push(format!("BYDAY={}", days.collect::<Vec<_>>().join(",")));
    }
    parts.extend(numbers("BYSETPOS", &rule.positions));
    if rule.week_start != Weekday::Mon {
        parts.push(format!("WKST={}", weekday_code(rule.week_start)));
    }
    parts.join(";")
}

fn compact(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}
