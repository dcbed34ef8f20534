//! `ledger price import`: the prices of a CSV file.

use std::process::ExitCode;

use ledger_core::import::{PriceFileOptions, read_prices};
use ledger_core::{Book, Ledger, Result};

use super::ImportArgs;
use crate::commands::Context;
use crate::commands::facts::print_done;
use crate::commands::import::{problems, read_file};
use crate::render::Cell;

/// Adds the prices of a file, all of them or none; lines that cannot be taken are told with their places.
///
/// # Errors
/// [`ledger_core::ErrorKind::File`], [`ledger_core::ErrorKind::Unreadable`] for a file without the columns that it needs,
/// and [`ledger_core::ErrorKind::UnknownCommodity`] for a flag with a commodity that the book does not know.
pub fn run(context: &Context, ledger: &Ledger, book: &Book<'_>, args: ImportArgs) -> Result<ExitCode> {
    let options = PriceFileOptions {
        commodity: args.commodity,
        quote: args.quote,
        date_format: args.date_format.as_deref().map(str::parse).transpose()?,
        decimal: args.decimal.map(Into::into),
        delimiter: args.delimiter,
    };
    let commodities = book.commodities();
    for code in options.commodity.iter().chain(&options.quote) {
        commodities.get(code)?;
    }
    let (name, bytes) = read_file(&args.file)?;
    let mut file = read_prices(&bytes, &name, &options)?;
    let prices = file.resolve(|code| commodities.get(code).ok());
    let problems = problems(&name, &file.problems);
    let mut code = ExitCode::SUCCESS;
    if !problems.is_empty() {
        code = problems.report(context.settings.error_style());
        if !args.skip_errors {
            context.note("no price was added: mend the file, or pass over these lines with --skip-errors");
            return Ok(code);
        }
    }
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
