//! What the figures of a report are: the flags that say it, and the words that titles and programs get of it.

use chrono::NaiveDate;
use ledger_core::report::{Basis, Valuation, ValuedAt};
use ledger_core::{Book, Result};

use crate::dates::{self, DateRole};

/// The flags.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct BasisFlags {
    /// Figures are what was paid when it was posted (the default)
    #[arg(long, group = "basis", help_heading = "Figures")]
    book_value: bool,

    /// Figures are what is held, commodity by commodity
    #[arg(long, group = "basis", help_heading = "Figures")]
    native: bool,

    /// Figures are values in one commodity
    #[arg(long = "in", value_name = "COMMODITY", group = "basis", help_heading = "Figures")]
    valued_in: Option<String>,

    /// Which prices count: end (of the days, or of each period; the default), today, cost (what was paid), or a date
    #[arg(long, value_name = "WHEN", requires = "valued_in", help_heading = "Figures")]
    at: Option<String>,

    /// Leave what has no price in its own commodity, and say so, instead of refusing
    #[arg(long, requires = "valued_in", help_heading = "Figures")]
    leave_unpriced: bool,
}

impl BasisFlags {
    /// What they ask for, on a day.
    ///
    /// # Errors
    /// A commodity that the book does not have, a date that cannot be read.
    pub fn basis(&self, book: &Book<'_>, today: NaiveDate) -> Result<Basis> {
        let Some(code) = &self.valued_in else {
            return Ok(if self.native { Basis::Native } else { Basis::BookValue });
        };
        let at = match self.at.as_deref() {
            None | Some("end") => ValuedAt::PeriodEnd,
            Some("cost") => ValuedAt::Cost,
            Some(day) => ValuedAt::On(dates::parse_date_as(day, today, DateRole::End)?),
        };
        let commodity = book.commodities().get(code)?;
        Ok(Basis::Valued(Valuation { commodity, at, leave_unpriced: self.leave_unpriced }))
    }
}

/// What a title goes on with.
pub fn title_end(basis: Basis) -> String {
    match basis {
        Basis::BookValue => String::new(),
        Basis::Native => ", by commodity".to_owned(),
        Basis::Valued(Valuation { commodity, at, .. }) => match at {
            ValuedAt::PeriodEnd => format!(", valued in {commodity}"),
            ValuedAt::On(day) => format!(", valued in {commodity} at the prices of {day}"),
            ValuedAt::Cost => format!(", valued in {commodity} at cost"),
        },
    }
}

/// What programs read of it.
pub fn key(basis: Basis) -> String {
    match basis {
        Basis::BookValue => "book value".to_owned(),
        Basis::Native => "native".to_owned(),
        Basis::Valued(valuation) => valuation.commodity.code().to_owned(),
    }
}
