//! All schedules of a book with what was changed about single occurrences.
//!
//! A [`Plan`] is a value: it is read from a store, edited ([`edit`]), adjusted by scenarios, expanded and projected, and
//! knows no store itself. Its rows are shared, so that a copy costs little and rows that a scenario did not touch are
//! known to be the same.

mod edit;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

pub use self::edit::Split;
use super::planned::check_lines;
use super::{Expansion, Occurrence, OccurrenceChange, OccurrenceKey, Schedule, ScheduleId};
use crate::journal::check_posting_date;
use crate::{ErrorKind, Result};

/// Schedules and the changes of their occurrences.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// By number.
    schedules: Vec<Arc<Schedule>>,
    changes: BTreeMap<OccurrenceKey, OccurrenceChange>,
}

impl Plan {
    /// A plan of rows and changes, as they are stored.
    ///
    /// A change for a day that is not scheduled (any more) is kept, counts for nothing and is named by
    /// [`Plan::stray_changes`].
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] for a number that two rows have, [`ErrorKind::NotFound`] for a change of a row that
    /// is not there, and as [`Schedule::new`] for lines of a change.
    pub fn new(
        schedules: impl IntoIterator<Item = Schedule>,
        changes: impl IntoIterator<Item = (OccurrenceKey, OccurrenceChange)>,
    ) -> Result<Plan> {
        let mut schedules: Vec<_> = schedules.into_iter().map(Arc::new).collect();
        schedules.sort_by_key(|schedule| schedule.id());
        if let Some(pair) = schedules.windows(2).find(|pair| pair[0].id() == pair[1].id()) {
            let name = pair[1].id().to_string();
            return Err(ErrorKind::AlreadyExists { what: "schedule", name, hint: String::new() }.into());
        }
        let plan = Plan { schedules, changes: changes.into_iter().collect() };
        for (key, change) in &plan.changes {
            let schedule = plan.schedule(key.schedule)?;
            if let OccurrenceChange::Moved(moved) | OccurrenceChange::Settled { moved: Some(moved), .. } =
                change
            {
                plan.check_move(schedule, *key, moved)?;
            }
        }
        Ok(plan)
    }

    /// The rows, by number.
    pub fn schedules(&self) -> &[Arc<Schedule>] {
        &self.schedules
    }

    /// What was changed about single occurrences.
    pub fn changes(&self) -> &BTreeMap<OccurrenceKey, OccurrenceChange> {
        &self.changes
    }

    /// The row with a number.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn schedule(&self, id: ScheduleId) -> Result<&Arc<Schedule>> {
        self.place(id).map(|place| &self.schedules[place])
    }

    /// Every occurrence whose day lies from `from` through `to`, in every state, by day, then row, then scheduled day.
    ///
    /// A moved occurrence belongs to the day that it was moved to, also where its scheduled day lies outside.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRecurrence`] for more than 100,000 occurrences of a row, [`ErrorKind::InvalidSetting`] for
    /// days that end before they begin.
    pub fn occurrences(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<Occurrence>> {
        Ok(Expansion::of(self, from, to)?.occurrences())
    }

    fn place(&self, id: ScheduleId) -> Result<usize> {
        self.schedules.binary_search_by_key(&id, |schedule| schedule.id()).map_err(|_| {
            ErrorKind::NotFound { what: "schedule", name: format!("#{id}"), suggestions: Vec::new() }.into()
        })
    }

    /// The changes of one row, by scheduled day.
    pub(super) fn changes_of(
        &self,
        id: ScheduleId,
    ) -> impl Iterator<Item = (&OccurrenceKey, &OccurrenceChange)> {
        self.changes.range(OccurrenceKey::new(id, NaiveDate::MIN)..=OccurrenceKey::new(id, NaiveDate::MAX))
    }
}
