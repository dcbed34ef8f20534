//! `ledger close-year`: what is shown of a closed year, how it is taken back, and what is refused.

use ledger_testkit::{TestDatabase, on_both_databases};

use crate::support::{Shell, assert_fits};

const BANK: &str = "Assets:Bank:N26";

/// A salary and meals in 2024 and 2025: entries 1 to 4.
fn two_years(db: &TestDatabase) -> Shell {
    let shell = Shell::with_accounts(db);
    for year in ["2024", "2025"] {
        shell.fine(&["post", &format!("{year}-06-30"), "Salary", BANK, "1200", "Income:Salary"]);
        shell.fine(&["post", &format!("{year}-07-01"), "Meal", "Expenses:Dining", "25.50", BANK]);
    }
    shell
}

on_both_databases! {
    fn a_year_is_closed_shown_and_opened_again(db: &TestDatabase) {
        let shell = two_years(db);
        let shown = shell.fine(&["close-year", "2024", "--dry-run"]);
        assert_fits(&shown);
        assert_eq!(shell.json(&["close-year", "--list"]), serde_json::json!([]));
        assert_eq!(shell.fine(&["close-year", "2024"]), shown, "a dry run shows what will be");
        let unwrapped = shown.replace('\n', " ");
        for words in [
            "entry 5 of 2024-12-31: Closing of 2024",
            "2024 is closed: net income of 1,174.50 EUR went to Equity:Retained Earnings, opened for it.",
            "The book is locked through 2024-12-31.",
        ] {
            assert!(unwrapped.contains(words), "{words}: {shown}");
        }
        let locked = shell.refused(5, &["post", "2024-12-01", "Meal", "Expenses:Dining", "1", BANK]);
        assert!(locked.contains("locked through 2024-12-31"), "{locked}");
        let closed = shell.json(&["close-year", "2025"]);
        let closed = &closed[0];
        assert_eq!((&closed["year"], &closed["first_entry"]), (&2025.into(), &6.into()));
        assert_eq!(closed["net_income"], serde_json::json!(["1174.50 EUR"]));
        assert_eq!(closed["locked_through"], "2025-12-31");
        let list = shell.fine(&["close-year", "--list"]);
        assert_fits(&list);
        assert!(list.contains("Retained Earnings") && list.contains("1174.50 EUR"), "{list}");
        let said = shell.run(&["close-year", "2025", "--undo"]);
        assert!(said.stderr.contains("2025 is open again: entry 6 reversed by entry 7; the book is locked through 2024-12-31"), "{said:?}");
        let states: Vec<_> = shell.json(&["close-year", "--list"]).as_array().unwrap().iter().map(|it| it["state"].clone()).collect();
        assert_eq!(states, ["closed", "undone"]);
        shell.fine(&["close-year", "2025"]);
        shell.fine(&["verify"]);
    }

    fn the_result_of_years_that_were_open_is_not_said_to_be_that_of_one(db: &TestDatabase) {
        let shell = two_years(db);
        let shown = shell.fine(&["close-year", "2025"]).replace('\n', " ");
        let said = "income and expenses of all days through 2025-12-31, net 2,349.00 EUR, went to";
        assert!(shown.contains(said) && shown.contains("the days before 2025-01-01 that were open"), "{shown}");
        assert!(!shown.contains("net income of"), "{shown}");
        let list = shell.fine(&["close-year", "--list"]).replace('\n', " ");
        assert!(list.contains("The net income of 2025 is that of all days through 2025-12-31"), "{list}");
        assert_eq!(shell.json(&["close-year", "--list"])[0]["earlier"], true);
        shell.fine(&["close-year", "2025", "--undo"]);
        for year in ["2024", "2025"] {
            let shown = shell.fine(&["close-year", year]).replace('\n', " ");
            assert!(shown.contains("net income of 1,174.50 EUR"), "{shown}");
        }
        assert!(!shell.fine(&["close-year", "--list"]).contains("all days through"));
    }

    fn what_cannot_be_closed_is_refused_with_the_way_out(db: &TestDatabase) {
        let shell = two_years(db);
        let open = shell.refused(5, &["close-year", "2026"]);
        assert!(open.contains("it ends on 2026-12-31, and today is 2026-03-31"), "{open}");
        shell.fine(&["close-year", "2025", "--no-lock"]);
        assert!(shell.refused(5, &["close-year", "2025"]).contains("ledger close-year 2025 --undo"));
        assert!(shell.refused(5, &["close-year", "2024"]).contains("2025 is closed through 2025-12-31"));
        assert!(shell.refused(5, &["reverse", "5"]).contains("ledger close-year 2025 --undo"));
        assert!(shell.refused(5, &["amend", "5", "--description", "x"]).contains("ledger close-year 2025 --undo"));
        shell.refused(4, &["close-year", "2024", "--undo"]);
        for wrong in [&["close-year"][..], &["close-year", "2025", "--list"], &["close-year", "x"],
            &["close-year", "2025", "--undo", "--no-lock"]] {
            shell.refused(2, wrong);
        }
        for start in ["02-29", "april", "13-01"] {
            assert!(shell.refused(3, &["close-year", "2025", "--fiscal-start", start]).contains(start));
        }
        shell.fine(&["close-year", "2025", "--undo"]);
        shell.refused(3, &["close-year", "2025", "--to", BANK]);
        let near = shell.refused(7, &["close-year", "2025", "--to", "Equity:Retained Earning"]);
        assert!(near.contains("Equity:Retained Earnings"), "{near}");
        shell.fine(&["close-year", "2025", "--fiscal-start", "07-01"]);
        assert_eq!(shell.json(&["close-year", "--list"])[1]["ends_on"], "2025-06-30");
    }

    fn a_closed_year_that_holds_something_again_ends_with_code_1(db: &TestDatabase) {
        let shell = two_years(db);
        shell.fine(&["close-year", "2025"]);
        shell.fine(&["book", "lock", "--off"]);
        shell.fine(&["post", "2025-12-31", "Forgotten", "Expenses:Dining", "3", BANK]);
        let said = shell.run(&["close-year", "--list"]);
        assert_eq!(said.code, 1, "{said:?}");
        assert_fits(&said.stdout);
        assert!(said.stdout.contains("not zero"), "{said:?}");
        let said = shell.run(&["verify"]);
        assert!(said.code == 1 && said.stdout.contains("closing"), "{said:?}");
        shell.fine(&["close-year", "2025", "--undo"]);
        shell.fine(&["close-year", "2025"]);
        shell.fine(&["verify"]);
    }

    fn a_year_without_anything_to_close_says_so(db: &TestDatabase) {
        let shell = two_years(db);
        let shown = shell.fine(&["close-year", "2020"]);
        assert!(shown.contains("2020 is closed: income and expenses held nothing."), "{shown}");
        assert!(shown.contains("locked through 2020-12-31"), "{shown}");
        shell.fine(&["verify"]);
    }
}
