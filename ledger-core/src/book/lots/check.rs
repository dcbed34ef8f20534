//! The one rule of accounts that keep lots: nothing takes more out of them than their lots hold, on any day.
//!
//! An entry that is reversed on a later day counts until then, so that what it took out cannot be sold twice meanwhile.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::Lots;
use super::history::{History, Pair};
use super::read::{Through, empty};
use crate::account::{Account, AccountId, Chart};
use crate::book::Book;
use crate::lot::{Lot, LotMethod, LotProblem, Movement, is_split};
use crate::money::Commodity;
use crate::{Error, ErrorKind, Result};

/// Accounts with commodities of theirs that came in or went out in lots, and from which day on.
#[derive(Debug, Default)]
pub(in crate::book) struct MovedLots {
    keys: BTreeSet<(AccountId, Commodity)>,
    since: Option<NaiveDate>,
}

impl MovedLots {
    pub(in crate::book) fn insert(&mut self, account: AccountId, commodity: Commodity, on: NaiveDate) {
        self.keys.insert((account, commodity));
        self.since = Some(self.since.map_or(on, |since| since.min(on)));
    }

    pub(in crate::book) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Takes over what is in another one.
    pub(in crate::book) fn append(&mut self, other: &mut MovedLots) {
        self.keys.append(&mut other.keys);
        self.since = [self.since, other.since.take()].into_iter().flatten().min();
    }
}

/// A movement that does not find its lots, and until when where that is not so for good.
struct Shortage {
    problem: LotProblem,
    until: Option<Pair>,
}

impl Book<'_> {
    /// Refuses what was just written after entry `last_before` where lots do not hold what it takes out, on its day or on
    /// any later one.
    ///
    /// # Errors
    /// [`ErrorKind::LotsNotHeld`] for the first entry, which may be a later one that was posted before.
    pub(in crate::book) fn check_lots(&self, moved: &MovedLots, last_before: i64) -> Result<()> {
        let Some(since) = moved.since else { return Ok(()) };
        let (lots, chart) = (self.lots(), self.chart()?);
        let Some(history) = lots.kept_history(&chart, |key| moved.keys.contains(key))? else { return Ok(()) };
        match first_problem(&chart, &history, since)? {
            Some(shortage) => Err(lots.refusal(&shortage, last_before)?),
            None => lots.refuse_unsplit(&chart, &history, last_before),
        }
    }
}

impl Lots<'_> {
    /// Refuses a method for an account out of which more was taken than its lots hold, unless that was reversed.
    pub(super) fn refuse_overdrawn(&self, account: AccountId) -> Result<()> {
        let chart = self.book.chart()?;
        let Some(history) = self.kept_history(&chart, |(of, _)| *of == account)? else { return Ok(()) };
        match first_problem(&chart, &history, NaiveDate::MAX)? {
            Some(shortage) => Err(self.refusal(&shortage, i64::MAX)?),
            None => Ok(()),
        }
    }

    /// Gives an account a method unless more was taken out of it than its lots hold; then says why not.
    pub(in crate::book) fn keep_where_held(
        &self,
        account: &str,
        method: LotMethod,
    ) -> Result<Option<String>> {
        let mut chart = Chart::clone(&*self.book.chart()?);
        let account = chart.find(account)?.clone();
        chart.put_account(Account { lot_method: Some(method), ..account.clone() });
        let history = self.kept_history(&chart, |(of, _)| *of == account.id)?;
        let shortage =
            history.map(|history| first_problem(&chart, &history, NaiveDate::MAX)).transpose()?.flatten();
        match shortage {
            Some(shortage) => Ok(Some(self.refusal(&shortage, i64::MAX)?.to_string())),
            None => self.store_method(&account, Some(method)).map(|()| None),
        }
    }

    /// What moved in and out of the commodities that are meant; nothing where no account with a method holds them.
    fn kept_history(
        &self,
        chart: &Chart,
        is_meant: impl Fn(&(AccountId, Commodity)) -> bool,
    ) -> Result<Option<History>> {
        let all = self.keys(chart, None)?;
        // Units may come from any account that holds the same.
        let commodities: BTreeSet<Commodity> =
            all.iter().filter(|key| is_meant(key)).map(|(_, commodity)| *commodity).collect();
        if !all
            .iter()
            .any(|(account, commodity)| commodities.contains(commodity) && has_method(chart, *account))
        {
            return Ok(None);
        }
        let keys = all.into_iter().filter(|(_, commodity)| commodities.contains(commodity)).collect();
        self.history(chart, &keys, Through::ALL).map(Some)
    }

    /// Refuses new entries of days before a split that is there and does not convert the lots that they leave open.
    fn refuse_unsplit(&self, chart: &Chart, history: &History, last_before: i64) -> Result<()> {
        let is_new = |entry: &[Movement]| entry[0].entry > last_before;
        let is_old_split = |entry: &[Movement]| !is_new(entry) && is_split(entry, entry[0].units.commodity());
        if !history.standing(NaiveDate::MAX).any(is_old_split) {
            return Ok(());
        }
        let mut inventory = empty(chart, None);
        for entry in history.standing(NaiveDate::MAX) {
            inventory.feed(entry)?;
            let first = &entry[0];
            if !is_old_split(entry) {
                continue;
            }
            let of_split = |lot: &&Lot| {
                entry
                    .iter()
                    .any(|it| (it.account, it.units.commodity()) == (lot.account, lot.units.commodity()))
            };
            let missed = inventory.open().filter(of_split).find(|lot| lot.entry > last_before);
            if let Some(lot) = missed.filter(|lot| has_method(chart, lot.account)) {
                let reason = format!(
                    "{} of {} would stay in old units: entry {} of {} splits {} and does not know them (reverse that entry \
                     on its day, post this one, then split again; or give the new units on a day after the split)",
                    lot.units,
                    lot.opened_on,
                    first.entry,
                    first.on,
                    lot.units.commodity()
                );
                let name = crate::text::quote(&self.book.entry(lot.entry)?.description);
                return Err(ErrorKind::NotAllowed { what: "entry", name, verb: "posted", reason }.into());
            }
        }
        Ok(())
    }

    fn refusal(&self, shortage: &Shortage, last_before: i64) -> Result<Error> {
        let Shortage { problem, until } = shortage;
        let entry = self.book.entry(problem.entry)?;
        let description = crate::text::quote(&entry.description);
        let number = if problem.entry > last_before { String::new() } else { format!(" {}", problem.entry) };
        let chart = self.book.chart()?;
        Ok(ErrorKind::LotsNotHeld {
            entry: format!("entry{number} \"{description}\""),
            account: chart.account(problem.account).map(|it| it.name.clone()).unwrap_or_default(),
            units: problem.wanted.to_string(),
            on: problem.on,
            reason: match until {
                Some(pair) => format!("{}; {}", problem.reason(), pair.counts_until()),
                None => problem.reason(),
            },
        }
        .into())
    }
}

fn has_method(chart: &Chart, account: AccountId) -> bool {
    chart.account(account).is_some_and(|account| account.lot_method.is_some())
}

/// The first movement that does not find its lots: as the journal stands, or as it stood on a day from `since` on, before
/// a mirror took something away.
fn first_problem(chart: &Chart, history: &History, since: NaiveDate) -> Result<Option<Shortage>> {
    let find = |day: NaiveDate, is_meant: &dyn Fn(&LotProblem) -> bool| -> Result<Option<LotProblem>> {
        let inventory = history.feed(empty(chart, None), day)?;
        let mut problems = inventory.problems().iter();
        Ok(problems.find(|problem| has_method(chart, problem.account) && is_meant(problem)).cloned())
    };
    if let Some(problem) = find(NaiveDate::MAX, &|_| true)? {
        return Ok(Some(Shortage { problem, until: None }));
    }
    // What stood before `since` was there before, and is nothing that can be refused now.
    for (turn, pair) in history.turns().into_iter().filter(|(turn, _)| *turn > since) {
        let Some(before) = turn.pred_opt() else { continue };
        if let Some(problem) = find(before, &|problem| problem.on >= since)? {
            return Ok(Some(Shortage { problem, until: Some(pair) }));
        }
    }
    Ok(None)
}
