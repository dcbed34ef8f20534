//! A batch of entries made ready in memory: checked against the chart, numbered, hashed, summed into turnover. It
//! needs no database, so that one batch can be made while another is written.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::lots::{MovedLots, keeps_lots};
use super::post::Posting;
use super::turnover::{Turnover, TurnoverRows};
use crate::account::{AccountId, Chart};
use crate::audit::{EntryContent, Hash, LineContent, entry_hash};
use crate::journal::check::{find, resolve_accounts};
use crate::journal::{Entry, Line, LinePrice, PostReceipt};
use crate::lot::LineLot;
use crate::money::Commodity;
use crate::store::rows::{NewEntryRow, NewLineRow, NewTagRow, PostRows, day, instant, month};
use crate::{ErrorKind, Result};

/// Makes batches one after the other: what entries are checked against, and where the chain of hashes stands.
pub(super) struct BatchMaker {
    pub chart: Arc<Chart>,
    pub locked_through: Option<NaiveDate>,
    /// When the entries are recorded, in microseconds, and by whom.
    pub recorded_at: i64,
    pub recorded_by: String,
    /// The last entry before the next batch, and its hash.
    pub number: i64,
    pub hash: Hash,
}

/// The numbers that a line's names stand for, and its price as it is stored.
struct LineKeys {
    account_id: i32,
    commodity_id: i32,
    weight_commodity_id: i32,
    price: Option<String>,
}

/// A batch that is ready to be written: entries with numbers and hashes, and the turnover that they add.
pub(super) struct Batch {
    /// New entries in order, with the keys of their lines.
    pub entries: Vec<Entry>,
    party_ids: Vec<Option<i32>>,
    keys: Vec<LineKeys>,
    /// For each posting: a new entry's place in `entries`, or the entry that was there.
    outcomes: Vec<Outcome>,
    pub turnover: TurnoverRows,
    pub recorded_at: i64,
    /// Whether a line says something of its lot.
    pub names_lots: bool,
    /// Whether an account has a lot method, so that what may be sold has to be checked.
    checks_lots: bool,
    /// Where units of lots came in or went out, if that has to be checked.
    pub moved_lots: MovedLots,
}

enum Outcome {
    New(usize),
    Known(Box<Entry>),
}

impl BatchMaker {
    /// Checks, numbers and hashes a batch; entries whose external id is `known` are not made again.
    ///
    /// # Errors
    /// Whatever a rule of the book refuses, by name; the maker stands where it stood then.
    pub fn prepare(&mut self, postings: Vec<Posting>, known: &HashMap<String, Entry>) -> Result<Batch> {
        let mut batch = Batch {
            entries: Vec::with_capacity(postings.len()),
            party_ids: Vec::with_capacity(postings.len()),
            keys: Vec::with_capacity(postings.len() * 3),
            outcomes: Vec::with_capacity(postings.len()),
            turnover: TurnoverRows::default(),
            recorded_at: self.recorded_at,
            names_lots: false,
            checks_lots: self.chart.accounts().iter().any(|account| account.lot_method.is_some()),
            moved_lots: MovedLots::default(),
        };
        let mut sums = Turnover::default();
        let (mut number, mut hash) = (self.number, self.hash);
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut accounts = Vec::new();
        for posting in postings {
            if let Some(id) = posting.entry.external_id() {
                let earlier = known.get(id).or_else(|| seen.get(id).map(|&index| &batch.entries[index]));
                if let Some(earlier) = earlier {
                    refuse_other_content(earlier, &posting, &self.chart)?;
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
            resolve_accounts(&posting.entry, &self.chart, self.locked_through, &mut accounts)?;
            number += 1;
            hash = self.add(&mut batch, &mut sums, posting, &accounts, number, &hash)?;
        }
        batch.turnover = sums.rows(&self.chart)?;
        (self.number, self.hash) = (number, hash);
        Ok(batch)
    }

    /// Numbers, hashes and sums one entry; returns its hash.
    fn add(
        &self,
        batch: &mut Batch,
        sums: &mut Turnover,
        posting: Posting,
        accounts: &[AccountId],
        number: i64,
        previous: &Hash,
    ) -> Result<Hash> {
        let Posting { entry, reverses, amends } = posting;
        let chart = &*self.chart;
        let first_key = batch.keys.len();
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
            sums.add(turnover_key, line.amount.minor(), line.weight.minor());
            batch.keys.push(key);
            let account = chart.account(*id);
            batch.names_lots |= line.lot.is_some();
            let commodity = line.amount.commodity();
            if batch.checks_lots && account.is_some_and(|account| keeps_lots(account, commodity, false)) {
                batch.moved_lots.insert(*id, commodity, entry.posted_on);
            }
            lines.push(Line {
                account_id: *id,
                account: account.map(|account| account.name.clone()).unwrap_or_default(),
                amount: line.amount,
                weight: line.weight,
                price: line.price,
                lot: line.lot,
                memo: line.memo,
            });
        }
        let named = || entry.party.as_deref().and_then(|name| chart.party_id(name));
        let party_id = entry.party_id.or_else(named);
        let mut posted = Entry {
            number,
            posted_on: entry.posted_on,
            description: entry.description,
            party_id,
            party: party_id.and_then(|id| chart.party_name(id)).map(str::to_owned),
            tags: entry.tags,
            external_id: entry.external_id,
            source: entry.source,
            reverses,
            amends,
            recorded_at: instant(self.recorded_at),
            recorded_by: self.recorded_by.clone(),
            lines,
            hash: *previous,
        };
        posted.hash = hash_of(&posted, party_id, self.recorded_at, previous, &batch.keys[first_key..]);
        let hash = posted.hash;
        batch.party_ids.push(party_id);
        batch.outcomes.push(Outcome::New(batch.entries.len()));
        batch.entries.push(posted);
        Ok(hash)
    }
}

impl Batch {
    /// The batch as rows of the tables.
    pub fn rows(&self, book_id: i64) -> PostRows<'_> {
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

    /// What became of each posting, in order.
    pub fn receipts(self) -> Vec<PostReceipt> {
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
    // By any of its names it is the same party.
    let named = |party: &Option<String>| -> String {
        let party = party.as_deref().unwrap_or_default();
        let known = chart.party_id(party).and_then(|id| chart.party_name(id));
        known.unwrap_or(party).to_owned()
    };
    compare("date", earlier.posted_on.to_string(), entry.posted_on.to_string());
    compare("description", earlier.description.clone(), entry.description.clone());
    compare("party", named(&earlier.party), named(&entry.party));
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
        let lot = |lot: &Option<Box<LineLot>>| lot.as_ref().map(ToString::to_string).unwrap_or_default();
        compare("lot", lot(&was.lot), lot(&is.lot));
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
