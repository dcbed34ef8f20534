//! The columns of statements in the plainest way: days are walked one by one.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use ledger_core::report::{ColumnKind, ColumnOptions, Comparison, Figure, FiscalStart, Interval, Period};
use rust_decimal::Decimal;

use super::section::Held;

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub period: Period,
    pub part: Option<String>,
}

#[derive(Debug, Clone, Copy)]
enum From {
    Base(usize),
    Change(usize, usize),
    Percent(usize, usize),
    Total,
    Average,
}

#[derive(Debug)]
pub struct Columns {
    pub base: Vec<Column>,
    pub shown: Vec<(ColumnKind, Option<Period>, Option<String>)>,
    from: Vec<From>,
    listed: Vec<usize>,
}

impl Columns {
    pub fn of_periods(range: Period, options: &ColumnOptions) -> Columns {
        let mut columns =
            Columns { base: Vec::new(), shown: Vec::new(), from: Vec::new(), listed: Vec::new() };
        let mut periods: Vec<Period> = Vec::new();
        for day in range.first.iter_days().take_while(|day| *day <= range.last) {
            let starts = options.interval.is_some_and(|interval| is_start(interval, day, options.fiscal));
            match periods.last_mut().filter(|_| !starts) {
                Some(period) => period.last = day,
                None => periods.push(Period { first: day, last: day }),
            }
        }
        for (place, period) in periods.iter().enumerate() {
            let of = columns.add(*period);
            columns.listed.push(of);
            columns.show(ColumnKind::Period, Some(*period), From::Base(of));
            let against = match options.compare {
                Comparison::None => continue,
                Comparison::PreviousYear => year_before(*period),
                Comparison::PreviousPeriod if place > 0 => periods[place - 1],
                Comparison::PreviousPeriod => before(*period, options),
            };
            let against = columns.add(against);
            columns.show(ColumnKind::Change, Some(*period), From::Change(of, against));
            columns.show(ColumnKind::Percent, Some(*period), From::Percent(of, against));
        }
        columns.summarise(options.total, options.average);
        columns
    }

    pub fn of_parts(range: Period, parts: BTreeSet<String>, options: &ColumnOptions) -> Columns {
        let mut columns =
            Columns { base: Vec::new(), shown: Vec::new(), from: Vec::new(), listed: Vec::new() };
        for part in parts {
            columns.base.push(Column { period: range, part: Some(part.clone()) });
            columns.listed.push(columns.base.len() - 1);
            columns.shown.push((ColumnKind::Part, Some(range), Some(part)));
            columns.from.push(From::Base(columns.base.len() - 1));
        }
        columns.summarise(true, options.average);
        columns
    }

    fn summarise(&mut self, total: bool, average: bool) {
        if total {
            self.show(ColumnKind::Total, None, From::Total);
        }
        if average {
            self.show(ColumnKind::Average, None, From::Average);
        }
    }

    fn add(&mut self, period: Period) -> usize {
        let known = self.base.iter().position(|column| column.period == period);
        known.unwrap_or_else(|| {
            self.base.push(Column { period, part: None });
            self.base.len() - 1
        })
    }

    fn show(&mut self, kind: ColumnKind, period: Option<Period>, from: From) {
        self.shown.push((kind, period, None));
        self.from.push(from);
    }

    /// Leaves out parts in which nothing moved, which a statement may leave out.
    pub fn without_parts(&mut self, left_out: &[String]) {
        let keep: Vec<bool> = (self.shown.iter())
            .map(|shown| shown.2.as_ref().is_none_or(|part| !left_out.contains(part)))
            .collect();
        let mut kept = keep.iter();
        self.shown.retain(|_| *kept.next().unwrap());
        let mut kept = keep.iter();
        self.from.retain(|_| *kept.next().unwrap());
        let base = &self.base;
        self.listed.retain(|place| base[*place].part.as_ref().is_none_or(|part| !left_out.contains(part)));
    }

    /// What a row shows.
    pub fn figures(&self, base: &[i128], held: Option<Held>) -> Vec<Figure> {
        let by_part = self.base.iter().any(|column| column.part.is_some());
        let sum: i128 = self.listed.iter().map(|place| base[*place]).sum();
        let amount = |minor: i128| Figure::Amount(i64::try_from(minor).unwrap());
        let figure = |from: &From| match *from {
            From::Base(place) => amount(base[place]),
            From::Change(of, against) => amount(base[of] - base[against]),
            From::Percent(_, against) if base[against] == 0 => Figure::None,
            From::Percent(of, against) => {
                let tenths = half_even((base[of] - base[against]) * 1_000, base[against].abs());
                Figure::Percent(Decimal::from_i128_with_scale(tenths, 1))
            }
            From::Total => match held {
                None => amount(sum),
                Some(_) if by_part || self.listed.is_empty() => amount(sum),
                Some(Held::AtStart) => amount(base[self.listed[0]]),
                Some(Held::AtEnd) => amount(base[self.listed[self.listed.len() - 1]]),
            },
            From::Average => amount(half_even(sum, self.listed.len().max(1) as i128)),
        };
        self.from.iter().map(figure).collect()
    }
}

/// The nearest whole number, of two equally near ones the even one.
fn half_even(number: i128, divisor: i128) -> i128 {
    let floor = number.div_euclid(divisor);
    let twice_rest = 2 * number.rem_euclid(divisor);
    match twice_rest.cmp(&divisor) {
        std::cmp::Ordering::Less => floor,
        std::cmp::Ordering::Greater => floor + 1,
        std::cmp::Ordering::Equal => floor + floor.rem_euclid(2),
    }
}

fn is_start(interval: Interval, day: NaiveDate, fiscal: FiscalStart) -> bool {
    let text = fiscal.to_string();
    let (month, first): (i32, u32) = (text[..2].parse().unwrap(), text[3..].parse().unwrap());
    let months = (day.month() as i32 - month).rem_euclid(12);
    match interval {
        Interval::Day => true,
        Interval::Week => day.weekday() == Weekday::Mon,
        Interval::Month => day.day() == first,
        Interval::Quarter => day.day() == first && months % 3 == 0,
        Interval::Year => day.day() == first && months == 0,
    }
}

fn start_of(interval: Interval, mut day: NaiveDate, fiscal: FiscalStart) -> NaiveDate {
    while !is_start(interval, day, fiscal) {
        day = day.pred_opt().unwrap();
    }
    day
}

fn before(period: Period, options: &ColumnOptions) -> Period {
    let last = period.first.pred_opt().unwrap();
    let fiscal = options.fiscal;
    if let Some(interval) = options.interval {
        return Period { first: start_of(interval, last, fiscal), last };
    }
    for interval in [Interval::Year, Interval::Quarter, Interval::Month] {
        let whole = start_of(interval, period.last, fiscal) == period.first
            && is_start(interval, period.last.succ_opt().unwrap(), fiscal);
        if whole {
            return Period { first: start_of(interval, last, fiscal), last };
        }
    }
    let days = (period.last - period.first).num_days().unsigned_abs();
    Period { first: last - Days::new(days), last }
}

/// A range from the first of a month to the end of one stays so; otherwise each day goes back a year, 29 February to
/// the 28th.
fn year_before(period: Period) -> Period {
    let back = |day: NaiveDate| day - Months::new(12);
    let next = period.last.succ_opt().unwrap();
    match period.first.day() == 1 && next.day() == 1 {
        true => Period { first: back(period.first), last: back(next).pred_opt().unwrap() },
        false => Period { first: back(period.first), last: back(period.last) },
    }
}
