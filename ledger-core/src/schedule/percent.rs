//! How sure something is, in whole percent.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind, Result};

/// A whole number of percent from 0 to 100, such as how likely a payment is.
///
/// ```
/// use ledger_core::schedule::Percent;
///
/// assert_eq!(Percent::new(80)?.to_string(), "80 %");
/// assert!(Percent::new(101).is_err());
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Percent(u8);

impl Percent {
    /// Nothing: it will not happen.
    pub const NEVER: Percent = Percent(0);
    /// All of it: it is certain.
    pub const CERTAIN: Percent = Percent(100);

    /// So many percent.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] above 100.
    pub fn new(percent: u8) -> Result<Percent> {
        if percent <= 100 {
            return Ok(Percent(percent));
        }
        let reason = "it is a whole number from 0 to 100".to_owned();
        Err(ErrorKind::InvalidSetting { what: "probability", value: percent.to_string(), reason }.into())
    }

    /// The number, from 0 to 100.
    pub fn get(self) -> u8 {
        self.0
    }

    /// Whether it is neither certain to happen nor certain not to.
    pub fn is_uncertain(self) -> bool {
        self != Percent::CERTAIN && self != Percent::NEVER
    }
}

impl Default for Percent {
    fn default() -> Self {
        Percent::CERTAIN
    }
}

impl TryFrom<u8> for Percent {
    type Error = Error;

    fn try_from(percent: u8) -> Result<Percent> {
        Percent::new(percent)
    }
}

impl From<Percent> for u8 {
    fn from(percent: Percent) -> u8 {
        percent.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}
