//! What a day of the month means in a month that is too short for it.

use std::fmt;
use std::str::FromStr;

use crate::{Error, ErrorKind, Result};

/// What "on the 31st" means in a month of 30 days; so for the 30th and 29th in February.
///
/// It is asked when a recurrence is read from words and is written into its rule, where it can be seen: RFC 5545
/// rules always skip, and "the last day" is a rule of its own (`BYMONTHDAY=-1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MonthEnd {
    /// The last day of that month.
    #[default]
    LastDay,
    /// Nothing happens in that month.
    Skip,
}

impl MonthEnd {
    /// The name, as [`FromStr`] reads it.
    pub fn name(self) -> &'static str {
        match self {
            MonthEnd::LastDay => "last-day",
            MonthEnd::Skip => "skip",
        }
    }
}

impl fmt::Display for MonthEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for MonthEnd {
    type Err = Error;

    fn from_str(text: &str) -> Result<MonthEnd> {
        let wanted = text.trim().to_lowercase();
        let found = [MonthEnd::LastDay, MonthEnd::Skip].into_iter().find(|rule| rule.name() == wanted);
        found.ok_or_else(|| {
            let reason = "it is last-day or skip".to_owned();
            ErrorKind::InvalidSetting { what: "month end", value: text.to_owned(), reason }.into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_others_are_refused() {
        for month_end in [MonthEnd::LastDay, MonthEnd::Skip] {
            assert_eq!(month_end.to_string().parse::<MonthEnd>().unwrap(), month_end);
        }
        let error = "next".parse::<MonthEnd>().unwrap_err().to_string();
        assert_eq!(error, "month end \"next\" is refused: it is last-day or skip");
    }
}
