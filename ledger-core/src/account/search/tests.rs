//! The rules of ranking, one test each.

use super::*;

fn item(id: i32, name: &str) -> SearchItem {
    SearchItem { id, name: name.to_owned(), aliases: Vec::new(), use_count: 0, last_used: 0, closed: false }
}

fn index(names: &[&str]) -> SearchIndex {
    SearchIndex::new(names.iter().zip(0..).map(|(name, id)| item(id, name)))
}

/// The names that a query finds among `names`, with the ranks.
fn find<'a>(names: &[&'a str], text: &str) -> Vec<(&'a str, MatchKind)> {
    let hits = index(names).search(text, 10);
    hits.iter().map(|hit| (names[usize::try_from(hit.id).unwrap()], hit.rank)).collect()
}

#[test]
fn better_kinds_of_match_come_first() {
    let names =
        ["Income:Chargeback", "Expenses:Card Charges", "Expenses:Recharge", "Charge", "Assets:Xharge"];
    let expected = [
        ("Charge", MatchKind::Exact),
        ("Income:Chargeback", MatchKind::SegmentPrefix),
        ("Expenses:Card Charges", MatchKind::WordPrefix),
        ("Expenses:Recharge", MatchKind::Substring),
        ("Assets:Xharge", MatchKind::Fuzzy),
    ];
    assert_eq!(find(&names, "charge"), expected);
}

#[test]
fn parts_between_colons_match_segments_in_order() {
    let names = ["Expenses:Groceries", "Expenses:Food:Groceries", "Income:Grocery:Expenses"];
    let found = find(&names, "ex:gro");
    assert_eq!(found[..2], [(names[0], MatchKind::SegmentPrefix), (names[1], MatchKind::SegmentPrefix)]);
    assert!(found[2..].iter().all(|(_, rank)| *rank == MatchKind::Fuzzy));
    assert_eq!(find(&["Liabilities:Credit Card:Visa"], "li:card:vi")[0].1, MatchKind::WordPrefix);
    assert_eq!(find(&["Assets:Bank"], "assets:")[0].1, MatchKind::SegmentPrefix);
    assert_eq!(find(&["Assets:Bank"], ":bank")[0].1, MatchKind::SegmentPrefix);
    assert_eq!(find(&["Assets:Bank"], "ASSETS:bank")[0].1, MatchKind::Exact);
}

#[test]
fn all_words_have_to_match_in_any_order() {
    let names = ["Assets:Bank:N26", "Assets:Bank:ING", "Assets:N26 Depot"];
    assert_eq!(find(&names, "bank n26"), [(names[0], MatchKind::SegmentPrefix)]);
    assert_eq!(find(&names, "n26 bank"), [(names[0], MatchKind::SegmentPrefix)]);
    assert_eq!(find(&names, "depot assets"), [(names[2], MatchKind::WordPrefix)]);
    assert_eq!(find(&["Liabilities:Credit Card"], "credit ca")[0].1, MatchKind::SegmentPrefix);
}

#[test]
fn spelling_in_case_and_unicode_form_does_not_matter() {
    let names = ["Expenses:Café", "Расходы:Еда", "支出:食費"];
    assert_eq!(find(&names, "CAFE\u{301}")[0], (names[0], MatchKind::SegmentPrefix));
    assert_eq!(find(&names, "еда")[0], (names[1], MatchKind::SegmentPrefix));
    assert_eq!(find(&names, "食")[0], (names[2], MatchKind::SegmentPrefix));
    // A letter after a letter with a mark is inside a word.
    assert_eq!(find(&["Expenses:M\u{323}\u{307}x"], "x")[0].1, MatchKind::Substring);
}

#[test]
fn misspelt_words_are_found_by_similarity() {
    let names = ["Expenses:Groceries", "Expenses:Restaurants", "Liabilities:Credit Card", "Assets:Bank:N26"];
    for (text, expected) in [
        ("grocreies", 0),
        ("groceris", 0),
        ("grocies", 0),
        ("resturant", 1),
        ("creditcard", 2),
        ("creidt card", 2),
        ("exp:restuar", 1),
        ("bnak n26", 3),
    ] {
        let found = find(&names, text);
        assert_eq!(found.first(), Some(&(names[expected], MatchKind::Fuzzy)), "{text}");
    }
    assert_eq!(find(&names, "zzzz"), []);
    let hits = index(&names).search("grocreies", 10);
    assert!((600..1000).contains(&hits[0].score), "{}", hits[0].score);
}

#[test]
fn more_similar_comes_before_less_similar() {
    let names = ["Expenses:Insurrancy", "Expenses:Insurrance"];
    assert_eq!(
        find(&names, "insurance").iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        [names[1], names[0]]
    );
}

#[test]
fn similar_names_fill_only_the_room_that_better_matches_leave() {
    let index = index(&["Expenses:Groceries", "Expenses:Groceriez"]);
    assert_eq!(index.search("groceries", 1).len(), 1);
    assert_eq!(index.search("groceries", 1)[0].rank, MatchKind::SegmentPrefix);
    assert_eq!(index.search("groceries", 2)[1].rank, MatchKind::Fuzzy);
    assert_eq!(index.search("groceries", 0), []);
}

#[test]
fn among_equals_use_decides_then_length_then_name() {
    let used = |id, name, use_count, last_used| SearchItem { use_count, last_used, ..item(id, name) };
    let index = SearchIndex::new([
        used(1, "Expenses:Food Market", 0, 0),
        used(2, "Expenses:Food B", 0, 0),
        used(3, "Expenses:Food A", 0, 0),
        used(4, "Expenses:Food Often Long Ago", 100, 24_280),
        used(5, "Expenses:Food Now and Then", 9, 24_310),
        used(6, "Expenses:Food Often and Lately", 100, 24_308),
        SearchItem { closed: true, ..used(7, "Expenses:Food Closed", 500, 24_310) },
    ]);
    let ids: Vec<i32> = index.search("food", 10).iter().map(|hit| hit.id).collect();
    assert_eq!(ids, [6, 5, 4, 3, 2, 1, 7]);
    assert_eq!(index.search("food", 3).iter().map(|hit| hit.id).collect::<Vec<_>>(), ids[..3]);
}

#[test]
fn empty_text_finds_the_most_used() {
    let index = SearchIndex::new([item(1, "A"), SearchItem { use_count: 3, last_used: 1, ..item(2, "B") }]);
    for text in ["", "  ", ":"] {
        assert_eq!(index.search(text, 5).iter().map(|hit| hit.id).collect::<Vec<_>>(), [2, 1]);
    }
    assert_eq!(SearchIndex::new([]).search("", 5), []);
    assert_eq!(SearchIndex::new([]).search("a", 5), []);
    assert!(SearchIndex::new([]).is_empty());
    assert_eq!(index.len(), 2);
}

#[test]
fn an_alias_finds_its_account_and_is_named() {
    let aliased =
        SearchItem { aliases: vec!["Lebensmittel".into(), "Food".into()], ..item(1, "Expenses:Groceries") };
    let index = SearchIndex::new([aliased, item(2, "Expenses:Rent")]);
    let hit = &index.search("lebens", 5)[0];
    assert_eq!((hit.id, hit.matched_alias.as_deref()), (1, Some("Lebensmittel")));
    let hit = &index.search("food", 5)[0];
    assert_eq!((hit.rank, hit.matched_alias.as_deref()), (MatchKind::Exact, Some("Food")));
    let hit = &index.search("groc", 5)[0];
    assert_eq!((hit.id, hit.matched_alias.as_deref()), (1, None));
    // The name and an alias match: the account appears once.
    assert_eq!(index.search("e", 5).iter().filter(|hit| hit.id == 1).count(), 1);
}
