//! Very many entries as one unit: the same book as by posting them in batches, or nothing.

use chrono::{DateTime, NaiveDate};
use ledger_core::account::NewAccount;
use ledger_core::{BalancedEntry, Book, EntryDraft, ErrorKind, Ledger, NewBook, Result, Session};
use ledger_testkit::on_both_databases;

fn session() -> Session {
    Session::new("anna", || DateTime::from_timestamp(1_772_000_000, 0).unwrap())
}

fn book<'l>(ledger: &'l Ledger, name: &str) -> Book<'l> {
    let book = ledger.create_book(NewBook::personal(name, "EUR")).unwrap();
    for name in ["Assets:Bank", "Expenses:Food", "Expenses:Rent"] {
        book.accounts().open(NewAccount::new(name)).unwrap();
    }
    book
}

fn entry(book: &Book<'_>, n: u32) -> Result<BalancedEntry> {
    let day = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(u64::from(n));
    let account = if n.is_multiple_of(3) { "Expenses:Rent" } else { "Expenses:Food" };
    EntryDraft::new(day, format!("Entry {n}"))
        .party(format!("Shop {}", n % 70))
        .tag("trip", (n % 5).to_string())
        .debit(account, book.amount(&format!("{n}.5 EUR"))?)
        .infer("Assets:Bank")
        .balance()
}

fn batches(book: &Book<'_>) -> Vec<Vec<BalancedEntry>> {
    let numbers: Vec<u32> = (1..=500).collect();
    numbers.chunks(120).map(|chunk| chunk.iter().map(|n| entry(book, *n).unwrap()).collect()).collect()
}

on_both_databases! {
    fn a_bulk_gives_the_same_entries_as_posting_in_batches(db: &TestDatabase) {
        let ledger = Ledger::open_or_create(db.url(), session()).unwrap();
        let (bulk, plain) = (book(&ledger, "bulk"), book(&ledger, "plain"));
        assert_eq!(bulk.journal().post_bulk(batches(&bulk).into_iter().map(Ok)).unwrap(), 500);
        for batch in batches(&plain) {
            plain.journal().post_all(batch).unwrap();
        }
        for number in 1..=500 {
            let (one, mut other) = (bulk.journal().get(number).unwrap(), plain.journal().get(number).unwrap());
            // Each book's chain begins with its own identity; verify recomputes both.
            other.hash = one.hash;
            assert_eq!(one, other);
        }
        for book in [bulk, plain] {
            assert_eq!(book.verify(None).unwrap().findings, []);
            // The connection goes on as before.
            let more = entry(&book, 501).unwrap();
            assert_eq!(book.journal().post(more).unwrap().number, 501);
        }
    }
}

on_both_databases! {
    fn a_bulk_that_is_refused_late_leaves_nothing(db: &TestDatabase) {
        let ledger = Ledger::open_or_create(db.url(), session()).unwrap();
        let book = book(&ledger, "home");
        let before = book.head().unwrap();
        let unknown = EntryDraft::new(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(), "Tea")
            .debit("Expenses:Tea", book.amount("2 EUR").unwrap())
            .infer("Assets:Bank");
        let good = batches(&book);
        let mut all: Vec<Result<Vec<BalancedEntry>>> = good.into_iter().map(Ok).collect();
        all.push(Ok(vec![unknown.balance().unwrap()]));
        let refused = book.journal().post_bulk(all.into_iter()).unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::NotFound { .. }), "{refused}");
        assert_eq!(book.head().unwrap(), before);
        let failing = batches(&book).into_iter().map(Ok).chain([Err(ErrorKind::Misuse("the file ends early".into()).into())]);
        assert_eq!(book.journal().post_bulk(failing).unwrap_err().to_string(), "the file ends early");
        assert_eq!(book.head().unwrap(), before);
        assert_eq!(book.journal().post(entry(&book, 1).unwrap()).unwrap().number, 1);
        assert_eq!(book.verify(None).unwrap().findings, []);
    }
}
