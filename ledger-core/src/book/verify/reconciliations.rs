//! Marks and checkpoints: each mark has its line and checkpoint, the sums by month are those of the marks, and
//! checkpoints are numbered without gaps. What they say is compared with the audit log, as all that can change.

use std::collections::BTreeMap;

use super::{CHUNK, Check};
use crate::Result;
use crate::store::call;
use crate::store::rows::{CheckedMarkRow, CheckpointRow, MarksMonthRow, date, month};

/// Account, commodity, checkpoint (0 for none) and month.
type Key = (i32, i32, i32, i32);

impl Check<'_> {
    /// Recomputes marks and checkpoints.
    pub(super) fn reconciliations(&mut self) -> Result<()> {
        let checkpoints = self.chart.checkpoints().clone();
        for (number, (id, row)) in (1..).zip(&checkpoints) {
            if *id != number {
                let difference = format!("checkpoint {number} was expected");
                self.found("number", format!("checkpoints {id}"), difference);
                break;
            }
            if !self.chart.has_account(row.account_id) {
                let difference = format!("there is no account {}", row.account_id);
                self.found("reference", format!("checkpoints {id}"), difference);
            }
        }
        let mut months: BTreeMap<Key, (i64, i128)> = BTreeMap::new();
        let mut place = (i32::MIN, (i32::MIN, 0, 0));
        loop {
            let id = self.book.id();
            let rows = call!(self.book.db(), "reading marks", reconciliation::checked(id, place, CHUNK))?;
            let ended = (rows.len() as i64) < CHUNK;
            for row in rows {
                place = (row.account_id, (row.posted_on, row.entry_number, row.line_number));
                let checkpoint = row.checkpoint_id.unwrap_or(0);
                let key = (row.account_id, row.commodity_id, checkpoint, month(date(row.posted_on)));
                let sum = months.entry(key).or_default();
                *sum = (sum.0 + 1, sum.1 + i128::from(row.line_amount.unwrap_or(0)));
                self.mark(&row, &checkpoints);
            }
            if ended {
                break;
            }
        }
        self.marked_months(months)
    }

    fn mark(&mut self, row: &CheckedMarkRow, checkpoints: &BTreeMap<i32, CheckpointRow>) {
        let place = format!("line_marks {}/{}", row.entry_number, row.line_number);
        let line = (row.line_account_id, row.line_posted_on, row.line_commodity_id);
        let (account, day, commodity) = line;
        let marked = (Some(row.account_id), Some(row.posted_on), Some(row.commodity_id));
        if account.is_none() {
            self.found("reference", place.clone(), "there is no such line".to_owned());
        } else if line != marked {
            let difference = format!(
                "it says account {}, day {}, commodity {}; the line says {}, {}, {}",
                row.account_id,
                date(row.posted_on),
                row.commodity_id,
                account.unwrap_or(0),
                date(day.unwrap_or(0)),
                commodity.unwrap_or(0)
            );
            self.found("reference", place.clone(), difference);
        }
        let Some(id) = row.checkpoint_id else { return };
        let difference = match checkpoints.get(&id) {
            None => format!("there is no checkpoint {id}"),
            Some(checkpoint) if checkpoint.undone_at.is_some() => {
                format!("it is reconciled by checkpoint {id}, which was undone")
            }
            Some(checkpoint)
                if (checkpoint.account_id, checkpoint.commodity_id) != (row.account_id, row.commodity_id) =>
            {
                format!("checkpoint {id} is of another account or commodity")
            }
            Some(checkpoint) if row.posted_on > checkpoint.reconciled_to => {
                let (day, end) = (date(row.posted_on), date(checkpoint.reconciled_to));
                format!("it lies on {day}, checkpoint {id} ends on {end}")
            }
            Some(_) => return,
        };
        self.found("reference", place, difference);
    }

    /// Compares the sums of marks by month with those that are stored.
    fn marked_months(&mut self, computed: BTreeMap<Key, (i64, i128)>) -> Result<()> {
        let id = self.book.id();
        let rows = call!(self.book.db(), "reading marks", reconciliation::every_month(id))?;
        let key = |row: &MarksMonthRow| (row.account_id, row.commodity_id, row.checkpoint_id, row.period);
        let mut stored: BTreeMap<Key, (i64, i128)> =
            rows.iter().map(|row| (key(row), (row.line_count, i128::from(row.amount)))).collect();
        let mut different = Vec::new();
        for (key, sum) in computed {
            match stored.remove(&key) {
                Some(other) if other == sum => {}
                other => different.push((key, other.unwrap_or_default(), sum)),
            }
        }
        different.extend(stored.into_iter().map(|(key, sum)| (key, sum, (0, 0))));
        for ((account, commodity, checkpoint, period), held, given) in different {
            let row = format!("marks_monthly {account}/{commodity}/{checkpoint}/{period}");
            let (lines, amount) = held;
            let difference = format!(
                "it holds {lines} lines and {amount}, the marks give {} and {} (minor units)",
                given.0, given.1
            );
            self.found("rollup", row, difference);
        }
        Ok(())
    }
}
