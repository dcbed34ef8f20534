//! One record to one statement row, or to the problems that keep it from being one.

use chrono::NaiveDate;

use super::amount::AmountReader;
use super::columns::Columns;
use super::describe::{clean_into, excerpt};
use super::formats::Formats;
use super::layout::Layout;
use super::number::looks_like_number;
use super::patterns::looks_like_date;
use super::records::{Cell, Record, Records};
use super::standing::Standing;
use super::statement::{Problem, StatementLine};
use super::states::States;
use super::survey::Survey;
use super::texts::LineTexts;

/// What a record turned out to be.
pub(super) enum Reading {
    /// A row; whether it has more cells than the others.
    Row {
        is_longer: bool,
    },
    Problems,
    /// More text of the row before.
    Continued,
    /// A row that moves nothing into or out of the account.
    Neutral,
    /// A row that is not booked.
    LeftOut,
    /// A row with a balance and no amount.
    BalanceOnly,
    /// Neither a date nor an amount: a blank line, a heading, a footer.
    Nothing,
}

/// Reads rows of one file.
pub(super) struct RowReader<'r> {
    columns: &'r Columns,
    formats: &'r Formats,
    amounts: AmountReader<'r>,
    states: States,
    /// The columns that hold something else than text.
    typed: Vec<usize>,
    /// The columns of text, and those of other columns, for telling more text from a footer.
    texts: Vec<usize>,
    /// The number of cells that a row has at least, and at most; whether the header says so or most rows do.
    width_min: usize,
    width_max: usize,
    has_header: bool,
    /// The last posting date as it was written: most rows repeat it.
    last_date: (String, NaiveDate),
    /// The balances that the next row without an amount may have.
    standing: Standing,
    scratch: String,
}

impl<'r> RowReader<'r> {
    /// A reader for the rows of `layout`.
    pub fn new(
        layout: &Layout<'_>,
        survey: &Survey,
        columns: &'r Columns,
        formats: &'r Formats,
        amounts: AmountReader<'r>,
        states: States,
    ) -> RowReader<'r> {
        // A trailing delimiter makes an empty last column: rows may have it or not.
        let used = |index: &usize| match &layout.header {
            Some(header) => header.written.get(*index).is_some_and(|name| !name.is_empty()),
            None => survey.columns[*index].filled > 0,
        };
        let width_min = (0..survey.width).rev().find(used).map_or(0, |last| last + 1);
        let has_header = layout.header.is_some();
        let mut typed = Vec::from_iter(columns.amount.numbers());
        typed.extend(
            [Some(columns.date), columns.value_date, columns.currency, columns.balance, columns.fee]
                .into_iter()
                .flatten(),
        );
        let texts = columns.description.iter().copied().chain(columns.payee).chain(columns.memo).collect();
        let last_date = (String::new(), NaiveDate::default());
        RowReader {
            columns,
            formats,
            amounts,
            states,
            typed,
            texts,
            width_min,
            width_max: survey.width,
            has_header,
            last_date,
            standing: Standing::new(survey, columns, formats),
            scratch: String::new(),
        }
    }

    /// The columns and formats by which it reads.
    pub fn found(&self) -> (&'r Columns, &'r Formats) {
        (self.columns, self.formats)
    }

    /// The own account that a record names, where the file has a column of it.
    pub fn account<'c>(&self, record: &'c Record) -> Option<&'c str> {
        self.columns.account.map(|index| record.cell(index))
    }

    /// The state that a record is in.
    pub fn state<'c>(&self, record: &'c Record) -> &'c str {
        self.states.column().map_or("", |index| record.cell(index))
    }

    /// Reads one record into `rows` or `problems`.
    pub fn read(
        &mut self,
        records: &Records<'_>,
        record: &Record,
        rows: &mut Vec<StatementLine>,
        problems: &mut Vec<Problem>,
    ) -> Reading {
        if record.unclosed {
            let reason = "a quote opens in this line and is never closed";
            problems.push(records.cell(record, 0).problem("unclosed-quote", reason));
            return Reading::Problems;
        }
        if self.says_nothing(record) {
            return match rows.last_mut().filter(|row| self.is_continued(row, record)) {
                Some(row) => self.take_more(row, records, record),
                None => Reading::Nothing,
            };
        }
        let is_longer = record.len_filled() > self.width_max;
        if let Some(problem) = self.ragged(records, record, is_longer) {
            problems.push(problem);
            return Reading::Problems;
        }
        if self.states.column().is_some() && self.states.leaves_out(self.state(record)) {
            return Reading::LeftOut;
        }
        if self.amounts.is_neutral(record) {
            return Reading::Neutral;
        }
        let is_empty = |index: usize| record.cell(index).is_empty();
        if self.columns.balance.is_some_and(|index| !is_empty(index))
            && self.columns.amount.numbers().all(is_empty)
        {
            return match self.standing(records, record, rows.last()) {
                Ok(()) => Reading::BalanceOnly,
                Err(problem) => {
                    problems.push(problem);
                    Reading::Problems
                }
            };
        }
        let before = problems.len();
        if let Some(index) = self.columns.account.filter(|index| is_empty(*index)) {
            let reason =
                "the row names no account, and the others do: if the file is of one, use --one-account";
            problems.push(records.cell(record, index).problem("missing-account", reason));
            return Reading::Problems;
        }
        let mut keep = |problem: Problem| problems.push(problem);
        let posted_on = self.posted_on(records.cell(record, self.columns.date)).map_err(&mut keep).ok();
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
                        .map(|column| column.and_then(|index| self.text(record, [index])));
                let surplus = if is_longer { self.width_max..record.len() } else { 0..0 };
                let narrative = self.text(record, self.columns.description.iter().copied().chain(surplus));
                let texts = LineTexts {
                    payee: payee.as_deref(),
                    narrative: narrative.as_deref(),
                    memo: memo.as_deref(),
                    reference: reference.as_deref(),
                    bank_id: None,
                };
                let line = u32::try_from(record.line).unwrap_or(u32::MAX);
                let balance = balance.flatten().filter(|balance| balance.commodity() == amount.commodity());
                rows.push(StatementLine {
                    span: records.span(record),
                    value_on,
                    balance: balance.map(|balance| balance.minor()),
                    ..StatementLine::new(line, posted_on, amount).with_texts(&texts)
                });
                Reading::Row { is_longer }
            }
            _ => {
                debug_assert!(problems.len() > before, "a row that is not read has a problem");
                Reading::Problems
            }
        }
    }

    /// Checks that the balance of a row without an amount is the one before it: else an amount is missing.
    fn standing(
        &mut self,
        records: &Records<'_>,
        record: &Record,
        before: Option<&StatementLine>,
    ) -> Result<(), Problem> {
        // Where each row names its account, the row before may be of another.
        let Some(index) = self.columns.balance.filter(|_| self.columns.account.is_none()) else {
            return Ok(());
        };
        let cell = records.cell(record, index);
        let balance = self.amounts.balance_alone(records, record, cell)?;
        self.standing.check(balance, before).map_err(|reason| cell.problem("balance-without-amount", reason))
    }

    /// Whether a record without date and amount is more text of the row before: it stands right behind it, and has
    /// texts alone, none in the first column.
    fn is_continued(&self, row: &StatementLine, record: &Record) -> bool {
        let filled = |index: &usize| !record.cell(*index).is_empty();
        record.start() <= row.span.end as usize + 2
            && record.cell(0).is_empty()
            && self.texts.iter().any(filled)
            && (0..record.len()).filter(filled).all(|index| self.texts.contains(&index))
    }

    fn take_more(&mut self, row: &mut StatementLine, records: &Records<'_>, record: &Record) -> Reading {
        row.span.end = records.span(record).end;
        let more = self.text(record, self.texts.clone());
        let parts = [row.narrative(), more.as_deref()].into_iter().flatten().collect::<Vec<_>>();
        let (narrative, old) = (parts.join(" "), row.clone());
        row.set_texts(&LineTexts { narrative: Some(&narrative), ..old.texts() });
        Reading::Continued
    }

    /// Whether a record has neither a date nor an amount.
    fn says_nothing(&self, record: &Record) -> bool {
        let date = record.cell(self.columns.date);
        let is_last = date == self.last_date.0 && !date.is_empty();
        let has_date = is_last || looks_like_date(date) || self.formats.date.read(date).is_some();
        let has_digit = |index: usize| record.cell(index).contains(|c: char| c.is_ascii_digit());
        !has_date && !self.columns.amount.numbers().any(has_digit)
    }

    /// A row with too few cells was cut off; one with too many has a delimiter in a text, and its cells are not
    /// where they should be. Where every date and number is in its place, what is too many is text at the end.
    fn ragged(&self, records: &Records<'_>, record: &Record, is_longer: bool) -> Option<Problem> {
        let found = record.len();
        let (expected, at, question) = if found < self.width_min {
            (self.width_min, found.saturating_sub(1), "is it cut off?")
        } else if is_longer && !self.ends_in_text(record) {
            (self.width_max, self.width_max, "is there a delimiter in a text without quotes?")
        } else {
            return None;
        };
        let who = if self.has_header { "the header has" } else { "most rows have" };
        let reason = format!("the row has {found} cells where {who} {expected}: {question}");
        Some(records.cell(record, at).problem("ragged-row", reason))
    }

    fn ends_in_text(&self, record: &Record) -> bool {
        let is_text = |index: usize| {
            let cell = record.cell(index);
            cell.is_empty() || cell.contains(char::is_alphabetic) && !looks_like_number(cell)
        };
        self.typed.iter().all(|index| *index + 1 < self.width_max)
            && (self.width_max - 1..record.len()).all(is_text)
    }

    fn posted_on(&mut self, cell: Cell<'_>) -> Result<NaiveDate, Problem> {
        if cell.text == self.last_date.0 && !cell.text.is_empty() {
            return Ok(self.last_date.1);
        }
        let date = self.date(cell)?;
        self.last_date.0.clear();
        self.last_date.0.push_str(cell.text);
        self.last_date.1 = date;
        Ok(date)
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

    /// The texts of some cells, joined; none where all are empty.
    fn text(&mut self, record: &Record, columns: impl IntoIterator<Item = usize>) -> Option<Box<str>> {
        self.scratch.clear();
        for index in columns {
            clean_into(&mut self.scratch, record.cell(index));
        }
        (!self.scratch.is_empty()).then(|| self.scratch.as_str().into())
    }
}
