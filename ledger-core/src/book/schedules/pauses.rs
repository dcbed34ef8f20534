//! Pauses: days on which a row, in all its parts, does not happen.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{Schedules, parts};
use crate::schedule::{Pause, RowRef, Schedule, ScheduleTerms};
use crate::{Error, ErrorKind, Result};

impl Schedules<'_> {
    /// Says that a row does not happen for some days, or until it is resumed; gives back the parts that this reaches.
    ///
    /// By its name a row is paused in every part that has one of these days, by a number only in that part. Single
    /// occurrences that have a day or lines of their own still happen.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::InvalidSchedule`] for a pause that ends before it begins,
    /// [`ErrorKind::NotAllowed`] for one that lies in a pause already.
    pub fn pause(
        &self,
        row: impl Into<RowRef>,
        from: NaiveDate,
        until: Option<NaiveDate>,
    ) -> Result<Vec<Arc<Schedule>>> {
        let pause = Pause { from, until };
        let has_days = |part: &Schedule| {
            let first = part.terms().recurrence.next_on_or_after(from);
            first.is_some_and(|first| pause.covers(first))
        };
        self.change_parts(&row.into(), has_days, |terms| add_pause(terms, pause))
    }

    /// Ends the pauses that a day lies in, so that the row happens from that day on; later pauses stay. Gives back the
    /// parts that were paused.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for a row that is not paused then.
    pub fn resume(&self, row: impl Into<RowRef>, on: NaiveDate) -> Result<Vec<Arc<Schedule>>> {
        let is_paused = |part: &Schedule| part.terms().is_paused(on);
        self.change_parts(&row.into(), is_paused, |terms| end_pauses(terms, on))
    }

    /// Changes the terms of those parts of a row that are meant, or of the last one where none is.
    ///
    /// A part that refuses stays as it is where another one changes.
    fn change_parts(
        &self,
        row: &RowRef,
        is_meant: impl Fn(&Schedule) -> bool,
        edit: impl Fn(&mut ScheduleTerms) -> Result<()>,
    ) -> Result<Vec<Arc<Schedule>>> {
        let (plan, changed) = self.change_plan("occurrence.follow", |_, plan| {
            let mut parts = parts(plan, row)?;
            match parts.iter().any(|part| is_meant(part)) {
                true => parts.retain(|part| is_meant(part)),
                false => drop(parts.drain(..parts.len() - 1)),
            }
            let (mut changed, mut refused) = (Vec::new(), None);
            for part in parts {
                let mut terms = part.terms().clone();
                match edit(&mut terms) {
                    Ok(()) => {
                        plan.replace(part.id(), terms)?;
                        changed.push(part.id());
                    }
                    Err(error) => refused = refused.or(Some(error)),
                }
            }
            match refused.filter(|_| changed.is_empty()) {
                Some(error) => Err(error),
                None => Ok(changed),
            }
        })?;
        changed.into_iter().map(|id| plan.schedule(id).cloned()).collect()
    }
}

fn add_pause(terms: &mut ScheduleTerms, pause: Pause) -> Result<()> {
    let Pause { from, until } = pause;
    let covers = |known: &&Pause| {
        known.from <= from && known.until.is_none_or(|end| until.is_some_and(|until| until <= end))
    };
    if let Some(known) = terms.pauses.iter().find(covers) {
        let end = known.until.map_or("it is resumed".to_owned(), |until| until.to_string());
        return Err(not_allowed(terms, "paused", format!("it is paused from {} until {end}", known.from)));
    }
    // Pauses that lie in the new one say nothing any more.
    let within = |known: &Pause| {
        from <= known.from && until.is_none_or(|until| known.until.is_some_and(|end| end <= until))
    };
    terms.pauses.retain(|known| !within(known));
    terms.pauses.push(pause);
    Ok(())
}

fn end_pauses(terms: &mut ScheduleTerms, on: NaiveDate) -> Result<()> {
    if !terms.is_paused(on) {
        return Err(not_allowed(terms, "resumed", format!("it is not paused on {on}")));
    }
    let before = on.pred_opt();
    for pause in terms.pauses.iter_mut().filter(|pause| pause.covers(on)) {
        pause.until = before;
    }
    terms.pauses.retain(|pause| pause.until.is_none_or(|until| pause.from <= until));
    Ok(())
}

fn not_allowed(terms: &ScheduleTerms, verb: &'static str, reason: String) -> Error {
    ErrorKind::NotAllowed { what: "schedule", name: terms.name.clone(), verb, reason }.into()
}
