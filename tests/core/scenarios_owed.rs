//! Scenarios of what is owed: parties by any of their names, and what is no row of the plan is not applied to it.

use ledger_core::party::NewParty;
use ledger_core::receivable::ReceivableKind;
use ledger_core::schedule::{Adjustment, RowRef, Scope, ShiftBy};
use ledger_core::{Book, ProjectRequest, Repay};
use ledger_testkit::on_both_databases;

use crate::receivables::{invoice, lender};
use crate::schedules::rent;
use crate::support::{assert_sound, day, eur, home, open, refused, says};

fn late(row: &str) -> Adjustment {
    Adjustment::Shift { row: RowRef::from(row), by: ShiftBy::Days(30), scope: Scope::All }
}

/// What the bank holds on the day on which the invoice of 300.00 is due, with scenarios.
fn in_bank(book: &Book<'_>, scenarios: &[&str], receivables: bool) -> i64 {
    let request = ProjectRequest {
        accounts: vec!["Assets:Bank".into()],
        scenarios: scenarios.iter().map(|name| (*name).to_owned()).collect(),
        receivables,
        ..ProjectRequest::new(day("2026-05-15"), day("2026-12-31"))
    };
    let bank = book.accounts().get("Assets:Bank").unwrap().id;
    let projection = book.schedules().project(&request).unwrap();
    projection.account(bank).next().unwrap().on(day("2026-06-01")).expected
}

on_both_databases! {
    fn a_party_is_adjusted_by_any_of_its_names(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(invoice(&book, 30_000)).unwrap();
        book.parties().add_alias("Acme Ltd", "Acme").unwrap();
        let paid = in_bank(&book, &[], true);
        for (number, name) in ["party:Acme Ltd", "Party: acme LTD", "party:acme", "ACME"].into_iter().enumerate() {
            let scenario = format!("late {number}");
            book.scenarios().create(&scenario).unwrap();
            book.scenarios().adjust(&scenario, late(name)).unwrap();
            assert_eq!(in_bank(&book, &[&scenario], true), paid - 30_000, "{name}");
        }
        // A name that a party has only since then means it as well.
        book.parties().rename("Acme Ltd", "Acme Limited").unwrap();
        assert_eq!(in_bank(&book, &["late 0"], true), paid - 30_000);
        // Without receivables there is nothing that the adjustment could be of.
        assert_eq!(in_bank(&book, &["late 0"], false), in_bank(&book, &[], false));

        book.scenarios().create("More").unwrap();
        let unknown = refused(db, &book, || book.scenarios().adjust("More", late("party:Acme Limitd")));
        says(&unknown, &["there is no party \"Acme Limitd\"", "Acme Limited"]);
        book.parties().add(NewParty::new("Ben")).unwrap();
        let nothing = refused(db, &book, || book.scenarios().adjust("More", late("party:Ben")));
        says(&nothing, &["party \"Ben\" cannot be adjusted", "nothing that it owes or is owed is due"]);
        // A party that is gone, or paid, is named with the adjustment.
        let repay = Repay::new(ReceivableKind::Receivable, "Acme", eur(30_000), day("2026-05-01"));
        book.receivables().repay(&repay).unwrap();
        let told = ["scenario \"late 0\", adjustment 1", "party \"Acme Limited\"", "ledger scenario unadjust"];
        says(&book.scenarios().stale("late 0").unwrap()[0], &told);
        assert_sound(&book);
    }

    fn what_is_owed_is_not_applied_to_the_plan(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        lender(&book);
        book.receivables().add(invoice(&book, 30_000)).unwrap();
        let rent = book.schedules().add(rent(&book)).unwrap();
        book.scenarios().create("Late").unwrap();
        book.scenarios().adjust("Late", late("party:Acme Ltd")).unwrap();
        let told = ["scenario \"Late\" cannot be applied", "adjustment 1 \"shift party:Acme Ltd by 30 days\" is of what is owed", "ledger receivable edit"];
        let error = refused(db, &book, || book.scenarios().apply("Late"));
        says(&error, &told);
        assert!(!error.to_string().contains("--rows-only"), "there is nothing else to apply: {error}");
        says(&refused(db, &book, || book.scenarios().apply_rows("Late")), &["no row is adjusted"]);

        book.scenarios().adjust("Late", late("Rent")).unwrap();
        book.scenarios().adjust("Late", late("acme ltd")).unwrap();
        says(&refused(db, &book, || book.scenarios().apply("Late")), &["adjustments 1 ", ", 3 ", "--rows-only"]);
        let applied = book.scenarios().apply_rows("Late").unwrap();
        assert_eq!((applied.changed, applied.left_out), (vec![rent.id()], vec![1, 3]));
        let is = |shift| assert_eq!(book.schedules().find("Rent").unwrap().terms().shift_days, shift);
        is(30);
        book.scenarios().undo("Late").unwrap();
        is(0);
        assert_sound(&book);
    }
}
