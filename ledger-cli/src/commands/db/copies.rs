//! `ledger db backup` and `ledger db restore`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ledger_core::admin::{self, Receipt};
use ledger_core::audit::{Head, Verification};
use ledger_core::{ErrorKind, Result};

use super::super::Context;
use crate::render::{self, Cell, Column, Table};

/// Writes a snapshot and prints the receipts.
pub(super) fn backup(context: &Context, file: &Path) -> Result<ExitCode> {
    if context.settings.dry_run {
        let status = admin::status(&context.settings.db)?;
        context.note(format_args!("would write a snapshot of {} to {}", status.place, file.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let receipts = admin::backup(&context.settings.db, file)?;
    let row = |receipt: &Receipt| {
        let Receipt { book, head, .. } = receipt;
        vec![Cell::from(book.as_str()), head.number.into(), head.to_string().into()]
    };
    let columns = vec![Column::text("book"), Column::number("entries"), Column::long("head")];
    render::print(
        &context.settings,
        Table { columns, rows: receipts.iter().map(row).collect(), ..Table::default() },
    )?;
    context.note(format_args!(
        "wrote {}; keep the heads elsewhere: `ledger db restore --expect-head` tells by one whether a copy is whole",
        file.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Checks a backup and copies it to where a database is missing.
pub(super) fn restore(
    context: &Context,
    file: &Path,
    to: Option<PathBuf>,
    expected: Option<Head>,
) -> Result<ExitCode> {
    let target = match to {
        Some(path) => path,
        None => {
            if !context.settings.dry_run {
                context.settings.create_default_folder()?;
            }
            admin::file_of(&context.settings.db)?.ok_or_else(|| {
                let advice = "a backup is a file: name the one to make with --to (a PostgreSQL server restores \
                              its own backups)";
                ErrorKind::Misuse(advice.to_owned())
            })?
        }
    };
    if context.settings.dry_run {
        rehearse(file, &target, expected)?;
        context.note(format_args!("would restore {} to {}", file.display(), target.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let checked = admin::restore(file, &target, expected)?;
    let row = |book: &Verification| {
        vec![Cell::from(book.book.as_str()), book.entries.into(), book.head.to_string().into()]
    };
    let columns = vec![Column::text("book"), Column::number("entries"), Column::long("head")];
    render::print(
        &context.settings,
        Table { columns, rows: checked.iter().map(row).collect(), ..Table::default() },
    )?;
    context.note(format_args!("restored {} to {}", file.display(), target.display()));
    Ok(ExitCode::SUCCESS)
}

/// Restores to a place that is gone afterwards, so that whatever would be refused is refused.
fn rehearse(file: &Path, target: &Path, expected: Option<Head>) -> Result<()> {
    let folder = tempfile::tempdir().map_err(|error| {
        let path = std::env::temp_dir().display().to_string();
        ErrorKind::File { verb: "write", path, message: error.to_string() }
    })?;
    admin::restore(file, &folder.path().join("rehearsal.sqlite"), expected)?;
    if target.exists() {
        let hint = " (choose another file)".to_owned();
        let name = target.display().to_string();
        return Err(ErrorKind::AlreadyExists { what: "file", name, hint }.into());
    }
    Ok(())
}
