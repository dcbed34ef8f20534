//! A day or an instant of RFC 5545 text, and the day that it is in the zone of the start.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;

/// The zone in which a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Zone {
    /// A date, or a time of day that is the same everywhere.
    Floating,
    Utc,
    /// The name of TZID, which may be one that only the sender knows.
    Named(String),
}

/// A date, with the time of day and zone where it has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct When {
    pub date: NaiveDate,
    pub time: Option<NaiveTime>,
    pub zone: Zone,
}

impl When {
    /// A day without a time.
    pub fn day(date: NaiveDate) -> When {
        When { date, time: None, zone: Zone::Floating }
    }

    /// Reads `20260501`, `20260501T090000` or `20260501T090000Z`; `zone` is the value's TZID.
    ///
    /// # Errors
    ///
    /// A clause that quotes what is no date.
    pub fn read(text: &str, zone: Option<&str>) -> Result<When, String> {
        let refused = || format!("\"{text}\" is not a date; write 20260501 or 20260501T090000Z");
        let text_upper = text.to_ascii_uppercase();
        let (date, time) = match text_upper.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text_upper.as_str(), None),
        };
        let digits = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
        let parsed = NaiveDate::parse_from_str(date, "%Y%m%d").ok().filter(|_| digits);
        if digits && parsed.is_none() {
            return Err(format!("there is no day {}-{}-{}", &date[..4], &date[4..6], &date[6..]));
        }
        let date = parsed.ok_or_else(refused)?;
        let Some(time) = time else { return Ok(When::day(date)) };
        let (time, utc) = time.strip_suffix('Z').map_or((time, false), |time| (time, true));
        let digits = time.len() == 6 && time.bytes().all(|byte| byte.is_ascii_digit());
        let time = NaiveTime::parse_from_str(time, "%H%M%S").ok().filter(|_| digits).ok_or_else(refused)?;
        let zone = match zone {
            _ if utc => Zone::Utc,
            Some(name) => Zone::Named(name.to_owned()),
            None => Zone::Floating,
        };
        Ok(When { date, time: Some(time), zone })
    }

    /// The same as a date and time in the zone of `home`; as it is written where either of them has none.
    ///
    /// # Errors
    ///
    /// A clause that names a zone that is not known and would have to be.
    pub fn in_zone_of(&self, home: &When) -> Result<NaiveDateTime, String> {
        let written = self.date.and_time(self.time.unwrap_or_default());
        if self.time.is_none()
            || self.zone == home.zone
            || [&self.zone, &home.zone].contains(&&Zone::Floating)
        {
            return Ok(written);
        }
        let from = known(&self.zone)?;
        let to = known(&home.zone)?;
        // A time that clocks skip is read as if they had not been changed yet.
        let offset = from.offset_from_local_datetime(&written).earliest();
        let offset = offset.unwrap_or_else(|| from.offset_from_utc_datetime(&written));
        let instant = written.checked_sub_offset(chrono::Offset::fix(&offset));
        let instant = instant.ok_or_else(|| format!("{written} is outside the calendar"))?;
        Ok(to.from_utc_datetime(&instant).naive_local())
    }
}

/// Whether the IANA database has a zone of this name.
pub(super) fn is_known(zone: &str) -> bool {
    zone.parse::<Tz>().is_ok()
}

fn known(zone: &Zone) -> Result<Tz, String> {
    match zone {
        Zone::Named(name) => name.parse().map_err(|_| {
            format!(
                "the time zone \"{name}\" is not known, and a day depends on it; write dates without times"
            )
        }),
        Zone::Floating | Zone::Utc => Ok(Tz::UTC),
    }
}
