//! What a file itself tells about the other side of a line: categories and transfers that another program wrote, and
//! the bank's number of another own account.

use super::drafts::CounterAccounts;
use super::statement::{StatementDetail, StatementLine, StatementSplit};
use super::suggest::{CERTAIN, Counter, CounterSplit, CounterSuggester, SuggestLine, Suggestion};
use super::transfer::{OwnNames, compact, text_of};
use crate::account::{Account, AccountId, AccountKind, Chart};
use crate::journal::AccountRef;

/// Takes a category for the account of exactly that name, and a bank's account number for the own account it is of.
pub(crate) struct ToldByFile<'a> {
    pub chart: &'a Chart,
    /// The own accounts with what banks call them.
    pub own: &'a [(AccountId, OwnNames)],
    /// What the file calls the accounts of its own statements, with those of the book.
    pub file: &'a [(String, AccountId)],
    /// Where parts go whose category is no account.
    pub others: &'a CounterAccounts,
}

impl CounterSuggester for ToldByFile<'_> {
    fn suggest(&self, line: &SuggestLine<'_>) -> Option<Suggestion> {
        let told = line.line.detail.as_deref().and_then(|detail| self.detail(line, detail));
        let (counter, reason) = match told {
            Some(counter) => (counter, "the file names the category"),
            None => (
                Counter::Account(self.other_account(line)?.into()),
                "the text has the number of an own account",
            ),
        };
        Some(Suggestion {
            counter: Some(counter),
            confidence: CERTAIN,
            reason: reason.into(),
            ..Suggestion::default()
        })
    }
}

impl ToldByFile<'_> {
    fn detail(&self, line: &SuggestLine<'_>, detail: &StatementDetail) -> Option<Counter> {
        if detail.splits.is_empty() {
            let account = self.named(line.line, detail.category.as_deref(), detail.transfer.as_deref())?;
            return (account.id != line.account.id).then(|| Counter::Account(account.id.into()));
        }
        let named = |split: &StatementSplit| {
            self.named(line.line, split.category.as_deref(), split.transfer.as_deref())
        };
        if detail.splits.iter().all(|split| named(split).is_none()) {
            return None;
        }
        let other =
            if line.line.amount.is_negative() { &self.others.money_out } else { &self.others.money_in };
        let splits = detail.splits.iter().map(|split| CounterSplit {
            account: named(split).map_or_else(|| other.clone(), AccountRef::from),
            amount: Some(split.amount),
            memo: split.memo.as_deref().map(str::to_owned),
        });
        Some(Counter::Splits(splits.collect()))
    }

    /// The account that a category or transfer names exactly, with or without the first part of its name.
    fn named(
        &self,
        line: &StatementLine,
        category: Option<&str>,
        transfer: Option<&str>,
    ) -> Option<&Account> {
        let below = |roots: &[AccountKind], name: &str| {
            let named = |kind: &AccountKind| self.chart.lookup(&format!("{}:{name}", kind.root()));
            self.chart.lookup(name).or_else(|| roots.iter().find_map(named))
        };
        if let Some(transfer) = transfer {
            let called = self.file.iter().find(|(name, _)| compact(name) == compact(transfer));
            if let Some((_, account)) = called {
                return self.chart.account(*account);
            }
            return below(&[AccountKind::Asset, AccountKind::Liability], transfer);
        }
        let roots = if line.amount.is_negative() {
            [AccountKind::Expense, AccountKind::Income]
        } else {
            [AccountKind::Income, AccountKind::Expense]
        };
        below(&roots, category?)
    }

    /// The one other own account whose number the line's text has.
    fn other_account(&self, line: &SuggestLine<'_>) -> Option<AccountId> {
        if self.own.iter().all(|(_, names)| !names.has_numbers()) {
            return None;
        }
        let text = text_of(line.line);
        let mut named =
            self.own.iter().filter(|(id, names)| *id != line.account.id && names.number_is_in(&text));
        let (id, _) = named.next()?;
        named.next().is_none().then_some(*id)
    }
}
