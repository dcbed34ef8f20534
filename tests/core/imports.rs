//! The inbox: what becomes of statement lines, and that all of it can be taken back.

use ledger_core::account::NewAccount;
use ledger_core::import::{
    CERTAIN, Counter, CounterSuggester, CsvProfile, Decision, Decisions, ImportReport, ImportState,
    LineState, LineTexts, Statement, StatementDetail, StatementFile, StatementFormat, StatementLine,
    SuggestLine, Suggestion, Verdict,
};
use ledger_core::journal::EntryFilter;
use ledger_core::report::{RegisterQuery, TrialBalanceOptions};
use ledger_core::{Book, EntryDraft, ErrorKind, Import, Result};
use ledger_testkit::on_both_databases;

use crate::support::{assert_sound, day, eur, home, meal, open, post, refused, says};

pub const BANK: &str = "\
Date,Payee,Text,Amount
2026-03-02,Rewe,Card 4711,-42.10
2026-03-03,Bakery,Rolls,-3.40
2026-03-03,Bakery,Rolls,-3.40
2026-03-04,,Interest,0.00
2026-03-27,Brightwater Ltd,Salary,2450.00
";

pub fn csv(rows: &[&str]) -> String {
    format!("Date,Payee,Text,Amount\n{}\n", rows.join("\n"))
}

fn into<'a>(account: &'a str, text: &'a str) -> Import<'a> {
    Import { into: Some(account), ..Import::new("bank.csv", text.as_bytes()) }
}

pub fn import(book: &Book<'_>, account: &str, text: &str) -> Result<ImportReport> {
    book.imports().import(&into(account, text))
}

fn counts(report: &ImportReport) -> (u64, u64, u64, u64) {
    let counts = report.counts;
    (counts.posted, counts.matched, counts.duplicates, counts.questions)
}

/// All entries that registers show, by day and number, without their numbers.
pub fn shown(book: &Book<'_>) -> Vec<String> {
    let page = book.journal().search(&EntryFilter::default(), None, 10_000).unwrap();
    let entry = |entry: ledger_core::Entry| {
        let lines = entry.lines.iter().map(|line| format!("{} {}", line.account, line.amount));
        format!("{} {} | {}", entry.posted_on, entry.description, lines.collect::<Vec<_>>().join(" | "))
    };
    let mut shown: Vec<String> = page.entries.into_iter().map(entry).collect();
    shown.sort();
    shown
}

pub fn balances(book: &Book<'_>) -> Vec<String> {
    let balances = book.reports().trial_balance(&TrialBalanceOptions::default()).unwrap();
    let rows =
        balances.rows.iter().filter(|row| row.debit.or(row.credit).is_some_and(|amount| !amount.is_zero()));
    let side = |amount: Option<ledger_core::money::Amount>| {
        amount.map(|amount| amount.to_string()).unwrap_or_default()
    };
    rows.map(|row| format!("{}: {} | {}", row.account, side(row.debit), side(row.credit))).collect()
}

fn verdicts(book: &Book<'_>, id: i64) -> Vec<(Verdict, LineState)> {
    book.imports().lines(id).unwrap().iter().map(|line| (line.verdict, line.state)).collect()
}

fn decide(lines: impl IntoIterator<Item = (u32, Decision)>) -> Decisions {
    Decisions { lines: lines.into_iter().collect(), ..Decisions::default() }
}

/// A book with two own accounts besides the bank.
pub fn with_savings<'l>(ledger: &'l ledger_core::Ledger) -> Book<'l> {
    let book = home(ledger);
    book.accounts().open(NewAccount::new("Assets:Savings")).unwrap();
    book
}

on_both_databases! {
    fn lines_are_kept_as_they_came_with_what_became_of_them(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let report = import(&book, "Assets:Bank", BANK).unwrap();
        assert_eq!((report.id, report.committed, counts(&report)), (Some(1), true, (4, 0, 0, 0)));
        let lines = book.imports().lines(1).unwrap();
        assert_eq!((lines[0].raw.as_str(), lines[0].file_line), ("2026-03-02,Rewe,Card 4711,-42.10", 2));
        assert_eq!(lines.iter().map(|line| line.entry).collect::<Vec<_>>(), [Some(1), Some(2), Some(3), None, Some(4)]);
        let zero = &lines[3];
        assert_eq!((zero.verdict, zero.state), (Verdict::Zero, LineState::Dropped));
        assert_eq!(zero.reason, "an amount of zero, nothing to post");
        assert_eq!(lines[0].counter.as_deref(), Some("Expenses:Uncategorized"));
        assert_eq!(book.imports().list().unwrap()[0].state, ImportState::Committed);
        assert_sound(&book);
    }

    fn importing_a_file_twice_changes_nothing(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        import(&book, "Assets:Bank", BANK).unwrap();
        let before = crate::support::stored(db);
        let again = import(&book, "Assets:Bank", BANK).unwrap();
        assert_eq!((again.id, counts(&again)), (None, (0, 0, 4, 0)));
        assert_eq!(crate::support::stored(db), before);
        // In another account the same rows are other rows.
        assert_eq!(counts(&import(&book, "Assets:Cash", &csv(&["2026-03-03,Bakery,Rolls,-3.40"])).unwrap()), (1, 0, 0, 0));
    }

    fn an_overlapping_file_adds_only_what_is_new(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        import(&book, "Assets:Bank", BANK).unwrap();
        let rolls = "2026-03-03,Bakery,Rolls,-3.40";
        let later = csv(&[rolls, rolls, rolls, "2026-03-28,Rewe,Card,-9.00"]);
        assert_eq!(counts(&import(&book, "Assets:Bank", &later).unwrap()), (2, 0, 2, 0));
        let lines = book.imports().lines(2).unwrap();
        assert_eq!(lines[0].reason, "the same day, amount and text as line 2 of import 1");
        assert_eq!(lines[2].verdict, Verdict::New);
    }

    fn an_entry_posted_by_hand_is_matched_and_not_posted_again(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-03-01", 4210)).unwrap();
        let report = import(&book, "Assets:Bank", BANK).unwrap();
        assert_eq!(counts(&report), (3, 1, 0, 0));
        let line = &book.imports().lines(1).unwrap()[0];
        assert_eq!((line.verdict, line.state, line.entry), (Verdict::Match, LineState::Matched, Some(1)));
        assert_eq!(line.reason, "entry 1 of 2026-03-01 \"Meal\" has the same amount on this account");
        // It is taken now: another line of that amount is new.
        let other = csv(&["2026-03-01,Cafe,Lunch,-42.10"]);
        assert_eq!(counts(&import(&book, "Assets:Bank", &other).unwrap()), (1, 0, 0, 0));
    }

    fn several_entries_that_fit_equally_well_leave_the_import_open(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        for _ in 0..2 {
            post(&book, meal("2026-03-02", 4210)).unwrap();
        }
        let head = book.head().unwrap();
        let report = import(&book, "Assets:Bank", BANK).unwrap();
        assert_eq!((report.committed, counts(&report)), (false, (3, 0, 0, 1)));
        assert_eq!((report.questions[0].line, report.questions[0].candidates.as_slice()), (1, [1, 2].as_slice()));
        assert_eq!(book.head().unwrap(), head, "nothing is posted while a line is not clear");
        assert_eq!(verdicts(&book, 1)[1], (Verdict::New, LineState::Waiting));
        let error = refused(db, &book, || book.imports().commit(1, &Decisions::default()));
        says(&error, &["import 1 has 1 undecided line(s): 1;", "entry 1 of 2026-03-02 \"Meal\" or entry 2", "--link"]);
        let all = Decisions { accept_all: true, ..Decisions::default() };
        says(&refused(db, &book, || book.imports().commit(1, &all)), &["cannot simply be accepted"]);
        let done = book.imports().commit(1, &decide([(1, Decision::Link(2))])).unwrap();
        assert_eq!((done.committed, counts(&done)), (true, (3, 1, 0, 0)));
        assert_eq!(book.imports().lines(1).unwrap()[0].entry, Some(2));
        assert_sound(&book);
    }

    fn a_person_decides_line_by_line(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        assert!(!book.imports().stage(&into("Assets:Bank", BANK)).unwrap().committed);
        let split = |account: &str, amount| ledger_core::import::CounterSplit { account: account.into(), amount, memo: None };
        let decisions = decide([
            (1, Decision::Split(vec![split("Expenses:Food", Some(eur(-4000))), split("Assets:Cash", None)])),
            (2, Decision::Skip),
            (5, Decision::Account("Income:Salary".into())),
        ]);
        let report = book.imports().commit(1, &decisions).unwrap();
        assert_eq!(counts(&report), (3, 0, 0, 0));
        let expected = [
            "2026-03-02 Rewe — Card 4711 | Assets:Bank -42.10 EUR | Expenses:Food 40.00 EUR | Assets:Cash 2.10 EUR",
            "2026-03-03 Bakery — Rolls | Assets:Bank -3.40 EUR | Expenses:Uncategorized 3.40 EUR",
            "2026-03-27 Brightwater Ltd — Salary | Assets:Bank 2450.00 EUR | Income:Salary -2450.00 EUR",
        ];
        assert_eq!(shown(&book), expected);
        // What was skipped does not come again.
        assert_eq!(counts(&import(&book, "Assets:Bank", BANK).unwrap()), (0, 0, 4, 0));
        says(&refused(db, &book, || book.imports().commit(1, &decisions)), &["committed before", "undo"]);
        let error = refused(db, &book, || book.imports().commit(7, &decisions));
        assert!(matches!(error.kind(), ErrorKind::NotFound { what: "import", .. }));
    }

    fn statements_of_two_own_accounts_give_one_entry_in_either_order(db: &TestDatabase) {
        let ledger = open(db);
        let bank = csv(&["2026-03-05,,Transfer to savings,-500.00", "2026-03-06,Rewe,Card,-10.00"]);
        let savings = csv(&["2026-03-06,,Deposit,500.00", "2026-03-31,,Interest,1.25"]);
        let mut books = Vec::new();
        for (name, bank_first) in [("one", true), ("two", false)] {
            let book = crate::support::home_named(&ledger, name);
            book.accounts().open(NewAccount::new("Assets:Savings")).unwrap();
            let mut files = [("Assets:Bank", &bank), ("Assets:Savings", &savings)];
            if !bank_first {
                files.reverse();
            }
            for (account, text) in files {
                assert!(import(&book, account, text).unwrap().committed);
            }
            let second = book.imports().lines(2).unwrap();
            assert_eq!((second[0].verdict, second[0].state), (Verdict::Transfer, LineState::Adjusted));
            assert_eq!(shown(&book).len(), 3, "{:?}", shown(&book));
            assert_sound(&book);
            books.push(balances(&book));
        }
        assert_eq!(books[0], books[1]);
        assert!(books[0].iter().any(|row| row.contains("Assets:Savings") && row.contains("501.25")), "{books:?}");
        assert!(!books[0].iter().any(|row| row.contains("500.00")), "nothing is left without a category: {books:?}");
    }

    fn an_entry_that_has_the_other_account_already_is_the_transfer(db: &TestDatabase) {
        let ledger = open(db);
        let book = with_savings(&ledger);
        let draft = EntryDraft::new(day("2026-03-05"), "Put aside").debit("Assets:Savings", eur(50_000));
        post(&book, draft.infer("Assets:Bank")).unwrap();
        for (account, row) in [("Assets:Bank", "2026-03-05,,x,-500.00"), ("Assets:Savings", "2026-03-06,,y,500.00")] {
            assert_eq!(counts(&import(&book, account, &csv(&[row])).unwrap()), (0, 1, 0, 0));
        }
        assert_eq!(verdicts(&book, 2), [(Verdict::Transfer, LineState::Matched)]);
        assert_eq!(shown(&book).len(), 1);
    }

    fn an_opposite_amount_without_a_word_of_a_transfer_is_only_proposed(db: &TestDatabase) {
        let ledger = open(db);
        let book = with_savings(&ledger);
        import(&book, "Assets:Bank", &csv(&["2026-03-05,Ann,Loan,-500.00"])).unwrap();
        let report = import(&book, "Assets:Savings", &csv(&["2026-03-06,Bob,Gift,500.00"])).unwrap();
        assert_eq!((report.committed, counts(&report)), (false, (0, 0, 0, 1)));
        says(&refused(db, &book, || book.imports().commit(2, &Decisions::default())), &["no text says that it is a transfer"]);
        let accepted = book.imports().commit(2, &decide([(1, Decision::Accept)])).unwrap();
        assert_eq!(counts(&accepted), (0, 1, 0, 0));
        assert_eq!(shown(&book), ["2026-03-05 Ann — Loan | Assets:Bank -500.00 EUR | Assets:Savings 500.00 EUR"]);
        // The other way: it is something else.
        import(&book, "Assets:Bank", &csv(&["2026-04-05,Ann,Loan,-70.00"])).unwrap();
        import(&book, "Assets:Savings", &csv(&["2026-04-05,Bob,Gift,70.00"])).unwrap();
        book.imports().commit(4, &decide([(1, Decision::New)])).unwrap();
        assert_eq!(shown(&book).len(), 3);
    }

    fn import_undo_import_is_import(db: &TestDatabase) {
        let ledger = open(db);
        let book = with_savings(&ledger);
        post(&book, meal("2026-03-01", 4210)).unwrap();
        import(&book, "Assets:Savings", &csv(&["2026-03-26,,Transfer,-2450.00"])).unwrap();
        let before = (shown(&book), balances(&book));
        let first = import(&book, "Assets:Bank", BANK).unwrap();
        assert_eq!(counts(&first), (2, 2, 0, 0));
        let once = (shown(&book), balances(&book));
        let undone = book.imports().undo(2).unwrap();
        assert_eq!((undone.reversed, undone.unlinked, undone.restored), (2, 1, 1));
        assert_eq!((shown(&book), balances(&book)), before);
        let register = book.journal().register(&RegisterQuery::latest("Assets:Bank")).unwrap();
        assert_eq!(register.lines.len(), 1, "registers hide what was undone");
        assert_sound(&book);
        let again = import(&book, "Assets:Bank", BANK).unwrap();
        assert_eq!((counts(&again), again.id), (counts(&first), Some(3)));
        assert_eq!((shown(&book), balances(&book)), once);
        assert_sound(&book);
        says(&refused(db, &book, || book.imports().undo(2)), &["undone before"]);
    }

    fn undo_reverses_what_an_entry_was_amended_to_and_leaves_what_was_reversed(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        import(&book, "Assets:Bank", BANK).unwrap();
        let mut draft = book.journal().draft_of(1).unwrap();
        draft.lines[1].account = "Expenses:Food".into();
        let amended = book.journal().amend(1, draft.balance().unwrap()).unwrap();
        assert_eq!(book.imports().lines(1).unwrap()[0].entry, Some(amended.number));
        book.journal().reverse(2, None).unwrap();
        let undone = book.imports().undo(1).unwrap();
        assert_eq!((undone.reversed, undone.notes.len()), (3, 1 + 2), "{undone:?}");
        assert_eq!(shown(&book).len(), 2, "only the pair that a person reversed is shown: {:?}", shown(&book));
        assert!(balances(&book).is_empty());
        assert_sound(&book);
        says(&refused(db, &book, || book.journal().reverse(3, None)), &["undone with its import"]);
    }

    fn what_stands_in_the_way_of_an_undo_is_named_and_nothing_is_undone(db: &TestDatabase) {
        let ledger = open(db);
        let book = with_savings(&ledger);
        import(&book, "Assets:Bank", &csv(&["2026-03-05,,Transfer to savings,-500.00"])).unwrap();
        import(&book, "Assets:Savings", &csv(&["2026-03-06,,Deposit,500.00"])).unwrap();
        let error = refused(db, &book, || book.imports().undo(1));
        says(&error, &["line 1 of import 2", "undo import 2 first"]);
        book.lock(Some(day("2026-03-31"))).unwrap();
        says(&refused(db, &book, || book.imports().undo(2)), &["import \"2\" cannot be undone", "lock"]);
        book.lock(None).unwrap();
        book.imports().undo(2).unwrap();
        book.imports().undo(1).unwrap();
        assert!(balances(&book).is_empty());
        import(&book, "Assets:Savings", &csv(&["2026-03-06,,Deposit,500.00"])).unwrap();
        let mirrored = EntryDraft::new(day("2026-03-07"), "Out").debit("Assets:Cash", eur(50_000));
        post(&book, mirrored.infer("Assets:Savings")).unwrap();
        book.accounts().close("Assets:Savings", day("2026-03-08")).unwrap();
        book.accounts().close("Income:Uncategorized", day("2026-03-05")).unwrap_err();
        assert_sound(&book);
    }

    fn an_open_import_can_be_discarded_and_the_file_come_again(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        book.imports().stage(&into("Assets:Bank", BANK)).unwrap();
        let waiting = import(&book, "Assets:Bank", BANK).unwrap();
        assert_eq!((waiting.id, counts(&waiting)), (None, (0, 0, 4, 0)));
        says(&refused(db, &book, || book.imports().undo(1)), &["still open"]);
        assert!(waiting.notes.iter().any(|note| note.contains("4 line(s) wait in import 1, which is open")), "{waiting:?}");
        book.imports().discard(1).unwrap();
        assert_eq!(book.imports().get(1).unwrap().state, ImportState::Discarded);
        let again = import(&book, "Assets:Bank", BANK).unwrap();
        assert_eq!((again.id, counts(&again)), (Some(2), (4, 0, 0, 0)));
        says(&refused(db, &book, || book.imports().discard(2)), &["committed before"]);
    }

    fn a_gap_in_the_balances_has_to_be_accepted(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        let text = "Date,Text,Amount,Balance\n2026-03-01,a,-1.00,99.00\n2026-03-02,b,-2.00,97.00\n2026-03-03,c,-3.00,90.00\n";
        let report = import(&book, "Assets:Bank", text).unwrap();
        assert!(!report.committed);
        assert_eq!(
            report.gaps,
            ["line 4: the balance is 90.00 EUR, but the lines lead to 94.00 EUR (-4.00 EUR apart)"]
        );
        says(&refused(db, &book, || book.imports().commit(1, &Decisions::default())), &["line 4", "--accept-gap"]);
        let accepted = Decisions { accept_gaps: true, ..Decisions::default() };
        assert!(book.imports().commit(1, &accepted).unwrap().committed);
    }

    fn a_rule_comes_before_the_default_and_what_it_says_is_kept(db: &TestDatabase) {
        struct Rule;
        impl CounterSuggester for Rule {
            fn suggest(&self, line: &SuggestLine<'_>) -> Option<Suggestion> {
                let payee = line.line.payee()?;
                let counter = match payee {
                    "Rewe" => Counter::Account("Expenses:Food".into()),
                    "Bakery" => Counter::Skip,
                    _ => return None,
                };
                Some(Suggestion {
                    counter: Some(counter),
                    party: Some("REWE Markt".to_owned()),
                    description: Some("Groceries".to_owned()),
                    confidence: CERTAIN,
                    reason: "rule \"food\"".into(),
                    rule: Some("food".to_owned()),
                    ..Suggestion::default()
                })
            }
        }
        let ledger = open(db);
        let book = home(&ledger);
        let rules: [&dyn CounterSuggester; 1] = [&Rule];
        let staged = book.imports().stage(&Import { rules: &rules, ..into("Assets:Bank", BANK) }).unwrap();
        // The rule is not asked again: what was shown is what is posted.
        let report = book.imports().commit(staged.id.unwrap(), &Decisions::default()).unwrap();
        assert_eq!((report.counts.posted, report.counts.skipped), (2, 3));
        let lines = book.imports().lines(1).unwrap();
        assert_eq!((lines[0].rule.as_deref(), lines[0].confidence), (Some("food"), Some(100)));
        assert_eq!(lines[1].state, LineState::Skipped);
        let entry = book.journal().get(1).unwrap();
        assert_eq!((entry.description.as_str(), entry.party.as_deref()), ("Groceries", Some("REWE Markt")));
        assert_eq!(entry.lines[1].account, "Expenses:Food");
    }

    fn an_entry_stands_for_one_line_only(db: &TestDatabase) {
        let ledger = open(db);
        let book = home(&ledger);
        post(&book, meal("2026-01-01", 340)).unwrap();
        book.imports().stage(&into("Assets:Bank", BANK)).unwrap();
        let twice = decide([(2, Decision::Link(1)), (3, Decision::Link(1))]);
        says(&refused(db, &book, || book.imports().commit(1, &twice)), &["lines 2 and 3 cannot both be it"]);
        says(
            &refused(db, &book, || book.imports().commit(1, &decide([(1, Decision::Link(1))]))),
            &["it has -3.40 EUR on Assets:Bank, the line is -42.10 EUR"],
        );
        book.imports().commit(1, &decide([(2, Decision::Link(1))])).unwrap();
        book.imports().stage(&into("Assets:Bank", &csv(&["2026-04-01,x,,-3.40"]))).unwrap();
        let error = refused(db, &book, || book.imports().commit(2, &decide([(1, Decision::Link(1))])));
        says(&error, &["it stands for line 2 of import 1 already"]);
    }

    fn a_file_of_two_own_accounts_posts_a_transfer_once(db: &TestDatabase) {
        let ledger = open(db);
        let book = with_savings(&ledger);
        let into_each = [("DE02 1".to_owned(), "Assets:Bank".to_owned()), ("de022".to_owned(), "Assets:Savings".to_owned())];
        let import = Import { into_each: &into_each, ..Import::new("all.qif", b"") };
        let read = || file(&[
            ("DE021", &[("2026-03-05", -50_000, "Übertrag"), ("2026-03-06", -1_000, "Rewe"), ("2026-03-09", -700, "Ann")]),
            ("DE022", &[("2026-03-05", 50_000, "Gutschrift"), ("2026-03-09", 700, "Bob")]),
        ]);
        let report = book.imports().import_read(&import, read()).unwrap();
        assert_eq!((report.committed, counts(&report)), (false, (2, 1, 0, 2)), "{report:?}");
        assert_eq!(report.questions[0].other_line, Some(5));
        // Who accepts one side accepts the other.
        let report = book.imports().commit(1, &decide([(5, Decision::Accept)])).unwrap();
        assert_eq!(counts(&report), (3, 2, 0, 0));
        let lines = book.imports().lines(1).unwrap();
        assert_eq!((lines[0].entry, lines[3].entry, lines[3].state), (Some(1), Some(1), LineState::Matched));
        assert_eq!(shown(&book)[0], "2026-03-05 Übertrag | Assets:Bank -500.00 EUR | Assets:Savings 500.00 EUR");
        assert_eq!(shown(&book).len(), 3);
        // The next file finds the accounts by what the bank calls them.
        let again = book.imports().import_read(&Import::new("all.qif", b""), read()).unwrap();
        assert_eq!((again.id, again.counts.duplicates), (None, 5));
        book.imports().undo(1).unwrap();
        assert!(balances(&book).is_empty() && shown(&book).is_empty());
        let error = book.imports().import_read(&Import::new("all.qif", b""), read()).unwrap_err();
        says(&error, &["statement 1 of 2 in all.qif", "\"DE021\"", "--into \"DE021=ACCOUNT\""]);
        assert_sound(&book);
    }

    fn skipping_one_side_of_a_transfer_leaves_the_other_its_own_entry(db: &TestDatabase) {
        let ledger = open(db);
        let book = with_savings(&ledger);
        book.accounts().alias("Assets:Bank", "DE02 1111").unwrap();
        book.accounts().alias("Assets:Savings", "DE02 2222").unwrap();
        let read = file(&[
            ("DE02 1111", &[("2026-03-05", -50_000, "to DE02 2222"), ("2026-03-06", -100, "x")]),
            ("DE02 2222", &[("2026-03-05", 50_000, "Gutschrift"), ("2026-03-06", 100, "y")]),
        ]);
        let report = book.imports().import_read(&Import::new("all.qif", b""), read).unwrap();
        assert_eq!(counts(&report), (1, 1, 0, 2));
        let decisions = decide([(1, Decision::Skip), (2, Decision::New), (4, Decision::Skip)]);
        assert_eq!(counts(&book.imports().commit(1, &decisions).unwrap()), (2, 0, 0, 0));
        let expected = [
            "2026-03-05 Gutschrift | Assets:Savings 500.00 EUR | Income:Uncategorized -500.00 EUR",
            "2026-03-06 x | Assets:Bank -1.00 EUR | Expenses:Uncategorized 1.00 EUR",
        ];
        assert_eq!(shown(&book), expected);
    }

    fn what_the_file_tells_of_the_other_side_is_taken(db: &TestDatabase) {
        let ledger = open(db);
        let book = with_savings(&ledger);
        book.accounts().alias("Assets:Savings", "DE02 2222").unwrap();
        let mut read = file(&[("Assets:Bank", &[
            ("2026-03-05", -5_000, "Rewe"),
            ("2026-03-06", -6_000, "Umzug"),
            ("2026-03-07", -7_000, "Sparen auf DE022222"),
        ])]);
        let lines = &mut read.statements[0].lines;
        let detail = |category: &str| Some(Box::new(StatementDetail { category: Some(category.into()), ..Default::default() }));
        lines[0].detail = detail("Food");
        lines[1].detail = detail("Moving");
        let report = book.imports().import_read(&Import::new("a.qif", b""), read).unwrap();
        assert!(report.committed);
        let counters: Vec<_> = book.imports().lines(1).unwrap().into_iter().filter_map(|line| line.counter).collect();
        assert_eq!(counters, ["Expenses:Food", "Expenses:Uncategorized", "Assets:Savings"]);
    }
}

/// Day, minor units and payee of a line.
type Row<'a> = (&'a str, i64, &'a str);

/// A file with a statement for each account of the bank.
fn file(statements: &[(&str, &[Row<'_>])]) -> StatementFile<'static> {
    let line = |(number, (on, minor, payee)): (u32, &Row<'_>)| {
        let texts = LineTexts { payee: Some(payee), ..LineTexts::default() };
        StatementLine::new(number, day(on), eur(*minor)).with_texts(&texts)
    };
    let statement = |(account, lines): &(&str, &[Row<'_>])| Statement {
        account: Some((*account).into()),
        lines: (1..).zip(lines.iter()).map(line).collect(),
        ..Statement::default()
    };
    StatementFile {
        format: StatementFormat::Qif,
        text: "".into(),
        statements: statements.iter().map(statement).collect(),
        problems: Vec::new(),
        notes: Vec::new(),
        profile: CsvProfile::default(),
        decisions: Vec::new(),
    }
}
