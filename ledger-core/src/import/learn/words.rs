//! The words of a bank's texts that come again: lower case, without accents, dates, card, store and reference numbers.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How many words of a line count; what a bank writes after them is boilerplate.
pub(super) const WORDS_MAX: usize = 14;
/// How much of a text is looked at, in characters, so that one without end costs no more.
const TEXT_CHARS_MAX: usize = 1_000;
/// Letters of a word that count.
const LETTERS_MAX: usize = 24;

/// The words of a line, each once, in the order of the texts.
#[derive(Debug)]
pub(crate) struct Words {
    letters: String,
    words: Vec<Word>,
}

#[derive(Debug, Clone)]
struct Word {
    at: Range<u32>,
    hash: u64,
}

impl Words {
    /// None yet.
    pub fn new() -> Words {
        Words { letters: String::with_capacity(128), words: Vec::with_capacity(WORDS_MAX) }
    }

    /// Adds the words of one more text and returns the hash of all its words together, 0 where it has none.
    pub fn add(&mut self, text: &str) -> u64 {
        // A text has at most as many characters as bytes, so that a short one need not be counted.
        let cut = (text.len() > TEXT_CHARS_MAX).then(|| text.char_indices().nth(TEXT_CHARS_MAX)).flatten();
        let end = cut.map_or(text.len(), |(end, _)| end);
        let text = &text[..end];
        let mut all = 0;
        let mut add = |words: &mut Words, piece: &str| {
            let hash = words.add_piece(piece);
            if hash != 0 {
                all = mix(all, hash);
            }
        };
        let mut pieces = text.split(|c: char| !(c.is_alphanumeric() || is_combining_mark(c) || is_joint(c)));
        pieces.by_ref().filter(|piece| !piece.is_empty()).for_each(|piece| {
            if piece.is_ascii() || !piece.contains(is_unspaced) {
                add(self, piece);
            } else {
                // Chinese and Japanese put no spaces between words: neighbouring pairs of signs stand for them.
                let signs = piece.char_indices().collect::<Vec<_>>();
                for pair in signs.windows(2.min(signs.len())) {
                    let end = pair.last().map_or(0, |(at, sign)| at + sign.len_utf8());
                    add(self, &piece[pair[0].0..end]);
                }
            }
        });
        all
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// The word at a place.
    pub fn word(&self, at: usize) -> &str {
        &self.letters[self.words[at].at.start as usize..self.words[at].at.end as usize]
    }

    /// Its hash, never 0.
    pub fn hash(&self, at: usize) -> u64 {
        self.words[at].hash
    }

    /// The hash of all words in their order, 0 where there is none.
    pub fn phrase(&self) -> u64 {
        self.words.iter().fold(0, |all, word| mix(all, word.hash))
    }

    /// Adds one word, if it is one that may come again, and returns its hash or 0.
    fn add_piece(&mut self, piece: &str) -> u64 {
        let start = self.letters.len();
        let mut count = 0;
        push_folded(piece, |c| {
            if count < LETTERS_MAX {
                self.letters.push(c);
                count += 1;
            }
        });
        let kept = start + recurring(&self.letters[start..]);
        self.letters.truncate(kept);
        if kept == start {
            return 0;
        }
        let hash = hash_of(&self.letters.as_bytes()[start..]);
        if self.words.len() == WORDS_MAX || self.words.iter().any(|word| word.hash == hash) {
            self.letters.truncate(start);
        } else {
            self.words.push(Word { at: start as u32..kept as u32, hash });
        }
        hash
    }
}

/// Signs inside a name that are left out of it: `H&M`, `McDonald's`.
fn is_joint(c: char) -> bool {
    matches!(c, '&' | '\'' | '’')
}

/// Whether a sign belongs to a script without spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn push_folded(piece: &str, mut push: impl FnMut(char)) {
    if piece.is_ascii() {
        piece.chars().filter(char::is_ascii_alphanumeric).for_each(|c| push(c.to_ascii_lowercase()));
        return;
    }
    for c in piece.chars().flat_map(char::to_lowercase).nfc() {
        // Banks without umlauts write them in two letters.
        let pair = match c {
            'ä' | 'æ' => "ae",
            'ö' | 'ø' | 'œ' => "oe",
            'ü' => "ue",
            'ß' => "ss",
            _ => {
                let plain = std::iter::once(c).nfkd().filter(|c| c.is_alphanumeric());
                plain.flat_map(char::to_lowercase).for_each(&mut push);
                continue;
            }
        };
        pair.chars().for_each(&mut push);
    }
}

/// How many bytes of a word are likely to come again: none of a number, the letters before a longer number
/// (`edeka4711`), all of a short name (`n26`).
fn recurring(word: &str) -> usize {
    let is_digit = |c: char| c.is_numeric();
    let Some(first) = word.find(is_digit) else {
        // A single letter says nothing; a single sign of Chinese does.
        return if word.len() == 1 { 0 } else { word.len() };
    };
    let letters = word.chars().filter(|c| !c.is_numeric()).count();
    match (word.len(), letters) {
        (_, 0) => 0,
        (..=3, _) => word.len(),
        _ if word[..first].chars().count() >= 3 => first,
        _ => 0,
    }
}

/// A hash of bytes that is the same on every machine (FNV-1a, with its bits mixed), never 0.
fn hash_of(bytes: &[u8]) -> u64 {
    let hash = bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3)
    });
    mix(0, hash)
}

/// Joins a further value to a hash; never 0.
pub(super) fn mix(hash: u64, value: u64) -> u64 {
    // The finaliser of MurmurHash3, by which every bit of both bears on every bit of the result.
    let mut mixed = hash.rotate_left(23).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ value;
    mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    (mixed ^ (mixed >> 33)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = Words::new();
        words.add(text);
        (0..words.len()).map(|at| words.word(at).to_owned()).collect()
    }

    #[test]
    fn numbers_of_cards_stores_dates_and_references_are_left_out() {
        assert_eq!(words("REWE SAGT DANKE 4711//MUENCHEN/DE"), ["rewe", "sagt", "danke", "muenchen", "de"]);
        assert_eq!(words("2024-03-05T17:22 XX4711 05.03. EDEKA0815 DE89370400440532013000"), ["edeka"]);
        assert_eq!(words("EREF+X7K2P9 PayPal *4029357733"), ["eref", "paypal"]);
        assert_eq!(words("O2 N26 H&M McDonald's 1&1"), ["o2", "n26", "hm", "mcdonalds"]);
    }

    #[test]
    fn spellings_of_one_word_are_one_word() {
        assert_eq!(words("Bäckerei Möhrle, BAECKEREI MOEHRLE"), ["baeckerei", "moehrle"]);
        assert_eq!(words("Café CAFE Cafe\u{301}"), ["cafe"]);
        assert_eq!(words("美团外卖"), ["美团", "团外", "外卖"]);
    }

    #[test]
    fn a_very_long_text_has_few_words() {
        let text = (0..10_000).map(|n| "x".repeat(n % 50 + 2)).collect::<Vec<_>>().join(" ");
        assert_eq!(words(&text).len(), WORDS_MAX);
    }
}
