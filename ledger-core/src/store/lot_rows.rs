//! Rows of lots: the method of an account, and what lines say of their lot.

use diesel::prelude::{Insertable, Queryable};
use serde::{Deserialize, Serialize};

use super::schema;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::lot_accounts, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct LotAccountRow {
    #[serde(skip)]
    pub book_id: i64,
    pub account_id: i32,
    pub method: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::line_lots, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct LineLotRow {
    #[serde(skip)]
    pub book_id: i64,
    pub entry_number: i64,
    pub line_number: i32,
    pub basis: String,
    #[serde(with = "super::archive::as_optional_day")]
    pub opened_on: Option<i32>,
    pub label: Option<String>,
    pub price_kind: Option<String>,
    pub price: Option<String>,
    pub price_commodity_id: Option<i32>,
}

/// A line of an account, as far as lots need it.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct MovementRow {
    pub account_id: i32,
    pub posted_on: i32,
    pub entry_number: i64,
    pub line_number: i32,
    pub commodity_id: i32,
    pub amount: i64,
    pub weight_commodity_id: i32,
    pub weight: i64,
}
