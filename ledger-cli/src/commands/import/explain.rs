//! `ledger import explain`: how a CSV file would be read, why, and how sure that is.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ledger_core::Result;
use ledger_core::import::CsvReading;
use ledger_core::import::explain::{Decision, OpenQuestion};

use super::super::Context;
use super::{file, flags, profiles};
use crate::render::{self, Cell, Column, Table};

/// The arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// CSV file of a bank (- is standard input)
    file: PathBuf,

    /// Read the file with the profile that was saved under a name, or a built-in one; other flags go over it
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Commodity of amounts that name none [default: the book's]
    #[arg(long, value_name = "CODE")]
    commodity: Option<String>,

    #[command(flatten)]
    layout: flags::LayoutFlags,
}

impl Args {
    /// The arguments of another command that explains.
    pub(super) fn new(
        file: PathBuf,
        profile: Option<String>,
        commodity: Option<String>,
        layout: flags::LayoutFlags,
    ) -> Args {
        Args { file, profile, commodity, layout }
    }

    /// The file to explain.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }
}

/// Reads the file and tells each decision.
pub(super) fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let profile = profiles::named(&book, args.profile.as_deref())?.merge(args.layout.profile()?);
    let (name, bytes) = file::read(&args.file)?;
    let (imports, commodity) = (book.imports(), args.commodity.as_deref());
    let told = imports.explain_csv(&bytes, &name, &profile, commodity)?;
    if let Some(question) = &told.open {
        let mut table = table(&name, &told.decisions);
        table.rows.push(open(question));
        render::print(&context.settings, table)?;
    }
    let reading = imports.read_csv(&bytes, &name, &profile, commodity)?;
    print(context, &name, &reading)?;
    Ok(ExitCode::SUCCESS)
}

/// The row of what stays open, with the answers and the flags that its reason names.
fn open(question: &OpenQuestion) -> Vec<Cell> {
    let words = question.reason.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let flags = words.filter(|word| word.len() > 2 && word.starts_with("--")).collect::<Vec<_>>();
    let answers = question.choices.iter().map(|choice| choice.label.as_str()).collect::<Vec<_>>();
    vec![
        "open".into(),
        "undecided".into(),
        "none".into(),
        question.reason.as_str().into(),
        Cell::Text(answers.join(", ")),
        Cell::Text(flags.join(" or ")),
    ]
}

/// Prints the decisions of a reading as a table, and its notes.
///
/// # Errors
/// As [`render::print`].
pub(super) fn print(context: &Context, name: &str, reading: &CsvReading<'_>) -> Result<()> {
    render::print(&context.settings, table(name, &reading.decisions))?;
    for note in &reading.notes {
        context.note(format_args!("{name}: {note}"));
    }
    let (rows, problems) = (reading.rows.len(), reading.problems.len());
    context.note(format_args!("{rows} rows can be read, {problems} problems"));
    Ok(())
}

fn table(name: &str, decisions: &[Decision]) -> Table {
    let row = |decision: &Decision| {
        vec![
            decision.about.into(),
            decision.choice.as_str().into(),
            decision.confidence.as_str().into(),
            decision.reason.as_str().into(),
            Cell::Text(decision.alternatives.join(", ")),
            decision.flag.into(),
        ]
    };
    Table {
        title: Some(format!("How {name} is read")),
        columns: vec![
            Column::text("decision"),
            Column::text("choice"),
            Column::short("confidence"),
            Column::text("reason"),
            Column::text("alternatives"),
            Column::text("flag"),
        ],
        rows: decisions.iter().map(row).collect(),
        ..Table::default()
    }
}
