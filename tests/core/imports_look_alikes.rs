//! The same lines in files of different formats: proposed by day and amount, decided by a person, and never twice.

use ledger_core::import::{Decision, Decisions, ImportReport, LineState, Verdict};
use ledger_core::{Book, Import};
use ledger_testkit::on_both_databases;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::imports::{balances, csv, shown};
use crate::support::{assert_sound, home, home_named, meal, open, post, refused, says, stored};

/// An MT940 statement of 2026 without balances that tie: days as MMDD, amounts in minor units, money out.
fn mt940(lines: &[(&str, i64, &str)]) -> String {
    let line = |(on, minor, text): &(&str, i64, &str)| {
        format!(":61:26{on}{on}D{},{:02}NTRFNONREF\n:86:{text}\n", minor / 100, minor % 100)
    };
    let sum: i64 = lines.iter().map(|line| line.1).sum();
    let closing = format!("{},{:02}", sum / 100, sum % 100);
    let lines: String = lines.iter().map(line).collect();
    format!(":20:A\n:25:NL02BANK0123456789\n:60F:C260101EUR0,00\n{lines}:62F:D261231EUR{closing}\n")
}

fn import(book: &Book<'_>, file: &str, text: &str, same_lines: bool) -> ImportReport {
    let import = Import { into: Some("Assets:Bank"), same_lines, ..Import::new(file, text.as_bytes()) };
    book.imports().import(&import).unwrap()
}

fn counts(report: &ImportReport) -> (u64, u64, u64, u64) {
    let counts = report.counts;
    (counts.posted, counts.matched, counts.duplicates, counts.questions)
}

fn first_csv() -> String {
    csv(&["2026-03-02,Tea House,Card,-4.20", "2026-03-03,Rewe,Groceries,-30.00"])
}

/// The same two lines as [`first_csv`], a second tea of that day, and a later one.
fn then_mt940() -> String {
    mt940(&[
        ("0302", 420, "PIE SHOP"),
        ("0302", 420, "SEPA TEA HOUSE"),
        ("0303", 3000, "REWE SAGT DANKE"),
        ("0304", 900, "X"),
    ])
}

on_both_databases! {
    fn the_same_line_in_another_format_is_proposed_and_never_decided_by_likeness(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        import(&book, "bank.csv", &first_csv(), false);
        let report = import(&book, "bank.sta", &then_mt940(), false);
        assert_eq!((report.committed, counts(&report)), (false, (2, 0, 0, 2)));
        let lines = book.imports().lines(2).unwrap();
        let verdicts: Vec<Verdict> = lines.iter().map(|line| line.verdict).collect();
        assert_eq!(verdicts, [Verdict::New, Verdict::Ambiguous, Verdict::Ambiguous, Verdict::New]);
        let reason = "it looks like line 1 of import 1 (bank.csv), another format: the same day and amount";
        assert_eq!(lines[1].reason, reason);
        assert_eq!(report.questions[0].candidates, [1]);
        says(&refused(db, &book, || book.imports().commit(2, &Decisions::default())), &["2 undecided", reason]);
    }

    fn a_line_that_a_person_says_is_that_one_is_a_duplicate_with_its_entry(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        import(&book, "bank.csv", &first_csv(), false);
        import(&book, "bank.sta", &then_mt940(), false);
        let decisions = [(2, Decision::Accept), (3, Decision::Link(2))].into_iter().collect();
        let done = book.imports().commit(2, &Decisions { lines: decisions, ..Decisions::default() }).unwrap();
        assert_eq!(counts(&done), (2, 0, 2, 0));
        let line = &book.imports().lines(2).unwrap()[1];
        assert_eq!((line.verdict, line.state, line.entry), (Verdict::Duplicate, LineState::Matched, Some(1)));
        assert_eq!(shown(&book).len(), 4);
        // Both files are known now.
        let before = stored(db);
        for (file, text) in [("bank.sta", then_mt940()), ("bank.csv", first_csv())] {
            assert_eq!(import(&book, file, &text, false).id, None, "{file}");
        }
        assert_eq!(stored(db), before);
        assert_sound(&book);
    }

    fn a_line_that_is_none_of_the_other_format_is_posted(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        import(&book, "bank.csv", &first_csv(), false);
        import(&book, "bank.sta", &mt940(&[("0302", 420, "Other")]), false);
        let decisions = [(1, Decision::New)].into_iter().collect();
        book.imports().commit(2, &Decisions { lines: decisions, ..Decisions::default() }).unwrap();
        assert_eq!(shown(&book).len(), 3);
        // The one tea of the first file is taken by no one, the other format's own is.
        let two = csv(&["2026-03-02,Tea House,Card,-4.20", "2026-03-02,Other,Card,-4.20"]);
        assert_eq!(counts(&import(&book, "bank.csv", &two, false)), (0, 0, 1, 1));
    }

    fn same_lines_takes_them_all_and_undoing_brings_nothing_in_disorder(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        import(&book, "bank.csv", &first_csv(), false);
        let before = (shown(&book), balances(&book));
        let report = import(&book, "bank.sta", &then_mt940(), true);
        assert_eq!((report.committed, counts(&report)), (true, (2, 0, 2, 0)));
        let both = (shown(&book), balances(&book));
        says(&refused(db, &book, || book.imports().undo(1)), &["line 2 of import 2", "undo import 2 first"]);
        let undone = book.imports().undo(2).unwrap();
        assert_eq!((undone.reversed, undone.unlinked), (2, 2));
        assert_eq!((shown(&book), balances(&book)), before);
        assert_eq!(counts(&import(&book, "bank.sta", &then_mt940(), true)), (2, 0, 2, 0));
        assert_eq!((shown(&book), balances(&book)), both);
        assert_sound(&book);
        book.imports().undo(3).unwrap();
        book.imports().undo(1).unwrap();
        assert!(balances(&book).is_empty());
    }

    fn what_was_passed_over_is_passed_over_in_another_format_too(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let text = first_csv();
        let staged = Import { into: Some("Assets:Bank"), ..Import::new("bank.csv", text.as_bytes()) };
        book.imports().stage(&staged).unwrap();
        // While the first waits, nothing can be said of the second.
        let waiting = import(&book, "bank.sta", &mt940(&[("0302", 420, "Tea")]), true);
        assert_eq!(counts(&waiting), (0, 0, 0, 1));
        assert!(waiting.questions[0].reason.contains("commit or discard it first"), "{waiting:?}");
        book.imports().discard(2).unwrap();
        let skip = [(1, Decision::Skip)].into_iter().collect();
        book.imports().commit(1, &Decisions { lines: skip, ..Decisions::default() }).unwrap();
        let report = import(&book, "bank.sta", &mt940(&[("0302", 420, "Tea")]), true);
        assert_eq!(counts(&report), (0, 0, 1, 0));
        assert_eq!(book.imports().lines(3).unwrap()[0].state, LineState::Skipped);
        assert_eq!(import(&book, "bank.sta", &mt940(&[("0302", 420, "Tea")]), false).id, None);
    }

    fn a_csv_file_of_other_columns_is_another_format_and_one_of_the_same_columns_is_not(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        import(&book, "bank.csv", &first_csv(), false);
        let same = csv(&["2026-03-02,Pie shop,Card,-4.20"]);
        assert_eq!(counts(&import(&book, "same.csv", &same, false)), (1, 0, 0, 0));
        let other = "Buchungstag;Verwendungszweck;Betrag\n03.03.2026;REWE SAGT DANKE;-30,00\n";
        assert_eq!(counts(&import(&book, "other.csv", other, false)), (0, 0, 0, 1));
    }

    fn an_import_that_waits_is_committed_as_it_was_judged_when_it_was_taken_in(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-01", 4210)).unwrap();
        post(&book, meal("2026-03-12", 1000)).unwrap();
        import(&book, "bank.csv", &first_csv(), false);
        // The first lies 9 days from its entry, the second is the same line as one of the other format.
        let text = mt940(&[("0310", 4210, "Meal"), ("0302", 420, "Tea")]);
        let far = Import { days: 9, same_lines: true, into: Some("Assets:Bank"), ..Import::new("a.sta", text.as_bytes()) };
        book.imports().stage(&far).unwrap();
        assert_eq!(counts(&book.imports().review(2).unwrap()), (0, 1, 1, 0));
        assert_eq!(counts(&book.imports().commit(2, &Decisions::default()).unwrap()), (0, 1, 1, 0));
        // And the second does not reach as far as by default.
        let text = mt940(&[("0310", 1000, "Meal"), ("0303", 3000, "Rewe")]);
        let near = Import { days: 1, into: Some("Assets:Bank"), ..Import::new("b.sta", text.as_bytes()) };
        book.imports().stage(&near).unwrap();
        assert_eq!(counts(&book.imports().review(3).unwrap()), (1, 0, 0, 1));
        assert_sound(&book);
    }

    fn overlapping_files_of_three_formats_in_any_order_give_the_movements_of_the_whole(db: &TestDatabase) {
        let ledger = open(db);
        let number = std::cell::Cell::new(0);
        let config = proptest::test_runner::Config { cases: 12, failure_persistence: None, ..Default::default() };
        let days = prop::collection::vec(prop::collection::vec((1..4_i64, 0..3_usize), 0..4), 1..7);
        let windows = prop::collection::vec((0..7_usize, 1..5_usize, 0..3_usize), 1..6);
        let outcome = TestRunner::new(config).run(&(days, windows), |(days, mut windows)| {
            number.set(number.get() + 1);
            let book = home_named(&ledger, &format!("book {}", number.get()));
            // What no window has comes last, in a format of its own.
            windows.push((0, days.len(), windows.len() % 3));
            for (first, count, format) in windows {
                let (first, last) = (first.min(days.len()), (first + count).min(days.len()));
                if days[first..last].iter().all(Vec::is_empty) {
                    continue;
                }
                let (name, text) = written(&days, first..last, format);
                prop_assert!(import(&book, name, &text, true).questions.is_empty());
                prop_assert_eq!(import(&book, name, &text, true).id, None, "{}", text);
            }
            prop_assert_eq!(movements(&book), expected(&days));
            Ok(())
        });
        outcome.unwrap();
    }
}

type Days = [Vec<(i64, usize)>];

/// Some days of a statement in one of three formats, each with texts of its own.
fn written(days: &Days, range: std::ops::Range<usize>, format: usize) -> (&'static str, String) {
    let rows = range.flat_map(|day| days[day].iter().map(move |(units, text)| (day + 1, *units, *text)));
    match format {
        0 => {
            let texts = ["Tea", "Rent", "Rolls"];
            let row = |(day, units, text): (usize, i64, usize)| {
                format!("2026-03-{day:02},{},,-{units}.00", texts[text])
            };
            let rows: Vec<String> = rows.map(row).collect();
            ("a.csv", csv(&rows.iter().map(String::as_str).collect::<Vec<_>>()))
        }
        1 => {
            let row = |(day, units, text): (usize, i64, usize)| {
                format!("{day:02}.03.2026;TEXT {text};-{units},00\n")
            };
            let rows: String = rows.map(row).collect();
            ("b.csv", format!("Buchungstag;Verwendungszweck;Betrag\n{rows}"))
        }
        _ => {
            let rows: Vec<_> = rows
                .map(|(day, units, text)| (format!("03{day:02}"), units * 100, format!("T{text}")))
                .collect();
            let rows: Vec<_> =
                rows.iter().map(|(day, minor, text)| (day.as_str(), *minor, text.as_str())).collect();
            ("c.sta", mt940(&rows))
        }
    }
}

/// Day and amount of each entry that registers show.
fn movements(book: &Book<'_>) -> Vec<String> {
    let entry = |text: String| {
        let (day, amount) = (text[..10].to_owned(), text.rsplit(' ').nth(1).unwrap_or_default().to_owned());
        format!("{day} {amount}")
    };
    let mut found: Vec<String> = shown(book).into_iter().map(entry).collect();
    found.sort();
    found
}

fn expected(days: &Days) -> Vec<String> {
    let all = days.iter().enumerate();
    let mut found: Vec<String> = all
        .flat_map(|(day, rows)| {
            rows.iter().map(move |(units, _)| format!("2026-03-{:02} {units}.00", day + 1))
        })
        .collect();
    found.sort();
    found
}
