//! From draft to balanced entry: the one place that decides whether an entry sums to zero.

use chrono::NaiveDate;

use super::draft::{AccountRef, EntryDraft, LineDraft, LinePrice, Source, Tag};
use crate::lot::LineLot;
use crate::money::{Amount, Commodity};
use crate::text::check_text;
use crate::{ErrorKind, Result};

/// The longest description, memo, tag value or external id, in characters.
pub(crate) const TEXT_CHARS_MAX: usize = 1000;
const TAG_KEY_CHARS_MAX: usize = 100;
/// The longest name of a party, in characters.
pub(crate) const PARTY_CHARS_MAX: usize = 200;
/// More lines than any person's entry has; a bound on memory for input from outside.
const LINES_MAX: usize = 100_000;

/// An entry that is proven to balance: its weights sum to exactly zero in every commodity.
///
/// Only [`EntryDraft::balance`] makes one, and [`crate::Journal::post`] takes nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalancedEntry {
    pub(crate) posted_on: NaiveDate,
    pub(crate) description: String,
    pub(crate) party: Option<String>,
    /// The number of the party in its book, where it is that of another entry and not to be told by the name.
    pub(crate) party_id: Option<i32>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) external_id: Option<String>,
    pub(crate) source: Source,
    pub(crate) lines: Vec<BalancedLine>,
}

/// One line of a balanced entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalancedLine {
    /// The account that is debited (positive) or credited (negative).
    pub account: AccountRef,
    /// Signed amount.
    pub amount: Amount,
    /// The amount at its price, or the amount itself where it has none.
    pub weight: Amount,
    /// What the amount cost.
    pub price: Option<LinePrice>,
    /// Which lot the line opens or closes; few lines say so.
    pub lot: Option<Box<LineLot>>,
    /// A note on this line.
    pub memo: Option<String>,
}

impl BalancedEntry {
    /// The day that the entry counts for.
    pub fn posted_on(&self) -> NaiveDate {
        self.posted_on
    }

    /// What happened.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The lines, in the order of the draft; an inferred line stands where it stood.
    pub fn lines(&self) -> &[BalancedLine] {
        &self.lines
    }

    /// The caller's own identity of the entry.
    pub fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }
}

impl EntryDraft {
    /// Proves that the draft balances, and infers the one amount that was left out.
    ///
    /// A left-out amount takes whatever is missing; where several commodities miss something, the line becomes
    /// one line for each. Lines of different commodities balance only through their prices.
    ///
    /// # Errors
    /// [`ErrorKind::Unbalanced`] with debits, credits and the difference per commodity;
    /// [`ErrorKind::InvalidEntry`] for fewer than two lines, two missing amounts, or nothing but zeros;
    /// [`ErrorKind::InvalidName`] for text that is refused; [`ErrorKind::AmountOverflow`].
    pub fn balance(self) -> Result<BalancedEntry> {
        self.check_texts()?;
        let refuse =
            |reason: String| ErrorKind::InvalidEntry { description: self.description.clone(), reason };
        if self.lines.len() < 2 {
            let lines = if self.lines.is_empty() { "no lines" } else { "one line" };
            return Err(refuse(format!("it has {lines}; an entry has at least two")).into());
        }
        if self.lines.len() > LINES_MAX {
            return Err(refuse(format!("it has {} lines; the most is {LINES_MAX}", self.lines.len())).into());
        }
        if self.lines.iter().filter(|line| line.amount.is_none()).count() > 1 {
            return Err(
                refuse("more than one amount is left out; only one can be inferred".to_owned()).into()
            );
        }

        let mut totals = Totals::default();
        let mut lines = Vec::with_capacity(self.lines.len());
        let mut inferred = None;
        for draft in self.lines {
            let Some(amount) = draft.amount else {
                inferred = Some((lines.len(), draft));
                continue;
            };
            let weight = match &draft.price {
                Some(price) => price.weigh(amount)?,
                None => amount,
            };
            refuse_without_mirror(amount)?;
            refuse_without_mirror(weight)?;
            totals.add(weight);
            let LineDraft { account, price, lot, memo, .. } = draft;
            let price = price.map(LinePrice::normalized);
            let lot = lot
                .filter(LineLot::says_something)
                .map(|lot| checked_lot(lot, amount, price, &self.description));
            let lot = lot.transpose()?;
            lines.push(BalancedLine { account, amount, weight, price, lot, memo });
        }
        if let Some((position, draft)) = inferred {
            if draft.price.is_some() || draft.lot.is_some() {
                let reason = "a line with a price or a lot needs its amount".to_owned();
                return Err(ErrorKind::InvalidEntry { description: self.description, reason }.into());
            }
            totals.refuse_overflow(&self.description)?;
            let missing = totals.missing()?;
            let filled = missing.into_iter().map(|amount| BalancedLine {
                account: draft.account.clone(),
                amount,
                weight: amount,
                price: None,
                lot: None,
                memo: draft.memo.clone(),
            });
            lines.splice(position..position, filled);
        } else if let Some(difference) = totals.difference() {
            return Err(ErrorKind::Unbalanced { description: self.description, difference }.into());
        }
        totals.refuse_overflow(&self.description)?;
        if lines.iter().all(|line| line.amount.is_zero()) {
            let reason = "every amount is zero".to_owned();
            return Err(ErrorKind::InvalidEntry { description: self.description, reason }.into());
        }

        let mut tags = self.tags;
        tags.sort();
        tags.dedup();
        Ok(BalancedEntry {
            posted_on: self.posted_on,
            description: self.description,
            party: self.party,
            party_id: None,
            tags,
            external_id: self.external_id,
            source: self.source,
            lines,
        })
    }

    fn check_texts(&self) -> Result<()> {
        check_text("description", &self.description, TEXT_CHARS_MAX)?;
        if self.description.trim().is_empty() {
            let reason = "it is blank; an entry says what happened".to_owned();
            let name = self.description.clone();
            return Err(ErrorKind::InvalidName { what: "description", name, reason }.into());
        }
        check_posting_date(self.posted_on)?;
        if let Some(party) = &self.party {
            crate::text::check_name("party", party, PARTY_CHARS_MAX)?;
        }
        if let Some(id) = &self.external_id {
            check_text("external id", id, TEXT_CHARS_MAX)?;
            if id.is_empty() {
                let reason = "it is empty".to_owned();
                return Err(ErrorKind::InvalidName { what: "external id", name: id.clone(), reason }.into());
            }
        }
        for tag in &self.tags {
            crate::text::check_name("tag", &tag.key, TAG_KEY_CHARS_MAX)?;
            check_text("tag value", &tag.value, TEXT_CHARS_MAX)?;
        }
        for memo in self.lines.iter().filter_map(|line| line.memo.as_ref()) {
            check_text("memo", memo, TEXT_CHARS_MAX)?;
        }
        Ok(())
    }
}

/// A lot that fits its line, with prices in their shortest spelling.
fn checked_lot(
    lot: LineLot,
    amount: Amount,
    line_price: Option<LinePrice>,
    description: &str,
) -> Result<Box<LineLot>> {
    lot.check(line_price.as_ref(), description)?;
    lot.price.map(|price| price.weigh(amount)).transpose()?;
    Ok(Box::new(LineLot { price: lot.price.map(LinePrice::normalized), ..lot }))
}

/// The mirror of `i64::MIN` minor units does not exist, so that an entry with it could never be reversed.
fn refuse_without_mirror(amount: Amount) -> Result<()> {
    if amount.minor() > i64::MIN {
        return Ok(());
    }
    Err(ErrorKind::AmountOverflow { what: format!("the mirror of {amount}") }.into())
}

/// Refuses days outside the years 1 to 9999, which calendars and other programs do not share.
pub(crate) fn check_posting_date(day: NaiveDate) -> Result<()> {
    use chrono::Datelike;
    if (1..=9999).contains(&day.year()) {
        return Ok(());
    }
    let reason = "the years 1 to 9999 can be posted to".to_owned();
    Err(ErrorKind::InvalidDate { text: day.to_string(), reason }.into())
}

/// Refuses a range of days that ends before it begins.
///
/// # Errors
/// [`ErrorKind::InvalidSetting`] with both days.
pub(crate) fn check_range(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<()> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => {
            let reason = "it ends before it begins".to_owned();
            let value = format!("{from} to {to}");
            Err(ErrorKind::InvalidSetting { what: "range of days", value, reason }.into())
        }
        _ => Ok(()),
    }
}

/// Debits and credits per commodity, in order of appearance. Entries have few commodities: a scan beats a map.
#[derive(Default)]
pub(crate) struct Totals(Vec<(Commodity, i128, i128)>);

impl Totals {
    pub(crate) fn add(&mut self, weight: Amount) {
        let minor = i128::from(weight.minor());
        let place = match self.0.iter().position(|(commodity, ..)| *commodity == weight.commodity()) {
            Some(place) => place,
            None => {
                self.0.push((weight.commodity(), 0, 0));
                self.0.len() - 1
            }
        };
        let (_, debits, credits) = &mut self.0[place];
        // 100,000 lines of 63 bits stay far inside 127 bits.
        if minor >= 0 { *debits += minor } else { *credits -= minor }
    }

    /// Refuses an entry whose debits or credits do not fit, although each line does: no database could add them up.
    fn refuse_overflow(&self, description: &str) -> Result<()> {
        for &(commodity, debits, credits) in &self.0 {
            for (side, sum) in [("debits", debits), ("credits", credits)] {
                Amount::try_from_i128(
                    sum,
                    commodity,
                    &format!("the sum of the {side} of entry \"{description}\""),
                )?;
            }
        }
        Ok(())
    }

    fn missing(&self) -> Result<Vec<Amount>> {
        let open: Vec<_> = self.0.iter().filter(|(_, debits, credits)| debits != credits).collect();
        if open.is_empty() {
            return Ok(self.0.first().map(|(commodity, ..)| commodity.zero()).into_iter().collect());
        }
        open.into_iter()
            .map(|&(commodity, debits, credits)| {
                Amount::try_from_i128(credits - debits, commodity, "the inferred amount")
            })
            .collect()
    }

    /// Debits, credits and what is missing of each commodity that does not balance; `None` where all do.
    pub(crate) fn difference(&self) -> Option<String> {
        let open: Vec<_> = self.0.iter().filter(|(_, debits, credits)| debits != credits).collect();
        if open.is_empty() {
            return None;
        }
        let clauses = open.iter().map(|&&(commodity, debits, credits)| {
            let (missing, side) =
                if debits > credits { (debits - credits, "credit") } else { (credits - debits, "debit") };
            let show = |minor: i128| crate::money::format_minor(minor, commodity);
            format!(
                "debits {}, credits {} ({} missing on the {side} side)",
                show(debits),
                show(credits),
                show(missing)
            )
        });
        let mut text = clauses.collect::<Vec<_>>().join("; ");
        if open.len() > 1 {
            text.push_str(" — different commodities balance only at a price (`@` or `@@`)");
        }
        Some(text)
    }
}
