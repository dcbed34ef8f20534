//! What amounts are worth on their days, with every missing price named.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::money::{Amount, Commodity, PriceTable, Rounding};
use crate::{ErrorKind, Result};

/// Values by a table of prices; those that are missing are kept.
pub(super) struct Valuer {
    prices: PriceTable,
    missing: BTreeSet<String>,
}

impl Valuer {
    pub(super) fn new(prices: PriceTable) -> Self {
        Valuer { prices, missing: BTreeSet::new() }
    }

    /// What an amount is worth on a day; nothing where a price is missing, which is kept as a sentence.
    pub(super) fn worth(&mut self, amount: Amount, to: Commodity, on: NaiveDate) -> Result<Option<Amount>> {
        match self.prices.convert(amount, to, on, Rounding::HalfEven) {
            Ok(worth) => Ok(Some(worth)),
            Err(error) if matches!(error.kind(), ErrorKind::MissingPrice { .. }) => {
                self.missing.insert(error.to_string());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The missing prices, each a sentence with the way out.
    pub(super) fn missing(self) -> Vec<String> {
        self.missing.into_iter().collect()
    }
}
