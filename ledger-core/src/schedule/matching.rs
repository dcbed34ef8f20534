//! Which entries have settled which occurrences: proposals with reasons, one to one.
//!
//! Account, sign, commodity, amount and day decide what fits at all; `score` says how well, `candidates` finds what fits
//! without looking at everything. A person or a rule decides what is settled; what is not unique is never sure. Entries
//! beside lines of statements are paired by `import/matching.rs`, where amounts are exact and days come first.

mod candidates;
mod likely;
mod score;

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use self::candidates::Index;
pub use self::likely::{LikelySettlement, likely_settled};
use self::score::{Score, Texts};
use super::{Movement, Occurrence, OccurrenceKey, Percent};
use crate::account::AccountId;
use crate::money::{Amount, sum};

/// Pairs that are less than so many points apart are equally good to a person.
const ALIKE_POINTS: u32 = 10;

/// An occurrence that is open, by what it is expected to move on one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedOccurrence {
    /// Its identity.
    pub key: OccurrenceKey,
    /// The day on which money is expected to move.
    pub due_on: NaiveDate,
    /// The account whose money moves.
    pub account: AccountId,
    /// The account on the other side, where it is one.
    pub counter: Option<AccountId>,
    /// The expected amount on `account`, signed as it would be posted.
    pub amount: Amount,
    /// The end of an estimate nearer to zero; the amount itself where it is none.
    pub low: Amount,
    /// The end of an estimate farther from zero; the amount itself where it is none.
    pub high: Amount,
    /// With whom, by name.
    pub party: Option<String>,
    /// What people call the schedule.
    pub name: String,
}

impl ExpectedOccurrence {
    /// What an occurrence moves on an account; nothing where it has no line there, or lines that cannot be added up.
    pub fn on_account(occurrence: &Occurrence, account: AccountId) -> Option<ExpectedOccurrence> {
        let own = || occurrence.lines.iter().filter(|line| line.account == account);
        let commodity = own().next()?.amount.commodity();
        let mut others = occurrence.lines.iter().map(|line| line.account).filter(|other| *other != account);
        let counter = others.next().filter(|counter| others.all(|other| other == *counter));
        let terms = occurrence.schedule.terms();
        Some(ExpectedOccurrence {
            key: occurrence.key,
            due_on: occurrence.due_on,
            account,
            counter,
            amount: sum(commodity, own().map(|line| line.amount)).ok()?,
            low: sum(commodity, own().map(|line| line.low())).ok()?,
            high: sum(commodity, own().map(|line| line.high())).ok()?,
            party: terms.party.clone(),
            name: terms.name.clone(),
        })
    }

    /// The least and the greatest amount that fit, in minor units, signed.
    pub(crate) fn allowed(&self, options: &MatchOptions) -> (i64, i64) {
        score::allowed(self, options)
    }
}

/// How far an entry may be from an occurrence that it settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MatchOptions {
    /// Days before the due day.
    pub days_before: u32,
    /// Days after the due day.
    pub days_after: u32,
    /// Percent of the expected amount by which an entry may be off it, or off the ends of an estimate.
    pub percent: u32,
    /// Minor units that are allowed on top of `percent`.
    pub absolute_minor: u32,
    /// The confidence below which nothing is proposed.
    pub confidence_min: Percent,
    /// The confidence from which a match that nothing competes with is sure.
    pub sure_from: Percent,
}

impl Default for MatchOptions {
    /// 5 days before to 10 days after, 10 percent, proposed from 40 %, sure from 85 %.
    fn default() -> Self {
        let percent = |value| Percent::new(value).unwrap_or_default();
        let (confidence_min, sure_from) = (percent(40), percent(85));
        MatchOptions {
            days_before: 5,
            days_after: 10,
            percent: 10,
            absolute_minor: 0,
            confidence_min,
            sure_from,
        }
    }
}

/// An entry that may have settled an occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OccurrenceMatch {
    /// The occurrence.
    pub occurrence: OccurrenceKey,
    /// The entry that fits it best; of equally good ones the earliest.
    pub entry: i64,
    /// How well it fits: 100 less the points of `reasons`.
    pub confidence: Percent,
    /// Whether it fits well and nothing competes with it.
    pub is_sure: bool,
    /// Other entries that fit the occurrence about as well and are not plainly better elsewhere, by number.
    pub other_entries: Vec<i64>,
    /// Other occurrences that the entry fits about as well, in order.
    pub other_occurrences: Vec<OccurrenceKey>,
    /// Why, as clauses: `950.00 EUR as expected`, `2 days late`, `to Landlord`.
    pub reasons: Vec<String>,
}

/// Finds the entries that may have settled occurrences; an entry is proposed for one occurrence at most, and one for
/// each occurrence.
///
/// A pair fits when account, commodity and sign are the same, the other accounts are the same where both are known, the
/// amount lies in the expected range widened by the tolerance, and the day in the window. Its confidence is 100, less 0 to
/// 40 points for the amount (0 for the expected one, up to 10 inside an estimate, the rest outside, growing evenly to the
/// tolerance), 0 to 25 for the days (growing evenly to the end of the window), and 0 to 35 for party and text (0 for the
/// same party, otherwise the share of the party's or the name's words that the entry lacks, at least 10 where both name
/// a party; 20 for an entry without any words). The best pairs are taken first. A match is not sure while another entry or occurrence is within 10 points
/// of it, unless that one has a plainly better partner, or one that cannot be told from this one's.
///
/// The result does not depend on the order of what is given; it is in order of due day and occurrence. Where very many
/// movements fit one occurrence, the 8 nearest of its amount, the 8 nearest of its party and the 8 nearest of all are looked at.
///
/// ```
/// # use chrono::NaiveDate;
/// use ledger_core::account::AccountId;
/// use ledger_core::money::Amount;
/// use ledger_core::schedule::{
///     ExpectedOccurrence, MatchOptions, Movement, OccurrenceKey, ScheduleId, match_occurrences,
/// };
///
/// # let day = |text: &str| text.parse::<NaiveDate>().unwrap();
/// # let bank: AccountId = serde_json::from_str("1").unwrap();
/// let amount: Amount = "-950.00 EUR".parse()?;
/// let rent = ExpectedOccurrence {
///     key: OccurrenceKey::new(ScheduleId::new(1), day("2026-03-01")),
///     due_on: day("2026-03-01"),
///     account: bank,
///     counter: None,
///     amount,
///     low: amount,
///     high: amount,
///     party: Some("Landlord".into()),
///     name: "Rent".into(),
/// };
/// let paid = Movement {
///     entry: 7,
///     on: day("2026-03-03"),
///     account: bank,
///     counter: None,
///     amount,
///     party: Some("Landlord".into()),
///     text: "Rent March".into(),
/// };
/// let found = match_occurrences(&[rent], &[paid], &MatchOptions::default());
/// assert_eq!(found[0].entry, 7);
/// assert_eq!(found[0].reasons.join(", "), "950.00 EUR as expected, 2 days late, to Landlord");
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub fn match_occurrences(
    occurrences: &[ExpectedOccurrence],
    movements: &[Movement],
    options: &MatchOptions,
) -> Vec<OccurrenceMatch> {
    // Places stand for their order from here on, so that the order of what is given has no influence.
    let mut expected: Vec<&ExpectedOccurrence> = occurrences.iter().collect();
    expected.sort_by_key(|one| (one.due_on, one.key, one.account, one.amount.commodity()));
    let mut moved: Vec<&Movement> = movements.iter().collect();
    moved.sort_by_key(|one| (one.on, one.entry, one.account, one.amount.commodity(), one.amount.minor()));

    let pairs = fitting(&expected, &moved, options);
    Matching::best_first(&expected, &moved, pairs).matches(options)
}

/// An occurrence and a movement that fit, by their places.
#[derive(Debug, Clone, Copy)]
struct Pair {
    expected: u32,
    moved: u32,
    score: Score,
}

/// All pairs that fit and are good enough, by occurrence, then movement.
fn fitting(expected: &[&ExpectedOccurrence], moved: &[&Movement], options: &MatchOptions) -> Vec<Pair> {
    let mut texts = Texts::new(expected, moved);
    let index = Index::new(moved, &texts);
    let points_max = 100 - u32::from(options.confidence_min.get());
    let mut pairs = Vec::new();
    for (at, one) in expected.iter().enumerate() {
        let range = score::allowed(one, options);
        for place in index.near(one, texts.party_of_expected(at), range, options) {
            let other = moved[place as usize];
            let differ = one.counter.zip(other.counter).is_some_and(|(own, theirs)| own != theirs);
            let mut score = Score::of(one, other, options);
            if differ || score.points() > points_max {
                continue;
            }
            score = score.with_text(texts.points(at, place as usize));
            if score.points() <= points_max {
                pairs.push(Pair { expected: at as u32, moved: place, score });
            }
        }
    }
    pairs
}

/// Pairs with the chosen ones among them.
struct Matching<'a> {
    expected: &'a [&'a ExpectedOccurrence],
    moved: &'a [&'a Movement],
    pairs: Vec<Pair>,
    /// The pairs of each occurrence and of each entry, which may stand at several places.
    of_keys: Side,
    of_entries: Side,
}

/// Pairs by one of their ends.
struct Side {
    /// The number of the end at each place.
    numbers: Vec<u32>,
    /// The chosen pair of each end.
    chosen: Vec<Option<u32>>,
    /// The pairs of each end, as a range of `pairs`.
    ranges: Vec<std::ops::Range<usize>>,
    pairs: Vec<u32>,
}

impl Side {
    fn new<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> Side {
        let mut known = HashMap::new();
        let numbers = keys.map(|key| {
            let next = known.len() as u32;
            *known.entry(key).or_insert(next)
        });
        let numbers: Vec<_> = numbers.collect();
        let ends = known.len();
        Side { numbers, chosen: vec![None; ends], ranges: vec![0..0; ends], pairs: Vec::new() }
    }

    /// Sorts pairs, told by the place of their end, into ranges.
    fn fill(&mut self, places: impl Iterator<Item = u32> + Clone) {
        let ends = || places.clone().map(|place| self.numbers[place as usize] as usize);
        let mut counts = vec![0; self.chosen.len()];
        ends().for_each(|end| counts[end] += 1);
        let mut start = 0;
        for (range, count) in self.ranges.iter_mut().zip(&counts) {
            *range = start..start;
            start += count;
        }
        self.pairs = vec![0; start];
        for (pair, end) in ends().enumerate() {
            self.pairs[self.ranges[end].end] = pair as u32;
            self.ranges[end].end += 1;
        }
    }

    fn chosen_at(&self, place: u32) -> Option<u32> {
        self.chosen[self.numbers[place as usize] as usize]
    }

    fn choose(&mut self, place: u32, pair: usize) {
        self.chosen[self.numbers[place as usize] as usize] = Some(pair as u32);
    }

    /// The pairs that share the end at a place, the best first.
    fn pairs_at(&self, place: u32) -> &[u32] {
        &self.pairs[self.ranges[self.numbers[place as usize] as usize].clone()]
    }
}

impl<'a> Matching<'a> {
    /// Chooses the pairs with the fewest points first; of equals those nearer in days, then the earlier ones.
    fn best_first(
        expected: &'a [&'a ExpectedOccurrence],
        moved: &'a [&'a Movement],
        mut pairs: Vec<Pair>,
    ) -> Matching<'a> {
        pairs.sort_unstable_by_key(|pair| {
            (pair.score.points(), pair.score.days_apart(), pair.expected, pair.moved)
        });
        let mut of_keys = Side::new(expected.iter().map(|one| one.key));
        let mut of_entries = Side::new(moved.iter().map(|one| one.entry));
        of_keys.fill(pairs.iter().map(|pair| pair.expected));
        of_entries.fill(pairs.iter().map(|pair| pair.moved));
        for (place, pair) in pairs.iter().enumerate() {
            if of_keys.chosen_at(pair.expected).or(of_entries.chosen_at(pair.moved)).is_none() {
                of_keys.choose(pair.expected, place);
                of_entries.choose(pair.moved, place);
            }
        }
        Matching { expected, moved, pairs, of_keys, of_entries }
    }

    /// The matches, in the order of occurrences.
    fn matches(&self, options: &MatchOptions) -> Vec<OccurrenceMatch> {
        let chosen = self.of_keys.chosen.iter().flatten();
        let mut found: Vec<_> =
            chosen.map(|place| self.judged(&self.pairs[*place as usize], options)).collect();
        found.sort_by_key(|(due_on, one)| (*due_on, one.occurrence));
        found.into_iter().map(|(_, one)| one).collect()
    }

    /// A chosen pair with what competes with it, and its due day.
    fn judged(&self, pair: &Pair, options: &MatchOptions) -> (NaiveDate, OccurrenceMatch) {
        let expected = self.expected[pair.expected as usize];
        let moved = self.moved[pair.moved as usize];
        let about_as_good = |rival: &&Pair| rival.score.points() < pair.score.points() + ALIKE_POINTS;
        let rivals = pairs_of(&self.pairs, self.of_keys.pairs_at(pair.expected)).take_while(about_as_good);
        let rivals = rivals.filter(|rival| self.moved[rival.moved as usize].entry != moved.entry);
        let rivals = rivals.filter(|rival| {
            let elsewhere = self.of_entries.chosen_at(rival.moved);
            !self.is_settled_elsewhere(rival, elsewhere, rival.moved, pair.moved)
        });
        let mut other_entries: Vec<_> = rivals.map(|rival| self.moved[rival.moved as usize].entry).collect();
        let rivals = pairs_of(&self.pairs, self.of_entries.pairs_at(pair.moved)).take_while(about_as_good);
        let rivals = rivals.filter(|rival| self.expected[rival.expected as usize].key != expected.key);
        let rivals = rivals.filter(|rival| {
            let elsewhere = self.of_keys.chosen_at(rival.expected);
            let theirs = elsewhere.map_or(pair.moved, |elsewhere| self.pairs[elsewhere as usize].moved);
            !self.is_settled_elsewhere(rival, elsewhere, theirs, pair.moved)
        });
        let keys = rivals.map(|rival| self.expected[rival.expected as usize].key);
        let mut other_occurrences: Vec<_> = keys.collect();
        other_entries.sort_unstable();
        other_entries.dedup();
        other_occurrences.sort_unstable();
        other_occurrences.dedup();

        let mut reasons = pair.score.reasons(expected, moved);
        reasons.extend(other_entries.first().map(|_| match other_entries.as_slice() {
            [entry] => format!("entry {entry} fits about as well"),
            entries => format!("{} other entries fit about as well", entries.len()),
        }));
        reasons.extend(other_occurrences.first().map(|_| match other_occurrences.as_slice() {
            [key] => format!("the entry fits the occurrence of {} about as well", key.on),
            keys => format!("the entry fits {} other occurrences about as well", keys.len()),
        }));
        let confidence = pair.score.confidence();
        let is_unique = other_entries.is_empty() && other_occurrences.is_empty();
        let found = OccurrenceMatch {
            occurrence: expected.key,
            entry: moved.entry,
            confidence,
            is_sure: is_unique && confidence >= options.sure_from,
            other_entries,
            other_occurrences,
            reasons,
        };
        (expected.due_on, found)
    }

    /// Whether a rival is no rival, as its chosen pair `elsewhere` is plainly better, or is with a movement, `theirs`, that
    /// cannot be told from ours.
    fn is_settled_elsewhere(&self, rival: &Pair, elsewhere: Option<u32>, theirs: u32, ours: u32) -> bool {
        let Some(elsewhere) = elsewhere else { return false };
        let better = self.pairs[elsewhere as usize].score.points() + ALIKE_POINTS <= rival.score.points();
        better || is_alike(self.moved[theirs as usize], self.moved[ours as usize])
    }
}

/// Pairs by their places.
fn pairs_of<'p>(pairs: &'p [Pair], places: &'p [u32]) -> impl Iterator<Item = &'p Pair> {
    places.iter().map(|place| &pairs[*place as usize])
}

/// Whether two movements cannot be told apart.
fn is_alike(one: &Movement, other: &Movement) -> bool {
    let told = |movement: &Movement| (movement.on, movement.account, movement.counter, movement.amount);
    told(one) == told(other) && one.party == other.party && one.text == other.text
}

#[cfg(test)]
mod tests;
