//! The one rule of accounts that keep lots: nothing takes more out of them than their lots hold, on any day.

use std::collections::BTreeSet;

use super::Lots;
use super::read::Through;
use crate::account::{Account, AccountId, Chart};
use crate::book::Book;
use crate::lot::{LotMethod, LotProblem};
use crate::money::Commodity;
use crate::{Error, ErrorKind, Result};

/// Accounts with commodities of theirs that came in or went out in lots.
pub(in crate::book) type MovedLots = BTreeSet<(AccountId, Commodity)>;

impl Book<'_> {
    /// Refuses what was just written after entry `last_before` where lots do not hold what it takes out, on its day or on
    /// any later one.
    ///
    /// # Errors
    /// [`ErrorKind::LotsNotHeld`] for the first entry, which may be a later one that was posted before.
    pub(in crate::book) fn check_lots(&self, moved: &MovedLots, last_before: i64) -> Result<()> {
        if moved.is_empty() {
            return Ok(());
        }
        let lots = self.lots();
        match lots.first_problem(&*self.chart()?, |key| moved.contains(key))? {
            Some(problem) => Err(lots.refusal(&problem, last_before)?),
            None => Ok(()),
        }
    }
}

impl Lots<'_> {
    /// Refuses a method for an account out of which more was taken than its lots hold.
    pub(super) fn refuse_overdrawn(&self, account: AccountId) -> Result<()> {
        match self.first_problem(&*self.book.chart()?, |(of, _)| *of == account)? {
            Some(problem) => Err(self.refusal(&problem, i64::MAX)?),
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
        match self.first_problem(&chart, |(of, _)| *of == account.id)? {
            Some(problem) => Ok(Some(self.refusal(&problem, i64::MAX)?.to_string())),
            None => self.store_method(&account, Some(method)).map(|()| None),
        }
    }

    fn first_problem(
        &self,
        chart: &Chart,
        is_meant: impl Fn(&(AccountId, Commodity)) -> bool,
    ) -> Result<Option<LotProblem>> {
        let all = self.keys(chart, None)?;
        // Units may come from any account that holds the same.
        let commodities: BTreeSet<Commodity> =
            all.iter().filter(|key| is_meant(key)).map(|(_, commodity)| *commodity).collect();
        let has_method =
            |id: AccountId| chart.account(id).is_some_and(|account| account.lot_method.is_some());
        if !all.iter().any(|(account, commodity)| commodities.contains(commodity) && has_method(*account)) {
            return Ok(None);
        }
        let keys = all.into_iter().filter(|(_, commodity)| commodities.contains(commodity)).collect();
        let inventory = self.inventory(chart, &keys, Through::ALL, None)?;
        Ok(inventory.problems().iter().find(|problem| has_method(problem.account)).cloned())
    }

    fn refusal(&self, problem: &LotProblem, last_before: i64) -> Result<Error> {
        let entry = self.book.entry(problem.entry)?;
        let description = crate::text::quote(&entry.description);
        let number = if problem.entry > last_before { String::new() } else { format!(" {}", problem.entry) };
        let chart = self.book.chart()?;
        Ok(ErrorKind::LotsNotHeld {
            entry: format!("entry{number} \"{description}\""),
            account: chart.account(problem.account).map(|it| it.name.clone()).unwrap_or_default(),
            units: problem.wanted.to_string(),
            on: problem.on,
            reason: problem.reason(),
        }
        .into())
    }
}
