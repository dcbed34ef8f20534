//! Random books that are closed and opened again: income and expenses are zero in amounts and at book value, nothing else
//! moves, and undoing brings every balance back.
//!
//! `LEDGER_TEST_SEED` (a number) changes what is tried; the seed is printed.

use chrono::{Days, NaiveDate};
use ledger_core::account::{AccountKind, NewAccount};
use ledger_core::journal::LinePrice;
use ledger_core::money::Commodity;
use ledger_core::report::{Basis, TrialBalance, TrialBalanceOptions};
use ledger_core::{Book, CloseYear, EntryDraft};
use ledger_testkit::{Backend, fresh_database};

use crate::scene::Random;
use crate::support::{assert_sound, day, home_named, open};

const ACCOUNTS: [&str; 8] = [
    "Assets:Bank",
    "Assets:Cash",
    "Expenses:Food",
    "Income:Salary",
    "Equity:Opening",
    "Expenses:Fun",
    "Income:Gifts",
    "Liabilities:Card",
];
const STEPS: usize = 40;

struct Case<'b> {
    book: &'b Book<'b>,
    random: Random,
    commodities: Vec<Commodity>,
    closed: usize,
}

impl Case<'_> {
    fn below(&mut self, end: usize) -> usize {
        self.random.below(end as u64) as usize
    }

    fn day(&mut self) -> NaiveDate {
        day("2023-01-01") + Days::new(self.random.below(4 * 365))
    }

    /// An entry of two or three lines, some of them priced; the last takes the rest.
    fn entry(&mut self) -> EntryDraft {
        let mut draft = EntryDraft::new(self.day(), "Random");
        let base = self.commodities[0];
        for _ in 0..1 + self.below(2) {
            let account = ACCOUNTS[self.below(ACCOUNTS.len())];
            let which = self.below(self.commodities.len());
            let commodity = self.commodities[which];
            let sign = [1, -1][self.below(2)];
            let amount = commodity.amount(sign * (1 + self.below(5_000) as i64));
            draft = match self.below(2) {
                0 if commodity != base => {
                    let price = LinePrice::total(base.amount(1 + self.below(9_000) as i64));
                    draft.debit_at(account, amount, price)
                }
                _ => draft.debit(account, amount),
            };
        }
        draft.infer(ACCOUNTS[self.below(ACCOUNTS.len())])
    }

    /// All balances at the end of some days, in amounts and at book value.
    fn picture(&self) -> Vec<TrialBalance> {
        let days = ["2023-12-31", "2024-06-30", "2024-12-31", "2025-12-31", "2027-12-31"];
        let of_day =
            |on: &str| [Basis::BookValue, Basis::Native].map(|basis| self.shown(basis, day(on), &[]));
        days.into_iter().flat_map(of_day).collect()
    }

    fn shown(&self, basis: Basis, on: NaiveDate, kinds: &[AccountKind]) -> TrialBalance {
        let options =
            TrialBalanceOptions { as_of: Some(on), basis, kinds: kinds.to_vec(), ..Default::default() };
        self.book.reports().trial_balance(&options).unwrap()
    }

    /// Whether income and expenses hold nothing at the end of a day; rows without an account stand for the other kinds.
    fn is_closed(&self, on: NaiveDate) -> bool {
        let kinds = [AccountKind::Income, AccountKind::Expense];
        [Basis::BookValue, Basis::Native].into_iter().all(|basis| {
            let shown = self.shown(basis, on, &kinds);
            shown.rows.iter().all(|row| row.kind.is_none())
        })
    }

    /// Balances of everything but income, expenses and equity.
    fn others(&self, on: NaiveDate) -> Vec<TrialBalance> {
        let kinds = [AccountKind::Asset, AccountKind::Liability];
        [Basis::BookValue, Basis::Native].map(|basis| self.shown(basis, on, &kinds)).to_vec()
    }

    fn run(&mut self) {
        let mut pictures = Vec::new();
        for _ in 0..STEPS {
            match self.below(8) {
                0 => self.close(&mut pictures),
                1 if !pictures.is_empty() => self.undo(&mut pictures),
                _ => {
                    // What lies under the lock or sums to nothing is refused.
                    let draft = self.entry();
                    let posted = draft.balance().and_then(|entry| self.book.journal().post(entry));
                    if posted.is_ok() {
                        pictures.iter_mut().for_each(|(_, before)| *before = None);
                    }
                }
            }
        }
        assert_sound(self.book);
        while !pictures.is_empty() {
            self.undo(&mut pictures);
        }
        assert_sound(self.book);
        assert_eq!(self.book.locked_through().unwrap(), None);
    }

    fn close(&mut self, pictures: &mut Vec<(i32, Option<Vec<TrialBalance>>)>) {
        let number = 2023 + self.below(3) as i32;
        let start = [None, Some("01-01"), Some("07-01")][self.below(3)].map(|start| start.parse().unwrap());
        let request = CloseYear { start, ..CloseYear::new(number, day("2027-12-31")) };
        let (before, last) = (self.picture(), day("2027-12-31"));
        let others = self.others(last);
        let Ok(closed) = self.book.closings().close(&request) else {
            assert_eq!(self.picture(), before, "a refused closing changed something");
            return;
        };
        assert!(self.is_closed(closed.closing.ends_on), "{closed:?}");
        assert_eq!(self.others(last), others, "closing moves nothing but income, expenses and equity");
        self.closed += usize::from(!closed.entries.is_empty());
        pictures.push((number, Some(before)));
        assert_sound(self.book);
    }

    fn undo(&mut self, pictures: &mut Vec<(i32, Option<Vec<TrialBalance>>)>) {
        let Some((number, before)) = pictures.pop() else { return };
        self.book.closings().undo(number).unwrap();
        if let Some(before) = before {
            assert_eq!(self.picture(), before, "{number} was undone");
        }
    }
}

fn random_books(backend: Backend, cases: usize) {
    let Some(db) = fresh_database(backend) else { return };
    let ledger = open(&db);
    let mut seeds = Random::seeded("closings");
    let mut closed = 0;
    for case in 0..cases {
        let book = home_named(&ledger, &format!("book {case}"));
        for name in &ACCOUNTS[5..] {
            book.accounts().open(NewAccount::new(*name)).unwrap();
        }
        let fund = book.commodities().declare(Commodity::new("VWCE", 4).unwrap()).unwrap();
        let commodities = vec![Commodity::iso("EUR").unwrap(), Commodity::iso("USD").unwrap(), fund];
        let mut case =
            Case { book: &book, random: Random::from(seeds.below(u64::MAX)), commodities, closed: 0 };
        case.run();
        closed += case.closed;
    }
    assert!(closed >= cases, "only {closed} years had anything to close");
}

#[test]
fn any_book_is_closed_to_zero_and_opened_to_what_it_was_on_sqlite() {
    random_books(Backend::Sqlite, 30);
}

#[test]
fn any_book_is_closed_to_zero_and_opened_to_what_it_was_on_postgres() {
    random_books(Backend::Postgres, 6);
}
