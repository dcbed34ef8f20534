//! Where cash came from and where it went: the other lines of the entries that moved it.

use chrono::{Datelike, Months, NaiveDate};

use super::Reports;
use super::movements::Commodities;
use super::selection::Selection;
use crate::Result;
use crate::account::{AccountId, Chart};
use crate::report::{ColumnPlan, Movements, Net, SeriesKey, is_cash};
use crate::store::call;
use crate::store::movement_rows::MovedLineRow;
use crate::store::rows::{date, day};

/// The lines of so many months are read at once where there were none before.
const MONTHS_MAX: u32 = 12;

/// From this part of the days that were posted to on, reading all lines in their order takes less than looking up those of
/// the days.
const MUCH: i32 = 4;

/// The lines of so many entries are read at once.
const ENTRIES_AT_ONCE: i64 = 10_000;

impl Reports<'_> {
    /// What came in and went out by the account on the other side, at its weight; incoming positive.
    ///
    /// An entry's weights sum to nothing, so that what its other lines weigh is what its cash lines weigh, with the
    /// other sign; an entry that moves cash between cash accounts only has no other lines.
    pub(super) fn cash_flows(
        &self,
        plan: &ColumnPlan,
        chart: &Chart,
        selection: &Selection,
        last_number: Option<i64>,
    ) -> Result<Movements> {
        let mut flows = Movements::new(&plan.base);
        let (Some(&first), Some(&end)) = (flows.borders().first(), flows.borders().last()) else {
            return Ok(flows);
        };
        let mut commodities = Commodities::new(chart);
        let mut add = |rows: &[MovedLineRow]| {
            rows.chunk_by(|one, other| one.entry_number == other.entry_number).try_for_each(|lines| {
                let (entry, on) = (lines[0].entry_number, date(lines[0].posted_on));
                let counts = last_number.is_none_or(|number| entry <= number) && selection.takes(entry);
                match counts && first <= on && on < end {
                    true => add_entry(&mut flows, chart, &mut commodities, selection, lines),
                    false => Ok(()),
                }
            })
        };
        let last = self.last_counted(last_number)?;
        if let Some(taken) = selection.few_taken(last) {
            let id = self.book.id();
            add(&call!(self.book.db(), "reading lines", movement::lines_of_entries(id, &taken))?)?;
        } else if self.is_much(first, end, last_number)? {
            self.read_by_number(last, &mut add)?;
        } else {
            self.read_by_day(first, end, &mut add)?;
        }
        flows.accumulate();
        Ok(flows)
    }

    /// Whether some days are a large part of those that were posted to.
    fn is_much(&self, first: NaiveDate, end: NaiveDate, last_number: Option<i64>) -> Result<bool> {
        let (opened, last, _) = self.open_days(None, None, last_number)?;
        let days = end.min(last) - first.max(opened);
        Ok(days * MUCH >= last - opened)
    }

    /// Reads the lines of all entries in the order of their numbers, some entries at a time.
    fn read_by_number(&self, last: i64, add: &mut impl FnMut(&[MovedLineRow]) -> Result<()>) -> Result<()> {
        let mut number = 1;
        while number <= last {
            let to = last.min(number + ENTRIES_AT_ONCE - 1);
            add(&call!(
                self.book.db(),
                "reading lines",
                movement::lines_of_numbers(self.book.id(), number, to)
            )?)?;
            number = to + 1;
        }
        Ok(())
    }

    /// Reads the lines of the entries of some days.
    fn read_by_day(
        &self,
        first: NaiveDate,
        end: NaiveDate,
        add: &mut impl FnMut(&[MovedLineRow]) -> Result<()>,
    ) -> Result<()> {
        let mut start = first;
        // Month by month, so that memory holds the lines of one; longer where there are none, since books may have entries
        // thousands of years apart.
        let mut months = 1;
        while start < end {
            let next = start.with_day(1).and_then(|month| month.checked_add_months(Months::new(months)));
            let stop = next.unwrap_or(end).min(end);
            let rows = call!(
                self.book.db(),
                "reading lines",
                movement::lines_of_days(self.book.id(), day(start), day(stop) - 1)
            )?;
            months = if rows.is_empty() { (months * 2).min(MONTHS_MAX) } else { 1 };
            add(&rows)?;
            start = stop;
        }
        Ok(())
    }
}

fn add_entry(
    flows: &mut Movements,
    chart: &Chart,
    commodities: &mut Commodities<'_>,
    selection: &Selection,
    lines: &[MovedLineRow],
) -> Result<()> {
    let account = |line: &MovedLineRow| chart.account(AccountId(line.account_id));
    if !lines.iter().any(|line| account(line).is_some_and(is_cash)) {
        return Ok(());
    }
    for line in lines {
        let Some(account) = account(line).filter(|account| !is_cash(account)) else { continue };
        let commodity = commodities.get(line.weight_commodity_id)?;
        let key = SeriesKey { account: account.id, commodity, weight_commodity: commodity, part: None };
        let weight = -i128::from(line.weight);
        let on = date(line.posted_on);
        for (part, times) in selection.counts_of(line.entry_number, account) {
            let net = Net { amount: weight * times, weight: weight * times };
            flows.add(SeriesKey { part, ..key }, on, net);
        }
    }
    Ok(())
}
