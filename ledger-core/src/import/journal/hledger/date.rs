//! Dates of ledger and hledger: year, month and day with one of three separators, the year from a directive.

use chrono::NaiveDate;

use super::super::cursor::{Cursor, Fault};

/// Reads a date such as `2026-03-02`, `2026/3/2`, `2026.03.02` or, with a default year, `3/2`.
pub(super) fn date(cursor: &mut Cursor<'_>, year: Option<i32>) -> Result<NaiveDate, Fault> {
    let start = cursor.at;
    let bytes = cursor.bytes();
    let digits = |range: &[u8]| {
        range
            .iter()
            .try_fold(0_u32, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0')))
    };
    // Nearly every date has this shape.
    if bytes.len() >= 10
        && matches!(bytes[4], b'-' | b'/' | b'.')
        && bytes[4] == bytes[7]
        && !bytes.get(10).is_some_and(u8::is_ascii_digit)
        && let (Some(year), Some(month), Some(day)) =
            (digits(&bytes[..4]), digits(&bytes[5..7]), digits(&bytes[8..10]))
        && let Some(date) = NaiveDate::from_ymd_opt(year as i32, month, day)
    {
        cursor.at += 10;
        return Ok(date);
    }
    let length = bytes
        .iter()
        .position(|byte| !(byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.')))
        .unwrap_or(bytes.len());
    let text = cursor.rest().get(..length).unwrap_or("");
    let wrong = |reason: &str| {
        Fault::new(start, "unreadable-date", format!("\"{}\" {reason}", crate::text::quote(text)))
    };
    let mut parts =
        text.split(['-', '/', '.']).map(|part| part.parse::<u32>().ok().filter(|_| part.len() <= 4));
    let parts = [parts.next(), parts.next(), parts.next(), parts.next()];
    let date = match parts {
        [Some(Some(year)), Some(Some(month)), Some(Some(day)), None] => {
            NaiveDate::from_ymd_opt(year as i32, month, day)
        }
        [Some(Some(month)), Some(Some(day)), None, None] => {
            let year = year
                .ok_or_else(|| wrong("has no year (put `Y 2026` above it, with the year that is meant)"))?;
            NaiveDate::from_ymd_opt(year, month, day)
        }
        _ => None,
    };
    cursor.at += length;
    date.ok_or_else(|| wrong("is not a date of the calendar, written like 2026-03-02"))
}
