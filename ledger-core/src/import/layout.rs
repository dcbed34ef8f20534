//! Where the cells are: the delimiter, the header line, and which column is called what.

use std::collections::BTreeMap;

use super::currency::Currencies;
use super::profile::{ColumnRef, CsvProfile};
use super::records::{Record, Records};
use super::statement::unreadable;
use super::words::{HeaderName, Role};
use crate::{ErrorKind, Result};

/// How many records are looked at to find the delimiter and the header.
const SNIFFED_RECORDS: usize = 100;

/// The characters that are tried between cells where none is told.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The grid of a file: how it splits into cells, and where the rows begin.
pub(super) struct Layout<'a> {
    pub text: &'a str,
    pub file: &'a str,
    pub delimiter: u8,
    pub skip_lines: u64,
    pub header: Option<Header>,
}

/// The line of column names.
pub(super) struct Header {
    pub line: u64,
    /// As written, without surrounding blanks.
    pub written: Vec<String>,
    pub names: Vec<HeaderName>,
}

/// What decides whether a record is the header.
struct HeaderTest<'p> {
    told: Vec<&'p str>,
    currencies: Currencies<'p>,
}

/// Finds delimiter and header.
///
/// # Errors
/// A delimiter that cannot be one, several delimiters that fit equally well, and told column names that no line
/// has.
pub(super) fn find<'a>(
    text: &'a str,
    file: &'a str,
    profile: &CsvProfile,
    currencies: Currencies<'_>,
) -> Result<Layout<'a>> {
    let test = HeaderTest { told: told_names(profile), currencies };
    let skip_lines = profile.skip_lines.unwrap_or(0);
    let delimiter = match profile.delimiter {
        Some(told) => checked_delimiter(told)?,
        None => sniff_delimiter(text, file, skip_lines, &test)?,
    };
    let mut layout = Layout { text, file, delimiter, skip_lines, header: None };
    if profile.has_header != Some(false) {
        layout.header = find_header(&layout, profile.has_header == Some(true), &test)?;
    }
    if let (None, Some(name)) = (&layout.header, test.told.first()) {
        let reason =
            format!("no line has a column named \"{name}\": name columns as the file does, or by number");
        return Err(unreadable(file, (skip_lines + 1, 1), reason));
    }
    Ok(layout)
}

impl Layout<'_> {
    /// The records after the header.
    pub fn rows(&self) -> Records<'_> {
        // Lines before the header are passed over as lines, because a quote in them must not join them to the rows.
        let before = self.header.as_ref().map_or(self.skip_lines, |header| header.line - 1);
        Records::new(self.text, self.file, self.delimiter, before)
    }

    /// Whether `record` is the header, which [`Layout::rows`] begins with.
    pub fn is_header(&self, record: &Record) -> bool {
        self.header.as_ref().is_some_and(|header| header.line == record.line)
    }

    /// The line that an error about the columns points to.
    pub fn place(&self) -> (u64, u64) {
        (self.header.as_ref().map_or(self.skip_lines + 1, |header| header.line), 1)
    }

    /// What to call a column in a sentence.
    pub fn column_name(&self, index: usize) -> String {
        let written = self.header.as_ref().and_then(|header| header.written.get(index));
        match written.filter(|name| !name.is_empty()) {
            Some(name) => format!("\"{name}\""),
            None => format!("{}", index + 1),
        }
    }

    /// The reference by which a profile names a column: its header where that is unique, else its number.
    pub fn column_ref(&self, index: usize) -> ColumnRef {
        let Some(header) = &self.header else { return ColumnRef::Number(index + 1) };
        let name = header.written.get(index).map_or("", String::as_str);
        let unique = header.written.iter().filter(|other| same_name(other, name)).count() == 1;
        if unique && !name.is_empty() {
            ColumnRef::Name(name.to_owned())
        } else {
            ColumnRef::Number(index + 1)
        }
    }

    /// The index of a column that was told.
    ///
    /// # Errors
    /// A number past the last column, a name that no column or more than one has.
    pub fn column_told(&self, told: &ColumnRef, width: usize) -> Result<usize> {
        let refused = |reason: String| unreadable(self.file, self.place(), reason);
        match told {
            ColumnRef::Number(number) if (1..=width).contains(number) => Ok(number - 1),
            ColumnRef::Number(number) => {
                Err(refused(format!("there is no column {number}: the file has {width}")))
            }
            ColumnRef::Name(name) => {
                let written = self.header.as_ref().map_or([].as_slice(), |header| header.written.as_slice());
                let fits = |(index, other): (usize, &String)| same_name(other, name).then_some(index);
                let found = written.iter().enumerate().filter_map(fits).collect::<Vec<_>>();
                match found.as_slice() {
                    [index] => Ok(*index),
                    [] => Err(refused(format!("there is no column \"{name}\": {}", self.header_text()))),
                    _ => {
                        Err(refused(format!("{} columns are named \"{name}\": use the number", found.len())))
                    }
                }
            }
        }
    }

    /// The columns with the best rank for a role.
    pub fn columns_called(&self, role: Role) -> Vec<usize> {
        let names = self.header.as_ref().map_or([].as_slice(), |header| header.names.as_slice());
        let ranked = names.iter().enumerate().filter_map(|(index, name)| Some((name.rank(role)?, index)));
        let ranked = ranked.collect::<Vec<_>>();
        let best = ranked.iter().map(|(rank, _)| *rank).min();
        ranked.iter().filter(|(rank, _)| Some(*rank) == best).map(|(_, index)| *index).collect()
    }

    /// Whether a column is called by one of the surest words for a role.
    pub fn is_called_surely(&self, role: Role) -> bool {
        let names = self.header.as_ref().map_or([].as_slice(), |header| header.names.as_slice());
        names.iter().any(|name| name.rank(role) == Some(0))
    }

    /// The header in a sentence.
    pub fn header_text(&self) -> String {
        let Some(header) = &self.header else {
            return "the file has no header that is understood".to_owned();
        };
        let named = header.written.iter().filter(|name| !name.is_empty());
        let mut shown =
            named.clone().take(24).map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        if named.count() > 24 {
            shown.push_str(", …");
        }
        format!("the header has {shown}")
    }
}

fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// The column names that a profile tells.
fn told_names(profile: &CsvProfile) -> Vec<&str> {
    let single = [
        &profile.date,
        &profile.value_date,
        &profile.amount,
        &profile.debit,
        &profile.credit,
        &profile.direction,
        &profile.currency,
        &profile.payee,
        &profile.memo,
        &profile.reference,
        &profile.balance,
    ];
    let all = single.into_iter().flatten().chain(&profile.description);
    all.filter_map(|told| if let ColumnRef::Name(name) = told { Some(name.as_str()) } else { None }).collect()
}

fn checked_delimiter(told: char) -> Result<u8> {
    match u8::try_from(told) {
        Ok(byte) if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n\0".contains(&byte) => {
            Ok(byte)
        }
        _ => Err(ErrorKind::InvalidSetting {
            what: "delimiter",
            value: told.escape_default().to_string(),
            reason: "it must be one ASCII character that is no letter, digit, quote or line end".to_owned(),
        }
        .into()),
    }
}

/// The delimiter under which a header is recognised, or else most lines have the same number of cells.
fn sniff_delimiter(text: &str, file: &str, skip_lines: u64, test: &HeaderTest<'_>) -> Result<u8> {
    let mut scored = Vec::new();
    let mut refusal = None;
    for delimiter in DELIMITERS {
        match delimiter_score(Records::new(text, file, delimiter, skip_lines), test) {
            Ok(score) => scored.extend(score.map(|score| (score, delimiter))),
            // A wrong delimiter makes long cells of short ones: another may do.
            Err(error) => refusal = refusal.or(Some(error)),
        }
    }
    scored.sort_unstable();
    let undecided = |reason: &str| Err(unreadable(file, (skip_lines + 1, 1), reason));
    match (scored.as_slice(), refusal) {
        ([], Some(refusal)) => Err(refusal),
        ([], None) => undecided("no delimiter splits the lines: tell it with --delimiter"),
        ([.., (second, _), (first, _)], _) if second == first => {
            undecided("two delimiters split the lines equally well: tell the right one with --delimiter")
        }
        ([.., (_, delimiter)], _) => Ok(*delimiter),
    }
}

/// Whether a header is recognised, how many of a thousand records have the usual number of cells, and that
/// number; none where the delimiter splits nothing.
fn delimiter_score(mut records: Records<'_>, test: &HeaderTest<'_>) -> Result<Option<(bool, u64, usize)>> {
    let mut record = Record::default();
    let mut widths = WidthCounts::new();
    let mut has_header = false;
    let mut seen = 0;
    while seen < SNIFFED_RECORDS as u64 && records.read(&mut record)? {
        has_header |= test.passes(&record);
        *widths.entry(record.len()).or_insert(0) += 1;
        seen += 1;
    }
    let (alike, usual) = usual_width(&widths);
    Ok((usual > 1).then(|| (has_header, alike * 1000 / seen, usual)))
}

/// How many records have each number of cells.
pub(super) type WidthCounts = BTreeMap<usize, u64>;

/// How many records have the most common number of cells, and that number; of several, the larger.
pub(super) fn usual_width(widths: &WidthCounts) -> (u64, usize) {
    widths.iter().map(|(width, count)| (*count, *width)).max().unwrap_or((0, 0))
}

/// The header: the first record that passes the test; else the one with most of the told names; else, where none
/// is told, a first line without any digit.
fn find_header(layout: &Layout<'_>, expected: bool, test: &HeaderTest<'_>) -> Result<Option<Header>> {
    let mut records = layout.rows();
    let mut record = Record::default();
    let mut first = None;
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
        if first.is_none() && !record.is_blank() && !record.unclosed {
            first = Some(test.header_of(&record));
        }
    }
    // Unknown words may still be a header: a first line of names has no digits in it, and a row has.
    let is_names = |header: &Header| {
        let digits = header.written.iter().any(|name| name.contains(|c: char| c.is_ascii_digit()));
        !digits && header.written.iter().filter(|name| !name.is_empty()).count() > 1
    };
    Ok(nearest.1.or(first.filter(|header| test.told.is_empty() && (expected || is_names(header)))))
}

impl HeaderTest<'_> {
    /// Whether a record has all told names or, where none is told, words for a date and for an amount.
    fn passes(&self, record: &Record) -> bool {
        if !self.told.is_empty() {
            return self.told_in(record) == self.told.len();
        }
        // Most records are rows, and a row has a cell that begins like a number: telling that first is cheap.
        let row_like =
            |cell: &str| cell.len() > 200 || cell.starts_with(|c: char| "+-0123456789".contains(c));
        if record.len() < 2 || record.cells().any(row_like) {
            return false;
        }
        let header = self.header_of(record);
        let has = |role| header.names.iter().any(|name| name.rank(role).is_some());
        has(Role::Date) && (has(Role::Amount) || (has(Role::Debit) && has(Role::Credit)))
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
