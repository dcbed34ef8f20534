//! An entry with its lines and tags, as one object of an archive.

use serde::{Deserialize, Serialize};

use crate::store::archive::{as_day, as_hex, as_instant, as_text};
use crate::store::rows::{EntryRow, LineRow, NewEntryRow, NewLineRow, NewTagRow, PostRows, TagRow};

/// An entry; accounts, commodities and parties by their numbers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArchivedEntry {
    pub number: i64,
    #[serde(with = "as_day")]
    pub posted_on: i32,
    description: String,
    party_id: Option<i32>,
    external_id: Option<String>,
    source: String,
    reverses: Option<i64>,
    amends: Option<i64>,
    #[serde(with = "as_instant")]
    pub recorded_at: i64,
    recorded_by: String,
    pub lines: Vec<ArchivedLine>,
    tags: Vec<(String, String)>,
    #[serde(with = "as_hex")]
    pub hash: Vec<u8>,
}

/// A line of it; amounts in minor units.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArchivedLine {
    pub account_id: i32,
    pub commodity_id: i32,
    #[serde(with = "as_text")]
    pub amount: i64,
    pub weight_commodity_id: i32,
    #[serde(with = "as_text")]
    pub weight: i64,
    price_kind: Option<PriceKind>,
    price: Option<String>,
    memo: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PriceKind {
    Unit,
    Total,
}

impl ArchivedEntry {
    /// The entry of some rows; its tags are sorted, as its hash has them.
    pub(super) fn of(row: EntryRow, lines: Vec<LineRow>, tags: Vec<TagRow>) -> Self {
        let mut tags: Vec<_> = tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
        tags.sort();
        ArchivedEntry {
            number: row.number,
            posted_on: row.posted_on,
            description: row.description,
            party_id: row.party_id,
            external_id: row.external_id,
            source: row.source,
            reverses: row.reverses,
            amends: row.amends,
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by,
            lines: lines.into_iter().map(ArchivedLine::of).collect(),
            tags,
            hash: row.hash,
        }
    }

    /// Adds the rows of the entry to those that are written together.
    pub(super) fn add_to<'r>(&'r self, rows: &mut PostRows<'r>, book_id: i64) {
        rows.entries.push(NewEntryRow {
            book_id,
            number: self.number,
            posted_on: self.posted_on,
            description: &self.description,
            party_id: self.party_id,
            external_id: self.external_id.as_deref(),
            source: &self.source,
            reverses: self.reverses,
            amends: self.amends,
            recorded_at: self.recorded_at,
            recorded_by: &self.recorded_by,
            hash: &self.hash,
        });
        for (line, line_number) in self.lines.iter().zip(1..) {
            rows.lines.push(NewLineRow {
                book_id,
                entry_number: self.number,
                line_number,
                account_id: line.account_id,
                posted_on: self.posted_on,
                commodity_id: line.commodity_id,
                amount: line.amount,
                weight_commodity_id: line.weight_commodity_id,
                weight: line.weight,
                price_kind: line.price_kind.map(PriceKind::as_str),
                price: line.price.as_deref(),
                memo: line.memo.as_deref(),
            });
        }
        let tag =
            |(key, value): &'r (String, String)| NewTagRow { book_id, entry_number: self.number, key, value };
        rows.tags.extend(self.tags.iter().map(tag));
    }
}

impl ArchivedLine {
    fn of(row: LineRow) -> Self {
        let kind = |kind: String| if kind == "unit" { PriceKind::Unit } else { PriceKind::Total };
        ArchivedLine {
            account_id: row.account_id,
            commodity_id: row.commodity_id,
            amount: row.amount,
            weight_commodity_id: row.weight_commodity_id,
            weight: row.weight,
            price_kind: row.price_kind.map(kind),
            price: row.price,
            memo: row.memo,
        }
    }
}

impl PriceKind {
    fn as_str(self) -> &'static str {
        match self {
            PriceKind::Unit => "unit",
            PriceKind::Total => "total",
        }
    }
}
