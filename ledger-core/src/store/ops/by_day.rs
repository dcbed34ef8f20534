//! The journal in the order of its days, page by page, for exports.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

use super::super::{Conn, Db, push};
use crate::store::rows::{EntryRow, LineRow, TagRow};
use crate::store::statement::statement;

type EntrySql = (
    BigInt,
    BigInt,
    Integer,
    Text,
    Nullable<Integer>,
    Nullable<Text>,
    Text,
    Nullable<BigInt>,
    Nullable<BigInt>,
    BigInt,
    Text,
    Binary,
);
type LineSql = (
    BigInt,
    BigInt,
    Integer,
    Integer,
    Integer,
    Integer,
    BigInt,
    Integer,
    BigInt,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
);

/// A place in this order: day and number of an entry.
pub(crate) type Place = (i32, i64);

statement! {
    /// Entries after a place, up to a day.
    struct EntriesAfter { book_id: i64, day: i32, number: i64, last: i32, limit: i64 } -> EntrySql =
        "SELECT book_id, number, posted_on, description, party_id, external_id, source, reverses, amends, recorded_at, \
        recorded_by, hash FROM entries WHERE book_id = " book_id " AND (posted_on, number) > (" day ", " number
        ") AND posted_on <= " last " ORDER BY posted_on, number LIMIT " limit
}

/// The entries from one place to another, to which something else is joined.
const WITHIN: &str = " WHERE x.book_id = e.book_id AND x.entry_number = e.number AND e.book_id = ";

statement! {
    /// The lines of the entries from one place to another.
    struct LinesWithin { book_id: i64, day: i32, number: i64, last: i32, last_number: i64 } -> LineSql =
        "SELECT x.book_id, x.entry_number, x.line_number, x.account_id, x.posted_on, x.commodity_id, x.amount, \
        x.weight_commodity_id, x.weight, x.price_kind, x.price, x.memo FROM entries e CROSS JOIN lines x" (WITHIN)
        book_id " AND (e.posted_on, e.number) >= (" day ", " number ") AND (e.posted_on, e.number) <= (" last ", "
        last_number ") ORDER BY e.posted_on, e.number, x.line_number"
}

statement! {
    /// The tags of the entries from one place to another.
    struct TagsWithin { book_id: i64, day: i32, number: i64, last: i32, last_number: i64 }
    -> (BigInt, BigInt, Text, Text) =
        "SELECT x.book_id, x.entry_number, x.key, x.value FROM entries e CROSS JOIN entry_tags x" (WITHIN)
        book_id " AND (e.posted_on, e.number) >= (" day ", " number ") AND (e.posted_on, e.number) <= (" last ", "
        last_number ")"
}

statement! {
    /// Mirrors with what they undo, where both lie within some days.
    struct Reversals { book_id: i64, first: i32, last: i32, first_of: i32, last_of: i32 } -> (BigInt, BigInt) =
        "SELECT m.number, o.number FROM entries m JOIN entries o ON o.book_id = m.book_id AND o.number = m.reverses \
        WHERE m.book_id = " book_id " AND m.posted_on >= " first " AND m.posted_on <= " last " AND o.posted_on >= "
        first_of " AND o.posted_on <= " last_of " ORDER BY m.number"
}

statement! {
    /// The first month of each account that has a line.
    struct FirstMonths { book_id: i64 } -> (Integer, Integer) =
        "SELECT account_id, MIN(period) FROM balances_monthly WHERE book_id = " book_id " GROUP BY account_id"
}

/// At most `limit` entries after a place, up to the day `last`, oldest first.
pub(crate) fn entries(
    conn: &mut Conn,
    book_id: i64,
    after: Place,
    last: i32,
    limit: i64,
) -> QueryResult<Vec<EntryRow>> {
    EntriesAfter::new(book_id, after.0, after.1, last, limit).load(conn)
}

/// The lines of the entries from one place to another, in order.
pub(crate) fn lines(conn: &mut Conn, book_id: i64, first: Place, last: Place) -> QueryResult<Vec<LineRow>> {
    LinesWithin::new(book_id, first.0, first.1, last.0, last.1).load(conn)
}

/// The tags of the entries from one place to another, in no order.
pub(crate) fn tags(conn: &mut Conn, book_id: i64, first: Place, last: Place) -> QueryResult<Vec<TagRow>> {
    TagsWithin::new(book_id, first.0, first.1, last.0, last.1).load(conn)
}

/// Numbers of mirrors and of what they undo, where both lie on the days from `first` to `last`.
pub(crate) fn reversals(
    conn: &mut Conn,
    book_id: i64,
    first: i32,
    last: i32,
) -> QueryResult<Vec<(i64, i64)>> {
    Reversals::new(book_id, first, last, first, last).load(conn)
}

/// Account and the first month in which it has a line.
pub(crate) fn first_months(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<(i32, i32)>> {
    FirstMonths::new(book_id).load(conn)
}
