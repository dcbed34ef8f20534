//! hledger's CSV rules: what maps, and what is told not to.

use super::rewe;
use crate::import::rule::{Decision, HledgerRules, LineView, RuleSet, read_hledger_rules};
use crate::import::{ColumnRef, read_csv};
use crate::money::{Commodity, DecimalMark};

fn read(text: &str) -> HledgerRules {
    read_hledger_rules(text, "bank.rules", &mut |name, from| panic!("{from} includes {name}")).unwrap()
}

/// The places and reasons of what has no counterpart.
fn unmapped(read: &HledgerRules) -> Vec<String> {
    read.unmapped.iter().map(|it| format!("{}:{}: {}", it.file, it.line, it.reason)).collect()
}

#[test]
fn the_layout_of_the_file_becomes_a_profile_that_reads_it() {
    let read = read(
        "# my bank\nskip 2\nseparator ;\ndate-format %-d.%m.%Y\ndecimal-mark ,\nencoding windows-1252\n\
         fields date, _, payee, note, code, out, in, saldo\ndescription %payee %note\namount-out %out\n\
         amount-in: %in\nbalance %saldo\naccount1 Assets:Bank\naccount2 Expenses:Misc\nnewest-first\n",
    );
    let profile = &read.profile;
    assert_eq!(
        (profile.skip_lines, profile.delimiter, profile.has_header),
        (Some(2), Some(';'), Some(false))
    );
    assert_eq!(profile.date_format.as_deref(), Some("DD.MM.YYYY"));
    assert_eq!(profile.decimal_mark, Some(DecimalMark::Comma));
    assert_eq!(profile.date, Some(ColumnRef::Number(1)));
    assert_eq!(profile.description, [ColumnRef::Number(3), ColumnRef::Number(4)]);
    assert_eq!((&profile.debit, &profile.credit), (&Some(ColumnRef::Number(6)), &Some(ColumnRef::Number(7))));
    assert_eq!(
        (&profile.reference, &profile.balance),
        (&Some(ColumnRef::Number(5)), &Some(ColumnRef::Number(8)))
    );
    assert_eq!(read.account.as_deref(), Some("Assets:Bank"));
    assert_eq!(read.rules.last().unwrap().set.account.as_deref(), Some("Expenses:Misc"));
    assert_eq!(unmapped(&read), ["bank.rules:14: nothing here depends on it"]);
    let file = b"x\ny\n2.3.2026;;Rewe;Card;17;42,10;;957,90\n";
    let eur = Commodity::iso("EUR").unwrap();
    let statement = read_csv(file, "bank.csv", profile, eur, &Commodity::iso).unwrap();
    assert_eq!(statement.problems, []);
    assert_eq!(statement.rows[0].amount.to_string(), "-42.10 EUR");
    assert_eq!(statement.rows[0].description(), "Rewe Card");
}

#[test]
fn an_amount_with_a_minus_is_one_that_the_bank_writes_the_other_way_round() {
    let read = read("fields date, description, x\namount -%x\n");
    assert_eq!((read.profile.negate, read.profile.amount), (Some(true), Some(ColumnRef::Number(3))));
}

/// The account that a line with this text is given.
fn account<'r>(set: &'r RuleSet, text: &str) -> Option<&'r str> {
    let line = LineView { narrative: Some(text), payee: None, memo: None, ..rewe() };
    match set.apply(&line).decision?.value {
        Decision::Account(name) => Some(name),
        Decision::Skip => Some("(skipped)"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn blocks_become_rules_and_the_last_one_wins_as_it_does_there() {
    let read = read(
        "fields date, description, amount\naccount2 Expenses:Misc\n\nif REWE\n account2 Expenses:Food\n\n\
         if\nALDI SÜD\n^LIDL .*DANKE$\n  ; a comment\n  comment trip:rome, food:\n  account2 Expenses:Food\n\n\
         if REWE\n& REISEN\n account2 Expenses:Travel\n description Trip: %description\n\n\
         if\nPENDING\n&! %description REWE\n skip\n",
    );
    let set = RuleSet::new(read.rules.clone()).unwrap();
    assert_eq!(account(&set, "Rewe sagt danke"), Some("Expenses:Food"));
    assert_eq!(account(&set, "rewe Reisen"), Some("Expenses:Travel"));
    assert_eq!(account(&set, "Lidl 5 danke"), Some("Expenses:Food"));
    assert_eq!(account(&set, "Lidl"), Some("Expenses:Misc"));
    assert_eq!(account(&set, "Aldi Süd PENDING"), Some("(skipped)"));
    assert_eq!(account(&set, "Rewe PENDING"), Some("Expenses:Food"));
    let travel = read.rules.iter().find(|rule| rule.set.description.is_some()).unwrap();
    assert_eq!(travel.set.description.as_ref().unwrap().to_string(), "Trip: {narrative}");
    let line = LineView { narrative: Some("aldi süd"), ..rewe() };
    let aldi = read.rules.iter().find(|rule| !rule.set.tags.is_empty()).unwrap();
    assert!(aldi.when.why(&line).is_some());
    assert_eq!(aldi.set.tags, ["trip:rome", "food"]);
    assert_eq!(unmapped(&read).len(), 1, "{:?}", read.unmapped);
    assert!(unmapped(&read)[0].contains("bank.rules:4: a matcher without %field looks at the whole record"));
}

#[test]
fn tables_are_blocks_of_one_line_each() {
    let read = read(
        "fields date, description, amount\nif|account2|comment\nREWE|Expenses:Food|kind:food\nATM|Assets:Cash|\n\
         UBER && %description eats|Expenses:Food|\nbroken|x\n\nif,account2\nSalary,Income:Salary\n",
    );
    let set = RuleSet::new(read.rules.clone()).unwrap();
    assert_eq!(account(&set, "rewe"), Some("Expenses:Food"));
    assert_eq!(account(&set, "ATM 5"), Some("Assets:Cash"));
    assert_eq!(account(&set, "uber eats"), Some("Expenses:Food"));
    assert_eq!(account(&set, "uber"), None);
    assert_eq!(account(&set, "salary"), Some("Income:Salary"));
    assert!(
        unmapped(&read).iter().any(|it| it.starts_with("bank.rules:6: the row has another number")),
        "{read:?}"
    );
}

#[test]
fn matchers_on_columns_ask_for_what_a_line_keeps_of_them() {
    let read = read(
        "fields date, payee, kind, amount, currency, extra\ndescription %payee\nif %payee rewe\n account2 Expenses:Food\n\
         if %kind ^fee$\n account2 Expenses:Fees\nif %amount ^-\n&! %currency USD\n comment card:\n\
         if %extra x\n account2 Expenses:X\nif %amount 9\\.99\n account2 Expenses:Y\n",
    );
    assert_eq!(read.profile.memo, Some(ColumnRef::Number(3)));
    let when: Vec<String> =
        read.rules.iter().map(|rule| serde_json::to_string(&rule.when).unwrap()).collect();
    assert_eq!(
        when,
        [
            r#"{"all":[{"direction":"out"},{"not":{"currency":"USD"}}]}"#,
            r#"{"memo":{"regex":"^fee$"}}"#,
            r#"{"narrative":"rewe"}"#,
        ]
    );
    let told = unmapped(&read);
    assert!(
        told[0].contains("bank.rules:10: the whole block is left out: a statement line does not keep %extra")
    );
    assert!(
        told[1]
            .contains("bank.rules:12: the whole block is left out: /9\\.99/ asks for the digits of %amount")
    );
}

#[test]
fn everything_without_a_counterpart_is_told_at_its_line() {
    let read = read(
        "fields date, description, amount\ncurrency EUR\nstatus *\n  stray 5\ntimezone UTC\n\
         if A\n account1 Assets:Other\n account3 Expenses:Fee\n amount3 5\n comment just words\n end\n date %date\n\
         if B\nif\nif (\n account2 Expenses:X\nif C\n account2 expenses:%description\n",
    );
    let told = unmapped(&read);
    for (line, reason) in [
        (2, "say the currency with --commodity"),
        (3, "status \"*\" has no place"),
        (4, "it is indented"),
        (5, "timezone \"UTC\" has no place"),
        (7, "the statement's own account"),
        (8, "further postings become a split"),
        (10, "a comment is kept only where"),
        (11, "lines after this one cannot be left out"),
        (12, "a rule cannot set date"),
        (13, "nothing is assigned"),
        (18, "an account has no places to fill"),
    ] {
        let start = format!("bank.rules:{line}: {reason}");
        assert!(told.iter().any(|it| it.starts_with(&start)), "{start}\nis not in {told:#?}");
    }
    assert!(told.iter().any(|it| it.contains("is not a regular expression")), "{told:#?}");
    assert_eq!(read.rules, []);
    let lines: Vec<u64> = read.unmapped.iter().map(|it| it.line).collect();
    assert!(lines.is_sorted(), "{lines:?}");
}

#[test]
fn included_files_stand_in_their_place_and_a_circle_is_refused() {
    let mut asked = Vec::new();
    let read = read_hledger_rules(
        "include common.rules\nif A\n account2 Expenses:A\n",
        "dir/bank.rules",
        &mut |name, from| {
            asked.push(format!("{from} {name}"));
            Ok(("dir/common.rules".to_owned(), "if A\n account2 Expenses:B\nstatus !\n".to_owned()))
        },
    )
    .unwrap();
    assert_eq!(asked, ["dir/bank.rules common.rules"]);
    let accounts: Vec<_> = read.rules.iter().map(|rule| rule.set.account.as_deref().unwrap()).collect();
    assert_eq!(accounts, ["Expenses:A", "Expenses:B"]);
    assert_eq!(read.rules[1].name, "A");
    assert_eq!(read.unmapped[1].file, "dir/common.rules");
    let circle =
        read_hledger_rules("include a", "a", &mut |name, _| Ok((name.to_owned(), "include a".to_owned())));
    assert!(circle.unwrap_err().to_string().contains("includes itself"));
}
