//! The table for people: columns by display width, text wrapped, amounts and dates whole.

use std::io::{self, Write};

use comfy_table::{
    Cell as GridCell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Row,
    Table as GridTable, TableStyle, Width,
};
use unicode_width::UnicodeWidthStr;

use super::{Align, Cell, Column, Kind, Style, Table, short, visible};

/// The narrowest that wrapping makes a column of text.
const TEXT_WIDTH_MIN: u16 = 10;
/// Blanks to the right of a column; the junction that the header's line needs adds one more.
const GAP: u16 = 1;

// Marks inside cells that have no width, replaced by colours after the layout. Text cannot hold them: they are
// taken out of every cell first.
const NEGATIVE: char = '\u{2061}';
const NEGATIVE_END: char = '\u{2062}';
/// The row that becomes the line above the totals.
const RULE: char = '\u{1}';

/// Gathers rows and lays them out at the end.
pub(super) struct Grid<'a> {
    out: &'a mut dyn Write,
    style: Style,
    rows: Vec<Vec<Cell>>,
}

impl<'a> Grid<'a> {
    pub(super) fn new(out: &'a mut dyn Write, style: Style) -> Self {
        Grid { out, style, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    pub(super) fn end(mut self, head: &Table) -> io::Result<()> {
        let (bold, plain) = if self.style.color { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        if let Some(title) = &head.title {
            for line in wrapped(&visible(title), self.style.width) {
                writeln!(self.out, "{bold}{line}{plain}")?;
            }
            writeln!(self.out)?;
        }
        let below = self.take_long(head);
        if self.rows.is_empty() && head.footer.is_empty() {
            writeln!(self.out, "(nothing to show)")?;
        } else {
            let columns = head.columns.iter().filter(|column| column.kind != Kind::Long).cloned().collect();
            self.lay_out(&Table { columns, footer: head.footer.clone(), ..Table::default() }, bold, plain)?;
        }
        for (index, note) in below.iter().chain(&head.notes).enumerate() {
            let gap = if index == 0 { "\n" } else { "" };
            writeln!(self.out, "{gap}{}", wrapped(&visible(note), self.style.width).join("\n"))?;
        }
        Ok(())
    }

    /// Takes the cells of long columns out of the rows, as lines such as `head of home: …`.
    fn take_long(&mut self, head: &Table) -> Vec<String> {
        let long = |index: &usize| head.columns.get(*index).is_some_and(|column| column.kind == Kind::Long);
        let mut lines = Vec::new();
        for row in &mut self.rows {
            let of = row.first().map(|cell| shown(cell, 0)).unwrap_or_default();
            for index in (0..row.len()).rev().filter(long) {
                let code = shown(&row.remove(index), 0);
                if !code.is_empty() {
                    lines.push(format!("{} of {of}: {code}", head.columns[index].name));
                }
            }
        }
        lines
    }

    fn lay_out(&mut self, head: &Table, bold: &str, plain: &str) -> io::Result<()> {
        let mut columns: Vec<Vec<String>> = Vec::with_capacity(head.columns.len());
        for index in 0..head.columns.len() {
            let cells =
                || self.rows.iter().chain(&head.footer).map(|row| row.get(index).unwrap_or(&Cell::Empty));
            let code_width = cells().map(code_width).max().unwrap_or(0);
            columns.push(cells().map(|cell| shown(cell, code_width)).collect());
        }
        break_names(head, &mut columns, self.style.width);
        let table = arranged(head, &columns, self.rows.len(), self.style.width);
        let lines: Vec<String> = table.lines().collect();
        let is_rule = |line: &str| line.starts_with('─');
        let rule_width = lines.iter().find(|line| is_rule(line)).map_or(0, |line| line.trim_end().width());
        let mut in_header = true;
        for line in &lines {
            let line = line.trim_end();
            if line.contains(RULE) {
                writeln!(self.out, "{}", "─".repeat(rule_width))?;
            } else if in_header && !is_rule(line) {
                writeln!(self.out, "{bold}{line}{plain}")?;
            } else {
                in_header = false;
                writeln!(self.out, "{}", painted(line, self.style.color))?;
            }
        }
        Ok(())
    }
}

fn arranged(head: &Table, columns: &[Vec<String>], row_count: usize, width: u16) -> GridTable {
    let mut table = GridTable::new();
    table
        .load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')))
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width)
        .set_header(head.columns.iter().map(header));
    let total_rows = columns.first().map_or(0, Vec::len);
    for row in 0..total_rows {
        if row == row_count && row_count > 0 {
            table.add_row(vec![RULE.to_string()]);
        }
        table.add_row(Row::from(columns.iter().map(|cells| GridCell::new(&cells[row])).collect::<Vec<_>>()));
    }
    let widths = table.column_max_content_widths();
    let least = least_widths(head, columns, &widths, width);
    let last = head.columns.len().saturating_sub(1);
    for (index, (column, least)) in head.columns.iter().zip(least).enumerate() {
        // The table was given a header with this many columns.
        let Some(laid) = table.column_mut(index) else { continue };
        let gap = if index == last { 0 } else { GAP };
        laid.set_padding((0, gap));
        laid.set_constraint(match column.kind {
            Kind::Text => ColumnConstraint::LowerBoundary(Width::Fixed(least + gap)),
            Kind::Short | Kind::Long | Kind::Amount => ColumnConstraint::ContentWidth,
        });
        laid.set_cell_alignment(match column.align {
            Align::Left => CellAlignment::Left,
            Align::Right => CellAlignment::Right,
        });
    }
    table
}

/// The least width of each column of text: its longest word, so that wrapping breaks between words, or, where that
/// does not fit beside the other columns, [`TEXT_WIDTH_MIN`].
fn least_widths(head: &Table, columns: &[Vec<String>], widths: &[u16], width: u16) -> Vec<u16> {
    let words = |index: usize| {
        let words =
            columns[index].iter().flat_map(|cell| cell.split([' ', '\n'])).map(UnicodeWidthStr::width).max();
        u16::try_from(words.unwrap_or(0)).unwrap_or(u16::MAX)
    };
    let is_text = |index: usize| matches!(head.columns[index].kind, Kind::Text);
    let by_word: Vec<u16> =
        (0..widths.len())
            .map(|index| {
                if is_text(index) {
                    words(index).max(TEXT_WIDTH_MIN).min(widths[index])
                } else {
                    widths[index]
                }
            })
            .collect();
    // Each column but the last has its gap, and the header's junction beside it.
    let gaps = usize::from(GAP + 1) * widths.len().saturating_sub(1);
    let needed = gaps + by_word.iter().copied().map(usize::from).sum::<usize>();
    if needed <= usize::from(width) {
        return by_word;
    }
    widths.iter().map(|content| (*content).min(TEXT_WIDTH_MIN)).collect()
}

/// Breaks names such as `Expenses:Food:Restaurants` after a colon where a table is too wide for its longest words, so
/// that none is broken within a word.
fn break_names(head: &Table, columns: &mut [Vec<String>], width: u16) {
    let is_text = |index: &usize| matches!(head.columns[*index].kind, Kind::Text);
    let widest = |index: usize, apart: &[char]| {
        let pieces = columns[index].iter().flat_map(|cell| cell.split_inclusive(apart));
        let pieces = pieces.map(|piece| piece.trim_end().width()).max().unwrap_or(0);
        pieces.max(header(&head.columns[index]).width())
    };
    let gaps = usize::from(GAP + 1) * columns.len().saturating_sub(1);
    let fixed =
        (0..columns.len()).filter(|index| !is_text(index)).map(|index| widest(index, &['\n'])).sum::<usize>();
    let texts: Vec<usize> = (0..columns.len()).filter(is_text).collect();
    let by_word: Vec<usize> = texts.iter().map(|index| widest(*index, &[' '])).collect();
    let by_segment: Vec<usize> =
        texts.iter().map(|index| widest(*index, &[' ', ':']).max(usize::from(TEXT_WIDTH_MIN))).collect();
    let room = usize::from(width).saturating_sub(gaps + fixed);
    let least = by_segment.iter().sum::<usize>();
    if by_word.iter().sum::<usize>() <= room || least > room {
        return;
    }
    let mut spare = room - least;
    for ((index, by_word), by_segment) in texts.into_iter().zip(by_word).zip(by_segment) {
        let more = by_word.saturating_sub(by_segment).min(spare);
        spare -= more;
        if by_segment + more < by_word {
            for cell in &mut columns[index] {
                *cell = broken(cell, by_segment + more);
            }
        }
    }
}

/// A cell on lines of at most `width` columns, broken after blanks and colons.
fn broken(cell: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for piece in cell.split_inclusive([' ', ':']) {
        // There is always a last line: one was put in at the start.
        let Some(last) = lines.last_mut() else { break };
        if last.is_empty() || last.width() + piece.trim_end().width() <= width {
            last.push_str(piece);
        } else {
            lines.push(piece.to_owned());
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// Text on lines of at most `width` columns, broken between words; a longer word stays whole.
pub(crate) fn wrapped(text: &str, width: u16) -> Vec<String> {
    let width = usize::from(width);
    if text.width() <= width {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        // There is always a last line: one was put in at the start.
        let Some(last) = lines.last_mut() else { break };
        if last.is_empty() {
            last.push_str(word);
        } else if last.width() + 1 + word.width() <= width {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// `posted_on` reads `Posted on`.
pub(super) fn header(column: &Column) -> String {
    if let Some(header) = &column.header {
        return header.to_string();
    }
    let words = column.name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The display width of a cell's commodity, so that numbers of one column end at one place.
fn code_width(cell: &Cell) -> usize {
    match cell {
        Cell::Amount { commodity, .. } => visible(commodity).width(),
        _ => 0,
    }
}

fn shown(cell: &Cell, code_width: usize) -> String {
    match cell {
        Cell::Text(text) => visible(text),
        Cell::Amount { number, commodity } => {
            let grouped = grouped(number);
            let amount = match code_width {
                0 => grouped,
                _ => {
                    let code = visible(commodity);
                    let gap = " ".repeat(code_width.saturating_sub(code.width()));
                    format!("{grouped} {code}{gap}")
                }
            };
            if number.starts_with('-') { format!("{NEGATIVE}{amount}{NEGATIVE_END}") } else { amount }
        }
        Cell::Number(number) => number.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Tree { depth, label, .. } => format!("{}{}", "  ".repeat(*depth), visible(label)),
        Cell::Empty => String::new(),
        Cell::Json(serde_json::Value::Bool(true)) => "yes".into(),
        Cell::Json(serde_json::Value::Bool(false)) => "no".into(),
        Cell::Json(value) => visible(&short(value)),
    }
}

/// A plain decimal number with its thousands set apart: `-1234567.89` is shown as `-1,234,567.89`.
pub(crate) fn grouped(number: &str) -> String {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number),
    };
    let (whole, fraction) = match digits.find('.') {
        Some(point) => digits.split_at(point),
        None => (digits, ""),
    };
    let mut shown = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown + fraction
}

fn painted(line: &str, color: bool) -> String {
    let (on, off) = if color { ("\u{1b}[31m", "\u{1b}[0m") } else { ("", "") };
    // Blanks that do not break have done their work; a plain one is what a person searches for.
    line.replace(NEGATIVE, on).replace(NEGATIVE_END, off).replace('\u{a0}', " ").trim_end().to_owned()
}
