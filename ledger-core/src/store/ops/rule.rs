//! Import rules.

use diesel::dsl::max;
use diesel::prelude::*;

use super::super::Conn;
use crate::store::rows::RuleRow;
use crate::store::schema::rules;

/// All rules of a book, in their order.
pub(crate) fn all(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<RuleRow>> {
    rules::table.filter(rules::book_id.eq(book_id)).order((rules::position, rules::rule_id)).load(conn)
}

/// The highest number that a rule of the book has.
pub(crate) fn last_id(conn: &mut Conn, book_id: i64) -> QueryResult<i32> {
    let last: Option<i32> =
        rules::table.filter(rules::book_id.eq(book_id)).select(max(rules::rule_id)).get_result(conn)?;
    Ok(last.unwrap_or(0))
}

/// Adds a rule.
pub(crate) fn insert(conn: &mut Conn, row: &RuleRow) -> QueryResult<()> {
    diesel::insert_into(rules::table).values(row).execute(conn).map(|_| ())
}

/// Writes a rule in the place of the one with its number.
pub(crate) fn replace(conn: &mut Conn, row: &RuleRow) -> QueryResult<()> {
    remove(conn, row.book_id, row.rule_id)?;
    insert(conn, row)
}

/// Removes a rule.
pub(crate) fn remove(conn: &mut Conn, book_id: i64, rule_id: i32) -> QueryResult<()> {
    diesel::delete(rules::table.find((book_id, rule_id))).execute(conn).map(|_| ())
}
