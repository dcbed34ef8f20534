//! JSON objects from text, one at a time: a line each, over several lines, or inside one array.

use std::io::BufRead;
use std::marker::PhantomData;

use ledger_core::Result;
use serde::de::DeserializeOwned;

use super::{BYTES_MAX, JSON_DEPTH_MAX, Line, Lines, Problem};

/// An object that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Object<T> {
    /// The line of its first brace, from 1.
    pub line: u64,
    /// The column of its first brace, from 1.
    pub column: u64,
    /// What it holds.
    pub value: T,
    /// Its text, for an excerpt when it turns out to be wrong later.
    pub text: String,
}

/// The objects of an input.
pub struct Objects<R, T> {
    lines: Lines<R>,
    line: Option<Line>,
    /// Bytes of the current line that were looked at.
    position: usize,
    open: Option<Open>,
    array: Array,
    /// Whether an object ended on the line on which it began: then each line stands for itself, and one that is
    /// not closed does not swallow the next.
    by_line: bool,
    done: bool,
    kind: PhantomData<T>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Array {
    None,
    Open,
    Closed,
}

/// An object whose last brace has not come yet.
struct Open {
    line: u64,
    column: u64,
    text: String,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Why it cannot be taken; its end is still looked for.
    refused: Option<Problem>,
}

impl<R: BufRead, T> Objects<R, T> {
    pub(super) fn new(lines: Lines<R>) -> Self {
        Objects {
            lines,
            line: None,
            position: 0,
            open: None,
            array: Array::None,
            by_line: false,
            done: false,
            kind: PhantomData,
        }
    }

    /// What messages call the input.
    pub fn name(&self) -> &str {
        self.lines.name()
    }

    fn problem(&self, line: u64, column: u64, reason: impl Into<String>, source: &str) -> Problem {
        Problem::unreadable(self.lines.name(), line, column, reason).with_excerpt(source)
    }

    /// Looks for the first brace of the next object on the rest of the line.
    fn begin(&mut self, line: &Line) -> Option<Problem> {
        let rest = &line.text[self.position..];
        let Some((offset, letter)) = rest.char_indices().find(|(_, letter)| !letter.is_ascii_whitespace())
        else {
            self.position = line.text.len();
            return None;
        };
        let at = self.position + offset;
        let column = column_of(&line.text, at);
        self.position = at + letter.len_utf8();
        match (letter, self.array) {
            ('{', Array::None | Array::Open) => {
                self.position = at;
                self.open = Some(Open {
                    line: line.number,
                    column,
                    text: String::new(),
                    depth: 0,
                    in_string: false,
                    escaped: false,
                    refused: None,
                });
                None
            }
            ('[', Array::None) => {
                self.array = Array::Open;
                None
            }
            (',', Array::Open) => None,
            (']', Array::Open) => {
                self.array = Array::Closed;
                None
            }
            _ => {
                self.position = line.text.len();
                let reason = match self.array {
                    Array::Closed => "the array is closed: nothing may follow it",
                    _ => "a JSON object is expected here, beginning with {",
                };
                Some(self.problem(line.number, column, reason, &line.text))
            }
        }
    }

    /// Goes on through the open object; returns it when its last brace is on this line.
    fn advance(&mut self, line: &Line) -> Option<Open> {
        let mut open = self.open.take()?;
        let start = self.position;
        for (offset, letter) in line.text[start..].char_indices() {
            let ended = open.step(letter);
            if open.depth > JSON_DEPTH_MAX && open.refused.is_none() {
                let column = column_of(&line.text, start + offset);
                let reason = format!("the object is nested deeper than {JSON_DEPTH_MAX} levels");
                open.refused = Some(self.problem(line.number, column, reason, &line.text));
            }
            if ended {
                self.position = start + offset + 1;
                self.keep(&mut open, &line.text[start..self.position]);
                self.by_line |= open.line == line.number && self.array == Array::None;
                return Some(open);
            }
        }
        self.position = line.text.len();
        self.keep(&mut open, &line.text[start..]);
        self.open = Some(open);
        None
    }

    fn keep(&self, open: &mut Open, piece: &str) {
        if open.refused.is_some() {
            open.text.clear();
        } else if open.text.len() + piece.len() > BYTES_MAX {
            let first = open.text.lines().next().unwrap_or_default().to_owned();
            open.refused =
                Some(self.problem(open.line, open.column, "the object is larger than 1 MiB", &first));
            open.text.clear();
        } else {
            open.text.push_str(piece);
        }
    }

    /// What an object that is open at the end of its line means.
    fn end_of_line(&mut self) -> Option<Problem> {
        let open = self.open.as_mut()?;
        if !self.by_line && !open.in_string {
            open.text.push('\n');
            return None;
        }
        let open = self.open.take()?;
        // Where objects span lines, nothing tells where the next one begins.
        self.done = !self.by_line;
        let reason =
            if open.in_string { "a string is not closed" } else { "the object is not closed on its line" };
        let (number, text) =
            self.line.as_ref().map_or((open.line, ""), |line| (line.number, line.text.as_str()));
        Some(self.problem(number, text.chars().count() as u64 + 1, reason, text))
    }

    fn end_of_input(&mut self) -> Option<Problem> {
        self.done = true;
        if let Some(open) = self.open.take() {
            let first = open.text.lines().next().unwrap_or_default();
            // The excerpt begins at the brace, so its caret stands at the first column.
            let excerpt = self.problem(open.line, 1, "", first).excerpt;
            let mut problem = Problem::unreadable(
                self.lines.name(),
                open.line,
                open.column,
                "the object that begins here is not closed at the end of the input",
            );
            problem.excerpt = excerpt;
            return Some(problem);
        }
        let number = self.lines.number;
        (self.array == Array::Open).then(|| {
            Problem::unreadable(
                self.lines.name(),
                number,
                0,
                "the array is not closed at the end of the input",
            )
        })
    }
}

impl<R: BufRead, T: DeserializeOwned> Objects<R, T> {
    fn parsed(&self, open: Open) -> Result<Object<T>, Problem> {
        if let Some(problem) = open.refused {
            return Err(problem);
        }
        let Open { line, column, text, .. } = open;
        match serde_json::from_str(&text) {
            Ok(value) => Ok(Object { line, column, value, text }),
            Err(error) => {
                let row = error.line().saturating_sub(1);
                let source = text.lines().nth(row).unwrap_or_default();
                // serde_json counts bytes from 1; a place inside a letter counts as that letter.
                let letters = column_of(source, error.column().saturating_sub(1));
                let shift = if row == 0 { column - 1 } else { 0 };
                let message = error.to_string();
                // The place is told once, in front.
                let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
                let mut problem =
                    self.problem(line + row as u64, letters, reason.replace("field", "key"), source);
                problem = Problem { column: letters + shift, ..problem };
                Err(problem)
            }
        }
    }
}

impl<R: BufRead, T: DeserializeOwned> Iterator for Objects<R, T> {
    type Item = Result<Object<T>, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let line = match self.line.take() {
                Some(line) if self.position < line.text.len() => line,
                Some(line) => {
                    self.line = Some(line);
                    let problem = self.end_of_line();
                    self.line = None;
                    if let Some(problem) = problem {
                        return Some(Err(problem));
                    }
                    continue;
                }
                None => {
                    self.position = 0;
                    match self.lines.next() {
                        None => return self.end_of_input().map(Err),
                        Some(Err(problem)) => {
                            // An object that this line was part of is lost with it.
                            self.open = None;
                            return Some(Err(problem));
                        }
                        Some(Ok(line)) => {
                            self.line = Some(line);
                            continue;
                        }
                    }
                }
            };
            let result = if self.open.is_some() {
                self.advance(&line).map(|open| self.parsed(open))
            } else {
                self.begin(&line).map(Err)
            };
            self.line = Some(line);
            if result.is_some() {
                return result;
            }
        }
        None
    }
}

impl Open {
    /// Takes the next character; says whether it ends the object.
    fn step(&mut self, letter: char) -> bool {
        if self.in_string {
            match letter {
                _ if self.escaped => self.escaped = false,
                '\\' => self.escaped = true,
                '"' => self.in_string = false,
                _ => {}
            }
            return false;
        }
        match letter {
            '"' => self.in_string = true,
            '{' | '[' => self.depth += 1,
            '}' | ']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.depth == 0
    }
}

/// The column, in characters from 1, of a byte of a line.
fn column_of(line: &str, byte: usize) -> u64 {
    line.char_indices().take_while(|(at, letter)| at + letter.len_utf8() <= byte).count() as u64 + 1
}
