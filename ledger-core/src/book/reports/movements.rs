//! Reading what moved between the borders of a report's columns, from the rollups where whole months and years do.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate};

use super::selection::Selection;
use super::{Reports, balances, month_end};
use crate::account::{AccountId, AccountKind, Chart};
use crate::money::Commodity;
use crate::report::{Movements, Net, SeriesKey};
use crate::store::call;
use crate::store::movement_rows::DatedNetRow;
use crate::store::rows::{date, day, month};
use crate::{ErrorKind, Result};

/// A span of so many months is read key by key; a longer one in one go.
const FEW_MONTHS: i32 = 36;

/// What is wanted of the book.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'w> {
    /// Whether balances count, and so everything before the first column.
    pub balances: bool,
    /// The kinds whose accounts count.
    pub kinds: &'w [AccountKind],
    /// The last entry that counts, where not all do.
    pub last_number: Option<i64>,
}

impl Wanted<'_> {
    fn kind_names(&self) -> [&'static str; 5] {
        AccountKind::ALL.map(|kind| if self.kinds.contains(&kind) { kind.as_str() } else { "" })
    }
}

impl Reports<'_> {
    /// Fills a table with what moved between its borders, and what was there before.
    pub(super) fn fill(&self, movements: &mut Movements, chart: &Chart, wanted: Wanted<'_>) -> Result<()> {
        let borders = movements.borders().to_vec();
        let (Some(&first), Some(&end)) = (borders.first(), borders.last()) else { return Ok(()) };
        let kept = |account: AccountId| {
            chart.account(account).is_some_and(|account| wanted.kinds.contains(&account.kind))
        };
        let mut filler = Filler { movements, chart, last: None };
        if wanted.balances
            && let Some(before) = first.pred_opt()
        {
            let turnover = self.turnover_of(Some(before), wanted.last_number)?;
            for balance in balances(&turnover, chart)?.iter().filter(|sum| kept(sum.account_id)) {
                let net = Net { amount: balance.amount, weight: balance.weight };
                let key = SeriesKey {
                    account: balance.account_id,
                    commodity: balance.commodity,
                    weight_commodity: balance.weight_commodity,
                    part: None,
                };
                let series = filler.movements.series_of(key);
                filler.movements.add_at(series, 0, net);
            }
        }
        self.fill_whole_periods(&mut filler, &borders, wanted)?;
        self.fill_cut_months(&mut filler, &borders, &kept)?;
        if let Some(number) = wanted.last_number {
            let (id, last) = (self.book.id(), day(end) - 1);
            let rows = call!(self.book.db(), "summing lines", movement::each_day_after(id, number, last))?;
            for row in rows.iter().filter(|row| kept(AccountId(row.account_id)) && date(row.period) >= first)
            {
                filler.add(row, date(row.period), -1)?;
            }
        }
        Ok(())
    }

    /// Whole years where all borders are those of years, whole months otherwise.
    fn fill_whole_periods(
        &self,
        filler: &mut Filler<'_>,
        borders: &[NaiveDate],
        wanted: Wanted<'_>,
    ) -> Result<()> {
        let (Some(&first), Some(&end)) = (borders.first(), borders.last()) else { return Ok(()) };
        let (id, kinds, doing) = (self.book.id(), wanted.kind_names(), "summing balances");
        if borders.iter().all(|border| border.ordinal() == 1) {
            let rows = call!(self.book.db(), doing, movement::years(id, first.year(), end.year(), kinds))?;
            for row in &rows {
                filler.add(row, first_of(row.period * 12), 1)?;
            }
            return Ok(());
        }
        // Months that a border cuts are read day by day.
        let cut: HashSet<i32> =
            borders.iter().filter(|border| border.day() > 1).map(|border| month(*border)).collect();
        let start = month(first) + i32::from(first.day() > 1);
        let stop = month(end);
        if start >= stop {
            return Ok(());
        }
        let few = stop - start <= FEW_MONTHS;
        let rows = match few {
            true => call!(self.book.db(), doing, movement::few_months(id, start, stop))?,
            false => call!(self.book.db(), doing, movement::months(id, start, stop, kinds))?,
        };
        for row in rows.iter().filter(|row| !cut.contains(&row.period)) {
            if !few || wanted.keeps(filler.chart, row) {
                filler.add(row, first_of(row.period), 1)?;
            }
        }
        Ok(())
    }

    fn fill_cut_months(
        &self,
        filler: &mut Filler<'_>,
        borders: &[NaiveDate],
        kept: &impl Fn(AccountId) -> bool,
    ) -> Result<()> {
        let (Some(&first), Some(&end)) = (borders.first(), borders.last()) else { return Ok(()) };
        let mut months: Vec<NaiveDate> = borders
            .iter()
            .filter(|border| border.day() > 1)
            .filter_map(|border| border.with_day(1))
            .collect();
        months.dedup();
        // Months that follow each other are read at once.
        let mut ranges: Vec<(NaiveDate, NaiveDate)> = Vec::new();
        for start in months {
            let stop = month_end(start);
            match ranges.last_mut().filter(|range| range.1.succ_opt() == Some(start)) {
                Some(range) => range.1 = stop,
                None => ranges.push((start, stop)),
            }
        }
        for (start, stop) in ranges {
            let (start, stop) = (day(start.max(first)), day(stop).min(day(end) - 1));
            let id = self.book.id();
            let rows = call!(self.book.db(), "summing lines", movement::each_day(id, start, stop))?;
            for row in rows.iter().filter(|row| kept(AccountId(row.account_id))) {
                filler.add(row, date(row.period), 1)?;
            }
        }
        Ok(())
    }

    /// Fills a table line by line, with the part of a dimension that each line belongs to.
    pub(super) fn fill_by_line(
        &self,
        movements: &mut Movements,
        chart: &Chart,
        wanted: Wanted<'_>,
        selection: &Selection,
    ) -> Result<()> {
        let (Some(&first), Some(&end)) = (movements.borders().first(), movements.borders().last()) else {
            return Ok(());
        };
        let first = if wanted.balances { i32::MIN } else { day(first) };
        let last = day(end) - 1;
        let mut commodities = Commodities::new(chart);
        for account in chart.accounts().iter().filter(|account| wanted.kinds.contains(&account.kind)) {
            let rows = call!(
                self.book.db(),
                "reading lines",
                movement::lines_of_account(self.book.id(), account.id.0, first, last)
            )?;
            for row in rows {
                if wanted.last_number.is_some_and(|number| row.entry_number > number)
                    || !selection.takes(row.entry_number)
                {
                    continue;
                }
                let key = SeriesKey {
                    account: account.id,
                    commodity: commodities.get(row.commodity_id)?,
                    weight_commodity: commodities.get(row.weight_commodity_id)?,
                    part: None,
                };
                let net = Net { amount: row.amount.into(), weight: row.weight.into() };
                for (part, times) in selection.counts_of(row.entry_number, account) {
                    let net = Net { amount: net.amount * times, weight: net.weight * times };
                    movements.add(SeriesKey { part, ..key }, date(row.posted_on), net);
                }
            }
        }
        Ok(())
    }
}

impl Wanted<'_> {
    fn keeps(&self, chart: &Chart, row: &DatedNetRow) -> bool {
        chart.account(AccountId(row.account_id)).is_some_and(|account| self.kinds.contains(&account.kind))
    }
}

fn first_of(month: i32) -> NaiveDate {
    // The rollups hold the months of posting days only, which are all dates.
    NaiveDate::from_ymd_opt(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1)
        .unwrap_or(NaiveDate::MIN)
}

/// Adds rows to a table; rows of one key mostly follow each other.
struct Filler<'m> {
    movements: &'m mut Movements,
    chart: &'m Chart,
    /// Whose row the last one was, and the number of its series.
    last: Option<((i32, i32, i32), usize)>,
}

impl Filler<'_> {
    fn add(&mut self, row: &DatedNetRow, on: NaiveDate, sign: i128) -> Result<()> {
        let Some(place) = self.movements.place_of(on) else { return Ok(()) };
        let ids = (row.account_id, row.commodity_id, row.weight_commodity_id);
        let series = match self.last {
            Some((last, series)) if last == ids => series,
            _ => {
                let key = SeriesKey {
                    account: AccountId(ids.0),
                    commodity: commodity(self.chart, ids.1)?,
                    weight_commodity: commodity(self.chart, ids.2)?,
                    part: None,
                };
                let series = self.movements.series_of(key);
                self.last = Some((ids, series));
                series
            }
        };
        let net = Net { amount: sign * i128::from(row.amount), weight: sign * i128::from(row.weight) };
        self.movements.add_at(series, place, net);
        Ok(())
    }
}

/// Commodities by their numbers, looked up once each.
pub(super) struct Commodities<'c> {
    chart: &'c Chart,
    known: HashMap<i32, Commodity>,
}

impl<'c> Commodities<'c> {
    pub fn new(chart: &'c Chart) -> Self {
        Commodities { chart, known: HashMap::new() }
    }

    pub fn get(&mut self, id: i32) -> Result<Commodity> {
        if let Some(known) = self.known.get(&id) {
            return Ok(*known);
        }
        let found = commodity(self.chart, id)?;
        self.known.insert(id, found);
        Ok(found)
    }
}

fn commodity(chart: &Chart, id: i32) -> Result<Commodity> {
    let missing = || ErrorKind::Corrupt { what: format!("commodities {id}: it is missing") };
    Ok(chart.commodity(id).ok_or_else(missing)?)
}
