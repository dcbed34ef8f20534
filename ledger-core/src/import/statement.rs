//! What reading a statement yields: rows, problems and notes, as plain data.

use chrono::NaiveDate;

use super::profile::CsvProfile;
use crate::money::Amount;
use crate::{Error, ErrorKind};

/// One row of a bank statement, as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRow {
    /// The physical line of the file on which the row begins, from 1.
    pub line: u64,
    /// The row's own text, decoded, without its line end.
    pub raw: String,
    /// The day the bank booked it; as written in the file, with any time of day left out.
    pub posted_on: NaiveDate,
    /// The day from which it bears interest, where the file tells.
    pub value_on: Option<NaiveDate>,
    /// The amount from the account holder's view: money in is positive, money out negative.
    pub amount: Amount,
    /// A text to show, made of payee, description and memo; never empty.
    pub description: String,
    /// The other party, where the file has a column for it.
    pub payee: Option<String>,
    /// The memo, where the file has a column for it.
    pub memo: Option<String>,
    /// The bank's own id for the row, where the file has a column for it.
    pub reference: Option<String>,
    /// The running balance after (or before) the row, as the file states it.
    pub balance: Option<Amount>,
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

/// A statement file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvReading {
    /// The rows that could be read, in the order of the file.
    pub rows: Vec<StatementRow>,
    /// The rows that could not, in the order of the file. By default a caller imports nothing while there are any.
    pub problems: Vec<Problem>,
    /// The profile with everything that was detected filled in, ready to be saved.
    pub profile: CsvProfile,
    /// What was left out or assumed, each a sentence.
    pub notes: Vec<String>,
}

/// An error about the whole file, at a place in it.
pub(super) fn unreadable(file: &str, (line, column): (u64, u64), reason: impl Into<String>) -> Error {
    ErrorKind::Unreadable { file: file.to_owned(), line, column, reason: reason.into() }.into()
}
