//! Transfers whose sides differ: a fee was kept on the way, or the money was exchanged. They are only ever proposed.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::statement::StatementLine;
use crate::money::{Amount, Commodity};

/// The largest part of what was sent that may be missing where it arrives, in percent: card top-ups, wallets and
/// payment services keep 1 to 3 %.
pub(crate) const FEE_PERCENT_MAX: i128 = 3;

/// How far the rate of an exchange may lie from a price that the book knows, in percent: banks sell currency 1 to 4 %
/// off the market, and prices of a neighbouring day move too.
pub(crate) const EXCHANGE_PERCENT_MAX: i128 = 5;

/// How many lines of a day are looked at for one other side.
const LINES_OF_A_DAY_MAX: usize = 20;

/// How the sides of a transfer differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Difference {
    /// So much was kept on the way.
    Fee(Amount),
    /// The sides are of different commodities.
    Exchange,
}

/// Lines by commodity, day and amount.
pub(crate) struct ByDay<'a> {
    days: BTreeMap<(Commodity, NaiveDate), Vec<(i64, usize)>>,
    lines: &'a [&'a StatementLine],
    within: u32,
}

impl<'a> ByDay<'a> {
    /// Lines that may lie up to `within` days away from their other side.
    pub(crate) fn new(lines: &'a [&'a StatementLine], within: u32) -> Self {
        let mut days: BTreeMap<_, Vec<(i64, usize)>> = BTreeMap::new();
        for (place, line) in lines.iter().enumerate() {
            let key = (line.amount.commodity(), line.posted_on);
            days.entry(key).or_default().push((line.amount.minor(), place));
        }
        days.values_mut().for_each(|lines| lines.sort_unstable());
        ByDay { days, lines, within }
    }

    /// The commodities that the lines are in, each once.
    pub(crate) fn commodities(&self) -> Vec<Commodity> {
        let mut all: Vec<Commodity> = self.days.keys().map(|(commodity, _)| *commodity).collect();
        all.dedup();
        all
    }

    /// The line at a place.
    pub(crate) fn line(&self, place: usize) -> &'a StatementLine {
        self.lines[place]
    }

    /// The places of lines of a commodity near a day whose minor units lie in a range.
    pub(crate) fn near(
        &self,
        commodity: Commodity,
        on: NaiveDate,
        (least, most): (i64, i64),
    ) -> impl Iterator<Item = usize> {
        let within = Days::new(self.within.into());
        let first = on.checked_sub_days(within).unwrap_or(NaiveDate::MIN);
        let last = on.checked_add_days(within).unwrap_or(NaiveDate::MAX);
        self.days.range((commodity, first)..=(commodity, last)).flat_map(move |(_, lines)| {
            let start = lines.partition_point(|(minor, _)| *minor < least);
            let fitting = lines[start..].iter().take_while(move |(minor, _)| *minor <= most);
            fitting.take(LINES_OF_A_DAY_MAX).map(|(_, place)| *place)
        })
    }
}

/// The fee between two sides in one commodity: less arrives than was sent, by [`FEE_PERCENT_MAX`] at most.
pub(crate) fn fee(one: Amount, other: Amount) -> Option<Amount> {
    if one.commodity() != other.commodity() || one.is_negative() == other.is_negative() {
        return None;
    }
    let (sent, arrived) = if one.is_negative() { (one, other) } else { (other, one) };
    let (sent, arrived) = (-i128::from(sent.minor()), i128::from(arrived.minor()));
    let fee = sent - arrived;
    let fits = arrived > 0 && fee > 0 && fee * 100 <= sent * FEE_PERCENT_MAX;
    Some(one.commodity().amount(i64::try_from(fee).ok().filter(|_| fits)?))
}

/// The minor units that the other side of `minor` may have, if a fee was kept: wide enough for every [`fee`].
pub(crate) fn fee_range(minor: i64) -> (i64, i64) {
    let size = i128::from(minor).abs();
    let range = if minor < 0 {
        (size * (100 - FEE_PERCENT_MAX) / 100, size - 1)
    } else {
        (-(size * 100 / (100 - FEE_PERCENT_MAX) + 1), -(size + 1))
    };
    clamped(range)
}

/// The minor units that the other side may have of what is worth `worth` there, seen from that other side.
pub(crate) fn exchange_range(worth: i64) -> (i64, i64) {
    let (one, other) = (
        i128::from(worth) * (100 - EXCHANGE_PERCENT_MAX) / 100,
        i128::from(worth) * (100 + EXCHANGE_PERCENT_MAX) / 100,
    );
    clamped((one.min(other), one.max(other)))
}

fn clamped((least, most): (i128, i128)) -> (i64, i64) {
    let fit = |minor: i128| i64::try_from(minor).unwrap_or(if minor < 0 { i64::MIN } else { i64::MAX });
    (fit(least), fit(most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::testing::line;

    fn eur(minor: i64) -> Amount {
        line("2026-03-01", minor, "").amount
    }

    #[test]
    fn a_fee_is_what_did_not_arrive_up_to_three_percent() {
        assert_eq!(fee(eur(-10_000), eur(9_900)), Some(eur(100)));
        assert_eq!(fee(eur(9_700), eur(-10_000)), Some(eur(300)));
        assert_eq!(fee(eur(9_699), eur(-10_000)), None, "too much is missing");
        assert_eq!(fee(eur(-10_000), eur(10_000)), None, "nothing is missing");
        assert_eq!(fee(eur(-10_000), eur(10_100)), None, "more arrived than was sent");
        assert_eq!(fee(eur(-10_000), eur(-9_900)), None);
        assert_eq!(fee(eur(i64::MIN), eur(i64::MAX)), Some(eur(1)));
    }

    #[test]
    fn the_range_of_a_fee_has_every_amount_that_makes_one() {
        for own in (1..400).chain([-1, -2, -33, -100, -101, -399]) {
            let (least, most) = fee_range(own);
            for other in -500..500 {
                let is_fee = fee(eur(own), eur(other)).is_some();
                assert!(!is_fee || (least..=most).contains(&other), "{own} {other}: {least}..{most}");
            }
        }
    }

    #[test]
    fn lines_are_found_by_day_and_by_a_range_of_amounts() {
        let lines = [
            line("2026-03-05", 9_900, "a"),
            line("2026-03-11", 9_900, "b"),
            line("2026-03-05", 9_000, "c"),
            line("2026-03-07", 9_999, "d"),
        ];
        let lines: Vec<&StatementLine> = lines.iter().collect();
        let by_day = ByDay::new(&lines, 5);
        let on = "2026-03-05".parse().unwrap();
        let found: Vec<usize> = by_day.near(eur(0).commodity(), on, fee_range(-10_000)).collect();
        assert_eq!(found, [0, 3]);
        assert_eq!(exchange_range(-100), (-105, -95));
        assert_eq!(exchange_range(i64::MAX).1, i64::MAX);
    }
}
