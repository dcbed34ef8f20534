//! Keeping statement lines and marks on PostgreSQL: one statement for a whole batch, with an array for each column.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{Conn, Db, push};
use crate::store::rows::MarkRow;
use crate::store::statement::statement;
use crate::store::statement_rows::NewStatementLineRow;

statement! {
    /// Inserts a batch of lines of one import.
    struct InsertStatementLines {
        book_id: i64, import_id: i64, line_number: Vec<i32>, statement_number: Vec<i32>, account_id: Vec<i32>,
        file_line: Vec<i32>, raw_text: Vec<&'a str>, posted_on: Vec<i32>, value_on: Vec<Option<i32>>,
        commodity: Vec<&'a str>, amount: Vec<i64>, payee: Vec<Option<&'a str>>, narrative: Vec<Option<&'a str>>,
        memo: Vec<Option<&'a str>>, reference: Vec<Option<&'a str>>, bank_id: Vec<Option<&'a str>>,
        balance: Vec<Option<i64>>, detail: Vec<Option<&'a str>>, fingerprint: Vec<&'a [u8]>, verdict: Vec<&'a str>,
        reason: Vec<&'a str>, proposed_account_id: Vec<Option<i32>>, confidence: Vec<Option<i32>>,
        rule: Vec<Option<&'a str>>, proposal: Vec<Option<&'a str>>, state: Vec<&'a str>,
        entry_number: Vec<Option<i64>>, replaced_entry: Vec<Option<i64>>,
    } -> BigInt =
        "INSERT INTO statement_lines (book_id, import_id, line_number, statement_number, account_id, file_line, raw_text, posted_on, \
        value_on, commodity, amount, payee, narrative, memo, reference, bank_id, balance, detail, \
        fingerprint, verdict, reason, proposed_account_id, confidence, rule, proposal, state, entry_number, \
        replaced_entry) SELECT " book_id ", " import_id ", u.* FROM UNNEST("
        line_number ", " statement_number ", " account_id ", " file_line ", " raw_text ", " posted_on ", "
        value_on ", " commodity ", " amount ", " payee ", " narrative ", " memo ", " reference ", " bank_id ", "
        balance ", " detail ", " fingerprint ", " verdict ", " reason ", " proposed_account_id ", " confidence ", "
        rule ", " proposal ", " state ", " entry_number ", " replaced_entry
        ") AS u"
}

statement! {
    /// Inserts marks of one book.
    struct InsertMarks {
        book_id: i64, account_id: Vec<i32>, posted_on: Vec<i32>, entry_number: Vec<i64>, line_number: Vec<i32>,
        commodity_id: Vec<i32>, checkpoint_id: Vec<Option<i32>>,
    } -> BigInt =
        "INSERT INTO line_marks (book_id, account_id, posted_on, entry_number, line_number, commodity_id, \
        checkpoint_id) SELECT " book_id ", u.* FROM UNNEST(" account_id ", " posted_on ", " entry_number ", "
        line_number ", " commodity_id ", " checkpoint_id ") AS u"
}

statement! {
    /// Takes marks of one book away.
    struct DeleteMarks {
        book_id: i64, account_id: Vec<i32>, posted_on: Vec<i32>, entry_number: Vec<i64>, line_number: Vec<i32>,
    } -> BigInt =
        "DELETE FROM line_marks m USING UNNEST(" account_id ", " posted_on ", " entry_number ", " line_number
        ") AS u (account_id, posted_on, entry_number, line_number) WHERE m.book_id = " book_id
        " AND m.account_id = u.account_id AND m.posted_on = u.posted_on AND m.entry_number = u.entry_number \
        AND m.line_number = u.line_number"
}

/// How many marks go into one statement.
const MARKS_PER_STATEMENT: usize = 10_000;

/// One column of a batch.
fn column<'r, R, T>(rows: &'r [R], field: impl Fn(&'r R) -> T) -> Vec<T> {
    rows.iter().map(field).collect()
}

/// See [`super::ops::statement::insert_lines`].
pub(crate) fn insert_lines(conn: &mut Conn, rows: &[NewStatementLineRow<'_>]) -> QueryResult<()> {
    let Some(NewStatementLineRow { book_id, import_id, .. }) = rows.first().cloned() else { return Ok(()) };
    let batch = InsertStatementLines {
        book_id,
        import_id,
        line_number: column(rows, |row| row.line_number),
        statement_number: column(rows, |row| row.statement_number),
        account_id: column(rows, |row| row.account_id),
        file_line: column(rows, |row| row.file_line),
        raw_text: column(rows, |row| row.raw_text),
        posted_on: column(rows, |row| row.posted_on),
        value_on: column(rows, |row| row.value_on),
        commodity: column(rows, |row| row.commodity),
        amount: column(rows, |row| row.amount),
        payee: column(rows, |row| row.payee),
        narrative: column(rows, |row| row.narrative),
        memo: column(rows, |row| row.memo),
        reference: column(rows, |row| row.reference),
        bank_id: column(rows, |row| row.bank_id),
        balance: column(rows, |row| row.balance),
        detail: column(rows, |row| row.detail),
        fingerprint: column(rows, |row| row.fingerprint),
        verdict: column(rows, |row| row.verdict),
        reason: column(rows, |row| row.reason),
        proposed_account_id: column(rows, |row| row.proposed_account_id),
        confidence: column(rows, |row| row.confidence),
        rule: column(rows, |row| row.rule),
        proposal: column(rows, |row| row.proposal),
        state: column(rows, |row| row.state),
        entry_number: column(rows, |row| row.entry_number),
        replaced_entry: column(rows, |row| row.replaced_entry),
        marker: std::marker::PhantomData,
    };
    batch.execute(conn).map(|_| ())
}

/// See [`super::ops::reconciliation::mark`].
pub(crate) fn insert_marks(conn: &mut Conn, rows: &[MarkRow]) -> QueryResult<()> {
    for rows in rows.chunks(MARKS_PER_STATEMENT) {
        let Some(MarkRow { book_id, .. }) = rows.first().cloned() else { return Ok(()) };
        InsertMarks::new(
            book_id,
            column(rows, |row| row.account_id),
            column(rows, |row| row.posted_on),
            column(rows, |row| row.entry_number),
            column(rows, |row| row.line_number),
            column(rows, |row| row.commodity_id),
            column(rows, |row| row.checkpoint_id),
        )
        .execute(conn)?;
    }
    Ok(())
}

/// See [`super::ops::reconciliation::unmark`].
pub(crate) fn delete_marks(conn: &mut Conn, rows: &[MarkRow]) -> QueryResult<()> {
    for rows in rows.chunks(MARKS_PER_STATEMENT) {
        let Some(MarkRow { book_id, .. }) = rows.first().cloned() else { return Ok(()) };
        DeleteMarks {
            book_id,
            account_id: column(rows, |row| row.account_id),
            posted_on: column(rows, |row| row.posted_on),
            entry_number: column(rows, |row| row.entry_number),
            line_number: column(rows, |row| row.line_number),
            marker: std::marker::PhantomData,
        }
        .execute(conn)?;
    }
    Ok(())
}
