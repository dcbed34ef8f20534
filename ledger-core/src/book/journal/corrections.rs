//! Corrections of the journal: entries reversed by their mirror, or amended by a mirror and a replacement.

use chrono::NaiveDate;

use super::{Journal, Posting};
use crate::journal::{BalancedEntry, BalancedLine, Entry, EntryDraft, Source, check_posting_date};
use crate::store::call;
use crate::{Error, ErrorKind, Result};

impl Journal<'_> {
    /// The entry that reverses this one, and the one that replaces it, if there are any.
    ///
    /// # Errors
    /// When the database fails.
    pub fn corrections(&self, number: i64) -> Result<(Option<i64>, Option<i64>)> {
        let id = self.book.id();
        let reversed = call!(self.book.db(), "looking for a reversal", entry::reversed_by(id, number))?;
        let amended = call!(self.book.db(), "looking for an amendment", entry::amended_by(id, number))?;
        Ok((reversed, amended))
    }

    /// Posts the mirror of an entry; on the same day, or on `on`.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] for one that was reversed before or has a reconciled line, [`ErrorKind::InvalidDate`]
    /// for a day outside the years 1 to 9999, and as [`Journal::post`].
    pub fn reverse(&self, number: i64, on: Option<NaiveDate>) -> Result<Entry> {
        self.reverse_as(number, on, false)
    }

    /// As [`Journal::reverse`], also for an entry with a reconciled line: its marks stay, the mirror is uncleared, and
    /// an audit event tells of it.
    ///
    /// # Errors
    /// As [`Journal::reverse`], but for that.
    pub fn reverse_reconciled(&self, number: i64, on: Option<NaiveDate>) -> Result<Entry> {
        self.reverse_as(number, on, true)
    }

    fn reverse_as(&self, number: i64, on: Option<NaiveDate>, reconciled: bool) -> Result<Entry> {
        self.book.change(|_, _| {
            let entry = self.get(number)?;
            self.refuse_corrected(&entry, "reversed")?;
            let marks = self.book.reconciliations();
            let overridden = marks.refuse_protected(number, None, reconciled)?;
            let mirror = mirror(&entry, on.unwrap_or(entry.posted_on))?;
            self.book.receivables().refuse_used(&entry, mirror.posted_on, None)?;
            let mirror =
                self.post_related(vec![Posting { entry: mirror, reverses: Some(number), amends: None }])?;
            if overridden {
                marks.record_override(number, "reversed_by", mirror.number)?;
            }
            Ok(mirror)
        })
    }

    /// Replaces an entry by another one: posts its mirror on the same day, and the new entry, linked to each other.
    ///
    /// Registers hide the pair that cancels out unless they are asked for it.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] for one that was reversed or amended before, for one whose day is locked (reverse it
    /// on a later day instead), for a replacement that changes a reconciled line and for one whose external id was
    /// posted before; and as [`Journal::post`].
    pub fn amend(&self, number: i64, replacement: BalancedEntry) -> Result<Entry> {
        self.amend_as(number, replacement, false)
    }

    /// As [`Journal::amend`], also where a reconciled line changes, which an audit event tells of.
    ///
    /// A line of the replacement that has the same account and amount, on a day of the same statement, is reconciled in
    /// its place; otherwise the checkpoint does not tie any longer.
    ///
    /// # Errors
    /// As [`Journal::amend`], but for that.
    pub fn amend_reconciled(&self, number: i64, replacement: BalancedEntry) -> Result<Entry> {
        self.amend_as(number, replacement, true)
    }

    fn amend_as(&self, number: i64, replacement: BalancedEntry, reconciled: bool) -> Result<Entry> {
        self.book.change(|_, _| {
            let entry = self.get(number)?;
            self.refuse_corrected(&entry, "amended")?;
            self.refuse_locked(&entry)?;
            let marks = self.book.reconciliations();
            let overridden = marks.refuse_protected(number, Some(&replacement), reconciled)?;
            self.book.receivables().refuse_changed(&entry, &replacement)?;
            let replaced_on = Some(replacement.posted_on);
            self.book.receivables().refuse_used(&entry, entry.posted_on, replaced_on)?;
            let mirror = mirror(&entry, entry.posted_on)?;
            self.refuse_known(&entry, &replacement)?;
            // Together: without its replacement the mirror may take out more than is held.
            let mirror = Posting { entry: mirror, reverses: Some(number), amends: None };
            let replacement = Posting { entry: replacement, reverses: None, amends: Some(number) };
            let amended = self.post_related(vec![mirror, replacement])?;
            if overridden {
                marks.record_override(number, "amended_by", amended.number)?;
            }
            marks.carry_marks(number, amended.number)?;
            // What a bank's line stands for goes on standing for it under its new number.
            let id = self.book.id();
            call!(self.book.db(), "linking statement lines", statement::follow(id, number, amended.number))?;
            Ok(amended)
        })
    }

    /// A draft with the content of an entry, to be changed and handed to [`Journal::amend`].
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn draft_of(&self, number: i64) -> Result<EntryDraft> {
        let entry = self.get(number)?;
        let lines = entry.lines.into_iter().map(|line| crate::journal::LineDraft {
            account: line.account_id.into(),
            amount: Some(line.amount),
            price: line.price,
            lot: line.lot.map(|lot| *lot),
            memo: line.memo,
        });
        Ok(EntryDraft {
            posted_on: entry.posted_on,
            description: entry.description,
            party: entry.party,
            tags: entry.tags,
            external_id: None,
            source: Source::Manual,
            lines: lines.collect(),
        })
    }

    fn refuse_corrected(&self, entry: &Entry, verb: &'static str) -> Result<()> {
        let refuse = |reason: String| -> Error {
            ErrorKind::NotAllowed { what: "entry", name: entry.number.to_string(), verb, reason }.into()
        };
        self.book.closings().refuse_correction(entry, verb)?;
        let (reversed, amended) = self.corrections(entry.number)?;
        if let Some(by) = amended.filter(|by| reversed == Some(*by)) {
            return Err(refuse(format!(
                "it was undone with its import by entry {by} (import the file again)"
            )));
        }
        if let Some(by) = amended {
            return Err(refuse(format!("it was amended by entry {by} (correct that one)")));
        }
        if let Some(by) = reversed {
            return Err(refuse(format!("it was reversed by entry {by} before")));
        }
        if let (Some(of), "amended") = (entry.reverses, verb) {
            return Err(refuse(format!("it is the reversal of entry {of} (reverse it and post anew)")));
        }
        Ok(())
    }

    /// A replacement that was posted before would not be posted again, and nothing would replace the entry.
    fn refuse_known(&self, entry: &Entry, replacement: &BalancedEntry) -> Result<()> {
        let Some(id) = replacement.external_id() else { return Ok(()) };
        let Some(known) = self.by_external_id(id)? else { return Ok(()) };
        let reason =
            format!("its replacement has the external id \"{id}\" of entry {} (leave it out)", known.number);
        let name = entry.number.to_string();
        Err(ErrorKind::NotAllowed { what: "entry", name, verb: "amended", reason }.into())
    }

    /// The mirror of an amendment lies on the original's own day; under the lock the way out is a reversal.
    fn refuse_locked(&self, entry: &Entry) -> Result<()> {
        let Some(through) = self.book.locked_through()?.filter(|through| entry.posted_on <= *through) else {
            return Ok(());
        };
        let number = entry.number;
        let reason = format!(
            "its day {} lies under the lock: the book is locked through {through} (reverse it on a later day, `ledger \
             reverse {number} --on DATE`, and post it anew)",
            entry.posted_on
        );
        Err(ErrorKind::NotAllowed { what: "entry", name: number.to_string(), verb: "amended", reason }.into())
    }

    /// Posts entries as one batch; returns the last.
    fn post_related(&self, postings: Vec<Posting>) -> Result<Entry> {
        let mut receipts = self.book.post_batch(postings)?;
        receipts
            .pop()
            .map(|receipt| receipt.entry)
            .ok_or_else(|| ErrorKind::Misuse("posting gave no entry back".to_owned()).into())
    }
}

/// The mirror of an entry: every debit a credit of the same account.
pub(crate) fn mirror(entry: &Entry, on: NaiveDate) -> Result<BalancedEntry> {
    check_posting_date(on)?;
    let lines = entry.lines.iter().map(|line| {
        Ok(BalancedLine {
            account: line.account_id.into(),
            amount: line.amount.negate()?,
            weight: line.weight.negate()?,
            price: line.price,
            // A mirror and its entry vanish from the lots together.
            lot: None,
            memo: line.memo.clone(),
        })
    });
    Ok(BalancedEntry {
        posted_on: on,
        description: entry.description.clone(),
        party: entry.party.clone(),
        // Both halves stay with one party, also when those that were merged are parted again.
        party_id: entry.party_id,
        tags: entry.tags.clone(),
        external_id: None,
        source: entry.source,
        lines: lines.collect::<Result<Vec<_>>>()?,
    })
}
