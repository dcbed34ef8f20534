//! Rows of schedules, their occurrences, scenarios and forecasts.

use diesel::prelude::{Insertable, Queryable};
use serde::{Deserialize, Serialize};

use super::schema;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::schedules, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScheduleRow {
    #[serde(skip)]
    pub book_id: i64,
    pub schedule_id: i32,
    pub name: String,
    pub normalized_name: String,
    pub state: String,
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::occurrence_changes, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct OccurrenceChangeRow {
    #[serde(skip)]
    pub book_id: i64,
    pub schedule_id: i32,
    #[serde(with = "super::archive::as_day")]
    pub original_on: i32,
    pub kind: String,
    pub body: Option<String>,
    pub entry_number: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::scenarios, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScenarioRow {
    #[serde(skip)]
    pub book_id: i64,
    pub scenario_id: i32,
    pub name: String,
    pub normalized_name: String,
    pub adjustments: String,
    #[serde(with = "super::archive::as_optional_instant")]
    pub applied_at: Option<i64>,
    pub undo: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::forecasts, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForecastRow {
    #[serde(skip)]
    pub book_id: i64,
    pub normalized_name: String,
    pub name: String,
    #[serde(with = "super::archive::as_day")]
    pub as_of: i32,
    #[serde(with = "super::archive::as_day")]
    pub ends_on: i32,
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::recurring_decisions, treat_none_as_default_value = false)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecurringDecisionRow {
    #[serde(skip)]
    pub book_id: i64,
    pub key: String,
    pub state: String,
    #[serde(with = "super::archive::as_optional_day")]
    pub until: Option<i32>,
    pub schedule_id: Option<i32>,
}
