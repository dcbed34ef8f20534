//! Texts of a statement row, made fit to show: blanks collapsed, control characters out, never empty.

use std::borrow::Cow;

/// What stands where a row has no text at all.
const NO_DESCRIPTION: &str = "(no description)";

/// Adds `text` to `clean`, after a blank where there is something already, with each run of blanks and line breaks
/// as one space and without control characters.
pub(super) fn clean_into(clean: &mut String, text: &str) {
    for word in text.split_whitespace() {
        let before = clean.len();
        if before > 0 {
            clean.push(' ');
        }
        let start = clean.len();
        if word.contains(char::is_control) {
            clean.extend(word.chars().filter(|c| !c.is_control()));
        } else {
            clean.push_str(word);
        }
        if clean.len() == start {
            clean.truncate(before);
        }
    }
}

/// `text` with each run of blanks and line breaks as one space and without control characters.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    clean_into(&mut clean, text);
    clean
}

/// Whether [`clean_into`] takes more than blanks out of `text`.
pub(super) fn has_controls(text: &str) -> bool {
    if text.is_ascii() {
        return text
            .bytes()
            .any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace() && byte != 0x0b);
    }
    text.chars().any(|c| c.is_control() && !c.is_whitespace())
}

/// Joins payee, description and memo with dashes, leaving out what an earlier part already says.
pub(crate) fn describe<'t>(parts: impl IntoIterator<Item = &'t str>) -> String {
    let mut said = String::new();
    for part in parts {
        if part.is_empty() || said.to_lowercase().contains(&part.to_lowercase()) {
            continue;
        }
        if !said.is_empty() {
            said.push_str(" — ");
        }
        said.push_str(part);
    }
    if said.is_empty() { NO_DESCRIPTION.to_owned() } else { said }
}

/// The beginning of a text, for a message.
pub(super) fn excerpt(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((end, _)) => Cow::from(format!("{}…", &text[..end])),
        None => Cow::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_collapse_and_control_characters_go() {
        assert_eq!(clean("  HOFER\tDANKT \r\n 0527\u{7} \u{1b} "), "HOFER DANKT 0527");
        assert_eq!(clean("a \u{7} b\u{1b}"), "a b");
        assert!(has_controls("a\u{7}") && !has_controls("a\tb\nc"));
    }

    #[test]
    fn a_description_is_never_empty_and_repeats_nothing() {
        assert_eq!(describe(["", "", ""]), "(no description)");
        assert_eq!(describe(["Rewe", "rewe", "REWE SAGT DANKE"]), "Rewe — REWE SAGT DANKE");
        assert_eq!(describe(["", "Rent May", "Rent"]), "Rent May");
    }
}
