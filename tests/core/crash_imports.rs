//! `kill -9` while a statement is imported, committed or undone: all or nothing, and doing it again gives the book that
//! an undisturbed import gives.

use std::time::{Duration, Instant};

use ledger_core::account::NewAccount;
use ledger_core::import::{Decisions, ImportState};
use ledger_core::{Book, Import};
use ledger_testkit::{Backend, TestDatabase};

use super::imports::{balances, csv, shown};
use super::scene::{self, Random};

/// Rows of the statement: enough that a kill has something to tear.
const ROWS: i64 = 500;
/// Kills of each step.
fn kills(backend: Backend) -> u64 {
    if backend == Backend::Sqlite { 6 } else { 3 }
}

/// What a child does, each as one unit.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Step {
    Import,
    Commit,
    Undo,
}

impl Step {
    const ALL: [Step; 3] = [Step::Import, Step::Commit, Step::Undo];

    fn name(self) -> &'static str {
        match self {
            Step::Import => "import",
            Step::Commit => "commit",
            Step::Undo => "undo",
        }
    }
}

/// A statement of the bank with a transfer from an account that was imported before, and many small lines.
fn statement() -> String {
    let row =
        |n: i64| format!("2026-03-{:02},Shop {},Row {n},-{}.{:02}", n % 28 + 1, n % 9, n % 97 + 1, n % 100);
    let mut rows: Vec<String> = (0..ROWS).map(row).collect();
    rows.push("2026-03-26,,Transfer,2450.00".to_owned());
    csv(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

fn into<'a>(account: &'a str, text: &'a str) -> Import<'a> {
    Import { into: Some(account), ..Import::new("bank.csv", text.as_bytes()) }
}

/// A book to which `step` can be done: import 1 brought the other side of the transfer.
fn prepare(db: &TestDatabase, step: Step) {
    let ledger = scene::create(db.url());
    let book = ledger.book("home").unwrap();
    book.accounts().open(NewAccount::new("Assets:Savings")).unwrap();
    let other = csv(&["2026-03-26,,Transfer,-2450.00"]);
    book.imports().import(&into("Assets:Savings", &other)).unwrap();
    let text = statement();
    match step {
        Step::Import => {}
        Step::Commit => drop(book.imports().stage(&into("Assets:Bank", &text)).unwrap()),
        Step::Undo => drop(book.imports().import(&into("Assets:Bank", &text)).unwrap()),
    }
}

fn work(book: &Book<'_>, step: Step) {
    let imports = book.imports();
    match step {
        Step::Import => drop(imports.import(&into("Assets:Bank", &statement())).unwrap()),
        Step::Commit => drop(imports.commit(2, &Decisions::default()).unwrap()),
        Step::Undo => drop(imports.undo(2).unwrap()),
    }
}

/// Opens the book, says so, and does one step.
pub fn child_imports(arguments: &[&str]) {
    let ledger = scene::open(arguments[0]);
    let book = ledger.book("home").unwrap();
    std::fs::write(arguments[2], "").unwrap();
    let step = Step::ALL.into_iter().find(|step| step.name() == arguments[1]).unwrap();
    work(&book, step);
}

/// What can be seen of a book: its entries, its balances, and how far its imports got.
fn picture(db: &TestDatabase) -> (Vec<String>, Vec<String>, Vec<ImportState>) {
    let ledger = scene::open(db.url());
    let book = ledger.book("home").unwrap();
    scene::assert_sound(db, &book);
    let states = book.imports().list().unwrap().into_iter().map(|import| import.state);
    (shown(&book), balances(&book), states.collect())
}

fn done(db: &TestDatabase, step: Step) {
    let ledger = scene::open(db.url());
    work(&ledger.book("home").unwrap(), step);
}

fn killed_at_random(step: Step, backend: Backend) {
    let mut random = Random::seeded(step.name());
    let fresh = || ledger_testkit::fresh_database(backend);
    // An undisturbed run tells what has to come out, and how long there is to kill in.
    let Some(whole) = fresh() else { return };
    prepare(&whole, step);
    let before = picture(&whole);
    let started = Instant::now();
    done(&whole, step);
    let length = started.elapsed();
    let after = picture(&whole);
    assert_ne!(before, after);
    let (mut torn_off, mut completed) = (0, 0);
    let Some(mut db) = fresh() else { return };
    prepare(&db, step);
    for kill in 0..kills(backend) {
        killed_child(&db, step, kill, length, &mut random);
        let found = picture(&db);
        if found == before {
            torn_off += 1;
            continue;
        }
        assert_eq!(found, after, "{} was neither done nor left", step.name());
        completed += 1;
        let Some(next) = fresh() else { return };
        db = next;
        prepare(&db, step);
    }
    println!("{}: {torn_off} kills left nothing, {completed} came too late", step.name());
    // Done again after all the kills, it gives the undisturbed book.
    done(&db, step);
    assert_eq!(picture(&db), after);
}

/// Starts a child that does the step, and kills it once it has begun.
fn killed_child(db: &TestDatabase, step: Step, kill: u64, length: Duration, random: &mut Random) {
    let begun = db.folder().join(format!("begun-{kill}"));
    let arguments = [db.url(), step.name(), begun.to_str().unwrap()];
    let mut child = scene::child("import", &arguments).spawn().unwrap();
    while !begun.exists() {
        let ended = child.try_wait().unwrap().is_some();
        assert!(!ended || begun.exists(), "{}", scene::said(&child.wait_with_output().unwrap()));
        std::thread::yield_now();
    }
    // Nothing is waited for here: the pause only chooses the moment.
    let micros = u64::try_from(length.as_micros()).unwrap_or(u64::MAX).max(1);
    std::thread::sleep(Duration::from_micros(random.below(micros)));
    scene::kill(&mut child, db);
}

#[test]
fn kills_during_an_import_leave_all_or_nothing_on_sqlite() {
    killed_at_random(Step::Import, Backend::Sqlite);
}

#[test]
fn kills_during_a_commit_leave_all_or_nothing_on_sqlite() {
    killed_at_random(Step::Commit, Backend::Sqlite);
}

#[test]
fn kills_during_an_undo_leave_all_or_nothing_on_sqlite() {
    killed_at_random(Step::Undo, Backend::Sqlite);
}

#[test]
fn kills_during_import_commit_and_undo_leave_all_or_nothing_on_postgres() {
    for step in Step::ALL {
        killed_at_random(step, Backend::Postgres);
    }
}
