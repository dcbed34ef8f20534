//! Powers, logarithms and roundings of decimals that rates need, by the maths of `rust_decimal`.

use std::cell::OnceCell;

use rust_decimal::{Decimal, MathematicalOps};

use crate::money::{Rounding, divide};
use crate::{Error, ErrorKind, Result};

/// What one unit earns that grows by a step in each period, over any part of one.
///
/// Parts of periods take a logarithm, which is the same for all of them and is worked out once.
pub(super) struct Growth {
    step: Decimal,
    log: OnceCell<Option<Decimal>>,
}

impl Growth {
    /// Growth by a step of at least 0 in each period.
    pub(super) fn new(step: Decimal) -> Growth {
        Growth { step, log: OnceCell::new() }
    }

    /// (1 + step)^(numerator / denominator) − 1, for a denominator above 0.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] past what a decimal holds.
    pub(super) fn over(&self, numerator: i64, denominator: i64) -> Result<Decimal> {
        if numerator == denominator {
            return Ok(self.step);
        }
        let base = self.step.checked_add(Decimal::ONE).ok_or_else(overflow)?;
        let power = if numerator % denominator == 0 {
            base.checked_powi(numerator / denominator)
        } else {
            // Multiplied before it is divided, so that the exponent is rounded once.
            self.log
                .get_or_init(|| base.checked_ln())
                .and_then(|log| log.checked_mul(Decimal::from(numerator)))
                .and_then(|log| log.checked_div(Decimal::from(denominator)))
                .and_then(|log| log.checked_exp())
        };
        let limit = Decimal::from(1_000_000_000_000_000_000_i64);
        power.filter(|power| *power < limit).map(|power| power - Decimal::ONE).ok_or_else(overflow)
    }
}

/// The natural logarithm of a number above 0.
pub(super) fn ln(number: Decimal) -> Option<Decimal> {
    number.checked_ln()
}

/// A decimal number of minor units as a whole one.
///
/// # Errors
/// [`ErrorKind::AmountOverflow`] with the number.
pub(super) fn round_minor(number: Decimal, rounding: Rounding) -> Result<i64> {
    // A scale of at most 28 leaves room in an i128.
    let whole = divide(number.mantissa(), 10_i128.pow(number.scale()), rounding);
    super::parts::fit(whole)
}

/// What is said where a rate or an amount outgrows what can be computed.
pub(super) fn overflow() -> Error {
    ErrorKind::AmountOverflow { what: "interest at this rate over this time".to_owned() }.into()
}
