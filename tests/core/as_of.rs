//! Reports by day: whole periods from the rollups and days from the lines come to the sum of all lines.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use ledger_core::account::NewAccount;
use ledger_core::report::{RegisterQuery, TrialBalanceOptions};
use ledger_core::{EntryDraft, Ledger, NewBook, Session};
use ledger_testkit::on_both_databases;

on_both_databases! {
    fn the_balances_of_any_day_are_the_sums_of_the_lines_up_to_it(db: &TestDatabase) {
        let ledger = Ledger::open_or_create(db.url(), Session::new("anna", chrono::Utc::now)).unwrap();
        let book = ledger.create_book(NewBook::personal("home", "EUR")).unwrap();
        let names = ["Assets:Bank", "Assets:Cash", "Expenses:Food", "Equity:Opening"];
        for name in names {
            book.accounts().open(NewAccount::new(name)).unwrap();
        }
        // One entry on almost each third day of three years, each with other amounts and accounts.
        let first = NaiveDate::from_ymd_opt(2023, 12, 20).unwrap();
        let mut lines: Vec<(NaiveDate, &str, i64)> = Vec::new();
        let mut entries = Vec::new();
        for step in 0..350_u64 {
            let on = first + Days::new(step * 3 - step % 2);
            let (debit, credit) = (names[step as usize % 4], names[(step as usize / 4 + 1 + step as usize) % 4]);
            let minor = 1 + (step as i64 * 7_919) % 10_007;
            if debit == credit {
                continue;
            }
            lines.extend([(on, debit, minor), (on, credit, -minor)]);
            let amount = book.base_commodity().amount(minor);
            entries.push(EntryDraft::new(on, "any").debit(debit, amount).credit(credit, amount).balance().unwrap());
        }
        // Back-dated ones too: the order of posting is not the order of days.
        entries.reverse();
        book.journal().post_all(entries).unwrap();
        for offset in 0..1_100 {
            let as_of = first - Days::new(10) + Days::new(offset);
            let report = book
                .reports()
                .trial_balance(&TrialBalanceOptions { as_of: Some(as_of), ..Default::default() })
                .unwrap();
            let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
            for (_, account, minor) in lines.iter().filter(|(on, ..)| *on <= as_of) {
                *sums.entry(account).or_default() += minor;
            }
            sums.retain(|_, sum| *sum != 0);
            let shown: BTreeMap<&str, i64> = report
                .rows
                .iter()
                .map(|row| {
                    let (debit, credit) = (row.debit.map_or(0, |a| a.minor()), row.credit.map_or(0, |a| a.minor()));
                    (row.account.as_str(), debit - credit)
                })
                .collect();
            assert_eq!(shown, sums, "as of {as_of}");
        }
    }

    fn a_register_shows_the_accounts_below_a_level_that_is_no_account(db: &TestDatabase) {
        let ledger = Ledger::open_or_create(db.url(), Session::new("anna", chrono::Utc::now)).unwrap();
        let book = ledger.create_book(NewBook::personal("home", "EUR")).unwrap();
        for name in ["Assets:Bank", "Assets:Cash", "Expenses:Food"] {
            book.accounts().open(NewAccount::new(name)).unwrap();
        }
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        for (from, minor) in [("Assets:Bank", 500), ("Assets:Cash", 700)] {
            let amount = book.base_commodity().amount(minor);
            let draft = EntryDraft::new(day, "Rewe").debit("Expenses:Food", amount).credit(from, amount);
            book.journal().post(draft.balance().unwrap()).unwrap();
        }
        let page = book.journal().register(&RegisterQuery { below: true, ..RegisterQuery::latest("assets") }).unwrap();
        assert_eq!(page.lines.len(), 2);
        assert_eq!(page.lines[1].balance.to_string(), "-12.00 EUR");
        assert!(book.journal().register(&RegisterQuery::latest("assets")).is_err());
    }
}
