//! From the rows of a GnuCash book to a journal.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::super::model::{
    AccountIndex, CommodityIndex, Interner, JournalEntry, JournalFile, JournalFormat, JournalLine,
    JournalPrice, LineDetail, LinePlace, LineRate, LineState,
};
use super::super::sources::Sources;
use super::{AccountRow, Rows, SplitRow, TransactionRow};
use crate::account::AccountKind;
use crate::money::Commodity;

/// How deep accounts can lie below each other.
const DEPTH_MAX: usize = 16;
/// What makes the difference where a split has a value but no quantity, as gains have.
const REVALUATION: &str = "Equity:Revaluation";

/// The journal that a GnuCash book is.
///
/// Values and quantities are taken exactly. Template accounts and scheduled transactions are listed as not imported.
pub fn convert(rows: &Rows, sources: &Sources) -> JournalFile<'static> {
    let mut file = JournalFile { format: Some(JournalFormat::Gnucash), ..JournalFile::default() };
    let mut names = Interner::default();
    let commodities = commodities(rows, &mut file, &mut names);
    let accounts = accounts(rows, &mut file, &mut names, &commodities);
    for name in &rows.scheduled {
        file.leave_out("scheduled transaction", LinePlace::default(), name);
    }
    if rows.slots > 0 {
        file.counts.insert("slot (options, notes and other attributes), not taken over", rows.slots);
    }
    let mut splits: HashMap<&str, Vec<&SplitRow>> = HashMap::with_capacity(rows.transactions.len());
    for split in &rows.splits {
        splits.entry(&split.transaction).or_default().push(split);
    }
    let mut converter = Converter { file, names, commodities, accounts, sources };
    for transaction in &rows.transactions {
        let splits = splits.get(transaction.guid.as_str()).map_or(&[][..], Vec::as_slice);
        if let Err(reason) = converter.transaction(transaction, splits) {
            let reason =
                format!("transaction \"{}\" of {}: {reason}", transaction.description, transaction.posted);
            converter.file.problem(sources, LinePlace::default(), 0, "unreadable-transaction", reason);
        }
    }
    converter.prices(rows);
    converter.file
}

struct Converter<'r> {
    file: JournalFile<'static>,
    names: Interner<'static>,
    commodities: HashMap<&'r str, CommodityIndex>,
    accounts: HashMap<&'r str, (AccountIndex, CommodityIndex)>,
    sources: &'r Sources,
}

fn commodities<'r>(
    rows: &'r Rows,
    file: &mut JournalFile<'static>,
    names: &mut Interner<'static>,
) -> HashMap<&'r str, CommodityIndex> {
    let mut taken = HashSet::new();
    let mut indices = HashMap::new();
    for row in rows.commodities.iter().filter(|row| row.namespace != "template") {
        let currency = matches!(row.namespace.as_str(), "CURRENCY" | "ISO4217");
        // A share may have the symbol of a currency, or of a share of another exchange.
        let clash =
            (!currency && Commodity::iso(&row.mnemonic).is_some()) || !taken.insert(row.mnemonic.as_str());
        let symbol = if clash { format!("{}_{}", row.mnemonic, row.namespace) } else { row.mnemonic.clone() };
        if let Some(index) = names.commodity(file, Cow::Owned(symbol)) {
            let decimals = row.fraction.max(1).ilog10().min(9);
            file.commodities[usize::from(index)].decimals = if currency { 0 } else { decimals as u8 };
            indices.insert(row.guid.as_str(), index);
        }
    }
    indices
}

fn accounts<'r>(
    rows: &'r Rows,
    file: &mut JournalFile<'static>,
    names: &mut Interner<'static>,
    commodities: &HashMap<&'r str, CommodityIndex>,
) -> HashMap<&'r str, (AccountIndex, CommodityIndex)> {
    let by_guid: HashMap<&str, &AccountRow> =
        rows.accounts.iter().map(|row| (row.guid.as_str(), row)).collect();
    let mut indices = HashMap::new();
    for row in &rows.accounts {
        let Some(name) = full_name(row, &by_guid, &rows.root) else { continue };
        let index = names.account(file, Cow::Owned(name));
        let account = &mut file.accounts[index as usize];
        account.declared = true;
        account.kind = kind_of(&row.kind);
        let note = row.description.trim();
        account.note = (!note.is_empty() && note != row.name).then(|| note.to_owned());
        let commodity = commodities.get(row.commodity.as_str()).copied().unwrap_or(CommodityIndex::MAX);
        indices.insert(row.guid.as_str(), (index, commodity));
    }
    indices
}

/// The name with those above, for an account below the root of the book.
fn full_name(row: &AccountRow, by_guid: &HashMap<&str, &AccountRow>, root: &str) -> Option<String> {
    let mut segments = Vec::new();
    let mut at = row;
    while at.guid != root {
        if segments.len() >= DEPTH_MAX || at.kind == "ROOT" {
            return None;
        }
        let words: Vec<&str> = at.name.split_whitespace().collect();
        segments.push(words.join(" ").replace(':', "-"));
        at = by_guid.get(at.parent.as_str())?;
    }
    segments.reverse();
    (!segments.is_empty()).then(|| segments.join(":"))
}

fn kind_of(kind: &str) -> Option<AccountKind> {
    match kind {
        "ASSET" | "BANK" | "CASH" | "STOCK" | "MUTUAL" | "RECEIVABLE" | "CURRENCY" => {
            Some(AccountKind::Asset)
        }
        "LIABILITY" | "CREDIT" | "CREDITCARD" | "PAYABLE" => Some(AccountKind::Liability),
        "EQUITY" | "TRADING" => Some(AccountKind::Equity),
        "INCOME" => Some(AccountKind::Income),
        "EXPENSE" => Some(AccountKind::Expense),
        _ => None,
    }
}

impl Converter<'_> {
    fn transaction(&mut self, row: &TransactionRow, splits: &[&SplitRow]) -> Result<(), String> {
        let on = day(&row.posted).ok_or("its day cannot be read")?;
        if !splits.is_empty()
            && splits.iter().all(|split| !self.accounts.contains_key(split.account.as_str()))
        {
            self.file.count("transaction of a template");
            return Ok(());
        }
        let currency =
            *self.commodities.get(row.currency.as_str()).ok_or("its currency is not in the book")?;
        let first = self.file.lines.len();
        for split in splits {
            if let Err(reason) = self.split(split, currency) {
                self.file.lines.truncate(first);
                return Err(reason);
            }
        }
        if self.file.lines.len() == first {
            self.file.leave_out("transaction without splits", LinePlace::default(), &row.description);
            return Ok(());
        }
        let mut entry = JournalEntry {
            description: Cow::Owned(row.description.trim().to_owned()),
            detail: None,
            on,
            first: first as u32,
            count: (self.file.lines.len() - first) as u32,
            place: LinePlace::default(),
            dropped: false,
        };
        if !row.num.trim().is_empty() {
            let tag = (Cow::Borrowed("code"), Cow::Owned(row.num.trim().to_owned()));
            entry.detail.get_or_insert_default().tags.push(tag);
        }
        self.file.entries.push(entry);
        Ok(())
    }

    fn split(&mut self, split: &SplitRow, currency: CommodityIndex) -> Result<(), String> {
        let (account, commodity) =
            *self.accounts.get(split.account.as_str()).ok_or("a split's account is not in the book")?;
        if commodity == CommodityIndex::MAX {
            return Err("a split's account has no commodity".to_owned());
        }
        let (value, quantity) = (ratio(split.value)?, ratio(split.quantity)?);
        let texts = [split.action.trim(), split.memo.trim()];
        let texts: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        let mut detail = LineDetail {
            comment: (!texts.is_empty()).then(|| Cow::Owned(texts.join(": "))),
            ..LineDetail::default()
        };
        let (mut account, mut line) = (account, (quantity, commodity));
        if commodity != currency && quantity.is_zero() && !value.is_zero() {
            let note = format!("{} has a value without a quantity", self.file.account_name(account));
            detail.comment =
                Some(Cow::Owned(texts.into_iter().chain([note.as_str()]).collect::<Vec<_>>().join(": ")));
            account = self.names.account(&mut self.file, Cow::Borrowed(REVALUATION));
            line = (value, currency);
            self.file.count("split with a value but no quantity, posted to Equity:Revaluation");
        } else if commodity != currency {
            if !value.is_zero() && value.is_sign_negative() != quantity.is_sign_negative() {
                return Err("a split's value and quantity have different signs".to_owned());
            }
            detail.rate = Some(LineRate::Total(value.abs(), currency));
        }
        if matches!(split.reconciled.as_str(), "y" | "c") {
            self.file.count("reconciled or cleared mark of a line");
        }
        let decimals = line.0.normalize().scale().min(28) as u8;
        let seen = &mut self.file.commodities[usize::from(line.1)].decimals;
        *seen = (*seen).max(decimals);
        self.file.lines.push(JournalLine {
            quantity: line.0,
            account,
            commodity: line.1,
            state: LineState::Written,
            line: 0,
            detail: (detail != LineDetail::default()).then(|| Box::new(detail)),
        });
        Ok(())
    }

    fn prices(&mut self, rows: &Rows) {
        for price in &rows.prices {
            let indices = (
                self.commodities.get(price.commodity.as_str()),
                self.commodities.get(price.currency.as_str()),
            );
            let (Some(on), (Some(&commodity), Some(&quote)), Ok(rate)) =
                (day(&price.on), indices, ratio(price.value))
            else {
                let reason = format!("a price of {} cannot be read", price.on);
                self.file.problem(self.sources, LinePlace::default(), 0, "unreadable-price", reason);
                continue;
            };
            self.file.prices.push(JournalPrice { on, commodity, rate, quote, place: LinePlace::default() });
        }
    }
}

/// A fraction as a number; GnuCash's denominators are powers of ten nearly always.
fn ratio((numerator, denominator): (i64, i64)) -> Result<Decimal, String> {
    let wrong = || format!("\"{numerator}/{denominator}\" is not an amount");
    if denominator <= 0 {
        return Err(wrong());
    }
    let places = denominator.ilog10();
    if 10_i64.pow(places) == denominator {
        return Ok(Decimal::new(numerator, places));
    }
    Decimal::from(numerator).checked_div(Decimal::from(denominator)).ok_or_else(wrong)
}

/// The day at the start of `2026-03-02 10:59:00` or `20260302105900`.
fn day(text: &str) -> Option<NaiveDate> {
    let date = text.get(..10).unwrap_or(text);
    date.parse().ok().or_else(|| NaiveDate::parse_from_str(text.get(..8)?, "%Y%m%d").ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_and_days_are_read() {
        assert_eq!(ratio((1250, 100)).unwrap().to_string(), "12.50");
        assert_eq!(ratio((1, 8)).unwrap().to_string(), "0.125");
        assert!(ratio((1, 0)).is_err() && ratio((1, -100)).is_err());
        assert_eq!(day("20260302105900"), day("2026-03-02 10:59:00 +0000"));
        assert_eq!(day("soon"), None);
    }
}
