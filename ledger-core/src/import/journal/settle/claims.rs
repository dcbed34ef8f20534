//! Balances that a journal claims, compared with what its entries add up to.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::super::commodities::CommodityPlan;
use super::super::model::{
    AccountIndex, Assertion, JournalEntry, JournalFile, JournalLine, LinePlace, LineState,
};
use super::super::sources::Sources;
use super::entry::decimal;
use super::{Settler, minor};
use crate::money::{Commodity, format_minor};

/// What accounts hold so far.
#[derive(Debug, Default)]
pub(super) struct Balances {
    of: HashMap<(AccountIndex, Commodity), i128>,
    /// Claims that stand by themselves, the earliest last.
    waiting: Vec<Assertion>,
    /// What was filled up already: the pad's day, its account, the commodity.
    padded: HashSet<(NaiveDate, AccountIndex, Commodity)>,
}

impl Balances {
    pub(super) fn new(file: &JournalFile<'_>) -> Self {
        let mut waiting = file.assertions.clone();
        // Stable, then turned round: of one day the first is taken first.
        waiting.sort_by_key(|assertion| assertion.on);
        waiting.reverse();
        Balances { waiting, ..Balances::default() }
    }

    fn add(&mut self, account: AccountIndex, commodity: Commodity, minor: i64) {
        *self.of.entry((account, commodity)).or_default() += i128::from(minor);
    }

    fn held(&self, file: &JournalFile<'_>, claim: &Assertion, commodity: Commodity) -> i128 {
        if !claim.with_below {
            return self.of.get(&(claim.account, commodity)).copied().unwrap_or(0);
        }
        self.accounts(file, claim).filter(|(of, _)| *of == commodity).map(|(_, sum)| sum).sum()
    }

    /// The balances of the account of a claim and, where it says so, of those below.
    fn accounts<'b>(
        &'b self,
        file: &'b JournalFile<'_>,
        claim: &'b Assertion,
    ) -> impl Iterator<Item = (Commodity, i128)> + 'b {
        let root = file.account_name(claim.account);
        self.of.iter().filter_map(move |(&(account, commodity), &sum)| {
            let below = || {
                let rest = file.account_name(account).strip_prefix(root);
                claim.with_below && rest.is_some_and(|rest| rest.starts_with(':'))
            };
            (account == claim.account || below()).then_some((commodity, sum))
        })
    }

    /// Compares the claims of days up to and including this one: they hold at its start.
    pub(super) fn check_until(
        &mut self,
        file: &mut JournalFile<'_>,
        sources: &Sources,
        plan: &CommodityPlan,
        day: NaiveDate,
    ) {
        while let Some(claim) = self.waiting.pop_if(|claim| claim.on <= day) {
            self.check(file, sources, plan, &claim);
        }
    }

    /// Compares the claims that come after all entries.
    pub(super) fn check_rest(mut self, file: &mut JournalFile<'_>, sources: &Sources, plan: &CommodityPlan) {
        self.check_until(file, sources, plan, NaiveDate::MAX);
    }

    fn check(
        &mut self,
        file: &mut JournalFile<'_>,
        sources: &Sources,
        plan: &CommodityPlan,
        claim: &Assertion,
    ) {
        let Some(commodity) = plan.of(claim.commodity) else { return };
        let Some(claimed) = minor(claim.quantity, commodity) else { return };
        let held = self.held(file, claim, commodity);
        let tolerance = claim.tolerance.and_then(|tolerance| minor(tolerance, commodity)).unwrap_or(0);
        let off = held - i128::from(claimed);
        if off.abs() > i128::from(tolerance) && self.pad(file, claim, commodity, off) {
            return;
        }
        if off.abs() > i128::from(tolerance) {
            let reason = format!(
                "{} holds {}, but the journal claims {} ({} {})",
                file.account_name(claim.account),
                format_minor(held, commodity),
                commodity.amount(claimed),
                format_minor(off.abs(), commodity),
                if off < 0 { "too little" } else { "too much" }
            );
            return file.problem(sources, claim.place, 0, FAILED, reason);
        }
        if !claim.sole {
            return;
        }
        let other = self.accounts(file, claim).find(|(of, sum)| *of != commodity && *sum != 0);
        if let Some((other, sum)) = other {
            let reason = format!(
                "{} holds {} as well, but the journal claims {} alone",
                file.account_name(claim.account),
                format_minor(sum, other),
                commodity.amount(claimed)
            );
            file.problem(sources, claim.place, 0, FAILED, reason);
        }
    }
}

impl Balances {
    /// Fills an account up with an entry on the day of its last pad before the claim; tells whether there is one.
    fn pad(
        &mut self,
        file: &mut JournalFile<'_>,
        claim: &Assertion,
        commodity: Commodity,
        off: i128,
    ) -> bool {
        let pads = file.pads.iter().filter(|pad| pad.account == claim.account && pad.on < claim.on);
        let Some(pad) = pads.max_by_key(|pad| pad.on).copied() else { return false };
        let (Some(missing), Ok(minor)) = (decimal(-off, commodity), i64::try_from(-off)) else {
            return false;
        };
        if !self.padded.insert((pad.on, pad.account, commodity)) {
            return false;
        }
        let first = file.lines.len() as u32;
        for (account, quantity) in [(pad.account, missing), (pad.from, -missing)] {
            let line = super::added(account, claim.commodity, quantity, pad.place.line);
            file.lines.push(JournalLine { state: LineState::Padded, ..line });
        }
        let description = format!("Padding of {} in {commodity}", file.account_name(pad.account));
        let description = Cow::Owned(description);
        let entry = JournalEntry {
            description,
            detail: None,
            on: pad.on,
            first,
            count: 2,
            place: pad.place,
            dropped: false,
        };
        file.entries.push(entry);
        file.count("account filled up to the balance that is claimed of it");
        self.add(pad.account, commodity, minor);
        self.add(pad.from, commodity, -minor);
        true
    }
}

/// The code of a claim that does not hold.
pub(crate) const FAILED: &str = "failed-assertion";

impl Settler<'_, '_> {
    /// Adds a line to what its account holds, and compares what the line claims.
    pub(super) fn compare(&mut self, at: usize, place: usize, commodity: Commodity, minor: i64) {
        let place_of = self.line_place(at, place);
        let line = &self.file.lines[place];
        let claim = line.detail.as_deref().and_then(|detail| detail.assertion.clone());
        let (account, assigned) = (line.account, line.state == LineState::Assigned);
        let Some(balances) = &mut self.balances else { return };
        balances.add(account, commodity, minor);
        if let Some(claim) = claim.filter(|_| !assigned) {
            balances.check(self.file, self.sources, self.plan, &Assertion { place: place_of, ..*claim });
        }
    }

    /// Adds the lines that were filled in to what their accounts hold.
    pub(super) fn compare_filled(&mut self, at: usize) {
        for place in self.file.entries[at].range() {
            let line = &self.file.lines[place];
            if line.state != LineState::Filled {
                continue;
            }
            let Ok(commodity) = self.commodity(line.commodity) else { continue };
            if let Some(minor) = minor(line.quantity, commodity) {
                self.compare(at, place, commodity, minor);
            }
        }
    }

    /// Gives a line the amount that makes the balance that it claims.
    pub(super) fn assign(&mut self, at: usize, place: usize) -> Result<(), (&'static str, String)> {
        let line = &self.file.lines[place];
        let Some(claim) = line.detail.as_deref().and_then(|detail| detail.assertion.as_deref()) else {
            return Ok(());
        };
        let commodity = self.commodity(claim.commodity)?;
        let held = self.balances.as_ref().map_or(0, |balances| balances.held(self.file, claim, commodity));
        let missing = minor(claim.quantity, commodity)
            .and_then(|claimed| decimal(i128::from(claimed) - held, commodity));
        let place_of: LinePlace = self.line_place(at, place);
        let quantity: Decimal = missing.ok_or_else(|| {
            (
                "amount-overflow",
                format!("line {}: the amount that makes the balance has no room", place_of.line),
            )
        })?;
        self.file.lines[place].quantity = quantity;
        Ok(())
    }
}
