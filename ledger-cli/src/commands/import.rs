//! `ledger import`: bank statements into the journal, the inbox in which their lines wait, and the profiles that read
//! them.

mod explain;
pub(super) mod file;
pub(super) mod flags;
mod inbox;
mod journal;
mod lines;
mod make_rule;
mod profiles;
mod question;
mod review;
mod take_in;

use std::path::Path;
use std::process::ExitCode;

use ledger_core::Result;
use ledger_core::import::StatementFormat;

pub(super) use self::file::read as read_file;
pub(super) use self::take_in::problems;
use super::{Context, archive};

/// The arguments: a file, or what to do with imports that are there.
#[derive(clap::Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(flatten)]
    archive: archive::RestoreArgs,

    #[command(subcommand)]
    verb: Option<Verb>,

    #[command(flatten)]
    file: take_in::FileArgs,
}

/// What can be done besides importing a file of any kind.
#[derive(clap::Subcommand, Debug)]
enum Verb {
    /// Import a CSV file
    Csv(Box<take_in::FileArgs>),
    /// Import an OFX or QFX file
    Ofx(Box<take_in::FileArgs>),
    /// Import a QIF file
    Qif(Box<take_in::FileArgs>),
    /// Import a CAMT.052, .053 or .054 file
    Camt(Box<take_in::FileArgs>),
    /// Import an MT940 file
    Mt940(Box<take_in::FileArgs>),
    /// Take over a ledger, hledger or beancount journal, or a GnuCash book
    Journal(Box<journal::Args>),
    /// Tell how a CSV file would be read, why, and how sure that is
    Explain(Box<explain::Args>),
    /// List all imports
    List,
    /// Show the lines of an import with their verdicts and the reasons
    Show(inbox::ShowArgs),
    /// Post the lines of an open import
    Commit(Box<inbox::CommitArgs>),
    /// Take back all that an import did
    Undo(inbox::IdArgs),
    /// Throw an open import away
    Discard(inbox::IdArgs),
    /// List, show, save, edit, share or delete profiles of CSV files
    Profiles(profiles::Args),
}

impl Args {
    /// The files that the arguments name.
    pub fn files(&self) -> Vec<&Path> {
        let file = match &self.verb {
            Some(
                Verb::Csv(args) | Verb::Ofx(args) | Verb::Qif(args) | Verb::Camt(args) | Verb::Mt940(args),
            ) => Some(&**args),
            Some(Verb::Journal(args)) => return vec![&args.file],
            Some(Verb::Explain(args)) => return vec![args.file()],
            Some(Verb::Profiles(args)) => return args.files(),
            Some(_) => None,
            None => Some(&self.file),
        };
        file.and_then(|file| file.path()).into_iter().collect()
    }
}

/// Imports a file, or looks after imports and profiles.
///
/// # Errors
/// As [`ledger_core::Imports`] has them, and [`ledger_core::ErrorKind::File`] for a file that cannot be read.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let Some(verb) = args.verb else {
        if args.archive.full {
            return archive::restore(context, args.file.path(), args.archive);
        }
        return take_in::run(context, args.file, None);
    };
    match verb {
        Verb::Csv(args) => take_in::run(context, *args, Some(StatementFormat::Csv)),
        Verb::Ofx(args) => take_in::run(context, *args, Some(StatementFormat::Ofx)),
        Verb::Qif(args) => take_in::run(context, *args, Some(StatementFormat::Qif)),
        Verb::Camt(args) => take_in::run(context, *args, Some(StatementFormat::Camt)),
        Verb::Mt940(args) => take_in::run(context, *args, Some(StatementFormat::Mt940)),
        Verb::Journal(args) => journal::run(context, *args),
        Verb::Explain(args) => explain::run(context, *args),
        Verb::List => inbox::list(context),
        Verb::Show(args) => inbox::show(context, args),
        Verb::Commit(args) => inbox::commit(context, *args),
        Verb::Undo(args) => inbox::undo(context, args),
        Verb::Discard(args) => inbox::discard(context, args),
        Verb::Profiles(args) => profiles::run(context, args),
    }
}
