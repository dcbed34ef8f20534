//! Keeping statement lines and marks on SQLite: many rows in one cached statement.

use diesel::prelude::*;

use super::post::insert_rows;
use super::{Conn, Db, push};
use crate::store::rows::MarkRow;
use crate::store::statement::statement;
use crate::store::statement_rows::NewStatementLineRow;

/// How many rows go into one statement.
const ROWS: usize = 50;

insert_rows! {
    /// Inserts statement lines.
    struct InsertStatementLines,
    "INSERT OR FAIL INTO statement_lines (book_id, import_id, line_number, statement_number, account_id, file_line, \
     raw_text, posted_on, value_on, commodity, amount, payee, narrative, memo, reference, bank_id, balance, detail, fingerprint, verdict, \
     reason, proposed_account_id, confidence, rule, proposal, state, entry_number, replaced_entry) VALUES ",
    NewStatementLineRow<'a> {
        book_id, import_id, line_number, statement_number, account_id, file_line, raw_text, posted_on, value_on,
        commodity, amount, payee, narrative, memo, reference, bank_id, balance, detail, fingerprint, verdict, reason,
        proposed_account_id, confidence, rule, proposal, state, entry_number, replaced_entry
    }
}

insert_rows! {
    /// Inserts marks.
    struct InsertMarks,
    "INSERT OR FAIL INTO line_marks (book_id, account_id, posted_on, entry_number, line_number, commodity_id, \
     checkpoint_id) VALUES ",
    MarkRow { book_id, account_id, posted_on, entry_number, line_number, commodity_id, checkpoint_id }
}

statement! {
    /// Takes a mark away.
    struct Unmark { book_id: i64, account_id: i32, day: i32, entry: i64, line: i32 } -> () =
        "DELETE FROM line_marks WHERE book_id = " book_id " AND account_id = " account_id " AND posted_on = " day
        " AND entry_number = " entry " AND line_number = " line
}

/// See [`super::ops::statement::insert_lines`].
pub(crate) fn insert_lines(conn: &mut Conn, rows: &[NewStatementLineRow<'_>]) -> QueryResult<()> {
    InsertStatementLines::all(conn, rows)
}

/// See [`super::ops::reconciliation::mark`].
pub(crate) fn insert_marks(conn: &mut Conn, rows: &[MarkRow]) -> QueryResult<()> {
    InsertMarks::all(conn, rows)
}

/// See [`super::ops::reconciliation::unmark`].
pub(crate) fn delete_marks(conn: &mut Conn, rows: &[MarkRow]) -> QueryResult<()> {
    for row in rows {
        let MarkRow { book_id, account_id, posted_on, entry_number, line_number, .. } = *row;
        Unmark::new(book_id, account_id, posted_on, entry_number, line_number).execute(conn)?;
    }
    Ok(())
}
