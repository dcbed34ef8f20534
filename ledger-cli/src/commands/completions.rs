//! `ledger completions SHELL`.

use std::process::ExitCode;

use clap_complete::Shell;
use ledger_core::{Error, ErrorKind, Result};

use super::Context;
use crate::complete;
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
    complete::write_script(args.shell, &mut script).map_err(|error| {
        let path = format!("the completions of {}", args.shell);
        let kind = ErrorKind::File { verb: "write", path, message: error.to_string() };
        Error::from(kind).caused_by(error)
    })?;
    let mut output = Output::open(&context.settings)?;
    output.put(&script)?;
    output.finish()?;
    Ok(ExitCode::SUCCESS)
}
