//! Recurring payments and income found in what a book has seen.
//!
//! Movements of one account to one payee are a group; `streams` tells its contracts apart, `fit` finds the days, `amounts`
//! the price and its changes, `proposal` the words. Whole numbers and order decide everything, so that equal histories
//! give equal proposals.

mod amounts;
mod cadence;
mod fit;
mod proposal;
mod streams;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

pub use self::cadence::Cadence;
pub use self::proposal::{PriceStep, ProposalKey, RecurringProposal};
use self::streams::{Payment, Stream, streams};
use super::{Movement, Percent, Schedule};
#[cfg(doc)]
use crate::ErrorKind;
use crate::Result;
use crate::account::AccountId;
use crate::import::{Words, words};
use crate::money::Commodity;
use crate::text::normalize;

/// How detection looks at a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectOptions {
    /// The day from which one looks back; movements after it are not looked at.
    pub as_of: NaiveDate,
    /// The confidence below which nothing is proposed; see [`RecurringProposal::confidence`].
    pub confidence_min: Percent,
}

impl DetectOptions {
    /// Looks back from a day and proposes from 60 %.
    pub fn new(as_of: NaiveDate) -> Self {
        DetectOptions { as_of, confidence_min: Percent::new(60).unwrap_or_default() }
    }
}

/// Finds payments and income that recur and are still going on, the most confident first, then by name and key.
///
/// Movements are grouped by account, other account, commodity, direction, and party; without a party by the words of the
/// text that come again. In a group, contracts are told apart by amount. What is proposed comes weekly, every two or four
/// weeks, or every one, two, three, six or twelve months: near the same day, also where weekends and short months shift it,
/// missing one time in ten at most (one where there are fewer than twenty), with at least 2 payments for yearly ones, 3 for
/// half-yearly to monthly, 4 for every two or four weeks, 6 for weekly ones, and 5 where they were picked out of others.
/// What has not come for one and a half periods before `as_of` has ended. Each row of `known` stands for the
/// proposal nearest to it in amount, of its accounts, cadence and party; that is left out.
///
/// # Errors
/// [`ErrorKind::InvalidRecurrence`] for days that lie at the end of the calendar.
pub fn detect(
    history: &[Movement],
    known: &[Arc<Schedule>],
    options: &DetectOptions,
) -> Result<Vec<RecurringProposal>> {
    let mut payments = grouped(history, options.as_of);
    payments.sort_unstable();
    let mut proposals = Vec::new();
    for group in payments.chunk_by(|one, other| one.0 == other.0) {
        let payments: Vec<_> = group.iter().map(|(_, payment)| *payment).collect();
        let movements = |stream: &Stream| {
            stream.payments.iter().map(|payment| &history[payment.place as usize]).collect::<Vec<_>>()
        };
        let mut found = streams(&payments);
        found.sort_by_key(|stream| (stream.payments[0], stream.payments.len()));
        for stream in &found {
            let enough = stream.confidence >= options.confidence_min.get();
            if enough && is_active(stream, options.as_of) {
                let alike = found.iter().take_while(|other| !std::ptr::eq(*other, stream));
                let alike = alike.filter(|other| proposal::is_same_kind(other, stream)).count();
                let key = party_key(&history[payments[0].place as usize]);
                proposals.extend(proposal::proposal(stream, &movements(stream), &key, alike)?);
            }
        }
    }
    leave_out_mirrors(&mut proposals);
    leave_out_known(&mut proposals, known, options.as_of);
    proposal::tell_apart(&mut proposals);
    proposals.sort_by(|one, other| {
        let rank = |one: &RecurringProposal| (std::cmp::Reverse(one.confidence), one.name.clone());
        rank(one).cmp(&rank(other)).then_with(|| one.key.cmp(&other.key))
    });
    Ok(proposals)
}

/// Leaves out the other side of transfers, whose entries come up on both accounts: the one that pays stays.
fn leave_out_mirrors(proposals: &mut Vec<RecurringProposal>) {
    let paying: std::collections::HashSet<Vec<i64>> = proposals
        .iter()
        .filter(|proposal| proposal.amount().is_negative())
        .map(|proposal| proposal.entries.clone())
        .collect();
    proposals.retain(|proposal| proposal.amount().is_negative() || !paying.contains(&proposal.entries));
}

/// Everything of a group but the party: account, other account, commodity, whether money goes out.
type Sides = (AccountId, Option<AccountId>, Commodity, bool);

/// Payments up to a day, each with the number of its group.
fn grouped(history: &[Movement], as_of: NaiveDate) -> Vec<(u32, Payment)> {
    let mut keys: HashMap<String, u32> = HashMap::new();
    // Most texts are met again, and reading one costs more than looking it up.
    let mut of_party: HashMap<&str, u32> = HashMap::new();
    let mut of_text: HashMap<&str, u32> = HashMap::new();
    let mut groups: HashMap<(Sides, u32), u32> = HashMap::new();
    let mut payments = Vec::with_capacity(history.len());
    for (place, movement) in history.iter().enumerate() {
        if movement.on > as_of || movement.amount.is_zero() || movement.amount.minor() == i64::MIN {
            continue;
        }
        let mut number = || {
            let next = keys.len() as u32;
            *keys.entry(party_key(movement)).or_insert(next)
        };
        let payee = match &movement.party {
            Some(party) => *of_party.entry(party.as_str()).or_insert_with(&mut number),
            None => *of_text.entry(movement.text.as_str()).or_insert_with(&mut number),
        };
        let amount = movement.amount;
        let sides = (movement.account, movement.counter, amount.commodity(), amount.is_negative());
        let next = groups.len() as u32;
        let group = *groups.entry((sides, payee)).or_insert(next);
        let payment = Payment { on: movement.on, minor: amount.minor().abs(), place: place as u32 };
        payments.push((group, payment));
    }
    payments
}

/// The payee as it is compared: the party's name, or the words of the text that come again.
fn party_key(movement: &Movement) -> String {
    match &movement.party {
        Some(party) => format!("party {}", normalize(party)),
        None => {
            let mut words = Words::new();
            words.add(&movement.text);
            let words: Vec<_> = (0..words.len()).map(|at| words.word(at)).collect();
            format!("text {}", words.join(" "))
        }
    }
}

/// Whether the next payment may still come.
fn is_active(stream: &Stream, as_of: NaiveDate) -> bool {
    let last = stream.payments[stream.payments.len() - 1].on;
    (as_of - last).num_days() * 2 <= stream.fit.grid.cadence.days() * 3
}

/// Takes out what rows of the plan stand for: one proposal for each row at most, the nearest amounts first.
fn leave_out_known(proposals: &mut Vec<RecurringProposal>, known: &[Arc<Schedule>], as_of: NaiveDate) {
    let mut pairs = Vec::new();
    for (row, schedule) in known.iter().enumerate() {
        let Some(per_year) = times_a_year(schedule, as_of) else { continue };
        for (place, proposal) in proposals.iter().enumerate() {
            let apart = amount_apart(proposal, schedule, as_of).filter(|_| {
                let expected = proposal.cadence.per_year();
                per_year.abs_diff(expected) <= expected / 12 && may_be_same_party(proposal, schedule)
            });
            pairs.extend(apart.map(|apart| (apart, row, place)));
        }
    }
    pairs.sort_unstable();
    let (mut rows, mut taken) = (vec![false; known.len()], vec![false; proposals.len()]);
    for (_, row, place) in pairs {
        if !rows[row] && !taken[place] {
            (rows[row], taken[place]) = (true, true);
        }
    }
    let mut taken = taken.into_iter();
    proposals.retain(|_| !taken.next().unwrap_or(false));
}

/// How often a row happens in the year to come; nothing for rows of one day and rows that have ended.
fn times_a_year(schedule: &Schedule, as_of: NaiveDate) -> Option<usize> {
    let recurrence = &schedule.terms().recurrence;
    let start = recurrence.starts_on().max(as_of.checked_add_days(Days::new(1))?);
    let days = recurrence.dates(start, start.checked_add_days(Days::new(364))?).ok()?;
    (!recurrence.is_once() && !days.is_empty()).then_some(days.len())
}

/// How far a row's amount is from a proposal's, where it is on the same accounts and within a half.
fn amount_apart(proposal: &RecurringProposal, schedule: &Schedule, as_of: NaiveDate) -> Option<u64> {
    let terms = schedule.terms();
    let step = terms.steps.get(terms.step_on(as_of))?;
    let amount = proposal.amount();
    let of_account = |line: &&super::PlannedLine| {
        line.account == proposal.account
            && line.amount.commodity() == amount.commodity()
            && line.high().is_negative() == amount.is_negative()
    };
    let has_counter = proposal
        .counter
        .is_none_or(|counter| step.lines.iter().any(|line| line.account == counter) || terms.party.is_some());
    let apart = step.lines.iter().filter(of_account).map(|line| line.amount.minor().abs_diff(amount.minor()));
    apart.min().filter(|apart| has_counter && *apart <= amount.minor().unsigned_abs() / 2)
}

/// Whether neither names somebody else.
fn may_be_same_party(proposal: &RecurringProposal, schedule: &Schedule) -> bool {
    let terms = schedule.terms();
    match (&proposal.party, &terms.party) {
        (Some(found), Some(known)) => normalize(found) == normalize(known) || have_common_word(found, known),
        _ => true,
    }
}

fn have_common_word(one: &str, other: &str) -> bool {
    let other = words(other);
    words(one).iter().any(|word| other.iter().any(|other| crate::import::is_near(word, other)))
}

#[cfg(test)]
mod tests;
