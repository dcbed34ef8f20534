//! What schedules find in the journal: entries that may have settled occurrences, and payments that recur.

use ledger_core::schedule::{DetectOptions, MatchOptions, OccurrenceKey, OccurrenceState, ScheduleTerms};
use ledger_core::{AcceptProposal, Book, Import, RecurringAnswer};
use ledger_testkit::on_both_databases;

use crate::schedules::rent;
use crate::support::{assert_sound, day, home, meal, open, post, refused, says};

/// Proposals through a day: each occurrence's day with the entry, and whether it is sure.
fn proposed(book: &Book<'_>, as_of: &str) -> Vec<(String, i64, bool)> {
    let found = book.schedules().matches(day(as_of), &MatchOptions::default()).unwrap();
    found.iter().map(|found| (found.occurrence.on.to_string(), found.entry, found.is_sure)).collect()
}

on_both_databases! {
    fn entries_around_what_is_due_are_proposed_with_reasons_and_settled_on_accept(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(ScheduleTerms { party: Some("Landlord".into()), ..rent(&book) }).unwrap();
        post(&book, meal("2026-01-03", 95_000).party("Landlord")).unwrap();
        let csv = b"Date,Payee,Text,Amount\n2026-02-02,Landlord,Rent,-950.00\n2026-02-03,Rewe,Food,-12.00\n";
        let import = Import { into: Some("Assets:Bank"), ..Import::new("bank.csv", csv) };
        assert!(book.imports().import(&import).unwrap().committed);
        // Too far away from any, of another amount, and one paid before it is due.
        post(&book, meal("2026-02-20", 95_000).party("Landlord")).unwrap();
        post(&book, meal("2026-03-01", 20_000).party("Landlord")).unwrap();
        post(&book, meal("2026-03-30", 95_000).party("Landlord")).unwrap();
        let all = [("2026-01-01".into(), 1, true), ("2026-02-01".into(), 2, true), ("2026-04-01".into(), 6, true)];
        assert_eq!(proposed(&book, "2026-03-31"), all);
        let found = book.schedules().matches(day("2026-03-31"), &MatchOptions::default()).unwrap();
        assert_eq!(found[0].reasons.join(", "), "950.00 EUR as expected, 2 days late, to Landlord");
        let accepted: Vec<_> = found.iter().map(|found| (found.occurrence, found.entry)).collect();
        // One entry for two occurrences: none of them is settled.
        let twice = [accepted[0], (accepted[1].0, accepted[0].1)];
        says(&refused(db, &book, || book.schedules().settle_all(&twice)), &["entry 1 stands for Rent on 2026-01-01 already"]);
        assert_eq!(book.schedules().settle_all(&accepted).unwrap().len(), 3);
        assert_eq!(proposed(&book, "2026-03-31"), []);
        let state = book.schedules().occurrence(OccurrenceKey::new(row.id(), day("2026-02-01"))).unwrap().state;
        assert_eq!(state, OccurrenceState::Settled(2));
        assert_sound(&book);
    }

    fn entries_that_do_not_stand_are_never_proposed(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.schedules().add(rent(&book)).unwrap();
        for _ in 0..2 {
            post(&book, meal("2026-01-01", 95_000)).unwrap();
        }
        book.journal().reverse(1, Some(day("2026-01-02"))).unwrap();
        book.journal().amend(2, meal("2026-01-01", 95_000).party("Landlord").balance().unwrap()).unwrap();
        let entries: Vec<i64> = proposed(&book, "2026-01-31").into_iter().map(|(_, entry, _)| entry).collect();
        assert_eq!(entries, [5]);
    }

    fn recurring_payments_are_proposed_until_somebody_decides(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for month in 1..=6 {
            post(&book, meal(&format!("2026-0{month}-15"), 1_500).party("Club")).unwrap();
            post(&book, meal(&format!("2026-0{month}-03"), 4_000).party("Insurance")).unwrap();
        }
        let rows = book.schedules();
        let names = |as_of: &str| -> Vec<String> {
            let found = rows.detect(&DetectOptions::new(day(as_of))).unwrap();
            found.into_iter().map(|proposal| proposal.name).collect()
        };
        assert_eq!(names("2026-06-20"), ["Club", "Insurance"]);
        let found = rows.detect(&DetectOptions::new(day("2026-06-20"))).unwrap();
        let (club, insurance) = (&found[0], &found[1]);
        rows.snooze_proposal(&club.key, day("2026-07-01")).unwrap();
        assert_eq!(names("2026-06-20"), ["Insurance"]);
        assert_eq!(names("2026-07-01"), ["Club", "Insurance"]);
        let row = rows.accept_proposal(club, &AcceptProposal::default()).unwrap();
        assert_eq!((row.name(), row.terms().recurrence.starts_on()), ("Club", day("2026-07-15")));
        rows.reject_proposal(&insurance.key).unwrap();
        assert_eq!(names("2026-07-01"), [] as [&str; 0]);
        let answers: Vec<RecurringAnswer> = rows.decisions().unwrap().into_iter().map(|decision| decision.answer).collect();
        assert!(answers.contains(&RecurringAnswer::Accepted(row.id())) && answers.contains(&RecurringAnswer::Rejected));
        rows.forget_decision(&insurance.key).unwrap();
        assert_eq!(names("2026-07-01"), ["Insurance"]);
        says(&refused(db, &book, || rows.forget_decision(&insurance.key)), &["there is no decision"]);
        says(&refused(db, &book, || rows.accept_proposal(club, &AcceptProposal::default())), &["\"Club\" is there already"]);
        // A name of one's own, and an account for the other side.
        let other = AcceptProposal { name: Some("House".into()), counter: Some("Assets:Cash".into()) };
        assert_eq!(rows.accept_proposal(insurance, &other).unwrap().name(), "House");
        assert_sound(&book);
    }
}
