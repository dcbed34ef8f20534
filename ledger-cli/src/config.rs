//! What a command runs with: flags over environment over `./ledger.toml` over the user's configuration file.
//!
//! [`Environment`] holds everything that comes from outside (variables, folders, the clock, the terminal), so
//! that [`resolve`] is a plain function that tests can call.

use std::collections::HashMap;
use std::fs;
use std::io::{self, ErrorKind as IoKind, IsTerminal};
use std::path::{Path, PathBuf};

use chrono::{Local, NaiveDate};
use etcetera::BaseStrategy;
use ledger_core::{Error, ErrorKind, Result};
use serde::Deserialize;

use crate::dates;
use crate::exit::ErrorStyle;
use crate::globals::{ColorChoice, Format, Globals, Medium, OutputForm};

/// The configuration file that is looked for in the current folder.
pub const LOCAL_FILE: &str = "ledger.toml";
/// The columns of a table when nobody knows how wide the output is.
const WIDTH_DEFAULT: u16 = 80;

/// What a configuration file may hold.
#[derive(Deserialize, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    db: Option<String>,
    book: Option<String>,
    color: Option<ColorChoice>,
    output: Option<Format>,
}

/// The world around the command.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The environment variables that are UTF-8.
    pub variables: HashMap<String, String>,
    /// The current folder.
    pub folder: PathBuf,
    /// The folder of the user's configuration, such as `~/.config`.
    pub config_folder: Option<PathBuf>,
    /// The folder of the user's data, such as `~/.local/share`.
    pub data_folder: Option<PathBuf>,
    /// Today by the clock and time zone of the machine.
    pub today: NaiveDate,
    /// Whether a person reads standard output.
    pub stdout_is_terminal: bool,
    /// Whether a person reads standard error.
    pub stderr_is_terminal: bool,
    /// Whether a person types standard input.
    pub stdin_is_terminal: bool,
    /// The columns of the terminal, where there is one.
    pub terminal_width: Option<u16>,
}

impl Environment {
    /// The real world.
    pub fn real() -> Self {
        let folders = etcetera::choose_base_strategy().ok();
        Environment {
            variables: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
            folder: PathBuf::from("."),
            config_folder: folders.as_ref().map(BaseStrategy::config_dir),
            data_folder: folders.as_ref().map(BaseStrategy::data_dir),
            today: Local::now().date_naive(),
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            stdin_is_terminal: io::stdin().is_terminal(),
            terminal_width: terminal_size::terminal_size().map(|(width, _)| width.0),
        }
    }

    /// The value of a variable; one that is set to nothing counts as not set.
    fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Everything that a command needs to know about how it was called.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The database's address or path.
    pub db: String,
    /// Where `db` was found.
    pub db_from: &'static str,
    /// The book by name, when one was named.
    pub book: Option<String>,
    /// Where `book` was found.
    pub book_from: Option<&'static str>,
    /// Who works: the name that entries and changes carry.
    pub actor: String,
    /// The day that counts as today.
    pub today: NaiveDate,
    /// The form of the output.
    pub format: Format,
    /// What the form for people is written as.
    pub medium: Medium,
    /// The file to write to instead of standard output.
    pub output: Option<PathBuf>,
    /// Whether text in CSV and TSV is left as it is.
    pub raw_cells: bool,
    /// Whether the output is coloured.
    pub color: bool,
    /// Whether standard error is coloured.
    pub color_errors: bool,
    /// The columns that a table may take.
    pub width: u16,
    /// Whether nothing may be changed.
    pub dry_run: bool,
    /// Whether questions may be asked: a person sits there and did not say `--no-input`.
    pub may_ask: bool,
    /// Whether every question is answered with yes.
    pub yes: bool,
    /// Whether notes, hints and progress are left out.
    pub quiet: bool,
    /// Whether progress may be drawn on standard error.
    pub progress: bool,
    /// How often `-v` was given.
    pub verbose: u8,
}

impl Settings {
    /// How errors are told.
    pub fn error_style(&self) -> ErrorStyle {
        ErrorStyle { json: self.format.is_json(), causes: self.verbose > 0, color: self.color_errors }
    }

    /// Whether the result is read in a terminal, where text of another form is as good as a table.
    pub fn is_terminal_form(&self) -> bool {
        self.format == Format::Table && self.medium == Medium::Terminal
    }

    /// What `-v` prints first: which database and book are used, and who said so.
    pub fn origins(&self) -> Vec<String> {
        let mut lines = vec![format!("database: {} ({})", redacted(&self.db), self.db_from)];
        if let (Some(book), Some(from)) = (&self.book, self.book_from) {
            lines.push(format!("book: {book} ({from})"));
        }
        lines
    }

    /// Makes the folder of the default database, for the command that creates it.
    ///
    /// A folder that the user named is not made: a missing one is more likely a slip of the pen.
    ///
    /// # Errors
    /// [`ErrorKind::File`] when the folder cannot be made.
    pub fn create_default_folder(&self) -> Result<()> {
        if self.db_from != FROM_DEFAULT {
            return Ok(());
        }
        match Path::new(&self.db).parent() {
            Some(folder) => fs::create_dir_all(folder).map_err(|error| file_error("write", folder, error)),
            None => Ok(()),
        }
    }
}

const FROM_FLAG: &str = "from the command line";
const FROM_ENVIRONMENT: &str = "from the environment";
const FROM_LOCAL: &str = "from ./ledger.toml";
const FROM_USER: &str = "from the user's config.toml";
const FROM_DEFAULT: &str = "the default place";

/// Joins the flags with the environment and the configuration files.
///
/// # Errors
/// [`ErrorKind::Unreadable`] with file and line for a configuration file that holds an unknown key or is not
/// TOML, [`ErrorKind::File`] for one that cannot be read, [`ErrorKind::InvalidDate`] for `--today`, and
/// [`ErrorKind::Misuse`] when no database is named and the user has no data folder.
pub fn resolve(globals: &Globals, environment: &Environment) -> Result<Settings> {
    let local = read_config(&environment.folder.join(LOCAL_FILE), LOCAL_FILE.into())?;
    let user_folder = environment.config_folder.as_ref().map(|folder| folder.join("ledger"));
    let user = match &user_folder {
        Some(folder) => {
            let path = folder.join("config.toml");
            read_config(&path, path.display().to_string())?
        }
        None => ConfigFile::default(),
    };
    let (db, db_from) = database(globals, environment, &local, &user)?;
    let book = first([
        (globals.book.clone(), FROM_FLAG),
        (environment.variable("LEDGER_BOOK").map(Into::into), FROM_ENVIRONMENT),
        (local.book, FROM_LOCAL),
        (user.book, FROM_USER),
    ]);
    let today = match &globals.today {
        Some(text) => dates::parse_date(text, environment.today)?,
        None => environment.today,
    };
    let output = globals.output.clone().filter(|path| path != Path::new("-"));
    let color = globals.color.or(match environment.variable("NO_COLOR") {
        Some(_) => Some(ColorChoice::Never),
        None => local.color.or(user.color),
    });
    let shows_color = |is_terminal: bool| match color.unwrap_or_default() {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => is_terminal && environment.variable("TERM") != Some("dumb"),
    };
    Ok(Settings {
        db,
        db_from,
        book_from: book.as_ref().map(|(_, from)| *from),
        book: book.map(|(name, _)| name),
        actor: actor(&environment.variables),
        today,
        medium: globals.output_format.map(OutputForm::medium).unwrap_or_default(),
        format: globals
            .output_format
            .map(OutputForm::format)
            .or(local.output)
            .or(user.output)
            .unwrap_or_default(),
        raw_cells: globals.raw_cells,
        color: shows_color(environment.stdout_is_terminal && output.is_none()),
        color_errors: shows_color(environment.stderr_is_terminal),
        width: width(environment, output.is_some()),
        output,
        dry_run: globals.dry_run,
        may_ask: environment.stdin_is_terminal && environment.stderr_is_terminal && !globals.no_input,
        yes: globals.yes,
        quiet: globals.quiet,
        progress: environment.stderr_is_terminal && !globals.quiet,
        verbose: globals.verbose,
    })
}

/// The user's name as the system tells it; `LEDGER_ACTOR` for scripts that work for somebody else.
fn actor(variables: &HashMap<String, String>) -> String {
    let named =
        ["LEDGER_ACTOR", "USER", "LOGNAME", "USERNAME"].iter().filter_map(|name| variables.get(*name));
    named.map(|name| name.trim()).find(|name| !name.is_empty()).unwrap_or("unknown").to_owned()
}

fn database(
    globals: &Globals,
    environment: &Environment,
    local: &ConfigFile,
    user: &ConfigFile,
) -> Result<(String, &'static str)> {
    let home = environment.variable("HOME");
    let user_folder =
        environment.config_folder.as_ref().map(|folder| folder.join("ledger")).unwrap_or_default();
    let default = environment.data_folder.as_ref().map(|folder| folder.join("ledger").join("ledger.sqlite"));
    first([
        (globals.db.clone(), FROM_FLAG),
        (environment.variable("LEDGER_DB").map(Into::into), FROM_ENVIRONMENT),
        (local.db.as_deref().map(|db| anchored(db, &environment.folder, home)), FROM_LOCAL),
        (user.db.as_deref().map(|db| anchored(db, &user_folder, home)), FROM_USER),
        (default.map(|path| path.display().to_string()), FROM_DEFAULT),
    ])
    .ok_or_else(|| {
        ErrorKind::Misuse(
            "no database is named and there is no home folder to look in: give --db or LEDGER_DB".into(),
        )
        .into()
    })
}

fn first<const N: usize>(candidates: [(Option<String>, &'static str); N]) -> Option<(String, &'static str)> {
    candidates.into_iter().find_map(|(value, from)| value.map(|value| (value, from)))
}

/// The width of a table: the terminal's, else COLUMNS, else 80.
fn width(environment: &Environment, to_file: bool) -> u16 {
    let terminal = environment.terminal_width.filter(|_| environment.stdout_is_terminal && !to_file);
    let columns = || environment.variable("COLUMNS").and_then(|text| text.parse().ok());
    terminal.or_else(columns).filter(|width| *width > 0).unwrap_or(WIDTH_DEFAULT)
}

/// A database address from a configuration file: a relative path counts from the file's folder.
fn anchored(db: &str, folder: &Path, home: Option<&str>) -> String {
    let (prefix, path) = match db.strip_prefix("sqlite:") {
        // `sqlite://` has an authority and is left to the core to judge.
        Some(path) if !path.starts_with("//") => ("sqlite:", path),
        _ => ("", db),
    };
    if path.contains("://") || path.starts_with(':') || path.is_empty() {
        return db.into();
    }
    let path = match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => Path::new(home).join(rest),
        // `.` is where the command runs anyway; leaving it out keeps messages as the user wrote the path.
        _ if folder == Path::new(".") || folder.as_os_str().is_empty() => PathBuf::from(path),
        _ => folder.join(path),
    };
    format!("{prefix}{}", path.display())
}

fn read_config(path: &Path, name: String) -> Result<ConfigFile> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), IoKind::NotFound | IoKind::NotADirectory) => {
            return Ok(ConfigFile::default());
        }
        Err(error) => return Err(file_error("read", path, error)),
    };
    let unreadable = |offset: usize, reason: String| {
        let before = &bytes[..offset.min(bytes.len())];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        Error::from(ErrorKind::Unreadable {
            file: name.clone(),
            line: before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1,
            column: String::from_utf8_lossy(&before[line_start..]).chars().count() as u64 + 1,
            reason,
        })
    };
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| unreadable(error.valid_up_to(), "this is not UTF-8 text".into()))?;
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let offset = error.span().map_or(0, |span| span.start);
        unreadable(offset, error.message().replace("unknown field", "unknown key"))
    })
}

/// The address without its password.
pub fn redacted(db: &str) -> String {
    let mut shown = db.to_owned();
    if let Some(start) = db.find("://").map(|at| at + 3)
        && let Some(end) =
            db[start..].split(['/', '?']).next().and_then(|host| host.rfind('@')).map(|at| start + at)
        && let Some(colon) = db[start..end].find(':').map(|at| start + at)
    {
        shown.replace_range(colon + 1..end, "***");
    }
    if let Some(start) = shown.find("password=").map(|at| at + "password=".len()) {
        let end = shown[start..].find(['&', ' ']).map_or(shown.len(), |at| start + at);
        shown.replace_range(start..end, "***");
    }
    shown
}

fn file_error(verb: &'static str, path: &Path, error: io::Error) -> Error {
    Error::from(ErrorKind::File { verb, path: path.display().to_string(), message: error.to_string() })
        .caused_by(error)
}

#[cfg(test)]
#[path = "config/tests.rs"]
mod tests;
