//! `ledger rules test`: which rule fires on which line of a statement, and why.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ledger_core::import::rule::{Decision, Fired, LineView, RuleOutcome, RuleSet};
use ledger_core::import::{ReadOptions, StatementFile, StatementLine, read_statement};
use ledger_core::{Book, Result};
use serde_json::{Value, json};

use super::super::Context;
use super::super::facts::amount;
use super::super::import::{file, flags};
use super::import as rule_files;
use crate::globals::Format;
use crate::render::{self, Cell, Column, Table};

/// The arguments of `rules test`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// File of a bank in any format that can be imported (- is standard input)
    file: PathBuf,

    /// Account that the statement is of
    #[arg(long, value_name = "ACCOUNT")]
    into: String,

    /// Try the rules of this file instead of the book's: TOML, or hledger's CSV rules
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,

    /// Show only lines whose account no rule decides
    #[arg(long)]
    undecided: bool,

    /// Commodity of amounts that name none [default: the account's, else the book's]
    #[arg(long, value_name = "CODE")]
    commodity: Option<String>,

    /// Read the file with the profile that was saved under a name; other flags go over it
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    #[command(flatten)]
    layout: flags::LayoutFlags,
}

impl Args {
    /// The files that the arguments name.
    pub fn files(&self) -> Vec<&Path> {
        std::iter::once(self.file.as_path()).chain(self.rules.as_deref()).collect()
    }
}

/// Shows what the rules make of a statement.
///
/// # Errors
/// As [`read_statement`], and [`ledger_core::ErrorKind::NotFound`] for an account that is missing.
pub(super) fn run(context: &Context, book: &Book<'_>, args: &Args) -> Result<ExitCode> {
    let account = book.accounts().get(&args.into)?.name;
    let set = match &args.rules {
        None => book.rules().set()?,
        Some(path) => match rule_files::read(path, None)? {
            Ok((_, read)) => {
                rule_files::tell_unmapped(context, &read.hledger.unmapped);
                RuleSet::new(read.hledger.rules)?
            }
            Err(problems) => return Ok(problems.report(context.settings.error_style())),
        },
    };
    for (rule, error) in book.rules().unknown_accounts(&set)? {
        context.note(format_args!("rule \"{rule}\": {error}"));
    }
    let (name, bytes) = file::read(&args.file)?;
    let reading = read(book, args, &name, &bytes)?;
    for note in &reading.notes {
        context.note(format_args!("{name}: {note}"));
    }
    let mut rows = Vec::new();
    let (mut decided, mut skipped) = (0, 0);
    let lines = || reading.statements.iter().flat_map(|statement| &statement.lines);
    for line in lines() {
        let view = LineView::of(line, &account);
        let outcome = set.apply(&view);
        decided += usize::from(outcome.decision.is_some());
        skipped += usize::from(outcome.is_skipped());
        if !args.undecided || outcome.decision.is_none() {
            rows.push(row(line, &view, &outcome, context.settings.format));
        }
    }
    let table = Table { columns: columns(context.settings.format), rows, ..Table::default() };
    render::print(&context.settings, table)?;
    let all = lines().count();
    let open = all - decided;
    context
        .note(format_args!("{all} lines: decided {decided} (of them skipped {skipped}), left open {open}"));
    if reading.problems.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    Ok(rule_files::problems(&name, &reading.problems).report(context.settings.error_style()))
}

fn read<'a>(book: &Book<'_>, args: &Args, name: &str, bytes: &'a [u8]) -> Result<StatementFile<'a>> {
    let commodity = match &args.commodity {
        Some(code) => book.commodities().get(code)?,
        None => book.accounts().get(&args.into)?.commodity.unwrap_or(book.base_commodity()),
    };
    let saved = args.profile.as_ref().map(|name| book.imports().csv_profile(name)).transpose()?;
    let profile = saved.unwrap_or_default().merge(args.layout.clone().profile()?);
    let options = ReadOptions { profile, ..ReadOptions::new(commodity) };
    read_statement(bytes, name, &options, &|code| book.commodities().get(code).ok())
}

/// A table for people shows the rules that decided something; the other forms tell of all that fired.
fn columns(format: Format) -> Vec<Column> {
    let mut columns = vec![
        Column::number("line"),
        Column::short("posted_on").titled("Date"),
        Column::text("text"),
        Column::amount("amount"),
        Column::text("decision"),
    ];
    if format == Format::Table {
        columns.extend([Column::text("rules"), Column::text("why")]);
    } else {
        let more = ["decided_by", "party", "description", "tags", "fired"];
        columns.extend(more.map(Column::text));
    }
    columns
}

fn row(line: &StatementLine, view: &LineView<'_>, outcome: &RuleOutcome<'_>, format: Format) -> Vec<Cell> {
    let decision = outcome.decision.as_ref();
    let mut cells = vec![
        Cell::Number(line.line.into()),
        Cell::Date(line.posted_on),
        Cell::text(line.description()),
        amount(line.amount),
        Cell::optional(decision, |decided| Cell::Text(decision_text(&decided.value))),
    ];
    if format == Format::Table {
        let names: Vec<&str> = outcome.fired.iter().map(|fired| fired.rule.name.as_str()).collect();
        let why: Vec<String> = outcome.fired.iter().map(|fired| reasons(fired, view).join(", ")).collect();
        cells.extend([Cell::text(names.join("; ")), Cell::text(why.join("; "))]);
        return cells;
    }
    let text = |value: Option<&str>| Cell::optional(value, Cell::text);
    let tags: Vec<String> = outcome.tags.iter().map(|tag| tag.value.to_string()).collect();
    cells.extend([
        text(decision.map(|decided| decided.rule.name.as_str())),
        text(outcome.party.as_ref().map(|decided| decided.value.as_ref())),
        text(outcome.description.as_ref().map(|decided| decided.value.as_ref())),
        Cell::Json(json!(tags)),
        Cell::Json(outcome.fired.iter().map(|fired| fired_json(fired, view)).collect()),
    ]);
    cells
}

fn decision_text(decision: &Decision<'_>) -> String {
    match decision {
        Decision::Account(account) => (*account).to_owned(),
        Decision::Transfer(account) => format!("transfer: {account}"),
        Decision::Split(parts) => {
            let parts = parts.iter().map(|(account, amount)| format!("{account} {}", amount.number()));
            format!("split: {}", parts.collect::<Vec<_>>().join(", "))
        }
        Decision::Skip => "skip".to_owned(),
    }
}

/// Why a rule fired, and what it would have set and did not.
fn reasons(fired: &Fired<'_>, view: &LineView<'_>) -> Vec<String> {
    let mut reasons = fired.rule.when.why(view).unwrap_or_default();
    if reasons.is_empty() {
        reasons.push("it asks nothing".to_owned());
    }
    for effect in &fired.effects {
        if let Some(refused) = &effect.refused {
            reasons.push(format!("no {}: {refused}", effect.field));
        }
    }
    reasons
}

fn fired_json(fired: &Fired<'_>, view: &LineView<'_>) -> Value {
    let set: Vec<&str> =
        fired.effects.iter().filter(|effect| effect.refused.is_none()).map(|effect| effect.field).collect();
    json!({ "rule": fired.rule.name, "set": set, "why": reasons(fired, view) })
}
