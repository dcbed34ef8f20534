//! A rhythm as it would have been before it began: what a row added today stood for all along.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::rule::{End, Frequency, Rule};
use super::{Recurrence, Unproven};

impl Recurrence {
    /// The same rhythm as if it had begun by a day, in whole intervals before its start; its last day stays.
    ///
    /// One that began by then stays as it is, and so do single days, which have no rhythm.
    pub(crate) fn begun_by(&self, day: NaiveDate) -> Recurrence {
        let Some(rule) = self.rule.as_ref().filter(|_| self.starts_on > day) else { return self.clone() };
        let Some(starts_on) = earlier(rule, self.starts_on, day) else { return self.clone() };
        let end = self.rule_ends_on.map_or(End::Never, End::Until);
        let parts = Unproven { starts_on, rule: Some(Rule { end, ..rule.clone() }), ..self.unproven() };
        Recurrence::build(parts).unwrap_or_else(|_| self.clone())
    }
}

/// A start on or before `day` from which the intervals of a rule fall as they do from `start`.
///
/// A rule that was proven says its days itself: of months and years, only which ones matters.
fn earlier(rule: &Rule, start: NaiveDate, day: NaiveDate) -> Option<NaiveDate> {
    let whole = |distance: i64, interval: u32| {
        let interval = i64::from(interval);
        u64::try_from((distance.max(0) + interval - 1) / interval * interval).ok()
    };
    let months = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
    let before = |count: u64| start.with_day(1)?.checked_sub_months(Months::new(u32::try_from(count).ok()?));
    match rule.frequency {
        Frequency::Daily => {
            start.checked_sub_days(Days::new(whole((start - day).num_days(), rule.interval)?))
        }
        Frequency::Weekly => {
            start.checked_sub_days(Days::new(whole((start - day).num_days(), rule.interval.checked_mul(7)?)?))
        }
        Frequency::Monthly => before(whole(months(start) - months(day), rule.interval)?),
        Frequency::Yearly => {
            before(whole(months(start) - months(day), rule.interval.checked_mul(12)?)?)?.with_month(1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn before_it_began(rule: &str, start: &str) -> Vec<String> {
        let recurrence = Recurrence::from_rfc5545(rule, Some(day(start))).unwrap();
        let earlier = recurrence.begun_by(day("2026-01-01"));
        let to = day("2026-12-31");
        let own = recurrence.dates(day(start), to).unwrap();
        let all = earlier.dates(day(start), to).unwrap();
        assert_eq!(all, own, "from its start on, nothing changes: {rule}");
        let before = earlier.dates(day("2026-01-01"), day(start).pred_opt().unwrap()).unwrap();
        before.iter().map(NaiveDate::to_string).collect()
    }

    #[test]
    fn a_rhythm_reaches_back_in_whole_intervals() {
        assert_eq!(before_it_began("FREQ=WEEKLY;INTERVAL=3", "2026-02-20"), ["2026-01-09", "2026-01-30"]);
        assert_eq!(before_it_began("FREQ=DAILY;INTERVAL=20", "2026-02-20"), ["2026-01-11", "2026-01-31"]);
        assert_eq!(before_it_began("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-03-31"), ["2026-01-31", "2026-02-28"]);
        assert_eq!(before_it_began("FREQ=MONTHLY;INTERVAL=2", "2026-05-31"), ["2026-01-31", "2026-03-31"]);
        assert_eq!(
            before_it_began("FREQ=MONTHLY;BYDAY=1FR;COUNT=2", "2026-03-06"),
            ["2026-01-02", "2026-02-06"]
        );
        assert_eq!(before_it_began("FREQ=YEARLY;BYMONTH=1,6;BYMONTHDAY=9", "2026-06-09"), ["2026-01-09"]);
    }

    #[test]
    fn what_has_no_rhythm_or_began_before_stays() {
        let once = Recurrence::once(day("2026-05-01"));
        assert_eq!(once.begun_by(day("2026-01-01")), once);
        let begun = Recurrence::from_rfc5545("FREQ=WEEKLY", Some(day("2025-05-01"))).unwrap();
        assert_eq!(begun.begun_by(day("2026-01-01")), begun);
    }
}
