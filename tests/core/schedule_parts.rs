//! Rows in several parts, as an edit of "this and later" makes them: one row to people, under one name.

use ledger_core::schedule::{RowRef, ScheduleTerms};
use ledger_core::{Book, Edit, PostDue};
use ledger_testkit::on_both_databases;

use crate::schedules::{lines, recurrence, rent};
use crate::support::{assert_sound, day, home, open, refused, says};

/// The rent with another amount from May on.
fn split(book: &Book<'_>) -> Vec<i32> {
    let row = book.schedules().add(rent(book)).unwrap();
    let dearer =
        ScheduleTerms::new("Rent", row.terms().recurrence.clone(), lines(book, "Expenses:Food", 99_000));
    book.schedules().edit(row.id(), Edit::Later { on: day("2026-05-01"), terms: Box::new(dearer) }).unwrap();
    book.schedules().parts("RENT").unwrap().iter().map(|part| part.id().get()).collect()
}

fn due(book: &Book<'_>, as_of: &str) -> Vec<String> {
    let due = book.schedules().due(day(as_of), 0).unwrap();
    due.iter().map(|occurrence| occurrence.key.to_string()).collect()
}

on_both_databases! {
    fn a_pause_by_name_reaches_every_part_that_has_a_day_in_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        assert_eq!(split(&book), [1, 2]);
        let schedules = book.schedules();
        let paused = schedules.pause("Rent", day("2026-04-01"), Some(day("2026-06-30"))).unwrap();
        assert_eq!(paused.iter().map(|part| part.id().get()).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(due(&book, "2026-07-01"), ["1@2026-01-01", "1@2026-02-01", "1@2026-03-01", "2@2026-07-01"]);
        let again = refused(db, &book, || schedules.pause("rent", day("2026-05-01"), Some(day("2026-06-01"))));
        says(&again, &["\"Rent\" cannot be paused", "from 2026-04-01 until 2026-06-30"]);
        // A pause of days that only the later part has leaves the earlier one alone.
        let paused = schedules.pause("Rent", day("2026-09-01"), None).unwrap();
        assert_eq!(paused.iter().map(|part| part.id().get()).collect::<Vec<_>>(), [2]);
        assert_eq!(schedules.resume("Rent", day("2026-05-01")).unwrap().len(), 2);
        assert_eq!(due(&book, "2026-07-01")[3..], ["2@2026-05-01", "2@2026-06-01", "2@2026-07-01"]);
        says(&refused(db, &book, || schedules.resume("Rent", day("2026-05-01"))), &["not paused on 2026-05-01"]);
        assert_sound(&book);
    }

    fn several_parts_are_edited_as_one_unit(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        split(&book);
        let schedules = book.schedules();
        let renamed = |name: &str| {
            let parts = schedules.parts("Rent").unwrap();
            let edit = |part: &ScheduleTerms| Edit::All(Box::new(ScheduleTerms { name: name.into(), ..part.clone() }));
            parts.iter().map(|part| (part.id(), edit(part.terms()))).collect::<Vec<_>>()
        };
        let mut half = renamed("Flat");
        half.push((ledger_core::schedule::ScheduleId::new(9), half[0].1.clone()));
        says(&refused(db, &book, || schedules.edit_several(half)), &["no schedule \"#9\""]);
        assert_eq!(schedules.edit_several(renamed("Flat")).unwrap().len(), 2);
        assert_eq!(schedules.parts("flat").unwrap().len(), 2);
        assert!(schedules.parts("Rent").is_err());
        assert_sound(&book);
    }

    fn the_days_of_a_part_do_not_run_into_the_next(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        split(&book);
        let schedules = book.schedules();
        let with = |number: &str, rule: &str, start: &str| {
            let part = schedules.parts(number).unwrap().remove(0);
            let terms = ScheduleTerms { recurrence: recurrence(rule, start), ..part.terms().clone() };
            schedules.edit(part.id(), Edit::All(Box::new(terms)))
        };
        let weekly = with("#1", "RRULE:FREQ=WEEKLY", "2026-01-01").unwrap();
        assert_eq!(weekly.schedule.terms().recurrence.ends_on(), Some(day("2026-04-30")));
        let early = refused(db, &book, || with("2", "RRULE:FREQ=WEEKLY", "2026-03-02"));
        says(&early, &["schedule \"Rent\" is refused: its part #1 would happen on 2026-03-05", "its part #2 on 2026-03-02 already"]);
        says(&refused(db, &book, || with("1", "RRULE:FREQ=WEEKLY", "2026-06-01")), &["its part #2 would happen on"]);
        assert_sound(&book);
    }

    fn a_row_is_posted_in_all_its_parts(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        split(&book);
        let other = ScheduleTerms::new("Gym", recurrence("RRULE:FREQ=MONTHLY", "2026-01-05"), lines(&book, "Expenses:Food", 100));
        book.schedules().add(other).unwrap();
        let only = |row: RowRef| PostDue { only: Some(row), ..PostDue::default() };
        let post = |row: RowRef| book.schedules().post_due(day("2026-05-31"), &only(row)).unwrap().posted.len();
        assert_eq!(post("#2".into()), 1, "a number is one part");
        assert_eq!(post("Rent".into()), 4);
        assert_eq!(due(&book, "2026-05-31").len(), 5);
        says(&book.schedules().post_due(day("2026-05-31"), &only("Rennt".into())).unwrap_err(), &["Rent"]);
        assert_sound(&book);
    }
}
