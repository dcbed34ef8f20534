//! The date patterns that are tried where none is told, and which of them a text fits.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

use super::date::DateFormat;

/// The patterns that are tried.
///
/// With dots the day comes first unless that is impossible (`03.25.2026`): no locale of the Unicode CLDR writes
/// the month first with dots. With slashes or dashes both orders are common, and only the rows can tell.
const KNOWN: [&str; 31] = [
    "YYYY-MM-DD",
    "YYYY/MM/DD",
    "YYYY.MM.DD",
    "YYYYMMDD",
    "DD.MM.YYYY",
    "DD.MM.YY",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "DD/MM/YY",
    "MM/DD/YY",
    "DD-MM-YYYY",
    "MM-DD-YYYY",
    "DD-MM-YY",
    "MM-DD-YY",
    "YY-MM-DD",
    "DD MMM YYYY",
    "DD MMM YY",
    "DD-MMM-YYYY",
    "DD-MMM-YY",
    "MMM DD, YYYY",
    "MM.DD.YYYY",
    "MM.DD.YY",
    "DD. MMM YYYY",
    "MMM DD YYYY",
    "DD/MMM/YYYY",
    "YYYY-MMM-DD",
    "DDMMYYYY",
    "MMDDYYYY",
    "DD/MM'YY",
    "MM/DD'YY",
    "YYYY年MM月DD日",
];
const MONTH_FIRST_WITH_DOTS: u32 = 1 << 20 | 1 << 21;
const DAY_FIRST_WITH_DOTS: u32 = 1 << 4 | 1 << 5;

/// The known patterns, and what the dates of a column say about them.
pub(super) struct DatePatterns(Vec<DateFormat>);

impl DatePatterns {
    /// The patterns, parsed once.
    pub fn shared() -> &'static DatePatterns {
        static SHARED: LazyLock<DatePatterns> = LazyLock::new(DatePatterns::new);
        &SHARED
    }

    fn new() -> DatePatterns {
        // The constants parse; a pattern that did not would be left out, and a test counts them.
        DatePatterns(KNOWN.iter().filter_map(|pattern| pattern.parse().ok()).collect())
    }

    /// The patterns that `text` fits, as a set of bits.
    pub fn fitting(&self, text: &str) -> u32 {
        self.fitting_among(u32::MAX, text)
    }

    /// Those of the patterns in `set` that `text` fits.
    pub fn fitting_among(&self, set: u32, text: &str) -> u32 {
        let plausible = text.len() >= 6
            && text.len() <= 64
            && text.starts_with(|c: char| c.is_alphanumeric())
            && text.contains(|c: char| c.is_ascii_digit());
        if !plausible {
            return 0;
        }
        let tried = self.0.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1);
        tried.map(|(bit, format)| u32::from(plausible_date(format, text).is_some()) << bit).sum()
    }

    /// The patterns of a set, without those that only the rows of another set would need.
    pub fn of(&self, set: u32) -> Vec<&DateFormat> {
        let set = if set & DAY_FIRST_WITH_DOTS != 0 { set & !MONTH_FIRST_WITH_DOTS } else { set };
        self.0.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, format)| format).collect()
    }
}

/// The date that a pattern reads. No bank statement is older than 1900; eight digits with such a year are some other
/// number.
fn plausible_date(format: &DateFormat, text: &str) -> Option<NaiveDate> {
    format.read(text).filter(|date| (1900..2200).contains(&date.year()))
}

/// Whether a text has the shape of a date, readable or not: groups of digits with marks between them.
pub(super) fn looks_like_date(text: &str) -> bool {
    let digits =
        |group: &str| !group.is_empty() && group.len() <= 4 && group.bytes().all(|b| b.is_ascii_digit());
    text.len() <= 14 && text.split(['.', '/', '-']).count() == 3 && text.split(['.', '/', '-']).all(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitting(text: &str) -> Vec<String> {
        let patterns = DatePatterns::new();
        patterns.of(patterns.fitting(text)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_known_pattern_parses() {
        assert_eq!(DatePatterns::new().0.len(), KNOWN.len());
    }

    #[test]
    fn a_date_fits_each_pattern_that_reads_it_and_no_other() {
        assert_eq!(fitting("2026-03-02"), ["YYYY-MM-DD"]);
        assert_eq!(fitting("2026-03-02T10:00:00Z"), ["YYYY-MM-DD"]);
        assert_eq!(fitting("20091224120000[0:GMT]"), ["YYYYMMDD"]);
        assert_eq!(fitting("05/03/2026"), ["DD/MM/YYYY", "MM/DD/YYYY"]);
        assert_eq!(fitting("25/03/2026"), ["DD/MM/YYYY"]);
        assert_eq!(fitting("3/25/26"), ["MM/DD/YY"]);
        assert_eq!(fitting("05.03.26"), ["DD.MM.YY"]);
        assert_eq!(fitting("03.25.2026"), ["MM.DD.YYYY"]);
        assert_eq!(fitting("07 Nov 2025"), ["DD MMM YYYY"]);
        assert_eq!(fitting("7-août-25"), ["DD-MMM-YY"]);
        assert_eq!(fitting("März 3, 2025"), ["MMM DD, YYYY"]);
        assert_eq!(fitting("3. März 2025"), ["DD. MMM YYYY"]);
        assert_eq!(fitting("Mon, 3 Mar 2025"), ["DD MMM YYYY"]);
        assert_eq!(fitting("25/3'25"), ["DD/MM'YY"]);
        assert_eq!(fitting("25032026"), ["DDMMYYYY"]);
        assert_eq!(fitting("2026年3月2日"), ["YYYY年MM月DD日"]);
        assert_eq!(fitting("12 października 2025"), ["DD MMM YYYY"]);
    }

    #[test]
    fn what_is_no_date_fits_nothing() {
        for text in [
            "",
            "-",
            "31.02.2026",
            "2026-13-01",
            "1234567890",
            "DE22-01",
            "12:30",
            "05/03/2026 x",
            "0000-01-01",
            "05030126",
        ] {
            assert_eq!(fitting(text), Vec::<String>::new(), "{text}");
        }
    }
}
