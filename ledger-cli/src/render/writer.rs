//! The one way into every form: a head, rows one by one, an end.

use std::io::{self, Write};

use super::marks::Unmarked;
use super::{Cell, Table, delimited, grid, html, json, markdown};
use crate::config::Settings;
use crate::globals::{Format, Medium};

/// How a table is printed.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// The form.
    pub format: Format,
    /// What the form for people is written as.
    pub medium: Medium,
    /// Whether a table is coloured.
    pub color: bool,
    /// The columns of a terminal that a table may take.
    pub width: u16,
    /// Whether text in CSV and TSV is left as it is.
    pub raw_cells: bool,
}

impl Style {
    /// Columns for a terminal of this width, without colour.
    pub fn plain(width: u16) -> Self {
        Style { format: Format::Table, medium: Medium::Terminal, color: false, width, raw_cells: false }
    }

    /// Whether a title stands above everything, and is not the table's.
    pub(super) fn is_page(&self) -> bool {
        self.format == Format::Table && self.medium == Medium::Html
    }
}

impl From<&Settings> for Style {
    fn from(settings: &Settings) -> Self {
        Style {
            format: settings.format,
            medium: settings.medium,
            color: settings.color,
            width: settings.width,
            raw_cells: settings.raw_cells,
        }
    }
}

/// Writes a result row by row.
pub struct RowWriter<'a> {
    form: Form<'a>,
    head: Table,
    place: usize,
    /// For programs.
    unmarked: Option<Unmarked>,
    /// What stands under the totals before the footer, for programs.
    sums: Vec<Vec<Cell>>,
}

enum Form<'a> {
    Grid(grid::Grid<'a>),
    Markdown(markdown::Markdown<'a>),
    Html(html::Html<'a>),
    Delimited(Box<delimited::Delimited<'a>>),
    Json(json::Document<'a>),
    Lines(json::Lines<'a>),
}

impl<'a> RowWriter<'a> {
    /// Starts a result; the rows of `head` are left aside, its marks are those of the rows to come.
    ///
    /// # Errors
    /// Those of the writer, here and in the other methods.
    pub fn begin(out: &'a mut dyn Write, mut head: Table, style: Style) -> io::Result<Self> {
        let unmarked = (style.format != Format::Table).then(|| Unmarked::begin(&mut head));
        let form = match (style.format, style.medium) {
            (Format::Table, Medium::Markdown) => Form::Markdown(markdown::Markdown::begin(out, &head)?),
            (Format::Table, Medium::Html) => Form::Html(html::Html::begin(out, &head)?),
            (Format::Table, _) => Form::Grid(grid::Grid::new(out, style)),
            (Format::Csv, _) => {
                Form::Delimited(Box::new(delimited::Delimited::begin(out, b',', style, &head)?))
            }
            (Format::Tsv, _) => {
                Form::Delimited(Box::new(delimited::Delimited::begin(out, b'\t', style, &head)?))
            }
            (Format::Json, _) => Form::Json(json::Document::begin(out, &head)?),
            (Format::Ndjson, _) => Form::Lines(json::Lines::new(out)),
        };
        Ok(RowWriter { form, head, place: 0, unmarked, sums: Vec::new() })
    }

    /// Writes one row.
    pub fn row(&mut self, mut row: Vec<Cell>) -> io::Result<()> {
        let mark = self.head.marks.get(self.place).copied().unwrap_or_default();
        self.place += 1;
        if let Some(unmarked) = &mut self.unmarked {
            match unmarked.row(mark, row) {
                None => return Ok(()),
                Some((sum, true)) => {
                    self.sums.push(sum);
                    return Ok(());
                }
                Some((item, false)) => row = item,
            }
        }
        debug_assert_eq!(row.len(), self.head.columns.len(), "a row has one cell per column");
        match &mut self.form {
            Form::Grid(grid) => {
                grid.row(mark, row);
                Ok(())
            }
            Form::Markdown(markdown) => markdown.row(&self.head, mark, &row),
            Form::Html(html) => html.row(&self.head, mark, &row),
            Form::Delimited(delimited) => delimited.row(&self.head, &row),
            Form::Json(document) => document.row(&self.head, &row),
            Form::Lines(lines) => lines.row(&self.head, &row),
        }
    }

    /// Writes totals and notes, and ends the result.
    pub fn end(mut self) -> io::Result<()> {
        self.sums.append(&mut self.head.footer);
        self.head.footer = self.sums;
        match self.form {
            Form::Grid(grid) => grid.end(&self.head),
            Form::Markdown(markdown) => markdown.end(&self.head),
            Form::Html(html) => html.end(&self.head),
            Form::Delimited(delimited) => delimited.end(),
            Form::Json(document) => document.end(&self.head),
            Form::Lines(_) => Ok(()),
        }
    }
}
