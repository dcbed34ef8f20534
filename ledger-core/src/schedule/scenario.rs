//! What if: a named list of adjustments to a plan.
//!
//! [`Scenario::apply`] gives the plan in which the adjustments had been made by hand, so that a base with a scenario is
//! projected like any other plan; scenarios stack by applying one after another.

mod adjustment;
mod amount;
mod apply;
mod comparison;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::adjustment::{Adjustment, AmountChange, RowRef, Scope, ShiftBy};
pub use self::comparison::{ComparedDay, ComparedSeries, Comparison, compare};
use super::{Plan, Schedule};
use crate::Result;

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
    /// [`crate::ErrorKind::InvalidAdjustment`] for one that changes nothing, and what the edit itself refuses.
    pub fn apply(&self, plan: &Plan) -> Result<Plan> {
        let mut made = plan.clone();
        for adjustment in &self.adjustments {
            apply::adjust(&mut made, adjustment, &self.name)?;
        }
        Ok(made)
    }
}

impl RowRef {
    /// The row of a plan that is meant.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] with near names, [`crate::ErrorKind::Ambiguous`] with the numbers.
    pub fn find(&self, plan: &Plan) -> Result<Arc<Schedule>> {
        plan.schedule(apply::find(plan, self)?).cloned()
    }
}
