//! A rule of RFC 5545, section 3.3.10, as data: what it may hold, and its one canonical form.
//!
//! Hours, minutes and seconds are left out: a schedule knows days only.

use chrono::{Datelike, NaiveDate, Weekday};

/// The most days between two occurrences' periods that a rule may say.
pub(super) const INTERVAL_MAX: u32 = 65_535;

/// The period that a rule counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

impl Frequency {
    /// The word of RFC 5545.
    pub fn word(self) -> &'static str {
        match self {
            Frequency::Daily => "DAILY",
            Frequency::Weekly => "WEEKLY",
            Frequency::Monthly => "MONTHLY",
            Frequency::Yearly => "YEARLY",
        }
    }
}

/// When a rule stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Never,
    /// The last day on which it may happen.
    Until(NaiveDate),
    /// After so many days.
    Count(u32),
}

/// A day of the week, or the one that is `nth` in its month or year; 0 means each, -1 the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NthWeekday {
    pub nth: i32,
    pub weekday: Weekday,
}

/// A rule; lists are in canonical order, and empty where the rule does not speak of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub frequency: Frequency,
    /// Every so many periods, from 1.
    pub interval: u32,
    pub end: End,
    pub week_start: Weekday,
    /// 1 to 12.
    pub months: Vec<i32>,
    /// 1 to 31, or from the end with -1 to -31; likewise the next two, to 366 and 53.
    pub month_days: Vec<i32>,
    pub year_days: Vec<i32>,
    pub week_numbers: Vec<i32>,
    pub weekdays: Vec<NthWeekday>,
    /// Which of the days in a period count: BYSETPOS.
    pub positions: Vec<i32>,
}

pub(super) const WORKING_DAYS: [Weekday; 5] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];

impl Rule {
    /// A rule that says how often and nothing else.
    pub fn every(interval: u32, frequency: Frequency) -> Rule {
        Rule {
            frequency,
            interval,
            end: End::Never,
            week_start: Weekday::Mon,
            months: Vec::new(),
            month_days: Vec::new(),
            year_days: Vec::new(),
            week_numbers: Vec::new(),
            weekdays: Vec::new(),
            positions: Vec::new(),
        }
    }

    /// The same rule in its one form: what RFC 5545 takes from the start is said, lists are in order, and a week's
    /// start is Monday where it makes no difference.
    ///
    /// # Errors
    ///
    /// A clause that says what RFC 5545 does not allow together.
    pub fn canonical(mut self, starts_on: NaiveDate) -> Result<Rule, String> {
        self.check()?;
        self.take_from_start(starts_on);
        for list in [
            &mut self.months,
            &mut self.month_days,
            &mut self.year_days,
            &mut self.week_numbers,
            &mut self.positions,
        ] {
            list.sort_unstable_by_key(|value| from_front(*value));
            list.dedup();
        }
        self.weekdays.sort_unstable_by_key(|day| (from_front(day.nth), day.weekday.num_days_from_monday()));
        self.weekdays.dedup();
        let any_last_day = self.month_days == [28, 29, 30, 31] && self.weekdays.is_empty();
        if any_last_day && self.frequency == Frequency::Monthly && self.positions == [-1] {
            self.month_days = vec![-1];
            self.positions.clear();
        }
        if !self.week_start_matters(starts_on) {
            self.week_start = Weekday::Mon;
        }
        Ok(self)
    }

    /// Whether the weekdays are Monday to Friday, each of them.
    pub fn is_on_working_days(&self) -> bool {
        let each = WORKING_DAYS.map(|weekday| NthWeekday { nth: 0, weekday });
        self.weekdays == each
    }

    fn check(&self) -> Result<(), String> {
        let frequency = self.frequency;
        let refused = |part: &str| Err(format!("{part} and FREQ={} do not go together", frequency.word()));
        if self.interval == 0 {
            return Err("an interval of 0 never moves on; the smallest is 1".to_owned());
        }
        if self.interval > INTERVAL_MAX {
            return Err(format!(
                "an interval of {} is too long; the longest is {INTERVAL_MAX}",
                self.interval
            ));
        }
        if self.end == End::Count(0) {
            return Err("it would happen 0 times; leave the count out for no end".to_owned());
        }
        if !self.month_days.is_empty() && frequency == Frequency::Weekly {
            return refused("BYMONTHDAY");
        }
        if !self.year_days.is_empty() && frequency != Frequency::Yearly {
            return refused("BYYEARDAY");
        }
        if !self.week_numbers.is_empty() && frequency != Frequency::Yearly {
            return refused("BYWEEKNO");
        }
        if let Some(day) = self.weekdays.iter().find(|day| day.nth != 0) {
            if matches!(frequency, Frequency::Daily | Frequency::Weekly) {
                return refused(&format!("BYDAY={}{}", day.nth, weekday_code(day.weekday)));
            }
            if !self.week_numbers.is_empty() {
                return Err("a numbered BYDAY and BYWEEKNO do not go together".to_owned());
            }
            let in_month = frequency == Frequency::Monthly || !self.months.is_empty();
            let nth_max = if in_month { 5 } else { 53 };
            if day.nth.abs() > nth_max {
                let code = weekday_code(day.weekday);
                return Err(format!("BYDAY={}{code} does not exist: at most {nth_max} is possible", day.nth));
            }
        }
        if !self.positions.is_empty() && !self.says_days() && self.months.is_empty() {
            return Err(
                "BYSETPOS picks among days, and the rule says none (add BYDAY or BYMONTHDAY)".to_owned()
            );
        }
        Ok(())
    }

    /// Whether it names days; a rule that does not has them from its start.
    pub fn says_days(&self) -> bool {
        let lists = [&self.month_days, &self.year_days, &self.week_numbers];
        lists.iter().any(|list| !list.is_empty()) || !self.weekdays.is_empty()
    }

    /// Says what the rule leaves to the start, as section 3.3.10 of RFC 5545 has it.
    fn take_from_start(&mut self, starts_on: NaiveDate) {
        let weekday = NthWeekday { nth: 0, weekday: starts_on.weekday() };
        let only_weeks = self.weekdays.is_empty() && self.month_days.is_empty() && self.year_days.is_empty();
        if !self.week_numbers.is_empty() && only_weeks {
            self.weekdays = vec![weekday];
        }
        if self.says_days() {
            return;
        }
        match self.frequency {
            Frequency::Daily => {}
            Frequency::Weekly => self.weekdays = vec![weekday],
            Frequency::Monthly => self.month_days = vec![starts_on.day() as i32],
            Frequency::Yearly => {
                if self.months.is_empty() {
                    self.months = vec![starts_on.month() as i32];
                }
                self.month_days = vec![starts_on.day() as i32];
            }
        }
    }

    fn week_start_matters(&self, starts_on: NaiveDate) -> bool {
        if self.frequency != Frequency::Weekly {
            return !self.week_numbers.is_empty();
        }
        let only_day = self.weekdays == [NthWeekday { nth: 0, weekday: starts_on.weekday() }];
        !self.positions.is_empty() || (self.interval > 1 && !only_day)
    }
}

/// The shortest and the longest that these months can be; no months are all of them.
pub(super) fn month_lengths(months: &[i32]) -> (i32, i32) {
    let lengths = |month: i32| match month {
        2 => (28, 29),
        4 | 6 | 9 | 11 => (30, 30),
        _ => (31, 31),
    };
    let all = (1..=12).filter(|month| months.is_empty() || months.contains(month)).map(lengths);
    all.reduce(|left, right| (left.0.min(right.0), left.1.max(right.1))).unwrap_or((28, 31))
}

/// The two letters of RFC 5545.
pub(super) fn weekday_code(weekday: Weekday) -> &'static str {
    ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][weekday.num_days_from_monday() as usize]
}

/// Counts from the front come before counts from the end: 0, 1, 2 … -2, -1.
fn from_front(value: i32) -> (bool, i32) {
    (value < 0, value)
}
