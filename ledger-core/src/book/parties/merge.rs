//! Two parties that are one: merged, and parted again.

use super::Parties;
use super::names::not_allowed;
use crate::party::{KnownParty, Party};
use crate::text::normalize;
use crate::{Error, ErrorKind, Result};

impl Parties<'_> {
    /// Lets one party stand for another: all names of `from` mean `into` from now on, and entries of `from` are shown
    /// and found as those of `into`. Nothing is written where that is so already.
    ///
    /// Nothing is lost by it: entries keep the number that they were posted with, and what was told of `from` stays
    /// with it until [`Parties::unmerge`] parts them.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for a party that would stand for itself and for one that was
    /// merged into another.
    pub fn merge(&self, from: &str, into: &str) -> Result<Party> {
        self.book.change(|_, chart| {
            let parties = chart.parties();
            let into = parties.find(into)?;
            parties.find(from)?;
            let Some(from_party) = parties.owner(from).cloned() else { return self.by_id(chart, into.id) };
            if from_party.merged_into.is_some() {
                let standing = chart.party_name(from_party.id).unwrap_or_default();
                if standing == into.name {
                    return self.by_id(chart, into.id);
                }
                let reason = format!("it was merged into {standing} (merge that one, or part them first)");
                return Err(not_allowed("party", from, "merged", reason));
            }
            if from_party.id == into.id {
                let reason = format!("both names are those of {}", into.name);
                return Err(not_allowed("party", from, "merged", reason));
            }
            if let Some(group) = self.book.groups().with_members(from_party.id, into.id)? {
                let reason = format!("both are members of the group \"{group}\"");
                return Err(not_allowed("party", from, "merged", reason));
            }
            let into = into.id;
            self.tell("party.merge", from_party.id, |row| row.merged_into = Some(into))?;
            self.put(KnownParty { merged_into: Some(into), ..from_party })
        })
    }

    /// Parts a party from the one that it was merged into: its names mean it again, and entries posted with its number
    /// are its own again. Those posted since stay with the other.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for one that was not merged.
    pub fn unmerge(&self, name: &str) -> Result<Party> {
        self.book.change(|_, chart| {
            let parties = chart.parties();
            parties.find(name)?;
            // By its own name or an alias of its own: those of the other party are not meant.
            let missing = || Error::from(ErrorKind::Misuse(format!("party \"{name}\" has no owner")));
            let party = parties.owner(name).ok_or_else(missing)?.clone();
            if party.merged_into.is_none() {
                let others: Vec<&str> = parties
                    .iter()
                    .filter(|other| other.merged_into == Some(party.id))
                    .map(|other| other.name.as_str())
                    .collect();
                let reason = match (others.is_empty(), normalize(name) == normalize(&party.name)) {
                    (false, _) => format!("it stands for {} (name that one)", others.join(", ")),
                    (true, true) => "it was not merged into another".to_owned(),
                    (true, false) => format!("it is an alias of {}, which was not merged", party.name),
                };
                return Err(not_allowed("party", name, "parted", reason));
            }
            self.tell("party.unmerge", party.id, |row| row.merged_into = None)?;
            self.put(KnownParty { merged_into: None, ..party })
        })
    }
}
