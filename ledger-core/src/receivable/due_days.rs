//! On which days regular payments are due.

use chrono::{Datelike, Days, NaiveDate};

use super::{Frequency, InstalmentTerms};

/// Due days at one distance, counted from the first; there are days before it, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DueDays {
    first: NaiveDate,
    frequency: Frequency,
    due_day: u32,
}

impl DueDays {
    pub(super) fn of(terms: &InstalmentTerms) -> DueDays {
        let first = terms.first_due_on;
        DueDays { first, frequency: terms.frequency, due_day: terms.due_day.map_or(first.day(), u32::from) }
    }

    pub(super) fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// The due day with a number, the first being 1; nothing outside the calendar.
    pub(super) fn day(&self, number: i64) -> Option<NaiveDate> {
        let ahead = number.checked_sub(1)?;
        match self.frequency {
            Frequency::Weeks(weeks) => {
                let days = Days::new(ahead.unsigned_abs().checked_mul(u64::from(weeks) * 7)?);
                if ahead < 0 { self.first.checked_sub_days(days) } else { self.first.checked_add_days(days) }
            }
            Frequency::Months(months) => {
                let month = month_of(self.first).checked_add(ahead.checked_mul(i64::from(months))?)?;
                let (year, month) = (i32::try_from(month.div_euclid(12)).ok()?, month.rem_euclid(12) + 1);
                let month = u32::try_from(month).ok()?;
                let on = |day| NaiveDate::from_ymd_opt(year, month, day);
                // A month that is too short for the day has it on its last.
                on(self.due_day).or_else(|| (28..self.due_day).rev().find_map(on))
            }
        }
    }

    /// The number of the last due day on or before a day.
    pub(super) fn last_by(&self, day: NaiveDate) -> i64 {
        let mut number = match self.frequency {
            Frequency::Weeks(weeks) => {
                let days = day.signed_duration_since(self.first).num_days();
                days.div_euclid(i64::from(weeks) * 7) + 1
            }
            Frequency::Months(months) => {
                (month_of(day) - month_of(self.first)).div_euclid(i64::from(months)) + 1
            }
        };
        // Within its month the due day may lie behind the day.
        if self.day(number).is_some_and(|due_on| due_on > day) {
            number -= 1;
        }
        number
    }
}

/// Months since the beginning of year 0.
fn month_of(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receivable::InstalmentKind;

    fn days(first: &str, frequency: Frequency, due_day: Option<u8>, count: i64) -> Vec<String> {
        let kind = InstalmentKind::Annuity { count: 1 };
        let first_due_on = first.parse().unwrap();
        let days = DueDays::of(&InstalmentTerms { kind, frequency, first_due_on, due_day });
        for number in -30..30 {
            let day = days.day(number).unwrap();
            assert_eq!(days.last_by(day), number);
            assert_eq!(days.last_by(day.succ_opt().unwrap()), number);
            assert_eq!(days.last_by(day.pred_opt().unwrap()), number - 1);
        }
        (1..=count).map(|number| days.day(number).unwrap().to_string()).collect()
    }

    #[test]
    fn a_short_month_has_its_last_day_and_later_ones_their_own() {
        assert_eq!(
            days("2026-01-31", Frequency::MONTHLY, None, 4),
            ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
        );
        assert_eq!(
            days("2024-01-30", Frequency::Months(1), None, 3),
            ["2024-01-30", "2024-02-29", "2024-03-30"]
        );
        assert_eq!(days("2026-02-28", Frequency::MONTHLY, None, 2), ["2026-02-28", "2026-03-28"]);
        assert_eq!(days("2026-02-28", Frequency::MONTHLY, Some(31), 2), ["2026-02-28", "2026-03-31"]);
        assert_eq!(days("2026-11-05", Frequency::Months(3), None, 2), ["2026-11-05", "2027-02-05"]);
    }

    #[test]
    fn a_month_s_last_day_does_not_drift_after_a_short_month() {
        let due_on = |lent_on: &str, months: u16| {
            let lent_on: NaiveDate = lent_on.parse().unwrap();
            let terms = InstalmentTerms::after(
                lent_on,
                InstalmentKind::Annuity { count: 4 },
                Frequency::Months(months),
            );
            let days = DueDays::of(&terms.unwrap());
            assert_eq!(days.day(0), Some(lent_on));
            (1..=4).map(|number| days.day(number).unwrap().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(due_on("2024-01-31", 1), ["2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"]);
        assert_eq!(due_on("2024-02-29", 12), ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]);
        assert_eq!(due_on("2024-01-15", 1)[1], "2024-03-15");
    }

    #[test]
    fn weeks_are_counted_in_days() {
        assert_eq!(
            days("2026-02-20", Frequency::Weeks(2), None, 3),
            ["2026-02-20", "2026-03-06", "2026-03-20"]
        );
    }
}
