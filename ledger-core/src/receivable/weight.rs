//! Percents and shares as whole numbers, so that nothing is divided before the end.

use rust_decimal::Decimal;

use crate::{ErrorKind, Result};

/// The most decimal places of a percent or a share.
const PLACES_MAX: u32 = 9;

/// How many billionths one is.
pub(super) const ONE: u64 = 1_000_000_000;

/// A number as billionths: from zero to `max` (at most 10^9), with at most nine decimal places.
///
/// # Errors
/// [`ErrorKind::InvalidSetting`] for any other number, naming what it is.
pub(super) fn billionths(what: &'static str, number: Decimal, max: u32) -> Result<u64> {
    let plain = number.normalize();
    let allowed = plain >= Decimal::ZERO && plain <= Decimal::from(max) && plain.scale() <= PLACES_MAX;
    // At most 10^9 with nine places: at most 10^18, which fits, as does the power.
    let scaled = plain.mantissa() * 10_i128.pow(PLACES_MAX.saturating_sub(plain.scale()));
    match u64::try_from(scaled) {
        Ok(scaled) if allowed => Ok(scaled),
        _ => {
            let reason = format!("it is a number from 0 to {max} with at most {PLACES_MAX} decimal places");
            Err(ErrorKind::InvalidSetting { what, value: number.to_string(), reason }.into())
        }
    }
}
