//! Schedules, changes of occurrences, scenarios and forecasts: each row reads, names accounts and entries that are
//! there, and is as the audit log left it.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use super::chart::State;
use crate::Result;
use crate::book::Book;
use crate::book::scenarios::{audited_scenario, scenario_of, scenario_subject};
use crate::book::schedules::{
    audited_change, audited_decision, audited_forecast, audited_schedule, change_of, decision_of,
    decision_subject, forecast_of, forecast_subject, key_of, occurrence_subject, schedule_of,
    schedule_subject,
};
use crate::schedule::{OccurrenceChange, PlannedLine};
use crate::store::call;
use crate::store::schedule_rows::{
    ForecastRow, OccurrenceChangeRow, RecurringDecisionRow, ScenarioRow, ScheduleRow,
};
use crate::text::normalize;

/// The rows of schedules and what belongs to them, as they are.
pub(super) struct StoredSchedules {
    schedules: Vec<ScheduleRow>,
    changes: Vec<OccurrenceChangeRow>,
    scenarios: Vec<ScenarioRow>,
    forecasts: Vec<ForecastRow>,
    decisions: Vec<RecurringDecisionRow>,
}

impl StoredSchedules {
    pub(super) fn read(book: &Book<'_>) -> Result<StoredSchedules> {
        let id = book.id();
        Ok(StoredSchedules {
            schedules: call!(book.db(), "reading schedules", schedule::all(id))?,
            changes: call!(book.db(), "reading occurrences", schedule::changes(id))?,
            scenarios: call!(book.db(), "reading scenarios", scenario::all(id))?,
            forecasts: call!(book.db(), "reading forecasts", scenario::every_forecast(id))?,
            decisions: call!(book.db(), "reading decisions", schedule::decisions(id))?,
        })
    }

    /// Whether there is anything at all; the tables are empty after their migration was taken back and made again.
    pub(super) fn is_empty(&self) -> bool {
        self.schedules.is_empty()
            && self.scenarios.is_empty()
            && self.forecasts.is_empty()
            && self.decisions.is_empty()
    }

    /// Whether a subject of the audit log is a row of these tables.
    pub(super) fn holds(subject: &str) -> bool {
        ["schedule ", "occurrence ", "scenario ", "forecast ", "recurring "]
            .iter()
            .any(|noun| subject.starts_with(noun))
    }

    /// Every row by the subject that audit events give it.
    pub(super) fn states(&self) -> BTreeMap<String, State> {
        let mut states = BTreeMap::new();
        let mut add = |subject: String, row: String, now: String| {
            states.insert(subject, State { check: "reference", row, now });
        };
        for row in &self.schedules {
            let id = row.schedule_id;
            add(schedule_subject(id), format!("schedules {id}"), audited_schedule(row).to_string());
        }
        for row in &self.changes {
            let key = key_of(row);
            add(
                occurrence_subject(key),
                format!("occurrence_changes {key}"),
                audited_change(row).to_string(),
            );
        }
        for row in &self.scenarios {
            let id = row.scenario_id;
            add(scenario_subject(id), format!("scenarios {id}"), audited_scenario(row).to_string());
        }
        for row in &self.forecasts {
            let place = format!("forecasts {}", row.name);
            add(forecast_subject(&row.normalized_name), place, audited_forecast(row).to_string());
        }
        for row in &self.decisions {
            let place = format!("recurring_decisions {}", row.key);
            add(decision_subject(&row.key), place, audited_decision(row).to_string());
        }
        states
    }
}

impl Check<'_> {
    /// Reads every row of schedules and looks up what it names.
    pub(super) fn schedules(&mut self) -> Result<()> {
        let stored = StoredSchedules::read(self.book)?;
        let named = stored
            .schedules
            .iter()
            .map(|row| (format!("schedules {}", row.schedule_id), &row.name, &row.normalized_name));
        let scenarios = stored
            .scenarios
            .iter()
            .map(|row| (format!("scenarios {}", row.scenario_id), &row.name, &row.normalized_name));
        let forecasts = stored
            .forecasts
            .iter()
            .map(|row| (format!("forecasts {}", row.name), &row.name, &row.normalized_name));
        for (row, name, key) in named.chain(scenarios).chain(forecasts) {
            if normalize(name) != *key {
                let difference =
                    format!("its name {name:?} is kept under {key:?}, not {:?}", normalize(name));
                self.found("reference", row, difference);
            }
        }
        for row in &stored.schedules {
            let place = format!("schedules {}", row.schedule_id);
            match schedule_of(row) {
                Ok(schedule) => {
                    for step in &schedule.terms().steps {
                        self.planned_lines(&place, &step.lines);
                    }
                }
                Err(error) => self.found("reference", place, error.to_string()),
            }
        }
        let known: BTreeSet<i32> = stored.schedules.iter().map(|row| row.schedule_id).collect();
        let settling: Vec<i64> = stored.changes.iter().filter_map(|row| row.entry_number).collect();
        let found = call!(self.book.db(), "reading entries", entry::by_numbers(self.book.id(), &settling))?;
        let entries: BTreeSet<i64> = found.into_iter().map(|row| row.number).collect();
        for row in &stored.changes {
            let place = format!("occurrence_changes {}", key_of(row));
            if !known.contains(&row.schedule_id) {
                self.found("reference", place.clone(), format!("there is no schedule {}", row.schedule_id));
            }
            if let Some(entry) = row.entry_number.filter(|entry| !entries.contains(entry)) {
                self.found("reference", place.clone(), format!("there is no entry {entry}"));
            }
            match change_of(row) {
                Ok(OccurrenceChange::Moved(moved) | OccurrenceChange::Settled { moved: Some(moved), .. }) => {
                    self.planned_lines(&place, moved.lines.as_deref().unwrap_or_default())
                }
                Ok(_) => {}
                Err(error) => self.found("reference", place, error.to_string()),
            }
        }
        self.questions(&stored);
        Ok(())
    }

    /// Scenarios, forecasts and decisions have to read.
    fn questions(&mut self, stored: &StoredSchedules) {
        for row in &stored.scenarios {
            if let Err(error) = scenario_of(row) {
                self.found("reference", format!("scenarios {}", row.scenario_id), error.to_string());
            }
        }
        for row in &stored.forecasts {
            if let Err(error) = forecast_of(row) {
                self.found("reference", format!("forecasts {}", row.name), error.to_string());
            }
        }
        for row in &stored.decisions {
            if let Err(error) = decision_of(row) {
                self.found("reference", format!("recurring_decisions {}", row.key), error.to_string());
            }
        }
    }

    fn planned_lines(&mut self, place: &str, lines: &[PlannedLine]) {
        for line in lines {
            if !self.chart.has_account(line.account.get()) {
                self.found("reference", place.to_owned(), format!("there is no account {}", line.account));
            }
        }
    }
}
