//! The form in which texts are compared: blanks as single spaces, and by default without case or Unicode spelling.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// How much of a text's spelling counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Spelling {
    /// Case and compatibility forms do not matter (NFKC, lower case).
    Folded,
    /// Case matters; only the way in which Unicode spells one character does not (NFC).
    Exact,
}

/// Appends `text` in the form of `spelling`. A run of blanks or line breaks is one space, and none stands at an end,
/// so that a line break never stands within.
pub(super) fn fold_into(out: &mut String, text: &str, spelling: Spelling) {
    if text.is_ascii() {
        return fold_ascii_into(out, text, spelling);
    }
    if spelling == Spelling::Folded && is_plain_latin(text) {
        return push_words(out, text, |out, word| out.extend(word.chars().flat_map(char::to_lowercase)));
    }
    push_words(out, &normalised(text, spelling), |out, word| out.push_str(word));
}

fn normalised(text: &str, spelling: Spelling) -> String {
    match spelling {
        Spelling::Exact => text.nfc().collect(),
        // As the keys of names are made (`text::normalize`): both small sigmas are one letter.
        Spelling::Folded => {
            let lower = text.nfkc().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c });
            lower.nfc().collect()
        }
    }
}

/// Whether lower case is all that folding changes: Western and Central European text as banks write it, which
/// normalising would make several times as dear. The dotted capital I is left out, as its small letter has two parts.
fn is_plain_latin(text: &str) -> bool {
    text.chars().all(|c| c < '\u{180}' && c != '\u{130}') && is_nfkc_quick(text.chars()) == IsNormalized::Yes
}

fn push_words(out: &mut String, text: &str, mut push: impl FnMut(&mut String, &str)) {
    for (index, word) in text.split_whitespace().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        push(out, word);
    }
}

/// Most texts are ASCII, and there are five of them in each of a million lines.
fn fold_ascii_into(out: &mut String, text: &str, spelling: Spelling) {
    for (index, word) in text.split_ascii_whitespace().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        let start = out.len();
        out.push_str(word);
        if spelling == Spelling::Folded {
            out[start..].make_ascii_lowercase();
        }
    }
}

/// `text` in the form of `spelling`.
pub(super) fn folded(text: &str, spelling: Spelling) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(&mut out, text, spelling);
    out
}

/// Whether two names are the same but for case and Unicode spelling.
pub(super) fn same_name(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
        || (!(left.is_ascii() && right.is_ascii())
            && folded(left, Spelling::Folded) == folded(right, Spelling::Folded))
}

/// Whether `name` is the account `root`, or lies below it.
pub(super) fn is_within(name: &str, root: &str) -> bool {
    if name.is_ascii() && root.is_ascii() {
        let begins = name.get(..root.len()).is_some_and(|start| start.eq_ignore_ascii_case(root));
        return begins && matches!(name.as_bytes().get(root.len()), None | Some(b':'));
    }
    let (name, root) = (folded(name, Spelling::Folded), folded(root, Spelling::Folded));
    name.strip_prefix(&root).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_blanks_and_unicode_spelling_do_not_matter() {
        assert_eq!(folded("  REWE\tSagt\r\n danke ", Spelling::Folded), "rewe sagt danke");
        assert_eq!(folded("Cafe\u{301}", Spelling::Folded), folded("CAFÉ", Spelling::Folded));
        assert_eq!(folded("Ｒｅｗｅ ﬁn", Spelling::Folded), "rewe fin");
        assert_eq!(folded("Cafe\u{301}  X", Spelling::Exact), "Café X");
        for text in ["a\u{b}b", "a\u{85}b", "a\u{2028}b", "a\u{c}b", "a\nb", "ä\nb"] {
            assert!(!folded(text, Spelling::Folded).contains('\n'), "{text:?}");
        }
    }

    #[test]
    fn the_short_way_of_latin_texts_leads_to_the_same() {
        let mut short = 0;
        for c in ('\0'..='\u{24f}').chain(['\u{301}', '\u{308}']) {
            let text = format!("A{c}b {c}Ü");
            short += usize::from(is_plain_latin(&text));
            let long = normalised(&text, Spelling::Folded);
            let long = long.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(folded(&text, Spelling::Folded), long, "U+{:04X}", u32::from(c));
        }
        assert!(short > 300, "{short}");
    }

    #[test]
    fn an_account_below_another_is_within_it() {
        assert!(is_within("Assets:Bank", "assets:bank") && is_within("Assets:Bank:N26", "Assets:Bank"));
        assert!(is_within("Vermögen:Bank", "VERMÖGEN"));
        assert!(!is_within("Assets:Bankrott", "Assets:Bank") && !is_within("Assets", "Assets:Bank"));
    }
}
