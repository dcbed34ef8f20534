//! Settling one entry.

use rust_decimal::Decimal;

use super::super::model::{
    CommodityIndex, JournalFormat, JournalLine, LineDetail, LinePlace, LineRate, LineState,
};
use super::super::weigh::{self, Sums, counts};
use super::{FREE, ROUNDING, Settler, VIRTUAL, added, minor};
use crate::journal::LinePrice;
use crate::money::{Amount, Commodity, format_minor};

/// Sums of weights in minor units, with a commodity of the journal for each; and lines that are to be added to the entry,
/// which cancel out with lines that are not in the sums.
#[derive(Default)]
struct Open<'t>(Vec<(Commodity, CommodityIndex, i128)>, Vec<JournalLine<'t>>);

impl Open<'_> {
    fn add(&mut self, commodity: Commodity, index: CommodityIndex, minor: i64) {
        match self.0.iter_mut().find(|(of, ..)| *of == commodity) {
            Some((.., sum)) => *sum += i128::from(minor),
            None => self.0.push((commodity, index, i128::from(minor))),
        }
    }

    fn is_balanced(&self) -> bool {
        self.0.iter().all(|(.., sum)| *sum == 0)
    }

    fn rest(&self) -> Vec<(Commodity, CommodityIndex, i128)> {
        self.0.iter().copied().filter(|(.., sum)| *sum != 0).collect()
    }
}

/// Why an entry cannot be taken, as code and clause.
type Refusal = (&'static str, String);

impl<'t> Settler<'_, 't> {
    /// Settles an entry, or leaves it out with a problem.
    pub(super) fn entry(&mut self, at: usize) {
        if self.file.entries[at].dropped {
            return;
        }
        if self.balances.is_some() {
            let (day, file) = (self.file.entries[at].on, &mut *self.file);
            if let Some(balances) = &mut self.balances {
                balances.check_until(file, self.sources, self.plan, day);
            }
        }
        if let Err((code, reason)) = self.settle(at) {
            let entry = &mut self.file.entries[at];
            entry.dropped = true;
            let place = entry.place;
            self.file.problem(self.sources, place, 0, code, reason);
            return;
        }
        if self.file.lines[self.file.entries[at].range()].iter().all(|line| line.quantity.is_zero()) {
            let entry = &mut self.file.entries[at];
            entry.dropped = true;
            let (place, text) = (entry.place, self.sources.line(entry.place).to_owned());
            self.file.leave_out("entry of nothing but zeros", place, &text);
        }
    }

    fn settle(&mut self, at: usize) -> Result<(), Refusal> {
        let range = self.file.entries[at].range();
        if self.options.real_only && self.file.lines[range.clone()].iter().any(|line| !counts(line)) {
            self.drop_virtual(at);
        }
        let mut open = Open::default();
        let mut elided = None;
        for place in self.file.entries[at].range() {
            let line = &self.file.lines[place];
            match line.state {
                LineState::Elided if elided.is_some() => {
                    let reason = "more than one amount is left out; only one can be inferred".to_owned();
                    return Err(("unbalanced", reason));
                }
                LineState::Elided => elided = Some(place),
                LineState::Assigned => self.assign(at, place)?,
                _ => {}
            }
            if self.file.lines[place].state != LineState::Elided {
                self.weigh(at, place, &mut open)?;
            }
        }
        match elided {
            Some(place) => {
                self.fill(at, place, &open)?;
                self.add_lines(at, &mut open);
            }
            None => {
                self.add_lines(at, &mut open);
                if !open.is_balanced() {
                    self.mend(at, &open)?;
                }
            }
        }
        if elided.is_some() && self.balances.is_some() {
            self.compare_filled(at);
        }
        self.balance_virtual(at)
    }

    /// Adds a line's weight to the sums, as posting will weigh it, and its amount to what its account holds.
    fn weigh(&mut self, at: usize, place: usize, open: &mut Open<'t>) -> Result<(), Refusal> {
        let line = &self.file.lines[place];
        let commodity = self.commodity(line.commodity)?;
        let amount = minor(line.quantity, commodity).ok_or_else(|| too_large(line.quantity, commodity))?;
        if let Some(detail) = line.detail.as_deref()
            && detail.rate.is_some()
        {
            self.weigh_priced(place, Amount::new(amount, commodity), open)?;
        } else if counts(line) {
            open.add(commodity, line.commodity, amount);
        }
        if self.balances.is_some() {
            self.compare(at, place, commodity, amount);
        }
        Ok(())
    }

    fn weigh_priced(&mut self, place: usize, amount: Amount, open: &mut Open<'t>) -> Result<(), Refusal> {
        let line = &self.file.lines[place];
        let (Some(rate), counted) = (line.detail.as_deref().and_then(|detail| detail.rate), counts(line))
        else {
            return Ok(());
        };
        let (LineRate::Unit(number, quote) | LineRate::Total(number, quote)) = rate;
        let quote_commodity = self.commodity(quote)?;
        if amount.is_zero() || number.is_zero() || quote_commodity == amount.commodity() {
            let one = LineRate::Unit(Decimal::ONE, quote);
            if quote_commodity == amount.commodity() && rate != one && !number.is_zero() && !amount.is_zero()
            {
                let reason = format!("a price of {amount} has to be in another commodity");
                return Err(("unreadable-price", reason));
            }
            return self.without_rate(place, number.is_zero(), open);
        }
        let weight = match price(rate, quote_commodity) {
            None => return self.without_rate(place, true, open),
            Some(price) => price.weigh(amount).map_err(|error| ("unreadable-price", error.to_string()))?,
        };
        if counted {
            open.add(quote_commodity, quote, weight.minor());
        }
        Ok(())
    }

    /// Takes the rate off a line: what was given for nothing is taken from `Equity:Free`.
    ///
    /// What was had for nothing and is sold at a price goes back there at that price, so that the sale keeps its proceeds.
    fn without_rate(&mut self, place: usize, free: bool, open: &mut Open<'t>) -> Result<(), Refusal> {
        let line = &mut self.file.lines[place];
        let mut sold = None;
        if let Some(detail) = &mut line.detail {
            detail.rate = None;
            if let Some(booked) = detail.booked.as_deref_mut()
                && free
                && line.quantity.is_sign_negative()
                && let Some(rate @ (LineRate::Unit(price, _) | LineRate::Total(price, _))) = booked.price
                && !price.is_zero()
            {
                (booked.price, booked.by_price) = (None, true);
                (detail.rate, detail.other_rate) = (Some(rate), None);
                sold = Some(rate);
            }
            if free && line.quantity.is_sign_positive() && !line.quantity.is_zero() {
                detail.booked.get_or_insert_default().free = true;
            }
        }
        let (quantity, index, number) = (line.quantity, line.commodity, line.line);
        let commodity = self.commodity(index)?;
        if free && !quantity.is_zero() {
            let account = self.own_account(FREE);
            let mut back = added(account, index, -quantity, number);
            if sold.is_some() {
                back.detail = Some(Box::new(LineDetail { rate: sold, ..LineDetail::default() }));
            }
            open.1.push(back);
            self.file.count("line at a price of zero");
        } else {
            let minor = minor(quantity, commodity).ok_or_else(|| too_large(quantity, commodity))?;
            open.add(commodity, index, minor);
        }
        Ok(())
    }

    /// Adds to an entry the lines that its weights ask for.
    fn add_lines(&mut self, at: usize, open: &mut Open<'t>) {
        std::mem::take(&mut open.1).into_iter().for_each(|line| self.add_line(at, line));
    }

    /// Gives the line without an amount what the others leave; one line for each commodity.
    fn fill(&mut self, at: usize, place: usize, open: &Open<'t>) -> Result<(), Refusal> {
        let rest = open.rest();
        let line = &mut self.file.lines[place];
        line.state = LineState::Filled;
        let Some((&(commodity, index, sum), others)) = rest.split_first() else {
            line.commodity = open.0.first().map_or(line.commodity, |(_, index, _)| *index);
            line.quantity = Decimal::ZERO;
            return Ok(());
        };
        line.quantity = decimal(-sum, commodity).ok_or_else(|| out_of_range(-sum, commodity))?;
        line.commodity = index;
        let (account, number) = (line.account, line.line);
        for &(commodity, index, sum) in others {
            let quantity = decimal(-sum, commodity).ok_or_else(|| out_of_range(-sum, commodity))?;
            self.add_line(
                at,
                JournalLine { state: LineState::Filled, ..added(account, index, quantity, number) },
            );
        }
        Ok(())
    }

    /// An entry whose stored weights do not sum to zero: by its own program's rules it may balance all the same.
    fn mend(&mut self, at: usize, open: &Open<'t>) -> Result<(), Refusal> {
        let range = self.file.entries[at].range();
        let exact = weigh::sums(self.file, range.clone(), false).ok_or_else(no_room)?;
        if self.within_tolerance(at, &exact) {
            return self.add_rest(at, open, ROUNDING);
        }
        let other = weigh::sums(self.file, range.clone(), true).ok_or_else(no_room)?;
        if self.within_tolerance(at, &other) {
            for line in &mut self.file.lines[range.clone()] {
                if let Some(detail) = line.detail.as_deref_mut().filter(|detail| detail.other_rate.is_some())
                {
                    std::mem::swap(&mut detail.rate, &mut detail.other_rate);
                    // Its rate is no cost any more.
                    detail.booked = None;
                }
            }
            return self.mend_again(at);
        }
        if self.imply_price(at, &exact) {
            return self.mend_again(at);
        }
        if let Some(name) = self.options.unbalanced.clone() {
            let account = self.account(&name);
            self.file.count("unbalanced entry");
            return self.add_rest_to(at, open, account);
        }
        let missing: Vec<String> =
            open.rest().iter().map(|(commodity, _, sum)| format_minor(-sum, *commodity)).collect();
        let reason = format!(
            "the entry does not balance: {} missing (--unbalanced ACCOUNT posts it with the difference on an account)",
            missing.join(" and ")
        );
        Err(("unbalanced", reason))
    }

    /// Weighs an entry anew after its rates changed; what is missing now is rounding.
    fn mend_again(&mut self, at: usize) -> Result<(), Refusal> {
        let mut open = Open::default();
        let balances = self.balances.take();
        let outcome = self.file.entries[at].range().try_for_each(|place| self.weigh(at, place, &mut open));
        self.balances = balances;
        outcome?;
        self.add_lines(at, &mut open);
        if open.is_balanced() { Ok(()) } else { self.add_rest(at, &open, ROUNDING) }
    }

    fn add_rest(&mut self, at: usize, open: &Open<'t>, name: &'static str) -> Result<(), Refusal> {
        let account = self.own_account(name);
        self.file.count("entry with a rounding line");
        self.add_rest_to(at, open, account)
    }

    fn add_rest_to(&mut self, at: usize, open: &Open<'t>, account: u32) -> Result<(), Refusal> {
        let number = self.file.entries[at].place.line;
        for (commodity, index, sum) in open.rest() {
            let quantity = decimal(-sum, commodity).ok_or_else(|| out_of_range(-sum, commodity))?;
            self.add_line(at, added(account, index, quantity, number));
        }
        Ok(())
    }

    /// Whether the exact sums of an entry are as near to zero as its program asks for.
    fn within_tolerance(&self, at: usize, exact: &Sums) -> bool {
        exact.open().all(|(commodity, sum)| sum.abs() <= self.tolerance(at, commodity))
    }

    /// Half a unit of the last decimal place: of the amounts of the entry in the commodity (the finest of them, or
    /// the coarsest for beancount), else of the commodity.
    fn tolerance(&self, at: usize, commodity: CommodityIndex) -> Decimal {
        let written =
            |line: &&JournalLine<'_>| line.commodity == commodity && line.state == LineState::Written;
        let lines = self.file.lines[self.file.entries[at].range()].iter().filter(written);
        let places = lines.map(|line| line.quantity.scale());
        let places = match self.file.format {
            Some(JournalFormat::Beancount) => places.filter(|places| *places > 0).min(),
            _ => places.max(),
        };
        let of_commodity = || self.plan.of(commodity).map_or(0, |commodity| u32::from(commodity.scale()));
        Decimal::new(5, places.unwrap_or_else(of_commodity).min(27) + 1)
    }

    /// Two commodities without a price between them: one bought the other.
    fn imply_price(&mut self, at: usize, exact: &Sums) -> bool {
        let open: Vec<_> = exact.open().collect();
        let [(first, one), (second, two)] = open.as_slice() else { return false };
        let range = self.file.entries[at].range();
        let priced = self.file.lines[range.clone()]
            .iter()
            .any(|line| line.detail.as_deref().is_some_and(|detail| detail.rate.is_some()));
        if priced
            || one.is_sign_negative() == two.is_sign_negative()
            || self.file.format == Some(JournalFormat::Beancount)
        {
            return false;
        }
        let lines: Vec<usize> = range
            .filter(|place| self.file.lines[*place].commodity == *first && counts(&self.file.lines[*place]))
            .collect();
        let rate = match lines.as_slice() {
            [_] => LineRate::Total(two.abs(), *second),
            _ => match two.abs().checked_div(one.abs()) {
                Some(rate) => LineRate::Unit(rate, *second),
                None => return false,
            },
        };
        for place in lines {
            let detail = self.file.lines[place].detail.get_or_insert_with(|| Box::new(LineDetail::default()));
            detail.rate = Some(rate);
        }
        self.file.count("entry whose price follows from its two commodities");
        true
    }

    fn drop_virtual(&mut self, at: usize) {
        let range = self.file.entries[at].range();
        let kept: Vec<JournalLine<'t>> =
            self.file.lines[range.clone()].iter().filter(|line| counts(line)).cloned().collect();
        for _ in kept.len()..range.len() {
            self.file.count("virtual posting left out");
        }
        let entry = &mut self.file.entries[at];
        entry.first = self.file.lines.len() as u32;
        entry.count = kept.len() as u32;
        self.file.lines.extend(kept);
    }

    /// Gives every virtual posting its other side.
    fn balance_virtual(&mut self, at: usize) -> Result<(), Refusal> {
        for place in self.file.entries[at].range() {
            let line = &self.file.lines[place];
            if counts(line) {
                continue;
            }
            let mut other = added(0, line.commodity, -line.quantity, line.line);
            if let Some(rate) = line.detail.as_deref().and_then(|detail| detail.rate) {
                other.detail = Some(Box::new(LineDetail { rate: Some(rate), ..LineDetail::default() }));
            }
            other.account = self.own_account(VIRTUAL);
            self.file.count("virtual posting balanced on Equity:Virtual");
            self.add_line(at, other);
        }
        Ok(())
    }

    /// Adds a line to an entry; its lines move to the end where another entry's follow them.
    fn add_line(&mut self, at: usize, line: JournalLine<'t>) {
        let range = self.file.entries[at].range();
        if range.end != self.file.lines.len() {
            let moved = self.file.lines[range.clone()].to_vec();
            self.file.entries[at].first = self.file.lines.len() as u32;
            self.file.lines.extend(moved);
        }
        self.file.lines.push(line);
        self.file.entries[at].count += 1;
    }

    pub(super) fn commodity(&self, index: CommodityIndex) -> Result<Commodity, Refusal> {
        self.plan.of(index).ok_or_else(|| ("unreadable-amount", "an amount has no commodity".to_owned()))
    }

    pub(super) fn line_place(&self, at: usize, place: usize) -> LinePlace {
        LinePlace { line: self.file.lines[place].line, file: self.file.entries[at].place.file }
    }
}

/// A rate as the price of a line; nothing where it is too small to be one.
pub(in super::super) fn price(rate: LineRate, quote: Commodity) -> Option<LinePrice> {
    match rate {
        LineRate::Unit(rate, _) => (!rate.is_zero()).then(|| LinePrice::unit(rate.abs(), quote)),
        LineRate::Total(total, _) => {
            let total = minor(total.abs(), quote)?;
            (total > 0).then(|| LinePrice::total(quote.amount(total)))
        }
    }
}

pub(super) fn decimal(minor: i128, commodity: Commodity) -> Option<Decimal> {
    i64::try_from(minor).ok().map(|minor| commodity.amount(minor).to_decimal())
}

fn out_of_range(minor: i128, commodity: Commodity) -> Refusal {
    ("amount-overflow", format!("{} is more than there is room for", format_minor(minor, commodity)))
}

fn too_large(number: Decimal, commodity: Commodity) -> Refusal {
    ("amount-overflow", format!("{number} {commodity} is more than there is room for"))
}

fn no_room() -> Refusal {
    ("amount-overflow", "the sum of its lines is more than there is room for".to_owned())
}
