//! The commands: a file per noun with its clap arguments and one `run`.
//!
//! To add a noun: `commands/NOUN.rs` with `pub struct Args` (or an enum of verbs) and
//! `pub fn run(context: &Context, args: Args) -> Result<ExitCode>`, a variant of [`Command`], and a line in
//! [`run`]. A command calls the façade and hands plain data to [`crate::render`].

mod completions;
mod man;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Subcommand;
use ledger_core::Result;

use crate::config::Settings;

/// What can be done.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Print the completions of a shell
    Completions(completions::Args),
    /// Print the manual page, or write all of them into a folder
    Man(man::Args),
}

/// What every command is given.
#[derive(Debug)]
pub struct Context {
    /// How the command was called.
    pub settings: Settings,
}

impl Context {
    /// The context of a command.
    pub fn new(settings: Settings) -> Self {
        Context { settings }
    }

    /// Tells a note to the person, on standard error, unless they want quiet.
    pub fn note(&self, sentence: impl std::fmt::Display) {
        if !self.settings.quiet {
            tell(sentence);
        }
    }

    /// With `-v`, tells which database and book are used and who said so.
    pub fn tell_origins(&self) {
        if self.settings.verbose > 0 {
            for line in self.settings.origins() {
                tell(line);
            }
        }
    }
}

/// Runs a command.
///
/// # Errors
/// Those of the command.
pub fn run(context: &Context, command: Command) -> Result<ExitCode> {
    match command {
        Command::Completions(args) => completions::run(context, args),
        Command::Man(args) => man::run(context, args),
    }
}

/// Standard error may be closed; a note that nobody reads must not end the command.
fn tell(sentence: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{sentence}");
}
