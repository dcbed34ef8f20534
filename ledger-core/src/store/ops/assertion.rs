//! Balances that were asserted, and what they are compared with.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable};

use super::super::{Conn, Db, push};
use crate::store::assertion_rows::AssertionRow;
use crate::store::schema::assertions;
use crate::store::statement::statement;

/// How many assertions are inserted by one statement.
const CHUNK: usize = 500;

statement! {
    /// What the lines of an account come to by day and commodity, after a day, up to another.
    struct DailySums { book_id: i64, account_id: i32, after: i32, last: i32 } -> (Integer, Integer, BigInt) =
        "SELECT posted_on, commodity_id, CAST(SUM(amount) AS BIGINT) FROM lines WHERE book_id = " book_id
        " AND account_id = " account_id " AND posted_on > " after " AND posted_on <= " last
        " GROUP BY posted_on, commodity_id ORDER BY posted_on"
}

statement! {
    /// The first entry after a number with a line of a commodity on an account, up to a day.
    struct FirstAfter { book_id: i64, account_id: i32, commodity_id: i32, last: i32, number: i64 }
    -> Nullable<BigInt> =
        "SELECT MIN(entry_number) FROM lines WHERE book_id = " book_id " AND account_id = " account_id
        " AND commodity_id = " commodity_id " AND posted_on <= " last " AND entry_number > " number
}

/// All assertions of a book, by number.
pub(crate) fn all(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<AssertionRow>> {
    assertions::table.filter(assertions::book_id.eq(book_id)).order(assertions::assertion_id).load(conn)
}

/// Day, commodity and sum of the lines of an account after a day, up to another, by day.
pub(crate) fn daily_sums(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    after: i32,
    last: i32,
) -> QueryResult<Vec<(i32, i32, i64)>> {
    DailySums::new(book_id, account_id, after, last).load(conn)
}

/// The first entry after a number with a line of a commodity on an account, up to a day.
pub(crate) fn first_after(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    commodity_id: i32,
    last: i32,
    number: i64,
) -> QueryResult<Option<i64>> {
    FirstAfter::new(book_id, account_id, commodity_id, last, number).get_result(conn)
}

/// Adds assertions.
pub(crate) fn insert(conn: &mut Conn, rows: &[AssertionRow]) -> QueryResult<()> {
    for rows in rows.chunks(CHUNK) {
        diesel::insert_into(assertions::table).values(rows).execute(conn)?;
    }
    Ok(())
}

/// Removes an assertion.
pub(crate) fn remove(conn: &mut Conn, book_id: i64, assertion_id: i32) -> QueryResult<()> {
    diesel::delete(assertions::table.find((book_id, assertion_id))).execute(conn).map(|_| ())
}
