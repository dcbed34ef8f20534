//! Databases that cannot be used: a clear sentence, nothing touched, and reports where they can still be had.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use ledger_core::import::rule::Rule;
use ledger_core::report::TrialBalanceOptions;
use ledger_core::{EntryDraft, ErrorKind, Ledger, Result, admin};
use ledger_testkit::{Backend, TestDatabase, fresh_database, on_both_databases, sqlite_database};

use super::scene::{self, entry};

/// The user and group without rights, as whom a test acts that would otherwise run as root.
const NOBODY: u32 = 65_534;

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let found = folder.read_dir().unwrap().map(|found| found.unwrap());
    let found = found.filter(|found| found.file_type().unwrap().is_file());
    found.map(|it| (it.file_name().into_string().unwrap(), std::fs::read(it.path()).unwrap())).collect()
}

/// Checks that neither way of opening a file does more than refuse it; returns both refusals.
fn refused(db: &TestDatabase) -> [ErrorKind; 2] {
    let before = files(db.folder());
    let open = |opened: Result<Ledger>| match opened {
        Ok(_) => panic!("{} was opened", db.url()),
        Err(error) => {
            assert!(error.to_string().contains(db.url()), "the place is not named: {error}");
            error.kind().clone()
        }
    };
    let refusals = [
        open(Ledger::open(db.url(), scene::session())),
        open(Ledger::open_or_create(db.url(), scene::session())),
    ];
    assert!(before == files(db.folder()), "files were changed by a refusal");
    refusals
}

fn assert_not_a_ledger(db: &TestDatabase, reason: &str) {
    for kind in refused(db) {
        assert!(
            matches!(&kind, ErrorKind::NotALedger { reason: said, .. } if said.contains(reason)),
            "{kind}"
        );
    }
}

#[test]
fn a_text_file_is_refused_untouched() {
    let db = sqlite_database();
    std::fs::write(db.url(), "date,amount\n2026-03-02,42.10\n".repeat(100)).unwrap();
    assert_not_a_ledger(&db, "not an SQLite database");
    std::fs::write(db.url(), "short").unwrap();
    assert_not_a_ledger(&db, "not an SQLite database");
}

#[test]
fn a_folder_is_refused() {
    let db = sqlite_database();
    std::fs::create_dir(db.url()).unwrap();
    assert_not_a_ledger(&db, "it is a folder");
}

#[test]
fn a_missing_file_is_not_made_by_opening_it() {
    let db = sqlite_database();
    let refused = Ledger::open(db.url(), scene::session()).unwrap_err();
    assert_eq!(refused.kind(), &ErrorKind::NoDatabase { place: db.url().to_owned() });
    assert!(!Path::new(db.url()).exists());
    let nowhere = format!("{}/no/such/folder/book.sqlite", db.folder().display());
    let refused = Ledger::open_or_create(&nowhere, scene::session()).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::File { .. }), "{refused}");
    assert!(refused.to_string().contains(&nowhere), "{refused}");
}

#[test]
fn an_empty_file_is_no_ledger_until_one_is_created_in_it() {
    // SQLite itself takes an empty file for an empty database, and so do programs that reserve a name first.
    let db = sqlite_database();
    std::fs::write(db.url(), "").unwrap();
    let refused = Ledger::open(db.url(), scene::session()).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::NoDatabase { .. }), "{refused}");
    assert_eq!(std::fs::read(db.url()).unwrap(), b"");
    let ledger = scene::create(db.url());
    scene::assert_sound(&db, &ledger.book("home").unwrap());
}

#[test]
fn a_truncated_database_is_refused_untouched() {
    let db = sqlite_database();
    scene::post_entries(&scene::create(db.url()).book("home").unwrap(), 200);
    let whole = std::fs::read(db.url()).unwrap();
    for length in [whole.len() / 2, whole.len() / 10, 4096, 1000, 50] {
        std::fs::write(db.url(), &whole[..length]).unwrap();
        for kind in refused(&db) {
            assert!(matches!(kind, ErrorKind::Corrupt { .. } | ErrorKind::Damaged { .. }), "{kind}");
        }
    }
}

on_both_databases! {
    fn another_programs_database_is_refused_untouched(db: &TestDatabase) {
        db.sql("CREATE TABLE notes (id INTEGER, text TEXT); INSERT INTO notes VALUES (1, 'rent')").unwrap();
        let tables = tables(db);
        for foreign in [true, false] {
            if !foreign {
                // Another program may keep its migrations as Diesel does.
                db.sql("CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY, \
                        run_on TIMESTAMP DEFAULT CURRENT_TIMESTAMP); \
                        INSERT INTO __diesel_schema_migrations (version) VALUES ('20240101000000')").unwrap();
            }
            for opened in [Ledger::open(db.url(), scene::session()), Ledger::open_or_create(db.url(), scene::session())] {
                let refused = opened.unwrap_err();
                assert!(matches!(refused.kind(), ErrorKind::NotALedger { .. }), "{refused}");
            }
        }
        assert_eq!(db.sql("SELECT * FROM notes").unwrap(), "1|rent\n");
        assert_eq!(self::tables(db).lines().count(), tables.lines().count() + 1);
    }

    fn a_newer_schema_is_refused_untouched(db: &TestDatabase) {
        scene::post_entries(&scene::create(db.url()).book("home").unwrap(), 20);
        db.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999'); \
                CREATE TABLE from_the_future (id INTEGER)").unwrap();
        let before = (tables(db), rows(db), files(db.folder()));
        let attempts: [Result<()>; 5] = [
            Ledger::open(db.url(), scene::session()).map(|_| ()),
            Ledger::open_or_create(db.url(), scene::session()).map(|_| ()),
            admin::migrate(db.url()).map(|_| ()),
            admin::rollback(db.url(), &scene::session(), true).map(|_| ()),
            admin::status(db.url()).map(|_| ()),
        ];
        for refused in attempts.into_iter().filter_map(Result::err) {
            assert!(matches!(refused.kind(), ErrorKind::NewerSchema { found, .. } if found == "9999"), "{refused}");
        }
        assert!(Ledger::open_or_create(db.url(), scene::session()).is_err());
        let after = (tables(db), rows(db), files(db.folder()));
        assert!(before == after, "a refusal changed something");
    }

    fn an_older_schema_is_refused_untouched_until_it_is_migrated(db: &TestDatabase) {
        let ledger = scene::create(db.url());
        scene::post_entries(&ledger.book("home").unwrap(), 20);
        drop(ledger);
        admin::rollback(db.url(), &scene::session(), false).unwrap();
        let before = (tables(db), files(db.folder()));
        let refused = Ledger::open(db.url(), scene::session()).unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::OlderSchema { pending: 1, .. }), "{refused}");
        assert!(before == (tables(db), files(db.folder())), "a refusal changed something");
        admin::migrate(db.url()).unwrap();
        let ledger = scene::open(db.url());
        let book = ledger.book("home").unwrap();
        book.journal().post(entry(21)).unwrap();
        scene::assert_sound(db, &book);
    }

    fn settings_and_rules_that_a_rollback_took_are_no_finding(db: &TestDatabase) {
        let ledger = scene::create(db.url());
        let book = ledger.book("home").unwrap();
        book.settings("trial-balance").save("month-end", &serde_json::json!({})).unwrap();
        let mut rule = Rule::new("skip");
        rule.set.skip = true;
        book.rules().add(&rule, None).unwrap();
        drop(ledger);
        while admin::rollback(db.url(), &scene::session(), true).unwrap().is_some_and(|version| version != "0004") {}
        admin::migrate(db.url()).unwrap();
        scene::assert_sound(db, &scene::open(db.url()).book("home").unwrap());
    }

    fn a_rollback_that_would_lose_entries_is_refused(db: &TestDatabase) {
        scene::post_entries(&scene::create(db.url()).book("home").unwrap(), 5);
        let refused = scene::roll_back_until_refused(db.url());
        let before = (tables(db), rows(db));
        let again = admin::rollback(db.url(), &scene::session(), false).unwrap_err();
        assert_eq!(again.to_string(), refused.to_string());
        assert!(matches!(refused.kind(), ErrorKind::NotAllowed { .. }), "{refused}");
        assert_eq!(before, (tables(db), rows(db)));
    }

    fn a_unit_that_hides_a_failure_is_whole_or_refused(db: &TestDatabase) {
        let ledger = scene::create(db.url());
        let book = ledger.book("home").unwrap();
        for year in 2020..2023 {
            let draft = EntryDraft::new(scene::day(&format!("{year}-05-01")), "a fortune").infer("Income:Salary");
            let draft = draft.debit("Assets:Bank", scene::amount(4_000_000_000_000_000_000, "EUR"));
            book.journal().post(draft.balance().unwrap()).unwrap();
        }
        // PostgreSQL takes a transaction back in which a statement failed, and says nothing of it at `COMMIT`.
        let unit = ledger.transaction(|_| {
            book.journal().post(entry(1))?;
            let failed = book.reports().trial_balance(&TrialBalanceOptions::default()).unwrap_err();
            assert!(matches!(failed.kind(), ErrorKind::AmountOverflow { .. }), "{failed}");
            Ok(())
        });
        let posted = book.head().unwrap().number == 4;
        assert_eq!(unit.is_ok(), posted, "{unit:?}");
        assert_eq!(book.verify(None).unwrap().findings, []);
    }

    fn a_database_whose_migrations_were_all_taken_back_can_be_used_again(db: &TestDatabase) {
        drop(Ledger::open_or_create(db.url(), scene::session()).unwrap());
        while admin::rollback(db.url(), &scene::session(), false).unwrap_or(None).is_some() {}
        let refused = Ledger::open(db.url(), scene::session()).unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::NoDatabase { .. }), "{refused}");
        scene::assert_sound(db, &scene::create(db.url()).book("home").unwrap());
    }

    fn the_same_external_id_with_other_content_writes_nothing(db: &TestDatabase) {
        let ledger = scene::create(db.url());
        let book = ledger.book("home").unwrap();
        scene::post_entries(&book, 5);
        let head = book.head().unwrap();
        let mut other = book.journal().draft_of(3).unwrap().external_id("3");
        other.description = "something else".to_owned();
        // In a batch, the entries before the conflict are not written either.
        let batch = [entry(6), other.balance().unwrap()];
        let refused = book.journal().post_all(batch).unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::ExternalIdConflict { number: 3, .. }), "{refused}");
        assert_eq!(book.head().unwrap(), head);
        scene::assert_sound(db, &book);
    }
}

fn tables(db: &TestDatabase) -> String {
    let tables = match db.backend() {
        Backend::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1",
        Backend::Postgres => "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    };
    db.sql(tables).unwrap()
}

fn rows(db: &TestDatabase) -> String {
    let tables = ["books", "book_heads", "audit_events", "accounts", "entries", "lines", "entry_tags"];
    tables.iter().map(|table| db.sql(&format!("SELECT count(*) FROM {table}")).unwrap()).collect()
}

// ── read-only ────────────────────────────────────────────────────────────────────────────────────────────────

/// Reads reports and is refused every write; prints nothing that a parent reads, but fails when it is otherwise.
pub fn child_reads_only(arguments: &[&str]) {
    let ledger = scene::open(arguments[0]);
    let book = ledger.book("home").unwrap();
    assert_eq!(book.head().unwrap().to_string(), arguments[1]);
    assert!(!book.reports().trial_balance(&TrialBalanceOptions::default()).unwrap().rows.is_empty());
    assert_eq!(book.verify(Some(arguments[1].parse().unwrap())).unwrap().findings, []);
    for _ in 0..2 {
        let refusals = [
            book.journal().post(entry(1_000)).unwrap_err(),
            book.lock(Some(scene::day("2026-01-01"))).unwrap_err(),
            admin::rollback(arguments[0], &scene::session(), false).unwrap_err(),
        ];
        for refused in refusals {
            assert!(matches!(refused.kind(), ErrorKind::ReadOnly { .. }), "{refused}");
        }
    }
    scene::assert_totals_equal(&book);
    assert_eq!(book.head().unwrap().to_string(), arguments[1]);
}

/// Runs [`child_reads_only`] on a ledger whose file and folder have these permissions.
fn read_only(file_mode: u32, folder_mode: u32) {
    let db = sqlite_database();
    let head = {
        let ledger = scene::create(db.url());
        let book = ledger.book("home").unwrap();
        scene::post_entries(&book, 20);
        book.head().unwrap().to_string()
    };
    let before = files(db.folder());
    // Root may do anything: there, a copy of this binary that everybody may run is run as nobody.
    let is_root = std::fs::metadata(db.url()).unwrap().uid() == 0;
    let open_to_all = tempfile::tempdir().unwrap();
    let mut binary = std::env::current_exe().unwrap();
    if is_root {
        let copy = open_to_all.path().join("child");
        std::fs::hard_link(&binary, &copy).or_else(|_| std::fs::copy(&binary, &copy).map(|_| ())).unwrap();
        set_mode(open_to_all.path(), 0o755);
        set_mode(&copy, 0o755);
        binary = copy;
    }
    set_mode(Path::new(db.url()), file_mode);
    set_mode(db.folder(), folder_mode);
    let mut child = scene::child_from(&binary, "read only", &[db.url(), &head]);
    if is_root {
        child.uid(NOBODY).gid(NOBODY);
    }
    let output = child.output().unwrap();
    set_mode(db.folder(), 0o755);
    assert!(output.status.success(), "{}", scene::said(&output));
    let after = files(db.folder());
    assert!(before[&name(&db)] == after[&name(&db)], "the file was changed");
}

fn name(db: &TestDatabase) -> String {
    Path::new(db.url()).file_name().unwrap().to_str().unwrap().to_owned()
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_read_only_file_gives_reports_and_refuses_posts() {
    read_only(0o444, 0o777);
}

#[test]
fn a_read_only_folder_gives_reports_and_refuses_posts() {
    read_only(0o666, 0o555);
}

#[test]
fn a_read_only_file_in_a_read_only_folder_gives_reports_and_refuses_posts() {
    read_only(0o444, 0o555);
}

#[test]
fn a_role_that_may_only_read_gets_reports_and_its_posts_are_refused() {
    let Some(db) = fresh_database(Backend::Postgres) else { return };
    let (ours, theirs) = ("user=postgres", format!("user=reader_{}", std::process::id()));
    if !db.url().contains(ours) {
        scene::note("the PostgreSQL server is not our own, so a role that may only read is not tested");
        return;
    }
    scene::post_entries(&scene::create(db.url()).book("home").unwrap(), 20);
    let role = format!("reader_{}", std::process::id());
    db.sql(&format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA public TO {role}; \
         GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"
    ))
    .unwrap();
    let ledger = scene::open(&db.url().replace(ours, &theirs));
    let book = ledger.book("home").unwrap();
    for _ in 0..2 {
        let refused = book.journal().post(entry(1_000)).unwrap_err();
        assert!(refused.to_string().contains("permission denied for table"), "{refused}");
    }
    scene::assert_totals_equal(&book);
    assert_eq!(book.verify(None).unwrap().findings, []);
    drop(ledger);
    db.sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).unwrap();
}

#[test]
fn a_database_that_takes_no_writes_gives_reports_on_postgres() {
    let Some(db) = fresh_database(Backend::Postgres) else { return };
    scene::post_entries(&scene::create(db.url()).book("home").unwrap(), 20);
    // As on a standby server.
    db.sql(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', \
            current_database()); END $$",
    )
    .unwrap();
    let ledger = scene::open(db.url());
    let book = ledger.book("home").unwrap();
    let refused = book.journal().post(entry(1_000)).unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::ReadOnly { .. }), "{refused}");
    scene::assert_totals_equal(&book);
}

// ── connections that break ───────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_lost_connection_is_told_as_such_and_loses_nothing_acknowledged() {
    let Some(db) = fresh_database(Backend::Postgres) else { return };
    let ledger = scene::create(db.url());
    let book = ledger.book("home").unwrap();
    scene::post_entries(&book, 20);
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    // Within a unit of several calls, and between units.
    let failed = ledger.transaction(|_| {
        book.journal().post(entry(21))?;
        db.sql(end).unwrap();
        book.journal().post(entry(22))
    });
    let failed = failed.unwrap_err();
    assert!(matches!(failed.kind(), ErrorKind::ConnectionLost { .. }), "{failed}");
    let failed = book.journal().post(entry(21)).map(|_| ());
    let failed = failed.and_then(|()| book.lock(None)).unwrap_err();
    assert!(matches!(failed.kind(), ErrorKind::ConnectionLost { .. }), "{failed}");
    let ledger = scene::open(db.url());
    let book = ledger.book("home").unwrap();
    assert_eq!(book.head().unwrap().number, 20);
    book.journal().post(entry(21)).unwrap();
    scene::assert_sound(&db, &book);
}
