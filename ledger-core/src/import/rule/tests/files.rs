//! Rules in TOML and in JSON.

use super::rules;
use crate::import::rule::{Rule, read_rules, write_rules};

const EVERYTHING: &str = r#"
[[rule]]
name = "Everything"
enabled = false
stop = true

[rule.when]
payee = ["rewe", "edeka"]
narrative = { starts_with = "SEPA", case_sensitive = true }
memo = { equals = ["a", "b"] }
text = { regex = '^card \d+' }
reference = "E2E"
category = "Food"
amount = "10..20"
signed_amount = "< -5"
currency = "EUR"
account = ["Assets:Bank", "Assets:Cash"]
direction = "out"
from = 2026-01-01
to = 2026-12-31
day_of_month = [1, 15]
weekday = ["Mon", "Fri"]
any = [{ payee = "x" }, { not = { memo = "y" } }]
all = [{ payee = "z" }]

[rule.set]
split = [
    { account = "Expenses:Food", percent = 33.3 },
    { account = "Expenses:Fees", amount = "1.50" },
    { account = "Expenses:Home", remainder = true },
]
party = "Rewe"
description = "{payee}: {{{memo}}}"
tags = ["trip:rome", "food"]

[[rule]]
name = "Skip"
set = { skip = true }
"#;

#[test]
fn rules_come_back_the_same_from_toml_and_from_json() {
    let read = rules(EVERYTHING);
    assert_eq!(rules(&write_rules(&read)), read);
    let json = serde_json::to_string(&read).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Rule>>(&json).unwrap(), read);
    assert!(!json.contains("null"), "{json}");
    assert_eq!(rules(""), []);
    assert_eq!(rules(&write_rules(&[])), []);
}

#[test]
fn every_mistake_of_a_file_is_told_at_its_place_with_the_name_of_its_rule() {
    let text = r#"title = "x"
[[rule]]
name = "One"
when = { payees = "rewe", payee = 5, memo = { regexp = "x" } }
set = { account = "Expenses:Food", transfer = "Assets:Cash" }

[[rule]]
name = "Two"
stop = "yes"
[rule.when]
text = { regex = "(" }
amount = "-5"
from = "2026-13-01"
any = [{ payee = "" }, { direction = "sideways" }]
[rule.set]
tags = [5]
split = [{ account = "Expenses:Food", percent = 60 }, { account = "Expenses:Home" }]

[[rule]]
name = "two"
[[rule]]
when = { payee = "x" }
set = { account = "Food:" }
"#;
    let problems = read_rules(text).unwrap_err();
    let told: Vec<String> =
        problems.iter().map(|it| format!("{}:{}: {}", it.line, it.column, it.reason)).collect();
    let expected = [
        (1, 1, "there is no \"title\""),
        (4, 10, "rule \"One\": when.payees: unknown field \"payees\""),
        (4, 27, "rule \"One\": when.payee: 5 is not a text"),
        (4, 38, "rule \"One\": when.memo: there is no \"regexp\" here"),
        (5, 36, "rule \"One\": set.transfer: account and transfer say both where the amount goes"),
        (9, 1, "rule \"Two\": stop: invalid type: string \"yes\", expected a boolean"),
        (11, 1, "rule \"Two\": when.text: \"(\" is not a regular expression: unclosed group"),
        (12, 1, "rule \"Two\": when.amount: \"= -5\" is negative"),
        (13, 1, "rule \"Two\": when.from: \"2026-13-01\" is not a date"),
        (14, 10, "rule \"Two\": when.any[0].payee: \"\" is blank"),
        (14, 26, "rule \"Two\": when.any[1].direction: unknown variant \"sideways\""),
        (16, 1, "rule \"Two\": set.tags: 5 is not a text"),
        (17, 55, "rule \"Two\": set.split[1]: the part of Expenses:Home needs one of amount"),
        (19, 1, "rule \"two\": set: it does nothing"),
        (20, 1, "rule \"two\": name: the name \"two\" is taken by a rule before"),
        (21, 1, "rule \"(without a name)\": it needs a name"),
        (23, 9, "rule \"(without a name)\": set.account: account name \"Food:\" is refused"),
    ];
    for (line, column, reason) in expected {
        let wanted = format!("{line}:{column}: {reason}");
        assert!(
            told.iter().any(|told| told.starts_with(&wanted)),
            "{wanted}\nis not in\n{}",
            told.join("\n")
        );
    }
    assert_eq!(told.len(), expected.len(), "{}", told.join("\n"));
    assert!(problems.iter().all(|problem| problem.code == "invalid-rule"));
    assert_eq!(problems[1].source, "when = { payees = \"rewe\", payee = 5, memo = { regexp = \"x\" } }");
}

#[test]
fn what_is_no_toml_is_told_with_every_place() {
    let problems = read_rules("[[rule]]\nname = \n[[rule]\nname = \"x\"\n").unwrap_err();
    assert!(
        problems.len() >= 2 && problems.iter().all(|it| it.reason.starts_with("this is not TOML")),
        "{problems:?}"
    );
    assert_eq!(problems[0].line, 2);
    let problems = read_rules("[rule]\nname = \"x\"\n").unwrap_err();
    assert!(problems[0].reason.contains("two brackets"), "{problems:?}");
    let deep = format!(
        "[[rule]]\nname = \"x\"\nset = {{ skip = true }}\nwhen = {}{{ payee = \"x\" }}{}",
        "{ not = ".repeat(40),
        " }".repeat(40)
    );
    assert!(read_rules(&deep).unwrap_err()[0].reason.contains("nested"));
}
