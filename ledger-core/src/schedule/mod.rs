//! Money that is expected: when it moves, as plain data and pure functions.
//!
//! A [`Recurrence`] says on which days a schedule happens; [`WeekendRule`] moves a day off a weekend. [`ScheduleTerms`]
//! say what moves; a [`Plan`] of [`Schedule`]s with the changes of single [`Occurrence`]s is what is to come.

// In the order in which to read them.
mod recurrence;
mod month_end;
mod weekend;
mod percent;
mod planned;
mod terms;
mod stored;
mod occurrence;
mod plan;
mod scenario;

pub use month_end::MonthEnd;
pub use occurrence::{Move, Occurrence, OccurrenceChange, OccurrenceKey, OccurrenceState};
pub use percent::Percent;
pub use plan::{Plan, Split};
pub use planned::{PlannedLine, Step};
pub use recurrence::{Recurrence, RecurrenceOptions};
pub use scenario::{Adjustment, AmountChange, RowRef, Scenario, Scope, ShiftBy};
pub use terms::{Origin, Pause, Schedule, ScheduleId, ScheduleTerms};
pub use weekend::WeekendRule;
