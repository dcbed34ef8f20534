//! Archives that were changed, cut, blown up or read by a process that dies: refused, with nothing left of them.

use std::io::{Cursor, Read as _, Write as _};

use ledger_core::{Error, Ledger};
use ledger_testkit::{TestDatabase, on_both_databases, sqlite_database};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::archive::{PLACE, archive_of, full};
use crate::scene;
use crate::support::{assert_sound, home, home_named, instant, meal, open, post, says, session, stored};

/// The files of an archive.
type Files = Vec<(String, Vec<u8>)>;

fn unpacked(archive: &[u8]) -> Files {
    let mut zip = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let read = |index: usize| {
        let mut file = zip.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        (file.name().unwrap().into_owned(), content)
    };
    let count = unpacked_count(archive);
    (0..count).map(read).collect()
}

fn unpacked_count(archive: &[u8]) -> usize {
    zip::ZipArchive::new(Cursor::new(archive)).unwrap().len()
}

fn packed(files: &Files) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The archive with its manifest's counts and hashes made to fit its files again, as a forger would.
fn refitted(files: &Files) -> Vec<u8> {
    let mut files = files.clone();
    let mut manifest: Value =
        serde_json::from_slice(&files.iter().find(|file| file.0 == "manifest.json").unwrap().1).unwrap();
    for file in manifest["files"].as_array_mut().unwrap() {
        let content = &files.iter().find(|(name, _)| *name == file["name"]).unwrap().1;
        let hash: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        *file = json!({
            "name": file["name"], "bytes": content.len(), "sha256": hash,
            "rows": content.iter().filter(|byte| **byte == b'\n').count(),
        });
    }
    files.iter_mut().find(|file| file.0 == "manifest.json").unwrap().1 = manifest.to_string().into_bytes();
    packed(&files)
}

fn replaced(files: &Files, name: &str, from: &str, to: &str) -> Files {
    let mut files = files.clone();
    let content = &mut files.iter_mut().find(|file| file.0 == name).unwrap().1;
    let text = String::from_utf8(content.clone()).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    *content = text.replacen(from, to, 1).into_bytes();
    files
}

/// Restores what has to be refused, and checks that nothing stays of it.
fn refused(db: &TestDatabase, ledger: &Ledger, archive: &[u8]) -> Error {
    let before = stored(db);
    let error =
        ledger.restore_archive(PLACE, Cursor::new(archive), None, None).expect_err("it has to be refused");
    assert_eq!(stored(db), before, "after: {error}");
    error
}

on_both_databases! {
    fn an_archive_that_was_changed_is_refused_and_leaves_nothing(db: &TestDatabase) {
        let source = sqlite_database();
        let first = open(&source);
        let archive = archive_of(&full(&first));
        let files = unpacked(&archive);
        let ledger = open(db);
        home_named(&ledger, "other");
        // The forger's counts and hashes fit; chains, balances and rows do not.
        for (name, from, to, words) in [
            ("entries.ndjson", "\"amount\":\"107\",\"weight_commodity_id\":1,\"weight\":\"107\"", "\"amount\":\"108\",\"weight_commodity_id\":1,\"weight\":\"108\"", vec!["does not balance"]),
            ("entries.ndjson", "\"amount\":\"107\",\"weight_commodity_id\":1,\"weight\":\"107\"", "\"amount\":\"107\",\"weight_commodity_id\":2,\"weight\":\"107\"", vec![]),
            ("entries.ndjson", "Meal", "Deal", vec!["entries 1", "hash"]),
            ("entries.ndjson", "\"number\":2,", "\"number\":7,", vec!["entry 2 was expected", "entry 7"]),
            ("entries.ndjson", "\"description\":", "\"descriptive\":", vec!["entries.ndjson:1:", "descriptive"]),
            ("entries.ndjson", "{", "[", vec!["entries.ndjson:1:"]),
            ("accounts.ndjson", "Assets:Cash", "Assets:Cush", vec!["accounts 2"]),
            ("audit_events.ndjson", "book.create", "book.creates", vec!["audit_events 1"]),
            ("prices.ndjson", "9.123456", "9.123457", vec!["prices"]),
            ("saved_settings.ndjson", "delimiter", "delimeter", vec!["saved_settings"]),
            ("rules.ndjson", "Rolls", "Rolle", vec!["rules"]),
            ("imports.ndjson", "\"state\":\"committed\"", "\"state\":\"open\"", vec!["imports", "break a rule"]),
            ("statements.ndjson", "\"import_id\":1", "\"import_id\":99", vec!["statements", "break a rule"]),
            ("statement_lines.ndjson", "\"state\":\"posted\"", "\"state\":\"waiting\"", vec!["statement_lines", "break a rule"]),
            ("statement_lines.ndjson", "\"fingerprint\":\"", "\"fingerprint\":\"+", vec!["statement_lines.ndjson:1:", "32 hexadecimal digits"]),
            ("statement_lines.ndjson", "\"balance\":\"", "\"balance\":\"x", vec!["statement_lines.ndjson:1:", "minor units"]),
            ("checkpoints.ndjson", "\"reconciled_to\":\"2026-01-10\"", "\"reconciled_to\":\"2026-01-11\"", vec!["checkpoint"]),
            ("line_marks.ndjson", "\"checkpoint_id\":1", "\"checkpoint_id\":null", vec!["marks"]),
            ("marks_monthly.ndjson", "\"amount\":\"", "\"amount\":\"1", vec!["marks_monthly"]),
            ("manifest.json", "\"entries\":", "\"entries\": 1, \"more\":", vec![]),
            ("manifest.json", "\"version\": 1", "\"version\": 2", vec!["version 2", "later version"]),
            ("manifest.json", "ledger book", "ledger cook", vec!["ledger book"]),
            ("manifest.json", "accounts.ndjson", "../../accounts.ndjson", vec!["../../accounts.ndjson", "does not know"]),
        ] {
            let changed = replaced(&files, name, from, to);
            let archive = if name == "manifest.json" { packed(&changed) } else { refitted(&changed) };
            says(&refused(db, &ledger, &archive), &words);
        }
        // What does not fit the manifest.
        let changed = replaced(&files, "entries.ndjson", "Meal", "Deal");
        says(&refused(db, &ledger, &packed(&changed)), &["home.ledger.zip/entries.ndjson", "manifest", "another hash"]);
        let mut more = files.clone();
        more.push(("../evil.sh".into(), b"rm".to_vec()));
        says(&refused(db, &ledger, &packed(&more)), &["../evil.sh", "does not name"]);
        let fewer: Files = files.iter().filter(|file| file.0 != "entries.ndjson").cloned().collect();
        says(&refused(db, &ledger, &packed(&fewer)), &["entries.ndjson"]);
        let none: Files = files.iter().filter(|file| file.0 != "manifest.json").cloned().collect();
        says(&refused(db, &ledger, &packed(&none)), &["manifest.json"]);
        // What is no archive at all, or only a part of one.
        says(&refused(db, &ledger, b"no archive"), &["archive \"home.ledger.zip\" is refused", "zip"]);
        for length in [0, 1, archive.len() / 3, archive.len() / 2, archive.len() - 1] {
            refused(db, &ledger, &archive[..length]);
        }
        // And the archive itself is still good.
        ledger.restore_archive(PLACE, Cursor::new(&archive), None, None).unwrap();
    }
}

#[test]
fn a_flipped_bit_anywhere_never_restores_another_book() {
    let source = sqlite_database();
    let first = open(&source);
    let book = home(&first);
    post(&book, meal("2026-01-01", 5)).unwrap();
    let archive = archive_of(&book);
    let db = sqlite_database();
    let ledger = open(&db);
    let before = stored(&db);
    for at in (0..archive.len()).step_by(archive.len() / 150 + 1) {
        let mut changed = archive.clone();
        changed[at] ^= 1 << (at % 8);
        let same = ledger.rehearse(|ledger| {
            ledger.restore_archive(PLACE, Cursor::new(&changed), None, None)?;
            Ok(archive_of(&ledger.book("home")?) == archive)
        });
        // A bit of a time stamp or mode of the zip itself changes nothing of the book.
        assert!(same.unwrap_or(true), "byte {at}");
        assert_eq!(stored(&db), before);
    }
}

#[test]
fn an_archive_that_claims_to_hold_far_more_than_its_length_is_refused_unread() {
    let source = sqlite_database();
    let first = open(&source);
    let mut files = unpacked(&archive_of(&home(&first)));
    let db = sqlite_database();
    let ledger = open(&db);
    files.insert(0, ("entries.ndjson".into(), vec![b'0'; 60 << 20]));
    let manifest = files.iter_mut().find(|file| file.0 == "manifest.json").unwrap();
    let mut value: Value = serde_json::from_slice(&manifest.1).unwrap();
    let bomb = json!({ "name": "entries.ndjson", "rows": 1, "bytes": 60 << 20, "sha256": "0".repeat(64) });
    value["files"].as_array_mut().unwrap().push(bomb);
    manifest.1 = value.to_string().into_bytes();
    says(&refused(&db, &ledger, &packed(&files)), &["claim to hold", "more than any book's"]);
    // Claiming less does not help: reading stops one byte after what was claimed.
    let manifest = files.iter_mut().find(|file| file.0 == "manifest.json").unwrap();
    let at = value["files"].as_array().unwrap().len() - 1;
    value["files"][at]["bytes"] = json!(10);
    manifest.1 = value.to_string().into_bytes();
    says(&refused(&db, &ledger, &packed(&files)), &["home.ledger.zip/entries.ndjson:1", "does not end"]);
}

#[test]
fn a_receipt_kept_elsewhere_tells_whether_an_archive_is_whole() {
    let source = sqlite_database();
    let first = open(&source);
    let book = home(&first);
    post(&book, meal("2026-01-01", 5)).unwrap();
    let early = archive_of(&book);
    post(&book, meal("2026-01-02", 5)).unwrap();
    let head = book.head().unwrap();
    let db = sqlite_database();
    let ledger = open(&db);
    let before = stored(&db);
    let error = ledger.restore_archive(PLACE, Cursor::new(&early), None, Some(head)).unwrap_err();
    says(&error, &["home.ledger.zip does not match its receipt"]);
    assert_eq!(stored(&db), before);
    ledger.restore_archive(PLACE, Cursor::new(&archive_of(&book)), None, Some(head)).unwrap();
    assert_eq!(
        ledger.book("home").unwrap().journal().get(1).unwrap().recorded_at,
        book.journal().get(1).unwrap().recorded_at
    );
    assert!(book.journal().get(1).unwrap().recorded_at >= instant(crate::support::START));
}

/// An archive whose reader ends the whole process after so many bytes.
struct Dying {
    archive: std::fs::File,
    left: usize,
}

impl std::io::Read for Dying {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.archive.read(buffer)?;
        if count >= self.left {
            std::process::abort();
        }
        self.left -= count;
        Ok(count)
    }
}

impl std::io::Seek for Dying {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.archive.seek(to)
    }
}

/// Restores an archive and dies while it is read.
pub fn child_restores_and_dies(arguments: &[&str]) {
    let ledger = Ledger::open(arguments[0], session("anna")).unwrap();
    let archive = std::fs::File::open(arguments[1]).unwrap();
    let dying = Dying { archive, left: arguments[2].parse().unwrap() };
    ledger.restore_archive(PLACE, dying, None, None).unwrap();
}

on_both_databases! {
    fn a_process_that_dies_while_it_restores_leaves_nothing(db: &TestDatabase) {
        let source = sqlite_database();
        let first = open(&source);
        let archive = archive_of(&full(&first));
        let file = source.folder().join(PLACE);
        std::fs::write(&file, &archive).unwrap();
        home_named(&open(db), "other");
        let before = stored(db);
        for part in 1..7 {
            let bytes = (archive.len() * part / 7).to_string();
            let arguments = [db.url(), file.to_str().unwrap(), &bytes];
            let output = scene::child("restore and die", &arguments).output().unwrap();
            scene::wait_for_the_server(db);
            assert!(!output.status.success(), "it lived on: {}", scene::said(&output));
            assert_eq!(stored(db), before, "after {bytes} bytes");
        }
        let ledger = open(db);
        ledger.restore_archive(PLACE, Cursor::new(&archive), None, None).unwrap();
        assert_sound(&ledger.book("home").unwrap());
    }
}
