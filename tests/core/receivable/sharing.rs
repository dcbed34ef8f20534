//! Splits, settling up and groups: what people share comes to what it was, and settling leaves everyone even.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use ledger_core::money::Commodity;
use ledger_core::receivable::{
    GroupPayment, LoanGroup, PartyId, Person, Remainder, SharedExpense, Split, SplitRule, Transfer, settle_up,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{eur, some_day, try_all, wide};
use crate::money::{fixture, rows};

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
