//! What reading a statement yields: rows, problems and notes, as plain data.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::describe::describe;
use super::explain::Decision;
use super::profile::CsvProfile;
use super::texts::{LineTexts, PackedTexts};
use crate::money::Amount;
use crate::{Error, ErrorKind};

/// Which kind of file a statement comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatementFormat {
    /// Character-separated values.
    Csv,
    /// Open Financial Exchange 1 (SGML) and 2 (XML), with Quicken's QFX.
    Ofx,
    /// Quicken Interchange Format.
    Qif,
    /// ISO 20022 camt.052, camt.053 and camt.054.
    Camt,
    /// SWIFT MT940.
    Mt940,
}

impl StatementFormat {
    /// Every format.
    pub const ALL: [StatementFormat; 5] = [
        StatementFormat::Csv,
        StatementFormat::Ofx,
        StatementFormat::Qif,
        StatementFormat::Camt,
        StatementFormat::Mt940,
    ];

    /// The stored and printed name, such as `csv`.
    pub fn as_str(self) -> &'static str {
        match self {
            StatementFormat::Csv => "csv",
            StatementFormat::Ofx => "ofx",
            StatementFormat::Qif => "qif",
            StatementFormat::Camt => "camt",
            StatementFormat::Mt940 => "mt940",
        }
    }

    /// The format with this name.
    pub fn from_name(name: &str) -> Option<StatementFormat> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// A statement file as it was read: one statement for each account that it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementFile<'a> {
    /// The kind of file.
    pub format: StatementFormat,
    /// The whole file, decoded.
    pub text: Cow<'a, str>,
    /// The statements, in the order of the file.
    pub statements: Vec<Statement>,
    /// The rows that could not be read, in the order of the file.
    pub problems: Vec<Problem>,
    /// What was left out or assumed, each a sentence.
    pub notes: Vec<String>,
    /// How a CSV file was read, ready to be saved; empty for the other formats.
    pub profile: CsvProfile,
    /// What was decided before a CSV file's rows were read, with reasons; the other formats leave nothing to decide.
    pub decisions: Vec<Decision>,
}

impl StatementFile<'_> {
    /// A line's own text, as it stands in the decoded file.
    pub fn raw(&self, line: &StatementLine) -> &str {
        line.span.of(&self.text)
    }
}

/// The lines of one account in a statement file, with what the file says about the account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// The bank's own identity of the account: an IBAN, a number, the name in a QIF file.
    pub account: Option<Box<str>>,
    /// The balance before the first line.
    pub opening: Option<StatementBalance>,
    /// The balance after the last line.
    pub closing: Option<StatementBalance>,
    /// The lines, in the order of the file.
    pub lines: Vec<StatementLine>,
}

/// A balance that a statement states for the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementBalance {
    /// The day, where the file tells.
    pub on: Option<NaiveDate>,
    /// The balance from the account holder's view: money owed is negative.
    pub amount: Amount,
}

/// Where a line's text stands in the decoded file, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The text between the two places; empty where they do not lie in `text`.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// One line of a bank statement, as it was understood. Kept small, for files of a million lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// The physical line of the file on which it begins, from 1.
    pub line: u32,
    /// Its own text in the decoded file.
    pub span: Span,
    /// The day the bank booked it; as written in the file, with any time of day left out. MT940 dates its lines by
    /// value date, and its lines may have another day of entry in [`StatementDetail::booked_on`].
    pub posted_on: NaiveDate,
    /// The day from which it bears interest, where the file tells.
    pub value_on: Option<NaiveDate>,
    /// The amount from the account holder's view: money in is positive, money out negative.
    pub amount: Amount,
    /// The running balance after (or before) the line in minor units of the amount's commodity, as the file states it;
    /// one in another commodity proves nothing and is left out.
    pub balance: Option<i64>,
    /// What only few formats say.
    pub detail: Option<Box<StatementDetail>>,
    /// What the bank writes about it; read with [`StatementLine::texts`].
    pub texts: PackedTexts,
}

impl StatementLine {
    /// A line of some amount on some day, of which nothing else is known.
    pub fn new(line: u32, posted_on: NaiveDate, amount: Amount) -> StatementLine {
        StatementLine {
            line,
            span: Span::default(),
            posted_on,
            value_on: None,
            amount,
            balance: None,
            detail: None,
            texts: PackedTexts::default(),
        }
    }

    /// The same line with these texts.
    pub fn with_texts(mut self, texts: &LineTexts<'_>) -> StatementLine {
        self.texts = PackedTexts::new(texts);
        self
    }

    /// Puts these texts in the place of those that it has.
    pub fn set_texts(&mut self, texts: &LineTexts<'_>) {
        self.texts = PackedTexts::new(texts);
    }

    /// What the bank writes about it.
    pub fn texts(&self) -> LineTexts<'_> {
        self.texts.texts()
    }

    /// The other party, where the file names it.
    pub fn payee(&self) -> Option<&str> {
        self.texts().payee
    }

    /// What the bank or the payer writes about it.
    pub fn narrative(&self) -> Option<&str> {
        self.texts().narrative
    }

    /// A further note, where the file has one apart from the narrative.
    pub fn memo(&self) -> Option<&str> {
        self.texts().memo
    }

    /// A reference of the payment: a cheque number, an end-to-end id.
    pub fn reference(&self) -> Option<&str> {
        self.texts().reference
    }

    /// The id that the bank gives to this line alone.
    pub fn bank_id(&self) -> Option<&str> {
        self.texts().bank_id
    }

    /// The running balance after (or before) the line.
    pub fn balance(&self) -> Option<Amount> {
        self.balance.map(|minor| self.amount.commodity().amount(minor))
    }

    /// A text to show, made of payee, narrative and memo; never empty.
    pub fn description(&self) -> String {
        let LineTexts { payee, narrative, memo, .. } = self.texts();
        describe([payee, narrative, memo].map(Option::unwrap_or_default))
    }
}

/// What only few formats say about a line: the categories of a file that another program wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatementDetail {
    /// The category, as written.
    pub category: Option<Box<str>>,
    /// The other account, where the line is a transfer between accounts of the same file's owner.
    pub transfer: Option<Box<str>>,
    /// The day of entry of an MT940 line, where it differs from the value date by which the line is dated.
    pub booked_on: Option<NaiveDate>,
    /// The parts of the amount, where it is split.
    pub splits: Vec<StatementSplit>,
}

/// A part of a line's amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementSplit {
    /// The part, with the sign of the line.
    pub amount: Amount,
    /// The category, as written.
    pub category: Option<Box<str>>,
    /// The other account, where this part is a transfer.
    pub transfer: Option<Box<str>>,
    /// A note of its own.
    pub memo: Option<Box<str>>,
}

/// A row that could not be read, with its place and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The physical line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
    /// Why, as a clause.
    pub reason: String,
    /// A short, stable name for scripts, such as `unreadable-date`.
    pub code: &'static str,
    /// The physical line itself, decoded; of a very long one, up to some way behind the column.
    pub source: String,
}

impl Problem {
    /// The problem as an error of the file `file`, for a caller that takes all rows or none.
    pub fn to_error(&self, file: &str) -> Error {
        unreadable(file, (self.line, self.column), &self.reason)
    }
}

/// A CSV file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvReading<'a> {
    /// The whole file, decoded.
    pub text: Cow<'a, str>,
    /// The rows that could be read, in the order of the file.
    pub rows: Vec<StatementLine>,
    /// The rows that could not, in the order of the file. By default a caller imports nothing while there are any.
    pub problems: Vec<Problem>,
    /// The profile with everything that was detected filled in, ready to be saved.
    pub profile: CsvProfile,
    /// What was left out or assumed, each a sentence.
    pub notes: Vec<String>,
    /// What was decided before the rows were read, with reasons, in the order in which it was.
    pub decisions: Vec<Decision>,
    /// The own account of the rows from each place on; empty where the file does not name it.
    pub accounts: Vec<(usize, Box<str>)>,
}

impl CsvReading<'_> {
    /// Notes the account of the last row.
    pub(super) fn in_account(&mut self, account: &str) {
        if self.accounts.last().is_none_or(|(_, before)| **before != *account) {
            self.accounts.push((self.rows.len().saturating_sub(1), account.into()));
        }
    }

    /// One statement for each account, in the order in which the file names them.
    pub(super) fn statements(rows: Vec<StatementLine>, accounts: Vec<(usize, Box<str>)>) -> Vec<Statement> {
        let mut statements: Vec<Statement> = Vec::new();
        let (mut runs, mut place) = (accounts.into_iter().peekable(), 0);
        for (index, row) in rows.into_iter().enumerate() {
            while let Some((_, account)) = runs.next_if(|(from, _)| *from <= index) {
                let same = |statement: &Statement| statement.account.as_deref() == Some(&*account);
                place = statements.iter().position(same).unwrap_or(statements.len());
                if place == statements.len() {
                    statements.push(Statement { account: Some(account), ..Statement::default() });
                }
            }
            if statements.is_empty() {
                statements.push(Statement::default());
            }
            statements[place].lines.push(row);
        }
        if statements.is_empty() { vec![Statement::default()] } else { statements }
    }

    /// The same without a tie to the bytes that it was read from.
    pub fn into_owned(self) -> CsvReading<'static> {
        let CsvReading { text, rows, problems, profile, notes, decisions, accounts } = self;
        let text = Cow::Owned(text.into_owned());
        CsvReading { text, rows, problems, profile, notes, decisions, accounts }
    }
}

/// An error about the whole file, at a place in it.
pub(super) fn unreadable(file: &str, (line, column): (u64, u64), reason: impl Into<String>) -> Error {
    ErrorKind::Unreadable { file: file.to_owned(), line, column, reason: reason.into() }.into()
}

/// What the reader of a format finds in a file.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub statements: Vec<Statement>,
    pub problems: Vec<Problem>,
    pub notes: Vec<String>,
}
