//! The parts of an amount: fixed amounts, shares in percent, and what remains, to the minor unit.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::amount::decimal;
use crate::account::AccountName;
use crate::money::Amount;

/// Percentages have at most so many decimals.
const PERCENT_SCALE: u32 = 6;
/// The most parts of a split.
const PARTS_MAX: usize = 100;

/// One part of a split.
///
/// In TOML: `{ account = "Expenses:Home", percent = "70" }`, `{ account = "Expenses:Fees", amount = "1.50" }`, and
/// `{ account = "Expenses:Food", remainder = true }` for what is left; several remainders share it equally.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub struct SplitPart {
    /// Where it goes.
    pub account: String,
    /// How much of the line's amount it is.
    pub share: Share,
}

/// How much of an amount a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// So much, in the line's commodity and without sign.
    Fixed(Decimal),
    /// So many hundredths of the line's amount.
    Percent(Decimal),
    /// What the other parts leave.
    Remainder,
}

/// The parts of an amount, which sum exactly to it and have its sign.
///
/// Percentages are shares of the whole amount, cut toward zero; the minor units left over go to the first parts, as
/// [`Amount::allocate`] gives them. What percentages leave goes to the remainders, less the fixed amounts.
///
/// # Errors
/// A clause: fixed amounts that are more than there is, or that have more decimals than the commodity.
pub(super) fn allocate(amount: Amount, parts: &[SplitPart]) -> Result<Vec<Amount>, String> {
    let whole = amount.abs().map_err(|error| error.to_string())?;
    let commodity = amount.commodity();
    let hundred = scaled(Decimal::ONE_HUNDRED);
    let mut ratios: Vec<u64> = Vec::with_capacity(parts.len() + 1);
    for part in parts {
        ratios.push(match part.share {
            Share::Percent(percent) => scaled(percent),
            _ => 0,
        });
    }
    let told: u64 = ratios.iter().sum();
    // The last share is what percentages leave.
    ratios.push(hundred.saturating_sub(told));
    let mut shares = whole.allocate(&ratios).map_err(|error| error.to_string())?;
    let mut left = shares.pop().unwrap_or(commodity.amount(0));
    for (part, share) in parts.iter().zip(&mut shares) {
        let Share::Fixed(fixed) = part.share else { continue };
        *share = Amount::from_decimal_exact(fixed, commodity).map_err(|error| error.to_string())?;
        left = left.checked_sub(*share).map_err(|error| error.to_string())?;
    }
    let open: Vec<usize> = (0..parts.len()).filter(|index| parts[*index].share == Share::Remainder).collect();
    if left.is_negative() {
        return Err(format!("the parts come to more than {whole}"));
    }
    if open.is_empty() && !left.is_zero() {
        return Err(format!("the parts leave {left} of {whole}, and none takes the remainder"));
    }
    if !open.is_empty() {
        let rest = left.split(open.len()).map_err(|error| error.to_string())?;
        for (index, part) in open.into_iter().zip(rest) {
            shares[index] = part;
        }
    }
    if amount.is_negative() {
        shares =
            shares.iter().map(Amount::negate).collect::<crate::Result<_>>().map_err(|e| e.to_string())?;
    }
    Ok(shares)
}

/// A percentage as a whole number of millionths of a percent; checked before, so that it fits.
fn scaled(percent: Decimal) -> u64 {
    let mut percent = percent;
    percent.rescale(PERCENT_SCALE);
    u64::try_from(percent.mantissa()).unwrap_or(0)
}

/// Calls `found` with the path and the reason of each thing that is wrong.
pub(super) fn check(parts: &[SplitPart], path: &str, found: &mut dyn FnMut(String, String)) {
    if parts.is_empty() {
        return;
    }
    if !(2..=PARTS_MAX).contains(&parts.len()) {
        found(
            path.to_owned(),
            format!("a split has 2 to {PARTS_MAX} parts, and this one has {}", parts.len()),
        );
    }
    let (mut percents, mut fixed, mut remainders) = (Decimal::ZERO, 0, 0);
    for (index, part) in parts.iter().enumerate() {
        let at = format!("{path}[{index}]");
        if let Err(error) = AccountName::parse(&part.account) {
            found(at.clone(), error.to_string());
        }
        match part.share {
            Share::Remainder => remainders += 1,
            Share::Fixed(amount) if amount <= Decimal::ZERO => {
                found(at, format!("an amount of {amount} is no part: write it without sign"));
            }
            Share::Fixed(_) => fixed += 1,
            Share::Percent(percent) if percent <= Decimal::ZERO || percent > Decimal::ONE_HUNDRED => {
                found(at, format!("{percent} is no percentage between 0 and 100"));
            }
            Share::Percent(percent) if percent.normalize().scale() > PERCENT_SCALE => {
                found(at, format!("{percent} percent has more than {PERCENT_SCALE} decimals"));
            }
            Share::Percent(percent) => percents += percent,
        }
    }
    if percents > Decimal::ONE_HUNDRED {
        found(path.to_owned(), format!("its percentages come to {percents}, more than 100"));
    } else if remainders == 0 && percents < Decimal::ONE_HUNDRED && percents > Decimal::ZERO {
        let reason = format!("its percentages come to {percents}: let one part take the remainder");
        found(path.to_owned(), reason);
    } else if remainders == 0 && fixed > 0 && percents > Decimal::ZERO {
        found(path.to_owned(), "its percentages leave nothing for its amounts".to_owned());
    }
}

impl From<SplitPart> for Value {
    fn from(part: SplitPart) -> Value {
        let account = part.account;
        match part.share {
            Share::Fixed(amount) => json!({ "account": account, "amount": amount.to_string() }),
            Share::Percent(percent) => json!({ "account": account, "percent": percent.to_string() }),
            Share::Remainder => json!({ "account": account, "remainder": true }),
        }
    }
}

impl TryFrom<Value> for SplitPart {
    type Error = String;

    fn try_from(value: Value) -> Result<SplitPart, String> {
        let Value::Object(mut fields) = value else {
            return Err(
                "a part is a table: { account = …, amount = …, percent = … or remainder = true }".to_owned()
            );
        };
        let Some(Value::String(account)) = fields.remove("account") else {
            return Err("a part names its account".to_owned());
        };
        let amount = number(&mut fields, "amount")?;
        let percent = number(&mut fields, "percent")?;
        let remainder = match fields.remove("remainder") {
            None | Some(Value::Bool(false)) => false,
            Some(Value::Bool(true)) => true,
            Some(_) => return Err("remainder is true or false".to_owned()),
        };
        if let Some(name) = fields.keys().next() {
            return Err(format!(
                "there is no \"{name}\" in a part: take account, amount, percent or remainder"
            ));
        }
        let share = match (amount, percent, remainder) {
            (Some(amount), None, false) => Share::Fixed(amount),
            (None, Some(percent), false) => Share::Percent(percent),
            (None, None, true) => Share::Remainder,
            _ => return Err(format!("the part of {account} needs one of amount, percent and remainder")),
        };
        Ok(SplitPart { account, share })
    }
}

fn number(fields: &mut Map<String, Value>, name: &str) -> Result<Option<Decimal>, String> {
    let text = match fields.remove(name) {
        None => return Ok(None),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    };
    let plain = text.trim().trim_end_matches('%');
    decimal(plain).map(Some).ok_or_else(|| format!("{name} \"{text}\" is not a number such as 12.50"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(shares: &[&str]) -> Vec<SplitPart> {
        let share = |text: &str| match text.strip_suffix('%') {
            Some(percent) => Share::Percent(percent.parse().unwrap()),
            None if text == "rest" => Share::Remainder,
            None => Share::Fixed(text.parse().unwrap()),
        };
        shares.iter().map(|text| SplitPart { account: "Expenses:X".into(), share: share(text) }).collect()
    }

    fn split(amount: &str, shares: &[&str]) -> Result<Vec<String>, String> {
        let allocated = allocate(amount.parse().unwrap(), &parts(shares))?;
        Ok(allocated.iter().map(Amount::number).collect())
    }

    fn defects(shares: &[&str]) -> Vec<String> {
        let mut defects = Vec::new();
        check(&parts(shares), "split", &mut |_, reason| defects.push(reason));
        defects
    }

    #[test]
    fn parts_sum_exactly_and_have_the_sign_of_the_line() {
        assert_eq!(split("-0.05 EUR", &["70%", "30%"]).unwrap(), ["-0.04", "-0.01"]);
        assert_eq!(split("100 EUR", &["rest", "rest", "rest"]).unwrap(), ["33.34", "33.33", "33.33"]);
        assert_eq!(split("-100 EUR", &["25%", "10.50", "rest"]).unwrap(), ["-25.00", "-10.50", "-64.50"]);
        assert_eq!(split("30 EUR", &["10", "20"]).unwrap(), ["10.00", "20.00"]);
        assert_eq!(split("10 EUR", &["10", "rest"]).unwrap(), ["10.00", "0.00"]);
    }

    #[test]
    fn amounts_that_do_not_fit_the_line_are_refused_with_the_numbers() {
        assert_eq!(split("30 EUR", &["31", "rest"]).unwrap_err(), "the parts come to more than 30.00 EUR");
        let short = split("30 EUR", &["10", "15"]).unwrap_err();
        assert_eq!(short, "the parts leave 5.00 EUR of 30.00 EUR, and none takes the remainder");
        assert!(split("30 EUR", &["0.001", "rest"]).unwrap_err().contains("2 decimal places"));
    }

    #[test]
    fn shares_that_can_never_come_out_are_refused() {
        assert_eq!(defects(&["60%", "40%"]), [] as [&str; 0]);
        assert_eq!(defects(&["60%", "5", "rest"]), [] as [&str; 0]);
        for shares in [
            &["60%", "41%"][..],
            &["60%", "30%"],
            &["100%", "5"],
            &["0%", "100%"],
            &["-5", "rest"],
            &["rest"],
            &["33.3333333%", "rest"],
        ] {
            assert_eq!(defects(shares).len(), 1, "{shares:?}: {:?}", defects(shares));
        }
    }
}
