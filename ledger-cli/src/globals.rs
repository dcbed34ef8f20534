//! The flags that every command takes, exactly as they were typed.
//!
//! Nothing is looked up here: [`crate::config::resolve`] joins the flags with the environment and the
//! configuration files. The environment is named in the help but not read by clap, because clap prints the
//! value of a variable in its help, and LEDGER_DB may hold a password.

use std::path::{Path, PathBuf};

use clap::{ArgAction, Args, ValueEnum};
use serde::Deserialize;

/// The global flags.
#[derive(Args, Debug, Clone, Default)]
pub struct Globals {
    /// Database to use: a file, sqlite:FILE or postgres://USER@HOST/NAME [env: LEDGER_DB]
    #[arg(long, value_name = "URL", global = true, help_heading = "Global options")]
    pub db: Option<String>,

    /// Book to use [env: LEDGER_BOOK]
    #[arg(long, value_name = "NAME", global = true, help_heading = "Global options")]
    pub book: Option<String>,

    /// Day to take as today, so that a command can be repeated with the same result
    #[arg(long, value_name = "DATE", global = true, help_heading = "Global options")]
    pub today: Option<String>,

    /// Form of the output [default: as the ending of the file of -o tells, else table]
    #[arg(
        short = 'O',
        long,
        value_name = "FORMAT",
        value_enum,
        global = true,
        help_heading = "Global options"
    )]
    pub output_format: Option<OutputForm>,

    /// Write the output to a file instead of standard output (- is standard output); .csv, .tsv, .json, .ndjson, .md,
    /// .html, .svg and .ics are written in that form where -O says nothing
    #[arg(short = 'o', long, value_name = "FILE", global = true, help_heading = "Global options")]
    pub output: Option<PathBuf>,

    /// Write text in CSV and TSV as it is, also where a spreadsheet would take it for a formula
    #[arg(long, global = true, help_heading = "Global options")]
    pub raw_cells: bool,

    /// Show what would be done and change nothing
    #[arg(long, global = true, help_heading = "Global options")]
    pub dry_run: bool,

    /// Colour: when the output is a terminal, always or never [env: NO_COLOR]
    #[arg(long, value_name = "WHEN", value_enum, global = true, help_heading = "Global options")]
    pub color: Option<ColorChoice>,

    /// Never ask: where a question would be put, end with an error
    #[arg(long, global = true, help_heading = "Global options")]
    pub no_input: bool,

    /// Answer yes to every question
    #[arg(long, global = true, help_heading = "Global options")]
    pub yes: bool,

    /// Leave out notes, hints and progress
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Global options")]
    pub quiet: bool,

    /// Tell more: the database in use, the causes of an error
    #[arg(short, long, action = ArgAction::Count, global = true, help_heading = "Global options")]
    pub verbose: u8,
}

impl Globals {
    /// Takes the form of the output from the ending of its file, where no form was given.
    pub fn form_by_file(&mut self) {
        let named = || self.output.as_deref().and_then(OutputForm::of_file);
        self.output_format = self.output_format.or_else(named);
    }
}

/// What `-O` takes: forms that every command has, and pictures that some have.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputForm {
    /// Columns for people
    #[value(alias = "text")]
    Table,
    /// Comma-separated values with a header
    Csv,
    /// Tab-separated values with a header
    Tsv,
    /// One JSON document
    Json,
    /// One JSON object a line
    Ndjson,
    /// A table in Markdown, as GitHub writes it
    #[value(alias = "md")]
    Markdown,
    /// A page that stands alone, to print or send
    Html,
    /// A chart alone: statements, register, schedule project, scenario compare
    Svg,
    /// A calendar: schedule list
    Ics,
}

impl OutputForm {
    /// The form of a file with such a name; none for an ending that stands for no form.
    pub fn of_file(path: &Path) -> Option<OutputForm> {
        Some(match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => OutputForm::Csv,
            "tsv" => OutputForm::Tsv,
            "json" => OutputForm::Json,
            "ndjson" | "jsonl" => OutputForm::Ndjson,
            "md" | "markdown" => OutputForm::Markdown,
            "html" | "htm" => OutputForm::Html,
            "svg" => OutputForm::Svg,
            "ics" => OutputForm::Ics,
            _ => return None,
        })
    }

    /// The form, or the table for what a command says beside its picture.
    pub fn format(self) -> Format {
        match self {
            OutputForm::Table
            | OutputForm::Markdown
            | OutputForm::Html
            | OutputForm::Svg
            | OutputForm::Ics => Format::Table,
            OutputForm::Csv => Format::Csv,
            OutputForm::Tsv => Format::Tsv,
            OutputForm::Json => Format::Json,
            OutputForm::Ndjson => Format::Ndjson,
        }
    }

    /// What the table is written as.
    pub fn medium(self) -> Medium {
        match self {
            OutputForm::Markdown => Medium::Markdown,
            OutputForm::Html => Medium::Html,
            OutputForm::Svg => Medium::Svg,
            OutputForm::Ics => Medium::Ics,
            _ => Medium::Terminal,
        }
    }
}

/// What the form for people is written as: the same rows and words, on something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Medium {
    /// Columns of a terminal.
    #[default]
    Terminal,
    /// A table in Markdown.
    Markdown,
    /// A page.
    Html,
    /// The chart alone, of results that have one.
    Svg,
    /// A calendar, of schedules.
    Ics,
}

/// The shape of a result: for people, or for programs.
#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Columns for people
    #[default]
    Table,
    /// Comma-separated values with a header
    Csv,
    /// Tab-separated values with a header
    Tsv,
    /// One JSON document
    Json,
    /// One JSON object a line
    Ndjson,
}

impl Format {
    /// Whether the form is JSON, so that errors are told in JSON too.
    pub fn is_json(self) -> bool {
        matches!(self, Format::Json | Format::Ndjson)
    }
}

/// When to use colour.
#[derive(ValueEnum, Deserialize, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "lowercase")]
pub enum ColorChoice {
    /// When the output is a terminal that shows colour
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Probe {
        #[command(flatten)]
        globals: Globals,
        #[command(subcommand)]
        command: Option<Sub>,
    }

    #[derive(clap::Subcommand)]
    enum Sub {
        Show { number: i64 },
    }

    #[test]
    fn global_flags_are_taken_before_and_after_the_command() {
        let before = Probe::try_parse_from(["ledger", "--book", "home", "-O", "json", "show", "7"]).unwrap();
        let after = Probe::try_parse_from(["ledger", "show", "7", "--book", "home", "-O", "json"]).unwrap();
        for probe in [before, after] {
            assert_eq!(probe.globals.book.as_deref(), Some("home"));
            assert_eq!(probe.globals.output_format, Some(OutputForm::Json));
            assert!(matches!(probe.command, Some(Sub::Show { number: 7 })));
        }
    }

    #[test]
    fn small_o_is_a_file_and_capital_o_a_format() {
        let probe = Probe::try_parse_from(["ledger", "-o", "out.csv", "-O", "csv"]).unwrap();
        assert_eq!(probe.globals.output, Some(PathBuf::from("out.csv")));
        assert_eq!(probe.globals.output_format, Some(OutputForm::Csv));
    }

    #[test]
    fn the_ending_of_a_file_tells_the_form_where_no_form_is_given() {
        let form = |words: &[&str]| {
            let mut globals = Probe::try_parse_from([&["ledger"], words].concat()).unwrap().globals;
            globals.form_by_file();
            globals.output_format
        };
        assert_eq!(form(&["-o", "year.HTML"]), Some(OutputForm::Html));
        assert_eq!(form(&["-o", "a.b/year.jsonl"]), Some(OutputForm::Ndjson));
        assert_eq!(form(&["-o", "year.csv", "-O", "table"]), Some(OutputForm::Table));
        assert_eq!([form(&["-o", "year.txt"]), form(&["-o", "csv"]), form(&["-o", "-"])], [None; 3]);
    }

    #[test]
    fn quiet_and_verbose_exclude_each_other() {
        assert!(Probe::try_parse_from(["ledger", "-q", "-v"]).is_err());
        assert_eq!(Probe::try_parse_from(["ledger", "-vv"]).unwrap().globals.verbose, 2);
    }
}
