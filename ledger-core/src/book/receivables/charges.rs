//! Movements besides repayments: interest and fees charged, more lent, what is forgiven, written off, recovered, paid
//! back from a credit, or adjusted outside the books.

use chrono::NaiveDate;

use super::control::MoneyAccount;
use super::desk::{charge_draft, charge_kind};
use super::record::{EntryWords, MovementDraft, account_for};
use super::stored::StoredReceivables;
use super::{ReceivableFilter, Receivables, account_id, party_name};
use crate::journal::{AccountRef, Entry};
use crate::money::Amount;
use crate::receivable::{
    AllocationOrder, MovementKind, OpenItem, Part, Parts, Receivable, ReceivableId, Repayment, Tracker,
    allocate,
};
use crate::text::check_text;
use crate::{ErrorKind, Result};

/// The longest reason, in characters.
const REASON_CHARS_MAX: usize = 1_000;

/// What was charged of one receivable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charged {
    /// Of which.
    pub receivable: ReceivableId,
    /// The name of that.
    pub name: String,
    /// The entry.
    pub entry: Entry,
    /// How much.
    pub parts: Parts,
}

/// How what is owed becomes less without money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reduce {
    /// It is forgiven.
    Forgive,
    /// It is not expected any more; what comes nevertheless is a recovery.
    WriteOff,
}

/// Something that changed what is owed and never touched the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjust {
    /// The day.
    pub on: NaiveDate,
    /// What it adds to what is owed; below zero for what it takes away.
    pub amount: Amount,
    /// For what it is owed.
    pub part: Part,
    /// Why.
    pub reason: String,
}

impl Receivables<'_> {
    /// Charges the interest and fees that the terms ask for through a day, of all receivables that a filter means.
    ///
    /// Each gets an entry of its own, on the day on which it fell due, or on the last day; what fell due under the lock of
    /// the book on the first day after it. Done again it charges nothing.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] where no account is known for interest or fees, and as [`crate::Journal::post`]; nothing
    /// is charged then.
    pub fn accrue(&self, to: NaiveDate, filter: &ReceivableFilter) -> Result<Vec<Charged>> {
        self.book.change(|_, chart| {
            let mut stored = self.stored(filter)?;
            let first_open = self.book.locked_through()?.and_then(|through| through.succ_opt());
            let mut charged = Vec::new();
            let ids: Vec<ReceivableId> = stored.receivables.keys().copied().collect();
            for id in ids {
                let tracker = stored.tracker(id)?;
                let charges = tracker.uncharged(to)?;
                let days: std::collections::BTreeSet<NaiveDate> =
                    charges.iter().map(|charge| charge.on).collect();
                for on in days {
                    let receivable = stored.tracker(id)?.receivable.clone();
                    // What fell due under the lock is posted on the first day after it, where that is asked for too.
                    let posted_on = first_open.filter(|first| on < *first && *first <= to).unwrap_or(on);
                    let mut parts = Parts::ZERO;
                    let mut drafts = Vec::new();
                    for charge in charges.iter().filter(|charge| charge.on == on) {
                        let account = account_for(chart, &receivable, charge_kind(charge), None)?;
                        parts = parts.plus(Parts::of(charge.part, charge.amount))?;
                        drafts.push(charge_draft(id, charge, posted_on, account));
                    }
                    let words = self.words(&receivable, format!("Interest: {}", receivable.name))?;
                    let entry = self.posted(&mut stored, posted_on, words, drafts)?;
                    charged.push(Charged { receivable: id, name: receivable.name, entry, parts });
                }
            }
            Ok(charged)
        })
    }

    /// Charges a fee, due on a day of its own or with the receivable.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for an amount that is not above zero, [`ErrorKind::NotAllowed`] where no account is
    /// known for it, [`ErrorKind::CommodityMismatch`], and as [`crate::Journal::post`].
    pub fn charge_fee(
        &self,
        id: ReceivableId,
        amount: Amount,
        on: NaiveDate,
        due_on: Option<NaiveDate>,
        account: Option<&AccountRef>,
        description: Option<String>,
    ) -> Result<Charged> {
        self.book.change(|_, chart| {
            let mut stored = self.read_some(&[id.get()])?;
            let receivable = stored.tracker(id)?.receivable.clone();
            refuse_tab(&receivable, "charged a fee")?;
            check_amount(&receivable, amount, "fee")?;
            let account = account.map(|account| account_id(chart, account)).transpose()?;
            let account = account_for(chart, &receivable, MovementKind::Fee, account)?;
            let parts = Parts::of(Part::Fee, amount.minor());
            let mut draft = MovementDraft::new(id, MovementKind::Fee, on, parts).against(account);
            draft.detail.due_on = due_on;
            let words = description.unwrap_or_else(|| format!("Fee: {}", receivable.name));
            let words = self.words(&receivable, words)?;
            self.refuse_before(&stored.tracker(id)?, on)?;
            let entry = self.posted(&mut stored, on, words, vec![draft])?;
            Ok(Charged { receivable: id, name: receivable.name, entry, parts })
        })
    }

    /// Lends more of a receivable that is due on demand; with `more` also of one that was lent in one sum.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] for one with a plan, and for one lent in one sum without `more`.
    pub fn disburse(
        &self,
        id: ReceivableId,
        amount: Amount,
        on: NaiveDate,
        counter: &AccountRef,
        more: bool,
        description: Option<String>,
    ) -> Result<Charged> {
        self.book.change(|_, chart| {
            let mut stored = self.read_some(&[id.get()])?;
            let tracker = stored.tracker(id)?;
            let receivable = tracker.receivable.clone();
            refuse_tab(&receivable, "lent again")?;
            check_amount(&receivable, amount, "amount")?;
            self.refuse_before(&tracker, on)?;
            let repayment = receivable.loan.as_ref().map(|loan| loan.terms().repayment.clone());
            let refused = match repayment {
                None | Some(Repayment::OnDemand) => None,
                Some(Repayment::Due { on }) if !more => {
                    Some(format!("it was lent in one sum, due on {on} (--more adds to it all the same)"))
                }
                Some(Repayment::Due { .. }) => None,
                Some(_) => Some("its plan spreads what was lent: add another, or refinance it".to_owned()),
            };
            if let Some(reason) = refused {
                return Err(not_allowed(&receivable, "lent again", reason));
            }
            let counter = account_id(chart, counter)?;
            let parts = Parts::of(Part::Principal, amount.minor());
            let draft = MovementDraft::new(id, MovementKind::Disbursement, on, parts).against(counter);
            let words = self.words(&receivable, description.unwrap_or_else(|| receivable.name.clone()))?;
            let entry = self.posted(&mut stored, on, words, vec![draft])?;
            Ok(Charged { receivable: id, name: receivable.name, entry, parts })
        })
    }

    /// Forgives or writes off what is owed, or a part of it, oldest first: fees, then interest, then principal.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] where nothing is owed, more is to go than is owed, or no account is known for it.
    pub fn reduce(
        &self,
        id: ReceivableId,
        reduce: Reduce,
        amount: Option<Amount>,
        on: NaiveDate,
        account: Option<&AccountRef>,
        reason: Option<String>,
    ) -> Result<Charged> {
        let (kind, word) = match reduce {
            Reduce::Forgive => (MovementKind::Forgiveness, "Forgiven"),
            Reduce::WriteOff => (MovementKind::WriteOff, "Written off"),
        };
        self.book.change(|_, chart| {
            let mut stored = self.read_some(&[id.get()])?;
            let tracker = stored.tracker(id)?;
            let receivable = tracker.receivable.clone();
            refuse_tab(&receivable, word_of(reduce))?;
            self.refuse_before(&tracker, on)?;
            let (open, _) = tracker.open(on)?;
            let items: Vec<OpenItem> = open
                .iter()
                .map(|due| OpenItem {
                    receivable: id,
                    instalment: due.instalment,
                    due_on: due.due_on,
                    open: due.parts,
                })
                .collect();
            let owed: i128 = items.iter().map(|item| item.open.wide_total()).sum();
            let owed = Amount::try_from_i128(owed, receivable.commodity, "what is owed")?;
            let amount = amount.unwrap_or(owed);
            if owed.is_zero() {
                return Err(not_allowed(
                    &receivable,
                    word_of(reduce),
                    format!("nothing of it is open on {on}"),
                ));
            }
            check_amount(&receivable, amount, "amount")?;
            if amount.minor() > owed.minor() {
                return Err(not_allowed(
                    &receivable,
                    word_of(reduce),
                    format!("only {owed} of it are open on {on}"),
                ));
            }
            let parts = allocate(amount, &items, &AllocationOrder::default())?.by_receivable()?;
            let parts = parts.get(&id).copied().unwrap_or_default();
            let account = account.map(|account| account_id(chart, account)).transpose()?;
            let account = account_for(chart, &receivable, kind, account)?;
            let mut draft = MovementDraft::new(id, kind, on, Parts::ZERO.minus(parts)?).against(account);
            draft.detail.reason = checked(reason)?;
            let words = self.words(&receivable, format!("{word}: {}", receivable.name))?;
            let entry = self.posted(&mut stored, on, words, vec![draft])?;
            Ok(Charged { receivable: id, name: receivable.name, entry, parts })
        })
    }

    /// Books money that came back for something that had been written off.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] for more than was written off, an account in which no money moves, or where none is known.
    pub fn recover(
        &self,
        id: ReceivableId,
        amount: Amount,
        on: NaiveDate,
        account: Option<&MoneyAccount>,
        losses: Option<&AccountRef>,
    ) -> Result<Charged> {
        self.book.change(|_, chart| {
            let mut stored = self.read_some(&[id.get()])?;
            let tracker = stored.tracker(id)?;
            let receivable = tracker.receivable.clone();
            check_amount(&receivable, amount, "amount")?;
            let lost = Amount::new(tracker.standing(on)?.written_off, receivable.commodity);
            if amount.minor() > lost.minor() {
                return Err(not_allowed(
                    &receivable,
                    "recovered",
                    format!("{lost} of it are written off on {on}"),
                ));
            }
            let money = account.map(|account| account.id(chart)).transpose()?;
            let money = account_for(chart, &receivable, MovementKind::Repayment, money)?;
            let losses = losses.map(|account| account_id(chart, account)).transpose()?;
            let losses = account_for(chart, &receivable, MovementKind::Recovery, losses)?;
            let mut draft = MovementDraft::new(id, MovementKind::Recovery, on, Parts::ZERO).against(money);
            draft.losses = Some(losses);
            draft.detail.recovered = amount.minor();
            let words = self.words(&receivable, format!("Recovered: {}", receivable.name))?;
            let entry = self.posted(&mut stored, on, words, vec![draft])?;
            Ok(Charged { receivable: id, name: receivable.name, entry, parts: Parts::ZERO })
        })
    }

    /// Pays a credit back, or a part of it.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] for more than the credit is, an account in which no money moves, or where none is known.
    pub fn refund(
        &self,
        id: ReceivableId,
        amount: Option<Amount>,
        on: NaiveDate,
        account: Option<&MoneyAccount>,
    ) -> Result<Charged> {
        self.book.change(|_, chart| {
            let mut stored = self.read_some(&[id.get()])?;
            let tracker = stored.tracker(id)?;
            let receivable = tracker.receivable.clone();
            let credit = Amount::new(tracker.standing(on)?.credit, receivable.commodity);
            let amount = amount.unwrap_or(credit);
            if credit.is_zero() {
                return Err(not_allowed(&receivable, "refunded", format!("it has no credit on {on}")));
            }
            check_amount(&receivable, amount, "amount")?;
            if amount.minor() > credit.minor() {
                return Err(not_allowed(&receivable, "refunded", format!("its credit is {credit} on {on}")));
            }
            let account = account.map(|account| account.id(chart)).transpose()?;
            let account = account_for(chart, &receivable, MovementKind::Repayment, account)?;
            let mut draft = MovementDraft::new(id, MovementKind::Refund, on, Parts::ZERO).against(account);
            draft.credit = -amount.minor();
            let words = self.words(&receivable, format!("Refund: {}", receivable.name))?;
            let entry = self.posted(&mut stored, on, words, vec![draft])?;
            Ok(Charged { receivable: id, name: receivable.name, entry, parts: Parts::ZERO })
        })
    }

    /// Records something that never touched the books: it counts for what is owed, and stands apart in every report.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for an amount of zero or a reason that is empty, [`ErrorKind::NotAllowed`] for a tab and
    /// where less than nothing would be owed, [`ErrorKind::Locked`] for a locked day.
    pub fn adjust(&self, id: ReceivableId, adjust: Adjust) -> Result<Receivable> {
        self.book.change(|_, _| {
            let mut stored = self.read_some(&[id.get()])?;
            let receivable = stored.tracker(id)?.receivable.clone();
            if adjust.amount.commodity() != receivable.commodity || adjust.amount.is_zero() {
                let reason = format!("it is an amount of {} that is not zero", receivable.commodity);
                let value = adjust.amount.to_string();
                return Err(ErrorKind::InvalidSetting { what: "adjustment", value, reason }.into());
            }
            refuse_tab(&receivable, "adjusted")?;
            self.refuse_before(&stored.tracker(id)?, adjust.on)?;
            let parts = Parts::of(adjust.part, adjust.amount.minor());
            let mut draft = MovementDraft::new(id, MovementKind::Adjustment, adjust.on, parts);
            draft.detail.reason = checked(Some(adjust.reason))?;
            self.keep_movements(&mut stored, vec![(None, draft)])?;
            Ok(receivable)
        })
    }

    pub(super) fn words(&self, receivable: &Receivable, description: String) -> Result<EntryWords> {
        let party = party_name(self.book.chart()?.as_ref(), receivable);
        Ok(EntryWords { description, party: Some(party), ..EntryWords::default() })
    }

    /// Posts movements that have an entry for sure.
    pub(super) fn posted(
        &self,
        stored: &mut StoredReceivables,
        on: NaiveDate,
        words: EntryWords,
        drafts: Vec<MovementDraft>,
    ) -> Result<Entry> {
        let entry = self.post_movements(stored, on, words, drafts)?;
        entry.ok_or_else(|| ErrorKind::Misuse("a movement of nothing has no entry".to_owned()).into())
    }

    /// Refuses a day before the receivable.
    pub(super) fn refuse_before(&self, tracker: &Tracker<'_>, on: NaiveDate) -> Result<()> {
        let since = tracker.receivable.loan.as_ref().map(|loan| loan.terms().lent_on);
        match since.filter(|since| on < *since) {
            Some(since) => {
                let reason = format!("it is owed since {since}, and {on} lies before that");
                Err(not_allowed(tracker.receivable, "changed", reason))
            }
            None => Ok(()),
        }
    }
}

fn word_of(reduce: Reduce) -> &'static str {
    match reduce {
        Reduce::Forgive => "forgiven",
        Reduce::WriteOff => "written off",
    }
}

pub(super) fn not_allowed(receivable: &Receivable, verb: &'static str, reason: String) -> crate::Error {
    let (what, name) = (receivable.kind.as_str(), receivable.name.clone());
    ErrorKind::NotAllowed { what, name, verb, reason }.into()
}

/// Refuses a tab, which moves with its group only: the group counts what the others paid too.
pub(super) fn refuse_tab(receivable: &Receivable, verb: &'static str) -> Result<()> {
    if !receivable.is_tab() {
        return Ok(());
    }
    let reason =
        "it is a tab: record it in its group (`ledger group share`, `group pay` or `group settle-up`)";
    Err(not_allowed(receivable, verb, reason.to_owned()))
}

pub(super) fn check_amount(receivable: &Receivable, amount: Amount, what: &'static str) -> Result<()> {
    if amount.commodity() != receivable.commodity {
        let (left, right) = (amount.commodity().code().to_owned(), receivable.commodity.code().to_owned());
        return Err(ErrorKind::CommodityMismatch { left, right }.into());
    }
    if amount.minor() <= 0 {
        let reason = "it has to be above zero".to_owned();
        return Err(ErrorKind::InvalidSetting { what, value: amount.to_string(), reason }.into());
    }
    Ok(())
}

fn checked(reason: Option<String>) -> Result<Option<String>> {
    let Some(reason) = reason else { return Ok(None) };
    check_text("reason", &reason, REASON_CHARS_MAX)?;
    if reason.trim().is_empty() {
        let why = "it has to say something".to_owned();
        return Err(ErrorKind::InvalidSetting { what: "reason", value: reason, reason: why }.into());
    }
    Ok(Some(reason))
}
