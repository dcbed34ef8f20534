//! `ledger export --full` and `ledger import --full`: everything of a book as one file, and back.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ledger_core::audit::Head;
use ledger_core::{ArchiveSummary, Book, ErrorKind, Ledger, Result};

use super::{Context, import};
use crate::render::{self, Cell, Column, Output, Table};

/// The arguments of `ledger import`: an archive to restore, or one of the verbs.
#[derive(clap::Args, Debug)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub struct ImportArgs {
    /// Restore a book from the archive that `ledger export --full` wrote
    #[arg(long, value_name = "FILE")]
    full: Option<PathBuf>,

    /// Name for the restored book, where its own is taken
    #[arg(long = "as", value_name = "NAME", requires = "full")]
    name: Option<String>,

    /// Head that the book must have had, as its backup or `ledger verify` printed it
    #[arg(long, value_name = "NUMBER:HASH", requires = "full")]
    expect_head: Option<Head>,

    #[command(subcommand)]
    verb: Option<import::Verb>,
}

impl ImportArgs {
    /// The files that the arguments name.
    pub fn files(&self) -> Vec<&Path> {
        let verb = self.verb.as_ref().map(import::Verb::files).unwrap_or_default();
        self.full.as_deref().into_iter().chain(verb).collect()
    }
}

/// Restores an archive, or does what the verb says.
///
/// # Errors
/// As [`ledger_core::Ledger::restore_archive`], and those of the verbs.
pub fn run(context: &Context, args: ImportArgs) -> Result<ExitCode> {
    match (args.full, args.verb) {
        (Some(file), _) => restore(context, &file, args.name.as_deref(), args.expect_head),
        (None, Some(verb)) => import::run(context, verb),
        (None, None) => {
            let advice = "say what to import: `ledger import csv FILE`, or `ledger import --full FILE`";
            Err(ErrorKind::Misuse(advice.to_owned()).into())
        }
    }
}

/// Writes the archive of a book.
///
/// # Errors
/// [`ErrorKind::Misuse`] without a file to write to.
pub fn export(context: &Context, book: &Book<'_>) -> Result<ExitCode> {
    let Some(file) = &context.settings.output else {
        let advice = "an archive is a file: name it with -o, such as -o home.ledger.zip";
        return Err(ErrorKind::Misuse(advice.to_owned()).into());
    };
    if context.settings.dry_run {
        let head = book.head()?;
        context.note(format_args!("would write {} entries to {}", head.number, file.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let mut output = Output::open(&context.settings)?;
    let summary = book.export().archive(&mut output)?;
    output.finish()?;
    context.note(format_args!(
        "wrote {}: {} entries, head {}",
        file.display(),
        summary.entries,
        summary.head
    ));
    Ok(ExitCode::SUCCESS)
}

fn restore(context: &Context, file: &Path, name: Option<&str>, expected: Option<Head>) -> Result<ExitCode> {
    let open = std::fs::File::open(file).map_err(|error| {
        let path = file.display().to_string();
        ledger_core::Error::from(ErrorKind::File { verb: "read", path, message: error.to_string() })
            .caused_by(error)
    })?;
    // A book that comes back may be the first of its database.
    let ledger = if context.settings.dry_run {
        context.ledger()?
    } else {
        context.settings.create_default_folder()?;
        Ledger::open_or_create(&context.settings.db, context.session())?
    };
    let place = file.display().to_string();
    let restored = if context.settings.dry_run {
        ledger.rehearse(|ledger| ledger.restore_archive(&place, open, name, expected))
    } else {
        ledger.restore_archive(&place, open, name, expected)
    }?;
    render::print(&context.settings, table(&restored))?;
    let verb = if context.settings.dry_run { "would restore" } else { "restored" };
    context.note(format_args!("{verb} the book \"{}\" from {place}", restored.book));
    Ok(ExitCode::SUCCESS)
}

fn table(restored: &ArchiveSummary) -> Table {
    let ArchiveSummary { book, entries, events, head, .. } = restored;
    Table {
        columns: vec![
            Column::text("book"),
            Column::number("entries"),
            Column::number("events"),
            Column::long("head"),
        ],
        rows: vec![vec![
            Cell::from(book.as_str()),
            (*entries).into(),
            (*events).into(),
            head.to_string().into(),
        ]],
        ..Table::default()
    }
}
