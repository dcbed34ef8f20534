//! Scenarios and forecasts.

use diesel::dsl::max;
use diesel::prelude::*;

use super::super::Conn;
use crate::store::schedule_rows::{ForecastRow, ScenarioRow};
use crate::store::schema::{forecasts, scenarios};

/// All scenarios of a book, by number.
pub(crate) fn all(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<ScenarioRow>> {
    scenarios::table.filter(scenarios::book_id.eq(book_id)).order(scenarios::scenario_id).load(conn)
}

/// The highest number that a scenario of the book has.
pub(crate) fn last_id(conn: &mut Conn, book_id: i64) -> QueryResult<i32> {
    let last: Option<i32> = scenarios::table
        .filter(scenarios::book_id.eq(book_id))
        .select(max(scenarios::scenario_id))
        .get_result(conn)?;
    Ok(last.unwrap_or(0))
}

/// Writes a scenario, in place of the one with its number.
pub(crate) fn put(conn: &mut Conn, row: &ScenarioRow) -> QueryResult<()> {
    delete(conn, row.book_id, row.scenario_id)?;
    diesel::insert_into(scenarios::table).values(row).execute(conn).map(|_| ())
}

/// Deletes a scenario.
pub(crate) fn delete(conn: &mut Conn, book_id: i64, scenario_id: i32) -> QueryResult<()> {
    diesel::delete(scenarios::table.find((book_id, scenario_id))).execute(conn).map(|_| ())
}

/// Names of all forecasts of a book with their first and last day, by name.
pub(crate) fn forecasts(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<(String, i32, i32)>> {
    forecasts::table
        .filter(forecasts::book_id.eq(book_id))
        .order(forecasts::normalized_name)
        .select((forecasts::name, forecasts::as_of, forecasts::ends_on))
        .load(conn)
}

/// All forecasts of a book, whole, by name.
pub(crate) fn every_forecast(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<ForecastRow>> {
    forecasts::table.filter(forecasts::book_id.eq(book_id)).order(forecasts::normalized_name).load(conn)
}

/// The forecast with this normalised name.
pub(crate) fn forecast(conn: &mut Conn, book_id: i64, name: &str) -> QueryResult<Option<ForecastRow>> {
    forecasts::table.find((book_id, name)).get_result(conn).optional()
}

/// Adds a forecast.
pub(crate) fn insert_forecast(conn: &mut Conn, row: &ForecastRow) -> QueryResult<()> {
    diesel::insert_into(forecasts::table).values(row).execute(conn).map(|_| ())
}

/// Deletes a forecast.
pub(crate) fn delete_forecast(conn: &mut Conn, book_id: i64, name: &str) -> QueryResult<()> {
    diesel::delete(forecasts::table.find((book_id, name))).execute(conn).map(|_| ())
}
