//! From a settled journal to balanced entries with identities, ready to be posted.

use std::borrow::Cow;

use super::commodities::CommodityPlan;
use super::identity::Identities;
use super::model::{BookedLot, JournalEntry, JournalFile, JournalLine, JournalProblem, LineRate, LineState};
use super::settle::{minor, price_of};
use super::sources::Sources;
use crate::account::AccountId;
use crate::journal::{BalancedEntry, EntryDraft, LineDraft, PARTY_CHARS_MAX, Source, TEXT_CHARS_MAX, Tag};
use crate::lot::{LABEL_CHARS_MAX, LineLot, LotBasis};
use crate::money::Amount;
use crate::text::{check_name, fit_text};

/// The longest key of a tag.
const KEY_CHARS_MAX: usize = 100;
/// What stands where an entry says nothing.
const NO_DESCRIPTION: &str = "(no description)";

/// An entry that is ready to be posted.
#[derive(Debug)]
pub struct Prepared {
    /// The entry with its identity as external id.
    pub entry: BalancedEntry,
    /// Whether an amount of it follows from other entries, so that it may differ when the journal is read again.
    pub computed: bool,
}

fn is_computed(line: &JournalLine<'_>) -> bool {
    matches!(line.state, LineState::Assigned | LineState::Padded)
}

/// The entries of a settled journal, as they are posted.
#[derive(Debug)]
pub struct Postings<'f, 't> {
    file: &'f JournalFile<'t>,
    plan: &'f CommodityPlan,
    accounts: &'f [AccountId],
    identities: Identities,
    next: usize,
    /// How many texts were cut or changed to fit.
    pub fitted: u64,
}

impl<'f, 't> Postings<'f, 't> {
    /// The entries of `file`, its commodities as in `plan`, its accounts with their numbers in the book.
    pub fn new(file: &'f JournalFile<'t>, plan: &'f CommodityPlan, accounts: &'f [AccountId]) -> Self {
        Postings { file, plan, accounts, identities: Identities::default(), next: 0, fitted: 0 }
    }

    /// Up to `count` more entries; none at the end.
    ///
    /// # Errors
    /// The first entry that is refused, with its place.
    pub fn batch(&mut self, count: usize, sources: &Sources) -> Result<Vec<Prepared>, Box<JournalProblem>> {
        let mut batch = Vec::with_capacity(count.min(self.file.entries.len() - self.next));
        while batch.len() < count
            && let Some(entry) = self.file.entries.get(self.next)
        {
            self.next += 1;
            if entry.dropped {
                continue;
            }
            let id = self.identities.next(self.file, entry);
            let computed = self.file.lines[entry.range()].iter().any(is_computed);
            let balanced = self.draft(entry, id).and_then(EntryDraft::balance);
            let entry = balanced.map_err(|error| {
                Box::new(JournalProblem::at(sources, entry.place, 0, "refused", error.to_string()))
            })?;
            batch.push(Prepared { entry, computed });
        }
        Ok(batch)
    }

    fn draft(&mut self, entry: &JournalEntry<'_>, id: String) -> crate::Result<EntryDraft> {
        let description = match entry.description.trim() {
            "" => NO_DESCRIPTION.to_owned(),
            text => self.text(text),
        };
        let mut draft = EntryDraft::new(entry.on, description).source(Source::Import).external_id(id);
        if let Some(detail) = entry.detail.as_deref() {
            if let Some(party) = detail.party.as_deref() {
                draft.party = self.name("party", party, PARTY_CHARS_MAX);
            }
            for (key, value) in &detail.tags {
                let key = self.name("tag", key, KEY_CHARS_MAX).unwrap_or_else(|| "tag".to_owned());
                draft.tags.push(Tag { key, value: self.text(value) });
            }
            for comment in &detail.comments {
                draft.tags.push(Tag { key: "comment".to_owned(), value: self.text(comment) });
            }
        }
        draft.lines.reserve_exact(entry.count as usize);
        for line in &self.file.lines[entry.range()] {
            let line = self.line(line)?;
            draft.lines.push(line);
        }
        Ok(draft)
    }

    fn line(&mut self, line: &JournalLine<'_>) -> crate::Result<LineDraft> {
        let no_room = || crate::ErrorKind::AmountOverflow { what: format!("{}", line.quantity) };
        let commodity = self.plan.of(line.commodity).ok_or_else(no_room)?;
        let amount = Amount::new(minor(line.quantity, commodity).ok_or_else(no_room)?, commodity);
        // Every account of the journal was given its number.
        let account = self.accounts[line.account as usize].into();
        let mut draft = LineDraft { account, amount: Some(amount), price: None, lot: None, memo: None };
        let Some(detail) = line.detail.as_deref() else { return Ok(draft) };
        if let Some(rate) = detail.rate {
            let (LineRate::Unit(_, quote) | LineRate::Total(_, quote)) = rate;
            draft.price = self.plan.of(quote).and_then(|quote| price_of(rate, quote));
        }
        draft.lot = detail.booked.as_deref().map(|booked| self.lot(booked, draft.price.is_some()));
        let by_price = detail.booked.as_ref().is_some_and(|booked| booked.by_price);
        // Units at a cost of zero were had for nothing.
        let costs_nothing = match (by_price && detail.rate.is_none(), detail.other_rate) {
            (true, Some(LineRate::Unit(cost, _))) => cost.is_zero(),
            _ => detail.booked.as_ref().is_some_and(|booked| booked.free),
        };
        if costs_nothing && amount.minor() > 0 {
            draft.lot.get_or_insert_default().basis = LotBasis::Nothing;
        }
        // What the lot of the line says is not said again.
        let other = detail.other_rate.filter(|_| !by_price).map(|rate| self.rate_text(rate));
        let parts =
            [detail.lot.as_deref().filter(|_| !by_price), other.as_deref(), detail.comment.as_deref()];
        let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        if !parts.is_empty() {
            draft.memo = Some(self.text(&parts.join("; ")));
        }
        Ok(draft)
    }

    /// The lot of a line; one without a cost that can be a price is only named.
    fn lot(&mut self, booked: &BookedLot<'_>, at_cost: bool) -> LineLot {
        let at_cost = at_cost && !booked.by_price;
        let price = booked.price.filter(|_| at_cost).and_then(|rate| {
            let (LineRate::Unit(_, quote) | LineRate::Total(_, quote)) = rate;
            self.plan.of(quote).and_then(|quote| price_of(rate, quote))
        });
        let label = booked.label.as_deref().map(|label| fit_text(label.trim(), LABEL_CHARS_MAX).into_owned());
        let label = label.map(|label| label.replace('"', "'")).filter(|label| !label.trim().is_empty());
        let basis = if at_cost { LotBasis::Cost } else { LotBasis::Price };
        LineLot { basis, opened_on: booked.opened_on, label, price }
    }

    fn rate_text(&self, rate: super::LineRate) -> String {
        match rate {
            super::LineRate::Unit(rate, quote) => format!("@ {rate} {}", self.file.symbol(quote)),
            super::LineRate::Total(total, quote) => format!("@@ {total} {}", self.file.symbol(quote)),
        }
    }

    fn text(&mut self, text: &str) -> String {
        match fit_text(text, TEXT_CHARS_MAX) {
            Cow::Borrowed(text) => text.to_owned(),
            Cow::Owned(fitting) => {
                self.fitted += 1;
                fitting
            }
        }
    }

    /// A text as a name; nothing where nothing of it can be one.
    fn name(&mut self, what: &'static str, text: &str, max: usize) -> Option<String> {
        if check_name(what, text, max).is_ok() {
            return Some(text.to_owned());
        }
        self.fitted += 1;
        let words: Vec<&str> = text.split_whitespace().collect();
        let fitting = fit_text(&words.join(" "), max).trim().to_owned();
        check_name(what, &fitting, max).is_ok().then_some(fitting)
    }
}
