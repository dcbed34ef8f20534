//! `ledger schedule` where an entry happened already: what is held, and what settles.

use ledger_testkit::on_both_databases;
use serde_json::json;

use crate::schedules::planned;
use crate::support::assert_fits;

const BANK: &str = "Assets:Bank:N26";

on_both_databases! {
    fn what_an_entry_paid_already_is_named_and_not_counted_beside_it(db: &TestDatabase) {
        let shell = planned(db);
        shell.fine(&["schedule", "edit", "Rent", "--all", "--party", "Landlord"]);
        shell.fine(&["post", "2026-03-30", "Rent April", "Expenses:Rent", "950", BANK, "--party", "Landlord"]);
        let project = ["schedule", "project", "--days", "2", "--account", BANK];
        let said = shell.run(&project);
        assert_fits(&said.stdout);
        assert!(!said.stdout.contains("Rent"), "{said:?}");
        for words in [
            "Rent of 2026-04-01 is not counted: entry 2 may be it already (950.00 EUR as expected, 2 days early, to Landlord)",
            "`ledger schedule settle Rent 2026-04-01 --entry 2`",
            "--despite-matches",
        ] {
            assert!(said.stderr.contains(words), "{words}: {said:?}");
        }
        let json = shell.json(&project);
        let held = json!([{
            "schedule": 1, "scheduled_on": "2026-04-01", "due_on": "2026-04-01", "name": "Rent", "entry": 2,
            "confidence": 90, "reasons": ["950.00 EUR as expected", "2 days early", "to Landlord"],
            "accept": "ledger schedule settle Rent 2026-04-01 --entry 2",
        }]);
        assert_eq!(json["held"], held);
        assert_eq!(json["series"][0]["expected"]["end"], "1700.00", "250 and the salary");
        let anyway = shell.json(&[&project[..], &["--despite-matches"]].concat());
        assert_eq!((&anyway["held"], &anyway["series"][0]["expected"]["end"]), (&json!([]), &"750.00".into()));
        shell.fine(&["scenario", "create", "lean"]);
        shell.fine(&["scenario", "adjust", "lean", "amount", "Rent", "--by", "-50", "--from", "2026-06-01"]);
        let compared = shell.json(&["scenario", "compare", "base", "lean", "--days", "2"]);
        assert_eq!(compared["held"], held);
        assert!(shell.run(&["schedule", "snapshot", "now", "--days", "2"]).stderr.contains("entry 2"));
        // The command that it names settles it.
        shell.fine(&["schedule", "settle", "Rent", "2026-04-01", "--entry", "2"]);
        let settled = shell.json(&project);
        assert_eq!((&settled["held"], &settled["series"][0]["expected"]["end"]), (&json!([]), &"1700.00".into()));
    }

    fn settling_tells_what_the_entry_moved_and_refuses_one_that_cannot_be_meant(db: &TestDatabase) {
        let shell = planned(db);
        // The opening entry, which brought money into the bank.
        let settle = ["schedule", "settle", "Rent", "2026-04-01", "--entry"];
        let refused = shell.refused(5, &[&settle[..], &["1"]].concat());
        for words in ["entry 1 moves 1200.00 EUR on Assets:Bank:N26, and -950.00 EUR was planned", "--any-entry"] {
            assert!(refused.contains(words), "{words}: {refused}");
        }
        shell.fine(&["post", "2026-04-02", "Rent", "Expenses:Rent", "955", BANK]);
        let said = shell.run(&[&settle[..], &["2"]].concat());
        assert_eq!(said.code, 0, "{said:?}");
        let told = "Rent of 2026-04-01: settled by entry 2, which moved 955.00 EUR on Expenses:Rent (planned 950.00 EUR), \
                    -955.00 EUR on Assets:Bank:N26 (planned -950.00 EUR)";
        assert!(said.stderr.contains(told), "{said:?}");
        let way_out = shell.refused(5, &["schedule", "move", "Rent", "2026-04-01", "--to", "2026-04-03"]);
        assert!(way_out.contains("ledger schedule unsettle"), "{way_out}");
        shell.fine(&["schedule", "unsettle", "Rent", "2026-04-01"]);
        let json = shell.json(&[&settle[..], &["1", "--any-entry"]].concat());
        assert_eq!(
            json[0]["settled_lines"],
            json!([
                { "account": "Expenses:Rent", "planned": "950.00 EUR", "moved": "0.00 EUR" },
                { "account": BANK, "planned": "-950.00 EUR", "moved": "1200.00 EUR" },
            ])
        );
    }

    fn an_account_without_a_price_is_shown_and_the_total_is_left_out_with_the_way_to_price_it(db: &TestDatabase) {
        let shell = planned(db);
        shell.fine(&["account", "open", "Assets:Dollars"]);
        shell.fine(&["post", "2026-03-01", "Gift", "Assets:Dollars", "30 USD", "Income:Salary"]);
        let project = ["schedule", "project", "--days", "1", "--account", "Assets:Dollars", "--account", BANK];
        let said = shell.run(&project);
        assert_eq!(said.code, 0, "{said:?}");
        assert!(said.stdout.contains("Assets:Dollars, USD") && !said.stdout.contains("Total"), "{said:?}");
        let why = "no price of USD in EUR on or before 2026-03-31: add one with `ledger price add 2026-03-31 USD RATE EUR`";
        assert!(said.stderr.contains(&format!("the total is left out: {why}")), "{said:?}");
        let json = shell.json(&project);
        assert_eq!((&json["total"], json["series"].as_array().unwrap().len()), (&json!(null), 2));
        assert_eq!(
            json["total_left_out"],
            json!({ "commodity": "USD", "quote": "EUR", "on": "2026-03-31", "reason": why })
        );
        let floor = shell.refused(4, &[&project[..], &["--floor", "200"]].concat());
        assert!(floor.contains(why) && floor.contains("--floor ACCOUNT=AMOUNT"), "{floor}");
        shell.fine(&["price", "add", "2026-03-31", "USD", "0.90", "EUR"]);
        let json = shell.json(&project);
        assert_eq!((&json["total"]["expected"]["end"], &json["total_left_out"]), (&"1727.00".into(), &json!(null)));
    }
}

#[test]
fn a_line_at_a_price_is_refused_with_another_way_to_plan_it() {
    let db = ledger_testkit::sqlite_database();
    let shell = planned(&db);
    for line in [
        "Assets:Savings 1 USD @ 100 EUR",
        "Assets:Savings=1 USD @ 100 EUR",
        "Assets:Savings=1 USD @@ 100 EUR",
    ] {
        let add = ["schedule", "add", "Plan", "--every", "month", "--create", "--line", line, "--line", BANK];
        let refused = shell.refused(3, &add);
        for words in [
            "1 USD @",
            "what is planned has no price (plan the money that pays for it",
            "ledger schedule settle",
        ] {
            assert!(refused.contains(words), "{words}: {refused}");
        }
    }
    assert!(!shell.fine(&["account", "list"]).contains("USD"), "no account is opened by that name");
}
