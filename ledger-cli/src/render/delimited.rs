//! CSV and TSV: a header, one record a row, numbers as they are and text guarded.

use std::io::{self, Write};

use csv::Writer;
use ledger_core::export::guard_cell;

use super::{Cell, Column, Style, Table, short};

/// Writes records with a delimiter.
pub(super) struct Delimited<'a> {
    writer: Writer<&'a mut dyn Write>,
    raw: bool,
}

impl<'a> Delimited<'a> {
    /// Writes the header.
    pub(super) fn begin(
        out: &'a mut dyn Write,
        delimiter: u8,
        style: Style,
        head: &Table,
    ) -> io::Result<Self> {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
        let names = head
            .columns
            .iter()
            .flat_map(|column| std::iter::once(column.name.to_string()).chain(column.commodity_name()));
        writer.write_record(names).map_err(io_error)?;
        Ok(Delimited { writer, raw: style.raw_cells })
    }

    /// Writes a record.
    pub(super) fn row(&mut self, head: &Table, row: &[Cell]) -> io::Result<()> {
        let fields = head.columns.iter().zip(row).flat_map(|(column, cell)| fields(column, cell, self.raw));
        self.writer.write_record(fields).map_err(io_error)
    }

    /// Writes what is still held back.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

fn fields(column: &Column, cell: &Cell, raw: bool) -> impl Iterator<Item = String> {
    let text = |text: &str| if raw { text.to_owned() } else { guard_cell(text).into_owned() };
    let (first, commodity) = match cell {
        Cell::Text(given) => (text(given), String::new()),
        Cell::Amount { number, commodity } => (number.clone(), text(commodity)),
        Cell::Decimal(number) => (number.clone(), String::new()),
        Cell::Number(number) => (number.to_string(), String::new()),
        Cell::Date(date) => (date.to_string(), String::new()),
        Cell::Tree { name, .. } => (text(name), String::new()),
        Cell::Empty => (String::new(), String::new()),
        Cell::Json(value) if value.is_number() => (value.to_string(), String::new()),
        Cell::Json(value) => (text(&short(value)), String::new()),
    };
    std::iter::once(first).chain(column.commodity_name().map(|_| commodity))
}

fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        // Writing knows one other error, records of unequal length, and every record has the header's length.
        kind => io::Error::other(format!("{kind:?}")),
    }
}
