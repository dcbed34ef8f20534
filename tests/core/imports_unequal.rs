//! Transfers whose sides differ, by a fee or by an exchange: proposed with the difference named, joined when a person
//! says so, and taken back whole.

use ledger_core::account::NewAccount;
use ledger_core::import::{CsvProfile, LineTexts, StatementLine};
use ledger_core::import::{
    Decision, Decisions, ImportReport, LineState, Statement, StatementFile, StatementFormat,
};
use ledger_core::money::{Commodity, Price};
use ledger_core::{Book, ErrorKind, Import};
use ledger_testkit::on_both_databases;

use crate::imports::{balances, csv, import, shown, with_savings};
use crate::support::{assert_sound, day, eur, open, refused, says};

fn accept(book: &Book<'_>, id: i64, fee_account: Option<&str>) -> ledger_core::Result<ImportReport> {
    let fee_account = fee_account.map(Into::into);
    book.imports().commit(id, &Decisions { accept_all: true, fee_account, ..Decisions::default() })
}

/// A book with a bank account in euros and one in dollars.
fn with_dollars<'l>(ledger: &'l ledger_core::Ledger) -> Book<'l> {
    let book = with_savings(ledger);
    let usd = Commodity::iso("USD").unwrap();
    book.commodities().declare(usd).unwrap();
    book.accounts().open(NewAccount { commodity: Some(usd), ..NewAccount::new("Assets:Dollars") }).unwrap();
    book
}

const SENT: &str = "2026-03-05,,Transfer out,-100.00";
const ARRIVED: &str = "2026-03-06,,Transfer in,99.00";

on_both_databases! {
    fn a_fee_between_own_accounts_is_proposed_and_joined_in_either_order(db: &TestDatabase) {
        let ledger = open(db);
        let mut books = Vec::new();
        for (name, files) in [
            ("one", [("Assets:Bank", SENT), ("Assets:Savings", ARRIVED)]),
            ("two", [("Assets:Savings", ARRIVED), ("Assets:Bank", SENT)]),
        ] {
            let book = crate::support::home_named(&ledger, name);
            for account in ["Assets:Savings", "Expenses:Bank charges"] {
                book.accounts().open(NewAccount::new(account)).unwrap();
            }
            assert!(import(&book, files[0].0, &csv(&[files[0].1])).unwrap().committed);
            let before = (shown(&book), balances(&book));
            let report = import(&book, files[1].0, &csv(&[files[1].1])).unwrap();
            assert!(!report.committed);
            let question = &report.questions[0];
            assert!(question.reason.contains("99.00 EUR arrived of 100.00 EUR sent, a fee of 1.00 EUR?"), "{question:?}");
            assert_eq!((question.fee, question.candidates.as_slice()), (Some(eur(100)), [1].as_slice()));
            let error = refused(db, &book, || accept(&book, 2, None));
            assert!(matches!(error.kind(), ErrorKind::NeedsReview(_)));
            says(&error, &["line 1 of import 2", "a fee of 1.00 EUR", "--fee-account", "Expenses:Fees:Bank"]);
            let done = accept(&book, 2, Some("Expenses:Bank charges")).unwrap();
            assert_eq!((done.counts.matched, done.counts.posted), (1, 0));
            assert_eq!(book.imports().lines(2).unwrap()[0].state, LineState::Adjusted);
            assert_eq!(shown(&book).len(), 1);
            assert_sound(&book);
            books.push(balances(&book));
            let undone = book.imports().undo(2).unwrap();
            assert_eq!((undone.restored, undone.reversed), (1, 0));
            assert_eq!((shown(&book), balances(&book)), before);
            assert_sound(&book);
        }
        assert_eq!(books[0], books[1]);
        let expected =
            ["Assets:Bank:  | 100.00 EUR", "Assets:Savings: 99.00 EUR | ", "Expenses:Bank charges: 1.00 EUR | "];
        assert_eq!(books[0], expected);
    }

    fn fees_go_to_the_account_of_bank_fees_if_the_book_has_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = with_savings(&ledger);
        book.accounts().open(NewAccount::new(Decisions::FEE_ACCOUNT)).unwrap();
        import(&book, "Assets:Bank", &csv(&[SENT])).unwrap();
        import(&book, "Assets:Savings", &csv(&[ARRIVED])).unwrap();
        accept(&book, 2, None).unwrap();
        let lines = "Assets:Bank -100.00 EUR | Assets:Savings 99.00 EUR | Expenses:Fees:Bank 1.00 EUR";
        assert_eq!(shown(&book), [format!("2026-03-05 Transfer out | {lines}")]);
    }

    fn more_than_a_fee_and_what_has_a_category_are_no_transfer(db: &TestDatabase) {
        let ledger = open(db);
        let book = with_savings(&ledger);
        import(&book, "Assets:Bank", &csv(&[SENT, "2026-03-05,,Transfer out,-200.00"])).unwrap();
        let mut draft = book.journal().draft_of(2).unwrap();
        draft.lines[1].account = "Expenses:Food".into();
        book.journal().amend(2, draft.balance().unwrap()).unwrap();
        let rows = ["2026-03-06,,Transfer,96.99", "2026-03-06,,Transfer,100.01", "2026-03-11,,Transfer,99.00", "2026-03-06,,Transfer,199.00"];
        let report = import(&book, "Assets:Savings", &csv(&rows)).unwrap();
        assert_eq!((report.committed, report.counts.posted), (true, 4), "{report:?}");
    }

    fn a_fee_between_two_accounts_of_one_file_is_proposed_and_posted_as_one_entry(db: &TestDatabase) {
        let ledger = open(db);
        let book = with_savings(&ledger);
        book.accounts().open(NewAccount::new(Decisions::FEE_ACCOUNT)).unwrap();
        let line = |on: &str, minor: i64| {
            let texts = LineTexts { payee: Some("Transfer"), ..LineTexts::default() };
            StatementLine::new(1, day(on), eur(minor)).with_texts(&texts)
        };
        let statement = |account: &str, line| Statement {
            account: Some(account.into()),
            lines: vec![line],
            ..Statement::default()
        };
        for (id, first) in [(1, true), (2, false)] {
            let mut statements =
                vec![statement("1", line("2026-03-05", -10_000)), statement("2", line("2026-03-06", 9_900))];
            if !first {
                statements.reverse();
            }
            let file = StatementFile {
                format: StatementFormat::Ofx,
                text: "".into(),
                statements,
                problems: Vec::new(),
                notes: Vec::new(),
                profile: CsvProfile::default(),
                decisions: Vec::new(),
            };
            let accounts =
                [("1".to_owned(), "Assets:Bank".to_owned()), ("2".to_owned(), "Assets:Savings".to_owned())];
            let report = book
                .imports()
                .import_read(&Import { into_each: &accounts, ..Import::new("two.ofx", b"two") }, file)
                .unwrap();
            assert_eq!((report.committed, report.questions.len()), (false, 2));
            let one = [(1, Decision::Accept)].into_iter().collect();
            book.imports().commit(id, &Decisions { lines: one, ..Decisions::default() }).unwrap();
            let shown = shown(&book);
            assert_eq!(shown.len(), 1, "{shown:?}");
            for part in ["Assets:Bank -100.00 EUR", "Assets:Savings 99.00 EUR", "Expenses:Fees:Bank 1.00 EUR"] {
                assert!(shown[0].contains(part), "{shown:?}");
            }
            book.imports().undo(id).unwrap();
            assert!(balances(&book).is_empty());
        }
        assert_sound(&book);
    }

    fn an_exchange_near_a_known_price_is_proposed_and_joined_at_its_own(db: &TestDatabase) {
        let ledger = open(db);
        let book = with_dollars(&ledger);
        let (usd, eur) = (Commodity::iso("USD").unwrap(), Commodity::iso("EUR").unwrap());
        book.prices().add(Price::new(eur, "1.08".parse().unwrap(), usd, day("2026-03-01")).unwrap()).unwrap();
        import(&book, "Assets:Bank", &csv(&["2026-03-05,,Transfer out,-100.00", "2026-03-05,,Out,-50.00"])).unwrap();
        let before = (shown(&book), balances(&book));
        // 106 is near 108, 60 is far from 54.
        let report = import(&book, "Assets:Dollars", &csv(&["2026-03-06,,In,106.00", "2026-03-06,,In,60.00"])).unwrap();
        assert_eq!((report.counts.posted, report.questions.len()), (1, 1), "{report:?}");
        let reason = &report.questions[0].reason;
        assert!(reason.contains("106.00 USD arrived of 100.00 EUR sent, an exchange?"), "{reason}");
        accept(&book, 2, None).unwrap();
        let number = book.imports().lines(2).unwrap()[0].entry.unwrap();
        let entry = book.journal().get(number).unwrap();
        let told: Vec<String> = entry.lines.iter().map(|line| format!("{} {} = {}", line.account, line.amount, line.weight)).collect();
        assert_eq!(told, ["Assets:Bank -100.00 EUR = -100.00 EUR", "Assets:Dollars 106.00 USD = 100.00 EUR"]);
        assert_sound(&book);
        let undone = book.imports().undo(2).unwrap();
        assert_eq!((undone.restored, undone.reversed), (1, 1));
        assert_eq!((shown(&book), balances(&book)), before);
        assert_sound(&book);
    }

    fn without_a_price_an_exchange_is_proposed_only_where_a_text_names_the_other_account(db: &TestDatabase) {
        let ledger = open(db);
        let book = with_dollars(&ledger);
        import(&book, "Assets:Dollars", &csv(&["2026-03-05,,Invoice 7,106.00"])).unwrap();
        let unnamed = import(&book, "Assets:Bank", &csv(&["2026-03-06,,Transfer,-90.00"])).unwrap();
        assert!(unnamed.committed, "{unnamed:?}");
        book.imports().undo(2).unwrap();
        let named = import(&book, "Assets:Bank", &csv(&["2026-03-06,,To dollars,-100.00"])).unwrap();
        assert_eq!(named.questions.len(), 1);
        accept(&book, 3, None).unwrap();
        assert_eq!(shown(&book), ["2026-03-05 Invoice 7 | Assets:Dollars 106.00 USD | Assets:Bank -100.00 EUR"]);
        assert_sound(&book);
    }
}
