//! `ledger import`.

use ledger_testkit::{TestDatabase, on_both_databases};

use crate::shell::{Run, Shell, csv_sums, example, home, ledger};

const STATEMENT: &str = "\
Date,Payee,Text,Amount,Balance
2026-03-02,Rewe,Card 4711,-42.10,957.90
2026-03-03,Bakery,Rolls,-3.40,954.50
2026-03-03,Bakery,Rolls,-3.40,951.10
2026-03-04,,Interest,0.00,951.10
2026-03-27,Brightwater Ltd,Salary,2450.00,3401.10
";

/// A book without entries, and a statement beside it.
fn bank(db: &TestDatabase) -> (Shell, String) {
    home(&ledger(db.url()));
    let shell = Shell::new(db);
    let file = shell.file("bank.csv", STATEMENT);
    (shell, file)
}

fn import(shell: &Shell, file: &str, flags: &str) -> Run {
    shell.run(["import", "csv", file, "--into", "Assets:Bank"].into_iter().chain(flags.split_whitespace()))
}

/// The number of entries in the book, after a check that it is sound and its trial balance ties.
fn entries(shell: &Shell) -> i64 {
    let json: serde_json::Value = serde_json::from_str(&shell.line("verify -O json").good()).unwrap();
    let csv = shell.line("tb -O csv").good();
    assert_eq!(csv_sums(&csv, "debit"), csv_sums(&csv, "credit"), "{csv}");
    json["books"][0]["entries"].as_i64().unwrap()
}

on_both_databases! {
    fn a_statement_imported_twice_is_posted_once_and_identical_rows_are_all_posted(db: &TestDatabase) {
        let (shell, file) = bank(db);
        let first = import(&shell, &file, "-O csv");
        assert_eq!(
            first.stdout,
            "\
number,posted_on,description,counter,amount,amount_commodity
1,2026-03-02,Rewe — Card 4711,Expenses:Uncategorized,-42.10,EUR
2,2026-03-03,Bakery — Rolls,Expenses:Uncategorized,-3.40,EUR
3,2026-03-03,Bakery — Rolls,Expenses:Uncategorized,-3.40,EUR
4,2026-03-27,Brightwater Ltd — Salary,Income:Uncategorized,2450.00,EUR
"
        );
        assert!(first.stderr.contains("line 5: an amount of zero, nothing to post"), "{first:?}");
        assert!(first.stderr.contains("opened account Expenses:Uncategorized"), "{first:?}");
        assert!(first.stderr.ends_with("posted 4, already there 0, skipped 1\n"), "{first:?}");
        let second = import(&shell, &file, "-O json");
        assert!(second.stderr.ends_with("posted 0, already there 4, skipped 1\n"), "{second:?}");
        assert_eq!(second.good(), "[]\n");
        assert_eq!(entries(&shell), 4);
        let bank = shell.line("tb -O csv").good();
        assert!(bank.contains("Assets:Bank,asset,2401.10,EUR"), "{bank}");
    }

    fn an_overlapping_statement_adds_only_what_is_new(db: &TestDatabase) {
        let (shell, file) = bank(db);
        import(&shell, &file, "").good();
        let later = shell.file(
            "later.csv",
            "Date,Payee,Text,Amount,Balance\n2026-03-03,Bakery,Rolls,-3.40,1.00\n2026-03-03,Bakery,Rolls,-3.40,2.00\n\
             2026-03-03,Bakery,Rolls,-3.40,3.00\n2026-03-28,Rewe,Card,-9.00,4.00\n",
        );
        let run = import(&shell, &later, "");
        assert!(run.stderr.ends_with("posted 2, already there 2, skipped 0\n"), "{run:?}");
        assert_eq!(entries(&shell), 6);
    }

    fn a_row_that_was_put_into_another_category_is_still_there(db: &TestDatabase) {
        let (shell, file) = bank(db);
        import(&shell, &file, "").good();
        let ledger = ledger(db.url());
        let book = ledger.book("home").unwrap();
        let mut draft = book.journal().draft_of(1).unwrap();
        draft.lines[1].account = "Expenses:Food".into();
        book.journal().amend(1, draft.balance().unwrap()).unwrap();
        // Another counter account would make other content of the same rows.
        let run = import(&shell, &file, "--counter Expenses:Food");
        assert!(run.stderr.ends_with("posted 0, already there 4, skipped 1\n"), "{run:?}");
    }

    fn a_dry_run_shows_the_same_and_posts_nothing(db: &TestDatabase) {
        let (shell, file) = bank(db);
        let rehearsed = import(&shell, &file, "--dry-run -O csv --save-profile x");
        assert!(rehearsed.stderr.ends_with("would post 4, already there 0, skipped 1\n"), "{rehearsed:?}");
        assert_eq!(entries(&shell), 0);
        assert_eq!(shell.line("import profiles -O json").good(), "[]\n");
        assert!(!shell.line("tb --zero").good().contains("Uncategorized"));
        assert_eq!(import(&shell, &file, "-O csv").good(), rehearsed.good());
    }

    fn unreadable_rows_are_all_reported_and_nothing_is_posted(db: &TestDatabase) {
        let (shell, _) = bank(db);
        let content = "Date,Text,Amount\n2026-03-01,a,-1.00\n2026-03-0x,b,2.00\n2026-03-03,ä\tc,?\n";
        shell.file("bad.csv", content);
        let told = import(&shell, "bad.csv", "").bad(3);
        assert_eq!(
            told,
            "\
bad.csv:3:1: [unreadable-date] \"2026-03-0x\" is not a date written as YYYY-MM-DD
    2026-03-0x,b,2.00
    ^
bad.csv:4:16: [unreadable-amount] \"?\" is not an amount: \"?\" has no place in it
    2026-03-03,ä c,?
                   ^
error: bad.csv has 2 problems
nothing was posted: mend the file, or pass over these rows with --skip-errors
"
        );
        assert_eq!(entries(&shell), 0);
        let json = import(&shell, "bad.csv", "-O json -q").bad(3);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&json["count"], &json["problems"][0]["code"]), (&2.into(), &"unreadable-date".into()));
        let skipped = import(&shell, "bad.csv", "--skip-errors");
        assert!(skipped.stderr.ends_with("posted 1, already there 0, skipped 2\n"), "{skipped:?}");
        assert_eq!((skipped.code, entries(&shell)), (3, 1));
    }

    fn a_file_that_cannot_be_read_ends_with_its_exit_code(db: &TestDatabase) {
        let (shell, file) = bank(db);
        assert!(import(&shell, "none.csv", "").bad(6).contains("cannot read none.csv: "));
        assert!(import(&shell, ".", "").bad(6).contains("it is a folder"));
        assert!(import(&shell, &shell.file("empty.csv", ""), "").bad(3).contains("the file is empty"));
        let ambiguous = shell.file("us.csv", "Date,Text,Amount\n03/04/2026,a,-1.00\n");
        assert!(import(&shell, &ambiguous, "").bad(3).contains("tell it with --date-format"));
        import(&shell, &ambiguous, "--date-format MM/DD/YYYY").good();
        assert!(import(&shell, &file, "--counter Expenses:Fod").bad(4).contains("did you mean Expenses:Food?"));
        assert!(import(&shell, &file, "--counter Assets:Bank").bad(2).contains("its own counter account"));
        assert!(import(&shell, &file, "--profile none").bad(4).contains("there is no profile"));
        import(&shell, &file, "--commodity QQQ").bad(4);
        import(&shell, &file, "--decimal dot").bad(3);
        import(&shell, &file, "--amount-column 4 --debit-column 5").bad(2);
        assert_eq!(entries(&shell), 1);
    }

    fn a_balance_that_does_not_tie_is_told_and_the_command_it_names_reconciles(db: &TestDatabase) {
        let (shell, file) = bank(db);
        let told = import(&shell, &file, "").stderr;
        let words = "Assets:Bank is not reconciled to 2026-03-27: the statement says 3401.10 EUR, the cleared lines come to \
                     2401.10 EUR, which leaves 1000.00 EUR (that is its opening balance";
        assert!(told.contains(words), "{told}");
        let opening = "post Opening --date 2026-03-01 --debit Assets:Bank=1000 --credit Income:Salary=1000";
        shell.line(opening).good();
        let command = told.split('`').nth(1).unwrap().strip_prefix("ledger ").unwrap();
        let words = command.split(" --balance ").collect::<Vec<_>>();
        let (balance, rest) = words[1].strip_prefix('"').unwrap().split_once('"').unwrap();
        let args = words[0].split(' ').chain(["--balance", balance]).chain(rest.split_whitespace());
        shell.run(args).good();
        let next = shell.file(
            "next.csv",
            "Date,Payee,Text,Amount,Balance\n2026-03-28,Rewe,Card,-1.10,3400.00\n2026-03-29,Rewe,Card,-400.00,3000.00\n",
        );
        let dry = import(&shell, &next, "--dry-run").stderr;
        assert!(dry.contains("would reconcile Assets:Bank to 2026-03-29 at 3000.00 EUR: checkpoint 2"), "{dry}");
        let run = import(&shell, &next, "");
        assert!(run.stderr.contains("reconciled Assets:Bank to 2026-03-29 at 3000.00 EUR: checkpoint 2"), "{run:?}");
        let list = shell.line("reconcile list -O json").good();
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        let sources: Vec<_> = list.as_array().unwrap().iter().map(|it| (&it["source"], &it["state"])).collect();
        assert_eq!(sources, [(&"manual".into(), &"ties".into()), (&"import".into(), &"ties".into())]);
        let undone = shell.line("import undo 2");
        assert!(undone.stderr.contains("undid checkpoint 2"), "{undone:?}");
        assert!(shell.line("import undo 1").bad(5).contains("ledger reconcile undo 1"));
        entries(&shell);
    }

    fn a_row_that_the_book_refuses_takes_the_whole_file_back(db: &TestDatabase) {
        let (shell, file) = bank(db);
        ledger(db.url()).book("home").unwrap().lock(Some("2026-03-02".parse().unwrap())).unwrap();
        let told = import(&shell, &file, "").bad(5);
        assert!(told.contains("Rewe — Card 4711") && told.contains("locked through 2026-03-02"), "{told}");
        assert_eq!(entries(&shell), 0);
        assert!(!shell.line("tb --zero").good().contains("Uncategorized"));
    }

    fn missing_accounts_are_opened_only_when_they_may_be(db: &TestDatabase) {
        let (shell, file) = bank(db);
        let into = |flags: &str| {
            let flags = flags.split_whitespace();
            shell.run(["import", "csv", &file, "--into", "Assets:Banks:New", "--counter", "Expenses:Fod"].into_iter().chain(flags))
        };
        into("").bad(4);
        let run = into("--create --yes");
        assert!(run.stderr.contains("Expenses:Fod was opened: did you mean Expenses:Food?"), "{run:?}");
        assert!(run.good().contains("Expenses:Fod"));
    }

    fn the_example_statements_import_and_a_saved_profile_reads_the_next_one(db: &TestDatabase) {
        let (shell, _) = bank(db);
        let run = import(&shell, &example("bank.csv"), "-q -O csv");
        assert_eq!(run.good().lines().count(), 41);
        let giro = example("girokonto.csv");
        assert!(import(&shell, &giro, "--encoding utf-8").bad(3).contains("--encoding"));
        let run = import(&shell, &giro, "--save-profile Giro");
        assert!(run.stderr.ends_with("posted 18, already there 0, skipped 0\n"), "{run:?}");
        assert!(run.stdout.contains("Käthe Möller — Anteil \"Konzert\""), "{run:?}");
        let again = import(&shell, &giro, "--profile giro");
        assert!(again.stderr.ends_with("posted 0, already there 18, skipped 0\n"), "{again:?}");
        let listed = shell.line("import profiles -O json").good();
        let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
        assert_eq!((&listed[0]["name"], &listed[0]["profile"]["encoding"]), (&"Giro".into(), &"windows-1252".into()));
        shell.line("import profiles delete GIRO").good();
        shell.line("import profiles delete giro").bad(4);
        assert_eq!(entries(&shell), 58);
    }

    fn an_import_is_one_audit_event_with_the_file_and_the_counts(db: &TestDatabase) {
        let (shell, file) = bank(db);
        import(&shell, &file, "").good();
        import(&shell, &file, "").good();
        let log = shell.line("audit log --action import.commit -O ndjson").good();
        assert_eq!(log.lines().count(), 1, "an import that changed nothing leaves no trace: {log}");
        let event: serde_json::Value = serde_json::from_str(&log).unwrap();
        assert_eq!((&event["recorded_by"], &event["after"]["posted"]), (&"anna".into(), &4.into()));
        assert_eq!(event["after"]["sha256"].as_str().unwrap().len(), 64);
        assert!(event["after"]["file"].as_str().unwrap().ends_with("bank.csv"));
    }

    fn text_that_the_journal_refuses_is_cleaned_with_a_note(db: &TestDatabase) {
        let (shell, _) = bank(db);
        let long = "x".repeat(1500);
        let odd = shell.file(
            "odd.csv",
            format!("Date,Payee,Text,Amount\n2026-03-01,Ev\u{202e}il,Te\u{200b}a,-1.00\n2026-03-02,Rewe,{long},-2.00\n"),
        );
        let run = import(&shell, &odd, "");
        assert!(run.stderr.contains("2 lines from line 2 on: texts were shortened or lost hidden characters"), "{run:?}");
        assert!(run.good().contains("Evil — Tea"));
        assert_eq!(entries(&shell), 2);
    }

    fn a_name_close_to_an_account_is_opened_only_when_it_is_confirmed(db: &TestDatabase) {
        let (shell, file) = bank(db);
        let import = |flags: &str| {
            let words = ["import", "csv", &file, "--create"];
            shell.run(words.into_iter().chain(flags.split_whitespace()))
        };
        let refused = import("--into Assets:Bnak").bad(7);
        assert!(refused.contains("close to Assets:Bank"), "{refused}");
        import("--into Assets:Bank --counter Expenses:Foood --dry-run").bad(7);
        assert_eq!(entries(&shell), 0);
        import("--into Assets:Bnak --yes").good();
        assert_eq!(entries(&shell), 4);
    }

    fn a_statement_is_read_from_standard_input_too(db: &TestDatabase) {
        let (shell, _) = bank(db);
        let run = shell.run_with(["import", "csv", "-", "--into", "Assets:Bank"], STATEMENT);
        assert!(run.stderr.contains("<stdin>: line 5") && run.stderr.contains("posted 4"), "{run:?}");
    }

    fn a_file_is_imported_without_naming_its_kind_and_found_again_by_its_account(db: &TestDatabase) {
        let (shell, file) = bank(db);
        let run = shell.run(["import", &file, "--into", "Assets:Bank"]);
        assert!(run.stderr.ends_with("posted 4, already there 0, skipped 1\n"), "{run:?}");
        assert!(shell.run(["import", &file]).bad(2).contains("does not say of which account it is"));
        assert!(shell.run(["import"]).bad(2).contains("name a file to import"));
        let listed = shell.line("import list -O csv").good();
        assert!(listed.lines().nth(1).unwrap().starts_with("1,") && listed.contains(",csv,committed,"), "{listed}");
        let shown = shell.line("import show 1 -O csv").good();
        let zero = shown.lines().nth(4).unwrap();
        assert!(zero.ends_with("zero,dropped,,,\"an amount of zero, nothing to post\",,"), "{zero}");
        assert_eq!(shell.line("import show 1 --verdict zero --raw -O csv").good().lines().count(), 2);
        shell.line("import show 9").bad(4);
    }

    fn lines_that_are_not_clear_wait_and_are_settled_by_flags(db: &TestDatabase) {
        let (shell, file) = bank(db);
        for _ in 0..2 {
            shell.line("post 2026-03-02 Rewe Expenses:Food 42.10 Assets:Bank").good();
        }
        let waiting = import(&shell, &file, "-O csv");
        assert_eq!(waiting.code, 7, "{waiting:?}");
        for told in [
            "line 1: it may be entry 1 of 2026-03-02",
            "ledger import commit 1 --link 1=2",
            "import 1 is open, 1 line(s) need a person",
        ] {
            assert!(waiting.stderr.contains(told), "{told}: {waiting:?}");
        }
        assert_eq!(entries(&shell), 2);
        assert!(shell.line("import commit 1").bad(7).contains("undecided line(s): 1;"));
        assert!(shell.line("import commit 1 --skip 1 --new 1").bad(2).contains("decided twice"));
        assert!(shell.line("import commit 1 --skip 9").bad(4).contains("which has lines 1 to 5"));
        shell.line("import commit 1 --set 1=Expenses:Nothing").bad(4);
        let rehearsed = shell.line("import commit 1 --link 1=2 --skip 2-3 --set 5=Income:Salary -O csv --dry-run");
        assert_eq!(entries(&shell), 2);
        let done = shell.line("import commit 1 --link 1=2 --skip 2-3 --set 5=Income:Salary -O csv");
        assert_eq!(done.stdout, rehearsed.good());
        assert!(done.stderr.ends_with("posted 1, matched 1, already there 0, skipped 3\n"), "{done:?}");
        assert!(done.good().ends_with("3,2026-03-27,Brightwater Ltd — Salary,Income:Salary,2450.00,EUR\n"));
        assert_eq!(entries(&shell), 3);
    }

    fn an_import_is_undone_and_the_file_comes_again(db: &TestDatabase) {
        let (shell, file) = bank(db);
        let once = import(&shell, &file, "-q -O csv").good();
        let register = shell.line("register Assets:Bank -O csv").good();
        let undone = shell.line("import undo 1");
        assert!(undone.stderr.contains("account Expenses:Uncategorized was opened for it and stays open"), "{undone:?}");
        assert!(undone.stderr.ends_with("undid import 1: reversed 4, unlinked 0, restored 0\n"), "{undone:?}");
        assert_eq!(shell.line("register Assets:Bank -O csv").good().lines().count(), 1);
        assert!(shell.line("import undo 1").bad(5).contains("it was undone before (import the file again)"));
        let again = import(&shell, &file, "-q -O csv").good();
        assert_eq!((again.lines().count(), entries(&shell)), (once.lines().count(), 12));
        let amounts = |csv: &str| csv_sums(csv, "amount");
        assert_eq!(amounts(&shell.line("register Assets:Bank -O csv").good()), amounts(&register));
        shell.line("book lock 2026-03-31").good();
        assert!(shell.line("import undo 2").bad(5).contains("ledger book lock"));
    }

    fn a_review_keeps_all_lines_waiting_and_a_discarded_import_is_gone(db: &TestDatabase) {
        let (shell, file) = bank(db);
        let staged = import(&shell, &file, "--review -O csv");
        assert!(staged.stderr.ends_with("import 1 waits: post it with `ledger import commit 1`\n"), "{staged:?}");
        assert_eq!(staged.good().lines().filter(|line| line.contains(",new,waiting,")).count(), 4);
        assert_eq!(entries(&shell), 0);
        shell.line("import discard 1").good();
        shell.line("import commit 1").bad(5);
        import(&shell, &file, "--review").good();
        let done = shell.line("import commit 2 --accept all");
        assert!(done.stderr.ends_with("posted 4, already there 0, skipped 1\n"), "{done:?}");
    }

    fn a_gap_in_the_balances_is_told_with_its_numbers(db: &TestDatabase) {
        let (shell, _) = bank(db);
        let gap = STATEMENT.replace("951.10\n2026-03-04", "950.10\n2026-03-04");
        let file = shell.file("gap.csv", gap);
        let run = import(&shell, &file, "");
        assert_eq!(run.code, 7);
        assert!(run.stderr.contains("line 4: the balance is 950.10 EUR, but the lines lead to 951.10 EUR"), "{run:?}");
        assert_eq!(entries(&shell), 0);
        shell.line("import commit 1").bad(7);
        shell.line("import commit 1 --accept-gap").good();
        assert_eq!(entries(&shell), 4);
    }

    fn a_file_of_another_format_is_asked_about_or_taken_for_the_same_with_a_flag(db: &TestDatabase) {
        let (shell, file) = bank(db);
        import(&shell, &file, "").good();
        let other = shell.file("other.csv", "Buchungstag;Verwendungszweck;Betrag\n02.03.2026;REWE SAGT DANKE;-42,10\n");
        let asked = import(&shell, &other, "");
        assert_eq!(asked.code, 7);
        assert!(asked.stderr.contains("it looks like line 1 of import 1"), "{asked:?}");
        assert!(asked.stderr.contains("ledger import commit 2 --link 1=1"), "{asked:?}");
        shell.line("import discard 2").good();
        let same = import(&shell, &other, "--same-lines");
        assert!(same.stderr.ends_with("posted 0, already there 1, skipped 0\n"), "{same:?}");
        assert!(import(&shell, &other, "").stderr.ends_with("posted 0, already there 1, skipped 0\n"));
        assert_eq!(entries(&shell), 4);
    }

    fn the_lines_of_an_import_fit_a_terminal_of_80_columns(db: &TestDatabase) {
        let (shell, _) = bank(db);
        let text = STATEMENT.replace("Card 4711", "Card 4711 at the corner of the very long street of many shops");
        let file = shell.file("long.csv", text);
        import(&shell, &file, "").good();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ledger"));
        shell.surround(&mut command);
        let shown = command.env("COLUMNS", "80").args(["import", "show", "1"]).output().unwrap().stdout;
        let shown = String::from_utf8(shown).unwrap();
        assert_eq!(shown.lines().filter(|line| line.contains("posted")).count(), 4, "{shown}");
        let wide: Vec<&str> = shown.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(wide.is_empty(), "{wide:#?}");
        assert!(shown.contains("reason of 4: an amount of zero, nothing to post"), "{shown}");
        assert!(!shown.contains("nothing in the book is like it"), "{shown}");
    }

    fn the_fee_of_a_transfer_goes_where_a_person_says(db: &TestDatabase) {
        let (shell, _) = bank(db);
        shell.line("account open Assets:Savings").good();
        let sent = shell.file("sent.csv", "Date,Payee,Text,Amount\n2026-03-05,Ann,Transfer to savings,-100.00\n");
        import(&shell, &sent, "").good();
        let arrived = shell.file("arrived.csv", "Date,Payee,Text,Amount\n2026-03-06,Bob,Transfer in,99.00\n");
        let asked = shell.run(["import", &arrived, "--into", "Assets:Savings"]);
        assert!(asked.stderr.contains("99.00 EUR arrived of 100.00 EUR sent, a fee of 1.00 EUR?"), "{asked:?}");
        assert!(shell.line("import commit 2 --accept 1").bad(7).contains("--fee-account ACCOUNT"));
        shell.line("import commit 2 --accept 1 --fee-account Nowhere").bad(4);
        shell.line("import commit 2 --accept 1 --fee-account Expenses:Food").good();
        assert!(shell.line("tb -O csv").good().contains("Expenses:Food"));
    }
}
