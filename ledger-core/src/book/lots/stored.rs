//! Lots as they are stored: methods of accounts, and what posted lines say of their lot.

use serde_json::{Value, json};

use super::Lots;
use crate::account::{Account, AccountId, Chart};
use crate::book::Book;
use crate::book::batch::Batch;
use crate::journal::LinePrice;
use crate::lot::{LineLot, LotBasis, LotMethod};
use crate::money::Amount;
use crate::store::call;
use crate::store::lot_rows::{LineLotRow, LotAccountRow};
use crate::store::rows::{date, day};
use crate::{Error, ErrorKind, Result};

impl Lots<'_> {
    /// Writes the method of an account down, or takes it away; the head has to be locked.
    pub(in crate::book) fn store_method(&self, account: &Account, method: Option<LotMethod>) -> Result<()> {
        if account.lot_method == method {
            return Ok(());
        }
        let (book, id) = (self.book, account.id);
        match method {
            Some(method) => {
                let row = LotAccountRow {
                    book_id: book.id(),
                    account_id: id.get(),
                    method: method.as_str().to_owned(),
                };
                call!(book.db(), "keeping lots of an account", lot::set_method(&row))?;
            }
            None => {
                call!(book.db(), "keeping no lots of an account", lot::remove_method(book.id(), id.get()))?
            }
        }
        let told = |method: Option<LotMethod>| method.map(|method| Value::from(method.as_str()));
        book.record_event("lot.method", &method_subject(id), told(account.lot_method), told(method))?;
        let account = Account { lot_method: method, ..account.clone() };
        book.chart_changed(|chart| chart.put_account(account)).map(|_| ())
    }
}

impl Book<'_> {
    /// Writes down what the lines of a batch say of their lots; the head has to be locked.
    pub(in crate::book) fn store_line_lots(&self, batch: &Batch) -> Result<()> {
        let chart = self.chart()?;
        let mut rows = Vec::new();
        for entry in &batch.entries {
            for (line, number) in entry.lines.iter().zip(1..) {
                if let Some(lot) = line.lot.as_deref() {
                    rows.push(row_of(&chart, (self.id(), entry.number, number), lot)?);
                }
            }
        }
        call!(self.db(), "writing down lots", lot::insert(&rows))?;
        let told = rows
            .iter()
            .map(|row| (line_subject(row.entry_number, row.line_number), None, Some(audited_line_lot(row))));
        self.record_events("lot.line", told)
    }
}

/// The methods of accounts, as the chart holds them.
pub(in crate::book) fn method_of(row: &LotAccountRow) -> Result<LotMethod> {
    LotMethod::from_name(&row.method).ok_or_else(|| {
        let what = format!("lot_accounts {}: unknown method \"{}\"", row.account_id, row.method);
        ErrorKind::Corrupt { what }.into()
    })
}

fn row_of(
    chart: &Chart,
    (book_id, entry_number, line_number): (i64, i64, i32),
    lot: &LineLot,
) -> Result<LineLotRow> {
    let number = lot.price.map(|price| match price {
        LinePrice::Unit { rate, .. } => ("unit", rate.normalize().to_string()),
        LinePrice::Total(total) => ("total", total.number()),
    });
    let (price_kind, price) = number.unzip();
    let quote = lot.price.map(|price| price.quote());
    let unknown = |code: &str| Error::from(ErrorKind::UnknownCommodity { code: code.to_owned() });
    let quote = quote.map(|quote| chart.commodity_id(quote).ok_or_else(|| unknown(quote.code())));
    Ok(LineLotRow {
        book_id,
        entry_number,
        line_number,
        basis: lot.basis.as_str().to_owned(),
        opened_on: lot.opened_on.map(day),
        label: lot.label.clone(),
        price_kind: price_kind.map(str::to_owned),
        price,
        price_commodity_id: quote.transpose()?,
    })
}

/// What a row says of a line's lot.
///
/// # Errors
/// [`ErrorKind::Corrupt`].
pub(in crate::book) fn line_lot_of(chart: &Chart, row: &LineLotRow) -> Result<LineLot> {
    let corrupt = |what: &str| {
        let place = line_place(row.entry_number, row.line_number);
        Error::from(ErrorKind::Corrupt { what: format!("line_lots {place}: {what}") })
    };
    let price = match (row.price_kind.as_deref(), row.price.as_deref(), row.price_commodity_id) {
        (None, None, None) => None,
        (Some(kind), Some(number), Some(quote)) => {
            let quote = chart.commodity(quote).ok_or_else(|| corrupt("unknown commodity"))?;
            let number = number.parse().map_err(|_| corrupt("unreadable price"))?;
            Some(match kind {
                "unit" => LinePrice::unit(number, quote),
                "total" => LinePrice::total(
                    Amount::from_decimal_exact(number, quote).map_err(|_| corrupt("unreadable price"))?,
                ),
                _ => return Err(corrupt("unknown kind of price")),
            })
        }
        _ => return Err(corrupt("half a price")),
    };
    Ok(LineLot {
        basis: LotBasis::from_name(&row.basis).ok_or_else(|| corrupt("unknown basis"))?,
        opened_on: row.opened_on.map(date),
        label: row.label.clone(),
        price,
    })
}

pub(in crate::book) fn method_subject(id: AccountId) -> String {
    format!("lot method {id}")
}

pub(in crate::book) fn line_subject(entry: i64, line: i32) -> String {
    format!("lot {}", line_place(entry, line))
}

pub(in crate::book) fn line_place(entry: i64, line: i32) -> String {
    format!("{entry}/{line}")
}

/// What the audit log says of a line's lot; verify compares the row with it.
pub(in crate::book) fn audited_line_lot(row: &LineLotRow) -> Value {
    json!({
        "basis": row.basis,
        "opened_on": row.opened_on.map(|day| date(day).to_string()),
        "label": row.label,
        "price_kind": row.price_kind,
        "price": row.price,
        "price_commodity": row.price_commodity_id,
    })
}
