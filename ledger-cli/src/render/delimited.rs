//! CSV and TSV: a header, one record a row, numbers as they are and text guarded.

use std::io::{self, Write};

use csv::Writer;

use super::{Cell, Column, Table, short};

/// Writes records with a delimiter.
pub(super) struct Delimited<'a> {
    writer: Writer<&'a mut dyn Write>,
}

impl<'a> Delimited<'a> {
    /// Writes the header.
    pub(super) fn begin(out: &'a mut dyn Write, delimiter: u8, head: &Table) -> io::Result<Self> {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
        let names = head
            .columns
            .iter()
            .flat_map(|column| std::iter::once(column.name.to_owned()).chain(column.commodity_name()));
        writer.write_record(names).map_err(io_error)?;
        Ok(Delimited { writer })
    }

    /// Writes a record.
    pub(super) fn row(&mut self, head: &Table, row: &[Cell]) -> io::Result<()> {
        let fields = head.columns.iter().zip(row).flat_map(|(column, cell)| fields(column, cell));
        self.writer.write_record(fields).map_err(io_error)
    }

    /// Writes what is still held back.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

fn fields(column: &Column, cell: &Cell) -> impl Iterator<Item = String> {
    let (first, commodity) = match cell {
        Cell::Text(text) => (guarded(text), String::new()),
        Cell::Amount { number, commodity } => (number.clone(), guarded(commodity)),
        Cell::Number(number) => (number.to_string(), String::new()),
        Cell::Date(date) => (date.to_string(), String::new()),
        Cell::Tree { name, .. } => (guarded(name), String::new()),
        Cell::Empty => (String::new(), String::new()),
        Cell::Json(value) if value.is_number() => (value.to_string(), String::new()),
        Cell::Json(value) => (guarded(&short(value)), String::new()),
    };
    std::iter::once(first).chain(column.commodity_name().map(|_| commodity))
}

/// Text that a spreadsheet would take for a formula gets a leading apostrophe, as OWASP advises under
/// "CSV injection": a payee in a bank statement is a stranger's text.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        // Writing knows one other error, records of unequal length, and every record has the header's length.
        kind => io::Error::other(format!("{kind:?}")),
    }
}
