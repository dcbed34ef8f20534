//! Receivables, their movements, and groups.

use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable};

use super::super::{Conn, Db, push};
use crate::store::receivable_rows::{GroupEventRow, LoanGroupRow, MovementRow, ReceivableRow};
use crate::store::schema::{entries, group_events, lines, loan_groups, receivable_movements, receivables};
use crate::store::statement::statement;

/// How many rows go into one statement, and how many numbers into one question.
const CHUNK: usize = 500;

statement! {
    /// What each receivable adds up to through a day: parts and credit.
    struct SumsThrough { book_id: i64, day: i32 } -> (Integer, BigInt, BigInt, BigInt, BigInt) =
        "SELECT receivable_id, CAST(SUM(principal) AS BIGINT), CAST(SUM(interest) AS BIGINT), CAST(SUM(fee) AS BIGINT), \
        CAST(SUM(credit) AS BIGINT) FROM receivable_movements WHERE book_id = " book_id " AND moved_on <= " day
        " GROUP BY receivable_id ORDER BY receivable_id"
}

statement! {
    /// Of each receivable of a kind: its number, and what a report by age needs of it.
    struct Outlines { book_id: i64, kind: &'a str }
        -> (Integer, Integer, Integer, Integer, Nullable<Integer>, Nullable<Integer>, Integer, Integer) =
        "SELECT receivable_id, party_id, account_id, commodity_id, group_id, due_on, grace_days, planned \
        FROM receivables WHERE book_id = " book_id " AND kind = " kind " ORDER BY receivable_id"
}

statement! {
    /// Receivables whose sums do not say what is due when: with a movement that has more to it, or was reversed.
    struct NotSimple { book_id: i64, same_book_id: i64 } -> Integer =
        "SELECT DISTINCT m.receivable_id FROM receivable_movements m WHERE m.book_id = " book_id
        " AND (m.body IS NOT NULL OR m.entry_number IS NULL OR EXISTS (SELECT 1 FROM entries e WHERE e.book_id = " same_book_id
        " AND e.reverses = m.entry_number))"
}

statement! {
    /// Receivables without a plan that bear interest, or would once they are late: what their JSON says of it begins so, as
    /// a note may, which does no harm.
    struct Earning { book_id: i64, rate: &'a str, late: &'a str } -> Integer =
        "SELECT receivable_id FROM receivables WHERE book_id = " book_id " AND planned = 0 AND (body LIKE " rate
        " OR body LIKE " late ")"
}

statement! {
    /// What each entry moves on an account in a commodity through a day.
    struct AccountByEntry { book_id: i64, account_id: i32, commodity_id: i32, day: i32 } -> (BigInt, Integer, BigInt) =
        "SELECT entry_number, posted_on, CAST(SUM(amount) AS BIGINT) FROM lines WHERE book_id = " book_id
        " AND account_id = " account_id " AND commodity_id = " commodity_id " AND posted_on <= " day
        " GROUP BY posted_on, entry_number ORDER BY posted_on, entry_number"
}

/// What a report by age needs of a receivable: its number, party, account, commodity, group, due day, days of grace, and
/// whether it has a plan.
pub(crate) type Outline = (i32, i32, i32, i32, Option<i32>, Option<i32>, i32, i32);

/// What a receivable adds up to: its number, principal, interest, fees and credit.
pub(crate) type Sums = (i32, i64, i64, i64, i64);

/// All receivables, by number.
pub(crate) fn all(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<ReceivableRow>> {
    receivables::table.filter(receivables::book_id.eq(book_id)).order(receivables::receivable_id).load(conn)
}

/// Some receivables, by number.
pub(crate) fn some(conn: &mut Conn, book_id: i64, ids: &[i32]) -> QueryResult<Vec<ReceivableRow>> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let these = receivables::receivable_id.eq_any(ids.to_vec());
        let rows: Vec<ReceivableRow> =
            receivables::table.filter(receivables::book_id.eq(book_id).and(these)).load(conn)?;
        found.extend(rows);
    }
    found.sort_by_key(|row| row.receivable_id);
    Ok(found)
}

/// The receivables of some parties, by number.
pub(crate) fn of_parties(conn: &mut Conn, book_id: i64, parties: &[i32]) -> QueryResult<Vec<ReceivableRow>> {
    let of_parties = receivables::party_id.eq_any(parties.to_vec());
    receivables::table
        .filter(receivables::book_id.eq(book_id).and(of_parties))
        .order(receivables::receivable_id)
        .load(conn)
}

/// The receivable that is kept under a name.
pub(crate) fn named(conn: &mut Conn, book_id: i64, normalized: &str) -> QueryResult<Option<ReceivableRow>> {
    let named = receivables::normalized_name.eq(normalized.to_owned());
    receivables::table.filter(receivables::book_id.eq(book_id).and(named)).get_result(conn).optional()
}

/// The names of all receivables, as they are compared.
pub(crate) fn names(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<String>> {
    receivables::table
        .filter(receivables::book_id.eq(book_id))
        .select(receivables::normalized_name)
        .load(conn)
}

/// The accounts that hold what is owed.
pub(crate) fn control_accounts(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<i32>> {
    let of_book = receivables::table.filter(receivables::book_id.eq(book_id));
    of_book.select(receivables::account_id).distinct().load(conn)
}

/// What a report by age needs of every receivable of a kind, by number.
pub(crate) fn outlines(conn: &mut Conn, book_id: i64, kind: &str) -> QueryResult<Vec<Outline>> {
    Outlines::new(book_id, kind).load(conn)
}

/// Receivables whose sums do not say what is due when.
pub(crate) fn not_simple(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<i32>> {
    NotSimple::new(book_id, book_id).load(conn)
}

/// Receivables without a plan that may earn interest.
pub(crate) fn earning(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<i32>> {
    Earning::new(book_id, r#"%"interest":{%"#, r#"%"late_rate":%"#).load(conn)
}

/// Every receivable's number and name.
pub(crate) fn numbered_names(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<(i32, String)>> {
    receivables::table
        .filter(receivables::book_id.eq(book_id))
        .select((receivables::receivable_id, receivables::name))
        .load(conn)
}

/// The highest number of a receivable.
pub(crate) fn last_id(conn: &mut Conn, book_id: i64) -> QueryResult<i32> {
    let last: Option<i32> = receivables::table
        .filter(receivables::book_id.eq(book_id))
        .select(max(receivables::receivable_id))
        .get_result(conn)?;
    Ok(last.unwrap_or(0))
}

/// Adds receivables.
pub(crate) fn insert(conn: &mut Conn, rows: &[ReceivableRow]) -> QueryResult<()> {
    for rows in rows.chunks(CHUNK) {
        diesel::insert_into(receivables::table).values(rows).execute(conn)?;
    }
    Ok(())
}

/// Writes a receivable over the one with its number.
pub(crate) fn update(conn: &mut Conn, row: &ReceivableRow) -> QueryResult<()> {
    diesel::update(receivables::table.find((row.book_id, row.receivable_id)))
        .set((
            receivables::name.eq(&row.name),
            receivables::normalized_name.eq(&row.normalized_name),
            receivables::party_id.eq(row.party_id),
            receivables::account_id.eq(row.account_id),
            receivables::group_id.eq(row.group_id),
            receivables::due_on.eq(row.due_on),
            receivables::grace_days.eq(row.grace_days),
            receivables::planned.eq(row.planned),
            receivables::body.eq(&row.body),
        ))
        .execute(conn)
        .map(|_| ())
}

/// All movements, by receivable and number.
pub(crate) fn movements(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<MovementRow>> {
    receivable_movements::table
        .filter(receivable_movements::book_id.eq(book_id))
        .order((receivable_movements::receivable_id, receivable_movements::movement_id))
        .load(conn)
}

/// The movements of some receivables, by receivable and number.
pub(crate) fn movements_of(conn: &mut Conn, book_id: i64, ids: &[i32]) -> QueryResult<Vec<MovementRow>> {
    let mut found: Vec<MovementRow> = Vec::new();
    for ids in ids.chunks(CHUNK) {
        let these = receivable_movements::receivable_id.eq_any(ids.to_vec());
        let rows: Vec<MovementRow> = receivable_movements::table
            .filter(receivable_movements::book_id.eq(book_id).and(these))
            .load(conn)?;
        found.extend(rows);
    }
    found.sort_by_key(|row| (row.receivable_id, row.movement_id));
    Ok(found)
}

/// The movements that were posted with some entries, by receivable and number.
pub(crate) fn movements_by_entry(
    conn: &mut Conn,
    book_id: i64,
    numbers: &[i64],
) -> QueryResult<Vec<MovementRow>> {
    let mut found: Vec<MovementRow> = Vec::new();
    for numbers in numbers.chunks(CHUNK) {
        let these = receivable_movements::entry_number.eq_any(numbers.to_vec());
        let rows: Vec<MovementRow> = receivable_movements::table
            .filter(receivable_movements::book_id.eq(book_id).and(these))
            .load(conn)?;
        found.extend(rows);
    }
    found.sort_by_key(|row| (row.receivable_id, row.movement_id));
    Ok(found)
}

/// What each receivable adds up to through a day, by number: parts and credit.
pub(crate) fn sums_through(conn: &mut Conn, book_id: i64, day: i32) -> QueryResult<Vec<Sums>> {
    SumsThrough::new(book_id, day).load(conn)
}

/// Adds movements.
pub(crate) fn insert_movements(conn: &mut Conn, rows: &[MovementRow]) -> QueryResult<()> {
    for rows in rows.chunks(CHUNK) {
        diesel::insert_into(receivable_movements::table).values(rows).execute(conn)?;
    }
    Ok(())
}

/// Those of some entries that were reversed, each with its mirror and the day of that.
pub(crate) fn mirrors_of(
    conn: &mut Conn,
    book_id: i64,
    numbers: &[i64],
) -> QueryResult<Vec<(i64, i64, i32)>> {
    let mut found = Vec::new();
    for numbers in numbers.chunks(CHUNK) {
        let these = entries::reverses.eq_any(numbers.to_vec());
        let rows: Vec<(Option<i64>, i64, i32)> = entries::table
            .filter(entries::book_id.eq(book_id).and(these))
            .select((entries::reverses, entries::number, entries::posted_on))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(of, number, day)| Some((of?, number, day))));
    }
    Ok(found)
}

/// Those of some entries that were amended, each with the entry in its place and the day of that.
pub(crate) fn replacements_of(
    conn: &mut Conn,
    book_id: i64,
    numbers: &[i64],
) -> QueryResult<Vec<(i64, i64, i32)>> {
    let mut found = Vec::new();
    for numbers in numbers.chunks(CHUNK) {
        let these = entries::amends.eq_any(numbers.to_vec());
        // A mirror that takes the entry's place itself undid an import: nothing replaces it.
        let rows: Vec<(Option<i64>, i64, i32)> = entries::table
            .filter(entries::book_id.eq(book_id).and(these).and(entries::reverses.is_null()))
            .select((entries::amends, entries::number, entries::posted_on))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(of, number, day)| Some((of?, number, day))));
    }
    Ok(found)
}

/// What some entries move, line by line: entry, account, commodity, amount.
pub(crate) fn moved_by(
    conn: &mut Conn,
    book_id: i64,
    numbers: &[i64],
) -> QueryResult<Vec<(i64, i32, i32, i64)>> {
    let mut found = Vec::new();
    for numbers in numbers.chunks(CHUNK) {
        let these = lines::entry_number.eq_any(numbers.to_vec());
        let rows: Vec<(i64, i32, i32, i64)> = lines::table
            .filter(lines::book_id.eq(book_id).and(these))
            .select((lines::entry_number, lines::account_id, lines::commodity_id, lines::amount))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// What each entry moves on an account in a commodity through a day: its number, its day, the amount.
pub(crate) fn account_by_entry(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    commodity_id: i32,
    day: i32,
) -> QueryResult<Vec<(i64, i32, i64)>> {
    AccountByEntry::new(book_id, account_id, commodity_id, day).load(conn)
}

/// All groups, by number.
pub(crate) fn groups(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<LoanGroupRow>> {
    loan_groups::table.filter(loan_groups::book_id.eq(book_id)).order(loan_groups::group_id).load(conn)
}

/// Adds a group.
pub(crate) fn insert_group(conn: &mut Conn, row: &LoanGroupRow) -> QueryResult<()> {
    diesel::insert_into(loan_groups::table).values(row).execute(conn).map(|_| ())
}

/// Writes a group over the one with its number.
pub(crate) fn update_group(conn: &mut Conn, row: &LoanGroupRow) -> QueryResult<()> {
    diesel::update(loan_groups::table.find((row.book_id, row.group_id)))
        .set((
            loan_groups::name.eq(&row.name),
            loan_groups::normalized_name.eq(&row.normalized_name),
            loan_groups::body.eq(&row.body),
        ))
        .execute(conn)
        .map(|_| ())
}

/// What groups shared and how they settled, by group and number.
pub(crate) fn group_events(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<GroupEventRow>> {
    group_events::table
        .filter(group_events::book_id.eq(book_id))
        .order((group_events::group_id, group_events::event_id))
        .load(conn)
}

/// Adds something that a group shared or settled.
pub(crate) fn insert_group_event(conn: &mut Conn, row: &GroupEventRow) -> QueryResult<()> {
    diesel::insert_into(group_events::table).values(row).execute(conn).map(|_| ())
}

/// Forgets something that a group shared or settled.
pub(crate) fn delete_group_event(
    conn: &mut Conn,
    book_id: i64,
    group_id: i32,
    event_id: i32,
) -> QueryResult<()> {
    diesel::delete(group_events::table.find((book_id, group_id, event_id))).execute(conn).map(|_| ())
}

/// Every entry that movements were posted with.
pub(crate) fn linked_entries(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<i64>> {
    let linked: Vec<Option<i64>> = receivable_movements::table
        .filter(
            receivable_movements::book_id.eq(book_id).and(receivable_movements::entry_number.is_not_null()),
        )
        .select(receivable_movements::entry_number)
        .distinct()
        .load(conn)?;
    Ok(linked.into_iter().flatten().collect())
}
