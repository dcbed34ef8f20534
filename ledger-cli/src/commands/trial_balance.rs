//! `ledger trial-balance`: what every account holds, and saved settings for it.

mod settings;
mod table;

use std::process::ExitCode;

use ledger_core::report::TrialBalanceOptions;
use ledger_core::{Book, ErrorKind, Result};

use self::settings::Flags;
use super::Context;
use super::facts::print_done;
use crate::render::{self, Cell, Column, Table};

/// What saved settings of the trial balance are saved for.
const PURPOSE: &str = "trial-balance";

/// The arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    flags: Flags,

    /// Keep the flags as they were given under a name (a relative date stays relative), and show the report
    #[arg(long, value_name = "NAME", help_heading = "Saved settings")]
    save: Option<String>,

    /// Use the flags that were saved under a name; those that are given now go over them
    #[arg(long, value_name = "NAME", help_heading = "Saved settings")]
    saved: Option<String>,

    /// List the saved settings
    #[arg(long, help_heading = "Saved settings", conflicts_with_all = ["save", "saved", "delete_saved"])]
    list_saved: bool,

    /// Forget the settings that were saved under a name
    #[arg(long, value_name = "NAME", help_heading = "Saved settings", conflicts_with_all = ["save", "saved"])]
    delete_saved: Option<String>,
}

/// Shows the trial balance, or looks after its saved settings.
///
/// # Errors
/// As [`ledger_core::Reports::trial_balance`], and for flags that cannot be read.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    if args.list_saved {
        return list(context, &book);
    }
    if let Some(name) = &args.delete_saved {
        return delete(context, &book, name);
    }
    let mut flags = args.flags.checked()?;
    if let Some(name) = &args.saved {
        let saved = book.settings(PURPOSE).get(name)?;
        flags = flags.over(Flags::from_saved(saved)?);
    }
    let options = flags.options(&book, context.settings.today)?;
    show(context, &book, &flags, &options)?;
    if let Some(name) = &args.save {
        save(context, &book, name, &flags)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(context: &Context, book: &Book<'_>, flags: &Flags, options: &TrialBalanceOptions) -> Result<()> {
    let report = book.reports().trial_balance(options)?;
    let zone = crate::dates::parse_zone(&book.info().time_zone)?;
    let layout = table::Layout {
        tree: flags.is_tree(),
        basis: options.basis,
        zone,
        for_people: context.settings.format == crate::globals::Format::Table,
    };
    render::print(&context.settings, layout.table(report))
}

fn save(context: &Context, book: &Book<'_>, name: &str, flags: &Flags) -> Result<()> {
    if context.settings.dry_run {
        context.note(format_args!("would save these flags as \"{name}\""));
        return Ok(());
    }
    book.settings(PURPOSE).save(name, &flags.to_json())?;
    context.note(format_args!("saved: show it again with `ledger trial-balance --saved {name:?}`"));
    Ok(())
}

fn list(context: &Context, book: &Book<'_>) -> Result<ExitCode> {
    let mut rows = Vec::new();
    for saved in book.settings(PURPOSE).list()? {
        let name = Cell::text(saved.name.clone());
        // Settings that this version cannot read are listed all the same, so that they can be deleted.
        let flags =
            Flags::from_saved(saved).map_or_else(|error| error.to_string(), |flags| flags.to_string());
        rows.push(vec![name, Cell::text(flags)]);
    }
    let columns = vec![Column::text("name"), Column::text("flags")];
    render::print(&context.settings, Table { columns, rows, ..Table::default() })?;
    Ok(ExitCode::SUCCESS)
}

fn delete(context: &Context, book: &Book<'_>, name: &str) -> Result<ExitCode> {
    let settings = book.settings(PURPOSE);
    let saved = settings.get(name)?;
    let deletes = if context.settings.dry_run { "would delete" } else { "deleted" };
    if !context.settings.dry_run {
        settings.remove(name)?;
    }
    let done = format!("{deletes} the saved settings \"{}\"", saved.name);
    print_done(context, done, vec![("name", Cell::text(saved.name)), ("flags", Cell::Json(saved.settings))])?;
    Ok(ExitCode::SUCCESS)
}

/// The refusal of a flag's value.
fn refused(what: &'static str, value: &str, reason: impl Into<String>) -> ledger_core::Error {
    ErrorKind::InvalidSetting { what, value: value.to_owned(), reason: reason.into() }.into()
}
