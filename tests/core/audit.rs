//! The audit log: who did what, when, before and after.

use chrono::{DateTime, Utc};
use ledger_core::account::{AccountKind, NewAccount};
use ledger_core::audit::{AuditEvent, AuditFilter};
use ledger_core::money::{Commodity, Price};
use ledger_core::{Ledger, NewBook};
use ledger_testkit::on_both_databases;
use serde_json::{Value, json};

use crate::support::{START, assert_sound, day, home, instant, meal, open, post, refused, session};

/// Action, subject, and the states before and after as JSON.
fn told(event: &AuditEvent) -> (&str, &str, Value, Value) {
    let state =
        |text: &Option<String>| text.as_ref().map_or(Value::Null, |text| serde_json::from_str(text).unwrap());
    (&event.action, &event.subject, state(&event.before), state(&event.after))
}

on_both_databases! {
    fn every_change_is_told_with_what_was_and_what_is(db: &TestDatabase) {
        let ledger = open(db);
        let mut book = ledger.create_book(NewBook::personal("home", "EUR")).unwrap();
        book.accounts().open(NewAccount::new("Assets:Bank")).unwrap();
        book.accounts().rename("Assets:Bank", "Assets:Giro", true).unwrap();
        book.accounts().remove_alias("Assets:Bank").unwrap();
        book.accounts().close("Assets:Giro", day("2026-12-31")).unwrap();
        book.accounts().reopen("Assets:Giro").unwrap();
        book.accounts().add_subtype(AccountKind::Asset, "bees", "Hives").unwrap();
        let usd = Commodity::iso("USD").unwrap();
        let euro = Commodity::iso("EUR").unwrap();
        book.prices().add(Price::new(usd, "0.90".parse().unwrap(), euro, day("2026-03-01")).unwrap()).unwrap();
        book.prices().add(Price::new(usd, "0.92".parse().unwrap(), euro, day("2026-03-01")).unwrap()).unwrap();
        book.prices().remove(usd, euro, day("2026-03-01")).unwrap();
        book.lock(Some(day("2026-01-31"))).unwrap();
        book.lock(None).unwrap();
        book.settings("csv").save("mine", &json!({ "skip": 1 })).unwrap();
        book.settings("csv").save("mine", &json!({ "skip": 2 })).unwrap();
        book.settings("csv").remove("mine").unwrap();
        book.rename("household").unwrap();
        book.set_archived(true).unwrap();
        book.set_archived(false).unwrap();

        let events = book.audit().list(&AuditFilter::default()).unwrap();
        let account = |name: &str, closed: Option<&str>| json!({
            "name": name, "kind": "asset", "subtype": "bank", "commodity": null, "opened_on": null, "closed_on": closed, "note": null,
        });
        let expected = vec![
            ("commodity.declare", "commodity 1", Value::Null, json!({ "code": "EUR", "scale": 2 })),
            ("account.open", "account 1", Value::Null, account("Assets:Bank", None)),
            ("account.rename", "account 1", account("Assets:Bank", None), account("Assets:Giro", None)),
            ("account.alias", "account 1", Value::Null, json!("Assets:Bank")),
            ("account.unalias", "account 1", json!("Assets:Bank"), Value::Null),
            ("account.close", "account 1", account("Assets:Giro", None), account("Assets:Giro", Some("2026-12-31"))),
            ("account.reopen", "account 1", account("Assets:Giro", Some("2026-12-31")), account("Assets:Giro", None)),
            ("subtype.add", "subtype bees", Value::Null, json!({ "kind": "asset", "name": "bees", "description": "Hives" })),
            ("commodity.declare", "commodity 2", Value::Null, json!({ "code": "USD", "scale": 2 })),
            ("price.add", "price 2026-03-01 USD EUR", Value::Null, json!({ "rate": "0.9" })),
            ("price.add", "price 2026-03-01 USD EUR", json!({ "rate": "0.9" }), json!({ "rate": "0.92" })),
            ("price.remove", "price 2026-03-01 USD EUR", json!({ "rate": "0.92" }), Value::Null),
            ("book.lock", "book", Value::Null, json!("2026-01-31")),
            ("book.lock", "book", json!("2026-01-31"), Value::Null),
            ("settings.save", "csv mine", Value::Null, json!({ "skip": 1 })),
            ("settings.save", "csv mine", json!({ "skip": 1 }), json!({ "skip": 2 })),
            ("settings.remove", "csv mine", json!({ "skip": 2 }), Value::Null),
            ("book.rename", "book", json!("home"), json!("household")),
            ("book.archive", "book", json!(false), json!(true)),
            ("book.unarchive", "book", json!(true), json!(false)),
        ];
        assert_eq!((events[0].action.as_str(), told(&events[0]).3["name"].as_str()), ("book.create", Some("home")));
        let found: Vec<_> = events[1..].iter().map(told).collect();
        assert_eq!(found, expected);
        assert!(events.iter().zip(1..).all(|(event, number)| event.number == number && event.recorded_by == "anna"));
        assert!(events.is_sorted_by_key(|event| event.recorded_at) && events[0].recorded_at >= instant(START));
        assert_sound(&book);
    }

    fn posts_stand_in_the_log_with_what_they_are(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-01", 500)).unwrap();
        book.journal().reverse(1, None).unwrap();
        let filter = AuditFilter { action: Some("entry".to_owned()), ..Default::default() };
        let events = book.audit().list(&filter).unwrap();
        let found: Vec<_> = events.iter().map(told).collect();
        let after = |reverses: Option<i64>| json!({ "description": "Meal", "source": "manual", "reverses": reverses, "amends": null });
        assert_eq!(found, [
            ("entry.post", "entry 1", Value::Null, after(None)),
            ("entry.post", "entry 2", Value::Null, after(Some(1))),
        ]);
        assert_eq!(events[1].hash, book.head().unwrap().hash);
    }

    fn the_log_is_filtered_by_who_when_and_what(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-01", 500)).unwrap();
        let bert = Ledger::open(db.url(), session("bert")).unwrap();
        let berts = bert.book("home").unwrap();
        post(&berts, meal("2026-03-01", 600)).unwrap();
        berts.accounts().close("Assets:Cash", day("2026-12-31")).unwrap();
        let list = |filter: AuditFilter| -> Vec<String> {
            book.audit().list(&filter).unwrap().into_iter().map(|event| event.action).collect()
        };
        let by = |who: &str| AuditFilter { recorded_by: Some(who.to_owned()), ..Default::default() };
        assert_eq!(list(by("nobody")), Vec::<String>::new());
        let mut berts = list(by("bert"));
        berts.sort();
        assert_eq!(berts, ["account.close", "entry.post"]);
        let accounts = AuditFilter { action: Some("account".to_owned()), ..Default::default() };
        assert_eq!(list(accounts.clone()).len(), 6);
        assert_eq!(list(AuditFilter { limit: Some(2), ..accounts.clone() }), ["account.open", "account.close"]);
        assert_eq!(list(AuditFilter { limit: Some(0), ..accounts.clone() }), Vec::<String>::new());
        let all = book.audit().list(&accounts).unwrap();
        let within = |from: DateTime<Utc>, to: DateTime<Utc>| AuditFilter { from: Some(from), to: Some(to), ..accounts.clone() };
        assert_eq!(list(within(all[1].recorded_at, all[3].recorded_at)).len(), 3);
    }

    fn what_is_refused_is_not_in_the_log(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-01", 500)).unwrap();
        let events = || book.audit().list(&AuditFilter::default()).unwrap();
        let before = events();
        refused(db, &book, || book.accounts().open(NewAccount::new("Assets:Bank")));
        refused(db, &book, || book.accounts().close("Assets:Bank", day("2026-12-31")));
        refused(db, &book, || post(&book, meal("2026-03-01", 500).party("New").debit("Nowhere", crate::support::eur(1))));
        assert_eq!(events(), before);
    }
}
