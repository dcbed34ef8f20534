//! Statement lines for unit tests.

use super::statement::StatementLine;
use super::texts::LineTexts;
use crate::money::Commodity;

/// A line in euros with a payee.
pub(super) fn line(on: &str, minor: i64, payee: &str) -> StatementLine {
    let amount = Commodity::iso("EUR").unwrap().amount(minor);
    let texts = LineTexts { payee: Some(payee), ..LineTexts::default() };
    StatementLine::new(1, on.parse().unwrap(), amount).with_texts(&texts)
}
