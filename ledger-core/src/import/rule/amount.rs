//! A condition on an amount: equal to a number, above or below it, or between two.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// What an amount has to be, in the line's own commodity; bounds are exact decimals.
///
/// Written as `9.99` (equal), `> 100`, `>= 100`, `< 100`, `<= 100` or `10..20` (both ends included).
///
/// ```
/// use ledger_core::import::rule::AmountTest;
/// let test: AmountTest = "10..20".parse().unwrap();
/// assert!(test.holds("20.00".parse().unwrap()) && !test.holds("20.01".parse().unwrap()));
/// assert_eq!(test.to_string(), "10..20");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub enum AmountTest {
    /// Equal to it.
    Equal(Decimal),
    /// Above it.
    Above(Decimal),
    /// It or more.
    AtLeast(Decimal),
    /// Below it.
    Below(Decimal),
    /// It or less.
    AtMost(Decimal),
    /// Between the two, or one of them.
    Between(Decimal, Decimal),
}

impl AmountTest {
    /// Whether a number is what is asked for.
    pub fn holds(&self, number: Decimal) -> bool {
        match *self {
            AmountTest::Equal(bound) => number == bound,
            AmountTest::Above(bound) => number > bound,
            AmountTest::AtLeast(bound) => number >= bound,
            AmountTest::Below(bound) => number < bound,
            AmountTest::AtMost(bound) => number <= bound,
            AmountTest::Between(low, high) => low <= number && number <= high,
        }
    }

    /// Whether a bound is negative.
    pub(super) fn is_negative(&self) -> bool {
        match *self {
            AmountTest::Equal(bound)
            | AmountTest::Above(bound)
            | AmountTest::AtLeast(bound)
            | AmountTest::Below(bound)
            | AmountTest::AtMost(bound) => bound.is_sign_negative() && !bound.is_zero(),
            AmountTest::Between(low, _) => low.is_sign_negative() && !low.is_zero(),
        }
    }
}

impl fmt::Display for AmountTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AmountTest::Equal(bound) => write!(f, "= {bound}"),
            AmountTest::Above(bound) => write!(f, "> {bound}"),
            AmountTest::AtLeast(bound) => write!(f, ">= {bound}"),
            AmountTest::Below(bound) => write!(f, "< {bound}"),
            AmountTest::AtMost(bound) => write!(f, "<= {bound}"),
            AmountTest::Between(low, high) => write!(f, "{low}..{high}"),
        }
    }
}

impl FromStr for AmountTest {
    type Err = String;

    fn from_str(text: &str) -> Result<AmountTest, String> {
        let number = |part: &str| decimal(part).ok_or_else(|| refused(text));
        if let Some((low, high)) = text.split_once("..") {
            let (low, high) = (number(low)?, number(high)?);
            if low > high {
                return Err(format!("\"{text}\" ends before it begins: write {high}..{low}"));
            }
            return Ok(AmountTest::Between(low, high));
        }
        let text = text.trim();
        // The longer signs first, as the shorter ones begin them.
        for sign in [">=", "<=", ">", "<", "="] {
            let Some(bound) = text.strip_prefix(sign) else { continue };
            let bound = number(bound)?;
            return Ok(match sign {
                ">=" => AmountTest::AtLeast(bound),
                "<=" => AmountTest::AtMost(bound),
                ">" => AmountTest::Above(bound),
                "<" => AmountTest::Below(bound),
                _ => AmountTest::Equal(bound),
            });
        }
        number(text).map(AmountTest::Equal)
    }
}

fn refused(text: &str) -> String {
    format!("\"{text}\" is no condition on an amount: write 9.99, > 100, >= 100, < 100, <= 100 or 10..20")
}

/// A plain decimal number: digits, a point, a sign.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+');
    if !text.chars().all(plain) {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}

impl Serialize for AmountTest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl TryFrom<Value> for AmountTest {
    type Error = String;

    fn try_from(value: Value) -> Result<AmountTest, String> {
        match value {
            Value::String(text) => text.parse(),
            // Only whole numbers get here: the reader of TOML hands over other numbers as they are written.
            Value::Number(number) => number.to_string().parse(),
            other => Err(refused(&other.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(test: &str, number: &str) -> bool {
        test.parse::<AmountTest>().unwrap().holds(number.parse().unwrap())
    }

    #[test]
    fn each_form_holds_on_its_side_of_the_bound() {
        assert!(holds("9.99", "9.990") && holds("= 9.99", "9.99") && !holds("9.99", "-9.99"));
        assert!(holds("> 100", "100.01") && !holds("> 100", "100"));
        assert!(holds(">=100", "100") && !holds(">=100", "99.99"));
        assert!(holds("< -5", "-5.01") && !holds("< -5", "-5"));
        assert!(holds("<= 5", "5.00") && !holds("<= 5", "5.01"));
        assert!(holds("10..20", "10") && holds("10..20", "20") && !holds("10..20", "9.99"));
        assert!(holds("-20 .. -10", "-15"));
    }

    #[test]
    fn what_is_no_condition_is_refused_with_the_forms_and_printing_reads_back() {
        for text in ["", "about 10", "> ", "10..", "1,5", "10..5", "== 5", "1e5", "0x10", "> 100 EUR"] {
            let refused = text.parse::<AmountTest>().unwrap_err();
            assert!(refused.contains("write"), "{text}: {refused}");
        }
        for text in ["= 9.99", "> 100", ">= 0.5", "< -5", "<= 5", "10..20"] {
            assert_eq!(text.parse::<AmountTest>().unwrap().to_string(), text);
        }
    }
}
