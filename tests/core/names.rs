//! Names in any spelling find one thing; characters that deceive are refused; every other text comes back as it was.

use std::path::PathBuf;

use chrono::NaiveDate;
use ledger_core::account::{AccountKind, NewAccount};
use ledger_core::journal::{EntryFilter, Tag};
use ledger_core::report::RegisterQuery;
use ledger_core::text::normalize;
use ledger_core::{Book, EntryDraft, Error, ErrorKind, Ledger, NewBook, Session};
use ledger_testkit::on_both_databases;
use unicode_normalization::UnicodeNormalization;

use crate::support::{assert_sound, day, eur, home, home_named, meal, open, post, refused, says, session};

fn on() -> NaiveDate {
    day("2026-03-02")
}

on_both_databases! {
    fn composed_and_decomposed_spellings_are_one_account(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let composed = "Expenses:Café Zoë";
        let decomposed: String = composed.nfd().collect();
        assert_ne!(composed, decomposed);
        let opened = book.accounts().open(NewAccount::new(&decomposed)).unwrap();
        assert_eq!(opened.name, composed, "it is stored composed");
        for name in [composed, &decomposed, "expenses:CAFÉ ZOË", " Expenses:Cafe\u{301} Zoë ", "Ｅxpenses:Café Zoë"] {
            assert_eq!(book.accounts().get(name).unwrap(), opened, "{name}");
            let error = refused(db, &book, || book.accounts().open(NewAccount::new(name.trim()).kind(AccountKind::Expense)));
            assert!(matches!(error.kind(), ErrorKind::AlreadyExists { .. }), "{error}");
            let draft = EntryDraft::new(on(), "Cake").debit(name, eur(100)).infer("Assets:Bank");
            assert_eq!(post(&book, draft).unwrap().lines[0].account, composed);
        }
        let page = book.journal().register(&RegisterQuery::latest(&decomposed)).unwrap();
        assert_eq!((page.lines.len(), page.closing), (5, vec![eur(500)]));
        // So is an account whose parent is spelt in another way.
        book.accounts().open(NewAccount::new("EXPENSES:cafe\u{301} zoë:Cake")).unwrap();
        let page = book.journal().register(&RegisterQuery { below: true, ..RegisterQuery::latest(composed) }).unwrap();
        assert_eq!(page.lines.len(), 5);
        assert_sound(&book);
    }

    fn composed_and_decomposed_spellings_are_one_book_party_alias_and_setting(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let (composed, decomposed) = ("Zoë", "Zoe\u{308}");
        ledger.create_book(NewBook::personal(decomposed, "EUR")).unwrap();
        assert_eq!(ledger.book(composed).unwrap().name(), decomposed);
        let error = refused(db, &book, || ledger.create_book(NewBook::personal(composed, "EUR")).map(|book| book.name().to_owned()));
        assert!(matches!(error.kind(), ErrorKind::AlreadyExists { what: "book", .. }));
        let error = refused(db, &book, || ledger.book("home")?.rename(composed));
        assert!(matches!(error.kind(), ErrorKind::AlreadyExists { what: "book", .. }));

        for party in [composed, decomposed, "ZOË"] {
            assert_eq!(post(&book, meal("2026-03-01", 1).party(party)).unwrap().party.as_deref(), Some(composed));
        }
        assert_eq!(book.parties().list().unwrap().len(), 1);

        book.accounts().alias("Assets:Bank", decomposed).unwrap();
        assert_eq!(book.accounts().get(composed).unwrap().name, "Assets:Bank");
        let error = refused(db, &book, || book.accounts().alias("Assets:Cash", composed));
        assert!(matches!(error.kind(), ErrorKind::AlreadyExists { .. }));
        book.accounts().remove_alias(composed).unwrap();
        assert!(book.accounts().get(decomposed).is_err());

        book.settings("trial-balance").save(decomposed, &serde_json::json!({ "depth": 1 })).unwrap();
        book.settings("trial-balance").save(composed, &serde_json::json!({ "depth": 2 })).unwrap();
        let saved = book.settings("trial-balance").list().unwrap();
        assert_eq!((saved.len(), saved[0].settings["depth"].as_i64()), (1, Some(2)));
        assert_sound(&book);
    }

    fn characters_that_deceive_are_refused_in_every_name(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let bidi = "\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}\u{200E}\u{200F}\u{61C}";
        let invisible = "\u{200B}\u{200C}\u{200D}\u{2060}\u{FEFF}\u{AD}\u{180E}\u{FE0F}\u{E0041}";
        let controls = "\0\u{1}\u{7}\t\n\u{B}\r\u{1B}\u{7F}\u{85}\u{9F}\u{2028}\u{2029}";
        for character in bidi.chars().chain(invisible.chars()).chain(controls.chars()) {
            let name = format!("Na{character}me");
            for error in names_refused(&ledger, &book, &name) {
                assert!(matches!(error.kind(), ErrorKind::InvalidName { .. }), "{error}");
                says(&error, &["is refused", &format!("(U+{:04X})", u32::from(character))]);
            }
        }
        for blank in ["", " ", " Name", "Name ", "Na  me", "\u{301}Name"] {
            for error in names_refused(&ledger, &book, blank) {
                assert!(matches!(error.kind(), ErrorKind::InvalidName { .. }), "{error}");
            }
        }
        let error = Ledger::open(db.url(), session("an\u{202E}na")).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidName { what: "actor", .. }));
        assert_eq!(book.head().unwrap().number, 0);
        assert_eq!(ledger.books().unwrap().len(), 1);
        assert_sound(&book);
    }

    fn what_no_name_can_hold_is_not_found_rather_than_a_failure(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-01", 1).tag("a", "b").external_id("x")).unwrap();
        // PostgreSQL takes no NUL in any text, not even in a question.
        for name in ["\0", "ho\0me", "\u{202E}home"] {
            for error in [
                ledger.book(name).unwrap_err(),
                book.accounts().get(name).unwrap_err(),
                book.accounts().remove_alias(name).unwrap_err(),
                book.settings("trial-balance").get(name).unwrap_err(),
                book.settings("trial-balance").remove(name).unwrap_err(),
                book.journal().register(&RegisterQuery::latest(name)).unwrap_err(),
            ] {
                assert!(matches!(error.kind(), ErrorKind::NotFound { .. }), "{error}");
            }
            assert_eq!(book.journal().by_external_id(name).unwrap(), None);
            let tag = |key: &str, value: &str| Some(Tag { key: key.to_owned(), value: value.to_owned() });
            for filter in [
                EntryFilter { text: Some(name.to_owned()), ..Default::default() },
                EntryFilter { tag: tag(name, ""), ..Default::default() },
                EntryFilter { tag: tag("a", name), ..Default::default() },
            ] {
                assert_eq!(book.journal().search(&filter, None, 10).unwrap().entries, [], "{filter:?}");
            }
        }
    }

    fn naughty_strings_come_back_from_every_field_or_are_refused(db: &TestDatabase) {
        let Some(strings) = naughty_strings() else { return };
        let (ledger, reader) = (open(db), Ledger::open(db.url(), session("bert")).unwrap());
        let (mut kept, mut refused) = (0, 0);
        // In several books, because a large chart costs more at every change.
        for (number, strings) in strings.chunks(64).enumerate() {
            let book = home_named(&ledger, &format!("home {number}"));
            // In one unit with a unit for each text inside: a durable commit for each would take minutes.
            let stored = ledger.transaction(|ledger| Ok(store_in_every_field(ledger, &book, strings))).unwrap();
            kept += stored.len();
            refused += strings.len() * FIELDS.len() - stored.len();
            read_again(&reader, book.name(), strings, &stored);
            assert_sound(&book);
        }
        println!("{} strings, {} fields: {kept} kept, {refused} refused", strings.len(), FIELDS.len());
        assert!(kept > 5 * strings.len() && refused > strings.len());
    }
}

/// Stores each text in each field; returns the fields that took it, with what came back.
fn store_in_every_field(ledger: &Ledger, book: &Book<'_>, strings: &[String]) -> Vec<(&'static str, String)> {
    let mut kept = Vec::new();
    for text in strings {
        for field in FIELDS {
            let error = match ledger.transaction(|ledger| field.1(ledger, book, text)) {
                Ok(stored) => {
                    assert!(field.2(&stored, text), "{} {text:?}: {stored:?}", field.0);
                    kept.push((field.0, stored));
                    continue;
                }
                Err(error) => error,
            };
            match error.kind() {
                ErrorKind::InvalidName { .. } => says(&error, &["is refused: "]),
                // Some of the strings differ by case only.
                ErrorKind::AlreadyExists { .. } => says(&error, &["is there already"]),
                _ => panic!("{} {text:?}: {error}", field.0),
            };
        }
    }
    kept
}

/// Another program reads what was kept, and finds it.
fn read_again(reader: &Ledger, book: &str, strings: &[String], kept: &[(&'static str, String)]) {
    let book = reader.book(book).unwrap();
    let entries = book.journal().range(1, i64::MAX).unwrap();
    let of =
        |field: &'static str| kept.iter().filter(move |(of, _)| *of == field).map(|(_, text)| text.clone());
    let id = |entry: &ledger_core::Entry| entry.external_id.clone().unwrap_or_default();
    let descriptions = entries.iter().filter(|entry| id(entry).starts_with("description "));
    assert!(descriptions.map(|entry| entry.description.clone()).eq(of("description")));
    assert!(entries.iter().filter_map(|entry| entry.lines[0].memo.clone()).eq(of("memo")));
    let tags = entries.iter().flat_map(|entry| &entry.tags);
    assert!(tags.filter(|tag| tag.key == "naughty").map(|tag| tag.value.clone()).eq(of("tag value")));
    for name in of("book name") {
        assert_eq!(reader.book(&name).unwrap().name(), name);
    }
    for name in of("account name") {
        assert_eq!(book.accounts().get(&name).unwrap().name, name);
    }
    for text in strings.iter().step_by(40).filter(|text| !text.trim().is_empty()) {
        let filter = EntryFilter { text: Some(text.clone()), ..Default::default() };
        let found = book.journal().search(&filter, None, 1_000).unwrap().entries;
        let stored = of("description").any(|description| description == *text);
        assert_eq!(found.iter().any(|entry| entry.description == *text), stored, "{text:?}");
    }
}

/// What every kind of name says of a text that it refuses.
fn names_refused(ledger: &Ledger, book: &Book<'_>, name: &str) -> Vec<Error> {
    let mut errors = vec![
        ledger.create_book(NewBook::personal(name, "EUR")).unwrap_err(),
        ledger.book("home").unwrap().rename(name).unwrap_err(),
        book.accounts().open(NewAccount::new(format!("Assets:{name}"))).unwrap_err(),
        book.accounts().rename("Assets:Bank", &format!("Assets:{name}"), true).unwrap_err(),
        book.accounts().alias("Assets:Bank", name).unwrap_err(),
        book.accounts().add_subtype(AccountKind::Asset, name, "").unwrap_err(),
        book.settings("trial-balance").save(name, &serde_json::json!({})).unwrap_err(),
        post(book, meal("2026-03-01", 1).party(name)).unwrap_err(),
        post(book, meal("2026-03-01", 1).tag(name, "x")).unwrap_err(),
    ];
    // Free text may hold the joiners of emoji and of Persian; the rest it refuses as well.
    let joiner = name.contains(['\u{200C}', '\u{200D}', '\u{FE0F}']);
    let plain = name.chars().all(|c| c == ' ' || c.is_ascii_alphabetic() || c == '\u{301}');
    if !joiner && !plain {
        let mut with_memo = meal("2026-03-01", 1);
        with_memo.lines[0].memo = Some(name.to_owned());
        let mut with_note = NewAccount::new("Assets:Noted");
        with_note.note = Some(name.to_owned());
        errors.extend([
            post(book, EntryDraft { description: name.to_owned(), ..meal("2026-03-01", 1) }).unwrap_err(),
            post(book, with_memo).unwrap_err(),
            post(book, meal("2026-03-01", 1).tag("x", name)).unwrap_err(),
            post(book, meal("2026-03-01", 1).external_id(name)).unwrap_err(),
            book.accounts().open(with_note).unwrap_err(),
        ]);
    }
    errors
}

/// A field: its name, how to store a text in it and read it back, and whether it came back as it should.
type Field =
    (&'static str, fn(&Ledger, &Book<'_>, &str) -> ledger_core::Result<String>, fn(&str, &str) -> bool);

const FIELDS: [Field; 13] = [
    (
        "description",
        |_, book, text| {
            Ok(entry_with(book, "description", text, |draft| draft.description = text.to_owned())?
                .description)
        },
        exactly,
    ),
    (
        "party",
        |_, book, text| {
            Ok(entry_with(book, "party", text, |draft| draft.party = Some(text.to_owned()))?.party.unwrap())
        },
        first_spelling,
    ),
    (
        "memo",
        |_, book, text| {
            Ok(entry_with(book, "memo", text, |draft| draft.lines[0].memo = Some(text.to_owned()))?.lines[0]
                .memo
                .clone()
                .unwrap())
        },
        exactly,
    ),
    (
        "tag key",
        |_, book, text| {
            Ok(entry_with(book, "key", text, |draft| {
                draft.tags = vec![Tag { key: text.to_owned(), value: String::new() }]
            })?
            .tags[0]
                .key
                .clone())
        },
        exactly,
    ),
    (
        "tag value",
        |_, book, text| {
            Ok(entry_with(book, "value", text, |draft| {
                draft.tags = vec![Tag { key: "naughty".to_owned(), value: text.to_owned() }]
            })?
            .tags[0]
                .value
                .clone())
        },
        exactly,
    ),
    (
        "external id",
        |_, book, text| {
            book.journal().post(meal("2026-03-01", 1).external_id(text).balance()?)?;
            Ok(book.journal().by_external_id(text)?.unwrap().external_id.unwrap())
        },
        exactly,
    ),
    (
        "account name",
        |_, book, text| {
            let name = format!("Assets:Naughty:{text}");
            Ok(book.accounts().get(&book.accounts().open(NewAccount::new(&name))?.name)?.name)
        },
        composed,
    ),
    (
        "alias",
        |_, book, text| {
            let aliases = book.accounts().alias("Assets:Cash", text)?.aliases;
            assert_eq!(book.accounts().get(text)?.name, "Assets:Cash");
            Ok(aliases.last().unwrap().clone())
        },
        composed,
    ),
    (
        "note",
        |_, book, text| {
            let number = book.accounts().list()?.len();
            let mut new = NewAccount::new(format!("Assets:Noted:{number}"));
            new.note = Some(text.to_owned());
            Ok(book.accounts().get(&book.accounts().open(new)?.name)?.note.unwrap())
        },
        exactly,
    ),
    (
        "book name",
        |ledger, _, text| {
            ledger.create_book(NewBook::personal(text, "EUR"))?;
            Ok(ledger.book(text)?.name().to_owned())
        },
        exactly,
    ),
    (
        "subtype",
        |_, book, text| {
            book.accounts().add_subtype(AccountKind::Asset, text, text)?;
            let (name, description) = book
                .accounts()
                .subtypes(AccountKind::Asset)?
                .into_iter()
                .find(|(name, _)| name == text)
                .unwrap();
            assert_eq!(name, description);
            Ok(name)
        },
        exactly,
    ),
    (
        "setting",
        |_, book, text| {
            book.settings("csv").save(text, &serde_json::json!({ "delimiter": text }))?;
            let saved = book.settings("csv").get(text)?;
            assert_eq!(saved.settings["delimiter"], text);
            Ok(saved.name)
        },
        exactly,
    ),
    (
        "setting's content",
        |_, book, text| {
            book.settings("csv").save("content", &serde_json::json!({ text: [text] }))?;
            Ok(book.settings("csv").get("content")?.settings[text][0].as_str().unwrap().to_owned())
        },
        exactly,
    ),
];

fn entry_with(
    book: &Book<'_>,
    field: &str,
    text: &str,
    change: impl FnOnce(&mut EntryDraft),
) -> ledger_core::Result<ledger_core::Entry> {
    let mut draft = meal("2026-03-01", 1).external_id(format!("{field} {}", book.head()?.number));
    change(&mut draft);
    let posted = book.journal().post(draft.balance()?)?;
    let stored = book.journal().get(posted.number)?;
    assert_eq!(posted, stored, "{field} {text:?}");
    Ok(stored)
}

fn exactly(stored: &str, given: &str) -> bool {
    stored == given
}

/// Names of accounts come back composed.
fn composed(stored: &str, given: &str) -> bool {
    stored.strip_prefix("Assets:Naughty:").unwrap_or(stored) == given.nfc().collect::<String>()
}

/// A party comes back in the spelling in which it was first named.
fn first_spelling(stored: &str, given: &str) -> bool {
    normalize(stored) == normalize(given)
}

/// The big list of naughty strings of the shared fixtures (`LEDGER_FIXTURES` tells where they are if not beside the
/// repository), and a few that it lacks.
fn naughty_strings() -> Option<Vec<String>> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures");
    let folder = std::env::var_os("LEDGER_FIXTURES").map_or_else(beside, PathBuf::from);
    let Ok(json) = std::fs::read_to_string(folder.join("security/blns.json")) else {
        println!("skipped: there is no security/blns.json among the fixtures");
        return None;
    };
    let mut strings: Vec<String> = serde_json::from_str(&json).unwrap();
    assert!(strings.len() > 400);
    strings.extend(
        ["nul \0 inside", "\0", "'; DROP TABLE entries; --", "{0,NULL,\"x\"}", "\\N", "\\"]
            .map(str::to_owned),
    );
    Some(strings)
}

#[test]
fn the_actor_of_a_session_is_kept_as_it_is() {
    let db = ledger_testkit::sqlite_database();
    let ledger =
        Ledger::open_or_create(db.url(), Session::new("Zoë O'Neil", || crate::support::instant(0))).unwrap();
    let book = home(&ledger);
    assert_eq!(post(&book, meal("2026-03-01", 1)).unwrap().recorded_by, "Zoë O'Neil");
}
