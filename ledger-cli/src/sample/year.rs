//! The tools with which the year is written: a calendar, dice that always fall alike, and short ways to say
//! who paid what.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::{SampleEntry, SampleLine};

pub(super) const JOINT: &str = "Assets:Bank:Joint";
pub(super) const HOUSEHOLD: &str = "Assets:Bank:Household";
pub(super) const CASH: &str = "Assets:Cash";
pub(super) const CARD: &str = "Liabilities:Credit Card";

/// The entries so far, in the order in which they were thought of.
#[derive(Default)]
pub(super) struct Year {
    entries: Vec<SampleEntry>,
}

impl Year {
    /// Begins an entry.
    pub(super) fn entry(&mut self, date: NaiveDate, description: &str, party: &str) -> &mut SampleEntry {
        self.entries.push(SampleEntry {
            date,
            description: description.to_owned(),
            party: (!party.is_empty()).then(|| party.to_owned()),
            tags: Vec::new(),
            lines: Vec::new(),
            external_id: String::new(),
        });
        let last = self.entries.len() - 1;
        &mut self.entries[last]
    }

    /// Moves euros, in cents, from one account to another.
    pub(super) fn pay(
        &mut self,
        date: NaiveDate,
        description: &str,
        party: &str,
        (to, from): (&str, &str),
        cents: i64,
    ) -> &mut SampleEntry {
        self.entry(date, description, party).line(to, cents).line(from, -cents)
    }

    /// The balance of an account in euros at the end of a day, in cents.
    pub(super) fn balance(&self, account: &str, on: NaiveDate) -> i64 {
        let lines = self.entries.iter().filter(|entry| entry.date <= on).flat_map(|entry| &entry.lines);
        lines.filter(|line| line.account == account && line.code == "EUR").map(|line| line.amount_minor).sum()
    }

    /// The entries by date, numbered for posting.
    pub(super) fn finish(mut self) -> Vec<SampleEntry> {
        self.entries.sort_by_key(|entry| entry.date);
        for (index, entry) in self.entries.iter_mut().enumerate() {
            entry.external_id = format!("sample-2025-{:04}", index + 1);
        }
        self.entries
    }
}

impl SampleEntry {
    /// Adds a line in euros, in cents.
    pub(super) fn line(&mut self, account: &str, cents: i64) -> &mut Self {
        self.push(account, cents, "EUR", None)
    }

    /// Adds a line in another commodity, at a price in euros where it is exchanged.
    pub(super) fn foreign(
        &mut self,
        account: &str,
        minor: i64,
        code: &'static str,
        price: Option<&str>,
    ) -> &mut Self {
        self.push(account, minor, code, price)
    }

    /// Adds a tag.
    pub(super) fn tag(&mut self, key: &str, value: &str) -> &mut Self {
        self.tags.push((key.to_owned(), value.to_owned()));
        self
    }

    fn push(
        &mut self,
        account: &str,
        amount_minor: i64,
        code: &'static str,
        price: Option<&str>,
    ) -> &mut Self {
        let at = price.map(|price| (price.to_owned(), "EUR"));
        self.lines.push(SampleLine { account: account.to_owned(), amount_minor, code, at });
        self
    }
}

/// A day of 2025.
pub(super) fn on(month: u32, day: u32) -> NaiveDate {
    // The year is written by hand, month by month, and the test of the sample builds every day of it.
    NaiveDate::from_ymd_opt(2025, month, day).expect("a day of 2025")
}

/// Every day from one to another, both included.
pub(super) fn days(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    from.iter_days().take_while(move |day| *day <= to)
}

/// The last day of a month.
pub(super) fn month_end(month: u32) -> NaiveDate {
    let next = if month == 12 { on(12, 31) + Days::new(1) } else { on(month + 1, 1) };
    next - Days::new(1)
}

/// The day, or the Monday after it when it lies on a weekend, as banks book standing orders.
pub(super) fn workday(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => day + Days::new(2),
        Weekday::Sun => day + Days::new(1),
        _ => day,
    }
}

/// The day, or the Friday before it when it lies on a weekend, as salaries are paid.
pub(super) fn workday_before(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => day - Days::new(1),
        Weekday::Sun => day - Days::new(2),
        _ => day,
    }
}

/// Whether the family is in New York.
pub(super) fn is_away(day: NaiveDate) -> bool {
    (on(10, 3)..=on(10, 12)).contains(&day)
}

/// Dice that fall the same way in every run: the linear congruential generator of Knuth's MMIX (The Art of
/// Computer Programming, volume 2, 3.3.4).
pub(super) struct Dice(u64);

impl Dice {
    /// Dice of their own for a topic, so that a change to one topic leaves the others alone.
    pub(super) fn new(topic: &str) -> Self {
        Dice(topic.bytes().fold(2025, |seed, byte| seed.wrapping_mul(131).wrapping_add(byte.into())))
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The low bits of such a generator repeat soon.
        self.0 >> 33
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.roll() % (high - low + 1).unsigned_abs()) as i64
    }

    /// Whether something happens that happens `percent` times in a hundred.
    pub(super) fn happens(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of several.
    pub(super) fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.roll() as usize % choices.len()]
    }
}

/// An amount times a price, rounded half-even to cents: `minor` with `scale` decimal places, the price in units
/// of 10^-4 euros.
pub(super) fn converted(minor: i64, scale: u32, price_e4: i64) -> i64 {
    let product = i128::from(minor) * i128::from(price_e4);
    // Minor units and price together have scale + 4 decimal places; cents have 2.
    let divisor = 10i128.pow(scale + 2);
    let (whole, rest) = (product.div_euclid(divisor), product.rem_euclid(divisor));
    let up = rest * 2 > divisor || (rest * 2 == divisor && whole % 2 != 0);
    // The sample's amounts are a family's; the test recomputes each weight.
    (whole + i128::from(up)) as i64
}

/// A price in units of 10^-4 euros as decimal text.
pub(super) fn price_text(price_e4: i64) -> String {
    format!("{}.{:04}", price_e4 / 10_000, price_e4 % 10_000)
}
