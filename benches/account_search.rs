//! Times the account search among 100,000 accounts: each kind of query, the index built beforehand.
//!
//! `cargo bench --bench account_search`; the bar is 10 ms for the slowest query.

use std::time::{Duration, Instant};

use ledger_core::account::{SearchIndex, SearchItem, near_matches};

const ACCOUNTS: i32 = 100_000;
const ROUNDS: usize = 51;

fn main() {
    // `cargo test` builds and may run benches: there is nothing to time then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let items: Vec<SearchItem> = (0..ACCOUNTS).map(account).collect();
    let started = Instant::now();
    let index = SearchIndex::new(items);
    println!("{:<28} {:>8} accounts {:>10.2?}", "build the index", index.len(), started.elapsed());
    let queries = [
        "",
        "e",
        "a",
        "expenses",
        "groceries",
        "ex:gro",
        "ex:fo:re",
        "bank n26",
        "acme 4711",
        "assets:bank:n26 7",
        "roceri",
        "grocreies",
        "expnses",
        "expnses grocreies",
        "expnses:grocreies 12",
        "custmer 99999",
        "12345",
        "creditcard",
        "zzzzzzzz",
        "ustomer",
        "o",
        "e:e:e:z",
        "ccount 26 ssets",
        "restaurant sao paulo",
        "a b c d e f g h",
        "receivable customer global trading 123456",
    ];
    let mut slowest = Duration::ZERO;
    for query in queries {
        let (median, hits) = median(|| index.search(query, 10).len());
        slowest = slowest.max(median);
        println!("{query:<44} {hits:>3} hits {median:>10.2?}");
    }
    for name in ["Expenses:Grocery:Shop 12", "Expenses:Food & Drnk:Berlin 77"] {
        let (median, matches) = median(|| near_matches(name, &index).len());
        println!("near {name:<39} {matches:>3} hits {median:>10.2?}");
    }
    println!("slowest of {} queries, median of {ROUNDS}: {slowest:.2?} (bar: 10 ms)", queries.len());
}

fn median(run: impl Fn() -> usize) -> (Duration, usize) {
    let mut count = 0;
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            count = std::hint::black_box(run());
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    (times[ROUNDS / 2], count)
}

/// One of the accounts that a large book may have: customers, suppliers, shops, projects and banks.
fn account(id: i32) -> SearchItem {
    const COMPANIES: [&str; 8] = [
        "Acme",
        "Global Trading",
        "Müller & Söhne",
        "Café Central",
        "Nordwind",
        "Société Générale",
        "Tanaka",
        "Blue Ocean",
    ];
    const GROUPS: [&str; 6] =
        ["Groceries", "Food & Drink", "Travel", "Restaurants", "Office Supplies", "Insurance"];
    const PLACES: [&str; 5] = ["Berlin", "Lisbon", "Kraków", "São Paulo", "Hong Kong"];
    let pick = |from: &[&'static str], step: i32| from[usize::try_from(id / step).unwrap_or(0) % from.len()];
    let name = match id % 5 {
        0 => format!("Assets:Receivable:Customer {} {id}", pick(&COMPANIES, 5)),
        1 => format!("Liabilities:Payable:{} {id}", pick(&COMPANIES, 5)),
        2 => format!("Expenses:{}:Shop {}", pick(&GROUPS, 5), id / 30),
        3 => format!("Expenses:{}:{} {}", pick(&GROUPS, 5), pick(&PLACES, 30), id / 150),
        _ => format!("Assets:Bank:N26 {}:Account {id}", id / 100),
    };
    let use_count = u64::try_from(id % 97).unwrap_or(0);
    SearchItem { id, name, aliases: Vec::new(), use_count, last_used: 24_300 - id % 40, closed: id % 50 == 0 }
}
