//! Edits of rows: all of a part, this and later, or this one; and of several parts as one unit.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{Schedules, StoredPlan};
use crate::schedule::{Move, OccurrenceKey, Plan, RowRef, Schedule, ScheduleId, ScheduleTerms};
use crate::{ErrorKind, Result};

/// An edit of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// All of it: other terms, but for what it goes on from.
    All(Box<ScheduleTerms>),
    /// This and later: the row ends before the scheduled day `on`, and another with these terms goes on from there. Its
    /// recurrence may be that of the whole row; days before `on`, and those of the part that goes on from it, are left out.
    Later {
        /// The first scheduled day that changes.
        on: NaiveDate,
        /// What holds from then on.
        terms: Box<ScheduleTerms>,
    },
    /// This one: another day, other lines, or both.
    One {
        /// The scheduled day.
        on: NaiveDate,
        /// What changes.
        moved: Move,
    },
}

/// What an edit made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The row as it is now; for "this and later" the one that goes on.
    pub schedule: Arc<Schedule>,
    /// The row that now ends before the day.
    pub ended: Option<ScheduleId>,
    /// Occurrences that had been changed or settled and whose days are not scheduled any more. They are kept, and count
    /// for nothing.
    pub stray: Vec<OccurrenceKey>,
}

impl Schedules<'_> {
    /// Changes one part of a row: all of it, this and later, or this one.
    ///
    /// Other days of a part end where the next part of its row goes on, so that no day is in both.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::AlreadyExists`] for a name that is taken, [`ErrorKind::NotAllowed`] for an
    /// occurrence that an entry stands for, [`ErrorKind::InvalidSchedule`] for days that run into those of the part that
    /// goes on from it, and as [`Schedule::new`]; nothing is changed then.
    pub fn edit(&self, id: ScheduleId, edit: Edit) -> Result<Edited> {
        let mut edited = self.edit_several(vec![(id, edit)])?;
        edited.pop().ok_or_else(|| ErrorKind::Misuse("an edit gave no row back".to_owned()).into())
    }

    /// As [`Schedules::edit`] for several rows as one unit, such as the parts of one.
    ///
    /// # Errors
    /// As [`Schedules::edit`], for the first that is refused; nothing is changed then.
    pub fn edit_several(&self, edits: Vec<(ScheduleId, Edit)>) -> Result<Vec<Edited>> {
        let ones = edits.iter().all(|(_, edit)| matches!(edit, Edit::One { .. }));
        let verb = if ones { "occurrence.move" } else { "occurrence.follow" };
        let (plan, made) = self.change_plan(verb, |stored, plan| {
            let made: Vec<_> = edits
                .into_iter()
                .map(|(id, edit)| self.edit_plan(stored, plan, id, edit))
                .collect::<Result<_>>()?;
            for (id, _) in &made {
                end_before_next(plan, &stored.plan, *id)?;
            }
            Ok(made)
        })?;
        let stray = plan.stray_changes()?;
        let edited = made.into_iter().map(|(row, ended)| {
            let of_rows = |key: &&OccurrenceKey| key.schedule == row || Some(key.schedule) == ended;
            let schedule = Arc::clone(plan.schedule(row)?);
            Ok(Edited { schedule, ended, stray: stray.iter().filter(of_rows).copied().collect() })
        });
        edited.collect()
    }

    /// Makes an edit; gives back the row as it goes on, and the one that it ended.
    fn edit_plan(
        &self,
        stored: &StoredPlan,
        plan: &mut Plan,
        id: ScheduleId,
        edit: Edit,
    ) -> Result<(ScheduleId, Option<ScheduleId>)> {
        match edit {
            Edit::All(terms) => {
                // What a part goes on from is told by the plan: an edit before this one may have put a row between.
                let follows = plan.schedule(id)?.terms().follows;
                plan.replace(id, ScheduleTerms { follows, ..*terms }).map(|_| (id, None))
            }
            Edit::One { on, moved } => {
                let key = OccurrenceKey::new(id, on);
                self.refuse_settled(stored, key, "moved")?;
                plan.move_occurrence(key, moved).map(|()| (id, None))
            }
            Edit::Later { on, terms } => {
                let same = plan.schedule(id)?.terms().recurrence == terms.recurrence;
                let other = if same { None } else { Some(terms.recurrence.starting_on(on)?) };
                let successor = self.free_id(stored)?.max(plan.next_id());
                let split = plan.edit_later(id, on, successor, |later| {
                    let (rest, follows) = (later.recurrence.clone(), later.follows);
                    *later = ScheduleTerms { recurrence: other.unwrap_or(rest), follows, ..*terms };
                })?;
                Ok((split.successor, split.ended))
            }
        }
    }
}

/// Ends a part whose days were changed before the next part of its row.
///
/// # Errors
/// [`ErrorKind::InvalidSchedule`] where nothing of one of the parts would be left.
fn end_before_next(plan: &mut Plan, before: &Plan, id: ScheduleId) -> Result<()> {
    let schedule = Arc::clone(plan.schedule(id)?);
    let recurrence = &schedule.terms().recurrence;
    if before.schedule(id).is_ok_and(|row| row.terms().recurrence == *recurrence) {
        return Ok(());
    }
    let parts = RowRef::from(schedule.name()).parts(plan)?;
    for pair in parts.windows(2) {
        let begins = pair[1].terms().recurrence.starts_on();
        let Some(over) = pair[0].terms().recurrence.next_on_or_after(begins) else { continue };
        let follows = pair[1].terms().follows == Some(pair[0].id());
        match pair[0].terms().recurrence.ending_before(begins) {
            Ok(ended) if follows && pair[0].id() == id => {
                plan.replace(id, ScheduleTerms { recurrence: ended, ..schedule.terms().clone() })?;
            }
            _ => {
                let (earlier, later) = (pair[0].id(), pair[1].id());
                let reason = format!(
                    "its part #{earlier} would happen on {over}, and its part #{later} on {begins} already (change the end of \
                     one with --until, or the start of the other with --start)"
                );
                return Err(ErrorKind::InvalidSchedule { name: schedule.name().to_owned(), reason }.into());
            }
        }
    }
    Ok(())
}
