//! Text to records: cells with the place of each, one record in memory at a time.
//!
//! The splitting itself is csv-core's (RFC 4180, lenient about quotes in the middle of a cell); this file adds
//! physical line numbers for every kind of line end, the raw text of a record, a limit on the length of a cell,
//! and a way past a quote that is never closed.

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use super::decode::{line_ends, place_after};
use super::statement::{Problem, Span, unreadable};
use crate::Result;

/// The longest cell that is read, in bytes.
pub(super) const CELL_BYTES_MAX: usize = 1 << 20;

/// The most cells of a record that are read.
pub(super) const CELLS_MAX: usize = 10_000;

/// How many characters of a line are kept after the place of a problem.
const EXCERPT_AFTER_MAX: usize = 200;

/// Walks over the records of a text.
pub(super) struct Records<'a> {
    text: &'a str,
    file: &'a str,
    core: Reader,
    /// The byte at which the next record begins, and its line.
    at: usize,
    line: u64,
    /// After a quote that never closes, cells no longer span lines: otherwise one stray quote would swallow the
    /// rest of the file, and looking for its end again on each line would cost quadratic time.
    within_lines: bool,
}

/// One record: its cells, its raw text and where they are.
#[derive(Default)]
pub(super) struct Record {
    pub line: u64,
    /// A quote opens in this line and is never closed; the record then has no cells.
    pub unclosed: bool,
    start: usize,
    end: usize,
    /// The unquoted cells, one after the other.
    values: Vec<u8>,
    /// For each cell: where it ends in `values`, and where its raw text begins in the file.
    ends: Vec<usize>,
    starts: Vec<usize>,
}

/// A cell of a record, with what it takes to say where it is.
#[derive(Clone, Copy)]
pub(super) struct Cell<'c> {
    pub text: &'c str,
    pub index: usize,
    records: &'c Records<'c>,
    record: &'c Record,
}

impl Cell<'_> {
    /// A problem at the cell's place.
    pub fn problem(&self, code: &'static str, reason: impl Into<String>) -> Problem {
        let (line, column) = self.records.place(self.record, self.index);
        let source = self.records.line_text(self.record, line, column);
        Problem { line, column, reason: reason.into(), code, source }
    }
}

impl<'a> Records<'a> {
    /// Records of `text`, after its first `skip_lines` physical lines.
    pub fn new(text: &'a str, file: &'a str, delimiter: u8, skip_lines: u64) -> Records<'a> {
        let core = ReaderBuilder::new().delimiter(delimiter).build();
        let mut records = Records { text, file, core, at: 0, line: 1, within_lines: false };
        while records.line <= skip_lines && records.at < text.len() {
            records.at = records.line_end(records.at);
            records.pass_one_line_end();
        }
        records
    }

    /// Reads the next record that is not an empty line; false at the end of the text.
    ///
    /// # Errors
    /// A cell longer than [`CELL_BYTES_MAX`].
    pub fn read(&mut self, record: &mut Record) -> Result<bool> {
        while self.pass_one_line_end() {}
        record.clear(self.line, self.at);
        if self.at >= self.text.len() {
            return Ok(false);
        }
        let limit = if self.within_lines { self.line_end(self.at) } else { self.text.len() };
        match self.split(record, limit)? {
            Some(end) => self.at = end,
            None => {
                self.within_lines = true;
                record.clear(self.line, self.at);
                record.unclosed = true;
                self.at = self.line_end(self.at);
            }
        }
        record.end = self.at;
        self.line += line_ends(&self.text[record.start..record.end]);
        Ok(true)
    }

    /// Where the record's text stands in the file.
    pub fn span(&self, record: &Record) -> Span {
        Span { start: record.start as u32, end: record.end as u32 }
    }

    /// The record's text as it stands in the file.
    pub fn raw(&self, record: &Record) -> &'a str {
        &self.text[record.start..record.end]
    }

    /// The cell at `index`; an empty one at the record's beginning where it has no such cell.
    pub fn cell<'c>(&'c self, record: &'c Record, index: usize) -> Cell<'c> {
        Cell { text: record.cell(index), index, records: self, record }
    }

    /// Line and column where the raw text of cell `index` begins, blanks left out; the record's own place when it
    /// has no such cell.
    pub fn place(&self, record: &Record, index: usize) -> (u64, u64) {
        let Some(&start) = record.starts.get(index) else { return (record.line, 1) };
        let blanks = self.text[start..record.end].bytes().take_while(|byte| *byte == b' ').count();
        let (lines, column) = place_after(&self.text[record.start..start + blanks]);
        (record.line + lines - 1, column)
    }

    /// The physical line `line` of the record, as far as it is worth showing around `column`.
    pub fn line_text(&self, record: &Record, line: u64, column: u64) -> String {
        let mut rest = &self.text[record.start..];
        for _ in record.line..line {
            let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
            let width = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
            rest = rest.get(end + width..).unwrap_or_default();
        }
        let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let shown = usize::try_from(column).unwrap_or(usize::MAX).saturating_add(EXCERPT_AFTER_MAX);
        rest[..end].chars().take(shown).collect()
    }

    /// Splits the record that begins at `record.start`; its end without the line end, or none where a quote stays
    /// open.
    fn split(&mut self, record: &mut Record, limit: usize) -> Result<Option<usize>> {
        self.core.reset();
        let mut at = record.start;
        let mut filled = 0;
        loop {
            let cell_start = filled;
            if record.ends.len() == CELLS_MAX {
                let reason = "a line of more than 10,000 cells is refused: is it a statement?";
                return Err(unreadable(self.file, (record.line, 1), reason));
            }
            record.starts.push(at);
            loop {
                // A line end closes the last record of a text that has none, unless a quote is open.
                let closing = at >= limit;
                let input = if closing { b"\n".as_slice() } else { &self.text.as_bytes()[at..limit] };
                let (result, read, written) = self.core.read_field(input, &mut record.values[filled..]);
                at += if closing { 0 } else { read };
                filled += written;
                if filled - cell_start > CELL_BYTES_MAX {
                    let reason =
                        "a cell of more than 1 MiB is refused (is there a quote that is never closed?)";
                    let start = record.starts[record.starts.len() - 1];
                    let (lines, column) = place_after(&self.text[record.start..start]);
                    return Err(unreadable(self.file, (record.line + lines - 1, column), reason));
                }
                match result {
                    ReadFieldResult::InputEmpty if closing => return Ok(None),
                    ReadFieldResult::InputEmpty => {}
                    ReadFieldResult::OutputFull => record.values.resize((filled * 2).max(4096), 0),
                    ReadFieldResult::Field { record_end } => {
                        record.ends.push(filled);
                        if record_end {
                            let ended = &self.text[record.start..at];
                            return Ok(Some(record.start + ended.trim_end_matches(['\r', '\n']).len()));
                        }
                        break;
                    }
                    ReadFieldResult::End => return Ok(Some(at)),
                }
            }
        }
    }

    /// Steps over one CR, LF or CRLF, if one is next.
    fn pass_one_line_end(&mut self) -> bool {
        let rest = &self.text.as_bytes()[self.at..];
        let width = match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return false,
        };
        self.at += width;
        self.line += 1;
        true
    }

    fn line_end(&self, from: usize) -> usize {
        memchr::memchr2(b'\r', b'\n', &self.text.as_bytes()[from..]).map_or(self.text.len(), |at| from + at)
    }
}

impl Record {
    /// The number of cells.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cell at `index` without surrounding blanks, and without the `="…"` that keeps a spreadsheet from reading a
    /// text as a number; empty where the record is shorter.
    pub fn cell(&self, index: usize) -> &str {
        let Some(&end) = self.ends.get(index) else { return "" };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        // Cannot fail: the input is UTF-8 and splitting removes whole ASCII characters only.
        let text = std::str::from_utf8(&self.values[start..end]).unwrap_or_default().trim();
        let inner = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
        inner.map_or(text, str::trim)
    }

    /// All cells, without surrounding blanks.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.cell(index))
    }

    /// The number of cells up to the last one that is not empty.
    pub fn len_filled(&self) -> usize {
        (0..self.len()).rev().find(|index| !self.cell(*index).is_empty()).map_or(0, |index| index + 1)
    }

    /// The byte at which the record begins in the file.
    pub const fn start(&self) -> usize {
        self.start
    }

    /// Whether every cell is empty.
    pub fn is_blank(&self) -> bool {
        !self.unclosed && self.len_filled() == 0
    }

    fn clear(&mut self, line: u64, start: usize) {
        self.line = line;
        self.unclosed = false;
        (self.start, self.end) = (start, start);
        self.ends.clear();
        self.starts.clear();
    }
}
