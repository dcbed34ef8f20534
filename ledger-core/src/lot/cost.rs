//! What units of a lot cost.

use serde::{Serialize, Serializer};

use crate::money::{Amount, Commodity};

/// What units of a lot cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LotCost {
    /// This much.
    Paid(Amount),
    /// Nothing was paid: a gift, a share split.
    Nothing,
    /// The journal does not tell: the units came in without a price.
    Unknown,
}

impl LotCost {
    /// The cost, where it is an amount.
    pub fn amount(self) -> Option<Amount> {
        match self {
            LotCost::Paid(amount) => Some(amount),
            LotCost::Nothing | LotCost::Unknown => None,
        }
    }

    /// The commodity that was paid with.
    pub fn commodity(self) -> Option<Commodity> {
        self.amount().map(|amount| amount.commodity())
    }

    /// Its count of minor units, where it is known.
    pub(super) fn minor(self) -> Option<i64> {
        match self {
            LotCost::Paid(amount) => Some(amount.minor()),
            LotCost::Nothing => Some(0),
            LotCost::Unknown => None,
        }
    }

    /// The same kind of cost with another count of minor units.
    pub(super) fn with_minor(self, minor: i64) -> LotCost {
        match self {
            LotCost::Paid(amount) => LotCost::Paid(amount.commodity().amount(minor)),
            other => other,
        }
    }
}

impl Serialize for LotCost {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            LotCost::Paid(amount) => serializer.collect_str(amount),
            LotCost::Nothing => serializer.serialize_str("nothing"),
            LotCost::Unknown => serializer.serialize_none(),
        }
    }
}
