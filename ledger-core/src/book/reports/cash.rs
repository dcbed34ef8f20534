//! Where cash came from and where it went: the other lines of the entries that moved it.

use chrono::{Datelike, Months};

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
        let mut commodities = Commodities::new(chart);
        let (Some(&first), Some(&end)) = (flows.borders().first(), flows.borders().last()) else {
            return Ok(flows);
        };
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
            for lines in rows.chunk_by(|one, other| one.entry_number == other.entry_number) {
                if last_number.is_none_or(|number| lines[0].entry_number <= number)
                    && selection.takes(lines[0].entry_number)
                {
                    add_entry(&mut flows, chart, &mut commodities, selection, lines)?;
                }
            }
            start = stop;
        }
        flows.accumulate();
        Ok(flows)
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
