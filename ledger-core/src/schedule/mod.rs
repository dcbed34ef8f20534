//! Money that is expected: when it moves, as plain data and pure functions.
//!
//! A [`Recurrence`] says on which days a schedule happens; [`WeekendRule`] moves a day off a weekend. [`ScheduleTerms`]
//! say what moves; a [`Plan`] of [`Schedule`]s with the changes of single [`Occurrence`]s is what is to
//! come. An [`Expansion`] holds its occurrences over some days, [`project`] makes balances of them, and a [`Scenario`]
//! asks what if. [`match_occurrences`] tells which entries have settled which occurrences,
//! [`detect`] what recurs in the past and is in no plan yet.

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
mod expansion;
mod usual;
mod projection;
mod scenario;
mod accuracy;
mod movement;
mod matching;
mod settled;
mod detect;
#[cfg(test)]
mod testing;

pub use accuracy::{
    Accuracy, AccuracyDay, ActualBalance, ActualCause, CauseAccuracy, Forecast, ForecastCause,
    ForecastSeries, SeriesAccuracy, Settlement, accuracy,
};
pub use detect::{Cadence, DetectOptions, PriceStep, ProposalKey, RecurringProposal, detect};
pub use expansion::Expansion;
pub use matching::{
    ExpectedOccurrence, LikelySettlement, MatchOptions, OccurrenceMatch, likely_settled, match_occurrences,
};
pub use month_end::MonthEnd;
pub use movement::Movement;
pub use occurrence::{Move, Occurrence, OccurrenceChange, OccurrenceKey, OccurrenceState};
pub use percent::Percent;
pub use plan::{Plan, Split};
pub use planned::{PlannedLine, Step};
pub use projection::{
    AccountSeries, Cause, CauseOf, DayPoint, Floor, OpeningBalance, Outlook, Overdue, Period, PeriodRow,
    PostedMovement, Projection, ProjectionInput, ProjectionOptions, Series, Unpriced, Valuation, project,
};
pub use recurrence::{Recurrence, RecurrenceChange, RecurrenceOptions};
pub use scenario::{
    Adjustment, AmountChange, ComparedDay, ComparedSeries, Comparison, RowRef, Scenario, Scope, ShiftBy,
    compare,
};
pub use settled::{SettledLine, settled_lines};
pub use terms::{Origin, Pause, Schedule, ScheduleId, ScheduleTerms};
pub use usual::{PastMovement, UsualMovement, UsualSpending};
pub use weekend::WeekendRule;
