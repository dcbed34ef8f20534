//! Scenarios as a book keeps them: compared, applied as one unit, and taken back without a trace.

use ledger_core::audit::AuditFilter;
use ledger_core::schedule::{
    Adjustment, AmountChange, OccurrenceKey, Percent, RowRef, ScheduleTerms, Scope, ShiftBy,
};
use ledger_core::{Book, Edit, PostDue, ProjectRequest};
use ledger_testkit::on_both_databases;

use crate::schedules::{bank_on, lines, recurrence, rent};
use crate::support::{assert_sound, day, eur, home, meal, open, post, refused, says, stored};

fn row(name: &str) -> RowRef {
    RowRef::from(name)
}

/// A scenario of every kind of adjustment.
fn new_car(book: &Book<'_>) {
    let scenarios = book.scenarios();
    scenarios.create("New car").unwrap();
    let car = ScheduleTerms::new(
        "Car",
        recurrence("RRULE:FREQ=MONTHLY", "2026-02-15"),
        lines(book, "Expenses:Food", 30_000),
    );
    let adjustments = [
        Adjustment::Add(Box::new(car)),
        Adjustment::Amount {
            row: row("Rent"),
            change: AmountChange::By(eur(5_000)),
            scope: Scope::From(day("2026-04-01")),
        },
        Adjustment::Shift { row: row("Rent"), by: ShiftBy::Days(3), scope: Scope::From(day("2026-06-01")) },
        Adjustment::Skip { row: row("Car"), scope: Scope::One(day("2026-08-15")) },
        Adjustment::Probability { row: row("Car"), percent: Percent::new(90).unwrap() },
        Adjustment::Stop { row: row("Gym"), from: day("2026-05-01") },
    ];
    for adjustment in adjustments {
        scenarios.adjust("New car", adjustment).unwrap();
    }
}

/// A book with rows, one of them removed, and occurrences in every state.
fn planned<'l>(ledger: &'l ledger_core::Ledger) -> Book<'l> {
    let book = home(ledger);
    let schedules = book.schedules();
    let rent = schedules.add(rent(&book)).unwrap();
    let gym = ScheduleTerms::new(
        "Gym",
        recurrence("RRULE:FREQ=WEEKLY", "2026-01-05"),
        lines(&book, "Expenses:Food", 2_000),
    );
    let gym = schedules.add(gym).unwrap();
    let old = ScheduleTerms::new(
        "Old",
        recurrence("RRULE:FREQ=DAILY;COUNT=3", "2026-01-05"),
        lines(&book, "Expenses:Food", 1),
    );
    let old = schedules.add(old).unwrap();
    schedules.post_due(day("2026-02-10"), &PostDue::default()).unwrap();
    schedules.remove(old.id()).unwrap();
    // One settled entry amended, one reversed; one occurrence skipped that a shift will take along.
    let entry = schedules.occurrence(OccurrenceKey::new(gym.id(), day("2026-01-12"))).unwrap().state;
    let ledger_core::schedule::OccurrenceState::Settled(number) = entry else { panic!("{entry:?}") };
    book.journal().amend(number, meal("2026-01-12", 2_100).balance().unwrap()).unwrap();
    book.journal().reverse(1, None).unwrap();
    schedules.skip(OccurrenceKey::new(rent.id(), day("2026-07-01"))).unwrap();
    let paid = post(&book, meal("2026-02-20", 95_000)).unwrap();
    schedules.settle(OccurrenceKey::new(rent.id(), day("2026-06-01")), paid.number).unwrap();
    book
}

/// Everything of a book as its archive has it, but events and the head that counts them.
fn exported(book: &Book<'_>) -> Vec<(String, Vec<u8>)> {
    let mut archive = Vec::new();
    book.export().archive(&mut archive).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let kept = names.into_iter().filter(|name| name != "manifest.json" && name != "audit_events.ndjson");
    kept.map(|name| {
        let mut content = Vec::new();
        std::io::copy(&mut zip.by_name(&name).unwrap(), &mut content).unwrap();
        (name, content)
    })
    .collect()
}

on_both_databases! {
    fn a_scenario_keeps_its_adjustments_and_refuses_those_that_cannot_be_made(db: &TestDatabase) {
        let ledger = open(db);
        let book = planned(&ledger);
        new_car(&book);
        let scenarios = book.scenarios();
        assert_eq!(scenarios.find("new CAR").unwrap().scenario.adjustments.len(), 6);
        says(&refused(db, &book, || scenarios.create("NEW car")), &["scenario \"NEW car\" is there already"]);
        says(&refused(db, &book, || scenarios.create("Base")), &["means the plan itself"]);
        says(&scenarios.find("New cat").unwrap_err(), &["New car"]);
        let nowhere = Adjustment::Stop { row: row("Gmy"), from: day("2026-05-01") };
        says(&refused(db, &book, || scenarios.adjust("New car", nowhere)), &["Gmy", "Gym"]);
        says(&refused(db, &book, || scenarios.unadjust("New car", 7)), &["\"7\"", "has 6 adjustments"]);
        assert_eq!(scenarios.unadjust("New car", 6).unwrap().scenario.adjustments.len(), 5);
        assert_eq!(scenarios.list().unwrap().len(), 1);
        scenarios.drop("new car").unwrap();
        assert_eq!(scenarios.list().unwrap(), []);
        assert_sound(&book);
    }

    fn scenarios_are_compared_with_the_plan_and_stacked_on_each_other(db: &TestDatabase) {
        let ledger = open(db);
        let book = planned(&ledger);
        new_car(&book);
        book.scenarios().create("Less gym").unwrap();
        book.scenarios().adjust("Less gym", Adjustment::Stop { row: row("Gym"), from: day("2026-03-02") }).unwrap();
        let request = ProjectRequest::new(day("2026-02-28"), day("2026-12-31"));
        let compared = book.scenarios().compare(&request, &["base", "new car", "less gym"]).unwrap();
        assert_eq!(compared.names, ["base", "new car", "less gym"]);
        let bank = &compared.series[0];
        let ends: Vec<i64> = bank.expected.iter().map(|outlook| outlook.end.minor()).collect();
        assert_eq!(ends[2] - ends[0], 44 * 2_000, "the Mondays from March through December");
        // The request's own scenarios lie below each of them.
        let stacked = ProjectRequest { scenarios: vec!["Less gym".into()], ..request.clone() };
        let base = book.scenarios().project(&stacked, &["base"]).unwrap();
        assert_eq!(base[0].1.accounts[0].series.expected.end.minor(), ends[2]);
        assert_eq!(book.schedules().project(&stacked).unwrap().accounts[0].series.expected.end.minor(), ends[2]);
        says(&book.scenarios().compare(&request, &["base", "no car"]).unwrap_err(), &["no car", "New car"]);
        assert!(book.scenarios().compare(&request, &["base"]).is_err());
    }

    fn an_applied_scenario_is_the_plan_that_it_showed(db: &TestDatabase) {
        let ledger = open(db);
        let book = planned(&ledger);
        new_car(&book);
        let request = ProjectRequest::new(day("2026-02-28"), day("2027-02-28"));
        let shown = book.schedules().project(&ProjectRequest { scenarios: vec!["New car".into()], ..request.clone() }).unwrap();
        let report = book.scenarios().apply("New car").unwrap();
        assert_eq!(report.added.len(), 2, "the car, and the rent from June on: {report:?}");
        assert_eq!(report.added[0].get(), 4, "the number of a removed row is not used again");
        assert_eq!(report.changed.len(), 2);
        let made = book.schedules().project(&request).unwrap();
        assert_eq!(made.accounts, shown.accounts);
        assert_eq!(made.causes().count(), shown.causes().count());
        let applied = AuditFilter { action: Some("scenario.apply".to_owned()), ..AuditFilter::default() };
        assert_eq!(book.audit().list(&applied).unwrap().len(), 1);
        says(&refused(db, &book, || book.scenarios().apply("New car")), &["it was applied at"]);
        says(&book.scenarios().compare(&request, &["base", "New car"]).unwrap_err(), &["it is applied"]);
        let more = Adjustment::Stop { row: row("Gym"), from: day("2026-03-02") };
        says(&refused(db, &book, || book.scenarios().adjust("New car", more)), &["take it back with undo first"]);
        assert_sound(&book);
    }

    fn applying_and_taking_back_leaves_the_book_as_it_was_byte_for_byte(db: &TestDatabase) {
        let ledger = open(db);
        let book = planned(&ledger);
        new_car(&book);
        let before = exported(&book);
        for _ in 0..2 {
            book.scenarios().apply("New car").unwrap();
            assert_ne!(exported(&book), before);
            assert_sound(&book);
            book.scenarios().undo("New car").unwrap();
            assert_sound(&book);
            for (now, then) in exported(&book).iter().zip(&before) {
                assert_eq!(String::from_utf8_lossy(&now.1), String::from_utf8_lossy(&then.1), "{}", then.0);
            }
        }
        says(&refused(db, &book, || book.scenarios().undo("New car")), &["it is not applied"]);
    }

    fn what_was_changed_since_is_not_taken_back(db: &TestDatabase) {
        let ledger = open(db);
        let book = planned(&ledger);
        new_car(&book);
        book.scenarios().apply("New car").unwrap();
        let undo = || book.scenarios().undo("New car");
        let car = book.schedules().find("Car").unwrap();
        // A row that it added was settled.
        let paid = post(&book, meal("2026-02-15", 30_000)).unwrap();
        let key = OccurrenceKey::new(car.id(), day("2026-02-15"));
        book.schedules().settle(key, paid.number).unwrap();
        let told = refused(db, &book, undo);
        says(&told, &["scenario \"New car\" cannot be undone", "\"Car\" on 2026-02-15 was settled since by entry"]);
        book.schedules().unsettle(key).unwrap();
        // Another name, and back.
        let edit = |name: &str| {
            let terms = ScheduleTerms { name: name.into(), ..car.terms().clone() };
            book.schedules().edit(car.id(), Edit::All(Box::new(terms))).unwrap();
        };
        edit("Bus");
        says(&refused(db, &book, undo), &["schedule \"Car\" (#4) was changed since"]);
        edit("Car");
        // A settled occurrence of a row that was only changed stays settled.
        let rent = book.schedules().plan().unwrap().schedules()[0].clone();
        let paid = post(&book, meal("2026-03-01", 95_000)).unwrap();
        book.schedules().settle(OccurrenceKey::new(rent.id(), day("2026-03-01")), paid.number).unwrap();
        undo().unwrap();
        assert_eq!(bank_on(&book, "2026-02-28", "2026-03-31"), bank_on(&book, "2026-03-01", "2026-03-31"));
        // Removed since.
        book.scenarios().apply("New car").unwrap();
        book.schedules().remove(book.schedules().find("Car").unwrap().id()).unwrap();
        says(&refused(db, &book, undo), &["schedule \"Car\" (#4) was removed since"]);
        assert_sound(&book);
    }

    fn a_scenario_that_cannot_be_applied_writes_nothing(db: &TestDatabase) {
        let ledger = open(db);
        let book = planned(&ledger);
        book.scenarios().create("Empty").unwrap();
        says(&refused(db, &book, || book.scenarios().apply("Empty")), &["it has no adjustments"]);
        let twin = ScheduleTerms::new("rent", recurrence("RRULE:FREQ=MONTHLY", "2026-02-15"), lines(&book, "Expenses:Food", 1));
        says(&refused(db, &book, || book.scenarios().adjust("Empty", Adjustment::Add(Box::new(twin.clone())))), &["schedule \"rent\" is there already as #1"]);
        // A name that was taken since.
        let bike = ScheduleTerms { name: "Bike".into(), ..twin };
        book.scenarios().adjust("Empty", Adjustment::Add(Box::new(bike.clone()))).unwrap();
        let taken = book.schedules().add(bike).unwrap();
        let told = ["scenario \"Empty\", adjustment 1 \"add Bike\"", "schedule \"Bike\" is there already", "ledger scenario unadjust Empty 1"];
        says(&refused(db, &book, || book.scenarios().apply("Empty")), &told);
        book.schedules().remove(taken.id()).unwrap();
        book.scenarios().create("Gone").unwrap();
        book.scenarios().adjust("Gone", Adjustment::Stop { row: row("Gym"), from: day("2026-03-02") }).unwrap();
        let gym = book.schedules().parts("gym").unwrap();
        assert_eq!(book.scenarios().naming(&gym).unwrap(), [("Gone".to_owned(), vec![1])]);
        assert!(book.scenarios().stale("Gone").unwrap().is_empty());
        book.schedules().remove(gym[0].id()).unwrap();
        let told = ["scenario \"Gone\", adjustment 1 \"stop Gym from 2026-03-02\": there is no schedule \"Gym\"", "ledger scenario unadjust Gone 1"];
        let before = stored(db);
        says(&refused(db, &book, || book.scenarios().apply("Gone")), &told);
        says(&book.scenarios().stale("Gone").unwrap()[0], &told);
        let request = ProjectRequest::new(day("2026-02-28"), day("2026-12-31"));
        says(&book.scenarios().compare(&request, &["base", "Gone"]).unwrap_err(), &told);
        assert_eq!(stored(db), before);
    }
}
