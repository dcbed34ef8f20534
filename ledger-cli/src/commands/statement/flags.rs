//! The flags that all statements take, and what they ask for.

use chrono::NaiveDate;
use ledger_core::journal::Tag;
use ledger_core::report::{
    ColumnOptions, Comparison, Dimension, FiscalStart, Interval, LineFilter, Period, StatementRequest,
};
use ledger_core::{Book, Result};

use super::super::basis;
use crate::dates::{self, DATE_HELP, DateRole, PERIOD_HELP};

/// What decides a statement. Nothing is resolved yet: `last month` is another month when saved flags are used later.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct Flags {
    /// The days: 2026-03, 2026Q1, 2026, FY2026, last 12 months, 2025..2026, 2026-01-15.. [default: all]
    #[arg(short, long, value_name = "RANGE", conflicts_with_all = ["from", "to"], long_help = format!("The days, {PERIOD_HELP}; FY2026 (or FY26) is the fiscal year that ends in 2026, FY2026Q1 its first quarter; last fiscal year and the like go too. Without it, from the first entry to the last"))]
    pub(super) period: Option<String>,

    /// First day
    #[arg(long, value_name = "DATE")]
    from: Option<String>,

    /// Last day, the one that balances are of
    #[arg(long, visible_alias = "as-of", value_name = "DATE", long_help = format!("The last day, the one that balances are of: {DATE_HELP}"))]
    to: Option<String>,

    /// A column for each day
    #[arg(long, group = "interval", help_heading = "Columns")]
    daily: bool,

    /// A column for each week, from Monday to Sunday
    #[arg(long, group = "interval", help_heading = "Columns")]
    weekly: bool,

    /// A column for each month
    #[arg(short = 'M', long, group = "interval", help_heading = "Columns")]
    monthly: bool,

    /// A column for each quarter
    #[arg(short = 'Q', long, group = "interval", help_heading = "Columns")]
    quarterly: bool,

    /// A column for each year
    #[arg(short = 'Y', long, group = "interval", help_heading = "Columns")]
    yearly: bool,

    /// Fiscal years begin on this day, such as 04-06; each is named by the year in which it ends
    #[arg(long, value_name = "MM-DD", help_heading = "Columns")]
    fiscal_start: Option<String>,

    /// A column for each part of a dimension: tag:KEY, party, subtype, source
    #[arg(long, value_name = "DIMENSION", conflicts_with_all = ["interval", "by", "compare"], help_heading = "Columns")]
    across: Option<String>,

    /// Sum the parts of --across up to so many levels of their names: 1 puts mydub/site into mydub
    #[arg(long, value_name = "N", requires = "across", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Columns")]
    across_depth: Option<u16>,

    /// A column of the whole: the sum of what moved in the periods; of balances, what there is at the end
    #[arg(short = 'T', long, help_heading = "Columns")]
    total: bool,

    /// A column with the mean of the periods
    #[arg(short = 'A', long, help_heading = "Columns")]
    average: bool,

    /// A column with the percent that each row is of its section (spending and earnings of one column have it anyway)
    #[arg(long, help_heading = "Columns")]
    share: bool,

    /// Difference and percent against the period before, or the same one a year earlier
    #[arg(long, value_name = "WITH", value_parser = ["previous", "year"], help_heading = "Columns")]
    compare: Option<String>,

    /// Rows by tag:KEY, party, subtype or source instead of accounts
    #[arg(long, value_name = "DIMENSION", help_heading = "Rows")]
    by: Option<String>,

    /// Sum the names of rows up to so many levels
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Rows")]
    depth: Option<u16>,

    /// Accounts under each other, each level with the sum of what is below it
    #[arg(long, help_heading = "Rows")]
    tree: bool,

    /// Also rows of nothing
    #[arg(long, help_heading = "Rows")]
    zero: bool,

    /// Only this account and those below it, can be repeated
    #[arg(long, value_name = "NAME", help_heading = "What counts")]
    pub(super) account: Vec<String>,

    /// Only accounts of this subtype, such as bank or groceries
    #[arg(long, value_name = "SUBTYPE", help_heading = "What counts")]
    subtype: Option<String>,

    /// Only entries with this tag: venture, or venture:mydub with what is below it; can be repeated
    #[arg(long, value_name = "KEY[:VALUE]", help_heading = "What counts")]
    tag: Vec<String>,

    /// Only entries with this party
    #[arg(long, value_name = "PARTY", help_heading = "What counts")]
    party: Option<String>,

    /// Only entries made by this: manual, import, csv, camt, schedule, receivable …
    #[arg(long, value_name = "SOURCE", help_heading = "What counts")]
    source: Option<String>,

    /// Only what was posted up to an instant: 2026-01-15, or 2026-01-15 14:30, in the book's time zone
    ///
    /// Prices of entries count as entries do; prices given by hand count whenever they were given.
    #[arg(long, value_name = "INSTANT", help_heading = "What counts")]
    known_at: Option<String>,

    #[command(flatten)]
    basis: basis::BasisFlags,

    /// Instead of the statement, what makes one figure: ROW, or 'ROW @ COLUMN' where there are several columns
    #[arg(long, value_name = "CELL", help_heading = "Figures")]
    pub(super) explain: Option<String>,
}

impl Flags {
    /// What they ask for, on a day.
    ///
    /// # Errors
    /// What cannot be read: dates, dimensions, commodities.
    pub fn request(&self, book: &Book<'_>, today: NaiveDate) -> Result<StatementRequest> {
        let fiscal = self.fiscal_start.as_deref().map(str::parse).transpose()?.unwrap_or_default();
        let zone = dates::parse_zone(&book.info().time_zone)?;
        let known_at =
            self.known_at.as_deref().map(|text| dates::parse_instant(text, today, zone)).transpose()?;
        let dimension = |text: &Option<String>| text.as_deref().map(str::parse::<Dimension>).transpose();
        Ok(StatementRequest {
            period: self.days(today, fiscal)?,
            columns: ColumnOptions {
                interval: self.interval(),
                fiscal,
                total: self.total,
                average: self.average,
                compare: match self.compare.as_deref() {
                    Some("previous") => Comparison::PreviousPeriod,
                    Some(_) => Comparison::PreviousYear,
                    None => Comparison::None,
                },
                share: self.share,
            },
            today: Some(today),
            known_at,
            basis: self.basis.basis(book, today)?,
            filter: LineFilter {
                accounts: self.account.clone(),
                subtype: self.subtype.clone(),
                tags: self.tag.iter().map(|tag| Tag::parse(tag)).collect(),
                party: self.party.clone(),
                source: self.source.clone(),
            },
            by: dimension(&self.by)?,
            across: dimension(&self.across)?,
            across_depth: self.across_depth.map(usize::from),
            depth: self.depth.map(usize::from),
            tree: self.tree,
            show_zero: self.zero,
        })
    }

    fn days(&self, today: NaiveDate, fiscal: FiscalStart) -> Result<Option<Period>> {
        if let Some(text) = &self.period {
            let (first, last) = dates::parse_fiscal_period(text, today, fiscal)?;
            return Period::new(first, last).map(Some);
        }
        let day = |text: &Option<String>, role| {
            text.as_ref().map(|text| dates::parse_fiscal_date(text, today, role, fiscal)).transpose()
        };
        match (day(&self.from, DateRole::Start)?, day(&self.to, DateRole::End)?) {
            (None, None) => Ok(None),
            (from, to) => {
                let (from, to) = (from.unwrap_or_else(dates::earliest), to.unwrap_or_else(dates::latest));
                Period::new(from, to).map(Some)
            }
        }
    }

    fn interval(&self) -> Option<Interval> {
        let given = [self.daily, self.weekly, self.monthly, self.quarterly, self.yearly];
        Interval::ALL.into_iter().zip(given).find(|(_, given)| *given).map(|(interval, _)| interval)
    }
}
