//! `ledger rules suggest`: rules that the book's entries propose.

use std::process::ExitCode;

use ledger_core::import::rule::RuleSuggestion;
use ledger_core::{Book, ErrorKind, Ledger, Result};
use serde_json::json;

use super::super::Context;
use crate::render::{self, Cell, Column, Table};

/// The arguments of `rules suggest`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Add the rules that are proposed: those named, or all of them
    #[arg(long, value_name = "NAME", num_args = 0..)]
    accept: Option<Vec<String>>,
}

/// Proposes rules, and adds them where they are accepted.
///
/// # Errors
/// As [`ledger_core::Rules::suggest`], and [`ErrorKind::NotFound`] for a name that is not proposed.
pub(super) fn run(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &Args) -> Result<ExitCode> {
    let mut suggestions = book.rules().suggest()?;
    if let Some(names) = args.accept.as_ref().filter(|names| !names.is_empty()) {
        suggestions = chosen(suggestions, names)?;
    }
    let accepted = args.accept.is_some();
    if accepted {
        context.change(ledger, || {
            book.transaction(|book| {
                suggestions
                    .iter()
                    .try_for_each(|suggestion| book.rules().add(&suggestion.rule, None).map(|_| ()))
            })
        })?;
    }
    let columns =
        vec![Column::number("seen"), Column::text("name"), Column::text("when"), Column::text("account")];
    let row = |suggestion: &RuleSuggestion| {
        let account = suggestion.rule.set.account.as_deref();
        vec![
            Cell::Number(suggestion.seen as i64),
            Cell::text(suggestion.rule.name.as_str()),
            Cell::Json(json!(suggestion.rule.when)),
            Cell::optional(account, Cell::text),
        ]
    };
    let rows: Vec<Vec<Cell>> = suggestions.iter().map(row).collect();
    let count = rows.len();
    render::print(&context.settings, Table { columns, rows, ..Table::default() })?;
    match (accepted, count) {
        (true, _) => context.note(format_args!("added {count} rules")),
        (false, 0) => {
            context.note("no payee went three times to one account and never elsewhere, without a rule")
        }
        (false, _) => context.note("add them with --accept, or some of them with --accept NAME …"),
    }
    Ok(ExitCode::SUCCESS)
}

fn chosen(mut suggestions: Vec<RuleSuggestion>, names: &[String]) -> Result<Vec<RuleSuggestion>> {
    let is = |suggestion: &RuleSuggestion, name: &String| {
        suggestion.rule.name.to_lowercase() == name.to_lowercase()
    };
    for name in names {
        if !suggestions.iter().any(|suggestion| is(suggestion, name)) {
            let close = suggestions.iter().map(|suggestion| suggestion.rule.name.clone()).take(5).collect();
            let kind = ErrorKind::NotFound { what: "proposed rule", name: name.clone(), suggestions: close };
            return Err(kind.into());
        }
    }
    suggestions.retain(|suggestion| names.iter().any(|name| is(suggestion, name)));
    Ok(suggestions)
}
