//! Reading what moved between the borders of a report's columns, from the rollups where whole months and years do.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate};

use super::selection::Selection;
use super::{Reports, balances, month_end};
use crate::account::{Account, AccountId, AccountKind, Chart};
use crate::money::Commodity;
use crate::report::{Movements, Net, SeriesKey};
use crate::store::call;
use crate::store::movement_rows::{DatedNetRow, MovedLineRow};
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
    /// Fills a table with what moved between its borders, and what was there before, of the entries that count, each with
    /// the parts that it belongs to.
    ///
    /// Reads as few lines as it can: those of the entries that count, where they are few; the rollups and those of the
    /// entries that are not as most are, where these are few; or all.
    pub(super) fn fill(
        &self,
        movements: &mut Movements,
        chart: &Chart,
        wanted: Wanted<'_>,
        selection: &Selection,
    ) -> Result<()> {
        if !selection.is_by_entry() {
            return self.fill_from_rollups(movements, chart, wanted, selection, None);
        }
        let last = self.last_counted(wanted.last_number)?;
        let usual = selection.usual_part(last);
        if let Some(unusual) = selection.few_unusual(last, usual) {
            self.fill_from_rollups(movements, chart, wanted, selection, usual)?;
            return self.fill_by_entry(movements, chart, wanted, &unusual, |entry, account| {
                let taken_off = (selection.usual_part_of(account.id, usual), -1);
                let own = selection.takes(entry).then(|| selection.counts_of(entry, account));
                own.into_iter().flatten().chain([taken_off]).collect()
            });
        }
        if let Some(taken) = selection.few_taken(last) {
            return self.fill_by_entry(movements, chart, wanted, &taken, |entry, account| {
                selection.counts_of(entry, account).collect()
            });
        }
        self.fill_by_line(movements, chart, wanted, selection)
    }

    /// The number of the last entry that counts.
    pub(super) fn last_counted(&self, last_number: Option<i64>) -> Result<i64> {
        Ok(self.book.read_head()?.last_entry_number.min(last_number.unwrap_or(i64::MAX)))
    }

    /// Fills a table from the rollups, and from the lines of months that a border cuts.
    fn fill_from_rollups(
        &self,
        movements: &mut Movements,
        chart: &Chart,
        wanted: Wanted<'_>,
        selection: &Selection,
        usual: Option<u32>,
    ) -> Result<()> {
        let borders = movements.borders().to_vec();
        let (Some(&first), Some(&end)) = (borders.first(), borders.last()) else { return Ok(()) };
        let kept = |account: AccountId| {
            chart.account(account).is_some_and(|account| wanted.kinds.contains(&account.kind))
        };
        let mut filler = Filler { movements, chart, selection, usual, last: None };
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
                    part: selection.usual_part_of(balance.account_id, usual),
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

    /// Fills a table with the lines of some entries, each as often in each part as `counts` says.
    fn fill_by_entry(
        &self,
        movements: &mut Movements,
        chart: &Chart,
        wanted: Wanted<'_>,
        entries: &[i64],
        counts: impl Fn(i64, &Account) -> Vec<(Option<u32>, i128)>,
    ) -> Result<()> {
        let Some(first) = movements.borders().first().copied() else { return Ok(()) };
        let rows =
            call!(self.book.db(), "reading lines", movement::lines_of_entries(self.book.id(), entries))?;
        let mut commodities = Commodities::new(chart);
        for row in rows {
            let Some(account) = chart.account(AccountId(row.account_id)) else { continue };
            if wanted.kinds.contains(&account.kind) && (wanted.balances || date(row.posted_on) >= first) {
                let counts = counts(row.entry_number, account);
                add_line(movements, &mut commodities, &row, counts)?;
            }
        }
        Ok(())
    }

    /// Fills a table line by line, account by account.
    fn fill_by_line(
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
                let known = wanted.last_number.is_none_or(|number| row.entry_number <= number);
                if known && selection.takes(row.entry_number) {
                    let counts = selection.counts_of(row.entry_number, account);
                    add_line(movements, &mut commodities, &row, counts)?;
                }
            }
        }
        Ok(())
    }
}

/// Adds a line to a table, as often in each part as is said.
fn add_line(
    movements: &mut Movements,
    commodities: &mut Commodities<'_>,
    row: &MovedLineRow,
    counts: impl IntoIterator<Item = (Option<u32>, i128)>,
) -> Result<()> {
    let (amount, weight) = (i128::from(row.amount), i128::from(row.weight));
    let (commodity, weight_commodity) =
        (commodities.get(row.commodity_id)?, commodities.get(row.weight_commodity_id)?);
    for (part, times) in counts {
        let key = SeriesKey { account: AccountId(row.account_id), commodity, weight_commodity, part };
        let net = Net { amount: amount * times, weight: weight * times };
        movements.add(key, date(row.posted_on), net);
    }
    Ok(())
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
    selection: &'m Selection,
    /// The part that what is read belongs to, where the selection does not go by accounts.
    usual: Option<u32>,
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
                    part: self.selection.usual_part_of(AccountId(ids.0), self.usual),
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
