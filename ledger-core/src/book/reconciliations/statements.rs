//! Imported statements: their lines are cleared, and a balance with which the books agree makes a checkpoint.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::checkpoints::checkpoint_of;
use super::marks::{Marking, runs};
use super::{LineSelector, Mark, Reconciliations};
use crate::Result;
use crate::account::{Account, AccountId, Chart};
use crate::money::Amount;
use crate::report::{Checkpoint, CheckpointSource};
use crate::store::call;
use crate::store::rows::{HeadRow, MarkableRow, day};

/// What an imported statement left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementMarks {
    /// The checkpoint, where the books agree with the statement's balance.
    pub checkpoint: Option<Checkpoint>,
    /// Whether that was made now; importing again finds the one that is there.
    pub is_new: bool,
    /// The checkpoint of a later day that stands in the way of one.
    pub later: Option<Checkpoint>,
    /// What the cleared lines up to the statement's day come to.
    pub cleared_balance: Amount,
    /// The statement's balance less that.
    pub difference: Amount,
    /// How many lines were marked.
    pub marked: usize,
}

/// The line of an entry that stands for a line of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::book) struct StandingLine {
    pub entry: i64,
    /// What the statement's line says, in minor units, by which the line is known where its entry has several on the
    /// account.
    pub minor: i64,
}

impl Reconciliations<'_> {
    /// Marks the lines of an imported statement, and keeps a checkpoint where the books agree with its balance.
    ///
    /// Where they do not (an opening balance is missing, a later statement is reconciled already), the lines are cleared
    /// only, and the numbers tell why. Importing the same statement again changes nothing.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) for the account, and as [`Reconciliations::mark`].
    pub fn checkpoint_of_statement(
        &self,
        account: &str,
        to: NaiveDate,
        balance: Amount,
        entry_numbers: &[i64],
    ) -> Result<StatementMarks> {
        self.book.change(|head, chart| {
            let account = chart.find(account)?;
            let lines: Vec<LineSelector> = entry_numbers.iter().copied().map(LineSelector::from).collect();
            let rows = self.selected(account, &lines, Mark::Cleared)?;
            self.reconcile_statement(head, chart, account, (to, balance), rows)
        })
    }

    /// As [`Reconciliations::checkpoint_of_statement`], for just the lines that stand for the statement's; without a
    /// balance they are cleared only, and there is nothing to tell.
    pub(in crate::book) fn take_statement(
        &self,
        account: AccountId,
        closing: Option<(NaiveDate, Amount)>,
        lines: &[StandingLine],
    ) -> Result<Option<StatementMarks>> {
        self.book.change(|head, chart| {
            let Some(account) = chart.account(account) else { return Ok(None) };
            let rows = self.standing(account, lines)?;
            match closing {
                Some(closing) => self.reconcile_statement(head, chart, account, closing, rows).map(Some),
                None => self.set_marks(chart, account, rows, Mark::Cleared, None).map(|_| None),
            }
        })
    }

    /// Takes the marks of an account's lines away that stand for a statement's, but for those that are reconciled.
    pub(in crate::book) fn forget_statement(&self, account: AccountId, lines: &[StandingLine]) -> Result<()> {
        self.book.change(|_, chart| {
            let Some(account) = chart.account(account) else { return Ok(()) };
            let mut rows = self.standing(account, lines)?;
            rows.retain(|row| row.marked && row.checkpoint_id.is_none());
            self.set_marks(chart, account, rows, Mark::Uncleared, None).map(|_| ())
        })
    }

    /// The marked lines of some entries, whatever account they are on; the numbers are sorted.
    pub(in crate::book) fn marked_lines(&self, entry_numbers: &[i64]) -> Result<Vec<MarkableRow>> {
        let wanted: Vec<LineSelector> = entry_numbers.iter().copied().map(LineSelector::from).collect();
        let mut rows = Vec::new();
        for (first, last) in runs(&wanted) {
            let found =
                call!(self.book.db(), "reading marks", reconciliation::marked(self.book.id(), first, last))?;
            rows.extend(found);
        }
        Ok(rows)
    }

    /// Takes away marks that no checkpoint holds, on whatever account.
    pub(in crate::book) fn forget(&self, rows: Vec<MarkableRow>) -> Result<()> {
        let mut by_account: BTreeMap<i32, Vec<MarkableRow>> = BTreeMap::new();
        for row in rows {
            by_account.entry(row.account_id).or_default().push(row);
        }
        self.book.change(|_, chart| {
            for (account, rows) in &by_account {
                let Some(account) = chart.account(AccountId(*account)) else { continue };
                let marking = Marking { rows, mark: Mark::Uncleared, action: "reconciliation.unclear" };
                self.book.write_marks(chart, account, marking)?;
            }
            Ok(())
        })
    }

    /// The lines of an account that stand for those of a statement. Of an entry with several lines on the account it is
    /// those with the statement's amounts.
    fn standing(&self, account: &Account, lines: &[StandingLine]) -> Result<Vec<MarkableRow>> {
        let selectors: Vec<LineSelector> = lines.iter().map(|line| line.entry.into()).collect();
        let found = self.selected(account, &selectors, Mark::Cleared)?;
        let mut wanted: Vec<(i64, i64)> = lines.iter().map(|line| (line.entry, line.minor)).collect();
        wanted.sort_unstable();
        if found.windows(2).all(|both| both[0].entry_number != both[1].entry_number) {
            return Ok(found);
        }
        let mut rows = Vec::with_capacity(lines.len());
        for of_entry in found.chunk_by(|one, other| one.entry_number == other.entry_number) {
            let [only] = of_entry else {
                let entry = of_entry.first().map_or(0, |row| row.entry_number);
                let from = wanted.partition_point(|(other, _)| *other < entry);
                let mut free = of_entry.to_vec();
                for (_, minor) in wanted[from..].iter().take_while(|(other, _)| *other == entry) {
                    let place = free.iter().position(|row| row.amount == *minor);
                    rows.extend(place.map(|place| free.remove(place)));
                }
                continue;
            };
            rows.push(only.clone());
        }
        Ok(rows)
    }

    /// Marks the lines and keeps a checkpoint where the balance agrees; the head is locked.
    fn reconcile_statement(
        &self,
        head: &HeadRow,
        chart: &Chart,
        account: &Account,
        (to, balance): (NaiveDate, Amount),
        rows: Vec<MarkableRow>,
    ) -> Result<StatementMarks> {
        let commodity = chart.commodity_id(balance.commodity()).unwrap_or(0);
        let position = self.book.marks_position(account.id, commodity)?;
        let new = rows.iter().filter(|row| !row.marked && row.commodity_id == commodity);
        let added: i128 = new.filter(|row| row.posted_on <= day(to)).map(|row| i128::from(row.amount)).sum();
        let held = self.book.cleared_balance(&position, to)? + added;
        let cleared_balance = Amount::try_from_i128(held, balance.commodity(), "a cleared balance")?;
        let difference = balance.checked_sub(cleared_balance)?;
        let last = self.last_checkpoint(chart, account, balance)?;
        let nothing_new = rows.iter().all(|row| row.marked) && position.cleared_months().next().is_none();
        let mut outcome = StatementMarks {
            checkpoint: None,
            is_new: false,
            later: None,
            cleared_balance,
            difference,
            marked: 0,
        };
        let known = |last: &Checkpoint| last.reconciled_to == to && last.balance == balance && nothing_new;
        if let Some(last) = last.clone().filter(known) {
            outcome.checkpoint = Some(last);
            return Ok(outcome);
        }
        outcome.later = last.filter(|last| last.reconciled_to > to);
        let ties = difference.is_zero() && outcome.later.is_none() && commodity > 0;
        // The lines go under the checkpoint at once, so that each is written once.
        let checkpoint = ties
            .then(|| self.new_checkpoint(head, account, to, balance, commodity, CheckpointSource::Import))
            .transpose()?;
        outcome.marked = self.set_marks(chart, account, rows, Mark::Cleared, checkpoint.as_ref())?;
        if let Some(row) = checkpoint {
            self.take_cleared(chart, account, &row)?;
            (outcome.checkpoint, outcome.is_new) = (Some(checkpoint_of(row, chart)?), true);
        }
        Ok(outcome)
    }
}
