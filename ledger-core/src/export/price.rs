//! The price of a line in another program's words, such that the line weighs there what it weighs here.

use rust_decimal::Decimal;

use crate::journal::LinePrice;
use crate::money::Amount;

/// How a line's price is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WrittenPrice {
    /// `@`: the rate times the amount is the weight exactly.
    Unit(Decimal),
    /// `@@`: the weight itself, without its sign.
    Total,
}

/// How the price of a line of an amount and a weight is to be written.
///
/// A weight is stored rounded to the minor unit, while other programs multiply exactly and let a tolerance decide:
/// the total is the one form that all of them balance by without any.
pub(super) fn written_price(price: LinePrice, amount: Amount, weight: Amount) -> WrittenPrice {
    match price {
        LinePrice::Unit { rate, .. } if gives_exactly(rate, amount, weight) => WrittenPrice::Unit(rate),
        _ => WrittenPrice::Total,
    }
}

/// Whether a rate times an amount is a weight to the last digit.
fn gives_exactly(rate: Decimal, amount: Amount, weight: Amount) -> bool {
    let rate = rate.normalize();
    let places = rate.scale() + u32::from(amount.commodity().scale());
    let weight_places = u32::from(weight.commodity().scale());
    let power = |exponent: u32| 10_i128.checked_pow(exponent);
    let product = rate.mantissa().checked_mul(i128::from(amount.minor()));
    let sides = if places >= weight_places {
        let weight = power(places - weight_places).and_then(|power| power.checked_mul(weight.minor().into()));
        (product, weight)
    } else {
        let product = product
            .zip(power(weight_places - places))
            .and_then(|(product, power)| product.checked_mul(power));
        (product, Some(i128::from(weight.minor())))
    };
    // What does not fit is written as its total, which is always right.
    matches!(sides, (Some(product), Some(weight)) if product == weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Commodity;

    fn exact(rate: &str, minor: i64, scale: u8, weight: i64, weight_scale: u8) -> bool {
        let amount = Commodity::new("Fund", scale).unwrap().amount(minor);
        let weight = Commodity::new("Quote", weight_scale).unwrap().amount(weight);
        gives_exactly(rate.parse().unwrap(), amount, weight)
    }

    #[test]
    fn a_unit_price_is_written_only_where_it_gives_the_stored_weight_exactly() {
        assert!(exact("1.115", 2_000_000, 6, 223, 2));
        assert!(exact("1.1150", -2_000_000, 6, -223, 2));
        assert!(!exact("1.115", 3_000_000, 6, 334, 2), "3.345 was rounded");
        assert!(exact("150", 3, 0, 450, 0));
        assert!(exact("0.5", 300, 2, 150_000, 5));
        assert!(exact("9.2", 0, 6, 0, 2));
        assert!(!exact("79228162514264337593543950335", i64::MAX, 0, i64::MAX, 9), "it does not fit");
        assert!(!exact("0.0000000000000000000000000001", 1, 9, 0, 0));
    }
}
