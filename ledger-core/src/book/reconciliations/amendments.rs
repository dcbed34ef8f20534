//! What happens to marks where an entry is amended: its replacement keeps the mark of a line that stays the same.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::marks::{MonthDeltas, listed};
use super::{Mark, Reconciliations};
use crate::Result;
use crate::account::AccountId;
use crate::store::call;
use crate::store::rows::MarkableRow;

impl Reconciliations<'_> {
    /// Records that a reconciled entry was corrected knowingly.
    pub(in crate::book) fn record_override(&self, number: i64, verb: &str, by: i64) -> Result<()> {
        let after = json!({ verb: by });
        self.book.record_event("reconciliation.override", &format!("entry {number}"), None, Some(after))
    }

    /// Hands the marks of an amended entry on to its replacement, line by line where account, commodity and amount are
    /// the same and the day is still within the checkpoint; the others are taken away.
    pub(in crate::book) fn carry_marks(&self, amended: i64, replacement: i64) -> Result<()> {
        let (db, id) = (|| self.book.db(), self.book.id());
        let old = call!(db(), "reading marks", reconciliation::of_entry(id, amended))?;
        let old: Vec<MarkableRow> = old.into_iter().filter(|row| row.marked).collect();
        if old.is_empty() {
            return Ok(());
        }
        let rows = call!(db(), "reading checkpoints", reconciliation::checkpoints(id))?;
        let ends: HashMap<i32, i32> = rows.iter().map(|row| (row.checkpoint_id, row.reconciled_to)).collect();
        let mut new = call!(db(), "reading marks", reconciliation::of_entry(id, replacement))?;
        let mut kept: Vec<MarkableRow> = Vec::new();
        for row in &old {
            let same = new.iter().position(|other| {
                (other.account_id, other.commodity_id, other.amount)
                    == (row.account_id, row.commodity_id, row.amount)
                    && row
                        .checkpoint_id
                        .and_then(|id| ends.get(&id))
                        .is_none_or(|end| other.posted_on <= *end)
            });
            kept.extend(
                same.map(|index| MarkableRow { checkpoint_id: row.checkpoint_id, ..new.remove(index) }),
            );
        }
        self.book.store_marks(&old, Mark::Uncleared)?;
        self.book.store_marks(&kept, Mark::Cleared)?;
        let what = json!({ "amended": amended, "by": replacement, "unmarked": listed(&old), "marked": listed(&kept) });
        self.apply_carried(&old, &kept, &what)
    }

    fn apply_carried(&self, old: &[MarkableRow], kept: &[MarkableRow], what: &Value) -> Result<()> {
        let mut by_account: BTreeMap<i32, MonthDeltas> = BTreeMap::new();
        for (rows, count) in [(old, -1), (kept, 1)] {
            for row in rows {
                by_account.entry(row.account_id).or_default().line(row, count);
            }
        }
        let chart = self.book.chart()?;
        for (account, deltas) in by_account {
            if let Some(account) = chart.account(AccountId(account)) {
                self.book.apply_marks(&chart, account, &deltas, "reconciliation.amend", what.clone())?;
            }
        }
        Ok(())
    }
}
