//! Rules of receivables against random cases and slow and simple models: splits, settling up, allocation, aging, records
//! and groups.
//!
//! `LEDGER_TEST_SEED` (a number) and `LEDGER_TEST_CASES` change what is tried; the seed is printed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use chrono::{NaiveDate, TimeDelta};
use ledger_core::money::{Amount, Commodity};
use ledger_core::receivable::{
    Aging, AgingBy, AgingOf, Allocation, AllocationOrder, Buckets, ChosenItem, DuePayment, GroupPayment,
    ItemOrder, LoanGroup, LoanGroupId, OpenAmount, OpenItem, Part, Parts, PartyId, Person, Precedence,
    ReceivableId, Remainder, SharedExpense, Split, SplitRule, Transfer, age, allocate, payment_record,
    settle_up,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rust_decimal::Decimal;

use crate::money::{fixture, rows};
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

// ── splits ───────────────────────────────────────────────────────────────────────────────────

fn any_amount() -> impl Strategy<Value = i64> {
    prop_oneof![1 => Just(i64::MIN), 1 => Just(i64::MAX), 1 => Just(0), 4 => any::<i64>(), 6 => -10_000_i64..10_000]
}

/// A rule with its weights as whole numbers; some weigh nothing.
fn split_rule() -> impl Strategy<Value = (SplitRule, Vec<u64>)> {
    let weights =
        prop::collection::vec(prop_oneof![1 => Just(0), 3 => 1_u64..20, 2 => 1..1_000_000_000_u64], 1..12);
    let shares = weights
        .prop_filter("one is above zero", |weights| weights.iter().any(|weight| *weight > 0))
        .prop_map(|weights| {
            (
                SplitRule::Shares(weights.iter().map(|weight| Decimal::new(*weight as i64, 3)).collect()),
                weights,
            )
        });
    let cuts = prop::collection::vec(0_u64..=100_000, 0..8);
    let percents = cuts.prop_map(|mut cuts| {
        cuts.extend([0, 100_000]);
        cuts.sort_unstable();
        let weights: Vec<u64> = cuts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        (SplitRule::Percent(weights.iter().map(|weight| Decimal::new(*weight as i64, 3)).collect()), weights)
    });
    let equal = (1_usize..12).prop_map(|members| (SplitRule::Equal, vec![1; members]));
    prop_oneof![shares, percents, equal]
}

#[test]
fn a_split_comes_to_the_expense_and_each_share_lies_within_one_unit_of_its_exact_value() {
    let remainder = prop::sample::select(Remainder::ALL.to_vec());
    let strategy = (any_amount(), split_rule(), remainder, any::<prop::sample::Index>());
    try_all("splits", 1_000, strategy, |(minor, (rule, weights), remainder, payer)| {
        let payer = payer.index(weights.len());
        let split = Split { rule, remainder };
        let shares = split.shares(eur(minor), weights.len(), Some(payer)).unwrap();
        prop_assert_eq!(wide(shares.iter().copied()), i128::from(minor));
        let total: i128 = weights.iter().copied().map(i128::from).sum();
        for (at, (share, weight)) in shares.iter().zip(&weights).enumerate() {
            let off = i128::from(*share) * total - i128::from(minor) * i128::from(*weight);
            let takes_all = remainder == Remainder::Payer && at == payer;
            let units = if takes_all { weights.len() as i128 } else { 1 };
            prop_assert!(off.abs() <= units * total, "{} at {}", share, at);
            prop_assert!(*share == 0 || share.signum() == minor.signum());
            prop_assert!(*weight > 0 || *share == 0 || takes_all);
        }
        if minor > i64::MIN {
            let mirrored = split.shares(eur(-minor), weights.len(), Some(payer)).unwrap();
            prop_assert_eq!(mirrored, shares.iter().map(|share| -share).collect::<Vec<_>>());
        }
        Ok(())
    });
}

#[test]
fn a_split_by_shares_agrees_with_published_vectors() {
    let Some(table) = fixture("money/allocation_dev.tsv") else { return };
    let mut count = 0;
    for row in rows(&table) {
        let shares: Vec<Decimal> = row[2].split(',').map(|share| share.parse().unwrap()).collect();
        let expected: Vec<i64> = row[3].split(',').map(|share| share.parse().unwrap()).collect();
        let (members, rule) = (shares.len(), SplitRule::Shares(shares));
        let split = Split { rule, remainder: Remainder::First };
        assert_eq!(split.shares(eur(row[1].parse().unwrap()), members, None).unwrap(), expected, "{row:?}");
        count += 1;
    }
    assert!(count > 0, "the table has rows");
}

// ── settling up ──────────────────────────────────────────────────────────────────────────────

/// Balances that sum to zero.
fn balances(people: std::ops::Range<usize>, size: i64) -> impl Strategy<Value = Vec<(usize, i64)>> {
    prop::collection::vec(-size..=size, people).prop_map(|mut balances| {
        let sum: i64 = balances.iter().sum();
        balances.push(-sum);
        balances.into_iter().enumerate().collect()
    })
}

/// What is left of balances after transfers, with the rules that each transfer keeps.
fn after(balances: &[(usize, i64)], transfers: &[Transfer<usize>]) -> Result<Vec<i64>, TestCaseError> {
    let mut left: Vec<i64> = balances.iter().map(|(_, balance)| *balance).collect();
    for transfer in transfers {
        prop_assert!(transfer.amount > 0);
        left[transfer.from] += transfer.amount;
        left[transfer.to] -= transfer.amount;
        prop_assert!(
            balances[transfer.from].1 < 0 && balances[transfer.to].1 > 0,
            "nobody pays who is to get"
        );
        prop_assert!(left[transfer.from] <= 0 && left[transfer.to] >= 0, "nobody pays more than they owe");
    }
    Ok(left)
}

/// The fewest transfers, found by trying every way in which the first who is not even settles with another.
fn fewest(open: &mut [i64]) -> usize {
    let Some(first) = open.iter().position(|balance| *balance != 0) else { return 0 };
    let mut least = usize::MAX;
    for other in first + 1..open.len() {
        if open[first].signum() * open[other].signum() < 0 {
            let moved = std::mem::take(&mut open[first]);
            open[other] += moved;
            least = least.min(1 + fewest(open));
            open[other] -= moved;
            open[first] = moved;
        }
    }
    least
}

#[test]
fn settling_up_takes_the_fewest_transfers_that_any_way_takes() {
    try_all("settling up, few people", 600, balances(0..8, 9), |balances| {
        let transfers = settle_up(&balances).unwrap();
        prop_assert!(after(&balances, &transfers)?.iter().all(|left| *left == 0));
        let mut open: Vec<i64> = balances.iter().map(|(_, balance)| *balance).collect();
        prop_assert_eq!(transfers.len(), fewest(&mut open));
        Ok(())
    });
}

#[test]
fn settling_up_makes_every_balance_zero_with_one_transfer_less_than_people() {
    let strategy = prop_oneof![balances(0..80, 30), balances(0..80, 1_000_000), balances(200..300, 1 << 40)];
    try_all("settling up, many people", 80, strategy, |balances| {
        let transfers = settle_up(&balances).unwrap();
        prop_assert!(after(&balances, &transfers)?.iter().all(|left| *left == 0));
        let open = balances.iter().filter(|(_, balance)| *balance != 0).count();
        prop_assert!(transfers.len() <= open.saturating_sub(1), "{} for {}", transfers.len(), open);
        let pairs: BTreeSet<_> = transfers.iter().map(|transfer| (transfer.from, transfer.to)).collect();
        prop_assert_eq!(pairs.len(), transfers.len(), "nobody pays the same person twice");
        let turned: Vec<_> = balances.iter().rev().copied().collect();
        prop_assert_eq!(settle_up(&turned).unwrap(), transfers, "the order of the list does not matter");
        Ok(())
    });
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

// ── groups ───────────────────────────────────────────────────────────────────────────────────

/// What happens in a group of four.
#[derive(Debug, Clone)]
enum Step {
    Expense { payer: Person, amount: i64, among: Vec<Person>, remainder: Remainder },
    Payment { from: Person, to: Person, amount: i64 },
    SettleUp,
}

const PEOPLE: [Person; 4] = [
    Person::Party(PartyId::new(1)),
    Person::Owner,
    Person::Party(PartyId::new(2)),
    Person::Party(PartyId::new(3)),
];

fn step() -> impl Strategy<Value = Step> {
    let person = || prop::sample::select(PEOPLE.to_vec());
    let among = prop::sample::subsequence(PEOPLE.to_vec(), 1..=4);
    let amount = (-500_i64..5_000).prop_filter("zero is no expense", |amount| *amount != 0);
    let remainder = prop::sample::select(vec![Remainder::First, Remainder::Last, Remainder::LargestShare]);
    let expense = (person(), amount, among, remainder)
        .prop_map(|(payer, amount, among, remainder)| Step::Expense { payer, amount, among, remainder });
    let payment = (person(), person(), 1_i64..3_000)
        .prop_filter("nobody pays themselves", |(from, to, _)| from != to)
        .prop_map(|(from, to, amount)| Step::Payment { from, to, amount });
    prop_oneof![6 => expense, 3 => payment, 1 => Just(Step::SettleUp)]
}

/// Takes the step on a day.
fn take(group: &mut LoanGroup, step: Step, on: NaiveDate) {
    match step {
        Step::Expense { payer, amount, among, remainder } => {
            let split = Split { rule: SplitRule::Equal, remainder };
            let shares = group.split(&split, payer, amount, &among).unwrap();
            let description = "Something".to_owned();
            group.add_expense(SharedExpense { on, payer, amount, shares, description, entry: None }).unwrap();
        }
        Step::Payment { from, to, amount } => {
            group.add_payment(GroupPayment { on, from, to, amount }).unwrap()
        }
        Step::SettleUp => {
            let proposal = group.propose_settle_up(on).unwrap();
            assert!(proposal.transfers.len() < PEOPLE.len());
            group.add_settle_up(proposal).unwrap();
        }
    }
}

#[test]
fn balances_of_a_group_sum_to_zero_and_tabs_to_the_owners_balance() {
    let steps = prop::collection::vec((step(), some_day()), 1..25);
    try_all("groups", 400, (steps, some_day()), |(steps, as_of)| {
        let mut group = LoanGroup::new(Commodity::iso("EUR").unwrap(), PEOPLE.to_vec()).unwrap();
        for (step, on) in steps {
            // Dates are in no order: an expense may be dated back before a settle-up.
            take(&mut group, step, on);
        }
        for as_of in [as_of, NaiveDate::MAX] {
            let balances = group.balances(as_of).unwrap();
            prop_assert_eq!(wide(balances.iter().map(|(_, balance)| *balance)), 0);
            let tabs = wide(group.tabs(as_of).unwrap().into_iter().map(|(_, tab)| tab));
            prop_assert_eq!(tabs, i128::from(balances[1].1));
        }
        take(&mut group, Step::SettleUp, NaiveDate::MAX);
        prop_assert!(group.balances(NaiveDate::MAX).unwrap().iter().all(|(_, balance)| *balance == 0));
        prop_assert!(group.tabs(NaiveDate::MAX).unwrap().iter().all(|(_, tab)| *tab == 0));
        Ok(())
    });
}
