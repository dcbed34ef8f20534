//! Statements of a book that a textbook would print, with its adjustments; what is asked wrongly is refused by name.

use std::collections::BTreeMap;

use ledger_core::account::NewAccount;
use ledger_core::journal::{LinePrice, Tag};
use ledger_core::money::{Commodity, Price};
use ledger_core::report::{
    Basis, ColumnOptions, Comparison, Dimension, Figure, Interval, LineFilter, Period, Statement,
    StatementKind, StatementRequest, TrialBalanceOptions,
};
use ledger_core::{Book, EntryDraft, ErrorKind, Ledger, NewBook};
use ledger_testkit::on_both_databases;

use crate::support::{assert_sound, assert_ties, day, eur, home, meal, open, post, says};

const CHART: [(&str, &str); 17] = [
    ("Assets:Cash", "cash"),
    ("Assets:Receivable", "receivable"),
    ("Assets:Supplies", "inventory"),
    ("Assets:Prepaid Insurance", "prepaid"),
    ("Assets:Equipment", "equipment"),
    ("Assets:Equipment:Depreciation", "equipment"),
    ("Liabilities:Payable", "payable"),
    ("Liabilities:Wages", "payroll"),
    ("Liabilities:Advances", "deferred-income"),
    ("Equity:Capital", "capital"),
    ("Equity:Drawings", "drawings"),
    ("Income:Fees", "self-employment"),
    ("Expenses:Wages", "payroll"),
    ("Expenses:Insurance", "insurance"),
    ("Expenses:Supplies", "materials"),
    ("Expenses:Depreciation", "depreciation"),
    ("Expenses:Rent", "housing"),
];

/// The first month of a photographer: day, debited, credited, euros.
const MONTH: [(&str, &str, &str, i64); 9] = [
    ("2026-01-01", "Assets:Cash", "Equity:Capital", 20_000),
    ("2026-01-01", "Assets:Equipment", "Assets:Cash", 6_000),
    ("2026-01-02", "Assets:Prepaid Insurance", "Assets:Cash", 2_400),
    ("2026-01-05", "Assets:Supplies", "Liabilities:Payable", 900),
    ("2026-01-10", "Assets:Cash", "Liabilities:Advances", 1_500),
    ("2026-01-15", "Assets:Receivable", "Income:Fees", 4_800),
    ("2026-01-20", "Expenses:Wages", "Assets:Cash", 1_200),
    ("2026-01-25", "Assets:Cash", "Assets:Receivable", 3_000),
    ("2026-01-28", "Equity:Drawings", "Assets:Cash", 500),
];

/// What the end of the month adjusts: a twelfth of the insurance, supplies of which 350 are left, wear of the equipment,
/// earned advances, wages owed, and work not billed yet.
const ADJUSTMENTS: [(&str, &str, &str, i64); 6] = [
    ("2026-01-31", "Expenses:Insurance", "Assets:Prepaid Insurance", 200),
    ("2026-01-31", "Expenses:Supplies", "Assets:Supplies", 550),
    ("2026-01-31", "Expenses:Depreciation", "Assets:Equipment:Depreciation", 100),
    ("2026-01-31", "Liabilities:Advances", "Income:Fees", 600),
    ("2026-01-31", "Expenses:Wages", "Liabilities:Wages", 240),
    ("2026-01-31", "Assets:Receivable", "Income:Fees", 750),
];

fn studio(ledger: &Ledger) -> Book<'_> {
    let book = ledger.create_book(NewBook::personal("studio", "EUR")).unwrap();
    for (name, subtype) in CHART {
        book.accounts().open(NewAccount::new(name).subtype(subtype)).unwrap();
    }
    for (on, debited, credited, euros) in MONTH.iter().chain(&ADJUSTMENTS) {
        let draft = EntryDraft::new(day(on), "Something");
        post(&book, draft.debit(*debited, eur(euros * 100)).credit(*credited, eur(euros * 100))).unwrap();
    }
    book
}

/// Debits and credits in whole euros, and their totals.
fn trial_balance(book: &Book<'_>, as_of: &str) -> (BTreeMap<String, (i64, i64)>, (i64, i64)) {
    let options = TrialBalanceOptions { as_of: Some(day(as_of)), ..Default::default() };
    let report = book.reports().trial_balance(&options).unwrap();
    assert_ties(&report);
    let euros = |amount: Option<ledger_core::money::Amount>| amount.map_or(0, |amount| amount.minor() / 100);
    let rows = report.rows.iter().map(|row| (row.account.clone(), (euros(row.debit), euros(row.credit))));
    let total = &report.totals[0];
    (rows.collect(), (euros(Some(total.debit)), euros(Some(total.credit))))
}

fn rows(rows: &[(&str, i64, i64)]) -> BTreeMap<String, (i64, i64)> {
    rows.iter().map(|(name, debit, credit)| ((*name).to_owned(), (*debit, *credit))).collect()
}

fn january() -> StatementRequest {
    let period = Period::new(day("2026-01-01"), day("2026-01-31")).unwrap();
    StatementRequest { period: Some(period), ..StatementRequest::default() }
}

fn made(book: &Book<'_>, kind: StatementKind, request: &StatementRequest) -> Statement {
    book.reports().statement(kind, request).unwrap()
}

/// The total of a section in whole euros.
fn total(statement: &Statement, section: &str) -> i64 {
    let totals = &statement.section(section).unwrap().totals;
    let (1, Figure::Amount(minor)) = (totals.len(), totals[0].figures[0]) else { panic!("{totals:?}") };
    minor / 100
}

fn figures(statement: &Statement, section: &str) -> Vec<(String, Vec<i64>)> {
    let amounts = |figures: &[Figure]| {
        let amount = |figure: &Figure| if let Figure::Amount(minor) = figure { *minor } else { 0 };
        figures.iter().map(amount).collect::<Vec<_>>()
    };
    let section = statement.section(section).unwrap();
    section.rows.iter().map(|row| (row.name.clone(), amounts(&row.figures))).collect()
}

fn named(rows: &[(&str, &[i64])]) -> Vec<(String, Vec<i64>)> {
    rows.iter().map(|(name, figures)| ((*name).to_owned(), figures.to_vec())).collect()
}

on_both_databases! {
    fn the_trial_balance_before_and_after_adjustments_is_that_of_the_textbook(db: &TestDatabase) {
        let ledger = open(db);
        let book = studio(&ledger);
        let (before, totals) = trial_balance(&book, "2026-01-30");
        let expected = rows(&[
            ("Assets:Cash", 14_400, 0), ("Assets:Receivable", 1_800, 0), ("Assets:Supplies", 900, 0),
            ("Assets:Prepaid Insurance", 2_400, 0), ("Assets:Equipment", 6_000, 0), ("Liabilities:Payable", 0, 900),
            ("Liabilities:Advances", 0, 1_500), ("Equity:Capital", 0, 20_000), ("Equity:Drawings", 500, 0),
            ("Income:Fees", 0, 4_800), ("Expenses:Wages", 1_200, 0),
        ]);
        assert_eq!((before, totals), (expected, (27_200, 27_200)));
        let (after, totals) = trial_balance(&book, "2026-01-31");
        let expected = rows(&[
            ("Assets:Cash", 14_400, 0), ("Assets:Receivable", 2_550, 0), ("Assets:Supplies", 350, 0),
            ("Assets:Prepaid Insurance", 2_200, 0), ("Assets:Equipment", 6_000, 0), ("Assets:Equipment:Depreciation", 0, 100),
            ("Liabilities:Payable", 0, 900), ("Liabilities:Wages", 0, 240), ("Liabilities:Advances", 0, 900),
            ("Equity:Capital", 0, 20_000), ("Equity:Drawings", 500, 0), ("Income:Fees", 0, 6_150),
            ("Expenses:Wages", 1_440, 0), ("Expenses:Insurance", 200, 0), ("Expenses:Supplies", 550, 0),
            ("Expenses:Depreciation", 100, 0),
        ]);
        assert_eq!((after, totals), (expected, (28_290, 28_290)));
        assert_sound(&book);
    }

    fn the_statements_after_adjustments_are_those_of_the_textbook(db: &TestDatabase) {
        let ledger = open(db);
        let book = studio(&ledger);
        let income = made(&book, StatementKind::IncomeStatement, &january());
        let sums = ["Income", "Expenses", "Net income"].map(|name| total(&income, name));
        assert_eq!(sums, [6_150, 2_290, 3_860]);
        let equity = made(&book, StatementKind::EquityChanges, &january());
        assert_eq!(["Equity at the start", "Changes", "Equity at the end"].map(|name| total(&equity, name)), [0, 23_360, 23_360]);
        let changes: &[(&str, &[i64])] =
            &[("Equity:Capital", &[2_000_000]), ("Equity:Drawings", &[-50_000]), ("(income less expenses)", &[386_000])];
        assert_eq!(figures(&equity, "Changes"), named(changes));
        let sheet = made(&book, StatementKind::BalanceSheet, &january());
        let sums = ["Assets", "Liabilities", "Equity", "Liabilities and equity"].map(|name| total(&sheet, name));
        assert_eq!(sums, [25_400, 2_040, 23_360, 25_400]);
        let cash = made(&book, StatementKind::CashFlow, &january());
        let sums = ["Cash at the start", "Operating activities", "Investing activities", "Financing activities", "Cash at the end"];
        assert_eq!(sums.map(|name| total(&cash, name)), [0, 900, -6_000, 19_500, 14_400]);
        assert_eq!(cash.section("Other changes"), None);
    }

    fn an_unknown_name_of_a_question_is_told_with_those_there_are(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-01-05", 1_000).tag("trip", "rome").party("Ann")).unwrap();
        let ask = |change: &dyn Fn(&mut StatementRequest)| {
            let mut request = StatementRequest::default();
            change(&mut request);
            book.reports().statement(StatementKind::Spending, &request)
        };
        let refused = |change: &dyn Fn(&mut StatementRequest)| ask(change).unwrap_err();
        says(&refused(&|request| request.filter.accounts = vec!["Expenses:Fod".into()]), &["Expenses:Fod", "Expenses:Food"]);
        says(&refused(&|request| request.filter.subtype = Some("boat".into())), &["subtype", "boat", "bank"]);
        says(&refused(&|request| request.filter.tags = vec![Tag::parse("trip:paris")]), &["trip:paris", "trip:rome"]);
        says(&refused(&|request| request.filter.tags = vec![Tag::parse("tripp")]), &["tripp", "trip"]);
        says(&refused(&|request| request.filter.party = Some("Bob".into())), &["Bob"]);
        says(&refused(&|request| request.filter.source = Some("fax".into())), &["fax", "manual"]);
        says(&refused(&|request| request.by = Some(Dimension::Tag("tripp".into()))), &["tripp", "trip"]);
        // A source that makes nothing here is no mistake.
        assert!(ask(&|request| request.filter.source = Some("import".into())).unwrap().sections[0].rows.is_empty());
        let error = refused(&|request| {
            (request.by, request.across) = (Some(Dimension::Party), Some(Dimension::Tag("trip".into())));
        });
        says(&error, &["by party", "across tag:trip", "leave one of them out"]);
    }

    fn what_an_entry_counts_in_several_parts_is_taken_off_in_one_row(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-01-05", 1_000).tag("trip", "rome").tag("trip", "rome/food")).unwrap();
        post(&book, meal("2026-01-06", 200).tag("trip", "rome/food")).unwrap();
        post(&book, meal("2026-01-07", 30)).unwrap();
        let by = |tree| StatementRequest { by: Some(Dimension::Tag("trip".into())), tree, ..january() };
        let flat = made(&book, StatementKind::Spending, &by(false));
        let rows: &[(&str, &[i64])] =
            &[("rome/food", &[1_200]), ("rome", &[1_000]), ("(none)", &[30]), ("(counted more than once)", &[-1_000])];
        assert_eq!(figures(&flat, "Expenses"), named(rows));
        assert_eq!(flat.sections[0].totals[0].figures, [Figure::Amount(1_230)]);
        let tree = made(&book, StatementKind::Spending, &by(true));
        let rows: &[(&str, &[i64])] = &[
            ("(none)", &[30]), ("rome", &[1_200]), ("rome/(counted more than once)", &[-1_000]), ("rome/food", &[1_200]),
        ];
        assert_eq!(figures(&tree, "Expenses"), named(rows));
        // What one row stands for counts once in it.
        let clipped = made(&book, StatementKind::Spending, &StatementRequest { depth: Some(1), ..by(false) });
        assert_eq!(figures(&clipped, "Expenses"), named(&[("rome", &[1_200]), ("(none)", &[30])]));
        let behind = |request: &StatementRequest, row: &str| {
            let behind = book.reports().behind(StatementKind::Spending, request, row, None, 10).unwrap();
            assert_eq!(behind.sums.iter().map(|sum| sum.value).collect::<Vec<_>>(), behind.figures, "{row}");
            behind.line_count
        };
        assert_eq!(behind(&by(true), "rome"), 2, "each line once");
        assert_eq!(behind(&by(true), "rome/(counted more than once)"), 1);
        assert_eq!(behind(&StatementRequest { depth: Some(1), ..by(false) }, "rome"), 2);
        assert_eq!(behind(&by(false), "(counted more than once)"), 1);
        let filter = LineFilter { tags: vec![Tag::parse("trip:rome")], ..LineFilter::default() };
        let below = made(&book, StatementKind::Spending, &StatementRequest { filter, ..january() });
        assert_eq!(below.sections[0].totals[0].figures, [Figure::Amount(1_200)]);
    }

    fn a_filter_and_its_parts_say_the_same_whether_few_or_most_or_some_entries_have_the_tag(db: &TestDatabase) {
        let ledger = open(db);
        let whole = |made: &Statement, section| figures(made, section).iter().map(|row| row.1[0]).sum::<i64>();
        for (name, tagged) in [("few", 3), ("some", 20), ("most", 37), ("all", 40)] {
            let book = crate::support::home_named(&ledger, name);
            let mut known_at = None;
            // Each amount is its own power of two or so, so that no two choices of entries come to the same sum.
            for number in 1..=40_i64 {
                let draft = meal(&format!("2026-0{}-{:02}", 1 + number / 14, 1 + number % 28), (1 << (number % 20)) * 7 + number);
                let tagged = number <= tagged;
                let draft = if tagged { draft.tag("venture", if number == 2 { "site/shop" } else { "site" }) } else { draft };
                let entry = post(&book, draft).unwrap();
                if number == 38 {
                    known_at = Some(entry.recorded_at);
                }
            }
            let amount = |number: i64| (1 << (number % 20)) * 7 + number;
            let sum = |numbers: std::ops::RangeInclusive<i64>| numbers.map(amount).sum::<i64>();
            let with = LineFilter { tags: vec![Tag::parse("venture:site")], ..Default::default() };
            let by = Some(Dimension::Tag("venture".into()));
            for (known_at, last) in [(None, 40), (known_at, 38)] {
                let tagged = tagged.min(last);
                let request = StatementRequest { known_at, filter: with.clone(), ..Default::default() };
                let spent = made(&book, StatementKind::IncomeStatement, &request);
                assert_eq!(whole(&spent, "Expenses"), sum(1..=tagged), "{name}, filtered");
                let request = StatementRequest { known_at, by: by.clone(), ..Default::default() };
                let parts = made(&book, StatementKind::IncomeStatement, &request);
                let mut expected = vec![("site".to_owned(), vec![sum(1..=tagged) - amount(2)])];
                expected.push(("site/shop".to_owned(), vec![amount(2)]));
                expected.insert(0, ("(none)".to_owned(), vec![sum(tagged + 1..=last)]));
                expected.retain(|row| row.1 != [0]);
                let mut found = figures(&parts, "Expenses");
                found.sort();
                assert_eq!(found, expected, "{name}");
                // February alone, in a filter and by day.
                let period = Period::new(day("2026-02-03"), day("2026-02-20")).ok();
                let request = StatementRequest { known_at, period, filter: with.clone(), ..Default::default() };
                let within = (1..=tagged).filter(|number| number / 14 == 1 && (2..20).contains(&(number % 28)));
                let spent = made(&book, StatementKind::IncomeStatement, &request);
                assert_eq!(whole(&spent, "Expenses"), within.map(amount).sum::<i64>(), "{name}, some days");
                let held = made(&book, StatementKind::BalanceSheet, &StatementRequest { period, ..request });
                let before = (1..=tagged).filter(|number| (number / 14, number % 28) < (1, 20)).map(amount).sum::<i64>();
                assert_eq!(whole(&held, "Assets"), -before, "{name}, held");
            }
        }
    }

    fn what_made_an_entry_is_told_after_it_was_amended_reversed_or_its_import_undone(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        crate::imports::import(&book, "Assets:Bank", crate::imports::BANK).unwrap();
        let known_at = Some(book.journal().get(4).unwrap().recorded_at);
        let sheet = |known_at, request: StatementRequest| {
            let shown = made(&book, StatementKind::BalanceSheet, &StatementRequest { known_at, ..request });
            figures(&shown, "Assets")
        };
        let held = |known_at| {
            let filter = LineFilter { source: Some("csv".into()), ..Default::default() };
            sheet(known_at, StatementRequest { filter, ..Default::default() }).iter().map(|row| row.1[0]).sum::<i64>()
        };
        let all = 245_000 - 4_210 - 2 * 340;
        assert_eq!(held(None), all);
        let mut draft = book.journal().draft_of(1).unwrap();
        draft.description = "Groceries".into();
        book.journal().amend(1, draft.balance().unwrap()).unwrap();
        assert_eq!((held(None), held(known_at)), (all, all));
        book.journal().reverse(4, None).unwrap();
        assert_eq!((held(None), held(known_at)), (all - 245_000, all));
        book.imports().undo(1).unwrap();
        assert_eq!((held(None), held(known_at)), (0, all));
        let by = Some(Dimension::Source);
        assert_eq!(sheet(None, StatementRequest { by, ..Default::default() }), []);
    }

    fn what_sales_of_lots_gained_is_told_apart_from_what_is_still_open(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let fund = Commodity::new("FUND", 0).unwrap();
        book.commodities().declare(fund).unwrap();
        book.accounts().open(NewAccount::new("Assets:Depot")).unwrap();
        book.lots().set_method("Assets:Depot", Some(ledger_core::lot::LotMethod::Fifo)).unwrap();
        let trade = |on: &str, units: i64, euros: i64| {
            let at = LinePrice::unit(rust_decimal::Decimal::from(euros), eur(0).commodity());
            let draft = EntryDraft::new(day(on), "Trade").debit_at("Assets:Depot", fund.amount(units), at);
            post(&book, draft.infer("Assets:Bank")).unwrap()
        };
        trade("2026-01-10", 10, 100);
        trade("2026-01-20", 10, 110);
        let known_at = Some(trade("2026-02-10", -12, 120).recorded_at);
        trade("2026-03-10", -8, 90);
        let basis = Basis::valued_in(eur(0).commodity());
        let monthly = ColumnOptions { interval: Some(Interval::Month), ..ColumnOptions::default() };
        let request = StatementRequest { basis, columns: monthly, ..Default::default() };
        let gains = |kind, section, request: &StatementRequest| -> Vec<(String, Vec<i64>)> {
            figures(&made(&book, kind, request), section).into_iter().filter(|row| row.0.ends_with("gain or loss)")).collect()
        };
        let (realised, unrealised) = ("(realised gain or loss)", "(unrealised gain or loss)");
        let sheet = gains(StatementKind::BalanceSheet, "Equity", &request);
        assert_eq!(sheet, named(&[(realised, &[0, 22_000, 6_000]), (unrealised, &[10_000, 8_000, 0])]));
        let changes = gains(StatementKind::EquityChanges, "Changes", &request);
        assert_eq!(changes, named(&[(realised, &[0, 22_000, -16_000]), (unrealised, &[10_000, -2_000, -8_000])]));
        let then = gains(StatementKind::BalanceSheet, "Equity", &StatementRequest { known_at, ..request.clone() });
        assert_eq!(then, named(&[(realised, &[0, 22_000]), (unrealised, &[10_000, 8_000])]));
        // Without lots there is one row of both.
        book.lots().set_method("Assets:Depot", None).unwrap();
        let sheet = gains(StatementKind::BalanceSheet, "Equity", &request);
        assert_eq!(sheet, named(&[(unrealised, &[10_000, 30_000, 6_000])]));
    }

    fn a_merged_party_is_one_row_with_the_party_that_stands_for_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-01-05", 1_000).party("Rewe City")).unwrap();
        post(&book, meal("2026-01-06", 200).party("Rewe")).unwrap();
        book.parties().merge("Rewe City", "Rewe").unwrap();
        let request = StatementRequest { by: Some(Dimension::Party), ..january() };
        assert_eq!(figures(&made(&book, StatementKind::Spending, &request), "Expenses"), named(&[("Rewe", &[1_200])]));
        let filter = LineFilter { party: Some("rewe city".into()), ..LineFilter::default() };
        let of_either = made(&book, StatementKind::Spending, &StatementRequest { filter, ..january() });
        assert_eq!(of_either.sections[0].totals[0].figures, [Figure::Amount(1_200)]);
    }

    fn a_report_as_known_knows_neither_later_days_nor_later_prices(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let usd = Commodity::iso("USD").unwrap();
        let bought = |rate: &str| LinePrice::unit(rate.parse().unwrap(), eur(0).commodity());
        let exchange = |on: &str, rate: &str| {
            let draft = EntryDraft::new(day(on), "Exchange").debit_at("Assets:Cash", usd.amount(1_000), bought(rate));
            post(&book, draft.infer("Assets:Bank")).unwrap()
        };
        let known_at = Some(exchange("2026-01-10", "0.90").recorded_at);
        exchange("2026-02-01", "0.50");
        let basis = Basis::valued_in(eur(0).commodity());
        let then = made(&book, StatementKind::NetWorth, &StatementRequest { known_at, basis, ..Default::default() });
        assert_eq!(then.period, Period::new(day("2026-01-10"), day("2026-01-10")).unwrap());
        assert_eq!(figures(&then, "Assets"), named(&[("Assets:Bank", &[-900]), ("Assets:Cash", &[900])]));
        let now = made(&book, StatementKind::NetWorth, &StatementRequest { basis, ..Default::default() });
        assert_eq!(figures(&now, "Assets"), named(&[("Assets:Bank", &[-1_400]), ("Assets:Cash", &[1_000])]));
        // The trial balance goes by the same prices.
        let in_euros = ledger_core::report::Basis::valued_in(eur(0).commodity());
        let options = TrialBalanceOptions { known_at, basis: in_euros, ..Default::default() };
        let row = |row: &ledger_core::report::TrialBalanceRow| row.account == "Assets:Cash";
        let report = book.reports().trial_balance(&options).unwrap();
        assert_eq!(report.rows.iter().find(|it| row(it)).unwrap().debit, Some(eur(900)));
    }

    fn a_statement_goes_by_no_price_that_is_later_than_its_day(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let usd = Commodity::iso("USD").unwrap();
        let bought = LinePrice::unit("0.90".parse().unwrap(), eur(0).commodity());
        let draft = EntryDraft::new(day("2025-12-01"), "Exchange").debit_at("Assets:Cash", usd.amount(1_000), bought);
        post(&book, draft.infer("Assets:Bank")).unwrap();
        for (on, rate) in [("2025-12-20", "0.80"), ("2026-01-01", "0.70"), ("2026-01-02", "0.10")] {
            book.prices().add(Price::new(usd, rate.parse().unwrap(), eur(0).commodity(), day(on)).unwrap()).unwrap();
        }
        // The clock of the tests stays on 1 January 2026.
        let valued = StatementRequest { basis: Basis::valued_in(eur(0).commodity()), ..StatementRequest::default() };
        let open = Period::new(day("2025-12-01"), day("9999-12-31")).unwrap();
        let monthly = ColumnOptions { interval: Some(Interval::Month), ..ColumnOptions::default() };
        let next_day = Some(day("2026-01-02"));
        let first_day = Some(day("2025-12-01"));
        for (request, last, cash) in [
            (valued.clone(), "2026-01-01", 700),
            (StatementRequest { period: Some(open), ..valued.clone() }, "2026-01-01", 700),
            (StatementRequest { columns: monthly, ..valued.clone() }, "2025-12-01", 900),
            (StatementRequest { today: next_day, ..valued.clone() }, "2026-01-02", 100),
            (StatementRequest { today: first_day, ..valued.clone() }, "2025-12-01", 900),
        ] {
            let worth = made(&book, StatementKind::NetWorth, &request);
            assert_eq!((worth.period.last, figures(&worth, "Assets").pop()), (day(last), Some(("Assets:Cash".into(), vec![cash]))));
            let behind = book.reports().behind(StatementKind::NetWorth, &request, "Assets:Cash", None, 1).unwrap();
            assert_eq!((behind.sums[0].value, behind.sums[0].valued_on), (eur(cash), Some(day(last))));
        }
        // What moved ends with the last entry.
        assert_eq!(made(&book, StatementKind::CashFlow, &valued).period.last, day("2025-12-01"));
    }

    fn statements_reach_from_the_first_to_the_last_day_of_the_calendar(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for on in ["0001-01-01", "2026-01-05", "9999-12-31"] {
            post(&book, meal(on, 1_000)).unwrap();
        }
        let usd = Commodity::iso("USD").unwrap();
        let bought = LinePrice::unit("0.5".parse().unwrap(), eur(0).commodity());
        let draft = EntryDraft::new(day("9999-12-31"), "Exchange").debit_at("Assets:Cash", usd.amount(1_000), bought);
        post(&book, draft.infer("Assets:Bank")).unwrap();
        let basis = Basis::valued_in(eur(0).commodity());
        let columns = ColumnOptions { compare: Comparison::PreviousYear, ..ColumnOptions::default() };
        let all = StatementRequest { basis, columns, ..StatementRequest::default() };
        let spending = made(&book, StatementKind::Spending, &all);
        assert_eq!(figures(&spending, "Expenses"), named(&[("Expenses:Food", &[3_000, 1_000, 0])]));
        let worth = made(&book, StatementKind::NetWorth, &all);
        assert_eq!(worth.section("Net worth").unwrap().totals[0].figures[0], Figure::Amount(-3_000));
        let cash = made(&book, StatementKind::CashFlow, &all);
        assert_eq!(cash.section("Cash at the end").unwrap().totals[0].figures[0], Figure::Amount(-3_000));
        for kind in [StatementKind::BalanceSheet, StatementKind::EquityChanges, StatementKind::BalanceHistory] {
            made(&book, kind, &all);
        }
        let days = ColumnOptions { interval: Some(Interval::Day), ..ColumnOptions::default() };
        let refused = book.reports().statement(StatementKind::Spending, &StatementRequest { columns: days, ..all });
        says(&refused.unwrap_err(), &["0001-01-01..9999-12-31", "10000 periods of a day"]);
    }

    fn a_price_is_asked_only_of_what_is_shown(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-01-05", 1_000)).unwrap();
        let things = NewAccount::new("Assets:Things");
        book.accounts().open(things).unwrap();
        let jpy = Commodity::iso("JPY").unwrap();
        post(&book, EntryDraft::new(day("2026-01-06"), "Found").debit("Assets:Things", jpy.amount(5)).infer("Equity:Opening")).unwrap();
        let valued = StatementRequest { basis: Basis::valued_in(eur(0).commodity()), ..january() };
        let refused = book.reports().statement(StatementKind::NetWorth, &valued).unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::MissingPrice { .. }), "{refused}");
        // Things are no cash, and not below the bank.
        assert_eq!(total(&made(&book, StatementKind::CashFlow, &valued), "Cash at the end"), -10);
        let filter = LineFilter { accounts: vec!["Assets:Bank".into()], ..LineFilter::default() };
        let of_bank = made(&book, StatementKind::NetWorth, &StatementRequest { filter, ..valued });
        assert_eq!(total(&of_bank, "Net worth"), -10);
    }
}
