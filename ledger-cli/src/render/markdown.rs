//! Tables as GitHub writes them in Markdown: every text escaped, numbers on the right, sums in bold.
//!
//! Cells are not filled up to one width, so that a figure that changes changes one line.

use std::io::{self, Write};

use super::{Align, Cell, RowMark, Table, grid, visible};

/// Begins a document: its title, and who it is from.
pub(super) fn begin_document(out: &mut dyn Write, title: &str, from: Option<&str>) -> io::Result<()> {
    writeln!(out, "# {}\n", escaped(title))?;
    match from {
        Some(from) => writeln!(out, "{}\n", escaped(from)),
        None => Ok(()),
    }
}

/// Writes a table row by row.
pub(super) struct Markdown<'a> {
    out: &'a mut dyn Write,
    empty: bool,
}

impl<'a> Markdown<'a> {
    pub(super) fn begin(out: &'a mut dyn Write, head: &Table) -> io::Result<Self> {
        if let Some(title) = &head.title {
            writeln!(out, "## {}\n", escaped(title))?;
        }
        Ok(Markdown { out, empty: true })
    }

    pub(super) fn row(&mut self, head: &Table, mark: RowMark, row: &[Cell]) -> io::Result<()> {
        if std::mem::take(&mut self.empty) {
            self.header(head)?;
        }
        // An empty line would end the table.
        if mark == RowMark::Blank {
            return Ok(());
        }
        let bold = matches!(mark, RowMark::Section | RowMark::Subtotal | RowMark::Total);
        for cell in row {
            let text = shown(cell);
            match text.as_str() {
                "" => write!(self.out, "|  ")?,
                text if bold => write!(self.out, "| **{text}** ")?,
                text => write!(self.out, "| {text} ")?,
            }
        }
        writeln!(self.out, "|")
    }

    fn header(&mut self, head: &Table) -> io::Result<()> {
        for column in &head.columns {
            write!(self.out, "| {} ", escaped(&grid::header(column)))?;
        }
        writeln!(self.out, "|")?;
        for column in &head.columns {
            write!(self.out, "| {} ", if column.align == Align::Right { "---:" } else { ":---" })?;
        }
        writeln!(self.out, "|")
    }

    pub(super) fn end(mut self, head: &Table) -> io::Result<()> {
        for row in &head.footer {
            self.row(head, RowMark::Total, row)?;
        }
        if self.empty {
            writeln!(self.out, "(nothing to show)")?;
        }
        for note in &head.notes {
            writeln!(self.out, "\n{}", escaped(note))?;
        }
        Ok(())
    }
}

fn shown(cell: &Cell) -> String {
    match cell {
        // Blanks at the start of a cell are taken off; those that do not break are not.
        Cell::Tree { depth, label, .. } => format!("{}{}", "\u{a0}\u{a0}".repeat(*depth), escaped(label)),
        Cell::Amount { commodity, .. } => {
            escaped(grid::plain(cell, usize::from(!commodity.is_empty())).trim())
        }
        cell => escaped(&grid::plain(cell, 0)),
    }
}

/// Text that is nothing else in Markdown, on one line: no markup, no tag, no cell's end.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in visible(text).chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' | '$') {
            safe.push('\\');
        }
        safe.push(character);
    }
    // What begins a line may be a list's mark.
    match safe.trim_start() {
        trimmed if trimmed.starts_with(['-', '+', '=']) && !is_number(trimmed) => format!("\\{trimmed}"),
        _ => safe,
    }
}

fn is_number(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}
