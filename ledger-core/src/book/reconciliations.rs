//! Reconciliation of accounts with their statements: marks on lines, checkpoints, and what they protect.

mod amendments;
mod checkpoints;
mod marks;
mod open;
mod protection;
mod statements;

use chrono::NaiveDate;

pub(super) use self::checkpoints::audited;
pub(super) use self::marks::marked;
use self::marks::{Marking, runs};
pub use self::protection::Protection;
pub(super) use self::statements::StandingLine;
pub use self::statements::StatementMarks;
use super::Book;
use crate::account::{Account, Chart};
use crate::money::{Amount, Commodity};
use crate::report::{Checkpoint, CheckpointSource, CheckpointStatus, Reconciliation, ReconciliationLine};
use crate::store::call;
use crate::store::rows::{CheckpointRow, MarkableRow, date, day, instant};
use crate::{Error, ErrorKind, Result};

/// Reconciliations of the accounts of a book: `book.reconciliations()`.
///
/// Marks never touch the journal. A line is *cleared* when it was seen on a statement, and *reconciled* once a
/// checkpoint holds it: the statement's balance and the cleared lines agreed on a day.
#[derive(Debug)]
pub struct Reconciliations<'b> {
    pub(super) book: &'b Book<'b>,
}

/// Lines of an account by entry: all of the entry's lines on the account, or one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineSelector {
    /// The entry's number.
    pub entry_number: i64,
    /// The line's place in its entry, from 1; none for all lines.
    pub line_number: Option<i32>,
}

impl From<i64> for LineSelector {
    fn from(entry_number: i64) -> Self {
        LineSelector { entry_number, line_number: None }
    }
}

impl From<(i64, i32)> for LineSelector {
    fn from((entry_number, line_number): (i64, i32)) -> Self {
        LineSelector { entry_number, line_number: Some(line_number) }
    }
}

/// What a line is to be marked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Seen on a statement.
    Cleared,
    /// Not seen.
    Uncleared,
}

impl Reconciliations<'_> {
    /// Puts an account beside a statement: cleared and uncleared lines up to a day, the difference, what explains it.
    ///
    /// `balance` is debit positive, as a register shows it: what is owed on a credit card is negative. Its commodity
    /// decides which of the account's lines count. Accounts below are not part of it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for the account, [`ErrorKind::AmountOverflow`].
    pub fn preview(&self, account: &str, to: NaiveDate, balance: Amount) -> Result<Reconciliation> {
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            let account = chart.find(account)?;
            let Some(commodity) = chart.commodity_id(balance.commodity()) else {
                let none = Amount::new(0, balance.commodity());
                return Reconciliation::new(account.name.clone(), to, balance, none, Vec::new(), Vec::new());
            };
            let position = self.book.marks_position(account.id, commodity)?;
            let cleared = self.book.cleared_lines(&position, &chart, to)?;
            let unmarked = self.book.unmarked_lines(&position, &chart, to)?;
            let mut before = self.open_statuses(&chart, account.id, commodity, (&unmarked, to))?;
            let held = Amount::try_from_i128(
                self.book.cleared_balance(&position, to)?,
                balance.commodity(),
                "a cleared balance",
            )?;
            let mut shown = Reconciliation::new(account.name.clone(), to, balance, held, cleared, unmarked)?;
            self.book.name_counter_accounts(&mut shown.lines, &chart)?;
            shown.last_checkpoint = before.last().map(|status| status.checkpoint.clone());
            before.retain(|status| !status.ties() || status.posted_since > 0);
            shown.doubtful = before;
            Ok(shown)
        })
    }

    /// Marks lines of an account as seen on a statement or takes such marks away; returns how many changed.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] for an entry without such a line on the account, and for a line that is reconciled and
    /// is to be uncleared; nothing is changed then.
    pub fn mark(&self, account: &str, lines: &[LineSelector], mark: Mark) -> Result<usize> {
        self.book.change(|_, chart| {
            let account = chart.find(account)?;
            let rows = self.selected(account, lines, mark)?;
            self.set_marks(chart, account, rows, mark, None)
        })
    }

    /// Marks all uncleared lines of an account up to a day, in one commodity; returns how many.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for the account.
    pub fn clear_all(&self, account: &str, to: NaiveDate, commodity: Commodity) -> Result<usize> {
        self.book.change(|_, chart| {
            let account = chart.find(account)?;
            let Some(commodity_id) = chart.commodity_id(commodity) else { return Ok(0) };
            let position = self.book.marks_position(account.id, commodity_id)?;
            let lines = crate::report::without_pairs(self.book.unmarked_lines(&position, chart, to)?);
            let row = |line: ReconciliationLine| MarkableRow {
                account_id: account.id.0,
                posted_on: day(line.posted_on),
                entry_number: line.entry_number,
                line_number: line.line_number,
                commodity_id,
                amount: line.amount.minor(),
                marked: false,
                checkpoint_id: None,
            };
            let rows = lines.into_iter().map(row).collect();
            self.set_marks(chart, account, rows, Mark::Cleared, None)
        })
    }

    /// Marks the lines of whole entries on an account, such as those of an imported statement that gives no balance.
    ///
    /// # Errors
    /// As [`Reconciliations::mark`].
    pub fn clear_lines(&self, account: &str, entry_numbers: &[i64]) -> Result<usize> {
        let lines: Vec<LineSelector> = entry_numbers.iter().copied().map(LineSelector::from).collect();
        self.mark(account, &lines, Mark::Cleared)
    }

    /// Reconciles an account: where the statement and the cleared lines agree, these are reconciled from now on.
    ///
    /// Doing it again changes nothing and returns the checkpoint that is there.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] with the numbers where there is a difference, and for a day before that of a later
    /// checkpoint.
    pub fn finish(&self, account: &str, to: NaiveDate, balance: Amount) -> Result<Checkpoint> {
        self.book.change(|head, chart| {
            let account = chart.find(account)?;
            let refuse = |reason: String| refused("reconciliation of", account.name.clone(), "finished", reason);
            let shown = self.preview(&account.name, to, balance)?;
            if !shown.ties() {
                return Err(refuse(format!(
                    "the statement says {balance}, the cleared lines up to {to} come to {}, which leaves {}",
                    shown.cleared_balance, shown.difference
                )));
            }
            let last = self.last_checkpoint(chart, account, balance)?;
            if let Some(last) = last.filter(|last| last.reconciled_to >= to) {
                let nothing_new = !shown.lines.iter().any(|line| line.cleared);
                if last.reconciled_to == to && last.balance == balance && nothing_new {
                    return Ok(last);
                }
                if last.reconciled_to > to {
                    return Err(refuse(format!(
                        "it is reconciled to {} by checkpoint {} (undo that first with `ledger reconcile undo {}`)",
                        last.reconciled_to, last.id, last.id
                    )));
                }
            }
            self.close(head, chart, account, to, balance, CheckpointSource::Manual)
        })
    }

    /// All checkpoints of an account or of the book, by number, each with what the book says of its day now.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for the account.
    pub fn list(&self, account: Option<&str>) -> Result<Vec<CheckpointStatus>> {
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            let account = account.map(|name| chart.find(name)).transpose()?;
            self.statuses(&chart, account)
        })
    }

    /// Undoes the last checkpoint of an account: its lines are cleared only, as before.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for one that was undone before or has a later one above it.
    pub fn undo(&self, checkpoint: i32) -> Result<Checkpoint> {
        self.book.change(|head, chart| {
            let rows =
                call!(self.book.db(), "reading checkpoints", reconciliation::checkpoints(self.book.id()))?;
            let found = rows.iter().find(|row| row.checkpoint_id == checkpoint);
            let Some(row) = found.cloned() else {
                let (name, suggestions) = (checkpoint.to_string(), Vec::new());
                return Err(ErrorKind::NotFound { what: "checkpoint", name, suggestions }.into());
            };
            let refuse = |reason: String| refused("checkpoint", checkpoint.to_string(), "undone", reason);
            if let Some(at) = row.undone_at {
                return Err(refuse(format!("it was undone at {}", instant(at))));
            }
            let above = |other: &&CheckpointRow| {
                other.undone_at.is_none()
                    && other.checkpoint_id > checkpoint
                    && (other.account_id, other.commodity_id) == (row.account_id, row.commodity_id)
            };
            if let Some(later) = rows.iter().filter(above).map(|row| row.checkpoint_id).max() {
                return Err(refuse(format!(
                    "checkpoint {later} builds on it (undo that first with `ledger reconcile undo {later}`)"
                )));
            }
            self.release(head, chart, row)
        })
    }
}

/// What the public calls are made of; all of them run with the head locked.
impl Reconciliations<'_> {
    /// The lines that are selected, each once; refuses what has none, and reconciled ones that are to be uncleared.
    fn selected(&self, account: &Account, lines: &[LineSelector], mark: Mark) -> Result<Vec<MarkableRow>> {
        let verb = if mark == Mark::Cleared { "cleared" } else { "uncleared" };
        let mut wanted = lines.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let mut found = Vec::with_capacity(wanted.len());
        for (first, last) in runs(&wanted) {
            let rows = call!(
                self.book.db(),
                "reading marks",
                reconciliation::of_entries(self.book.id(), account.id.0, first, last)
            )?;
            found.extend(rows);
        }
        let mut missing = wanted.iter().filter(|one| {
            let from = found.partition_point(|row| row.entry_number < one.entry_number);
            let mut rows = found[from..].iter().take_while(|row| row.entry_number == one.entry_number);
            !rows.any(|row| one.line_number.is_none_or(|line| line == row.line_number))
        });
        if let Some(one) = missing.next() {
            let line = one.line_number.map_or_else(|| "no line".to_owned(), |line| format!("no line {line}"));
            let reason = format!("it has {line} on {}", account.name);
            return Err(refused("entry", one.entry_number.to_string(), verb, reason));
        }
        found.retain(|row| {
            let all = LineSelector::from(row.entry_number);
            let one = LineSelector::from((row.entry_number, row.line_number));
            wanted.binary_search(&all).is_ok() || wanted.binary_search(&one).is_ok()
        });
        let reconciled = found.iter().find(|row| row.checkpoint_id.is_some());
        if let (Mark::Uncleared, Some(row)) = (mark, reconciled) {
            let checkpoint = row.checkpoint_id.unwrap_or_default();
            let reason = format!(
                "line {} of {} on {} is reconciled (undo its checkpoint first with `ledger reconcile undo {checkpoint}`)",
                row.line_number,
                date(row.posted_on),
                account.name
            );
            return Err(refused("entry", row.entry_number.to_string(), verb, reason));
        }
        Ok(found)
    }

    /// Sets or takes away marks; of those set, the ones that a checkpoint covers go under it.
    fn set_marks(
        &self,
        chart: &Chart,
        account: &Account,
        mut rows: Vec<MarkableRow>,
        mark: Mark,
        checkpoint: Option<&CheckpointRow>,
    ) -> Result<usize> {
        rows.retain(|row| row.marked == (mark == Mark::Uncleared));
        for row in rows.iter_mut().filter(|_| mark == Mark::Cleared) {
            let covers = |checkpoint: &&CheckpointRow| {
                row.commodity_id == checkpoint.commodity_id && row.posted_on <= checkpoint.reconciled_to
            };
            row.checkpoint_id = checkpoint.filter(covers).map(|checkpoint| checkpoint.checkpoint_id);
        }
        let action = if mark == Mark::Cleared { "reconciliation.clear" } else { "reconciliation.unclear" };
        self.book.write_marks(chart, account, Marking { rows: &rows, mark, action })?;
        Ok(rows.len())
    }
}

fn refused(what: &'static str, name: String, verb: &'static str, reason: String) -> Error {
    ErrorKind::NotAllowed { what, name, verb, reason }.into()
}
