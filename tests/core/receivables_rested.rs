//! What later movements rest on is not taken back, and what a group, a lock or a plan counts is not moved past it.

use ledger_core::money::Amount;
use ledger_core::receivable::{ChosenItem, ItemOrder, Part, ReceivableKind, Split};
use ledger_core::{
    Adjust, Beyond, Book, EditReceivable, ErrorKind, NewGroup, NewReceivable, NewSharedExpense,
    ReceivableFilter, Reduce, Repay, RepayFrom,
};
use ledger_testkit::on_both_databases;

use crate::receivables::{balance, invoice, lender};
use crate::support::{assert_sound, day, eur, home, open, refused, says};

const RECEIVABLE: ReceivableKind = ReceivableKind::Receivable;

/// A trip with Ana and Ben, and a dinner of 90.00 that the owner paid on 2026-07-01.
fn trip(book: &Book<'_>) -> i64 {
    lender(book);
    let members = ["Ana", "Ben"].map(str::to_owned).to_vec();
    let account = Some("Assets:Receivable".into());
    let new = NewGroup { name: "Trip".to_owned(), members, commodity: None, account };
    book.groups().create(new).unwrap();
    let (_, entry) = book.groups().share("Trip", &dinner(eur(9_000))).unwrap();
    entry.unwrap().number
}

fn dinner(amount: Amount) -> NewSharedExpense {
    NewSharedExpense {
        on: day("2026-07-01"),
        payer: "me".to_owned(),
        amount,
        description: "Dinner".to_owned(),
        split: Split::default(),
        among: Vec::new(),
        expense: Some("Expenses:Food".into()),
        money: Some("Assets:Cash".into()),
        tags: Vec::new(),
    }
}

fn balances(book: &Book<'_>, on: &str) -> Vec<i64> {
    book.groups().show("Trip", day(on)).unwrap().balances.into_iter().map(|(_, balance)| balance).collect()
}

fn repay(name: &str, minor: i64, on: &str) -> Repay {
    let repay = Repay::new(RECEIVABLE, "Acme Ltd", eur(minor), day(on));
    Repay { only: vec![name.to_owned()], ..repay }
}

fn named(book: &Book<'_>, name: &str, minor: i64) -> NewReceivable {
    NewReceivable { name: Some(name.to_owned()), ..invoice(book, minor) }
}

/// 900.00 lent to Ana on 2026-09-01, in three instalments without interest from 2026-10-01 on.
fn three() -> NewReceivable {
    let json = r#"{"principal": "900.00 EUR", "lent_on": "2026-09-01", "grace_days": 10,
        "repayment": {"instalments": {"kind": {"annuity": {"count": 3}}, "frequency": {"months": 1},
            "first_due_on": "2026-10-01"}}}"#;
    NewReceivable {
        account: Some("Assets:Receivable".into()),
        ..NewReceivable::new(RECEIVABLE, "Ana", "Assets:Bank", serde_json::from_str(json).unwrap())
    }
}

on_both_databases! {
    fn a_shared_expense_stays_in_its_group_when_its_entry_is_amended(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let number = trip(&book);
        let mut draft = book.journal().draft_of(number).unwrap();
        (draft.description, draft.posted_on) = ("Supper".to_owned(), day("2026-07-05"));
        let amended = book.journal().amend(number, draft.balance().unwrap()).unwrap();
        assert_eq!(balances(&book, "2026-07-05"), [6_000, -3_000, -3_000]);
        assert_eq!(balances(&book, "2026-07-04"), [0, 0, 0]);
        let shown = book.groups().show("Trip", day("2026-07-05")).unwrap();
        assert_eq!((shown.events[0].counts, shown.events[0].entry), (true, Some(amended.number)));
        assert!(book.groups().show("Trip", day("2026-07-04")).unwrap().events.is_empty());
        book.groups().undo("Trip", 1).unwrap();
        assert_eq!((balances(&book, "2026-07-05"), balance(&book, "Assets:Receivable")), (vec![0, 0, 0], 0));
        assert_sound(&book);
    }

    fn a_tab_moves_with_its_group_only(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        trip(&book);
        let receivables = book.receivables();
        let tab = receivables.find(RECEIVABLE, "Trip: Ben").unwrap();
        let (on, some) = (day("2026-07-02"), eur(1_000));
        let food = "Expenses:Food".into();
        let way_out = &["Trip: Ben", "it is a tab", "group pay"];
        says(&refused(db, &book, || receivables.reduce(tab.id, Reduce::Forgive, Some(some), on, Some(&food), None)), way_out);
        says(&refused(db, &book, || receivables.reduce(tab.id, Reduce::WriteOff, None, on, Some(&food), None)), way_out);
        says(&refused(db, &book, || receivables.charge_fee(tab.id, some, on, None, Some(&food), None)), way_out);
        says(&refused(db, &book, || receivables.disburse(tab.id, some, on, &"Assets:Cash".into(), true, None)), way_out);
        let adjust = Adjust { on, amount: some, part: Part::Principal, reason: "by hand".to_owned() };
        says(&refused(db, &book, || receivables.adjust(tab.id, adjust.clone())), way_out);
        let new = NewReceivable { name: Some("Ben anew".to_owned()), ..three() };
        says(&refused(db, &book, || receivables.refinance(&[tab.id], new.clone())), way_out);
        assert_eq!(balances(&book, "2026-07-02"), [6_000, -3_000, -3_000]);
    }

    fn a_payment_whose_credit_was_used_is_not_taken_back(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(named(&book, "c1", 10_000)).unwrap();
        let paid = book.receivables().repay(&repay("c1", 15_000, "2026-05-01")).unwrap().entry.unwrap();
        book.receivables().add(named(&book, "c2", 8_000)).unwrap();
        // The credit is the party's, wherever it arose.
        let from_credit = Repay { from: RepayFrom::Credit, ..repay("c2", 5_000, "2026-05-03") };
        let used = book.receivables().repay(&from_credit).unwrap().entry.unwrap();
        let error = refused(db, &book, || book.journal().reverse(paid.number, None));
        says(&error, &["\"c1\" was used by entry 4", "ledger receivable undo c1"]);
        let mut draft = book.journal().draft_of(paid.number).unwrap();
        draft.posted_on = day("2026-05-04");
        let later = draft.balance().unwrap();
        says(&refused(db, &book, || book.journal().amend(paid.number, later.clone())), &["amended", "entry 4"]);
        book.journal().reverse(used.number, None).unwrap();
        book.journal().reverse(paid.number, None).unwrap();
        assert_eq!(balance(&book, "Assets:Receivable"), 18_000);
        let error = refused(db, &book, || book.receivables().repay(&from_credit));
        says(&error, &["credit \"Acme Ltd\"", "0.00 EUR, 50.00 EUR less"]);
        assert_sound(&book);
    }

    fn a_write_off_that_came_back_is_not_taken_back(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (known, _) = book.receivables().add(invoice(&book, 100_000)).unwrap();
        let on = day("2026-06-01");
        let lost = book.receivables().reduce(known.id, Reduce::WriteOff, Some(eur(40_000)), on, None, None).unwrap();
        let back = book.receivables().recover(known.id, eur(30_000), day("2026-06-05"), None, None).unwrap();
        let error = refused(db, &book, || book.journal().reverse(lost.entry.number, None));
        says(&error, &["written off", "came back by entry 3"]);
        book.journal().reverse(back.entry.number, None).unwrap();
        book.journal().reverse(lost.entry.number, None).unwrap();
        assert_sound(&book);
    }

    fn what_is_told_of_a_repayment_is_what_is_open_afterwards(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (known, _) = book.receivables().add(three()).unwrap();
        let mut ahead = Repay::new(RECEIVABLE, "Ana", eur(30_000), day("2026-09-10"));
        ahead.beyond = Beyond::Ahead;
        let chosen = |number| vec![ChosenItem { receivable: known.id, instalment: Some(number), amount: 30_000 }];
        ahead.order.items = ItemOrder::Chosen(chosen(3));
        says(&refused(db, &book, || book.receivables().repay(&ahead)), &["No 3", "No 1, due on 2026-10-01", "Ana"]);
        ahead.order.items = ItemOrder::NewestDue;
        let repaid = book.receivables().repay(&ahead).unwrap();
        assert_eq!(repaid.items.iter().map(|item| item.instalment).collect::<Vec<_>>(), [Some(1)]);
        let open = book.receivables().show(RECEIVABLE, "Ana", day("2026-09-10")).unwrap().open;
        assert_eq!(open.iter().map(|due| due.instalment).collect::<Vec<_>>(), [Some(2), Some(3)]);
        ahead.order.items = ItemOrder::Chosen(chosen(2));
        book.receivables().repay(&ahead).unwrap();
        assert_sound(&book);
    }

    fn what_is_lost_or_earned_goes_to_no_account_of_money(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let cash = || Some("Assets:Cash".into());
        let words = &["Assets:Cash", "income or expense"];
        let new = NewReceivable { interest: cash(), ..invoice(&book, 10_000) };
        says(&refused(db, &book, || book.receivables().add(new.clone())), words);
        let (known, _) = book.receivables().add(invoice(&book, 10_000)).unwrap();
        let edit = EditReceivable { interest: cash(), ..EditReceivable::default() };
        says(&refused(db, &book, || book.receivables().edit(known.id, edit.clone())), words);
        let on = day("2026-05-01");
        let forgive = || book.receivables().reduce(known.id, Reduce::Forgive, None, on, cash().as_ref(), None);
        says(&refused(db, &book, forgive), words);
        // An allowance is no money.
        let allowance = ledger_core::account::NewAccount::new("Assets:Allowance").subtype("receivable");
        book.accounts().open(allowance).unwrap();
        book.receivables().reduce(known.id, Reduce::WriteOff, None, on, Some(&"Assets:Allowance".into()), None).unwrap();
        assert_sound(&book);
    }

    fn what_is_only_counted_respects_the_lock(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        trip(&book);
        let json = r#"{"principal": "1000.00 EUR", "lent_on": "2026-01-15",
            "repayment": {"instalments": {"kind": {"annuity": {"count": 12}}, "frequency": {"months": 1},
                "first_due_on": "2026-02-15"}}, "interest": {"rate": "12"}}"#;
        let new = NewReceivable {
            interest: Some("Income:Interest".into()),
            account: Some("Assets:Receivable".into()),
            ..NewReceivable::new(RECEIVABLE, "Bob", "Assets:Bank", serde_json::from_str(json).unwrap())
        };
        let (bob, _) = book.receivables().add(new).unwrap();
        book.lock(Some(day("2026-02-28"))).unwrap();
        let locked = &["locked through 2026-02-28"];
        let on = day("2026-02-20");
        let adjust = Adjust { on, amount: eur(100), part: Part::Principal, reason: "by hand".to_owned() };
        says(&refused(db, &book, || book.receivables().adjust(bob.id, adjust.clone())), locked);
        says(&refused(db, &book, || book.groups().pay("Trip", "Ana", "Ben", eur(100), on, None)), locked);
        // Interest that fell due under the lock is posted on the first day after it.
        let all = ReceivableFilter::default();
        let charged = book.receivables().accrue(day("2026-03-15"), &all).unwrap();
        let days: Vec<_> = charged.iter().map(|one| one.entry.posted_on.to_string()).collect();
        assert_eq!(days, ["2026-03-01", "2026-03-15"]);
        assert_eq!(charged[0].parts.interest, 1_000);
        assert!(book.receivables().accrue(day("2026-03-15"), &all).unwrap().is_empty());
        assert_sound(&book);
    }

    fn a_group_may_share_in_a_currency_that_is_new_to_the_book(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (members, account) = (vec!["Ana".to_owned()], Some("Assets:Receivable".into()));
        let new = NewGroup { name: "Trip".to_owned(), members, commodity: Some("JPY".to_owned()), account };
        book.groups().create(new).unwrap();
        book.groups().share("Trip", &dinner("1000 JPY".parse().unwrap())).unwrap();
        assert_eq!(balances(&book, "2026-07-01"), [500, -500]);
        assert_sound(&book);
    }

    fn a_repayment_that_comes_again_is_the_same_one(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(invoice(&book, 30_000)).unwrap();
        let first = Repay {
            external_id: Some("bank/1".to_owned()),
            ..Repay::new(RECEIVABLE, "Acme Ltd", eur(12_000), day("2026-05-01"))
        };
        let number = book.receivables().repay(&first).unwrap().entry.unwrap().number;
        let again = book.receivables().repay(&first).unwrap();
        assert!(again.already_recorded);
        assert_eq!((again.entry.unwrap().number, balance(&book, "Assets:Receivable")), (number, 18_000));
        let other = Repay { amount: Some(eur(100)), ..first };
        let error = refused(db, &book, || book.receivables().repay(&other));
        assert!(matches!(error.kind(), ErrorKind::AlreadyExists { .. }), "{error}");
    }

    fn days_of_grace_are_no_days_past_due(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(three()).unwrap();
        let past = |on: &str| {
            let due = book.receivables().due(day(on), 0, &ReceivableFilter::default()).unwrap();
            (due[0].days_past_due, due[0].in_time_through)
        };
        let last = Some(day("2026-10-11"));
        assert_eq!((past("2026-10-06"), past("2026-10-12")), ((Some(0), last), (Some(1), last)));
        let record = |on: &str| book.receivables().record("Ana", day(on)).unwrap();
        assert_eq!((record("2026-10-06").late_count, record("2026-10-12").late_count), (0, 1));
    }

    fn a_refusal_names_later_days_only_where_there_are_some(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        let (known, entry) = book.receivables().add(invoice(&book, 10_000)).unwrap();
        let less = Adjust { on: day("2026-04-01"), amount: eur(-20_000), part: Part::Principal, reason: "by hand".to_owned() };
        let told = refused(db, &book, || book.receivables().adjust(known.id, less.clone())).to_string();
        assert!(told.contains("give less") && !told.contains("later days"), "{told}");
        let track = ledger_core::TrackEntry { entry: entry.number, new: named(&book, "again", 10_000) };
        says(&refused(db, &book, || book.receivables().track(track.clone())), &["of \"Acme Ltd\" already"]);
    }
}
