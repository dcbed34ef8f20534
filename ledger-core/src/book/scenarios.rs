//! The scenarios of a book: named lists of adjustments, compared with each other, applied and taken back.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::Book;
use super::schedules::ProjectRequest;
use crate::schedule::{Adjustment, Comparison, OccurrenceKey, Projection, Scenario, ScheduleId};
use crate::{ErrorKind, Result};

/// The name that means the plan itself, without any scenario.
pub const BASE_SCENARIO: &str = "base";

/// The scenarios of a book: `book.scenarios()`.
#[derive(Debug)]
pub struct Scenarios<'b> {
    pub(super) book: &'b Book<'b>,
}

/// A scenario as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredScenario {
    /// Its number in the book.
    pub id: i32,
    /// Its name and adjustments.
    #[serde(flatten)]
    pub scenario: Scenario,
    /// When it was applied; nothing for one that is only a question.
    pub applied_at: Option<DateTime<Utc>>,
}

/// What applying a scenario, or taking it back, wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppliedReport {
    /// The scenario's name.
    pub name: String,
    /// Rows that were added, or that are gone again.
    pub added: Vec<ScheduleId>,
    /// Rows that were changed, or that are again as they were.
    pub changed: Vec<ScheduleId>,
    /// Occurrences that were changed, or that are again as they were.
    pub occurrences: Vec<OccurrenceKey>,
}

fn unbuilt<T>() -> Result<T> {
    Err(ErrorKind::Misuse("scenarios are not stored yet".to_owned()).into())
}

impl Scenarios<'_> {
    /// Begins a scenario without adjustments.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`], [`ErrorKind::InvalidName`].
    pub fn create(&self, _name: &str) -> Result<StoredScenario> {
        unbuilt()
    }

    /// All scenarios, by name.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] for a stored scenario that is none.
    pub fn list(&self) -> Result<Vec<StoredScenario>> {
        unbuilt()
    }

    /// The scenario with this name; case and Unicode form do not matter.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with names that are close.
    pub fn find(&self, _name: &str) -> Result<StoredScenario> {
        unbuilt()
    }

    /// Forgets a scenario. What one that was applied wrote stays.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn drop(&self, _name: &str) -> Result<StoredScenario> {
        unbuilt()
    }

    /// Adds an adjustment behind the others, once it is known that it can be made.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for a scenario that is applied, and as [`Scenario::apply`].
    pub fn adjust(&self, _name: &str, _adjustment: Adjustment) -> Result<StoredScenario> {
        unbuilt()
    }

    /// Takes the adjustment at a place, from 1, out of a scenario.
    ///
    /// # Errors
    /// As [`Scenarios::adjust`].
    pub fn unadjust(&self, _name: &str, _number: usize) -> Result<StoredScenario> {
        unbuilt()
    }

    /// The projections of several scenarios, each on top of those that the request names; `base` is the plan itself.
    ///
    /// All of them are of the same accounts: those of the request, or every asset and liability that a row of any of them
    /// moves.
    ///
    /// # Errors
    /// As [`crate::Schedules::project`].
    pub fn project(&self, _request: &ProjectRequest, _names: &[&str]) -> Result<Vec<(String, Projection)>> {
        unbuilt()
    }

    /// Projects several scenarios and compares them with the first; see [`Scenarios::project`].
    ///
    /// # Errors
    /// As [`Scenarios::project`], and [`ErrorKind::InvalidSetting`] for fewer than two.
    pub fn compare(&self, _request: &ProjectRequest, _names: &[&str]) -> Result<Comparison> {
        unbuilt()
    }

    /// Makes the adjustments of a scenario in the plan itself, as one unit with one audit event.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for one that is applied already or has no adjustment, and as
    /// [`Scenario::apply`]; nothing is written then.
    pub fn apply(&self, _name: &str) -> Result<AppliedReport> {
        unbuilt()
    }

    /// Takes back what applying a scenario wrote, so that everything is as it was.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for one that is not applied, or where a row that it wrote was
    /// changed since; nothing is written then.
    pub fn undo(&self, _name: &str) -> Result<AppliedReport> {
        unbuilt()
    }
}
