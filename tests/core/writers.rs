//! Many writers and readers at once: nothing lost, nothing twice, no deadlock, no error, numbers without gaps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ledger_core::account::NewAccount;
use ledger_core::report::RegisterQuery;
use ledger_core::{BalancedEntry, Book, EntryDraft, ErrorKind, Ledger, NewBook};
use ledger_testkit::{Backend, TestDatabase, fresh_database, on_both_databases, sqlite_database};

use super::scene::{self, amount, day};

const WRITERS: i64 = 8;
/// Posts of one writer; every tenth is a batch.
const POSTS: i64 = 200;
const BATCH: i64 = 5;
/// Currencies that no book has at first: all writers come upon each at about the same time.
const CURRENCIES: [&str; 4] = ["EUR", "USD", "GBP", "JPY"];
/// When a test gives up on a child that does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// What writer `writer` posts in its turn `turn`: half of the writers move money one way, half the other way.
fn turn_of(writer: i64, turn: i64) -> Vec<BalancedEntry> {
    let (debit, credit) =
        if writer % 2 == 0 { ("Assets:Bank", "Assets:Cash") } else { ("Assets:Cash", "Assets:Bank") };
    let count = if turn % 10 == 9 { BATCH } else { 1 };
    let currency = CURRENCIES[(turn * 4 / POSTS) as usize];
    let entry = |part: i64| {
        let minor = writer * 1_000 + turn * 10 + part + 1;
        let mut draft = EntryDraft::new(day("2026-03-02"), format!("turn {turn}"))
            .external_id(format!("{writer}/{turn}/{part}"))
            .debit(debit, amount(minor, currency))
            .infer(credit);
        match turn % 25 {
            // All writers bring the same new party, then each one of its own.
            7 => draft = draft.party(format!("Shop {turn}")),
            17 => draft = draft.party(format!("Friend {turn} of {writer}")),
            _ => {}
        }
        draft.balance().unwrap()
    };
    (0..count).map(entry).collect()
}

/// Everything that all writers post, by external id: account, currency and minor units of the debit line.
fn expected() -> BTreeMap<String, BalancedEntry> {
    let turns = (0..WRITERS).flat_map(|writer| (0..POSTS).flat_map(move |turn| turn_of(writer, turn)));
    turns.map(|entry| (entry.external_id().unwrap().to_owned(), entry)).collect()
}

fn write(book: &Book<'_>, writer: i64) {
    for turn in 0..POSTS {
        let mut entries = turn_of(writer, turn);
        let posted = match entries.len() {
            1 => book.journal().post(entries.remove(0)).map(|_| ()),
            _ => book.journal().post_all(entries).map(|_| ()),
        };
        posted.unwrap_or_else(|error| panic!("writer {writer}, turn {turn}: {error}"));
    }
}

/// Opens the database, waits for the file that says go, and writes.
pub fn child_writes(arguments: &[&str]) {
    let ledger = scene::open(arguments[0]);
    let book = ledger.book("home").unwrap();
    wait_for(arguments[1]);
    write(&book, arguments[2].parse().unwrap());
}

/// Waits for the file that says go, then opens a database that is not there yet and makes a book of its own.
pub fn child_creates(arguments: &[&str]) {
    wait_for(arguments[1]);
    let ledger = Ledger::open_or_create(arguments[0], scene::session()).unwrap();
    ledger.create_book(NewBook::personal(format!("book {}", arguments[2]), "EUR")).unwrap();
}

fn wait_for(file: &str) {
    let begin = Instant::now();
    while !std::path::Path::new(file).exists() {
        assert!(begin.elapsed() < PATIENCE, "nobody says go");
        std::thread::yield_now();
    }
}

/// Runs eight processes that play a role until all have ended well; `meanwhile` runs again and again.
fn run_children(db: &TestDatabase, role: &str, meanwhile: impl Fn()) {
    let go = db.folder().join("go");
    let spawn = |writer: i64| {
        scene::child(role, &[db.url(), go.to_str().unwrap(), &writer.to_string()]).spawn().unwrap()
    };
    let mut children: Vec<_> = (0..WRITERS).map(spawn).collect();
    std::fs::write(&go, "").unwrap();
    while children.iter_mut().any(|child| child.try_wait().unwrap().is_none()) {
        meanwhile();
    }
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", scene::said(&output));
    }
}

/// What a reader sees at any moment is a sound book.
fn read(book: &Book<'_>) {
    scene::assert_totals_equal(book);
    let page = book.journal().register(&RegisterQuery::latest("Assets:Bank")).unwrap();
    for pair in page.lines.windows(2).filter(|pair| pair[0].amount.commodity() == pair[1].amount.commodity())
    {
        assert_eq!(pair[0].balance.checked_add(pair[1].amount).unwrap(), pair[1].balance);
    }
    assert_eq!(book.verify(None).unwrap().findings, []);
}

fn assert_nothing_lost(db: &TestDatabase) {
    let ledger = scene::open(db.url());
    let book = ledger.book("home").unwrap();
    scene::assert_sound(db, &book);
    let mut expected = expected();
    let last = book.head().unwrap().number;
    let entries = book.journal().range(1, last).unwrap();
    let numbers: Vec<i64> = entries.iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
    let mut bank: BTreeMap<&str, i64> = BTreeMap::new();
    for stored in &entries {
        let posted = expected.remove(stored.external_id.as_deref().unwrap()).expect("it is posted once");
        for (was, is) in posted.lines().iter().zip(&stored.lines) {
            assert_eq!(was.amount, is.amount);
            if is.account == "Assets:Bank" {
                let code = CURRENCIES.iter().find(|code| **code == is.amount.commodity().code()).unwrap();
                *bank.entry(code).or_default() += is.amount.minor();
            }
        }
    }
    assert!(expected.is_empty(), "{} entries are lost", expected.len());
    for balance in book.accounts().balance("Assets:Bank", None).unwrap() {
        assert_eq!(Some(&balance.minor()), bank.get(balance.commodity().code()));
    }
    let parties = book.parties().list().unwrap();
    let names: BTreeSet<_> = parties.iter().map(|party| party.name.clone()).collect();
    assert_eq!(names.len(), parties.len());
    assert_eq!(names.len() as i64, POSTS / 25 * (WRITERS + 1));
    assert_eq!(book.commodities().list().unwrap().len(), CURRENCIES.len());
}

#[test]
fn eight_processes_on_one_file_lose_nothing_and_fail_never() {
    let db = sqlite_database();
    let ledger = scene::create(db.url());
    let book = ledger.book("home").unwrap();
    run_children(&db, "write", || read(&book));
    assert_nothing_lost(&db);
}

#[test]
fn eight_connections_with_reversed_pairs_lose_nothing_and_never_deadlock_on_postgres() {
    let Some(db) = fresh_database(Backend::Postgres) else { return };
    drop(scene::create(db.url()));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let ledger = scene::open(db.url());
            let book = ledger.book("home").unwrap();
            while !done.load(Ordering::Relaxed) {
                read(&book);
            }
        });
        at_once(db.url(), |ledger, writer| write(&ledger.book("home").unwrap(), writer));
        done.store(true, Ordering::Relaxed);
        reader.join().unwrap();
    });
    assert_nothing_lost(&db);
}

/// Runs `work` on eight connections, all beginning at once.
fn at_once<T: Send>(url: &str, work: impl Fn(&Ledger, i64) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(WRITERS as usize);
    std::thread::scope(|scope| {
        let run = |writer| {
            let (barrier, work) = (&barrier, &work);
            scope.spawn(move || {
                let ledger = scene::open(url);
                barrier.wait();
                work(&ledger, writer)
            })
        };
        let threads: Vec<_> = (0..WRITERS).map(run).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

on_both_databases! {
    fn eight_first_posts_to_one_new_account_add_up(db: &TestDatabase) {
        let ledger = scene::create(db.url());
        let book = ledger.book("home").unwrap();
        for round in 0..5 {
            let account = format!("Expenses:New {round}");
            book.accounts().open(NewAccount::new(&account)).unwrap();
            at_once(db.url(), |ledger, writer| {
                let draft = EntryDraft::new(day("2026-03-02"), "first").infer("Assets:Bank");
                let draft = draft.debit(account.as_str(), amount(1 << writer, "EUR"));
                ledger.book("home").unwrap().journal().post(draft.balance().unwrap()).unwrap();
            });
            assert_eq!(book.accounts().balance(&account, None).unwrap(), [amount((1 << WRITERS) - 1, "EUR")]);
        }
        scene::assert_sound(db, &book);
    }

    fn one_of_eight_opens_an_account_and_seven_hear_that_it_is_there(db: &TestDatabase) {
        drop(scene::create(db.url()));
        let opened = at_once(db.url(), |ledger, _| {
            ledger.book("home").unwrap().accounts().open(NewAccount::new("Expenses:Same"))
        });
        let (opened, refused): (Vec<_>, Vec<_>) = opened.into_iter().partition(Result::is_ok);
        assert_eq!((opened.len(), refused.len() as i64), (1, WRITERS - 1));
        for error in refused.into_iter().filter_map(Result::err) {
            assert!(matches!(error.kind(), ErrorKind::AlreadyExists { .. }), "{error}");
        }
        scene::assert_sound(db, &scene::open(db.url()).book("home").unwrap());
    }

    fn a_lock_set_by_another_connection_holds_at_once(db: &TestDatabase) {
        let poster = scene::create(db.url());
        let book = poster.book("home").unwrap();
        scene::post_entries(&book, 2);
        let locker = scene::open(db.url());
        locker.book("home").unwrap().lock(Some(day("2026-12-31"))).unwrap();
        let refused = book.journal().post(scene::entry(3)).unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::Locked { .. }), "{refused}");
        locker.book("home").unwrap().lock(None).unwrap();
        book.journal().post(scene::entry(3)).unwrap();
        scene::assert_sound(db, &book);
    }

    fn eight_processes_may_create_one_database_and_their_books_at_once(db: &TestDatabase) {
        run_children(db, "create", std::thread::yield_now);
        let ledger = scene::open(db.url());
        assert_eq!(ledger.books().unwrap().len() as i64, WRITERS);
        for book in ledger.books().unwrap() {
            scene::assert_sound(db, &ledger.book(&book.name).unwrap());
        }
    }
}
