//! Powers, logarithms and roundings of decimals that rates need, by the maths of `rust_decimal`.

use rust_decimal::{Decimal, MathematicalOps};

use crate::money::{Rounding, divide};
use crate::{Error, ErrorKind, Result};

/// (1 + step)^(numerator / denominator) − 1, for a step of at least 0 and a denominator above 0.
///
/// # Errors
/// [`ErrorKind::AmountOverflow`] past what a decimal holds.
pub(super) fn compound(step: Decimal, numerator: i64, denominator: i64) -> Result<Decimal> {
    if numerator == denominator {
        return Ok(step);
    }
    let base = step.checked_add(Decimal::ONE).ok_or_else(overflow)?;
    let power = if numerator % denominator == 0 {
        base.checked_powi(numerator / denominator)
    } else {
        // Multiplied before it is divided, so that the exponent is rounded once.
        base.checked_ln()
            .and_then(|log| log.checked_mul(Decimal::from(numerator)))
            .and_then(|log| log.checked_div(Decimal::from(denominator)))
            .and_then(|log| log.checked_exp())
    };
    let limit = Decimal::from(1_000_000_000_000_000_000_i64);
    power.filter(|power| *power < limit).map(|power| power - Decimal::ONE).ok_or_else(overflow)
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
