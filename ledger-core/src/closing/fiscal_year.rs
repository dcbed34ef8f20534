//! A fiscal year: twelve months from a day of the year on, named by the calendar year in which they end.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::report::FiscalStart;
use crate::{ErrorKind, Result};

/// A fiscal year, named by the calendar year in which it ends.
///
/// ```
/// use ledger_core::closing::FiscalYear;
///
/// assert_eq!(FiscalYear::calendar(2025)?.last.to_string(), "2025-12-31");
/// let british = FiscalYear::new(2025, "04-06".parse()?)?;
/// assert_eq!((british.first.to_string(), british.last.to_string()), ("2024-04-06".into(), "2025-04-05".into()));
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FiscalYear {
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
}

impl FiscalYear {
    /// The year that ends in the calendar year `year`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidDate`] for a year that does not lie in the years 1 to 9999.
    pub fn new(year: i32, start: FiscalStart) -> Result<FiscalYear> {
        let begins = if start.is_calendar() { year } else { year.saturating_sub(1) };
        let last = start.in_year(begins.saturating_add(1)).and_then(|next| next.pred_opt());
        match start.in_year(begins).zip(last) {
            Some((first, last)) if first.year() >= 1 && last.year() <= 9999 => Ok(FiscalYear { first, last }),
            _ => {
                let reason = "the years 1 to 9999 can be posted to".to_owned();
                Err(ErrorKind::InvalidDate { text: year.to_string(), reason }.into())
            }
        }
    }

    /// The calendar year.
    ///
    /// # Errors
    /// As [`FiscalYear::new`].
    pub fn calendar(year: i32) -> Result<FiscalYear> {
        FiscalYear::new(year, FiscalStart::default())
    }

    /// The calendar year in which it ends, by which it is named.
    pub fn name(&self) -> i32 {
        self.last.year()
    }

    /// Whether it is a calendar year.
    pub fn is_calendar(&self) -> bool {
        (self.first.month(), self.first.day()) == (1, 1)
    }
}

impl fmt::Display for FiscalYear {
    /// `2025`, or `2025 (2024-04-06 to 2025-04-05)` where it is no calendar year.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.name())?;
        if self.is_calendar() {
            return Ok(());
        }
        write!(f, " ({} to {})", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_named_by_the_year_in_which_it_ends() {
        let days = |year, month, day| {
            let year = FiscalYear::new(year, FiscalStart::new(month, day).unwrap()).unwrap();
            (year.name(), format!("{} {}", year.first, year.last), year.to_string())
        };
        assert_eq!(days(2025, 1, 1), (2025, "2025-01-01 2025-12-31".into(), "2025".into()));
        let march = "2023-03-01 2024-02-29";
        assert_eq!(days(2024, 3, 1), (2024, march.into(), "2024 (2023-03-01 to 2024-02-29)".into()));
        assert_eq!(days(2025, 1, 2).1, "2024-01-02 2025-01-01");
        assert_eq!(days(9999, 1, 1).1, "9999-01-01 9999-12-31");
    }

    #[test]
    fn a_year_that_is_none_is_refused() {
        for year in [i32::MIN, -1, 0, 10_000, i32::MAX] {
            assert!(FiscalYear::calendar(year).unwrap_err().to_string().contains(&year.to_string()));
        }
        assert!(FiscalYear::new(1, FiscalStart::new(4, 1).unwrap()).is_err(), "it begins in the year 0");
    }
}
