//! What an entry that is there already says about something that is owed.

use std::collections::BTreeMap;

use super::open::refuse_entry;
use super::{Receivables, account_id, default_control};
use crate::Result;
use crate::journal::AccountRef;
use crate::money::{Amount, Commodity};
use crate::receivable::ReceivableKind;

impl Receivables<'_> {
    /// How much is owed by an entry alone: what it moves on the control account, from the side of what is owed.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotAllowed`] for an entry that moves nothing on the account, or several commodities;
    /// [`crate::ErrorKind::NotFound`] for an entry or account that is not there, and where no control account is given and
    /// none is the only one.
    pub fn opened_by(
        &self,
        entry: i64,
        kind: ReceivableKind,
        control: Option<&AccountRef>,
    ) -> Result<Amount> {
        let entry = self.book.entry(entry)?;
        let chart = self.book.chart()?;
        let control = match control {
            Some(account) => account_id(&chart, account)?,
            None => default_control(&chart, kind, None)?,
        };
        let mut sums: BTreeMap<Commodity, i128> = BTreeMap::new();
        for line in entry.lines.iter().filter(|line| line.account_id == control) {
            *sums.entry(line.amount.commodity()).or_default() += i128::from(line.amount.minor());
        }
        let mut moved = sums.into_iter().filter(|(_, sum)| *sum != 0);
        let name = || chart.account(control).map(|account| account.name.clone()).unwrap_or_default();
        match (moved.next(), moved.next()) {
            (Some((commodity, sum)), None) => {
                Amount::try_from_i128(i128::from(kind.sign()) * sum, commodity, "what an entry moves")
            }
            (None, _) => Err(refuse_entry(entry.number, format!("it moves nothing on {}", name()))),
            _ => Err(refuse_entry(entry.number, format!("it moves several commodities on {}", name()))),
        }
    }
}
