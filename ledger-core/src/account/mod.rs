//! Accounts: kinds and subtypes, hierarchical names, starter charts, and the search for a name.
//!
//! All of it is pure: the store keeps the accounts, this module says what they are, which names they may
//! bear and which of many a few typed letters mean.

// An account module in the accounts module: the noun is the folder's, too.
#[allow(clippy::module_inception)]
mod account;
mod chart;
mod guess;
mod kind;
mod name;
mod near;
mod opening;
mod search;
mod skeleton;
mod subtype;
mod template;

pub use account::{Account, AccountId, NewAccount};
pub(crate) use chart::Chart;
pub use guess::guess_subtype;
pub use kind::{AccountKind, Side};
pub use name::{AccountName, NAME_CHARS_MAX, NAME_SEGMENTS_MAX};
pub use near::{Likeness, NearMatch, near_matches};
pub(crate) use opening::{Checked, refuse_kind};
pub use search::{MatchKind, SearchHit, SearchIndex, SearchItem};
pub use subtype::{Subtype, find_subtype, subtypes};
pub use template::{ChartAccount, ChartTemplate, template};
