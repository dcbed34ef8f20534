//! `schedule list|show`: rows as a whole.

use std::sync::Arc;

use ledger_core::schedule::{Occurrence, Plan, PlannedLine, Schedule};
use ledger_core::{Book, Result};

use super::calendar::{self, CalendarOptions};
use super::next::{next_due, next_occurrences};
use super::shown::{
    AccountNames, Fact, account_names, facts, later_amounts, lines_amount, name_of, pause_words, print_list,
    row_state, state_name, sureness,
};
use crate::commands::Context;
use crate::commands::facts::print_facts;
use crate::dates::{self, DateRole};
use crate::globals::{Format, Medium};
use crate::render::{Cell, print_text};

/// How many of its next days a row is shown with.
const NEXT_DAYS: usize = 5;

/// The arguments of `schedule list`.
#[derive(clap::Args, Debug)]
pub struct ListArgs {
    /// Also rows that have ended
    #[arg(long)]
    all: bool,

    /// The last day of what a calendar gets day by day [default: in two years]
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

/// The arguments of `schedule show`.
#[derive(clap::Args, Debug)]
pub struct ShowArgs {
    /// The row's name or number
    row: String,
}

/// The facts of a row, with the next day that is found in the plan.
pub(super) fn row_facts(context: &Context, book: &Book<'_>, schedule: &Schedule) -> Result<Vec<Fact>> {
    let today = context.settings.today;
    let next_on = next_due(&book.schedules().plan()?, schedule, today)?;
    Ok(facts(schedule, &account_names(book)?, today, next_on, context.settings.format))
}

/// Lists the rows.
pub(super) fn list(context: &Context, book: &Book<'_>, args: &ListArgs) -> Result<()> {
    let today = context.settings.today;
    let plan = book.schedules().plan()?;
    let names = account_names(book)?;
    if context.settings.medium == Medium::Ics {
        return write_calendar(context, book, &plan, &names, args);
    }
    let mut things = Vec::new();
    for schedule in plan.schedules() {
        let next_on = next_due(&plan, schedule, today)?;
        let state = row_state(schedule, today, next_on);
        if state == "ended" && !args.all {
            continue;
        }
        let mut facts = facts(schedule, &names, today, next_on, context.settings.format);
        if context.settings.format == Format::Table {
            let lines = &schedule.terms().steps[schedule.terms().step_on(next_on.unwrap_or(today))].lines;
            let overdue = if next_on.is_some_and(|next| next < today) { "overdue" } else { "" };
            let state = if state == "active" { "" } else { state };
            let mut notes = vec![sureness(schedule, lines), overdue.to_owned(), state.to_owned()];
            notes.retain(|note| !note.is_empty());
            facts.push(("remark", Cell::text(notes.join(", "))));
        }
        things.push(facts);
    }
    let all: Vec<&'static str> = match things.first() {
        Some(first) => first.iter().map(|(name, _)| *name).collect(),
        None => COLUMNS.map(|name| if name == "steps" { steps_name(context) } else { name }).to_vec(),
    };
    let mut people =
        vec![("id", "No"), ("name", "Name"), ("amount", "Amount"), ("when", "When"), ("next_on", "Next")];
    if things.iter().any(|facts| facts.iter().any(|fact| fact.0 == "remark" && fact.1 != Cell::text(""))) {
        people.push(("remark", "Remark"));
    }
    let ended = plan.schedules().len() - things.len();
    let notes = (ended > 0).then(|| format!("{ended} ended: --all shows them too")).into_iter().collect();
    print_list(context, things, &all, &people, notes)
}

fn steps_name(context: &Context) -> &'static str {
    if context.settings.format.is_json() { "steps" } else { "later_amounts" }
}

/// The columns of an empty list.
const COLUMNS: [&str; 23] = [
    "id",
    "name",
    "state",
    "amount",
    "low",
    "high",
    "from",
    "to",
    "when",
    "next_on",
    "ends_on",
    "weekend",
    "shift_days",
    "probability",
    "party",
    "tags",
    "description",
    "note",
    "steps",
    "pauses",
    "origin",
    "follows",
    "rule",
];

fn write_calendar(
    context: &Context,
    book: &Book<'_>,
    plan: &Plan,
    names: &AccountNames,
    args: &ListArgs,
) -> Result<()> {
    let today = context.settings.today;
    let to = match &args.until {
        Some(text) => dates::parse_date_as(text, today, DateRole::End)?,
        None => calendar::horizon(today),
    };
    let uid = book.info().uid.to_string();
    let options = CalendarOptions { name: &book.info().name, book_uid: &uid, today, to, accounts: names };
    let (text, mut by_day) = calendar::write(plan, &options)?;
    by_day.sort();
    print_text(&context.settings, &text)?;
    by_day.dedup();
    for name in by_day {
        context.note(format_args!(
            "{name}: no rule of calendars says its days (a weekend rule, a shift or a start of its own), so that they are \
             written one by one through {to}"
        ));
    }
    Ok(())
}

/// Shows a row with all its parts.
pub(super) fn show(context: &Context, book: &Book<'_>, args: &ShowArgs) -> Result<()> {
    let today = context.settings.today;
    let parts = book.schedules().parts(&args.row)?;
    if context.settings.format != Format::Table {
        return print_rows(context, book, &parts);
    }
    let plan = book.schedules().plan()?;
    let of_row: Vec<&Schedule> = parts.iter().map(AsRef::as_ref).collect();
    let next = next_occurrences(&plan, &of_row, today, NEXT_DAYS)?;
    // The part that is in force: the one whose day is next, or the last.
    let in_force = next.first().and_then(|next| parts.iter().find(|part| part.id() == next.key.schedule));
    let Some(schedule) = in_force.or(parts.last()) else { return Ok(()) };
    let mut shown = people_facts(row_facts(context, book, schedule)?, schedule, &account_names(book)?);
    if parts.len() > 1 {
        shown.extend(parts.iter().zip(1..).map(|(part, number)| {
            let span = span_words(part, number == 1, number == parts.len());
            let mut amounts = vec![lines_amount(&part.terms().steps[0].lines)];
            amounts.extend(later_amounts(part));
            ("part", Cell::text(format!("#{}{span}: {}", part.id(), amounts.join(", "))))
        }));
    }
    shown.extend(next.iter().map(|next| ("next", Cell::text(next_words(next)))));
    print_facts(context, schedule.name(), shown, Vec::new())
}

/// Prints rows with all their facts, for programs.
fn print_rows(context: &Context, book: &Book<'_>, rows: &[Arc<Schedule>]) -> Result<()> {
    let things: Vec<_> = rows.iter().map(|row| row_facts(context, book, row)).collect::<Result<_>>()?;
    let names: Vec<&'static str> = things.first().into_iter().flatten().map(|(name, _)| *name).collect();
    print_list(context, things, &names, &[], Vec::new())
}

/// Tells what was done to rows: a sentence for people, their facts for programs.
pub(super) fn tell_rows(
    context: &Context,
    book: &Book<'_>,
    sentence: impl std::fmt::Display,
    rows: &[Arc<Schedule>],
) -> Result<()> {
    if context.settings.format != Format::Table {
        print_rows(context, book, rows)?;
    }
    context.note(sentence);
    Ok(())
}

/// ` from 2026-09-01 through 2027-08-31`: the days of a part among the others.
pub(super) fn span_words(part: &Schedule, is_first: bool, is_last: bool) -> String {
    let recurrence = &part.terms().recurrence;
    let from = if is_first { String::new() } else { format!(" from {}", recurrence.starts_on()) };
    let through = recurrence.ends_on().filter(|_| !is_last).map(|last| format!(" through {last}"));
    from + &through.unwrap_or_default()
}

/// The facts of a row without those that are as usual, and its lines and pauses in words.
fn people_facts(facts: Vec<Fact>, schedule: &Schedule, names: &AccountNames) -> Vec<Fact> {
    let terms = schedule.terms();
    let hidden =
        ["later_amounts", "pauses", "from", "to", "low", "high", "shift_days", "probability", "origin"];
    let usual = |(name, cell): &Fact| match (*name, cell) {
        ("weekend", Cell::Text(rule)) => rule == "as-is",
        ("tags", Cell::Text(tags)) => tags.is_empty(),
        (name, _) => hidden.contains(&name),
    };
    let mut shown: Vec<Fact> = facts.into_iter().filter(|fact| !usual(fact)).collect();
    if terms.probability.get() < 100 {
        shown.push(("probability", Cell::text(terms.probability.to_string())));
    }
    if terms.shift_days != 0 {
        shown.push(("shift_days", Cell::Number(terms.shift_days.into())));
    }
    for step in &terms.steps {
        let from = step.from.map_or_else(String::new, |from| format!("from {from}: "));
        let lines: Vec<String> = step.lines.iter().map(|line| line_words(line, names)).collect();
        shown.push(("lines", Cell::text(from + &lines.join("; "))));
    }
    shown.extend(terms.pauses.iter().map(|pause| ("pause", Cell::text(pause_words(pause)))));
    shown
}

/// `Expenses:Power 100.00 EUR (80.00 to 120.00)`.
fn line_words(line: &PlannedLine, names: &AccountNames) -> String {
    let ends = match line.low == line.high {
        true => String::new(),
        false => format!(" ({} to {})", line.low().number(), line.high().number()),
    };
    format!("{} {}{ends}", name_of(names, line.account), line.amount)
}

fn next_words(occurrence: &Occurrence) -> String {
    let mut words = format!("{} {}", occurrence.due_on, lines_amount(&occurrence.lines));
    let state = state_name(occurrence.state);
    if state != "expected" {
        words.push_str(&format!(", {state}"));
    }
    if occurrence.due_on != occurrence.key.on {
        words.push_str(&format!(" (scheduled for {})", occurrence.key.on));
    }
    words
}
