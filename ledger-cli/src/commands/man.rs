//! `ledger man [DIR]`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::CommandFactory;
use clap_mangen::Man;
use ledger_core::{Error, ErrorKind, Result};

use super::Context;
use crate::Cli;
use crate::render::Output;

/// The arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Folder to write a page for every command into, made when it is missing (without it: print ledger.1)
    dir: Option<PathBuf>,
}

/// Prints or writes the manual pages.
///
/// # Errors
/// [`ErrorKind::File`] when they cannot be written.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let mut command = Cli::command();
    command.build();
    let Some(folder) = args.dir else {
        let mut output = Output::open(&context.settings)?;
        output.put(&page(&command, "ledger", "standard output")?)?;
        output.finish()?;
        return Ok(ExitCode::SUCCESS);
    };
    let mut pages = Vec::new();
    collect(&command, "ledger", &mut pages)?;
    if context.settings.dry_run {
        for (name, _) in &pages {
            context.note(format_args!("would write {}", folder.join(name).display()));
        }
        return Ok(ExitCode::SUCCESS);
    }
    fs::create_dir_all(&folder).map_err(|error| failed(&folder, error))?;
    for (name, page) in &pages {
        let mut output = Output::file(&folder.join(name))?;
        output.put(page)?;
        output.finish()?;
    }
    context.note(format_args!("{} manual pages written to {}", pages.len(), folder.display()));
    Ok(ExitCode::SUCCESS)
}

/// The pages of a command and of all below it: `ledger.1`, `ledger-account.1`, `ledger-account-open.1`.
fn collect(command: &clap::Command, name: &str, pages: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    pages.push((format!("{name}.1"), page(command, name, name)?));
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        collect(sub, &format!("{name}-{}", sub.get_name()), pages)?;
    }
    Ok(())
}

fn page(command: &clap::Command, name: &str, place: &str) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    let command = command.clone().display_name(name.to_owned());
    Man::new(command)
        .title(name.to_uppercase())
        .render(&mut page)
        .map_err(|error| failed(Path::new(place), error))?;
    Ok(page)
}

fn failed(path: &Path, error: std::io::Error) -> Error {
    let kind =
        ErrorKind::File { verb: "write", path: path.display().to_string(), message: error.to_string() };
    Error::from(kind).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_manual_page() {
        let mut command = Cli::command();
        command.build();
        let mut pages = Vec::new();
        collect(&command, "ledger", &mut pages).unwrap();
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.contains(&"ledger.1") && names.contains(&"ledger-completions.1"), "{names:?}");
        for (name, page) in &pages {
            let text = String::from_utf8_lossy(page);
            assert!(text.contains(".SH SYNOPSIS"), "{name}: {text}");
        }
    }
}
