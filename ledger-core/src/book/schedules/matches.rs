//! Entries that may have settled occurrences: those of the days around what is due, beside what is still open.

use std::collections::{BTreeSet, HashSet};

use chrono::{Days, NaiveDate};

use super::movements::{Span, is_own};
use super::occurrences::open_through;
use super::{Schedules, StoredPlan};
use crate::Result;
use crate::account::{AccountId, Chart};
use crate::schedule::{ExpectedOccurrence, MatchOptions, Occurrence, OccurrenceMatch, match_occurrences};
use crate::store::rows::day;

impl Schedules<'_> {
    /// Entries, imported or posted by hand, that may have settled occurrences that are due by a day or soon after, each
    /// with its reasons. To accept one, settle the occurrence by the entry ([`Schedules::settle`]).
    ///
    /// Only the days around what is open are read. An entry that stands for an occurrence already, that was reversed or
    /// that is a reversal is never proposed.
    ///
    /// # Errors
    /// As [`crate::schedule::Plan::occurrences`].
    pub fn matches(&self, as_of: NaiveDate, options: &MatchOptions) -> Result<Vec<OccurrenceMatch>> {
        self.book.ledger.read(|| {
            let stored = StoredPlan::read(self.book)?;
            let chart = self.book.chart()?;
            // What falls due a little later may have been paid early.
            let soon = as_of.checked_add_days(Days::new(options.days_before.into())).unwrap_or(as_of);
            let open = open_through(&stored.plan, soon)?;
            let expected: Vec<ExpectedOccurrence> =
                open.iter().filter_map(|one| expected(&chart, one)).collect();
            let accounts: BTreeSet<AccountId> = expected.iter().map(|one| one.account).collect();
            let spans = spans(expected.iter().map(|one| one.due_on), as_of, options);
            let left_out: HashSet<i64> = stored.settling_entries().collect();
            let movements = self.book.movements(&accounts, &spans, &left_out)?;
            Ok(match_occurrences(&expected, &movements, options))
        })
    }
}

/// What an occurrence moves on the account that will show it: the owner's from which money goes, or to which it comes.
fn expected(chart: &Chart, open: &Occurrence) -> Option<ExpectedOccurrence> {
    let own = || open.lines.iter().filter(|line| is_own(chart, line.account));
    let line =
        own().find(|line| line.amount.is_negative()).or_else(|| own().next()).or(open.lines.first())?;
    let mut expected = ExpectedOccurrence::on_account(open, line.account)?;
    // A row names its party as it did when it was written; entries show the one that stands now.
    if let Some(party) = expected.party.as_deref().and_then(|name| chart.parties().lookup(name)) {
        expected.party = Some(party.name.clone());
    }
    Some(expected)
}

/// The days around some days, through `as_of`, joined where they overlap.
fn spans(due: impl Iterator<Item = NaiveDate>, as_of: NaiveDate, options: &MatchOptions) -> Vec<Span> {
    let (before, after) = (clamped(options.days_before), clamped(options.days_after));
    let mut around: Vec<Span> = due
        .map(|due| (day(due).saturating_sub(before), day(due).saturating_add(after).min(day(as_of))))
        .filter(|(first, last)| first <= last)
        .collect();
    around.sort_unstable();
    let mut joined: Vec<Span> = Vec::new();
    for (first, last) in around {
        match joined.last_mut().filter(|before| first <= before.1.saturating_add(1)) {
            Some(before) => before.1 = before.1.max(last),
            None => joined.push((first, last)),
        }
    }
    joined
}

fn clamped(days: u32) -> i32 {
    i32::try_from(days).unwrap_or(i32::MAX)
}
