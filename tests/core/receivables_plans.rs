//! Plans of what is owed: none is kept that cannot be worked out, and each follows from what stands before it, in whatever
//! order that was recorded.

use ledger_core::receivable::{Keep, LoanTerms, Parts, RateChange, ReceivableId, ReceivableKind};
use ledger_core::{Beyond, Book, EntryDraft, NewReceivable, Reduce, Repay};
use ledger_testkit::on_both_databases;

use crate::receivables::{invoice, lender};
use crate::support::{assert_sound, day, eur, home, open, refused, says};

const RECEIVABLE: ReceivableKind = ReceivableKind::Receivable;

/// To a party, with terms as JSON.
fn lent(party: &str, terms: &str) -> NewReceivable {
    let terms: LoanTerms = serde_json::from_str(terms).unwrap();
    NewReceivable {
        account: Some("Assets:Receivable".into()),
        interest: Some("Income:Interest".into()),
        losses: Some("Expenses:Bad Debts".into()),
        ..NewReceivable::new(RECEIVABLE, party, "Assets:Bank", terms)
    }
}

/// 1,000.00 on 2026-09-15, in 4 instalments from 2026-10-15 on, at 12 %: 256.28 each.
fn eve(name: &str) -> NewReceivable {
    let terms = r#"{"principal": "1000.00 EUR", "lent_on": "2026-09-15",
        "repayment": {"instalments": {"kind": {"annuity": {"count": 4}}, "frequency": {"months": 1},
            "first_due_on": "2026-10-15"}}, "interest": {"rate": "12"}}"#;
    NewReceivable { name: Some(name.to_owned()), ..lent("Eve", terms) }
}

fn added(book: &Book<'_>, name: &str) -> ReceivableId {
    book.receivables().add(eve(name)).unwrap().0.id
}

fn rate(book: &Book<'_>, of: ReceivableId, rate: &str, from: &str, keep: Keep) {
    let change = RateChange { from: day(from), rate: rate.parse().unwrap() };
    book.receivables().change_rate(of, change, keep).unwrap();
}

fn extra(name: &str, amount: i64, on: &str, keep: Keep) -> Repay {
    let mut repay = Repay::new(RECEIVABLE, "Eve", eur(amount), day(on));
    (repay.only, repay.beyond) = (vec![name.to_owned()], Beyond::Extra(keep));
    repay
}

/// Principal and interest of the instalments, as they are agreed in the end.
fn plan(book: &Book<'_>, name: &str) -> Vec<(i64, i64)> {
    let report = book.receivables().show(RECEIVABLE, name, day("2030-01-01")).unwrap();
    report.plan.iter().map(|row| (row.parts.principal, row.parts.interest)).collect()
}

on_both_databases! {
    fn a_loan_whose_payment_never_pays_it_off_is_not_written(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let bob = lent("Bob", r#"{"principal": "100000.00 EUR", "lent_on": "2026-09-15",
            "repayment": {"instalments": {"kind": {"fixed_payment": {"payment": 1000}}, "frequency": {"months": 1},
                "first_due_on": "2026-10-15"}}}"#);
        let told = ["88000.00 EUR", "left after 1,200 instalments"];
        says(&refused(db, &book, || book.receivables().add(bob.clone())), &told);
        let old = book.receivables().add(invoice(&book, 10_000_000)).unwrap().0;
        says(&refused(db, &book, || book.receivables().refinance(&[old.id], bob.clone())), &told);
        let list = book.receivables().list(day("2026-12-31"), &Default::default()).unwrap();
        assert_eq!(list.len(), 1);
        assert_sound(&book);
    }

    fn a_plan_is_the_same_in_whatever_order_its_changes_are_recorded(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (one, other) = (added(&book, "one"), added(&book, "other"));
        // A rate that is announced ahead, and an extra payment before it comes.
        book.receivables().repay(&extra("one", 75_628, "2026-10-15", Keep::Term)).unwrap();
        rate(&book, one, "24", "2026-12-01", Keep::Term);
        rate(&book, other, "24", "2026-12-01", Keep::Term);
        let paid = book.receivables().repay(&extra("other", 75_628, "2026-10-15", Keep::Term)).unwrap();
        assert_eq!(plan(&book, "one"), plan(&book, "other"));
        let interest: Vec<i64> = plan(&book, "other").iter().map(|(_, interest)| *interest).collect();
        assert_eq!(interest, [1_000, 254, 249, 171]);
        let principal: i64 = plan(&book, "other").iter().map(|(principal, _)| principal).sum();
        assert_eq!(principal, 50_000, "with the extra payment it is all that was lent");
        // Without the extra payment the rate stays, on all that was lent.
        book.journal().reverse(paid.entry.unwrap().number, None).unwrap();
        let only_rate = added(&book, "only rate");
        rate(&book, only_rate, "24", "2026-12-01", Keep::Term);
        assert_eq!(plan(&book, "other"), plan(&book, "only rate"));
        assert_eq!(plan(&book, "other").iter().map(|(principal, _)| principal).sum::<i64>(), 100_000);
        assert_sound(&book);
    }

    fn a_rate_holds_from_its_day_until_the_next_whenever_it_is_recorded(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (one, other) = (added(&book, "one"), added(&book, "other"));
        let first = ("6", "2026-09-20", Keep::Term);
        let later = [("24", "2026-10-01", Keep::Term), ("50", "2026-10-20", Keep::Payment)];
        for (percent, from, keep) in [first, later[0], later[1]] {
            rate(&book, one, percent, from, keep);
        }
        for (percent, from, keep) in [later[0], later[1], first] {
            rate(&book, other, percent, from, keep);
        }
        assert_eq!(plan(&book, "one"), plan(&book, "other"));
        // 5 days at 12 %, 11 at 6 %, 14 at 24 %, of 360.
        assert_eq!(plan(&book, "one")[0].1, 167 + 183 + 933);
        assert_sound(&book);
    }

    fn interest_earned_before_an_extra_payment_is_part_of_what_pays_it_off(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let on = day("2026-10-14");
        let id = added(&book, "e");
        book.receivables().repay(&extra("e", 60_000, "2026-10-14", Keep::Payment)).unwrap();
        // 29 days of 1,000.00 at 12 %.
        let payoff = book.receivables().payoff(id, on, None).unwrap();
        assert_eq!(payoff.parts, Parts { principal: 40_000, interest: 967, fee: 0 });
        let id = added(&book, "all but one");
        book.receivables().repay(&extra("all but one", 99_900, "2026-10-14", Keep::Payment)).unwrap();
        let payoff = book.receivables().payoff(id, on, None).unwrap();
        assert_eq!(payoff.parts, Parts { principal: 100, interest: 967, fee: 0 });
        let mut pay = extra("all but one", 1, "2026-10-14", Keep::Payment);
        (pay.amount, pay.payoff) = (None, true);
        assert_eq!(book.receivables().repay(&pay).unwrap().amount, eur(1_067));
        assert_eq!(book.receivables().payoff(id, on, None).unwrap().amount, eur(0));
        assert_sound(&book);
    }

    fn no_extra_payment_ends_a_loan_without_its_interest(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        added(&book, "e");
        let all = extra("e", 100_000, "2026-10-14", Keep::Payment);
        let told = ["all of the principal", "9.67 EUR of interest", "--payoff"];
        says(&refused(db, &book, || book.receivables().repay(&all)), &told);
        book.receivables().repay(&extra("e", 25_628, "2026-10-15", Keep::Payment)).unwrap();
        let rest = extra("e", 75_372, "2026-11-14", Keep::Payment);
        says(&refused(db, &book, || book.receivables().repay(&rest)), &["7.29 EUR of interest"]);
        // On a due day nothing is earned besides what is due.
        book.receivables().repay(&extra("e", 75_372 + 754, "2026-11-15", Keep::Payment)).unwrap();
        assert!(book.receivables().show(RECEIVABLE, "e", day("2026-11-15")).unwrap().standing.is_closed());
        assert_sound(&book);
    }

    fn an_instalment_that_was_paid_ahead_does_not_stop_a_payoff(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let id = added(&book, "e");
        let mut ahead = extra("e", 2 * 25_628, "2026-10-01", Keep::Term);
        ahead.beyond = Beyond::Ahead;
        book.receivables().repay(&ahead).unwrap();
        // Interest that was paid ahead stays paid; the principal is what is left.
        let on = day("2026-10-20");
        let payoff = book.receivables().payoff(id, on, None).unwrap();
        assert_eq!(payoff.parts, Parts { principal: 100_000 - 24_628 - 24_874, interest: 0, fee: 0 });
        let mut pay = extra("e", 1, "2026-10-20", Keep::Term);
        (pay.amount, pay.payoff) = (None, true);
        assert_eq!(book.receivables().repay(&pay).unwrap().amount, payoff.amount);
        let report = book.receivables().show(RECEIVABLE, "e", day("2027-12-31")).unwrap();
        assert!(report.standing.is_closed() && report.expected.is_empty());
        assert_sound(&book);
    }

    fn interest_that_was_charged_bears_compound_interest(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let yearly = r#"{"principal": "1000.00 EUR", "lent_on": "2026-01-01",
            "repayment": {"due": {"on": "2028-01-01"}}, "interest": {"rate": "12", "compounding": "yearly"}}"#;
        let id = book.receivables().add(lent("Bob", yearly)).unwrap().0.id;
        let payoff = |id, on: &str| book.receivables().payoff(id, day(on), None).unwrap().amount;
        let accrue = |on: &str| book.receivables().accrue(day(on), &Default::default()).unwrap();
        assert_eq!(payoff(id, "2028-01-01"), eur(125_440));
        accrue("2027-01-01");
        assert_eq!(payoff(id, "2028-01-01"), eur(125_440));
        let expected = book.receivables().show(RECEIVABLE, "Bob", day("2027-02-01")).unwrap().expected;
        assert_eq!(expected[0].parts.total().unwrap(), 125_440);
        let daily = r#"{"principal": "1000.00 EUR", "lent_on": "2024-01-31", "repayment": "on_demand",
            "interest": {"rate": "10", "compounding": "daily"}}"#;
        let id = book.receivables().add(lent("Cleo", daily)).unwrap().0.id;
        let whole = payoff(id, "2026-03-31").minor();
        for on in ["2024-08-15", "2025-03-31", "2026-02-28"] {
            accrue(on);
        }
        // Each charge is rounded.
        assert!((whole - payoff(id, "2026-03-31").minor()).abs() <= 2, "{whole}");
        assert_sound(&book);
    }

    fn what_is_overdue_in_one_sum_is_the_same_wherever_it_is_told(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let one_sum = r#"{"principal": "1000.00 EUR", "lent_on": "2026-01-15",
            "repayment": {"due": {"on": "2026-03-15"}}, "interest": {"rate": "12"}}"#;
        let id = book.receivables().add(lent("Ann", one_sum)).unwrap().0.id;
        book.receivables().accrue(day("2026-02-15"), &Default::default()).unwrap();
        book.receivables().repay(&Repay::new(RECEIVABLE, "Ann", eur(5_000), day("2026-01-25"))).unwrap();
        let on = day("2026-06-15");
        let payoff = book.receivables().payoff(id, on, None).unwrap().amount;
        // What was repaid on 2026-01-25 earns nothing from then on, though more was charged through 2026-02-15.
        assert_eq!(payoff, eur(99_767));
        let due = book.receivables().due(on, 0, &Default::default()).unwrap();
        assert_eq!(due.iter().map(|item| item.amount).collect::<Vec<_>>(), [payoff]);
        let statement = book.receivables().statement("Ann", day("2026-01-01"), on).unwrap();
        assert_eq!(statement[0].open.iter().map(|item| item.amount).collect::<Vec<_>>(), [payoff]);
        assert_sound(&book);
    }

    fn an_entry_is_not_amended_to_a_day_that_its_plan_does_not_know(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (_, lent) = book.receivables().add(eve("e")).unwrap();
        let paid = book.receivables().repay(&extra("e", 25_628, "2026-10-15", Keep::Term)).unwrap().entry.unwrap();
        let more = book.receivables().repay(&extra("e", 10_000, "2026-10-20", Keep::Term)).unwrap().entry.unwrap();
        let amend = |number: i64, on: &str| {
            let entry = book.journal().get(number)?;
            let mut draft = EntryDraft::new(day(on), "Again");
            for line in &entry.lines {
                draft = draft.debit(line.account_id, line.amount);
            }
            book.journal().amend(number, draft.balance()?)
        };
        says(&refused(db, &book, || amend(lent.number, "2026-10-01")), &["count from 2026-09-15", "add it anew"]);
        says(&refused(db, &book, || amend(paid.number, "2026-09-14")), &["owed since 2026-09-15", "2026-09-14"]);
        says(&refused(db, &book, || amend(more.number, "2026-10-21")), &["made anew on 2026-10-20", "record it anew"]);
        // Also where it was amended before.
        let again = amend(paid.number, "2026-10-14").unwrap();
        says(&refused(db, &book, || amend(again.number, "2026-09-14")), &["owed since 2026-09-15"]);
        assert_sound(&book);
    }

    fn what_was_lent_is_not_taken_back_before_what_was_repaid_of_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let id = book.receivables().add(invoice(&book, 100_000)).unwrap().0.id;
        book.receivables().repay(&Repay::new(RECEIVABLE, "Acme Ltd", eur(33_100), day("2026-04-01"))).unwrap();
        book.receivables().reduce(id, Reduce::WriteOff, Some(eur(40_000)), day("2026-05-01"), None, None).unwrap();
        let told = ["movement \"1 of Acme Ltd\"", "take back first", "(movement 2, 3)"];
        says(&refused(db, &book, || book.receivables().undo(id, 1, None)), &told);
        for number in [3, 2, 1] {
            book.receivables().undo(id, number, None).unwrap();
        }
        assert!(book.receivables().show(RECEIVABLE, "Acme Ltd", day("2026-12-31")).unwrap().standing.is_closed());
        assert_sound(&book);
    }
}
