//! One durable entry of two lines on SQLite, against a bare transaction of two rows with the same settings.
//!
//! `cargo bench -p ledger-core --bench one_post -- [--entries N] [--runs N]`. The bar: 80 % of the bare rate.
//!
//! The reference knows nothing of entries: it inserts two rows with a line's columns into a table that has a line's
//! primary key and no other index, by prepared statements, and commits. Both write one page at least and wait for the
//! disk once; ours also validates, hashes, writes the entry, both indexes, four rollup rows and the head. The two take
//! turns. Posting into an empty book and into one with entries is shown.

#![allow(clippy::float_arithmetic, reason = "ratios of times, no money")]

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use ledger_core::{Book, EntryDraft, Ledger};
use support::bare::{Bare, Statement};
use support::data::{self, Random, Style, World};
use support::figure::{self, grouped, median};
use support::process::Cost;
use support::settings::Settings;

const RATIO_MIN: f64 = 0.8;
const POSTS: usize = 2_000;

fn main() {
    let Some(settings) = Settings::from_arguments(3) else { return };
    for entries in [0, settings.entries.min(100_000)] {
        let runs: Vec<Run> = (0..settings.runs).map(|_| alternate(entries)).collect();
        let middle = |of: fn(&Run) -> f64| median(&runs.iter().map(of).collect::<Vec<_>>());
        let what = format!("one durable post of 2 lines, book of {} entries", grouped(entries as u64));
        // The median of the ratios of neighbours: each pair met the same disk.
        let ratio = middle(|run| run.ratio());
        let rate = |seconds: f64| figure::rate(1, Duration::from_secs_f64(seconds));
        let (ours, bare) = (middle(|run| median(&run.ours)), middle(|run| median(&run.bare)));
        figure::print(&what, &rate(ours), &rate(bare), Some(ratio), ">= 80 % of bare", ratio >= RATIO_MIN);
        let micros = |cost: fn(&Run) -> Duration| {
            let times: Vec<Duration> = runs.iter().map(cost).collect();
            format!("{:.0} us", median(&times).as_secs_f64() * 1e6)
        };
        let fact = format!("ours {}, bare {}", micros(|run| run.ours_cpu), micros(|run| run.bare_cpu));
        figure::print_fact("    CPU time of one", &fact);
    }
}

/// Seconds of each post, in the order in which they took turns.
struct Run {
    ours: Vec<f64>,
    bare: Vec<f64>,
    ours_cpu: Duration,
    bare_cpu: Duration,
}

impl Run {
    fn ratio(&self) -> f64 {
        let pairs = self.ours.iter().zip(&self.bare);
        median(&pairs.map(|(ours, bare)| bare / ours).collect::<Vec<_>>())
    }
}

fn alternate(entries: usize) -> Run {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder in target/tmp");
    let (ours, bare) = (folder.path().join("ours.sqlite"), folder.path().join("bare.sqlite"));
    let world = World::new();
    data::empty_book(address(&ours), &world).expect("an empty book");
    let ledger = Ledger::open(address(&ours), data::session()).expect("our ledger");
    let book = ledger.book("bench").expect("our book");
    data::fill(&book, &world, entries, Style::Plain).expect("the book's entries");
    let bare = Bare::open(&bare);
    bare.run(
        "CREATE TABLE lines (book_id INTEGER NOT NULL, entry_number INTEGER NOT NULL, line_number INTEGER NOT NULL, \
         account_id INTEGER NOT NULL, posted_on INTEGER NOT NULL, commodity_id INTEGER NOT NULL, amount INTEGER NOT \
         NULL, weight_commodity_id INTEGER NOT NULL, weight INTEGER NOT NULL, price_kind TEXT, price TEXT, memo TEXT, \
         PRIMARY KEY (book_id, entry_number, line_number)) STRICT, WITHOUT ROWID",
    );
    let [mut begin, mut commit] = ["BEGIN IMMEDIATE", "COMMIT"].map(|sql| bare.prepare(sql));
    let mut insert =
        bare.prepare("INSERT INTO lines VALUES (1, ?1, ?2, ?3, 20000, 1, ?4, 1, ?4, NULL, NULL, NULL)");

    let mut run = Run { ours: vec![], bare: vec![], ours_cpu: Duration::ZERO, bare_cpu: Duration::ZERO };
    let mut random = Random::new(3);
    for number in 1..=POSTS {
        let (debit, credit) = (27 + random.below(160), random.below(6));
        let minor = 100 + random.below(10_000) as i64;
        let (cost, ()) = Cost::of(|| {
            let time = post(&book, &world, debit, credit, minor);
            run.ours.push(time);
        });
        run.ours_cpu += cost.cpu;
        let (cost, ()) = Cost::of(|| {
            let time =
                two_rows([&mut begin, &mut insert, &mut commit], number as i64, [debit, credit], minor);
            run.bare.push(time);
        });
        run.bare_cpu += cost.cpu;
    }
    run.ours_cpu /= POSTS as u32;
    run.bare_cpu /= POSTS as u32;
    run
}

fn post(book: &Book<'_>, world: &World, debit: usize, credit: usize, minor: i64) -> f64 {
    let started = Instant::now();
    let amount = world.commodities[0].amount(minor);
    let day = data::first_day() + chrono::Days::new(7_300);
    let draft = EntryDraft::new(day, "Corner Market");
    let draft =
        draft.debit(world.accounts[debit].as_str(), amount).credit(world.accounts[credit].as_str(), amount);
    book.journal().post(draft.balance().expect("it balances")).expect("it is posted");
    started.elapsed().as_secs_f64()
}

fn two_rows(statements: [&mut Statement<'_>; 3], number: i64, accounts: [usize; 2], minor: i64) -> f64 {
    let [begin, insert, commit] = statements;
    let started = Instant::now();
    begin.execute();
    for (index, (account, minor)) in accounts.into_iter().zip([minor, -minor]).enumerate() {
        insert.bind_number(1, number);
        insert.bind_number(2, index as i64 + 1);
        insert.bind_number(3, account as i64);
        insert.bind_number(4, minor);
        insert.execute();
    }
    commit.execute();
    started.elapsed().as_secs_f64()
}

fn address(path: &Path) -> &str {
    path.to_str().expect("the target folder's name is UTF-8")
}
