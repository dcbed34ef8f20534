//! `ledger assert`: compared at once, listed, forgotten; what it refuses.

use ledger_testkit::{TestDatabase, on_both_databases};

use crate::support::{Shell, assert_fits};

const BANK: &str = "Assets:Bank:N26";

fn march(db: &TestDatabase) -> Shell {
    let shell = Shell::with_accounts(db);
    shell.fine(&["post", "2026-03-01", "Salary", BANK, "1000", "Income:Salary"]);
    shell.fine(&["post", "2026-03-05", "Meal", "Expenses:Dining", "30", BANK]);
    shell
}

on_both_databases! {
    fn a_balance_is_asserted_listed_and_forgotten(db: &TestDatabase) {
        let shell = march(db);
        let said = shell.run(&["assert", BANK, "970.00", "2026-03-31", "--note", "statement"]);
        assert!(said.code == 0 && said.stderr.contains("assertion 1: Assets:Bank:N26 holds 970.00 EUR on 2026-03-31"), "{said:?}");
        shell.fine(&["assert", "Income:Salary", "-1000", "EUR", "2026-03"]);
        shell.fine(&["assert", "Expenses:Dining", "30 EUR", "2026-03", "--below", "--dry-run"]);
        let list = shell.json(&["assert", "--list"]);
        assert_eq!(list.as_array().unwrap().len(), 2);
        assert_eq!((&list[0]["state"], &list[0]["note"], &list[1]["on"]), (&"holds".into(), &"statement".into(), &"2026-03-31".into()));
        assert_eq!(shell.json(&["assert", "--list", BANK]).as_array().unwrap().len(), 1);
        shell.fine(&["post", "2026-03-07", "Meal", "Expenses:Dining", "5", BANK]);
        let said = shell.run(&["assert", "--list"]);
        assert_eq!(said.code, 1, "{said:?}");
        assert_fits(&said.stdout);
        assert!(said.stdout.contains("-5.00 EUR") && said.stdout.contains("entry 3"), "{said:?}");
        let said = shell.run(&["verify"]);
        assert!(said.code == 1 && said.stdout.contains("assertions 1"), "{said:?}");
        shell.fine(&["assert", "--remove", "1"]);
        shell.refused(4, &["assert", "--remove", "1"]);
        shell.fine(&["verify"]);
    }

    fn a_balance_that_does_not_hold_is_refused_with_both_figures(db: &TestDatabase) {
        let shell = march(db);
        let refused = shell.refused(3, &["assert", BANK, "980", "2026-03-31"]);
        for words in ["holds 970.00 EUR", "not 980.00 EUR", "differs by -10.00 EUR", "--keep"] {
            assert!(refused.contains(words), "{words}: {refused}");
        }
        let kept = shell.run(&["assert", BANK, "980", "2026-03-31", "--keep"]);
        assert!(kept.code == 0 && kept.stderr.contains("is kept and does not hold"), "{kept:?}");
        assert!(shell.refused(5, &["assert", BANK, "970", "2026-03-31"]).contains("ledger assert --remove 1"));
        shell.refused(4, &["assert", "Assets:Bnk", "1", "2026-03-31"]);
        assert!(shell.refused(5, &["assert", "Assets", "970", "2026-03-31", "--below"]).contains("account open Assets"));
        shell.refused(3, &["assert", BANK, "1", "someday"]);
        for wrong in [&["assert"][..], &["assert", BANK], &["assert", BANK, "1"], &["assert", "--list", BANK, "1"],
            &["assert", "--remove", "1", "--list"], &["assert", "--remove", "x"]] {
            shell.refused(2, wrong);
        }
    }
}
