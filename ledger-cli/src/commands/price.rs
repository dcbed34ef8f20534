//! `ledger price …`: what commodities cost on a day.

use std::process::ExitCode;

use ledger_core::money::{Price, parse_number};
use ledger_core::{Book, ErrorKind, Result};

use super::Context;
use super::days::Days;
use super::facts::print_done;
use super::post::amounts::MarkChoice;
use crate::dates;
use crate::render::{Cell, Column, Table, print};

/// What can be done with prices.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// Say what one unit costs from a day on
    #[command(after_long_help = "Example:\n  ledger price add 2026-03-01 USD 0.92 EUR")]
    Add {
        /// The day
        date: String,
        /// What is priced
        commodity: String,
        /// The price of one unit
        rate: String,
        /// What the price is given in
        quote: String,
        /// The decimal mark of the price
        #[arg(long, value_name = "MARK", value_enum)]
        decimal: Option<MarkChoice>,
    },
    /// List prices, those that entries carry too, oldest first
    #[command(after_long_help = "Example:\n  ledger price list USD --period 2026")]
    List {
        /// Only of this commodity
        commodity: Option<String>,
        #[command(flatten)]
        days: Days,
    },
    /// Remove a price that was given by hand
    #[command(after_long_help = "Example:\n  ledger price remove 2026-03-01 USD EUR")]
    Remove {
        /// The day
        date: String,
        /// What is priced
        commodity: String,
        /// What the price is given in
        quote: String,
    },
}

/// Runs a verb.
///
/// # Errors
/// Those of the verb.
pub fn run(context: &Context, verb: Verb) -> Result<ExitCode> {
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let today = context.settings.today;
    match verb {
        Verb::Add { date, commodity, rate, quote, decimal } => {
            let (commodity, quote) = (book.commodities().get(&commodity)?, book.commodities().get(&quote)?);
            let parsed = parse_number(&rate, decimal.map(Into::into))?;
            if let Some(symbol) = parsed.symbol {
                let reason =
                    format!("the price is a number alone, and \"{symbol}\" stands after it as a word");
                return Err(ErrorKind::InvalidAmount { text: rate.clone(), reason }.into());
            }
            let price = Price::new(commodity, parsed.number, quote, dates::parse_date(&date, today)?)?;
            context.change(&ledger, || book.prices().add(price))?;
            show(context, vec![price])?;
        }
        Verb::List { commodity, days } => {
            let (from, to) = days.resolve(&context.settings)?;
            show(context, listed(&book, commodity.as_deref(), from, to)?)?;
        }
        Verb::Remove { date, commodity, quote } => {
            let (commodity, quote) = (book.commodities().get(&commodity)?, book.commodities().get(&quote)?);
            let on = dates::parse_date(&date, today)?;
            context.change(&ledger, || book.prices().remove(commodity, quote, on))?;
            let facts = vec![
                ("date", Cell::Date(on)),
                ("commodity", Cell::text(commodity.code())),
                ("quote", Cell::text(quote.code())),
            ];
            print_done(context, format!("the price of {commodity} in {quote} of {on} is removed"), facts)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn listed(
    book: &Book<'_>,
    commodity: Option<&str>,
    from: Option<chrono::NaiveDate>,
    to: Option<chrono::NaiveDate>,
) -> Result<Vec<Price>> {
    let only = commodity.map(|code| book.commodities().get(code)).transpose()?;
    let mut prices = book.prices().list()?;
    prices.retain(|price| {
        only.is_none_or(|only| price.commodity == only)
            && from.is_none_or(|from| price.on >= from)
            && to.is_none_or(|to| price.on <= to)
    });
    Ok(prices)
}

fn show(context: &Context, prices: Vec<Price>) -> Result<()> {
    let row = |price: Price| {
        vec![
            Cell::Date(price.on),
            Cell::text(price.commodity.code()),
            Cell::text(price.rate.normalize().to_string()),
            Cell::text(price.quote.code()),
        ]
    };
    let columns = vec![
        Column::short("date"),
        Column::short("commodity"),
        Column::number("rate"),
        Column::short("quote").titled("In"),
    ];
    let rows = prices.into_iter().map(row).collect();
    print(&context.settings, Table { columns, rows, ..Table::default() })
}
