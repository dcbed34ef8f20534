//! Scenarios made real, and taken back.
//!
//! What was written is kept with the scenario, row by row before and after, so that taking it back restores the rows and
//! refuses where somebody else changed one of them since.

use serde_json::{Map, Value, json};

use super::{AppliedReport, Scenarios, audited_scenario, not_allowed, scenario_of, scenario_subject};
use crate::book::schedules::{
    PlanChange, Schedules, Side, StoredPlan, change_row_from, occurrence_key, schedule_number, schedule_of,
    schedule_row_from,
};
use crate::schedule::{OccurrenceKey, Scenario, ScheduleId};
use crate::store::call;
use crate::store::schedule_rows::ScenarioRow;
use crate::{Error, ErrorKind, Result};

impl Scenarios<'_> {
    pub(super) fn apply_scenario(&self, name: &str, rows_only: bool) -> Result<AppliedReport> {
        self.book.change(|head, chart| {
            let before = self.row(name)?;
            let scenario = scenario_of(&before)?;
            if let Some(at) = scenario.applied_at {
                return Err(not_allowed(&before.name, "applied", format!("it was applied at {at} before")));
            }
            if scenario.scenario.adjustments.is_empty() {
                return Err(not_allowed(&before.name, "applied", "it has no adjustments".to_owned()));
            }
            let stored = StoredPlan::read(self.book)?;
            let left_out = self.owed(&scenario.scenario, &stored.plan)?;
            if !left_out.is_empty() && !rows_only {
                return Err(not_allowed(
                    &before.name,
                    "applied",
                    of_what_is_owed(&scenario.scenario, &left_out),
                ));
            }
            if left_out.len() == scenario.scenario.adjustments.len() {
                let reason =
                    "all its adjustments are of receivables and payables, and no row is adjusted".to_owned();
                return Err(not_allowed(&before.name, "applied", reason));
            }
            let made = self.made(&scenario.scenario, &stored.plan, &left_out)?;
            let made = Schedules { book: self.book }.numbered(&stored, made)?;
            let change = stored.change_to(self.book, chart, &made)?;
            if change.is_empty() {
                return Err(not_allowed(&before.name, "applied", "it changes nothing".to_owned()));
            }
            let undo = json!({ "before": change.states(Side::Before), "after": change.states(Side::After) });
            let after = ScenarioRow {
                applied_at: Some(self.book.recording_instant(head)),
                undo: Some(undo.to_string()),
                ..before.clone()
            };
            let report = self.write("scenario.apply", &change, &before, &after)?;
            Ok(AppliedReport { left_out: left_out.into_iter().map(|place| place + 1).collect(), ..report })
        })
    }

    pub(super) fn undo_scenario(&self, name: &str) -> Result<AppliedReport> {
        self.book.change(|_, _| {
            let before = self.row(name)?;
            let Some(undo) = &before.undo else {
                return Err(not_allowed(&before.name, "undone", "it is not applied".to_owned()));
            };
            let stored = StoredPlan::read(self.book)?;
            let change = self.undoing(&before, undo, &stored)?;
            let after = ScenarioRow { applied_at: None, undo: None, ..before.clone() };
            self.write("scenario.undo", &change, &before, &after)
        })
    }

    /// Writes rows and the scenario, and one audit event for all of it.
    fn write(
        &self,
        action: &str,
        change: &PlanChange,
        before: &ScenarioRow,
        after: &ScenarioRow,
    ) -> Result<AppliedReport> {
        change.write(self.book)?;
        call!(self.book.db(), "changing a scenario", scenario::put(after))?;
        let event = |row: &ScenarioRow, side: Side| json!({ "scenario": audited_scenario(row), "rows": change.states(side) });
        let subject = scenario_subject(before.scenario_id);
        let (was, is) = (event(before, Side::Before), event(after, Side::After));
        self.book.record_event(action, &subject, Some(was), Some(is))?;
        let (mut added, mut changed) = (Vec::new(), Vec::new());
        for (id, (before, after)) in &change.schedules {
            let both = before.is_some() && after.is_some();
            if both { changed.push(ScheduleId::new(*id)) } else { added.push(ScheduleId::new(*id)) }
        }
        let occurrences = change.occurrences.keys().copied().collect();
        let left_out = Vec::new();
        Ok(AppliedReport { name: before.name.clone(), added, changed, occurrences, left_out })
    }

    /// The change that takes a scenario back: from the rows that it left to those that it found.
    fn undoing(&self, row: &ScenarioRow, undo: &str, stored: &StoredPlan) -> Result<PlanChange> {
        let corrupt = || -> Error {
            let what = format!("scenarios {}: what it wrote cannot be read", row.scenario_id);
            ErrorKind::Corrupt { what }.into()
        };
        let kept: Value = serde_json::from_str(undo).map_err(|_| corrupt())?;
        let side = |name: &str| kept[name].as_object().ok_or_else(corrupt);
        let (found, left) = (side("before")?, side("after")?);
        let state = |side: &Map<String, Value>, subject: &str| {
            side.get(subject).filter(|state| !state.is_null()).cloned()
        };
        let id = self.book.id();
        let mut change = PlanChange::default();
        for subject in found.keys() {
            if let Some(number) = schedule_number(subject) {
                let read = |side| state(side, subject).map(|state| schedule_row_from(id, number, &state));
                change.schedules.insert(number, (read(left).transpose()?, read(found).transpose()?));
            } else if let Some(key) = occurrence_key(subject) {
                let read = |side| state(side, subject).map(|state| change_row_from(id, key, &state));
                change.occurrences.insert(key, (read(left).transpose()?, read(found).transpose()?));
            } else {
                return Err(corrupt());
            }
        }
        refuse_changed(&change, stored).map_err(|reason| match reason {
            Refusal::Changed(reason) => not_allowed(&row.name, "undone", reason),
            Refusal::Error(error) => error,
        })?;
        Ok(change)
    }
}

/// Why adjustments of receivables and payables are not applied, and what to do instead.
fn of_what_is_owed(scenario: &Scenario, places: &[usize]) -> String {
    let named = |place: &usize| {
        let adjustment = scenario.adjustments.get(*place).map(ToString::to_string).unwrap_or_default();
        format!("{} \"{adjustment}\"", place + 1)
    };
    let named: Vec<String> = places.iter().map(named).collect();
    let (what, is) = if named.len() == 1 { ("adjustment", "is") } else { ("adjustments", "are") };
    let rest = match places.len() < scenario.adjustments.len() {
        true => ", and apply the rest with --rows-only",
        false => "",
    };
    format!(
        "{what} {} {is} of what is owed, which is no row of the schedule: give that another due day by itself (`ledger \
         receivable edit NAME --due DATE`){rest}",
        named.join(", ")
    )
}

/// Why a scenario cannot be taken back.
enum Refusal {
    Changed(String),
    Error(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Refusal::Error(error)
    }
}

/// Refuses to take a scenario back over rows that are not as it left them, or that something else rests on by now.
fn refuse_changed(change: &PlanChange, stored: &StoredPlan) -> Result<(), Refusal> {
    for (number, (left, found)) in &change.schedules {
        let id = ScheduleId::new(*number);
        let name = left.as_ref().or(found.as_ref()).map_or("", |row| row.name.as_str());
        match (stored.rows.get(&id), left) {
            (now, left) if now == left.as_ref() => {}
            (None, _) => {
                return Err(Refusal::Changed(format!("schedule \"{name}\" (#{id}) was removed since")));
            }
            (Some(_), _) => {
                return Err(Refusal::Changed(format!("schedule \"{name}\" (#{id}) was changed since")));
            }
        }
        let goes = found.is_none();
        let follower = stored.plan.schedules().iter().find(|row| {
            goes && row.terms().follows == Some(id) && !change.schedules.contains_key(&row.id().get())
        });
        if let Some(follower) = follower {
            let (other, by) = (follower.name(), follower.id());
            let reason =
                format!("schedule \"{other}\" (#{by}) goes on from \"{name}\" (#{id}), which it added");
            return Err(Refusal::Changed(reason));
        }
    }
    for (key, (left, _)) in &change.occurrences {
        if stored.changes.get(key) != left.as_ref() {
            return Err(Refusal::Changed(occurrence_changed(stored, key)));
        }
    }
    // What was said since about an occurrence whose day is then not scheduled any more would be lost.
    for key in stored.changes.keys().filter(|key| !change.occurrences.contains_key(*key)) {
        let Some((_, found)) = change.schedules.get(&key.schedule.get()) else { continue };
        let stays = match found {
            None => false,
            Some(row) => !schedule_of(row)?.terms().recurrence.dates(key.on, key.on)?.is_empty(),
        };
        let scheduled = |id| -> Result<bool> {
            Ok(!stored.plan.schedule(id)?.terms().recurrence.dates(key.on, key.on)?.is_empty())
        };
        if !stays && (found.is_none() || scheduled(key.schedule)?) {
            return Err(Refusal::Changed(occurrence_changed(stored, key)));
        }
    }
    Ok(())
}

fn occurrence_changed(stored: &StoredPlan, key: &OccurrenceKey) -> String {
    let name =
        stored.rows.get(&key.schedule).map_or_else(|| key.schedule.to_string(), |row| row.name.clone());
    let entry = stored.changes.get(key).and_then(|row| row.entry_number);
    match entry {
        Some(entry) => format!("\"{name}\" on {} was settled since by entry {entry}", key.on),
        None => format!("\"{name}\" on {} was changed since", key.on),
    }
}
