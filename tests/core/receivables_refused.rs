//! What receivables must not do, each found by somebody who tried: charge for what is paid off, charge twice, record half a
//! movement, or lose what is owed to an amendment.

use ledger_core::account::NewAccount;
use ledger_core::receivable::{AllocationOrder, ChosenItem, ItemOrder, Keep, RateChange, ReceivableKind};
use ledger_core::{
    Beyond, EditReceivable, EntryDraft, MoneyAccount, NewGroup, NewReceivable, NewSharedExpense,
    ReceivableFilter, Repay,
};
use ledger_testkit::on_both_databases;

use crate::receivables::{balance, invoice, lender};
use crate::support::{assert_sound, day, eur, home, open, post, refused, says};

/// 1,200.00 to Ben on 2026-01-15, in 12 instalments from 2026-02-15 on, at 6 %.
fn ben() -> NewReceivable {
    let json = r#"{"principal": "1200.00 EUR", "lent_on": "2026-01-15",
        "repayment": {"instalments": {"kind": {"annuity": {"count": 12}}, "frequency": {"months": 1},
            "first_due_on": "2026-02-15"}}, "interest": {"rate": "6"}}"#;
    NewReceivable {
        account: Some("Assets:Receivable".into()),
        interest: Some("Income:Interest".into()),
        ..NewReceivable::new(
            ReceivableKind::Receivable,
            "Ben",
            "Assets:Bank",
            serde_json::from_str(json).unwrap(),
        )
    }
}

on_both_databases! {
    fn a_loan_that_is_paid_off_charges_nothing_more(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(ben()).unwrap();
        let mut payoff = Repay::new(ReceivableKind::Receivable, "Ben", eur(0), day("2026-03-20"));
        (payoff.amount, payoff.payoff) = (None, true);
        book.receivables().repay(&payoff).unwrap();
        let filter = ReceivableFilter { closed: true, ..Default::default() };
        assert!(book.receivables().accrue(day("2027-12-31"), &filter).unwrap().is_empty());
        assert!(book.receivables().due(day("2026-03-20"), 3_000, &filter).unwrap().is_empty());
        let report = book.receivables().show(ReceivableKind::Receivable, "Ben", day("2026-03-20")).unwrap();
        assert!(report.standing.is_closed() && report.expected.is_empty(), "{:?}", report.expected);
        assert_sound(&book);
    }

    fn interest_is_charged_once_in_whatever_order_days_come(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(ben()).unwrap();
        let all = ReceivableFilter::default();
        let charged = |to: &str| -> i64 {
            let charged = book.receivables().accrue(day(to), &all).unwrap();
            charged.iter().map(|one| one.parts.interest).sum()
        };
        assert!(charged("2026-04-15") > 0);
        assert_eq!((charged("2026-03-15"), charged("2026-04-20")), (0, 0));
        let before = balance(&book, "Income:Interest");
        let ahead = Repay { beyond: Beyond::Ahead, ..Repay::new(ReceivableKind::Receivable, "Ben", eur(20_000), day("2026-02-10")) };
        book.receivables().repay(&ahead).unwrap();
        let plan = book.receivables().show(ReceivableKind::Receivable, "Ben", day("2026-04-15")).unwrap().plan;
        let paid_ahead: i64 = plan.iter().filter(|row| row.due_on > day("2026-04-15")).map(|row| row.parts.interest).sum();
        assert!(before - balance(&book, "Income:Interest") <= paid_ahead);
        let mut payoff = Repay::new(ReceivableKind::Receivable, "Ben", eur(0), day("2026-03-20"));
        (payoff.amount, payoff.payoff) = (None, true);
        says(&refused(db, &book, || book.receivables().repay(&payoff)), &["charged through", "give a day from then on"]);
        assert_sound(&book);
    }

    fn an_external_id_is_recorded_once(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(invoice(&book, 30_000)).unwrap();
        let repay = Repay {
            external_id: Some("bank/1".to_owned()),
            ..Repay::new(ReceivableKind::Receivable, "Acme Ltd", eur(12_000), day("2026-05-01"))
        };
        book.receivables().repay(&repay).unwrap();
        let other = Repay { on: day("2026-05-02"), ..repay };
        says(&refused(db, &book, || book.receivables().repay(&other)), &["bank/1", "as entry 2"]);
        assert_eq!(balance(&book, "Assets:Receivable"), 18_000);
    }

    fn the_control_account_is_no_money_account(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let itself = NewReceivable { counter: Some("Assets:Receivable".into()), ..invoice(&book, 100) };
        says(&refused(db, &book, || book.receivables().add(itself.clone())), &["Assets:Receivable", "other side"]);
        book.receivables().add(invoice(&book, 30_000)).unwrap();
        let repay = Repay {
            from: ledger_core::RepayFrom::Account(Some("Assets:Receivable".into())),
            ..Repay::new(ReceivableKind::Receivable, "Acme Ltd", eur(12_000), day("2026-05-01"))
        };
        says(&refused(db, &book, || book.receivables().repay(&repay)), &["control account"]);
    }

    fn nothing_is_repaid_before_it_is_owed(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(invoice(&book, 30_000)).unwrap();
        let repay = Repay {
            beyond: Beyond::Credit,
            ..Repay::new(ReceivableKind::Receivable, "Acme Ltd", eur(12_000), day("2026-02-28"))
        };
        says(&refused(db, &book, || book.receivables().repay(&repay)), &["owed since 2026-03-01", "2026-02-28"]);
    }

    fn an_amendment_does_not_change_what_is_owed(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (_, entry) = book.receivables().add(invoice(&book, 30_000)).unwrap();
        let draft = |minor: i64, on: &str| {
            let draft = EntryDraft::new(day(on), "Invoice").debit("Assets:Receivable", eur(minor));
            draft.infer("Assets:Bank").balance().unwrap()
        };
        let error = refused(db, &book, || book.journal().amend(entry.number, draft(40_000, "2026-03-01")));
        says(&error, &["Acme Ltd", "300.00 EUR", "400.00 EUR", "reverse it"]);
        // Another day and another text move the same.
        book.journal().amend(entry.number, draft(30_000, "2026-03-05")).unwrap();
        let owed = |on: &str| {
            let report = book.receivables().show(ReceivableKind::Receivable, "#1", day(on)).unwrap();
            report.standing.owed.principal
        };
        assert_eq!((owed("2026-03-04"), owed("2026-03-05")), (0, 30_000));
        assert_sound(&book);
    }

    fn one_sum_is_expected_with_the_interest_of_the_rates_that_were_agreed(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let json = r#"{"principal": "1000.00 EUR", "lent_on": "2026-01-15",
            "repayment": {"due": {"on": "2026-07-15"}}, "interest": {"rate": "10"}}"#;
        let new = NewReceivable {
            account: Some("Assets:Receivable".into()),
            interest: Some("Income:Interest".into()),
            ..NewReceivable::new(ReceivableKind::Receivable, "Ann", "Assets:Bank", serde_json::from_str(json).unwrap())
        };
        let (ann, _) = book.receivables().add(new).unwrap();
        let due = || {
            let due = book.receivables().due(day("2026-04-15"), 100, &ReceivableFilter::default()).unwrap();
            due.iter().map(|item| item.amount).collect::<Vec<_>>()
        };
        assert_eq!(due(), [eur(105_000)]);
        let change = RateChange { from: day("2026-04-15"), rate: "5".parse().unwrap() };
        book.receivables().change_rate(ann.id, change, Keep::Term).unwrap();
        assert_eq!(due(), [eur(103_750)]);
        assert_sound(&book);
    }

    fn tabs_are_settled_in_their_group_and_members_stay_apart(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let members = ["Ana", "Anna"].map(str::to_owned).to_vec();
        let account = "Assets:Receivable".into();
        book.groups().create(NewGroup { name: "Trip".to_owned(), members, commodity: None, account: Some(account) }).unwrap();
        let dinner = NewSharedExpense {
            on: day("2026-07-01"),
            payer: "me".to_owned(),
            amount: eur(9_000),
            description: "Dinner".to_owned(),
            split: Default::default(),
            among: Vec::new(),
            expense: Some("Expenses:Food".into()),
            money: Some("Assets:Cash".into()),
            tags: Vec::new(),
        };
        book.groups().share("Trip", &dinner).unwrap();
        let repay = Repay {
            party: None,
            group: Some("Trip".to_owned()),
            ..Repay::new(ReceivableKind::Receivable, "", eur(1_000), day("2026-07-02"))
        };
        says(&refused(db, &book, || book.receivables().repay(&repay)), &["tab", "ledger group pay"]);
        says(&refused(db, &book, || book.parties().merge("Anna", "Ana")), &["Trip"]);
    }

    fn an_untracked_entry_that_was_reversed_is_no_difference(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(invoice(&book, 30_000)).unwrap();
        let draft = EntryDraft::new(day("2026-04-01"), "Oops").debit("Assets:Receivable", eur(100));
        let entry = post(&book, draft.infer("Assets:Bank")).unwrap();
        let ties = || book.receivables().tie_out(day("2026-12-31"), None).unwrap();
        assert_eq!(ties()[0].entries.len(), 1);
        book.journal().reverse(entry.number, None).unwrap();
        assert!(ties()[0].entries.is_empty() && ties()[0].difference.is_zero());
    }

    fn no_control_account_is_the_other_side(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (acme, _) = book.receivables().add(invoice(&book, 30_000)).unwrap();
        let told = ["account \"Assets:Receivable\"", "control account", "name the account in which the money moves"];
        let control = || Some("Assets:Receivable".into());
        let members = vec!["Ana".to_owned()];
        let trip = NewGroup { name: "Trip".to_owned(), members, commodity: None, account: control() };
        book.groups().create(trip).unwrap();
        let dinner = |payer: &str| NewSharedExpense {
            on: day("2026-07-01"),
            payer: payer.to_owned(),
            amount: eur(900),
            description: "Dinner".to_owned(),
            split: Default::default(),
            among: Vec::new(),
            expense: Some("Expenses:Food".into()),
            money: None,
            tags: Vec::new(),
        };
        let mine = NewSharedExpense { money: Some("Assets:Receivable".into()), ..dinner("me") };
        says(&refused(db, &book, || book.groups().share("Trip", &mine)), &told);
        let theirs = NewSharedExpense { expense: Some("Assets:Receivable".into()), ..dinner("Ana") };
        says(&refused(db, &book, || book.groups().share("Trip", &theirs)), &["account \"Assets:Receivable\""]);
        book.groups().share("Trip", &dinner("Ana")).unwrap();
        let money: MoneyAccount = "Assets:Receivable".into();
        let on = day("2026-07-02");
        says(&refused(db, &book, || book.groups().pay("Trip", "Ana", "me", eur(300), on, Some(&money))), &told);
        says(&refused(db, &book, || book.groups().settle_up("Trip", on, true, Some(&money))), &told);
        // What is agreed on, and the other side of what is owed to others.
        let edit = EditReceivable { money: control(), ..EditReceivable::default() };
        says(&refused(db, &book, || book.receivables().edit(acme.id, edit.clone())), &told);
        book.accounts().open(NewAccount::new("Liabilities:Payable")).unwrap();
        let owe = |counter: &str| NewReceivable {
            kind: ReceivableKind::Payable,
            party: "Pam".to_owned(),
            account: Some("Liabilities:Payable".into()),
            counter: Some(counter.into()),
            ..invoice(&book, 5_000)
        };
        says(&refused(db, &book, || book.receivables().add(owe("Assets:Receivable"))), &told);
        book.receivables().add(owe("Assets:Bank")).unwrap();
        let repay = Repay {
            from: ledger_core::RepayFrom::Account(control()),
            ..Repay::new(ReceivableKind::Payable, "Pam", eur(500), day("2026-05-01"))
        };
        says(&refused(db, &book, || book.receivables().repay(&repay)), &told);
        for tie in book.receivables().tie_out(day("2026-12-31"), None).unwrap() {
            assert!(tie.difference.is_zero() && tie.entries.is_empty(), "{tie:?}");
        }
        assert_sound(&book);
    }

    fn a_share_is_an_expense_that_an_account_of_money_paid(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let account = Some("Assets:Receivable".into());
        let members = vec!["Ana".to_owned()];
        book.groups().create(NewGroup { name: "Trip".to_owned(), members, commodity: None, account }).unwrap();
        let dinner = |expense: &str, money: MoneyAccount| NewSharedExpense {
            on: day("2026-07-01"),
            payer: "me".to_owned(),
            amount: eur(900),
            description: "Dinner".to_owned(),
            split: Default::default(),
            among: Vec::new(),
            expense: Some(expense.into()),
            money: Some(money),
            tags: Vec::new(),
        };
        let share = |expense: &str, money: MoneyAccount| book.groups().share("Trip", &dinner(expense, money));
        let told = refused(db, &book, || share("Expenses:Food", "Expenses:Food".into()));
        says(&told, &["account \"Expenses:Food\" cannot be used for repayments", "--any-account"]);
        says(&refused(db, &book, || share("Assets:Cash", "Assets:Bank".into())), &["\"Assets:Cash\"", "your share is an expense"]);
        let any = MoneyAccount { any: true, ..MoneyAccount::from("Expenses:Food") };
        share("Expenses:Food", any).unwrap();
        assert_sound(&book);
    }

    fn chosen_amounts_that_leave_a_rest_say_what_becomes_of_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let named = |name: &str, minor: i64| NewReceivable { name: Some(name.to_owned()), ..invoice(&book, minor) };
        let (i, _) = book.receivables().add(named("i", 10_000)).unwrap();
        let (o, _) = book.receivables().add(named("o", 20_000)).unwrap();
        let chosen = |receivable, amount| ChosenItem { receivable, instalment: None, amount };
        let items = ItemOrder::Chosen(vec![chosen(i.id, 5_000), chosen(o.id, 10_000)]);
        let order = AllocationOrder { items, ..AllocationOrder::default() };
        let repay = Repay { order, ..Repay::new(ReceivableKind::Receivable, "Acme Ltd", eur(30_000), day("2026-05-01")) };
        says(&refused(db, &book, || book.receivables().repay(&repay)), &["come to 150.00 EUR of 300.00 EUR", "--credit"]);
        let kept = Repay { beyond: Beyond::Credit, ..repay };
        assert_eq!(book.receivables().repay(&kept).unwrap().credit, Some((i.id, 15_000)));
        assert_sound(&book);
    }
}
