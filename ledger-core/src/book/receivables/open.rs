//! New receivables and payables: posted with their first entry, or tracked from an entry that is there.

use super::control::{
    AGREED_MONEY, check_control, check_money, check_result, default_control, default_interest, is_money,
    refuse_control,
};
use super::record::{EntryWords, MovementDraft};
use super::stored::{StoredReceivables, audited_receivable, receivable_row, receivable_subject};
use super::{Receivables, account_id};
use crate::account::{AccountId, Chart};
use crate::journal::{AccountRef, Entry, Line, PARTY_CHARS_MAX, Tag};
use crate::money::Commodity;
use crate::receivable::{
    Loan, LoanGroupId, LoanTerms, MovementKind, Part, Parts, PartyId, Receivable, ReceivableDetails,
    ReceivableId, ReceivableKind, amortise,
};
use crate::store::call;
use crate::store::receivable_rows::ReceivableRow;
use crate::text::{check_name, check_text, normalize};
use crate::{ErrorKind, Result};

/// The longest name of a receivable, in characters.
pub(super) const NAME_CHARS_MAX: usize = 200;
/// The longest note, in characters.
pub(super) const NOTE_CHARS_MAX: usize = 1_000;

/// What a caller hands in to lend, invoice, borrow, or keep a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReceivable {
    /// Which side owes.
    pub kind: ReceivableKind,
    /// With whom; added to the book's parties where it is new.
    pub party: String,
    /// What to call it; the party's name, with a number where that is taken, if nothing is given.
    pub name: Option<String>,
    /// The control account; the only asset of the subtype `receivable` (liability: `loan`, `payable`) if nothing is given.
    pub account: Option<AccountRef>,
    /// The account on the other side of the first entry: the money that was lent, the income that was invoiced. Nothing
    /// where the entry says it ([`Receivables::track`]), or no money moves ([`Receivables::refinance`]).
    pub counter: Option<AccountRef>,
    /// How much, since when, when it is to come back, and at which interest.
    pub terms: LoanTerms,
    /// The group that it belongs to, by name.
    pub group: Option<String>,
    /// The account that repayments are expected in; the counter account if it is an asset or a liability.
    pub money: Option<AccountRef>,
    /// The account that interest is earned or paid on.
    pub interest: Option<AccountRef>,
    /// The account that fees are earned or paid on.
    pub fees: Option<AccountRef>,
    /// The account that takes what is forgiven or written off.
    pub losses: Option<AccountRef>,
    /// A note.
    pub note: Option<String>,
    /// What the first entry says; the name if nothing is given.
    pub description: Option<String>,
    /// Tags of the first entry.
    pub tags: Vec<Tag>,
    /// The caller's own identity of the first entry.
    pub external_id: Option<String>,
}

impl NewReceivable {
    /// A receivable of a party, with everything else left to the book.
    pub fn new(kind: ReceivableKind, party: &str, counter: impl Into<AccountRef>, terms: LoanTerms) -> Self {
        NewReceivable { counter: Some(counter.into()), ..Self::without_counter(kind, party, terms) }
    }

    /// As [`NewReceivable::new`] for one whose entry is there already, or of which no money moves.
    pub fn without_counter(kind: ReceivableKind, party: &str, terms: LoanTerms) -> Self {
        NewReceivable {
            kind,
            party: party.to_owned(),
            name: None,
            account: None,
            counter: None,
            terms,
            group: None,
            money: None,
            interest: None,
            fees: None,
            losses: None,
            note: None,
            description: None,
            tags: Vec::new(),
            external_id: None,
        }
    }
}

/// An entry that is there already, to be tracked as the first of a receivable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackEntry {
    /// The entry.
    pub entry: i64,
    /// What it opened; its terms' principal and day are those of the entry, and so is its counter account.
    pub new: NewReceivable,
}

impl Receivables<'_> {
    /// Lends, invoices, borrows or keeps a bill: posts the entry and tracks it.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] for a name that is taken and an external id that was posted before,
    /// [`ErrorKind::NotFound`] for an account or group that is not there, [`ErrorKind::NotAllowed`] for a control account
    /// of the other kind, and as [`Loan::new`] and [`crate::Journal::post`]; nothing is written then.
    pub fn add(&self, new: NewReceivable) -> Result<(Receivable, Entry)> {
        let mut added = self.add_all(vec![new])?;
        added.pop().ok_or_else(|| ErrorKind::Misuse("adding gave nothing back".to_owned()).into())
    }

    /// As [`Receivables::add`] for many, as one unit.
    ///
    /// # Errors
    /// As [`Receivables::add`], for the first that is refused.
    pub fn add_all(&self, new: Vec<NewReceivable>) -> Result<Vec<(Receivable, Entry)>> {
        self.book.change(|_, _| {
            let mut names = Names::read(self)?;
            let mut plans = Vec::with_capacity(new.len());
            let mut postings = Vec::with_capacity(new.len());
            for new in new {
                let planned = self.plan_new(&mut names, new)?;
                postings.push(planned.draft()?.balance()?);
                plans.push(planned);
            }
            let mut controls = self.control_accounts()?;
            controls.extend(plans.iter().map(|planned| planned.account));
            refuse_control(&*self.book.chart()?, &controls, plans.iter().flat_map(Planned::other_accounts))?;
            let receipts = self.book.journal().post_all(postings)?;
            let mut stored = StoredReceivables::default();
            let mut opened = Vec::with_capacity(plans.len());
            for (planned, receipt) in plans.into_iter().zip(receipts) {
                if receipt.already_posted {
                    let name = planned.new.external_id.unwrap_or_default();
                    let hint = format!(" as entry {} (track it instead)", receipt.entry.number);
                    return Err(ErrorKind::AlreadyExists { what: "external id", name, hint }.into());
                }
                opened.push((planned, receipt.entry));
            }
            self.keep_new(&mut stored, opened)
        })
    }

    /// Tracks an entry that is there already: its line on the control account is what is owed.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] for an entry that was reversed, is tracked already, or moves nothing on the control
    /// account the right way; and as [`Receivables::add`].
    pub fn track(&self, track: TrackEntry) -> Result<(Receivable, Entry)> {
        self.book.change(|_, _| {
            let entry = self.book.entry(track.entry)?;
            let mut names = Names::read(self)?;
            let chart = self.book.chart()?;
            let control = match &track.new.account {
                Some(account) => account_id(&chart, account)?,
                None => default_control(&chart, track.new.kind, Some(&track.new.terms))?,
            };
            let mut new = track.new;
            if let Some(line) = entry.lines.iter().find(|line| line.account_id != control) {
                new.counter = Some(line.account_id.into());
            }
            let asked = new.money.is_some();
            let mut planned = self.plan_new(&mut names, new)?;
            self.refuse_untrackable(&entry)?;
            let mut controls = self.control_accounts()?;
            controls.insert(planned.account);
            // The entry is there; repayments are not expected where it came from, if that holds what is owed.
            planned.details.money = planned.details.money.filter(|money| asked || !controls.contains(money));
            refuse_control(&chart, &controls, planned.agreed_accounts())?;
            let control = entry_amount(&entry, planned.account, planned.loan.terms().principal.commodity());
            let owed = i128::from(planned.new.kind.sign()) * control;
            let principal = planned.loan.terms().principal;
            if owed != i128::from(principal.minor()) {
                let account = chart.account(planned.account).map(|account| account.name.clone());
                let moved = crate::money::format_minor(control, principal.commodity());
                let reason = format!(
                    "it moves {moved} on {}, and {principal} are to be tracked",
                    account.unwrap_or_default()
                );
                return Err(refuse_entry(entry.number, reason));
            }
            // The party may be new to the book.
            self.know_party(&planned.new.party)?;
            let mut stored = StoredReceivables::default();
            let mut kept = self.keep_new(&mut stored, vec![(planned, entry)])?;
            kept.pop().ok_or_else(|| ErrorKind::Misuse("tracking gave nothing back".to_owned()).into())
        })
    }

    /// Refuses an entry that was corrected, corrects another, or belongs to a receivable already.
    pub(super) fn refuse_untrackable(&self, entry: &Entry) -> Result<()> {
        if let (Some(by), _) | (None, Some(by)) = self.book.journal().corrections(entry.number)? {
            return Err(refuse_entry(entry.number, format!("entry {by} corrected it")));
        }
        if let Some(of) = entry.reverses {
            return Err(refuse_entry(entry.number, format!("it reverses entry {of}")));
        }
        let id = self.book.id();
        let known =
            call!(self.book.db(), "reading movements", receivable::movements_by_entry(id, &[entry.number]))?;
        match known.first() {
            Some(row) => {
                let stored = self.read_some(&[row.receivable_id])?;
                let name = stored.receivables.values().next().map_or("", |known| known.name.as_str());
                let reason = format!("it is a {} of \"{name}\" already", row.kind);
                Err(refuse_entry(entry.number, reason))
            }
            None => Ok(()),
        }
    }

    fn plan_new(&self, names: &mut Names, new: NewReceivable) -> Result<Planned> {
        let chart = self.book.chart()?;
        let optional =
            |account: &Option<AccountRef>| account.as_ref().map(|of| account_id(&chart, of)).transpose();
        let loan = Loan::new(new.terms.clone())?;
        // A plan that cannot be worked out is refused before anything is written.
        amortise(&loan)?;
        let account = match &new.account {
            Some(account) => account_id(&chart, account)?,
            None => default_control(&chart, new.kind, Some(&new.terms))?,
        };
        check_control(&chart, account, new.kind)?;
        let counter = optional(&new.counter)?;
        let money = optional(&new.money)?;
        money.map_or(Ok(()), |money| check_money(&chart, money, AGREED_MONEY))?;
        let details = ReceivableDetails {
            money: money.or_else(|| counter.filter(|counter| is_money(&chart, *counter))),
            interest: optional(&new.interest)?.or_else(|| default_interest(&chart, new.kind)),
            fees: optional(&new.fees)?,
            losses: optional(&new.losses)?,
            note: new.note.clone(),
            settled_through: None,
        };
        for account in [details.interest, details.fees, details.losses].into_iter().flatten() {
            check_result(&chart, account)?;
        }
        if let Some(note) = &details.note {
            check_text("note", note, NOTE_CHARS_MAX)?;
        }
        let group =
            new.group.as_deref().map(|group| self.group_id(group).map(LoanGroupId::new)).transpose()?;
        let name = names.take(&new)?;
        Ok(Planned { new, name, loan, account, counter, details, group })
    }

    /// Adds a receivable whose first entry the caller posts, and gives its principal; the head has to be locked.
    pub(super) fn open_unposted(
        &self,
        new: NewReceivable,
        stored: &mut StoredReceivables,
    ) -> Result<(Receivable, Parts)> {
        let mut names = Names::read(self)?;
        let planned = self.plan_new(&mut names, new)?;
        let mut controls = self.control_accounts()?;
        controls.insert(planned.account);
        refuse_control(&*self.book.chart()?, &controls, planned.other_accounts())?;
        self.know_party(&planned.new.party)?;
        let principal = Parts::of(Part::Principal, planned.loan.terms().principal.minor());
        let receivable = planned.receivable(self.next_id()?, self.book.chart()?.as_ref())?;
        self.insert(std::slice::from_ref(&receivable))?;
        stored.receivables.insert(receivable.id, receivable.clone());
        Ok((receivable, principal))
    }

    /// Adds a party where it is new.
    fn know_party(&self, party: &str) -> Result<()> {
        check_name("party", party, PARTY_CHARS_MAX)?;
        if self.book.chart()?.party_id(party).is_none() {
            self.book.add_parties(&[party])?;
        }
        Ok(())
    }

    /// Adds receivables as they are, with their audit events; the head has to be locked.
    pub(in crate::book) fn insert(&self, new: &[Receivable]) -> Result<()> {
        let mut rows: Vec<ReceivableRow> = Vec::with_capacity(new.len());
        for receivable in new {
            // The tab of a group may be the first to use its currency.
            if self.book.chart()?.commodity_id(receivable.commodity).is_none() {
                self.book.commodities().declare(receivable.commodity)?;
            }
            let chart = self.book.chart()?;
            let code = receivable.commodity.code();
            let missing = || ErrorKind::UnknownCommodity { code: code.to_owned() };
            let commodity = chart.commodity_id(receivable.commodity).ok_or_else(missing)?;
            rows.push(receivable_row(self.book.id(), commodity, receivable));
        }
        call!(self.book.db(), "adding receivables", receivable::insert(&rows))?;
        let told = rows
            .iter()
            .map(|row| (receivable_subject(row.receivable_id), None, Some(audited_receivable(row))));
        self.book.record_events("receivable.add", told)
    }

    /// A name that no receivable has, beginning with this one.
    pub(in crate::book) fn free_name(&self, name: &str) -> Result<String> {
        Ok(Names::read(self)?.free(name))
    }

    fn keep_new(
        &self,
        stored: &mut StoredReceivables,
        opened: Vec<(Planned, Entry)>,
    ) -> Result<Vec<(Receivable, Entry)>> {
        let chart = self.book.chart()?;
        let mut id = self.next_id()?;
        let mut kept = Vec::with_capacity(opened.len());
        for (planned, entry) in opened {
            let principal = planned.loan.terms().principal;
            let receivable = planned.receivable(id, &chart)?;
            let parts = Parts::of(Part::Principal, principal.minor());
            let draft = MovementDraft::new(id, MovementKind::Disbursement, entry.posted_on, parts);
            stored.receivables.insert(id, receivable.clone());
            kept.push((receivable, entry, draft));
            id = ReceivableId::new(id.get().saturating_add(1));
        }
        let new: Vec<Receivable> = kept.iter().map(|(receivable, ..)| receivable.clone()).collect();
        self.insert(&new)?;
        let mut added = Vec::with_capacity(kept.len());
        let drafts = kept.into_iter().map(|(receivable, entry, draft)| {
            let number = entry.number;
            added.push((receivable, entry));
            (Some(number), draft)
        });
        let drafts: Vec<_> = drafts.collect();
        self.keep_movements(stored, drafts)?;
        Ok(added)
    }
}

/// A new receivable whose accounts and name are known.
struct Planned {
    new: NewReceivable,
    name: String,
    loan: Loan,
    account: AccountId,
    counter: Option<AccountId>,
    details: ReceivableDetails,
    group: Option<LoanGroupId>,
}

impl Planned {
    /// All accounts beside the control account.
    fn other_accounts(&self) -> impl Iterator<Item = AccountId> + '_ {
        self.counter.into_iter().chain(self.agreed_accounts())
    }

    /// The accounts that its terms name for what is still to come.
    fn agreed_accounts(&self) -> impl Iterator<Item = AccountId> + '_ {
        self.details.accounts().into_iter().flatten()
    }

    fn receivable(self, id: ReceivableId, chart: &Chart) -> Result<Receivable> {
        let missing = |name| ErrorKind::NotFound { what: "party", name, suggestions: Vec::new() };
        let party = chart.party_id(&self.new.party);
        Ok(Receivable {
            id,
            kind: self.new.kind,
            name: self.name,
            party: PartyId::new(party.ok_or_else(|| missing(self.new.party))?),
            account: self.account,
            commodity: self.loan.terms().principal.commodity(),
            group: self.group,
            loan: Some(self.loan),
            details: self.details,
        })
    }

    fn draft(&self) -> Result<crate::journal::EntryDraft> {
        let terms = self.loan.terms();
        let words = EntryWords {
            description: self.new.description.clone().unwrap_or_else(|| self.name.clone()),
            party: Some(self.new.party.clone()),
            tags: self.new.tags.clone(),
            external_id: self.new.external_id.clone(),
        };
        let amount = i128::from(self.new.kind.sign()) * i128::from(terms.principal.minor());
        let mut draft = words.draft(terms.lent_on);
        draft.push(self.account, amount, terms.principal.commodity(), None)?;
        let Some(counter) = self.counter else {
            let advice = match self.new.kind {
                ReceivableKind::Receivable => {
                    "say which account the money goes out of, or which income is invoiced"
                }
                ReceivableKind::Payable => {
                    "say which account the money arrives in, or which expense is billed"
                }
            };
            return Err(ErrorKind::Misuse(advice.to_owned()).into());
        };
        draft.push(counter, -amount, terms.principal.commodity(), None)?;
        Ok(draft.into_entry())
    }
}

/// Names that are taken.
struct Names(std::collections::BTreeSet<String>);

impl Names {
    fn read(receivables: &Receivables<'_>) -> Result<Names> {
        let book = receivables.book;
        let names = call!(book.db(), "reading receivables", receivable::names(book.id()))?;
        Ok(Names(names.into_iter().collect()))
    }

    /// The name of a new receivable, which is taken from then on.
    fn take(&mut self, new: &NewReceivable) -> Result<String> {
        let name = match &new.name {
            Some(name) => name.clone(),
            None => self.free(&new.party),
        };
        check_name(new.kind.as_str(), &name, NAME_CHARS_MAX)?;
        if !self.0.insert(normalize(&name)) {
            let hint = " (choose another with --name)".to_owned();
            return Err(ErrorKind::AlreadyExists { what: new.kind.as_str(), name, hint }.into());
        }
        Ok(name)
    }

    fn free(&self, party: &str) -> String {
        let numbered = (2_u64..).map(|number| format!("{party} {number}"));
        let mut names = std::iter::once(party.to_owned()).chain(numbered);
        names.find(|name| !self.0.contains(&normalize(name))).unwrap_or_default()
    }
}

/// What an entry moves on an account in a commodity.
pub(super) fn entry_amount(entry: &Entry, account: AccountId, commodity: Commodity) -> i128 {
    let on_it = |line: &&Line| line.account_id == account && line.amount.commodity() == commodity;
    let of = entry.lines.iter().filter(on_it);
    of.map(|line| i128::from(line.amount.minor())).sum()
}

pub(super) fn refuse_entry(number: i64, reason: String) -> crate::Error {
    ErrorKind::NotAllowed { what: "entry", name: number.to_string(), verb: "tracked", reason }.into()
}
