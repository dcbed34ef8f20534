//! Who pays whom so that everyone is even, with as few transfers as can be found.
//!
//! People whose balances come to zero among themselves settle among themselves: a set of k takes k − 1 transfers, so the
//! more sets, the fewer transfers. The most sets are found exactly for up to 16 people after opposite balances
//! are paired (which never costs a set); for more, triples are looked for and the rest goes largest to largest. The
//! problem in general is NP-hard.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::parts::fit;
use crate::{ErrorKind, Result};

/// Up to so many people the fewest transfers are found exactly: 2^16 subsets take about a millisecond.
const EXACT_MAX: usize = 16;

/// A payment that settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Transfer<M> {
    /// Who pays.
    pub from: M,
    /// Who is paid.
    pub to: M,
    /// How much, in minor units, above zero.
    pub amount: i64,
}

/// The transfers that make every balance zero, by who pays and who is paid.
///
/// A balance is what somebody is to get (above zero) or to pay (below zero), in minor units of one commodity. At most
/// n − 1 transfers come out for n balances, and no fewer are possible for up to 16 people (more, where opposite
/// balances pair off). Nobody pays who is to get, and nobody pays or gets more than their balance. Equal
/// balances are taken in the order of the people, so that equal balances always give equal transfers; several
/// balances of one person are added up.
///
/// ```
/// use ledger_core::receivable::{Transfer, settle_up};
///
/// let transfers = settle_up(&[("anna", 50), ("ben", -30), ("carl", -20)])?;
/// assert_eq!(
///     transfers,
///     [
///         Transfer { from: "ben", to: "anna", amount: 30 },
///         Transfer { from: "carl", to: "anna", amount: 20 },
///     ]
/// );
/// # Ok::<(), ledger_core::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Misuse`] for balances that do not sum to zero, naming the sum; [`ErrorKind::AmountOverflow`] where several
/// balances of one person come to more than an amount holds.
pub fn settle_up<M: Copy + Ord>(balances: &[(M, i64)]) -> Result<Vec<Transfer<M>>> {
    let sum: i128 = balances.iter().map(|(_, balance)| i128::from(*balance)).sum();
    if sum != 0 {
        let text = format!(
            "balances to settle come to zero, and these {} come to {sum} minor units: somebody is missing, or an \
             amount is",
            balances.len()
        );
        return Err(ErrorKind::Misuse(text).into());
    }
    let mut of_people: BTreeMap<M, i128> = BTreeMap::new();
    for (person, balance) in balances {
        *of_people.entry(*person).or_default() += i128::from(*balance);
    }
    let people: Vec<M> = of_people.keys().copied().collect();
    let open = of_people.into_values().enumerate().map(|(person, balance)| Open { person, balance });
    let transfer = |payment: Payment| {
        Ok(Transfer { from: people[payment.from], to: people[payment.to], amount: fit(payment.amount)? })
    };
    let payments = settle(open.filter(|open| open.balance != 0).collect());
    let mut transfers = payments.into_iter().map(transfer).collect::<Result<Vec<_>>>()?;
    transfers.sort_unstable();
    Ok(transfers)
}

/// A balance that is not zero, with the place of its person.
#[derive(Debug, Clone, Copy)]
struct Open {
    person: usize,
    balance: i128,
}

/// A transfer between places.
struct Payment {
    from: usize,
    to: usize,
    amount: i128,
}

fn settle(open: Vec<Open>) -> Vec<Payment> {
    let mut payments = Vec::with_capacity(open.len());
    let mut open = pair_opposites(open, &mut payments);
    if open.len() > EXACT_MAX {
        open = settle_triples(open, &mut payments);
    }
    if open.len() > EXACT_MAX {
        open = pay_largest(open, EXACT_MAX, &mut payments);
    }
    for set in most_zero_sum_sets(&open) {
        pay_largest(set, 0, &mut payments);
    }
    payments
}

/// Lets each two opposite balances settle each other, and gives back the rest.
///
/// Wherever the two stand in a division into the most sets, making them a set of their own and joining what is left of
/// theirs gives as many.
fn pair_opposites(open: Vec<Open>, payments: &mut Vec<Payment>) -> Vec<Open> {
    let mut creditors: HashMap<i128, VecDeque<usize>> = HashMap::new();
    for one in open.iter().filter(|one| one.balance > 0) {
        creditors.entry(one.balance).or_default().push_back(one.person);
    }
    let mut paired = HashSet::new();
    for one in open.iter().filter(|one| one.balance < 0) {
        if let Some(to) = creditors.get_mut(&-one.balance).and_then(VecDeque::pop_front) {
            paired.extend([one.person, to]);
            payments.push(Payment { from: one.person, to, amount: -one.balance });
        }
    }
    open.into_iter().filter(|one| !paired.contains(&one.person)).collect()
}

/// Settles triples that come to zero as they are met, smallest balance first, and gives back the rest.
fn settle_triples(mut open: Vec<Open>, payments: &mut Vec<Payment>) -> Vec<Open> {
    open.sort_unstable_by_key(|one| (one.balance, one.person));
    let mut settled = vec![false; open.len()];
    for low in 0..open.len() {
        let (mut middle, mut high) = (low + 1, open.len() - 1);
        while !settled[low] && middle < high {
            let sum = open[low].balance + open[middle].balance + open[high].balance;
            match sum.cmp(&0) {
                _ if settled[middle] => middle += 1,
                _ if settled[high] => high -= 1,
                Ordering::Less => middle += 1,
                Ordering::Greater => high -= 1,
                Ordering::Equal => {
                    for at in [low, middle, high] {
                        settled[at] = true;
                    }
                    pay_largest(vec![open[low], open[middle], open[high]], 0, payments);
                }
            }
        }
    }
    (0..open.len()).filter(|at| !settled[*at]).map(|at| open[at]).collect()
}

/// Lets who owes most pay who is owed most until only so many balances are left, which are given back; what remains of
/// a balance goes to its exact opposite where there is one.
///
/// Each payment settles one of its two, and the last one both: n balances take at most n − 1.
fn pay_largest(open: Vec<Open>, left_max: usize, payments: &mut Vec<Payment>) -> Vec<Open> {
    // By size, the largest first, then by person.
    let mut sides: [BTreeSet<(Reverse<i128>, usize)>; 2] = Default::default();
    for one in &open {
        sides[usize::from(one.balance > 0)].insert((Reverse(one.balance.abs()), one.person));
    }
    let mut pay = |from, to, amount| payments.push(Payment { from, to, amount });
    while sides[0].len() + sides[1].len() > left_max {
        let (Some(debtor), Some(creditor)) = (sides[0].pop_first(), sides[1].pop_first()) else { break };
        let ((Reverse(owed), from), (Reverse(due), to)) = (debtor, creditor);
        pay(from, to, owed.min(due));
        let rest = (owed - due).abs();
        if rest == 0 {
            continue;
        }
        let (side, person) = if owed > due { (0, from) } else { (1, to) };
        let opposite =
            sides[1 - side].range((Reverse(rest), 0)..=(Reverse(rest), usize::MAX)).next().copied();
        match opposite {
            Some(exact) => {
                sides[1 - side].remove(&exact);
                let (from, to) = if side == 0 { (person, exact.1) } else { (exact.1, person) };
                pay(from, to, rest);
            }
            None => drop(sides[side].insert((Reverse(rest), person))),
        }
    }
    let [debtors, creditors] = sides;
    let debtors = debtors.into_iter().map(|(Reverse(owed), person)| Open { person, balance: -owed });
    debtors.chain(creditors.into_iter().map(|(Reverse(due), person)| Open { person, balance: due })).collect()
}

/// Divides balances that sum to zero into as many sets that do so as there can be.
///
/// `most[m]` is how many subsets that sum to zero can be met while the balances of subset m are added one by one; it
/// follows from the subsets with one balance less. Going back from all balances, a set ends at each subset that sums
/// to zero.
fn most_zero_sum_sets(open: &[Open]) -> Vec<Vec<Open>> {
    debug_assert!(open.len() <= EXACT_MAX);
    let subsets = 1_usize << open.len();
    let mut sums = vec![0_i128; subsets];
    let mut most = vec![0_u8; subsets];
    for subset in 1..subsets {
        let lowest = subset.trailing_zeros() as usize;
        sums[subset] = sums[subset & (subset - 1)] + open[lowest].balance;
        let before = one_less(subset).map(|smaller| most[smaller]).max().unwrap_or(0);
        most[subset] = before + u8::from(sums[subset] == 0);
    }
    let mut sets = Vec::new();
    let (mut subset, mut set) = (subsets - 1, Vec::new());
    while subset != 0 {
        let before = most[subset] - u8::from(sums[subset] == 0);
        let Some(smaller) = one_less(subset).find(|smaller| most[*smaller] == before) else { break };
        set.push(open[(subset ^ smaller).trailing_zeros() as usize]);
        subset = smaller;
        if sums[subset] == 0 {
            sets.push(std::mem::take(&mut set));
        }
    }
    sets
}

/// The subsets with one balance less, the first balance left out first.
fn one_less(subset: usize) -> impl Iterator<Item = usize> {
    let mut bits = subset;
    std::iter::from_fn(move || {
        let lowest = bits & bits.wrapping_neg();
        bits ^= lowest;
        (lowest != 0).then_some(subset ^ lowest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(balances: &[i64]) -> Vec<(usize, usize, i64)> {
        let balances: Vec<(usize, i64)> = balances.iter().copied().enumerate().collect();
        let transfers = settle_up(&balances).unwrap();
        transfers.into_iter().map(|transfer| (transfer.from, transfer.to, transfer.amount)).collect()
    }

    #[test]
    fn people_who_are_even_among_themselves_settle_among_themselves() {
        // Largest to largest would take five transfers.
        assert_eq!(settled(&[10, -6, -4, 9, -7, -2]), [(1, 0, 6), (2, 0, 4), (4, 3, 7), (5, 3, 2)]);
        assert_eq!(settled(&[5, -3, 3, -5, 0]), [(1, 2, 3), (3, 0, 5)]);
        assert_eq!(settled(&[]), []);
        assert_eq!(settled(&[0, 0]), []);
    }

    #[test]
    fn equal_balances_are_taken_in_the_order_of_people() {
        assert_eq!(settled(&[-5, -5, 5, 5]), [(0, 2, 5), (1, 3, 5)]);
        assert_eq!(settled(&[4, 4, -2, -2, -2, -2]), [(2, 0, 2), (3, 0, 2), (4, 1, 2), (5, 1, 2)]);
        let named = [("carl", -20), ("anna", 50), ("ben", -30)];
        let mut turned = named;
        turned.reverse();
        assert_eq!(settle_up(&named).unwrap(), settle_up(&turned).unwrap());
    }

    #[test]
    fn triples_are_found_where_there_are_too_many_people_for_all_sets() {
        // 45 people in fifteen triples: 30 transfers, where largest to largest takes 37.
        let triple =
            |k: i64| [950 * k, -577 * k, -373 * k].map(|balance| if k % 2 == 0 { balance } else { -balance });
        let balances: Vec<i64> = (1..=15).flat_map(triple).collect();
        assert_eq!(settled(&balances).len(), 30);
    }

    #[test]
    fn balances_that_do_not_sum_to_zero_are_refused_with_their_sum() {
        let refused = settle_up(&[("anna", 50), ("ben", -30)]).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "balances to settle come to zero, and these 2 come to 20 minor units: somebody is missing, or an amount is"
        );
        assert!(settle_up(&[("anna", i64::MAX), ("ben", i64::MAX)]).is_err());
    }

    #[test]
    fn the_edges_of_the_range_settle_without_overflow() {
        assert_eq!(settled(&[i64::MIN, i64::MAX, 1]), [(0, 1, i64::MAX), (0, 2, 1)]);
        // Several balances of one person are one.
        assert_eq!(settle_up(&[("anna", 5), ("ben", -5), ("anna", -5), ("ben", 5)]).unwrap(), []);
        let beyond = [("anna", i64::MAX), ("anna", 2), ("ben", i64::MIN), ("ben", -1)];
        assert!(matches!(settle_up(&beyond).unwrap_err().kind(), ErrorKind::AmountOverflow { .. }));
    }
}
