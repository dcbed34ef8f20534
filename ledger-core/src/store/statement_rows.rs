//! Rows of imports: files, their statements, their lines.

use diesel::prelude::{Insertable, Queryable};
use serde::{Deserialize, Serialize};

use super::schema;

#[derive(Debug, Clone, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::imports, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportRow {
    #[serde(skip)]
    pub book_id: i64,
    pub import_id: i64,
    pub file_name: String,
    pub format: String,
    #[serde(with = "super::archive::as_hex")]
    pub sha256: Vec<u8>,
    pub state: String,
    #[serde(with = "super::archive::as_instant")]
    pub staged_at: i64,
    pub staged_by: String,
    #[serde(with = "super::archive::as_optional_instant")]
    pub committed_at: Option<i64>,
    pub committed_by: Option<String>,
    #[serde(with = "super::archive::as_optional_instant")]
    pub ended_at: Option<i64>,
    pub ended_by: Option<String>,
    pub profile: Option<String>,
    pub notes: String,
    pub opened_accounts: String,
}

#[derive(Debug, Clone, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::statements, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatementRow {
    #[serde(skip)]
    pub book_id: i64,
    pub import_id: i64,
    pub statement_number: i32,
    pub account_id: i32,
    pub bank_account: Option<String>,
    #[serde(with = "super::archive::as_optional_day")]
    pub opening_on: Option<i32>,
    #[serde(with = "super::archive::as_optional_text")]
    pub opening_balance: Option<i64>,
    pub opening_commodity: Option<String>,
    #[serde(with = "super::archive::as_optional_day")]
    pub closing_on: Option<i32>,
    #[serde(with = "super::archive::as_optional_text")]
    pub closing_balance: Option<i64>,
    pub closing_commodity: Option<String>,
}

#[derive(Debug, Clone, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::statement_lines, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatementLineRow {
    #[serde(skip)]
    pub book_id: i64,
    pub import_id: i64,
    pub line_number: i32,
    pub statement_number: i32,
    pub account_id: i32,
    pub file_line: i32,
    pub raw_text: String,
    #[serde(with = "super::archive::as_day")]
    pub posted_on: i32,
    #[serde(with = "super::archive::as_optional_day")]
    pub value_on: Option<i32>,
    pub commodity: String,
    #[serde(with = "super::archive::as_text")]
    pub amount: i64,
    pub payee: Option<String>,
    pub narrative: Option<String>,
    pub memo: Option<String>,
    pub reference: Option<String>,
    pub bank_id: Option<String>,
    #[serde(with = "super::archive::as_optional_text")]
    pub balance: Option<i64>,
    pub detail: Option<String>,
    #[serde(with = "super::archive::as_fingerprint")]
    pub fingerprint: Vec<u8>,
    pub verdict: String,
    pub reason: String,
    pub proposed_account_id: Option<i32>,
    pub confidence: Option<i32>,
    pub rule: Option<String>,
    pub proposal: Option<String>,
    pub state: String,
    pub entry_number: Option<i64>,
    pub replaced_entry: Option<i64>,
}

/// A row to insert, with its text borrowed.
#[derive(Debug, Clone)]
pub(crate) struct NewStatementLineRow<'a> {
    pub book_id: i64,
    pub import_id: i64,
    pub line_number: i32,
    pub statement_number: i32,
    pub account_id: i32,
    pub file_line: i32,
    pub raw_text: &'a str,
    pub posted_on: i32,
    pub value_on: Option<i32>,
    pub commodity: &'a str,
    pub amount: i64,
    pub payee: Option<&'a str>,
    pub narrative: Option<&'a str>,
    pub memo: Option<&'a str>,
    pub reference: Option<&'a str>,
    pub bank_id: Option<&'a str>,
    pub balance: Option<i64>,
    pub detail: Option<&'a str>,
    pub fingerprint: &'a [u8],
    pub verdict: &'a str,
    pub reason: &'a str,
    pub proposed_account_id: Option<i32>,
    pub confidence: Option<i32>,
    pub rule: Option<&'a str>,
    pub proposal: Option<&'a str>,
    pub state: &'a str,
    pub entry_number: Option<i64>,
    pub replaced_entry: Option<i64>,
}

/// What an earlier import of an account kept, as far as identities go.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct KnownLineRow {
    pub import_id: i64,
    pub line_number: i32,
    pub posted_on: i32,
    pub commodity: String,
    pub amount: i64,
    pub bank_id: Option<String>,
    pub fingerprint: Vec<u8>,
}

/// A line whose entry was posted for it, as the possible first side of a transfer.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct FirstSideRow {
    pub import_id: i64,
    pub line_number: i32,
    pub posted_on: i32,
    pub commodity: String,
    pub amount: i64,
    pub entry_number: i64,
    pub payee: Option<String>,
    pub narrative: Option<String>,
    pub memo: Option<String>,
    pub reference: Option<String>,
}

/// Which line of which account an entry stands for.
#[derive(Debug, Clone)]
pub(crate) struct ClaimRow {
    pub entry_number: i64,
    pub account_id: i32,
    pub import_id: i64,
    pub line_number: i32,
}

/// How the file of an import was read.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct LayoutRow {
    pub import_id: i64,
    pub file_name: String,
    pub format: String,
    pub profile: Option<String>,
}

/// A line that an import kept, by what another format can be compared with.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct KeptLineRow {
    pub import_id: i64,
    pub line_number: i32,
    pub posted_on: i32,
    pub value_on: Option<i32>,
    pub commodity: String,
    pub amount: i64,
    pub payee: Option<String>,
    pub narrative: Option<String>,
    pub memo: Option<String>,
    pub detail: Option<String>,
    pub state: String,
    pub entry_number: Option<i64>,
}
