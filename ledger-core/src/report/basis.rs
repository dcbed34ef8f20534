//! What the figures of a report are: what was paid, what is held, or what it is worth in one commodity.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::columns::BaseColumn;
use super::movements::Net;
use crate::money::{Commodity, Converter, PriceTable, Rounding};
use crate::{ErrorKind, Result};

/// What the figures of a report are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Basis {
    /// Weights: what each amount cost when it was posted, in the commodity that was paid.
    #[default]
    BookValue,
    /// Amounts in their own commodities.
    Native,
    /// Everything in one commodity.
    Valued(Valuation),
}

/// In which commodity, and by which prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Valuation {
    /// The commodity of all figures.
    pub commodity: Commodity,
    /// Which prices count.
    pub at: ValuedAt,
    /// Leave what has no price in its own commodity, and name it in a note; otherwise it is refused.
    pub leave_unpriced: bool,
}

/// Which prices a valuation goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ValuedAt {
    /// The newest prices on or before the end of each period.
    #[default]
    PeriodEnd,
    /// The newest prices on or before one day, for all periods.
    On(NaiveDate),
    /// What was paid when it was posted; where that was in another commodity, at the prices on each period's end.
    Cost,
}

impl Basis {
    /// Everything in one commodity at the prices on each period's end.
    pub fn valued_in(commodity: Commodity) -> Basis {
        Basis::Valued(Valuation { commodity, at: ValuedAt::PeriodEnd, leave_unpriced: false })
    }

    /// Which of an amount's two sums counts, and in what it is counted.
    pub(crate) fn source(
        self,
        commodity: Commodity,
        weight_commodity: Commodity,
        net: Net,
    ) -> (Commodity, i128) {
        match self {
            Basis::BookValue | Basis::Valued(Valuation { at: ValuedAt::Cost, .. }) => {
                (weight_commodity, net.weight)
            }
            Basis::Native | Basis::Valued(_) => (commodity, net.amount),
        }
    }

    /// The day whose prices count for what was held before a column.
    pub(crate) fn opening_prices_on(self, column: &BaseColumn) -> NaiveDate {
        match self {
            Basis::Valued(Valuation { at: ValuedAt::On(day), .. }) => day,
            _ => column.period.first.pred_opt().unwrap_or(column.period.first),
        }
    }

    /// The day whose prices count for a column.
    pub(crate) fn prices_on(self, column: &BaseColumn) -> NaiveDate {
        match self {
            Basis::Valued(Valuation { at: ValuedAt::On(day), .. }) => day,
            _ => column.period.last,
        }
    }
}

/// Turns figures into the commodity of a report, and keeps what it has looked up.
pub(crate) struct Valuer<'p> {
    basis: Basis,
    prices: &'p PriceTable,
    known: HashMap<(Commodity, NaiveDate), Option<Converter>>,
    /// What has no price, and on which day it was looked for first.
    missing: BTreeSet<(Commodity, NaiveDate)>,
}

impl<'p> Valuer<'p> {
    pub fn new(basis: Basis, prices: &'p PriceTable) -> Self {
        Valuer { basis, prices, known: HashMap::new(), missing: BTreeSet::new() }
    }

    /// The figure in the report's commodity, rounded half-even, or as it is where the report has none.
    ///
    /// # Errors
    /// [`ErrorKind::MissingPrice`], [`ErrorKind::AmountOverflow`].
    pub fn value(&mut self, commodity: Commodity, minor: i128, on: NaiveDate) -> Result<(Commodity, i128)> {
        let Basis::Valued(valuation) = self.basis else { return Ok((commodity, minor)) };
        let target = valuation.commodity;
        if commodity == target || minor == 0 {
            return Ok((target, minor));
        }
        let prices = self.prices;
        let converter =
            self.known.entry((commodity, on)).or_insert_with(|| prices.converter(commodity, target, on));
        let Some(converter) = converter else {
            if valuation.leave_unpriced {
                self.missing.insert((commodity, on));
                return Ok((commodity, minor));
            }
            let (commodity, quote) = (commodity.code().to_owned(), target.code().to_owned());
            return Err(ErrorKind::MissingPrice { commodity, quote, on }.into());
        };
        match converter.convert(minor, Rounding::HalfEven) {
            Some(value) => Ok((target, value.into())),
            None => {
                let held = crate::money::format_minor(minor, commodity);
                let what = format!("the value of {held} {commodity} in {target} on {on}");
                Err(ErrorKind::AmountOverflow { what }.into())
            }
        }
    }

    /// A sentence for each commodity that had no price, and one of what had no cost in the report's commodity.
    pub fn notes(&self) -> Vec<String> {
        let Basis::Valued(valuation) = self.basis else { return Vec::new() };
        let mut days: Vec<(Commodity, NaiveDate, NaiveDate)> = Vec::new();
        for &(commodity, on) in &self.missing {
            match days.last_mut().filter(|last| last.0 == commodity) {
                Some(last) => last.2 = on,
                None => days.push((commodity, on, on)),
            }
        }
        let note = |(commodity, first, last): (Commodity, NaiveDate, NaiveDate)| {
            let when = match first == last {
                true => format!("on or before {first}"),
                false => format!("for days from {first} to {last}"),
            };
            format!("no price of {commodity} in {} {when}: left in {commodity}", valuation.commodity)
        };
        let mut notes: Vec<String> = days.into_iter().map(note).collect();
        if valuation.at == ValuedAt::Cost {
            let converted = self.known.iter().filter(|(_, converter)| converter.is_some());
            let converted: BTreeSet<&str> = converted.map(|((commodity, _), _)| commodity.code()).collect();
            if !converted.is_empty() {
                let codes = converted.into_iter().collect::<Vec<_>>().join(", ");
                notes.push(format!("what was not paid in {} counts at prices: {codes}", valuation.commodity));
            }
        }
        notes
    }
}
