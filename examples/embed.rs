//! A program that keeps its books with ledger-core: `cargo run --example embed`.

use chrono::{NaiveDate, Utc};
use ledger_core::account::NewAccount;
use ledger_core::report::TrialBalanceOptions;
use ledger_core::{EntryDraft, ErrorKind, Ledger, NewBook, Session};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("shop.sqlite");
    let ledger = Ledger::open_or_create(&path.display().to_string(), Session::new("shop", Utc::now))?;
    let book = ledger.create_book(NewBook::personal("shop", "EUR"))?;

    // Several calls can be one unit: all accounts are opened, or none.
    book.transaction(|book| {
        for name in ["Assets:Bank", "Income:Sales", "Liabilities:Tax"] {
            book.accounts().open(NewAccount::new(name))?;
        }
        Ok(())
    })?;

    let today = NaiveDate::from_ymd_opt(2026, 3, 2).ok_or("no such day")?;
    let sale = EntryDraft::new(today, "Order 1001")
        .external_id("order-1001") // posting the order twice posts it once
        .debit("Assets:Bank", book.amount("119.00 EUR")?)
        .credit("Liabilities:Tax", book.amount("19.00 EUR")?)
        .infer("Income:Sales");
    let entry = book.journal().post(sale.balance()?)?;
    println!("posted {entry}");

    let wrong = EntryDraft::new(today, "Order 1002")
        .debit("Assets:Bank", book.amount("119.00 EUR")?)
        .credit("Income:Sales", book.amount("100.00 EUR")?);
    match wrong.balance() {
        Err(error) if matches!(error.kind(), ErrorKind::Unbalanced { .. }) => println!("refused: {error}"),
        other => println!("unexpected: {other:?}"),
    }

    for row in book.reports().trial_balance(&TrialBalanceOptions::default())?.rows {
        let side = |amount: Option<_>| {
            amount.map_or(String::new(), |amount: ledger_core::money::Amount| amount.to_string())
        };
        println!("{:<16} {:>12} {:>12}", row.account, side(row.debit), side(row.credit));
    }
    Ok(())
}
