//! Imports as units: all or nothing when the database fails, and the same book whatever the order of the files.

use ledger_core::Result;
use ledger_core::import::ImportState;
use ledger_testkit::{Backend, TestDatabase, on_both_databases};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::imports::{BANK, balances, csv, import, shown, with_savings};
use crate::support::{assert_sound, open, refused};

on_both_databases! {
    fn a_failure_at_any_point_of_commit_and_undo_leaves_all_or_nothing(db: &TestDatabase) {
        let ledger = open(db);
        let book = with_savings(&ledger);
        import(&book, "Assets:Savings", &csv(&["2026-03-26,,Transfer,-2450.00"])).unwrap();
        let commits = [
            ("imports", "import_id = 2"),
            ("statements", "import_id = 2"),
            ("statement_lines", "import_id = 2 AND line_number = 5"),
            ("lines", "entry_number >= 5"),
            ("audit_events", "action = 'import.commit'"),
        ];
        for (table, when) in commits {
            let error = refused(db, &book, || failing(db, table, when, || import(&book, "Assets:Bank", BANK)));
            assert_eq!(error.kind().code(), "database", "{table} {when}: {error}");
        }
        import(&book, "Assets:Bank", BANK).unwrap();
        let imported = (shown(&book), balances(&book));
        for (table, when) in [("entries", "amends = 2"), ("entries", "amends = 6"), ("audit_events", "action = 'import.undo'")] {
            let error = refused(db, &book, || failing(db, table, when, || book.imports().undo(2)));
            assert_eq!(error.kind().code(), "database", "{table} {when}: {error}");
            assert_eq!((shown(&book), balances(&book)), imported);
            assert_eq!(book.imports().get(2).unwrap().state, ImportState::Committed);
        }
        book.imports().undo(2).unwrap();
        assert_eq!(shown(&book).len(), 1);
        assert_sound(&book);
    }

    fn overlapping_files_in_any_order_give_the_entries_of_the_whole(db: &TestDatabase) {
        let ledger = open(db);
        let number = std::cell::Cell::new(0);
        let fresh = || {
            number.set(number.get() + 1);
            let name = format!("book {}", number.get());
            crate::support::home_named(&ledger, &name)
        };
        let config = proptest::test_runner::Config { cases: 10, failure_persistence: None, ..Default::default() };
        let strategy = (statement_of_days(), prop::collection::vec((0..8_usize, 1..5_usize), 1..5), any::<bool>());
        let outcome = TestRunner::new(config).run(&strategy, |(days, windows, newest_first)| {
            let whole = fresh();
            import(&whole, "Assets:Bank", &csv_of(&days)).unwrap();
            let split = fresh();
            let mut files: Vec<&[Vec<String>]> = windows
                .iter()
                .map(|(first, count)| &days[(*first).min(days.len())..(first + count).min(days.len())])
                .filter(|window| window.iter().any(|day| !day.is_empty()))
                .collect();
            // What no window has comes in two files that overlap.
            let middle = days.len() / 2;
            files.push(&days[..(middle + 1).min(days.len())]);
            files.push(&days[middle..]);
            if newest_first {
                files.reverse();
            }
            for file in &files {
                let text = csv_of(file);
                prop_assert!(import(&split, "Assets:Bank", &text).unwrap().questions.is_empty());
                let again = import(&split, "Assets:Bank", &text).unwrap();
                prop_assert_eq!(again.id, None);
            }
            prop_assert_eq!(shown(&split), shown(&whole));
            Ok(())
        });
        outcome.unwrap();
    }
}

/// A statement day by day, of few different rows, so that many are identical.
fn statement_of_days() -> impl Strategy<Value = Vec<Vec<String>>> {
    let row = (1..4_i64, prop::sample::select(vec!["Tea", "Rent", "Rolls"]));
    let days = prop::collection::vec(prop::collection::vec(row, 0..6), 1..8);
    days.prop_map(|days| {
        let row =
            |day: usize, (amount, text): &(i64, &str)| format!("2026-03-{:02},{text},,-{amount}.00", day + 1);
        let rows = |(day, rows): (usize, &Vec<(i64, &str)>)| rows.iter().map(|it| row(day, it)).collect();
        days.iter().enumerate().map(rows).collect()
    })
}

fn csv_of(days: &[Vec<String>]) -> String {
    csv(&days.iter().flatten().map(String::as_str).collect::<Vec<_>>())
}

/// Runs `work` while the database fails at an insert into `table` with such a row.
fn failing<T>(db: &TestDatabase, table: &str, when: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let (fail, heal) = match db.backend() {
        Backend::Sqlite => {
            let columns =
                when.replace("import_id", "NEW.import_id").replace("line_number", "NEW.line_number");
            let columns = columns.replace("entry_number", "NEW.entry_number").replace("amends", "NEW.amends");
            let columns = columns.replace("action", "NEW.action");
            let raise = "BEGIN SELECT RAISE(ABORT, 'pulled the plug'); END";
            let fail = format!("CREATE TRIGGER plug BEFORE INSERT ON {table} WHEN {columns} {raise}");
            (fail, "DROP TRIGGER plug".to_owned())
        }
        Backend::Postgres => {
            let fail = format!(
                "ALTER TABLE {table} ADD CONSTRAINT plug CHECK (NOT coalesce({when}, false)) NOT VALID"
            );
            (fail, format!("ALTER TABLE {table} DROP CONSTRAINT plug"))
        }
    };
    db.sql(&fail).unwrap();
    let result = work();
    db.sql(&heal).unwrap();
    result
}
