//! `ledger import profiles`: how CSV files are read, saved by name.

use std::process::ExitCode;

use ledger_core::{Book, Error, ErrorKind, Result};

use super::super::Context;
use crate::render::{self, Cell, Column, Table};

/// The arguments; without a verb the profiles are listed.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// What can be done with profiles.
#[derive(clap::Subcommand, Debug)]
enum Verb {
    /// List the saved profiles
    List,
    /// Delete a saved profile
    Delete {
        /// Its name
        name: String,
    },
}

/// Lists or deletes profiles.
pub(super) fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    match args.verb.unwrap_or(Verb::List) {
        Verb::List => list(context, &book),
        Verb::Delete { name } => delete(context, &book, &name),
    }
}

fn list(context: &Context, book: &Book<'_>) -> Result<ExitCode> {
    let saved = book.imports().csv_profiles().list()?;
    let rows = saved.into_iter().map(|saved| vec![Cell::Text(saved.name), Cell::Json(saved.settings)]);
    let columns = vec![Column::text("name"), Column::text("profile")];
    render::print(&context.settings, Table { columns, rows: rows.collect(), ..Table::default() })?;
    Ok(ExitCode::SUCCESS)
}

fn delete(context: &Context, book: &Book<'_>, name: &str) -> Result<ExitCode> {
    let profiles = book.imports().csv_profiles();
    if context.settings.dry_run {
        let saved = profiles.get(name).map_err(as_profile)?;
        let fields = saved.settings.as_object().map_or(0, serde_json::Map::len);
        context.note(format_args!("would delete the profile \"{}\" ({fields} settings)", saved.name));
        return Ok(ExitCode::SUCCESS);
    }
    profiles.remove(name).map_err(as_profile)?;
    context.note(format_args!("deleted the profile \"{name}\""));
    Ok(ExitCode::SUCCESS)
}

/// The refusal of a name, which calls a saved setting what it is here.
pub(super) fn as_profile(error: Error) -> Error {
    match error.kind().clone() {
        ErrorKind::NotFound { name, suggestions, .. } => {
            ErrorKind::NotFound { what: "profile", name, suggestions }.into()
        }
        _ => error,
    }
}
