//! Prices, given by hand and carried by entries, and totals in one commodity.

use ledger_core::account::NewAccount;
use ledger_core::journal::LinePrice;
use ledger_core::money::{Commodity, Price, Rounding};
use ledger_core::report::{TrialBalance, TrialBalanceBasis, TrialBalanceOptions};
use ledger_core::{Book, EntryDraft, ErrorKind, Result};
use ledger_testkit::on_both_databases;

use crate::support::{assert_sound, assert_ties, day, eur, home, open, post, refused, says};

fn code(code: &str) -> Commodity {
    Commodity::iso(code).unwrap()
}

fn price(commodity: &str, rate: &str, quote: &str, on: &str) -> Price {
    Price::new(code(commodity), rate.parse().unwrap(), code(quote), day(on)).unwrap()
}

fn valued(book: &Book<'_>, as_of: Option<&str>, target: &str) -> Result<TrialBalance> {
    let basis = TrialBalanceBasis::ValuedIn(code(target));
    book.reports().trial_balance(&TrialBalanceOptions { as_of: as_of.map(day), basis, ..Default::default() })
}

/// Debits less credits of an account or of a row that stands for none.
fn figure(report: &TrialBalance, name: &str) -> Option<String> {
    let row = report.rows.iter().find(|row| row.account == name)?;
    Some(format!(
        "{:?}",
        row.debit.map(|debit| debit.minor()).or(row.credit.map(|credit| -credit.minor())).unwrap_or(0)
    ))
}

/// Ten dollars, bought for 9.20 euros on 2 March.
fn buy_dollars(book: &Book<'_>) {
    let bought = LinePrice::unit("0.92".parse().unwrap(), code("EUR"));
    let draft = EntryDraft::new(day("2026-03-02"), "Exchange");
    post(book, draft.debit_at("Assets:Cash", code("USD").amount(1_000), bought).infer("Assets:Bank"))
        .unwrap();
}

on_both_databases! {
    fn a_price_given_by_hand_counts_from_its_day_on_and_can_be_replaced_and_removed(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.prices().add(price("USD", "0.9", "EUR", "2026-03-01")).unwrap();
        book.prices().add(price("USD", "0.92", "EUR", "2026-03-01")).unwrap();
        book.prices().add(price("USD", "0.95", "EUR", "2026-04-01")).unwrap();
        assert_eq!(book.prices().list().unwrap().len(), 2);
        let table = book.prices().table().unwrap();
        let worth = |on: &str| table.convert(code("USD").amount(1_000), code("EUR"), day(on), Rounding::HalfEven).unwrap();
        assert_eq!(worth("2026-03-31"), eur(920));
        assert_eq!(worth("2026-04-01"), eur(950));
        book.prices().remove(code("USD"), code("EUR"), day("2026-04-01")).unwrap();
        assert_eq!(book.prices().list().unwrap(), [price("USD", "0.92", "EUR", "2026-03-01")]);
        let error = refused(db, &book, || book.prices().remove(code("USD"), code("EUR"), day("2026-04-01")));
        assert!(matches!(error.kind(), ErrorKind::NotFound { what: "price", .. }));
        says(&error, &["USD in EUR on 2026-04-01"]);
        assert_sound(&book);
    }

    fn a_price_that_says_nothing_is_refused_and_leaves_nothing_behind(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        // The fields of a price are open, so that it can be made without its check.
        let sound = price("USD", "0.9", "EUR", "2026-03-01");
        for unsound in [
            Price { rate: "0".parse().unwrap(), ..sound },
            Price { rate: "-1".parse().unwrap(), ..sound },
            Price { quote: code("USD"), ..sound },
        ] {
            let error = refused(db, &book, || book.prices().add(unsound));
            assert!(matches!(error.kind(), ErrorKind::InvalidSetting { what: "price", .. }), "{error}");
        }
        let error = refused(db, &book, || book.prices().add(Price { on: chrono::NaiveDate::MAX, ..sound }));
        assert!(matches!(error.kind(), ErrorKind::InvalidDate { .. }), "{error}");
        assert_eq!(book.prices().list().unwrap(), []);
    }

    fn prices_that_entries_carry_are_prices_too_and_given_ones_win_their_day(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        buy_dollars(&book);
        let draft = EntryDraft::new(day("2026-03-05"), "Yen");
        let total = LinePrice::total(eur(600));
        post(&book, draft.debit_at("Assets:Cash", code("JPY").amount(1_000), total).infer("Assets:Bank")).unwrap();
        let listed = book.prices().list().unwrap();
        assert_eq!(listed, [price("USD", "0.92", "EUR", "2026-03-02"), price("JPY", "0.006", "EUR", "2026-03-05")]);
        book.prices().add(price("USD", "0.93", "EUR", "2026-03-02")).unwrap();
        assert_eq!(figure(&valued(&book, None, "EUR").unwrap(), "Assets:Cash").unwrap(), (930 + 600).to_string());
        assert_sound(&book);
    }

    fn a_missing_price_is_named_with_a_day_that_a_person_would_write(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        buy_dollars(&book);
        let error = refused(db, &book, || valued(&book, Some("2026-03-02"), "JPY"));
        assert!(matches!(error.kind(), ErrorKind::MissingPrice { .. }));
        says(&error, &["in JPY on or before 2026-03-02"]);
        // Without a day the newest prices count, whenever they are; the advice is to add one of today.
        let error = refused(db, &book, || valued(&book, None, "JPY"));
        says(&error, &["in JPY on or before 2026-01-01"]);
        // What was worth something before its first price is not assumed to have had that price.
        book.prices().add(price("JPY", "0.006", "EUR", "2026-06-01")).unwrap();
        assert!(valued(&book, Some("2026-05-31"), "JPY").is_err());
        assert_ties(&valued(&book, Some("2026-06-01"), "JPY").unwrap());
        assert_ties(&valued(&book, None, "JPY").unwrap());
    }

    fn a_valued_trial_balance_ties_by_its_unrealised_gain(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        buy_dollars(&book);
        book.prices().add(price("USD", "0.97", "EUR", "2026-04-01")).unwrap();
        book.prices().add(price("USD", "0.90", "EUR", "2026-05-01")).unwrap();
        for (as_of, cash, unrealised) in [("2026-03-31", 920, None), ("2026-04-30", 970, Some("-50")), ("2026-05-01", 900, Some("20"))] {
            let report = valued(&book, Some(as_of), "EUR").unwrap();
            assert_ties(&report);
            assert_eq!(figure(&report, "Assets:Cash").unwrap(), cash.to_string());
            assert_eq!(figure(&report, "(unrealised gain or loss)").as_deref(), unrealised, "{as_of}");
            assert_eq!(report.totals.len(), 1);
            let cash = report.rows.iter().find(|row| row.account == "Assets:Cash").unwrap();
            assert_eq!(cash.holdings, [code("USD").amount(1_000)]);
        }
        let book_value = book.reports().trial_balance(&TrialBalanceOptions::default()).unwrap();
        assert_eq!(figure(&book_value, "Assets:Cash").unwrap(), "920");
        assert_ties(&book_value);
    }

    fn what_an_account_holds_is_valued_as_a_whole_and_rounded_once(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.accounts().open(NewAccount::new("Assets:Dollars")).unwrap();
        // A cent bought for euros and a cent bought for yen: half a cent each, one cent together.
        for paid in [eur(1), code("JPY").amount(1)] {
            let draft = EntryDraft::new(day("2026-03-02"), "Exchange");
            let bought = LinePrice::total(paid);
            post(&book, draft.debit_at("Assets:Dollars", code("USD").amount(1), bought).infer("Assets:Bank")).unwrap();
        }
        book.prices().add(price("USD", "0.5", "EUR", "2026-04-01")).unwrap();
        let report = valued(&book, Some("2026-04-01"), "EUR").unwrap();
        assert_eq!(figure(&report, "Assets:Dollars").unwrap(), "1");
        assert_ties(&report);
    }
}
