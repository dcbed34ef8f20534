//! `ledger price …`: what commodities cost on a day.

mod import;

use std::path::PathBuf;
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
    /// Add the prices of a CSV file; again, and nothing changes
    #[command(
        override_usage = "ledger price import FILE [--commodity CODE] [--in CODE] [--date-format F]\n       [--decimal MARK] [--delimiter CHAR] [--skip-errors]",
        after_long_help = "The first line names the columns, in any order: date, commodity (or symbol, ticker …), rate (or price, close …) and quote \
                           (or in).\n\nExamples:\n  ledger price import prices.csv\n  ledger price import aapl.csv --commodity AAPL --in USD"
    )]
    Import(ImportArgs),
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

/// The arguments of an import.
#[derive(clap::Args, Debug)]
pub struct ImportArgs {
    /// The file
    file: PathBuf,

    /// What all prices are of, where the file has no column for it
    #[arg(long, value_name = "CODE")]
    commodity: Option<String>,

    /// What all prices are counted in, where the file has no column for it
    #[arg(long = "in", value_name = "CODE")]
    quote: Option<String>,

    /// How dates are written, such as DD.MM.YYYY
    #[arg(long, value_name = "FORMAT")]
    date_format: Option<String>,

    /// The decimal mark of the prices
    #[arg(long, value_name = "MARK", value_enum)]
    decimal: Option<MarkChoice>,

    /// What stands between columns
    #[arg(long, value_name = "CHAR")]
    delimiter: Option<char>,

    /// Add the others where some lines cannot be read
    #[arg(long)]
    skip_errors: bool,
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
        Verb::Import(args) => return import::run(context, &ledger, &book, args),
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
