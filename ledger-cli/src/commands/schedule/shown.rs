//! Rows and occurrences as facts to print.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::account::AccountId;
use ledger_core::money::Amount;
use ledger_core::schedule::{
    Move, Occurrence, OccurrenceChange, OccurrenceKey, OccurrenceState, Origin, Pause, PlannedLine, Schedule,
};
use ledger_core::{Book, Result};
use serde_json::{Value, json};

use crate::commands::Context;
use crate::commands::facts::{amount, amounts};
use crate::dates::{self, DateRole};
use crate::globals::Format;
use crate::render::{Cell, Column, Table, print};

/// The names of all accounts.
pub type AccountNames = BTreeMap<AccountId, String>;

/// The names of a book's accounts.
///
/// # Errors
/// When the database fails.
pub fn account_names(book: &Book<'_>) -> Result<AccountNames> {
    Ok(book.accounts().list()?.into_iter().map(|account| (account.id, account.name)).collect())
}

/// The name of an account.
pub fn name_of(names: &AccountNames, id: AccountId) -> String {
    names.get(&id).cloned().unwrap_or_else(|| format!("account {id}"))
}

/// What lines come to: the sum of the debits in each commodity.
pub fn debits(lines: &[PlannedLine], read: fn(&PlannedLine) -> Amount) -> Vec<Amount> {
    let mut sums: Vec<Amount> = Vec::new();
    for amount in lines.iter().map(read).filter(|amount| amount.minor() > 0) {
        match sums.iter_mut().find(|sum| sum.commodity() == amount.commodity()) {
            // Lines that were proven to balance have sums that fit.
            Some(sum) => *sum = sum.checked_add(amount).unwrap_or(*sum),
            None => sums.push(amount),
        }
    }
    sums
}

/// What lines come to, as text.
pub fn lines_amount(lines: &[PlannedLine]) -> String {
    let sums: Vec<String> = debits(lines, |line| line.amount).iter().map(Amount::to_string).collect();
    sums.join(", ")
}

/// What lines come to, as one cell.
pub fn amount_cell(lines: &[PlannedLine], read: fn(&PlannedLine) -> Amount) -> Cell {
    match debits(lines, read).as_slice() {
        [only] => amount(*only),
        several => amounts(several),
    }
}

/// Whether lines are an estimate.
pub fn is_estimate(lines: &[PlannedLine]) -> bool {
    lines.iter().any(|line| line.low() != line.high())
}

/// How sure something is, in a word: nothing where it is certain.
pub fn sureness(schedule: &Schedule, lines: &[PlannedLine]) -> String {
    let mut words = Vec::new();
    if schedule.terms().probability.get() < 100 {
        words.push(schedule.terms().probability.to_string());
    }
    if is_estimate(lines) {
        words.push("estimate".to_owned());
    }
    words.join(", ")
}

/// What one occurrence has of its own: another day or other lines.
pub fn moved_of(change: &OccurrenceChange) -> Option<&Move> {
    match change {
        OccurrenceChange::Moved(moved) => Some(moved),
        OccurrenceChange::Settled { moved, .. } => moved.as_ref(),
        OccurrenceChange::Skipped => None,
    }
}

/// The state of an occurrence in a word.
pub fn state_name(state: OccurrenceState) -> &'static str {
    match state {
        OccurrenceState::Expected => "expected",
        OccurrenceState::Moved => "moved",
        OccurrenceState::Skipped => "skipped",
        OccurrenceState::Paused => "paused",
        OccurrenceState::Settled(_) => "settled",
    }
}

/// Where a row stands on a day: `active`, `paused` or `ended`; `next_on` is the day of its next open occurrence.
pub fn row_state(schedule: &Schedule, today: NaiveDate, next_on: Option<NaiveDate>) -> &'static str {
    let terms = schedule.terms();
    match terms.recurrence.next_on_or_after(today) {
        None if next_on.is_none() => "ended",
        _ if terms.is_paused(today) => "paused",
        _ => "active",
    }
}

/// The facts about a row, the same in every command.
///
/// JSON holds all that the row says; the other forms have one plain value in each column.
pub fn facts(
    schedule: &Schedule,
    names: &AccountNames,
    today: NaiveDate,
    next_on: Option<NaiveDate>,
    format: Format,
) -> Vec<Fact> {
    let terms = schedule.terms();
    let lines = &terms.steps[terms.step_on(next_on.unwrap_or(today))].lines;
    let list = |texts: Vec<String>| match format.is_json() {
        true => Cell::Json(json!(texts)),
        false => Cell::text(texts.join("; ")),
    };
    let side = |negative: bool| {
        let of_side = lines.iter().filter(|line| line.amount.is_negative() == negative);
        list(of_side.map(|line| name_of(names, line.account)).collect())
    };
    let (steps, pauses) = match format.is_json() {
        true => (("steps", Cell::Json(steps(schedule, names))), Cell::Json(json!(terms.pauses))),
        false => (
            ("later_amounts", list(later_amounts(schedule))),
            list(terms.pauses.iter().map(pause_words).collect()),
        ),
    };
    let text = |text: &Option<String>| Cell::optional(text.clone(), Cell::Text);
    let estimate = is_estimate(lines);
    let end = |read| if estimate { amount_cell(lines, read) } else { Cell::Empty };
    vec![
        ("id", Cell::Number(schedule.id().get().into())),
        ("name", Cell::text(terms.name.as_str())),
        ("state", Cell::text(row_state(schedule, today, next_on))),
        ("amount", amount_cell(lines, |line| line.amount)),
        ("low", end(PlannedLine::low)),
        ("high", end(PlannedLine::high)),
        ("from", side(true)),
        ("to", side(false)),
        ("when", Cell::text(terms.recurrence.to_string())),
        ("next_on", Cell::optional(next_on, Cell::Date)),
        ("ends_on", Cell::optional(terms.recurrence.ends_on(), Cell::Date)),
        ("weekend", Cell::text(terms.weekend.name())),
        ("shift_days", Cell::Number(terms.shift_days.into())),
        ("probability", Cell::Number(terms.probability.get().into())),
        ("party", text(&terms.party)),
        ("tags", list(terms.tags.iter().map(ToString::to_string).collect())),
        ("description", text(&terms.description)),
        ("note", text(&terms.note)),
        steps,
        ("pauses", pauses),
        ("origin", Cell::text(origin(&terms.origin))),
        ("follows", Cell::optional(terms.follows, |id| Cell::Number(id.get().into()))),
        ("rule", Cell::text(terms.recurrence.to_rfc5545())),
    ]
}

/// `990.00 EUR from 2027-01-01`, for each step but the first.
pub fn later_amounts(schedule: &Schedule) -> Vec<String> {
    let steps = schedule.terms().steps.iter();
    steps.filter_map(|step| Some(format!("{} from {}", lines_amount(&step.lines), step.from?))).collect()
}

/// `from 2026-04-01 through 2026-04-30`.
pub fn pause_words(pause: &Pause) -> String {
    let until = pause.until.map_or("until it is resumed".to_owned(), |until| format!("through {until}"));
    format!("from {} {until}", pause.from)
}

fn steps(schedule: &Schedule, names: &AccountNames) -> Value {
    let line = |line: &PlannedLine| {
        json!({
            "account": name_of(names, line.account),
            "amount": line.amount.to_string(),
            "low": line.low.map(|low| low.to_string()),
            "high": line.high.map(|high| high.to_string()),
            "memo": line.memo,
        })
    };
    let steps = schedule.terms().steps.iter();
    steps
        .map(|step| json!({ "from": step.from, "lines": step.lines.iter().map(line).collect::<Vec<_>>() }))
        .collect()
}

/// Where a row comes from, in words.
pub fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Manual => "manual".to_owned(),
        Origin::Detected => "detected".to_owned(),
        Origin::Scenario(name) => format!("scenario {name}"),
        Origin::Receivable => "receivable".to_owned(),
        Origin::Goal => "goal".to_owned(),
        Origin::Budget => "budget".to_owned(),
        _ => "other".to_owned(),
    }
}

/// The columns that say which occurrence it is, how much it comes to and how sure it is; the first of its facts.
pub const OCCURRENCE: [&str; 8] =
    ["due_on", "schedule", "scheduled_on", "name", "amount", "low", "high", "probability"];

/// The facts about an occurrence, the same in every command.
pub fn occurrence_facts(occurrence: &Occurrence, as_of: NaiveDate) -> Vec<(&'static str, Cell)> {
    let schedule = &occurrence.schedule;
    let late = (as_of - occurrence.due_on).num_days();
    let overdue = occurrence.state.is_open() && late > 0;
    let entry = match occurrence.state {
        OccurrenceState::Settled(entry) => Cell::Number(entry),
        _ => Cell::Empty,
    };
    let estimate = is_estimate(&occurrence.lines);
    let end = |read| if estimate { amount_cell(&occurrence.lines, read) } else { Cell::Empty };
    vec![
        ("due_on", Cell::Date(occurrence.due_on)),
        ("schedule", Cell::Number(schedule.id().get().into())),
        ("scheduled_on", Cell::Date(occurrence.key.on)),
        ("name", Cell::text(schedule.name())),
        ("amount", amount_cell(&occurrence.lines, |line| line.amount)),
        ("low", end(PlannedLine::low)),
        ("high", end(PlannedLine::high)),
        ("probability", Cell::Number(schedule.terms().probability.get().into())),
        ("state", Cell::text(state_name(occurrence.state))),
        ("overdue_days", if overdue { Cell::Number(late) } else { Cell::Empty }),
        ("entry", entry),
        ("party", Cell::optional(schedule.terms().party.clone(), Cell::Text)),
    ]
}

/// The occurrence that a row and a day mean: the one scheduled for the day, in the row or in one that it goes on from, or
/// the one that is due on it.
///
/// # Errors
/// [`ledger_core::ErrorKind::NotFound`] for a row that is not there; a day that fits nothing is left to the façade, which
/// names days that are close.
pub fn key_of(context: &Context, book: &Book<'_>, row: &str, day: &str) -> Result<OccurrenceKey> {
    let schedule = book.schedules().find(row)?;
    let on = dates::parse_date_as(day, context.settings.today, DateRole::Start)?;
    let plan = book.schedules().plan()?;
    let chain = std::iter::successors(Some(&schedule), |later| {
        later.terms().follows.and_then(|before| plan.schedule(before).ok())
    });
    let chain: Vec<&Arc<Schedule>> = chain.take(plan.schedules().len() + 1).collect();
    for row in &chain {
        if !row.terms().recurrence.dates(on, on)?.is_empty() {
            return Ok(OccurrenceKey::new(row.id(), on));
        }
    }
    let due = plan.occurrences(on, on)?;
    let mut of_row = due.iter().filter(|due| chain.iter().any(|row| row.id() == due.key.schedule));
    match (of_row.next(), of_row.next()) {
        (Some(only), None) => Ok(only.key),
        _ => Ok(OccurrenceKey::new(schedule.id(), on)),
    }
}

/// A fact by its name and its cell.
pub type Fact = (&'static str, Cell);

/// Prints things with their facts: the named ones for people, under the headers given, and all for programs.
///
/// # Errors
/// As [`print()`].
pub fn print_list(
    context: &Context,
    things: Vec<Vec<Fact>>,
    all: &[&'static str],
    people: &[(&'static str, &'static str)],
    notes: Vec<String>,
) -> Result<()> {
    let is_table = context.settings.format == Format::Table;
    let columns: Vec<Column> = match is_table {
        true => people.iter().map(|(name, header)| column(name).titled(*header)).collect(),
        false => all.iter().map(|name| column(name)).collect(),
    };
    let row = |facts: Vec<Fact>| -> Vec<Cell> {
        let cell = |column: &Column| {
            let found = facts.iter().find(|(name, _)| *name == column.name);
            found.map_or(Cell::Empty, |(_, cell)| cell.clone())
        };
        columns.iter().map(cell).collect()
    };
    let rows = things.into_iter().map(row).collect();
    print(&context.settings, Table { columns, rows, notes, ..Table::default() })
}

/// Tells what was done to a thing: a sentence for people, its facts for programs.
///
/// # Errors
/// As [`print()`].
pub fn done(context: &Context, sentence: impl std::fmt::Display, facts: Vec<Fact>) -> Result<()> {
    if context.settings.format != Format::Table {
        let names: Vec<&'static str> = facts.iter().map(|(name, _)| *name).collect();
        print_list(context, vec![facts], &names, &[], Vec::new())?;
    }
    context.note(sentence);
    Ok(())
}

/// The column of a fact.
fn column(name: &'static str) -> Column {
    match name {
        "amount" | "low" | "high" | "balance" | "worst" | "best" | "expected" | "actual" | "difference"
        | "lowest" | "end" | "forecast" | "opening" | "money_in" | "money_out" | "closing" => {
            Column::amount(name)
        }
        "id" | "schedule" | "entry" | "probability" | "overdue_days" | "shift_days" | "follows"
        | "number" | "confidence" | "payments" | "adjustments" => Column::number(name),
        _ if name.ends_with("_on")
            || name == "state"
            || name == "key"
            || name == "short_key"
            || name == "answer"
            || name == "until"
            || name == "sure"
            || name == "as_of"
            || name == "result" =>
        {
            Column::short(name)
        }
        _ => Column::text(name),
    }
}
