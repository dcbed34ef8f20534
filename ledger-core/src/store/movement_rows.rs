//! Rows of what moved: sums of days and periods, and single lines.

use diesel::prelude::Queryable;

/// A net sum of one account on a day or in a period.
#[derive(Debug, Clone, Copy, Queryable)]
pub(crate) struct DatedNetRow {
    pub account_id: i32,
    pub commodity_id: i32,
    pub weight_commodity_id: i32,
    pub period: i32,
    pub amount: i64,
    pub weight: i64,
}

/// What a line moved.
#[derive(Debug, Clone, Copy, Queryable)]
pub(crate) struct MovedLineRow {
    pub entry_number: i64,
    pub posted_on: i32,
    pub account_id: i32,
    pub commodity_id: i32,
    pub weight_commodity_id: i32,
    pub amount: i64,
    pub weight: i64,
}
