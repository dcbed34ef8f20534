//! Posting: the one path by which entries get into a book.
//!
//! A batch is checked in memory against the chart and the head, hashed, summed into turnover, and written in one
//! go. On PostgreSQL a batch that finds the head where it was last seen costs one round trip; everywhere else, and
//! when another writer was faster, the head is locked first.

use std::collections::HashMap;
use std::sync::Arc;

use super::batch::{Batch, BatchMaker};
use super::turnover::TurnoverRows;
use super::{Book, BookState};
use crate::account::Chart;
use crate::journal::{BalancedEntry, Entry, PostReceipt};
use crate::money::Commodity;
use crate::store::rows::{HeadMove, HeadRow, PartyRow, date};
use crate::store::{call, is_duplicate};
use crate::text::normalize;
use crate::{ErrorKind, Result};

/// From how many entries on a batch is written as a bulk.
const BULK_MIN: usize = 100;

/// A balanced entry with what the journal itself adds to it.
#[derive(Debug, Clone)]
pub(super) struct Posting {
    pub entry: BalancedEntry,
    pub reverses: Option<i64>,
    pub amends: Option<i64>,
}

impl From<BalancedEntry> for Posting {
    fn from(entry: BalancedEntry) -> Self {
        Posting { entry, reverses: None, amends: None }
    }
}

/// What a long stream of posts came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct BatchSummary {
    /// Entries that are new in the journal.
    pub posted: u64,
    /// Entries that were there already under their external id.
    pub already_posted: u64,
    /// Batches that were committed.
    pub batches: u64,
}

impl Book<'_> {
    /// Posts a batch as one unit.
    pub(super) fn post_batch(&self, postings: Vec<Posting>) -> Result<Vec<PostReceipt>> {
        if postings.is_empty() {
            return Ok(Vec::new());
        }
        let postings = match self.post_at_cached_head(postings)? {
            Ok(receipts) => return Ok(receipts),
            Err(postings) => postings,
        };
        let mut added = TurnoverRows::default();
        let bulk = postings.len() >= BULK_MIN;
        let post = || {
            let mut head = self.lock_head()?;
            let mut state = self.state_at(&head)?;
            self.refuse_archived(&state)?;
            if self.declare_missing(&state.chart, &postings)? {
                head = self.lock_head()?;
                state = self.state_at(&head)?;
            }
            let known = self.known_external_ids(&postings)?;
            let batch = self.batch_maker(&head, &state.chart)?.prepare(postings, &known)?;
            let written = self.write_batch(&batch, &head).inspect_err(|_| added = batch.turnover.clone())?;
            if !written {
                // The head is locked, so that nobody else can have moved it.
                let what = format!("book_heads {}: the head moved while it was locked", self.id());
                return Err(ErrorKind::Corrupt { what }.into());
            }
            self.check_lots(&batch.moved_lots, head.last_entry_number)?;
            Ok(batch.receipts())
        };
        let posted = if bulk { self.ledger.write_bulk(post) } else { self.ledger.write(post) };
        // Only now that the batch is taken back can the balances be read that it would not fit.
        posted.map_err(|error| self.name_overflow(error, &added))
    }

    /// Tries to post without locking first; gives the postings back where that is not possible.
    fn post_at_cached_head(&self, postings: Vec<Posting>) -> Result<Result<Vec<PostReceipt>, Vec<Posting>>> {
        let worth_it = self.db().is_postgres() && !self.db().in_transaction();
        let state = self.ledger.states().borrow().get(&self.id()).cloned();
        let (Some(BookState { chart, archived: false, head: Some(head), .. }), true) = (state, worth_it)
        else {
            return Ok(Err(postings));
        };
        if !missing_commodities(&chart, &postings).is_empty()
            || !missing_parties(&chart, &postings).is_empty()
        {
            return Ok(Err(postings));
        }
        let known = self.known_external_ids(&postings)?;
        // A refusal may come from a chart or a lock that is out of date: the locked path decides.
        let Ok(batch) = self.batch_maker(&head, &chart)?.prepare(postings.clone(), &known) else {
            return Ok(Err(postings));
        };
        // Lots are written and checked in a transaction.
        if batch.names_lots || !batch.moved_lots.is_empty() {
            return Ok(Err(postings));
        }
        match self.write_batch(&batch, &head) {
            Ok(true) => Ok(Ok(batch.receipts())),
            Ok(false) => Ok(Err(postings)),
            Err(error) if is_duplicate(&error) => Ok(Err(postings)),
            Err(error) => Err(self.name_overflow(error, &batch.turnover)),
        }
    }

    /// What makes batches that follow `head`.
    pub(super) fn batch_maker(&self, head: &HeadRow, chart: &Arc<Chart>) -> Result<BatchMaker> {
        Ok(BatchMaker {
            chart: Arc::clone(chart),
            locked_through: head.locked_through.map(date),
            recorded_at: self.recording_instant(head),
            recorded_by: self.ledger.session().actor().to_owned(),
            number: head.last_entry_number,
            hash: self.hash(&head.entry_hash)?,
        })
    }

    /// Writes a batch with what its lines say of lots; false when the head is no longer where the batch expects it.
    pub(super) fn write_batch(&self, batch: &Batch, head: &HeadRow) -> Result<bool> {
        let Some(last) = batch.entries.last() else { return Ok(true) };
        let rows = batch.rows(self.id());
        let head_move = HeadMove {
            book_id: self.id(),
            number_before: head.last_entry_number,
            hash_before: &head.entry_hash,
            number_after: last.number,
            hash_after: &last.hash.0,
            // Events of the same unit may have been recorded a moment later than its entries.
            recorded_at: batch.recorded_at.max(head.last_recorded_at),
            chart_version: head.chart_version,
        };
        let moved = call!(self.db(), "posting", post::write(&rows, &head_move))?;
        if let Some(state) = self.ledger.states().borrow_mut().get_mut(&self.id()) {
            state.head = moved.then(|| HeadRow {
                last_entry_number: last.number,
                entry_hash: last.hash.0.to_vec(),
                last_recorded_at: head_move.recorded_at,
                ..head.clone()
            });
        }
        if moved && batch.names_lots {
            self.store_line_lots(batch)?;
        }
        Ok(moved)
    }

    /// Declares ISO currencies and parties that the batch uses for the first time; tells whether there were any.
    fn declare_missing(&self, chart: &Chart, postings: &[Posting]) -> Result<bool> {
        let commodities = missing_commodities(chart, postings);
        let parties = missing_parties(chart, postings);
        if commodities.is_empty() && parties.is_empty() {
            return Ok(false);
        }
        for commodity in commodities {
            if Commodity::iso(commodity.code()) != Some(commodity) {
                return Err(ErrorKind::UnknownCommodity { code: commodity.code().to_owned() }.into());
            }
            self.commodities().declare(commodity)?;
        }
        self.add_parties(&parties)?;
        Ok(true)
    }

    /// Adds parties that the chart does not have, in order; the head has to be locked.
    pub(super) fn add_parties<N: AsRef<str>>(&self, names: &[N]) -> Result<()> {
        if names.is_empty() {
            return Ok(());
        }
        let first = self.chart()?.parties().next_id();
        let row = |(party_id, name): (i32, &N)| PartyRow {
            book_id: self.id(),
            party_id,
            name: name.as_ref().to_owned(),
            normalized_name: normalize(name.as_ref()),
        };
        let rows: Vec<PartyRow> = (first..).zip(names).map(row).collect();
        call!(self.db(), "adding parties", party::insert_parties(&rows))?;
        let added = |row: &PartyRow| {
            (format!("party {}", row.party_id), None, Some(serde_json::json!({ "name": row.name })))
        };
        self.record_events("party.add", rows.iter().map(added))?;
        self.chart_changed(|chart| {
            for name in names {
                chart.add_party(name.as_ref().to_owned());
            }
        })?;
        Ok(())
    }

    /// The entries that hold one of the batch's external ids.
    fn known_external_ids(&self, postings: &[Posting]) -> Result<HashMap<String, Entry>> {
        let ids: Vec<&str> = postings.iter().filter_map(|posting| posting.entry.external_id()).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found = call!(self.db(), "looking for external ids", entry::by_external_ids(self.id(), &ids))?;
        let numbers: Vec<i64> = found.iter().map(|(_, number)| *number).collect();
        let mut entries: HashMap<i64, Entry> =
            self.entries_of(numbers)?.into_iter().map(|entry| (entry.number, entry)).collect();
        Ok(found.into_iter().filter_map(|(id, number)| Some((id, entries.remove(&number)?))).collect())
    }
}

fn missing_commodities(chart: &Chart, postings: &[Posting]) -> Vec<Commodity> {
    let mut missing: Vec<Commodity> = Vec::new();
    let lines = postings.iter().flat_map(|posting| &posting.entry.lines);
    for commodity in lines.flat_map(|line| [line.amount.commodity(), line.weight.commodity()]) {
        if chart.commodity_id(commodity).is_none() && !missing.contains(&commodity) {
            missing.push(commodity);
        }
    }
    missing
}

pub(super) fn missing_parties<'p>(chart: &Chart, postings: &'p [Posting]) -> Vec<&'p str> {
    let mut missing: Vec<&str> = Vec::new();
    let mut seen: std::collections::HashSet<String> = std::collections::HashSet::new();
    for name in postings.iter().filter_map(|posting| posting.entry.party.as_deref()) {
        if chart.party_id(name).is_none() && seen.insert(normalize(name)) {
            missing.push(name);
        }
    }
    missing
}
