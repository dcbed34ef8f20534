//! Lots in journals of beancount that are taken over: moves of the same day, and units that cost nothing.

use ledger_core::import::journal::{JournalFormat, Sources, read_journal};
use ledger_core::money::Commodity;
use ledger_core::{Book, GainQuery, JournalImport, Ledger, LotQuery, NewBook};
use ledger_testkit::on_both_databases;

use crate::support::{assert_sound, day, open};

const ACCOUNTS: &str = "2024-01-01 open Assets:A\n2024-01-01 open Assets:B\n2024-01-01 open Assets:Cash\n\
                        2024-01-01 open Income:Gains\n";

fn imported<'l>(ledger: &'l Ledger, name: &str, text: &str) -> Book<'l> {
    let book = ledger.create_book(NewBook::personal(name, "USD")).unwrap();
    let text = if text.contains(" open ") { text.to_owned() } else { format!("{ACCOUNTS}{text}") };
    let sources = Sources::one("journal", text.clone());
    let import = JournalImport::new(&sources, read_journal(&sources, JournalFormat::Beancount));
    let outcome = book.imports().journal(import).unwrap();
    assert_eq!((outcome.refused, outcome.problems), (false, vec![]), "{text}");
    assert_sound(&book);
    book
}

/// Account, day, units and cost of every open lot.
fn lots(book: &Book<'_>) -> Vec<(String, String, String, String)> {
    let report = book.lots().open(&LotQuery::new(day("9999-12-31"))).unwrap();
    assert_eq!(report.findings, Vec::<String>::new());
    let cost =
        |lot: &ledger_core::lot::Lot| serde_json::to_value(lot.cost).unwrap().as_str().unwrap().to_owned();
    let lots = report.lots.iter().map(|open| {
        let lot = &open.lot;
        (open.account.clone(), lot.opened_on.to_string(), lot.units.to_string(), cost(lot))
    });
    lots.collect()
}

/// What sales gained, each with proceeds, cost and gain in cents, where they are known.
fn gains(book: &Book<'_>) -> Vec<[Option<i64>; 3]> {
    let report = book.lots().gains(&GainQuery::new(None, day("9999-12-31"))).unwrap();
    let minor = |amount: Option<ledger_core::money::Amount>| amount.map(|amount| amount.minor());
    report.rows.iter().map(|row| [row.proceeds, row.cost, row.gain].map(minor)).collect()
}

fn lot(account: &str, on: &str, units: &str, cost: &str) -> (String, String, String, String) {
    (account.to_owned(), on.to_owned(), units.to_owned(), cost.to_owned())
}

on_both_databases! {
    fn units_that_move_on_the_day_of_their_purchase_are_not_sold(db: &TestDatabase) {
        let ledger = open(db);
        for (at, entered) in [("2024-02-01", "1"), ("2024-02-05", "2")] {
            let text = format!(
                "2024-02-01 * \"Buy\"\n  Assets:A  10 HOOL {{100.00 USD}}\n  Assets:Cash  -1000.00 USD\n\
                 {at} * \"Move\"\n  Assets:B  4 HOOL {{100.00 USD, 2024-02-01}}\n\
                 \x20 Assets:A  -4 HOOL {{100.00 USD, 2024-02-01}}\n"
            );
            let book = imported(&ledger, entered, &text);
            assert_eq!(lots(&book), [
                lot("Assets:A", "2024-02-01", "6 HOOL", "600.00 USD"),
                lot("Assets:B", "2024-02-01", "4 HOOL", "400.00 USD"),
            ]);
            assert_eq!(gains(&book), Vec::<[Option<i64>; 3]>::new(), "{text}");
        }
    }

    fn a_sale_of_units_that_cost_nothing_gains_its_proceeds(db: &TestDatabase) {
        let ledger = open(db);
        let text = "2024-02-01 * \"Gift\"\n  Assets:A  10 HOOL {0 USD}\n\
                    2024-03-01 * \"Sale\"\n  Assets:A  -6 HOOL {} @ 3 USD\n  Assets:Cash  18.00 USD\n\
                    \x20 Income:Gains\n";
        let book = imported(&ledger, "elided", text);
        assert_eq!(gains(&book), [[Some(1_800), Some(0), Some(1_800)]]);
        assert_eq!(lots(&book), [lot("Assets:A", "2024-02-01", "4 HOOL", "nothing")]);
        let told = text.replace("  Income:Gains\n", "  Income:Gains  -18.00 USD\n");
        assert_eq!(gains(&imported(&ledger, "told", &told)), gains(&book));
        let usd = Commodity::iso("USD").unwrap();
        let gained = book.accounts().balance("Income:Gains", None).unwrap();
        assert_eq!(gained, [usd.amount(-1_800)]);
        // And the same out of our own export.
        let mut out = Vec::new();
        let options = ledger_core::ExportOptions {
            format: ledger_core::export::ExportFormat::Beancount, ..Default::default()
        };
        book.export().journal(&options, &mut out).unwrap();
        let exported = String::from_utf8(out).unwrap();
        assert!(exported.contains("-6 HOOL {0 USD, 2024-02-01} @ 3 USD\n"), "{exported}");
        assert!(!exported.contains("Capital-Gains"), "{exported}");
        let again = imported(&ledger, "again", &exported);
        assert_eq!((gains(&again), lots(&again)), (gains(&book), lots(&book)));
    }
}
