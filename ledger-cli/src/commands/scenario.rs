//! `ledger scenario`: what if, side by side with the plan.

mod adjust;
mod compare;

use std::process::ExitCode;

use ledger_core::{AppliedReport, Error, Ledger, Result, StoredScenario};
use serde_json::json;

use super::Context;
use super::schedule::shown::{Fact, done, print_list};
use crate::globals::{Format, Medium};
use crate::render::{self, Cell, Column, Table};

/// What can be done with scenarios.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// Begin a scenario
    Create {
        /// What to call it
        name: String,
    },
    /// List the scenarios
    List,
    /// Show the adjustments of a scenario
    Show {
        /// Its name
        name: String,
    },
    /// Forget scenarios; what an applied one wrote stays
    Drop {
        /// Their names
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
    /// Add an adjustment: a row more, another amount, other days, something that does not happen
    #[command(after_long_help = adjust::EXAMPLES)]
    Adjust(Box<adjust::Args>),
    /// Take an adjustment out
    Unadjust {
        /// The scenario
        name: String,
        /// The adjustment's number, as `scenario show` has it
        number: usize,
    },
    /// Compare scenarios with each other, or with the plan itself as `base`
    #[command(after_long_help = compare::EXAMPLES)]
    Compare(Box<compare::Args>),
    /// Make the adjustments in the plan itself
    #[command(
        after_long_help = "What receivables and payables say is no row of the schedule, and stays as it is: a scenario that adjusts them is \
                           refused, or applied without these adjustments.\n\n\
                           Examples:\n  ledger scenario apply \"new car\"\n  ledger scenario apply \"late client\" --rows-only"
    )]
    Apply {
        /// The scenario
        name: String,
        /// Apply what changes rows of the schedule only; receivables and payables are changed by their own commands
        #[arg(long)]
        rows_only: bool,
    },
    /// Take back what applying a scenario wrote
    Undo {
        /// The scenario
        name: String,
    },
}

impl Verb {
    /// Whether the verb can be printed as a chart.
    pub fn draws(&self, medium: Medium) -> bool {
        medium == Medium::Svg && matches!(self, Verb::Compare(_))
    }
}

/// Runs a verb.
///
/// # Errors
/// Those of the verb.
pub fn run(context: &Context, verb: Verb) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let scenarios = book.scenarios();
    match verb {
        Verb::Create { name } => {
            let stored = context.change(&ledger, || scenarios.create(&name))?;
            let next = "adjust it with `ledger scenario adjust`";
            done(
                context,
                format!("began the scenario \"{}\"; {next}", stored.scenario.name),
                facts(&stored),
            )?;
        }
        Verb::List => {
            let things = scenarios.list()?.iter().map(facts).collect();
            let people = [("name", "Name"), ("adjustments", "Adjustments"), ("applied", "Applied")];
            print_list(context, things, &["id", "name", "adjustments", "applied"], &people, Vec::new())?;
        }
        Verb::Show { name } => show(context, &scenarios.find(&name)?, &scenarios.stale(&name)?)?,
        Verb::Drop { names } => {
            let dropped = context.change(&ledger, || {
                book.transaction(|book| {
                    names.iter().map(|name| book.scenarios().drop(name)).collect::<Result<Vec<_>>>()
                })
            })?;
            for stored in &dropped {
                done(context, format!("dropped the scenario \"{}\"", stored.scenario.name), facts(stored))?;
            }
        }
        Verb::Adjust(args) => adjust::run(context, &ledger, &book, &args)?,
        Verb::Unadjust { name, number } => {
            let stored = context.change(&ledger, || scenarios.unadjust(&name, number))?;
            let left = stored.scenario.adjustments.len();
            let sentence =
                format!("took adjustment {number} out of \"{}\"; {left} left", stored.scenario.name);
            done(context, sentence, facts(&stored))?;
        }
        Verb::Compare(args) => return compare::run(context, &book, *args),
        Verb::Apply { name, rows_only: false } => {
            write(context, &ledger, "applied", || scenarios.apply(&name))?
        }
        Verb::Apply { name, rows_only: true } => {
            write(context, &ledger, "applied", || scenarios.apply_rows(&name))?;
        }
        Verb::Undo { name } => write(context, &ledger, "took back", || scenarios.undo(&name))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn facts(stored: &StoredScenario) -> Vec<Fact> {
    let applied =
        stored.applied_at.map(|at| Cell::text(at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)));
    vec![
        ("id", Cell::Number(stored.id.into())),
        ("name", Cell::text(stored.scenario.name.as_str())),
        ("adjustments", Cell::Number(stored.scenario.adjustments.len() as i64)),
        ("applied", applied.unwrap_or(Cell::Empty)),
    ]
}

/// Shows the adjustments of a scenario, and those that cannot be made any more.
fn show(context: &Context, stored: &StoredScenario, stale: &[Error]) -> Result<()> {
    let people = context.settings.format == Format::Table;
    let mut columns = vec![Column::number("number").titled("No"), Column::text("adjustment")];
    if !people {
        columns.push(Column::text("terms"));
    }
    let row = |(place, adjustment): (usize, &ledger_core::schedule::Adjustment)| {
        let mut row = vec![Cell::Number(place as i64 + 1), Cell::text(adjustment.to_string())];
        if !people {
            row.push(Cell::Json(json!(adjustment)));
        }
        row
    };
    let rows = stored.scenario.adjustments.iter().enumerate().map(row).collect();
    let applied = stored.applied_at;
    let notes =
        applied.map(|at| format!("applied on {}; `ledger scenario undo` takes it back", at.date_naive()));
    render::print(
        &context.settings,
        Table {
            title: Some(stored.scenario.name.clone()),
            columns,
            rows,
            notes: notes.into_iter().chain(stale.iter().map(ToString::to_string)).collect(),
            meta: Some(vec![
                ("id", json!(stored.id)),
                ("name", json!(stored.scenario.name)),
                ("applied_at", json!(applied)),
            ]),
            ..Table::default()
        },
    )
}

/// Applies a scenario, or takes it back.
fn write(
    context: &Context,
    ledger: &Ledger,
    verb: &str,
    change: impl FnOnce() -> Result<AppliedReport>,
) -> Result<()> {
    let report = context.change(ledger, change)?;
    let AppliedReport { name, added, changed, occurrences, left_out } = &report;
    let more = if verb == "applied" { "added" } else { "removed" };
    let count = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    };
    let (rows, others) = (count(added.len(), "row"), count(changed.len(), "row"));
    let days = count(occurrences.len(), "occurrence");
    let sentence = format!("{verb} \"{name}\": {rows} {more}; {others} and {days} changed");
    let facts = vec![
        ("name", Cell::text(name.as_str())),
        ("added", Cell::Json(json!(added))),
        ("changed", Cell::Json(json!(changed))),
        ("occurrences", Cell::Json(json!(occurrences))),
        ("left_out", Cell::Json(json!(left_out))),
    ];
    done(context, sentence, facts)?;
    if !left_out.is_empty() {
        let numbers = left_out.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        context.note(format_args!(
            "left out what receivables and payables say: adjustment {numbers} (`ledger scenario show` has them)"
        ));
    }
    Ok(())
}
