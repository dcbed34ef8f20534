//! What ends a loan on a day.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::power::round_minor;
use super::{Loan, LoanState, Parts, interest_between};
use crate::money::{Amount, Rounding};
use crate::{ErrorKind, Result};

/// What is charged for paying back early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarlyFee {
    /// A percentage of the principal that is paid back early.
    Percent(Decimal),
    /// An amount in minor units.
    Amount(i64),
}

impl EarlyFee {
    /// What is charged for principal that is paid back early, in minor units; a percentage is rounded by the rule of the
    /// loan.
    ///
    /// ```
    /// use ledger_core::money::Rounding;
    /// use ledger_core::receivable::EarlyFee;
    ///
    /// let principal = "1000.50 EUR".parse()?;
    /// assert_eq!(EarlyFee::Percent("1".parse()?).of(principal, Rounding::HalfEven)?, 1_000);
    /// assert_eq!(EarlyFee::Amount(25_000).of(principal, Rounding::HalfEven)?, 25_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for a fee that is below zero or above 100 %; [`ErrorKind::AmountOverflow`].
    pub fn of(self, principal: Amount, rounding: Rounding) -> Result<i64> {
        let refuse = |value: String, reason: &str| {
            let reason = reason.to_owned();
            Err(ErrorKind::InvalidSetting { what: "early fee", value, reason }.into())
        };
        match self {
            EarlyFee::Amount(fee) if fee < 0 => {
                refuse(principal.commodity().amount(fee).to_string(), "it is not below zero")
            }
            EarlyFee::Amount(fee) => Ok(fee),
            EarlyFee::Percent(percent) if percent < Decimal::ZERO || percent > Decimal::ONE_HUNDRED => {
                refuse(format!("{percent} %"), "it is from 0 to 100 %")
            }
            EarlyFee::Percent(percent) => {
                let part = percent.checked_div(Decimal::ONE_HUNDRED).unwrap_or_default();
                let fee =
                    Decimal::from(principal.minor()).checked_mul(part).ok_or_else(super::power::overflow)?;
                round_minor(fee, rounding)
            }
        }
    }
}

/// What has to be paid on a day to end a loan: the principal, the interest earned up to that day and not charged yet, and
/// the fee for paying early.
///
/// What was charged before and is unpaid comes on top ([`Parts::plus`]).
///
/// # Errors
/// [`ErrorKind::InvalidSetting`] for a day before interest was charged to, and a fee that is below zero or above 100 %;
/// [`ErrorKind::AmountOverflow`].
pub fn payoff(loan: &Loan, state: &LoanState, on: NaiveDate, early_fee: Option<EarlyFee>) -> Result<Parts> {
    let rounding = loan.terms().rounding.rule();
    let earned = interest_between(loan, &state.balances, state.charged_to, on)?;
    let behind = state.balances.partition_point(|balance| balance.from <= on);
    let principal = behind.checked_sub(1).map_or(0, |last| state.balances[last].principal);
    let fee = early_fee.map_or(Ok(0), |fee| fee.of(loan.amount(principal), rounding))?;
    Ok(Parts { principal, interest: earned.rounded(rounding)?, fee })
}
