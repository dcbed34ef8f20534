//! Which row is meant: by its number or by its name.
//!
//! An edit of "this and later" makes several rows of one, which people go on calling by one name. A name means all of
//! these parts, a number the one part.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::schedule::{Origin, Plan, Schedule, ScheduleId};
use crate::text::{near_names, normalize};
use crate::{ErrorKind, Result};

/// How a name begins that means everything a party owes or is owed.
const PARTY: &str = "party:";

/// The row that is meant, by its number or its name.
///
/// `party:NAME`, or the name of a party that no row has, means all receivables and payables of that party, by the name
/// that its rows have of it; a book finds that name by any other that the party has.
///
/// A name means all parts of the row where an edit of "this and later" made several of it; a number means one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RowRef {
    /// The row with this number.
    Id(ScheduleId),
    /// The row with this name; case and Unicode form do not matter.
    Name(String),
}

impl RowRef {
    /// The part of the row that goes on to its end: the last one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with near names, [`ErrorKind::Ambiguous`] with the numbers.
    pub fn find(&self, plan: &Plan) -> Result<Arc<Schedule>> {
        let name = match self {
            RowRef::Id(id) => return plan.schedule(*id).cloned(),
            RowRef::Name(name) => name,
        };
        let named = self.named(plan);
        let followed = |id: ScheduleId| named.iter().any(|other| other.terms().follows == Some(id));
        let last: Vec<_> = named.iter().filter(|schedule| !followed(schedule.id())).collect();
        match last.as_slice() {
            [one] => Ok(Arc::clone(one)),
            [] => {
                let names = plan.schedules().iter().map(|schedule| schedule.name());
                let suggestions = near_names(names, &normalize(name));
                Err(ErrorKind::NotFound { what: "schedule", name: name.clone(), suggestions }.into())
            }
            several => {
                let candidates = several.iter().map(|schedule| format!("#{}", schedule.id())).collect();
                Err(ErrorKind::Ambiguous { what: "schedule", name: name.clone(), candidates }.into())
            }
        }
    }

    /// Every part of the row that is meant, in the order of their days; by a number just that one.
    ///
    /// # Errors
    /// As [`RowRef::find`]; [`ErrorKind::NotAllowed`] for a party of which nothing is due.
    pub fn parts(&self, plan: &Plan) -> Result<Vec<Arc<Schedule>>> {
        let of_party = self.of_party(plan);
        if !of_party.is_empty() {
            return Ok(of_party);
        }
        if let Some(party) = self.party() {
            let reason = "nothing that it owes or is owed is due on a day to come".to_owned();
            let name = party.to_owned();
            return Err(ErrorKind::NotAllowed { what: "party", name, verb: "adjusted", reason }.into());
        }
        let last = self.find(plan)?;
        // Where one of a name goes on to the end, the others of that name are what it goes on from.
        let mut parts = if matches!(self, RowRef::Id(_)) { vec![last] } else { self.named(plan) };
        parts.sort_by_key(|part| (part.terms().recurrence.starts_on(), part.id()));
        Ok(parts)
    }

    /// What a party owes or is owed, where `party:NAME` is meant, or a name that no row has.
    fn of_party(&self, plan: &Plan) -> Vec<Arc<Schedule>> {
        let RowRef::Name(name) = self else { return Vec::new() };
        let party = self.party();
        if party.is_none() && !self.named(plan).is_empty() {
            return Vec::new();
        }
        let wanted = normalize(party.unwrap_or(name));
        let owed = plan.schedules().iter().filter(|row| row.terms().origin == Origin::Receivable);
        owed.filter(|row| row.terms().party.as_deref().map(normalize) == Some(wanted.clone()))
            .cloned()
            .collect()
    }

    /// The party of `party:NAME`, as it was written.
    pub(crate) fn party(&self) -> Option<&str> {
        let RowRef::Name(name) = self else { return None };
        let (prefix, party) = name.trim_start().split_at_checked(PARTY.len())?;
        prefix.eq_ignore_ascii_case(PARTY).then(|| party.trim())
    }

    /// Everything that the party with this name owes or is owed.
    pub(crate) fn of(party: &str) -> RowRef {
        RowRef::Name(format!("{PARTY}{party}"))
    }

    /// Whether a row is one that is meant.
    pub fn means(&self, schedule: &Schedule) -> bool {
        match self {
            RowRef::Id(id) => schedule.id() == *id,
            RowRef::Name(name) => normalize(schedule.name()) == normalize(name),
        }
    }

    fn named(&self, plan: &Plan) -> Vec<Arc<Schedule>> {
        let RowRef::Name(name) = self else { return Vec::new() };
        let wanted = normalize(name);
        let rows = plan.schedules().iter();
        rows.filter(|schedule| normalize(schedule.name()) == wanted).cloned().collect()
    }
}

impl fmt::Display for RowRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RowRef::Id(id) => write!(f, "#{id}"),
            RowRef::Name(name) => f.write_str(name),
        }
    }
}

impl From<ScheduleId> for RowRef {
    fn from(id: ScheduleId) -> Self {
        RowRef::Id(id)
    }
}

impl From<&str> for RowRef {
    fn from(name: &str) -> Self {
        RowRef::Name(name.to_owned())
    }
}
