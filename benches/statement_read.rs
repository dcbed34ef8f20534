//! Times the reading of CSV statements of a million rows: sniffed, checked and kept as statement lines.
//!
//! `cargo bench --bench statement_read`; the bar is 2 s on one core, and 250 bytes of memory a row besides the file.

#![allow(clippy::float_arithmetic, reason = "times and rates, no money")]

use std::fmt::Write;

use ledger_core::import::{CsvProfile, StatementLine, read_csv};
use ledger_core::money::Commodity;
use rustix::time::{ClockId, clock_gettime};

const ROWS: usize = 1_000_000;

fn main() {
    // `cargo test` builds and may run benches: there is nothing to time then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!("a statement line takes {} bytes before its texts", size_of::<StatementLine>());
    for (name, text) in
        [("plain", plain()), ("quoted, German", quoted()), ("order of dates open", late_order())]
    {
        time(name, &text);
    }
}

fn time(name: &str, text: &str) {
    let eur = Commodity::iso("EUR").expect("the euro is in ISO 4217");
    let (before, started) = (resident_bytes("VmRSS"), processor_seconds());
    let reading = read_csv(text.as_bytes(), name, &CsvProfile::default(), eur, &Commodity::iso);
    let seconds = processor_seconds() - started;
    let reading = reading.expect("the statement reads without a flag");
    let kept = resident_bytes("VmRSS").saturating_sub(before);
    assert_eq!((reading.rows.len(), reading.problems.len()), (ROWS, 0));
    println!(
        "{name:<20} {:>4} MB  {seconds:>5.2} s  {:>9.0} rows/s  {:>4} bytes a row kept  {:>5} MB peak of the process",
        text.len() >> 20,
        ROWS as f64 / seconds,
        kept / ROWS,
        resident_bytes("VmHWM") >> 20,
    );
}

/// The time that this thread has had on the processor.
fn processor_seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// A figure of memory that Linux gives in kB; zero elsewhere.
fn resident_bytes(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    kilobytes.unwrap_or(0) * 1024
}

fn plain() -> String {
    let mut text = String::from("Date,Description,Amount,Balance\n");
    let mut balance = 0;
    for row in 0..ROWS {
        let cents = (row as i64 * 7919) % 20_000 - 10_000;
        balance += cents;
        let (day, shop) = (row / 40, row % 997);
        let _ = writeln!(
            text,
            "{},Card payment Market {shop} ref {row},{},{}",
            date(day, "%Y-%m-%d"),
            decimal(cents, '.'),
            decimal(balance, '.')
        );
    }
    text
}

fn quoted() -> String {
    let mut text = String::from(
        "\"Buchungstag\";\"Valuta\";\"Empfänger\";\"Verwendungszweck\";\"Betrag\";\"Währung\"\r\n",
    );
    for row in 0..ROWS {
        let cents = (row as i64 * 7919) % 20_000 - 10_000;
        let day = date(row / 40, "%d.%m.%Y");
        let _ = write!(
            text,
            "\"{day}\";\"{day}\";\"Bäckerei {}\";\"Kartenzahlung, Beleg {row}\";\"{}\";\"EUR\"\r\n",
            row % 997,
            decimal(cents, ',')
        );
    }
    text
}

/// All rows but the last are of days up to the twelfth: only the last decides the order of day and month.
fn late_order() -> String {
    let mut text = String::from("Date,Description,Amount\n");
    for row in 0..ROWS {
        let (month, day) = (1 + row * 7 % 12, if row + 1 == ROWS { 25 } else { 1 + row * 5 % 12 });
        let cents = (row as i64 * 7919) % 20_000 - 10_000;
        let _ = writeln!(text, "{month:02}/{day:02}/2025,Card payment {row},{}", decimal(cents, '.'));
    }
    text
}

fn date(day: usize, pattern: &str) -> String {
    let first = chrono::NaiveDate::from_ymd_opt(1960, 1, 1).unwrap_or_default();
    first.checked_add_days(chrono::Days::new(day as u64)).unwrap_or_default().format(pattern).to_string()
}

fn decimal(cents: i64, mark: char) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}{mark}{:02}", cents.abs() / 100, cents.abs() % 100)
}
