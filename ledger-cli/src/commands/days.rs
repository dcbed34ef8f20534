//! The days that a list is limited to: `--from`, `--to`, `--period`.

use chrono::NaiveDate;
use ledger_core::Result;

use crate::config::Settings;
use crate::dates::{self, DateRole, PERIOD_HELP};

/// The flags.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct Days {
    /// First day
    #[arg(long, value_name = "DATE")]
    from: Option<String>,

    /// Last day
    #[arg(long, value_name = "DATE")]
    to: Option<String>,

    /// First and last day in one: 2026-03, 2026Q1, last month, 2026-01-15..2026-02-14
    #[arg(short, long, value_name = "RANGE", conflicts_with_all = ["from", "to"], long_help = format!("First and last day in one, {PERIOD_HELP}"))]
    period: Option<String>,
}

impl Days {
    /// The first and the last day, where they are limited.
    ///
    /// # Errors
    /// [`ledger_core::ErrorKind::InvalidDate`].
    pub fn resolve(&self, settings: &Settings) -> Result<(Option<NaiveDate>, Option<NaiveDate>)> {
        let today = settings.today;
        if let Some(period) = &self.period {
            let (first, last) = dates::parse_period(period, today)?;
            return Ok((Some(first), Some(last)));
        }
        let day = |text: &Option<String>, role| {
            text.as_ref().map(|text| dates::parse_date_as(text, today, role)).transpose()
        };
        Ok((day(&self.from, DateRole::Start)?, day(&self.to, DateRole::End)?))
    }
}
