//! `ledger import profiles`: how CSV files are read, saved by name, edited and shared as TOML.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use ledger_core::import::{CsvProfile, built_in_profiles};
use ledger_core::{Book, Error, ErrorKind, Result};
use serde_json::json;

use super::super::Context;
use super::{file, flags};
use crate::render::{self, Cell, Column, Output, Table};

/// The arguments; without a verb the profiles are listed.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// What can be done with profiles.
#[derive(clap::Subcommand, Debug)]
enum Verb {
    /// List the saved profiles
    List {
        /// List the built-in profiles of widely used banks
        #[arg(long)]
        built_in: bool,
    },
    /// Show the settings of a saved or built-in profile
    Show {
        /// Its name
        name: String,
    },
    /// Save how a file is read, or what the flags say, under a name
    Save(Box<SaveArgs>),
    /// Edit a saved or built-in profile as TOML in $VISUAL or $EDITOR, and save it
    Edit {
        /// Its name
        name: String,
    },
    /// Delete a saved profile
    Delete {
        /// Its name
        name: String,
    },
    /// Write a profile as TOML, to share it
    Export {
        /// Its name
        name: String,
    },
    /// Save a profile from a TOML file
    Import {
        /// The file (- is standard input)
        file: PathBuf,
        /// The name to save it under [default: the file's]
        #[arg(long)]
        name: Option<String>,
    },
}

/// The arguments of `save`.
#[derive(clap::Args, Debug)]
struct SaveArgs {
    /// The name to save under
    name: String,

    /// A CSV file to detect the rest from
    file: Option<PathBuf>,

    /// Begin with a saved or built-in profile; other flags go over it
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    #[command(flatten)]
    layout: flags::LayoutFlags,
}

impl Args {
    /// The files that the arguments name.
    pub(super) fn files(&self) -> Vec<&Path> {
        match &self.verb {
            Some(Verb::Save(args)) => args.file.as_deref().into_iter().collect(),
            Some(Verb::Import { file, .. }) => vec![file],
            _ => Vec::new(),
        }
    }
}

/// Looks after profiles.
pub(super) fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    match args.verb.unwrap_or(Verb::List { built_in: false }) {
        Verb::List { built_in: false } => list(context, &book)?,
        Verb::List { built_in: true } => list_built_in(context)?,
        Verb::Show { name } => show(context, &named(&book, Some(&name))?)?,
        Verb::Save(args) => save_read(context, &book, *args)?,
        Verb::Edit { name } => edit(context, &book, &name)?,
        Verb::Delete { name } => delete(context, &book, &name)?,
        Verb::Export { name } => export(context, &named(&book, Some(&name))?)?,
        Verb::Import { file, name } => import(context, &book, &file, name)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The saved profile of a name, else the built-in one; the empty profile without a name.
///
/// # Errors
/// [`ErrorKind::NotFound`] with the names that there are.
pub(super) fn named(book: &Book<'_>, name: Option<&str>) -> Result<CsvProfile> {
    let Some(name) = name else { return Ok(CsvProfile::default()) };
    book.imports().csv_profile(name).map_err(as_profile)
}

fn list(context: &Context, book: &Book<'_>) -> Result<()> {
    let saved = book.imports().csv_profiles().list()?;
    let rows = saved.into_iter().map(|saved| vec![Cell::Text(saved.name), Cell::Json(saved.settings)]);
    let columns = vec![Column::text("name"), Column::text("profile")];
    render::print(&context.settings, Table { columns, rows: rows.collect(), ..Table::default() })?;
    context.note(format_args!(
        "{} more are built in: ledger import profiles list --built-in",
        built_in_profiles().len()
    ));
    Ok(())
}

fn list_built_in(context: &Context) -> Result<()> {
    let row = |known: &ledger_core::import::BuiltInProfile| {
        let recognised = if known.header.is_empty() { "by name only" } else { "by its header" };
        vec![known.name.as_str().into(), known.title.as_str().into(), recognised.into()]
    };
    let columns = vec![Column::short("name"), Column::text("title"), Column::text("used")];
    let rows = built_in_profiles().iter().map(row).collect();
    render::print(&context.settings, Table { columns, rows, ..Table::default() })
}

fn show(context: &Context, profile: &CsvProfile) -> Result<()> {
    let settings = json!(profile);
    let settings = settings.as_object().into_iter().flatten();
    let rows = settings.map(|(name, value)| {
        let value = value.as_str().map_or_else(|| Cell::Json(value.clone()), Cell::from);
        vec![name.as_str().into(), value]
    });
    let columns = vec![Column::short("setting"), Column::text("value")];
    render::print(&context.settings, Table { columns, rows: rows.collect(), ..Table::default() })
}

fn save_read(context: &Context, book: &Book<'_>, args: SaveArgs) -> Result<()> {
    let told = named(book, args.profile.as_deref())?.merge(args.layout.profile()?);
    let profile = match &args.file {
        None => told,
        Some(path) => {
            let (name, bytes) = file::read(path)?;
            book.imports().read_csv(&bytes, &name, &told, None)?.profile
        }
    };
    save(context, book, &args.name, &profile)
}

fn save(context: &Context, book: &Book<'_>, name: &str, profile: &CsvProfile) -> Result<()> {
    if context.settings.dry_run {
        context.note(format_args!("would save the profile \"{name}\""));
        return Ok(());
    }
    book.imports().save_csv_profile(name, profile)?;
    context.note(format_args!("saved the profile \"{name}\""));
    Ok(())
}

/// Opens the profile in an editor and saves what comes back, if it is one.
fn edit(context: &Context, book: &Book<'_>, name: &str) -> Result<()> {
    let before = named(book, Some(name))?;
    let text = before.to_toml();
    let failed = |path: &Path, error: std::io::Error| {
        let kind =
            ErrorKind::File { verb: "edit", path: path.display().to_string(), message: error.to_string() };
        Error::from(kind).caused_by(error)
    };
    let place = tempfile::Builder::new().prefix("profile-").suffix(".toml").tempfile();
    let place = place.map_err(|error| failed(&std::env::temp_dir(), error))?;
    std::fs::write(place.path(), &text).map_err(|error| failed(place.path(), error))?;
    let editor = ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok()).unwrap_or_default();
    let mut words = editor.split_whitespace();
    let Some(program) = words.next() else {
        let advice = "there is no editor: set EDITOR, or use `ledger import profiles export` and `import`";
        return Err(ErrorKind::Misuse(advice.to_owned()).into());
    };
    let status = Command::new(program).args(words).arg(place.path()).status();
    let status = status.map_err(|error| failed(Path::new(program), error))?;
    if !status.success() {
        return Err(ErrorKind::Misuse(format!("the editor {program} failed, and nothing was saved")).into());
    }
    let edited = std::fs::read_to_string(place.path()).map_err(|error| failed(place.path(), error))?;
    match CsvProfile::from_toml(&edited, &place.path().display().to_string()) {
        Ok(profile) if profile == before => context.note("nothing was changed"),
        Ok(profile) => save(context, book, name, &profile)?,
        Err(error) => {
            // What was typed is not lost: the file that the message names stays.
            let _ = place.keep();
            context.hint(format!(
                "mend the file and save it with `ledger import profiles import FILE --name {name}`"
            ));
            return Err(error);
        }
    }
    Ok(())
}

fn export(context: &Context, profile: &CsvProfile) -> Result<()> {
    let mut output = Output::open(&context.settings)?;
    output.put(profile.to_toml().as_bytes())?;
    output.finish()
}

fn import(context: &Context, book: &Book<'_>, path: &Path, name: Option<String>) -> Result<()> {
    let (file, bytes) = file::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let profile = CsvProfile::from_toml(&text, &file)?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).filter(|stem| stem != "-");
    let Some(name) = name.or(stem) else {
        return Err(ErrorKind::Misuse("say the name to save it under: --name NAME".to_owned()).into());
    };
    save(context, book, &name, &profile)
}

fn delete(context: &Context, book: &Book<'_>, name: &str) -> Result<()> {
    let profiles = book.imports().csv_profiles();
    if context.settings.dry_run {
        let saved = profiles.get(name).map_err(as_profile)?;
        let fields = saved.settings.as_object().map_or(0, serde_json::Map::len);
        context.note(format_args!("would delete the profile \"{}\" ({fields} settings)", saved.name));
        return Ok(());
    }
    profiles.remove(name).map_err(as_profile)?;
    context.note(format_args!("deleted the profile \"{name}\""));
    Ok(())
}

/// The refusal of a name, which calls a saved setting what it is here.
pub(super) fn as_profile(error: Error) -> Error {
    match error.kind().clone() {
        ErrorKind::NotFound { name, suggestions, .. } => {
            ErrorKind::NotFound { what: "profile", name, suggestions }.into()
        }
        _ => error,
    }
}
