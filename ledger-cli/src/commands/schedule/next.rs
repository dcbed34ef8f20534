//! What comes next of a row: the day of its next open occurrence, and its next few occurrences in every state.
//!
//! A weekend rule, a shift or a move takes an occurrence past the day that it is scheduled for, also past the last one of
//! the rule, so that scheduled days alone do not tell.

use chrono::{Days, NaiveDate};
use ledger_core::Result;
use ledger_core::schedule::{Occurrence, OccurrenceChange, OccurrenceKey, Plan, Schedule};

use super::shown::moved_of;

/// How far the day of an occurrence can lie behind its scheduled day, but for moves: a shift and a weekend.
const REACH_DAYS: u64 = 366 + 2;

/// The day of the next open occurrence of a row from a day on or, where none is left, of the oldest one that is overdue.
///
/// # Errors
/// As [`Plan::occurrences`].
pub fn next_due(plan: &Plan, schedule: &Schedule, today: NaiveDate) -> Result<Option<NaiveDate>> {
    let terms = schedule.terms();
    let mut next = None;
    let mut from = Some(first_that_reaches(today));
    while let Some(on) = from.and_then(|from| terms.recurrence.next_on_or_after(from)) {
        if let Some(pause) = terms.pauses.iter().find(|pause| pause.covers(on)) {
            from = pause.until.and_then(|until| until.succ_opt());
            continue;
        }
        let is_changed = plan.changes().contains_key(&OccurrenceKey::new(schedule.id(), on));
        let due = terms.due_on(on)?;
        if !is_changed && due >= today {
            next = Some(due);
            break;
        }
        from = on.succ_opt();
    }
    for (key, change) in plan.changes().iter().filter(|(key, _)| key.schedule == schedule.id()) {
        if let OccurrenceChange::Moved(moved) = change
            && !terms.recurrence.dates(key.on, key.on)?.is_empty()
        {
            let due = moved.to.map_or_else(|| terms.due_on(key.on), Ok)?;
            next = next.into_iter().chain(Some(due).filter(|due| *due >= today)).min();
        }
    }
    if next.is_some() || terms.recurrence.starts_on() > today {
        return Ok(next);
    }
    let first = first_that_reaches(terms.recurrence.starts_on());
    let overdue = of_rows(plan, &[schedule])?.occurrences(first, today)?;
    Ok(overdue.iter().find(|occurrence| occurrence.state.is_open()).map(|occurrence| occurrence.due_on))
}

/// The next occurrences of the parts of a row from a day on, in every state, by their days.
///
/// # Errors
/// As [`Plan::occurrences`].
pub fn next_occurrences(
    plan: &Plan,
    parts: &[&Schedule],
    today: NaiveDate,
    count: usize,
) -> Result<Vec<Occurrence>> {
    let row = of_rows(plan, parts)?;
    // As many days as are asked for, and one for each that may have moved away from among them.
    let wanted = count + row.changes().len();
    let mut last = today;
    for part in parts {
        let terms = part.terms();
        let mut from = Some(first_that_reaches(today));
        let mut found = 0;
        while let Some(on) =
            from.filter(|_| found < wanted).and_then(|from| terms.recurrence.next_on_or_after(from))
        {
            let due = terms.due_on(on)?;
            last = last.max(due);
            found += usize::from(due >= today);
            from = on.succ_opt();
        }
    }
    let mut next = row.occurrences(today, last)?;
    if next.len() < count {
        let moved = row.changes().values().filter_map(|change| moved_of(change)?.to);
        next = row.occurrences(today, moved.max().map_or(last, |to| to.max(last)))?;
    }
    next.truncate(count);
    Ok(next)
}

/// The first scheduled day whose money may move on `day`, but for moves.
fn first_that_reaches(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(REACH_DAYS)).unwrap_or(NaiveDate::MIN)
}

/// A plan of these rows alone.
fn of_rows(plan: &Plan, rows: &[&Schedule]) -> Result<Plan> {
    let is_of = |key: &OccurrenceKey| rows.iter().any(|row| row.id() == key.schedule);
    let changes = plan.changes().iter().filter(|(key, _)| is_of(key));
    Plan::new(rows.iter().copied().cloned(), changes.map(|(key, change)| (*key, change.clone())))
}
