//! The annuity functions of spreadsheets, by the names of the field, in decimals.
//!
//! They count in whatever unit they are given, round nothing, and have the signs of spreadsheets: what comes in is
//! positive, what is paid negative. Plans of loans, which are rounded, come from [`amortise`](super::amortise).

use rust_decimal::Decimal;

use super::power::{Growth, ln, overflow};
use crate::{ErrorKind, Result};

/// When in its period a payment is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PaymentTiming {
    /// At the end, as loans are paid.
    #[default]
    End,
    /// At the beginning, as rents are.
    Begin,
}

/// Equal payments over equal periods.
///
/// ```
/// use ledger_core::receivable::Annuity;
/// use rust_decimal::Decimal;
///
/// // 100,000 at 6 % a year over 360 months.
/// let loan = Annuity::new(Decimal::new(5, 3), 360, Decimal::from(100_000));
/// assert_eq!(loan.payment()?.round_dp(2).to_string(), "-599.55");
/// assert_eq!(loan.interest_part(1)?, Decimal::from(-500));
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Annuity {
    /// The rate of a period as a part of one, not below zero: 0.005 for 6 % a year by month.
    pub rate: Decimal,
    /// How many payments, above zero.
    pub count: u32,
    /// What there is at the beginning: positive for a loan taken.
    pub present: Decimal,
    /// What there will be after the last payment, with the opposite sign of what is still owed.
    pub future: Decimal,
    /// When payments are made.
    pub timing: PaymentTiming,
}

impl Annuity {
    /// A loan that is paid back wholly, at the ends of its periods.
    pub const fn new(rate: Decimal, count: u32, present: Decimal) -> Annuity {
        Annuity { rate, count, present, future: Decimal::ZERO, timing: PaymentTiming::End }
    }

    /// The payment of each period: `PMT`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for no periods or a rate below zero, [`ErrorKind::AmountOverflow`].
    pub fn payment(&self) -> Result<Decimal> {
        self.check()?;
        let (grown, per_unit) = self.growth(self.count)?;
        let owed = grown.checked_mul(self.present).and_then(|owed| owed.checked_add(self.future));
        owed.and_then(|owed| owed.checked_div(per_unit)).map(|payment| -payment).ok_or_else(overflow)
    }

    /// What is there after so many payments, with the opposite sign of what is still owed: `FV`.
    ///
    /// # Errors
    /// As [`Annuity::payment`].
    pub fn future_after(&self, periods: u32) -> Result<Decimal> {
        let payment = self.payment()?;
        self.balance(payment, periods).map(|balance| -balance)
    }

    /// The interest in the payment of a period, from 1: `IPMT`.
    ///
    /// # Errors
    /// As [`Annuity::payment`], and [`ErrorKind::InvalidSetting`] for a period that there is not.
    pub fn interest_part(&self, period: u32) -> Result<Decimal> {
        let payment = self.payment()?;
        self.check_period(period)?;
        self.interest_of(payment, period)
    }

    /// The principal in the payment of a period, from 1: `PPMT`.
    ///
    /// # Errors
    /// As [`Annuity::interest_part`].
    pub fn principal_part(&self, period: u32) -> Result<Decimal> {
        let payment = self.payment()?;
        self.check_period(period)?;
        payment.checked_sub(self.interest_of(payment, period)?).ok_or_else(overflow)
    }

    /// The interest in the payments of some periods together, both ends included: `CUMIPMT`.
    ///
    /// # Errors
    /// As [`Annuity::interest_part`], and for periods that end before they begin.
    pub fn cumulative_interest(&self, first: u32, last: u32) -> Result<Decimal> {
        let payment = self.payment()?;
        self.check_period(first)?;
        self.check_period(last)?;
        if first > last {
            return Err(refuse("periods", format!("{first} to {last}"), "they end before they begin"));
        }
        (first..=last).try_fold(Decimal::ZERO, |sum, period| {
            sum.checked_add(self.interest_of(payment, period)?).ok_or_else(overflow)
        })
    }

    /// The principal in the payments of some periods together, both ends included: `CUMPRINC`.
    ///
    /// # Errors
    /// As [`Annuity::cumulative_interest`].
    pub fn cumulative_principal(&self, first: u32, last: u32) -> Result<Decimal> {
        let interest = self.cumulative_interest(first, last)?;
        let paid = self.payment()?.checked_mul(Decimal::from(last - first + 1));
        paid.and_then(|paid| paid.checked_sub(interest)).ok_or_else(overflow)
    }

    fn check(&self) -> Result<()> {
        if self.count == 0 {
            return Err(refuse("number of periods", "0".to_owned(), "it is above zero"));
        }
        check_rate(self.rate)
    }

    fn check_period(&self, period: u32) -> Result<()> {
        if (1..=self.count).contains(&period) {
            return Ok(());
        }
        Err(refuse("period", period.to_string(), &format!("it is from 1 to {}", self.count)))
    }

    /// What one unit becomes in so many periods, and what a payment of one unit in each becomes.
    fn growth(&self, periods: u32) -> Result<(Decimal, Decimal)> {
        if self.rate.is_zero() {
            return Ok((Decimal::ONE, Decimal::from(periods)));
        }
        let more = Growth::new(self.rate).over(i64::from(periods), 1)?;
        let per_unit = more.checked_div(self.rate).ok_or_else(overflow)?;
        let per_unit = match self.timing {
            PaymentTiming::End => per_unit,
            PaymentTiming::Begin => per_unit.checked_mul(one_more(self.rate)?).ok_or_else(overflow)?,
        };
        Ok((more + Decimal::ONE, per_unit))
    }

    /// What is owed after so many payments.
    fn balance(&self, payment: Decimal, periods: u32) -> Result<Decimal> {
        let (grown, per_unit) = self.growth(periods)?;
        let paid = payment.checked_mul(per_unit).ok_or_else(overflow)?;
        grown.checked_mul(self.present).and_then(|owed| owed.checked_add(paid)).ok_or_else(overflow)
    }

    fn interest_of(&self, payment: Decimal, period: u32) -> Result<Decimal> {
        let earned = match self.timing {
            PaymentTiming::Begin if period == 1 => return Ok(Decimal::ZERO),
            PaymentTiming::Begin => {
                // The payment of the beginning has been made before interest is earned.
                let owed = self.balance(payment, period - 1)?;
                let grown = one_more(self.rate)?;
                owed.checked_mul(self.rate).and_then(|earned| earned.checked_div(grown))
            }
            PaymentTiming::End => self.balance(payment, period - 1)?.checked_mul(self.rate),
        };
        earned.map(|earned| -earned).ok_or_else(overflow)
    }
}

/// How many payments it takes from what there is to what there will be: `NPER`. It is a whole number by chance only.
///
/// # Errors
/// [`ErrorKind::InvalidSetting`] for a rate below zero and for payments that never lead there, [`ErrorKind::AmountOverflow`].
///
/// ```
/// use ledger_core::receivable::{PaymentTiming, period_count};
/// use rust_decimal::Decimal;
///
/// let count = period_count(Decimal::ZERO, (-25).into(), 100.into(), Decimal::ZERO, PaymentTiming::End)?;
/// assert_eq!(count, Decimal::from(4));
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub fn period_count(
    rate: Decimal,
    payment: Decimal,
    present: Decimal,
    future: Decimal,
    timing: PaymentTiming,
) -> Result<Decimal> {
    check_rate(rate)?;
    let never = || refuse("payment", payment.to_string(), "it never leads there, however often it is made");
    if rate.is_zero() {
        let all = present.checked_add(future).ok_or_else(overflow)?;
        return all.checked_div(payment).map(|count| -count).ok_or_else(never);
    }
    // What payments for ever would be worth.
    let perpetuity = payment.checked_div(rate).ok_or_else(overflow)?;
    let perpetuity = match timing {
        PaymentTiming::End => perpetuity,
        PaymentTiming::Begin => perpetuity.checked_add(payment).ok_or_else(overflow)?,
    };
    let (target, start) = (perpetuity.checked_sub(future), perpetuity.checked_add(present));
    let (target, start) = (target.ok_or_else(overflow)?, start.ok_or_else(overflow)?);
    if start.is_zero() || target.is_zero() || start.is_sign_negative() != target.is_sign_negative() {
        return Err(never());
    }
    let growth = ln(target.abs()).zip(ln(start.abs())).map(|(target, start)| target - start);
    let periods = growth.zip(ln(one_more(rate)?)).and_then(|(growth, step)| growth.checked_div(step));
    periods.ok_or_else(overflow)
}

/// What one unit becomes in a period.
fn one_more(rate: Decimal) -> Result<Decimal> {
    rate.checked_add(Decimal::ONE).ok_or_else(overflow)
}

fn check_rate(rate: Decimal) -> Result<()> {
    if rate < Decimal::ZERO {
        return Err(refuse("rate", rate.to_string(), "a rate is not below 0"));
    }
    Ok(())
}

fn refuse(what: &'static str, value: String, reason: &str) -> crate::Error {
    ErrorKind::InvalidSetting { what, value, reason: reason.to_owned() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn payments_at_the_beginning_bear_a_period_less_of_interest() {
        // 300 in two payments at 10 %: 300 × 1.1² = p × (1.1² + 1.1), so p = 363 / 2.31 = 157.142857…
        let mut annuity = Annuity::new(decimal("0.1"), 2, Decimal::from(300));
        annuity.timing = PaymentTiming::Begin;
        assert_eq!(annuity.payment().unwrap().round_dp(6), decimal("-157.142857"));
        assert_eq!(annuity.interest_part(1).unwrap(), Decimal::ZERO);
        assert_eq!(annuity.interest_part(2).unwrap().round_dp(6), decimal("-14.285714"));
        assert_eq!(annuity.principal_part(2).unwrap().round_dp(6), decimal("-142.857143"));
    }

    #[test]
    fn parts_sum_to_what_is_paid() {
        let annuity = Annuity::new(decimal("0.0125"), 48, Decimal::from(30_000));
        let principal = annuity.cumulative_principal(1, 48).unwrap();
        assert_eq!(principal.round_dp(15), Decimal::from(-30_000));
        assert_eq!(annuity.future_after(48).unwrap().round_dp(15), Decimal::ZERO);
        let free = Annuity::new(Decimal::ZERO, 4, Decimal::from(100));
        assert_eq!(free.payment().unwrap(), Decimal::from(-25));
        assert_eq!(free.cumulative_interest(1, 4).unwrap(), Decimal::ZERO);
    }

    #[test]
    fn the_number_of_periods_undoes_the_payment() {
        for timing in [PaymentTiming::End, PaymentTiming::Begin] {
            let annuity = Annuity { timing, ..Annuity::new(decimal("0.004"), 120, Decimal::from(9_000)) };
            let payment = annuity.payment().unwrap();
            let count = period_count(annuity.rate, payment, annuity.present, Decimal::ZERO, timing).unwrap();
            assert_eq!(count.round_dp(18), Decimal::from(120));
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let annuity = Annuity::new(decimal("0.01"), 12, Decimal::from(100));
        assert_eq!(
            annuity.interest_part(13).unwrap_err().to_string(),
            "period \"13\" is refused: it is from 1 to 12"
        );
        assert!(annuity.interest_part(0).is_err());
        assert!(annuity.cumulative_interest(3, 2).is_err());
        assert!(Annuity { count: 0, ..annuity }.payment().is_err());
        assert!(Annuity { rate: decimal("-0.01"), ..annuity }.payment().is_err());
        // 1 % of 100 is 1: a payment of 1 pays nothing back.
        let never =
            period_count(annuity.rate, Decimal::NEGATIVE_ONE, 100.into(), Decimal::ZERO, PaymentTiming::End);
        assert_eq!(
            never.unwrap_err().to_string(),
            "payment \"-1\" is refused: it never leads there, however often it is made"
        );
    }
}
