//! The line of column names, and where the rows begin where there is none.

use super::currency::Currencies;
use super::known;
use super::layout::{Header, Layout, same_name};
use super::number::{looks_like_money, looks_like_number};
use super::patterns::DatePatterns;
use super::records::Record;
use super::words::{HeaderName, Role};
use crate::Result;

/// How many records are looked at to find the delimiter and the header.
pub(super) const SNIFFED_RECORDS: u64 = 100;

/// What decides whether a record is the header.
pub(super) struct HeaderTest<'p> {
    /// The column names that are told.
    pub told: Vec<&'p str>,
    pub currencies: Currencies<'p>,
}

/// The header: the first record that passes the test; else the one with most of the told names; else, where none
/// is told, the line of names right before the first row, or a first line without any digit.
pub(super) fn find(layout: &Layout<'_>, expected: bool, test: &HeaderTest<'_>) -> Result<Option<Header>> {
    let mut records = layout.rows();
    let mut record = Record::default();
    let (mut first, mut before_rows, mut last) = (None, None, None);
    let mut has_rows = false;
    let mut nearest = (0, None);
    for _ in 0..SNIFFED_RECORDS {
        if !records.read(&mut record)? {
            break;
        }
        if test.passes(&record) {
            return Ok(Some(test.header_of(&record)));
        }
        let told = test.told_in(&record);
        if told > nearest.0 {
            nearest = (told, Some(test.header_of(&record)));
        }
        if record.is_blank() || record.unclosed {
            continue;
        }
        if !has_rows && test.is_row(&record) {
            has_rows = true;
            before_rows = last.take();
        }
        if first.is_none() {
            first = Some(test.header_of(&record));
        }
        if !has_rows {
            last = Some(test.header_of(&record));
        }
    }
    // Unknown words may still be a header: a line of names has no digits in it, and a row has.
    let is_names = |header: &Header| {
        let digits = header.written.iter().any(|name| name.contains(|c: char| c.is_ascii_digit()));
        !digits && header.written.iter().filter(|name| !name.is_empty()).count() > 1
    };
    if let (_, Some(nearest)) = nearest {
        return Ok(Some(nearest));
    }
    if !test.told.is_empty() {
        return Ok(None);
    }
    Ok(before_rows.filter(is_names).or(first.filter(|header| expected || is_names(header))))
}

/// How many lines stand before the first row of a file without a header.
pub(super) fn lines_before_rows(layout: &Layout<'_>, test: &HeaderTest<'_>) -> Result<u64> {
    let mut records = layout.rows();
    let mut record = Record::default();
    for _ in 0..SNIFFED_RECORDS {
        if !records.read(&mut record)? {
            break;
        }
        if test.is_row(&record) {
            return Ok(record.line - 1);
        }
    }
    Ok(layout.skip_lines)
}

impl HeaderTest<'_> {
    /// Whether a record has all told names or, where none is told, words for a date and for an amount, or the
    /// columns of a known bank.
    pub fn passes(&self, record: &Record) -> bool {
        if !self.told.is_empty() {
            return self.told_in(record) == self.told.len();
        }
        // Most records are rows, and a row has a cell that begins like a number: telling that first is cheap.
        let row_like = |cell: &str| {
            let mut letters = cell.chars();
            cell.len() > 200
                || letters.next().is_some_and(|c| c.is_ascii_digit())
                || cell.starts_with(['+', '-']) && letters.next().is_some_and(|c| c.is_ascii_digit())
        };
        if record.len() < 2 || record.cells().any(row_like) {
            return false;
        }
        let header = self.header_of(record);
        let has = |role| header.names.iter().any(|name| name.rank(role).is_some());
        has(Role::Date) && (has(Role::Amount) || (has(Role::Debit) && has(Role::Credit)))
            || known::recognise(&header.written).is_some()
    }

    /// Whether a record has a date and an amount in cells of their own.
    pub fn is_row(&self, record: &Record) -> bool {
        let patterns = DatePatterns::shared();
        let mut dates = 0;
        let mut numbers = 0;
        for cell in record.cells().filter(|cell| !cell.is_empty() && cell.len() <= 64) {
            let is_date = patterns.fitting(cell) != 0;
            dates += usize::from(is_date);
            numbers += usize::from(
                !is_date && looks_like_number(cell) && (looks_like_money(cell) || cell.len() < 8),
            );
        }
        dates > 0 && numbers > 0
    }

    /// How many of the told names a record has.
    fn told_in(&self, record: &Record) -> usize {
        self.told.iter().filter(|told| record.cells().any(|cell| same_name(cell, told))).count()
    }

    fn header_of(&self, record: &Record) -> Header {
        let written = record.cells().map(str::to_owned).collect::<Vec<_>>();
        let is_code = |word: &str| (self.currencies.resolve)(word).is_some();
        let names = written.iter().map(|name| HeaderName::new(name, &is_code)).collect();
        Header { line: record.line, written, names }
    }
}
