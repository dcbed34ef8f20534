//! The accounts of a book.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::Book;
use crate::account::{
    Account, AccountId, AccountKind, AccountName, ChartTemplate, Checked, NewAccount, SearchHit, SearchIndex,
    find_subtype, guess_subtype, refuse_kind, subtypes, template,
};
use crate::money::Amount;
use crate::store::call;
use crate::store::rows::{AccountRow, AliasRow, SubtypeRow, day};
use crate::text::{check_name, check_text, normalize};
use crate::{ErrorKind, Result};

/// The accounts of a book: `book.accounts()`.
#[derive(Debug)]
pub struct Accounts<'b> {
    pub(super) book: &'b Book<'b>,
}

impl Accounts<'_> {
    /// All accounts, by name, closed ones too.
    ///
    /// # Errors
    /// When the database fails.
    pub fn list(&self) -> Result<Vec<Account>> {
        let mut accounts = self.book.chart()?.accounts().to_vec();
        accounts.sort_by_cached_key(|account| (account.kind, normalize(&account.name)));
        Ok(accounts)
    }

    /// The account with this name or alias; case and Unicode form do not matter.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with near names.
    pub fn get(&self, name: &str) -> Result<Account> {
        self.book.chart()?.find(name).cloned()
    }

    /// Opens an account.
    ///
    /// The kind follows from the first segment of the name where it is not given; the subtype from the name where
    /// it is plain.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`], [`ErrorKind::AlreadyExists`], [`ErrorKind::InvalidSetting`] for a kind that
    /// cannot be told or a subtype that the kind does not have.
    pub fn open(&self, new: NewAccount) -> Result<Account> {
        let name = new.name.clone();
        let opened = self.open_all([new])?.pop();
        opened.ok_or_else(|| ErrorKind::Misuse(format!("opening \"{name}\" gave no account back")).into())
    }

    /// Opens several accounts as one unit: all or none. Many at once cost far less than one by one.
    ///
    /// # Errors
    /// As [`Accounts::open`], for the first that is refused.
    pub fn open_all(&self, new: impl IntoIterator<Item = NewAccount>) -> Result<Vec<Account>> {
        let new = new.into_iter().map(Checked::new).collect::<Result<Vec<_>>>()?;
        self.book.change(|_, chart| {
            let mut names = HashSet::new();
            for checked in &new {
                let name = checked.name.as_str();
                self.refuse_taken(chart, name)?;
                if !names.insert(checked.name.normalized()) {
                    let hint = " among those that are opened with it".to_owned();
                    return Err(
                        ErrorKind::AlreadyExists { what: "account", name: name.to_owned(), hint }.into()
                    );
                }
            }
            let commodities: HashSet<_> = new.iter().filter_map(|checked| checked.new.commodity).collect();
            for commodity in commodities {
                self.book.commodities().declare(commodity)?;
            }
            let first = chart.accounts().len() as i32 + 1;
            let opened = (first..)
                .zip(&new)
                .map(|(id, checked)| self.insert(AccountId(id), checked))
                .collect::<Result<Vec<_>>>()?;
            self.book.chart_changed(|chart| {
                opened.iter().cloned().for_each(|account| chart.put_account(account))
            })?;
            self.keep_lots(opened, &new)
        })
    }

    /// Gives those of new accounts a lot method that shall have one.
    fn keep_lots(&self, mut opened: Vec<Account>, new: &[Checked]) -> Result<Vec<Account>> {
        for (account, checked) in opened.iter_mut().zip(new) {
            if let Some(method) = checked.new.lot_method {
                self.book.lots().store_method(account, Some(method))?;
                account.lot_method = Some(method);
            }
        }
        Ok(opened)
    }

    fn insert(&self, id: AccountId, checked: &Checked) -> Result<Account> {
        let Checked { name, kind, new } = checked;
        // The chart as it is now: it may know the account's commodity only since this unit began.
        let chart = self.book.chart()?;
        let subtype = match &new.subtype {
            Some(subtype) => Some(self.checked_subtype(&chart, *kind, subtype)?),
            None => guess_subtype(*kind, name).map(str::to_owned),
        };
        let account = Account {
            id,
            name: name.as_str().to_owned(),
            kind: *kind,
            subtype,
            commodity: new.commodity,
            opened_on: new.opened_on,
            closed_on: None,
            note: new.note.clone(),
            lot_method: None,
            aliases: Vec::new(),
        };
        let row = self.row(&chart, &account);
        call!(self.book.db(), "opening an account", chart::insert_account(&row))?;
        self.book.record_event("account.open", &subject(id), None, Some(audited(&account)))?;
        Ok(account)
    }

    /// Opens all accounts of a starter chart that are not there yet; returns those that were opened.
    ///
    /// # Errors
    /// As [`Accounts::open`].
    pub fn open_template(&self, which: ChartTemplate) -> Result<Vec<Account>> {
        self.book.change(|_, chart| {
            let missing = template(which).iter().filter(|account| chart.lookup(account.name).is_none());
            self.open_all(missing.map(|account| NewAccount {
                subtype: account.subtype.map(str::to_owned),
                ..NewAccount::new(account.name).kind(account.kind)
            }))
        })
    }

    /// Gives an account another name. Entries keep pointing at it; the old name can stay as an alias.
    ///
    /// Accounts below it (`Assets:Bank:N26` below `Assets:Bank`) follow; a level that is no account itself moves with
    /// those below it, and the first of them is returned.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::AlreadyExists`], [`ErrorKind::InvalidName`],
    /// [`ErrorKind::InvalidSetting`] for a name that tells another kind.
    pub fn rename(&self, name: &str, new_name: &str, keep_alias: bool) -> Result<Account> {
        let new_name = AccountName::parse(new_name)?;
        self.book.change(|_, chart| {
            let (root, below) = level(chart, name)?;
            below.iter().try_for_each(|account| refuse_kind(account.kind, &new_name))?;
            let moves = self.moves(chart, &root, &below, &new_name)?;
            for (old, renamed) in &moves {
                self.rename_one(old, renamed.as_str())?;
            }
            for (old, renamed) in moves.iter().filter(|_| keep_alias) {
                // The old name may be the new one in another case, or the new name of another account that moved.
                let taken = self.book.chart()?.lookup(&old.name).is_some();
                if normalize(&old.name) != renamed.normalized() && !taken {
                    self.alias_by_id(old.id, &old.name)?;
                }
            }
            let first =
                below.first().ok_or_else(|| ErrorKind::Misuse("a level without accounts".to_owned()))?;
            self.get_by_id(first.id)
        })
    }

    /// The new names of an account and of all below it, in an order in which no name is taken twice.
    fn moves(
        &self,
        chart: &crate::account::Chart,
        root: &str,
        below: &[Account],
        new_name: &AccountName,
    ) -> Result<Vec<(Account, AccountName)>> {
        let depth = root.split(':').count();
        let mut moves = Vec::with_capacity(below.len());
        for old in below {
            // By segments: below one root the same name may be spelt in several ways, longer and shorter.
            let rest = old.name.splitn(depth + 1, ':').nth(depth);
            let renamed = match rest {
                Some(rest) => AccountName::parse(&format!("{}:{rest}", new_name.as_str()))?,
                None => new_name.clone(),
            };
            if let Some(other) = chart.lookup(renamed.as_str()).filter(|other| other.id != old.id) {
                let moves = below.iter().any(|account| account.id == other.id);
                let moves_away = moves && normalize(&other.name) == renamed.normalized();
                if !moves_away {
                    self.refuse_taken(chart, renamed.as_str())?;
                }
            }
            moves.push((old.clone(), renamed));
        }
        // An account may move below its own name (`Assets:Bank` to `Assets:Bank:Old`): the deepest goes first then.
        moves.sort_by_key(|(old, _)| old.name.split(':').count());
        if new_name.depth() > depth {
            moves.reverse();
        }
        Ok(moves)
    }

    fn rename_one(&self, old: &Account, new_name: &str) -> Result<()> {
        let own = |alias: &&String| normalize(alias) == normalize(new_name);
        if let Some(alias) = old.aliases.iter().find(own) {
            // A name that was an alias of this account is its name from now on.
            self.remove_alias(alias)?;
        }
        let account = Account { name: new_name.to_owned(), ..self.get_by_id(old.id)? };
        self.update("account.rename", old, account).map(|_| ())
    }

    /// Lets another name find an account.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::AlreadyExists`], [`ErrorKind::InvalidName`].
    pub fn alias(&self, name: &str, alias: &str) -> Result<Account> {
        self.book.change(|_, chart| {
            let account = chart.find(name)?.clone();
            self.refuse_taken(chart, alias)?;
            self.alias_by_id(account.id, alias)?;
            self.get_by_id(account.id)
        })
    }

    /// Takes an alias away.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn remove_alias(&self, alias: &str) -> Result<()> {
        self.book.change(|_, chart| {
            let normalized = normalize(alias);
            let account = chart
                .accounts()
                .iter()
                .find(|account| account.aliases.iter().any(|other| normalize(other) == normalized));
            let Some(account) = account else {
                let suggestions = Vec::new();
                return Err(ErrorKind::NotFound { what: "alias", name: alias.to_owned(), suggestions }.into());
            };
            call!(self.book.db(), "removing an alias", chart::delete_alias(self.book.id(), &normalized))?;
            let before = Some(Value::from(alias));
            self.book.record_event("account.unalias", &subject(account.id), before, None)?;
            let mut account = account.clone();
            account.aliases.retain(|other| normalize(other) != normalized);
            self.book.chart_changed(|chart| chart.put_account(account))?;
            Ok(())
        })
    }

    /// Closes an account after a day: later posts are refused.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] with the numbers when it still holds something, or has later lines.
    pub fn close(&self, name: &str, on: NaiveDate) -> Result<Account> {
        self.book.change(|_, chart| {
            let old = chart.find(name)?.clone();
            let refuse = |reason: String| ErrorKind::NotAllowed {
                what: "account",
                name: old.name.clone(),
                verb: "closed",
                reason,
            };
            if old.opened_on.is_some_and(|opened| opened > on) {
                return Err(refuse(format!("it opens later than {on}")).into());
            }
            let held: Vec<String> = self
                .balances(old.id, None)?
                .iter()
                .filter(|amount| !amount.is_zero())
                .map(Amount::to_string)
                .collect();
            if matches!(old.kind, AccountKind::Asset | AccountKind::Liability) && !held.is_empty() {
                let reason = format!("it still holds {} (move it to another account first)", held.join(", "));
                return Err(refuse(reason).into());
            }
            let last = call!(
                self.book.db(),
                "looking for later lines",
                balance::last_day(self.book.id(), old.id.0)
            )?;
            if let Some(last) = last.map(crate::store::rows::date).filter(|last| *last > on) {
                return Err(refuse(format!("it has lines after {on}, the last on {last}")).into());
            }
            let mut account = old.clone();
            account.closed_on = Some(on);
            self.update("account.close", &old, account)
        })
    }

    /// Opens a closed account again.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn reopen(&self, name: &str) -> Result<Account> {
        self.book.change(|_, chart| {
            let old = chart.find(name)?.clone();
            let mut account = old.clone();
            account.closed_on = None;
            self.update("account.reopen", &old, account)
        })
    }

    /// Adds a subtype of the book's own to a kind.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`], [`ErrorKind::AlreadyExists`].
    pub fn add_subtype(&self, kind: AccountKind, name: &str, description: &str) -> Result<()> {
        check_name("subtype", name, 50)?;
        check_text("description", description, 200)?;
        self.book.change(|_, chart| {
            if find_subtype(kind, name).is_some() || chart.has_subtype(kind, name) {
                let hint = format!(" among the subtypes of {}", kind.as_str());
                return Err(ErrorKind::AlreadyExists { what: "subtype", name: name.to_owned(), hint }.into());
            }
            let row = SubtypeRow {
                book_id: self.book.id(),
                kind: kind.as_str().to_owned(),
                name: name.to_owned(),
                description: description.to_owned(),
            };
            call!(self.book.db(), "adding a subtype", chart::insert_subtype(&row))?;
            let after = json!({ "kind": row.kind, "name": name, "description": description });
            self.book.record_event("subtype.add", &format!("subtype {name}"), None, Some(after))?;
            self.book.chart_changed(|chart| chart.add_subtype(kind, name.to_owned()))?;
            Ok(())
        })
    }

    /// The subtypes of a kind with their descriptions: the catalogue's, then the book's own.
    ///
    /// # Errors
    /// When the database fails.
    pub fn subtypes(&self, kind: AccountKind) -> Result<Vec<(String, String)>> {
        let own = call!(self.book.db(), "reading subtypes", chart::subtypes(self.book.id()))?;
        let catalogue =
            subtypes(kind).map(|subtype| (subtype.name.to_owned(), subtype.description.to_owned()));
        let own =
            own.into_iter().filter(|row| row.kind == kind.as_str()).map(|row| (row.name, row.description));
        Ok(catalogue.chain(own).collect())
    }

    /// An index to search the accounts with, ranked by fit, then by recent and frequent use. Build it once for
    /// many searches.
    ///
    /// # Errors
    /// When the database fails.
    pub fn search_index(&self) -> Result<SearchIndex> {
        let chart = self.book.chart()?;
        let usage = call!(self.book.db(), "reading how accounts are used", balance::usage(self.book.id()))?;
        let usage: HashMap<i32, (u64, i32)> =
            usage.into_iter().map(|(id, count, last)| (id, (count.unsigned_abs(), last))).collect();
        Ok(chart.search_index(|id| usage.get(&id.0).copied().unwrap_or((0, 0))))
    }

    /// The accounts that fit `text`, best first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<(Account, SearchHit)>> {
        let hits = self.search_index()?.search(text, limit);
        let chart = self.book.chart()?;
        Ok(hits
            .into_iter()
            .filter_map(|hit| Some((chart.account(AccountId(hit.id))?.clone(), hit)))
            .collect())
    }

    /// What an account holds at the end of a day, or in all, per commodity; sorted by commodity.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::AmountOverflow`].
    pub fn balance(&self, name: &str, as_of: Option<NaiveDate>) -> Result<Vec<Amount>> {
        let id = self.book.chart()?.find(name)?.id;
        self.balances(id, as_of)
    }

    fn balances(&self, id: AccountId, as_of: Option<NaiveDate>) -> Result<Vec<Amount>> {
        self.book.account_balance(id, as_of)
    }

    pub(crate) fn get_by_id(&self, id: AccountId) -> Result<Account> {
        crate::journal::check::find(&*self.book.chart()?, &id.into()).cloned()
    }

    fn alias_by_id(&self, id: AccountId, alias: &str) -> Result<()> {
        // An alias may be a short word or an old full name; both obey the rules of account names.
        let alias = AccountName::parse(alias)?;
        let row = AliasRow {
            book_id: self.book.id(),
            normalized_name: normalize(alias.as_str()),
            alias: alias.as_str().to_owned(),
            account_id: id.0,
        };
        call!(self.book.db(), "adding an alias", chart::insert_alias(&row))?;
        self.book.record_event("account.alias", &subject(id), None, Some(Value::from(alias.as_str())))?;
        let mut account = self.get_by_id(id)?;
        account.aliases.push(row.alias);
        self.book.chart_changed(|chart| chart.put_account(account))?;
        Ok(())
    }

    fn update(&self, action: &str, old: &Account, account: Account) -> Result<Account> {
        let row = self.row(&*self.book.chart()?, &account);
        call!(self.book.db(), "changing an account", chart::update_account(&row))?;
        let (before, after) = (Some(audited(old)), Some(audited(&account)));
        self.book.record_event(action, &subject(account.id), before, after)?;
        self.book.chart_changed(|chart| chart.put_account(account.clone()))?;
        Ok(account)
    }

    fn refuse_taken(&self, chart: &crate::account::Chart, name: &str) -> Result<()> {
        let Some(taken) = chart.lookup(name) else { return Ok(()) };
        let hint = if normalize(&taken.name) == normalize(name) {
            if taken.name == name { String::new() } else { format!(" (written \"{}\")", taken.name) }
        } else {
            format!(" (as an alias of {})", taken.name)
        };
        Err(ErrorKind::AlreadyExists { what: "account", name: name.to_owned(), hint }.into())
    }

    fn checked_subtype(
        &self,
        chart: &crate::account::Chart,
        kind: AccountKind,
        name: &str,
    ) -> Result<String> {
        if let Some(subtype) = find_subtype(kind, name) {
            return Ok(subtype.name.to_owned());
        }
        if chart.has_subtype(kind, name) {
            return Ok(name.to_owned());
        }
        let known: Vec<&str> = subtypes(kind).map(|subtype| subtype.name).collect();
        let reason = format!("subtypes of {} are {}", kind.as_str(), known.join(", "));
        Err(ErrorKind::InvalidSetting { what: "subtype", value: name.to_owned(), reason }.into())
    }

    fn row(&self, chart: &crate::account::Chart, account: &Account) -> AccountRow {
        AccountRow {
            book_id: self.book.id(),
            account_id: account.id.0,
            name: account.name.clone(),
            normalized_name: normalize(&account.name),
            kind: account.kind.as_str().to_owned(),
            subtype: account.subtype.clone(),
            commodity_id: account.commodity.and_then(|commodity| chart.commodity_id(commodity)),
            opened_on: account.opened_on.map(day),
            closed_on: account.closed_on.map(day),
            note: account.note.clone(),
        }
    }
}

/// What the audit log says of an account; verify compares the row with the last such state.
pub(crate) fn audited(account: &Account) -> Value {
    json!({
        "name": account.name,
        "kind": account.kind.as_str(),
        "subtype": account.subtype,
        "commodity": account.commodity.map(|commodity| commodity.code().to_owned()),
        "opened_on": account.opened_on.map(|day| day.to_string()),
        "closed_on": account.closed_on.map(|day| day.to_string()),
        "note": account.note,
    })
}

fn subject(id: AccountId) -> String {
    format!("account {id}")
}

/// The name and the accounts of a level: an account with those below it, or a level that only holds others.
fn level(chart: &crate::account::Chart, name: &str) -> Result<(String, Vec<Account>)> {
    let below = chart.subtree(name);
    let root = match chart.lookup(name) {
        Some(account) => account.name.clone(),
        None if !below.is_empty() => name.to_owned(),
        None => chart.find(name)?.name.clone(),
    };
    let mut accounts: Vec<Account> = below.into_iter().filter_map(|id| chart.account(id).cloned()).collect();
    accounts.sort_by_key(|account| account.name.split(':').count());
    Ok((root, accounts))
}
