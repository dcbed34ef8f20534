//! One thing about a recurrence changed, and the rest kept: its days, its start, its end, what short months mean.

use chrono::NaiveDate;

use super::describe::days_with_month_end;
use super::friendly::{first_day, with_days, with_month_end};
use super::rule::{End, Rule, month_lengths};
use super::{Recurrence, refused};
use crate::Result;
use crate::schedule::MonthEnd;

/// What changes about a recurrence; what is left open stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecurrenceChange {
    /// Other days within the same period: `3`, `15 and last`, `friday`.
    pub on: Option<String>,
    /// What its 29th, 30th or 31st mean in shorter months.
    pub month_end: Option<MonthEnd>,
    /// Another start; it moves on to the first day that fits.
    pub starts_on: Option<NaiveDate>,
    /// Another last day, in place of any end that there is.
    pub until: Option<NaiveDate>,
    /// Another count, in place of any end that there is.
    pub count: Option<u32>,
}

impl Recurrence {
    /// The recurrence with one thing or several changed.
    ///
    /// Other days keep the period, from where it counts, and the end; another start keeps the days. Single days that were added or left out stay,
    /// but for those before another start.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use ledger_core::schedule::{Recurrence, RecurrenceChange, RecurrenceOptions};
    ///
    /// let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    /// let quarterly = Recurrence::parse("quarter on the 1st", start, &RecurrenceOptions::default())?;
    /// let change = RecurrenceChange { on: Some("3".to_owned()), ..RecurrenceChange::default() };
    /// assert_eq!(quarterly.changed(&change)?.to_string(), "every 3 months on the 3rd");
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::InvalidRecurrence`] for a recurrence without a rule, for days that do not go with the period,
    /// and as [`Recurrence::parse`].
    pub fn changed(&self, change: &RecurrenceChange) -> Result<Recurrence> {
        let made = self.changed_parts(change).and_then(Recurrence::build);
        made.map_err(|reason| refused(&self.to_string(), reason))
    }

    fn changed_parts(&self, change: &RecurrenceChange) -> Result<super::Unproven, String> {
        let mut parts = self.unproven();
        let Some(mut rule) = parts.rule else {
            return Err("it has no rule of which a part could change; give other days as a whole (--every, --rrule or --once)"
                .to_owned());
        };
        if let Some(start) = change.starts_on {
            parts.starts_on = start;
            parts.listed.retain(|day| *day >= start);
            parts.left_out.retain(|day| *day >= start);
        }
        match (&change.on, change.month_end) {
            (Some(on), month_end) => {
                rule = with_days(&rule, on, parts.starts_on, month_end.unwrap_or_default())?;
            }
            (None, Some(month_end)) => change_month_end(&mut rule, month_end)?,
            (None, None) => {}
        }
        match (change.until, change.count) {
            (Some(_), Some(_)) => return Err("it says when it ends twice".to_owned()),
            (Some(until), None) => rule.end = End::Until(until),
            (None, Some(count)) => rule.end = End::Count(count),
            (None, None) => {}
        }
        // Without another start, periods count on from the one that there is, though it may be none of the days any more.
        if change.starts_on.is_some() {
            parts.starts_on = first_day(&rule, parts.starts_on);
        }
        parts.rule = Some(rule);
        Ok(parts)
    }
}

/// Gives the days of a rule that some months do not have another meaning there.
fn change_month_end(rule: &mut Rule, month_end: MonthEnd) -> Result<(), String> {
    let (shortest, _) = month_lengths(&rule.months);
    let days = match rule.positions.is_empty() {
        true => Some(rule.month_days.clone()),
        false => days_with_month_end(rule),
    };
    let days = days.filter(|days| rule.weekdays.is_empty() && days.iter().any(|day| *day > shortest));
    let Some(days) = days else {
        return Err("its days are such as every month has; the 29th, 30th or 31st is said with --on beside --month-end"
            .to_owned());
    };
    (rule.month_days, rule.positions) = with_month_end(&days, &rule.months, month_end)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::RecurrenceOptions;

    fn parse(words: &str) -> Recurrence {
        Recurrence::parse(words, "2026-01-02".parse().unwrap(), &RecurrenceOptions::default()).unwrap()
    }

    fn on(days: &str) -> RecurrenceChange {
        RecurrenceChange { on: Some(days.to_owned()), ..RecurrenceChange::default() }
    }

    #[test]
    fn other_days_keep_the_period_the_end_and_single_days() {
        for (words, days, said) in [
            ("month on 1", "15 and last", "every month on the 15th and the last day"),
            ("2 weeks on friday until 2028", "monday", "every 2 weeks on Monday until 2028-12-31"),
            ("quarter on the 1st, 5 times", "last friday", "every 3 months on the last Friday, 5 times"),
            ("year on 24 december", "6 january", "every year on 6 January"),
            (
                "1st also on 2026-02-03 except 2026-03-01",
                "2",
                "every month on the 2nd, also on 2026-02-03, except on 2026-03-01",
            ),
        ] {
            assert_eq!(parse(words).changed(&on(days)).unwrap().to_string(), said, "{words}");
        }
        // The second quarter stays the one that counts; its first day lies before the start.
        let quarterly =
            Recurrence::parse("quarter on 15", "2026-04-15".parse().unwrap(), &RecurrenceOptions::default());
        let made = quarterly.unwrap().changed(&on("3")).unwrap();
        assert_eq!(made.next_on_or_after("2026-01-01".parse().unwrap()), "2026-07-03".parse().ok());
        for (words, days, reason) in [
            ("friday", "15", "a week has no such day; write month in place of week"),
            ("day", "friday", "a period of days has no days to name"),
            ("year on 24 december", "3", "it does not say in which month"),
            ("month on 1", "every week", "names no days"),
            ("once", "3", "it has no rule of which a part could change"),
            ("FREQ=MONTHLY;BYMONTH=3;BYMONTHDAY=1", "3", "its rule names months beside its days"),
        ] {
            let error = parse(words).changed(&on(days)).unwrap_err().to_string();
            assert!(error.contains(reason), "{words}: {error}");
        }
    }

    #[test]
    fn another_start_keeps_the_days_and_is_the_first_that_fits() {
        let start = |words: &str, day: &str| {
            let change =
                RecurrenceChange { starts_on: Some(day.parse().unwrap()), ..RecurrenceChange::default() };
            parse(words).changed(&change).map(|made| (made.to_string(), made.starts_on().to_string()))
        };
        let told = |words: &str, day: &str| (words.to_owned(), day.to_owned());
        assert_eq!(
            start("month on 15", "2026-03-16").unwrap(),
            told("every month on the 15th", "2026-04-15")
        );
        assert_eq!(
            start("2 weeks on friday", "2026-01-09").unwrap(),
            told("every 2 weeks on Friday", "2026-01-09")
        );
        assert_eq!(
            start("month on 15", "2025-12-16").unwrap(),
            told("every month on the 15th", "2026-01-15")
        );
        assert!(
            start("month on 15 until 2026", "2027-01-01")
                .unwrap_err()
                .to_string()
                .contains("ends on 2026-12-31")
        );
    }

    #[test]
    fn what_short_months_mean_changes_where_a_day_is_not_in_all_of_them() {
        let change = |words: &str, month_end| {
            let change = RecurrenceChange { month_end: Some(month_end), ..RecurrenceChange::default() };
            parse(words).changed(&change).map(|made| made.to_string())
        };
        let (skip, last) = (MonthEnd::Skip, MonthEnd::LastDay);
        assert_eq!(change("month on 30", skip).unwrap(), "every month on the 30th where there is one");
        assert_eq!(
            change("month on 30 where there is one", last).unwrap(),
            "every month on the 30th, or the last day of shorter months"
        );
        assert_eq!(change("month on 31 where there is one", last).unwrap(), "every month on the last day");
        for words in ["month on 1", "last day", "last friday", "week"] {
            assert!(change(words, skip).unwrap_err().to_string().contains("every month has"), "{words}");
        }
    }
}
