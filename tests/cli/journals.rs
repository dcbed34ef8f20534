//! `ledger import journal`.

use ledger_testkit::{TestDatabase, on_both_databases};

use crate::shell::{Shell, csv_sums};

const JOURNAL: &str = "\
include more/*.journal
2026-01-01 Opening
  assets:cash   $1,000.00
  equity:opening
~ monthly
  expenses:rent  $500
  assets:cash
";

const MORE: &str = "\
2026-01-02 Bakery
  Dining   $3.40
  assets:cash
";

/// A book without accounts, and a journal beside it that includes another.
fn moved(db: &TestDatabase) -> (Shell, String) {
    let shell = Shell::new(db);
    shell.line("init --base USD").good();
    std::fs::create_dir_all(shell.path("more")).unwrap();
    shell.file("more/2026.journal", MORE);
    let file = shell.file("main.journal", JOURNAL);
    (shell, file)
}

on_both_databases! {
    fn a_journal_with_includes_is_imported_and_again_adds_nothing(db: &TestDatabase) {
        let (shell, file) = moved(db);
        let first = shell.run(["import", "journal", &file, "-O", "csv"]);
        assert!(first.stderr.contains("\"$\" is taken for USD"), "{first:?}");
        assert!(first.stderr.contains("\"Dining\" is taken for expense"), "{first:?}");
        assert!(first.stderr.contains("not imported: 1 × periodic transaction"), "{first:?}");
        assert!(first.stderr.contains("posted 2, already there 0; 3 accounts opened"), "{first:?}");
        assert_eq!(first.good(), "account,kind\nDining,expense\nassets:cash,asset\nequity:opening,equity\n");
        let second = shell.run(["import", "journal", &file]);
        assert!(second.stderr.contains("posted 0, already there 2; 0 accounts opened"), "{second:?}");
        second.good();
        let tb = shell.line("tb -O csv").good();
        assert_eq!(csv_sums(&tb, "debit"), csv_sums(&tb, "credit"), "{tb}");
        assert!(tb.contains("assets:cash,asset,996.60,USD"), "{tb}");
    }

    fn a_journal_from_standard_input_needs_its_format_only_where_nothing_tells_it(db: &TestDatabase) {
        let (shell, _) = moved(db);
        shell.run_with(["import", "journal", "-"], MORE).good();
        let unclear = shell.run_with(["import", "journal", "-"], "Date,Amount\n");
        assert_eq!(unclear.code, 3, "{unclear:?}");
        assert!(unclear.stderr.contains("--format"), "{unclear:?}");
    }

    fn kinds_and_symbols_that_nothing_tells_are_asked_for(db: &TestDatabase) {
        let (shell, _) = moved(db);
        let file = shell.file("odd.journal", "2026-01-01 x\n  Qux:a  $5\n  Zork\n");
        let refused = shell.run(["import", "journal", &file]);
        assert_eq!(refused.code, 3, "{refused:?}");
        assert!(refused.stderr.contains("\"Qux\", \"Zork\"") && refused.stderr.contains("--kind 'Qux=asset'"), "{refused:?}");
        let told = ["--kind", "Qux=asset", "--kind", "*=equity", "--symbol", "$=AUD"];
        let taken = shell.run(["import", "journal", &file].into_iter().chain(told));
        assert!(taken.stderr.contains("posted 1"), "{taken:?}");
        taken.good();
        let tb = shell.line("tb -O csv").good();
        assert!(tb.contains("Qux:a,asset,5.00,AUD") && tb.contains("Zork,equity"), "{tb}");
    }

    fn problems_are_told_at_their_lines_and_keep_the_journal_out(db: &TestDatabase) {
        let (shell, _) = moved(db);
        let text = "2026-01-01 x\n  assets:a  $5 = $6\n  equity:b\n2026-02-30 y\n  assets:a  $5\n  equity:b\n";
        let file = shell.file("bad.journal", text);
        let refused = shell.run(["import", "journal", &file]);
        assert_eq!(refused.code, 3, "{refused:?}");
        assert!(refused.stderr.contains("bad.journal:4:1: [unreadable-date]"), "{refused:?}");
        assert!(refused.stderr.contains("bad.journal:2:3: [failed-assertion]"), "{refused:?}");
        assert!(refused.stderr.contains("nothing was posted"), "{refused:?}");
        let taken = shell.run(["import", "journal", &file, "--skip-errors", "--accept-failed-assertions"]);
        assert!(taken.stderr.contains("posted 1,"), "{taken:?}");
        assert_eq!(taken.code, 3, "the problems decide the exit code: {taken:?}");
    }

    fn a_dry_run_changes_nothing(db: &TestDatabase) {
        let (shell, file) = moved(db);
        let rehearsed = shell.run(["import", "journal", &file, "--dry-run"]);
        assert!(rehearsed.stderr.contains("would post 2"), "{rehearsed:?}");
        rehearsed.good();
        let real = shell.run(["import", "journal", &file]);
        assert!(real.stderr.contains("posted 2, already there 0"), "{real:?}");
    }
}
