//! Rules of receivables against random cases and slow and simple models: allocation, aging, records of paying; in
//! `sharing`, splits, settling up and groups.
//!
//! `LEDGER_TEST_SEED` (a number) and `LEDGER_TEST_CASES` change what is tried; the seed is printed.

mod sharing;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use chrono::{NaiveDate, TimeDelta};
use ledger_core::money::{Amount, Commodity};
use ledger_core::receivable::{
    Aging, AgingBy, AgingOf, Allocation, AllocationOrder, Buckets, ChosenItem, DuePayment, ItemOrder,
    LoanGroupId, OpenAmount, OpenItem, Part, Parts, PartyId, Precedence, ReceivableId, age, allocate,
    payment_record,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rust_decimal::Decimal;

use crate::support::day;

const AS_OF: &str = "2026-06-01";

/// Tries random cases of a rule.
fn try_all<S: Strategy<Value: Debug>>(
    rule: &str,
    cases: u32,
    strategy: S,
    check: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let setting = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = setting("LEDGER_TEST_SEED").unwrap_or(20_260_601);
    let cases = setting("LEDGER_TEST_CASES").map_or(cases, |cases| cases as u32);
    println!("{rule}: {cases} cases, LEDGER_TEST_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    if let Err(failure) = runner.run(&strategy, check) {
        panic!("LEDGER_TEST_SEED={seed}: {failure}");
    }
}

fn eur(minor: i64) -> Amount {
    Commodity::iso("EUR").unwrap().amount(minor)
}

/// Days around the day of the tests.
fn some_day() -> impl Strategy<Value = NaiveDate> {
    (-200_i64..200).prop_map(|offset| day(AS_OF) + TimeDelta::days(offset))
}

fn wide(amounts: impl IntoIterator<Item = i64>) -> i128 {
    amounts.into_iter().map(i128::from).sum()
}

// ── allocation ───────────────────────────────────────────────────────────────────────────────

fn part() -> impl Strategy<Value = i64> {
    prop_oneof![2 => Just(0), 4 => 1_i64..50, 2 => 0_i64..1_000_000, 1 => 0..i64::MAX / 3]
}

/// Open items of up to four receivables, each instalment once.
fn open_items() -> impl Strategy<Value = Vec<OpenItem>> {
    let key = (1_i32..5, prop::option::of(1_u32..4));
    let of = (prop::option::of(some_day()), (part(), part(), part()));
    prop::collection::btree_map(key, of, 0..10).prop_map(|items| {
        let item = |((receivable, instalment), (due_on, (principal, interest, fee)))| OpenItem {
            receivable: ReceivableId::new(receivable),
            instalment,
            due_on,
            open: Parts { principal, interest, fee },
        };
        items.into_iter().map(item).collect()
    })
}

fn order() -> impl Strategy<Value = AllocationOrder> {
    let parts = Just(Part::ALL).prop_shuffle();
    let items =
        prop::sample::select(vec![ItemOrder::OldestDue, ItemOrder::NewestDue, ItemOrder::Proportional]);
    let precedence = prop::sample::select(vec![Precedence::Items, Precedence::Parts]);
    (parts, items, precedence).prop_map(|(parts, items, precedence)| AllocationOrder {
        parts,
        items,
        precedence,
    })
}

/// What each item gets by its key.
fn paid(allocation: &Allocation) -> BTreeMap<(ReceivableId, Option<u32>), Parts> {
    allocation.items.iter().map(|one| ((one.item.receivable, one.item.instalment), one.paid)).collect()
}

fn total(parts: &Parts) -> i128 {
    parts.wide_total()
}

/// No item gets more of anything than is open, and nothing of the repayment is lost.
fn check_bounds(minor: i64, items: &[OpenItem], allocation: &Allocation) -> Result<(), TestCaseError> {
    let by_item = paid(allocation);
    prop_assert_eq!(by_item.len(), allocation.items.len());
    prop_assert!(allocation.left_over >= 0);
    let all: i128 = by_item.values().map(total).sum();
    prop_assert_eq!(all + i128::from(allocation.left_over), i128::from(minor));
    for one in &allocation.items {
        prop_assert!(items.contains(&one.item));
        prop_assert!(
            Part::ALL.iter().all(|part| (0..=one.item.open.get(*part)).contains(&one.paid.get(*part)))
        );
    }
    let of_receivables: i128 = allocation.by_receivable().unwrap().values().map(total).sum();
    prop_assert_eq!(of_receivables, all);
    Ok(())
}

#[test]
fn a_repayment_goes_to_items_and_what_is_left_over_without_losing_a_unit() {
    let minor = prop_oneof![3 => 1_i64..500, 2 => 1_i64..5_000_000, 1 => 1..i64::MAX];
    let strategy = (minor, open_items(), order(), any::<u64>());
    try_all("allocation", 1_000, strategy, |(minor, items, order, turn)| {
        let allocation = allocate(eur(minor), &items, &order).unwrap();
        check_bounds(minor, &items, &allocation)?;
        let by_item = paid(&allocation);
        let gets =
            |item: &OpenItem| by_item.get(&(item.receivable, item.instalment)).copied().unwrap_or_default();
        let open: i128 = items.iter().map(|item| total(&item.open)).sum();
        prop_assert_eq!(i128::from(allocation.left_over), (i128::from(minor) - open).max(0));
        let mut turned = items.clone();
        if !turned.is_empty() {
            let by = turn as usize % turned.len();
            turned.rotate_left(by);
        }
        prop_assert_eq!(&allocate(eur(minor), &turned, &order).unwrap(), &allocation);
        match order.items {
            ItemOrder::Proportional => check_proportions(&items, &order, gets),
            _ => check_turns(&items, &order, gets),
        }
    });
}

/// Whoever is not paid in full is the last who gets anything, in the order of parts and items.
fn check_turns(
    items: &[OpenItem],
    order: &AllocationOrder,
    gets: impl Fn(&OpenItem) -> Parts,
) -> Result<(), TestCaseError> {
    let mut sorted: Vec<&OpenItem> = items.iter().collect();
    sorted.sort_by_key(|item| {
        let days = item.due_on.map_or(i64::MAX, |due_on| (due_on - day(AS_OF)).num_days());
        let days = if order.items == ItemOrder::NewestDue && days != i64::MAX { -days } else { days };
        (days, item.receivable, item.instalment)
    });
    let mut turns: Vec<(&OpenItem, Part)> = Vec::new();
    match order.precedence {
        Precedence::Items => {
            turns.extend(sorted.iter().flat_map(|item| order.parts.map(|part| (*item, part))))
        }
        Precedence::Parts => {
            turns.extend(order.parts.iter().flat_map(|part| sorted.iter().map(|item| (*item, *part))));
        }
    }
    let rest =
        turns.into_iter().skip_while(|(item, part)| gets(item).get(*part) == item.open.get(*part)).skip(1);
    for (item, part) in rest {
        prop_assert_eq!(gets(item).get(part), 0, "{:?} of {:?}", part, item);
    }
    Ok(())
}

/// Each gets its exact share of what is paid, less than one unit off.
fn check_proportions(
    items: &[OpenItem],
    order: &AllocationOrder,
    gets: impl Fn(&OpenItem) -> Parts,
) -> Result<(), TestCaseError> {
    let near = |part: &dyn Fn(&Parts) -> i128| {
        let open: i128 = items.iter().map(|item| part(&item.open)).sum();
        let paid: i128 = items.iter().map(|item| part(&gets(item))).sum();
        for item in items.iter().filter(|_| open > 0 && open < 1 << 62) {
            let off = part(&gets(item)) * open - paid * part(&item.open);
            prop_assert!(off.abs() < open, "{:?}", item);
        }
        Ok(())
    };
    match order.precedence {
        Precedence::Items => near(&total),
        Precedence::Parts => {
            Part::ALL.iter().try_for_each(|part| near(&|parts| i128::from(parts.get(*part))))
        }
    }
}

#[test]
fn chosen_items_get_their_amounts_and_no_other_item_anything() {
    let strategy = (open_items(), order(), prop::collection::vec(1_i64..200, 10), 0_i64..100);
    try_all("chosen items", 400, strategy, |(items, order, wanted, beyond)| {
        let choice = |(item, wanted): (&OpenItem, &i64)| {
            let amount = i64::try_from(total(&item.open).min(i128::from(*wanted))).unwrap();
            ChosenItem { receivable: item.receivable, instalment: item.instalment, amount }
        };
        // Items without an instalment would be all of their receivable's.
        let chosen: Vec<ChosenItem> = items
            .iter()
            .zip(&wanted)
            .filter(|(item, _)| item.instalment.is_some())
            .map(choice)
            .filter(|choice| choice.amount > 0)
            .step_by(2)
            .collect();
        let sum: i64 = chosen.iter().map(|choice| choice.amount).sum();
        prop_assume!(sum + beyond > 0);
        let order = AllocationOrder { items: ItemOrder::Chosen(chosen.clone()), ..order };
        let allocation = allocate(eur(sum + beyond), &items, &order).unwrap();
        check_bounds(sum + beyond, &items, &allocation)?;
        prop_assert_eq!(allocation.left_over, beyond);
        let expected: Vec<_> = chosen
            .iter()
            .map(|choice| (choice.receivable, choice.instalment, i128::from(choice.amount)))
            .collect();
        let got: Vec<_> = allocation
            .items
            .iter()
            .map(|one| (one.item.receivable, one.item.instalment, total(&one.paid)))
            .collect();
        prop_assert_eq!(got, expected);
        if sum > 0 && sum + beyond > 1 {
            prop_assert!(
                beyond > 0 || allocate(eur(sum - 1), &items, &order).is_err(),
                "more is chosen than paid"
            );
        }
        Ok(())
    });
}

// ── aging ────────────────────────────────────────────────────────────────────────────────────

fn open_amounts() -> impl Strategy<Value = Vec<OpenAmount>> {
    let amount = prop_oneof![1 => Just(0), 6 => 1_i64..100_000, 2 => -5_000_i64..0, 1 => 1..1_i64 << 50];
    // A receivable has one party and one group.
    let one =
        (1_i32..12, prop::option::of(some_day()), amount).prop_map(|(number, due_on, amount)| OpenAmount {
            receivable: ReceivableId::new(number),
            party: PartyId::new(number % 4 + 1),
            group: (number % 3 > 0).then(|| LoanGroupId::new(number % 3)),
            due_on,
            amount,
        });
    prop::collection::vec(one, 0..60)
}

fn buckets() -> impl Strategy<Value = Buckets> {
    prop::collection::btree_set(1_u32..150, 1..6)
        .prop_map(|bounds| Buckets::new(&bounds.into_iter().collect::<Vec<_>>()).unwrap())
}

/// The first and last day past due of each bucket, from its heading.
fn ranges(buckets: &Buckets) -> Vec<(i64, i64)> {
    let range = |label: &String| match label.as_str() {
        "not due" => (i64::MIN, 0),
        over if over.starts_with("over ") => (over[5..].parse::<i64>().unwrap() + 1, i64::MAX),
        inner => {
            let (first, last) = inner.split_once('–').unwrap_or((inner, inner));
            (first.parse().unwrap(), last.parse().unwrap())
        }
    };
    buckets.labels().iter().map(range).collect()
}

#[test]
fn no_open_amount_is_in_no_bucket_or_in_two() {
    let by = prop::sample::select(vec![AgingBy::Party, AgingBy::Group, AgingBy::Receivable]);
    try_all("aging", 400, (open_amounts(), buckets(), by, some_day()), |(open, buckets, by, as_of)| {
        let aging = age(&open, as_of, &buckets, by).unwrap();
        let of = |one: &OpenAmount| match by {
            AgingBy::Party => AgingOf::Party(one.party),
            AgingBy::Group => AgingOf::Group(one.group),
            AgingBy::Receivable => AgingOf::Receivable(one.receivable),
        };
        let keys: BTreeSet<AgingOf> = open.iter().filter(|one| one.amount != 0).map(of).collect();
        prop_assert_eq!(
            aging.rows.iter().map(|row| row.of).collect::<Vec<_>>(),
            keys.into_iter().collect::<Vec<_>>()
        );
        for row in &aging.rows {
            let own: Vec<&OpenAmount> = open.iter().filter(|one| of(one) == row.of).collect();
            let days = |one: &OpenAmount| one.due_on.map_or(0, |due_on| (as_of - due_on).num_days());
            for (at, (first, last)) in ranges(&buckets).into_iter().enumerate() {
                let inside = own.iter().filter(|one| one.amount > 0 && (first..=last).contains(&days(one)));
                prop_assert_eq!(i128::from(row.figures.amounts[at]), wide(inside.map(|one| one.amount)));
            }
            let late: Vec<_> = own.iter().filter(|one| one.amount > 0 && days(one) > 0).collect();
            prop_assert_eq!(row.figures.past_due_count, late.len());
            let most = late.iter().map(|one| days(one)).max().unwrap_or(0);
            let least = late.iter().map(|one| days(one)).min().unwrap_or(0);
            prop_assert_eq!(i64::from(row.figures.days_past_due_max), most);
            prop_assert!((least..=most).contains(&i64::from(row.figures.days_past_due_mean)));
            let credits = own.iter().filter(|one| one.amount < 0);
            prop_assert_eq!(i128::from(row.figures.credit), wide(credits.map(|one| one.amount)));
            prop_assert_eq!(i128::from(row.figures.total), wide(own.iter().map(|one| one.amount)));
        }
        check_totals(&open, &aging)
    });
}

/// Columns come to the totals below them, and these to what is open.
fn check_totals(open: &[OpenAmount], aging: &Aging) -> Result<(), TestCaseError> {
    let total = &aging.total;
    for at in 0..aging.buckets.count() {
        let column = wide(aging.rows.iter().map(|row| row.figures.amounts[at]));
        prop_assert_eq!(column, i128::from(total.amounts[at]));
    }
    prop_assert_eq!(wide(aging.rows.iter().map(|row| row.figures.credit)), i128::from(total.credit));
    prop_assert_eq!(wide(total.amounts.iter().copied()) + i128::from(total.credit), i128::from(total.total));
    prop_assert_eq!(wide(open.iter().map(|one| one.amount)), i128::from(total.total));
    let counted = total.open_count + total.credit_count;
    prop_assert_eq!(counted, open.iter().filter(|one| one.amount != 0).count());
    // All of it, none of it, and half of it, each bucket half a unit off at most.
    let loss = |rate: i64| total.expected_loss(&vec![Decimal::from(rate); total.amounts.len()]).unwrap();
    prop_assert_eq!(&loss(100).amounts, &total.amounts);
    prop_assert_eq!(loss(0).total, 0);
    let off = 2 * i128::from(loss(50).total) - wide(total.amounts.iter().copied());
    prop_assert!(off.unsigned_abs() as usize <= total.amounts.len());
    Ok(())
}

// ── records of paying ────────────────────────────────────────────────────────────────────────

#[test]
fn paying_a_due_sooner_never_makes_a_record_worse() {
    let due = (some_day(), prop::option::weighted(0.8, -20_i64..200), 1_i64..10_000);
    let dues = prop::collection::vec(due, 1..30);
    try_all("records", 500, (dues, any::<prop::sample::Index>(), some_day()), |(dues, which, as_of)| {
        let mut dues: Vec<DuePayment> = dues
            .into_iter()
            .map(|(due_on, late, amount)| DuePayment {
                in_time_through: due_on,
                due_on,
                paid_on: late.map(|late| due_on + TimeDelta::days(late)),
                amount,
            })
            .collect();
        let before = payment_record(&dues, as_of).unwrap();
        prop_assert!(before.paid_count <= before.count && before.late_count <= before.count);
        prop_assert!(before.days_late_median <= before.days_late_p90);
        prop_assert_eq!(before.suggested_shift_days.is_some(), before.paid_count >= 3);
        prop_assert!(
            before.suggested_probability.is_none_or(|percent| percent.is_uncertain()),
            "nothing is certain"
        );
        let is_decided = |due: &DuePayment| {
            due.paid_on.is_some_and(|paid_on| paid_on <= as_of) || (as_of - due.due_on).num_days() > 90
        };
        let at = which.index(dues.len());
        let was_decided = is_decided(&dues[at]);
        dues[at].paid_on =
            Some(dues[at].paid_on.map_or(dues[at].due_on, |paid_on| paid_on.min(dues[at].due_on)));
        let after = payment_record(&dues, as_of).unwrap();
        prop_assert!(after.late_count <= before.late_count && after.paid_count >= before.paid_count);
        if after.count == before.count {
            prop_assert!(after.on_time >= before.on_time);
            prop_assert!(after.days_late_median <= before.days_late_median);
            prop_assert!(after.days_late_p90 <= before.days_late_p90);
        }
        if was_decided {
            prop_assert!(after.suggested_probability >= before.suggested_probability);
        }
        Ok(())
    });
}
