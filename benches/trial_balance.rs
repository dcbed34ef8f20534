//! The trial balance as of any day of twenty years, in process, in books of different sizes.
//!
//! `cargo bench -p ledger-core --bench trial_balance -- [--quick] [--large]`. The bars: 10 ms at 1,000,000 entries,
//! three times its cost at 100,000, and with `--large` 40 ms at 10,000,000.

#![allow(clippy::float_arithmetic, reason = "ratios of times, no money")]

mod support;

use chrono::Days;
use ledger_core::report::TrialBalanceOptions;
use ledger_core::{Book, Ledger};
use support::data::{self, DAYS, Random};
use support::figure::{self, grouped, median, millis, percentile_99};
use support::process::{Cost, medians};
use support::settings::Settings;

/// How many days are asked for.
const QUESTIONS: usize = 200;

fn main() {
    let Some(settings) = Settings::from_arguments(1) else { return };
    let mut sizes = vec![(100_000, None)];
    if settings.entries > 100_000 {
        sizes.push((settings.entries, Some(10.0)));
    }
    if settings.large {
        sizes.push((settings.entries * 10, Some(40.0)));
    }
    let ledgers: Vec<Ledger> = sizes
        .iter()
        .map(|&(entries, _)| {
            let path = data::kept_book(entries).expect("a book to report on");
            Ledger::open(path.to_str().expect("its name is UTF-8"), data::session()).expect("it opens")
        })
        .collect();
    let books: Vec<Book<'_>> =
        ledgers.iter().map(|ledger| ledger.book("bench").expect("the book is there")).collect();
    // The sizes take turns with each day, so that a disturbance of the machine meets all of them.
    let mut times = vec![Vec::with_capacity(QUESTIONS); books.len()];
    let mut random = Random::new(7);
    for _ in 0..QUESTIONS * settings.runs {
        let as_of = data::first_day() + Days::new(random.below(DAYS as usize) as u64);
        for (book, times) in books.iter().zip(&mut times) {
            times
                .push(trial_balance(book, &TrialBalanceOptions { as_of: Some(as_of), ..Default::default() }));
        }
    }
    let wall = |costs: &[Cost]| median(&costs.iter().map(|cost| cost.wall).collect::<Vec<_>>());
    let smallest = wall(&times[0]);
    for (&(entries, bar), times) in sizes.iter().zip(&times) {
        let middle = wall(times);
        let what = format!("trial balance as of any day, {} entries", grouped(entries as u64));
        let ours = format!("{:.2} ms", millis(middle));
        let (bar, met) = match bar {
            Some(bar) => (format!("<= {bar} ms"), millis(middle) <= bar),
            None => ("-".to_owned(), true),
        };
        figure::print(&what, &ours, "-", None, &bar, met);
        let worst = percentile_99(&times.iter().map(|cost| cost.wall).collect::<Vec<_>>());
        figure::print_fact(
            "    median; 99th percentile",
            &format!("{}; {:.2} ms", medians(times), millis(worst)),
        );
        if entries > 100_000 && entries <= 1_000_000 {
            let ratio = middle.as_secs_f64() / smallest.as_secs_f64();
            let reference = format!("{:.2} ms", millis(smallest));
            let what = format!("{what}, against 100,000");
            figure::print(&what, &ours, &reference, Some(ratio), "<= 300 % of 100,000", ratio <= 3.0);
        }
    }
    for (&(entries, _), book) in sizes.iter().zip(&books) {
        let all: Vec<Cost> = (0..50).map(|_| trial_balance(book, &TrialBalanceOptions::default())).collect();
        let what = format!("    of all days, {} entries", grouped(entries as u64));
        figure::print_fact(&what, &medians(&all));
    }
}

fn trial_balance(book: &Book<'_>, options: &TrialBalanceOptions) -> Cost {
    let (cost, report) = Cost::of(|| book.reports().trial_balance(options).expect("the report is made"));
    for total in report.totals {
        assert_eq!(total.debit, total.credit, "debits and credits come to the same total");
    }
    cost
}
