//! `ledger capital-gains`: what sales gained.

use std::process::ExitCode;

use chrono::NaiveDate;
use ledger_core::lot::{LongTerm, Term};
use ledger_core::{Book, CapitalGains, GainQuery, GainRow, GainTotal, GainsBy, Result};
use serde_json::json;

use super::Context;
use super::days::Days;
use super::facts::narrowed;
use super::lots::{Selection, known};
use super::saved::Saved;
use crate::exit;
use crate::globals::Format;
use crate::render::{Cell, Column, Table, print};

const HELP: &str = "\
The gain of a sale is its proceeds less what the lots that it closes had cost; it is computed, never posted. Cost and \
proceeds in different commodities have a gain only with --in, each by the price of its day. A reversal counts on \
its own day: what it changes about sales of earlier periods stands in its period, so that periods sum to the whole. Ends \
with code 1 where a sale finds too little.

Examples:
  ledger capital-gains --period 2025
  ledger capital-gains --period 2025 --account Assets:Broker --by sale
  ledger capital-gains --period \"last year\" --in EUR --long-term-after 1y -O csv
  ledger capital-gains --period \"last year\" --in EUR --save tax";

/// The arguments.
#[derive(clap::Args, Debug)]
#[command(after_long_help = HELP)]
pub struct Args {
    #[command(flatten)]
    flags: Saved<Flags>,
}

/// The flags of the report.
#[derive(clap::Args, Debug)]
struct Flags {
    #[command(flatten)]
    days: Days,

    /// Only of this account
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,

    #[command(flatten)]
    selection: Selection,

    /// What a row stands for; short and long holdings are rows of their own
    #[arg(long, value_name = "WHAT", value_enum, default_value = "lot")]
    by: By,

    /// What was held longer than this is long-term: 365 (days), 18m, 1y
    #[arg(long, value_name = "DAYS", default_value = "1y")]
    long_term_after: LongTerm,
}

/// What a row stands for.
#[derive(clap::ValueEnum, Debug, Clone, Copy)]
enum By {
    /// The part of a lot that a sale closed
    Lot,
    /// A sale
    Sale,
    /// A commodity
    Commodity,
}

/// Shows the gains, or looks after saved settings.
///
/// # Errors
/// As [`ledger_core::Lots::gains`], and for flags that cannot be read.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    args.flags.run(context, &book, "capital-gains", |flags| show(context, &book, flags))
}

fn show(context: &Context, book: &Book<'_>, args: Flags) -> Result<ExitCode> {
    let (from, to) = args.days.resolve(&context.settings)?;
    let to = to.unwrap_or(context.settings.today);
    let query = GainQuery {
        lots: args.selection.query(context, book, args.account.as_deref(), to)?,
        from,
        long_term: args.long_term_after,
        by: match args.by {
            By::Lot => GainsBy::Lot,
            By::Sale => GainsBy::Sale,
            By::Commodity => GainsBy::Commodity,
        },
    };
    let report = book.lots().gains(&query)?;
    let table = Table { notes: notes(&query, &report), ..table(&query, &report) };
    let table =
        if context.settings.format == Format::Table { for_people(table, &query, &report) } else { table };
    print(&context.settings, table)?;
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(exit::FINDINGS) })
}

fn table(query: &GainQuery, report: &CapitalGains) -> Table {
    let columns = vec![
        Column::text("account"),
        Column::amount("units"),
        Column::text("label"),
        Column::short("opened_on"),
        Column::short("closed_on"),
        Column::number("entry"),
        Column::number("holding_days"),
        Column::short("term"),
        Column::amount("proceeds"),
        Column::amount("cost"),
        Column::amount("gain"),
        Column::text("unknown"),
    ];
    let row = |row: &GainRow| {
        vec![
            Cell::optional(row.account.clone(), Cell::Text),
            known(Some(row.units)),
            Cell::optional(row.label.clone(), Cell::Text),
            Cell::optional(row.opened_on, Cell::Date),
            Cell::optional(row.closed_on, Cell::Date),
            Cell::optional(row.entry, Cell::Number),
            Cell::optional(row.holding_days, Cell::Number),
            Cell::text(row.term.as_str()),
            known(row.proceeds),
            known(row.cost),
            known(row.gain),
            Cell::optional(row.unknown, Cell::text),
        ]
    };
    let total = |total: &GainTotal| {
        let mut row = vec![Cell::Empty; columns.len()];
        row[0] = Cell::text("Total");
        row[7] = Cell::text(total.term.map_or("all", Term::as_str));
        (row[8], row[9], row[10]) =
            (known(Some(total.proceeds)), known(Some(total.cost)), known(Some(total.gain)));
        row
    };
    let meta = vec![
        ("from", json!(query.from)),
        ("to", json!(query.lots.as_of)),
        ("known_at", json!(query.lots.known_at)),
        ("by", json!(query.by)),
        ("long_term_after", json!(query.long_term.to_string())),
        ("unknown", json!(report.unknown)),
        ("findings", json!(report.findings)),
        ("missing_prices", json!(report.missing_prices)),
    ];
    Table {
        rows: report.rows.iter().map(row).collect(),
        footer: report.totals.iter().map(total).collect(),
        columns,
        meta: Some(meta),
        ..Table::default()
    }
}

/// The columns that fit a terminal; the account stands in the title where all rows share it.
fn for_people(table: Table, query: &GainQuery, report: &CapitalGains) -> Table {
    let first = report.rows.first().and_then(|row| row.account.as_ref());
    let same_account = first.is_some() && report.rows.iter().all(|row| row.account.as_ref() == first);
    let of = first.filter(|_| same_account).map(|name| format!(" of {name}")).unwrap_or_default();
    let from = query.from.map(|from: NaiveDate| format!(" from {from}")).unwrap_or_default();
    let title = format!("Capital gains{of}{from} to {}", query.lots.as_of);
    let shows = |has: fn(&GainRow) -> bool| report.rows.iter().any(has);
    let mut people = Vec::new();
    if !same_account && shows(|row| row.account.is_some()) {
        people.push(("account", "Account"));
    }
    people.push(("units", "Units"));
    if shows(|row| row.opened_on.is_some()) {
        people.push(("opened_on", "Bought"));
    }
    if shows(|row| row.closed_on.is_some()) {
        people.push(("closed_on", "Sold"));
    }
    people.extend([("term", "Term"), ("proceeds", "Proceeds"), ("cost", "Cost"), ("gain", "Gain")]);
    let mut table = narrowed(Table { title: Some(title), ..table }, &people);
    table.footer.iter_mut().for_each(|row| row[0] = Cell::text("Total"));
    table
}

/// Sentences below the table: what does not fit, what is unknown and why, what was assumed.
fn notes(query: &GainQuery, report: &CapitalGains) -> Vec<String> {
    let mut notes = report.findings.clone();
    notes.extend(report.missing_prices.iter().cloned());
    if report.unknown > 0 {
        let mut reasons: Vec<&str> = report.rows.iter().filter_map(|row| row.unknown).collect();
        reasons.sort_unstable();
        reasons.dedup();
        let reasons = reasons.join("; ");
        let hint =
            if reasons.contains("different commodities") { " (say which to count in with --in)" } else { "" };
        let (are, gains) = if report.unknown == 1 { ("is", "gain") } else { ("are", "gains") };
        notes
            .push(format!("{} {gains} {are} unknown and not in the totals: {reasons}{hint}", report.unknown));
    }
    if report.rows.iter().any(|row| row.closed_on.zip(query.from).is_some_and(|(on, from)| on < from)) {
        notes.push(
            "sales of earlier days are here because something was reversed in this period: below zero is what is taken \
             back"
                .to_owned(),
        );
    }
    if !report.rows.is_empty() {
        notes.push(format!("long: held for more than {}", query.long_term));
    }
    notes
}
