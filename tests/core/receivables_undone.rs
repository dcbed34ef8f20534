//! What is taken back, and what rests on it: by number where no entry stands for it, by an import as a whole or not at all.

use ledger_core::receivable::{Keep, RateChange, ReceivableKind};
use ledger_core::{Beyond, Book, Import, NewReceivable, Repay, RepayFrom, TrackEntry};
use ledger_testkit::on_both_databases;

use crate::receivables::{balance, invoice, lender};
use crate::support::{assert_sound, day, eur, home, open, refused, says};

const RECEIVABLE: ReceivableKind = ReceivableKind::Receivable;

fn of(name: &str, minor: i64, on: &str) -> Repay {
    let repay = Repay::new(RECEIVABLE, "Acme Ltd", eur(minor), day(on));
    Repay { only: vec![name.to_owned()], ..repay }
}

fn named(book: &Book<'_>, name: &str, minor: i64) -> NewReceivable {
    NewReceivable { name: Some(name.to_owned()), ..invoice(book, minor) }
}

/// What is owed of a receivable, and its credit.
fn standing(book: &Book<'_>, name: &str, on: &str) -> (i64, i64) {
    let standing = book.receivables().show(RECEIVABLE, name, day(on)).unwrap().standing;
    (standing.owed.total().unwrap(), standing.credit)
}

/// Money of Acme Ltd that arrived with a statement, posted on the control account: the import and the entry.
fn import(book: &Book<'_>) -> (i64, i64) {
    let text = "Date,Payee,Text,Amount\n2026-05-01,Acme,Invoice c1,150.00\n";
    let (into, counter) = (Some("Assets:Bank"), Some("Assets:Receivable"));
    let import = Import { into, counter, ..Import::new("bank.csv", text.as_bytes()) };
    let id = book.imports().import(&import).unwrap().id.unwrap();
    (id, book.imports().lines(id).unwrap()[0].entry.unwrap())
}

on_both_databases! {
    fn a_credit_that_was_used_where_it_arose_is_taken_back_by_number(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (known, _) = book.receivables().add(named(&book, "c1", 10_000)).unwrap();
        let over = Repay { beyond: Beyond::Credit, ..of("c1", 15_000, "2026-05-01") };
        let paid = book.receivables().repay(&over).unwrap().entry.unwrap();
        book.receivables().charge_fee(known.id, eur(3_000), day("2026-05-02"), None, Some(&"Income:Fees".into()), None).unwrap();
        let used = book.receivables().repay(&Repay { from: RepayFrom::Credit, ..of("c1", 3_000, "2026-05-03") }).unwrap();
        assert!(used.entry.is_none(), "it moves nothing in the books");
        assert_eq!(standing(&book, "c1", "2026-05-03"), (0, 2_000));
        let told = refused(db, &book, || book.journal().reverse(paid.number, None));
        says(&told, &["movement 4 of 2026-05-03", "take that back first: `ledger receivable undo c1 4`"]);

        let early = refused(db, &book, || book.receivables().undo(known.id, 4, Some(day("2026-05-02"))));
        says(&early, &["4 of c1", "2026-05-02 lies before"]);
        assert!(book.receivables().undo(known.id, 4, Some(day("2026-05-10"))).unwrap().is_none());
        assert_eq!(standing(&book, "c1", "2026-05-09"), (0, 2_000));
        assert_eq!(standing(&book, "c1", "2026-05-10"), (3_000, 5_000));
        says(&refused(db, &book, || book.receivables().undo(known.id, 4, None)), &["taken back on 2026-05-10 already"]);
        let again = refused(db, &book, || book.receivables().undo(known.id, 5, None));
        says(&again, &["it has no entry"]);
        for tie in book.receivables().tie_out(day("2026-05-10"), None).unwrap() {
            assert!(tie.difference.is_zero() && tie.adjusted.is_zero(), "{tie:?}");
        }
        // The payment may go now on any day from then on.
        says(&refused(db, &book, || book.journal().reverse(paid.number, None)), &["the credit of \"c1\" was used by then"]);
        book.journal().reverse(paid.number, Some(day("2026-05-10"))).unwrap();
        assert_eq!((standing(&book, "c1", "2026-05-10"), balance(&book, "Assets:Receivable")), ((13_000, 0), 13_000));
        assert_sound(&book);
    }

    fn an_import_whose_credit_was_used_is_undone_whole_or_not_at_all(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(named(&book, "c1", 10_000)).unwrap();
        book.receivables().add(named(&book, "c2", 8_000)).unwrap();
        let (id, entry) = import(&book);
        book.receivables().repay(&Repay { from: RepayFrom::Entry(entry), beyond: Beyond::Credit, ..of("c1", 15_000, "2026-05-01") }).unwrap();
        let used = book.receivables().repay(&Repay { from: RepayFrom::Credit, ..of("c2", 5_000, "2026-05-03") }).unwrap();
        let told = refused(db, &book, || book.imports().undo(id));
        says(&told, &["import \"1\" cannot be undone", "the credit of \"c1\" was used by entry 4", "ledger receivable undo"]);
        book.journal().reverse(used.entry.unwrap().number, None).unwrap();
        assert_eq!(book.imports().undo(id).unwrap().reversed, 1);
        assert_eq!((standing(&book, "c1", "2026-05-03"), balance(&book, "Assets:Receivable")), ((10_000, 0), 18_000));
        assert_sound(&book);
    }

    fn an_import_whose_entry_was_amended_is_looked_at_all_the_same(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (known, _) = book.receivables().add(named(&book, "c1", 10_000)).unwrap();
        let (id, entry) = import(&book);
        book.receivables().repay(&Repay { from: RepayFrom::Entry(entry), beyond: Beyond::Credit, ..of("c1", 15_000, "2026-05-01") }).unwrap();
        let mut draft = book.journal().draft_of(entry).unwrap();
        draft.description = "Paid".to_owned();
        book.journal().amend(entry, draft.balance().unwrap()).unwrap();
        book.receivables().refund(known.id, Some(eur(2_000)), day("2026-05-05"), None).unwrap();
        says(&refused(db, &book, || book.imports().undo(id)), &["the credit of \"c1\" was used by entry"]);
        assert_sound(&book);
    }

    fn the_rate_in_force_is_that_of_the_day(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let json = r#"{"principal": "1000.00 EUR", "lent_on": "2026-01-01", "repayment": "on_demand", "interest": {"rate": "12"}}"#;
        let new = NewReceivable {
            account: Some("Assets:Receivable".into()),
            ..NewReceivable::new(RECEIVABLE, "Ana", "Assets:Bank", serde_json::from_str(json).unwrap())
        };
        let (known, _) = book.receivables().add(new).unwrap();
        let change = RateChange { from: day("2026-05-01"), rate: "10".parse().unwrap() };
        book.receivables().change_rate(known.id, change, Keep::Term).unwrap();
        let rate = |on: &str| book.receivables().show(RECEIVABLE, "Ana", day(on)).unwrap().rate.unwrap();
        assert_eq!(rate("2026-04-30"), RateChange { from: day("2026-01-01"), rate: "12".parse().unwrap() });
        assert_eq!(rate("2026-05-01"), change);
        assert_sound(&book);
    }

    fn nothing_is_reversed_that_was_repaid_since(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (c, lent) = book.receivables().add(named(&book, "c", 10_000)).unwrap();
        let paid = book.receivables().repay(&of("c", 4_000, "2026-05-01")).unwrap().entry.unwrap();
        let told = ["less than nothing of \"c\"", "principal -40.00 EUR", "(movement 2)", "ledger receivable undo c 2"];
        says(&refused(db, &book, || book.journal().reverse(lent.number, None)), &told);
        says(&refused(db, &book, || book.receivables().undo(c.id, 1, None)), &told);
        // A fee that was paid.
        let fees = "Income:Fees".into();
        let on = day("2026-05-02");
        let fee = book.receivables().charge_fee(c.id, eur(2_000), on, None, Some(&fees), None).unwrap().entry;
        book.receivables().repay(&of("c", 8_000, "2026-05-03")).unwrap();
        says(&refused(db, &book, || book.journal().reverse(fee.number, None)), &["fee -20.00 EUR", "(movement 2, 4)"]);
        assert_eq!(standing(&book, "c", "2026-05-03"), (0, 0));
        // A payment that was taken back counts again only while it is still owed.
        let mirror = book.journal().reverse(paid.number, None).unwrap();
        book.receivables().repay(&of("c", 4_000, "2026-05-04")).unwrap();
        let again = refused(db, &book, || book.journal().reverse(mirror.number, None));
        says(&again, &["less than nothing", "-40.00 EUR", "(movement 4, 5)"]);
        book.receivables().undo(c.id, 5, None).unwrap();
        book.journal().reverse(mirror.number, None).unwrap();
        assert_eq!((standing(&book, "c", "2026-05-04"), balance(&book, "Assets:Receivable")), ((0, 0), 0));
        assert_sound(&book);
    }

    fn an_entry_is_not_amended_to_a_day_before_what_it_pays(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (c, _) = book.receivables().add(named(&book, "c", 10_000)).unwrap();
        let fees = "Income:Fees".into();
        book.receivables().charge_fee(c.id, eur(2_000), day("2026-05-02"), None, Some(&fees), None).unwrap();
        let paid = book.receivables().repay(&of("c", 12_000, "2026-05-03")).unwrap().entry.unwrap();
        let amend = |on: &str| {
            let mut draft = book.journal().draft_of(paid.number)?;
            draft.posted_on = day(on);
            book.journal().amend(paid.number, draft.balance()?)
        };
        says(&refused(db, &book, || amend("2026-05-01")), &["less than nothing", "on 2026-05-01", "fee -20.00 EUR", "give a later day"]);
        amend("2026-05-02").unwrap();
        assert_sound(&book);
    }

    fn an_import_that_was_repaid_since_is_not_undone(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let text = "Date,Payee,Text,Amount\n2026-03-01,Acme,Loan,-150.00\n";
        let (into, counter) = (Some("Assets:Bank"), Some("Assets:Receivable"));
        let id = book.imports().import(&Import { into, counter, ..Import::new("bank.csv", text.as_bytes()) }).unwrap().id.unwrap();
        let entry = book.imports().lines(id).unwrap()[0].entry.unwrap();
        let new = NewReceivable { counter: None, ..named(&book, "c", 15_000) };
        book.receivables().track(TrackEntry { entry, new }).unwrap();
        let paid = book.receivables().repay(&of("c", 4_000, "2026-05-01")).unwrap().entry.unwrap();
        says(&refused(db, &book, || book.imports().undo(id)), &["import \"1\"", "less than nothing of \"c\"", "(movement 2)"]);
        book.journal().reverse(paid.number, None).unwrap();
        assert_eq!(book.imports().undo(id).unwrap().reversed, 1);
        assert_sound(&book);
    }
}
