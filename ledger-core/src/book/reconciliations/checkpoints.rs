//! Checkpoints: made, taken back, read, and compared with what the book says of their days now.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{Reconciliations, refused};
use crate::account::{Account, AccountId, Chart};
use crate::money::Amount;
use crate::report::{Checkpoint, CheckpointSource, CheckpointStatus, without_pairs};
use crate::store::call;
use crate::store::rows::{CheckpointRow, HeadRow, date, day, instant};
use crate::{Error, ErrorKind, Result};

/// The head is locked for all that writes.
impl Reconciliations<'_> {
    /// Keeps a checkpoint and puts the cleared lines under it.
    pub(super) fn close(
        &self,
        head: &HeadRow,
        chart: &Chart,
        account: &Account,
        to: NaiveDate,
        balance: Amount,
        source: CheckpointSource,
    ) -> Result<Checkpoint> {
        let commodity = match chart.commodity_id(balance.commodity()) {
            Some(id) => id,
            None => {
                let reason = format!("nothing in {} was ever posted in this book", balance.commodity());
                return Err(refused("reconciliation of", account.name.clone(), "finished", reason));
            }
        };
        let row = self.new_checkpoint(head, account, to, balance, commodity, source)?;
        self.take_cleared(chart, account, &row)?;
        checkpoint_of(row, chart)
    }

    pub(super) fn new_checkpoint(
        &self,
        head: &HeadRow,
        account: &Account,
        to: NaiveDate,
        balance: Amount,
        commodity_id: i32,
        source: CheckpointSource,
    ) -> Result<CheckpointRow> {
        let rows = call!(self.book.db(), "reading checkpoints", reconciliation::checkpoints(self.book.id()))?;
        let row = CheckpointRow {
            book_id: self.book.id(),
            checkpoint_id: rows.last().map_or(0, |row| row.checkpoint_id) + 1,
            account_id: account.id.0,
            commodity_id,
            reconciled_to: day(to),
            balance: balance.minor(),
            source: source.as_str().to_owned(),
            last_entry_number: self.book.read_head()?.last_entry_number,
            recorded_at: self.book.recording_instant(head),
            recorded_by: self.book.ledger.session().actor().to_owned(),
            undone_at: None,
        };
        call!(self.book.db(), "keeping a checkpoint", reconciliation::add_checkpoint(&row))?;
        let after = audited(&row, balance.commodity().code());
        let subject = format!("checkpoint {}", row.checkpoint_id);
        self.book.record_event("reconciliation.finish", &subject, None, Some(after))?;
        Ok(row)
    }

    /// Puts all cleared lines up to a checkpoint's day under it.
    pub(super) fn take_cleared(&self, chart: &Chart, account: &Account, row: &CheckpointRow) -> Result<()> {
        let position = self.book.marks_position(account.id, row.commodity_id)?;
        let Some(deltas) = self.book.deltas_of_finish(&position, row)? else { return Ok(()) };
        let doing = "reconciling lines";
        let first = position.first_cleared_day();
        call!(self.book.db(), doing, reconciliation::reconcile(row, first, row.reconciled_to))?;
        let lines = json!({ "reconciled_by": row.checkpoint_id });
        self.book.apply_marks(chart, account, &deltas, "reconciliation.reconcile", lines)
    }

    pub(super) fn release(
        &self,
        head: &HeadRow,
        chart: &Chart,
        mut row: CheckpointRow,
    ) -> Result<Checkpoint> {
        let account = chart.account(AccountId(row.account_id));
        let missing =
            || ErrorKind::Corrupt { what: format!("checkpoints {}: unknown account", row.checkpoint_id) };
        let account = account.ok_or_else(missing)?;
        let before = audited_in(&row, chart);
        let position = self.book.marks_position(account.id, row.commodity_id)?;
        if let Some((deltas, first, last)) = position.deltas_of_undo(&row)? {
            call!(self.book.db(), "releasing lines", reconciliation::release(&row, first, last))?;
            let lines = json!({ "released_by": row.checkpoint_id });
            self.book.apply_marks(chart, account, &deltas, "reconciliation.release", lines)?;
        }
        let at = self.book.recording_instant(head).max(row.recorded_at);
        let doing = "undoing a checkpoint";
        call!(self.book.db(), doing, reconciliation::set_undone(row.book_id, row.checkpoint_id, at))?;
        row.undone_at = Some(at);
        let subject = format!("checkpoint {}", row.checkpoint_id);
        let after = audited_in(&row, chart);
        self.book.record_event("reconciliation.undo", &subject, Some(before), Some(after))?;
        checkpoint_of(row, chart)
    }

    /// The last checkpoint of an account and commodity that was not undone.
    pub(super) fn last_checkpoint(
        &self,
        chart: &Chart,
        account: &Account,
        balance: Amount,
    ) -> Result<Option<Checkpoint>> {
        let commodity = chart.commodity_id(balance.commodity());
        let rows = call!(self.book.db(), "reading checkpoints", reconciliation::checkpoints(self.book.id()))?;
        let mut rows = rows.into_iter().rev().filter(|row| {
            row.undone_at.is_none() && row.account_id == account.id.0 && Some(row.commodity_id) == commodity
        });
        rows.next().map(|row| checkpoint_of(row, chart)).transpose()
    }

    /// Checkpoints by number, each with what the book says of its day now.
    pub(super) fn statuses(&self, chart: &Chart, account: Option<&Account>) -> Result<Vec<CheckpointStatus>> {
        let rows = call!(self.book.db(), "reading checkpoints", reconciliation::checkpoints(self.book.id()))?;
        let mut groups: BTreeMap<(i32, i32), Vec<CheckpointRow>> = BTreeMap::new();
        for row in rows.into_iter().filter(|row| account.is_none_or(|only| only.id.0 == row.account_id)) {
            groups.entry((row.account_id, row.commodity_id)).or_default().push(row);
        }
        let mut statuses = Vec::new();
        for ((account, commodity), rows) in groups {
            statuses.extend(self.statuses_of(chart, AccountId(account), commodity, rows)?);
        }
        statuses.sort_by_key(|status| status.checkpoint.id);
        Ok(statuses)
    }

    /// The checkpoints of one account and commodity.
    fn statuses_of(
        &self,
        chart: &Chart,
        account: AccountId,
        commodity_id: i32,
        rows: Vec<CheckpointRow>,
    ) -> Result<Vec<CheckpointStatus>> {
        let position = self.book.marks_position(account, commodity_id)?;
        let open = rows.iter().filter(|row| row.undone_at.is_none());
        let unmarked = match open.map(|row| row.reconciled_to).max() {
            Some(last) => self.book.unmarked_lines(&position, chart, date(last))?,
            None => Vec::new(),
        };
        let status = |row: CheckpointRow| {
            let within = unmarked.iter().filter(|line| day(line.posted_on) <= row.reconciled_to);
            let mut since = without_pairs(within.cloned().collect());
            since.retain(|line| line.entry_number > row.last_entry_number && row.undone_at.is_none());
            let added: i128 = since.iter().map(|line| i128::from(line.amount.minor())).sum();
            let now = match row.undone_at {
                Some(_) => i128::from(row.balance),
                None => position.reconciled_by(row.checkpoint_id) + added,
            };
            let checkpoint = checkpoint_of(row, chart)?;
            let commodity = checkpoint.balance.commodity();
            let balance_now = Amount::try_from_i128(now, commodity, "a reconciled balance")?;
            let difference = balance_now.checked_sub(checkpoint.balance)?;
            Ok(CheckpointStatus { checkpoint, balance_now, difference, posted_since: since.len() })
        };
        rows.into_iter().map(status).collect()
    }
}

/// A checkpoint in the words of the audit log.
pub(in crate::book) fn audited(row: &CheckpointRow, commodity: &str) -> Value {
    json!({
        "account": row.account_id,
        "commodity": commodity,
        "reconciled_to": date(row.reconciled_to).to_string(),
        "balance": row.balance,
        "source": row.source,
        "last_entry_number": row.last_entry_number,
        "undone": row.undone_at.is_some(),
    })
}

fn audited_in(row: &CheckpointRow, chart: &Chart) -> Value {
    let commodity = chart.commodity(row.commodity_id);
    audited(row, commodity.as_ref().map_or("?", |commodity| commodity.code()))
}

pub(super) fn checkpoint_of(row: CheckpointRow, chart: &Chart) -> Result<Checkpoint> {
    let corrupt = |what: &str| {
        Error::from(ErrorKind::Corrupt { what: format!("checkpoints {}: {what}", row.checkpoint_id) })
    };
    let account = chart.account(AccountId(row.account_id));
    let commodity = chart.commodity(row.commodity_id).ok_or_else(|| corrupt("unknown commodity"))?;
    Ok(Checkpoint {
        id: row.checkpoint_id,
        account: account.ok_or_else(|| corrupt("unknown account"))?.name.clone(),
        reconciled_to: date(row.reconciled_to),
        balance: Amount::new(row.balance, commodity),
        source: CheckpointSource::from_name(&row.source).ok_or_else(|| corrupt("unknown source"))?,
        last_entry_number: row.last_entry_number,
        recorded_at: instant(row.recorded_at),
        undone_at: row.undone_at.map(instant),
        recorded_by: row.recorded_by,
    })
}
