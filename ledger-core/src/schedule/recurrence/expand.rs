//! The days of the rules that people use, by arithmetic on periods, so that a far day costs as little as a near one.
//!
//! A period (day, week, month, year) is found by its number, its days are bits of a mask, and BYSETPOS picks among them.
//! That these are the days of crate `rrule` is what the tests beside show; rules by week number, by day of the year and by
//! the nth weekday of a year are left to that crate.

use chrono::{Datelike, NaiveDate};

use super::rare;
use super::rule::{Frequency, Rule, month_lengths};

/// The last day that a journal takes: 9999-12-31, counted from 0001-01-01 as day 1.
const LAST_DAY: i32 = 3_652_059;
/// The bits of one weekday in a month that begins with it.
const WEEKS: u32 = 1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28;

/// The days of a rule on or after `from`, ascending through the year 9999; the end of the rule is not looked at.
///
/// `starts_on` is where intervals count from; nothing happens before it.
pub(super) fn days<'a>(
    rule: &'a Rule,
    starts_on: NaiveDate,
    from: NaiveDate,
) -> Box<dyn Iterator<Item = NaiveDate> + 'a> {
    let from = from.max(starts_on);
    if from.num_days_from_ce() > LAST_DAY {
        return Box::new(std::iter::empty());
    }
    if !is_possible(rule) {
        return Box::new(std::iter::empty());
    }
    if rare::is_rare(rule) {
        return rare::days(rule, starts_on, from);
    }
    Box::new(Days::new(rule, starts_on, from))
}

/// Whether the rule's months have one of its days at all, so that the commonest impossible rules need no walk.
fn is_possible(rule: &Rule) -> bool {
    let (_, longest) = month_lengths(&rule.months);
    let day_exists = rule.month_days.is_empty() || rule.month_days.iter().any(|day| day.abs() <= longest);
    // The day of a daily rule is the first and the last of its period.
    let single = rule.frequency == Frequency::Daily && !rule.positions.is_empty();
    day_exists && (!single || rule.positions.iter().any(|position| position.abs() == 1))
}

/// Walks over the periods of a rule from the one that holds `from`.
struct Days<'a> {
    rule: &'a Rule,
    /// The number of the period to look at next: days, weeks' first days, months from year 0, or years.
    period: i32,
    step: i32,
    from: i32,
    /// The days of the period looked at last, latest first.
    waiting: Vec<i32>,
}

impl<'a> Days<'a> {
    fn new(rule: &'a Rule, starts_on: NaiveDate, from: NaiveDate) -> Days<'a> {
        let number = |day: NaiveDate| match rule.frequency {
            Frequency::Daily => day.num_days_from_ce(),
            Frequency::Weekly => day.num_days_from_ce() - day.weekday().days_since(rule.week_start) as i32,
            Frequency::Monthly => month_number(day),
            Frequency::Yearly => day.year(),
        };
        // At most 65,535 times 7: rules are checked.
        let interval = rule.interval as i32;
        let step = if rule.frequency == Frequency::Weekly { interval * 7 } else { interval };
        let first = number(starts_on);
        let passed = (number(from) - first) / step;
        Days { rule, period: first + passed * step, step, from: from.num_days_from_ce(), waiting: Vec::new() }
    }

    /// Puts the next period's days in order; false once the calendar has ended.
    fn fill(&mut self) -> bool {
        let (rule, period) = (self.rule, self.period);
        let inside = match rule.frequency {
            Frequency::Daily | Frequency::Weekly => period <= LAST_DAY,
            Frequency::Monthly => period < 10_000 * 12,
            Frequency::Yearly => period < 10_000,
        };
        if !inside {
            return false;
        }
        self.period += self.step;
        match rule.frequency {
            Frequency::Daily => self.waiting.extend(Some(period).filter(|day| fits_day(rule, *day))),
            Frequency::Weekly => {
                let week = (period..period + 7).rev();
                self.waiting.extend(week.filter(|day| fits_day(rule, *day)));
            }
            Frequency::Monthly => self.fill_month(period),
            Frequency::Yearly => {
                (period * 12..period * 12 + 12).rev().for_each(|month| self.fill_month(month))
            }
        }
        if !rule.positions.is_empty() {
            pick(&mut self.waiting, &rule.positions);
        }
        true
    }

    fn fill_month(&mut self, month: i32) {
        if !self.rule.months.is_empty() && !self.rule.months.contains(&(month % 12 + 1)) {
            return;
        }
        let Some((first, length)) = month_bounds(month) else { return };
        let mut mask = month_mask(self.rule, first, length);
        while mask != 0 {
            let last = 31 - mask.leading_zeros();
            self.waiting.push(first + last as i32);
            mask &= !(1 << last);
        }
    }
}

impl Iterator for Days<'_> {
    type Item = NaiveDate;

    fn next(&mut self) -> Option<NaiveDate> {
        loop {
            while let Some(day) = self.waiting.pop() {
                if day >= self.from {
                    return NaiveDate::from_num_days_from_ce_opt(day).filter(|_| day <= LAST_DAY);
                }
            }
            if !self.fill() {
                return None;
            }
        }
    }
}

/// Whether a day of a daily or weekly rule is one that its lists name.
fn fits_day(rule: &Rule, day: i32) -> bool {
    let weekday = (day - 1).rem_euclid(7);
    let weekday_fits = |nth: &super::rule::NthWeekday| nth.weekday.num_days_from_monday() as i32 == weekday;
    if !rule.weekdays.is_empty() && !rule.weekdays.iter().any(weekday_fits) {
        return false;
    }
    if rule.months.is_empty() && rule.month_days.is_empty() {
        return true;
    }
    let Some(date) = NaiveDate::from_num_days_from_ce_opt(day) else { return false };
    if !rule.months.is_empty() && !rule.months.contains(&(date.month() as i32)) {
        return false;
    }
    let Some((first, length)) = month_bounds(month_number(date)) else { return false };
    rule.month_days.is_empty() || month_days_mask(rule, length) & (1 << (day - first)) != 0
}

/// The days of a month as bits from its first day; days that must fit both lists are in both.
fn month_mask(rule: &Rule, first: i32, length: i32) -> u32 {
    let all = u32::MAX >> (32 - length);
    let mut mask = all;
    if !rule.month_days.is_empty() {
        mask &= month_days_mask(rule, length);
    }
    if !rule.weekdays.is_empty() {
        let first_weekday = (first - 1).rem_euclid(7);
        let bits = rule.weekdays.iter().map(|day| {
            let offset = (day.weekday.num_days_from_monday() as i32 - first_weekday).rem_euclid(7);
            let last = offset + (length - 1 - offset) / 7 * 7;
            match day.nth {
                0 => (WEEKS << offset) & all,
                nth if nth > 0 => bit(offset + 7 * (nth - 1), length),
                nth => bit(last + 7 * (nth + 1), length),
            }
        });
        mask &= bits.fold(0, |bits, more| bits | more);
    }
    mask
}

fn month_days_mask(rule: &Rule, length: i32) -> u32 {
    let index = |day: i32| if day > 0 { day - 1 } else { length + day };
    rule.month_days.iter().fold(0, |bits, day| bits | bit(index(*day), length))
}

/// The bit of a day of the month, or none where the month does not have it.
fn bit(index: i32, length: i32) -> u32 {
    if (0..length).contains(&index) { 1 << index } else { 0 }
}

/// Keeps the days at `positions` of `days`, which run from the latest to the first.
fn pick(days: &mut Vec<i32>, positions: &[i32]) {
    let count = days.len() as i32;
    let mut index = 0;
    days.retain(|_| {
        let (from_end, from_front) = (-1 - index, count - index);
        index += 1;
        positions.contains(&from_front) || positions.contains(&from_end)
    });
}

fn month_number(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month0() as i32
}

/// The first day and the length of a month counted from the year 0.
fn month_bounds(month: i32) -> Option<(i32, i32)> {
    let first = NaiveDate::from_ymd_opt(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1)?;
    Some((first.num_days_from_ce(), i32::from(first.num_days_in_month())))
}
