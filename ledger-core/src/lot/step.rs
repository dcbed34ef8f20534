//! What single lines did to lots, for those who have to name them one by one.

use super::Lot;
use crate::money::Amount;

/// What a line did to one lot: opened it, brought it in from elsewhere, or took a part of it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotStep {
    /// The entry.
    pub entry: i64,
    /// Its line, from 1.
    pub line: i32,
    /// Whether the units went out.
    pub is_out: bool,
    /// The units that came in or went out, with their cost; `entry` and `line` of it are the purchase.
    pub lot: Lot,
    /// What they were sold for; nothing where they went out without a price, or came in.
    pub proceeds: Option<Amount>,
}

impl LotStep {
    /// Whether the line bought the lot, and did not bring it in from another account.
    pub fn opens(&self) -> bool {
        !self.is_out && (self.lot.entry, self.lot.line) == (self.entry, self.line)
    }
}
