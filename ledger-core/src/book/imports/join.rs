//! Both sides of a transfer in one entry, with what lies between them: a fee, or an exchange.

use super::judge::is_own;
use super::keep::Keeper;
use super::read::name_of;
use crate::account::{AccountId, Chart};
use crate::import::{Counter, CounterAccounts, CounterSplit, Decisions, fee};
use crate::journal::{AccountRef, BalancedEntry, Entry, EntryDraft, Line, LineDraft, LinePrice, Source};
use crate::money::Amount;
use crate::{Error, ErrorKind, Result};

impl Keeper<'_> {
    /// An entry with the line's account in place of the one that stood for it; what differs stays there, is a fee, or
    /// becomes the price of an exchange.
    pub(super) fn adjusted(&self, place: usize, entry: &Entry) -> Result<BalancedEntry> {
        let book = self.imports.book;
        let chart = book.chart()?;
        let (line, account) = (self.intake.lines[place].line, self.intake.account_of(place));
        let mut draft: EntryDraft = book.journal().draft_of(entry.number)?;
        draft.source = Source::Import;
        let Some(index) = giving_way(&chart, entry, line.amount) else {
            let name = name_of(&chart, account);
            let reason = format!(
                "none of its lines can become {} on {name} (post the line as new instead)",
                line.amount
            );
            let name = entry.number.to_string();
            return Err(ErrorKind::NotAllowed { what: "entry", name, verb: "linked", reason }.into());
        };
        let stood = entry.lines[index].amount;
        let counter = draft.lines[index].clone();
        draft.lines[index].account = account.into();
        draft.lines[index].amount = Some(line.amount);
        if stood.commodity() != line.amount.commodity() {
            draft.lines[index].price = Some(LinePrice::total(stood.abs()?));
            return draft.balance();
        }
        let rest = stood.checked_sub(line.amount)?;
        if !rest.is_zero() {
            let is_fee = is_uncategorised(&chart, entry.lines[index].account_id)
                && fee(line.amount, stood.negate()?) == Some(rest);
            let account = if is_fee { self.fee_account(place, rest)? } else { counter.account.clone() };
            draft.lines.push(LineDraft { account, amount: Some(rest), ..counter });
        }
        draft.balance()
    }

    /// The other side of a transfer inside the file, with the fee where less arrived than was sent.
    pub(super) fn other_account(&self, place: usize, other: usize) -> Result<Counter> {
        let (own, side) = (self.intake.lines[place].line.amount, self.intake.lines[other].line.amount);
        let account: AccountRef = self.intake.account_of(other).into();
        let Some(kept) = fee(own, side) else { return Ok(Counter::Account(account)) };
        let arrived = CounterSplit { account, amount: Some(side.negate()?), memo: None };
        let fee = CounterSplit { account: self.fee_account(place, kept)?, amount: None, memo: None };
        Ok(Counter::Splits(vec![arrived, fee]))
    }

    /// Where fees go: as a person says, or into [`Decisions::FEE_ACCOUNT`] if the book has it.
    fn fee_account(&self, place: usize, fee: Amount) -> Result<AccountRef> {
        if let Some(account) = &self.decisions.fee_account {
            return Ok(account.clone());
        }
        let chart = self.imports.book.chart()?;
        if let Some(account) = chart.lookup(Decisions::FEE_ACCOUNT) {
            return Ok(account.id.into());
        }
        let line = place + 1;
        Err(Error::from(ErrorKind::NeedsReview(format!(
            "line {line} of import {} leaves a fee of {fee}, and nothing says where fees go: name the account with \
             --fee-account ACCOUNT, or open {}",
            self.import_id,
            Decisions::FEE_ACCOUNT
        ))))
    }
}

/// The line of an entry that a statement line's amount can take the place of: of the same amount, else of the same
/// side, else the one line of the same side in another commodity.
fn giving_way(chart: &Chart, entry: &Entry, amount: Amount) -> Option<usize> {
    let is_counter = |id: AccountId| chart.account(id).is_some_and(|account| !is_own(account));
    let may = |own: &Line| {
        is_counter(own.account_id)
            && own.price.is_none()
            && own.amount.is_negative() == amount.is_negative()
            && !own.amount.is_zero()
    };
    let is_same_commodity = |own: &Line| own.amount.commodity() == amount.commodity();
    let place = |fits: &dyn Fn(&Line) -> bool| entry.lines.iter().position(|own| may(own) && fits(own));
    let exchanged = || {
        let mut others = entry.lines.iter().filter(|own| may(own) && !is_same_commodity(own));
        others.next().filter(|_| others.next().is_none())?;
        place(&|own| !is_same_commodity(own))
    };
    place(&|own| own.amount == amount).or_else(|| place(&is_same_commodity)).or_else(exchanged)
}

fn is_uncategorised(chart: &Chart, id: AccountId) -> bool {
    let name = name_of(chart, id);
    [CounterAccounts::MONEY_OUT, CounterAccounts::MONEY_IN].contains(&name.as_str())
}
