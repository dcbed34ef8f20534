//! Instants, for the question what was known when.

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use ledger_core::{ErrorKind, Result};

use super::{DateRole, invalid, parse_date_as};

/// Reads an instant: RFC 3339 (`2026-01-15T14:30:00+01:00`), a local time (`2026-01-15 14:30`), or a date in any
/// form of [`super::parse_date`], which means its end in the zone.
///
/// # Errors
/// [`ErrorKind::InvalidDate`] for text that is none of these, and for a local time that the zone's clocks skip
/// or show twice.
pub fn parse_instant(text: &str, today: NaiveDate, zone: Tz) -> Result<DateTime<Utc>> {
    if let Some(instant) = exact(text, today, zone)? {
        return Ok(instant);
    }
    let date = parse_date_as(text, today, DateRole::End)?;
    let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
    // Known-at includes its instant, so the end of a day is the last nanosecond before the next one begins.
    Ok(start_of(next, zone) - TimeDelta::nanoseconds(1))
}

/// Reads an instant from which something counts: as [`parse_instant`], but a date means its beginning.
///
/// # Errors
/// As [`parse_instant`].
pub fn parse_instant_from(text: &str, today: NaiveDate, zone: Tz) -> Result<DateTime<Utc>> {
    match exact(text, today, zone)? {
        Some(instant) => Ok(instant),
        None => Ok(start_of(parse_date_as(text, today, DateRole::Start)?, zone)),
    }
}

/// An instant that is given with a time of day; none for text without one.
fn exact(text: &str, today: NaiveDate, zone: Tz) -> Result<Option<DateTime<Utc>>> {
    let trimmed = text.trim();
    if let Ok(instant) = DateTime::parse_from_rfc3339(&trimmed.replacen(' ', "T", 1)) {
        return Ok(Some(instant.to_utc()));
    }
    if let Some((date, time)) = trimmed.rsplit_once([' ', 'T']).filter(|(_, time)| time.contains(':')) {
        let time = ["%H:%M", "%H:%M:%S", "%H:%M:%S%.f"]
            .iter()
            .find_map(|format| NaiveTime::parse_from_str(time, format).ok())
            .ok_or_else(|| {
                invalid(text, "the time reads as 14:30 or 14:30:05, with Z or +01:00 for a fixed offset")
            })?;
        let date = parse_date_as(date, today, DateRole::End)?;
        return local(date.and_time(time), text, zone).map(Some);
    }
    Ok(None)
}

/// Finds a time zone by its IANA name, in any case.
///
/// # Errors
/// [`ErrorKind::InvalidSetting`] when there is no such zone.
pub fn parse_zone(name: &str) -> Result<Tz> {
    let name = name.trim();
    TZ_VARIANTS.iter().copied().find(|zone| zone.name().eq_ignore_ascii_case(name)).ok_or_else(|| {
        ErrorKind::InvalidSetting {
            what: "time zone",
            value: name.to_owned(),
            reason: "take a name of the IANA list, such as Europe/Berlin or UTC".into(),
        }
        .into()
    })
}

fn local(time: NaiveDateTime, text: &str, zone: Tz) -> Result<DateTime<Utc>> {
    match zone.from_local_datetime(&time) {
        LocalResult::Single(instant) => Ok(instant.to_utc()),
        LocalResult::Ambiguous(first, second) => Err(invalid(
            text,
            format!(
                "the clocks of {zone} show it twice: write {} or {}",
                first.to_rfc3339(),
                second.to_rfc3339()
            ),
        )),
        LocalResult::None => {
            Err(invalid(text, format!("the clocks of {zone} skip it: write an earlier or later time")))
        }
    }
}

/// The first instant of a day. Some zones change their clocks at midnight, and Apia skipped a whole day, so
/// the first quarter of an hour that exists is looked for.
fn start_of(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = date.and_time(NaiveTime::MIN);
    (0..=4 * 25)
        .filter_map(|quarters| midnight.checked_add_signed(TimeDelta::minutes(15 * quarters)))
        .find_map(|time| zone.from_local_datetime(&time).earliest())
        .map_or_else(|| midnight.and_utc(), |instant| instant.to_utc())
}
