//! `ledger search`: entries by what they hold.

use std::process::ExitCode;

use ledger_core::journal::EntryFilter;
use ledger_core::{EntryCursor, Result};

use super::Context;
use super::entries::print_entries;
use super::selection::Selection;

/// The arguments.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "What is given has to hold all at once; the latest posting day comes first.\n\n\
                       Example:\n  ledger search rewe --period 2026-03 --min 50")]
pub struct Args {
    /// Part of the description, the party or a memo, in any case
    text: Option<String>,

    #[command(flatten)]
    selection: Selection,

    /// With a line of at least this amount, whichever its side
    #[arg(long, value_name = "AMOUNT")]
    min: Option<String>,

    /// With a line of at most this amount, whichever its side
    #[arg(long, value_name = "AMOUNT")]
    max: Option<String>,

    /// At most so many entries
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,

    /// The page after this place, as printed below a page
    #[arg(long, value_name = "PLACE")]
    after: Option<EntryCursor>,

    /// Also entries that were amended, and the mirrors that undid them
    #[arg(long)]
    with_amended: bool,
}

/// Shows what was found.
///
/// # Errors
/// [`ledger_core::ErrorKind::NotFound`] for an unknown account or party, and those of dates and amounts.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let (from, to) = args.selection.days.resolve(&context.settings)?;
    let amount = |text: Option<String>| text.map(|text| book.amount(&text)).transpose();
    let filter = EntryFilter {
        from,
        to,
        tag: args.selection.tag(),
        account: args.selection.account,
        party: args.selection.party,
        text: args.text,
        amount_min: amount(args.min)?,
        amount_max: amount(args.max)?,
        with_amended: args.with_amended,
    };
    let page = book.journal().search(&filter, args.after, args.limit as usize)?;
    let notes = page.next.map(|cursor| format!("more: --after {cursor}")).into_iter().collect();
    print_entries(context, &page.entries, page.next, notes)?;
    Ok(ExitCode::SUCCESS)
}
