//! The prices of a book: given by hand, and carried by entries.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;

use super::Book;
use crate::account::Chart;
use crate::journal::check_posting_date;
use crate::money::{Amount, Commodity, Price, PriceTable};
use crate::store::call;
use crate::store::rows::{PriceRow, PricedLineRow, date, day};
use crate::{Error, ErrorKind, Result};

/// The last day that a price can be of.
const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// What adding prices changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct PriceChanges {
    /// Prices of days that had none.
    pub added: usize,
    /// Prices in place of others.
    pub replaced: usize,
    /// Prices that were there.
    pub unchanged: usize,
}

/// The prices of a book: `book.prices()`.
#[derive(Debug)]
pub struct Prices<'b> {
    pub(super) book: &'b Book<'b>,
}

impl Prices<'_> {
    /// Says what one unit of a commodity costs on a day; replaces the price of that day.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for a rate that is not positive or a commodity priced in itself,
    /// [`ErrorKind::InvalidDate`] for a day outside the years 1 to 9999.
    pub fn add(&self, price: Price) -> Result<()> {
        self.add_all([price]).map(|_| ())
    }

    /// Adds prices as one unit; each replaces the price of its day. What is there already changes nothing.
    ///
    /// # Errors
    /// As [`Prices::add`]; then none of them is added.
    pub fn add_all(&self, prices: impl IntoIterator<Item = Price>) -> Result<PriceChanges> {
        let mut checked = Vec::new();
        for price in prices {
            // Its fields are open to everyone, so that it may never have been checked.
            let price = Price::new(price.commodity, price.rate, price.quote, price.on)?;
            check_posting_date(price.on)?;
            checked.push(price);
        }
        self.book.ledger.write(|| {
            let commodities: BTreeSet<Commodity> =
                checked.iter().flat_map(|price| [price.commodity, price.quote]).collect();
            for commodity in commodities {
                self.book.commodities().declare(commodity)?;
            }
            self.book.change(|_, chart| {
                let mut changes = PriceChanges::default();
                for price in &checked {
                    self.put(chart, price, &mut changes)?;
                }
                Ok(changes)
            })
        })
    }

    fn put(&self, chart: &Chart, price: &Price, changes: &mut PriceChanges) -> Result<()> {
        let row = row_of(self.book.id(), chart, price)?;
        let before = call!(self.book.db(), "reading a price", price::on_day(&row))?;
        match &before {
            Some(before) if before.rate == row.rate => {
                changes.unchanged += 1;
                return Ok(());
            }
            Some(_) => changes.replaced += 1,
            None => changes.added += 1,
        }
        call!(self.book.db(), "adding a price", price::replace(&row))?;
        let before = before.map(|row| json!({ "rate": row.rate }));
        let after = json!({ "rate": row.rate });
        self.book.record_event("price.add", &subject(price), before, Some(after))
    }

    /// Takes a price given by hand away.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    pub fn remove(&self, commodity: Commodity, quote: Commodity, on: NaiveDate) -> Result<()> {
        self.book.change(|_, chart| {
            let price = Price::new(commodity, Decimal::ONE, quote, on)?;
            let not_found = || {
                let name = format!("{commodity} in {quote} on {on}");
                Error::from(ErrorKind::NotFound { what: "price", name, suggestions: Vec::new() })
            };
            let row = row_of(self.book.id(), chart, &price).map_err(|_| not_found())?;
            let before =
                call!(self.book.db(), "reading a price", price::on_day(&row))?.ok_or_else(not_found)?;
            call!(self.book.db(), "removing a price", price::remove(&row))?;
            let before = Some(json!({ "rate": before.rate }));
            self.book.record_event("price.remove", &subject(&price), before, None)
        })
    }

    /// All prices, oldest first: those that entries carry, then those given by hand.
    ///
    /// # Errors
    /// When the database fails.
    pub fn list(&self) -> Result<Vec<Price>> {
        let chart = self.book.chart()?;
        let mut prices = Vec::new();
        let taken_back = self.taken_back(i64::MAX)?;
        // What closed a year carries costs of the whole past, and not what anything cost on that day.
        let closings = self.book.closings().rows()?;
        for line in call!(self.book.db(), "reading prices", lot::priced_lines(self.book.id()))? {
            let counts = !taken_back.contains(&line.entry_number);
            if counts && !closings.iter().any(|closing| closing.holds(line.entry_number)) {
                prices.extend(price_of_line(&chart, &line)?);
            }
        }
        self.add_sale_prices(&chart, &mut prices, i64::MAX)?;
        prices.extend(self.given()?);
        // Stable: on one day, a price given by hand stands after those of entries, and wins.
        prices.sort_by_key(|price| price.on);
        Ok(prices)
    }

    /// Adds the prices for which lots were sold whose lines carry their cost, of the entries up to a number.
    fn add_sale_prices(&self, chart: &Chart, prices: &mut Vec<Price>, last_number: i64) -> Result<()> {
        let sales = call!(self.book.db(), "reading prices", lot::sale_prices(self.book.id()))?;
        if sales.is_empty() {
            return Ok(());
        }
        let taken_back = self.taken_back(last_number)?;
        for (entry, sold, quote, on, amount, kind, number) in sales {
            if entry > last_number || taken_back.contains(&entry) {
                continue;
            }
            let (sold, quote) = (commodity(chart, sold)?, commodity(chart, quote)?);
            let rate = match kind.as_str() {
                "unit" => parse_rate(&number)?,
                _ if amount == 0 => continue,
                _ => parse_rate(&number)? / Amount::new(amount, sold).to_decimal().abs(),
            };
            if rate > Decimal::ZERO {
                prices.push(Price::new(sold, rate, quote, date(on))?);
            }
        }
        Ok(())
    }

    /// Entries whose prices count no more as of an entry's number: those that were reversed or amended, and mirrors.
    fn taken_back(&self, last_number: i64) -> Result<HashSet<i64>> {
        let rows =
            call!(self.book.db(), "reading corrections", movement::corrections(self.book.id(), last_number))?;
        // From the last mirror to the first: one that is itself taken back takes nothing back.
        let (mut taken_back, mut mirrors) = (HashSet::new(), HashSet::new());
        for (mirror, reversed) in rows.into_iter().rev().filter_map(|(number, of, _)| Some((number, of?))) {
            if !taken_back.contains(&mirror) {
                taken_back.insert(reversed);
            }
            mirrors.insert(mirror);
        }
        taken_back.extend(mirrors);
        Ok(taken_back)
    }

    /// The newest line that gives a price of a pair on or before a day, of the entries up to a number.
    fn newest_line(&self, pair: (i32, i32), day: i32, number: i64) -> Result<Option<PricedLineRow>> {
        let (id, mut before) = (self.book.id(), (i32::MAX, i64::MAX));
        loop {
            let found = call!(
                self.book.db(),
                "reading prices",
                movement::newest_priced_line(id, pair, day, number, before)
            )?;
            match found {
                // A mirror that was reversed leaves the price; one whose reversal was reversed takes it back again.
                Some((line, mirrors))
                    if mirrors > 0 && self.taken_back(number)?.contains(&line.entry_number) =>
                {
                    before = (line.posted_on, line.entry_number);
                }
                found => return Ok(found.map(|(line, _)| line)),
            }
        }
    }

    /// The prices that a journal of another program cannot carry on its lines, oldest first: given by hand, those for
    /// which lots were sold at their cost, and of each day the last one by which a line was rounded, and is written with
    /// its total.
    pub(super) fn beside_lines(&self) -> Result<Vec<Price>> {
        let chart = self.book.chart()?;
        let mut rounded: BTreeMap<(Commodity, Commodity, NaiveDate), Price> = BTreeMap::new();
        let taken_back = self.taken_back(i64::MAX)?;
        for line in call!(self.book.db(), "reading prices", lot::priced_lines(self.book.id()))? {
            if taken_back.contains(&line.entry_number) {
                continue;
            }
            let Some(price) =
                line.price.is_some().then(|| price_of_line(&chart, &line)).transpose()?.flatten()
            else {
                continue;
            };
            let (amount, weight) = (price.commodity.amount(line.amount), price.quote.amount(line.weight));
            if amount.to_decimal().checked_mul(price.rate) != Some(weight.to_decimal()) {
                rounded.insert((price.commodity, price.quote, price.on), price);
            }
        }
        let mut prices: Vec<Price> = rounded.into_values().collect();
        self.add_sale_prices(&chart, &mut prices, i64::MAX)?;
        prices.extend(self.given()?);
        prices.sort_by_key(|price| price.on);
        Ok(prices)
    }

    /// The prices given by hand, oldest first.
    fn given(&self) -> Result<Vec<Price>> {
        let chart = self.book.chart()?;
        let rows = call!(self.book.db(), "reading prices", price::given(self.book.id()))?;
        let price = |row: PriceRow| {
            let (commodity, quote) =
                (commodity(&chart, row.commodity_id)?, commodity(&chart, row.quote_commodity_id)?);
            Price::new(commodity, parse_rate(&row.rate)?, quote, date(row.priced_on))
        };
        rows.into_iter().map(price).collect()
    }

    /// All prices, ready for looking up and converting.
    ///
    /// # Errors
    /// When the database fails.
    pub fn table(&self) -> Result<PriceTable> {
        Ok(PriceTable::new(self.list()?))
    }

    /// The prices that count on some days: the newest of each pair on or before each of them.
    ///
    /// Lines by the hundred thousand may carry prices; only those that are looked for are read. Of lines, those of entries
    /// up to `last_number` count; prices given by hand have no instant, and always count.
    pub(crate) fn table_on(
        &self,
        days: impl IntoIterator<Item = NaiveDate>,
        last_number: Option<i64>,
    ) -> Result<PriceTable> {
        let number = last_number.unwrap_or(i64::MAX);
        let days: BTreeSet<i32> = days.into_iter().map(|on| day(on.min(LAST_DAY))).collect();
        let (id, chart) = (self.book.id(), self.book.chart()?);
        let mut prices = Vec::new();
        for pair in call!(self.book.db(), "reading prices", movement::priced_pairs(id))? {
            // From the last day back: a price that is older than a day is the one of that day as well.
            let mut known: Option<i32> = None;
            for &day in days.iter().rev() {
                if known.is_some_and(|known| known <= day) {
                    continue;
                }
                let Some(line) = self.newest_line(pair, day, number)? else { break };
                known = Some(line.posted_on);
                prices.extend(price_of_line(&chart, &line)?);
            }
        }
        self.add_sale_prices(&chart, &mut prices, number)?;
        prices.extend(self.given()?);
        // As in the whole list: on one day, a price given by hand wins.
        prices.sort_by_key(|price| price.on);
        Ok(PriceTable::new(prices))
    }
}

/// The price that a line carries; none where it says nothing about one unit.
fn price_of_line(chart: &Chart, line: &PricedLineRow) -> Result<Option<Price>> {
    let (commodity, quote) =
        (commodity(chart, line.commodity_id)?, commodity(chart, line.quote_commodity_id)?);
    let rate = match &line.price {
        Some(rate) => parse_rate(rate)?,
        // A total over nothing says nothing about one unit.
        None if line.amount == 0 => return Ok(None),
        None => {
            let (weight, amount) = (Amount::new(line.weight, quote), Amount::new(line.amount, commodity));
            weight.to_decimal() / amount.to_decimal()
        }
    };
    match rate > Decimal::ZERO {
        true => Ok(Some(Price::new(commodity, rate, quote, date(line.posted_on))?)),
        false => Ok(None),
    }
}

fn subject(price: &Price) -> String {
    format!("price {} {} {}", price.on, price.commodity, price.quote)
}

fn parse_rate(rate: &str) -> Result<Decimal> {
    rate.parse().map_err(|_| ErrorKind::Corrupt { what: format!("prices: \"{rate}\" is not a rate") }.into())
}

fn commodity(chart: &Chart, id: i32) -> Result<Commodity> {
    let missing = || ErrorKind::Corrupt { what: format!("commodities {id}: it is missing") };
    Ok(chart.commodity(id).ok_or_else(missing)?)
}

fn row_of(book_id: i64, chart: &Chart, price: &Price) -> Result<PriceRow> {
    let id = |commodity: Commodity| {
        let unknown = || ErrorKind::UnknownCommodity { code: commodity.code().to_owned() };
        chart.commodity_id(commodity).ok_or_else(unknown)
    };
    Ok(PriceRow {
        book_id,
        commodity_id: id(price.commodity)?,
        quote_commodity_id: id(price.quote)?,
        priced_on: day(price.on),
        rate: price.rate.normalize().to_string(),
    })
}
