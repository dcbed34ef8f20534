//! Lots beside those of beancount: on journals of the corpus, on small journals of its kinds of booking, and on random
//! sales by each of its methods.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ledger_core::account::NewAccount;
use ledger_core::import::journal::{JournalFormat, Sources, read_journal};
use ledger_core::journal::LinePrice;
use ledger_core::lot::LotMethod;
use ledger_core::money::{Commodity, Rounding};
use ledger_core::{Book, EntryDraft, GainQuery, JournalImport, LotQuery, NewBook};
use ledger_testkit::peers::{bean_query, beancount_says};
use ledger_testkit::{Backend, TestDatabase, run};
use rust_decimal::Decimal;

use crate::support::{assert_sound, day, open, post};

/// Account, commodity and day of purchase, with units and what they cost, rounded to cents.
type Lots = BTreeMap<(String, String, String), (Decimal, Decimal)>;

/// What beancount says is held at cost.
const HELD: &str = "SELECT account, currency, cost_date, cost_number, sum(number) AS units \
                    WHERE cost_number IS NOT NULL GROUP BY account, currency, cost_date, cost_number";
const GAINED: &str = "SELECT sum(number) AS gain WHERE account ~ '^Income:Gains'";

fn cents(number: Decimal) -> Decimal {
    number.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointNearestEven)
}

/// The lots that beancount holds; `None` where it is left out. Journals of the corpus name documents that are not there.
fn by_beancount(journal: &Path) -> Option<Lots> {
    let mut lots = Lots::new();
    for row in bean_query(journal, HELD)? {
        let [account, commodity, on, cost, units] = [0, 1, 2, 3, 4].map(|at: usize| row[at].trim());
        let [cost, units] = [cost, units].map(|number| number.parse::<Decimal>().unwrap());
        let sum = lots.entry((account.to_owned(), commodity.to_owned(), on.to_owned())).or_default();
        (sum.0, sum.1) = (sum.0 + units, sum.1 + units * cost);
    }
    lots.retain(|_, (units, _)| !units.is_zero());
    Some(
        lots.into_iter()
            .map(|(key, (units, cost))| (key, (units.normalize(), cents(cost).normalize())))
            .collect(),
    )
}

/// The lots of a book whose cost is known.
fn ours(book: &Book<'_>) -> Lots {
    let report = book.lots().open(&LotQuery::new(day("9999-12-31"))).unwrap();
    assert_eq!(report.findings, Vec::<String>::new());
    let mut lots = Lots::new();
    for open in report.lots {
        let Some(cost) = open.lot.cost.amount() else { continue };
        let code = open.lot.units.commodity().code().to_owned();
        let sum = lots.entry((open.account, code, open.lot.opened_on.to_string())).or_default();
        (sum.0, sum.1) = (sum.0 + open.lot.units.to_decimal(), sum.1 + cost.to_decimal());
    }
    lots.into_iter().map(|(key, (units, cost))| (key, (units.normalize(), cost.normalize()))).collect()
}

/// Holds lots to be the same: units exactly, and costs to half a cent for each purchase of a day. A purchase costs whole
/// cents in our books, as it is posted; beancount keeps units times price, and lets an entry differ by a fraction of a cent.
fn assert_near(ours: &Lots, theirs: &Lots, file: &str) {
    let units = |lots: &Lots| lots.iter().map(|(key, lot)| (key.clone(), lot.0)).collect::<BTreeMap<_, _>>();
    assert_eq!(units(ours), units(theirs), "{file}");
    for (key, (_, cost)) in ours {
        let apart = (cost - theirs[key].1).abs();
        assert!(apart <= Decimal::new(1, 2), "{file}: {key:?} costs {cost}, and {} there", theirs[key].1);
    }
}

fn import(book: &Book<'_>, path: &Path) {
    let name = path.to_str().unwrap();
    let sources = Sources::one(name, std::fs::read_to_string(path).unwrap());
    let outcome = book
        .imports()
        .journal(JournalImport::new(&sources, read_journal(&sources, JournalFormat::Beancount)))
        .unwrap();
    assert_eq!((outcome.refused, outcome.problems), (false, vec![]), "{name}");
    assert_sound(book);
}

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures");
    let folder = std::env::var_os("LEDGER_FIXTURES").map_or(beside, PathBuf::from);
    let found = folder.join("EXPECTED.tsv").exists();
    if !found {
        println!("no corpus at {}: nothing to compare with", folder.display());
    }
    found.then_some(folder)
}

#[test]
fn journals_of_the_corpus_have_the_lots_that_beancount_gives() {
    let Some(folder) = corpus() else { return };
    // The others hold no lots, or do not balance and are refused.
    for file in ["fava-contrib-example", "fava-off-by-one"] {
        let path = folder.join(format!("journals/{file}.beancount"));
        let Some(expected) = by_beancount(&path) else { return };
        let check = |db: &TestDatabase| {
            let ledger = open(db);
            let book = ledger.create_book(NewBook::personal("home", "USD")).unwrap();
            import(&book, &path);
            assert_near(&ours(&book), &expected, file);
        };
        run(Backend::Sqlite, check);
        if file == "fava-contrib-example" {
            assert!(expected.len() > 10, "{expected:?}");
            run(Backend::Postgres, check);
        }
    }
}

/// Kinds of booking, each with what is sold of three lots: two of one cost, of which one has a label.
const SALES: [(&str, &str, &str); 9] = [
    ("STRICT", "2026-02-01", "-4 FUND {10.00 USD}"),
    ("STRICT", "2026-02-01", "-4 FUND {2026-01-03}"),
    ("STRICT", "2026-02-01", "-3 FUND {\"gift\"}"),
    ("STRICT", "2026-02-01", "-15 FUND {}"),
    ("FIFO", "2026-02-01", "-7 FUND {}"),
    ("LIFO", "2026-02-01", "-7 FUND {}"),
    ("HIFO", "2026-02-01", "-7 FUND {}"),
    ("HIFO", "2026-02-01", "-11 FUND {}"),
    ("FIFO", "2026-02-01", "-2 FUND {12.50 USD}"),
];

#[test]
fn every_kind_of_booking_closes_the_lots_that_beancount_closes() {
    run(Backend::Sqlite, |db| {
        let ledger = open(db);
        for (at, (method, on, sale)) in SALES.iter().enumerate() {
            let text = format!(
                "option \"operating_currency\" \"USD\"\n2020-01-01 open Assets:Fund FUND \"{method}\"\n\
                 2020-01-01 open Assets:Cash USD\n2020-01-01 open Income:Gains\n\n\
                 2026-01-01 * \"first\"\n  Assets:Fund 5 FUND {{10.00 USD}}\n  Assets:Cash\n\n\
                 2026-01-02 * \"second\"\n  Assets:Fund 5 FUND {{12.50 USD, \"gift\"}}\n  Assets:Cash\n\n\
                 2026-01-03 * \"third\"\n  Assets:Fund 5 FUND {{{{55.55 USD}}}}\n  Assets:Cash\n\n\
                 {on} * \"sale\"\n  Assets:Fund {sale} @ 13.00 USD\n  Assets:Cash 100.00 USD\n  Income:Gains\n"
            );
            let path = db.folder().join(format!("sale-{at}.beancount"));
            std::fs::write(&path, text).unwrap();
            let Some(expected) = by_beancount(&path) else { return };
            let book = ledger.create_book(NewBook::personal(format!("book {at}"), "USD")).unwrap();
            import(&book, &path);
            assert_eq!(ours(&book), expected, "{method} {sale}");
            let report = book.lots().gains(&GainQuery::new(None, day("9999-12-31"))).unwrap();
            let sold: Decimal = report.rows.iter().map(|row| row.units.to_decimal()).sum();
            let proceeds: Decimal = report.rows.iter().map(|row| row.proceeds.unwrap().to_decimal()).sum();
            assert_eq!(proceeds, sold * Decimal::from(13), "{method} {sale}");
        }
    });
}

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn up_to(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

#[test]
fn random_sales_by_each_method_leave_the_lots_and_gains_of_beancount() {
    let methods = [("FIFO", LotMethod::Fifo), ("LIFO", LotMethod::Lifo), ("HIFO", LotMethod::Hifo)];
    run(Backend::Sqlite, |db| {
        let ledger = open(db);
        let fund = Commodity::new("FUND", 3).unwrap();
        let usd = Commodity::iso("USD").unwrap();
        for (name, method) in methods {
            let book = ledger.create_book(NewBook::personal(name, "USD")).unwrap();
            book.commodities().declare(fund).unwrap();
            for account in ["Assets:Cash", "Income:Gains"] {
                book.accounts().open(NewAccount::new(account)).unwrap();
            }
            book.accounts().open(NewAccount::new("Assets:Fund").lot_method(method)).unwrap();
            let mut text = format!(
                "2020-01-01 open Assets:Fund FUND \"{name}\"\n2020-01-01 open Assets:Cash USD\n\
                 2020-01-01 open Income:Gains\n"
            );
            let (mut numbers, mut held) = (Numbers(7), 0);
            for n in 0..200_i64 {
                // Some on one day, where the order within it decides.
                let on = day("2026-01-01") + chrono::Days::new(n.unsigned_abs() / 3);
                let sells = held > 0 && numbers.up_to(5) < 2;
                // Whole units at prices in cents have whole costs: beancount does not round them.
                let units = 1 + numbers.up_to(if sells { held } else { 40 });
                let rate = Decimal::new(1_000 + numbers.up_to(9_000) as i64, 2);
                let signed = if sells { -(units as i64) } else { units as i64 };
                held = held.checked_add_signed(signed).unwrap();
                let braces = if sells { format!("{{}} @ {rate} USD") } else { format!("{{{rate} USD}}") };
                let cash = rate * Decimal::from(-signed);
                text += &format!(
                    "\n{on} * \"x\"\n  Assets:Fund {signed} FUND {braces}\n  Assets:Cash {cash} USD\n"
                );
                text += if sells { "  Income:Gains\n" } else { "" };
                let amount = fund.amount(signed * 1_000);
                let draft =
                    EntryDraft::new(on, "x").debit_at("Assets:Fund", amount, LinePrice::unit(rate, usd));
                post(&book, draft.infer("Assets:Cash")).unwrap();
            }
            let path = db.folder().join(format!("{name}.beancount"));
            std::fs::write(&path, text).unwrap();
            let Some(expected) = by_beancount(&path) else { return };
            assert_eq!(ours(&book), expected, "{name}");
            let gained = beancount_says(&path, GAINED).unwrap()[0][0].parse::<Decimal>().unwrap();
            let report = book.lots().gains(&GainQuery::new(None, day("9999-12-31"))).unwrap();
            let total = report.totals.last().unwrap().gain;
            assert_eq!(total.to_decimal().normalize(), -gained.normalize(), "{name}");
            // Imported, with each sale at the cost of the lots that it names, it is the same.
            let again = ledger.create_book(NewBook::personal(format!("{name} imported"), "USD")).unwrap();
            import(&again, &path);
            assert_eq!(ours(&again), expected, "{name} imported");
            let report = again.lots().gains(&GainQuery::new(None, day("9999-12-31"))).unwrap();
            assert_eq!(report.totals.last().unwrap().gain, total, "{name} imported");
            let price = |book: &Book<'_>| {
                let (one, on) = (book.amount("1 FUND").unwrap(), day("2027-01-01"));
                book.prices().table().unwrap().convert(one, usd, on, Rounding::HalfEven).unwrap()
            };
            assert_eq!(price(&again), price(&book), "the last price is that of the last trade");
        }
    });
}
