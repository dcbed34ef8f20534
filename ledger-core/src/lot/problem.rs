//! Sales that do not find their lots.

use chrono::NaiveDate;

use crate::account::AccountId;
use crate::money::Amount;

/// A movement that did not find the lots that it takes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotProblem {
    /// The account.
    pub account: AccountId,
    /// The day.
    pub on: NaiveDate,
    /// The entry.
    pub entry: i64,
    /// Its line, from 1.
    pub line: i32,
    /// How many units it takes out.
    pub wanted: Amount,
    /// How many of them were found in no lot.
    pub missing: Amount,
    /// Why.
    pub trouble: LotTrouble,
}

/// Why lots were not found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LotTrouble {
    /// Fewer are held.
    Exceeds {
        /// How many are.
        held: Amount,
    },
    /// The lot that is named is not there, or holds fewer.
    NoSuchLot {
        /// The lot as it is named.
        named: String,
        /// How many the lots that fit hold.
        held: Amount,
    },
    /// Several lots fit, and nothing chooses among them.
    Unnamed {
        /// How many lots fit.
        open: usize,
    },
    /// Lots cannot be compared: their costs are unknown or in several commodities.
    Incomparable,
}

impl LotProblem {
    /// Why, as a clause with the numbers and the way out: `only 4 AAPL are held on that day (6 AAPL missing)`.
    pub fn reason(&self) -> String {
        match &self.trouble {
            LotTrouble::Exceeds { held } => {
                format!("{held} is held in lots on that day ({} missing)", self.missing)
            }
            LotTrouble::NoSuchLot { named, held } if held.is_zero() => {
                format!("no open lot is {named} (see `ledger lots`)")
            }
            LotTrouble::NoSuchLot { named, held } => {
                format!("the open lots that are {named} hold {held} (see `ledger lots`)")
            }
            LotTrouble::Unnamed { open } => {
                format!("{open} open lots fit (name one by its day or label: {{2026-01-31}} or {{\"label\"}})")
            }
            LotTrouble::Incomparable => {
                "its lots cannot be compared: their costs are unknown or in several commodities (name the lot)"
                    .to_owned()
            }
        }
    }
}
