//! Rows as they are stored. Days count from 1970-01-01, instants are microseconds from there, in UTC.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use diesel::prelude::{Insertable, Queryable};
use serde::{Deserialize, Serialize};

use super::schema;

/// The day number of 1970-01-01 in chrono's count from the year 1.
const EPOCH_FROM_CE: i32 = 719_163;

/// 9999-12-31, the last day that can be posted to.
pub(crate) const DAY_MAX: i32 = 2_932_896;

/// A date as a stored day.
pub(crate) fn day(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - EPOCH_FROM_CE
}

/// A stored day as a date. Days are checked before they are stored, so that the fallback is never met.
pub(crate) fn date(day: i32) -> NaiveDate {
    day.checked_add(EPOCH_FROM_CE).and_then(NaiveDate::from_num_days_from_ce_opt).unwrap_or(NaiveDate::MIN)
}

/// A stored instant.
pub(crate) fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MIN_UTC)
}

/// A month as it is stored in a rollup: year * 12 + (0 to 11).
pub(crate) fn month(date: NaiveDate) -> i32 {
    date.year() * 12 + date.month0() as i32
}

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = schema::books, treat_none_as_default_value = false)]
pub(crate) struct BookRow {
    pub book_id: i64,
    pub uid: String,
    pub name: String,
    pub normalized_name: String,
    pub kind: String,
    pub base_commodity: String,
    pub time_zone: String,
    pub created_at: i64,
    pub archived_at: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = schema::book_heads, treat_none_as_default_value = false)]
pub(crate) struct HeadRow {
    pub book_id: i64,
    pub last_entry_number: i64,
    pub entry_hash: Vec<u8>,
    pub last_recorded_at: i64,
    pub last_event_number: i64,
    pub event_hash: Vec<u8>,
    pub locked_through: Option<i32>,
    pub chart_version: i64,
}

#[derive(Debug, Clone, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::audit_events, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventRow {
    #[serde(skip)]
    pub book_id: i64,
    pub number: i64,
    #[serde(with = "super::archive::as_instant")]
    pub recorded_at: i64,
    pub recorded_by: String,
    pub action: String,
    pub subject: String,
    pub before: Option<String>,
    pub after: Option<String>,
    #[serde(with = "super::archive::as_hex")]
    pub hash: Vec<u8>,
}

#[derive(Debug, Clone, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::commodities, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommodityRow {
    #[serde(skip)]
    pub book_id: i64,
    pub commodity_id: i32,
    pub code: String,
    pub scale: i32,
}

#[derive(Debug, Clone, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::accounts, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountRow {
    #[serde(skip)]
    pub book_id: i64,
    pub account_id: i32,
    pub name: String,
    pub normalized_name: String,
    pub kind: String,
    pub subtype: Option<String>,
    pub commodity_id: Option<i32>,
    #[serde(with = "super::archive::as_optional_day")]
    pub opened_on: Option<i32>,
    #[serde(with = "super::archive::as_optional_day")]
    pub closed_on: Option<i32>,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::account_aliases, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct AliasRow {
    #[serde(skip)]
    pub book_id: i64,
    pub normalized_name: String,
    pub alias: String,
    pub account_id: i32,
}

#[derive(Debug, Clone, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::subtypes, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubtypeRow {
    #[serde(skip)]
    pub book_id: i64,
    pub kind: String,
    pub name: String,
    pub description: String,
}

#[derive(Debug, Clone, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::parties, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartyRow {
    #[serde(skip)]
    pub book_id: i64,
    pub party_id: i32,
    pub name: String,
    pub normalized_name: String,
}

#[derive(Debug, Clone, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::prices, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct PriceRow {
    #[serde(skip)]
    pub book_id: i64,
    pub commodity_id: i32,
    pub quote_commodity_id: i32,
    #[serde(with = "super::archive::as_day")]
    pub priced_on: i32,
    pub rate: String,
}

#[derive(Debug, Clone, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::saved_settings, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingRow {
    #[serde(skip)]
    pub book_id: i64,
    pub purpose: String,
    pub normalized_name: String,
    pub name: String,
    pub settings: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::rules, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleRow {
    #[serde(skip)]
    pub book_id: i64,
    pub rule_id: i32,
    pub position: i64,
    pub name: String,
    pub normalized_name: String,
    pub enabled: i32,
    pub body: String,
}

#[derive(Debug, Clone, Queryable)]
pub(crate) struct EntryRow {
    #[allow(dead_code)] // the first column of every table
    pub book_id: i64,
    pub number: i64,
    pub posted_on: i32,
    pub description: String,
    pub party_id: Option<i32>,
    pub external_id: Option<String>,
    pub source: String,
    pub reverses: Option<i64>,
    pub amends: Option<i64>,
    pub recorded_at: i64,
    pub recorded_by: String,
    pub hash: Vec<u8>,
}

#[derive(Debug, Clone, Queryable)]
pub(crate) struct LineRow {
    #[allow(dead_code)] // the first column of every table
    pub book_id: i64,
    pub entry_number: i64,
    pub line_number: i32,
    pub account_id: i32,
    pub posted_on: i32,
    pub commodity_id: i32,
    pub amount: i64,
    pub weight_commodity_id: i32,
    pub weight: i64,
    pub price_kind: Option<String>,
    pub price: Option<String>,
    pub memo: Option<String>,
}

#[derive(Debug, Clone, Queryable)]
pub(crate) struct TagRow {
    #[allow(dead_code)] // the first column of every table
    pub book_id: i64,
    pub entry_number: i64,
    pub key: String,
    pub value: String,
}

/// A row to insert, with its text borrowed.
#[derive(Debug, Clone)]
pub(crate) struct NewEntryRow<'a> {
    pub book_id: i64,
    pub number: i64,
    pub posted_on: i32,
    pub description: &'a str,
    pub party_id: Option<i32>,
    pub external_id: Option<&'a str>,
    pub source: &'a str,
    pub reverses: Option<i64>,
    pub amends: Option<i64>,
    pub recorded_at: i64,
    pub recorded_by: &'a str,
    pub hash: &'a [u8],
}

/// A row to insert, with its text borrowed.
#[derive(Debug, Clone)]
pub(crate) struct NewLineRow<'a> {
    pub book_id: i64,
    pub entry_number: i64,
    pub line_number: i32,
    pub account_id: i32,
    pub posted_on: i32,
    pub commodity_id: i32,
    pub amount: i64,
    pub weight_commodity_id: i32,
    pub weight: i64,
    pub price_kind: Option<&'static str>,
    pub price: Option<&'a str>,
    pub memo: Option<&'a str>,
}

/// A row to insert, with its text borrowed.
#[derive(Debug, Clone)]
pub(crate) struct NewTagRow<'a> {
    pub book_id: i64,
    pub entry_number: i64,
    pub key: &'a str,
    pub value: &'a str,
}

/// Turnover of one account, commodity and period: what a batch adds to it, or what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub(crate) struct TurnoverRow {
    pub account_id: i32,
    pub commodity_id: i32,
    pub weight_commodity_id: i32,
    pub period: i32,
    pub debit_amount: i64,
    pub credit_amount: i64,
    pub debit_weight: i64,
    pub credit_weight: i64,
    pub line_count: i64,
}

impl TurnoverRow {
    /// Adds another row's sums; nothing where one does not fit.
    pub(crate) fn checked_add(&mut self, other: &TurnoverRow) -> Option<()> {
        self.debit_amount = self.debit_amount.checked_add(other.debit_amount)?;
        self.credit_amount = self.credit_amount.checked_add(other.credit_amount)?;
        self.debit_weight = self.debit_weight.checked_add(other.debit_weight)?;
        self.credit_weight = self.credit_weight.checked_add(other.credit_weight)?;
        self.line_count = self.line_count.checked_add(other.line_count)?;
        Some(())
    }
}

/// Debits less credits of one account and commodity over some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub(crate) struct NetRow {
    pub account_id: i32,
    pub commodity_id: i32,
    pub weight_commodity_id: i32,
    pub amount: i64,
    pub weight: i64,
}

/// The head before and after a batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeadMove<'a> {
    pub book_id: i64,
    pub number_before: i64,
    pub hash_before: &'a [u8],
    pub number_after: i64,
    pub hash_after: &'a [u8],
    pub recorded_at: i64,
    pub chart_version: i64,
}

/// Everything that one batch of posts writes, besides the head.
#[derive(Debug, Default)]
pub(crate) struct PostRows<'a> {
    pub entries: Vec<NewEntryRow<'a>>,
    pub lines: Vec<NewLineRow<'a>>,
    pub tags: Vec<NewTagRow<'a>>,
    /// Sorted by key, so that two writers lock balances in one order.
    pub monthly: &'a [TurnoverRow],
    /// Sorted like `monthly`.
    pub yearly: &'a [TurnoverRow],
}

/// What to look for, with names looked up; conditions that are absent hold always.
#[derive(Debug, Clone, Default)]
pub(crate) struct Search {
    /// Only entries before this one, in the order of posting day and number.
    pub before: Option<(i32, i64)>,
    pub first_day: Option<i32>,
    pub last_day: Option<i32>,
    pub account_ids: Option<Vec<i32>>,
    pub party_ids: Option<Vec<i32>>,
    /// Words in description or memos, whatever the case of their ASCII letters, with parties that fit as well.
    pub text: Option<(String, Vec<i32>)>,
    /// A key, and a value or everything below it.
    pub tag: Option<(String, String)>,
    pub commodity_id: Option<i32>,
    pub amount_min: Option<i64>,
    pub amount_max: Option<i64>,
}

/// A line with what its entry says. `hidden` tells that the entry was amended or undoes one that was.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct RegisterRow {
    pub posted_on: i32,
    pub entry_number: i64,
    pub line_number: i32,
    pub account_id: i32,
    pub commodity_id: i32,
    pub amount: i64,
    pub memo: Option<String>,
    pub description: String,
    pub party_id: Option<i32>,
    pub hidden: bool,
}

/// Where a page begins or ends: day, entry, line.
pub(crate) type RegisterKey = (i32, i64, i32);

/// A line that carries a price.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct PricedLineRow {
    pub entry_number: i64,
    pub commodity_id: i32,
    pub quote_commodity_id: i32,
    pub posted_on: i32,
    pub amount: i64,
    pub weight: i64,
    pub price: Option<String>,
}

/// An account that agreed with a statement.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::checkpoints, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckpointRow {
    #[serde(skip)]
    pub book_id: i64,
    pub checkpoint_id: i32,
    pub account_id: i32,
    pub commodity_id: i32,
    #[serde(with = "super::archive::as_day")]
    pub reconciled_to: i32,
    #[serde(with = "super::archive::as_text")]
    pub balance: i64,
    pub source: String,
    pub last_entry_number: i64,
    #[serde(with = "super::archive::as_instant")]
    pub recorded_at: i64,
    pub recorded_by: String,
    #[serde(with = "super::archive::as_optional_instant")]
    pub undone_at: Option<i64>,
}

/// A line that was seen on a statement; without a checkpoint it is cleared only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::line_marks, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct MarkRow {
    #[serde(skip)]
    pub book_id: i64,
    pub account_id: i32,
    #[serde(with = "super::archive::as_day")]
    pub posted_on: i32,
    pub entry_number: i64,
    pub line_number: i32,
    pub commodity_id: i32,
    pub checkpoint_id: Option<i32>,
}

/// Marks of one account, commodity, checkpoint (0 where there is none) and month.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::marks_monthly, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct MarksMonthRow {
    #[serde(skip)]
    pub book_id: i64,
    pub account_id: i32,
    pub commodity_id: i32,
    pub checkpoint_id: i32,
    pub period: i32,
    pub line_count: i64,
    #[serde(with = "super::archive::as_text")]
    pub amount: i64,
}

/// A line of an account with its mark, if it has one.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct MarkableRow {
    pub account_id: i32,
    pub posted_on: i32,
    pub entry_number: i64,
    pub line_number: i32,
    pub commodity_id: i32,
    pub amount: i64,
    pub marked: bool,
    pub checkpoint_id: Option<i32>,
}

/// A line that is not reconciled, with what its entry says.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct OpenLineRow {
    pub posted_on: i32,
    pub entry_number: i64,
    pub line_number: i32,
    pub amount: i64,
    pub memo: Option<String>,
    pub description: String,
    pub party_id: Option<i32>,
    pub reverses: Option<i64>,
}

/// A mark beside the line that it should be of, where there is one.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct CheckedMarkRow {
    pub account_id: i32,
    pub posted_on: i32,
    pub entry_number: i64,
    pub line_number: i32,
    pub commodity_id: i32,
    pub checkpoint_id: Option<i32>,
    pub line_account_id: Option<i32>,
    pub line_posted_on: Option<i32>,
    pub line_commodity_id: Option<i32>,
    pub line_amount: Option<i64>,
}

/// The lines of an account in a commodity on the days from `first` to `last`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfAccount {
    pub account_id: i32,
    pub commodity_id: i32,
    pub first: i32,
    pub last: i32,
}
