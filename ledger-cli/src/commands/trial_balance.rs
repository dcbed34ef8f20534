//! `ledger trial-balance`: what every account holds.

mod settings;
mod table;

use std::process::ExitCode;

use ledger_core::Result;

use self::settings::Flags;
use super::Context;
use super::saved::Saved;
use crate::render;

/// The arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    flags: Saved<Flags>,
}

/// Shows the trial balance, or looks after its saved settings.
///
/// # Errors
/// As [`ledger_core::Reports::trial_balance`], and for flags that cannot be read.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    args.flags.run(context, &book, "trial-balance", |flags| {
        let options = flags.options(&book, context.settings.today)?;
        let report = book.reports().trial_balance(&options)?;
        let zone = crate::dates::parse_zone(&book.info().time_zone)?;
        let layout = table::Layout {
            tree: flags.is_tree(),
            basis: options.basis,
            zone,
            for_people: context.settings.format == crate::globals::Format::Table,
        };
        render::print(&context.settings, layout.table(report))?;
        Ok(ExitCode::SUCCESS)
    })
}
