//! How well a movement fits an occurrence, in points that are taken off 100, and the words for it.

use std::collections::HashMap;
use std::rc::Rc;

use super::{ExpectedOccurrence, MatchOptions};
use crate::import::{is_near, missing_words, words};
use crate::money::format_minor;
use crate::schedule::{Movement, Percent};
use crate::text::normalize;

/// The most points for an amount, and those of them that an amount inside an estimate can have.
const AMOUNT_POINTS: u32 = 40;
const ESTIMATE_POINTS: u32 = 10;
/// The most points for days.
const DAY_POINTS: u32 = 25;
/// The most points for party and text, and those of an entry that says nothing.
const TEXT_POINTS: u32 = 35;
const SILENT_POINTS: u32 = 20;
/// The fewest points where both name a party and not the same one: as many as tell pairs apart.
const OTHER_PARTY_POINTS: u32 = super::ALIKE_POINTS;

/// The points of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Score {
    amount: u32,
    days: u32,
    text: u32,
    /// Days from the due day; negative before it.
    late: i64,
}

impl Score {
    /// Scores amount and day of a pair that is known to fit.
    pub fn of(expected: &ExpectedOccurrence, moved: &Movement, options: &MatchOptions) -> Score {
        let late = (moved.on - expected.due_on).num_days();
        let window = if late < 0 { options.days_before } else { options.days_after };
        let days = share(DAY_POINTS, late.unsigned_abs().into(), window.into());
        Score { amount: amount_points(expected, moved, options), days, text: 0, late }
    }

    /// Adds the points of the texts.
    pub fn with_text(self, points: u32) -> Score {
        Score { text: points, ..self }
    }

    /// All points, 100 at most.
    pub fn points(&self) -> u32 {
        self.amount + self.days + self.text
    }

    /// What is left of 100.
    pub fn confidence(&self) -> Percent {
        u8::try_from(100_u32.saturating_sub(self.points()))
            .ok()
            .and_then(|left| Percent::new(left).ok())
            .unwrap_or(Percent::NEVER)
    }

    /// How many days the movement is away from the due day.
    pub fn days_apart(&self) -> u64 {
        self.late.unsigned_abs()
    }

    /// What speaks for and against the pair, as clauses.
    pub fn reasons(&self, expected: &ExpectedOccurrence, moved: &Movement) -> Vec<String> {
        vec![amount_reason(expected, moved), self.day_reason(), self.text_reason(expected, moved)]
    }

    fn day_reason(&self) -> String {
        match self.late {
            0 => "on its day".to_owned(),
            1 => "1 day late".to_owned(),
            -1 => "1 day early".to_owned(),
            late @ 2.. => format!("{late} days late"),
            early => format!("{} days early", early.unsigned_abs()),
        }
    }

    fn text_reason(&self, expected: &ExpectedOccurrence, moved: &Movement) -> String {
        let wanted = expected.party.as_ref().unwrap_or(&expected.name);
        match (self.text, &moved.party) {
            (0, Some(party)) if is_same_party(expected, party) => {
                format!("{} {party}", if moved.amount.is_negative() { "to" } else { "from" })
            }
            (0, _) => format!("its text names {wanted}"),
            (1..TEXT_POINTS, _) if is_silent(moved) => "it has no text".to_owned(),
            (1..TEXT_POINTS, _) => format!("its text is like {wanted}"),
            _ => format!("its text does not name {wanted}"),
        }
    }
}

/// The least and the greatest amount that fit an occurrence, signed.
pub(super) fn allowed(expected: &ExpectedOccurrence, options: &MatchOptions) -> (i64, i64) {
    let (low, high) = magnitudes(expected);
    let tolerance = tolerance(expected, options);
    // A movement of the other sign, or of nothing, never fits.
    let lowest = (low - tolerance).max(1);
    let highest = high + tolerance;
    let signed = if is_negative(expected) { (-highest, -lowest) } else { (lowest, highest) };
    let clamp = |end: i128| i64::try_from(end).unwrap_or(if end < 0 { i64::MIN } else { i64::MAX });
    (clamp(signed.0), clamp(signed.1))
}

fn is_negative(expected: &ExpectedOccurrence) -> bool {
    expected.amount.is_negative() || expected.high.is_negative()
}

fn magnitudes(expected: &ExpectedOccurrence) -> (i128, i128) {
    (magnitude(expected.low.minor()), magnitude(expected.high.minor()))
}

fn magnitude(minor: i64) -> i128 {
    i128::from(minor).abs()
}

/// By how many minor units an amount may be off.
fn tolerance(expected: &ExpectedOccurrence, options: &MatchOptions) -> i128 {
    magnitude(expected.amount.minor()) * i128::from(options.percent) / 100
        + i128::from(options.absolute_minor)
}

fn amount_points(expected: &ExpectedOccurrence, moved: &Movement, options: &MatchOptions) -> u32 {
    let (low, high) = magnitudes(expected);
    let (wanted, seen) = (magnitude(expected.amount.minor()), magnitude(moved.amount.minor()));
    let outside = (low - seen).max(seen - high).max(0);
    if outside == 0 {
        let reach = if seen < wanted { wanted - low } else { high - wanted };
        return share(ESTIMATE_POINTS, (seen - wanted).abs(), reach);
    }
    let rest = AMOUNT_POINTS - ESTIMATE_POINTS;
    ESTIMATE_POINTS + share(rest, outside, tolerance(expected, options))
}

/// So many of `most` points as `part` is of `whole`, rounded up.
fn share(most: u32, part: i128, whole: i128) -> u32 {
    if part == 0 || whole <= 0 {
        return 0;
    }
    let points = (i128::from(most) * part + whole - 1) / whole;
    u32::try_from(points).unwrap_or(most).min(most)
}

fn amount_reason(expected: &ExpectedOccurrence, moved: &Movement) -> String {
    let commodity = moved.amount.commodity();
    let shown = |minor: i64| format_minor(magnitude(minor), commodity);
    let (low, high) = magnitudes(expected);
    let (wanted, seen) = (magnitude(expected.amount.minor()), magnitude(moved.amount.minor()));
    if seen == wanted {
        return format!("{} as expected", shown(moved.amount.minor()));
    }
    if (low..=high).contains(&seen) {
        let ends = (shown(expected.low.minor()), shown(expected.high.minor()));
        return format!("{} within the expected {} to {}", shown(moved.amount.minor()), ends.0, ends.1);
    }
    let way = if seen > wanted { "more" } else { "less" };
    let difference = format_minor((seen - wanted).abs(), commodity);
    format!(
        "{} instead of {}, {difference} {way}",
        shown(moved.amount.minor()),
        shown(expected.amount.minor())
    )
}

fn is_same_party(expected: &ExpectedOccurrence, party: &str) -> bool {
    expected.party.as_ref().is_some_and(|wanted| normalize(wanted) == normalize(party))
}

fn is_silent(moved: &Movement) -> bool {
    moved.party.is_none() && words(&moved.text).is_empty()
}

type WordIds = Rc<[u32]>;

/// The texts of occurrences and movements, each word read once.
pub(super) struct Texts {
    /// Party and name of each occurrence.
    expected: Vec<(Option<u32>, WordIds, WordIds)>,
    /// Party of each movement, and all its words.
    moved: Vec<(Option<u32>, WordIds)>,
    lexicon: Lexicon,
}

impl Texts {
    /// Reads all texts.
    pub fn new(expected: &[&ExpectedOccurrence], moved: &[&Movement]) -> Texts {
        let mut lexicon = Lexicon::default();
        let mut parties = HashMap::new();
        let mut party = |name: &Option<String>| {
            let next = parties.len() as u32;
            name.as_ref().map(|name| *parties.entry(normalize(name)).or_insert(next))
        };
        let expected = expected.iter().map(|one| {
            let words = lexicon.read(one.party.as_deref().unwrap_or_default());
            (party(&one.party), words, lexicon.read(&one.name))
        });
        let expected = expected.collect();
        let moved = moved.iter().map(|one| {
            let mut words = lexicon.read(one.party.as_deref().unwrap_or_default()).to_vec();
            words.extend(lexicon.read(&one.text).iter());
            (party(&one.party), words.into())
        });
        Texts { expected, moved: moved.collect(), lexicon }
    }

    /// The party of an occurrence, as a number.
    pub fn party_of_expected(&self, place: usize) -> Option<u32> {
        self.expected[place].0
    }

    /// The party of a movement, as a number.
    pub fn party_of_moved(&self, place: usize) -> Option<u32> {
        self.moved[place].0
    }

    /// How unlike the texts of an occurrence and a movement are, in points.
    pub fn points(&mut self, expected: usize, moved: usize) -> u32 {
        let (party, party_words, name_words) = &self.expected[expected];
        let (moved_party, own) = &self.moved[moved];
        if party.is_some() && party == moved_party {
            return 0;
        }
        if own.is_empty() && moved_party.is_none() {
            return SILENT_POINTS;
        }
        let lexicon = &mut self.lexicon;
        let mut missing = |wanted| missing_words(own, wanted, |own, wanted| lexicon.is_near(*own, *wanted));
        let per_mille = missing(party_words).min(missing(name_words));
        let points = (TEXT_POINTS * per_mille).div_ceil(1000);
        // However like it is, a name that differs is less sure than the name itself.
        let is_other = party.is_some() && moved_party.is_some();
        if is_other { points.max(OTHER_PARTY_POINTS) } else { points }
    }
}

/// Words by number, with what is known of their likeness.
#[derive(Default)]
struct Lexicon {
    numbers: HashMap<String, u32>,
    words: Vec<String>,
    /// Signs of each word, and which there are.
    shapes: Vec<Shape>,
    texts: HashMap<String, WordIds>,
    near: HashMap<(u32, u32), bool>,
}

impl Lexicon {
    fn read(&mut self, text: &str) -> WordIds {
        if let Some(known) = self.texts.get(text) {
            return Rc::clone(known);
        }
        let ids: WordIds = words(text).into_iter().map(|word| self.number(word)).collect();
        self.texts.insert(text.to_owned(), Rc::clone(&ids));
        ids
    }

    fn number(&mut self, word: String) -> u32 {
        if let Some(number) = self.numbers.get(&word) {
            return *number;
        }
        let number = self.words.len() as u32;
        self.shapes.push(Shape::of(&word));
        self.words.push(word.clone());
        self.numbers.insert(word, number);
        number
    }

    fn is_near(&mut self, one: u32, other: u32) -> bool {
        if one == other {
            return true;
        }
        if !self.shapes[one as usize].may_be_near(self.shapes[other as usize]) {
            return false;
        }
        let words = &self.words;
        let near = || is_near(&words[one as usize], &words[other as usize]);
        *self.near.entry((one, other)).or_insert_with(near)
    }
}

/// What tells, without looking at two words, that they are not near.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    signs: u32,
    /// A bit for each sign that the word has; some signs share one.
    kinds: u64,
}

impl Shape {
    pub fn of(word: &str) -> Shape {
        let kinds = word.chars().fold(0, |kinds, sign| kinds | 1 << (u32::from(sign) % 64));
        Shape { signs: word.chars().count() as u32, kinds }
    }

    /// Whether [`is_near`] may say yes.
    ///
    /// A Jaro-Winkler likeness above 0.92 takes a Jaro likeness above 0.86, as the common beginning adds four tenths of the
    /// rest at most. That takes `m / a + m / b > 1.58` of `m` matching signs of words with `a` and `b`, and signs of kinds
    /// that the other word lacks match nothing.
    pub fn may_be_near(self, other: Shape) -> bool {
        let matching =
            |own: Shape, theirs: Shape| own.signs.saturating_sub((own.kinds & !theirs.kinds).count_ones());
        let matching = u64::from(matching(self, other).min(matching(other, self)));
        let (own, theirs) = (u64::from(self.signs), u64::from(other.signs));
        100 * matching * (own + theirs) > 158 * own * theirs
    }
}
