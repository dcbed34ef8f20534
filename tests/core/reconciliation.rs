//! Reconciliation: marks beside the journal, checkpoints, what they protect, and what `verify` notices of them.

use ledger_core::account::NewAccount;
use ledger_core::audit::AuditFilter;
use ledger_core::money::{Amount, Commodity};
use ledger_core::report::{CheckpointSource, Hint};
use ledger_core::{Book, EntryDraft, ErrorKind, LineSelector, Mark, admin};
use ledger_testkit::{Backend, on_both_databases};

use crate::support::{assert_sound, day, eur, home, meal, open, post, refused, says, session, stored};

const BANK: &str = "Assets:Bank";

/// Salary of 1,000.00 and meals of 10.00, 20.00 and 30.00 in March, a meal of 40.00 in April: entries 1 to 5.
fn march<'l>(ledger: &'l ledger_core::Ledger) -> Book<'l> {
    let book = home(ledger);
    let salary =
        EntryDraft::new(day("2026-03-01"), "Salary").debit(BANK, eur(100_000)).infer("Income:Salary");
    post(&book, salary).unwrap();
    for (on, minor) in
        [("2026-03-05", 1000), ("2026-03-10", 2000), ("2026-03-31", 3000), ("2026-04-02", 4000)]
    {
        post(&book, meal(on, minor)).unwrap();
    }
    book
}

fn entries(numbers: &[i64]) -> Vec<LineSelector> {
    numbers.iter().copied().map(LineSelector::from).collect()
}

fn clear(book: &Book<'_>, numbers: &[i64]) -> usize {
    book.reconciliations().mark(BANK, &entries(numbers), Mark::Cleared).unwrap()
}

/// Entries of the cleared and of the uncleared lines, with the difference.
fn shown(book: &Book<'_>, to: &str, balance: i64) -> (Vec<i64>, Vec<i64>, i64) {
    let shown = book.reconciliations().preview(BANK, day(to), eur(balance)).unwrap();
    let of = |cleared| {
        let lines = shown.lines.iter().filter(|line| line.cleared == cleared);
        lines.map(|line| line.entry_number).collect::<Vec<_>>()
    };
    let held = shown.cleared_balance.checked_add(shown.uncleared).unwrap();
    assert_eq!(
        held.checked_add(shown.difference).unwrap().checked_sub(shown.uncleared).unwrap(),
        eur(balance)
    );
    (of(true), of(false), shown.difference.minor())
}

/// March reconciled with what the bank said: entries 1, 2 and 3; the meal of the 31st came later.
fn reconciled<'l>(ledger: &'l ledger_core::Ledger) -> Book<'l> {
    let book = march(ledger);
    clear(&book, &[1, 2, 3]);
    let checkpoint = book.reconciliations().finish(BANK, day("2026-03-31"), eur(97_000)).unwrap();
    assert_eq!((checkpoint.id, checkpoint.last_entry_number), (1, 5));
    book
}

/// Whether checkpoint 1 ties, its difference, and how many lines were posted since.
fn first_checkpoint(book: &Book<'_>) -> (bool, i64, usize) {
    let list = book.reconciliations().list(Some(BANK)).unwrap();
    (list[0].ties(), list[0].difference.minor(), list[0].posted_since)
}

fn actions(book: &Book<'_>) -> Vec<String> {
    let filter = AuditFilter { action: Some("reconciliation".to_owned()), ..AuditFilter::default() };
    book.audit()
        .list(&filter)
        .unwrap()
        .into_iter()
        .map(|event| format!("{} {}", event.action, event.subject))
        .collect()
}

on_both_databases! {
    fn a_preview_shows_what_was_seen_what_was_not_and_the_difference(db: &TestDatabase) {
        let ledger = open(db);
        let book = march(&ledger);
        assert_eq!(shown(&book, "2026-03-31", 97_000), (vec![], vec![1, 2, 3, 4], 97_000));
        assert_eq!(clear(&book, &[1, 2]), 2);
        let before = stored(db);
        assert_eq!(shown(&book, "2026-03-31", 97_000), (vec![1, 2], vec![3, 4], -2000));
        assert_eq!(shown(&book, "2026-03-09", 97_000), (vec![1, 2], vec![], -2000));
        assert_eq!(shown(&book, "2026-02-28", 0), (vec![], vec![], 0));
        let preview = book.reconciliations().preview("assets:bank", day("2026-03-31"), eur(97_000)).unwrap();
        assert_eq!((preview.cleared_balance, preview.uncleared), (eur(99_000), eur(-5000)));
        assert_eq!(preview.hints, [Hint::Clear { lines: vec![(3, 2)] }]);
        assert_eq!(preview.lines[1].counter_accounts, ["Expenses:Food"]);
        assert_eq!(stored(db), before, "a preview changes nothing");
        assert_sound(&book);
    }

    fn marking_twice_changes_nothing_and_can_be_taken_back(db: &TestDatabase) {
        let ledger = open(db);
        let book = march(&ledger);
        assert_eq!(clear(&book, &[2, 1, 2]), 2);
        let before = stored(db);
        assert_eq!(clear(&book, &[1, 2]), 0);
        assert_eq!(stored(db), before, "not even an event");
        let marks = book.reconciliations();
        assert_eq!(marks.mark(BANK, &[(2, 2).into()], Mark::Uncleared).unwrap(), 1);
        assert_eq!(shown(&book, "2026-03-31", 100_000), (vec![1], vec![2, 3, 4], 0));
        assert_eq!(marks.clear_lines(BANK, &[2, 3, 4]).unwrap(), 3);
        assert_eq!(marks.mark(BANK, &entries(&[1, 2, 3, 4]), Mark::Uncleared).unwrap(), 4);
        assert_eq!(actions(&book)[..2], ["reconciliation.clear marks 1 EUR", "reconciliation.unclear marks 1 EUR"]);
        assert_sound(&book);
    }

    fn an_entry_without_a_line_on_the_account_cannot_be_marked(db: &TestDatabase) {
        let ledger = open(db);
        let book = march(&ledger);
        let mark = |lines: &[LineSelector]| book.reconciliations().mark(BANK, lines, Mark::Cleared);
        says(&refused(db, &book, || mark(&entries(&[1, 99]))), &["entry \"99\"", "no line on Assets:Bank"]);
        says(&refused(db, &book, || mark(&[(2, 1).into()])), &["no line 1 on Assets:Bank"]);
        let unknown = refused(db, &book, || book.reconciliations().mark("Assets:Bnak", &entries(&[1]), Mark::Cleared));
        assert!(matches!(unknown.kind(), ErrorKind::NotFound { .. }), "{unknown}");
    }

    fn only_an_account_that_ties_is_reconciled(db: &TestDatabase) {
        let ledger = open(db);
        let book = march(&ledger);
        clear(&book, &[1, 2]);
        let finish = |balance| book.reconciliations().finish(BANK, day("2026-03-31"), eur(balance));
        let error = refused(db, &book, || finish(97_000));
        says(&error, &["Assets:Bank", "970.00 EUR", "990.00 EUR", "-20.00 EUR"]);
        clear(&book, &[3]);
        let checkpoint = finish(97_000).unwrap();
        assert_eq!((checkpoint.source, checkpoint.balance), (CheckpointSource::Manual, eur(97_000)));
        // What is reconciled is out of the way; what came later is still to be seen.
        assert_eq!(shown(&book, "2026-03-31", 97_000), (vec![], vec![4], 0));
        assert_eq!(shown(&book, "2026-04-30", 90_000), (vec![], vec![4, 5], -7000));
        let before = stored(db);
        assert_eq!(finish(97_000).unwrap(), checkpoint, "again is the same");
        assert_eq!(stored(db), before);
        says(&refused(db, &book, || book.reconciliations().finish(BANK, day("2026-03-05"), eur(99_000))), &["checkpoint 1"]);
        assert_sound(&book);
    }

    fn an_outstanding_line_is_reconciled_by_a_later_statement(db: &TestDatabase) {
        let ledger = open(db);
        let book = reconciled(&ledger);
        clear(&book, &[4, 5]);
        book.reconciliations().finish(BANK, day("2026-04-30"), eur(90_000)).unwrap();
        let list = book.reconciliations().list(None).unwrap();
        assert!(list.iter().all(|status| status.ties() && status.posted_since == 0), "{list:?}");
        assert_eq!(list.iter().map(|status| status.balance_now).collect::<Vec<_>>(), [eur(97_000), eur(90_000)]);
        assert_sound(&book);
    }

    fn lines_after_the_day_of_a_checkpoint_stay_cleared(db: &TestDatabase) {
        let ledger = open(db);
        let book = march(&ledger);
        assert_eq!(book.reconciliations().clear_all(BANK, day("2026-04-30"), Commodity::iso("EUR").unwrap()).unwrap(), 5);
        // The tenth of March lies within a month whose other lines stay.
        book.reconciliations().finish(BANK, day("2026-03-10"), eur(97_000)).unwrap();
        assert_eq!(shown(&book, "2026-04-30", 90_000), (vec![4, 5], vec![], 0));
        book.reconciliations().finish(BANK, day("2026-04-30"), eur(90_000)).unwrap();
        assert_eq!(shown(&book, "2026-04-30", 90_000), (vec![], vec![], 0));
        assert_sound(&book);
    }

    fn undoing_a_checkpoint_leaves_its_lines_cleared(db: &TestDatabase) {
        let ledger = open(db);
        let book = reconciled(&ledger);
        clear(&book, &[4, 5]);
        let marks = book.reconciliations();
        marks.finish(BANK, day("2026-04-30"), eur(90_000)).unwrap();
        says(&refused(db, &book, || marks.undo(1)), &["checkpoint 2 builds on it"]);
        assert!(matches!(refused(db, &book, || marks.undo(7)).kind(), ErrorKind::NotFound { .. }));
        assert!(marks.undo(2).unwrap().undone_at.is_some());
        assert_eq!(shown(&book, "2026-04-30", 90_000), (vec![4, 5], vec![], 0));
        assert_sound(&book);
        says(&refused(db, &book, || marks.undo(2)), &["it was undone at"]);
        marks.undo(1).unwrap();
        assert_eq!(shown(&book, "2026-03-31", 97_000), (vec![1, 2, 3, 4], vec![], 3000));
        assert_eq!(marks.finish(BANK, day("2026-03-31"), eur(94_000)).unwrap().id, 3);
        let list = marks.list(Some(BANK)).unwrap();
        assert_eq!(list.iter().map(|it| it.checkpoint.undone_at.is_some()).collect::<Vec<_>>(), [true, true, false]);
        assert_eq!(list[2].balance_now, eur(94_000));
        assert_sound(&book);
    }

    fn a_reconciled_entry_is_neither_amended_nor_reversed_without_a_word(db: &TestDatabase) {
        let ledger = open(db);
        let book = reconciled(&ledger);
        let draft = || meal("2026-03-05", 1100).balance().unwrap();
        let words = ["Assets:Bank", "2026-03-05", "2026-03-31", "checkpoint 1", "ledger reconcile undo 1", "--reconciled"];
        let error = refused(db, &book, || book.journal().amend(2, draft()));
        assert!(matches!(error.kind(), ErrorKind::NotAllowed { verb: "amended", .. }), "{error}");
        says(&error, &words);
        says(&refused(db, &book, || book.journal().reverse(2, None)), &words);
        let unclear = || book.reconciliations().mark(BANK, &entries(&[2]), Mark::Uncleared);
        says(&refused(db, &book, unclear), &["reconciled", "ledger reconcile undo 1"]);
        let protection = book.reconciliations().protection(2).unwrap().unwrap();
        assert_eq!((protection.account.as_str(), protection.checkpoint), (BANK, 1));
        assert_eq!(book.reconciliations().protection(4).unwrap(), None);
        book.journal().amend(4, meal("2026-03-31", 3100).balance().unwrap()).unwrap();
        // Once undone, nothing is in the way.
        book.reconciliations().undo(1).unwrap();
        book.journal().amend(2, draft()).unwrap();
        assert_sound(&book);
    }

    fn another_category_for_a_reconciled_entry_needs_no_word_and_keeps_the_checkpoint(db: &TestDatabase) {
        let ledger = open(db);
        let book = reconciled(&ledger);
        book.accounts().open(NewAccount::new("Expenses:Dining")).unwrap();
        let draft = EntryDraft::new(day("2026-03-06"), "Meal").debit("Expenses:Dining", eur(1000)).infer(BANK);
        let draft = draft.balance().unwrap();
        assert_eq!(book.reconciliations().protection_from(2, &draft).unwrap(), None);
        let amended = book.journal().amend(2, draft).unwrap();
        assert_eq!(first_checkpoint(&book), (true, 0, 0));
        assert_eq!(shown(&book, "2026-03-31", 97_000), (vec![], vec![4], 0));
        assert!(book.reconciliations().protection(amended.number).unwrap().is_some());
        assert_eq!(actions(&book)[3..], ["reconciliation.amend marks 1 EUR"]);
        assert_sound(&book);
    }

    fn another_amount_for_a_reconciled_entry_shows_in_its_checkpoint(db: &TestDatabase) {
        let ledger = open(db);
        let book = reconciled(&ledger);
        book.journal().amend_reconciled(2, meal("2026-03-05", 1100).balance().unwrap()).unwrap();
        assert_eq!(first_checkpoint(&book), (false, -100, 1));
        let list = book.reconciliations().list(None).unwrap();
        assert_eq!(
            list[0].to_string(),
            "checkpoint 1 (Assets:Bank to 2026-03-31, 970.00 EUR) no longer ties: the books now come to 969.00 EUR, -1.00 EUR more \
             (1 line of its days was posted since)"
        );
        let preview = book.reconciliations().preview(BANK, day("2026-04-30"), eur(90_000)).unwrap();
        assert_eq!(preview.doubtful, list, "told by the next reconciliation");
        assert_sound(&book);
    }

    fn another_day_outside_the_statement_takes_a_line_out_of_its_checkpoint(db: &TestDatabase) {
        let ledger = open(db);
        let book = reconciled(&ledger);
        book.journal().amend_reconciled(2, meal("2026-04-05", 1000).balance().unwrap()).unwrap();
        assert_eq!(first_checkpoint(&book), (false, 1000, 0));
        assert_sound(&book);
    }

    fn reversing_a_reconciled_entry_is_told_where_it_falls_into_its_days(db: &TestDatabase) {
        let ledger = open(db);
        let book = reconciled(&ledger);
        book.journal().reverse_reconciled(2, Some(day("2026-04-03"))).unwrap();
        assert_eq!(first_checkpoint(&book), (true, 0, 0), "a refund is the next statement's");
        assert_eq!(shown(&book, "2026-04-30", 97_000), (vec![], vec![4, 5, 6], 0));
        book.journal().reverse_reconciled(3, None).unwrap();
        assert_eq!(first_checkpoint(&book), (false, 2000, 1));
        assert_eq!(actions(&book)[3..], ["reconciliation.override entry 2", "reconciliation.override entry 3"]);
        assert_sound(&book);
    }

    fn a_line_posted_into_reconciled_days_is_allowed_and_told(db: &TestDatabase) {
        let ledger = open(db);
        let book = reconciled(&ledger);
        post(&book, meal("2026-03-07", 500)).unwrap();
        assert_eq!(first_checkpoint(&book), (false, -500, 1));
        let preview = book.reconciliations().preview(BANK, day("2026-04-30"), eur(90_000)).unwrap();
        assert_eq!(preview.doubtful.len(), 1);
        // The bank shows it in April: then March is what the statement said.
        clear(&book, &[6]);
        assert_eq!(first_checkpoint(&book), (true, 0, 0));
        assert_sound(&book);
    }

    fn an_amended_entry_and_its_mirror_are_not_to_be_cleared(db: &TestDatabase) {
        let ledger = open(db);
        let book = march(&ledger);
        book.journal().amend(2, meal("2026-03-05", 1500).balance().unwrap()).unwrap();
        book.journal().reverse(3, Some(day("2026-03-20"))).unwrap();
        assert_eq!(shown(&book, "2026-03-31", 0).1, [1, 7, 4]);
        assert_eq!(shown(&book, "2026-03-15", 0).1, [1, 7, 3], "its mirror comes later");
        // Both are on the statement after all.
        clear(&book, &[8]);
        assert_eq!(shown(&book, "2026-03-31", 0), (vec![8], vec![1, 7, 3, 4], -2000));
        let all = book.reconciliations().clear_all(BANK, day("2026-03-31"), Commodity::iso("EUR").unwrap()).unwrap();
        assert_eq!(all, 4);
        book.reconciliations().finish(BANK, day("2026-03-31"), eur(95_500)).unwrap();
        assert_eq!(shown(&book, "2026-03-31", 95_500), (vec![], vec![], 0));
        assert_eq!(first_checkpoint(&book), (true, 0, 0));
        assert_sound(&book);
    }

    fn a_cleared_line_keeps_its_mark_where_an_amendment_leaves_it_as_it_was(db: &TestDatabase) {
        let ledger = open(db);
        let book = march(&ledger);
        clear(&book, &[2, 3]);
        book.journal().amend(2, meal("2026-03-06", 1000).balance().unwrap()).unwrap();
        book.journal().amend(3, meal("2026-03-10", 2100).balance().unwrap()).unwrap();
        assert_eq!(shown(&book, "2026-03-31", 0), (vec![7], vec![1, 9, 4], 1000));
        assert_sound(&book);
    }

    fn the_balances_commodity_decides_which_lines_count(db: &TestDatabase) {
        let ledger = open(db);
        let book = march(&ledger);
        let dollars = |minor| Amount::new(minor, Commodity::iso("USD").unwrap());
        let gift = EntryDraft::new(day("2026-03-04"), "Gift").debit(BANK, dollars(500)).infer("Income:Salary");
        post(&book, gift).unwrap();
        let marks = book.reconciliations();
        let none = marks.preview(BANK, day("2026-03-31"), Amount::new(0, Commodity::iso("CHF").unwrap())).unwrap();
        assert!(none.lines.is_empty() && none.ties());
        assert_eq!(clear(&book, &[1, 2, 3, 6]), 4);
        let shown_in_dollars = marks.preview(BANK, day("2026-03-31"), dollars(500)).unwrap();
        assert_eq!(shown_in_dollars.lines.len(), 1);
        marks.finish(BANK, day("2026-03-31"), dollars(500)).unwrap();
        assert_eq!(shown(&book, "2026-03-31", 97_000), (vec![1, 2, 3], vec![4], 0));
        marks.finish(BANK, day("2026-03-20"), eur(97_000)).unwrap();
        marks.undo(1).unwrap();
        assert_eq!(marks.list(None).unwrap().iter().filter(|status| status.ties()).count(), 2);
        assert_sound(&book);
    }

    fn accounts_below_are_not_part_of_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = march(&ledger);
        book.accounts().open(NewAccount::new("Assets:Bank:Savings")).unwrap();
        let draft = EntryDraft::new(day("2026-03-02"), "Save").debit("Assets:Bank:Savings", eur(5)).infer("Assets:Cash");
        post(&book, draft).unwrap();
        assert_eq!(shown(&book, "2026-03-31", 97_000).1, [1, 2, 3, 4]);
    }

    fn a_statement_that_ties_makes_a_checkpoint_by_itself(db: &TestDatabase) {
        let ledger = open(db);
        let book = march(&ledger);
        let marks = book.reconciliations();
        let import = |entries: &[i64], to: &str, balance| {
            marks.checkpoint_of_statement(BANK, day(to), eur(balance), entries).unwrap()
        };
        let march = import(&[1, 2, 3], "2026-03-31", 97_000);
        let checkpoint = march.checkpoint.unwrap();
        assert_eq!((checkpoint.id, checkpoint.source, march.marked), (1, CheckpointSource::Import, 3));
        let before = stored(db);
        assert_eq!(import(&[1, 2, 3], "2026-03-31", 97_000).checkpoint, Some(checkpoint), "imported again");
        assert_eq!(stored(db), before);
        // A statement that does not fit the book leaves its lines cleared, with the numbers.
        let april = import(&[4, 5], "2026-04-30", 91_000);
        assert_eq!((april.checkpoint, april.difference, april.marked), (None, eur(1000), 2));
        assert_eq!(shown(&book, "2026-04-30", 90_000), (vec![4, 5], vec![], 0));
        // What was cleared by hand before counts and is reconciled too.
        assert_eq!(import(&[], "2026-04-30", 90_000).checkpoint.map(|it| it.id), Some(2));
        // An older statement that comes late is cleared only.
        post(&book, meal("2026-03-15", 100)).unwrap();
        let late = import(&[6], "2026-03-31", 93_900);
        assert_eq!((late.checkpoint, late.marked), (None, 1));
        assert_sound(&book);
    }

    fn many_lines_over_many_months_are_found_by_their_months(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let first = day("2020-01-01");
        let on = |n: i64| first + chrono::Days::new(n as u64 * 5);
        let entry = |n: i64| {
            EntryDraft::new(on(n), "Tea").debit("Expenses:Food", eur(n)).infer(BANK).balance().unwrap()
        };
        book.journal().post_all((1..=300).map(entry)).unwrap();
        let open_ones = [7, 8, 131, 300];
        let seen: Vec<i64> = (1..=300).filter(|n| !open_ones.contains(n)).collect();
        clear(&book, &seen);
        let balance: i64 = -seen.iter().sum::<i64>();
        assert_eq!(shown(&book, "2026-12-31", balance), (seen.clone(), open_ones.to_vec(), 0));
        book.reconciliations().finish(BANK, day("2026-12-31"), eur(balance)).unwrap();
        assert_eq!(shown(&book, "2026-12-31", balance), (vec![], open_ones.to_vec(), 0));
        // As of a day within: what is cleared up to it, by adding it up.
        for to in [1, 7, 60, 131, 299] {
            let sum: i64 = -seen.iter().filter(|n| **n <= to).sum::<i64>();
            let shown = book.reconciliations().preview(BANK, on(to), eur(sum)).unwrap();
            assert!(shown.ties(), "{to}: {shown:?}");
        }
        assert_sound(&book);
        book.reconciliations().undo(1).unwrap();
        assert_sound(&book);
    }

    fn verify_names_marks_and_checkpoints_that_were_changed_outside(db: &TestDatabase) {
        let cases = [
            ("DELETE FROM line_marks WHERE entry_number = 2", "", "marks_monthly 1/1/1/24314"),
            ("UPDATE line_marks SET checkpoint_id = NULL WHERE entry_number = 2", "", "marks_monthly 1/1/0/24314"),
            ("UPDATE line_marks SET entry_number = 4 WHERE entry_number = 3", "", "line_marks 4/2"),
            ("UPDATE line_marks SET entry_number = 77 WHERE entry_number = 3", "", "line_marks 77/2"),
            ("UPDATE line_marks SET checkpoint_id = 9 WHERE entry_number = 3", "", "line_marks 3/2"),
            ("UPDATE marks_monthly SET amount = amount + 1", "line_marks of account 1 EUR", "marks_monthly 1/1/1/24314"),
            (
                "DELETE FROM line_marks WHERE entry_number = 2; \
                 UPDATE marks_monthly SET line_count = 2, amount = amount + 1000",
                "line_marks of account 1 EUR",
                "",
            ),
            ("UPDATE checkpoints SET balance = balance + 1", "checkpoints 1", ""),
            ("UPDATE checkpoints SET undone_at = recorded_at", "checkpoints 1", "line_marks 1/1"),
            ("UPDATE checkpoints SET reconciled_to = reconciled_to - 25", "checkpoints 1", "line_marks 3/2"),
            ("UPDATE checkpoints SET checkpoint_id = 2", "checkpoints 2", "line_marks 1/1"),
            (
                "INSERT INTO line_marks SELECT book_id, account_id, posted_on, entry_number, line_number, commodity_id, NULL \
                 FROM lines WHERE entry_number = 5 AND account_id = 1",
                "",
                "marks_monthly 1/1/0/24315",
            ),
        ];
        let ledger = open(db);
        let book = reconciled(&ledger);
        let tables = ["line_marks", "marks_monthly", "checkpoints"];
        let unchecked = match db.backend() {
            Backend::Sqlite => "PRAGMA foreign_keys = OFF; ",
            Backend::Postgres => "SET session_replication_role = replica; ",
        };
        let save = tables.map(|table| format!("CREATE TABLE kept_{table} AS SELECT * FROM {table};")).concat();
        let restore = tables.map(|table| format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table};"));
        db.sql(&save).unwrap();
        for (change, first, also) in cases {
            db.sql(&format!("{unchecked}{change}")).unwrap();
            let found = book.verify(None).unwrap().findings;
            for row in [first, also].into_iter().filter(|row| !row.is_empty()) {
                assert!(found.iter().any(|it| it.row == row), "{change}: {row} is not among {found:?}");
            }
            db.sql(&format!("{unchecked}{}", restore.concat())).unwrap();
            assert_sound(&book);
        }
    }

    fn a_rollback_that_would_lose_marks_says_so_and_one_that_did_is_no_finding(db: &TestDatabase) {
        let ledger = open(db);
        drop(reconciled(&ledger));
        drop(ledger);
        // The migrations after it hold nothing here.
        for newer in ["0013", "0012", "0011", "0010", "0009", "0008"] {
            assert_eq!(admin::rollback(db.url(), &session("anna"), false).unwrap().as_deref(), Some(newer));
        }
        says(&admin::rollback(db.url(), &session("anna"), false).unwrap_err(), &["4 rows would be lost"]);
        assert_eq!(admin::rollback(db.url(), &session("anna"), true).unwrap().as_deref(), Some("0007"));
        admin::migrate(db.url()).unwrap();
        let ledger = open(db);
        let book = ledger.book("home").unwrap();
        assert_sound(&book);
        assert_eq!(shown(&book, "2026-03-31", 0).1, [1, 2, 3, 4]);
    }
}
