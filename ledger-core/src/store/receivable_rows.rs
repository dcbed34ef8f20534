//! Rows of receivables, their movements, and groups.

use diesel::prelude::{Insertable, Queryable};
use serde::{Deserialize, Serialize};

use super::schema;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::receivables, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceivableRow {
    #[serde(skip)]
    pub book_id: i64,
    pub receivable_id: i32,
    pub kind: String,
    pub name: String,
    pub normalized_name: String,
    pub party_id: i32,
    pub account_id: i32,
    pub commodity_id: i32,
    pub group_id: Option<i32>,
    #[serde(with = "super::archive::as_optional_day")]
    pub due_on: Option<i32>,
    pub grace_days: i32,
    pub planned: i32,
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::receivable_movements, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct MovementRow {
    #[serde(skip)]
    pub book_id: i64,
    pub receivable_id: i32,
    pub movement_id: i32,
    pub kind: String,
    #[serde(with = "super::archive::as_day")]
    pub moved_on: i32,
    pub principal: i64,
    pub interest: i64,
    pub fee: i64,
    pub credit: i64,
    pub entry_number: Option<i64>,
    pub body: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::loan_groups, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoanGroupRow {
    #[serde(skip)]
    pub book_id: i64,
    pub group_id: i32,
    pub name: String,
    pub normalized_name: String,
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::group_events, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupEventRow {
    #[serde(skip)]
    pub book_id: i64,
    pub group_id: i32,
    pub event_id: i32,
    pub kind: String,
    #[serde(with = "super::archive::as_day")]
    pub happened_on: i32,
    pub entry_number: Option<i64>,
    pub body: String,
}
