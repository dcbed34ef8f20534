//! What a scenario changes, as plain data.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::money::Amount;
use crate::schedule::stored::decimal_text;
use crate::schedule::{Percent, RowRef, ScheduleTerms};

/// Which occurrences an adjustment means, by their scheduled days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Scope {
    /// All of the row.
    All,
    /// The one that is scheduled for this day.
    One(NaiveDate),
    /// Those from this day on.
    From(NaiveDate),
    /// Those from one day through another.
    Between {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        until: NaiveDate,
    },
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::All => Ok(()),
            Scope::One(on) => write!(f, " on {on}"),
            Scope::From(from) => write!(f, " from {from}"),
            Scope::Between { from, until } => write!(f, " from {from} until {until}"),
        }
    }
}

/// How an amount changes.
///
/// The amount of a row is the sum of its debits in a commodity. Its lines, and both ends of an estimate, change in
/// proportion: each part is cut to whole minor units, and what is left over goes to the first lines, so that debits and
/// credits stay equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountChange {
    /// To this amount.
    To(Amount),
    /// By this amount; a negative one makes it less.
    By(Amount),
    /// By so many percent, in every commodity; `-10` makes it a tenth less. Rounded half to even.
    Percent(#[serde(with = "decimal_text")] Decimal),
}

impl fmt::Display for AmountChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AmountChange::To(amount) => write!(f, "to {amount}"),
            AmountChange::By(amount) => write!(f, "by {amount}"),
            AmountChange::Percent(percent) => write!(f, "by {percent} %"),
        }
    }
}

/// How far occurrences move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShiftBy {
    /// By so many days; negative for earlier.
    Days(i32),
    /// The first of them to this day, the others by as many days.
    To(NaiveDate),
}

impl fmt::Display for ShiftBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShiftBy::Days(days) => write!(f, "by {days} days"),
            ShiftBy::To(day) => write!(f, "to {day}"),
        }
    }
}

/// One change that a scenario makes to a plan.
///
/// A row that is named is adjusted in all its parts that have a day in the scope, a row told by its number in that part
/// alone ([`RowRef`]).
///
/// Occurrences that an entry stands for are never changed; a day or lines that a person gave to a single occurrence stay,
/// unless the adjustment names just that one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Adjustment {
    /// A row more.
    Add(Box<ScheduleTerms>),
    /// Another amount: a step of the row, or other lines of one occurrence.
    Amount {
        /// The row.
        row: RowRef,
        /// To, or by how much.
        change: AmountChange,
        /// Which occurrences.
        scope: Scope,
    },
    /// Other days: a shift of the row, an edit of "this and later", or a move of each occurrence.
    Shift {
        /// The row.
        row: RowRef,
        /// How far.
        by: ShiftBy,
        /// Which occurrences.
        scope: Scope,
    },
    /// It does not happen: a skip of one occurrence, or a pause.
    Skip {
        /// The row.
        row: RowRef,
        /// Which occurrences.
        scope: Scope,
    },
    /// It does not happen from a day on: a pause without an end.
    Stop {
        /// The row.
        row: RowRef,
        /// The first scheduled day on which it does not happen.
        from: NaiveDate,
    },
    /// It happens from a day on: pauses end the day before; a row that is not paused then happens no earlier.
    Start {
        /// The row.
        row: RowRef,
        /// The first scheduled day on which it may happen.
        from: NaiveDate,
    },
    /// How likely it is.
    Probability {
        /// The row.
        row: RowRef,
        /// The new probability.
        percent: Percent,
    },
}

impl Adjustment {
    /// The row that it changes; nothing for one that adds a row.
    pub fn row(&self) -> Option<&RowRef> {
        match self {
            Adjustment::Add(_) => None,
            Adjustment::Amount { row, .. }
            | Adjustment::Shift { row, .. }
            | Adjustment::Skip { row, .. }
            | Adjustment::Stop { row, .. }
            | Adjustment::Start { row, .. }
            | Adjustment::Probability { row, .. } => Some(row),
        }
    }

    /// The row that it changes, to be said in another way.
    pub(crate) fn row_mut(&mut self) -> Option<&mut RowRef> {
        match self {
            Adjustment::Add(_) => None,
            Adjustment::Amount { row, .. }
            | Adjustment::Shift { row, .. }
            | Adjustment::Skip { row, .. }
            | Adjustment::Stop { row, .. }
            | Adjustment::Start { row, .. }
            | Adjustment::Probability { row, .. } => Some(row),
        }
    }
}

impl fmt::Display for Adjustment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Adjustment::Add(terms) => write!(f, "add {}", terms.name),
            Adjustment::Amount { row, change, scope } => write!(f, "amount of {row} {change}{scope}"),
            Adjustment::Shift { row, by, scope } => write!(f, "shift {row} {by}{scope}"),
            Adjustment::Skip { row, scope } => write!(f, "skip {row}{scope}"),
            Adjustment::Stop { row, from } => write!(f, "stop {row} from {from}"),
            Adjustment::Start { row, from } => write!(f, "start {row} from {from}"),
            Adjustment::Probability { row, percent } => write!(f, "probability of {row} to {percent}"),
        }
    }
}
