//! `ledger completions SHELL`.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;
use ledger_core::Result;

use super::Context;
use crate::Cli;
use crate::render::Output;

/// The arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the completions.
///
/// # Errors
/// [`ledger_core::ErrorKind::File`] when they cannot be written.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "ledger", &mut script);
    let mut output = Output::open(&context.settings)?;
    output.put(&script)?;
    output.finish()?;
    Ok(ExitCode::SUCCESS)
}
