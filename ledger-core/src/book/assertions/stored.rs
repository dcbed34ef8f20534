//! Assertions as the audit log tells them, and as they are handed out.

use serde_json::{Value, json};

use crate::account::{AccountId, Chart};
use crate::assertion::{Assertion, AssertionSource};
use crate::money::Amount;
use crate::store::assertion_rows::AssertionRow;
use crate::store::rows::{date, instant};
use crate::{ErrorKind, Result};

/// How the subject of an assertion begins in the audit log.
pub(in crate::book) const NOUN: &str = "assertion ";

/// What the audit log calls an assertion.
pub(in crate::book) fn subject(row: &AssertionRow) -> String {
    format!("{NOUN}{}", row.assertion_id)
}

/// What the audit log says of an assertion; verify compares the row with the last such state.
pub(in crate::book) fn audited(row: &AssertionRow) -> Value {
    json!({
        "account": row.account_id,
        "with_below": row.with_below != 0,
        "commodity": row.commodity_id,
        "on": date(row.asserted_on).to_string(),
        "amount": row.amount,
        "source": row.source,
        "note": row.note,
        "last_entry": row.last_entry_number,
    })
}

/// The assertion that a row stands for.
///
/// # Errors
/// [`ErrorKind::Corrupt`] for a row that ledger did not write.
pub(in crate::book) fn assertion_of(row: &AssertionRow, chart: &Chart) -> Result<Assertion> {
    let corrupt =
        |what: &str| ErrorKind::Corrupt { what: format!("assertions {}: {what}", row.assertion_id) };
    let account = chart.account(AccountId(row.account_id)).ok_or_else(|| corrupt("unknown account"))?;
    let commodity = chart.commodity(row.commodity_id).ok_or_else(|| corrupt("unknown commodity"))?;
    Ok(Assertion {
        id: row.assertion_id,
        account: account.name.clone(),
        with_below: row.with_below != 0,
        on: date(row.asserted_on),
        amount: Amount::new(row.amount, commodity),
        source: AssertionSource::from_name(&row.source).ok_or_else(|| corrupt("unknown source"))?,
        note: row.note.clone(),
        last_entry_number: row.last_entry_number,
        recorded_at: instant(row.recorded_at),
        recorded_by: row.recorded_by.clone(),
    })
}
