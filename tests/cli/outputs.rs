//! What every command does with its output: where it may go, and that programs get a row.

use ledger_testkit::{TestDatabase, on_both_databases, sqlite_database};

use crate::shell::{Shell, home, ledger, post};

/// A book with one entry.
fn one_entry(db: &TestDatabase) -> Shell {
    let ledger = ledger(db.url());
    post(&home(&ledger), "2026-01-05", "Assets:Bank", "3000 EUR", "Income:Salary");
    Shell::new(db)
}

#[test]
fn the_output_never_replaces_the_database_or_what_the_command_reads_and_writes() {
    let db = sqlite_database();
    let shell = one_entry(&db);
    let refused = |arguments: &[&str], output: &str| {
        for flags in [&["-o", output][..], &["-o", output, "--dry-run"]] {
            let told = shell.run(arguments.iter().chain(flags).copied()).bad(2);
            assert!(told.contains(output), "{arguments:?}: {told}");
        }
    };
    for suffix in ["", "-wal", "-shm", "-journal"] {
        refused(&["tb"], &format!("{}{suffix}", db.url()));
    }
    let link = shell.path("link.csv");
    std::os::unix::fs::symlink(db.url(), &link).unwrap();
    refused(&["tb"], &link);
    let copy = shell.path("copy.sqlite");
    refused(&["db", "backup", &copy], &copy);
    assert!(!std::path::Path::new(&copy).exists());
    shell.run(["db", "backup", &copy]).good();
    refused(&["tb"], &copy);
    let target = shell.path("target.sqlite");
    refused(&["db", "restore", &copy, "--to", &target], &target);
    let statement = shell.file("bank.csv", "Date,Text,Amount\n2026-03-02,Rewe,-1.00\n");
    refused(&["import", "csv", &statement, "--into", "Assets:Bank"], "./bank.csv");
    let entries = shell.file("entries.json", "[]");
    refused(&["post", "--json", &entries], &entries);
    assert_eq!(std::fs::read_to_string(&entries).unwrap(), "[]");
    shell.line("verify").good();
    // Another file, old or new, is replaced as ever, and so is a device written to.
    shell.run(["tb", "-o", &entries]).good();
    shell.run(["tb", "-o", "/dev/null"]).good();
}

on_both_databases! {
    fn what_only_changes_something_prints_one_row_for_programs(db: &TestDatabase) {
        let shell = one_entry(db);
        shell.line("price add 2026-01-01 USD 0.9 EUR").good();
        shell.line("tb --depth 1 --save flat").good();
        for line in [
            "account alias add Assets:Bank giro",
            "account alias remove giro",
            "account add-subtype asset domains",
            "price remove 2026-01-01 USD EUR",
            "tb --delete-saved flat",
            "db migrate",
            "book lock 2026-01-05",
            "book lock --off",
            "verify",
        ] {
            let dry = shell.line(&format!("{line} --dry-run -O csv")).good();
            assert_eq!(dry.lines().count(), 2, "{line}: {dry}");
            let printed = shell.line(&format!("{line} -O ndjson")).good();
            assert_eq!(printed.lines().count(), 1, "{line}: {printed}");
            assert!(serde_json::from_str::<serde_json::Value>(&printed).unwrap().is_object(), "{line}");
        }
        let lock = shell.line("book lock 2026-01-05 -O csv").good();
        assert_eq!(lock, "book,locked_through\nhome,2026-01-05\n");
        assert_eq!(shell.line("account alias add Assets:Bank giro").good(), "", "a person reads the sentence");
        let verified = shell.line("verify -O csv").good();
        assert!(verified.starts_with("book,entries,lines,events,head\nhome,1,2,"), "{verified}");
    }
}

#[test]
fn a_rehearsed_restore_ends_as_the_real_one() {
    let db = sqlite_database();
    let shell = one_entry(&db);
    let (copy, target) = (shell.path("copy.sqlite"), shell.path("target.sqlite"));
    shell.run(["db", "backup", &copy]).good();
    let text =
        shell.file("text.sqlite", "no database at all, but a text that is long enough to be read as one");
    for (file, to) in [("missing.sqlite", &target), (&*text, &target), (&*copy, &copy)] {
        let restore = ["db", "restore", file, "--to", to];
        let rehearsed = shell.run(restore.into_iter().chain(["--dry-run"]));
        let real = shell.run(restore);
        assert!(real.code != 0, "{real:?}");
        assert_eq!((rehearsed.code, &rehearsed.stderr), (real.code, &real.stderr));
    }
    let rehearsed = shell.run(["db", "restore", &copy, "--to", &target, "--dry-run"]);
    assert!(rehearsed.stderr.contains("would restore"), "{rehearsed:?}");
    assert!(!std::path::Path::new(&target).exists());
}

#[test]
fn a_book_that_is_not_named_among_several_is_ambiguous_and_the_hint_stands_last() {
    let db = sqlite_database();
    let shell = one_entry(&db);
    shell.line("book create club").good();
    let told = shell.line("tb").bad(4);
    assert_eq!(
        told,
        "error: book \"(not named)\" is ambiguous: it could be club, home\nhint: say which with --book NAME\n"
    );
}

#[test]
fn hints_stand_below_the_errors() {
    let db = sqlite_database();
    let shell = one_entry(&db);
    let one = shell.line("post 2026-01-06 Coffee Expenses:Coffee 3 Assets:Bank").bad(4);
    let hint = "hint: --create opens accounts that are not there\n";
    assert!(one.starts_with("error: ") && one.ends_with(hint), "{one}");
    let many = shell.run_with(["post", "-"], "2026-01-06 Coffee Expenses:Coffee 3 Assets:Bank\n").bad(4);
    assert!(many.ends_with(&format!("error: <stdin> has 1 problem\nnothing was posted\n{hint}")), "{many}");
    let quiet = shell.line("post 2026-01-06 Coffee Expenses:Coffee 3 Assets:Bank -q").bad(4);
    assert_eq!(quiet.lines().count(), 1, "{quiet}");
}

#[test]
fn help_that_is_piped_fits_80_columns_and_its_examples_stay_whole() {
    let db = sqlite_database();
    let shell = Shell::new(&db);
    for line in ["--help", "post --help", "import csv --help", "trial-balance --help", "account open --help"]
    {
        crate::support::assert_fits(&shell.line(line).good());
    }
    assert!(
        shell
            .line("post --help")
            .good()
            .contains("Expenses:Food=30 \\\n    --debit Expenses:Home=12.10 --credit")
    );
}

#[test]
fn a_refusal_names_the_flag_that_helps() {
    let db = sqlite_database();
    let shell = one_entry(&db);
    let comma = shell.line("post 2026-01-06 Food Expenses:Food 1.234,56 Assets:Bank").bad(3);
    assert!(comma.ends_with("hint: say which with --decimal comma|point\n"), "{comma}");
    let many = shell.run_with(["post", "-"], "2026-01-06 Food Expenses:Food 1.234,56 Assets:Bank\n").bad(3);
    assert!(many.ends_with("hint: say which with --decimal comma|point\n"), "{many}");
    let nan = shell.line("post 2026-01-06 Food Expenses:Food NaN Assets:Bank").bad(3);
    assert!(nan.starts_with("error: \"NaN\" is not an amount"), "{nan}");
    let kind = shell.line("post 2026-01-06 Food Food:Lunch 5 Assets:Bank --create").bad(3);
    assert!(kind.contains("hint: ") && kind.contains("--kind KIND"), "{kind}");
    let below = shell.line("register Assets").bad(4);
    assert!(below.ends_with("hint: --below shows the accounts below Assets\n"), "{below}");
    assert!(!shell.line("register Nothing").bad(4).contains("--below"));
    let file = shell.file("bank.csv", "Date,Text,Amount\n2026-03-02,Rewe,-1.00\n");
    let profile = shell.run(["import", "csv", &file, "--into", "Assets:Bank", "--profile", "nope"]).bad(4);
    assert!(profile.contains("there is no profile \"nope\""), "{profile}");
    assert!(shell.line("import profiles delete nope").bad(4).contains("there is no profile \"nope\""));
}
