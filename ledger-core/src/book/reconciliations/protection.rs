//! Reconciled lines are protected: an entry is neither reversed, nor amended into one that changes them, without a word.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{Reconciliations, refused};
use crate::Result;
use crate::account::AccountId;
use crate::journal::{AccountRef, BalancedEntry};
use crate::store::call;
use crate::store::rows::{MarkableRow, date, day};

/// The reconciled line that keeps an entry from being corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    /// The account's name.
    pub account: String,
    /// The line's day.
    pub posted_on: NaiveDate,
    /// The checkpoint that holds it.
    pub checkpoint: i32,
    /// The last day of the checkpoint's statement.
    pub reconciled_to: NaiveDate,
}

impl std::fmt::Display for Protection {
    /// A clause, such as "its line of 2026-03-02 on Assets:Bank is reconciled to 2026-03-31 by checkpoint 4".
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Protection { account, posted_on, checkpoint, reconciled_to } = self;
        write!(
            f,
            "its line of {posted_on} on {account} is reconciled to {reconciled_to} by checkpoint {checkpoint}"
        )
    }
}

impl Reconciliations<'_> {
    /// The reconciled line that keeps an entry from being amended or reversed without a word, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn protection(&self, entry_number: i64) -> Result<Option<Protection>> {
        self.protected(entry_number, None)
    }

    /// The reconciled line that keeps an entry from being replaced by this one, if there is one.
    ///
    /// A replacement with the same amount on the line's account, on a day of the same statement, leaves it as it is:
    /// another account on the other side or another text needs no word.
    ///
    /// # Errors
    /// When the database fails.
    pub fn protection_from(
        &self,
        entry_number: i64,
        replacement: &BalancedEntry,
    ) -> Result<Option<Protection>> {
        self.protected(entry_number, Some(replacement))
    }

    fn protected(
        &self,
        entry_number: i64,
        replacement: Option<&BalancedEntry>,
    ) -> Result<Option<Protection>> {
        let id = self.book.id();
        let mut rows = call!(self.book.db(), "reading marks", reconciliation::of_entry(id, entry_number))?;
        rows.retain(|row| row.checkpoint_id.is_some());
        if rows.is_empty() {
            return Ok(None);
        }
        let checkpoints = call!(self.book.db(), "reading checkpoints", reconciliation::checkpoints(id))?;
        let ends: HashMap<i32, i32> =
            checkpoints.into_iter().map(|row| (row.checkpoint_id, row.reconciled_to)).collect();
        let end = |row: &MarkableRow| ends.get(&row.checkpoint_id.unwrap_or_default()).copied();
        let chart = self.book.chart()?;
        let mut kept: Vec<(i32, i32, i64)> = Vec::new();
        for line in replacement.iter().flat_map(|entry| entry.lines()) {
            let account = match &line.account {
                AccountRef::Id(id) => Some(*id),
                AccountRef::Name(name) => chart.lookup(name).map(|account| account.id),
            };
            let commodity = chart.commodity_id(line.amount.commodity());
            kept.extend(account.zip(commodity).map(|(account, it)| (account.0, it, line.amount.minor())));
        }
        let on = replacement.map(|entry| day(entry.posted_on()));
        let changed = rows.into_iter().find(|row| {
            let same = (row.account_id, row.commodity_id, row.amount);
            let place = kept.iter().position(|line| *line == same);
            let within = on.zip(end(row)).is_some_and(|(on, end)| on <= end);
            place.filter(|_| within).map(|place| kept.swap_remove(place)).is_none()
        });
        Ok(changed.map(|row| Protection {
            account: chart.account(AccountId(row.account_id)).map(|it| it.name.clone()).unwrap_or_default(),
            posted_on: date(row.posted_on),
            checkpoint: row.checkpoint_id.unwrap_or_default(),
            reconciled_to: date(end(&row).unwrap_or(row.posted_on)),
        }))
    }

    /// Refuses to correct an entry with a reconciled line that would change, unless that is meant; tells whether there
    /// is one. Without a replacement the entry is to be reversed.
    pub(in crate::book) fn refuse_protected(
        &self,
        number: i64,
        replacement: Option<&BalancedEntry>,
        meant: bool,
    ) -> Result<bool> {
        let Some(protection) = self.protected(number, replacement)? else { return Ok(false) };
        if meant {
            return Ok(true);
        }
        let verb = if replacement.is_some() { "amended" } else { "reversed" };
        let checkpoint = protection.checkpoint;
        let reason = format!(
            "{protection} (undo that with `ledger reconcile undo {checkpoint}`, or go ahead knowingly with --reconciled)"
        );
        Err(refused("entry", number.to_string(), verb, reason))
    }
}
