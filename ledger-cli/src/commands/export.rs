//! `ledger export`: the journal for other programs, or the whole book as one archive.

use std::path::Path;
use std::process::ExitCode;

use ledger_core::export::ExportFormat;
use ledger_core::{Book, ErrorKind, ExportOptions, ExportSummary, Result};

use super::Context;
use super::selection::Selection;
use crate::globals::Format;
use crate::render::Output;

/// The arguments.
#[derive(clap::Args, Debug)]
#[command(
    after_long_help = "hledger, ledger and beancount get the same balances from it, with names changed only where their \
                       grammar asks for it. Text in CSV and TSV that a spreadsheet would take for a formula gets an \
                       apostrophe in front; --raw-cells leaves it as it is.\n\n\
                       Examples:\n  ledger export -o home.journal\n  ledger export --format beancount --from 2026 -o \
                       2026.beancount\n  ledger export --full -o home.ledger.zip"
)]
pub struct Args {
    /// Form: hledger, ledger, beancount, csv, tsv, json, ndjson [default: as the file's name or -O tells, else hledger]
    #[arg(long, value_name = "FORMAT", value_parser = ExportFormat::from_name, conflicts_with = "full")]
    format: Option<ExportFormat>,

    /// Write everything of the book as one archive, which `ledger import --full` restores
    #[arg(long, conflicts_with_all = ["from", "to", "period", "account", "party", "tag", "net", "balances"])]
    full: bool,

    #[command(flatten)]
    selection: Selection,

    /// Without entries that were reversed or amended, and without the mirrors that undid them
    #[arg(long)]
    net: bool,

    /// End with a balance directive for each account (beancount)
    #[arg(long)]
    balances: bool,
}

/// Writes the export.
///
/// # Errors
/// As [`ledger_core::Export::journal`] and [`ledger_core::Export::archive`].
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    if args.full {
        return super::archive::export(context, &book);
    }
    let format = format(context, args.format);
    if args.balances && format != ExportFormat::Beancount {
        let advice = "--balances writes directives of beancount: add --format beancount";
        return Err(ErrorKind::Misuse(advice.to_owned()).into());
    }
    let (from, to) = args.selection.days.resolve(&context.settings)?;
    let options = ExportOptions {
        format,
        from,
        to,
        tag: args.selection.tag(),
        account: args.selection.account,
        party: args.selection.party,
        net: args.net,
        balances: args.balances,
        raw_cells: context.settings.raw_cells,
    };
    let summary = journal(context, &book, &options)?;
    let cancelled = match summary.cancelled {
        0 => String::new(),
        count => format!(", left out {count} that cancel each other out"),
    };
    let verb = if context.settings.dry_run { "would export" } else { "exported" };
    context.note(format_args!("{verb} {} entries with {} lines{cancelled}", summary.entries, summary.lines));
    Ok(ExitCode::SUCCESS)
}

fn journal(context: &Context, book: &Book<'_>, options: &ExportOptions) -> Result<ExportSummary> {
    if context.settings.dry_run {
        return book.export().journal(options, &mut std::io::sink());
    }
    let mut output = Output::open(&context.settings)?;
    let summary = book.export().journal(options, &mut output)?;
    output.finish()?;
    Ok(summary)
}

/// The form that was asked for: by name, by the ending of the file, by `-O`.
fn format(context: &Context, named: Option<ExportFormat>) -> ExportFormat {
    let of_file = || context.settings.output.as_deref().and_then(|path: &Path| ExportFormat::of_file(path));
    let of_output = || match context.settings.format {
        Format::Table => None,
        Format::Csv => Some(ExportFormat::Csv),
        Format::Tsv => Some(ExportFormat::Tsv),
        Format::Json => Some(ExportFormat::Json),
        Format::Ndjson => Some(ExportFormat::Ndjson),
    };
    named.or_else(of_output).or_else(of_file).unwrap_or_default()
}
