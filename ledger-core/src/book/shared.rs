//! What the parts of a book's façade share: the head, the chart in memory, changes as units with their audit event.

use std::cell::RefMut;
use std::sync::Arc;

use serde_json::Value;

use super::{Book, BookState};
use crate::account::{Account, AccountId, AccountKind, Chart};
use crate::audit::{AuditEvent, Hash, event_hash};
use crate::ledger::Session;
use crate::money::Commodity;
use crate::party::{KnownParty, PartyNames};
use crate::store::rows::{EventRow, HeadRow, date, instant};
use crate::store::{Database, call};
use crate::{Error, ErrorKind, Result};

/// What the façade's parts share.
impl Book<'_> {
    pub(crate) fn id(&self) -> i64 {
        self.info.id.0
    }

    pub(crate) fn db(&self) -> RefMut<'_, Database> {
        self.ledger.database().borrow_mut()
    }

    pub(crate) fn read_head(&self) -> Result<HeadRow> {
        call!(self.db(), "reading the head of a book", book::read_head(self.id()))
    }

    /// Keeps other writers of this book out until the end of the transaction.
    pub(crate) fn lock_head(&self) -> Result<HeadRow> {
        let head = call!(self.db(), "locking a book", book::lock_head(self.id()))?;
        if let Some(state) = self.ledger.states().borrow_mut().get_mut(&self.id()) {
            state.head = Some(head.clone());
        }
        Ok(head)
    }

    /// The chart as it is now, read again only if another program changed it.
    pub(crate) fn chart(&self) -> Result<Arc<Chart>> {
        let head = self.read_head()?;
        Ok(self.state_at(&head)?.chart)
    }

    /// The cached state, if it is the one that belongs to `head`; read again otherwise.
    pub(crate) fn state_at(&self, head: &HeadRow) -> Result<BookState> {
        if let Some(state) = self.ledger.states().borrow().get(&self.id())
            && state.chart_version == head.chart_version
        {
            return Ok(state.clone());
        }
        let state = BookState {
            chart: Arc::new(self.load_chart()?),
            chart_version: head.chart_version,
            archived: self.is_archived_now()?,
            head: Some(head.clone()),
        };
        self.ledger.states().borrow_mut().insert(self.id(), state.clone());
        Ok(state)
    }

    fn is_archived_now(&self) -> Result<bool> {
        let row = call!(self.db(), "reading a book", book::by_id(self.id()))?;
        Ok(row.archived_at.is_some())
    }

    pub(crate) fn load_chart(&self) -> Result<Chart> {
        let id = self.id();
        let commodities = call!(self.db(), "reading commodities", chart::commodities(id))?;
        let commodities = commodities.iter().map(commodity_of).collect::<Result<Vec<_>>>()?;
        let aliases = call!(self.db(), "reading aliases", chart::aliases(id))?;
        let rows = call!(self.db(), "reading accounts", chart::accounts(id))?;
        let mut accounts =
            rows.into_iter().map(|row| account_of(row, &commodities)).collect::<Result<Vec<_>>>()?;
        for alias in aliases {
            // Numbers are dense from 1; an alias of an account that is not there is found by verify.
            if let Some(account) = accounts.get_mut(alias.account_id as usize - 1) {
                account.aliases.push(alias.alias);
            }
        }
        for row in call!(self.db(), "reading lots", lot::accounts(id))? {
            if let Some(account) = accounts.get_mut(row.account_id as usize - 1) {
                account.lot_method = Some(super::lots::stored::method_of(&row)?);
            }
        }
        let subtypes = call!(self.db(), "reading subtypes", chart::subtypes(id))?;
        let subtypes = subtypes
            .into_iter()
            .filter_map(|row| Some((AccountKind::parse(&row.kind).ok()?, row.name)))
            .collect();
        Ok(Chart::new(accounts, commodities, self.load_parties()?, subtypes))
    }

    fn load_parties(&self) -> Result<PartyNames> {
        let id = self.id();
        let rows = call!(self.db(), "reading parties", party::parties(id))?;
        let mut parties: Vec<KnownParty> =
            rows.into_iter().map(|row| KnownParty::new(row.party_id, row.name)).collect();
        // An alias or a merge of a party that is not there is found by verify.
        for alias in call!(self.db(), "reading aliases", party::aliases(id))? {
            if let Ok(place) = parties.binary_search_by_key(&alias.party_id, |party| party.id) {
                parties[place].aliases.push(alias.alias);
            }
        }
        for (party, into) in call!(self.db(), "reading merged parties", party::merged(id))? {
            if let Ok(place) = parties.binary_search_by_key(&party, |party| party.id) {
                parties[place].merged_into = into;
            }
        }
        Ok(PartyNames::new(parties))
    }

    /// Runs a change of this book as one unit, with the head locked and the chart as it is then.
    ///
    /// # Errors
    /// [`ErrorKind::NotAllowed`] for an archived book, and whatever `work` returns.
    pub(crate) fn change<T>(&self, work: impl FnOnce(&HeadRow, &Chart) -> Result<T>) -> Result<T> {
        self.ledger.write(|| self.locked(work))
    }

    /// As [`Book::change`], for very many rows whose keys are proven by the chart.
    pub(crate) fn change_in_bulk<T>(&self, work: impl FnOnce(&HeadRow, &Chart) -> Result<T>) -> Result<T> {
        self.ledger.write_bulk(|| self.locked(work))
    }

    fn locked<T>(&self, work: impl FnOnce(&HeadRow, &Chart) -> Result<T>) -> Result<T> {
        let head = self.lock_head()?;
        let state = self.state_at(&head)?;
        self.refuse_archived(&state)?;
        work(&head, &state.chart)
    }

    pub(crate) fn refuse_archived(&self, state: &BookState) -> Result<()> {
        if !state.archived {
            return Ok(());
        }
        let reason = "it is archived (open it again with `ledger book unarchive`)".to_owned();
        let name = self.info.name.clone();
        Err(ErrorKind::NotAllowed { what: "book", name, verb: "changed", reason }.into())
    }

    /// The instant that a change carries: never before the one recorded last, even when the clock is set back.
    pub(crate) fn recording_instant(&self, head: &HeadRow) -> i64 {
        self.ledger.session().now_micros().max(head.last_recorded_at)
    }

    /// Appends an audit event; the head has to be locked.
    pub(crate) fn record_event(
        &self,
        action: &str,
        subject: &str,
        before: Option<Value>,
        after: Option<Value>,
    ) -> Result<()> {
        self.record_events(action, [(subject.to_owned(), before, after)])
    }

    /// Appends audit events of one kind, each with its subject and the states before and after; the head has to be
    /// locked.
    pub(crate) fn record_events(
        &self,
        action: &str,
        changes: impl IntoIterator<Item = (String, Option<Value>, Option<Value>)>,
    ) -> Result<()> {
        let head = self.lock_head()?;
        let changes = changes.into_iter();
        let changes = changes.map(|(subject, before, after)| Change { action, subject, before, after });
        append_events(&mut self.db(), self.ledger.session(), &head, changes)?;
        if let Some(state) = self.ledger.states().borrow_mut().get_mut(&self.id()) {
            state.head = None;
        }
        Ok(())
    }

    /// Counts a change of the chart, so that other programs read it again, and makes it in memory.
    pub(crate) fn chart_changed<T>(&self, apply: impl FnOnce(&mut Chart) -> T) -> Result<Option<T>> {
        let head = self.lock_head()?;
        let version = head.chart_version + 1;
        call!(self.db(), "changing the chart", book::set_chart_version(self.id(), version))?;
        let mut states = self.ledger.states().borrow_mut();
        let Some(state) = states.get_mut(&self.id()) else { return Ok(None) };
        if state.chart_version != head.chart_version {
            states.remove(&self.id());
            return Ok(None);
        }
        state.chart_version = version;
        state.head = None;
        Ok(Some(apply(Arc::make_mut(&mut state.chart))))
    }

    pub(crate) fn hash(&self, bytes: &[u8]) -> Result<Hash> {
        Hash::from_slice(bytes).ok_or_else(|| {
            ErrorKind::Corrupt { what: format!("book \"{}\": a hash is not 32 bytes long", self.info.name) }
                .into()
        })
    }
}

/// What an audit event tells.
pub(crate) struct Change<'c> {
    pub action: &'c str,
    pub subject: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// Appends audit events to the book of this head, which has to be locked.
pub(crate) fn append_events<'c>(
    database: &mut Database,
    session: &Session,
    head: &HeadRow,
    changes: impl IntoIterator<Item = Change<'c>>,
) -> Result<()> {
    let recorded_at = session.now_micros().max(head.last_recorded_at);
    let text = |value: Option<Value>| value.filter(|value| !value.is_null()).map(|value| value.to_string());
    let mut last = Hash::from_slice(&head.event_hash).ok_or_else(|| {
        let what = format!("book_heads {}: a hash is not 32 bytes long", head.book_id);
        Error::from(ErrorKind::Corrupt { what })
    })?;
    let mut rows = Vec::new();
    for (number, change) in (head.last_event_number + 1..).zip(changes) {
        let mut event = AuditEvent {
            number,
            recorded_at: instant(recorded_at),
            recorded_by: session.actor().to_owned(),
            action: change.action.to_owned(),
            subject: change.subject,
            before: text(change.before),
            after: text(change.after),
            hash: Hash([0; 32]),
        };
        event.hash = event_hash(&last, &event);
        last = event.hash;
        rows.push(EventRow {
            book_id: head.book_id,
            number: event.number,
            recorded_at,
            recorded_by: event.recorded_by,
            action: event.action,
            subject: event.subject,
            before: event.before,
            after: event.after,
            hash: event.hash.0.to_vec(),
        });
    }
    let Some(row) = rows.last() else { return Ok(()) };
    call!(&mut *database, "recording a change", event::insert(&rows))?;
    let moved = (row.book_id, row.number, &row.hash);
    call!(database, "recording a change", book::move_event_head(moved.0, moved.1, moved.2, recorded_at))
}

fn commodity_of(row: &crate::store::rows::CommodityRow) -> Result<Commodity> {
    let corrupt =
        || -> Error { ErrorKind::Corrupt { what: format!("commodities {}", row.commodity_id) }.into() };
    let scale = u8::try_from(row.scale).map_err(|_| corrupt())?;
    Commodity::new(&row.code, scale).map_err(|error| corrupt().caused_by(error))
}

fn account_of(row: crate::store::rows::AccountRow, commodities: &[Commodity]) -> Result<Account> {
    let corrupt = |what: &str| -> Error {
        ErrorKind::Corrupt { what: format!("accounts {}: {what}", row.account_id) }.into()
    };
    let commodity = match row.commodity_id {
        None => None,
        Some(id) => {
            let found = usize::try_from(id - 1).ok().and_then(|index| commodities.get(index));
            Some(*found.ok_or_else(|| corrupt("unknown commodity"))?)
        }
    };
    Ok(Account {
        id: AccountId(row.account_id),
        kind: AccountKind::parse(&row.kind).map_err(|error| corrupt("unknown kind").caused_by(error))?,
        commodity,
        name: row.name,
        subtype: row.subtype,
        opened_on: row.opened_on.map(date),
        closed_on: row.closed_on.map(date),
        note: row.note,
        lot_method: None,
        aliases: Vec::new(),
    })
}
