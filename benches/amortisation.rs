//! Times plans of repayment: 360 monthly instalments of the kinds that take the most work.
//!
//! `cargo bench -p ledger-core --bench amortisation`; the bar is 100 µs for a plan of 360 periods. Times are those on the
//! processor, so that they can be seen beside other work.

#![allow(clippy::float_arithmetic, reason = "ratios of times, no money")]

#[allow(dead_code)]
#[path = "support/figure.rs"]
mod figure;
#[allow(dead_code)]
#[path = "support/process.rs"]
mod process;

use std::hint::black_box;
use std::time::Duration;

use chrono::NaiveDate;
use figure::{median, print, print_fact};
use ledger_core::money::Commodity;
use ledger_core::receivable::{
    Compounding, DayCount, Frequency, InstalmentKind, InstalmentTerms, InterestTerms, Loan, LoanTerms,
    RateChange, Repayment, Residue, amortise, annual_percentage_rate_of_plan,
};
use process::cpu_time;

const PERIODS: u32 = 360;
/// Plans in one measurement, and measurements.
const PLANS: u32 = 200;
const RUNS: usize = 21;

fn main() {
    // `cargo test` builds and may run benches: there is nothing to time then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let annuity = InstalmentKind::Annuity { count: PERIODS };
    let equal_principal = InstalmentKind::EqualPrincipal { count: PERIODS };
    let thirty = |kind| terms(kind, DayCount::Thirty360, Compounding::None);
    show("annuity, 30/360", &thirty(annuity));
    show("annuity, 30/360, odd first period, residue first", &{
        let mut terms = thirty(annuity);
        (terms.lent_on, terms.residue) = (day(2025, 11, 20), Residue::First);
        terms
    });
    show("equal parts of principal, 30/360", &thirty(equal_principal));
    show("annuity, actual/365", &terms(annuity, DayCount::Actual365, Compounding::None));
    show("annuity, actual/actual", &terms(annuity, DayCount::ActualActual, Compounding::None));
    show("annuity, 30/360, half-yearly", &terms(annuity, DayCount::Thirty360, Compounding::HalfYearly));
    show("annuity, actual/365, half-yearly", &terms(annuity, DayCount::Actual365, Compounding::HalfYearly));
    show("annuity, 30/360, a new rate each year", &{
        let mut terms = thirty(annuity);
        let change = |year: i32| RateChange {
            from: day(2026 + year, 6, 10),
            rate: format!("4.{}", year % 10).parse().expect("a rate"),
        };
        terms.interest.as_mut().expect("it bears interest").changes = (1..30).map(change).collect();
        terms
    });
    let loan = Loan::new(thirty(annuity)).expect("the terms are sound");
    let plan = amortise(&loan).expect("it has a plan");
    let rate = timed(|| {
        black_box(annual_percentage_rate_of_plan(&loan, black_box(&plan)).expect("it has a rate"));
    });
    print_fact("annual percentage rate of 360 payments", &shown(rate));
}

fn show(what: &str, terms: &LoanTerms) {
    let loan = Loan::new(terms.clone()).expect("the terms are sound");
    let time = timed(|| {
        black_box(amortise(black_box(&loan)).expect("it has a plan"));
    });
    let bar = Duration::from_micros(100);
    let ratio = time.as_secs_f64() / bar.as_secs_f64();
    print(what, &shown(time), "-", Some(ratio), "at most 100 µs", time <= bar);
}

/// The median time on the processor of one of many calls.
fn timed(work: impl Fn()) -> Duration {
    let runs: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let started = cpu_time();
            for _ in 0..PLANS {
                work();
            }
            cpu_time().saturating_sub(started) / PLANS
        })
        .collect();
    median(&runs)
}

fn shown(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}

fn terms(kind: InstalmentKind, day_count: DayCount, compounding: Compounding) -> LoanTerms {
    let first_due_on = day(2026, 2, 1);
    let instalments = InstalmentTerms { kind, frequency: Frequency::MONTHLY, first_due_on, due_day: None };
    let principal = Commodity::iso("EUR").expect("the code is in ISO 4217").amount(25_000_000);
    let mut terms = LoanTerms::new(principal, day(2026, 1, 1), Repayment::Instalments(instalments));
    let rate = "4.56".parse().expect("a rate");
    terms.interest = Some(InterestTerms { day_count, compounding, ..InterestTerms::simple(rate) });
    terms
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date of the calendar")
}
