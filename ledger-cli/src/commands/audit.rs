//! `ledger audit`: who changed what.

use std::process::ExitCode;

use chrono::SecondsFormat;
use ledger_core::Result;
use ledger_core::audit::{AuditEvent, AuditFilter};
use serde_json::Value;

use super::Context;
use crate::dates;
use crate::globals::Format;
use crate::render::{self, Cell, Column, Table};

/// What can be done with the audit log.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// Show changes and posts, oldest first
    Log(LogArgs),
}

/// The arguments of `audit log`.
#[derive(clap::Args, Debug)]
pub struct LogArgs {
    /// From this day or instant on, in the book's time zone
    #[arg(long, value_name = "INSTANT")]
    from: Option<String>,

    /// Up to this day or instant, in the book's time zone
    #[arg(long, value_name = "INSTANT")]
    to: Option<String>,

    /// Only what this person did
    #[arg(long, value_name = "NAME")]
    who: Option<String>,

    /// Only actions that begin so, such as account or entry.post
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,

    /// At most so many, the latest ones
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,

    /// All of them
    #[arg(long, conflicts_with = "limit")]
    all: bool,
}

/// Shows the log.
///
/// # Errors
/// As [`ledger_core::AuditLog::list`], and for instants that cannot be read.
pub fn run(context: &Context, verb: Verb) -> Result<ExitCode> {
    let Verb::Log(args) = verb;
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let (today, zone) = (context.settings.today, dates::parse_zone(&book.info().time_zone)?);
    let from = args.from.map(|text| dates::parse_instant_from(&text, today, zone));
    let to = args.to.map(|text| dates::parse_instant(&text, today, zone));
    let mut filter = AuditFilter {
        from: from.transpose()?,
        to: to.transpose()?,
        recorded_by: args.who,
        action: args.action,
        limit: None,
    };
    // One more than is shown tells whether there are more.
    filter.limit = (!args.all).then(|| args.limit.saturating_add(1));
    let mut events = book.audit().list(&filter)?;
    let is_cut = !args.all && events.len() > args.limit;
    if is_cut {
        events.remove(0);
    }
    let for_people = context.settings.format == Format::Table;
    let row = |event: &AuditEvent| {
        let at = if for_people {
            event.recorded_at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
        } else {
            event.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true)
        };
        let mut cells = vec![Cell::text(at), event.number.into()];
        cells.extend([&event.recorded_by, &event.action, &event.subject].map(|text| text.as_str().into()));
        if for_people {
            // The subject tells an entry's number; a line of 80 columns has no room to tell it twice.
            cells.remove(1);
        }
        for state in [&event.before, &event.after] {
            cells.push(Cell::optional(state.as_deref(), |state| state_cell(state, for_people)));
        }
        cells
    };
    let mut table = Table { columns: columns(), rows: events.iter().map(row).collect(), ..Table::default() };
    if for_people {
        table.columns.remove(1);
        table.title = Some(format!("Audit log of {} ({zone})", book.name()));
    }
    render::print(&context.settings, table)?;
    if is_cut {
        context
            .note(format_args!("only the latest {} are shown: see more with --limit or --all", args.limit));
    }
    Ok(ExitCode::SUCCESS)
}

fn columns() -> Vec<Column> {
    vec![
        Column::short("recorded_at").titled("When"),
        Column::number("number"),
        Column::short("recorded_by").titled("Who"),
        Column::short("action"),
        Column::text("subject"),
        Column::text("before"),
        Column::text("after"),
    ]
}

/// A state as JSON, for people without its empty fields; one that is none (another program wrote it) as the text
/// that it is.
fn state_cell(state: &str, for_people: bool) -> Cell {
    match serde_json::from_str(state) {
        Ok(Value::Object(fields)) if for_people => {
            Cell::Json(fields.into_iter().filter(|(_, value)| !value.is_null()).collect())
        }
        Ok(value) => Cell::Json(value),
        Err(_) => state.into(),
    }
}
