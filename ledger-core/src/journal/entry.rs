//! Entries as they stand in the journal.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};

use super::draft::{LinePrice, Source, Tag};
use crate::account::AccountId;
use crate::audit::Hash;
use crate::lot::LineLot;
use crate::money::Amount;

/// A posted entry. It never changes; [`crate::Journal::reverse`] and [`crate::Journal::amend`] post corrections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The entry's number in its book: 1, 2, 3 … without gaps.
    pub number: i64,
    /// The day that the entry counts for.
    pub posted_on: NaiveDate,
    /// What happened.
    pub description: String,
    /// With whom, by name.
    pub party: Option<String>,
    /// The party's number as it was posted: that of the party itself, where another stands for it since.
    #[serde(skip)]
    pub(crate) party_id: Option<i32>,
    /// Dimensions, sorted.
    pub tags: Vec<Tag>,
    /// The poster's own identity of the entry.
    pub external_id: Option<String>,
    /// What made the entry.
    pub source: Source,
    /// The entry that this one mirrors.
    pub reverses: Option<i64>,
    /// The entry that this one replaces; where it also mirrors that entry, an import or a closing was undone, and nothing
    /// replaces it.
    pub amends: Option<i64>,
    /// When it was posted.
    pub recorded_at: DateTime<Utc>,
    /// Who posted it.
    pub recorded_by: String,
    /// The lines, in order.
    pub lines: Vec<Line>,
    /// SHA-256 over the entry's content and the hash of the entry before it.
    pub hash: Hash,
}

/// A line of a posted entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The account's number.
    pub account_id: AccountId,
    /// The account's name, as it is today.
    pub account: String,
    /// Debit (positive) or credit (negative).
    pub amount: Amount,
    /// The amount at its price, or the amount itself where it has none.
    pub weight: Amount,
    /// What the amount cost.
    #[serde(serialize_with = "price_as_text")]
    pub price: Option<LinePrice>,
    /// Which lot the line opens or closes.
    #[serde(serialize_with = "lot_as_text", skip_serializing_if = "Option::is_none")]
    pub lot: Option<Box<LineLot>>,
    /// A note on this line.
    pub memo: Option<String>,
}

fn price_as_text<S: Serializer>(price: &Option<LinePrice>, serializer: S) -> Result<S::Ok, S::Error> {
    match price {
        Some(price) => serializer.collect_str(price),
        None => serializer.serialize_none(),
    }
}

fn lot_as_text<S: Serializer>(lot: &Option<Box<LineLot>>, serializer: S) -> Result<S::Ok, S::Error> {
    match lot {
        Some(lot) => serializer.collect_str(lot),
        None => serializer.serialize_none(),
    }
}

/// What posting gave: the entry, and whether it was there already under the same external id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PostReceipt {
    /// The entry as it stands in the journal.
    pub entry: Entry,
    /// True where an earlier call posted it and this one changed nothing.
    pub already_posted: bool,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} {} {}", self.number, self.posted_on, self.description)
    }
}
