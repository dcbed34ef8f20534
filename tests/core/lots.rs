//! Lots in a book: what is bought and sold, what is refused, and what corrections do, on both databases.

use ledger_core::account::NewAccount;
use ledger_core::journal::LinePrice;
use ledger_core::lot::{LineLot, LotMethod, Term};
use ledger_core::money::{Amount, Commodity, Price};
use ledger_core::{
    Book, EntryDraft, Error, ErrorKind, GainQuery, GainsBy, Ledger, LotQuery, LotSplit, NewBook, OpenLot,
};
use ledger_testkit::on_both_databases;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{assert_sound, day, open, post, refused, says};

fn aapl() -> Commodity {
    Commodity::new("AAPL", 0).unwrap()
}

fn usd(minor: i64) -> Amount {
    Commodity::iso("USD").unwrap().amount(minor)
}

/// A book in dollars with two brokers, of which the first keeps lots by a method.
fn broker(ledger: &Ledger, method: Option<LotMethod>) -> Book<'_> {
    let name = format!("home {}", ledger.books().unwrap().len());
    let book = ledger.create_book(NewBook::personal(name, "USD")).unwrap();
    book.commodities().declare(aapl()).unwrap();
    for name in ["Assets:Broker", "Assets:Depot", "Assets:Bank", "Income:Gains", "Equity:Opening"] {
        book.accounts().open(NewAccount::new(name)).unwrap();
    }
    if method.is_some() {
        book.lots().set_method("Assets:Broker", method).unwrap();
    }
    book
}

/// Units that are bought (or sold, where they are negative) at a price in dollars.
fn trade(on: &str, units: i64, price: &str) -> EntryDraft {
    let price = LinePrice::unit(price.parse().unwrap(), usd(0).commodity());
    let draft = EntryDraft::new(day(on), "Trade");
    draft.debit_at("Assets:Broker", aapl().amount(units), price).infer("Assets:Bank")
}

fn naming(mut draft: EntryDraft, lot: LineLot) -> EntryDraft {
    draft.lines[0].lot = Some(lot);
    draft
}

fn shown(lots: &[OpenLot]) -> Vec<String> {
    let cost = |open: &OpenLot| open.lot.cost.amount().map_or("?".to_owned(), |cost| cost.number());
    lots.iter()
        .map(|open| {
            let account = open.account.trim_start_matches("Assets:");
            format!("{account} {} {} {}", open.lot.opened_on, open.lot.units.number(), cost(open))
        })
        .collect()
}

fn lots(book: &Book<'_>, as_of: &str) -> Vec<String> {
    shown(&book.lots().open(&LotQuery::new(day(as_of))).unwrap().lots)
}

/// Gains as `day of purchase, units, gain`.
fn gains(book: &Book<'_>, to: &str) -> Vec<String> {
    let report = book.lots().gains(&GainQuery::new(None, day(to))).unwrap();
    let gain = |gain: Option<Amount>| gain.map_or("?".to_owned(), |gain| gain.number());
    report
        .rows
        .iter()
        .map(|row| format!("{} {} {}", row.opened_on.unwrap(), row.units.number(), gain(row.gain)))
        .collect()
}

fn not_held(error: &Error) {
    assert!(matches!(error.kind(), ErrorKind::LotsNotHeld { .. }), "{error}");
}

on_both_databases! {
    fn purchases_open_lots_and_sales_close_them(db: &TestDatabase) {
        let ledger = open(db);
        let book = broker(&ledger, Some(LotMethod::Fifo));
        post(&book, trade("2024-01-05", 10, "100")).unwrap();
        post(&book, trade("2025-06-05", 5, "130")).unwrap();
        post(&book, trade("2025-07-01", -12, "120")).unwrap();
        assert_eq!(lots(&book, "2025-06-30"), ["Broker 2024-01-05 10 1000.00", "Broker 2025-06-05 5 650.00"]);
        assert_eq!(lots(&book, "2025-12-31"), ["Broker 2025-06-05 3 390.00"]);
        let report = book.lots().gains(&GainQuery::new(Some(day("2025-01-01")), day("2025-12-31"))).unwrap();
        let rows: Vec<_> = report.rows.iter().map(|row| (row.term, row.holding_days, row.gain.unwrap())).collect();
        assert_eq!(rows, [(Term::Long, Some(543), usd(20_000)), (Term::Short, Some(26), usd(-2_000))]);
        let totals: Vec<_> = report.totals.iter().map(|total| (total.term, total.gain)).collect();
        assert_eq!(totals, [(Some(Term::Short), usd(-2_000)), (Some(Term::Long), usd(20_000)), (None, usd(18_000))]);
        let none = book.lots().gains(&GainQuery::new(Some(day("2025-07-02")), day("2025-12-31"))).unwrap();
        assert!(none.rows.is_empty() && none.totals.is_empty());
        let by_sale = GainQuery { by: GainsBy::Sale, ..GainQuery::new(None, day("2025-12-31")) };
        let by_sale = book.lots().gains(&by_sale).unwrap();
        assert_eq!(by_sale.rows.iter().map(|row| (row.entry, row.term)).collect::<Vec<_>>(),
            [(Some(3), Term::Long), (Some(3), Term::Short)]);
        assert_eq!(by_sale.totals, report.totals);
        // Another method is a question, not a change.
        let lifo = LotQuery { method: Some(LotMethod::Lifo), ..LotQuery::new(day("2025-12-31")) };
        assert_eq!(shown(&book.lots().open(&lifo).unwrap().lots), ["Broker 2024-01-05 3 300.00"]);
        assert_sound(&book);
    }

    fn a_sale_of_more_than_is_held_is_refused(db: &TestDatabase) {
        let ledger = open(db);
        let book = broker(&ledger, Some(LotMethod::Fifo));
        post(&book, trade("2026-01-05", 4, "100")).unwrap();
        let error = refused(db, &book, || post(&book, trade("2026-02-05", -10, "120")));
        not_held(&error);
        says(&error, &["entry \"Trade\" cannot take 10 AAPL out of Assets:Broker on 2026-02-05", "4 AAPL", "6 AAPL missing"]);
        // Held, but not yet on that day.
        not_held(&refused(db, &book, || post(&book, trade("2026-01-04", -1, "120"))));
        // One that is posted later, but counts for an earlier day, takes from one that was posted before.
        post(&book, trade("2026-03-05", -4, "120")).unwrap();
        let error = refused(db, &book, || post(&book, trade("2026-02-05", -1, "120")));
        says(&error, &["entry 2 \"Trade\" cannot take 4 AAPL", "2026-03-05", "3 AAPL"]);
        // A batch is one unit, in any size.
        let batch: Vec<_> = (1..=150).map(|n| trade(&format!("2026-04-{:02}", n % 30 + 1), if n == 150 { -200 } else { 1 }, "90"))
            .map(|draft| draft.balance().unwrap()).collect();
        not_held(&refused(db, &book, || book.journal().post_all(batch.clone())));
        let bulk = std::iter::once(Ok(batch));
        not_held(&refused(db, &book, || book.journal().post_bulk(bulk)));
    }

    fn a_purchase_that_leaves_an_earlier_sale_without_its_lot_is_refused(db: &TestDatabase) {
        let ledger = open(db);
        let book = broker(&ledger, Some(LotMethod::Named));
        post(&book, trade("2026-01-05", 10, "100")).unwrap();
        post(&book, trade("2026-02-05", -4, "120")).unwrap();
        let error = refused(db, &book, || post(&book, trade("2026-01-04", 1, "90")));
        says(&error, &["entry 2 \"Trade\" cannot take 4 AAPL", "2 open lots fit"]);
        post(&book, trade("2026-02-06", 1, "90")).unwrap();
    }

    fn an_account_without_a_method_sells_what_it_does_not_have_and_says_so(db: &TestDatabase) {
        let ledger = open(db);
        let book = broker(&ledger, None);
        post(&book, trade("2026-01-05", 4, "100")).unwrap();
        post(&book, trade("2026-02-05", -10, "120")).unwrap();
        let report = book.lots().open(&LotQuery::new(day("2026-12-31"))).unwrap();
        assert_eq!(report.findings, ["entry 2 of 2026-02-05 takes more than is held out of Assets:Broker: 10 AAPL; \
            4 AAPL is held in lots on that day (6 AAPL missing)"]);
        assert_eq!(gains(&book, "2026-12-31"), ["2026-01-05 4 80.00"]);
        let error = refused(db, &book, || book.lots().set_method("Assets:Broker", Some(LotMethod::Fifo)));
        says(&error, &["entry 2 \"Trade\" cannot take 10 AAPL"]);
        book.journal().reverse(2, None).unwrap();
        book.lots().set_method("Assets:Broker", Some(LotMethod::Fifo)).unwrap();
        assert_eq!(lots(&book, "2026-12-31"), ["Broker 2026-01-05 4 400.00"]);
        assert_sound(&book);
    }

    fn corrections_take_their_lots_with_them(db: &TestDatabase) {
        let ledger = open(db);
        let book = broker(&ledger, Some(LotMethod::Fifo));
        post(&book, trade("2026-01-05", 10, "100")).unwrap();
        post(&book, trade("2026-02-05", -6, "120")).unwrap();
        // Without the purchase nothing could have been sold.
        not_held(&refused(db, &book, || book.journal().reverse(1, Some(day("2026-03-01")))));
        not_held(&refused(db, &book, || book.journal().amend(1, trade("2026-01-05", 5, "100").balance().unwrap())));
        let amended = book.journal().amend(1, trade("2026-01-06", 8, "110").balance().unwrap()).unwrap();
        assert_eq!(lots(&book, "2026-12-31"), ["Broker 2026-01-06 2 220.00"]);
        assert_eq!(gains(&book, "2026-12-31"), ["2026-01-06 6 60.00"]);
        let mirror = book.journal().reverse(2, Some(day("2026-04-01"))).unwrap();
        assert_eq!((lots(&book, "2026-12-31"), gains(&book, "2026-12-31")), (vec!["Broker 2026-01-06 8 880.00".into()], vec![]));
        assert_eq!(gains(&book, "2026-03-31"), ["2026-01-06 6 60.00"], "it was reversed later");
        book.journal().reverse(mirror.number, None).unwrap();
        assert_eq!(gains(&book, "2026-12-31"), ["2026-01-06 6 60.00"], "and again");
        not_held(&refused(db, &book, || book.journal().reverse(amended.number, None)));
        assert_sound(&book);
    }

    fn gains_of_periods_sum_to_those_of_the_whole_whatever_is_reversed_when(db: &TestDatabase) {
        let ledger = open(db);
        let total = |book: &Book<'_>, from: &str, to: &str| {
            let report = book.lots().gains(&GainQuery::new(Some(day(from)), day(to))).unwrap();
            report.totals.last().map_or(0, |total| total.gain.minor())
        };
        for method in [LotMethod::Fifo, LotMethod::Lifo, LotMethod::Hifo, LotMethod::Average] {
            let book = broker(&ledger, Some(method));
            post(&book, trade("2024-02-01", 10, "100")).unwrap();
            post(&book, trade("2024-03-01", 10, "110")).unwrap();
            post(&book, trade("2024-04-01", -20, "120")).unwrap();
            book.journal().reverse(3, Some(day("2025-02-01"))).unwrap();
            let years = [total(&book, "2024-01-01", "2024-12-31"), total(&book, "2025-01-01", "2025-12-31")];
            assert_eq!((years, total(&book, "2024-01-01", "2025-12-31")), ([30_000, -30_000], 0), "{method}");
            // A purchase that goes after a part of it was sold: the sale then closes the other one.
            post(&book, trade("2025-03-01", -10, "120")).unwrap();
            book.journal().reverse(if method == LotMethod::Fifo { 1 } else { 2 }, Some(day("2025-06-01"))).unwrap();
            let months: Vec<i64> = (1..=12).map(|month| {
                let first = day(&format!("2025-{month:02}-01"));
                let last = first + chrono::Months::new(1) - chrono::Days::new(1);
                total(&book, &first.to_string(), &last.to_string())
            }).collect();
            assert_eq!(months.iter().sum::<i64>(), total(&book, "2025-01-01", "2025-12-31"), "{method} {months:?}");
            assert!(months[2] > 0 && months[5] != 0, "{method} {months:?}");
            let whole = if method == LotMethod::Fifo { 10_000 } else { 20_000 };
            assert_eq!(total(&book, "2024-01-01", "2025-12-31"), whole, "{method}");
            let report = book.lots().gains(&GainQuery::new(Some(day("2025-06-01")), day("2025-06-30"))).unwrap();
            assert!(report.rows.iter().any(|row| row.units.is_negative() && row.entry == Some(5)), "{method}");
        }
    }

    fn what_is_reversed_later_counts_until_then(db: &TestDatabase) {
        let ledger = open(db);
        let book = broker(&ledger, Some(LotMethod::Fifo));
        post(&book, trade("2024-02-01", 20, "100")).unwrap();
        post(&book, trade("2024-04-01", -20, "120")).unwrap();
        book.journal().reverse(2, Some(day("2024-05-01"))).unwrap();
        let error = refused(db, &book, || post(&book, trade("2024-04-15", -5, "120")));
        not_held(&error);
        says(&error, &["5 AAPL out of Assets:Broker on 2024-04-15", "5 AAPL missing",
            "entry 2 counts until entry 3 reverses it on 2024-05-01"]);
        // The entry that is named is the one that does not fit any longer, also where it was posted before.
        not_held(&refused(db, &book, || post(&book, trade("2024-03-15", -5, "120"))));
        let sold = post(&book, trade("2024-05-01", -5, "120")).unwrap();
        book.journal().reverse(sold.number, Some(day("2024-07-01"))).unwrap();
        let bought = post(&book, trade("2024-04-10", 1, "90")).unwrap();
        book.journal().reverse(bought.number, None).unwrap();
        assert_eq!(lots(&book, "2024-12-31"), ["Broker 2024-02-01 20 2000.00"]);
        for day in ["2024-03-31", "2024-04-20", "2024-05-01", "2024-12-31"] {
            let query = LotQuery::new(day.parse().unwrap());
            assert_eq!(book.lots().open(&query).unwrap().findings, [""; 0], "{day}");
        }
        assert_sound(&book);
    }

    fn what_a_line_says_of_its_lot_is_kept_and_comes_back(db: &TestDatabase) {
        let ledger = open(db);
        let book = broker(&ledger, Some(LotMethod::Named));
        let old = LineLot { opened_on: Some(day("2020-02-29")), ..LineLot::labelled("spouse") };
        let entry = post(&book, naming(trade("2026-01-05", 10, "100"), old.clone()).external_id("x")).unwrap();
        assert_eq!(book.journal().get(1).unwrap(), entry);
        assert_eq!(entry.lines[0].lot.as_deref(), Some(&old));
        assert_eq!(book.journal().draft_of(1).unwrap().lines[0].lot.as_ref(), Some(&old));
        // Posted again it is the same; with another lot it is not.
        assert_eq!(post(&book, naming(trade("2026-01-05", 10, "100"), old).external_id("x")).unwrap().number, 1);
        let error = refused(db, &book, || post(&book, trade("2026-01-05", 10, "100").external_id("x")));
        says(&error, &["lot was \"{2020-02-29, \"spouse\"}\", is \"\""]);
        post(&book, trade("2026-01-06", 10, "101")).unwrap();
        says(&refused(db, &book, || post(&book, trade("2026-02-01", -1, "120"))), &["2 open lots fit"]);
        says(&refused(db, &book, || post(&book, naming(trade("2026-02-01", -1, "120"), LineLot::labelled("me")))),
            &["no open lot is {\"me\"}"]);
        post(&book, naming(trade("2026-02-01", -1, "120"), LineLot::labelled("spouse"))).unwrap();
        assert_eq!(gains(&book, "2026-12-31"), ["2020-02-29 1 20.00"]);
        // An amendment that leaves the line as it is keeps its lot.
        let mut draft = book.journal().draft_of(3).unwrap();
        draft.description = "Sale".to_owned();
        book.journal().amend(3, draft.balance().unwrap()).unwrap();
        assert_eq!(gains(&book, "2026-12-31"), ["2020-02-29 1 20.00"]);
        assert_sound(&book);
        db.sql("UPDATE line_lots SET label = 'me' WHERE entry_number = 1; DELETE FROM lot_accounts").unwrap();
        let found: Vec<String> = book.verify(None).unwrap().findings.into_iter().map(|it| it.row).collect();
        assert_eq!(found, ["line_lots 1/1", "lot_accounts 1"]);
    }

    fn a_sale_at_cost_books_its_gain_and_reports_the_same(db: &TestDatabase) {
        let ledger = open(db);
        let book = broker(&ledger, Some(LotMethod::Named));
        post(&book, trade("2026-01-05", 10, "100")).unwrap();
        post(&book, trade("2026-01-06", 10, "110")).unwrap();
        let price = LinePrice::unit("125".parse().unwrap(), usd(0).commodity());
        let cost = LinePrice::unit("110".parse().unwrap(), usd(0).commodity());
        let sale = EntryDraft::new(day("2026-02-01"), "Sale")
            .credit_at("Assets:Broker", aapl().amount(4), cost).lot(LineLot::at_cost(Some(price)))
            .debit("Assets:Bank", usd(50_000)).infer("Income:Gains");
        let sale = post(&book, sale).unwrap();
        assert_eq!(sale.lines[2].amount, usd(-6_000));
        assert_eq!(gains(&book, "2026-12-31"), ["2026-01-06 4 60.00"]);
        // The price of the day is that of the sale, not what the units cost.
        let prices = book.prices().table().unwrap();
        let worth = |on: &str| prices.rate(aapl(), usd(0).commodity(), day(on)).unwrap().rate.to_string();
        assert_eq!((worth("2026-01-31"), worth("2026-02-01")), ("110".to_owned(), "125".to_owned()));
        for (line, words) in [
            (LineLot { price: Some(price), ..LineLot::default() }, "a second price is for lots at cost only"),
            (LineLot::for_nothing(), "units that cost nothing have no price"),
        ] {
            let error = naming(trade("2026-02-01", -1, "125"), line).balance().unwrap_err();
            says(&error, &[words]);
        }
        assert_sound(&book);
    }

    fn units_that_move_keep_their_lots_and_values_come_to_the_whole(db: &TestDatabase) {
        let ledger = open(db);
        let book = broker(&ledger, Some(LotMethod::Lifo));
        for (on, price) in [("2026-01-05", "100.01"), ("2026-01-06", "101.01"), ("2026-01-07", "102.02")] {
            post(&book, trade(on, 3, price)).unwrap();
        }
        let moved = EntryDraft::new(day("2026-02-01"), "Move").debit("Assets:Depot", aapl().amount(4)).infer("Assets:Broker");
        post(&book, moved).unwrap();
        let gift = EntryDraft::new(day("2026-02-02"), "Gift").debit("Assets:Depot", aapl().amount(1));
        post(&book, gift.lot(LineLot::for_nothing()).infer("Equity:Opening")).unwrap();
        post(&book, EntryDraft::new(day("2026-02-03"), "Found").debit("Assets:Depot", aapl().amount(1)).infer("Equity:Opening")).unwrap();
        let held = ["Broker 2026-01-05 3 300.03", "Broker 2026-01-06 2 202.02", "Depot 2026-01-06 1 101.01",
            "Depot 2026-01-07 3 306.06", "Depot 2026-02-02 1 ?", "Depot 2026-02-03 1 ?"];
        assert_eq!(lots(&book, "2026-12-31"), held);
        let eur = Commodity::iso("EUR").unwrap();
        let query = LotQuery { value_in: Some(eur), ..LotQuery::of("Assets:Depot", day("2026-12-31")) };
        let report = book.lots().open(&query).unwrap();
        assert!(report.missing_prices[0].starts_with("no price of"), "{:?}", report.missing_prices);
        assert!(report.lots.iter().all(|open| open.value.is_none() && open.gain.is_none()));
        book.prices().add(Price::new(usd(0).commodity(), "0.333".parse().unwrap(), eur, day("2026-01-01")).unwrap()).unwrap();
        let report = book.lots().open(&query).unwrap();
        let sum: i64 = report.lots.iter().map(|open| open.value.unwrap().minor()).sum();
        let whole = book.prices().table().unwrap().convert(aapl().amount(6), eur, query.as_of, Default::default()).unwrap();
        assert_eq!((sum, report.incomplete), (whole.minor(), 1), "only what has no known cost is left out");
        assert_eq!(report.lots[2].gain, report.lots[2].value, "nothing was paid for the gift");
    }

    fn costs_and_proceeds_in_different_commodities_have_a_gain_by_the_prices_of_their_days(db: &TestDatabase) {
        let ledger = open(db);
        let book = broker(&ledger, Some(LotMethod::Fifo));
        let eur = Commodity::iso("EUR").unwrap();
        post(&book, trade("2026-01-05", 10, "100")).unwrap();
        let sale = EntryDraft::new(day("2026-03-05"), "Sale")
            .credit_at("Assets:Broker", aapl().amount(10), LinePrice::unit("110".parse().unwrap(), eur));
        post(&book, sale.infer("Assets:Bank")).unwrap();
        let query = GainQuery::new(None, day("2026-12-31"));
        let report = book.lots().gains(&query).unwrap();
        assert_eq!((report.rows[0].unknown, report.unknown), (Some("cost and proceeds are in different commodities"), 1));
        assert!(report.totals.is_empty());
        let counted_in = |code: &str| {
            let lots = LotQuery { value_in: Commodity::iso(code), ..query.lots.clone() };
            GainQuery { lots, ..query.clone() }
        };
        let report = book.lots().gains(&counted_in("GBP")).unwrap();
        assert_eq!((report.rows[0].unknown, report.missing_prices.len()), (Some("a price is missing"), 2));
        let in_dollars = counted_in("USD");
        book.prices().add(Price::new(eur, "1.25".parse().unwrap(), usd(0).commodity(), day("2026-03-05")).unwrap()).unwrap();
        let report = book.lots().gains(&in_dollars).unwrap();
        assert_eq!(report.rows[0].gain, Some(usd(37_500)));
    }

    fn currencies_have_lots_where_an_account_takes_nothing_else_or_when_asked(db: &TestDatabase) {
        let ledger = open(db);
        let book = broker(&ledger, Some(LotMethod::Fifo));
        let eur = Commodity::iso("EUR").unwrap();
        let buy = |account: &str, on: &str, cents: i64, rate: &str| {
            let price = LinePrice::unit(rate.parse().unwrap(), usd(0).commodity());
            EntryDraft::new(day(on), "Euros").debit_at(account, eur.amount(cents), price).infer("Assets:Bank")
        };
        book.accounts().open(NewAccount::new("Assets:Euros").commodity(book.commodities().declare(eur).unwrap())
            .lot_method(LotMethod::Fifo)).unwrap();
        // Cash of a broker may go below zero.
        post(&book, buy("Assets:Broker", "2026-01-05", -100, "1.1")).unwrap();
        post(&book, buy("Assets:Euros", "2026-01-05", 10_000, "1.1")).unwrap();
        not_held(&refused(db, &book, || post(&book, buy("Assets:Euros", "2026-01-06", -10_001, "1.2"))));
        post(&book, buy("Assets:Euros", "2026-01-06", -4_000, "1.2")).unwrap();
        assert_eq!(lots(&book, "2026-12-31"), ["Euros 2026-01-05 60.00 66.00"]);
        assert_eq!(gains(&book, "2026-12-31"), ["2026-01-05 40.00 4.00"]);
        let asked = LotQuery { commodity: Some(eur), ..LotQuery::of("Assets:Broker", day("2026-12-31")) };
        assert_eq!(book.lots().open(&asked).unwrap().findings.len(), 1);
    }

    fn a_split_changes_units_alone_on_every_account_and_by_every_method(db: &TestDatabase) {
        let ledger = open(db);
        for method in LotMethod::ALL {
            let book = broker(&ledger, Some(method));
            for (on, units, price) in [("2026-01-05", 3, "100.01"), ("2026-01-05", 3, "100.02"), ("2026-01-07", 7, "102.02")] {
                post(&book, trade(on, units, price)).unwrap();
            }
            post(&book, naming(trade("2026-01-08", -2, "110"), LineLot::opened_on(day("2026-01-07")))).unwrap();
            let moved = EntryDraft::new(day("2026-02-01"), "Move").credit("Assets:Broker", aapl().amount(3));
            let moved = moved.lot(LineLot::opened_on(day("2026-01-07"))).infer("Assets:Depot");
            post(&book, moved).unwrap();
            let (before, gained) = (lots(&book, "2026-12-31"), gains(&book, "2026-12-31"));
            let split = LotSplit { commodity: aapl(), ratio: "3:1".parse().unwrap(), on: day("2026-03-01"), account: None, description: None };
            let entry = book.lots().split(&split).unwrap();
            let thrice: Vec<String> = before.iter().map(|line| {
                let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
                words[2] = (words[2].parse::<i64>().unwrap() * 3).to_string();
                words.join(" ")
            }).collect();
            assert_eq!((lots(&book, "2026-12-31"), lots(&book, "2026-02-28")), (thrice, before.clone()), "{method}");
            assert_eq!(gains(&book, "2026-12-31"), gained, "{method}");
            // Later sales are of new units, which a reversal would take away.
            let sold = post(&book, naming(trade("2026-04-01", -6, "40"), LineLot::opened_on(day("2026-01-07")))).unwrap();
            not_held(&refused(db, &book, || book.journal().reverse(entry.number, Some(day("2026-03-01")))));
            book.journal().reverse(sold.number, None).unwrap();
            book.journal().reverse(entry.number, None).unwrap();
            assert_eq!(lots(&book, "2026-12-31"), before, "{method}");
            assert_sound(&book);
        }
    }

    fn lots_are_those_that_were_known_at_an_instant(db: &TestDatabase) {
        let ledger = open(db);
        let book = broker(&ledger, Some(LotMethod::Fifo));
        let first = post(&book, trade("2026-01-05", 10, "100")).unwrap();
        post(&book, trade("2026-01-04", 10, "90")).unwrap();
        let known = LotQuery { known_at: Some(first.recorded_at), ..LotQuery::new(day("2026-12-31")) };
        assert_eq!(shown(&book.lots().open(&known).unwrap().lots), ["Broker 2026-01-05 10 1000.00"]);
        assert_eq!(lots(&book, "2026-12-31").len(), 2);
    }

    fn open_units_are_the_balance_and_costs_add_up_by_every_method(db: &TestDatabase) {
        let steps = prop::collection::vec((1_u32..28, -30_i64..50, 1_u32..99_999), 1..25);
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(4) });
        let ledger = open(db);
        runner.run(&steps, |steps| {
            for method in LotMethod::ALL {
                let book = broker(&ledger, Some(method));
                let (mut units, mut paid) = (0, 0);
                for (on, amount, cents) in &steps {
                    if *amount == 0 { continue }
                    let price = format!("{}.{:02}", cents / 100, cents % 100);
                    if let Ok(entry) = post(&book, trade(&format!("2026-01-{on:02}"), *amount, &price)) {
                        units += amount;
                        paid += entry.lines[0].weight.minor().max(0);
                    }
                }
                let report = book.lots().open(&LotQuery::new(day("2026-12-31"))).unwrap();
                let held: i64 = report.lots.iter().map(|open| open.lot.units.minor()).sum();
                let cost: i64 = report.lots.iter().filter_map(|open| open.lot.cost.amount()).map(|it| it.minor()).sum();
                let sold = book.lots().gains(&GainQuery::new(None, day("2026-12-31"))).unwrap();
                let sold: i64 = sold.rows.iter().filter_map(|row| row.cost).map(|it| it.minor()).sum();
                prop_assert_eq!((held, cost + sold), (units, paid), "{} {:?}", method, steps);
                prop_assert_eq!(report.findings, Vec::<String>::new());
                assert_sound(&book);
            }
            Ok(())
        }).unwrap();
    }
}
