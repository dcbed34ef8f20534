//! A whole book as one file: restored into either database it is the same book, and anything else is refused.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use ledger_core::account::NewAccount;
use ledger_core::import::rule::read_rules;
use ledger_core::import::{Decision, Decisions, ImportState, LineState};
use ledger_core::journal::{LinePrice, Tag};
use ledger_core::money::{Commodity, Price};
use ledger_core::schedule::{
    Adjustment, DetectOptions, Move, OccurrenceKey, ProposalKey, RowRef, ScheduleTerms,
};
use ledger_core::{
    AcceptProposal, Book, Edit, EntryDraft, Error, Import, Ledger, PostDue, ProjectRequest, admin,
};
use ledger_testkit::{Backend, TestDatabase, databases, fresh_database, on_both_databases, sqlite_database};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::scene;
use crate::support::{
    assert_sound, day, eur, home, home_named, instant, meal, open, post, says, session, stored,
};

const PLACE: &str = "home.ledger.zip";

/// A book with something in every table.
fn full<'l>(ledger: &'l Ledger) -> Book<'l> {
    let book = home(ledger);
    let fund = book.commodities().declare(Commodity::new("World.ETF", 6).unwrap()).unwrap();
    book.accounts()
        .open(NewAccount::new("Assets:Depot").commodity(fund).opened_on(day("2020-01-01")))
        .unwrap();
    for alias in ["giro", "Übergiro", "Zebra", "apfel"] {
        book.accounts().alias("Assets:Bank", alias).unwrap();
    }
    book.accounts()
        .add_subtype(ledger_core::account::AccountKind::Asset, "domains", "Names on the web")
        .unwrap();
    book.accounts().close("Assets:Cash", day("2026-12-31")).unwrap();
    book.prices()
        .add(Price::new(fund, "9.123456".parse().unwrap(), eur(0).commodity(), day("2026-01-02")).unwrap())
        .unwrap();
    for name in ["Zeta", "alpha", "Beta", "ärger"] {
        book.settings("csv").save(name, &json!({ "delimiter": ";", "note": null })).unwrap();
    }
    for n in 1..=30 {
        let mut draft = meal(&format!("2026-01-{n:02}"), n * 100 + 7);
        draft.description =
            format!("Meal \u{2028} \"{n}\" 🍜 \\ \u{7f}").replace(['\u{2028}', '\u{7f}'], " ");
        draft.party = Some(format!("Shop {}", n % 4));
        draft.external_id = Some(format!("id-{n}"));
        draft.tags = ["b", "B", "ä", "a"]
            .iter()
            .map(|key| Tag { key: (*key).into(), value: format!("x/{n}") })
            .collect();
        draft.lines[0].memo = Some(String::new());
        post(&book, draft).unwrap();
    }
    let mut depot = EntryDraft::new(day("2026-02-01"), "Fund")
        .debit("Assets:Depot", fund.amount(i64::MAX / 1_000))
        .infer("Assets:Bank");
    depot.lines[0].price = Some(LinePrice::unit("0.00001".parse().unwrap(), eur(0).commodity()));
    post(&book, depot).unwrap();
    let mut depot =
        EntryDraft::new(day("2026-02-01"), "Fund").debit("Assets:Depot", fund.amount(3)).infer("Assets:Bank");
    depot.lines[0].price = Some(LinePrice::total(eur(1)));
    post(&book, depot).unwrap();
    book.journal().amend(3, meal("2026-01-03", 1).balance().unwrap()).unwrap();
    book.journal().reverse(4, Some(day("2026-02-02"))).unwrap();
    book.lock(Some(day("2025-12-31"))).unwrap();
    rules(&book);
    imports(&book);
    reconciliations(&book);
    schedules(&book);
    book
}

/// Rules in another order than they were made in, one of them switched off.
fn rules(book: &Book<'_>) {
    for name in ["Zoo", "ärger", "Rolls"] {
        let text = format!(
            "[[rule]]\nname = \"{name}\"\nwhen = {{ payee = \"{name}\" }}\nset = {{ account = \"Expenses:Food\" }}\n"
        );
        book.rules().add(&read_rules(&text).unwrap()[0], None).unwrap();
    }
    book.rules().move_to("Rolls", 1).unwrap();
    book.rules().set_enabled("Zoo", false).unwrap();
}

/// Imports in every state, with lines in every state.
fn imports(book: &Book<'_>) {
    let csv = |rows: &str| format!("Date,Payee,Text,Amount,Balance\n{rows}\n");
    let import = |account: &'static str, file: &'static str, text: &str| {
        book.imports().import(&Import { into: Some(account), ..Import::new(file, text.as_bytes()) }).unwrap()
    };
    book.accounts().open(NewAccount::new("Assets:Savings")).unwrap();
    let both = "2026-03-05,,Transfer to savings,-500.00,1500.00\n2026-03-06,Zoo,\"Two\nlines 🦁\",-10.00,1490.00\n\
                2026-03-07,,Interest,0.00,1490.00";
    assert!(import("Assets:Bank", "bank.csv", &csv(both)).committed);
    let savings = csv("2026-03-06,,Deposit,500.00,500.00\n2026-03-31,,Interest,1.25,501.25");
    assert!(import("Assets:Savings", "savings.csv", &savings).committed);
    assert_eq!(book.imports().lines(2).unwrap()[0].state, LineState::Adjusted);
    let undone = import("Assets:Savings", "wrong.csv", &csv("2026-04-01,Zoo,x,-1.00,500.25"));
    book.imports().undo(undone.id.unwrap()).unwrap();
    let qif = "!Type:Bank\nD2026-04-02\nT-5.00\nPShop\nSExpenses:Food\n$-2.00\nSExpenses:Fun\n$-3.00\n^\n";
    assert!(import("Assets:Bank", "bank.qif", qif).committed);
    let discarded = csv("2026-04-03,Zoo,y,-1.00,1484.00");
    let discarded = Import { into: Some("Assets:Bank"), ..Import::new("d.csv", discarded.as_bytes()) };
    let discarded = book.imports().stage(&discarded).unwrap();
    book.imports().discard(discarded.id.unwrap()).unwrap();
    for _ in 0..2 {
        post(book, meal("2026-04-04", 777)).unwrap();
    }
    assert!(!import("Assets:Bank", "open.csv", &csv("2026-04-04,Zoo,z,-7.77,1476.23")).committed);
    let mut states: Vec<ImportState> =
        book.imports().list().unwrap().into_iter().map(|import| import.state).collect();
    states.sort_by_key(|state| format!("{state:?}"));
    states.dedup();
    assert_eq!(states.len(), 4, "{states:?}");
}

/// A checkpoint that holds, one that was undone, and lines that are cleared only.
fn reconciliations(book: &Book<'_>) {
    let marks = book.reconciliations();
    for (account, to) in
        [("Assets:Bank", "2026-01-10"), ("Assets:Savings", "2026-03-31"), ("Assets:Bank", "2026-01-20")]
    {
        marks.clear_all(account, day(to), eur(0).commodity()).unwrap();
        let balance = marks.preview(account, day(to), eur(0)).unwrap().cleared_balance;
        marks.finish(account, day(to), balance).unwrap();
    }
    marks.undo(3).unwrap();
    assert_eq!(marks.clear_lines("Assets:Bank", &[28, 29]).unwrap(), 2);
}

/// Rows in every state, occurrences in every state, an applied scenario, a forecast and every decision.
fn schedules(book: &Book<'_>) {
    let rows = book.schedules();
    let named = |name: &str| ScheduleTerms { name: name.into(), ..crate::schedules::rent(book) };
    let (rent, old) = (rows.add(named("Rent 🏠")).unwrap(), rows.add(named("Old")).unwrap());
    let key = |on: &str| OccurrenceKey::new(rent.id(), day(on));
    rows.skip(key("2026-02-01")).unwrap();
    rows.move_occurrence(key("2026-03-01"), Move { to: Some(day("2026-03-09")), lines: None }).unwrap();
    assert_eq!(rows.post_due(day("2026-01-31"), &PostDue::default()).unwrap().posted.len(), 2);
    rows.remove(old.id()).unwrap();
    let until = Edit::Later { on: day("2026-06-01"), terms: Box::new(named("Rent 🏠")) };
    rows.edit(rent.id(), until).unwrap();
    for name in ["Zeta", "alpha"] {
        book.scenarios().create(name).unwrap();
        let stop = Adjustment::Stop { row: RowRef::from("rent 🏠"), from: day("2026-09-01") };
        book.scenarios().adjust(name, stop).unwrap();
        let mut request = ProjectRequest::new(day("2026-01-31"), day("2026-12-31"));
        request.accounts = vec!["Assets:Bank".into()];
        rows.snapshot(name, &ProjectRequest { total: false, ..request }).unwrap();
    }
    book.scenarios().apply("alpha").unwrap();
    for n in 1..=6 {
        let club = meal(&format!("2026-0{n}-15"), 1_500).party("Club");
        post(book, club).unwrap();
    }
    let found = rows.detect(&DetectOptions::new(day("2026-06-20"))).unwrap();
    let club = found.iter().find(|proposal| proposal.name.contains("Club")).unwrap();
    rows.accept_proposal(club, &AcceptProposal::default()).unwrap();
    rows.reject_proposal(&ProposalKey::from("b".to_owned())).unwrap();
    rows.snooze_proposal(&ProposalKey::from("A".to_owned()), day("2027-01-01")).unwrap();
}

fn archive_of(book: &Book<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    book.export().archive(&mut out).unwrap();
    out
}

/// Every row of every table that belongs to a book, but the book's number in its database.
fn rows(db: &TestDatabase) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for table in tables_of_books(db) {
        let columns = match db.backend() {
            Backend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}') ORDER BY 1"),
            Backend::Postgres => format!(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() \
                 AND table_name = '{table}' ORDER BY column_name COLLATE \"C\""
            ),
        };
        let columns = db.sql(&columns).unwrap();
        let columns: Vec<_> =
            columns.lines().filter(|name| *name != "book_id").map(|name| format!("\"{name}\"")).collect();
        let found = db.sql(&format!("SELECT {} FROM {table}", columns.join(", "))).unwrap();
        let mut found: Vec<String> = found.lines().map(str::to_owned).collect();
        found.sort();
        all.insert(table, found);
    }
    all
}

/// The tables with a `book_id`, as the database itself tells them.
fn tables_of_books(db: &TestDatabase) -> Vec<String> {
    let found = db.sql(match db.backend() {
        Backend::Sqlite => {
            "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c ON c.name = 'book_id' \
             WHERE t.type = 'table' ORDER BY 1"
        }
        Backend::Postgres => {
            "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema() \
             AND column_name = 'book_id' ORDER BY 1"
        }
    });
    found.unwrap().lines().map(str::to_owned).collect()
}

on_both_databases! {
    fn every_table_of_a_book_is_in_its_archive(db: &TestDatabase) {
        drop(open(db));
        let mut archived: Vec<String> = admin::archived_tables().into_iter().map(|(table, _)| table.to_owned()).collect();
        archived.sort();
        assert_eq!(
            archived,
            tables_of_books(db),
            "a new table belongs into the list in store/archive.rs, or among those that are kept elsewhere"
        );
    }

    fn a_book_is_restored_into_either_database_row_by_row_and_gives_the_same_bytes(db: &TestDatabase) {
        let ledger = open(db);
        let book = full(&ledger);
        let archive = archive_of(&book);
        assert_eq!(archive_of(&book), archive);
        for other in databases() {
            let second = Ledger::open_or_create(other.url(), session("ben")).unwrap();
            // Other books in front, so that the number of the restored one is another.
            home_named(&second, "first");
            let before = rows(&other);
            let summary = second.restore_archive(PLACE, Cursor::new(&archive), None, None).unwrap();
            assert_eq!((summary.book.as_str(), summary.head), ("home", book.head().unwrap()));
            let restored = second.book("home").unwrap();
            assert_eq!(restored.info().uid, book.info().uid);
            assert_sound(&restored);
            assert_eq!(archive_of(&restored), archive, "{} to {}", db.backend(), other.backend());
            let mut found = rows(&other);
            for (table, before) in &before {
                let all = found.get_mut(table).unwrap();
                for row in before {
                    let at = all.iter().position(|other| other == row).unwrap();
                    all.remove(at);
                }
            }
            assert_eq!(found, rows(db));
            let empty: Vec<_> = found.iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| table).collect();
            assert!(empty.is_empty(), "nothing is tested of {empty:?}");
            // The book goes on from where it was, also in entries, events and names.
            assert_eq!(post(&restored, meal("2026-03-01", 5)).unwrap().number, book.head().unwrap().number + 1);
            restored.accounts().open(NewAccount::new("Assets:New")).unwrap();
            let open = restored.imports().list().unwrap().into_iter().find(|import| import.state == ImportState::Open);
            let new = Decisions { lines: [(1, Decision::New)].into(), ..Decisions::default() };
            restored.imports().commit(open.unwrap().id, &new).unwrap();
            restored.reconciliations().undo(2).unwrap();
            restored.imports().undo(2).unwrap();
            restored.imports().undo(1).unwrap();
            restored.rules().remove("Zoo").unwrap();
            restored.scenarios().undo("alpha").unwrap();
            assert_eq!(restored.schedules().post_due(day("2026-01-31"), &PostDue::default()).unwrap().posted.len(), 0);
            assert_sound(&restored);
        }
    }

    fn a_book_that_is_there_is_never_restored_over_and_a_name_that_is_taken_has_a_way_out(db: &TestDatabase) {
        let ledger = open(db);
        let archive = archive_of(&full(&ledger));
        let before = stored(db);
        let known = ledger.restore_archive(PLACE, Cursor::new(&archive), Some("copy"), None).unwrap_err();
        says(&known, &["book \"home\" is there already", "identity", "another database"]);
        let other = fresh_database(db.backend()).unwrap();
        let second = open(&other);
        home_named(&second, "HOME");
        let taken = second.restore_archive(PLACE, Cursor::new(&archive), None, None).unwrap_err();
        says(&taken, &["\"home\" is there already", "--as NAME"]);
        assert_eq!(stored(db), before);
        let summary = second.restore_archive(PLACE, Cursor::new(&archive), Some("copy"), None).unwrap();
        assert_eq!(summary.book, "copy");
        let copy = second.book("copy").unwrap();
        assert_sound(&copy);
        let events = copy.audit().list(&Default::default()).unwrap();
        assert!(events.iter().any(|event| event.action == "book.rename" && event.after.as_deref() == Some("\"copy\"")));
        assert_eq!(copy.head().unwrap(), summary.head);
    }

    fn an_archived_and_an_empty_book_come_back_as_they_were(db: &TestDatabase) {
        let ledger = open(db);
        let mut book = home(&ledger);
        book.set_archived(true).unwrap();
        let other = fresh_database(db.backend()).unwrap();
        let second = open(&other);
        let archive = archive_of(&book);
        second.restore_archive(PLACE, Cursor::new(&archive), None, None).unwrap();
        let restored = second.book("home").unwrap();
        assert_eq!(restored.info().archived_at, book.info().archived_at);
        assert!(post(&restored, meal("2026-03-01", 5)).is_err());
        assert_eq!(archive_of(&restored), archive);
    }

    fn an_unsound_book_is_not_archived(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-01-01", 5)).unwrap();
        db.sql("UPDATE accounts SET name = 'Assets:Bonk' WHERE account_id = 1").unwrap();
        let error = book.export().archive(&mut Vec::new()).unwrap_err();
        says(&error, &["\"home\" cannot be archived whole", "accounts 1", "ledger verify"]);
    }

    fn more_rows_than_one_batch_are_restored(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let draft = |n: i64| meal("2026-01-01", n).party(format!("Shop {}", n % 1_100)).balance().unwrap();
        book.journal().post_all((1..=12_000).map(draft)).unwrap();
        let archive = archive_of(&book);
        let other = sqlite_database();
        let second = open(&other);
        second.restore_archive(PLACE, Cursor::new(&archive), None, None).unwrap();
        assert_eq!(archive_of(&second.book("home").unwrap()), archive);
    }
}

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
