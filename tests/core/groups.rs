//! Loan groups as a book keeps them: what the owner's books hold of a trip is the owner's tabs, and who pays whom makes
//! everyone even.

use ledger_core::receivable::{Remainder, Split, SplitRule};
use ledger_core::{Book, ErrorKind, NewGroup, NewReceivable, NewSharedExpense, ReceivableFilter};
use ledger_testkit::on_both_databases;

use crate::receivables::{balance, invoice};
use crate::support::{assert_sound, day, eur, home, open, refused, says};

fn trip(book: &Book<'_>) {
    book.accounts().open(ledger_core::account::NewAccount::new("Assets:Receivable")).unwrap();
    let members = ["Ana", "Ben"].map(str::to_owned).to_vec();
    let account = "Assets:Receivable".into();
    book.groups()
        .create(NewGroup { name: "Trip".to_owned(), members, commodity: None, account: Some(account) })
        .unwrap();
}

fn dinner(payer: &str, minor: i64) -> NewSharedExpense {
    NewSharedExpense {
        on: day("2026-07-01"),
        payer: payer.to_owned(),
        amount: eur(minor),
        description: "Dinner".to_owned(),
        split: Split::default(),
        among: Vec::new(),
        expense: Some("Expenses:Food".into()),
        money: (payer == "me").then(|| "Assets:Cash".into()),
        tags: Vec::new(),
    }
}

fn balances(book: &Book<'_>, on: &str) -> Vec<i64> {
    book.groups().show("Trip", day(on)).unwrap().balances.into_iter().map(|(_, balance)| balance).collect()
}

on_both_databases! {
    fn what_the_owner_pays_for_others_is_on_their_tabs(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        trip(&book);
        let (event, entry) = book.groups().share("Trip", &dinner("me", 10_000)).unwrap();
        assert_eq!(event.shares, [("me".to_owned(), 3_334), ("Ana".to_owned(), 3_333), ("Ben".to_owned(), 3_333)]);
        assert_eq!(entry.unwrap().lines.len(), 4);
        assert_eq!(balance(&book, "Expenses:Food"), 3_334);
        assert_eq!(balance(&book, "Assets:Receivable"), 6_666);
        // Ana pays: the owner owes her their share, and what Ben owes her is none of the owner's books.
        book.groups().share("Trip", &dinner("Ana", 3_000)).unwrap();
        assert_eq!(balance(&book, "Assets:Receivable"), 5_666);
        assert_eq!(balance(&book, "Expenses:Food"), 4_334);
        let (_, none) = book
            .groups()
            .share("Trip", &NewSharedExpense { among: vec!["Ana".into(), "Ben".into()], ..dinner("Ben", 500) })
            .unwrap();
        assert!(none.is_none());
        assert_eq!(balances(&book, "2026-07-01"), [5_666, -1_583, -4_083]);
        let tie = book.receivables().tie_out(day("2026-07-01"), None).unwrap();
        assert!(tie[0].difference.is_zero() && tie[0].entries.is_empty(), "{tie:?}");
        assert_sound(&book);
    }

    fn settling_up_makes_everyone_even_with_the_fewest_transfers(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        trip(&book);
        book.groups().share("Trip", &dinner("me", 10_000)).unwrap();
        book.groups().share("Trip", &dinner("Ana", 9_000)).unwrap();
        let proposed = book.groups().settle_up("Trip", day("2026-07-09"), false, None).unwrap();
        assert_eq!(proposed.transfers, [
            ("Ben".to_owned(), "me".to_owned(), 3_666), ("Ben".to_owned(), "Ana".to_owned(), 2_667),
        ]);
        let cash = Some("Assets:Cash".into());
        let settled = book.groups().settle_up("Trip", day("2026-07-09"), true, cash.as_ref()).unwrap();
        assert_eq!((balances(&book, "2026-07-09"), balance(&book, "Assets:Receivable")), (vec![0, 0, 0], 0));
        let again = refused(db, &book, || book.groups().settle_up("Trip", day("2026-07-09"), true, cash.as_ref()));
        says(&again, &["Trip", "everyone is even on 2026-07-09"]);
        let tabs = book.receivables().list(day("2026-07-09"), &ReceivableFilter::default()).unwrap();
        assert!(tabs.is_empty(), "{tabs:?}");
        // Taken back, it is as it was.
        book.journal().reverse(settled.entry.unwrap().number, None).unwrap();
        assert_eq!(balances(&book, "2026-07-09"), [3_666, 2_667, -6_333]);
        assert_sound(&book);
    }

    fn shares_of_an_expense_follow_their_rule_and_sum_to_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        trip(&book);
        let by = |rule, remainder| NewSharedExpense { split: Split { rule, remainder }, ..dinner("me", 10_001) };
        let percent = SplitRule::Percent(vec![50.into(), 25.into(), 24.into()]);
        let error = refused(db, &book, || book.groups().share("Trip", &by(percent.clone(), Remainder::First)));
        says(&error, &["99"]);
        let exact = SplitRule::Exact(vec![5_000, 5_000, 0]);
        let error = refused(db, &book, || book.groups().share("Trip", &by(exact.clone(), Remainder::First)));
        says(&error, &["0.01"]);
        let shares = SplitRule::Shares(vec![2.into(), 1.into(), 1.into()]);
        let (event, _) = book.groups().share("Trip", &by(shares, Remainder::Payer)).unwrap();
        assert_eq!(event.shares.iter().map(|(_, share)| *share).collect::<Vec<_>>(), [5_001, 2_500, 2_500]);
        let stranger = refused(db, &book, || book.groups().share("Trip", &dinner("Carl", 100)));
        assert!(matches!(stranger.kind(), ErrorKind::NotFound { .. }), "{stranger}");
        assert_sound(&book);
    }

    fn a_payment_between_members_is_posted_where_the_owner_takes_part(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        trip(&book);
        book.groups().share("Trip", &dinner("me", 9_000)).unwrap();
        let cash = Some("Assets:Cash".into());
        let (event, entry) =
            book.groups().pay("Trip", "Ben", "me", eur(3_000), day("2026-07-02"), cash.as_ref()).unwrap();
        assert!(entry.is_some());
        let (between, none) = book.groups().pay("Trip", "Ana", "Ben", eur(100), day("2026-07-02"), None).unwrap();
        assert!(none.is_none());
        assert_eq!(balances(&book, "2026-07-02"), [3_000, -2_900, -100]);
        book.groups().undo("Trip", between.number).unwrap();
        book.groups().undo("Trip", event.number).unwrap();
        assert_eq!(balances(&book, "2026-07-02"), [6_000, -3_000, -3_000]);
        assert_sound(&book);
    }

    fn an_item_of_another_group_is_moved_only_where_that_is_said(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        trip(&book);
        let (account, members) = (Some("Assets:Receivable".into()), vec!["Ana".to_owned()]);
        book.groups().create(NewGroup { name: "Flat".to_owned(), members, commodity: None, account }).unwrap();
        let new = NewReceivable { losses: None, ..invoice(&book, 10_000) };
        let (known, _) = book.receivables().add(new).unwrap();
        let trip = book.groups().link(known.id, Some("Trip"), false).unwrap().group;
        assert_eq!(book.groups().link(known.id, Some("trip"), false).unwrap().group, trip, "it is there already");
        let told = refused(db, &book, || book.groups().link(known.id, Some("Flat"), false));
        says(&told, &["Acme Ltd", "it belongs to the group \"Trip\"", "--move"]);
        assert_ne!(book.groups().link(known.id, Some("Flat"), true).unwrap().group, trip);
        book.groups().link(known.id, None, false).unwrap();
        book.groups().link(known.id, Some("Trip"), false).unwrap();
        assert_sound(&book);
    }

    fn nothing_and_less_than_nothing_is_neither_shared_nor_paid(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        trip(&book);
        let error = refused(db, &book, || book.groups().share("Trip", &dinner("me", 0)));
        says(&error, &["expense \"0.00 EUR\" is refused: there is nothing to share"]);
        assert!(matches!(error.kind(), ErrorKind::InvalidSetting { .. }));
        for minor in [0, -500] {
            let pay = || book.groups().pay("Trip", "Ana", "Ben", eur(minor), day("2026-07-02"), None);
            let error = refused(db, &book, pay);
            says(&error, &["payment", "it has to be above zero"]);
            assert!(matches!(error.kind(), ErrorKind::InvalidSetting { .. }));
        }
    }
}
