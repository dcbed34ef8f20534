//! Why accounts cannot be added up.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind};

/// A commodity that cannot be counted in a total, because no price leads from it to the total's.
///
/// ```
/// use ledger_core::schedule::Unpriced;
///
/// let on = "2026-03-31".parse().unwrap();
/// let unpriced = Unpriced { commodity: "VWCE".into(), quote: "EUR".into(), on };
/// assert_eq!(
///     unpriced.to_string(),
///     "no price of VWCE in EUR on or before 2026-03-31: add one with `ledger price add 2026-03-31 VWCE RATE EUR`"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unpriced {
    /// The commodity without a price.
    pub commodity: String,
    /// The commodity of the total.
    pub quote: String,
    /// The day of the prices.
    pub on: NaiveDate,
}

impl Unpriced {
    /// What a refusal lacks, where it is that of a missing price.
    pub fn of(error: &Error) -> Option<Unpriced> {
        match error.kind() {
            ErrorKind::MissingPrice { commodity, quote, on } => {
                Some(Unpriced { commodity: commodity.clone(), quote: quote.clone(), on: *on })
            }
            _ => None,
        }
    }
}

impl fmt::Display for Unpriced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unpriced { commodity, quote, on } = self.clone();
        ErrorKind::MissingPrice { commodity, quote, on }.fmt(f)
    }
}
