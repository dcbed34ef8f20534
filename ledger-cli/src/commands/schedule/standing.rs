//! `schedule pause|resume|remove`: whether a row, in all its parts, happens at all.

use std::sync::Arc;

use ledger_core::schedule::{Pause, Schedule};
use ledger_core::text::shell_word;
use ledger_core::{Book, Ledger, Result};

use super::rows::tell_rows;
use super::shown::{account_names, done, facts, pause_words};
use crate::commands::Context;
use crate::dates::{self, DateRole};

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

/// Pauses a row.
pub(super) fn pause(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &PauseArgs) -> Result<()> {
    let today = context.settings.today;
    let from = args.from.as_ref().map_or(Ok(today), |text| dates::parse_date(text, today))?;
    let until =
        args.until.as_ref().map(|text| dates::parse_date_as(text, today, DateRole::End)).transpose()?;
    let paused = context.change(ledger, || book.schedules().pause(args.row.as_str(), from, until))?;
    let days = pause_words(&Pause { from, until });
    tell_rows(context, book, format!("{} does not happen {days}", told(&paused)), &paused)
}

/// Resumes a row.
pub(super) fn resume(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &ResumeArgs) -> Result<()> {
    let today = context.settings.today;
    let on = args.on.as_ref().map_or(Ok(today), |text| dates::parse_date(text, today))?;
    let resumed = context.change(ledger, || book.schedules().resume(args.row.as_str(), on))?;
    tell_rows(context, book, format!("{} happens again from {on}", told(&resumed)), &resumed)
}

/// `"Rent"`, and which parts of it where these are several.
fn told(parts: &[Arc<Schedule>]) -> String {
    let name = parts.first().map_or("", |part| part.name());
    match parts {
        [] | [_] => format!("\"{name}\""),
        several => {
            let numbers: Vec<String> = several.iter().map(|part| format!("#{}", part.id())).collect();
            format!("\"{name}\" ({})", numbers.join(", "))
        }
    }
}

/// Removes rows, and tells which scenarios name them.
pub(super) fn remove(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &RemoveArgs) -> Result<()> {
    let (removed, naming) = context.change(ledger, || {
        book.transaction(|book| {
            let mut removed = Vec::new();
            for row in &args.rows {
                let parts = book.schedules().parts(row)?;
                removed.push((book.schedules().remove(book.schedules().find(row)?.id())?, parts));
            }
            let rows: Vec<_> = removed.iter().flat_map(|(_, parts)| parts.iter().cloned()).collect();
            Ok((removed, book.scenarios().naming(&rows)?))
        })
    })?;
    let names = account_names(book)?;
    for (schedule, parts) in removed {
        let facts = facts(&schedule, &names, context.settings.today, None, context.settings.format);
        done(context, format!("removed {}", told(&parts)), facts)?;
    }
    for (scenario, numbers) in naming {
        let (last, them) = (numbers.last().copied().unwrap_or_default(), numbers.len() > 1);
        let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
        context.note(format_args!(
            "scenario \"{scenario}\" names it: adjustment{} {}, which cannot be made any more (`ledger scenario unadjust {} \
             {last}` takes {} out)",
            if them { "s" } else { "" },
            numbers.join(", "),
            shell_word(&scenario),
            if them { "the last of them" } else { "it" },
        ));
    }
    Ok(())
}
