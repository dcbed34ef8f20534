//! Receivables and loans: who owes what, since when, and when it will come.
//!
//! What is owed is counted by what it is owed for ([`Parts`]: principal, interest, fees) and by when it is due
//! ([`Instalment`]). A payable, money that the book's owner owes, is the mirror image with the same terms and the same
//! arithmetic.
//!
//! The module is pure: amounts are whole minor units of one commodity, days and balances come in as arguments.

mod movement;
mod parts;
mod standing;

pub(crate) use movement::check as check_movement;
pub use movement::{Correction, Effect, Fates, Movement, MovementDetail, MovementKind};
pub use parts::{Instalment, Part, Parts, ReceivableId};
pub use standing::{Due, OpenDue, Standing, open_dues};
