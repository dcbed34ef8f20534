//! Prices, given by hand and carried by entries, and totals in one commodity.

use ledger_core::account::NewAccount;
use ledger_core::journal::LinePrice;
use ledger_core::money::{Commodity, Price, Rounding};
use ledger_core::report::{
    Basis, Figure, Period, StatementKind, StatementRequest, TrialBalance, TrialBalanceOptions, Valuation,
    ValuedAt,
};
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
    let basis = Basis::valued_in(code(target));
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

    fn the_price_of_an_entry_that_was_taken_back_counts_while_the_entry_does(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        buy_dollars(&book);
        let typo = EntryDraft::new(day("2026-03-05"), "Typo");
        let wrong = LinePrice::unit("99".parse().unwrap(), code("EUR"));
        let typo = post(&book, typo.debit_at("Assets:Cash", code("USD").amount(100), wrong).infer("Assets:Bank")).unwrap();
        let worth = |known_at| {
            let basis = Basis::valued_in(code("EUR"));
            let options = TrialBalanceOptions { basis, known_at, ..Default::default() };
            figure(&book.reports().trial_balance(&options).unwrap(), "Assets:Cash").unwrap()
        };
        let priced = || book.prices().list().unwrap().iter().map(|price| price.rate.to_string()).collect::<Vec<_>>();
        assert_eq!(worth(None), (1_100 * 99).to_string());
        let (mut last, mut known_at) = (typo.number, typo.recorded_at);
        // Reversed, brought back, taken back once more, and so on; what was known before stays as it was.
        for turn in 1..=5 {
            let mirror = book.journal().reverse(last, Some(day("2026-03-06"))).unwrap();
            let stands = turn % 2 == 0;
            assert_eq!(worth(None), if stands { (1_100 * 99).to_string() } else { "920".into() }, "after {turn} reversals");
            assert_eq!(worth(Some(known_at)), if stands { "920".into() } else { (1_100 * 99).to_string() });
            assert_eq!(priced(), if stands { vec!["0.92", "99"] } else { vec!["0.92"] });
            (last, known_at) = (mirror.number, mirror.recorded_at);
        }
        assert_sound(&book);
    }

    fn a_missing_price_is_named_with_a_day_that_a_person_would_write(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        buy_dollars(&book);
        let error = refused(db, &book, || valued(&book, Some("2026-03-02"), "JPY"));
        assert!(matches!(error.kind(), ErrorKind::MissingPrice { .. }));
        says(&error, &["in JPY on or before 2026-03-02"]);
        // Without a day prices count up to the last entry; here that is later than today.
        let error = refused(db, &book, || valued(&book, None, "JPY"));
        says(&error, &["in JPY on or before 2026-03-02"]);
        // What was worth something before its first price is not assumed to have had that price.
        book.prices().add(price("JPY", "0.006", "EUR", "2026-06-01")).unwrap();
        assert!(valued(&book, Some("2026-05-31"), "JPY").is_err());
        assert_ties(&valued(&book, Some("2026-06-01"), "JPY").unwrap());
        // The price of a day that is still to come is not that of today.
        assert!(valued(&book, None, "JPY").is_err());
        let today = Some(day("2026-06-01"));
        let basis = Basis::valued_in(code("JPY"));
        assert_ties(&book.reports().trial_balance(&TrialBalanceOptions { today, basis, ..Default::default() }).unwrap());
    }

    fn a_trial_balance_goes_by_the_prices_of_a_day_or_by_cost_as_statements_do(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        buy_dollars(&book);
        book.prices().add(price("USD", "0.97", "EUR", "2026-04-01")).unwrap();
        book.prices().add(price("USD", "0.90", "EUR", "2026-05-01")).unwrap();
        for (at, cash) in [(ValuedAt::PeriodEnd, 970), (ValuedAt::On(day("2026-05-01")), 900), (ValuedAt::Cost, 920)] {
            let basis = Basis::Valued(Valuation { commodity: code("EUR"), at, leave_unpriced: false });
            let as_of = Some(day("2026-04-10"));
            let report = book.reports().trial_balance(&TrialBalanceOptions { as_of, basis, ..Default::default() }).unwrap();
            assert_ties(&report);
            assert_eq!(figure(&report, "Assets:Cash").unwrap(), cash.to_string(), "{at:?}");
            let unrealised = (cash != 920).then(|| (920 - cash).to_string());
            assert_eq!(figure(&report, "(unrealised gain or loss)"), unrealised, "{at:?}");
            let period = Period::new(day("2026-01-01"), day("2026-04-10")).ok();
            let request = StatementRequest { period, basis, ..Default::default() };
            let sheet = book.reports().statement(StatementKind::BalanceSheet, &request).unwrap();
            let rows = sheet.sections.iter().flat_map(|section| &section.rows);
            let row = rows.clone().find(|row| row.name == "Assets:Cash").unwrap();
            assert_eq!(row.figures[0], Figure::Amount(cash), "{at:?}");
        }
    }

    fn what_has_no_price_is_left_in_its_commodity_where_that_is_asked_for_and_is_named(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        buy_dollars(&book);
        let basis = Basis::Valued(Valuation { commodity: code("JPY"), at: ValuedAt::PeriodEnd, leave_unpriced: true });
        let report = book.reports().trial_balance(&TrialBalanceOptions { basis, ..Default::default() }).unwrap();
        assert_ties(&report);
        assert_eq!(figure(&report, "Assets:Cash").unwrap(), "1000");
        assert_eq!(report.notes.len(), 2, "{:?}", report.notes);
        assert!(report.notes.iter().any(|note| note.contains("no price of USD in JPY")), "{:?}", report.notes);
        assert!(report.rows.iter().all(|row| row.account != "(unrealised gain or loss)"));
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
