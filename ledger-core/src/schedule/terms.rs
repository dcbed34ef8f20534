//! What a schedule says: which lines, when, how sure, and what else an entry of it will carry.
//!
//! [`ScheduleTerms`] are what a caller writes and what is stored as JSON; a [`Schedule`] is proven to be sound.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::planned::check_lines;
use super::{Percent, PlannedLine, Recurrence, Step, WeekendRule};
use crate::journal::{PARTY_CHARS_MAX, TEXT_CHARS_MAX, Tag, check_posting_date};
use crate::text::{check_name, check_text};
use crate::{ErrorKind, Result};

/// The longest name of a schedule, in characters.
const NAME_CHARS_MAX: usize = 200;
/// The longest note, in characters.
const NOTE_CHARS_MAX: usize = 1_000;
/// The most days by which a schedule moves its occurrences, either way.
pub(super) const SHIFT_DAYS_MAX: i32 = 366;
/// The most steps, and the most pauses.
const PARTS_MAX: usize = 1_000;

/// A schedule's number in its book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScheduleId(i32);

impl ScheduleId {
    /// The schedule with this number, from 1.
    pub const fn new(number: i32) -> ScheduleId {
        ScheduleId(number)
    }

    /// The number, from 1.
    pub const fn get(self) -> i32 {
        self.0
    }

    /// The number of a row that is no schedule: what is due of the receivable or payable with this number.
    pub(crate) const fn of_what_is_owed(number: i32) -> ScheduleId {
        ScheduleId(Self::KEPT_MAX.saturating_add(number))
    }

    /// Whether it numbers a schedule that a book keeps; rows of what is owed, and what a scenario adds beside them, are
    /// there only while a plan is projected, and no command takes their numbers.
    pub const fn is_kept(self) -> bool {
        self.0 <= Self::KEPT_MAX
    }

    /// The highest number of a schedule that a book keeps.
    const KEPT_MAX: i32 = 1_000_000_000;
}

impl fmt::Display for ScheduleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Days on which a schedule does not happen; told by the scheduled day, before any weekend rule or shift.
///
/// A day or lines that a single occurrence was given stand against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// The first day.
    pub from: NaiveDate,
    /// The last day; nothing for a pause that nobody has ended.
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

impl Pause {
    /// Whether a scheduled day lies in the pause.
    pub fn covers(&self, on: NaiveDate) -> bool {
        self.from <= on && self.until.is_none_or(|until| on <= until)
    }
}

/// Where a schedule comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Origin {
    /// A person or a host program.
    #[default]
    Manual,
    /// Recurring payments found in the past.
    Detected,
    /// A scenario, by its name.
    Scenario(String),
    /// A receivable or loan.
    Receivable,
    /// A savings goal.
    Goal,
    /// A budget.
    Budget,
}

/// What a schedule says; [`Schedule::new`] proves it.
///
/// As JSON, amounts are text with all decimal places, days are `2026-03-01`, the recurrence is RFC 5545 text and fields
/// that are not known are refused.
///
/// ```
/// use ledger_core::schedule::{Recurrence, Schedule, ScheduleId, ScheduleTerms};
///
/// let json = r#"{"name": "Rent", "recurrence": "DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=MONTHLY",
///     "steps": [{"lines": [{"account": 3, "amount": "950.00 EUR"}, {"account": 1, "amount": "-940.00 EUR"}]}]}"#;
/// let terms: ScheduleTerms = serde_json::from_str(json)?;
/// let refused = Schedule::new(ScheduleId::new(1), terms).unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "schedule \"Rent\" does not balance from the beginning: debits 950.00 EUR, credits 940.00 EUR (10.00 EUR \
///      missing on the credit side)"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleTerms {
    /// What people call it, such as `Rent`.
    pub name: String,
    /// The lines, from the beginning and from later days on, in the order of the days.
    pub steps: Vec<Step>,
    /// The days for which it is scheduled.
    pub recurrence: Recurrence,
    /// Where a scheduled day on a weekend goes.
    #[serde(default)]
    pub weekend: WeekendRule,
    /// Days by which every occurrence moves, after the weekend rule; at most 366 either way.
    #[serde(default)]
    pub shift_days: i32,
    /// How likely each occurrence is.
    #[serde(default)]
    pub probability: Percent,
    /// With whom, by name.
    #[serde(default)]
    pub party: Option<String>,
    /// Dimensions of the entries.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// The entries' description; the name where there is none.
    #[serde(default)]
    pub description: Option<String>,
    /// A note on the schedule.
    #[serde(default)]
    pub note: Option<String>,
    /// Days on which it does not happen.
    #[serde(default)]
    pub pauses: Vec<Pause>,
    /// Where it comes from.
    #[serde(default)]
    pub origin: Origin,
    /// The schedule that this one goes on from, after an edit of "this and later".
    #[serde(default)]
    pub follows: Option<ScheduleId>,
}

impl ScheduleTerms {
    /// A certain schedule of known lines.
    pub fn new(name: impl Into<String>, recurrence: Recurrence, lines: Vec<PlannedLine>) -> Self {
        ScheduleTerms {
            name: name.into(),
            steps: vec![Step::new(lines)],
            recurrence,
            weekend: WeekendRule::AsIs,
            shift_days: 0,
            probability: Percent::CERTAIN,
            party: None,
            tags: Vec::new(),
            description: None,
            note: None,
            pauses: Vec::new(),
            origin: Origin::Manual,
            follows: None,
        }
    }

    /// Moves days on weekends by a rule.
    pub fn weekend(mut self, rule: WeekendRule) -> Self {
        self.weekend = rule;
        self
    }

    /// Says how likely it is.
    pub fn probability(mut self, percent: Percent) -> Self {
        self.probability = percent;
        self
    }

    /// Adds lines that hold from a day on.
    pub fn step(mut self, from: NaiveDate, lines: Vec<PlannedLine>) -> Self {
        self.steps.push(Step::from(from, lines));
        self
    }

    /// The place of the step in force on a scheduled day.
    ///
    /// The first step holds before all others, so that there is always one in a sound schedule.
    pub fn step_on(&self, on: NaiveDate) -> usize {
        self.steps.partition_point(|step| step.from.is_none_or(|from| from <= on)).saturating_sub(1)
    }

    /// Whether a scheduled day lies in a pause.
    pub fn is_paused(&self, on: NaiveDate) -> bool {
        self.pauses.iter().any(|pause| pause.covers(on))
    }

    /// The day on which money moves that is scheduled for `on`: by the weekend rule, then by the shift.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSchedule`] where that lies outside the years 1 to 9999.
    pub fn due_on(&self, on: NaiveDate) -> Result<NaiveDate> {
        let due = self.weekend.apply(on).checked_add_signed(chrono::Duration::days(self.shift_days.into()));
        due.filter(|due| check_posting_date(*due).is_ok()).ok_or_else(|| {
            let reason = format!("{} days from {on} lie outside the years 1 to 9999", self.shift_days);
            ErrorKind::InvalidSchedule { name: self.name.clone(), reason }.into()
        })
    }

    /// Proves that the schedule can be kept and projected.
    fn check(&self) -> Result<()> {
        check_name("schedule", &self.name, NAME_CHARS_MAX)?;
        let refuse = |reason: String| ErrorKind::InvalidSchedule { name: self.name.clone(), reason };
        if self.steps.len() > PARTS_MAX || self.pauses.len() > PARTS_MAX {
            let (steps, pauses) = (self.steps.len(), self.pauses.len());
            return Err(
                refuse(format!("it has {steps} steps and {pauses} pauses; the most is {PARTS_MAX}")).into()
            );
        }
        if self.shift_days.unsigned_abs() > SHIFT_DAYS_MAX.unsigned_abs() {
            let shift = self.shift_days;
            return Err(refuse(format!(
                "it shifts its days by {shift}; the most is {SHIFT_DAYS_MAX} either way"
            ))
            .into());
        }
        self.check_steps()?;
        for pause in &self.pauses {
            if let Some(until) = pause.until.filter(|until| *until < pause.from) {
                return Err(
                    refuse(format!("a pause ends on {until}, before it begins on {}", pause.from)).into()
                );
            }
        }
        self.check_texts()
    }

    fn check_steps(&self) -> Result<()> {
        let refuse =
            |reason: &str| ErrorKind::InvalidSchedule { name: self.name.clone(), reason: reason.to_owned() };
        let Some((first, later)) = self.steps.split_first() else {
            return Err(refuse("it has no lines").into());
        };
        if let Some(day) = first.from {
            return Err(refuse(&format!(
                "its first step begins on {day}; it has to hold from the beginning"
            ))
            .into());
        }
        let mut before = None;
        for step in later {
            match step.from {
                None => return Err(refuse("only its first step holds from the beginning").into()),
                Some(day) if before.is_some_and(|before| before >= day) => {
                    return Err(
                        refuse(&format!("its step of {day} does not come after the one before it")).into()
                    );
                }
                day => before = day,
            }
        }
        self.steps.iter().try_for_each(|step| check_lines(&self.name, &step.place(), &step.lines))
    }

    fn check_texts(&self) -> Result<()> {
        if let Some(party) = &self.party {
            check_name("party", party, PARTY_CHARS_MAX)?;
        }
        if let Some(description) = &self.description {
            check_text("description", description, TEXT_CHARS_MAX)?;
        }
        if let Some(note) = &self.note {
            check_text("note", note, NOTE_CHARS_MAX)?;
        }
        for tag in &self.tags {
            check_name("tag", &tag.key, NAME_CHARS_MAX)?;
            check_text("tag value", &tag.value, TEXT_CHARS_MAX)?;
        }
        Ok(())
    }
}

/// A row of a plan: terms that are proven to be sound, with a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Schedule {
    id: ScheduleId,
    terms: ScheduleTerms,
}

impl Schedule {
    /// Proves terms: names and texts, steps in order, lines that balance at each end of their estimates, pauses that do
    /// not end before they begin, a shift of at most a year.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSchedule`], [`ErrorKind::UnbalancedSchedule`], [`ErrorKind::InvalidName`].
    pub fn new(id: ScheduleId, terms: ScheduleTerms) -> Result<Schedule> {
        terms.check()?;
        Ok(Schedule { id, terms })
    }

    /// Its number in the book.
    pub fn id(&self) -> ScheduleId {
        self.id
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.terms.name
    }

    /// What it says.
    pub fn terms(&self) -> &ScheduleTerms {
        &self.terms
    }

    /// What it says, to be changed and proven again.
    pub fn into_terms(self) -> ScheduleTerms {
        self.terms
    }
}
