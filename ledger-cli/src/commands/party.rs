//! `ledger party list`.

use std::process::ExitCode;

use ledger_core::Result;
use ledger_core::text::normalize;

use super::Context;
use crate::render::{Cell, Column, Table, print};

/// What can be done with parties.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// List them by name
    #[command(after_long_help = "Example:\n  ledger party list -O csv")]
    List,
}

/// Runs a verb.
///
/// # Errors
/// Those of the verb.
pub fn run(context: &Context, verb: Verb) -> Result<ExitCode> {
    let Verb::List = verb;
    let ledger = context.ledger()?;
    let mut parties = context.book(&ledger)?.parties()?;
    parties.sort_by_cached_key(|party| normalize(&party.name));
    let rows = parties.into_iter().map(|party| vec![Cell::text(party.name)]).collect();
    print(&context.settings, Table { columns: vec![Column::text("name")], rows, ..Table::default() })?;
    Ok(ExitCode::SUCCESS)
}
