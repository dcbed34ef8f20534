//! `ledger export` and `ledger import --full`, and cells that a spreadsheet must not run.

use ledger_testkit::peers::{Balances, Peer, balances, billionths};
use ledger_testkit::{databases, fresh_database, on_both_databases, sqlite_database};
use serde_json::Value;

use crate::shell::{Shell, home, ledger, post};

/// The records of CSV output without its header.
fn records(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// What the trial balance in the units of each account says that accounts hold.
fn held(shell: &Shell) -> Balances {
    let printed = shell.line("tb --native -O json").good();
    let printed: Value = serde_json::from_str(&printed).unwrap();
    let mut held = Balances::new();
    for row in printed["rows"].as_array().unwrap().iter().filter(|row| !row["kind"].is_null()) {
        for (side, sign) in [("debit", 1), ("credit", -1)] {
            if let (Some(number), Some(commodity)) =
                (row[side].as_str(), row[format!("{side}_commodity")].as_str())
            {
                let key = (row["account"].as_str().unwrap().to_owned(), commodity.to_owned());
                *held.entry(key).or_default() += sign * billionths(number);
            }
        }
    }
    held.retain(|_, number| *number != 0);
    held
}

on_both_databases! {
    fn other_programs_read_the_sample_book_as_it_is(db: &TestDatabase) {
        let shell = Shell::new(db);
        shell.line("init --sample").good();
        let expected = held(&shell);
        assert!(expected.len() > 20, "{expected:?}");
        for peer in Peer::ALL {
            let file = shell.path(&format!("home.{}", peer.format()));
            // The ending of the file's name tells the format.
            let said = shell.run(["export", "-o", &file]);
            assert!(said.stderr.starts_with("exported 650 entries"), "{said:?}");
            if let Some(found) = balances(peer, file.as_ref()) {
                assert_eq!(found, expected, "{peer:?}");
            }
        }
    }

    fn a_whole_book_goes_from_one_database_to_another_and_back(db: &TestDatabase) {
        let shell = Shell::new(db);
        shell.line("init --sample").good();
        let first = shell.path("first.ledger.zip");
        let told = shell.run(["export", "--full", "-o", &first]);
        assert!(told.stderr.contains("650 entries, head 650:"), "{told:?}");
        let head = told.stderr.trim().rsplit(' ').next().unwrap().to_owned();
        for other in databases() {
            let second = shell.at(other.url());
            second.line("init other").good();
            let dry = second.run(["import", "--full", &first, "--dry-run"]);
            assert!(dry.stderr.contains("would restore the book \"home\""), "{dry:?}");
            second.line("book show home").bad(4);
            let printed = second.run(["import", "--full", &first, "--expect-head", &head, "-O", "csv"]).good();
            assert_eq!(printed.lines().nth(1).unwrap(), format!("home,650,{},{head}", printed.split(',').nth(5).unwrap()));
            second.line("verify --book home").good();
            let again = second.path("again.ledger.zip");
            second.run(["export", "--full", "-o", &again, "--book", "home"]).good();
            assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&again).unwrap());
            second.run(["import", "--full", &first]).bad(5);
        }
        // A database that is not there yet is made for it.
        let fresh = fresh_database(db.backend()).unwrap();
        shell.at(fresh.url()).run(["import", "--full", &first, "--as", "copy"]).good();
        shell.at(fresh.url()).line("verify --book copy").good();
    }

    fn every_list_in_csv_and_tsv_is_guarded_and_raw_cells_turn_that_off(db: &TestDatabase) {
        let ledger = ledger(db.url());
        let book = home(&ledger);
        book.accounts().open(ledger_core::account::NewAccount::new("=cmd").kind(ledger_core::account::AccountKind::Expense)).unwrap();
        post(&book, "2026-01-05", "=cmd", "3 EUR", "Assets:Bank");
        let shell = Shell::new(db);
        for line in ["register Assets:Bank", "search cmd", "account list", "tb", "export", "audit log"] {
            for (format, delimiter) in [("csv", b','), ("tsv", b'\t')] {
                let cells = |flags: &str| -> Vec<String> {
                    let printed = shell.line(&format!("{line} -O {format} {flags}")).good();
                    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(printed.as_bytes());
                    reader.records().flat_map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect()
                };
                let formula = |cell: &String| cell.starts_with(['=', '+', '@']);
                let guarded = cells("");
                assert!(!guarded.iter().any(formula), "{line}: {guarded:?}");
                let raw = cells("--raw-cells");
                let plain: Vec<&str> = guarded.iter().map(|cell| ledger_core::export::unguard_cell(cell)).collect();
                assert_eq!(plain, raw, "{line}");
            }
        }
        let raw = shell.line("account list -O csv --raw-cells").good();
        assert!(raw.lines().any(|line| line.contains("=cmd") && !line.contains("'=cmd")), "{raw}");
        let register = shell.line("register Assets:Bank -O csv").good();
        assert!(records(&register)[0].iter().any(|cell| cell == "-3.00"), "an amount stays a number: {register}");
    }
}

#[test]
fn a_payee_with_markup_stays_text_in_every_form() {
    let db = sqlite_database();
    let ledger = ledger(db.url());
    let book = home(&ledger);
    post(&book, "2026-01-05", "Expenses:Food", "3 EUR", "Assets:Bank");
    let shell = Shell::new(&db);
    let payee = "<script>alert(1)</script><b>&amp;\"x\"";
    let file = shell.file(
        "post.ndjson",
        serde_json::json!({
            "date": "2026-01-06", "description": payee, "party": payee,
            "lines": [{ "account": "Expenses:Food", "amount": "3 EUR" }, { "account": "Assets:Bank" }],
        })
        .to_string(),
    );
    shell.run(["post", "--json", &file]).good();
    for format in ["json", "ndjson"] {
        let printed = shell.line(&format!("search script -O {format}")).good();
        let value: Value = serde_json::from_str(printed.trim()).unwrap();
        let entry = value.get(0).or(value.get("rows").and_then(|rows| rows.get(0))).unwrap_or(&value);
        assert_eq!(entry["description"], payee, "{printed}");
    }
    assert!(
        records(&shell.line("export --format csv").good()).iter().any(|row| row.contains(&payee.to_owned()))
    );
    for format in ["hledger", "ledger", "table"] {
        let printed = match format {
            "table" => shell.line("show 2").good(),
            _ => shell.line(&format!("export --format {format}")).good(),
        };
        assert!(printed.contains("<script>alert(1)</script>"), "{format}: {printed}");
    }
}

#[test]
fn the_rows_of_the_injection_corpus_are_guarded_where_they_begin_like_a_formula() {
    let folder = std::env::var("LEDGER_FIXTURES")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures").to_owned());
    let Ok(corpus) = std::fs::read_to_string(format!("{folder}/security/csv_injection.tsv")) else {
        return;
    };
    let db = sqlite_database();
    let ledger = ledger(db.url());
    let book = home(&ledger);
    let payloads: Vec<&str> = corpus.lines().skip(1).filter_map(|line| line.split('\t').nth(1)).collect();
    assert!(payloads.len() >= 10, "{corpus}");
    for payload in &payloads {
        let mut draft = ledger_core::EntryDraft::new("2026-01-05".parse().unwrap(), *payload);
        draft = draft.debit("Expenses:Food", book.amount("12.34").unwrap()).infer("Assets:Bank");
        book.journal().post(draft.balance().unwrap()).unwrap();
    }
    let shell = Shell::new(&db);
    let rows = records(&shell.line("export --format csv").good());
    for (payload, lines) in payloads.iter().zip(rows.chunks(2)) {
        let expected = if payload.starts_with(['=', '+', '-', '@']) {
            format!("'{payload}")
        } else {
            payload.to_string()
        };
        assert_eq!(lines[0][4], expected);
        assert_eq!(
            (lines[0][6].as_str(), lines[1][6].as_str()),
            ("12.34", "-12.34"),
            "a number stays a number"
        );
    }
}

#[test]
fn what_cannot_be_exported_together_is_told_before_anything_is_written() {
    let db = sqlite_database();
    let shell = Shell::new(&db);
    shell.line("init --sample").good();
    let file = shell.path("out.zip");
    for line in [
        "export --full --from 2026",
        "export --full --format csv",
        "export --format quicken",
        "export --balances",
        "import",
        "import --as x",
    ] {
        shell.line(line).bad(2);
    }
    assert!(shell.line("export --full").bad(2).contains("-o home.ledger.zip"));
    assert!(
        shell.run(["export", "--full", "-o", &file, "--dry-run"]).stderr.contains("would write 650 entries")
    );
    assert!(!std::path::Path::new(&file).exists());
    assert!(shell.line("export --from 2026-01-01 --to 2025-01-01").bad(3).contains("2025-01-01"));
    let missing = shell.run(["import", "--full", &file]).bad(6);
    assert!(missing.contains("cannot read") && missing.contains("out.zip"), "{missing}");
    let quarter = shell.line("export --period 2025Q1 --format beancount --balances").good();
    assert!(quarter.contains("2025-04-01 balance Assets:"), "{}", &quarter[quarter.len() - 400..]);
}
