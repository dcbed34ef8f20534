//! Share splits: an entry that gives every open lot more units, or fewer, and leaves its day and cost.

use chrono::NaiveDate;

use super::{LotQuery, Lots};
use crate::journal::{AccountRef, Entry};
use crate::lot::{Lot, SplitRatio, split_draft};
use crate::money::Commodity;
use crate::{ErrorKind, Result};

/// A split of shares, or a reverse split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotSplit {
    /// What is split.
    pub commodity: Commodity,
    /// How many new units there are for how many old ones.
    pub ratio: SplitRatio,
    /// The first day with the new units.
    pub on: NaiveDate,
    /// Only on this account; left out, on all.
    pub account: Option<AccountRef>,
    /// What the entry says; left out, `Split HOOL 2:1`.
    pub description: Option<String>,
}

impl Lots<'_> {
    /// Posts the entry of a split: every lot goes out at its cost and comes in again with its day, label and cost.
    ///
    /// Nothing is gained by it, and reversing the entry undoes it. Prices from before count for old units: the first price
    /// after a split has to be given.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] where no lot is open or one has no cost to keep, [`ErrorKind::InvalidAmount`] for a
    /// fraction that the commodity has no decimal places for, and as [`crate::Journal::post`].
    pub fn split(&self, split: &LotSplit) -> Result<Entry> {
        self.book.change(|_, _| {
            let query = LotQuery {
                account: split.account.clone(),
                commodity: Some(split.commodity),
                ..LotQuery::new(split.on)
            };
            let chart = self.book.chart()?;
            let accounts = self.accounts_of(&chart, &query)?;
            let keys = super::read::connected(&self.keys(&chart, query.commodity)?, &accounts);
            let inventory = self.inventory(&chart, &keys, self.through(&query)?, None)?;
            let is_meant =
                |lot: &&Lot| accounts.contains(&lot.account) && lot.units.commodity() == split.commodity;
            let lots: Vec<&Lot> = inventory.open().filter(is_meant).collect();
            let name = split.commodity.code();
            if lots.is_empty() {
                let reason = format!("no lot of it is open on {} (see `ledger lots`)", split.on);
                let name = name.to_owned();
                return Err(ErrorKind::NotAllowed { what: "commodity", name, verb: "split", reason }.into());
            }
            let default = format!("Split {name} {}", split.ratio);
            let description = split.description.as_deref().unwrap_or(&default);
            let draft = split_draft(&lots, split.ratio, split.on, description)?;
            self.book.journal().post(draft.balance()?)
        })
    }
}
