//! Random work on schedules against a plain model: each occurrence is in one state, whatever was done in whatever order,
//! and nothing counts both as expected and as happened.
//!
//! `LEDGER_TEST_SEED` (a number) and `LEDGER_TEST_CASES` change what is tried; the seed is printed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger_core::schedule::{
    Move, OccurrenceKey, OccurrenceState, Overdue, Recurrence, ScheduleId, ScheduleTerms,
};
use ledger_core::{Book, Edit, ErrorKind, PostDue, ProjectRequest};
use ledger_testkit::{Backend, TestDatabase, fresh_database};

use crate::scene::Random;
use crate::schedules::{lines, recurrence};
use crate::support::{assert_sound, day, home_named, meal, open, post};

const AS_OF: &str = "2026-04-10";
const LAST: &str = "2026-08-31";
const ROWS: [(&str, &str); 2] =
    [("Rent", "RRULE:FREQ=MONTHLY;COUNT=7"), ("Gym", "RRULE:FREQ=WEEKLY;INTERVAL=3;COUNT=9")];

/// What the model knows of an entry.
#[derive(Debug, Clone, Copy)]
struct Posted {
    on: NaiveDate,
    minor: i64,
    by_schedule: bool,
    amended_by: Option<i64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Moved {
    to: Option<NaiveDate>,
    minor: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Expected,
    Moved(Moved),
    Skipped,
    /// The entry that settled it first, and what it had been moved to.
    Settled(i64, Option<Moved>),
}

/// A row and a day that it was scheduled for.
type Occurrence = (usize, NaiveDate);

struct Model {
    states: BTreeMap<Occurrence, State>,
    /// Of each row: from which day on which amount.
    amounts: [BTreeMap<NaiveDate, i64>; ROWS.len()],
    /// By number; reversals are not among them.
    entries: BTreeMap<i64, Posted>,
    /// Entries and mirrors with the mirrors that reverse them.
    mirrors: BTreeMap<i64, i64>,
}

impl Model {
    /// Whether the effect of an entry or a mirror counts: while that of its mirror does not.
    fn counts(&self, number: i64) -> bool {
        self.mirrors.get(&number).is_none_or(|mirror| !self.counts(*mirror))
    }

    /// The entry that stands in the place of another, if any does.
    fn standing(&self, mut number: i64) -> Option<i64> {
        loop {
            match (self.counts(number), self.entries[&number].amended_by) {
                (true, _) => return Some(number),
                (false, None) => return None,
                (false, Some(by)) => number = by,
            }
        }
    }

    /// The entry that an amended one goes back to.
    fn first_of(&self, number: i64) -> i64 {
        let amended = self.entries.iter().find(|(_, entry)| entry.amended_by == Some(number));
        amended.map_or(number, |(before, _)| self.first_of(*before))
    }

    /// Mirrors that nothing reverses yet, whose reversal brings back no entry of a schedule that another was posted for.
    fn last_mirrors(&self) -> Vec<i64> {
        let last_of = |entry: &i64| {
            let mut last = *self.mirrors.get(entry)?;
            while let Some(next) = self.mirrors.get(&last) {
                last = *next;
            }
            Some(last)
        };
        let settles = |entry: i64| {
            self.states.values().any(|state| matches!(state, State::Settled(by, _) if *by == entry))
        };
        let harmless = |(number, _): &(&i64, &Posted)| {
            let first = self.first_of(**number);
            !self.entries[&first].by_schedule || settles(first)
        };
        self.entries.iter().filter(harmless).filter_map(|(number, _)| last_of(number)).collect()
    }

    /// The state that counts, with the entry that stands.
    fn state(&self, at: Occurrence) -> State {
        match self.states[&at] {
            State::Settled(first, moved) => match (self.standing(first), moved) {
                (Some(by), moved) => State::Settled(by, moved),
                (None, Some(moved)) => State::Moved(moved),
                (None, None) => State::Expected,
            },
            state => state,
        }
    }

    fn move_of(&self, at: Occurrence) -> Option<Moved> {
        match self.state(at) {
            State::Moved(moved) | State::Settled(_, Some(moved)) => Some(moved),
            _ => None,
        }
    }

    fn due_on(&self, at: Occurrence) -> NaiveDate {
        self.move_of(at).and_then(|moved| moved.to).unwrap_or(at.1)
    }

    fn minor(&self, at: Occurrence) -> i64 {
        let in_force = self.amounts[at.0].range(..=at.1).next_back().map_or(0, |(_, minor)| *minor);
        self.move_of(at).and_then(|moved| moved.minor).unwrap_or(in_force)
    }

    fn is_settled(&self, at: Occurrence) -> bool {
        matches!(self.state(at), State::Settled(..))
    }

    fn is_open(&self, at: Occurrence) -> bool {
        matches!(self.state(at), State::Expected | State::Moved(_))
    }

    fn settles_another(&self, entry: i64, at: Occurrence) -> bool {
        let stands = |other: &Occurrence| matches!(self.state(*other), State::Settled(by, _) if by == entry);
        self.states.keys().any(|other| *other != at && stands(other))
    }

    /// What is in the bank at the end of a day: what happened, and what is still expected.
    fn bank_on(&self, on: NaiveDate) -> i64 {
        let happened = self.entries.iter().filter(|(number, entry)| self.counts(**number) && entry.on <= on);
        let open = self.states.keys().filter(|at| self.is_open(**at));
        let expected = open.filter(|at| self.due_on(**at).max(day(AS_OF)) <= on).map(|at| self.minor(*at));
        -happened.map(|(_, entry)| entry.minor).sum::<i64>() - expected.sum::<i64>()
    }
}

struct Case<'b> {
    book: &'b Book<'b>,
    random: Random,
    model: Model,
}

impl Case<'_> {
    fn new<'b>(book: &'b Book<'b>, random: Random) -> Case<'b> {
        let mut states = BTreeMap::new();
        let mut amounts: [BTreeMap<NaiveDate, i64>; ROWS.len()] = Default::default();
        for (place, (name, rule)) in ROWS.into_iter().enumerate() {
            let recurrence = recurrence(rule, "2026-02-02");
            for on in recurrence.dates(day("2026-01-01"), day("2027-12-31")).unwrap() {
                states.insert((place, on), State::Expected);
            }
            let minor = 1_000 * (place as i64 + 1);
            amounts[place].insert(day("2026-01-01"), minor);
            book.schedules()
                .add(ScheduleTerms::new(name, recurrence, lines(book, "Expenses:Food", minor)))
                .unwrap();
        }
        Case {
            book,
            random,
            model: Model { states, amounts, entries: BTreeMap::new(), mirrors: BTreeMap::new() },
        }
    }

    /// The identity that an occurrence has by now.
    fn key(&self, at: Occurrence) -> OccurrenceKey {
        let plan = self.book.schedules().plan().unwrap();
        let mut holds = plan.schedules().iter().filter(|row| {
            row.name() == ROWS[at.0].0 && !row.terms().recurrence.dates(at.1, at.1).unwrap().is_empty()
        });
        let id: ScheduleId = holds.next().unwrap().id();
        assert!(holds.next().is_none(), "a day is scheduled by one row");
        OccurrenceKey::new(id, at.1)
    }

    fn any_occurrence(&mut self) -> Occurrence {
        let place = self.random.below(self.model.states.len() as u64) as usize;
        *self.model.states.keys().nth(place).unwrap()
    }

    fn any_entry(&mut self) -> Option<i64> {
        let count = self.model.entries.len() as u64;
        let place = if count == 0 { return None } else { self.random.below(count) as usize };
        self.model.entries.keys().nth(place).copied()
    }

    fn any_day(&mut self) -> NaiveDate {
        day("2026-02-01") + chrono::Days::new(self.random.below(190))
    }

    fn posted(&mut self, number: i64, on: NaiveDate, minor: i64, by_schedule: bool) {
        let entry = Posted { on, minor, by_schedule, amended_by: None };
        assert!(self.model.entries.insert(number, entry).is_none(), "an entry was posted twice");
    }

    fn step(&mut self) {
        let at = self.any_occurrence();
        let key = self.key(at);
        let rows = self.book.schedules();
        match self.random.below(13) {
            0 => {
                let done = rows.skip(key).is_ok();
                assert_eq!(done, !self.model.is_settled(at));
                if done {
                    self.model.states.insert(at, State::Skipped);
                }
            }
            1 | 2 => self.move_to(at, key),
            3 => {
                let done = rows.restore(key).is_ok();
                assert_eq!(done, !self.model.is_settled(at));
                // With nothing to take back, the entry that settled it and was reversed does so again once it counts.
                if done && self.model.state(at) != State::Expected {
                    self.model.states.insert(at, State::Expected);
                }
            }
            4 | 5 => self.settle(at, key),
            6 => {
                let allowed = match self.model.states[&at] {
                    State::Settled(first, _) => {
                        let standing = self.model.standing(first);
                        let entries = &self.model.entries;
                        standing.is_some_and(|by| !entries[&by].by_schedule) && !entries[&first].by_schedule
                    }
                    _ => false,
                };
                assert_eq!(rows.unsettle(key).is_ok(), allowed);
                if allowed {
                    let moved = self.model.move_of(at);
                    self.model.states.insert(at, moved.map_or(State::Expected, State::Moved));
                }
            }
            7 => self.reverse(),
            8 => self.amend(),
            9 => self.edit_later(at, key),
            10 => self.reverse_mirror(),
            _ => self.post_due(),
        }
    }

    fn move_to(&mut self, at: Occurrence, key: OccurrenceKey) {
        let to = (self.random.below(3) > 0).then(|| self.any_day());
        let minor = (to.is_none() || self.random.below(3) == 0).then(|| 1 + self.random.below(900) as i64);
        let lines = minor.map(|minor| lines(self.book, "Expenses:Food", minor));
        let done = self.book.schedules().move_occurrence(key, Move { to, lines }).is_ok();
        assert_eq!(done, !self.model.is_settled(at));
        if done {
            let before = match self.model.state(at) {
                State::Moved(before) => before,
                _ => Moved::default(),
            };
            let moved = Moved { to: to.or(before.to), minor: minor.or(before.minor) };
            if self.model.state(at) != State::Moved(moved) {
                self.model.states.insert(at, State::Moved(moved));
            }
        }
    }

    fn settle(&mut self, at: Occurrence, key: OccurrenceKey) {
        let old = if self.random.below(3) == 0 { self.any_entry() } else { None };
        let number = match old {
            Some(number) => number,
            None => {
                let (on, minor) = (self.any_day(), 1 + self.random.below(900) as i64);
                let number = post(self.book, meal(&on.to_string(), minor)).unwrap().number;
                self.posted(number, on, minor, false);
                number
            }
        };
        let stands = self.model.counts(number) && !self.model.settles_another(number, at);
        let free = match self.model.state(at) {
            State::Settled(by, _) => by == number,
            _ => true,
        };
        let done = self.book.schedules().settle(key, number);
        assert_eq!(done.is_ok(), stands && free, "{done:?}");
        if done.is_ok() && !self.model.is_settled(at) {
            let moved = self.model.move_of(at);
            self.model.states.insert(at, State::Settled(number, moved));
        }
    }

    /// An entry that nothing corrected yet.
    fn any_uncorrected(&mut self) -> Option<i64> {
        self.any_entry().filter(|number| !self.model.mirrors.contains_key(number))
    }

    fn reverse(&mut self) {
        let Some(number) = self.any_uncorrected() else { return };
        let mirror = self.book.journal().reverse(number, None).unwrap();
        self.model.mirrors.insert(number, mirror.number);
    }

    /// Takes a reversal, or half of an amendment, back: what it reversed counts again.
    fn reverse_mirror(&mut self) {
        let mirrors = self.model.last_mirrors();
        if mirrors.is_empty() {
            return;
        }
        let number = mirrors[self.random.below(mirrors.len() as u64) as usize];
        let mirror = self.book.journal().reverse(number, None).unwrap();
        self.model.mirrors.insert(number, mirror.number);
    }

    fn amend(&mut self) {
        let Some(number) = self.any_uncorrected() else { return };
        let (on, minor) = (self.any_day(), 1 + self.random.below(900) as i64);
        let journal = self.book.journal();
        let by = journal.amend(number, meal(&on.to_string(), minor).balance().unwrap()).unwrap().number;
        let mirror = journal.corrections(number).unwrap().0.unwrap();
        self.model.mirrors.insert(number, mirror);
        self.model.entries.get_mut(&number).unwrap().amended_by = Some(by);
        self.posted(by, on, minor, false);
    }

    fn edit_later(&mut self, at: Occurrence, key: OccurrenceKey) {
        let minor = 1 + self.random.below(900) as i64;
        let whole: Recurrence =
            self.book.schedules().plan().unwrap().schedule(key.schedule).unwrap().terms().recurrence.clone();
        let terms = ScheduleTerms::new(ROWS[at.0].0, whole, lines(self.book, "Expenses:Food", minor));
        let edited = self
            .book
            .schedules()
            .edit(key.schedule, Edit::Later { on: at.1, terms: Box::new(terms) })
            .unwrap();
        assert_eq!(edited.stray, []);
        self.model.amounts[at.0].insert(at.1, minor);
    }

    fn post_due(&mut self) {
        let as_of = self.any_day();
        let model = &self.model;
        let due: Vec<Occurrence> = model
            .states
            .keys()
            .copied()
            .filter(|at| model.is_open(*at) && model.due_on(*at) <= as_of)
            .collect();
        let report = self.book.schedules().post_due(as_of, &PostDue::default()).unwrap();
        assert_eq!((report.held.len(), report.refused.len()), (0, 0), "{report:?}");
        assert_eq!(report.posted.len(), due.len());
        for posted in report.posted {
            assert!(!posted.already_posted);
            let name = posted.occurrence.schedule.name();
            let at = (ROWS.iter().position(|row| row.0 == name).unwrap(), posted.occurrence.key.on);
            let (on, minor) = (posted.entry.posted_on, posted.entry.lines[0].amount.minor());
            assert_eq!((on, minor), (self.model.due_on(at), self.model.minor(at)));
            let moved = self.model.move_of(at);
            self.posted(posted.entry.number, on, minor, true);
            self.model.states.insert(at, State::Settled(posted.entry.number, moved));
        }
        assert_eq!(self.book.schedules().post_due(as_of, &PostDue::default()).unwrap().posted.len(), 0);
    }

    /// Each occurrence is where the model has it, once, and the projection is the model's.
    fn check(&self) {
        let plan = self.book.schedules().plan().unwrap();
        let all = plan.occurrences(day("2025-01-01"), day("2027-12-31")).unwrap();
        assert_eq!(all.len(), self.model.states.len());
        for occurrence in all {
            let place = ROWS.iter().position(|row| row.0 == occurrence.schedule.name()).unwrap();
            let at = (place, occurrence.key.on);
            let state = match self.model.state(at) {
                State::Expected => OccurrenceState::Expected,
                State::Moved(_) => OccurrenceState::Moved,
                State::Skipped => OccurrenceState::Skipped,
                State::Settled(by, _) => OccurrenceState::Settled(by),
            };
            assert_eq!((occurrence.state, occurrence.due_on), (state, self.model.due_on(at)), "{at:?}");
        }
        let mut request = ProjectRequest::new(day(AS_OF), day(LAST));
        (request.accounts, request.overdue) = (vec!["Assets:Bank".into()], Overdue::Carry);
        let projection = self.book.schedules().project(&request).unwrap();
        let bank = &projection.accounts[0].series;
        for on in day(AS_OF).iter_days().take_while(|on| *on <= day(LAST)) {
            assert_eq!(bank.on(on).expected, self.model.bank_on(on), "on {on}");
        }
    }
}

fn try_cases(backend: Backend, cases: u64) {
    let Some(db) = fresh_database(backend) else { return };
    let db: TestDatabase = db;
    let cases = std::env::var("LEDGER_TEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(cases);
    let ledger = open(&db);
    let mut seeds = Random::seeded("schedules");
    for number in 0..cases {
        // Never committed: a durable commit costs more than all the rest.
        let unit: ledger_core::Result<()> = ledger.transaction(|_| {
            let book = home_named(&ledger, &format!("case {number}"));
            let mut case = Case::new(&book, Random::from(seeds.below(u64::MAX)));
            for _ in 0..40 {
                case.step();
                case.check();
            }
            assert_sound(&book);
            Err(ErrorKind::Misuse("taken back".to_owned()).into())
        });
        assert_eq!(unit.unwrap_err().to_string(), "taken back");
    }
}

#[test]
fn occurrences_stay_in_one_state_in_whatever_order_they_are_worked_on_sqlite() {
    try_cases(Backend::Sqlite, 12);
}

#[test]
fn occurrences_stay_in_one_state_in_whatever_order_they_are_worked_on_postgres() {
    try_cases(Backend::Postgres, 4);
}
