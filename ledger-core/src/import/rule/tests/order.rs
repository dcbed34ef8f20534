//! Who wins: the order of rules, `stop` and `skip`, and each action.

use super::{rewe, set};
use crate::import::rule::{Decision, Effect, LineView};

#[test]
fn the_first_rule_that_sets_a_thing_wins_and_later_ones_set_others() {
    let set = set(r#"
        [[rule]]
        name = "food"
        when = { payee = "rewe" }
        set = { account = "Expenses:Food", tags = "home" }
        [[rule]]
        name = "all of rewe"
        when = { payee = "rewe" }
        set = { account = "Expenses:Other", party = "Rewe", tags = ["home", "city:{koeln}"] }
        [[rule]]
        name = "texts"
        set = { description = "{payee} in {memo}", party = "Nobody" }
        "#);
    let line = rewe();
    let outcome = set.apply(&line);
    let decision = outcome.decision.as_ref().unwrap();
    assert_eq!((&decision.value, decision.rule.name.as_str()), (&Decision::Account("Expenses:Food"), "food"));
    assert_eq!(outcome.party.as_ref().unwrap().value, "Rewe");
    let description = outcome.description.as_ref().unwrap();
    assert_eq!((description.value.as_ref(), description.rule.name.as_str()), ("REWE City in Köln", "texts"));
    let tags: Vec<_> =
        outcome.tags.iter().map(|tag| (tag.value.to_string(), tag.rule.name.as_str())).collect();
    assert_eq!(tags, [("home".to_owned(), "food"), ("city:{koeln}".to_owned(), "all of rewe")]);
    let names: Vec<_> = outcome.fired.iter().map(|fired| fired.rule.name.as_str()).collect();
    assert_eq!(names, ["food", "all of rewe", "texts"]);
    let before = Effect { field: "account", refused: Some("\"food\" set it before".to_owned()) };
    assert!(outcome.fired[1].effects.contains(&before), "{outcome:?}");
}

#[test]
fn a_rule_that_stops_is_the_last() {
    let set = set(r#"
        [[rule]]
        name = "first"
        when = { payee = "rewe" }
        set = { tags = "a" }
        stop = true
        [[rule]]
        name = "second"
        set = { tags = "b" }
        "#);
    assert_eq!(set.apply(&rewe()).tags.len(), 1);
    let other = LineView { payee: None, ..rewe() };
    assert_eq!(set.apply(&other).tags[0].value.key, "b");
}

#[test]
fn a_line_that_is_skipped_is_given_nothing_further_and_one_decided_before_is_not_skipped() {
    let skip = "[[rule]]\nname = \"skip\"\nset = { skip = true }\n";
    let account = "[[rule]]\nname = \"food\"\nset = { account = \"Expenses:Food\", tags = \"a\" }\n";
    let skipping = set(&format!("{skip}{account}"));
    let outcome = skipping.apply(&rewe());
    assert!(outcome.is_skipped() && outcome.tags.is_empty() && outcome.fired.len() == 1);
    let deciding = set(&format!("{account}{skip}"));
    let outcome = deciding.apply(&rewe());
    assert!(!outcome.is_skipped());
    assert_eq!(outcome.fired[1].effects[0].refused.as_deref(), Some("\"food\" set it before"));
}

#[test]
fn a_split_sums_to_the_line_and_one_that_does_not_fit_leaves_room_for_later_rules() {
    let set = set(r#"
        [[rule]]
        name = "fees"
        set = { split = [
            { account = "Expenses:Fees", amount = "100" },
            { account = "Expenses:Food", remainder = true },
        ] }
        [[rule]]
        name = "halves"
        set = { split = [{ account = "Expenses:A", percent = 50 }, { account = "Expenses:B", percent = 50.0 }] }
        "#);
    let line = LineView { amount: "-42.11 EUR".parse().unwrap(), ..rewe() };
    let outcome = set.apply(&line);
    let refused = outcome.fired[0].effects[0].refused.as_deref();
    assert_eq!(refused, Some("the parts come to more than 42.11 EUR"));
    let Decision::Split(parts) = outcome.decision.unwrap().value else { panic!("no split") };
    let parts: Vec<_> = parts.iter().map(|(account, amount)| format!("{account} {amount}")).collect();
    assert_eq!(parts, ["Expenses:A -21.06 EUR", "Expenses:B -21.05 EUR"]);
}

#[test]
fn a_transfer_names_the_other_account_and_never_the_statements_own() {
    let set = set(r#"
        [[rule]]
        name = "itself"
        set = { transfer = "assets:bank" }
        [[rule]]
        name = "savings"
        set = { transfer = "Assets:Savings" }
        "#);
    let line = rewe();
    let outcome = set.apply(&line);
    assert_eq!(outcome.decision.unwrap().value, Decision::Transfer("Assets:Savings"));
    let refused = outcome.fired[0].effects[0].refused.as_deref();
    assert_eq!(refused, Some("the statement is of assets:bank itself"));
}

#[test]
fn a_template_that_comes_out_blank_or_as_no_name_sets_nothing() {
    let set = set("[[rule]]\nname = \"r\"\nset = { party = \"{category}\", description = \"{memo}\" }\n");
    let line = LineView { category: None, memo: None, ..rewe() };
    let outcome = set.apply(&line);
    assert!(outcome.party.is_none() && outcome.description.is_none());
    assert!(outcome.fired[0].effects.iter().all(|effect| effect.refused.is_some()), "{outcome:?}");
}

#[test]
fn a_rule_that_is_not_enabled_does_not_fire() {
    let set = set("[[rule]]\nname = \"r\"\nenabled = false\nset = { skip = true }\n");
    assert!(set.rules().is_empty() && !set.apply(&rewe()).is_skipped());
}
