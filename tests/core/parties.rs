//! Parties: every name means one of them, entries follow when names change and parties are merged, nothing is lost by it.

use std::collections::BTreeMap;

use ledger_core::account::NewAccount;
use ledger_core::audit::AuditFilter;
use ledger_core::import::rule::read_rules;
use ledger_core::journal::EntryFilter;
use ledger_core::party::{NewParty, PartyDetails, PartyField, PartyKind, PartyLikeness};
use ledger_core::schedule::{MatchOptions, ScheduleTerms};
use ledger_core::{Book, EntryDraft, ErrorKind, ExportOptions, Import, Ledger, PostDue, admin};
use ledger_testkit::{TestDatabase, on_both_databases};

use crate::scene::Random;
use crate::schedules::rent;
use crate::support::{
    assert_sound, day, eur, home, home_named, meal, open, post, refused, says, session, stored,
};

/// A meal with somebody, on a day of March.
fn with(book: &Book<'_>, on: u32, party: &str) -> i64 {
    let draft = meal(&format!("2026-03-{on:02}"), 1_000 + i64::from(on)).party(party);
    post(book, draft).unwrap().number
}

/// The party that an entry shows.
fn shown(book: &Book<'_>, number: i64) -> String {
    book.journal().get(number).unwrap().party.unwrap()
}

/// The entries that a search by party finds, by number.
fn found(book: &Book<'_>, party: &str) -> Vec<i64> {
    let filter = EntryFilter { party: Some(party.to_owned()), ..EntryFilter::default() };
    let mut numbers: Vec<i64> =
        book.journal().search(&filter, None, 100).unwrap().entries.iter().map(|entry| entry.number).collect();
    numbers.sort_unstable();
    numbers
}

fn names(book: &Book<'_>) -> Vec<String> {
    book.parties().list().unwrap().into_iter().map(|party| party.name).collect()
}

fn meant(book: &Book<'_>, name: &str) -> String {
    book.parties().get(name).unwrap().name
}

/// What happened to parties, in order.
fn told(book: &Book<'_>) -> Vec<String> {
    let filter = AuditFilter { action: Some("party.".to_owned()), ..AuditFilter::default() };
    let events = book.audit().list(&filter).unwrap();
    events.into_iter().map(|event| format!("{} {}", event.action, event.subject)).collect()
}

/// Acme Ltd and ACME GMBH, each with an entry and an alias.
fn two_acmes(book: &Book<'_>) {
    with(book, 1, "Acme Ltd");
    with(book, 2, "ACME GMBH");
    book.parties().add_alias("Acme Ltd", "Wile").unwrap();
    book.parties().add_alias("ACME GMBH", "Die Firma").unwrap();
}

on_both_databases! {
    fn any_name_of_a_party_posts_with_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        with(&book, 1, "Zoë Ltd");
        book.parties().add_alias("zoe\u{308} ltd", "Zed").unwrap();
        for (on, name) in [(2, "ZED"), (3, "zoë ltd"), (4, "Zed")] {
            assert_eq!(shown(&book, with(&book, on, name)), "Zoë Ltd");
        }
        let batch = (5..8).map(|on| meal(&format!("2026-03-{on:02}"), on).party("zed").balance().unwrap()).collect();
        book.journal().post_bulk([Ok(batch)].into_iter()).unwrap();
        assert_eq!(names(&book), ["Zoë Ltd"]);
        assert_eq!(found(&book, "zed"), [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(found(&book, "zo"), [1, 2, 3, 4, 5, 6, 7]);
        // Another program reads the same.
        let ledger = open(db);
        let book = ledger.book("home").unwrap();
        assert_eq!(shown(&book, with(&book, 9, "zed")), "Zoë Ltd");
        assert_sound(&book);
    }

    fn a_name_is_one_partys_alone_whether_name_or_alias(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        two_acmes(&book);
        let parties = book.parties();
        let there = |name: &str, words: &[&str]| {
            says(&refused(db, &book, || parties.add(NewParty::new(name))), words);
        };
        there("Acme Ltd", &["party \"Acme Ltd\" is there already"]);
        there("ACME LTD", &["is there already (written \"Acme Ltd\")"]);
        there("wile", &["is there already (as an alias of Acme Ltd)"]);
        for name in ["acme gmbh", "DIE FIRMA"] {
            refused(db, &book, || parties.add_alias("Acme Ltd", name));
            refused(db, &book, || parties.rename("Acme Ltd", name));
        }
        says(&refused(db, &book, || parties.add_alias("Acme Ltd", " Acme")), &["alias \" Acme\" is refused", "at the beginning"]);
        says(&refused(db, &book, || parties.add(NewParty::new("a\u{200B}b"))), &["party", "U+200B"]);
        let both = NewParty { aliases: vec!["New".into(), "NEW".into()], ..NewParty::new("Newer") };
        refused(db, &book, || parties.add(both));
        says(&parties.get("Wild").unwrap_err(), &["there is no party \"Wild\"", "did you mean"]);
        // In another book the names are free.
        home_named(&ledger, "club").parties().add(NewParty::new("Wile")).unwrap();
    }

    fn what_is_known_of_a_party_is_kept_and_only_changes_are_written(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let mut details = PartyDetails::default();
        details.set(PartyField::Email, "office@acme.example").unwrap();
        details.set(PartyField::Iban, "DE89 3704 0044 0532 0130 00").unwrap();
        let new = NewParty { kind: PartyKind::Company, aliases: vec!["ACME".into()], details, ..NewParty::new("Acme Ltd") };
        let added = book.parties().add(new).unwrap();
        assert_eq!((added.kind, added.aliases.as_slice()), (PartyKind::Company, &["ACME".to_owned()][..]));
        let before = stored(db);
        let same = book.parties().edit("acme", |kind, details| {
            *kind = PartyKind::Company;
            details.set(PartyField::Iban, "de89370400440532013000")
        });
        assert_eq!((same.unwrap(), stored(db)), (added, before));
        let bad = refused(db, &book, || book.parties().edit("acme", |_, details| details.set(PartyField::Email, "nobody")));
        says(&bad, &["email address \"nobody\" is refused", "NAME@DOMAIN"]);
        let raw = PartyDetails { website: Some("javascript:alert(1)".into()), ..PartyDetails::default() };
        refused(db, &book, || book.parties().add(NewParty { details: raw, ..NewParty::new("Eve") }));
        let edited = book.parties().edit("Acme Ltd", |kind, details| {
            *kind = PartyKind::Unknown;
            *details = PartyDetails::default();
            Ok(())
        });
        assert!(edited.unwrap().details.is_empty());
        assert_eq!(told(&book), [
            "party.add party 1",
            "party.alias party alias acme",
            "party.change party details 1",
            "party.change party details 1",
        ]);
        assert_eq!(db.sql("SELECT COUNT(*) FROM party_details").unwrap().trim(), "0");
        assert_sound(&book);
    }

    fn a_renamed_party_is_found_by_its_old_name_and_its_entries_show_the_new_one(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        two_acmes(&book);
        let head = book.head().unwrap();
        book.schedules().add(ScheduleTerms { party: Some("Acme Ltd".into()), ..rent(&book) }).unwrap();
        let renamed = book.parties().rename("wile", "Acme plc").unwrap();
        assert_eq!((renamed.name.as_str(), renamed.aliases.as_slice()), ("Acme plc", &["Acme Ltd".to_owned(), "Wile".to_owned()][..]));
        assert_eq!((shown(&book, 1), found(&book, "acme ltd")), ("Acme plc".to_owned(), vec![1]));
        assert_eq!(book.head().unwrap(), head);
        let due = book.schedules().post_due(day("2026-01-31"), &PostDue::default()).unwrap();
        assert_eq!(due.posted[0].entry.party.as_deref(), Some("Acme plc"));
        // Only the case changes, and back to a name that it had.
        assert_eq!(book.parties().rename("Acme plc", "ACME PLC").unwrap().aliases.len(), 2);
        let back = book.parties().rename("Acme plc", "Acme Ltd").unwrap();
        assert_eq!(back.aliases, ["ACME PLC", "Wile"]);
        let before = stored(db);
        book.parties().rename("Acme Ltd", "Acme Ltd").unwrap();
        assert_eq!(stored(db), before);
        assert_sound(&book);
        drop(ledger);
        let ledger = open(db);
        assert_eq!(meant(&ledger.book("home").unwrap(), "acme plc"), "Acme Ltd");
    }

    fn entries_of_merged_parties_are_shown_and_found_as_one(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        two_acmes(&book);
        with(&book, 3, "Bakery");
        let head = book.head().unwrap();
        let into = book.parties().merge("die firma", "wile").unwrap();
        assert_eq!((into.name.as_str(), into.merged.as_slice()), ("Acme Ltd", &["ACME GMBH".to_owned()][..]));
        assert_eq!(into.aliases, ["Die Firma", "Wile"]);
        for name in ["Acme Ltd", "Wile", "ACME GMBH", "Die Firma"] {
            assert_eq!((meant(&book, name), found(&book, name)), ("Acme Ltd".to_owned(), vec![1, 2]), "{name}");
        }
        assert_eq!((shown(&book, 2), names(&book)), ("Acme Ltd".to_owned(), vec!["Acme Ltd".to_owned(), "Bakery".to_owned()]));
        assert_eq!(shown(&book, with(&book, 4, "acme gmbh")), "Acme Ltd");
        let text = EntryFilter { text: Some("die firma".into()), ..EntryFilter::default() };
        assert_eq!(book.journal().search(&text, None, 9).unwrap().entries.len(), 3);
        let page = book.journal().register(&ledger_core::report::RegisterQuery::latest("Assets:Bank")).unwrap();
        let parties: Vec<&str> = page.lines.iter().filter_map(|line| line.party.as_deref()).collect();
        assert_eq!(parties, ["Acme Ltd", "Acme Ltd", "Bakery", "Acme Ltd"]);
        let mut csv = Vec::new();
        let options = ExportOptions { party: Some("firma".into()), ..ExportOptions::default() };
        assert_eq!(book.export().journal(&options, &mut csv).unwrap().entries, 3);
        // Entries are as they were posted.
        assert_eq!(db.sql("SELECT party_id FROM entries ORDER BY number").unwrap().split_whitespace().collect::<Vec<_>>(), ["1", "2", "3", "1"]);
        assert_eq!(book.verify(Some(head)).unwrap().findings, []);
        // Again, by any name: nothing is written.
        let before = stored(db);
        book.parties().merge("ACME GMBH", "Die Firma").unwrap();
        assert_eq!(stored(db), before);
        assert_eq!(told(&book).last().unwrap(), "party.merge party details 2");
    }

    fn merged_parties_are_parted_as_they_were_and_halves_of_a_correction_stay_together(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        two_acmes(&book);
        book.parties().edit("ACME GMBH", |_, details| details.set(PartyField::Note, "in Berlin")).unwrap();
        let before: Vec<_> = book.parties().list().unwrap();
        book.parties().merge("ACME GMBH", "Acme Ltd").unwrap();
        book.journal().reverse(2, Some(day("2026-03-05"))).unwrap();
        with(&book, 6, "Die Firma");
        assert_eq!(book.parties().unmerge("acme gmbh").unwrap().details.note.as_deref(), Some("in Berlin"));
        assert_eq!(book.parties().list().unwrap(), before);
        // What was posted while they were one stays with the one that stood for both; a mirror goes with its original.
        assert_eq!((found(&book, "Acme Ltd"), found(&book, "Die Firma")), (vec![1, 4], vec![2, 3]));
        let totals = book.parties().show("Die Firma").unwrap().totals;
        assert!(totals.iter().all(|total| total.expenses.is_zero()), "{totals:?}");
        says(&refused(db, &book, || book.parties().unmerge("ACME GMBH")), &["cannot be parted: it was not merged"]);
        says(&refused(db, &book, || book.parties().unmerge("Wile")), &["it is an alias of Acme Ltd, which was not merged"]);
        assert_sound(&book);
    }

    fn no_party_stands_for_itself_however_it_is_named(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        two_acmes(&book);
        with(&book, 3, "Old Acme");
        let parties = book.parties();
        says(&refused(db, &book, || parties.merge("Wile", "acme ltd")), &["\"Wile\" cannot be merged: both names are those of Acme Ltd"]);
        parties.merge("Old Acme", "ACME GMBH").unwrap();
        parties.merge("ACME GMBH", "Acme Ltd").unwrap();
        // In a circle, over one and over two.
        refused(db, &book, || parties.merge("Acme Ltd", "ACME GMBH"));
        refused(db, &book, || parties.merge("Acme Ltd", "Old Acme"));
        says(&refused(db, &book, || parties.unmerge("Acme Ltd")), &["it stands for ACME GMBH"]);
        with(&book, 4, "Bakery");
        says(&refused(db, &book, || parties.merge("Old Acme", "Bakery")), &["it was merged into Acme Ltd (merge that one, or part them first)"]);
        says(&refused(db, &book, || parties.add_alias("Bakery", "Old Acme")), &["is there already (merged into Acme Ltd)"]);
        refused(db, &book, || parties.merge("Nobody", "Bakery"));
        assert_eq!(found(&book, "old acme"), [1, 2, 3]);
        // Parting the one in the middle takes what was merged into it along.
        parties.unmerge("ACME GMBH").unwrap();
        assert_eq!((found(&book, "old acme"), found(&book, "Wile")), (vec![2, 3], vec![1]));
        assert_sound(&book);
    }

    fn another_name_of_a_party_is_no_other_content_of_an_external_id(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let draft = |party: &str| meal("2026-03-01", 500).external_id("x").party(party).balance().unwrap();
        book.journal().post(draft("ACME GMBH")).unwrap();
        book.parties().add(NewParty::new("Acme Ltd")).unwrap();
        book.parties().merge("ACME GMBH", "Acme Ltd").unwrap();
        book.parties().add_alias("Acme Ltd", "Wile").unwrap();
        for name in ["ACME GMBH", "Acme Ltd", "wile"] {
            assert!(book.journal().post_or_get(draft(name)).unwrap().already_posted, "{name}");
        }
        book.parties().add(NewParty::new("Bakery")).unwrap();
        let other = refused(db, &book, || book.journal().post(draft("Bakery")));
        says(&other, &["party was \"Acme Ltd\", is \"Bakery\""]);
    }

    fn a_party_is_removed_only_when_nothing_names_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        two_acmes(&book);
        let parties = book.parties();
        let add = |name: &str| parties.add(NewParty { aliases: vec![format!("{name} too")], ..NewParty::new(name) }).unwrap();
        for name in ["Planned", "Ruled", "Whole", "Part", "Free", "Last"] {
            add(name);
        }
        let row = book.schedules().add(ScheduleTerms { party: Some("planned TOO".into()), ..rent(&book) }).unwrap();
        let rule = "[[rule]]\nname = \"r\"\nwhen = { payee = \"x\" }\nset = { party = \"Ruled\" }\n";
        book.rules().add(&read_rules(rule).unwrap()[0], None).unwrap();
        parties.merge("Part", "Whole").unwrap();
        for (name, words) in [
            ("Acme Ltd", vec!["cannot be removed: entry 1 names it"]),
            ("Wile", vec!["it is an alias of Acme Ltd"]),
            ("Planned", vec!["schedule \"Rent\" names it"]),
            ("Ruled", vec!["rule \"r\" names it"]),
            ("Whole", vec!["Part was merged into it"]),
            ("Part", vec!["it was merged into Whole"]),
            ("Nobody", vec!["there is no party \"Nobody\""]),
        ] {
            says(&refused(db, &book, || parties.remove(name)), &words);
        }
        says(&refused(db, &book, || parties.remove_alias("Planned too")), &["schedule \"Rent\" names the party by it"]);
        says(&refused(db, &book, || parties.remove_alias("Free")), &["it is the name of party Free (rename it instead)"]);
        says(&refused(db, &book, || parties.remove_alias("Part")), &["merged into Whole"]);
        says(&refused(db, &book, || parties.remove_alias("Fre too")), &["there is no alias", "Free too"]);
        assert_eq!(parties.remove_alias("last TOO").unwrap().aliases, [] as [&str; 0]);
        book.schedules().remove(row.id()).unwrap();
        parties.remove("Planned").unwrap();
        parties.edit("Free", |kind, _| { *kind = PartyKind::Person; Ok(()) }).unwrap();
        parties.remove("Free").unwrap();
        assert!(parties.get("Free too").is_err());
        assert_sound(&book);
        // Numbers have gaps now; what follows does not care, here and in another program.
        with(&book, 5, "Free");
        parties.remove("Last").unwrap();
        let ledger = open(db);
        let book = ledger.book("home").unwrap();
        with(&book, 6, "Planned");
        assert_eq!((shown(&book, 3), shown(&book, 4)), ("Free".into(), "Planned".into()));
        assert_eq!(names(&book), ["ACME GMBH", "Acme Ltd", "Free", "Planned", "Ruled", "Whole"]);
        assert_sound(&book);
    }

    fn what_another_program_changes_counts_for_the_next_post(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        with(&book, 1, "Acme Ltd");
        with(&book, 2, "Beta");
        with(&book, 3, "Gone");
        let other_ledger = Ledger::open(db.url(), session("ben")).unwrap();
        let other = other_ledger.book("home").unwrap();
        // A name that this program does not know yet, one that it knows as another party's, and one that was freed.
        other.parties().add_alias("Acme Ltd", "Wile").unwrap();
        assert_eq!(shown(&book, with(&book, 4, "Wile")), "Acme Ltd");
        other.parties().merge("Beta", "Acme Ltd").unwrap();
        assert_eq!(shown(&book, with(&book, 5, "Beta")), "Acme Ltd");
        other.parties().unmerge("Beta").unwrap();
        assert_eq!(shown(&book, with(&book, 6, "Beta")), "Beta");
        other.parties().rename("Gone", "Here").unwrap();
        assert_eq!(shown(&book, with(&book, 7, "Gone")), "Here");
        other.parties().remove_alias("Gone").unwrap();
        assert_eq!(shown(&book, with(&book, 8, "Gone")), "Gone");
        let new = other.parties().add(NewParty::new("New")).unwrap();
        assert_eq!(new.name, shown(&book, with(&book, 9, "new")));
        let ids = db.sql("SELECT party_id FROM entries WHERE number > 3 ORDER BY number").unwrap();
        assert_eq!(ids.split_whitespace().collect::<Vec<_>>(), ["1", "1", "2", "3", "4", "5"]);
        assert_sound(&book);
    }

    fn a_refused_unit_leaves_the_names_as_they_were(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        two_acmes(&book);
        refused(db, &book, || book.transaction(|book| {
            book.parties().rename("Acme Ltd", "Acme plc")?;
            book.parties().merge("ACME GMBH", "Acme plc")?;
            book.parties().add_alias("Acme plc", "Third")?;
            book.parties().remove("Acme plc")
        }));
        assert_eq!((names(&book), meant(&book, "Die Firma")), (vec!["ACME GMBH".to_owned(), "Acme Ltd".into()], "ACME GMBH".to_owned()));
        assert!(book.parties().get("Third").is_err());
        assert_eq!(shown(&book, with(&book, 3, "Third")), "Third");
    }

    fn what_a_party_came_to_leaves_out_what_was_taken_back(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        two_acmes(&book);
        let shown = book.parties().show("Wile").unwrap();
        assert_eq!((shown.usage.entries, shown.usage.first_on, shown.usage.last_on), (1, Some(day("2026-03-01")), Some(day("2026-03-01"))));
        assert_eq!(shown.totals.iter().map(|total| (total.income, total.expenses)).collect::<Vec<_>>(), [(eur(0), eur(1_001))]);
        let salary = EntryDraft::new(day("2026-04-01"), "Fee").debit("Assets:Bank", eur(70_000)).credit("Income:Salary", eur(70_000));
        post(&book, salary.party("Wile")).unwrap();
        let wrong = with(&book, 28, "Wile");
        book.journal().amend(wrong, meal("2026-03-20", 9).party("Wile").balance().unwrap()).unwrap();
        book.parties().merge("Die Firma", "Wile").unwrap();
        book.parties().add(NewParty::new("Unused")).unwrap();
        let shown = book.parties().show("Acme Ltd").unwrap();
        assert_eq!((shown.usage.entries, shown.usage.first_on, shown.usage.last_on), (4, Some(day("2026-03-01")), Some(day("2026-04-01"))));
        assert_eq!(shown.totals.iter().map(|total| (total.income, total.expenses)).collect::<Vec<_>>(), [(eur(70_000), eur(2_012))]);
        // As many as the search shows, and as the list counts.
        assert_eq!(found(&book, "Acme Ltd").len(), 4);
        assert_eq!(book.parties().entry_counts().unwrap(), [("Acme Ltd".to_owned(), 4)].into());
        assert_eq!(book.parties().show("unused").unwrap().usage.entries, 0);
    }

    fn a_search_ranks_whole_names_before_parts_and_finds_by_any_name(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for (on, name) in [(1, "Bakery"), (2, "Acme Bank"), (3, "Bank"), (4, "Datenbank"), (5, "Landlord"), (6, "Bakery")] {
            with(&book, on, name);
        }
        book.parties().add_alias("Landlord", "Bank of Home").unwrap();
        let hits = |text: &str| -> Vec<String> {
            book.parties().search(text, 9).unwrap().into_iter().map(|(party, _)| party.name).collect()
        };
        assert_eq!(hits("bank"), ["Bank", "Landlord", "Acme Bank", "Datenbank"]);
        assert_eq!(hits("ba"), ["Bakery", "Bank", "Landlord", "Acme Bank", "Datenbank"]);
        assert_eq!(hits("bakry"), ["Bakery"]);
        book.parties().merge("Landlord", "Bakery").unwrap();
        let (party, hit) = book.parties().search("landl", 1).unwrap().remove(0);
        assert_eq!((party.name.as_str(), hit.matched_alias.as_deref()), ("Bakery", Some("Landlord")));
    }

    fn likely_duplicates_are_proposed_and_nothing_is_merged(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        two_acmes(&book);
        for (on, name) in [(3, "Bäckerei Müller"), (4, "Müller Bäckerei"), (5, "Shop 1"), (6, "Shop 2")] {
            with(&book, on, name);
        }
        let before = stored(db);
        let pairs = || -> Vec<(PartyLikeness, String, String)> {
            let pairs = book.parties().duplicates().unwrap();
            pairs.into_iter().map(|(why, one, other)| (why, one.name, other.name)).collect()
        };
        assert_eq!(pairs(), [
            (PartyLikeness::LegalForm, "Acme Ltd".into(), "ACME GMBH".into()),
            (PartyLikeness::SameWords, "Bäckerei Müller".into(), "Müller Bäckerei".into()),
        ]);
        let near: Vec<String> = book.parties().near("Acme Inc.").unwrap().into_iter().map(|near| near.name).collect();
        assert_eq!(near, ["Acme Ltd", "ACME GMBH"]);
        assert_eq!(stored(db), before);
        book.parties().merge("ACME GMBH", "Acme Ltd").unwrap();
        assert_eq!(pairs().len(), 1);
    }

    fn schedules_and_imports_know_a_party_by_any_of_its_names(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.accounts().open(NewAccount::new("Expenses:Fun")).unwrap();
        // As many and as dear ones of somebody else, so that only the name tells.
        for on in 1..=15 {
            for (party, account) in [("Acme Ltd", "Expenses:Fun"), ("Bakery", "Expenses:Food")] {
                let paid = EntryDraft::new(day(&format!("2026-01-{on:02}")), "x").debit(account, eur(50_000));
                post(&book, paid.party(party).infer("Assets:Bank")).unwrap();
            }
        }
        book.schedules().add(ScheduleTerms { party: Some("Old Landlord".into()), ..rent(&book) }).unwrap();
        post(&book, meal("2026-02-02", 95_000).party("Landlord")).unwrap();
        book.parties().add_alias("Landlord", "Old Landlord").unwrap();
        book.parties().add_alias("Acme Ltd", "WILE E COYOTE").unwrap();
        let matches = book.schedules().matches(day("2026-02-03"), &MatchOptions::default()).unwrap();
        let paid = matches.iter().find(|found| found.occurrence.on == day("2026-02-01")).unwrap();
        assert!(paid.is_sure && paid.reasons.iter().any(|reason| reason == "to Landlord"), "{paid:?}");
        let csv = b"Date,Payee,Text,Amount\n2026-03-02,Wile E Coyote,Anvil,-500.00\n";
        let learned = book.imports().learned().unwrap();
        let import = Import { into: Some("Assets:Bank"), learned: &[&learned], ..Import::new("bank.csv", csv) };
        assert!(book.imports().import(&import).unwrap().committed);
        let number = book.head().unwrap().number;
        let entry = book.journal().get(number).unwrap();
        assert_eq!((entry.party.as_deref(), entry.lines[1].account.as_str()), (Some("Acme Ltd"), "Expenses:Fun"));
        assert_sound(&book);
    }

    fn verify_names_each_row_of_parties_that_another_program_changed(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        two_acmes(&book);
        with(&book, 3, "Bakery");
        book.parties().edit("Bakery", |_, details| details.set(PartyField::Note, "rolls")).unwrap();
        book.parties().merge("ACME GMBH", "Acme Ltd").unwrap();
        assert_sound(&book);
        let tables = ["party_details", "party_aliases"];
        let save = tables.map(|table| format!("CREATE TABLE kept_{table} AS SELECT * FROM {table};")).concat();
        let restore = tables.map(|table| format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table};")).concat();
        db.sql(&save).unwrap();
        let unchecked = match db.backend() {
            ledger_testkit::Backend::Sqlite => "PRAGMA foreign_keys = OFF; ",
            ledger_testkit::Backend::Postgres => "SET session_replication_role = replica; ",
        };
        for (change, row, words) in [
            ("UPDATE party_aliases SET party_id = 3 WHERE alias = 'Wile'", "party_aliases wile", "the last audit event left"),
            ("UPDATE party_aliases SET alias = 'Wily' WHERE alias = 'Wile'", "party_aliases wile", "is kept under"),
            ("UPDATE party_aliases SET normalized_name = 'bakery', alias = 'Bakery' WHERE alias = 'Wile'", "party_aliases bakery", "it is the name of party 3 as well"),
            ("UPDATE party_aliases SET party_id = 99 WHERE alias = 'Wile'", "party_aliases wile", "there is no party 99"),
            ("DELETE FROM party_aliases WHERE alias = 'Wile'", "party_aliases wile", "it is missing"),
            ("INSERT INTO party_aliases SELECT book_id, 'eve', 'Eve', party_id FROM parties WHERE party_id = 3", "party_aliases eve", "no audit event tells of it"),
            ("UPDATE party_details SET merged_into = NULL WHERE party_id = 2", "party_details 2", "the last audit event left"),
            ("UPDATE party_details SET merged_into = 99 WHERE party_id = 2", "party_details 2", "there is no party 99"),
            ("UPDATE party_details SET merged_into = 2 WHERE party_id = 3; UPDATE party_details SET merged_into = 3 WHERE party_id = 2", "party_details 2", "again and again"),
            ("UPDATE party_details SET kind = 'company' WHERE party_id = 3", "party_details 3", "the last audit event left"),
            ("UPDATE party_details SET body = '{}' WHERE party_id = 3", "party_details 3", "the last audit event left"),
            ("UPDATE party_details SET body = '[' WHERE party_id = 3", "party_details 3", "do not read"),
            ("DELETE FROM party_details WHERE party_id = 3", "party_details 3", "it is missing"),
        ] {
            db.sql(&format!("{unchecked}{change}")).unwrap();
            // A chart that is read now has to be read to its end.
            let ledger = open(db);
            let again = ledger.book("home").unwrap();
            let found = again.verify(None).unwrap().findings;
            assert!(found.iter().any(|it| it.row == row && it.difference.contains(words)), "{change}: {found:?}");
            found_or_refused(&again);
            db.sql(&format!("{unchecked}{restore}")).unwrap();
            assert_sound(&book);
        }
    }

    fn a_rollback_says_that_names_would_be_lost_and_one_that_lost_them_is_no_finding(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        two_acmes(&book);
        book.parties().merge("ACME GMBH", "Acme Ltd").unwrap();
        book.parties().rename("Acme Ltd", "Acme plc").unwrap();
        drop(ledger);
        roll_back_to_parties(db);
        says(&admin::rollback(db.url(), &session("anna"), false).unwrap_err(), &["4 rows would be lost"]);
        assert_eq!(admin::rollback(db.url(), &session("anna"), true).unwrap().as_deref(), Some("0009"));
        admin::migrate(db.url()).unwrap();
        let ledger = open(db);
        let book = ledger.book("home").unwrap();
        assert_sound(&book);
        assert_eq!((names(&book), found(&book, "acme")), (vec!["ACME GMBH".to_owned(), "Acme plc".to_owned()], vec![1, 2]));
        assert!(book.parties().get("Wile").is_err());
    }

    fn random_work_on_names_leaves_a_sound_book_that_every_program_reads_the_same(db: &TestDatabase) {
        let mut random = Random::seeded("parties");
        let ledger = open(db);
        let book = home(&ledger);
        let all: Vec<String> = (0..12).map(|n| format!("Name {n}")).collect();
        for step in 0..120 {
            let mut name = || all[random.below(12) as usize].as_str();
            let (one, other) = (name(), name());
            // Refusals are as good as changes: what counts is what is stored and what is in memory.
            let _ = match random.below(8) {
                0 => post(&book, meal("2026-03-01", step + 1).party(one)).map(|_| ()),
                1 => book.parties().add(NewParty::new(one)).map(|_| ()),
                2 => book.parties().rename(one, other).map(|_| ()),
                3 => book.parties().add_alias(one, other).map(|_| ()),
                4 => book.parties().remove_alias(one).map(|_| ()),
                5 => book.parties().merge(one, other).map(|_| ()),
                6 => book.parties().unmerge(one).map(|_| ()),
                _ => book.parties().remove(one),
            };
            if step % 10 == 9 {
                let fresh = open(db);
                let fresh = fresh.book("home").unwrap();
                let meant = |book: &Book<'_>| -> BTreeMap<&str, Option<String>> {
                    all.iter().map(|name| (name.as_str(), book.parties().get(name).ok().map(|party| party.name))).collect()
                };
                assert_eq!(meant(&book), meant(&fresh), "step {step}");
                assert_eq!(book.parties().list().unwrap(), fresh.parties().list().unwrap(), "step {step}");
                assert_sound(&fresh);
            }
        }
        // Every name means one party, and every entry is found by the party that it shows.
        for party in book.parties().list().unwrap() {
            for name in party.aliases.iter().chain(&party.merged).chain([&party.name]) {
                assert_eq!(meant(&book, name), party.name);
            }
        }
    }
}

/// Whatever the rows say, looking up and listing ends.
fn found_or_refused(book: &Book<'_>) {
    for name in ["Acme Ltd", "ACME GMBH", "Wile", "Bakery"] {
        let _ = book.parties().show(name);
    }
    if let Err(error) = book.parties().list() {
        assert!(matches!(error.kind(), ErrorKind::Corrupt { .. }), "{error}");
    }
}

/// Takes back what is newer than the migration of parties.
fn roll_back_to_parties(db: &TestDatabase) {
    let newer = |status: &ledger_core::SchemaStatus| {
        status.migrations.iter().any(|migration| migration.applied && migration.version.as_str() > "0009")
    };
    while newer(&admin::status(db.url()).unwrap()) {
        admin::rollback(db.url(), &session("anna"), false).unwrap();
    }
}
