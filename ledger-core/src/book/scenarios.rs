//! The scenarios of a book: named lists of adjustments, compared with each other, applied and taken back.

mod apply;
mod owed;
mod stale;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use self::stale::stale;
use super::Book;
use super::schedules::{ProjectRequest, Schedules, StoredPlan, json_or_text};
use crate::schedule::{
    Adjustment, Comparison, OccurrenceKey, Plan, Projection, Scenario, ScheduleId, compare,
};
use crate::store::call;
use crate::store::rows::instant;
use crate::store::schedule_rows::ScenarioRow;
use crate::text::{check_name, near_names, normalize};
use crate::{Error, ErrorKind, Result};

/// The most adjustments of a scenario.
const ADJUSTMENTS_MAX: usize = 1_000;

/// The name that means the plan itself, without any scenario.
pub const BASE_SCENARIO: &str = "base";

/// The scenarios of a book: `book.scenarios()`.
#[derive(Debug)]
pub struct Scenarios<'b> {
    pub(super) book: &'b Book<'b>,
}

/// A scenario as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredScenario {
    /// Its number in the book.
    pub id: i32,
    /// Its name and adjustments.
    #[serde(flatten)]
    pub scenario: Scenario,
    /// When it was applied; nothing for one that is only a question.
    pub applied_at: Option<DateTime<Utc>>,
}

/// What applying a scenario, or taking it back, wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppliedReport {
    /// The scenario's name.
    pub name: String,
    /// Rows that were added, or that are gone again.
    pub added: Vec<ScheduleId>,
    /// Rows that were changed, or that are again as they were.
    pub changed: Vec<ScheduleId>,
    /// Occurrences that were changed, or that are again as they were.
    pub occurrences: Vec<OccurrenceKey>,
    /// The numbers of adjustments that were left out, because they are of receivables or payables.
    pub left_out: Vec<usize>,
}

impl Scenarios<'_> {
    /// Begins a scenario without adjustments.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`], [`ErrorKind::InvalidName`].
    pub fn create(&self, name: &str) -> Result<StoredScenario> {
        check_name("scenario", name, 100)?;
        let normalized_name = normalize(name);
        self.book.change(|_, _| {
            let taken = |hint: &str| {
                let (name, hint) = (name.to_owned(), hint.to_owned());
                Err(ErrorKind::AlreadyExists { what: "scenario", name, hint }.into())
            };
            if normalized_name == BASE_SCENARIO {
                return taken(" and means the plan itself (choose another name)");
            }
            if self.rows()?.iter().any(|row| row.normalized_name == normalized_name) {
                return taken(" (adjust it, or choose another name)");
            }
            let last = call!(self.book.db(), "numbering a scenario", scenario::last_id(self.book.id()))?;
            let row = ScenarioRow {
                book_id: self.book.id(),
                scenario_id: last + 1,
                name: name.to_owned(),
                normalized_name: normalized_name.clone(),
                adjustments: "[]".to_owned(),
                applied_at: None,
                undo: None,
            };
            self.put("scenario.create", None, &row)?;
            scenario_of(&row)
        })
    }

    /// All scenarios, by name.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] for a stored scenario that is none.
    pub fn list(&self) -> Result<Vec<StoredScenario>> {
        let mut rows = self.rows()?;
        rows.sort_by(|left, right| left.normalized_name.cmp(&right.normalized_name));
        rows.iter().map(scenario_of).collect()
    }

    /// The scenario with this name; case and Unicode form do not matter.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with names that are close.
    pub fn find(&self, name: &str) -> Result<StoredScenario> {
        scenario_of(&self.row(name)?)
    }

    /// Forgets a scenario. What one that was applied wrote stays.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn drop(&self, name: &str) -> Result<StoredScenario> {
        self.book.change(|_, _| {
            let row = self.row(name)?;
            let (id, number) = (self.book.id(), row.scenario_id);
            call!(self.book.db(), "dropping a scenario", scenario::delete(id, number))?;
            let before = Some(audited_scenario(&row));
            self.book.record_event("scenario.drop", &scenario_subject(number), before, None)?;
            scenario_of(&row)
        })
    }

    /// Adds an adjustment behind the others, once it is known that it can be made.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for a scenario that is applied, and as [`Scenario::apply`].
    pub fn adjust(&self, name: &str, adjustment: Adjustment) -> Result<StoredScenario> {
        self.book.change(|_, _| {
            let plan = StoredPlan::read_for(self.book, true)?.plan;
            self.change_adjustments("scenario.adjust", name, |scenario| {
                let count = scenario.adjustments.len();
                if count >= ADJUSTMENTS_MAX {
                    let reason = format!("it has {count} adjustments; the most is {ADJUSTMENTS_MAX}");
                    return Err(not_allowed(&scenario.name, "adjusted", reason));
                }
                scenario.adjustments.push(adjustment);
                let (meant, unknown) = self.with_parties(scenario, &plan)?;
                let made = match unknown.into_iter().next() {
                    Some(refused) => Err(refused),
                    None => meant.apply_but(&plan, &[]),
                };
                match made {
                    // What is new is refused as it is; what was there before is named.
                    Err((place, error)) if place == count => Err(error),
                    Err((place, error)) => Err(stale(scenario, place, error)),
                    Ok(_) => Ok(()),
                }
            })
        })
    }

    /// Takes the adjustment at a place, from 1, out of a scenario.
    ///
    /// # Errors
    /// As [`Scenarios::adjust`].
    pub fn unadjust(&self, name: &str, number: usize) -> Result<StoredScenario> {
        self.book.change(|_, _| {
            self.change_adjustments("scenario.unadjust", name, |scenario| {
                let count = scenario.adjustments.len();
                let Some(place) = number.checked_sub(1).filter(|place| *place < count) else {
                    let reason =
                        format!("scenario \"{}\" has {count} adjustments, numbered from 1", scenario.name);
                    let value = number.to_string();
                    return Err(ErrorKind::InvalidSetting { what: "adjustment", value, reason }.into());
                };
                scenario.adjustments.remove(place);
                Ok(())
            })
        })
    }

    /// The projections of several scenarios, each on top of those that the request names; `base` is the plan itself.
    ///
    /// All of them are of the same accounts: those of the request, or every asset and liability that a row of any of them
    /// moves.
    ///
    /// # Errors
    /// As [`crate::Schedules::project`].
    pub fn project(&self, request: &ProjectRequest, names: &[&str]) -> Result<Vec<(String, Projection)>> {
        self.book.ledger.read(|| {
            let base = StoredPlan::read_for(self.book, request.receivables)?;
            let rows = self.rows()?;
            let owed = request.receivables;
            let stacked = self.stacked(&base.plan, &rows, &request.scenarios, owed)?;
            let mut plans = Vec::with_capacity(names.len());
            for name in names {
                let plan = match normalize(name) == BASE_SCENARIO {
                    true => stacked.clone(),
                    false => self.stacked(&stacked, &rows, &[(*name).to_owned()], owed)?,
                };
                plans.push(((*name).to_owned(), plan));
            }
            Schedules { book: self.book }.project_plans(request, &base, plans)
        })
    }

    /// Projects several scenarios and compares them with the first; see [`Scenarios::project`].
    ///
    /// # Errors
    /// As [`Scenarios::project`], and [`ErrorKind::InvalidSetting`] for fewer than two.
    pub fn compare(&self, request: &ProjectRequest, names: &[&str]) -> Result<Comparison> {
        let projections = self.project(request, names)?;
        let named: Vec<(&str, &Projection)> =
            projections.iter().map(|(name, projection)| (name.as_str(), projection)).collect();
        compare(&named)
    }

    /// Makes the adjustments of a scenario in the plan itself, as one unit with one audit event.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for one that is applied already, has no adjustment or adjusts
    /// receivables or payables, which are no rows of the plan, and as [`Scenario::apply`]; nothing is written then.
    pub fn apply(&self, name: &str) -> Result<AppliedReport> {
        self.apply_scenario(name, false)
    }

    /// As [`Scenarios::apply`] without the adjustments of receivables and payables, which [`AppliedReport::left_out`]
    /// names.
    ///
    /// # Errors
    /// As [`Scenarios::apply`], and [`ErrorKind::NotAllowed`] where no other adjustment is left.
    pub fn apply_rows(&self, name: &str) -> Result<AppliedReport> {
        self.apply_scenario(name, true)
    }

    /// Takes back what applying a scenario wrote, so that everything is as it was.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for one that is not applied, or where a row that it wrote was
    /// changed since; nothing is written then.
    pub fn undo(&self, name: &str) -> Result<AppliedReport> {
        self.undo_scenario(name)
    }

    /// A plan with the adjustments of scenarios made in it, one scenario after another; those of receivables and payables
    /// only where the plan has these.
    pub(super) fn stacked(
        &self,
        plan: &Plan,
        rows: &[ScenarioRow],
        names: &[String],
        receivables: bool,
    ) -> Result<Plan> {
        let mut stacked = plan.clone();
        for name in names.iter().filter(|name| normalize(name) != BASE_SCENARIO) {
            let stored = scenario_of(find(rows, name)?)?;
            if stored.applied_at.is_some() {
                let reason = "it is applied, so that the plan itself has it already (take it back with undo)";
                return Err(not_allowed(&stored.scenario.name, "projected", reason.to_owned()));
            }
            let left_out = match receivables {
                true => Vec::new(),
                false => self.owed(&stored.scenario, &stacked)?,
            };
            stacked = self.made(&stored.scenario, &stacked, &left_out)?;
        }
        Ok(stacked)
    }

    pub(super) fn rows(&self) -> Result<Vec<ScenarioRow>> {
        call!(self.book.db(), "reading scenarios", scenario::all(self.book.id()))
    }

    fn row(&self, name: &str) -> Result<ScenarioRow> {
        find(&self.rows()?, name).cloned()
    }

    /// Writes a scenario with its audit event; the head has to be locked.
    fn put(&self, action: &str, before: Option<&ScenarioRow>, row: &ScenarioRow) -> Result<()> {
        call!(self.book.db(), "changing a scenario", scenario::put(row))?;
        let before = before.map(audited_scenario);
        let subject = scenario_subject(row.scenario_id);
        self.book.record_event(action, &subject, before, Some(audited_scenario(row)))
    }

    fn change_adjustments(
        &self,
        action: &str,
        name: &str,
        edit: impl FnOnce(&mut Scenario) -> Result<()>,
    ) -> Result<StoredScenario> {
        let before = self.row(name)?;
        let mut stored = scenario_of(&before)?;
        if stored.applied_at.is_some() {
            let reason = "it is applied (take it back with undo first)".to_owned();
            return Err(not_allowed(&stored.scenario.name, "adjusted", reason));
        }
        edit(&mut stored.scenario)?;
        let adjustments = json!(stored.scenario.adjustments).to_string();
        self.put(action, Some(&before), &ScenarioRow { adjustments, ..before.clone() })?;
        Ok(stored)
    }
}

fn find<'r>(rows: &'r [ScenarioRow], name: &str) -> Result<&'r ScenarioRow> {
    let key = normalize(name);
    if let Some(row) = rows.iter().find(|row| row.normalized_name == key) {
        return Ok(row);
    }
    let suggestions = near_names(rows.iter().map(|row| row.name.as_str()), &key);
    Err(ErrorKind::NotFound { what: "scenario", name: name.to_owned(), suggestions }.into())
}

fn not_allowed(name: &str, verb: &'static str, reason: String) -> Error {
    ErrorKind::NotAllowed { what: "scenario", name: name.to_owned(), verb, reason }.into()
}

/// The scenario that a row holds.
pub(super) fn scenario_of(row: &ScenarioRow) -> Result<StoredScenario> {
    let adjustments = serde_json::from_str(&row.adjustments).map_err(|error| {
        Error::from(ErrorKind::Corrupt { what: format!("scenarios {}: {error}", row.scenario_id) })
    })?;
    Ok(StoredScenario {
        id: row.scenario_id,
        scenario: Scenario { name: row.name.clone(), adjustments },
        applied_at: row.applied_at.map(instant),
    })
}

/// What audit events call a scenario.
pub(super) fn scenario_subject(id: i32) -> String {
    format!("scenario {id}")
}

/// A scenario in the words of the audit log; of the rows before and after it, which may be long, the hash.
pub(super) fn audited_scenario(row: &ScenarioRow) -> Value {
    let applied_at = row.applied_at.map(|at| instant(at).to_rfc3339_opts(SecondsFormat::Micros, true));
    json!({
        "name": row.name,
        "adjustments": json_or_text(&row.adjustments),
        "applied_at": applied_at,
        "undo": row.undo.as_deref().map(sha256),
    })
}

/// The SHA-256 of a text in hexadecimal digits.
pub(super) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
