//! The schedule as a calendar (iCalendar, RFC 5545): a repeating event for each row, single events where a rule of
//! calendars cannot say what the row does.
//!
//! A row whose days move by a weekend rule or a shift is written day by day, because RRULE knows neither. Identities stay
//! the same from one export to the next, so that a calendar that subscribes replaces what it has.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveTime};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use ledger_core::Result;
use ledger_core::account::AccountId;
use ledger_core::schedule::{
    Move, OccurrenceChange, OccurrenceState, Plan, PlannedLine, Recurrence, Schedule, WeekendRule,
};

use super::shown::{lines_amount, moved_of};

/// What the calendar needs to know beside the plan.
pub(super) struct CalendarOptions<'o> {
    /// The name of the calendar.
    pub name: &'o str,
    /// What makes identities of this book unlike those of every other.
    pub book_uid: &'o str,
    /// The day of the export.
    pub today: NaiveDate,
    /// The last day of what is written day by day.
    pub to: NaiveDate,
    /// The names of accounts.
    pub accounts: &'o BTreeMap<AccountId, String>,
}

/// A calendar as text, and the names of the rows that were written day by day.
///
/// # Errors
/// As [`Plan::occurrences`].
pub(super) fn write(plan: &Plan, options: &CalendarOptions<'_>) -> Result<(String, Vec<String>)> {
    let mut calendar = Calendar::empty();
    for (name, value) in
        [("VERSION", "2.0"), ("PRODID", "-//ledger//schedules//EN"), ("CALSCALE", "GREGORIAN")]
    {
        calendar.append_property(Property::new(name, value));
    }
    calendar.name(options.name);
    let mut by_day = Vec::new();
    for schedule in plan.schedules() {
        match repeating(plan, schedule, options)? {
            Some(events) => calendar.extend(events),
            None => {
                calendar.extend(single_events(plan, schedule, options)?);
                by_day.push(schedule.name().to_owned());
            }
        }
    }
    // A string takes everything, and the crate fails for no other reason.
    Ok((calendar.to_string(), by_day))
}

/// The events of a row as RRULE can say them; nothing where it cannot.
fn repeating(plan: &Plan, schedule: &Schedule, options: &CalendarOptions<'_>) -> Result<Option<Vec<Event>>> {
    let terms = schedule.terms();
    if terms.weekend != WeekendRule::AsIs || terms.shift_days != 0 {
        return Ok(None);
    }
    let mut events = Vec::new();
    for (place, step) in terms.steps.iter().enumerate() {
        let next = terms.steps.get(place + 1).and_then(|next| next.from);
        let Some(part) = part_of(&terms.recurrence, step.from, next) else { continue };
        let Some(part) = up_to_an_open_pause(&part, schedule) else { continue };
        let lines = part.to_rfc5545();
        // An event begins on the first of its days: calendars show a start that the rule does not name, and no day before.
        let first = part.next_on_or_after(NaiveDate::MIN).map(compact);
        if lines.lines().next().and_then(|line| line.rsplit(':').next()) != first.as_deref() {
            return Ok(None);
        }
        let uid = match step.from {
            Some(from) => format!("schedule-{}-from-{from}@{}", schedule.id(), options.book_uid),
            None => format!("schedule-{}@{}", schedule.id(), options.book_uid),
        };
        let mut event = event(schedule, &uid, &step.lines, options);
        for line in lines.lines() {
            event.append_multi_property(property(line));
        }
        let mut left_out = paused_days(&part, schedule)?;
        for (key, change) in plan.changes().iter().filter(|(key, _)| key.schedule == schedule.id()) {
            if part.dates(key.on, key.on)?.is_empty() {
                continue;
            }
            if *change == OccurrenceChange::Skipped {
                left_out.push(key.on);
            } else if let Some(moved) = moved_of(change) {
                left_out.retain(|day| *day != key.on);
                events.push(moved_event(schedule, &uid, key.on, moved, &step.lines, options));
            }
        }
        if !left_out.is_empty() {
            let days: Vec<String> = left_out.iter().map(|day| compact(*day)).collect();
            event.append_multi_property(property(&format!("EXDATE;VALUE=DATE:{}", days.join(","))));
        }
        events.push(event.done());
    }
    // The event itself before the days that differ from it.
    events.sort_by_key(|event| event.property_value("RECURRENCE-ID").is_some());
    Ok(Some(events))
}

/// The days of a step, or nothing where none is left for it.
fn part_of(recurrence: &Recurrence, from: Option<NaiveDate>, until: Option<NaiveDate>) -> Option<Recurrence> {
    let first = recurrence.next_on_or_after(from.unwrap_or(NaiveDate::MIN))?;
    let part = recurrence.starting_on(first).ok()?;
    match until {
        Some(until) => part.ending_before(until).ok(),
        None => Some(part),
    }
}

fn up_to_an_open_pause(part: &Recurrence, schedule: &Schedule) -> Option<Recurrence> {
    let pauses = schedule.terms().pauses.iter();
    match pauses.filter(|pause| pause.until.is_none()).map(|pause| pause.from).min() {
        Some(from) => part.ending_before(from).ok(),
        None => Some(part.clone()),
    }
}

/// The days of pauses that end.
fn paused_days(part: &Recurrence, schedule: &Schedule) -> Result<Vec<NaiveDate>> {
    let mut days = Vec::new();
    for pause in &schedule.terms().pauses {
        if let Some(until) = pause.until {
            days.extend(part.dates(pause.from, until)?);
        }
    }
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

/// One occurrence that is on another day, or of other lines, than its row says.
fn moved_event(
    schedule: &Schedule,
    uid: &str,
    on: NaiveDate,
    moved: &Move,
    lines: &[PlannedLine],
    options: &CalendarOptions<'_>,
) -> Event {
    let mut event = event(schedule, uid, moved.lines.as_deref().unwrap_or(lines), options);
    event.recurrence_id(on).starts(moved.to.unwrap_or(on)).done()
}

/// A row day by day, from today through the last day.
fn single_events(plan: &Plan, schedule: &Schedule, options: &CalendarOptions<'_>) -> Result<Vec<Event>> {
    let changes = plan.changes().iter().filter(|(key, _)| key.schedule == schedule.id());
    let changes = changes.map(|(key, change)| (*key, change.clone()));
    let row = Plan::new([schedule.clone()], changes)?;
    let mut events = Vec::new();
    for occurrence in row.occurrences(options.today.min(options.to), options.to)? {
        if matches!(occurrence.state, OccurrenceState::Skipped | OccurrenceState::Paused) {
            continue;
        }
        let uid = format!("schedule-{}-on-{}@{}", schedule.id(), occurrence.key.on, options.book_uid);
        events.push(event(schedule, &uid, &occurrence.lines, options).starts(occurrence.due_on).done());
    }
    Ok(events)
}

/// What every event of a row says, without its days.
fn event(schedule: &Schedule, uid: &str, lines: &[PlannedLine], options: &CalendarOptions<'_>) -> Event {
    let terms = schedule.terms();
    let mut text: Vec<String> = Vec::new();
    for line in lines {
        let account = options.accounts.get(&line.account).map_or("?", String::as_str);
        let estimate = match (line.low, line.high) {
            (None, None) => String::new(),
            _ => format!(" ({} to {})", line.low().number(), line.high().number()),
        };
        text.push(format!("{account} {}{estimate}", line.amount));
    }
    text.extend(terms.party.iter().map(|party| format!("with {party}")));
    if terms.probability.is_uncertain() {
        text.push(format!("probability {}", terms.probability));
    }
    text.extend(terms.note.clone());
    let mut event = Event::new();
    event
        .uid(uid)
        .summary(&format!("{} {}", terms.name, lines_amount(lines)))
        .description(&text.join("\n"))
        .timestamp(options.today.and_time(NaiveTime::MIN).and_utc())
        .append_property(Property::new("TRANSP", "TRANSPARENT"));
    if terms.probability.is_uncertain() {
        event.status(EventStatus::Tentative);
    }
    event.done()
}

/// A line such as `DTSTART;VALUE=DATE:20260301` as a property.
fn property(line: &str) -> Property {
    let (head, value) = line.split_once(':').unwrap_or((line, ""));
    let mut parts = head.split(';');
    let mut property = Property::new(parts.next().unwrap_or_default(), value);
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        property.add_parameter(name, value);
    }
    property
}

fn compact(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

/// How far what has to be written day by day goes, where nobody says.
pub(super) fn horizon(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(730)).unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use ledger_core::schedule::{OccurrenceKey, ScheduleId, ScheduleTerms};

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rent(change: impl FnOnce(&mut ScheduleTerms)) -> Plan {
        let account = |id: &str| serde_json::from_str::<AccountId>(id).unwrap();
        let line = |id: &str, amount: &str| PlannedLine::new(account(id), amount.parse().unwrap());
        let monthly = Recurrence::from_rfc5545("FREQ=MONTHLY", Some(day("2026-03-01"))).unwrap();
        let lines = vec![line("2", "950.00 EUR"), line("1", "-950.00 EUR")];
        let mut terms = ScheduleTerms::new("Rent; flat, 2nd floor 家賃", monthly, lines);
        change(&mut terms);
        Plan::new([Schedule::new(ScheduleId::new(7), terms).unwrap()], []).unwrap()
    }

    fn written(plan: &Plan) -> (String, Vec<String>) {
        let accounts = [("1", "Assets:Bank"), ("2", "Expenses:Rent")];
        let accounts: BTreeMap<AccountId, String> =
            accounts.map(|(id, name)| (serde_json::from_str(id).unwrap(), name.to_owned())).into();
        let options = CalendarOptions {
            name: "home",
            book_uid: "0190",
            today: day("2026-03-31"),
            to: day("2026-06-30"),
            accounts: &accounts,
        };
        let (text, by_day) = write(plan, &options).unwrap();
        assert!(text.split_inclusive('\n').all(|line| line.ends_with("\r\n") && line.len() <= 77), "{text}");
        (text.replace("\r\n ", ""), by_day)
    }

    fn key(on: &str) -> OccurrenceKey {
        OccurrenceKey::new(ScheduleId::new(7), day(on))
    }

    #[test]
    fn a_row_is_one_repeating_event_whose_texts_are_escaped() {
        let (text, by_day) = written(&rent(|_| {}));
        assert_eq!((text.matches("BEGIN:VEVENT").count(), by_day.len()), (1, 0));
        for line in [
            "DTSTART;VALUE=DATE:20260301\r\n",
            "RRULE:FREQ=MONTHLY",
            "SUMMARY:Rent\\; flat\\, 2nd floor 家賃 950.00 EUR\r\n",
            "DESCRIPTION:Expenses:Rent 950.00 EUR\\nAssets:Bank -950.00 EUR\r\n",
            "UID:schedule-7@0190\r\n",
            "DTSTAMP:20260331T000000Z\r\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert_eq!(written(&rent(|_| {})).0, text, "an export says the same again");
    }

    #[test]
    fn skips_are_left_out_and_moves_stand_beside_their_event() {
        let mut plan = rent(|_| {});
        plan.skip(key("2026-05-01")).unwrap();
        plan.move_occurrence(key("2026-06-01"), Move { to: Some(day("2026-06-04")), lines: None }).unwrap();
        plan.settle(key("2026-03-01"), 12).unwrap();
        let (text, _) = written(&plan);
        assert!(text.contains("EXDATE;VALUE=DATE:20260501\r\n"), "{text}");
        let own = text.split("BEGIN:VEVENT").nth(2).unwrap();
        assert!(
            own.contains("RECURRENCE-ID;VALUE=DATE:20260601\r\n") && own.contains("UID:schedule-7@0190"),
            "{text}"
        );
        assert!(own.contains("DTSTART;VALUE=DATE:20260604\r\n") && !own.contains("RRULE"), "{text}");
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 2);
    }

    #[test]
    fn a_weekend_rule_is_written_day_by_day_and_named() {
        let (text, by_day) = written(&rent(|terms| terms.weekend = WeekendRule::After));
        assert_eq!(by_day, ["Rent; flat, 2nd floor 家賃"]);
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 3);
        assert!(text.contains("UID:schedule-7-on-2026-04-01@0190\r\n"), "{text}");
        assert!(!text.contains("RRULE"));
    }

    #[test]
    fn each_step_is_an_event_and_a_pause_leaves_days_out() {
        let (text, _) = written(&rent(|terms| {
            let mut later = terms.steps[0].clone();
            later.from = Some(day("2027-01-01"));
            terms.steps.push(later);
            terms.pauses.push(ledger_core::schedule::Pause {
                from: day("2026-05-01"),
                until: Some(day("2026-06-30")),
            });
        }));
        assert!(
            text.contains("UNTIL=20261231") && text.contains("UID:schedule-7-from-2027-01-01@0190"),
            "{text}"
        );
        assert!(text.contains("EXDATE;VALUE=DATE:20260501,20260601\r\n"), "{text}");
    }
}
