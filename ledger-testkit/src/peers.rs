//! hledger, ledger and beancount, the real programs: what they make of a journal that we wrote.
//!
//! Missing programs are installed by `.ci/install-peers` (apt-get, and a Python environment in the target folder).
//! Where that is not possible the test fails; `LEDGER_TEST_SKIP_PEERS=1` leaves it out instead, and says so.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Once, OnceLock};

/// Set to `1` to leave out the tests that need other programs.
const SKIP_VARIABLE: &str = "LEDGER_TEST_SKIP_PEERS";

/// What accounts hold, in billionths of a unit, by account and commodity; without those that hold nothing.
pub type Balances = BTreeMap<(String, String), i128>;

/// Another program of plain-text accounting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// hledger.
    Hledger,
    /// ledger, the C++ program.
    Ledger,
    /// beancount, asked through bean-query.
    Beancount,
}

impl Peer {
    /// Every program.
    pub const ALL: [Peer; 3] = [Peer::Hledger, Peer::Ledger, Peer::Beancount];

    /// The name of the export format that it reads.
    pub fn format(self) -> &'static str {
        match self {
            Peer::Hledger => "hledger",
            Peer::Ledger => "ledger",
            Peer::Beancount => "beancount",
        }
    }

    fn programs(self) -> &'static [&'static str] {
        match self {
            Peer::Hledger => &["hledger"],
            Peer::Ledger => &["ledger"],
            Peer::Beancount => &["bean-check", "bean-query"],
        }
    }
}

/// What a program makes of a journal, under the names that accounts and commodities have in the book; `None` where
/// the programs are left out.
///
/// # Panics
/// When the program is missing or finds fault with the journal.
pub fn balances(peer: Peer, journal: &Path) -> Option<Balances> {
    if is_skipped() { None } else { Some(asked(peer, journal, &[])) }
}

/// As [`balances`], at what everything cost, by hledger.
///
/// # Panics
/// As [`balances`].
pub fn balances_at_cost(journal: &Path) -> Option<Balances> {
    if is_skipped() { None } else { Some(asked(Peer::Hledger, journal, &["--cost"])) }
}

/// The CSV records of any report of hledger on a journal, header and all, as it names accounts and commodities; `None`
/// where the programs are left out.
///
/// # Panics
/// When the program is missing or finds fault.
pub fn hledger(journal: &Path, report: &[&str]) -> Option<Vec<Vec<String>>> {
    let file = journal.to_str().expect("test files have plain names");
    let arguments = [&["-f", file][..], report, &["-O", "csv", "--layout=bare"]].concat();
    (!is_skipped()).then(|| records(&run(Peer::Hledger, "hledger", &arguments)))
}

/// The records that bean-query answers a question on a journal with, without their header; errors of the journal itself
/// are left to it.
///
/// # Panics
/// When the program is missing.
pub fn bean_query(journal: &Path, question: &str) -> Option<Vec<Vec<String>>> {
    let file = journal.to_str().expect("test files have plain names");
    let arguments = ["-q", "-f", "csv", file, question];
    (!is_skipped()).then(|| {
        let mut records = records(&run(Peer::Beancount, "bean-query", &arguments));
        records.drain(..records.len().min(1));
        records
    })
}

/// The names in the book of accounts and commodities that an exported journal calls otherwise, by `account` or
/// `commodity` and the written name.
pub fn names_in_book(peer: Peer, journal: &Path) -> BTreeMap<(String, String), String> {
    names(peer, &std::fs::read_to_string(journal).expect("the journal was just written"))
}

/// What beancount answers to a question in its query language, a record for each row; `None` where the programs are left
/// out.
///
/// # Panics
/// When the program is missing or finds fault with the journal.
pub fn beancount_says(journal: &Path, question: &str) -> Option<Vec<Vec<String>>> {
    if !is_skipped() {
        let file = journal.to_str().expect("test files have plain names");
        run(Peer::Beancount, "bean-check", &["--no-cache", file]);
    }
    bean_query(journal, question)
}

fn asked(peer: Peer, journal: &Path, flags: &[&str]) -> Balances {
    let file = journal.to_str().expect("test files have plain names");
    let output = match peer {
        Peer::Hledger => {
            run(peer, "hledger", &["-f", file, "check", "accounts", "commodities"]);
            let arguments = ["-f", file, "balance", "--flat", "-N", "-O", "csv", "--layout=bare"];
            run(peer, "hledger", &[&arguments[..], flags].concat())
        }
        Peer::Ledger => {
            // Its own CSV does not escape a backslash before a quote.
            let form = "%(account)\\t%(commodity(amount))\\t%(quantity(amount))\\n";
            run(peer, "ledger", &["--args-only", "-f", file, "register", "--format", form])
        }
        Peer::Beancount => {
            run(peer, "bean-check", &["--no-cache", file]);
            let question = "SELECT account, currency, sum(number) GROUP BY account, currency";
            run(peer, "bean-query", &["-f", "csv", file, question])
        }
    };
    let names = names(peer, &std::fs::read_to_string(journal).expect("the journal was just written"));
    let records: Vec<Vec<String>> = match peer {
        Peer::Ledger => output.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect(),
        _ => records(&output).split_off(1),
    };
    let mut balances = Balances::new();
    for record in records {
        let [account, commodity, number] = [0, 1, 2].map(|column: usize| record[column].trim());
        let name = |kind: &str, name: &str| {
            let named = names.get(&(kind.to_owned(), name.to_owned()));
            named.cloned().unwrap_or_else(|| name.to_owned())
        };
        let key = (name("account", account), name("commodity", commodity.trim_matches('"')));
        *balances.entry(key).or_default() += billionths(number);
    }
    balances.retain(|_, number| *number != 0);
    balances
}

/// A decimal number in billionths.
///
/// # Panics
/// When it is no number, or has more than nine places.
pub fn billionths(number: &str) -> i128 {
    let (sign, digits) = number.strip_prefix('-').map_or((1, number), |digits| (-1, digits));
    let (units, places) = digits.split_once('.').unwrap_or((digits, ""));
    assert!(places.trim_end_matches('0').len() <= 9, "{number:?} has more than nine places");
    let billionths = format!("{units}{:0<9}", &places[..places.len().min(9)]);
    sign * billionths.parse::<i128>().unwrap_or_else(|_| panic!("{number:?} is not a number"))
}

/// Whether the tests that need other programs are left out, with a note when they are.
fn is_skipped() -> bool {
    let skipped = std::env::var(SKIP_VARIABLE).is_ok_and(|value| value == "1");
    static NOTE: Once = Once::new();
    if skipped {
        NOTE.call_once(|| {
            let _ = writeln!(
                std::io::stderr(),
                "note: {SKIP_VARIABLE}=1, so no journal is read by hledger, ledger or beancount"
            );
        });
    }
    skipped
}

/// Runs a program, which has to find no fault.
fn run(peer: Peer, program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(found(peer, program));
    // None of the reader's own settings and files; names may be of any script.
    for variable in ["LEDGER_FILE", "LEDGER_INIT", "LEDGER_DB", "HLEDGER_ARGS"] {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C.UTF-8").env("PYTHONUTF8", "1").args(arguments);
    let output = command.output().unwrap_or_else(|cause| panic!("{program} cannot be run: {cause}"));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.trim().is_empty(), "{program} {arguments:?} finds fault: {told}");
    String::from_utf8(output.stdout).expect("names are UTF-8")
}

/// The path of a program, installed where it was missing.
fn found(peer: Peer, program: &str) -> PathBuf {
    static INSTALLED: OnceLock<Result<(), String>> = OnceLock::new();
    let find = || {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain([tools().join("bin")]);
        folders.map(|folder| folder.join(program)).find(|file| file.is_file())
    };
    if let Some(file) = find() {
        return file;
    }
    let installed = INSTALLED.get_or_init(install);
    find().unwrap_or_else(|| {
        panic!(
            "{} is missing ({}) and .ci/install-peers did not bring it: {installed:?}. Install it by hand, or leave \
             these tests out with {SKIP_VARIABLE}=1",
            peer.format(),
            peer.programs().join(", ")
        )
    })
}

fn install() -> Result<(), String> {
    let script = repository().join(".ci/install-peers");
    let output = Command::new(&script)
        .arg(tools())
        .output()
        .map_err(|cause| format!("{} cannot be run: {cause}", script.display()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

/// Where `.ci/install-peers` puts what it does not install for the whole system.
fn tools() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| repository().join("target")).join("peers")
}

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The names in the book of accounts and commodities that a journal calls otherwise, by kind and written name.
fn names(peer: Peer, journal: &str) -> BTreeMap<(String, String), String> {
    let mut names = BTreeMap::new();
    let mut last: Option<(String, String)> = None;
    for line in journal.lines() {
        let trimmed = line.trim_start();
        let (note, keys): (Option<&str>, [&str; 2]) = match peer {
            Peer::Hledger => (trimmed.strip_prefix("; "), ["exact account ", "exact commodity "]),
            // ledger keeps one note, in which the name comes last.
            Peer::Ledger => (trimmed.strip_prefix("note "), ["exact account ", "exact commodity "]),
            Peer::Beancount => (Some(trimmed), ["name: ", "code: "]),
        };
        if line.starts_with(' ') {
            let exact =
                note.and_then(|note| keys.iter().find_map(|key| Some(&note[note.find(key)? + key.len()..])));
            if let (Some(key), Some(exact)) = (&last, exact) {
                names.insert(key.clone(), unquoted(exact));
            }
            continue;
        }
        let words = match peer {
            Peer::Beancount => {
                line.split_once(' ').map_or("", |(_, words)| words).replacen("open ", "account ", 1)
            }
            _ => line.split("  ;").next().unwrap_or_default().to_owned(),
        };
        last = words.split_once(' ').map(|(kind, name)| (kind.to_owned(), name.trim_matches('"').to_owned()));
    }
    names
}

/// A string in quotes, with escapes as JSON has them.
fn unquoted(text: &str) -> String {
    let mut plain = String::new();
    let mut units: Vec<u16> = Vec::new();
    let mut letters = text.trim().trim_start_matches('"').chars();
    while let Some(letter) = letters.next() {
        let escaped = if letter == '\\' { letters.next() } else { None };
        if escaped == Some('u') {
            let code: String = letters.by_ref().take(4).collect();
            units.push(u16::from_str_radix(&code, 16).expect("four hexadecimal digits"));
            continue;
        }
        plain.push_str(&String::from_utf16(&units).expect("whole characters"));
        units.clear();
        match escaped.unwrap_or(letter) {
            '"' if escaped.is_none() => break,
            plain_letter => plain.push(plain_letter),
        }
    }
    plain
}

/// The records of CSV text, as RFC 4180 has it.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            '\r' if !quoted => {}
            other => field.push(other),
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_to_the_billionth() {
        assert_eq!(billionths("-12.5"), -12_500_000_000);
        assert_eq!(billionths("3"), 3_000_000_000);
        assert_eq!(billionths("0.0000000010"), 1);
    }

    #[test]
    fn quoted_fields_and_names_are_read_whole() {
        assert_eq!(records("a,\"b,\"\"c\"\n"), [["a", "b,\"c"]]);
        assert_eq!(unquoted("\"a\\u003b \\\"b\\\" \\ud83d\\udc4d.\" c"), "a; \"b\" 👍.");
    }
}
