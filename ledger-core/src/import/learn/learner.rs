//! The learner: past choices in, the likely account of a new line out.

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

/// How many in a thousand suggestions are to be right, unless the caller says otherwise.
const PRECISION: u16 = 900;
/// What all other accounts' lines together weigh against one line of this account: a half.
const OTHERS: u64 = ONE as u64 / 2;
/// The weight of what was never seen.
const UNSEEN: u64 = ONE as u64 / 2;
/// How many accounts are weighed for a line.
const CANDIDATES_MAX: usize = 24;
/// From how many lines on a text is known well.
const OFTEN: u32 = 4;

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
struct Guess<'l> {
    account: u32,
    share: u64,
    evidence: Evidence,
    strongest: Option<Strongest<'l>>,
}

/// The mark that a guess rests on most.
struct Strongest<'l> {
    kind: MarkKind,
    cell: &'l Cell,
    near: Option<&'l str>,
}

/// A mark with what is known of it.
struct Known<'l> {
    mark: Mark,
    own: Option<&'l Cell>,
    all: Option<&'l Cell>,
    near: Option<&'l str>,
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

    /// The confidence that [`Learner::suggest`] asks for.
    pub fn threshold(&self) -> Confidence {
        self.threshold.unwrap_or(Confidence(self.calibration.threshold))
    }

    /// Sets it.
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
        if let Some(guess) = self.guess(features, &words, &marks) {
            let right = guess.account == place;
            let (evidence, share) = (guess.evidence, guess.share);
            self.calibration.record(evidence, share, right);
        }
        let scope = features.scope();
        for at in 0..words.len() {
            if self.tally.get(word_key(words.hash(at))).is_none() {
                self.vocabulary.add(words.word(at), words.hash(at));
            }
        }
        for mark in &marks {
            self.tally.add(mark.key, place);
            self.tally.add(mix(mark.key, scope), place);
        }
        self.learned += 1;
        if self.learned >= self.settle_at {
            self.calibration.settle(self.precision);
            self.settle_at = self.learned + self.learned / 16 + 1;
        }
    }

    /// The account that a line is likely to belong to, where that is likely enough.
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
        let guess = self.guess(features, &words, &marks)?;
        let confidence = Confidence(self.calibration.confidence(guess.evidence, guess.share));
        if confidence < threshold {
            return None;
        }
        let reason = self.reason(features, &words, &guess);
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

    fn guess<'l>(&'l self, features: &Features<'_>, words: &Words, marks: &[Mark]) -> Option<Guess<'l>> {
        let scope = features.scope();
        let source = self.places.get(&features.source).copied();
        let look = |mark: Mark, near| Known {
            mark,
            own: self.tally.get(mix(mark.key, scope)),
            all: self.tally.get(mark.key),
            near,
        };
        let mut known = marks
            .iter()
            .map(|mark| look(*mark, None))
            .filter(|known| known.all.is_some())
            .collect::<Vec<_>>();
        let telling = known.iter().any(|known| match known.mark.kind {
            MarkKind::Word(_) => !is_generic(&self.tally, known.mark.key),
            kind => matches!(kind, MarkKind::Phrase | MarkKind::Payee),
        });
        if !telling {
            let near = (0..words.len()).find_map(|at| {
                self.tally
                    .get(word_key(words.hash(at)))
                    .is_none()
                    .then(|| self.vocabulary.near(words.word(at)).map(|near| (at, near)))
                    .flatten()
            });
            if let Some((at, (near, hash))) = near {
                known.push(look(Mark { kind: MarkKind::Word(at), key: word_key(hash) }, Some(near)));
            }
        }
        self.weigh(&known, source, telling)
    }

    fn weigh<'l>(&'l self, known: &[Known<'l>], source: Option<u32>, telling: bool) -> Option<Guess<'l>> {
        let mut scores: [(u32, u64); CANDIDATES_MAX] = [(0, 0); CANDIDATES_MAX];
        let mut used = 0;
        let mut whole = 0;
        for known in known {
            let trust = trust(known);
            whole += trust;
            each_share(known, |account, share| {
                if Some(account) == source {
                    return;
                }
                let score = trust * share;
                match scores[..used].iter_mut().find(|(known, _)| *known == account) {
                    Some((_, sum)) => *sum += score,
                    None if used < CANDIDATES_MAX => {
                        scores[used] = (account, score);
                        used += 1;
                    }
                    None => {}
                }
            });
        }
        // Of two with the same score, the account learned first.
        let (account, score) = scores[..used]
            .iter()
            .copied()
            .max_by_key(|(account, score)| (*score, std::cmp::Reverse(*account)))?;
        let strongest = strongest(known, account);
        Some(Guess { account, share: score / whole.max(1), evidence: evidence(known, telling), strongest })
    }

    fn reason(&self, features: &Features<'_>, words: &Words, guess: &Guess<'_>) -> Reason {
        let text = |text: &str| -> Box<str> { text.chars().take(40).collect::<String>().trim().into() };
        let whole = || text(features.payee.or(features.narrative).or(features.memo).unwrap_or(""));
        let Some(strongest) = &guess.strongest else {
            return Reason { words: whole(), likeness: Likeness::Text, times: 0, of: 0, lately: 0 };
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
        let cell = strongest.cell;
        let times = cell.count(guess.account).seen;
        let lately = if cell.last() == guess.account { cell.streak } else { 0 };
        Reason { words, likeness, times, of: cell.seen, lately }
    }
}

/// How far a mark is trusted: the more its lines agree, the more.
fn trust(known: &Known<'_>) -> u64 {
    let mut top = 0;
    each_share(known, |_, share| top = top.max(share));
    let trust = (WHOLE << 8) / (WHOLE - top + WHOLE / 50);
    if known.near.is_some() { trust / 2 } else { trust }
}

/// The share of each account among the lines with a mark: this account's own lines, and all lines together as half
/// a line more.
fn each_share(known: &Known<'_>, mut each: impl FnMut(u32, u64)) {
    let own_weight = known.own.map_or(0, |own| u64::from(own.weight));
    let whole = own_weight + OTHERS + UNSEEN;
    if let Some(own) = known.own {
        for count in own.counts() {
            each_one(count.account, u64::from(count.weight), known, whole, &mut each);
        }
    }
    if let Some(all) = known.all {
        for count in all.counts() {
            if known.own.is_none_or(|own| own.count(count.account).seen == 0) {
                each_one(count.account, 0, known, whole, &mut each);
            }
        }
    }
}

fn each_one(account: u32, own: u64, known: &Known<'_>, whole: u64, each: &mut impl FnMut(u32, u64)) {
    let others = known
        .all
        .map_or(0, |all| u64::from(all.count(account).weight) * OTHERS / u64::from(all.weight.max(1)));
    each(account, (own + others) * WHOLE / whole);
}

fn share_of(known: &Known<'_>, account: u32) -> u64 {
    let mut found = 0;
    each_share(known, |other, share| {
        if other == account {
            found = share
        }
    });
    found
}

fn evidence(known: &[Known<'_>], telling: bool) -> Evidence {
    let texts = known.iter().filter(|known| matches!(known.mark.kind, MarkKind::Phrase | MarkKind::Payee));
    let seen = texts.filter_map(|known| known.own).map(|own| own.seen).max().unwrap_or(0);
    let words = known.iter().any(|known| known.own.is_some() && matches!(known.mark.kind, MarkKind::Word(_)));
    match seen {
        OFTEN.. => Evidence::TextOften,
        1.. => Evidence::Text,
        0 if telling && words => Evidence::Words,
        0 => Evidence::Far,
    }
}

/// The mark that says most for an account: a text, unless only the amount or the weekday speak for it.
fn strongest<'l>(known: &[Known<'l>], account: u32) -> Option<Strongest<'l>> {
    let score = |known: &&Known<'l>| trust(known) * share_of(known, account);
    let is_joined =
        |known: &&Known<'l>| matches!(known.mark.kind, MarkKind::Amount(_) | MarkKind::Weekday(_));
    let text = known.iter().filter(|known| !is_joined(known)).max_by_key(score);
    let joined = known.iter().filter(is_joined).max_by_key(score);
    let found = match (text, joined) {
        (Some(text), Some(joined)) if share_of(text, account) * 2 < share_of(joined, account) => joined,
        (Some(text), _) => text,
        (None, joined) => joined?,
    };
    let cell = found.own.or(found.all)?;
    Some(Strongest { kind: found.mark.kind, cell, near: found.near })
}
