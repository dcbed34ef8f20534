//! Splitting an expense among people: by which rule, and who takes the minor units that do not divide.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::weight::{ONE, billionths};
use crate::money::{Amount, cut, format_minor, hand_out};
use crate::{Error, ErrorKind, Result};

/// The most people that an expense is split among.
const MEMBERS_MAX: usize = 10_000;

/// The most that one share weighs.
const SHARES_MAX: u32 = 1_000_000_000;

/// How an expense is divided, with one number for each member in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SplitRule {
    /// The same for everyone.
    #[default]
    Equal,
    /// So many percent for each, which come to exactly 100; zero takes nothing.
    Percent(Vec<Decimal>),
    /// In proportion to shares, such as nights or heads; zero takes nothing.
    Shares(Vec<Decimal>),
    /// Exactly these minor units for each, which come to exactly the expense.
    Exact(Vec<i64>),
}

impl SplitRule {
    /// The printed name, such as `percent`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            SplitRule::Equal => "equal",
            SplitRule::Percent(_) => "percent",
            SplitRule::Shares(_) => "shares",
            SplitRule::Exact(_) => "exact",
        }
    }
}

/// Who takes the minor units that are left over once each has their exact share, cut toward zero.
///
/// There are always fewer such units than members with a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remainder {
    /// One each, in the order of the members with a share.
    #[default]
    First,
    /// One each, from the last member with a share backwards.
    Last,
    /// All of them go to the member who paid, also to one who has no share otherwise.
    Payer,
    /// One each, the largest share first; equal ones in their order.
    LargestShare,
}

impl Remainder {
    /// Every rule.
    pub const ALL: [Remainder; 4] =
        [Remainder::First, Remainder::Last, Remainder::Payer, Remainder::LargestShare];

    /// The stored and printed name, such as `largest-share`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Remainder::First => "first",
            Remainder::Last => "last",
            Remainder::Payer => "payer",
            Remainder::LargestShare => "largest-share",
        }
    }
}

impl fmt::Display for Remainder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Remainder {
    type Err = Error;

    fn from_str(text: &str) -> Result<Remainder> {
        Remainder::ALL.into_iter().find(|rule| rule.as_str() == text.trim()).ok_or_else(|| {
            let reason = "the rules are first, last, payer and largest-share".to_owned();
            ErrorKind::InvalidSetting { what: "remainder", value: text.to_owned(), reason }.into()
        })
    }
}

/// How an expense is split: the rule, and who takes the remainder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split {
    /// How it is divided.
    pub rule: SplitRule,
    /// Who takes what does not divide.
    pub remainder: Remainder,
}

impl Split {
    /// The share of each member in minor units, in their order; the shares sum exactly to the expense.
    ///
    /// `payer` is the place of the one who paid, if that is one of the members. A negative expense, such as a refund,
    /// splits as the mirror image of the positive one.
    ///
    /// ```
    /// use ledger_core::receivable::{Remainder, Split, SplitRule};
    ///
    /// let dinner = "100.00 EUR".parse()?;
    /// assert_eq!(Split::default().shares(dinner, 3, Some(0))?, [3334, 3333, 3333]);
    ///
    /// let nights = SplitRule::Shares(vec![3.into(), 3.into(), 1.into()]);
    /// let split = Split { rule: nights, remainder: Remainder::Last };
    /// assert_eq!(split.shares(dinner, 3, None)?, [4285, 4286, 1429]);
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for no members or more than 10,000, a list of another length, percents that do not
    /// come to 100, shares of which none is above zero, exact amounts that do not come to the expense or have
    /// the other sign, a payer who is no member, and the rule `payer` without one.
    pub fn shares(&self, expense: Amount, members: usize, payer: Option<usize>) -> Result<Vec<i64>> {
        if !(1..=MEMBERS_MAX).contains(&members) {
            return Err(refuse(members, "an expense is split among 1 to 10,000 members".to_owned()));
        }
        if let Some(payer) = payer.filter(|payer| *payer >= members) {
            return Err(refuse(self.rule.as_str(), format!("member {} paid, of {members}", payer + 1)));
        }
        let weights = match &self.rule {
            SplitRule::Equal => vec![1; members],
            SplitRule::Percent(percents) => percent_weights(percents, members)?,
            SplitRule::Shares(shares) => share_weights(shares, members)?,
            SplitRule::Exact(amounts) => return exact_shares(amounts, expense, members),
        };
        let cannot = || refuse(self.rule.as_str(), "at least one share has to be above zero".to_owned());
        let (mut shares, left_over) = cut(expense.minor(), &weights).ok_or_else(cannot)?;
        self.remainder.place(&mut shares, left_over, &weights, payer)?;
        let what = "a share of the expense";
        let share = |minor| Ok(Amount::try_from_i128(minor, expense.commodity(), what)?.minor());
        shares.into_iter().map(share).collect()
    }
}

impl Remainder {
    fn place(
        self,
        shares: &mut [i128],
        left_over: i128,
        weights: &[u64],
        payer: Option<usize>,
    ) -> Result<()> {
        let mut takers: Vec<usize> = (0..weights.len()).filter(|at| weights[*at] > 0).collect();
        match self {
            Remainder::First => {}
            Remainder::Last => takers.reverse(),
            // The sort is stable, so that equal ones keep their order.
            Remainder::LargestShare => takers.sort_by_key(|at| std::cmp::Reverse(weights[*at])),
            Remainder::Payer => {
                let payer = payer.ok_or_else(|| {
                    let reason = "the one who paid is none of the members: say who takes what does not divide \
                                  (first, last or largest-share)";
                    ErrorKind::InvalidSetting {
                        what: "remainder",
                        value: self.to_string(),
                        reason: reason.to_owned(),
                    }
                })?;
                shares[payer] += left_over;
                return Ok(());
            }
        }
        // Fewer units are left over than there are takers.
        hand_out(shares, left_over, takers.into_iter());
        Ok(())
    }
}

fn percent_weights(percents: &[Decimal], members: usize) -> Result<Vec<u64>> {
    check_count("percent", percents.len(), members)?;
    let weights = percents.iter().map(|percent| billionths("percent", *percent, 100));
    let weights = weights.collect::<Result<Vec<u64>>>()?;
    let sum: u64 = weights.iter().sum();
    if sum == 100 * ONE {
        return Ok(weights);
    }
    let sum = percents.iter().sum::<Decimal>().normalize();
    let reason = format!("the percents come to {sum}, not to 100 (for thirds and the like use shares)");
    Err(refuse("percent", reason))
}

fn share_weights(shares: &[Decimal], members: usize) -> Result<Vec<u64>> {
    check_count("shares", shares.len(), members)?;
    shares.iter().map(|share| billionths("share", *share, SHARES_MAX)).collect()
}

fn exact_shares(amounts: &[i64], expense: Amount, members: usize) -> Result<Vec<i64>> {
    check_count("exact", amounts.len(), members)?;
    let shown = |minor: i128| format_minor(minor, expense.commodity());
    if let Some(odd) = amounts.iter().find(|amount| ![0, expense.minor().signum()].contains(&amount.signum()))
    {
        let reason = format!("a share of {} has the other sign than {expense}", shown(i128::from(*odd)));
        return Err(refuse("exact", reason));
    }
    let sum: i128 = amounts.iter().copied().map(i128::from).sum();
    let difference = sum - i128::from(expense.minor());
    if difference == 0 {
        return Ok(amounts.to_vec());
    }
    let word = if difference > 0 { "more" } else { "less" };
    let difference = shown(difference.abs());
    let reason = format!("the shares come to {}, {difference} {word} than {expense}", shown(sum));
    Err(refuse("exact", reason))
}

fn check_count(rule: &str, numbers: usize, members: usize) -> Result<()> {
    if numbers == members {
        return Ok(());
    }
    Err(refuse(rule, format!("it gives {numbers} numbers for {members} members")))
}

fn refuse(value: impl fmt::Display, reason: String) -> Error {
    ErrorKind::InvalidSetting { what: "split", value: value.to_string(), reason }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(minor: i64, rule: SplitRule, remainder: Remainder, payer: Option<usize>) -> Result<Vec<i64>> {
        let members = match &rule {
            SplitRule::Equal => 3,
            SplitRule::Percent(numbers) | SplitRule::Shares(numbers) => numbers.len(),
            SplitRule::Exact(amounts) => amounts.len(),
        };
        let expense = crate::money::Commodity::iso("EUR").unwrap().amount(minor);
        Split { rule, remainder }.shares(expense, members, payer)
    }

    fn numbers(text: &str) -> Vec<Decimal> {
        text.split_whitespace().map(|number| number.parse().unwrap()).collect()
    }

    fn refused(minor: i64, rule: SplitRule) -> String {
        split(minor, rule, Remainder::First, None).unwrap_err().to_string()
    }

    #[test]
    fn the_remainder_goes_to_whom_its_rule_names() {
        // Exact shares are 24.75, 24.75 and 49.5.
        let halves = || SplitRule::Shares(numbers("1 1 2"));
        for (remainder, expected) in [
            (Remainder::First, [25, 25, 49]),
            (Remainder::Last, [24, 25, 50]),
            (Remainder::Payer, [24, 26, 49]),
            (Remainder::LargestShare, [25, 24, 50]),
        ] {
            assert_eq!(split(99, halves(), remainder, Some(1)).unwrap(), expected, "{remainder}");
            let mirrored = expected.map(|share| -share);
            assert_eq!(split(-99, halves(), remainder, Some(1)).unwrap(), mirrored, "{remainder}");
            assert_eq!(remainder.as_str().parse::<Remainder>().unwrap(), remainder);
            assert_eq!(serde_json::to_string(&remainder).unwrap(), format!("\"{remainder}\""));
        }
        assert_eq!(split(100, SplitRule::Equal, Remainder::Last, None).unwrap(), [33, 33, 34]);
        assert!("middle".parse::<Remainder>().is_err());
    }

    #[test]
    fn somebody_may_take_part_with_nothing() {
        let percents = SplitRule::Percent(numbers("0 33.5 66.5"));
        assert_eq!(split(1_001, percents, Remainder::First, None).unwrap(), [0, 336, 665]);
        assert_eq!(split(5, SplitRule::Exact(vec![0, 5]), Remainder::First, None).unwrap(), [0, 5]);
        assert_eq!(split(0, SplitRule::Exact(vec![0, 0]), Remainder::First, None).unwrap(), [0, 0]);
        let shares = SplitRule::Shares(numbers("0 0 1.5 1.5 0"));
        assert_eq!(split(3, shares.clone(), Remainder::Last, None).unwrap(), [0, 0, 1, 2, 0]);
        assert_eq!(split(3, shares, Remainder::Payer, Some(0)).unwrap(), [1, 0, 1, 1, 0]);
    }

    #[test]
    fn percents_come_to_a_hundred() {
        assert_eq!(
            refused(100, SplitRule::Percent(numbers("33.33 33.33 33.33"))),
            "split \"percent\" is refused: the percents come to 99.99, not to 100 (for thirds and the like use shares)"
        );
        assert!(refused(100, SplitRule::Percent(numbers("60 50"))).contains("come to 110,"));
        assert!(refused(100, SplitRule::Percent(numbers("150 -50"))).contains("from 0 to 100"));
        assert!(
            refused(100, SplitRule::Percent(numbers("99.9999999999 0.0000000001")))
                .contains("9 decimal places")
        );
        assert_eq!(
            split(100, SplitRule::Percent(numbers("50.000000000000 50.0")), Remainder::First, None).unwrap(),
            [50, 50]
        );
    }

    #[test]
    fn exact_shares_come_to_the_expense() {
        assert_eq!(
            refused(10_000, SplitRule::Exact(vec![5_000, 4_990])),
            "split \"exact\" is refused: the shares come to 99.90 EUR, 0.10 EUR less than 100.00 EUR"
        );
        assert!(refused(10_000, SplitRule::Exact(vec![5_000, 5_001])).contains("0.01 EUR more than"));
        assert!(
            refused(10_000, SplitRule::Exact(vec![12_000, -2_000])).contains("-20.00 EUR has the other sign")
        );
        assert!(refused(0, SplitRule::Exact(vec![5, -5])).contains("other sign"));
        assert_eq!(split(-7, SplitRule::Exact(vec![-7, 0]), Remainder::Payer, None).unwrap(), [-7, 0]);
        assert!(refused(1, SplitRule::Exact(vec![i64::MAX; 3])).contains("more than 0.01 EUR"));
    }

    #[test]
    fn a_split_that_fits_no_members_is_refused() {
        let euro = "1.00 EUR".parse().unwrap();
        assert!(Split::default().shares(euro, 0, None).is_err());
        assert!(Split::default().shares(euro, 10_001, None).is_err());
        assert!(
            Split::default()
                .shares(euro, 2, Some(2))
                .unwrap_err()
                .to_string()
                .contains("member 3 paid, of 2")
        );
        let rule = SplitRule::Shares(numbers("1 1"));
        let refused_count = Split { rule, remainder: Remainder::First }.shares(euro, 3, None).unwrap_err();
        assert_eq!(
            refused_count.to_string(),
            "split \"shares\" is refused: it gives 2 numbers for 3 members"
        );
        assert!(refused(100, SplitRule::Shares(numbers("0 0"))).contains("at least one share"));
        assert!(refused(100, SplitRule::Shares(numbers("1000000001 1"))).contains("from 0 to 1000000000"));
        // Without anyone who paid there is nobody to take what is left over, divisible or not.
        assert!(split(99, SplitRule::Equal, Remainder::Payer, None).is_err());
    }

    #[test]
    fn the_edges_of_the_range_split_without_overflow() {
        let heavy = SplitRule::Shares(numbers("1000000000 1000000000"));
        assert_eq!(split(i64::MIN, heavy, Remainder::Payer, Some(0)).unwrap(), [i64::MIN / 2; 2]);
        assert_eq!(
            split(i64::MAX, SplitRule::Equal, Remainder::First, None).unwrap(),
            [i64::MAX / 3 + 1, i64::MAX / 3, i64::MAX / 3]
        );
    }
}
