//! Entries that may have settled occurrences: those of the days around what is due, beside what is still open.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};

use super::movements::is_own;
use super::occurrences::open_through;
use super::{Schedules, StoredPlan};
use crate::Result;
use crate::account::{AccountId, Chart};
use crate::schedule::{
    ExpectedOccurrence, LikelySettlement, MatchOptions, Occurrence, OccurrenceMatch, PlannedLine,
    likely_settled, match_occurrences,
};

impl Schedules<'_> {
    /// Entries, imported or posted by hand, that may have settled occurrences that are due by a day or soon after, each
    /// with its reasons. To accept one, settle the occurrence by the entry ([`Schedules::settle`]).
    ///
    /// Only the days around what is open are read, also those after `as_of`. An entry that stands for an occurrence
    /// already, that was reversed or that is a reversal is never proposed.
    ///
    /// # Errors
    /// As [`crate::schedule::Plan::occurrences`].
    pub fn matches(&self, as_of: NaiveDate, options: &MatchOptions) -> Result<Vec<OccurrenceMatch>> {
        self.book.ledger.read(|| {
            let stored = StoredPlan::read(self.book)?;
            let open = open_through(&stored.plan, soon_after(as_of, options))?;
            let expected = expected_of(&*self.book.chart()?, &open);
            let movements = self.book.movements_near(&expected, options, &settling(&stored))?;
            Ok(match_occurrences(&expected, &movements, options))
        })
    }

    /// For each of some lists of open occurrences those that an entry very likely stands for already.
    ///
    /// Posting what is due and projecting both ask here what they have to hold. The lists are those of plans that differ
    /// by adjustments, so that the journal is read once for all of them.
    pub(super) fn likely_settled(
        &self,
        stored: &StoredPlan,
        open: &[Vec<Occurrence>],
    ) -> Result<Vec<Vec<LikelySettlement>>> {
        let (chart, options) = (self.book.chart()?, MatchOptions::default());
        let expected: Vec<_> = open.iter().map(|open| expected_of(&chart, open)).collect();
        let movements = self.book.movements_near(&expected.concat(), &options, &settling(stored))?;
        let likely =
            |(open, expected): (&Vec<_>, &Vec<_>)| likely_settled(open, expected, &movements, &options);
        Ok(open.iter().zip(&expected).map(likely).collect())
    }
}

/// The last day on which what an entry of a day may have paid early falls due.
pub(super) fn soon_after(day: NaiveDate, options: &MatchOptions) -> NaiveDate {
    day.checked_add_days(Days::new(options.days_before.into())).unwrap_or(NaiveDate::MAX)
}

fn settling(stored: &StoredPlan) -> HashSet<i64> {
    stored.settling_entries().collect()
}

/// What occurrences move on the accounts that will show it.
pub(super) fn expected_of(chart: &Chart, open: &[Occurrence]) -> Vec<ExpectedOccurrence> {
    open.iter().filter_map(|one| expected(chart, one)).collect()
}

/// What an occurrence moves on the account that will show it.
fn expected(chart: &Chart, open: &Occurrence) -> Option<ExpectedOccurrence> {
    let mut expected = ExpectedOccurrence::on_account(open, main_account(chart, &open.lines)?)?;
    // A row names its party as it did when it was written; entries show the one that stands now.
    if let Some(party) = expected.party.as_deref().and_then(|name| chart.parties().lookup(name)) {
        expected.party = Some(party.name.clone());
    }
    Some(expected)
}

/// Whether an account holds what is owed.
fn is_control(chart: &Chart, account: AccountId) -> bool {
    let subtype = chart.account(account).and_then(|account| account.subtype.as_deref());
    matches!(subtype, Some("receivable" | "payable" | "loan" | "mortgage"))
}

/// The account that shows whether money moved: the owner's from which it goes, or to which it comes.
pub(super) fn main_account(chart: &Chart, lines: &[PlannedLine]) -> Option<AccountId> {
    let all = || lines.iter().filter(|line| is_own(chart, line.account));
    // What is owed shows where the money moves, not where it is held until then.
    let moves_money =
        lines.iter().any(|line| is_own(chart, line.account) && !is_control(chart, line.account));
    let own = || all().filter(|line| !moves_money || !is_control(chart, line.account));
    let line = own().find(|line| line.amount.is_negative()).or_else(|| own().next()).or(lines.first())?;
    Some(line.account)
}
