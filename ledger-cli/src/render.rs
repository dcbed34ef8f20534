//! Results as plain data, and their five printed forms.
//!
//! A command hands over a [`Table`]: columns with stable keys, rows of [`Cell`]s, totals and notes. The forms
//! for programs (CSV, TSV, JSON, NDJSON) carry the same keys and exact, ungrouped numbers; only the table for
//! people groups digits, wraps text and knows colour. Nothing else in this crate prints results.

pub mod chart;
mod delimited;
mod grid;
pub mod html;
mod json;
mod output;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::io::{self, Write};

use chrono::NaiveDate;
use ledger_core::Result;
use serde_json::Value;

use crate::config::Settings;
use crate::globals::Format;

pub(crate) use grid::{grouped, wrapped};
pub use output::Output;

/// A result to print: a list, or a report with totals.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The line above the table; only the table form shows it.
    pub title: Option<String>,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The rows; each has one cell per column.
    pub rows: Vec<Vec<Cell>>,
    /// The totals, under a line in the table form and under `totals` in JSON; CSV, TSV and NDJSON hold rows
    /// only, so that a sum over a column is right.
    pub footer: Vec<Vec<Cell>>,
    /// Sentences below the table, and under `notes` in a JSON object.
    pub notes: Vec<String>,
    /// Facts about the whole, such as `as_of`. With them JSON is an object of these, `rows`, `totals` and
    /// `notes`; without them it is an array of rows. A report always has them, so that its shape is stable.
    pub meta: Option<Vec<(&'static str, Value)>>,
}

/// One column: a stable key and how it is shown.
#[derive(Debug, Clone)]
pub struct Column {
    /// The key in JSON, CSV and TSV, in snake_case; the header of a table is derived from it.
    pub name: Cow<'static, str>,
    /// The header of a table where the derived one does not read well.
    pub header: Option<Cow<'static, str>>,
    /// What the cells hold.
    pub kind: Kind,
    /// On which side the cells stand in a table.
    pub align: Align,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, wrapped in a table where it is too long.
    Text,
    /// A date, a number or a short code: never wrapped.
    Short,
    /// A code too long for a column: below the table.
    Long,
    /// An amount with its commodity. Outside the table it is two columns: `name` and `name_commodity`.
    Amount,
}

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// On the left, as text.
    Left,
    /// On the right, as numbers.
    Right,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Any text; CSV and TSV guard it against being read as a formula ([`ledger_core::export::guard_cell`]).
    Text(String),
    /// An exact amount: a plain decimal number such as `-1234.56` without grouping, and its commodity.
    Amount {
        /// The number.
        number: String,
        /// The commodity's code.
        commodity: String,
    },
    /// A whole number.
    Number(i64),
    /// A date, as ISO 8601 writes it.
    Date(NaiveDate),
    /// A name in a hierarchy: a table shows the label, indented; the other forms the whole name.
    Tree {
        /// How far to indent.
        depth: usize,
        /// What the table shows, such as the last segment.
        label: String,
        /// The whole name, such as `Expenses:Food`.
        name: String,
    },
    /// Nothing: an empty field, `null` in JSON.
    Empty,
    /// Anything else, as it is in JSON; tables and CSV show it in short.
    Json(Value),
}

impl Column {
    /// A column of text.
    pub fn text(name: impl Into<Cow<'static, str>>) -> Self {
        Column { name: name.into(), header: None, kind: Kind::Text, align: Align::Left }
    }

    /// A column of dates or short codes.
    pub fn short(name: impl Into<Cow<'static, str>>) -> Self {
        Column { kind: Kind::Short, ..Column::text(name) }
    }

    /// A column of whole numbers.
    pub fn number(name: impl Into<Cow<'static, str>>) -> Self {
        Column { kind: Kind::Short, align: Align::Right, ..Column::text(name) }
    }

    /// A column of amounts with their commodities.
    pub fn amount(name: impl Into<Cow<'static, str>>) -> Self {
        Column { kind: Kind::Amount, align: Align::Right, ..Column::text(name) }
    }

    /// A column of codes too long for a table; there they stand in lines below it, named by the row's first cell.
    pub fn long(name: impl Into<Cow<'static, str>>) -> Self {
        Column { kind: Kind::Long, ..Column::text(name) }
    }

    /// The same column under another header in tables.
    pub fn titled(mut self, header: impl Into<Cow<'static, str>>) -> Self {
        self.header = Some(header.into());
        self
    }

    /// The key of the second column that an amount takes outside of tables.
    fn commodity_name(&self) -> Option<String> {
        (self.kind == Kind::Amount).then(|| format!("{}_commodity", self.name))
    }
}

impl Cell {
    /// A text cell.
    pub fn text(text: impl Into<String>) -> Self {
        Cell::Text(text.into())
    }

    /// An amount cell from anything that prints as a plain decimal number.
    pub fn amount(number: impl ToString, commodity: impl Into<String>) -> Self {
        Cell::Amount { number: number.to_string(), commodity: commodity.into() }
    }

    /// The cell of a value that may be missing.
    pub fn optional<T>(value: Option<T>, cell: impl FnOnce(T) -> Cell) -> Self {
        value.map_or(Cell::Empty, cell)
    }
}

impl From<NaiveDate> for Cell {
    fn from(date: NaiveDate) -> Self {
        Cell::Date(date)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Cell::Number(number)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::text(text)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

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
