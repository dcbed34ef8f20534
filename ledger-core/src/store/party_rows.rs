//! Rows of what is kept of parties besides their names: other names, details, merges.

use diesel::prelude::{Insertable, Queryable};
use serde::{Deserialize, Serialize};

use super::schema;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::party_aliases, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartyAliasRow {
    #[serde(skip)]
    pub book_id: i64,
    pub normalized_name: String,
    pub alias: String,
    pub party_id: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::party_details, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartyDetailsRow {
    #[serde(skip)]
    pub book_id: i64,
    pub party_id: i32,
    pub kind: String,
    pub merged_into: Option<i32>,
    pub body: String,
}
