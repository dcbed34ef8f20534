//! Text in the places of a journal where some characters mean something else.

use std::borrow::Cow;
use std::fmt::Write as _;

/// A text whose every control character is a blank: it stays on its line.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    replace(text, |c| (c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')).then_some(' '))
}

/// A text with some characters replaced; borrowed where there are none.
pub(super) fn replace(text: &str, other: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    if text.chars().any(|c| other(c).is_some()) {
        Cow::Owned(text.chars().map(|c| other(c).unwrap_or(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// A text exactly, in quotes, for a comment: what a journal could read something into is written as its code
/// (`\u003b`, as in JSON).
pub(super) fn exact(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        if c.is_alphanumeric()
            || matches!(c, ' ' | '.' | '-' | '_' | '/' | '+' | '&' | '!' | '?' | '*' | '#' | '\'')
        {
            quoted.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string does not fail.
            let _ = write!(quoted, "\\u{unit:04x}");
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_text_is_json_and_holds_nothing_that_a_journal_reads() {
        let text = "a: [2026-01-01]; b\\c \"d\" | 東京 👍\n";
        let quoted = exact(text);
        assert!(!quoted.contains([':', ';', '[', ']', '|', ',', '\n']), "{quoted}");
        assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), text);
    }
}
