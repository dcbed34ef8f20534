//! CSV and TSV: one row for each line of an entry, for spreadsheets and programs.

use std::borrow::Cow;
use std::io::{self, Write};

use super::book::JournalWriter;
use super::cell::guard_cell;
use crate::journal::{Entry, LinePrice, Tag};

/// The columns, in order.
const COLUMNS: [&str; 20] = [
    "entry",
    "line",
    "posted_on",
    "party",
    "description",
    "account",
    "amount",
    "commodity",
    "weight",
    "weight_commodity",
    "price",
    "price_kind",
    "memo",
    "tags",
    "source",
    "external_id",
    "reverses",
    "amends",
    "recorded_at",
    "recorded_by",
];

/// Writes one row for each line, under a header.
///
/// Text passes [`guard_cell`], unless raw cells are asked for; numbers stay numbers, exact and without grouping.
pub struct TableWriter<'a> {
    rows: csv::Writer<&'a mut dyn Write>,
    raw: bool,
}

impl<'a> TableWriter<'a> {
    /// Writes the header.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn begin(out: &'a mut dyn Write, delimiter: u8, raw: bool) -> io::Result<Self> {
        let mut rows = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
        rows.write_record(COLUMNS).map_err(io_error)?;
        Ok(TableWriter { rows, raw })
    }

    fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.raw { Cow::Borrowed(text) } else { guard_cell(text) }
    }
}

impl JournalWriter for TableWriter<'_> {
    fn entry(&mut self, entry: &Entry) -> io::Result<()> {
        let number = entry.number.to_string();
        let posted_on = entry.posted_on.to_string();
        let tags = entry.tags.iter().map(Tag::to_string).collect::<Vec<_>>().join(", ");
        let optional = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let (reverses, amends) = (optional(entry.reverses), optional(entry.amends));
        let recorded_at = entry.recorded_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        for (index, line) in entry.lines.iter().enumerate() {
            let (price, kind) = match line.price {
                None => (String::new(), ""),
                Some(LinePrice::Unit { rate, .. }) => (rate.to_string(), "unit"),
                Some(LinePrice::Total(total)) => (total.number(), "total"),
            };
            let row = [
                Cow::Borrowed(number.as_str()),
                Cow::Owned((index + 1).to_string()),
                Cow::Borrowed(posted_on.as_str()),
                self.text(entry.party.as_deref().unwrap_or_default()),
                self.text(&entry.description),
                self.text(&line.account),
                Cow::Owned(line.amount.number()),
                self.text(line.amount.commodity_ref().code()),
                Cow::Owned(line.weight.number()),
                self.text(line.weight.commodity_ref().code()),
                Cow::Owned(price),
                Cow::Borrowed(kind),
                self.text(line.memo.as_deref().unwrap_or_default()),
                self.text(&tags),
                Cow::Borrowed(entry.source.as_str()),
                self.text(entry.external_id.as_deref().unwrap_or_default()),
                Cow::Borrowed(reverses.as_str()),
                Cow::Borrowed(amends.as_str()),
                Cow::Borrowed(recorded_at.as_str()),
                self.text(&entry.recorded_by),
            ];
            self.rows.write_record(row.iter().map(|field| field.as_bytes())).map_err(io_error)?;
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.rows.flush()
    }
}

fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        // Writing knows one other error, records of unequal length, and every record has the header's length.
        kind => io::Error::other(format!("{kind:?}")),
    }
}
