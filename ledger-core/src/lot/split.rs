//! Share splits: more units, or fewer, for the same cost and from the same day.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{LineLot, Lot, LotBasis, LotCost, Movement};
use crate::journal::{EntryDraft, LinePrice};
use crate::money::{Amount, Commodity};
use crate::{Error, ErrorKind, Result};

/// How many new units there are for how many old ones.
///
/// ```
/// use ledger_core::lot::SplitRatio;
///
/// let ratio: SplitRatio = "3:2".parse()?;
/// assert_eq!(ratio.to_string(), "3:2");
/// assert!("2:2".parse::<SplitRatio>().is_err());
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SplitRatio {
    new: u32,
    old: u32,
}

impl SplitRatio {
    /// What becomes of units.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] where that is no whole number of the smallest unit, [`ErrorKind::AmountOverflow`].
    pub fn of(&self, units: Amount) -> Result<Amount> {
        // An `i64` times a `u32` fits into an `i128`.
        let all = i128::from(units.minor()) * i128::from(self.new);
        if all % i128::from(self.old) != 0 {
            let commodity = units.commodity();
            let reason = format!(
                "{self} leaves a fraction of the lot of {units} that {commodity} has no decimal places for (sell it on the \
                 day before)"
            );
            let name = commodity.code().to_owned();
            return Err(ErrorKind::NotAllowed { what: "commodity", name, verb: "split", reason }.into());
        }
        Amount::try_from_i128(all / i128::from(self.old), units.commodity(), "the units after a split")
    }
}

impl FromStr for SplitRatio {
    type Err = Error;

    /// Reads `2:1`, two new units for each old one, or `1:10`, a reverse split.
    fn from_str(text: &str) -> Result<Self> {
        let parts = text.split_once([':', '/']);
        let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| *number > 0);
        let read = parts.and_then(|(new, old)| Some(SplitRatio { new: number(new)?, old: number(old)? }));
        read.filter(|ratio| ratio.new != ratio.old).ok_or_else(|| {
            let reason = "it reads NEW:OLD, such as 2:1 or 1:10".to_owned();
            ErrorKind::InvalidSetting { what: "split", value: text.to_owned(), reason }.into()
        })
    }
}

impl fmt::Display for SplitRatio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.new, self.old)
    }
}

/// Whether the movements of an entry are a split of a commodity: they leave its cost as it is, and its units not.
pub(crate) fn is_split(entry: &[Movement], commodity: Commodity) -> bool {
    let own = || entry.iter().filter(|it| it.units.commodity() == commodity);
    let (mut units, mut weight) = (0_i128, 0_i128);
    for movement in own() {
        units += i128::from(movement.units.minor());
        weight += i128::from(movement.weight.map_or(0, |weight| weight.minor()));
    }
    let is_at_cost = |it: &Movement| {
        it.basis() == LotBasis::Cost && it.lot.as_ref().is_some_and(|lot| lot.price.is_none())
    };
    let [out, into] = [true, false].map(|is_out| own().any(|it| it.units.is_negative() == is_out));
    out && into && own().all(is_at_cost) && weight == 0 && units != 0
}

impl SplitRatio {
    /// What one new unit is worth where an old one was worth `rate`, to ten places behind the point.
    pub fn price_of(&self, rate: Decimal) -> Option<Decimal> {
        let all = rate.checked_mul(Decimal::from(self.old))?;
        Some(all.checked_div(Decimal::from(self.new))?.round_dp(10).normalize())
    }
}

/// The entry of a split: every lot goes out at its cost and comes in again with its day, label and cost, but other units.
///
/// # Errors
/// [`ErrorKind::NotAllowed`] for a lot that has no cost to keep, and as [`SplitRatio::of`].
pub(crate) fn split_draft(
    lots: &[&Lot],
    ratio: SplitRatio,
    on: NaiveDate,
    description: &str,
) -> Result<EntryDraft> {
    let mut draft = EntryDraft::new(on, description);
    let named = |lot: &Lot| LineLot {
        opened_on: Some(lot.opened_on),
        label: lot.label.clone(),
        ..LineLot::at_cost(None)
    };
    // All go out before one comes in, so that none is taken for another.
    for lot in lots {
        draft = draft.credit_at(lot.account, lot.units, cost_of(lot)?).lot(named(lot));
    }
    for lot in lots {
        draft = draft.debit_at(lot.account, ratio.of(lot.units)?, cost_of(lot)?).lot(named(lot));
    }
    Ok(draft)
}

fn cost_of(lot: &Lot) -> Result<LinePrice> {
    match lot.cost {
        LotCost::Paid(cost) if cost.minor() > 0 => Ok(LinePrice::total(cost)),
        _ => {
            let reason = format!(
                "the lot of {} that was opened on {} has no cost to keep (sell it, or post its new units by hand)",
                lot.units, lot.opened_on
            );
            let name = lot.units.commodity().code().to_owned();
            Err(ErrorKind::NotAllowed { what: "commodity", name, verb: "split", reason }.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_split_gives_whole_units_or_is_refused() {
        let fund = Commodity::new("FUND", 2).unwrap();
        let split = |text: &str, minor: i64| text.parse::<SplitRatio>().unwrap().of(fund.amount(minor));
        assert_eq!(split("2:1", 150).unwrap(), fund.amount(300));
        assert_eq!(split("1/10", 150).unwrap(), fund.amount(15));
        assert!(split("1:10", 155).unwrap_err().to_string().contains("leaves a fraction"));
        assert!(split("3:1", i64::MAX).is_err());
        let priced =
            |text: &str| text.parse::<SplitRatio>().unwrap().price_of(150.into()).unwrap().to_string();
        assert_eq!([priced("2:1"), priced("1:10"), priced("7:1")], ["75", "1500", "21.4285714286"]);
        for text in ["", "2", "0:1", "1:1", "2:1:1", "-2:1"] {
            assert!(text.parse::<SplitRatio>().is_err(), "{text}");
        }
    }
}
