//! What is owed, ahead: in projections, by age, as reminders and in statements.

use ledger_core::receivable::{AgingBy, Keep, LoanTerms, RateChange, ReceivableKind, Repayment};
use ledger_core::{AgingRequest, EditReceivable, NewReceivable, ProjectRequest, ReceivableFilter, Repay};
use ledger_testkit::on_both_databases;

use crate::receivables::{balance, invoice, lender};
use crate::support::{assert_sound, day, eur, home, meal, open, post, refused, says};

fn mortgage() -> LoanTerms {
    let json = r#"{"principal": "1200.00 EUR", "lent_on": "2026-01-15",
        "repayment": {"instalments": {"kind": {"annuity": {"count": 12}}, "frequency": {"months": 1},
            "first_due_on": "2026-02-15"}}, "interest": {"rate": "6"}}"#;
    serde_json::from_str(json).unwrap()
}

on_both_databases! {
    fn what_is_due_is_a_part_of_projections_until_it_is_paid(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.accounts().open(ledger_core::account::NewAccount::new("Liabilities:Loans")).unwrap();
        book.accounts().open(ledger_core::account::NewAccount::new("Expenses:Interest")).unwrap();
        book.receivables().add(invoice(&book, 30_000)).unwrap();
        let loan = NewReceivable {
            account: Some("Liabilities:Loans".into()),
            interest: Some("Expenses:Interest".into()),
            ..NewReceivable::new(ReceivableKind::Payable, "City Bank", "Assets:Bank", mortgage())
        };
        book.receivables().add(loan).unwrap();
        let on = |as_of: &str, on: &str| {
            let request = ProjectRequest {
                accounts: vec!["Assets:Bank".into()],
                ..ProjectRequest::new(day(as_of), day("2027-12-31"))
            };
            let projection = book.schedules().project(&request).unwrap();
            let bank = book.accounts().get("Assets:Bank").unwrap().id;
            projection.account(bank).next().unwrap().on(day(on)).expected
        };
        let start = balance(&book, "Assets:Bank");
        // Three instalments of 103.28, and the invoice on 1 June.
        assert_eq!(on("2026-03-01", "2026-03-31"), start - 2 * 10_328);
        assert_eq!(on("2026-03-01", "2026-06-01"), start - 4 * 10_328 + 30_000);
        let repay = Repay::new(ReceivableKind::Receivable, "Acme Ltd", eur(30_000), day("2026-05-01"));
        book.receivables().repay(&repay).unwrap();
        assert_eq!(on("2026-05-01", "2026-06-01"), start + 30_000 - 4 * 10_328);
        let none = ProjectRequest {
            receivables: false,
            accounts: vec!["Assets:Bank".into()],
            ..ProjectRequest::new(day("2026-05-01"), day("2026-12-31"))
        };
        let alone = book.schedules().project(&none).unwrap();
        assert_eq!(alone.accounts[0].series.expected.end, eur(start + 30_000));
        assert_sound(&book);
    }

    fn what_is_owed_is_in_the_bucket_of_its_days(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(invoice(&book, 30_000)).unwrap();
        let aged = |on: &str| {
            let request = AgingRequest { by: AgingBy::Receivable, ..AgingRequest::new(ReceivableKind::Receivable, day(on)) };
            let reports = book.receivables().aging(&request).unwrap();
            (reports[0].names.clone(), reports[0].aging.total.amounts.clone())
        };
        assert_eq!(aged("2026-06-01"), (vec!["Acme Ltd".to_owned()], vec![30_000, 0, 0, 0, 0]));
        assert_eq!(aged("2026-06-02").1, [0, 30_000, 0, 0, 0]);
        assert_eq!(aged("2026-07-02").1, [0, 0, 30_000, 0, 0]);
        assert_eq!(aged("2030-01-01").1, [0, 0, 0, 0, 30_000]);
        post(&book, meal("2026-06-05", 100)).unwrap();
        // An entry on the control account that nobody tracks is named.
        let draft = ledger_core::EntryDraft::new(day("2026-06-06"), "Paid?").debit("Assets:Bank", eur(500));
        post(&book, draft.infer("Assets:Receivable")).unwrap();
        let ties = book.receivables().tie_out(day("2026-06-30"), None).unwrap();
        assert_eq!((ties[0].difference, ties[0].entries.len()), (eur(-500), 1));
        assert_eq!((ties[0].entries[0].description.as_str(), ties[0].entries[0].control), ("Paid?", eur(-500)));
        assert_sound(&book);
    }

    fn a_party_is_told_what_happened_what_is_open_and_what_comes(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(invoice(&book, 30_000)).unwrap();
        let repay = Repay::new(ReceivableKind::Receivable, "Acme Ltd", eur(12_000), day("2026-05-01"));
        book.receivables().repay(&repay).unwrap();
        let statement = &book.receivables().statement("acme ltd", day("2026-04-01"), day("2026-05-31")).unwrap()[0];
        assert_eq!((statement.opening, statement.closing), (eur(30_000), eur(18_000)));
        assert_eq!((statement.lines.len(), statement.open.len(), statement.next.len()), (1, 0, 1));
        let due = book.receivables().due(day("2026-05-31"), 1, &ReceivableFilter::default()).unwrap();
        assert_eq!((due.len(), due[0].days_past_due, due[0].amount), (1, Some(-1), eur(18_000)));
        assert!(book.receivables().due(day("2026-05-31"), 0, &ReceivableFilter::default()).unwrap().is_empty());
    }

    fn another_rate_plans_anew_what_is_still_to_come(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let new = NewReceivable {
            account: Some("Assets:Receivable".into()),
            interest: Some("Income:Interest".into()),
            ..NewReceivable::new(ReceivableKind::Receivable, "Ben", "Assets:Bank", mortgage())
        };
        let (ben, _) = book.receivables().add(new).unwrap();
        book.receivables().accrue(day("2026-03-15"), &ReceivableFilter::default()).unwrap();
        let again = book.receivables().accrue(day("2026-03-15"), &ReceivableFilter::default()).unwrap();
        assert!(again.is_empty());
        let early = RateChange { from: day("2026-03-01"), rate: "3".parse().unwrap() };
        let error = refused(db, &book, || book.receivables().change_rate(ben.id, early, Keep::Term));
        says(&error, &["charged through 2026-03-15"]);
        let before = book.receivables().show(ReceivableKind::Receivable, "Ben", day("2026-03-15")).unwrap();
        let change = RateChange { from: day("2026-03-15"), rate: "3".parse().unwrap() };
        book.receivables().change_rate(ben.id, change, Keep::Term).unwrap();
        let after = book.receivables().show(ReceivableKind::Receivable, "Ben", day("2026-03-15")).unwrap();
        assert_eq!((before.plan.len(), after.plan.len()), (12, 12));
        assert_eq!(before.plan[..2], after.plan[..2]);
        // Two instalments are unpaid, and only what is still to come bears the lower rate.
        assert!(after.plan[2].parts.interest < before.plan[2].parts.interest, "{:?}", after.plan[2]);
        assert_eq!(after.plan.iter().map(|next| next.parts.principal).sum::<i64>(), 120_000);
        assert_sound(&book);
    }

    fn a_loan_is_paid_off_by_another_in_one_entry(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        for name in ["Liabilities:Loans", "Expenses:Interest"] {
            book.accounts().open(ledger_core::account::NewAccount::new(name)).unwrap();
        }
        let loan = |party: &str, terms| NewReceivable {
            account: Some("Liabilities:Loans".into()),
            interest: Some("Expenses:Interest".into()),
            ..NewReceivable::new(ReceivableKind::Payable, party, "Assets:Bank", terms)
        };
        let (old, _) = book.receivables().add(loan("City Bank", mortgage())).unwrap();
        let due = Repayment::Due { on: day("2027-01-01") };
        let terms = LoanTerms::new(eur(150_000), day("2026-02-15"), due);
        let (new, entry) = book.receivables().refinance(&[old.id], loan("Other Bank", terms)).unwrap();
        // 1,200.00 and a month's interest of 6.00 are paid off, the rest of 1,500.00 is paid out.
        assert_eq!(balance(&book, "Assets:Bank"), 120_000 + 29_400);
        assert_eq!((balance(&book, "Liabilities:Loans"), balance(&book, "Expenses:Interest")), (-150_000, 600));
        assert_eq!(entry.lines.len(), 4);
        assert!(book.receivables().show(ReceivableKind::Payable, "City Bank", day("2026-02-15")).unwrap().standing.is_closed());
        let named = EditReceivable { name: Some("House".to_owned()), ..Default::default() };
        assert_eq!(book.receivables().edit(new.id, named).unwrap().name, "House");
        assert_sound(&book);
    }
}
