//! `schedule project`: what will be in the accounts, day by day.

mod request;
mod table;

use std::process::ExitCode;

use ledger_core::schedule::{Cause, CauseOf, Projection};
use ledger_core::{Book, ErrorKind, Result};

pub use self::request::RequestArgs;
pub use self::table::outlook_facts;
use super::held::{tell_held, tell_unpriced};
use super::series::{chart_of, chosen};
use super::shown::account_names;
use crate::commands::Context;
use crate::commands::saved::Saved;
use crate::exit;
use crate::globals::Medium;
use crate::render::print_charts;

/// Examples for the long help.
pub(super) const EXAMPLES: &str = "\
Balances are those at the end of a day. Where something is an estimate or not certain, the balance is the expected one, \
with the worst and the best beside it. What an entry imported or posted by hand very likely is already is named and not \
counted beside it (see `ledger schedule match`).

Examples:
  ledger schedule project --account Assets:Bank:Checking --floor 200
  ledger schedule project --days 90 --with-usual-spending --weekly
  ledger schedule project --scenario \"new car\" -O svg -o year.svg
  ledger schedule project --days 30 --floor 0 --fail-below --quiet > /dev/null";

/// The arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    flags: Saved<Flags>,
}

/// What decides the projection.
#[derive(clap::Args, Debug)]
struct Flags {
    #[command(flatten)]
    request: RequestArgs,

    /// End with exit code 1 where an expected balance falls below its floor
    #[arg(long, requires = "floor")]
    fail_below: bool,

    #[command(flatten)]
    form: FormArgs,
}

/// How the days are shown.
#[derive(clap::Args, Debug, Clone, Copy)]
#[command(group = clap::ArgGroup::new("roll-up"))]
pub(super) struct FormArgs {
    /// A row for every day, also those on which nothing changes, without what happens
    #[arg(long, group = "roll-up")]
    daily: bool,

    /// Opening, in, out, closing and lowest of each week, from Monday
    #[arg(long, group = "roll-up")]
    weekly: bool,

    /// Opening, in, out, closing and lowest of each month
    #[arg(long, group = "roll-up")]
    monthly: bool,
}

/// Shows a projection.
///
/// # Errors
/// As [`ledger_core::Schedules::project`].
pub(super) fn run(context: &Context, book: &Book<'_>, args: Args) -> Result<ExitCode> {
    args.flags.run(context, book, "schedule project", |flags| show(context, book, &flags))
}

fn show(context: &Context, book: &Book<'_>, args: &Flags) -> Result<ExitCode> {
    let request = args.request.request(context, book)?;
    let projection = book.schedules().project(&request).inspect_err(|error| hint(context, error))?;
    if request.receivables {
        for name in book.receivables().without_account()? {
            context.note(format_args!(
                "{name} is not counted: no account is known in which its money moves (`ledger receivable edit`, or payable \
                 edit, with --account)"
            ));
        }
    }
    tell_unpriced(context, projection.unpriced.as_ref());
    let names = account_names(book)?;
    if context.settings.medium == Medium::Svg {
        let series = chosen(&projection)?;
        let chart = chart_of(&names, &projection, &series, context.settings.today, &request.scenarios);
        print_charts(&context.settings, &[chart])?;
    } else {
        table::print(context, book, &projection, &names, args.form, &request.scenarios)?;
    }
    tell_findings(context, book, &projection);
    let below = all_series(&projection).any(|series| series.expected.below_floor_on.is_some());
    Ok(if args.fail_below && below { ExitCode::from(exit::FINDINGS) } else { ExitCode::SUCCESS })
}

/// The series of a projection, accounts first.
pub(super) fn all_series(projection: &Projection) -> impl Iterator<Item = &ledger_core::schedule::Series> {
    projection.accounts.iter().map(|account| &account.series).chain(&projection.total)
}

/// What helps against a refusal of projecting.
pub fn hint(context: &Context, error: &ledger_core::Error) {
    if matches!(error.kind(), ErrorKind::MissingPrice { .. }) {
        context.hint("a floor of the total takes the price; --floor ACCOUNT=AMOUNT is that of an account");
    }
}

fn tell_findings(context: &Context, book: &Book<'_>, projection: &Projection) {
    if projection.accounts.is_empty() {
        context.note("no schedule moves an asset or a liability; name one with --account");
    }
    let late =
        |cause: &Cause| matches!(cause.of, CauseOf::Occurrence { due_on, .. } if due_on < projection.as_of);
    tell_held(context, book, &projection.held);
    let mut overdue: Vec<_> = projection.overdue().into_iter().filter(late).map(|cause| cause.of).collect();
    overdue.dedup();
    if !overdue.is_empty() {
        context.note(format_args!(
            "{} overdue, counted on {}: --overdue drop leaves out what was due by then",
            overdue.len(),
            projection.as_of
        ));
    }
}
