//! `ledger lots split`: more units, or fewer, for the same cost.

use std::process::ExitCode;

use ledger_core::journal::AccountRef;
use ledger_core::lot::SplitRatio;
use ledger_core::money::Price;
use ledger_core::{LotSplit, Result};

use crate::commands::Context;
use crate::commands::entries::print_entry;
use crate::dates::{self, DATE_HELP};

const HELP: &str = "\
Every open lot gets its new units and keeps its day, label and cost, in one entry; `ledger reverse` undoes it. Prices from \
before the split are those of old units: what to type for the first of new ones is told. Splits are posted in the order of \
their days; where lots are kept, a purchase of a day before a split that is there is refused.

Examples:
  ledger lots split HOOL 2:1 --on 2026-06-01
  ledger lots split HOOL 1:10 --account Assets:Broker --dry-run";

/// The arguments.
#[derive(clap::Args, Debug)]
#[command(after_long_help = HELP)]
pub struct Args {
    /// What is split
    #[arg(value_name = "COMMODITY")]
    commodity: String,

    /// New units for old ones: 2:1, or 1:10 for a reverse split
    #[arg(value_name = "NEW:OLD")]
    ratio: SplitRatio,

    /// First day with the new units [default: today]
    #[arg(long, value_name = "DATE", long_help = format!("First day with the new units: {DATE_HELP} [default: today]"))]
    on: Option<String>,

    /// Only on this account
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,

    /// What the entry says [default: Split COMMODITY NEW:OLD]
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

/// Posts the entry of a split.
///
/// # Errors
/// As [`ledger_core::Lots::split`].
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let today = context.settings.today;
    let on = args.on.map(|text| dates::parse_date(&text, today)).transpose()?.unwrap_or(today);
    let split = LotSplit {
        commodity: book.commodities().get(&args.commodity)?,
        ratio: args.ratio,
        on,
        account: args.account.as_deref().map(AccountRef::from),
        description: args.description,
    };
    let entry = context.change(&ledger, || book.lots().split(&split))?;
    // Until a new price comes, new units are worth what old ones were.
    let prices = book.lots().prices_after_split(&split)?;
    let told = |price: &Price| {
        format!(
            "prices are still of old units: `ledger price add {} {name} {} {}`",
            price.on,
            price.rate,
            price.quote,
            name = price.commodity
        )
    };
    print_entry(context, &entry, Vec::new(), prices.iter().map(told).collect())?;
    Ok(ExitCode::SUCCESS)
}
