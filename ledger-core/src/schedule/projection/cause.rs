//! Why a balance changed.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;

use crate::account::AccountId;
use crate::money::Amount;
use crate::schedule::{OccurrenceKey, Percent};

/// What stands behind a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseOf {
    /// An occurrence that is still to come.
    Occurrence {
        /// Its identity.
        key: OccurrenceKey,
        /// The day on which it was due, which lies on or before the as-of day where it is overdue.
        due_on: NaiveDate,
        /// Whether it was carried to the as-of day, on or before which it was due.
        overdue: bool,
    },
    /// An entry that is posted for a later day.
    Entry(i64),
    /// What is usually spent on such a day.
    Usual,
}

/// One change of one account on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The day on which it counts.
    pub on: NaiveDate,
    /// What stands behind it.
    pub of: CauseOf,
    /// The schedule's name, the entry's description, or `usual spending`.
    #[serde(serialize_with = "as_text")]
    pub name: Arc<str>,
    /// The account.
    pub account: AccountId,
    /// What it comes to if it happens.
    pub amount: Amount,
    /// The end of an estimate nearer to zero; for usual spending, the low end.
    pub low: Amount,
    /// The end of an estimate farther from zero; for usual spending, the high end.
    pub high: Amount,
    /// How likely it is.
    pub probability: Percent,
}

fn as_text<S: serde::Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}
