//! Results as plain data, and their five printed forms.
//!
//! A command hands over a [`Table`]: columns with stable keys, rows of [`Cell`]s, totals and notes. The forms
//! for programs (CSV, TSV, JSON, NDJSON) carry the same keys and exact, ungrouped numbers; only the table for
//! people groups digits, wraps text and knows colour. Nothing else in this crate prints results.

#[allow(dead_code, reason = "bars and shares are for reports that are being written")]
pub mod chart;
mod delimited;
mod grid;
pub mod html;
mod json;
mod output;
#[allow(dead_code, reason = "sections and sums are for reports that are being written")]
mod table;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use ledger_core::Result;
use serde_json::Value;

use crate::config::Settings;
use crate::globals::Format;

pub(crate) use grid::{grouped, wrapped};
pub use output::Output;
pub use table::{Align, Cell, Column, Kind, RowMark, Table};

/// How a table is printed.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// The form.
    pub format: Format,
    /// Whether a table is coloured.
    pub color: bool,
    /// The columns of a terminal that a table may take.
    pub width: u16,
    /// Whether text in CSV and TSV is left as it is.
    pub raw_cells: bool,
}

impl From<&Settings> for Style {
    fn from(settings: &Settings) -> Self {
        Style {
            format: settings.format,
            color: settings.color,
            width: settings.width,
            raw_cells: settings.raw_cells,
        }
    }
}

/// Prints a result where the settings say, in the form that they say.
///
/// # Errors
/// [`ledger_core::ErrorKind::File`] when the output cannot be written. A reader that went away is no error.
pub fn print(settings: &Settings, mut table: Table) -> Result<()> {
    let rows = std::mem::take(&mut table.rows);
    print_rows(settings, table, rows.into_iter().map(Ok))
}

/// Prints rows as they come, for results that may be longer than memory; only the table form gathers them.
///
/// # Errors
/// The first error among the rows, and those of [`print()`]. An output file is then left as it was.
pub fn print_rows(
    settings: &Settings,
    head: Table,
    rows: impl IntoIterator<Item = Result<Vec<Cell>>>,
) -> Result<()> {
    let mut output = Output::open(settings)?;
    let name = output.name().to_owned();
    let failed = |error| output::write_error(&name, error);
    let mut writer = RowWriter::begin(&mut output, head, settings.into()).map_err(failed)?;
    for row in rows {
        writer.row(row?).map_err(failed)?;
    }
    writer.end().map_err(failed)?;
    output.finish()
}

/// Prints several tables below each other, in the form of tables whatever the settings say.
///
/// # Errors
/// As [`print()`].
pub fn print_all(settings: &Settings, tables: Vec<Table>) -> Result<()> {
    let mut output = Output::open(settings)?;
    let name = output.name().to_owned();
    let failed = |error| output::write_error(&name, error);
    for (place, mut table) in tables.into_iter().enumerate() {
        if place > 0 {
            output.put(b"\n")?;
        }
        let rows = std::mem::take(&mut table.rows);
        let style = Style { format: Format::Table, ..settings.into() };
        let mut writer = RowWriter::begin(&mut output, table, style).map_err(failed)?;
        for row in rows {
            writer.row(row).map_err(failed)?;
        }
        writer.end().map_err(failed)?;
    }
    output.finish()
}

/// Writes a result row by row.
pub struct RowWriter<'a> {
    form: Form<'a>,
    head: Table,
}

enum Form<'a> {
    Grid(grid::Grid<'a>),
    Delimited(Box<delimited::Delimited<'a>>),
    Json(json::Document<'a>),
    Lines(json::Lines<'a>),
}

impl<'a> RowWriter<'a> {
    /// Starts a result; the rows of `head` are left aside.
    ///
    /// # Errors
    /// Those of the writer, here and in the other methods.
    pub fn begin(out: &'a mut dyn Write, head: Table, style: Style) -> io::Result<Self> {
        let form = match style.format {
            Format::Table => Form::Grid(grid::Grid::new(out, style)),
            Format::Csv => Form::Delimited(Box::new(delimited::Delimited::begin(out, b',', style, &head)?)),
            Format::Tsv => Form::Delimited(Box::new(delimited::Delimited::begin(out, b'\t', style, &head)?)),
            Format::Json => Form::Json(json::Document::begin(out, &head)?),
            Format::Ndjson => Form::Lines(json::Lines::new(out)),
        };
        Ok(RowWriter { form, head })
    }

    /// Writes one row.
    pub fn row(&mut self, row: Vec<Cell>) -> io::Result<()> {
        debug_assert_eq!(row.len(), self.head.columns.len(), "a row has one cell per column");
        match &mut self.form {
            Form::Grid(grid) => {
                grid.row(row);
                Ok(())
            }
            Form::Delimited(delimited) => delimited.row(&self.head, &row),
            Form::Json(document) => document.row(&self.head, &row),
            Form::Lines(lines) => lines.row(&self.head, &row),
        }
    }

    /// Writes totals and notes, and ends the result.
    pub fn end(self) -> io::Result<()> {
        match self.form {
            Form::Grid(grid) => grid.end(&self.head),
            Form::Delimited(delimited) => delimited.end(),
            Form::Json(document) => document.end(&self.head),
            Form::Lines(_) => Ok(()),
        }
    }
}

/// Writes text as it is, where the settings say.
///
/// # Errors
/// As [`print()`].
pub fn print_text(settings: &Settings, text: &str) -> Result<()> {
    let mut output = Output::open(settings)?;
    output.put(text.as_bytes())?;
    output.finish()
}

/// A value in short, for tables and CSV.
fn short(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(short).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| format!("{key}:{}", short(value))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// Text on one line, without what could drive the terminal or turn the line around: a payee in a bank
/// statement is a stranger's text.
pub fn visible(text: &str) -> String {
    text.chars()
        .filter_map(|character| match character {
            '\n' | '\r' | '\t' => Some(' '),
            '\u{2060}'..='\u{2064}' => None,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => Some('\u{fffd}'),
            character if character.is_control() => Some('\u{fffd}'),
            character => Some(character),
        })
        .collect()
}
