//! Parties: the people and companies that entries name, by any of their names, and what is known of them.
//!
//! All of it is pure: the store keeps the rows, this module says which party a name means, which details are well
//! formed and which parties are likely the same.

mod details;
mod likeness;
mod names;
// A party module in the parties module: the noun is the folder's, too.
#[allow(clippy::module_inception)]
mod party;

pub use details::{PartyDetails, PartyField};
pub(crate) use likeness::LikenessIndex;
pub use likeness::{NearParty, PartyLikeness};
pub(crate) use names::{KnownParty, PartyNames};
pub use party::{NewParty, Party, PartyKind};
