//! What each element of the language means, told by the lines that it gives.

use proptest::prelude::*;

use super::super::shown::shown;
use super::super::sources::{Sources, resolve_none};
use super::{Dialect, read};

fn hledger(text: &str) -> String {
    show(text, Dialect::Hledger)
}

fn ledger(text: &str) -> String {
    show(text, Dialect::Ledger)
}

/// Entries with their lines, then problems and what is left out; a line each.
fn show(text: &str, dialect: Dialect) -> String {
    let sources = Sources::one("test", text);
    shown(&read(&sources, dialect))
}

#[test]
fn an_entry_has_a_date_a_state_a_code_a_text_and_lines() {
    let text = "2026/3/2=2026-03-04 * (42) Bakery  ; trip: rome\n  expenses:food   3.40 EUR  ; rolls\n  ; and buns\n  assets:cash\n";
    let expected = "2026-03-02 Bakery [date2=2026-03-04] [code=42] [trip=rome]\n  expenses:food 3.40 EUR ;rolls; and buns\n  assets:cash ?\n";
    assert_eq!(hledger(text), expected);
    assert_eq!(
        hledger("2026-03-02 ! Shop | Food\n a  1\n b\n"),
        "2026-03-02 Food by Shop [status=pending]\n  a 1 \n  b ?\n"
    );
    assert_eq!(hledger("Y 2026\n3.2 x\n a  1\n b\n"), "2026-03-02 x\n  a 1 \n  b ?\n");
    assert_eq!(ledger("2026-03-02 a; b  ; c\n a  1\n b\n"), "2026-03-02 a; b ;c\n  a 1 \n  b ?\n");
}

#[test]
fn amounts_are_read_with_symbols_on_either_side() {
    for (amount, expected) in [
        ("$ -20", "-20 $"),
        ("$-20.50", "-20.50 $"),
        ("-$20", "-20 $"),
        ("- 20 EUR", "-20 EUR"),
        ("EUR 1.234,50", "1234.50 EUR"),
        ("1,234.50EUR", "1234.50 EUR"),
        ("€5", "5 €"),
        ("5 \"green apples\"", "5 green apples"),
        ("+7 h", "7 h"),
        ("(3 * 4 EUR)", "12 EUR"),
        ("(10 EUR / 4 + 1 EUR)", "3.50 EUR"),
        ("-(2 EUR)", "!"),
    ] {
        let read = ledger(&format!("2026-01-01 x\n  a  {amount}\n  b\n"));
        match expected {
            "!" => assert!(read.contains("unreadable"), "{amount}: {read}"),
            _ => assert_eq!(read, format!("2026-01-01 x\n  a {expected}\n  b ?\n"), "{amount}"),
        }
    }
}

#[test]
fn prices_lots_and_claims_are_read() {
    for (amount, expected) in [
        ("10 AAPL @ $30.50", "10 AAPL @ 30.50 $"),
        ("10 AAPL @@ $305", "10 AAPL @@ 305 $"),
        ("10 AAPL (@) $30", "10 AAPL @ 30 $"),
        ("10 AAPL {$30}", "10 AAPL @ 30 $"),
        ("10 AAPL {{$300}}", "10 AAPL @@ 300 $"),
        ("10 AAPL {=$30}", "10 AAPL @ 30 $"),
        ("-5 AAPL {$30} [2026-01-02] (gift) @ $50", "-5 AAPL @ 30 $ @ 50 $ lot [2026-01-02] (gift)"),
        ("5 EUR = 10 EUR", "5 EUR = 10 EUR"),
        ("5 EUR ==* 10 EUR @ $2", "5 EUR ==* 10 EUR"),
        (" = 10 EUR", "= = 10 EUR"),
    ] {
        let read = ledger(&format!("2026-01-01 x\n  a  {amount}\n  b\n"));
        assert_eq!(read, format!("2026-01-01 x\n  a {expected}\n  b ?\n"), "{amount}");
    }
    let both = hledger("2026-01-01 x\n  a  -5 AAPL {$30} @ $50\n  b\n");
    assert!(both.contains("-5 AAPL @ 50 $ @ 30 $"), "hledger weighs by the price: {both}");
}

#[test]
fn virtual_postings_are_told_from_balanced_ones() {
    let text = "2026-01-01 x\n  (budget)  -5 EUR\n  [a]  5 EUR\n  [b]\n";
    assert_eq!(ledger(text), "2026-01-01 x\n  budget -5 EUR virtual\n  a 5 EUR\n  b ?\n");
}

#[test]
fn directives_change_what_follows() {
    let text = "account Foo  ; type: X\nalias chk = assets:bank\napply account home\napply tag trip: rome\n\
                2026-01-01 x\n  chk  1 EUR\n  Foo\nend apply tag\nend apply account\nbucket assets:cash\n\
                2026-01-02 y\n  Foo  1 EUR\n";
    let expected = "2026-01-01 x [trip=rome]\n  home:chk 1 EUR\n  home:Foo ?\n2026-01-02 y\n  Foo 1 EUR\n  assets:cash ?\n";
    assert_eq!(ledger(text), expected);
    assert_eq!(
        ledger("alias chk=assets:bank\n2026-01-01 x\n  chk:n26  1 EUR\n  b\n"),
        "2026-01-01 x\n  assets:bank:n26 1 EUR\n  b ?\n"
    );
    assert_eq!(
        hledger("commodity 1.000,00 EUR\n2026-01-01 x\n a  1.000 EUR\n b\n"),
        "2026-01-01 x\n  a 1000 EUR\n  b ?\n"
    );
    assert_eq!(hledger("D $1,000.00\n2026-01-01 x\n a  1,000\n b\n"), "2026-01-01 x\n  a 1000 $\n  b ?\n");
    assert_eq!(hledger("P 2026-01-01 12:00 EUR $1.10\n"), "P 2026-01-01 EUR 1.10 $\n");
    assert_eq!(hledger("comment\n2026-01-01 x\nend comment\n; c\n* c\n# c\n"), "");
}

#[test]
fn automated_transactions_are_expanded_where_ledger_expands_them() {
    let text = "= /^income|gift/\n  (tithe)  0.1\n2026-01-01 x\n  income:job  -50 EUR\n  b\n";
    assert_eq!(ledger(text), "2026-01-01 x\n  income:job -50 EUR\n  b 50 EUR\n  tithe -5.0 EUR virtual\n");
    assert!(hledger(text).contains("- 1 automated transaction\n"));
    assert!(ledger("= expr account =~ /x/\n  (tithe)  0.1\n").contains("- 1 automated transaction\n"));
    assert_eq!(ledger("~ Monthly\n  a  1\n  b\n"), "- 1 periodic transaction\n");
}

#[test]
fn what_cannot_be_read_is_a_problem_at_its_place_and_the_rest_is_read() {
    for (text, expected) in [
        ("2026-02-30 x\n  a  1\n  b\n", "! 1:1 unreadable-date\n"),
        ("2026-01-01 x\n  a  EUR\n  b\n", "! 2:9 unreadable-amount\n"),
        ("2026-01-01 x\n  a  1 EUR 5\n  b\n", "! 2:12 unreadable-amount\n"),
        ("i 2026/01/01 09:00 work\n", "! 1:1 timeclock\n"),
        ("hello\n", "! 1:1 unknown-directive\n"),
        ("  a  1\n", "! 1:1 stray-line\n"),
        ("end tag\n", "! 1:1 stray-end\n"),
        ("include none\n", "! 1:9 include\n"),
        ("3/2 x\n  a  1\n  b\n", "! 1:1 unreadable-date\n"),
    ] {
        assert_eq!(hledger(text), expected, "{text}");
        let behind = hledger(&format!("{text}\n2026-01-01 ok\n  a  1\n  b\n"));
        assert!(behind.starts_with("2026-01-01 ok"), "{text}: {behind}");
    }
}

#[test]
fn included_files_are_read_in_place_and_a_circle_is_refused() {
    let main = b"include a\n2026-01-02 y\n a  1\n b\n".to_vec();
    let part = b"2026-01-01 x\n a  1\n b\ninclude main\n".to_vec();
    let sources = Sources::load("main", main, &mut |_, path| match path {
        "a" => Ok(vec![("a".to_owned(), part.clone())]),
        "main" => Ok(vec![("main".to_owned(), Vec::new())]),
        _ => resolve_none("main", path),
    })
    .unwrap();
    let read = shown(&read(&sources, Dialect::Hledger));
    assert_eq!(read, "2026-01-01 x\n  a 1 \n  b ?\n2026-01-02 y\n  a 1 \n  b ?\n! 4:9 include\n");
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,200}", lines in prop::collection::vec("[ \t]?[ -~€]{0,30}", 0..12)) {
        for dialect in [Dialect::Ledger, Dialect::Hledger] {
            show(&text, dialect);
            show(&lines.join("\n"), dialect);
        }
    }
}

/// Every construct of both languages, each where a cut can meet it.
const ALL: &str = "account assets:cash  ; type: C\n  note n\n  alias cash\n  default\ncommodity 1.000,00 EUR\ncommodity €\n  format €1,000.00\n\
    D $1,000.00\ndecimal-mark .\nalias a=b\nalias /^x/ = y\nY2026\npayee p\ntag t\n  assert 1\nbucket b\nC 1 h = 60 m\n\
    apply account q\napply tag k: v\napply year 2025\nP 2026-01-01 00:00:00 € $1.1\ninclude \"none\"\n\
    = /^x|y$/ ; c\n  (z)  *0.5\n  [w]  (2 * amount)\n  [b]  -1 ; d\n~ monthly from 2026\n  a  1\ncomment\n€\nend comment\n\
    i 2026/01/01 09:00 w\no 2026/01/01 10:00\n\
    2026-01-01=2026-02-02 * (c) a | b ; t: v, u:\n  ; :m:n:\n  ; UUID: 1\n\
    \x20 ! (x)  -1,000.50 \"a b\" {{$3}} [2026/1/1] (n) (@@) 5 € ==* (3*4 EUR) ; k\n  ; more\n  <d>  5 h {=$2} @ $3 = 5 h\n\t[v]\t= €1\n  b\n\
    2/1 x\n  a:é\u{301}  -(1 + 2/3) EUR\nend apply year\nend apply tag\nend\n";

#[test]
fn a_journal_cut_anywhere_is_read_without_breaking() {
    let ends = ALL.char_indices().map(|(at, _)| at).chain([ALL.len()]);
    for end in ends {
        for dialect in [Dialect::Ledger, Dialect::Hledger] {
            let cut = show(&ALL[..end], dialect);
            // Whatever is cut off behind it, the start says the same.
            assert!(cut.matches("2026-01-01 ").count() <= 2, "{end}: {cut}");
        }
    }
}

#[test]
fn all_constructs_of_the_cut_journal_are_met() {
    let ledger = ledger(ALL);
    for met in
        ["- 17 directive", "periodic transaction", "timeclock", "= = 1 €", "virtual", "lot [2026/1/1] (n)"]
    {
        assert!(ledger.contains(met), "{met} in {ledger}");
    }
}

#[test]
fn ledger_posts_deferred_accounts_and_counts_a_uuid_once() {
    let text =
        "2026-01-01 x\n  ; UUID: 1\n  <a:b>  1 EUR\n  c\n2026-01-01 x\n  ; UUID: 1\n  a:b  1 EUR\n  c\n";
    assert_eq!(
        ledger(text),
        "2026-01-01 x [UUID=1]\n  a:b 1 EUR\n  c ?\n- 5 entry whose UUID an earlier one has\n"
    );
    assert!(hledger(text).contains("<a:b> 1 EUR") && hledger(text).matches("[UUID=1]").count() == 2);
}

#[test]
fn lots_and_comments_without_end_are_read_in_one_pass() {
    // Joined one by one, each would copy all before it: 100 GB here.
    let text =
        format!("2026-01-01 x\n  a  1 EUR {}\n{}  b\n", "(l)".repeat(300_000), "  ; c\n".repeat(300_000));
    let read = ledger(&text);
    assert!(read.len() > 1_500_000 && read.ends_with("  b ?\n"), "{} bytes", read.len());
}
