//! Posting the same external id again: one entry, and everyone gets it; other content is a conflict.

use std::sync::Barrier;
use std::thread;

use ledger_core::journal::{LinePrice, Tag};
use ledger_core::money::Commodity;
use ledger_core::{EntryDraft, ErrorKind, Ledger, PostReceipt};
use ledger_testkit::on_both_databases;

use crate::support::{assert_sound, day, eur, home, meal, open, post, refused, says, session};

const THREADS: usize = 50;

fn usd(minor: i64) -> ledger_core::money::Amount {
    Commodity::iso("USD").unwrap().amount(minor)
}

/// An entry with something in every field.
fn purchase() -> EntryDraft {
    let mut draft = EntryDraft::new(day("2026-03-02"), "Books")
        .party("Zoë's Shop")
        .tag("trip", "rome")
        .tag("who", "anna")
        .external_id("shop-1")
        .debit_at("Expenses:Food", usd(1_000), LinePrice::unit("0.92".parse().unwrap(), eur(0).commodity()))
        .credit("Assets:Bank", eur(920));
    draft.lines[0].memo = Some("two of them".to_owned());
    draft
}

on_both_databases! {
    fn fifty_threads_with_one_external_id_post_one_entry_and_all_get_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let barrier = Barrier::new(THREADS);
        let one_thread = |number: usize| -> (PostReceipt, i64) {
            let ledger = Ledger::open(db.url(), session(&format!("thread {number}"))).unwrap();
            let book = ledger.book("home").unwrap();
            barrier.wait();
            let own = post(&book, meal("2026-03-01", 100).external_id(format!("own-{number}"))).unwrap();
            (book.journal().post_or_get(purchase().balance().unwrap()).unwrap(), own.number)
        };
        let results: Vec<(PostReceipt, i64)> = thread::scope(|scope| {
            let one_thread = &one_thread;
            let threads: Vec<_> = (0..THREADS).map(|number| scope.spawn(move || one_thread(number))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let (first, _) = &results[0];
        assert!(results.iter().all(|(receipt, _)| receipt.entry == first.entry));
        assert_eq!(results.iter().filter(|(receipt, _)| !receipt.already_posted).count(), 1);
        let mut numbers: Vec<i64> = results.iter().map(|(_, own)| *own).chain([first.entry.number]).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=THREADS as i64 + 1).collect::<Vec<_>>());
        assert_eq!(book.journal().get(first.entry.number).unwrap(), first.entry);
        assert_eq!(book.head().unwrap().number, THREADS as i64 + 1);
        assert_eq!(book.parties().list().unwrap().len(), 1);
        assert_sound(&book);
    }

    fn the_same_id_with_other_content_is_a_conflict_that_names_the_difference(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let first = post(&book, purchase()).unwrap();
        let change = |change: &dyn Fn(&mut EntryDraft)| {
            let mut draft = purchase();
            change(&mut draft);
            draft
        };
        let rate = |rate: &str| Some(LinePrice::unit(rate.parse().unwrap(), eur(0).commodity()));
        let others: [(EntryDraft, [&str; 3]); 11] = [
            (change(&|draft| draft.posted_on = day("2026-03-03")), ["date", "2026-03-02", "2026-03-03"]),
            (change(&|draft| draft.description = "Book".to_owned()), ["description", "\"Books\"", "\"Book\""]),
            (change(&|draft| draft.party = None), ["party", "was \"Zoë's Shop\"", "is \"\""]),
            (change(&|draft| draft.tags[0].value = "paris".to_owned()), ["tags", "trip:rome", "trip:paris"]),
            (change(&|draft| { draft.tags.pop(); }), ["tags", "trip:rome, who:anna", "is \"trip:rome\""]),
            (
                purchase().debit("Expenses:Food", eur(1)).credit("Assets:Bank", eur(1)),
                ["number of lines", "was \"2\"", "is \"4\""],
            ),
            (
                change(&|draft| draft.lines[1].account = "Assets:Cash".into()),
                ["account", "was \"Assets:Bank\"", "is \"Assets:Cash\""],
            ),
            (
                change(&|draft| {
                    draft.lines[0].amount = Some(usd(2_000));
                    draft.lines[1].amount = Some(eur(-1_840));
                }),
                ["amount", "was \"10.00 USD\"", "is \"20.00 USD\""],
            ),
            (
                change(&|draft| {
                    draft.lines[0].price = rate("0.93");
                    draft.lines[1].amount = Some(eur(-930));
                }),
                ["weight", "was \"9.20 EUR\"", "is \"9.30 EUR\""],
            ),
            (change(&|draft| draft.lines[0].price = rate("0.9201")), ["price", "@ 0.92 EUR", "@ 0.9201 EUR"]),
            (change(&|draft| draft.lines[0].memo = None), ["memo", "was \"two of them\"", "is \"\""]),
        ];
        for (other, words) in others {
            let error = refused(db, &book, || post(&book, other));
            assert!(matches!(error.kind(), ErrorKind::ExternalIdConflict { number: 1, .. }), "{error}");
            says(&error, &["\"shop-1\"", "entry 1"]);
            says(&error, &words);
        }
        assert_eq!(book.journal().by_external_id("shop-1").unwrap(), Some(first));
    }

    fn the_same_content_in_another_spelling_is_the_same_entry(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.accounts().alias("Assets:Bank", "Giro").unwrap();
        let first = post(&book, purchase()).unwrap();
        assert_eq!(book.journal().get(1).unwrap(), first);
        let mut other = purchase();
        other.party = Some("ZOE\u{308}'S SHOP".to_owned());
        other.tags.reverse();
        other.tags.push(Tag { key: "trip".to_owned(), value: "rome".to_owned() });
        other.lines[0].account = "expenses:FOOD".into();
        other.lines[0].price = Some(LinePrice::unit("0.9200".parse().unwrap(), eur(0).commodity()));
        other.lines[1].account = "giro".into();
        other.lines[1].amount = None;
        let again = book.journal().post_or_get(other.balance().unwrap()).unwrap();
        assert!(again.already_posted);
        assert_eq!(again.entry, first);
        assert_sound(&book);
    }

    fn an_entry_comes_back_from_posting_as_it_stands_in_the_journal(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, purchase()).unwrap();
        let mut other = purchase().external_id("shop-2").party("zoë's SHOP");
        other.lines[0].price = Some(LinePrice::unit("0.9200".parse().unwrap(), eur(0).commodity()));
        let entry = post(&book, other).unwrap();
        let stored = book.journal().get(2).unwrap();
        assert_eq!(entry, stored);
        assert_eq!(entry.party.as_deref(), Some("Zoë's Shop"));
        assert_eq!(entry.lines[0].price.unwrap().to_string(), stored.lines[0].price.unwrap().to_string());
    }

    fn the_same_id_twice_in_one_batch_is_one_entry(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let balanced = |draft: EntryDraft| draft.balance().unwrap();
        let batch = || [
            balanced(meal("2026-03-01", 100)),
            balanced(purchase()),
            balanced(meal("2026-03-01", 200)),
            balanced(purchase()),
            balanced(purchase()),
        ];
        let receipts = book.journal().post_all(batch()).unwrap();
        let numbers: Vec<(i64, bool)> =
            receipts.iter().map(|receipt| (receipt.entry.number, receipt.already_posted)).collect();
        assert_eq!(numbers, [(1, false), (2, false), (3, false), (2, true), (2, true)]);
        assert_eq!(receipts[1].entry, receipts[4].entry);
        assert_eq!(receipts[1].entry, book.journal().get(2).unwrap());

        // The second time the meals, which have no id, are new; the purchase is not.
        let summary = book.journal().post_stream(batch().map(Ok), 2, |_| ()).unwrap();
        assert_eq!((summary.posted, summary.already_posted, summary.batches), (2, 3, 3));
        assert_eq!(book.head().unwrap().number, 5);

        let error = refused(db, &book, || {
            let other = purchase().external_id("new");
            let mut changed = other.clone();
            changed.description = "Other".to_owned();
            book.journal().post_all([balanced(meal("2026-03-01", 1)), balanced(other), balanced(changed)])
        });
        assert!(matches!(error.kind(), ErrorKind::ExternalIdConflict { .. }));
        says(&error, &["\"new\"", "description was \"Books\", is \"Other\""]);
    }

    fn a_retry_gets_its_entry_whatever_has_happened_since(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let draft = meal("2026-03-01", 500).external_id("retry");
        let first = post(&book, draft.clone()).unwrap();
        book.accounts().close("Expenses:Food", day("2026-03-31")).unwrap();
        book.accounts().rename("Assets:Bank", "Assets:Giro", true).unwrap();
        book.lock(Some(day("2026-12-31"))).unwrap();
        let again = book.journal().post_or_get(draft.balance().unwrap()).unwrap();
        assert!(again.already_posted);
        assert_eq!((again.entry.number, again.entry.hash), (first.number, first.hash));
        assert_eq!(again.entry.lines[1].account, "Assets:Giro");
    }
}
