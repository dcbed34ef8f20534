//! Marks on lines, their sums by month, and checkpoints.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};

use super::super::{Conn, Db, push, statement as inserts};
use crate::store::rows::{
    CheckedMarkRow, CheckpointRow, MarkRow, MarkableRow, MarksMonthRow, OfAccount, OpenLineRow, RegisterKey,
};
use crate::store::schema::{checkpoints, line_marks, marks_monthly};
use crate::store::statement::statement;

type MarkableSql = (Integer, Integer, BigInt, Integer, Integer, BigInt, Bool, Nullable<Integer>);
type OpenLineSql =
    (Integer, BigInt, Integer, BigInt, Nullable<Text>, Text, Nullable<Integer>, Nullable<BigInt>);
type CheckedMarkSql = (
    Integer,
    Integer,
    BigInt,
    Integer,
    Integer,
    Nullable<Integer>,
    Nullable<Integer>,
    Nullable<Integer>,
    Nullable<Integer>,
    Nullable<BigInt>,
);

const MARKABLE: &str = "SELECT l.account_id, l.posted_on, l.entry_number, l.line_number, l.commodity_id, l.amount, \
    m.book_id IS NOT NULL, m.checkpoint_id FROM lines l LEFT JOIN line_marks m ON m.book_id = l.book_id \
    AND m.account_id = l.account_id AND m.posted_on = l.posted_on AND m.entry_number = l.entry_number \
    AND m.line_number = l.line_number WHERE l.book_id = ";

const OPEN_COLUMNS: &str = "SELECT l.posted_on, l.entry_number, l.line_number, l.amount, l.memo, e.description, \
    e.party_id, e.reverses ";

statement! {
    /// Lines of one account in some entries. The plus keeps SQLite from walking all of the account's lines.
    struct OfEntries { book_id: i64, first: i64, last: i64, account_id: i32 } -> MarkableSql =
        (MARKABLE) book_id " AND l.entry_number >= " first " AND l.entry_number <= " last
        " AND +l.account_id = " account_id " ORDER BY l.entry_number, l.line_number"
}

statement! {
    /// All lines of an entry.
    struct OfEntry { book_id: i64, number: i64 } -> MarkableSql =
        (MARKABLE) book_id " AND l.entry_number = " number " ORDER BY l.line_number"
}

statement! {
    /// The marked lines of some entries.
    struct Marked { book_id: i64, first: i64, last: i64 } -> MarkableSql =
        (MARKABLE) book_id " AND l.entry_number >= " first " AND l.entry_number <= " last
        " AND m.book_id IS NOT NULL ORDER BY l.entry_number, l.line_number"
}

statement! {
    /// Lines without a mark on the days from `first` to `last`.
    struct Unmarked { book_id: i64, account_id: i32, commodity_id: i32, first: i32, last: i32,
        mark_book_id: i64, mark_account_id: i32, mark_first: i32, mark_last: i32 }
    -> OpenLineSql = (OPEN_COLUMNS) "FROM lines l JOIN entries e ON e.book_id = l.book_id AND e.number = l.entry_number \
        WHERE l.book_id = " book_id " AND l.account_id = " account_id " AND l.commodity_id = " commodity_id
        " AND l.posted_on >= " first " AND l.posted_on <= " last
        " AND NOT EXISTS (SELECT 1 FROM line_marks m WHERE m.book_id = " mark_book_id " AND m.account_id = "
        mark_account_id " AND m.posted_on >= " mark_first " AND m.posted_on <= " mark_last
        " AND m.posted_on = l.posted_on AND m.entry_number = l.entry_number AND m.line_number = l.line_number) \
        ORDER BY l.posted_on, l.entry_number, l.line_number"
}

statement! {
    /// Lines that are cleared and not reconciled on the days from `first` to `last`.
    struct Cleared { book_id: i64, account_id: i32, commodity_id: i32, first: i32, last: i32 }
    -> OpenLineSql = (OPEN_COLUMNS) "FROM line_marks m JOIN lines l ON l.book_id = m.book_id \
        AND l.entry_number = m.entry_number AND l.line_number = m.line_number \
        JOIN entries e ON e.book_id = m.book_id AND e.number = m.entry_number \
        WHERE m.book_id = " book_id " AND m.account_id = " account_id " AND m.commodity_id = " commodity_id
        " AND m.checkpoint_id IS NULL AND m.posted_on >= " first " AND m.posted_on <= " last
        " ORDER BY m.posted_on, m.entry_number, m.line_number"
}

statement! {
    /// What the marked lines of some days come to.
    struct MarkedSum { book_id: i64, account_id: i32, commodity_id: i32, first: i32, last: i32 } -> BigInt =
        "SELECT CAST(COALESCE(SUM(l.amount), 0) AS BIGINT) FROM line_marks m JOIN lines l ON l.book_id = m.book_id \
        AND l.entry_number = m.entry_number AND l.line_number = m.line_number WHERE m.book_id = " book_id
        " AND m.account_id = " account_id " AND m.commodity_id = " commodity_id " AND m.posted_on >= " first
        " AND m.posted_on <= " last
}

statement! {
    /// How many lines an account has by month, up to a month.
    struct LineCounts { book_id: i64, account_id: i32, commodity_id: i32, last: i32 } -> (Integer, BigInt) =
        "SELECT period, CAST(SUM(line_count) AS BIGINT) FROM balances_monthly WHERE book_id = " book_id
        " AND account_id = " account_id " AND commodity_id = " commodity_id " AND period <= " last
        " GROUP BY period ORDER BY period"
}

statement! {
    /// Marks after a place, beside their lines.
    struct Checked { book_id: i64, account_id: i32, day: i32, entry: i64, line: i32, limit: i64 } -> CheckedMarkSql =
        "SELECT m.account_id, m.posted_on, m.entry_number, m.line_number, m.commodity_id, m.checkpoint_id, \
        l.account_id, l.posted_on, l.commodity_id, l.amount FROM line_marks m LEFT JOIN lines l \
        ON l.book_id = m.book_id AND l.entry_number = m.entry_number AND l.line_number = m.line_number \
        WHERE m.book_id = " book_id " AND (m.account_id, m.posted_on, m.entry_number, m.line_number) > (" account_id
        ", " day ", " entry ", " line ") ORDER BY m.account_id, m.posted_on, m.entry_number, m.line_number LIMIT " limit
}

/// The lines of an account in the entries from `first` to `last`, each with its mark.
pub(crate) fn of_entries(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    first: i64,
    last: i64,
) -> QueryResult<Vec<MarkableRow>> {
    OfEntries::new(book_id, first, last, account_id).load(conn)
}

/// All lines of an entry, each with its mark.
pub(crate) fn of_entry(conn: &mut Conn, book_id: i64, number: i64) -> QueryResult<Vec<MarkableRow>> {
    OfEntry::new(book_id, number).load(conn)
}

/// The lines with a mark in the entries from `first` to `last`, on whatever account.
pub(crate) fn marked(conn: &mut Conn, book_id: i64, first: i64, last: i64) -> QueryResult<Vec<MarkableRow>> {
    Marked::new(book_id, first, last).load(conn)
}

/// The lines of an account without a mark on the days from `first` to `last`, oldest first.
pub(crate) fn unmarked(conn: &mut Conn, book_id: i64, of: OfAccount) -> QueryResult<Vec<OpenLineRow>> {
    let OfAccount { account_id, commodity_id, first, last } = of;
    Unmarked::new(book_id, account_id, commodity_id, first, last, book_id, account_id, first, last).load(conn)
}

/// The lines of an account that are cleared and not reconciled on the days from `first` to `last`, oldest first.
pub(crate) fn cleared(conn: &mut Conn, book_id: i64, of: OfAccount) -> QueryResult<Vec<OpenLineRow>> {
    let OfAccount { account_id, commodity_id, first, last } = of;
    Cleared::new(book_id, account_id, commodity_id, first, last).load(conn)
}

/// What the marked lines of an account on the days from `first` to `last` come to.
pub(crate) fn marked_sum(conn: &mut Conn, book_id: i64, of: OfAccount) -> QueryResult<i64> {
    let OfAccount { account_id, commodity_id, first, last } = of;
    MarkedSum::new(book_id, account_id, commodity_id, first, last).get_result(conn)
}

/// Month and number of lines of an account, up to the month `last`.
pub(crate) fn line_counts(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    commodity_id: i32,
    last: i32,
) -> QueryResult<Vec<(i32, i64)>> {
    LineCounts::new(book_id, account_id, commodity_id, last).load(conn)
}

/// Adds marks.
pub(crate) fn mark(conn: &mut Conn, rows: &[MarkRow]) -> QueryResult<()> {
    inserts::insert_marks(conn, rows)
}

/// Takes marks away.
pub(crate) fn unmark(conn: &mut Conn, rows: &[MarkRow]) -> QueryResult<()> {
    inserts::delete_marks(conn, rows)
}

/// Puts the cleared lines of some days under a checkpoint.
pub(crate) fn reconcile(conn: &mut Conn, row: &CheckpointRow, first: i32, last: i32) -> QueryResult<usize> {
    let marks = line_marks::table.filter(
        line_marks::book_id
            .eq(row.book_id)
            .and(line_marks::account_id.eq(row.account_id))
            .and(line_marks::commodity_id.eq(row.commodity_id))
            .and(line_marks::posted_on.between(first, last))
            .and(line_marks::checkpoint_id.is_null()),
    );
    diesel::update(marks).set(line_marks::checkpoint_id.eq(Some(row.checkpoint_id))).execute(conn)
}

/// Leaves the lines of a checkpoint on some days cleared only.
pub(crate) fn release(conn: &mut Conn, row: &CheckpointRow, first: i32, last: i32) -> QueryResult<usize> {
    let marks = line_marks::table.filter(
        line_marks::book_id
            .eq(row.book_id)
            .and(line_marks::account_id.eq(row.account_id))
            .and(line_marks::posted_on.between(first, last))
            .and(line_marks::checkpoint_id.eq(row.checkpoint_id)),
    );
    diesel::update(marks).set(line_marks::checkpoint_id.eq(None::<i32>)).execute(conn)
}

/// The sums of an account's marks, by checkpoint and month.
pub(crate) fn months(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    commodity_id: i32,
) -> QueryResult<Vec<MarksMonthRow>> {
    marks_monthly::table
        .filter(
            marks_monthly::book_id
                .eq(book_id)
                .and(marks_monthly::account_id.eq(account_id))
                .and(marks_monthly::commodity_id.eq(commodity_id)),
        )
        .order((marks_monthly::checkpoint_id, marks_monthly::period))
        .load(conn)
}

/// The sums of all marks of a book, by key.
pub(crate) fn every_month(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<MarksMonthRow>> {
    marks_monthly::table.filter(marks_monthly::book_id.eq(book_id)).load(conn)
}

/// Puts the sum of a month in the place of the one that was there; one of no lines is removed.
pub(crate) fn set_month(conn: &mut Conn, row: &MarksMonthRow) -> QueryResult<()> {
    let key = (row.book_id, row.account_id, row.commodity_id, row.checkpoint_id, row.period);
    diesel::delete(marks_monthly::table.find(key)).execute(conn)?;
    if row.line_count != 0 {
        diesel::insert_into(marks_monthly::table).values(row).execute(conn)?;
    }
    Ok(())
}

/// All checkpoints of a book, by number.
pub(crate) fn checkpoints(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<CheckpointRow>> {
    checkpoints::table.filter(checkpoints::book_id.eq(book_id)).order(checkpoints::checkpoint_id).load(conn)
}

/// Adds a checkpoint.
pub(crate) fn add_checkpoint(conn: &mut Conn, row: &CheckpointRow) -> QueryResult<()> {
    diesel::insert_into(checkpoints::table).values(row).execute(conn).map(|_| ())
}

/// Notes that a checkpoint was undone.
pub(crate) fn set_undone(conn: &mut Conn, book_id: i64, checkpoint_id: i32, at: i64) -> QueryResult<()> {
    diesel::update(checkpoints::table.find((book_id, checkpoint_id)))
        .set(checkpoints::undone_at.eq(Some(at)))
        .execute(conn)
        .map(|_| ())
}

/// At most `limit` marks after a place, beside the lines that they should be of.
pub(crate) fn checked(
    conn: &mut Conn,
    book_id: i64,
    after: (i32, RegisterKey),
    limit: i64,
) -> QueryResult<Vec<CheckedMarkRow>> {
    let (account_id, key) = after;
    Checked::new(book_id, account_id, key.0, key.1, key.2, limit).load(conn)
}
