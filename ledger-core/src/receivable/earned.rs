//! What the terms have earned in all, less what standing movements charged of it: so that any steps of charging come to
//! the same, and what is taken back is charged again.

use chrono::NaiveDate;

use super::parts::fit;
use super::{
    BalanceFrom, Charge, Compounding, Instalment, Loan, Movement, MovementKind, Part, Parts, Tracker,
    charges_of, interest_between,
};
use crate::Result;

impl<'t> Tracker<'t> {
    /// What of interest and fees of the terms was charged more than was earned through a day, by movements that stand:
    /// where something was dated back before days that were charged. What is charged next is so much less.
    ///
    /// # Errors
    /// As [`Tracker::uncharged`].
    pub fn overcharged(&self, day: NaiveDate) -> Result<i64> {
        let Some(loan) = &self.loan_with(day)? else { return Ok(0) };
        let through = |movement: &&Movement| {
            movement
                .detail
                .late_through
                .or(movement.detail.charged_through)
                .is_some_and(|through| through <= day)
        };
        let charged = |late: bool| {
            let charging = self.charging(day, late);
            charging.iter().filter(|one| through(one)).map(|one| one.owed.wide_total()).sum::<i128>()
        };
        let more = match self.receivable.is_planned() {
            false => charged(false) - i128::from(self.earned(loan, day, day)?),
            true => charged(true) - i128::from(self.earned_late(loan, &self.plan(day)?, day)?),
        };
        fit(more.max(0))
    }

    /// The interest of one sum, or of what is due on demand, that was earned through a day by what is known on another,
    /// and was not charged.
    ///
    /// Where later days were charged already, it is no more than what is missing through these.
    pub(super) fn uncharged_interest(&self, loan: &Loan, known_on: NaiveDate, to: NaiveDate) -> Result<i64> {
        let charging = self.charging(known_on, false);
        let charged = |through: NaiveDate| -> i128 {
            charging.iter().filter(|one| one.on <= through).map(|one| one.owed.wide_total()).sum()
        };
        let missing = i128::from(self.earned(loan, known_on, to)?) - charged(to);
        let later = charging.iter().filter_map(|one| one.detail.charged_through.max(Some(one.on))).max();
        let Some(later) = later.filter(|later| *later > to && missing > 0) else {
            return fit(missing.max(0));
        };
        let Some(loan) = &self.loan_with(later)? else { return Ok(0) };
        let in_all = i128::from(self.earned(loan, later, later)?) - charged(NaiveDate::MAX);
        fit(missing.min(in_all).max(0))
    }

    /// The interest of one sum, or of what is due on demand, that was earned in all through a day, rounded once.
    fn earned(&self, loan: &Loan, known_on: NaiveDate, to: NaiveDate) -> Result<i64> {
        let history = self.interest_bearing(known_on)?;
        let Some(first) = history.first() else { return Ok(0) };
        let from = loan.terms().lent_on.max(first.from).max(self.settled_through());
        if from >= to {
            return Ok(0);
        }
        interest_between(loan, &history, from, to)?.rounded(loan.terms().rounding.rule())
    }

    /// What of an instalment the terms ask for and was not charged, as known on a day: what was charged once and taken
    /// back is charged again, on the day on which it was taken back.
    ///
    /// # Errors
    /// [`crate::ErrorKind::AmountOverflow`].
    pub fn uncharged_of_instalment(&self, instalment: &Instalment, day: NaiveDate) -> Result<Vec<Charge>> {
        let is_behind = self.charged_through().is_some_and(|through| instalment.due_on <= through);
        let standing = self.standing_or_to_stand(day);
        let mut found = Vec::new();
        for charge in charges_of(instalment) {
            let of_it = |movement: &&Movement| {
                charges_plan(movement)
                    && movement.detail.due_on == charge.due_on
                    && movement.owed.get(charge.part) != 0
            };
            let stands = |movement: &&Movement| standing.iter().any(|known| known.number == movement.number);
            let taken_back = self.movements.iter().filter(of_it).filter(|movement| !stands(movement));
            let since = taken_back.map(|movement| self.fates.state(movement, NaiveDate::MAX).on).max();
            if is_behind && since.is_none() {
                continue;
            }
            let charged: i128 =
                standing.iter().copied().filter(of_it).map(|one| i128::from(one.owed.get(charge.part))).sum();
            let amount = fit((i128::from(charge.amount) - charged).max(0))?;
            if amount > 0 {
                let on = since.map_or(charge.on, |since| since.max(charge.on));
                found.push(Charge { on, amount, ..charge });
            }
        }
        Ok(found)
    }

    /// The movements that charged interest and fees of the terms, or of what is late, and stand on a day or in the end: so
    /// that nothing is charged twice.
    pub(super) fn charging(&self, day: NaiveDate, late: bool) -> Vec<&'t Movement> {
        let mut found = self.standing_or_to_stand(day);
        let settled = self.settled_through();
        let counts = |movement: &&Movement| match late {
            true => movement.detail.late_through.is_some_and(|through| through > settled),
            false => self.charges_terms(movement),
        };
        found.retain(counts);
        found
    }

    /// The movements that stand on a day or in the end.
    fn standing_or_to_stand(&self, day: NaiveDate) -> Vec<&'t Movement> {
        let mut found = self.fates.standing(self.movements, NaiveDate::MAX);
        for movement in self.fates.standing(self.movements, day) {
            if !found.iter().any(|known| known.number == movement.number) {
                found.push(movement);
            }
        }
        found
    }

    /// Whether a movement charged interest of the terms, after the days that are settled.
    fn charges_terms(&self, movement: &Movement) -> bool {
        let settled = self.settled_through();
        charges_plan(movement) && movement.detail.charged_through.is_some_and(|through| through > settled)
    }

    /// The day through which interest is as it was charged, by terms that are others now.
    pub(super) fn settled_through(&self) -> NaiveDate {
        self.receivable.details.settled_through.unwrap_or(NaiveDate::MIN)
    }

    /// What bears interest from each day on on which it changes: the principal, and with compound interest what of
    /// interest is unpaid besides that of the terms, which is earned on top of it.
    fn interest_bearing(&self, day: NaiveDate) -> Result<Vec<BalanceFrom>> {
        let interest = self.receivable.loan.as_ref().and_then(|loan| loan.terms().interest.as_ref());
        if interest.is_none_or(|terms| terms.compounding == Compounding::None) {
            return self.principal_history(day);
        }
        let owed = |movement: &Movement| match self.charges_terms(movement) {
            true => Parts::ZERO,
            false => movement.owed,
        };
        self.history(day, owed, |owed| fit(i128::from(owed.principal.max(0)) + i128::from(owed.interest)))
    }
}

/// Whether a movement charged interest or a fee of the terms, and not of what is late.
fn charges_plan(movement: &Movement) -> bool {
    matches!(movement.kind, MovementKind::Interest | MovementKind::Fee)
        && movement.detail.charged_through.is_some()
        && movement.detail.late_through.is_none()
}

impl Charge {
    /// Interest through a day, charged on it.
    pub(super) const fn interest(
        day: NaiveDate,
        due_on: Option<NaiveDate>,
        amount: i64,
        late: bool,
    ) -> Charge {
        Charge { part: Part::Interest, on: day, through: day, due_on, amount, late }
    }
}
