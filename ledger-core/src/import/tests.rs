//! The rules of reading CSV statements, on small files written here.

use proptest::prelude::*;

use super::{ColumnRef, CsvProfile, CsvReading, Fingerprint, KnownLine, find_duplicates, read_csv};
use crate::money::{Commodity, DecimalMark};
use crate::{ErrorKind, Result};

fn iso(code: &str) -> Commodity {
    Commodity::iso(code).unwrap()
}

fn read_bytes<'a>(bytes: &'a [u8], profile: &CsvProfile) -> Result<CsvReading<'a>> {
    read_csv(bytes, "bank.csv", profile, iso("EUR"), &Commodity::iso)
}

fn read(text: &str) -> CsvReading<'_> {
    read_bytes(text.as_bytes(), &CsvProfile::default()).unwrap()
}

fn refusal(text: &str, profile: &CsvProfile) -> String {
    read_bytes(text.as_bytes(), profile).unwrap_err().to_string()
}

fn column(text: &str) -> Option<ColumnRef> {
    Some(text.parse().unwrap())
}

fn minors(reading: &CsvReading) -> Vec<i64> {
    reading.rows.iter().map(|row| row.amount.minor()).collect()
}

fn days(reading: &CsvReading) -> Vec<String> {
    reading.rows.iter().map(|row| row.posted_on.to_string()).collect()
}

/// Line, column and code of each problem.
fn places(reading: &CsvReading) -> Vec<(u64, u64, &'static str)> {
    reading.problems.iter().map(|problem| (problem.line, problem.column, problem.code)).collect()
}

#[test]
fn a_plain_statement_reads_without_a_flag() {
    let reading = read(
        "Date,Description,Amount,Balance\n2026-03-01,Rent,-900.00,100.00\n2026-03-02,Pay,1500.5,1600.50\n",
    );
    assert_eq!(minors(&reading), [-90_000, 150_050]);
    assert_eq!(days(&reading), ["2026-03-01", "2026-03-02"]);
    assert_eq!(reading.rows[1].balance.unwrap(), 160_050);
    assert_eq!(
        (reading.rows[0].line, reading.rows[0].span.of(&reading.text)),
        (2, "2026-03-01,Rent,-900.00,100.00")
    );
    assert_eq!(reading.rows[0].description(), "Rent");
    assert_eq!((reading.problems.len(), reading.notes.len()), (0, 0));
}

#[test]
fn a_german_statement_reads_after_its_preamble() {
    let text = "Konto;DE12\n\nBuchungstag;Valuta;Empfänger;Verwendungszweck;Betrag;Währung\n\
                05.03.26;06.03.26;Rewe;\"Karte; Danke\";-1.042,10;EUR\n25.03.26;;Käthe;;7;EUR\n";
    let reading = read(text);
    assert_eq!(minors(&reading), [-104_210, 700]);
    assert_eq!(reading.rows[0].value_on.unwrap().to_string(), "2026-03-06");
    assert_eq!(reading.rows[0].description(), "Rewe — Karte; Danke");
    assert_eq!(reading.rows[1].payee(), Some("Käthe"));
    assert_eq!(reading.notes, ["lines 1 to 2 before the header: passed over"]);
}

#[test]
fn a_date_that_no_row_decides_is_an_error_that_names_the_flag() {
    let text = "Date,Text,Amount\n05/03/2026,a,1.50\n06/04/2026,b,2.50\n";
    let error = refusal(text, &CsvProfile::default());
    assert_eq!(
        error,
        "bank.csv:2:1: date \"05/03/2026\" in column \"Date\" may be DD/MM/YYYY or MM/DD/YYYY, and no row decides \
         it: tell it with --date-format"
    );
    let told = CsvProfile { date_format: Some("%d/%m/%Y".to_owned()), ..CsvProfile::default() };
    assert_eq!(days(&read_bytes(text.as_bytes(), &told).unwrap()), ["2026-03-05", "2026-04-06"]);
}

#[test]
fn one_row_that_reads_only_one_way_decides_the_date_order() {
    let reading = read("Date,Text,Amount\n05/03/2026,a,1.50\n06/25/2026,b,2.50\n");
    assert_eq!(days(&reading), ["2026-05-03", "2026-06-25"]);
    assert_eq!(reading.profile.date_format.as_deref(), Some("MM/DD/YYYY"));
}

#[test]
fn the_value_date_may_decide_the_order_of_the_posting_date() {
    let reading = read("Booking date,Value date,Text,Amount\n05/03/2026,25/03/2026,a,1.50\n");
    assert_eq!(days(&reading), ["2026-03-05"]);
}

#[test]
fn dates_that_are_the_same_day_either_way_need_no_decision() {
    let reading = read("Date,Text,Amount\n05/05/2026,a,1.50\n");
    assert_eq!(days(&reading), ["2026-05-05"]);
    assert_eq!(reading.profile.date_format, None, "the next file may need the decision");
}

#[test]
fn dates_written_in_two_ways_are_refused_at_the_second() {
    let error = refusal("Date,Text,Amount\n25/03/2026,a,1.50\n03/26/2026,b,2.50\n", &CsvProfile::default());
    assert!(error.starts_with("bank.csv:3:1: date \"03/26/2026\""), "{error}");
}

#[test]
fn a_decimal_mark_that_no_row_decides_is_an_error_that_names_the_flag() {
    let text = "Date;Text;Amount\n2026-03-01;a;1,234\n2026-03-02;b;12\n";
    let error = refusal(text, &CsvProfile::default());
    assert!(error.starts_with("bank.csv:2:14: \"1,234\" may have") && error.contains("--decimal"), "{error}");
    let told = CsvProfile { decimal_mark: Some(DecimalMark::Point), ..CsvProfile::default() };
    assert_eq!(minors(&read_bytes(text.as_bytes(), &told).unwrap()), [123_400, 1_200]);
}

#[test]
fn the_balance_may_decide_the_decimal_mark() {
    let reading = read("Date;Text;Amount;Balance\n2026-03-01;a;1.234;10.000,50\n");
    assert_eq!(minors(&reading), [123_400]);
    assert_eq!(reading.profile.decimal_mark, Some(DecimalMark::Comma));
}

#[test]
fn amounts_written_in_two_ways_are_refused() {
    let error = refusal("Date;Text;Amount\n2026-03-01;a;1,50\n2026-03-02;b;1.50\n", &CsvProfile::default());
    assert!(
        error.contains("\"1.50\" in line 3, \"1,50\" in line 2") && error.contains("--decimal"),
        "{error}"
    );
}

#[test]
fn columns_that_could_all_be_it_are_named_with_the_flag() {
    let error = refusal("Date,Datum,Text,Amount\n2026-03-01,2026-03-02,a,1\n", &CsvProfile::default());
    assert!(error.contains("\"Date\", \"Datum\"") && error.contains("--date-column"), "{error}");
    let error = refusal("Date,Text,Wert\n2026-03-01,a,b\n", &CsvProfile::default());
    assert!(error.contains("--amount-column") && error.contains("\"Wert\""), "{error}");
    let error = refusal("2026-03-01,a,1.00,5.00\n2026-03-02,b,2.00,9.00\n", &CsvProfile::default());
    assert!(error.contains("columns 3, 4") && error.contains("--amount-column"), "{error}");
}

#[test]
fn fees_beside_the_amount_are_not_guessed_at() {
    let text = "Date,Text,Amount,Fee\n2026-03-01,a,10.00,0.50\n";
    assert!(refusal(text, &CsvProfile::default()).contains("--amount-column"));
    let told = CsvProfile { amount: column("Amount"), ..CsvProfile::default() };
    assert_eq!(minors(&read_bytes(text.as_bytes(), &told).unwrap()), [1000]);
}

#[test]
fn columns_can_be_told_by_name_or_number() {
    let text = "when,what,how much\n2026-03-01,Rent,-9.00\n";
    let named = CsvProfile {
        date: column(" WHEN "),
        amount: column("3"),
        description: vec![ColumnRef::Number(2)],
        ..CsvProfile::default()
    };
    let reading = read_bytes(text.as_bytes(), &named).unwrap();
    assert_eq!((minors(&reading), reading.rows[0].description().as_str()), (vec![-900], "Rent"));
    let wrong = CsvProfile { amount: column("9"), ..named.clone() };
    assert_eq!(refusal(text, &wrong), "bank.csv:1:1: there is no column 9: the file has 3");
    let wrong = CsvProfile { amount: column("Sum"), ..named };
    assert_eq!(
        refusal(text, &wrong),
        "bank.csv:1:1: there is no column \"Sum\": the header has \"when\", \"what\", \"how much\""
    );
}

#[test]
fn debit_and_credit_columns_give_the_sign() {
    let reading = read(
        "Date,Text,Debit,Credit\n2026-03-01,a,10.00,\n2026-03-02,b,0,5.00\n2026-03-03,c,,\n2026-03-04,d,1,2\n",
    );
    assert_eq!(minors(&reading), [-1000, 500]);
    assert_eq!(places(&reading), [(4, 14, "missing-amount"), (5, 16, "two-amounts")]);
}

#[test]
fn a_debit_column_of_negative_numbers_already_has_its_signs() {
    let reading = read("Date,Text,Debit,Credit\n2026-03-01,a,-10.00,\n2026-03-02,b,,5.00\n");
    assert_eq!(minors(&reading), [-1000, 500]);
}

#[test]
fn direction_words_give_unsigned_amounts_their_sign() {
    let reading = read(
        "Datum,Omschrijving,Af Bij,Bedrag\n20260301,Huur,Af,\"900,00\"\n20260302,Loon,Bij,\"1500,00\"\n",
    );
    assert_eq!(minors(&reading), [-90_000, 150_000]);
    let reading = read("Date,Text,Debit/Credit,Amount\n2026-03-01,a,debit,1.00\n2026-03-01,a,perhaps,1.00\n");
    assert_eq!(places(&reading), [(3, 14, "unknown-direction")]);
}

#[test]
fn negate_turns_the_sign_rule_around() {
    let told = CsvProfile { negate: Some(true), ..CsvProfile::default() };
    let text = "Date,Text,Amount\n2026-03-01,a,10.00\n2026-03-02,b,-3.00\n";
    assert_eq!(minors(&read_bytes(text.as_bytes(), &told).unwrap()), [-1000, 300]);
}

#[test]
fn a_statement_without_any_money_out_says_so() {
    let reading = read("Date,Text,Amount\n2026-03-01,a,10.00\n2026-03-02,b,3.00\n");
    assert!(reading.notes[0].contains("--negate"), "{:?}", reading.notes);
}

#[test]
fn currencies_come_from_sign_row_header_or_account() {
    let reading =
        read("Date,Text,Amount,Currency\n2026-03-01,a,1.00,USD\n2026-03-02,b,2.00,\n2026-03-03,c,3.00,chf\n");
    let codes = reading.rows.iter().map(|row| row.amount.commodity().code().to_owned()).collect::<Vec<_>>();
    assert_eq!(codes, ["USD", "EUR", "CHF"]);
    let reading = read("Date,Text,Amount (USD)\n2026-03-01,a,1.00\n");
    assert_eq!(reading.rows[0].amount.commodity(), iso("USD"));
    let told = CsvProfile { currency: column("Cur"), ..CsvProfile::default() };
    let reading = read_bytes(
        b"Date,Amount,Cur\n2026-03-01,1.00,EUR\n2026-03-02,1.00,QQQ\n2026-03-03,USD 1.00,EUR\n",
        &told,
    )
    .unwrap();
    assert_eq!(places(&reading), [(3, 17, "unknown-currency"), (4, 12, "two-currencies")]);
}

#[test]
fn every_unreadable_row_is_reported_with_its_place_and_the_others_read() {
    let text = "Date,Text,Amount\n2026-03-01,a,1.00\n2026-02-30,b,2.00\n2026-03-03,c,n/a\n2026-03-04,d,4.00,5\n\
                2026-03-05,e\n,f,6.00\n2026-03-07,g,7.00\n2026-03-08,h,0.125\n";
    let reading = read(text);
    assert_eq!(minors(&reading), [100, 700]);
    assert_eq!(
        places(&reading),
        [
            (3, 1, "unreadable-date"),
            (4, 14, "unreadable-amount"),
            (5, 19, "ragged-row"),
            (6, 12, "ragged-row"),
            (7, 1, "missing-date"),
            (9, 14, "unreadable-amount"),
        ]
    );
    let error = reading.problems[0].to_error("bank.csv").to_string();
    assert_eq!(error, "bank.csv:3:1: \"2026-02-30\" is not a date written as YYYY-MM-DD");
}

#[test]
fn lines_without_date_and_amount_are_noted_and_no_problem() {
    let reading = read("Date,Text,Amount\n2026-03-01,a,1.00\n,,\n\nend of statement,,\nTotal of 1 row\n");
    assert_eq!((reading.rows.len(), reading.problems.len()), (1, 0));
    assert_eq!(
        reading.notes,
        ["2 lines from line 5 on without date and amount: passed over (first \"end of statement,,\")"]
    );
    let reading = read("Date,Text,Amount\n2026-03-01,a,1.00\nExtra,,1.00\n");
    assert_eq!(places(&reading), [(3, 1, "unreadable-date")], "a last line with an amount could be a row");
}

#[test]
fn any_line_end_counts_as_one_line() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["Date,Text,Amount", "2026-03-01,\"two", "lines\",1.00", "", "2026-03-02,b,n/a"].join(end);
        let reading = read(&text);
        assert_eq!(reading.rows[0].description(), "two lines");
        assert_eq!(reading.rows[0].line, 2);
        assert_eq!(places(&reading), [(5, 14, "unreadable-amount")], "{end:?}");
    }
}

#[test]
fn a_problem_inside_a_row_of_two_lines_points_to_its_own_line() {
    let reading = read("Date,Text,Amount\n2026-03-01,\"two\nlines\",n/a\n");
    assert_eq!(places(&reading), [(3, 8, "unreadable-amount")]);
}

#[test]
fn a_quote_that_is_never_closed_costs_its_own_line_only() {
    let reading = read("Date,Text,Amount\n2026-03-01,\"open,1.00\n2026-03-02,b,2.00\n2026-03-03,c,3.00\n");
    assert_eq!(minors(&reading), [200, 300]);
    assert_eq!(places(&reading), [(2, 1, "unclosed-quote")]);
}

#[test]
fn a_cell_of_more_than_a_mebibyte_is_refused() {
    let text = format!("Date,Text,Amount\n2026-03-01,{},1.00\n", "x".repeat((1 << 20) + 1));
    assert!(refusal(&text, &CsvProfile::default()).starts_with("bank.csv:2:12: a cell of more than 1 MiB"));
    let text = format!("Date,Text,Amount\n2026-03-01,{},1.00\n", "x".repeat(1 << 20));
    assert_eq!(read(&text).rows.len(), 1);
}

#[test]
fn encodings_are_told_marked_or_utf_8() {
    let text = "Date,Payee,Amount\n2026-03-01,Café,-1.00\n";
    let with_mark = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    let wide = [b"\xFF\xFE".to_vec(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
    let latin = text.chars().map(|c| u8::try_from(c).unwrap()).collect::<Vec<_>>();
    let told = CsvProfile { encoding: Some("latin1".to_owned()), ..CsvProfile::default() };
    let detect = CsvProfile::default();
    for (bytes, profile) in
        [(text.as_bytes(), &detect), (&with_mark, &detect), (&wide, &detect), (&latin, &told)]
    {
        assert_eq!(read_bytes(bytes, profile).unwrap().rows[0].payee(), Some("Café"));
    }
    let strict = CsvProfile { encoding: Some("utf-8".to_owned()), ..CsvProfile::default() };
    let error = read_bytes(&latin, &strict).unwrap_err().to_string();
    assert!(
        error.starts_with("bank.csv:2:15: byte 0xE9 is not UTF-8") && error.contains("--encoding"),
        "{error}"
    );
    let wrong = CsvProfile { encoding: Some("klingon".to_owned()), ..CsvProfile::default() };
    assert!(matches!(read_bytes(&latin, &wrong).unwrap_err().kind(), ErrorKind::InvalidSetting { .. }));
}

#[test]
fn nul_characters_and_empty_files_are_refused() {
    assert!(
        refusal("Date,Text,Amount\n2026-03-01,a\0b,1\n", &CsvProfile::default())
            .starts_with("bank.csv:2:13: a NUL")
    );
    assert_eq!(refusal(" \n\n", &CsvProfile::default()), "bank.csv:1:1: the file is empty");
}

#[test]
fn a_file_without_header_reads_where_each_column_can_be_only_one_thing() {
    let reading = read("0001;22/01/2026;CHEQUE 12;-10,00;\n0001;21/01/2026;CARTE 7;-5,76;\n");
    assert_eq!(minors(&reading), [-1000, -576]);
    assert_eq!(reading.rows[0].description(), "CHEQUE 12");
    assert_eq!((reading.profile.date, reading.profile.amount), (column("2"), column("4")));
}

#[test]
fn the_resolved_profile_reads_the_file_the_same_and_survives_saving() {
    let text = "x\nBuchungstag;Empfänger;Text;Soll;Haben;Saldo\n05.03.2026;Rewe;Karte;12,50;;100,00\n06.03.2026;;;;1,00;101,00\n";
    let reading = read(text);
    let saved = serde_json::to_string(&reading.profile).unwrap();
    let again: CsvProfile = serde_json::from_str(&saved).unwrap();
    assert_eq!(again, reading.profile);
    assert_eq!(read_bytes(text.as_bytes(), &again).unwrap().rows, reading.rows);
    assert!(serde_json::from_str::<CsvProfile>("{\"colour\": 1}").is_err(), "a misspelt key is no setting");
}

#[test]
fn flags_go_over_a_saved_profile() {
    let saved = CsvProfile {
        debit: column("Soll"),
        credit: column("Haben"),
        negate: Some(true),
        ..CsvProfile::default()
    };
    let flags = CsvProfile { amount: column("Betrag"), negate: Some(false), ..CsvProfile::default() };
    let merged = saved.merge(flags);
    assert_eq!((merged.amount, merged.debit, merged.credit), (column("Betrag"), None, None));
    assert_eq!(merged.negate, Some(false));
}

#[test]
fn balance_and_line_are_no_part_of_the_identity() {
    let one = read("Date,Text,Amount,Balance\n2026-03-01,Tea,-2.00,8.00\n2026-03-01,Tea,-2.00,6.00\n");
    let other = read("Date,Text,Amount,Balance\n2026-02-28,x,1.00,1.00\n2026-03-01,Tea,-2.00,90.00\n");
    let [one, other] =
        [one, other].map(|reading| reading.rows.iter().map(Fingerprint::of).collect::<Vec<_>>());
    assert_eq!(one[0], one[1]);
    assert_eq!(one[0], other[1]);
    assert_ne!(one[0], other[0]);
}

#[test]
fn each_part_of_a_rows_content_tells_it_from_others() {
    let base = "Date,Payee,Text,Amount,Currency,Transaction ID\n2026-03-01,Ann,Tea,-2.00,EUR,7\n";
    let changed = [
        ("03-01", "03-02"),
        ("Ann", "Bob"),
        ("Tea", "Pie"),
        ("-2.00", "2.00"),
        (",EUR", ",USD"),
        ("R,7", "R,8"),
    ];
    let id = |text: &str| Fingerprint::of(&read(text).rows[0]);
    for (from, to) in changed {
        assert_ne!(id(base), id(&base.replacen(from, to, 1)), "{from} to {to}");
    }
    assert_eq!(id(base), id(&base.replace("Ann", " Ann ")));
}

/// A statement of few different rows, so that many are identical, some with a reference that repeats.
fn statement_lines() -> impl Strategy<Value = Vec<String>> {
    let line = (
        1..4_u32,
        1..4_i64,
        prop::sample::select(vec!["Tea", "Rent"]),
        prop::sample::select(vec!["", "0", "R1"]),
    );
    let line =
        line.prop_map(|(day, amount, text, id)| format!("2026-03-{day:02},{text},-{amount}.00,{id}\n"));
    prop::collection::vec(line, 1..40)
}

/// What an account keeps when these files come one after the other.
fn kept<'f>(files: impl Iterator<Item = &'f &'f [String]>) -> Vec<Fingerprint> {
    let mut known: Vec<KnownLine> = Vec::new();
    for (file, import_id) in files.zip(1..) {
        let text = format!("Date,Text,Amount,Transaction ID\n{}", file.concat());
        let reading = read(&text);
        let lines: Vec<_> = reading.rows.iter().map(|row| (row, Fingerprint::of(row))).collect();
        let found = find_duplicates(&lines, &known);
        let new = lines.iter().zip(&found).filter(|(_, duplicate)| duplicate.is_none());
        known.extend(new.map(|((row, fingerprint), _)| KnownLine {
            import_id,
            line_number: row.line,
            posted_on: row.posted_on,
            minor: row.amount.minor(),
            commodity: row.amount.commodity(),
            bank_id: row.bank_id().map(Into::into),
            fingerprint: *fingerprint,
        }));
    }
    let mut kept: Vec<Fingerprint> = known.iter().map(|known| known.fingerprint).collect();
    kept.sort_unstable();
    kept
}

proptest! {
    #[test]
    fn overlapping_windows_in_any_order_add_up_to_their_union(
        lines in statement_lines(),
        cuts in prop::collection::vec((0..40_usize, 1..40_usize), 1..6),
    ) {
        let window = |(start, length): (usize, usize)| {
            let start = start % lines.len();
            &lines[start..(start + length).min(lines.len())]
        };
        let windows = cuts.into_iter().map(window).collect::<Vec<_>>();
        let book = kept(windows.iter());
        prop_assert_eq!(&book, &kept(windows.iter().rev()));
        // Of each line, as many as the window that shows it most often.
        let most = |line: &String| {
            windows.iter().map(|window| window.iter().filter(|other| *other == line).count()).max().unwrap_or(0)
        };
        let kinds = lines.iter().collect::<std::collections::BTreeSet<_>>();
        prop_assert_eq!(book.len(), kinds.into_iter().map(most).sum::<usize>());
        // The whole statement brings the book to the statement, whatever came before.
        let whole: &[String] = &lines;
        prop_assert_eq!(kept(windows.iter().chain([&whole])), kept([whole].iter()));
    }

    #[test]
    fn no_bytes_make_the_reader_fail_otherwise_than_with_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_bytes(&bytes, &CsvProfile::default());
    }

    #[test]
    fn what_resembles_a_statement_never_panics_and_every_place_lies_in_the_file(
        cells in prop::collection::vec(prop::sample::select(vec![
            "Date", "Amount", "Debit", "Credit", ",", ",", ";", "\n", "\n", "\r", "\"", "2026-03-01", "5/6/26", "1,5", "-3.00",
            "EUR", "€ 5", "é", "\u{feff}", "99999999999999999999", "Soll", "debit", " ", "(1)", "--", "1.2.3",
        ]), 0..60),
    ) {
        let text = cells.concat();
        if let Ok(reading) = read_bytes(text.as_bytes(), &CsvProfile::default()) {
            let line_count = text.split(['\n', '\r']).count() as u64;
            for (line, column, _) in places(&reading) {
                prop_assert!(line >= 1 && line <= line_count && column >= 1);
            }
        }
    }
}
