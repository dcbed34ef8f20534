//! The lines that a schedule expects, and from which day on.
//!
//! An estimate has a low and a high end; expected amounts, low ends and high ends each balance on their own, so that
//! every end is an entry that could be posted.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::account::AccountId;
use crate::journal::{TEXT_CHARS_MAX, Totals};
use crate::money::Amount;
use crate::text::check_text;
use crate::{ErrorKind, Result};

/// The most lines of one step.
const LINES_MAX: usize = 1_000;

/// One line that is expected. A debit is positive, a credit negative, as in an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedLine {
    /// The account that will be debited or credited.
    pub account: AccountId,
    /// The expected amount, signed.
    pub amount: Amount,
    /// The end of an estimate nearer to zero, with the sign of `amount`; the amount itself where there is none.
    #[serde(default)]
    pub low: Option<Amount>,
    /// The end of an estimate farther from zero, with the sign of `amount`; the amount itself where there is none.
    #[serde(default)]
    pub high: Option<Amount>,
    /// A note on this line.
    #[serde(default)]
    pub memo: Option<String>,
}

impl PlannedLine {
    /// A line of a known amount.
    pub fn new(account: AccountId, amount: Amount) -> Self {
        PlannedLine { account, amount, low: None, high: None, memo: None }
    }

    /// The same line as an estimate between two amounts of its sign.
    pub fn between(mut self, low: Amount, high: Amount) -> Self {
        (self.low, self.high) = (Some(low), Some(high));
        self
    }

    /// The low end of an estimate, or the amount.
    pub fn low(&self) -> Amount {
        self.low.unwrap_or(self.amount)
    }

    /// The high end of an estimate, or the amount.
    pub fn high(&self) -> Amount {
        self.high.unwrap_or(self.amount)
    }

    /// Why the ends of the estimate do not fit the amount, as a clause.
    fn defect(&self) -> Option<String> {
        let (low, amount, high) = (self.low(), self.amount, self.high());
        let same = low.commodity() == amount.commodity() && high.commodity() == amount.commodity();
        let (nearer, middle, farther) =
            (low.minor().unsigned_abs(), amount.minor().unsigned_abs(), high.minor().unsigned_abs());
        let negative = [low, amount, high].iter().any(Amount::is_negative);
        let positive = [low, amount, high].iter().any(|end| end.minor() > 0);
        if amount.minor() == i64::MIN || high.minor() == i64::MIN {
            return Some(format!("the opposite of {high} has no room"));
        }
        if !same || negative && positive || nearer > middle || middle > farther {
            return Some(format!(
                "an estimate runs from its low to its high end through the amount, in one commodity and with one sign, \
                 but the line of account {} has {low}, {amount}, {high}",
                self.account
            ));
        }
        None
    }
}

/// The lines of a schedule from a day on: the first step holds from the beginning, each later one from its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The first scheduled day for which these lines hold; nothing for the first step.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// All lines, in the order in which they will be posted.
    pub lines: Vec<PlannedLine>,
}

impl Step {
    /// Lines that hold from the beginning.
    pub fn new(lines: Vec<PlannedLine>) -> Self {
        Step { from: None, lines }
    }

    /// Lines that hold from a day on.
    pub fn from(day: NaiveDate, lines: Vec<PlannedLine>) -> Self {
        Step { from: Some(day), lines }
    }

    /// Where this step stands in a sentence: `from 2027-01-01`, or `from the beginning`.
    pub(super) fn place(&self) -> String {
        self.from.map_or("from the beginning".to_owned(), |day| format!("from {day}"))
    }
}

/// Proves that lines could be posted: at least two, sound estimates, and balanced at each end.
///
/// # Errors
/// [`ErrorKind::InvalidSchedule`], [`ErrorKind::UnbalancedSchedule`] with `place` and the numbers.
pub(super) fn check_lines(name: &str, place: &str, lines: &[PlannedLine]) -> Result<()> {
    let refuse = |reason: String| ErrorKind::InvalidSchedule { name: name.to_owned(), reason };
    if lines.len() < 2 {
        let count = if lines.is_empty() { "no lines" } else { "one line" };
        return Err(refuse(format!("it has {count} {place}; an entry has at least two")).into());
    }
    if lines.len() > LINES_MAX {
        return Err(refuse(format!("it has {} lines {place}; the most is {LINES_MAX}", lines.len())).into());
    }
    for line in lines {
        if let Some(reason) = line.defect() {
            return Err(refuse(reason).into());
        }
        if let Some(memo) = &line.memo {
            check_text("memo", memo, TEXT_CHARS_MAX)?;
        }
    }
    if lines.iter().all(|line| line.high().is_zero()) {
        return Err(refuse(format!("all its amounts {place} are zero")).into());
    }
    type End = fn(&PlannedLine) -> Amount;
    let ends: [(&str, End); 3] = [
        ("", |line| line.amount),
        (" at the low end", PlannedLine::low),
        (" at the high end", PlannedLine::high),
    ];
    for (end, amount) in ends {
        let mut totals = Totals::default();
        lines.iter().for_each(|line| totals.add(amount(line)));
        if let Some(difference) = totals.difference() {
            let (name, place) = (name.to_owned(), format!("{place}{end}"));
            return Err(ErrorKind::UnbalancedSchedule { name, place, difference }.into());
        }
    }
    Ok(())
}
