//! Similar words: each distinct word of all names is compared once, however many names hold it.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use strsim::damerau_levenshtein;

use super::query::{Query, split_words};

/// A query of more words than this is not looked up by similarity: nobody types it.
const WORDS_MAX: usize = 12;

/// The distinct words of all names, and the names in which each stands.
#[derive(Debug)]
pub(super) struct Vocabulary {
    words: Vec<Word>,
    /// The letters of each word: apart from the rest, because every query reads all of them.
    letters: Vec<u128>,
    /// Positions of names, grouped by word.
    names: Vec<usize>,
}

#[derive(Debug)]
struct Word {
    /// Where it first stands in the text of the index.
    place: Range<usize>,
    /// Its part of [`Vocabulary::names`].
    names: Range<usize>,
    chars: usize,
}

impl Vocabulary {
    /// Gathers the words of the names at `places` in `text`; a segment of several words counts as one more.
    pub(super) fn new(text: &str, places: impl Iterator<Item = (usize, usize)>) -> Vocabulary {
        let mut ids: HashMap<&str, usize> = HashMap::new();
        let mut words: Vec<Word> = Vec::new();
        let mut word_letters = Vec::new();
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for (name, (start, end)) in places.enumerate() {
            for token in tokens(&text[start..end]) {
                let id = *ids.entry(token).or_insert_with(|| {
                    // Tokens are slices of `text`, so that their distance from its start is their place.
                    let at = token.as_ptr().addr() - text.as_ptr().addr();
                    let place = at..at + token.len();
                    words.push(Word { place, names: 0..0, chars: token.chars().count() });
                    word_letters.push(letters(token));
                    words.len() - 1
                });
                words[id].names.end += 1;
                pairs.push((id, name));
            }
        }
        let mut used = 0;
        for word in &mut words {
            let count = word.names.end;
            word.names = used..used;
            used += count;
        }
        let mut names = vec![0; used];
        for (id, name) in pairs {
            names[words[id].names.end] = name;
            words[id].names.end += 1;
        }
        Vocabulary { words, letters: word_letters, names }
    }

    /// The names in which every word of the query has a similar one, or a segment is similar to all of it,
    /// with the similarity in per mille; ascending by position.
    pub(super) fn similar_names(&self, text: &str, query: &Query, names: usize) -> Vec<(usize, u32)> {
        let words = query.words();
        if words.is_empty() || words.len() > WORDS_MAX {
            return Vec::new();
        }
        let mut total = self.averages(text, words, names);
        if let Some(phrase) = query.phrase() {
            for (total, score) in total.iter_mut().zip(self.scores(text, &Sought::new(phrase), names)) {
                *total = score.max(*total);
            }
        }
        total.into_iter().enumerate().filter(|(_, score)| *score > 0).collect()
    }

    /// For each name the average similarity over the words sought, 0 where it has nothing like one of them.
    fn averages(&self, text: &str, mut words: Vec<&str>, names: usize) -> Vec<u32> {
        // Long words leave the fewest names for the rest.
        words.sort_by_key(|word| Reverse(word.len()));
        let mut total = vec![0; names];
        let mut weight_total = 0;
        for (round, word) in words.into_iter().enumerate() {
            let sought = Sought::new(word);
            // Longer words say more about what was meant.
            let weight = u32::try_from(sought.chars).unwrap_or(u32::MAX).min(255);
            weight_total += weight;
            let mut hits = false;
            for (total, score) in total.iter_mut().zip(self.scores(text, &sought, names)) {
                let missed = score == 0 || (round > 0 && *total == 0);
                *total = if missed { 0 } else { *total + score * weight };
                hits |= !missed;
            }
            if !hits {
                return total;
            }
        }
        total.iter_mut().for_each(|total| *total /= weight_total);
        total
    }

    /// For each name the similarity of the word in it that is most similar, 0 where none is.
    fn scores(&self, text: &str, sought: &Sought, names: usize) -> Vec<u32> {
        let mut scores = vec![0; names];
        for (word, letters) in self.words.iter().zip(&self.letters) {
            // Each letter that the word lacks costs an edit at least: this spares nearly all comparisons.
            if (sought.letters & !letters).count_ones() as usize > sought.edits_max {
                continue;
            }
            if let Some(score) = sought.similarity(&text[word.place.clone()], *letters, word.chars) {
                for &name in &self.names[word.names.clone()] {
                    scores[name] = score.max(scores[name]);
                }
            }
        }
        scores
    }
}

/// A word that is looked up.
struct Sought<'a> {
    text: &'a str,
    first: Option<char>,
    letters: u128,
    chars: usize,
    edits_max: usize,
}

impl<'a> Sought<'a> {
    fn new(text: &'a str) -> Sought<'a> {
        let chars = text.chars().count();
        // A number with another digit is another number, not a misspelt one.
        let edits_max = match chars {
            _ if text.chars().all(char::is_numeric) => 0,
            0..=2 => 0,
            3..=5 => 1,
            6..=8 => 2,
            _ => 3,
        };
        Sought { text, first: text.chars().next(), letters: letters(text), chars, edits_max }
    }

    /// How similar a word is, in per mille; `None` where too many edits lie between.
    fn similarity(&self, text: &str, letters: u128, chars: usize) -> Option<u32> {
        if text.starts_with(self.text) {
            return Some(if chars == self.chars { 1000 } else { 950 });
        }
        if self.chars >= 3 && chars > self.chars && text.contains(self.text) {
            return Some(850);
        }
        if self.edits_max == 0 || chars + self.edits_max < self.chars {
            return None;
        }
        let superfluous = (letters & !self.letters).count_ones() as usize;
        let whole = (chars <= self.chars + self.edits_max && superfluous <= self.edits_max)
            .then(|| self.likeness(text, chars))
            .flatten();
        // Someone who is still typing has mistyped the beginning of a longer word, though not its first letter.
        let beginning = (self.chars >= 4 && chars > self.chars && text.chars().next() == self.first)
            .then(|| text.char_indices().nth(self.chars))
            .flatten()
            .and_then(|(end, _)| self.likeness(&text[..end], self.chars))
            .map(|score| score * 9 / 10);
        whole.max(beginning)
    }

    /// The share of characters that need no edit, in per mille.
    fn likeness(&self, text: &str, chars: usize) -> Option<u32> {
        // The distance is whole, unlike strsim's normalised forms, so that no float decides a ranking.
        let edits = damerau_levenshtein(self.text, text);
        let longer = self.chars.max(chars);
        (edits <= self.edits_max).then(|| u32::try_from(1000 * (longer - edits) / longer).unwrap_or(0))
    }
}

/// The words of a name, and those of its segments that are several words, so that `creditcard` finds
/// `Credit Card`. Segments with a number are left out: there may be as many of them as accounts.
fn tokens(name: &str) -> impl Iterator<Item = &str> {
    let phrases = name.split(':').filter(|segment| {
        segment.contains(' ') && !segment.contains(char::is_numeric) && split_words(segment).nth(1).is_some()
    });
    split_words(name).chain(phrases)
}

/// The characters of a text as a set of bits, in which the second and third of a letter have bits of their
/// own: `n` edits of a text change at most `n` bits in each direction. Rare characters share bits.
pub(crate) fn letters(text: &str) -> u128 {
    text.chars().fold(0, |set: u128, c| {
        let bit = match c {
            'a'..='z' => 3 * (u32::from(c) - u32::from('a')),
            '0'..='9' => 3 * (26 + u32::from(c) - u32::from('0')),
            other => return set | 1 << (108 + u32::from(other) % 20),
        };
        // Shifts in a one from below: 000, 001, 011, 111.
        let seen = set >> bit & 0b111;
        set | (seen << 1 | 1) << bit & 0b111 << bit
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn screening_by_letters_never_loses_a_similar_word(left in "[a-d1éüж ]{0,12}", right in "[a-d1éüж ]{0,12}") {
            let edits = damerau_levenshtein(&left, &right);
            prop_assert!((letters(&left) & !letters(&right)).count_ones() as usize <= edits);
        }
    }

    #[test]
    fn a_number_is_never_taken_for_a_misspelt_one() {
        for (sought, word, similar) in
            [("4711", "4712", false), ("4711", "47110", true), ("acme", "acne", true)]
        {
            let score = Sought::new(sought).similarity(word, letters(word), word.len());
            assert_eq!(score.is_some(), similar, "{sought} {word}");
        }
    }
}
