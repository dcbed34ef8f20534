//! Import rules as a book keeps them: their order, their accounts, and an audit event for each change.

use ledger_core::audit::{AuditEvent, AuditFilter};
use ledger_core::import::Decisions;
use ledger_core::import::rule::{LineView, Rule, read_rules};
use ledger_core::{Book, ErrorKind, Import, RuleImport};
use ledger_testkit::on_both_databases;

use crate::support::{assert_sound, day, eur, home, home_named, meal, open, post, refused, says};

/// A rule that looks for its own name in the payee.
fn rule_named(name: &str) -> Rule {
    let text = format!(
        "[[rule]]\nname = \"{name}\"\nwhen = {{ payee = \"{name}\" }}\nset = {{ account = \"Expenses:Food\" }}\n"
    );
    read_rules(&text).unwrap().remove(0)
}

fn names(book: &Book<'_>) -> Vec<String> {
    let rules = book.rules().list().unwrap();
    for (index, stored) in rules.iter().enumerate() {
        assert_eq!(stored.place, index + 1);
    }
    rules.into_iter().map(|stored| stored.rule.name).collect()
}

/// What was done to rules, oldest first.
fn events(book: &Book<'_>) -> Vec<AuditEvent> {
    book.audit().list(&AuditFilter { action: Some("rule.".to_owned()), ..AuditFilter::default() }).unwrap()
}

on_both_databases! {
    fn rules_keep_their_content_and_their_order(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let rules = book.rules();
        for name in ["b", "c", "d"] {
            rules.add(&rule_named(name), None).unwrap();
        }
        rules.add(&rule_named("a"), Some(1)).unwrap();
        rules.add(&rule_named("z"), Some(99)).unwrap();
        assert_eq!(names(&book), ["a", "b", "c", "d", "z"]);
        assert_eq!(rules.move_to("D", 2).unwrap().place, 2);
        assert_eq!(rules.move_to("a", 9).unwrap().place, 5);
        assert_eq!(names(&book), ["d", "b", "c", "z", "a"]);
        let full = read_rules(
            "[[rule]]\nname = \"B\"\nenabled = false\nstop = true\nwhen = { text = { regex = 'ä\\d' }, amount = '> 5' }\n\
             set = { split = [{ account = 'Expenses:Food', percent = 50 }, { account = 'Assets:Cash', remainder = true }] }\n",
        );
        let full = full.unwrap().remove(0);
        assert_eq!(rules.replace("b", &full).unwrap().place, 2);
        assert_eq!(rules.get("b").unwrap().rule, full);
        assert_eq!(rules.remove("z").unwrap().rule, rule_named("z"));
        assert_eq!(names(&book), ["d", "B", "c", "a"]);
        assert_sound(&book);
        // Another book has rules of its own.
        let other = home_named(&ledger, "club");
        assert_eq!(names(&other), [] as [&str; 0]);
        other.rules().add(&rule_named("b"), None).unwrap();
        assert_eq!(names(&book).len(), 4);
        drop(ledger);
        let ledger = open(db);
        let book = ledger.book("home").unwrap();
        assert_eq!(names(&book), ["d", "B", "c", "a"]);
        assert_sound(&book);
    }

    fn a_rule_moved_again_and_again_between_two_others_finds_room(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for name in ["a", "b", "c", "d"] {
            book.rules().add(&rule_named(name), None).unwrap();
        }
        // Each move halves the room between the first two.
        for turn in 0..30 {
            let last = ["c", "d"][turn % 2];
            book.rules().move_to(last, 2).unwrap();
            assert_eq!(names(&book)[1], last);
            assert_eq!(names(&book)[0], "a");
        }
        assert_sound(&book);
        let before = events(&book).len();
        book.rules().move_to("a", 1).unwrap();
        assert_eq!(events(&book).len(), before, "nothing changed");
    }

    fn each_change_is_an_audit_event_with_the_whole_rule(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let rules = book.rules();
        rules.add(&rule_named("a"), None).unwrap();
        rules.set_enabled("a", false).unwrap();
        rules.set_enabled("a", false).unwrap();
        rules.replace("a", &rule_named("b")).unwrap();
        rules.remove("b").unwrap();
        let events = events(&book);
        let told: Vec<String> = events.iter().map(|event| format!("{} {}", event.action, event.subject)).collect();
        assert_eq!(told, ["rule.add rule 1", "rule.change rule 1", "rule.change rule 1", "rule.remove rule 1"]);
        let last = events.last().unwrap();
        assert!(last.before.as_ref().unwrap().contains("\"payee\":\"b\"") && last.after.is_none(), "{last:?}");
        assert_sound(&book);
    }

    fn a_rule_that_names_an_unknown_account_is_refused_with_what_it_may_be(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let mut wrong = rule_named("a");
        wrong.set.account = Some("Expenses:Fod".to_owned());
        let error = refused(db, &book, || book.rules().add(&wrong, None));
        says(&error, &["there is no account \"Expenses:Fod\"", "Expenses:Food"]);
        wrong.set.account = None;
        wrong.set.transfer = Some("Assets:Savings".to_owned());
        says(&refused(db, &book, || book.rules().add(&wrong, None)), &["Assets:Savings"]);
        wrong = rule_named("a");
        wrong.when.account = vec!["Liabilities".to_owned()];
        says(&refused(db, &book, || book.rules().add(&wrong, None)), &["Liabilities"]);
        // Statements of all accounts below a name may be asked for.
        wrong.when.account = vec!["Assets".to_owned()];
        book.rules().add(&wrong, None).unwrap();
        // An account that is renamed later is told, and the rule stays as it is.
        let unknown = || book.rules().unknown_accounts(&book.rules().set().unwrap()).unwrap();
        book.accounts().rename("Expenses:Food", "Expenses:Meals", true).unwrap();
        assert!(unknown().is_empty(), "the old name is an alias");
        book.accounts().rename("Expenses:Meals", "Expenses:Dining", false).unwrap();
        book.accounts().remove_alias("Expenses:Food").unwrap();
        let told = unknown();
        assert_eq!((told.len(), told[0].0.as_str()), (1, "a"));
        says(&told[0].1, &["there is no account \"Expenses:Food\""]);
    }

    fn names_that_are_taken_or_missing_and_unsound_rules_are_refused(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.rules().add(&rule_named("Rewe"), None).unwrap();
        book.rules().add(&rule_named("Aldi"), None).unwrap();
        let error = refused(db, &book, || book.rules().add(&rule_named("REWE"), None));
        assert!(matches!(error.kind(), ErrorKind::AlreadyExists { what: "rule", .. }), "{error}");
        refused(db, &book, || book.rules().replace("Aldi", &rule_named("rewe")));
        let error = refused(db, &book, || book.rules().remove("Rewr"));
        says(&error, &["there is no rule \"Rewr\"", "Rewe"]);
        let error = refused(db, &book, || book.rules().add(&Rule::new("nothing"), None));
        says(&error, &["rule \"nothing\" is refused", "it does nothing"]);
        let both = [rule_named("x"), rule_named("X")];
        refused(db, &book, || book.rules().import(&both, RuleImport::Update));
        let taken = [rule_named("new"), rule_named("rewe")];
        refused(db, &book, || book.rules().import(&taken, RuleImport::Add));
    }

    fn an_import_adds_updates_or_replaces_all_as_one_unit(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let done = book.rules().import(&[rule_named("a"), rule_named("b"), rule_named("c")], RuleImport::Add).unwrap();
        assert_eq!((done.added, done.changed), (3, 0));
        let mut other = rule_named("B");
        other.stop = true;
        let done = book.rules().import(&[rule_named("d"), other, rule_named("c")], RuleImport::Update).unwrap();
        assert_eq!((done.added, done.changed, done.unchanged), (1, 1, 1));
        assert_eq!(names(&book), ["a", "B", "c", "d"]);
        let done = book.rules().import(&[rule_named("d"), rule_named("e"), rule_named("a")], RuleImport::ReplaceAll).unwrap();
        assert_eq!((done.added, done.removed), (1, 2));
        assert_eq!(names(&book), ["d", "e", "a"]);
        let done = book.rules().import(&[rule_named("d"), rule_named("e"), rule_named("a")], RuleImport::ReplaceAll).unwrap();
        assert_eq!((done.unchanged, done.added, done.changed, done.removed), (3, 0, 0, 0));
        assert_sound(&book);
    }

    fn rules_in_use_are_applied_and_others_are_not(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.rules().add(&rule_named("rewe"), None).unwrap();
        let line = LineView { payee: Some("Rewe"), ..LineView::new("Assets:Bank", day("2026-03-02"), eur(-500)) };
        assert!(book.rules().set().unwrap().apply(&line).decision.is_some());
        book.rules().set_enabled("rewe", false).unwrap();
        assert!(book.rules().set().unwrap().apply(&line).decision.is_none());
    }

    fn habits_of_the_journal_are_proposed_and_corrections_count_as_they_are_now(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let lunch = |on: &str| meal(on, 500).party("Mensa");
        for on in ["2026-03-01", "2026-03-02"] {
            post(&book, lunch(on)).unwrap();
        }
        let wrong = post(&book, lunch("2026-03-03")).unwrap();
        let other = post(&book, lunch("2026-03-04")).unwrap();
        // One that was booked elsewhere, and corrected.
        let mut draft = book.journal().draft_of(other.number).unwrap();
        draft.lines[0].account = "Income:Salary".into();
        let elsewhere = book.journal().amend(other.number, draft.balance().unwrap()).unwrap();
        assert_eq!(book.rules().suggest().unwrap(), []);
        let mut draft = book.journal().draft_of(elsewhere.number).unwrap();
        draft.lines[0].account = "Expenses:Food".into();
        book.journal().amend(elsewhere.number, draft.balance().unwrap()).unwrap();
        let found = book.rules().suggest().unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].seen, found[0].rule.name.as_str()), (4, "mensa"));
        book.journal().reverse(wrong.number, None).unwrap();
        assert_eq!(book.rules().suggest().unwrap()[0].seen, 3);
        book.rules().add(&found[0].rule, None).unwrap();
        assert_eq!(book.rules().suggest().unwrap(), []);
    }
    fn a_rule_can_be_made_of_a_line_that_waits_and_names_the_others_that_it_decides(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let rows = ["2026-03-02,Mensa,Lunch 1,-5.00", "2026-03-03,Mensa,Lunch 2,-6.00", "2026-03-04,Mensa,Refund,5.00"];
        let text = crate::imports::csv(&[&rows[..], &["2026-03-05,,Rent March 26,-900.00", "2026-03-06,,4711,-1.00"]].concat());
        let staged = Import { into: Some("Assets:Bank"), ..Import::new("bank.csv", text.as_bytes()) };
        book.imports().stage(&staged).unwrap();
        let imports = book.imports();
        let rule = imports.propose_rule(1, 2, "Expenses:Food").unwrap().unwrap();
        assert_eq!(rule.name, "mensa");
        assert_eq!(imports.covered(1, &rule).unwrap(), [1, 2], "money in is another thing");
        book.rules().add(&rule, None).unwrap();
        assert_eq!(imports.propose_rule(1, 2, "Expenses:Food").unwrap().unwrap().name, "mensa (2)");
        let rent = imports.propose_rule(1, 4, "Expenses:Food").unwrap().unwrap();
        assert_eq!((rent.name.as_str(), imports.covered(1, &rent).unwrap()), ("rent march", vec![4]));
        assert_eq!(imports.propose_rule(1, 5, "Expenses:Food").unwrap(), None, "a number is no habit");
        imports.commit(1, &Decisions::default()).unwrap();
        assert_eq!(imports.covered(1, &rule).unwrap(), [] as [u32; 0], "nothing waits any more");
        assert!(matches!(imports.covered(2, &rule).unwrap_err().kind(), ErrorKind::NotFound { .. }));
    }
}
