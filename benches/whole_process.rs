//! `ledger trial-balance` as a whole process: start, open, report, print, end.
//!
//! `cargo bench -p ledger-cli --bench whole_process -- [--quick] [--entries N]`. The bars at 1,000,000 entries: 30 ms
//! and 50 MB. The reference is the same program printing its version: what starting it costs.

#![allow(clippy::float_arithmetic, reason = "ratios of times, no money")]

#[allow(dead_code)]
#[path = "support/data.rs"]
mod data;
#[allow(dead_code)]
#[path = "support/figure.rs"]
mod figure;
#[allow(dead_code)]
#[path = "support/settings.rs"]
mod settings;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use figure::{grouped, median, millis, percentile_99};
use settings::Settings;

const RUNS: usize = 51;
const LIMIT_MS: f64 = 30.0;
const MEMORY_MAX: u64 = 50_000_000;
const PROGRAM: &str = env!("CARGO_BIN_EXE_ledger");

fn main() {
    let Some(settings) = Settings::from_arguments(1) else { return };
    let path = data::kept_book(settings.entries).expect("a book to report on");
    let db = path.to_str().expect("the target folder's name is UTF-8");
    let today = ["--db", db, "trial-balance"];
    let any_day = ["--db", db, "trial-balance", "--as-of", "2013-09-17"];
    // They take turns, so that a disturbance of the machine meets all of them.
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..RUNS * settings.runs {
        for (times, arguments) in times.iter_mut().zip([&["--version"][..], &today, &any_day]) {
            times.push(timed(arguments));
        }
    }
    let [start, today_times, any_day_times] = times;
    let start = median(&start);
    let size = grouped(settings.entries as u64);
    for (what, times) in
        [("ledger trial-balance", today_times), ("ledger trial-balance --as-of", any_day_times)]
    {
        let middle = median(&times);
        let ratio = middle.as_secs_f64() / start.as_secs_f64();
        let what = format!("{what}, whole process, {size} entries");
        let (ours, reference) = (format!("{:.1} ms", millis(middle)), format!("{:.1} ms", millis(start)));
        figure::print(&what, &ours, &reference, Some(ratio), "<= 30 ms", millis(middle) <= LIMIT_MS);
        figure::print_fact("    99th percentile", &format!("{:.1} ms", millis(percentile_99(&times))));
    }
    match memory_max(&any_day) {
        Some(memory) => {
            let ours = format!("{:.1} MB", memory as f64 / 1e6);
            let what = format!("ledger trial-balance, peak memory, {size} entries");
            figure::print(&what, &ours, "-", None, "<= 50 MB", memory <= MEMORY_MAX);
        }
        None => figure::print_fact("peak memory", "not measured: /usr/bin/time is not installed"),
    }
}

fn ledger(program: &str) -> Command {
    let mut command = Command::new(program);
    // Whatever the user has set must not lead it to another book.
    command.env_remove("LEDGER_DB").env_remove("LEDGER_BOOK").stdout(Stdio::null());
    command
}

fn timed(arguments: &[&str]) -> Duration {
    let started = Instant::now();
    let status = ledger(PROGRAM).args(arguments).status().expect("the program starts");
    let time = started.elapsed();
    assert!(status.success(), "ledger {} ends well", arguments.join(" "));
    time
}

/// The most memory of a run in bytes, as GNU time tells it.
fn memory_max(arguments: &[&str]) -> Option<u64> {
    let output = ledger("/usr/bin/time").args(["-f", "%M", PROGRAM]).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    text.lines().last()?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
