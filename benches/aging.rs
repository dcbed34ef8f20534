//! Times aging 100,000 open amounts of 10,000 parties: the pure part, without reading them.
//!
//! `cargo bench -p ledger-core --bench aging`; the bar of this part is 20 ms.

#![allow(clippy::float_arithmetic, reason = "ratios of times, no money")]

mod support;

use std::hint::black_box;

use chrono::{Days, NaiveDate};
use ledger_core::receivable::{AgingBy, Buckets, LoanGroupId, OpenAmount, PartyId, ReceivableId, age};
use support::data::Random;
use support::figure::{median, millis, print};
use support::process::Cost;

const AMOUNTS: usize = 100_000;
const PARTIES: usize = 10_000;
const BAR_MILLIS: f64 = 20.0;
const RUNS: usize = 11;

fn main() {
    // `cargo test` builds and may run benches: there is nothing to time then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("it is in the calendar");
    let open = amounts(first);
    for (what, by) in
        [("by party", AgingBy::Party), ("by group", AgingBy::Group), ("by receivable", AgingBy::Receivable)]
    {
        let costs = (0..RUNS).map(|_| {
            let aged = || age(black_box(&open), first + Days::new(200), &Buckets::default(), by);
            let (spent, aging) = Cost::of(|| aged().expect("the sums fit"));
            (millis(spent.wall), millis(spent.cpu), aging.rows.len())
        });
        let costs: Vec<_> = costs.collect();
        let wall = median(&costs.iter().map(|cost| cost.0).collect::<Vec<_>>());
        let cpu = median(&costs.iter().map(|cost| cost.1).collect::<Vec<_>>());
        print(what, &format!("{wall:.1} ms"), "-", None, "20 ms", wall <= BAR_MILLIS);
        println!("    {} rows; {cpu:.1} ms of processor time", costs[0].2);
    }
}

/// Amounts in no order, a twentieth of them credits.
fn amounts(first: NaiveDate) -> Vec<OpenAmount> {
    let mut random = Random::new(5);
    let mut one = || {
        let party = random.below(PARTIES) as i32 + 1;
        let minor = random.below(100_000) as i64 + 1;
        OpenAmount {
            receivable: ReceivableId::new(party * 3 + random.below(3) as i32),
            party: PartyId::new(party),
            group: (random.below(4) == 0).then(|| LoanGroupId::new(party % 50 + 1)),
            due_on: (random.below(20) > 0).then(|| first + Days::new(random.below(365) as u64)),
            amount: if random.below(20) == 0 { -minor } else { minor },
        }
    };
    (0..AMOUNTS).map(|_| one()).collect()
}
