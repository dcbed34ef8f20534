//! What an import tells of others: lines that wait elsewhere, lines that were left out for one that went away, and why a
//! line got its other side.

use ledger_core::Import;
use ledger_core::import::{CounterSplit, Decision, Decisions};
use ledger_testkit::on_both_databases;

use crate::imports::{balances, csv, import, with_savings};
use crate::support::{assert_sound, eur, home, open, says};

const FIRST: &str = "2026-03-01,,Rent,-5.00";
const SECOND: &str = "2026-03-02,,Tea,-6.00";
const THIRD: &str = "2026-03-03,,Pie,-7.00";

fn staged<'a>(text: &'a str) -> Import<'a> {
    Import { into: Some("Assets:Bank"), ..Import::new("bank.csv", text.as_bytes()) }
}

on_both_databases! {
    fn lines_that_wait_in_an_open_import_are_not_said_to_be_there(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let (two, three) = (csv(&[FIRST, SECOND]), csv(&[FIRST, SECOND, THIRD]));
        book.imports().stage(&staged(&two)).unwrap();
        let again = book.imports().import(&staged(&two)).unwrap();
        assert_eq!((again.id, again.waits_in.as_slice()), (None, [1].as_slice()));
        assert!(again.notes[0].contains("2 line(s) wait in import 1, which is open"), "{:?}", again.notes);
        let more = book.imports().import(&staged(&three)).unwrap();
        assert_eq!((more.counts.posted, more.waits_in.as_slice()), (1, [1].as_slice()));
        let notes = book.imports().discard(1).unwrap();
        assert_eq!(notes, ["import 2 left out 2 line(s) because import 1 had them: import bank.csv again to have them"]);
        let healed = book.imports().import(&staged(&three)).unwrap();
        assert_eq!((healed.counts.posted, healed.waits_in.len()), (2, 0));
        assert_sound(&book);
    }

    fn undoing_an_import_tells_what_later_ones_left_out_for_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        import(&book, "Assets:Bank", &csv(&[FIRST, SECOND])).unwrap();
        import(&book, "Assets:Bank", &csv(&[SECOND, THIRD])).unwrap();
        let undone = book.imports().undo(1).unwrap();
        assert!(undone.notes.iter().any(|note| note.contains("import 2 left out 1 line(s)")), "{:?}", undone.notes);
        import(&book, "Assets:Bank", &csv(&[SECOND, THIRD])).unwrap();
        assert!(balances(&book).iter().any(|row| row == "Assets:Bank:  | 13.00 EUR"), "{:?}", balances(&book));
        let undone = book.imports().undo(2).unwrap();
        assert_eq!(undone.notes.iter().filter(|note| note.contains("left out")).count(), 1);
    }

    fn parts_are_written_without_a_sign_and_never_exceed_the_line(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let text = csv(&[FIRST]);
        book.imports().stage(&staged(&text)).unwrap();
        let part = |minor: Option<i64>, account: &str| CounterSplit {
            account: account.into(),
            amount: minor.map(eur),
            memo: None,
        };
        let commit = |parts: Vec<CounterSplit>| {
            let lines = [(1, Decision::Split(parts))].into_iter().collect();
            book.imports().commit(1, &Decisions { lines, ..Decisions::default() })
        };
        let too_much = commit(vec![part(Some(2000), "Expenses:Food"), part(None, "Expenses:Food")]).unwrap_err();
        says(&too_much, &["line 1", "-20.00 EUR", "-5.00 EUR"]);
        commit(vec![part(Some(200), "Expenses:Food"), part(None, "Expenses:Food")]).unwrap();
        assert_eq!(balances(&book), ["Assets:Bank:  | 5.00 EUR", "Expenses:Food: 5.00 EUR | "]);
        assert_sound(&book);
    }

    fn a_transfer_that_a_file_names_by_its_own_account_is_one(db: &TestDatabase) {
        let ledger = open(db);
        let book = with_savings(&ledger);
        let text = "!Account\nNChk\n^\n!Type:Bank\nD2026-01-05\nT-1,000.00\nPA\nL[Sav]\n^\n\
                    !Account\nNSav\n^\n!Type:Bank\nD2026-01-05\nT1,000.00\nPB\nL[Chk]\n^\n";
        let into_each = [("Chk".to_owned(), "Assets:Bank".to_owned()), ("Sav".to_owned(), "Assets:Savings".to_owned())];
        let read = Import { into_each: &into_each, ..Import::new("both.qif", text.as_bytes()) };
        let report = book.imports().import(&read).unwrap();
        assert_eq!((report.committed, report.counts.posted, report.counts.matched), (true, 1, 1), "{report:?}");
        assert_eq!(balances(&book), ["Assets:Bank:  | 1000.00 EUR", "Assets:Savings: 1000.00 EUR | "]);
    }
}
