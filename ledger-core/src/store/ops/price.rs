//! Prices given by hand, and those that lines carry.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use super::super::{Conn, Db, push};
use crate::store::rows::{PriceRow, PricedLineRow};
use crate::store::schema::prices;
use crate::store::statement::statement;

statement! {
    /// Lines with a price, oldest first.
    struct PricedLines { book_id: i64 } -> (BigInt, Integer, Integer, Integer, BigInt, BigInt, Nullable<Text>) =
        "SELECT entry_number, commodity_id, weight_commodity_id, posted_on, amount, weight, price FROM lines \
         WHERE price_kind IS NOT NULL AND book_id = " book_id " ORDER BY posted_on, entry_number, line_number"
}

/// All prices given by hand, oldest first.
pub(crate) fn given(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<PriceRow>> {
    prices::table
        .filter(prices::book_id.eq(book_id))
        .order((prices::priced_on, prices::commodity_id, prices::quote_commodity_id))
        .load(conn)
}

/// The price of a pair on a day.
pub(crate) fn on_day(conn: &mut Conn, row: &PriceRow) -> QueryResult<Option<PriceRow>> {
    let key = (row.book_id, row.commodity_id, row.quote_commodity_id, row.priced_on);
    prices::table.find(key).get_result(conn).optional()
}

/// Adds a price, in place of the one of that day.
pub(crate) fn replace(conn: &mut Conn, row: &PriceRow) -> QueryResult<()> {
    remove(conn, row)?;
    diesel::insert_into(prices::table).values(row).execute(conn).map(|_| ())
}

/// Removes the price of a pair on a day.
pub(crate) fn remove(conn: &mut Conn, row: &PriceRow) -> QueryResult<()> {
    let key = (row.book_id, row.commodity_id, row.quote_commodity_id, row.priced_on);
    diesel::delete(prices::table.find(key)).execute(conn).map(|_| ())
}

/// All lines that carry a price, oldest first.
pub(crate) fn of_lines(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<PricedLineRow>> {
    PricedLines::new(book_id).load(conn)
}
