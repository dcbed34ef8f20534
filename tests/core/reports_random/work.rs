//! Random books to report on, and random questions to ask of them.

use chrono::{Datelike, Days, NaiveDate};
use ledger_core::account::NewAccount;
use ledger_core::journal::{LineDraft, LinePrice, Source, Tag};
use ledger_core::money::{Commodity, Price};
use ledger_core::report::{
    Basis, ColumnOptions, Comparison, Dimension, FiscalStart, Interval, LineFilter, Period, StatementKind,
    StatementRequest, Valuation, ValuedAt,
};
use ledger_core::{Book, Entry, EntryDraft, ErrorKind, Ledger, NewBook};
use rust_decimal::Decimal;

use super::naive::CHART;
use crate::scene::Random;
use crate::support::day;

const PARTIES: [&str; 4] = ["Ann", "Ben & Co", "Cleo", "Zoë"];
const TAGS: [(&str, &str); 10] = [
    ("trip", ""),
    ("trip", "rome"),
    ("trip", "rome/food"),
    ("trip", "rome/food/out"),
    ("trip", "rome/rooms"),
    ("trip", "rome-2"),
    ("trip", "romeo"),
    ("trip", "Rome"),
    ("venture", "été/site"),
    ("venture", "été"),
];
pub const KINDS: [StatementKind; 8] = [
    StatementKind::BalanceSheet,
    StatementKind::IncomeStatement,
    StatementKind::CashFlow,
    StatementKind::EquityChanges,
    StatementKind::NetWorth,
    StatementKind::Spending,
    StatementKind::Earnings,
    StatementKind::BalanceHistory,
];

/// Euros, dollars, a currency without decimal places and a fund with six.
pub fn commodity(number: u64) -> Commodity {
    let (code, scale) = [("EUR", 2), ("USD", 2), ("JPY", 0), ("WORLD", 6)][number as usize % 4];
    Commodity::new(code, scale).unwrap()
}

fn chance(random: &mut Random, percent: u64) -> bool {
    random.below(100) < percent
}

fn pick<T: Copy>(random: &mut Random, from: &[T]) -> T {
    from[random.below(from.len() as u64) as usize]
}

/// A day of about three years; the ends of months and years, where rollups change over, come up often.
fn any_day(random: &mut Random) -> NaiveDate {
    let on = day("2023-06-10") + Days::new(random.below(1_000));
    match random.below(4) {
        0 => on.with_day(1).unwrap(),
        1 => on.with_day(1).unwrap().pred_opt().unwrap(),
        _ => on,
    }
}

/// A book with the chart of these tests and nothing posted.
pub fn empty_book<'l>(ledger: &'l Ledger, name: &str) -> Book<'l> {
    let book = ledger.create_book(NewBook::personal(name, "EUR")).unwrap();
    for number in 0..4 {
        book.commodities().declare(commodity(number)).unwrap();
    }
    for (name, subtype, _) in CHART {
        let new = NewAccount::new(name);
        let new = if subtype.is_empty() { new } else { new.subtype(subtype) };
        book.accounts().open(new).unwrap();
    }
    book
}

/// Work on a book: posts, some dated back, corrections, prices given by hand, parties merged.
pub fn step(book: &Book<'_>, random: &mut Random) {
    let journal = book.journal();
    let last = book.head().unwrap().number;
    let allowed = |outcome: ledger_core::Result<()>| {
        if let Err(error) = outcome {
            let known = matches!(
                error.kind(),
                ErrorKind::NotAllowed { .. } | ErrorKind::NotFound { .. } | ErrorKind::InvalidSetting { .. }
            );
            assert!(known, "{error}");
        }
    };
    match random.below(20) {
        0 | 1 if last > 0 => {
            let on = chance(random, 70).then(|| any_day(random));
            allowed(journal.reverse(1 + random.below(last as u64) as i64, on).map(|_| ()));
        }
        2 | 3 if last > 0 => {
            if let Ok(entry) = draft(random).balance() {
                allowed(journal.amend(1 + random.below(last as u64) as i64, entry).map(|_| ()));
            }
        }
        4 | 5 => {
            let (held, quote) = (commodity(random.below(4)), commodity(random.below(4)));
            if held != quote {
                let price = Price::new(held, rate(random), quote, any_day(random)).unwrap();
                book.prices().add(price).unwrap();
            }
        }
        6 => {
            allowed(book.parties().merge(pick(random, &PARTIES), pick(random, &PARTIES)).map(|_| ()));
        }
        7 => {
            let drafts: Vec<EntryDraft> = (0..random.below(5)).map(|_| draft(random)).collect();
            journal.post_all(drafts.into_iter().filter_map(|draft| draft.balance().ok())).unwrap();
        }
        _ => {
            if let Ok(entry) = draft(random).balance() {
                journal.post(entry).unwrap();
            }
        }
    }
}

fn rate(random: &mut Random) -> Decimal {
    Decimal::new(1 + random.below(30_000) as i64, 1 + random.below(3) as u32)
}

fn draft(random: &mut Random) -> EntryDraft {
    let account = |random: &mut Random| pick(random, &CHART).0.into();
    let mut draft = EntryDraft::new(any_day(random), "Something");
    draft.source = pick(random, &[Source::Manual, Source::Manual, Source::Import, Source::Schedule]);
    draft.party = chance(random, 40).then(|| pick(random, &PARTIES).to_owned());
    for _ in 0..random.below(4) {
        let (key, value) = pick(random, &TAGS);
        draft = draft.tag(key, value);
    }
    draft.tags.sort();
    draft.tags.dedup();
    for _ in 0..=random.below(3) {
        let commodity_of_line = if chance(random, 60) { commodity(0) } else { commodity(random.below(4)) };
        let minor = if chance(random, 5) { 0 } else { random.below(40_000) as i64 - 20_000 };
        let quote = commodity(random.below(4));
        let price = match random.below(6) {
            _ if quote == commodity_of_line => None,
            0 | 1 => Some(LinePrice::unit(rate(random), quote)),
            // Nothing has no total price, but nothing may be told the price of one.
            2 if minor != 0 => Some(LinePrice::total(quote.amount(1 + random.below(20_000) as i64))),
            _ => None,
        };
        let amount = Some(commodity_of_line.amount(minor));
        draft = draft.line(LineDraft { account: account(random), amount, price, lot: None, memo: None });
    }
    draft.line(LineDraft { account: account(random), amount: None, price: None, lot: None, memo: None })
}

/// A question about a book with these entries.
pub fn request(random: &mut Random, book: &Book<'_>, entries: &[Entry]) -> StatementRequest {
    let interval = match random.below(8) {
        0 => Some(Interval::Day),
        1 => Some(Interval::Week),
        2 | 3 => Some(Interval::Month),
        4 => Some(Interval::Quarter),
        5 => Some(Interval::Year),
        _ => None,
    };
    let fiscal = match chance(random, 60) {
        true => FiscalStart::default(),
        false => FiscalStart::new(1 + random.below(12) as u32, pick(random, &[1, 1, 6, 28])).unwrap(),
    };
    let compare = pick(
        random,
        &[Comparison::None, Comparison::None, Comparison::PreviousPeriod, Comparison::PreviousYear],
    );
    let columns = ColumnOptions {
        interval,
        fiscal,
        total: chance(random, 40),
        average: chance(random, 30),
        compare,
        share: false,
    };
    let known_at = (chance(random, 30) && !entries.is_empty())
        .then(|| entries[random.below(entries.len() as u64) as usize].recorded_at);
    let mut request = StatementRequest {
        period: period(random, interval),
        columns,
        known_at,
        today: chance(random, 30).then(|| any_day(random)),
        basis: basis(random),
        filter: filter(random, book, entries),
        depth: chance(random, 30).then(|| 1 + random.below(3) as usize),
        tree: chance(random, 40),
        show_zero: chance(random, 10),
        ..StatementRequest::default()
    };
    match random.below(5) {
        0 => request.by = dimension(random, entries),
        1 => request.across = dimension(random, entries),
        _ => {}
    }
    request
}

fn period(random: &mut Random, interval: Option<Interval>) -> Option<Period> {
    if interval == Some(Interval::Day) {
        let first = any_day(random);
        return Some(Period::new(first, first + Days::new(random.below(40))).unwrap());
    }
    let (one, other) = (any_day(random), any_day(random));
    let (mut first, mut last) = (one.min(other), one.max(other));
    match random.below(8) {
        0 => return None,
        1 => first = day("0001-01-01"),
        2 => last = day("9999-12-31"),
        3 => {
            first = first.with_day(1).unwrap();
            last = (last + chrono::Months::new(1)).with_day(1).unwrap().pred_opt().unwrap();
        }
        4 => {
            first = NaiveDate::from_ymd_opt(first.year(), 1, 1).unwrap();
            last = NaiveDate::from_ymd_opt(last.year(), 12, 31).unwrap();
        }
        _ => {}
    }
    Some(Period::new(first, last).unwrap())
}

fn basis(random: &mut Random) -> Basis {
    let at = match random.below(4) {
        0 => ValuedAt::Cost,
        1 => ValuedAt::On(any_day(random)),
        _ => ValuedAt::PeriodEnd,
    };
    match random.below(5) {
        0 => Basis::BookValue,
        1 => Basis::Native,
        _ => Basis::Valued(Valuation {
            commodity: commodity(random.below(2)),
            at,
            leave_unpriced: chance(random, 70),
        }),
    }
}

fn filter(random: &mut Random, book: &Book<'_>, entries: &[Entry]) -> LineFilter {
    let mut filter = LineFilter::default();
    if chance(random, 20) {
        let names = ["assets", "Assets:Bank", "Expenses:Food", "Equity", "Income:Salary:Bonus"];
        filter.accounts = (0..=random.below(2)).map(|_| pick(random, &names).to_owned()).collect();
    }
    if chance(random, 8) {
        filter.subtype = Some(pick(random, &["bank", "Food", "opening", "credit card"]).to_owned());
    }
    let tags: Vec<&Tag> = entries.iter().flat_map(|entry| &entry.tags).collect();
    if chance(random, 15) && !tags.is_empty() {
        let tag = pick(random, &tags).clone();
        filter.tags.push(if chance(random, 20) { Tag { value: String::new(), ..tag } } else { tag });
    }
    if chance(random, 12) {
        filter.party =
            Some(pick(random, &PARTIES).to_owned()).filter(|party| book.parties().get(party).is_ok());
    }
    if chance(random, 12) {
        filter.source = Some(pick(random, &["manual", "Import", "schedule"]).to_owned());
    }
    filter
}

fn dimension(random: &mut Random, entries: &[Entry]) -> Option<Dimension> {
    match random.below(5) {
        0 => Some(Dimension::Party),
        1 => Some(Dimension::Subtype),
        2 => Some(Dimension::Source),
        _ => {
            let keys: Vec<&Tag> = entries.iter().flat_map(|entry| &entry.tags).collect();
            (!keys.is_empty()).then(|| Dimension::Tag(pick(random, &keys).key.clone()))
        }
    }
}
