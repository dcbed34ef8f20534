//! Share splits: an entry that gives every open lot more units, or fewer, and leaves its day and cost.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::history::History;
use super::read::{Through, empty};
use super::{LotQuery, Lots};
use crate::account::AccountId;
use crate::journal::{AccountRef, Entry};
use crate::lot::{Lot, Movement, SplitRatio, is_split, split_draft};
use crate::money::{Commodity, Price};
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
    /// [`ErrorKind::NotAllowed`] where no lot is open or one has no cost to keep, for a fraction that the commodity has no
    /// decimal places for and where it was split on a later day before; and as [`crate::Journal::post`].
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
            let whole = Through { day: NaiveDate::MAX, ..self.through(&query)? };
            let history = self.history(&chart, &keys, whole)?;
            self.refuse_earlier(split, &history, &accounts)?;
            let inventory = history.feed(empty(&chart, None), split.on)?;
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

    /// What one new unit is worth by the newest price of an old one, in each commodity that it has a price in; nothing where
    /// a price of the split's day or a later one is there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn prices_after_split(&self, split: &LotSplit) -> Result<Vec<Price>> {
        let mut newest: BTreeMap<Commodity, Price> = BTreeMap::new();
        for price in self.book.prices().list()?.into_iter().filter(|it| it.commodity == split.commodity) {
            newest.insert(price.quote, price);
        }
        let old = newest.into_values().filter(|price| price.on < split.on);
        old.filter_map(|price| Some((split.ratio.price_of(price.rate)?, price)))
            .filter(|(rate, _)| !rate.is_zero())
            .map(|(rate, price)| Price::new(price.commodity, rate, price.quote, split.on))
            .collect()
    }

    /// Refuses a split before one that is there: that one would find other units than those that it takes out.
    fn refuse_earlier(
        &self,
        split: &LotSplit,
        history: &History,
        accounts: &BTreeSet<AccountId>,
    ) -> Result<()> {
        let of_account =
            |it: &Movement| accounts.contains(&it.account) && it.units.commodity() == split.commodity;
        let mut later = history.standing(NaiveDate::MAX).filter(|entry| entry[0].on > split.on);
        let Some(other) =
            later.find(|entry| entry.iter().any(of_account) && is_split(entry, split.commodity))
        else {
            return Ok(());
        };
        let (number, on) = (other[0].entry, other[0].on);
        let reason = format!(
            "entry {number} splits it on {on}, after {}: reverse that one, then split in the order of days",
            split.on
        );
        let name = split.commodity.code().to_owned();
        Err(ErrorKind::NotAllowed { what: "commodity", name, verb: "split", reason }.into())
    }
}
