//! Text that comes in: lines and JSON objects from a file or standard input, with limits and exact places.
//!
//! Everything is read as it is needed, so memory is bounded by the longest line or object that is allowed. What
//! cannot be read becomes a [`Problem`] with its place, and reading goes on behind it: a user sees all errors
//! of a file at once.

mod json;
mod problems;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::Path;

use ledger_core::{Error, ErrorKind, Result};

pub use json::Objects;
pub use problems::{Problem, Problems};

/// The longest line and the largest JSON object, in bytes.
pub const BYTES_MAX: usize = 1 << 20;
/// The deepest nesting of a JSON object.
pub const JSON_DEPTH_MAX: usize = 32;

/// A reader of an input file or of standard input.
pub type Reader = Box<dyn BufRead>;

/// Opens a file, or standard input for no path and for `-`.
///
/// # Errors
/// [`ErrorKind::File`] when the file cannot be opened, and [`ErrorKind::Misuse`] when standard input is a
/// terminal, where a command would seem to hang.
pub fn open(path: Option<&Path>) -> Result<Lines<Reader>> {
    match path.filter(|path| *path != Path::new("-")) {
        None if io::stdin().is_terminal() => Err(ErrorKind::Misuse(
            "there is nothing on standard input: name a file, or pipe the text in".into(),
        )
        .into()),
        None => Ok(Lines::new("<stdin>", Box::new(io::stdin().lock()) as Reader)),
        Some(path) => {
            let name = path.display().to_string();
            let file = File::open(path).map_err(|error| read_error(&name, error))?;
            Ok(Lines::new(name, Box::new(BufReader::with_capacity(1 << 16, file)) as Reader))
        }
    }
}

/// One line without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: u64,
    /// Its text.
    pub text: String,
}

/// The lines of an input, read one at a time.
pub struct Lines<R> {
    name: String,
    reader: R,
    number: u64,
    failed: bool,
}

impl<R: BufRead> Lines<R> {
    /// The lines of a reader; messages call it `name`.
    pub fn new(name: impl Into<String>, reader: R) -> Self {
        Lines { name: name.into(), reader, number: 0, failed: false }
    }

    /// What messages call the input: the path as it was given, or `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same input as JSON objects: one a line, one over several lines, one after another, or an array.
    pub fn objects<T>(self) -> Objects<R, T> {
        Objects::new(self)
    }

    /// Reads the bytes of a line into memory, up to the limit; returns how many there were in all.
    fn bytes(&mut self, line: &mut Vec<u8>) -> io::Result<usize> {
        let mut length = 0;
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                return Ok(length);
            }
            let newline = available.iter().position(|byte| *byte == b'\n');
            let taken = newline.map_or(available.len(), |at| at + 1);
            // One byte over the limit is kept, by which the line is known to be too long; the rest is dropped.
            let kept = taken.min((BYTES_MAX + 2).saturating_sub(line.len()));
            line.extend_from_slice(&available[..kept]);
            length += taken;
            self.reader.consume(taken);
            if newline.is_some() {
                return Ok(length);
            }
        }
    }

    fn line(&mut self, bytes: Vec<u8>) -> Result<Line, Problem> {
        let (name, number) = (self.name.clone(), self.number);
        let mut bytes = match bytes.strip_suffix(b"\n") {
            Some(line) => line.strip_suffix(b"\r").unwrap_or(line).to_vec(),
            None => bytes,
        };
        if number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        if bytes.len() > BYTES_MAX {
            return Err(Problem::unreadable(&name, number, 0, "the line is longer than 1 MiB"));
        }
        String::from_utf8(bytes).map(|text| Line { number, text }).map_err(|error| {
            let valid = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
            let byte = error.as_bytes()[error.utf8_error().valid_up_to()];
            let reason = format!("byte 0x{byte:02x} is not UTF-8 text (convert the file to UTF-8 first)");
            Problem::unreadable(&name, number, valid.chars().count() as u64 + 1, reason)
                .with_excerpt(&String::from_utf8_lossy(error.as_bytes()))
        })
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Line, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let mut bytes = Vec::new();
        match self.bytes(&mut bytes) {
            Ok(0) => None,
            Ok(_) => {
                self.number += 1;
                Some(self.line(bytes))
            }
            Err(error) => {
                self.failed = true;
                Some(Err(Problem {
                    line: self.number + 1,
                    column: 0,
                    error: read_error(&self.name, error),
                    excerpt: None,
                }))
            }
        }
    }
}

fn read_error(name: &str, error: io::Error) -> Error {
    let kind = ErrorKind::File { verb: "read", path: name.to_owned(), message: error.to_string() };
    Error::from(kind).caused_by(error)
}
