//! What settling does to the entries of a journal.

use std::collections::HashMap;

use super::super::commodities::CommodityPlan;
use super::super::model::JournalFormat;
use super::super::read::read_journal;
use super::super::shown::shown;
use super::super::sources::Sources;
use super::{SettleOptions, settle};
use crate::money::Commodity;

fn settled(text: &str, format: JournalFormat, options: &SettleOptions) -> String {
    let sources = Sources::one("test", text);
    let mut file = read_journal(&sources, format);
    let base = Commodity::iso("EUR").unwrap();
    let plan =
        CommodityPlan::new(&file, &HashMap::new(), &HashMap::new(), base, &|code| Commodity::iso(code))
            .unwrap();
    settle(&mut file, &sources, &plan, options);
    file.entries.retain(|entry| !entry.is_left_out());
    shown(&file)
}

fn ledger(text: &str) -> String {
    settled(text, JournalFormat::Ledger, &SettleOptions::default())
}

#[test]
fn an_amount_that_is_left_out_is_what_the_others_leave_in_every_commodity() {
    let text = "2026-01-01 x\n  a  5 EUR\n  b  7 USD\n  c  3 X @ 2 USD\n  d\n";
    assert!(ledger(text).ends_with("  d -5.00 EUR\n  d -13.00 USD\n"), "{}", ledger(text));
    assert_eq!(ledger("2026-01-01 x\n  a  5 EUR\n  b\n  c\n"), "! 1:1 unbalanced\n");
}

#[test]
fn an_entry_within_the_tolerance_of_its_program_gets_a_rounding_line() {
    let text = "2026-01-01 x\n  a  1.5 X @ 0.01 EUR\n  b  1.5 X @ 0.01 EUR\n  c  -0.03 EUR\n";
    assert!(ledger(text).ends_with("  c -0.03 EUR\n  Equity:Rounding -0.01 EUR\n"), "{}", ledger(text));
    let precise = "2026-01-01 x\n  a  0.005 EUR\n  b  0.005 EUR\n  c  -0.01 EUR\n";
    assert!(ledger(precise).ends_with("  Equity:Rounding 0.01 EUR\n"), "{}", ledger(precise));
    assert_eq!(ledger("2026-01-01 x\n  a  1.00 EUR\n  b  -1.02 EUR\n"), "! 1:1 unbalanced\n");
}

#[test]
fn two_commodities_without_a_price_tell_it() {
    assert!(ledger("2026-01-01 x\n  a  10 USD\n  b  -9 EUR\n").contains("  a 10 USD @@ 9 EUR\n"));
    let bean = "2026-01-01 * \"x\"\n  Assets:A  10 USD\n  Assets:B  -9 EUR\n";
    assert!(
        settled(bean, JournalFormat::Beancount, &SettleOptions::default()).starts_with("! 1:1 unbalanced")
    );
}

#[test]
fn a_sale_balances_by_its_cost_or_by_its_price() {
    let gain = "2026-01-01 x\n  a  -10 X {5 EUR} @@ 75 EUR\n  b  75 EUR\n";
    assert!(ledger(&format!("{gain}  c  -25 EUR\n")).contains("-10 X @ 5 EUR @@ 75 EUR"));
    assert!(ledger(gain).contains("-10 X @@ 75 EUR @ 5 EUR"), "{}", ledger(gain));
}

#[test]
fn virtual_postings_get_another_side_or_are_left_out() {
    let text = "2026-01-01 x\n  a  5 EUR\n  (v)  7 EUR\n  b\n";
    assert!(
        ledger(text).ends_with("  v 7 EUR virtual\n  b -5.00 EUR\n  Equity:Virtual -7 EUR\n"),
        "{}",
        ledger(text)
    );
    let real = SettleOptions { real_only: true, ..SettleOptions::default() };
    assert_eq!(settled(text, JournalFormat::Ledger, &real), "2026-01-01 x\n  a 5 EUR\n  b -5.00 EUR\n");
}

#[test]
fn claimed_balances_are_compared_in_the_order_of_their_program() {
    let text = "2026-01-02 later\n  a  5 EUR = 15 EUR\n  b\n2026-01-01 earlier\n  a  10 EUR = 10 EUR\n  b\n";
    let problems =
        |format| settled(text, format, &SettleOptions::default()).matches("failed-assertion").count();
    assert_eq!((problems(JournalFormat::Hledger), problems(JournalFormat::Ledger)), (0, 2));
    let below = "2026-01-01 x\n  a:b  5 EUR\n  a  1 EUR =* 6 EUR\n  c  = -6 EUR\n";
    assert!(ledger(below).ends_with("  c = = -6 EUR\n"), "{}", ledger(below));
    let sole = "2026-01-01 x\n  a  5 EUR\n  b\n2026-01-02 x\n  a  1 USD == 1 USD\n  b\n";
    assert!(ledger(sole).contains("! 5:3 failed-assertion"), "{}", ledger(sole));
}

#[test]
fn what_is_free_comes_from_an_account_of_its_own() {
    let text = "2026-01-01 x\n  a  5 X @ 0 EUR\n  b  1 EUR\n  c  -1 EUR\n";
    assert!(ledger(text).ends_with("  Equity:Free -5 X\n"), "{}", ledger(text));
}

#[test]
fn nothing_but_zeros_is_no_entry() {
    assert_eq!(ledger("2026-01-01 x\n  a  0 EUR\n  b\n"), "- 1 entry of nothing but zeros\n");
}
