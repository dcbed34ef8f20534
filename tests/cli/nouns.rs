//! The nouns: each verb once, lists and pages, and tables that fit a terminal.

use ledger_core::{Ledger, Session};
use ledger_testkit::on_both_databases;

use crate::support::{Shell, assert_fits};

on_both_databases! {
    fn the_sample_fills_a_book_that_verifies_and_can_be_read(db: &TestDatabase) {
        let shell = Shell::new(db);
        let printed = shell.fine(&["init", "--sample"]);
        assert!(printed.contains("entries   650"), "{printed}");
        let again = shell.refused(5, &["init"]);
        assert!(again.contains("book \"home\" is there already"), "{again}");
        let ledger = Ledger::open(db.url(), Session::new("anna", chrono::Utc::now)).unwrap();
        let check = ledger.book("home").unwrap().verify(None).unwrap();
        assert_eq!((check.findings.len(), check.entries), (0, 650));

        let tables: [&[&str]; 12] = [
            &["register", "Assets:Bank:Joint"],
            &["register", "Assets", "--below", "--limit", "200"],
            &["register", "Assets:Cash", "--all"],
            &["search", "--limit", "100"],
            &["search", "--tag", "trip:new-york"],
            &["account", "list"],
            &["account", "list", "--tree"],
            &["account", "show", "Assets:Bank:Joint"],
            &["book", "show"],
            &["price", "list"],
            &["party", "list"],
            &["show", "12"],
        ];
        for args in tables {
            let printed = shell.fine(args);
            assert!(printed.lines().count() > 4, "{args:?}: {printed}");
            assert_fits(&printed);
        }
    }

    fn pages_of_a_register_follow_each_other_without_gap_or_repeat(db: &TestDatabase) {
        let shell = Shell::new(db);
        shell.fine(&["init", "--sample"]);
        let account = ["register", "Assets:Bank:Joint", "--period", "2025"];
        let all = shell.json(&[&account[..], &["--all"]].concat());
        let all = all["rows"].as_array().unwrap();
        let mut paged: Vec<serde_json::Value> = Vec::new();
        let mut page = shell.json(&[&account[..], &["--limit", "30"]].concat());
        loop {
            let mut rows = page["rows"].as_array().unwrap().clone();
            rows.extend(paged);
            paged = rows;
            let Some(previous) = page["previous"].as_str() else { break };
            page = shell.json(&[&account[..], &["--limit", "30", "--before", previous]].concat());
        }
        assert_eq!(&paged, all);
        let shown = shell.fine(&account);
        let notice = shown.lines().last().unwrap();
        assert!(notice.starts_with("older lines: --before 2025-"), "{notice}");
        shell.refused(2, &["register", "Assets:Cash", "--after", "yesterday"]);
        shell.refused(4, &["register", "Assets:Crash"]);
    }

    fn entries_are_found_by_what_they_hold(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        let post = |day: &str, text: &str, amount: &str, more: &[&str]| {
            shell.fine(&[&["post", day, text, "Expenses:Groceries", amount, "Assets:Cash"], more].concat());
        };
        post("2026-03-01", "Bread", "3", &["--party", "Bäckerei Öz"]);
        post("2026-03-02", "Milk", "2", &["--tag", "trip:rome/day1"]);
        post("2026-03-03", "Cheese", "7", &["--memo", "from the market"]);
        let found = |args: &[&str]| {
            let page = shell.json(&[&["search"], args].concat());
            let rows = page["rows"].as_array().unwrap();
            rows.iter().map(|row| row["description"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(found(&[]), ["Cheese", "Milk", "Bread"]);
        assert_eq!(found(&["MARKET"]), ["Cheese"]);
        assert_eq!(found(&["öz"]), ["Bread"]);
        assert_eq!(found(&["--party", "bäck"]), ["Bread"]);
        assert_eq!(found(&["--tag", "trip:rome"]), ["Milk"]);
        assert_eq!(found(&["--min", "3", "--max", "6"]), ["Bread"]);
        assert_eq!(found(&["--min", "1 USD"]), Vec::<String>::new());
        assert_eq!(found(&["--from", "2026-03-02", "--account", "Expenses"]), ["Cheese", "Milk"]);
        let page = shell.json(&["search", "--limit", "2"]);
        assert_eq!(found(&["--after", page["next"].as_str().unwrap()]), ["Bread"]);
        let csv = shell.fine(&["search", "milk", "-O", "csv"]);
        assert!(csv.contains("2,2026-03-02,Milk,,trip:rome/day1,,1,Expenses:Groceries,2.00,EUR"), "{csv}");
    }

    fn books_are_created_shown_renamed_archived_and_locked(db: &TestDatabase) {
        let shell = Shell::new(db);
        shell.refused(4, &["book", "list"]);
        shell.fine(&["init", "family", "--template", "family", "--time-zone", "europe/berlin"]);
        let book = shell.json(&["book", "show"]);
        assert_eq!((book[0]["time_zone"].as_str(), book[0]["kind"].as_str()), (Some("Europe/Berlin"), Some("personal")));
        shell.fine(&["book", "create", "studio", "--kind", "corporate", "--base", "USD", "--template", "freelancer"]);
        shell.refused(5, &["book", "create", "Studio"]);
        shell.refused(3, &["book", "create", "other", "--time-zone", "Moon/Base"]);
        shell.refused(4, &["account", "list"]);
        shell.fine(&["--book", "studio", "account", "list"]);
        shell.fine(&["book", "rename", "studio", "atelier"]);
        shell.fine(&["book", "archive", "atelier"]);
        shell.refused(5, &["--book", "atelier", "account", "open", "Assets:X"]);
        shell.fine(&["account", "list"]);
        shell.fine(&["book", "unarchive", "atelier"]);
        let list = shell.json(&["book", "list"]);
        assert_eq!((list[0]["name"].as_str(), list[1]["name"].as_str()), (Some("atelier"), Some("family")));
        shell.fine(&["book", "lock", "2025", "--book", "family"]);
        assert_eq!(shell.json(&["book", "show", "family"])[0]["locked_through"], "2025-12-31");
        shell.fine(&["book", "lock", "--off", "--book", "family"]);
        assert_eq!(shell.json(&["book", "show", "family"])[0]["locked_through"], serde_json::Value::Null);
    }

    fn accounts_are_opened_found_renamed_and_closed(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        shell.fine(&["account", "open", "Assets:Depot", "--subtype", "investment", "--commodity", "EUR", "--on", "2026-01-01", "--note", "at home"]);
        shell.refused(5, &["account", "open", "assets:depot"]);
        shell.refused(3, &["account", "open", "Holidays"]);
        shell.refused(3, &["post", "today", "x", "Assets:Depot", "1 USD", "Assets:Cash"]);
        shell.fine(&["account", "alias", "add", "Assets:Bank:N26", "n26"]);
        assert_eq!(shell.json(&["account", "show", "N26"])[0]["aliases"][0], "n26");
        shell.fine(&["account", "alias", "remove", "n26"]);
        shell.refused(4, &["account", "show", "n26"]);
        shell.refused(5, &["account", "rename", "Assets:Bank:N26", "Assets:Cash"]);
    }

    fn a_renamed_account_keeps_its_old_name_as_an_alias_where_asked(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        shell.fine(&["account", "rename", "Assets:Cash", "Assets:Wallet", "--keep-alias"]);
        assert_eq!(shell.json(&["account", "show", "assets:cash"])[0]["account"], "Assets:Wallet");
        shell.fine(&["post", "today", "x", "Expenses:Dining", "12.50", "Assets:Cash"]);
        assert_eq!(shell.json(&["account", "show", "Assets:Wallet"])[0]["balance"][0], "-12.50 EUR");
        let held = shell.refused(5, &["account", "close", "Assets:Wallet"]);
        assert!(held.contains("still holds -12.50 EUR"), "{held}");
        shell.fine(&["account", "close", "Expenses:Dining"]);
        let open = shell.fine(&["account", "list"]);
        assert!(!open.contains("Dining") && open.contains("1 closed"), "{open}");
        assert!(shell.fine(&["account", "list", "--closed"]).contains("2026-03-31"));
        shell.fine(&["account", "reopen", "Expenses:Dining"]);
        assert!(shell.fine(&["account", "search", "grcoeries"]).contains("Expenses:Groceries"));
        shell.fine(&["account", "add-subtype", "asset", "domains", "--description", "Domain names"]);
        let subtypes = shell.fine(&["account", "subtypes", "asset"]);
        assert!(subtypes.contains("domains") && subtypes.contains("savings"), "{subtypes}");
        assert_fits(&shell.fine(&["account", "subtypes"]));
        assert!(shell.fine(&["account", "template", "family"]).contains("accounts opened"));
    }

    fn commodities_and_prices_are_added_listed_and_removed(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        shell.fine(&["commodity", "add", "BTC", "--scale", "8"]);
        shell.refused(5, &["commodity", "add", "btc", "--scale", "6"]);
        shell.refused(3, &["commodity", "add", "EUR", "--scale", "3"]);
        assert!(shell.fine(&["commodity", "list", "-O", "csv"]).contains("BTC,8,\n"));
        assert!(shell.fine(&["commodity", "iso", "franc"]).contains("CHF"));
        assert_fits(&shell.fine(&["commodity", "iso"]));
        shell.fine(&["price", "add", "2026-03-01", "USD", "0.92", "EUR"]);
        shell.fine(&["price", "add", "2026-03-02", "USD", "0,93", "EUR", "--decimal", "comma"]);
        shell.refused(3, &["price", "add", "2026-03-01", "USD", "0", "EUR"]);
        let prices = "date,commodity,rate,quote\n2025-01-01,USD,0.8,EUR\n2025-01-02,XYZ,1,EUR\n2025-01-01,USD,0.7,EUR\n";
        let run = shell.run_with(&["price", "import", "-"], prices);
        assert!(run.stderr.contains(":3:12") && run.stderr.contains("\"XYZ\""), "{run:?}");
        assert!(run.stderr.contains(":4:16") && run.stderr.contains("line 2 has 0.8"), "{run:?}");
        assert!(run.stderr.contains("no price was added"), "{run:?}");
        shell.run_with(&["price", "import", "-", "--skip-errors"], prices);
        assert_eq!(shell.fine(&["price", "list", "USD", "--period", "2025", "-O", "csv"]), "date,commodity,rate,quote\n2025-01-01,USD,0.8,EUR\n");
        shell.fine(&["price", "remove", "2025-01-01", "USD", "EUR"]);
        assert_eq!(shell.fine(&["price", "list", "USD", "-O", "csv"]), "date,commodity,rate,quote\n2026-03-01,USD,0.92,EUR\n2026-03-02,USD,0.93,EUR\n");
        shell.fine(&["price", "remove", "2026-03-01", "USD", "EUR"]);
        shell.refused(4, &["price", "remove", "2026-03-01", "USD", "EUR"]);
        shell.fine(&["post", "today", "x", "Expenses:Dining", "1", "Assets:Cash", "--party", "Café Zoë"]);
        assert_eq!(shell.fine(&["party", "list", "-O", "csv"]), "party,kind,other_names,entries\nCafé Zoë,unknown,,1\n");
    }

    fn a_dry_run_changes_nothing_of_any_noun(db: &TestDatabase) {
        let shell = Shell::new(db);
        let said = shell.run(&["init", "--dry-run"]);
        assert!(said.code == 0 && said.stderr.contains("would create the database"), "{said:?}");
        shell.refused(4, &["book", "list"]);
        shell.fine(&["init"]);
        for args in [&["book", "create", "other"][..], &["account", "open", "Assets:X"], &["commodity", "add", "BTC", "--scale", "8"], &["price", "add", "2026-03-01", "USD", "0.92", "EUR"]] {
            shell.fine(&[args, &["--dry-run"]].concat());
        }
        assert_eq!(shell.json(&["book", "list"]).as_array().unwrap().len(), 1);
        assert_eq!(shell.json(&["account", "list"]), serde_json::json!([]));
        assert_eq!(shell.json(&["price", "list"]), serde_json::json!([]));
    }
}

#[test]
fn every_verb_has_an_example_in_its_long_help() {
    let db = ledger_testkit::sqlite_database();
    let shell = Shell::new(&db);
    let verbs: [&[&str]; 11] = [
        &["init"],
        &["post"],
        &["register"],
        &["search"],
        &["show"],
        &["amend"],
        &["reverse"],
        &["book", "lock"],
        &["account", "alias", "add"],
        &["price", "add"],
        &["commodity", "iso"],
    ];
    for verb in verbs {
        let help = shell.fine(&[verb, &["--help"]].concat());
        assert!(help.contains("ledger "), "{help}");
        assert!(help.contains(&format!("  ledger {}", verb.join(" "))), "{help}");
    }
}
