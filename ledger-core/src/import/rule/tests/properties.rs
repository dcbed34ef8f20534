//! What holds for any rules and any line.

use proptest::prelude::*;

use crate::import::rule::{
    Actions, AmountTest, Conditions, Decision, Direction, LineView, Rule, RuleSet, Share, SplitPart,
    TextTest, read_hledger_rules, read_rules, write_rules,
};
use crate::money::{Amount, Commodity};
use rust_decimal::Decimal;

/// Few letters and words, so that they meet; some fold, compose or are blank.
fn word() -> impl Strategy<Value = String> {
    let letters = ["a", "A", "b", " ", "\n", "ä", "a\u{308}", "Σ", "ς", "ﬁ", "1", "\u{a0}", "."];
    prop::collection::vec(prop::sample::select(letters.to_vec()), 0..6).prop_map(|parts| parts.concat())
}

/// Tests that may also be wrong in themselves where they are `wild`.
fn text_test(wild: bool) -> impl Strategy<Value = TextTest> {
    let filled = move |word: String| if wild { word } else { word + "a" };
    let words = move || prop::collection::vec(word().prop_map(filled), 0..3);
    let patterns = ["a.b", "^a", "b$", "[ab]+1", "ä|Σ", "a\\sb", "("];
    let patterns = patterns[..if wild { 7 } else { 6 }].to_vec();
    let patterns = prop::collection::vec(prop::sample::select(patterns), usize::from(!wild)..2);
    (words(), words(), words(), patterns, any::<bool>()).prop_map(
        |(contains, equals, starts_with, regex, case_sensitive)| {
            let regex = regex.into_iter().map(str::to_owned).collect();
            TextTest { contains, equals, starts_with, regex, case_sensitive }
        },
    )
}

fn leaf(wild: bool) -> impl Strategy<Value = Conditions> {
    let text = move || prop::option::weighted(0.4, text_test(wild));
    let amount = prop::option::weighted(
        0.3,
        (-30i64..30).prop_map(|bound| AmountTest::AtMost(Decimal::new(bound, 1))),
    );
    let direction = prop::option::weighted(0.3, prop::sample::select(&[Direction::In, Direction::Out][..]));
    let days = prop::collection::vec(if wild { 0u8..33 } else { 1..29 }, 0..2);
    (text(), text(), text(), amount, direction, days).prop_map(
        |(payee, text, category, signed_amount, direction, day_of_month)| Conditions {
            payee,
            text,
            category,
            signed_amount,
            direction,
            day_of_month,
            ..Conditions::default()
        },
    )
}

/// Sound ones hold something at every level.
fn conditions(wild: bool) -> impl Strategy<Value = Conditions> {
    let leaf = move || {
        leaf(wild).prop_map(move |mut leaf| {
            if !wild && leaf.is_empty() {
                leaf.direction = Some(Direction::Out);
            }
            leaf
        })
    };
    leaf().prop_recursive(3, 12, 3, move |inner| {
        let list = || prop::collection::vec(inner.clone(), 0..3);
        (leaf(), list(), list(), prop::option::of(inner.clone()))
            .prop_map(|(leaf, all, any, not)| Conditions { all, any, not: not.map(Box::new), ..leaf })
    })
}

fn share() -> impl Strategy<Value = Share> {
    prop_oneof![
        (0i64..4000, 0u32..4).prop_map(|(amount, scale)| Share::Fixed(Decimal::new(amount, scale))),
        (0i64..100_000, 0u32..8).prop_map(|(percent, scale)| Share::Percent(Decimal::new(percent, scale))),
        Just(Share::Remainder),
    ]
}

fn actions(wild: bool) -> impl Strategy<Value = Actions> {
    let part = share().prop_map(|share| SplitPart { account: "Expenses:X".to_owned(), share });
    let way = prop::sample::select(&["account", "transfer", "skip", "split", "none"][..]);
    (way, prop::collection::vec(part, 0..5), prop::collection::vec(word(), 0..3)).prop_map(
        move |(way, split, tags)| Actions {
            account: (way == "account").then(|| "Expenses:Food".to_owned()),
            transfer: (way == "transfer").then(|| "Assets:Bank".to_owned()),
            skip: way == "skip",
            split: if way == "split" { split } else { Vec::new() },
            tags: if wild { tags } else { vec!["trip:rome".to_owned()] },
            ..Actions::default()
        },
    )
}

fn rule(wild: bool) -> impl Strategy<Value = Rule> {
    (conditions(wild), actions(wild), any::<bool>()).prop_map(|(when, set, stop)| Rule {
        when,
        set,
        stop,
        ..Rule::new("r")
    })
}

fn amount() -> impl Strategy<Value = Amount> {
    let minor = prop_oneof![-5000i64..5000, Just(i64::MIN + 1), Just(i64::MAX), Just(i64::MIN)];
    (minor, prop::sample::select(&["EUR", "JPY", "KWD"][..]))
        .prop_map(|(minor, code)| Commodity::iso(code).unwrap().amount(minor))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn random_rules_never_panic_and_fire_for_the_reasons_that_are_told(
        rules in prop::collection::vec(prop_oneof![rule(true), rule(false), rule(false)], 0..6),
        texts in [word(), word(), word(), word(), word()],
        amount in amount(),
        day in 1u32..29,
    ) {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 2, day).unwrap();
        let [payee, narrative, memo, reference, category] = texts.each_ref().map(|text| Some(text.as_str()));
        let line = LineView { payee, narrative, memo, reference, category, ..LineView::new("Assets:Bank", day, amount) };
        let sound: Vec<Rule> = rules.into_iter().filter(|rule| rule.check().is_ok()).collect();
        let set = RuleSet::new(sound.clone()).unwrap();
        let outcome = set.apply(&line);
        let mut expected = Vec::new();
        for rule in set.rules().iter().filter(|rule| rule.when.why(&line).is_some()) {
            expected.push(rule);
            if rule.stop || (rule.set.skip && outcome.is_skipped()) {
                break;
            }
        }
        let fired: Vec<&Rule> = outcome.fired.iter().map(|fired| fired.rule).collect();
        prop_assert_eq!(fired, expected);
        if let Some(Decision::Split(parts)) = outcome.decision.map(|decided| decided.value) {
            let sum: i128 = parts.iter().map(|(_, part)| i128::from(part.minor())).sum();
            prop_assert_eq!(sum, i128::from(amount.minor()));
            prop_assert!(parts.iter().all(|(_, part)| part.minor().signum() * amount.minor().signum() >= 0));
        }
    }

    #[test]
    fn sound_rules_come_back_the_same_from_toml_and_json(rule in rule(false)) {
        prop_assume!(rule.check().is_ok());
        let toml = write_rules(std::slice::from_ref(&rule));
        let read = read_rules(&toml);
        prop_assert_eq!(read.as_deref(), Ok(std::slice::from_ref(&rule)), "{}", toml);
        let json = serde_json::to_value(&rule).unwrap();
        prop_assert_eq!(serde_json::from_value::<Rule>(json).unwrap(), rule);
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in "[\\[\\]{}a-z=\",%&!#;:\\\\ \n.0-9ä]{0,200}") {
        let _ = read_rules(&text);
        let _ = read_rules(&format!("[[rule]]\nname = \"x\"\n{text}"));
        let none = &mut |_: &str, _: &str| Ok((String::new(), String::new()));
        let _ = read_hledger_rules(&text, "f", none).unwrap();
        let _ = read_hledger_rules(&format!("fields date,description,%x,amount\nif {text}"), "f", none).unwrap();
        let _ = read_hledger_rules(&format!("if,account2,comment\n{text}"), "f", none).unwrap();
    }
}
