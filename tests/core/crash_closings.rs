//! `kill -9` while a year is closed: entries, lock and closing are all there or none of them.

use std::time::{Duration, Instant};

use ledger_core::{Book, CloseYear};
use ledger_testkit::{Backend, TestDatabase};

use super::scene::{self, Random, day};

/// Entries 1 to this number of the stream lie in the years 2024 to 2026.
const ENTRIES: i64 = 300;

fn kills(backend: Backend) -> u64 {
    if backend == Backend::Sqlite { 12 } else { 6 }
}

fn prepare(db: &TestDatabase) {
    let ledger = scene::create(db.url());
    scene::post_entries(&ledger.book("home").unwrap(), ENTRIES);
}

fn close(book: &Book<'_>) {
    book.closings().close(&CloseYear::new(2025, day("2026-12-31"))).unwrap();
}

/// Opens the book, says so, and closes a year.
pub fn child_closes(arguments: &[&str]) {
    let ledger = scene::open(arguments[0]);
    let book = ledger.book("home").unwrap();
    std::fs::write(arguments[1], "").unwrap();
    close(&book);
}

/// Whether the year is closed; a part of it is none.
fn is_closed(db: &TestDatabase) -> bool {
    let ledger = scene::open(db.url());
    let book = ledger.book("home").unwrap();
    scene::assert_sound(db, &book);
    let (list, entries) = (book.closings().list().unwrap(), book.head().unwrap().number);
    let locked = book.locked_through().unwrap();
    match (list.len(), entries - ENTRIES, locked) {
        (0, 0, None) => false,
        (1, 1, Some(through)) if through == day("2025-12-31") => true,
        half => panic!("neither closed nor left: {half:?}"),
    }
}

fn killed_at_random(backend: Backend) {
    let mut random = Random::seeded("close-year");
    let fresh = || ledger_testkit::fresh_database(backend);
    // An undisturbed run tells how long there is to kill in.
    let Some(whole) = fresh() else { return };
    prepare(&whole);
    let started = Instant::now();
    close(&scene::open(whole.url()).book("home").unwrap());
    let length = started.elapsed();
    assert!(is_closed(&whole));
    let Some(mut db) = fresh() else { return };
    prepare(&db);
    let mut completed = 0;
    for kill in 0..kills(backend) {
        let begun = db.folder().join(format!("begun-{kill}"));
        let mut child = scene::child("close year", &[db.url(), begun.to_str().unwrap()]).spawn().unwrap();
        while !begun.exists() {
            let ended = child.try_wait().unwrap().is_some();
            assert!(!ended || begun.exists(), "{}", scene::said(&child.wait_with_output().unwrap()));
            std::thread::yield_now();
        }
        // Nothing is waited for here: the pause only chooses the moment.
        let micros = u64::try_from(length.as_micros()).unwrap_or(u64::MAX).max(1);
        std::thread::sleep(Duration::from_micros(random.below(micros)));
        scene::kill(&mut child, &db);
        if is_closed(&db) {
            completed += 1;
            let Some(next) = fresh() else { return };
            db = next;
            prepare(&db);
        }
    }
    println!("{completed} kills came too late");
    // After all the kills the year can be closed.
    close(&scene::open(db.url()).book("home").unwrap());
    assert!(is_closed(&db));
}

#[test]
fn kills_while_closing_a_year_leave_all_of_it_or_nothing_on_sqlite() {
    killed_at_random(Backend::Sqlite);
}

#[test]
fn kills_while_closing_a_year_leave_all_of_it_or_nothing_on_postgres() {
    killed_at_random(Backend::Postgres);
}
