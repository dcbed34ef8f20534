//! `ledger lots`: what is held of which purchase.

mod split;

use std::process::ExitCode;

use ledger_core::journal::AccountRef;
use ledger_core::lot::{LotCost, LotMethod};
use ledger_core::money::Amount;
use ledger_core::{Book, LotQuery, OpenLot, OpenLots, Result};
use rust_decimal::Decimal;
use serde_json::json;

use super::Context;
use super::facts::{amount, narrowed};
use super::saved::Saved;
use crate::dates::{self, DATE_HELP, DateRole};
use crate::exit;
use crate::globals::Format;
use crate::render::{Cell, Column, Table, print};

/// How many names a sentence lists.
const NAMES_MAX: usize = 3;

const HELP: &str = "\
A purchase opens a lot, a sale closes lots by the account's method (`ledger account edit ACCOUNT --lots fifo`) or the \
one that it names: 5 VWCE {2026-01-05} @ 120 EUR. Units that move between own accounts keep their day and cost. \
Currencies have lots only on accounts that take nothing else, or with --commodity. Ends with code 1 where a sale \
finds too little.

Examples:
  ledger lots
  ledger lots Assets:Broker --as-of 2025-12-31 --in EUR
  ledger lots Assets --below --method lifo -O csv
  ledger lots Assets:Wise --commodity USD
  ledger lots Assets:Broker --in EUR --save broker
  ledger lots split HOOL 2:1 --on 2026-06-01";

/// Which lots are meant; `capital-gains` takes the same.
#[derive(clap::Args, Debug, Default)]
pub struct Selection {
    /// Also of the accounts below it
    #[arg(long)]
    below: bool,

    /// Only of this commodity, also where it is a currency
    #[arg(long, value_name = "CODE")]
    commodity: Option<String>,

    /// By this method in place of that of each account: fifo, lifo, hifo (highest cost), average, named
    #[arg(long, value_name = "METHOD")]
    method: Option<LotMethod>,

    /// Everything in one commodity, each figure by the price of its day
    #[arg(long = "in", value_name = "COMMODITY")]
    valued_in: Option<String>,

    /// Only what was posted up to an instant: 2026-01-15, or 2026-01-15 14:30, in the book's time zone
    #[arg(long, value_name = "INSTANT")]
    known_at: Option<String>,
}

impl Selection {
    /// What is asked for of an account, or of all, up to a day.
    ///
    /// # Errors
    /// Those of its commodities and its instant.
    pub fn query(
        &self,
        context: &Context,
        book: &Book<'_>,
        account: Option<&str>,
        as_of: chrono::NaiveDate,
    ) -> Result<LotQuery> {
        let zone = dates::parse_zone(&book.info().time_zone)?;
        let known_at = self.known_at.as_ref();
        let known_at =
            known_at.map(|text| dates::parse_instant(text, context.settings.today, zone)).transpose()?;
        let commodity =
            |code: &Option<String>| code.as_ref().map(|code| book.commodities().get(code)).transpose();
        Ok(LotQuery {
            account: account.map(AccountRef::from),
            below: self.below,
            commodity: commodity(&self.commodity)?,
            method: self.method,
            as_of,
            known_at,
            value_in: commodity(&self.valued_in)?,
        })
    }
}

/// The arguments.
#[derive(clap::Args, Debug)]
#[command(after_long_help = HELP, args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,

    #[command(flatten)]
    flags: Saved<Flags>,
}

/// What else is done with lots.
#[derive(clap::Subcommand, Debug)]
enum Action {
    /// Give every open lot of a commodity new units for its old ones, at the same cost
    Split(split::Args),
}

/// The flags of the report.
#[derive(clap::Args, Debug)]
struct Flags {
    /// Only of this account
    account: Option<String>,

    /// At the end of this day [default: today]
    #[arg(long, value_name = "DATE", long_help = format!("At the end of this day: {DATE_HELP} [default: today]"))]
    as_of: Option<String>,

    #[command(flatten)]
    selection: Selection,
}

/// Shows the lots, or looks after saved settings.
///
/// # Errors
/// As [`ledger_core::Lots::open`], and for flags that cannot be read.
pub fn run(context: &Context, args: Args) -> Result<ExitCode> {
    if let Some(Action::Split(args)) = args.action {
        return split::run(context, args);
    }
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    args.flags.run(context, &book, "lots", |flags| show(context, &book, flags))
}

fn show(context: &Context, book: &Book<'_>, args: Flags) -> Result<ExitCode> {
    let today = context.settings.today;
    let as_of = args.as_of.map(|text| dates::parse_date_as(&text, today, DateRole::End)).transpose()?;
    let query = args.selection.query(context, book, args.account.as_deref(), as_of.unwrap_or(today))?;
    let report = book.lots().open(&query)?;
    let table = Table { notes: notes(&report), ..table(&query, &report) };
    let table =
        if context.settings.format == Format::Table { for_people(table, &query, &report) } else { table };
    print(&context.settings, table)?;
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(exit::FINDINGS) })
}

fn table(query: &LotQuery, report: &OpenLots) -> Table {
    let columns = vec![
        Column::text("account"),
        Column::short("opened_on"),
        Column::number("entry"),
        Column::text("label"),
        Column::amount("units"),
        Column::amount("unit_cost"),
        Column::amount("cost"),
        Column::amount("value"),
        Column::amount("unrealised_gain"),
        Column::short("method"),
    ];
    let row = |open: &OpenLot| {
        vec![
            Cell::text(&open.account),
            Cell::Date(open.lot.opened_on),
            Cell::Number(open.lot.entry),
            Cell::optional(open.lot.label.clone(), Cell::Text),
            amount(open.lot.units),
            unit_cost(open),
            cost(open),
            Cell::optional(open.value, amount),
            Cell::optional(open.gain, amount),
            Cell::text(open.method.as_str()),
        ]
    };
    let total = |total: &ledger_core::OpenTotal| {
        let mut row = vec![Cell::Empty; columns.len()];
        row[0] = Cell::text("Total");
        (row[6], row[7], row[8]) = (amount(total.cost), amount(total.value), amount(total.gain));
        row
    };
    let meta = vec![
        ("as_of", json!(query.as_of)),
        ("known_at", json!(query.known_at)),
        ("value_in", json!(query.value_in.map(|commodity| commodity.code().to_owned()))),
        ("findings", json!(report.findings)),
        ("missing_prices", json!(report.missing_prices)),
    ];
    Table {
        rows: report.lots.iter().map(row).collect(),
        footer: report.totals.iter().map(total).collect(),
        columns,
        meta: Some(meta),
        ..Table::default()
    }
}

/// Account and method in the title where all lots share them, and no columns that say nothing.
fn for_people(table: Table, query: &LotQuery, report: &OpenLots) -> Table {
    let first = report.lots.first();
    let same_account = first.is_some_and(|first| report.lots.iter().all(|lot| lot.account == first.account));
    let title = match first.filter(|_| same_account) {
        Some(first) => format!("Lots of {} as of {} ({})", first.account, query.as_of, first.method),
        None => format!("Lots as of {}", query.as_of),
    };
    let mut people = Vec::new();
    if !same_account {
        people.push(("account", "Account"));
    }
    people.push(("opened_on", "Bought"));
    if report.lots.iter().any(|open| open.lot.label.is_some()) {
        people.push(("label", "Label"));
    }
    people.extend([("units", "Units"), ("cost", "Cost"), ("value", "Value"), ("unrealised_gain", "Gain")]);
    let mut table = narrowed(Table { title: Some(title), ..table }, &people);
    for row in table.footer.iter_mut().filter(|_| same_account) {
        row[0] = Cell::text("Total");
    }
    table
}

fn cost(open: &OpenLot) -> Cell {
    match open.lot.cost {
        LotCost::Paid(cost) => amount(cost),
        LotCost::Nothing => Cell::optional(open.value.map(|value| value.commodity().zero()), amount),
        LotCost::Unknown => Cell::Empty,
    }
}

fn unit_cost(open: &OpenLot) -> Cell {
    let LotCost::Paid(cost) = open.lot.cost else { return Cell::Empty };
    let units: Decimal = open.lot.units.to_decimal();
    let Some(each) = cost.to_decimal().checked_div(units) else { return Cell::Empty };
    // For showing: figures go by the whole cost.
    Cell::amount(each.round_dp(u32::from(cost.commodity().scale()) + 4).normalize(), cost.commodity().code())
}

/// Sentences below the table: what does not fit, what is missing, what was assumed.
fn notes(report: &OpenLots) -> Vec<String> {
    let mut notes = report.findings.clone();
    notes.extend(report.missing_prices.iter().cloned());
    match report.incomplete {
        0 => {}
        1 => notes.push("1 lot is not in the totals: its cost or value is unknown".to_owned()),
        count => notes.push(format!("{count} lots are not in the totals: their cost or value is unknown")),
    }
    if !report.without_method.is_empty() {
        let names = listed(&report.without_method);
        notes.push(format!(
            "no lot method is set for {names}: shown first in, first out (`ledger account edit ACCOUNT --lots METHOD`)"
        ));
    }
    if !report.left_out.is_empty() {
        let names = listed(&report.left_out);
        notes.push(format!(
            "left out, as nothing there ever had a price: {names} (name the account to see it)"
        ));
    }
    notes
}

fn listed(names: &[String]) -> String {
    let shown = names[..names.len().min(NAMES_MAX)].join(", ");
    match names.len().saturating_sub(NAMES_MAX) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// An amount that may be unknown.
pub fn known(value: Option<Amount>) -> Cell {
    Cell::optional(value, amount)
}
