//! `ledger reverse NUMBER`.

use std::process::ExitCode;

use ledger_core::Result;

use super::Context;
use super::entries::print_entry;
use crate::dates;

/// The arguments.
#[derive(clap::Args, Debug)]
#[command(
    after_long_help = "Nothing is ever deleted: the mirror stands beside the entry, and both stay visible.\n\n\
                       Example:\n  ledger reverse 12 --on today"
)]
pub struct Args {
    /// The entry's number
    number: i64,

    /// Day of the mirror; without it that of the entry
    #[arg(long, value_name = "DATE")]
    on: Option<String>,

    /// Also where a line is reconciled; its checkpoint may not tie any longer then
    #[arg(long)]
    reconciled: bool,
}

/// Posts the mirror of an entry and shows it.
///
/// # Errors
/// [`ledger_core::ErrorKind::NotFound`], [`ledger_core::ErrorKind::NotAllowed`] for one that was reversed before or
/// is reconciled.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let on = args.on.map(|text| dates::parse_date(&text, context.settings.today)).transpose()?;
    let reconciled = args.reconciled || context.agrees_to_correct(&book, args.number, None)?;
    let mirror = context.change(&ledger, || match reconciled {
        true => book.journal().reverse_reconciled(args.number, on),
        false => book.journal().reverse(args.number, on),
    })?;
    let note = format!("entry {} reverses entry {}", mirror.number, args.number);
    print_entry(context, &mirror, Vec::new(), vec![note])?;
    Ok(ExitCode::SUCCESS)
}
