//! What another program with SQL access cannot do to a book, or not without being found.

use ledger_testkit::{Backend, on_both_databases};

use crate::support::{assert_sound, home, meal, open, post, stored};

on_both_databases! {
    fn another_program_cannot_change_what_is_posted(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for minor in [500, 600] {
            post(&book, meal("2026-03-01", minor).tag("trip", "rome").party("Luigi")).unwrap();
        }
        let entry = "book_id, number, posted_on, 'forged', party_id, external_id, source, reverses, amends, recorded_at, \
                     recorded_by, hash FROM entries";
        let line = "book_id, entry_number, line_number, account_id, posted_on, commodity_id, amount * 2, \
                    weight_commodity_id, weight * 2, price_kind, price, memo FROM lines";
        let mut attempts: Vec<String> = [
            "UPDATE entries SET description = 'forged'",
            "UPDATE entries SET posted_on = posted_on + 1 WHERE number = 1",
            "UPDATE lines SET amount = amount * 2, weight = weight * 2",
            "UPDATE lines SET account_id = 2 WHERE entry_number = 2",
            "UPDATE entry_tags SET value = 'paris'",
            "UPDATE audit_events SET recorded_by = 'nobody'",
            "DELETE FROM entries", "DELETE FROM lines", "DELETE FROM entry_tags", "DELETE FROM audit_events",
            "DELETE FROM entries WHERE number = 2", "DELETE FROM lines WHERE entry_number = 2",
            "UPDATE book_heads SET last_entry_number = 0", "UPDATE book_heads SET last_event_number = 0",
            "DELETE FROM book_heads",
        ].map(str::to_owned).into();
        let upsert = "ON CONFLICT (book_id, number) DO UPDATE SET description = 'forged'";
        attempts.push(format!("INSERT INTO entries SELECT {entry} WHERE number = 1 {upsert}"));
        match db.backend() {
            Backend::Sqlite => {
                attempts.push(format!("INSERT OR REPLACE INTO entries SELECT {entry}"));
                attempts.push(format!("INSERT OR REPLACE INTO lines SELECT {line}"));
                let tags = "SELECT book_id, entry_number, key, value FROM entry_tags";
                attempts.push(format!("REPLACE INTO entry_tags {tags}"));
                attempts.push("REPLACE INTO audit_events SELECT * FROM audit_events".to_owned());
                // With the head put back, the entries above it would be open again.
                let head = "book_id, 0, entry_hash, last_recorded_at, last_event_number, event_hash, locked_through, \
                            chart_version FROM book_heads";
                attempts.push(format!("INSERT OR REPLACE INTO book_heads SELECT {head}"));
                attempts.push("UPDATE OR REPLACE lines SET line_number = 1".to_owned());
            }
            Backend::Postgres => {
                for table in ["entries", "lines", "entry_tags", "audit_events", "book_heads", "books"] {
                    attempts.push(format!("TRUNCATE {table} CASCADE"));
                }
                attempts.push(format!("WITH gone AS (DELETE FROM lines RETURNING *) SELECT count(*) FROM gone WHERE amount IN (SELECT amount FROM (SELECT {line}) AS x)"));
            }
        }
        let before = stored(db);
        for attempt in attempts {
            let sentence = db.sql(&attempt).expect_err(&attempt);
            assert!(!sentence.contains("syntax"), "{attempt}: {sentence}");
            assert_eq!(stored(db), before, "{attempt}");
        }
        assert_sound(&book);
        post(&book, meal("2026-03-01", 700)).unwrap();
    }

    fn a_line_or_tag_slipped_into_a_posted_entry_is_refused_or_found(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-01", 500)).unwrap();
        let line = |number: i32, minor: i64| {
            format!("SELECT book_id, entry_number, {number}, account_id, posted_on, commodity_id, {minor}, \
                     weight_commodity_id, {minor}, price_kind, price, memo FROM lines WHERE line_number = 1")
        };
        // One line alone is refused everywhere.
        let alone = db.sql(&format!("INSERT INTO lines {}", line(3, 100)));
        assert!(alone.is_err());
        assert_sound(&book);
        let pair = format!("INSERT INTO lines {} UNION ALL {}", line(3, 100), line(4, -100));
        let tag = "INSERT INTO entry_tags VALUES (1, 1, 'trip', 'rome')";
        for attempt in [pair.as_str(), tag] {
            match (db.sql(attempt), db.backend()) {
                (Err(sentence), _) => assert!(sentence.contains("posted entry"), "{sentence}"),
                (Ok(_), Backend::Sqlite) => panic!("SQLite takes {attempt}"),
                (Ok(_), Backend::Postgres) => {
                    let findings = book.verify(None).unwrap().findings;
                    assert!(findings.iter().any(|found| found.check == "hash" && found.row == "entries 1"), "{findings:?}");
                }
            }
        }
    }

    fn an_unbalanced_entry_of_another_program_is_refused_or_found(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-01", 500)).unwrap();
        let entry = "INSERT INTO entries SELECT book_id, 2, posted_on, 'forged', NULL, NULL, source, NULL, NULL, recorded_at, \
                     recorded_by, hash FROM entries";
        let line = |number: i32, minor: i64| {
            format!("INSERT INTO lines SELECT book_id, 2, {number}, account_id, posted_on, commodity_id, {minor}, \
                     weight_commodity_id, {minor}, price_kind, price, memo FROM lines WHERE line_number = 1 AND entry_number = 1")
        };
        let head = "UPDATE book_heads SET last_entry_number = 2";
        let whole = format!("BEGIN; {entry}; {}; {}; {head}; COMMIT", line(1, 100), line(2, -99));
        let sentence = db.sql(&whole).unwrap_err();
        assert!(sentence.contains("an entry does not balance"), "{sentence}");
        assert_sound(&book);

        // Without moving the head, SQLite takes the rows: they are found, with the numbers.
        let rows = db.sql(&format!("BEGIN; {entry}; {}; {}; COMMIT", line(1, 100), line(2, -99)));
        assert_eq!(rows.is_ok(), db.backend() == Backend::Sqlite, "{rows:?}");
        if rows.is_ok() {
            let findings = book.verify(None).unwrap().findings;
            let found = |check: &str| findings.iter().find(|found| found.check == check && found.row == "entries 2");
            assert!(found("balance").unwrap().difference.contains("0.01 EUR"), "{findings:?}");
            assert!(found("number").is_some() && found("hash").is_some(), "{findings:?}");
            assert!(db.sql(head).is_err());
        }
    }

    fn an_entry_without_lines_of_another_program_is_found(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-01", 500)).unwrap();
        db.sql("INSERT INTO entries SELECT book_id, 2, posted_on, 'forged', NULL, NULL, source, NULL, NULL, recorded_at, \
                recorded_by, hash FROM entries; UPDATE book_heads SET last_entry_number = 2").unwrap();
        let findings = book.verify(None).unwrap().findings;
        for (check, words) in [("balance", "it has 0 lines"), ("hash", "its content after entry 1 gives")] {
            let found = findings.iter().find(|found| found.check == check && found.row == "entries 2");
            assert!(found.is_some_and(|found| found.difference.contains(words)), "{findings:?}");
        }
    }
}
