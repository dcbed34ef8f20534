//! The learner: past choices in, the likely account of a new line out.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;

use chrono::Datelike;

use super::calibration::{Calibration, Evidence, WHOLE};
use super::marks::{Features, Mark, MarkKind, is_generic, marks, word_key};
use super::near::Vocabulary;
use super::reason::{Likeness, Reason};
use super::tally::{Cell, ONE, Tally};
use super::words::{Words, mix};
use crate::account::AccountId;

/// How many in a thousand suggestions are to be right: nine of ten, with something to spare for changes of habit.
const PRECISION: u16 = 920;
/// What all other accounts' lines together weigh against one line of this account: a half.
const OTHERS: u64 = ONE as u64 / 2;
/// The weight of what was never seen.
const UNSEEN: u64 = ONE as u64 / 2;
/// How many accounts are weighed for a line.
const CANDIDATES_MAX: usize = 24;
/// From how many lines on a text is known well.
const OFTEN: u32 = 4;
/// Shares are multiplied with so many bits more.
const SCALE_BITS: u32 = 20;
/// How much of a text a reason quotes.
const QUOTE_CHARS_MAX: usize = 40;

/// How likely it is that a suggestion is right, in thousandths, from 1 to 999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence(u16);

impl Confidence {
    /// So many thousandths; more than 999 is 999.
    pub fn from_per_mille(per_mille: u16) -> Confidence {
        Confidence(per_mille.clamp(1, 999))
    }

    /// In thousandths.
    pub fn per_mille(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Confidence {
    /// In whole percent, rounded down: `97 %`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0 / 10)
    }
}

/// An account that a line is likely to belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggested {
    /// The account on the other side.
    pub account: AccountId,
    /// How likely it is right.
    pub confidence: Confidence,
    /// Why.
    pub reason: Reason,
}

/// Learns from past choices which counter account a line is likely to have.
#[derive(Debug, Clone)]
pub struct Learner {
    accounts: Vec<AccountId>,
    places: HashMap<AccountId, u32>,
    tally: Tally,
    vocabulary: Vocabulary,
    calibration: Calibration,
    precision: u16,
    threshold: Option<Confidence>,
    learned: u64,
    settle_at: u64,
}

impl Default for Learner {
    fn default() -> Self {
        Learner::new()
    }
}

/// The account that is weighed highest, and how.
struct Guess {
    account: u32,
    share: u64,
    evidence: Evidence,
}

/// A mark of a line that was met before, with where the lines with it went.
struct Known<'l> {
    kind: MarkKind,
    /// The lines of the line's own account, in its direction.
    own: Option<&'l Cell>,
    /// The lines of all accounts.
    all: Option<&'l Cell>,
    /// The known word that stands in for an unknown one.
    near: Option<&'l str>,
    /// What a weight in `own` and in `all` is multiplied by to give a share.
    own_scale: u64,
    all_scale: u64,
    trust: u64,
}

impl Learner {
    /// A learner that knows nothing.
    pub fn new() -> Learner {
        Learner {
            accounts: Vec::new(),
            places: HashMap::new(),
            tally: Tally::default(),
            vocabulary: Vocabulary::default(),
            calibration: Calibration::new(PRECISION),
            precision: PRECISION,
            threshold: None,
            learned: 0,
            settle_at: 1,
        }
    }

    /// The confidence that [`Learner::suggest`] asks for: never less than an even chance, unless it was set.
    pub fn threshold(&self) -> Confidence {
        self.threshold.unwrap_or(Confidence(self.calibration.threshold))
    }

    /// Sets the confidence that [`Learner::suggest`] asks for; with `None` it is the one above which, so far, a little
    /// over nine of ten suggestions were right.
    pub fn set_threshold(&mut self, threshold: Option<Confidence>) {
        self.threshold = threshold;
    }

    /// How many choices were learned.
    pub fn learned(&self) -> u64 {
        self.learned
    }

    /// Learns one choice; choices come in the order in which they were made.
    pub fn learn(&mut self, features: &Features<'_>, counter: AccountId) {
        let (words, payee) = features.words();
        if words.len() == 0 || counter == features.source {
            return;
        }
        let place = self.place(counter);
        let marks = marks(features, &words, payee, &self.tally);
        let (known, telling) = self.known(features, &words, &marks);
        if let Some(guess) = self.guess(features.source, &known, telling) {
            self.calibration.record(guess.evidence, guess.share, guess.account == place);
        }
        let scope = features.scope();
        for at in 0..words.len() {
            if self.tally.get(word_key(words.hash(at))).is_none() {
                self.vocabulary.add(words.word(at), words.hash(at));
            }
        }
        for mark in &marks {
            if !mark.kind.is_joined() {
                self.tally.add(mark.key, place);
            }
            self.tally.add(mix(mark.key, scope), place);
        }
        self.learned += 1;
        if self.learned >= self.settle_at {
            self.calibration.settle(self.precision);
            self.settle_at = self.learned + self.learned / 16 + 1;
        }
    }

    /// The account that a line is likely to belong to; none where that is less likely than [`Learner::threshold`], so
    /// that the line stays uncategorised.
    pub fn suggest(&self, features: &Features<'_>) -> Option<Suggested> {
        self.suggest_above(features, self.threshold())
    }

    /// The likeliest account, however unlikely; none where no word of the line was ever met.
    pub fn likeliest(&self, features: &Features<'_>) -> Option<Suggested> {
        self.suggest_above(features, Confidence(1))
    }

    fn suggest_above(&self, features: &Features<'_>, threshold: Confidence) -> Option<Suggested> {
        let (words, payee) = features.words();
        let marks = marks(features, &words, payee, &self.tally);
        let (known, telling) = self.known(features, &words, &marks);
        let guess = self.guess(features.source, &known, telling)?;
        let confidence = Confidence(self.calibration.confidence(guess.evidence, guess.share));
        if confidence < threshold {
            return None;
        }
        let strongest = strongest(&known, guess.account)?;
        let reason = reason(features, &words, guess.account, strongest)?;
        Some(Suggested { account: self.accounts[guess.account as usize], confidence, reason })
    }

    fn place(&mut self, account: AccountId) -> u32 {
        let next = self.accounts.len() as u32;
        let place = *self.places.entry(account).or_insert(next);
        if place == next {
            self.accounts.push(account);
        }
        place
    }

    /// What is known of a line's marks, and whether a text or word among them tells payees apart. Where none does, a
    /// known word that is close to one of the line stands in.
    fn known<'l>(&'l self, features: &Features<'_>, words: &Words, marks: &[Mark]) -> (Vec<Known<'l>>, bool) {
        let scope = features.scope();
        let look = |mark: Mark, near: Option<&'l str>| {
            let own = self.tally.get(mix(mark.key, scope));
            // With amount and weekday each account keeps to itself.
            let all = if mark.kind.is_joined() { None } else { self.tally.get(mark.key) };
            (own.is_some() || all.is_some()).then(|| Known::new(mark.kind, own, all, near))
        };
        let mut known = Vec::with_capacity(marks.len() + 1);
        for found in marks.iter().filter_map(|mark| look(*mark, None)) {
            // With a new habit, what a word used to mean on this weekday or with this amount is out of date.
            let word = known.iter().rev().find(|before: &&Known<'_>| !before.kind.is_joined());
            let changed = word.and_then(|word| word.own).filter(|own| own.has_new_habit()).map(Cell::last);
            let outdated = changed.is_some_and(|last| found.own.is_none_or(|own| own.count(last).seen == 0));
            if !(found.kind.is_joined() && outdated) {
                known.push(found);
            }
        }
        let telling = known.iter().any(|known| match known.kind {
            MarkKind::Word(_) => !known.all.is_some_and(is_generic),
            kind => !kind.is_joined(),
        });
        if !telling {
            let near = (0..words.len()).find_map(|at| {
                let unknown = self.tally.get(word_key(words.hash(at))).is_none();
                let (near, hash) = unknown.then(|| self.vocabulary.near(words.word(at))).flatten()?;
                look(Mark { kind: MarkKind::Word(at), key: word_key(hash) }, Some(near))
            });
            known.extend(near);
        }
        (known, telling)
    }

    /// Weighs the accounts: each mark gives the shares of its lines, and counts as far as it is trusted.
    fn guess(&self, source: AccountId, known: &[Known<'_>], telling: bool) -> Option<Guess> {
        let source = self.places.get(&source).copied();
        let mut scores = [(0_u32, 0_u64); CANDIDATES_MAX];
        let (mut used, mut whole) = (0, 0);
        for known in known {
            whole += known.trust;
            known.each_share(|account, share| {
                match scores[..used].iter_mut().find(|(known, _)| *known == account) {
                    Some((_, score)) => *score += known.trust * share,
                    None if used < CANDIDATES_MAX && Some(account) != source => {
                        scores[used] = (account, known.trust * share);
                        used += 1;
                    }
                    None => {}
                }
            });
        }
        // Of two with the same score, the account learned first.
        let order = |(account, score): &(u32, u64)| (*score, Reverse(*account));
        let (account, score) = scores[..used].iter().copied().max_by_key(order)?;
        Some(Guess { account, share: score / whole.max(1), evidence: evidence(known, telling) })
    }
}

fn reason(features: &Features<'_>, words: &Words, account: u32, strongest: &Known<'_>) -> Option<Reason> {
    let whole = || {
        let text = features.payee.or(features.narrative).or(features.memo).unwrap_or("").trim();
        let end = text.char_indices().nth(QUOTE_CHARS_MAX).map_or(text.len(), |(end, _)| end);
        text[..end].trim_end().into()
    };
    let (words, likeness) = match (strongest.kind, strongest.near) {
        (MarkKind::Word(at), Some(near)) => (words.word(at).into(), Likeness::NearWord(near.into())),
        (MarkKind::Phrase | MarkKind::Payee, _) => (whole(), Likeness::Text),
        (MarkKind::Word(at), None) => (words.word(at).into(), Likeness::Text),
        (MarkKind::Amount(at), _) => (words.word(at).into(), Likeness::Amount),
        (MarkKind::Weekday(at), _) => {
            (words.word(at).into(), Likeness::Weekday(features.posted_on.weekday()))
        }
    };
    // What only other accounts' lines speak for is said of all of them.
    let cells = [strongest.own, strongest.all].into_iter().flatten();
    let (cell, count) = cells.map(|cell| (cell, cell.count(account))).find(|(_, count)| count.seen > 0)?;
    let lately = if cell.last() == account { cell.streak } else { 0 };
    Some(Reason { words, likeness, times: count.seen, of: cell.seen, lately })
}

impl<'l> Known<'l> {
    fn new(kind: MarkKind, own: Option<&'l Cell>, all: Option<&'l Cell>, near: Option<&'l str>) -> Known<'l> {
        let others = if all.is_some() { OTHERS } else { 0 };
        let whole = own.map_or(0, |own| u64::from(own.weight)) + others + UNSEEN;
        let own_scale = (WHOLE << SCALE_BITS) / whole;
        let all_weight = all.map_or(1, |all| u64::from(all.weight.max(1)));
        let all_scale = own_scale * OTHERS / all_weight;
        let mut known = Known { kind, own, all, near, own_scale, all_scale, trust: 0 };
        // The more its lines agree, the more a mark is trusted.
        let top = own.map_or_else(|| all.map_or(0, Cell::top_account), Cell::top_account);
        let trust = (WHOLE << 8) / (WHOLE - known.share(top).min(WHOLE) + WHOLE / 50);
        known.trust = if near.is_some() { trust / 2 } else { trust };
        known
    }

    /// The share of an account among the lines with this mark: those of the line's own account, and all lines
    /// together as half a line more.
    fn share(&self, account: u32) -> u64 {
        let weight = |cell: Option<&Cell>| u64::from(cell.map_or(0, |cell| cell.count(account).weight));
        (weight(self.own) * self.own_scale + weight(self.all) * self.all_scale) >> SCALE_BITS
    }

    /// Calls `each` with shares of accounts; those of one account add up to [`Known::share`].
    fn each_share(&self, mut each: impl FnMut(u32, u64)) {
        for (cell, scale) in [(self.own, self.own_scale), (self.all, self.all_scale)] {
            for count in cell.into_iter().flat_map(Cell::counts) {
                each(count.account, (u64::from(count.weight) * scale) >> SCALE_BITS);
            }
        }
    }
}

fn evidence(known: &[Known<'_>], telling: bool) -> Evidence {
    let texts = known.iter().filter(|known| matches!(known.kind, MarkKind::Phrase | MarkKind::Payee));
    let seen = texts.filter_map(|known| known.own).map(|own| own.seen).max().unwrap_or(0);
    let words = known.iter().any(|known| known.own.is_some() && matches!(known.kind, MarkKind::Word(_)));
    match seen {
        OFTEN.. => Evidence::TextOften,
        1.. => Evidence::Text,
        0 if telling && words => Evidence::Words,
        0 => Evidence::Far,
    }
}

/// The mark that says most for an account: a text, unless only the amount or the weekday speak for it.
fn strongest<'k, 'l>(known: &'k [Known<'l>], account: u32) -> Option<&'k Known<'l>> {
    // Of several that say as much, the first: the whole text before the payee, and that before its words.
    let best = |joined: bool| {
        let fitting = known.iter().rev().filter(|known| known.kind.is_joined() == joined);
        fitting.max_by_key(|known| known.trust * known.share(account))
    };
    let (text, joined) = (best(false), best(true));
    match (text, joined) {
        (Some(text), Some(joined)) if text.share(account) * 4 < joined.share(account) * 3 => Some(joined),
        (text, joined) => text.or(joined),
    }
}
