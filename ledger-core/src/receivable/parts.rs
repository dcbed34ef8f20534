//! What is owed, by what it is owed for.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{ErrorKind, Result};

/// A receivable's or payable's number in its book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReceivableId(i32);

impl ReceivableId {
    /// The receivable with this number, from 1.
    pub const fn new(number: i32) -> ReceivableId {
        ReceivableId(number)
    }

    /// The number, from 1.
    pub const fn get(self) -> i32 {
        self.0
    }
}

impl fmt::Display for ReceivableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an amount is owed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What was lent or invoiced.
    Principal,
    /// What was charged for lending it.
    Interest,
    /// What was charged for other reasons, such as a reminder.
    Fee,
}

impl Part {
    /// Every part.
    pub const ALL: [Part; 3] = [Part::Principal, Part::Interest, Part::Fee];

    /// The stored and printed name, such as `principal`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Part::Principal => "principal",
            Part::Interest => "interest",
            Part::Fee => "fee",
        }
    }
}

/// Amounts by what they are owed for, in minor units of one commodity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Parts {
    /// Of what was lent or invoiced.
    pub principal: i64,
    /// Of interest.
    pub interest: i64,
    /// Of fees.
    pub fee: i64,
}

impl Parts {
    /// Nothing of anything.
    pub const ZERO: Parts = Parts { principal: 0, interest: 0, fee: 0 };

    /// An amount of one part only.
    pub const fn of(part: Part, amount: i64) -> Parts {
        let mut parts = Parts::ZERO;
        match part {
            Part::Principal => parts.principal = amount,
            Part::Interest => parts.interest = amount,
            Part::Fee => parts.fee = amount,
        }
        parts
    }

    /// The amount of a part.
    pub const fn get(self, part: Part) -> i64 {
        match part {
            Part::Principal => self.principal,
            Part::Interest => self.interest,
            Part::Fee => self.fee,
        }
    }

    /// All parts together.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] where the sum does not fit.
    pub fn total(self) -> Result<i64> {
        fit(self.wide_total())
    }

    /// All parts together, without a limit.
    pub fn wide_total(self) -> i128 {
        i128::from(self.principal) + i128::from(self.interest) + i128::from(self.fee)
    }

    /// The sum, part by part.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] where a sum does not fit.
    pub fn plus(self, other: Parts) -> Result<Parts> {
        self.zip(other, |ours, theirs| ours + theirs)
    }

    /// The difference, part by part.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] where a difference does not fit.
    pub fn minus(self, other: Parts) -> Result<Parts> {
        self.zip(other, |ours, theirs| ours - theirs)
    }

    /// Whether every part is zero.
    pub fn is_zero(self) -> bool {
        self == Parts::ZERO
    }

    fn zip(self, other: Parts, join: impl Fn(i128, i128) -> i128) -> Result<Parts> {
        let join = |ours: i64, theirs: i64| fit(join(i128::from(ours), i128::from(theirs)));
        Ok(Parts {
            principal: join(self.principal, other.principal)?,
            interest: join(self.interest, other.interest)?,
            fee: join(self.fee, other.fee)?,
        })
    }
}

/// One payment of a plan: when it is due and what it is made of, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// Its place in the plan, from 1.
    pub number: u32,
    /// The day on which it is due.
    pub due_on: NaiveDate,
    /// What of it pays back, is interest, is a fee.
    #[serde(flatten)]
    pub parts: Parts,
    /// The principal that is left once it is paid.
    pub balance: i64,
}

/// A sum of minor units, if it is one that an amount can hold.
pub(super) fn fit(minor: i128) -> Result<i64> {
    i64::try_from(minor).map_err(|_| {
        ErrorKind::AmountOverflow { what: format!("{minor} minor units of what is owed") }.into()
    })
}
