//! `schedule match`: entries that may have settled occurrences.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;
use ledger_core::schedule::{MatchOptions, Occurrence, OccurrenceKey, OccurrenceMatch};
use ledger_core::{Book, ErrorKind, Ledger, Result};
use serde_json::json;

use super::shown::{Fact, amount_cell, print_list};
use crate::commands::Context;
use crate::dates::{self, DateRole};
use crate::render::Cell;

/// Examples for the long help.
pub(super) const EXAMPLES: &str = "\
Accounts and sign have to be the same; amount, day, party and text say how well an entry fits. What fits as well \
elsewhere is never sure.

Examples:
  ledger schedule match
  ledger schedule match --accept 118 --accept 121
  ledger schedule match --days-after 20 --accept-all";

/// The arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Settle the occurrence that this entry is proposed for; may be given several times
    #[arg(long, value_name = "ENTRY", conflicts_with = "accept_all")]
    accept: Vec<i64>,

    /// Settle all that are sure
    #[arg(long)]
    accept_all: bool,

    /// The day through which occurrences are due [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,

    /// How many days early an entry may be
    #[arg(long, value_name = "N", default_value_t = MatchOptions::default().days_before, value_parser = clap::value_parser!(u32).range(0..=366))]
    days_before: u32,

    /// How many days late it may be
    #[arg(long, value_name = "N", default_value_t = MatchOptions::default().days_after, value_parser = clap::value_parser!(u32).range(0..=366))]
    days_after: u32,

    /// How many percent its amount may be off
    #[arg(long, value_name = "N", default_value_t = MatchOptions::default().percent, value_parser = clap::value_parser!(u32).range(0..=100))]
    percent: u32,
}

/// Proposes, and settles what is accepted.
///
/// # Errors
/// As [`ledger_core::Schedules::matches`] and [`ledger_core::Schedules::settle`]; [`ErrorKind::NotFound`] for an entry that
/// is not proposed.
pub(super) fn run(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &Args) -> Result<()> {
    let today = context.settings.today;
    let as_of =
        args.as_of.as_ref().map_or(Ok(today), |text| dates::parse_date_as(text, today, DateRole::End))?;
    let options = MatchOptions {
        days_before: args.days_before,
        days_after: args.days_after,
        percent: args.percent,
        ..MatchOptions::default()
    };
    let accepts = args.accept_all || !args.accept.is_empty();
    let (proposals, things) = context.change(ledger, || {
        book.transaction(|book| {
            let mut proposals = book.schedules().matches(as_of, &options)?;
            if accepts {
                proposals = chosen(proposals, args)?;
                let pairs: Vec<_> = proposals.iter().map(|one| (one.occurrence, one.entry)).collect();
                book.schedules().settle_all(&pairs)?;
            }
            let occurrences = occurrences_of(book, &proposals)?;
            let things =
                proposals.iter().map(|one| facts(one, occurrences.get(&one.occurrence), accepts)).collect();
            Ok((proposals, things))
        })
    })?;
    let all = [
        "entry",
        "schedule",
        "scheduled_on",
        "due_on",
        "name",
        "amount",
        "confidence",
        "sure",
        "state",
        "reasons",
        "other_entries",
        "other_occurrences",
    ];
    let people = [
        ("entry", "Entry"),
        ("due_on", "Due"),
        ("name", "What"),
        ("confidence", "%"),
        ("sure", "Sure"),
        ("reasons", "Why"),
    ];
    print_list(context, things, &all, &people, Vec::new())?;
    let count = proposals.len();
    match (accepts, proposals.iter().filter(|proposal| proposal.is_sure).count()) {
        (true, _) => context.note(format_args!("settled {count}")),
        (false, _) if count == 0 => context.note("no entry fits what is open"),
        (false, sure) => context.note(format_args!(
            "{count} proposed, {sure} sure: settle with --accept ENTRY, or those that are sure with --accept-all"
        )),
    }
    Ok(())
}

fn chosen(proposals: Vec<OccurrenceMatch>, args: &Args) -> Result<Vec<OccurrenceMatch>> {
    if args.accept_all {
        return Ok(proposals.into_iter().filter(|proposal| proposal.is_sure).collect());
    }
    if let Some(entry) = args.accept.iter().find(|entry| proposals.iter().all(|one| one.entry != **entry)) {
        let suggestions = proposals.iter().take(5).map(|proposal| proposal.entry.to_string()).collect();
        return Err(
            ErrorKind::NotFound { what: "proposal for entry", name: entry.to_string(), suggestions }.into()
        );
    }
    Ok(proposals.into_iter().filter(|proposal| args.accept.contains(&proposal.entry)).collect())
}

/// The occurrences that proposals are about, from one reading of the plan.
fn occurrences_of(
    book: &Book<'_>,
    proposals: &[OccurrenceMatch],
) -> Result<BTreeMap<OccurrenceKey, Occurrence>> {
    let days = || proposals.iter().map(|proposal| proposal.occurrence.on);
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return Ok(BTreeMap::new()) };
    // A shift moves a day by a year at most; what was moved farther is shown without its day.
    let from = first.checked_sub_days(Days::new(400)).unwrap_or(first);
    let to = last.checked_add_days(Days::new(400)).unwrap_or(last);
    let wanted: BTreeSet<OccurrenceKey> = proposals.iter().map(|proposal| proposal.occurrence).collect();
    let all = book.schedules().plan()?.occurrences(from, to)?;
    Ok(all.into_iter().filter(|one| wanted.contains(&one.key)).map(|one| (one.key, one)).collect())
}

fn facts(proposal: &OccurrenceMatch, occurrence: Option<&Occurrence>, settled: bool) -> Vec<Fact> {
    let others: Vec<String> = proposal.other_occurrences.iter().map(ToString::to_string).collect();
    vec![
        ("entry", Cell::Number(proposal.entry)),
        ("schedule", Cell::Number(proposal.occurrence.schedule.get().into())),
        ("scheduled_on", Cell::Date(proposal.occurrence.on)),
        ("due_on", Cell::optional(occurrence, |one| Cell::Date(one.due_on))),
        ("name", Cell::optional(occurrence, |one| Cell::text(one.schedule.name()))),
        ("amount", Cell::optional(occurrence, |one| amount_cell(&one.lines, |line| line.amount))),
        ("confidence", Cell::Number(proposal.confidence.get().into())),
        ("sure", Cell::Json(json!(proposal.is_sure))),
        ("state", Cell::text(if settled { "settled" } else { "proposed" })),
        ("reasons", Cell::Json(json!(proposal.reasons))),
        ("other_entries", Cell::Json(json!(proposal.other_entries))),
        ("other_occurrences", Cell::Json(json!(others))),
    ]
}
