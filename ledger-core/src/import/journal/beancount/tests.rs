//! What each element of the language means, told by the lines that it gives.

use proptest::prelude::*;

use super::super::shown::shown;
use super::super::sources::Sources;
use super::read;

fn show(text: &str) -> String {
    let sources = Sources::one("test", text);
    let mut file = read(&sources);
    file.entries.retain(|entry| !entry.is_left_out());
    shown(&file)
}

/// What a posting of this amount becomes, after the dates and before the other side.
fn posting(amount: &str) -> String {
    let shown = show(&format!("2026-01-01 * \"x\"\n  Assets:A  {amount}\n  Assets:B\n"));
    shown.lines().nth(1).or(shown.lines().next()).unwrap_or("").trim().to_owned()
}

#[test]
fn a_transaction_has_a_flag_texts_tags_links_metadata_and_lines() {
    let text = "2026-01-01 ! \"Shop\" \"Two\nlines\" #trip ^order ; note\n  key: \"value\"\n  Assets:A  5 EUR ; memo\n    doc: \"x.pdf\"\n  ! Assets:B\n";
    let expected = "2026-01-01 Two\nlines by Shop [status=pending] [trip=] [link=order] [key=value] ;note\n  Assets:A 5 EUR ;memo; doc: \"x.pdf\"\n  Assets:B ? \n";
    assert_eq!(show(text).replace("? \n", "?\n"), expected.replace("? \n", "?\n"));
    let pushed = "pushtag #a\n2026-01-01 txn \"x\"\n  Assets:A  1 EUR\n  Assets:B\npoptag #a\n2026-01-02 \"y\"\n  Assets:A  1 EUR\n  Assets:B\n";
    assert!(show(pushed).contains("2026-01-01 x [a=]\n") && show(pushed).contains("2026-01-02 y\n"));
}

#[test]
fn amounts_prices_and_costs_are_read_with_their_arithmetic() {
    for (amount, expected) in [
        ("1,234.50 EUR", "Assets:A 1234.50 EUR"),
        ("-(10 + 2 * 3) / 4 EUR", "Assets:A -4 EUR"),
        ("5 ACME @ 2.50 EUR", "Assets:A 5 ACME @ 2.50 EUR"),
        ("5 ACME @@ 12.50 EUR", "Assets:A 5 ACME @@ 12.50 EUR"),
        ("5 ACME {2.50 EUR}", "Assets:A 5 ACME @ 2.50 EUR"),
        ("5 ACME {{12.50 EUR}}", "Assets:A 5 ACME @@ 12.50 EUR"),
        ("5 ACME {2.50 # 5 EUR}", "Assets:A 5 ACME @ 3.50 EUR lot {2.50 # 5 EUR}"),
        (
            "5 ACME {2.50 EUR, 2025-01-01, \"a\"} @ 3 EUR",
            "Assets:A 5 ACME @ 2.50 EUR lot {2.50 EUR, 2025-01-01, \"a\"} @ 3 EUR",
        ),
        ("5 ACME {}", "! 1:1 booking"),
        ("5 ACME {*}", "! 2:21 booking"),
        ("1 / 0 EUR", "! 2:18 unreadable-expression"),
        ("5 EUR 6", "! 2:19 unreadable-amount"),
    ] {
        assert_eq!(posting(amount), expected, "{amount}");
    }
}

#[test]
fn what_is_sold_is_weighed_at_the_cost_of_its_lots() {
    let bought = "2026-01-01 open Assets:A\n2026-01-01 * \"b\"\n  Assets:A  5 X {10 EUR}\n  Assets:B\n2026-01-02 * \"b\"\n  Assets:A  5 X {12 EUR}\n  Assets:B\n";
    let sold = |how: &str, method: &str| {
        let text = format!(
            "option \"booking_method\" \"{method}\"\n{bought}2026-01-03 * \"s\"\n  Assets:A  {how}\n  Assets:B\n"
        );
        let shown = show(&text);
        let (_, after) = shown.split_once("2026-01-03 s\n").unwrap_or(("", &shown));
        after.replace('\n', "|")
    };
    assert!(sold("-5 X {10 EUR}", "STRICT").starts_with("  Assets:A -5 X @ 10 EUR|"));
    assert!(sold("-5 X {2026-01-02}", "STRICT").starts_with("  Assets:A -5 X @ 12 EUR"));
    assert!(
        sold("-10 X {}", "STRICT")
            .starts_with("  Assets:A -5 X @ 10 EUR lot {10 EUR, 2026-01-01}|  Assets:A -5 X @ 12 EUR")
    );
    assert!(
        sold("-7 X {}", "FIFO")
            .starts_with("  Assets:A -5 X @ 10 EUR lot {10 EUR, 2026-01-01}|  Assets:A -2 X @ 12 EUR")
    );
    assert!(
        sold("-7 X {}", "LIFO")
            .starts_with("  Assets:A -5 X @ 12 EUR lot {12 EUR, 2026-01-02}|  Assets:A -2 X @ 10 EUR")
    );
    for (how, method) in [("-7 X {}", "STRICT"), ("-11 X {}", "FIFO"), ("-1 X {11 EUR}", "FIFO")] {
        assert!(sold(how, method).contains("booking"), "{how} {method}");
    }
}

#[test]
fn directives_are_read_and_those_without_a_place_are_listed() {
    let text = "* Headline\n; comment\noption \"title\" \"t\"\nplugin \"p\"\n2026-01-01 commodity EUR\n  name: \"Euro\"\n\
                2026-01-01 price EUR 1.10 USD\n2026-01-01 note Assets:A \"n\"\n2026-01-01 event \"a\" \"b\"\n";
    let expected = "P 2026-01-01 EUR 1.10 USD\n- 4 plugin\n- 8 note directive\n- 9 event directive\n";
    assert_eq!(show(text), expected);
}

#[test]
fn what_cannot_be_read_is_a_problem_at_its_place_and_the_rest_is_read() {
    for (text, expected) in [
        ("2026-13-01 open Assets:A\n", "! 1:1 unreadable-date\n"),
        ("2026-01-01 opne Assets:A\n", "! 1:12 unknown-directive\n"),
        ("2026-01-01 open assets\n", "! 1:17 missing-account\n"),
        ("2026-01-01 * \"x\n", "! 1:14 unreadable-text\n"),
        ("hello\n", "! 1:1 unknown-directive\n"),
        ("include \"none\"\n", "! 1:9 include\n"),
        ("poptag #x\n", "! 1:7 stray-end\n"),
    ] {
        let shown = show(text);
        let problems: String =
            shown.lines().filter(|line| line.starts_with('!')).map(|line| format!("{line}\n")).collect();
        assert_eq!(problems, expected, "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,200}", lines in prop::collection::vec("(2026-01-01 )?[ \t]?[ -~€]{0,30}", 0..12)) {
        show(&text);
        show(&lines.join("\n"));
    }
}

#[test]
fn a_file_cut_anywhere_is_read_without_breaking() {
    let text = "option \"a\" \"b\\\"c\"\n2026-01-01 open Assets:A EUR, USD \"FIFO\"\n2026-01-01 pad Assets:A Equity:B\n\
                2026-01-02 balance Assets:A 5 * (1 + 2) ~ 0.01 EUR\n2026-01-03 ! \"p\" \"n\" #t ^l\n  k: \"v\"\n  ! Assets:A  -5 X {10.00 # 1 EUR, 2026-01-01, \"l\"} @@ 5 EUR ; c\n  Assets:B\n";
    for (at, _) in text.char_indices() {
        show(&text[..at]);
    }
    show(text);
}

#[test]
fn a_cost_that_ends_after_its_fee_is_a_problem() {
    let shown = show("2026-01-01 * \"x\"\n  Assets:A  5 X {10.00 # 1\n  Assets:B\n");
    assert!(shown.contains("! 2:27 unreadable-cost"), "{shown}");
}
