//! What a loan charges for its principal: the terms, and the interest between two days.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::power::{overflow, round_minor};
use super::{Compounding, DayCount, Loan, Rate};
use crate::money::{Rounding, divide};
use crate::{ErrorKind, Result};

/// A rate that applies from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateChange {
    /// The first day at the new rate.
    pub from: NaiveDate,
    /// The new rate.
    pub rate: Rate,
}

/// What interest a loan bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterestTerms {
    /// The nominal annual rate from the beginning.
    pub rate: Rate,
    /// Rates from later days on, in the order of their days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<RateChange>,
    /// Whether and how often unpaid interest bears interest.
    #[serde(default)]
    pub compounding: Compounding,
    /// How days become parts of a year.
    #[serde(default)]
    pub day_count: DayCount,
}

impl InterestTerms {
    /// Simple interest at one rate, by 30/360.
    pub const fn simple(rate: Rate) -> InterestTerms {
        InterestTerms {
            rate,
            changes: Vec::new(),
            compounding: Compounding::None,
            day_count: DayCount::Thirty360,
        }
    }

    /// The rate on a day.
    pub fn rate_on(&self, day: NaiveDate) -> Rate {
        let behind = self.changes.partition_point(|change| change.from <= day);
        behind.checked_sub(1).map_or(self.rate, |last| self.changes[last].rate)
    }
}

/// The principal that is outstanding from a day until the next such day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceFrom {
    /// The first day; a day's movements count for the whole of it.
    pub from: NaiveDate,
    /// The principal, in minor units, not below zero.
    pub principal: i64,
}

/// Interest that was earned, in minor units, not yet rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accrued(pub(super) Earned);

/// Simple interest is a quotient of whole numbers; compound interest is a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Earned {
    Exact { numerator: i128, denominator: i128 },
    Near(Decimal),
}

impl Accrued {
    /// No interest.
    pub const ZERO: Accrued = Accrued(Earned::Exact { numerator: 0, denominator: 1 });

    /// The interest in minor units, with as many places as a decimal has.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] past what a decimal holds.
    pub fn to_decimal(self) -> Result<Decimal> {
        match self.0 {
            Earned::Near(number) => Ok(number),
            Earned::Exact { numerator, denominator } => {
                let whole = Decimal::try_from_i128_with_scale(numerator / denominator, 0);
                let whole = whole.map_err(|_| overflow())?;
                let rest = Decimal::try_from_i128_with_scale(numerator % denominator, 0);
                let divisor = Decimal::try_from_i128_with_scale(denominator, 0);
                let (rest, divisor) = (rest.map_err(|_| overflow())?, divisor.map_err(|_| overflow())?);
                whole.checked_add(rest / divisor).ok_or_else(overflow)
            }
        }
    }

    /// The interest as a whole number of minor units, to be posted.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] with the number.
    pub fn rounded(self, rounding: Rounding) -> Result<i64> {
        match self.0 {
            Earned::Near(number) => round_minor(number, rounding),
            Earned::Exact { numerator, denominator } => {
                super::parts::fit(divide(numerator, denominator, rounding))
            }
        }
    }
}

/// The interest that a loan earns from one day to another on the principal outstanding on each day.
///
/// `balances` are in the order of their days, the first of them on or before `from`; the first day bears interest, the
/// last one does not. Payment periods count as in the plan: under 30/360 each whole one is the same part of a year, so
/// that the interest between two due days is the plan's. With simple interest, a period cut into pieces earns what it
/// earns whole; with compound interest, `from` is the day up to which interest was charged, and what is earned after
/// it bears interest.
///
/// # Errors
/// [`ErrorKind::InvalidSetting`] for days before the loan or out of order, [`ErrorKind::AmountOverflow`].
pub fn interest_between(
    loan: &Loan,
    balances: &[BalanceFrom],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Accrued> {
    let refuse = |value: String, reason: &str| ErrorKind::InvalidSetting {
        what: "days of interest",
        value,
        reason: reason.to_owned(),
    };
    let lent_on = loan.terms().lent_on;
    if from < lent_on {
        return Err(refuse(from.to_string(), &format!("the loan was made on {lent_on}")).into());
    }
    if to < from {
        return Err(refuse(format!("{from} to {to}"), "it ends before it begins").into());
    }
    if let Some(pair) = balances.windows(2).find(|pair| pair[0].from > pair[1].from) {
        let days = format!("{} to {}", pair[0].from, pair[1].from);
        return Err(refuse(days, "balances are given in the order of their days").into());
    }
    if balances.first().is_none_or(|first| first.from > from) {
        return Err(refuse(from.to_string(), "no balance is given for it").into());
    }
    loan.accrual().between(balances, from, to)
}
