//! Accounts, commodities and subtypes.

use diesel::prelude::*;

use super::super::Conn;
use crate::store::rows::{AccountRow, AliasRow, CommodityRow, SubtypeRow};
use crate::store::schema::{account_aliases, accounts, commodities, subtypes};

/// All accounts of a book, in the order of their numbers.
pub(crate) fn accounts(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<AccountRow>> {
    accounts::table.filter(accounts::book_id.eq(book_id)).order(accounts::account_id).load(conn)
}

/// All aliases of a book's accounts, sorted.
pub(crate) fn aliases(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<AliasRow>> {
    account_aliases::table
        .filter(account_aliases::book_id.eq(book_id))
        .order(account_aliases::normalized_name)
        .load(conn)
}

/// All commodities of a book, in the order of their numbers.
pub(crate) fn commodities(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<CommodityRow>> {
    commodities::table.filter(commodities::book_id.eq(book_id)).order(commodities::commodity_id).load(conn)
}

/// All subtypes that a book has added.
pub(crate) fn subtypes(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<SubtypeRow>> {
    subtypes::table.filter(subtypes::book_id.eq(book_id)).order((subtypes::kind, subtypes::name)).load(conn)
}

/// Adds an account.
pub(crate) fn insert_account(conn: &mut Conn, row: &AccountRow) -> QueryResult<()> {
    diesel::insert_into(accounts::table).values(row).execute(conn).map(|_| ())
}

/// Replaces everything about an account but its number and kind.
pub(crate) fn update_account(conn: &mut Conn, row: &AccountRow) -> QueryResult<()> {
    diesel::update(accounts::table.find((row.book_id, row.account_id)))
        .set((
            accounts::name.eq(&row.name),
            accounts::normalized_name.eq(&row.normalized_name),
            accounts::subtype.eq(&row.subtype),
            accounts::commodity_id.eq(row.commodity_id),
            accounts::opened_on.eq(row.opened_on),
            accounts::closed_on.eq(row.closed_on),
            accounts::note.eq(&row.note),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Adds an alias.
pub(crate) fn insert_alias(conn: &mut Conn, row: &AliasRow) -> QueryResult<()> {
    diesel::insert_into(account_aliases::table).values(row).execute(conn).map(|_| ())
}

/// Removes an alias.
pub(crate) fn delete_alias(conn: &mut Conn, book_id: i64, normalized_name: &str) -> QueryResult<()> {
    diesel::delete(account_aliases::table.find((book_id, normalized_name))).execute(conn).map(|_| ())
}

/// Adds a commodity.
pub(crate) fn insert_commodity(conn: &mut Conn, row: &CommodityRow) -> QueryResult<()> {
    diesel::insert_into(commodities::table).values(row).execute(conn).map(|_| ())
}

/// Adds a subtype.
pub(crate) fn insert_subtype(conn: &mut Conn, row: &SubtypeRow) -> QueryResult<()> {
    diesel::insert_into(subtypes::table).values(row).execute(conn).map(|_| ())
}
