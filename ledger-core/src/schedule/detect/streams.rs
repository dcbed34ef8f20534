//! The streams of regular payments among the payments to one payee: several contracts are told apart by their amounts.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::amounts::{AmountPattern, percent_of};
use super::cadence::Cadence;
use super::fit::{Fit, fit};

/// A payment of a group: its day, its minor units without sign, the place of its movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Payment {
    pub on: NaiveDate,
    pub minor: i64,
    pub place: u32,
}

/// Payments that come regularly.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    /// One for each scheduled day that has one, in order.
    pub payments: Vec<Payment>,
    pub fit: Fit,
    pub pattern: AmountPattern,
    /// Scheduled days between the first and the last that have none.
    pub missed: i64,
    /// Payments of the time that belong to no scheduled day.
    extras: usize,
    pub confidence: u8,
}

impl Stream {
    /// By how many days its payments miss their days together.
    fn off_by(&self) -> i64 {
        self.fit.slots.iter().map(|(_, late)| late.abs()).sum()
    }

    /// The most days by which one misses its day.
    pub fn off_by_max(&self) -> i64 {
        self.fit.slots.iter().map(|(_, late)| late.abs()).max().unwrap_or(0)
    }

    fn first(&self) -> Payment {
        self.payments[0]
    }

    fn last(&self) -> Payment {
        self.payments[self.payments.len() - 1]
    }

    /// See [`super::RecurringProposal::confidence`].
    fn rate(&self) -> i64 {
        let count = self.payments.len() as i64;
        let enough = if self.fit.grid.cadence >= Cadence::HalfYearly { 5 } else { 6 };
        let counted = 40 * count.min(enough) / enough;
        let regular = 35 - 35 * self.off_by() / (count * self.fit.grid.cadence.tolerance());
        let steady = 25 - self.pattern.spread_percent() / 6;
        let against = self.missed + self.extras as i64 + self.pattern.outliers as i64;
        let twice = if count == 2 { 15 } else { 0 };
        counted + regular + steady - 5 * against - twice
    }
}

/// How much has to be seen before payments are called regular.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// All payments to the payee are part of it.
    Whole,
    /// All that is left beside other streams.
    Rest,
    /// It is a part that was picked out, which chance finds more easily.
    Picked,
}

/// Finds the streams among payments, which are in order of days.
pub(super) fn streams(payments: &[Payment]) -> Vec<Stream> {
    if payments.len() < 2 {
        return Vec::new();
    }
    let levels = levels(payments);
    if let Some(contracts) = contracts(payments, &levels) {
        return contracts;
    }
    if let Some(whole) = regular(payments, Proof::Whole) {
        return vec![whole];
    }
    let mut left = payments.to_vec();
    let mut found = Vec::new();
    for level in levels {
        if let Some(stream) = regular(&level, Proof::Picked) {
            left.retain(|payment| stream.payments.binary_search(payment).is_err());
            found.push(stream);
        }
    }
    let mut found = join(found, &mut left);
    if found.is_empty() {
        by_amount(&left, 3, &mut found);
    } else if let Some(rest) = regular(&left, Proof::Rest) {
        found.push(rest);
    } else {
        by_amount(&left, 3, &mut found);
    }
    found
}

/// Payments of one amount each, where it was met more than once; the most frequent amount first.
fn levels(payments: &[Payment]) -> Vec<Vec<Payment>> {
    let mut levels: BTreeMap<i64, Vec<Payment>> = BTreeMap::new();
    for payment in payments {
        levels.entry(payment.minor).or_default().push(*payment);
    }
    let mut levels: Vec<_> = levels.into_values().filter(|level| level.len() > 1).collect();
    levels.sort_by_key(|level| std::cmp::Reverse(level.len()));
    levels
}

/// Contracts at one payee: two to four amounts, each regular on its own and all of them side by side.
fn contracts(payments: &[Payment], levels: &[Vec<Payment>]) -> Option<Vec<Stream>> {
    let is_all = levels.iter().map(Vec::len).sum::<usize>() == payments.len();
    if !(2..=4).contains(&levels.len()) || !is_all {
        return None;
    }
    let overlap = |one: &[Payment], other: &[Payment]| {
        one[0].on <= other[other.len() - 1].on && other[0].on <= one[one.len() - 1].on
    };
    let side_by_side = levels.iter().enumerate().all(|(at, level)| {
        levels.iter().enumerate().all(|(other, beside)| at == other || overlap(level, beside))
    });
    let found =
        || levels.iter().map(|level| regular(level, Proof::Whole).filter(|stream| stream.missed == 0));
    side_by_side.then(|| found().collect::<Option<Vec<_>>>()).flatten()
}

/// Joins streams and single payments that go on where another stops, at another price.
fn join(mut found: Vec<Stream>, left: &mut Vec<Payment>) -> Vec<Stream> {
    found.sort_by_key(|stream| (stream.first(), stream.last()));
    let mut joined: Vec<Stream> = Vec::new();
    while !found.is_empty() {
        let mut stream = found.remove(0);
        while let Some((longer, taken)) = go_on(&stream, &found, left) {
            match taken {
                Taken::Stream(at) => drop(found.remove(at)),
                Taken::Payment(at) => drop(left.remove(at)),
            }
            stream = longer;
        }
        joined.push(stream);
    }
    joined
}

enum Taken {
    Stream(usize),
    Payment(usize),
}

/// The stream with what goes on from it at the nearest price.
fn go_on(stream: &Stream, found: &[Stream], left: &[Payment]) -> Option<(Stream, Taken)> {
    let last = stream.last();
    let reach = stream.fit.grid.cadence.days() * 5 / 2;
    let is_next = |next: Payment| {
        let ahead = (next.on - last.on).num_days();
        let (low, high) = (last.minor.min(next.minor), last.minor.max(next.minor));
        (ahead > 0 && ahead <= reach && percent_of(high, low) <= 150).then(|| percent_of(high, low))
    };
    let streams = found.iter().enumerate().filter_map(|(at, next)| {
        Some((is_next(next.first())?, next.first(), next.payments.as_slice(), Taken::Stream(at)))
    });
    let singles = left.iter().enumerate().filter_map(|(at, next)| {
        Some((is_next(*next)?, *next, std::slice::from_ref(next), Taken::Payment(at)))
    });
    let mut nexts: Vec<_> = streams.chain(singles).collect();
    nexts.sort_by_key(|(percent, first, ..)| (*percent, *first));
    nexts.into_iter().take(8).find_map(|(_, _, more, taken)| {
        let all = [stream.payments.as_slice(), more].concat();
        let longer = regular(&all, Proof::Whole)?;
        let keeps_on = longer.fit.grid.cadence == stream.fit.grid.cadence
            && longer.payments.len() == all.len()
            && longer.pattern.ends.is_none();
        keeps_on.then_some((longer, taken))
    })
}

/// Splits payments where their amounts leave the widest gap, and again so many times, until what is left is regular.
fn by_amount(payments: &[Payment], times: usize, found: &mut Vec<Stream>) {
    let mut sorted = payments.to_vec();
    sorted.sort_by_key(|payment| (payment.minor, payment.on, payment.place));
    let gaps = sorted.windows(2).enumerate();
    let gaps = gaps.map(|(at, pair)| (percent_of(pair[1].minor, pair[0].minor), at + 1));
    let Some((percent, at)) = gaps.max().filter(|_| times > 0) else { return };
    // Amounts that vary leave smaller gaps by chance.
    if percent < 140 {
        return;
    }
    let (low, high) = sorted.split_at_mut(at);
    for part in [low, high] {
        part.sort_unstable();
        match regular(part, Proof::Picked) {
            Some(stream) => found.push(stream),
            None => by_amount(part, times - 1, found),
        }
    }
}

/// The best reading of payments, in order of days, as one stream.
fn regular(payments: &[Payment], proof: Proof) -> Option<Stream> {
    let run = latest_run(payments);
    // What went before speaks against it, so that more has to speak for it.
    let proof = if run.len() < payments.len() { Proof::Picked } else { proof };
    let payments = run;
    let gap = median_gap(payments)?;
    let suiting = Cadence::ALL.into_iter().filter(|cadence| cadence.suits(gap));
    let found = suiting.filter_map(|cadence| as_cadence(payments, cadence, proof));
    // Of equals the first.
    found.reduce(|best, other| if other.confidence > best.confidence { other } else { best })
}

/// The payments after the last long silence: what was before is another story.
fn latest_run(payments: &[Payment]) -> &[Payment] {
    let Some(gap) = median_gap(payments) else { return payments };
    let silent = |pair: &[Payment]| (pair[1].on - pair[0].on).num_days() * 5 > gap * 13;
    match payments.windows(2).rposition(silent) {
        Some(before) => &payments[before + 1..],
        None => payments,
    }
}

fn median_gap(payments: &[Payment]) -> Option<i64> {
    let mut gaps: Vec<_> = payments.windows(2).map(|pair| (pair[1].on - pair[0].on).num_days()).collect();
    gaps.sort_unstable();
    gaps.get(gaps.len() / 2).copied()
}

fn as_cadence(payments: &[Payment], cadence: Cadence, proof: Proof) -> Option<Stream> {
    let days: Vec<_> = payments.iter().map(|payment| payment.on).collect();
    let (fit, payments, extras) = one_a_slot(fit(&days, cadence)?, payments);
    let count = payments.len();
    let first = fit.slots.first()?.0;
    let missed = fit.slots.last()?.0 - first + 1 - count as i64;
    let amounts: Vec<_> = payments.iter().map(|payment| payment.minor).collect();
    let pattern = AmountPattern::of(&amounts, cadence <= Cadence::Fortnightly)?;
    let mut stream = Stream { payments, fit, pattern, missed, extras, confidence: 0 };
    if !is_enough(&stream, proof) {
        return None;
    }
    stream.confidence = u8::try_from(stream.rate().clamp(0, 100)).unwrap_or(0);
    Some(stream)
}

/// Keeps one payment for each scheduled day, that of the usual amount, and says how many were left out.
fn one_a_slot(fit: Fit, payments: &[Payment]) -> (Fit, Vec<Payment>, usize) {
    let mut amounts: Vec<_> = payments.iter().map(|payment| payment.minor).collect();
    amounts.sort_unstable();
    let usual = amounts[amounts.len() / 2];
    let mut kept: Vec<((i64, i64), Payment)> = Vec::with_capacity(payments.len());
    for (slot, payment) in fit.slots.iter().zip(payments) {
        let rank = |slot: &(i64, i64), payment: &Payment| (payment.minor.abs_diff(usual), slot.1.abs());
        match kept.last_mut() {
            Some((of, taken)) if of.0 == slot.0 => {
                if rank(slot, payment) < rank(of, taken) {
                    (*of, *taken) = (*slot, *payment);
                }
            }
            _ => kept.push((*slot, *payment)),
        }
    }
    let extras = payments.len() - kept.len();
    let (slots, payments) = kept.into_iter().unzip();
    (Fit { slots, ..fit }, payments, extras)
}

/// Whether so many payments, so near their days, are more than chance.
fn is_enough(stream: &Stream, proof: Proof) -> bool {
    let cadence = stream.fit.grid.cadence;
    let count = stream.payments.len();
    let least = match (cadence, proof) {
        (Cadence::Weekly, _) => 6,
        (Cadence::Fortnightly | Cadence::FourWeekly, Proof::Whole) => 4,
        (Cadence::Monthly | Cadence::TwoMonthly | Cadence::Quarterly, Proof::Whole) => 3,
        (Cadence::HalfYearly, Proof::Whole) => 3,
        (Cadence::Yearly, Proof::Whole) => 2,
        (Cadence::HalfYearly | Cadence::Yearly, Proof::Rest) => 3,
        (_, Proof::Rest | Proof::Picked) => 5,
    };
    let missed_max = if count < 4 { 0 } else { (count as i64 / 10).max(1) };
    if count < least || stream.missed > missed_max || stream.extras * 10 > count {
        return false;
    }
    let tolerance = cadence.tolerance();
    let far = stream.fit.slots.iter().filter(|(_, late)| late.abs() > tolerance).count();
    // Few days lie on some grid by chance, unless they lie on it well.
    let mean_part = if count < 6 { 3 } else { 2 };
    far * 8 <= count
        && stream.off_by_max() <= tolerance * 2
        && stream.off_by() * mean_part <= tolerance * count as i64
}
