//! `ledger schedule`: money that is expected, on which day it moves, and what will be in the accounts.

mod calendar;
pub mod days;
mod detect;
mod edit;
mod forecast;
pub mod held;
mod matching;
pub mod money;
mod next;
mod occurrence;
mod post_due;
pub mod project;
mod rows;
pub mod series;
pub mod shown;
mod standing;
pub mod terms;

use std::process::ExitCode;

use ledger_core::Result;

use super::Context;
use crate::globals::Medium;

const ADD_EXAMPLES: &str = "\
Examples:
  ledger schedule add Rent 950 --from Assets:Bank --to Expenses:Rent \\
    --every month --on 1 --weekend before --then 2027-01-01=990
  ledger schedule add Power 80..120 --from Assets:Bank --to Expenses:Power --every quarter
  ledger schedule add Salary --every month --on \"last weekday\" \\
    --line Assets:Bank=2450 --line Expenses:Tax=600 --line Income:Salary
  ledger schedule add Bonus 1500 --from Income:Salary --to Assets:Bank \\
    --once 2026-12-15 --probability 60";

/// What can be done with schedules.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// Add a row: what moves, between which accounts, on which days
    #[command(after_long_help = ADD_EXAMPLES)]
    Add(Box<edit::AddArgs>),
    /// List the rows; -O ics writes them as a calendar
    List(rows::ListArgs),
    /// Show a row and its next days
    Show(rows::ShowArgs),
    /// Change a row: one occurrence, one and all later ones, or all of it
    #[command(after_long_help = edit::EDIT_EXAMPLES)]
    Edit(Box<edit::EditArgs>),
    /// Say that a row does not happen for a while
    Pause(standing::PauseArgs),
    /// End the pause of a row
    Resume(standing::ResumeArgs),
    /// Remove rows; what was settled stays on record
    Remove(standing::RemoveArgs),
    /// List what is due, and what is overdue
    Due(occurrence::DueArgs),
    /// Say which entry stands for an occurrence
    Settle(occurrence::SettleArgs),
    /// Say that no entry stands for an occurrence after all
    Unsettle(occurrence::KeyArgs),
    /// Say that an occurrence does not happen
    Skip(occurrence::KeyArgs),
    /// Give an occurrence another day, another amount, or both
    #[command(
        after_long_help = "Example:\n  ledger schedule move Rent 2026-05-01 --to 2026-05-04 --amount 960"
    )]
    Move(occurrence::MoveArgs),
    /// Take a move or a skip back
    Restore(occurrence::KeyArgs),
    /// Post what is due, each once, however often this is run
    #[command(after_long_help = post_due::EXAMPLES)]
    PostDue(post_due::Args),
    /// Propose entries that may have settled an occurrence, and settle those that are accepted
    #[command(after_long_help = matching::EXAMPLES)]
    Match(matching::Args),
    /// Propose rows for payments that come again and again
    #[command(after_long_help = detect::EXAMPLES)]
    Detect(detect::Args),
    /// Show what will be in the accounts, day by day
    #[command(after_long_help = project::EXAMPLES)]
    Project(Box<project::Args>),
    /// Keep a projection under a name, to compare it later with what happened
    Snapshot(Box<forecast::SnapshotArgs>),
    /// List the projections that are kept
    Snapshots(forecast::ListArgs),
    /// Compare a kept projection with what happened since, by day and by cause
    Accuracy(forecast::AccuracyArgs),
}

impl Verb {
    /// Whether the verb can be printed as a chart or a calendar.
    pub fn draws(&self, medium: Medium) -> bool {
        match medium {
            Medium::Svg => matches!(self, Verb::Project(_)),
            Medium::Ics => matches!(self, Verb::List(_)),
            _ => true,
        }
    }
}

/// Runs a verb.
///
/// # Errors
/// Those of the verb.
pub fn run(context: &Context, verb: Verb) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    match verb {
        Verb::Add(args) => edit::add(context, &ledger, &book, &args)?,
        Verb::List(args) => rows::list(context, &book, &args)?,
        Verb::Show(args) => rows::show(context, &book, &args)?,
        Verb::Edit(args) => edit::edit(context, &ledger, &book, &args)?,
        Verb::Pause(args) => standing::pause(context, &ledger, &book, &args)?,
        Verb::Resume(args) => standing::resume(context, &ledger, &book, &args)?,
        Verb::Remove(args) => standing::remove(context, &ledger, &book, &args)?,
        Verb::Due(args) => occurrence::due(context, &book, &args)?,
        Verb::Settle(args) => occurrence::settle(context, &ledger, &book, &args)?,
        Verb::Unsettle(args) => {
            occurrence::change(context, &ledger, &book, &args, occurrence::Change::Unsettle)?
        }
        Verb::Skip(args) => occurrence::change(context, &ledger, &book, &args, occurrence::Change::Skip)?,
        Verb::Move(args) => occurrence::move_to(context, &ledger, &book, &args)?,
        Verb::Restore(args) => {
            occurrence::change(context, &ledger, &book, &args, occurrence::Change::Restore)?
        }
        Verb::PostDue(args) => return post_due::run(context, &book, &args),
        Verb::Match(args) => matching::run(context, &ledger, &book, &args)?,
        Verb::Detect(args) => detect::run(context, &ledger, &book, &args)?,
        Verb::Project(args) => return project::run(context, &book, *args),
        Verb::Snapshot(args) => forecast::snapshot(context, &ledger, &book, &args)?,
        Verb::Snapshots(args) => forecast::list(context, &ledger, &book, &args)?,
        Verb::Accuracy(args) => forecast::accuracy(context, &book, &args)?,
    }
    Ok(ExitCode::SUCCESS)
}
