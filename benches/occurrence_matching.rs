//! Times matching 100,000 occurrences with 10,000 movements: spread over years and accounts, all on one account, and the
//! fees of a club, which are all of one amount and due on one day.
//!
//! `cargo bench -p ledger-core --bench occurrence_matching`; the bar is 1 s for each.

#![allow(clippy::float_arithmetic, reason = "ratios of times, no money")]

mod support;

use std::hint::black_box;

use chrono::{Days, NaiveDate};
use ledger_core::money::Commodity;
use ledger_core::schedule::{
    ExpectedOccurrence, MatchOptions, Movement, OccurrenceKey, ScheduleId, match_occurrences,
};
use support::data::Random;
use support::figure::{millis, print};
use support::numbered::account;
use support::process::Cost;

const OCCURRENCES: usize = 100_000;
const MOVEMENTS: usize = 10_000;
const BAR_MILLIS: f64 = 1_000.0;

/// How occurrences are spread.
struct Shape {
    what: &'static str,
    accounts: usize,
    days: usize,
    /// How many amounts there are, or one for all.
    amounts: usize,
}

fn main() {
    // `cargo test` builds and may run benches: there is nothing to time then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    for shape in [
        Shape { what: "500 rows over ten years, 20 accounts", accounts: 20, days: 3_650, amounts: 500 },
        Shape { what: "one account, one year", accounts: 1, days: 365, amounts: 500 },
        Shape { what: "one account, one month, few amounts", accounts: 1, days: 30, amounts: 20 },
        Shape { what: "fees of one amount, due on one day", accounts: 1, days: 1, amounts: 1 },
    ] {
        measure(&shape);
    }
}

fn measure(shape: &Shape) {
    let expected: Vec<_> = (0..OCCURRENCES).map(|at| occurrence(shape, at)).collect();
    let mut random = Random::new(7);
    let moved: Vec<_> = (0..MOVEMENTS)
        .map(|at| movement(&expected[random.below(OCCURRENCES)], at as i64 + 1, &mut random))
        .collect();
    let (spent, found) =
        Cost::of(|| match_occurrences(black_box(&expected), black_box(&moved), &MatchOptions::default()));
    let sure = found.iter().filter(|one| one.is_sure).count();
    let took = millis(spent.wall);
    print(shape.what, &format!("{took:.0} ms"), "-", None, "1,000 ms", took <= BAR_MILLIS);
    println!(
        "    {} matched, {sure} of them sure; {:.0} ms of processor time",
        found.len(),
        millis(spent.cpu)
    );
}

fn occurrence(shape: &Shape, at: usize) -> ExpectedOccurrence {
    let mut random = Random::new(at as u64 * 2_654_435_761 + 1);
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("it is in the calendar");
    let due_on = first + Days::new(random.below(shape.days) as u64);
    let row = random.below(500);
    let eur = Commodity::iso("EUR").expect("EUR is in ISO 4217");
    let minor = 1_000 + 137 * (row % shape.amounts) as i64;
    // Every third row is an estimate, the fees of a club are not.
    let spread = if shape.amounts > 1 && row.is_multiple_of(3) { minor / 5 } else { 0 };
    ExpectedOccurrence {
        key: OccurrenceKey::new(ScheduleId::new(at as i32 + 1), due_on),
        due_on,
        account: account(1 + row % shape.accounts),
        counter: None,
        amount: eur.amount(-minor),
        low: eur.amount(-minor + spread),
        high: eur.amount(-minor - spread),
        party: Some(if shape.amounts > 1 { format!("Company {row}") } else { format!("Member {at}") }),
        name: format!("Contract of {row}"),
    }
}

/// What settles an occurrence: some days off, sometimes without a party.
fn movement(of: &ExpectedOccurrence, entry: i64, random: &mut Random) -> Movement {
    let party = of.party.clone().filter(|_| random.below(3) > 0);
    Movement {
        entry,
        on: of.due_on + Days::new(random.below(4) as u64),
        account: of.account,
        counter: None,
        amount: of.amount,
        text: format!("SEPA direct debit {} ref {entry}", of.name),
        party,
    }
}
