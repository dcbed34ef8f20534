//! Finding what is not reconciled without reading what is: sums of marks by month tell which months to look into.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::marks::MonthDeltas;
use crate::account::{AccountId, Chart};
use crate::book::Book;
use crate::money::Amount;
use crate::report::ReconciliationLine;
use crate::store::call;
use crate::store::rows::{CheckpointRow, MarksMonthRow, OfAccount, OpenLineRow, date, day, month};
use crate::{ErrorKind, Result};

/// What is marked on one account in one commodity, by checkpoint and month.
pub(crate) struct MarksPosition {
    pub account_id: i32,
    pub commodity_id: i32,
    pub months: Vec<MarksMonthRow>,
}

impl MarksPosition {
    /// The lines of this position on the days from `first` to `last`.
    fn on(&self, (first, last): (i32, i32)) -> OfAccount {
        OfAccount { account_id: self.account_id, commodity_id: self.commodity_id, first, last }
    }

    /// The months with lines that are cleared and not reconciled, in order.
    pub fn cleared_months(&self) -> impl Iterator<Item = &MarksMonthRow> {
        self.months.iter().filter(|row| row.checkpoint_id == 0)
    }

    /// The first day that may hold a line that is cleared and not reconciled.
    pub fn first_cleared_day(&self) -> i32 {
        self.cleared_months().map(|row| first_day(row.period)).min().unwrap_or(i32::MAX)
    }

    /// What the reconciled lines of the checkpoints up to this one come to.
    pub fn reconciled_by(&self, checkpoint_id: i32) -> i128 {
        let rows = self.months.iter().filter(|row| (1..=checkpoint_id).contains(&row.checkpoint_id));
        rows.map(|row| i128::from(row.amount)).sum()
    }

    /// What changes where a checkpoint's lines are left cleared only, and the days on which they lie.
    pub fn deltas_of_undo(&self, checkpoint: &CheckpointRow) -> Result<Option<(MonthDeltas, i32, i32)>> {
        let rows = self.months.iter().filter(|row| row.checkpoint_id == checkpoint.checkpoint_id);
        let mut deltas = MonthDeltas::default();
        let mut days: Option<(i32, i32)> = None;
        for row in rows {
            let moved = (row.line_count, i128::from(row.amount));
            deltas.shift((row.commodity_id, row.checkpoint_id, row.period), (-moved.0, -moved.1));
            deltas.shift((row.commodity_id, 0, row.period), moved);
            let (first, last) = (first_day(row.period), first_day(row.period + 1) - 1);
            days = Some(days.map_or((first, last), |(from, to)| (from.min(first), to.max(last))));
        }
        Ok(days.map(|(first, last)| (deltas, first, last)))
    }
}

impl Book<'_> {
    /// What is marked on an account in a commodity.
    pub(super) fn marks_position(&self, account: AccountId, commodity_id: i32) -> Result<MarksPosition> {
        let months =
            call!(self.db(), "reading marks", reconciliation::months(self.id(), account.0, commodity_id))?;
        Ok(MarksPosition { account_id: account.0, commodity_id, months })
    }

    /// What all marked lines up to a day come to.
    pub(super) fn cleared_balance(&self, position: &MarksPosition, to: NaiveDate) -> Result<i128> {
        let last = month(to);
        let whole = position.months.iter().filter(|row| row.period < last);
        let mut sum: i128 = whole.map(|row| i128::from(row.amount)).sum();
        if position.months.iter().any(|row| row.period == last) {
            let of = position.on((first_day(last), day(to)));
            sum += i128::from(call!(
                self.db(),
                "summing cleared lines",
                reconciliation::marked_sum(self.id(), of)
            )?);
        }
        Ok(sum)
    }

    /// The lines up to a day that carry no mark, oldest first: only months with more lines than marks are read.
    pub(super) fn unmarked_lines(
        &self,
        position: &MarksPosition,
        chart: &Chart,
        to: NaiveDate,
    ) -> Result<Vec<ReconciliationLine>> {
        let (account, commodity) = (position.account_id, position.commodity_id);
        let doing = "reading uncleared lines";
        let mut marked: HashMap<i32, i64> = HashMap::new();
        for row in &position.months {
            *marked.entry(row.period).or_default() += row.line_count;
        }
        let counts =
            call!(self.db(), doing, reconciliation::line_counts(self.id(), account, commodity, month(to)))?;
        let open = counts
            .into_iter()
            .filter(|(period, count)| marked.get(period).is_none_or(|marked| marked < count))
            .map(|(period, _)| period);
        let mut rows = Vec::new();
        for of in spans(open, to).into_iter().map(|days| position.on(days)) {
            rows.extend(call!(self.db(), doing, reconciliation::unmarked(self.id(), of))?);
        }
        rows.into_iter().map(|row| line_of(row, position, chart, false)).collect()
    }

    /// The lines up to a day that are cleared and not reconciled, oldest first.
    pub(super) fn cleared_lines(
        &self,
        position: &MarksPosition,
        chart: &Chart,
        to: NaiveDate,
    ) -> Result<Vec<ReconciliationLine>> {
        let rows = self.cleared_rows(position, i32::MIN, to)?;
        rows.into_iter().map(|row| line_of(row, position, chart, true)).collect()
    }

    /// What changes where the cleared lines up to a checkpoint's day go under it; nothing where there are none.
    pub(super) fn deltas_of_finish(
        &self,
        position: &MarksPosition,
        checkpoint: &CheckpointRow,
    ) -> Result<Option<MonthDeltas>> {
        let to = date(checkpoint.reconciled_to);
        let last = month(to);
        let mut deltas = MonthDeltas::default();
        for row in position.cleared_months().filter(|row| row.period < last) {
            deltas.reconcile(checkpoint, row.period, row.line_count, i128::from(row.amount));
        }
        // The month of the day itself may go on after it.
        for row in self.cleared_rows(position, first_day(last), to)? {
            deltas.reconcile(checkpoint, last, 1, i128::from(row.amount));
        }
        Ok(Some(deltas).filter(|deltas| !deltas.is_empty()))
    }

    fn cleared_rows(&self, position: &MarksPosition, from: i32, to: NaiveDate) -> Result<Vec<OpenLineRow>> {
        let months = position.cleared_months().map(|row| row.period);
        let months = months.filter(|period| *period <= month(to) && first_day(*period) >= from);
        let mut rows = Vec::new();
        for of in spans(months, to).into_iter().map(|days| position.on(days)) {
            rows.extend(call!(self.db(), "reading cleared lines", reconciliation::cleared(self.id(), of))?);
        }
        Ok(rows)
    }

    /// Names the accounts on the other lines of each entry.
    pub(super) fn name_counter_accounts(
        &self,
        lines: &mut [ReconciliationLine],
        chart: &Chart,
    ) -> Result<()> {
        let mut numbers: Vec<i64> = lines.iter().map(|line| line.entry_number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let found = call!(self.db(), "reading lines", register::accounts_of(self.id(), &numbers))?;
        let mut accounts: HashMap<i64, Vec<(i32, i32)>> = HashMap::new();
        for (entry, line, account) in found {
            accounts.entry(entry).or_default().push((line, account));
        }
        for line in lines {
            let of_entry = accounts.get(&line.entry_number).map(Vec::as_slice).unwrap_or_default();
            let own =
                of_entry.iter().find(|(number, _)| *number == line.line_number).map(|(_, account)| *account);
            for (_, account) in of_entry.iter().filter(|(_, account)| Some(*account) != own) {
                let name = chart.account(AccountId(*account)).map(|account| account.name.clone());
                if let Some(name) = name.filter(|name| !line.counter_accounts.contains(name)) {
                    line.counter_accounts.push(name);
                }
            }
        }
        Ok(())
    }
}

/// The first day of a month.
fn first_day(period: i32) -> i32 {
    // Days are at most in the year 9999, so that a month always has a first day.
    let first = NaiveDate::from_ymd_opt(period.div_euclid(12), period.rem_euclid(12) as u32 + 1, 1);
    first.map_or(i32::MAX, day)
}

/// First and last day of each run of months that follow each other, up to a day.
fn spans(months: impl Iterator<Item = i32>, to: NaiveDate) -> Vec<(i32, i32)> {
    let mut spans: Vec<(i32, i32)> = Vec::new();
    for period in months {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == period => *last = period,
            _ => spans.push((period, period)),
        }
    }
    let days = |(first, last): (i32, i32)| (first_day(first), (first_day(last + 1) - 1).min(day(to)));
    spans.into_iter().map(days).collect()
}

fn line_of(
    row: OpenLineRow,
    position: &MarksPosition,
    chart: &Chart,
    cleared: bool,
) -> Result<ReconciliationLine> {
    let corrupt = || ErrorKind::Corrupt {
        what: format!(
            "lines {}/{}: unknown commodity {}",
            row.entry_number, row.line_number, position.commodity_id
        ),
    };
    let commodity = chart.commodity(position.commodity_id).ok_or_else(corrupt)?;
    Ok(ReconciliationLine {
        posted_on: date(row.posted_on),
        entry_number: row.entry_number,
        line_number: row.line_number,
        description: row.description,
        party: row.party_id.and_then(|id| chart.party_name(id)).map(str::to_owned),
        memo: row.memo,
        counter_accounts: Vec::new(),
        amount: Amount::new(row.amount, commodity),
        cleared,
        reverses: row.reverses,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_that_follow_each_other_are_read_together() {
        let to = NaiveDate::from_ymd_opt(2026, 3, 10).unwrap();
        let day_of = |year, month, of_month| day(NaiveDate::from_ymd_opt(year, month, of_month).unwrap());
        let months = [2025 * 12 + 11, 2026 * 12, 2026 * 12 + 2].into_iter();
        let expected =
            [(day_of(2025, 12, 1), day_of(2026, 1, 31)), (day_of(2026, 3, 1), day_of(2026, 3, 10))];
        assert_eq!(spans(months, to), expected);
    }

    #[test]
    fn the_last_month_of_all_has_a_last_day() {
        let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();
        assert_eq!(spans([9999 * 12 + 11].into_iter(), last), [(day(last) - 30, day(last))]);
    }
}
