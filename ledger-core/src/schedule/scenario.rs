//! What if: a named list of adjustments to a plan.
//!
//! [`Scenario::apply`] gives the plan in which the adjustments had been made by hand, so that a base with a scenario is
//! projected like any other plan; scenarios stack by applying one after another.

mod adjustment;
mod amount;
mod apply;
mod comparison;
mod row_ref;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use self::adjustment::{Adjustment, AmountChange, Scope, ShiftBy};
pub use self::comparison::{ComparedDay, ComparedSeries, Comparison, compare};
pub use self::row_ref::RowRef;
use super::Plan;
use crate::{Error, Result};

/// A named list of adjustments, made in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What people call it, such as `new car`.
    pub name: String,
    /// The adjustments, first to last.
    pub adjustments: Vec<Adjustment>,
}

impl Scenario {
    /// The plan in which the adjustments had been made by hand, one after another.
    ///
    /// Rows that no adjustment names are shared with `plan`, so that [`super::Expansion::of_variant`] need not work them
    /// out again.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] with near names and [`crate::ErrorKind::Ambiguous`] for rows,
    /// [`crate::ErrorKind::AlreadyExists`] for a row that is added under a name that is taken,
    /// [`crate::ErrorKind::InvalidAdjustment`] for one that changes nothing, and what the edit itself refuses.
    pub fn apply(&self, plan: &Plan) -> Result<Plan> {
        self.apply_but(plan, &[]).map_err(|(_, error)| error)
    }

    /// As [`Scenario::apply`] without the adjustments at some places from 0, with the place of the one that is refused.
    pub(crate) fn apply_but(&self, plan: &Plan, left_out: &[usize]) -> Result<Plan, (usize, Error)> {
        let mut made = plan.clone();
        let numbered = self.adjustments.iter().enumerate();
        for (place, adjustment) in numbered.filter(|(place, _)| !left_out.contains(place)) {
            apply::adjust(&mut made, adjustment, &self.name).map_err(|error| (place, error))?;
        }
        Ok(made)
    }

    /// Every adjustment that cannot be made, by its place from 0, where those are left out.
    pub(crate) fn refused(&self, plan: &Plan) -> Vec<(usize, Error)> {
        let mut made = plan.clone();
        let mut refused = Vec::new();
        for (place, adjustment) in self.adjustments.iter().enumerate() {
            let before = made.clone();
            if let Err(error) = apply::adjust(&mut made, adjustment, &self.name) {
                made = before;
                refused.push((place, error));
            }
        }
        refused
    }
}
