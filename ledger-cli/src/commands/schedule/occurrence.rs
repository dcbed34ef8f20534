//! `schedule due|settle|unsettle|skip|move|restore`: single occurrences.

use ledger_core::schedule::{Move, Occurrence, PlannedLine, SettledLine, Step};
use ledger_core::{Book, Ledger, Result};
use serde_json::json;

use super::money::{MoneyReader, pair};
use super::shown::{
    OCCURRENCE, account_names, done, key_of, lines_amount, name_of, occurrence_facts, print_list, state_name,
    sureness,
};
use crate::commands::Context;
use crate::commands::post::amounts::MarkChoice;
use crate::dates;
use crate::render::Cell;

/// The arguments of `schedule due`.
#[derive(clap::Args, Debug)]
pub struct DueArgs {
    /// How many days to look ahead
    #[arg(long, value_name = "DAYS", default_value_t = 14, value_parser = clap::value_parser!(u32).range(0..=3_660))]
    ahead: u32,

    /// The day to look from [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// The occurrence that a verb is about.
#[derive(clap::Args, Debug)]
pub struct KeyArgs {
    /// The row's name or number
    row: String,

    /// The day that it is scheduled for, or due on
    date: String,
}

/// The arguments of `schedule settle`.
#[derive(clap::Args, Debug)]
pub struct SettleArgs {
    #[command(flatten)]
    key: KeyArgs,

    /// The number of the entry that stands for it
    #[arg(long, value_name = "N")]
    entry: i64,

    /// Also by an entry that touches none of its accounts, or moves money the other way
    #[arg(long)]
    any_entry: bool,
}

/// The arguments of `schedule move`.
#[derive(clap::Args, Debug)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true))]
pub struct MoveArgs {
    #[command(flatten)]
    key: KeyArgs,

    /// The day on which it happens instead
    #[arg(long, value_name = "DATE", group = "what")]
    to: Option<String>,

    /// What it comes to instead; a range is an estimate
    #[arg(long, value_name = "AMOUNT", group = "what")]
    amount: Option<String>,

    /// The decimal mark of the amount
    #[arg(long, value_name = "MARK", value_enum)]
    decimal: Option<MarkChoice>,
}

/// What is said of an occurrence without further words.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    Skip,
    Restore,
    Unsettle,
}

/// Lists what is due.
pub(super) fn due(context: &Context, book: &Book<'_>, args: &DueArgs) -> Result<()> {
    let today = context.settings.today;
    let as_of = args.as_of.as_ref().map_or(Ok(today), |text| dates::parse_date(text, today))?;
    let due = book.schedules().due(as_of, args.ahead)?;
    let mut things = Vec::with_capacity(due.len());
    for occurrence in &due {
        let mut facts = occurrence_facts(occurrence, as_of);
        facts.push(("remark", Cell::text(remark(occurrence, as_of))));
        things.push(facts);
    }
    let all = [&OCCURRENCE[..], &["state", "overdue_days", "entry", "party"]].concat();
    let people = [("due_on", "Due"), ("name", "What"), ("amount", "Amount"), ("remark", "Remark")];
    print_list(context, things, &all, &people, Vec::new())?;
    let late = due.iter().filter(|occurrence| occurrence.due_on < as_of).count();
    if late > 0 {
        context.note(format_args!(
            "{late} overdue: settle, move or skip them, or post them with `ledger schedule post-due`"
        ));
    }
    Ok(())
}

fn remark(occurrence: &Occurrence, as_of: chrono::NaiveDate) -> String {
    let late = (as_of - occurrence.due_on).num_days();
    let mut words = Vec::new();
    if late > 0 {
        words.push(if late == 1 { "1 day overdue".to_owned() } else { format!("{late} days overdue") });
    }
    if occurrence.due_on != occurrence.key.on {
        words.push(format!("scheduled for {}", occurrence.key.on));
    }
    words.push(sureness(&occurrence.schedule, &occurrence.lines));
    words.retain(|word| !word.is_empty());
    words.join(", ")
}

/// `Rent of 2026-05-01: moved, 950.00 EUR on 2026-05-04`.
fn told(occurrence: &Occurrence) -> String {
    format!(
        "{} of {}: {}, {} on {}",
        occurrence.schedule.name(),
        occurrence.key.on,
        state_name(occurrence.state),
        lines_amount(&occurrence.lines),
        occurrence.due_on
    )
}

/// Tells how an occurrence is now.
pub(super) fn tell(context: &Context, occurrence: &Occurrence) -> Result<()> {
    done(context, told(occurrence), occurrence_facts(occurrence, context.settings.today))
}

/// Skips, restores or unsettles.
pub(super) fn change(
    context: &Context,
    ledger: &Ledger,
    book: &Book<'_>,
    args: &KeyArgs,
    change: Change,
) -> Result<()> {
    let occurrence = context.change(ledger, || {
        let key = key_of(context, book, &args.row, &args.date)?;
        let schedules = book.schedules();
        match change {
            Change::Skip => schedules.skip(key),
            Change::Restore => schedules.restore(key),
            Change::Unsettle => schedules.unsettle(key),
        }
    })?;
    tell(context, &occurrence)
}

/// Settles, and tells what the entry moved beside what was planned.
pub(super) fn settle(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &SettleArgs) -> Result<()> {
    let (occurrence, lines) = context.change(ledger, || {
        let key = key_of(context, book, &args.key.row, &args.key.date)?;
        let occurrence = match args.any_entry {
            true => book.schedules().settle_by_any(key, args.entry)?,
            false => book.schedules().settle(key, args.entry)?,
        };
        let lines = book.schedules().settled_lines(&occurrence)?;
        Ok((occurrence, lines))
    })?;
    let names = account_names(book)?;
    let moved = |line: &SettledLine| {
        let planned = match line.planned == line.moved {
            true => "as planned".to_owned(),
            false => format!("planned {}", line.planned),
        };
        format!("{} on {} ({planned})", line.moved, name_of(&names, line.account))
    };
    let told: Vec<String> = lines.iter().map(moved).collect();
    let facts = lines.iter().map(|line| {
        let account = name_of(&names, line.account);
        json!({ "account": account, "planned": line.planned.to_string(), "moved": line.moved.to_string() })
    });
    let mut all = occurrence_facts(&occurrence, context.settings.today);
    all.push(("settled_lines", Cell::Json(facts.collect())));
    let (name, on) = (occurrence.schedule.name(), occurrence.key.on);
    let sentence =
        format!("{name} of {on}: settled by entry {}, which moved {}", args.entry, told.join(", "));
    done(context, sentence, all)
}

/// Moves.
pub(super) fn move_to(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &MoveArgs) -> Result<()> {
    let today = context.settings.today;
    let to = args.to.as_ref().map(|text| dates::parse_date(text, today)).transpose()?;
    let occurrence = context.change(ledger, || {
        let key = key_of(context, book, &args.key.row, &args.key.date)?;
        let lines = match &args.amount {
            Some(text) => Some(lines_of(book, &book.schedules().occurrence(key)?, text, args.decimal)?),
            None => None,
        };
        book.schedules().move_occurrence(key, Move { to, lines })
    })?;
    tell(context, &occurrence)
}

/// The lines of an occurrence with another amount.
fn lines_of(
    book: &Book<'_>,
    occurrence: &Occurrence,
    text: &str,
    mark: Option<MarkChoice>,
) -> Result<Vec<PlannedLine>> {
    let step = Step::new(occurrence.lines.to_vec());
    let reader = MoneyReader::new(book, mark)?.in_commodity_of_lines(&step.lines);
    let money = reader.money(text, None, None)?;
    match step.lines.as_slice() {
        [first, second] => {
            let (to, from) = if first.amount.is_negative() { (second, first) } else { (first, second) };
            pair(to.account, from.account, money)
        }
        lines => money.in_proportion(occurrence.schedule.terms(), lines),
    }
}
