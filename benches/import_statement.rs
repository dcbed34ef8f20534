//! Imports a bank's CSV file of a million rows into a book of a million entries on SQLite: sniffed, its balances
//! checked, compared with the book, sent through 200 rules, posted and kept, as one unit.
//!
//! `cargo bench -p ledger-core --bench import_statement -- [--quick] [--entries N]`. The bars: 50,000 rows a second and
//! less than 500 MB of memory, which a process of its own shows. The same file a second time is timed as well.

#![allow(clippy::float_arithmetic, reason = "ratios of times, no money")]

mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use ledger_core::import::rule::{RuleSet, read_rules};
use ledger_core::{Import, Ledger};
use support::data::{self, World};
use support::figure;
use support::process::{Cost, memory_max};
use support::settings::Settings;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RATE_MIN: f64 = 50_000.0;
const MEMORY_MAX: u64 = 500_000_000;
const RULES: usize = 200;
/// Asks this program to import the file that the variable names.
const FILE: &str = "LEDGER_BENCH_IMPORT";
const ACCOUNT: &str = "Assets:Bank:EU:Savings";

fn main() {
    let Some(settings) = Settings::from_arguments(1) else { return };
    if let Some(file) = std::env::var_os(FILE) {
        return import(Path::new(&file), settings.entries);
    }
    let kept = data::kept_book(settings.entries).expect("the book for the benches");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder in target/tmp");
    std::fs::copy(kept, folder.path().join("book.sqlite")).expect("a copy of the book");
    let file = folder.path().join("statement.csv");
    std::fs::write(&file, statement(settings.entries)).expect("the statement is written");
    let program = std::env::current_exe().expect("a running program has a path");
    let status = Command::new(program)
        .args(["--bench", "--entries", &settings.entries.to_string()])
        .env(FILE, &file)
        .status()
        .expect("this program runs again");
    assert!(status.success(), "the import failed");
}

/// Imports the file twice into the book beside it, and prints what that took.
fn import(file: &Path, rows: usize) {
    let address = file.with_file_name("book.sqlite");
    let ledger = Ledger::open(address.to_str().expect("UTF-8"), data::session()).expect("the book opens");
    let book = ledger.book("bench").expect("the book");
    let world = World::new();
    let mut text = String::new();
    for (index, payee) in world.payees.iter().take(RULES).enumerate() {
        let account = &world.accounts[world.accounts.len() - 3 - index % 150];
        writeln!(text, "[[rule]]\nname = \"{payee}\"\nwhen = {{ payee = \"{payee}\" }}\nset = {{ account = \"{account}\" }}")
            .expect("a string takes all");
    }
    let rules = read_rules(&text).expect("the rules are sound");
    let rules = RuleSet::new(rules).expect("the rules are sound");
    let shown = figure::grouped(rows as u64);
    for (what, expected) in [("a new file", rows as u64), ("the same again", 0)] {
        let (cost, report) = Cost::of(|| {
            let bytes = std::fs::read(file).expect("the statement");
            let import =
                Import { into: Some(ACCOUNT), rules: &[&rules], ..Import::new("statement.csv", &bytes) };
            book.imports().import(&import).expect("the import")
        });
        assert_eq!((report.counts.posted, report.problems.len()), (expected, 0), "{:?}", report.notes);
        let rate = rows as f64 / cost.wall.as_secs_f64();
        let met = rate >= RATE_MIN;
        let name = format!("import of {shown} CSV rows, {what}");
        figure::print(&name, &figure::rate(rows, cost.wall), "-", None, ">= 50,000/s", met);
        figure::print_fact(
            "    CPU time of the thread that writes",
            &format!("{:.2} s", cost.cpu.as_secs_f64()),
        );
        let memory = memory_max();
        let mb = format!("{} MB", memory / 1_000_000);
        figure::print("    peak memory so far", &mb, "-", None, "< 500 MB", memory < MEMORY_MAX);
    }
}

/// Twenty years of one account, with a running balance; amounts that no entry of the book has.
fn statement(rows: usize) -> String {
    let world = World::new();
    let mut text = String::from("Booking date;Payee;Purpose;Amount;Balance\n");
    let mut balance = 0_i64;
    for row in 0..rows {
        let day = data::first_day() + chrono::Days::new(row as u64 * data::DAYS / rows as u64);
        let payee = &world.payees[row * 7 % world.payees.len()];
        let amount =
            if row % 10 == 0 { 500_000_000 + row as i64 } else { -(50_000_000 + row as i64 % 99_991) };
        balance += amount;
        let purpose = row % 1_009;
        writeln!(text, "{day};{payee};Card payment {purpose};{};{}", cents(amount), cents(balance))
            .expect("a string takes all");
    }
    text
}

fn cents(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}
