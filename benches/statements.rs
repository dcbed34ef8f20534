//! Statements in process: a balance sheet as of any day, twenty years of income and expenses month by month, and net
//! worth month by month in one currency.
//!
//! `cargo bench -p ledger-core --bench statements -- [--quick] [--large]`. The bars at 1,000,000 entries: 10 ms, 50 ms and
//! 50 ms; with `--large` at most four times the cost of that at 10,000,000.

#![allow(clippy::float_arithmetic, reason = "ratios of times, no money")]

mod support;

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDate};
use ledger_core::money::{Commodity, Price};
use ledger_core::report::{
    Basis, ColumnOptions, Figure, Interval, Period, Statement, StatementKind, StatementRequest, Valuation,
    ValuedAt,
};
use ledger_core::{Book, Ledger};
use rust_decimal::Decimal;
use support::data::{self, DAYS, Random};
use support::figure::{self, grouped, median, millis, percentile_99};
use support::process::{Cost, medians};
use support::settings::Settings;

/// How many months the book has.
const MONTHS: u32 = 240;

/// What is asked again and again.
struct Question {
    what: &'static str,
    kind: StatementKind,
    /// How often it is asked in a run.
    times: usize,
    bar_ms: f64,
}

const QUESTIONS: [Question; 4] = [
    Question {
        what: "balance sheet as of any day",
        kind: StatementKind::BalanceSheet,
        times: 100,
        bar_ms: 10.0,
    },
    Question {
        what: "income statement, 240 months",
        kind: StatementKind::IncomeStatement,
        times: 25,
        bar_ms: 50.0,
    },
    Question {
        what: "net worth in euros, 240 months",
        kind: StatementKind::NetWorth,
        times: 25,
        bar_ms: 50.0,
    },
    Question { what: "cash flow of any month", kind: StatementKind::CashFlow, times: 25, bar_ms: 50.0 },
];

fn main() {
    let Some(settings) = Settings::from_arguments(1) else { return };
    let mut sizes = vec![settings.entries];
    if settings.large {
        sizes.push(settings.entries * 10);
    }
    let ledgers: Vec<Ledger> = sizes
        .iter()
        .map(|&entries| {
            let path = data::kept_book(entries).expect("a book to report on");
            Ledger::open(path.to_str().expect("its name is UTF-8"), data::session()).expect("it opens")
        })
        .collect();
    let books: Vec<Book<'_>> =
        ledgers.iter().map(|ledger| ledger.book("bench").expect("the book is there")).collect();
    books.iter().for_each(add_prices);
    for question in &QUESTIONS {
        let mut times = vec![Vec::new(); books.len()];
        let mut random = Random::new(7);
        // The sizes take turns, so that a disturbance of the machine meets all of them.
        for _ in 0..question.times * settings.runs {
            let request =
                request(question.kind, data::first_day() + Days::new(random.below(DAYS as usize) as u64));
            for (book, times) in books.iter().zip(&mut times) {
                let (cost, statement) = Cost::of(|| {
                    book.reports().statement(question.kind, &request).expect("the statement is made")
                });
                check(&statement);
                times.push(cost);
            }
        }
        show(question, &sizes, &times);
    }
}

fn show(question: &Question, sizes: &[usize], times: &[Vec<Cost>]) {
    let wall = |costs: &[Cost]| median(&costs.iter().map(|cost| cost.wall).collect::<Vec<_>>());
    let smallest = wall(&times[0]);
    for (place, (&entries, times)) in sizes.iter().zip(times).enumerate() {
        let middle = wall(times);
        let what = format!("{}, {} entries", question.what, grouped(entries as u64));
        let ours = format!("{:.2} ms", millis(middle));
        if place == 0 {
            // The bars are those of a million entries; fewer have to meet them all the more.
            let bar = format!("<= {} ms", question.bar_ms);
            figure::print(&what, &ours, "-", None, &bar, millis(middle) <= question.bar_ms);
        } else {
            let ratio = middle.as_secs_f64() / smallest.as_secs_f64();
            let reference = format!("{:.2} ms", millis(smallest));
            let bar = format!("<= 400 % of {}", grouped(sizes[0] as u64));
            figure::print(&what, &ours, &reference, Some(ratio), &bar, ratio <= 4.0);
        }
        let worst = percentile_99(&times.iter().map(|cost| cost.wall).collect::<Vec<_>>());
        figure::print_fact(
            "    median; 99th percentile",
            &format!("{}; {:.2} ms", medians(times), millis(worst)),
        );
    }
}

fn request(kind: StatementKind, day: NaiveDate) -> StatementRequest {
    let first = data::first_day();
    let last = first + Days::new(DAYS - 1);
    let months = ColumnOptions { interval: Some(Interval::Month), ..ColumnOptions::default() };
    let period = |first, last| Some(Period::new(first, last).expect("it ends after it begins"));
    match kind {
        StatementKind::BalanceSheet => {
            StatementRequest { period: period(first, day), ..StatementRequest::default() }
        }
        StatementKind::CashFlow => {
            StatementRequest { period: period(day, day + Months::new(1)), ..StatementRequest::default() }
        }
        StatementKind::NetWorth => {
            let commodity = Commodity::iso("EUR").expect("it is in ISO 4217");
            let valuation = Valuation { commodity, at: ValuedAt::PeriodEnd, leave_unpriced: false };
            let basis = Basis::Valued(valuation);
            StatementRequest { period: period(first, last), columns: months, basis, ..Default::default() }
        }
        _ => StatementRequest { period: period(first, last), columns: months, ..StatementRequest::default() },
    }
}

/// Prices of dollars and dirhams in euros on the first of each month. Giving a price again replaces it by itself, so that
/// a kept book stays as it is.
fn add_prices(book: &Book<'_>) {
    let iso = |code| Commodity::iso(code).expect("it is in ISO 4217");
    let given = book.prices().list().expect("prices are listed").len();
    if given == 2 * MONTHS as usize {
        return;
    }
    let add = |book: &Book<'_>| {
        for month in 0..MONTHS {
            let on = data::first_day() + Months::new(month);
            for (code, base) in [("USD", 8_100), ("AED", 2_200)] {
                let rate = Decimal::new(base + i64::from(month * 37 % 251), 4);
                book.prices().add(Price::new(iso(code), rate, iso("EUR"), on)?)?;
            }
        }
        Ok(())
    };
    book.transaction(add).expect("prices are added");
}

/// The sums of a balance sheet are the same on both sides; the others have a result.
fn check(statement: &Statement) {
    let sums = |name: &str| -> BTreeMap<Commodity, Vec<Figure>> {
        let section = statement.section(name).expect("the section is there");
        section.totals.iter().map(|row| (row.commodity, row.figures.clone())).collect()
    };
    match statement.kind {
        StatementKind::BalanceSheet => {
            assert_eq!(sums("Assets"), sums("Liabilities and equity"), "both sides come to the same total");
        }
        StatementKind::IncomeStatement => {
            assert_eq!(sums("Net income").values().next().map(Vec::len), Some(MONTHS as usize));
        }
        StatementKind::NetWorth => {
            assert_eq!(sums("Net worth").len(), 1, "everything is valued in one currency");
        }
        _ => assert!(!sums("Cash at the end").is_empty(), "there is cash"),
    }
}
