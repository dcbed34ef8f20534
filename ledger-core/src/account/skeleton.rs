//! The skeleton of a name: letters of other scripts that look Latin are drawn as Latin.
//!
//! Two different names with one skeleton look alike to a reader. The idea is that of Unicode Technical
//! Standard #39; the table is a small one of our own, for Latin, Greek and Cyrillic.

use unicode_normalization::UnicodeNormalization;

use crate::text::normalize;

/// What `name` looks like, as a key to compare with other skeletons; never for display.
pub(crate) fn skeleton(name: &str) -> String {
    if name.is_ascii() {
        return normalize(name);
    }
    // Capitals first: a Cyrillic В looks like B, but its small в looks like no Latin letter.
    let latin: String = name.trim().nfkc().map(|c| look_alike(CAPITALS, c)).collect();
    normalize(&latin).chars().map(|c| look_alike(SMALL, c)).nfc().collect()
}

fn look_alike(table: &[(char, char)], c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    table.iter().find(|(foreign, _)| *foreign == c).map_or(c, |(_, latin)| *latin)
}

#[rustfmt::skip]
const CAPITALS: &[(char, char)] = &[
    // Cyrillic
    ('А', 'A'), ('В', 'B'), ('С', 'C'), ('Е', 'E'), ('Ѕ', 'S'), ('Н', 'H'), ('І', 'I'), ('Ј', 'J'), ('К', 'K'),
    ('М', 'M'), ('О', 'O'), ('Р', 'P'), ('Т', 'T'), ('Х', 'X'), ('У', 'Y'), ('Ԁ', 'd'), ('Ԍ', 'G'), ('Ԝ', 'W'),
    ('Ӏ', 'l'), ('Ԛ', 'Q'),
    // Greek
    ('Α', 'A'), ('Β', 'B'), ('Ε', 'E'), ('Ζ', 'Z'), ('Η', 'H'), ('Ι', 'I'), ('Κ', 'K'), ('Μ', 'M'), ('Ν', 'N'),
    ('Ο', 'O'), ('Ρ', 'P'), ('Τ', 'T'), ('Υ', 'Y'), ('Χ', 'X'),
];

#[rustfmt::skip]
const SMALL: &[(char, char)] = &[
    // Cyrillic
    ('а', 'a'), ('с', 'c'), ('ԁ', 'd'), ('е', 'e'), ('һ', 'h'), ('і', 'i'), ('ј', 'j'), ('ӏ', 'l'), ('о', 'o'),
    ('р', 'p'), ('ԛ', 'q'), ('ѕ', 's'), ('ԝ', 'w'), ('х', 'x'), ('у', 'y'), ('ѵ', 'v'), ('к', 'k'), ('г', 'r'),
    // Greek
    ('α', 'a'), ('ε', 'e'), ('ι', 'i'), ('κ', 'k'), ('ν', 'v'), ('ο', 'o'), ('ρ', 'p'), ('σ', 'o'), ('τ', 't'),
    ('υ', 'u'), ('χ', 'x'), ('ω', 'w'), ('γ', 'y'), ('η', 'n'),
    // Latin
    ('ı', 'i'), ('ɩ', 'i'), ('ɑ', 'a'), ('ɡ', 'g'), ('ǃ', '!'),
    // Punctuation
    ('‐', '-'), ('‑', '-'), ('‒', '-'), ('–', '-'), ('—', '-'), ('−', '-'), ('‘', '\''), ('’', '\''),
    ('ʼ', '\''), ('“', '"'), ('”', '"'), ('ː', ':'), ('꞉', ':'), ('∶', ':'), ('⁄', '/'), ('∕', '/'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_share_a_skeleton() {
        for (latin, foreign) in [
            ("Bank", "Вank"),
            ("Paypal", "Рayраl"),
            ("Expenses", "Ехреnsеs"),
            ("Visa", "Vısa"),
            ("Ebay", "Εbay"),
            ("A-B", "A\u{2013}B"),
        ] {
            assert_ne!(normalize(latin), normalize(foreign));
            assert_eq!(skeleton(latin), skeleton(foreign));
        }
    }

    #[test]
    fn names_that_look_different_keep_different_skeletons() {
        assert_ne!(skeleton("Банк"), skeleton("Bank"));
        assert_ne!(skeleton("Café"), skeleton("Cafe"));
        assert_ne!(skeleton("Loan 1"), skeleton("Loan l"));
    }

    #[test]
    fn equal_names_have_equal_skeletons() {
        for (left, right) in [("Café", "CAFE\u{301}"), ("ΟΔΟΣ", "οδος")] {
            assert_eq!(normalize(left), normalize(right));
            // Capitals may look Latin where small letters do not, so the skeleton of one may go further.
            assert_eq!(skeleton(&normalize(left)), skeleton(&normalize(right)));
        }
    }
}
