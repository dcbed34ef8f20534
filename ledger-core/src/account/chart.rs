//! The chart of accounts of a book, held in memory: who is who, by number and by any name.

use std::collections::HashMap;

use super::account::{Account, AccountId};
use super::search::{SearchIndex, SearchItem};
use crate::money::Commodity;
use crate::party::PartyNames;
use crate::text::normalize;
use crate::{ErrorKind, Result};

/// How many near names a refusal suggests.
const SUGGESTIONS_MAX: usize = 3;
/// Up to so many commodities are looked through one by one.
const SCANNED_COMMODITIES_MAX: usize = 8;

/// Accounts, commodities and parties of a book, with their names looked up in constant time.
///
/// Numbers are dense from 1, so that a vector is the index.
#[derive(Debug, Default, Clone)]
pub(crate) struct Chart {
    accounts: Vec<Account>,
    /// Names exactly as they are written: the common case, without normalising.
    account_by_spelling: HashMap<String, AccountId>,
    /// Normalised names and aliases.
    account_by_name: HashMap<String, AccountId>,
    commodities: Vec<Commodity>,
    commodity_ids: HashMap<Commodity, i32>,
    parties: PartyNames,
    subtypes: Vec<(super::AccountKind, String)>,
}

impl Chart {
    /// Builds the chart from rows in the order of their numbers.
    pub(crate) fn new(
        accounts: Vec<Account>,
        commodities: Vec<Commodity>,
        parties: PartyNames,
        subtypes: Vec<(super::AccountKind, String)>,
    ) -> Self {
        let mut chart = Chart { parties, subtypes, ..Chart::default() };
        for commodity in commodities {
            chart.add_commodity(commodity);
        }
        for account in accounts {
            chart.put_account(account);
        }
        chart
    }

    /// Adds an account, or replaces the one with its number.
    pub(crate) fn put_account(&mut self, account: Account) {
        let index = account.id.0 as usize - 1;
        if let Some(old) = self.accounts.get(index).cloned() {
            self.account_by_spelling.remove(&old.name);
            self.account_by_name.remove(&normalize(&old.name));
            for alias in &old.aliases {
                self.account_by_name.remove(&normalize(alias));
            }
        }
        self.account_by_spelling.insert(account.name.clone(), account.id);
        self.account_by_name.insert(normalize(&account.name), account.id);
        for alias in &account.aliases {
            self.account_by_name.insert(normalize(alias), account.id);
        }
        match self.accounts.get_mut(index) {
            Some(place) => *place = account,
            None => self.accounts.push(account),
        }
    }

    /// Adds a subtype of the book's own.
    pub(crate) fn add_subtype(&mut self, kind: super::AccountKind, name: String) {
        self.subtypes.push((kind, name));
    }

    /// Adds a commodity and returns its number.
    pub(crate) fn add_commodity(&mut self, commodity: Commodity) -> i32 {
        self.commodities.push(commodity);
        let id = self.commodities.len() as i32;
        self.commodity_ids.insert(commodity, id);
        id
    }

    /// Adds a party and returns its number.
    pub(crate) fn add_party(&mut self, name: String) -> i32 {
        self.parties.add(name)
    }

    /// All accounts, in the order of their numbers.
    pub(crate) fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// The account with this number.
    pub(crate) fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(usize::try_from(id.0).ok()?.checked_sub(1)?)
    }

    /// The account with this name or alias, if there is one.
    pub(crate) fn lookup(&self, name: &str) -> Option<&Account> {
        let id = match self.account_by_spelling.get(name) {
            Some(id) => *id,
            None => *self.account_by_name.get(&normalize(name))?,
        };
        self.account(id)
    }

    /// The account with this name or alias.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with the nearest names.
    pub(crate) fn find(&self, name: &str) -> Result<&Account> {
        self.lookup(name).ok_or_else(|| {
            let hits = self.search_index(|_| (0, 0)).search(name, SUGGESTIONS_MAX);
            let suggestions = hits.into_iter().filter_map(|hit| self.account(AccountId(hit.id)));
            let suggestions = suggestions.map(|account| account.name.clone()).collect();
            ErrorKind::NotFound { what: "account", name: name.to_owned(), suggestions }.into()
        })
    }

    /// The accounts whose name is `name` or lies below it; an alias stands for its account.
    pub(crate) fn subtree(&self, name: &str) -> Vec<AccountId> {
        let root = self.lookup(name).map_or_else(|| normalize(name), |account| normalize(&account.name));
        let below = |account: &&Account| {
            let name = normalize(&account.name);
            name.strip_prefix(&root).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        };
        self.accounts.iter().filter(below).map(|account| account.id).collect()
    }

    /// An index for searching, given how often and when (month number) each account was used.
    pub(crate) fn search_index(&self, usage: impl Fn(AccountId) -> (u64, i32)) -> SearchIndex {
        SearchIndex::new(self.accounts.iter().map(|account| {
            let (use_count, last_used) = usage(account.id);
            SearchItem {
                id: account.id.0,
                name: account.name.clone(),
                aliases: account.aliases.clone(),
                use_count,
                last_used,
                closed: account.closed_on.is_some(),
            }
        }))
    }

    /// The book's commodities, in the order of their numbers.
    pub(crate) fn commodities(&self) -> &[Commodity] {
        &self.commodities
    }

    /// The commodity with this number.
    pub(crate) fn commodity(&self, id: i32) -> Option<Commodity> {
        self.commodities.get(usize::try_from(id).ok()?.checked_sub(1)?).copied()
    }

    /// The number of a commodity of the book.
    pub(crate) fn commodity_id(&self, commodity: Commodity) -> Option<i32> {
        // Posting asks four times for each line; among few commodities a comparison or two beats hashing a code.
        if self.commodities.len() <= SCANNED_COMMODITIES_MAX {
            let place = self.commodities.iter().position(|known| *known == commodity)?;
            return i32::try_from(place + 1).ok();
        }
        self.commodity_ids.get(&commodity).copied()
    }

    /// The commodity that a code means in this book: a declared one, whatever its case, or an ISO 4217 one.
    pub(crate) fn resolve_commodity(&self, code: &str) -> Option<Commodity> {
        let declared = self.commodities.iter();
        declared
            .clone()
            .find(|commodity| commodity.code() == code)
            .or_else(|| declared.clone().find(|commodity| commodity.code().eq_ignore_ascii_case(code)))
            .copied()
            .or_else(|| Commodity::iso(code))
    }

    /// The parties by their names.
    pub(crate) fn parties(&self) -> &PartyNames {
        &self.parties
    }

    /// The parties by their names, to be changed.
    pub(crate) fn parties_mut(&mut self) -> &mut PartyNames {
        &mut self.parties
    }

    /// The name of a party; of one that was merged, the name of the party that stands for it.
    pub(crate) fn party_name(&self, id: i32) -> Option<&str> {
        self.parties.survivor(id).map(|party| party.name.as_str())
    }

    /// The number of the party that this name or alias means: where it was merged, of the one that stands for it.
    pub(crate) fn party_id(&self, name: &str) -> Option<i32> {
        self.parties.lookup(name).map(|party| party.id)
    }

    /// Whether the book itself added this subtype.
    pub(crate) fn has_subtype(&self, kind: super::AccountKind, name: &str) -> bool {
        self.subtypes.iter().any(|(of, subtype)| *of == kind && subtype == name)
    }
}
