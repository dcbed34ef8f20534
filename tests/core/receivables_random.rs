//! Random movements of receivables and payables, some dated back and some taken back: what is owed is always what was
//! lent and charged less what became of it, by age it is what the control accounts hold, and every book stays sound.
//!
//! `LEDGER_TEST_SEED` (a number) and `LEDGER_TEST_CASES` change what is tried; the seed is printed.

use chrono::{Days, NaiveDate};
use ledger_core::account::NewAccount;
use ledger_core::money::Amount;
use ledger_core::receivable::{
    AgingBy, Buckets, Keep, LoanTerms, Part, ReceivableId, ReceivableKind, Repayment,
};
use ledger_core::{
    Adjust, AgingRequest, Beyond, Book, EntryDraft, ErrorKind, NewReceivable, ReceivableFilter, Reduce,
    Repay, RepayFrom,
};
use ledger_testkit::{Backend, TestDatabase, fresh_database};

use crate::scene::Random;
use crate::support::{assert_sound, day, eur, home_named, open};

const FIRST: &str = "2026-01-01";
const PARTIES: [&str; 3] = ["Acme Ltd", "Ben", "City Bank"];

struct Case<'b> {
    book: &'b Book<'b>,
    random: Random,
    done: u64,
    refused: u64,
}

impl<'b> Case<'b> {
    fn new(book: &'b Book<'b>, random: Random) -> Self {
        for name in [
            "Assets:Receivable",
            "Liabilities:Loans",
            "Income:Interest",
            "Income:Fees",
            "Expenses:Interest",
            "Expenses:Fees",
            "Expenses:Bad Debts",
            "Income:Forgiven",
        ] {
            book.accounts().open(NewAccount::new(name)).unwrap();
        }
        Case { book, random, done: 0, refused: 0 }
    }

    fn day(&mut self) -> NaiveDate {
        day(FIRST) + Days::new(self.random.below(500))
    }

    fn amount(&mut self) -> Amount {
        eur(1 + self.random.below(60_000) as i64)
    }

    fn kind(&mut self) -> ReceivableKind {
        ReceivableKind::ALL[self.random.below(2) as usize]
    }

    fn some(&mut self, kind: Option<ReceivableKind>) -> Option<(ReceivableId, ReceivableKind, String)> {
        let filter = ReceivableFilter { closed: true, kind, ..Default::default() };
        let all = self.book.receivables().list(day("2028-01-01"), &filter).unwrap();
        if all.is_empty() {
            return None;
        }
        let found = &all[self.random.below(all.len() as u64) as usize].receivable;
        Some((found.id, found.kind, found.name.clone()))
    }

    fn terms(&mut self) -> LoanTerms {
        let on = self.day();
        let principal = eur(1_000 + self.random.below(200_000) as i64);
        let repayment = match self.random.below(4) {
            0 => Repayment::OnDemand,
            1 => Repayment::Due { on: on + Days::new(self.random.below(120)) },
            _ => {
                let kinds = ["annuity", "equal_principal", "interest_only", "bullet"];
                let kind = kinds[self.random.below(4) as usize];
                let first = on + Days::new(1 + self.random.below(60));
                let count = 1 + self.random.below(8);
                serde_json::from_value(serde_json::json!({"instalments": {
                    "kind": {kind: {"count": count}}, "frequency": {"months": 1}, "first_due_on": first}}))
                .unwrap()
            }
        };
        let mut terms = LoanTerms::new(principal, on, repayment);
        if self.random.below(2) == 0 {
            let rate = self.random.below(2_000).to_string();
            let interest = serde_json::json!({"rate": format!("{}.{:0>2}", &rate[..rate.len() / 2].parse::<u64>().unwrap_or(0), &rate[rate.len() / 2..])});
            terms.interest = serde_json::from_value(interest).ok();
        }
        if self.random.below(4) == 0 && terms.repayment != Repayment::OnDemand {
            terms.late_rate = self.random.below(20).to_string().parse().ok();
        }
        terms
    }

    fn step(&mut self) {
        let on = self.day();
        let amount = self.amount();
        let book = self.book;
        let receivables = book.receivables();
        let outcome = match self.random.below(14) {
            0..=2 => {
                let kind = self.kind();
                let terms = self.terms();
                let party = PARTIES[self.random.below(3) as usize];
                let (control, interest, fees, losses) = match kind {
                    ReceivableKind::Receivable => {
                        ("Assets:Receivable", "Income:Interest", "Income:Fees", "Expenses:Bad Debts")
                    }
                    ReceivableKind::Payable => {
                        ("Liabilities:Loans", "Expenses:Interest", "Expenses:Fees", "Income:Forgiven")
                    }
                };
                let new = NewReceivable {
                    account: Some(control.into()),
                    interest: Some(interest.into()),
                    fees: Some(fees.into()),
                    losses: Some(losses.into()),
                    ..NewReceivable::new(kind, party, "Assets:Bank", terms)
                };
                receivables.add(new).map(|_| ())
            }
            3..=6 => {
                let kind = self.kind();
                let party = PARTIES[self.random.below(3) as usize];
                let mut repay = Repay::new(kind, party, amount, on);
                repay.beyond = [
                    Beyond::Ask,
                    Beyond::Credit,
                    Beyond::Ahead,
                    Beyond::Extra(Keep::Payment),
                    Beyond::Extra(Keep::Term),
                ][self.random.below(5) as usize];
                if self.random.below(5) == 0 {
                    (repay.amount, repay.payoff) = (None, self.random.below(2) == 0);
                }
                if self.random.below(6) == 0 {
                    repay.from = RepayFrom::Credit;
                }
                receivables.repay(&repay).map(|_| ())
            }
            7 => receivables.accrue(on, &ReceivableFilter::default()).map(|_| ()),
            other => {
                let Some((id, _, _)) = self.some(None) else { return };
                match other {
                    8 => receivables.charge_fee(id, amount, on, None, None, None).map(|_| ()),
                    9 => {
                        let reduce =
                            if self.random.below(2) == 0 { Reduce::Forgive } else { Reduce::WriteOff };
                        receivables.reduce(id, reduce, Some(amount), on, None, None).map(|_| ())
                    }
                    10 => receivables.recover(id, amount, on, None, None).map(|_| ()),
                    11 => {
                        let sign = if self.random.below(2) == 0 { 1 } else { -1 };
                        let part = Part::ALL[self.random.below(3) as usize];
                        let reason = "by hand".to_owned();
                        let adjust = Adjust { on, amount: eur(sign * amount.minor()), part, reason };
                        receivables.adjust(id, adjust).map(|_| ())
                    }
                    12 => receivables.refund(id, None, on, None).map(|_| ()),
                    _ => self.correct(on),
                }
            }
        };
        match outcome {
            Ok(()) => self.done += 1,
            Err(error) => {
                // What is refused is refused by a rule, and never because something is broken.
                let known = matches!(
                    error.kind(),
                    ErrorKind::NotAllowed { .. }
                        | ErrorKind::NotFound { .. }
                        | ErrorKind::InvalidSetting { .. }
                );
                assert!(known, "{error}");
                self.refused += 1;
            }
        }
    }

    /// Reverses an entry on a later day, amends its description, or takes a movement back.
    fn correct(&mut self, on: NaiveDate) -> ledger_core::Result<()> {
        if self.random.below(3) == 0
            && let Some((id, _, _)) = self.some(None)
        {
            let number = 1 + self.random.below(8) as i32;
            return self.book.receivables().undo(id, number, None).map(|_| ());
        }
        let last = self.book.head().unwrap().number;
        if last == 0 {
            return Ok(());
        }
        let number = 1 + self.random.below(last as u64) as i64;
        let entry = self.book.journal().get(number)?;
        if self.random.below(3) == 0 {
            let mut draft = EntryDraft::new(entry.posted_on, format!("{} again", entry.description));
            for line in &entry.lines {
                draft = draft.debit(line.account_id, line.amount);
            }
            return self.book.journal().amend(number, draft.balance()?).map(|_| ());
        }
        self.book.journal().reverse(number, Some(entry.posted_on.max(on))).map(|_| ())
    }

    fn check(&mut self, on: NaiveDate) {
        let filter = ReceivableFilter { closed: true, ..Default::default() };
        self.check_statements(on);
        let mut accrued = 0;
        for report in self.book.receivables().list(on, &filter).unwrap() {
            let standing = &report.standing;
            accrued += report.accrued.wide_total();
            let charged = standing.charged.wide_total() + i128::from(standing.adjusted);
            let gone = [standing.repaid, standing.forgiven, standing.written_off]
                .map(i128::from)
                .iter()
                .sum::<i128>();
            let balance = i128::from(standing.balance().unwrap());
            assert_eq!(balance, charged - gone, "{} on {on}: {standing:?}", report.receivable.name);
            let open: i128 = report.open.iter().map(|due| due.parts.wide_total()).sum();
            assert_eq!(open - i128::from(report.credit), balance, "{} on {on}", report.receivable.name);
        }
        let aged = |kind| self.book.receivables().aging(&AgingRequest::new(kind, on)).unwrap();
        let aged = ReceivableKind::ALL.into_iter().flat_map(aged).map(|report| i128::from(report.accrued));
        assert_eq!(aged.sum::<i128>(), accrued, "accrued on {on}");
        for kind in ReceivableKind::ALL {
            for by in [AgingBy::Party, AgingBy::Receivable, AgingBy::Group] {
                let request = AgingRequest { by, buckets: Buckets::default(), ..AgingRequest::new(kind, on) };
                let reports = self.book.receivables().aging(&request).unwrap();
                let total: i64 = reports.iter().map(|report| report.aging.total.total).sum();
                let adjusted: i64 = reports.iter().map(|report| report.adjusted).sum();
                let control = if kind == ReceivableKind::Receivable {
                    "Assets:Receivable"
                } else {
                    "Liabilities:Loans"
                };
                let ties = self.book.receivables().tie_out(on, Some(&control.into())).unwrap();
                let held: i64 = ties.iter().map(|tie| tie.control.minor()).sum();
                assert_eq!(total, held + adjusted, "{kind:?} {by:?} on {on}");
                for tie in ties {
                    assert!(tie.difference.is_zero() && tie.entries.is_empty(), "{tie:?}");
                }
            }
        }
    }
}

impl Case<'_> {
    /// What is open, and owed and due later, less what accrued and is not booked, is what is owed.
    fn check_statements(&self, on: NaiveDate) {
        for party in PARTIES {
            let Ok(statements) = self.book.receivables().statement(party, day("2025-01-01"), on) else {
                continue;
            };
            for statement in statements {
                let tie = statement.tie;
                let owed = tie.open.minor() + tie.to_come.minor() - tie.accrued.minor();
                assert_eq!(owed, statement.closing.minor(), "{party} on {on}: {tie:?}");
            }
        }
    }
}

fn try_cases(backend: Backend, cases: u64) {
    let Some(db) = fresh_database(backend) else { return };
    let db: TestDatabase = db;
    let cases = std::env::var("LEDGER_TEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(cases);
    let ledger = open(&db);
    let mut seeds = Random::seeded("receivables");
    let (mut done, mut refused) = (0, 0);
    for number in 0..cases {
        // Never committed: a durable commit costs more than all the rest.
        let unit: ledger_core::Result<()> = ledger.transaction(|_| {
            let book = home_named(&ledger, &format!("case {number}"));
            let mut case = Case::new(&book, Random::from(seeds.below(u64::MAX)));
            for _ in 0..50 {
                case.step();
                let on = case.day();
                case.check(on);
            }
            case.check(day("2029-01-01"));
            assert_sound(&book);
            (done, refused) = (done + case.done, refused + case.refused);
            Err(ErrorKind::Misuse("taken back".to_owned()).into())
        });
        assert_eq!(unit.unwrap_err().to_string(), "taken back");
    }
    // Much of what is tried is done, so that something is tested.
    assert!(2 * done > refused, "{done} done, {refused} refused");
}

#[test]
fn what_is_owed_is_what_became_of_it_and_what_accounts_hold_on_every_day_sqlite() {
    try_cases(Backend::Sqlite, 12);
}

#[test]
fn what_is_owed_is_what_became_of_it_and_what_accounts_hold_on_every_day_postgres() {
    try_cases(Backend::Postgres, 3);
}
