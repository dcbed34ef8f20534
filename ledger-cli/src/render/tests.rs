use chrono::NaiveDate;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::*;

mod fit;
mod reports;

fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

fn register() -> Table {
    Table {
        title: Some("Assets:Bank".into()),
        columns: vec![
            Column::short("posted_on").titled("Date"),
            Column::text("description"),
            Column::amount("amount"),
            Column::number("entry"),
        ],
        rows: vec![
            vec![date(2).into(), "Rewe".into(), Cell::amount("-42.10", "EUR"), Cell::Number(7)],
            vec![date(3).into(), "=cmd()|'A1'".into(), Cell::amount("1234567.89", "EUR"), Cell::Empty],
            vec![date(4).into(), "東京の店".into(), Cell::amount("-3.141592", "VWCE"), Cell::Number(-9)],
        ],
        footer: vec![vec![Cell::Empty, "Total".into(), Cell::amount("1234525.79", "EUR"), Cell::Empty]],
        notes: vec!["1 price is missing".into()],
        ..Table::default()
    }
}

fn rendered(mut table: Table, format: Format, color: bool, width: u16) -> String {
    let mut out = Vec::new();
    let rows = std::mem::take(&mut table.rows);
    let mut writer =
        RowWriter::begin(&mut out, table, Style { format, color, ..Style::plain(width) }).unwrap();
    for row in rows {
        writer.row(row).unwrap();
    }
    writer.end().unwrap();
    String::from_utf8(out).unwrap()
}

/// A table for people on something else than a terminal.
fn on(medium: Medium, mut table: Table) -> String {
    let mut out = Vec::new();
    let rows = std::mem::take(&mut table.rows);
    let mut writer = RowWriter::begin(&mut out, table, Style { medium, ..Style::plain(80) }).unwrap();
    for row in rows {
        writer.row(row).unwrap();
    }
    writer.end().unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_table_aligns_amounts_and_sets_totals_apart() {
    let text = rendered(register(), Format::Table, false, 80);
    let expected = "\
Assets:Bank

Date        Description             Amount  Entry
─────────────────────────────────────────────────
2026-03-02  Rewe               -42.10 EUR       7
2026-03-03  =cmd()|'A1'  1,234,567.89 EUR
2026-03-04  東京の店        -3.141592 VWCE     -9
─────────────────────────────────────────────────
            Total        1,234,525.79 EUR

1 price is missing
";
    assert_eq!(text, expected, "\n{text}");
}

#[test]
fn wide_characters_count_two_columns() {
    let text = rendered(register(), Format::Table, false, 80);
    let ends: Vec<usize> = text
        .lines()
        .filter(|line| line.starts_with("2026"))
        .map(|line| line[..line.find("EUR").or(line.find("VWCE")).unwrap()].width())
        .collect();
    assert!(ends.windows(2).all(|pair| pair[0] == pair[1]), "{ends:?}\n{text}");
}

#[test]
fn narrow_terminals_wrap_text_but_never_an_amount_or_a_date() {
    let mut table = register();
    table.rows[0][1] = "a long description of groceries for the whole of the coming week".into();
    let text = rendered(table, Format::Table, false, 50);
    assert!(text.lines().all(|line| line.width() <= 50), "{text}");
    for whole in ["2026-03-02", "-42.10 EUR", "1,234,567.89 EUR", "-3.141592 VWCE"] {
        assert!(text.contains(whole), "{whole} is broken:\n{text}");
    }
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("coming"), "no text is lost: {text}");
}

#[test]
fn a_terminal_that_is_far_too_narrow_still_shows_amounts_whole() {
    let text = rendered(register(), Format::Table, false, 5);
    assert!(text.contains("1,234,567.89 EUR"), "{text}");
}

#[test]
fn only_negative_amounts_are_coloured_and_only_with_colour_on() {
    let colored = rendered(register(), Format::Table, true, 80);
    assert!(colored.contains("\u{1b}[31m-42.10 EUR \u{1b}[0m"), "{colored:?}");
    assert!(!colored.contains("\u{1b}[31m1,234"), "{colored:?}");
    assert!(!rendered(register(), Format::Table, false, 80).contains('\u{1b}'));
    assert!(!rendered(register(), Format::Csv, true, 80).contains('\u{1b}'));
}

#[test]
fn text_cannot_drive_the_terminal() {
    let mut table = register();
    table.rows[0][1] = "\u{1b}[2Jgone\u{202e}\u{2061}\nnext".into();
    let text = rendered(table, Format::Table, false, 80);
    assert!(text.contains("\u{fffd}[2Jgone\u{fffd} next"), "{text:?}");
}

#[test]
fn a_tree_has_its_lines_in_a_table_and_whole_names_elsewhere() {
    let table = Table {
        columns: vec![Column::text("account"), Column::amount("debit")],
        rows: vec![
            vec![tree(0, "Assets", "Assets"), Cell::amount("1500.00", "EUR")],
            vec![tree(1, "Bank", "Assets:Bank"), Cell::Empty],
        ],
        ..Table::default()
    };
    let text = rendered(table.clone(), Format::Table, false, 80);
    assert_eq!(text, "Account         Debit\n─────────────────────\nAssets   1,500.00 EUR\n└ Bank\n");
    let csv = rendered(table.clone(), Format::Csv, false, 80);
    assert_eq!(csv, "account,debit,debit_commodity\nAssets,1500.00,EUR\nAssets:Bank,,\n");
    let lines = rendered(table, Format::Ndjson, false, 80);
    assert_eq!(
        lines,
        "{\"account\":\"Assets\",\"debit\":\"1500.00\",\"debit_commodity\":\"EUR\"}\n{\"account\":\"Assets:Bank\",\"debit\":null,\"debit_commodity\":null}\n"
    );
}

fn tree(depth: usize, label: &str, name: &str) -> Cell {
    Cell::Tree { depth, label: label.into(), name: name.into() }
}

#[test]
fn csv_holds_rows_only_with_plain_numbers_and_guarded_text() {
    let csv = rendered(register(), Format::Csv, false, 20);
    let expected = "\
posted_on,description,amount,amount_commodity,entry
2026-03-02,Rewe,-42.10,EUR,7
2026-03-03,'=cmd()|'A1',1234567.89,EUR,
2026-03-04,東京の店,-3.141592,VWCE,-9
";
    assert_eq!(csv, expected);
}

#[test]
fn every_start_of_a_formula_is_guarded_in_text_and_never_in_a_number() {
    for text in ["=1", "+1", "-1", "@x", "\tx", "\rx"] {
        let table = Table {
            columns: vec![Column::text("text"), Column::amount("amount")],
            rows: vec![vec![text.into(), Cell::amount("-1.00", "EUR")]],
            ..Table::default()
        };
        let tsv = rendered(table, Format::Tsv, false, 80);
        let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(tsv.as_bytes());
        let record = reader.records().next().unwrap().unwrap();
        assert_eq!(&record[0], format!("'{text}"));
        assert_eq!(&record[1], "-1.00");
    }
}

#[test]
fn json_is_an_array_of_rows_with_money_as_strings() {
    let mut table = register();
    table.footer.clear();
    let value: Value = serde_json::from_str(&rendered(table, Format::Json, false, 80)).unwrap();
    assert_eq!(
        value[0],
        json!({"posted_on": "2026-03-02", "description": "Rewe", "amount": "-42.10", "amount_commodity": "EUR", "entry": 7})
    );
    assert_eq!(value[1]["entry"], Value::Null);
    assert_eq!(value[1]["description"], "=cmd()|'A1'");
}

#[test]
fn json_with_totals_or_facts_is_an_object() {
    let mut table = register();
    table.meta = Some(vec![("as_of", json!("2026-03-31"))]);
    let text = rendered(table, Format::Json, false, 80);
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["as_of"], "2026-03-31");
    assert_eq!(value["rows"].as_array().unwrap().len(), 3);
    assert_eq!(value["totals"][0]["amount"], "1234525.79");
    assert_eq!(value["notes"][0], "1 price is missing");
    assert!(text.starts_with("{\n\"as_of\": \"2026-03-31\",\n\"rows\": [\n{\"posted_on\":"), "{text}");
}

#[test]
fn an_empty_result_keeps_its_shape() {
    let empty =
        || Table { rows: Vec::new(), footer: Vec::new(), notes: Vec::new(), title: None, ..register() };
    assert_eq!(rendered(empty(), Format::Json, false, 80), "[]\n");
    assert_eq!(rendered(empty(), Format::Ndjson, false, 80), "");
    assert_eq!(
        rendered(empty(), Format::Csv, false, 80),
        "posted_on,description,amount,amount_commodity,entry\n"
    );
    assert_eq!(rendered(empty(), Format::Table, false, 80), "(nothing to show)\n");
    let report = Table { meta: Some(Vec::new()), ..empty() };
    assert_eq!(
        rendered(report, Format::Json, false, 80),
        "{\n\"rows\": [],\n\"totals\": [],\n\"notes\": []\n}\n"
    );
}

#[test]
fn other_values_are_shown_in_short() {
    let table = Table {
        columns: vec![Column::text("tags"), Column::short("open")],
        rows: vec![vec![Cell::Json(json!(["trip", "new-york"])), Cell::Json(json!(true))]],
        ..Table::default()
    };
    assert_eq!(rendered(table.clone(), Format::Csv, false, 80), "tags,open\n\"trip, new-york\",true\n");
    let text = rendered(table.clone(), Format::Table, false, 80);
    assert!(text.ends_with("\ntrip, new-york  yes\n"), "{text}");
    let json = rendered(table, Format::Ndjson, false, 80);
    assert_eq!(json, "{\"tags\":[\"trip\",\"new-york\"],\"open\":true}\n");
}

#[test]
fn an_error_among_the_rows_leaves_the_output_file_as_it_was() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("out.csv");
    std::fs::write(&path, "old").unwrap();
    let settings = settings_for(&path);
    let head = || Table { columns: vec![Column::number("entry")], ..Table::default() };
    let failure = || ledger_core::Error::from(ledger_core::ErrorKind::Misuse("stop".into()));
    assert!(print_rows(&settings, head(), [Ok(vec![Cell::Number(1)]), Err(failure())]).is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
    print_rows(&settings, head(), [Ok(vec![Cell::Number(1)])]).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "entry\n1\n");
}

fn settings_for(path: &std::path::Path) -> Settings {
    Settings {
        raw_cells: false,
        db: String::new(),
        db_from: "",
        book: None,
        book_from: None,
        actor: "anna".to_owned(),
        today: date(4),
        format: Format::Csv,
        medium: Medium::Terminal,
        output: Some(path.to_owned()),
        color: false,
        color_errors: false,
        width: 80,
        dry_run: false,
        may_ask: false,
        yes: false,
        quiet: false,
        progress: false,
        verbose: 0,
    }
}

#[test]
fn names_break_after_a_colon_before_they_break_within_a_word() {
    let table = Table {
        columns: vec![
            Column::text("account"),
            Column::amount("debit"),
            Column::amount("credit"),
            Column::amount("balance"),
        ],
        rows: vec![vec![
            "Expenses:Entertainment:Restaurants".into(),
            Cell::amount("1234567.89", "EUR"),
            Cell::amount("1234567.89", "EUR"),
            Cell::amount("1234567.89", "EUR"),
        ]],
        ..Table::default()
    };
    let text = rendered(table, Format::Table, false, 80);
    let names: Vec<&str> = text.lines().skip(2).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["Expenses:Entertainment:", "Restaurants"], "\n{text}");
    assert!(text.lines().all(|line| line.width() <= 80), "\n{text}");
}
