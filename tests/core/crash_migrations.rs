//! Migrations that are killed: the old schema or the new one, never anything between.
//!
//! The library runs all pending migrations in one transaction, and each `up.sql` is one call to the database, so
//! that no kill from outside can be aimed at a statement. Four tests close in on it:
//!
//! - The real path dies before every call to the database, the commit and what comes after it included.
//! - Every statement of every migration runs in a transaction that is never committed and leaves no trace: none of
//!   them commits by itself or writes past the transaction, which is all that a kill at that statement could show.
//! - SQLite writes a transaction into its log when it commits; the log is cut at every frame and within each.
//! - And a real `kill -9` at random moments, for what the three might have overlooked.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use ledger_core::{Ledger, admin};
use ledger_testkit::{Backend, TestDatabase, on_both_databases, sqlite_database};

use super::scene::{self, Random};

/// Bytes before the first frame of SQLite's log, and before the page within a frame (its file format, section 4.1).
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// How many calls may still be made; the process dies at the one after.
static CALLS_LEFT: AtomicU64 = AtomicU64::new(u64::MAX);

struct DieAtCall;

impl Instrumentation for DieAtCall {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        // Before each call; where one has ended, the next one begins.
        if matches!(event, InstrumentationEvent::StartQuery { .. })
            && CALLS_LEFT.fetch_sub(1, Ordering::Relaxed) == 0
        {
            std::process::abort();
        }
    }
}

/// Moves the schema up or down and dies at the given call, or after the last one without closing the database.
pub fn child_changes_schema(arguments: &[&str]) {
    let (url, direction) = (arguments[0], arguments[1]);
    CALLS_LEFT.store(arguments[2].parse().unwrap(), Ordering::Relaxed);
    set_default_instrumentation(|| Some(Box::new(DieAtCall))).unwrap();
    match direction {
        "up" => drop(Ledger::open_or_create(url, scene::session()).unwrap()),
        "up and stop" => {
            let _open = Ledger::open_or_create(url, scene::session()).unwrap();
            std::process::abort();
        }
        _ => drop(admin::rollback(url, &scene::session(), true).unwrap()),
    }
}

fn changing(url: &str, direction: &str, calls: u64) -> Command {
    scene::child("change schema", &[url, direction, &calls.to_string()])
}

/// Everything that the database knows of its schema, and which migrations it counts as applied.
fn schema(db: &TestDatabase) -> String {
    let parts = match db.backend() {
        Backend::Sqlite => "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name",
        Backend::Postgres => {
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns \
             WHERE table_schema = 'public' ORDER BY 1, 2; \
             SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1; \
             SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace \
             ORDER BY 1, 2; \
             SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1; \
             SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
        }
    };
    let parts = db.sql(parts).unwrap();
    let versions = "SELECT version FROM __diesel_schema_migrations ORDER BY 1";
    let versions =
        if parts.contains("__diesel_schema_migrations") { db.sql(versions).unwrap() } else { String::new() };
    parts + &versions
}

/// Kills a change of the schema at call after call until it gets through; the schema has to be old until then.
fn die_at_every_call(db: &TestDatabase, direction: &str) {
    let old = schema(db);
    for calls in 0.. {
        let output = changing(db.url(), direction, calls).output().unwrap();
        scene::wait_for_the_server(db);
        let now = schema(db);
        if output.status.success() {
            assert_ne!(now, old, "{direction} did nothing");
            return;
        }
        assert!(!scene::said(&output).contains("panicked"), "{}", scene::said(&output));
        if now != old {
            // The commit got through; doing it once more has to find nothing left and change nothing.
            if direction == "up" {
                drop(Ledger::open_or_create(db.url(), scene::session()).unwrap());
                assert_eq!(schema(db), now, "call {calls} left a schema between the old and the new one");
            }
            return;
        }
    }
}

on_both_databases! {
    fn a_migration_killed_at_any_call_leaves_the_old_schema_or_the_new_one(db: &TestDatabase) {
        die_at_every_call(db, "up");
        let newest = schema(db);
        for _ in 0..2 {
            die_at_every_call(db, "down");
        }
        die_at_every_call(db, "up");
        assert_eq!(schema(db), newest, "going down and up again gives the same schema");
        drop(scene::open(db.url()));
    }

    fn every_statement_of_a_migration_is_taken_back_with_its_transaction(db: &TestDatabase) {
        let mut before = schema(db);
        for (up, down) in migrations(db.backend()) {
            let statements = statements(&up, db.backend());
            for count in 1..=statements.len() {
                let unfinished = format!("BEGIN;\n{}", statements[..count].join("\n"));
                db.sql(&unfinished).unwrap();
                assert_eq!(schema(db), before, "left behind by\n{}", statements[count - 1]);
            }
            db.sql(&up).unwrap();
            let after = schema(db);
            assert_ne!(after, before);
            db.sql(&format!("BEGIN;\n{down}")).unwrap();
            assert_eq!(schema(db), after, "left behind by the way down");
            before = after;
        }
    }
}

/// The scripts of all migrations, in order.
fn migrations(backend: Backend) -> Vec<(String, String)> {
    let folder = if backend == Backend::Sqlite { "sqlite" } else { "postgres" };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
    let mut folders: Vec<_> = folder.read_dir().unwrap().map(|found| found.unwrap().path()).collect();
    folders.sort();
    let read = |path: &Path, script: &str| std::fs::read_to_string(path.join(script)).unwrap();
    folders.iter().map(|path| (read(path, "up.sql"), read(path, "down.sql"))).collect()
}

/// Cuts a script where a line ends a statement: not within `$$`, and a trigger of SQLite only at its `END;`.
fn statements(script: &str, backend: Backend) -> Vec<String> {
    let mut found = vec![String::new()];
    for line in script.lines().filter(|line| !line.trim_start().starts_with("--")) {
        let statement = found.last_mut().unwrap();
        statement.push_str(line);
        statement.push('\n');
        let trigger = backend == Backend::Sqlite && statement.trim_start().starts_with("CREATE TRIGGER");
        let in_body = statement.matches("$$").count() % 2 == 1;
        if line.ends_with(';') && !in_body && (!trigger || line.ends_with("END;")) {
            found.push(String::new());
        }
    }
    found.retain(|statement| !statement.trim().is_empty());
    found
}

#[test]
fn a_log_cut_anywhere_gives_the_old_schema_or_the_new_one() {
    let db = sqlite_database();
    let stopped = changing(db.url(), "up and stop", u64::MAX).output().unwrap();
    assert!(!stopped.status.success());
    let (file, log) = (std::fs::read(db.url()).unwrap(), std::fs::read(format!("{}-wal", db.url())).unwrap());
    let page = usize::from(u16::from_be_bytes([file[16], file[17]]));
    let frame = FRAME_HEADER + page;
    assert!(log.len() > LOG_HEADER + 20 * frame, "the log is too short to prove anything");
    let new = {
        let whole = cut(&file, &log, log.len());
        schema(&whole)
    };
    let mut news = 0;
    for start in (LOG_HEADER..=log.len()).step_by(frame) {
        for length in [start, start + frame / 2] {
            let cut = cut(&file, &log, length.min(log.len()));
            let now = schema(&cut);
            assert!(now.is_empty() || now == new, "a log of {length} bytes gives\n{now}");
            news += usize::from(now == new);
            drop(Ledger::open_or_create(cut.url(), scene::session()).unwrap());
            assert_eq!(schema(&cut), new);
        }
    }
    assert!(news >= 1, "even the whole log did not give the new schema");
}

/// A database as it would be if power had failed after so many bytes of its log.
fn cut(file: &[u8], log: &[u8], length: usize) -> TestDatabase {
    let db = sqlite_database();
    std::fs::write(db.url(), file).unwrap();
    std::fs::write(format!("{}-wal", db.url()), &log[..length]).unwrap();
    db
}

on_both_databases! {
    fn a_migration_killed_at_random_leaves_the_old_schema_or_the_new_one(db: &TestDatabase) {
        let mut random = Random::seeded("kills of migrations");
        drop(Ledger::open_or_create(db.url(), scene::session()).unwrap());
        let new = schema(db);
        for _ in 0..10 {
            let Some(db) = ledger_testkit::fresh_database(db.backend()) else { return };
            let old = schema(&db);
            let mut child = changing(db.url(), "up", u64::MAX).spawn().unwrap();
            // Nothing is waited for here: the pause only chooses the moment.
            std::thread::sleep(Duration::from_micros(random.below(60_000)));
            scene::kill(&mut child, &db);
            let now = schema(&db);
            assert!(now == old || now == new, "between old and new:\n{now}");
            drop(Ledger::open_or_create(db.url(), scene::session()).unwrap());
            assert_eq!(schema(&db), new);
        }
    }
}
