//! `ledger`: keep your books from the shell.
//!
//! `main` parses the arguments, settles what the command runs with, and calls the one function of the noun's
//! file under `commands/`. To read: `globals`, `config`, `guard`, `exit`; `dates`, `input`, `render`, `progress`; `commands`.

mod commands;
mod complete;
mod config;
mod dates;
mod exit;
mod globals;
mod guard;
mod input;
mod progress;
mod render;
mod sample;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::{Command, Context};
use crate::config::Environment;
use crate::exit::ErrorStyle;
use crate::globals::Globals;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Keep your books from the shell: double-entry, exact and never overwritten.
#[derive(Parser, Debug)]
#[command(name = "ledger", version, after_help = exit::HELP, arg_required_else_help = true)]
// What is piped is wrapped as for a terminal of 80 columns.
#[command(max_term_width = 80)]
#[command(propagate_version = false, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    globals: Globals,

    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    complete::answer();
    // clap itself ends wrong usage with code 2, and help with 0.
    let mut cli = Cli::parse();
    if cli.command.is_shown() {
        cli.globals.form_by_file();
    }
    let settings = match config::resolve(&cli.globals, &Environment::real()) {
        Ok(settings) => settings,
        // Before the settings stand, only the flags tell how errors are to be told.
        Err(error) => {
            let json = cli.globals.output_format.is_some_and(|form| form.format().is_json());
            return exit::report(&error, ErrorStyle { json, causes: cli.globals.verbose > 0, color: false });
        }
    };
    let context = Context::new(settings);
    context.tell_origins();
    let code = commands::run(&context, cli.command)
        .unwrap_or_else(|error| exit::report(&error, context.settings.error_style()));
    context.tell_hints();
    code
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_help_never_shows_the_value_of_a_variable() {
        // The value may hold a password; clap would print it after the name.
        let help = Cli::command().render_long_help().to_string();
        assert!(help.contains("[env: LEDGER_DB]"), "{help}");
        assert!(!help.contains("LEDGER_DB="), "{help}");
        assert!(!help.contains("LEDGER_FILE"), "{help}");
    }
}
