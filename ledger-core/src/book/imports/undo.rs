//! Taking back an import: its checkpoints are undone, its entries are reversed and hidden with their mirrors, what it
//! linked is free again.

use std::collections::{BTreeMap, HashSet};

use serde_json::json;

use super::super::journal::corrections::mirror;
use super::super::post::Posting;
use super::super::receivables::TakenBack;
use super::super::reconciliations::StandingLine;
use super::Imports;
use crate::account::AccountId;
use crate::import::{ImportState, LineState, UndoReport, Verdict};
use crate::store::call;
use crate::store::statement_rows::ClaimRow;
use crate::{Error, ErrorKind, Result};

/// How many entries are reversed at once; the whole import is one transaction all the same.
const BATCH: usize = 10_000;

/// What an import did to the journal, by the numbers that its entries have now.
#[derive(Default)]
pub(super) struct Done {
    pub posted: Vec<i64>,
    /// Each adjusted entry with the one that it was before.
    adjusted: Vec<(i64, i64)>,
    matched: u64,
    /// The lines that stood for its own in entries that it did not post, by account.
    pub linked: BTreeMap<i32, Vec<StandingLine>>,
}

impl Imports<'_> {
    /// Takes back a committed import as one unit, with an audit event `import.undo`.
    ///
    /// Every entry that it posted is reversed on its own day, or the entry by which it was amended since; registers
    /// hide both. Entries that it was linked to stay, uncleared; those that it adjusted get back what they were. Its
    /// checkpoints are undone. Its lines no longer count, so that the same file can come again. An account that it
    /// opened stays open, with a note.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; [`ErrorKind::NotAllowed`] for an import that is not committed, and where something
    /// stands in the way (the lock of the book, a closed account, a later checkpoint, a later import that is linked to
    /// its entries, a credit that was used or a loss that came back since): nothing is undone then.
    pub fn undo(&self, id: i64) -> Result<UndoReport> {
        self.book.change_in_bulk(|_, _| {
            let mut row = self.import_row(id, ImportState::Committed, "undone")?;
            let done = self.done(id)?;
            self.refuse_shared(id, &done)?;
            self.refuse_used(id, &done.posted)?;
            let mut report = UndoReport { unlinked: done.matched, ..UndoReport::default() };
            self.release(&row, &done, &mut report)?;
            for numbers in done.posted.chunks(BATCH) {
                self.reverse_all(id, numbers, &mut report)?;
            }
            for (number, before) in done.adjusted {
                self.restore(id, number, before, &mut report)?;
            }
            self.note_accounts(&row.opened_accounts, &mut report)?;
            report.notes.extend(self.left_out_for(id)?);
            let head = self.book.lock_head()?;
            row.state = ImportState::Undone.as_str().to_owned();
            row.ended_at = Some(self.book.recording_instant(&head));
            row.ended_by = Some(self.book.ledger.session().actor().to_owned());
            call!(self.book.db(), "undoing an import", statement::update(&row))?;
            let after = json!({
                "file": row.file_name,
                "reversed": report.reversed,
                "unlinked": report.unlinked,
                "restored": report.restored,
                "checkpoints": report.checkpoints,
            });
            self.book.record_event("import.undo", &format!("import {id}"), None, Some(after))?;
            Ok(report)
        })
    }

    /// What later imports left out because this one had it, each a sentence.
    pub(super) fn left_out_for(&self, id: i64) -> Result<Vec<String>> {
        let found = call!(self.book.db(), "reading imports", statement::left_out_for(self.book.id(), id))?;
        let say = |(later, file, count): (i64, String, i64)| {
            format!(
                "import {later} left out {count} line(s) because import {id} had them: import {} again to have them",
                crate::text::quote(&file)
            )
        };
        Ok(found.into_iter().map(say).collect())
    }

    fn done(&self, id: i64) -> Result<Done> {
        let mut done = Done::default();
        self.each_line(id, |row| {
            let state = LineState::from_name(&row.state);
            // The line of another format stands for its entry too, and goes on to.
            if state == Some(LineState::Matched) && row.verdict == Verdict::Duplicate.as_str() {
                done.matched += 1;
                return Ok(());
            }
            if let (Some(LineState::Matched | LineState::Adjusted), Some(entry)) = (state, row.entry_number) {
                let line = StandingLine { entry, minor: row.amount };
                done.linked.entry(row.account_id).or_default().push(line);
            }
            match (state, row.entry_number, row.replaced_entry) {
                (Some(LineState::Posted), Some(number), _) => done.posted.push(number),
                (Some(LineState::Adjusted), Some(number), Some(before)) => {
                    done.adjusted.push((number, before))
                }
                (Some(LineState::Matched), ..) => done.matched += 1,
                _ => {}
            }
            Ok(())
        })?;
        // Two lines whose entries were amended into one cannot be, but a number must never be reversed twice.
        done.posted.sort_unstable();
        done.posted.dedup();
        Ok(done)
    }

    /// Entries that movements of receivables rest on stay: all that is taken back is looked at together, so that what
    /// goes with it stands in no way.
    fn refuse_used(&self, id: i64, posted: &[i64]) -> Result<()> {
        let receivables = self.book.receivables();
        if receivables.linked_entries()?.is_empty() {
            return Ok(());
        }
        let reversed = self.reversed(posted)?;
        let standing: Vec<i64> = posted.iter().copied().filter(|number| !reversed.contains(number)).collect();
        // An entry in the place of another one stands for the movements of the first.
        let (mut linked, mut back) = (Vec::new(), Vec::new());
        for numbers in standing.chunks(BATCH) {
            for entry in self.book.entries_of(numbers.to_vec())? {
                let number = entry.number;
                linked.extend(receivables.with_corrected(&entry)?);
                back.push(TakenBack { number, mirrored_on: entry.posted_on, replaced_on: None });
            }
        }
        match receivables.first_used(&linked, &back)? {
            Some(reason) => Err(in_the_way(id, reason)),
            None => Ok(()),
        }
    }

    /// An entry that a later import is linked to is that import's too.
    fn refuse_shared(&self, id: i64, done: &Done) -> Result<()> {
        let doing = "looking for what is linked to an import";
        let claims = call!(self.book.db(), doing, statement::claims(self.book.id(), &done.posted))?;
        let mut others = claims.into_iter().filter(|claim| claim.import_id != id);
        let Some(claim) =
            others.next().map_or_else(|| self.same_line_elsewhere(id, done), |claim| Ok(Some(claim)))?
        else {
            return Ok(());
        };
        let (entry, line, other) = (claim.entry_number, claim.line_number, claim.import_id);
        Err(in_the_way(
            id,
            format!(
                "its entry {entry} is also what line {line} of import {other} is linked to (undo import {other} first)"
            ),
        ))
    }

    /// A line of another import that is the same as one of this import's lines, whose entry was there before both.
    fn same_line_elsewhere(&self, id: i64, done: &Done) -> Result<Option<ClaimRow>> {
        let doing = "looking for what is linked to an import";
        for (account, lines) in &done.linked {
            let numbers: Vec<i64> = lines.iter().map(|line| line.entry).collect();
            let claims = call!(self.book.db(), doing, statement::claims(self.book.id(), &numbers))?;
            let mut same =
                claims.into_iter().filter(|claim| claim.account_id == *account && claim.import_id != id);
            if let Some(claim) = same.next() {
                return Ok(Some(claim));
            }
        }
        Ok(None)
    }

    fn reverse_all(&self, id: i64, numbers: &[i64], report: &mut UndoReport) -> Result<()> {
        let book = self.book;
        let reversed = self.reversed(numbers)?;
        let standing = numbers.iter().copied().filter(|number| !reversed.contains(number)).collect();
        let mut postings = Vec::with_capacity(numbers.len());
        for entry in book.entries_of(standing)? {
            let mirrored = mirror(&entry, entry.posted_on)?;
            // A mirror that also takes the entry's place, by nothing: registers hide what was replaced.
            let (reverses, amends) = (Some(entry.number), Some(entry.number));
            postings.push(Posting { entry: mirrored, reverses, amends });
        }
        report.reversed += postings.len() as u64;
        if !reversed.is_empty() {
            let count = reversed.len();
            report.notes.push(format!("{count} of its entries had been reversed before: left as they are"));
        }
        book.post_batch(postings).map(|_| ()).map_err(|error| explain(id, error))
    }

    /// Those of some entries that were reversed.
    pub(super) fn reversed(&self, numbers: &[i64]) -> Result<HashSet<i64>> {
        let mut found = HashSet::new();
        for numbers in numbers.chunks(BATCH) {
            let doing = "looking for reversals";
            found.extend(call!(self.book.db(), doing, entry::reversed(self.book.id(), numbers))?);
        }
        Ok(found)
    }

    /// Gives an adjusted entry back what it was, unless somebody changed it since.
    fn restore(&self, id: i64, number: i64, before: i64, report: &mut UndoReport) -> Result<()> {
        let journal = self.book.journal();
        let entry = journal.get(number)?;
        let (reversed, _) = journal.corrections(number)?;
        if entry.amends != Some(before) || reversed.is_some() {
            report.unlinked += 1;
            report.notes.push(format!("entry {number} was changed since: left as it is, and unlinked"));
            return Ok(());
        }
        let mut draft = journal.draft_of(before)?;
        draft.source = entry.source;
        journal.amend(number, draft.balance()?).map_err(|error| explain(id, error))?;
        report.restored += 1;
        Ok(())
    }

    fn note_accounts(&self, opened: &str, report: &mut UndoReport) -> Result<()> {
        let chart = self.book.chart()?;
        let opened: Vec<i32> = serde_json::from_str(opened).unwrap_or_default();
        for account in opened.into_iter().filter_map(|id| chart.account(AccountId(id))) {
            report.notes.push(format!(
                "account {} was opened for it and stays open: the reversed entries are on it",
                account.name
            ));
        }
        Ok(())
    }
}

pub(super) fn in_the_way(id: i64, reason: String) -> Error {
    ErrorKind::NotAllowed { what: "import", name: id.to_string(), verb: "undone", reason }.into()
}

/// Why an entry cannot be reversed, with the way out of this.
fn explain(id: i64, error: Error) -> Error {
    let reason = match error.kind() {
        ErrorKind::Locked { description, on, locked_through } => format!(
            "its entry \"{description}\" of {on} lies under the lock: the book is locked through {locked_through} (move \
             the lock with `ledger book lock`)"
        ),
        ErrorKind::AccountNotOpen { account, on, state } => format!(
            "account {account} is not open on {on}: it {state} (open it again with `ledger account reopen`)"
        ),
        ErrorKind::NotAllowed { what: "entry", name, reason, .. } => format!("its entry {name}: {reason}"),
        _ => return error,
    };
    in_the_way(id, reason).caused_by(error)
}
