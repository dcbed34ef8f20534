//! Known words that are close to one that was never met: cut off, or with a letter changed.

use std::collections::HashMap;

/// Shorter words are too easily like each other.
const LETTERS_MIN: usize = 5;
/// How many known words with the same beginning are compared.
const COMPARED_MAX: usize = 200;

/// All words that were met, by their first letters.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    by_start: HashMap<[u8; 3], Vec<(Box<str>, u64)>>,
}

impl Vocabulary {
    /// Adds a word that was not met before.
    pub fn add(&mut self, word: &str, hash: u64) {
        if let Some(start) = start_of(word) {
            self.by_start.entry(start).or_default().push((word.into(), hash));
        }
    }

    /// The known word that is closest, with its hash, if one is close.
    pub fn near(&self, word: &str) -> Option<(&str, u64)> {
        let known = self.by_start.get(&start_of(word)?)?;
        // The latest words are the likeliest.
        let close = known.iter().rev().take(COMPARED_MAX).filter_map(|(known, hash)| {
            let distance = distance(word, known)?;
            Some((distance, known, *hash))
        });
        close.min_by_key(|(distance, ..)| *distance).map(|(_, known, hash)| (known.as_ref(), hash))
    }
}

fn start_of(word: &str) -> Option<[u8; 3]> {
    (word.len() >= LETTERS_MIN).then(|| word.as_bytes().first_chunk().copied()).flatten()
}

/// How far two words are apart; none where they are not close. A word that begins with the other was cut off.
fn distance(word: &str, known: &str) -> Option<usize> {
    if known.starts_with(word) || word.starts_with(known) {
        return Some(1);
    }
    let longest = word.len().max(known.len());
    if word.len().abs_diff(known.len()) > longest / 6 {
        return None;
    }
    let distance = strsim::damerau_levenshtein(word, known);
    (distance <= longest / 6).then_some(distance * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_words_and_slips_are_close_and_other_words_are_not() {
        let mut vocabulary = Vocabulary::default();
        for (at, word) in ["muenchen", "baeckerei", "baumarkt", "kranz"].iter().enumerate() {
            vocabulary.add(word, at as u64 + 1);
        }
        let near = |word| vocabulary.near(word).map(|(word, _)| word);
        assert_eq!(near("muench"), Some("muenchen"));
        assert_eq!(near("baekcerei"), Some("baeckerei"));
        assert_eq!(near("baumarktx"), Some("baumarkt"));
        assert_eq!(near("baumschule"), None);
        assert_eq!(near("kra"), None);
    }
}
