//! `ledger rules`.

use ledger_testkit::{TestDatabase, on_both_databases};
use serde_json::Value;

use crate::shell::{Shell, home, ledger, post};

const STATEMENT: &str = "\
Date,Payee,Text,Amount
2026-03-02,Rewe City,Card 4711,-42.10
2026-03-03,Landlord,Rent March,-900.00
2026-03-04,Brightwater Ltd,Salary,2450.00
2026-03-05,Bank,Standing order savings,-100.00
2026-03-06,Unknown,Something,-1.00
";

const RULES: &str = r#"
[[rule]]
name = "Groceries"
when = { payee = ["rewe", "edeka"], direction = "out" }
set = { account = "Expenses:Food", tags = "shop:rewe", party = "Rewe" }

[[rule]]
name = "Rent"
when = { text = { regex = "^rent" }, amount = "> 800" }
set = { split = [
    { account = "Expenses:Rent", percent = 90 },
    { account = "Expenses:Food", remainder = true },
] }

[[rule]]
name = "Savings"
when = { text = "savings" }
set = { transfer = "Assets:Bank:Savings" }

[[rule]]
name = "All else that comes in"
when = { direction = "in" }
set = { skip = true }
"#;

fn bank(db: &TestDatabase) -> Shell {
    home(&ledger(db.url()));
    let shell = Shell::new(db);
    shell.file("bank.csv", STATEMENT);
    shell.file("rules.toml", RULES);
    shell
}

fn json(shell: &Shell, line: &str) -> Value {
    let printed = shell.line(&format!("{line} -O json")).good();
    serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{line}: {error}: {printed}"))
}

/// The names of the rules, in their order.
fn names(shell: &Shell) -> Vec<String> {
    let rules = json(shell, "rules list");
    rules.as_array().unwrap().iter().map(|rule| rule["name"].as_str().unwrap().to_owned()).collect()
}

on_both_databases! {
    fn rules_are_tried_on_a_file_of_any_format(db: &TestDatabase) {
        home(&ledger(db.url()));
        let shell = Shell::new(db);
        shell.file("rules.toml", RULES);
        shell.line("rules import rules.toml").good();
        let qif = "!Type:Bank\nD2026-03-02\nT-42.10\nPRewe City\n^\nD2026-03-06\nT-1.00\nPUnknown\n^\n";
        shell.file("bank.qif", qif);
        let lines = json(&shell, "rules test bank.qif --into Assets:Bank");
        assert_eq!((&lines[0]["decided_by"], &lines[0]["decision"]), (&"Groceries".into(), &"Expenses:Food".into()));
        assert_eq!((&lines[1]["text"], &lines[1]["decided_by"]), (&"Unknown".into(), &Value::Null));
    }

    fn rules_are_added_in_flags_moved_switched_and_removed(db: &TestDatabase) {
        let shell = bank(db);
        let added = shell.run([
            "rules", "add", "Groceries", "--payee", "rewe", "--payee", "edeka", "--out", "--amount", "< 200",
            "--set-account", "Expenses:Food", "--party", "{payee}", "--tag", "shop:rewe", "--stop",
        ]);
        assert!(added.stderr.contains("added the rule \"Groceries\" at place 1"), "{added:?}");
        shell.run(["rules", "add", "Rent", "--regex", "^rent", "--split", "Expenses:Rent=90%", "--split", "Expenses:Food=rest"]).good();
        shell.line("rules add Skip --text pending --skip --place 1 --disabled").good();
        assert_eq!(names(&shell), ["Skip", "Groceries", "Rent"]);
        let shown = shell.line("rules show groceries").good();
        for part in ["payee = [\"rewe\", \"edeka\"]", "amount = \"< 200\"", "direction = \"out\"", "stop = true", "party = \"{payee}\""] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        shell.line("rules move Skip 3").good();
        assert_eq!(names(&shell), ["Groceries", "Rent", "Skip"]);
        shell.line("rules enable Skip").good();
        assert_eq!(json(&shell, "rules list")[2]["enabled"], true);
        shell.line("rules disable Rent").good();
        assert_eq!(json(&shell, "rules show Rent")[0]["enabled"], false);
        shell.line("rules remove Rent Skip --dry-run").good();
        shell.line("rules remove Rent Skip").good();
        assert_eq!(names(&shell), ["Groceries"]);
        assert!(shell.line("rules remove Grocery").bad(4).contains("Groceries"));
        shell.line("verify").good();
    }

    fn an_unknown_account_is_refused_when_adding_and_opened_when_asked(db: &TestDatabase) {
        let shell = bank(db);
        let refused = shell.line("rules add Food --payee rewe --set-account Expenses:Foot").bad(4);
        assert!(refused.contains("there is no account \"Expenses:Foot\"") && refused.contains("Expenses:Food"), "{refused}");
        assert!(refused.contains("--create"), "{refused}");
        shell.line("rules add Pets --payee fressnapf --set-account Expenses:Pets --create").good();
        assert!(shell.line("tb --zero -O csv").good().contains("Expenses:Pets"));
        let near = shell.line("rules add Food --payee rewe --set-account Expenses:Foods --create").bad(7);
        assert!(near.contains("close to Expenses:Food"), "{near}");
        assert_eq!(names(&shell), ["Pets"]);
        shell.line("rules add Nothing --payee x").bad(3);
        shell.line("rules add Two --skip --set-account Expenses:Food").bad(3);
    }

    fn a_file_is_imported_exported_and_imported_again_to_the_same(db: &TestDatabase) {
        let shell = bank(db);
        let done = json(&shell, "rules import rules.toml");
        assert_eq!((&done[0]["added"], &done[0]["unmapped"]), (&4.into(), &Value::Array(Vec::new())));
        shell.line("rules import rules.toml").bad(5);
        assert_eq!(json(&shell, "rules import rules.toml --update")[0]["unchanged"], 4);
        let exported = shell.line("rules export").good();
        shell.file("again.toml", &exported);
        assert_eq!(json(&shell, "rules import again.toml --replace-all")[0]["unchanged"], 4);
        shell.file("one.toml", "[[rule]]\nname = \"One\"\nset = { skip = true }\n");
        assert_eq!(json(&shell, "rules import one.toml --replace-all")[0]["removed"], 4);
        assert_eq!(names(&shell), ["One"]);
        shell.line("verify").good();
    }

    fn every_mistake_of_a_file_is_told_at_its_place_and_nothing_is_changed(db: &TestDatabase) {
        let shell = bank(db);
        shell.file("bad.toml", "[[rule]]\nname = \"A\"\nwhen = { payee = 5 }\nset = { acount = \"x\" }\n[[rule]]\nname = \"B\"\nset = { skip = true }\n");
        let told = shell.line("rules import bad.toml").bad(3);
        assert!(told.starts_with("bad.toml:3:10: [invalid-rule] rule \"A\": when.payee: 5 is not a text"), "{told}");
        assert!(told.contains("bad.toml:4:9: [invalid-rule] rule \"A\": set.acount: unknown field"), "{told}");
        assert!(told.contains("nothing was changed"), "{told}");
        assert_eq!(names(&shell), [] as [&str; 0]);
    }

    fn a_test_shows_which_rule_fires_on_which_line_and_why(db: &TestDatabase) {
        let shell = bank(db);
        shell.line("rules import rules.toml").good();
        let run = shell.line("rules test bank.csv --into Assets:Bank -O csv");
        assert!(run.stderr.contains("5 lines: decided 4 (of them skipped 1), left open 1"), "{run:?}");
        let decisions: Vec<String> = json(&shell, "rules test bank.csv --into Assets:Bank")
            .as_array()
            .unwrap()
            .iter()
            .map(|line| format!("{} {} {}", line["line"], line["decision"], line["decided_by"]))
            .collect();
        assert_eq!(
            decisions,
            [
                "2 \"Expenses:Food\" \"Groceries\"",
                "3 \"split: Expenses:Rent -810.00, Expenses:Food -90.00\" \"Rent\"",
                "4 \"skip\" \"All else that comes in\"",
                "5 \"transfer: Assets:Bank:Savings\" \"Savings\"",
                "6 null null",
            ]
        );
        let first = &json(&shell, "rules test bank.csv --into Assets:Bank")[0];
        assert_eq!((&first["party"], &first["tags"][0]), (&"Rewe".into(), &"shop:rewe".into()));
        assert_eq!(first["fired"][0]["why"], serde_json::json!(["payee contains \"rewe\"", "money out"]));
        let table = shell.line("rules test bank.csv --into Assets:Bank").good();
        assert!(table.contains("payee contains") && table.contains("Groceries"), "{table}");
        let open = json(&shell, "rules test bank.csv --into Assets:Bank --undecided");
        assert_eq!(open.as_array().unwrap().len(), 1);
        for format in ["csv", "tsv", "ndjson"] {
            let lines = shell.line(&format!("rules test bank.csv --into Assets:Bank -O {format}")).good();
            assert_eq!(lines.lines().count(), if format == "ndjson" { 5 } else { 6 }, "{lines}");
        }
        let other = json(&shell, "rules test bank.csv --into Assets:Bank:Savings");
        assert_eq!(other[3]["fired"][0]["set"], Value::Array(Vec::new()), "a transfer to itself is none");
        // Nothing of it is posted.
        assert_eq!(json(&shell, "verify")["books"][0]["entries"], 0);
    }

    fn rules_of_a_file_are_tried_without_keeping_them_and_unknown_accounts_are_told(db: &TestDatabase) {
        let shell = bank(db);
        shell.file("try.toml", "[[rule]]\nname = \"T\"\nwhen = { payee = \"rewe\" }\nset = { account = \"Expenses:Foot\" }\n");
        let run = shell.line("rules test bank.csv --into Assets:Bank --rules try.toml -O csv");
        assert!(run.stderr.contains("rule \"T\": there is no account \"Expenses:Foot\""), "{run:?}");
        assert!(run.good().contains("Expenses:Foot,T"));
        assert_eq!(names(&shell), [] as [&str; 0]);
    }

    fn hledger_rules_come_with_their_profile_and_what_does_not_map_is_told(db: &TestDatabase) {
        let shell = bank(db);
        shell.file(
            "bank.rules",
            "skip 1\nfields date, payee, note, amount\ndescription %payee %note\naccount1 Assets:Bank\nstatus *\ninclude more.rules\n",
        );
        shell.file("more.rules", "if rewe\n account2 Expenses:Food\nif %payee landlord\n account2 Expenses:Rent\n end\n");
        let run = shell.line("rules import bank.rules --save-profile mybank");
        assert!(run.stderr.contains("bank.rules:5: not taken over: status \"*\" has no place"), "{run:?}");
        assert!(run.stderr.contains("more.rules:5: not taken over"), "{run:?}");
        assert!(run.stderr.contains("--into Assets:Bank"), "{run:?}");
        run.good();
        assert_eq!(names(&shell), ["landlord", "rewe"]);
        let lines = json(&shell, "rules test bank.csv --into Assets:Bank --profile mybank");
        assert_eq!((&lines[0]["decision"], &lines[1]["decision"]), (&"Expenses:Food".into(), &"Expenses:Rent".into()));
        assert_eq!(json(&shell, "rules test bank.csv --into Assets:Bank --rules bank.rules")[0]["decided_by"], "rewe");
        shell.file("new.rules", "if a\n account2 Expenses:A\nif b\n account2 Expenses:B\n");
        let told = shell.line("rules import new.rules").bad(4);
        assert!(told.contains("rule \"a\": there is no account \"Expenses:A\""), "{told}");
        assert!(told.contains("rule \"b\": there is no account \"Expenses:B\"") && told.contains("--create"), "{told}");
        shell.line("rules import new.rules --create --yes").good();
        shell.file("lost.rules", "include nowhere.rules\n");
        shell.line("rules import lost.rules").bad(6);
    }

    fn rules_are_edited_as_toml_and_what_was_typed_is_never_lost(db: &TestDatabase) {
        let shell = bank(db);
        shell.line("rules import rules.toml").good();
        let edit = |script: &str, line: &str| {
            let editor = shell.file("editor.sh", format!("#!/bin/sh\n{script}\n"));
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ledger"));
            shell.surround(&mut command);
            let output = command.env("EDITOR", format!("sh {editor}")).env_remove("VISUAL").args(line.split_whitespace()).output().unwrap();
            (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
        };
        let (code, said) = edit("sed -i 's/Rent/Home/' \"$1\"", "rules edit Rent");
        assert!(code == 4 && said.contains("Expenses:Home"), "{code} {said}");
        let (code, said) = edit("sed -i 's/name = \"Rent\"/name = \"Home\"/' \"$1\"", "rules edit Rent");
        assert!(code == 0 && said.contains("changed the rule \"Home\""), "{said}");
        assert_eq!(names(&shell)[1], "Home");
        let (code, said) = edit("echo 'name = 5' >> \"$1\"", "rules edit Home");
        let kept = said.split("what you wrote is in ").nth(1).unwrap().split(':').next().unwrap();
        assert!(code == 3 && std::fs::read_to_string(kept).unwrap().ends_with("name = 5\n"), "{said}");
        std::fs::remove_file(kept).unwrap();
        let (code, said) = edit("true", "rules edit Home");
        assert!(code == 0 && said.contains("nothing was changed"), "{said}");
        let (code, said) = edit("printf '[[rule]]\\nname = \"Only\"\\nset = { skip = true }\\n' > \"$1\"", "rules edit");
        assert!(code == 0 && said.contains("removed 4"), "{said}");
        assert_eq!(names(&shell), ["Only"]);
        let (code, said) = edit("exit 3", "rules edit Only");
        assert!(code == 2 && said.contains("nothing was changed"), "{said}");
    }

    fn habits_are_proposed_and_taken_over(db: &TestDatabase) {
        let shell = bank(db);
        let ledger = ledger(db.url());
        let book = ledger.book("home").unwrap();
        for day in ["2026-03-01", "2026-03-02", "2026-03-03"] {
            post(&book, day, "Expenses:Food", "5.00", "Assets:Bank");
            post(&book, day, "Expenses:Rent", "9.00", "Assets:Bank:Savings");
        }
        // The helper describes an entry by its two accounts.
        let proposed = json(&shell, "rules suggest");
        assert_eq!(proposed.as_array().unwrap().len(), 2, "{proposed}");
        assert_eq!((&proposed[0]["seen"], &proposed[0]["account"]), (&3.into(), &"Expenses:Food".into()));
        let name = proposed[0]["name"].as_str().unwrap();
        shell.run(["rules", "suggest", "--accept", "nobody"]).bad(4);
        shell.run(["rules", "suggest", "--accept", name]).good();
        assert_eq!(names(&shell), [name]);
        assert_eq!(json(&shell, "rules suggest").as_array().unwrap().len(), 1);
        shell.line("rules suggest --accept").good();
        assert_eq!(names(&shell).len(), 2);
        assert!(shell.line("rules suggest").stderr.contains("no payee went three times"));
    }
}
