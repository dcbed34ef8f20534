//! `kill -9` while what is due is posted: all of a run or nothing, and the next run posts nothing twice.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use ledger_core::schedule::{PlannedLine, Recurrence, ScheduleTerms};
use ledger_core::{Book, PostDue};
use ledger_testkit::{Backend, TestDatabase};

use super::scene::{self, Random, amount, day};

/// The day through which the rows are due, and how often they are by then.
const AS_OF: &str = "2025-12-31";
const DUE: usize = 24 + 104;

fn kills(backend: Backend) -> u64 {
    if backend == Backend::Sqlite { 12 } else { 6 }
}

/// A book with two rows, two years of which nobody has posted.
fn prepare(db: &TestDatabase) {
    let ledger = scene::create(db.url());
    let book = ledger.book("home").unwrap();
    let id = |name: &str| book.accounts().get(name).unwrap().id;
    for (name, to, rule, minor) in [
        ("Rent", "Expenses:Rent", "FREQ=MONTHLY", 95_000),
        ("Market", "Expenses:Food", "FREQ=WEEKLY;COUNT=104", 4_000),
    ] {
        let lines = vec![
            PlannedLine::new(id(to), amount(minor, "EUR")),
            PlannedLine::new(id("Assets:Bank"), amount(-minor, "EUR")),
        ];
        let recurrence = Recurrence::from_rfc5545(rule, Some(day("2024-01-03"))).unwrap();
        book.schedules().add(ScheduleTerms::new(name, recurrence, lines)).unwrap();
    }
}

fn post_due(book: &Book<'_>) -> usize {
    book.schedules().post_due(day(AS_OF), &PostDue::default()).unwrap().posted.len()
}

/// Opens the book, says so, and posts what is due.
pub fn child_posts_due(arguments: &[&str]) {
    let ledger = scene::open(arguments[0]);
    let book = ledger.book("home").unwrap();
    std::fs::write(arguments[1], "").unwrap();
    post_due(&book);
}

/// How many entries there are and how many occurrences are open; each entry stands for one occurrence, by its own id.
fn picture(db: &TestDatabase) -> (usize, usize) {
    let ledger = scene::open(db.url());
    let book = ledger.book("home").unwrap();
    scene::assert_sound(db, &book);
    let entries = book.journal().range(1, book.head().unwrap().number).unwrap();
    let ids: BTreeSet<_> = entries.iter().map(|entry| entry.external_id.clone().unwrap()).collect();
    assert_eq!(ids.len(), entries.len(), "an occurrence was posted twice");
    assert!(ids.iter().all(|id| id.matches('/').count() == 3), "an occurrence was posted again: {ids:?}");
    let plan = book.schedules().plan().unwrap();
    assert_eq!(
        plan.changes().len(),
        entries.len(),
        "an entry without its settlement, or the other way round"
    );
    (entries.len(), book.schedules().due(day(AS_OF), 0).unwrap().len())
}

fn killed_at_random(backend: Backend) {
    let mut random = Random::seeded("post-due");
    let fresh = || ledger_testkit::fresh_database(backend);
    // An undisturbed run tells how long there is to kill in.
    let Some(whole) = fresh() else { return };
    prepare(&whole);
    let started = Instant::now();
    assert_eq!(post_due(&scene::open(whole.url()).book("home").unwrap()), DUE);
    let length = started.elapsed();
    let (mut torn_off, mut completed) = (0, 0);
    let Some(mut db) = fresh() else { return };
    prepare(&db);
    for kill in 0..kills(backend) {
        killed_child(&db, kill, length, &mut random);
        match picture(&db) {
            (0, DUE) => torn_off += 1,
            (DUE, 0) => {
                completed += 1;
                assert_eq!(
                    post_due(&scene::open(db.url()).book("home").unwrap()),
                    0,
                    "posted by the next run again"
                );
                let Some(next) = fresh() else { return };
                db = next;
                prepare(&db);
            }
            half => panic!("neither posted nor left: {half:?} entries and open occurrences"),
        }
    }
    println!("{torn_off} kills left nothing, {completed} came too late");
    // The run after all the kills posts each once.
    assert_eq!(post_due(&scene::open(db.url()).book("home").unwrap()), DUE);
    assert_eq!(picture(&db), (DUE, 0));
}

/// Starts a child that posts, and kills it once it has begun.
fn killed_child(db: &TestDatabase, kill: u64, length: Duration, random: &mut Random) {
    let begun = db.folder().join(format!("begun-{kill}"));
    let mut child = scene::child("post due", &[db.url(), begun.to_str().unwrap()]).spawn().unwrap();
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
fn kills_while_posting_what_is_due_leave_all_or_nothing_and_nothing_twice_on_sqlite() {
    killed_at_random(Backend::Sqlite);
}

#[test]
fn kills_while_posting_what_is_due_leave_all_or_nothing_and_nothing_twice_on_postgres() {
    killed_at_random(Backend::Postgres);
}
