//! The table for people: columns by display width, text broken, amounts and dates whole, sums under lines.
//!
//! Rows are gathered, because the widest cell decides; [`layout`] says how wide columns are and which of them stand
//! beside each other.

mod lines;
mod tree;

use std::io::{self, Write};

use self::lines::{Ink, Sheet};
use super::layout::{self, Block, Reach, Squeeze};
use super::text::{broken, display_width, push_grouped, push_visible, visible};
use super::{Align, Cell, Column, Kind, RowMark, Style, Table, short};

/// Gathers rows and lays them out at the end.
pub(super) struct Grid<'a> {
    out: &'a mut dyn Write,
    style: Style,
    rows: Vec<(RowMark, Vec<Cell>)>,
}

/// A column with what its cells show.
pub(super) struct Shown {
    header: String,
    align: Align,
    /// What all cells show, one after the other.
    texts: String,
    cells: Vec<Piece>,
    /// What stands before the first line of each name and before the others, where something does.
    befores: Vec<(String, String)>,
    reach: Reach,
}

/// What a cell shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Where its text begins and ends among those of its column.
    start: usize,
    end: usize,
    /// How many columns of a terminal the text takes.
    width: usize,
    /// Whether it is never broken: an amount, a date, a number.
    whole: bool,
    negative: bool,
}

impl<'a> Grid<'a> {
    pub(super) fn new(out: &'a mut dyn Write, style: Style) -> Self {
        Grid { out, style, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, mark: RowMark, row: Vec<Cell>) {
        self.rows.push((mark, row));
    }

    pub(super) fn end(mut self, head: &Table) -> io::Result<()> {
        let ink = Ink { color: self.style.color };
        let width = usize::from(self.style.width);
        for line in head.title.iter().flat_map(|title| broken(&visible(title), width)) {
            writeln!(self.out, "{}", ink.bold(&line))?;
        }
        let below = self.take_long(head);
        let row_count = self.rows.len();
        let totals = head.footer.iter().map(|row| (RowMark::Total, row.clone()));
        let rows: Vec<_> = std::mem::take(&mut self.rows).into_iter().chain(totals).collect();
        if rows.is_empty() {
            if head.title.is_some() {
                writeln!(self.out)?;
            }
            writeln!(self.out, "(nothing to show)")?;
        } else {
            let columns: Vec<&Column> =
                head.columns.iter().filter(|column| column.kind != Kind::Long).collect();
            let (shown, blocks, unit) = arranged(&columns, &rows, head.split, width);
            if let Some(code) = unit {
                writeln!(self.out, "(amounts in {code})")?;
            }
            if head.title.is_some() || unit.is_some() {
                writeln!(self.out)?;
            }
            let marks: Vec<RowMark> = rows.iter().map(|(mark, _)| *mark).collect();
            let sheet = Sheet { columns: &shown, marks: &marks, row_count, ink, width };
            sheet.write(self.out, &blocks)?;
        }
        // A code stays whole, also where it is longer than a line: it is copied from here.
        let notes = head.notes.iter().flat_map(|note| broken(&visible(note), width));
        for (index, line) in below.into_iter().chain(notes).enumerate() {
            let gap = if index == 0 { "\n" } else { "" };
            writeln!(self.out, "{gap}{line}")?;
        }
        Ok(())
    }

    /// Takes the cells of long columns out of the rows, as lines such as `head of home: …`.
    fn take_long(&mut self, head: &Table) -> Vec<String> {
        let long = |index: &usize| head.columns.get(*index).is_some_and(|column| column.kind == Kind::Long);
        let width = usize::from(self.style.width);
        let mut lines = Vec::new();
        for (_, row) in &mut self.rows {
            let of = row.first().map(|cell| plain(cell, 0)).unwrap_or_default();
            for index in (0..row.len()).rev().filter(long) {
                let code = plain(&row.remove(index), 0);
                let name = format!("{} of {of}:", head.columns[index].name);
                if code.is_empty() {
                    continue;
                }
                if display_width(&name) + 1 + display_width(&code) <= width {
                    lines.push(format!("{name} {code}"));
                } else {
                    lines.extend(broken(&name, width));
                    lines.push(code);
                }
            }
        }
        lines
    }
}

/// What columns show, in which blocks, and the code that all amounts share where it is shown only once.
fn arranged<'r>(
    columns: &[&Column],
    rows: &'r [(RowMark, Vec<Cell>)],
    split: Option<usize>,
    width: usize,
) -> (Vec<Shown>, Vec<Block>, Option<&'r str>) {
    let lead = split.unwrap_or(1);
    let one_block = |shown: &[Shown], squeeze: Squeeze| {
        let reaches: Vec<Reach> = shown.iter().map(|column| column.reach).collect();
        let widths = layout::fit(&reaches, width, squeeze)?;
        Some(vec![Block { columns: widths.into_iter().enumerate().collect(), lead }])
    };
    // A report of amounts says their commodity once before its names are broken; a list breaks its names first.
    let squeeze = if split.is_some() { Squeeze::Words } else { Squeeze::Segments };
    let unit = shared_code(rows);
    // Where the gaps alone are wider than the terminal, amounts need not be tried with their code.
    let hopeless = unit.is_some() && columns.len().saturating_sub(1) * layout::GAP > width;
    let mut shown = shown_columns(columns, rows, !hopeless);
    if !hopeless {
        if let Some(mut blocks) = one_block(&shown, squeeze) {
            tighten(&shown, &mut blocks);
            return (shown, blocks, None);
        }
        if unit.is_some() {
            shown = shown_columns(columns, rows, false);
        }
    }
    let squeeze = if split.is_some() { Squeeze::Segments } else { Squeeze::Anywhere };
    let mut blocks = one_block(&shown, squeeze).unwrap_or_else(|| {
        let reaches: Vec<Reach> = shown.iter().map(|column| column.reach).collect();
        layout::blocks(&reaches, lead, width)
    });
    tighten(&shown, &mut blocks);
    (shown, blocks, unit)
}

/// Takes off what broken text leaves free on the right of its widest line.
fn tighten(shown: &[Shown], blocks: &mut [Block]) {
    for (place, width) in blocks.iter_mut().flat_map(|block| &mut block.columns) {
        let column = &shown[*place];
        if *width < column.reach.natural {
            let cells = (0..column.cells.len()).map(|row| column.lines(row, *width).width());
            let header = broken(&column.header, *width).iter().map(|line| display_width(line)).max();
            *width = cells.chain(header).max().unwrap_or(0).min(*width);
        }
    }
}

/// The commodity of all amounts, where it is one.
fn shared_code(rows: &[(RowMark, Vec<Cell>)]) -> Option<&str> {
    let codes = rows.iter().flat_map(|(_, row)| row).filter_map(|cell| match cell {
        Cell::Amount { commodity, .. } => Some(&**commodity),
        _ => None,
    });
    let mut shared = None;
    for code in codes {
        if *shared.get_or_insert(code) != code {
            return None;
        }
    }
    shared.filter(|code| !code.is_empty() && code.len() <= CODE_MAX)
}

/// A longer code has no place in a line of its own.
const CODE_MAX: usize = 40;

fn shown_columns(columns: &[&Column], rows: &[(RowMark, Vec<Cell>)], with_codes: bool) -> Vec<Shown> {
    let shown = columns.iter().enumerate().map(|(place, column)| {
        let cells = || rows.iter().map(|(_, row)| row.get(place).unwrap_or(&Cell::Empty));
        let code_width = if with_codes { code_width(cells()) } else { 0 };
        let mut texts = String::new();
        let pieces: Vec<Piece> = cells().map(|cell| piece(&mut texts, cell, code_width)).collect();
        let befores = if place == 0 { tree::befores(rows) } else { Vec::new() };
        let header = visible(&header(column));
        // A section's heading stands across the whole table.
        let counted = |place_of_row: usize| place > 0 || rows[place_of_row].0 != RowMark::Section;
        let reach = reach(column.kind, &header, (&texts, &pieces), &befores, counted);
        Shown { header, align: column.align, texts, cells: pieces, befores, reach }
    });
    shown.collect()
}

fn reach(
    kind: Kind,
    header: &str,
    (texts, pieces): (&str, &[Piece]),
    befores: &[(String, String)],
    counted: impl Fn(usize) -> bool,
) -> Reach {
    let longest = |text: &str, apart: &[char]| {
        text.split_inclusive(apart).map(|piece| display_width(piece.trim_end())).max().unwrap_or(0)
    };
    let before = |row: usize| befores.get(row).map_or(0, |(first, _)| display_width(first));
    let rows = || pieces.iter().enumerate().filter(|(row, _)| counted(*row));
    let cells = rows().map(|(row, piece)| before(row) + piece.width).max().unwrap_or(0);
    let header_width = display_width(header);
    let all_whole = rows().all(|(_, piece)| piece.whole || piece.is_empty());
    if all_whole && kind != Kind::Text {
        return Reach::whole(cells, header_width, longest(header, &[' ']));
    }
    let natural = cells.max(header_width);
    let floor = rows().filter(|(_, piece)| piece.whole).map(|(row, piece)| before(row) + piece.width);
    let floor = floor.max().unwrap_or(0);
    let broken_at = |apart: &[char]| {
        let words = rows().map(|(row, piece)| match piece.whole {
            true => piece.width,
            false => before(row) + longest(&texts[piece.start..piece.end], apart),
        });
        words.max().unwrap_or(0).max(longest(header, apart))
    };
    match kind {
        Kind::Text | Kind::Amount => {
            Reach::text(natural, broken_at(&[' ']), broken_at(&[' ', ':'])).at_least(floor)
        }
        Kind::Short | Kind::Long => Reach::short(natural).at_least(floor),
    }
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

/// The display width of the widest commodity of some cells, so that numbers of one column end at one place.
fn code_width<'c>(cells: impl Iterator<Item = &'c Cell>) -> usize {
    let mut widest = 0;
    let mut known = "";
    for cell in cells {
        if let Cell::Amount { commodity, .. } = cell
            && **commodity != *known
        {
            known = commodity;
            widest = widest.max(display_width(&visible(commodity)));
        }
    }
    widest
}

fn piece(texts: &mut String, cell: &Cell, code_width: usize) -> Piece {
    let negative =
        matches!(cell, Cell::Amount { number, .. } | Cell::Decimal(number) if number.starts_with('-'));
    let whole = matches!(cell, Cell::Amount { .. } | Cell::Decimal(_) | Cell::Number(_) | Cell::Date(_));
    let start = texts.len();
    push_plain(texts, cell, code_width);
    Piece { start, end: texts.len(), width: display_width(&texts[start..]), whole, negative }
}

impl Piece {
    fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A cell as people read it. An amount has its code, filled up to a width, where that is not zero.
pub(super) fn plain(cell: &Cell, code_width: usize) -> String {
    let mut shown = String::new();
    push_plain(&mut shown, cell, code_width);
    shown
}

fn push_plain(shown: &mut String, cell: &Cell, code_width: usize) {
    match cell {
        Cell::Text(text) => push_visible(shown, text),
        Cell::Amount { number, commodity } => {
            push_grouped(shown, number);
            if code_width > 0 {
                shown.push(' ');
                let start = shown.len();
                push_visible(shown, commodity);
                let gap = code_width.saturating_sub(display_width(&shown[start..]));
                shown.extend(std::iter::repeat_n(' ', gap));
            }
        }
        Cell::Decimal(number) => push_grouped(shown, number),
        Cell::Number(number) => shown.push_str(&number.to_string()),
        Cell::Date(date) => shown.push_str(&date.to_string()),
        Cell::Tree { label, .. } => push_visible(shown, label),
        Cell::Empty => {}
        Cell::Json(serde_json::Value::Bool(true)) => shown.push_str("yes"),
        Cell::Json(serde_json::Value::Bool(false)) => shown.push_str("no"),
        Cell::Json(value) => push_visible(shown, &short(value)),
    }
}
