//! Adjustments of what is owed: parties by any name that they have, and which adjustments mean receivables and payables.
//!
//! These are rows of a plan only while it is projected, so that nothing of them can be made in the plan itself.

use super::Scenarios;
use super::stale::stale;
use crate::schedule::{Adjustment, Origin, Plan, RowRef, Scenario};
use crate::text::normalize;
use crate::{Error, Result};

impl Scenarios<'_> {
    /// The plan with the adjustments of a scenario made in it, but for those at some places from 0.
    ///
    /// # Errors
    /// [`crate::ErrorKind::StaleAdjustment`], which names the adjustment and the way out.
    pub(super) fn made(&self, scenario: &Scenario, plan: &Plan, left_out: &[usize]) -> Result<Plan> {
        let (meant, mut unknown) = self.with_parties(scenario, plan)?;
        unknown.retain(|(place, _)| !left_out.contains(place));
        let refused = match unknown.into_iter().next() {
            Some(refused) => Err(refused),
            None => meant.apply_but(plan, left_out),
        };
        refused.map_err(|(place, error)| stale(scenario, place, error))
    }

    /// A scenario in which parties have the names that rows have of them, and the adjustments, by their places from 0,
    /// that name a party which is not there.
    pub(super) fn with_parties(
        &self,
        scenario: &Scenario,
        plan: &Plan,
    ) -> Result<(Scenario, Vec<(usize, Error)>)> {
        let chart = self.book.chart()?;
        let mut meant = scenario.clone();
        let mut unknown = Vec::new();
        for (place, adjustment) in meant.adjustments.iter_mut().enumerate() {
            let Some(row) = adjustment.row_mut() else { continue };
            if let Some(party) = row.party() {
                match chart.parties().find(party) {
                    Ok(party) => *row = RowRef::of(&party.name),
                    Err(error) => unknown.push((place, error)),
                }
            } else if let Some(party) = self.party_meant(scenario, plan, row)? {
                *row = RowRef::of(&party);
            }
        }
        Ok((meant, unknown))
    }

    /// The party that a name means which no row has, neither of the plan nor of the scenario.
    fn party_meant(&self, scenario: &Scenario, plan: &Plan, row: &RowRef) -> Result<Option<String>> {
        let RowRef::Name(name) = row else { return Ok(None) };
        let wanted = normalize(name);
        let added = |adjustment: &Adjustment| matches!(adjustment, Adjustment::Add(terms) if normalize(&terms.name) == wanted);
        let is_row = plan.schedules().iter().any(|schedule| row.means(schedule));
        if is_row || scenario.adjustments.iter().any(added) {
            return Ok(None);
        }
        let chart = self.book.chart()?;
        let party = chart.parties().lookup(name).map(|party| party.name.clone());
        let owes = |party: &String| {
            let of = |name: &Option<String>| name.as_deref().map(normalize) == Some(normalize(party));
            let mut owed = plan.schedules().iter().filter(|row| row.terms().origin == Origin::Receivable);
            owed.any(|row| of(&row.terms().party))
        };
        Ok(party.filter(owes))
    }

    /// The adjustments of a scenario, by their places from 0, that mean receivables or payables; `plan` is the one
    /// without them.
    pub(super) fn owed(&self, scenario: &Scenario, plan: &Plan) -> Result<Vec<usize>> {
        let plan = self.book.receivables().planned(plan)?;
        let (meant, _) = self.with_parties(scenario, &plan)?;
        let is_owed = |row: &RowRef| {
            let parts = row.parts(&plan).unwrap_or_default();
            let owed = parts.iter().any(|part| part.terms().origin == Origin::Receivable);
            owed || row.party().is_some()
        };
        let adjustments = meant.adjustments.iter().enumerate();
        Ok(adjustments.filter(|(_, one)| one.row().is_some_and(is_owed)).map(|(place, _)| place).collect())
    }
}
