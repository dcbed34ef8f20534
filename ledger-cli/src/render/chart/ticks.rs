//! Round places for the marks of axes.

use chrono::{Datelike, Days, Months, NaiveDate};

/// The most marks that a day axis has.
const DAY_TICKS_MAX: usize = 14;

/// The smallest of 1, 2, 5, 10, 20, 50 … of which at most `count` make up `span`.
pub(super) fn money_step(span: i128, count: i128) -> i128 {
    let mut decade = 1;
    loop {
        for factor in [1, 2, 5] {
            if decade * factor * count >= span {
                return decade * factor;
            }
        }
        decade *= 10;
    }
}

/// The multiples of `step` from `low` through `high`, of which both are multiples.
pub(super) fn multiples(low: i128, high: i128, step: i128) -> Vec<i128> {
    std::iter::successors(Some(low), |at| Some(at + step)).take_while(|at| *at <= high).collect()
}

/// Days to mark from one day through another, each with its label: every week, or first days of months or years.
pub(super) fn days(from: NaiveDate, to: NaiveDate) -> Vec<(NaiveDate, String)> {
    if (to - from).num_days() <= 70 {
        let monday = from.checked_add_days(Days::new((7 - from.weekday().num_days_from_monday()).into()));
        let weeks = std::iter::successors(monday, |day| day.checked_add_days(Days::new(7)));
        return weeks.take_while(|day| *day <= to).map(|day| (day, label(day, false))).collect();
    }
    let firsts = |months: u32| {
        let begin =
            from.with_day(1).filter(|_| months == 1).or_else(|| NaiveDate::from_ymd_opt(from.year(), 1, 1));
        let all = std::iter::successors(begin, move |day| day.checked_add_months(Months::new(months)));
        all.skip_while(move |day| *day < from).take_while(move |day| *day <= to)
    };
    let steps = [1, 3, 12, 60, 120, 1200, 12_000, 120_000];
    let step = steps.into_iter().find(|step| firsts(*step).take(DAY_TICKS_MAX + 1).count() <= DAY_TICKS_MAX);
    let step = step.unwrap_or(120_000);
    firsts(step).map(|day| (day, label(day, step >= 12))).collect()
}

/// `1 Jun` within a month, `Jun` for its first day, `2027` for a year's.
fn label(day: NaiveDate, by_year: bool) -> String {
    match (day.day(), day.month()) {
        (1, 1) => day.format("%Y").to_string(),
        (1, _) if !by_year => day.format("%b").to_string(),
        _ => day.format("%-d %b").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: &str, to: &str) -> String {
        let days = days(from.parse().unwrap(), to.parse().unwrap());
        days.into_iter().map(|(_, label)| label).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn days_are_marked_by_week_month_quarter_or_year() {
        assert_eq!(labels("2026-03-31", "2026-04-30"), "6 Apr 13 Apr 20 Apr 27 Apr");
        assert_eq!(labels("2026-03-31", "2027-03-31"), "Apr May Jun Jul Aug Sep Oct Nov Dec 2027 Feb Mar");
        assert_eq!(labels("2026-03-31", "2028-03-31"), "Apr Jul Oct 2027 Apr Jul Oct 2028");
        assert_eq!(labels("2026-03-31", "2031-01-01"), "2027 2028 2029 2030 2031");
        assert_eq!(labels("2026-03-31", "2026-03-31"), "");
        assert!(days(NaiveDate::MIN, NaiveDate::MAX).len() <= 500);
    }

    #[test]
    fn steps_of_money_are_round() {
        assert_eq!(money_step(0, 6), 1);
        assert_eq!(money_step(1_000, 6), 200);
        assert_eq!(money_step(95_000, 6), 20_000);
        assert_eq!(money_step(i128::from(u64::MAX), 6), 5_000_000_000_000_000_000);
        assert_eq!(multiples(-20, 20, 10), [-20, -10, 0, 10, 20]);
    }
}
