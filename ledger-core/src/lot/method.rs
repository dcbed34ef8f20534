//! By which rule a sale chooses the lots that it closes.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::{Error, ErrorKind, Result};

/// By which rule a sale that names no lot chooses the lots that it closes.
///
/// ```
/// use ledger_core::lot::LotMethod;
///
/// assert_eq!("highest-cost".parse::<LotMethod>()?, LotMethod::Hifo);
/// assert_eq!(LotMethod::Fifo.to_string(), "fifo");
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LotMethod {
    /// First in, first out: the oldest lot first.
    #[default]
    Fifo,
    /// Last in, first out: the lots of the newest day first, and of one day the first of them.
    Lifo,
    /// The lot with the highest cost for each unit first; the older of equally dear ones.
    Hifo,
    /// Every unit costs the average of all that are held; days of holding count from the oldest lot first.
    Average,
    /// The sale names the lot, unless only one fits or all of them are sold.
    Named,
}

impl LotMethod {
    /// Every method.
    pub const ALL: [LotMethod; 5] =
        [LotMethod::Fifo, LotMethod::Lifo, LotMethod::Hifo, LotMethod::Average, LotMethod::Named];

    /// The stored and printed name, such as `fifo`.
    pub fn as_str(self) -> &'static str {
        match self {
            LotMethod::Fifo => "fifo",
            LotMethod::Lifo => "lifo",
            LotMethod::Hifo => "hifo",
            LotMethod::Average => "average",
            LotMethod::Named => "named",
        }
    }

    /// The method with this stored name.
    pub(crate) fn from_name(name: &str) -> Option<LotMethod> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }
}

impl fmt::Display for LotMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for LotMethod {
    type Err = Error;

    /// Reads a method by its name, or by the words `highest-cost` and (as beancount says) `strict`.
    fn from_str(text: &str) -> Result<Self> {
        let name = text.trim().to_lowercase().replace(['_', ' '], "-");
        let other = match name.as_str() {
            "highest-cost" => Some(LotMethod::Hifo),
            "strict" => Some(LotMethod::Named),
            name => LotMethod::from_name(name),
        };
        other.ok_or_else(|| {
            let reason = "methods are fifo, lifo, hifo (highest cost), average and named".to_owned();
            ErrorKind::InvalidSetting { what: "lot method", value: text.to_owned(), reason }.into()
        })
    }
}
