//! What imports of other formats kept of an account, to compare by day and amount.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use super::super::{Conn, Db, push};
use crate::store::schema::{imports, statements};
use crate::store::statement::statement;
use crate::store::statement_rows::{KeptLineRow, LayoutRow};

statement! {
    /// Kept lines of an account within a range of days; those that a person said are another import's are left out.
    struct Kept { book_id: i64, account_id: i32, first: i32, last: i32 }
    -> (
        BigInt, Integer, Integer, Nullable<Integer>, Text, BigInt, Nullable<Text>, Nullable<Text>, Nullable<Text>,
        Nullable<Text>, Text, Nullable<BigInt>
    ) =
        "SELECT l.import_id, l.line_number, l.posted_on, l.value_on, l.commodity, l.amount, l.payee, l.narrative, \
         l.memo, l.detail, l.state, l.entry_number \
         FROM statement_lines l JOIN imports i ON i.book_id = l.book_id AND i.import_id = l.import_id \
         WHERE l.book_id = " book_id " AND l.account_id = " account_id " AND l.posted_on BETWEEN " first " AND " last
        " AND i.state IN ('open', 'committed') AND l.state <> 'dropped' \
         AND NOT (l.verdict = 'duplicate' AND l.state IN ('matched', 'skipped')) \
         ORDER BY l.posted_on, l.import_id, l.line_number"
}

/// The live imports of an account's statements, with how their files were read.
pub(crate) fn layouts(conn: &mut Conn, book_id: i64, account_id: i32) -> QueryResult<Vec<LayoutRow>> {
    statements::table
        .inner_join(
            imports::table.on(imports::book_id
                .eq(statements::book_id)
                .and(imports::import_id.eq(statements::import_id))),
        )
        .filter(statements::book_id.eq(book_id).and(statements::account_id.eq(account_id)))
        .filter(imports::state.eq_any(["open", "committed"]))
        .select((imports::import_id, imports::file_name, imports::format, imports::profile))
        .distinct()
        .load(conn)
}

/// Lines that live imports kept of an account from day `first` to `last`, as far as `wanted` takes them.
pub(crate) fn kept(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    (first, last): (i32, i32),
    wanted: &dyn Fn(&KeptLineRow) -> bool,
) -> QueryResult<Vec<KeptLineRow>> {
    let query = Kept::new(book_id, account_id, first, last);
    // Most of them are of no interest: they are never held together.
    let rows = query.load_iter::<KeptLineRow, diesel::connection::DefaultLoadingMode>(conn)?;
    rows.filter(|row| row.as_ref().map_or(true, wanted)).collect()
}
