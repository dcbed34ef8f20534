//! Receivables and payables as a book keeps them: every movement an entry, and nothing owed that is not in the accounts.

use ledger_core::account::NewAccount;
use ledger_core::receivable::{LoanTerms, MovementKind, Parts, ReceivableKind, Repayment};
use ledger_core::{
    Adjust, Beyond, Book, ErrorKind, NewReceivable, ReceivableFilter, Reduce, Repay, RepayFrom,
};
use ledger_testkit::on_both_databases;

use crate::support::{assert_sound, day, eur, home, open, refused, says};

/// A book with the accounts that receivables need.
pub fn lender(book: &Book<'_>) {
    for name in ["Assets:Receivable", "Income:Interest", "Income:Fees", "Expenses:Bad Debts"] {
        book.accounts().open(NewAccount::new(name)).unwrap();
    }
}

/// 300.00 lent to Acme Ltd on 2026-03-01, due on 2026-06-01.
pub fn invoice(book: &Book<'_>, amount: i64) -> NewReceivable {
    let due = Repayment::Due { on: day("2026-06-01") };
    let terms = LoanTerms::new(eur(amount), day("2026-03-01"), due);
    let _ = book;
    NewReceivable {
        account: Some("Assets:Receivable".into()),
        losses: Some("Expenses:Bad Debts".into()),
        ..NewReceivable::new(ReceivableKind::Receivable, "Acme Ltd", "Assets:Bank", terms)
    }
}

pub fn balance(book: &Book<'_>, account: &str) -> i64 {
    let trial_balance = book.reports().trial_balance(&Default::default()).unwrap();
    let rows = trial_balance.rows.iter().filter(|row| row.account == account);
    rows.map(|row| row.debit.map_or(0, |debit| debit.minor()) - row.credit.map_or(0, |credit| credit.minor()))
        .sum()
}

on_both_databases! {
fn money_lent_is_owed_until_it_came_back(db: &TestDatabase) {
    let ledger = open(db);
    let book = home(&ledger);
    lender(&book);
    let (receivable, entry) = book.receivables().add(invoice(&book, 30_000)).unwrap();
    assert_eq!((receivable.name.as_str(), entry.lines.len()), ("Acme Ltd", 2));
    assert_eq!(balance(&book, "Assets:Receivable"), 30_000);

    let repay = Repay::new(ReceivableKind::Receivable, "Acme Ltd", eur(12_000), day("2026-05-01"));
    let repaid = book.receivables().repay(&repay).unwrap();
    assert_eq!(repaid.items[0].paid, Parts { principal: 12_000, interest: 0, fee: 0 });
    let report = book.receivables().show(ReceivableKind::Receivable, "acme ltd", day("2026-05-01")).unwrap();
    assert_eq!((report.standing.owed.principal, report.standing.repaid), (18_000, 12_000));
    assert_eq!(balance(&book, "Assets:Receivable"), 18_000);

    // Taken back by the journal, it is owed again from the day of the mirror on.
    book.journal().reverse(repaid.entry.unwrap().number, Some(day("2026-05-10"))).unwrap();
    let on = |on: &str| book.receivables().show(ReceivableKind::Receivable, "#1", day(on)).unwrap().standing;
    assert_eq!(on("2026-05-09").owed.principal, 18_000);
    assert_eq!((on("2026-05-10").owed.principal, on("2026-05-10").repaid), (30_000, 0));
    assert_sound(&book);
}

fn more_than_is_owed_is_a_credit_that_can_be_paid_back(db: &TestDatabase) {
    let ledger = open(db);
    let book = home(&ledger);
    lender(&book);
    let (receivable, _) = book.receivables().add(invoice(&book, 30_000)).unwrap();
    let mut repay = Repay::new(ReceivableKind::Receivable, "Acme Ltd", eur(35_000), day("2026-05-01"));
    let repaid = book.receivables().repay(&repay).unwrap();
    assert_eq!(repaid.credit, Some((receivable.id, 5_000)));
    repay.amount = Some(eur(100));
    let error = refused(db, &book, || book.receivables().repay(&repay));
    says(&error, &["Acme Ltd", "nothing of it is open", "--credit"]);
    book.receivables().refund(receivable.id, None, day("2026-05-02"), None).unwrap();
    assert_eq!(balance(&book, "Assets:Receivable"), 0);
    let report = book.receivables().show(ReceivableKind::Receivable, "#1", day("2026-05-02")).unwrap();
    assert!(report.standing.is_closed());
    assert_sound(&book);
}

fn what_is_written_off_may_come_back(db: &TestDatabase) {
    let ledger = open(db);
    let book = home(&ledger);
    lender(&book);
    let (receivable, _) = book.receivables().add(invoice(&book, 30_000)).unwrap();
    let lost = book.receivables().reduce(receivable.id, Reduce::WriteOff, None, day("2026-09-01"), None, None);
    assert_eq!(lost.unwrap().parts.principal, 30_000);
    assert_eq!((balance(&book, "Assets:Receivable"), balance(&book, "Expenses:Bad Debts")), (0, 30_000));
    let more = || book.receivables().recover(receivable.id, eur(30_001), day("2026-10-01"), None, None);
    says(&refused(db, &book, more), &["300.00 EUR of it are written off"]);
    book.receivables().recover(receivable.id, eur(10_000), day("2026-10-01"), None, None).unwrap();
    let standing = book.receivables().show(ReceivableKind::Receivable, "#1", day("2026-10-01")).unwrap().standing;
    assert_eq!((standing.repaid, standing.written_off), (10_000, 20_000));
    assert_eq!(balance(&book, "Expenses:Bad Debts"), 20_000);
    assert_sound(&book);
}

fn an_adjustment_counts_for_what_is_owed_and_never_touches_the_books(db: &TestDatabase) {
    let ledger = open(db);
    let book = home(&ledger);
    lender(&book);
    let (receivable, _) = book.receivables().add(invoice(&book, 30_000)).unwrap();
    let adjust = |amount| Adjust {
        on: day("2026-04-01"),
        amount: eur(amount),
        part: ledger_core::receivable::Part::Principal,
        reason: "paid in cash".to_owned(),
    };
    let below = refused(db, &book, || book.receivables().adjust(receivable.id, adjust(-30_001)));
    says(&below, &["less than nothing", "2026-04-01", "-0.01 EUR"]);
    book.receivables().adjust(receivable.id, adjust(-5_000)).unwrap();
    let report = book.receivables().show(ReceivableKind::Receivable, "#1", day("2026-04-01")).unwrap();
    assert_eq!((report.standing.balance().unwrap(), report.standing.adjusted), (25_000, -5_000));
    assert_eq!(balance(&book, "Assets:Receivable"), 30_000);
    assert_eq!(report.movements[1].movement.kind, MovementKind::Adjustment);
    assert_sound(&book);
}

fn a_payment_on_a_plan_charges_the_interest_of_its_instalment(db: &TestDatabase) {
    let ledger = open(db);
    let book = home(&ledger);
    lender(&book);
    let json = r#"{"principal": "1200.00 EUR", "lent_on": "2026-01-15",
        "repayment": {"instalments": {"kind": {"annuity": {"count": 12}}, "frequency": {"months": 1},
            "first_due_on": "2026-02-15"}}, "interest": {"rate": "6"}}"#;
    let terms: LoanTerms = serde_json::from_str(json).unwrap();
    let new = NewReceivable {
        account: Some("Assets:Receivable".into()),
        interest: Some("Income:Interest".into()),
        ..NewReceivable::new(ReceivableKind::Receivable, "Ben", "Assets:Bank", terms)
    };
    book.receivables().add(new).unwrap();
    let mut repay = Repay::new(ReceivableKind::Receivable, "Ben", eur(10_328), day("2026-02-13"));
    let repaid = book.receivables().repay(&repay).unwrap();
    assert_eq!(repaid.items[0].paid, Parts { principal: 9_728, interest: 600, fee: 0 });
    assert_eq!((balance(&book, "Assets:Receivable"), balance(&book, "Income:Interest")), (110_272, -600));
    // More than the next instalment is not guessed about.
    (repay.amount, repay.on) = (Some(eur(50_000)), day("2026-03-15"));
    let error = refused(db, &book, || book.receivables().repay(&repay));
    says(&error, &["500.00 EUR are", "--extra term", "--credit"]);
    repay.beyond = Beyond::Extra(ledger_core::receivable::Keep::Payment);
    book.receivables().repay(&repay).unwrap();
    let report = book.receivables().show(ReceivableKind::Receivable, "Ben", day("2026-03-15")).unwrap();
    let left: i64 = report.plan.iter().filter(|next| next.due_on > day("2026-03-15")).map(|next| next.parts.principal).sum();
    assert_eq!(left, report.standing.owed.principal);
    assert!(report.plan.len() < 12, "{:?}", report.plan);
    // Paid off at once.
    let payoff = Repay { amount: None, payoff: true, on: day("2026-03-30"), beyond: Beyond::Ask, ..repay };
    book.receivables().repay(&payoff).unwrap();
    assert_eq!(balance(&book, "Assets:Receivable"), 0);
    assert!(book.receivables().list(day("2026-03-30"), &ReceivableFilter::default()).unwrap().is_empty());
    assert_sound(&book);
}

fn an_entry_that_is_there_can_be_tracked_once(db: &TestDatabase) {
    let ledger = open(db);
    let book = home(&ledger);
    lender(&book);
    book.receivables().add(invoice(&book, 30_000)).unwrap();
    let draft = ledger_core::EntryDraft::new(day("2026-05-04"), "Acme").debit("Assets:Bank", eur(30_000));
    let entry = book.journal().post(draft.infer("Assets:Receivable").balance().unwrap()).unwrap();
    let repay = Repay {
        from: RepayFrom::Entry(entry.number),
        ..Repay::new(ReceivableKind::Receivable, "Acme Ltd", eur(30_000), day("2026-05-04"))
    };
    book.receivables().repay(&repay).unwrap();
    let error = refused(db, &book, || book.receivables().repay(&repay));
    assert!(matches!(error.kind(), ErrorKind::NotAllowed { .. }), "{error}");
    assert_sound(&book);
}
}
