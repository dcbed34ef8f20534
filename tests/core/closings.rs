//! Closing a year: what it posts and locks, what it refuses, how it is taken back, and how later changes show.

use chrono::NaiveDate;
use ledger_core::account::{AccountKind, NewAccount};
use ledger_core::journal::{LinePrice, Source};
use ledger_core::money::{Amount, Commodity};
use ledger_core::report::{Basis, TrialBalance, TrialBalanceOptions};
use ledger_core::{Book, CloseYear, EntryDraft, ErrorKind, Ledger};
use ledger_testkit::{Backend, on_both_databases};

use crate::support::{assert_sound, day, eur, home, meal, open, post, refused, says};

const RETAINED: &str = "Equity:Retained Earnings";

fn year(year: i32) -> CloseYear {
    CloseYear::new(year, day("2027-01-02"))
}

/// Closes a year without a lock, which some tests would stumble over.
fn unlocked(number: i32) -> CloseYear {
    CloseYear { lock: false, ..year(number) }
}

fn salary(on: &str, minor: i64) -> EntryDraft {
    EntryDraft::new(day(on), "Salary").debit("Assets:Bank", eur(minor)).infer("Income:Salary")
}

/// A home with a salary and meals in 2024 and 2025.
fn two_years(ledger: &Ledger) -> Book<'_> {
    let book = home(ledger);
    for draft in [salary("2024-06-30", 100_000), meal("2024-07-01", 1_000)] {
        post(&book, draft).unwrap();
    }
    for draft in [salary("2025-06-30", 120_000), meal("2025-12-31", 2_500), meal("2026-01-01", 700)] {
        post(&book, draft).unwrap();
    }
    book
}

pub fn held(book: &Book<'_>, account: &str, on: &str) -> Vec<String> {
    let held = book.accounts().balance(account, Some(day(on))).unwrap();
    held.iter().filter(|amount| !amount.is_zero()).map(Amount::to_string).collect()
}

pub fn trial_balance(book: &Book<'_>, as_of: Option<NaiveDate>, basis: Basis) -> TrialBalance {
    let options = TrialBalanceOptions { as_of, basis, ..Default::default() };
    book.reports().trial_balance(&options).unwrap()
}

/// Account, debit and credit of each row at book value.
fn rows(book: &Book<'_>, as_of: &str) -> Vec<(String, i64, i64)> {
    let minor = |side: Option<Amount>| side.map_or(0, |amount| amount.minor());
    let shown = trial_balance(book, Some(day(as_of)), Basis::BookValue);
    shown.rows.into_iter().map(|row| (row.account, minor(row.debit), minor(row.credit))).collect()
}

on_both_databases! {
    fn closing_a_year_takes_income_and_expenses_to_retained_earnings_and_locks_the_book(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, salary("2025-06-30", 120_000)).unwrap();
        post(&book, meal("2025-12-31", 2_500)).unwrap();
        post(&book, meal("2026-01-01", 700)).unwrap();
        let closed = book.closings().close(&year(2025)).unwrap();
        assert!(closed.opened && !closed.earlier, "{closed:?}");
        let [entry] = closed.entries.as_slice() else { panic!("{closed:?}") };
        assert_eq!((entry.posted_on, entry.source, entry.number), (day("2025-12-31"), Source::Closing, 4));
        assert_eq!(entry.description, "Closing of 2025");
        let lines: Vec<_> = entry.lines.iter().map(|line| (line.account.as_str(), line.amount.minor())).collect();
        assert_eq!(lines, [("Income:Salary", 120_000), ("Expenses:Food", -2_500), (RETAINED, -117_500)]);
        assert_eq!(closed.closing.net_income, [eur(117_500)]);
        assert_eq!(book.accounts().get(RETAINED).unwrap().subtype.as_deref(), Some("retained-earnings"));
        assert_eq!(held(&book, "Expenses:Food", "2026-12-31"), ["7.00 EUR"]);
        assert_eq!(book.locked_through().unwrap(), Some(day("2025-12-31")));
        let error = refused(db, &book, || post(&book, meal("2025-11-01", 1)));
        assert!(matches!(error.kind(), ErrorKind::Locked { .. }), "{error}");
        let list = book.closings().list().unwrap();
        assert_eq!((list.len(), list[0].holds()), (1, true));
        assert_eq!(list[0].closing, closed.closing);
        assert_sound(&book);
    }

    fn undoing_a_closing_brings_balances_and_lock_back_and_the_year_can_be_closed_again(db: &TestDatabase) {
        let ledger = open(db);
        let book = two_years(&ledger);
        book.lock(Some(day("2024-03-31"))).unwrap();
        let before = rows(&book, "2026-12-31");
        book.closings().close(&year(2025)).unwrap();
        assert_ne!(rows(&book, "2026-12-31"), before);
        let undone = book.closings().undo(2025).unwrap();
        assert_eq!(undone.locked_through, Some(day("2024-03-31")));
        assert_eq!((undone.closing.first_mirror, undone.lock_was_moved), (Some(7), false));
        assert_eq!(book.locked_through().unwrap(), Some(day("2024-03-31")));
        assert_eq!(rows(&book, "2026-12-31"), before);
        assert_eq!(rows(&book, "2025-12-31").len(), 3);
        // Registers hide the pair.
        let query = ledger_core::report::RegisterQuery::latest("Income:Salary");
        assert_eq!(book.journal().register(&query).unwrap().lines.len(), 2);
        assert_sound(&book);
        let error = refused(db, &book, || book.closings().undo(2025));
        assert!(matches!(error.kind(), ErrorKind::NotFound { .. }), "{error}");
        let again = book.closings().close(&year(2025)).unwrap();
        assert_eq!((again.closing.id, again.entries[0].number, again.opened), (2, 8, false));
        assert_eq!(book.closings().list().unwrap().len(), 2);
        assert_sound(&book);
    }

    fn years_that_nobody_closed_are_closed_with_a_later_one(db: &TestDatabase) {
        let ledger = open(db);
        let book = two_years(&ledger);
        let closed = book.closings().close(&year(2025)).unwrap();
        assert!(closed.earlier);
        assert_eq!(closed.closing.net_income, [eur(216_500)]);
        assert!(book.closings().list().unwrap()[0].earlier);
        let error = refused(db, &book, || book.closings().close(&year(2024)));
        says(&error, &["year \"2024\" cannot be closed", "2025 is closed through 2025-12-31", "close-year 2025 --undo"]);
    }

    fn each_year_closes_what_it_holds_itself_and_only_the_last_is_undone(db: &TestDatabase) {
        let ledger = open(db);
        let book = two_years(&ledger);
        assert_eq!(book.closings().close(&year(2024)).unwrap().closing.net_income, [eur(99_000)]);
        let second = book.closings().close(&year(2025)).unwrap();
        assert_eq!((second.closing.net_income, second.earlier, second.opened), (vec![eur(117_500)], false, false));
        assert_eq!(second.closing.locked_before, Some(day("2024-12-31")));
        let error = refused(db, &book, || book.closings().undo(2024));
        says(&error, &["year \"2024\" cannot be opened again", "2025 was closed after it", "close-year 2025 --undo"]);
        book.closings().undo(2025).unwrap();
        assert_eq!(book.locked_through().unwrap(), Some(day("2024-12-31")));
        book.closings().undo(2024).unwrap();
        assert_eq!(book.locked_through().unwrap(), None);
        assert_sound(&book);
    }

    fn a_year_that_is_closed_or_has_not_ended_is_not_closed(db: &TestDatabase) {
        let ledger = open(db);
        let book = two_years(&ledger);
        book.closings().close(&year(2025)).unwrap();
        let error = refused(db, &book, || book.closings().close(&year(2025)));
        says(&error, &["it was closed before by entry 6", "ledger close-year 2025 --undo"]);
        for today in ["2026-07-01", "2026-12-31"] {
            let error = refused(db, &book, || book.closings().close(&CloseYear::new(2026, day(today))));
            says(&error, &["it ends on 2026-12-31", today]);
            assert_eq!(error.kind().code(), "not-allowed");
        }
        refused(db, &book, || book.closings().close(&year(0)));
        book.closings().close(&CloseYear::new(2026, day("2027-01-01"))).unwrap();
    }

    fn a_year_without_income_and_expenses_is_locked_and_cannot_be_closed_twice(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let closed = book.closings().close(&year(2025)).unwrap();
        assert_eq!((closed.entries.len(), closed.opened, closed.closing.account), (0, false, None));
        assert_eq!(book.locked_through().unwrap(), Some(day("2025-12-31")));
        says(&refused(db, &book, || book.closings().close(&year(2025))), &["it was closed before ("]);
        assert_eq!(book.closings().undo(2025).unwrap().closing.first_mirror, None);
        assert_eq!((book.locked_through().unwrap(), book.head().unwrap().number), (None, 0));
        assert_sound(&book);
    }

    fn entries_of_a_closing_are_corrected_by_undoing_it_alone(db: &TestDatabase) {
        let ledger = open(db);
        let book = two_years(&ledger);
        book.closings().close(&unlocked(2025)).unwrap();
        let error = refused(db, &book, || book.journal().reverse(6, Some(day("2026-02-01"))));
        says(&error, &["entry \"6\" cannot be reversed", "ledger close-year 2025 --undo"]);
        let error = refused(db, &book, || book.journal().amend(6, meal("2025-12-31", 1).balance().unwrap()));
        says(&error, &["entry \"6\" cannot be amended", "ledger close-year 2025 --undo"]);
        book.closings().undo(2025).unwrap();
        for number in [6, 7] {
            says(&refused(db, &book, || book.journal().reverse(number, None)), &["was undone"]);
        }
    }

    fn the_lock_follows_what_the_user_wants_of_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = two_years(&ledger);
        book.closings().close(&unlocked(2024)).unwrap();
        assert_eq!(book.locked_through().unwrap(), None);
        // A lock over the year's end is lifted for the closing entry alone.
        book.lock(Some(day("2026-02-28"))).unwrap();
        let closed = book.closings().close(&year(2025)).unwrap();
        assert_eq!((closed.entries.len(), closed.closing.locked_through), (1, None));
        assert_eq!(book.locked_through().unwrap(), Some(day("2026-02-28")));
        refused(db, &book, || post(&book, meal("2026-02-28", 1)));
        let undone = book.closings().undo(2025).unwrap();
        assert_eq!((undone.locked_through, undone.lock_was_moved), (Some(day("2026-02-28")), false));
        // One that was moved since stays where it is.
        book.lock(None).unwrap();
        book.closings().close(&year(2025)).unwrap();
        book.lock(Some(day("2026-01-31"))).unwrap();
        let undone = book.closings().undo(2025).unwrap();
        assert_eq!((undone.locked_through, undone.lock_was_moved), (Some(day("2026-01-31")), true));
        refused(db, &book, || post(&book, meal("2026-01-31", 1)));
        assert_sound(&book);
    }

    fn the_account_of_retained_earnings_is_the_one_that_is_given_or_usual(db: &TestDatabase) {
        let ledger = open(db);
        let book = two_years(&ledger);
        let to = |account: &str, number| CloseYear { account: Some(account.to_owned()), ..unlocked(number) };
        let error = refused(db, &book, || book.closings().close(&to("Assets:Bank", 2024)));
        says(&error, &["\"Assets:Bank\"", "asset", "equity"]);
        // A new account whose name tells another kind.
        refused(db, &book, || book.closings().close(&to("Income:Kept", 2024)));
        book.accounts().open(NewAccount::new("Equity:Dollars").commodity(Commodity::iso("USD").unwrap())).unwrap();
        let error = refused(db, &book, || book.closings().close(&to("Equity:Dollars", 2024)));
        assert!(matches!(error.kind(), ErrorKind::AccountRestricted { .. }), "{error}");
        book.closings().close(&to("equity:capital", 2024)).unwrap();
        assert_eq!(book.accounts().get("equity:capital").unwrap().kind, AccountKind::Equity);
        let second = book.closings().close(&unlocked(2025)).unwrap();
        assert_eq!(second.closing.account.as_deref(), Some("equity:capital"), "as at the last closing");
        for number in [2025, 2024] {
            book.closings().undo(number).unwrap();
        }
        book.accounts().open(NewAccount::new("Equity:Kept").subtype("retained-earnings")).unwrap();
        let error = refused(db, &book, || book.closings().close(&unlocked(2024)));
        says(&error, &["ambiguous", "Equity:Kept", "equity:capital"]);
        book.accounts().close("equity:capital", day("2024-06-30")).unwrap_err();
        book.closings().close(&to("Equity:Kept", 2024)).unwrap();
        assert_sound(&book);
    }

    fn accounts_that_were_closed_within_the_year_take_part(db: &TestDatabase) {
        let ledger = open(db);
        let book = two_years(&ledger);
        book.accounts().close("Income:Salary", day("2025-07-31")).unwrap();
        book.closings().close(&year(2025)).unwrap();
        assert!(held(&book, "Income:Salary", "2025-12-31").is_empty());
        refused(db, &book, || post(&book, salary("2026-02-01", 1)));
        book.closings().undo(2025).unwrap();
        assert_eq!(held(&book, "Income:Salary", "2025-12-31"), ["-2200.00 EUR"]);
        assert_sound(&book);
    }

    fn a_fiscal_year_keeps_its_start_until_another_is_given(db: &TestDatabase) {
        let ledger = open(db);
        let book = two_years(&ledger);
        let first = book.closings().close(&CloseYear { start: Some("07-01".parse().unwrap()), ..unlocked(2024) }).unwrap();
        assert_eq!((first.closing.ends_on, first.closing.net_income), (day("2024-06-30"), vec![eur(100_000)]));
        assert_eq!(first.entries[0].description, "Closing of 2024 (2023-07-01 to 2024-06-30)");
        let second = book.closings().close(&unlocked(2025)).unwrap();
        assert_eq!((second.closing.ends_on, second.earlier), (day("2025-06-30"), false));
        let short = book.closings().close(&CloseYear { start: Some("01-01".parse().unwrap()), ..unlocked(2025) }).unwrap();
        assert_eq!((short.closing.ends_on, short.closing.year), (day("2025-12-31"), 2025));
        assert_eq!(book.closings().undo(2025).unwrap().closing.ends_on, day("2025-12-31"));
        assert_eq!(book.closings().undo(2025).unwrap().closing.ends_on, day("2025-06-30"));
        assert_sound(&book);
    }

    fn what_is_left_of_several_purchases_is_closed_in_amount_and_at_book_value(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let usd = Commodity::iso("USD").unwrap();
        let at = |on: &str, minor: i64, cost: i64| {
            let price = LinePrice::total(eur(cost));
            let line = EntryDraft::new(day(on), "Trip").debit_at("Expenses:Food", usd.amount(minor), price);
            line.infer("Assets:Bank")
        };
        // Ten dollars for 9 euros, all given back for 8: no dollar is left and one euro.
        for draft in [at("2025-03-01", 1_000, 900), at("2025-03-02", -1_000, 800)] {
            post(&book, draft).unwrap();
        }
        let prices = book.prices().list().unwrap();
        let closed = book.closings().close(&unlocked(2025)).unwrap();
        assert_eq!(closed.closing.net_income, [eur(-100)]);
        assert_eq!(closed.entries[0].lines.len(), 4);
        for basis in [Basis::BookValue, Basis::Native] {
            let shown = trial_balance(&book, None, basis);
            assert!(shown.rows.iter().all(|row| row.account != "Expenses:Food"), "{shown:?}");
        }
        assert_eq!(book.prices().list().unwrap(), prices, "closing says nothing about prices");
        assert_sound(&book);
        // More amount than cost, and a cost of the other sign.
        for draft in [at("2026-03-01", 1_000, 100), at("2026-03-02", -900, 400)] {
            post(&book, draft).unwrap();
        }
        book.closings().close(&unlocked(2026)).unwrap();
        assert_sound(&book);
        book.closings().undo(2026).unwrap();
        assert_eq!(held(&book, "Expenses:Food", "2026-12-31"), ["1.00 USD"]);
        assert_eq!(book.prices().list().unwrap().len(), 4);
        assert_sound(&book);
    }

    fn what_is_posted_to_a_closed_year_by_force_is_a_finding_of_that_year(db: &TestDatabase) {
        let ledger = open(db);
        let book = two_years(&ledger);
        book.closings().close(&year(2024)).unwrap();
        book.closings().close(&year(2025)).unwrap();
        book.lock(None).unwrap();
        // Nothing in sum, but not in each account.
        book.accounts().open(NewAccount::new("Expenses:Fun")).unwrap();
        let moved = EntryDraft::new(day("2024-05-05"), "Moved").debit("Expenses:Fun", eur(500)).infer("Expenses:Food");
        post(&book, moved).unwrap();
        let list = book.closings().list().unwrap();
        assert_eq!([list[0].holds(), list[1].holds()], [false, true]);
        let found = book.verify(None).unwrap().findings;
        assert_eq!((found.len(), found[0].check, found[0].row.as_str()), (1, "closing", "closings 1"));
        for words in ["income and expenses of 2024", "Expenses:Food -5.00 EUR", "Expenses:Fun 5.00 EUR", "close-year 2024 --undo"] {
            assert!(found[0].difference.contains(words), "{words}: {found:?}");
        }
        // A later closing takes it along, and the year that it was posted to is still another than the one closed.
        book.closings().close(&year(2026)).unwrap();
        let list = book.closings().list().unwrap();
        assert_eq!([list[0].holds(), list[1].holds(), list[2].holds()], [false, true, true]);
        for number in [2026, 2025, 2024] {
            book.closings().undo(number).unwrap();
        }
        assert_sound(&book);
    }

    fn a_closing_that_another_program_changed_is_found(db: &TestDatabase) {
        let ledger = open(db);
        let book = two_years(&ledger);
        book.closings().close(&year(2024)).unwrap();
        book.closings().close(&year(2025)).unwrap();
        let unchecked = match db.backend() {
            Backend::Sqlite => "PRAGMA foreign_keys = OFF; ",
            Backend::Postgres => "SET session_replication_role = replica; ",
        };
        let kept = "CREATE TABLE kept AS SELECT * FROM closings";
        db.sql(kept).unwrap();
        for change in [
            "DELETE FROM closings WHERE closing_id = 2",
            "UPDATE closings SET ends_on = ends_on - 1 WHERE closing_id = 1",
            "UPDATE closings SET account_id = 99 WHERE closing_id = 1",
            "UPDATE closings SET first_entry_number = 1 WHERE closing_id = 1",
            "UPDATE closings SET first_entry_number = 500, last_entry_number = 500 WHERE closing_id = 2",
            "UPDATE closings SET locked_before = 7 WHERE closing_id = 2",
            "UPDATE closings SET undone_at = recorded_at, undone_by = 'x' WHERE closing_id = 2",
        ] {
            db.sql(&format!("{unchecked}{change}")).unwrap();
            let found = book.verify(None).unwrap().findings;
            assert!(found.iter().any(|it| it.row.starts_with("closings ")), "{change}: {found:?}");
            db.sql(&format!("{unchecked}DELETE FROM closings; INSERT INTO closings SELECT * FROM kept")).unwrap();
            assert_sound(&book);
        }
    }

    fn closing_and_undoing_are_audit_events(db: &TestDatabase) {
        let ledger = open(db);
        let book = two_years(&ledger);
        book.closings().close(&year(2025)).unwrap();
        book.closings().undo(2025).unwrap();
        let events = book.audit().list(&Default::default()).unwrap();
        let told: Vec<_> = events.iter().map(|event| (event.action.as_str(), event.subject.as_str())).collect();
        let end: Vec<_> = told.into_iter().rev().take(6).collect();
        let locked = ("book.lock", "book");
        assert_eq!(end[..2], [locked, ("closing.undo", "closing 1")]);
        assert!(end.contains(&("closing.close", "closing 1")), "{end:?}");
    }

    fn an_archived_book_takes_no_closing(db: &TestDatabase) {
        let ledger = open(db);
        let mut book = two_years(&ledger);
        book.set_archived(true).unwrap();
        refused(db, &book, || book.closings().close(&year(2025)));
    }

    /// A year of a small office: unadjusted, adjusted, closed. The figures were worked out by hand.
    fn a_textbook_year_comes_out_as_it_is_worked_out_by_hand(db: &TestDatabase) {
        let ledger = open(db);
        let book = ledger.create_book(ledger_core::NewBook::personal("office", "EUR")).unwrap();
        for name in [
            "Assets:Cash", "Assets:Clients", "Assets:Supplies", "Assets:Equipment", "Assets:Depreciation",
            "Liabilities:Unearned", "Liabilities:Wages", "Equity:Capital", "Equity:Drawings", "Income:Fees",
            "Expenses:Rent", "Expenses:Wages", "Expenses:Supplies", "Expenses:Depreciation",
        ] {
            book.accounts().open(NewAccount::new(name)).unwrap();
        }
        let move_ = |on: &str, debit: &str, credit: &str, whole: i64| {
            let draft = EntryDraft::new(day(on), "By hand").debit(debit, eur(whole * 100)).infer(credit);
            post(&book, draft).unwrap();
        };
        move_("2025-01-02", "Assets:Cash", "Equity:Capital", 30_000);
        move_("2025-01-03", "Assets:Equipment", "Assets:Cash", 12_000);
        move_("2025-02-01", "Assets:Supplies", "Assets:Cash", 1_500);
        move_("2025-04-01", "Assets:Cash", "Liabilities:Unearned", 4_800);
        move_("2025-06-30", "Assets:Cash", "Income:Fees", 21_300);
        move_("2025-09-30", "Expenses:Rent", "Assets:Cash", 6_000);
        move_("2025-11-30", "Expenses:Wages", "Assets:Cash", 8_250);
        move_("2025-12-01", "Equity:Drawings", "Assets:Cash", 3_000);
        let total = |as_of: &str| trial_balance(&book, Some(day(as_of)), Basis::BookValue).totals[0].debit;
        assert_eq!(total("2025-12-30"), eur(5_610_000), "unadjusted");
        move_("2025-12-31", "Expenses:Supplies", "Assets:Supplies", 900);
        move_("2025-12-31", "Expenses:Depreciation", "Assets:Depreciation", 2_400);
        move_("2025-12-31", "Liabilities:Unearned", "Income:Fees", 3_600);
        move_("2025-12-31", "Assets:Clients", "Income:Fees", 1_250);
        move_("2025-12-31", "Expenses:Wages", "Liabilities:Wages", 400);
        assert_eq!(total("2025-12-31"), eur(6_015_000), "adjusted");
        let closed = book.closings().close(&CloseYear { account: Some("Equity:Capital".into()), ..year(2025) }).unwrap();
        assert_eq!(closed.closing.net_income, [eur(820_000)]);
        let after: Vec<(String, i64, i64)> = rows(&book, "2025-12-31");
        let after: Vec<(&str, i64, i64)> =
            after.iter().map(|(name, debit, credit)| (name.as_str(), debit / 100, credit / 100)).collect();
        assert_eq!(after, [
            ("Assets:Cash", 25_350, 0),
            ("Assets:Clients", 1_250, 0),
            ("Assets:Depreciation", 0, 2_400),
            ("Assets:Equipment", 12_000, 0),
            ("Assets:Supplies", 600, 0),
            ("Liabilities:Unearned", 0, 1_200),
            ("Liabilities:Wages", 0, 400),
            ("Equity:Capital", 0, 38_200),
            ("Equity:Drawings", 3_000, 0),
        ]);
        assert_eq!(total("2025-12-31"), eur(4_220_000), "after closing");
    }
}
