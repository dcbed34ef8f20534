//! Imports, statement lines and reconciliations that are changed behind the library's back: `verify` names them.

use ledger_core::{Book, Import, Ledger};
use ledger_testkit::on_both_databases;

use super::scene::{self, amount, day};
use super::tamper::{Case, verify_names_the_row};

const BANK: &str = "\
Date,Payee,Text,Amount
2026-03-02,Rewe,Card 4711,-42.10
2026-03-03,Bakery,Rolls,-3.40
2026-03-27,Brightwater Ltd,Salary,2450.00
";

const CASES: [Case; 12] = [
    (
        "an amount of a statement is edited",
        "UPDATE statement_lines SET amount = amount + 1 WHERE book_id = {b} AND line_number = 2",
        "statement_lines 1/2",
    ),
    (
        "a day of a statement is edited",
        "UPDATE statement_lines SET posted_on = posted_on + 1 WHERE book_id = {b} AND line_number = 3",
        "statement_lines 1/3",
    ),
    (
        "a payee of a statement is edited",
        "UPDATE statement_lines SET payee = 'Eve' WHERE book_id = {b} AND line_number = 1",
        "statement_lines 1/1",
    ),
    (
        "a text of a statement is edited",
        "UPDATE statement_lines SET narrative = 'x', memo = 'y' WHERE book_id = {b} AND line_number = 1",
        "statement_lines 1/1",
    ),
    (
        "a reference of a statement is put on",
        "UPDATE statement_lines SET reference = 'x' WHERE book_id = {b} AND line_number = 2",
        "statement_lines 1/2",
    ),
    (
        "a fingerprint is edited",
        "UPDATE statement_lines SET fingerprint = (SELECT fingerprint FROM statement_lines WHERE book_id = {b} AND line_number = 1) WHERE book_id = {b} AND line_number = 2",
        "statement_lines 1/2",
    ),
    (
        "an import gets another file's name",
        "UPDATE imports SET file_name = 'other.csv' WHERE book_id = {b}",
        "imports 1",
    ),
    (
        "an import gets another file's hash",
        "UPDATE imports SET sha256 = (SELECT event_hash FROM book_heads WHERE book_id = {b}) WHERE book_id = {b}",
        "imports 1",
    ),
    (
        "an import is said to be undone",
        "UPDATE imports SET state = 'undone', ended_at = 1, ended_by = 'eve' WHERE book_id = {b}",
        "imports 1",
    ),
    (
        "an import is deleted",
        "DELETE FROM statement_lines WHERE book_id = {b}; DELETE FROM statements WHERE book_id = {b}; DELETE FROM imports WHERE book_id = {b}",
        "imports 1",
    ),
    (
        "all reconciliations are deleted",
        "DELETE FROM line_marks WHERE book_id = {b}; DELETE FROM marks_monthly WHERE book_id = {b}; DELETE FROM checkpoints WHERE book_id = {b}",
        "checkpoints 1",
    ),
    (
        "all marks are deleted",
        "DELETE FROM line_marks WHERE book_id = {b}; DELETE FROM marks_monthly WHERE book_id = {b}",
        "line_marks of account 1 EUR",
    ),
];

/// A book with an imported statement that was reconciled.
fn imported<'l>(ledger: &'l Ledger, name: &str) -> Book<'l> {
    let book = scene::create_book(ledger, name);
    let import = Import { into: Some("Assets:Bank"), ..Import::new("bank.csv", BANK.as_bytes()) };
    assert!(book.imports().import(&import).unwrap().committed);
    book.reconciliations().finish("Assets:Bank", day("2026-03-31"), amount(240_450, "EUR")).unwrap();
    book
}

on_both_databases! {
    fn tampering_with_what_banks_told_is_named_by_its_row(db: &TestDatabase) {
        verify_names_the_row(db, imported, &CASES);
    }

    fn an_import_that_was_staged_discarded_undone_or_made_again_is_as_its_events_tell(db: &TestDatabase) {
        let ledger = scene::create(db.url());
        let book = ledger.book("home").unwrap();
        let import = Import { into: Some("Assets:Bank"), ..Import::new("bank.csv", BANK.as_bytes()) };
        let staged = book.imports().stage(&import).unwrap().id.unwrap();
        scene::assert_sound(db, &book);
        book.imports().discard(staged).unwrap();
        scene::assert_sound(db, &book);
        let committed = book.imports().import(&import).unwrap().id.unwrap();
        book.imports().undo(committed).unwrap();
        scene::assert_sound(db, &book);
        book.imports().import(&import).unwrap();
        scene::assert_sound(db, &book);
    }
}
