//! What will be in the accounts of a book, and how good earlier forecasts were.

use ledger_core::schedule::{Overdue, ScheduleTerms};
use ledger_core::{Edit, EntryDraft, FloorRequest, ProjectRequest};
use ledger_testkit::on_both_databases;

use crate::schedules::{bank_on, key, lines, post_due, rent};
use crate::support::{assert_sound, day, eur, home, meal, open, post, refused, says};

on_both_databases! {
    fn a_projection_starts_from_the_journal_and_counts_what_is_posted_ahead(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.schedules().add(rent(&book)).unwrap();
        let salary = EntryDraft::new(day("2025-12-20"), "Salary").debit("Assets:Bank", eur(300_000)).infer("Income:Salary");
        post(&book, salary).unwrap();
        post(&book, meal("2026-01-10", 1_000)).unwrap();
        post(&book, meal("2026-01-11", 7_700)).unwrap();
        book.journal().amend(3, meal("2026-01-12", 2_000).balance().unwrap()).unwrap();
        assert_eq!(bank_on(&book, "2025-12-31", "2025-12-31"), 300_000);
        assert_eq!(bank_on(&book, "2025-12-31", "2026-01-09"), 205_000);
        assert_eq!(bank_on(&book, "2025-12-31", "2026-01-12"), 202_000);
        let mut request = ProjectRequest::new(day("2026-01-05"), day("2026-06-30"));
        request.floors = vec![FloorRequest { account: Some("Assets:Bank".into()), amount: eur(20_000) }];
        let projection = book.schedules().project(&request).unwrap();
        assert_eq!(projection.accounts.len(), 1, "the one account of the owner's that a row moves");
        let bank = &projection.accounts[0].series;
        assert_eq!((bank.opening, bank.points[0].expected), (eur(300_000), 205_000), "the overdue rent counts at once");
        assert_eq!(bank.expected.below_floor_on, Some(day("2026-03-01")));
        assert_eq!(projection.total.unwrap().expected.end, bank.expected.end);
        request.overdue = Overdue::Drop;
        assert_eq!(book.schedules().project(&request).unwrap().accounts[0].series.points[0].expected, 300_000);
        request.accounts = vec!["Assets".into()];
        assert_eq!(book.schedules().project(&request).unwrap().accounts.len(), 2);
        request.accounts = vec!["Asets:Bank".into()];
        says(&book.schedules().project(&request).unwrap_err(), &["Assets:Bank"]);
        let long = ProjectRequest::new(day("2026-01-01"), day("2226-01-01"));
        says(&book.schedules().project(&long).unwrap_err(), &["2226-01-01", "36525 days"]);
    }

    fn usual_spending_leaves_out_what_settled_an_occurrence(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        // Every Saturday of half a year, and once by mistake.
        for week in 0..26 {
            let on = day("2026-01-03") + chrono::Days::new(week * 7);
            post(&book, meal(&on.to_string(), 5_000)).unwrap();
            if week % 2 == 0 {
                let wrong = post(&book, meal(&on.to_string(), 99_999)).unwrap();
                book.journal().reverse(wrong.number, Some(on + chrono::Days::new(1))).unwrap();
            }
        }
        let big = post(&book, meal("2026-06-27", 95_000)).unwrap();
        book.schedules().settle(key(&row, "2026-06-01"), big.number).unwrap();
        let mut request = ProjectRequest::new(day("2026-06-30"), day("2026-07-11"));
        (request.overdue, request.accounts) = (Overdue::Drop, vec!["Assets:Bank".into()]);
        let without = book.schedules().project(&request).unwrap();
        request.usual_spending = true;
        let with = book.schedules().project(&request).unwrap();
        let end = |projection: &ledger_core::schedule::Projection| projection.accounts[0].series.expected.end.minor();
        assert_eq!(end(&without) - end(&with), 2 * 5_000, "two Saturdays");
    }

    fn a_kept_forecast_is_held_to_what_happened(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        post(&book, EntryDraft::new(day("2025-12-20"), "Salary").debit("Assets:Bank", eur(300_000)).infer("Income:Salary"))
            .unwrap();
        let request = ProjectRequest::new(day("2025-12-31"), day("2026-02-28"));
        let kept = book.schedules().snapshot("Plan A", &request).unwrap();
        assert_eq!(book.schedules().forecast("plan a").unwrap(), kept);
        let again = refused(db, &book, || book.schedules().snapshot("PLAN A", &request));
        says(&again, &["forecast \"PLAN A\" is there already"]);
        let late = post(&book, meal("2026-01-03", 96_000)).unwrap();
        book.schedules().settle(key(&row, "2026-01-01"), late.number).unwrap();
        let held = book.schedules().accuracy("Plan A", day("2026-01-31")).unwrap();
        let rent = held.causes[0].actual.unwrap();
        assert_eq!((rent.entry, rent.days_late, rent.difference), (late.number, 2, eur(-1_000)));
        let days = &held.series[0].days;
        assert_eq!((days[0].difference, days[1].difference, days[2].difference), (95_000, 95_000, -1_000));
        // Another row goes on from there, and is removed: what was settled stays known under its first identity.
        let whole = ScheduleTerms::new("Rent", row.terms().recurrence.clone(), lines(&book, "Expenses:Food", 99_000));
        let later = Edit::Later { on: day("2026-02-01"), terms: Box::new(whole) };
        book.schedules().edit(row.id(), later).unwrap();
        post_due(&book, "2026-02-01");
        book.schedules().remove(book.schedules().find("Rent").unwrap().id()).unwrap();
        let both = book.schedules().accuracy("Plan A", day("2026-02-28")).unwrap();
        let entries: Vec<i64> = both.causes.iter().map(|cause| cause.actual.unwrap().entry).collect();
        assert_eq!(entries, [late.number, late.number + 1]);
        let total = held.series.iter().find(|series| series.account.is_none()).unwrap();
        assert_eq!(total.days[2].difference, -1_000);
        assert_eq!(book.schedules().forecasts().unwrap().len(), 1);
        says(&book.schedules().accuracy("Plan B", day("2026-01-31")).unwrap_err(), &["Plan A"]);
        assert_sound(&book);
        book.schedules().drop_forecast("Plan A").unwrap();
        assert_eq!(book.schedules().forecasts().unwrap(), []);
        assert_sound(&book);
    }
}
