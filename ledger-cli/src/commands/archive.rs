//! `ledger export --full` and `ledger import --full`: everything of a book as one file, and back.

use std::path::Path;
use std::process::ExitCode;

use ledger_core::audit::Head;
use ledger_core::{ArchiveSummary, Book, ErrorKind, Ledger, Result};

use super::Context;
use crate::render::{self, Cell, Column, Output, Table};

/// The arguments of restoring an archive.
#[derive(clap::Args, Debug)]
pub struct RestoreArgs {
    /// Restore a book from the archive FILE that `ledger export --full` wrote
    #[arg(long, requires = "file")]
    pub full: bool,

    /// Name for the restored book, where its own is taken
    #[arg(long = "as", value_name = "NAME", requires = "full")]
    name: Option<String>,

    /// Head that the book must have had, as its backup or `ledger verify` printed it
    #[arg(long, value_name = "NUMBER:HASH", requires = "full")]
    expect_head: Option<Head>,
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

/// Restores the archive in a file.
///
/// # Errors
/// As [`ledger_core::Ledger::restore_archive`].
pub fn restore(context: &Context, file: &Path, args: RestoreArgs) -> Result<ExitCode> {
    let (name, expected) = (args.name.as_deref(), args.expect_head);
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
