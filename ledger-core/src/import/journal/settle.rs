//! Settling a journal: amounts that are left out are filled in, entries are checked by the rules of their own
//! program, balances that are claimed are compared, and what only nearly sums to zero gets an explicit line.
//!
//! The proof that an entry balances stays with [`crate::EntryDraft::balance`]; here the weights are computed as it
//! computes them, so that what it would lack can be written down.

mod claims;
mod entry;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use rust_decimal::Decimal;

use self::claims::Balances;
pub(crate) use self::claims::FAILED;
pub(super) use self::entry::price as price_of;
use super::commodities::CommodityPlan;
use super::model::{AccountIndex, JournalFile, JournalFormat, JournalLine, LineState};
use super::sources::Sources;
use crate::money::{Amount, Commodity, Rounding};

/// Where the difference goes by which an entry sums to zero only within its program's tolerance.
pub(super) const ROUNDING: &str = "Equity:Rounding";
/// The other side of virtual postings, which have none.
pub(super) const VIRTUAL: &str = "Equity:Virtual";
/// The other side of what was given at a price of zero.
pub(super) const FREE: &str = "Equity:Free";

/// What is to be done with entries that do not fit as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettleOptions {
    /// The account that takes what entries lack to sum to zero; without one they are problems.
    pub unbalanced: Option<String>,
    /// Leave out virtual postings in round brackets; otherwise each gets a line on `Equity:Virtual`.
    pub real_only: bool,
}

/// Fills in, checks and rounds all entries of a journal.
///
/// What does not hold becomes a problem of the file; an entry that cannot be posted is left out of the
/// [`super::Postings`].
pub fn settle(file: &mut JournalFile<'_>, sources: &Sources, plan: &CommodityPlan, options: &SettleOptions) {
    let claimed = !file.assertions.is_empty() || file.lines.iter().any(has_claim);
    let order = order(file, claimed);
    let mut settler = Settler {
        balances: claimed.then(|| Balances::new(file)),
        names: HashMap::new(),
        file,
        sources,
        plan,
        options,
    };
    match order {
        None => (0..settler.file.entries.len()).for_each(|at| settler.entry(at)),
        Some(order) => order.into_iter().for_each(|at| settler.entry(at)),
    }
    settler.finish();
}

fn has_claim(line: &JournalLine<'_>) -> bool {
    line.detail.as_deref().is_some_and(|detail| detail.assertion.is_some())
}

/// The order in which claims are compared: by day, but for ledger, which goes by the file.
fn order(file: &JournalFile<'_>, claimed: bool) -> Option<Vec<usize>> {
    if !claimed || file.format == Some(JournalFormat::Ledger) {
        return None;
    }
    let mut order: Vec<usize> = (0..file.entries.len()).collect();
    order.sort_by_key(|at| file.entries[*at].on);
    Some(order)
}

struct Settler<'f, 't> {
    file: &'f mut JournalFile<'t>,
    sources: &'f Sources,
    plan: &'f CommodityPlan,
    options: &'f SettleOptions,
    /// What accounts hold so far; only where something claims it.
    balances: Option<Balances>,
    /// Accounts that were added.
    names: HashMap<&'static str, AccountIndex>,
}

impl Settler<'_, '_> {
    /// The account with this name, added where the journal has none.
    fn account(&mut self, name: &str) -> AccountIndex {
        let found = self.file.accounts.iter().position(|account| account.name.eq_ignore_ascii_case(name));
        let index = found.unwrap_or_else(|| {
            let name = std::borrow::Cow::Owned(name.to_owned());
            let account = super::model::JournalAccount { name, ..Default::default() };
            self.file.accounts.push(account);
            self.file.accounts.len() - 1
        });
        self.file.accounts[index].used = true;
        index as AccountIndex
    }

    fn own_account(&mut self, name: &'static str) -> AccountIndex {
        if let Some(index) = self.names.get(name) {
            return *index;
        }
        let index = self.account(name);
        self.names.insert(name, index);
        index
    }

    fn finish(mut self) {
        if let Some(balances) = self.balances.take() {
            balances.check_rest(self.file, self.sources, self.plan);
        }
        let used: Vec<AccountIndex> = {
            let mut used = vec![false; self.file.accounts.len()];
            for entry in self.file.entries.iter().filter(|entry| !entry.dropped) {
                for line in &self.file.lines[entry.range()] {
                    used[line.account as usize] = true;
                }
            }
            (0_u32..).zip(used).filter_map(|(index, used)| used.then_some(index)).collect()
        };
        self.file.accounts.iter_mut().for_each(|account| account.used = false);
        for index in used {
            self.file.accounts[index as usize].used = true;
        }
    }
}

/// Whole minor units of a number, rounded half-even where it has more decimal places; nothing where they do not fit.
pub(super) fn minor(number: Decimal, commodity: Commodity) -> Option<i64> {
    const POWERS: [i64; 10] =
        [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];
    let (scale, places) = (u32::from(commodity.scale()), number.scale());
    if places <= scale
        && let Ok(mantissa) = i64::try_from(number.mantissa())
    {
        return mantissa.checked_mul(*POWERS.get((scale - places) as usize)?);
    }
    Amount::from_decimal(number, commodity, Rounding::HalfEven).ok().map(|amount| amount.minor())
}

/// A line that an entry is given.
fn added<'t>(account: AccountIndex, commodity: u16, quantity: Decimal, line: u32) -> JournalLine<'t> {
    JournalLine { quantity, account, commodity, state: LineState::Added, line, detail: None }
}
