//! What every name and every text field has to pass, and the key by which two spellings are one name.
//!
//! Checks only refuse; they never change a text, so that what was stored comes back as it went in. Which
//! fields are checked, and how long each may be, is for the callers to say.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{is_combining_mark, is_public_assigned};

use crate::{ErrorKind, Result};

/// The longest quotation of a refused text in an error, in characters; the rest is cut.
const QUOTE_CHARS_MAX: usize = 300;
/// The most edits between a name and one that is suggested for it.
const NEAR_EDITS_MAX: usize = 3;
/// The most names that are suggested.
const NEAR_NAMES_MAX: usize = 3;

/// Checks a line of free text, such as a description or a memo.
///
/// `what` names the field in the error and `max_chars` counts Unicode scalar values. Refused are control
/// characters (line breaks and tabs among them), bidirectional controls, invisible characters and the
/// noncharacters U+FFFE and U+FFFF. Emoji and Persian keep working: zero-width joiners, variation selectors and the
/// tags of a flag pass. Empty text passes.
///
/// # Errors
///
/// [`ErrorKind::InvalidName`] with the text, the first character that is refused and its position.
///
/// ```
/// use ledger_core::text::check_text;
///
/// assert!(check_text("description", "Dinner 👨‍👩‍👧 at \"Chez Zoë\"", 200).is_ok());
/// let refused = check_text("description", "Rent\nMarch", 200).unwrap_err();
/// assert!(refused.to_string().starts_with("description \"Rent\\nMarch\" is refused: character 5 is a line break"));
/// ```
pub fn check_text(what: &'static str, text: &str, max_chars: usize) -> Result<()> {
    refuse(what, text, text_defect(text, max_chars))
}

/// Checks a name: stricter than [`check_text`], because two names that look alike must be one name.
///
/// Besides all that free text refuses, without its exceptions for emoji, a name must not be empty or blank,
/// begin or end with white space, hold white space other than single spaces, begin with a combining mark,
/// or hold a code point that Unicode has not assigned or leaves to private use.
///
/// # Errors
///
/// [`ErrorKind::InvalidName`] with the name, what is refused in it and where.
///
/// ```
/// use ledger_core::text::check_name;
///
/// assert!(check_name("party", "Zoë & Søn", 100).is_ok());
/// assert!(check_name("party", "Zoë  Søn", 100).is_err());
/// assert!(check_name("party", "Zoë\u{200B}", 100).is_err());
/// ```
pub fn check_name(what: &'static str, name: &str, max_chars: usize) -> Result<()> {
    refuse(what, name, name_defect(name, max_chars))
}

/// The names that are close to one that is not there, the closest first; `wanted` and what is compared are normalized.
pub(crate) fn near_names<'n>(names: impl IntoIterator<Item = &'n str>, wanted: &str) -> Vec<String> {
    // A name of which hardly a letter stays is another name.
    let edits_max = NEAR_EDITS_MAX.min(wanted.chars().count().saturating_sub(1));
    let edits = |name: &'n str| (strsim::damerau_levenshtein(&normalize(name), wanted), name);
    let mut near: Vec<(usize, &str)> =
        names.into_iter().map(edits).filter(|(edits, _)| *edits <= edits_max).collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(NEAR_NAMES_MAX).map(|(_, name)| name.to_owned()).collect()
}

/// A name as one word of a command that a person can copy: in quotes where a shell would take it apart.
///
/// ```
/// use ledger_core::text::shell_word;
///
/// assert_eq!(shell_word("lean"), "lean");
/// assert_eq!(shell_word("new car"), "'new car'");
/// assert_eq!(shell_word("Zoë's"), r"'Zoë'\''s'");
/// ```
pub fn shell_word(name: &str) -> Cow<'_, str> {
    let is_plain =
        |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.' | ':' | '@');
    match name.chars().all(is_plain) && !name.is_empty() && !name.starts_with('-') {
        true => Cow::Borrowed(name),
        false => Cow::Owned(format!("'{}'", name.replace('\'', r"'\''"))),
    }
}

/// `text` as [`check_text`] takes it: what is refused is left out, line breaks and tabs become spaces, and a text
/// that is too long ends with an ellipsis. For text that nobody can be asked to mend, such as a bank's.
///
/// ```
/// use ledger_core::text::fit_text;
///
/// assert_eq!(fit_text("Rent\u{202E}\tMarch", 200), "Rent March");
/// assert_eq!(fit_text("Groceries", 5), "Groc…");
/// ```
pub fn fit_text(text: &str, max_chars: usize) -> Cow<'_, str> {
    if text_defect(text, max_chars).is_none() {
        return Cow::Borrowed(text);
    }
    let mut fitting = String::with_capacity(text.len().min(max_chars * 4));
    let (mut count, mut flag) = (0, false);
    for c in text.chars() {
        let c = if c.is_control() && c.is_whitespace() { ' ' } else { c };
        if refused_in_text(c).is_some() || (is_tag(c) && !flag) {
            continue;
        }
        // The last character that fits gives its place to the ellipsis.
        if count == max_chars {
            fitting.pop();
            fitting.push('…');
            break;
        }
        flag = c == '\u{1F3F4}' || (flag && is_tag(c));
        fitting.push(c);
        count += 1;
    }
    Cow::Owned(fitting)
}

/// The key of a name: trimmed, in NFKC, in lower case, and in NFC again, so that two spellings of one name
/// give one key.
///
/// Unicode Standard Annex #15 defines the forms. Both Greek small sigmas give `σ`, as the two share one
/// capital. The key may be longer than the name (`ﷺ` becomes eighteen characters) and is its own key.
///
/// ```
/// use ledger_core::text::normalize;
///
/// assert_eq!(normalize(" Cafe\u{301} "), normalize("CAFÉ"));
/// assert_eq!(normalize("Ｇｉｒｏ"), "giro");
/// ```
pub fn normalize(name: &str) -> String {
    let name = name.trim();
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    let lower = name.nfkc().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c });
    let key: String = lower.nfc().collect();
    // NFKC turns a spacing accent into a space and a mark, so that white space can stand in front again.
    match key.trim() {
        trimmed if trimmed.len() == key.len() => key,
        trimmed => trimmed.to_owned(),
    }
}

/// Whether a text cannot be stored, so that nothing stored is found by it: PostgreSQL takes no NUL, not even in a
/// question.
pub(crate) fn holds_nul(text: &str) -> bool {
    text.contains('\0')
}

/// A place in a file as messages write it: with the line and column that are known; 0 stands for one that is not.
///
/// ```
/// use ledger_core::text::place;
///
/// assert_eq!(place("home.journal", 12, 3), "home.journal:12:3");
/// assert_eq!(place("home.journal", 12, 0), "home.journal:12");
/// assert_eq!(place("home.gnucash", 0, 0), "home.gnucash");
/// ```
pub fn place(file: &str, line: u64, column: u64) -> String {
    match (line, column) {
        (0, _) => file.to_owned(),
        (_, 0) => format!("{file}:{line}"),
        _ => format!("{file}:{line}:{column}"),
    }
}

/// The start of `text` that an error quotes: all of it, unless it is very long.
pub(crate) fn quote(text: &str) -> String {
    match text.char_indices().nth(QUOTE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Why a name is refused, as a clause; `None` when it passes.
pub(crate) fn name_defect(name: &str, max_chars: usize) -> Option<String> {
    if name.is_empty() {
        return Some("it is empty".to_owned());
    }
    if name.chars().all(char::is_whitespace) {
        return Some("it is blank".to_owned());
    }
    let too_long = length_defect(name, max_chars);
    if too_long.is_some() {
        return too_long;
    }
    let mut before = None;
    for (index, c) in name.chars().enumerate() {
        let defect = refused_in_text(c)
            .or_else(|| emoji_part(c))
            .or_else(|| refused_in_name(c))
            .or_else(|| misplaced_in_name(before, c));
        if let Some(defect) = defect {
            return Some(at(index, c, defect));
        }
        before = Some(c);
    }
    name.ends_with(' ').then(|| "it ends with white space".to_owned())
}

fn text_defect(text: &str, max_chars: usize) -> Option<String> {
    let too_long = length_defect(text, max_chars);
    if too_long.is_some() {
        return too_long;
    }
    let mut flag = false;
    for (index, c) in text.chars().enumerate() {
        let stray_tag = is_tag(c) && !flag;
        let defect = if stray_tag { Some(INVISIBLE) } else { refused_in_text(c) };
        if let Some(defect) = defect {
            return Some(at(index, c, defect));
        }
        // The flags of England, Scotland and Wales spell the region in tags after a black flag (UTS #51).
        flag = c == '\u{1F3F4}' || (flag && is_tag(c));
    }
    None
}

fn length_defect(text: &str, max_chars: usize) -> Option<String> {
    // A text has at most as many characters as bytes, so that a short one need not be counted.
    if text.len() <= max_chars {
        return None;
    }
    let chars = text.chars().count();
    (chars > max_chars).then(|| format!("it has {chars} characters, at most {max_chars} are allowed"))
}

fn refuse(what: &'static str, text: &str, defect: Option<String>) -> Result<()> {
    match defect {
        Some(reason) => Err(ErrorKind::InvalidName { what, name: quote(text), reason }.into()),
        None => Ok(()),
    }
}

fn at(index: usize, c: char, defect: &str) -> String {
    format!("character {} is {defect} (U+{:04X})", index + 1, u32::from(c))
}

const INVISIBLE: &str = "an invisible character";

fn refused_in_text(c: char) -> Option<&'static str> {
    match c {
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
            Some("a line break, where one line is expected")
        }
        '\t' => Some("a tab"),
        '\0' => Some("a NUL character"),
        c if c.is_control() => Some("a control character"),
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{61C}' => {
            Some("a bidirectional control, which can show text in another order than it is stored")
        }
        '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{AD}' | '\u{180E}' => Some(INVISIBLE),
        '\u{206A}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}' => Some("an invisible formatting character"),
        '\u{FFFE}' | '\u{FFFF}' => Some("a noncharacter, which usually means damaged text"),
        _ => None,
    }
}

/// Invisible characters that emoji and Persian, Indic, Mongolian or Japanese writing need in free text.
fn emoji_part(c: char) -> Option<&'static str> {
    match c {
        '\u{200C}' => Some("a zero-width non-joiner, which is invisible"),
        '\u{200D}' => Some("a zero-width joiner, which is invisible"),
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{180B}'..='\u{180D}' | '\u{180F}' => {
            Some("a variation selector, which is invisible")
        }
        c if is_tag(c) => Some("a tag, which is invisible"),
        _ => None,
    }
}

fn refused_in_name(c: char) -> Option<&'static str> {
    match c {
        '\u{34F}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{3164}'
        | '\u{FFA0}'
        | '\u{2800}'
        | '\u{1D173}'..='\u{1D17A}' => Some(INVISIBLE),
        c if !is_public_assigned(c) => {
            Some("a code point that Unicode does not assign or leaves to private use")
        }
        _ => None,
    }
}

fn misplaced_in_name(before: Option<char>, c: char) -> Option<&'static str> {
    match before {
        None if c.is_whitespace() => Some("white space at the beginning"),
        None if is_combining_mark(c) => Some("a combining mark without a letter before it"),
        _ if c != ' ' && c.is_whitespace() => Some("white space other than a plain space"),
        Some(' ') if c == ' ' => Some("a second space in a row"),
        _ => None,
    }
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(result: Result<()>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn free_text_keeps_emoji_and_every_script() {
        for text in [
            "",
            "👩‍🚀 ❤️ 🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
            "葛\u{E0100}",
            "שלום",
            "\u{E000}",
            "a  b ",
        ] {
            assert!(check_text("memo", text, 40).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn free_text_refuses_what_hides_or_reorders() {
        for c in "\0\t\n\r\u{1b}\u{7f}\u{85}\u{ad}\u{61c}\u{200b}\u{200e}\u{200f}\u{2028}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{feff}\u{fffe}\u{ffff}\u{e0041}".chars() {
            let text = format!("ab{c}cd");
            let message = reason(check_text("memo", &text, 40));
            assert!(message.contains(&format!("{text:?}")), "{message}");
            assert!(message.contains("character 3 is"), "{message}");
            assert!(check_name("party", &text, 40).is_err());
        }
    }

    #[test]
    fn a_text_longer_than_the_field_is_refused_with_the_numbers() {
        assert!(check_text("memo", "äöü", 3).is_ok());
        let message = reason(check_text("memo", "äöüß", 3));
        assert_eq!(message, "memo \"äöüß\" is refused: it has 4 characters, at most 3 are allowed");
        let message = reason(check_text("memo", &"x".repeat(1_000_000), 500));
        assert!(message.contains("1000000 characters") && message.len() < 500);
    }

    #[test]
    fn a_text_made_to_fit_passes_the_check_and_a_fitting_one_stays() {
        for text in
            ["", "a\u{202e}b", "\u{e0041}x", "🏴\u{200b}\u{e0067}", "line\nbreak", "\0", &"ß".repeat(50)]
        {
            for max_chars in [1, 3, 40] {
                let fitting = fit_text(text, max_chars);
                assert!(check_text("memo", &fitting, max_chars).is_ok(), "{text:?} {fitting:?}");
            }
        }
        assert_eq!(fit_text("  Dinner 👨‍👩‍👧", 40), "  Dinner 👨‍👩‍👧");
        assert_eq!(fit_text("line\r\nbreak", 40), "line  break");
    }

    #[test]
    fn names_refuse_blanks_stray_spaces_and_invisible_characters() {
        let refused = [
            "",
            " ",
            "\u{2003}",
            " a",
            "a ",
            "a  b",
            "a\u{A0}b",
            "a\u{3000}b",
            "\u{301}a",
            "a\u{200D}b",
            "❤\u{FE0F}",
            "\u{3164}",
            "\u{2800}",
            "\u{E000}",
            "\u{378}",
            "\u{FDD0}",
        ];
        for name in refused {
            assert!(reason(check_name("party", name, 40)).contains("is refused:"), "{name:?}");
        }
        for name in ["a", "A b", "日本", "Zoe\u{308}", "🏠 Home", "<b>", "1/2", "👍🏽"] {
            assert!(check_name("party", name, 40).is_ok(), "{name:?}");
        }
    }

    #[test]
    fn spellings_of_one_name_share_a_key() {
        for (left, right) in [
            ("Café", "CAFE\u{301}"),
            ("Ｂａｎｋ", " bank "),
            ("ΟΔΟΣ", "οδος"),
            ("ﬁn", "FIN"),
            ("Å", "\u{212B}"),
        ] {
            assert_eq!(normalize(left), normalize(right), "{left:?} {right:?}");
        }
        assert_ne!(normalize("Bar"), normalize("Bär"));
    }

    #[test]
    fn the_key_of_every_character_is_its_own_key() {
        // Planes 3 and up hold nothing that normalising changes, and neither does the bulk of CJK.
        for c in (0..0x3400)
            .chain(0xA000..0xAC10)
            .chain(0xD7A0..0x1_7000)
            .chain(0x1_D000..0x1_FFFF)
            .chain(0x2_F800..0x2_FA20)
            .filter_map(char::from_u32)
        {
            let key = normalize(&format!("a{c}b"));
            assert_eq!(normalize(&key), key, "U+{:04X}", u32::from(c));
        }
    }
}
