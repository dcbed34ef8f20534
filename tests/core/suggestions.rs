//! What a learner takes from a book's entries: the choices that still stand, and only those.

use ledger_core::account::{AccountId, NewAccount};
use ledger_core::import::learn::{Features, Learner};
use ledger_core::{Book, EntryDraft, Imports};
use ledger_testkit::on_both_databases;

use crate::support::{day, eur, home, open, post};

fn learner(book: &Book<'_>) -> Learner {
    book.imports().learner(Imports::LEARNED_ENTRIES).unwrap()
}

fn id(book: &Book<'_>, name: &str) -> AccountId {
    book.accounts().get(name).unwrap().id
}

/// The name of the account that is likeliest for a line of the bank.
fn likeliest(book: &Book<'_>, learner: &Learner, payee: &str, minor: i64) -> Option<String> {
    let features = Features {
        source: id(book, "Assets:Bank"),
        payee: Some(payee),
        narrative: None,
        memo: None,
        amount: eur(minor),
        posted_on: day("2026-06-01"),
    };
    let suggested = learner.likeliest(&features)?;
    let accounts = book.accounts().list().unwrap();
    accounts.into_iter().find(|account| account.id == suggested.account).map(|account| account.name)
}

fn paid(payee: &str, account: &str, minor: i64) -> EntryDraft {
    let draft = EntryDraft::new(day("2026-03-02"), format!("{payee} sagt danke 4711"));
    draft.party(payee).debit(account, eur(minor)).infer("Assets:Bank")
}

on_both_databases! {
    fn what_entries_chose_is_suggested_with_the_reason(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for minor in 1..=12 {
            post(&book, paid("Rewe", "Expenses:Food", 1_000 + minor)).unwrap();
        }
        let learner = learner(&book);
        assert_eq!(learner.learned(), 12);
        let features = Features {
            source: id(&book, "Assets:Bank"),
            payee: Some("REWE"),
            narrative: Some("Rewe sagt danke 0815"),
            memo: None,
            amount: eur(-1_500),
            posted_on: day("2026-06-01"),
        };
        let suggested = learner.suggest(&features).unwrap();
        assert_eq!(suggested.account, id(&book, "Expenses:Food"));
        assert_eq!(suggested.reason.sentence("Expenses:Food"), "\"REWE\" went to Expenses:Food 12 of 12 times");
    }

    fn what_replaced_an_amended_entry_is_learned_and_a_reversed_one_is_not(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let wrong = post(&book, paid("Kiosk", "Expenses:Food", 500)).unwrap();
        book.journal().amend(wrong.number, paid("Kiosk", "Assets:Cash", 500).balance().unwrap()).unwrap();
        let undone = post(&book, paid("Imbiss", "Expenses:Food", 700)).unwrap();
        book.journal().reverse(undone.number, None).unwrap();
        let learner = learner(&book);
        assert_eq!(likeliest(&book, &learner, "Kiosk", -500).as_deref(), Some("Assets:Cash"));
        assert_eq!(likeliest(&book, &learner, "Imbiss", -700), None);
    }

    fn an_account_that_stands_for_no_choice_or_is_closed_is_not_learned(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for name in ["Expenses:Uncategorized", "Expenses:Old"] {
            book.accounts().open(NewAccount::new(name)).unwrap();
        }
        post(&book, paid("Kiosk", "Expenses:Uncategorized", 500)).unwrap();
        post(&book, paid("Imbiss", "Expenses:Old", 500)).unwrap();
        assert_eq!(learner(&book).learned(), 1);
        book.accounts().close("Expenses:Old", day("2026-04-01")).unwrap();
        assert_eq!(learner(&book).learned(), 0);
    }

    fn the_main_line_of_a_split_entry_is_learned(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for name in ["Expenses:Home", "Expenses:Tax", "Liabilities:VAT"] {
            book.accounts().open(NewAccount::new(name)).unwrap();
        }
        let draft = EntryDraft::new(day("2026-03-02"), "Drogerie")
            .debit("Expenses:Food", eur(300))
            .debit("Liabilities:VAT", eur(200))
            .debit("Expenses:Home", eur(900))
            .infer("Assets:Bank");
        post(&book, draft).unwrap();
        let salary = EntryDraft::new(day("2026-03-31"), "Huber GmbH")
            .debit("Assets:Bank", eur(200_000))
            .debit("Expenses:Tax", eur(100_000))
            .infer("Income:Salary");
        post(&book, salary).unwrap();
        let learner = learner(&book);
        assert_eq!(learner.learned(), 2, "a tax line beside expenses is no line of a statement");
        assert_eq!(likeliest(&book, &learner, "Drogerie", -1_400).as_deref(), Some("Expenses:Home"));
        assert_eq!(likeliest(&book, &learner, "Huber GmbH", 200_000).as_deref(), Some("Income:Salary"));
    }

    fn only_so_many_of_the_latest_entries_are_learned(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, paid("Kiosk", "Expenses:Food", 500)).unwrap();
        post(&book, paid("Imbiss", "Expenses:Food", 500)).unwrap();
        let learner = book.imports().learner(1).unwrap();
        assert_eq!(learner.learned(), 1);
        assert_eq!(likeliest(&book, &learner, "Kiosk", -500), None);
    }
}
