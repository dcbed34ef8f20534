//! Text by its display width: what a terminal may be given, broken onto lines, shortened; numbers with their thousands.
//!
//! A character of Chinese takes two columns and an accent of its own none, so nothing here counts characters. Text is
//! broken between what a reader takes for characters (UAX #29), never within one.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Text on one line, without what could drive the terminal or turn the line around: a payee in a bank
/// statement is a stranger's text.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    push_visible(&mut shown, text);
    shown
}

/// Adds text as [`visible`] shows it.
pub(super) fn push_visible(shown: &mut String, text: &str) {
    // Nearly all cells are plain: a large report has a hundred thousand of them.
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return shown.push_str(text);
    }
    shown.extend(text.chars().filter_map(|character| match character {
        '\n' | '\r' | '\t' => Some(' '),
        '\u{2060}'..='\u{2064}' => None,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => Some('\u{fffd}'),
        character if character.is_control() => Some('\u{fffd}'),
        character => Some(character),
    }));
}

/// How many columns of a terminal visible text takes.
pub(super) fn display_width(text: &str) -> usize {
    // Amounts, and most names, are plain; a report of months has a hundred thousand of them.
    if text.is_ascii() { text.len() } else { text.width() }
}

/// Text on lines of at most `width` columns, broken between words, and within a word that is longer than a line.
pub(crate) fn wrapped(text: &str, width: u16) -> Vec<String> {
    broken(text, usize::from(width))
}

/// Text on lines of at most `width` columns: broken after blanks, within a longer word after colons, and within a longer
/// piece of it between characters.
pub(super) fn broken(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    if display_width(text) <= width {
        return vec![text.to_owned()];
    }
    let mut lines = Lines { lines: Vec::new(), line: String::new(), taken: 0, width };
    for word in text.split_inclusive(' ') {
        if word.trim_end().width() <= width {
            lines.add(word);
            continue;
        }
        for segment in word.split_inclusive(':') {
            if segment.trim_end().width() <= width {
                lines.add(segment);
                continue;
            }
            segment.graphemes(true).for_each(|character| lines.add(character));
        }
    }
    lines.end()
}

/// Lines that are being filled.
struct Lines {
    lines: Vec<String>,
    line: String,
    taken: usize,
    width: usize,
}

impl Lines {
    /// Adds a piece, on a new line where it does not fit; blanks at its end may hang over.
    fn add(&mut self, piece: &str) {
        if self.taken > 0 && self.taken + piece.trim_end().width() > self.width {
            self.turn();
        }
        self.line.push_str(piece);
        self.taken += piece.width();
    }

    fn turn(&mut self) {
        self.lines.push(std::mem::take(&mut self.line).trim_end().to_owned());
        self.taken = 0;
    }

    fn end(mut self) -> Vec<String> {
        if !self.line.trim_end().is_empty() || self.lines.is_empty() {
            self.turn();
        }
        self.lines
    }
}

/// Text of at most `width` columns: a longer one loses its middle, where names differ the least.
pub(super) fn shortened(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let room = width.saturating_sub(1);
    let fitting = |characters: &mut dyn Iterator<Item = &str>, room: usize| {
        let mut taken = 0;
        let mut bytes = 0;
        for character in characters {
            taken += character.width();
            if taken > room {
                break;
            }
            bytes += character.len();
        }
        bytes
    };
    let end = fitting(&mut text.graphemes(true).rev(), room / 2);
    let tail = &text[text.len() - end..];
    let start = fitting(&mut text.graphemes(true), room - tail.width());
    Cow::Owned(format!("{}…{tail}", &text[..start]))
}

/// A plain decimal number with its thousands set apart: `-1234567.89` is shown as `-1,234,567.89`.
pub(crate) fn grouped(number: &str) -> String {
    let mut shown = String::with_capacity(number.len() + number.len() / 3);
    push_grouped(&mut shown, number);
    shown
}

/// Adds a number as [`grouped`] shows it.
pub(super) fn push_grouped(shown: &mut String, number: &str) {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number),
    };
    let (whole, fraction) = match digits.find('.') {
        Some(point) => digits.split_at(point),
        None => (digits, ""),
    };
    shown.push_str(sign);
    // A number has digits alone; whatever else stands here is left as it is.
    let (mut rest, is_plain) = (whole, whole.is_ascii());
    while is_plain && rest.len() > 3 {
        let (front, back) = rest.split_at((rest.len() - 1) % 3 + 1);
        shown.push_str(front);
        shown.push(',');
        rest = back;
    }
    shown.push_str(rest);
    shown.push_str(fraction);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_breaks_after_blanks_then_after_colons_then_between_characters() {
        assert_eq!(broken("to Expenses:Food:Restaurants", 14), ["to Expenses:", "Food:", "Restaurants"]);
        assert_eq!(broken("one two  three", 8), ["one two", "three"]);
        assert_eq!(broken("東京の店", 5), ["東京", "の店"]);
        assert_eq!(broken("ee\u{301}e", 2), ["ee\u{301}", "e"]);
        assert_eq!(broken("", 3), [""]);
        assert_eq!(broken("   ", 2), [""]);
    }

    #[test]
    fn a_shortened_name_keeps_both_ends_and_whole_characters() {
        assert_eq!(shortened("Expenses:Food", 13), "Expenses:Food");
        assert_eq!(shortened("Expenses:Food", 9), "Expe…Food");
        assert_eq!(shortened("東京の店", 6), "東…店");
        assert_eq!(shortened("abc", 1), "…");
    }
}
