//! Which entries a search asks for.

use chrono::NaiveDate;

use super::draft::Tag;
use crate::money::Amount;

/// What entries have to fulfil, all of it, to be found by [`crate::Journal::search`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// First posting day.
    pub from: Option<NaiveDate>,
    /// Last posting day.
    pub to: Option<NaiveDate>,
    /// At least one line on this account or on one below it.
    pub account: Option<String>,
    /// With this party.
    pub party: Option<String>,
    /// Words that description, party or a memo contain, whatever their case.
    pub text: Option<String>,
    /// With this tag; an empty value takes any, and `trip/rome` is found below `trip`.
    pub tag: Option<Tag>,
    /// A line of at least this amount, whichever its side.
    pub amount_min: Option<Amount>,
    /// A line of at most this amount, whichever its side.
    pub amount_max: Option<Amount>,
    /// Also entries that were amended, and the mirrors that undid them.
    pub with_amended: bool,
}
