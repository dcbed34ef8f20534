//! What a projection is made of, beside the occurrences.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::money::{Amount, Commodity, PriceTable};
use crate::schedule::{Expansion, UsualMovement};

/// What an account holds of one commodity at the end of the as-of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningBalance {
    /// The account.
    pub account: AccountId,
    /// Everything posted through the as-of day.
    pub amount: Amount,
}

/// A line that is posted already, on a day after the as-of day: it happened, whatever was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedMovement {
    /// The entry's number.
    pub entry: i64,
    /// The entry's description.
    pub name: Arc<str>,
    /// Its day.
    pub on: NaiveDate,
    /// The account of the line.
    pub account: AccountId,
    /// The amount of the line.
    pub amount: Amount,
}

/// The facts that a projection starts from.
#[derive(Debug, Clone, Copy)]
pub struct ProjectionInput<'i> {
    /// Balances at the end of the as-of day; several for one account and commodity are added up.
    pub opening: &'i [OpeningBalance],
    /// Lines posted for later days.
    pub posted: &'i [PostedMovement],
    /// What is to come. What lies before its first day does not count as overdue.
    pub expansion: &'i Expansion,
    /// What is usually spent beside the schedules.
    pub usual: &'i [UsualMovement],
}

/// What becomes of occurrences that are open on or before the as-of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overdue {
    /// They count on the as-of day, and are flagged.
    #[default]
    Carry,
    /// They are taken for not coming any more.
    Drop,
}

/// A balance that is not to be gone below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Floor {
    /// The account; nothing for the total.
    pub account: Option<AccountId>,
    /// The lowest balance that is fine.
    pub amount: Amount,
}

/// In what, and by which prices, the total is counted.
#[derive(Debug, Clone)]
pub struct Valuation {
    /// The commodity of the total.
    pub base: Commodity,
    /// Prices; those of the as-of day hold for the whole projection.
    pub prices: Arc<PriceTable>,
}

/// What is projected, and how far.
#[derive(Debug, Clone)]
pub struct ProjectionOptions {
    /// The last day whose postings are in the opening balances.
    pub as_of: NaiveDate,
    /// The last day of the projection.
    pub to: NaiveDate,
    /// The accounts whose balances are projected, and which the total adds up.
    pub accounts: Vec<AccountId>,
    /// Balances not to be gone below.
    pub floors: Vec<Floor>,
    /// What becomes of what is overdue.
    pub overdue: Overdue,
    /// How the accounts are added up; nothing for no total.
    pub total: Option<Valuation>,
}

impl ProjectionOptions {
    /// A projection of accounts without total and floors; what is overdue is carried.
    pub fn new(as_of: NaiveDate, to: NaiveDate, accounts: Vec<AccountId>) -> Self {
        ProjectionOptions { as_of, to, accounts, floors: Vec::new(), overdue: Overdue::Carry, total: None }
    }

    /// Adds a total in `base`.
    pub fn total(mut self, base: Commodity, prices: Arc<PriceTable>) -> Self {
        self.total = Some(Valuation { base, prices });
        self
    }

    /// Adds a floor of an account, or of the total where `account` is nothing.
    pub fn floor(mut self, account: Option<AccountId>, amount: Amount) -> Self {
        self.floors.push(Floor { account, amount });
        self
    }

    /// Says what becomes of what is overdue.
    pub fn overdue(mut self, overdue: Overdue) -> Self {
        self.overdue = overdue;
        self
    }
}
