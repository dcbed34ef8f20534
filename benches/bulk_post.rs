//! Posts a million entries in durable batches on SQLite: drafts that are balanced, validated, hashed, summed into the
//! rollups and written, against bare prepared inserts of the very same rows into the same tables in another file.
//!
//! `cargo bench -p ledger-core --bench bulk_post -- [--quick] [--entries N] [--runs N]`. The bars: 60 % of the bare
//! rate, and less than 200 MB of memory, which a process of its own shows that does our part only.
//!
//! The two files take turns, batch by batch, so that a disturbance of the machine meets both. The reference gets its
//! rows ready-made from our file (reading them is not timed), hashes and rollups included; it inserts each rollup row
//! once at the end, where posting adds to it in every batch. Indexes, triggers, foreign keys and checks are the same.

#![allow(clippy::float_arithmetic, reason = "ratios of times, no money")]

mod support;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use ledger_core::{Book, EntryDraft, Ledger};
use support::bare::{Bare, Statement};
use support::data::{self, BATCH, Generator, Style, World};
use support::figure::{self, grouped, median};
use support::process::{Cost, memory_max};
use support::settings::Settings;

const RATIO_MIN: f64 = 0.6;
const MEMORY_MAX: u64 = 200_000_000;
/// Asks this program to do our part only, in one of two ways.
const ONLY_OURS: &str = "LEDGER_BENCH_ONLY_OURS";
const IN_BATCHES: &str = "post_all";
const AS_ONE_UNIT: &str = "post_bulk";

fn main() {
    let Some(settings) = Settings::from_arguments(3) else { return };
    if let Ok(way) = std::env::var(ONLY_OURS) {
        return only_ours(settings.entries, &way);
    }
    let shown = grouped(settings.entries as u64);
    for (style, name) in [(Style::Plain, "payee as description"), (Style::PartyAndTag, "with party and tag")]
    {
        let runs: Vec<Run> = (0..settings.runs).map(|_| alternate(settings.entries, style)).collect();
        let wall: Vec<f64> = runs.iter().map(|run| ratio(run.bare.wall, run.ours_total().wall)).collect();
        let cpu: Vec<f64> = runs.iter().map(|run| ratio(run.bare.cpu, run.ours_total().cpu)).collect();
        let ours = median(&runs.iter().map(|run| run.ours_total().wall).collect::<Vec<_>>());
        let bare = median(&runs.iter().map(|run| run.bare.wall).collect::<Vec<_>>());
        let what = format!("post_all, {shown} entries, {name}");
        let rate = |time| figure::rate(settings.entries, time);
        let met = median(&wall) >= RATIO_MIN;
        figure::print(&what, &rate(ours), &rate(bare), Some(median(&wall)), ">= 60 % of bare", met);
        let seconds = |cost: fn(&Run) -> Cost| {
            let cpu = median(&runs.iter().map(|run| cost(run).cpu).collect::<Vec<_>>());
            format!("{:.2} s", cpu.as_secs_f64())
        };
        let fact = format!(
            "draft and balance {}, post_all {}, bare {}; ratio {:.1} %",
            seconds(|run| run.draft),
            seconds(|run| run.post),
            seconds(|run| run.bare),
            median(&cpu) * 100.0
        );
        figure::print_fact("    CPU time", &fact);
    }
    for way in [IN_BATCHES, AS_ONE_UNIT] {
        let (memory, wall) = alone(settings.entries, way);
        let mb = format!("{} MB", memory / 1_000_000);
        let what = format!("{way}, {shown} entries, peak memory of the process");
        figure::print(&what, &mb, "-", None, "< 200 MB", memory < MEMORY_MAX);
        figure::print_fact("    its rate", &figure::rate(settings.entries, wall));
    }
}

fn ratio(part: std::time::Duration, whole: std::time::Duration) -> f64 {
    part.as_secs_f64() / whole.as_secs_f64()
}

/// What one pass over the data has cost.
#[derive(Default)]
struct Run {
    draft: Cost,
    post: Cost,
    bare: Cost,
}

impl Run {
    fn ours_total(&self) -> Cost {
        let mut total = self.draft;
        total.add(self.post);
        total
    }
}

fn alternate(entries: usize, style: Style) -> Run {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder in target/tmp");
    let (ours, bare) = (folder.path().join("ours.sqlite"), folder.path().join("bare.sqlite"));
    let world = World::new();
    for path in [&ours, &bare] {
        data::empty_book(address(path), &world).expect("an empty book");
    }
    let ledger = Ledger::open(address(&ours), data::session()).expect("our ledger");
    let book = ledger.book("bench").expect("our book");
    let reader = Bare::open(&ours);
    let bare = Bare::open(&bare);
    if style == Style::PartyAndTag {
        // Parties are rows that posting adds by itself; the reference gets them before it is timed.
        for (index, payee) in world.payees.iter().enumerate() {
            let id = index + 1;
            bare.run(&format!("INSERT INTO parties VALUES (1, {id}, '{payee}', '{}')", payee.to_lowercase()));
        }
        declare_parties(&book, &world);
    }
    let mut reference = Reference::new(&bare, &reader);
    let mut run = Run::default();
    let mut generator = Generator::new(entries);
    loop {
        let (cost, drafts) = Cost::of(|| drafts(&mut generator, &world, style));
        run.draft.add(cost);
        if drafts.is_empty() {
            break;
        }
        let (cost, ()) = Cost::of(|| post(&book, drafts));
        run.post.add(cost);
        let rows = reference.read_new();
        let (cost, ()) = Cost::of(|| reference.write(&rows));
        run.bare.add(cost);
    }
    let rollups = reference.read_rollups();
    let (cost, ()) = Cost::of(|| reference.write_rollups(&rollups));
    run.bare.add(cost);
    reference.check();
    run
}

fn drafts(generator: &mut Generator, world: &World, style: Style) -> Vec<ledger_core::BalancedEntry> {
    let drafts = generator.take(BATCH).map(|entry| world.draft(&entry, style));
    drafts.map(EntryDraft::balance).collect::<Result<_, _>>().expect("generated entries balance")
}

fn post(book: &Book<'_>, entries: Vec<ledger_core::BalancedEntry>) {
    book.journal().post_all(entries).expect("the batch is posted");
}

/// Makes all parties known by one entry each, in the order in which the reference numbers them.
fn declare_parties(book: &Book<'_>, world: &World) {
    let usd = world.commodities[0];
    let drafts = world.payees.iter().map(|payee| {
        let draft = EntryDraft::new(data::first_day(), "Opening").party(payee.as_str());
        draft
            .debit(world.accounts[0].as_str(), usd.amount(1))
            .credit(world.accounts[1].as_str(), usd.amount(1))
    });
    post(book, drafts.map(EntryDraft::balance).collect::<Result<_, _>>().expect("they balance"));
}

fn address(path: &Path) -> &str {
    path.to_str().expect("the target folder's name is UTF-8")
}

/// Posts everything and prints the most memory that was held, and the time; run as a process of its own.
fn only_ours(entries: usize, way: &str) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder in target/tmp");
    let path = folder.path().join("ours.sqlite");
    let world = World::new();
    data::empty_book(address(&path), &world).expect("an empty book");
    let ledger = Ledger::open(address(&path), data::session()).expect("our ledger");
    let book = ledger.book("bench").expect("our book");
    let mut generator = Generator::new(entries);
    let batches = std::iter::from_fn(|| {
        let batch = drafts(&mut generator, &world, Style::Plain);
        (!batch.is_empty()).then_some(batch)
    });
    let (cost, ()) = Cost::of(|| match way {
        AS_ONE_UNIT => assert_eq!(book.journal().post_bulk(batches.map(Ok)).ok(), Some(entries as u64)),
        _ => batches.for_each(|batch| post(&book, batch)),
    });
    println!("{} {}", memory_max(), cost.wall.as_micros());
}

/// Our part alone, in a process of its own: its most memory, and the time on the clock.
fn alone(entries: usize, way: &str) -> (u64, Duration) {
    let program = std::env::current_exe().expect("a running program has a path");
    let output = Command::new(program)
        .args(["--bench", "--entries", &entries.to_string()])
        .env(ONLY_OURS, way)
        .output()
        .expect("this program runs again");
    let text = String::from_utf8_lossy(&output.stdout);
    let told = text.trim().split_once(' ').and_then(|(memory, micros)| {
        Some((memory.parse().ok()?, Duration::from_micros(micros.parse().ok()?)))
    });
    told.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)))
}

/// A batch's rows as they stand in our file.
struct Rows {
    entries: Vec<EntryRow>,
    lines: Vec<[i64; 9]>,
    tags: Vec<(i64, String, String)>,
}

struct EntryRow {
    number: i64,
    posted_on: i64,
    description: String,
    party: Option<i64>,
    source: String,
    recorded_at: i64,
    recorded_by: String,
    hash: Vec<u8>,
}

/// The reference: a program that knows the tables and checks nothing.
struct Reference<'b> {
    reader: &'b Bare,
    bare: &'b Bare,
    read: [Statement<'b>; 3],
    entry: Inserts<'b>,
    line: Inserts<'b>,
    tag: Inserts<'b>,
    head: Statement<'b>,
    last: i64,
}

/// How many rows the reference inserts by one statement, apart from the last ones: the fastest of those tried.
const ROWS: usize = 50;

/// An insert of many rows, and one of a single row for the rest.
struct Inserts<'b> {
    many: Statement<'b>,
    one: Statement<'b>,
    columns: usize,
}

impl<'b> Inserts<'b> {
    /// What is NULL in every row is left out of `columns`.
    fn new(bare: &'b Bare, table: &str, columns: &str) -> Self {
        let count = columns.split(',').count();
        let row = format!("({})", vec!["?"; count].join(","));
        let insert = |rows: usize| {
            bare.prepare(&format!(
                "INSERT INTO {table} ({columns}) VALUES {}",
                vec![row.as_str(); rows].join(",")
            ))
        };
        Inserts { many: insert(ROWS), one: insert(1), columns: count }
    }

    /// Inserts rows; `bind` binds one of them, after so many binds of others.
    fn insert<T>(&mut self, rows: &[T], bind: impl Fn(&mut Statement<'b>, usize, &T)) {
        let chunks = rows.chunks_exact(ROWS);
        let rest = chunks.remainder();
        for chunk in chunks {
            for (index, row) in chunk.iter().enumerate() {
                bind(&mut self.many, index * self.columns, row);
            }
            self.many.execute();
        }
        for row in rest {
            bind(&mut self.one, 0, row);
            self.one.execute();
        }
    }
}

const ENTRY_COLUMNS: &str =
    "number, posted_on, description, source, recorded_at, recorded_by, hash, party_id";
const LINE_COLUMNS: &str = "book_id, entry_number, line_number, account_id, posted_on, commodity_id, amount, \
    weight_commodity_id, weight";
const ROLLUP_COLUMNS: &str = "book_id, account_id, commodity_id, weight_commodity_id, period, debit_amount, \
    credit_amount, debit_weight, credit_weight, line_count";
const ROLLUPS: [&str; 2] = ["balances_monthly", "balances_yearly"];

impl<'b> Reference<'b> {
    fn new(bare: &'b Bare, reader: &'b Bare) -> Self {
        let read = |columns: &str, table: &str, number: &str| {
            reader.prepare(&format!(
                "SELECT {columns} FROM {table} WHERE book_id = 1 AND {number} > ?1 ORDER BY {number}"
            ))
        };
        Reference {
            reader,
            bare,
            read: [
                read(ENTRY_COLUMNS, "entries", "number"),
                read(LINE_COLUMNS, "lines", "entry_number"),
                read("entry_number, key, value", "entry_tags", "entry_number"),
            ],
            entry: Inserts::new(bare, "entries", &format!("book_id, {ENTRY_COLUMNS}")),
            line: Inserts::new(bare, "lines", LINE_COLUMNS),
            tag: Inserts::new(bare, "entry_tags", "book_id, entry_number, key, value"),
            head: bare.prepare(
                "UPDATE book_heads SET last_entry_number = ?1, entry_hash = ?2, last_recorded_at = ?3 WHERE book_id = 1",
            ),
            last: 0,
        }
    }

    /// The rows that our file has got since the last call.
    fn read_new(&mut self) -> Rows {
        let mut rows = Rows { entries: Vec::new(), lines: Vec::new(), tags: Vec::new() };
        let [entries, lines, tags] = &mut self.read;
        entries.bind_number(1, self.last);
        while entries.step() {
            let text = |column| entries.text(column).expect("the column is NOT NULL");
            rows.entries.push(EntryRow {
                number: entries.number(0),
                posted_on: entries.number(1),
                description: text(2),
                source: text(3),
                recorded_at: entries.number(4),
                recorded_by: text(5),
                hash: entries.bytes(6).expect("the column is NOT NULL"),
                party: entries.bytes(7).map(|_| entries.number(7)),
            });
        }
        entries.reset();
        lines.bind_number(1, self.last);
        while lines.step() {
            rows.lines.push(std::array::from_fn(|column| lines.number(column)));
        }
        lines.reset();
        tags.bind_number(1, self.last);
        while tags.step() {
            let text = |column| tags.text(column).expect("the column is NOT NULL");
            rows.tags.push((tags.number(0), text(1), text(2)));
        }
        tags.reset();
        self.last = rows.entries.last().map_or(self.last, |entry| entry.number);
        rows
    }

    /// Inserts a batch in one durable transaction. The head moves once, as the triggers ask.
    fn write(&mut self, rows: &Rows) {
        self.bare.run("BEGIN IMMEDIATE");
        self.entry.insert(&rows.entries, |statement, at, row| {
            statement.bind_number(at + 1, 1);
            statement.bind_number(at + 2, row.number);
            statement.bind_number(at + 3, row.posted_on);
            statement.bind_text(at + 4, &row.description);
            statement.bind_text(at + 5, &row.source);
            statement.bind_number(at + 6, row.recorded_at);
            statement.bind_text(at + 7, &row.recorded_by);
            statement.bind_bytes(at + 8, &row.hash);
            if let Some(party) = row.party {
                statement.bind_number(at + 9, party);
            }
        });
        self.line.insert(&rows.lines, |statement, at, row| {
            for (index, value) in row.iter().enumerate() {
                statement.bind_number(at + index + 1, *value);
            }
        });
        self.tag.insert(&rows.tags, |statement, at, (number, key, value)| {
            statement.bind_number(at + 1, 1);
            statement.bind_number(at + 2, *number);
            statement.bind_text(at + 3, key);
            statement.bind_text(at + 4, value);
        });
        if let Some(last) = rows.entries.last() {
            self.head.bind_number(1, last.number);
            self.head.bind_bytes(2, &last.hash);
            self.head.bind_number(3, last.recorded_at);
            self.head.execute();
        }
        self.bare.run("COMMIT");
    }

    fn read_rollups(&self) -> [Vec<[i64; 10]>; 2] {
        ROLLUPS.map(|table| {
            let mut select = self.reader.prepare(&format!("SELECT * FROM {table}"));
            let mut rows = Vec::new();
            while select.step() {
                rows.push(std::array::from_fn(|column| select.number(column)));
            }
            rows
        })
    }

    /// Inserts the sums as they stand at the end, each row once.
    fn write_rollups(&self, rollups: &[Vec<[i64; 10]>; 2]) {
        self.bare.run("BEGIN IMMEDIATE");
        for (table, rows) in ROLLUPS.iter().zip(rollups) {
            Inserts::new(self.bare, table, ROLLUP_COLUMNS).insert(rows, |statement, at, row| {
                for (index, value) in row.iter().enumerate() {
                    statement.bind_number(at + index + 1, *value);
                }
            });
        }
        self.bare.run("COMMIT");
    }

    /// The reference did the same work: both files hold the same rows.
    fn check(&self) {
        let tables = ["entries", "lines", "entry_tags", ROLLUPS[0], ROLLUPS[1]];
        for table in tables {
            let count = |database: &Bare| {
                let mut count = database.prepare(&format!("SELECT COUNT(*) FROM {table}"));
                assert!(count.step(), "a count has a row");
                count.number(0)
            };
            assert_eq!(
                count(self.bare),
                count(self.reader),
                "both files have the same number of rows in {table}"
            );
        }
    }
}
