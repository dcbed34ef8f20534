//! Posting on PostgreSQL: one statement for a whole batch, so that a post costs one round trip.
//!
//! The statement moves the head only if it is where the batch expects it; every insert depends on that row.
//! Two writers of a book meet on it: the second waits, finds the head moved, and writes nothing.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{Conn, Db, push};
use crate::store::rows::{HeadMove, NewEntryRow, NewLineRow, NewTagRow, PostRows, TurnoverRow};
use crate::store::statement::statement;

const TURNOVER_COLUMNS: &str = "book_id, account_id, commodity_id, weight_commodity_id, period, debit_amount, \
    credit_amount, debit_weight, credit_weight, line_count";
const TURNOVER_NAMES: &str = ") AS u(account_id, commodity_id, weight_commodity_id, period, debit_amount, \
    credit_amount, debit_weight, credit_weight, line_count) \
    ON CONFLICT (book_id, account_id, commodity_id, weight_commodity_id, period) DO UPDATE SET \
    debit_amount = b.debit_amount + excluded.debit_amount, \
    credit_amount = b.credit_amount + excluded.credit_amount, \
    debit_weight = b.debit_weight + excluded.debit_weight, \
    credit_weight = b.credit_weight + excluded.credit_weight, line_count = b.line_count + excluded.line_count";

statement! {
    /// Moves the head and writes a batch.
    struct WriteBatch {
        number_after: i64, hash_after: &'a [u8], recorded_at: i64, book_id: i64, number_before: i64,
        hash_before: &'a [u8], chart_version: i64, recorded_not_before: i64,
        entry_number: Vec<i64>, entry_posted_on: Vec<i32>, entry_description: Vec<&'a str>,
        entry_party: Vec<Option<i32>>, entry_external: Vec<Option<&'a str>>, entry_source: Vec<&'a str>,
        entry_reverses: Vec<Option<i64>>, entry_amends: Vec<Option<i64>>, entry_recorded_at: Vec<i64>,
        entry_recorded_by: Vec<&'a str>, entry_hash: Vec<&'a [u8]>,
        line_entry: Vec<i64>, line_number: Vec<i32>, line_account: Vec<i32>, line_posted_on: Vec<i32>,
        line_commodity: Vec<i32>, line_amount: Vec<i64>, line_weight_commodity: Vec<i32>, line_weight: Vec<i64>,
        line_price_kind: Vec<Option<&'a str>>, line_price: Vec<Option<&'a str>>, line_memo: Vec<Option<&'a str>>,
        tag_entry: Vec<i64>, tag_key: Vec<&'a str>, tag_value: Vec<&'a str>,
        month_account: Vec<i32>, month_commodity: Vec<i32>, month_weight_commodity: Vec<i32>, month_period: Vec<i32>,
        month_debit: Vec<i64>, month_credit: Vec<i64>, month_debit_weight: Vec<i64>, month_credit_weight: Vec<i64>,
        month_lines: Vec<i64>,
        year_account: Vec<i32>, year_commodity: Vec<i32>, year_weight_commodity: Vec<i32>, year_period: Vec<i32>,
        year_debit: Vec<i64>, year_credit: Vec<i64>, year_debit_weight: Vec<i64>, year_credit_weight: Vec<i64>,
        year_lines: Vec<i64>,
    } -> BigInt =
        "WITH head AS (UPDATE book_heads SET last_entry_number = " number_after ", entry_hash = " hash_after
        ", last_recorded_at = " recorded_at " WHERE book_id = " book_id " AND last_entry_number = " number_before
        " AND entry_hash = " hash_before " AND chart_version = " chart_version
        " AND last_recorded_at <= " recorded_not_before " RETURNING book_id), \
        new_entries AS (INSERT INTO entries (book_id, number, posted_on, description, party_id, external_id, source, \
        reverses, amends, recorded_at, recorded_by, hash) SELECT head.book_id, u.* FROM head CROSS JOIN UNNEST("
        entry_number ", " entry_posted_on ", " entry_description ", " entry_party ", " entry_external ", "
        entry_source ", " entry_reverses ", " entry_amends ", " entry_recorded_at ", " entry_recorded_by ", "
        entry_hash ") AS u), \
        new_lines AS (INSERT INTO lines (book_id, entry_number, line_number, account_id, posted_on, commodity_id, \
        amount, weight_commodity_id, weight, price_kind, price, memo) SELECT head.book_id, u.* \
        FROM head CROSS JOIN UNNEST("
        line_entry ", " line_number ", " line_account ", " line_posted_on ", " line_commodity ", " line_amount ", "
        line_weight_commodity ", " line_weight ", " line_price_kind ", " line_price ", " line_memo ") AS u), \
        new_tags AS (INSERT INTO entry_tags (book_id, entry_number, key, value) SELECT head.book_id, u.* \
        FROM head CROSS JOIN UNNEST(" tag_entry ", " tag_key ", " tag_value ") AS u), \
        months AS (INSERT INTO balances_monthly AS b (" (TURNOVER_COLUMNS) ") SELECT head.book_id, u.* \
        FROM head CROSS JOIN UNNEST(" month_account ", " month_commodity ", " month_weight_commodity ", "
        month_period ", " month_debit ", " month_credit ", " month_debit_weight ", " month_credit_weight ", "
        month_lines (TURNOVER_NAMES) "), \
        years AS (INSERT INTO balances_yearly AS b (" (TURNOVER_COLUMNS) ") SELECT head.book_id, u.* \
        FROM head CROSS JOIN UNNEST(" year_account ", " year_commodity ", " year_weight_commodity ", "
        year_period ", " year_debit ", " year_credit ", " year_debit_weight ", " year_credit_weight ", "
        year_lines (TURNOVER_NAMES) ") \
        SELECT COUNT(*) FROM head"
}

/// One column of a batch.
fn column<'r, R, T>(rows: &'r [R], field: impl Fn(&'r R) -> T) -> Vec<T> {
    rows.iter().map(field).collect()
}

/// See [`super::ops::post::write`].
pub(crate) fn write(conn: &mut Conn, rows: &PostRows<'_>, head: &HeadMove<'_>) -> QueryResult<bool> {
    let entries: &[NewEntryRow<'_>] = &rows.entries;
    let lines: &[NewLineRow<'_>] = &rows.lines;
    let tags: &[NewTagRow<'_>] = &rows.tags;
    let months: &[TurnoverRow] = rows.monthly;
    let years: &[TurnoverRow] = rows.yearly;
    let batch = WriteBatch {
        number_after: head.number_after,
        hash_after: head.hash_after,
        recorded_at: head.recorded_at,
        book_id: head.book_id,
        number_before: head.number_before,
        hash_before: head.hash_before,
        chart_version: head.chart_version,
        // An event since then may carry a later instant than the batch, and instants never fall.
        recorded_not_before: head.recorded_at,
        entry_number: column(entries, |row| row.number),
        entry_posted_on: column(entries, |row| row.posted_on),
        entry_description: column(entries, |row| row.description),
        entry_party: column(entries, |row| row.party_id),
        entry_external: column(entries, |row| row.external_id),
        entry_source: column(entries, |row| row.source),
        entry_reverses: column(entries, |row| row.reverses),
        entry_amends: column(entries, |row| row.amends),
        entry_recorded_at: column(entries, |row| row.recorded_at),
        entry_recorded_by: column(entries, |row| row.recorded_by),
        entry_hash: column(entries, |row| row.hash),
        line_entry: column(lines, |row| row.entry_number),
        line_number: column(lines, |row| row.line_number),
        line_account: column(lines, |row| row.account_id),
        line_posted_on: column(lines, |row| row.posted_on),
        line_commodity: column(lines, |row| row.commodity_id),
        line_amount: column(lines, |row| row.amount),
        line_weight_commodity: column(lines, |row| row.weight_commodity_id),
        line_weight: column(lines, |row| row.weight),
        line_price_kind: column(lines, |row| row.price_kind),
        line_price: column(lines, |row| row.price),
        line_memo: column(lines, |row| row.memo),
        tag_entry: column(tags, |row| row.entry_number),
        tag_key: column(tags, |row| row.key),
        tag_value: column(tags, |row| row.value),
        month_account: column(months, |row| row.account_id),
        month_commodity: column(months, |row| row.commodity_id),
        month_weight_commodity: column(months, |row| row.weight_commodity_id),
        month_period: column(months, |row| row.period),
        month_debit: column(months, |row| row.debit_amount),
        month_credit: column(months, |row| row.credit_amount),
        month_debit_weight: column(months, |row| row.debit_weight),
        month_credit_weight: column(months, |row| row.credit_weight),
        month_lines: column(months, |row| row.line_count),
        year_account: column(years, |row| row.account_id),
        year_commodity: column(years, |row| row.commodity_id),
        year_weight_commodity: column(years, |row| row.weight_commodity_id),
        year_period: column(years, |row| row.period),
        year_debit: column(years, |row| row.debit_amount),
        year_credit: column(years, |row| row.credit_amount),
        year_debit_weight: column(years, |row| row.debit_weight),
        year_credit_weight: column(years, |row| row.credit_weight),
        year_lines: column(years, |row| row.line_count),
        marker: std::marker::PhantomData,
    };
    let moved: i64 = batch.get_result(conn)?;
    Ok(moved == 1)
}
