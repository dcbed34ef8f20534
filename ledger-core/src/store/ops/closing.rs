//! Years that were closed, and the lines that closed them.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

use super::super::{Conn, Db, push};
use crate::store::closing_rows::{ClosingLineRow, ClosingRow};
use crate::store::schema::closings;
use crate::store::statement::statement;

statement! {
    /// The lines of the entries from one number to another.
    struct LinesOf { book_id: i64, first: i64, last: i64 }
    -> (Integer, Integer, Integer, Integer, BigInt, BigInt, BigInt) =
        "SELECT account_id, commodity_id, weight_commodity_id, posted_on, entry_number, amount, weight FROM lines \
        WHERE book_id = " book_id " AND entry_number >= " first " AND entry_number <= " last
        " ORDER BY entry_number, line_number"
}

/// All closings of a book, by number; those that were undone too.
pub(crate) fn all(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<ClosingRow>> {
    closings::table.filter(closings::book_id.eq(book_id)).order(closings::closing_id).load(conn)
}

/// The lines of the entries from one number to another.
pub(crate) fn lines_of(
    conn: &mut Conn,
    book_id: i64,
    first: i64,
    last: i64,
) -> QueryResult<Vec<ClosingLineRow>> {
    LinesOf::new(book_id, first, last).load(conn)
}

/// Adds a closing.
pub(crate) fn insert(conn: &mut Conn, row: &ClosingRow) -> QueryResult<()> {
    diesel::insert_into(closings::table).values(row).execute(conn).map(|_| ())
}

/// Notes that a closing was undone, when and by whom, and with which entries.
pub(crate) fn set_undone(conn: &mut Conn, row: &ClosingRow) -> QueryResult<()> {
    diesel::update(closings::table.find((row.book_id, row.closing_id)))
        .set((
            closings::first_mirror_number.eq(row.first_mirror_number),
            closings::last_mirror_number.eq(row.last_mirror_number),
            closings::undone_at.eq(row.undone_at),
            closings::undone_by.eq(&row.undone_by),
        ))
        .execute(conn)
        .map(|_| ())
}
