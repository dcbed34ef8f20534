//! No room left: a clear error, nothing half written, and all is well again when there is room.

use std::path::Path;
use std::process::Command;

use ledger_core::{EntryDraft, ErrorKind, Ledger, admin};
use ledger_testkit::sqlite_database;

use super::scene::{self, entry};

/// Bytes that are freed again, of a disk of six megabytes.
const BALLAST: usize = 2_000_000;
/// Entries in a batch: enough for one that no longer fits to have written much of itself.
const BATCH: i64 = 200;
/// More than the disk holds and more than SQLite keeps in memory, so that it fails before the commit.
const LARGE_BATCH: i64 = 9_000;
/// Makes a small disk that only this process and its children see, and that is gone with them.
const WITH_SMALL_DISK: &str = "mount -t tmpfs -o size=6m tmpfs \"$0\" && shift && exec \"$@\"";

/// `unshare` with the options that let this user mount, or `None` where nothing does.
fn unshare() -> Option<&'static [&'static str]> {
    let options: [&[&str]; 2] = [&["unshare", "-m"], &["unshare", "-rm"]];
    let works = |command: &&[&str]| {
        let mut unshare = Command::new(command[0]);
        unshare.args(&command[1..]).args(["sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]);
        unshare.output().is_ok_and(|output| output.status.success())
    };
    options.into_iter().find(works)
}

#[test]
fn a_full_disk_loses_nothing_and_works_again_when_there_is_room() {
    let Some(unshare) = unshare() else {
        scene::note("this user may not mount a small disk, so a full disk is not tested");
        return;
    };
    let db = sqlite_database();
    let folder = db.folder().to_str().unwrap();
    let shell: Vec<&str> = unshare.iter().copied().chain(["sh", "-c", WITH_SMALL_DISK, folder]).collect();
    scene::succeed(scene::child_in_shell(&shell, "fill the disk", &[db.url(), folder]));
}

pub fn child_fills_the_disk(arguments: &[&str]) {
    let (url, folder) = (arguments[0], Path::new(arguments[1]));
    std::fs::write(folder.join("ballast"), vec![1; BALLAST]).unwrap();
    let ledger = scene::create(url);
    let book = ledger.book("home").unwrap();
    let acknowledged = fill(&ledger, url);
    // The same connection goes on: it reports, refuses what does not fit, and posts when there is room.
    assert_eq!(book.head().unwrap().number, acknowledged);
    assert_eq!(book.verify(None).unwrap().findings, []);
    scene::assert_totals_equal(&book);
    a_swallowed_failure_takes_its_whole_unit_back(&ledger, acknowledged);
    let copy = folder.join("copy.sqlite");
    let refused = admin::backup(url, &copy).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::DiskFull { .. }), "{refused}");
    assert!(!copy.exists(), "half a backup was left");
    let other = folder.join("other.sqlite");
    let refused = Ledger::open_or_create(other.to_str().unwrap(), scene::session()).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::DiskFull { .. }), "{refused}");

    std::fs::remove_file(folder.join("ballast")).unwrap();
    let receipts = book.journal().post_all((acknowledged + 1..=acknowledged + BATCH).map(entry)).unwrap();
    assert!(receipts.iter().all(|receipt| !receipt.already_posted));
    assert_eq!(book.head().unwrap().number, acknowledged + BATCH);
    assert_eq!(book.verify(None).unwrap().findings, []);
    drop(Ledger::open_or_create(other.to_str().unwrap(), scene::session()).unwrap());
}

/// Posts batches until one is refused, then single entries until one is; returns the last number acknowledged.
fn fill(ledger: &Ledger, url: &str) -> i64 {
    let book = ledger.book("home").unwrap();
    let mut acknowledged = 0;
    for size in [BATCH, 1] {
        let refused = loop {
            match book.journal().post_all((acknowledged + 1..=acknowledged + size).map(entry)) {
                Ok(_) => acknowledged += size,
                Err(error) => break error,
            }
        };
        assert_eq!(refused.kind(), &ErrorKind::DiskFull { place: url.to_owned() }, "{refused}");
    }
    acknowledged
}

/// SQLite may end a whole transaction when the disk is full. A host program that goes on regardless must not find
/// the first half of its unit taken back and the second half kept.
fn a_swallowed_failure_takes_its_whole_unit_back(ledger: &Ledger, acknowledged: i64) {
    let book = ledger.book("home").unwrap();
    let kept = ledger.transaction(|_| {
        let settings = book.settings("trial-balance");
        settings.save("before", &serde_json::json!({})).ok();
        let large = (0..LARGE_BATCH).map(|_| {
            let draft = EntryDraft::new(scene::day("2026-03-02"), "long ".repeat(180).trim_end());
            draft.debit("Assets:Cash", scene::amount(1, "EUR")).infer("Assets:Bank").balance().unwrap()
        });
        assert!(book.journal().post_all(large).is_err(), "a large batch fits a full disk");
        settings.save("after", &serde_json::json!({})).ok();
        Ok(())
    });
    let names: Vec<String> =
        book.settings("trial-balance").list().unwrap().into_iter().map(|saved| saved.name).collect();
    match kept {
        Ok(()) => assert_eq!(names, ["after", "before"], "a unit that succeeded is not whole"),
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::DiskFull { .. }), "{error}");
            assert!(names.is_empty(), "a unit that failed left {names:?}");
        }
    }
    assert_eq!(book.head().unwrap().number, acknowledged);
    assert_eq!(book.verify(None).unwrap().findings, []);
}

#[test]
fn a_write_error_is_never_acknowledged() {
    let db = sqlite_database();
    drop(scene::create(db.url()));
    // Writes past a megabyte fail with EFBIG, which is to SQLite what a broken disk is.
    let shell = ["sh", "-c", "trap '' XFSZ; ulimit -f 2048; exec \"$@\""];
    let file = db.folder().join("acknowledged");
    scene::succeed(scene::child_in_shell(
        &shell,
        "reach the file limit",
        &[db.url(), file.to_str().unwrap()],
    ));
    let acknowledged: i64 = std::fs::read_to_string(file).unwrap().parse().unwrap();
    assert!(acknowledged > 0);
    let ledger = scene::open(db.url());
    let book = ledger.book("home").unwrap();
    assert_eq!(book.head().unwrap().number, acknowledged);
    scene::assert_sound(&db, &book);
    book.journal().post_all((acknowledged + 1..=acknowledged + BATCH).map(entry)).unwrap();
    scene::assert_sound(&db, &book);
}

pub fn child_reaches_the_file_limit(arguments: &[&str]) {
    let ledger = scene::open(arguments[0]);
    let book = ledger.book("home").unwrap();
    let mut acknowledged = 0;
    let refused = loop {
        match book.journal().post_all((acknowledged + 1..=acknowledged + BATCH).map(entry)) {
            Ok(_) => acknowledged += BATCH,
            Err(error) => break error,
        }
    };
    let known = matches!(refused.kind(), ErrorKind::DiskFull { .. } | ErrorKind::Database { .. });
    assert!(known, "{refused}");
    assert_eq!(book.head().unwrap().number, acknowledged);
    assert_eq!(book.verify(None).unwrap().findings, []);
    std::fs::write(arguments[1], acknowledged.to_string()).unwrap();
}
