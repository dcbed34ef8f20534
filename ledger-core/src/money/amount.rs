//! An amount of money: a whole number of minor units of a commodity, with checked arithmetic.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Commodity, DecimalMark, Rounding, divide, excerpt, parse_number};
use crate::{ErrorKind, Result};

/// A whole number of minor units of a commodity: 12.34 EUR is 1,234 minor units.
///
/// It displays and serialises as `-1234.56 EUR`: all decimal places, no grouping.
///
/// ```
/// use ledger_core::money::Amount;
///
/// let price: Amount = "12.34 EUR".parse()?;
/// assert_eq!(price.minor(), 1_234);
/// assert_eq!(price.checked_add("0.66 EUR".parse()?)?.to_string(), "13.00 EUR");
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    minor: i64,
    commodity: Commodity,
}

impl Amount {
    /// So many minor units of a commodity.
    pub const fn new(minor: i64, commodity: Commodity) -> Amount {
        Amount { minor, commodity }
    }

    /// The count of minor units.
    pub const fn minor(&self) -> i64 {
        self.minor
    }

    /// What the amount is counted in.
    pub const fn commodity(&self) -> Commodity {
        self.commodity
    }

    /// The commodity, borrowed, so that its code can be read for as long as the amount lives.
    pub(crate) const fn commodity_ref(&self) -> &Commodity {
        &self.commodity
    }

    /// Whether the amount is nothing.
    pub const fn is_zero(&self) -> bool {
        self.minor == 0
    }

    /// Whether the amount is below zero.
    pub const fn is_negative(&self) -> bool {
        self.minor < 0
    }

    /// The amount without its sign.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] for the lowest amount there is, whose opposite has no room.
    pub fn abs(&self) -> Result<Amount> {
        if self.is_negative() { self.negate() } else { Ok(*self) }
    }

    /// The amount with the opposite sign.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] for the lowest amount there is, whose opposite has no room.
    pub fn negate(&self) -> Result<Amount> {
        Self::try_from_i128(-i128::from(self.minor), self.commodity, "the opposite")
    }

    /// This amount and another of the same commodity together.
    ///
    /// # Errors
    /// [`ErrorKind::CommodityMismatch`], or [`ErrorKind::AmountOverflow`] with the sum.
    pub fn checked_add(&self, other: Amount) -> Result<Amount> {
        self.require_same_commodity(other)?;
        let total = i128::from(self.minor) + i128::from(other.minor);
        Self::try_from_i128(total, self.commodity, "the sum")
    }

    /// What is left of this amount when another of the same commodity is taken away.
    ///
    /// # Errors
    /// [`ErrorKind::CommodityMismatch`], or [`ErrorKind::AmountOverflow`] with the difference.
    pub fn checked_sub(&self, other: Amount) -> Result<Amount> {
        self.require_same_commodity(other)?;
        let difference = i128::from(self.minor) - i128::from(other.minor);
        Self::try_from_i128(difference, self.commodity, "the difference")
    }

    /// The amount as a decimal number of whole units, with all decimal places of the commodity.
    pub fn to_decimal(&self) -> Decimal {
        // An i64 and a scale of at most 9 lie well inside the 96 bits and 28 places of a decimal.
        Decimal::from_i128_with_scale(i128::from(self.minor), u32::from(self.commodity.scale()))
    }

    /// The number without the code: `-1234.56`.
    pub fn number(&self) -> String {
        // Digits from the right; a large report has a hundred thousand amounts. There are at most 19 digits, a point, a
        // sign, and zeros up to the scale.
        let mut text = [b'0'; 32];
        let (mut at, mut rest) = (text.len(), self.minor.unsigned_abs());
        let scale = usize::from(self.commodity.scale());
        let mut digits = 0;
        while rest > 0 || digits <= scale {
            if digits == scale && scale > 0 {
                at -= 1;
                text[at] = b'.';
            }
            at -= 1;
            text[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            digits += 1;
        }
        if self.minor < 0 {
            at -= 1;
            text[at] = b'-';
        }
        // All of them are ASCII.
        std::str::from_utf8(&text[at..]).unwrap_or_default().to_owned()
    }

    /// A decimal number of whole units, rounded to minor units by a named rule.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] with the number.
    ///
    /// ```
    /// use ledger_core::money::{Amount, Commodity, Rounding};
    ///
    /// let eur = Commodity::iso("EUR").expect("EUR is in ISO 4217");
    /// let rounded = Amount::from_decimal("1.005".parse()?, eur, Rounding::HalfEven)?;
    /// assert_eq!(rounded.number(), "1.00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_decimal(number: Decimal, commodity: Commodity, rounding: Rounding) -> Result<Amount> {
        let (numerator, denominator) = minor_fraction(number, commodity);
        let minor = divide(numerator, denominator, rounding);
        Self::try_from_i128(minor, commodity, "the rounded number")
    }

    /// A decimal number of whole units that needs no rounding.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidAmount`] where a digit past the scale of the commodity is not zero,
    /// [`ErrorKind::AmountOverflow`] with the number.
    pub fn from_decimal_exact(number: Decimal, commodity: Commodity) -> Result<Amount> {
        Self::exact(number, commodity, &format!("{number} {commodity}"))
    }

    /// A wide count of minor units, such as a sum, as an amount; `what` names it in the error (`the balance`).
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] with `what` and the number.
    pub fn try_from_i128(minor: i128, commodity: Commodity, what: &str) -> Result<Amount> {
        match i64::try_from(minor) {
            Ok(minor) => Ok(Amount { minor, commodity }),
            Err(_) => {
                let number = Number { minor, scale: commodity.scale() };
                Err(ErrorKind::AmountOverflow { what: format!("{what} ({number} {commodity})") }.into())
            }
        }
    }

    /// [`Amount::from_decimal_exact`] for a number that was read from a text, which its errors then name.
    pub(super) fn exact(number: Decimal, commodity: Commodity, text: &str) -> Result<Amount> {
        let (numerator, denominator) = minor_fraction(number, commodity);
        if numerator % denominator != 0 {
            let reason = match commodity.scale() {
                0 => format!("{commodity} has no decimal places"),
                1 => format!("{commodity} has 1 decimal place"),
                places => format!("{commodity} has {places} decimal places"),
            };
            return Err(ErrorKind::InvalidAmount { text: excerpt(text), reason }.into());
        }
        match i64::try_from(numerator / denominator) {
            Ok(minor) => Ok(Amount { minor, commodity }),
            Err(_) => Err(ErrorKind::AmountOverflow { what: format!("\"{}\"", excerpt(text)) }.into()),
        }
    }

    /// Reads what [`fmt::Display`] writes, taking the scale of the commodity from the decimal places.
    fn from_stored(text: &str) -> Result<Amount> {
        let refuse =
            |reason: &str| ErrorKind::InvalidAmount { text: excerpt(text), reason: reason.to_owned() };
        let (number, code) = text
            .split_once(' ')
            .ok_or_else(|| refuse("it names no commodity (write it as \"12.34 EUR\")"))?;
        let places = number.split_once('.').map_or(0, |(_, places)| places.len());
        let commodity = Commodity::new(code, u8::try_from(places).unwrap_or(u8::MAX))?;
        let digits: String = number.chars().filter(|character| *character != '.').collect();
        let amount = match digits.parse() {
            Ok(minor) => Amount { minor, commodity },
            Err(_) => return Err(refuse("its number does not read").into()),
        };
        // One spelling for each amount, so that equal content is equal text.
        if amount.to_string() != text {
            return Err(refuse("it is not written as amounts are stored, such as -1234.56 EUR").into());
        }
        Ok(amount)
    }

    fn require_same_commodity(&self, other: Amount) -> Result<()> {
        if self.commodity == other.commodity {
            return Ok(());
        }
        Err(ErrorKind::CommodityMismatch { left: self.to_string(), right: other.to_string() }.into())
    }
}

/// A decimal number of whole units as a fraction of minor units, numerator and (positive) denominator.
///
/// The numerator cannot overflow: 96 bits of a decimal times at most 10^9 stay below 2^127.
fn minor_fraction(number: Decimal, commodity: Commodity) -> (i128, i128) {
    let scale = u32::from(commodity.scale());
    let (mantissa, places) = (number.mantissa(), number.scale());
    if places <= scale {
        (mantissa * 10_i128.pow(scale - places), 1)
    } else {
        (mantissa, 10_i128.pow(places - scale))
    }
}

/// A wide count of minor units with its commodity, such as `-1234.56 EUR`, whether or not it fits an amount.
pub(crate) fn format_minor(minor: i128, commodity: Commodity) -> String {
    format!("{} {commodity}", Number { minor, scale: commodity.scale() })
}

/// Adds amounts of one commodity in `i128`, so that only the total has to fit; no amounts give zero.
///
/// # Errors
/// [`ErrorKind::CommodityMismatch`] for an amount of another commodity, [`ErrorKind::AmountOverflow`] with the
/// total.
///
/// ```
/// use ledger_core::money::{sum, Commodity};
///
/// let jpy = Commodity::iso("JPY").expect("JPY is in ISO 4217");
/// let total = sum(jpy, [jpy.amount(i64::MAX), jpy.amount(1), jpy.amount(-5)])?;
/// assert_eq!(total.minor(), i64::MAX - 4);
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub fn sum(commodity: Commodity, amounts: impl IntoIterator<Item = Amount>) -> Result<Amount> {
    let mut total = 0_i128;
    for amount in amounts {
        commodity.zero().require_same_commodity(amount)?;
        // 2^64 amounts of 64 bits are needed to fill an i128: more than can ever be counted through.
        total += i128::from(amount.minor);
    }
    Amount::try_from_i128(total, commodity, "the sum")
}

/// Minor units written with a decimal point, without grouping.
struct Number {
    minor: i128,
    scale: u8,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.minor < 0 { "-" } else { "" };
        let magnitude = self.minor.unsigned_abs();
        let per_unit = 10_u128.pow(u32::from(self.scale));
        let (units, fraction) = (magnitude / per_unit, magnitude % per_unit);
        match usize::from(self.scale) {
            0 => write!(f, "{sign}{units}"),
            places => write!(f, "{sign}{units}.{fraction:0places$}"),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = Number { minor: i128::from(self.minor), scale: self.commodity.scale() };
        // Only a width needs the text as a whole; without one it is written through.
        match f.width() {
            Some(_) => f.pad(&format!("{number} {}", self.commodity)),
            None => write!(f, "{number} {}", self.commodity),
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads exactly what it serialises to: all decimal places are there, so that they give the commodity its scale.
impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        let text = String::deserialize(deserializer)?;
        Amount::from_stored(&text).map_err(serde::de::Error::custom)
    }
}

/// Reads a number with a decimal point and an ISO 4217 code, as [`Amount`] displays it.
///
/// For declared commodities, symbols and other decimal marks there is [`parse_amount`](super::parse_amount).
impl FromStr for Amount {
    type Err = crate::Error;

    fn from_str(text: &str) -> Result<Amount> {
        let parsed = parse_number(text, Some(DecimalMark::Point))?;
        let Some(code) = parsed.symbol else {
            let reason = "it names no commodity (write it as \"12.34 EUR\")".to_owned();
            return Err(ErrorKind::InvalidAmount { text: excerpt(text), reason }.into());
        };
        match Commodity::iso(code) {
            Some(commodity) => Amount::exact(parsed.number, commodity, text),
            None => Err(ErrorKind::UnknownCommodity { code: excerpt(code) }.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commodity(scale: u8) -> Commodity {
        Commodity::new("Test", scale).unwrap()
    }

    #[test]
    fn an_amount_displays_all_its_places_and_no_grouping() {
        let shown = |minor, scale| commodity(scale).amount(minor).to_string();
        assert_eq!(shown(-123_456, 2), "-1234.56 Test");
        assert_eq!(shown(-5, 2), "-0.05 Test");
        assert_eq!(shown(1_234, 0), "1234 Test");
        assert_eq!(shown(i64::MIN, 9), "-9223372036.854775808 Test");
        assert_eq!(format!("[{:>10}]", commodity(0).amount(7)), "[    7 Test]");
        assert_eq!(commodity(2).amount(-123_456).number(), "-1234.56");
    }

    #[test]
    fn the_number_of_an_amount_is_what_it_displays_without_its_commodity() {
        for scale in 0..=Commodity::SCALE_MAX {
            for minor in [0, 1, -1, 9, 10, -99, 100, 123_456_789, -1_000_000_000, i64::MAX, i64::MIN] {
                let amount = Amount::new(minor, commodity(scale));
                assert_eq!(format!("{} {}", amount.number(), amount.commodity()), amount.to_string());
            }
        }
    }

    #[test]
    fn an_amount_serialises_as_its_text_and_a_commodity_as_its_code() {
        let amount = commodity(2).amount(-5);
        assert_eq!(serde_json::to_string(&(amount, amount.commodity())).unwrap(), r#"["-0.05 Test","Test"]"#);
    }

    #[test]
    fn an_amount_reads_back_from_what_it_serialises_to_and_from_nothing_else() {
        for (minor, scale) in [(-5, 2), (i64::MIN, 9), (i64::MAX, 0), (0, 3)] {
            let amount = commodity(scale).amount(minor);
            let text = serde_json::to_string(&amount).unwrap();
            assert_eq!(serde_json::from_str::<Amount>(&text).unwrap(), amount);
        }
        for refused in
            ["12.3 EUR", "12.34", "1,234.00 EUR", "+1.00 EUR", "1.2.3 Test", ".50 EUR", "-0.00 EUR"]
        {
            assert!(serde_json::from_value::<Amount>(refused.into()).is_err(), "{refused}");
        }
    }

    #[test]
    fn arithmetic_past_the_range_is_refused_with_the_number() {
        let (low, high) = (commodity(2).amount(i64::MIN), commodity(2).amount(i64::MAX));
        let one = commodity(2).amount(1);
        for (refused, number) in [
            (high.checked_add(one), "the sum (92233720368547758.08 Test)"),
            (low.checked_sub(one), "the difference (-92233720368547758.09 Test)"),
            (low.negate(), "the opposite (92233720368547758.08 Test)"),
            (low.abs(), "the opposite (92233720368547758.08 Test)"),
        ] {
            let refused = refused.unwrap_err();
            assert!(
                matches!(refused.kind(), ErrorKind::AmountOverflow { what } if what == number),
                "{refused}"
            );
        }
        assert_eq!(high.negate().unwrap().minor(), -i64::MAX);
        assert_eq!(high.checked_add(low).unwrap().minor(), -1);
    }

    #[test]
    fn amounts_of_different_commodities_do_not_mix() {
        let (euro, test) = (Commodity::iso("EUR").unwrap().amount(100), commodity(2).amount(5));
        let refused = euro.checked_add(test).unwrap_err();
        assert_eq!(refused.to_string(), "1.00 EUR and 0.05 Test are amounts of different commodities");
        assert!(euro.checked_sub(test).is_err());
        assert!(sum(euro.commodity(), [euro, test]).is_err());
        // The same code with another scale counts other minor units.
        assert!(test.checked_add(commodity(3).amount(5)).is_err());
    }

    #[test]
    fn only_the_total_of_a_sum_has_to_fit() {
        let of = |minor: i64| commodity(0).amount(minor);
        assert_eq!(sum(commodity(0), [of(i64::MAX), of(i64::MAX), of(-i64::MAX)]).unwrap(), of(i64::MAX));
        assert!(sum(commodity(0), [of(i64::MAX), of(1)]).is_err());
        assert!(sum(commodity(0), []).unwrap().is_zero());
    }

    #[test]
    fn a_decimal_with_digits_past_the_scale_is_rounded_only_when_told_to() {
        let number: Decimal = "-1.235".parse().unwrap();
        assert_eq!(Amount::from_decimal(number, commodity(2), Rounding::HalfEven).unwrap().minor(), -124);
        assert_eq!(Amount::from_decimal(number, commodity(2), Rounding::Down).unwrap().minor(), -123);
        assert_eq!(Amount::from_decimal_exact(number, commodity(3)).unwrap().minor(), -1235);
        let refused = Amount::from_decimal_exact(number, commodity(2)).unwrap_err();
        assert_eq!(refused.to_string(), "\"-1.235 Test\" is not an amount: Test has 2 decimal places");
        assert_eq!(Amount::from_decimal_exact("1.200".parse().unwrap(), commodity(1)).unwrap().minor(), 12);
    }

    #[test]
    fn the_widest_decimal_is_refused_and_does_not_wrap() {
        for number in [Decimal::MAX, Decimal::MIN] {
            for scale in 0..=9 {
                let refused = Amount::from_decimal(number, commodity(scale), Rounding::HalfEven).unwrap_err();
                assert!(matches!(refused.kind(), ErrorKind::AmountOverflow { .. }));
                assert!(Amount::from_decimal_exact(number, commodity(scale)).is_err());
            }
        }
    }

    #[test]
    fn from_str_reads_iso_codes_with_a_decimal_point() {
        assert_eq!("-1,234.5 eur".parse::<Amount>().unwrap().to_string(), "-1234.50 EUR");
        for text in ["12", "", "12 Test", "$12", "1.234,56 EUR", "1.234 EUR", "92233720368547758.08 EUR"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
        assert_eq!("-92233720368547758.08 EUR".parse::<Amount>().unwrap().minor(), i64::MIN);
    }
}
