//! `ledger import list, show, commit, undo, discard`: the imports that are there.

use std::process::ExitCode;

use ledger_core::Result;
use ledger_core::import::{ImportLine, ImportReport, Verdict};

use super::super::Context;
use super::{lines, take_in};
use crate::globals::Format;
use crate::render::{self, Cell, Column, Table};

/// How many questions are told one by one.
const QUESTIONS_MAX: usize = 20;

/// The import to show.
#[derive(clap::Args, Debug)]
pub struct ShowArgs {
    /// Number of the import, as printed by `import list`
    id: i64,

    /// Only lines with this verdict: new, duplicate, match, transfer, zero or ambiguous
    #[arg(long, value_name = "VERDICT")]
    verdict: Option<String>,

    /// Also each line's own text in the file
    #[arg(long)]
    raw: bool,
}

/// The import to undo or discard.
#[derive(clap::Args, Debug)]
pub struct IdArgs {
    /// Number of the import, as printed by `import list`
    id: i64,
}

/// The import to commit, with what is decided about its lines.
#[derive(clap::Args, Debug)]
pub struct CommitArgs {
    /// Number of the import, as printed by `import list`
    id: i64,

    #[command(flatten)]
    decisions: lines::DecisionFlags,
}

/// Lists all imports.
pub(super) fn list(context: &Context) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let imports = context.book(&ledger)?.imports().list()?;
    let rows = imports.into_iter().map(|import| {
        let (at, by) = match (import.ended_at, import.committed_at) {
            (Some(at), _) => (at, import.ended_by),
            (None, Some(at)) => (at, import.committed_by),
            (None, None) => (import.staged_at, Some(import.staged_by)),
        };
        vec![
            import.id.into(),
            import.file.into(),
            import.format.as_str().into(),
            import.state.as_str().into(),
            at.format("%Y-%m-%dT%H:%M:%SZ").to_string().into(),
            Cell::optional(by, Cell::from),
        ]
    });
    let columns = vec![
        Column::number("import"),
        Column::text("file"),
        Column::short("format"),
        Column::short("state"),
        Column::short("at"),
        Column::text("by"),
    ];
    render::print(&context.settings, Table { columns, rows: rows.collect(), ..Table::default() })?;
    Ok(ExitCode::SUCCESS)
}

/// Shows the lines of an import.
pub(super) fn show(context: &Context, args: ShowArgs) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let info = book.imports().get(args.id)?;
    let mut found = book.imports().lines(args.id)?;
    if let Some(verdict) = &args.verdict {
        found.retain(|line| line.verdict.as_str() == verdict.to_lowercase());
    }
    let mut table = lines_table(context, args.id, &found);
    table.title = Some(format!("Import {} of {}, {}", info.id, info.file, info.state.as_str()));
    if args.raw {
        table.columns.push(Column::long("raw"));
        for (row, line) in table.rows.iter_mut().zip(&found) {
            row.push(line.raw.as_str().into());
        }
    }
    for note in &info.notes {
        context.note(format_args!("{}: {note}", info.file));
    }
    render::print(&context.settings, table)?;
    Ok(ExitCode::SUCCESS)
}

/// The lines of an import with their verdicts; for people in few columns, with the reasons below.
pub(super) fn lines_table(context: &Context, id: i64, lines: &[ImportLine]) -> Table {
    if matches!(context.settings.format, Format::Table) {
        return narrow_table(id, lines);
    }
    let row = |line: &ImportLine| {
        vec![
            Cell::Number(line.line.into()),
            Cell::Number(line.file_line.into()),
            line.posted_on.into(),
            line.description.as_str().into(),
            Cell::amount(line.amount.number(), line.amount.commodity().code()),
            line.verdict.as_str().into(),
            line.state.as_str().into(),
            Cell::optional(line.counter.as_deref(), Cell::from),
            Cell::optional(line.entry, Cell::from),
            line.reason.as_str().into(),
            Cell::optional(line.counter_reason.as_deref(), Cell::from),
            Cell::optional(line.confidence, |percent| Cell::Number(percent.into())),
        ]
    };
    Table {
        title: Some(format!("Import {id}")),
        columns: vec![
            Column::number("line"),
            Column::number("file_line"),
            Column::short("posted_on").titled("Date"),
            Column::text("description"),
            Column::amount("amount"),
            Column::short("verdict"),
            Column::short("state"),
            Column::text("counter").titled("Counter account"),
            Column::number("entry"),
            Column::text("reason"),
            Column::text("counter_reason"),
            Column::number("confidence"),
        ],
        rows: lines.iter().map(row).collect(),
        ..Table::default()
    }
}

/// Fits into 80 columns: what a line is and what became of it share one that wraps.
fn narrow_table(id: i64, lines: &[ImportLine]) -> Table {
    let row = |line: &ImportLine| {
        let (verdict, state) = (line.verdict.as_str(), line.state.as_str());
        let became = match line.entry {
            Some(entry) => format!("{verdict}, {state} {entry}"),
            None => format!("{verdict}, {state}"),
        };
        // Of a line that is like nothing only its other side needs a word.
        let told = line.counter_reason.as_deref().filter(|_| line.counter.is_some());
        let told = told.map(|told| match line.confidence {
            Some(percent) if percent < 100 => {
                format!("{}: {told} ({percent} %)", line.counter.as_deref().unwrap_or(""))
            }
            _ => format!("{}: {told}", line.counter.as_deref().unwrap_or("")),
        });
        let verdict_reason = (line.verdict != Verdict::New).then(|| line.reason.clone());
        let reasons: Vec<String> = verdict_reason.into_iter().chain(told).collect();
        let reason = (!reasons.is_empty()).then(|| reasons.join("; "));
        vec![
            Cell::Number(line.line.into()),
            line.posted_on.into(),
            line.description.as_str().into(),
            Cell::optional(line.counter.as_deref(), Cell::from),
            Cell::amount(line.amount.number(), line.amount.commodity().code()),
            became.into(),
            Cell::optional(reason, Cell::from),
        ]
    };
    Table {
        title: Some(format!("Import {id}")),
        columns: vec![
            Column::number("line"),
            Column::short("posted_on").titled("Date"),
            Column::text("description"),
            Column::text("counter").titled("Counter account"),
            Column::amount("amount"),
            Column::text("verdict"),
            Column::long("reason"),
        ],
        rows: lines.iter().map(row).collect(),
        ..Table::default()
    }
}

/// Says what a person has to decide, with the commands that do it.
pub(super) fn tell_questions(context: &Context, id: i64, report: &ImportReport) {
    for question in report.questions.iter().take(QUESTIONS_MAX) {
        let line = question.line;
        context.note(format_args!("line {line}: {}", question.reason));
        for entry in &question.candidates {
            // All lines are decided in one command.
            match report.questions.as_slice() {
                [_] if !context.settings.dry_run => {
                    context.note(format_args!("  ledger import commit {id} --link {line}={entry}"))
                }
                _ => context.note(format_args!("  it is that one: --link {line}={entry}")),
            }
        }
    }
    if report.questions.len() > QUESTIONS_MAX {
        let more = report.questions.len() - QUESTIONS_MAX;
        context.note(format_args!("and {more} more: ledger import show {id} --verdict ambiguous"));
    }
    for gap in report.gaps.iter().take(QUESTIONS_MAX) {
        context.note(gap);
    }
    if report.gaps.len() > QUESTIONS_MAX {
        context.note(format_args!("and {} more gaps", report.gaps.len() - QUESTIONS_MAX));
    }
    // After a rehearsal there is no such import.
    if context.settings.dry_run {
        return;
    }
    if !report.questions.is_empty() {
        context.note(format_args!(
            "import {id} is open, {} line(s) need a person: one ledger import commit {id} with --accept, --new, \
             --link, --set or --skip for each of them",
            report.questions.len()
        ));
    }
    if !report.gaps.is_empty() {
        context.note(format_args!(
            "import {id} is open: ledger import commit {id} --accept-gap takes it as it is"
        ));
    }
}

/// Commits an open import.
pub(super) fn commit(context: &Context, args: CommitArgs) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let decisions = args.decisions.decisions(&book)?;
    let imports = book.imports();
    let work = || -> Result<_> { Ok((imports.commit(args.id, &decisions)?, imports.lines(args.id)?)) };
    let (report, lines) = if context.settings.dry_run { ledger.rehearse(|_| work()) } else { work() }?;
    report.notes.iter().for_each(|note| context.note(note));
    take_in::print_posted(context, &report, &lines)?;
    take_in::tell(context, &report);
    Ok(ExitCode::SUCCESS)
}

/// Takes back all that an import did.
pub(super) fn undo(context: &Context, args: IdArgs) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let work = || book.imports().undo(args.id);
    let report = if context.settings.dry_run { ledger.rehearse(|_| work()) } else { work() }?;
    for note in &report.notes {
        context.note(note);
    }
    let did = if context.settings.dry_run { "would undo" } else { "undid" };
    for checkpoint in &report.checkpoints {
        context.note(format_args!("{did} checkpoint {checkpoint}"));
    }
    context.note(format_args!(
        "{did} import {}: reversed {}, unlinked {}, restored {}",
        args.id, report.reversed, report.unlinked, report.restored
    ));
    Ok(ExitCode::SUCCESS)
}

/// Throws an open import away.
pub(super) fn discard(context: &Context, args: IdArgs) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let work = || book.imports().discard(args.id);
    let notes = if context.settings.dry_run { ledger.rehearse(|_| work()) } else { work() }?;
    notes.iter().for_each(|note| context.note(note));
    let did = if context.settings.dry_run { "would discard" } else { "discarded" };
    context.note(format_args!("{did} import {}", args.id));
    Ok(ExitCode::SUCCESS)
}
