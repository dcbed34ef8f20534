//! Interest of what is late: of overdue principal at the rate that was agreed for it, or, once the last instalment is
//! past, of what is left at the rate of the loan. It is simple, and charged beside what the plan charges.

use chrono::NaiveDate;

use super::parts::fit;
use super::{
    BalanceFrom, Charge, Compounding, Instalment, InterestTerms, Loan, LoanTerms, RateChange, Repayment,
    Tracker, interest_between,
};
use crate::Result;

impl Tracker<'_> {
    /// The interest of what of a plan is late, through a day, that was not charged yet.
    ///
    /// # Errors
    /// As [`Tracker::uncharged`].
    pub(super) fn late_interest(
        &self,
        loan: &Loan,
        plan: &[Instalment],
        day: NaiveDate,
    ) -> Result<Option<Charge>> {
        let charged: i128 = self.charging(day, true).iter().map(|one| one.owed.wide_total()).sum();
        let amount = fit((i128::from(self.earned_late(loan, plan, day)?) - charged).max(0))?;
        Ok((amount != 0).then_some(Charge::interest(day, Some(day), amount, true)))
    }

    /// The interest of what of a plan is late that was earned in all through a day, rounded once.
    pub(super) fn earned_late(&self, loan: &Loan, plan: &[Instalment], day: NaiveDate) -> Result<i64> {
        let Some(interest) = interest_of_late(loan.terms()) else { return Ok(0) };
        // The whole plan ends no sooner than what is still to come of it.
        if first_late(loan, plan).is_none_or(|since| since >= day) {
            return Ok(0);
        }
        let plans = self.plans(day)?;
        let Some(since) = plans.last().and_then(|(_, plan)| first_late(loan, plan)) else { return Ok(0) };
        let from = since.max(self.settled_through());
        if from >= day {
            return Ok(0);
        }
        let balances = self.late_principal(loan, &plans, from, day)?;
        if balances.iter().all(|balance| balance.principal == 0) {
            return Ok(0);
        }
        let repayment = Repayment::OnDemand;
        let terms =
            LoanTerms { repayment, interest: Some(interest), late_rate: None, ..loan.terms().clone() };
        interest_between(&Loan::new(terms)?, &balances, from, day)?.rounded(loan.terms().rounding.rule())
    }

    /// The principal that is late from each day on on which it changes, from one day to another.
    fn late_principal(
        &self,
        loan: &Loan,
        plans: &[(NaiveDate, Vec<Instalment>)],
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<BalanceFrom>> {
        let history = self.principal_history(to)?;
        let due =
            plans.iter().flat_map(|(_, plan)| plan.iter().map(|known| loan.in_time_through(known.due_on)));
        let changes = history.iter().map(|balance| balance.from).chain(due);
        let mut days: Vec<NaiveDate> = changes.filter(|day| from < *day && *day < to).chain([from]).collect();
        days.sort_unstable();
        days.dedup();
        let to_come: Vec<Vec<i128>> = plans.iter().map(|(_, plan)| sums_from(plan)).collect();
        let late = |day: NaiveDate| {
            let known = history.partition_point(|balance| balance.from <= day);
            let open = known.checked_sub(1).map_or(0, |last| i128::from(history[last].principal));
            let agreed = plans.partition_point(|(from, _)| *from <= day).max(1) - 1;
            let behind = plans[agreed].1.partition_point(|known| loan.in_time_through(known.due_on) <= day);
            Ok(BalanceFrom { from: day, principal: fit((open - to_come[agreed][behind]).max(0))? })
        };
        days.into_iter().map(late).collect()
    }
}

/// Which interest late principal bears, if any.
fn interest_of_late(terms: &LoanTerms) -> Option<InterestTerms> {
    match (terms.late_rate, &terms.interest) {
        (Some(rate), known) => {
            let day_count = known.as_ref().map(|known| known.day_count).unwrap_or_default();
            (!rate.is_zero()).then(|| InterestTerms { day_count, ..InterestTerms::simple(rate) })
        }
        (None, Some(known)) => Some(InterestTerms { compounding: Compounding::None, ..known.clone() }),
        (None, None) => None,
    }
}

/// From which day on something can be late: the first due day where a rate was agreed, otherwise the last.
fn first_late(loan: &Loan, plan: &[Instalment]) -> Option<NaiveDate> {
    let due = if loan.terms().late_rate.is_some() { plan.first() } else { plan.last() };
    due.map(|known| loan.in_time_through(known.due_on))
}

/// The principal of each instalment and all after it, and nothing behind the last.
fn sums_from(plan: &[Instalment]) -> Vec<i128> {
    let mut sums = vec![0; plan.len() + 1];
    for (place, known) in plan.iter().enumerate().rev() {
        sums[place] = sums[place + 1] + i128::from(known.parts.principal);
    }
    sums
}

/// The terms of one sum with the rate of what is late from the last day on which it is paid in time.
pub(super) fn with_late_rate(mut terms: LoanTerms, in_time_through: NaiveDate) -> LoanTerms {
    let Some(rate) = terms.late_rate else { return terms };
    let interest = terms.interest.get_or_insert_with(|| InterestTerms::simple(super::Rate::ZERO));
    interest.changes.retain(|known| known.from < in_time_through);
    if in_time_through > terms.lent_on {
        interest.changes.push(RateChange { from: in_time_through, rate });
    } else {
        interest.rate = rate;
    }
    terms
}
