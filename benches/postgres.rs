//! The same posting and reports on PostgreSQL: a server of the bench's own that forces each commit to the disk.
//!
//! `cargo bench -p ledger-core --features postgres --bench postgres -- [--quick] [--entries N]`. The bars: bulk
//! posting at 50 % of bare `UNNEST` inserts, reports in 20 ms, one post in two round trips.
//!
//! The reference is a database of its own on the same server with the same tables, indexes, triggers and foreign
//! keys. It gets its rows ready-made from ours (reading them is not timed), inserts entries and lines by one statement
//! each and moves the head, in one transaction per batch; its rollup rows are inserted once at the end.

#![allow(clippy::float_arithmetic, reason = "ratios of times, no money")]

mod support;

use std::time::{Duration, Instant};

use chrono::Days;
use diesel::sql_types::{Array, BigInt, Binary, Integer, Nullable, Text};
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query,
};
use ledger_core::report::{RegisterQuery, TrialBalanceOptions};
use ledger_core::{Book, EntryDraft, Ledger};
use ledger_testkit::PgServer;
use support::data::{self, BATCH, DAYS, Generator, Random, Style, World};
use support::figure::{self, grouped, median, millis, percentile_99};
use support::proxy::Proxy;
use support::settings::Settings;

const RATIO_MIN: f64 = 0.5;
const REPORT_MS: f64 = 20.0;
const ROUND_TRIPS_MAX: f64 = 2.0;
const QUESTIONS: usize = 100;
const POSTS: usize = 500;

fn main() {
    let Some(settings) = Settings::from_arguments(1) else { return };
    let server = PgServer::durable().expect("a PostgreSQL server of the bench's own");
    let (ours, bare) =
        (server.create_database().expect("ours"), server.create_database().expect("the reference's"));
    let world = World::new();
    for database in [&ours, &bare] {
        data::empty_book(database.url(), &world).expect("an empty book");
    }
    let ledger = Ledger::open(ours.url(), data::session()).expect("our ledger");
    let book = ledger.book("bench").expect("our book");
    let mut reader = PgConnection::establish(ours.url()).expect("a connection to read by");
    let mut bare = PgConnection::establish(bare.url()).expect("the reference's connection");
    bulk(&book, &world, &mut reader, &mut bare, settings.entries);
    // A server in service has its statistics; here they are made before anything is asked.
    reader.batch_execute("VACUUM ANALYZE").expect("vacuum");
    reports(&book, &world, settings.entries);
    let folder = server.folder().expect("the server is our own");
    let proxy = Proxy::start(folder, ours.url());
    round_trips(&proxy, &world);
}

fn bulk(book: &Book<'_>, world: &World, reader: &mut PgConnection, bare: &mut PgConnection, entries: usize) {
    let mut generator = Generator::new(entries);
    let (mut ours_time, mut bare_time) = (Duration::ZERO, Duration::ZERO);
    let mut ratios = Vec::new();
    let mut last = 0;
    loop {
        let started = Instant::now();
        let drafts = generator.by_ref().take(BATCH).map(|entry| world.draft(&entry, Style::Plain).balance());
        let batch: Vec<_> = drafts.collect::<Result<_, _>>().expect("generated entries balance");
        if batch.is_empty() {
            break;
        }
        book.journal().post_all(batch).expect("the batch is posted");
        let ours = started.elapsed();
        let rows = Rows::read(reader, last);
        last += rows.entries.len() as i64;
        let started = Instant::now();
        rows.write(bare).expect("the reference inserts the batch");
        let bare = started.elapsed();
        ours_time += ours;
        bare_time += bare;
        ratios.push(bare.as_secs_f64() / ours.as_secs_f64());
    }
    bare_time += copy_rollups(reader, bare);
    let ratio = bare_time.as_secs_f64() / ours_time.as_secs_f64();
    let what = format!("PostgreSQL: post_all, {} entries", grouped(entries as u64));
    let rate = |time| figure::rate(entries, time);
    figure::print(
        &what,
        &rate(ours_time),
        &rate(bare_time),
        Some(ratio),
        ">= 50 % of bare UNNEST",
        ratio >= RATIO_MIN,
    );
    figure::print_fact(
        "    median ratio of the batches, without rollups",
        &format!("{:.1} %", median(&ratios) * 100.0),
    );
}

fn reports(book: &Book<'_>, world: &World, entries: usize) {
    let mut random = Random::new(7);
    let mut any_day = || data::first_day() + Days::new(random.below(DAYS as usize) as u64);
    let timed = |work: &mut dyn FnMut()| {
        let started = Instant::now();
        work();
        started.elapsed()
    };
    let size = grouped(entries as u64);
    let mut trial_balances = Vec::new();
    let mut pages = Vec::new();
    for _ in 0..QUESTIONS {
        let options = TrialBalanceOptions { as_of: Some(any_day()), ..Default::default() };
        trial_balances.push(timed(&mut || {
            book.reports().trial_balance(&options).expect("the report is made");
        }));
        let latest = RegisterQuery { limit: 50, ..RegisterQuery::latest(world.busiest()) };
        let query = RegisterQuery { latest: false, from: Some(any_day()), ..latest };
        pages.push(timed(&mut || {
            book.journal().register(&query).expect("the page is made");
        }));
    }
    for (what, times) in
        [("trial balance as of any day", trial_balances), ("register page of 50 from any day", pages)]
    {
        let middle = millis(median(&times));
        let what = format!("PostgreSQL: {what}, {size} entries");
        figure::print(&what, &format!("{middle:.2} ms"), "-", None, "<= 20 ms", middle <= REPORT_MS);
        figure::print_fact("    99th percentile", &format!("{:.2} ms", millis(percentile_99(&times))));
    }
}

fn round_trips(proxy: &Proxy, world: &World) {
    let ledger = Ledger::open(proxy.url(), data::session()).expect("our ledger, through the proxy");
    let book = ledger.book("bench").expect("our book");
    let mut trips = Vec::new();
    let mut times = Vec::new();
    for number in 0..POSTS {
        let amount = world.commodities[0].amount(100 + number as i64);
        let draft = EntryDraft::new(data::first_day() + Days::new(DAYS), "Corner Market");
        let draft =
            draft.debit(world.accounts[40].as_str(), amount).credit(world.accounts[0].as_str(), amount);
        let entry = draft.balance().expect("it balances");
        let before = proxy.round_trips();
        let started = Instant::now();
        book.journal().post(entry).expect("it is posted");
        times.push(started.elapsed());
        trips.push((proxy.round_trips() - before) as f64);
    }
    let middle = median(&trips);
    let what = "PostgreSQL: one post of 2 lines, round trips";
    figure::print(what, &format!("{middle}"), "-", None, "<= 2", middle <= ROUND_TRIPS_MAX);
    let first =
        format!("first {}, most of the others {}", trips[0], trips[1..].iter().copied().fold(0.0, f64::max));
    figure::print_fact("    of the connection", &first);
    figure::print_fact("    durable posts through the proxy", &figure::rate(1, median(&times)));
}

#[derive(QueryableByName)]
struct EntryRow {
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Integer)]
    posted_on: i32,
    #[diesel(sql_type = Text)]
    description: String,
    #[diesel(sql_type = Nullable<Integer>)]
    party_id: Option<i32>,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = BigInt)]
    recorded_at: i64,
    #[diesel(sql_type = Text)]
    recorded_by: String,
    #[diesel(sql_type = Binary)]
    hash: Vec<u8>,
}

#[derive(QueryableByName)]
struct LineRow {
    #[diesel(sql_type = BigInt)]
    entry_number: i64,
    #[diesel(sql_type = Integer)]
    line_number: i32,
    #[diesel(sql_type = Integer)]
    account_id: i32,
    #[diesel(sql_type = Integer)]
    posted_on: i32,
    #[diesel(sql_type = Integer)]
    commodity_id: i32,
    #[diesel(sql_type = BigInt)]
    amount: i64,
    #[diesel(sql_type = Integer)]
    weight_commodity_id: i32,
    #[diesel(sql_type = BigInt)]
    weight: i64,
}

/// A batch's rows as they stand in our database.
struct Rows {
    entries: Vec<EntryRow>,
    lines: Vec<LineRow>,
}

impl Rows {
    /// The rows after an entry number.
    fn read(reader: &mut PgConnection, after: i64) -> Rows {
        let read = |table: &str, number: &str| {
            sql_query(format!("SELECT * FROM {table} WHERE book_id = 1 AND {number} > $1 ORDER BY {number}"))
        };
        Rows {
            entries: read("entries", "number").bind::<BigInt, _>(after).load(reader).expect("our entries"),
            lines: read("lines", "entry_number").bind::<BigInt, _>(after).load(reader).expect("our lines"),
        }
    }

    fn write(&self, bare: &mut PgConnection) -> diesel::QueryResult<()> {
        fn column<R, T>(rows: &[R], field: impl Fn(&R) -> T) -> Vec<T> {
            rows.iter().map(field).collect()
        }
        let (entries, lines) = (&self.entries, &self.lines);
        bare.transaction(|bare| {
            sql_query(
                "INSERT INTO entries (book_id, number, posted_on, description, party_id, source, recorded_at, \
                 recorded_by, hash) SELECT 1, u.* FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8) AS u",
            )
            .bind::<Array<BigInt>, _>(column(entries, |row| row.number))
            .bind::<Array<Integer>, _>(column(entries, |row| row.posted_on))
            .bind::<Array<Text>, _>(entries.iter().map(|row| row.description.as_str()).collect::<Vec<_>>())
            .bind::<Array<Nullable<Integer>>, _>(column(entries, |row| row.party_id))
            .bind::<Array<Text>, _>(entries.iter().map(|row| row.source.as_str()).collect::<Vec<_>>())
            .bind::<Array<BigInt>, _>(column(entries, |row| row.recorded_at))
            .bind::<Array<Text>, _>(entries.iter().map(|row| row.recorded_by.as_str()).collect::<Vec<_>>())
            .bind::<Array<Binary>, _>(entries.iter().map(|row| row.hash.as_slice()).collect::<Vec<_>>())
            .execute(bare)?;
            sql_query(
                "INSERT INTO lines (book_id, entry_number, line_number, account_id, posted_on, commodity_id, amount, \
                 weight_commodity_id, weight) SELECT 1, u.* FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8) AS u",
            )
            .bind::<Array<BigInt>, _>(column(lines, |row| row.entry_number))
            .bind::<Array<Integer>, _>(column(lines, |row| row.line_number))
            .bind::<Array<Integer>, _>(column(lines, |row| row.account_id))
            .bind::<Array<Integer>, _>(column(lines, |row| row.posted_on))
            .bind::<Array<Integer>, _>(column(lines, |row| row.commodity_id))
            .bind::<Array<BigInt>, _>(column(lines, |row| row.amount))
            .bind::<Array<Integer>, _>(column(lines, |row| row.weight_commodity_id))
            .bind::<Array<BigInt>, _>(column(lines, |row| row.weight))
            .execute(bare)?;
            let Some(last) = entries.last() else { return Ok(()) };
            sql_query("UPDATE book_heads SET last_entry_number = $1, entry_hash = $2, last_recorded_at = $3")
                .bind::<BigInt, _>(last.number)
                .bind::<Binary, _>(&last.hash)
                .bind::<BigInt, _>(last.recorded_at)
                .execute(bare)?;
            Ok(())
        })
    }
}

#[derive(QueryableByName)]
struct RollupRow {
    #[diesel(sql_type = Array<BigInt>)]
    row: Vec<i64>,
}

/// Inserts the rollups as they stand at the end, each row once; only the inserts are timed.
fn copy_rollups(reader: &mut PgConnection, bare: &mut PgConnection) -> Duration {
    const COLUMNS: [&str; 10] = [
        "book_id",
        "account_id",
        "commodity_id",
        "weight_commodity_id",
        "period",
        "debit_amount",
        "credit_amount",
        "debit_weight",
        "credit_weight",
        "line_count",
    ];
    let mut time = Duration::ZERO;
    for table in ["balances_monthly", "balances_yearly"] {
        let read = format!("SELECT ARRAY[{}]::BIGINT[] AS \"row\" FROM {table}", COLUMNS.join(", "));
        let rows: Vec<RollupRow> = sql_query(read).load(reader).expect("our rollups");
        let column = |index: usize| rows.iter().map(|row| row.row[index]).collect::<Vec<_>>();
        let started = Instant::now();
        let insert = format!("INSERT INTO {table} SELECT * FROM UNNEST($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)");
        sql_query(insert)
            .bind::<Array<BigInt>, _>(column(0))
            .bind::<Array<BigInt>, _>(column(1))
            .bind::<Array<BigInt>, _>(column(2))
            .bind::<Array<BigInt>, _>(column(3))
            .bind::<Array<BigInt>, _>(column(4))
            .bind::<Array<BigInt>, _>(column(5))
            .bind::<Array<BigInt>, _>(column(6))
            .bind::<Array<BigInt>, _>(column(7))
            .bind::<Array<BigInt>, _>(column(8))
            .bind::<Array<BigInt>, _>(column(9))
            .execute(bare)
            .expect("the reference inserts the rollups");
        time += started.elapsed();
    }
    time
}
