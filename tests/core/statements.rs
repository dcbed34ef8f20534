//! Real banks' OFX, QIF, camt and MT940 files, and this repository's own examples of them.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use ledger_core::import::{ReadOptions, StatementFile, StatementFormat, StatementLine, read_statement};
use ledger_core::money::Commodity;
use rust_decimal::Decimal;

fn eur() -> Commodity {
    Commodity::iso("EUR").expect("the euro is in ISO 4217")
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder of the corpus, where there is one.
fn corpus() -> Option<PathBuf> {
    let told = env::var_os("LEDGER_FIXTURES").map(PathBuf::from);
    let folder = told.unwrap_or_else(|| repository().join("../shared/fixtures"));
    let found = folder.join("EXPECTED.tsv").is_file();
    if !found {
        println!("no corpus at {}: nothing to compare with", folder.display());
    }
    found.then_some(folder)
}

fn read<'a>(bytes: &'a [u8], name: &str) -> Result<StatementFile<'a>, String> {
    let options = ReadOptions::new(eur());
    read_statement(bytes, name, &options, &Commodity::iso).map_err(|error| error.to_string())
}

fn lines<'f>(file: &'f StatementFile<'_>) -> impl Iterator<Item = &'f StatementLine> + Clone {
    file.statements.iter().flat_map(|statement| &statement.lines)
}

fn sums<'l>(lines: impl Iterator<Item = &'l StatementLine>, by_code: bool) -> BTreeMap<String, Decimal> {
    let mut sums = BTreeMap::new();
    for line in lines {
        let code = if by_code { line.amount.commodity().code().to_owned() } else { String::new() };
        *sums.entry(code).or_insert(Decimal::ZERO) += line.amount.to_decimal();
    }
    sums
}

/// What a row of the corpus's table says about a file.
struct Expected {
    case: String,
    /// One count for each account or statement; none where the file must not be read whole.
    counts: Option<Vec<usize>>,
    sums: BTreeMap<String, Decimal>,
    first_on: String,
    last_on: String,
    balances: Vec<Decimal>,
}

impl Expected {
    fn parse(row: &str) -> Option<Expected> {
        let fields = row.split('\t').collect::<Vec<_>>();
        let [case, what, count, sums, first_on, last_on, ..] = fields.as_slice() else { return None };
        if !["ofx/", "qif/", "camt053/", "mt940/"].iter().any(|folder| case.starts_with(folder)) {
            return None;
        }
        // "1+1 (TxDtls 2)", "370000.00 (Checking) ; 95000.00 (Cash)", "0 USD ; 0 USD".
        let plain = |text: &str| text.split(" (").next().unwrap_or("").trim().to_owned();
        let counts = plain(count).split('+').map(|count| count.parse().ok()).collect::<Option<Vec<_>>>();
        let mut by_code = BTreeMap::new();
        for sum in sums.split(';').map(plain).filter(|sum| !sum.is_empty()) {
            let (number, code) = sum.split_once(' ').unwrap_or((&sum, ""));
            *by_code.entry(code.to_owned()).or_insert(Decimal::ZERO) += number.parse::<Decimal>().ok()?;
        }
        let stated =
            what.split_once("ledger balance ").map_or("", |(_, stated)| stated.trim_end_matches(')'));
        let balances = stated.split(';').filter_map(|balance| balance.trim().parse().ok()).collect();
        let [case, first_on, last_on] = [case, first_on, last_on].map(|text| text.to_string());
        Some(Expected { case, counts, sums: by_code, first_on, last_on, balances })
    }

    /// What differs from the corpus's reading, if anything does.
    fn difference(&self, file: &StatementFile<'_>) -> Option<String> {
        let counts = self.counts.as_ref()?;
        if let Some(problem) = file.problems.first() {
            return Some(format!("{}:{}: {}", problem.line, problem.column, problem.reason));
        }
        let mut found_sums = sums(lines(file), !self.sums.contains_key(""));
        let mut expected_sums = self.sums.clone();
        found_sums.retain(|_, sum| !sum.is_zero());
        expected_sums.retain(|_, sum| !sum.is_zero());
        let days = lines(file).map(|line| line.posted_on.to_string());
        let (first_on, last_on) = (days.clone().min().unwrap_or_default(), days.max().unwrap_or_default());
        let closings = file.statements.iter().filter_map(|statement| statement.closing);
        let closings = closings.map(|closing| closing.amount.to_decimal()).collect::<Vec<_>>();
        let balances = if self.balances.is_empty() { vec![] } else { closings };
        let found = (lines(file).count(), found_sums, &first_on, &last_on, balances);
        let expected =
            (counts.iter().sum(), expected_sums, &self.first_on, &self.last_on, self.balances.clone());
        (found != expected).then(|| format!("read {found:?}, expected {expected:?}"))
    }
}

#[test]
fn each_file_of_the_corpus_reads_as_it_must() {
    let Some(corpus) = corpus() else { return };
    let table = fs::read_to_string(corpus.join("EXPECTED.tsv")).expect("the table was there just now");
    let cases = table.lines().filter_map(Expected::parse).collect::<Vec<_>>();
    assert!(cases.len() >= 37, "only {} cases in the corpus", cases.len());
    let mut wrong = 0;
    for expected in &cases {
        let bytes = fs::read(corpus.join(&expected.case)).expect("the corpus has each file that it lists");
        let must_fail = expected.counts.is_none() && expected.case.contains("fail");
        let (is_right, said) = match read(&bytes, &expected.case) {
            Err(error) => (must_fail, error),
            Ok(file) => match (must_fail, expected.difference(&file), file.problems.first()) {
                (true, _, Some(problem)) => (true, problem.to_error(&expected.case).to_string()),
                (true, _, None) => (false, "read without a problem".to_owned()),
                (false, Some(difference), _) => (false, difference),
                (false, None, _) => {
                    (true, format!("{} lines, notes: {:?}", lines(&file).count(), file.notes))
                }
            },
        };
        println!("{}  {}: {said}", if is_right { "right" } else { "WRONG" }, expected.case);
        wrong += usize::from(!is_right);
    }
    println!("{} of {} files are read as they must be", cases.len() - wrong, cases.len());
    assert_eq!(wrong, 0);
}

#[test]
fn values_that_are_hard_to_read_are_read_right() {
    let Some(corpus) = corpus() else { return };
    let bytes = |name: &str| fs::read(corpus.join(name)).expect("the corpus has this file");
    let html = bytes("ofx/html-vals.qfx");
    let html = read(&html, "html").expect("it reads");
    let payees = lines(&html).map(|line| line.payee().unwrap_or("")).collect::<Vec<_>>();
    assert_eq!(payees, ["000000000000000", "TPAY <DEFTPYMT>"]);
    assert!(html.statements[0].lines[0].memo().is_some_and(|memo| memo.contains("HYDRO & POWER")));
    assert_eq!(html.statements[0].lines[0].bank_id(), Some("23129130032333396279270000"));
    let empty = bytes("ofx/empty-tags.ofx");
    let empty = read(&empty, "empty").expect("it reads");
    assert_eq!(lines(&empty).map(|line| line.amount.to_string()).collect::<Vec<_>>(), ["12.34 AUD"]);
    let dutch = bytes("mt940/base-2.mta");
    let dutch = read(&dutch, "dutch").expect("it reads");
    let first = &dutch.statements[0].lines[0];
    assert_eq!(first.payee(), Some("ITM HANDELSGESELLSCHAF"));
    assert_eq!(first.narrative(), Some("KIEFERSFELDEN 25-02-2017 16:57 PAS: 8XX9"));
}

#[test]
fn stated_balances_and_lines_tie_where_the_corpus_says_so() {
    let Some(corpus) = corpus() else { return };
    for name in ["fr-sepa", "rabobank-iban", "cmxl-2", "mbank", "danske-fi", "unknown-tag"] {
        let bytes = fs::read(corpus.join(format!("mt940/{name}.sta"))).expect("the corpus has this file");
        ties(&read(&bytes, name).unwrap_or_else(|error| panic!("{error}")), name);
    }
    let bytes =
        fs::read(corpus.join("camt053/camt053.v2.multi.statement.xml")).expect("the corpus has this file");
    ties(&read(&bytes, "multi").unwrap_or_else(|error| panic!("{error}")), "multi");
}

/// Each statement's lines lead from its opening to its closing balance.
fn ties(file: &StatementFile<'_>, name: &str) {
    assert!(!file.statements.is_empty(), "{name}");
    for statement in &file.statements {
        let [opening, closing] = [statement.opening, statement.closing].map(|balance| {
            balance.unwrap_or_else(|| panic!("{name}: a balance is missing")).amount.to_decimal()
        });
        let moved = statement.lines.iter().map(|line| line.amount.to_decimal()).sum::<Decimal>();
        assert_eq!(opening + moved, closing, "{name}");
    }
}

#[test]
fn the_example_statement_is_the_same_in_every_format() {
    let names = ["bank.ofx", "bank.qif", "bank.camt053.xml", "bank.sta"];
    let folder = repository().join("examples/statements");
    let texts =
        names.map(|name| fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}")));
    let files =
        [0, 1, 2, 3].map(|index| read(&texts[index], names[index]).unwrap_or_else(|error| panic!("{error}")));
    let facts = |file: &StatementFile<'_>| {
        let facts = lines(file).map(|line| {
            let words = line.narrative().or(line.memo());
            (line.posted_on, line.amount, line.payee().map(str::to_owned), words.map(str::to_owned))
        });
        facts.collect::<Vec<_>>()
    };
    for (file, name) in files.iter().zip(names) {
        assert_eq!((file.problems.as_slice(), file.notes.as_slice()), (&[][..], &[][..]), "{name}");
        assert_eq!(facts(file), facts(&files[0]), "{name}");
    }
    assert_eq!(lines(&files[0]).count(), 8);
    ties(&files[2], names[2]);
    ties(&files[3], names[3]);
    assert_eq!(files[0].statements[0].closing, files[2].statements[0].closing);
    let split =
        lines(&files[1]).find_map(|line| line.detail.as_ref().filter(|detail| !detail.splits.is_empty()));
    assert_eq!(split.map(|detail| detail.splits.len()), Some(2));
}

#[test]
fn files_that_csv2ofx_wrote_read_without_a_problem() {
    let Some(corpus) = corpus() else { return };
    for entry in fs::read_dir(corpus.join("ofx/csv2ofx")).expect("the corpus has this folder") {
        let path = entry.expect("the folder can be listed").path();
        let bytes = fs::read(&path).expect("a file of the corpus can be read");
        let file = read(&bytes, "f.ofx").unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        println!("{name}: {:?}, notes: {:?}", sums(lines(&file), true), file.notes);
        assert_eq!(file.problems, [], "{name}");
        assert_eq!(file.format, StatementFormat::Ofx);
    }
}
