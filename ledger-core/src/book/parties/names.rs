//! The names of parties: changed, added, taken away, and parties removed that nothing names.

use serde_json::{Value, json};

use crate::account::{Chart, SearchIndex, SearchItem};
use crate::book::parties::{Parties, alias_subject, audited_alias, check_party_name, party_subject, untold};
use crate::party::{KnownParty, Party};
use crate::store::call;
use crate::store::party_rows::PartyAliasRow;
use crate::store::rows::PartyRow;
use crate::text::normalize;
use crate::{Error, ErrorKind, Result};

/// How many near names a refusal suggests.
const SUGGESTIONS_MAX: usize = 3;

impl Parties<'_> {
    /// Gives a party another name; the one that it had stays as an alias.
    ///
    /// Entries show the new name from now on; rows of the schedule and rules go on finding it by the old one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::InvalidName`], [`ErrorKind::AlreadyExists`] for a name of another party.
    pub fn rename(&self, name: &str, new_name: &str) -> Result<Party> {
        check_party_name("party", new_name)?;
        self.book.change(|_, chart| {
            let mut party = chart.parties().find(name)?.clone();
            let old = std::mem::replace(&mut party.name, new_name.to_owned());
            if old == new_name {
                return self.by_id(chart, party.id);
            }
            let (old_key, key) = (normalize(&old), normalize(new_name));
            if chart.parties().owner(new_name).is_some_and(|owner| owner.id != party.id) {
                self.refuse_taken(chart, new_name)?;
            }
            if let Some(place) = party.aliases.iter().position(|alias| normalize(alias) == key) {
                // A name that was an alias of this party is its name from now on.
                let alias = party.aliases.remove(place);
                self.erase_alias(&self.alias_row(party.id, &alias))?;
            }
            let row = PartyRow {
                book_id: self.book.id(),
                party_id: party.id,
                name: new_name.to_owned(),
                normalized_name: key.clone(),
            };
            call!(self.book.db(), "renaming a party", party::rename(&row))?;
            let (before, after) = (audited_name(&old), audited_name(new_name));
            self.book.record_event("party.rename", &party_subject(party.id), Some(before), Some(after))?;
            if old_key != key {
                self.write_alias(&self.alias_row(party.id, &old))?;
                party.aliases.push(old);
            }
            self.put(party)
        })
    }

    /// Lets another name find a party. Nothing is written where it does already.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::InvalidName`], [`ErrorKind::AlreadyExists`] for a name of another party.
    pub fn add_alias(&self, name: &str, alias: &str) -> Result<Party> {
        self.book.change(|_, chart| {
            let party = chart.parties().find(name)?;
            if chart.parties().lookup(alias).is_some_and(|known| known.id == party.id) {
                return self.by_id(chart, party.id);
            }
            self.add_alias_to(party.id, alias)
        })
    }

    /// Takes an alias away. Entries keep their party; what is posted under that name later makes a new one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with near aliases, [`ErrorKind::NotAllowed`] for the name of a party and for an alias
    /// that a schedule or a rule names.
    pub fn remove_alias(&self, alias: &str) -> Result<Party> {
        self.book.change(|_, chart| {
            let key = normalize(alias);
            let Some(owner) = chart.parties().owner(alias) else {
                let suggestions = near_aliases(chart, alias);
                return Err(ErrorKind::NotFound { what: "alias", name: alias.to_owned(), suggestions }.into());
            };
            let mut party = owner.clone();
            let Some(place) = party.aliases.iter().position(|other| normalize(other) == key) else {
                return Err(not_allowed("alias", alias, "removed", self.why_a_name_stays(chart, &party)));
            };
            let alias = party.aliases.remove(place);
            if let Some(by) = self.named_by(&[key])? {
                let reason = format!("{by} names the party by it (give it another of its names first)");
                return Err(not_allowed("alias", &alias, "removed", reason));
            }
            self.erase_alias(&self.alias_row(party.id, &alias))?;
            self.put(party)
        })
    }

    /// Removes a party that nothing names: no entry, no schedule, no rule, and no party that was merged into it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] with what names it, for an alias and for a party that was
    /// merged.
    pub fn remove(&self, name: &str) -> Result<()> {
        self.book.change(|_, chart| {
            let refuse = |reason: String| Err(not_allowed("party", name, "removed", reason));
            chart.parties().find(name)?;
            let Some(party) = chart.parties().owner(name) else { return Ok(()) };
            if normalize(name) != normalize(&party.name) {
                return refuse(format!("it is an alias of {} (take it away as an alias)", party.name));
            }
            if party.merged_into.is_some() {
                let into = chart.party_name(party.id).unwrap_or_default();
                return refuse(format!("it was merged into {into} (part them first)"));
            }
            if let Some(other) = chart.parties().iter().find(|other| other.merged_into == Some(party.id)) {
                return refuse(format!("{} was merged into it (part them first)", other.name));
            }
            let doing = "looking for entries of a party";
            if let Some(entry) = call!(self.book.db(), doing, party::naming_entry(self.book.id(), party.id))?
            {
                return refuse(format!("entry {entry} names it (merge it into another party instead)"));
            }
            let id = self.book.id();
            let owed = call!(self.book.db(), "reading receivables", receivable::of_parties(id, &[party.id]))?;
            if let Some(row) = owed.first() {
                return refuse(format!("{} \"{}\" is with them", row.kind, row.name));
            }
            if let Some(group) = self.book.groups().with_member(party.id)? {
                return refuse(format!("they are a member of the group \"{group}\""));
            }
            let keys: Vec<String> = party.names().map(|name| normalize(name)).collect();
            if let Some(by) = self.named_by(&keys)? {
                return refuse(format!("{by} names it"));
            }
            self.erase(party)
        })
    }

    /// Takes away the rows of a party, the last of them its own.
    fn erase(&self, party: &KnownParty) -> Result<()> {
        let (book_id, id) = (self.book.id(), party.id);
        for alias in &party.aliases {
            self.erase_alias(&self.alias_row(id, alias))?;
        }
        self.tell("party.change", id, |row| *row = untold(book_id, id))?;
        call!(self.book.db(), "removing a party", party::remove(book_id, id))?;
        let before = Some(audited_name(&party.name));
        self.book.record_event("party.remove", &party_subject(id), before, None)?;
        self.book.chart_changed(|chart| chart.parties_mut().remove(id)).map(|_| ())
    }

    /// Adds an alias to the party with this number, and returns it.
    pub(super) fn add_alias_to(&self, id: i32, alias: &str) -> Result<Party> {
        check_party_name("alias", alias)?;
        let chart = self.book.chart()?;
        self.refuse_taken(&chart, alias)?;
        let missing = || Error::from(ErrorKind::Corrupt { what: format!("parties {id}: it is missing") });
        let mut party = chart.parties().get(id).ok_or_else(missing)?.clone();
        self.write_alias(&self.alias_row(id, alias))?;
        party.aliases.push(alias.to_owned());
        self.put(party)
    }

    /// Puts a party into the chart in memory, and returns the one that stands for it.
    pub(super) fn put(&self, party: KnownParty) -> Result<Party> {
        let id = party.id;
        self.book.chart_changed(|chart| chart.parties_mut().put(party))?;
        let chart = self.book.chart()?;
        self.by_id(&chart, chart.parties().survivor(id).map_or(id, |standing| standing.id))
    }

    pub(super) fn refuse_taken(&self, chart: &Chart, name: &str) -> Result<()> {
        let Some(owner) = chart.parties().owner(name) else { return Ok(()) };
        let is_alias = normalize(&owner.name) != normalize(name);
        let hint = match chart.party_name(owner.id) {
            Some(into) if owner.merged_into.is_some() => format!(" (merged into {into})"),
            _ if is_alias => format!(" (as an alias of {})", owner.name),
            _ if owner.name != name => format!(" (written \"{}\")", owner.name),
            _ => String::new(),
        };
        Err(ErrorKind::AlreadyExists { what: "party", name: name.to_owned(), hint }.into())
    }

    fn why_a_name_stays(&self, chart: &Chart, party: &KnownParty) -> String {
        match chart.party_name(party.id) {
            Some(into) if party.merged_into.is_some() => {
                format!("it is the name of a party that was merged into {into} (part them instead)")
            }
            _ => format!("it is the name of party {} (rename it instead)", party.name),
        }
    }

    /// The first schedule or rule that names a party by one of these normalised names.
    fn named_by(&self, keys: &[String]) -> Result<Option<String>> {
        let is_named = |name: Option<&str>| name.is_some_and(|name| keys.contains(&normalize(name)));
        let plan = self.book.schedules().plan()?;
        let schedule = plan.schedules().iter().find(|schedule| is_named(schedule.terms().party.as_deref()));
        if let Some(schedule) = schedule {
            return Ok(Some(format!("schedule \"{}\"", schedule.terms().name)));
        }
        let rules = self.book.rules().list()?;
        let names = |party: &crate::import::rule::Template| is_named(party.as_literal());
        let rule = rules.iter().find(|stored| stored.rule.set.party.as_ref().is_some_and(names));
        Ok(rule.map(|stored| format!("rule \"{}\"", stored.rule.name)))
    }

    fn alias_row(&self, party_id: i32, alias: &str) -> PartyAliasRow {
        PartyAliasRow {
            book_id: self.book.id(),
            normalized_name: normalize(alias),
            alias: alias.to_owned(),
            party_id,
        }
    }

    fn write_alias(&self, row: &PartyAliasRow) -> Result<()> {
        call!(self.book.db(), "adding an alias", party::insert_alias(row))?;
        let subject = alias_subject(&row.normalized_name);
        self.book.record_event("party.alias", &subject, None, Some(audited_alias(row)))
    }

    fn erase_alias(&self, row: &PartyAliasRow) -> Result<()> {
        let key = &row.normalized_name;
        call!(self.book.db(), "removing an alias", party::remove_alias(row.book_id, key))?;
        self.book.record_event("party.unalias", &alias_subject(key), Some(audited_alias(row)), None)
    }
}

/// What the audit log says of a party's own row.
fn audited_name(name: &str) -> Value {
    json!({ "name": name })
}

pub(super) fn not_allowed(what: &'static str, name: &str, verb: &'static str, reason: String) -> Error {
    ErrorKind::NotAllowed { what, name: name.to_owned(), verb, reason }.into()
}

/// Aliases that a text may have meant, the nearest first.
fn near_aliases(chart: &Chart, text: &str) -> Vec<String> {
    let aliases: Vec<&String> = chart.parties().iter().flat_map(|party| &party.aliases).collect();
    let index = SearchIndex::new((0..).zip(&aliases).map(|(id, alias)| SearchItem {
        id,
        name: (*alias).clone(),
        aliases: Vec::new(),
        use_count: 0,
        last_used: 0,
        closed: false,
    }));
    let hits = index.search(text, SUGGESTIONS_MAX).into_iter();
    let alias = |id: i32| aliases.get(usize::try_from(id).ok()?);
    hits.filter_map(|hit| alias(hit.id).map(|alias| (*alias).clone())).collect()
}
