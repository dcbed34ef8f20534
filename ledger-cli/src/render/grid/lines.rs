//! The lines of a table that is laid out: headers, rows, lines above sums, and colour.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::super::layout::{Block, GAP};
use super::super::text::{broken, shortened};
use super::super::{Align, RowMark};
use super::{Piece, Shown};

/// Whether there is colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ink {
    pub color: bool,
}

impl Ink {
    pub fn bold(self, text: &str) -> String {
        self.painted(text, true, false)
    }

    fn painted(self, text: &str, bold: bool, negative: bool) -> String {
        let code = match (bold, negative) {
            _ if !self.color || text.is_empty() => return text.to_owned(),
            (false, false) => return text.to_owned(),
            (true, false) => "1",
            (false, true) => "31",
            (true, true) => "1;31",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
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
struct Part {
    text: String,
    bold: bool,
    negative: bool,
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
                    let text = &self.columns[0].cells[row].text;
                    for line in broken(text, self.width) {
                        writeln!(out, "{}", self.ink.bold(line.trim_end()))?;
                    }
                    ruled = false;
                    continue;
                }
                RowMark::Subtotal if !ruled => self.write_line(out, block, self.sum_line(block, row))?,
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
            let part = |lines: &Vec<String>| {
                let skipped = height - lines.len();
                let text = line.checked_sub(skipped).map_or_else(String::new, |line| lines[line].clone());
                Part { text, bold: true, negative: false }
            };
            self.write_line(out, block, headers.iter().map(part).collect())?;
        }
        Ok(())
    }

    /// The line above the amounts of a sum.
    fn sum_line(&self, block: &Block, row: usize) -> Vec<Part> {
        let part = |(index, (place, width)): (usize, &(usize, usize))| {
            let sums = index >= block.lead && !self.columns[*place].cells[row].text.is_empty();
            let text = if sums { "─".repeat(*width) } else { String::new() };
            Part { text, bold: false, negative: false }
        };
        block.columns.iter().enumerate().map(part).collect()
    }

    fn write_row(&self, out: &mut dyn Write, block: &Block, row: usize) -> io::Result<()> {
        let bold = matches!(self.marks[row], RowMark::Subtotal | RowMark::Total);
        let cells: Vec<(&Piece, Vec<String>)> = block
            .columns
            .iter()
            .map(|(place, width)| {
                let piece = &self.columns[*place].cells[row];
                (piece, self.columns[*place].lines(row, *width))
            })
            .collect();
        let height = cells.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
        for line in 0..height {
            let part = |(piece, lines): &(&Piece, Vec<String>)| Part {
                text: lines.get(line).cloned().unwrap_or_default(),
                bold,
                negative: piece.negative,
            };
            self.write_line(out, block, cells.iter().map(part).collect())?;
        }
        Ok(())
    }

    /// Writes cells side by side, with no blanks at the end.
    fn write_line(&self, out: &mut dyn Write, block: &Block, parts: Vec<Part>) -> io::Result<()> {
        let mut line = String::new();
        let mut blanks = 0;
        for ((place, width), part) in block.columns.iter().zip(parts) {
            let spare = width.saturating_sub(part.text.width());
            let (before, after) = match self.columns[*place].align {
                Align::Left => (0, spare),
                Align::Right => (spare, 0),
            };
            blanks += before;
            if !part.text.is_empty() {
                line.extend(std::iter::repeat_n(' ', blanks));
                blanks = 0;
                // Blanks that do not break have done their work; a plain one is what a person searches for.
                let text = part.text.replace('\u{a0}', " ");
                line.push_str(&self.ink.painted(&text, part.bold, part.negative));
            }
            blanks += after + GAP;
        }
        writeln!(out, "{}", line.trim_end())
    }
}

impl Shown {
    /// The lines of a cell in a column of this width.
    pub fn lines(&self, row: usize, width: usize) -> Vec<String> {
        let piece = &self.cells[row];
        if piece.whole {
            return vec![piece.text.clone()];
        }
        let Some((first, more)) = self.befores.get(row).filter(|(first, _)| !first.is_empty()) else {
            return broken(&piece.text, width);
        };
        // What stands before a name leaves it half of the column.
        let fitting = |before: &str| {
            let skipped = before.chars().count().saturating_sub(width / 2);
            before.chars().skip(skipped).collect::<String>()
        };
        let (first, more) = (fitting(first), fitting(more));
        let lines = broken(&piece.text, width.saturating_sub(first.width()));
        let line =
            |(place, line): (usize, String)| format!("{}{line}", if place == 0 { &first } else { &more });
        lines.into_iter().enumerate().map(line).collect()
    }
}
