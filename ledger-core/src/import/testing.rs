//! Statement lines for unit tests.

use super::statement::{Span, StatementLine};
use crate::money::Commodity;

/// A line in euros with a payee.
pub(super) fn line(on: &str, minor: i64, payee: &str) -> StatementLine {
    StatementLine {
        line: 1,
        span: Span::default(),
        posted_on: on.parse().unwrap(),
        value_on: None,
        amount: Commodity::iso("EUR").unwrap().amount(minor),
        payee: Some(payee.into()),
        narrative: None,
        memo: None,
        reference: None,
        bank_id: None,
        balance: None,
        detail: None,
    }
}
