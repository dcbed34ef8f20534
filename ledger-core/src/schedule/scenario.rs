//! What if: a named list of adjustments to a plan.
//!
//! [`Scenario::apply`] gives the plan in which the adjustments had been made by hand, so that a base with a scenario is
//! projected like any other plan; scenarios stack by applying one after another.

mod adjustment;

use serde::{Deserialize, Serialize};

pub use self::adjustment::{Adjustment, AmountChange, RowRef, Scope, ShiftBy};

/// A named list of adjustments, made in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What people call it, such as `new car`.
    pub name: String,
    /// The adjustments, first to last.
    pub adjustments: Vec<Adjustment>,
}
