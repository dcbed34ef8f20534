//! Rows of balances that were asserted.

use diesel::prelude::{Insertable, Queryable};
use serde::{Deserialize, Serialize};

use super::schema;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::assertions, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssertionRow {
    #[serde(skip)]
    pub book_id: i64,
    pub assertion_id: i32,
    pub account_id: i32,
    pub with_below: i32,
    pub commodity_id: i32,
    #[serde(with = "super::archive::as_day")]
    pub asserted_on: i32,
    #[serde(with = "super::archive::as_text")]
    pub amount: i64,
    pub source: String,
    pub note: Option<String>,
    pub last_entry_number: i64,
    #[serde(with = "super::archive::as_instant")]
    pub recorded_at: i64,
    pub recorded_by: String,
}
