//! Annual rates of interest, and what they are for a part of a year.
//!
//! A [`Rate`] is nominal, in percent a year; [`Compounding`] says how often unpaid interest begins to bear interest.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::DayCount;
use super::day_count::YearFraction;
use super::power::{Growth, overflow};
use crate::{Error, ErrorKind, Result};

/// The most decimal places of a rate.
const PLACES_MAX: u32 = 6;
/// Percent a year from which a rate has to be allowed explicitly.
const ORDINARY_MAX: Decimal = Decimal::ONE_HUNDRED;
/// The highest rate of all, in percent a year.
const ALLOWED_MAX: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);

/// A nominal annual rate in percent, from 0 to 10,000, with at most six decimal places.
///
/// ```
/// use ledger_core::receivable::Rate;
///
/// let rate: Rate = "4.56".parse()?;
/// assert_eq!(rate.to_string(), "4.56 %");
/// assert_eq!(
///     "1000".parse::<Rate>().unwrap_err().to_string(),
///     "rate \"1000 %\" is refused: it is above 100 % a year (if it is meant so, allow a high rate explicitly; up to \
///      10,000 % can be)"
/// );
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rate(Decimal);

impl Rate {
    /// No interest.
    pub const ZERO: Rate = Rate(Decimal::ZERO);

    /// So many percent a year, as loans have them.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] below 0, above 100, and for more than six decimal places.
    pub fn new(percent: Decimal) -> Result<Rate> {
        if percent > ORDINARY_MAX && percent <= ALLOWED_MAX {
            let reason = "it is above 100 % a year (if it is meant so, allow a high rate explicitly; up to 10,000 % can be)";
            return Err(refuse(percent, reason));
        }
        Rate::allow_high(percent)
    }

    /// So many percent a year, above 100 as well.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] below 0, above 10,000, and for more than six decimal places.
    pub fn allow_high(percent: Decimal) -> Result<Rate> {
        let percent = percent.normalize();
        if percent.is_sign_negative() && !percent.is_zero() {
            return Err(refuse(percent, "a rate is not below 0 %"));
        }
        if percent > ALLOWED_MAX {
            return Err(refuse(percent, "a rate is at most 10,000 % a year"));
        }
        if percent.scale() > PLACES_MAX {
            return Err(refuse(percent, "a rate has at most 6 decimal places"));
        }
        Ok(Rate(percent))
    }

    /// The percent a year.
    pub const fn percent(self) -> Decimal {
        self.0
    }

    /// Whether there is no interest at all.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Millionths of a percent a year: a whole number of at most 10^10.
    pub(super) fn micro_percent(self) -> i64 {
        let mut rescaled = self.0;
        rescaled.rescale(PLACES_MAX);
        // At most 10,000 with at most six places: neither cut nor too long.
        i64::try_from(rescaled.mantissa()).unwrap_or(i64::MAX)
    }

    /// The part of one that a year's simple interest is: 0.0456 for 4.56 %.
    pub(super) fn per_year(self) -> Decimal {
        // Two more places than at most six.
        self.0 / Decimal::ONE_HUNDRED
    }

    /// What one unit earns over a part of a year, as a part of one.
    ///
    /// Simple interest is rate times fraction, and so is compound interest over exactly one period of compounding.
    /// Otherwise it is (1 + rate / m)^(m × fraction) − 1 for m periods of compounding a year; a Canadian mortgage with
    /// `half-yearly` compounding and monthly payments takes the sixth root.
    ///
    /// The result is off by less than 10^−25 × (1 + result): whole powers are multiplied out with 28 decimal places,
    /// others taken by logarithm.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] past 10^18, which takes rates and times that no loan has;
    /// [`ErrorKind::InvalidSetting`] for a fraction whose denominator is not above zero.
    ///
    /// ```
    /// use ledger_core::receivable::{Compounding, DayCount, Rate, YearFraction};
    ///
    /// let month = YearFraction { numerator: 30, denominator: 360 };
    /// let rate: Rate = "6".parse()?;
    /// let simple = rate.over(month, Compounding::None, DayCount::Thirty360)?;
    /// assert_eq!(simple.to_string(), "0.005");
    /// let canadian = rate.over(month, Compounding::HalfYearly, DayCount::Thirty360)?;
    /// assert_eq!(canadian.round_dp(12).to_string(), "0.004938622031");
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    pub fn over(
        self,
        fraction: YearFraction,
        compounding: Compounding,
        day_count: DayCount,
    ) -> Result<Decimal> {
        let (numerator, denominator) = (fraction.numerator, fraction.denominator);
        if denominator <= 0 {
            let reason = "a year has a number of parts above zero".to_owned();
            let (what, value) = ("part of a year", fraction.to_string());
            return Err(ErrorKind::InvalidSetting { what, value, reason }.into());
        }
        match compounding.periods_per_year(day_count) {
            None => {
                // Multiplied before it is divided, so that it is rounded once.
                let parts = self.per_year().checked_mul(Decimal::from(numerator)).ok_or_else(overflow)?;
                Ok((parts / Decimal::from(denominator)).normalize())
            }
            Some(periods) => {
                let numerator = periods.checked_mul(numerator).ok_or_else(overflow)?;
                self.growth(periods).over(numerator, denominator)
            }
        }
    }

    /// What one unit earns where interest is added so often a year.
    pub(super) fn growth(self, periods_per_year: i64) -> Growth {
        Growth::new(self.per_year() / Decimal::from(periods_per_year))
    }

    /// What one unit earns in a year with its interest compounded, as a rate: 12 % monthly is 12.682503 %.
    ///
    /// It is rounded half-even to six decimal places.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] past 10,000 %.
    pub fn effective(self, compounding: Compounding) -> Result<Rate> {
        let year = YearFraction { numerator: 1, denominator: 1 };
        let earned = self.over(year, compounding, DayCount::Actual365)?;
        let percent = earned.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(overflow)?;
        Rate::allow_high(percent.round_dp(PLACES_MAX))
    }
}

fn refuse(percent: Decimal, reason: &str) -> Error {
    ErrorKind::InvalidSetting { what: "rate", value: format!("{percent} %"), reason: reason.to_owned() }
        .into()
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

/// Reads `4.56` or `4.56 %`, as [`Rate::new`].
impl FromStr for Rate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Rate> {
        let number = text.trim().trim_end_matches('%').trim_end();
        match Decimal::from_str_exact(number) {
            Ok(percent) => Rate::new(percent),
            Err(_) => {
                let reason = "it is a number of percent a year, such as 4.56".to_owned();
                Err(ErrorKind::InvalidSetting { what: "rate", value: text.to_owned(), reason }.into())
            }
        }
    }
}

/// Its number as text, such as `4.56`.
impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Reads high rates as well: they were allowed when they were first told.
impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Rate, D::Error> {
        let text = String::deserialize(deserializer)?;
        let percent = Decimal::from_str_exact(&text).map_err(de::Error::custom)?;
        Rate::allow_high(percent).map_err(de::Error::custom)
    }
}

/// How often unpaid interest begins to bear interest itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Compounding {
    /// Never: simple interest, the rate times the part of the year.
    #[default]
    None,
    /// Every day: 360 times a year where the day count has years of 360 days, otherwise 365 times.
    Daily,
    /// Every month.
    Monthly,
    /// Every three months.
    Quarterly,
    /// Every six months, as Canadian mortgages.
    HalfYearly,
    /// Every year: the nominal rate is the effective one.
    Yearly,
}

impl Compounding {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Compounding; 6] = [
        Compounding::None,
        Compounding::Daily,
        Compounding::Monthly,
        Compounding::Quarterly,
        Compounding::HalfYearly,
        Compounding::Yearly,
    ];

    /// The name, as [`FromStr`] reads it.
    pub const fn name(self) -> &'static str {
        match self {
            Compounding::None => "none",
            Compounding::Daily => "daily",
            Compounding::Monthly => "monthly",
            Compounding::Quarterly => "quarterly",
            Compounding::HalfYearly => "half-yearly",
            Compounding::Yearly => "yearly",
        }
    }

    /// How often a year; nothing for simple interest.
    pub const fn periods_per_year(self, day_count: DayCount) -> Option<i64> {
        match self {
            Compounding::None => None,
            Compounding::Daily if day_count.is_thirty() => Some(360),
            Compounding::Daily if matches!(day_count, DayCount::Actual360) => Some(360),
            Compounding::Daily => Some(365),
            Compounding::Monthly => Some(12),
            Compounding::Quarterly => Some(4),
            Compounding::HalfYearly => Some(2),
            Compounding::Yearly => Some(1),
        }
    }
}

impl fmt::Display for Compounding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Compounding {
    type Err = Error;

    fn from_str(text: &str) -> Result<Compounding> {
        let wanted = text.trim().to_lowercase();
        let found = Compounding::ALL.into_iter().find(|compounding| compounding.name() == wanted);
        found.ok_or_else(|| {
            let reason = "it is none, daily, monthly, quarterly, half-yearly or yearly".to_owned();
            ErrorKind::InvalidSetting { what: "compounding", value: text.to_owned(), reason }.into()
        })
    }
}

/// Its name, such as `half-yearly`.
impl Serialize for Compounding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Compounding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Compounding, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn over(rate: &str, months: i64, compounding: Compounding) -> Decimal {
        let fraction = YearFraction { numerator: 30 * months, denominator: 360 };
        rate.parse::<Rate>().unwrap().over(fraction, compounding, DayCount::Thirty360).unwrap()
    }

    #[test]
    fn a_rate_above_a_hundred_percent_has_to_be_allowed() {
        assert_eq!("100".parse::<Rate>().unwrap().to_string(), "100 %");
        assert!("100.000001 %".parse::<Rate>().is_err());
        assert_eq!(Rate::allow_high(decimal("1000")).unwrap().percent(), decimal("1000"));
        for (text, reason) in [
            ("-1", "rate \"-1 %\" is refused: a rate is not below 0 %"),
            ("10000.1", "rate \"10000.1 %\" is refused: a rate is at most 10,000 % a year"),
            ("1.2345678", "rate \"1.2345678 %\" is refused: a rate has at most 6 decimal places"),
        ] {
            assert_eq!(Rate::allow_high(decimal(text)).unwrap_err().to_string(), reason);
            assert_eq!(Rate::new(decimal(text)).unwrap_err().to_string(), reason);
        }
        assert_eq!(
            "4,56".parse::<Rate>().unwrap_err().to_string(),
            "rate \"4,56\" is refused: it is a number of percent a year, such as 4.56"
        );
    }

    #[test]
    fn a_rate_reads_back_as_it_was_stored() {
        for text in ["0", "4.56", "1000", "0.000001", "10000"] {
            let rate = Rate::allow_high(decimal(text)).unwrap();
            let json = serde_json::to_string(&rate).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<Rate>(&json).unwrap(), rate);
        }
        assert!(serde_json::from_str::<Rate>("\"-1\"").is_err());
        assert_eq!("4.50".parse::<Rate>().unwrap(), "4.5 %".parse::<Rate>().unwrap());
        assert_eq!(Rate::allow_high(decimal("10000")).unwrap().micro_percent(), 10_000_000_000);
    }

    #[test]
    fn whole_periods_of_compounding_are_exact() {
        // 1.01² − 1, 1.01³ − 1 and 1.12² − 1 by hand.
        assert_eq!(over("12", 1, Compounding::Monthly), decimal("0.01"));
        assert_eq!(over("12", 2, Compounding::Monthly), decimal("0.0201"));
        assert_eq!(over("12", 3, Compounding::Monthly), decimal("0.030301"));
        assert_eq!(over("12", 24, Compounding::Yearly), decimal("0.2544"));
        assert_eq!(over("12", 3, Compounding::Quarterly), decimal("0.03"));
        assert_eq!(over("12", 3, Compounding::None), decimal("0.03"));
    }

    #[test]
    fn roots_give_back_what_they_were_taken_of_within_the_stated_bound() {
        let bound = decimal("0.0000000000000000000000001");
        for (rate, compounding, periods) in [
            ("6", Compounding::HalfYearly, 2),
            ("0.000001", Compounding::HalfYearly, 2),
            ("50", Compounding::Yearly, 1),
            ("99.999999", Compounding::Quarterly, 4),
        ] {
            let month = over(rate, 1, compounding) + Decimal::ONE;
            let grown = (0..12 / periods).fold(Decimal::ONE, |grown, _| grown * month);
            let period = decimal(rate) / decimal("100") / Decimal::from(periods);
            let off = (grown - Decimal::ONE - period).abs();
            // Twelve roots multiplied are off by twelve times one of them.
            assert!(off < bound * Decimal::from(24), "{rate} {compounding}: {off}");
        }
    }

    #[test]
    fn what_outgrows_every_loan_is_an_error() {
        let rate = Rate::allow_high(decimal("10000")).unwrap();
        let over = |numerator, denominator| {
            let fraction = YearFraction { numerator, denominator };
            rate.over(fraction, Compounding::Yearly, DayCount::Actual365).unwrap_err().to_string()
        };
        // By powers and by logarithms.
        assert!(over(100, 1).contains("does not fit"));
        assert!(over(201, 2).contains("does not fit"));
        assert_eq!(over(1, 0), "part of a year \"1/0\" is refused: a year has a number of parts above zero");
    }

    #[test]
    fn effective_rates_are_those_of_a_year() {
        let effective = |rate: &str, compounding| {
            rate.parse::<Rate>().unwrap().effective(compounding).unwrap().to_string()
        };
        assert_eq!(effective("12", Compounding::Monthly), "12.682503 %");
        assert_eq!(effective("6", Compounding::HalfYearly), "6.09 %");
        assert_eq!(effective("6", Compounding::None), "6 %");
    }

    #[test]
    fn names_read_back_and_others_are_refused() {
        for compounding in Compounding::ALL {
            assert_eq!(compounding.to_string().parse::<Compounding>().unwrap(), compounding);
            let json = serde_json::to_string(&compounding).unwrap();
            assert_eq!(serde_json::from_str::<Compounding>(&json).unwrap(), compounding);
        }
        assert_eq!(
            "weekly".parse::<Compounding>().unwrap_err().to_string(),
            "compounding \"weekly\" is refused: it is none, daily, monthly, quarterly, half-yearly or yearly"
        );
    }
}
