//! The rules of reading MT940, on small files written here.

use super::*;
use crate::import::statement::StatementLine;

fn read_text(text: &str) -> Result<Contents> {
    let default = Commodity::iso("EUR").unwrap();
    read(text, "bank.sta", Currencies { default, resolve: &Commodity::iso })
}

/// A message with these fields between its balances.
fn message(fields: &str) -> Contents {
    read_text(&format!(":20:X\n:25:ACC\n:28C:1\n:60F:C260101EUR10,\n{fields}\n:62F:D260131EUR5,5\n-\n"))
        .unwrap()
}

fn one(field: &str) -> StatementLine {
    let contents = message(field);
    assert_eq!(contents.problems, []);
    contents.statements[0].lines[0].clone()
}

fn problem(field: &str) -> (u64, u64, &'static str) {
    let contents = message(field);
    assert_eq!(
        (contents.statements[0].lines.len(), contents.problems.len()),
        (0, 1),
        "{:?}",
        contents.problems
    );
    (contents.problems[0].line, contents.problems[0].column, contents.problems[0].code)
}

#[test]
fn the_mark_decides_the_sign_and_a_funds_code_behind_it_does_not() {
    for (mark, minor) in [
        ("C", 123),
        ("D", -123),
        ("RC", -123),
        ("RD", 123),
        ("CR", 123),
        ("DR", -123),
        ("EC", 123),
        ("ED", -123),
        ("RDR", 123),
    ] {
        assert_eq!(one(&format!(":61:260131{mark}1,23NTRFNONREF")).amount.minor(), minor, "{mark}");
    }
}

#[test]
fn a_line_is_dated_by_its_value_date_and_keeps_another_day_of_entry() {
    let line = one(":61:2601010102D1,NTRFX");
    assert_eq!(line.posted_on.to_string(), "2026-01-01");
    assert_eq!(line.detail.unwrap().booked_on.unwrap().to_string(), "2026-01-02");
    assert_eq!(one(":61:2601010101D1,NTRFX").detail, None);
    assert_eq!(one(":61:260101D1,NTRFX").detail, None);
}

#[test]
fn a_day_of_entry_without_a_year_is_the_nearest() {
    let entered = |field: &str| one(field).detail.unwrap().booked_on.unwrap().to_string();
    assert_eq!(entered(":61:2601021231D1,NTRFX"), "2025-12-31");
    assert_eq!(entered(":61:2512310102D1,NTRFX"), "2026-01-02");
    assert_eq!(entered(":61:2803010229D1,NTRFX"), "2028-02-29");
    assert_eq!(problem(":61:2606010229D1,NTRFX"), (5, 5, "unreadable-date"));
}

#[test]
fn references_and_purpose_fill_the_texts() {
    let line = one(":61:260131D1,NTRFREF-1//BANK-1\nsupplement\n:86:105?00DEBIT?20Power?32City");
    assert_eq!(line.reference(), Some("REF-1"));
    assert_eq!((line.payee(), line.narrative()), (Some("City"), Some("Power")));
    assert_eq!(line.memo(), Some("DEBIT"));
    assert_eq!(line.bank_id(), None);
    let line = one(":61:260131D1,NTRFNONREF//BANK-1\n:86:first\n:86:second");
    assert_eq!((line.reference(), line.narrative()), (Some("BANK-1"), Some("first second")));
    let line = one(":61:260131D1,S051\n:NS:01Purpose\n15Name\n17Kind");
    assert_eq!((line.payee(), line.memo()), (Some("Name"), Some("Kind")));
}

#[test]
fn a_lines_own_text_goes_up_to_the_end_of_its_purpose() {
    let text = ":20:X\n:60F:C260101EUR1,\n:61:260131D1,NTRFX\n:86:a\nb\n:62F:C260131EUR0,\n";
    let contents = read_text(text).unwrap();
    let line = &contents.statements[0].lines[0];
    assert_eq!((line.span.of(text), line.line), (":61:260131D1,NTRFX\n:86:a\nb", 3));
}

#[test]
fn each_message_is_a_statement_with_its_balances() {
    let text = "{1:F01X}{2:I940X}{4:\r\n:20:A\r\n:25:NL1\r\n:60F:C260101JPY100,\r\n:61:260101C5,NTRFX\r\n:62M:C260101JPY105,\r\n\
                -}\r\n:20:B\r\n:25:NL1\r\n:60M:C260101JPY105,\r\n:62F:D000000JPY0,\r\n-}";
    let contents = read_text(text).unwrap();
    let [one, other] = contents.statements.as_slice() else { panic!("{contents:?}") };
    assert_eq!(one.opening.unwrap().amount.to_string(), "100 JPY");
    assert_eq!(one.closing.unwrap().on.unwrap().to_string(), "2026-01-01");
    assert_eq!(one.lines[0].amount.to_string(), "5 JPY");
    assert_eq!((other.closing.unwrap().on, other.account.as_deref()), (None, Some("NL1")));
    assert_eq!((contents.problems, contents.notes), (vec![], vec![]));
}

#[test]
fn what_cannot_be_read_is_a_problem_at_its_place() {
    assert_eq!(problem(":61:261331D1,NTRF"), (5, 5, "unreadable-date"));
    assert_eq!(problem(":61:260131X1,NTRF"), (5, 5, "unknown-direction"));
    assert_eq!(problem(":61:260131D1,005NTRF"), (5, 5, "unreadable-amount"));
    assert_eq!(problem(":61:260131DNTRF"), (5, 5, "unreadable-amount"));
    assert_eq!(problem(":61:260131D1,2"), (5, 5, "cut-off"));
    assert_eq!(problem(":60F:C26EUR1,"), (5, 6, "unreadable-balance"));
    let unknown = read_text(":20:X\n:60F:C260101QQQ1,\n:61:260131D1,NTRF\n:62F:C260131QQQ1,").unwrap();
    assert_eq!(unknown.problems.iter().filter(|problem| problem.reason.contains("QQQ")).count(), 3);
}

#[test]
fn a_message_without_its_closing_balance_is_cut_off_unless_it_is_an_interim_report() {
    let contents = read_text(":20:X\n:60F:C260101EUR1,\n:61:260131D1,NTRFX\n").unwrap();
    assert_eq!(contents.problems[0].code, "cut-off");
    assert_eq!(contents.statements[0].lines.len(), 1);
    let interim =
        read_text(":20:X\n:25:A\n:28C:1\n:34F:USD0,\n:13D:2601311200+0100\n:61:260131D1,NTRFX\n").unwrap();
    assert_eq!(interim.problems, []);
    assert_eq!(interim.statements[0].lines[0].amount.to_string(), "-1.00 USD");
}

#[test]
fn unknown_fields_and_prose_are_named() {
    let contents = read_text("prose\n:20:X\n:60F:C260101EUR1,\n:12:11\n:62F:C260101EUR1,\n").unwrap();
    assert_eq!(
        contents.notes,
        [
            "passed over before the first message: text in line 1",
            "fields that are not of MT940 are left out: :12: in line 4"
        ]
    );
    assert!(read_text("no field at all").is_err());
}
