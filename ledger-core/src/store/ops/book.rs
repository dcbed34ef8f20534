//! Books and the row that every writer of a book locks first.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable};

use super::super::{Conn, Db, FOR_UPDATE, push};
use crate::store::rows::{BookRow, HeadRow};
use crate::store::schema::{book_heads, books};
use crate::store::statement::statement;

type HeadSql = (BigInt, BigInt, Binary, BigInt, BigInt, Binary, Nullable<Integer>, BigInt);

const HEAD: &str = "SELECT book_id, last_entry_number, entry_hash, last_recorded_at, last_event_number, event_hash, \
                    locked_through, chart_version FROM book_heads WHERE book_id = ";

statement! {
    /// The head of a book.
    struct ReadHead { book_id: i64 } -> HeadSql = (HEAD) book_id
}

statement! {
    /// The head of a book, kept from other writers until the end of the transaction.
    struct LockHead { book_id: i64 } -> HeadSql = (HEAD) book_id (FOR_UPDATE)
}

/// All books, by name.
pub(crate) fn all(conn: &mut Conn) -> QueryResult<Vec<BookRow>> {
    books::table.order(books::normalized_name).load(conn)
}

/// The book with this normalised name.
pub(crate) fn by_name(conn: &mut Conn, normalized_name: &str) -> QueryResult<Option<BookRow>> {
    books::table.filter(books::normalized_name.eq(normalized_name)).get_result(conn).optional()
}

/// The book with this number.
pub(crate) fn by_id(conn: &mut Conn, book_id: i64) -> QueryResult<BookRow> {
    books::table.find(book_id).get_result(conn)
}

/// The highest book number.
pub(crate) fn last_id(conn: &mut Conn) -> QueryResult<i64> {
    Ok(books::table.select(diesel::dsl::max(books::book_id)).get_result::<Option<i64>>(conn)?.unwrap_or(0))
}

/// Adds a book with its head.
pub(crate) fn insert(conn: &mut Conn, book: &BookRow, head: &HeadRow) -> QueryResult<()> {
    diesel::insert_into(books::table).values(book).execute(conn)?;
    diesel::insert_into(book_heads::table).values(head).execute(conn)?;
    Ok(())
}

/// Marks a book as archived, or as in use again.
pub(crate) fn set_archived(conn: &mut Conn, book_id: i64, archived_at: Option<i64>) -> QueryResult<()> {
    diesel::update(books::table.find(book_id))
        .set(books::archived_at.eq(archived_at))
        .execute(conn)
        .map(|_| ())
}

/// Renames a book.
pub(crate) fn rename(conn: &mut Conn, book_id: i64, name: &str, normalized_name: &str) -> QueryResult<()> {
    diesel::update(books::table.find(book_id))
        .set((books::name.eq(name), books::normalized_name.eq(normalized_name)))
        .execute(conn)
        .map(|_| ())
}

/// The head of a book.
pub(crate) fn read_head(conn: &mut Conn, book_id: i64) -> QueryResult<HeadRow> {
    ReadHead::new(book_id).get_result(conn)
}

/// The head of a book, kept from other writers until the end of the transaction.
pub(crate) fn lock_head(conn: &mut Conn, book_id: i64) -> QueryResult<HeadRow> {
    LockHead::new(book_id).get_result(conn)
}

/// Moves the end of the chain of events.
pub(crate) fn move_event_head(
    conn: &mut Conn,
    book_id: i64,
    number: i64,
    hash: &[u8],
    at: i64,
) -> QueryResult<()> {
    diesel::update(book_heads::table.find(book_id))
        .set((
            book_heads::last_event_number.eq(number),
            book_heads::event_hash.eq(hash),
            book_heads::last_recorded_at.eq(at),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Sets the last locked day.
pub(crate) fn set_locked_through(conn: &mut Conn, book_id: i64, day: Option<i32>) -> QueryResult<()> {
    diesel::update(book_heads::table.find(book_id))
        .set(book_heads::locked_through.eq(day))
        .execute(conn)
        .map(|_| ())
}

/// Tells other programs that the chart has changed since they read it.
pub(crate) fn set_chart_version(conn: &mut Conn, book_id: i64, version: i64) -> QueryResult<()> {
    diesel::update(book_heads::table.find(book_id))
        .set(book_heads::chart_version.eq(version))
        .execute(conn)
        .map(|_| ())
}
