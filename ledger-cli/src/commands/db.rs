//! `ledger db`: the database itself: its schema, its backups, and the receipts that tell whether a copy is whole.

mod copies;
mod status;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ledger_core::audit::Head;
use ledger_core::{Result, admin};

use super::facts::print_done;
use super::{Context, verify};
use crate::render::Cell;

/// What can be done with a database.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// Show the schema, and the books with their heads
    Status,
    /// Bring the schema up to date
    Migrate,
    /// Take the newest schema change back
    Rollback {
        /// Also when it holds data that only it can hold
        #[arg(long)]
        lose_data: bool,
    },
    /// Check all books, as `ledger verify` does
    Verify(verify::Args),
    /// Write a snapshot into a new file, and print a receipt for each book
    Backup {
        /// File to make
        file: PathBuf,
    },
    /// Check a backup and put it in the place of a database that is not there
    Restore {
        /// Backup to restore
        file: PathBuf,

        /// File to make [default: the database of --db]
        #[arg(long, value_name = "PATH")]
        to: Option<PathBuf>,

        /// Receipt that the backup has to match: an entry's number and hash, as backup printed them
        #[arg(long, value_name = "NUMBER:HASH")]
        expect_head: Option<Head>,
    },
}

impl Verb {
    /// The files that the arguments name.
    pub fn files(&self) -> Vec<&Path> {
        match self {
            Verb::Backup { file } => vec![file],
            Verb::Restore { file, to, .. } => std::iter::once(file.as_path()).chain(to.as_deref()).collect(),
            _ => Vec::new(),
        }
    }
}

/// Runs one of them.
///
/// # Errors
/// As the functions of [`ledger_core::admin`].
pub fn run(context: &Context, verb: Verb) -> Result<ExitCode> {
    match verb {
        Verb::Status => status::run(context),
        Verb::Migrate => migrate(context),
        Verb::Rollback { lose_data } => rollback(context, lose_data),
        Verb::Verify(args) => verify::run(context, args),
        Verb::Backup { file } => copies::backup(context, &file),
        Verb::Restore { file, to, expect_head } => copies::restore(context, &file, to, expect_head),
    }
}

fn migrate(context: &Context) -> Result<ExitCode> {
    let address = &context.settings.db;
    let before = admin::status(address)?;
    let pending = before.pending_count();
    if context.settings.dry_run && pending > 0 {
        let waits = before.migrations.into_iter().filter(|change| change.known && !change.applied);
        let versions: Vec<String> = waits.map(|change| change.version).collect();
        let done = format!("would apply {pending} schema change(s) to {}", before.place);
        print_done(context, done, migrated(&before.place, &versions))?;
        return Ok(ExitCode::SUCCESS);
    }
    let applied = admin::migrate(address)?;
    let done = match applied.is_empty() {
        true => format!("{} is up to date", before.place),
        false => format!("{}: applied {}", before.place, applied.join(", ")),
    };
    print_done(context, done, migrated(&before.place, &applied))?;
    Ok(ExitCode::SUCCESS)
}

fn migrated(place: &str, applied: &[String]) -> Vec<(&'static str, Cell)> {
    vec![("place", Cell::text(place)), ("applied", Cell::Json(applied.into()))]
}

fn rollback(context: &Context, lose_data: bool) -> Result<ExitCode> {
    let address = &context.settings.db;
    let status = admin::status(address)?;
    let newest = status.migrations.iter().rfind(|migration| migration.applied);
    if let (true, Some(newest)) = (context.settings.dry_run, newest) {
        let (version, name) = (&newest.version, &newest.name);
        context.note(format_args!("would take {version} ({name}) back in {}", status.place));
        return Ok(ExitCode::SUCCESS);
    }
    match admin::rollback(address, &context.session(), lose_data)? {
        Some(version) => context.note(format_args!("{}: took {version} back", status.place)),
        None => context.note(format_args!("{} has no schema change to take back", status.place)),
    }
    Ok(ExitCode::SUCCESS)
}
