//! The rules that keep a row from being passed over or read with the wrong sign, on small files written here.

use super::{ColumnRef, CsvProfile, CsvReading, ReadOptions, Statement, read_csv, read_statement};
use crate::Result;
use crate::money::Commodity;

fn read_as<'a>(text: &'a str, profile: &CsvProfile) -> Result<CsvReading<'a>> {
    read_csv(text.as_bytes(), "bank.csv", profile, Commodity::iso("EUR").unwrap(), &Commodity::iso)
}

fn read(text: &str) -> CsvReading<'_> {
    read_as(text, &CsvProfile::default()).unwrap()
}

/// The amounts of a file without problems.
fn minors(text: &str) -> Vec<i64> {
    let reading = read(text);
    assert_eq!(reading.problems, [], "{text}");
    of(&reading)
}

fn of(reading: &CsvReading) -> Vec<i64> {
    reading.rows.iter().map(|row| row.amount.minor()).collect()
}

fn refusal(text: &str) -> String {
    read_as(text, &CsvProfile::default()).unwrap_err().to_string()
}

/// Line and code of each problem.
fn places(reading: &CsvReading) -> Vec<(u64, &'static str)> {
    reading.problems.iter().map(|problem| (problem.line, problem.code)).collect()
}

#[test]
fn a_side_that_the_header_names_alone_is_completed_by_the_column_that_fills_its_gaps() {
    let balanced = "Date,Description,Withdrawal,Money was got,Balance\n2026-03-01,A,5.00,,95.00\n\
                    2026-03-02,B,,6.00,101.00\n2026-03-03,C,1.00,,100.00\n";
    assert_eq!(minors(balanced), [-500, 600, -100]);
    assert_eq!(read(balanced).profile.credit, Some(ColumnRef::Name("Money was got".to_owned())));
    let plain = "Date,Description,Gone,Credit\n2026-03-01,A,5.00,\n2026-03-02,B,,6.00\n";
    assert_eq!(minors(plain), [-500, 600]);
    assert!(read(plain).notes.iter().any(|note| note.contains("--debit-column")));
    for header in ["支出金额,存入金额", "お支払金額,お預り金額", "Purchases,Credit"] {
        let text = format!("日付,摘要,{header}\n2026-03-01,A,5.00,\n2026-03-02,B,,6.00\n");
        assert_eq!(minors(&text), [-500, 600], "{header}");
        assert_eq!(read(&text).notes, Vec::<String>::new(), "{header}");
    }
}

#[test]
fn a_row_without_an_amount_whose_balance_moved_is_a_problem() {
    let moved = "Date,Text,Amount,Balance\n2026-03-01,A,-5.00,95.00\n2026-03-02,B,,101.00\n\
                 2026-03-03,C,-1.00,100.00\n";
    let reading = read(moved);
    assert_eq!(places(&reading), [(3, "balance-without-amount")]);
    assert!(reading.problems[0].reason.contains("from 95.00 EUR to 101.00 EUR"), "{:?}", reading.problems);
    let twice = "Date,Text,Amount,Balance\n2026-03-01,Opening,,100.00\n2026-03-01,B,,101.00\n";
    assert_eq!(places(&read(twice)), [(3, "balance-without-amount")]);
}

#[test]
fn a_balance_carried_forward_is_passed_over_in_either_order_of_time() {
    let oldest_first = "Date,Text,Amount,Balance\n2026-03-01,Opening,,100.00\n2026-03-01,A,-5.00,95.00\n\
                        2026-03-31,Carried,,95.00\n2026-04-01,C,-1.00,94.00\n2026-04-02,Closing,,94.00\n";
    assert_eq!(minors(oldest_first), [-500, -100]);
    let newest_first = "Date,Text,Amount,Balance\n2026-04-02,Closing,,94.00\n2026-04-01,C,-1.00,94.00\n\
                        2026-03-31,Carried,,95.00\n2026-03-01,A,-5.00,95.00\n2026-03-01,Opening,,100.00\n";
    assert_eq!(minors(newest_first), [-100, -500]);
}

#[test]
fn the_balance_decides_the_signs_of_a_debit_column_that_has_both() {
    let rows = |amounts: [(&str, &str, &str); 4]| {
        let days = amounts
            .iter()
            .zip(1..)
            .map(|((debit, credit, balance), day)| format!("2026-03-0{day},x,{debit},{credit},{balance}\n"));
        format!("Date,Text,Debit,Credit,Balance\n{}", days.collect::<String>())
    };
    let signed = rows([("-5.00", "", "95"), ("-6.00", "", "89"), ("2.00", "", "91"), ("", "100", "191")]);
    assert_eq!(minors(&signed), [-500, -600, 200, 10_000]);
    assert_eq!(read(&signed).profile.debit_signed, Some(true));
    let unsigned =
        rows([("-5.00", "", "105"), ("-6.00", "", "111"), ("2.00", "", "109"), ("", "100", "209")]);
    assert_eq!(minors(&unsigned), [500, 600, -200, 10_000]);
}

#[test]
fn a_debit_column_with_both_signs_and_no_balance_is_asked_about() {
    let text = "Date,Text,Debit,Credit\n2026-03-01,A,-5.00,\n2026-03-02,B,-6.00,\n2026-03-03,C,2.00,\n\
                2026-03-04,D,,100.00\n";
    assert!(refusal(text).contains("--debit-signed"), "{}", refusal(text));
    for (debit_signed, expected) in [(true, [-500, -600, 200, 10_000]), (false, [500, 600, -200, 10_000])] {
        let told = CsvProfile { debit_signed: Some(debit_signed), ..CsvProfile::default() };
        assert_eq!(of(&read_as(text, &told).unwrap()), expected);
    }
    let reversal = "Date,Text,Debit,Credit\n2026-03-01,A,5.00,\n2026-03-02,B,6.00,\n2026-03-03,B,7.00,\n\
                    2026-03-04,C,-7.00,\n2026-03-05,D,,100.00\n";
    assert_eq!(minors(reversal), [-500, -600, -700, 700, 10_000]);
    assert!(read(reversal).notes.iter().any(|note| note.contains("--debit-signed")));
}

#[test]
fn a_total_or_closing_balance_at_the_end_is_passed_over_with_a_note() {
    let rows = "Date,Text,Amount\n2026-03-01,A,-5.00\n2026-03-02,B,-6.00\n";
    for footer in ["Total,,-11.00", ",Total,-11", ",Anything,-11.00", "Closing balance,,\"1,234.00\""] {
        let text = format!("{rows}{footer}\n");
        assert_eq!(minors(&text), [-500, -600], "{footer}");
        let note = &read(&text).notes[0];
        assert!(note.starts_with("line 4: passed over as a footer (\""), "{note}");
    }
    let german = "Datum;Text;Valuta;Betrag;Währung\n01.03.2026;A;01.03.2026;-5,00;EUR\n\
                  02.03.2026;B;02.03.2026;-6,00;EUR\nEndsaldo;;;2.100,00;EUR\n";
    assert_eq!(minors(german), [-500, -600]);
}

#[test]
fn a_row_without_a_day_that_is_no_footer_stays_a_problem() {
    let middle = "Date,Text,Amount\n2026-03-01,A,-5.00\nTotal,,-5.00\n2026-03-02,B,-6.00\n";
    assert_eq!(places(&read(middle)), [(3, "unreadable-date")]);
    let no_total = "Date,Text,Amount\n2026-03-01,A,-5.00\n2026-03-02,B,-6.00\n,Tea,-7.00\n,Total,-18.00\n";
    assert_eq!(places(&read(no_total)), [(4, "missing-date")]);
    let one = "Date,Text,Amount\n2026-03-01,A,-5.00\n,B,-5.00\n";
    assert_eq!(places(&read(one)), [(3, "missing-date")], "the sum of one row is no sum");
}

/// The accounts of a file's statements, with their amounts.
fn statements(text: &str, profile: CsvProfile) -> Vec<(Option<String>, Vec<i64>)> {
    let options = ReadOptions { profile, ..ReadOptions::new(Commodity::iso("EUR").unwrap()) };
    let file = read_statement(text.as_bytes(), "bank.csv", &options, &Commodity::iso).unwrap();
    assert_eq!(file.problems, []);
    let minors = |statement: &Statement| statement.lines.iter().map(|line| line.amount.minor()).collect();
    let each = file.statements.iter();
    each.map(|statement| (statement.account.as_deref().map(str::to_owned), minors(statement))).collect()
}

#[test]
fn each_account_that_a_column_names_is_a_statement_of_its_own() {
    let text =
        "Account,Date,Text,Amount\n111,2026-03-01,A,-5.00\n222,2026-03-01,B,-6.00\n111,2026-03-02,C,-7.00\n";
    let own = |name: &str| Some(name.to_owned());
    assert_eq!(
        statements(text, CsvProfile::default()),
        [(own("111"), vec![-500, -700]), (own("222"), vec![-600])]
    );
    let one = CsvProfile { one_account: Some(true), ..CsvProfile::default() };
    assert_eq!(statements(text, one), [(None, vec![-500, -600, -700])]);
    let same =
        "Auftragskonto;Buchungstag;Kontonummer;Betrag\nDE1;01.03.2026;DE7;-5,00\nDE1;02.03.2026;DE7;-6,00\n";
    assert_eq!(statements(same, CsvProfile::default()), [(own("DE1"), vec![-500, -600])]);
}

#[test]
fn the_account_of_the_other_party_is_not_the_own_one() {
    for header in ["Account", "IBAN", "Kontonummer", "Counterparty account"] {
        let rows = (1..7).map(|day| format!("2026-03-0{day},DE{day},-5.00\n"));
        let text = format!("Date,{header},Amount\n{}", rows.collect::<String>());
        assert_eq!(statements(&text, CsvProfile::default())[0].0, None, "{header}");
    }
    let behind = format!("Date,IBAN,Amount\n{}", "2026-03-01,DE7,-5.00\n".repeat(6));
    assert_eq!(statements(&behind, CsvProfile::default())[0].0, None, "the same other party each time");
}

#[test]
fn a_row_that_names_no_account_among_others_that_do_is_a_problem() {
    let rows = (1..9).map(|day| format!("111,2026-03-0{day},A,-5.00\n222,2026-03-0{day},A,-5.00\n"));
    let text = format!("Account,Date,Text,Amount\n{},2026-03-09,B,-6.00\n", rows.collect::<String>());
    assert_eq!(places(&read(&text)), [(18, "missing-account")]);
}

#[test]
fn cells_that_are_kept_from_a_spreadsheet_are_read_as_what_is_in_them() {
    for text in [
        "Date,Text,Amount\n=\"2026-03-01\",=\"A\",=\"-5.00\"\n",
        "Date,Text,Amount\n\"=\"\"2026-03-01\"\"\",\"=\"\"A\"\"\",\"=\"\"-5.00\"\"\"\n",
    ] {
        assert_eq!(minors(text), [-500]);
        assert_eq!(read(text).rows[0].narrative(), Some("A"));
    }
}
