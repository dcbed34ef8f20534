//! `schedule add` and `schedule edit`.

use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::schedule::{Move, Occurrence, PlannedLine, Schedule, ScheduleId, Step};
use ledger_core::text::shell_word;
use ledger_core::{Book, Edit, ErrorKind, Ledger, Result};

use super::occurrence;
use super::rows::{row_facts, span_words, tell_rows};
use super::shown::{done, key_of, lines_amount};
use super::terms::TermArgs;
use crate::commands::Context;
use crate::dates;

/// Examples for the long help of `schedule edit`.
pub(super) const EDIT_EXAMPLES: &str = "\
Examples:
  ledger schedule edit Rent --all --party Landlord
  ledger schedule edit Rent --all --on 3
  ledger schedule edit Rent --later 2027-01-01 990
  ledger schedule edit Power --this 2026-07-01 143.20";

/// The arguments of `schedule add`.
#[derive(clap::Args, Debug)]
pub struct AddArgs {
    /// What to call it
    name: String,

    #[command(flatten)]
    terms: TermArgs,
}

/// The arguments of `schedule edit`.
#[derive(clap::Args, Debug)]
#[command(group = clap::ArgGroup::new("scope").required(true))]
pub struct EditArgs {
    /// The row's name or number
    row: String,

    /// Only the occurrence of this day
    #[arg(long, value_name = "DATE", group = "scope")]
    this: Option<String>,

    /// The occurrence of this day and all later ones
    #[arg(long, value_name = "DATE", group = "scope")]
    later: Option<String>,

    /// All of the row
    #[arg(long, group = "scope")]
    all: bool,

    /// Another name
    #[arg(long, value_name = "NAME", conflicts_with_all = ["this"])]
    name: Option<String>,

    #[command(flatten)]
    terms: TermArgs,
}

/// Adds a row.
pub(super) fn add(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &AddArgs) -> Result<()> {
    let (schedule, facts) = context.change(ledger, || {
        book.transaction(|book| {
            let terms = args.terms.new_terms(context, book, &args.name)?;
            let schedule = book.schedules().add(terms)?;
            let facts = row_facts(context, book, &schedule)?;
            Ok((schedule, facts))
        })
    })?;
    done(context, format!("added {}", told(&schedule)), facts)
}

/// `row 3 "Rent": 950.00 EUR, every month on the 1st`.
fn told(schedule: &Schedule) -> String {
    let terms = schedule.terms();
    let amount = lines_amount(&terms.steps[0].lines);
    let later = terms.steps.iter().filter_map(|step| Some((step.from?, lines_amount(&step.lines))));
    let later: String = later.map(|(from, amount)| format!(", {amount} from {from}")).collect();
    format!("row {} \"{}\": {amount}{later}, {}", schedule.id(), terms.name, terms.recurrence)
}

/// Edits a row.
pub(super) fn edit(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &EditArgs) -> Result<()> {
    if let Some(day) = &args.this {
        let occurrence = context.change(ledger, || {
            let key = key_of(context, book, &args.row, day)?;
            let lines = own_lines(context, book, args, &book.schedules().occurrence(key)?)?;
            book.schedules().move_occurrence(key, Move { to: None, lines: Some(lines) })
        })?;
        return occurrence::tell(context, &occurrence);
    }
    let edited = context.change(ledger, || {
        book.transaction(|book| book.schedules().edit_several(edits_of(context, book, args)?))
    })?;
    let sentences = edited.iter().map(|edited| {
        let ended = edited.ended.map_or_else(String::new, |ended| format!("; row {ended} ends before it"));
        format!("changed {}{ended}", told(&edited.schedule))
    });
    let rows: Vec<Arc<Schedule>> = edited.iter().map(|edited| Arc::clone(&edited.schedule)).collect();
    tell_rows(context, book, sentences.collect::<Vec<_>>().join("\n"), &rows)?;
    for key in edited.iter().flat_map(|edited| &edited.stray) {
        context.note(format_args!(
            "what was said about {} is not scheduled any more and counts for nothing",
            key.on
        ));
    }
    Ok(())
}

/// The lines of one occurrence that the flags say; other lines are in proportion to those that it has now.
fn own_lines(
    context: &Context,
    book: &Book<'_>,
    args: &EditArgs,
    occurrence: &Occurrence,
) -> Result<Vec<PlannedLine>> {
    let mut terms = occurrence.schedule.terms().clone();
    terms.steps = vec![Step::new(occurrence.lines.to_vec())];
    args.terms.own_lines(context, book, &terms)
}

/// The edits of every part of a row that is meant: all of it, or those with days from `--later` on.
fn edits_of(context: &Context, book: &Book<'_>, args: &EditArgs) -> Result<Vec<(ScheduleId, Edit)>> {
    let today = context.settings.today;
    let on = args.later.as_ref().map(|day| dates::parse_date(day, today)).transpose()?;
    let mut parts = book.schedules().parts(&args.row)?;
    if let Some(on) = on {
        let reaches = |part: &Schedule| part.terms().recurrence.next_on_or_after(on).is_some();
        match parts.iter().any(|part| reaches(part)) {
            true => parts.retain(|part| reaches(part)),
            // The last part says why it cannot be.
            false => drop(parts.drain(..parts.len() - 1)),
        }
    }
    if parts.len() > 1 && args.terms.days().say_when() {
        check_end(args, &parts, args.terms.days().only_until(today)?)?;
    }
    let mut edits = Vec::new();
    for (part, number) in parts.iter().zip(1..) {
        let mut old = part.terms().clone();
        let later = on.filter(|on| parts.len() == 1 || old.recurrence.starts_on() < *on);
        if let Some(on) = later {
            // Steps that are over by then are no part of what goes on.
            let place = old.step_on(on);
            old.steps.drain(..place);
            old.steps[0].from = None;
        }
        let mut terms = match number == parts.len() {
            true => args.terms.changed(context, book, &old)?,
            false => args.terms.changed_but_days(context, book, &old)?,
        };
        if terms.steps.len() < old.steps.len() {
            let days: Vec<String> =
                old.steps.iter().filter_map(|step| step.from).map(|day| day.to_string()).collect();
            let keep = "say them again with --then to keep them";
            context.note(format_args!("its other amounts from {} are gone: {keep}", days.join(", ")));
        }
        if let Some(name) = &args.name {
            terms.name.clone_from(name);
        }
        let terms = Box::new(terms);
        match later {
            Some(on) => edits.push((part.id(), Edit::Later { on, terms })),
            None if *terms == *part.terms() => {}
            None => edits.push((part.id(), Edit::All(terms))),
        }
    }
    match (edits.is_empty(), parts.last()) {
        (true, Some(last)) => {
            let advice = format!("nothing is said to change about \"{}\"", last.name());
            Err(ErrorKind::Misuse(advice).into())
        }
        _ => Ok(edits),
    }
}

/// Refuses to change the days of several parts at once, each of which has its own; the end of a row is that of its last
/// part.
fn check_end(args: &EditArgs, parts: &[Arc<Schedule>], until: Option<NaiveDate>) -> Result<()> {
    let begins = parts.last().map(|part| part.terms().recurrence.starts_on());
    if begins.is_some_and(|begins| until.is_some_and(|until| until >= begins)) {
        return Ok(());
    }
    let spans: Vec<String> = parts
        .iter()
        .zip(1..)
        .map(|(part, number)| {
            let span = span_words(part, number == 1, number == parts.len());
            format!("#{} ({})", part.id(), span.trim_start())
        })
        .collect();
    let row = shell_word(&args.row);
    let way_out = match until.and_then(|until| until.succ_opt()) {
        Some(after) => format!("to end it sooner, `ledger schedule pause {row} --from {after}`"),
        None => "say the number of the part whose days change, in place of the name".to_owned(),
    };
    let (name, count) = (parts.first().map_or("", |part| part.name()), parts.len());
    let advice =
        format!("\"{name}\" is in {count} parts, each with days of its own: {}; {way_out}", spans.join(", "));
    Err(ErrorKind::Misuse(advice).into())
}
