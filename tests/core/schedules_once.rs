//! Nothing counts both as expected and as happened: what an entry very likely paid already, and what becomes of entries
//! that are reversed and come back.

use ledger_core::account::NewAccount;
use ledger_core::money::Price;
use ledger_core::schedule::{
    Adjustment, AmountChange, MatchOptions, Move, OccurrenceKey, OccurrenceState, Overdue, Projection,
    RowRef, ScheduleTerms, Scope,
};
use ledger_core::{Book, Edit, Entry, EntryDraft, FloorRequest, PostDue, ProjectRequest};
use ledger_testkit::on_both_databases;

use crate::schedules::{bank_on, key, lines, post_due, recurrence, rent};
use crate::support::{assert_sound, day, eur, home, meal, open, post, refused, says};

/// Rent that somebody paid by hand and did not settle.
fn paid(book: &Book<'_>, on: &str) -> Entry {
    let rent = EntryDraft::new(day(on), "Rent").debit("Expenses:Food", eur(95_000)).infer("Assets:Bank");
    post(book, rent).unwrap()
}

fn projected(book: &Book<'_>, request: &ProjectRequest) -> Projection {
    book.schedules().project(request).unwrap()
}

/// The bank's projected balance at the end of the first day.
fn at_once(projection: &Projection) -> i64 {
    projection.accounts[0].series.points[0].expected
}

/// The day of each occurrence that a projection held, with the entry.
fn held(projection: &Projection) -> Vec<(String, i64)> {
    projection.held.iter().map(|held| (held.occurrence.on.to_string(), held.entry)).collect()
}

on_both_databases! {
    fn what_an_entry_very_likely_paid_is_not_expected_beside_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        let entry = paid(&book, "2026-01-02").number;
        let mut request = ProjectRequest::new(day("2026-01-05"), day("2026-01-31"));
        let projection = projected(&book, &request);
        assert_eq!(at_once(&projection), -95_000, "once");
        assert_eq!(held(&projection), [("2026-01-01".to_owned(), entry)]);
        assert_eq!(projection.held[0].reasons.join(", "), "950.00 EUR as expected, 1 day late, its text names Rent");
        // By the same rule as posting.
        let waits = book.schedules().post_due(day("2026-01-05"), &PostDue { dry_run: true, ..PostDue::default() }).unwrap();
        assert_eq!(waits.held[0].occurrence.key, projection.held[0].occurrence);
        request.despite_matches = true;
        let counted = projected(&book, &request);
        assert_eq!((at_once(&counted), held(&counted).len()), (-190_000, 0));
        request.despite_matches = false;
        book.schedules().settle(key(&row, "2026-01-01"), entry).unwrap();
        let settled = projected(&book, &request);
        assert_eq!((at_once(&settled), held(&settled).len()), (-95_000, 0));
    }

    fn what_was_paid_before_it_falls_due_is_held_too(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.schedules().add(rent(&book)).unwrap();
        let entry = paid(&book, "2026-01-30").number;
        let mut request = ProjectRequest::new(day("2026-01-31"), day("2026-02-28"));
        for overdue in [Overdue::Drop, Overdue::Carry] {
            request.overdue = overdue;
            let projection = projected(&book, &request);
            assert_eq!(held(&projection), [("2026-02-01".to_owned(), entry)]);
            let late = if overdue == Overdue::Carry { 95_000 } else { 0 };
            assert_eq!(projection.accounts[0].series.expected.end, eur(-95_000 - late), "{overdue:?}");
        }
        request.accounts = vec!["Assets:Cash".into()];
        assert_eq!(held(&projected(&book, &request)).len(), 0, "what moves nothing that is shown is not named");
    }

    fn what_is_posted_for_a_later_day_is_not_expected_beside_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.schedules().add(rent(&book)).unwrap();
        let (third, fourth) = (paid(&book, "2026-03-02").number, paid(&book, "2026-03-31").number);
        let request = ProjectRequest::new(day("2025-12-31"), day("2026-04-30"));
        let projection = projected(&book, &request);
        assert_eq!(held(&projection), [("2026-03-01".to_owned(), third), ("2026-04-01".to_owned(), fourth)]);
        assert_eq!(projection.accounts[0].series.expected.end, eur(-4 * 95_000));
        // Posting through the first of March does not wait for the second.
        let waits: Vec<_> = post_due(&book, "2026-03-01").held.into_iter().map(|held| held.occurrence.key.on).collect();
        assert_eq!(waits, [day("2026-03-01")]);
    }

    fn scenarios_and_kept_forecasts_hold_what_the_plan_holds(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.schedules().add(rent(&book)).unwrap();
        let entry = paid(&book, "2026-01-02").number;
        book.scenarios().create("Dearer").unwrap();
        let dearer = Adjustment::Amount {
            row: RowRef::from("Rent"),
            change: AmountChange::By(eur(10_000)),
            scope: Scope::From(day("2026-02-01")),
        };
        book.scenarios().adjust("Dearer", dearer).unwrap();
        let request = ProjectRequest::new(day("2026-01-05"), day("2026-02-28"));
        let compared = book.scenarios().compare(&request, &["base", "Dearer"]).unwrap();
        let ends: Vec<i64> = compared.series[0].expected.iter().map(|outlook| outlook.end.minor()).collect();
        assert_eq!(ends, [-2 * 95_000, -2 * 95_000 - 10_000]);
        assert_eq!(compared.held.len(), 1, "named once: {:?}", compared.held);
        assert_eq!(compared.held[0].entry, entry);
        let kept = book.schedules().snapshot("Now", &request).unwrap();
        assert_eq!((kept.held.len(), kept.series[0].points[0].expected), (1, -95_000));
        assert_eq!(book.schedules().forecast("now").unwrap(), kept);
        assert_sound(&book);
    }

    fn an_entry_whose_reversal_was_reversed_settles_again(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        let first = post_due(&book, "2026-01-31").posted.remove(0).entry.number;
        let state = || book.schedules().occurrence(key(&row, "2026-01-01")).unwrap().state;
        let mut last = first;
        for turn in 1..=4 {
            last = book.journal().reverse(last, None).unwrap().number;
            let stands = turn % 2 == 0;
            assert_eq!(state(), if stands { OccurrenceState::Settled(first) } else { OccurrenceState::Expected });
            assert_eq!(bank_on(&book, "2026-01-31", "2026-01-31"), -95_000, "after {turn} reversals");
            assert_eq!(book.schedules().due(day("2026-01-31"), 0).unwrap().len(), usize::from(!stands));
        }
        assert_eq!(post_due(&book, "2026-01-31").posted.len(), 0);
        assert_eq!(book.schedules().matches(day("2026-01-31"), &MatchOptions::default()).unwrap(), []);
        assert_sound(&book);
    }

    fn restoring_what_is_expected_changes_nothing_and_its_reversed_entry_settles_it_when_it_comes_back(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        let first = post_due(&book, "2026-01-31").posted.remove(0).entry.number;
        let mirror = book.journal().reverse(first, None).unwrap().number;
        let at = key(&row, "2026-01-01");
        assert_eq!(book.schedules().restore(at).unwrap().state, OccurrenceState::Expected);
        book.journal().reverse(mirror, None).unwrap();
        assert_eq!(book.schedules().occurrence(at).unwrap().state, OccurrenceState::Settled(first));
        assert_eq!(bank_on(&book, "2026-01-31", "2026-01-31"), -95_000);
        assert_sound(&book);
    }

    fn an_entry_that_came_back_settles_and_the_mirror_that_brought_it_does_not(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        let entry = paid(&book, "2026-01-02").number;
        for mirrored in [1, 2] {
            book.journal().reverse(mirrored, Some(day("2026-01-04"))).unwrap();
        }
        let found = book.schedules().matches(day("2026-01-31"), &MatchOptions::default()).unwrap();
        assert_eq!(found.iter().map(|found| found.entry).collect::<Vec<_>>(), [entry]);
        let settle = |entry| book.schedules().settle(key(&row, "2026-01-01"), entry);
        says(&refused(db, &book, || settle(2)), &["entry 2 is the reversal of entry 1"]);
        let back = refused(db, &book, || settle(3));
        says(&back, &["entry 3 is the reversal of entry 2, by which entry 1 counts again (name that one)"]);
        assert_eq!(settle(entry).unwrap().state, OccurrenceState::Settled(entry));
        assert_sound(&book);
    }

    fn what_was_posted_again_and_then_came_back_is_taken_and_not_posted_a_third_time(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        let first = post_due(&book, "2026-01-31").posted.remove(0).entry.number;
        let mirror = book.journal().reverse(first, None).unwrap().number;
        let second = post_due(&book, "2026-01-31").posted.remove(0).entry.number;
        book.journal().reverse(mirror, None).unwrap();
        let state = || book.schedules().occurrence(key(&row, "2026-01-01")).unwrap().state;
        assert_eq!(state(), OccurrenceState::Settled(second));
        book.journal().reverse(second, None).unwrap();
        assert_eq!(bank_on(&book, "2026-01-31", "2026-01-31"), -95_000, "the first one happened");
        let report = post_due(&book, "2026-01-31");
        let taken: Vec<_> = report.posted.iter().map(|posted| (posted.entry.number, posted.already_posted)).collect();
        assert_eq!((taken, report.held.len()), (vec![(first, true)], 0));
        assert_eq!(state(), OccurrenceState::Settled(first));
        assert_sound(&book);
    }

    fn usual_spending_learns_what_came_back_and_not_what_was_undone(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for week in 0..26 {
            let on = day("2026-01-03") + chrono::Days::new(week * 7);
            let number = post(&book, meal(&on.to_string(), 5_000)).unwrap().number;
            let mirror = book.journal().reverse(number, None).unwrap().number;
            book.journal().reverse(mirror, None).unwrap();
            let wrong = post(&book, meal(&on.to_string(), 99_900)).unwrap().number;
            book.journal().reverse(wrong, None).unwrap();
        }
        let mut request = ProjectRequest::new(day("2026-06-30"), day("2026-07-11"));
        (request.accounts, request.usual_spending) = (vec!["Assets:Bank".into()], true);
        let end = projected(&book, &request).accounts[0].series.expected.end;
        assert_eq!(end, eur(-26 * 5_000 - 2 * 5_000), "two Saturdays to come");
    }

    fn an_entry_that_cannot_be_meant_settles_only_where_that_is_said(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        let opening = EntryDraft::new(day("2026-01-01"), "Opening").debit("Assets:Bank", eur(500_000)).infer("Equity:Opening");
        let opening = post(&book, opening).unwrap().number;
        let gift = EntryDraft::new(day("2026-01-01"), "Gift").debit("Assets:Cash", eur(2_000)).infer("Income:Salary");
        let gift = post(&book, gift).unwrap().number;
        let first = key(&row, "2026-01-01");
        let settle = |entry| book.schedules().settle(first, entry);
        let other_way = refused(db, &book, || settle(opening));
        says(&other_way, &["entry 1 moves 5000.00 EUR on Assets:Bank, and -950.00 EUR was planned (`--any-entry`"]);
        let elsewhere = refused(db, &book, || book.schedules().settle_all(&[(first, gift)]));
        says(&elsewhere, &[
            "entry 2 touches none of its accounts: it moves 20.00 EUR on Assets:Cash, -20.00 EUR on Income:Salary, and",
            "950.00 EUR on Expenses:Food, -950.00 EUR on Assets:Bank was planned (`--any-entry`",
        ]);
        let settled = book.schedules().settle_by_any(first, gift).unwrap();
        assert_eq!(settled.state, OccurrenceState::Settled(gift));
        // Paid in cash, and another amount: that may well be it.
        let cash = EntryDraft::new(day("2026-02-01"), "Rent").debit("Expenses:Food", eur(90_000)).infer("Assets:Cash");
        let cash = post(&book, cash).unwrap().number;
        let settled = book.schedules().settle(key(&row, "2026-02-01"), cash).unwrap();
        let beside = book.schedules().settled_lines(&settled).unwrap();
        let amounts: Vec<_> = beside.iter().map(|line| (line.planned.minor(), line.moved.minor())).collect();
        assert_eq!(amounts, [(95_000, 90_000), (-95_000, 0)]);
        let open = book.schedules().occurrence(key(&row, "2026-03-01")).unwrap();
        assert_eq!(book.schedules().settled_lines(&open).unwrap(), []);
        assert_sound(&book);
    }

    fn the_way_out_of_a_settlement_is_the_one_by_which_it_came(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let row = book.schedules().add(rent(&book)).unwrap();
        let (by_hand, by_schedule) = (key(&row, "2026-01-01"), key(&row, "2026-02-01"));
        let entry = paid(&book, "2026-01-02").number;
        book.schedules().settle(by_hand, entry).unwrap();
        let posted = post_due(&book, "2026-02-01").posted.remove(0).entry.number;
        let other = paid(&book, "2026-02-02").number;
        let rows = book.schedules();
        let to = || Move { to: Some(day("2026-05-05")), lines: None };
        type Change<'c> = &'c dyn Fn(OccurrenceKey) -> ledger_core::Result<()>;
        let changes: [(&str, Change<'_>); 5] = [
            ("skipped", &|key| rows.skip(key).map(drop)),
            ("moved", &|key| rows.move_occurrence(key, to()).map(drop)),
            ("moved", &|key| rows.edit(key.schedule, Edit::One { on: key.on, moved: to() }).map(drop)),
            ("restored", &|key| rows.restore(key).map(drop)),
            ("settled", &|key| rows.settle(key, other).map(drop)),
        ];
        for (verb, change) in changes {
            let own = refused(db, &book, || change(by_hand));
            says(&own, &["Rent on 2026-01-01", verb, &format!("entry {entry} stands for it"), "`ledger schedule unsettle`"]);
            let schedules = refused(db, &book, || change(by_schedule));
            says(&schedules, &["Rent on 2026-02-01", verb, &format!("`ledger reverse {posted}`")]);
            assert!(!schedules.to_string().contains("unsettle"), "{schedules}");
        }
        // Both ways out lead out.
        rows.unsettle(by_hand).unwrap();
        book.journal().reverse(posted, None).unwrap();
        for key in [by_hand, by_schedule] {
            assert_eq!(rows.skip(key).unwrap().state, OccurrenceState::Skipped);
        }
        assert_sound(&book);
    }

    fn usual_spending_leaves_out_what_a_row_stands_for_and_nobody_settled(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let gym = |on: &str| {
            let gym = EntryDraft::new(day(on), "Gym Nord").debit("Expenses:Food", eur(2_000)).infer("Assets:Bank");
            post(&book, gym).unwrap();
        };
        for week in 0..26 {
            let on = day("2026-01-03") + chrono::Days::new(week * 7);
            gym(&on.to_string());
            post(&book, meal(&on.to_string(), 5_000)).unwrap();
        }
        let mut request = ProjectRequest::new(day("2026-06-30"), day("2026-07-11"));
        (request.overdue, request.accounts) = (Overdue::Drop, vec!["Assets:Bank".into()]);
        let end = |usual: bool| {
            let request = ProjectRequest { usual_spending: usual, ..request.clone() };
            projected(&book, &request).accounts[0].series.expected.end.minor()
        };
        assert_eq!(end(false) - end(true), 2 * 7_000, "two Saturdays, and no row stands for anything");
        // A row that is about to begin stands for what came before as well, and one that began long ago does.
        for start in ["2026-07-04", "2026-01-03"] {
            let weekly = recurrence("RRULE:FREQ=WEEKLY", start);
            let row = ScheduleTerms::new("Gym", weekly, lines(&book, "Expenses:Food", 2_000));
            let row = book.schedules().add(row).unwrap();
            assert_eq!(end(false) - end(true), 2 * 5_000, "a gym row from {start}");
            book.schedules().remove(row.id()).unwrap();
        }
    }

    fn a_commodity_without_a_price_leaves_out_the_total_and_no_account(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let usd = book.amount("30 USD").unwrap();
        book.accounts().open(NewAccount::new("Assets:Broker")).unwrap();
        book.accounts().open(NewAccount::new("Assets:Empty")).unwrap();
        let bought = EntryDraft::new(day("2026-01-01"), "Gift").debit("Assets:Broker", usd).infer("Income:Salary");
        post(&book, bought).unwrap();
        let mut request = ProjectRequest::new(day("2026-01-05"), day("2026-01-31"));
        request.accounts = vec!["Assets:Broker".into(), "Assets:Empty".into()];
        let projection = projected(&book, &request);
        let ends: Vec<String> = projection.accounts.iter().map(|of| of.series.expected.end.to_string()).collect();
        assert_eq!(ends, ["30.00 USD", "0.00 EUR"]);
        assert!(projection.total.is_none());
        let why = "no price of USD in EUR on or before 2026-01-05: add one with `ledger price add 2026-01-05 USD RATE EUR`";
        assert_eq!(projection.unpriced.unwrap().to_string(), why);
        let kept = book.schedules().snapshot("now", &request).unwrap();
        assert_eq!((kept.series.len(), kept.unpriced.unwrap().to_string().as_str()), (2, why));
        book.scenarios().create("lean").unwrap();
        let compared = book.scenarios().compare(&request, &["base", "lean"]).unwrap();
        assert_eq!((compared.series.len(), compared.unpriced.is_some()), (2, true));
        request.floors = vec![FloorRequest { account: None, amount: eur(0) }];
        says(&book.schedules().project(&request).unwrap_err(), &[why]);
        request.floors = vec![FloorRequest { account: Some("Assets:Broker".into()), amount: eur(0) }];
        says(&book.schedules().project(&request).unwrap_err(), &["floor \"0.00 EUR\"", "Assets:Broker is not projected in EUR"]);
        request.floors.clear();
        let (from, to) = (usd.commodity(), eur(0).commodity());
        book.prices().add(Price::new(from, "0.90".parse().unwrap(), to, day("2026-01-05")).unwrap()).unwrap();
        let priced = projected(&book, &request);
        assert_eq!((priced.total.unwrap().expected.end, priced.unpriced), (eur(2_700), None));
    }

    fn refusals_say_names_of_accounts_and_not_their_numbers(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let mut terms = ScheduleTerms { name: "Gift of account 1".into(), ..rent(&book) };
        terms.steps[0].lines[0].low = Some(eur(-5));
        let refusal = refused(db, &book, || book.schedules().add(terms.clone()));
        says(&refusal, &["\"Gift of account 1\" is refused", "the line of Expenses:Food has -0.05 EUR"]);
        for line in &mut terms.steps[0].lines {
            (line.low, line.amount) = (None, eur(i64::MAX / 2 * line.amount.minor().signum()));
        }
        book.schedules().add(terms).unwrap();
        let request = ProjectRequest::new(day("2025-12-31"), day("2026-12-31"));
        let overflow = book.schedules().project(&request).unwrap_err();
        says(&overflow, &["the balance of Assets:Bank on 2026-03-01 after \"Gift of account 1\" of"]);
    }
}
