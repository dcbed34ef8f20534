//! Other terms: a rate from a day on, a loan in the place of another, and what can be said anew without moving anything.

use chrono::NaiveDate;

use super::charges::{not_allowed, refuse_tab};
use super::control::{AGREED_MONEY, check_money, check_result, refuse_control};
use super::desk::{charge_draft, charge_kind};
use super::open::NewReceivable;
use super::record::{EntryWords, MovementDraft, account_for};
use super::stored::{audited_receivable, receivable_row, receivable_subject};
use super::{Receivables, account_id};
use crate::journal::{AccountRef, Entry};
use crate::money::Amount;
use crate::receivable::{
    Keep, Loan, MovementKind, Parts, Rate, RateChange, Receivable, ReceivableId, ReceivableKind, Repayment,
};
use crate::store::call;
use crate::text::{check_name, check_text, normalize};
use crate::{ErrorKind, Result};

/// What is to be said anew of a receivable; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditReceivable {
    /// Another name.
    pub name: Option<String>,
    /// Another day on which it is due, of one that is due in one sum or on demand.
    pub due_on: Option<NaiveDate>,
    /// Another rate of what is late; zero for none.
    pub late_rate: Option<Rate>,
    /// Another account that repayments are expected in.
    pub money: Option<AccountRef>,
    /// Another account for interest.
    pub interest: Option<AccountRef>,
    /// Another account for fees.
    pub fees: Option<AccountRef>,
    /// Another account for what is forgiven or written off.
    pub losses: Option<AccountRef>,
    /// Another note; an empty one takes it away.
    pub note: Option<String>,
}

impl Receivables<'_> {
    /// Changes what is said of a receivable; nothing moves.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] for a name that is taken, [`ErrorKind::NotAllowed`] for the due day of one with a plan.
    pub fn edit(&self, id: ReceivableId, edit: EditReceivable) -> Result<Receivable> {
        self.book.change(|_, chart| {
            let stored = self.read_some(&[id.get()])?;
            let before = stored.tracker(id)?.receivable.clone();
            let mut after = before.clone();
            if let Some(name) = edit.name {
                check_name(before.kind.as_str(), &name, super::open::NAME_CHARS_MAX)?;
                let key = normalize(&name);
                let taken =
                    call!(self.book.db(), "reading receivables", receivable::named(self.book.id(), &key))?;
                if taken.is_some_and(|row| row.receivable_id != id.get()) {
                    let hint = " (choose another)".to_owned();
                    return Err(ErrorKind::AlreadyExists { what: before.kind.as_str(), name, hint }.into());
                }
                after.name = name;
            }
            let accounts = [
                (&edit.money, &mut after.details.money),
                (&edit.interest, &mut after.details.interest),
                (&edit.fees, &mut after.details.fees),
                (&edit.losses, &mut after.details.losses),
            ];
            for (given, kept) in accounts {
                if let Some(account) = given {
                    *kept = Some(account_id(chart, account)?);
                }
            }
            let results = [
                (&edit.interest, after.details.interest),
                (&edit.fees, after.details.fees),
                (&edit.losses, after.details.losses),
            ];
            for (_, account) in results.into_iter().filter(|(given, _)| given.is_some()) {
                account.map_or(Ok(()), |account| check_result(chart, account))?;
            }
            let given = after.details.accounts().into_iter().zip(before.details.accounts());
            let given = given.filter(|(given, known)| given != known).filter_map(|(given, _)| given);
            refuse_control(chart, &self.control_accounts()?, given)?;
            if let (Some(_), Some(money)) = (&edit.money, after.details.money) {
                check_money(chart, money, AGREED_MONEY)?;
            }
            if let Some(note) = edit.note {
                check_text("note", &note, super::open::NOTE_CHARS_MAX)?;
                after.details.note = (!note.trim().is_empty()).then_some(note);
            }
            if let Some(on) = edit.due_on {
                let terms = after.loan.take().map(Loan::into_terms);
                let due =
                    |repayment: &Repayment| matches!(repayment, Repayment::Due { .. } | Repayment::OnDemand);
                let Some(mut terms) = terms.filter(|terms| due(&terms.repayment)) else {
                    let reason = "a plan says when it is due: refinance it, or pay extra".to_owned();
                    return Err(not_allowed(&before, "given another due day", reason));
                };
                terms.repayment = Repayment::Due { on };
                after.loan = Some(Loan::new(terms)?);
            }
            if let Some(rate) = edit.late_rate {
                let Some(mut terms) = after.loan.take().map(Loan::into_terms) else {
                    let reason = "it is a tab, which bears no interest".to_owned();
                    return Err(not_allowed(&before, "given a late rate", reason));
                };
                terms.late_rate = Some(rate);
                after.loan = Some(Loan::new(terms)?);
            }
            if after.loan != before.loan {
                // Other terms of what is late count from the day on through which interest was charged.
                let through = stored.tracker(id)?.charged_at_all();
                after.details.settled_through = through.max(before.details.settled_through);
            }
            self.put(&before, &after)?;
            Ok(after)
        })
    }

    /// Writes a receivable over itself, with its audit event; the head has to be locked.
    pub(in crate::book) fn put(&self, before: &Receivable, after: &Receivable) -> Result<()> {
        let chart = self.book.chart()?;
        let commodity = chart.commodity_id(after.commodity).unwrap_or_default();
        let row = |of: &Receivable| receivable_row(self.book.id(), commodity, of);
        let (before, after) = (row(before), row(after));
        if before == after {
            return Ok(());
        }
        call!(self.book.db(), "changing a receivable", receivable::update(&after))?;
        let (was, is) = (audited_receivable(&before), audited_receivable(&after));
        self.book.record_event(
            "receivable.change",
            &receivable_subject(after.receivable_id),
            Some(was),
            Some(is),
        )
    }

    /// Another rate from a day on: what is still to come is planned anew, with the same number of instalments or the same
    /// payment. It holds until the day of a rate that was given before for a later day, and what was planned anew from later
    /// days on follows from it.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] for one without interest, or a day through which interest was charged already; and as
    /// [`crate::receivable::reamortise`].
    pub fn change_rate(&self, id: ReceivableId, change: RateChange, keep: Keep) -> Result<Receivable> {
        self.book.change(|_, _| {
            let mut stored = self.read_some(&[id.get()])?;
            let tracker = stored.tracker(id)?;
            let receivable = tracker.receivable.clone();
            self.refuse_before(&tracker, change.from)?;
            if receivable.loan.as_ref().is_none_or(|loan| loan.terms().interest.is_none()) {
                let reason = "it bears no interest (refinance it on other terms)".to_owned();
                return Err(not_allowed(&receivable, "given another rate", reason));
            }
            let goes_on = !receivable.is_planned() || tracker.loan_state(change.from)?.remaining > 0;
            let late_rate = receivable.loan.as_ref().and_then(|loan| loan.terms().late_rate);
            let through = match goes_on || late_rate.is_some() {
                true => tracker.charged_through(),
                // What is left after the last instalment bears the rate of the loan.
                false => tracker.charged_at_all(),
            };
            if let Some(through) = through.filter(|through| *through > change.from) {
                let reason = format!("interest was charged through {through} already: give a later day");
                return Err(not_allowed(&receivable, "given another rate", reason));
            }
            let late_from = receivable.loan.as_ref().and_then(|loan| {
                let due_on = receivable.due_on().filter(|_| loan.terms().late_rate.is_some())?;
                Some(loan.in_time_through(due_on))
            });
            let late_from = late_from.filter(|late_from| *late_from <= change.from);
            if let Some(late_from) = late_from.or(late_rate.filter(|_| !goes_on).map(|_| change.from)) {
                let reason = format!(
                    "from {late_from} on it bears the rate of what is late (change that one: `edit` with --late-rate)"
                );
                return Err(not_allowed(&receivable, "given another rate", reason));
            }
            let mut draft = MovementDraft::new(id, MovementKind::Terms, change.from, Parts::ZERO);
            draft.detail.rate = Some(change);
            // After the last instalment there is nothing to plan anew.
            draft.detail.keep = (receivable.is_planned() && goes_on).then_some(keep);
            let kept = self.keep_movements(&mut stored, vec![(None, draft)]);
            kept.map_err(|error| if keep == Keep::Payment { or_term(error) } else { error })?;
            Ok(receivable)
        })
    }

    /// Pays off some loans by a new one, in one entry: what the new one brings more (or less) moves on the money account,
    /// which is the new one's counter account. Where it brings just what the old ones come to, no such account is needed.
    ///
    /// Interest and fees through the day are charged first. Repayments are expected where those of the first were, unless
    /// something else is said.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] where nothing of an old one is owed, or it is of the other side or commodity;
    /// [`ErrorKind::Misuse`] where money moves and no account is given; and as [`Receivables::add`].
    pub fn refinance(&self, old: &[ReceivableId], mut new: NewReceivable) -> Result<(Receivable, Entry)> {
        self.book.change(|_, chart| {
            let ids: Vec<i32> = old.iter().map(|id| id.get()).collect();
            let mut stored = self.read_some(&ids)?;
            let on = new.terms.lent_on;
            let money = new.counter.as_ref().map(|account| account_id(chart, account)).transpose()?;
            let (kind, commodity) = (new.kind, new.terms.principal.commodity());
            let mut drafts = Vec::new();
            let mut all = 0_i128;
            let mut expected_in = None;
            for id in old {
                let tracker = stored.tracker(*id)?;
                let receivable = tracker.receivable;
                if receivable.kind != kind || receivable.commodity != commodity {
                    let reason = format!("the new one is a {} in {commodity}", kind.as_str());
                    return Err(not_allowed(receivable, "refinanced", reason));
                }
                refuse_tab(receivable, "refinanced")?;
                self.refuse_before(&tracker, on)?;
                let mut owed = tracker.standing(on)?.owed;
                let broken = tracker.broken_period(on)?;
                for charge in tracker.uncharged(on)?.into_iter().chain(broken) {
                    let account = account_for(chart, receivable, charge_kind(&charge), None)?;
                    let draft = charge_draft(*id, &charge, on, account);
                    owed = owed.plus(draft.owed)?;
                    drafts.push(draft);
                }
                if owed.is_zero() {
                    return Err(not_allowed(
                        receivable,
                        "refinanced",
                        format!("nothing of it is open on {on}"),
                    ));
                }
                let paid = MovementDraft::new(*id, MovementKind::Repayment, on, Parts::ZERO.minus(owed)?);
                drafts.push(MovementDraft { counter: money, ..paid });
                all += owed.wide_total();
                expected_in = expected_in.or(receivable.details.money);
            }
            if money.is_none() {
                refuse_rest(kind, new.terms.principal, all)?;
                new.money = new.money.or(expected_in.map(AccountRef::from));
            }
            let (receivable, principal) = self.open_unposted(new, &mut stored)?;
            let opened = MovementDraft::new(receivable.id, MovementKind::Disbursement, on, principal);
            drafts.push(MovementDraft { counter: money, ..opened });
            let party = super::party_name(self.book.chart()?.as_ref(), &receivable);
            let description = format!("Refinanced: {}", receivable.name);
            let words = EntryWords { description, party: Some(party), ..EntryWords::default() };
            let entry = self.posted(&mut stored, on, words, drafts)?;
            Ok((receivable, entry))
        })
    }
}

/// A payment that is too small for another rate, with the way out: to pay more of them would not do.
fn or_term(error: crate::Error) -> crate::Error {
    let ErrorKind::InvalidSetting { what: "payment", value, reason } = error.kind() else { return error };
    let reason = format!("{reason}; keep the number of instalments, so that the payment rises: --keep term");
    ErrorKind::InvalidSetting { what: "payment", value: value.clone(), reason }.into()
}

/// Refuses a new loan that is not what the old ones come to, where nothing is said of the rest.
fn refuse_rest(kind: ReceivableKind, principal: Amount, old: i128) -> Result<()> {
    let old = Amount::try_from_i128(old, principal.commodity(), "what the old ones come to")?;
    let more = principal.checked_sub(old)?;
    if more.is_zero() {
        return Ok(());
    }
    let flag = match kind {
        ReceivableKind::Receivable => "--from",
        ReceivableKind::Payable => "--to",
    };
    let (rest, word) = if more.is_negative() { (more.negate()?, "less") } else { (more, "more") };
    let advice = format!(
        "the new one is {principal}, {rest} {word} than the old ones come to: say in which account the rest moves ({flag} \
         ACCOUNT)"
    );
    Err(ErrorKind::Misuse(advice).into())
}
