//! `ledger party`: every verb, in every form, and flags elsewhere that take any name of a party.

use ledger_core::{Ledger, Session};
use ledger_testkit::{TestDatabase, on_both_databases};

use crate::shell::Shell as Plain;
use crate::support::{Shell, assert_fits};

/// A book in which entries name a few parties.
fn named(db: &TestDatabase) -> Shell {
    let shell = Shell::with_accounts(db);
    for (on, party) in [("2026-03-01", "Acme Ltd"), ("2026-03-02", "ACME GMBH"), ("2026-03-03", "Landlord")] {
        shell.fine(&["post", on, "Lunch", "Expenses:Dining", "12.50", "Assets:Cash", "--party", party]);
    }
    shell
}

/// The numbers of the entries that a search by party prints.
fn found(shell: &Shell, party: &str) -> usize {
    shell.json(&["search", "--party", party])["rows"].as_array().unwrap().len()
}

on_both_databases! {
    fn a_party_is_added_with_what_is_known_of_it_shown_and_edited(db: &TestDatabase) {
        let shell = Shell::with_accounts(db);
        let printed = shell.fine(&[
            "party", "add", "Acme Ltd", "--kind", "company", "--alias", "ACME", "--alias", "Wile", "--email", "office@acme.example",
            "--phone", "+44 20 7946 0000", "--address", "1 High Street, London", "--iban", "gb82 west 1234 5698 7654 32",
            "--tax-number", "GB 123 4567 89", "--website", "https://acme.example", "--reference", "K-17", "--note", "Pays late",
        ]);
        for part in ["Acme Ltd", "company", "ACME, Wile", "GB82WEST12345698765432", "tax number", "GB 123 4567 89", "K-17", "Pays late"] {
            assert!(printed.contains(part), "{part}: {printed}");
        }
        assert_fits(&printed);
        shell.fine(&["post", "2026-03-01", "Anvil", "Expenses:Dining", "12.50", "Assets:Cash", "--party", "wile"]);
        let shown = shell.json(&["party", "show", "ACME"]);
        let shown = &shown[0];
        assert_eq!((&shown["party"], &shown["kind"], &shown["aliases"][1]), (&"Acme Ltd".into(), &"company".into(), &"Wile".into()));
        assert_eq!((&shown["entries"], &shown["first_on"], &shown["expenses"][0]), (&1.into(), &"2026-03-01".into(), &"12.50 EUR".into()));
        let edited = shell.json(&["party", "edit", "wile", "--note", "", "--phone", "020 7946 0001", "--kind", "unknown"]);
        assert_eq!((&edited[0]["note"], &edited[0]["phone"], &edited[0]["kind"]), (&serde_json::Value::Null, &"020 7946 0001".into(), &"unknown".into()));
        assert!(shell.refused(2, &["party", "edit", "wile"]).contains("say what to change"));
        assert!(shell.refused(3, &["party", "edit", "wile", "--iban", "GB83 WEST 1234 5698 7654 32"]).contains("check digits do not fit"));
        assert!(shell.refused(3, &["party", "edit", "wile", "--email", "x"]).contains("email address \"x\" is refused"));
        assert!(shell.refused(2, &["party", "edit", "wile", "--kind", "robot"]).contains("kinds are person, company, unknown"));
    }

    fn a_new_name_that_is_near_another_is_asked_about(db: &TestDatabase) {
        let shell = named(db);
        let refused = shell.refused(7, &["party", "add", "Acme Inc."]);
        assert!(refused.contains("did you mean Acme Ltd?") && refused.contains("close to Acme Ltd, ACME GMBH"), "{refused}");
        shell.fine(&["party", "add", "Acme Inc.", "--yes"]);
        assert!(shell.refused(5, &["party", "add", "acme inc."]).contains("is there already (written \"Acme Inc.\")"));
        shell.fine(&["party", "add", "Bakery"]);
        assert!(shell.refused(4, &["party", "show", "Landlrd"]).contains("(did you mean Landlord?)"));
        assert!(shell.refused(4, &["search", "--party", "Landlrd"]).contains("(did you mean Landlord?)"));
    }

    fn names_are_changed_added_and_taken_away(db: &TestDatabase) {
        let shell = named(db);
        shell.fine(&["party", "rename", "Landlord", "Jana Novak"]);
        assert_eq!(shell.json(&["show", "3"])["party"], "Jana Novak");
        let said = shell.run(&["party", "alias", "add", "jana novak", "Jana"]);
        assert!(said.code == 0 && said.stderr.contains("Jana finds Jana Novak now"), "{said:?}");
        shell.fine(&["amend", "1", "--party", "JANA"]);
        assert_eq!((found(&shell, "landlord"), found(&shell, "jana")), (2, 2));
        let printed = shell.fine(&["party", "alias", "remove", "Landlord", "-O", "csv"]);
        assert_eq!(printed, "alias,party\nLandlord,Jana Novak\n");
        assert!(shell.refused(4, &["party", "alias", "remove", "Jan"]).contains("there is no alias \"Jan\" (did you mean Jana?)"));
        assert!(shell.refused(5, &["party", "alias", "remove", "Jana Novak"]).contains("rename it instead"));
        assert!(shell.refused(5, &["party", "rename", "Jana", "acme gmbh"]).contains("is there already"));
        let listed = shell.fine(&["party", "list", "-O", "csv"]);
        assert_eq!(listed, "party,kind,other_names,entries\nACME GMBH,unknown,,1\nAcme Ltd,unknown,,0\nJana Novak,unknown,Jana,2\n");
        assert!(shell.refused(5, &["party", "remove", "Acme Ltd"]).contains("entry 1 names it"));
        shell.fine(&["party", "add", "Nobody"]);
        shell.fine(&["party", "remove", "nobody"]);
        shell.refused(4, &["party", "show", "Nobody"]);
    }

    fn likely_duplicates_are_merged_and_parted_on_demand(db: &TestDatabase) {
        let shell = named(db);
        let pairs = shell.run(&["party", "duplicates"]);
        assert!(pairs.stdout.contains("legal form"), "{pairs:?}");
        let advice = "ledger party merge \"ACME GMBH\" \"Acme Ltd\"";
        assert!(format!("{}{}", pairs.stdout, pairs.stderr).contains(advice), "{pairs:?}");
        assert_fits(&pairs.stdout);
        let dry = shell.run(&["party", "merge", "ACME GMBH", "Acme Ltd", "--dry-run"]);
        assert!(dry.code == 0 && found(&shell, "gmbh") == 1, "{dry:?}");
        let said = shell.run(&["party", "merge", "ACME GMBH", "Acme Ltd"]);
        assert!(said.code == 0 && said.stderr.contains("Acme Ltd stands for ACME GMBH now"), "{said:?}");
        assert_eq!((found(&shell, "gmbh"), found(&shell, "Acme Ltd")), (2, 2));
        assert_eq!(shell.json(&["party", "show", "ACME GMBH"])[0]["merged"][0], "ACME GMBH");
        let register = shell.json(&["register", "Assets:Cash"]);
        assert!(register["rows"].as_array().unwrap().iter().all(|row| row["party"] != "ACME GMBH"), "{register}");
        let exported = shell.fine(&["export", "--format", "csv", "--party", "gmbh"]);
        assert_eq!(exported.matches("Acme Ltd").count(), 4, "{exported}");
        assert_eq!(shell.json(&["party", "duplicates"]), serde_json::json!([]));
        assert!(shell.refused(5, &["party", "merge", "Acme Ltd", "acme gmbh"]).contains("both names are those of Acme Ltd"));
        shell.fine(&["party", "unmerge", "ACME GMBH"]);
        assert_eq!((found(&shell, "gmbh"), found(&shell, "Acme Ltd")), (1, 1));
        shell.refused(5, &["party", "unmerge", "ACME GMBH"]);
        let ledger = Ledger::open(db.url(), Session::new("anna", chrono::Utc::now)).unwrap();
        assert_eq!(ledger.book("home").unwrap().verify(None).unwrap().findings, []);
    }

    fn every_form_of_output_holds_the_same_parties(db: &TestDatabase) {
        let shell = named(db);
        shell.fine(&["party", "alias", "add", "Landlord", "Somebody with a name as long as it takes to fill a line"]);
        shell.fine(&["party", "edit", "Landlord", "--kind", "person", "--note", "n".repeat(300).as_str()]);
        for args in [&["party", "list"][..], &["party", "show", "Landlord"], &["party", "search", "a"], &["party", "duplicates"]] {
            assert_fits(&shell.fine(args));
            let rows = shell.json(args);
            let lines = shell.fine(&[args, &["-O", "ndjson"]].concat());
            assert_eq!(lines.lines().count(), rows.as_array().unwrap().len(), "{args:?}");
            for format in ["csv", "tsv"] {
                assert_eq!(shell.fine(&[args, &["-O", format]].concat()).lines().count(), 1 + rows.as_array().unwrap().len());
            }
        }
        assert_eq!(shell.json(&["party", "list", "--kind", "person"]).as_array().unwrap().len(), 1);
        let hits = shell.fine(&["party", "search", "somebody", "-O", "csv"]);
        assert!(hits.starts_with("party,match,alias,kind\nLandlord,start,Somebody with"), "{hits}");
    }

    fn bash_offers_parties_by_any_of_their_names(db: &TestDatabase) {
        let shell = named(db);
        shell.fine(&["party", "alias", "add", "Landlord", "Jana"]);
        let plain = Plain::new(db);
        let words = ["ledger", "party", "show", "jan"];
        assert_eq!(crate::completions::offered(&plain, &words, "ledger party show jan"), ["Landlord"]);
        let words = ["ledger", "search", "--party", "ac"];
        assert_eq!(crate::completions::offered(&plain, &words, "ledger search --party ac"), ["Acme\\ Ltd", "ACME\\ GMBH"]);
    }
}
