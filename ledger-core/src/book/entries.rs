//! Entries as they are read back: rows, lines and tags put together.

use std::collections::HashMap;

use super::Book;
use super::lots::stored::line_lot_of;
use crate::account::Chart;
use crate::journal::{Entry, Line, LinePrice, Source, Tag};
use crate::money::Amount;
use crate::store::call;
use crate::store::lot_rows::LineLotRow;
use crate::store::rows::{EntryRow, LineRow, TagRow, date, instant};
use crate::{Error, ErrorKind, Result};

impl Book<'_> {
    pub(crate) fn entry(&self, number: i64) -> Result<Entry> {
        let not_found = || {
            let suggestions = Vec::new();
            Error::from(ErrorKind::NotFound { what: "entry", name: number.to_string(), suggestions })
        };
        self.entries_range(number, number)?.pop().ok_or_else(not_found)
    }

    /// Entries by number, in order; numbers that follow each other are read together.
    pub(super) fn entries_of(&self, mut numbers: Vec<i64>) -> Result<Vec<Entry>> {
        numbers.sort_unstable();
        numbers.dedup();
        let mut entries = Vec::with_capacity(numbers.len());
        for run in numbers.chunk_by(|left, right| left + 1 == *right) {
            // A run of chunk_by is never empty.
            if let (Some(first), Some(last)) = (run.first(), run.last()) {
                entries.extend(self.entries_range(*first, *last)?);
            }
        }
        Ok(entries)
    }

    pub(crate) fn entries_range(&self, first: i64, last: i64) -> Result<Vec<Entry>> {
        let id = self.id();
        let chart = self.chart()?;
        let rows = call!(self.db(), "reading entries", entry::range(id, first, last))?;
        let lines = call!(self.db(), "reading lines", entry::lines_range(id, first, last))?;
        let tags = call!(self.db(), "reading tags", entry::tags_range(id, first, last))?;
        let lots = call!(self.db(), "reading lots", lot::range(id, first, last))?;
        let mut lots: HashMap<(i64, i32), LineLotRow> =
            lots.into_iter().map(|row| ((row.entry_number, row.line_number), row)).collect();
        let mut lines = lines.into_iter().peekable();
        let mut tags = tags.into_iter().peekable();
        rows.into_iter()
            .map(|row| {
                let mut own_lines = Vec::new();
                while let Some(line) = lines.next_if(|line: &LineRow| line.entry_number <= row.number) {
                    if line.entry_number == row.number {
                        let lot = lots.remove(&(line.entry_number, line.line_number));
                        let lot = lot.map(|row| line_lot_of(&chart, &row).map(Box::new)).transpose()?;
                        own_lines.push(Line { lot, ..line_of(line, &chart)? });
                    }
                }
                let mut own_tags = Vec::new();
                while let Some(tag) = tags.next_if(|tag: &TagRow| tag.entry_number <= row.number) {
                    own_tags.push(Tag { key: tag.key, value: tag.value });
                }
                // The database sorts by its own collation; the content of an entry does not depend on it.
                own_tags.sort();
                self.entry_of(row, own_lines, own_tags, &chart)
            })
            .collect()
    }

    pub(super) fn entry_of(
        &self,
        row: EntryRow,
        lines: Vec<Line>,
        tags: Vec<Tag>,
        chart: &Chart,
    ) -> Result<Entry> {
        let corrupt = |what: &str| ErrorKind::Corrupt { what: format!("entries {}: {what}", row.number) };
        Ok(Entry {
            number: row.number,
            posted_on: date(row.posted_on),
            party_id: row.party_id,
            party: row.party_id.and_then(|id| chart.party_name(id)).map(str::to_owned),
            tags,
            source: Source::from_name(&row.source).ok_or_else(|| corrupt("unknown source"))?,
            reverses: row.reverses,
            amends: row.amends,
            recorded_at: instant(row.recorded_at),
            hash: self.hash(&row.hash)?,
            description: row.description,
            external_id: row.external_id,
            recorded_by: row.recorded_by,
            lines,
        })
    }
}

pub(super) fn line_of(row: LineRow, chart: &Chart) -> Result<Line> {
    let corrupt = |what: &str| {
        Error::from(ErrorKind::Corrupt {
            what: format!("lines {}/{}: {what}", row.entry_number, row.line_number),
        })
    };
    let commodity = |id| chart.commodity(id).ok_or_else(|| corrupt("unknown commodity"));
    let account_id = crate::account::AccountId(row.account_id);
    let account = chart.account(account_id).ok_or_else(|| corrupt("unknown account"))?;
    let weight = Amount::new(row.weight, commodity(row.weight_commodity_id)?);
    let price = match (row.price_kind.as_deref(), row.price.as_deref()) {
        (None, _) => None,
        (Some("unit"), Some(rate)) => {
            let rate = rate.parse().map_err(|_| corrupt("unreadable price"))?;
            Some(LinePrice::Unit { rate, quote: weight.commodity() })
        }
        _ => Some(LinePrice::Total(weight.abs()?)),
    };
    Ok(Line {
        account_id,
        account: account.name.clone(),
        amount: Amount::new(row.amount, commodity(row.commodity_id)?),
        weight,
        price,
        // Few lines say something of a lot; whoever reads entries adds it.
        lot: None,
        memo: row.memo,
    })
}
