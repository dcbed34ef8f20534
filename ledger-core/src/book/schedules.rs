//! The schedules of a book: rows that say which money is expected, what was changed about single occurrences, posting
//! what is due, and what will be in the accounts.

mod forecasts;
mod occurrences;
mod post_due;
mod projections;

use std::sync::Arc;

use chrono::NaiveDate;

pub use self::forecasts::SavedForecast;
pub use self::post_due::{HeldOccurrence, PostDue, PostDueReport, PostedOccurrence, RefusedOccurrence};
pub use self::projections::{FloorRequest, ProjectRequest};
use super::Book;
use crate::schedule::{Move, OccurrenceKey, Plan, Schedule, ScheduleId, ScheduleTerms};
use crate::{ErrorKind, Result};

/// The schedules of a book: `book.schedules()`.
#[derive(Debug)]
pub struct Schedules<'b> {
    pub(super) book: &'b Book<'b>,
}

/// An edit of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// All of it: other terms.
    All(Box<ScheduleTerms>),
    /// This and later: the row ends before the scheduled day `on`, and another with these terms goes on from there. Its
    /// recurrence may be that of the whole row; days before `on` are left out of it.
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

fn unbuilt<T>() -> Result<T> {
    Err(ErrorKind::Misuse("schedules are not stored yet".to_owned()).into())
}

impl Schedules<'_> {
    /// All rows that were not removed, with what was changed about single occurrences.
    ///
    /// An occurrence whose entry was reversed is expected again; where the entry was amended, the one in its place
    /// stands for the occurrence. Both are found when the plan is read.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] for a stored row that is none.
    pub fn plan(&self) -> Result<Plan> {
        unbuilt()
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] for a name that is taken, [`ErrorKind::NotFound`] for an account that is not there,
    /// and as [`Schedule::new`].
    pub fn add(&self, _terms: ScheduleTerms) -> Result<Arc<Schedule>> {
        unbuilt()
    }

    /// The row with this name, or with this number (`7` or `#7`); case and Unicode form of names do not matter.
    ///
    /// Of rows that go on from each other the last one is meant.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with names that are close.
    pub fn find(&self, _name: &str) -> Result<Arc<Schedule>> {
        unbuilt()
    }

    /// Changes a row: all of it, this and later, or this one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::AlreadyExists`] for a name that is taken, [`ErrorKind::NotAllowed`] for an
    /// occurrence that an entry stands for, and as [`Schedule::new`]; nothing is changed then.
    pub fn edit(&self, _id: ScheduleId, _edit: Edit) -> Result<Edited> {
        unbuilt()
    }

    /// Removes a row, and those that it goes on from; what was settled stays on record.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn remove(&self, _id: ScheduleId) -> Result<Arc<Schedule>> {
        unbuilt()
    }

    /// Says that a row does not happen for some days, or until it is resumed.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::InvalidSchedule`] for a pause that ends before it begins.
    pub fn pause(
        &self,
        _id: ScheduleId,
        _from: NaiveDate,
        _until: Option<NaiveDate>,
    ) -> Result<Arc<Schedule>> {
        unbuilt()
    }

    /// Ends the pauses that a day lies in, so that the row happens from that day on; later pauses stay.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for a row that is not paused then.
    pub fn resume(&self, _id: ScheduleId, _on: NaiveDate) -> Result<Arc<Schedule>> {
        unbuilt()
    }
}
