//! What the fault tests share: a book to hurt, a stream of entries that is the same in every process, seeds, and
//! child processes to kill, starve and crowd.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use chrono::{Days, NaiveDate};
use ledger_core::account::NewAccount;
use ledger_core::money::{Amount, Commodity};
use ledger_core::report::TrialBalanceOptions;
use ledger_core::{BalancedEntry, Book, EntryDraft, Error, Ledger, NewBook, Session, admin};
use ledger_testkit::{Backend, TestDatabase};

/// The accounts of every book here.
pub const ACCOUNTS: [&str; 5] =
    ["Assets:Bank", "Assets:Cash", "Expenses:Food", "Expenses:Rent", "Income:Salary"];

/// What an integrity check of SQLite says of a sound file.
const SOUND: &str = "ok\n";

pub fn session() -> Session {
    Session::new("anna", chrono::Utc::now)
}

/// Opens a ledger that has to be there.
pub fn open(url: &str) -> Ledger {
    Ledger::open(url, session()).unwrap_or_else(|error| panic!("{url} does not open: {error}"))
}

/// Makes a ledger with the book `home`, the accounts above and nothing posted; returns it open.
pub fn create(url: &str) -> Ledger {
    let ledger = Ledger::open_or_create(url, session()).unwrap();
    create_book(&ledger, "home");
    ledger
}

pub fn create_book<'l>(ledger: &'l Ledger, name: &str) -> Book<'l> {
    ledger
        .transaction(|_| {
            let book = ledger.create_book(NewBook::personal(name, "EUR"))?;
            for account in ACCOUNTS {
                book.accounts().open(NewAccount::new(account))?;
            }
            Ok(book)
        })
        .unwrap()
}

/// Takes migrations back from the newest on, up to the one that is refused because rows would be lost.
pub fn roll_back_until_refused(url: &str) -> Error {
    loop {
        match admin::rollback(url, &session(), false) {
            Ok(version) => assert!(version.is_some(), "everything was taken back"),
            Err(refused) => return refused,
        }
    }
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn amount(minor: i64, code: &str) -> Amount {
    Amount::new(minor, Commodity::iso(code).unwrap())
}

/// Entry `n` of a stream that any process can make again: every fifth has three lines, every seventh a party,
/// and all carry `n` as their external id.
pub fn entry(n: i64) -> BalancedEntry {
    let posted_on = day("2024-01-01") + Days::new((n * 37 % 900).unsigned_abs());
    let minor = n * 7919 % 100_000 + 1;
    let mut draft = EntryDraft::new(posted_on, format!("entry {n}")).external_id(n.to_string());
    if n % 7 == 0 {
        draft = draft.party(format!("Shop {}", n / 7 % 4));
    }
    if n % 3 == 0 {
        draft = draft.tag("trip", format!("rome/{}", n % 4));
    }
    if n % 5 == 0 {
        draft = draft.debit("Expenses:Rent", amount(minor * 2, "EUR"));
    }
    draft.debit("Expenses:Food", amount(minor, "EUR")).infer("Assets:Bank").balance().unwrap()
}

/// Posts entries 1 to `count` of the stream as one batch.
pub fn post_entries(book: &Book<'_>, count: i64) {
    book.journal().post_all((1..=count).map(entry)).unwrap();
}

/// Fails unless the file is sound, `verify` finds nothing, and debits equal credits.
pub fn assert_sound(db: &TestDatabase, book: &Book<'_>) {
    assert_eq!(book.verify(None).unwrap().findings, []);
    assert_totals_equal(book);
    if db.backend() == Backend::Sqlite {
        assert_eq!(db.sql("PRAGMA integrity_check").as_deref(), Ok(SOUND));
    }
}

pub fn assert_totals_equal(book: &Book<'_>) {
    for total in book.reports().trial_balance(&TrialBalanceOptions::default()).unwrap().totals {
        assert_eq!(total.debit, total.credit);
    }
}

/// Numbers that look random and repeat with their seed (SplitMix64).
pub struct Random(u64);

impl From<u64> for Random {
    fn from(seed: u64) -> Random {
        Random(seed)
    }
}

impl Random {
    /// Seeded by `LEDGER_TEST_SEED` or the clock; the seed is printed, so that a failure can be replayed.
    pub fn seeded(what: &str) -> Random {
        let given = std::env::var("LEDGER_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| chrono::Utc::now().timestamp_micros().unsigned_abs());
        println!("{what}: LEDGER_TEST_SEED={seed}");
        Random(seed)
    }

    /// A number from 0 to before `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }
}

const ROLE: &str = "LEDGER_TEST_CHILD";
const ARGUMENTS: &str = "LEDGER_TEST_CHILD_ARGUMENTS";
/// The arguments by which this test binary runs nothing but [`acts_as_a_child`].
const ONLY_THE_CHILD: [&str; 4] = ["--exact", "scene::acts_as_a_child", "--ignored", "--nocapture"];

/// A process of this same binary that plays `role`; see [`acts_as_a_child`].
pub fn child(role: &str, arguments: &[&str]) -> Command {
    child_of(Command::new(std::env::current_exe().unwrap()), role, arguments)
}

/// As [`child`], started by a shell script that ends with `exec "$@"`.
pub fn child_in_shell(shell: &[&str], role: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).arg("sh").arg(std::env::current_exe().unwrap());
    child_of(command, role, arguments)
}

/// As [`child`], with another copy of the binary.
pub fn child_from(binary: &Path, role: &str, arguments: &[&str]) -> Command {
    child_of(Command::new(binary), role, arguments)
}

fn child_of(mut command: Command, role: &str, arguments: &[&str]) -> Command {
    command.args(ONLY_THE_CHILD).env(ROLE, role).env(ARGUMENTS, arguments.join("\n"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a child to its end and fails with its output when it failed.
pub fn succeed(mut command: Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}: {}", output.status, said(&output));
}

/// `kill -9`, and the wait for what is left of the process.
pub fn kill(child: &mut Child, db: &TestDatabase) {
    child.kill().unwrap();
    child.wait().unwrap();
    wait_for_the_server(db);
}

/// Waits until no connection is left: a server ends the statement of a client that died before it notices.
pub fn wait_for_the_server(db: &TestDatabase) {
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    while db.backend() == Backend::Postgres && db.sql(others).unwrap() != "0\n" {
        std::thread::yield_now();
    }
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Says on standard error, past the capture of the test runner, that something could not be tested here.
pub fn note(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "note: {sentence}");
}

/// Not a test: what a child process does. Without a role it does nothing.
#[test]
#[ignore = "acts only as the child process that another test starts"]
fn acts_as_a_child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let arguments = std::env::var(ARGUMENTS).unwrap();
    let arguments: Vec<&str> = arguments.split('\n').collect();
    match role.as_str() {
        "post" => super::crash::child_posts(&arguments),
        "post and abort" => super::crash::child_posts_and_aborts(&arguments),
        "import" => super::crash_imports::child_imports(&arguments),
        "post due" => super::crash_schedules::child_posts_due(&arguments),
        "close year" => super::crash_closings::child_closes(&arguments),
        "change schema" => super::crash_migrations::child_changes_schema(&arguments),
        "write" => super::writers::child_writes(&arguments),
        "create" => super::writers::child_creates(&arguments),
        "fill the disk" => super::refusals_full::child_fills_the_disk(&arguments),
        "reach the file limit" => super::refusals_full::child_reaches_the_file_limit(&arguments),
        "restore and die" => super::archive_hostile::child_restores_and_dies(&arguments),
        "read only" => super::refusals::child_reads_only(&arguments),
        other => panic!("there is no role {other}"),
    }
}
