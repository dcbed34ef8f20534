//! Keeping statement lines on SQLite: many rows in one cached statement.

use diesel::prelude::*;

use super::post::insert_rows;
use super::{Conn, Db, push};
use crate::store::statement_rows::NewStatementLineRow;

/// How many rows go into one statement.
const ROWS: usize = 50;

insert_rows! {
    /// Inserts statement lines.
    struct InsertStatementLines,
    "INSERT INTO statement_lines (book_id, import_id, line_number, statement_number, account_id, file_line, raw_text, posted_on, value_on, \
     commodity, amount, payee, narrative, memo, reference, bank_id, balance, detail, fingerprint, verdict, \
     reason, proposed_account_id, confidence, rule, proposal, state, entry_number, replaced_entry) VALUES ",
    NewStatementLineRow {
        book_id, import_id, line_number, statement_number, account_id, file_line, raw_text, posted_on, value_on,
        commodity, amount, payee, narrative, memo, reference, bank_id, balance, detail, fingerprint, verdict, reason,
        proposed_account_id, confidence, rule, proposal, state, entry_number, replaced_entry
    }
}

/// See [`super::ops::statement::insert_lines`].
pub(crate) fn insert_lines(conn: &mut Conn, rows: &[NewStatementLineRow<'_>]) -> QueryResult<()> {
    InsertStatementLines::all(conn, rows)
}
