//! The rules of finding out how a file is to be read, on small files written here.

use proptest::prelude::*;

use super::explain::Confidence;
use super::{ColumnRef, CsvProfile, CsvReading, DateFormat, built_in_profile, open_question, read_csv};
use crate::Result;
use crate::money::{Commodity, DecimalMark};

fn iso(code: &str) -> Commodity {
    Commodity::iso(code).unwrap()
}

fn read_bytes<'a>(bytes: &'a [u8], profile: &CsvProfile) -> Result<CsvReading<'a>> {
    read_csv(bytes, "bank.csv", profile, iso("EUR"), &Commodity::iso)
}

fn read(text: &str) -> CsvReading<'_> {
    let reading = read_bytes(text.as_bytes(), &CsvProfile::default()).unwrap();
    assert_eq!(reading.problems, []);
    reading
}

fn refusal(text: &str) -> String {
    read_bytes(text.as_bytes(), &CsvProfile::default()).unwrap_err().to_string()
}

fn minors(reading: &CsvReading) -> Vec<i64> {
    reading.rows.iter().map(|row| row.amount.minor()).collect()
}

fn days(reading: &CsvReading) -> Vec<String> {
    reading.rows.iter().map(|row| row.posted_on.to_string()).collect()
}

fn choice(reading: &CsvReading, about: &str) -> (String, Confidence) {
    let decision = reading.decisions.iter().find(|decision| decision.about == about).unwrap();
    (decision.choice.clone(), decision.confidence)
}

#[test]
fn any_character_may_part_the_cells() {
    for delimiter in [",", ";", "\t", "|", "^", "~", "!"] {
        let text =
            ["Date", "Text", "Amount\n2026-03-01", "a", "-1.50\n2026-03-02", "b", "2.00\n"].join(delimiter);
        assert_eq!(minors(&read(&text)), [-150, 200], "{delimiter:?}");
    }
    let named = "sep=;\nDate;Text;Amount\n2026-03-01;a, b, c;-1.50\n";
    assert_eq!(minors(&read(named)), [-150]);
}

#[test]
fn a_decimal_comma_does_not_pass_for_a_delimiter() {
    let reading = read("25.03.2026;-5,00\n26.03.2026;7,50\n");
    assert_eq!(minors(&reading), [-500, 750]);
}

#[test]
fn rows_of_a_file_without_header_begin_at_the_first_row() {
    let reading = read("Account 12;\nPeriod: March;\n25.03.2026;Rent;-5,00\n26.03.2026;Pay;7,50\n");
    assert_eq!(minors(&reading), [-500, 750]);
    assert!(reading.notes.iter().any(|note| note == "lines 1 to 2 before the first row: passed over"));
}

#[test]
fn a_header_in_an_unknown_language_is_the_line_before_the_rows() {
    let reading = read(
        "Bank 1;\nKuupaev x;Selgitus x;Summa x;Jaak x\n25.03.2026;a;-5,00;95,00\n26.03.2026;b;-7,50;87,50\n",
    );
    assert_eq!(minors(&reading), [-500, -750]);
    assert_eq!(reading.rows[1].balance.unwrap(), 8_750);
    assert_eq!(reading.profile.amount, Some(ColumnRef::Name("Summa x".to_owned())));
}

#[test]
fn headers_of_many_languages_are_understood() {
    for header in [
        "Data operacji;Opis operacji;Kwota",
        "Bokföringsdag;Beskrivning;Belopp",
        "Data;Descrição;Valor",
        "Datum;Popis;Částka",
        "Дата операции;Описание;Сумма операции",
        "取引日;摘要;金額",
        "Tarih;Açıklama;Tutar",
        "Kirjauspäivä;Selitys;Määrä",
    ] {
        let text = format!("{header}\n25.03.2026;a;-5,00\n");
        let reading = read(&text);
        assert_eq!(minors(&reading), [-500], "{header}");
        assert_eq!(reading.rows[0].narrative(), Some("a"), "{header}");
    }
}

#[test]
fn the_balance_tells_amount_from_balance_without_a_header() {
    let reading =
        read("25.03.2026;Rent;-5,00;95,00\n26.03.2026;Pay;7,50;102,50\n27.03.2026;Tea;-2,00;100,50\n");
    assert_eq!(minors(&reading), [-500, 750, -200]);
    assert_eq!(choice(&reading, "amount"), ("column 3".to_owned(), Confidence::High));
    assert_eq!(reading.profile.balance, Some(ColumnRef::Number(4)));
}

#[test]
fn the_balance_tells_debit_from_credit_in_either_order_of_time() {
    let newest_first = "25/03/2026,c,,2.00,97.00\n24/03/2026,b,5.00,,95.00\n23/03/2026,a,10.00,,100.00\n";
    assert_eq!(minors(&read(newest_first)), [200, -500, -1000]);
    let credit_first = "23/03/2026,a,10.00,,110.00\n24/03/2026,b,,5.00,105.00\n25/03/2026,c,2.00,,107.00\n";
    assert_eq!(minors(&read(credit_first)), [1000, -500, 200]);
    let zeros = "23/03/2026,a,10.00,0,110.00\n24/03/2026,b,0,5.00,105.00\n25/03/2026,c,2.00,0,107.00\n";
    assert_eq!(minors(&read(zeros)), [1000, -500, 200]);
}

#[test]
fn signs_in_two_columns_or_the_words_of_the_rows_tell_them_apart() {
    let signed = "23/03/2026,a,-$10.00,\n24/03/2026,b,,+$5.00\n";
    let reading =
        read_csv(signed.as_bytes(), "x", &CsvProfile::default(), iso("USD"), &Commodity::iso).unwrap();
    assert_eq!(minors(&reading), [-1000, 500]);
    let words = "23/03/2026,ATM Main St,,10.00\n24/03/2026,Salary,5.00,\n25/03/2026,Monthly fee,,1.00\n";
    assert_eq!(minors(&read(words)), [-1000, 500, -100]);
    let neither = "23/03/2026,a,,10.00\n24/03/2026,b,5.00,\n25/03/2026,c,,1.00\n";
    assert!(refusal(neither).contains("tell it with --debit-column"));
}

#[test]
fn a_card_that_writes_purchases_as_positive_is_turned_around() {
    let words = "Date,Merchant,Type,Amount\n2026-03-01,Rewe,purchase,10.00\n2026-03-02,Shop,purchase,5.00\n\
                 2026-03-03,Shop,refund,-2.00\n";
    let reading = read(words);
    assert_eq!(minors(&reading), [-1000, -500, 200]);
    assert!(reading.notes.iter().any(|note| note.contains("--no-negate")), "{:?}", reading.notes);
    assert_eq!(reading.profile.negate, Some(true));
    let told = CsvProfile { negate: Some(false), ..CsvProfile::default() };
    assert_eq!(minors(&read_bytes(words.as_bytes(), &told).unwrap()), [1000, 500, -200]);
    let all_positive = "Card number,Date,Text,Amount\n1,2026-03-01,Rewe,10.00\n1,2026-03-02,Shop,5.00\n";
    assert_eq!(minors(&read(all_positive)), [-1000, -500]);
}

#[test]
fn a_card_with_the_usual_signs_is_left_alone() {
    let text = "Card number,Date,Text,Type,Amount\n1,2026-03-01,Rewe,Sale,-10.00\n1,2026-03-02,AUTOPAY,Payment,50.00\n";
    assert_eq!(minors(&read(text)), [-1000, 5000]);
}

#[test]
fn the_balance_turns_signs_around_and_what_is_owed_with_them() {
    let opposite = "Date,Text,Amount,Balance\n2026-03-01,a,10.00,90.00\n2026-03-02,b,5.00,85.00\n2026-03-03,c,-7.00,92.00\n";
    assert_eq!(minors(&read(opposite)), [-1000, -500, 700]);
    let owed = CsvProfile { negate: Some(true), ..CsvProfile::default() };
    let text = "Date,Text,Amount,Balance\n2026-03-01,a,10.00,10.00\n2026-03-02,b,5.00,15.00\n2026-03-03,c,7.00,22.00\n";
    let reading = read_bytes(text.as_bytes(), &owed).unwrap();
    assert_eq!((minors(&reading)[2], reading.rows[2].balance.unwrap()), (-700, -2200));
}

#[test]
fn the_balance_tells_whether_a_fee_comes_on_top() {
    let on_top =
        "Date,Text,Amount,Fee,Balance\n2026-03-01,a,-10.00,0.00,90.00\n2026-03-02,b,-5.00,1.00,84.00\n";
    assert_eq!(minors(&read(on_top)), [-1000, -600]);
    let within =
        "Date,Text,Amount,Fee,Balance\n2026-03-01,a,-10.00,0.00,90.00\n2026-03-02,b,-5.00,1.00,85.00\n";
    assert_eq!(minors(&read(within)), [-1000, -500]);
    let net = "Date,Text,Gross,Fee,Net\n2026-03-01,a,-10.00,-0.50,-10.50\n";
    assert_eq!(minors(&read(net)), [-1050]);
    let open = "Date,Text,Amount,Fee\n2026-03-01,a,10.00,0.50\n";
    assert!(refusal(open).contains("--fee-included"));
    for (told, expected) in [("fee_included = true", 1000), ("fee = \"Fee\"", 950)] {
        let told = CsvProfile::from_toml(told, "x").unwrap();
        assert_eq!(minors(&read_bytes(open.as_bytes(), &told).unwrap()), [expected]);
    }
}

#[test]
fn rows_that_are_not_booked_are_left_out_with_a_note() {
    let text = "Date,Text,Amount,Status\n2026-03-01,a,1.00,Completed\n2026-03-02,b,2.00,Pending\n2026-03-03,c,-3.00,Declined\n";
    let reading = read(text);
    assert_eq!(minors(&reading), [100]);
    assert!(
        reading.notes.iter().any(|note| note.starts_with("2 lines from line 3 on: not booked")),
        "{:?}",
        reading.notes
    );
    let told = CsvProfile { skip_states: vec!["completed".to_owned()], ..CsvProfile::default() };
    assert_eq!(minors(&read_bytes(text.as_bytes(), &told).unwrap()), [200, -300]);
}

#[test]
fn neutral_rows_are_left_out_and_unknown_directions_can_be_told() {
    let text =
        "Date,Text,收/支,Amount\n2026-03-01,a,支出,1.00\n2026-03-02,b,/,2.00\n2026-03-03,c,收入,3.00\n";
    let reading = read(text);
    assert_eq!(minors(&reading), [-100, 300]);
    assert!(reading.notes.iter().any(|note| note.starts_with("line 3: neither money in nor money out")));
    let text = "Date,Text,Dr/Cr,Amount\n2026-03-01,a,raus,1.00\n2026-03-02,b,rein,2.00\n";
    let told = CsvProfile::from_toml("out_words = [\"Raus\"]\nin_words = [\"Rein\"]", "x").unwrap();
    assert_eq!(minors(&read_bytes(text.as_bytes(), &told).unwrap()), [-100, 200]);
}

#[test]
fn amounts_with_marks_signs_sides_and_currencies_are_understood() {
    let cases = [
        ("1 234,50", 123_450),
        ("1'234.50", 123_450),
        ("-1.234,50", -123_450),
        ("(85.00)", -8_500),
        ("85.00-", -8_500),
        ("+120,00", 12_000),
        ("12.50 DR", -1_250),
        ("12.50 CR", 1_250),
        ("EUR 5.00", 500),
        ("5,00 €", 500),
        ("1,23,456.00", 12_345_600),
        ("\u{2212}3.00", -300),
        (".23", 23),
        ("1\u{a0}234,50", 123_450),
    ];
    for (written, expected) in cases {
        let text = format!("Date|Text|Amount\n2026-03-01|a|{written}\n");
        assert_eq!(minors(&read(&text)), [expected], "{written}");
    }
}

#[test]
fn numbers_in_other_columns_may_decide_the_decimal_mark() {
    let reading = read("Date,Text,Amount,Rate\n2026-03-01,a,29.000,1.0000\n2026-03-02,b,12.900,0.9578\n");
    assert_eq!(minors(&reading), [2900, 1290]);
    assert_eq!(choice(&reading, "decimal mark"), (".".to_owned(), Confidence::Medium));
}

#[test]
fn of_several_dates_without_a_header_the_one_in_order_is_the_posting_date() {
    let reading =
        read("16.03.2026;18.03.2026;a;-1,00\n12.03.2026;18.03.2026;b;-2,00\n14.03.2026;19.03.2026;c;-3,00\n");
    assert_eq!(days(&reading), ["2026-03-18", "2026-03-18", "2026-03-19"]);
}

#[test]
fn a_line_of_more_text_is_added_to_its_row() {
    let reading = read(
        "Date;Text;Amount\n25.03.2026;Transfer to;-5,00\n;Miller and Sons;\n26.03.2026;Pay;7,50\nTotal;;\n",
    );
    assert_eq!(reading.rows[0].narrative(), Some("Transfer to Miller and Sons"));
    assert_eq!(reading.rows[0].span.of(&reading.text), "25.03.2026;Transfer to;-5,00\n;Miller and Sons;");
    assert!(reading.notes.iter().any(|note| note.contains("\"Total;;\"")), "a footer is no more text");
}

#[test]
fn a_delimiter_in_the_last_text_makes_no_other_amount() {
    let reading = read("Date,Amount,Text\n2026-03-01,-1.00,a\n2026-03-02,-2.00,b, and c\n");
    assert_eq!(reading.rows[1].narrative(), Some("b and c"));
    assert!(reading.notes.iter().any(|note| note.starts_with("line 3: more cells")));
    let text = "Date,Text,Amount\n2026-03-01,a,-1.00\n2026-03-02,b,-2,50\n";
    let reading = read_bytes(text.as_bytes(), &CsvProfile::default()).unwrap();
    assert_eq!(reading.problems[0].code, "ragged-row");
}

#[test]
fn encodings_of_many_countries_are_detected() {
    let rows =
        |words: &str| format!("Date,Payee,Amount\n2026-03-01,{words},-1.00\n2026-03-02,{words},-2.00\n");
    for (encoding, words) in [
        ("windows-1252", "Gebühren für Überweisung"),
        ("windows-1250", "Zażółć gęślą jaźń opłata"),
        ("windows-1251", "Оплата услуг связи"),
        ("shift_jis", "振込手数料 スーパー"),
        ("gbk", "微信支付账单明细 商户消费"),
        ("euc-kr", "신용카드 결제 내역"),
        ("utf-16le", "Café Müller"),
        ("utf-16be", "Café Müller"),
    ] {
        let text = rows(words);
        let bytes = match encoding {
            "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            _ => encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap().encode(&text).0.into_owned(),
        };
        let reading = read_bytes(&bytes, &CsvProfile::default()).unwrap();
        assert_eq!(reading.rows[0].payee(), Some(words), "{encoding}: {:?}", reading.decisions[0]);
        let told = CsvProfile { encoding: Some(encoding.to_owned()), ..CsvProfile::default() };
        assert_eq!(read_bytes(&bytes, &told).unwrap().rows, reading.rows, "{encoding}");
    }
}

#[test]
fn a_cut_character_in_utf_8_is_an_error_and_no_other_encoding() {
    let mut bytes = b"Date,Payee,Amount\n".to_vec();
    for _ in 0..6 {
        bytes.extend("2026-03-01,Café Müller,-1.00\n".as_bytes());
    }
    bytes.extend(b"2026-03-02,Caf\xC3,-2.00\n");
    let error = read_bytes(&bytes, &CsvProfile::default()).unwrap_err().to_string();
    assert!(error.starts_with("bank.csv:8:15: byte 0xC3 is not UTF-8"), "{error}");
}

#[test]
fn a_known_layout_decides_what_its_rows_leave_open() {
    let text = "Transaction Date,Post Date,Description,Category,Type,Amount,Memo\n05/03/2026,05/04/2026,Shop,x,Sale,-1.00,\n";
    let reading = read(text);
    assert_eq!(days(&reading), ["2026-05-04"]);
    assert!(choice(&reading, "layout").0.starts_with("chase-card"));
    // What the rows say goes over the layout, and what is told over both.
    let text = text.replace("05/03/2026,05/04/2026", "25/03/2026,26/03/2026");
    assert_eq!(days(&read(&text)), ["2026-03-26"]);
    let told = CsvProfile { date: Some("Transaction Date".parse().unwrap()), ..CsvProfile::default() };
    assert_eq!(days(&read_bytes(text.as_bytes(), &told).unwrap()), ["2026-03-25"]);
}

#[test]
fn a_built_in_profile_is_used_by_name_where_no_header_tells_it() {
    let text = "05/03/2026,SHOP 1,1.96,,13.04\n05/04/2026,SHOP 2,12.10,,15.00\n";
    let td = built_in_profile("TD").unwrap();
    let reading = read_bytes(text.as_bytes(), &td.profile).unwrap();
    assert_eq!((days(&reading)[0].as_str(), minors(&reading)), ("2026-05-03", vec![-196, -1210]));
}

#[test]
fn open_questions_lead_to_a_reading_one_answer_at_a_time() {
    let text = "01/02/2026,a,10.00,\n03/04/2026,b,,5.00\n";
    let mut profile = CsvProfile::default();
    let mut asked = Vec::new();
    while let Some(question) =
        open_question(text.as_bytes(), "bank.csv", &profile, iso("EUR"), &Commodity::iso).unwrap()
    {
        assert!(asked.len() < 5, "an answer settles nothing: {asked:?}");
        asked.push(question.choices[0].label.clone());
        profile = profile.merge(question.choices[0].settles.clone());
    }
    assert_eq!(asked, ["money out in column 3", "DD/MM/YYYY"]);
    let reading = read_bytes(text.as_bytes(), &profile).unwrap();
    assert_eq!((days(&reading)[1].as_str(), minors(&reading)), ("2026-04-03", vec![-1000, 500]));
}

#[test]
fn every_decision_has_a_reason_and_a_flag() {
    let reading = read("Date,Text,Amount,Balance\n05/05/2026,a,-1.00,9.00\n");
    assert!(
        reading
            .decisions
            .iter()
            .all(|decision| !decision.reason.is_empty() && decision.flag.starts_with("--"))
    );
    let date = reading.decisions.iter().find(|decision| decision.about == "date format").unwrap();
    assert_eq!(
        (date.choice.as_str(), date.alternatives.as_slice()),
        ("DD/MM/YYYY", ["MM/DD/YYYY".to_owned()].as_slice())
    );
    assert_eq!(date.confidence, Confidence::Medium);
}

#[test]
fn a_profile_in_toml_is_checked_with_its_place() {
    let refused = |text: &str| CsvProfile::from_toml(text, "my.toml").unwrap_err().to_string();
    assert!(
        refused("negate = true\ncolour = 1\n").starts_with("my.toml:2:1: unknown field"),
        "{}",
        refused("negate = true\ncolour = 1\n")
    );
    assert!(refused("delimiter = \n").starts_with("my.toml:1:"));
    assert!(refused("date_format = \"DD\"").contains("needs one day"));
    assert!(refused("amount = 1\ndebit = 2").contains("name either"));
    let read = CsvProfile::from_toml("date = 2\ndecimal_mark = \",\"", "my.toml").unwrap();
    assert_eq!((read.date, read.decimal_mark), (Some(ColumnRef::Number(2)), Some(DecimalMark::Comma)));
}

#[test]
fn a_line_of_very_many_cells_and_a_file_of_bad_rows_are_refused() {
    let error = refusal(&format!("Date,Text,Amount\n2026-03-01,a{},1\n", ",".repeat(20_000)));
    assert!(error.contains("more than 10,000 cells"), "{error}");
    let text = format!("Date,Text,Amount\n2026-03-01,a,1\n{}", "2026-03-01,a,x\n".repeat(10_001));
    assert!(refusal(&text).contains("more than 10000 rows cannot be read"));
}

/// Statements that read without a flag, to be cut and damaged.
const GOOD: [&str; 4] = [
    "Date,Description,Amount,Balance\n2026-03-01,\"Rent, May\",-900.00,100.00\n2026-03-02,Pay,1500.50,1600.50\n",
    "Konto;DE12\n\nBuchungstag;Valuta;Empfänger;Text;Betrag;Währung\n05.03.26;06.03.26;Rewe;\"a; b\";-1.042,10;EUR\n",
    "25/03/2026,c,,2.00,97.00\r\n24/03/2026,b,5.00,,95.00\r\n23/03/2026,a,10.00,,100.00\r\n",
    "sep=|\rDate|Type|Amount|Fee|Status\r2026-03-01|debit|1.00|0|Pending\r2026-03-02|credit|2.00|0|ok\r",
];

proptest! {
    #[test]
    fn a_cut_or_damaged_statement_ends_in_rows_problems_or_an_error(
        which in 0..GOOD.len(),
        end in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        let mut bytes = GOOD[which].as_bytes().to_vec();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(end.index(bytes.len()));
        let _ = read_bytes(&bytes, &CsvProfile::default());
        let _ = open_question(&bytes, "bank.csv", &CsvProfile::default(), iso("EUR"), &Commodity::iso);
    }

    #[test]
    fn what_was_detected_reads_the_same_when_it_is_told(which in 0..GOOD.len()) {
        let reading = read_bytes(GOOD[which].as_bytes(), &CsvProfile::default()).unwrap();
        let told = CsvProfile::from_toml(&reading.profile.to_toml(), "x").unwrap();
        prop_assert_eq!(&told, &reading.profile);
        prop_assert_eq!(read_bytes(GOOD[which].as_bytes(), &told).unwrap().rows, reading.rows);
    }

    #[test]
    fn no_text_panics_the_reading_of_dates(text in "\\PC{0,24}") {
        for pattern in ["DD.MM.YYYY", "MMM DD, YYYY", "YYYYMMDD", "DD/MM'YY", "YYYY年MM月DD日"] {
            let _ = pattern.parse::<DateFormat>().unwrap().read(&text);
        }
    }
}

/// Rows, and line and column of each problem with its reason.
fn rows_and_problems(text: &str) -> (Vec<i64>, Vec<(u64, u64, String)>) {
    let reading = read_bytes(text.as_bytes(), &CsvProfile::default()).unwrap();
    let problems = reading.problems.iter();
    let told = problems.map(|problem| (problem.line, problem.column, problem.reason.clone())).collect();
    (minors(&reading), told)
}

#[test]
fn an_unknown_currency_is_a_problem_of_its_row_and_never_the_default() {
    let (rows, problems) = rows_and_problems(
        "Date,Description,Amount,Currency\n2026-03-01,A,-5,USD\n2026-03-02,B,-6,BTC\n2026-03-03,C,-7,$\n",
    );
    assert_eq!((rows.len(), problems.len()), (1, 2), "{problems:?}");
    assert_eq!((problems[0].0, problems[0].1), (3, 17));
    assert!(problems[0].2.contains("\"BTC\""), "{}", problems[0].2);
    assert!(problems[1].2.contains("--commodity"), "{}", problems[1].2);
    let (rows, problems) = rows_and_problems("Date,Text,Amount,Currency\n2026-03-01,A,-5,doubloons\n");
    assert_eq!((rows.len(), problems.len()), (0, 1), "no cell of the column is known");
}

#[test]
fn a_currency_column_may_hold_names_and_signs_of_one_meaning() {
    let reading = read("Date,Text,Amount,Currency\n2026-03-01,A,-5,US Dollar\n2026-03-02,B,-6,RMB\n");
    let codes = reading.rows.iter().map(|row| row.amount.commodity().code().to_owned());
    assert_eq!(codes.collect::<Vec<_>>(), ["USD", "CNY"]);
}

#[test]
fn a_shared_sign_over_an_amount_is_not_read_as_another_currency() {
    let text = "Date,Text,Withdrawals ($),Deposits ($)\n2026-03-01,A,5.00,\n2026-03-02,B,,6.00\n";
    assert!(
        refusal(text).contains("column \"Withdrawals ($)\": \"$\" stands for several"),
        "{}",
        refusal(text)
    );
    let profile = CsvProfile::default();
    let told = read_csv(text.as_bytes(), "x", &profile, iso("CAD"), &Commodity::iso).unwrap();
    assert_eq!(told.rows[0].amount, iso("CAD").amount(-500));
    let plain = "Date,Text,Amount (€)\n2026-03-01,A,5.00\n";
    let plain = read_csv(plain.as_bytes(), "x", &profile, iso("USD"), &Commodity::iso).unwrap();
    assert_eq!(plain.rows[0].amount, iso("EUR").amount(500));
}
