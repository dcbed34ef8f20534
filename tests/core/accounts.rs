//! The accounts of a book: opened, renamed, aliased, closed, found.

use ledger_core::account::{AccountKind, ChartTemplate, NewAccount, template};
use ledger_core::money::Commodity;
use ledger_core::report::RegisterQuery;
use ledger_core::{Book, EntryDraft, ErrorKind, Ledger};
use ledger_testkit::on_both_databases;

use crate::support::{assert_sound, day, eur, home, meal, open, post, refused, says, session};

fn names(book: &Book<'_>) -> Vec<String> {
    let mut names: Vec<String> =
        book.accounts().list().unwrap().into_iter().map(|account| account.name).collect();
    names.sort();
    names
}

on_both_databases! {
    fn kind_and_subtype_follow_from_the_name_where_they_are_plain(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let bank = book.accounts().get("Assets:Bank").unwrap();
        assert_eq!((bank.kind, bank.subtype.as_deref(), bank.id.get()), (AccountKind::Asset, Some("bank"), 1));
        let own = book.accounts().open(NewAccount::new("Verein:Kasse").kind(AccountKind::Asset).subtype("cash")).unwrap();
        assert_eq!((own.kind, own.subtype.as_deref()), (AccountKind::Asset, Some("cash")));
        let error = refused(db, &book, || book.accounts().open(NewAccount::new("Verein:Bank")));
        assert!(matches!(error.kind(), ErrorKind::InvalidSetting { what: "account kind", .. }));
        says(&error, &["\"Verein\"", "Assets, Liabilities, Equity, Income or Expenses"]);
        let error = refused(db, &book, || book.accounts().open(NewAccount::new("Assets:X").subtype("salary")));
        assert!(matches!(error.kind(), ErrorKind::InvalidSetting { what: "subtype", .. }));
        says(&error, &["\"salary\"", "bank"]);
    }

    fn a_subtype_of_the_books_own_stands_beside_the_catalogue(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.accounts().add_subtype(AccountKind::Asset, "bees", "Colonies and hives").unwrap();
        let opened = book.accounts().open(NewAccount::new("Assets:Hives").subtype("bees")).unwrap();
        assert_eq!(opened.subtype.as_deref(), Some("bees"));
        let subtypes = book.accounts().subtypes(AccountKind::Asset).unwrap();
        assert_eq!(subtypes.last().unwrap(), &("bees".to_owned(), "Colonies and hives".to_owned()));
        for taken in ["bees", "bank"] {
            let error = refused(db, &book, || book.accounts().add_subtype(AccountKind::Asset, taken, ""));
            assert!(matches!(error.kind(), ErrorKind::AlreadyExists { what: "subtype", .. }));
        }
        // It belongs to its kind and to its book.
        refused(db, &book, || book.accounts().open(NewAccount::new("Expenses:Bees").subtype("bees")));
        let other = crate::support::home_named(&ledger, "other");
        assert!(other.accounts().open(NewAccount::new("Assets:Hives").subtype("bees")).is_err());
    }

    fn an_account_that_cannot_be_opened_leaves_no_commodity_behind(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let usd = Commodity::iso("USD").unwrap();
        let error = refused(db, &book, || book.accounts().open(NewAccount::new("Assets:Bank").commodity(usd)));
        assert!(matches!(error.kind(), ErrorKind::AlreadyExists { .. }));
        book.accounts().open(NewAccount::new("Assets:Dollars").commodity(usd)).unwrap();
        assert_eq!(book.commodities().list().unwrap().len(), 2);
    }

    fn a_template_opens_what_is_missing_and_leaves_what_is_there(db: &TestDatabase) {
        let ledger = open(db);
        for (number, which) in [ChartTemplate::Personal, ChartTemplate::Freelancer, ChartTemplate::Family].into_iter().enumerate() {
            let book = ledger.create_book(ledger_core::NewBook::personal(format!("book {number}"), "EUR")).unwrap();
            let first = template(which)[0].name.to_uppercase();
            book.accounts().open(NewAccount::new(&first).kind(template(which)[0].kind)).unwrap();
            let opened = book.accounts().open_template(which).unwrap();
            assert_eq!(opened.len() + 1, template(which).len());
            assert_eq!(book.accounts().get(template(which)[0].name).unwrap().name, first);
            assert_eq!(book.accounts().open_template(which).unwrap(), []);
            for account in template(which) {
                assert_eq!(book.accounts().get(account.name).unwrap().kind, account.kind);
            }
            assert_sound(&book);
        }
    }

    fn renaming_takes_the_accounts_below_along_and_keeps_entries_and_old_names(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for name in ["Assets:Bank:N26", "Assets:Bank:N26:Space", "Assets:Banking"] {
            book.accounts().open(NewAccount::new(name)).unwrap();
        }
        let draft = EntryDraft::new(day("2026-03-01"), "Move").debit("Assets:Bank:N26:Space", eur(5)).infer("Assets:Bank");
        post(&book, draft.clone()).unwrap();
        book.accounts().rename("assets:BANK", "Assets:Giro", true).unwrap();
        for (old, new) in [
            ("Assets:Bank", "Assets:Giro"),
            ("Assets:Bank:N26", "Assets:Giro:N26"),
            ("Assets:Bank:N26:Space", "Assets:Giro:N26:Space"),
            ("Assets:Banking", "Assets:Banking"),
        ] {
            assert_eq!(book.accounts().get(old).unwrap().name, new);
            assert_eq!(book.accounts().get(new).unwrap().name, new);
        }
        assert_eq!(post(&book, draft).unwrap().lines[0].account, "Assets:Giro:N26:Space");
        assert_eq!(book.journal().get(1).unwrap().lines[1].account, "Assets:Giro");
        let page = book.journal().register(&RegisterQuery { below: true, ..RegisterQuery::latest("Assets:Bank") }).unwrap();
        assert_eq!((page.account.as_str(), page.lines.len()), ("Assets:Giro", 4));
        // Without the alias the old name is free again.
        book.accounts().rename("Assets:Giro:N26", "Assets:Giro:ING", false).unwrap();
        book.accounts().open(NewAccount::new("Assets:Giro:N26")).unwrap();
        assert_eq!(book.accounts().get("Assets:Giro:ING:Space").unwrap().name, "Assets:Giro:ING:Space");
        assert_sound(&book);
    }

    fn an_account_may_move_below_its_own_name_and_up_again(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for name in ["Assets:Bank:Old", "Assets:Bank:Old:Old"] {
            book.accounts().open(NewAccount::new(name)).unwrap();
        }
        let before = names(&book);
        for keep in [true, false] {
            book.accounts().rename("Assets:Bank", "Assets:Bank:Old", keep).unwrap();
            assert_eq!(names(&book)[..3], ["Assets:Bank:Old", "Assets:Bank:Old:Old", "Assets:Bank:Old:Old:Old"]);
            book.accounts().rename("Assets:Bank:Old", "Assets:Bank", keep).unwrap();
            assert_eq!(names(&book), before);
        }
        assert_sound(&book);
    }

    fn an_account_can_go_there_and_back_as_often_as_one_likes(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for _ in 0..3 {
            book.accounts().rename("Assets:Bank", "Assets:Giro", true).unwrap();
            assert_eq!(book.accounts().get("Assets:Bank").unwrap().aliases, ["Assets:Bank"]);
            book.accounts().rename("Assets:Giro", "Assets:Bank", true).unwrap();
            assert_eq!(book.accounts().get("Assets:Giro").unwrap().aliases, ["Assets:Giro"]);
        }
        // The case of a name is not another name.
        let account = book.accounts().rename("Assets:Bank", "assets:bank", true).unwrap();
        assert_eq!((account.name.as_str(), account.aliases), ("assets:bank", vec!["Assets:Giro".to_owned()]));
        assert_sound(&book);
    }

    fn children_that_spell_their_parent_otherwise_follow_it_whole(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for name in ["Assets:Café", "Assets:Ｃafé:Till", "ASSETS:CAFÉ:Tips:Jar"] {
            book.accounts().open(NewAccount::new(name)).unwrap();
        }
        book.accounts().rename("Assets:Café", "Assets:Bar", false).unwrap();
        for name in ["Assets:Bar", "Assets:Bar:Till", "Assets:Bar:Tips:Jar"] {
            assert_eq!(book.accounts().get(name).unwrap().name, name);
        }
        assert_sound(&book);
    }

    fn no_two_accounts_share_a_name_or_an_alias(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.accounts().alias("Assets:Bank", "Giro").unwrap();
        book.accounts().open(NewAccount::new("Assets:Cash:Purse")).unwrap();
        book.accounts().open(NewAccount::new("Assets:Box:Purse")).unwrap();
        for (error, words) in [
            (refused(db, &book, || book.accounts().open(NewAccount::new("ASSETS:bank"))), "(written \"Assets:Bank\")"),
            (refused(db, &book, || book.accounts().open(NewAccount::new("giro").kind(AccountKind::Asset))), "(as an alias of Assets:Bank)"),
            (refused(db, &book, || book.accounts().alias("Assets:Cash", "GIRO")), "(as an alias of Assets:Bank)"),
            (refused(db, &book, || book.accounts().alias("Assets:Cash", "Assets:Bank")), "is there already"),
            (refused(db, &book, || book.accounts().rename("Assets:Cash", "Giro", true)), "(as an alias of Assets:Bank)"),
            (refused(db, &book, || book.accounts().rename("Assets:Cash", "Assets:Bank", true)), "is there already"),
            // The parent's new name is free, but that of an account below it is not.
            (refused(db, &book, || book.accounts().rename("Assets:Cash", "Assets:Box", true)), "\"Assets:Box:Purse\" is there already"),
        ] {
            assert!(matches!(error.kind(), ErrorKind::AlreadyExists { what: "account", .. }), "{error}");
            says(&error, &[words]);
        }
        book.accounts().remove_alias("giro").unwrap();
        let error = refused(db, &book, || book.accounts().remove_alias("giro"));
        assert!(matches!(error.kind(), ErrorKind::NotFound { what: "alias", .. }));
        book.accounts().rename("Assets:Cash", "Giro", false).unwrap();
    }

    fn an_alias_finds_its_account_for_another_program_too(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let other = Ledger::open(db.url(), session("bert")).unwrap();
        let others = other.book("home").unwrap();
        assert!(others.accounts().get("Giro").is_err());
        book.accounts().alias("Assets:Bank", "Giro").unwrap();
        assert_eq!(others.accounts().get("giro").unwrap().aliases, ["Giro"]);
        book.accounts().remove_alias("Giro").unwrap();
        assert!(others.accounts().get("Giro").is_err());
    }

    fn an_account_that_holds_something_is_not_closed(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-15", 4_210)).unwrap();
        let close = |name: &str, on: &str| book.accounts().close(name, day(on));
        let error = refused(db, &book, || close("Assets:Bank", "2026-12-31"));
        assert!(matches!(error.kind(), ErrorKind::NotAllowed { what: "account", .. }));
        says(&error, &["Assets:Bank", "still holds -42.10 EUR"]);
        let error = refused(db, &book, || close("Expenses:Food", "2026-03-14"));
        says(&error, &["lines after 2026-03-14", "the last on 2026-03-15"]);
        // What was spent stays spent: accounts of income and expense may close with a balance.
        assert_eq!(close("Expenses:Food", "2026-03-15").unwrap().closed_on, Some(day("2026-03-15")));
        book.accounts().open(NewAccount::new("Assets:Later").opened_on(day("2027-01-01"))).unwrap();
        let error = refused(db, &book, || close("Assets:Later", "2026-12-31"));
        says(&error, &["opens later"]);
        assert_eq!(book.accounts().reopen("Expenses:Food").unwrap().closed_on, None);
        post(&book, meal("2026-03-16", 5)).unwrap();
        assert_sound(&book);
    }

    fn balances_are_told_for_any_day_up_to_the_ends_of_the_calendar(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for on in ["0001-01-01", "2026-02-28", "2026-03-01", "9999-12-31"] {
            post(&book, meal(on, 1)).unwrap();
        }
        let held = |on| book.accounts().balance("Expenses:Food", on).unwrap().first().map_or(0, ledger_core::money::Amount::minor);
        let expected = [("0001-01-01", 1), ("0001-01-02", 1), ("2026-02-27", 1), ("2026-02-28", 2), ("2026-03-01", 3), ("9999-12-30", 3), ("9999-12-31", 4)];
        for (on, sum) in expected {
            assert_eq!(held(Some(day(on))), sum, "{on}");
        }
        assert_eq!(held(None), 4);
        assert_eq!(held(Some(chrono::NaiveDate::MAX)), 4);
        assert_eq!(held(Some(chrono::NaiveDate::MIN)), 0);
        let query = |to| RegisterQuery { to: Some(to), ..RegisterQuery::latest("Expenses:Food") };
        for (to, lines) in [(day("9999-12-31"), 4), (chrono::NaiveDate::MAX, 4), (chrono::NaiveDate::MIN, 0), (day("0001-01-01"), 1)] {
            let page = book.journal().register(&query(to)).unwrap();
            assert_eq!(page.lines.len(), lines, "{to}");
            let last_day = RegisterQuery { from: Some(day("9999-12-31")), ..query(to) };
            match book.journal().register(&last_day) {
                Ok(page) => assert_eq!(page.lines.len(), lines / 4, "{to}"),
                Err(error) => assert!(to < day("9999-12-31"), "{to}: {error}"),
            }
        }
        for (as_of, sum) in [(chrono::NaiveDate::MAX, 4), (day("9999-12-31"), 4), (day("0001-01-01"), 1)] {
            let options = ledger_core::report::TrialBalanceOptions { as_of: Some(as_of), ..Default::default() };
            assert_eq!(book.reports().trial_balance(&options).unwrap().totals[0].debit, eur(sum));
        }
        let options = ledger_core::report::TrialBalanceOptions { as_of: Some(chrono::NaiveDate::MIN), ..Default::default() };
        assert_eq!(book.reports().trial_balance(&options).unwrap().totals, []);
    }

    fn the_search_ranks_by_fit_and_then_by_use(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for name in ["Expenses:Fodder", "Assets:Food Truck", "Expenses:Gifts"] {
            book.accounts().open(NewAccount::new(name)).unwrap();
        }
        book.accounts().alias("Expenses:Gifts", "Foodstuff").unwrap();
        let search = |text: &str| -> Vec<String> {
            let hits = book.accounts().search(text, 3).unwrap();
            hits.into_iter().map(|(account, _)| account.name).collect()
        };
        let before = search("fo");
        assert_eq!(before.len(), 3);
        for _ in 0..3 {
            let draft = EntryDraft::new(day("2026-03-01"), "Hay").debit("Expenses:Fodder", eur(5)).infer("Assets:Bank");
            post(&book, draft).unwrap();
        }
        assert_eq!(search("fo")[0], "Expenses:Fodder");
        assert_eq!(search("foodstuff")[0], "Expenses:Gifts");
        assert_eq!(search("expenses:food")[0], "Expenses:Food");
        assert!(book.accounts().search("fo", 0).unwrap().is_empty());
        assert!(search("xyzzy").is_empty());
    }
}

on_both_databases! {
    fn accounts_opened_together_are_all_opened_or_none(db: &TestDatabase) {
        let ledger = open(db);
        let book = ledger.create_book(ledger_core::NewBook::personal("together", "EUR")).unwrap();
        let twice = ["Assets:A", "Assets:B", "assets:a"].map(NewAccount::new);
        let refused = book.accounts().open_all(twice).unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::AlreadyExists { .. }), "{refused}");
        assert_eq!(book.accounts().list().unwrap(), []);

        let opened = book.accounts().open_all(["Assets:A", "Assets:B"].map(NewAccount::new)).unwrap();
        assert_eq!(opened.iter().map(|account| account.id.get()).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(book.accounts().open(NewAccount::new("Assets:C")).unwrap().id.get(), 3);
        assert_eq!(book.accounts().list().unwrap().len(), 3);
        assert_eq!(book.verify(None).unwrap().findings, []);
    }
}

on_both_databases! {
    fn a_name_never_tells_another_kind_than_the_accounts(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let error = refused(db, &book, || book.accounts().rename("Assets:Bank", "Income:Bank", false));
        says(&error, &["Income:Bank", "asset", "income"]);
        let wrong = NewAccount::new("Assets:Odd").kind(AccountKind::Income);
        let error = refused(db, &book, || book.accounts().open(wrong));
        says(&error, &["Assets:Odd", "income", "asset"]);
    }

    fn a_level_that_is_no_account_is_renamed_with_those_below_it(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.accounts().open_all(["Assets:Broker:A", "Assets:Broker:B"].map(NewAccount::new)).unwrap();
        book.accounts().rename("Assets:Broker", "Assets:Shares", false).unwrap();
        let names = names(&book);
        assert!(names.contains(&"Assets:Shares:A".to_owned()) && names.contains(&"Assets:Shares:B".to_owned()));
        assert_sound(&book);
    }

    fn a_range_that_ends_before_it_begins_is_refused(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let query = RegisterQuery {
            from: Some(day("2026-02-01")),
            to: Some(day("2026-01-01")),
            ..RegisterQuery::latest("Assets:Bank")
        };
        let error = book.journal().register(&query).unwrap_err();
        says(&error, &["2026-02-01 to 2026-01-01", "ends before it begins"]);
    }
}
