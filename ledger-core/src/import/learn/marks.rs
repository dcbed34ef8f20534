//! What is remembered of a line: its texts, its words, and each with the amount and the weekday.

use chrono::{Datelike, NaiveDate};

use super::tally::{Cell, Tally};
use super::words::{Words, mix};
use crate::account::AccountId;
use crate::import::StatementLine;
use crate::money::Amount;

/// How many words are also remembered together with amount and weekday.
const JOINED_WORDS: usize = 3;
/// A word that went to so many accounts, none of them mostly, is a bank's own.
const GENERIC_ACCOUNTS_MIN: usize = 8;

/// What a suggestion goes by: a line of the account `source`, seen from that account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Features<'a> {
    /// The account that the line is of.
    pub source: AccountId,
    /// The other party, where it is known.
    pub payee: Option<&'a str>,
    /// What the bank or a person wrote about it.
    pub narrative: Option<&'a str>,
    /// A further note.
    pub memo: Option<&'a str>,
    /// Money in is positive, money out negative.
    pub amount: Amount,
    /// The day.
    pub posted_on: NaiveDate,
}

impl<'a> Features<'a> {
    /// Those of a statement line.
    pub fn of_line(source: AccountId, line: &'a StatementLine) -> Features<'a> {
        Features {
            source,
            payee: line.payee(),
            narrative: line.narrative(),
            memo: line.memo(),
            amount: line.amount,
            posted_on: line.posted_on,
        }
    }

    /// The words of its texts, and the hash of the payee's alone (0 where there are none).
    pub(super) fn words(&self) -> (Words, u64) {
        let mut words = Words::new();
        let payee = self.payee.map_or(0, |payee| words.add(payee));
        for text in [self.narrative, self.memo].into_iter().flatten() {
            words.add(text);
        }
        (words, payee)
    }

    /// Sets the lines of one account and direction apart from all others.
    pub(super) fn scope(&self) -> u64 {
        mix(self.source.0 as u64, 1 + u64::from(self.amount.is_negative()))
    }
}

/// What kind of mark it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MarkKind {
    /// All words.
    Phrase,
    /// The payee's words.
    Payee,
    /// One word, by its place.
    Word(usize),
    /// A word together with the size of the amount.
    Amount(usize),
    /// A word together with the weekday.
    Weekday(usize),
}

impl MarkKind {
    /// Whether it is a word with something else.
    pub fn is_joined(self) -> bool {
        matches!(self, MarkKind::Amount(_) | MarkKind::Weekday(_))
    }
}

/// One mark of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub kind: MarkKind,
    /// The key under which all accounts' lines are counted.
    pub key: u64,
}

/// The marks of a line. Which words count with amount and weekday depends on what is known of them so far.
pub(super) fn marks(features: &Features<'_>, words: &Words, payee: u64, tally: &Tally) -> Vec<Mark> {
    let mut marks = Vec::with_capacity(words.len() + 2 + 2 * JOINED_WORDS);
    let phrase = words.phrase();
    if phrase == 0 {
        return marks;
    }
    let size = size_of(features.amount);
    let weekday = u64::from(features.posted_on.weekday().num_days_from_monday());
    marks.push(Mark { kind: MarkKind::Phrase, key: mix(phrase, 1) });
    if payee != 0 && payee != phrase {
        marks.push(Mark { kind: MarkKind::Payee, key: mix(payee, 2) });
    }
    let mut joined = 0;
    for at in 0..words.len() {
        let hash = words.hash(at);
        let key = word_key(hash);
        marks.push(Mark { kind: MarkKind::Word(at), key });
        if joined < JOINED_WORDS && !tally.get(key).is_some_and(is_generic) {
            joined += 1;
            marks.push(Mark { kind: MarkKind::Amount(at), key: mix(mix(hash, 4), size) });
            marks.push(Mark { kind: MarkKind::Weekday(at), key: mix(mix(hash, 5), weekday) });
        }
    }
    marks
}

/// The key of a word.
pub(super) fn word_key(hash: u64) -> u64 {
    mix(hash, 3)
}

/// Whether the lines with a word are those of all kinds of payees.
pub(super) fn is_generic(cell: &Cell) -> bool {
    cell.accounts() >= GENERIC_ACCOUNTS_MIN && cell.count(cell.top_account()).weight < cell.weight / 2
}

/// The size of an amount, in steps of a half: those from 8 to below 12 are of one size, those from 12 to below 16.
fn size_of(amount: Amount) -> u64 {
    let minor = amount.minor().unsigned_abs();
    let bits = u64::from(minor.checked_ilog2().unwrap_or(0));
    let half = if bits > 0 { (minor >> (bits - 1)) & 1 } else { 0 };
    bits * 2 + half
}
