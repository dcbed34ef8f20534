//! Balance assertions: what an account holds at the end of a day, kept and compared again and again.
//!
//! All of it is pure; [`crate::Assertions`] keeps them and reads the balances.

// An assertion module in the assertion module: the noun is the folder's, too.
#[allow(clippy::module_inception)]
mod assertion;

pub use assertion::{Assertion, AssertionSource, AssertionStatus};
