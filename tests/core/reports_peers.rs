//! Statements beside those of other programs: balances, income statements, balance sheets, monthly columns and values of
//! hledger and beancount on the same journals are ours, to the last unit.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Datelike, Days, Months, NaiveDate};
use ledger_core::account::AccountKind;
use ledger_core::export::ExportFormat;
use ledger_core::import::journal::{Sources, detect, read_journal, resolve_none};
use ledger_core::money::{Commodity, Price};
use ledger_core::report::{
    Basis, ColumnKind, ColumnOptions, Figure, Interval, Period, Statement, StatementKind, StatementRequest,
    StatementRow, Valuation, ValuedAt,
};
use ledger_core::{Book, ExportOptions, JournalImport, NewBook};
use ledger_testkit::peers::{self, Peer, billionths};
use ledger_testkit::{Backend, TestDatabase, run};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::journals_in::{ADDED, corpus, files_of, symbol};
use crate::support::{day, open};

#[allow(dead_code, reason = "what benches need beside")]
#[path = "../../benches/support/data.rs"]
mod data;

/// Billionths of a unit by section, account (or `total`), commodity and place of the column; without nothing.
type Table = BTreeMap<(String, String, String, usize), i128>;

/// How accounts and commodities of a journal are called in the book.
type Names = BTreeMap<(String, String), String>;

/// A journal, by which program it is asked for, and whether we wrote it ourselves.
struct Asked<'a> {
    file: &'a Path,
    names: Names,
    /// Accounts of the book that the journal does not have.
    without: &'a [&'a str],
}

impl Asked<'_> {
    fn account(&self, name: &str) -> String {
        let named = self.names.get(&("account".to_owned(), name.to_owned()));
        named.cloned().unwrap_or_else(|| name.to_owned())
    }

    fn commodity(&self, code: &str) -> String {
        let code = code.trim_matches('"');
        let named = self.names.get(&("commodity".to_owned(), code.to_owned()));
        named.cloned().unwrap_or_else(|| symbol(code).to_owned())
    }

    /// How the journal calls a commodity of the book.
    fn written(&self, commodity: Commodity) -> String {
        let named = self.names.iter().find(|(key, code)| key.0 == "commodity" && *code == commodity.code());
        named.map_or_else(|| commodity.code().to_owned(), |(key, _)| key.1.clone())
    }

    /// What hledger says in a report of sections (or of none, which is named `section` then).
    fn hledger(&self, section: &str, report: &[&str]) -> Option<Table> {
        let mut table = Table::new();
        let mut section = section.to_owned();
        for record in peers::hledger(self.file, report)? {
            let [name, commodity, numbers @ ..] = record.as_slice() else { panic!("{record:?}") };
            if name.eq_ignore_ascii_case("account") || commodity.is_empty() && numbers.is_empty() {
                continue;
            }
            if commodity.is_empty() && numbers.iter().all(String::is_empty) {
                section = if name == "Revenues" { "Income".to_owned() } else { name.clone() };
                continue;
            }
            let (section, name) = match name.trim_end_matches(':').to_lowercase().as_str() {
                "net" => ("Net".to_owned(), "total".to_owned()),
                "total" => (section.clone(), "total".to_owned()),
                _ => (section.clone(), self.account(name)),
            };
            for (place, number) in numbers.iter().enumerate() {
                let key = (section.clone(), name.clone(), self.commodity(commodity), place);
                *table.entry(key).or_default() += billionths(number);
            }
        }
        table.retain(|_, number| *number != 0);
        Some(table)
    }
}

fn billionths_of(minor: i64, commodity: Commodity) -> i128 {
    i128::from(minor) * 10_i128.pow(9 - u32::from(commodity.scale()))
}

fn is_result(name: &str) -> bool {
    matches!(name, "Net income" | "Net worth")
}

/// Our figures as the other programs say them.
fn table_of(statement: &Statement, without: &[&str]) -> Table {
    let columns: Vec<usize> = statement
        .columns
        .iter()
        .enumerate()
        .filter_map(|(place, column)| (column.kind == ColumnKind::Period).then_some(place))
        .collect();
    let mut table = Table::new();
    let mut add = |section: &str, name: &str, row: &StatementRow, sign: i128| {
        for (place, column) in columns.iter().enumerate() {
            if let Figure::Amount(minor) = row.figures[*column] {
                let key = (section.to_owned(), name.to_owned(), row.commodity.code().to_owned(), place);
                *table.entry(key).or_default() += sign * billionths_of(minor, row.commodity);
            }
        }
    };
    for section in &statement.sections {
        for row in section.rows.iter().filter(|row| !row.computed && !without.contains(&row.name.as_str())) {
            add(&section.name, &row.name, row, 1);
        }
        let name = if is_result(&section.name) { "Net" } else { &section.name };
        for row in &section.totals {
            add(name, "total", row, 1);
        }
    }
    table.retain(|_, number| *number != 0);
    table
}

fn ask(book: &Book<'_>, kind: StatementKind, request: &StatementRequest) -> Statement {
    book.reports().statement(kind, request).unwrap()
}

/// What every account holds at the end of each column, debits positive.
fn balances(book: &Book<'_>, request: &StatementRequest, without: &[&str]) -> Table {
    let mut table = table_of(&ask(book, StatementKind::BalanceHistory, request), without);
    table.retain(|(_, name, ..), _| name != "total");
    table
}

fn native(first: NaiveDate, last: NaiveDate, interval: Option<Interval>) -> StatementRequest {
    StatementRequest {
        period: Some(Period::new(first, last).unwrap()),
        columns: ColumnOptions { interval, ..ColumnOptions::default() },
        basis: Basis::Native,
        ..StatementRequest::default()
    }
}

/// The first and the last day of a book, as whole months.
fn months_of(book: &Book<'_>) -> Period {
    let whole = ask(book, StatementKind::IncomeStatement, &StatementRequest::default()).period;
    let after = whole.last.with_day(1).unwrap() + Months::new(1);
    Period::new(whole.first.with_day(1).unwrap(), after.pred_opt().unwrap()).unwrap()
}

/// Some days of a period: near its start, inside, and its end.
fn days_of(period: Period) -> [NaiveDate; 4] {
    let days = (period.last - period.first).num_days().unsigned_abs();
    [7, days / 3 + 1, days * 2 / 3, days].map(|day| period.first + Days::new(day.min(days)))
}

fn assert_same(ours: &Table, theirs: &Table, what: &str) {
    let different = ours.iter().filter(|(key, number)| theirs.get(key) != Some(number));
    let missing = theirs.iter().filter(|(key, number)| ours.get(key) != Some(number));
    let (different, missing): (Vec<_>, Vec<_>) = (different.take(5).collect(), missing.take(5).collect());
    assert!(ours == theirs, "{what}: ours {different:?}, theirs {missing:?}");
}

/// Statements of hledger; `values` in this commodity where there are prices.
fn assert_as_hledger(book: &Book<'_>, asked: &Asked<'_>, values: Option<Commodity>) {
    let what = asked.file.display();
    let whole = months_of(book);
    let after = |day: NaiveDate| day.succ_opt().unwrap().to_string();
    let (first, end) = (whole.first.to_string(), after(whole.last));
    for day in days_of(whole) {
        let report = ["balance", "--flat", "-N", "-e", &after(day)];
        let Some(theirs) = asked.hledger("Balance", &report) else { return };
        assert!(day < whole.last || !theirs.is_empty(), "{what} holds something");
        let ours = balances(book, &native(whole.first, day, None), asked.without);
        assert_same(&ours, &theirs, &format!("{what}: balances on {day}"));
        let theirs = asked.hledger("", &["balancesheet", "--flat", "-e", &after(day)]).unwrap();
        let ours =
            table_of(&ask(book, StatementKind::NetWorth, &native(whole.first, day, None)), asked.without);
        assert_same(&ours, &theirs, &format!("{what}: balance sheet of {day}"));
    }
    for (flag, interval) in
        [(None, None), (Some("--monthly"), Some(Interval::Month)), (Some("--yearly"), Some(Interval::Year))]
    {
        // A year that a range cuts is whole to hledger: asked for, it widens the range to whole years.
        let (first, end, range) = match interval {
            Some(Interval::Year) => {
                let year = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
                let (first, end) = (year(whole.first.year()), year(whole.last.year() + 1));
                (first.to_string(), end.to_string(), Period::new(first, end.pred_opt().unwrap()).unwrap())
            }
            _ => (first.clone(), end.clone(), whole),
        };
        let mut report = vec!["incomestatement", "--flat", "-b", &first, "-e", &end];
        report.extend(flag);
        let theirs = asked.hledger("", &report).unwrap();
        let ours = ask(book, StatementKind::IncomeStatement, &native(range.first, range.last, interval));
        assert_same(
            &table_of(&ours, asked.without),
            &theirs,
            &format!("{what}: income statement {interval:?}"),
        );
    }
    if let Some(target) = values {
        assert_values(book, asked, target, whole);
    }
}

/// Month by month, all that is held at the prices of the month's end.
fn assert_values(book: &Book<'_>, asked: &Asked<'_>, target: Commodity, whole: Period) {
    let mut theirs = Table::new();
    let code = target.code();
    // hledger shows no more digits than a style says: as many as its products of amount and rate have, so that nothing
    // is rounded before it is rounded here.
    let style = format!("1.{} {code}", "0".repeat(20));
    let (first, end) = (whole.first.to_string(), whole.last.succ_opt().unwrap().to_string());
    let value = format!("--value=end,{code}");
    for commodity in book.commodities().list().unwrap() {
        // One commodity at a time: each is valued and rounded on its own here, and hledger rounds nothing.
        let query = format!("cur:^{}$", asked.written(commodity));
        let report =
            ["balance", "--flat", "-N", "-H", "-M", "-b", &first, "-e", &end, &value, "-c", &style, &query];
        let Some(records) = peers::hledger(asked.file, &report) else { return };
        for record in &records[1..] {
            let (name, of) = (asked.account(&record[0]), asked.commodity(&record[1]));
            for (place, number) in record[2..].iter().enumerate() {
                let scale = if of == code { target.scale() } else { commodity.scale() };
                let number: Decimal = number.parse().unwrap();
                let rounded =
                    number.round_dp_with_strategy(scale.into(), RoundingStrategy::MidpointNearestEven);
                let key = ("Balance".to_owned(), name.clone(), of.clone(), place);
                *theirs.entry(key).or_default() += billionths(&rounded.to_string());
            }
        }
    }
    theirs.retain(|_, number| *number != 0);
    assert!(!theirs.is_empty(), "{} holds something", asked.file.display());
    let mut request = native(whole.first, whole.last, Some(Interval::Month));
    request.basis =
        Basis::Valued(Valuation { commodity: target, at: ValuedAt::PeriodEnd, leave_unpriced: true });
    let ours = balances(book, &request, asked.without);
    assert_same(&ours, &theirs, &format!("{}: values in {code}", asked.file.display()));
}

/// Statements that bean-query works out: balances on some days, and what moved month by month.
fn assert_as_beancount(book: &Book<'_>, asked: &Asked<'_>) {
    let what = asked.file.display();
    let whole = months_of(book);
    for day in days_of(whole) {
        let question =
            format!("SELECT account, currency, sum(number) WHERE date <= {day} GROUP BY account, currency");
        let Some(records) = peers::bean_query(asked.file, &question) else { return };
        let mut theirs = Table::new();
        for record in records {
            let [account, currency, number] = [0, 1, 2].map(|place: usize| record[place].trim());
            let key = ("Balance".to_owned(), asked.account(account), asked.commodity(currency), 0);
            *theirs.entry(key).or_default() += billionths(number);
        }
        theirs.retain(|_, number| *number != 0);
        assert!(day < whole.last || !theirs.is_empty(), "{what} holds something");
        let ours = balances(book, &native(whole.first, day, None), asked.without);
        assert_same(&ours, &theirs, &format!("{what}: balances on {day}"));
    }
    let kinds: BTreeMap<String, AccountKind> =
        book.accounts().list().unwrap().into_iter().map(|account| (account.name, account.kind)).collect();
    let question =
        "SELECT account, currency, year, month, sum(number) GROUP BY account, currency, year, month";
    let mut theirs = Table::new();
    for record in peers::bean_query(asked.file, question).unwrap() {
        let [account, currency, year, month, number] = [0, 1, 2, 3, 4].map(|at: usize| record[at].trim());
        let (account, currency) = (asked.account(account), asked.commodity(currency));
        let (section, sign) = match kinds.get(&account) {
            Some(AccountKind::Income) => ("Income", -1),
            Some(AccountKind::Expense) => ("Expenses", 1),
            _ => continue,
        };
        let (year, month): (i32, i32) = (year.parse().unwrap(), month.parse().unwrap());
        let place = (year - whole.first.year()) * 12 + month - whole.first.month() as i32;
        let number = sign * billionths(number);
        for (section, name, sign) in
            [(section, account.as_str(), 1), (section, "total", 1), ("Net", "total", -sign)]
        {
            let key = (section.to_owned(), name.to_owned(), currency.clone(), place as usize);
            *theirs.entry(key).or_default() += sign * number;
        }
    }
    theirs.retain(|_, number| *number != 0);
    let request = native(whole.first, whole.last, Some(Interval::Month));
    let ours = table_of(&ask(book, StatementKind::IncomeStatement, &request), asked.without);
    assert_same(&ours, &theirs, &format!("{what}: income statement by month"));
}

/// What the book exports, for a program to read.
fn exported(db: &TestDatabase, book: &Book<'_>, peer: Peer) -> PathBuf {
    let file = db.folder().join(format!("{}.{}", book.name().replace('/', "-"), peer.format()));
    let mut out = Vec::new();
    let format = ExportFormat::from_name(peer.format()).unwrap();
    book.export().journal(&ExportOptions { format, ..ExportOptions::default() }, &mut out).unwrap();
    fs::write(&file, out).unwrap();
    file
}

/// The journal with the prices that its lines carry told one by one: hledger would infer them (`--infer-market-prices`),
/// but rounds those that it works out from a total: of 727.27 for 7.213 pieces it makes 100.828 apiece.
fn with_prices(book: &Book<'_>, asked: &Asked<'_>) -> PathBuf {
    let mut text = fs::read_to_string(asked.file).unwrap();
    // Of one day the last one counts, there as here.
    for Price { commodity, rate, quote, on } in book.prices().list().unwrap() {
        text += &format!("P {on} \"{}\" {rate} \"{}\"\n", asked.written(commodity), asked.written(quote));
    }
    let file = asked.file.with_extension("priced.journal");
    fs::write(&file, text).unwrap();
    file
}

fn assert_exports_agree(db: &TestDatabase, book: &Book<'_>, values: Option<Commodity>) {
    for peer in [Peer::Hledger, Peer::Beancount] {
        let file = exported(db, book, peer);
        let asked = Asked { file: &file, names: peers::names_in_book(peer, &file), without: &[] };
        match peer {
            Peer::Hledger => {
                let priced = with_prices(book, &asked);
                assert_as_hledger(book, &asked, None);
                let priced = Asked { file: &priced, names: asked.names.clone(), without: &[] };
                values.iter().for_each(|target| assert_values(book, &priced, *target, months_of(book)));
            }
            _ => assert_as_beancount(book, &asked),
        }
    }
}

fn import(book: &Book<'_>, path: &Path) {
    let name = path.to_str().unwrap();
    let bytes = fs::read(path).unwrap();
    let format = detect(name, &bytes).unwrap_or_else(|| panic!("{name}: the format is not told"));
    let sources = Sources::load(name, bytes, &mut resolve_none).unwrap();
    let mut import = JournalImport::new(&sources, read_journal(&sources, format));
    import.settle.unbalanced = Some("Equity:Unbalanced".to_owned());
    import.kinds.insert("*".to_owned(), AccountKind::Asset);
    import.skip_errors = true;
    import.accept_failed_assertions = true;
    book.imports().journal(import).unwrap_or_else(|error| panic!("{name}: {error}"));
}

#[test]
fn statements_of_the_corpus_are_those_of_the_programs_that_its_journals_are_of() {
    let Some(folder) = corpus().map(|folder| folder.join("journals")) else { return };
    let mut files = files_of(&folder, ".beancount");
    files.extend(files_of(&folder, ".ledger"));
    files.extend(files_of(&folder, ".dat"));
    let mut compared = 0;
    for file in &files {
        run(Backend::Sqlite, |db| {
            let ledger = open(db);
            let book = ledger.create_book(NewBook::personal(file.as_str(), "USD")).unwrap();
            let path = folder.join(file);
            import(&book, &path);
            let asked = Asked { file: &path, names: Names::new(), without: &ADDED };
            if file.ends_with(".beancount") {
                assert_as_beancount(&book, &asked);
            } else if file.ends_with(".ledger") {
                // The others are journals that hledger refuses: EXPECTED.tsv says so.
                assert_as_hledger(&book, &asked, None);
            }
            assert_exports_agree(db, &book, Some(Commodity::iso("USD").unwrap()));
        });
        compared += 1;
    }
    assert_eq!(compared, 11, "{files:?}");
}

/// Prices of the first of each month, in dollars.
fn add_prices(book: &Book<'_>) {
    let usd = Commodity::iso("USD").unwrap();
    book.transaction(|book| {
        for month in 0..240 {
            let on = day("2005-01-01") + Months::new(month);
            for (code, ten_thousandths) in [("EUR", 11_900 + i64::from(month * 37 % 251)), ("AED", 2_723)] {
                let rate = Decimal::new(ten_thousandths, 4);
                book.prices().add(Price::new(Commodity::iso(code).unwrap(), rate, usd, on)?)?;
            }
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn statements_of_ten_thousand_entries_are_those_of_hledger_and_beancount() {
    run(Backend::Sqlite, |db| {
        let world = data::World::new();
        data::empty_book(db.url(), &world).unwrap();
        let ledger = open(db);
        let book = ledger.book("bench").unwrap();
        data::fill(&book, &world, 10_000, data::Style::Plain).unwrap();
        add_prices(&book);
        assert_exports_agree(db, &book, Commodity::iso("USD"));
    });
}

/// Journals that were not written by us, of the generator that stands beside the corpus.
#[test]
fn statements_of_ten_thousand_entries_of_another_generator_are_those_of_hledger_and_beancount() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/peers/gen.py");
    let script =
        std::env::var_os("LEDGER_PEERS").map_or(beside, |folder| PathBuf::from(folder).join("gen.py"));
    if !script.exists() {
        println!("no generator at {}: our own has been compared", script.display());
        return;
    }
    run(Backend::Sqlite, |db| {
        let mut command = std::process::Command::new("python3");
        command.arg(&script).args(["--formats", "journal,beancount", "--out"]).arg(db.folder()).arg("10000");
        let made = command.output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let joined = |ending: &str| {
            let file = db.folder().join(format!("all.{ending}"));
            let read = |name: String| fs::read_to_string(db.folder().join(name)).unwrap();
            let text = read(format!("10000.{ending}")) + &read(format!("10000.prices.{ending}"));
            fs::write(&file, text).unwrap();
            file
        };
        let ledger = open(db);
        let book = ledger.create_book(NewBook::personal("home", "USD")).unwrap();
        let journal = joined("journal");
        import(&book, &journal);
        let asked = Asked { file: &journal, names: Names::new(), without: &[] };
        assert_as_hledger(&book, &asked, Commodity::iso("USD"));
        let file = joined("beancount");
        assert_as_beancount(&book, &Asked { file: &file, names: Names::new(), without: &[] });
    });
}
