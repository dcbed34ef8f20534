//! Writing marks: the rows, their sums by month, and the audit event that tells of both.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{LineSelector, Mark};
use crate::Result;
use crate::account::{Account, Chart};
use crate::book::Book;
use crate::money::Amount;
use crate::store::call;
use crate::store::rows::{CheckpointRow, MarkRow, MarkableRow, MarksMonthRow, date, month};

/// What changes by commodity, checkpoint (0 for none) and month: lines, and what they come to.
#[derive(Default)]
pub(super) struct MonthDeltas(BTreeMap<(i32, i32, i32), (i64, i128)>);

impl MonthDeltas {
    /// Adds to a month of a checkpoint.
    pub fn shift(&mut self, key: (i32, i32, i32), by: (i64, i128)) {
        let sum = self.0.entry(key).or_default();
        *sum = (sum.0 + by.0, sum.1 + by.1);
    }

    /// Moves cleared lines of a month under a checkpoint.
    pub fn reconcile(&mut self, checkpoint: &CheckpointRow, period: i32, count: i64, amount: i128) {
        self.shift((checkpoint.commodity_id, 0, period), (-count, -amount));
        self.shift((checkpoint.commodity_id, checkpoint.checkpoint_id, period), (count, amount));
    }

    /// Counts a line in or out.
    pub fn line(&mut self, row: &MarkableRow, count: i64) {
        let key = (row.commodity_id, row.checkpoint_id.unwrap_or(0), month(date(row.posted_on)));
        self.shift(key, (count, i128::from(row.amount) * i128::from(count)));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Lines whose marks are set or taken away, and the name of that in the audit log.
pub(super) struct Marking<'r> {
    pub rows: &'r [MarkableRow],
    pub mark: Mark,
    pub action: &'static str,
}

impl Book<'_> {
    /// Sets or takes away the marks of lines of one account; the head is locked.
    pub(super) fn write_marks(&self, chart: &Chart, account: &Account, marking: Marking<'_>) -> Result<()> {
        let Marking { rows, mark, action } = marking;
        let mut deltas = MonthDeltas::default();
        let count = if mark == Mark::Cleared { 1 } else { -1 };
        rows.iter().for_each(|row| deltas.line(row, count));
        self.store_marks(rows, mark)?;
        self.apply_marks(chart, account, &deltas, action, json!({ "lines": listed(rows) }))
    }

    /// Writes or deletes the rows alone.
    pub(super) fn store_marks(&self, rows: &[MarkableRow], mark: Mark) -> Result<()> {
        let row = |row: &MarkableRow| MarkRow {
            book_id: self.id(),
            account_id: row.account_id,
            posted_on: row.posted_on,
            entry_number: row.entry_number,
            line_number: row.line_number,
            commodity_id: row.commodity_id,
            checkpoint_id: row.checkpoint_id,
        };
        // In the order of the table, which is the cheapest to write.
        let mut marks: Vec<MarkRow> = rows.iter().map(row).collect();
        marks.sort_unstable_by_key(|row| (row.account_id, row.posted_on, row.entry_number, row.line_number));
        if mark == Mark::Uncleared {
            return call!(self.db(), "taking marks away", reconciliation::unmark(&marks));
        }
        call!(self.db(), "marking lines", reconciliation::mark(&marks))
    }

    /// Brings the sums by month up to date, and records an event for each commodity with what is marked now.
    pub(super) fn apply_marks(
        &self,
        chart: &Chart,
        account: &Account,
        deltas: &MonthDeltas,
        action: &str,
        what: Value,
    ) -> Result<()> {
        let commodities: BTreeSet<i32> = deltas.0.keys().map(|(commodity, _, _)| *commodity).collect();
        for commodity_id in commodities {
            let before = self.marks_position(account.id, commodity_id)?.months;
            let known: BTreeMap<(i32, i32), &MarksMonthRow> =
                before.iter().map(|row| ((row.checkpoint_id, row.period), row)).collect();
            let commodity = chart.commodity(commodity_id);
            let code = commodity.as_ref().map_or("?", |commodity| commodity.code());
            for ((_, checkpoint_id, period), (count, amount)) in
                deltas.0.iter().filter(|(key, _)| key.0 == commodity_id)
            {
                let old = known.get(&(*checkpoint_id, *period));
                let sum = old.map_or(0, |row| i128::from(row.amount)) + amount;
                let amount = match commodity {
                    Some(commodity) => {
                        Amount::try_from_i128(sum, commodity, "the cleared lines of a month")?.minor()
                    }
                    None => 0,
                };
                let row = MarksMonthRow {
                    book_id: self.id(),
                    account_id: account.id.0,
                    commodity_id,
                    checkpoint_id: *checkpoint_id,
                    period: *period,
                    line_count: old.map_or(0, |row| row.line_count) + count,
                    amount,
                };
                call!(self.db(), "summing marks", reconciliation::set_month(&row))?;
            }
            let after = self.marks_position(account.id, commodity_id)?.months;
            let mut what = what.clone();
            what["now"] = marked(&after);
            let subject = format!("marks {} {code}", account.id.0);
            self.record_event(action, &subject, Some(json!({ "now": marked(&before) })), Some(what))?;
        }
        Ok(())
    }
}

/// How many lines are cleared and reconciled, and what they come to in minor units, as the audit log tells it.
pub(in crate::book) fn marked(months: &[MarksMonthRow]) -> Value {
    let sum = |reconciled: bool| {
        let rows = months.iter().filter(|row| (row.checkpoint_id > 0) == reconciled);
        let (count, amount) = rows.fold((0_i64, 0_i128), |(count, amount), row| {
            (count + row.line_count, amount + i128::from(row.amount))
        });
        json!({ "lines": count, "amount": amount.to_string() })
    };
    json!({ "cleared": sum(false), "reconciled": sum(true) })
}

/// First and last entry of each run of entries that follow each other; the lines are sorted.
pub(super) fn runs(lines: &[LineSelector]) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for line in lines {
        match runs.last_mut() {
            Some((_, last)) if line.entry_number <= last.saturating_add(1) => *last = line.entry_number,
            _ => runs.push((line.entry_number, line.entry_number)),
        }
    }
    runs
}

/// Lines in short: `5/1-9/1, 12/2` are the first lines of entries 5 to 9 and the second of entry 12.
pub(super) fn listed(rows: &[MarkableRow]) -> String {
    let mut keys: Vec<(i32, i64)> = rows.iter().map(|row| (row.line_number, row.entry_number)).collect();
    keys.sort_unstable();
    let run = |run: &[(i32, i64)]| {
        let ((line, first), (_, last)) = (run.first()?, run.last()?);
        Some(if first == last { format!("{first}/{line}") } else { format!("{first}/{line}-{last}/{line}") })
    };
    let follows = |left: &(i32, i64), right: &(i32, i64)| left.0 == right.0 && left.1 + 1 == right.1;
    keys.chunk_by(follows).filter_map(run).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_entries_are_read_together() {
        let lines = [3, 4, 5, 9].map(LineSelector::from);
        assert_eq!(runs(&lines), [(3, 5), (9, 9)]);
        assert_eq!(runs(&[(3, 1).into(), (3, 2).into(), (4, 1).into()]), [(3, 4)]);
        assert_eq!(runs(&[]), []);
    }

    #[test]
    fn lines_are_listed_in_short() {
        let row = |(entry_number, line_number)| MarkableRow {
            account_id: 1,
            posted_on: 0,
            entry_number,
            line_number,
            commodity_id: 1,
            amount: 0,
            marked: false,
            checkpoint_id: None,
        };
        let rows: Vec<MarkableRow> = [(5, 1), (6, 1), (12, 2), (7, 1)].map(row).to_vec();
        assert_eq!(listed(&rows), "5/1-7/1, 12/2");
        assert_eq!(listed(&[]), "");
    }
}
