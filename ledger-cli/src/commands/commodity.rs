//! `ledger commodity …`: what amounts are counted in.

use std::process::ExitCode;

use ledger_core::Result;
use ledger_core::money::Commodity;
use ledger_core::text::normalize;

use super::Context;
use crate::render::{Cell, Column, Table, print};

/// What can be done with commodities.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// Declare a commodity that is no currency of ISO 4217, such as a share or a coin
    #[command(after_long_help = "Example:\n  ledger commodity add VWCE --scale 6")]
    Add {
        /// Its code: letters and digits, at most 24
        code: String,
        /// Decimal places, 0 to 9; they never change afterwards
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=9))]
        scale: u8,
    },
    /// List those of the book
    #[command(after_long_help = "Example:\n  ledger commodity list")]
    List,
    /// List the currencies of ISO 4217, which need no declaring
    #[command(after_long_help = "Example:\n  ledger commodity iso franc")]
    Iso {
        /// Part of the code or of the English name
        text: Option<String>,
    },
}

/// Runs a verb.
///
/// # Errors
/// Those of the verb.
pub fn run(context: &Context, verb: Verb) -> Result<ExitCode> {
    match verb {
        Verb::Add { code, scale } => {
            let ledger = context.ledger()?;
            let book = context.book(&ledger)?;
            let commodity = Commodity::new(&code, scale)?;
            let declared = context.change(&ledger, || book.commodities().declare(commodity))?;
            show(context, vec![declared])?;
        }
        Verb::List => {
            let ledger = context.ledger()?;
            show(context, context.book(&ledger)?.commodities().list()?)?;
        }
        Verb::Iso { text } => show_iso(context, text.as_deref().unwrap_or_default())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn show(context: &Context, commodities: Vec<Commodity>) -> Result<()> {
    let row = |commodity: Commodity| {
        let name = Commodity::iso_catalogue().find(|(listed, _)| *listed == commodity).map(|(_, name)| name);
        vec![
            Cell::text(commodity.code()),
            Cell::Number(commodity.scale().into()),
            Cell::optional(name, Cell::from),
        ]
    };
    let rows = commodities.into_iter().map(row).collect();
    print(&context.settings, Table { columns: columns(), rows, ..Table::default() })
}

fn show_iso(context: &Context, text: &str) -> Result<()> {
    let part = normalize(text);
    let fits = |code: &str, name: &str| normalize(code).contains(&part) || normalize(name).contains(&part);
    let rows = Commodity::iso_catalogue()
        .filter(|(commodity, name)| fits(commodity.code(), name))
        .map(|(commodity, name)| {
            vec![Cell::text(commodity.code()), Cell::Number(commodity.scale().into()), Cell::text(name)]
        })
        .collect();
    print(&context.settings, Table { columns: columns(), rows, ..Table::default() })
}

fn columns() -> Vec<Column> {
    vec![Column::short("code"), Column::number("scale"), Column::text("name")]
}
