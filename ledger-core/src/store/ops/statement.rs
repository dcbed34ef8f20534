//! Imports: files, their statements, their lines. An import is live while it is open or committed.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};

use super::super::{Conn, Db, push, statement as inserts};
use crate::store::schema::{imports, statement_lines, statements};
use crate::store::statement::statement;
use crate::store::statement_rows::{
    ClaimRow, FirstSideRow, ImportRow, KnownLineRow, NewStatementLineRow, StatementLineRow, StatementRow,
};

/// How many entries are looked up at once.
const NUMBERS_PER_QUERY: usize = 500;

/// The imports whose lines count.
const LIVE: [&str; 2] = ["open", "committed"];

statement! {
    /// What earlier imports kept of an account, within a range of days; `except` is an import to leave out, or 0.
    struct Known { book_id: i64, account_id: i32, first: i32, last: i32, except: i64 }
    -> (BigInt, Integer, Integer, Text, BigInt, Nullable<Text>, Binary) =
        "SELECT l.import_id, l.line_number, l.posted_on, l.commodity, l.amount, l.bank_id, l.fingerprint \
         FROM statement_lines l JOIN imports i ON i.book_id = l.book_id AND i.import_id = l.import_id \
         WHERE l.book_id = " book_id " AND l.account_id = " account_id " AND l.posted_on BETWEEN " first " AND " last
        " AND i.state IN ('open', 'committed') AND l.state <> 'dropped' AND l.import_id <> " except
        " ORDER BY l.posted_on, l.import_id, l.line_number"
}

statement! {
    /// The lines of an account whose entries were posted for them, within a range of days.
    struct FirstSides { book_id: i64, account_id: i32, first: i32, last: i32 }
    -> (
        BigInt, Integer, Integer, Text, BigInt, BigInt, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>
    ) =
        "SELECT l.import_id, l.line_number, l.posted_on, l.commodity, l.amount, l.entry_number, l.payee, l.narrative, \
         l.memo, l.reference \
         FROM statement_lines l JOIN imports i ON i.book_id = l.book_id AND i.import_id = l.import_id \
         WHERE l.book_id = " book_id " AND l.account_id = " account_id " AND l.posted_on BETWEEN " first " AND " last
        " AND i.state = 'committed' AND l.state = 'posted'"
}

statement! {
    /// Movements of an account within a range of days.
    struct Movements { book_id: i64, account_id: i32, first: i32, last: i32 } -> (BigInt, Integer, Integer, BigInt) =
        "SELECT entry_number, posted_on, commodity_id, amount FROM lines WHERE book_id = " book_id
        " AND account_id = " account_id " AND posted_on BETWEEN " first " AND " last
}

statement! {
    /// The lines that imports after one left out as duplicates, with a reason that names it.
    struct LeftOutFor { book_id: i64, import_id: i64, reason: &'a str } -> (BigInt, Text, BigInt) =
        "SELECT l.import_id, i.file_name, COUNT(*) FROM statement_lines l \
         JOIN imports i ON i.book_id = l.book_id AND i.import_id = l.import_id \
         WHERE l.book_id = " book_id " AND l.import_id > " import_id " AND l.state = 'dropped' \
         AND l.verdict = 'duplicate' AND i.state IN ('open', 'committed') AND l.reason LIKE " reason
        " GROUP BY l.import_id, i.file_name ORDER BY l.import_id"
}

/// The number of the newest import.
pub(crate) fn last_import(conn: &mut Conn, book_id: i64) -> QueryResult<Option<i64>> {
    imports::table
        .filter(imports::book_id.eq(book_id))
        .select(diesel::dsl::max(imports::import_id))
        .get_result(conn)
}

/// All imports, by number.
pub(crate) fn all(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<ImportRow>> {
    imports::table.filter(imports::book_id.eq(book_id)).order(imports::import_id).load(conn)
}

/// The import with this number.
pub(crate) fn by_id(conn: &mut Conn, book_id: i64, import_id: i64) -> QueryResult<Option<ImportRow>> {
    imports::table.find((book_id, import_id)).get_result(conn).optional()
}

/// Adds an import with its statements.
pub(crate) fn insert(conn: &mut Conn, row: &ImportRow, own: &[StatementRow]) -> QueryResult<()> {
    diesel::insert_into(imports::table).values(row).execute(conn)?;
    for row in own {
        diesel::insert_into(statements::table).values(row).execute(conn)?;
    }
    Ok(())
}

/// Changes how far an import got, and what belongs to that.
pub(crate) fn update(conn: &mut Conn, row: &ImportRow) -> QueryResult<()> {
    diesel::update(imports::table.find((row.book_id, row.import_id)))
        .set((
            imports::state.eq(&row.state),
            imports::committed_at.eq(row.committed_at),
            imports::committed_by.eq(&row.committed_by),
            imports::ended_at.eq(row.ended_at),
            imports::ended_by.eq(&row.ended_by),
            imports::opened_accounts.eq(&row.opened_accounts),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The statements of an import, in the order of the file.
pub(crate) fn of_import(conn: &mut Conn, book_id: i64, import_id: i64) -> QueryResult<Vec<StatementRow>> {
    statements::table
        .filter(statements::book_id.eq(book_id).and(statements::import_id.eq(import_id)))
        .order(statements::statement_number)
        .load(conn)
}

/// The bank's identities of accounts as live imports know them, the newest first.
pub(crate) fn bank_accounts(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<(String, i32)>> {
    let rows: Vec<(Option<String>, i32)> =
        statements::table
            .inner_join(imports::table.on(
                imports::book_id.eq(statements::book_id).and(imports::import_id.eq(statements::import_id)),
            ))
            .filter(statements::book_id.eq(book_id).and(imports::state.eq_any(LIVE)))
            .filter(statements::bank_account.is_not_null())
            .order((statements::import_id.desc(), statements::statement_number))
            .select((statements::bank_account, statements::account_id))
            .load(conn)?;
    Ok(rows.into_iter().filter_map(|(bank_account, account)| Some((bank_account?, account))).collect())
}

/// Adds lines of one import.
pub(crate) fn insert_lines(conn: &mut Conn, rows: &[NewStatementLineRow<'_>]) -> QueryResult<()> {
    inserts::insert_lines(conn, rows)
}

/// The later live imports that left lines out because import `import_id` had them: number, file and count.
pub(crate) fn left_out_for(
    conn: &mut Conn,
    book_id: i64,
    import_id: i64,
) -> QueryResult<Vec<(i64, String, i64)>> {
    let reason = format!("% of import {import_id}");
    LeftOutFor::new(book_id, import_id, &reason).load(conn)
}

/// Removes all lines of an import that waits, to be kept again with what became of them, or for good.
pub(crate) fn delete_lines(conn: &mut Conn, book_id: i64, import_id: i64) -> QueryResult<()> {
    let own = statement_lines::book_id.eq(book_id).and(statement_lines::import_id.eq(import_id));
    diesel::delete(statement_lines::table.filter(own)).execute(conn).map(|_| ())
}

/// Lines of an import after a number, in order, at most `limit`.
pub(crate) fn lines(
    conn: &mut Conn,
    book_id: i64,
    import_id: i64,
    after: i32,
    limit: i64,
) -> QueryResult<Vec<StatementLineRow>> {
    statement_lines::table
        .filter(statement_lines::book_id.eq(book_id).and(statement_lines::import_id.eq(import_id)))
        .filter(statement_lines::line_number.gt(after))
        .order(statement_lines::line_number)
        .limit(limit)
        .load(conn)
}

/// Hands over what live imports but `except` kept of an account from day `first` to `last`, one by one.
pub(crate) fn each_known(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    (first, last): (i32, i32),
    except: i64,
    take: &mut dyn FnMut(KnownLineRow),
) -> QueryResult<()> {
    let query = Known::new(book_id, account_id, first, last, except);
    for row in query.load_iter::<KnownLineRow, diesel::connection::DefaultLoadingMode>(conn)? {
        take(row?);
    }
    Ok(())
}

/// Lines of an account from day `first` to `last` whose entries were posted for them, as far as `wanted` takes them.
pub(crate) fn first_sides(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    (first, last): (i32, i32),
    wanted: &dyn Fn(&FirstSideRow) -> bool,
) -> QueryResult<Vec<FirstSideRow>> {
    let query = FirstSides::new(book_id, account_id, first, last);
    let rows = query.load_iter::<FirstSideRow, diesel::connection::DefaultLoadingMode>(conn)?;
    rows.filter(|row| row.as_ref().map_or(true, wanted)).collect()
}

/// Entry, day, commodity and amount of an account's lines from day `first` to `last`, as far as `wanted` takes them.
pub(crate) fn movements(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    (first, last): (i32, i32),
    wanted: &dyn Fn(i32, i64) -> bool,
) -> QueryResult<Vec<(i64, i32, i32, i64)>> {
    let query = Movements::new(book_id, account_id, first, last);
    // Most of an account's lines have nothing to do with a statement: they are never held together.
    let rows = query.load_iter::<(i64, i32, i32, i64), diesel::connection::DefaultLoadingMode>(conn)?;
    rows.filter(|row| row.as_ref().map_or(true, |row| wanted(row.1, row.3))).collect()
}

/// The lines of live imports that some entries stand for.
pub(crate) fn claims(conn: &mut Conn, book_id: i64, numbers: &[i64]) -> QueryResult<Vec<ClaimRow>> {
    let mut found = Vec::new();
    for numbers in numbers.chunks(NUMBERS_PER_QUERY) {
        let numbers: Vec<Option<i64>> = numbers.iter().copied().map(Some).collect();
        let rows: Vec<(Option<i64>, i32, i64, i32)> = statement_lines::table
            .inner_join(
                imports::table.on(imports::book_id
                    .eq(statement_lines::book_id)
                    .and(imports::import_id.eq(statement_lines::import_id))),
            )
            .filter(statement_lines::book_id.eq(book_id).and(imports::state.eq_any(LIVE)))
            .filter(statement_lines::entry_number.eq_any(numbers))
            .order((statement_lines::entry_number, statement_lines::import_id, statement_lines::line_number))
            .select((
                statement_lines::entry_number,
                statement_lines::account_id,
                statement_lines::import_id,
                statement_lines::line_number,
            ))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(entry, account_id, import_id, line_number)| {
            Some(ClaimRow { entry_number: entry?, account_id, import_id, line_number })
        }));
    }
    Ok(found)
}

/// Lets the lines of an entry follow the entry that replaced it.
pub(crate) fn follow(conn: &mut Conn, book_id: i64, number: i64, replacement: i64) -> QueryResult<()> {
    let own = statement_lines::book_id.eq(book_id).and(statement_lines::entry_number.eq(number));
    diesel::update(statement_lines::table.filter(own))
        .set(statement_lines::entry_number.eq(replacement))
        .execute(conn)
        .map(|_| ())
}
