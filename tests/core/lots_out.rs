//! Lots in exported journals: other programs read them and hold the same, and an import of them keeps the lots.

use std::collections::BTreeMap;

use ledger_core::account::NewAccount;
use ledger_core::export::ExportFormat;
use ledger_core::import::journal::{JournalFormat, Sources, read_journal};
use ledger_core::journal::LinePrice;
use ledger_core::lot::{LineLot, LotMethod};
use ledger_core::money::{Amount, Commodity};
use ledger_core::report::{Basis, TrialBalanceOptions};
use ledger_core::{Book, EntryDraft, ExportOptions, GainQuery, JournalImport, Ledger, LotQuery, NewBook};
use ledger_testkit::peers::{Balances, Peer, balances, beancount_says, billionths};
use ledger_testkit::{Backend, TestDatabase, on_both_databases, run};
use rust_decimal::Decimal;

use crate::support::{assert_sound, day, open, post};

/// By account, commodity, day and label: units, and what they cost to the cent.
type Lots = BTreeMap<(String, String, String, String), (Decimal, Decimal)>;

fn fund() -> Commodity {
    Commodity::new("FUND", 3).unwrap()
}

fn usd(minor: i64) -> Amount {
    Commodity::iso("USD").unwrap().amount(minor)
}

fn at(rate: &str) -> LinePrice {
    LinePrice::unit(rate.parse().unwrap(), usd(0).commodity())
}

fn book<'l>(ledger: &'l Ledger, name: &str, method: LotMethod) -> Book<'l> {
    let book = ledger.create_book(NewBook::personal(name, "USD")).unwrap();
    book.commodities().declare(fund()).unwrap();
    for name in ["Assets:Depot", "Assets:Bank", "Income:Gains", "Equity:Gifts", "Expenses:Lost"] {
        book.accounts().open(NewAccount::new(name)).unwrap();
    }
    book.accounts().open(NewAccount::new("Assets:Broker").lot_method(method)).unwrap();
    book
}

/// A trade in thousandths, for a price of one or for a total in cents.
fn trade(on: &str, units: i64, price: LinePrice) -> EntryDraft {
    EntryDraft::new(day(on), "Trade")
        .debit_at("Assets:Broker", fund().amount(units), price)
        .infer("Assets:Bank")
}

fn naming(mut draft: EntryDraft, lot: LineLot) -> EntryDraft {
    draft.lines[0].lot = Some(lot);
    draft
}

fn moved(on: &str, units: i64, from: &str, to: &str) -> EntryDraft {
    EntryDraft::new(day(on), "Move").debit(to, fund().amount(units)).infer(from)
}

/// Everything that lots can meet: odd prices, labels, moves, gifts, losses, sales at cost, and corrections.
fn busy(book: &Book<'_>) {
    post(book, trade("2026-01-05", 3_000, LinePrice::total(usd(33_400)))).unwrap();
    post(book, trade("2026-01-05", 5_000, at("120.125"))).unwrap();
    post(book, naming(trade("2026-01-06", 4_321, at("99.99")), LineLot::labelled("bonus \"x\"")))
        .unwrap_err();
    let old = LineLot { opened_on: Some(day("2020-02-29")), ..LineLot::labelled("bonus (x)") };
    post(book, naming(trade("2026-01-06", 4_321, at("99.99")), old)).unwrap();
    post(book, moved("2026-01-10", 2_000, "Assets:Broker", "Assets:Depot")).unwrap();
    let gift = EntryDraft::new(day("2026-01-11"), "Gift").debit("Assets:Broker", fund().amount(2_000));
    post(book, gift.lot(LineLot::for_nothing()).infer("Equity:Gifts")).unwrap();
    post(book, naming(trade("2026-01-12", -1_000, at("130.5")), LineLot::opened_on(day("2026-01-11"))))
        .unwrap();
    post(
        book,
        naming(trade("2026-01-13", -1_000, LinePrice::total(usd(13_131))), LineLot::labelled("bonus (x)")),
    )
    .unwrap();
    post(
        book,
        naming(moved("2026-01-14", -500, "Expenses:Lost", "Assets:Broker"), LineLot::labelled("bonus (x)")),
    )
    .unwrap();
    post(book, moved("2026-01-15", 1_000, "Assets:Depot", "Assets:Broker")).unwrap();
    // Reversed later, and reversed at once.
    let wrong = post(book, trade("2026-01-16", 7_000, at("77.77"))).unwrap();
    book.journal().reverse(wrong.number, Some(day("2026-02-20"))).unwrap();
}

/// By methods that choose among lots: sales of several of them at once, and one that is taken back.
fn sales(book: &Book<'_>) {
    post(book, trade("2026-02-01", -2_345, at("141.115"))).unwrap();
    let sale = post(book, trade("2026-02-02", -1_111, LinePrice::total(usd(15_555)))).unwrap();
    book.journal().reverse(sale.number, Some(day("2026-02-05"))).unwrap();
    post(book, trade("2026-02-03", -3_000, at("88"))).unwrap();
}

fn exported(book: &Book<'_>, format: ExportFormat, net: bool) -> String {
    let options =
        ExportOptions { format, net, balances: format == ExportFormat::Beancount, ..Default::default() };
    let mut out = Vec::new();
    book.export().journal(&options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn lots(book: &Book<'_>) -> Lots {
    let report = book.lots().open(&LotQuery::new(day("9999-12-31"))).unwrap();
    assert_eq!(report.findings, Vec::<String>::new());
    let mut lots = Lots::new();
    for open in report.lots {
        let cost = open.lot.cost.amount().map_or(Decimal::ZERO, |cost| cost.to_decimal());
        let code = open.lot.units.commodity().code().to_owned();
        let key = (open.account, code, open.lot.opened_on.to_string(), open.lot.label.unwrap_or_default());
        let sum = lots.entry(key).or_default();
        (sum.0, sum.1) = (sum.0 + open.lot.units.to_decimal(), sum.1 + cost);
    }
    lots
}

/// What beancount holds at cost.
fn by_beancount(db: &TestDatabase, journal: &str) -> Option<Lots> {
    let path = db.folder().join("out.beancount");
    std::fs::write(&path, journal).unwrap();
    let question = "SELECT account, currency, cost_date, cost_label, cost_number, sum(number) \
                    WHERE cost_number IS NOT NULL GROUP BY account, currency, cost_date, cost_label, cost_number";
    let mut lots = Lots::new();
    for row in beancount_says(&path, question)? {
        let [account, code, on, label, cost, units] = [0, 1, 2, 3, 4, 5].map(|at: usize| row[at].trim());
        let [cost, units] = [cost, units].map(|number| number.parse::<Decimal>().unwrap());
        let key = [account, code, on, label].map(str::to_owned).into();
        let sum = lots.entry(key).or_default();
        (sum.0, sum.1) = (sum.0 + units, sum.1 + units * cost);
    }
    lots.retain(|_, (units, _)| !units.is_zero());
    Some(lots)
}

/// Units exactly, and costs to the cent that a part is rounded by.
fn assert_near(ours: &Lots, theirs: &Lots, journal: &str) {
    let units = |lots: &Lots| -> BTreeMap<_, _> {
        lots.iter().map(|(key, lot)| (key.clone(), lot.0.normalize())).collect()
    };
    assert_eq!(units(ours), units(theirs), "{journal}");
    for (key, (_, cost)) in ours {
        assert!((cost - theirs[key].1).abs() <= Decimal::new(1, 2), "{key:?}: {cost}, {}", theirs[key].1);
    }
}

/// What accounts hold, but for those of gains, of what an import finds to have cost nothing, and of cents that costs of
/// several lots are rounded by.
fn held(book: &Book<'_>) -> Balances {
    let mut held = Balances::new();
    let native = TrialBalanceOptions { basis: Basis::Native, ..Default::default() };
    for row in book.reports().trial_balance(&native).unwrap().rows {
        for (side, sign) in [(row.debit, 1), (row.credit, -1)] {
            if let (Some(amount), Some(_)) = (side, row.kind) {
                let key = (row.account.clone(), amount.commodity().code().to_owned());
                *held.entry(key).or_default() += sign * billionths(&amount.number());
            }
        }
    }
    let own = |account: &str| !["Income:Capital-Gains", "Equity:Free", "Equity:Rounding"].contains(&account);
    held.retain(|(account, _), number| own(account) && *number != 0);
    held
}

fn import(book: &Book<'_>, text: &str, format: JournalFormat) {
    let sources = Sources::one("journal", text.to_owned());
    let import = JournalImport::new(&sources, read_journal(&sources, format));
    let outcome = book.imports().journal(import).unwrap();
    assert_eq!((outcome.refused, outcome.problems), (false, vec![]), "{text}");
    assert_sound(book);
}

fn gained(book: &Book<'_>) -> Vec<(String, Amount)> {
    let report = book.lots().gains(&GainQuery::new(None, day("9999-12-31"))).unwrap();
    // Units that are bought or sold at a cost of zero are imported without a price.
    let paid = report.rows.into_iter().filter(|row| row.opened_on != Some(day("2026-01-11")));
    let rows = paid.filter_map(|row| Some((row.closed_on?, row.gain?)));
    rows.map(|(on, gain)| (on.to_string(), gain)).collect()
}

/// The busy book by each method that names single lots.
fn each_method(ledger: &Ledger, check: impl Fn(&Book<'_>, &str)) {
    for method in [LotMethod::Fifo, LotMethod::Lifo, LotMethod::Hifo, LotMethod::Named] {
        let name = method.as_str();
        let book = book(ledger, name, method);
        if method == LotMethod::Named {
            post(&book, trade("2026-01-05", 3_000, LinePrice::total(usd(33_400)))).unwrap();
            let (cost, price) = (LinePrice::total(usd(11_133)), LinePrice::total(usd(12_000)));
            let sale = EntryDraft::new(day("2026-02-01"), "Sale")
                .credit_at("Assets:Broker", fund().amount(1_000), cost)
                .lot(LineLot::at_cost(Some(price)))
                .debit("Assets:Bank", usd(12_000))
                .infer("Income:Gains");
            post(&book, sale).unwrap();
        } else {
            busy(&book);
            sales(&book);
        }
        check(&book, name);
    }
}

/// A unit that was bought for 100 and is sold at that cost, with its price beside.
fn bought_and_sold_at_cost(book: &Book<'_>, price: LinePrice, proceeds: Amount) {
    post(book, trade("2026-01-05", 2_000, at("100"))).unwrap();
    let sale = EntryDraft::new(day("2026-02-01"), "Sale")
        .credit_at("Assets:Broker", fund().amount(1_000), at("100"))
        .lot(LineLot::at_cost(Some(price)))
        .debit("Assets:Bank", proceeds)
        .infer("Income:Gains");
    post(book, sale).unwrap();
}

/// Bought for dollars, sold for euros.
fn sold_for_euros<'l>(ledger: &'l Ledger) -> Book<'l> {
    let book = book(ledger, "two currencies", LotMethod::Fifo);
    post(&book, trade("2026-01-05", 2_000, at("100"))).unwrap();
    let price = LinePrice::unit("110".parse().unwrap(), Commodity::iso("EUR").unwrap());
    post(&book, trade("2026-02-01", -1_000, price)).unwrap();
    book
}

#[test]
fn other_programs_balance_sales_at_cost_and_for_another_currency() {
    run(Backend::Sqlite, |db| {
        let ledger = open(db);
        let at_cost = book(&ledger, "at cost", LotMethod::Fifo);
        bought_and_sold_at_cost(&at_cost, at("120"), usd(12_000));
        for (name, book) in [("cost", at_cost), ("euros", sold_for_euros(&ledger))] {
            for peer in Peer::ALL {
                let text = exported(&book, ExportFormat::from_name(peer.format()).unwrap(), false);
                let file = db.folder().join(format!("{name}.{}", peer.format()));
                std::fs::write(&file, &text).unwrap();
                let Some(mut found) = balances(peer, &file) else { return };
                found.retain(|(account, _), _| account != "Income:Capital-Gains");
                assert_eq!(found, held(&book), "{peer:?} {name}\n{text}");
            }
        }
    });
}

#[test]
fn other_programs_balance_the_export_and_beancount_holds_the_same_lots() {
    run(Backend::Sqlite, |db| {
        let ledger = open(db);
        each_method(&ledger, |book, name| {
            for net in [false, true] {
                let text = exported(book, ExportFormat::Beancount, net);
                let Some(theirs) = by_beancount(db, &text) else { return };
                assert_near(&lots(book), &theirs, &text);
                for peer in Peer::ALL {
                    let format = ExportFormat::from_name(peer.format()).unwrap();
                    let text = exported(book, format, net);
                    let file = db.folder().join(format!("{name}-{net}.{}", peer.format()));
                    std::fs::write(&file, &text).unwrap();
                    let Some(mut found) = balances(peer, &file) else { return };
                    found.retain(|(account, _), _| account != "Income:Capital-Gains");
                    assert_eq!(found, held(book), "{peer:?} {name} net {net}\n{text}");
                }
            }
        });
    });
}

on_both_databases! {
    fn an_export_that_is_imported_again_keeps_lots_methods_and_gains(db: &TestDatabase) {
        let ledger = open(db);
        each_method(&ledger, |book, name| {
            for (format, own) in [(ExportFormat::Beancount, JournalFormat::Beancount),
                (ExportFormat::Ledger, JournalFormat::Ledger), (ExportFormat::Hledger, JournalFormat::Hledger)] {
                let text = exported(book, format, true);
                let again = ledger.create_book(NewBook::personal(format!("{name} {}", own.as_str()), "USD")).unwrap();
                import(&again, &text, own);
                // hledger has no labels.
                let label = |label: &String| match own {
                    JournalFormat::Hledger => String::new(),
                    JournalFormat::Ledger => label.replace(['(', ')'], "-"),
                    _ => label.clone(),
                };
                let mut ours = Lots::new();
                for ((account, code, on, named), lot) in lots(book) {
                    ours.insert((account, code, on, label(&named)), lot);
                }
                let mut theirs = lots(&again);
                if own == JournalFormat::Hledger {
                    // A sale names its lot by day alone there: of two of one day the first is taken.
                    for lot in ours.values_mut().chain(theirs.values_mut()) {
                        lot.1 = Decimal::ZERO;
                    }
                }
                assert_near(&ours, &theirs, &text);
                assert_eq!(held(&again), held(book), "{text}");
                if own == JournalFormat::Beancount {
                    let method = again.accounts().get("Assets:Broker").unwrap().lot_method;
                    assert_eq!(method.map(|method| method.as_str()), Some(name));
                    let (ours, theirs) = (gained(book), gained(&again));
                    assert_eq!(ours.len(), theirs.len(), "{text}\n{ours:?}\n{theirs:?}");
                    for ((on, gain), (other_on, other)) in ours.iter().zip(&theirs) {
                        assert!(on == other_on && (gain.minor() - other.minor()).abs() <= 1, "{ours:?}\n{theirs:?}");
                    }
                }
            }
        });
    }

    fn a_sale_at_cost_is_exported_with_its_price_and_an_import_of_it_keeps_the_gain(db: &TestDatabase) {
        let ledger = open(db);
        let book = book(&ledger, "at cost", LotMethod::Fifo);
        bought_and_sold_at_cost(&book, at("120"), usd(12_000));
        let gain = vec![("2026-02-01".to_owned(), usd(2_000))];
        assert_eq!(gained(&book), gain);
        for (format, own, price) in [
            (ExportFormat::Beancount, JournalFormat::Beancount, "{100 USD, 2026-01-05} @ 120 USD\n"),
            (ExportFormat::Ledger, JournalFormat::Ledger, "{100 USD} [2026-01-05] @ 120 USD\n"),
            (ExportFormat::Hledger, JournalFormat::Hledger, "@ 100 USD\n    ; sold @ 120 USD\n"),
        ] {
            let text = exported(&book, format, false);
            assert!(text.contains(price) && !text.contains("Capital-Gains"), "{text}");
            let again = ledger.create_book(NewBook::personal(own.as_str(), "USD")).unwrap();
            import(&again, &text, own);
            assert_eq!(gained(&again), gain, "{text}");
            assert_eq!(held(&again), held(&book), "{text}");
        }
    }

    fn a_sale_for_another_currency_is_exported_without_its_price_and_an_import_of_it_keeps_the_proceeds(db: &TestDatabase) {
        let ledger = open(db);
        let book = sold_for_euros(&ledger);
        let proceeds = |book: &Book<'_>| {
            let report = book.lots().gains(&GainQuery::new(None, day("9999-12-31"))).unwrap();
            report.rows.into_iter().map(|row| (row.proceeds, row.cost)).collect::<Vec<_>>()
        };
        let eur = Commodity::iso("EUR").unwrap();
        assert_eq!(proceeds(&book), [(Some(eur.amount(11_000)), Some(usd(10_000)))]);
        for (format, own) in [(ExportFormat::Beancount, JournalFormat::Beancount), (ExportFormat::Ledger, JournalFormat::Ledger)] {
            let text = exported(&book, format, false);
            let again = ledger.create_book(NewBook::personal(own.as_str(), "USD")).unwrap();
            import(&again, &text, own);
            assert_eq!(proceeds(&again), proceeds(&book), "{text}");
        }
    }

    fn an_account_of_averaged_costs_takes_no_lots_from_others_unless_units_move_between_them(db: &TestDatabase) {
        let ledger = open(db);
        let book = book(&ledger, "mixed", LotMethod::Fifo);
        book.accounts().open(NewAccount::new("Assets:Average").lot_method(LotMethod::Average)).unwrap();
        let buy = EntryDraft::new(day("2026-01-06"), "Buy").debit_at("Assets:Average", fund().amount(1_000), at("90"));
        post(&book, trade("2026-01-05", 3_000, at("100"))).unwrap();
        post(&book, buy.infer("Assets:Bank")).unwrap();
        for format in [ExportFormat::Beancount, ExportFormat::Ledger, ExportFormat::Hledger] {
            let text = exported(&book, format, false);
            assert!(text.contains("3.000 FUND {100 USD"), "{text}");
            assert!(text.contains("1.000 FUND @ 90 USD"), "{text}");
            assert!(text.contains("; lots of FUND on Assets:Average are left out: the average method"), "{text}");
        }
        post(&book, moved("2026-01-07", 1_000, "Assets:Broker", "Assets:Average")).unwrap();
        let text = exported(&book, ExportFormat::Beancount, false);
        assert!(text.contains("units move between there and other accounts") && !text.contains('{'), "{text}");
    }

    fn an_export_says_nothing_twice_and_an_import_of_it_takes_no_numbers_for_tags(db: &TestDatabase) {
        let ledger = open(db);
        let book = book(&ledger, "plain", LotMethod::Fifo);
        let only = NewAccount::new("Assets:Cash").commodity(usd(0).commodity());
        book.accounts().open(only).unwrap();
        bought_and_sold_at_cost(&book, at("120"), usd(12_000));
        bought_and_sold_at_cost(&book, at("120"), usd(12_000));
        let wrong = post(&book, moved("2026-02-02", 500, "Assets:Broker", "Assets:Depot")).unwrap();
        book.journal().reverse(wrong.number, Some(day("2026-02-03"))).unwrap();
        for (format, own) in [(ExportFormat::Beancount, JournalFormat::Beancount),
            (ExportFormat::Ledger, JournalFormat::Ledger), (ExportFormat::Hledger, JournalFormat::Hledger)] {
            let text = exported(&book, format, false);
            let prices = text.lines().filter(|line| line.contains("FUND 120 USD")).count();
            assert_eq!(prices, 1, "{text}");
            assert!(!text.contains("Capital-Gains"), "{text}");
            let again = ledger.create_book(NewBook::personal(own.as_str(), "USD")).unwrap();
            import(&again, &text, own);
            for number in 1..=6 {
                assert_eq!(again.journal().get(number).unwrap().tags, vec![], "{text}");
            }
            if own == JournalFormat::Beancount {
                assert!(text.contains(" open Assets:Cash USD\n"), "{text}");
                let cash = again.accounts().get("Assets:Cash").unwrap();
                assert_eq!(cash.commodity.map(|only| only.code().to_owned()), Some("USD".to_owned()));
            }
        }
    }

    fn a_part_of_a_journal_and_averaged_costs_are_exported_without_lots_and_say_so(db: &TestDatabase) {
        let ledger = open(db);
        let fifo = book(&ledger, "fifo", LotMethod::Fifo);
        busy(&fifo);
        let options = ExportOptions {
            format: ExportFormat::Beancount, from: Some(day("2026-01-06")), ..Default::default()
        };
        let mut out = Vec::new();
        fifo.export().journal(&options, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("; lots are left out, since only a part") && !text.contains('{'), "{text}");
        let average = book(&ledger, "average", LotMethod::Average);
        post(&average, trade("2026-01-05", 3_000, at("100"))).unwrap();
        post(&average, trade("2026-01-06", -1_000, at("110"))).unwrap();
        for format in [ExportFormat::Beancount, ExportFormat::Ledger, ExportFormat::Hledger] {
            let text = exported(&average, format, false);
            assert!(text.contains("; lots of FUND on Assets:Broker are left out: the average method") && !text.contains('{'), "{text}");
        }
    }
}
