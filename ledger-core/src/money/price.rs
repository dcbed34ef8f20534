//! Dated prices, and what an amount is worth in another commodity on a day.
//!
//! A conversion multiplies and divides in whole numbers of any size and rounds once, at its end: an inverse
//! price divides by the rate, and no rounded intermediate rate takes part.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

use chrono::NaiveDate;
use num_bigint::BigUint;
use rust_decimal::Decimal;

use super::{Amount, Commodity, Rounding, excerpt};
use crate::{ErrorKind, Result};

/// One unit of `commodity` is worth `rate` units of `quote` on a day and until a newer price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Price {
    /// What is priced.
    pub commodity: Commodity,
    /// Units of `quote` for one unit of `commodity`; above zero.
    pub rate: Decimal,
    /// What the price is given in.
    pub quote: Commodity,
    /// The day from which the price counts.
    pub on: NaiveDate,
}

impl Price {
    /// A price of one unit of `commodity` in `quote`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for a rate that is not above zero, or a commodity priced in itself.
    pub fn new(commodity: Commodity, rate: Decimal, quote: Commodity, on: NaiveDate) -> Result<Price> {
        let price = Price { commodity, rate, quote, on };
        let reason = match price.is_sound() {
            true => return Ok(price),
            false if commodity == quote => "a commodity has no price in itself",
            false => "a rate is above zero",
        };
        let value = excerpt(&format!("{commodity} {rate} {quote}"));
        Err(ErrorKind::InvalidSetting { what: "price", value, reason: reason.to_owned() }.into())
    }

    fn is_sound(&self) -> bool {
        self.rate > Decimal::ZERO && self.commodity != self.quote
    }
}

/// How one commodity was valued in another: the rate, and the prices that it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Units of the target for one unit of the source; rounded to 28 digits where a step divides or digits
    /// run out. It is for showing: [`PriceTable::convert`] goes by the steps.
    pub rate: Decimal,
    /// The prices used, in order, as they were given: a step whose `quote` is what the walk holds was used
    /// inversely. Empty for a commodity in itself.
    pub steps: Vec<Price>,
}

/// Prices by pair and day, to look up and convert by.
///
/// ```
/// use chrono::NaiveDate;
/// use ledger_core::money::{Amount, Commodity, Price, PriceTable, Rounding};
///
/// let (usd, eur) = (Commodity::new("USD", 2)?, Commodity::new("EUR", 2)?);
/// let on = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a date of the calendar");
/// let prices = PriceTable::new([Price::new(usd, "0.92".parse()?, eur, on)?]);
///
/// let worth = prices.convert("46.00 EUR".parse::<Amount>()?, usd, on, Rounding::HalfEven)?;
/// assert_eq!(worth.to_string(), "50.00 USD");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PriceTable {
    /// Per commodity and neighbour the prices between the two, given either way, in the order of their days;
    /// on one day the inverse before the direct one, so that the last of a day is the one to take.
    series: BTreeMap<Commodity, BTreeMap<Commodity, Vec<Price>>>,
}

impl PriceTable {
    /// A table of these prices. Of several for the same pair, direction and day the last one counts; one that
    /// [`Price::new`] would refuse is left out.
    pub fn new(prices: impl IntoIterator<Item = Price>) -> Self {
        let mut table = PriceTable::default();
        for price in prices.into_iter().filter(Price::is_sound) {
            for (held, wanted) in [(price.commodity, price.quote), (price.quote, price.commodity)] {
                table.series.entry(held).or_default().entry(wanted).or_default().push(price);
            }
        }
        for (held, neighbours) in &mut table.series {
            for prices in neighbours.values_mut() {
                // The sort is stable, so of equal keys the one that was given last is the last.
                prices.sort_by_key(|price| (price.on, price.commodity == *held));
                prices.reverse();
                prices.dedup_by_key(|price| (price.on, price.commodity));
                prices.reverse();
            }
        }
        table
    }

    /// What one unit of `from` is worth in `to` on a day, and by which prices; `None` where none connect them.
    ///
    /// The newest price between the two on or before the day counts, given either way; of one day, the direct
    /// one. Where the two have none, the shortest chain through other commodities is taken (of equally short
    /// ones, the one whose codes come first), each link by its newest price. `None` also stands for a rate
    /// past 7.9 × 10^28, which a decimal cannot hold.
    pub fn rate(&self, from: Commodity, to: Commodity, on: NaiveDate) -> Option<Route> {
        let steps = self.path(from, to, on)?;
        let (mut rate, mut held) = (Decimal::ONE, from);
        for step in &steps {
            (rate, held) = if step.commodity == held {
                (rate.checked_mul(step.rate)?, step.quote)
            } else {
                (rate.checked_div(step.rate)?, step.commodity)
            };
        }
        Some(Route { rate, steps })
    }

    /// What an amount is worth in another commodity on a day, rounded once by a named rule.
    ///
    /// # Errors
    /// [`ErrorKind::MissingPrice`] where no prices on or before the day connect the two,
    /// [`ErrorKind::AmountOverflow`] with the amount.
    pub fn convert(
        &self,
        amount: Amount,
        to: Commodity,
        on: NaiveDate,
        rounding: Rounding,
    ) -> Result<Amount> {
        let from = amount.commodity();
        let Some(converter) = self.converter(from, to, on) else {
            let (commodity, quote) = (from.code().to_owned(), to.code().to_owned());
            return Err(ErrorKind::MissingPrice { commodity, quote, on }.into());
        };
        let Some(minor) = converter.convert(amount.minor().into(), rounding) else {
            return Err(
                ErrorKind::AmountOverflow { what: format!("the value of {amount} in {to} on {on}") }.into()
            );
        };
        Ok(to.amount(minor))
    }

    /// What turns amounts of one commodity into another on a day, for many amounts; `None` where no prices on or before
    /// the day connect the two.
    pub(crate) fn converter(&self, from: Commodity, to: Commodity, on: NaiveDate) -> Option<Converter> {
        self.path(from, to, on).map(|steps| Converter::along(from, to, &steps))
    }

    /// The prices that lead from one commodity to another, fewest first.
    fn path(&self, from: Commodity, to: Commodity, on: NaiveDate) -> Option<Vec<Price>> {
        if from == to {
            return Some(Vec::new());
        }
        if let Some(price) = self.series.get(&from).and_then(|neighbours| newest(neighbours.get(&to)?, on)) {
            return Some(vec![*price]);
        }
        // Breadth first: a commodity is reached first by the fewest steps; `reached` keeps the last of them.
        let mut reached: BTreeMap<Commodity, (Commodity, &Price)> = BTreeMap::new();
        let mut waiting = VecDeque::from([from]);
        while let Some(held) = waiting.pop_front() {
            for (&next, prices) in self.series.get(&held).into_iter().flatten() {
                let Some(price) = newest(prices, on) else { continue };
                if next == from {
                    continue;
                }
                if let Entry::Vacant(place) = reached.entry(next) {
                    place.insert((held, price));
                    waiting.push_back(next);
                }
                if next == to {
                    return Some(walk_back(&reached, from, to));
                }
            }
        }
        None
    }
}

/// What an amount is worth at a rate, rounded half-even to the quote's minor unit: the weight of a priced line.
///
/// # Errors
/// [`ErrorKind::InvalidSetting`] for a price that [`Price::new`] refuses, [`ErrorKind::AmountOverflow`].
pub fn convert(amount: Amount, rate: Decimal, quote: Commodity) -> Result<Amount> {
    let price = Price::new(amount.commodity(), rate, quote, NaiveDate::MIN)?;
    let converter = Converter::along(amount.commodity(), quote, &[price]);
    match converter.convert(amount.minor().into(), Rounding::HalfEven) {
        Some(minor) => Ok(quote.amount(minor)),
        None => {
            Err(ErrorKind::AmountOverflow { what: format!("the weight of {amount} at {rate} {quote}") }
                .into())
        }
    }
}

/// The last price on or before a day, of prices in the order of their days.
fn newest(prices: &[Price], on: NaiveDate) -> Option<&Price> {
    let until = prices.partition_point(|price| price.on <= on);
    prices[..until].last()
}

/// The steps from the source to the target, collected from the target's end.
fn walk_back(
    reached: &BTreeMap<Commodity, (Commodity, &Price)>,
    from: Commodity,
    to: Commodity,
) -> Vec<Price> {
    let mut steps = Vec::new();
    let mut at = to;
    while at != from {
        // Every commodity that was reached points to the one before it, back to the source.
        let Some(&(before, price)) = reached.get(&at) else { break };
        steps.push(*price);
        at = before;
    }
    steps.reverse();
    steps
}

/// The exact factor from the minor units of one commodity to those of another, as one fraction: its numerator and
/// denominator are products of whole numbers, which grow past `i128` after two or three steps.
#[derive(Debug, Clone)]
pub(crate) struct Converter {
    numerator: BigUint,
    denominator: BigUint,
    /// Both, where they are small enough that most amounts can be converted without numbers of any size.
    small: Option<(i128, i128)>,
}

impl Converter {
    fn along(from: Commodity, to: Commodity, steps: &[Price]) -> Converter {
        let mut numerator = BigUint::from(unsigned(to.minor_per_unit()));
        let mut denominator = BigUint::from(unsigned(from.minor_per_unit()));
        let mut held = from;
        for step in steps {
            let (mantissa, power) = (unsigned(step.rate.mantissa()), 10_u128.pow(step.rate.scale()));
            if step.commodity == held {
                (numerator, denominator) = (numerator * mantissa, denominator * power);
                held = step.quote;
            } else {
                (numerator, denominator) = (numerator * power, denominator * mantissa);
                held = step.commodity;
            }
        }
        let small = i128::try_from(&numerator).ok().zip(i128::try_from(&denominator).ok());
        Converter { numerator, denominator, small }
    }

    /// Minor units of the target, or nothing where they do not fit.
    pub fn convert(&self, minor: i128, rounding: Rounding) -> Option<i64> {
        if let Some((numerator, denominator)) = self.small
            && let Some(product) = minor.checked_mul(numerator)
        {
            return i64::try_from(super::divide(product, denominator, rounding)).ok();
        }
        let product = &self.numerator * minor.unsigned_abs();
        let mut magnitude = &product / &self.denominator;
        let rest = product % &self.denominator;
        if rest != BigUint::ZERO {
            let fraction = (rest * 2_u32).cmp(&self.denominator);
            if rounding.moves_away(minor < 0, magnitude.bit(0), fraction) {
                magnitude += 1_u32;
            }
        }
        let magnitude = i128::try_from(&magnitude).ok()?;
        i64::try_from(if minor < 0 { -magnitude } else { magnitude }).ok()
    }
}

/// A number that is known to be above zero (a rate of the table, a power of ten) without its sign.
fn unsigned(number: i128) -> u128 {
    number.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn commodity(code: &str) -> Commodity {
        Commodity::iso(code).unwrap_or_else(|| Commodity::new(code, 8).unwrap())
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
    }

    fn price(from: &str, rate: &str, to: &str, on: u32) -> Price {
        Price::new(commodity(from), rate.parse().unwrap(), commodity(to), day(on)).unwrap()
    }

    fn worth(table: &PriceTable, text: &str, to: &str, on: u32) -> String {
        let (number, code) = text.split_once(' ').unwrap();
        let amount = Amount::from_decimal_exact(number.parse().unwrap(), commodity(code)).unwrap();
        table.convert(amount, commodity(to), day(on), Rounding::HalfEven).unwrap().to_string()
    }

    #[test]
    fn the_newest_price_on_or_before_the_day_counts() {
        let table = PriceTable::new([price("USD", "0.95", "EUR", 20), price("USD", "0.90", "EUR", 10)]);
        assert_eq!(worth(&table, "100.00 USD", "EUR", 10), "90.00 EUR");
        assert_eq!(worth(&table, "100.00 USD", "EUR", 19), "90.00 EUR");
        assert_eq!(worth(&table, "100.00 USD", "EUR", 31), "95.00 EUR");
        assert_eq!(table.rate(commodity("USD"), commodity("EUR"), day(9)), None);
    }

    #[test]
    fn a_missing_price_is_named() {
        let table = PriceTable::new([price("USD", "0.95", "EUR", 20)]);
        let refused = table.convert(commodity("USD").amount(1), commodity("EUR"), day(9), Rounding::HalfEven);
        let expected = "no price of USD in EUR on or before 2026-03-09: add one with `ledger price add 2026-03-09 USD RATE EUR`";
        assert_eq!(refused.unwrap_err().to_string(), expected);
        assert!(
            table.convert(commodity("USD").amount(0), commodity("JPY"), day(30), Rounding::HalfEven).is_err()
        );
    }

    #[test]
    fn the_last_of_several_prices_for_a_day_wins() {
        let table = PriceTable::new([price("USD", "0.90", "EUR", 10), price("USD", "0.91", "EUR", 10)]);
        assert_eq!(worth(&table, "100.00 USD", "EUR", 10), "91.00 EUR");
    }

    #[test]
    fn the_newer_of_direct_and_inverse_wins_and_direct_wins_a_tie() {
        let (direct, inverse) = (price("USD", "0.90", "EUR", 10), price("EUR", "1.25", "USD", 11));
        let table = PriceTable::new([direct, inverse]);
        assert_eq!(worth(&table, "100.00 USD", "EUR", 10), "90.00 EUR");
        assert_eq!(worth(&table, "100.00 USD", "EUR", 11), "80.00 EUR");
        let table = PriceTable::new([price("EUR", "1.25", "USD", 10), direct]);
        assert_eq!(worth(&table, "100.00 USD", "EUR", 10), "90.00 EUR");
        assert_eq!(worth(&table, "100.00 EUR", "USD", 10), "125.00 USD");
    }

    #[test]
    fn an_inverse_price_divides_by_its_rate() {
        // 1/3 has no end: three parts of a rounded inverse would not make the whole.
        let table = PriceTable::new([price("EUR", "3", "USD", 1)]);
        assert_eq!(worth(&table, "90000000000000000.00 USD", "EUR", 1), "30000000000000000.00 EUR");
        let route = table.rate(commodity("USD"), commodity("EUR"), day(1)).unwrap();
        assert_eq!(route.rate.to_string(), "0.3333333333333333333333333333");
        assert_eq!(route.steps, [price("EUR", "3", "USD", 1)]);
    }

    #[test]
    fn without_a_pair_the_shortest_chain_is_taken() {
        let table = PriceTable::new([
            price("BTC", "60000", "USD", 1),
            price("EUR", "1.2", "USD", 1),
            price("EUR", "160", "JPY", 1),
            price("JPY", "0.008", "CHF", 1),
            price("CHF", "0.9", "GBP", 1),
        ]);
        assert_eq!(worth(&table, "0.5 BTC", "EUR", 1), "25000.00 EUR");
        assert_eq!(worth(&table, "0.5 BTC", "JPY", 1), "4000000 JPY");
        assert_eq!(worth(&table, "1 BTC", "GBP", 1), "57600.00 GBP");
        let route = table.rate(commodity("BTC"), commodity("GBP"), day(1)).unwrap();
        assert_eq!((route.rate, route.steps.len()), (Decimal::from(57_600), 5));
    }

    #[test]
    fn a_commodity_is_worth_itself() {
        let table = PriceTable::default();
        assert_eq!(worth(&table, "5.00 EUR", "EUR", 1), "5.00 EUR");
        let route = table.rate(commodity("EUR"), commodity("EUR"), day(1)).unwrap();
        assert_eq!(route, Route { rate: Decimal::ONE, steps: Vec::new() });
    }

    #[test]
    fn a_rate_that_is_not_above_zero_is_refused() {
        let (usd, eur) = (commodity("USD"), commodity("EUR"));
        for (quote, rate) in [(eur, Decimal::ZERO), (eur, Decimal::NEGATIVE_ONE), (usd, Decimal::ONE)] {
            assert!(Price::new(usd, rate, quote, day(1)).is_err());
            let table = PriceTable::new([Price { commodity: usd, rate, quote, on: day(1) }]);
            assert!(table.rate(usd, eur, day(1)).is_none());
        }
    }

    #[test]
    fn a_value_past_the_range_is_refused_and_a_wide_intermediate_is_not() {
        let wide = "79228162514264337593543950335";
        let table = PriceTable::new([price("BTC", wide, "USD", 1), price("EUR", wide, "USD", 1)]);
        let amount = commodity("BTC").amount(i64::MAX);
        let refused = table.convert(amount, commodity("USD"), day(1), Rounding::HalfEven).unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::AmountOverflow { .. }));
        assert_eq!(worth(&table, "92233720368.54775807 BTC", "EUR", 1), "92233720368.55 EUR");
    }

    #[test]
    fn the_value_is_rounded_by_the_named_rule() {
        let table = PriceTable::new([price("USD", "0.125", "EUR", 1)]);
        let convert = |minor, rounding| {
            table.convert(commodity("USD").amount(minor), commodity("EUR"), day(1), rounding).unwrap().minor()
        };
        assert_eq!([20, -20].map(|minor| convert(minor, Rounding::HalfEven)), [2, -2]);
        assert_eq!([20, -20].map(|minor| convert(minor, Rounding::HalfUp)), [3, -2]);
        assert_eq!([20, -20].map(|minor| convert(minor, Rounding::Floor)), [2, -3]);
    }

    fn any_rate() -> impl Strategy<Value = Decimal> {
        (1_i64..=i64::MAX, 0_u32..=18, 0_u32..=62)
            .prop_map(|(mantissa, scale, shift)| Decimal::new((mantissa >> shift).max(1), scale))
    }

    fn any_rounding() -> impl Strategy<Value = Rounding> {
        prop::sample::select(vec![Rounding::HalfEven, Rounding::HalfUp, Rounding::Floor])
    }

    proptest! {
        #[test]
        fn small_factors_convert_as_factors_of_any_size_do(
            steps in prop::collection::vec((any_rate(), any::<bool>()), 1..4),
            minor in prop_oneof![any::<i64>(), -1_000_i64..1_000], rounding in any_rounding(),
        ) {
            let codes = ["BTC", "USD", "EUR", "JPY"];
            let pairs = codes.windows(2).zip(&steps);
            let path: Vec<Price> = pairs
                .map(|(pair, (rate, is_direct))| {
                    let (held, wanted) = (commodity(pair[0]), commodity(pair[1]));
                    let (from, to) = if *is_direct { (held, wanted) } else { (wanted, held) };
                    Price::new(from, *rate, to, day(1)).unwrap()
                })
                .collect();
            let converter = Converter::along(commodity("BTC"), commodity(codes[steps.len()]), &path);
            let wide = Converter { small: None, ..converter.clone() };
            prop_assert_eq!(
                converter.convert(minor.into(), rounding), wide.convert(minor.into(), rounding)
            );
        }
    }
}
