//! `receivable payoff`: what it takes to be rid of something.

use ledger_core::receivable::{Parts, ReceivableKind};
use ledger_core::{Book, Result};
use serde_json::json;

use super::detail::{accrued_words, overcharged_words};
use super::money::Money;
use super::repay::early_fee;
use super::shown::day_or_today;
use crate::commands::Context;
use crate::commands::facts::{amount, told};
use crate::globals::Format;
use crate::render::{Cell, Column, Table, print};

/// The arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Its name or number, or the party where it is the only one
    name: String,

    /// The day, past or to come [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,

    /// What is charged for paying before it is due: an amount, or percent of the principal paid early, such as 1%
    #[arg(long, value_name = "FEE")]
    early_fee: Option<String>,
}

/// Shows what would pay one off.
pub(super) fn run(context: &Context, book: &Book<'_>, kind: ReceivableKind, args: &Args) -> Result<()> {
    let on = day_or_today(context, args.on.as_deref())?;
    let found = book.receivables().find(kind, &args.name)?;
    let money = Money::new(book, None)?.in_commodity(found.commodity);
    let fee = args.early_fee.as_deref().map(|text| early_fee(&money, text)).transpose()?;
    let payoff = book.receivables().payoff(found.id, on, fee)?;
    let commodity = found.commodity;
    let people = context.settings.format == Format::Table;
    let cell = |minor: i64| match people {
        true if minor == 0 => Cell::Empty,
        true => Cell::amount(commodity.amount(minor).number(), ""),
        false => amount(commodity.amount(minor)),
    };
    let mut columns = vec![Column::short("due_on").titled("Due")];
    columns.extend(["principal", "interest", "fee", "amount"].map(Column::amount));
    let line = |due_on: Cell, parts: Parts| {
        let mut row = vec![due_on];
        row.extend([parts.principal, parts.interest, parts.fee].map(cell));
        row.push(Cell::optional(parts.total().ok(), cell));
        row
    };
    let mut rows = Vec::new();
    let mut later = Parts::ZERO;
    for item in &payoff.items {
        // For people the principal that is not due yet is one sum.
        if people && item.instalment.is_some() && item.due_on.is_some_and(|due_on| due_on > on) {
            later = later.plus(item.open)?;
            continue;
        }
        let due_on = if people { Cell::text("on demand") } else { Cell::Empty };
        rows.push(line(item.due_on.map_or(due_on, Cell::Date), item.open));
    }
    if !later.is_zero() {
        rows.push(line(Cell::text("later"), later));
    }
    let mut notes = Vec::new();
    if payoff.credit != 0 {
        let credit = commodity.amount(payoff.credit);
        notes.push(format!("a credit of {credit} is not taken off (repay --from-credit uses it)"));
    }
    let accrued = accrued_words(commodity, payoff.accrued);
    notes.extend(accrued.map(|words| format!("of it {words} accrued and not booked")));
    notes.extend(overcharged_words(commodity, payoff.overcharged, on));
    let table = Table {
        title: Some(format!("{} pay \"{}\" off on {on}", told(payoff.amount), found.name)),
        columns,
        rows,
        footer: vec![line(Cell::text("Total"), payoff.parts)],
        notes,
        meta: Some(vec![
            ("name", json!(found.name)),
            ("on", json!(on)),
            ("amount", json!(payoff.amount.to_string())),
            ("accrued", json!(commodity.amount(payoff.accrued.total()?).to_string())),
            ("credit", json!(commodity.amount(payoff.credit).to_string())),
        ]),
        ..Table::default()
    };
    print(&context.settings, table)
}
