//! What moved between some days, account by account: the table that all statements are computed from.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::columns::BaseColumn;
use crate::account::AccountId;
use crate::money::Commodity;

/// An amount and its weight, in minor units of their commodities; debits positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Net {
    pub amount: i128,
    pub weight: i128,
}

/// Whose movements they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SeriesKey {
    pub account: AccountId,
    pub commodity: Commodity,
    pub weight_commodity: Commodity,
    /// The part of the report's dimension.
    pub part: Option<u32>,
}

/// Net sums of every account before each of some days, and after the last of them.
///
/// The days are the first days of columns and the days after their last ones, so that whatever moved in a column, and
/// whatever is held at its end, is a difference of two numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Movements {
    borders: Vec<NaiveDate>,
    /// Sums by key, in the order in which the keys were met.
    series: Vec<(SeriesKey, Vec<Net>)>,
    numbers: HashMap<SeriesKey, usize>,
}

/// Which numbers make a column: those before `start` and before `end`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub start: usize,
    pub end: usize,
}

/// Which figure of an account is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// What moved during the column.
    Flow,
    /// What is held at the end of the column.
    Stock,
    /// What was held before the column.
    Opening,
}

impl Movements {
    /// An empty table with borders for these columns.
    pub fn new(columns: &[BaseColumn]) -> Movements {
        Movements::between(
            columns.iter().flat_map(|column| [column.period.first, after(column.period.last)]).collect(),
        )
    }

    /// An empty table of what is held at the ends of these columns, which says nothing else of them.
    pub fn of_balances(columns: &[BaseColumn]) -> Movements {
        Movements::between(columns.iter().map(|column| after(column.period.last)).collect())
    }

    fn between(mut borders: Vec<NaiveDate>) -> Movements {
        borders.sort_unstable();
        borders.dedup();
        Movements { borders, ..Movements::default() }
    }

    /// The first days of the segments: whatever is added must not cross one.
    pub fn borders(&self) -> &[NaiveDate] {
        &self.borders
    }

    /// Adds what moved on a day, or on days of one segment; what lies past the last border is left out.
    pub fn add(&mut self, key: SeriesKey, on: NaiveDate, net: Net) {
        let place = self.borders.partition_point(|border| *border <= on);
        if place < self.borders.len() {
            let series = self.series_of(key);
            self.add_at(series, place, net);
        }
    }

    /// The number of the series with a key; rows by the hundred thousand mostly follow others of their key.
    pub fn series_of(&mut self, key: SeriesKey) -> usize {
        *self.numbers.entry(key).or_insert_with(|| {
            self.series.push((key, vec![Net::default(); self.borders.len()]));
            self.series.len() - 1
        })
    }

    /// Adds to a series what moved in the segment before a border.
    pub fn add_at(&mut self, series: usize, place: usize, net: Net) {
        let sums = &mut self.series[series].1[place];
        sums.amount += net.amount;
        sums.weight += net.weight;
    }

    /// The place of the border before which a day lies.
    pub fn place_of(&self, on: NaiveDate) -> Option<usize> {
        let place = self.borders.partition_point(|border| *border <= on);
        (place < self.borders.len()).then_some(place)
    }

    /// Turns what was added into sums before each border. Nothing is added after it.
    pub fn accumulate(&mut self) {
        for (_, sums) in &mut self.series {
            let mut before = Net::default();
            for sum in sums {
                sum.amount += before.amount;
                sum.weight += before.weight;
                before = *sum;
            }
        }
    }

    /// The accounts' sums in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&SeriesKey, &[Net])> {
        self.series.iter().map(|(key, sums)| (key, sums.as_slice()))
    }

    /// Which borders a column lies between.
    pub fn span(&self, column: &BaseColumn) -> Span {
        let place = |day: NaiveDate| self.borders.partition_point(|border| *border < day);
        Span { start: place(column.period.first), end: place(after(column.period.last)) }
    }
}

impl Span {
    /// What a measure says of some sums.
    pub fn of(self, sums: &[Net], measure: Measure) -> Net {
        let (start, end) = (sums[self.start], sums[self.end]);
        match measure {
            Measure::Stock => end,
            Measure::Opening => start,
            Measure::Flow => Net { amount: end.amount - start.amount, weight: end.weight - start.weight },
        }
    }
}

fn after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::period::Period;

    #[test]
    fn overlapping_columns_read_what_moved_in_them_and_what_is_held() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let column = |first: &str, last: &str| {
            let period = Period::new(day(first), day(last)).unwrap();
            BaseColumn { period, part: None }
        };
        let columns = [column("2026-01-01", "2026-12-31"), column("2026-03-01", "2026-03-31")];
        let mut movements = Movements::new(&columns);
        let eur = Commodity::iso("EUR").unwrap();
        let key = SeriesKey { account: AccountId(1), commodity: eur, weight_commodity: eur, part: None };
        let net = |amount| Net { amount, weight: amount };
        for (on, amount) in [("2025-12-31", 1), ("2026-02-28", 10), ("2026-03-31", 100), ("2026-04-01", 1000)]
        {
            movements.add(key, day(on), net(amount));
        }
        movements.add(key, day("2027-01-01"), net(5));
        movements.accumulate();
        let (_, sums) = movements.iter().next().unwrap();
        let read = |column, measure| movements.span(column).of(sums, measure).amount;
        assert_eq!(read(&columns[0], Measure::Flow), 1110);
        assert_eq!(read(&columns[0], Measure::Stock), 1111);
        assert_eq!(read(&columns[0], Measure::Opening), 1);
        assert_eq!(read(&columns[1], Measure::Flow), 100);
        assert_eq!(read(&columns[1], Measure::Stock), 111);
    }
}
