//! Rules from habits.

use super::{rewe, set};
use crate::import::rule::{LineView, Observation, RuleSet, RuleSuggestion, suggest_rules};

fn payee<'a>(payee: &'a str, account: &'a str) -> Observation<'a> {
    Observation { line: LineView { payee: Some(payee), narrative: None, memo: None, ..rewe() }, account }
}

fn text<'a>(text: &'a str, account: &'a str) -> Observation<'a> {
    Observation { line: LineView { payee: None, narrative: Some(text), memo: None, ..rewe() }, account }
}

fn suggested(seen: &[Observation<'_>]) -> Vec<RuleSuggestion> {
    suggest_rules(seen, &RuleSet::new([]).unwrap(), &|account| account.ends_with("Uncategorized"))
}

fn names(seen: &[Observation<'_>]) -> Vec<String> {
    suggested(seen).into_iter().map(|it| format!("{} {}", it.seen, it.rule.name)).collect()
}

#[test]
fn a_payee_that_went_three_times_to_one_account_and_never_elsewhere_becomes_a_rule() {
    let (food, other) = (payee("Rewe", "Expenses:Food"), payee("REWE ", "Expenses:Home"));
    assert_eq!(names(&[food, food]), [] as [&str; 0]);
    assert_eq!(names(&[food, food, food, other]), [] as [&str; 0]);
    let found = suggested(&[food, payee("rewe", "Expenses:Food"), payee("Aldi", "Expenses:Food"), food]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].rule.set.account.as_deref(), Some("Expenses:Food"));
    let set = RuleSet::new([found[0].rule.clone()]).unwrap();
    assert!(set.apply(&food.line).decision.is_some());
    // Another payee whose name holds this one is another payee.
    assert!(set.apply(&payee("Rewe Reisen", "x").line).decision.is_none());
}

#[test]
fn without_a_payee_the_beginning_of_the_text_counts_up_to_the_first_number() {
    let seen = [
        text("ATM WITHDRAWAL 0471", "Assets:Cash"),
        text("ATM Withdrawal 0982", "Assets:Cash"),
        text("atm withdrawal 1", "Assets:Cash"),
    ];
    assert_eq!(names(&seen), ["3 atm withdrawal"]);
    let more = [seen.as_slice(), &[payee("ATM WITHDRAWAL", "Expenses:Fees")]].concat();
    assert_eq!(names(&more), [] as [&str; 0], "the rule would take this payee too");
    let mixed = LineView { narrative: Some("ATM Withdrawal fee"), ..payee("Bank", "x").line };
    let more = [seen.as_slice(), &[Observation { line: mixed, account: "Expenses:Fees" }]].concat();
    assert_eq!(names(&more), [] as [&str; 0]);
}

#[test]
fn directions_are_told_apart_and_open_questions_and_decided_lines_left_out() {
    let out = payee("PayPal", "Expenses:Shop");
    let back = Observation {
        line: LineView { amount: "5 EUR".parse().unwrap(), ..out.line },
        account: "Income:Sales",
    };
    assert_eq!(names(&[out, out, out, back, back, back]), ["3 paypal", "3 paypal (2)"]);
    let open = payee("Shop", "Expenses:Uncategorized");
    assert_eq!(names(&[open, open, open]), [] as [&str; 0]);
    let known = set(
        "[[rule]]\nname = \"PayPal\"\nwhen = { payee = \"paypal\", direction = \"out\" }\nset = { account = \"Expenses:Shop\" }\n",
    );
    let found = suggest_rules(&[out, out, out, back, back, back], &known, &|_| false);
    assert_eq!(found.iter().map(|it| it.rule.name.as_str()).collect::<Vec<_>>(), ["paypal (2)"]);
}
