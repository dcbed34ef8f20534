//! A receivable with everything that moved it: how it stands on any day, what is due, and what is still to come.

use chrono::NaiveDate;

use super::agreed::{Agreed, last_plan};
use super::{
    BalanceFrom, Due, Effect, Fates, Instalment, Loan, Movement, MovementKind, OpenDue, Part, Parts,
    Receivable, Standing, open_dues, payoff,
};
use crate::Result;

/// A receivable, its movements in order, and what became of their entries.
#[derive(Debug, Clone, Copy)]
pub struct Tracker<'t> {
    /// The receivable.
    pub receivable: &'t Receivable,
    /// All its movements, by number.
    pub movements: &'t [Movement],
    /// What became of their entries.
    pub fates: &'t Fates,
}

/// Interest or a fee that the terms ask for and that was not charged yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// Interest or fee.
    pub part: Part,
    /// The day on which it is charged.
    pub on: NaiveDate,
    /// The day through which it is charged.
    pub through: NaiveDate,
    /// The day on which it is due; nothing on demand.
    pub due_on: Option<NaiveDate>,
    /// How much.
    pub amount: i64,
    /// Whether it is interest of what is late, beside what the plan charges.
    pub late: bool,
}

impl<'t> Tracker<'t> {
    /// Everything that counts through a day.
    pub fn effects(&self, day: NaiveDate) -> Vec<Effect<'t>> {
        self.fates.through(self.movements, day)
    }

    /// How it stands on a day.
    ///
    /// # Errors
    /// [`crate::ErrorKind::AmountOverflow`].
    pub fn standing(&self, day: NaiveDate) -> Result<Standing> {
        Standing::of(self.effects(day))
    }

    /// The day through which interest and fees of the terms were charged, by any movement that stands: also by one of a
    /// later day, so that nothing is charged twice.
    pub fn charged_through(&self) -> Option<NaiveDate> {
        let standing = self.fates.standing(self.movements, NaiveDate::MAX);
        standing.iter().filter_map(|movement| movement.detail.charged_through).max()
    }

    /// As [`Tracker::charged_through`], or the day through which interest of what is late was charged, if that is later.
    pub fn charged_at_all(&self) -> Option<NaiveDate> {
        let standing = self.fates.standing(self.movements, NaiveDate::MAX);
        standing.iter().filter_map(|one| one.detail.charged_through.max(one.detail.late_through)).max()
    }

    /// The last movement that charged interest or fees of the terms, or of what is late, and is dated after a day: its day, and the day
    /// through which it charged.
    pub fn charged_later(&self, day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let standing = self.fates.standing(self.movements, NaiveDate::MAX);
        let later = standing.iter().filter(|movement| movement.on > day);
        let through = |movement: &Movement| movement.detail.charged_through.max(movement.detail.late_through);
        later.filter_map(|movement| Some((movement.on, through(movement)?))).max()
    }

    /// Everything that became due or will, as it is agreed on a day: principal by the plan, charges by their due days.
    ///
    /// # Errors
    /// As [`Tracker::plan`].
    pub fn dues(&self, day: NaiveDate) -> Result<Vec<Due>> {
        Ok(self.dues_of(&self.plan(day)?, day))
    }

    fn dues_of(&self, plan: &[Instalment], day: NaiveDate) -> Vec<Due> {
        // What is due in one sum is no instalment.
        let planned = self.receivable.is_planned();
        let mut dues: Vec<Due> = plan
            .iter()
            .map(|instalment| Due {
                due_on: Some(instalment.due_on),
                instalment: planned.then_some(instalment.number),
                part: Part::Principal,
                amount: instalment.parts.principal,
            })
            .collect();
        let at_once = self.receivable.due_on();
        for movement in self.fates.standing(self.movements, day) {
            let due_on = movement.detail.due_on.or(at_once);
            let instalment = number_of(plan, due_on).filter(|_| planned);
            let of = |part, amount| Due { due_on, instalment, part, amount };
            match movement.kind {
                MovementKind::Interest => dues.push(of(Part::Interest, movement.owed.interest)),
                MovementKind::Fee => dues.push(of(Part::Fee, movement.owed.fee)),
                // What the plan does not spread is due at once, or on demand.
                MovementKind::Disbursement if plan.is_empty() => {
                    dues.push(of(Part::Principal, movement.owed.principal));
                }
                MovementKind::Adjustment => {
                    dues.extend(Part::ALL.map(|part| of(part, movement.owed.get(part))));
                }
                _ => {}
            }
        }
        dues
    }

    /// What is open on a day, by the days on which it is due, and the credit beside it.
    ///
    /// # Errors
    /// As [`Tracker::plan`].
    pub fn open(&self, day: NaiveDate) -> Result<(Vec<OpenDue>, i64)> {
        let (open, credit) = self.standing(day)?.open()?;
        if open.is_zero() {
            return Ok((Vec::new(), credit));
        }
        Ok((open_dues(open, &self.dues(day)?)?, credit))
    }

    /// As [`Tracker::open`] and [`Tracker::accrued`], with the plan worked out once for both.
    ///
    /// # Errors
    /// As [`Tracker::uncharged`].
    pub fn open_and_accrued(&self, day: NaiveDate) -> Result<(Vec<OpenDue>, i64, Parts)> {
        let agreed = self.agreed_on(day)?;
        let (open, credit) = self.standing(day)?.open()?;
        let dues = match open.is_zero() {
            true => Vec::new(),
            false => open_dues(open, &self.dues_of(last_plan(&agreed), day))?,
        };
        Ok((dues, credit, self.accrued_of(&agreed, day)?))
    }

    /// What the terms ask for through a day and was not charged yet: of a plan, interest and fees of the instalments
    /// that fall due; otherwise the interest that was earned in all, less what was charged of it.
    ///
    /// # Errors
    /// As [`Tracker::plan`], and [`crate::ErrorKind::AmountOverflow`].
    pub fn uncharged(&self, day: NaiveDate) -> Result<Vec<Charge>> {
        match &self.loan_with(day)? {
            Some(loan) => self.uncharged_of(loan, &self.plan(day)?, day),
            None => Ok(Vec::new()),
        }
    }

    fn uncharged_of(&self, loan: &Loan, plan: &[Instalment], day: NaiveDate) -> Result<Vec<Charge>> {
        if !self.receivable.is_planned() {
            let amount = self.uncharged_interest(loan, day, day)?;
            let charge = Charge::interest(day, self.receivable.due_on(), amount, false);
            return Ok(if amount == 0 { Vec::new() } else { vec![charge] });
        }
        let mut charges = Vec::new();
        for instalment in plan.iter().filter(|known| known.due_on <= day) {
            charges.extend(self.uncharged_of_instalment(instalment, day)?);
        }
        charges.extend(self.late_interest(loan, plan, day)?);
        Ok(charges)
    }

    /// What the terms have earned through a day and no entry says yet: what is uncharged, and of a plan the interest since
    /// the last due day. With what is owed it is what would pay everything off on the day.
    ///
    /// # Errors
    /// As [`Tracker::uncharged`].
    pub fn accrued(&self, day: NaiveDate) -> Result<Parts> {
        self.accrued_of(&self.agreed_on(day)?, day)
    }

    fn accrued_of(&self, agreed: &[Agreed], day: NaiveDate) -> Result<Parts> {
        let Some(loan) = &self.loan_with(day)? else { return Ok(Parts::ZERO) };
        let uncharged = self.uncharged_of(loan, last_plan(agreed), day)?;
        let charges = uncharged.into_iter().chain(self.broken_of(loan, agreed, day)?);
        charges.map(|charge| Parts::of(charge.part, charge.amount)).try_fold(Parts::ZERO, Parts::plus)
    }

    /// The interest of a plan since the last due day, for which nothing was charged yet.
    ///
    /// # Errors
    /// As [`Tracker::plan`].
    pub fn broken_period(&self, day: NaiveDate) -> Result<Option<Charge>> {
        match &self.loan_with(day)? {
            Some(loan) => self.broken_of(loan, &self.agreed_on(day)?, day),
            None => Ok(None),
        }
    }

    fn broken_of(&self, loan: &Loan, agreed: &[Agreed], day: NaiveDate) -> Result<Option<Charge>> {
        if !self.receivable.is_planned() {
            return Ok(None);
        }
        let state = self.state_on(agreed, day)?;
        if state.charged_to >= day || state.remaining == 0 {
            return Ok(None);
        }
        let amount = payoff(loan, &state, day, None)?.interest;
        Ok((amount != 0).then_some(Charge::interest(day, Some(day), amount, false)))
    }

    /// The principal that is open from each day on on which it changes.
    ///
    /// # Errors
    /// [`crate::ErrorKind::AmountOverflow`].
    pub fn principal_history(&self, day: NaiveDate) -> Result<Vec<BalanceFrom>> {
        self.history(day, |movement| movement.owed, |owed| Ok(owed.principal.max(0)))
    }

    /// An amount of what is owed, from each day on on which anything changes.
    pub(super) fn history(
        &self,
        day: NaiveDate,
        moved: impl Fn(&Movement) -> Parts,
        of: impl Fn(Parts) -> Result<i64>,
    ) -> Result<Vec<BalanceFrom>> {
        let mut history: Vec<BalanceFrom> = Vec::new();
        let mut sum = Parts::ZERO;
        for effect in self.effects(day) {
            let owed = moved(effect.movement);
            sum = if effect.counts { sum.plus(owed)? } else { sum.minus(owed)? };
            let principal = of(sum)?;
            match history.last_mut() {
                Some(last) if last.from == effect.on => last.principal = principal,
                _ => history.push(BalanceFrom { from: effect.on, principal }),
            }
        }
        Ok(history)
    }

    /// What is to come, by the days on which it is due: what is open, and what the plan will charge with it. What is due on
    /// demand, and what is late, comes with the interest through the day; the end of time is the day of a reader without
    /// one.
    ///
    /// # Errors
    /// As [`Tracker::plan`].
    pub fn expected(&self, day: NaiveDate) -> Result<Vec<OpenDue>> {
        let (mut expected, _) = self.open(day)?;
        // One sum is due with the interest that it bears until then.
        if let (Some(due_on), Some(loan)) = (self.receivable.due_on(), &self.loan_with(NaiveDate::MAX)?) {
            // Past its day it goes on bearing interest.
            let to = if day == NaiveDate::MAX { due_on } else { due_on.max(day) };
            let interest = self.uncharged_interest(loan, day, to)?;
            match expected.iter_mut().find(|known| known.due_on == Some(due_on)) {
                Some(known) => known.parts = known.parts.plus(Parts::of(Part::Interest, interest))?,
                // Nothing of it is open, and something of its interest was taken back.
                None if interest > 0 => {
                    let parts = Parts::of(Part::Interest, interest);
                    expected.push(OpenDue { due_on: Some(due_on), instalment: None, parts });
                }
                None => {}
            }
        }
        for instalment in self.plan(day)? {
            let charges = self.uncharged_of_instalment(&instalment, day)?;
            let mut charges = charges.into_iter().map(|charge| Parts::of(charge.part, charge.amount));
            let charges = charges.try_fold(Parts::ZERO, Parts::plus)?;
            if charges.is_zero() {
                continue;
            }
            let due_on = Some(instalment.due_on);
            match expected.iter_mut().find(|known| known.due_on == due_on) {
                Some(known) => known.parts = known.parts.plus(charges)?,
                None => {
                    let number = self.receivable.is_planned().then_some(instalment.number);
                    expected.push(OpenDue { due_on, instalment: number, parts: charges });
                }
            }
        }
        if self.receivable.due_on().is_none() && day != NaiveDate::MAX {
            let uncharged = self.uncharged(day)?;
            for charge in uncharged.iter().filter(|charge| charge.late || charge.due_on.is_none()) {
                let parts = Parts::of(charge.part, charge.amount);
                match expected.iter_mut().find(|known| known.due_on == charge.due_on) {
                    Some(known) => known.parts = known.parts.plus(parts)?,
                    None => expected.push(OpenDue { due_on: charge.due_on, instalment: None, parts }),
                }
            }
        }
        expected.sort_by_key(|due| (due.due_on.is_none(), due.due_on));
        Ok(expected)
    }
}

/// Interest and fees of an instalment.
pub(crate) fn charges_of(instalment: &Instalment) -> impl Iterator<Item = Charge> {
    let Instalment { due_on, parts, .. } = *instalment;
    let of = move |part| Charge {
        part,
        on: due_on,
        through: due_on,
        due_on: Some(due_on),
        amount: parts.get(part),
        late: false,
    };
    [Part::Interest, Part::Fee].into_iter().map(of).filter(|charge| charge.amount != 0)
}

fn number_of(plan: &[Instalment], due_on: Option<NaiveDate>) -> Option<u32> {
    let due_on = due_on?;
    plan.iter().find(|known| known.due_on == due_on).map(|known| known.number)
}
