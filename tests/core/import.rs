//! Real banks' files, read by detection alone, and the example statements of this repository.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ledger_core::import::{CsvProfile, CsvReading, Fingerprint, read_csv};
use ledger_core::money::Commodity;

/// How many files of the corpus are read right without any flag; raise it with the reader, never lower it.
const RIGHT_BY_DETECTION_MIN: usize = 44;

/// What has to be told about the others, as a profile in TOML. That file says I and O for money in and out, and in three
/// rows the currency; without being told what that means these rows are problems.
const TOLD: [(&str, &str); 1] = [("csv/cd-flag.csv", "in_words = [\"EUR\"]")];

/// One row of the corpus's EXPECTED.tsv.
struct Expected {
    case: String,
    count: usize,
    /// Sums per currency code; the code is empty where the corpus names none.
    sums: BTreeMap<String, rust_decimal::Decimal>,
    first_on: String,
    last_on: String,
}

impl Expected {
    fn parse(line: &str) -> Option<Expected> {
        let fields = line.split('\t').collect::<Vec<_>>();
        let [case, _, count, sums, first_on, last_on, ..] = fields.as_slice() else { return None };
        if !case.starts_with("csv") {
            return None;
        }
        let mut words = sums.split(' ').peekable();
        let mut by_code = BTreeMap::new();
        while let Some(sum) = words.next() {
            let code = words.next().unwrap_or("");
            by_code.insert(code.to_owned(), sum.parse().ok()?);
        }
        let [case, first_on, last_on] = [case, first_on, last_on].map(|text| text.to_string());
        Some(Expected { case, count: count.parse().ok()?, sums: by_code, first_on, last_on })
    }

    /// The currency of the account: the first that the corpus names.
    fn commodity(&self) -> Commodity {
        let code = self.sums.keys().find(|code| !code.is_empty()).map_or("EUR", String::as_str);
        Commodity::iso(code).unwrap_or_else(|| panic!("{}: {code} is no currency", self.case))
    }

    /// What differs from the corpus's reading, if anything does.
    fn difference(&self, reading: &CsvReading) -> Option<String> {
        if let Some(problem) = reading.problems.first() {
            return Some(format!("{}:{}: {}", problem.line, problem.column, problem.reason));
        }
        let mut sums = BTreeMap::new();
        for row in &reading.rows {
            let commodity = row.amount.commodity();
            let code = if self.sums.contains_key("") { String::new() } else { commodity.code().to_owned() };
            let value = rust_decimal::Decimal::new(row.amount.minor(), u32::from(commodity.scale()));
            *sums.entry(code).or_insert(rust_decimal::Decimal::ZERO) += value;
        }
        let days = reading.rows.iter().map(|row| row.posted_on.to_string());
        let (first_on, last_on) = (days.clone().min().unwrap_or_default(), days.max().unwrap_or_default());
        let found = (reading.rows.len(), sums, first_on, last_on);
        let expected = (self.count, self.sums.clone(), self.first_on.clone(), self.last_on.clone());
        (found != expected).then(|| format!("read {found:?}, expected {expected:?}"))
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn bank_files_of_the_corpus_read_right_or_not_at_all() {
    let corpus = repository().join("../shared/fixtures");
    let Ok(table) = fs::read_to_string(corpus.join("EXPECTED.tsv")) else {
        println!("no corpus at {}: nothing to compare with", corpus.display());
        return;
    };
    let cases = table.lines().filter_map(Expected::parse).collect::<Vec<_>>();
    let (mut right, mut told_right) = (0, 0);
    for expected in &cases {
        let bytes = fs::read(corpus.join(&expected.case)).expect("the corpus has each file that it lists");
        let difference = |profile: &CsvProfile| match read_csv(
            &bytes,
            &expected.case,
            profile,
            expected.commodity(),
            &Commodity::iso,
        ) {
            Err(error) => Some(format!("refused: {error}")),
            Ok(reading) => expected.difference(&reading),
        };
        let Some(found) = difference(&CsvProfile::default()) else {
            right += 1;
            continue;
        };
        println!("{}: {found}", expected.case);
        let told = TOLD.iter().find(|(case, _)| *case == expected.case);
        let Some((case, told)) = told else { continue };
        let profile = CsvProfile::from_toml(told, case).expect("the profile reads");
        match difference(&profile) {
            None => told_right += 1,
            Some(difference) => println!("{case}, told {told}: {difference}"),
        }
    }
    println!("{right} of {} by sniffing alone, {told_right} with a profile", cases.len());
    assert!(
        right >= RIGHT_BY_DETECTION_MIN,
        "only {right} files read right, it was {RIGHT_BY_DETECTION_MIN}"
    );
    assert_eq!(right + told_right, cases.len(), "a file is read wrong even with its profile");
}

fn example(name: &str, profile: &CsvProfile) -> CsvReading<'static> {
    let path = repository().join("examples/statements").join(name);
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    // The corpus and the examples are in euro unless they say otherwise.
    let eur = Commodity::iso("EUR").expect("the euro is in ISO 4217");
    let reading =
        read_csv(&bytes, name, profile, eur, &Commodity::iso).unwrap_or_else(|error| panic!("{error}"));
    reading.into_owned()
}

fn balances_follow_from_amounts(reading: &CsvReading) -> bool {
    let pairs = reading.rows.windows(2).map(|pair| (&pair[0], &pair[1]));
    let mut known = pairs.filter_map(|(before, row)| Some((before.balance?, row.balance?, row)));
    known.all(|(before, after, row)| after - before == row.amount.minor())
}

#[test]
fn the_example_statement_reads_without_a_flag() {
    let reading = example("bank.csv", &CsvProfile::default());
    assert_eq!(reading.problems, []);
    assert_eq!(reading.rows.len(), 40);
    assert!(balances_follow_from_amounts(&reading));
    let different: BTreeSet<_> = reading.rows.iter().map(Fingerprint::of).collect();
    assert_eq!(different.len(), 39, "two rows are identical, and both are real");
}

#[test]
fn the_german_example_reads_and_its_encoding_is_detected() {
    let reading = example("girokonto.csv", &CsvProfile::default());
    assert_eq!(reading.profile.encoding.as_deref(), Some("windows-1252"));
    assert_eq!(reading.problems, []);
    assert_eq!(reading.rows.len(), 18);
    let sum = reading.rows.iter().map(|row| row.amount.minor()).sum::<i64>();
    assert_eq!(sum, 502_947 - 390_418, "closing less opening balance of the preamble");
    assert_eq!(reading.rows[0].payee(), Some("Bäckerei Möhrle"));
    // What was detected reads the file as well when it is told.
    assert_eq!(example("girokonto.csv", &reading.profile).rows, reading.rows);
}
