//! Names that a book takes, and the search among them, on inputs that nobody chose.

use std::path::Path;

use ledger_core::account::{
    AccountKind, AccountName, MatchKind, SearchIndex, SearchItem, guess_subtype, near_matches, subtypes,
};
use ledger_core::text::{check_name, check_text, normalize};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

/// Text of letters, marks, spaces and colons in several scripts, where composing and case matter.
fn text() -> impl Strategy<Value = String> {
    let awkward = "[a-zA-ZéÉßẞıİſΣςσΩÅŁйЙかﬁ：´\u{301}\u{308}\u{327}\u{323}\u{200D}\u{AD} :&1-9]{0,24}";
    prop_oneof![awkward.prop_map(String::from), any::<String>()]
}

/// A well-formed account name.
fn name() -> impl Strategy<Value = String> {
    "[A-Z][a-zéüо]{1,7}( [A-Za-z1-9]{1,6})?(:[A-Z][a-zéüо]{0,7}( [A-Za-z1-9]{1,6})?){0,3}"
}

fn index(names: &[String]) -> SearchIndex {
    SearchIndex::new(names.iter().zip(0..).map(|(name, id)| SearchItem {
        id,
        name: name.clone(),
        aliases: Vec::new(),
        use_count: 0,
        last_used: 0,
        closed: false,
    }))
}

proptest! {
    #[test]
    fn a_key_is_its_own_key_and_the_same_for_every_spelling(text in text()) {
        let key = normalize(&text);
        prop_assert_eq!(&normalize(&key), &key);
        prop_assert_eq!(&normalize(&text.nfc().collect::<String>()), &key);
        prop_assert_eq!(&normalize(&text.nfd().collect::<String>()), &key);
        prop_assert_eq!(&normalize(&text.nfkc().collect::<String>()), &key);
        prop_assert_eq!(&normalize(&format!("  {text}\t")), &key);
    }

    #[test]
    fn what_is_a_name_is_a_text_too(text in text()) {
        if check_name("name", &text, 20).is_ok() {
            prop_assert!(check_text("name", &text, 20).is_ok());
            prop_assert_eq!(text.trim(), &text);
        }
    }

    #[test]
    fn a_parsed_name_is_in_nfc_and_parses_to_itself(text in text()) {
        if let Ok(name) = AccountName::parse(&text) {
            prop_assert_eq!(name.as_str(), text.nfc().collect::<String>());
            prop_assert_eq!(&AccountName::parse(name.as_str()).unwrap(), &name);
            prop_assert_eq!(name.normalized().split(':').count(), name.depth());
            prop_assert!(name.parent().is_none_or(|parent| AccountName::parse(parent).is_ok()));
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(AccountName::parse(&decomposed).unwrap().normalized(), name.normalized());
        }
    }

    #[test]
    fn a_guess_is_always_in_the_catalogue(name in name()) {
        let name = AccountName::parse(&name).unwrap();
        for kind in AccountKind::ALL {
            if let Some(guess) = guess_subtype(kind, &name) {
                prop_assert!(subtypes(kind).any(|subtype| subtype.name == guess));
            }
        }
    }

    #[test]
    fn every_account_is_found_by_its_name_its_leaf_and_its_beginning(names in prop::collection::vec(name(), 1..30)) {
        let index = index(&names);
        for (name, id) in names.iter().zip(0..) {
            let rank = |text: &str| {
                index.search(text, names.len()).into_iter().find(|hit| hit.id == id).map(|hit| hit.rank)
            };
            prop_assert_eq!(rank(name), Some(MatchKind::Exact));
            prop_assert!(rank(name.rsplit(':').next().unwrap()) <= Some(MatchKind::SegmentPrefix));
            let initials: Vec<&str> = name.split(':').map(|segment| &segment[..1]).collect();
            prop_assert!(rank(&initials.join(":")) <= Some(MatchKind::SegmentPrefix));
        }
    }

    #[test]
    fn a_search_is_ordered_bounded_and_finds_each_account_once(
        names in prop::collection::vec(prop_oneof![name(), text()], 0..30), text in text(), limit in 0usize..12,
    ) {
        let index = index(&names);
        let hits = index.search(&text, limit);
        prop_assert!(hits.len() <= limit);
        prop_assert!(hits.is_sorted_by_key(|hit| (hit.rank, std::cmp::Reverse(hit.score))));
        for hit in &hits {
            prop_assert_eq!(hits.iter().filter(|other| other.id == hit.id).count(), 1);
            prop_assert!(hit.score <= 1000);
            prop_assert!(hit.rank == MatchKind::Fuzzy || hit.score == 1000);
        }
        let all = index.search(&text, names.len());
        prop_assert_eq!(&all[..hits.len()], &hits[..], "a smaller limit gives the beginning of a larger one");
    }

    #[test]
    fn the_exact_kinds_agree_with_a_plain_reading(names in prop::collection::vec(name(), 1..20), text in "[a-zéо1-9]{1,3}") {
        let found = index(&names).search(&text, names.len());
        for (name, id) in names.iter().zip(0..) {
            let key = normalize(name);
            let expected = if key == text {
                Some(MatchKind::Exact)
            } else if key.split(':').any(|segment| segment.starts_with(&text)) {
                Some(MatchKind::SegmentPrefix)
            } else if key.split([':', ' ']).any(|word| word.starts_with(&text)) {
                Some(MatchKind::WordPrefix)
            } else {
                key.contains(&text).then_some(MatchKind::Substring)
            };
            let rank = found.iter().find(|hit| hit.id == id).map(|hit| hit.rank);
            prop_assert_eq!(rank.filter(|rank| *rank != MatchKind::Fuzzy), expected, "{} in {}", text, name);
        }
    }

    #[test]
    fn a_near_match_is_never_the_name_itself(names in prop::collection::vec(name(), 1..20), nth in 0usize..20) {
        let name = &names[nth % names.len()];
        for near in near_matches(&name.to_uppercase(), &index(&names)) {
            prop_assert_ne!(normalize(&near.name), normalize(name));
        }
    }
}

/// Every string of the list of naughty strings is refused with a sentence that quotes it, or kept as it is.
#[test]
fn naughty_strings_are_kept_as_they_are_or_refused_by_name() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures/security/blns.json");
    let Ok(json) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let strings: Vec<String> = serde_json::from_str(&json).unwrap();
    assert!(strings.len() > 400);
    let (mut kept, mut refused) = (0, 0);
    let mut judge = |text: &str, verdict: ledger_core::Result<()>| match verdict {
        Ok(()) => kept += 1,
        Err(error) => {
            let sentence = error.to_string();
            assert!(sentence.contains(&format!("{text:?} is refused: ")), "{sentence}");
            refused += 1;
        }
    };
    for text in &strings {
        judge(text, check_text("description", text, 1000));
        judge(text, check_name("party", text, 255));
        judge(
            text,
            AccountName::parse(text).map(|name| {
                let composed: String = text.nfc().collect();
                assert_eq!(name.as_str(), composed);
                assert_eq!(name.to_string(), composed);
                let index = index(std::slice::from_ref(text));
                assert_eq!(index.search(text, 1)[0].rank, MatchKind::Exact, "{text:?}");
            }),
        );
    }
    println!("{} strings: {kept} kept, {refused} refused", strings.len());
    assert!(kept > strings.len() && refused > 50);
}
