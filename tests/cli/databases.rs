//! `ledger db`, `ledger verify` and `ledger audit`, and the library's part of them.

use std::sync::atomic::{AtomicBool, Ordering};

use ledger_core::{Ledger, NewBook};
use ledger_testkit::{Backend, TestDatabase, on_both_databases, sqlite_database};
use serde_json::Value;

use crate::shell::{Shell, home, ledger, post, session};

/// A book with two entries.
fn two_entries(db: &TestDatabase) -> Shell {
    let ledger = ledger(db.url());
    let book = home(&ledger);
    post(&book, "2026-01-05", "Assets:Bank", "3000 EUR", "Income:Salary");
    post(&book, "2026-01-06", "Expenses:Rent", "900 EUR", "Assets:Bank");
    Shell::new(db)
}

/// What a command prints as JSON.
#[track_caller]
fn json(shell: &Shell, line: &str) -> Value {
    serde_json::from_str(&shell.line(&format!("{line} -O json")).good()).unwrap()
}

/// The head of the only book, as `db status` prints it.
#[track_caller]
fn head(shell: &Shell) -> String {
    json(shell, "db status")["rows"][0]["head"].as_str().unwrap().to_owned()
}

on_both_databases! {
    fn verify_counts_what_it_recomputed_and_prints_the_head(db: &TestDatabase) {
        let shell = two_entries(db);
        let head = head(&shell);
        assert!(head.starts_with("2:"), "{head}");
        let text = shell.line("verify").good();
        assert!(text.contains("Everything holds.") && text.contains(&head), "{text}");
        let found = json(&shell, "db verify");
        assert_eq!(found["books"][0]["lines"], 4);
        assert_eq!(found["rows"], Value::Array(vec![]));
        shell.line(&format!("verify --expect-head {head}")).good();
        shell.line("verify --expect-head 2").bad(2);
    }

    fn verify_names_the_row_that_was_changed_and_ends_with_code_1(db: &TestDatabase) {
        let shell = two_entries(db);
        let drop = match db.backend() {
            Backend::Sqlite => "DROP TRIGGER entries_are_never_updated",
            Backend::Postgres => "ALTER TABLE entries DISABLE TRIGGER USER",
        };
        db.sql(drop).unwrap();
        db.sql("UPDATE entries SET description = 'Gift' WHERE number = 2").unwrap();
        let run = shell.line("verify");
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.stdout.contains("entries 2") && run.stdout.contains("hash"), "{run:?}");
        let run = shell.line("db verify -O csv -q");
        assert!(run.code == 1 && run.stderr.is_empty(), "{run:?}");
        assert!(run.stdout.starts_with("book,check,row,difference\n"), "{run:?}");
        assert!(run.stdout.contains("home,hash,entries 2,"), "{run:?}");
    }

    fn a_head_that_is_not_the_books_is_a_finding(db: &TestDatabase) {
        let shell = two_entries(db);
        let head = head(&shell);
        let later = format!("3:{}", &head[2..]);
        assert!(shell.line(&format!("verify --expect-head {later}")).code == 1);
        let other = format!("2:{}", "0".repeat(64));
        let run = shell.line(&format!("verify --expect-head {other}"));
        assert!(run.code == 1 && run.stdout.contains("head"), "{run:?}");
    }

    fn a_head_is_of_one_book(db: &TestDatabase) {
        let shell = two_entries(db);
        ledger(db.url()).create_book(NewBook::personal("club", "EUR")).unwrap();
        assert_eq!(json(&shell, "verify")["books"].as_array().unwrap().len(), 2);
        let head = json(&shell, "db status")["rows"][1]["head"].as_str().unwrap().to_owned();
        assert!(shell.line(&format!("verify --expect-head {head}")).bad(2).contains("--book (club, home)"));
        shell.line(&format!("verify --book home --expect-head {head}")).good();
    }

    fn the_audit_log_shows_who_did_what_when_before_and_after(db: &TestDatabase) {
        let shell = two_entries(db);
        let later = Ledger::open(db.url(), session("2026-02-10T12:00:00Z")).unwrap();
        let book = later.book("home").unwrap();
        book.accounts().rename("Expenses:Food", "Expenses:Groceries", false).unwrap();
        let renamed = json(&shell, "audit log --action account.rename");
        assert_eq!(renamed[0]["before"]["name"], "Expenses:Food");
        assert_eq!(renamed[0]["after"]["name"], "Expenses:Groceries");
        assert_eq!(renamed[0]["recorded_by"], "ben");
        assert_eq!(renamed[0]["recorded_at"], "2026-02-10T12:00:00.000000Z");
        let count = |flags: &str| json(&shell, &format!("audit log {flags}")).as_array().unwrap().len();
        assert_eq!((count("--from 2026-02"), count("--to 2026-02-09"), count("--action entry.post")), (1, 9, 2));
        assert_eq!((count("--who anna"), count("--all"), count("--limit 3"), count("--limit 0")), (0, 10, 3, 0));
        // Noon in UTC is one o'clock in the book's time zone.
        assert_eq!((count("--from 2026-02-10T13:00"), count("--from 2026-02-10T13:01")), (1, 0));
        let text = shell.line("audit log --limit 1");
        assert!(text.stdout.contains("2026-02-10 13:00"), "{text:?}");
        assert!(text.stderr.contains("only the latest 1"), "{text:?}");
    }

    fn the_state_of_a_database_shows_its_schema_and_heads(db: &TestDatabase) {
        let shell = two_entries(db);
        let status = json(&shell, "db status");
        assert_eq!(status["backend"], if db.backend() == Backend::Sqlite { "sqlite" } else { "postgres" });
        assert_eq!(status["pending"], 0);
        assert!(status["migrations"].as_array().unwrap().iter().all(|one| one["applied"] == true));
        assert_eq!(status["rows"][0]["entries"], 2);
        assert!(shell.line("db migrate").good().is_empty());
    }

    fn an_older_schema_says_so_and_a_migration_brings_it_up_to_date(db: &TestDatabase) {
        let shell = two_entries(db);
        shell.line("rules add x --skip").good();
        shell.line("reconcile Assets:Bank --to 2026-03-31 --balance 0 --clear 1");
        shell.line("scenario create x").good();
        shell.line("party add Zoo --kind company").good();
        shell.line("group create Trip Zoo --control Assets:Owed --create").good();
        shell.line("close-year 2020").good();
        shell.line("assert Assets:Bank 0 2020-12-31").good();
        shell.line("account edit Assets:Bank --lots fifo").good();
        let refused = shell.line("db rollback").bad(5);
        assert!(refused.contains("1 rows would be lost"), "{refused}");
        shell.line("db rollback --lose-data --dry-run").good();
        shell.line("tb").good();
        shell.line("db rollback --lose-data").good();
        let run = shell.line("db status");
        assert!(run.code == 6 && run.stdout.contains("1 pending"), "{run:?}");
        assert!(run.stderr.contains("bring it up to date with `ledger db migrate`"), "{run:?}");
        shell.line("tb").bad(6);
        assert!(shell.line("db migrate --dry-run").stderr.contains("would apply 1 schema change(s)"));
        assert!(shell.line("db migrate").stderr.contains("applied 0013"));
        assert_eq!(json(&shell, "db status")["pending"], 0);
        shell.line("verify").good();
    }

    fn a_newer_schema_says_so_and_is_not_touched(db: &TestDatabase) {
        let shell = two_entries(db);
        db.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')").unwrap();
        let run = shell.line("db status -O json");
        assert_eq!(run.code, 6, "{run:?}");
        assert!(run.stdout.contains("\"schema\": \"9999\"") && run.stderr.contains("newer-schema"), "{run:?}");
        for line in ["tb", "db migrate", "db rollback --lose-data", "verify"] {
            assert!(shell.line(line).bad(6).contains("newer version of ledger"), "{line}");
        }
    }

    fn what_is_no_ledger_is_refused(db: &TestDatabase) {
        let shell = Shell::new(db);
        assert!(shell.line("db status").bad(4).contains("there is no ledger database"));
        db.sql("CREATE TABLE notes (id INTEGER)").unwrap();
        assert!(shell.line("db status").bad(6).contains("tables of another program"));
    }
}

#[test]
fn a_backup_made_while_others_write_is_whole_and_fits_a_head() {
    let db = sqlite_database();
    let shell = two_entries(&db);
    let (stop, url) = (AtomicBool::new(false), db.url());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let ledger = Ledger::open(url, session("2026-03-01T12:00:00Z")).unwrap();
            let book = ledger.book("home").unwrap();
            while !stop.load(Ordering::Relaxed) {
                post(&book, "2026-02-01", "Expenses:Food", "1 EUR", "Assets:Bank");
            }
        });
        for number in 0..5 {
            let copy = shell.path(&format!("backup-{number}.sqlite"));
            let printed = shell.run(["db", "backup", &copy, "-O", "csv"]);
            let csv = printed.good();
            let head = csv.lines().nth(1).and_then(|line| line.rsplit(',').next()).unwrap().to_owned();
            shell.at(&copy).line(&format!("verify --expect-head {head}")).good();
            // What was posted since lies behind the receipt, which still fits.
            shell.line(&format!("verify --expect-head {head}")).good();
        }
        stop.store(true, Ordering::Relaxed);
    });
    shell.line("verify").good();
}

#[test]
fn a_restored_backup_is_the_same_book() {
    let db = sqlite_database();
    let shell = two_entries(&db);
    let (copy, target) = (shell.path("copy.sqlite"), shell.path("restored.sqlite"));
    let receipt = head(&shell);
    assert!(shell.run(["db", "backup", &copy, "--dry-run"]).stderr.contains("would write a snapshot"));
    assert!(!std::path::Path::new(&copy).exists());
    assert!(shell.run(["db", "backup", &copy]).good().contains(&receipt));
    shell.run(["db", "backup", &copy]).bad(5);
    shell.run(["db", "restore", &copy, "--to", &target, "--expect-head", &receipt]).good();
    let restored = shell.at(&target);
    assert_eq!(head(&restored), receipt);
    assert_eq!(restored.line("tb").good(), shell.line("tb").good());
    // An existing database is never replaced, neither by --to nor by --db.
    assert!(shell.run(["db", "restore", &copy, "--to", &target]).bad(5).contains("is there already"));
    shell.run(["db", "restore", &copy]).bad(5);
    let third = shell.at(&shell.path("third.sqlite"));
    third.run(["db", "restore", &copy]).good();
    assert_eq!(head(&third), receipt);
    shell.at("postgres://localhost/x").run(["db", "restore", &copy]).bad(2);
}

#[test]
fn a_copy_that_misses_its_tail_is_noticed_by_the_receipt() {
    let db = sqlite_database();
    let shell = two_entries(&db);
    // The main file without its log: what was posted while it was copied is missing.
    let open = Ledger::open(db.url(), session("2026-03-01T12:00:00Z")).unwrap();
    let book = open.book("home").unwrap();
    post(&book, "2026-02-01", "Expenses:Food", "1 EUR", "Assets:Bank");
    let receipt = head(&shell);
    let copy = shell.path("copy.sqlite");
    std::fs::copy(db.url(), &copy).unwrap();
    shell.at(&copy).line("verify").good();
    let target = shell.path("target.sqlite");
    let restore =
        |flags: &[&str]| shell.run(["db", "restore", &copy, "--to", &target].iter().chain(flags).copied());
    let refused = restore(&["--expect-head", &receipt]).bad(6);
    assert!(refused.contains("does not match its receipt"), "{refused}");
    assert!(!std::path::Path::new(&target).exists());
    assert_eq!(shell.at(&copy).line(&format!("verify --expect-head {receipt}")).code, 1);
    // Without the receipt nothing is wrong with the copy, which is why the receipt is kept.
    restore(&[]).good();
}

#[test]
fn a_copy_that_was_cut_short_is_not_restored() {
    let db = sqlite_database();
    let shell = two_entries(&db);
    let receipt = head(&shell);
    let whole = shell.path("whole.sqlite");
    shell.run(["db", "backup", &whole]).good();
    let bytes = std::fs::read(&whole).unwrap();
    let target = shell.path("target.sqlite");
    for share in [1, 2, 3] {
        let cut = shell.file("cut.sqlite", &bytes[..bytes.len() * share / 4]);
        let refused = shell.run(["db", "restore", &cut, "--to", &target, "--expect-head", &receipt]);
        assert!(refused.code == 6 || refused.code == 4, "{share}/4: {refused:?}");
        assert!(!std::path::Path::new(&target).exists(), "{share}/4");
    }
}
