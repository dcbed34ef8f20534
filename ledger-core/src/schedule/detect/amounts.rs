//! What amounts in the order of their days are: one, one after another, or an estimate.

/// What amounts are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AmountPattern {
    /// The place at which each level begins, and its minor units; one level for an estimate.
    pub levels: Vec<(usize, i64)>,
    /// The low and high end of an estimate.
    pub ends: Option<(i64, i64)>,
    /// Single amounts between others that are equal.
    pub outliers: usize,
}

/// How many of the latest amounts an estimate is made of.
const ESTIMATED_FROM: usize = 12;

impl AmountPattern {
    /// The pattern of amounts without signs, or nothing where they vary too much to be expected.
    pub fn of(amounts: &[i64], is_often: bool) -> Option<AmountPattern> {
        levels(amounts).or_else(|| estimate(amounts, is_often))
    }

    /// How wide an estimate is, in percent of its middle.
    pub fn spread_percent(&self) -> i64 {
        match (self.ends, self.levels.last()) {
            (Some((low, high)), Some((_, middle))) => percent_of(high.saturating_sub(low), *middle),
            _ => 0,
        }
    }
}

/// Few levels one after another, each held for a while; the last may be new.
fn levels(amounts: &[i64]) -> Option<AmountPattern> {
    let count = amounts.len();
    let mut smooth = amounts.to_vec();
    let mut outliers = 0;
    for place in 1..count.saturating_sub(1) {
        let (before, after) = (smooth[place - 1], amounts[place + 1]);
        if before == after && smooth[place] != before {
            smooth[place] = before;
            outliers += 1;
        }
    }
    let mut runs: Vec<(usize, i64, usize)> = Vec::new();
    for (place, amount) in smooth.iter().enumerate() {
        match runs.last_mut() {
            Some((_, level, length)) if level == amount => *length += 1,
            _ => runs.push((place, *amount, 1)),
        }
    }
    let is_held = |(at, run): (usize, &(usize, i64, usize))| run.2 > 1 || at == 0 || at + 1 == runs.len();
    let most = 1 + (count / 4).max(1);
    let is_step = |pair: &[(usize, i64, usize)]| {
        let (old, new) = (pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1));
        // With few payments, or one at the new price, other things look like a step as well.
        let percent_max = if count < 4 {
            125
        } else if pair[1].2 == 1 {
            200
        } else {
            300
        };
        percent_of(new, old) <= percent_max
    };
    let sound = runs.len() <= most
        && outliers * 6 <= count
        && runs.iter().enumerate().all(is_held)
        && runs.windows(2).all(is_step);
    let levels = runs.iter().map(|(at, amount, _)| (*at, *amount)).collect();
    sound.then_some(AmountPattern { levels, ends: None, outliers })
}

/// Amounts that vary, but not wildly: the fewer there are, and the more often they come, the less.
fn estimate(amounts: &[i64], is_often: bool) -> Option<AmountPattern> {
    let mut latest = amounts[amounts.len().saturating_sub(ESTIMATED_FROM)..].to_vec();
    latest.sort_unstable();
    let ranked = |percent: usize| latest[(latest.len() * percent).div_ceil(100).saturating_sub(1)];
    let (low, middle, high) = (ranked(10), ranked(50), ranked(90));
    let pattern = AmountPattern { levels: vec![(0, middle)], ends: Some((low, high)), outliers: 0 };
    let spread_max = match amounts.len() {
        ..3 => return None,
        3 => 10,
        _ if is_often => 30,
        4 | 5 => 30,
        6 | 7 => 60,
        _ => 120,
    };
    (pattern.spread_percent() <= spread_max).then_some(pattern)
}

/// So many percent that `part` is of `whole`, rounded up; very many where `whole` is nothing.
pub(super) fn percent_of(part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return i64::MAX;
    }
    let percent = (i128::from(part) * 100 + i128::from(whole) - 1) / i128::from(whole);
    i64::try_from(percent).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_levels_or_an_estimate_or_neither() {
        let levels =
            |amounts: &[i64]| AmountPattern::of(amounts, false).map(|found| (found.levels, found.ends));
        assert_eq!(levels(&[999; 5]), Some((vec![(0, 999)], None)));
        let changed = [999, 999, 999, 999, 1299, 1299];
        assert_eq!(levels(&changed), Some((vec![(0, 999), (4, 1299)], None)));
        let one_off = [999, 999, 999, 1500, 999, 999];
        assert_eq!(levels(&one_off), Some((vec![(0, 999)], None)));
        let power = [61, 64, 58, 70, 66, 59, 62, 63].map(|euro| euro * 100);
        assert_eq!(levels(&power), Some((vec![(0, 6_200)], Some((5_800, 7_000)))));
        assert_eq!(levels(&[1_000, 9_000, 300, 4_000, 2_500, 700, 8_000, 50]), None);
        assert_eq!(levels(&[1_200, 4_000, 1_200, 4_000, 1_200, 4_000]), None);
        assert_eq!(levels(&[500, 900]), None);
    }
}
