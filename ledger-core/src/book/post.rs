//! Posting: the one path by which entries get into a book.
//!
//! A batch is checked in memory against the chart and the head, hashed, summed into turnover, and written in one
//! go. On PostgreSQL a batch that finds the head where it was last seen costs one round trip; everywhere else, and
//! when another writer was faster, the head is locked first.

use std::collections::HashMap;

use super::turnover::{Turnover, TurnoverRows};
use super::{Book, BookState};
use crate::account::{AccountId, Chart};
use crate::audit::{EntryContent, Hash, LineContent, entry_hash};
use crate::journal::check::{find, resolve_accounts};
use crate::journal::{BalancedEntry, Entry, Line, LinePrice, PostReceipt};
use crate::money::Commodity;
use crate::store::rows::{
    HeadMove, HeadRow, NewEntryRow, NewLineRow, NewTagRow, PartyRow, PostRows, day, instant, month,
};
use crate::store::{call, is_duplicate};
use crate::text::normalize;
use crate::{ErrorKind, Result};

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
        let posted = self.ledger.write(|| {
            let mut head = self.lock_head()?;
            let mut state = self.state_at(&head)?;
            self.refuse_archived(&state)?;
            if self.declare_missing(&state.chart, &postings)? {
                head = self.lock_head()?;
                state = self.state_at(&head)?;
            }
            let known = self.known_external_ids(&postings)?;
            let batch = Batch::prepare(self, &head, &state.chart, postings, &known)?;
            let written = batch.write(self, &head).inspect_err(|_| added = batch.turnover.clone())?;
            if !written {
                // The head is locked, so that nobody else can have moved it.
                let what = format!("book_heads {}: the head moved while it was locked", self.id());
                return Err(ErrorKind::Corrupt { what }.into());
            }
            Ok(batch.receipts())
        });
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
        let Ok(batch) = Batch::prepare(self, &head, &chart, postings.clone(), &known) else {
            return Ok(Err(postings));
        };
        match batch.write(self, &head) {
            Ok(true) => Ok(Ok(batch.receipts())),
            Ok(false) => Ok(Err(postings)),
            Err(error) if is_duplicate(&error) => Ok(Err(postings)),
            Err(error) => Err(self.name_overflow(error, &batch.turnover)),
        }
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
        let mut rows = Vec::with_capacity(parties.len());
        for (offset, name) in parties.into_iter().enumerate() {
            rows.push(PartyRow {
                book_id: self.id(),
                party_id: (chart.parties().len() + offset + 1) as i32,
                name: name.to_owned(),
                normalized_name: normalize(name),
            });
        }
        for row in &rows {
            call!(self.db(), "adding a party", chart::insert_party(row))?;
            let after = Some(serde_json::json!({ "name": row.name }));
            self.record_event("party.add", &format!("party {}", row.party_id), None, after)?;
        }
        if !rows.is_empty() {
            self.chart_changed(|chart| {
                for row in rows {
                    chart.add_party(row.name);
                }
            })?;
        }
        Ok(true)
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

fn missing_parties<'p>(chart: &Chart, postings: &'p [Posting]) -> Vec<&'p str> {
    let mut missing: Vec<&str> = Vec::new();
    let mut seen: std::collections::HashSet<String> = std::collections::HashSet::new();
    for name in postings.iter().filter_map(|posting| posting.entry.party.as_deref()) {
        if chart.party_id(name).is_none() && seen.insert(normalize(name)) {
            missing.push(name);
        }
    }
    missing
}

/// The numbers that a line's names stand for, and its price as it is stored.
struct LineKeys {
    account_id: i32,
    commodity_id: i32,
    weight_commodity_id: i32,
    price: Option<String>,
}

/// A batch that is ready to be written: entries with numbers and hashes, and the turnover that they add.
struct Batch {
    /// New entries in order, with the keys of their lines.
    entries: Vec<Entry>,
    party_ids: Vec<Option<i32>>,
    keys: Vec<LineKeys>,
    /// For each posting: a new entry's place in `entries`, or the entry that was there.
    outcomes: Vec<Outcome>,
    sums: Turnover,
    turnover: TurnoverRows,
    recorded_at: i64,
}

enum Outcome {
    New(usize),
    Known(Box<Entry>),
}

impl Batch {
    fn prepare(
        book: &Book<'_>,
        head: &HeadRow,
        chart: &Chart,
        postings: Vec<Posting>,
        known: &HashMap<String, Entry>,
    ) -> Result<Batch> {
        let mut batch = Batch {
            entries: Vec::with_capacity(postings.len()),
            party_ids: Vec::with_capacity(postings.len()),
            keys: Vec::with_capacity(postings.len() * 3),
            outcomes: Vec::with_capacity(postings.len()),
            sums: Turnover::default(),
            turnover: TurnoverRows::default(),
            recorded_at: book.recording_instant(head),
        };
        let mut number = head.last_entry_number;
        let mut hash = book.hash(&head.entry_hash)?;
        let mut seen: HashMap<String, usize> = HashMap::new();
        let locked_through = head.locked_through.map(crate::store::rows::date);
        let mut accounts = Vec::new();
        for posting in postings {
            if let Some(id) = posting.entry.external_id() {
                let earlier = known.get(id).or_else(|| seen.get(id).map(|&index| &batch.entries[index]));
                if let Some(earlier) = earlier {
                    refuse_other_content(earlier, &posting, chart)?;
                    let outcome = match seen.get(id) {
                        Some(&index) => Outcome::New(index),
                        None => Outcome::Known(Box::new(earlier.clone())),
                    };
                    batch.outcomes.push(outcome);
                    continue;
                }
                seen.insert(id.to_owned(), batch.entries.len());
            }
            accounts.clear();
            resolve_accounts(&posting.entry, chart, locked_through, &mut accounts)?;
            number += 1;
            hash = batch.add(book, chart, posting, &accounts, number, &hash)?;
        }
        batch.turnover = batch.sums.rows(chart)?;
        Ok(batch)
    }

    /// Numbers, hashes and sums one entry; returns its hash.
    fn add(
        &mut self,
        book: &Book<'_>,
        chart: &Chart,
        posting: Posting,
        accounts: &[AccountId],
        number: i64,
        previous: &Hash,
    ) -> Result<Hash> {
        let Posting { entry, reverses, amends } = posting;
        let first_key = self.keys.len();
        let period = month(entry.posted_on);
        let mut lines = Vec::with_capacity(entry.lines.len());
        for (line, id) in entry.lines.into_iter().zip(accounts) {
            let key = LineKeys {
                account_id: id.0,
                commodity_id: commodity_id(chart, line.amount.commodity())?,
                weight_commodity_id: commodity_id(chart, line.weight.commodity())?,
                price: match &line.price {
                    Some(LinePrice::Unit { rate, .. }) => Some(rate.normalize().to_string()),
                    _ => None,
                },
            };
            let turnover_key = (key.account_id, key.commodity_id, key.weight_commodity_id, period);
            self.sums.add(turnover_key, line.amount.minor(), line.weight.minor());
            self.keys.push(key);
            lines.push(Line {
                account_id: *id,
                account: chart.account(*id).map(|account| account.name.clone()).unwrap_or_default(),
                amount: line.amount,
                weight: line.weight,
                price: line.price,
                memo: line.memo,
            });
        }
        let party_id = entry.party.as_deref().and_then(|name| chart.party_id(name));
        let mut posted = Entry {
            number,
            posted_on: entry.posted_on,
            description: entry.description,
            party: party_id.and_then(|id| chart.party_name(id)).map(str::to_owned),
            tags: entry.tags,
            external_id: entry.external_id,
            source: entry.source,
            reverses,
            amends,
            recorded_at: instant(self.recorded_at),
            recorded_by: book.ledger.session().actor().to_owned(),
            lines,
            hash: *previous,
        };
        posted.hash = hash_of(&posted, party_id, self.recorded_at, previous, &self.keys[first_key..]);
        let hash = posted.hash;
        self.party_ids.push(party_id);
        self.outcomes.push(Outcome::New(self.entries.len()));
        self.entries.push(posted);
        Ok(hash)
    }

    /// Writes the batch; false when the head is no longer where the batch expects it.
    fn write(&self, book: &Book<'_>, head: &HeadRow) -> Result<bool> {
        let Some(last) = self.entries.last() else { return Ok(true) };
        let rows = self.rows(book.id());
        let head_move = HeadMove {
            book_id: book.id(),
            number_before: head.last_entry_number,
            hash_before: &head.entry_hash,
            number_after: last.number,
            hash_after: &last.hash.0,
            recorded_at: self.recorded_at,
            chart_version: head.chart_version,
        };
        let moved = call!(book.db(), "posting", post::write(&rows, &head_move))?;
        let mut states = book.ledger.states().borrow_mut();
        if let Some(state) = states.get_mut(&book.id()) {
            state.head = moved.then(|| HeadRow {
                last_entry_number: last.number,
                entry_hash: last.hash.0.to_vec(),
                last_recorded_at: self.recorded_at,
                ..head.clone()
            });
        }
        Ok(moved)
    }

    fn rows(&self, book_id: i64) -> PostRows<'_> {
        let mut rows = PostRows {
            entries: Vec::with_capacity(self.entries.len()),
            lines: Vec::with_capacity(self.keys.len()),
            monthly: &self.turnover.monthly,
            yearly: &self.turnover.yearly,
            ..PostRows::default()
        };
        let mut keys = self.keys.iter();
        for (entry, party_id) in self.entries.iter().zip(&self.party_ids) {
            rows.entries.push(NewEntryRow {
                book_id,
                number: entry.number,
                posted_on: day(entry.posted_on),
                description: &entry.description,
                party_id: *party_id,
                external_id: entry.external_id.as_deref(),
                source: entry.source.as_str(),
                reverses: entry.reverses,
                amends: entry.amends,
                recorded_at: self.recorded_at,
                recorded_by: &entry.recorded_by,
                hash: &entry.hash.0,
            });
            for ((index, line), key) in entry.lines.iter().enumerate().zip(&mut keys) {
                rows.lines.push(NewLineRow {
                    book_id,
                    entry_number: entry.number,
                    line_number: index as i32 + 1,
                    account_id: key.account_id,
                    posted_on: day(entry.posted_on),
                    commodity_id: key.commodity_id,
                    amount: line.amount.minor(),
                    weight_commodity_id: key.weight_commodity_id,
                    weight: line.weight.minor(),
                    price_kind: price_kind(line),
                    price: key.price.as_deref(),
                    memo: line.memo.as_deref(),
                });
            }
            rows.tags.extend(entry.tags.iter().map(|tag| NewTagRow {
                book_id,
                entry_number: entry.number,
                key: &tag.key,
                value: &tag.value,
            }));
        }
        rows
    }

    fn receipts(self) -> Vec<PostReceipt> {
        let Batch { entries, outcomes, .. } = self;
        let mut delivered = vec![false; entries.len()];
        let mut entries: Vec<Option<Entry>> = entries.into_iter().map(Some).collect();
        let mut receipts: Vec<PostReceipt> = Vec::with_capacity(outcomes.len());
        let mut place: HashMap<usize, usize> = HashMap::new();
        for outcome in outcomes {
            let receipt = match outcome {
                Outcome::Known(entry) => PostReceipt { entry: *entry, already_posted: true },
                Outcome::New(index) if delivered[index] => {
                    // The same external id twice in one batch: the later one gets the earlier one's entry.
                    let entry = receipts[place[&index]].entry.clone();
                    PostReceipt { entry, already_posted: true }
                }
                Outcome::New(index) => {
                    delivered[index] = true;
                    place.insert(index, receipts.len());
                    match entries[index].take() {
                        Some(entry) => PostReceipt { entry, already_posted: false },
                        None => continue,
                    }
                }
            };
            receipts.push(receipt);
        }
        receipts
    }
}

fn price_kind(line: &Line) -> Option<&'static str> {
    line.price.as_ref().map(|price| match price {
        LinePrice::Unit { .. } => "unit",
        LinePrice::Total(_) => "total",
    })
}

fn commodity_id(chart: &Chart, commodity: Commodity) -> Result<i32> {
    chart
        .commodity_id(commodity)
        .ok_or_else(|| ErrorKind::UnknownCommodity { code: commodity.code().to_owned() }.into())
}

fn hash_of(
    entry: &Entry,
    party_id: Option<i32>,
    recorded_at: i64,
    previous: &Hash,
    keys: &[LineKeys],
) -> Hash {
    let content = EntryContent {
        number: entry.number,
        posted_on: day(entry.posted_on),
        description: &entry.description,
        party_id,
        external_id: entry.external_id.as_deref(),
        source: entry.source.as_str(),
        reverses: entry.reverses,
        amends: entry.amends,
        recorded_at,
        recorded_by: &entry.recorded_by,
    };
    let tags = entry.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()));
    let lines = entry.lines.iter().zip(keys).map(|(line, key)| LineContent {
        account_id: key.account_id,
        commodity: line.amount.commodity_ref().code(),
        amount: line.amount.minor(),
        weight_commodity: line.weight.commodity_ref().code(),
        weight: line.weight.minor(),
        price_kind: price_kind(line),
        price: key.price.as_deref(),
        memo: line.memo.as_deref(),
    });
    entry_hash(previous, &content, tags, lines)
}

/// The same external id with other content is a conflict, and the first difference is named.
fn refuse_other_content(earlier: &Entry, posting: &Posting, chart: &Chart) -> Result<()> {
    let entry = &posting.entry;
    let mut difference = None;
    let mut compare = |field: &str, was: String, is: String| {
        if was != is && difference.is_none() {
            difference = Some(format!("{field} was \"{was}\", is \"{is}\""));
        }
    };
    let name = |party: &Option<String>| party.as_deref().map(normalize).unwrap_or_default();
    compare("date", earlier.posted_on.to_string(), entry.posted_on.to_string());
    compare("description", earlier.description.clone(), entry.description.clone());
    compare("party", name(&earlier.party), name(&entry.party));
    let join =
        |tags: &[crate::journal::Tag]| tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    compare("tags", join(&earlier.tags), join(&entry.tags));
    compare("number of lines", earlier.lines.len().to_string(), entry.lines.len().to_string());
    for (was, is) in earlier.lines.iter().zip(&entry.lines) {
        let account = find(chart, &is.account)?;
        let price = |price: &Option<LinePrice>| price.as_ref().map(ToString::to_string).unwrap_or_default();
        compare("account", was.account.clone(), account.name.clone());
        compare("amount", was.amount.to_string(), is.amount.to_string());
        compare("weight", was.weight.to_string(), is.weight.to_string());
        compare("price", price(&was.price), price(&is.price));
        compare("memo", was.memo.clone().unwrap_or_default(), is.memo.clone().unwrap_or_default());
    }
    match difference {
        None => Ok(()),
        Some(difference) => Err(ErrorKind::ExternalIdConflict {
            external_id: earlier.external_id.clone().unwrap_or_default(),
            number: earlier.number,
            difference,
        }
        .into()),
    }
}
