//! What becomes of a scheduled day that falls on a Saturday or Sunday.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::{Error, ErrorKind, Result};

/// Where a day on a weekend goes; public holidays are not known and never move a day.
///
/// ```
/// use chrono::NaiveDate;
/// use ledger_core::schedule::WeekendRule;
///
/// let sunday = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
/// let before: WeekendRule = "before".parse()?;
/// assert_eq!(before.apply(sunday).to_string(), "2026-02-27");
/// assert_eq!(WeekendRule::After.apply(sunday).to_string(), "2026-03-02");
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum WeekendRule {
    /// The day stays, as standing orders between own accounts often do.
    #[default]
    AsIs,
    /// The Friday before.
    Before,
    /// The Monday after.
    After,
    /// Saturday goes to the Friday before, Sunday to the Monday after.
    Nearest,
}

impl WeekendRule {
    /// All rules, in the order in which they are offered.
    pub const ALL: [WeekendRule; 4] =
        [WeekendRule::AsIs, WeekendRule::Before, WeekendRule::After, WeekendRule::Nearest];

    /// The day on which money moves that is scheduled for `day`.
    pub fn apply(self, day: NaiveDate) -> NaiveDate {
        let (back, forward) = match day.weekday() {
            Weekday::Sat => (1, 2),
            Weekday::Sun => (2, 1),
            _ => return day,
        };
        let moved = match self {
            WeekendRule::AsIs => return day,
            WeekendRule::Before => day.checked_sub_days(Days::new(back)),
            WeekendRule::After => day.checked_add_days(Days::new(forward)),
            WeekendRule::Nearest if back < forward => day.checked_sub_days(Days::new(back)),
            WeekendRule::Nearest => day.checked_add_days(Days::new(forward)),
        };
        moved.unwrap_or(day)
    }

    /// The rule's name, as [`FromStr`] reads it.
    pub fn name(self) -> &'static str {
        match self {
            WeekendRule::AsIs => "as-is",
            WeekendRule::Before => "before",
            WeekendRule::After => "after",
            WeekendRule::Nearest => "nearest",
        }
    }
}

impl fmt::Display for WeekendRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for WeekendRule {
    type Err = Error;

    fn from_str(text: &str) -> Result<WeekendRule> {
        let wanted = text.trim().to_lowercase();
        let found = WeekendRule::ALL.into_iter().find(|rule| rule.name() == wanted);
        found.ok_or_else(|| {
            let reason = "it is as-is, before, after or nearest".to_owned();
            ErrorKind::InvalidSetting { what: "weekend rule", value: text.to_owned(), reason }.into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_on_a_weekend_move_and_never_past_the_next_working_day() {
        let friday = NaiveDate::from_ymd_opt(2026, 7, 31).unwrap();
        let moved = |rule: WeekendRule| {
            let days = (0..4).map(|ahead| friday + Days::new(ahead));
            days.map(|day| (rule.apply(day) - friday).num_days()).collect::<Vec<_>>()
        };
        assert_eq!(moved(WeekendRule::AsIs), [0, 1, 2, 3]);
        assert_eq!(moved(WeekendRule::Before), [0, 0, 0, 3]);
        assert_eq!(moved(WeekendRule::After), [0, 3, 3, 3]);
        assert_eq!(moved(WeekendRule::Nearest), [0, 0, 3, 3]);
    }

    #[test]
    fn names_read_back_and_others_are_refused() {
        for rule in WeekendRule::ALL {
            assert_eq!(rule.to_string().parse::<WeekendRule>().unwrap(), rule);
        }
        let error = "bevore".parse::<WeekendRule>().unwrap_err().to_string();
        assert_eq!(error, "weekend rule \"bevore\" is refused: it is as-is, before, after or nearest");
    }
}
