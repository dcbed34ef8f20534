//! What the cells of each column have in common: the evidence on which date order, decimal mark and columns rest.
//!
//! A first look takes some thousand rows, and keeps the cells of the first of them to compare columns with each
//! other. Where that leaves something open, a second look takes all rows, at the columns of dates and numbers alone.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::currency::{Currencies, looks_like_currency};
use super::delimiter::{WidthCounts, usual_width};
use super::layout::Layout;
use super::number::{MarkEvidence, is_negative, looks_like_money, looks_like_number, mark_evidence};
use super::patterns::DatePatterns;
use super::records::Record;
use super::words::Direction;
use crate::Result;
use crate::money::DecimalMark;

/// How many rows the first look takes.
const ROWS_FIRST: u64 = 10_000;
/// How many rows are kept with their cells.
const ROWS_KEPT: usize = 1_000;
/// How much of a cell is kept, in bytes.
const CELL_KEPT: usize = 200;

/// A cell that shows something, for a sentence about it.
#[derive(Debug, Clone)]
pub(super) struct Witness {
    pub place: (u64, u64),
    pub text: String,
}

/// What the filled cells of one column have in common.
#[derive(Default)]
pub(super) struct ColumnFacts {
    pub filled: u64,
    /// Cells that read as a date, and the patterns that fit all of them.
    pub dates: u64,
    pub patterns: u32,
    /// The first date that reads as two days, and the first that shares no pattern with those before it.
    pub date_either: Option<Witness>,
    pub date_conflict: Option<Witness>,
    /// Cells that are numbers, those with a sign, mark or currency, and those below and above zero.
    pub numbers: u64,
    pub money: u64,
    pub negative: u64,
    pub positive: u64,
    /// The first number that only a decimal point, only a decimal comma, and either would explain.
    pub point: Option<Witness>,
    pub comma: Option<Witness>,
    pub mark_either: Option<Witness>,
    /// Cells that are direction words, that name a known currency, and that could name one.
    pub directions: u64,
    pub currencies: u64,
    pub currency_like: u64,
    /// The same for columns with the same cells.
    pub digest: u64,
}

/// The facts of all columns.
pub(super) struct Survey {
    /// Records that are not blank.
    pub rows: u64,
    /// The number of cells in a row: the header's, or what most rows have.
    pub width: usize,
    pub columns: Vec<ColumnFacts>,
    /// The cells of the first rows, long ones cut.
    pub sample: Vec<Vec<String>>,
    /// Whether all rows of the file were looked at.
    pub is_whole: bool,
}

/// Takes a first look at the rows.
///
/// # Errors
/// A cell that is too long.
pub(super) fn survey(layout: &Layout<'_>, currencies: Currencies<'_>) -> Result<Survey> {
    let header_width = layout.header.as_ref().map(|header| header.written.len());
    let mut columns: Vec<ColumnFacts> = Vec::new();
    let mut widths = WidthCounts::new();
    let mut sample = Vec::new();
    let mut rows = 0;
    let mut is_whole = true;
    let mut records = layout.rows();
    let mut record = Record::default();
    while records.read(&mut record)? {
        if layout.is_header(&record) || record.is_blank() || record.unclosed {
            continue;
        }
        if rows == ROWS_FIRST {
            is_whole = false;
            break;
        }
        rows += 1;
        *widths.entry(record.len()).or_insert(0) += 1;
        if columns.len() < record.len() {
            columns.resize_with(record.len(), ColumnFacts::default);
        }
        if sample.len() < ROWS_KEPT {
            sample.push(record.cells().map(kept).collect());
        }
        for ((index, cell), facts) in record.cells().enumerate().zip(&mut columns) {
            facts.add_to_digest(rows, cell);
            if cell.is_empty() {
                continue;
            }
            facts.filled += 1;
            facts.note_date(cell, || records.place(&record, index));
            facts.note_number(cell, || records.place(&record, index));
            facts.note_words(cell, currencies);
        }
    }
    let width = header_width.unwrap_or_else(|| usual_width(&widths).1);
    columns.resize_with(width.max(columns.len()), ColumnFacts::default);
    Ok(Survey { rows, width, columns, sample, is_whole })
}

fn kept(cell: &str) -> String {
    let end = (0..=CELL_KEPT.min(cell.len())).rev().find(|end| cell.is_char_boundary(*end));
    cell[..end.unwrap_or(0)].to_owned()
}

impl Survey {
    /// Takes the second look: dates and numbers of all rows, in the columns that seem to hold such.
    ///
    /// # Errors
    /// A cell that is too long.
    pub fn look_at_all(&mut self, layout: &Layout<'_>) -> Result<()> {
        let watched =
            |facts: &ColumnFacts| (facts.mostly_dates(), facts.mostly_numbers() || facts.filled == 0);
        let watched = self.columns.iter().map(watched).collect::<Vec<_>>();
        let mut records = layout.rows();
        let mut record = Record::default();
        let mut seen = 0;
        while records.read(&mut record)? {
            if layout.is_header(&record) || record.is_blank() || record.unclosed {
                continue;
            }
            seen += 1;
            if seen <= self.rows {
                continue;
            }
            for (index, (dates, numbers)) in watched.iter().enumerate() {
                let cell = if *dates || *numbers { record.cell(index) } else { "" };
                if cell.is_empty() {
                    continue;
                }
                let facts = &mut self.columns[index];
                facts.filled += 1;
                if *dates {
                    facts.note_date(cell, || records.place(&record, index));
                }
                if *numbers {
                    facts.note_number(cell, || records.place(&record, index));
                }
            }
        }
        (self.rows, self.is_whole) = (seen, true);
        Ok(())
    }
}

impl ColumnFacts {
    /// Whether nearly every filled cell is a date; some files have other lines between their rows.
    pub fn mostly_dates(&self) -> bool {
        self.dates > 0 && self.dates * 10 >= self.filled * 9
    }

    /// Whether every filled cell is a number.
    pub fn is_numbers(&self) -> bool {
        self.filled > 0 && self.numbers == self.filled
    }

    /// Whether nearly every filled cell is a number.
    pub fn mostly_numbers(&self) -> bool {
        self.numbers > 0 && self.numbers * 10 >= self.filled * 9
    }

    /// Whether nearly every filled cell is a direction word; each of the others is a problem of its row.
    pub fn mostly_directions(&self) -> bool {
        self.directions > 0 && self.directions * 10 >= self.filled * 9
    }

    fn add_to_digest(&mut self, row: u64, cell: &str) {
        let mut hasher = DefaultHasher::new();
        (self.digest, row, cell).hash(&mut hasher);
        self.digest = hasher.finish();
    }

    fn note_date(&mut self, cell: &str, place: impl Fn() -> (u64, u64)) {
        let patterns = DatePatterns::shared();
        // Patterns that an earlier date ruled out need no second try, unless none of the others fits.
        let likely = if self.dates > 0 { patterns.fitting_among(self.patterns, cell) } else { 0 };
        let fitting = if likely == 0 { patterns.fitting(cell) } else { likely };
        if fitting == 0 {
            return;
        }
        let common = if self.dates == 0 { fitting } else { self.patterns & fitting };
        self.dates += 1;
        let witness = || Some(Witness { place: place(), text: cell.to_owned() });
        if common == 0 {
            self.date_conflict = self.date_conflict.take().or_else(witness);
            return;
        }
        self.patterns = common;
        if self.date_either.is_none() && fitting.count_ones() > 1 {
            let formats = patterns.of(fitting);
            let mut days = formats.iter().filter_map(|format| format.read(cell));
            let first = days.next();
            if days.any(|day| Some(day) != first) {
                self.date_either = witness();
            }
        }
    }

    fn note_number(&mut self, cell: &str, place: impl Fn() -> (u64, u64)) {
        if !looks_like_number(cell) {
            return;
        }
        self.numbers += 1;
        self.money += u64::from(looks_like_money(cell));
        if cell.contains(|c: char| ('1'..='9').contains(&c)) {
            let negative = is_negative(cell);
            self.negative += u64::from(negative);
            self.positive += u64::from(!negative);
        }
        let seen = match mark_evidence(cell) {
            MarkEvidence::None => return,
            MarkEvidence::Only(DecimalMark::Point) => &mut self.point,
            MarkEvidence::Only(DecimalMark::Comma) => &mut self.comma,
            MarkEvidence::Either => &mut self.mark_either,
        };
        if seen.is_none() {
            *seen = Some(Witness { place: place(), text: cell.to_owned() });
        }
    }

    /// Whether a column that is called a currency holds one: one that is known, or what looks like nothing else.
    /// Each cell that names no known one is then a problem of its row.
    pub fn names_currencies(&self) -> bool {
        self.currencies > 0 || self.currency_like > 0 && self.currency_like * 10 >= self.filled * 9
    }

    /// Counts direction words and currencies, for as long as nearly every cell has been one.
    fn note_words(&mut self, cell: &str, currencies: Currencies<'_>) {
        let before = self.filled - 1;
        if self.directions * 10 + 20 >= before * 9 && cell.len() <= 24 && Direction::of(cell).is_some() {
            self.directions += 1;
        }
        if self.currency_like * 10 + 20 >= before * 9 && looks_like_currency(cell) {
            self.currency_like += 1;
            self.currencies += u64::from(currencies.of_cell(cell).is_ok());
        }
    }
}
