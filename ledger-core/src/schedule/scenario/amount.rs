//! Other amounts for planned lines: in proportion, and balanced at each end of an estimate.

use rust_decimal::{Decimal, RoundingStrategy};

use super::AmountChange;
use crate::money::{Amount, Commodity};
use crate::schedule::PlannedLine;
use crate::{ErrorKind, Result};

/// The lines with their amounts changed; the same where the change says what they are already.
///
/// # Errors
/// A clause, or the error of an amount that does not fit.
pub(super) fn changed(lines: &[PlannedLine], change: &AmountChange) -> Result<Vec<PlannedLine>, Refusal> {
    let mut made = lines.to_vec();
    let mut commodities: Vec<Commodity> = lines.iter().map(|line| line.amount.commodity()).collect();
    commodities.sort_unstable();
    commodities.dedup();
    if let AmountChange::To(amount) | AmountChange::By(amount) = change {
        if !commodities.contains(&amount.commodity()) {
            let held: Vec<&str> = commodities.iter().map(Commodity::code).collect();
            return Err(Refusal::Reason(format!("its lines are in {}", held.join(", "))));
        }
        commodities.retain(|commodity| *commodity == amount.commodity());
    }
    for commodity in commodities {
        change_commodity(&mut made, commodity, change)?;
    }
    Ok(made)
}

/// Why a change cannot be made.
pub(super) enum Refusal {
    /// It would change nothing, for this reason.
    Nothing(String),
    Reason(String),
    Error(crate::Error),
}

impl From<crate::Error> for Refusal {
    fn from(error: crate::Error) -> Self {
        Refusal::Error(error)
    }
}

fn change_commodity(
    lines: &mut [PlannedLine],
    commodity: Commodity,
    change: &AmountChange,
) -> Result<(), Refusal> {
    let debits = |read: fn(&PlannedLine) -> Amount, lines: &[PlannedLine]| {
        let of_commodity = lines.iter().map(read).filter(|amount| amount.commodity() == commodity);
        of_commodity.map(|amount| i128::from(amount.minor().max(0))).sum::<i128>()
    };
    let old = debits(|line| line.amount, lines);
    let new = match change {
        AmountChange::To(amount) => i128::from(amount.minor()),
        AmountChange::By(amount) => old + i128::from(amount.minor()),
        AmountChange::Percent(percent) => by_percent(old, *percent, commodity)?.into(),
    };
    if new < 0 || new == 0 && old != 0 {
        let new = crate::money::format_minor(new, commodity);
        return Err(Refusal::Reason(format!("that would make it {new}; skip or stop the row instead")));
    }
    if old == 0 {
        let reason = format!("its debits in {commodity} are zero, so that they cannot change in proportion");
        return if new == 0 { Ok(()) } else { Err(Refusal::Reason(reason)) };
    }
    // The ends of an estimate change as the amount does, rounded half to even.
    let (low, high) = (debits(PlannedLine::low, lines), debits(PlannedLine::high, lines));
    let in_proportion = |end: i128| -> Result<i128, Refusal> {
        if end == old {
            return Ok(new);
        }
        match end.checked_mul(new) {
            Some(product) => Ok(crate::money::divide(product, old, crate::money::Rounding::HalfEven)),
            None => Err(overflow(end, commodity)),
        }
    };
    let (low, high) = (in_proportion(low)?.min(new), in_proportion(high)?.max(new));
    let before = lines.to_vec();
    spread(lines, &before, commodity, new, |line| line.amount, |line, amount| line.amount = amount)?;
    spread(lines, &before, commodity, low, PlannedLine::low, |line, amount| line.low = Some(amount))?;
    spread(lines, &before, commodity, high, PlannedLine::high, |line, amount| line.high = Some(amount))?;
    // A line that was no estimate stays none, where rounding lets it.
    for (line, before) in lines.iter_mut().zip(before) {
        if before.low.is_none() && line.low == Some(line.amount) {
            line.low = None;
        }
        if before.high.is_none() && line.high == Some(line.amount) {
            line.high = None;
        }
    }
    Ok(())
}

/// Spreads new debits over the debit lines in proportion, and the same over the credit lines.
fn spread(
    lines: &mut [PlannedLine],
    before: &[PlannedLine],
    commodity: Commodity,
    debits: i128,
    read: fn(&PlannedLine) -> Amount,
    write: fn(&mut PlannedLine, Amount),
) -> Result<(), Refusal> {
    for sign in [1, -1] {
        let side = |line: &PlannedLine| {
            let amount = read(line);
            let on_side = amount.commodity() == commodity && amount.minor().signum() == sign;
            if on_side { amount.minor().unsigned_abs() } else { 0 }
        };
        let ratios: Vec<u64> = before.iter().map(side).collect();
        if ratios.iter().all(|ratio| *ratio == 0) {
            continue;
        }
        let total = Amount::try_from_i128(debits * i128::from(sign), commodity, "the new amount")?;
        for ((line, part), ratio) in lines.iter_mut().zip(total.allocate(&ratios)?).zip(ratios) {
            if ratio > 0 {
                write(line, part);
            }
        }
    }
    Ok(())
}

fn by_percent(old: i128, percent: Decimal, commodity: Commodity) -> Result<i64, Refusal> {
    let old = Amount::try_from_i128(old, commodity, "the amount of the row")?;
    // Minor units, of which a hundredth more or less is decided once, at the end.
    let factor = Decimal::ONE_HUNDRED.checked_add(percent);
    let changed = factor.and_then(|factor| factor.checked_mul(Decimal::from(old.minor())));
    let changed = changed.and_then(|product| product.checked_div(Decimal::ONE_HUNDRED));
    let rounded =
        changed.map(|number| number.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven));
    rounded
        .and_then(|number| i64::try_from(number).ok())
        .ok_or_else(|| overflow(old.minor().into(), commodity))
}

fn overflow(minor: i128, commodity: Commodity) -> Refusal {
    let what = format!("the new amount of {}", crate::money::format_minor(minor, commodity));
    Refusal::Error(ErrorKind::AmountOverflow { what }.into())
}
