//! The loan groups of a book: people who share expenses, and how they settle. What touches the owner's books is posted,
//! on a tab with each member; what happens between others is only counted.

mod read;
mod shown;

use chrono::NaiveDate;
use serde_json::json;

use self::read::{Body, Stored};
pub use self::shown::{GroupEvent, GroupEventKind, GroupReport, NewGroup, NewSharedExpense, SettledUp};
use super::Book;
use super::receivables::record::{EntryWords, Lines, MovementDraft};
use super::receivables::stored::{
    StoredReceivables, audited_group, audited_group_event, group_event_subject, group_subject,
};
use super::receivables::{
    MoneyAccount, account_id, check_control, check_share, default_control, refuse_control,
};
use crate::account::Chart;
use crate::journal::Entry;
use crate::money::{Amount, Commodity};
use crate::receivable::{
    GroupPayment, GroupSettleUp, LoanGroup, LoanGroupId, MovementKind, Part, Parts, PartyId, Person,
    Receivable, ReceivableDetails, ReceivableId, ReceivableKind, SharedExpense,
};
use crate::store::call;
use crate::store::receivable_rows::{GroupEventRow, LoanGroupRow};
use crate::store::rows::{date, day};
use crate::text::{check_name, check_text, normalize};
use crate::{ErrorKind, Result};

/// The longest name of a group, and the longest description of an expense, in characters.
const NAME_CHARS_MAX: usize = 100;
const DESCRIPTION_CHARS_MAX: usize = 1_000;
/// How the book's owner is called among members.
pub(crate) const OWNER: &str = "me";

/// The loan groups of a book: `book.groups()`.
#[derive(Debug)]
pub struct Groups<'b> {
    pub(super) book: &'b Book<'b>,
}

impl Groups<'_> {
    /// Makes a group.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] for a name that is taken, [`ErrorKind::NotFound`] for an account,
    /// [`ErrorKind::NotAllowed`] for one that holds money or is no asset, [`ErrorKind::Misuse`] for a member who is there
    /// twice, and where no account is given and none is the only one.
    pub fn create(&self, new: NewGroup) -> Result<GroupReport> {
        self.book.change(|_, chart| {
            check_name("group", &new.name, NAME_CHARS_MAX)?;
            let account = match &new.account {
                Some(account) => account_id(chart, account)?,
                None => default_control(chart, ReceivableKind::Receivable, None)?,
            };
            check_control(chart, account, ReceivableKind::Receivable)?;
            let code =
                new.commodity.clone().unwrap_or_else(|| self.book.info().base_commodity.code().to_owned());
            let unknown = || ErrorKind::UnknownCommodity { code: code.clone() };
            let commodity = chart.resolve_commodity(&code).ok_or_else(unknown)?;
            let members = self.people(&new.members)?;
            let members: Vec<Person> = std::iter::once(Person::Owner).chain(members).collect();
            LoanGroup::new(commodity, members.clone()).map_err(|error| self.named(error))?;
            let rows = call!(self.book.db(), "reading groups", receivable::groups(self.book.id()))?;
            let key = normalize(&new.name);
            if let Some(known) = rows.iter().find(|row| row.normalized_name == key) {
                let hint = format!(" as #{} (choose another name)", known.group_id);
                return Err(ErrorKind::AlreadyExists { what: "group", name: new.name, hint }.into());
            }
            let row = LoanGroupRow {
                book_id: self.book.id(),
                group_id: rows.last().map_or(0, |last| last.group_id) + 1,
                name: new.name.clone(),
                normalized_name: key,
                body: json!(Body { commodity: commodity.code().to_owned(), account, members }).to_string(),
            };
            call!(self.book.db(), "adding a group", receivable::insert_group(&row))?;
            self.book.record_event(
                "group.add",
                &group_subject(row.group_id),
                None,
                Some(audited_group(&row)),
            )?;
            self.show_now(&new.name, NaiveDate::MIN)
        })
    }

    /// Adds members to a group; those that are there already stay.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn add_members(&self, group: &str, members: &[String]) -> Result<GroupReport> {
        self.book.change(|_, _| {
            let stored = self.read(group)?;
            let mut body = stored.body.clone();
            for person in self.people(members)? {
                if !body.members.contains(&person) {
                    body.members.push(person);
                }
            }
            let row = LoanGroupRow { body: json!(body).to_string(), ..stored.row.clone() };
            if row != stored.row {
                call!(self.book.db(), "changing a group", receivable::update_group(&row))?;
                let (before, after) = (audited_group(&stored.row), audited_group(&row));
                self.book.record_event(
                    "group.change",
                    &group_subject(row.group_id),
                    Some(before),
                    Some(after),
                )?;
            }
            self.show_now(group, NaiveDate::MAX)
        })
    }

    /// All groups as of a day, by number.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] for rows that cannot be read.
    pub fn list(&self, as_of: NaiveDate) -> Result<Vec<GroupReport>> {
        self.book.ledger.read(|| {
            let rows = call!(self.book.db(), "reading groups", receivable::groups(self.book.id()))?;
            rows.iter().map(|row| self.show_now(&row.name, as_of)).collect()
        })
    }

    /// The names of all groups, by number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn names(&self) -> Result<Vec<String>> {
        let rows = call!(self.book.db(), "reading groups", receivable::groups(self.book.id()))?;
        Ok(rows.into_iter().map(|row| row.name).collect())
    }

    /// A group as of a day.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with names that are close.
    pub fn show(&self, group: &str, as_of: NaiveDate) -> Result<GroupReport> {
        self.book.ledger.read(|| self.show_now(group, as_of))
    }

    /// Links a receivable or payable to a group, or takes it out of its group where none is given.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for a tab, and for one of another group unless it is `moved`.
    pub fn link(&self, id: ReceivableId, group: Option<&str>, moved: bool) -> Result<Receivable> {
        self.book.change(|_, _| {
            let receivables = self.book.receivables();
            let stored = receivables.read_some(&[id.get()])?;
            let known = stored.tracker(id)?.receivable;
            if known.is_tab() {
                let reason = "it is the tab of a member, and stays with its group".to_owned();
                let name = known.name.clone();
                return Err(ErrorKind::NotAllowed { what: "tab", name, verb: "linked", reason }.into());
            }
            let group = group.map(|group| receivables.group_id(group).map(LoanGroupId::new)).transpose()?;
            if let (Some(of), Some(to), false) = (known.group, group, moved)
                && of != to
            {
                let reason = format!(
                    "it belongs to the group \"{}\" (--move takes it out of that)",
                    self.group_name(of)?
                );
                let (what, name) = (known.kind.as_str(), known.name.clone());
                return Err(ErrorKind::NotAllowed { what, name, verb: "linked", reason }.into());
            }
            let linked = Receivable { group, ..known.clone() };
            receivables.put(known, &linked)?;
            Ok(linked)
        })
    }

    /// Shares an expense: posts the owner's side of it, and counts the rest.
    ///
    /// Where the owner paid, their own share is an expense and each other share is on that member's tab; where a member
    /// paid, the owner's share is on the tab of the payer. Where the owner has no part in it, nothing is posted.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for somebody who is no member, [`ErrorKind::InvalidSetting`] where an account is missing,
    /// and as [`crate::receivable::Split::shares`] and [`crate::Journal::post`]; nothing is written then.
    pub fn share(&self, group: &str, new: &NewSharedExpense) -> Result<(GroupEvent, Option<Entry>)> {
        self.book.change(|_, chart| {
            let stored = self.read(group)?;
            check_text("description", &new.description, DESCRIPTION_CHARS_MAX)?;
            let mut loan_group = self.loan_group(&stored, NaiveDate::MAX)?;
            check_commodity(new.amount, stored.commodity)?;
            let payer = self.member(&stored, &new.payer)?;
            if payer != Person::Owner && new.money.is_some() {
                return Err(moves_nothing(&self.name_of(chart, payer)));
            }
            let among: Vec<Person> =
                new.among.iter().map(|name| self.member(&stored, name)).collect::<Result<_>>()?;
            let shares = loan_group.split(&new.split, payer, new.amount.minor(), &among);
            let shares = shares.map_err(|error| self.named(error))?;
            let shares = shares.into_iter().filter(|(_, share)| *share != 0).collect();
            let mut expense = SharedExpense {
                on: new.on,
                payer,
                amount: new.amount.minor(),
                shares,
                description: new.description.clone(),
                entry: None,
            };
            loan_group.add_expense(expense.clone()).map_err(|error| self.named(error))?;
            let entry = self.post_expense(chart, &stored, &expense, new)?;
            expense.entry = entry.as_ref().map(|entry| entry.number);
            let body = json!(SharedExpense { entry: None, ..expense.clone() }).to_string();
            let row = self.keep(&stored, GroupEventKind::Expense, new.on, expense.entry, body)?;
            Ok((self.event(&stored, &row, stored.state(&row, NaiveDate::MAX))?, entry))
        })
    }

    fn post_expense(
        &self,
        chart: &Chart,
        stored: &Stored,
        expense: &SharedExpense,
        new: &NewSharedExpense,
    ) -> Result<Option<Entry>> {
        let own = expense.share_of(Person::Owner);
        let tabs = expense.tab_changes()?;
        let paid = if expense.payer == Person::Owner { expense.amount } else { 0 };
        if own == 0 && tabs.is_empty() && paid == 0 {
            return Ok(None);
        }
        let words = EntryWords {
            description: new.description.clone(),
            party: self.only_party(expense),
            tags: new.tags.clone(),
            external_id: None,
        };
        let mut lines = words.draft(new.on);
        if own != 0 {
            let missing = || ErrorKind::Misuse("say what your share was for (--expense ACCOUNT)".to_owned());
            let account = account_id(chart, new.expense.as_ref().ok_or_else(missing)?)?;
            check_share(chart, account)?;
            lines.push(account, own.into(), stored.commodity, None)?;
        }
        if paid != 0 {
            let account = MoneyAccount::needed(chart, new.money.as_ref(), "paid")?;
            lines.push(account, -i128::from(paid), stored.commodity, None)?;
        }
        let drafts = tabs.into_iter().map(|(party, change)| (party, MovementKind::Disbursement, change));
        self.post_tabs(stored, new.on, lines, drafts.collect()).map(Some)
    }

    fn only_party(&self, expense: &SharedExpense) -> Option<String> {
        let Person::Party(party) = expense.payer else { return None };
        self.book.chart().ok()?.party_name(party.get()).map(str::to_owned)
    }

    /// Posts an entry with a line on the tab of each party, and records these; tabs that are new are opened.
    fn post_tabs(
        &self,
        stored: &Stored,
        on: NaiveDate,
        mut lines: Lines,
        changes: Vec<(PartyId, MovementKind, i64)>,
    ) -> Result<Entry> {
        let mut controls = self.book.receivables().control_accounts()?;
        controls.insert(stored.body.account);
        refuse_control(&*self.book.chart()?, &controls, lines.accounts())?;
        let (mut tabs, ids) = self.tabs(stored, changes.iter().map(|(party, ..)| *party))?;
        let mut drafts = Vec::with_capacity(changes.len());
        for ((_, kind, change), id) in changes.into_iter().zip(ids) {
            let name = tabs.tracker(id)?.receivable.name.clone();
            lines.push(stored.body.account, change.into(), stored.commodity, Some(name))?;
            drafts.push(MovementDraft::new(id, kind, on, Parts::of(Part::Principal, change)));
        }
        let entry = self.book.journal().post(lines.into_entry().balance()?)?;
        let number = Some(entry.number);
        let drafts = drafts.into_iter().map(|draft| (number, draft)).collect();
        self.book.receivables().keep_movements(&mut tabs, drafts)?;
        Ok(entry)
    }

    /// The tabs of some members, opened where there are none yet.
    fn tabs(
        &self,
        stored: &Stored,
        parties: impl Iterator<Item = PartyId>,
    ) -> Result<(StoredReceivables, Vec<ReceivableId>)> {
        let chart = self.book.chart()?;
        let receivables = self.book.receivables();
        let group = Some(LoanGroupId::new(stored.row.group_id));
        let rows = call!(self.book.db(), "reading receivables", receivable::all(self.book.id()))?;
        let of_group = rows.into_iter().filter(|row| row.group_id == group.map(LoanGroupId::get)).collect();
        let mut known = StoredReceivables::read(self.book, of_group)?;
        let mut ids = Vec::new();
        for party in parties {
            let is_tab = |tab: &&Receivable| tab.is_tab() && tab.party == party;
            if let Some(tab) = known.receivables.values().find(is_tab) {
                ids.push(tab.id);
                continue;
            }
            let name = chart.party_name(party.get()).unwrap_or_default();
            let tab = Receivable {
                id: receivables.next_id()?,
                kind: ReceivableKind::Receivable,
                name: receivables.free_name(&format!("{}: {name}", stored.row.name))?,
                party,
                account: stored.body.account,
                commodity: stored.commodity,
                group,
                loan: None,
                details: ReceivableDetails::default(),
            };
            receivables.insert(std::slice::from_ref(&tab))?;
            ids.push(tab.id);
            known.receivables.insert(tab.id, tab);
        }
        Ok((known, ids))
    }

    /// Records what one member paid another; where the owner is one of them, an entry is posted.
    ///
    /// # Errors
    /// As [`Groups::share`]; [`ErrorKind::InvalidSetting`] for an amount that is not above zero, and
    /// [`ErrorKind::NotAllowed`] for an account in which no money moves.
    pub fn pay(
        &self,
        group: &str,
        from: &str,
        to: &str,
        amount: Amount,
        on: NaiveDate,
        money: Option<&MoneyAccount>,
    ) -> Result<(GroupEvent, Option<Entry>)> {
        self.book.change(|_, chart| {
            let stored = self.read(group)?;
            check_commodity(amount, stored.commodity)?;
            let (from, to) = (self.member(&stored, from)?, self.member(&stored, to)?);
            let payment = GroupPayment { on, from, to, amount: amount.minor() };
            let mut loan_group = self.loan_group(&stored, NaiveDate::MAX)?;
            loan_group.add_payment(payment).map_err(|error| self.named(error))?;
            let (party, out) = match (from, to) {
                (Person::Owner, Person::Party(party)) => (Some(party), amount.minor()),
                (Person::Party(party), _) if to == Person::Owner => (Some(party), -amount.minor()),
                _ => (None, 0),
            };
            let entry = match party {
                None if money.is_some() => return Err(moves_nothing(&self.name_of(chart, from))),
                None => None,
                Some(party) => {
                    let money = MoneyAccount::needed(chart, money, "pays or gets the money")?;
                    let words = EntryWords {
                        description: stored.row.name.clone(),
                        party: chart.party_name(party.get()).map(str::to_owned),
                        ..EntryWords::default()
                    };
                    let mut lines = words.draft(on);
                    lines.push(money, -i128::from(out), stored.commodity, None)?;
                    Some(self.post_tabs(&stored, on, lines, vec![(party, MovementKind::Repayment, out)])?)
                }
            };
            let number = entry.as_ref().map(|entry| entry.number);
            let row = self.keep(&stored, GroupEventKind::Payment, on, number, json!(payment).to_string())?;
            Ok((self.event(&stored, &row, stored.state(&row, NaiveDate::MAX))?, entry))
        })
    }

    /// Who has to pay whom so that everyone is even on a day, with the fewest transfers; with `accept` they are recorded,
    /// and one entry closes the owner's tabs.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] where everyone is even already and it is to be posted; and as [`Groups::share`].
    pub fn settle_up(
        &self,
        group: &str,
        on: NaiveDate,
        accept: bool,
        money: Option<&MoneyAccount>,
    ) -> Result<SettledUp> {
        self.book.change(|_, chart| {
            let stored = self.read(group)?;
            let loan_group = self.loan_group(&stored, on)?;
            let proposal = loan_group.propose_settle_up(on)?;
            let name = |person: Person| self.name_of(chart, person);
            let transfers = proposal.transfers.iter();
            let transfers: Vec<_> =
                transfers.map(|transfer| (name(transfer.from), name(transfer.to), transfer.amount)).collect();
            let commodity = stored.commodity;
            if !accept {
                return Ok(SettledUp { transfers, commodity, entry: None });
            }
            if proposal.transfers.is_empty() && proposal.tabs.is_empty() {
                let reason = format!("everyone is even on {on}");
                let name = stored.row.name.clone();
                return Err(ErrorKind::NotAllowed { what: "group", name, verb: "settled", reason }.into());
            }
            let entry = match proposal.tabs.is_empty() {
                true => None,
                false => Some(self.post_settlement(chart, &stored, &proposal, money)?),
            };
            let number = entry.as_ref().map(|entry| entry.number);
            self.keep(&stored, GroupEventKind::Settlement, on, number, json!(proposal).to_string())?;
            Ok(SettledUp { transfers, commodity, entry })
        })
    }

    fn post_settlement(
        &self,
        chart: &Chart,
        stored: &Stored,
        proposal: &GroupSettleUp,
        money: Option<&MoneyAccount>,
    ) -> Result<Entry> {
        let gets = proposal.owner_gets()?;
        let words =
            EntryWords { description: format!("Settled: {}", stored.row.name), ..EntryWords::default() };
        let mut lines = words.draft(proposal.on);
        if gets != 0 {
            lines.push(
                MoneyAccount::needed(chart, money, "pays or gets the money")?,
                gets.into(),
                stored.commodity,
                None,
            )?;
        }
        let closed = proposal.tabs.iter().map(|(party, tab)| (*party, MovementKind::Repayment, -tab));
        self.post_tabs(stored, proposal.on, lines, closed.collect())
    }

    /// Takes back something that a group shared or settled: reverses its entry, or forgets what has none.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], and as [`crate::Journal::reverse`].
    pub fn undo(&self, group: &str, number: i32) -> Result<Option<Entry>> {
        self.book.change(|_, _| {
            let stored = self.read(group)?;
            let Some(row) = stored.events.iter().find(|row| row.event_id == number) else {
                let name = format!("{} of {}", number, stored.row.name);
                return Err(ErrorKind::NotFound { what: "group event", name, suggestions: Vec::new() }.into());
            };
            if let Some(entry) = stored.state(row, NaiveDate::MAX).entry {
                return self.book.journal().reverse(entry, None).map(Some);
            }
            let what = || format!("{} {number} of {}", row.kind, stored.row.name);
            self.book.refuse_counted(date(row.happened_on), what)?;
            let id = self.book.id();
            call!(
                self.book.db(),
                "changing a group",
                receivable::delete_group_event(id, row.group_id, row.event_id)
            )?;
            let subject = group_event_subject(row.group_id, row.event_id);
            self.book.record_event("group.remove", &subject, Some(audited_group_event(row)), None)?;
            Ok(None)
        })
    }

    fn keep(
        &self,
        stored: &Stored,
        kind: GroupEventKind,
        on: NaiveDate,
        entry: Option<i64>,
        body: String,
    ) -> Result<GroupEventRow> {
        let row = GroupEventRow {
            book_id: self.book.id(),
            group_id: stored.row.group_id,
            event_id: stored.events.last().map_or(0, |last| last.event_id) + 1,
            kind: kind.as_str().to_owned(),
            happened_on: day(on),
            entry_number: entry,
            body,
        };
        if entry.is_none() {
            self.book.refuse_counted(on, || format!("{} of {}", kind.as_str(), stored.row.name))?;
        }
        call!(self.book.db(), "changing a group", receivable::insert_group_event(&row))?;
        let subject = group_event_subject(row.group_id, row.event_id);
        self.book.record_event("group.share", &subject, None, Some(audited_group_event(&row)))?;
        Ok(row)
    }
}

fn check_commodity(amount: Amount, commodity: Commodity) -> Result<()> {
    if amount.commodity() == commodity {
        return Ok(());
    }
    let (left, right) = (amount.commodity().code().to_owned(), commodity.code().to_owned());
    Err(ErrorKind::CommodityMismatch { left, right }.into())
}

/// The refusal of an account of the owner where somebody else paid.
fn moves_nothing(payer: &str) -> crate::Error {
    let advice = format!(
        "{payer} paid, so that nothing moves in an account of yours: leave --account out, or say that you paid ({OWNER})"
    );
    ErrorKind::Misuse(advice).into()
}
