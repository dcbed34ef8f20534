//! What the tests of the façade share: a clock that steps, a book to work on, and a picture of all that is stored.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use ledger_core::account::NewAccount;
use ledger_core::money::{Amount, Commodity};
use ledger_core::report::{Basis, TrialBalance, TrialBalanceOptions};
use ledger_core::{Book, Entry, EntryDraft, Error, Ledger, NewBook, Result, Session};
use ledger_testkit::TestDatabase;

/// 2026-01-01T00:00:00Z, the first instant of every test, in seconds.
pub const START: i64 = 1_767_225_600;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

/// A session of `actor` whose clock moves on by a second whenever it is read.
pub fn session(actor: &str) -> Session {
    let clock = Arc::new(AtomicI64::new(START));
    Session::new(actor, move || instant(clock.fetch_add(1, Ordering::Relaxed)))
}

pub fn open(db: &TestDatabase) -> Ledger {
    Ledger::open_or_create(db.url(), session("anna")).unwrap()
}

/// A book in euros with five accounts, numbered 1 to 5 in this order.
pub fn home(ledger: &Ledger) -> Book<'_> {
    home_named(ledger, "home")
}

/// The same with another name.
pub fn home_named<'l>(ledger: &'l Ledger, name: &str) -> Book<'l> {
    let book = ledger.create_book(NewBook::personal(name, "EUR")).unwrap();
    for name in ["Assets:Bank", "Assets:Cash", "Expenses:Food", "Income:Salary", "Equity:Opening"] {
        book.accounts().open(NewAccount::new(name)).unwrap();
    }
    book
}

pub fn eur(minor: i64) -> Amount {
    Commodity::iso("EUR").unwrap().amount(minor)
}

/// A meal that was paid from the bank.
pub fn meal(on: &str, minor: i64) -> EntryDraft {
    EntryDraft::new(day(on), "Meal").debit("Expenses:Food", eur(minor)).infer("Assets:Bank")
}

pub fn post(book: &Book<'_>, draft: EntryDraft) -> Result<Entry> {
    book.journal().post(draft.balance()?)
}

/// How many rows every table has, and where every book ends.
pub fn stored(db: &TestDatabase) -> String {
    let tables = [
        "books",
        "commodities",
        "accounts",
        "account_aliases",
        "subtypes",
        "parties",
        "party_aliases",
        "party_details",
        "prices",
        "entries",
        "lines",
        "entry_tags",
        "balances_monthly",
        "balances_yearly",
        "saved_settings",
        "imports",
        "statements",
        "statement_lines",
        "rules",
        "checkpoints",
        "line_marks",
        "marks_monthly",
        "schedules",
        "occurrence_changes",
        "scenarios",
        "forecasts",
        "recurring_decisions",
        "loan_groups",
        "receivables",
        "receivable_movements",
        "group_events",
        "closings",
        "assertions",
        "lot_accounts",
        "line_lots",
        "audit_events",
    ];
    let counts = tables.map(|table| format!("SELECT '{table}', count(*) FROM {table};")).concat();
    let heads = "SELECT book_id, last_entry_number, entry_hash, last_event_number, event_hash, chart_version \
                 FROM book_heads ORDER BY 1";
    db.sql(&format!("{counts}{heads}")).unwrap()
}

/// Runs what has to be refused, and checks that nothing at all was stored and that the book is sound.
pub fn refused<T: std::fmt::Debug>(
    db: &TestDatabase,
    book: &Book<'_>,
    work: impl FnOnce() -> Result<T>,
) -> Error {
    let before = stored(db);
    let error = work().expect_err("it has to be refused");
    assert_eq!(stored(db), before, "after: {error}");
    assert_sound(book);
    error
}

/// Checks that an error's sentence holds all of these words, and returns it.
pub fn says(error: &Error, words: &[&str]) -> String {
    let sentence = error.to_string();
    for word in words {
        assert!(sentence.contains(word), "\"{word}\" is not in: {sentence}");
    }
    sentence
}

/// Checks that a trial balance ties in every commodity.
pub fn assert_ties(trial_balance: &TrialBalance) {
    for total in &trial_balance.totals {
        assert_eq!(total.debit, total.credit, "{trial_balance:?}");
    }
    for total in &trial_balance.totals {
        let column = |side: fn(&ledger_core::report::TrialBalanceRow) -> Option<Amount>| -> i128 {
            let figures = trial_balance.rows.iter().filter_map(side);
            let own = figures.filter(|figure| figure.commodity() == total.debit.commodity());
            own.map(|figure| i128::from(figure.minor())).sum()
        };
        assert_eq!(column(|row| row.debit), i128::from(total.debit.minor()));
        assert_eq!(column(|row| row.credit), i128::from(total.credit.minor()));
    }
}

/// Checks a book: nothing found by verify, and the trial balances tie.
pub fn assert_sound(book: &Book<'_>) {
    assert_eq!(book.verify(None).unwrap().findings, []);
    for basis in [Basis::BookValue, Basis::Native] {
        let options = TrialBalanceOptions { basis, ..Default::default() };
        match book.reports().trial_balance(&options) {
            Ok(trial_balance) => assert_ties(&trial_balance),
            // A total past the range is refused by name; the rules on overflow look at its sentence.
            Err(error) => assert_eq!(error.kind().code(), "amount-overflow", "{error}"),
        }
    }
}
