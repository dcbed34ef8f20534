//! The reader of CSV statements: joins decoding, layout, survey and rows.

use std::borrow::Cow;

use super::amount::AmountReader;
use super::columns::{self, AmountColumns, Columns};
use super::currency::Currencies;
use super::decode::{Decoded, decode};
use super::describe::{excerpt, has_controls};
use super::formats::{self, Formats};
use super::layout::{self, Layout};
use super::profile::CsvProfile;
use super::records::Record;
use super::row::{Reading, RowReader};
use super::statement::CsvReading;
use super::survey::{self, Survey};
use crate::Result;
use crate::money::Commodity;

/// Reads a bank's CSV file.
///
/// What `profile` leaves open is detected from the header's words (English, German, French, Dutch, Spanish,
/// Italian) and from whole columns. `file` is the name to use in messages. Amounts are in the currency that the
/// row or the header names, found through `resolve` (codes and signs), else in `default_commodity`.
///
/// Each row that cannot be read is a [`Problem`](super::Problem) with its line and column, and the others are read
/// all the same; whether to import those is the caller's decision.
///
/// # Errors
/// A file that is not text in its encoding or is empty, a cell longer than 1 MiB, a profile that does not fit the
/// file, and whatever can be read in two ways (the delimiter, a column, the date order, the decimal mark): the
/// message names the flag that decides it.
///
/// ```
/// use ledger_core::import::{CsvProfile, read_csv};
/// use ledger_core::money::Commodity;
/// let bytes = b"Date;Text;Betrag\n25.03.2026;Rewe;-42,10\n26.03.2026;Salary;1.900,00\n";
/// let eur = Commodity::iso("EUR").unwrap();
/// let reading = read_csv(bytes, "bank.csv", &CsvProfile::default(), eur, &Commodity::iso)?;
/// assert_eq!(reading.rows[0].posted_on.to_string(), "2026-03-25");
/// assert_eq!(reading.rows[0].amount.minor(), -4210);
/// assert_eq!(reading.profile.date_format.as_deref(), Some("DD.MM.YYYY"));
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub fn read_csv<'a>(
    bytes: &'a [u8],
    file: &str,
    profile: &CsvProfile,
    default_commodity: Commodity,
    resolve: &dyn Fn(&str) -> Option<Commodity>,
) -> Result<CsvReading<'a>> {
    let decoded = decode(bytes, file, profile.encoding.as_deref())?;
    let currencies = Currencies { default: default_commodity, resolve };
    let layout = layout::find(&decoded.text, file, profile, currencies)?;
    let width = layout.header.as_ref().map_or(usize::MAX, |header| header.written.len());
    let told = [&profile.date, &profile.value_date].into_iter().flatten();
    let dates_told = told.map(|told| layout.column_told(told, width)).collect::<Result<Vec<_>>>()?;
    let survey = survey::survey(&layout, &dates_told, currencies)?;
    let mut columns = columns::find(&layout, &survey, profile)?;
    let formats = formats::find(&layout, &survey, &columns, profile)?;
    let mut notes = Vec::from_iter(decoded.note.clone());
    if profile.value_date.is_none() {
        drop_unlike_value_dates(&layout, &survey, &mut columns, &formats, &mut notes);
    }
    note_signs(&layout, &survey, &columns, profile, &mut notes);
    let amounts = AmountReader::new(&layout, &columns, &formats, currencies, profile.negate == Some(true));
    let reader = RowReader::new(&layout, &survey, &columns, &formats, amounts);
    let text = Cow::Borrowed("");
    let mut reading = CsvReading { text, rows: vec![], problems: vec![], profile: profile.clone(), notes };
    read_rows(&layout, &reader, &mut reading)?;
    reading.profile = resolved(profile, &decoded, &layout, &columns, &formats);
    reading.text = decoded.text;
    Ok(reading)
}

/// Reads all records after the header and gathers what became of them.
fn read_rows(layout: &Layout<'_>, reader: &RowReader<'_>, reading: &mut CsvReading<'_>) -> Result<()> {
    if let Some(header) = layout.header.as_ref().filter(|header| header.line > layout.skip_lines + 1) {
        let (first, last) = (layout.skip_lines + 1, header.line - 1);
        let lines = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
        reading.notes.push(format!("{lines} before the header: passed over"));
    }
    let mut nothing = Tally::default();
    let mut controls = Tally::default();
    let mut records = layout.rows();
    let mut record = Record::default();
    while records.read(&mut record)? {
        if layout.is_header(&record) {
            continue;
        }
        match reader.read(&records, &record) {
            Reading::Row(row) => {
                if has_controls(records.raw(&record)) {
                    controls.add(row.line.into(), "");
                }
                reading.rows.push(*row);
            }
            Reading::Problems(problems) => reading.problems.extend(problems),
            Reading::Nothing if record.is_blank() => {}
            Reading::Nothing => nothing.add(record.line, records.raw(&record)),
        }
    }
    if nothing.count > 0 {
        let text = excerpt(nothing.first_text.trim()).into_owned();
        reading
            .notes
            .push(format!("{} without date and amount: passed over (first \"{text}\")", nothing.lines()));
    }
    if controls.count > 0 {
        reading.notes.push(format!("{}: control characters were left out of the texts", controls.lines()));
    }
    if reading.rows.is_empty() && reading.problems.is_empty() {
        reading.notes.push("the file has no rows".to_owned());
    }
    Ok(())
}

/// How many lines something is true of, and the first of them.
#[derive(Default)]
pub(crate) struct Tally {
    pub count: u64,
    first_line: u64,
    first_text: String,
}

impl Tally {
    pub fn add(&mut self, line: u64, text: &str) {
        if self.count == 0 {
            (self.first_line, self.first_text) = (line, text.to_owned());
        }
        self.count += 1;
    }

    pub fn lines(&self) -> String {
        match self.count {
            1 => format!("line {}", self.first_line),
            count => format!("{count} lines from line {} on", self.first_line),
        }
    }
}

/// A detected value date that is not written like the posting date is left out: nothing needs it.
fn drop_unlike_value_dates(
    layout: &Layout<'_>,
    survey: &Survey,
    columns: &mut Columns,
    formats: &Formats,
    notes: &mut Vec<String>,
) {
    let Some(index) = columns.value_date else { return };
    let facts = &survey.columns[index];
    let alike = facts.date_conflict.is_none() && survey.patterns.of(facts.patterns).contains(&&formats.date);
    if !alike {
        columns.value_date = None;
        let name = layout.column_name(index);
        notes.push(format!("column {name} is not written like the posting date: no value dates were read"));
    }
}

/// Says what an unusual sign rule rests on.
fn note_signs(
    layout: &Layout<'_>,
    survey: &Survey,
    columns: &Columns,
    profile: &CsvProfile,
    notes: &mut Vec<String>,
) {
    match columns.amount {
        AmountColumns::Signed(index) => {
            let facts = &survey.columns[index];
            if facts.negative == 0 && facts.positive > 1 && profile.negate.is_none() {
                notes.push(format!(
                    "no amount in column {} is negative: all are read as money in; if the file writes money out as \
                     positive, use --negate",
                    layout.column_name(index)
                ));
            }
        }
        AmountColumns::Directed { direction, .. } if profile.direction.is_none() => {
            notes.push(format!(
                "the signs of the amounts are taken from column {}",
                layout.column_name(direction)
            ));
        }
        AmountColumns::Directed { .. } | AmountColumns::Split { .. } => {}
    }
}

/// The profile with what was detected; skipped lines stay as told, since a header is found by its words.
fn resolved(
    profile: &CsvProfile,
    decoded: &Decoded<'_>,
    layout: &Layout<'_>,
    columns: &Columns,
    formats: &Formats,
) -> CsvProfile {
    let name = |index: Option<usize>| index.map(|index| layout.column_ref(index));
    let (amount, debit, credit, direction) = match columns.amount {
        AmountColumns::Signed(amount) => (Some(amount), None, None, None),
        AmountColumns::Directed { amount, direction } => (Some(amount), None, None, Some(direction)),
        AmountColumns::Split { debit, credit } => (None, debit, credit, None),
    };
    CsvProfile {
        encoding: Some(decoded.encoding.to_lowercase()),
        delimiter: Some(char::from(layout.delimiter)),
        skip_lines: profile.skip_lines,
        has_header: Some(layout.header.is_some()),
        date: name(Some(columns.date)),
        value_date: name(columns.value_date),
        date_format: formats.date_is_certain.then(|| formats.date.to_string()),
        amount: name(amount),
        debit: name(debit),
        credit: name(credit),
        direction: name(direction),
        decimal_mark: formats.mark_is_certain.then_some(formats.mark),
        negate: profile.negate,
        currency: name(columns.currency),
        description: columns.description.iter().map(|index| layout.column_ref(*index)).collect(),
        payee: name(columns.payee),
        memo: name(columns.memo),
        reference: name(columns.reference),
        balance: name(columns.balance),
    }
}
