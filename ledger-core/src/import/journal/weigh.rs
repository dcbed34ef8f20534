//! What lines weigh, exactly: the sums by which the journal's own program balances an entry.

use std::ops::Range;

use rust_decimal::Decimal;

use super::model::{CommodityIndex, JournalFile, JournalLine, LineRate, LineState};

/// Sums per commodity, in the order in which the commodities come.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sums(pub Vec<(CommodityIndex, Decimal)>);

impl Sums {
    /// Adds to a commodity; nothing where the sum has no room.
    pub(super) fn add(&mut self, commodity: CommodityIndex, number: Decimal) -> Option<()> {
        match self.0.iter_mut().find(|(of, _)| *of == commodity) {
            Some((_, sum)) => *sum = sum.checked_add(number)?,
            None => self.0.push((commodity, number)),
        }
        Some(())
    }

    /// The sums that are not zero.
    pub(super) fn open(&self) -> impl Iterator<Item = (CommodityIndex, Decimal)> + '_ {
        self.0.iter().copied().filter(|(_, sum)| !sum.is_zero())
    }
}

/// What a line weighs at a rate, exactly; nothing where that has no room.
pub(super) fn weight(
    quantity: Decimal,
    commodity: CommodityIndex,
    rate: Option<LineRate>,
) -> Option<(CommodityIndex, Decimal)> {
    Some(match rate {
        None => (commodity, quantity),
        Some(LineRate::Unit(rate, quote)) => (quote, quantity.checked_mul(rate)?),
        Some(LineRate::Total(total, quote)) if quantity.is_sign_negative() => (quote, -total),
        Some(LineRate::Total(total, quote)) => (quote, total),
    })
}

/// What a line of a journal weighs; `other` takes its second rate where it has one.
pub(super) fn line_weight(line: &JournalLine<'_>, other: bool) -> Option<(CommodityIndex, Decimal)> {
    let detail = line.detail.as_deref();
    let rate = detail.and_then(|detail| if other { detail.other_rate.or(detail.rate) } else { detail.rate });
    weight(line.quantity, line.commodity, rate)
}

/// Whether a line takes part in the balance of its entry.
pub(super) fn counts(line: &JournalLine<'_>) -> bool {
    !line.detail.as_deref().is_some_and(|detail| detail.virtual_unbalanced)
}

/// The exact sums of the lines whose amounts are known.
pub(super) fn sums(file: &JournalFile<'_>, range: Range<usize>, other: bool) -> Option<Sums> {
    let mut sums = Sums::default();
    for line in file.lines[range].iter().filter(|line| counts(line)) {
        if line.state == LineState::Elided {
            continue;
        }
        let (commodity, weight) = line_weight(line, other)?;
        sums.add(commodity, weight)?;
    }
    Some(sums)
}

/// Fills in the one amount that is left out, where it is of one commodity.
pub(super) fn fill_elided(file: &mut JournalFile<'_>, range: Range<usize>) {
    // What makes a claimed balance is known only when the journal is settled.
    if file.lines[range.clone()].iter().any(|line| line.state == LineState::Assigned) {
        return;
    }
    let elided = range.clone().filter(|at| file.lines[*at].state == LineState::Elided);
    let elided: Vec<usize> = elided.collect();
    let ([at], Some(sums)) = (elided.as_slice(), sums(file, range, false)) else { return };
    let open: Vec<_> = sums.open().collect();
    if let [(commodity, sum)] = open.as_slice() {
        let line = &mut file.lines[*at];
        (line.quantity, line.commodity, line.state) = (-*sum, *commodity, LineState::Filled);
    }
}
