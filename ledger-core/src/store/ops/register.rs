//! One account's lines, a page at a time, from either end.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};

use super::super::{Conn, Db, push};
use crate::store::rows::{RegisterKey, RegisterRow};
use crate::store::statement::statement;

type RegisterSql =
    (Integer, BigInt, Integer, Integer, Integer, BigInt, Nullable<Text>, Text, Nullable<Integer>, Bool);

/// How many entries are looked up at once.
const NUMBERS_PER_QUERY: usize = 500;

const COLUMNS: &str = "SELECT l.posted_on, l.entry_number, l.line_number, l.account_id, l.commodity_id, l.amount, \
    l.memo, e.description, e.party_id, EXISTS (SELECT 1 FROM entries a WHERE a.book_id = e.book_id \
    AND a.amends = COALESCE(e.reverses, e.number)) FROM lines l JOIN entries e \
    ON e.book_id = l.book_id AND e.number = l.entry_number WHERE l.book_id = ";

statement! {
    /// Lines after a key, oldest first.
    struct Forward { book_id: i64, account_id: i32, day: i32, entry: i64, line: i32, last: i32, limit: i64 }
    -> RegisterSql = (COLUMNS) book_id " AND l.account_id = " account_id
        " AND (l.posted_on, l.entry_number, l.line_number) > (" day ", " entry ", " line ") AND l.posted_on <= " last
        " ORDER BY l.posted_on, l.entry_number, l.line_number LIMIT " limit
}

statement! {
    /// Lines before a key, latest first.
    struct Backward { book_id: i64, account_id: i32, day: i32, entry: i64, line: i32, first: i32, limit: i64 }
    -> RegisterSql = (COLUMNS) book_id " AND l.account_id = " account_id
        " AND (l.posted_on, l.entry_number, l.line_number) < (" day ", " entry ", " line ") AND l.posted_on >= " first
        " ORDER BY l.posted_on DESC, l.entry_number DESC, l.line_number DESC LIMIT " limit
}

statement! {
    /// Lines of an account on some days, in short; an index holds all of it.
    struct Amounts { book_id: i64, account_id: i32, first: i32, last: i32 } -> (BigInt, Integer, BigInt) =
        "SELECT entry_number, commodity_id, amount FROM lines WHERE book_id = " book_id " AND account_id = " account_id
        " AND posted_on >= " first " AND posted_on <= " last " ORDER BY posted_on, entry_number, line_number"
}

/// Entry, commodity and amount of each line of an account on the days from `first` to `last`, in order.
pub(crate) fn amounts(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    first: i32,
    last: i32,
) -> QueryResult<Vec<(i64, i32, i64)>> {
    Amounts::new(book_id, account_id, first, last).load(conn)
}

/// Lines of an account after `key` and up to the day `last`, oldest first.
pub(crate) fn after(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    key: RegisterKey,
    last: i32,
    limit: i64,
) -> QueryResult<Vec<RegisterRow>> {
    Forward::new(book_id, account_id, key.0, key.1, key.2, last, limit).load(conn)
}

/// Lines of an account before `key` and not before the day `first`, latest first.
pub(crate) fn before(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    key: RegisterKey,
    first: i32,
    limit: i64,
) -> QueryResult<Vec<RegisterRow>> {
    Backward::new(book_id, account_id, key.0, key.1, key.2, first, limit).load(conn)
}

/// Entry, line and account of all lines of some entries, in order.
pub(crate) fn accounts_of(
    conn: &mut Conn,
    book_id: i64,
    numbers: &[i64],
) -> QueryResult<Vec<(i64, i32, i32)>> {
    use crate::store::schema::lines;
    let mut found = Vec::new();
    for numbers in numbers.chunks(NUMBERS_PER_QUERY) {
        let rows: Vec<(i64, i32, i32)> = lines::table
            .filter(lines::book_id.eq(book_id).and(lines::entry_number.eq_any(numbers.to_vec())))
            .order((lines::entry_number, lines::line_number))
            .select((lines::entry_number, lines::line_number, lines::account_id))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}
