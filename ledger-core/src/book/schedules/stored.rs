//! The plan as it is stored and as it counts: rows, changes of occurrences, and which entries stand for them.
//!
//! A settled occurrence keeps the number of the entry that settled it. Whether that entry still stands, or which one
//! stands in its place, is found when the plan is read, so that no correction of the journal has to know of schedules.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

use crate::book::Book;
use crate::journal::{Corrections, Standing};
use crate::schedule::{Move, OccurrenceChange, OccurrenceKey, Plan, Schedule, ScheduleId, ScheduleTerms};
use crate::store::call;
use crate::store::rows::{date, day};
use crate::store::schedule_rows::{OccurrenceChangeRow, ScheduleRow};
use crate::text::normalize;
use crate::{Error, ErrorKind, Result};

/// The state of a row whose name is its own.
pub(super) const LIVE: &str = "live";
/// The state of a row that another of its name goes on from.
pub(super) const FOLLOWED: &str = "followed";
/// The state of a row that is kept for the record only.
pub(super) const REMOVED: &str = "removed";

/// Rows and changes as they are stored, with the plan that they make.
pub(in crate::book) struct StoredPlan {
    /// What counts.
    pub plan: Plan,
    /// The rows that were not removed.
    pub rows: BTreeMap<ScheduleId, ScheduleRow>,
    /// Their changes as they are stored.
    pub changes: BTreeMap<OccurrenceKey, OccurrenceChangeRow>,
    /// Every entry that ever settled an occurrence, also of a removed row, with what became of it.
    pub settling: HashMap<i64, Standing>,
}

impl StoredPlan {
    /// Reads the plan of a book; the caller holds a transaction.
    pub fn read(book: &Book<'_>) -> Result<StoredPlan> {
        let id = book.id();
        let rows = call!(book.db(), "reading schedules", schedule::standing(id))?;
        let changes = call!(book.db(), "reading occurrences", schedule::changes(id))?;
        let reversed = call!(book.db(), "reading settlements", schedule::reversed_settlements(id))?;
        let mut settling: HashMap<i64, Standing> = changes
            .iter()
            .filter_map(|row| row.entry_number.map(|entry| (entry, Standing::As(entry))))
            .collect();
        settling.extend(book.standings(&reversed)?);
        let schedules = rows.iter().map(schedule_of).collect::<Result<Vec<_>>>()?;
        let rows: BTreeMap<_, _> =
            rows.into_iter().map(|row| (ScheduleId::new(row.schedule_id), row)).collect();
        let changes: BTreeMap<_, _> = changes
            .into_iter()
            .map(|row| (key_of(&row), row))
            .filter(|(key, _)| rows.contains_key(&key.schedule))
            .collect();
        let mut counting = Vec::with_capacity(changes.len());
        for (key, row) in &changes {
            counting.extend(counting_change(row, &settling)?.map(|change| (*key, change)));
        }
        let plan = Plan::new(schedules, counting).map_err(|error| {
            let what = format!("occurrence_changes of book {id}: {error}");
            Error::from(ErrorKind::Corrupt { what }).caused_by(error)
        })?;
        Ok(StoredPlan { plan, rows, changes, settling })
    }

    /// As [`StoredPlan::read`], with a row for each receivable and payable if so asked; their entries stand for what
    /// they moved, and for nothing else.
    pub fn read_for(book: &Book<'_>, receivables: bool) -> Result<StoredPlan> {
        let mut stored = StoredPlan::read(book)?;
        if receivables {
            stored.plan = book.receivables().planned(&stored.plan)?;
            for entry in book.receivables().linked_entries()? {
                stored.settling.entry(entry).or_insert(Standing::As(entry));
            }
        }
        Ok(stored)
    }

    /// Every entry that stands for an occurrence, or stood for one until it was corrected, with what corrected it.
    pub fn settling_entries(&self) -> impl Iterator<Item = i64> {
        self.settling.iter().flat_map(|(entry, standing)| match standing {
            Standing::As(by) | Standing::Reversed(by) => [*entry, *by],
        })
    }
}

impl Book<'_> {
    /// What became of an entry, whichever it is.
    pub(super) fn standing_of(&self, entry: i64) -> Result<Standing> {
        Ok(self.standings(&[entry])?.remove(&entry).unwrap_or(Standing::As(entry)))
    }

    /// What became of those of some entries that were corrected, and of what corrected them; any other stands as it is.
    ///
    /// Whoever asks whether an entry happened (a plan, a projection, matching) asks here.
    pub(super) fn standings(&self, entries: &[i64]) -> Result<BTreeMap<i64, Standing>> {
        let (id, doing) = (self.id(), "reading corrections");
        let mut corrections = Corrections::default();
        let mut asked = entries.to_vec();
        // What corrects an entry has a higher number, so that this ends; mostly nothing was corrected, and at once.
        while !asked.is_empty() {
            let mirrors = call!(self.db(), doing, entry::mirrors_of(id, &asked))?;
            let reversed: Vec<i64> = mirrors.iter().map(|(entry, _)| *entry).collect();
            let amendments = call!(self.db(), doing, entry::amendments_of(id, &reversed))?;
            let next: BTreeSet<i64> = mirrors.iter().chain(&amendments).map(|(_, by)| *by).collect();
            corrections.reversed_by.extend(mirrors);
            corrections.amended_by.extend(amendments);
            asked = next.into_iter().filter(|entry| !corrections.reversed_by.contains_key(entry)).collect();
        }
        Ok(corrections.standings())
    }
}

/// The identity of a change's occurrence.
pub(in crate::book) fn key_of(row: &OccurrenceChangeRow) -> OccurrenceKey {
    OccurrenceKey::new(ScheduleId::new(row.schedule_id), date(row.original_on))
}

/// The schedule that a row holds.
pub(in crate::book) fn schedule_of(row: &ScheduleRow) -> Result<Schedule> {
    let corrupt = |reason: String| -> Error {
        ErrorKind::Corrupt { what: format!("schedules {}: {reason}", row.schedule_id) }.into()
    };
    let terms: ScheduleTerms = serde_json::from_str(&row.body).map_err(|error| corrupt(error.to_string()))?;
    if terms.name != row.name {
        return Err(corrupt(format!("it is named {:?}, its body says {:?}", row.name, terms.name)));
    }
    Schedule::new(ScheduleId::new(row.schedule_id), terms).map_err(|error| corrupt(error.to_string()))
}

/// The row of a schedule.
pub(super) fn row_of(book_id: i64, schedule: &Schedule, state: &str) -> ScheduleRow {
    ScheduleRow {
        book_id,
        schedule_id: schedule.id().get(),
        name: schedule.name().to_owned(),
        normalized_name: normalize(schedule.name()),
        state: state.to_owned(),
        // By way of a value, so that the text is the same when it was read and written again.
        body: json!(schedule.terms()).to_string(),
    }
}

/// The change that a row holds, as it was written.
pub(in crate::book) fn change_of(row: &OccurrenceChangeRow) -> Result<OccurrenceChange> {
    let corrupt = |reason: String| -> Error {
        ErrorKind::Corrupt { what: format!("occurrence_changes {}: {reason}", key_of(row)) }.into()
    };
    let moved: Option<Move> = match &row.body {
        Some(body) => Some(serde_json::from_str(body).map_err(|error| corrupt(error.to_string()))?),
        None => None,
    };
    match (row.kind.as_str(), moved, row.entry_number) {
        ("moved", Some(moved), None) => Ok(OccurrenceChange::Moved(moved)),
        ("skipped", None, None) => Ok(OccurrenceChange::Skipped),
        ("settled", moved, Some(entry)) => Ok(OccurrenceChange::Settled { entry, moved }),
        (kind, ..) => Err(corrupt(format!("it is of the kind {kind:?} and does not hold what that has"))),
    }
}

/// The row of a change.
pub(super) fn change_row_of(
    book_id: i64,
    key: OccurrenceKey,
    change: &OccurrenceChange,
) -> OccurrenceChangeRow {
    let text = |moved: &Move| json!(moved).to_string();
    let (kind, body, entry_number) = match change {
        OccurrenceChange::Moved(moved) => ("moved", Some(text(moved)), None),
        OccurrenceChange::Skipped => ("skipped", None, None),
        OccurrenceChange::Settled { entry, moved } => ("settled", moved.as_ref().map(text), Some(*entry)),
    };
    OccurrenceChangeRow {
        book_id,
        schedule_id: key.schedule.get(),
        original_on: day(key.on),
        kind: kind.to_owned(),
        body,
        entry_number,
    }
}

/// What a stored change counts as: one whose entry was reversed is none, or the move that it had been.
fn counting_change(
    row: &OccurrenceChangeRow,
    settling: &HashMap<i64, Standing>,
) -> Result<Option<OccurrenceChange>> {
    let OccurrenceChange::Settled { entry, moved } = change_of(row)? else { return change_of(row).map(Some) };
    Ok(match settling.get(&entry) {
        Some(Standing::As(by)) => Some(OccurrenceChange::Settled { entry: *by, moved }),
        Some(Standing::Reversed(_)) => moved.map(OccurrenceChange::Moved),
        None => Some(OccurrenceChange::Settled { entry, moved }),
    })
}

/// A row in the words of the audit log; a body that is no JSON stands as text.
pub(in crate::book) fn audited_schedule(row: &ScheduleRow) -> Value {
    json!({ "name": row.name, "state": row.state, "schedule": json_or_text(&row.body) })
}

/// A change in the words of the audit log.
pub(in crate::book) fn audited_change(row: &OccurrenceChangeRow) -> Value {
    json!({ "kind": row.kind, "moved": row.body.as_deref().map(json_or_text), "entry": row.entry_number })
}

pub(in crate::book) fn json_or_text(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

/// What audit events call a schedule.
pub(in crate::book) fn schedule_subject(id: i32) -> String {
    format!("schedule {id}")
}

/// What audit events call an occurrence.
pub(in crate::book) fn occurrence_subject(key: OccurrenceKey) -> String {
    format!("occurrence {key}")
}

/// The number of the schedule that a subject of the audit log names.
pub(in crate::book) fn schedule_number(subject: &str) -> Option<i32> {
    subject.strip_prefix("schedule ")?.parse().ok()
}

/// The occurrence that a subject of the audit log names.
pub(in crate::book) fn occurrence_key(subject: &str) -> Option<OccurrenceKey> {
    let (schedule, on) = subject.strip_prefix("occurrence ")?.split_once('@')?;
    Some(OccurrenceKey::new(ScheduleId::new(schedule.parse().ok()?), on.parse().ok()?))
}

/// The row that the audit log tells of.
pub(in crate::book) fn schedule_row_from(book_id: i64, id: i32, state: &Value) -> Result<ScheduleRow> {
    let text = |field: &str| state[field].as_str().ok_or_else(|| unreadable(&schedule_subject(id)));
    let name = text("name")?.to_owned();
    Ok(ScheduleRow {
        book_id,
        schedule_id: id,
        normalized_name: normalize(&name),
        name,
        state: text("state")?.to_owned(),
        body: state["schedule"].to_string(),
    })
}

/// The change that the audit log tells of.
pub(in crate::book) fn change_row_from(
    book_id: i64,
    key: OccurrenceKey,
    state: &Value,
) -> Result<OccurrenceChangeRow> {
    let kind = state["kind"].as_str().ok_or_else(|| unreadable(&occurrence_subject(key)))?;
    Ok(OccurrenceChangeRow {
        book_id,
        schedule_id: key.schedule.get(),
        original_on: day(key.on),
        kind: kind.to_owned(),
        body: Some(&state["moved"]).filter(|moved| !moved.is_null()).map(Value::to_string),
        entry_number: state["entry"].as_i64(),
    })
}

fn unreadable(subject: &str) -> Error {
    ErrorKind::Corrupt { what: format!("scenarios: what was kept of {subject} cannot be read") }.into()
}
