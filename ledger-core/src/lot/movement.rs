//! A line of the journal as lots see it.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{LineLot, LotBasis, LotCost};
use crate::Result;
use crate::account::AccountId;
use crate::money::Amount;

/// A line of the journal as lots see it: units that came in or went out, and for how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The day of its entry.
    pub on: NaiveDate,
    /// Its entry.
    pub entry: i64,
    /// Its place in the entry, from 1.
    pub line: i32,
    /// Its account.
    pub account: AccountId,
    /// Units that came in (positive) or went out (negative).
    pub units: Amount,
    /// What they weigh, where the line has a price.
    pub weight: Option<Amount>,
    /// The cost of one unit, where the line names it.
    pub unit_cost: Option<Decimal>,
    /// What the line says of its lot.
    pub lot: Option<LineLot>,
}

impl Movement {
    pub(super) fn basis(&self) -> LotBasis {
        self.lot.as_ref().map(|lot| lot.basis).unwrap_or_default()
    }

    /// What the units that came in cost; nothing where they came without a price.
    pub(super) fn cost(&self) -> Result<Option<LotCost>> {
        match (self.basis(), self.weight) {
            (LotBasis::Nothing, _) => Ok(Some(LotCost::Nothing)),
            (_, Some(weight)) => Ok(Some(LotCost::Paid(weight.abs()?))),
            (_, None) => Ok(None),
        }
    }

    /// What the units that went out were sold for.
    pub(super) fn proceeds(&self) -> Result<Option<Amount>> {
        match (self.basis(), self.lot.as_ref().and_then(|lot| lot.price)) {
            (LotBasis::Cost, Some(price)) => price.weigh(self.units.abs()?).map(Some),
            (LotBasis::Cost, None) => Ok(None),
            (_, _) => self.weight.map(|weight| weight.abs()).transpose(),
        }
    }
}
