//! What an import does to reconciliation: the lines that stand for those of a statement are cleared, a closing balance
//! that the books agree with makes a checkpoint; undoing takes both back.

use chrono::NaiveDate;
use serde_json::Value;

use super::super::reconciliations::{StandingLine, StatementMarks};
use super::Imports;
use super::keep::Linked;
use super::read::{Intake, name_of};
use super::undo::{Done, in_the_way};
use crate::account::AccountId;
use crate::audit::AuditFilter;
use crate::import::{ImportReport, Statement, UndoReport, closing_balance};
use crate::money::Amount;
use crate::store::call;
use crate::store::rows::{day, instant};
use crate::store::statement_rows::ImportRow;
use crate::{Error, ErrorKind, Result};

/// What reconciliation needs of a statement once its lines stand in the book, so that they need not be held any more.
pub(super) struct Standing {
    account: AccountId,
    closing: Option<(NaiveDate, Amount)>,
    /// What the account held before, as the statement says or as follows from its lines.
    opening: Option<Amount>,
    lines: Vec<StandingLine>,
}

/// The statements with lines that entries stand for, the oldest first, so that each checkpoint builds on the one before.
pub(super) fn standing(intake: &Intake<'_>, statements: &[Statement], linked: &Linked) -> Vec<Standing> {
    let mut lines: Vec<Vec<StandingLine>> = vec![Vec::new(); statements.len()];
    for (place, entry) in &linked.entries {
        let line = &intake.lines[*place];
        lines[line.statement as usize].push(StandingLine { entry: *entry, minor: line.line.amount.minor() });
    }
    let of = |((statement, account), lines): ((&Statement, &AccountId), Vec<StandingLine>)| {
        let closing = closing_balance(statement);
        let before = closing.and_then(|(_, balance)| {
            let mut amounts = statement.lines.iter().map(|line| line.amount);
            amounts.try_fold(balance, |sum, line| sum.checked_sub(line)).ok()
        });
        let opening = statement.opening.map(|opening| opening.amount).or(before);
        Standing { account: *account, closing, opening, lines }
    };
    let mut standing: Vec<Standing> = statements.iter().zip(&intake.accounts).zip(lines).map(of).collect();
    standing.retain(|statement| !statement.lines.is_empty());
    standing.sort_by_key(|statement| statement.closing.map(|(on, _)| on));
    standing
}

impl Imports<'_> {
    /// Clears the lines that stand for those of the statements, and keeps a checkpoint for each that ties.
    pub(super) fn reconcile(&self, statements: Vec<Standing>, report: &mut ImportReport) -> Result<()> {
        for Standing { account, closing, opening, lines } in statements {
            let marks = self.book.reconciliations().take_statement(account, closing, &lines)?;
            let (Some(marks), Some((on, balance))) = (marks, closing) else { continue };
            match &marks.checkpoint {
                Some(checkpoint) if marks.is_new => report.checkpoints.push(checkpoint.clone()),
                Some(_) => {}
                None => {
                    let untied = Untied { account, on, balance, opening, marks: &marks };
                    report.notes.push(self.untied(&untied)?);
                }
            }
        }
        Ok(())
    }

    /// Why a closing balance made no checkpoint, and what to do.
    fn untied(&self, untied: &Untied<'_>) -> Result<String> {
        let Untied { account, on, balance, opening, marks } = untied;
        let name = name_of(&*self.book.chart()?, *account);
        if let Some(later) = &marks.later {
            return Ok(format!(
                "{name} is not reconciled to {on} at {balance}, because checkpoint {} reconciled it to {} before: the \
                 lines are cleared only",
                later.id, later.reconciled_to
            ));
        }
        let (cleared, difference) = (marks.cleared_balance, marks.difference);
        let (quoted, commodity) = (quoted(&name), balance.commodity());
        let command = format!("ledger reconcile {quoted} --to {on} --balance \"{balance}\"");
        let day_after = day(*on) + 1;
        let held = self.book.account_sums(*account, day_after)?.remove(&commodity).unwrap_or_default();
        let uncleared = held - i128::from(cleared.minor());
        let advice = if uncleared == i128::from(difference.minor()) {
            format!(
                "the uncleared lines up to then are just that, clear them too with `{command} --clear-all --finish`"
            )
        } else if uncleared == 0 && *opening == Some(difference) {
            format!(
                "that is its opening balance, which is not in the book: post it, then `{command} --clear-all --finish`"
            )
        } else {
            format!("see what explains it with `{command}`")
        };
        Ok(format!(
            "{name} is not reconciled to {on}: the statement says {balance}, the cleared lines come to {cleared}, which \
             leaves {difference} ({advice})"
        ))
    }

    /// Undoes the checkpoints of an import and takes its marks away.
    pub(super) fn release(&self, row: &ImportRow, done: &Done, report: &mut UndoReport) -> Result<()> {
        let (id, reconciliations) = (row.import_id, self.book.reconciliations());
        let rows = call!(self.book.db(), "reading checkpoints", reconciliation::checkpoints(self.book.id()))?;
        let is_standing = |id: i32| rows.iter().any(|row| row.checkpoint_id == id && row.undone_at.is_none());
        let mut own = self.checkpoints_of(row)?;
        own.retain(|checkpoint| is_standing(*checkpoint));
        own.sort_unstable();
        for checkpoint in own.iter().rev() {
            reconciliations.undo(*checkpoint).map_err(|error| explain(id, *checkpoint, error))?;
        }
        report.checkpoints = own;
        for (account, lines) in &done.linked {
            reconciliations.forget_statement(AccountId(*account), lines)?;
        }
        // What was reversed before stays as it is.
        let reversed = self.reversed(&done.posted)?;
        let mut marked = reconciliations.marked_lines(&done.posted)?;
        marked.retain(|row| !reversed.contains(&row.entry_number));
        let reconciled = marked.iter().find_map(|row| Some((row, row.checkpoint_id?)));
        if let Some((line, checkpoint)) = reconciled {
            let name = name_of(&*self.book.chart()?, AccountId(line.account_id));
            return Err(in_the_way(
                id,
                format!(
                    "the line of its entry {} on {name} is reconciled by checkpoint {checkpoint} (undo that first with \
                     `ledger reconcile undo {checkpoint}`)",
                    line.entry_number
                ),
            ));
        }
        reconciliations.forget(marked)
    }

    /// The checkpoints that an import made, as its audit event tells.
    fn checkpoints_of(&self, row: &ImportRow) -> Result<Vec<i32>> {
        let filter = AuditFilter {
            from: row.committed_at.map(instant),
            action: Some("import.commit".to_owned()),
            ..AuditFilter::default()
        };
        let subject = format!("import {}", row.import_id);
        let events = self.book.audit().list(&filter)?;
        let event = events.into_iter().find(|event| event.subject == subject);
        let after: Option<Value> = event.and_then(|event| serde_json::from_str(event.after.as_deref()?).ok());
        let numbers = after.as_ref().and_then(|after| after["checkpoints"].as_array());
        let number = |value: &Value| i32::try_from(value.as_i64()?).ok();
        Ok(numbers.into_iter().flatten().filter_map(number).collect())
    }
}

/// A closing balance that made no checkpoint.
struct Untied<'u> {
    account: AccountId,
    on: chrono::NaiveDate,
    balance: Amount,
    opening: Option<Amount>,
    marks: &'u StatementMarks,
}

/// A name as a word of a command line.
fn quoted(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_alphanumeric() || ":-_.".contains(c));
    if is_plain { name.to_owned() } else { format!("\"{name}\"") }
}

fn explain(id: i64, checkpoint: i32, error: Error) -> Error {
    match error.kind() {
        ErrorKind::NotAllowed { what: "checkpoint", reason, .. } => {
            in_the_way(id, format!("its checkpoint {checkpoint} is not the last one: {reason}"))
                .caused_by(error)
        }
        _ => error,
    }
}
