//! Money that is expected: when it moves, as plain data and pure functions.
//!
//! A [`Recurrence`] says on which days a schedule happens; [`WeekendRule`] moves a day off a weekend.

mod month_end;
mod recurrence;
mod weekend;

pub use month_end::MonthEnd;
pub use recurrence::{Recurrence, RecurrenceOptions};
pub use weekend::WeekendRule;
