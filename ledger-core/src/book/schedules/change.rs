//! An edited plan back into rows: only what differs is written, each row with its audit event.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::stored::{
    FOLLOWED, LIVE, StoredPlan, audited_change, audited_schedule, change_row_of, occurrence_subject, row_of,
    schedule_subject,
};
use crate::account::Chart;
use crate::book::Book;
use crate::money::Commodity;
use crate::schedule::{OccurrenceChange, OccurrenceKey, Plan, PlannedLine, Schedule, ScheduleId};
use crate::store::call;
use crate::store::schedule_rows::{OccurrenceChangeRow, ScheduleRow};
use crate::text::normalize;
use crate::{ErrorKind, Result};

/// The rows that an edit changes, each before and after; one of both is there.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::book) struct PlanChange {
    pub schedules: BTreeMap<i32, (Option<ScheduleRow>, Option<ScheduleRow>)>,
    pub occurrences: BTreeMap<OccurrenceKey, (Option<OccurrenceChangeRow>, Option<OccurrenceChangeRow>)>,
}

impl StoredPlan {
    /// What has to be written so that `next` is the plan.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] for a name that two rows would have, [`ErrorKind::NotFound`] for an account and
    /// [`ErrorKind::UnknownCommodity`] for a commodity that is not there.
    pub fn change_to(&self, book: &Book<'_>, chart: &Chart, next: &Plan) -> Result<PlanChange> {
        let mut change = PlanChange::default();
        let states = states(next)?;
        for schedule in next.schedules() {
            let row = row_of(book.id(), schedule, states[&schedule.id()]);
            let before = self.rows.get(&schedule.id());
            if before == Some(&row) {
                continue;
            }
            if before.is_none_or(|before| before.body != row.body) {
                let lines = schedule.terms().steps.iter().flat_map(|step| &step.lines);
                check_lines(chart, lines)?;
            }
            change.schedules.insert(row.schedule_id, (before.cloned(), Some(row)));
        }
        let after = self.changes_after(book.id(), chart, next)?;
        let keys: BTreeSet<&OccurrenceKey> = self.changes.keys().chain(after.keys()).collect();
        for key in keys {
            let (before, after) = (self.changes.get(key), after.get(key));
            if before != after {
                change.occurrences.insert(*key, (before.cloned(), after.cloned()));
            }
        }
        Ok(change)
    }

    /// The stored changes as they have to be for `next`.
    ///
    /// What counts the same as before stays as it is stored, with the entry that first settled it; it goes along with
    /// its occurrence to the row that goes on from there.
    fn changes_after(
        &self,
        book_id: i64,
        chart: &Chart,
        next: &Plan,
    ) -> Result<BTreeMap<OccurrenceKey, OccurrenceChangeRow>> {
        let mut after = BTreeMap::new();
        let mut kept = BTreeSet::new();
        for (key, row) in &self.changes {
            let to = self.follow(next, *key)?;
            if self.plan.changes().get(key) == next.changes().get(&to) {
                after.insert(to, OccurrenceChangeRow { schedule_id: to.schedule.get(), ..row.clone() });
                kept.insert(to);
            }
        }
        for (key, change) in next.changes().iter().filter(|(key, _)| !kept.contains(*key)) {
            if self.plan.changes().get(key) != Some(change)
                && let OccurrenceChange::Moved(moved) = change
            {
                check_lines(chart, moved.lines.iter().flatten())?;
            }
            after.insert(*key, change_row_of(book_id, *key, change));
        }
        Ok(after)
    }

    /// Where an occurrence is in `next`: in a new row that goes on from its own, where that schedules its day instead.
    fn follow(&self, next: &Plan, key: OccurrenceKey) -> Result<OccurrenceKey> {
        let same = next.schedule(key.schedule).ok().zip(self.plan.schedule(key.schedule).ok());
        if same.is_some_and(|(now, before)| now.terms().recurrence == before.terms().recurrence) {
            return Ok(key);
        }
        let is_new = |schedule: &Schedule| !self.rows.contains_key(&schedule.id());
        let mut place = key.schedule;
        // Each step goes to a new row that follows the one before, so that there are no more steps than new rows.
        for _ in 0..next.schedules().len() {
            let schedules = next.schedules().iter();
            let follower = schedules.filter(|new| is_new(new) && new.terms().follows == Some(place));
            let Some(follower) = follower.min_by_key(|row| row.terms().recurrence.starts_on()) else { break };
            if follower.terms().recurrence.starts_on() > key.on {
                break;
            }
            place = follower.id();
        }
        Ok(OccurrenceKey::new(place, key.on))
    }
}

/// The state of each row; names are unique among those that nothing goes on from.
fn states(plan: &Plan) -> Result<HashMap<ScheduleId, &'static str>> {
    let names: HashMap<ScheduleId, String> =
        plan.schedules().iter().map(|row| (row.id(), normalize(row.name()))).collect();
    let followed: BTreeSet<ScheduleId> = plan
        .schedules()
        .iter()
        .filter_map(|row| row.terms().follows.filter(|of| names.get(of) == names.get(&row.id())))
        .collect();
    let mut live: HashMap<&str, ScheduleId> = HashMap::new();
    for row in plan.schedules().iter().filter(|row| !followed.contains(&row.id())) {
        if let Some(other) = live.insert(names[&row.id()].as_str(), row.id()) {
            let hint = format!(" as #{} (choose another name)", other.min(row.id()));
            return Err(
                ErrorKind::AlreadyExists { what: "schedule", name: row.name().to_owned(), hint }.into()
            );
        }
    }
    let state = |id: &ScheduleId| if followed.contains(id) { FOLLOWED } else { LIVE };
    Ok(names.keys().map(|id| (*id, state(id))).collect())
}

/// Refuses lines of accounts or commodities that the book does not have, or that their accounts do not take.
fn check_lines<'l>(chart: &Chart, lines: impl Iterator<Item = &'l PlannedLine>) -> Result<()> {
    for line in lines {
        let commodity = line.amount.commodity();
        let Some(account) = chart.account(line.account) else {
            let name = format!("#{}", line.account);
            return Err(ErrorKind::NotFound { what: "account", name, suggestions: Vec::new() }.into());
        };
        if chart.commodity_id(commodity).is_none() && Commodity::iso(commodity.code()) != Some(commodity) {
            return Err(ErrorKind::UnknownCommodity { code: commodity.code().to_owned() }.into());
        }
        if let Some(only) = account.commodity.filter(|only| *only != commodity) {
            let (account, only) = (account.name.clone(), only.code().to_owned());
            return Err(
                ErrorKind::AccountRestricted { account, only, amount: line.amount.to_string() }.into()
            );
        }
    }
    Ok(())
}

impl PlanChange {
    /// Writes the rows; the head has to be locked.
    pub fn write(&self, book: &Book<'_>) -> Result<()> {
        let id = book.id();
        for (before, _) in self.occurrences.values() {
            if let Some(row) = before {
                let (schedule, on) = (row.schedule_id, row.original_on);
                call!(book.db(), "changing an occurrence", schedule::delete_change(id, schedule, on))?;
            }
        }
        // Names are given up before they are taken.
        let gives_up = |after: &Option<ScheduleRow>| after.as_ref().is_none_or(|row| row.state != LIVE);
        let (first, then): (Vec<_>, Vec<_>) =
            self.schedules.iter().partition(|(_, (before, after))| before.is_some() && gives_up(after));
        for (number, (before, after)) in first.into_iter().chain(then) {
            match (before, after) {
                (None, Some(row)) => call!(book.db(), "adding a schedule", schedule::insert(row))?,
                (_, Some(row)) => call!(book.db(), "changing a schedule", schedule::update(row))?,
                (_, None) => call!(book.db(), "removing a schedule", schedule::delete(id, *number))?,
            }
        }
        for (_, after) in self.occurrences.values() {
            if let Some(row) = after {
                call!(book.db(), "changing an occurrence", schedule::put_change(row))?;
            }
        }
        Ok(())
    }

    /// Writes the rows, and an audit event for each; those of occurrences say `verb`.
    pub fn record(&self, book: &Book<'_>, verb: &'static str) -> Result<()> {
        self.write(book)?;
        for (number, (before, after)) in &self.schedules {
            let action = match (before, after) {
                (None, _) => "schedule.add",
                (_, Some(row)) if row.state == super::stored::REMOVED => "schedule.remove",
                _ => "schedule.change",
            };
            let text = |row: &Option<ScheduleRow>| row.as_ref().map(audited_schedule);
            book.record_event(action, &schedule_subject(*number), text(before), text(after))?;
        }
        let text = |row: &Option<OccurrenceChangeRow>| row.as_ref().map(audited_change);
        let occurrences = self.occurrences.iter();
        book.record_events(
            verb,
            occurrences.map(|(key, (before, after))| (occurrence_subject(*key), text(before), text(after))),
        )
    }

    /// All rows by their subjects, as the audit log tells them; nothing where there is none.
    pub fn states(&self, side: Side) -> Value {
        let mut states = serde_json::Map::new();
        for (number, (before, after)) in &self.schedules {
            let row = if side == Side::Before { before } else { after };
            let state = row.as_ref().map_or(Value::Null, audited_schedule);
            states.insert(schedule_subject(*number), state);
        }
        for (key, (before, after)) in &self.occurrences {
            let row = if side == Side::Before { before } else { after };
            states.insert(occurrence_subject(*key), row.as_ref().map_or(Value::Null, audited_change));
        }
        Value::Object(states)
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.schedules.is_empty() && self.occurrences.is_empty()
    }
}

/// One of two states of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::book) enum Side {
    Before,
    After,
}
