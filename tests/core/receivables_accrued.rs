//! Interest between two bookings: what has accrued is told apart from what is booked, what is late goes on earning, and
//! every statement says how what is open comes to what is owed.

use ledger_core::receivable::{LoanTerms, Parts, ReceivableId, ReceivableKind};
use ledger_core::{
    AgingRequest, Book, EditReceivable, NewReceivable, PartyStatement, ReceivableFilter, ReceivableReport,
    Repay,
};
use ledger_testkit::on_both_databases;

use crate::receivables::lender;
use crate::support::{assert_sound, day, eur, home, open, refused, says};

const RECEIVABLE: ReceivableKind = ReceivableKind::Receivable;
/// 1,000.00 on 2026-01-01 in four equal parts from 2026-02-01 on, at 12 %: interest of 10.00, 7.50, 5.00 and 2.50.
const PARTS: &str = r#"{"principal": "1000.00 EUR", "lent_on": "2026-01-01",
    "repayment": {"instalments": {"kind": {"equal_principal": {"count": 4}}, "frequency": {"months": 1},
        "first_due_on": "2026-02-01"}}, "interest": {"rate": "12"}}"#;
/// 1,200.00 on 2026-01-01 at 12 %, due on demand.
const ON_DEMAND: &str = r#"{"principal": "1200.00 EUR", "lent_on": "2026-01-01", "repayment": "on_demand",
    "interest": {"rate": "12"}}"#;

fn lend(book: &Book<'_>, terms: &str) -> ReceivableId {
    let terms: LoanTerms = serde_json::from_str(terms).unwrap();
    let new = NewReceivable {
        account: Some("Assets:Receivable".into()),
        interest: Some("Income:Interest".into()),
        ..NewReceivable::new(RECEIVABLE, "Ana", "Assets:Bank", terms)
    };
    book.receivables().add(new).unwrap().0.id
}

fn show(book: &Book<'_>, on: &str) -> ReceivableReport {
    book.receivables().show(RECEIVABLE, "Ana", day(on)).unwrap()
}

/// The interest that has accrued on a day and stands in no entry; what would pay all off says the same.
fn accrued(book: &Book<'_>, id: ReceivableId, on: &str) -> i64 {
    let report = show(book, on);
    let payoff = book.receivables().payoff(id, day(on), None).unwrap();
    let owed = report.standing.owed.plus(report.accrued).unwrap();
    assert_eq!((payoff.accrued, payoff.parts), (report.accrued, owed), "on {on}");
    let aging = book.receivables().aging(&AgingRequest::new(RECEIVABLE, day(on))).unwrap();
    assert_eq!(i128::from(aging[0].accrued), report.accrued.wide_total(), "by age, on {on}");
    assert_eq!(report.accrued, Parts { principal: 0, interest: report.accrued.interest, fee: 0 });
    report.accrued.interest
}

fn charge(book: &Book<'_>, to: &str) -> Vec<i64> {
    let all = ReceivableFilter::default();
    let charged = book.receivables().accrue(day(to), &all).unwrap();
    assert!(book.receivables().accrue(day(to), &all).unwrap().is_empty(), "done again it charges nothing");
    charged.iter().map(|one| one.parts.interest).collect()
}

/// The statement through a day, in minor units: open, owed and due later, accrued, outside the books, owed.
fn tie(book: &Book<'_>, to: &str) -> [i64; 5] {
    let statements = book.receivables().statement("Ana", day("2026-01-01"), day(to)).unwrap();
    let PartyStatement { tie, closing, .. } = &statements[0];
    [tie.open, tie.to_come, tie.accrued, tie.outside, *closing].map(|amount| amount.minor())
}

on_both_databases! {
    fn what_a_loan_on_demand_has_earned_is_told_before_it_is_booked(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let id = lend(&book, ON_DEMAND);
        assert_eq!([accrued(&book, id, "2026-01-01"), accrued(&book, id, "2026-07-01")], [0, 7_200]);
        assert_eq!(tie(&book, "2026-07-01"), [127_200, 0, 7_200, 0, 120_000]);
        assert_eq!(charge(&book, "2026-07-01"), [7_200]);
        assert_eq!([accrued(&book, id, "2026-07-01"), accrued(&book, id, "2026-08-01")], [0, 1_200]);
        assert_eq!(tie(&book, "2026-07-01"), [127_200, 0, 0, 0, 127_200]);
        assert_sound(&book);
    }

    fn what_is_left_after_the_last_instalment_goes_on_at_the_rate_of_the_loan(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let id = lend(&book, PARTS);
        // A late instalment bears the interest of its period, as the plan says; after the last one 10.00 a month.
        assert_eq!([accrued(&book, id, "2026-05-01"), accrued(&book, id, "2026-07-01")], [2_500, 4_500]);
        assert_eq!(tie(&book, "2026-07-01"), [104_500, 0, 4_500, 0, 100_000]);
        assert_eq!(charge(&book, "2026-07-01"), [1_000, 750, 500, 250, 2_000]);
        assert_eq!(accrued(&book, id, "2026-08-01"), 1_000);
        let repay = Repay::new(RECEIVABLE, "Ana", eur(54_500), day("2026-08-01"));
        book.receivables().repay(&repay).unwrap();
        // The oldest instalments first; the rest of the principal from the day of the payment on.
        assert_eq!((show(&book, "2026-09-01").standing.owed.principal, accrued(&book, id, "2026-09-01")), (47_750, 478));
        let all = Repay { amount: None, payoff: true, ..Repay::new(RECEIVABLE, "Ana", eur(0), day("2026-09-01")) };
        book.receivables().repay(&all).unwrap();
        assert!(show(&book, "2026-09-01").standing.is_closed());
        assert_sound(&book);
    }

    fn a_rate_of_what_is_late_counts_from_each_due_day(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let id = lend(&book, &PARTS.replace("\"repayment\"", "\"late_rate\": \"24\", \"grace_days\": 9, \"repayment\""));
        assert_eq!(accrued(&book, id, "2026-02-10"), 1_000 + 225, "paid in time through 2026-02-10");
        // From then on 250.00 at 24 %: 5.00 a month.
        assert_eq!(charge(&book, "2026-03-10"), [1_000, 750, 500]);
        assert_eq!(accrued(&book, id, "2026-04-10"), 500 + 75 + 1_000, "and 500.00, of two parts, from 2026-03-10 on");
        let edit = |rate: &str| {
            let late_rate = Some(rate.parse().unwrap());
            book.receivables().edit(id, EditReceivable { late_rate, ..EditReceivable::default() })
        };
        edit("0").unwrap();
        assert_eq!(accrued(&book, id, "2027-01-01"), 500 + 250, "no more is earned by what is late");
        assert_sound(&book);
    }

    fn one_sum_goes_on_at_the_rate_of_what_is_late(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let invoice = r#"{"principal": "1000.00 EUR", "lent_on": "2026-01-01", "repayment": {"due": {"on": "2026-02-01"}},
            "late_rate": "9"}"#;
        let id = lend(&book, invoice);
        assert_eq!(["2026-02-01", "2026-04-01"].map(|on| accrued(&book, id, on)), [0, 1_500]);
        assert_eq!(show(&book, "2026-04-01").rate.unwrap().from, day("2026-02-01"));
        assert_eq!(charge(&book, "2026-04-01"), [1_500]);
        let on_demand = serde_json::from_str(&ON_DEMAND.replace("\"interest\"", "\"late_rate\": \"9\", \"interest\""));
        let new = NewReceivable::new(RECEIVABLE, "Ben", "Assets:Bank", on_demand.unwrap());
        says(&refused(db, &book, || book.receivables().add(new.clone())), &["late rate \"9 %\"", "nothing is late"]);
        assert_sound(&book);
    }

    fn a_statement_says_what_lies_between_open_and_owed(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let id = lend(&book, PARTS);
        let adjust = ledger_core::Adjust {
            on: day("2026-02-01"), amount: eur(-5_000), part: ledger_core::receivable::Part::Principal, reason: "by hand".to_owned(),
        };
        book.receivables().adjust(id, adjust).unwrap();
        // Of 250.00 and 10.00 of interest 50.00 were paid outside the books; 750.00 are due later.
        assert_eq!(tie(&book, "2026-02-01"), [21_000, 75_000, 1_000, -5_000, 95_000]);
        assert_sound(&book);
    }
}
