//! `ledger import FILE`: a file into the journal where every line is clear, into the inbox where a person is needed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ledger_core::import::{
    CounterSuggester, CsvProfile, ImportLine, ImportReport, LineState, Problem as RowProblem,
    StatementFormat, detect_format,
};
use ledger_core::{Book, ErrorKind, Import, Result};

use super::super::Context;
use super::super::post::names::Names;
use super::{explain, file, flags, inbox, profiles, question, review};
use crate::exit;
use crate::globals::Format;
use crate::input::{Problem, Problems};
use crate::render::{self, Cell, Column, Table};

/// A table for people longer than this is not printed: `import show` has it.
const SHOWN_MAX: u64 = 1_000;

/// The arguments of importing a file.
#[derive(clap::Args, Debug)]
pub struct FileArgs {
    /// File of a bank (- is standard input)
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    /// Account that the statement is of, or for a file of several accounts BANK=ACCOUNT, once for each [default: the
    /// one into which the bank's account was imported before]
    #[arg(long, value_name = "ACCOUNT")]
    into: Vec<String>,

    /// Kind of file: csv, ofx, qif, camt or mt940 [default: as it looks]
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,

    /// Account on the other side of lines that nothing tells more of [default: Expenses:Uncategorized for money out,
    /// Income:Uncategorized for money in]
    #[arg(long, value_name = "ACCOUNT")]
    counter: Option<String>,

    /// Open the accounts of --into and --counter when they are missing; a name close to another one has to be confirmed
    #[arg(long)]
    create: bool,

    /// Commodity of amounts that name none [default: the account's, else the book's]
    #[arg(long, value_name = "CODE")]
    commodity: Option<String>,

    /// Let the lines wait in the inbox, whatever they are
    #[arg(long)]
    review: bool,

    /// Import although the balances do not follow from the lines
    #[arg(long)]
    accept_gap: bool,

    /// How many days a line may lie from the entry that stands for it
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=366))]
    days: u32,

    /// Take lines that a file of another format had, by day and amount, for the same without asking
    #[arg(long)]
    same_lines: bool,

    /// Import the rows that can be read; the others are told, and decide the exit code
    #[arg(long)]
    skip_errors: bool,

    /// Pass over the rules of the book (see `ledger rules`)
    #[arg(long)]
    no_rules: bool,

    /// Do not put lines where earlier lines like them went
    #[arg(long)]
    no_learning: bool,

    /// Tell how a CSV file is read, and why, in place of importing anything
    #[arg(long)]
    explain: bool,

    /// Read a CSV file with the profile that was saved under a name, or a built-in one; other flags go over it
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Save how the file was read, with all that was detected, under a name
    #[arg(long, value_name = "NAME")]
    save_profile: Option<String>,

    #[command(flatten)]
    layout: flags::LayoutFlags,
}

impl FileArgs {
    /// The file, if one was named.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

/// What an import came to, with the lines to print.
struct Outcome {
    report: ImportReport,
    lines: Vec<ImportLine>,
}

/// Imports a file.
pub(super) fn run(context: &Context, args: FileArgs, format: Option<StatementFormat>) -> Result<ExitCode> {
    let usage = "name a file to import, or say what to do: see `ledger import --help`";
    let path = args.path().ok_or_else(|| ErrorKind::Misuse(usage.to_owned()))?.to_owned();
    if args.explain {
        let FileArgs { profile, commodity, layout, .. } = args;
        return explain::run(context, explain::Args::new(path, profile, commodity, layout));
    }
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let (name, bytes) = file::read(&path)?;
    let (into, into_each) = accounts(&args.into)?;
    if args.create {
        let named = into.iter().chain(into_each.iter().map(|(_, account)| account)).chain(&args.counter);
        Names::new(context, &book, true).check_names(named.map(String::as_str))?;
    }
    let rules = (!args.no_rules).then(|| book.rules().set()).transpose()?;
    let learned = (!args.no_learning).then(|| book.imports().learned()).transpose()?;
    let rules: Vec<&dyn CounterSuggester> = rules.iter().map(|rules| rules as _).collect();
    let learned: Vec<&dyn CounterSuggester> = learned.iter().map(|learned| learned as _).collect();
    let format = format.or(args.format.as_deref().map(known_format).transpose()?);
    let told = profiles::named(&book, args.profile.as_deref())?.merge(args.layout.profile()?);
    let commodity = (args.commodity.as_deref(), into.as_deref());
    let answers = if context.settings.may_ask {
        ask(context, &book, (&name, &bytes, format), told, commodity, args.save_profile)
    } else {
        question::Answers { profile: told, save_as: args.save_profile }
    };
    let import = Import {
        format,
        profile: answers.profile,
        into: into.as_deref(),
        into_each: &into_each,
        counter: args.counter.as_deref(),
        commodity: args.commodity.as_deref(),
        create: args.create,
        skip_unreadable: args.skip_errors,
        accept_gaps: args.accept_gap,
        days: args.days,
        same_lines: args.same_lines,
        rules: &rules,
        learned: &learned,
        ..Import::new(&name, &bytes)
    };
    let work = || take_in(context, &book, &import, args.review);
    let outcome = if context.settings.dry_run { ledger.rehearse(|_| work()) } else { work() }?;
    drop(bytes);
    let report = &outcome.report;
    for note in &report.notes {
        context.note(format_args!("{name}: {note}"));
    }
    let problems = problems(&name, &report.problems);
    let mut code = ExitCode::SUCCESS;
    if !problems.is_empty() {
        code = problems.report(context.settings.error_style());
        if !args.skip_errors {
            context.note("nothing was posted: mend the file, or pass over these rows with --skip-errors");
            return Ok(code);
        }
    }
    if let Some(name) = &answers.save_as {
        save_profile(context, &book, name, report)?;
    }
    match report.id {
        Some(id) if !report.committed => waiting(context, &book, id, &outcome, args.review),
        _ => {
            print_posted(context, report, &outcome.lines)?;
            tell(context, report);
            // What waits is not in the journal, although this file brings nothing new.
            Ok(if report.waits_in.is_empty() || code != ExitCode::SUCCESS {
                code
            } else {
                ExitCode::from(exit::NEEDS_REVIEW)
            })
        }
    }
}

/// Imports the file and reads back what became of its lines, from within a rehearsal too.
fn take_in(context: &Context, book: &Book<'_>, import: &Import<'_>, review: bool) -> Result<Outcome> {
    let imports = book.imports();
    let report = if review { imports.stage(import)? } else { imports.import(import)? };
    // A million lines are not read back only to say that they are too many to show.
    let wanted = report.id.filter(|_| !report.committed || !is_too_long(context, &report));
    let lines = wanted.map(|id| imports.lines(id)).transpose()?.unwrap_or_default();
    Ok(Outcome { report, lines })
}

fn is_too_long(context: &Context, report: &ImportReport) -> bool {
    matches!(context.settings.format, Format::Table) && report.counts.posted > SHOWN_MAX
}

/// The bank's accounts, each with the book's.
type BankAccounts = Vec<(String, String)>;

/// `ACCOUNT` on its own, and `BANK=ACCOUNT` for each account of the bank.
fn accounts(into: &[String]) -> Result<(Option<String>, BankAccounts)> {
    let (mut one, mut each) = (None, Vec::new());
    for text in into {
        match text.rsplit_once('=') {
            Some((bank, account)) => each.push((bank.trim().to_owned(), account.trim().to_owned())),
            None if one.is_some() => {
                let advice =
                    "--into names two accounts: say which is whose with --into BANK=ACCOUNT".to_owned();
                return Err(ErrorKind::Misuse(advice).into());
            }
            None => one = Some(text.clone()),
        }
    }
    Ok((one, each))
}

/// Asks the person at the terminal what a file leaves open.
fn ask(
    context: &Context,
    book: &Book<'_>,
    (name, bytes, format): (&str, &[u8], Option<StatementFormat>),
    told: CsvProfile,
    (commodity, into): (Option<&str>, Option<&str>),
    save_as: Option<String>,
) -> question::Answers {
    let own = || book.accounts().get(into?).ok()?.commodity.map(|commodity| commodity.code().to_owned());
    let commodity = commodity.map(str::to_owned).or_else(own);
    let imports = book.imports();
    let open = |profile: &_| imports.question((bytes, format), name, profile, commodity.as_deref());
    // Only how a CSV file is read can be saved.
    let is_csv = || format.map_or_else(|| detect_format(bytes), Ok) == Ok(StatementFormat::Csv);
    let answers = question::settle(
        &mut review::Terminal::of(context),
        name,
        told,
        save_as.is_none() && is_csv(),
        &open,
    );
    question::Answers { save_as: save_as.or(answers.save_as), ..answers }
}

fn known_format(name: &str) -> Result<StatementFormat> {
    StatementFormat::from_name(&name.to_lowercase()).ok_or_else(|| {
        let reason = "take csv, ofx, qif, camt or mt940".to_owned();
        ErrorKind::InvalidSetting { what: "format", value: name.to_owned(), reason }.into()
    })
}

fn save_profile(context: &Context, book: &Book<'_>, name: &str, report: &ImportReport) -> Result<()> {
    if context.settings.dry_run {
        context.note(format_args!("would save the profile \"{name}\""));
        return Ok(());
    }
    book.imports().save_csv_profile(name, &report.profile)?;
    context.note(format_args!("saved the profile \"{name}\""));
    Ok(())
}

/// Lines that wait: asks where somebody can be asked, and says how to go on where not.
fn waiting(context: &Context, book: &Book<'_>, id: i64, outcome: &Outcome, wanted: bool) -> Result<ExitCode> {
    let report = &outcome.report;
    let dry_run = context.settings.dry_run;
    for account in &report.opened {
        context.note(format_args!("opened account {}", account.name));
    }
    if !wanted && !dry_run && context.settings.may_ask {
        return review::on_terminal(context, book, id);
    }
    render::print(&context.settings, inbox::lines_table(context, id, &outcome.lines))?;
    inbox::tell_questions(context, id, report);
    if dry_run {
        context.note("would leave the import open: nothing would be posted");
    } else if wanted {
        context.note(format_args!("import {id} waits: post it with `ledger import commit {id}`"));
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::from(exit::NEEDS_REVIEW))
}

/// The posted entries: for each the amount that the statement's account gained or lost, and the other account.
pub(super) fn print_posted(context: &Context, report: &ImportReport, lines: &[ImportLine]) -> Result<()> {
    let title = if context.settings.dry_run { "Would be posted" } else { "Posted" };
    let mut table = Table {
        title: Some(format!("{title} into {}", report.accounts.join(", "))),
        columns: vec![
            Column::number("number"),
            Column::short("posted_on").titled("Date"),
            Column::text("description"),
            Column::text("counter").titled("Counter account"),
            Column::amount("amount"),
        ],
        ..Table::default()
    };
    if is_too_long(context, report) {
        let (count, id) = (report.counts.posted, report.id.unwrap_or_default());
        context.note(format_args!("{count} lines were posted: `ledger import show {id}` lists them"));
        return Ok(());
    }
    table.rows = lines.iter().filter(|line| line.state == LineState::Posted).map(row).collect();
    render::print(&context.settings, table)
}

fn row(line: &ImportLine) -> Vec<Cell> {
    vec![
        Cell::optional(line.entry, Cell::from),
        line.posted_on.into(),
        line.description.as_str().into(),
        Cell::optional(line.counter.as_deref(), Cell::from),
        Cell::amount(line.amount.number(), line.amount.commodity().code()),
    ]
}

/// Says what an import came to.
pub(super) fn tell(context: &Context, report: &ImportReport) {
    let (open, post) =
        if context.settings.dry_run { ("would open", "would post") } else { ("opened", "posted") };
    for account in &report.opened {
        context.note(format_args!("{open} account {}", account.name));
    }
    let reconciled = if context.settings.dry_run { "would reconcile" } else { "reconciled" };
    for checkpoint in &report.checkpoints {
        context.note(format_args!(
            "{reconciled} {} to {} at {}: checkpoint {}",
            checkpoint.account, checkpoint.reconciled_to, checkpoint.balance, checkpoint.id
        ));
    }
    let counts = report.counts;
    let matched = if counts.matched > 0 { format!(", matched {}", counts.matched) } else { String::new() };
    context.note(format_args!(
        "{post} {}{matched}, already there {}, skipped {}",
        counts.posted, counts.duplicates, counts.skipped
    ));
}

/// The problems of a statement as those of any input.
pub(in crate::commands) fn problems(file: &str, found: &[RowProblem]) -> Problems {
    let mut problems = Problems::new(file);
    for problem in found {
        let told = Problem::new(problem.line, problem.column, problem.to_error(file));
        problems.add_coded(told.with_excerpt(&problem.source), problem.code);
    }
    problems
}
