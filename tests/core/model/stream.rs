//! Random streams of work on a book: posts, batches, corrections, renamings, and a clock that jumps.

use chrono::{Days, NaiveDate};
use ledger_core::EntryDraft;
use ledger_core::account::AccountId;
use ledger_core::journal::{LineDraft, LinePrice};
use ledger_core::money::Commodity;
use proptest::prelude::*;
use proptest::sample::Index;
use rust_decimal::Decimal;

pub const ACCOUNTS: [&str; 7] = [
    "Assets:Bank",
    "Assets:Bank:Giro",
    "Assets:Cash",
    "Expenses:Food",
    "Income:Salary",
    "Liabilities:Card",
    "Equity:Opening",
];
pub const TEXTS: [&str; 5] = ["Rent", "rent for MARCH", "Café Zoë", "Ölwechsel", "100% off_"];
pub const PARTIES: [&str; 3] = ["Zoë & Søn", "Rewe", "ACME Rent"];
pub const TAGS: [(&str, &str); 5] =
    [("trip", ""), ("trip", "rome"), ("trip", "rome/food"), ("trip", "romeo"), ("venture", "été/x")];

/// The commodities of a line, by their number here: two currencies, one without decimal places, one with eight.
pub fn commodity(number: usize) -> Commodity {
    let codes = [("EUR", 2), ("USD", 2), ("JPY", 0), ("BTC", 8)];
    let (code, scale) = codes[number % codes.len()];
    Commodity::new(code, scale).unwrap()
}

/// One call on the book.
#[derive(Debug, Clone)]
pub enum Step {
    Post(Sketch),
    Batch(Vec<Sketch>),
    Reverse {
        which: Index,
        on: Option<i64>,
    },
    Amend {
        which: Index,
        with: Sketch,
    },
    /// Posts an entry with an external id once more.
    Repeat {
        which: Index,
    },
    Rename {
        account: usize,
    },
    /// Moves the clock, in microseconds.
    Clock(i64),
}

/// An entry before it is known to balance.
#[derive(Debug, Clone)]
pub struct Sketch {
    day: i64,
    text: usize,
    party: Option<usize>,
    tags: Vec<usize>,
    lines: Vec<SketchLine>,
    inferred: usize,
    inferred_at: Index,
    pub with_id: bool,
}

#[derive(Debug, Clone)]
struct SketchLine {
    account: usize,
    commodity: usize,
    minor: i64,
    price: SketchPrice,
    memo: Option<usize>,
}

#[derive(Debug, Clone)]
enum SketchPrice {
    None,
    Unit { quote: usize, rate: i64, scale: u32 },
    Total { quote: usize, minor: i64 },
}

/// The day with this number: 0 is 2024-11-15, and two numbers stand for the ends of the calendar.
pub fn day(number: i64) -> NaiveDate {
    match number {
        -2 => NaiveDate::from_ymd_opt(1, 1, 1).unwrap(),
        -1 => NaiveDate::from_ymd_opt(9999, 12, 31).unwrap(),
        number => NaiveDate::from_ymd_opt(2024, 11, 15).unwrap() + Days::new(number.unsigned_abs()),
    }
}

pub fn any_day() -> impl Strategy<Value = i64> {
    // The ends of months and years, where the rollups change over, come up often.
    let ends = prop::sample::select(vec![15, 16, 46, 47, 48, 106, 107, 411, 412, 442, 443]);
    prop_oneof![1 => -2_i64..0, 4 => ends, 6 => 0_i64..500]
}

fn price() -> impl Strategy<Value = SketchPrice> {
    prop_oneof![
        3 => Just(SketchPrice::None),
        1 => (0_usize..4, 1_i64..200_000, 0_u32..6).prop_map(|(quote, rate, scale)| SketchPrice::Unit { quote, rate, scale }),
        1 => (0_usize..4, 1_i64..20_000).prop_map(|(quote, minor)| SketchPrice::Total { quote, minor }),
    ]
}

fn line() -> impl Strategy<Value = SketchLine> {
    let minor = prop_oneof![1 => Just(0_i64), 12 => -20_000_i64..20_000, 1 => any::<i32>().prop_map(|minor| i64::from(minor) * 1_000)];
    (
        0..ACCOUNTS.len(),
        prop_oneof![4 => Just(0_usize), 3 => 1_usize..4],
        minor,
        price(),
        prop::option::weighted(0.2, 0..TEXTS.len()),
    )
        .prop_map(|(account, commodity, minor, price, memo)| SketchLine {
            account,
            commodity,
            minor,
            price,
            memo,
        })
}

pub fn sketch() -> impl Strategy<Value = Sketch> {
    (
        any_day(),
        0..TEXTS.len(),
        prop::option::weighted(0.4, 0..PARTIES.len()),
        prop::collection::vec(0..TAGS.len(), 0..3),
        prop::collection::vec(line(), 1..4),
        0..ACCOUNTS.len(),
        any::<Index>(),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(day, text, party, tags, lines, inferred, inferred_at, with_id)| Sketch {
            day,
            text,
            party,
            tags,
            lines,
            inferred,
            inferred_at,
            with_id,
        })
}

pub fn step() -> impl Strategy<Value = Step> {
    let clock = prop_oneof![3 => 0_i64..5_000_000, 1 => -5_000_000_i64..0, 1 => Just(0_i64)];
    prop_oneof![
        8 => sketch().prop_map(Step::Post),
        2 => prop::collection::vec(sketch(), 0..5).prop_map(Step::Batch),
        2 => (any::<Index>(), prop::option::of(any_day())).prop_map(|(which, on)| Step::Reverse { which, on }),
        3 => (any::<Index>(), sketch()).prop_map(|(which, with)| Step::Amend { which, with }),
        1 => any::<Index>().prop_map(|which| Step::Repeat { which }),
        1 => (0..ACCOUNTS.len()).prop_map(|account| Step::Rename { account }),
        5 => clock.prop_map(Step::Clock),
    ]
}

impl Sketch {
    /// The entry as a draft; one that has nothing but zeros, or a price in its own commodity, does not balance.
    pub fn draft(&self, accounts: &[AccountId]) -> EntryDraft {
        let mut draft = EntryDraft::new(day(self.day), TEXTS[self.text]);
        draft.party = self.party.map(|party| PARTIES[party].to_owned());
        for (key, value) in self.tags.iter().map(|tag| TAGS[*tag]) {
            draft = draft.tag(key, value);
        }
        for line in &self.lines {
            let price = match line.price {
                SketchPrice::None => None,
                SketchPrice::Unit { quote, rate, scale } => {
                    Some(LinePrice::unit(Decimal::new(rate, scale), commodity(quote)))
                }
                SketchPrice::Total { quote, minor } => Some(LinePrice::total(commodity(quote).amount(minor))),
            };
            let amount = commodity(line.commodity).amount(line.minor);
            let price = price.filter(|price| price.quote() != amount.commodity() && !amount.is_zero());
            draft = draft.line(LineDraft {
                account: accounts[line.account].into(),
                amount: Some(amount),
                price,
                lot: None,
                memo: line.memo.map(|memo| TEXTS[memo].to_owned()),
            });
        }
        let account = accounts[self.inferred].into();
        let inferred = LineDraft { account, amount: None, price: None, lot: None, memo: None };
        draft.lines.insert(self.inferred_at.index(draft.lines.len() + 1), inferred);
        draft
    }
}
