//! Posting what is due, once.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::change::PlanChange;
use super::matches::soon_after;
use super::occurrences::open_through;
use super::stored::{StoredPlan, change_row_of};
use super::{Schedules, parts};
#[cfg(doc)]
use crate::ErrorKind;
use crate::journal::{Entry, EntryDraft, LineDraft, Source, Standing};
use crate::schedule::{
    MatchOptions, Occurrence, OccurrenceChange, OccurrenceKey, OccurrenceState, Percent, RowRef,
};
use crate::{Error, ErrorClass, Result};

/// What to post of what is due.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostDue {
    /// Only this row, by its name in all its parts; nothing for all.
    pub only: Option<RowRef>,
    /// Only tells what would be posted.
    pub dry_run: bool,
    /// Also posts estimates, at their expected amounts, and what is not certain to happen.
    pub estimates: bool,
    /// Also posts occurrences that an entry of the book very likely stands for already.
    pub despite_matches: bool,
}

/// What posting came to.
#[derive(Debug, Default)]
pub struct PostDueReport {
    /// Occurrences that were posted, in the order of their days.
    pub posted: Vec<PostedOccurrence>,
    /// Occurrences that are due and wait for a person.
    pub held: Vec<HeldOccurrence>,
    /// Occurrences that a rule of the book refused.
    pub refused: Vec<RefusedOccurrence>,
}

/// An occurrence with the entry that now stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedOccurrence {
    /// The occurrence, settled.
    pub occurrence: Occurrence,
    /// Its entry.
    pub entry: Entry,
    /// Whether the entry was there before under the occurrence's external id, and only the occurrence had to be settled.
    pub already_posted: bool,
}

/// An occurrence that is due and was not posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldOccurrence {
    /// The occurrence, open.
    pub occurrence: Occurrence,
    /// Why, as a clause.
    pub reason: String,
}

/// An occurrence that could not be posted.
#[derive(Debug)]
pub struct RefusedOccurrence {
    /// The occurrence, open.
    pub occurrence: Occurrence,
    /// What refused it; nothing of it was written.
    pub error: Error,
}

impl Schedules<'_> {
    /// Posts each open occurrence that is due by a day, once, on its own day, and settles it in the same unit.
    ///
    /// The external id of an entry names the book, the row and the scheduled day, so that neither a second run, nor one
    /// from another process, nor one after months posts anything twice. Where such an entry was reversed, the occurrence
    /// is due again and is posted under that id with `/2` behind it; to be rid of it, skip it.
    ///
    /// What an entry of the book very likely stands for already is held, with that entry named: a payment that was imported
    /// or posted by hand must not be posted again.
    ///
    /// A run is one unit: what it posts stays together or, if it is interrupted, not at all. An occurrence that a rule of
    /// the book refuses (a lock, a closed account) takes back only itself and is listed with the refusal.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a row that is not there, and when the database fails; nothing is posted then.
    pub fn post_due(&self, as_of: NaiveDate, options: &PostDue) -> Result<PostDueReport> {
        match options.dry_run {
            true => self.book.ledger.rehearse(|_| self.post_all_due(as_of, options)),
            false => self.post_all_due(as_of, options),
        }
    }

    fn post_all_due(&self, as_of: NaiveDate, options: &PostDue) -> Result<PostDueReport> {
        self.book.change(|_, _| {
            // Read with the head locked: whatever another process posted is seen.
            let mut stored = StoredPlan::read(self.book)?;
            let only = options.only.as_ref().map(|row| parts(&stored.plan, row)).transpose()?;
            let mut report = PostDueReport::default();
            let paid =
                if options.despite_matches { HashMap::new() } else { self.likely_paid(&stored, as_of)? };
            for open in open_through(&stored.plan, as_of)? {
                if only.as_ref().is_some_and(|parts| parts.iter().all(|part| part.id() != open.key.schedule))
                {
                    continue;
                }
                // An entry under the occurrence's own id is it, whatever else is like it.
                let own = self.own_entry(&stored, open.key)?;
                let likely = || paid.get(&open.key).cloned();
                let reason = match own.1 {
                    Some(_) => None,
                    None => likely().or_else(|| reason_to_hold(&open, options.estimates)),
                };
                if let Some(reason) = reason {
                    report.held.push(HeldOccurrence { occurrence: open, reason });
                    continue;
                }
                match self.book.ledger.write(|| self.post_one(&stored, &open, own)) {
                    Ok(posted) => {
                        stored.plan.settle(posted.occurrence.key, posted.entry.number)?;
                        report.posted.push(posted);
                    }
                    Err(error) if error.kind().class() == ErrorClass::Storage => return Err(error),
                    Err(error) => report.refused.push(RefusedOccurrence { occurrence: open, error }),
                }
            }
            Ok(report)
        })
    }

    /// The occurrences that an entry, imported or posted by hand, very likely stands for, each with the reason to hold it.
    fn likely_paid(&self, stored: &StoredPlan, as_of: NaiveDate) -> Result<HashMap<OccurrenceKey, String>> {
        let open = open_through(&stored.plan, soon_after(as_of, &MatchOptions::default()))?;
        let likely = self.likely_settled(stored, &[open])?.into_iter().flatten();
        Ok(likely
            .map(|found| {
                let (entry, why) = (found.entry, found.reasons.join(", "));
                (found.occurrence, format!("entry {entry} may be it already ({why}): settle it, or skip it"))
            })
            .collect())
    }

    /// Posts one occurrence, or finds its entry, and settles it.
    fn post_one(
        &self,
        stored: &StoredPlan,
        open: &Occurrence,
        (id, known): (String, Option<i64>),
    ) -> Result<PostedOccurrence> {
        let (entry, already_posted) = match known {
            Some(number) => {
                self.check_settling(&stored.plan, open.key, number)?;
                (self.book.entry(number)?, true)
            }
            None => (self.book.journal().post(draft_of(open).external_id(id).balance()?)?, false),
        };
        let moved = match stored.plan.changes().get(&open.key) {
            Some(OccurrenceChange::Moved(moved)) => Some(moved.clone()),
            _ => None,
        };
        let settled = OccurrenceChange::Settled { entry: entry.number, moved };
        let row = change_row_of(self.book.id(), open.key, &settled);
        let before = stored.changes.get(&open.key).cloned();
        let change =
            PlanChange { occurrences: [(open.key, (before, Some(row)))].into(), ..PlanChange::default() };
        change.record(self.book, "occurrence.settle")?;
        let state = OccurrenceState::Settled(entry.number);
        Ok(PostedOccurrence { occurrence: Occurrence { state, ..open.clone() }, entry, already_posted })
    }

    /// The first external id of an occurrence that no entry has, and the entry that stands under one of them, if any does.
    fn own_entry(&self, stored: &StoredPlan, key: OccurrenceKey) -> Result<(String, Option<i64>)> {
        let uid = &self.book.info().uid;
        // An occurrence that went to another row by an edit of "this and later" may have been posted for the first one.
        let mut rows = vec![key.schedule];
        while let Some(of) = rows.last().and_then(|row| stored.plan.schedule(*row).ok()?.terms().follows) {
            if rows.contains(&of) {
                break;
            }
            rows.push(of);
        }
        let mut free = None;
        for row in rows {
            let base = format!("schedule/{uid}/{row}/{}", key.on);
            for turn in 1_u32.. {
                let id = if turn == 1 { base.clone() } else { format!("{base}/{turn}") };
                let Some(entry) = self.book.journal().by_external_id(&id)? else {
                    free.get_or_insert(id);
                    break;
                };
                if let Standing::As(number) = self.book.standing_of(entry.number)? {
                    return Ok((id, Some(number)));
                }
            }
        }
        // There is at least one row, and each gives an id that is free.
        Ok((free.unwrap_or_default(), None))
    }
}

/// Why an occurrence is not to be posted without a person, as a clause.
fn reason_to_hold(open: &Occurrence, estimates: bool) -> Option<String> {
    let probability = open.schedule.terms().probability;
    if probability == Percent::NEVER {
        return Some(format!("its probability is {probability}"));
    }
    if estimates {
        return None;
    }
    if let Some(line) = open.lines.iter().find(|line| line.low() != line.high()) {
        let (low, high) = (line.low().abs().unwrap_or(line.low()), line.high().abs().unwrap_or(line.high()));
        return Some(format!("it is an estimate between {low} and {high}"));
    }
    probability.is_uncertain().then(|| format!("its probability is {probability}"))
}

fn draft_of(open: &Occurrence) -> EntryDraft {
    let terms = open.schedule.terms();
    let description = terms.description.clone().unwrap_or_else(|| terms.name.clone());
    let mut draft = EntryDraft::new(open.due_on, description).source(Source::Schedule);
    draft.party = terms.party.clone();
    draft.tags = terms.tags.clone();
    draft.lines.extend(open.lines.iter().map(|line| LineDraft {
        account: line.account.into(),
        amount: Some(line.amount),
        price: None,
        lot: None,
        memo: line.memo.clone(),
    }));
    draft
}
