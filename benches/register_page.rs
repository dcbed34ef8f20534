//! A page of 50 lines with the running balance, anywhere in the register of the busiest account.
//!
//! `cargo bench -p ledger-core --bench register_page -- [--quick]`. The bar: 10 ms at 1,000,000 entries.

#![allow(clippy::float_arithmetic, reason = "ratios of times, no money")]

mod support;

use chrono::{Days, NaiveDate};
use ledger_core::report::{RegisterPage, RegisterQuery};
use ledger_core::{Book, Ledger};
use support::data::{self, DAYS, Random, World};
use support::figure::{self, grouped, median, millis, percentile_99};
use support::process::{Cost, medians};
use support::settings::Settings;

const PLACES: usize = 300;
const LIMIT_MS: f64 = 10.0;

fn main() {
    let Some(settings) = Settings::from_arguments(1) else { return };
    let path = data::kept_book(settings.entries).expect("a book with a register");
    let ledger = Ledger::open(path.to_str().expect("its name is UTF-8"), data::session()).expect("it opens");
    let book = ledger.book("bench").expect("the book is there");
    let world = World::new();
    let account = world.busiest();
    let size = grouped(settings.entries as u64);

    let latest = RegisterQuery { limit: 50, ..RegisterQuery::latest(account) };
    let from = |day: NaiveDate| RegisterQuery { latest: false, from: Some(day), ..latest.clone() };
    let mut random = Random::new(11);
    let mut any_day = || data::first_day() + Days::new(random.below(DAYS as usize) as u64);

    let mut anywhere = Vec::new();
    let mut next = Vec::new();
    let mut previous = Vec::new();
    for _ in 0..PLACES {
        let (time, page) = timed(&book, &from(any_day()));
        anywhere.push(time);
        // Turning the page goes by its cursor, as a reader does.
        if page.next.is_some() {
            next.push(timed(&book, &RegisterQuery { latest: false, after: page.next, ..latest.clone() }).0);
        }
        let back = RegisterQuery {
            latest: false,
            from: None,
            before: page.previous.or(page.next),
            ..latest.clone()
        };
        if back.before.is_some() {
            previous.push(timed(&book, &back).0);
        }
    }
    let first: Vec<Cost> = (0..51).map(|_| timed(&book, &from(data::first_day())).0).collect();
    let last: Vec<Cost> = (0..51).map(|_| timed(&book, &latest).0).collect();
    let below = RegisterQuery { account: "Assets:Bank".to_owned(), below: true, ..latest.clone() };
    let subtree: Vec<Cost> = (0..51).map(|_| timed(&book, &below).0).collect();
    let places = [
        ("first", first),
        ("latest", last),
        ("from any day", anywhere),
        ("next after any", next),
        ("previous before any", previous),
        ("latest of 18 accounts together", subtree),
    ];
    for (place, times) in places {
        let wall: Vec<_> = times.iter().map(|cost| cost.wall).collect();
        let middle = median(&wall);
        let what = format!("register page of 50, {size} entries, {place}");
        let ours = format!("{:.2} ms", millis(middle));
        figure::print(&what, &ours, "-", None, "<= 10 ms", millis(middle) <= LIMIT_MS);
        let worst = millis(percentile_99(&wall));
        figure::print_fact("    median; 99th percentile", &format!("{}; {worst:.2} ms", medians(&times)));
    }
}

fn timed(book: &Book<'_>, query: &RegisterQuery) -> (Cost, RegisterPage) {
    Cost::of(|| book.journal().register(query).expect("the page is made"))
}
