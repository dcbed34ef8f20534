//! Times aging 100,000 open items of 10,000 parties: read from a book, and the pure part alone; and 10,000 loans of 36
//! instalments, whose plans are worked out as they are read.
//!
//! `cargo bench -p ledger-core --bench aging`; the bar is 200 ms, of the pure part 20 ms.

#![allow(clippy::float_arithmetic, reason = "ratios of times, no money")]

mod support;

use std::hint::black_box;

use chrono::{Days, NaiveDate};
use ledger_core::account::NewAccount;
use ledger_core::money::{Amount, Commodity};
use ledger_core::receivable::{AgingBy, Buckets, LoanGroupId, OpenAmount, PartyId, ReceivableId, age};
use ledger_core::receivable::{
    Frequency, InstalmentKind, InstalmentTerms, InterestTerms, LoanTerms, ReceivableKind, Repayment,
};
use ledger_core::{AgingRequest, Ledger, NewBook, NewReceivable};
use support::data::{self, Random};
use support::figure::{median, millis, print};
use support::process::Cost;

const AMOUNTS: usize = 100_000;
const PARTIES: usize = 10_000;
const LOANS: usize = 10_000;
const BAR_MILLIS: f64 = 20.0;
const STORED_BAR_MILLIS: f64 = 200.0;
const RUNS: usize = 11;

fn main() {
    // `cargo test` builds and may run benches: there is nothing to time then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("it is in the calendar");
    let open = amounts(first);
    for (what, by) in
        [("by party", AgingBy::Party), ("by group", AgingBy::Group), ("by receivable", AgingBy::Receivable)]
    {
        let costs = (0..RUNS).map(|_| {
            let aged = || age(black_box(&open), first + Days::new(200), &Buckets::default(), by);
            let (spent, aging) = Cost::of(|| aged().expect("the sums fit"));
            (millis(spent.wall), millis(spent.cpu), aging.rows.len())
        });
        let costs: Vec<_> = costs.collect();
        let wall = median(&costs.iter().map(|cost| cost.0).collect::<Vec<_>>());
        let cpu = median(&costs.iter().map(|cost| cost.1).collect::<Vec<_>>());
        print(what, &format!("{wall:.1} ms"), "-", None, "20 ms", wall <= BAR_MILLIS);
        println!("    {} rows; {cpu:.1} ms of processor time", costs[0].2);
    }
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the book");
    let path = |name: &str| folder.path().join(name).to_str().expect("its name is UTF-8").to_owned();
    let ledger = stored(&path("aging.sqlite"), AMOUNTS, |random, amount| {
        let lent_on = first + Days::new(random.below(100) as u64);
        let due = lent_on + Days::new(random.below(200) as u64);
        LoanTerms::new(amount, lent_on, Repayment::Due { on: due })
    });
    let ledger = ledger.expect("a book of receivables");
    time_stored(
        &ledger,
        first,
        &[("read, by party", AgingBy::Party), ("read, by receivable", AgingBy::Receivable)],
    );
    let loans = stored(&path("loans.sqlite"), LOANS, |random, amount| {
        let lent_on = first + Days::new(random.below(100) as u64);
        loan(amount, lent_on)
    });
    time_stored(&loans.expect("a book of loans"), first, &[("10,000 loans of 36", AgingBy::Party)]);
}

/// An annuity of 36 months at 6 %.
fn loan(amount: Amount, lent_on: NaiveDate) -> LoanTerms {
    let kind = InstalmentKind::Annuity { count: 36 };
    let instalments =
        InstalmentTerms::after(lent_on, kind, Frequency::MONTHLY).expect("it is in the calendar");
    let mut terms = LoanTerms::new(amount, lent_on, Repayment::Instalments(instalments));
    terms.interest = Some(InterestTerms::simple("6".parse().expect("it is a rate")));
    terms
}

/// Times reports of a book 200 days after its first day.
fn time_stored(ledger: &Ledger, first: NaiveDate, reports: &[(&str, AgingBy)]) {
    let book = ledger.book("bench").expect("the book is there");
    for (what, by) in reports {
        let request =
            AgingRequest { by: *by, ..AgingRequest::new(ReceivableKind::Receivable, first + Days::new(200)) };
        let runs: Vec<(Cost, usize)> = (0..RUNS)
            .map(|_| {
                let (cost, reports) = Cost::of(|| book.receivables().aging(&request).expect("it is made"));
                (cost, reports.iter().map(|report| report.aging.rows.len()).sum())
            })
            .collect();
        let wall = median(&runs.iter().map(|(cost, _)| millis(cost.wall)).collect::<Vec<_>>());
        let cpu = median(&runs.iter().map(|(cost, _)| millis(cost.cpu)).collect::<Vec<_>>());
        print(what, &format!("{wall:.1} ms"), "-", None, "200 ms", wall <= STORED_BAR_MILLIS);
        println!("    {} rows; {cpu:.1} ms of processor time", runs[0].1);
    }
}

/// A book of so many receivables of 10,000 parties, with terms of their own.
fn stored(
    path: &str,
    count: usize,
    terms: impl Fn(&mut Random, Amount) -> LoanTerms,
) -> ledger_core::Result<Ledger> {
    let ledger = Ledger::open_or_create(path, data::session())?;
    ledger.create_book(NewBook::personal("bench", "EUR"))?;
    {
        let book = ledger.book("bench")?;
        for name in ["Assets:Bank", "Assets:Receivable"] {
            book.accounts().open(NewAccount::new(name))?;
        }
        let mut random = Random::new(9);
        let euro = Commodity::iso("EUR").expect("it is in ISO 4217");
        for batch in 0..10 {
            let new = (0..count / 10).map(|place| {
                let number = batch * (count / 10) + place;
                let party = format!("Party {:05}", number % PARTIES);
                let amount = euro.amount(random.below(100_000) as i64 + 100);
                let terms = terms(&mut random, amount);
                let mut new = NewReceivable::new(ReceivableKind::Receivable, &party, "Assets:Bank", terms);
                new.name = Some(format!("Invoice {number:06}"));
                new
            });
            book.receivables().add_all(new.collect())?;
        }
    }
    Ok(ledger)
}

/// Amounts in no order, a twentieth of them credits.
fn amounts(first: NaiveDate) -> Vec<OpenAmount> {
    let mut random = Random::new(5);
    let mut one = || {
        let party = random.below(PARTIES) as i32 + 1;
        let minor = random.below(100_000) as i64 + 1;
        OpenAmount {
            receivable: ReceivableId::new(party * 3 + random.below(3) as i32),
            party: PartyId::new(party),
            group: (random.below(4) == 0).then(|| LoanGroupId::new(party % 50 + 1)),
            due_on: (random.below(20) > 0).then(|| first + Days::new(random.below(365) as u64)),
            amount: if random.below(20) == 0 { -minor } else { minor },
        }
    };
    (0..AMOUNTS).map(|_| one()).collect()
}
