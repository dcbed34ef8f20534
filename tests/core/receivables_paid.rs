//! How what is owed is paid: from which accounts, before it is due, on another day than first said, and by new terms.

use ledger_core::account::NewAccount;
use ledger_core::journal::{EntryDraft, LineDraft};
use ledger_core::receivable::{
    ChosenItem, EarlyFee, ItemOrder, Keep, LoanTerms, Parts, ReceivableKind, Repayment,
};
use ledger_core::{
    Beyond, Book, EditReceivable, MoneyAccount, NewGroup, NewReceivable, NewSharedExpense, ReceivableFilter,
    Reduce, Repay, RepayFrom,
};
use ledger_testkit::on_both_databases;

use crate::receivables::{balance, invoice, lender};
use crate::support::{assert_sound, day, eur, home, open, refused, says};

const RECEIVABLE: ReceivableKind = ReceivableKind::Receivable;

/// 1,200.00 at 6 % in twelve instalments from 15 February on, lent to Ana.
fn loan() -> NewReceivable {
    let json = r#"{"principal": "1200.00 EUR", "lent_on": "2026-01-15",
        "repayment": {"instalments": {"kind": {"annuity": {"count": 12}}, "frequency": {"months": 1},
            "first_due_on": "2026-02-15"}}, "interest": {"rate": "6"}}"#;
    let terms: LoanTerms = serde_json::from_str(json).unwrap();
    NewReceivable {
        account: Some("Assets:Receivable".into()),
        fees: Some("Income:Fees".into()),
        ..NewReceivable::new(RECEIVABLE, "Ana", "Assets:Bank", terms)
    }
}

/// Due on 2026-12-01, without interest.
fn later(amount: i64) -> LoanTerms {
    LoanTerms::new(eur(amount), day("2026-05-01"), Repayment::Due { on: day("2026-12-01") })
}

fn last_due(book: &Book<'_>, name: &str, on: &str) -> Vec<i64> {
    let plan = book.receivables().show(RECEIVABLE, name, day(on)).unwrap().plan;
    plan.iter().rev().take(2).map(|row| row.parts.total().unwrap()).collect()
}

on_both_databases! {
    fn money_is_paid_into_an_account_that_holds_it_unless_any_is_taken(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (receivable, _) = book.receivables().add(invoice(&book, 30_000)).unwrap();
        let mut repay = Repay::new(RECEIVABLE, "Acme Ltd", eur(1_000), day("2026-05-01"));
        repay.from = RepayFrom::Account(Some("Expenses:Food".into()));
        let told = ["account \"Expenses:Food\" cannot be used for repayments", "it holds expense", "--any-account"];
        says(&refused(db, &book, || book.receivables().repay(&repay)), &told);
        let agreed = EditReceivable { money: Some("Expenses:Food".into()), ..EditReceivable::default() };
        says(&refused(db, &book, || book.receivables().edit(receivable.id, agreed.clone())), &["agree on an asset or a liability"]);
        let new = NewReceivable { name: Some("Two".into()), money: Some("Expenses:Food".into()), ..invoice(&book, 100) };
        says(&refused(db, &book, || book.receivables().add(new.clone())), &["agree on an asset or a liability"]);
        // Paid in goods.
        repay.any_account = true;
        let before = balance(&book, "Expenses:Food");
        book.receivables().repay(&repay).unwrap();
        assert_eq!(balance(&book, "Expenses:Food"), before + 1_000);
        assert_sound(&book);
    }

    fn what_comes_back_and_what_groups_pay_moves_in_accounts_of_money(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let food: MoneyAccount = "Expenses:Food".into();
        let any = MoneyAccount { any: true, ..food.clone() };
        let told = ["account \"Expenses:Food\" cannot be used for repayments", "it holds expense", "--any-account"];
        let (known, _) = book.receivables().add(invoice(&book, 30_000)).unwrap();
        let receivables = book.receivables();
        let on = day("2026-06-01");
        receivables.reduce(known.id, Reduce::WriteOff, Some(eur(10_000)), on, None, None).unwrap();
        says(&refused(db, &book, || receivables.recover(known.id, eur(100), on, Some(&food), None)), &told);
        receivables.recover(known.id, eur(100), on, Some(&any), None).unwrap();
        let over = Repay { beyond: Beyond::Credit, ..Repay::new(RECEIVABLE, "Acme Ltd", eur(25_000), on) };
        receivables.repay(&over).unwrap();
        says(&refused(db, &book, || receivables.refund(known.id, None, on, Some(&food))), &told);
        receivables.refund(known.id, None, on, Some(&any)).unwrap();
        let members = vec!["Ana".to_owned()];
        book.groups().create(NewGroup { name: "Trip".to_owned(), members, commodity: None, account: None }).unwrap();
        let pay = |from: &MoneyAccount| book.groups().pay("Trip", "Ana", "me", eur(500), on, Some(from));
        says(&refused(db, &book, || pay(&food)), &told);
        pay(&any).unwrap();
        says(&refused(db, &book, || book.groups().settle_up("Trip", on, true, Some(&food))), &told);
        book.groups().settle_up("Trip", on, true, Some(&any)).unwrap();
        assert_eq!(balance(&book, "Assets:Receivable"), 0);
        assert_sound(&book);
    }

    fn an_amount_that_cannot_be_paid_is_told_before_what_is_open(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(invoice(&book, 30_000)).unwrap();
        book.receivables().repay(&Repay::new(RECEIVABLE, "Acme Ltd", eur(30_000), day("2026-05-01"))).unwrap();
        let repay = Repay::new(RECEIVABLE, "Acme Ltd", eur(-1_000), day("2026-05-01"));
        says(&refused(db, &book, || book.receivables().repay(&repay)), &["repayment \"-10.00 EUR\" is refused: it has to be above zero"]);
    }

    fn an_account_of_money_holds_nothing_that_is_owed(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let group = |account: Option<&str>| NewGroup {
            name: "Trip".to_owned(),
            members: vec!["Ana".to_owned()],
            commodity: None,
            account: account.map(Into::into),
        };
        says(&refused(db, &book, || book.groups().create(group(None))), &["no account is known that holds what is owed", "--control"]);
        lender(&book);
        let told = ["account \"Assets:Bank\" cannot be used as control account", "its subtype is bank"];
        says(&refused(db, &book, || book.groups().create(group(Some("Assets:Bank")))), &told);
        let new = NewReceivable { account: Some("Assets:Bank".into()), ..invoice(&book, 100) };
        says(&refused(db, &book, || book.receivables().add(new.clone())), &told);
        assert_eq!(book.groups().create(group(None)).unwrap().account, "Assets:Receivable");
        // With two of the subtype none is guessed.
        book.accounts().open(NewAccount::new("Assets:Receivable:Trips")).unwrap();
        let second = NewGroup { name: "Two".to_owned(), ..group(None) };
        says(&refused(db, &book, || book.groups().create(second.clone())), &["Assets:Receivable:Trips"]);
        assert_sound(&book);
    }

    fn no_account_is_named_where_somebody_else_paid(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let members = vec!["Ana".to_owned(), "Ben".to_owned()];
        book.groups().create(NewGroup { name: "Trip".to_owned(), members, commodity: None, account: None }).unwrap();
        let dinner = NewSharedExpense {
            on: day("2026-03-01"),
            payer: "Ana".to_owned(),
            amount: eur(9_000),
            description: "Dinner".to_owned(),
            split: Default::default(),
            among: Vec::new(),
            expense: Some("Expenses:Food".into()),
            money: Some("Assets:Bank".into()),
            tags: Vec::new(),
        };
        says(&refused(db, &book, || book.groups().share("Trip", &dinner)), &["Ana paid", "leave --account out"]);
        let bank = Some("Assets:Bank".into());
        let pay = || book.groups().pay("Trip", "Ben", "Ana", eur(100), day("2026-03-02"), bank.as_ref());
        says(&refused(db, &book, pay), &["Ben paid", "leave --account out"]);
        book.groups().share("Trip", &NewSharedExpense { money: None, ..dinner.clone() }).unwrap();
        let own = NewSharedExpense { money: None, payer: "me".to_owned(), ..dinner };
        says(&refused(db, &book, || book.groups().share("Trip", &own)), &["say which of your accounts paid (--account ACCOUNT)"]);
        assert_sound(&book);
    }

    fn a_refinancing_without_more_money_needs_no_account(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        // Invoiced, so that no account is agreed on.
        let invoiced = NewReceivable { counter: Some("Income:Fees".into()), ..invoice(&book, 30_000) };
        let (old, _) = book.receivables().add(invoiced).unwrap();
        let (lent, _) = book.receivables().add(NewReceivable { name: Some("Lent".into()), ..invoice(&book, 5_000) }).unwrap();
        let bank = balance(&book, "Assets:Bank");
        let more = NewReceivable::without_counter(RECEIVABLE, "Acme Ltd", later(36_000));
        let ids = [old.id, lent.id];
        let told = ["the new one is 360.00 EUR, 10.00 EUR more than the old ones come to", "--from ACCOUNT"];
        says(&refused(db, &book, || book.receivables().refinance(&ids, more.clone())), &told);
        let new = NewReceivable::without_counter(RECEIVABLE, "Acme Ltd", later(35_000));
        let (new, entry) = book.receivables().refinance(&ids, new).unwrap();
        assert_eq!((entry.lines.len(), balance(&book, "Assets:Bank")), (3, bank));
        assert_eq!(new.details.money, lent.details.money, "repayments are expected where the old ones were");
        let none = NewReceivable::without_counter(RECEIVABLE, "Ben", later(100));
        says(&refused(db, &book, || book.receivables().add(none.clone())), &["say which account the money goes out of"]);
        assert_sound(&book);
    }

    fn paying_off_early_costs_the_fee_of_the_contract(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (receivable, _) = book.receivables().add(loan()).unwrap();
        let on = day("2026-02-15");
        let percent = Some(EarlyFee::Percent("1".parse().unwrap()));
        // The instalment of the day is not early; the 1,102.72 after it are.
        let payoff = book.receivables().payoff(receivable.id, on, percent).unwrap();
        assert_eq!(payoff.parts, Parts { principal: 120_000, interest: 600, fee: 1_103 });
        assert_eq!(book.receivables().payoff(receivable.id, on, None).unwrap().parts.fee, 0);
        let too_much = || book.receivables().payoff(receivable.id, on, Some(EarlyFee::Percent("101".parse().unwrap())));
        says(&refused(db, &book, too_much), &["early fee \"101 %\" is refused"]);

        let mut repay = Repay::new(RECEIVABLE, "Ana", eur(1), on);
        (repay.amount, repay.payoff, repay.early_fee) = (None, true, percent);
        assert_eq!(book.receivables().repay(&repay).unwrap().amount, payoff.amount);
        assert_eq!(balance(&book, "Income:Fees"), -1_103);
        assert!(book.receivables().show(RECEIVABLE, "Ana", on).unwrap().standing.is_closed());

        // What is due already is not early, and one amount is the fee of one.
        let (due, _) = book.receivables().add(NewReceivable { fees: Some("Income:Fees".into()), ..invoice(&book, 30_000) }).unwrap();
        let after = || book.receivables().payoff(due.id, day("2026-06-01"), percent);
        says(&refused(db, &book, after), &["nothing of it is paid before it is due on 2026-06-01"]);
        let amount = Some(EarlyFee::Amount(2_500));
        assert_eq!(book.receivables().payoff(due.id, day("2026-05-31"), amount).unwrap().parts.fee, 2_500);
        book.receivables().add(NewReceivable { name: Some("Two".into()), ..invoice(&book, 100) }).unwrap();
        (repay.party, repay.on, repay.early_fee) = (Some("Acme Ltd".to_owned()), day("2026-05-31"), amount);
        says(&refused(db, &book, || book.receivables().repay(&repay)), &["an amount of one receivable", "--only"]);
        assert_sound(&book);
    }

    fn a_movement_counts_from_the_day_to_which_its_entry_was_amended(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(loan()).unwrap();
        let paid = book.receivables().repay(&Repay::new(RECEIVABLE, "Ana", eur(10_328), day("2026-02-15"))).unwrap();
        let mut number = paid.entry.unwrap().number;
        // Later first, and then earlier than it ever was, so that the last mirror by day is none that counts.
        for on in ["2026-02-20", "2026-02-10"] {
            let entry = book.journal().get(number).unwrap();
            let mut draft = EntryDraft::new(day(on), entry.description);
            for line in entry.lines {
                let (account, amount) = (line.account_id.into(), Some(line.amount));
                draft.lines.push(LineDraft { account, amount, price: None, lot: None, memo: line.memo });
            }
            number = book.journal().amend(number, draft.balance().unwrap()).unwrap().number;
        }
        let report = book.receivables().show(RECEIVABLE, "Ana", day("2026-12-31")).unwrap();
        let counted: Vec<_> = report.movements[1..].iter().map(|one| (one.counts, one.on, one.entry)).collect();
        assert_eq!(counted, [(true, day("2026-02-10"), Some(number)); 2]);
        assert_eq!((report.standing.repaid, report.standing.owed.principal), (10_328, 120_000 - 9_728));
        let record = book.receivables().record("Ana", day("2026-02-28")).unwrap();
        assert_eq!((record.paid_count, record.late_count), (1, 0));
        let early = book.receivables().show(RECEIVABLE, "Ana", day("2026-02-09")).unwrap();
        assert!(early.movements[1..].iter().all(|one| !one.counts));
        let taken_back = book.journal().reverse(number, None).unwrap().number;
        let report = book.receivables().show(RECEIVABLE, "Ana", day("2026-12-31")).unwrap();
        assert_eq!((report.movements[1].counts, report.movements[1].entry), (false, Some(taken_back)));
        assert_sound(&book);
    }

    fn a_repayment_of_an_earlier_day_tells_what_is_left_then_and_in_the_end(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(invoice(&book, 30_000)).unwrap();
        book.receivables().repay(&Repay::new(RECEIVABLE, "Acme Ltd", eur(10_000), day("2026-05-01"))).unwrap();
        let repaid = book.receivables().repay(&Repay::new(RECEIVABLE, "Acme Ltd", eur(5_000), day("2026-04-01"))).unwrap();
        assert_eq!((repaid.left[0].on_the_day, repaid.left[0].in_the_end), (25_000, 15_000));
    }

    fn no_plan_ends_with_a_payment_of_a_few_cents(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(loan()).unwrap();
        let mut repay = Repay::new(RECEIVABLE, "Ana", eur(5 * 10_328), day("2026-06-15"));
        book.receivables().repay(&repay).unwrap();
        // 200.00 more would leave 0.51 for an instalment of their own.
        (repay.amount, repay.beyond, repay.on) = (Some(eur(20_000)), Beyond::Extra(Keep::Payment), day("2026-07-01"));
        book.receivables().repay(&repay).unwrap();
        assert_eq!(last_due(&book, "Ana", "2026-07-01"), [10_328 + 51, 10_328]);
        assert_sound(&book);
    }

    fn one_instalment_can_be_chosen_where_none_is_open_before_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (receivable, _) = book.receivables().add(loan()).unwrap();
        let mut repay = Repay::new(RECEIVABLE, "Ana", eur(10_328), day("2026-06-15"));
        let chosen = ChosenItem { receivable: receivable.id, instalment: Some(3), amount: 10_328 };
        repay.order.items = ItemOrder::Chosen(vec![chosen]);
        says(&refused(db, &book, || book.receivables().repay(&repay)), &["No 3", "No 1"]);
        let chosen = ChosenItem { receivable: receivable.id, instalment: Some(1), amount: 10_328 };
        repay.order.items = ItemOrder::Chosen(vec![chosen]);
        let repaid = book.receivables().repay(&repay).unwrap();
        assert_eq!(repaid.items.iter().map(|item| item.instalment).collect::<Vec<_>>(), [Some(1)]);
        assert_sound(&book);
    }

    fn what_begins_later_is_listed_only_where_it_is_asked_for(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(invoice(&book, 30_000)).unwrap();
        let count = |on: &str, to_come| {
            let filter = ReceivableFilter { to_come, ..ReceivableFilter::default() };
            book.receivables().list(day(on), &filter).unwrap().len()
        };
        assert_eq!((count("2026-02-28", false), count("2026-02-28", true), count("2026-03-01", false)), (0, 1, 1));
        let report = book.receivables().show(RECEIVABLE, "Acme Ltd", day("2026-02-28")).unwrap();
        assert_eq!(report.begins_on(), Some(day("2026-03-01")));
        assert_sound(&book);
    }
}
