//! Adjustments as the edits that a person would make.

use std::sync::Arc;

use chrono::{Duration, NaiveDate};
use strsim::damerau_levenshtein;

use super::amount::{Refusal, changed};
use super::{Adjustment, AmountChange, RowRef, Scope, ShiftBy};
use crate::schedule::{
    Move, OccurrenceChange, OccurrenceKey, Origin, Pause, Plan, PlannedLine, Schedule, ScheduleId,
    ScheduleTerms, Step,
};
use crate::text::normalize;
use crate::{Error, ErrorKind, Result};

/// The most edits between a name and one that is suggested for it.
const NEAR_EDITS_MAX: usize = 3;

/// Makes one adjustment of the scenario `scenario`.
pub(super) fn adjust(plan: &mut Plan, adjustment: &Adjustment, scenario: &str) -> Result<()> {
    let refuse = |reason: String| -> Error {
        ErrorKind::InvalidAdjustment { adjustment: adjustment.to_string(), reason }.into()
    };
    let done = match adjustment {
        Adjustment::Add(terms) => add(plan, terms, scenario),
        Adjustment::Amount { row, change, scope } => change_amount(plan, find(plan, row)?, change, *scope),
        Adjustment::Shift { row, by, scope } => shift(plan, find(plan, row)?, *by, *scope),
        Adjustment::Skip { row, scope } => skip(plan, find(plan, row)?, *scope),
        Adjustment::Stop { row, from } => skip(plan, find(plan, row)?, Scope::From(*from)),
        Adjustment::Start { row, from } => start(plan, find(plan, row)?, *from),
        Adjustment::Probability { row, percent } => {
            edit(plan, find(plan, row)?, |terms| terms.probability = *percent)
        }
    };
    done.map_err(|refusal| match refusal {
        Refusal::Reason(reason) => refuse(reason),
        Refusal::Error(error) => error,
    })
}

fn add(plan: &mut Plan, terms: &ScheduleTerms, scenario: &str) -> Result<(), Refusal> {
    let mut terms = terms.clone();
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
    let (from, until) = span(&schedule, scope)?;
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

fn shift(plan: &mut Plan, id: ScheduleId, by: ShiftBy, scope: Scope) -> Result<(), Refusal> {
    let schedule = Arc::clone(plan.schedule(id)?);
    let terms = schedule.terms();
    if let Scope::One(on) = scope {
        let key = OccurrenceKey::new(id, on);
        let due_on = match own_move(plan, key).and_then(|moved| moved.to) {
            Some(to) => to,
            None => terms.due_on(on)?,
        };
        let to = match by {
            ShiftBy::To(day) => day,
            ShiftBy::Days(days) => later_by(&schedule, due_on, days)?,
        };
        if to == due_on {
            return Err(nothing_changes("it is on that day already"));
        }
        plan.move_occurrence(key, Move { to: Some(to), lines: None })?;
        return Ok(());
    }
    let (from, until) = span(&schedule, scope)?;
    let first = first_from(&schedule, from).ok_or_else(|| nothing_changes("it has no day in that time"))?;
    let days = match by {
        ShiftBy::Days(days) => days,
        ShiftBy::To(day) => i32::try_from((day - terms.due_on(first)?).num_days()).unwrap_or(i32::MAX),
    };
    if days == 0 {
        return Err(nothing_changes("it does not move"));
    }
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
    let (from, until) = span(&schedule, scope)?;
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

fn start(plan: &mut Plan, id: ScheduleId, from: NaiveDate) -> Result<(), Refusal> {
    let schedule = Arc::clone(plan.schedule(id)?);
    let mut terms = schedule.terms().clone();
    first_from(&schedule, from).ok_or_else(|| nothing_changes("it has no day from then on"))?;
    let Some(before) = from.pred_opt() else {
        return Err(nothing_changes("nothing lies before that day"));
    };
    if terms.is_paused(from) {
        terms
            .pauses
            .iter_mut()
            .filter(|pause| pause.covers(from))
            .for_each(|pause| pause.until = Some(before));
        terms.pauses.retain(|pause| pause.until.is_none_or(|until| pause.from <= until));
        return edit(plan, id, |old| *old = terms);
    }
    let begins = terms.recurrence.starts_on();
    if begins >= from {
        let reason =
            format!("it begins on {begins}, so that starting it earlier takes a row of its own (add)");
        return Err(nothing_changes(&reason));
    }
    let pause = Pause { from: begins, until: Some(before) };
    skip_moved(plan, id, &pause)?;
    edit(plan, id, |terms| terms.pauses.push(pause))
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
    Refusal::Reason(format!("it changes nothing: {why}"))
}

/// The first and last day of a scope that holds at least one scheduled day.
fn span(schedule: &Schedule, scope: Scope) -> Result<(NaiveDate, Option<NaiveDate>), Refusal> {
    let (from, until) = match scope {
        Scope::All => (schedule.terms().recurrence.starts_on(), None),
        Scope::One(on) => (on, Some(on)),
        Scope::From(from) => (from, None),
        Scope::Between { from, until } => (from, Some(until)),
    };
    if until.is_some_and(|until| until < from) {
        return Err(Refusal::Reason("its time ends before it begins".to_owned()));
    }
    match first_from(schedule, from) {
        Some(first) if until.is_none_or(|until| first <= until) => Ok((from, until)),
        Some(first) => Err(nothing_changes(&format!("it has no day in that time; the next is {first}"))),
        None => Err(nothing_changes("it has no day from then on")),
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

/// The row that is meant.
pub(super) fn find(plan: &Plan, row: &RowRef) -> Result<ScheduleId> {
    let name = match row {
        RowRef::Id(id) => return plan.schedule(*id).map(|schedule| schedule.id()),
        RowRef::Name(name) => name,
    };
    let wanted = normalize(name);
    let named: Vec<&Arc<Schedule>> =
        plan.schedules().iter().filter(|schedule| normalize(schedule.name()) == wanted).collect();
    let followed = |id: ScheduleId| named.iter().any(|other| other.terms().follows == Some(id));
    let last: Vec<_> = named.iter().filter(|schedule| !followed(schedule.id())).collect();
    match last.as_slice() {
        [one] => Ok(one.id()),
        [] => Err(ErrorKind::NotFound {
            what: "schedule",
            name: name.clone(),
            suggestions: near(plan, &wanted),
        }
        .into()),
        several => {
            let candidates = several.iter().map(|schedule| format!("#{}", schedule.id())).collect();
            Err(ErrorKind::Ambiguous { what: "schedule", name: name.clone(), candidates }.into())
        }
    }
}

/// Names close to one, the closest first.
fn near(plan: &Plan, wanted: &str) -> Vec<String> {
    let mut near: Vec<(usize, &str)> = Vec::new();
    for schedule in plan.schedules() {
        let edits = damerau_levenshtein(&normalize(schedule.name()), wanted);
        if edits <= NEAR_EDITS_MAX {
            near.push((edits, schedule.name()));
        }
    }
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}
