//! `schedule add` and `schedule edit`.

use ledger_core::schedule::{Move, Occurrence, PlannedLine, Schedule, ScheduleId, Step};
use ledger_core::{Book, Edit, ErrorKind, Ledger, Result};

use super::occurrence;
use super::rows::row_facts;
use super::shown::{done, key_of, lines_amount};
use super::terms::TermArgs;
use crate::commands::Context;
use crate::dates;

/// Examples for the long help of `schedule edit`.
pub(super) const EDIT_EXAMPLES: &str = "\
Examples:
  ledger schedule edit Rent --all --party Landlord
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
    let (edited, facts) = context.change(ledger, || {
        book.transaction(|book| {
            let (id, edit) = edit_of(context, book, args)?;
            let edited = book.schedules().edit(id, edit)?;
            let facts = row_facts(context, book, &edited.schedule)?;
            Ok((edited, facts))
        })
    })?;
    let mut sentence = format!("changed {}", told(&edited.schedule));
    if let Some(ended) = edited.ended {
        sentence.push_str(&format!("; row {ended} ends before it"));
    }
    done(context, sentence, facts)?;
    for key in edited.stray {
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

fn edit_of(context: &Context, book: &Book<'_>, args: &EditArgs) -> Result<(ScheduleId, Edit)> {
    let schedule = book.schedules().find(&args.row)?;
    let mut old = schedule.terms().clone();
    let on = args.later.as_ref().map(|day| dates::parse_date(day, context.settings.today)).transpose()?;
    if let Some(on) = on {
        // Steps that are over by then are no part of what goes on.
        let place = old.step_on(on);
        old.steps.drain(..place);
        old.steps[0].from = None;
    }
    let mut terms = args.terms.changed(context, book, &old)?;
    if terms.steps.len() < old.steps.len() {
        let days: Vec<String> =
            old.steps.iter().filter_map(|step| step.from).map(|day| day.to_string()).collect();
        let keep = "say them again with --then to keep them";
        context.note(format_args!("its other amounts from {} are gone: {keep}", days.join(", ")));
    }
    if let Some(name) = &args.name {
        terms.name.clone_from(name);
    }
    if on.is_none() && terms == *schedule.terms() {
        let advice = format!("nothing is said to change about \"{}\"", schedule.name());
        return Err(ErrorKind::Misuse(advice).into());
    }
    let terms = Box::new(terms);
    Ok((schedule.id(), on.map_or(Edit::All(terms.clone()), |on| Edit::Later { on, terms })))
}
