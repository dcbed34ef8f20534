//! The lines of a table that is laid out: headers, rows, lines above sums, and colour.

use std::io::{self, Write};

use super::super::layout::{Block, GAP};
use super::super::text::{broken, display_width, shortened};
use super::super::{Align, RowMark};
use super::{Piece, Shown};

/// Whether there is colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ink {
    pub color: bool,
}

impl Ink {
    pub fn bold(self, text: &str) -> String {
        let mut line = String::new();
        self.paint(&mut line, text, true, false);
        line
    }

    /// Puts text at the end of a line.
    fn paint(self, line: &mut String, text: &str, bold: bool, negative: bool) {
        let code = match (bold, negative) {
            _ if !self.color || text.is_empty() => None,
            (false, false) => None,
            (true, false) => Some("\u{1b}[1m"),
            (false, true) => Some("\u{1b}[31m"),
            (true, true) => Some("\u{1b}[1;31m"),
        };
        line.push_str(code.unwrap_or_default());
        // Blanks that do not break have done their work; a plain one is what a person searches for.
        match text.is_ascii() {
            true => line.push_str(text),
            false => {
                line.extend(text.chars().map(|character| if character == '\u{a0}' { ' ' } else { character }))
            }
        }
        line.push_str(code.map_or("", |_| "\u{1b}[0m"));
    }
}

/// A table with what its cells show.
pub(super) struct Sheet<'s> {
    pub columns: &'s [Shown],
    pub marks: &'s [RowMark],
    /// How many rows there are before the totals.
    pub row_count: usize,
    pub ink: Ink,
    pub width: usize,
}

/// One line of a cell, and how it is painted.
struct Part<'p> {
    text: &'p str,
    width: usize,
    bold: bool,
    negative: bool,
}

impl<'p> Part<'p> {
    fn bold(text: &'p str) -> Self {
        Part { text, width: display_width(text), bold: true, negative: false }
    }
}

/// The lines of a cell.
pub enum CellLines<'c> {
    /// The only one, and its width.
    One(&'c str, usize),
    /// Those that it is broken into.
    Broken(Vec<String>),
}

impl CellLines<'_> {
    fn len(&self) -> usize {
        match self {
            CellLines::One(..) => 1,
            CellLines::Broken(lines) => lines.len(),
        }
    }

    /// A line with its width; nothing after the last one.
    fn get(&self, line: usize) -> (&str, usize) {
        match self {
            CellLines::One(text, width) if line == 0 => (text, *width),
            CellLines::One(..) => ("", 0),
            CellLines::Broken(lines) => lines.get(line).map_or(("", 0), |line| (line, display_width(line))),
        }
    }

    /// The width of the widest of them.
    pub fn width(&self) -> usize {
        (0..self.len()).map(|line| self.get(line).1).max().unwrap_or(0)
    }
}

impl Sheet<'_> {
    /// Writes the blocks below each other.
    pub fn write(&self, out: &mut dyn Write, blocks: &[Block]) -> io::Result<()> {
        for (place, block) in blocks.iter().enumerate() {
            if place > 0 {
                writeln!(out)?;
            }
            if blocks.len() > 1 {
                writeln!(out, "{}\n", self.ink.bold(&self.heading(block)))?;
            }
            self.write_block(out, block)?;
        }
        Ok(())
    }

    /// What a block shows: `2026-01 to 2026-04`.
    fn heading(&self, block: &Block) -> String {
        let header = |(place, _): &(usize, usize)| self.columns[*place].header.as_str();
        let own = block.columns.get(block.lead..).unwrap_or_default();
        match (own.first().map(header), own.last().map(header)) {
            (Some(first), Some(last)) if own.len() > 1 => {
                let part = self.width.saturating_sub(4) / 2;
                format!("{} to {}", shortened(first, part), shortened(last, part))
            }
            (first, _) => shortened(first.unwrap_or_default(), self.width).into_owned(),
        }
    }

    fn write_block(&self, out: &mut dyn Write, block: &Block) -> io::Result<()> {
        self.write_header(out, block)?;
        let widths = block.columns.iter().map(|(_, width)| *width + GAP);
        let rule = "─".repeat(widths.sum::<usize>().saturating_sub(GAP));
        writeln!(out, "{rule}")?;
        let mut ruled = true;
        for (row, mark) in self.marks.iter().enumerate() {
            match mark {
                // The line above a total sets apart as well.
                RowMark::Blank if self.marks.get(row + 1).is_none_or(|next| *next == RowMark::Total) => {
                    continue;
                }
                RowMark::Blank => {
                    writeln!(out)?;
                    ruled = false;
                    continue;
                }
                RowMark::Section => {
                    let text = self.columns[0].text(row);
                    for line in broken(text, self.width) {
                        writeln!(out, "{}", self.ink.bold(line.trim_end()))?;
                    }
                    ruled = false;
                    continue;
                }
                RowMark::Subtotal if !ruled => self.write_sum_line(out, block, row)?,
                // Totals that follow each other have one line above them.
                RowMark::Total if !ruled && (row == 0 || self.marks[row - 1] != RowMark::Total) => {
                    writeln!(out, "{rule}")?;
                }
                _ => {}
            }
            if row == self.row_count && row > 0 && self.marks[row - 1] == RowMark::Total {
                writeln!(out, "{rule}")?;
            }
            self.write_row(out, block, row)?;
            ruled = false;
        }
        Ok(())
    }

    /// The headers, the last line of each beside the last of the others.
    fn write_header(&self, out: &mut dyn Write, block: &Block) -> io::Result<()> {
        let headers: Vec<Vec<String>> =
            block.columns.iter().map(|(place, width)| broken(&self.columns[*place].header, *width)).collect();
        let height = headers.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            // The last lines stand beside each other.
            let parts = headers.iter().map(|lines| {
                let place = (line + lines.len()).checked_sub(height);
                Part::bold(place.and_then(|place| lines.get(place)).map_or("", String::as_str))
            });
            self.write_line(out, block, parts)?;
        }
        Ok(())
    }

    /// The line above the amounts of a sum.
    fn write_sum_line(&self, out: &mut dyn Write, block: &Block, row: usize) -> io::Result<()> {
        let rule = "─".repeat(block.columns.iter().map(|(_, width)| *width).max().unwrap_or(0));
        let part = |(index, (place, width)): (usize, &(usize, usize))| {
            let sums = index >= block.lead && !self.columns[*place].cells[row].is_empty();
            let width = if sums { *width } else { 0 };
            Part { text: &rule[..width * "─".len()], width, bold: false, negative: false }
        };
        self.write_line(out, block, block.columns.iter().enumerate().map(part))
    }

    fn write_row(&self, out: &mut dyn Write, block: &Block, row: usize) -> io::Result<()> {
        let bold = matches!(self.marks[row], RowMark::Subtotal | RowMark::Total);
        let cell = |(place, width): &(usize, usize)| {
            (&self.columns[*place].cells[row], self.columns[*place].lines(row, *width))
        };
        let cells: Vec<(&Piece, CellLines<'_>)> = block.columns.iter().map(cell).collect();
        let height = cells.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
        for line in 0..height {
            let parts = cells.iter().map(|(piece, lines)| {
                let (text, width) = lines.get(line);
                Part { text, width, bold, negative: piece.negative }
            });
            self.write_line(out, block, parts)?;
        }
        Ok(())
    }

    /// Writes cells side by side, with no blanks at the end.
    fn write_line<'p>(
        &self,
        out: &mut dyn Write,
        block: &Block,
        parts: impl Iterator<Item = Part<'p>>,
    ) -> io::Result<()> {
        let mut line = String::new();
        let mut blanks = 0;
        for ((place, width), part) in block.columns.iter().zip(parts) {
            let spare = width.saturating_sub(part.width);
            let (before, after) = match self.columns[*place].align {
                Align::Left => (0, spare),
                Align::Right => (spare, 0),
            };
            blanks += before;
            if !part.text.is_empty() {
                line.extend(std::iter::repeat_n(' ', blanks));
                blanks = 0;
                self.ink.paint(&mut line, part.text, part.bold, part.negative);
            }
            blanks += after + GAP;
        }
        line.truncate(line.trim_end().len());
        line.push('\n');
        out.write_all(line.as_bytes())
    }
}

impl Shown {
    /// What a cell shows.
    fn text(&self, row: usize) -> &str {
        let piece = self.cells[row];
        &self.texts[piece.start..piece.end]
    }

    /// The lines of a cell in a column of this width.
    pub fn lines(&self, row: usize, width: usize) -> CellLines<'_> {
        let piece = &self.cells[row];
        let before = self.befores.get(row).filter(|(first, _)| !first.is_empty());
        let fits = piece.whole || (before.is_none() && piece.width <= width);
        if fits {
            return CellLines::One(self.text(row), piece.width);
        }
        let Some((first, more)) = before else {
            return CellLines::Broken(broken(self.text(row), width));
        };
        // What stands before a name leaves it half of the column.
        let fitting = |before: &str| {
            let skipped = before.chars().count().saturating_sub(width / 2);
            before.chars().skip(skipped).collect::<String>()
        };
        let (first, more) = (fitting(first), fitting(more));
        let lines = broken(self.text(row), width.saturating_sub(display_width(&first)));
        let line =
            |(place, line): (usize, String)| format!("{}{line}", if place == 0 { &first } else { &more });
        CellLines::Broken(lines.into_iter().enumerate().map(line).collect())
    }
}
