//! What each condition holds for, and for what it does not.

use super::{rewe, rules};
use crate::import::rule::{LineView, RuleSet};

/// Whether a rule with these conditions fires, which has to be the same in both ways of finding out.
fn fires_for(when: &str, line: &LineView<'_>) -> bool {
    let rules = rules(&format!("[[rule]]\nname = \"r\"\nwhen = {when}\nset = {{ skip = true }}\n"));
    let said = rules[0].when.why(line).is_some();
    let set = RuleSet::new(rules).unwrap();
    let fired = set.apply(line).is_skipped();
    assert_eq!(fired, said, "{when} for {line:?}");
    fired
}

fn fires(when: &str) -> bool {
    fires_for(when, &rewe())
}

#[test]
fn a_text_is_found_in_its_field_alone() {
    for (field, word) in [
        ("payee", "rewe"),
        ("narrative", "card"),
        ("memo", "köln"),
        ("reference", "e2e"),
        ("category", "food"),
    ] {
        assert!(fires(&format!("{{ {field} = \"{word}\" }}")), "{field}");
        for other in
            ["payee", "narrative", "memo", "reference", "category"].iter().filter(|other| **other != field)
        {
            assert!(!fires(&format!("{{ {other} = \"{word}\" }}")), "{word} in {other}");
        }
    }
}

#[test]
fn text_is_payee_narrative_or_memo() {
    assert!(
        fires("{ text = \"rewe\" }") && fires("{ text = \"4711\" }") && fires("{ description = \"köln\" }")
    );
    assert!(!fires("{ text = \"e2e\" }") && !fires("{ text = \"food\" }"));
    // No word reaches over from one text to the next.
    assert!(!fires("{ text = \"city card\" }") && !fires("{ text = { regex = \"city.card\" } }"));
    assert!(fires("{ text = { equals = \"köln\" } }") && fires("{ text = { starts_with = \"card\" } }"));
    assert!(fires("{ text = { regex = \"^card\" } }") && fires("{ text = { regex = \"city$\" } }"));
}

#[test]
fn operators_hold_where_they_say() {
    assert!(fires("{ payee = { equals = \"rewe  city\" } }") && !fires("{ payee = { equals = \"rewe\" } }"));
    assert!(
        fires("{ payee = { starts_with = \"rewe\" } }") && !fires("{ payee = { starts_with = \"city\" } }")
    );
    assert!(fires("{ payee = { contains = \"we ci\" } }") && !fires("{ payee = { contains = \"weci\" } }"));
    assert!(
        fires("{ narrative = { regex = \"card \\\\d{4}\" } }")
            && !fires("{ narrative = { regex = \"^\\\\d\" } }")
    );
    assert!(fires("{ payee = [\"edeka\", \"rewe\"] }") && !fires("{ payee = [\"edeka\", \"aldi\"] }"));
    assert!(fires("{ payee = { equals = \"x\", regex = [\"y\", \"city\"] } }"));
}

#[test]
fn case_and_unicode_spelling_matter_only_when_asked() {
    assert!(fires("{ memo = \"KO\u{308}LN\" }"));
    assert!(fires("{ payee = { contains = \"REWE\", case_sensitive = true } }"));
    assert!(!fires("{ payee = { contains = \"rewe\", case_sensitive = true } }"));
    assert!(!fires("{ payee = { regex = \"rewe\", case_sensitive = true } }"));
    assert!(fires("{ memo = { equals = \"Ko\u{308}ln\", case_sensitive = true } }"));
}

#[test]
fn amounts_are_compared_without_or_with_their_sign() {
    assert!(fires("{ amount = \"42.1\" }") && fires("{ amount = 42.10 }") && fires("{ amount = \"> 42\" }"));
    assert!(
        !fires("{ amount = \"> 42.10\" }")
            && fires("{ amount = \"42.10..50\" }")
            && !fires("{ amount = \"< 42\" }")
    );
    assert!(fires("{ signed_amount = \"-42.10\" }") && fires("{ signed_amount = \"< 0\" }"));
    assert!(!fires("{ signed_amount = \"42.10\" }"));
}

#[test]
fn currency_direction_and_account_decide() {
    assert!(
        fires("{ currency = \"eur\" }")
            && fires("{ currency = [\"USD\", \"EUR\"] }")
            && !fires("{ currency = \"USD\" }")
    );
    assert!(fires("{ direction = \"out\" }") && !fires("{ direction = \"in\" }"));
    assert!(fires("{ account = \"assets\" }") && fires("{ account = \"Assets:Bank\" }"));
    assert!(!fires("{ account = \"Assets:Ban\" }") && !fires("{ account = \"Assets:Bank:N26\" }"));
    let zero = LineView { amount: "0 EUR".parse().unwrap(), ..rewe() };
    assert!(!fires_for("{ direction = \"in\" }", &zero) && !fires_for("{ direction = \"out\" }", &zero));
}

#[test]
fn dates_decide_by_day_range_month_day_and_weekday() {
    assert!(fires("{ from = 2026-03-02, to = \"2026-03-02\" }"));
    assert!(!fires("{ from = 2026-03-03 }") && !fires("{ to = 2026-03-01 }"));
    assert!(fires("{ day_of_month = [1, 2] }") && !fires("{ day_of_month = [3] }"));
    assert!(fires("{ weekday = [\"Mon\"] }") && !fires("{ weekday = [\"Tue\", \"Sunday\"] }"));
}

#[test]
fn all_any_and_not_nest_and_stand_beside_other_conditions() {
    assert!(fires("{ any = [{ payee = \"aldi\" }, { memo = \"köln\", direction = \"out\" }] }"));
    assert!(!fires("{ any = [{ payee = \"aldi\" }, { memo = \"bonn\" }] }"));
    assert!(fires("{ all = [{ payee = \"rewe\" }, { payee = \"city\" }] }"));
    assert!(!fires("{ all = [{ payee = \"rewe\" }, { payee = \"aldi\" }] }"));
    assert!(fires("{ not = { payee = \"aldi\" } }") && !fires("{ not = { payee = \"rewe\" } }"));
    assert!(fires(
        "{ payee = \"rewe\", not = { any = [{ amount = \"> 100\" }, { not = { currency = \"EUR\" } }] } }"
    ));
    assert!(!fires("{ payee = \"aldi\", any = [{ payee = \"rewe\" }] }"));
    // A rule that asks for no text alone is looked at for every line.
    assert!(fires("{ any = [{ payee = \"aldi\" }, { amount = \"> 1\" }] }") && fires("{}"));
}
