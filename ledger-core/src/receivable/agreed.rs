//! The plan of a receivable as it was agreed from day to day: that of its terms, and anew from each change of the rate and
//! each extra payment on.
//!
//! Each plan follows from all that stands and is dated before it, in whatever order it was recorded.

use chrono::NaiveDate;

use super::late::with_late_rate;
use super::parts::fit;
use super::{
    BalanceFrom, Instalment, Keep, Loan, LoanState, Movement, RateChange, Tracker, amortise, reamortise,
};
use crate::{Error, ErrorKind, Result};

/// A plan, and the day from which on it is agreed.
pub(super) struct Agreed {
    from: NaiveDate,
    plan: Vec<Instalment>,
}

/// The plan that was agreed last, if there is one.
pub(super) fn last_plan(agreed: &[Agreed]) -> &[Instalment] {
    agreed.last().map_or(&[][..], |last| &last.plan)
}

/// What is done about a plan that cannot be worked out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unsound {
    /// It is refused.
    Refused,
    /// The number of instalments is kept instead of the payment; without any plan all is due on demand.
    Read,
}

impl Tracker<'_> {
    /// The instalments as they are agreed on a day: those that fell due, and the last plan for the rest.
    ///
    /// A plan that cannot be worked out (of books in which one is stored) is none at all, so that what is owed can be
    /// read; [`Tracker::check_plan`] tells of it.
    ///
    /// # Errors
    /// As [`super::amortise`], besides that.
    pub fn plan(&self, day: NaiveDate) -> Result<Vec<Instalment>> {
        let mut agreed = self.agreed_on(day)?;
        Ok(agreed.pop().map(|last| last.plan).unwrap_or_default())
    }

    /// The plans that were agreed through a day, each with its first day, also where nothing is to come any more.
    pub(super) fn plans(&self, day: NaiveDate) -> Result<Vec<(NaiveDate, Vec<Instalment>)>> {
        let agreed = self.agreed_whole(day, Unsound::Read)?;
        Ok(agreed.into_iter().map(|agreed| (agreed.from, agreed.plan)).collect())
    }

    /// Proves that the plan can be worked out, and each change of it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for a payment that does not pay it off, and as [`Loan::new`].
    pub fn check_plan(&self) -> Result<()> {
        self.loan_with(NaiveDate::MAX)?;
        self.agreed(NaiveDate::MAX, Unsound::Refused).map(drop)
    }

    /// The loan with the rates that were agreed through a day.
    ///
    /// # Errors
    /// As [`Loan::new`].
    pub fn loan_with(&self, day: NaiveDate) -> Result<Option<Loan>> {
        let Some(loan) = &self.receivable.loan else { return Ok(None) };
        let loan = with_rates(loan, &self.fates.standing(self.movements, day))?;
        match self.receivable.due_on().filter(|_| loan.terms().late_rate.is_some()) {
            Some(due_on) => {
                let in_time_through = loan.in_time_through(due_on);
                Loan::new(with_late_rate(loan.into_terms(), in_time_through)).map(Some)
            }
            None => Ok(Some(loan)),
        }
    }

    /// The rate in force on a day, and since when.
    ///
    /// # Errors
    /// As [`Tracker::loan_with`].
    pub fn rate_on(&self, day: NaiveDate) -> Result<Option<RateChange>> {
        let Some(loan) = self.loan_with(day)? else { return Ok(None) };
        let terms = loan.terms();
        Ok(terms.interest.as_ref().map(|interest| {
            let known = interest.changes.iter().rev().find(|change| change.from <= day);
            known.copied().unwrap_or(RateChange { from: terms.lent_on, rate: interest.rate })
        }))
    }

    /// Where the plan stands on a day, with the principal that is not due by then.
    ///
    /// # Errors
    /// As [`Tracker::plan`].
    pub fn loan_state(&self, day: NaiveDate) -> Result<LoanState> {
        self.state_on(&self.agreed_on(day)?, day)
    }

    /// As [`Tracker::loan_state`], of plans that were worked out before.
    pub(super) fn state_on(&self, agreed: &[Agreed], day: NaiveDate) -> Result<LoanState> {
        let through = self.charged_through().map_or(day, |through| through.max(day));
        self.state(agreed, day, through)
    }

    /// The plans as they can be read on a day.
    pub(super) fn agreed_on(&self, day: NaiveDate) -> Result<Vec<Agreed>> {
        self.agreed(day, Unsound::Read)
    }

    /// The plans that were agreed through a day, the last one being that of the day.
    fn agreed(&self, day: NaiveDate, unsound: Unsound) -> Result<Vec<Agreed>> {
        let mut agreed = self.agreed_whole(day, unsound)?;
        // Nothing is to come of a loan whose principal is gone.
        if let Some(last) = agreed.last_mut()
            && let Some(gone) = self.principal_history(day)?.last().filter(|last| last.principal == 0)
        {
            last.plan.retain(|known| known.due_on <= gone.from);
        }
        Ok(agreed)
    }

    fn agreed_whole(&self, day: NaiveDate, unsound: Unsound) -> Result<Vec<Agreed>> {
        let Some(loan) = self.receivable.loan.as_ref().filter(|_| self.receivable.is_planned()) else {
            return Ok(Vec::new());
        };
        let plan = match amortise(loan) {
            Err(error) if unsound == Unsound::Read && is_unsound(&error) => Vec::new(),
            plan => plan?,
        };
        let mut agreed = vec![Agreed { from: loan.terms().lent_on, plan }];
        let standing = self.fates.standing(self.movements, day);
        for (place, movement) in standing.iter().enumerate() {
            let detail = &movement.detail;
            if !detail.plans_anew() {
                continue;
            }
            let last = agreed.last().map(|last| last.plan.clone()).unwrap_or_default();
            let plan = match (detail.keep, &detail.plan) {
                (Some(keep), _) if !last.is_empty() => {
                    let loan = with_rates(loan, &standing[..=place])?;
                    self.anew(&loan, &agreed, movement, keep, unsound)?
                }
                (None, Some(next)) => told(last, movement, next),
                _ => continue,
            };
            agreed.push(Agreed { from: movement.on, plan });
        }
        Ok(agreed)
    }

    /// The plan from a movement on, with what lies behind.
    fn anew(
        &self,
        loan: &Loan,
        agreed: &[Agreed],
        movement: &Movement,
        keep: Keep,
        unsound: Unsound,
    ) -> Result<Vec<Instalment>> {
        // What was charged by later movements was charged by the plan that is worked out here.
        let standing = self.fates.standing(self.movements, NaiveDate::MAX);
        let before = standing.iter().filter(|known| known.number < movement.number);
        let through = before.filter_map(|known| known.detail.charged_through).max();
        let through = through.map_or(movement.on, |through| through.max(movement.on));
        let state = self.state(agreed, movement.on, through)?;
        let mut plan = agreed.last().map(|last| last.plan.clone()).unwrap_or_default();
        if unsound == Unsound::Read && state.remaining == 0 {
            return Ok(plan);
        }
        let next = match reamortise(loan, &state, keep) {
            Err(error) if unsound == Unsound::Read && is_unsound(&error) => {
                reamortise(loan, &state, Keep::Term)?
            }
            next => next?,
        };
        plan.truncate(state.behind as usize);
        plan.extend(next);
        Ok(plan)
    }

    /// Where the last of some plans stands on a day, when interest was charged through another.
    fn state(&self, agreed: &[Agreed], day: NaiveDate, through: NaiveDate) -> Result<LoanState> {
        let plan = agreed.last().map_or(&[][..], |last| &last.plan);
        let behind = plan.iter().filter(|known| known.due_on <= through).count();
        let since = self.receivable.loan.as_ref().map_or(day, |loan| loan.terms().lent_on);
        let charged_to = behind.checked_sub(1).map_or(since, |last| plan[last].due_on);
        let mut balances: Vec<BalanceFrom> = Vec::new();
        for balance in self.principal_history(day)? {
            match balances.last_mut() {
                Some(last) if balance.from <= charged_to => last.principal = balance.principal,
                _ => balances.push(BalanceFrom { from: balance.from.max(charged_to), ..balance }),
            }
        }
        // What is overdue is owed beside the plan of its day, which charges the interest that it says.
        for balance in &mut balances {
            let known = agreed.iter().rev().find(|known| known.from <= balance.from.max(charged_to));
            let ahead = known.map_or(0, |known| principal_after(&known.plan, charged_to));
            balance.principal = fit(ahead.min(balance.principal.into()))?;
        }
        let payment = regular(plan, behind).map_or(0, |known| {
            let equal_parts = self.receivable.has_equal_parts();
            known.parts.principal + if equal_parts { 0 } else { known.parts.interest }
        });
        let (behind, remaining) = (behind as u32, plan.len().saturating_sub(behind) as u32);
        Ok(LoanState { behind, charged_to, balances, remaining, payment })
    }
}

/// The instalment that is like the others: the first and the last of a plan are the odd ones, of an odd first period and
/// with the residue.
fn regular(plan: &[Instalment], behind: usize) -> Option<&Instalment> {
    match (behind, plan.len()) {
        (behind, count) if behind + 2 < count => plan.get(behind + 1),
        (behind, count) if behind > 0 && behind + 1 < count => plan.get(behind),
        (_, count) => plan.get(count.saturating_sub(2)),
    }
}

fn principal_after(plan: &[Instalment], day: NaiveDate) -> i128 {
    let later = plan.iter().filter(|known| known.due_on > day);
    later.map(|known| i128::from(known.parts.principal)).sum()
}

/// A plan that goes on with instalments that were told.
fn told(mut plan: Vec<Instalment>, movement: &Movement, next: &[Instalment]) -> Vec<Instalment> {
    let from = next.first().map_or(movement.on, |first| first.due_on);
    plan.retain(|known| known.due_on < from && known.due_on <= movement.on.max(from));
    let last = plan.last().map_or(0, |known| known.number);
    plan.extend((last + 1..).zip(next).map(|(number, known)| Instalment { number, ..*known }));
    plan
}

/// A loan with the rates of some movements that are in the order of their days.
fn with_rates(loan: &Loan, movements: &[&Movement]) -> Result<Loan> {
    let mut terms = loan.terms().clone();
    if let Some(interest) = &mut terms.interest {
        for change in movements.iter().filter_map(|movement| movement.detail.rate) {
            // What was agreed for later days holds from its day on.
            interest.changes.retain(|known| known.from < change.from);
            interest.changes.push(change);
        }
    }
    Loan::new(terms)
}

/// Whether it is the plan that cannot be worked out, and not an amount too large for any.
fn is_unsound(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidSetting { .. })
}
