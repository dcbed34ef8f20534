//! One record to one statement row, or to the problems that keep it from being one.

use chrono::NaiveDate;

use super::amount::AmountReader;
use super::columns::Columns;
use super::describe::{clean, excerpt};
use super::formats::Formats;
use super::layout::Layout;
use super::patterns::looks_like_date;
use super::records::{Cell, Record, Records};
use super::statement::{Problem, StatementLine};
use super::survey::Survey;

/// What a record turned out to be.
pub(super) enum Reading {
    Row(Box<StatementLine>),
    Problems(Vec<Problem>),
    /// Neither a date nor an amount: a blank line, a heading, a footer.
    Nothing,
}

/// Reads rows of one file.
pub(super) struct RowReader<'r> {
    columns: &'r Columns,
    formats: &'r Formats,
    amounts: AmountReader<'r>,
    /// The number of cells that a row has at least, and at most; whether the header says so or most rows do.
    width_min: usize,
    width_max: usize,
    has_header: bool,
}

impl<'r> RowReader<'r> {
    /// A reader for the rows of `layout`.
    pub fn new(
        layout: &Layout<'_>,
        survey: &Survey,
        columns: &'r Columns,
        formats: &'r Formats,
        amounts: AmountReader<'r>,
    ) -> RowReader<'r> {
        // A trailing delimiter makes an empty last column: rows may have it or not.
        let used = |index: &usize| match &layout.header {
            Some(header) => header.written.get(*index).is_some_and(|name| !name.is_empty()),
            None => survey.columns[*index].filled > 0,
        };
        let width_min = (0..survey.width).rev().find(used).map_or(0, |last| last + 1);
        let has_header = layout.header.is_some();
        RowReader { columns, formats, amounts, width_min, width_max: survey.width, has_header }
    }

    /// Reads one record.
    pub fn read(&self, records: &Records<'_>, record: &Record) -> Reading {
        if record.unclosed {
            let reason = "a quote opens in this line and is never closed";
            return Reading::Problems(vec![records.cell(record, 0).problem("unclosed-quote", reason)]);
        }
        if self.says_nothing(record) {
            return Reading::Nothing;
        }
        if let Some(problem) = self.ragged(records, record) {
            return Reading::Problems(vec![problem]);
        }
        let mut problems = Vec::new();
        let mut keep = |problem: Problem| problems.push(problem);
        let posted_on = self.date(records.cell(record, self.columns.date)).map_err(&mut keep).ok();
        let value_cell = self.columns.value_date.map(|index| records.cell(record, index));
        let value_on =
            value_cell.filter(|cell| !cell.text.is_empty()).map(|cell| self.date(cell)).transpose();
        let value_on = value_on.map_err(&mut keep).ok();
        let amount = self.amounts.amount(records, record).map_err(&mut keep).ok();
        let balance = amount.map(|amount| self.amounts.balance(records, record, amount)).transpose();
        let balance = balance.map_err(&mut keep).ok();
        match (posted_on, value_on, amount, balance) {
            (Some(posted_on), Some(value_on), Some(amount), Some(balance)) => {
                let [payee, memo, reference] =
                    [self.columns.payee, self.columns.memo, self.columns.reference]
                        .map(|column| text(record, column));
                Reading::Row(Box::new(StatementLine {
                    line: record.line as u32,
                    span: records.span(record),
                    posted_on,
                    value_on,
                    amount,
                    payee,
                    narrative: self.narrative(record),
                    memo,
                    reference,
                    bank_id: None,
                    balance: balance.flatten(),
                    detail: None,
                }))
            }
            _ => Reading::Problems(problems),
        }
    }

    /// Whether a record has neither a date nor an amount.
    fn says_nothing(&self, record: &Record) -> bool {
        let date = record.cell(self.columns.date);
        let has_date = looks_like_date(date) || self.formats.date.read(date).is_some();
        let has_digit = |index: usize| record.cell(index).contains(|c: char| c.is_ascii_digit());
        !has_date && !self.columns.amount.numbers().any(has_digit)
    }

    /// A row with too few cells was cut off; one with too many has a delimiter in a text, and its cells are not
    /// where they should be.
    fn ragged(&self, records: &Records<'_>, record: &Record) -> Option<Problem> {
        let found = record.len();
        let (expected, at, question) = if found < self.width_min {
            (self.width_min, found.saturating_sub(1), "is it cut off?")
        } else if record.len_filled() > self.width_max {
            (self.width_max, self.width_max, "is there a delimiter in a text without quotes?")
        } else {
            return None;
        };
        let who = if self.has_header { "the header has" } else { "most rows have" };
        let reason = format!("the row has {found} cells where {who} {expected}: {question}");
        Some(records.cell(record, at).problem("ragged-row", reason))
    }

    fn date(&self, cell: Cell<'_>) -> Result<NaiveDate, Problem> {
        if cell.text.is_empty() {
            return Err(cell.problem("missing-date", "the row has an amount and no date"));
        }
        let format = &self.formats.date;
        format.read(cell.text).ok_or_else(|| {
            cell.problem(
                "unreadable-date",
                format!("\"{}\" is not a date written as {format}", excerpt(cell.text)),
            )
        })
    }

    fn narrative(&self, record: &Record) -> Option<Box<str>> {
        let cells = self.columns.description.iter().map(|index| clean(record.cell(*index)));
        let told = cells.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        (!told.is_empty()).then(|| told.into())
    }
}

fn text(record: &Record, column: Option<usize>) -> Option<Box<str>> {
    let text = column.map(|index| clean(record.cell(index))).filter(|text| !text.is_empty());
    text.map(String::into_boxed_str)
}
