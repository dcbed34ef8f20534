//! `ledger reconcile`, and what it keeps `amend` and `reverse` from doing without a word.

use ledger_testkit::{TestDatabase, on_both_databases};

use crate::support::{Shell, assert_fits};

const BANK: &str = "Assets:Bank:N26";

/// A salary of 1,000.00 and meals of 10.00, 20.00 and 30.00: entries 1 to 4.
fn march(db: &TestDatabase) -> Shell {
    let shell = Shell::with_accounts(db);
    shell.fine(&["post", "2026-03-01", "Salary", BANK, "1000", "Income:Salary"]);
    for (date, amount) in [("2026-03-05", "10"), ("2026-03-10", "20"), ("2026-03-30", "30")] {
        shell.fine(&["post", date, "Meal", "Expenses:Dining", amount, BANK]);
    }
    shell
}

fn statement<'a>(balance: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["reconcile", BANK, "--to", "2026-03-31", "--balance", balance], more].concat()
}

on_both_databases! {
    fn a_difference_ends_with_code_1_and_a_statement_that_ties_with_0(db: &TestDatabase) {
        let shell = march(db);
        let said = shell.run(&statement("970", &["--clear", "1,2/2"]));
        assert_eq!(said.code, 1, "{said:?}");
        assert_fits(&said.stdout);
        for words in ["Assets:Bank:N26 to 2026-03-31", "cleared", "difference", "-20.00 EUR", "Perhaps: clearing 3/2 closes"] {
            assert!(said.stdout.contains(words), "{words}: {}", said.stdout);
        }
        let tied = shell.fine(&statement("970", &["--clear", "3"]));
        assert!(tied.contains("agree"), "{tied}");
        let said = shell.run(&statement("940", &["--finish"]));
        assert_eq!(said.code, 1, "{said:?}");
        assert!(said.stderr.contains("not finished"), "{said:?}");
        let done = shell.fine(&statement("970", &["--finish"]));
        assert!(done.contains("Reconciled to 2026-03-31 at 970.00 EUR: checkpoint 1."), "{done}");
        let next = shell.fine(&statement("970", &[]));
        assert!(next.contains("Last reconciled to 2026-03-31 at 970.00 EUR (checkpoint 1)"), "{next}");
        shell.fine(&["verify"]);
    }

    fn every_format_carries_the_lines_and_json_the_sums(db: &TestDatabase) {
        let shell = march(db);
        let shown = shell.json(&statement("940", &["--clear-all", "--dry-run"]));
        assert_eq!((&shown["difference"], &shown["ties"]), (&"0.00 EUR".into(), &true.into()));
        assert_eq!(shown["rows"].as_array().unwrap().len(), 4);
        assert_eq!(shown["rows"][1]["state"], "cleared");
        let said = shell.run(&statement("940", &["-O", "json"]));
        let shown: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        assert_eq!((said.code, &shown["rows"][1]["state"]), (1, &"uncleared".into()), "a dry run keeps nothing");
        assert_eq!(shown["hints"][0]["hint"], "all_uncleared");
        for format in ["csv", "tsv", "ndjson"] {
            let said = shell.run(&statement("940", &["-O", format]));
            let header = usize::from(format != "ndjson");
            assert_eq!((said.code, said.stdout.lines().count()), (1, 4 + header), "{format}: {said:?}");
        }
        shell.fine(&statement("940", &["--clear-all", "--finish"]));
        let list = shell.json(&["reconcile", "list", BANK]);
        assert_eq!((&list[0]["state"], &list[0]["source"]), (&"ties".into(), &"manual".into()));
        let list = shell.fine(&["reconcile", "list"]);
        assert_fits(&list);
        assert!(list.contains("940.00 EUR"), "{list}");
    }

    fn a_reconciled_entry_is_corrected_only_knowingly(db: &TestDatabase) {
        let shell = march(db);
        shell.fine(&statement("940", &["--clear-all", "--finish"]));
        for args in [&["amend", "2", "--amount", "11"][..], &["reverse", "2"]] {
            let refused = shell.refused(5, args);
            for words in [BANK, "checkpoint 1", "ledger reconcile undo 1", "--reconciled"] {
                assert!(refused.contains(words), "{words}: {refused}");
            }
        }
        // Another account on the other side leaves the reconciled line as it is.
        shell.fine(&["amend", "2", "--account", "Expenses:Dining=Expenses:Groceries"]);
        shell.fine(&["reconcile", "list"]);
        shell.fine(&["amend", "3", "--amount", "21", "--yes"]);
        let said = shell.run(&["reconcile", "list"]);
        assert_eq!(said.code, 1, "{said:?}");
        assert!(said.stdout.contains("no longer ties"), "{said:?}");
        assert_fits(&said.stdout);
        let log = shell.fine(&["audit", "log", "-O", "csv"]);
        assert_eq!(log.matches("reconciliation.override").count(), 1, "{log}");
        shell.fine(&["verify"]);
    }

    fn an_undone_checkpoint_gives_its_lines_free(db: &TestDatabase) {
        let shell = march(db);
        shell.fine(&statement("940", &["--clear-all", "--finish"]));
        shell.fine(&["reconcile", "undo", "1", "--dry-run"]);
        shell.refused(5, &statement("940", &["--unclear", "2"]));
        shell.fine(&["reconcile", "undo", "1"]);
        shell.refused(5, &["reconcile", "undo", "1"]);
        shell.refused(4, &["reconcile", "undo", "2"]);
        let said = shell.run(&statement("940", &["--unclear", "2"]));
        assert!(said.code == 1 && said.stdout.contains("-10.00 EUR"), "{said:?}");
        assert_eq!(shell.json(&["reconcile", "list"])[0]["state"], "undone");
        shell.fine(&["reverse", "2"]);
        shell.fine(&["verify"]);
    }

    fn what_is_missing_or_wrong_is_told(db: &TestDatabase) {
        let shell = march(db);
        shell.refused(2, &["reconcile"]);
        shell.refused(2, &["reconcile", BANK, "--to", "2026-03-31"]);
        shell.refused(2, &statement("940", &["--clear", "x"]));
        shell.refused(2, &statement("940", &["--clear", "1", "--clear-all"]));
        shell.refused(4, &["reconcile", "Assets:Bnk", "--to", "2026-03-31", "--balance", "1"]);
        shell.refused(5, &statement("940", &["--clear", "99"]));
        let said = shell.run(&["reconcile", BANK, "--to", "march", "--balance", "-5.00"]);
        assert_eq!(said.code, 1, "{said:?}");
    }
}
