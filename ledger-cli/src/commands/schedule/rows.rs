//! `schedule list|show|pause|resume|remove`: rows as a whole.

use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::schedule::{Occurrence, Plan, PlannedLine, Schedule};
use ledger_core::{Book, Ledger, Result};

use super::calendar::{self, CalendarOptions};
use super::shown::{
    AccountNames, Fact, account_names, done, facts, lines_amount, name_of, next_due, print_list, row_state,
    state_name, sureness,
};
use crate::commands::Context;
use crate::commands::facts::print_facts;
use crate::dates::{self, DateRole};
use crate::globals::{Format, Picture};
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

/// The arguments of `schedule pause`.
#[derive(clap::Args, Debug)]
pub struct PauseArgs {
    /// The row's name or number
    row: String,

    /// The first scheduled day that does not happen [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<String>,

    /// The last one; without it, until the row is resumed
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

/// The arguments of `schedule resume`.
#[derive(clap::Args, Debug)]
pub struct ResumeArgs {
    /// The row's name or number
    row: String,

    /// The day from which it happens again [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
}

/// The arguments of `schedule remove`.
#[derive(clap::Args, Debug)]
pub struct RemoveArgs {
    /// Names or numbers
    #[arg(required = true, value_name = "ROW")]
    rows: Vec<String>,
}

/// The facts of a row, with the next day that is found in the plan.
pub(super) fn row_facts(context: &Context, book: &Book<'_>, schedule: &Schedule) -> Result<Vec<Fact>> {
    let today = context.settings.today;
    let next_on = next_due(&book.schedules().plan()?, schedule, today)?;
    Ok(facts(schedule, &account_names(book)?, today, next_on))
}

/// Lists the rows.
pub(super) fn list(context: &Context, book: &Book<'_>, args: &ListArgs) -> Result<()> {
    let today = context.settings.today;
    let plan = book.schedules().plan()?;
    let names = account_names(book)?;
    if context.settings.picture == Some(Picture::Ics) {
        return write_calendar(context, book, &plan, &names, args);
    }
    let shown: Vec<&Arc<Schedule>> =
        plan.schedules().iter().filter(|row| args.all || row_state(row, today) != "ended").collect();
    let mut things = Vec::with_capacity(shown.len());
    for schedule in &shown {
        let next_on = next_due(&plan, schedule, today)?;
        let mut facts = facts(schedule, &names, today, next_on);
        if context.settings.format == Format::Table {
            let lines = &schedule.terms().steps[schedule.terms().step_on(next_on.unwrap_or(today))].lines;
            let mut notes = vec![sureness(schedule, lines)];
            notes.push(
                Some(row_state(schedule, today)).filter(|state| *state != "active").unwrap_or("").to_owned(),
            );
            notes.retain(|note| !note.is_empty());
            facts.push(("remark", Cell::text(notes.join(", "))));
        }
        things.push(facts);
    }
    let all: Vec<&'static str> = match things.first() {
        Some(first) => first.iter().map(|(name, _)| *name).collect(),
        None => ALL.to_vec(),
    };
    let mut people =
        vec![("id", "No"), ("name", "Name"), ("amount", "Amount"), ("when", "When"), ("next_on", "Next")];
    if things.iter().any(|facts| facts.iter().any(|fact| fact.0 == "remark" && fact.1 != Cell::text(""))) {
        people.push(("remark", "Remark"));
    }
    let ended = plan.schedules().len() - shown.len();
    let notes = (ended > 0).then(|| format!("{ended} ended: --all shows them too")).into_iter().collect();
    print_list(context, things, &all, &people, notes)
}

/// The columns of an empty list.
const ALL: [&str; 23] = [
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

/// Shows a row.
pub(super) fn show(context: &Context, book: &Book<'_>, args: &ShowArgs) -> Result<()> {
    let schedule = book.schedules().find(&args.row)?;
    let facts = row_facts(context, book, &schedule)?;
    if context.settings.format != Format::Table {
        let names: Vec<&'static str> = facts.iter().map(|(name, _)| *name).collect();
        return print_list(context, vec![facts], &names, &[], Vec::new());
    }
    let names = account_names(book)?;
    let hidden = ["steps", "pauses", "from", "to", "low", "high", "shift_days", "probability", "origin"];
    let usual = |(name, cell): &Fact| match (*name, cell) {
        ("weekend", Cell::Text(rule)) => rule == "as-is",
        (name, _) => hidden.contains(&name),
    };
    let mut shown: Vec<Fact> = facts.into_iter().filter(|fact| !usual(fact)).collect();
    if schedule.terms().probability.get() < 100 {
        shown.push(("probability", Cell::text(schedule.terms().probability.to_string())));
    }
    if schedule.terms().shift_days != 0 {
        shown.push(("shift_days", Cell::Number(schedule.terms().shift_days.into())));
    }
    for step in &schedule.terms().steps {
        let from = step.from.map_or_else(String::new, |from| format!("from {from}: "));
        let lines: Vec<String> = step.lines.iter().map(|line| line_words(line, &names)).collect();
        shown.push(("lines", Cell::text(from + &lines.join("; "))));
    }
    for pause in &schedule.terms().pauses {
        let until = pause.until.map_or("until it is resumed".to_owned(), |until| format!("through {until}"));
        shown.push(("pause", Cell::text(format!("from {} {until}", pause.from))));
    }
    shown.extend(
        next_days(book, &schedule, context.settings.today)?
            .iter()
            .map(|next| ("next", Cell::text(next_words(next)))),
    );
    print_facts(context, schedule.name(), shown, Vec::new())
}

/// `Expenses:Power 100.00 EUR (80.00 to 120.00)`.
fn line_words(line: &PlannedLine, names: &AccountNames) -> String {
    let ends = match line.low == line.high {
        true => String::new(),
        false => format!(" ({} to {})", line.low().number(), line.high().number()),
    };
    format!("{} {}{ends}", name_of(names, line.account), line.amount)
}

/// The next occurrences of a row, in every state.
fn next_days(book: &Book<'_>, schedule: &Schedule, today: NaiveDate) -> Result<Vec<Occurrence>> {
    let plan = book.schedules().plan()?;
    let changes = plan.changes().iter().filter(|(key, _)| key.schedule == schedule.id());
    let row = Plan::new([schedule.clone()], changes.map(|(key, change)| (*key, change.clone())))?;
    let mut last = today;
    for _ in 0..NEXT_DAYS {
        match last.succ_opt().and_then(|day| schedule.terms().recurrence.next_on_or_after(day)) {
            Some(next) => last = next,
            None => break,
        }
    }
    let mut next = row.occurrences(today, last)?;
    next.truncate(NEXT_DAYS);
    Ok(next)
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

/// Pauses a row.
pub(super) fn pause(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &PauseArgs) -> Result<()> {
    let today = context.settings.today;
    let from = args.from.as_ref().map_or(Ok(today), |text| dates::parse_date(text, today))?;
    let until =
        args.until.as_ref().map(|text| dates::parse_date_as(text, today, DateRole::End)).transpose()?;
    let schedule = context.change(ledger, || {
        let row = book.schedules().find(&args.row)?;
        book.schedules().pause(row.id(), from, until)
    })?;
    let end = until.map_or("until it is resumed".to_owned(), |until| format!("through {until}"));
    let sentence = format!("\"{}\" does not happen from {from} {end}", schedule.name());
    done(context, sentence, row_facts(context, book, &schedule)?)
}

/// Resumes a row.
pub(super) fn resume(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &ResumeArgs) -> Result<()> {
    let today = context.settings.today;
    let on = args.on.as_ref().map_or(Ok(today), |text| dates::parse_date(text, today))?;
    let schedule = context.change(ledger, || {
        let row = book.schedules().find(&args.row)?;
        book.schedules().resume(row.id(), on)
    })?;
    let facts = row_facts(context, book, &schedule)?;
    done(context, format!("\"{}\" happens again from {on}", schedule.name()), facts)
}

/// Removes rows.
pub(super) fn remove(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &RemoveArgs) -> Result<()> {
    let removed = context.change(ledger, || {
        book.transaction(|book| {
            let remove = |row: &String| book.schedules().remove(book.schedules().find(row)?.id());
            args.rows.iter().map(remove).collect::<Result<Vec<_>>>()
        })
    })?;
    let names = account_names(book)?;
    for schedule in removed {
        let facts = facts(&schedule, &names, context.settings.today, None);
        done(context, format!("removed \"{}\"", schedule.name()), facts)?;
    }
    Ok(())
}
