//! Projections of a book: balances, posted lines, schedules and prices fetched from one state of it.

use chrono::NaiveDate;

use super::{Schedules, unbuilt};
#[cfg(doc)]
use crate::ErrorKind;
use crate::Result;
use crate::money::Amount;
use crate::schedule::{Overdue, Projection};

/// What to project of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectRequest {
    /// The last day whose postings are in the opening balances.
    pub as_of: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Accounts by name, each with those below it; none for every asset and liability that a schedule moves.
    pub accounts: Vec<String>,
    /// Balances not to be gone below.
    pub floors: Vec<FloorRequest>,
    /// What becomes of what is overdue.
    pub overdue: Overdue,
    /// Scenarios by name, made one after another.
    pub scenarios: Vec<String>,
    /// Whether to add what is usually spent beside the schedules, learned from the 26 weeks before.
    pub usual_spending: bool,
    /// Whether to add the accounts up, in the book's base commodity.
    pub total: bool,
}

/// A balance not to be gone below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FloorRequest {
    /// The account's name; nothing for the total.
    pub account: Option<String>,
    /// The lowest balance that is fine.
    pub amount: Amount,
}

impl ProjectRequest {
    /// A projection of the plan with its total; what is overdue is carried.
    pub fn new(as_of: NaiveDate, to: NaiveDate) -> Self {
        ProjectRequest {
            as_of,
            to,
            accounts: Vec::new(),
            floors: Vec::new(),
            overdue: Overdue::Carry,
            scenarios: Vec::new(),
            usual_spending: false,
            total: true,
        }
    }
}

impl Schedules<'_> {
    /// What will be in the accounts, day by day.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for an account or a scenario, and as [`crate::schedule::project`].
    pub fn project(&self, _request: &ProjectRequest) -> Result<Projection> {
        unbuilt()
    }
}
