//! The schema: the same on both databases, and every step of it can be taken back and made again.

use ledger_core::{ErrorKind, Ledger, admin};
use ledger_testkit::{Backend, TestDatabase, databases, on_both_databases};

use crate::scene;
use crate::support::{assert_sound, home, meal, open, post, says, session};

/// Every table with its columns, as `table.column` in order.
fn columns(db: &TestDatabase) -> String {
    db.sql(match db.backend() {
        Backend::Sqlite => {
            "SELECT t.name || '.' || c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1"
        }
        Backend::Postgres => {
            "SELECT table_name || '.' || column_name FROM information_schema.columns \
             WHERE table_schema = current_schema() ORDER BY (table_name || '.' || column_name) COLLATE \"C\""
        }
    })
    .unwrap()
}

/// All that a schema is made of, besides columns: keys, indexes, triggers, checks, functions.
fn objects(db: &TestDatabase) -> String {
    db.sql(match db.backend() {
        Backend::Sqlite => "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2",
        Backend::Postgres => {
            "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1; \
             SELECT conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint \
             WHERE connamespace = current_schema()::regnamespace ORDER BY 1, 2; \
             SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1; \
             SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace ORDER BY 1"
        }
    })
    .unwrap()
}

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    let found: Vec<String> = databases()
        .iter()
        .map(|db| {
            open(db);
            columns(db)
        })
        .collect();
    assert!(found[0].contains("lines.weight_commodity_id"), "{}", found[0]);
    assert!(found.windows(2).all(|both| both[0] == both[1]), "{found:#?}");
}

#[test]
fn both_databases_know_the_same_migrations() {
    let known = |db: &TestDatabase| -> Vec<(String, String)> {
        open(db);
        let migrations = admin::status(db.url()).unwrap().migrations;
        migrations.into_iter().map(|migration| (migration.version, migration.name)).collect()
    };
    let found: Vec<_> = databases().iter().map(known).collect();
    assert!(found.windows(2).all(|both| both[0] == both[1]), "{found:#?}");
}

on_both_databases! {
    fn every_migration_can_be_taken_back_and_made_again(db: &TestDatabase) {
        drop(open(db));
        let whole = (columns(db), objects(db));
        let versions: Vec<String> = admin::status(db.url()).unwrap().migrations.into_iter().map(|it| it.version).collect();
        for down in 1..=versions.len() {
            let mut before = Vec::new();
            for version in versions.iter().rev().take(down) {
                before.push((columns(db), objects(db)));
                assert_eq!(admin::rollback(db.url(), &session("anna"), false).unwrap().as_ref(), Some(version));
                assert_ne!(columns(db), before.last().unwrap().0);
            }
            // The first one takes everything with it; only the list of migrations stays, empty.
            if down == versions.len() {
                assert_eq!(columns(db).lines().filter(|line| !line.starts_with("__diesel")).count(), 0);
                drop(open(db));
            } else {
                let error = Ledger::open(db.url(), session("anna")).unwrap_err();
                assert!(matches!(error.kind(), ErrorKind::OlderSchema { pending, .. } if *pending == down), "{error}");
                assert_eq!(admin::migrate(db.url()).unwrap(), versions[versions.len() - down..]);
            }
            assert_eq!((columns(db), objects(db)), whole);
            assert_eq!(admin::migrate(db.url()).unwrap(), Vec::<String>::new());
        }
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-01", 500)).unwrap();
        assert_sound(&book);
    }

    fn a_rollback_that_would_lose_rows_says_how_many(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-01", 500)).unwrap();
        book.settings("csv").save("mine", &serde_json::json!({})).unwrap();
        let error = scene::roll_back_until_refused(db.url());
        let before = columns(db);
        assert!(matches!(error.kind(), ErrorKind::NotAllowed { what: "migration", .. }));
        says(&error, &["1 rows would be lost"]);
        assert_eq!(columns(db), before);
        admin::migrate(db.url()).unwrap();
        let ledger = open(db);
        let book = ledger.book("home").unwrap();
        assert_sound(&book);
        book.settings("csv").remove("mine").unwrap();
        drop(ledger);
        says(&scene::roll_back_until_refused(db.url()), &["0003_journal"]);
        admin::migrate(db.url()).unwrap();
        let ledger = open(db);
        assert_sound(&ledger.book("home").unwrap());
    }
}
