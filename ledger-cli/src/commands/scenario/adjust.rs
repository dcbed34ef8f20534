//! `scenario adjust NAME …`: one adjustment in flags.

use chrono::NaiveDate;
use ledger_core::schedule::{Adjustment, AmountChange, Percent, RowRef, ScheduleId, Scope, ShiftBy};
use ledger_core::{Book, ErrorKind, Ledger, Result};
use rust_decimal::Decimal;

use super::facts;
use crate::commands::Context;
use crate::commands::post::amounts::MarkChoice;
use crate::commands::schedule::money::MoneyReader;
use crate::commands::schedule::shown::{done, key_of};
use crate::commands::schedule::terms::TermArgs;
use crate::dates::{self, DateRole};

/// Examples for the long help.
pub(super) const EXAMPLES: &str = "\
Examples:
  ledger scenario adjust \"new car\" add Leasing 320 --every month --on 15 \\
    --from Assets:Bank --to Expenses:Car
  ledger scenario adjust \"new car\" amount Fuel --percent -20
  ledger scenario adjust \"late client\" shift Invoice --days 30 --from 2026-05-01
  ledger scenario adjust lean skip Gym --from 2026-05-01 --until 2026-08-31
  ledger scenario adjust lean stop Streaming --from 2026-06-01
  ledger scenario adjust lean probability Bonus 30";

/// The arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The scenario
    name: String,

    #[command(subcommand)]
    what: What,
}

/// What is adjusted.
#[derive(clap::Subcommand, Debug)]
enum What {
    /// A row more
    Add {
        /// What to call it
        row: String,
        #[command(flatten)]
        terms: Box<TermArgs>,
    },
    /// Another amount
    Amount {
        /// The row's name or number
        row: String,
        #[command(flatten)]
        change: ChangeArgs,
        #[command(flatten)]
        scope: ScopeArgs,
        /// The decimal mark of the amount
        #[arg(long, value_name = "MARK", value_enum)]
        decimal: Option<MarkChoice>,
    },
    /// Other days
    Shift {
        /// The row's name or number
        row: String,
        #[command(flatten)]
        by: ShiftArgs,
        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// One occurrence, or those of some days, do not happen
    Skip {
        /// The row's name or number
        row: String,
        /// The day of the occurrence
        #[arg(conflicts_with_all = ["from", "until"], required_unless_present = "from")]
        date: Option<String>,
        /// The first day
        #[arg(long, value_name = "DATE", requires = "until")]
        from: Option<String>,
        /// The last day
        #[arg(long, value_name = "DATE", requires = "from")]
        until: Option<String>,
    },
    /// It does not happen from a day on
    Stop {
        /// The row's name or number
        row: String,
        /// The first day on which it does not
        #[arg(long, value_name = "DATE")]
        from: String,
    },
    /// It happens from a day on, and not before
    Start {
        /// The row's name or number
        row: String,
        /// The first day on which it may
        #[arg(long, value_name = "DATE")]
        from: String,
    },
    /// How likely it is
    Probability {
        /// The row's name or number
        row: String,
        /// In percent
        #[arg(value_parser = clap::value_parser!(u8).range(0..=100))]
        percent: u8,
    },
}

/// To, or by how much, an amount changes.
#[derive(clap::Args, Debug)]
#[command(group = clap::ArgGroup::new("change").required(true))]
struct ChangeArgs {
    /// To this amount
    #[arg(long, value_name = "AMOUNT", group = "change")]
    to: Option<String>,

    /// By this amount; less with a minus
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true, group = "change")]
    by: Option<String>,

    /// By so many percent; less with a minus
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true, group = "change")]
    percent: Option<Decimal>,
}

/// How far days move.
#[derive(clap::Args, Debug)]
#[command(group = clap::ArgGroup::new("by").required(true))]
struct ShiftArgs {
    /// By so many days; earlier with a minus
    #[arg(long, value_name = "N", allow_hyphen_values = true, group = "by")]
    days: Option<i32>,

    /// The first of them to this day, the others by as many days
    #[arg(long, value_name = "DATE", group = "by")]
    to: Option<String>,
}

/// Which occurrences are meant.
#[derive(clap::Args, Debug)]
struct ScopeArgs {
    /// Only the occurrence of this day
    #[arg(long, value_name = "DATE", conflicts_with_all = ["from", "until"])]
    on: Option<String>,

    /// Only from this scheduled day on
    #[arg(long, value_name = "DATE")]
    from: Option<String>,

    /// Only through this scheduled day
    #[arg(long, value_name = "DATE", requires = "from")]
    until: Option<String>,
}

/// Adds the adjustment.
pub(super) fn run(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &Args) -> Result<()> {
    let (stored, adjustment) = context.change(ledger, || {
        book.transaction(|book| {
            let adjustment = adjustment(context, book, &args.what)?;
            let stored = book.scenarios().adjust(&args.name, adjustment.clone())?;
            Ok((stored, adjustment))
        })
    })?;
    let sentence =
        format!("\"{}\", {}: {adjustment}", stored.scenario.name, stored.scenario.adjustments.len());
    done(context, sentence, facts(&stored))
}

fn adjustment(context: &Context, book: &Book<'_>, what: &What) -> Result<Adjustment> {
    let today = context.settings.today;
    let first = |text: &str| dates::parse_date(text, today);
    let last = |text: &str| dates::parse_date_as(text, today, DateRole::End);
    Ok(match what {
        What::Add { row, terms } => Adjustment::Add(Box::new(terms.new_terms(context, book, row)?)),
        What::Amount { row, change, scope, decimal } => {
            let change = change.read(book, row, *decimal)?;
            let (row, scope) = scope.read(context, book, row)?;
            Adjustment::Amount { row, change, scope }
        }
        What::Shift { row, by, scope } => {
            let by = match (&by.to, by.days) {
                (Some(day), _) => ShiftBy::To(first(day)?),
                (None, days) => ShiftBy::Days(days.unwrap_or(0)),
            };
            let (row, scope) = scope.read(context, book, row)?;
            Adjustment::Shift { row, by, scope }
        }
        What::Skip { row, date, from, until } => {
            let (row, scope) = match (date, from, until) {
                (Some(date), ..) => one_of(context, book, row, date)?,
                (None, Some(from), Some(until)) => (row_of(row), between(first(from)?, last(until)?)?),
                // clap asks for one of the two.
                _ => return Err(ErrorKind::Misuse("say DATE, or --from and --until".to_owned()).into()),
            };
            Adjustment::Skip { row, scope }
        }
        What::Stop { row, from } => Adjustment::Stop { row: row_of(row), from: first(from)? },
        What::Start { row, from } => Adjustment::Start { row: row_of(row), from: first(from)? },
        What::Probability { row, percent } => {
            Adjustment::Probability { row: row_of(row), percent: Percent::new(*percent)? }
        }
    })
}

/// The row that a word means: `7` and `#7` are numbers.
fn row_of(text: &str) -> RowRef {
    match text.strip_prefix('#').unwrap_or(text).parse::<i32>() {
        Ok(number) => RowRef::Id(ScheduleId::new(number)),
        Err(_) => RowRef::Name(text.to_owned()),
    }
}

/// The row and the scheduled day of one occurrence. By a number the row is the part that has the day; one that only the
/// scenario has is not known to the plan, and taken at its word.
fn one_of(context: &Context, book: &Book<'_>, row: &str, day: &str) -> Result<(RowRef, Scope)> {
    let on = dates::parse_date(day, context.settings.today)?;
    match key_of(context, book, row, day) {
        Ok(key) => match row_of(row) {
            RowRef::Id(_) => Ok((RowRef::Id(key.schedule), Scope::One(key.on))),
            name => Ok((name, Scope::One(key.on))),
        },
        Err(error) if matches!(error.kind(), ErrorKind::NotFound { what: "schedule", .. }) => {
            Ok((row_of(row), Scope::One(on)))
        }
        Err(error) => Err(error),
    }
}

fn between(from: NaiveDate, until: NaiveDate) -> Result<Scope> {
    if until < from {
        let reason = format!("it ends on {until}, before it begins on {from}");
        return Err(ErrorKind::InvalidDate { text: until.to_string(), reason }.into());
    }
    Ok(Scope::Between { from, until })
}

impl ScopeArgs {
    fn read(&self, context: &Context, book: &Book<'_>, row: &str) -> Result<(RowRef, Scope)> {
        let today = context.settings.today;
        if let Some(day) = &self.on {
            return one_of(context, book, row, day);
        }
        let from = self.from.as_ref().map(|text| dates::parse_date(text, today)).transpose()?;
        let until =
            self.until.as_ref().map(|text| dates::parse_date_as(text, today, DateRole::End)).transpose()?;
        let scope = match (from, until) {
            (Some(from), Some(until)) => between(from, until)?,
            (Some(from), None) => Scope::From(from),
            _ => Scope::All,
        };
        Ok((row_of(row), scope))
    }
}

impl ChangeArgs {
    fn read(&self, book: &Book<'_>, row: &str, mark: Option<MarkChoice>) -> Result<AmountChange> {
        if let Some(percent) = self.percent {
            return Ok(AmountChange::Percent(percent));
        }
        let reader = MoneyReader::new(book, mark)?;
        // An amount without a commodity is in that of the row, where the plan knows it.
        let reader = match book.schedules().find(row) {
            Ok(schedule) => reader.in_commodity_of_lines(&schedule.terms().steps[0].lines),
            Err(_) => reader,
        };
        match (&self.to, &self.by) {
            (Some(to), _) => Ok(AmountChange::To(reader.money(to, None, None)?.amount)),
            (None, by) => Ok(AmountChange::By(reader.signed(by.as_deref().unwrap_or("0"))?)),
        }
    }
}
