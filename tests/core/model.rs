//! Random streams of work against a plain model: whatever was posted, in whatever order and by whatever clock, every
//! report equals a fold over the entries.
//!
//! `LEDGER_TEST_SEED` (a number) and `LEDGER_TEST_CASES` change what is tried; the seed is printed.

mod naive;
mod stream;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use ledger_core::account::{Account, AccountId, NewAccount};
use ledger_core::journal::{EntryFilter, Tag};
use ledger_core::money::Amount;
use ledger_core::report::{Basis, RegisterQuery, TrialBalanceOptions};
use ledger_core::{BalancedEntry, Book, Entry, ErrorKind, Ledger, NewBook, Session};
use ledger_testkit::{Backend, TestDatabase};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use crate::support::{START, assert_ties};
use stream::{ACCOUNTS, PARTIES, Sketch, Step, TAGS, any_day, commodity, day, step};

type Check = Result<(), TestCaseError>;

/// What to ask once the stream has ended.
#[derive(Debug, Clone)]
struct Questions {
    balances: Vec<(Option<i64>, Option<Index>)>,
    register: (usize, bool, bool, Option<i64>, Option<i64>, usize),
    filter: Filter,
    limit: usize,
}

#[derive(Debug, Clone)]
struct Filter {
    from: Option<i64>,
    to: Option<i64>,
    account: Option<usize>,
    party: Option<usize>,
    text: Option<&'static str>,
    tag: Option<(&'static str, &'static str)>,
    least: Option<i64>,
    most: Option<i64>,
    commodity: usize,
    with_amended: bool,
}

fn questions() -> impl Strategy<Value = Questions> {
    let balance = (prop::option::of(any_day()), prop::option::of(any::<Index>()));
    let register =
        (0..ACCOUNTS.len(), any::<bool>(), any::<bool>(), rarely(any_day()), rarely(any_day()), 1_usize..8);
    let words = ["rent", "MARCH", "zoë", "É", "%", "_", "o", "acme"];
    let tags = [("trip", ""), ("trip", "rome"), ("venture", "été"), TAGS[2]];
    let filter = (
        (rarely(any_day()), rarely(any_day())),
        rarely(0..ACCOUNTS.len()),
        rarely(0..PARTIES.len()),
        rarely(prop::sample::select(words.to_vec())),
        rarely(prop::sample::select(tags.to_vec())),
        (rarely(0_i64..10_000), rarely(0_i64..20_000), 0_usize..4),
        any::<bool>(),
    )
        .prop_map(|((from, to), account, party, text, tag, (least, most, commodity), with_amended)| Filter {
            from,
            to,
            account,
            party,
            text,
            tag,
            least,
            most,
            commodity,
            with_amended,
        });
    (prop::collection::vec(balance, 6), register, filter, 1_usize..6)
        .prop_map(|(balances, register, filter, limit)| Questions { balances, register, filter, limit })
}

fn rarely<S: Strategy>(strategy: S) -> impl Strategy<Value = Option<S::Value>> {
    prop::option::weighted(0.3, strategy)
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Tries `cases` streams, each in a book of its own in one database.
fn try_streams(backend: Backend, seed_offset: u64, cases: u64) {
    let Some(db) = ledger_testkit::fresh_database(backend) else { return };
    let seed = setting("LEDGER_TEST_SEED", 20_260_301 + seed_offset);
    let cases = setting("LEDGER_TEST_CASES", cases);
    println!("{backend}: {cases} streams, LEDGER_TEST_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config =
        Config { cases: cases as u32, failure_persistence: None, max_shrink_iters: 500, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let clock = Arc::new(AtomicI64::new(START * 1_000_000));
    let ledger = ledger_on(&db, &clock);
    let number = AtomicI64::new(0);
    let strategy = (prop::collection::vec(step(), 1..16), questions(), prop::bool::weighted(0.9));
    let outcome = runner.run(&strategy, |(steps, questions, in_one_unit)| {
        let name = format!("case {}", number.fetch_add(1, Ordering::Relaxed));
        let case = || {
            let book = ledger.create_book(NewBook::personal(&name, "EUR")).unwrap();
            check(&Case::run(&book, &clock, &steps)?, &questions)
        };
        if !in_one_unit {
            return case();
        }
        // Most streams are never committed: a durable commit costs more than all the rest.
        let mut outcome = Ok(());
        let unit: ledger_core::Result<()> = ledger.transaction(|_| {
            outcome = case();
            Err(ErrorKind::Misuse("taken back".to_owned()).into())
        });
        assert_eq!(unit.unwrap_err().to_string(), "taken back");
        outcome
    });
    if let Err(failure) = outcome {
        panic!("LEDGER_TEST_SEED={seed}: {failure}");
    }
}

fn ledger_on(db: &TestDatabase, clock: &Arc<AtomicI64>) -> Ledger {
    let clock = Arc::clone(clock);
    let now = move || DateTime::from_timestamp_micros(clock.load(Ordering::Relaxed)).unwrap();
    Ledger::open_or_create(db.url(), Session::new("anna", now)).unwrap()
}

/// A book after its stream, with what posting gave back.
struct Case<'b> {
    book: &'b Book<'b>,
    accounts: Vec<AccountId>,
    posted: Vec<Entry>,
    repeatable: Vec<BalancedEntry>,
}

impl<'b> Case<'b> {
    fn run(book: &'b Book<'b>, clock: &AtomicI64, steps: &[Step]) -> Result<Self, TestCaseError> {
        book.commodities().declare(commodity(3)).unwrap();
        let accounts = ACCOUNTS.map(|name| book.accounts().open(NewAccount::new(name)).unwrap().id);
        let mut case = Case { book, accounts: accounts.into(), posted: Vec::new(), repeatable: Vec::new() };
        for step in steps {
            case.step(step, clock)?;
        }
        Ok(case)
    }

    fn step(&mut self, step: &Step, clock: &AtomicI64) -> Check {
        let journal = self.book.journal();
        match step {
            Step::Clock(micros) => {
                clock.fetch_add(*micros, Ordering::Relaxed);
            }
            Step::Post(sketch) => {
                if let Some(entry) = self.balanced(sketch) {
                    self.posted.push(journal.post(entry).unwrap());
                }
            }
            Step::Batch(sketches) => {
                let entries: Vec<_> = sketches.iter().filter_map(|sketch| self.balanced(sketch)).collect();
                let receipts = journal.post_all(entries).unwrap();
                prop_assert!(receipts.iter().all(|receipt| !receipt.already_posted));
                self.posted.extend(receipts.into_iter().map(|receipt| receipt.entry));
            }
            Step::Reverse { which, on } if !self.posted.is_empty() => {
                let original = which.get(&self.posted).clone();
                match journal.reverse(original.number, on.map(day)) {
                    Ok(mirror) => {
                        prop_assert_eq!(mirror.reverses, Some(original.number));
                        for (line, other) in original.lines.iter().zip(&mirror.lines) {
                            prop_assert_eq!(line.amount.minor(), -other.amount.minor());
                            prop_assert_eq!(line.weight.minor(), -other.weight.minor());
                        }
                        self.posted.push(mirror);
                    }
                    Err(error) => {
                        prop_assert!(matches!(error.kind(), ErrorKind::NotAllowed { .. }), "{}", error)
                    }
                }
            }
            Step::Amend { which, with } if !self.posted.is_empty() => {
                let original = which.get(&self.posted).number;
                let Some(entry) = self.balanced(with) else { return Ok(()) };
                match journal.amend(original, entry) {
                    Ok(entry) => {
                        prop_assert_eq!(entry.amends, Some(original));
                        self.posted.push(journal.get(entry.number - 1).unwrap());
                        self.posted.push(entry);
                    }
                    Err(error) => {
                        prop_assert!(matches!(error.kind(), ErrorKind::NotAllowed { .. }), "{}", error)
                    }
                }
            }
            Step::Repeat { which } if !self.repeatable.is_empty() => {
                let entry = which.get(&self.repeatable).clone();
                if journal.by_external_id(entry.external_id().unwrap_or_default()).unwrap().is_some() {
                    prop_assert!(journal.post_or_get(entry).unwrap().already_posted);
                }
            }
            Step::Rename { account } => {
                let now = self.account(*account).name;
                let there_and_back = format!("{}:Moved", ACCOUNTS[*account]);
                let name = if now == ACCOUNTS[*account] { &there_and_back } else { ACCOUNTS[*account] };
                if now == ACCOUNTS[0] || ACCOUNTS[*account] != ACCOUNTS[0] {
                    self.book.accounts().rename(&now, name, true).unwrap();
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn account(&self, number: usize) -> Account {
        let accounts = self.book.accounts().list().unwrap();
        accounts.into_iter().find(|account| account.id == self.accounts[number]).unwrap()
    }

    fn balanced(&mut self, sketch: &Sketch) -> Option<BalancedEntry> {
        let mut draft = sketch.draft(&self.accounts);
        if sketch.with_id {
            draft.external_id = Some(format!("id {}", self.repeatable.len()));
        }
        let entry = draft.balance().ok()?;
        if sketch.with_id {
            self.repeatable.push(entry.clone());
        }
        Some(entry)
    }
}

fn check(case: &Case<'_>, questions: &Questions) -> Check {
    let book = case.book;
    let verification = book.verify(None).unwrap();
    prop_assert_eq!(verification.findings, []);
    let entries = book.journal().range(1, i64::MAX).unwrap();
    let accounts = book.accounts().list().unwrap();
    prop_assert_eq!(entries.len(), case.posted.len());
    for (number, (entry, posted)) in (1..).zip(entries.iter().zip(&case.posted)) {
        prop_assert_eq!(entry.number, number);
        // Names of accounts are as they are today; the hash covers all the rest.
        prop_assert_eq!(entry.hash, posted.hash);
        let of = |entry: &Entry| {
            entry
                .lines
                .iter()
                .map(|line| (line.account_id, line.amount, line.weight, line.price))
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(of(entry), of(posted));
        prop_assert_eq!(
            (&entry.party, &entry.tags, entry.recorded_at),
            (&posted.party, &posted.tags, posted.recorded_at)
        );
    }
    prop_assert!(entries.is_sorted_by_key(|entry| entry.recorded_at));
    check_balances(book, &entries, &accounts, &questions.balances)?;
    check_register(case, &entries, questions)?;
    check_search(case, &entries, questions)
}

fn check_balances(
    book: &Book<'_>,
    entries: &[Entry],
    accounts: &[Account],
    asked: &[(Option<i64>, Option<Index>)],
) -> Check {
    let mut pairs: Vec<(Option<NaiveDate>, Option<DateTime<Utc>>)> = vec![(None, None)];
    for (as_of, known) in asked {
        // The instant of some entry, and the one just before it.
        let known =
            known.as_ref().filter(|_| !entries.is_empty()).map(|index| index.get(entries).recorded_at);
        pairs.push((as_of.map(day), known));
        pairs.push((as_of.map(day), known.map(|at| at - TimeDelta::microseconds(1))));
    }
    for entry in entries.iter().step_by(3) {
        pairs.push((Some(entry.posted_on), None));
        pairs.push((entry.posted_on.pred_opt(), Some(entry.recorded_at)));
    }
    for (number, (as_of, known_at)) in pairs.into_iter().enumerate() {
        let basis = if number % 2 == 0 { Basis::BookValue } else { Basis::Native };
        let options = TrialBalanceOptions { as_of, known_at, basis, ..Default::default() };
        let report = book.reports().trial_balance(&options).unwrap();
        assert_ties(&report);
        let expected = naive::trial_balance(entries, accounts, as_of, known_at, basis);
        prop_assert_eq!(naive::rows(report), expected, "as of {:?}, known at {:?}", as_of, known_at);
    }
    Ok(())
}

fn check_register(case: &Case<'_>, entries: &[Entry], questions: &Questions) -> Check {
    let (account, below, with_amended, from, to, limit) = questions.register;
    let account = case.account(account);
    let ids: Vec<AccountId> = if below { case.below(&account.name) } else { vec![account.id] };
    let (from, to) = (from.map(day), to.map(day));
    let query = RegisterQuery {
        account: account.name.clone(),
        below,
        from,
        to,
        limit,
        with_amended,
        ..RegisterQuery::default()
    };
    let (opening, expected) = naive::register(entries, &ids, &query);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Ok(());
    }
    let page = |query: &RegisterQuery| case.book.journal().register(query).unwrap();
    let held = |amounts: &[Amount]| -> Vec<Amount> {
        naive::nonzero(
            amounts.iter().map(|amount| (amount.commodity(), i128::from(amount.minor()))).collect(),
        )
    };
    let lines = |page: &ledger_core::report::RegisterPage| -> Vec<naive::Line> {
        let lines = page.lines.iter().map(|line| {
            let place = ledger_core::report::RegisterCursor {
                posted_on: line.posted_on,
                entry_number: line.entry_number,
                line_number: line.line_number,
            };
            (place, line.account.clone(), line.amount, line.balance)
        });
        lines.collect()
    };
    let mut forward = Vec::new();
    let (mut next, mut closing) = (None, opening.clone());
    loop {
        let page = page(&RegisterQuery { after: next, ..query.clone() });
        prop_assert_eq!(held(&page.opening), closing);
        prop_assert!(page.lines.len() == limit || page.next.is_none());
        forward.extend(lines(&page));
        closing = held(&page.closing);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    prop_assert_eq!(&forward, &expected);
    let mut backward = Vec::new();
    let mut previous = None;
    loop {
        let page = page(&RegisterQuery { before: previous, latest: true, ..query.clone() });
        if previous.is_none() {
            prop_assert_eq!(held(&page.closing), closing.clone());
        }
        prop_assert!(page.lines.len() == limit || page.previous.is_none());
        let mut lines = lines(&page);
        lines.append(&mut backward);
        backward = lines;
        previous = page.previous;
        if previous.is_none() {
            prop_assert_eq!(held(&page.opening), opening);
            break;
        }
    }
    prop_assert_eq!(&backward, &expected);
    // A page after the very last line is empty, and holds what that line left.
    if let Some((last, ..)) = expected.last() {
        let page = page(&RegisterQuery { after: Some(*last), ..query });
        prop_assert_eq!(page.lines.len(), 0);
        prop_assert_eq!(held(&page.opening), closing.clone());
        prop_assert_eq!(held(&page.closing), closing);
    }
    Ok(())
}

impl Case<'_> {
    /// The accounts with this name or below it.
    fn below(&self, name: &str) -> Vec<AccountId> {
        let accounts = self.book.accounts().list().unwrap().into_iter();
        let inside = format!("{name}:");
        accounts.filter(|it| it.name == name || it.name.starts_with(&inside)).map(|it| it.id).collect()
    }
}

fn check_search(case: &Case<'_>, entries: &[Entry], questions: &Questions) -> Check {
    let asked = &questions.filter;
    let amount = |minor: Option<i64>| minor.map(|minor| commodity(asked.commodity).amount(minor));
    let account = asked.account.map(|number| case.account(number).name);
    let filter = EntryFilter {
        from: asked.from.map(day),
        to: asked.to.map(day),
        party: asked.party.map(|party| PARTIES[party].to_lowercase()),
        text: asked.text.map(str::to_owned),
        tag: asked.tag.map(|(key, value)| Tag { key: key.to_owned(), value: value.to_owned() }),
        amount_min: amount(asked.least),
        amount_max: amount(asked.most),
        with_amended: asked.with_amended,
        account: account.clone(),
    };
    let ids = account.map(|name| case.below(&name)).unwrap_or_default();
    let expected = naive::search(entries, &ids, &filter);
    let mut found: Vec<i64> = Vec::new();
    let mut after = None;
    loop {
        match case.book.journal().search(&filter, after, questions.limit) {
            Ok(page) => {
                prop_assert!(page.entries.len() == questions.limit || page.next.is_none());
                found.extend(page.entries.iter().map(|entry| entry.number));
                after = page.next;
            }
            // A party that no entry ever named, or a range that ends before it begins.
            Err(error) => {
                let days = filter.from.zip(filter.to).is_some_and(|(from, to)| from > to);
                let amounts =
                    asked.least.zip(asked.most).is_some_and(|(least, most)| least.abs() > most.abs());
                let is_reversed = days || amounts;
                let expected = match error.kind() {
                    ErrorKind::NotFound { what: "party", .. } => true,
                    ErrorKind::InvalidSetting { .. } => is_reversed,
                    _ => false,
                };
                prop_assert!(expected, "{}", error)
            }
        }
        if after.is_none() {
            break;
        }
    }
    prop_assert_eq!(found, expected, "{:?}", filter);
    Ok(())
}

/// In two halves, so that they run side by side.
#[test]
fn every_report_of_a_random_stream_equals_a_fold_over_its_entries_on_sqlite() {
    try_streams(Backend::Sqlite, 0, 1_000);
}

#[test]
fn every_report_of_another_random_stream_equals_a_fold_over_its_entries_on_sqlite() {
    try_streams(Backend::Sqlite, 1, 1_000);
}

#[test]
fn every_report_of_a_random_stream_equals_a_fold_over_its_entries_on_postgres() {
    try_streams(Backend::Postgres, 2, 200);
}
