//! Parties, their other names, what was told of them, and what entries name them.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use super::super::{Conn, Db, push};
use crate::store::party_rows::{PartyAliasRow, PartyDetailsRow};
use crate::store::rows::PartyRow;
use crate::store::schema::{parties, party_aliases, party_details};
use crate::store::statement::statement;

statement! {
    /// How many entries name each party, from the index alone.
    struct Counts { book_id: i64 } -> (Integer, BigInt) =
        "SELECT party_id, COUNT(*) FROM entries WHERE book_id = " book_id
        " AND party_id IS NOT NULL GROUP BY party_id"
}
statement! {
    /// How many entries of each party were amended, or are the mirror that undid one that was.
    struct HiddenCounts { book_id: i64, again: i64 } -> (Integer, BigInt) =
        "SELECT e.party_id, COUNT(*) FROM entries a CROSS JOIN entries e WHERE a.book_id = " book_id
        " AND a.amends IS NOT NULL AND e.book_id = a.book_id AND e.number = a.amends AND e.party_id IS NOT NULL \
        GROUP BY e.party_id UNION ALL \
        SELECT e.party_id, COUNT(*) FROM entries a CROSS JOIN entries e WHERE a.book_id = " again
        " AND a.amends IS NOT NULL AND e.book_id = a.book_id AND e.reverses = a.amends AND e.party_id IS NOT NULL \
        GROUP BY e.party_id"
}
statement! {
    /// The entries of a party that registers show: how many, and the first and last day.
    struct Shown { book_id: i64, party_id: i32 } -> (BigInt, Nullable<Integer>, Nullable<Integer>) =
        "SELECT COUNT(*), MIN(e.posted_on), MAX(e.posted_on) FROM entries e WHERE e.book_id = " book_id
        " AND e.party_id = " party_id " AND NOT EXISTS (SELECT 1 FROM entries a WHERE a.book_id = e.book_id \
        AND a.amends = COALESCE(e.reverses, e.number))"
}
statement! {
    /// Debits less credits on income and expense accounts in the entries of a party.
    struct Totals { book_id: i64, party_id: i32 } -> (Text, Integer, BigInt) =
        "SELECT c.kind, l.commodity_id, CAST(SUM(l.amount) AS BIGINT) FROM entries e CROSS JOIN lines l \
        CROSS JOIN accounts c WHERE e.book_id = " book_id " AND e.party_id = " party_id
        " AND l.book_id = e.book_id AND l.entry_number = e.number AND c.book_id = l.book_id \
        AND c.account_id = l.account_id AND c.kind IN ('income', 'expense') GROUP BY c.kind, l.commodity_id"
}
statement! {
    /// Whether an entry names a party.
    struct IsNamed { book_id: i64, party_id: i32 } -> BigInt =
        "SELECT number FROM entries WHERE book_id = " book_id " AND party_id = " party_id " LIMIT 1"
}

/// All parties of a book, in the order of their numbers.
pub(crate) fn parties(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<PartyRow>> {
    parties::table.filter(parties::book_id.eq(book_id)).order(parties::party_id).load(conn)
}

/// All other names of a book's parties, sorted.
pub(crate) fn aliases(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<PartyAliasRow>> {
    party_aliases::table
        .filter(party_aliases::book_id.eq(book_id))
        .order(party_aliases::normalized_name)
        .load(conn)
}

/// What was told of a book's parties, in the order of their numbers.
pub(crate) fn every_details(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<PartyDetailsRow>> {
    party_details::table.filter(party_details::book_id.eq(book_id)).order(party_details::party_id).load(conn)
}

/// The parties that others stand for, each with the one it was merged into.
pub(crate) fn merged(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<(i32, Option<i32>)>> {
    party_details::table
        .filter(party_details::book_id.eq(book_id).and(party_details::merged_into.is_not_null()))
        .order(party_details::party_id)
        .select((party_details::party_id, party_details::merged_into))
        .load(conn)
}

/// What was told of one party.
pub(crate) fn details(conn: &mut Conn, book_id: i64, party_id: i32) -> QueryResult<Option<PartyDetailsRow>> {
    party_details::table.find((book_id, party_id)).get_result(conn).optional()
}

/// How many parties are inserted by one statement.
const PARTIES_PER_INSERT: usize = 1000;

/// Adds parties.
pub(crate) fn insert_parties(conn: &mut Conn, rows: &[PartyRow]) -> QueryResult<()> {
    for rows in rows.chunks(PARTIES_PER_INSERT) {
        diesel::insert_into(parties::table).values(rows).execute(conn)?;
    }
    Ok(())
}

/// Gives a party another name.
pub(crate) fn rename(conn: &mut Conn, row: &PartyRow) -> QueryResult<()> {
    diesel::update(parties::table.find((row.book_id, row.party_id)))
        .set((parties::name.eq(&row.name), parties::normalized_name.eq(&row.normalized_name)))
        .execute(conn)
        .map(|_| ())
}

/// Removes a party that nothing refers to.
pub(crate) fn remove(conn: &mut Conn, book_id: i64, party_id: i32) -> QueryResult<()> {
    diesel::delete(parties::table.find((book_id, party_id))).execute(conn).map(|_| ())
}

/// Adds another name.
pub(crate) fn insert_alias(conn: &mut Conn, row: &PartyAliasRow) -> QueryResult<()> {
    diesel::insert_into(party_aliases::table).values(row).execute(conn).map(|_| ())
}

/// Removes another name.
pub(crate) fn remove_alias(conn: &mut Conn, book_id: i64, normalized_name: &str) -> QueryResult<()> {
    diesel::delete(party_aliases::table.find((book_id, normalized_name))).execute(conn).map(|_| ())
}

/// Writes what was told of a party in the place of what was told before.
pub(crate) fn replace_details(conn: &mut Conn, row: &PartyDetailsRow) -> QueryResult<()> {
    remove_details(conn, row.book_id, row.party_id)?;
    diesel::insert_into(party_details::table).values(row).execute(conn).map(|_| ())
}

/// Forgets what was told of a party.
pub(crate) fn remove_details(conn: &mut Conn, book_id: i64, party_id: i32) -> QueryResult<()> {
    diesel::delete(party_details::table.find((book_id, party_id))).execute(conn).map(|_| ())
}

/// How many entries name each party, less those that were amended and the mirrors that undid them.
pub(crate) fn counts(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<(i32, i64)>> {
    let mut counts: Vec<(i32, i64)> = Counts::new(book_id).load(conn)?;
    let hidden: Vec<(i32, i64)> = HiddenCounts::new(book_id, book_id).load(conn)?;
    counts.extend(hidden.into_iter().map(|(party, count)| (party, -count)));
    Ok(counts)
}

/// How many entries name a party, less those that were amended and their mirrors; the first day and the last.
pub(crate) fn shown(
    conn: &mut Conn,
    book_id: i64,
    party_id: i32,
) -> QueryResult<(i64, Option<i32>, Option<i32>)> {
    Shown::new(book_id, party_id).get_result(conn)
}

/// Debits less credits in the entries of a party, by kind (`income` or `expense`) and commodity.
pub(crate) fn totals(conn: &mut Conn, book_id: i64, party_id: i32) -> QueryResult<Vec<(String, i32, i64)>> {
    Totals::new(book_id, party_id).load(conn)
}

/// An entry that names a party, if there is one.
pub(crate) fn naming_entry(conn: &mut Conn, book_id: i64, party_id: i32) -> QueryResult<Option<i64>> {
    IsNamed::new(book_id, party_id).get_result(conn).optional()
}
