//! `ledger show NUMBER`.

use std::process::ExitCode;

use chrono::SecondsFormat;
use ledger_core::Result;
use ledger_core::journal::{Entry, Tag};
use serde_json::json;

use super::Context;
use super::entries::print_entry;
use crate::globals::Format;

/// The arguments.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Example:\n  ledger show 12")]
pub struct Args {
    /// The entry's number
    number: i64,
}

/// Shows an entry with everything that is known of it.
///
/// # Errors
/// [`ledger_core::ErrorKind::NotFound`].
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let entry = book.journal().get(args.number)?;
    let (reversed_by, amended_by) = book.journal().corrections(args.number)?;
    let notes = match context.settings.format {
        Format::Table => notes(&entry, reversed_by, amended_by),
        _ => Vec::new(),
    };
    let more = vec![("reversed_by", json!(reversed_by)), ("amended_by", json!(amended_by))];
    print_entry(context, &entry, more, notes)?;
    Ok(ExitCode::SUCCESS)
}

fn notes(entry: &Entry, reversed_by: Option<i64>, amended_by: Option<i64>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(party) = &entry.party {
        notes.push(format!("party: {party}"));
    }
    if !entry.tags.is_empty() {
        let tags: Vec<String> = entry.tags.iter().map(Tag::to_string).collect();
        notes.push(format!("tags: {}", tags.join(", ")));
    }
    if let Some(id) = &entry.external_id {
        notes.push(format!("external id: {id}"));
    }
    let numbers = [
        ("reverses entry", entry.reverses),
        ("amends entry", entry.amends),
        ("reversed by entry", reversed_by),
        ("amended by entry", amended_by),
    ];
    for (relation, number) in numbers {
        notes.extend(number.map(|number| format!("{relation} {number}")));
    }
    let recorded_at = entry.recorded_at.to_rfc3339_opts(SecondsFormat::Secs, true);
    notes.push(format!("recorded: {recorded_at} by {} ({})", entry.recorded_by, entry.source.as_str()));
    notes.push(format!("hash: {}", entry.hash));
    notes
}
