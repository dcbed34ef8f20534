//! Posting, reading and correcting entries.

use chrono::NaiveDate;
use ledger_core::account::NewAccount;
use ledger_core::report::{RegisterQuery, TrialBalanceOptions};
use ledger_core::{EntryDraft, Ledger, NewBook, Session};
use ledger_testkit::on_both_databases;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

on_both_databases! {
    fn a_posted_entry_comes_back_as_it_was_posted(db: &TestDatabase) {
        let ledger = Ledger::open_or_create(db.url(), Session::new("anna", chrono::Utc::now)).unwrap();
        let book = ledger.create_book(NewBook::personal("home", "EUR")).unwrap();
        book.accounts().open(NewAccount::new("Assets:Bank")).unwrap();
        book.accounts().open(NewAccount::new("Expenses:Food")).unwrap();
        for number in 1..=5 {
            let draft = EntryDraft::new(day("2026-03-02"), "Rewe")
                .party("Rewe")
                .tag("trip", "rome")
                .external_id(format!("x{number}"))
                .debit("Expenses:Food", book.amount("42.10 EUR").unwrap())
                .infer("assets:bank");
            let entry = book.journal().post(draft.clone().balance().unwrap()).unwrap();
            assert_eq!(entry.number, number);
            assert_eq!(book.journal().get(number).unwrap(), entry);
            assert!(book.journal().post_or_get(draft.balance().unwrap()).unwrap().already_posted);
        }
        let draft = book.journal().draft_of(2).unwrap();
        book.journal().amend(2, draft.tag("a", "b").balance().unwrap()).unwrap();
        book.journal().reverse(1, None).unwrap();
        let page = book.journal().register(&RegisterQuery::latest("Assets:Bank")).unwrap();
        assert_eq!(page.lines.last().unwrap().balance.to_string(), "-168.40 EUR");
        let trial = book.reports().trial_balance(&TrialBalanceOptions::default()).unwrap();
        assert_eq!(trial.totals[0].debit, trial.totals[0].credit);
        assert_eq!(trial.totals[0].debit.to_string(), "168.40 EUR");
        let trial = book.reports().trial_balance(&TrialBalanceOptions { as_of: Some(day("2026-03-20")), ..Default::default() }).unwrap();
        assert_eq!(trial.totals[0].debit.to_string(), "168.40 EUR");
        let check = book.verify(None).unwrap();
        assert_eq!(check.findings, []);
        assert_eq!(check.entries, 8);
    }
}
