//! Interest is what was earned in all less what was charged: in any steps, when something is taken back, and when
//! something is dated back.

use ledger_core::receivable::{Keep, LoanTerms, RateChange, ReceivableId, ReceivableKind};
use ledger_core::{Book, EditReceivable, NewReceivable, ReceivableFilter, Repay};
use ledger_testkit::on_both_databases;

use crate::receivables::lender;
use crate::support::{assert_sound, day, eur, home, open, refused, says};

const RECEIVABLE: ReceivableKind = ReceivableKind::Receivable;

/// A loan to Ana at 12 %.
fn lend(book: &Book<'_>, minor: i64, on: &str, repayment: &str, interest: &str) -> ReceivableId {
    let json = format!(
        r#"{{"principal": "{}", "lent_on": "{on}", "repayment": {repayment}, "interest": {{{interest}}}}}"#,
        eur(minor)
    );
    let terms: LoanTerms = serde_json::from_str(&json).unwrap();
    let new = NewReceivable {
        account: Some("Assets:Receivable".into()),
        interest: Some("Income:Interest".into()),
        ..NewReceivable::new(RECEIVABLE, "Ana", "Assets:Bank", terms)
    };
    book.receivables().add(new).unwrap().0.id
}

fn annuity(count: u32, first_due_on: &str) -> String {
    format!(
        r#"{{"instalments": {{"kind": {{"annuity": {{"count": {count}}}}}, "frequency": {{"months": 1}},
            "first_due_on": "{first_due_on}"}}}}"#
    )
}

fn payoff(book: &Book<'_>, id: ReceivableId, on: &str) -> i64 {
    book.receivables().payoff(id, day(on), None).unwrap().amount.minor()
}

fn accrue(book: &Book<'_>, to: &str) -> Vec<i64> {
    let charged = book.receivables().accrue(day(to), &ReceivableFilter::default()).unwrap();
    charged.iter().map(|one| one.parts.interest).collect()
}

fn pay(book: &Book<'_>, minor: i64, on: &str) -> i64 {
    let repay = Repay { only: vec!["Ana".to_owned()], ..Repay::new(RECEIVABLE, "Ana", eur(minor), day(on)) };
    book.receivables().repay(&repay).unwrap().entry.unwrap().number
}

fn pay_off(book: &Book<'_>, on: &str) -> i64 {
    let repay = Repay {
        amount: None,
        payoff: true,
        only: vec!["Ana".to_owned()],
        ..Repay::new(RECEIVABLE, "Ana", eur(0), day(on))
    };
    book.receivables().repay(&repay).unwrap().entry.unwrap().number
}

/// What is due by a day: open, and charged with a payment.
fn due(book: &Book<'_>, on: &str) -> i128 {
    let report = book.receivables().show(RECEIVABLE, "#1", day(on)).unwrap();
    let by_then = report.expected.iter().filter(|due| due.due_on.is_none_or(|due_on| due_on <= day(on)));
    by_then.map(|due| due.parts.wide_total()).sum()
}

on_both_databases! {
    fn an_instalment_that_bounced_is_owed_with_its_interest(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        lend(&book, 100_000, "2026-01-15", &annuity(4, "2026-02-15"), r#""rate": "12""#);
        let first = pay(&book, 25_628, "2026-02-15");
        pay(&book, 25_628, "2026-03-15");
        book.journal().reverse(first, Some(day("2026-02-20"))).unwrap();
        assert_eq!((due(&book, "2026-02-17"), due(&book, "2026-03-16")), (0, 25_628));
        assert_eq!(accrue(&book, "2026-03-16"), [1_000]);
        assert!(accrue(&book, "2026-03-16").is_empty(), "done again it charges nothing");
        assert_eq!((due(&book, "2026-02-17"), due(&book, "2026-03-16")), (0, 25_628));
        pay(&book, 25_628, "2026-03-16");
        assert_eq!(due(&book, "2026-03-16"), 0);
        assert_sound(&book);
    }

    fn an_accrual_that_was_taken_back_is_charged_again(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let id = lend(&book, 100_000, "2026-01-15", &annuity(4, "2026-02-15"), r#""rate": "12""#);
        assert_eq!(accrue(&book, "2026-04-30").len(), 3);
        let owed = payoff(&book, id, "2026-04-30");
        book.receivables().undo(id, 2, None).unwrap();
        assert_eq!(payoff(&book, id, "2026-04-30"), owed);
        assert_eq!(accrue(&book, "2026-04-30"), [1_000]);
        assert_eq!(payoff(&book, id, "2026-04-30"), owed);
        assert_sound(&book);
    }

    fn a_payment_taken_back_leaves_its_interest_owed_after_a_payoff(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let id = lend(&book, 100_000, "2026-01-15", "\"on_demand\"", r#""rate": "12""#);
        let first = pay(&book, 3_000, "2026-04-15");
        pay_off(&book, "2026-07-15");
        assert!(book.receivables().list(day("2026-07-15"), &ReceivableFilter::default()).unwrap().is_empty());
        book.journal().reverse(first, None).unwrap();
        let listed = book.receivables().list(day("2026-07-15"), &ReceivableFilter::default()).unwrap();
        assert_eq!((listed.len(), listed[0].is_closed()), (1, false));
        assert_eq!((payoff(&book, id, "2026-07-15"), payoff(&book, id, "2026-12-15")), (3_000, 3_000));
        let again = Repay { only: vec!["#1".to_owned()], ..Repay::new(RECEIVABLE, "Ana", eur(3_000), day("2026-04-15")) };
        book.receivables().repay(&again).unwrap();
        assert_eq!(payoff(&book, id, "2026-12-15"), 0);
        assert_sound(&book);
    }

    fn interest_charged_in_small_steps_comes_to_the_same(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        for (rate, through) in [(r#""rate": "1""#, 10_017), (r#""rate": "12", "compounding": "monthly", "day_count": "actual/365""#, 0)] {
            let id = lend(&book, 10_000, "2026-01-01", "\"on_demand\"", rate);
            let all = payoff(&book, id, "2026-03-02");
            for on in day("2026-01-02").iter_days().step_by(2).take_while(|on| *on <= day("2026-03-01")) {
                accrue(&book, &on.to_string());
            }
            assert_eq!(payoff(&book, id, "2026-03-02"), all);
            assert!(through == 0 || all == through, "{all}");
            let repay = Repay { amount: None, payoff: true, only: vec![format!("#{id}")], ..Repay::new(RECEIVABLE, "Ana", eur(0), day("2026-03-02")) };
            book.receivables().repay(&repay).unwrap();
            assert_eq!(payoff(&book, id, "2096-03-02"), 0, "nothing that is left of a rounding earns interest");
        }
        assert_sound(&book);
    }

    fn interest_of_what_is_late_is_charged_in_any_steps_and_not_paid_off_before(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let id = lend(&book, 100_000, "2026-01-15", &annuity(3, "2026-02-15"), r#""rate": "12""#);
        let all = payoff(&book, id, "2026-08-31");
        for on in day("2026-04-20").iter_days().step_by(3).take_while(|on| *on <= day("2026-08-31")) {
            accrue(&book, &on.to_string());
        }
        assert_eq!(payoff(&book, id, "2026-08-31"), all);
        let early = refused(db, &book, || book.receivables().payoff(id, day("2026-08-24"), None));
        says(&early, &["charged through 2026-08-30 on 2026-08-30 already", "give a day from then on"]);
        assert_sound(&book);
    }

    fn what_is_dated_back_under_an_accrual_is_evened_out(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let id = lend(&book, 100_000, "2026-01-01", "\"on_demand\"", r#""rate": "12", "day_count": "actual/365""#);
        accrue(&book, "2026-03-01");
        let more = book.receivables().disburse(id, eur(50_000), day("2026-02-01"), &"Assets:Bank".into(), false, None).unwrap();
        assert_eq!(payoff(&book, id, "2026-06-15"), 157_627);
        book.journal().reverse(more.entry.number, None).unwrap();
        pay(&book, 50_000, "2026-02-01");
        assert_eq!(payoff(&book, id, "2026-06-15"), 53_222);
        // 19.40 were charged through 2026-03-01, and 14.79 were earned.
        let on = |on: &str| book.receivables().payoff(id, day(on), None).unwrap().overcharged;
        assert_eq!((on("2026-03-01"), on("2026-03-02"), on("2026-06-15")), (461, 444, 0));
        assert!(accrue(&book, "2026-03-10").is_empty());
        accrue(&book, "2026-06-15");
        assert_eq!(payoff(&book, id, "2026-06-15"), 53_222);
        assert_sound(&book);
    }

    fn the_rate_of_what_is_left_after_the_last_instalment_can_change(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let id = lend(&book, 100_000, "2026-01-15", &annuity(3, "2026-02-15"), r#""rate": "12""#);
        let before = payoff(&book, id, "2026-06-01");
        let change = RateChange { from: day("2026-06-01"), rate: "24".parse().unwrap() };
        book.receivables().change_rate(id, change, Keep::Term).unwrap();
        assert_eq!((payoff(&book, id, "2026-06-01"), payoff(&book, id, "2026-07-01")), (before, before + 2_000));
        assert_eq!(book.receivables().show(RECEIVABLE, "Ana", day("2026-07-01")).unwrap().plan.len(), 3);
        accrue(&book, "2026-08-31");
        let early = RateChange { from: day("2026-08-01"), rate: "6".parse().unwrap() };
        let told = refused(db, &book, || book.receivables().change_rate(id, early, Keep::Term));
        says(&told, &["charged through 2026-08-31 already"]);
        assert_sound(&book);
    }

    fn another_rate_of_what_is_late_leaves_what_was_charged(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let id = lend(&book, 100_000, "2026-01-01", r#"{"due": {"on": "2026-02-01"}}"#, r#""rate": "12""#);
        accrue(&book, "2026-04-01");
        let edit = EditReceivable { late_rate: Some("6".parse().unwrap()), ..EditReceivable::default() };
        book.receivables().edit(id, edit).unwrap();
        assert_eq!((payoff(&book, id, "2026-04-01"), payoff(&book, id, "2026-05-01")), (103_000, 103_500));
        assert_sound(&book);
    }

    fn what_is_due_and_a_part_of_the_next_instalment_is_asked_about(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        lend(&book, 100_000, "2026-01-15", &annuity(4, "2026-02-15"), r#""rate": "12""#);
        let part = Repay::new(RECEIVABLE, "Ana", eur(40_000), day("2026-02-15"));
        let told = refused(db, &book, || book.receivables().repay(&part));
        says(
            &told,
            &["143.72 EUR more than what is due by 2026-02-15 (256.28 EUR)", "comes next (256.28 EUR)", "--ahead"],
        );
        // Two whole instalments are what they are, and a part of the next one alone is paid towards it.
        pay(&book, 51_256, "2026-02-15");
        pay(&book, 10_000, "2026-03-01");
        assert_sound(&book);
    }
}
