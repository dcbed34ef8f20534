//! Sales that do not find their lots.

use chrono::NaiveDate;

use super::{LineLot, Lot, LotCost};
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
        /// The first of them.
        lots: Vec<Lot>,
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
            LotTrouble::Unnamed { open, lots } => unnamed(*open, lots),
            LotTrouble::Incomparable => {
                "its lots cannot be compared: their costs are unknown or in several commodities (name the lot)"
                    .to_owned()
            }
        }
    }
}

/// How the lots that fit are told apart, and how one of them is named.
fn unnamed(open: usize, lots: &[Lot]) -> String {
    let name = |lot: &Lot| LineLot { opened_on: Some(lot.opened_on), ..LineLot::default() }.text(None);
    let told = |lot: &Lot| {
        let label =
            LineLot { label: lot.label.clone(), opened_on: Some(lot.opened_on), ..LineLot::default() };
        let cost = match lot.cost {
            LotCost::Paid(cost) => format!("for {cost}"),
            LotCost::Nothing => "for nothing".to_owned(),
            LotCost::Unknown => "of unknown cost".to_owned(),
        };
        format!("{label} {} {cost}", lot.units)
    };
    let listed: Vec<String> = lots.iter().map(told).collect();
    let more = match open.saturating_sub(lots.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let is_alike = |(at, lot): (usize, &Lot)| {
        lots[..at].iter().any(|other| (other.opened_on, &other.label) == (lot.opened_on, &lot.label))
    };
    let example = lots.first().map(name).unwrap_or_default();
    let hint = if lots.iter().enumerate().any(is_alike) {
        "name one by its day, label or cost: what has the same day and label is told apart by the cost of a unit, \
         {100 USD} @ 120 USD, and the gain is a line of its own"
            .to_owned()
    } else {
        format!("name one by its day or label: {example}")
    };
    format!("{open} open lots fit: {}{more} ({hint})", listed.join(", "))
}
