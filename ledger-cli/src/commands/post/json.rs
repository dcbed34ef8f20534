//! Entries as JSON: one object, an array, or one object a line, posted batch by batch.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use chrono::NaiveDate;
use ledger_core::journal::{LineDraft, Tag};
use ledger_core::lot::LotBasis;
use ledger_core::{EntryDraft, ErrorKind, Result};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::super::Context;
use super::super::entries::print_entry;
use super::amounts::Amounts;
use super::bulk::{Bulk, problem};
use super::words::credited;
use crate::dates;
use crate::input;

/// An entry as JSON tells it.
#[derive(serde::Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct JsonEntry {
    date: String,
    description: String,
    party: Option<String>,
    #[serde(default)]
    tags: Tags,
    external_id: Option<String>,
    lines: Vec<JsonLine>,
}

/// A line as JSON tells it; money is text, because numbers of JSON lose digits in many programs.
#[derive(serde::Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct JsonLine {
    account: String,
    amount: Option<String>,
    debit: Option<String>,
    credit: Option<String>,
    price: Option<String>,
    memo: Option<String>,
}

/// Posts all entries of a file or of standard input.
///
/// # Errors
/// When the input or the database fails; what is wrong with an entry is told with its place.
pub fn run(
    context: &Context,
    bulk: Bulk<'_>,
    amounts: &Amounts,
    path: &Path,
    batch: usize,
) -> Result<ExitCode> {
    let objects = input::open(Some(path))?.objects::<JsonEntry>();
    let mut bulk = bulk.named(objects.name());
    let mut count = 0_u64;
    for object in objects {
        count += 1;
        match object {
            Err(problem) => bulk.refuse(problem),
            Ok(object) => match object.value.draft(amounts, context.settings.today) {
                Ok(draft) => bulk.take(object.line, object.column, &object.text, draft)?,
                Err(error) => bulk.refuse(problem(object.line, object.column, &object.text, error)),
            },
        }
        if bulk.waiting() >= batch {
            flush(&mut bulk)?;
        }
    }
    let receipts = flush(&mut bulk)?;
    match &receipts[..] {
        // One entry is shown as if it had been posted in words.
        [receipt] if count == 1 => {
            bulk.note_counts();
            print_entry(context, &receipt.entry, Vec::new(), Vec::new())?;
            Ok(bulk.tell_problems())
        }
        _ => bulk.finish(),
    }
}

fn flush(bulk: &mut Bulk<'_>) -> Result<Vec<ledger_core::PostReceipt>> {
    bulk.flush().inspect_err(|_| bulk.tell_failure())
}

impl JsonEntry {
    fn draft(self, amounts: &Amounts, today: NaiveDate) -> Result<EntryDraft> {
        let mut draft = EntryDraft::new(dates::parse_date(&self.date, today)?, self.description);
        draft.party = self.party;
        draft.tags = self.tags.0;
        draft.external_id = self.external_id;
        for line in self.lines {
            let line = line.draft(amounts, &draft.description)?;
            draft.lines.push(line);
        }
        Ok(draft)
    }
}

impl JsonLine {
    fn draft(self, amounts: &Amounts, description: &str) -> Result<LineDraft> {
        let refuse = |reason: String| -> ledger_core::Error {
            ErrorKind::InvalidEntry { description: description.to_owned(), reason }.into()
        };
        let is_credit = self.credit.is_some();
        let mut given = [self.amount, self.debit, self.credit].into_iter().flatten();
        let text = given.next();
        if given.next().is_some() {
            return Err(refuse(format!(
                "its line on {} has more than one of amount, debit and credit",
                self.account
            )));
        }
        let written = text.map(|text| amounts.written(&text)).transpose()?;
        let (amount, mut price, mut lot) =
            written.map_or((None, None, None), |it| (Some(it.amount), it.price, it.lot));
        if let Some(text) = self.price {
            // Beside the cost of a lot, the price is that of the sale.
            let own = match lot.as_mut().filter(|lot| lot.basis == LotBasis::Cost) {
                Some(lot) => &mut lot.price,
                None => &mut price,
            };
            if own.is_some() {
                return Err(refuse(format!("its line on {} has two prices", self.account)));
            }
            *own = Some(amounts.price(&text)?);
        }
        let mut line = LineDraft { account: self.account.into(), amount, price, lot, memo: self.memo };
        if is_credit {
            credited(&mut line)?;
        }
        Ok(line)
    }
}

/// Tags as an object (`{"trip": "rome"}`) or as a list (`["trip:rome"]`).
#[derive(Debug, Default)]
struct Tags(Vec<Tag>);

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TagsVisitor)
    }
}

struct TagsVisitor;

impl<'de> Visitor<'de> for TagsVisitor {
    type Value = Tags;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tags as {\"key\": \"value\"} or [\"key:value\"]")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Tags, E> {
        Ok(Tags::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tags, A::Error> {
        let mut tags = Vec::new();
        while let Some(text) = items.next_element::<String>()? {
            tags.push(Tag::parse(&text));
        }
        Ok(Tags(tags))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Tags, A::Error> {
        let mut tags = BTreeMap::new();
        while let Some((key, value)) = fields.next_entry::<String, String>()? {
            tags.insert(key, value);
        }
        Ok(Tags(tags.into_iter().map(|(key, value)| Tag { key, value }).collect()))
    }
}
