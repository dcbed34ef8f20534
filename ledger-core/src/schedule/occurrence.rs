//! One time that a schedule happens: its identity, what was changed about it, and what it comes to.

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{PlannedLine, Schedule, ScheduleId};

/// What makes an occurrence the same one for ever: its schedule and the day that it was scheduled for.
///
/// The day is the one of the recurrence, before the weekend rule, the shift and any move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OccurrenceKey {
    /// The schedule.
    pub schedule: ScheduleId,
    /// The scheduled day.
    pub on: NaiveDate,
}

impl OccurrenceKey {
    /// The occurrence of a schedule that was scheduled for a day.
    pub fn new(schedule: ScheduleId, on: NaiveDate) -> OccurrenceKey {
        OccurrenceKey { schedule, on }
    }
}

impl fmt::Display for OccurrenceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.schedule, self.on)
    }
}

/// Another day or other lines for one occurrence.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// The day on which it happens instead, as it is: no weekend rule and no shift.
    #[serde(default)]
    pub to: Option<NaiveDate>,
    /// All lines that it has instead.
    #[serde(default)]
    pub lines: Option<Vec<PlannedLine>>,
}

/// What was changed about one occurrence; one that has no change is expected as its schedule says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum OccurrenceChange {
    /// It happens on another day or with other lines.
    Moved(Move),
    /// It does not happen.
    Skipped,
    /// It happened: an entry stands for it, and it is never counted as expected again.
    Settled {
        /// The entry's number.
        entry: i64,
        /// What had been moved before, which counts again when the entry is reversed.
        #[serde(default)]
        moved: Option<Move>,
    },
}

/// The one state of an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OccurrenceState {
    /// It will happen as its schedule says.
    Expected,
    /// It will happen on another day or with other lines.
    Moved,
    /// Somebody said that it does not happen.
    Skipped,
    /// It lies in a pause of its schedule.
    Paused,
    /// The entry with this number stands for it.
    Settled(i64),
}

impl OccurrenceState {
    /// Whether it is still to come: expected or moved.
    pub fn is_open(self) -> bool {
        matches!(self, OccurrenceState::Expected | OccurrenceState::Moved)
    }
}

/// One time that a schedule happens, with everything about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Its identity.
    pub key: OccurrenceKey,
    /// The day on which money moves.
    pub due_on: NaiveDate,
    /// Its state.
    pub state: OccurrenceState,
    /// Its lines: its own where it was given some, otherwise those of the step in force on its scheduled day.
    pub lines: Arc<[PlannedLine]>,
    /// The row that it belongs to.
    pub schedule: Arc<Schedule>,
}

impl Occurrence {
    /// Whether it is still to come although it was due before `as_of`.
    pub fn is_overdue(&self, as_of: NaiveDate) -> bool {
        self.state.is_open() && self.due_on < as_of
    }
}
