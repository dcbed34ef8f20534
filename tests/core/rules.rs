//! What is never stored: entries that break a rule of their own, of their book, or of arithmetic.

use ledger_core::account::NewAccount;
use ledger_core::journal::LinePrice;
use ledger_core::money::Commodity;
use ledger_core::report::{Basis, TrialBalanceOptions};
use ledger_core::{EntryDraft, ErrorKind};
use ledger_testkit::on_both_databases;
use rust_decimal::Decimal;

use crate::support::{assert_sound, assert_ties, day, eur, home, meal, open, post, refused, says};

const MAX: i64 = i64::MAX;

fn dinner() -> EntryDraft {
    EntryDraft::new(day("2026-03-02"), "Dinner")
}

on_both_databases! {
    fn an_unbalanced_entry_is_refused_with_both_sides_and_the_difference(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let draft = dinner().debit("Expenses:Food", eur(90_000)).credit("Assets:Bank", eur(89_000));
        let error = refused(db, &book, || post(&book, draft));
        assert!(matches!(error.kind(), ErrorKind::Unbalanced { .. }));
        says(&error, &["\"Dinner\"", "debits 900.00 EUR", "credits 890.00 EUR", "10.00 EUR missing on the credit side"]);

        let draft = dinner().debit("Expenses:Food", eur(1)).credit("Assets:Bank", eur(2));
        let error = refused(db, &book, || post(&book, draft));
        says(&error, &["0.01 EUR missing on the debit side"]);
    }

    fn an_entry_with_fewer_than_two_lines_is_refused(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for (draft, words) in [
            (dinner(), "no lines"),
            (dinner().debit("Expenses:Food", eur(5)), "one line"),
            (dinner().infer("Expenses:Food"), "one line"),
        ] {
            let error = refused(db, &book, || post(&book, draft));
            assert!(matches!(error.kind(), ErrorKind::InvalidEntry { .. }));
            says(&error, &["\"Dinner\"", words, "at least two"]);
        }
    }

    fn an_entry_of_nothing_but_zeros_is_refused(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for draft in [
            dinner().debit("Expenses:Food", eur(0)).credit("Assets:Bank", eur(0)),
            dinner().debit("Expenses:Food", eur(0)).infer("Assets:Bank"),
        ] {
            let error = refused(db, &book, || post(&book, draft));
            assert!(matches!(error.kind(), ErrorKind::InvalidEntry { .. }));
            says(&error, &["every amount is zero"]);
        }
    }

    fn only_one_amount_may_be_left_out_and_not_one_with_a_price(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let draft = dinner().debit("Expenses:Food", eur(5)).infer("Assets:Bank").infer("Assets:Cash");
        let error = refused(db, &book, || post(&book, draft));
        assert!(matches!(error.kind(), ErrorKind::InvalidEntry { .. }));
        says(&error, &["more than one amount is left out"]);

        let mut draft = dinner().debit("Expenses:Food", eur(5)).infer("Assets:Bank");
        draft.lines[1].price = Some(LinePrice::total(Commodity::iso("USD").unwrap().amount(5)));
        let error = refused(db, &book, || post(&book, draft));
        says(&error, &["a line with a price or a lot needs its amount"]);
    }

    fn different_commodities_without_a_price_are_refused(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let usd = Commodity::iso("USD").unwrap();
        let draft = dinner().debit("Expenses:Food", usd.amount(1_000)).credit("Assets:Bank", eur(920));
        let error = refused(db, &book, || post(&book, draft));
        assert!(matches!(error.kind(), ErrorKind::Unbalanced { .. }));
        says(&error, &["10.00 USD", "9.20 EUR", "balance only at a price"]);
        // At a price the two weigh the same.
        let draft = dinner()
            .debit_at("Expenses:Food", usd.amount(1_000), LinePrice::unit("0.92".parse().unwrap(), eur(0).commodity()))
            .credit("Assets:Bank", eur(920));
        post(&book, draft).unwrap();
        assert_sound(&book);
    }

    fn a_price_that_says_nothing_is_refused(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let usd = Commodity::iso("USD").unwrap();
        let euro = eur(0).commodity();
        for (amount, price) in [
            (usd.amount(1_000), LinePrice::unit(Decimal::ZERO, euro)),
            (usd.amount(1_000), LinePrice::unit(Decimal::NEGATIVE_ONE, euro)),
            (usd.amount(1_000), LinePrice::total(eur(0))),
            (usd.amount(1_000), LinePrice::total(eur(-920))),
            (eur(1_000), LinePrice::unit(Decimal::ONE, euro)),
            // What costs something is not nothing: read back, the total of a zero line would be lost.
            (usd.amount(0), LinePrice::total(eur(920))),
        ] {
            let draft = dinner().debit_at("Expenses:Food", amount, price).debit("Expenses:Food", eur(5)).infer("Assets:Bank");
            let error = refused(db, &book, || post(&book, draft));
            assert!(matches!(error.kind(), ErrorKind::InvalidAmount { .. }), "{error}");
            says(&error, &[&amount.to_string()]);
        }
    }

    fn a_closed_account_takes_posts_up_to_its_last_day(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-01", 500)).unwrap();
        book.accounts().close("Expenses:Food", day("2026-03-31")).unwrap();
        post(&book, meal("2026-03-30", 500)).unwrap();
        post(&book, meal("2026-03-31", 500)).unwrap();
        let error = refused(db, &book, || post(&book, meal("2026-04-01", 500)));
        assert!(matches!(error.kind(), ErrorKind::AccountNotOpen { .. }));
        says(&error, &["Expenses:Food", "not open on 2026-04-01", "was closed on 2026-03-31"]);
    }

    fn an_account_takes_no_posts_before_its_first_day(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.accounts().open(NewAccount::new("Assets:New").opened_on(day("2026-03-01"))).unwrap();
        let draft = |on: &str| EntryDraft::new(day(on), "Move").debit("Assets:New", eur(5)).infer("Assets:Bank");
        let error = refused(db, &book, || post(&book, draft("2026-02-28")));
        assert!(matches!(error.kind(), ErrorKind::AccountNotOpen { .. }));
        says(&error, &["Assets:New", "not open on 2026-02-28", "opens on 2026-03-01"]);
        post(&book, draft("2026-03-01")).unwrap();
    }

    fn an_unknown_account_is_refused_with_a_near_name(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let draft = dinner().debit("Expenses:Fod", eur(5)).infer("Assets:Bank").party("Nobody knows").tag("a", "b");
        let error = refused(db, &book, || post(&book, draft));
        assert!(matches!(error.kind(), ErrorKind::NotFound { what: "account", .. }));
        says(&error, &["\"Expenses:Fod\"", "did you mean Expenses:Food?"]);
    }

    fn an_account_of_one_commodity_refuses_all_others(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let usd = Commodity::iso("USD").unwrap();
        book.accounts().open(NewAccount::new("Assets:Dollars").commodity(usd)).unwrap();
        let error = refused(db, &book, || post(&book, dinner().debit("Assets:Dollars", eur(12_345)).infer("Assets:Bank")));
        assert!(matches!(error.kind(), ErrorKind::AccountRestricted { .. }));
        says(&error, &["Assets:Dollars", "USD only", "123.45 EUR"]);
        let bought = LinePrice::total(eur(920));
        post(&book, dinner().debit_at("Assets:Dollars", usd.amount(1_000), bought).infer("Assets:Bank")).unwrap();
        // An inferred amount is held to it as well.
        let error = refused(db, &book, || post(&book, dinner().debit("Expenses:Food", eur(7)).infer("Assets:Dollars")));
        says(&error, &["Assets:Dollars", "-0.07 EUR"]);
    }

    fn a_day_under_the_lock_is_refused_until_the_lock_is_taken_away(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-01-15", 500)).unwrap();
        book.lock(Some(day("2026-01-31"))).unwrap();
        for on in ["2026-01-31", "2026-01-01", "0001-01-01"] {
            let error = refused(db, &book, || post(&book, meal(on, 500)));
            assert!(matches!(error.kind(), ErrorKind::Locked { .. }));
            says(&error, &["\"Meal\"", on, "locked through 2026-01-31"]);
        }
        let error = refused(db, &book, || book.journal().reverse(1, None));
        assert!(matches!(error.kind(), ErrorKind::Locked { .. }));
        let error = refused(db, &book, || book.journal().amend(1, meal("2026-02-01", 400).balance()?));
        assert!(matches!(error.kind(), ErrorKind::NotAllowed { .. }));
        says(&error, &["entry \"1\"", "locked through 2026-01-31", "ledger reverse 1 --on"]);
        post(&book, meal("2026-02-01", 500)).unwrap();
        book.journal().reverse(1, Some(day("2026-02-01"))).unwrap();
        book.lock(None).unwrap();
        post(&book, meal("2026-01-31", 500)).unwrap();
        assert_sound(&book);
    }

    fn days_outside_the_years_1_to_9999_are_refused(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("0001-01-01", 500)).unwrap();
        post(&book, meal("9999-12-31", 500)).unwrap();
        for outside in [chrono::NaiveDate::MIN, chrono::NaiveDate::MAX] {
            let mut draft = meal("2026-01-01", 500);
            draft.posted_on = outside;
            let error = refused(db, &book, || post(&book, draft));
            assert!(matches!(error.kind(), ErrorKind::InvalidDate { .. }));
            says(&error, &["the years 1 to 9999"]);
            // The mirror of an entry has a day of its own.
            let error = refused(db, &book, || book.journal().reverse(1, Some(outside)));
            assert!(matches!(error.kind(), ErrorKind::InvalidDate { .. }), "{error}");
        }
    }

    fn an_archived_book_takes_no_changes(db: &TestDatabase) {
        let ledger = open(db);
        let mut book = home(&ledger);
        post(&book, meal("2026-03-01", 500)).unwrap();
        book.set_archived(true).unwrap();
        for error in [
            refused(db, &book, || post(&book, meal("2026-03-01", 500))),
            refused(db, &book, || book.journal().reverse(1, None)),
            refused(db, &book, || book.journal().amend(1, meal("2026-03-01", 400).balance()?)),
            refused(db, &book, || book.accounts().open(NewAccount::new("Assets:More"))),
            refused(db, &book, || book.accounts().rename("Assets:Bank", "Assets:Giro", true)),
            refused(db, &book, || book.accounts().close("Expenses:Food", day("2026-12-31"))),
            refused(db, &book, || book.commodities().declare(Commodity::new("BTC", 8)?)),
            refused(db, &book, || book.lock(Some(day("2026-01-31")))),
        ] {
            assert!(matches!(error.kind(), ErrorKind::NotAllowed { what: "book", .. }), "{error}");
            says(&error, &["\"home\"", "archived"]);
        }
        book.set_archived(false).unwrap();
        post(&book, meal("2026-03-01", 500)).unwrap();
        assert_sound(&book);
    }

    fn a_refused_entry_takes_its_whole_batch_with_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let batch = || {
            let sound = meal("2026-03-01", 500).party("A new one").tag("trip", "rome").balance()?;
            let unsound = meal("2026-03-01", 500).debit("Assets:Nowhere", eur(1)).balance()?;
            book.journal().post_all([sound.clone(), unsound, sound])
        };
        refused(db, &book, batch);
        assert_eq!(book.parties().list().unwrap(), []);
    }

    fn an_entry_is_reversed_or_amended_once(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for _ in 0..2 {
            post(&book, meal("2026-03-01", 500)).unwrap();
        }
        let mirror = book.journal().reverse(1, None).unwrap();
        let other = book.journal().amend(2, meal("2026-03-02", 400).balance().unwrap()).unwrap();
        for (error, words) in [
            (refused(db, &book, || book.journal().reverse(1, None)), "reversed by entry 3"),
            (refused(db, &book, || book.journal().amend(1, meal("2026-03-02", 1).balance()?)), "reversed by entry 3"),
            (refused(db, &book, || book.journal().reverse(2, None)), "amended by entry 5"),
            (refused(db, &book, || book.journal().amend(2, meal("2026-03-02", 1).balance()?)), "amended by entry 5"),
            (refused(db, &book, || book.journal().amend(mirror.number, meal("2026-03-02", 1).balance()?)), "reversal of entry 1"),
        ] {
            assert!(matches!(error.kind(), ErrorKind::NotAllowed { what: "entry", .. }), "{error}");
            says(&error, &[words]);
        }
        assert_eq!((mirror.reverses, other.amends), (Some(1), Some(2)));
        let error = refused(db, &book, || book.journal().reverse(99, None));
        assert!(matches!(error.kind(), ErrorKind::NotFound { what: "entry", .. }));
    }

    fn an_amendment_that_is_the_entry_itself_is_refused(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let draft = meal("2026-03-01", 500).external_id("bank-1");
        post(&book, draft.clone()).unwrap();
        // Posting it again returns entry 1, which the amendment has just undone: nothing would be left of it.
        let error = refused(db, &book, || book.journal().amend(1, draft.balance()?));
        assert!(matches!(error.kind(), ErrorKind::NotAllowed { what: "entry", .. }), "{error}");
        says(&error, &["bank-1"]);
    }
}

on_both_databases! {
    fn an_amount_outside_the_range_is_refused_by_name(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        assert_eq!(book.amount("92233720368547758.07 EUR").unwrap(), eur(MAX));
        let error = refused(db, &book, || book.amount("92233720368547758.08 EUR"));
        assert!(matches!(error.kind(), ErrorKind::AmountOverflow { .. }));
        says(&error, &["92233720368547758.08 EUR", "9,223,372,036,854,775,807 minor units"]);
        // Its mirror does not exist, so that it could never be reversed.
        for draft in [
            dinner().debit("Expenses:Food", eur(i64::MIN)).infer("Assets:Bank"),
            dinner().credit("Expenses:Food", eur(i64::MIN)).infer("Assets:Bank"),
            dinner().debit("Expenses:Food", eur(MAX)).debit("Expenses:Food", eur(1)).infer("Assets:Bank"),
        ] {
            let error = refused(db, &book, || post(&book, draft));
            assert!(matches!(error.kind(), ErrorKind::AmountOverflow { .. }), "{error}");
            says(&error, &["92233720368547758.08 EUR"]);
        }
    }

    fn weights_of_an_entry_that_do_not_fit_are_refused_with_their_sum(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let draft = dinner()
            .debit("Expenses:Food", eur(MAX))
            .debit("Assets:Cash", eur(MAX))
            .credit("Assets:Bank", eur(MAX))
            .credit("Income:Salary", eur(MAX));
        let error = refused(db, &book, || post(&book, draft));
        assert!(matches!(error.kind(), ErrorKind::AmountOverflow { .. }), "{error}");
        says(&error, &["\"Dinner\"", "184467440737095516.14 EUR"]);

        let usd = Commodity::iso("USD").unwrap();
        let dear = LinePrice::unit(Decimal::from(3), eur(0).commodity());
        let error = refused(db, &book, || post(&book, dinner().debit_at("Assets:Cash", usd.amount(MAX), dear).infer("Assets:Bank")));
        assert!(matches!(error.kind(), ErrorKind::AmountOverflow { .. }), "{error}");
        says(&error, &["92233720368547758.07 USD at 3 EUR"]);
        // A weight of exactly -2^63 has no mirror either.
        let draft = dinner()
            .credit_at("Assets:Cash", usd.amount(1 << 62), LinePrice::unit(Decimal::from(2), eur(0).commodity()))
            .debit("Expenses:Food", eur(1 << 62))
            .debit("Assets:Bank", eur(1 << 62));
        let error = refused(db, &book, || post(&book, draft));
        assert!(matches!(error.kind(), ErrorKind::AmountOverflow { .. }), "{error}");
    }

    fn turnover_of_a_month_that_does_not_fit_is_refused_with_account_and_amounts(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let words = ["the credit turnover of Assets:Bank in 2026-03 ", "92233720368547758.07 EUR", "0.01 EUR"];
        let error = refused(db, &book, || {
            book.journal().post_all([meal("2026-03-01", MAX).balance()?, meal("2026-03-31", 1).balance()?])
        });
        assert!(matches!(error.kind(), ErrorKind::AmountOverflow { .. }), "{error}");
        says(&error, &["in 2026-03 ", "92233720368547758.08 EUR"]);

        post(&book, meal("2026-03-01", MAX)).unwrap();
        let error = refused(db, &book, || post(&book, meal("2026-03-31", 1)));
        assert!(matches!(error.kind(), ErrorKind::AmountOverflow { .. }), "{error}");
        says(&error, &words);
        // It is refused inside a unit of several calls too, and the unit goes on.
        let kept = ledger.transaction(|_| {
            let error = post(&book, meal("2026-03-31", 1)).unwrap_err();
            says(&error, &words);
            post(&book, EntryDraft::new(day("2026-03-31"), "Other").debit("Assets:Cash", eur(1)).infer("Income:Salary"))
        });
        assert_eq!(kept.unwrap().number, 2);
        assert_sound(&book);
    }

    fn turnover_of_a_year_that_does_not_fit_is_refused_with_account_and_amounts(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let error = refused(db, &book, || {
            book.journal().post_all([meal("2026-01-01", MAX).balance()?, meal("2026-12-31", 1).balance()?])
        });
        assert!(matches!(error.kind(), ErrorKind::AmountOverflow { .. }), "{error}");
        says(&error, &["in 2026 ", "92233720368547758.07 EUR", "0.01 EUR"]);

        post(&book, meal("2026-01-01", MAX)).unwrap();
        let error = refused(db, &book, || post(&book, meal("2026-12-31", 1)));
        assert!(matches!(error.kind(), ErrorKind::AmountOverflow { .. }), "{error}");
        says(&error, &["the credit turnover of Assets:Bank in 2026 ", "92233720368547758.07 EUR", "0.01 EUR"]);
    }

    fn a_total_that_does_not_fit_is_refused_by_the_report_that_asks_for_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-01-01", MAX)).unwrap();
        post(&book, EntryDraft::new(day("2026-01-01"), "Pay").debit("Assets:Cash", eur(MAX)).infer("Income:Salary")).unwrap();
        let error = refused(db, &book, || book.reports().trial_balance(&TrialBalanceOptions::default()));
        assert!(matches!(error.kind(), ErrorKind::AmountOverflow { .. }));
        says(&error, &["the total of the debits", "184467440737095516.14 EUR"]);
        // Taking one of them back makes the report whole again.
        book.journal().reverse(2, None).unwrap();
        let trial_balance = book.reports().trial_balance(&TrialBalanceOptions::default()).unwrap();
        assert_eq!(trial_balance.totals[0].debit, eur(MAX));
    }

    fn a_balance_over_many_years_that_does_not_fit_can_be_put_right(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2025-01-01", MAX)).unwrap();
        post(&book, meal("2026-01-01", MAX)).unwrap();
        for as_of in [None, Some(day("2026-12-31")), Some(day("2026-01-01"))] {
            let options = TrialBalanceOptions { as_of, ..Default::default() };
            let error = refused(db, &book, || book.reports().trial_balance(&options));
            assert!(matches!(error.kind(), ErrorKind::AmountOverflow { .. }), "{error}");
        }
        // What counts is what is left, not how much went through.
        book.journal().reverse(2, None).unwrap();
        for as_of in [None, Some(day("2026-12-31")), Some(day("2026-01-01"))] {
            let options = TrialBalanceOptions { as_of, ..Default::default() };
            assert_eq!(book.reports().trial_balance(&options).unwrap().totals[0].debit, eur(MAX));
            assert_eq!(book.accounts().balance("Expenses:Food", as_of).unwrap(), [eur(MAX)]);
        }
    }

    fn the_edges_of_every_scale_are_stored_and_reported_exactly(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for scale in 0..=Commodity::SCALE_MAX {
            let commodity = Commodity::new(&format!("S{scale}"), scale).unwrap();
            book.commodities().declare(commodity).unwrap();
            let edges = [MAX - 1, 1, -(MAX - 1), -1];
            for minor in edges {
                let draft = dinner().debit("Assets:Cash", commodity.amount(minor)).infer("Equity:Opening");
                let entry = post(&book, draft).unwrap();
                assert_eq!(book.journal().get(entry.number).unwrap(), entry);
                assert_eq!(entry.lines[1].amount.minor(), -minor);
            }
            let draft = dinner().debit("Assets:Bank", commodity.amount(MAX)).infer("Equity:Opening");
            let mut later = draft.clone();
            later.posted_on = day("2027-03-02");
            let entry = post(&book, later).unwrap();
            let held = book.accounts().balance("Assets:Bank", Some(day("2027-03-02"))).unwrap();
            assert_eq!(held[usize::from(scale)], commodity.amount(MAX));
            book.journal().reverse(entry.number, None).unwrap();
        }
        for basis in [Basis::BookValue, Basis::Native] {
            let options = TrialBalanceOptions { basis, show_zero: true, ..Default::default() };
            let trial_balance = book.reports().trial_balance(&options).unwrap();
            assert_ties(&trial_balance);
        }
        assert_sound(&book);
    }
}
