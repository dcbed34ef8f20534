//! Results as plain data, and their printed forms.
//!
//! A command hands over a [`Table`]: columns with stable keys, rows of [`Cell`]s, totals, notes and maybe a chart;
//! [`table`] shows how a report is made. The forms for programs (CSV, TSV, JSON, NDJSON) carry the same keys and exact,
//! ungrouped numbers; those for people (a terminal's columns, Markdown, HTML) group digits, break text and know colour.
//! Nothing else in this crate prints results.

pub mod chart;
mod delimited;
mod grid;
mod html;
mod json;
mod layout;
mod markdown;
mod marks;
mod output;
mod table;
mod text;
mod writer;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use ledger_core::{ErrorKind, Result};
use serde_json::Value;

use crate::config::Settings;
use crate::globals::{Format, Medium};

use chart::Chart;

pub use output::Output;
pub use table::{Align, Cell, Column, Kind, RowMark, Table};
pub use text::visible;
pub(crate) use text::{grouped, wrapped};
pub use writer::{RowWriter, Style};

/// Prints a result where the settings say, in the form that they say.
///
/// # Errors
/// [`ledger_core::ErrorKind::File`] when the output cannot be written, [`ledger_core::ErrorKind::Misuse`] for a chart of
/// a result that has none. A reader that went away is no error.
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
    mut head: Table,
    rows: impl IntoIterator<Item = Result<Vec<Cell>>>,
) -> Result<()> {
    let style = Style::from(settings);
    if style.medium == Medium::Svg {
        return print_charts(settings, &head.charts);
    }
    let mut output = Output::open(settings)?;
    let name = output.name().to_owned();
    let failed = |error| output::write_error(&name, error);
    let page = style.is_page().then(|| Heading { title: page_title(&mut head), from: None });
    begin_page(&mut output, style, page.as_ref()).map_err(failed)?;
    let mut writer = RowWriter::begin(&mut output, head, style).map_err(failed)?;
    for row in rows {
        writer.row(row?).map_err(failed)?;
    }
    writer.end().map_err(failed)?;
    end_page(&mut output, style).map_err(failed)?;
    output.finish()
}

/// Prints several tables below each other, for people whatever the settings say.
///
/// # Errors
/// As [`print()`].
pub fn print_all(settings: &Settings, mut tables: Vec<Table>) -> Result<()> {
    let style = Style::from(settings);
    let first = tables.first_mut().filter(|_| style.is_page());
    let heading = first.map(|first| Heading { title: page_title(first), from: None });
    print_tables(settings, heading.as_ref(), tables)
}

/// What stands above the tables of a page or of a document in Markdown; a terminal shows only the tables.
#[derive(Debug, Clone)]
pub struct Heading {
    /// What it is.
    pub title: String,
    /// Who it is from.
    pub from: Option<String>,
}

/// Prints several tables below each other as something to be sent.
///
/// # Errors
/// As [`print()`].
pub fn print_sheet(settings: &Settings, heading: &Heading, tables: Vec<Table>) -> Result<()> {
    print_tables(settings, Some(heading), tables)
}

fn print_tables(settings: &Settings, heading: Option<&Heading>, tables: Vec<Table>) -> Result<()> {
    let style = Style { format: Format::Table, ..settings.into() };
    if style.medium == Medium::Svg {
        let charts: Vec<Chart> = tables.into_iter().flat_map(|table| table.charts).collect();
        return print_charts(settings, &charts);
    }
    let mut output = Output::open(settings)?;
    let name = output.name().to_owned();
    let failed = |error| output::write_error(&name, error);
    begin_page(&mut output, style, heading).map_err(failed)?;
    for (place, mut table) in tables.into_iter().enumerate() {
        if place > 0 {
            output.put(b"\n")?;
        }
        let rows = std::mem::take(&mut table.rows);
        let mut writer = RowWriter::begin(&mut output, table, style).map_err(failed)?;
        for row in rows {
            writer.row(row).map_err(failed)?;
        }
        writer.end().map_err(failed)?;
    }
    end_page(&mut output, style).map_err(failed)?;
    output.finish()
}

/// Prints charts alone, below each other in one document.
///
/// # Errors
/// [`ledger_core::ErrorKind::Misuse`] where there is none, and as [`print()`].
pub fn print_charts(settings: &Settings, charts: &[Chart]) -> Result<()> {
    if charts.is_empty() {
        let advice = "this result has no chart (it takes balances in several columns, as with --monthly, or figures that are not all zero): -O html shows it as a page, -O table in the terminal";
        return Err(ErrorKind::Misuse(advice.to_owned()).into());
    }
    print_text(settings, &chart::to_svg(charts))
}

fn page_title(table: &mut Table) -> String {
    table.title.take().unwrap_or_else(|| "ledger".to_owned())
}

fn begin_page(out: &mut dyn Write, style: Style, heading: Option<&Heading>) -> io::Result<()> {
    match (style.medium, heading) {
        (Medium::Html, Some(heading)) => html::begin_page(out, &heading.title, heading.from.as_deref()),
        (Medium::Html, None) => html::begin_page(out, "ledger", None),
        (Medium::Markdown, Some(heading)) => {
            markdown::begin_document(out, &heading.title, heading.from.as_deref())
        }
        _ => Ok(()),
    }
}

fn end_page(out: &mut dyn Write, style: Style) -> io::Result<()> {
    if style.medium == Medium::Html { html::end_page(out) } else { Ok(()) }
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
