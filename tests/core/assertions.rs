//! Balance assertions: compared at once, kept, compared again by `verify`, and forgotten.

use ledger_core::account::NewAccount;
use ledger_core::assertion::AssertionStatus;
use ledger_core::money::Commodity;
use ledger_core::{Book, CloseYear, EntryDraft, ErrorKind, NewAssertion};
use ledger_testkit::{Backend, on_both_databases};

use crate::scene::Random;
use crate::support::{assert_sound, day, eur, home, meal, open, post, refused, says};

fn held(account: &str, minor: i64, on: &str) -> NewAssertion {
    NewAssertion::new(account, eur(minor), day(on))
}

fn states(book: &Book<'_>) -> Vec<bool> {
    book.assertions().list(None).unwrap().iter().map(AssertionStatus::holds).collect()
}

on_both_databases! {
    fn an_assertion_is_compared_kept_and_a_finding_once_it_does_not_hold(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-02", 1_000)).unwrap();
        let status = book.assertions().add(&NewAssertion { note: Some("bank".into()), ..held("assets:bank", -1_000, "2026-03-31") }).unwrap();
        assert_eq!((status.assertion.id, status.assertion.account.as_str(), status.holds()), (1, "Assets:Bank", true));
        let error = refused(db, &book, || book.assertions().add(&held("Assets:Bank", -900, "2026-03-01")));
        says(&error, &["Assets:Bank holds 0.00 EUR at the end of 2026-03-01", "-9.00 EUR", "differs by 9.00 EUR", "--keep"]);
        assert!(matches!(error.kind(), ErrorKind::AssertionFailed { .. }), "{error}");
        // What is posted later counts for later days.
        post(&book, meal("2026-04-01", 500)).unwrap();
        assert_sound(&book);
        post(&book, meal("2026-03-31", 250)).unwrap();
        post(&book, meal("2026-03-30", 1)).unwrap();
        assert_eq!(states(&book), [false]);
        let found = book.verify(None).unwrap().findings;
        assert_eq!((found.len(), found[0].check, found[0].row.as_str()), (1, "assertion", "assertions 1"));
        for words in ["Assets:Bank", "2026-03-31", "-12.51 EUR", "-10.00 EUR", "-2.51 EUR", "entry 3 is the first"] {
            assert!(found[0].difference.contains(words), "{words}: {found:?}");
        }
        assert_eq!(book.assertions().remove(1).unwrap().note.as_deref(), Some("bank"));
        assert_sound(&book);
        let error = refused(db, &book, || book.assertions().remove(1));
        assert!(matches!(error.kind(), ErrorKind::NotFound { .. }), "{error}");
    }

    fn an_assertion_counts_one_account_or_all_below_it_and_one_commodity(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let usd = Commodity::iso("USD").unwrap();
        for name in ["Assets", "Assets:Bank:N26"] {
            book.accounts().open(NewAccount::new(name)).unwrap();
        }
        let on = "2026-03-02";
        for (account, amount) in [("Assets:Bank", eur(100)), ("Assets:Bank:N26", eur(20)), ("Assets:Cash", eur(3)), ("Assets:Bank", usd.amount(9))] {
            let draft = EntryDraft::new(day(on), "Opening").debit(account, amount).infer("Equity:Opening");
            post(&book, draft).unwrap();
        }
        let below = |account: &str, minor: i64| NewAssertion { with_below: true, ..held(account, minor, on) };
        book.assertions().add(&held("Assets:Bank", 100, on)).unwrap();
        book.assertions().add(&below("Assets:Bank", 120)).unwrap();
        book.assertions().add(&below("Assets", 123)).unwrap();
        book.assertions().add(&held("Assets", 0, on)).unwrap();
        book.assertions().add(&NewAssertion::new("Assets:Bank", usd.amount(9), day(on))).unwrap();
        // A commodity that nobody ever posted.
        book.assertions().add(&NewAssertion::new("Assets:Bank", Commodity::iso("JPY").unwrap().amount(0), day(on))).unwrap();
        let error = refused(db, &book, || book.assertions().add(&below("Expenses:Food", 1)));
        says(&error, &["Expenses:Food with all below it"]);
        let error = refused(db, &book, || book.assertions().add(&below("Expenses", 0)));
        says(&error, &["level \"Expenses\"", "ledger account open Expenses"]);
        refused(db, &book, || book.assertions().add(&held("Assets:Bnk", 0, on)));
        assert_eq!(states(&book), [true; 6]);
        assert_eq!(book.assertions().list(Some("Assets")).unwrap().len(), 2);
        // An account that is opened below counts from then on.
        book.accounts().open(NewAccount::new("Assets:Box")).unwrap();
        post(&book, EntryDraft::new(day(on), "Found").debit("Assets:Box", eur(1)).infer("Equity:Opening")).unwrap();
        assert_eq!(states(&book), [true, true, false, true, true, true]);
    }

    fn the_same_assertion_is_kept_once_and_another_amount_is_a_contradiction(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.assertions().add(&held("Assets:Bank", 0, "2026-03-31")).unwrap();
        let events = book.audit().list(&Default::default()).unwrap().len();
        let again = NewAssertion { note: Some("again".into()), ..held("Assets:Bank", 0, "2026-03-31") };
        assert_eq!(book.assertions().add(&again).unwrap().assertion.id, 1);
        assert_eq!(book.audit().list(&Default::default()).unwrap().len(), events);
        let other = NewAssertion { keep: true, ..held("Assets:Bank", 5, "2026-03-31") };
        let error = refused(db, &book, || book.assertions().add(&other));
        says(&error, &["Assets:Bank on 2026-03-31", "as 1 with 0.00 EUR", "ledger assert --remove 1"]);
        book.assertions().add(&NewAssertion { with_below: true, ..held("Assets:Bank", 0, "2026-03-31") }).unwrap();
        assert_eq!(book.assertions().list(None).unwrap().len(), 2);
    }

    fn an_assertion_that_is_kept_all_the_same_is_a_finding_until_the_books_follow(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let status = book.assertions().add(&NewAssertion { keep: true, ..held("Assets:Bank", -700, "2026-03-31") }).unwrap();
        assert!(!status.holds() && status.moved_by.is_none());
        let found = book.verify(None).unwrap().findings;
        assert!(found[0].difference.contains("it did so when it was asserted"), "{found:?}");
        post(&book, meal("2026-03-05", 700)).unwrap();
        assert_sound(&book);
    }

    fn what_was_asserted_of_a_year_holds_when_it_is_closed_and_opened_again(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2025-03-05", 700)).unwrap();
        book.assertions().add(&held("Expenses:Food", 700, "2025-12-31")).unwrap();
        book.assertions().add(&held("Equity:Opening", 0, "2025-12-31")).unwrap();
        let close = CloseYear { account: Some("Equity:Opening".into()), ..CloseYear::new(2025, day("2026-01-02")) };
        book.closings().close(&close).unwrap();
        assert_eq!(states(&book), [true, false], "equity is what it is after closing");
        book.assertions().add(&held("Expenses:Food", 0, "2026-01-01")).unwrap();
        book.closings().undo(2025).unwrap();
        assert_eq!(states(&book), [true, true, false]);
    }

    fn an_assertion_that_another_program_changed_is_found(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.assertions().add(&held("Assets:Bank", 0, "2026-03-31")).unwrap();
        let unchecked = match db.backend() {
            Backend::Sqlite => "PRAGMA foreign_keys = OFF; ",
            Backend::Postgres => "SET session_replication_role = replica; ",
        };
        db.sql("CREATE TABLE kept AS SELECT * FROM assertions").unwrap();
        for change in ["DELETE FROM assertions", "UPDATE assertions SET amount = 5", "UPDATE assertions SET account_id = 99",
            "UPDATE assertions SET commodity_id = 99", "UPDATE assertions SET note = 'x'", "UPDATE assertions SET with_below = 1"] {
            db.sql(&format!("{unchecked}{change}")).unwrap();
            let found = book.verify(None).unwrap().findings;
            assert!(found.iter().any(|it| it.row == "assertions 1"), "{change}: {found:?}");
            db.sql(&format!("{unchecked}DELETE FROM assertions; INSERT INTO assertions SELECT * FROM kept")).unwrap();
            assert_sound(&book);
        }
    }

    fn many_assertions_of_an_account_say_what_each_of_them_says_alone(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let mut random = Random::seeded("assertions");
        let some_day = |random: &mut Random| day("2024-01-01") + chrono::Days::new(random.below(900));
        for _ in 0..60 {
            let (on, minor) = (some_day(&mut random), 1 + random.below(900) as i64);
            post(&book, meal(&on.to_string(), minor)).unwrap();
        }
        for n in 0..40 {
            let on = some_day(&mut random);
            let now = book.accounts().balance("Assets:Bank", Some(on)).unwrap();
            let now = now.first().map_or(0, |amount| amount.minor());
            // Every fifth is off by as much as its number.
            let off = if n % 5 == 0 { n + 1 } else { 0 };
            let new = NewAssertion { keep: true, ..NewAssertion::new("Assets:Bank", eur(now - off), on) };
            let alone = match book.assertions().add(&new) {
                Ok(status) => status,
                // Two of one day that contradict each other.
                Err(error) => { says(&error, &["is there already"]); continue }
            };
            let all = book.assertions().list(None).unwrap();
            let among = all.iter().find(|status| status.assertion.id == alone.assertion.id).unwrap();
            assert_eq!((among.balance, among.difference), (eur(now), alone.difference));
        }
        let failing = book.assertions().list(None).unwrap().iter().filter(|status| !status.holds()).count();
        assert_eq!(book.verify(None).unwrap().findings.len(), failing);
        assert!(failing >= 4, "{failing}");
    }
}
