//! Schedules and what was changed about their occurrences.

use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::super::{Conn, Db, push};
use crate::store::schedule_rows::{OccurrenceChangeRow, RecurringDecisionRow, ScheduleRow};
use crate::store::schema::{occurrence_changes, recurring_decisions, schedules};
use crate::store::statement::statement;

/// The state of rows that are kept for the record only.
const REMOVED: &str = "removed";

statement! {
    /// Entries that settled an occurrence and were reversed since.
    struct ReversedSettlements { book_id: i64, same_book_id: i64 } -> BigInt =
        "SELECT c.entry_number FROM occurrence_changes c CROSS JOIN entries m WHERE c.book_id = " book_id
        " AND c.entry_number IS NOT NULL AND m.book_id = " same_book_id " AND m.reverses = c.entry_number"
}

/// All rows that were not removed, by number.
pub(crate) fn standing(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<ScheduleRow>> {
    schedules::table
        .filter(schedules::book_id.eq(book_id).and(schedules::state.ne(REMOVED)))
        .order(schedules::schedule_id)
        .load(conn)
}

/// All rows, by number.
pub(crate) fn all(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<ScheduleRow>> {
    schedules::table.filter(schedules::book_id.eq(book_id)).order(schedules::schedule_id).load(conn)
}

/// The highest number that a row of the book has, also a removed one.
pub(crate) fn last_id(conn: &mut Conn, book_id: i64) -> QueryResult<i32> {
    let last: Option<i32> = schedules::table
        .filter(schedules::book_id.eq(book_id))
        .select(max(schedules::schedule_id))
        .get_result(conn)?;
    Ok(last.unwrap_or(0))
}

/// Adds a row.
pub(crate) fn insert(conn: &mut Conn, row: &ScheduleRow) -> QueryResult<()> {
    diesel::insert_into(schedules::table).values(row).execute(conn).map(|_| ())
}

/// Writes a row over the one with its number.
pub(crate) fn update(conn: &mut Conn, row: &ScheduleRow) -> QueryResult<()> {
    diesel::update(schedules::table.find((row.book_id, row.schedule_id)))
        .set((
            schedules::name.eq(&row.name),
            schedules::normalized_name.eq(&row.normalized_name),
            schedules::state.eq(&row.state),
            schedules::body.eq(&row.body),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Deletes a row.
pub(crate) fn delete(conn: &mut Conn, book_id: i64, schedule_id: i32) -> QueryResult<()> {
    diesel::delete(schedules::table.find((book_id, schedule_id))).execute(conn).map(|_| ())
}

/// All changes of occurrences, also of removed rows, by row and scheduled day.
pub(crate) fn changes(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<OccurrenceChangeRow>> {
    occurrence_changes::table
        .filter(occurrence_changes::book_id.eq(book_id))
        .order((occurrence_changes::schedule_id, occurrence_changes::original_on))
        .load(conn)
}

/// Writes the change of an occurrence, in place of the one that it had.
pub(crate) fn put_change(conn: &mut Conn, row: &OccurrenceChangeRow) -> QueryResult<()> {
    delete_change(conn, row.book_id, row.schedule_id, row.original_on)?;
    diesel::insert_into(occurrence_changes::table).values(row).execute(conn).map(|_| ())
}

/// Deletes the change of an occurrence.
pub(crate) fn delete_change(
    conn: &mut Conn,
    book_id: i64,
    schedule_id: i32,
    original_on: i32,
) -> QueryResult<()> {
    diesel::delete(occurrence_changes::table.find((book_id, schedule_id, original_on)))
        .execute(conn)
        .map(|_| ())
}

/// Entries that settled an occurrence and were reversed since.
pub(crate) fn reversed_settlements(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<i64>> {
    ReversedSettlements::new(book_id, book_id).load(conn)
}

/// What was decided about recurring payments, by key.
pub(crate) fn decisions(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<RecurringDecisionRow>> {
    recurring_decisions::table
        .filter(recurring_decisions::book_id.eq(book_id))
        .order(recurring_decisions::key)
        .load(conn)
}

/// Writes a decision, in place of the one about the same payment.
pub(crate) fn put_decision(conn: &mut Conn, row: &RecurringDecisionRow) -> QueryResult<()> {
    delete_decision(conn, row.book_id, &row.key)?;
    diesel::insert_into(recurring_decisions::table).values(row).execute(conn).map(|_| ())
}

/// Takes a decision back.
pub(crate) fn delete_decision(conn: &mut Conn, book_id: i64, key: &str) -> QueryResult<()> {
    diesel::delete(recurring_decisions::table.find((book_id, key))).execute(conn).map(|_| ())
}
