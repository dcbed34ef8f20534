//! Lots: methods of accounts, what lines say of their lot, and the lines that open and close lots.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use super::super::{Conn, Db, push};
use crate::store::lot_rows::{LineLotRow, LotAccountRow, MovementRow};
use crate::store::schema::{line_lots, lot_accounts};
use crate::store::statement::statement;

/// How many rows go into one statement.
const CHUNK: usize = 500;

statement! {
    /// What each account has ever held.
    struct EverHeld { book_id: i64 } -> (Integer, Integer) =
        "SELECT DISTINCT account_id, commodity_id FROM balances_yearly WHERE book_id = " book_id
        " ORDER BY account_id, commodity_id"
}
statement! {
    /// The lines of an account up to a day and an entry, from the covering index alone.
    struct Movements { book_id: i64, account_id: i32, day: i32, number: i64 }
        -> (Integer, Integer, BigInt, Integer, Integer, BigInt, Integer, BigInt) =
        "SELECT account_id, posted_on, entry_number, line_number, commodity_id, amount, weight_commodity_id, weight \
        FROM lines WHERE book_id = " book_id " AND account_id = " account_id " AND posted_on <= " day
        " AND entry_number <= " number " ORDER BY posted_on, entry_number, line_number"
}
statement! {
    /// Mirrors with the entries that they reverse, from the last to the first.
    struct Mirrors { book_id: i64, number: i64 } -> (BigInt, BigInt) =
        "SELECT number, reverses FROM entries WHERE book_id = " book_id
        " AND reverses IS NOT NULL AND number <= " number " ORDER BY number DESC"
}
statement! {
    /// The unit prices of lines that say something of their lot.
    struct UnitPrices { book_id: i64 } -> (BigInt, Integer, Text) =
        "SELECT x.entry_number, x.line_number, l.price FROM line_lots x JOIN lines l ON l.book_id = x.book_id \
        AND l.entry_number = x.entry_number AND l.line_number = x.line_number \
        WHERE x.basis = 'cost' AND l.price_kind = 'unit' AND x.book_id = " book_id
}
statement! {
    /// Sale prices beside the cost of lots, oldest first.
    struct SalePrices { book_id: i64 } -> (BigInt, Integer, Integer, Integer, BigInt, Text, Text) =
        "SELECT l.entry_number, l.commodity_id, x.price_commodity_id, l.posted_on, l.amount, x.price_kind, x.price FROM line_lots x \
        JOIN lines l ON l.book_id = x.book_id AND l.entry_number = x.entry_number AND l.line_number = x.line_number \
        WHERE x.price_kind IS NOT NULL AND x.book_id = " book_id
        " ORDER BY l.posted_on, l.entry_number, l.line_number"
}
statement! {
    /// Whether any line says something of its lot.
    struct AnyLineLot { book_id: i64 } -> BigInt =
        "SELECT entry_number FROM line_lots WHERE book_id = " book_id " LIMIT 1"
}
statement! {
    /// Lines with a price of their day, oldest first: without those whose price is the cost of a lot bought earlier, or
    /// that carry the price of the day besides.
    struct PricedLinesWithoutCosts { book_id: i64 }
    -> (BigInt, Integer, Integer, Integer, BigInt, BigInt, Nullable<Text>) =
        "SELECT l.entry_number, l.commodity_id, l.weight_commodity_id, l.posted_on, l.amount, l.weight, l.price FROM lines l \
        WHERE l.price_kind IS NOT NULL AND l.book_id = " book_id " AND NOT EXISTS (SELECT 1 FROM line_lots x \
        WHERE x.book_id = l.book_id AND x.entry_number = l.entry_number AND x.line_number = l.line_number \
        AND x.basis = 'cost' AND (l.amount < 0 OR x.price_kind IS NOT NULL OR x.opened_on < l.posted_on)) \
        ORDER BY l.posted_on, l.entry_number, l.line_number"
}
statement! {
    /// What is said of the lots of lines that are not there.
    struct WithoutLines { book_id: i64 } -> (BigInt, Integer) =
        "SELECT x.entry_number, x.line_number FROM line_lots x WHERE x.book_id = " book_id
        " AND NOT EXISTS (SELECT 1 FROM lines l WHERE l.book_id = x.book_id AND l.entry_number = x.entry_number \
        AND l.line_number = x.line_number) ORDER BY x.entry_number, x.line_number"
}

/// A price that stands beside the cost of a lot: entry, commodity, quote, day, amount of the line, kind and number.
pub(crate) type SalePrice = (i64, i32, i32, i32, i64, String, String);

/// The accounts that keep lots, by number.
pub(crate) fn accounts(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<LotAccountRow>> {
    lot_accounts::table.filter(lot_accounts::book_id.eq(book_id)).order(lot_accounts::account_id).load(conn)
}

/// Gives an account a method.
pub(crate) fn set_method(conn: &mut Conn, row: &LotAccountRow) -> QueryResult<()> {
    remove_method(conn, row.book_id, row.account_id)?;
    diesel::insert_into(lot_accounts::table).values(row).execute(conn).map(|_| ())
}

/// Takes the method of an account away.
pub(crate) fn remove_method(conn: &mut Conn, book_id: i64, account_id: i32) -> QueryResult<()> {
    diesel::delete(lot_accounts::table.find((book_id, account_id))).execute(conn).map(|_| ())
}

/// Adds what lines say of their lots.
pub(crate) fn insert(conn: &mut Conn, rows: &[LineLotRow]) -> QueryResult<()> {
    for rows in rows.chunks(CHUNK) {
        diesel::insert_into(line_lots::table).values(rows).execute(conn)?;
    }
    Ok(())
}

/// What the lines of entries with numbers from `first` to `last` say of their lots, in order.
pub(crate) fn range(conn: &mut Conn, book_id: i64, first: i64, last: i64) -> QueryResult<Vec<LineLotRow>> {
    line_lots::table
        .filter(line_lots::book_id.eq(book_id).and(line_lots::entry_number.between(first, last)))
        .order((line_lots::entry_number, line_lots::line_number))
        .load(conn)
}

/// Whether any line says something of its lot.
pub(crate) fn any(conn: &mut Conn, book_id: i64) -> QueryResult<bool> {
    AnyLineLot::new(book_id).get_result::<i64>(conn).optional().map(|found| found.is_some())
}

/// What is said of the lots of lines that are not there, by entry and line.
pub(crate) fn without_lines(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<(i64, i32)>> {
    WithoutLines::new(book_id).load(conn)
}

/// Every account with every commodity that it has ever held.
pub(crate) fn ever_held(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<(i32, i32)>> {
    EverHeld::new(book_id).load(conn)
}

/// The lines of an account up to a day and up to an entry, oldest first.
pub(crate) fn movements(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    day: i32,
    number: i64,
) -> QueryResult<Vec<MovementRow>> {
    Movements::new(book_id, account_id, day, number).load(conn)
}

/// Mirrors up to an entry with what they reverse, from the last to the first.
pub(crate) fn mirrors(conn: &mut Conn, book_id: i64, number: i64) -> QueryResult<Vec<(i64, i64)>> {
    Mirrors::new(book_id, number).load(conn)
}

/// The unit costs of lines that are at cost, by entry and line.
pub(crate) fn unit_costs(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<(i64, i32, String)>> {
    UnitPrices::new(book_id).load(conn)
}

/// Sale prices beside the cost of lots, oldest first.
pub(crate) fn sale_prices(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<SalePrice>> {
    SalePrices::new(book_id).load(conn)
}

/// Lines with a price that is one of their day, oldest first; the usual question where no line says anything of a lot.
pub(crate) fn priced_lines(
    conn: &mut Conn,
    book_id: i64,
) -> QueryResult<Vec<crate::store::rows::PricedLineRow>> {
    match any(conn, book_id)? {
        false => super::price::of_lines(conn, book_id),
        true => PricedLinesWithoutCosts::new(book_id).load(conn),
    }
}
