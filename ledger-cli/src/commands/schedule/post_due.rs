//! `schedule post-due`: posts what is due, each once.

use std::process::ExitCode;

use ledger_core::schedule::{Occurrence, RowRef};
use ledger_core::{Book, PostDue, Result};

use super::shown::{Fact, OCCURRENCE, occurrence_facts, print_list};
use crate::commands::Context;
use crate::dates;
use crate::exit;
use crate::render::Cell;

/// Examples for the long help.
pub(super) const EXAMPLES: &str = "\
Each occurrence is posted once, on its own day: it does not matter how often this runs, from how many places, or after \
how long a time. Estimates and what is not certain wait for a person, unless --estimates is given, and so does what an \
entry imported or posted by hand very likely is already (see `ledger schedule match`). What a rule of the \
book refuses (a lock, a closed account) is listed, and decides the exit code.

Examples:
  ledger schedule post-due --dry-run
  ledger schedule post-due --quiet          (every day, from cron)
  ledger schedule post-due --row Power --estimates";

/// The arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Only this row, by its name in all its parts
    #[arg(long, value_name = "ROW")]
    row: Option<String>,

    /// Also estimates, at their expected amounts, and what is not certain to happen
    #[arg(long)]
    estimates: bool,

    /// Also what an entry of the book very likely stands for already
    #[arg(long)]
    despite_matches: bool,

    /// The day through which it is due [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// Posts.
///
/// # Errors
/// As [`ledger_core::Schedules::post_due`].
pub(super) fn run(context: &Context, book: &Book<'_>, args: &Args) -> Result<ExitCode> {
    let today = context.settings.today;
    let as_of = args.as_of.as_ref().map_or(Ok(today), |text| dates::parse_date(text, today))?;
    let only = args.row.as_deref().map(RowRef::from);
    let dry_run = context.settings.dry_run;
    let report = {
        let Args { estimates, despite_matches, .. } = *args;
        book.schedules().post_due(as_of, &PostDue { only, dry_run, estimates, despite_matches })?
    };
    let mut things = Vec::new();
    let mut push = |occurrence: &Occurrence, result: &str, entry: Option<i64>, reason: Option<String>| {
        let mut facts: Vec<Fact> = occurrence_facts(occurrence, as_of);
        facts.retain(|(name, _)| *name != "entry");
        facts.push(("result", Cell::text(result)));
        facts.push(("entry", Cell::optional(entry, Cell::Number)));
        facts.push(("reason", Cell::optional(reason, Cell::Text)));
        things.push(facts);
    };
    for posted in &report.posted {
        let result = if posted.already_posted { "settled" } else { "posted" };
        push(&posted.occurrence, result, Some(posted.entry.number), None);
    }
    for held in &report.held {
        push(&held.occurrence, "waits", None, Some(held.reason.clone()));
    }
    for refused in &report.refused {
        push(&refused.occurrence, "refused", None, Some(refused.error.to_string()));
    }
    let all = [&OCCURRENCE[..], &["result", "entry", "reason"]].concat();
    let mut people = vec![
        ("due_on", "Due"),
        ("name", "What"),
        ("amount", "Amount"),
        ("result", "Result"),
        ("entry", "Entry"),
    ];
    if !report.held.is_empty() || !report.refused.is_empty() {
        people.push(("reason", "Reason"));
    }
    // Cron has nothing to mail where nothing was due.
    if !(things.is_empty()
        && context.settings.quiet
        && context.settings.format == crate::globals::Format::Table)
    {
        print_list(context, things, &all, &people, Vec::new())?;
    }
    let verb = if dry_run { "dry run: would post" } else { "posted" };
    let (posted, held, refused) = (report.posted.len(), report.held.len(), report.refused.len());
    context.note(format_args!("{verb} {posted}, {held} waiting, {refused} refused"));
    Ok(match report.refused.first() {
        Some(refused) => ExitCode::from(exit::code(&refused.error)),
        None => ExitCode::SUCCESS,
    })
}
