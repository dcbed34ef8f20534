//! Finds existing names that a new one is suspiciously close to, for "did you mean Expenses:Groceries?".

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use strsim::damerau_levenshtein;

use super::SearchIndex;
use super::search::letters;
use super::skeleton::skeleton;
use crate::text::normalize;

/// The most near matches that are worth asking about.
const NEAR_MATCHES_MAX: usize = 5;
/// The most edits between two names, over all of their segments.
const EDITS_MAX: usize = 2;

/// In what way an existing name is close to a new one, the most suspicious first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// They look alike but hold other characters, such as a Cyrillic `а` for a Latin one.
    LookAlike,
    /// They hold the same words, in another order or otherwise separated.
    SameWords,
    /// They differ in singular and plural.
    Plural,
    /// One or two letters differ.
    Typo,
}

/// An existing account that a new name is suspiciously close to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMatch {
    /// The [`SearchItem::id`](super::SearchItem::id) of the existing account.
    pub id: i32,
    /// Its name (not the alias, where an alias is what is close).
    pub name: String,
    /// In what way it is close.
    pub likeness: Likeness,
}

/// The existing accounts that `name` is suspiciously close to without being equal, at most five, the most
/// suspicious first.
///
/// Names that differ in a number (`Loan 1` and `Loan 2`) are not close, and neither are short words that
/// differ in a letter (`Car` and `Cat`). Aliases are compared too.
///
/// ```
/// use ledger_core::account::{SearchIndex, SearchItem, near_matches};
///
/// let index = SearchIndex::new([SearchItem {
///     id: 7,
///     name: "Expenses:Groceries".to_owned(),
///     aliases: Vec::new(),
///     use_count: 0,
///     last_used: 0,
///     closed: false,
/// }]);
/// assert_eq!(near_matches("Expenses:Grocery", &index)[0].name, "Expenses:Groceries");
/// assert!(near_matches("Expenses:Groceries", &index).is_empty());
/// assert!(near_matches("Expenses:Garden", &index).is_empty());
/// ```
pub fn near_matches(name: &str, index: &SearchIndex) -> Vec<NearMatch> {
    let key = normalize(name);
    let new = Look::of(name);
    let new_drawn = skeleton(name);
    let mut near: Vec<(Likeness, usize, NearMatch)> = Vec::new();
    for (look, item, given, existing_key) in index.looks() {
        if !new.may_be_near(look) || existing_key == key {
            continue;
        }
        if let Some((likeness, edits)) = likeness(&new_drawn, &skeleton(given)) {
            near.push((likeness, edits, NearMatch { id: item.id, name: item.name.clone(), likeness }));
        }
    }
    // The sort is stable: accounts of equal likeness stay in the order of the index, the most used first.
    near.sort_by_key(|(likeness, edits, _)| (*likeness, *edits));
    let mut matches: Vec<NearMatch> = Vec::new();
    for (_, _, found) in near {
        if matches.len() < NEAR_MATCHES_MAX && matches.iter().all(|other| other.id != found.id) {
            matches.push(found);
        }
    }
    matches
}

/// What tells at a glance that two names cannot be close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    /// The same for names of the same words, in any order and number.
    words: u64,
    letters: u128,
    chars: usize,
}

impl Look {
    pub(super) fn of(name: &str) -> Look {
        let drawn = skeleton(name);
        let words = words(&drawn).map(|word| hash(&singular(word))).fold(0, u64::wrapping_add);
        Look { words, letters: letters(&drawn), chars: drawn.chars().count() }
    }

    fn may_be_near(&self, other: &Look) -> bool {
        let few = |letters: u128| letters.count_ones() as usize <= EDITS_MAX;
        self.words == other.words
            || (self.chars.abs_diff(other.chars) <= EDITS_MAX
                && few(self.letters & !other.letters)
                && few(other.letters & !self.letters))
    }
}

/// How two skeletons are close, and in how many letters they differ.
fn likeness(new: &str, existing: &str) -> Option<(Likeness, usize)> {
    if new == existing {
        return Some((Likeness::LookAlike, 0));
    }
    if sorted(words(new).map(Cow::Borrowed)) == sorted(words(existing).map(Cow::Borrowed)) {
        return Some((Likeness::SameWords, 0));
    }
    if sorted(words(new).map(singular)) == sorted(words(existing).map(singular)) {
        return Some((Likeness::Plural, 0));
    }
    typo_edits(new, existing).map(|edits| (Likeness::Typo, edits))
}

/// How many edits make one name of the other, where they are few for every segment and no digit differs.
fn typo_edits(new: &str, existing: &str) -> Option<usize> {
    let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).collect::<String>();
    if new.split(':').count() != existing.split(':').count() || digits(new) != digits(existing) {
        return None;
    }
    let mut total = 0;
    for (left, right) in new.split(':').zip(existing.split(':')) {
        if left == right {
            continue;
        }
        let allowed = match left.chars().count().max(right.chars().count()) {
            0..=3 => 0,
            4..=7 => 1,
            _ => EDITS_MAX,
        };
        let edits = damerau_levenshtein(left, right);
        total += edits;
        if edits > allowed || total > EDITS_MAX {
            return None;
        }
    }
    Some(total)
}

/// A word in the singular, by the regular endings of English; other words stay as they are.
pub(super) fn singular(word: &str) -> Cow<'_, str> {
    if word.chars().count() < 4 || word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        return Cow::Borrowed(word);
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.chars().count() > 1) {
        return Cow::Owned(format!("{stem}y"));
    }
    let sibilant = ["sses", "xes", "ches", "shes"].iter().any(|ending| word.ends_with(ending));
    let ending = if sibilant { "es" } else { "s" };
    Cow::Borrowed(word.strip_suffix(ending).unwrap_or(word))
}

/// The words of a skeleton; `and` is left out, as `&` is.
fn words(drawn: &str) -> impl Iterator<Item = &str> {
    drawn.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && *word != "and")
}

fn sorted<'a>(words: impl Iterator<Item = Cow<'a, str>>) -> Vec<Cow<'a, str>> {
    let mut words: Vec<_> = words.collect();
    words.sort_unstable();
    words
}

fn hash(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::SearchItem;

    fn near(name: &str, existing: &[&str]) -> Vec<(String, Likeness)> {
        let index = SearchIndex::new(existing.iter().zip(1..).map(|(name, id)| SearchItem {
            id,
            name: (*name).to_owned(),
            aliases: Vec::new(),
            use_count: 0,
            last_used: 0,
            closed: false,
        }));
        near_matches(name, &index).into_iter().map(|found| (found.name, found.likeness)).collect()
    }

    #[test]
    fn a_suspicious_name_is_found_with_the_reason() {
        for (new, existing, likeness) in [
            ("Expenses:Grocery", "Expenses:Groceries", Likeness::Plural),
            ("Expenses:Tax", "Expenses:Taxes", Likeness::Plural),
            ("Expense:Rent", "Expenses:Rent", Likeness::Plural),
            ("Expenses:Groecries", "Expenses:Groceries", Likeness::Typo),
            ("Expenses:Restarant", "Expenses:Restaurants", Likeness::Typo),
            ("Expnses:Rent", "Expenses:Rent", Likeness::Typo),
            ("Expenses:Cafe", "Expenses:Café", Likeness::Typo),
            ("Liabilities:CreditCard", "Liabilities:Credit Card", Likeness::Typo),
            ("Expenses:Drink and Food", "Expenses:Food & Drink", Likeness::SameWords),
            ("Assets:N26:Bank", "Assets:Bank:N26", Likeness::SameWords),
            ("Assets:Bank N26", "Assets:Bank:N26", Likeness::SameWords),
            ("Assets:Вank", "Assets:Bank", Likeness::LookAlike),
            ("Assets:Pаypal", "Assets:PayPal", Likeness::LookAlike),
        ] {
            assert_eq!(near(new, &[existing]), [(existing.to_owned(), likeness)], "{new}");
            assert_eq!(near(existing, &[new]), [(new.to_owned(), likeness)], "{existing}");
        }
    }

    #[test]
    fn a_name_that_differs_for_good_reason_is_not_suspicious() {
        for (new, existing) in [
            ("Expenses:Rent", "Expenses:Rent"),
            ("expenses:rent", "Expenses:Rent"),
            ("Expenses:Cafe\u{301}", "Expenses:Café"),
            ("Assets:Loan 1", "Assets:Loan 2"),
            ("Assets:Savings 2025", "Assets:Savings 2026"),
            ("Expenses:Car", "Expenses:Cat"),
            ("Expenses:Food", "Income:Food"),
            ("Expenses:Food", "Expenses:Food:Drinks"),
            ("Assets:ING", "Assets:N26"),
        ] {
            assert_eq!(near(new, &[existing]), [], "{new} {existing}");
        }
    }

    #[test]
    fn the_most_suspicious_comes_first_and_each_account_once() {
        let found =
            near("Expenses:Gift", &["Expenses:Gifs", "Expenses:Gifts", "Expenses:Giftt", "Expenses:Gіft"]);
        let likenesses: Vec<Likeness> = found.iter().map(|(_, likeness)| *likeness).collect();
        assert_eq!(likenesses, [Likeness::LookAlike, Likeness::Plural, Likeness::Typo, Likeness::Typo]);
        let item = SearchItem {
            id: 1,
            name: "Expenses:Groceries".to_owned(),
            aliases: vec!["Expenses:Groceriess".to_owned(), "Lebensmittel".to_owned()],
            use_count: 0,
            last_used: 0,
            closed: false,
        };
        let index = SearchIndex::new([item]);
        assert_eq!(near_matches("Expenses:Grocerie", &index).len(), 1);
        assert_eq!(near_matches("Lebensmitel", &index)[0].name, "Expenses:Groceries");
    }

    #[test]
    fn plurals_fold_only_where_english_does() {
        for (word, expected) in
            [("groceries", "grocery"), ("taxes", "tax"), ("gifts", "gift"), ("bus", "bus"), ("loss", "loss")]
        {
            assert_eq!(singular(word), expected);
        }
        for word in ["gas", "status", "analysis", "ies", "日本"] {
            assert_eq!(singular(word), word);
        }
    }
}
