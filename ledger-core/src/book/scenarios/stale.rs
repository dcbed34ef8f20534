//! Adjustments that cannot be made any more, because the row that they name is gone or a name was taken since.

use std::sync::Arc;

use super::Scenarios;
use crate::book::schedules::StoredPlan;
use crate::schedule::{RowRef, Scenario, Schedule};
use crate::{Error, ErrorKind, Result};

impl Scenarios<'_> {
    /// The adjustments of a scenario that cannot be made any more, such as those of a row that was removed, each as
    /// [`ErrorKind::StaleAdjustment`]; none for a scenario that is applied.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn stale(&self, name: &str) -> Result<Vec<Error>> {
        self.book.ledger.read(|| {
            let stored = self.find(name)?;
            if stored.applied_at.is_some() {
                return Ok(Vec::new());
            }
            let plan = StoredPlan::read_for(self.book, true)?.plan;
            let (meant, mut refused) = self.with_parties(&stored.scenario, &plan)?;
            // Each is told once; that its party is not there says more than that nothing of it is due.
            let unknown: Vec<usize> = refused.iter().map(|(place, _)| *place).collect();
            refused.extend(meant.refused(&plan).into_iter().filter(|(place, _)| !unknown.contains(place)));
            refused.sort_by_key(|(place, _)| *place);
            Ok(refused.into_iter().map(|(place, error)| stale(&stored.scenario, place, error)).collect())
        })
    }

    /// The scenarios that name one of these rows, each with the numbers of the adjustments that do; those that are applied
    /// do not count.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] for a stored scenario that is none.
    pub fn naming(&self, rows: &[Arc<Schedule>]) -> Result<Vec<(String, Vec<usize>)>> {
        let mut naming = Vec::new();
        for stored in self.list()?.into_iter().filter(|stored| stored.applied_at.is_none()) {
            let means = |row: &RowRef| rows.iter().any(|schedule| row.means(schedule));
            let adjustments = stored.scenario.adjustments.iter().zip(1..);
            let numbers: Vec<usize> = adjustments
                .filter(|(adjustment, _)| adjustment.row().is_some_and(means))
                .map(|(_, number)| number)
                .collect();
            if !numbers.is_empty() {
                naming.push((stored.scenario.name, numbers));
            }
        }
        Ok(naming)
    }
}

/// The refusal of an adjustment that was made before and cannot be made any more.
pub(super) fn stale(scenario: &Scenario, place: usize, error: Error) -> Error {
    let adjustment = scenario.adjustments.get(place).map(ToString::to_string).unwrap_or_default();
    let (name, number) = (scenario.name.clone(), place + 1);
    let cause = Box::new(error.kind().clone());
    ErrorKind::StaleAdjustment { scenario: name, number, adjustment, cause }.into()
}
