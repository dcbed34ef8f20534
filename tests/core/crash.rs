//! `kill -9` while entries are posted: only whole batches, every acknowledged one present, and posting goes on.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use ledger_core::audit::Head;
use ledger_testkit::{Backend, TestDatabase, on_both_databases};

use super::scene::{self, Random, entry};

/// Entries in one batch: few enough for many batches before a kill, and enough to be torn.
const BATCH: i64 = 25;
/// Where a child stops that nobody kills.
const STREAM_END: i64 = 100_000;
/// Kills of one database; a young book is verified fast.
const KILLS_PER_DATABASE: u64 = 10;

/// Posts the stream from an entry on and writes number and hash of each batch's last entry to a file as soon as it
/// is acknowledged. One `write` puts a line there whole, and a killed process takes nothing of it back.
pub fn child_posts(arguments: &[&str]) {
    let (url, acknowledgements, first) = (arguments[0], arguments[1], arguments[2].parse().unwrap());
    let mut file = OpenOptions::new().create(true).append(true).open(acknowledgements).unwrap();
    let ledger = scene::open(url);
    let book = ledger.book("home").unwrap();
    let stream = (first..=STREAM_END).map(|n| Ok(entry(n)));
    let posted = book.journal().post_stream(stream, BATCH as usize, |receipts| {
        let last = &receipts.last().unwrap().entry;
        file.write_all(format!("{}:{}\n", last.number, last.hash).as_bytes()).unwrap();
    });
    posted.unwrap();
}

/// Dies after the commit and before anybody hears of it.
pub fn child_posts_and_aborts(arguments: &[&str]) {
    let ledger = scene::open(arguments[0]);
    let book = ledger.book("home").unwrap();
    let stream = (1..=BATCH).map(|n| Ok(entry(n)));
    book.journal().post_stream(stream, BATCH as usize, |_| std::process::abort()).unwrap();
}

#[test]
fn fifty_kills_leave_only_whole_batches_and_all_that_were_acknowledged_on_sqlite() {
    let mut random = Random::seeded("kills on SQLite");
    for _ in 0..5 {
        let db = ledger_testkit::sqlite_database();
        kill_posting_children(&db, &mut random);
    }
}

#[test]
fn ten_kills_leave_only_whole_batches_and_all_that_were_acknowledged_on_postgres() {
    let Some(db) = ledger_testkit::fresh_database(Backend::Postgres) else { return };
    kill_posting_children(&db, &mut Random::seeded("kills on PostgreSQL"));
}

fn kill_posting_children(db: &TestDatabase, random: &mut Random) {
    drop(scene::create(db.url()));
    // The last entry that a client knows to be posted; the next one goes on from there.
    let mut known = 0;
    for kill in 0..KILLS_PER_DATABASE {
        let acknowledged = killed_child(db, kill, known, random);
        let ledger = scene::open(db.url());
        let book = ledger.book("home").unwrap();
        let head = book.head().unwrap();
        let promised = acknowledged.last().map_or(known, |head| head.number);
        assert_eq!(head.number % BATCH, 0, "a batch is torn: the entries end at {}", head.number);
        assert!(head.number >= promised, "{promised} was acknowledged, the entries end at {}", head.number);
        for acknowledged in acknowledged {
            assert_eq!(book.journal().get(acknowledged.number).unwrap().hash, acknowledged.hash);
        }
        scene::assert_sound(db, &book);
        // The client sends again what it does not know to be posted: nothing is there twice.
        let again = book.journal().post_all((promised + 1..=promised + BATCH).map(entry)).unwrap();
        for (n, receipt) in (promised + 1..).zip(again) {
            assert_eq!((receipt.entry.number, receipt.entry.external_id), (n, Some(n.to_string())));
        }
        known = promised + BATCH;
    }
    let ledger = scene::open(db.url());
    let book = ledger.book("home").unwrap();
    scene::assert_sound(db, &book);
    for stored in book.journal().range(1, book.head().unwrap().number).unwrap() {
        let (number, posted) = (stored.number, entry(stored.number));
        assert_eq!(stored.external_id, Some(number.to_string()));
        let amounts: Vec<_> = stored.lines.iter().map(|line| line.amount).collect();
        assert_eq!(amounts, posted.lines().iter().map(|line| line.amount).collect::<Vec<_>>());
    }
}

/// Starts a child that posts after entry `known` and kills it; returns what it acknowledged.
fn killed_child(db: &TestDatabase, kill: u64, known: i64, random: &mut Random) -> Vec<Head> {
    let file = db.folder().join(format!("acknowledged-{kill}"));
    let arguments = [db.url(), file.to_str().unwrap(), &(known + 1).to_string()];
    let mut child = scene::child("post", &arguments).spawn().unwrap();
    // Some die while they open the database, most between or within batches.
    let wanted = random.below(5);
    while (acknowledged(&file).len() as u64) < wanted {
        assert!(child.try_wait().unwrap().is_none(), "{}", scene::said(&child.wait_with_output().unwrap()));
        std::thread::yield_now();
    }
    // Nothing is waited for here: the pause only chooses the moment.
    std::thread::sleep(Duration::from_micros(random.below(8_000)));
    scene::kill(&mut child, db);
    acknowledged(&file)
}

fn acknowledged(file: &Path) -> Vec<Head> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n'))
        .map(|line| line.parse().unwrap())
        .collect()
}

on_both_databases! {
    fn a_retry_after_a_lost_reply_returns_the_first_result(db: &TestDatabase) {
        drop(scene::create(db.url()));
        let output = scene::child("post and abort", &[db.url()]).output().unwrap();
        scene::wait_for_the_server(db);
        assert!(!output.status.success());
        let ledger = scene::open(db.url());
        let book = ledger.book("home").unwrap();
        let head = book.head().unwrap();
        assert_eq!(head.number, BATCH);
        let receipts = book.journal().post_all((1..=BATCH).map(entry)).unwrap();
        assert!(receipts.iter().all(|receipt| receipt.already_posted));
        assert_eq!(receipts.last().unwrap().entry.hash, head.hash);
        assert_eq!(book.head().unwrap(), head);
        scene::assert_sound(db, &book);
    }
}
