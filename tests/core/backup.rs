//! Copies of a database: one made while others write, one without its log, one that is not whole, and what is
//! refused when a copy is put back.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use ledger_core::{ErrorKind, Ledger, admin};
use ledger_testkit::{TestDatabase, sqlite_database};

use super::scene::{self, entry};

const BATCH: i64 = 10;
/// Backups that are made while another thread posts.
const BACKUPS: usize = 8;

fn path(db: &TestDatabase, name: &str) -> PathBuf {
    db.folder().join(name)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A ledger that was closed, so that its file is whole, with the receipt of its head.
fn closed(db: &TestDatabase, entries: i64) -> ledger_core::audit::Head {
    let ledger = scene::create(db.url());
    let book = ledger.book("home").unwrap();
    scene::post_entries(&book, entries);
    book.head().unwrap()
}

#[test]
fn a_backup_while_others_write_is_whole_and_ends_at_a_head_that_was() {
    let db = sqlite_database();
    drop(scene::create(db.url()));
    let done = AtomicBool::new(false);
    let (heads, receipts) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let ledger = scene::open(db.url());
            let book = ledger.book("home").unwrap();
            let mut heads = vec![book.head().unwrap()];
            while !done.load(Ordering::Relaxed) {
                let last = heads.last().unwrap().number;
                book.journal().post_all((last + 1..=last + BATCH).map(entry)).unwrap();
                heads.push(book.head().unwrap());
            }
            heads
        });
        let backups = (0..BACKUPS).map(|number| {
            let target = path(&db, &format!("backup-{number}.sqlite"));
            let receipts = admin::backup(db.url(), &target).unwrap();
            (target, receipts)
        });
        let backups: Vec<_> = backups.collect();
        done.store(true, Ordering::Relaxed);
        (writer.join().unwrap(), backups)
    });
    for (target, receipts) in receipts {
        let head = receipts[0].head;
        assert!(heads.contains(&head), "{head} is no head that ever was");
        let ledger = scene::open(text(&target));
        let book = ledger.book("home").unwrap();
        assert_eq!(book.verify(Some(head)).unwrap().findings, []);
        assert_eq!(book.head().unwrap(), head);
        let restored = path(&db, "restored.sqlite");
        admin::restore(&target, &restored, Some(head)).unwrap();
        std::fs::remove_file(restored).unwrap();
    }
}

#[test]
fn a_copy_without_its_log_is_noticed_by_the_receipt() {
    let db = sqlite_database();
    let earlier = closed(&db, 10);
    // As long as it is open, what is new stands in the log beside the file.
    let ledger = scene::open(db.url());
    let book = ledger.book("home").unwrap();
    book.journal().post_all((11..=20).map(entry)).unwrap();
    let receipt = book.head().unwrap();
    let copy = path(&db, "copy.sqlite");
    std::fs::copy(db.url(), &copy).unwrap();
    let copied = scene::open(text(&copy));
    let copied = copied.book("home").unwrap();
    assert_eq!(copied.head().unwrap(), earlier);
    assert_eq!(copied.verify(None).unwrap().findings, [], "the copy is sound in itself");
    let found = copied.verify(Some(receipt)).unwrap().findings;
    assert!(found[0].difference.contains("10 entries are missing"), "{found:?}");
    let refused = admin::restore(&copy, &path(&db, "restored.sqlite"), Some(receipt)).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::HeadMismatch { .. }), "{refused}");
    assert!(refused.to_string().contains("10 entries are missing"), "{refused}");
    assert!(!path(&db, "restored.sqlite").exists());
}

#[test]
fn a_backup_and_a_restore_never_replace_a_file() {
    let db = sqlite_database();
    let head = closed(&db, 10);
    let (backup, taken) = (path(&db, "backup.sqlite"), path(&db, "taken.sqlite"));
    admin::backup(db.url(), &backup).unwrap();
    std::fs::write(&taken, "precious").unwrap();
    for refused in [
        admin::backup(db.url(), &taken).map(|_| ()),
        admin::backup(db.url(), Path::new(db.url())).map(|_| ()),
        admin::restore(&backup, &taken, Some(head)).map(|_| ()),
        admin::restore(&backup, &backup, Some(head)).map(|_| ()),
    ] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::AlreadyExists { .. }), "{refused}");
    }
    assert_eq!(std::fs::read(&taken).unwrap(), b"precious");
    let nowhere = path(&db, "no/such/folder/backup.sqlite");
    assert!(admin::backup(db.url(), &nowhere).is_err());
}

#[test]
fn a_log_left_beside_the_target_is_not_taken_for_the_restored_files_own() {
    let db = sqlite_database();
    let head = closed(&db, 10);
    let (backup, target) = (path(&db, "backup.sqlite"), path(&db, "restored.sqlite"));
    admin::backup(db.url(), &backup).unwrap();
    // What a killed program leaves when its database is then deleted without its log.
    let ledger = scene::open(db.url());
    scene::post_entries(&ledger.book("home").unwrap(), 20);
    std::fs::copy(format!("{}-wal", db.url()), format!("{}-wal", text(&target))).unwrap();
    match admin::restore(&backup, &target, Some(head)) {
        Err(refused) => assert!(matches!(refused.kind(), ErrorKind::AlreadyExists { .. }), "{refused}"),
        Ok(_) => {
            let restored = scene::open(text(&target));
            assert_eq!(restored.book("home").unwrap().head().unwrap(), head);
        }
    }
}

#[test]
fn a_damaged_copy_is_not_restored() {
    let db = sqlite_database();
    let head = closed(&db, 400);
    let backup = path(&db, "backup.sqlite");
    admin::backup(db.url(), &backup).unwrap();
    let whole = std::fs::read(&backup).unwrap();
    let page = usize::from(u16::from_be_bytes([whole[16], whole[17]]));
    let damages: Vec<Vec<u8>> = (1..whole.len() / page)
        .step_by(3)
        .map(|number| {
            // A page that the disk lost: the first one is what makes the file a database and is left.
            let mut damaged = whole.clone();
            damaged[number * page..(number + 1) * page].fill(0xA5);
            damaged
        })
        .chain([whole[..whole.len() / 2].to_vec(), whole[..whole.len() - page].to_vec(), Vec::new()])
        .collect();
    for (number, damaged) in damages.into_iter().enumerate() {
        let (copy, target) = (path(&db, &format!("damaged-{number}.sqlite")), path(&db, "restored.sqlite"));
        std::fs::write(&copy, damaged).unwrap();
        let refused = match admin::restore(&copy, &target, Some(head)) {
            Err(refused) => refused,
            Ok(_) => panic!("damage {number} was restored"),
        };
        let known = matches!(
            refused.kind(),
            ErrorKind::Corrupt { .. }
                | ErrorKind::Damaged { .. }
                | ErrorKind::NoDatabase { .. }
                | ErrorKind::NotALedger { .. }
                | ErrorKind::OlderSchema { .. }
        );
        assert!(known, "damage {number}: {refused}");
        assert!(!target.exists(), "damage {number} left a file");
    }
    // A single changed letter in a text leaves the file in order, and the chain names it.
    let mut changed = whole.clone();
    let at = whole.windows(9).position(|bytes| bytes == b"entry 123").unwrap();
    changed[at] = b'E';
    let copy = path(&db, "changed.sqlite");
    std::fs::write(&copy, changed).unwrap();
    let refused = admin::restore(&copy, &path(&db, "restored.sqlite"), Some(head)).unwrap_err();
    assert!(refused.to_string().contains("entries 123"), "{refused}");
    drop(Ledger::open(text(&copy), scene::session()).unwrap());
}

#[test]
fn a_restored_database_is_the_one_that_was_backed_up() {
    let db = sqlite_database();
    let head = closed(&db, 50);
    let (backup, restored) = (path(&db, "backup.sqlite"), path(&db, "restored.sqlite"));
    let receipts = admin::backup(db.url(), &backup).unwrap();
    assert_eq!((receipts.len(), receipts[0].head), (1, head));
    admin::restore(&backup, &restored, Some(head)).unwrap();
    let ledger = scene::open(text(&restored));
    let book = ledger.book("home").unwrap();
    assert_eq!(book.verify(Some(head)).unwrap().findings, []);
    book.journal().post(entry(51)).unwrap();
    assert_eq!(book.journal().range(1, 50).unwrap(), {
        let original = scene::open(db.url());
        original.book("home").unwrap().journal().range(1, 50).unwrap()
    });
}
