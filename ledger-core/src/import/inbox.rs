//! The inbox as plain data: imports, their lines with verdicts, and what a person decides about them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::profile::CsvProfile;
use super::statement::{Problem, StatementFormat};
use super::suggest::CounterSplit;
use super::verdict::Verdict;
use crate::account::Account;
use crate::audit::Hash;
use crate::journal::AccountRef;
use crate::money::Amount;
use crate::report::Checkpoint;

/// How far an import got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Its lines wait.
    Open,
    /// Its lines were posted, linked or passed over.
    Committed,
    /// What it did was taken back.
    Undone,
    /// It was thrown away before anything was posted.
    Discarded,
}

impl ImportState {
    /// Every state.
    pub const ALL: [ImportState; 4] =
        [ImportState::Open, ImportState::Committed, ImportState::Undone, ImportState::Discarded];

    /// The stored and printed name, such as `open`.
    pub fn as_str(self) -> &'static str {
        match self {
            ImportState::Open => "open",
            ImportState::Committed => "committed",
            ImportState::Undone => "undone",
            ImportState::Discarded => "discarded",
        }
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<ImportState> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// Nothing yet.
    Waiting,
    /// An entry was posted for it.
    Posted,
    /// It was linked to an entry that was there.
    Matched,
    /// It was linked to an entry that was there, whose counter account gave way to the line's own.
    Adjusted,
    /// A person or a rule passed over it.
    Skipped,
    /// There was nothing to do: a duplicate, or an amount of zero.
    Dropped,
}

impl LineState {
    /// Every state.
    pub const ALL: [LineState; 6] = [
        LineState::Waiting,
        LineState::Posted,
        LineState::Matched,
        LineState::Adjusted,
        LineState::Skipped,
        LineState::Dropped,
    ];

    /// The stored and printed name, such as `waiting`.
    pub fn as_str(self) -> &'static str {
        match self {
            LineState::Waiting => "waiting",
            LineState::Posted => "posted",
            LineState::Matched => "matched",
            LineState::Adjusted => "adjusted",
            LineState::Skipped => "skipped",
            LineState::Dropped => "dropped",
        }
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<LineState> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// An import of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportInfo {
    /// Its number in the book, from 1.
    pub id: i64,
    /// The file's name, as it was given.
    pub file: String,
    /// The kind of file.
    #[serde(serialize_with = "format_name")]
    pub format: StatementFormat,
    /// SHA-256 of the file's bytes.
    pub sha256: Hash,
    /// How far it got.
    pub state: ImportState,
    /// When its lines were taken in.
    pub staged_at: DateTime<Utc>,
    /// By whom.
    pub staged_by: String,
    /// When they were posted.
    pub committed_at: Option<DateTime<Utc>>,
    /// By whom.
    pub committed_by: Option<String>,
    /// When it was undone or discarded.
    pub ended_at: Option<DateTime<Utc>>,
    /// By whom.
    pub ended_by: Option<String>,
    /// What was left out or assumed when it was read, each a sentence.
    pub notes: Vec<String>,
}

fn format_name<S: serde::Serializer>(format: &StatementFormat, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(format.as_str())
}

/// A line of an import, with its verdict and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportLine {
    /// Its number in the import, from 1.
    pub line: u32,
    /// The physical line of the file on which it begins.
    pub file_line: u32,
    /// The account that its statement is of, by name.
    pub account: String,
    /// The day the bank booked it.
    pub posted_on: NaiveDate,
    /// The amount from the account holder's view.
    pub amount: Amount,
    /// What it says.
    pub description: String,
    /// What it is to the book.
    pub verdict: Verdict,
    /// Why, as a clause.
    pub reason: String,
    /// What became of it.
    pub state: LineState,
    /// The other side that was proposed, by name; several parts are joined.
    pub counter: Option<String>,
    /// Why that, as a clause; none where nothing told it.
    pub counter_reason: Option<String>,
    /// How sure the proposal is, in percent.
    pub confidence: Option<u8>,
    /// The rule that the proposal comes from.
    pub rule: Option<String>,
    /// The entry that stands for it.
    pub entry: Option<i64>,
    /// The line's own text in the file.
    pub raw: String,
}

/// What a person decides about a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Do what is proposed; of an ambiguous line that has to be one thing only.
    Accept,
    /// Post nothing for it.
    Skip,
    /// Post it against this account.
    Account(AccountRef),
    /// Post it in parts; amounts of one sign have that of the line, and one may be left open.
    Split(Vec<CounterSplit>),
    /// The entry with this number stands for it.
    Link(i64),
    /// Nothing stands for it yet: post it.
    New,
}

/// What a person decides about the lines of an import, by their numbers there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// The lines that are decided one by one.
    pub lines: BTreeMap<u32, Decision>,
    /// Accept what is proposed for every ambiguous line that is not decided by itself.
    pub accept_all: bool,
    /// Where fees of transfers go; left out, [`Decisions::FEE_ACCOUNT`] if the book has it.
    pub fee_account: Option<AccountRef>,
    /// Commit although the balances of the statement do not follow from its lines.
    pub accept_gaps: bool,
}

impl Decisions {
    /// Where fees of transfers go when nothing else is said, if the book has this account.
    pub const FEE_ACCOUNT: &str = "Expenses:Fees:Bank";
}

/// Why an import waits for a person: a line, with what may stand for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The line's number in the import.
    pub line: u32,
    /// Why it is not clear, as a clause.
    pub reason: String,
    /// The entries that may stand for it.
    pub candidates: Vec<i64>,
    /// The other line of the import that may be its other side.
    pub other_line: Option<u32>,
    /// What was kept on the way, where it may be a transfer with a fee.
    pub fee: Option<Amount>,
}

/// How many lines of an import came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ImportCounts {
    /// Entries posted, or to be posted.
    pub posted: u64,
    /// Lines linked to entries that were there, or to be linked.
    pub matched: u64,
    /// Lines that an earlier import had.
    pub duplicates: u64,
    /// Lines of zero, lines passed over, and rows that could not be read.
    pub skipped: u64,
    /// Lines that a person has to decide.
    pub questions: u64,
}

/// What taking in or committing a file came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// The import; none where nothing in the file was new, so that nothing was kept.
    pub id: Option<i64>,
    /// Whether it was committed; otherwise it is open, or there was nothing to do.
    pub committed: bool,
    /// The accounts of its statements, by name.
    pub accounts: Vec<String>,
    /// How many lines came to what.
    pub counts: ImportCounts,
    /// What a person has to decide before it can be committed.
    pub questions: Vec<Question>,
    /// The open imports in which lines of this file wait already.
    pub waits_in: Vec<i64>,
    /// Where balances do not follow from the lines, each a sentence; they have to be accepted before a commit.
    pub gaps: Vec<String>,
    /// Accounts that were opened for it.
    pub opened: Vec<Account>,
    /// The checkpoints that its closing balances made.
    pub checkpoints: Vec<Checkpoint>,
    /// Rows that cannot be read. Unless the caller chose to pass over them, nothing is kept while there are any.
    pub problems: Vec<Problem>,
    /// How a CSV file was read, with everything that was detected filled in, ready to be saved.
    pub profile: CsvProfile,
    /// What was left out or assumed, each a sentence.
    pub notes: Vec<String>,
}

/// What undoing an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct UndoReport {
    /// How many entries were reversed.
    pub reversed: u64,
    /// How many lines were unlinked from entries that stay.
    pub unlinked: u64,
    /// How many entries got back the counter account that they had before.
    pub restored: u64,
    /// The checkpoints that were undone with it.
    pub checkpoints: Vec<i32>,
    /// What was left as it is, and why, each a sentence.
    pub notes: Vec<String>,
}
