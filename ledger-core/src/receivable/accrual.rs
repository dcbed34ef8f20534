//! How interest grows from day to day: the exact part of a year that each day is worth under the terms of a loan.
//!
//! Under 30/360 a payment period from one due day to the next is always the same part of a year (a month 1/12, a week
//! 1/52), the days before the first whole period count by the day count, and so do days within a period, up to its
//! whole. Under the other conventions the calendar alone counts.

use std::cell::RefCell;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::day_count::YearFraction;
use super::due_days::DueDays;
use super::interest::Earned;
use super::power::{Growth, overflow};
use super::{Accrued, BalanceFrom, DayCount, Frequency, InterestTerms, Loan, Rate, Repayment};
use crate::Result;

/// What makes of millionths of a percent a part of one.
const MICRO_PERCENT: i128 = 100_000_000;
/// Parts of a year of 30/360 that are whole numbers for days (13) and weeks (90).
const DAYS_AND_WEEKS: i64 = 360 * 13;

/// The interest of one loan.
pub(super) struct Accrual<'a> {
    terms: Option<&'a InterestTerms>,
    clock: Clock,
    /// Growth at the rate that was asked for last: its logarithm takes longer than all else of a plan.
    growth: RefCell<Option<(Rate, Growth)>>,
}

impl<'a> Accrual<'a> {
    pub(super) fn of(loan: &'a Loan) -> Accrual<'a> {
        let terms = loan.terms().interest.as_ref();
        let day_count = terms.map_or(DayCount::Thirty360, |terms| terms.day_count);
        let due_days = match &loan.terms().repayment {
            Repayment::Instalments(instalments) => Some(DueDays::of(instalments)),
            _ => None,
        };
        let clock = Clock::new(day_count, loan.terms().lent_on, due_days);
        Accrual { terms, clock, growth: RefCell::new(None) }
    }

    /// The rate on a day.
    pub(super) fn rate_on(&self, day: NaiveDate) -> Rate {
        self.terms.map_or(Rate::ZERO, |terms| terms.rate_on(day))
    }

    /// The rate from one day to another, if it is one.
    pub(super) fn rate_within(&self, from: NaiveDate, to: NaiveDate) -> Option<Rate> {
        let Some(terms) = self.terms else { return Some(Rate::ZERO) };
        let behind = terms.changes.partition_point(|change| change.from <= from);
        match terms.changes.get(behind) {
            Some(next) if next.from < to => None,
            _ => Some(behind.checked_sub(1).map_or(terms.rate, |last| terms.changes[last].rate)),
        }
    }

    /// Whether the rate never changes.
    pub(super) fn has_one_rate(&self) -> bool {
        self.terms.is_none_or(|terms| terms.changes.is_empty())
    }

    /// The part of a year that each payment period is, where they are all equal.
    pub(super) fn equal_period(&self) -> Option<YearFraction> {
        let grid = self.clock.grid.as_ref()?;
        Some(YearFraction { numerator: grid.period, denominator: grid.year })
    }

    /// The part of a year between two days.
    pub(super) fn fraction(&self, from: NaiveDate, to: NaiveDate) -> YearFraction {
        self.clock.fraction(from, to)
    }

    /// What one unit of principal earns at one rate in a part of a year.
    pub(super) fn earn(&self, rate: Rate, fraction: YearFraction) -> Result<Earned> {
        let Some(terms) = self.terms else { return Ok(Earned::NOTHING) };
        match terms.compounding.periods_per_year(terms.day_count) {
            None => Ok(Earned::Exact {
                numerator: i128::from(rate.micro_percent()) * i128::from(fraction.numerator),
                denominator: MICRO_PERCENT * i128::from(fraction.denominator),
            }),
            Some(periods) if periods * fraction.numerator == fraction.denominator => Ok(Earned::Exact {
                numerator: i128::from(rate.micro_percent()),
                denominator: MICRO_PERCENT * i128::from(periods),
            }),
            Some(periods) => {
                let mut known = self.growth.borrow_mut();
                let (_, growth) = match known.take().filter(|(known, _)| *known == rate) {
                    Some(growth) => known.insert(growth),
                    None => known.insert((rate, rate.growth(periods))),
                };
                let numerator = periods.checked_mul(fraction.numerator).ok_or_else(overflow)?;
                growth.over(numerator, fraction.denominator).map(Earned::Near)
            }
        }
    }

    /// What one unit of principal earns between two days, at the rates of those days.
    pub(super) fn factor(&self, from: NaiveDate, to: NaiveDate) -> Result<Earned> {
        let mut earned = Earned::NOTHING;
        for (rate, from, to) in self.at_one_rate(from, to) {
            let next = self.earn(rate, self.fraction(from, to))?;
            earned = if self.is_compound() { earned.grow(next)? } else { earned.plus(next)? };
        }
        Ok(earned)
    }

    /// What the principal outstanding on each day earns; `balances` begin on or before `from` and are in order.
    pub(super) fn between(
        &self,
        balances: &[BalanceFrom],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Accrued> {
        let mut earned = Earned::NOTHING;
        for (place, balance) in balances.iter().enumerate() {
            let from = balance.from.max(from);
            let to = balances.get(place + 1).map_or(to, |next| next.from.min(to));
            if from >= to {
                continue;
            }
            let factor = self.factor(from, to)?;
            let mut more = factor.of(balance.principal)?;
            if self.is_compound() {
                // What is left of a rounding is nothing that earns.
                let bearing = earned.to_decimal()?.checked_add(Decimal::from(balance.principal));
                if bearing.ok_or_else(overflow)? < Decimal::ONE {
                    continue;
                }
                // Interest that was earned before and not charged bears interest too.
                more = more.plus(earned.times(factor)?)?;
            }
            earned = earned.plus(more)?;
        }
        Ok(Accrued(earned))
    }

    pub(super) fn is_compound(&self) -> bool {
        self.terms.is_some_and(|terms| terms.compounding != super::Compounding::None)
    }

    /// The pieces of a period in which the rate does not change.
    fn at_one_rate(
        &self,
        from: NaiveDate,
        to: NaiveDate,
    ) -> impl Iterator<Item = (Rate, NaiveDate, NaiveDate)> {
        let changes = self.terms.map_or(&[][..], |terms| &terms.changes);
        let inside = changes[changes.partition_point(|change| change.from <= from)..].iter();
        let mut starts = inside.map(|change| change.from).take_while(move |start| *start < to);
        let mut next = (from < to).then_some(from);
        std::iter::from_fn(move || {
            let start = next?;
            next = starts.next();
            Some((self.rate_on(start), start, next.unwrap_or(to)))
        })
    }
}

impl Earned {
    pub(super) const NOTHING: Earned = Earned::Exact { numerator: 0, denominator: 1 };

    /// This for each of so many units.
    pub(super) fn of(self, principal: i64) -> Result<Earned> {
        match self {
            Earned::Exact { numerator, denominator } => {
                let numerator = numerator.checked_mul(i128::from(principal)).ok_or_else(overflow)?;
                Ok(Earned::Exact { numerator, denominator })
            }
            Earned::Near(number) => match number.mantissa().checked_mul(i128::from(principal)) {
                // Whole numbers lose no digit and are quicker; 10^28 fits.
                Some(numerator) => Ok(Earned::Exact { numerator, denominator: 10_i128.pow(number.scale()) }),
                None => number.checked_mul(Decimal::from(principal)).map(Earned::Near).ok_or_else(overflow),
            },
        }
    }

    /// As a decimal with 28 places.
    pub(super) fn to_decimal(self) -> Result<Decimal> {
        Accrued(self).to_decimal()
    }

    pub(super) fn plus(self, other: Earned) -> Result<Earned> {
        use Earned::Exact;
        match (self, other) {
            (Exact { numerator: 0, .. }, other) => Ok(other),
            (this, Exact { numerator: 0, .. }) => Ok(this),
            (
                Exact { numerator: ours, denominator },
                Exact { numerator: theirs, denominator: their_denominator },
            ) if denominator == their_denominator => {
                let numerator = ours.checked_add(theirs).ok_or_else(overflow)?;
                Ok(Exact { numerator, denominator })
            }
            (this, other) => {
                let sum = this.to_decimal()?.checked_add(other.to_decimal()?);
                sum.map(Earned::Near).ok_or_else(overflow)
            }
        }
    }

    fn times(self, other: Earned) -> Result<Earned> {
        if self == Earned::NOTHING || other == Earned::NOTHING {
            return Ok(Earned::NOTHING);
        }
        let product = self.to_decimal()?.checked_mul(other.to_decimal()?);
        product.map(Earned::Near).ok_or_else(overflow)
    }

    /// (1 + this) × (1 + other) − 1.
    fn grow(self, other: Earned) -> Result<Earned> {
        self.plus(other)?.plus(self.times(other)?)
    }
}

/// Which part of a year has passed.
struct Clock {
    day_count: DayCount,
    lent_on: NaiveDate,
    /// Regular payments under 30/360.
    grid: Option<Grid>,
}

struct Grid {
    due_days: DueDays,
    /// The number of the due day, real or not, on which the first whole period begins.
    anchor: i64,
    anchor_on: NaiveDate,
    /// What the days before it are worth, a whole period, and a day.
    before: i64,
    period: i64,
    day: i64,
    year: i64,
}

impl Clock {
    fn new(day_count: DayCount, lent_on: NaiveDate, due_days: Option<DueDays>) -> Clock {
        let grid = due_days.filter(|_| day_count.is_thirty()).and_then(|due_days| {
            let (period, day, year) = match due_days.frequency() {
                Frequency::Months(months) => (30 * i64::from(months), 1, 360),
                Frequency::Weeks(weeks) => (90 * i64::from(weeks), 13, DAYS_AND_WEEKS),
            };
            // The first due day that is not before the loan.
            let before = due_days.last_by(lent_on);
            let anchor = if due_days.day(before) == Some(lent_on) { before } else { before + 1 };
            let anchor_on = due_days.day(anchor)?;
            let before = day_count.year_fraction(lent_on, anchor_on).numerator * day;
            Some(Grid { due_days, anchor, anchor_on, before, period, day, year })
        });
        Clock { day_count, lent_on, grid }
    }

    fn fraction(&self, from: NaiveDate, to: NaiveDate) -> YearFraction {
        match &self.grid {
            None if self.day_count.is_thirty() => {
                let passed = |day| self.day_count.year_fraction(self.lent_on, day).numerator;
                YearFraction { numerator: passed(to) - passed(from), denominator: 360 }
            }
            None => self.day_count.year_fraction(from, to),
            Some(grid) => YearFraction {
                numerator: self.passed(grid, to) - self.passed(grid, from),
                denominator: grid.year,
            },
        }
    }

    /// What has passed since the loan; below zero before it.
    fn passed(&self, grid: &Grid, day: NaiveDate) -> i64 {
        let days = |from, to| self.day_count.year_fraction(from, to).numerator * grid.day;
        if self.lent_on <= day && day < grid.anchor_on {
            return days(self.lent_on, day).min(grid.before);
        }
        let number = grid.due_days.last_by(day);
        let whole = grid.before + (number - grid.anchor) * grid.period;
        match grid.due_days.day(number) {
            Some(due_on) if due_on < day => whole + days(due_on, day).min(grid.period),
            _ => whole,
        }
    }
}
