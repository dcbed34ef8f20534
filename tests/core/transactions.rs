//! Several calls as one unit, and several programs on one database: nobody works from what is no longer so.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Barrier};
use std::thread;

use ledger_core::account::NewAccount;
use ledger_core::audit::AuditFilter;
use ledger_core::{Error, ErrorKind, Ledger, NewBook, Session};
use ledger_testkit::on_both_databases;

use crate::support::{
    START, assert_sound, day, eur, home, instant, meal, open, post, refused, says, session, stored,
};

fn stop() -> Error {
    ErrorKind::Misuse("stopped on purpose".to_owned()).into()
}

on_both_databases! {
    fn a_unit_that_fails_leaves_nothing_behind(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-01", 500)).unwrap();
        let everything = || -> ledger_core::Result<()> {
            book.accounts().open(NewAccount::new("Assets:Gone"))?;
            book.accounts().rename("Assets:Bank", "Assets:Giro", true)?;
            book.commodities().declare(ledger_core::money::Commodity::new("BTC", 8)?)?;
            book.lock(Some(day("2026-01-31")))?;
            post(&book, meal("2026-03-01", 1).party("Gone").tag("a", "b"))?;
            book.journal().reverse(1, None)?;
            ledger.create_book(NewBook::personal("gone", "USD"))?;
            Err(stop())
        };
        let error = refused(db, &book, || ledger.transaction(|_| everything()));
        says(&error, &["stopped on purpose"]);
        refused(db, &book, || book.transaction(|_| everything()));
        // What was seen inside is not remembered outside.
        assert!(book.accounts().get("Assets:Gone").is_err());
        assert_eq!(book.accounts().get("Assets:Bank").unwrap().name, "Assets:Bank");
        assert!(book.commodities().get("BTC").is_err());
        assert_eq!(book.parties().list().unwrap(), []);
        assert_eq!(book.locked_through().unwrap(), None);
        assert!(ledger.book("gone").is_err());
        let error = post(&book, meal("2026-03-01", 1).debit("Assets:Gone", eur(1))).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotFound { .. }));
        assert_eq!(post(&book, meal("2026-01-01", 5)).unwrap().number, 2);
        assert_sound(&book);
    }

    fn a_unit_that_panics_leaves_nothing_behind(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let before = stored(db);
        for nested in [false, true] {
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                ledger.transaction(|_| {
                    book.accounts().open(NewAccount::new("Assets:Gone"))?;
                    post(&book, meal("2026-03-01", 1))?;
                    book.transaction(|book| {
                        book.accounts().open(NewAccount::new("Assets:Deep"))?;
                        if nested { panic!("in the middle") }
                        Ok(())
                    })?;
                    if true { panic!("at the end") }
                    Ok(())
                })
            }));
            assert!(panicked.is_err());
            assert_eq!(stored(db), before);
            assert!(book.accounts().get("Assets:Gone").is_err());
            assert!(book.accounts().get("Assets:Deep").is_err());
        }
        assert_eq!(post(&book, meal("2026-03-01", 1)).unwrap().number, 1);
        assert_sound(&book);
    }

    fn an_inner_unit_that_fails_takes_back_its_own_changes_only(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let number = ledger.transaction(|_| {
            book.accounts().open(NewAccount::new("Assets:Kept"))?;
            let inner: ledger_core::Result<()> = book.transaction(|book| {
                book.accounts().open(NewAccount::new("Assets:Gone"))?;
                post(book, meal("2026-03-01", 1))?;
                Err(stop())
            });
            assert!(inner.is_err());
            assert!(book.accounts().get("Assets:Gone").is_err());
            // A call that is refused is an inner unit as well.
            assert!(book.accounts().open(NewAccount::new("assets:kept")).is_err());
            assert!(post(&book, meal("2026-03-01", 1).debit("Nowhere", eur(1)).party("Nobody")).is_err());
            book.accounts().open(NewAccount::new("Assets:Also"))?;
            Ok(post(&book, meal("2026-03-01", 7).debit("Assets:Kept", eur(1)))?.number)
        });
        assert_eq!(number.unwrap(), 1);
        for name in ["Assets:Kept", "Assets:Also"] {
            assert_eq!(book.accounts().get(name).unwrap().name, name);
        }
        assert_eq!(book.parties().list().unwrap(), []);
        assert_sound(&book);
    }

    fn two_ledgers_see_each_others_changes_at_once(db: &TestDatabase) {
        let (ledger, other) = (open(db), open(db));
        let book = home(&ledger);
        let others = other.book("home").unwrap();
        post(&book, meal("2026-03-01", 1)).unwrap();
        post(&others, meal("2026-03-01", 2)).unwrap();

        book.accounts().open(NewAccount::new("Assets:New")).unwrap();
        assert_eq!(others.accounts().get("assets:new").unwrap().name, "Assets:New");
        post(&others, meal("2026-03-01", 3).debit("Assets:New", eur(1))).unwrap();
        others.accounts().rename("Assets:New", "Assets:Renamed", false).unwrap();
        assert!(book.accounts().get("Assets:New").is_err());
        assert!(post(&book, meal("2026-03-01", 3).debit("Assets:New", eur(1))).is_err());
        post(&book, meal("2026-03-01", 4).party("Luigi").debit("Assets:Renamed", eur(1))).unwrap();
        let entry = post(&others, meal("2026-03-01", 5).party("LUIGI")).unwrap();
        assert_eq!(entry.party.as_deref(), Some("Luigi"));

        others.accounts().close("Assets:Cash", day("2026-03-31")).unwrap();
        let error = post(&book, meal("2026-04-01", 5).debit("Assets:Cash", eur(1))).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::AccountNotOpen { .. }));
        assert_eq!(book.head().unwrap(), others.head().unwrap());
        assert_sound(&book);
        assert_sound(&others);
    }

    fn a_lock_of_another_program_counts_at_once(db: &TestDatabase) {
        let (ledger, other) = (open(db), open(db));
        let book = home(&ledger);
        // This connection has posted, so that it remembers where the book ends.
        post(&book, meal("2026-01-01", 1)).unwrap();
        post(&book, meal("2026-01-01", 1)).unwrap();
        other.book("home").unwrap().lock(Some(day("2026-01-31"))).unwrap();
        let error = refused(db, &book, || post(&book, meal("2026-01-31", 1)));
        assert!(matches!(error.kind(), ErrorKind::Locked { .. }));
        other.book("home").unwrap().lock(None).unwrap();
        post(&book, meal("2026-01-31", 1)).unwrap();
    }

    fn an_archive_of_another_program_counts_at_once(db: &TestDatabase) {
        let (ledger, other) = (open(db), open(db));
        let book = home(&ledger);
        post(&book, meal("2026-01-01", 1)).unwrap();
        other.book("home").unwrap().set_archived(true).unwrap();
        let error = refused(db, &book, || post(&book, meal("2026-01-31", 1)));
        assert!(matches!(error.kind(), ErrorKind::NotAllowed { what: "book", .. }));
        other.book("home").unwrap().set_archived(false).unwrap();
        post(&book, meal("2026-01-31", 1)).unwrap();
    }

    fn instants_never_fall_whichever_clock_tells_them(db: &TestDatabase) {
        let at = |seconds: i64| Session::new("anna", move || instant(START + seconds));
        let ledger = Ledger::open_or_create(db.url(), at(10)).unwrap();
        let late = Ledger::open(db.url(), at(1_000)).unwrap();
        let book = home(&ledger);
        post(&book, meal("2026-01-01", 1)).unwrap();
        post(&book, meal("2026-01-01", 1)).unwrap();
        late.book("home").unwrap().accounts().close("Assets:Cash", day("2026-12-31")).unwrap();
        assert_eq!(post(&book, meal("2026-01-01", 1)).unwrap().recorded_at, instant(START + 1_000));
        // Nothing that a post depends on changes here, but the last instant does.
        let later = Ledger::open(db.url(), at(2_000)).unwrap();
        later.book("home").unwrap().settings("trial-balance").save("mine", &serde_json::json!({})).unwrap();
        assert_eq!(post(&book, meal("2026-01-01", 1)).unwrap().recorded_at, instant(START + 2_000));
        book.settings("trial-balance").save("other", &serde_json::json!({})).unwrap();
        let events = book.audit().list(&AuditFilter::default()).unwrap();
        let (posts, others): (Vec<_>, Vec<_>) = events.iter().partition(|event| event.action == "entry.post");
        for chain in [posts, others] {
            assert!(chain.is_sorted_by_key(|event| event.number) && chain.is_sorted_by_key(|event| event.recorded_at));
        }
        assert_sound(&book);
    }

    fn books_that_are_created_at_once_all_come_to_be(db: &TestDatabase) {
        let ledger = open(db);
        let barrier = Arc::new(Barrier::new(8));
        thread::scope(|scope| {
            for number in 0..8 {
                let barrier = Arc::clone(&barrier);
                scope.spawn(move || {
                    let ledger = Ledger::open(db.url(), session("anna")).unwrap();
                    barrier.wait();
                    ledger.create_book(NewBook::personal(format!("book {number}"), "EUR")).unwrap();
                    match ledger.create_book(NewBook::personal("the same", "EUR")) {
                        Ok(_) => {}
                        Err(error) => assert!(matches!(error.kind(), ErrorKind::AlreadyExists { .. }), "{error}"),
                    }
                });
            }
        });
        assert_eq!(ledger.books().unwrap().len(), 9);
    }
}
