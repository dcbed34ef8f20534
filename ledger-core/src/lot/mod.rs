//! Lots: units bought on one day at one cost, and what selling them gained.
//!
//! Everything here is pure: [`Inventory`] is fed the movements of commodities in the order of the journal and tells what
//! is open, what was closed at which gain, and which sale was of more than was held. Reading movements and keeping an
//! account's method is the façade's part ([`crate::Lots`]).

mod cost;
mod inventory;
mod line_lot;
mod method;
mod movement;
mod open;
mod problem;
mod realised;
mod select;
mod split;
mod step;

pub use cost::LotCost;
pub use inventory::Inventory;
pub(crate) use line_lot::LABEL_CHARS_MAX;
pub use line_lot::{LineLot, LotBasis};
pub use method::LotMethod;
pub use movement::Movement;
pub use open::Lot;
pub use problem::{LotProblem, LotTrouble};
pub use realised::{LongTerm, Realised, Term};
pub use split::SplitRatio;
pub(crate) use split::{is_split, split_draft};
pub use step::LotStep;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
