//! Closings as the audit log tells them, and as they are handed out.

use chrono::Datelike;
use serde_json::{Value, json};

use super::Closings;
use crate::account::AccountId;
use crate::closing::{Closing, net_income};
use crate::store::call;
use crate::store::closing_rows::ClosingRow;
use crate::store::rows::{date, instant};
use crate::{ErrorKind, Result};

/// How the subject of a closing begins in the audit log.
pub(in crate::book) const NOUN: &str = "closing ";

/// What the audit log calls a closing.
pub(in crate::book) fn subject(row: &ClosingRow) -> String {
    format!("{NOUN}{}", row.closing_id)
}

/// What the audit log says of a closing; verify compares the row with the last such state.
pub(in crate::book) fn audited(row: &ClosingRow) -> Value {
    let on = |day: Option<i32>| day.map(|day| date(day).to_string());
    json!({
        "ends_on": date(row.ends_on).to_string(),
        "account": row.account_id,
        "first_entry": row.first_entry_number,
        "last_entry": row.last_entry_number,
        "locked_before": on(row.locked_before),
        "locked_through": on(row.locked_through),
        "first_mirror": row.first_mirror_number,
        "last_mirror": row.last_mirror_number,
        "undone": row.undone_at.is_some(),
    })
}

impl Closings<'_> {
    /// The closing that a row stands for, with its result as its entries tell it.
    pub(super) fn closing_of(&self, row: &ClosingRow) -> Result<Closing> {
        let corrupt =
            |what: &str| ErrorKind::Corrupt { what: format!("closings {}: {what}", row.closing_id) };
        let chart = self.book.chart()?;
        let account = match row.account_id {
            Some(id) => {
                let account = chart.account(AccountId(id)).ok_or_else(|| corrupt("unknown account"))?;
                Some(account.name.clone())
            }
            None => None,
        };
        let mut weights = Vec::new();
        if let Some((first, last)) = row.entries() {
            let lines =
                call!(self.book.db(), "reading closings", closing::lines_of(self.book.id(), first, last))?;
            for line in lines.into_iter().filter(|line| Some(line.account_id) == row.account_id) {
                let commodity = chart.commodity(line.weight_commodity_id);
                let commodity = commodity.ok_or_else(|| corrupt("unknown commodity"))?;
                weights.push((commodity, i128::from(line.weight)));
            }
        }
        Ok(Closing {
            id: row.closing_id,
            year: date(row.ends_on).year(),
            ends_on: date(row.ends_on),
            account,
            first_entry: row.first_entry_number,
            last_entry: row.last_entry_number,
            net_income: net_income(weights)?,
            locked_before: row.locked_before.map(date),
            locked_through: row.locked_through.map(date),
            recorded_at: instant(row.recorded_at),
            recorded_by: row.recorded_by.clone(),
            first_mirror: row.first_mirror_number,
            last_mirror: row.last_mirror_number,
            undone_at: row.undone_at.map(instant),
            undone_by: row.undone_by.clone(),
        })
    }
}
