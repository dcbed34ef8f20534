//! How much of what recurs is found in four years of a household and how much of what is found recurs, on seeds that no
//! test knows; and how long 1,000,000 movements take.
//!
//! `cargo bench -p ledger-core --bench recurring_detection`; our own aim is 2 s.

#![allow(clippy::float_arithmetic, reason = "shares and ratios of times, no money")]

mod support;

use std::hint::black_box;

use ledger_core::money::Commodity;
use ledger_core::schedule::{DetectOptions, Movement, RecurringProposal, detect};
use support::figure::{grouped, millis, print, print_fact};
use support::numbered::account;
use support::process::Cost;
use support::recurring_history::{History, Planted, last_day, recurring_history};

const MOVEMENTS: usize = 1_000_000;
const BAR_MILLIS: f64 = 2_000.0;
/// The seeds of the histories whose proposals are counted.
const SEEDS: std::ops::Range<u64> = 2_001..2_201;

fn main() {
    // `cargo test` builds and may run benches: there is nothing to measure then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    accuracy();
    speed();
}

fn accuracy() {
    let (mut planted, mut found, mut right) = (0, 0, 0);
    for seed in SEEDS {
        let history = recurring_history(seed);
        let movements: Vec<_> = movements(&history, 0).collect();
        let mut proposals = detected(&movements);
        planted += history.planted.len();
        found += proposals.len();
        for row in &history.planted {
            if let Some(at) = proposals.iter().position(|proposal| is_of(proposal, row)) {
                proposals.remove(at);
                right += 1;
            } else {
                println!("    seed {seed}: {} is missing", row.payee);
            }
        }
        for noise in proposals {
            println!("    seed {seed}: {} is noise, {}, {:?}", noise.name, noise.confidence, noise.reasons);
        }
    }
    let share = |part: usize, whole: usize| {
        format!("{:.2} % ({part} of {whole})", part as f64 * 100.0 / whole as f64)
    };
    print_fact("precision: proposals that were planted", &share(right, found));
    print_fact("recall: planted rows that were proposed", &share(right, planted));
}

fn speed() {
    let histories: Vec<_> = (1..=20).map(recurring_history).collect();
    let households = histories.iter().cycle().zip(0..);
    let movements: Vec<_> =
        households.flat_map(|(history, number)| movements(history, number)).take(MOVEMENTS).collect();
    let (spent, found) = Cost::of(|| detected(&movements));
    let took = millis(spent.wall);
    let what = format!("{} movements, {} proposals", grouped(MOVEMENTS as u64), grouped(found.len() as u64));
    print(&what, &format!("{took:.0} ms"), "-", None, "2,000 ms (own aim)", took <= BAR_MILLIS);
    println!("    {:.0} ms of processor time", millis(spent.cpu));
}

fn detected(movements: &[Movement]) -> Vec<RecurringProposal> {
    let found = detect(black_box(movements), &[], &DetectOptions::new(last_day()));
    black_box(found.expect("the days lie in the calendar"))
}

fn is_of(proposal: &RecurringProposal, row: &Planted) -> bool {
    let apart = proposal.amount().minor().abs_diff(row.minor);
    proposal.name.starts_with(row.payee)
        && proposal.cadence.name() == row.cadence
        && apart <= row.minor.unsigned_abs() / 5
}

/// The movements of a household, on accounts of its own.
fn movements(history: &History, household: usize) -> impl Iterator<Item = Movement> {
    let eur = Commodity::iso("EUR").expect("EUR is in ISO 4217");
    let first = household * 100;
    history.rows.iter().zip(1..).map(move |(row, entry)| Movement {
        entry,
        on: row.on,
        account: account(first + 1),
        counter: Some(account(first + 1 + row.counter as usize)),
        amount: eur.amount(row.minor),
        party: row.party.clone(),
        text: row.text.clone(),
    })
}
