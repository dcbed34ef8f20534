//! Adjustments as the edits that a person would make.

use std::sync::Arc;

use chrono::{Duration, NaiveDate};

use super::amount::{Refusal, changed};
use super::{Adjustment, AmountChange, RowRef, Scope, ShiftBy};
use crate::schedule::{
    Move, OccurrenceChange, OccurrenceKey, Origin, Pause, Plan, PlannedLine, Schedule, ScheduleId,
    ScheduleTerms, Step,
};
use crate::text::normalize;
use crate::{Error, ErrorKind, Result};

/// Makes one adjustment of the scenario `scenario`.
pub(super) fn adjust(plan: &mut Plan, adjustment: &Adjustment, scenario: &str) -> Result<()> {
    let refuse = |reason: String| -> Error {
        ErrorKind::InvalidAdjustment { adjustment: adjustment.to_string(), reason }.into()
    };
    let done = match adjustment {
        Adjustment::Add(terms) => add(plan, terms, scenario),
        Adjustment::Amount { row, change, scope } => {
            each(plan, row, *scope, |plan, id| change_amount(plan, id, change, *scope))
        }
        Adjustment::Shift { row, by, scope } => shift(plan, row, *by, *scope),
        Adjustment::Skip { row, scope } => each(plan, row, *scope, |plan, id| skip(plan, id, *scope)),
        Adjustment::Stop { row, from } => {
            let scope = Scope::From(*from);
            each(plan, row, scope, |plan, id| skip(plan, id, scope))
        }
        Adjustment::Start { row, from } => start(plan, row, *from),
        Adjustment::Probability { row, percent } => {
            each(plan, row, Scope::All, |plan, id| edit(plan, id, |terms| terms.probability = *percent))
        }
    };
    done.map_err(|refusal| match refusal {
        Refusal::Nothing(why) => refuse(format!("it changes nothing: {why}")),
        Refusal::Reason(reason) => refuse(reason),
        Refusal::Error(error) => error,
    })
}

/// Adjusts every part of a row that has a day in the scope; what changes none of them is refused.
fn each(
    plan: &mut Plan,
    row: &RowRef,
    scope: Scope,
    adjust: impl Fn(&mut Plan, ScheduleId) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let (mut changes, mut nothing) = (false, None);
    for part in meant(plan, row, scope)? {
        match adjust(plan, part.id()) {
            Ok(()) => changes = true,
            Err(Refusal::Nothing(why)) => nothing = nothing.or(Some(why)),
            Err(refusal) => return Err(refusal),
        }
    }
    match nothing.filter(|_| !changes) {
        Some(why) => Err(Refusal::Nothing(why)),
        None => Ok(()),
    }
}

/// The parts of a row that have a day in a scope, by their days; at least one.
fn meant(plan: &Plan, row: &RowRef, scope: Scope) -> Result<Vec<Arc<Schedule>>, Refusal> {
    let mut parts = row.parts(plan)?;
    let (from, until) = match scope {
        Scope::All => return Ok(parts),
        Scope::One(on) => return Ok(vec![part_of(parts, on)?]),
        Scope::From(from) => (from, None),
        Scope::Between { from, until } => (from, Some(until)),
    };
    if until.is_some_and(|until| until < from) {
        return Err(Refusal::Reason("its time ends before it begins".to_owned()));
    }
    let next = parts.iter().filter_map(|part| first_from(part, from)).min();
    parts.retain(|part| first_from(part, from).is_some_and(|first| until.is_none_or(|until| first <= until)));
    match next {
        Some(_) if !parts.is_empty() => Ok(parts),
        Some(next) => Err(nothing_changes(&format!("it has no day in that time; the next is {next}"))),
        None => Err(nothing_changes("it has no day from then on")),
    }
}

/// The part that is scheduled for a day; where none is, the one whose days are close, so that its refusal names them.
fn part_of(parts: Vec<Arc<Schedule>>, on: NaiveDate) -> Result<Arc<Schedule>> {
    for part in &parts {
        if !part.terms().recurrence.dates(on, on)?.is_empty() {
            return Ok(Arc::clone(part));
        }
    }
    let begun = parts.partition_point(|part| part.terms().recurrence.starts_on() <= on);
    let close = parts.into_iter().nth(begun.saturating_sub(1));
    close.ok_or_else(|| ErrorKind::Misuse("a row without parts was adjusted".to_owned()).into())
}

fn add(plan: &mut Plan, terms: &ScheduleTerms, scenario: &str) -> Result<(), Refusal> {
    let mut terms = terms.clone();
    let name = normalize(&terms.name);
    if let Some(taken) = plan.schedules().iter().find(|row| normalize(row.name()) == name) {
        let by = match &taken.terms().origin {
            Origin::Scenario(other) if normalize(other) != normalize(scenario) => {
                format!(", of scenario \"{other}\"")
            }
            _ => String::new(),
        };
        let hint = format!(" as #{}{by} (choose another name)", taken.id());
        return Err(Error::from(ErrorKind::AlreadyExists { what: "schedule", name: terms.name, hint }).into());
    }
    if terms.origin == Origin::Manual {
        terms.origin = Origin::Scenario(scenario.to_owned());
    }
    plan.add(terms)?;
    Ok(())
}

fn change_amount(
    plan: &mut Plan,
    id: ScheduleId,
    change: &AmountChange,
    scope: Scope,
) -> Result<(), Refusal> {
    let schedule = Arc::clone(plan.schedule(id)?);
    let terms = schedule.terms();
    if let Scope::One(on) = scope {
        let lines = own_lines(plan, &schedule, on);
        let made = changed(&lines, change)?;
        if made == lines {
            return Err(nothing_changes("it has that amount already"));
        }
        plan.move_occurrence(OccurrenceKey::new(id, on), Move { to: None, lines: Some(made) })?;
        return Ok(());
    }
    let (from, until) = span(&schedule, scope);
    let mut steps = terms.steps.clone();
    if scope != Scope::All {
        begin_step(&mut steps, from);
    }
    if let Some(after) = until.and_then(|until| until.succ_opt()) {
        begin_step(&mut steps, after);
    }
    for place in 0..steps.len() {
        let ends_before = steps.get(place + 1).and_then(|next| next.from);
        let begins_after = steps[place].from.is_some_and(|begins| until.is_some_and(|until| begins > until));
        if ends_before.is_some_and(|next| next <= from) || begins_after {
            continue;
        }
        steps[place].lines = changed(&steps[place].lines, change)?;
    }
    // A step that says what the one before it says is none.
    steps.dedup_by(|later, before| later.lines == before.lines);
    if steps == terms.steps {
        return Err(nothing_changes("it has that amount already"));
    }
    edit(plan, id, |terms| terms.steps = steps)
}

fn shift(plan: &mut Plan, row: &RowRef, by: ShiftBy, scope: Scope) -> Result<(), Refusal> {
    if let Scope::One(on) = scope {
        return each(plan, row, scope, |plan, id| shift_one(plan, OccurrenceKey::new(id, on), by));
    }
    let days = match by {
        ShiftBy::Days(days) => days,
        // The first of all parts goes to that day, and the others by as many days.
        ShiftBy::To(day) => {
            let parts = meant(plan, row, scope)?;
            let first = parts.first().and_then(|part| Some((part, first_from(part, span(part, scope).0)?)));
            let (part, first) = first.ok_or_else(|| nothing_changes("it has no day in that time"))?;
            i32::try_from((day - part.terms().due_on(first)?).num_days()).unwrap_or(i32::MAX)
        }
    };
    each(plan, row, scope, |plan, id| shift_part(plan, id, days, scope))
}

fn shift_one(plan: &mut Plan, key: OccurrenceKey, by: ShiftBy) -> Result<(), Refusal> {
    let schedule = Arc::clone(plan.schedule(key.schedule)?);
    let due_on = match own_move(plan, key).and_then(|moved| moved.to) {
        Some(to) => to,
        None => schedule.terms().due_on(key.on)?,
    };
    let to = match by {
        ShiftBy::To(day) => day,
        ShiftBy::Days(days) => later_by(&schedule, due_on, days)?,
    };
    if to == due_on {
        return Err(nothing_changes("it is on that day already"));
    }
    plan.move_occurrence(key, Move { to: Some(to), lines: None })?;
    Ok(())
}

fn shift_part(plan: &mut Plan, id: ScheduleId, days: i32, scope: Scope) -> Result<(), Refusal> {
    if days == 0 {
        return Err(nothing_changes("it does not move"));
    }
    let schedule = Arc::clone(plan.schedule(id)?);
    let terms = schedule.terms();
    let (from, until) = span(&schedule, scope);
    let shifted = terms.shift_days.saturating_add(days);
    match (scope, until) {
        (Scope::All, _) => edit(plan, id, |terms| terms.shift_days = shifted),
        (_, Some(until)) => {
            for on in terms.recurrence.dates(from, until)? {
                let key = OccurrenceKey::new(id, on);
                let movable = match plan.changes().get(&key) {
                    None => !terms.is_paused(on),
                    change => matches!(change, Some(OccurrenceChange::Moved(Move { to: None, .. }))),
                };
                if movable {
                    let to = later_by(&schedule, terms.due_on(on)?, days)?;
                    plan.move_occurrence(key, Move { to: Some(to), lines: None })?;
                }
            }
            Ok(())
        }
        (_, None) => {
            plan.edit_later(id, from, plan.next_id(), |terms| terms.shift_days = shifted)?;
            Ok(())
        }
    }
}

fn skip(plan: &mut Plan, id: ScheduleId, scope: Scope) -> Result<(), Refusal> {
    if let Scope::One(on) = scope {
        let key = OccurrenceKey::new(id, on);
        if matches!(plan.changes().get(&key), Some(OccurrenceChange::Skipped)) {
            return Err(nothing_changes("it is skipped already"));
        }
        plan.skip(key)?;
        return Ok(());
    }
    let schedule = Arc::clone(plan.schedule(id)?);
    let (from, until) = span(&schedule, scope);
    let pause = Pause { from, until };
    let covered = schedule.terms().pauses.iter().any(|known| {
        known.from <= from && known.until.is_none_or(|end| until.is_some_and(|until| until <= end))
    });
    let skipped = skip_moved(plan, id, &pause)?;
    match covered {
        true if skipped => Ok(()),
        true => Err(nothing_changes("it is paused then already")),
        false => edit(plan, id, |terms| terms.pauses.push(pause)),
    }
}

fn start(plan: &mut Plan, row: &RowRef, from: NaiveDate) -> Result<(), Refusal> {
    let parts = row.parts(plan)?;
    let goes_on = parts.iter().find(|part| first_from(part, from).is_some());
    let goes_on = goes_on.ok_or_else(|| nothing_changes("it has no day from then on"))?;
    let Some(before) = from.pred_opt() else {
        return Err(nothing_changes("nothing lies before that day"));
    };
    if goes_on.terms().is_paused(from) {
        for part in parts.iter().filter(|part| part.terms().is_paused(from)) {
            edit(plan, part.id(), |terms| {
                terms
                    .pauses
                    .iter_mut()
                    .filter(|pause| pause.covers(from))
                    .for_each(|pause| pause.until = Some(before));
                terms.pauses.retain(|pause| pause.until.is_none_or(|until| pause.from <= until));
            })?;
        }
        return Ok(());
    }
    let begins = parts[0].terms().recurrence.starts_on();
    if begins >= from {
        let reason =
            format!("it begins on {begins}, so that starting it earlier takes a row of its own (add)");
        return Err(nothing_changes(&reason));
    }
    for part in parts.iter().filter(|part| part.terms().recurrence.starts_on() < from) {
        let pause = Pause { from: part.terms().recurrence.starts_on(), until: Some(before) };
        skip_moved(plan, part.id(), &pause)?;
        edit(plan, part.id(), |terms| terms.pauses.push(pause))?;
    }
    Ok(())
}

/// Skips single occurrences of a pause that have a day or lines of their own, which a pause does not reach.
fn skip_moved(plan: &mut Plan, id: ScheduleId, pause: &Pause) -> Result<bool> {
    let moved: Vec<OccurrenceKey> = plan
        .changes_of(id)
        .filter(|(key, change)| pause.covers(key.on) && matches!(change, OccurrenceChange::Moved(_)))
        .map(|(key, _)| *key)
        .collect();
    let stray = plan.stray_of(plan.schedule(id)?)?;
    let moved: Vec<_> = moved.into_iter().filter(|key| !stray.contains(key)).collect();
    moved.iter().try_for_each(|key| plan.skip(*key))?;
    Ok(!moved.is_empty())
}

/// Edits a row as a whole.
fn edit(plan: &mut Plan, id: ScheduleId, edit: impl FnOnce(&mut ScheduleTerms)) -> Result<(), Refusal> {
    let mut terms = plan.schedule(id)?.terms().clone();
    edit(&mut terms);
    if terms == *plan.schedule(id)?.terms() {
        return Err(nothing_changes("it says that already"));
    }
    plan.replace(id, terms)?;
    Ok(())
}

fn nothing_changes(why: &str) -> Refusal {
    Refusal::Nothing(why.to_owned())
}

/// The first and last day of a scope.
fn span(schedule: &Schedule, scope: Scope) -> (NaiveDate, Option<NaiveDate>) {
    match scope {
        Scope::All => (schedule.terms().recurrence.starts_on(), None),
        Scope::One(on) => (on, Some(on)),
        Scope::From(from) => (from, None),
        Scope::Between { from, until } => (from, Some(until)),
    }
}

/// The first scheduled day on or after a day.
fn first_from(schedule: &Schedule, day: NaiveDate) -> Option<NaiveDate> {
    schedule.terms().recurrence.next_on_or_after(day)
}

fn later_by(schedule: &Schedule, day: NaiveDate, days: i32) -> Result<NaiveDate> {
    day.checked_add_signed(Duration::days(days.into())).ok_or_else(|| {
        let reason = format!("{days} days from {day} lie outside the years 1 to 9999");
        ErrorKind::InvalidSchedule { name: schedule.name().to_owned(), reason }.into()
    })
}

/// Makes a step begin on a day, with the lines that are in force on it.
fn begin_step(steps: &mut Vec<Step>, day: NaiveDate) {
    let place = steps.partition_point(|step| step.from.is_none_or(|from| from <= day));
    if let Some(before) =
        place.checked_sub(1).and_then(|place| steps.get(place)).filter(|step| step.from != Some(day))
    {
        let lines = before.lines.clone();
        steps.insert(place, Step::from(day, lines));
    }
}

fn own_move(plan: &Plan, key: OccurrenceKey) -> Option<&Move> {
    match plan.changes().get(&key) {
        Some(OccurrenceChange::Moved(moved)) => Some(moved),
        _ => None,
    }
}

/// The lines of one occurrence: its own, or those of the step in force.
fn own_lines(plan: &Plan, schedule: &Schedule, on: NaiveDate) -> Vec<PlannedLine> {
    let own = own_move(plan, OccurrenceKey::new(schedule.id(), on)).and_then(|moved| moved.lines.clone());
    own.unwrap_or_else(|| {
        let terms = schedule.terms();
        terms.steps[terms.step_on(on)].lines.clone()
    })
}
