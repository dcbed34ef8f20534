//! What a person decided about recurring payments that were found in the journal.

use serde_json::{Value, json};

use crate::store::rows::date;
use crate::store::schedule_rows::RecurringDecisionRow;

/// What audit events call a decision.
pub(in crate::book) fn decision_subject(key: &str) -> String {
    format!("recurring {key}")
}

/// A decision in the words of the audit log.
pub(in crate::book) fn audited_decision(row: &RecurringDecisionRow) -> Value {
    let until = row.until.map(|until| date(until).to_string());
    json!({ "state": row.state, "until": until, "schedule": row.schedule_id })
}
