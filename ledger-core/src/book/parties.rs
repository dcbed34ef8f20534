//! The parties of a book: added, described, found and shown. Their names are changed in `names`, two that are one are
//! merged in `merge`.

mod merge;
mod names;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};

use super::Book;
use crate::account::{Chart, SearchHit};
use crate::journal::PARTY_CHARS_MAX;
use crate::money::{Amount, Commodity};
use crate::party::{LikenessIndex, NearParty, NewParty, Party, PartyDetails, PartyKind, PartyLikeness};
use crate::store::call;
use crate::store::party_rows::{PartyAliasRow, PartyDetailsRow};
use crate::store::rows::date;
use crate::text::{check_name, normalize};
use crate::{Error, ErrorKind, Result};

/// The parties of a book: `book.parties()`.
#[derive(Debug)]
pub struct Parties<'b> {
    pub(super) book: &'b Book<'b>,
}

/// How entries use a party; those that were amended, and the mirrors that undid them, do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct PartyUsage {
    /// How many name it, or one that was merged into it.
    pub entries: u64,
    /// The earliest posting day.
    pub first_on: Option<NaiveDate>,
    /// The latest posting day.
    pub last_on: Option<NaiveDate>,
}

/// What a party's entries come to in one commodity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PartyTotal {
    /// What was earned: credits less debits of income accounts.
    pub income: Amount,
    /// What was spent: debits less credits of expense accounts.
    pub expenses: Amount,
}

/// A party with what its entries come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartyShown {
    /// The party.
    pub party: Party,
    /// How entries use it.
    pub usage: PartyUsage,
    /// Totals, by the code of their commodity.
    pub totals: Vec<PartyTotal>,
}

impl Parties<'_> {
    /// All parties by name, but for those that were merged into others.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] for details that do not read.
    pub fn list(&self) -> Result<Vec<Party>> {
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            let mut told: HashMap<i32, PartyDetailsRow> = self.told()?;
            let mut merged: HashMap<i32, Vec<i32>> = HashMap::new();
            for party in chart.parties().iter().filter(|party| party.merged_into.is_some()) {
                let into = chart.parties().survivor(party.id).map_or(party.id, |into| into.id);
                merged.entry(into).or_default().push(party.id);
            }
            let mut parties = Vec::new();
            for party in chart.parties().standing() {
                let others = merged.remove(&party.id).unwrap_or_default();
                parties.push(party_of(&chart, party.id, &others, told.remove(&party.id))?);
            }
            parties.sort_by_cached_key(|party| normalize(&party.name));
            Ok(parties)
        })
    }

    /// The party that a name or alias means; of one that was merged, the party that stands for it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with near names.
    pub fn get(&self, name: &str) -> Result<Party> {
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            self.by_id(&chart, chart.parties().find(name)?.id)
        })
    }

    /// A party with how entries use it and what they come to.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with near names, [`ErrorKind::AmountOverflow`].
    pub fn show(&self, name: &str) -> Result<PartyShown> {
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            let party = self.by_id(&chart, chart.parties().find(name)?.id)?;
            let group = chart.parties().group(party.id);
            let (usage, totals) = (self.usage_of(&group)?, self.totals(&chart, &group)?);
            Ok(PartyShown { party, usage, totals })
        })
    }

    /// How many entries name each party that [`Parties::list`] gives, by name; those without entries are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub fn entry_counts(&self) -> Result<HashMap<String, u64>> {
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            let name = |id| chart.party_name(id).map(str::to_owned);
            Ok(self.counts(&chart)?.into_iter().filter_map(|(id, count)| Some((name(id)?, count))).collect())
        })
    }

    /// Adds a party that no entry names yet.
    ///
    /// Parties are also added by posting; this one says more of it.
    ///
    /// ```
    /// # use ledger_core::{Ledger, NewBook, Session};
    /// use ledger_core::party::{NewParty, PartyKind};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("home.sqlite");
    /// # let ledger = Ledger::open_or_create(path.to_str().unwrap(), Session::new("anna", chrono::Utc::now))?;
    /// # let book = ledger.create_book(NewBook::personal("home", "EUR"))?;
    /// let acme = NewParty { kind: PartyKind::Company, ..NewParty::new("Acme Ltd") };
    /// book.parties().add(acme)?;
    /// book.parties().add_alias("Acme Ltd", "Acme")?;
    /// assert_eq!(book.parties().get("ACME")?.name, "Acme Ltd");
    /// assert_eq!(book.parties().near("Acme Limited")?[0].name, "Acme Ltd");
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`], [`ErrorKind::AlreadyExists`] for a name or alias that is taken, and as
    /// [`PartyDetails::set`].
    pub fn add(&self, new: NewParty) -> Result<Party> {
        let NewParty { name, kind, aliases, details } = new;
        check_party_name("party", &name)?;
        let details = details.checked()?;
        self.book.change(|_, chart| {
            self.refuse_taken(chart, &name)?;
            let id = chart.parties().next_id();
            self.book.add_parties(&[&name])?;
            for alias in &aliases {
                self.add_alias_to(id, alias)?;
            }
            if kind != PartyKind::Unknown || !details.is_empty() {
                self.tell("party.change", id, |row| {
                    row.kind = kind.as_str().to_owned();
                    row.body = body_of(&details);
                })?;
            }
            self.by_id(&*self.book.chart()?, id)
        })
    }

    /// Says something else of a party: `edit` is given what is known and changes it.
    ///
    /// Nothing is written where it stays as it was.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], whatever `edit` returns, and as [`PartyDetails::set`].
    pub fn edit(
        &self,
        name: &str,
        edit: impl FnOnce(&mut PartyKind, &mut PartyDetails) -> Result<()>,
    ) -> Result<Party> {
        self.book.change(|_, chart| {
            let mut party = self.by_id(chart, chart.parties().find(name)?.id)?;
            edit(&mut party.kind, &mut party.details)?;
            let details = party.details.checked()?;
            self.tell("party.change", party.id, |row| {
                row.kind = party.kind.as_str().to_owned();
                row.body = body_of(&details);
            })?;
            self.by_id(chart, party.id)
        })
    }

    /// The parties that fit `text`, best first, at most `limit`: by any of their names, then by how many entries name
    /// them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<(Party, SearchHit)>> {
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            let counts = self.counts(&chart)?;
            let index = chart.parties().search_index(|id| counts.get(&id).copied().unwrap_or(0));
            let hits = index.search(text, limit);
            hits.into_iter().map(|hit| Ok((self.by_id(&chart, hit.id)?, hit))).collect()
        })
    }

    /// The parties that a new name is suspiciously close to, the most suspicious first; a party that has the name
    /// already is not among them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn near(&self, name: &str) -> Result<Vec<NearParty>> {
        let chart = self.book.chart()?;
        Ok(LikenessIndex::new(chart.parties()).near(name))
    }

    /// Pairs of parties that are likely the same, the most suspicious first. Nothing is merged by likeness.
    ///
    /// # Errors
    /// When the database fails.
    pub fn duplicates(&self) -> Result<Vec<(PartyLikeness, Party, Party)>> {
        self.book.ledger.read(|| {
            let chart = self.book.chart()?;
            let parties: HashMap<i32, Party> =
                self.list()?.into_iter().map(|party| (party.id, party)).collect();
            let pairs = LikenessIndex::new(chart.parties()).pairs().into_iter();
            let party = |id| parties.get(&id).cloned();
            Ok(pairs.filter_map(|(why, left, right)| Some((why, party(left)?, party(right)?))).collect())
        })
    }

    /// A standing party with all that is known of it.
    fn by_id(&self, chart: &Chart, id: i32) -> Result<Party> {
        let told = call!(self.book.db(), "reading a party", party::details(self.book.id(), id))?;
        let mut others = chart.parties().group(id);
        others.retain(|other| *other != id);
        party_of(chart, id, &others, told)
    }

    fn told(&self) -> Result<HashMap<i32, PartyDetailsRow>> {
        let rows = call!(self.book.db(), "reading parties", party::every_details(self.book.id()))?;
        Ok(rows.into_iter().map(|row| (row.party_id, row)).collect())
    }

    /// How many entries name each standing party, or one that was merged into it.
    fn counts(&self, chart: &Chart) -> Result<HashMap<i32, u64>> {
        let mut sums: HashMap<i32, i64> = HashMap::new();
        for (id, count) in call!(self.book.db(), "counting entries", party::counts(self.book.id()))? {
            let standing = chart.parties().survivor(id).map_or(id, |party| party.id);
            *sums.entry(standing).or_default() += count;
        }
        Ok(sums
            .into_iter()
            .map(|(id, count)| (id, count.max(0).unsigned_abs()))
            .filter(|it| it.1 > 0)
            .collect())
    }

    fn usage_of(&self, group: &[i32]) -> Result<PartyUsage> {
        let mut usage = PartyUsage::default();
        for id in group {
            let doing = "reading the entries of a party";
            let (count, first, last) = call!(self.book.db(), doing, party::shown(self.book.id(), *id))?;
            usage.entries += count.max(0).unsigned_abs();
            usage.first_on = usage.first_on.into_iter().chain(first.map(date)).min();
            usage.last_on = usage.last_on.max(last.map(date));
        }
        Ok(usage)
    }

    fn totals(&self, chart: &Chart, group: &[i32]) -> Result<Vec<PartyTotal>> {
        let mut sums: BTreeMap<String, (Commodity, i128, i128)> = BTreeMap::new();
        for id in group {
            let doing = "adding up the entries of a party";
            for (kind, commodity_id, sum) in call!(self.book.db(), doing, party::totals(self.book.id(), *id))?
            {
                let missing =
                    || ErrorKind::Corrupt { what: format!("commodities {commodity_id}: it is missing") };
                let commodity = chart.commodity(commodity_id).ok_or_else(missing)?;
                let total = sums.entry(commodity.code().to_owned()).or_insert((commodity, 0, 0));
                match kind.as_str() {
                    "income" => total.1 -= i128::from(sum),
                    _ => total.2 += i128::from(sum),
                }
            }
        }
        let total = |(commodity, income, expenses): (Commodity, i128, i128)| {
            let income = Amount::try_from_i128(income, commodity, "the income with a party")?;
            let expenses = Amount::try_from_i128(expenses, commodity, "the expenses with a party")?;
            Ok(PartyTotal { income, expenses })
        };
        sums.into_values().map(total).collect()
    }

    /// Changes what is told of a party; nothing is written where it stays as it was.
    fn tell(&self, action: &str, id: i32, change: impl FnOnce(&mut PartyDetailsRow)) -> Result<()> {
        let book_id = self.book.id();
        let before = call!(self.book.db(), "reading a party", party::details(book_id, id))?;
        let mut row = before.clone().unwrap_or_else(|| untold(book_id, id));
        change(&mut row);
        let after = Some(&row).filter(|row| **row != untold(book_id, id));
        if before.as_ref() == after {
            return Ok(());
        }
        match after {
            Some(row) => call!(self.book.db(), "changing a party", party::replace_details(row))?,
            None => call!(self.book.db(), "changing a party", party::remove_details(book_id, id))?,
        }
        let (before, after) = (before.as_ref().map(audited_details), after.map(audited_details));
        self.book.record_event(action, &details_subject(id), before, after)
    }
}

fn check_party_name(what: &'static str, name: &str) -> Result<()> {
    check_name(what, name, PARTY_CHARS_MAX)
}

/// The row of a party of which nobody told anything; it is never stored.
fn untold(book_id: i64, party_id: i32) -> PartyDetailsRow {
    PartyDetailsRow {
        book_id,
        party_id,
        kind: PartyKind::Unknown.as_str().to_owned(),
        merged_into: None,
        body: body_of(&PartyDetails::default()),
    }
}

fn body_of(details: &PartyDetails) -> String {
    json!(details).to_string()
}

/// A standing party from its names, those of the `others` that were merged into it, and what was told.
fn party_of(chart: &Chart, id: i32, others: &[i32], told: Option<PartyDetailsRow>) -> Result<Party> {
    let missing = || Error::from(ErrorKind::Corrupt { what: format!("parties {id}: it is missing") });
    let known = chart.parties().get(id).ok_or_else(missing)?;
    let (kind, details) = match &told {
        Some(row) => details_of(row)?,
        None => Default::default(),
    };
    let mut aliases = known.aliases.clone();
    let mut merged = Vec::new();
    for other in others.iter().filter_map(|other| chart.parties().get(*other)) {
        merged.push(other.name.clone());
        aliases.extend(other.aliases.iter().cloned());
    }
    aliases.sort_by_cached_key(|alias| normalize(alias));
    merged.sort_by_cached_key(|name| normalize(name));
    Ok(Party { id, name: known.name.clone(), kind, aliases, merged, details })
}

/// What a row tells of a party.
///
/// # Errors
/// [`ErrorKind::Corrupt`] for a row that does not read.
pub(in crate::book) fn details_of(row: &PartyDetailsRow) -> Result<(PartyKind, PartyDetails)> {
    let corrupt = |error: String| -> Error {
        ErrorKind::Corrupt { what: format!("party_details {}: {error}", row.party_id) }.into()
    };
    let kind = PartyKind::parse(&row.kind).map_err(|error| corrupt(error.to_string()))?;
    let details: PartyDetails = serde_json::from_str(&row.body)
        .map_err(|error| corrupt(format!("its details do not read: {error}")))?;
    Ok((kind, details))
}

/// The subject of audit events that tell of a party's name.
pub(in crate::book) fn party_subject(id: i32) -> String {
    format!("party {id}")
}

/// The subject of audit events that tell of another name.
pub(in crate::book) fn alias_subject(normalized_name: &str) -> String {
    format!("party alias {normalized_name}")
}

/// The subject of audit events that tell what is known of a party, and which one stands for it.
pub(in crate::book) fn details_subject(id: i32) -> String {
    format!("party details {id}")
}

/// What the audit log says of another name; verify compares the row with the last such state.
pub(in crate::book) fn audited_alias(row: &PartyAliasRow) -> Value {
    json!({ "alias": row.alias, "party": row.party_id })
}

/// What the audit log says of what is known of a party; verify compares the row with the last such state.
pub(in crate::book) fn audited_details(row: &PartyDetailsRow) -> Value {
    let details = serde_json::from_str(&row.body).unwrap_or_else(|_| Value::from(row.body.as_str()));
    json!({ "kind": row.kind, "merged_into": row.merged_into, "details": details })
}
