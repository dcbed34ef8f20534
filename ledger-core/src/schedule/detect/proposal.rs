//! A recurring payment as it is put to a person: what, when, how sure, why, and by which key an answer is remembered.

use std::collections::HashMap;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Cadence;
use super::streams::Stream;
use crate::Result;
use crate::account::AccountId;
use crate::money::Amount;
use crate::schedule::{Movement, Origin, Percent, PlannedLine, Recurrence, ScheduleTerms, WeekendRule};
use crate::text::{check_name, fit_text};

/// The longest name that is proposed, in characters.
const NAME_CHARS_MAX: usize = 100;

/// By which an answer to a proposal is remembered: 16 hexadecimal digits.
///
/// It follows from account, other account, payee, commodity, direction, cadence and the first price that was seen, not
/// from days or entries, so that it stays while a history goes on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProposalKey(String);

impl ProposalKey {
    /// The text, as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ProposalKey {
    fn from(stored: String) -> ProposalKey {
        ProposalKey(stored)
    }
}

impl fmt::Display for ProposalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A price that was paid from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PriceStep {
    /// The day of the first payment of it.
    pub from: NaiveDate,
    /// The amount, signed as posted; the middle of an estimate.
    pub amount: Amount,
    /// The ends of an estimate: the one nearer to zero, then the one farther from it.
    pub estimate: Option<(Amount, Amount)>,
}

/// A recurring payment or income that was found, as a row to add to the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecurringProposal {
    /// By which an answer is remembered.
    pub key: ProposalKey,
    /// Keys that it would have had of a shorter history; an answer to one of them is an answer to this.
    pub other_keys: Vec<ProposalKey>,
    /// A name for the row, such as the party's, with the amount where several would be called the same.
    pub name: String,
    /// The account whose money moves.
    pub account: AccountId,
    /// The account on the other side, where all movements have one and the same.
    pub counter: Option<AccountId>,
    /// The party as it was named last.
    pub party: Option<String>,
    /// How often it comes.
    pub cadence: Cadence,
    /// The scheduled days to come, from the first that has no payment yet.
    pub recurrence: Recurrence,
    /// Where scheduled days on weekends went.
    pub weekend: WeekendRule,
    /// The prices that were seen; the last one is in force.
    pub steps: Vec<PriceStep>,
    /// How sure it is: of 40 points for the count of payments (all for 6, for half-yearly and yearly ones 5), 35 for
    /// regularity (none where days are off by the tolerance on average: 1 day weekly, 2 fortnightly, 3 four-weekly, 4
    /// monthly, 5 quarterly, 7 half-yearly, 8 yearly) and 25 for the amount (less a sixth of an estimate's width in
    /// percent), less 5 for each time missed, one-off amount and extra payment, less 15 where there are only two payments.
    pub confidence: Percent,
    /// The entries behind it, in order of days.
    pub entries: Vec<i64>,
    /// Why, as clauses.
    pub reasons: Vec<String>,
}

impl RecurringProposal {
    /// The amount in force, signed as posted on `account`; the middle of an estimate.
    pub fn amount(&self) -> Amount {
        // There is always a step: a stream has payments.
        self.steps[self.steps.len() - 1].amount
    }

    /// Whether an answer that was remembered under a key belongs to this.
    pub fn answers_to(&self, key: &ProposalKey) -> bool {
        self.key == *key || self.other_keys.contains(key)
    }

    /// The first scheduled day to come.
    pub fn next_on(&self) -> NaiveDate {
        self.recurrence.starts_on()
    }

    /// A row of the plan with the amount in force, from the next scheduled day on, against an account.
    ///
    /// # Errors
    /// [`crate::ErrorKind::AmountOverflow`] for the lowest amount there is, whose opposite has no room.
    pub fn terms(&self, counter: AccountId) -> Result<ScheduleTerms> {
        let amount = self.amount();
        let mut own = PlannedLine::new(self.account, amount);
        let mut other = PlannedLine::new(counter, amount.negate()?);
        if let Some((low, high)) = self.steps[self.steps.len() - 1].estimate {
            own = own.between(low, high);
            other = other.between(low.negate()?, high.negate()?);
        }
        // The debit first, as people write entries.
        let lines = if amount.is_negative() { vec![other, own] } else { vec![own, other] };
        let mut terms = ScheduleTerms::new(self.name.clone(), self.recurrence.clone(), lines);
        terms.weekend = self.weekend;
        terms.party.clone_from(&self.party);
        terms.origin = Origin::Detected;
        Ok(terms)
    }
}

/// Whether two streams of a group would have one key.
pub(super) fn is_same_kind(one: &Stream, other: &Stream) -> bool {
    one.fit.grid.cadence == other.fit.grid.cadence && first_price(one) == first_price(other)
}

/// The first level, or nothing for an estimate, which moves while a history goes on.
fn first_price(stream: &Stream) -> Option<i64> {
    stream.pattern.levels.first().map(|(_, minor)| *minor).filter(|_| stream.pattern.ends.is_none())
}

/// The proposal of a stream, the `alike`-th of those of its group that would have one key; nothing where the calendar ends
/// before the next scheduled day.
pub(super) fn proposal(
    stream: &Stream,
    movements: &[&Movement],
    payee: &str,
    alike: usize,
) -> Result<Option<RecurringProposal>> {
    let (grid, Some(newest)) = (stream.fit.grid, movements.last()) else { return Ok(None) };
    let next = stream.fit.slots.last().map_or(0, |(slot, _)| slot + 1);
    let Some(recurrence) = grid.recurrence(next)? else { return Ok(None) };
    let commodity = newest.amount.commodity();
    let signed = |minor: i64| commodity.amount(if newest.amount.is_negative() { -minor } else { minor });
    let steps: Vec<_> = stream
        .pattern
        .levels
        .iter()
        .map(|(place, minor)| PriceStep {
            from: stream.payments[*place].on,
            amount: signed(*minor),
            estimate: stream.pattern.ends.map(|(low, high)| (signed(low), signed(high))),
        })
        .collect();
    let key = |price: Option<i64>| {
        let counter = newest.counter.map_or(String::new(), |counter| counter.to_string());
        let price = price.map_or("varying".to_owned(), |minor| minor.to_string());
        let out = if newest.amount.is_negative() { "out" } else { "in" };
        let (account, cadence) = (newest.account, grid.cadence);
        let text = format!("{account}\n{counter}\n{payee}\n{commodity}\n{out}\n{cadence}\n{price}\n{alike}");
        let digest = Sha256::digest(text.as_bytes());
        ProposalKey(digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
    };
    let first = first_price(stream);
    let later =
        steps.iter().skip(1).filter(|_| first.is_some()).map(|step| key(Some(step.amount.minor().abs())));
    let proposal = RecurringProposal {
        key: key(first),
        other_keys: later.collect(),
        name: name(newest),
        account: newest.account,
        counter: newest.counter,
        party: newest.party.clone(),
        cadence: grid.cadence,
        weekend: grid.weekend,
        confidence: Percent::new(stream.confidence)?,
        entries: movements.iter().map(|movement| movement.entry).collect(),
        reasons: reasons(stream, &recurrence, &steps),
        recurrence,
        steps,
    };
    Ok(Some(proposal))
}

/// What a person would call it: the party, or the text, made to fit.
fn name(newest: &Movement) -> String {
    let text = newest.party.as_deref().unwrap_or(&newest.text);
    let fitting = fit_text(text, NAME_CHARS_MAX);
    let name = fitting.split_whitespace().collect::<Vec<_>>().join(" ");
    if check_name("schedule", &name, NAME_CHARS_MAX).is_ok() {
        return name;
    }
    let fallback = if newest.amount.is_negative() { "Recurring payment" } else { "Recurring income" };
    fallback.to_owned()
}

/// Puts amounts behind names that several proposals have.
pub(super) fn tell_apart(proposals: &mut [RecurringProposal]) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    proposals.iter().for_each(|proposal| *counts.entry(proposal.name.clone()).or_default() += 1);
    for proposal in proposals {
        let is_shared = counts.get(&proposal.name).is_some_and(|count| *count > 1);
        if is_shared {
            let amount = crate::money::format_minor(
                i128::from(proposal.amount().minor()).abs(),
                proposal.amount().commodity(),
            );
            proposal.name = format!("{} {amount}", proposal.name);
        }
    }
}

fn reasons(stream: &Stream, recurrence: &Recurrence, steps: &[PriceStep]) -> Vec<String> {
    let shown =
        |amount: Amount| crate::money::format_minor(i128::from(amount.minor()).abs(), amount.commodity());
    let since = stream.payments[0].on;
    let mut reasons = vec![format!("{recurrence}, {} payments since {since}", stream.payments.len())];
    let weekend = stream.fit.grid.weekend;
    let moved = match weekend {
        WeekendRule::AsIs => None,
        WeekendRule::Before => Some("before weekends"),
        WeekendRule::After => Some("after weekends"),
        WeekendRule::Nearest => Some("on the working day nearest to weekends"),
    };
    reasons.extend(moved.map(|moved| format!("{moved} where it falls on one")));
    reasons.extend(steps.iter().enumerate().map(|(at, step)| match step.estimate {
        Some((low, high)) => {
            format!("{} to {}, most often about {}", shown(low), shown(high), shown(step.amount))
        }
        None if at == 0 => shown(step.amount),
        None => format!("{} since {}", shown(step.amount), step.from),
    }));
    reasons.extend(match stream.off_by_max() {
        0 => None,
        1 => Some("at most 1 day off".to_owned()),
        days => Some(format!("at most {days} days off")),
    });
    reasons.extend(match stream.pattern.outliers {
        0 => None,
        1 => Some("one payment of another amount".to_owned()),
        count => Some(format!("{count} payments of other amounts")),
    });
    reasons.extend(match stream.missed {
        0 => None,
        1 => Some("missing once".to_owned()),
        times => Some(format!("missing {times} times")),
    });
    reasons
}
