//! What holds of every sequence of purchases, sales and moves, by every method.

use proptest::prelude::*;

use super::tests::{aapl, usd};
use super::*;
use crate::account::AccountId;

/// A step: a day, two accounts, units and their price in cents.
type Step = (u8, bool, i64, i64, u8);

/// Entries of a book on two accounts: purchases, sales, and units that move from one to the other.
fn entries(steps: &[Step]) -> Vec<Vec<Movement>> {
    let mut steps = steps.to_vec();
    steps.sort_by_key(|step| step.0);
    let entry = |(number, (day, first, units, cents, kind)): (usize, Step)| {
        let on = chrono::NaiveDate::from_yo_opt(2026, u32::from(day) + 1).unwrap();
        let (own, other) = if first { (1, 2) } else { (2, 1) };
        let line = |line: i32, account: i32, units: i64, weight: Option<i64>| Movement {
            on,
            entry: number as i64 + 1,
            line,
            account: AccountId(account),
            units: aapl().amount(units),
            weight: weight.map(|minor| usd().amount(minor)),
            unit_cost: None,
            lot: None,
        };
        match kind % 4 {
            0 | 1 => vec![line(1, own, units, Some(units * cents + cents % 7))],
            2 => vec![line(1, own, -units, Some(-(units * cents)))],
            _ => vec![line(1, own, -units, None), line(2, other, units, None)],
        }
    };
    steps.into_iter().enumerate().map(entry).collect()
}

/// Fed until the first sale of more than is held: without shortages, nothing is of unknown cost.
fn fed(method: LotMethod, entries: &[Vec<Movement>]) -> (Inventory, Vec<Movement>) {
    let (mut lots, mut taken) = (Inventory::new(method), Vec::new());
    for entry in entries {
        let mut next = lots.clone();
        next.feed(entry).unwrap();
        if next.problems().is_empty() {
            lots = next;
            taken.extend(entry.iter().cloned());
        }
    }
    (lots, taken)
}

fn minor(cost: LotCost) -> i128 {
    cost.amount().map_or(0, |cost| i128::from(cost.minor()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn open_units_are_the_balance_and_no_cost_is_lost(
        steps in prop::collection::vec((0_u8..200, any::<bool>(), 1_i64..50, 1_i64..100_000, any::<u8>()), 1..40),
    ) {
        let entries = entries(&steps);
        for method in [LotMethod::Fifo, LotMethod::Lifo, LotMethod::Hifo, LotMethod::Average] {
            let (lots, taken) = fed(method, &entries);
            for account in [AccountId(1), AccountId(2)] {
                let own = |id: AccountId| id == account;
                let held: i64 = lots.open().filter(|lot| own(lot.account)).map(|lot| lot.units.minor()).sum();
                let balance: i64 = taken.iter().filter(|it| own(it.account)).map(|it| it.units.minor()).sum();
                prop_assert_eq!(held, balance, "{}", method);
            }
            let paid: i128 = taken.iter().filter(|it| !it.units.is_negative())
                .filter_map(|it| it.weight).map(|weight| i128::from(weight.minor())).sum();
            let open: i128 = lots.open().map(|lot| minor(lot.cost)).sum();
            let closed: i128 = lots.closed().iter().map(|it| minor(it.cost)).sum();
            prop_assert_eq!(open + closed, paid, "{}", method);
            let received: i128 = taken.iter().filter(|it| it.units.is_negative())
                .filter_map(|it| it.weight).map(|weight| -i128::from(weight.minor())).sum();
            let proceeds: i128 = lots.closed().iter().filter_map(|it| it.proceeds).map(|it| i128::from(it.minor())).sum();
            prop_assert_eq!(proceeds, received, "{}", method);
            prop_assert!(lots.open().all(|lot| lot.units.minor() > 0));
            prop_assert!(lots.closed().iter().all(|it| it.opened_on <= it.closed_on && it.units.minor() > 0));
        }
    }

    #[test]
    fn missing_units_are_the_rest_of_the_balance(
        steps in prop::collection::vec((0_u8..200, any::<bool>(), 1_i64..50, 1_i64..100_000, any::<u8>()), 1..40),
    ) {
        for method in LotMethod::ALL {
            let mut lots = Inventory::new(method);
            let entries = entries(&steps);
            entries.iter().for_each(|entry| lots.feed(entry).unwrap());
            for account in [AccountId(1), AccountId(2)] {
                let held: i64 = lots.open().filter(|lot| lot.account == account).map(|lot| lot.units.minor()).sum();
                let missing: i64 =
                    lots.problems().iter().filter(|it| it.account == account).map(|it| it.missing.minor()).sum();
                let balance: i64 =
                    entries.iter().flatten().filter(|it| it.account == account).map(|it| it.units.minor()).sum();
                prop_assert_eq!(held - missing, balance, "{}", method);
            }
        }
    }
}
