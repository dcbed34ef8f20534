//! Imports and reconciliation: lines of statements are cleared, a balance that ties makes a checkpoint, and undoing an
//! import takes both back.

use ledger_core::account::NewAccount;
use ledger_core::import::ImportReport;
use ledger_core::report::CheckpointSource;
use ledger_core::{Book, EntryDraft, ErrorKind, Import, LineSelector, Mark};
use ledger_testkit::on_both_databases;

use crate::support::{assert_sound, day, eur, home, meal, open, post, refused, says, stored};

const BANK: &str = "Assets:Bank";

/// An MT940 statement: the days are of 2026 as MMDD, the lines and balances in minor units.
fn statement(opening: (&str, i64), lines: &[(&str, i64, &str)], closing: (&str, i64)) -> String {
    let number = |minor: i64| format!("{},{:02}", minor.abs() / 100, minor.abs() % 100);
    let side = |minor: i64| if minor < 0 { 'D' } else { 'C' };
    let balance = |(on, minor): (&str, i64)| format!("{}26{on}EUR{}", side(minor), number(minor));
    let line = |(on, minor, text): &(&str, i64, &str)| {
        format!(":61:26{on}{on}{}{}NTRFNONREF\n:86:{text}\n", side(*minor), number(*minor))
    };
    let lines: String = lines.iter().map(line).collect();
    format!(":20:A\n:25:NL02BANK0123456789\n:60F:{}\n{lines}:62F:{}\n", balance(opening), balance(closing))
}

fn import_into(book: &Book<'_>, account: &str, text: &str) -> ImportReport {
    let import = Import { into: Some(account), ..Import::new("bank.sta", text.as_bytes()) };
    let report = book.imports().import(&import).unwrap();
    assert!(report.committed || report.id.is_none(), "{report:?}");
    report
}

fn import(book: &Book<'_>, text: &str) -> ImportReport {
    import_into(book, BANK, text)
}

fn january() -> String {
    statement(("0101", 0), &[("0105", 100_000, "Salary"), ("0110", -4000, "Rewe")], ("0131", 96_000))
}

fn february() -> String {
    statement(("0131", 96_000), &[("0203", -6000, "Rewe")], ("0228", 90_000))
}

/// Entries of the cleared and of the uncleared lines of the bank that are not reconciled.
fn open_lines(book: &Book<'_>) -> (Vec<i64>, Vec<i64>) {
    let shown = book.reconciliations().preview(BANK, day("2026-12-31"), eur(0)).unwrap();
    let of = |cleared| {
        let lines = shown.lines.iter().filter(|line| line.cleared == cleared);
        lines.map(|line| line.entry_number).collect::<Vec<_>>()
    };
    (of(true), of(false))
}

/// Number, last day and balance of the checkpoints that stand, with whether they tie.
fn checkpoints(book: &Book<'_>) -> Vec<(i32, String, i64, bool)> {
    let list = book.reconciliations().list(None).unwrap();
    let standing = list.iter().filter(|it| it.checkpoint.undone_at.is_none());
    let told = standing.map(|it| {
        let checkpoint = &it.checkpoint;
        (checkpoint.id, checkpoint.reconciled_to.to_string(), checkpoint.balance.minor(), it.ties())
    });
    told.collect()
}

fn told(report: &ImportReport) -> String {
    report.notes.join("\n")
}

on_both_databases! {
    fn a_statement_that_ties_is_reconciled_and_the_next_one_goes_on_from_there(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let report = import(&book, &january());
        assert_eq!(report.notes, Vec::<String>::new());
        let [checkpoint] = report.checkpoints.as_slice() else { panic!("{report:?}") };
        assert_eq!((checkpoint.id, checkpoint.source), (1, CheckpointSource::Import));
        assert_eq!(import(&book, &february()).checkpoints.len(), 1);
        let both = [(1, "2026-01-31".to_owned(), 96_000, true), (2, "2026-02-28".to_owned(), 90_000, true)];
        assert_eq!(checkpoints(&book), both);
        assert_eq!(open_lines(&book), (vec![], vec![]));
        let before = stored(db);
        assert_eq!(import(&book, &february()).id, None);
        assert_eq!(stored(db), before, "the same file again");
        assert_sound(&book);
    }

    fn a_missing_opening_balance_makes_no_checkpoint_and_is_told_with_the_way_out(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let report = import(&book, &february());
        assert_eq!(report.checkpoints, []);
        let command = "`ledger reconcile Assets:Bank --to 2026-02-28 --balance \"900.00 EUR\" --clear-all --finish`";
        assert_eq!(report.notes, [format!(
            "Assets:Bank is not reconciled to 2026-02-28: the statement says 900.00 EUR, the cleared lines come to \
             -60.00 EUR, which leaves 960.00 EUR (that is its opening balance, which is not in the book: post it, then {command})"
        )]);
        assert_eq!(open_lines(&book), (vec![1], vec![]), "the lines are cleared all the same");
        let opening = EntryDraft::new(day("2026-01-31"), "Opening").debit(BANK, eur(96_000)).infer("Income:Salary");
        post(&book, opening).unwrap();
        let marks = book.reconciliations();
        marks.clear_all(BANK, day("2026-02-28"), eur(0).commodity()).unwrap();
        marks.finish(BANK, day("2026-02-28"), eur(90_000)).unwrap();
        let march = statement(("0228", 90_000), &[("0303", -1000, "Rewe")], ("0331", 89_000));
        assert_eq!(import(&book, &march).checkpoints.len(), 1);
        assert_sound(&book);
    }

    fn an_uncleared_opening_entry_is_named_as_what_is_missing(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let opening = EntryDraft::new(day("2026-01-31"), "Opening").debit(BANK, eur(96_000)).infer("Income:Salary");
        post(&book, opening).unwrap();
        let report = import(&book, &february());
        assert!(told(&report).contains("960.00 EUR (the uncleared lines up to then are just that"), "{report:?}");
        assert_eq!((report.checkpoints, open_lines(&book)), (vec![], (vec![2], vec![1])));
    }

    fn a_missing_statement_makes_no_checkpoint_and_the_difference_is_told(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        import(&book, &january());
        let march = statement(("0228", 90_000), &[("0303", -1000, "Rewe")], ("0331", 89_000));
        let report = import(&book, &march);
        for words in ["says 890.00 EUR", "come to 950.00 EUR", "leaves -60.00 EUR", "see what explains it with `ledger reconcile"] {
            assert!(told(&report).contains(words), "{words}: {report:?}");
        }
        assert_eq!((report.checkpoints.len(), open_lines(&book)), (0, (vec![3], vec![])));
        // Once it comes, the next statement takes all of it in.
        assert_eq!(import(&book, &february()).checkpoints.len(), 1);
        let april = statement(("0331", 89_000), &[("0403", -1000, "Rewe")], ("0430", 88_000));
        assert_eq!(import(&book, &april).checkpoints.len(), 1);
        assert_eq!((checkpoints(&book).len(), open_lines(&book)), (3, (vec![], vec![])));
        assert_sound(&book);
    }

    fn a_statement_older_than_a_checkpoint_is_cleared_only(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        import(&book, &statement(("0131", 0), &[("0203", -6000, "Rewe")], ("0228", -6000)));
        let report = import(&book, &january());
        assert!(told(&report).contains("because checkpoint 1 reconciled it to 2026-02-28 before"), "{report:?}");
        assert_eq!((report.checkpoints, open_lines(&book)), (vec![], (vec![2, 3], vec![])));
    }

    fn several_statements_of_a_file_make_their_checkpoints_in_the_order_of_their_days(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let report = import(&book, &format!("{}{}", february(), january()));
        let days: Vec<String> = report.checkpoints.iter().map(|it| it.reconciled_to.to_string()).collect();
        assert_eq!(days, ["2026-01-31", "2026-02-28"], "{report:?}");
        assert_sound(&book);
    }

    fn a_running_balance_that_follows_from_the_lines_is_a_closing_balance(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let csv = |rows: &[&str]| format!("Date,Payee,Amount,Balance\n{}\n", rows.join("\n"));
        let good = csv(&["2026-03-02,Bright,100.00,100.00", "2026-03-03,Rewe,-40.00,60.00", "2026-03-04,Rewe,-1.00,59.00"]);
        assert_eq!(import(&book, &good).checkpoints.len(), 1);
        assert_eq!(checkpoints(&book), [(1, "2026-03-04".to_owned(), 5900, true)]);
        let single = csv(&["2026-03-05,Rewe,-1.00,58.00"]);
        let report = import(&book, &single);
        assert_eq!((report.checkpoints.len(), report.notes.len()), (0, 0), "one balance proves nothing");
        assert_eq!(open_lines(&book), (vec![4], vec![]));
        assert_sound(&book);
    }

    fn undoing_an_import_takes_its_checkpoint_and_marks_back_and_the_file_imports_again(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-01-10", 4000)).unwrap();
        let first = import(&book, &january());
        assert_eq!((first.counts.matched, first.checkpoints.len()), (1, 1));
        let undone = book.imports().undo(1).unwrap();
        assert_eq!((undone.reversed, undone.unlinked, undone.checkpoints), (1, 1, vec![1]));
        assert_eq!((checkpoints(&book), open_lines(&book)), (vec![], (vec![], vec![1])), "matched, and free again");
        assert_sound(&book);
        let again = import(&book, &january());
        assert_eq!((again.counts, again.checkpoints.len()), (first.counts, 1));
        assert_eq!(checkpoints(&book), [(2, "2026-01-31".to_owned(), 96_000, true)]);
        assert_sound(&book);
    }

    fn a_later_checkpoint_stands_in_the_way_of_undoing_an_import(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        import(&book, &january());
        import(&book, &february());
        let error = refused(db, &book, || book.imports().undo(1));
        assert!(matches!(error.kind(), ErrorKind::NotAllowed { what: "import", verb: "undone", .. }), "{error}");
        says(&error, &["its checkpoint 1", "checkpoint 2 builds on it", "ledger reconcile undo 2"]);
        book.imports().undo(2).unwrap();
        book.imports().undo(1).unwrap();
        assert_eq!((checkpoints(&book), open_lines(&book)), (vec![], (vec![], vec![])));
        assert_sound(&book);
    }

    fn a_checkpoint_that_another_statement_made_of_an_imports_lines_stands_in_its_way(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        // January states no balance that ties; February's checkpoint takes its lines in.
        import(&book, &statement(("0101", 500), &[("0105", 96_000, "Salary")], ("0131", 96_500)));
        assert_eq!(import(&book, &february()).checkpoints.len(), 1);
        says(&refused(db, &book, || book.imports().undo(1)), &["entry 1 on Assets:Bank", "ledger reconcile undo 1"]);
        // Undone by hand, nothing is in the way, and the second import has no checkpoint left to undo.
        book.reconciliations().undo(1).unwrap();
        book.imports().undo(1).unwrap();
        assert_eq!(book.imports().undo(2).unwrap().checkpoints, Vec::<i32>::new());
        assert_eq!(open_lines(&book), (vec![], vec![]));
        assert_sound(&book);
    }

    fn the_other_side_of_a_reconciled_transfer_keeps_the_checkpoint(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.accounts().open(NewAccount::new("Assets:Savings")).unwrap();
        import(&book, &statement(("0101", 0), &[("0105", -2500, "Savings")], ("0131", -2500)));
        let other = statement(("0101", 0), &[("0106", 2500, "From bank")], ("0131", 2500)).replace("BANK", "SAVE");
        let import = Import { into: Some("Assets:Savings"), ..Import::new("save.sta", other.as_bytes()) };
        let report = book.imports().import(&import).unwrap();
        let id = report.id.unwrap();
        let report = match report.committed {
            true => report,
            false => {
                let decisions = ledger_core::import::Decisions { accept_all: true, ..Default::default() };
                book.imports().commit(id, &decisions).unwrap()
            }
        };
        assert_eq!((report.counts.matched, report.counts.posted), (1, 0), "{report:?}");
        let all = checkpoints(&book);
        assert!(all.iter().all(|it| it.3), "{all:?}");
        says(&refused(db, &book, || book.imports().undo(1)), &["import 2"]);
        book.imports().undo(id).unwrap();
        assert_eq!(checkpoints(&book), [(1, "2026-01-31".to_owned(), -2500, true)]);
        assert_sound(&book);
    }

    fn another_category_keeps_the_mark_of_an_imported_line_and_its_checkpoint(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        import(&book, &january());
        let mut draft = book.journal().draft_of(2).unwrap();
        draft.lines[1].account = "Expenses:Food".into();
        let amended = book.journal().amend(2, draft.balance().unwrap()).unwrap();
        assert_eq!(checkpoints(&book), [(1, "2026-01-31".to_owned(), 96_000, true)]);
        let protection = book.reconciliations().protection(amended.number).unwrap().unwrap();
        assert_eq!((protection.account.as_str(), protection.checkpoint), (BANK, 1));
        // Undoing the import finds the line under its new number.
        book.imports().undo(1).unwrap();
        assert_eq!((checkpoints(&book), open_lines(&book)), (vec![], (vec![], vec![])));
        assert_sound(&book);
    }

    fn a_reconciled_imported_line_is_protected(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        import(&book, &january());
        let words = ["Assets:Bank", "checkpoint 1", "ledger reconcile undo 1"];
        says(&refused(db, &book, || book.journal().amend(2, meal("2026-01-10", 4001).balance().unwrap())), &words);
        let late = || book.journal().amend(2, meal("2026-02-10", 4000).balance().unwrap());
        says(&refused(db, &book, late), &words);
        says(&refused(db, &book, || book.journal().reverse(2, None)), &words);
        let unclear = || book.reconciliations().mark(BANK, &[LineSelector::from(2)], Mark::Uncleared);
        says(&refused(db, &book, unclear), &["reconciled", "ledger reconcile undo 1"]);
    }

    fn of_an_entry_with_several_lines_on_the_account_only_the_one_on_the_statement_is_cleared(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let two = EntryDraft::new(day("2026-01-10"), "Meals").credit(BANK, eur(4000)).credit(BANK, eur(700));
        post(&book, two.infer("Expenses:Food")).unwrap();
        let report = import(&book, &statement(("0101", 0), &[("0110", -4000, "Rewe")], ("0131", -4000)));
        assert_eq!((report.counts.matched, report.checkpoints.len()), (1, 1), "{report:?}");
        let shown = book.reconciliations().preview(BANK, day("2026-12-31"), eur(0)).unwrap();
        let lines: Vec<(bool, i64)> = shown.lines.iter().map(|line| (line.cleared, line.amount.minor())).collect();
        assert_eq!(lines, [(false, -700)]);
        assert_sound(&book);
    }
}
