//! The text of a statement file with the way from a byte to its line and column.
//!
//! Files of one physical line are common (OFX), so places are counted onwards from the last line asked for, never
//! from the beginning of the file.

use super::decode::place_after;
use super::describe::{clean, excerpt};
use super::statement::{Problem, Span, unreadable};
use crate::{Error, Result};

/// The longest value that is read, in bytes.
pub(super) const VALUE_BYTES_MAX: usize = 1 << 20;

/// How much of a physical line is kept with a problem, before and behind its column, in bytes.
const LINE_BEFORE_MAX: usize = 4096;
const LINE_AFTER_MAX: usize = 200;

/// The decoded text of a file, and a place in it that only moves on.
pub(super) struct Source<'t> {
    pub text: &'t str,
    pub file: &'t str,
    mark: Place,
}

/// A byte with its line and column.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    line: u64,
    column: u64,
    line_start: usize,
}

impl<'t> Source<'t> {
    /// The text of `file`.
    pub fn new(text: &'t str, file: &'t str) -> Source<'t> {
        Source { text, file, mark: Place { at: 0, line: 1, column: 1, line_start: 0 } }
    }

    /// The physical line of the byte `at`. Later questions are answered from here on.
    pub fn line(&mut self, at: usize) -> u32 {
        self.mark = self.seek(at);
        u32::try_from(self.mark.line).unwrap_or(u32::MAX)
    }

    /// Line and column of the byte `at`.
    pub fn place(&self, at: usize) -> (u64, u64) {
        let place = self.seek(at);
        (place.line, place.column)
    }

    /// A problem at the byte `at`.
    pub fn problem(&self, at: usize, code: &'static str, reason: impl Into<String>) -> Problem {
        let place = self.seek(at);
        // Only as much is looked at as is shown: the line may be the whole file.
        let window = self.text.len().min(place.at + LINE_AFTER_MAX);
        let window =
            (place.at..=window).rev().find(|end| self.text.is_char_boundary(*end)).unwrap_or(place.at);
        let end = self.text[place.at..window].find(['\r', '\n']).map_or(window, |end| place.at + end);
        // A caret cannot point into a line of many thousand characters: the reason quotes what is wrong.
        let shown = place.at - place.line_start <= LINE_BEFORE_MAX;
        let source = if shown { self.text[place.line_start..end].to_owned() } else { String::new() };
        Problem { line: place.line, column: place.column, reason: reason.into(), code, source }
    }

    /// An error about the whole file at the byte `at`.
    pub fn error(&self, at: usize, reason: impl Into<String>) -> Error {
        unreadable(self.file, self.place(at), reason)
    }

    /// The text between two bytes, without the blanks and line ends around it.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let within = self.text.get(start..end).unwrap_or("");
        let start = start + (within.len() - within.trim_start().len());
        Span { start: start as u32, end: (start + within.trim().len()) as u32 }
    }

    /// Refuses a value that is longer than [`VALUE_BYTES_MAX`].
    pub fn check_length(&self, at: usize, len: usize) -> Result<()> {
        if len > VALUE_BYTES_MAX {
            return Err(self.error(at, "a value of more than 1 MiB is refused (is its end missing?)"));
        }
        Ok(())
    }

    fn seek(&self, at: usize) -> Place {
        let at = at.min(self.text.len());
        let at = (0..=at).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        let from =
            if at < self.mark.at { Place { at: 0, line: 1, column: 1, line_start: 0 } } else { self.mark };
        let passed = &self.text[from.at..at];
        let second_half = self.text[..from.at].ends_with('\r') && passed.starts_with('\n');
        let (lines, column) = place_after(&passed[usize::from(second_half)..]);
        if lines == 1 && !second_half {
            return Place { at, column: from.column + column - 1, ..from };
        }
        let line_start = passed.rfind(['\r', '\n']).map_or(from.at, |end| from.at + end + 1);
        Place { at, line: from.line + lines - 1, column, line_start }
    }
}

/// A text fit to show, or none where nothing of it is left.
pub(super) fn shown(text: &str) -> Option<Box<str>> {
    let text = clean(text);
    (!text.is_empty()).then(|| text.into_boxed_str())
}

/// The same, but none for the words with which banks say that there is nothing.
pub(super) fn identity(text: &str) -> Option<Box<str>> {
    const NOTHING: [&str; 6] = ["NONREF", "NOTPROVIDED", "NOT PROVIDED", "NONE", "NOREF", "N/A"];
    shown(text).filter(|text| !NOTHING.iter().any(|nothing| text.eq_ignore_ascii_case(nothing)))
}

/// Adds up how many things of a kind were left out, and says so in one sentence for each kind.
#[derive(Default)]
pub(super) struct LeftOut(Vec<(String, u64, u32)>);

impl LeftOut {
    /// Counts one more of `what`, first seen in `line`. Kinds past the hundredth are counted together.
    pub fn add(&mut self, what: &str, line: u32) {
        let what = if self.0.len() < 100 { excerpt(what) } else { "others".into() };
        match self.0.iter_mut().find(|(known, ..)| *known == what) {
            Some((_, count, _)) => *count += 1,
            None => self.0.push((what.into_owned(), 1, line)),
        }
    }

    /// `heading: 3 of this (the first in line 5), 1 of that (in line 9)`; none where nothing was left out.
    pub fn sentence(&self, heading: &str) -> Option<String> {
        let each = self.0.iter().map(|(what, count, line)| match count {
            1 => format!("{what} in line {line}"),
            count => format!("{count} × {what} from line {line} on"),
        });
        let each = each.collect::<Vec<_>>().join(", ");
        (!each.is_empty()).then(|| format!("{heading}: {each}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_the_same_counted_onwards_or_from_the_beginning() {
        let text = "a\r\nbé\rc\n\nd<x>";
        for mark in 0..=text.len() {
            let mut source = Source::new(text, "f");
            source.line(mark);
            for at in mark..=text.len() {
                if text.is_char_boundary(at) {
                    let (line, column) = place_after(&text[..at]);
                    let split = text[..at].ends_with('\r') && text[at..].starts_with('\n');
                    assert!(split || source.place(at) == (line, column), "{mark} {at}");
                }
            }
        }
    }

    #[test]
    fn the_line_of_a_problem_is_bounded() {
        let text = format!("{}x{}", "é".repeat(5000), "y".repeat(5000));
        let source = Source::new(&text, "f");
        assert_eq!(source.problem(4, "code", "reason").source.chars().count(), 102);
        assert_eq!(source.problem(10_000, "code", "reason").source, "");
        assert_eq!(source.problem(10_000, "code", "reason").column, 5001);
    }
}
