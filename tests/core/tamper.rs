//! Rows changed behind the library's back, by someone who switches the triggers off for it and on again: `verify`
//! names the row first. A tail that was cut off cleanly shows against a receipt only.

use ledger_core::account::AccountKind;
use ledger_core::audit::{Finding, Head};
use ledger_core::import::rule::Rule;
use ledger_core::money::{Commodity, Price};
use ledger_core::party::{NewParty, PartyKind};
use ledger_core::{Book, Ledger};
use ledger_testkit::{Backend, TestDatabase, on_both_databases, sqlite_database};
use rust_decimal::Decimal;
use serde_json::json;

use super::scene::{self, day, entry};

/// Entries of every book here.
const ENTRIES: i64 = 12;

/// A kind of tampering: its name, the statements (`{b}` is the book), and the row that verify has to name first.
pub type Case = (&'static str, &'static str, &'static str);

const ENTRY_CASES: [Case; 24] = [
    (
        "a line is edited",
        "UPDATE lines SET amount = amount + 1, weight = weight + 1 WHERE book_id = {b} AND entry_number = 5 AND line_number = 1",
        "entries 5",
    ),
    (
        "two lines are edited, in balance",
        "UPDATE lines SET amount = amount * 2, weight = weight * 2 WHERE book_id = {b} AND entry_number = 4",
        "entries 4",
    ),
    (
        "a line moves to another account",
        "UPDATE lines SET account_id = 2 WHERE book_id = {b} AND entry_number = 4 AND line_number = 2",
        "entries 4",
    ),
    (
        "a line moves to an account that is not there",
        "UPDATE lines SET account_id = 77 WHERE book_id = {b} AND entry_number = 4 AND line_number = 2",
        "lines 4/2",
    ),
    (
        "a line moves to another day",
        "UPDATE lines SET posted_on = posted_on + 1 WHERE book_id = {b} AND entry_number = 4 AND line_number = 2",
        "lines 4/2",
    ),
    (
        "a memo is written",
        "UPDATE lines SET memo = 'x' WHERE book_id = {b} AND entry_number = 4 AND line_number = 2",
        "entries 4",
    ),
    (
        "a line is deleted",
        "DELETE FROM lines WHERE book_id = {b} AND entry_number = 5 AND line_number = 2",
        "entries 5",
    ),
    (
        "a line is inserted",
        "INSERT INTO lines SELECT book_id, entry_number, 3, account_id, posted_on, commodity_id, amount, weight_commodity_id, weight, price_kind, price, memo FROM lines WHERE book_id = {b} AND entry_number = 4 AND line_number = 1",
        "entries 4",
    ),
    (
        "a description is edited",
        "UPDATE entries SET description = 'x' WHERE book_id = {b} AND number = 5",
        "entries 5",
    ),
    (
        "an entry moves to another day",
        "UPDATE entries SET posted_on = posted_on - 400 WHERE book_id = {b} AND number = 5; UPDATE lines SET posted_on = posted_on - 400 WHERE book_id = {b} AND entry_number = 5",
        "entries 5",
    ),
    (
        "a party is taken off",
        "UPDATE entries SET party_id = NULL WHERE book_id = {b} AND number = 7",
        "entries 7",
    ),
    ("a party is put on", "UPDATE entries SET party_id = 9 WHERE book_id = {b} AND number = 5", "entries 5"),
    (
        "an external id is edited",
        "UPDATE entries SET external_id = 'x' WHERE book_id = {b} AND number = 5",
        "entries 5",
    ),
    (
        "the poster is edited",
        "UPDATE entries SET recorded_by = 'eve' WHERE book_id = {b} AND number = 5",
        "entries 5",
    ),
    (
        "the instant is edited",
        "UPDATE entries SET recorded_at = recorded_at - 1 WHERE book_id = {b} AND number = 5",
        "entries 5",
    ),
    (
        "a reversal is claimed",
        "UPDATE entries SET reverses = 2 WHERE book_id = {b} AND number = 5",
        "entries 5",
    ),
    (
        "a hash is edited",
        "UPDATE entries SET hash = (SELECT hash FROM entries WHERE book_id = {b} AND number = 4) WHERE book_id = {b} AND number = 5",
        "entries 5",
    ),
    (
        "a tag is edited",
        "UPDATE entry_tags SET value = 'paris' WHERE book_id = {b} AND entry_number = 6",
        "entries 6",
    ),
    ("a tag is deleted", "DELETE FROM entry_tags WHERE book_id = {b} AND entry_number = 6", "entries 6"),
    ("a tag is inserted", "INSERT INTO entry_tags VALUES ({b}, 5, 'trip', 'rome')", "entries 5"),
    (
        "an entry is deleted",
        "DELETE FROM entries WHERE book_id = {b} AND number = 5; DELETE FROM lines WHERE book_id = {b} AND entry_number = 5",
        "entries 5",
    ),
    (
        "an entry is deleted, its lines are left",
        "DELETE FROM entries WHERE book_id = {b} AND number = 5",
        "entries 5",
    ),
    (
        "two entries change places",
        "UPDATE entries SET number = 1000 WHERE book_id = {b} AND number = 4; UPDATE entries SET number = 4 WHERE book_id = {b} AND number = 5; UPDATE entries SET number = 5 WHERE book_id = {b} AND number = 1000; UPDATE lines SET entry_number = 1000 WHERE book_id = {b} AND entry_number = 4; UPDATE lines SET entry_number = 4 WHERE book_id = {b} AND entry_number = 5; UPDATE lines SET entry_number = 5 WHERE book_id = {b} AND entry_number = 1000",
        "entries 4",
    ),
    (
        "an entry is put at the end",
        "INSERT INTO entries SELECT book_id, 13, posted_on, description, party_id, 'x', source, reverses, amends, recorded_at, recorded_by, hash FROM entries WHERE book_id = {b} AND number = 12; INSERT INTO lines SELECT book_id, 13, line_number, account_id, posted_on, commodity_id, amount, weight_commodity_id, weight, price_kind, price, memo FROM lines WHERE book_id = {b} AND entry_number = 12",
        "entries 13",
    ),
];

const OTHER_CASES: [Case; 42] = [
    (
        "an entry and the head are put at the end",
        "INSERT INTO entries SELECT book_id, 13, posted_on, description, party_id, 'x', source, reverses, amends, recorded_at, recorded_by, hash FROM entries WHERE book_id = {b} AND number = 12; INSERT INTO lines SELECT book_id, 13, line_number, account_id, posted_on, commodity_id, amount, weight_commodity_id, weight, price_kind, price, memo FROM lines WHERE book_id = {b} AND entry_number = 12; UPDATE book_heads SET last_entry_number = 13 WHERE book_id = {b}",
        "entries 13",
    ),
    (
        "the tail is cut, the head is left",
        "DELETE FROM entries WHERE book_id = {b} AND number = 12; DELETE FROM lines WHERE book_id = {b} AND entry_number = 12; DELETE FROM entry_tags WHERE book_id = {b} AND entry_number = 12",
        "entries 12",
    ),
    (
        "the head is moved on",
        "UPDATE book_heads SET last_entry_number = 13 WHERE book_id = {b}",
        "entries 13",
    ),
    (
        "the head is moved back",
        "UPDATE book_heads SET last_entry_number = 11 WHERE book_id = {b}",
        "entries 12",
    ),
    (
        "the head's hash is edited",
        "UPDATE book_heads SET entry_hash = event_hash WHERE book_id = {b}",
        "book_heads {b}",
    ),
    (
        "the lock is lifted",
        "UPDATE book_heads SET locked_through = NULL WHERE book_id = {b}",
        "book_heads {b}",
    ),
    (
        "the lock is moved",
        "UPDATE book_heads SET locked_through = locked_through - 1 WHERE book_id = {b}",
        "book_heads {b}",
    ),
    (
        "the head's instant is moved on",
        "UPDATE book_heads SET last_recorded_at = last_recorded_at + 1 WHERE book_id = {b}",
        "book_heads {b}",
    ),
    (
        "the book is said to be older",
        "UPDATE books SET created_at = created_at - 86400000000 WHERE book_id = {b}",
        "books {b}",
    ),
    (
        "saved settings are emptied",
        "DELETE FROM saved_settings WHERE book_id = {b}",
        "saved_settings trial-balance month-end",
    ),
    ("a rule is deleted", "DELETE FROM rules WHERE book_id = {b}", "rules 1"),
    (
        "a month is edited",
        "UPDATE balances_monthly SET debit_amount = debit_amount + 1, debit_weight = debit_weight + 1 WHERE book_id = {b} AND account_id = 3 AND period = (SELECT MAX(period) FROM balances_monthly WHERE book_id = {b} AND account_id = 3)",
        "balances_monthly 3/",
    ),
    (
        "a month is deleted",
        "DELETE FROM balances_monthly WHERE book_id = {b} AND account_id = 3 AND period = (SELECT MIN(period) FROM balances_monthly WHERE book_id = {b} AND account_id = 3)",
        "balances_monthly 3/",
    ),
    (
        "a month is inserted",
        "INSERT INTO balances_monthly VALUES ({b}, 2, 1, 1, 24000, 1, 0, 1, 0, 1)",
        "balances_monthly 2/1/1/24000",
    ),
    (
        "a year is edited",
        "UPDATE balances_yearly SET line_count = line_count + 1 WHERE book_id = {b} AND account_id = 1 AND period = 2024",
        "balances_yearly 1/1/1/2024",
    ),
    (
        "an account changes its kind",
        "UPDATE accounts SET kind = 'income' WHERE book_id = {b} AND account_id = 1",
        "accounts 1",
    ),
    (
        "an account changes its name",
        "UPDATE accounts SET name = 'Assets:Bunk', normalized_name = 'assets:bunk' WHERE book_id = {b} AND account_id = 1",
        "accounts 1",
    ),
    (
        "an account changes its key",
        "UPDATE accounts SET normalized_name = 'assets:bunk' WHERE book_id = {b} AND account_id = 1",
        "accounts 1",
    ),
    (
        "an account is closed",
        "UPDATE accounts SET closed_on = 30000 WHERE book_id = {b} AND account_id = 2",
        "accounts 2",
    ),
    (
        "an account is restricted",
        "UPDATE accounts SET commodity_id = 1 WHERE book_id = {b} AND account_id = 2",
        "accounts 2",
    ),
    (
        "an account is added",
        "INSERT INTO accounts VALUES ({b}, 6, 'Assets:Hidden', 'assets:hidden', 'asset', NULL, NULL, NULL, NULL, NULL)",
        "accounts 6",
    ),
    (
        "an account in use is deleted",
        "DELETE FROM account_aliases WHERE book_id = {b}; DELETE FROM accounts WHERE book_id = {b} AND account_id = 3",
        "accounts 3",
    ),
    (
        "an account not in use is deleted",
        "DELETE FROM accounts WHERE book_id = {b} AND account_id = 5",
        "accounts 5",
    ),
    (
        "an alias leads elsewhere",
        "UPDATE account_aliases SET account_id = 2 WHERE book_id = {b}",
        "account_aliases n26",
    ),
    ("an alias is deleted", "DELETE FROM account_aliases WHERE book_id = {b}", "account_aliases n26"),
    (
        "a commodity changes its code",
        "UPDATE commodities SET code = 'CHF' WHERE book_id = {b} AND code = 'EUR'",
        "commodities 1",
    ),
    (
        "a commodity changes its scale",
        "UPDATE commodities SET scale = 3 WHERE book_id = {b} AND code = 'EUR'",
        "commodities 1",
    ),
    (
        "a party changes its name",
        "UPDATE parties SET name = 'Eve', normalized_name = 'eve' WHERE book_id = {b} AND party_id = 1",
        "parties 1",
    ),
    (
        "another name of a party leads elsewhere",
        "UPDATE party_aliases SET party_id = 1 WHERE book_id = {b}",
        "party_aliases tierpark",
    ),
    (
        "another name of a party is deleted",
        "DELETE FROM party_aliases WHERE book_id = {b}",
        "party_aliases tierpark",
    ),
    (
        "a party is described anew",
        "UPDATE party_details SET kind = 'person' WHERE book_id = {b} AND merged_into IS NULL",
        "party_details 2",
    ),
    (
        "merged parties are parted",
        "UPDATE party_details SET merged_into = NULL WHERE book_id = {b} AND party_id = 3",
        "party_details 3",
    ),
    ("a party is deleted", "DELETE FROM parties WHERE book_id = {b} AND party_id = 1", "parties 1"),
    ("a price is edited", "UPDATE prices SET rate = '9.2' WHERE book_id = {b}", "prices USD/EUR/2026-03-01"),
    (
        "saved settings are edited",
        "UPDATE saved_settings SET settings = '{\"depth\":1}' WHERE book_id = {b}",
        "saved_settings trial-balance/month-end",
    ),
    ("a rule is edited", "UPDATE rules SET body = '{}' WHERE book_id = {b}", "rules 1"),
    ("a rule is moved", "UPDATE rules SET position = 7 WHERE book_id = {b}", "rules 1"),
    ("a subtype is deleted", "DELETE FROM subtypes WHERE book_id = {b}", "subtypes asset/vault"),
    (
        "the book changes its currency",
        "UPDATE books SET base_commodity = 'USD' WHERE book_id = {b}",
        "books {b}",
    ),
    (
        "an audit event is edited",
        "UPDATE audit_events SET recorded_by = 'eve' WHERE book_id = {b} AND number = 4",
        "audit_events 4",
    ),
    (
        "an audit event is deleted",
        "DELETE FROM audit_events WHERE book_id = {b} AND number = 4",
        "audit_events 4",
    ),
    (
        "the last audit event is deleted",
        "DELETE FROM audit_events WHERE book_id = {b} AND number = (SELECT last_event_number FROM book_heads WHERE book_id = {b})",
        "book_heads {b}",
    ),
];

/// A book with something of everything.
fn full_book<'l>(ledger: &'l Ledger, name: &str) -> Book<'l> {
    ledger
        .transaction(|_| {
            let book = scene::create_book(ledger, name);
            book.accounts().alias("Assets:Bank", "N26")?;
            book.accounts().add_subtype(AccountKind::Asset, "vault", "a safe")?;
            let (dollar, euro) = (Commodity::iso("USD").unwrap(), Commodity::iso("EUR").unwrap());
            book.prices().add(Price::new(dollar, Decimal::new(92, 2), euro, day("2026-03-01"))?)?;
            book.settings("trial-balance").save("month-end", &json!({ "depth": 2 }))?;
            let mut rule = Rule::new("salary");
            rule.set.skip = true;
            book.rules().add(&rule, None)?;
            book.lock(Some(day("2023-12-31")))?;
            book.journal().post_all((1..=ENTRIES).map(entry))?;
            let aliases = vec!["Tierpark".to_owned()];
            book.parties().add(NewParty { kind: PartyKind::Company, aliases, ..NewParty::new("Zoo") })?;
            book.parties().add(NewParty::new("Zoo GmbH"))?;
            book.parties().merge("Zoo GmbH", "Zoo")?;
            Ok(book)
        })
        .unwrap()
}

/// Runs statements as someone who first switches the triggers off and afterwards on again.
pub fn tamper(db: &TestDatabase, statements: &str) {
    match db.backend() {
        Backend::Postgres => {
            db.sql(&format!("SET session_replication_role = replica; {statements}")).unwrap();
        }
        Backend::Sqlite => {
            let names = db.sql("SELECT name FROM sqlite_schema WHERE type = 'trigger'").unwrap();
            let drop: String = names.lines().map(|name| format!("DROP TRIGGER {name};")).collect();
            let create: String = names
                .lines()
                .map(|name| {
                    db.sql(&format!("SELECT sql FROM sqlite_schema WHERE name = '{name}'")).unwrap() + ";"
                })
                .collect();
            db.sql(&format!("{drop} {statements}; {create}")).unwrap();
        }
    }
}

pub fn findings(url: &str, book: &str, receipt: Option<Head>) -> Vec<Finding> {
    let ledger = scene::open(url);
    ledger.book(book).unwrap().verify(receipt).unwrap().findings
}

/// Tampers with one book per case, all in one database, and checks each; the book beside them stays sound.
pub fn verify_names_the_row(
    db: &TestDatabase,
    make: for<'l> fn(&'l Ledger, &str) -> Book<'l>,
    cases: &[Case],
) {
    let ledger = scene::create(db.url());
    make(&ledger, "untouched");
    let mut statements = String::new();
    for (name, change, _) in cases {
        let id = make(&ledger, name).info().uid.clone();
        let id = db.sql(&format!("SELECT book_id FROM books WHERE uid = '{id}'")).unwrap();
        statements += &change.replace("{b}", id.trim());
        statements += ";\n";
    }
    drop(ledger);
    tamper(db, &statements);
    assert_eq!(findings(db.url(), "untouched", None), []);
    let mut missed = Vec::new();
    for (name, _, row) in cases {
        let id = db
            .sql(&format!("SELECT book_id FROM books WHERE name = '{}'", name.replace('\'', "''")))
            .unwrap();
        let row = row.replace("{b}", id.trim());
        let found = findings(db.url(), name, None);
        if !found.first().is_some_and(|finding| finding.row.starts_with(&row)) {
            missed.push(format!("{name}: {row} should be named first, not {:?}", found.first()));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

on_both_databases! {
    fn tampering_with_an_entry_is_named_by_its_row(db: &TestDatabase) {
        verify_names_the_row(db, full_book, &ENTRY_CASES);
    }

    fn tampering_with_anything_else_is_named_by_its_row(db: &TestDatabase) {
        verify_names_the_row(db, full_book, &OTHER_CASES);
    }

    fn a_cleanly_cut_tail_shows_against_its_receipt_only(db: &TestDatabase) {
        let ledger = scene::create(db.url());
        let book = ledger.book("home").unwrap();
        scene::post_entries(&book, ENTRIES - 1);
        let earlier = book.head().unwrap();
        let tables = "CREATE TABLE kept_months AS SELECT * FROM balances_monthly; \
                      CREATE TABLE kept_years AS SELECT * FROM balances_yearly; \
                      CREATE TABLE kept_heads AS SELECT * FROM book_heads";
        db.sql(tables).unwrap();
        book.journal().post(entry(ENTRIES)).unwrap();
        let receipt = book.head().unwrap();
        tamper(db, "DELETE FROM lines WHERE entry_number = 12; DELETE FROM entry_tags WHERE entry_number = 12; \
                    DELETE FROM entries WHERE number = 12; \
                    DELETE FROM balances_monthly; INSERT INTO balances_monthly SELECT * FROM kept_months; \
                    DELETE FROM balances_yearly; INSERT INTO balances_yearly SELECT * FROM kept_years; \
                    UPDATE book_heads SET last_entry_number = 11, \
                    entry_hash = (SELECT entry_hash FROM kept_heads), \
                    last_recorded_at = (SELECT last_recorded_at FROM kept_heads)");
        assert_eq!(findings(db.url(), "home", None), []);
        assert_eq!(findings(db.url(), "home", Some(earlier)), []);
        let found = findings(db.url(), "home", Some(receipt));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].difference.contains("1 entries are missing at the end"), "{found:?}");
        // Another entry in the place of the lost one does not hide it.
        let ledger = scene::open(db.url());
        ledger.book("home").unwrap().journal().post(entry(100)).unwrap();
        let found = findings(db.url(), "home", Some(receipt));
        assert_eq!((found.len(), found[0].row.as_str()), (1, "entries 12"), "{found:?}");
    }

    fn an_entry_recorded_before_the_one_in_front_of_it_is_named(db: &TestDatabase) {
        let ledger = scene::create(db.url());
        scene::post_entries(&ledger.book("home").unwrap(), 3);
        drop(ledger);
        tamper(db, "UPDATE entries SET recorded_at = recorded_at - 86400000000 WHERE number = 2");
        let found = findings(db.url(), "home", None);
        assert!(found.iter().any(|it| (it.check, it.row.as_str()) == ("instant", "entries 2")), "{found:?}");
    }

    fn a_trigger_that_is_gone_switched_off_or_hollow_is_named(db: &TestDatabase) {
        drop(scene::create(db.url()));
        let attempts: &[&str] = match db.backend() {
            Backend::Sqlite => &[
                "DROP TRIGGER lines_are_never_updated",
                "CREATE TRIGGER lines_are_never_updated BEFORE UPDATE ON lines WHEN 0 BEGIN SELECT 1; END",
            ],
            Backend::Postgres => &[
                "ALTER TABLE lines DISABLE TRIGGER lines_are_never_changed",
                "ALTER TABLE lines ENABLE REPLICA TRIGGER lines_are_never_changed",
                "DROP TRIGGER lines_are_never_changed ON lines",
                "CREATE TRIGGER lines_are_never_changed BEFORE TRUNCATE ON lines \
                 FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()",
                "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RETURN NULL; END $$",
            ],
        };
        assert_eq!(findings(db.url(), "home", None), []);
        for attempt in attempts {
            db.sql(attempt).unwrap();
            let found = findings(db.url(), "home", None);
            let named = found.iter().any(|it| it.check == "trigger" && it.row.starts_with("lines_are_never_"));
            assert!(named, "after {attempt}: {found:?}");
        }
    }
}

#[test]
fn what_no_program_of_ours_could_have_stored_is_a_finding_and_no_failure() {
    let db = sqlite_database();
    let ledger = Ledger::open_or_create(db.url(), scene::session()).unwrap();
    let book = full_book(&ledger, "odd");
    tamper(
        &db,
        "PRAGMA ignore_check_constraints = ON; UPDATE accounts SET kind = 'loot' WHERE account_id = 2; \
         UPDATE commodities SET scale = -1 WHERE commodity_id = 1; UPDATE account_aliases SET account_id = -3; \
         UPDATE audit_events SET hash = x'00' WHERE number = 5; UPDATE entries SET hash = x'00' WHERE number = 3; \
         UPDATE entries SET source = 'hearsay' WHERE number = 4; UPDATE books SET base_commodity = 'none'",
    );
    let found = book.verify(None).unwrap().findings;
    let rows = [
        "accounts 2",
        "commodities 1",
        "account_aliases n26",
        "audit_events 5",
        "entries 3",
        "entries 4",
        "books 1",
    ];
    for row in rows {
        assert!(found.iter().any(|finding| finding.row == row), "{row} is not named: {found:?}");
    }
}
