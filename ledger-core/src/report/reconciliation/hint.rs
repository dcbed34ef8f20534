//! What would explain the difference between a statement and the books: a line, a set of lines, a wrong sign, swapped
//! digits. Hints propose and never choose.

use std::collections::HashMap;

use serde::Serialize;

use super::ReconciliationLine;
use crate::money::{Amount, Commodity};

/// Up to so many uncleared lines, every set of them is tried.
const CANDIDATES_MAX: usize = 25;

/// Something that would explain a difference. Lines are named by entry and line number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "hint")]
pub enum Hint {
    /// Clearing all uncleared lines closes the gap.
    AllUncleared,
    /// Clearing these uncleared lines closes the gap, and no other set of them does.
    Clear {
        /// Entry and line numbers.
        lines: Vec<(i64, i32)>,
    },
    /// Several sets of uncleared lines close the gap: a person has to look.
    SeveralSets {
        /// How many.
        sets: u64,
    },
    /// A line was cleared that is not on the statement.
    Unclear {
        /// The entry.
        entry_number: i64,
        /// The line.
        line_number: i32,
    },
    /// A line has the opposite sign of what the statement says.
    WrongSign {
        /// The entry.
        entry_number: i64,
        /// The line.
        line_number: i32,
    },
    /// Two neighbouring digits of a cleared line were swapped.
    SwappedDigits {
        /// The entry.
        entry_number: i64,
        /// The line.
        line_number: i32,
        /// What the line would say with the digits swapped back.
        meant: Amount,
    },
    /// The difference is divisible by nine, as it is where two neighbouring digits were swapped.
    DivisibleByNine,
}

impl std::fmt::Display for Hint {
    /// A sentence without its full stop.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Hint::AllUncleared => write!(f, "clearing all uncleared lines closes the difference"),
            Hint::Clear { lines } => {
                let names: Vec<String> =
                    lines.iter().map(|(entry, line)| format!("{entry}/{line}")).collect();
                write!(f, "clearing {} closes the difference", names.join(", "))
            }
            Hint::SeveralSets { sets } => {
                write!(
                    f,
                    "{sets} different sets of uncleared lines come to the difference: compare them yourself"
                )
            }
            Hint::Unclear { entry_number, line_number } => {
                write!(f, "line {entry_number}/{line_number} is cleared and may not be on the statement")
            }
            Hint::WrongSign { entry_number, line_number } => {
                write!(f, "line {entry_number}/{line_number} may have the wrong sign")
            }
            Hint::SwappedDigits { entry_number, line_number, meant } => {
                write!(f, "line {entry_number}/{line_number} may have swapped digits: {meant} would tie")
            }
            Hint::DivisibleByNine => {
                write!(f, "the difference is divisible by 9: somewhere two digits may be swapped")
            }
        }
    }
}

/// What would explain a difference, by the lines that are cleared or uncleared.
pub(crate) fn hints(difference: Amount, lines: &[ReconciliationLine]) -> Vec<Hint> {
    if difference.is_zero() {
        return Vec::new();
    }
    let target = i128::from(difference.minor());
    let uncleared: Vec<&ReconciliationLine> = lines.iter().filter(|line| !line.cleared).collect();
    let mut hints: Vec<Hint> = sets(target, &uncleared).into_iter().collect();
    let minor = |line: &ReconciliationLine| i128::from(line.amount.minor());
    for line in lines {
        let (entry_number, line_number) = (line.entry_number, line.line_number);
        if line.cleared && minor(line) == -target {
            hints.push(Hint::Unclear { entry_number, line_number });
        }
        // A cleared line counts with its sign and should count with the other; an uncleared one does not count yet.
        let by_sign = if line.cleared { -2 * minor(line) } else { -minor(line) };
        if by_sign == target && minor(line) != 0 {
            hints.push(Hint::WrongSign { entry_number, line_number });
        }
    }
    if target % 9 == 0 {
        let before = hints.len();
        let cleared = lines.iter().filter(|line| line.cleared);
        hints.extend(cleared.filter_map(|line| swapped(line, target, difference.commodity())));
        if hints.is_empty() && hints.len() == before {
            hints.push(Hint::DivisibleByNine);
        }
    }
    hints
}

/// The line with two neighbouring digits swapped, where that is exactly what is missing.
fn swapped(line: &ReconciliationLine, target: i128, commodity: Commodity) -> Option<Hint> {
    let written = i128::from(line.amount.minor());
    let meant = written + target;
    if written.signum() != meant.signum() {
        return None;
    }
    let (written, digits) = (written.abs(), meant.abs());
    let (mut power, mut found) = (1_i128, false);
    while written / power > 0 || digits / power > 0 {
        let (low, high) = (written / power % 10, written / (power * 10) % 10);
        let exchanged = written + (high - low) * power + (low - high) * power * 10;
        found |= low != high && exchanged == digits;
        power *= 10;
    }
    let meant = i64::try_from(meant).ok()?;
    found.then(|| Hint::SwappedDigits {
        entry_number: line.entry_number,
        line_number: line.line_number,
        meant: commodity.amount(meant),
    })
}

/// The uncleared lines that come to the difference: one of them, else all, else a set where there are few enough.
fn sets(target: i128, lines: &[&ReconciliationLine]) -> Option<Hint> {
    let name = |line: &ReconciliationLine| (line.entry_number, line.line_number);
    let amounts: Vec<i128> = lines.iter().map(|line| i128::from(line.amount.minor())).collect();
    let single: Vec<usize> = (0..lines.len()).filter(|index| amounts[*index] == target).collect();
    match single[..] {
        [only] => return Some(Hint::Clear { lines: vec![name(lines[only])] }),
        [_, ..] => return Some(Hint::SeveralSets { sets: single.len() as u64 }),
        [] => {}
    }
    if lines.len() > CANDIDATES_MAX {
        return (amounts.iter().sum::<i128>() == target).then_some(Hint::AllUncleared);
    }
    match subsets(&amounts, target) {
        (0, _) => None,
        (1, mask) if mask.count_ones() as usize == lines.len() => Some(Hint::AllUncleared),
        (1, mask) => {
            let chosen = lines.iter().enumerate().filter(|(index, _)| mask & (1 << index) != 0);
            Some(Hint::Clear { lines: chosen.map(|(_, line)| name(line)).collect() })
        }
        (sets, _) => Some(Hint::SeveralSets { sets }),
    }
}

/// How many sets of amounts come to a target that is not zero, and the one found last as a mask.
///
/// Meets in the middle (Horowitz and Sahni, 1974): the sums of one half are looked up for each sum of the other, so
/// that 25 amounts take some ten thousand steps.
fn subsets(amounts: &[i128], target: i128) -> (u64, u32) {
    let (left, right) = amounts.split_at(amounts.len() / 2);
    let mut known: HashMap<i128, (u64, u32)> = HashMap::new();
    for (mask, sum) in sums(left) {
        let found = known.entry(sum).or_default();
        *found = (found.0 + 1, mask);
    }
    let (mut count, mut last) = (0, 0);
    for (mask, sum) in sums(right) {
        if let Some((ways, other)) = known.get(&(target - sum)) {
            count += ways;
            last = other | (mask << left.len());
        }
    }
    (count, last)
}

/// Every set of amounts as a mask, with its sum.
fn sums(amounts: &[i128]) -> Vec<(u32, i128)> {
    let mut sums = vec![(0, 0)];
    for (index, amount) in amounts.iter().enumerate() {
        let with: Vec<(u32, i128)> =
            sums.iter().map(|(mask, sum)| (mask | (1 << index), sum + amount)).collect();
        sums.extend(with);
    }
    sums
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;

    fn euro(minor: i64) -> Amount {
        Commodity::iso("EUR").unwrap().amount(minor)
    }

    /// Lines of entries 1, 2, 3 … with these amounts.
    fn lines(amounts: &[i64], cleared: bool) -> Vec<ReconciliationLine> {
        let line = |(index, minor): (usize, &i64)| ReconciliationLine {
            posted_on: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(),
            entry_number: index as i64 + 1,
            line_number: 1,
            description: String::new(),
            party: None,
            memo: None,
            counter_accounts: Vec::new(),
            amount: euro(*minor),
            cleared,
            reverses: None,
        };
        amounts.iter().enumerate().map(line).collect()
    }

    #[test]
    fn no_difference_needs_no_hint() {
        assert_eq!(hints(euro(0), &lines(&[0, 5, -5], false)), []);
    }

    #[test]
    fn one_line_or_one_set_of_lines_is_named() {
        let found = |target| hints(euro(target), &lines(&[1000, 203, 47], false));
        assert_eq!(found(203), [Hint::Clear { lines: vec![(2, 1)] }]);
        assert_eq!(found(1047), [Hint::Clear { lines: vec![(1, 1), (3, 1)] }]);
        assert_eq!(found(1250), [Hint::AllUncleared]);
        assert_eq!(found(1), []);
    }

    #[test]
    fn of_several_sets_none_is_chosen() {
        assert_eq!(hints(euro(500), &lines(&[500, 500], false)), [Hint::SeveralSets { sets: 2 }]);
        assert_eq!(hints(euro(700), &lines(&[300, 400, 200, 500], false)), [Hint::SeveralSets { sets: 2 }]);
    }

    #[test]
    fn a_line_cleared_by_mistake_and_a_wrong_sign_are_named() {
        let cleared = lines(&[700, 250], true);
        assert_eq!(hints(euro(-250), &cleared), [Hint::Unclear { entry_number: 2, line_number: 1 }]);
        assert_eq!(hints(euro(-500), &cleared), [Hint::WrongSign { entry_number: 2, line_number: 1 }]);
        let uncleared = lines(&[-250], false);
        assert_eq!(hints(euro(250), &uncleared), [Hint::WrongSign { entry_number: 1, line_number: 1 }]);
    }

    #[test]
    fn swapped_digits_are_named_where_a_line_fits_and_hinted_at_elsewhere() {
        let swapped = Hint::SwappedDigits { entry_number: 1, line_number: 1, meant: euro(4510) };
        assert_eq!(hints(euro(-900), &lines(&[5410], true)), [swapped]);
        assert_eq!(hints(euro(-900), &lines(&[5555], true)), [Hint::DivisibleByNine]);
        assert_eq!(hints(euro(-901), &lines(&[5410], true)), []);
        let negative = Hint::SwappedDigits { entry_number: 1, line_number: 1, meant: euro(-19) };
        assert_eq!(hints(euro(72), &lines(&[-91], true)), [negative]);
    }

    #[test]
    fn the_widest_amounts_do_not_overflow() {
        let widest = lines(&[i64::MAX, i64::MAX, i64::MIN], true);
        assert_eq!(hints(euro(i64::MIN), &widest), []);
        assert_eq!(hints(euro(i64::MAX), &lines(&[i64::MAX - 1, 1], false)), [Hint::AllUncleared]);
    }

    #[test]
    fn more_lines_than_can_be_tried_are_looked_at_one_by_one() {
        let many = lines(&[7; CANDIDATES_MAX + 1], false);
        assert_eq!(hints(euro(14), &many), []);
        assert_eq!(hints(euro(7 * 26), &many), [Hint::AllUncleared]);
    }

    proptest! {
        #[test]
        fn sets_are_counted_as_by_trying_all(amounts in prop::collection::vec(-20_i128..20, 0..10), target in 1_i128..40) {
            let (mut count, mut last) = (0, 0);
            for mask in 0_u32..1 << amounts.len() {
                let chosen = amounts.iter().enumerate().filter(|(index, _)| mask & (1 << index) != 0);
                if chosen.map(|(_, amount)| amount).sum::<i128>() == target {
                    (count, last) = (count + 1, mask);
                }
            }
            let (found, mask) = subsets(&amounts, target);
            prop_assert_eq!(found, count);
            if count == 1 {
                prop_assert_eq!(mask, last);
            }
        }
    }
}
