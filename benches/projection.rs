//! Times projections: 500 rows over 10 years, day by day, a base and four scenarios of it.
//!
//! `cargo bench -p ledger-core --bench projection`; the bar is 50 ms for four scenarios in one process, with their base
//! worked out from the plan.

#![allow(clippy::float_arithmetic, reason = "ratios of times, no money")]

#[allow(dead_code)]
#[path = "support/figure.rs"]
mod figure;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use figure::{median, millis, print, print_fact};
use ledger_core::account::AccountId;
use ledger_core::money::{Amount, Commodity, Price, PriceTable};
use ledger_core::schedule::{
    Adjustment, AmountChange, Expansion, OpeningBalance, Percent, Plan, PlannedLine, Projection,
    ProjectionInput, ProjectionOptions, Recurrence, RowRef, Scenario, ScheduleId, ScheduleTerms, Scope,
    ShiftBy, WeekendRule, compare, project,
};

const ROWS: i32 = 500;
const ACCOUNTS: i32 = 8;
const RUNS: usize = 15;

fn main() {
    // `cargo test` builds and may run benches: there is nothing to time then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let start = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a date of the calendar");
    let (plan, options) = (plan(start), options(start));
    let scenarios: Vec<Scenario> = (0..4).map(scenario).collect();
    let opening: Vec<OpeningBalance> = (1..=ACCOUNTS)
        .map(|number| OpeningBalance { account: account(number), amount: money("EUR", 500_000) })
        .collect();

    let (mut all, mut base, mut one) = (Vec::new(), Vec::new(), Vec::new());
    let mut occurrences = 0;
    for _ in 0..RUNS {
        let started = Instant::now();
        let expansion = Expansion::of(&plan, start, options.to).expect("the plan is sound");
        base.push(started.elapsed());
        let mut made: Vec<Projection> = Vec::new();
        for scenario in &scenarios {
            let from = Instant::now();
            let adjusted = scenario.apply(&plan).expect("the scenario fits");
            let adjusted = expansion.of_variant(&adjusted).expect("the plan is sound");
            let input = ProjectionInput { opening: &opening, posted: &[], expansion: &adjusted, usual: &[] };
            made.push(project(&input, &options).expect("it can be projected"));
            one.push(from.elapsed());
        }
        black_box(&made);
        all.push(started.elapsed());
        occurrences = expansion.occurrences().len();
        let named: Vec<(&str, &Projection)> = ["a", "b", "c", "d"].into_iter().zip(&made).collect();
        black_box(compare(&named).expect("they are of the same days"));
    }
    let four = median(&all);
    print_fact("occurrences of the base", &figure::grouped(occurrences as u64));
    print_fact("finding the days of the base", &shown(median(&base)));
    print_fact("one scenario: apply, find its days, project", &shown(median(&one)));
    let what = format!("{ROWS} rows, 10 years, 4 scenarios, {ACCOUNTS} accounts and a total");
    let bar = Duration::from_millis(50);
    let ratio = four.as_secs_f64() / bar.as_secs_f64();
    print(&what, &shown(four), "-", Some(ratio), "at most 50 ms", four <= bar);
}

fn shown(time: Duration) -> String {
    format!("{:.1} ms", millis(time))
}

fn account(number: i32) -> AccountId {
    serde_json::from_value(number.into()).expect("a number is an account's")
}

fn money(code: &str, minor: i64) -> Amount {
    Commodity::iso(code).expect("the code is in ISO 4217").amount(minor)
}

/// Rows of every kind that a household or a freelancer has: mostly monthly, some weekly, quarterly, daily or yearly.
fn plan(start: NaiveDate) -> Plan {
    let mut plan = Plan::default();
    for number in 0..ROWS {
        let rule = match number % 20 {
            0 => "FREQ=WEEKLY",
            1 | 2 => "FREQ=YEARLY",
            3 => "FREQ=MONTHLY;INTERVAL=3",
            4 => "FREQ=WEEKLY;INTERVAL=2",
            5 => "FREQ=MONTHLY;BYMONTHDAY=-1",
            _ => "FREQ=MONTHLY",
        };
        let starts_on = start + Days::new(u64::from(number.unsigned_abs() % 28));
        let recurrence = Recurrence::from_rfc5545(rule, Some(starts_on)).expect("the rule reads");
        let code = if number % 25 == 7 { "USD" } else { "EUR" };
        let minor = 1_000 + i64::from(number) * 37;
        let own = PlannedLine::new(account(number % ACCOUNTS + 1), money(code, -minor));
        let other = PlannedLine::new(account(100 + number % 40), money(code, minor));
        let lines = if number % 10 == 9 {
            let (low, high) = (minor / 2, minor * 2);
            vec![
                other.between(money(code, low), money(code, high)),
                own.between(money(code, -low), money(code, -high)),
            ]
        } else {
            vec![other, own]
        };
        let percent = if number % 7 == 0 { 60 } else { 100 };
        let mut terms = ScheduleTerms::new(format!("row {number}"), recurrence, lines)
            .probability(Percent::new(percent).expect("it is a percentage"));
        if number % 3 == 0 {
            terms = terms.weekend(WeekendRule::Before);
        }
        plan.add(terms).expect("the terms are sound");
    }
    plan
}

fn options(start: NaiveDate) -> ProjectionOptions {
    let to = start + Days::new(3_652);
    let (usd, eur) = (money("USD", 0).commodity(), money("EUR", 0).commodity());
    let price = Price::new(usd, "0.92".parse().expect("a number"), eur, start).expect("a sound price");
    ProjectionOptions::new(start, to, (1..=ACCOUNTS).map(account).collect())
        .total(eur, Arc::new(PriceTable::new([price])))
        .floor(None, money("EUR", 100_000))
}

/// A few adjustments of each kind.
fn scenario(number: i32) -> Scenario {
    let row = |place: i32| RowRef::Id(ScheduleId::new(place * 11 + number + 1));
    let from = NaiveDate::from_ymd_opt(2027, 6, 1).expect("a date of the calendar");
    let raise = AmountChange::Percent(10.into());
    Scenario {
        name: format!("scenario {number}"),
        adjustments: vec![
            Adjustment::Amount { row: row(1), change: raise, scope: Scope::From(from) },
            Adjustment::Shift { row: row(2), by: ShiftBy::Days(5), scope: Scope::All },
            Adjustment::Shift { row: row(3), by: ShiftBy::Days(9), scope: Scope::From(from) },
            Adjustment::Stop { row: row(4), from },
            Adjustment::Probability { row: row(5), percent: Percent::new(25).expect("it is a percentage") },
        ],
    }
}
