//! Posting in words, as text lines and as JSON, and the corrections.

use ledger_core::{Ledger, Session};
use ledger_testkit::on_both_databases;

use crate::support::{Shell, assert_fits};

const REWE: [&str; 6] = ["post", "2026-03-02", "Rewe", "Expenses:Groceries", "42.10", "Assets:Bank:N26"];

/// Says how often the entries of a book were found sound by the library.
fn verified(db: &ledger_testkit::TestDatabase) -> i64 {
    let ledger = Ledger::open(db.url(), Session::new("anna", chrono::Utc::now)).unwrap();
    let check = ledger.book("home").unwrap().verify(None).unwrap();
    assert_eq!(check.findings, []);
    check.entries
}

on_both_databases! {
    fn an_entry_in_words_is_posted_and_shown(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        let printed = shell.fine(&REWE);
        assert!(printed.starts_with("entry 1 of 2026-03-02: Rewe\n"), "{printed}");
        assert!(printed.contains("Expenses:Groceries  42.10 EUR\n"), "{printed}");
        let shown = shell.json(&["show", "1"]);
        assert_eq!(shown["rows"][1]["amount"], "-42.10");
        assert_eq!(shown["recorded_by"], "anna");
        assert_eq!(verified(db), 1);
    }

    fn all_forms_of_a_line_mean_what_they_say(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        shell.fine(&["commodity", "add", "VWCE", "--scale", "6"]);
        let amounts = |args: &[&str]| {
            let entry = shell.json(&[&["post", "2026-03-02", "x"], args].concat());
            entry["rows"].as_array().unwrap().iter().map(|line| {
                let text = |key: &str| line[key].as_str().unwrap().to_owned();
                format!("{} {} {}", text("account"), text("amount"), text("amount_commodity"))
            }).collect::<Vec<_>>()
        };
        let (bank, cash) = ("Assets:Bank:N26", "Assets:Cash");
        let two = |debit: &str, credit: &str| vec![format!("Assets:Cash {debit}"), format!("Assets:Bank:N26 {credit}")];
        assert_eq!(amounts(&[cash, "$5", bank]), two("5.00 USD", "-5.00 USD"));
        assert_eq!(amounts(&[cash, "42.10", "EUR", bank]), two("42.10 EUR", "-42.10 EUR"));
        assert_eq!(amounts(&[cash, "10 VWCE @ 100 EUR", bank]), two("10.000000 VWCE", "-1000.00 EUR"));
        for form in ["10 VWCE @100 EUR", "10 VWCE@100EUR", "10 VWCE@ 100 EUR", "VWCE 10 @ 100", "10VWCE @@ 1000"] {
            let words: Vec<&str> = form.split(' ').collect();
            let said = amounts(&[&[cash], &words[..], &[bank]].concat());
            assert_eq!(said, two("10.000000 VWCE", "-1000.00 EUR"), "{form}");
        }
        assert_eq!(amounts(&[cash, "5", "USD", "@", "1.1", "CHF", bank]), two("5.00 USD", "-5.50 CHF"));
        assert_eq!(amounts(&[cash, "10", "VWCE", "@@", "1000", "EUR", bank]), two("10.000000 VWCE", "-1000.00 EUR"));
        assert_eq!(amounts(&[cash, "1.234,56", bank, "--decimal", "comma"]), two("1234.56 EUR", "-1234.56 EUR"));
        assert_eq!(amounts(&["--debit", "Assets:Cash=7", "--credit", bank]), two("7.00 EUR", "-7.00 EUR"));
        assert_eq!(
            amounts(&["Expenses:Groceries", "30", cash, "10", "Expenses:Dining", "5", bank, "25"]),
            ["Expenses:Groceries 30.00 EUR", "Assets:Cash -10.00 EUR", "Expenses:Dining 5.00 EUR", "Assets:Bank:N26 -25.00 EUR"]
        );
        verified(db);
    }

    fn an_entry_that_breaks_a_rule_is_refused_with_its_exit_code(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        let unbalanced =
            shell.refused(3, &["post", "today", "Rent", "--debit", "Expenses:Dining=900", "--credit", "Assets:Cash=890"]);
        assert!(unbalanced.contains("(10.00 EUR missing on the credit side)"), "{unbalanced}");
        let unknown = shell.refused(4, &["post", "today", "x", "Expenses:Grocery", "1", "Assets:Cash"]);
        assert!(unknown.contains("did you mean Expenses:Groceries?"), "{unknown}");
        shell.refused(2, &["post", "today", "x", "Expenses:Dining"]);
        shell.refused(3, &["post", "2026-02-30", "x", "Expenses:Dining", "1", "Assets:Cash"]);
        shell.refused(4, &["post", "today", "x", "Expenses:Dining", "1 QQQ", "Assets:Cash"]);
        shell.fine(&["book", "lock", "2026-02"]);
        let locked = shell.refused(5, &["post", "2026-02-28", "x", "Expenses:Dining", "1", "Assets:Cash"]);
        assert!(locked.contains("locked through 2026-02-28"), "{locked}");
        shell.fine(&["account", "close", "Assets:Cash", "--on", "2026-03-01"]);
        shell.refused(5, &["post", "today", "x", "Expenses:Dining", "1", "Assets:Cash"]);
        assert_eq!(verified(db), 0);
    }

    fn a_name_near_another_is_opened_only_when_it_is_confirmed(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        let near = ["post", "today", "x", "Expenses:Grocery", "1", "Assets:Cash", "--create"];
        let refused = shell.refused(7, &near);
        assert!(refused.contains("did you mean Expenses:Groceries?"), "{refused}");
        shell.fine(&["post", "today", "x", "Expenses:Garden:Tools", "1", "Assets:Cash", "--create"]);
        shell.fine(&[&near[..], &["--yes"]].concat());
        let names = shell.fine(&["account", "list", "-O", "csv"]);
        assert!(names.contains("Expenses:Garden:Tools,expense") && names.contains("Expenses:Grocery,"), "{names}");
        assert_eq!(verified(db), 2);
    }

    fn a_dry_run_shows_the_entry_and_posts_nothing(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        let said = shell.run(&["post", "today", "x", "Expenses:New", "1", "Assets:Cash", "--create", "--dry-run"]);
        assert!(said.stdout.starts_with("entry 1 of 2026-03-31: x\n"), "{said:?}");
        assert!(said.stderr.contains("nothing was changed"), "{said:?}");
        shell.refused(4, &["account", "show", "Expenses:New"]);
        assert_eq!(verified(db), 0);
    }

    fn the_same_external_id_posts_once_and_other_content_is_a_conflict(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        let with_id = [&REWE[..], &["--external-id", "n26-1"]].concat();
        shell.fine(&with_id);
        let again = shell.run(&with_id);
        assert!(again.code == 0 && again.stderr.contains("was there already"), "{again:?}");
        let other = ["post", "2026-03-02", "Aldi", "Expenses:Groceries", "42.10", "Assets:Bank:N26", "--external-id", "n26-1"];
        let refused = shell.refused(5, &other);
        assert!(refused.contains("description was \"Rewe\", is \"Aldi\""), "{refused}");
        assert_eq!(verified(db), 1);
    }

    fn all_errors_of_text_lines_are_told_and_nothing_is_posted(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        let input = "# March\n\
                     2026-03-02 Rewe Expenses:Groceries 42.10 Assets:Bank:N26\n\
                     2026-03-03 \"Not closed Expenses:Dining 5 Assets:Cash\n\
                     \n\
                     2026-03-04 Aldi Expenses:Grocery 5 Assets:Cash\n\
                     2026-03-05 Lidl --debit Expenses:Groceries=5 --credit Assets:Cash=4\n";
        let said = shell.run_with(&["post", "-"], input);
        assert_eq!((said.code, said.stdout.as_str()), (3, ""), "{said:?}");
        for part in ["<stdin>:3:12: [unreadable]", "<stdin>:5:1: [not-found]", "<stdin>:6:1: [unbalanced]", "    2026-03-03 \"Not", "3 problems"] {
            assert!(said.stderr.contains(part), "{part}: {}", said.stderr);
        }
        assert_eq!(verified(db), 0);
        let said = shell.run_with(&["post", "-", "--skip-errors"], input);
        assert_eq!((said.code, said.stdout.as_str()), (3, "1 entry posted, 0 there already, in 1 batch; 3 refused\n"), "{said:?}");
        assert_eq!(verified(db), 1);
    }

    fn what_only_the_book_can_refuse_is_told_for_every_line(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        shell.fine(&["book", "lock", "2026-02-28"]);
        let line = |day: &str| format!("{day} Rewe Expenses:Groceries 1 Assets:Cash --external-id {day}\n");
        let input: String = ["2026-02-27", "2026-03-01", "2026-02-28"].map(line).concat();
        let said = shell.run_with(&["post", "-"], &input);
        assert_eq!(said.code, 5, "{said:?}");
        assert!(said.stderr.contains("<stdin>:1:1: [locked]") && said.stderr.contains("<stdin>:3:1: [locked]"), "{said:?}");
        assert_eq!(verified(db), 0);
        let said = shell.run_with(&["post", "-"], &line("2026-03-01"));
        assert!(said.code == 0 && said.stdout.contains("2026-03-01"), "{said:?}");
    }

    fn json_takes_an_object_an_array_and_lines(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        let entry = |id: &str| format!(
            r#"{{"date": "2026-03-02", "description": "Rewe", "party": "Rewe City", "tags": {{"trip": "rome"}}, "external_id": "{id}",
            "lines": [{{"account": "Expenses:Groceries", "debit": "42.10 EUR", "memo": "bread"}}, {{"account": "Assets:Cash", "credit": "42.10"}}]}}"#
        );
        let said = shell.run_with(&["post", "--json"], &entry("a"));
        assert!(said.code == 0 && said.stdout.starts_with("entry 1 of 2026-03-02: Rewe"), "{said:?}");
        let said = shell.run_with(&["post", "--json", "-"], &format!("[{}, {}]", entry("a"), entry("b")));
        assert_eq!(said.stdout, "1 entry posted, 1 there already, in 1 batch\n", "{said:?}");
        let line = r#"{"date":"today","description":"Fund","tags":["k:v"],"lines":[{"account":"Assets:Cash","amount":"10 USD","price":"@@ 9 EUR"},{"account":"Assets:Bank:N26"}]}"#;
        let said = shell.run_with(&["post", "--json", "-", "-O", "json"], &format!("{line}\n{line}\n"));
        let summary: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        assert_eq!(summary[0]["posted"], 2, "{said:?}");
        assert_eq!(shell.json(&["show", "3"])["tags"][0], "k:v");
        let said = shell.run_with(&["post", "--json"], r#"{"date":"today","description":"x","lines":[{"account":"a","amount":4.2}]}"#);
        assert!(said.code == 3 && said.stderr.contains("expected a string"), "{said:?}");
        assert_eq!(verified(db), 4);
    }

    fn a_bad_line_of_a_bulk_post_stops_it_at_whole_batches(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        let path = db.folder().join("entries.ndjson");
        let lines: String = (1..=25_000).map(|number| {
            let account = if number == 12_500 { "Expenses:Grocery" } else { "Expenses:Groceries" };
            let day = number % 28 + 1;
            format!("{{\"date\":\"2026-03-{day:02}\",\"description\":\"Purchase {number}\",\"external_id\":\"p{number}\",\"lines\":[{{\"account\":\"{account}\",\"debit\":\"1.00\"}},{{\"account\":\"Assets:Cash\"}}]}}\n")
        }).collect();
        std::fs::write(&path, lines).unwrap();
        let post = ["post", "--json", path.to_str().unwrap()];
        let said = shell.run(&post);
        assert_eq!((said.code, said.stdout.as_str()), (4, "10000 entries posted, 0 there already, in 1 batch; 1 refused\n"), "{said:?}");
        assert!(said.stderr.contains("entries.ndjson:12500:1: [not-found]"), "{said:?}");
        assert!(said.stderr.contains("what stands after line 10000 is not posted"), "{said:?}");
        assert_eq!(verified(db), 10_000);
        let said = shell.run(&[&post[..], &["--skip-errors"]].concat());
        assert_eq!((said.code, said.stdout.as_str()), (4, "14999 entries posted, 10000 there already, in 3 batches; 1 refused\n"), "{said:?}");
        assert_eq!(verified(db), 24_999);
    }

    fn an_amended_entry_is_replaced_and_registers_show_the_new_one(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        shell.fine(&[&REWE[..], &["--tag", "trip:rome"]].concat());
        let printed = shell.fine(&["amend", "1", "--account", "Expenses:Groceries=Expenses:Dining", "--date", "2026-03-03",
            "--amount", "43", "--remove-tag", "trip", "--tag", "with:jana", "--party", "Rewe"]);
        assert!(printed.contains("entry 3 replaces entry 1, which entry 2 undid"), "{printed}");
        let entry = shell.json(&["show", "3"]);
        assert_eq!((entry["amends"].as_i64(), entry["posted_on"].as_str(), entry["tags"][0].as_str()), (Some(1), Some("2026-03-03"), Some("with:jana")));
        assert_eq!(entry["rows"][0]["account"], "Expenses:Dining");
        assert_eq!(entry["rows"][1]["amount"], "-43.00");
        assert!(shell.fine(&["show", "1"]).contains("amended by entry 3"));
        let register = shell.json(&["register", "Assets:Bank:N26"]);
        assert_eq!(register["rows"].as_array().unwrap().len(), 1);
        let all = shell.json(&["register", "Assets:Bank:N26", "--with-amended"]);
        assert_eq!(all["rows"].as_array().unwrap().len(), 3);
        shell.fine(&["amend", "3", "Expenses:Groceries", "5", "Assets:Cash"]);
        shell.refused(5, &["amend", "3", "--date", "today"]);
        shell.refused(2, &["amend", "5"]);
        shell.refused(3, &["amend", "5", "--account", "Income:Salary=Assets:Cash"]);
        assert_eq!(verified(db), 5);
    }

    fn a_reversed_entry_has_a_mirror_and_cannot_be_reversed_again(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        shell.fine(&REWE);
        let printed = shell.fine(&["reverse", "1", "--on", "2026-03-05"]);
        assert!(printed.contains("entry 2 reverses entry 1"), "{printed}");
        shell.refused(5, &["reverse", "1"]);
        shell.refused(4, &["reverse", "77"]);
        assert_eq!(verified(db), 2);
    }
}

#[test]
fn a_posted_entry_fits_80_columns_whatever_it_holds() {
    let db = ledger_testkit::sqlite_database();
    let shell = Shell::with_accounts(&db);
    let long = "A description that goes on and on, as those of banks do, with numbers 0049 1234567890 and more words";
    assert_fits(&shell.fine(&[
        "post",
        "today",
        long,
        "Expenses:Groceries",
        "1234567.89",
        "Assets:Bank:N26",
        "--memo",
        long,
    ]));
    assert_fits(&shell.fine(&["show", "1"]));
    assert_fits(&shell.fine(&["register", "Assets:Bank:N26"]));
    assert_fits(&shell.fine(&["search"]));
}
