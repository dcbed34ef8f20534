//! Whom and what an amount belongs to: the numbers of parties and loan groups in their book.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A party's number in its book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartyId(i32);

impl PartyId {
    /// The party with this number, from 1.
    pub const fn new(number: i32) -> PartyId {
        PartyId(number)
    }

    /// The number, from 1.
    pub const fn get(self) -> i32 {
        self.0
    }
}

impl fmt::Display for PartyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A loan group's number in its book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LoanGroupId(i32);

impl LoanGroupId {
    /// The group with this number, from 1.
    pub const fn new(number: i32) -> LoanGroupId {
        LoanGroupId(number)
    }

    /// The number, from 1.
    pub const fn get(self) -> i32 {
        self.0
    }
}

impl fmt::Display for LoanGroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
