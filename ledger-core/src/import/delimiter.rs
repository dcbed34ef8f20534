//! What stands between the cells: told, named by the file, or the character that parts the lines alike.

use std::collections::BTreeMap;

use super::explain::{Choice, Found, Halt, OpenQuestion};
use super::header::{HeaderTest, SNIFFED_RECORDS};
use super::profile::CsvProfile;
use super::records::{Record, Records};
use crate::{ErrorKind, Result};

/// The characters that are tried where none is told, and those that are tried where none of these parts a line.
const USUAL: [u8; 4] = [b',', b';', b'\t', b'|'];
const UNUSUAL: [u8; 8] = [b'^', b'~', b'!', b'*', b'#', b':', 0x1f, 0x01];

/// The delimiter of a first line `sep=;`, as spreadsheets write it.
pub(super) fn named_by_first_line(text: &str) -> Option<u8> {
    let first = text.split(['\r', '\n']).next()?.trim_matches('"');
    let (name, value) = first.split_once('=')?;
    let [delimiter] = value.as_bytes() else { return None };
    (name.eq_ignore_ascii_case("sep") && is_fit(*delimiter)).then_some(*delimiter)
}

/// A told delimiter, if it can be one.
pub(super) fn checked(told: char) -> Result<u8> {
    match u8::try_from(told) {
        Ok(byte) if is_fit(byte) => Ok(byte),
        _ => Err(ErrorKind::InvalidSetting {
            what: "delimiter",
            value: told.escape_default().to_string(),
            reason: "it must be one ASCII character that is no letter, digit, quote or line end".to_owned(),
        }
        .into()),
    }
}

fn is_fit(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n\0".contains(&byte)
}

/// The delimiter under which a header is recognised or rows have dates and numbers, or else most lines have the
/// same number of cells.
pub(super) fn sniff(text: &str, file: &str, skip_lines: u64, test: &HeaderTest<'_>) -> Found<u8> {
    let mut scored = Vec::new();
    let mut refusal = None;
    for delimiters in [USUAL.as_slice(), UNUSUAL.as_slice()] {
        for delimiter in delimiters {
            match score(Records::new(text, file, *delimiter, skip_lines), test) {
                Ok(score) => scored.extend(score.map(|score| (score, *delimiter))),
                // A wrong delimiter makes long cells of short ones: another may do.
                Err(error) => refusal = refusal.or(Some(error)),
            }
        }
        if !scored.is_empty() {
            break;
        }
    }
    scored.sort_unstable();
    match (scored.as_slice(), refusal) {
        ([], Some(refusal)) => Err(refusal.into()),
        ([], None) => {
            Err(Halt::open((skip_lines + 1, 1), "no delimiter splits the lines: tell it with --delimiter"))
        }
        ([.., (second, other), (first, one)], _) if second == first => {
            let choice = |delimiter: &u8| {
                let delimiter = char::from(*delimiter);
                let settles = CsvProfile { delimiter: Some(delimiter), ..CsvProfile::default() };
                Choice { label: delimiter.escape_default().to_string(), settles }
            };
            let reason = "two delimiters split the lines equally well: tell the right one with --delimiter";
            let choices = [one, other].map(choice).to_vec();
            Err(Halt::Open(OpenQuestion { place: (skip_lines + 1, 1), reason: reason.to_owned(), choices }))
        }
        ([.., (_, delimiter)], _) => Ok(*delimiter),
    }
}

/// Whether a header is recognised; how many of a thousand records have a date and a number in cells of their own;
/// how many have the usual number of cells; and that number. None where the delimiter splits nothing.
fn score(mut records: Records<'_>, test: &HeaderTest<'_>) -> Result<Option<(bool, u64, u64, usize)>> {
    let mut record = Record::default();
    let mut widths = WidthCounts::new();
    let mut has_header = false;
    let (mut seen, mut rows) = (0, 0);
    while seen < SNIFFED_RECORDS && records.read(&mut record)? {
        has_header |= test.passes(&record);
        rows += u64::from(test.is_row(&record));
        if record.len() > 1 {
            *widths.entry(record.len()).or_insert(0) += 1;
        }
        seen += 1;
    }
    let (alike, usual) = usual_width(&widths);
    // A preamble may have more lines than there are rows.
    let parts = has_header || rows > 0 || alike * 3 > seen;
    Ok((usual > 1 && parts).then(|| (has_header, rows * 1000 / seen, alike * 1000 / seen, usual)))
}

/// How many records have each number of cells.
pub(super) type WidthCounts = BTreeMap<usize, u64>;

/// How many records have the most common number of cells, and that number; of several, the larger.
pub(super) fn usual_width(widths: &WidthCounts) -> (u64, usize) {
    widths.iter().map(|(width, count)| (*count, *width)).max().unwrap_or((0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_may_name_the_delimiter() {
        assert_eq!(named_by_first_line("sep=;\r\nDate;Amount"), Some(b';'));
        assert_eq!(named_by_first_line("\"SEP=|\"\nx"), Some(b'|'));
        assert_eq!(named_by_first_line("sep=ab\nx"), None);
        assert_eq!(named_by_first_line("separate=;\nx"), None);
    }
}
