//! What entries moved on single accounts, as matching and detection look at it.
//!
//! Amounts come first, from an index alone; texts and other accounts are read only of entries that may fit.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::account::{AccountId, AccountKind, Chart};
use crate::book::Book;
use crate::import::CounterAccounts;
use crate::money::{Amount, Commodity};
use crate::schedule::{ExpectedOccurrence, MatchOptions, Movement};
use crate::store::call;
use crate::store::rows::{LineRow, date, day};
use crate::text::normalize;
use crate::{ErrorKind, Result};

/// First and last day, as they are stored.
pub(super) type Span = (i32, i32);

/// How many entries are read at once, so that a long history does not lie in memory twice.
const ENTRIES_AT_ONCE: usize = 10_000;

impl Book<'_> {
    /// What entries moved on some accounts in a span of days.
    ///
    /// Only entries whose own effect stands are among them: none that was reversed or amended, and no mirror, also where
    /// a mirror was reversed and the first entry counts again. Those that are `left_out` are not either.
    pub(super) fn movements(
        &self,
        accounts: &BTreeSet<AccountId>,
        (first, last): Span,
        left_out: &HashSet<i64>,
    ) -> Result<Vec<Movement>> {
        let (id, doing) = (self.id(), "reading lines");
        let mut movements = Vec::new();
        for account in accounts {
            let lines = call!(self.db(), doing, register::amounts(id, account.get(), first, last))?;
            let entries = lines.into_iter().map(|(entry, ..)| entry).filter(|one| !left_out.contains(one));
            self.add_movements(*account, entries.collect(), &mut movements)?;
        }
        Ok(movements)
    }

    /// What entries moved on the accounts of some occurrences, on the days around each, with amounts that may fit one;
    /// as [`Book::movements`].
    pub(super) fn movements_near(
        &self,
        expected: &[ExpectedOccurrence],
        options: &MatchOptions,
        left_out: &HashSet<i64>,
    ) -> Result<Vec<Movement>> {
        let chart = self.chart()?;
        let mut of_accounts: BTreeMap<AccountId, Vec<&ExpectedOccurrence>> = BTreeMap::new();
        for one in expected {
            of_accounts.entry(one.account).or_default().push(one);
        }
        let mut movements = Vec::new();
        for (account, expected) in of_accounts {
            let fits = Ranges::of(&chart, &expected, options);
            let mut entries = BTreeSet::new();
            for (first, last) in spans(&expected, options) {
                let (id, account, doing) = (self.id(), account.get(), "reading lines");
                let lines = call!(self.db(), doing, register::amounts(id, account, first, last))?;
                let mut sums: HashMap<(i64, i32), i128> = HashMap::with_capacity(lines.len());
                for (entry, commodity, amount) in lines {
                    *sums.entry((entry, commodity)).or_default() += i128::from(amount);
                }
                let fitting = sums.into_iter().filter(|((_, commodity), sum)| fits.contain(*commodity, *sum));
                entries.extend(fitting.map(|((entry, _), _)| entry).filter(|one| !left_out.contains(one)));
            }
            self.add_movements(account, entries, &mut movements)?;
        }
        Ok(movements)
    }

    fn add_movements(
        &self,
        account: AccountId,
        entries: BTreeSet<i64>,
        movements: &mut Vec<Movement>,
    ) -> Result<()> {
        let entries: Vec<i64> = entries.into_iter().collect();
        for some in entries.chunks(ENTRIES_AT_ONCE) {
            self.add_movements_of(account, some, movements)?;
        }
        Ok(())
    }

    /// Adds up the lines of entries on one account by commodity.
    fn add_movements_of(
        &self,
        account: AccountId,
        numbers: &[i64],
        movements: &mut Vec<Movement>,
    ) -> Result<()> {
        let (id, chart) = (self.id(), self.chart()?);
        let open = [CounterAccounts::MONEY_OUT, CounterAccounts::MONEY_IN].map(normalize);
        let open: HashSet<i32> =
            open.iter().filter_map(|name| chart.lookup(name)).map(|account| account.id.get()).collect();
        let corrected = self.standings(numbers)?;
        let mut lines: HashMap<i64, Vec<LineRow>> = HashMap::new();
        for line in call!(self.db(), "reading lines", entry::lines_of(id, numbers))? {
            lines.entry(line.entry_number).or_default().push(line);
        }
        for entry in call!(self.db(), "reading entries", entry::by_numbers(id, numbers))? {
            if entry.reverses.is_some()
                || corrected.get(&entry.number).is_some_and(|now| !now.is(entry.number))
            {
                continue;
            }
            let lines = lines.remove(&entry.number).unwrap_or_default();
            let (own, others): (Vec<_>, Vec<_>) =
                lines.into_iter().partition(|line| line.account_id == account.get());
            let counters: BTreeSet<i32> = others.iter().map(|line| line.account_id).collect();
            let counter = counters.first().filter(|only| counters.len() == 1 && !open.contains(*only));
            for (commodity, (sum, memos)) in sums_of(&chart, &own)? {
                let what = format!("what entry {} moves", entry.number);
                movements.push(Movement {
                    entry: entry.number,
                    on: date(entry.posted_on),
                    account,
                    counter: counter.map(|counter| AccountId(*counter)),
                    amount: Amount::try_from_i128(sum, commodity, &what)?,
                    party: entry.party_id.and_then(|id| chart.party_name(id)).map(str::to_owned),
                    text: format!("{}{memos}", entry.description),
                });
            }
        }
        Ok(())
    }
}

/// The lines of one entry on one account, added up by commodity, with their memos.
fn sums_of(chart: &Chart, lines: &[LineRow]) -> Result<BTreeMap<Commodity, (i128, String)>> {
    let mut sums: BTreeMap<Commodity, (i128, String)> = BTreeMap::new();
    for line in lines {
        let missing =
            || ErrorKind::Corrupt { what: format!("commodities {}: it is missing", line.commodity_id) };
        let (sum, memos) = sums.entry(chart.commodity(line.commodity_id).ok_or_else(missing)?).or_default();
        *sum += i128::from(line.amount);
        if let Some(memo) = &line.memo {
            memos.push(' ');
            memos.push_str(memo);
        }
    }
    Ok(sums)
}

/// The amounts that fit one of some occurrences: by commodity, ranges in order that do not overlap.
struct Ranges(HashMap<i32, Vec<(i64, i64)>>);

impl Ranges {
    fn of(chart: &Chart, expected: &[&ExpectedOccurrence], options: &MatchOptions) -> Ranges {
        let mut ranges: HashMap<i32, Vec<(i64, i64)>> = HashMap::new();
        for one in expected {
            // What the book has no commodity for, nothing moved.
            if let Some(commodity) = chart.commodity_id(one.amount.commodity()) {
                ranges.entry(commodity).or_default().push(one.allowed(options));
            }
        }
        Ranges(ranges.into_iter().map(|(commodity, ranges)| (commodity, joined(ranges))).collect())
    }

    fn contain(&self, commodity: i32, sum: i128) -> bool {
        let (Some(ranges), Ok(sum)) = (self.0.get(&commodity), i64::try_from(sum)) else { return false };
        let place = ranges.partition_point(|(_, highest)| *highest < sum);
        ranges.get(place).is_some_and(|(lowest, _)| *lowest <= sum)
    }
}

/// The days around the due days of some occurrences.
fn spans(expected: &[&ExpectedOccurrence], options: &MatchOptions) -> Vec<Span> {
    let clamped = |days: u32| i32::try_from(days).unwrap_or(i32::MAX);
    let (before, after) = (clamped(options.days_before), clamped(options.days_after));
    let due = expected.iter().map(|one| day(one.due_on));
    joined(due.map(|due| (due.saturating_sub(before), due.saturating_add(after))).collect())
}

/// Ranges in order, those that overlap made one.
fn joined<T: Copy + Ord>(mut ranges: Vec<(T, T)>) -> Vec<(T, T)> {
    ranges.sort_unstable();
    let mut joined: Vec<(T, T)> = Vec::new();
    for (first, last) in ranges {
        match joined.last_mut().filter(|before| first <= before.1) {
            Some(before) => before.1 = before.1.max(last),
            None => joined.push((first, last)),
        }
    }
    joined
}

/// Whether an account is the owner's: an asset or a liability.
pub(super) fn is_own(chart: &Chart, id: AccountId) -> bool {
    let kind = chart.account(id).map(|account| account.kind);
    matches!(kind, Some(AccountKind::Asset | AccountKind::Liability))
}
