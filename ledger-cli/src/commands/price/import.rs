//! `ledger price import`: the prices of a CSV file.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use ledger_core::import::{PriceFileOptions, PriceLine, read_prices};
use ledger_core::money::{Commodity, Price};
use ledger_core::{Book, ErrorKind, Ledger, Result};

use super::ImportArgs;
use crate::commands::Context;
use crate::commands::facts::print_done;
use crate::commands::import::{problems, read_file};
use crate::render::Cell;

/// Adds the prices of a file, all of them or none.
///
/// # Errors
/// [`ErrorKind::File`], [`ErrorKind::Unreadable`] for a file without the columns that it needs, and
/// [`ErrorKind::NotFound`] for commodities that the book does not know.
pub fn run(context: &Context, ledger: &Ledger, book: &Book<'_>, args: ImportArgs) -> Result<ExitCode> {
    let options = PriceFileOptions {
        commodity: args.commodity,
        quote: args.quote,
        date_format: args.date_format.as_deref().map(str::parse).transpose()?,
        decimal: args.decimal.map(Into::into),
        delimiter: args.delimiter,
    };
    let (name, bytes) = read_file(&args.file)?;
    let file = read_prices(&bytes, &name, &options)?;
    let problems = problems(&name, &file.problems);
    let mut code = ExitCode::SUCCESS;
    if !problems.is_empty() {
        code = problems.report(context.settings.error_style());
        if !args.skip_errors {
            context.note("no price was added: mend the file, or pass over these lines with --skip-errors");
            return Ok(code);
        }
    }
    let prices = resolved(book, &file.lines)?;
    let changes = context.change(ledger, || book.prices().add_all(prices))?;
    let would = if context.settings.dry_run { "would add" } else { "added" };
    let done = format!(
        "{would} {}, replaced {}, already there {}",
        changes.added, changes.replaced, changes.unchanged
    );
    let count = |count: usize| Cell::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let facts = vec![
        ("added", count(changes.added)),
        ("replaced", count(changes.replaced)),
        ("unchanged", count(changes.unchanged)),
    ];
    print_done(context, done, facts)?;
    Ok(code)
}

/// The prices with their commodities, all of which the book has to know.
fn resolved(book: &Book<'_>, lines: &[PriceLine]) -> Result<Vec<Price>> {
    let mut known: BTreeMap<&str, Commodity> = BTreeMap::new();
    let mut unknown: BTreeSet<&str> = BTreeSet::new();
    for code in lines.iter().flat_map(|line| [line.commodity.as_str(), line.quote.as_str()]) {
        if known.contains_key(code) || unknown.contains(code) {
            continue;
        }
        match book.commodities().get(code) {
            Ok(commodity) => {
                known.insert(code, commodity);
            }
            Err(_) => {
                unknown.insert(code);
            }
        }
    }
    if let Some(first) = unknown.first() {
        let value = unknown.iter().copied().collect::<Vec<_>>().join(", ");
        let reason = format!(
            "the book does not know it: declare it first with `ledger commodity add {first} --scale 2`"
        );
        return Err(ErrorKind::InvalidSetting { what: "commodity", value, reason }.into());
    }
    lines
        .iter()
        .map(|line| {
            Price::new(known[line.commodity.as_str()], line.rate, known[line.quote.as_str()], line.on)
        })
        .collect()
}
