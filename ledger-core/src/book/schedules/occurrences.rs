//! Single occurrences: moved, skipped, restored, settled by entries, and those that are due.

use chrono::NaiveDate;

use super::{Schedules, unbuilt};
#[cfg(doc)]
use crate::ErrorKind;
use crate::Result;
use crate::schedule::{Move, Occurrence, OccurrenceKey};

impl Schedules<'_> {
    /// One occurrence as it is now, in whatever state.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a day that is not scheduled, with the days that are close.
    pub fn occurrence(&self, _key: OccurrenceKey) -> Result<Occurrence> {
        unbuilt()
    }

    /// Says that one occurrence does not happen.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a day that is not scheduled, [`ErrorKind::NotAllowed`] for one that is settled.
    pub fn skip(&self, _key: OccurrenceKey) -> Result<Occurrence> {
        unbuilt()
    }

    /// Gives one occurrence another day, other lines, or both; a skipped one happens again.
    ///
    /// # Errors
    /// As [`Schedules::skip`], [`ErrorKind::InvalidSetting`] for a move that says nothing.
    pub fn move_occurrence(&self, _key: OccurrenceKey, _moved: Move) -> Result<Occurrence> {
        unbuilt()
    }

    /// Takes a move or a skip back.
    ///
    /// # Errors
    /// As [`Schedules::skip`].
    pub fn restore(&self, _key: OccurrenceKey) -> Result<Occurrence> {
        unbuilt()
    }

    /// Says which entry stands for an occurrence, so that it is not expected any more.
    ///
    /// # Errors
    /// As [`Schedules::skip`]; [`ErrorKind::NotAllowed`] for an entry that was reversed or amended, and for one that
    /// stands for another occurrence.
    pub fn settle(&self, _key: OccurrenceKey, _entry: i64) -> Result<Occurrence> {
        unbuilt()
    }

    /// Says that an entry does not stand for an occurrence after all, so that this is expected again.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] where no entry stands for it, and where the schedule itself posted the entry: reversing
    /// it makes the occurrence expected again.
    pub fn unsettle(&self, _key: OccurrenceKey) -> Result<Occurrence> {
        unbuilt()
    }

    /// The occurrences that are still to come and due by `ahead_days` after a day, in the order of their days; those due
    /// before `as_of` are overdue ([`Occurrence::is_overdue`]).
    ///
    /// # Errors
    /// As [`crate::schedule::Plan::occurrences`].
    pub fn due(&self, _as_of: NaiveDate, _ahead_days: u32) -> Result<Vec<Occurrence>> {
        unbuilt()
    }
}
