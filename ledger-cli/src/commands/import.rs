//! `ledger import`: bank statements into the journal, and the profiles that read them.

mod explain;
mod file;
mod flags;
mod profiles;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ledger_core::import::Problem as RowProblem;
use ledger_core::journal::Entry;
use ledger_core::{Book, CsvImport, CsvOutcome, Result};

use super::Context;
use super::post::names::Names;
use crate::input::{Problem, Problems};
use crate::render::{self, Cell, Column, Table};

/// What can be imported, and what helps to.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// Post the rows of a bank's CSV file that are not in the journal yet
    Csv(Box<CsvArgs>),
    /// Tell how a CSV file would be read, why, and how sure that is
    Explain(Box<explain::Args>),
    /// List, show, save, edit, share or delete profiles of CSV files
    Profiles(profiles::Args),
}

impl Verb {
    /// The files that the arguments name.
    pub fn files(&self) -> Vec<&Path> {
        match self {
            Verb::Csv(args) => vec![&args.file],
            Verb::Explain(args) => vec![args.file()],
            Verb::Profiles(args) => args.files(),
        }
    }
}

/// The arguments of `import csv`.
#[derive(clap::Args, Debug)]
pub struct CsvArgs {
    /// CSV file of a bank (- is standard input)
    file: PathBuf,

    /// Account that the statement is of
    #[arg(long, value_name = "ACCOUNT")]
    into: String,

    /// Account on the other side [default: Expenses:Uncategorized for money out, Income:Uncategorized for money in]
    #[arg(long, value_name = "ACCOUNT")]
    counter: Option<String>,

    /// Open the accounts of --into and --counter when they are missing; a name close to another one has to be confirmed
    #[arg(long)]
    create: bool,

    /// Commodity of amounts that name none [default: the account's, else the book's]
    #[arg(long, value_name = "CODE")]
    commodity: Option<String>,

    /// Post the rows that can be read; the others are told, and decide the exit code
    #[arg(long)]
    skip_errors: bool,

    /// Read the file with the profile that was saved under a name, or a built-in one; other flags go over it
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Save how the file was read, with all that was detected, under a name
    #[arg(long, value_name = "NAME")]
    save_profile: Option<String>,

    /// Tell how the file is read, and why, in place of posting anything
    #[arg(long)]
    explain: bool,

    #[command(flatten)]
    layout: flags::LayoutFlags,
}

/// Imports, or looks after profiles.
///
/// # Errors
/// As [`ledger_core::Imports::csv`], and [`ledger_core::ErrorKind::File`] for a file that cannot be read.
pub fn run(context: &Context, verb: Verb) -> Result<ExitCode> {
    match verb {
        Verb::Csv(args) => csv(context, *args),
        Verb::Explain(args) => explain::run(context, *args),
        Verb::Profiles(args) => profiles::run(context, args),
    }
}

fn csv(context: &Context, args: CsvArgs) -> Result<ExitCode> {
    if args.explain {
        let CsvArgs { file, profile, commodity, layout, .. } = args;
        return explain::run(context, explain::Args::new(file, profile, commodity, layout));
    }
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let (name, bytes) = file::read(&args.file)?;
    if args.create {
        let names = std::iter::once(args.into.as_str()).chain(args.counter.as_deref());
        Names::new(context, &book, true).check_names(names)?;
    }
    let saved = args.profile.as_ref().map(|name| book.imports().csv_profile(name)).transpose();
    let import = CsvImport {
        profile: saved.map_err(profiles::as_profile)?.unwrap_or_default().merge(args.layout.profile()?),
        counter: args.counter.as_deref(),
        commodity: args.commodity.as_deref(),
        create: args.create,
        skip_unreadable: args.skip_errors,
        rehearse: context.settings.dry_run,
        ..CsvImport::new(&name, &bytes, &args.into)
    };
    let outcome = book.imports().csv(&import)?;
    let problems = problems(&name, &outcome.problems);
    for note in &outcome.notes {
        context.note(format_args!("{name}: {note}"));
    }
    let mut code = ExitCode::SUCCESS;
    if !problems.is_empty() {
        code = problems.report(context.settings.error_style());
        if !args.skip_errors {
            context.note("nothing was posted: mend the file, or pass over these rows with --skip-errors");
            return Ok(code);
        }
    }
    if let Some(name) = &args.save_profile {
        save_profile(context, &book, name, &outcome)?;
    }
    render::print(&context.settings, table(&args.into, &outcome, import.rehearse))?;
    tell(context, &outcome);
    Ok(code)
}

fn save_profile(context: &Context, book: &Book<'_>, name: &str, outcome: &CsvOutcome) -> Result<()> {
    if context.settings.dry_run {
        context.note(format_args!("would save the profile \"{name}\""));
        return Ok(());
    }
    book.imports().save_csv_profile(name, &outcome.profile)?;
    context.note(format_args!("saved the profile \"{name}\""));
    Ok(())
}

fn tell(context: &Context, outcome: &CsvOutcome) {
    let (open, post) =
        if context.settings.dry_run { ("would open", "would post") } else { ("opened", "posted") };
    for account in &outcome.opened {
        context.note(format_args!("{open} account {}", account.name));
    }
    let CsvOutcome { posted, already_there, skipped, .. } = outcome;
    context.note(format_args!("{post} {}, already there {already_there}, skipped {skipped}", posted.len()));
}

/// The problems of a statement as those of any input.
fn problems(file: &str, found: &[RowProblem]) -> Problems {
    let mut problems = Problems::new(file);
    for problem in found {
        let told = Problem::new(problem.line, problem.column, problem.to_error(file));
        problems.add_coded(told.with_excerpt(&problem.source), problem.code);
    }
    problems
}

/// The posted entries: for each the amount that the statement's account gained or lost, and the other account.
fn table(into: &str, outcome: &CsvOutcome, rehearsed: bool) -> Table {
    let title = if rehearsed { "Would be posted" } else { "Posted" };
    Table {
        title: Some(format!("{title} into {into}")),
        columns: vec![
            Column::number("number"),
            Column::short("posted_on").titled("Date"),
            Column::text("description"),
            Column::text("counter").titled("Counter account"),
            Column::amount("amount"),
        ],
        rows: outcome.posted.iter().map(row).collect(),
        ..Table::default()
    }
}

fn row(entry: &Entry) -> Vec<Cell> {
    // An imported entry has the statement's line first, then the counter account's.
    let counter = entry.lines.get(1).map(|line| line.account.as_str());
    let amount = entry.lines.first().map(|line| line.amount);
    vec![
        entry.number.into(),
        entry.posted_on.into(),
        entry.description.as_str().into(),
        Cell::optional(counter, Cell::from),
        Cell::optional(amount, |amount| Cell::amount(amount.number(), amount.commodity().code())),
    ]
}
