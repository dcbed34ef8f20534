//! Posting what is due, once.

use chrono::NaiveDate;

use super::{Schedules, unbuilt};
#[cfg(doc)]
use crate::ErrorKind;
use crate::journal::Entry;
use crate::schedule::{Occurrence, ScheduleId};
use crate::{Error, Result};

/// What to post of what is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PostDue {
    /// Only this row; nothing for all.
    pub only: Option<ScheduleId>,
    /// Only tells what would be posted.
    pub dry_run: bool,
    /// Also posts estimates, at their expected amounts, and what is not certain to happen.
    pub estimates: bool,
}

/// What posting came to.
#[derive(Debug, Default)]
pub struct PostDueReport {
    /// Occurrences that were posted, in the order of their days.
    pub posted: Vec<PostedOccurrence>,
    /// Occurrences that are due and wait for a person.
    pub held: Vec<HeldOccurrence>,
    /// Occurrences that a rule of the book refused.
    pub refused: Vec<RefusedOccurrence>,
}

/// An occurrence with the entry that now stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedOccurrence {
    /// The occurrence, settled.
    pub occurrence: Occurrence,
    /// Its entry.
    pub entry: Entry,
    /// Whether the entry was there before under the occurrence's external id, and only the occurrence had to be settled.
    pub already_posted: bool,
}

/// An occurrence that is due and was not posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldOccurrence {
    /// The occurrence, open.
    pub occurrence: Occurrence,
    /// Why, as a clause.
    pub reason: String,
}

/// An occurrence that could not be posted.
#[derive(Debug)]
pub struct RefusedOccurrence {
    /// The occurrence, open.
    pub occurrence: Occurrence,
    /// What refused it; nothing of it was written.
    pub error: Error,
}

impl Schedules<'_> {
    /// Posts each open occurrence that is due by a day, once, on its own day, and settles it in the same unit.
    ///
    /// The external id of an entry names the book, the row and the scheduled day, so that neither a second run, nor one
    /// from another process, nor one after months posts anything twice. Where such an entry was reversed, the occurrence
    /// is due again and is posted under that id with `/2` behind it.
    ///
    /// A run is one unit: what it posts stays together or, if it is interrupted, not at all. An occurrence that a rule of
    /// the book refuses (a lock, a closed account) takes back only itself and is listed with the refusal.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a row that is not there, and when the database fails; nothing is posted then.
    pub fn post_due(&self, _as_of: NaiveDate, _options: &PostDue) -> Result<PostDueReport> {
        unbuilt()
    }
}
