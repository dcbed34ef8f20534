//! Movements into rows: each with its entry, in one unit, and nothing owed below zero afterwards.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Receivables;
use super::control::{check_result, refuse_control};
use super::stored::{StoredReceivables, audited_movement, first_overdrawn, movement_row, movement_subject};
use crate::account::{AccountId, Chart};
use crate::journal::{AccountRef, Entry, EntryDraft, LineDraft, Source};
use crate::money::{Amount, Commodity};
use crate::receivable::{
    Movement, MovementDetail, MovementKind, Parts, Receivable, ReceivableId, check_movement,
};
use crate::store::call;
use crate::store::receivable_rows::MovementRow;
use crate::text::shell_word;
use crate::{ErrorKind, Result};

/// A movement before it has a number and an entry.
#[derive(Debug, Clone)]
pub(in crate::book) struct MovementDraft {
    pub receivable: ReceivableId,
    pub kind: MovementKind,
    pub on: NaiveDate,
    pub owed: Parts,
    pub credit: i64,
    pub detail: MovementDetail,
    /// The account on the other side.
    pub counter: Option<AccountId>,
    /// Of a recovery: the account that took the loss.
    pub losses: Option<AccountId>,
}

impl MovementDraft {
    pub fn new(receivable: ReceivableId, kind: MovementKind, on: NaiveDate, owed: Parts) -> MovementDraft {
        let detail = MovementDetail::default();
        MovementDraft { receivable, kind, on, owed, credit: 0, detail, counter: None, losses: None }
    }

    pub fn against(mut self, account: AccountId) -> MovementDraft {
        self.counter = Some(account);
        self
    }

    fn control(&self) -> i128 {
        self.owed.wide_total() - i128::from(self.credit)
    }
}

/// What an entry says besides its lines.
#[derive(Debug, Clone, Default)]
pub(in crate::book) struct EntryWords {
    pub description: String,
    pub party: Option<String>,
    pub tags: Vec<crate::journal::Tag>,
    pub external_id: Option<String>,
}

impl Receivables<'_> {
    /// Posts the entry of some movements and records them; the head has to be locked.
    ///
    /// Without a line that is not zero there is no entry: a credit was used for the receivable that it belongs to.
    pub(in crate::book) fn post_movements(
        &self,
        stored: &mut StoredReceivables,
        on: NaiveDate,
        words: EntryWords,
        drafts: Vec<MovementDraft>,
    ) -> Result<Option<Entry>> {
        if let Some(id) = &words.external_id
            && let Some(known) = self.book.journal().by_external_id(id)?
        {
            let hint = format!(" as entry {} (it was recorded before)", known.number);
            return Err(ErrorKind::AlreadyExists { what: "external id", name: id.clone(), hint }.into());
        }
        let others: Vec<AccountId> =
            drafts.iter().flat_map(|draft| [draft.counter, draft.losses]).flatten().collect();
        if !others.is_empty() {
            refuse_control(&*self.book.chart()?, &self.control_accounts()?, others)?;
        }
        let draft = entry_of(stored, on, words, &drafts)?;
        let entry = match draft.lines.is_empty() {
            true => None,
            false => Some(self.book.journal().post(draft.balance()?)?),
        };
        let number = entry.as_ref().map(|entry| entry.number);
        self.keep_movements(stored, drafts.into_iter().map(|draft| (number, draft)).collect())?;
        Ok(entry)
    }

    /// Records movements, each with the entry that it was posted with; the head has to be locked.
    pub(in crate::book) fn keep_movements(
        &self,
        stored: &mut StoredReceivables,
        drafts: Vec<(Option<i64>, MovementDraft)>,
    ) -> Result<()> {
        let mut rows: Vec<MovementRow> = Vec::with_capacity(drafts.len());
        let mut touched: BTreeMap<ReceivableId, bool> = BTreeMap::new();
        let mut planned: BTreeSet<ReceivableId> = BTreeSet::new();
        let mut days: BTreeMap<ReceivableId, NaiveDate> = BTreeMap::new();
        for (entry, draft) in drafts {
            let id = draft.receivable;
            let tracker = stored.tracker(id)?;
            let is_tab = tracker.receivable.is_tab();
            if draft.detail.keep.is_some() || draft.detail.rate.is_some() {
                planned.insert(id);
            }
            if let std::collections::btree_map::Entry::Vacant(new) = touched.entry(id) {
                new.insert(is_tab || first_overdrawn(&tracker)?.is_some());
            }
            days.insert(id, draft.on);
            let number = tracker.movements.last().map_or(0, |last| last.number) + 1;
            let MovementDraft { receivable, kind, on, owed, credit, detail, .. } = draft;
            let entry = entry.filter(|_| !matches!(kind, MovementKind::Adjustment | MovementKind::Terms));
            let movement = Movement { receivable, number, kind, on, owed, credit, entry, detail };
            check_movement(&movement, is_tab)?;
            if movement.entry.is_none() {
                let name = &stored.tracker(id)?.receivable.name;
                self.book.refuse_counted(on, || format!("{} of {name}", kind.as_str()))?;
            }
            rows.push(movement_row(self.book.id(), &movement));
            stored.movements.entry(id).or_default().push(movement);
        }
        for (id, known) in touched {
            let tracker = stored.tracker(id)?;
            if let Some((on, parts)) = first_overdrawn(&tracker)?.filter(|_| !known) {
                let later = tracker.movements.iter().any(|movement| Some(&movement.on) > days.get(&id));
                return Err(overdrawn(tracker.receivable, on, parts, later)?.into());
            }
        }
        for id in planned {
            stored.tracker(id)?.check_plan()?;
        }
        call!(self.book.db(), "recording movements", receivable::insert_movements(&rows))?;
        let told = rows.iter().map(|row| {
            (movement_subject(row.receivable_id, row.movement_id), None, Some(audited_movement(row)))
        });
        self.book.record_events("receivable.move", told)
    }
}

/// The entry of some movements: a line on the control account for each receivable, one for each other account.
fn entry_of(
    stored: &StoredReceivables,
    on: NaiveDate,
    words: EntryWords,
    drafts: &[MovementDraft],
) -> Result<EntryDraft> {
    let mut controls: BTreeMap<ReceivableId, i128> = BTreeMap::new();
    let mut counters: Vec<(AccountId, Commodity, i128)> = Vec::new();
    // Credits that are used for other receivables have no other account than control accounts.
    let mut loose = 0_i128;
    let mut add = |account: Option<AccountId>, commodity, amount: i128| -> Result<()> {
        if amount == 0 {
            return Ok(());
        }
        let Some(account) = account else {
            loose += amount;
            return Ok(());
        };
        match counters.iter_mut().find(|(known, of, _)| (*known, *of) == (account, commodity)) {
            Some(sum) => sum.2 += amount,
            None => counters.push((account, commodity, amount)),
        }
        Ok(())
    };
    for draft in drafts {
        let receivable = stored.tracker(draft.receivable)?.receivable;
        let (sign, commodity) = (i128::from(receivable.kind.sign()), receivable.commodity);
        let control = sign * draft.control();
        *controls.entry(draft.receivable).or_default() += control;
        if draft.kind == MovementKind::Recovery {
            let recovered = sign * i128::from(draft.detail.recovered);
            add(draft.counter, commodity, recovered)?;
            add(draft.losses, commodity, -recovered)?;
        } else {
            add(draft.counter, commodity, -control)?;
        }
    }
    if loose != 0 {
        return Err(ErrorKind::Misuse("a movement has no account on its other side".to_owned()).into());
    }
    let mut entry = words.draft(on);
    for (id, amount) in controls {
        let receivable = stored.tracker(id)?.receivable;
        entry.push(receivable.account, amount, receivable.commodity, Some(receivable.name.clone()))?;
    }
    for (account, commodity, amount) in counters {
        entry.push(account, amount, commodity, None)?;
    }
    Ok(entry.into_entry())
}

/// The lines of an entry as they come.
pub(in crate::book) struct Lines(EntryDraft);

impl EntryWords {
    /// An entry of these words, without lines.
    pub fn draft(self, on: NaiveDate) -> Lines {
        let mut entry = EntryDraft::new(on, self.description).source(Source::Receivable);
        (entry.party, entry.tags, entry.external_id) = (self.party, self.tags, self.external_id);
        Lines(entry)
    }
}

impl Lines {
    /// The accounts of the lines so far.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> {
        self.0.lines.iter().filter_map(|line| match line.account {
            AccountRef::Id(id) => Some(id),
            AccountRef::Name(_) => None,
        })
    }

    /// Adds a line that is not zero.
    pub fn push(
        &mut self,
        account: AccountId,
        amount: i128,
        commodity: Commodity,
        memo: Option<String>,
    ) -> Result<()> {
        if amount != 0 {
            let amount = Some(Amount::try_from_i128(amount, commodity, "a line of what is owed")?);
            self.0.lines.push(LineDraft { account: account.into(), amount, price: None, lot: None, memo });
        }
        Ok(())
    }

    /// The entry.
    pub fn into_entry(self) -> EntryDraft {
        self.0
    }
}

/// The refusal of movements after which less than nothing would be owed.
fn overdrawn(receivable: &Receivable, on: NaiveDate, parts: Parts, later: bool) -> Result<ErrorKind> {
    let of = |part: i64| Amount::new(part, receivable.commodity).to_string();
    let way_out = match later {
        true => "movements of later days have used it up; reverse these first, or give a later day",
        false => "give less",
    };
    let reason = format!(
        "on {on} less than nothing of it would be owed (principal {}, interest {}, fees {}): {way_out}",
        of(parts.principal),
        of(parts.interest),
        of(parts.fee)
    );
    Ok(ErrorKind::NotAllowed {
        what: receivable.kind.as_str(),
        name: receivable.name.clone(),
        verb: "changed",
        reason,
    })
}

/// The account that a movement of this kind goes against by the terms, or the way to say it.
pub(super) fn account_for(
    chart: &Chart,
    receivable: &Receivable,
    kind: MovementKind,
    given: Option<AccountId>,
) -> Result<AccountId> {
    let details = &receivable.details;
    let (agreed, what, flag) = match kind {
        MovementKind::Interest => (details.interest, "interest", "--interest-account"),
        MovementKind::Fee => (details.fees, "fees", "--fee-account"),
        MovementKind::Forgiveness | MovementKind::WriteOff | MovementKind::Recovery => {
            (details.losses, "what is forgiven or written off", "--loss-account")
        }
        _ => (details.money, "the money", "--account"),
    };
    if let Some(account) = given.filter(|_| flag != "--account") {
        check_result(chart, account)?;
    }
    let found = given.or(agreed);
    if let Some(id) = found.filter(|id| chart.account(*id).is_some()) {
        return Ok(id);
    }
    let name = receivable.name.clone();
    let noun = receivable.kind.as_str();
    let reason = format!(
        "no account is known for {what} of it (name one, or keep one with `ledger {noun} edit {} {flag} ACCOUNT`)",
        shell_word(&name)
    );
    Err(ErrorKind::NotAllowed { what: receivable.kind.as_str(), name, verb: "changed", reason }.into())
}
