//! Transfers with a fee or an exchange: the other side is on another own account, and is not quite the opposite.

use std::cell::OnceCell;

use super::judge::{Choice, FirstSide, Judge, Verdicts};
use super::read::name_of;
use crate::Result;
use crate::account::AccountId;
use crate::import::{
    ByDay, Candidate, Difference, Link, StatementLine, exchange_range, fee, fee_range, names_other, text_of,
};
use crate::money::{Amount, PriceTable, Rounding};
use crate::store::rows::date;
use crate::store::statement_rows::FirstSideRow;

/// A line and an other side that may be one transfer; the best sorts first.
type Pair = (u64, u64, usize, usize);

impl Judge<'_> {
    /// Proposes transfers between two accounts of this file of which a part was kept as a fee.
    pub(super) fn unequal_in_the_file(&self, verdicts: &mut Verdicts) {
        let accounts = self.intake.distinct_accounts();
        for (number, &account) in accounts.iter().enumerate() {
            for &other in &accounts[number + 1..] {
                self.unequal_between(account, other, verdicts);
            }
        }
    }

    fn unequal_between(&self, account: AccountId, other: AccountId, verdicts: &mut Verdicts) {
        let open = |account| {
            let mut places = self.open_lines(account, verdicts);
            places.retain(|place| !is_told(self.intake.lines[*place].line));
            places
        };
        let (places, others) = (open(account), open(other));
        let (lines, other_lines) = (self.lines(&places), self.lines(&others));
        let by_day = ByDay::new(&lines, self.days);
        let mut pairs: Vec<Pair> = Vec::new();
        for (number, line) in other_lines.iter().enumerate() {
            let text = text_of(line);
            let range = fee_range(line.amount.minor());
            for index in by_day.near(line.amount.commodity(), line.posted_on, range) {
                let Some(kept) = fee(line.amount, lines[index].amount) else { continue };
                if self.evidence(places[index], &text, other).is_none() {
                    continue;
                }
                let apart = (line.posted_on - lines[index].posted_on).num_days().unsigned_abs();
                pairs.push((apart, kept.minor().unsigned_abs(), index, number));
            }
        }
        for (index, number) in one_to_one(pairs, lines.len(), others.len()) {
            let Some(kept) = fee(lines[index].amount, other_lines[number].amount) else { continue };
            let (one, two) = (places[index], others[number]);
            for (place, side) in [(one, two), (two, one)] {
                let (line, other) = (self.intake.lines[place].line, self.intake.lines[side].line);
                let on = name_of(self.chart, self.intake.account_of(side));
                let reason = fee_reason(&format!("line {}", side + 1), &on, line.amount, other.amount, kept);
                let choice = Choice { other_line: Some(side), fee: Some(kept), ..Choice::default() };
                self.ambiguous(verdicts, place, Link::Line(side), reason, choice);
            }
        }
    }

    /// Proposes entries of earlier files as the other side of a transfer with a fee or an exchange.
    ///
    /// Only entries that nobody has put into a category yet are proposed. An exchange has to be near a price that the
    /// book knows; where it knows none, a text has to name the other account.
    pub(super) fn unequal_from_earlier_files(
        &self,
        account: AccountId,
        verdicts: &mut Verdicts,
    ) -> Result<()> {
        let places = self.open_lines(account, verdicts);
        let Some(span) = self.span(&places, self.days) else { return Ok(()) };
        let lines = self.lines(&places);
        // Made when the first entry on another own account comes up: most statements have none.
        let by_day = OnceCell::new();
        let prices = match self.chart.commodities().len() {
            0 | 1 => PriceTable::default(),
            _ => self.imports.book.prices().table()?,
        };
        let by_day = || by_day.get_or_init(|| ByDay::new(&lines, self.days));
        let wanted = |row: &FirstSideRow| {
            let amount = self.chart.resolve_commodity(&row.commodity).map(|own| own.amount(row.amount));
            amount.is_some_and(|amount| !self.near(by_day(), &prices, amount, date(row.posted_on)).is_empty())
        };
        let (candidates, sides) = self.first_sides(account, span, &wanted)?;
        let mut pairs: Vec<Pair> = Vec::new();
        for (number, (candidate, side)) in candidates.iter().zip(&sides).enumerate() {
            let Ok(amount) = candidate.amount.negate() else { continue };
            if !side.is_open {
                continue;
            }
            for (index, difference, known) in self.near(by_day(), &prices, amount, candidate.posted_on) {
                // Without a word for it, any two amounts within the bounds would stop an import.
                let is_told = match difference {
                    Difference::Fee(_) => self.evidence(places[index], &side.text, side.account).is_some(),
                    Difference::Exchange => {
                        known || self.names_the_other(places[index], &side.text, side.account)
                    }
                };
                if !is_told {
                    continue;
                }
                let apart = (lines[index].posted_on - candidate.posted_on).num_days().unsigned_abs();
                let kept = match difference {
                    Difference::Fee(fee) => fee.minor().unsigned_abs(),
                    Difference::Exchange => 0,
                };
                pairs.push((apart, kept, index, number));
            }
        }
        for (index, number) in one_to_one(pairs, lines.len(), candidates.len()) {
            self.propose_unequal(places[index], &candidates[number], &sides[number], verdicts);
        }
        Ok(())
    }

    fn propose_unequal(
        &self,
        place: usize,
        candidate: &Candidate,
        side: &FirstSide,
        verdicts: &mut Verdicts,
    ) {
        let Ok(other) = candidate.amount.negate() else { return };
        let own = self.intake.lines[place].line.amount;
        let on = name_of(self.chart, side.account);
        let who = format!("entry {} ({})", candidate.entry, side.place);
        let kept = fee(own, other);
        let reason = match kept {
            Some(kept) => fee_reason(&who, &on, own, other, kept),
            None => {
                let (sent, arrived) = if own.is_negative() { (own, other) } else { (other, own) };
                let sent = sent.negate().unwrap_or(sent);
                format!("{who} has {other} on {on}: {arrived} arrived of {sent} sent, an exchange?")
            }
        };
        let choice = Choice { entries: vec![candidate.entry], fee: kept, ..Choice::default() };
        self.ambiguous(verdicts, place, Link::Adjust(candidate.entry), reason, choice);
    }

    /// The lines that an amount on another own account may be the other side of, and whether the book knows a price
    /// for it.
    fn near(
        &self,
        by_day: &ByDay<'_>,
        prices: &PriceTable,
        amount: Amount,
        on: chrono::NaiveDate,
    ) -> Vec<(usize, Difference, bool)> {
        let mut found = Vec::new();
        for commodity in by_day.commodities() {
            if commodity == amount.commodity() {
                let near = by_day.near(commodity, on, fee_range(amount.minor()));
                let fee = |index: usize| fee(amount, by_day.line(index).amount);
                found.extend(near.filter_map(|at| Some((at, Difference::Fee(fee(at)?), true))));
                continue;
            }
            let worth = prices.convert(amount, commodity, on, Rounding::HalfEven).ok();
            let opposite = worth.and_then(|worth| worth.negate().ok());
            let any = if amount.is_negative() { (1, i64::MAX) } else { (i64::MIN, -1) };
            let range = opposite.map_or(any, |opposite| exchange_range(opposite.minor()));
            let is_opposite = |line: &StatementLine| {
                line.amount.is_negative() != amount.is_negative() && !line.amount.is_zero()
            };
            let near = by_day.near(commodity, on, range).filter(|at| is_opposite(by_day.line(*at)));
            found.extend(near.map(|at| (at, Difference::Exchange, opposite.is_some())));
        }
        found
    }

    /// Whether a rule, the file or a text of either side names the account of the other.
    fn names_the_other(&self, place: usize, text: &str, other: AccountId) -> bool {
        let account = self.intake.account_of(place);
        (self.told)(place) == Some(other)
            || names_other(
                (&text_of(self.intake.lines[place].line), self.names(account)),
                (text, self.names(other)),
            )
    }
}

/// Whether the file itself says what a line was for.
fn is_told(line: &StatementLine) -> bool {
    let detail = line.detail.as_deref();
    detail.is_some_and(|detail| detail.category.is_some() || !detail.splits.is_empty())
}

/// Takes the best pairs first, each line and each other side once.
fn one_to_one(mut pairs: Vec<Pair>, lines: usize, others: usize) -> Vec<(usize, usize)> {
    pairs.sort_unstable();
    let (mut line_taken, mut other_taken) = (vec![false; lines], vec![false; others]);
    let mut chosen = Vec::new();
    for (.., line, other) in pairs {
        if !line_taken[line] && !other_taken[other] {
            (line_taken[line], other_taken[other]) = (true, true);
            chosen.push((line, other));
        }
    }
    chosen
}

fn fee_reason(who: &str, on: &str, own: Amount, other: Amount, fee: Amount) -> String {
    let (sent, arrived) = if own.is_negative() { (own, other) } else { (other, own) };
    let sent = sent.negate().unwrap_or(sent);
    format!("{who} has {other} on {on}: {arrived} arrived of {sent} sent, a fee of {fee}?")
}
