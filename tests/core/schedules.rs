//! Schedules as a book keeps them: their rows, the one state of each occurrence, and posting what is due once.

use std::sync::Barrier;
use std::thread;

use ledger_core::audit::AuditFilter;
use ledger_core::journal::{EntryFilter, Source, Tag};
use ledger_core::schedule::{
    Move, OccurrenceKey, OccurrenceState, Percent, PlannedLine, Recurrence, Schedule, ScheduleTerms,
};
use ledger_core::{Book, Edit, EntryDraft, ErrorKind, Ledger, PostDue, PostDueReport, ProjectRequest};
use ledger_testkit::on_both_databases;

use crate::support::{
    assert_sound, day, eur, home, home_named, meal, open, post, refused, says, session, stored,
};

/// Two lines between the bank and another account: money out of the bank where `minor` is positive.
pub fn lines(book: &Book<'_>, account: &str, minor: i64) -> Vec<PlannedLine> {
    let id = |name: &str| book.accounts().get(name).unwrap().id;
    vec![PlannedLine::new(id(account), eur(minor)), PlannedLine::new(id("Assets:Bank"), eur(-minor))]
}

pub fn recurrence(rule: &str, start: &str) -> Recurrence {
    Recurrence::from_rfc5545(rule, Some(day(start))).unwrap()
}

/// Rent of 950.00 from 2026-01-01 on, monthly.
pub fn rent(book: &Book<'_>) -> ScheduleTerms {
    let monthly = recurrence("RRULE:FREQ=MONTHLY", "2026-01-01");
    ScheduleTerms::new("Rent", monthly, lines(book, "Expenses:Food", 95_000))
}

pub fn key(schedule: &Schedule, on: &str) -> OccurrenceKey {
    OccurrenceKey::new(schedule.id(), day(on))
}

pub fn post_due(book: &Book<'_>, as_of: &str) -> PostDueReport {
    book.schedules().post_due(day(as_of), &PostDue::default()).unwrap()
}

/// The entries that a run posted, by day.
fn posted_days(report: &PostDueReport) -> Vec<String> {
    report.posted.iter().map(|posted| posted.entry.posted_on.to_string()).collect()
}

fn due_days(book: &Book<'_>, as_of: &str) -> Vec<String> {
    let due = book.schedules().due(day(as_of), 0).unwrap();
    due.iter().map(|occurrence| occurrence.key.on.to_string()).collect()
}

/// The bank's projected balance at the end of a day.
pub fn bank_on(book: &Book<'_>, as_of: &str, on: &str) -> i64 {
    let request = ProjectRequest {
        accounts: vec!["Assets:Bank".into()],
        ..ProjectRequest::new(day(as_of), day("2027-12-31"))
    };
    let projection = book.schedules().project(&request).unwrap();
    let bank = book.accounts().get("Assets:Bank").unwrap().id;
    projection.account(bank).next().unwrap().on(day(on)).expected
}

on_both_databases! {
    fn a_row_keeps_its_terms_and_is_found_by_name_and_number(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let mut terms = rent(&book).probability(Percent::new(80).unwrap());
        terms.tags = vec![Tag::parse("home:flat")];
        terms.note = Some("until we move".into());
        let added = book.schedules().add(terms.clone()).unwrap();
        assert_eq!(added.terms(), &terms);
        for name in ["Rent", " RENT ", "1", "#1"] {
            assert_eq!(book.schedules().find(name).unwrap(), added);
        }
        says(&book.schedules().find("Rant").unwrap_err(), &["schedule \"Rant\"", "Rent"]);
        says(&refused(db, &book, || book.schedules().add(rent(&book))), &["\"Rent\" is there already"]);
        assert_eq!(home_named(&ledger, "club").schedules().plan().unwrap().schedules(), []);
        drop(ledger);
        let ledger = open(db);
        let book = ledger.book("home").unwrap();
        assert_eq!(book.schedules().find("rent").unwrap().terms(), &terms);
        assert_sound(&book);
    }

    fn lines_of_accounts_and_commodities_that_are_not_there_are_refused(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let mut terms = rent(&book);
        terms.steps[0].lines[0].account = serde_json::from_str("99").unwrap();
        says(&refused(db, &book, || book.schedules().add(terms)), &["no account \"#99\""]);
        let mut terms = rent(&book);
        terms.steps[0].lines[0].amount = eur(5);
        says(&refused(db, &book, || book.schedules().add(terms)), &["does not balance"]);
        let added = book.schedules().add(rent(&book)).unwrap();
        let other = Move { to: None, lines: Some(vec![]) };
        refused(db, &book, || book.schedules().move_occurrence(key(&added, "2026-02-01"), other));
        let nowhere = refused(db, &book, || book.schedules().skip(key(&added, "2026-02-02")));
        says(&nowhere, &["Rent on 2026-02-02", "2026-02-01"]);
    }

    fn what_is_due_is_posted_once_however_often_it_is_asked(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let mut terms = rent(&book);
        terms.party = Some("Landlord".into());
        terms.description = Some("Rent of the flat".into());
        terms.tags = vec![Tag::parse("home:flat")];
        terms.steps[0].lines[0].memo = Some("warm".into());
        let row = book.schedules().add(terms).unwrap();
        // After three months of silence.
        let report = post_due(&book, "2026-03-31");
        assert_eq!(posted_days(&report), ["2026-01-01", "2026-02-01", "2026-03-01"]);
        let entry = &report.posted[0].entry;
        assert_eq!(entry.party.as_deref(), Some("Landlord"));
        assert_eq!((entry.description.as_str(), entry.source), ("Rent of the flat", Source::Schedule));
        assert_eq!((entry.tags.clone(), entry.lines[0].memo.as_deref()), (vec![Tag::parse("home:flat")], Some("warm")));
        assert_eq!(report.posted[0].occurrence.state, OccurrenceState::Settled(1));
        let before = stored(db);
        assert_eq!(posted_days(&post_due(&book, "2026-03-31")), [] as [&str; 0]);
        assert_eq!(stored(db), before, "a second run writes nothing");
        assert_eq!(due_days(&book, "2026-04-01"), ["2026-04-01"]);
        // Taking the settlement away by hand would count it twice.
        let unsettled = refused(db, &book, || book.schedules().unsettle(key(&row, "2026-02-01")));
        says(&unsettled, &["posted entry 2", "ledger reverse 2"]);
        assert_sound(&book);
    }

    fn two_programs_that_post_at_once_post_once(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.schedules().add(rent(&book)).unwrap();
        let barrier = Barrier::new(2);
        let counts: Vec<usize> = thread::scope(|scope| {
            let run = || {
                let ledger = Ledger::open(db.url(), session("cron")).unwrap();
                let book = ledger.book("home").unwrap();
                barrier.wait();
                post_due(&book, "2026-12-31").posted.len()
            };
            let threads = [scope.spawn(run), scope.spawn(run)];
            threads.map(|thread| thread.join().unwrap()).into()
        });
        assert_eq!(counts.iter().sum::<usize>(), 12, "{counts:?}");
        assert_eq!(book.head().unwrap().number, 12);
        assert_eq!(due_days(&book, "2026-12-31"), [] as [&str; 0]);
        assert_sound(&book);
    }

    fn what_an_entry_stands_for_already_is_held_and_not_posted_again(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let rent = book.schedules().add(rent(&book)).unwrap();
        let paid = EntryDraft::new(day("2026-01-02"), "Rent")
            .debit("Expenses:Food", eur(95_000))
            .credit("Assets:Bank", eur(95_000));
        let number = post(&book, paid).unwrap().number;
        let report = post_due(&book, "2026-02-28");
        assert_eq!(posted_days(&report), ["2026-02-01"]);
        let held = &report.held[0];
        assert_eq!(held.occurrence.key, key(&rent, "2026-01-01"));
        assert!(held.reason.starts_with(&format!("entry {number} may be it already")), "{}", held.reason);
        book.schedules().settle(held.occurrence.key, number).unwrap();
        assert_eq!(post_due(&book, "2026-02-28").held.len(), 0);
        let anyway = PostDue { despite_matches: true, ..PostDue::default() };
        book.schedules().unsettle(key(&rent, "2026-01-01")).unwrap();
        let report = book.schedules().post_due(day("2026-02-28"), &anyway).unwrap();
        assert_eq!(posted_days(&report), ["2026-01-01"]);
    }

    fn a_dry_run_tells_and_writes_nothing(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.schedules().add(rent(&book)).unwrap();
        let before = stored(db);
        let dry = PostDue { dry_run: true, ..PostDue::default() };
        let told = book.schedules().post_due(day("2026-02-28"), &dry).unwrap();
        assert_eq!(posted_days(&told), ["2026-01-01", "2026-02-01"]);
        assert_eq!(stored(db), before);
        assert_eq!(posted_days(&post_due(&book, "2026-02-28")), posted_days(&told));
    }

    fn estimates_and_what_is_uncertain_wait_for_a_person(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let named = |name: &str| ScheduleTerms { name: name.into(), ..rent(&book) };
        let mut power = named("Power");
        for line in &mut power.steps[0].lines {
            let sign = line.amount.minor().signum();
            *line = line.clone().between(eur(sign * 90_000), eur(sign * 99_000));
        }
        book.schedules().add(power).unwrap();
        book.schedules().add(named("Bonus").probability(Percent::new(50).unwrap())).unwrap();
        book.schedules().add(named("Dream").probability(Percent::NEVER)).unwrap();
        let report = post_due(&book, "2026-01-31");
        assert_eq!(report.posted.len(), 0);
        let reasons: Vec<_> = report.held.iter().map(|held| held.reason.as_str()).collect();
        assert_eq!(
            reasons,
            ["it is an estimate between 900.00 EUR and 990.00 EUR", "its probability is 50 %", "its probability is 0 %"]
        );
        let asked = PostDue { estimates: true, ..PostDue::default() };
        let report = book.schedules().post_due(day("2026-01-31"), &asked).unwrap();
        assert_eq!((report.posted.len(), report.held.len()), (2, 1));
        assert_eq!(report.posted[0].entry.lines[0].amount, eur(95_000));
        assert_sound(&book);
    }

    fn a_reversed_entry_makes_its_occurrence_expected_again_and_it_is_posted_under_a_new_id(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        let first = post_due(&book, "2026-01-31").posted.remove(0).entry;
        let uid = &book.info().uid;
        assert_eq!(first.external_id, Some(format!("schedule/{uid}/1/2026-01-01")));
        let before = stored(db);
        book.journal().reverse(first.number, None).unwrap();
        assert_ne!(stored(db), before);
        assert_eq!(due_days(&book, "2026-01-31"), ["2026-01-01"]);
        assert_eq!(bank_on(&book, "2026-01-31", "2026-01-31"), -95_000, "expected, and not happened");
        let again = post_due(&book, "2026-01-31").posted.remove(0).entry;
        assert_eq!(again.external_id, Some(format!("schedule/{uid}/1/2026-01-01/2")));
        assert_eq!(bank_on(&book, "2026-01-31", "2026-01-31"), -95_000, "happened, and not expected");
        book.journal().reverse(again.number, None).unwrap();
        // Somebody who does not want it skips it; nothing is posted then.
        book.schedules().skip(key(&row, "2026-01-01")).unwrap();
        assert_eq!(post_due(&book, "2026-01-31").posted.len(), 0);
        assert_eq!(bank_on(&book, "2026-01-31", "2026-01-31"), 0);
        assert_sound(&book);
    }

    fn an_occurrence_follows_the_entry_that_amends_its_own(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        post_due(&book, "2026-01-31");
        let state = || book.schedules().occurrence(key(&row, "2026-01-01")).unwrap().state;
        let second = book.journal().amend(1, meal("2026-01-02", 90_000).balance().unwrap()).unwrap();
        assert_eq!(state(), OccurrenceState::Settled(second.number));
        let third = book.journal().amend(second.number, meal("2026-01-03", 91_000).balance().unwrap()).unwrap();
        assert_eq!(state(), OccurrenceState::Settled(third.number));
        assert_eq!(post_due(&book, "2026-01-31").posted.len(), 0);
        assert_eq!(bank_on(&book, "2026-01-31", "2026-01-31"), -91_000);
        let other = refused(db, &book, || book.schedules().settle(key(&row, "2026-02-01"), third.number));
        says(&other, &["stands for Rent on 2026-01-01 already"]);
        let old = refused(db, &book, || book.schedules().settle(key(&row, "2026-02-01"), 1));
        says(&old, &["entry 1 was amended by entry 5"]);
        book.journal().reverse(third.number, None).unwrap();
        assert_eq!(state(), OccurrenceState::Expected);
        assert_sound(&book);
    }

    fn only_an_entry_that_stands_settles(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        for _ in 0..2 {
            post(&book, meal("2026-01-02", 95_000)).unwrap();
        }
        book.journal().reverse(1, None).unwrap();
        let settle = |entry| book.schedules().settle(key(&row, "2026-01-01"), entry);
        says(&refused(db, &book, || settle(1)), &["Rent on 2026-01-01", "entry 1 was reversed by entry 3"]);
        says(&refused(db, &book, || settle(3)), &["entry 3 is the reversal of entry 1"]);
        says(&refused(db, &book, || settle(9)), &["no entry \"9\""]);
        assert_eq!(settle(2).unwrap().state, OccurrenceState::Settled(2));
        assert_eq!(settle(2).unwrap().state, OccurrenceState::Settled(2), "saying it twice changes nothing");
        says(&refused(db, &book, || book.schedules().skip(key(&row, "2026-01-01"))), &["entry 2 stands for it"]);
        // One that a person posted may turn out to be something else.
        assert_eq!(book.schedules().unsettle(key(&row, "2026-01-01")).unwrap().state, OccurrenceState::Expected);
        says(&refused(db, &book, || book.schedules().unsettle(key(&row, "2026-01-01"))), &["no entry stands for it"]);
        assert_sound(&book);
    }

    fn a_lock_and_a_closed_account_refuse_one_occurrence_and_no_other(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.schedules().add(ScheduleTerms { party: Some("Nobody".into()), ..rent(&book) }).unwrap();
        let cash = ScheduleTerms { name: "Cash".into(), ..rent(&book) };
        let cash = ScheduleTerms::new("Cash", cash.recurrence, lines(&book, "Assets:Cash", 100));
        book.schedules().add(cash).unwrap();
        book.accounts().close("Assets:Cash", day("2026-01-15")).unwrap();
        book.lock(Some(day("2026-01-31"))).unwrap();
        let report = post_due(&book, "2026-02-28");
        assert_eq!(posted_days(&report), ["2026-02-01"]);
        let told: Vec<String> = report.refused.iter().map(|refused| refused.error.to_string()).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].contains("\"Rent\" of 2026-01-01 lies under the lock"), "{told:?}");
        assert!(told[2].contains("Assets:Cash is not open on 2026-02-01"), "{told:?}");
        assert_eq!(due_days(&book, "2026-02-28").len(), 3, "what was refused is still due");
        assert_eq!(book.head().unwrap().number, 1);
        // Nothing half written: no party of an entry that was refused.
        book.lock(Some(day("2026-03-31"))).unwrap();
        book.schedules().edit(book.schedules().find("Rent").unwrap().id(), Edit::All(Box::new(ScheduleTerms {
            party: Some("Ghost".into()),
            ..rent(&book)
        }))).unwrap();
        let before = stored(db);
        assert_eq!(post_due(&book, "2026-03-31").posted.len(), 0);
        assert_eq!(stored(db), before);
        assert_sound(&book);
    }

    fn a_run_that_is_interrupted_leaves_nothing(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.schedules().add(rent(&book)).unwrap();
        let before = stored(db);
        let interrupted = ledger.transaction(|_| -> ledger_core::Result<()> {
            assert_eq!(book.schedules().post_due(day("2026-06-30"), &PostDue::default())?.posted.len(), 6);
            Err(ErrorKind::Misuse("stopped on purpose".to_owned()).into())
        });
        interrupted.unwrap_err();
        assert_eq!(stored(db), before);
        assert_eq!(post_due(&book, "2026-06-30").posted.len(), 6);
        assert_sound(&book);
    }

    fn a_moved_occurrence_is_posted_where_it_was_moved_to(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        let moved = Move { to: Some(day("2026-01-20")), lines: Some(lines(&book, "Expenses:Food", 80_000)) };
        book.schedules().move_occurrence(key(&row, "2026-01-01"), moved).unwrap();
        assert_eq!(post_due(&book, "2026-01-19").posted.len(), 0);
        let posted = post_due(&book, "2026-01-20").posted.remove(0);
        assert_eq!((posted.entry.posted_on, posted.entry.lines[0].amount), (day("2026-01-20"), eur(80_000)));
        book.journal().reverse(posted.entry.number, None).unwrap();
        let back = book.schedules().occurrence(key(&row, "2026-01-01")).unwrap();
        assert_eq!((back.state, back.due_on), (OccurrenceState::Moved, day("2026-01-20")));
        assert_eq!(book.schedules().restore(back.key).unwrap().state, OccurrenceState::Expected);
        assert_sound(&book);
    }

    fn this_and_later_keeps_what_was_settled_before_and_after_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        post_due(&book, "2026-03-31");
        book.journal().amend(3, meal("2026-03-02", 96_000).balance().unwrap()).unwrap();
        book.schedules().skip(key(&row, "2026-06-01")).unwrap();
        let dearer = ScheduleTerms::new("Rent", row.terms().recurrence.clone(), lines(&book, "Expenses:Food", 99_000));
        let edit = Edit::Later { on: day("2026-03-01"), terms: Box::new(dearer) };
        let edited = book.schedules().edit(row.id(), edit).unwrap();
        assert_eq!((edited.ended, edited.stray.len()), (Some(row.id()), 0));
        assert_eq!(edited.schedule.terms().follows, Some(row.id()));
        assert_eq!(book.schedules().find("rent").unwrap(), edited.schedule);
        let state = |on: &str| book.schedules().occurrence(key(&edited.schedule, on)).unwrap().state;
        assert_eq!(state("2026-03-01"), OccurrenceState::Settled(5));
        assert_eq!(state("2026-06-01"), OccurrenceState::Skipped);
        assert_eq!(post_due(&book, "2026-03-31").posted.len(), 0);
        // Its entry reversed, the occurrence is expected at its new row, at the new amount.
        book.journal().reverse(5, None).unwrap();
        let posted = post_due(&book, "2026-03-31").posted.remove(0);
        assert_eq!((posted.entry.posted_on, posted.entry.lines[0].amount), (day("2026-03-01"), eur(99_000)));
        // Between the two rows goes a third.
        let between = ScheduleTerms::new("Rent", row.terms().recurrence.clone(), lines(&book, "Expenses:Food", 97_000));
        let edit = Edit::Later { on: day("2026-02-01"), terms: Box::new(between) };
        let middle = book.schedules().edit(row.id(), edit);
        let middle = middle.unwrap().schedule;
        assert_eq!(book.schedules().find("Rent").unwrap().terms().follows, Some(middle.id()));
        assert_sound(&book);
    }

    fn a_removed_row_keeps_its_history_and_gives_its_name_away_but_not_its_number(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        let dearer = ScheduleTerms::new("Rent", row.terms().recurrence.clone(), lines(&book, "Expenses:Food", 99_000));
        book.schedules().edit(row.id(), Edit::Later { on: day("2026-02-01"), terms: Box::new(dearer) }).unwrap();
        post_due(&book, "2026-02-28");
        let last = book.schedules().find("Rent").unwrap();
        book.schedules().remove(last.id()).unwrap();
        assert_eq!(book.schedules().plan().unwrap().schedules(), []);
        assert_eq!(due_days(&book, "2026-12-31"), [] as [&str; 0]);
        assert!(book.schedules().remove(last.id()).is_err());
        assert_eq!(db.sql("SELECT count(*) FROM occurrence_changes").unwrap().trim(), "2");
        assert_eq!(book.journal().search(&EntryFilter::default(), None, 9).unwrap().entries.len(), 2);
        assert_eq!(book.schedules().add(rent(&book)).unwrap().id().get(), 3);
        assert_sound(&book);
    }

    fn a_paused_row_does_not_happen_until_it_is_resumed(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        book.schedules().pause(row.id(), day("2026-02-01"), None).unwrap();
        let again = refused(db, &book, || book.schedules().pause(row.id(), day("2026-03-01"), Some(day("2026-04-01"))));
        says(&again, &["\"Rent\" cannot be paused", "from 2026-02-01 until it is resumed"]);
        assert_eq!(due_days(&book, "2026-06-30"), ["2026-01-01"]);
        book.schedules().resume(row.id(), day("2026-05-01")).unwrap();
        assert_eq!(due_days(&book, "2026-06-30"), ["2026-01-01", "2026-05-01", "2026-06-01"]);
        says(&refused(db, &book, || book.schedules().resume(row.id(), day("2026-05-01"))), &["not paused on 2026-05-01"]);
        says(
            &refused(db, &book, || book.schedules().pause(row.id(), day("2026-08-02"), Some(day("2026-08-01")))),
            &["before it begins"],
        );
        assert_sound(&book);
    }

    fn each_change_is_told_by_the_audit_log_and_verify_finds_what_is_not(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        book.schedules().skip(key(&row, "2026-02-01")).unwrap();
        post_due(&book, "2026-01-31");
        book.schedules().restore(key(&row, "2026-02-01")).unwrap();
        book.schedules().skip(key(&row, "2026-03-01")).unwrap();
        let told = |what: &str| -> Vec<String> {
            let filter = AuditFilter { action: Some(what.to_owned()), ..AuditFilter::default() };
            book.audit().list(&filter).unwrap().into_iter().map(|event| format!("{} {}", event.action, event.subject)).collect()
        };
        assert_eq!(told("schedule."), ["schedule.add schedule 1"]);
        assert_eq!(told("occurrence."), [
            "occurrence.skip occurrence 1@2026-02-01",
            "occurrence.settle occurrence 1@2026-01-01",
            "occurrence.restore occurrence 1@2026-02-01",
            "occurrence.skip occurrence 1@2026-03-01",
        ]);
        assert_sound(&book);
        for (damage, words) in [
            ("UPDATE schedules SET body = replace(body, '950.00', '940.00')", vec!["schedules 1", "the last audit event"]),
            ("DELETE FROM occurrence_changes WHERE kind = 'skipped'", vec!["occurrence_changes 1@2026-03-01", "missing"]),
            ("UPDATE schedules SET body = '{}'", vec!["schedules 1", "steps"]),
        ] {
            db.sql(damage).unwrap();
            let findings = format!("{:?}", book.verify(None).unwrap().findings);
            for word in words {
                assert!(findings.contains(word), "{damage}: {findings}");
            }
        }
    }
}
