use std::collections::{BTreeMap, HashSet};

use rust_decimal::{Decimal, RoundingStrategy};

use super::year::{converted, on};
use super::*;

fn scale(code: &str) -> u32 {
    COMMODITIES.iter().find(|commodity| commodity.code == code).unwrap().scale.into()
}

/// The weight of a line, computed another way than the sample does.
fn weight(line: &SampleLine) -> (&'static str, i64) {
    let Some((rate, quote)) = &line.at else { return (line.code, line.amount_minor) };
    let amount = Decimal::new(line.amount_minor, scale(line.code));
    let weight = (amount * rate.parse::<Decimal>().unwrap())
        .round_dp_with_strategy(scale(quote), RoundingStrategy::MidpointNearestEven);
    (quote, i64::try_from((weight * Decimal::from(10i64.pow(scale(quote)))).normalize()).unwrap())
}

#[test]
fn every_entry_of_the_sample_balances_at_its_weights() {
    for entry in entries() {
        assert!(entry.lines.len() >= 2, "{entry:?}");
        let mut sums = BTreeMap::new();
        for line in &entry.lines {
            assert_ne!(line.amount_minor, 0, "{entry:?}");
            let (code, weight) = weight(line);
            *sums.entry(code).or_insert(0) += weight;
        }
        assert!(sums.values().all(|sum| *sum == 0), "{sums:?} in {entry:?}");
    }
}

#[test]
fn the_sample_is_the_same_every_time() {
    let all = entries();
    assert_eq!(all, entries());
    let absolute: i64 = all.iter().flat_map(|entry| &entry.lines).map(|line| line.amount_minor.abs()).sum();
    assert_eq!((all.len(), absolute), (650, 106_340_965));
}

#[test]
fn the_sample_is_sorted_within_its_year_and_each_entry_has_its_own_id() {
    let all = entries();
    assert!(all.is_sorted_by_key(|entry| entry.date));
    assert_eq!(
        (all.first().unwrap().date, all.first().unwrap().description.as_str()),
        (on(1, 1), "Opening balances")
    );
    assert!(all.iter().all(|entry| (on(1, 1)..=on(12, 31)).contains(&entry.date)));
    let ids: HashSet<_> = all.iter().map(|entry| &entry.external_id).collect();
    assert_eq!(ids.len(), all.len());
}

#[test]
fn every_account_of_the_sample_is_listed_and_every_listed_one_is_used() {
    let all = entries();
    let used: HashSet<_> =
        all.iter().flat_map(|entry| &entry.lines).map(|line| line.account.as_str()).collect();
    let listed: HashSet<_> = ACCOUNTS.iter().map(|account| account.name).collect();
    assert_eq!(used, listed);
    assert_eq!(listed.len(), ACCOUNTS.len());
    for account in ACCOUNTS {
        let root = account.name.split(':').next().unwrap().to_lowercase();
        let root = if root == "liabilities" { "liability" } else { root.strip_suffix('s').unwrap_or(&root) };
        assert_eq!(root, account.kind, "{}", account.name);
    }
}

#[test]
fn no_account_of_the_sample_is_overdrawn_and_the_late_invoice_is_paid_but_the_last_is_open() {
    let mut balances: BTreeMap<(String, &str), i64> = BTreeMap::new();
    for entry in entries() {
        for line in &entry.lines {
            *balances.entry((line.account.clone(), line.code)).or_default() += line.amount_minor;
        }
        for ((account, code), balance) in &balances {
            assert!(
                !account.starts_with("Assets") || *balance >= 0,
                "{account} {balance} {code} on {}",
                entry.date
            );
            assert!(
                !account.starts_with("Liabilities") || *balance <= 0,
                "{account} {balance} on {}",
                entry.date
            );
        }
    }
    assert_eq!(balances[&("Assets:Receivable:Studio Nordlicht".to_owned(), "EUR")], 1_150_00);
    assert!(balances[&("Assets:Cash".to_owned(), "USD")] > 0);
}

#[test]
fn the_trip_to_new_york_is_tagged_and_holds_dollars_at_a_price() {
    let all = entries();
    let trip = ("trip".to_owned(), "new-york".to_owned());
    let lines: Vec<_> =
        all.iter().filter(|entry| entry.tags.contains(&trip)).flat_map(|entry| &entry.lines).collect();
    assert!(lines.iter().filter(|line| line.code == "USD" && line.at.is_some()).count() > 20);
    assert!(lines.iter().any(|line| line.code == "USD" && line.at.is_none()), "cash is spent in dollars");
}

#[test]
fn prices_are_monthly_positive_and_of_known_commodities() {
    let prices = prices();
    assert_eq!(prices.len(), 24);
    assert!(prices.is_sorted_by_key(|price| price.date));
    for price in &prices {
        assert!(price.rate.parse::<Decimal>().unwrap() > Decimal::ZERO);
        assert!(scale(price.code) > 0 && price.quote == "EUR");
    }
}

#[test]
fn conversion_rounds_halves_to_the_even_cent() {
    // 0.50 at 0.01 is half a cent, 1.50 at 0.01 a cent and a half.
    assert_eq!((converted(50, 2, 100), converted(150, 2, 100), converted(-50, 2, 100)), (0, 2, 0));
    assert_eq!(converted(-150, 2, 100), -2);
}
