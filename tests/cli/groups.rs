//! `ledger group`.

use ledger_testkit::{TestDatabase, on_both_databases};
use serde_json::Value;

use crate::support::{Shell, assert_fits};

/// A trip with Ana and Ben, and 200.00 in the wallet.
fn trip(db: &TestDatabase) -> Shell {
    let shell = Shell::with_accounts(db);
    shell.fine(&["account", "open", "Assets:Receivable"]);
    shell.fine(&["post", "2026-01-01", "Opening", "Assets:Cash", "200", "Income:Salary"]);
    shell.fine(&["group", "create", "Trip", "Ana", "Ben", "--control", "Assets:Receivable"]);
    shell
}

fn share<'a>(amount: &'a str, what: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["group", "share", "Trip", amount, what, "--expense", "Expenses:Dining"], more].concat()
}

/// `me 60.00, Ana -30.00`.
fn balances(shell: &Shell) -> String {
    let group = shell.json(&["group", "show", "Trip"]);
    let balance =
        |row: &Value| format!("{} {}", row["member"].as_str().unwrap(), row["balance"].as_str().unwrap());
    group["rows"].as_array().unwrap().iter().map(balance).collect::<Vec<_>>().join(", ")
}

on_both_databases! {
    fn expenses_are_shared_and_settled_with_the_fewest_transfers(db: &TestDatabase) {
        let shell = trip(db);
        shell.fine(&share("90", "Dinner", &["--account", "Assets:Cash"]));
        assert_eq!(balances(&shell), "me 60.00, Ana -30.00, Ben -30.00");
        let taxi = shell.json(&share("50", "Taxi", &["--paid-by", "Ana", "--among", "me,Ana", "--percent", "60,40"]));
        assert_eq!(taxi[0]["shares"][0]["amount"], "30.00 EUR");
        assert_eq!(balances(&shell), "me 30.00, Ana 0.00, Ben -30.00");
        let shown = shell.fine(&["group", "show", "Trip"]);
        assert_fits(&shown);
        assert_eq!(
            shown,
            "\
Trip, EUR

Member        Balance  Owes you
───────────────────────────────
me      gets    30.00
Ana     even     0.00      0.00
Ben     pays    30.00     30.00

What happened

No  Date        What                                           Amount  Entry
────────────────────────────────────────────────────────────────────────────
 1  2026-03-31  Dinner (paid by me): me 30.00, Ana 30.00, Ben   90.00      2
                30.00
 2  2026-03-31  Taxi (paid by Ana): me 30.00, Ana 20.00         50.00      3
"
        );
        let proposal = shell.fine(&["group", "settle-up", "Trip"]);
        assert!(proposal.contains("Ben   me  30.00 EUR"), "{proposal}");
        assert_eq!(balances(&shell), "me 30.00, Ana 0.00, Ben -30.00", "a proposal changes nothing");
        assert!(shell.refused(2, &["group", "settle-up", "Trip", "--accept"]).contains("--account ACCOUNT"));
        let settled = shell.json(&["group", "settle-up", "Trip", "--accept", "--account", "Assets:Cash"]);
        assert_eq!((&settled["rows"][0]["from"], &settled["rows"][0]["amount"]), (&"Ben".into(), &"30.00".into()));
        assert_eq!(balances(&shell), "me 0.00, Ana 0.00, Ben 0.00");
        assert_eq!(shell.run(&["receivable", "tie-out"]).code, 0);
        let even = shell.refused(5, &["group", "settle-up", "Trip", "--accept", "--account", "Assets:Cash"]);
        assert!(even.contains("everyone is even"), "{even}");
        shell.fine(&["group", "undo", "Trip", "3"]);
        assert_eq!(balances(&shell), "me 30.00, Ana 0.00, Ben -30.00");
        shell.fine(&["verify"]);
    }

    fn an_expense_is_split_by_every_rule(db: &TestDatabase) {
        let shell = trip(db);
        let shares = |more: &[&str]| {
            let paid: &[&str] = if more.contains(&"--paid-by") { &[] } else { &["--account", "Assets:Cash"] };
            let all = [&share("100", "Museum", &["--dry-run"]), paid, more].concat();
            let shown = shell.json(&all);
            let amount = |share: &Value| share["amount"].as_str().unwrap().replace(" EUR", "");
            shown[0]["shares"].as_array().unwrap().iter().map(amount).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shares(&[]), "33.34 33.33 33.33");
        assert_eq!(shares(&["--remainder", "last"]), "33.33 33.33 33.34");
        assert_eq!(shares(&["--paid-by", "Ben", "--remainder", "payer"]), "33.33 33.33 33.34");
        assert_eq!(shares(&["--shares", "2,1,1"]), "50.00 25.00 25.00");
        assert_eq!(shares(&["--percent", "50,25,25"]), "50.00 25.00 25.00");
        assert_eq!(shares(&["--exact", "10,20,70"]), "10.00 20.00 70.00");
        assert_eq!(balances(&shell), "me 0.00, Ana 0.00, Ben 0.00", "a dry run keeps nothing");
        let wrong = |more: &[&str]| shell.refused(3, &[&share("100", "Museum", &["--account", "Assets:Cash"]), more].concat());
        assert!(wrong(&["--percent", "50,25,20"]).contains("95"), "percents come to 100");
        assert!(wrong(&["--exact", "10,20,60"]).contains("90.00"), "exact shares come to the amount");
        shell.refused(4, &share("100", "Museum", &["--paid-by", "Carla"]));
        let theirs = shell.refused(2, &share("100", "Museum", &["--paid-by", "Ben", "--account", "Assets:Cash"]));
        assert!(theirs.contains("Ben paid") && theirs.contains("leave --account out"), "{theirs}");
        shell.refused(2, &share("100", "Museum", &["--percent", "50,50", "--shares", "1,1"]));
    }

    fn a_group_finds_the_account_of_its_tabs_or_opens_it(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        let none = shell.refused(2, &["group", "create", "Trip", "Ana"]);
        assert!(none.contains("--control"), "{none}");
        let money = shell.refused(5, &["group", "create", "Trip", "Ana", "--control", "Assets:Cash"]);
        assert!(money.contains("it holds money (its subtype is cash)"), "{money}");
        let made = shell.run(&["group", "create", "Trip", "Ana", "--create"]);
        assert!(made.code == 0 && made.stderr.contains("opened account Assets:Receivable"), "{made:?}");
        assert_eq!(shell.json(&["group", "create", "Flat", "Ben"])["account"], "Assets:Receivable");
        // What is owed is held there as well, and nothing is opened twice.
        let lent = shell.run(&["receivable", "add", "Ben", "5", "--from", "Assets:Cash", "--on-demand", "--create"]);
        assert!(lent.code == 0 && !lent.stderr.contains("opened"), "{lent:?}");
        shell.fine(&["verify"]);
    }

    fn members_pay_each_other_and_groups_grow(db: &TestDatabase) {
        let shell = trip(db);
        shell.fine(&share("90", "Dinner", &["--account", "Assets:Cash"]));
        let paid = shell.run(&["group", "pay", "Trip", "Ana", "me", "20", "--account", "Assets:Cash"]);
        assert_fits(&paid.stdout);
        assert!(paid.code == 0 && paid.stderr.contains("entry 3"), "{paid:?}");
        let among = shell.run(&["group", "pay", "Trip", "Ben", "Ana", "5"]);
        assert!(among.stderr.contains("nothing of it is in your books"), "{among:?}");
        assert_eq!(balances(&shell), "me 40.00, Ana -15.00, Ben -25.00");
        shell.fine(&["group", "add-member", "Trip", "Carla"]);
        assert_eq!(balances(&shell), "me 40.00, Ana -15.00, Ben -25.00, Carla 0.00");
        shell.fine(&["receivable", "add", "Ana", "40", "--from", "Assets:Cash", "--on-demand", "--name", "Deposit"]);
        shell.fine(&["group", "link", "Trip", "Deposit"]);
        let linked = shell.json(&["group", "show", "Trip"]);
        assert_eq!((&linked["linked"][0]["name"], &linked["linked"][0]["open"]), (&"Deposit".into(), &"40.00 EUR".into()));
        assert_eq!(shell.json(&["receivable", "list", "--group", "Trip"])[2]["name"], "Deposit");
        shell.fine(&["group", "create", "Flat", "Ana", "--control", "Assets:Receivable"]);
        let other = shell.refused(5, &["group", "link", "Flat", "Deposit"]);
        assert!(other.contains("it belongs to the group \"Trip\" (--move takes it out of that)"), "{other}");
        shell.fine(&["group", "link", "Flat", "Deposit", "--move"]);
        shell.fine(&["group", "link", "Trip", "Deposit", "--move"]);
        shell.fine(&["group", "unlink", "Deposit"]);
        assert_eq!(shell.json(&["group", "show", "Trip"])["linked"], Value::Array(Vec::new()));
        let list = shell.fine(&["group", "list"]);
        assert_fits(&list);
        assert!(list.contains("me, Ana, Ben, Carla") && list.contains("40.00 EUR"), "{list}");
        for amount in ["0", "-5"] {
            let refused = shell.refused(3, &["group", "pay", "Trip", "Ben", "Ana", amount]);
            assert!(refused.contains("it has to be above zero"), "{refused}");
        }
        let nothing = shell.refused(3, &share("0", "Air", &["--account", "Assets:Cash"]));
        assert!(nothing.contains("there is nothing to share"), "{nothing}");
        let goods = shell.refused(5, &["group", "pay", "Trip", "Ana", "me", "1", "--account", "Expenses:Dining"]);
        assert!(goods.contains("--any-account"), "{goods}");
        shell.refused(4, &["group", "show", "Tripp"]);
        shell.refused(5, &["group", "create", "trip", "--control", "Assets:Receivable"]);
        shell.fine(&["verify"]);
    }
}

#[test]
fn every_verb_has_an_example_in_its_long_help() {
    let db = ledger_testkit::sqlite_database();
    let shell = Shell::new(&db);
    for verb in
        ["create", "list", "show", "add-member", "link", "unlink", "share", "pay", "settle-up", "undo"]
    {
        let help = shell.fine(&["group", verb, "--help"]);
        assert!(help.contains(&format!("  ledger group {verb}")), "{help}");
        assert_fits(&help);
    }
}
