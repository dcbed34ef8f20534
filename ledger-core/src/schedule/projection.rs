//! What will be in the accounts, on which day.
//!
//! [`project`] is a pure function of balances, occurrences and options. Expected balances are exact sums of amounts by
//! their probability, in hundredths of minor units, rounded half to even once for each balance that is shown; worst and
//! best balances are whole. All three are equal where everything is certain.

mod cause;
mod effects;
mod options;
mod rollup;
mod series;
mod sweep;
#[cfg(test)]
mod tests;
mod timeline;
mod unpriced;

use std::fmt;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use serde::Serialize;

pub use self::cause::{Cause, CauseOf};
use self::effects::{Columns, EffectTable};
pub use self::options::{
    Floor, OpeningBalance, Overdue, PostedMovement, ProjectionInput, ProjectionOptions, Valuation,
};
pub use self::rollup::{Period, PeriodRow};
pub use self::series::{DayPoint, Outlook, Series};
use self::timeline::{Event, Timeline};
pub use self::unpriced::Unpriced;
#[cfg(doc)]
use super::Expansion;
use super::expansion::RowExpansion;
use super::{LikelySettlement, OccurrenceKey, Percent, UsualMovement};
use crate::account::AccountId;
use crate::journal::{check_posting_date, check_range};
use crate::{ErrorKind, Result};

/// The name of usual spending among causes.
const USUAL_NAME: &str = "usual spending";

/// The balance of one account in one commodity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountSeries {
    /// The account.
    pub account: AccountId,
    /// Its balances.
    #[serde(flatten)]
    pub series: Series,
}

/// Balances from the as-of day through the last, with what causes them.
#[derive(Serialize)]
pub struct Projection {
    /// The last day whose postings are in the opening balances.
    pub as_of: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Each account by commodity, in the order of both.
    pub accounts: Vec<AccountSeries>,
    /// All accounts together, where that was asked for and every commodity has a price.
    pub total: Option<Series>,
    /// Why there is no total although it was asked for; the caller of [`project`] leaves it out and says so here.
    pub unpriced: Option<Unpriced>,
    /// Occurrences that were left out because an entry very likely stands for them already; the caller of [`project`]
    /// leaves them out ([`Expansion::without`]) and names them here.
    pub held: Vec<LikelySettlement>,
    #[serde(skip)]
    sources: Sources,
}

/// What causes are made of, when they are asked for.
struct Sources {
    options: ProjectionOptions,
    columns: Columns,
    effects: EffectTable,
    timeline: Timeline,
    rows: Vec<Arc<RowExpansion>>,
    posted: Vec<PostedMovement>,
    usual: Vec<UsualMovement>,
}

/// Projects balances from the end of the as-of day through a later day.
///
/// - What is posted for later days happened; a settled occurrence never counts, since its entry does.
/// - Skipped and paused occurrences do not count.
/// - Open occurrences that are due on or before the as-of day are overdue: they count on the as-of day and are flagged,
///   or are dropped ([`Overdue`]).
/// - The total counts what each commodity's balance, rounded, is worth by the prices of the as-of day.
///
/// # Errors
/// [`ErrorKind::InvalidSetting`] for a last day before the as-of day, or a floor of something that is not projected;
/// [`ErrorKind::Misuse`] where the expansion does not cover the days, or a posted line lies in the opening balances;
/// [`ErrorKind::MissingPrice`] with the pair; [`ErrorKind::AmountOverflow`] with the row, the day and the amount.
pub fn project(input: &ProjectionInput<'_>, options: &ProjectionOptions) -> Result<Projection> {
    check(input, options)?;
    let columns = Columns::new(input, options);
    let floors = columns.floors(options)?;
    let effects = EffectTable::new(input, options, &columns)?;
    let timeline = Timeline::new(input, options, &effects);
    let swept = sweep::sweep(input, options, &columns, &effects, &timeline)?;
    let accounts = columns.accounts.iter().zip(swept.opening).zip(swept.accounts).zip(floors);
    let accounts = accounts.map(|((((account, commodity), opening), points), floor)| {
        let floor = floor.map(|minor| commodity.amount(minor));
        AccountSeries { account: *account, series: Series::new(opening, floor, points) }
    });
    let total_floor = options.floors.iter().rev().find(|floor| floor.account.is_none());
    let total = swept
        .total
        .map(|(opening, points)| Series::new(opening, total_floor.map(|floor| floor.amount), points));
    let accounts = accounts.collect();
    let sources = Sources {
        options: options.clone(),
        columns,
        effects,
        timeline,
        rows: input.expansion.rows().to_vec(),
        posted: input.posted.to_vec(),
        usual: input.usual.to_vec(),
    };
    Ok(Projection {
        as_of: options.as_of,
        to: options.to,
        accounts,
        total,
        unpriced: None,
        held: Vec::new(),
        sources,
    })
}

fn check(input: &ProjectionInput<'_>, options: &ProjectionOptions) -> Result<()> {
    check_range(Some(options.as_of), Some(options.to))?;
    check_posting_date(options.as_of)?;
    check_posting_date(options.to)?;
    let (from, to) = (input.expansion.from(), input.expansion.to());
    let first = options.as_of.checked_add_days(Days::new(1)).unwrap_or(options.as_of);
    if to < options.to || from > first {
        let (as_of, last) = (options.as_of, options.to);
        let message =
            format!("occurrences from {from} to {to} do not cover a projection from {as_of} to {last}");
        return Err(ErrorKind::Misuse(message).into());
    }
    if let Some(posted) = input.posted.iter().find(|posted| posted.on <= options.as_of) {
        let PostedMovement { entry, on, .. } = posted;
        let message =
            format!("entry {entry} of {on} lies in the opening balances of {} already", options.as_of);
        return Err(ErrorKind::Misuse(message).into());
    }
    Ok(())
}

impl Projection {
    /// The balances of an account, one series for each commodity.
    pub fn account(&self, account: AccountId) -> impl Iterator<Item = &Series> {
        self.accounts.iter().filter(move |series| series.account == account).map(|series| &series.series)
    }

    /// What changes the projected accounts on a day: posted lines, then rows in their order, then usual spending.
    pub fn causes_on(&self, day: NaiveDate) -> Vec<Cause> {
        let mut causes = Vec::new();
        let Ok(place) = usize::try_from((day - self.as_of).num_days()) else { return causes };
        for event in self.sources.timeline.on(place) {
            self.causes_of(day, event, &mut causes);
        }
        causes
    }

    /// The causes of all days, in the order of the days.
    pub fn causes(&self) -> impl Iterator<Item = Cause> {
        self.as_of.iter_days().take_while(|day| *day <= self.to).flat_map(|day| self.causes_on(day))
    }

    /// What was due on or before the as-of day and is carried to it.
    pub fn overdue(&self) -> Vec<Cause> {
        self.causes_on(self.as_of)
    }

    fn causes_of(&self, on: NaiveDate, event: &Event, causes: &mut Vec<Cause>) {
        let Sources { columns, rows, posted, usual, .. } = &self.sources;
        let (source, item) = (event.source as usize, event.item as usize);
        if let Some(row) = rows.get(source) {
            let placed = &row.placed[item];
            let key = OccurrenceKey::new(row.schedule.id(), placed.on);
            let overdue = placed.due_on <= self.as_of;
            let of = CauseOf::Occurrence { key, due_on: placed.due_on, overdue };
            let name: Arc<str> = row.schedule.name().into();
            for line in row.line_sets[placed.line_set as usize].iter() {
                if columns.account(line.account, line.amount.commodity()).is_some() {
                    let (name, probability) = (Arc::clone(&name), row.schedule.terms().probability);
                    let (account, amount) = (line.account, line.amount);
                    let (low, high) = (line.low(), line.high());
                    causes.push(Cause { on, of, name, account, amount, low, high, probability });
                }
            }
            return;
        }
        let cause = if source == rows.len() {
            let PostedMovement { entry, name, account, amount, .. } = &posted[item];
            let (name, of) = (Arc::clone(name), CauseOf::Entry(*entry));
            let (account, amount) = (*account, *amount);
            Cause { on, of, name, account, amount, low: amount, high: amount, probability: Percent::CERTAIN }
        } else {
            let UsualMovement { account, expected, low, high, .. } = usual[item];
            let (name, of) = (USUAL_NAME.into(), CauseOf::Usual);
            Cause { on, of, name, account, amount: expected, low, high, probability: Percent::CERTAIN }
        };
        causes.push(cause);
    }
}

impl fmt::Debug for Projection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Projection { as_of, to, accounts, total, unpriced, held, sources: _ } = self;
        let mut shown = f.debug_struct("Projection");
        shown.field("as_of", as_of).field("to", to).field("accounts", accounts).field("total", total);
        shown.field("unpriced", unpriced).field("held", held);
        shown.finish_non_exhaustive()
    }
}
