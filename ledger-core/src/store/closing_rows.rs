//! Rows of years that were closed.

use diesel::prelude::{Insertable, Queryable};
use serde::{Deserialize, Serialize};

use super::schema;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::closings, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClosingRow {
    #[serde(skip)]
    pub book_id: i64,
    pub closing_id: i32,
    #[serde(with = "super::archive::as_day")]
    pub ends_on: i32,
    pub account_id: Option<i32>,
    pub first_entry_number: Option<i64>,
    pub last_entry_number: Option<i64>,
    #[serde(with = "super::archive::as_optional_day")]
    pub locked_before: Option<i32>,
    /// The lock that the closing set; none where it left the lock as it was.
    #[serde(with = "super::archive::as_optional_day")]
    pub locked_through: Option<i32>,
    #[serde(with = "super::archive::as_instant")]
    pub recorded_at: i64,
    pub recorded_by: String,
    pub first_mirror_number: Option<i64>,
    pub last_mirror_number: Option<i64>,
    #[serde(with = "super::archive::as_optional_instant")]
    pub undone_at: Option<i64>,
    pub undone_by: Option<String>,
}

impl ClosingRow {
    /// The first and the last of its entries.
    pub(crate) fn entries(&self) -> Option<(i64, i64)> {
        self.first_entry_number.zip(self.last_entry_number)
    }

    /// The first and the last of the mirrors that took it back.
    pub(crate) fn mirrors(&self) -> Option<(i64, i64)> {
        self.first_mirror_number.zip(self.last_mirror_number)
    }

    /// Whether an entry is one of its own or of their mirrors.
    pub(crate) fn holds(&self, number: i64) -> bool {
        let holds = |(first, last): (i64, i64)| (first..=last).contains(&number);
        self.entries().is_some_and(holds) || self.mirrors().is_some_and(holds)
    }
}

/// A line of an entry that closed a year, or of its mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub(crate) struct ClosingLineRow {
    pub account_id: i32,
    pub commodity_id: i32,
    pub weight_commodity_id: i32,
    pub posted_on: i32,
    pub entry_number: i64,
    pub amount: i64,
    pub weight: i64,
}
