//! What a projection left out: occurrences that an entry very likely stands for already, and a total without a price.

use ledger_core::Book;
use ledger_core::receivable::ReceivableKind;
use ledger_core::schedule::{LikelySettlement, ScheduleId, Unpriced};
use serde_json::{Value, json};

use crate::commands::Context;

/// How many are told one by one.
const TOLD_MAX: usize = 5;

/// Tells what is not counted, with the entry and the command that settles it.
pub fn tell_held(context: &Context, book: &Book<'_>, held: &[LikelySettlement]) {
    for one in held.iter().take(TOLD_MAX) {
        context.note(format_args!(
            "{} of {} is not counted: entry {} may be it already ({}); `{}` says so",
            one.name,
            one.occurrence.on,
            one.entry,
            one.reasons.join(", "),
            accepting(book, one)
        ));
    }
    if let Some(more) = held.len().checked_sub(TOLD_MAX).filter(|more| *more > 0) {
        context.note(format_args!("and {more} more: `ledger schedule match` lists what is due"));
    }
    if !held.is_empty() {
        context.note("--despite-matches counts what entries may be already");
    }
}

/// What a program reads about them.
pub fn held_facts(book: &Book<'_>, held: &[LikelySettlement]) -> Value {
    let facts = held.iter().map(|one| {
        json!({
            "schedule": kept(one.occurrence.schedule),
            "scheduled_on": one.occurrence.on,
            "due_on": one.due_on,
            "name": one.name,
            "entry": one.entry,
            "confidence": one.confidence,
            "reasons": one.reasons,
            "accept": accepting(book, one),
        })
    });
    facts.collect()
}

/// The number of a row that a book keeps; what is owed has none.
pub fn kept(schedule: ScheduleId) -> Option<i32> {
    schedule.is_kept().then(|| schedule.get())
}

/// Tells why there is no total.
pub fn tell_unpriced(context: &Context, unpriced: Option<&Unpriced>) {
    if let Some(unpriced) = unpriced {
        context.note(format_args!("the total is left out: {unpriced}"));
    }
}

/// What a program reads about a total that is left out: nothing where it is not.
pub fn unpriced_facts(unpriced: Option<&Unpriced>) -> Value {
    let facts = |unpriced: &Unpriced| {
        let Unpriced { commodity, quote, on } = unpriced;
        json!({ "commodity": commodity, "quote": quote, "on": on, "reason": unpriced.to_string() })
    };
    unpriced.map_or(Value::Null, facts)
}

/// The command that says that the entry stands for the occurrence.
fn accepting(book: &Book<'_>, one: &LikelySettlement) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
    let name = match one.name.chars().all(plain) && !one.name.starts_with('-') {
        true => one.name.clone(),
        false => format!("'{}'", one.name.replace('\'', r"'\''")),
    };
    if kept(one.occurrence.schedule).is_none() {
        let owes = |kind| book.receivables().find(kind, &one.name).is_ok_and(|found| found.name == one.name);
        let noun = if owes(ReceivableKind::Payable) { "payable" } else { "receivable" };
        return format!("ledger {noun} repay {name} --entry {}", one.entry);
    }
    format!("ledger schedule settle {name} {} --entry {}", one.occurrence.on, one.entry)
}
