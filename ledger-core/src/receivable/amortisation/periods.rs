//! The payment periods of a plan, and what one unit of principal earns in each.
//!
//! There are few different ones, so that what they earn is worked out once.

use chrono::{Datelike, NaiveDate};
use rust_decimal::{Decimal, MathematicalOps};

use crate::receivable::Rate;
use crate::receivable::accrual::Accrual;
use crate::receivable::day_count::YearFraction;
use crate::receivable::due_days::DueDays;
use crate::receivable::interest::Earned;
use crate::receivable::power::overflow;
use crate::{ErrorKind, Result};

/// Regular periods, by the number of the due day that ends them.
pub(super) struct Periods<'a> {
    accrual: &'a Accrual<'a>,
    due_days: DueDays,
    known: Vec<Known>,
}

/// From one due day to the next.
#[derive(Clone, Copy)]
pub(super) struct Period {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
}

/// What is earned at a rate in a part of a year, and what one unit at its end is worth at its beginning.
struct Known {
    rate: Rate,
    fraction: YearFraction,
    earned: Earned,
    discount: Decimal,
}

impl<'a> Periods<'a> {
    pub(super) fn new(accrual: &'a Accrual<'a>, due_days: DueDays) -> Periods<'a> {
        Periods { accrual, due_days, known: Vec::new() }
    }

    /// The period with a number.
    pub(super) fn period(&self, number: u32) -> Result<Period> {
        Ok(Period { from: self.day(i64::from(number) - 1)?, to: self.day(i64::from(number))? })
    }

    /// The period with a number, which begins on this due day.
    pub(super) fn next(&self, from: NaiveDate, number: u32) -> Result<Period> {
        Ok(Period { from, to: self.day(i64::from(number))? })
    }

    fn day(&self, number: i64) -> Result<NaiveDate> {
        // Terms are proven not to reach further, but for payments whose number nobody knows.
        self.due_days.day(number).filter(|day| day.year() <= 9999).ok_or_else(|| {
            let text = format!("the due day of instalment {number}");
            ErrorKind::InvalidDate { text, reason: "it lies past the year 9999".to_owned() }.into()
        })
    }

    /// What one unit earns in a period, at the rates of its days.
    pub(super) fn earned(&mut self, period: Period) -> Result<Earned> {
        match self.accrual.rate_within(period.from, period.to) {
            Some(rate) => Ok(self.known(rate, period)?.earned),
            None => self.accrual.factor(period.from, period.to),
        }
    }

    /// The rate on the last day of a period, and whether it is that of all its days.
    pub(super) fn rate(&self, Period { from, to }: Period) -> (Rate, bool) {
        match self.accrual.rate_within(from, to) {
            Some(rate) => (rate, true),
            None => (self.accrual.rate_on(to.pred_opt().unwrap_or(to)), false),
        }
    }

    /// What one unit at the end of each of the periods is worth together at the beginning of the first: at the rates of
    /// the first period within it, and at the rate of its end afterwards.
    pub(super) fn present_value(&mut self, first: u32, last: u32) -> Result<Decimal> {
        let first_period = self.period(first)?;
        let (rate, _) = self.rate(first_period);
        let mut value = Decimal::ZERO;
        if let Some(equal) = self.accrual.equal_period() {
            let discount = self.known_fraction(rate, equal)?.discount;
            value = annuity(discount, last - first).ok_or_else(overflow)?;
        } else {
            let mut to = self.day(i64::from(last))?;
            for number in (first..last).rev() {
                let from = self.day(i64::from(number))?;
                let discount = self.known(rate, Period { from, to })?.discount;
                value = value.checked_add(Decimal::ONE).ok_or_else(overflow)? * discount;
                to = from;
            }
        }
        let discount = discount(self.earned(first_period)?)?;
        Ok((value + Decimal::ONE) * discount)
    }

    /// What one unit at the end of the last period is worth at the beginning of the first.
    pub(super) fn discount(&mut self, first: u32, last: u32) -> Result<Decimal> {
        if let Some(equal) = self.accrual.equal_period().filter(|_| self.accrual.has_one_rate()) {
            let (rate, _) = self.rate(self.period(first)?);
            let discount = self.known_fraction(rate, equal)?.discount;
            return discount.checked_powu(u64::from(last - first + 1)).ok_or_else(overflow);
        }
        let mut value = Decimal::ONE;
        for number in first..=last {
            let period = self.period(number)?;
            value *= match self.accrual.rate_within(period.from, period.to) {
                Some(rate) => self.known(rate, period)?.discount,
                None => discount(self.earned(period)?)?,
            };
        }
        Ok(value)
    }

    fn known(&mut self, rate: Rate, period: Period) -> Result<&Known> {
        let equal = self.accrual.equal_period();
        let fraction = equal.unwrap_or_else(|| self.accrual.fraction(period.from, period.to));
        self.known_fraction(rate, fraction)
    }

    fn known_fraction(&mut self, rate: Rate, fraction: YearFraction) -> Result<&Known> {
        let found = self.known.iter().position(|known| known.rate == rate && known.fraction == fraction);
        let place = match found {
            Some(place) => place,
            None => {
                // Rates of the past are not asked for again.
                self.known.retain(|known| known.rate == rate);
                let earned = self.accrual.earn(rate, fraction)?;
                self.known.push(Known { rate, fraction, earned, discount: discount(earned)? });
                self.known.len() - 1
            }
        };
        Ok(&self.known[place])
    }
}

/// 1 / (1 + what one unit earns).
fn discount(earned: Earned) -> Result<Decimal> {
    let grown = earned.to_decimal()?.checked_add(Decimal::ONE).ok_or_else(overflow)?;
    Ok(Decimal::ONE / grown)
}

/// The sum of the first `count` powers of a discount.
fn annuity(discount: Decimal, count: u32) -> Option<Decimal> {
    let off = Decimal::ONE - discount;
    // The closed form loses the digits that discount and one have in common: at most six of 28 here.
    if off >= Decimal::from_parts(1, 0, 0, false, 6) {
        let power = discount.checked_powu(u64::from(count))?;
        return (Decimal::ONE - power).checked_mul(discount)?.checked_div(off);
    }
    annuity_by_doubling(discount, count)
}

/// The same with nothing subtracted, so that no digits cancel out; a discount of one gives the count.
fn annuity_by_doubling(discount: Decimal, count: u32) -> Option<Decimal> {
    let (mut sum, mut power) = (Decimal::ZERO, Decimal::ONE);
    for bit in (0..u32::BITS - count.leading_zeros()).rev() {
        sum = sum.checked_mul(power.checked_add(Decimal::ONE)?)?;
        power = power.checked_mul(power)?;
        if count >> bit & 1 == 1 {
            sum = sum.checked_add(Decimal::ONE)?.checked_mul(discount)?;
            power = power.checked_mul(discount)?;
        }
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::{annuity, annuity_by_doubling};
    use rust_decimal::Decimal;

    #[test]
    fn an_annuity_is_the_sum_of_its_powers() {
        let half = Decimal::new(5, 1);
        for (count, sum) in [(0, "0"), (1, "0.5"), (2, "0.75"), (3, "0.875"), (6, "0.984375")] {
            assert_eq!(annuity(half, count), Some(sum.parse().unwrap()), "{count}");
        }
        assert_eq!(annuity(Decimal::ONE, 1_200), Some(Decimal::from(1_200)));
        // Either way the same to 18 places: a monthly discount of about 4.56 % a year, and one next to the limit.
        for discount in ["0.9962143852", "0.999999"] {
            let discount = discount.parse().unwrap();
            for count in [1, 2, 359, 360, 1_200] {
                let (closed, doubled) = (annuity(discount, count), annuity_by_doubling(discount, count));
                let (closed, doubled) = (closed.unwrap(), doubled.unwrap());
                assert!(
                    (closed - doubled).abs() < Decimal::new(1, 18),
                    "{discount} {count}: {closed} {doubled}"
                );
            }
        }
    }
}
