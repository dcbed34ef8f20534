//! Times settling up 1,000 people, and the few for whom the fewest transfers are found exactly.
//!
//! `cargo bench -p ledger-core --bench settle_up`; the bar is 50 ms.

#![allow(clippy::float_arithmetic, reason = "ratios of times, no money")]

mod support;

use std::hint::black_box;

use ledger_core::receivable::settle_up;
use support::data::Random;
use support::figure::{millis, print};
use support::process::Cost;

const BAR_MILLIS: f64 = 50.0;

fn main() {
    // `cargo test` builds and may run benches: there is nothing to time then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    measure("1,000 people, up to 100.00 each", &balances(1_000, 10_000));
    measure("1,000 people, up to 10,000,000.00 each", &balances(1_000, 1_000_000_000));
    measure("1,000 people, one of whom is owed by all", &one_creditor(1_000));
    measure("16 people of whom no set is even: all subsets are tried", &one_creditor(16));
}

fn measure(what: &str, balances: &[(usize, i64)]) {
    let (spent, transfers) = Cost::of(|| settle_up(black_box(balances)).expect("they sum to zero"));
    let took = millis(spent.wall);
    print(what, &format!("{took:.2} ms"), "-", None, "50 ms", took <= BAR_MILLIS);
    println!("    {} transfers; {:.2} ms of processor time", transfers.len(), millis(spent.cpu));
}

/// Balances of any size up to one, the last of which makes the sum zero.
fn balances(people: usize, size: usize) -> Vec<(usize, i64)> {
    let mut random = Random::new(11);
    let mut balances: Vec<(usize, i64)> =
        (0..people - 1).map(|person| (person, random.below(2 * size + 1) as i64 - size as i64)).collect();
    let sum: i64 = balances.iter().map(|(_, balance)| *balance).sum();
    balances.push((people - 1, -sum));
    balances
}

/// Everyone owes another amount to the last.
fn one_creditor(people: usize) -> Vec<(usize, i64)> {
    let mut balances: Vec<(usize, i64)> = (1..people).map(|person| (person, -(person as i64))).collect();
    let sum: i64 = balances.iter().map(|(_, balance)| *balance).sum();
    balances.push((people, -sum));
    balances
}
