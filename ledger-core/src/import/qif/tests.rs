//! The rules of reading QIF, on small files written here.

use super::*;
use crate::import::statement::StatementLine;
use crate::money::{Commodity, DecimalMark};

fn read_with(text: &str, profile: &CsvProfile) -> Result<Contents> {
    let default = Commodity::iso("EUR").unwrap();
    read(text, "bank.qif", profile, Currencies { default, resolve: &Commodity::iso })
}

fn read_text(text: &str) -> Contents {
    read_with(text, &CsvProfile::default()).unwrap()
}

fn refusal(text: &str) -> String {
    read_with(text, &CsvProfile::default()).unwrap_err().to_string()
}

fn lines(contents: &Contents) -> Vec<&StatementLine> {
    contents.statements.iter().flat_map(|statement| &statement.lines).collect()
}

fn days(contents: &Contents) -> Vec<String> {
    lines(contents).iter().map(|line| line.posted_on.to_string()).collect()
}

fn amounts(contents: &Contents) -> Vec<i64> {
    lines(contents).iter().map(|line| line.amount.minor()).collect()
}

#[test]
fn the_order_of_dates_is_decided_over_the_whole_file() {
    let contents = read_text("!Type:Bank\nD1/ 2'26\nT1\n^\nD1/31'26\nT2\n^\n");
    assert_eq!(days(&contents), ["2026-01-02", "2026-01-31"]);
    let contents = read_text("!Type:Bank\nD1/2/2026\nT1\n^\nD31/1/2026\nT2\n^\n");
    assert_eq!(days(&contents), ["2026-02-01", "2026-01-31"]);
    assert_eq!(days(&read_text("!Type:Bank\nD01.02.2026\nT1\n^\n")), ["2026-02-01"]);
    assert_eq!(days(&read_text("!Type:Bank\nD2026-02-01\nT1\n^\n")), ["2026-02-01"]);
    assert_eq!(days(&read_text("!Type:Bank\nD05/05/2026\nT1\n^\n")), ["2026-05-05"]);
}

#[test]
fn a_date_that_nothing_decides_is_an_error_that_names_the_flag() {
    let text = "!Type:Bank\nD1/2/26\nT1\n^\n";
    assert_eq!(
        refusal(text),
        "bank.qif:2:2: date \"1/2/26\" may have DD/MM/YYYY or MM/DD/YYYY, and nothing in the file decides it: tell \
         it with --date-format"
    );
    let told = |format: &str| CsvProfile { date_format: Some(format.to_owned()), ..CsvProfile::default() };
    assert_eq!(days(&read_with(text, &told("MM/DD/YY")).unwrap()), ["2026-01-02"]);
    assert_eq!(days(&read_with(text, &told("%d.%m.%Y")).unwrap()), ["2026-02-01"]);
    let both = refusal("!Type:Bank\nD1/31/26\nT1\n^\nD31/1/26\nT1\n^\n");
    assert!(both.starts_with("bank.qif:5:2: ") && both.contains("--date-format"), "{both}");
}

#[test]
fn what_nothing_decides_can_be_asked_and_the_answers_settle_it() {
    let ask = |profile: &CsvProfile| {
        super::open_question("!Type:Bank\nD1/2/26\nT1,234\n^\n", "a.qif", profile).unwrap()
    };
    let mut profile = CsvProfile::default();
    let date = ask(&profile).unwrap();
    assert_eq!((date.place, date.choices[1].label.as_str()), ((2, 2), "MM/DD/YYYY"));
    profile = profile.merge(date.choices[1].settles.clone());
    let number = ask(&profile).unwrap();
    assert_eq!(number.choices[0].label, "a decimal comma");
    profile = profile.merge(number.choices[0].settles.clone());
    assert_eq!(ask(&profile), None);
}

#[test]
fn either_decimal_mark_is_read_where_the_file_decides_it() {
    assert_eq!(
        amounts(&read_text("!Type:Bank\nD13/1/26\nT-1,234.50\n^\nD13/1/26\nT1,000\n^\n")),
        [-123_450, 100_000]
    );
    assert_eq!(
        amounts(&read_text("!Type:Bank\nD13/1/26\nT-1.234,50\n^\nD13/1/26\nT1.000\n^\n")),
        [-123_450, 100_000]
    );
    assert!(refusal("!Type:Bank\nD13/1/26\nT1,000\n^\n").contains("--decimal"));
    let told = CsvProfile { decimal_mark: Some(DecimalMark::Point), ..CsvProfile::default() };
    assert_eq!(amounts(&read_with("!Type:Bank\nD13/1/26\nT1,000\n^\n", &told).unwrap()), [100_000]);
}

#[test]
fn transactions_belong_to_the_account_named_before_them() {
    let text = "!Option:AutoSwitch\n!Account\nNOne\nTBank\n^\nNTwo\nTCash\n^\n!Clear:AutoSwitch\n!Account\nNOne\n^\n\
                !Type:Bank\nD13/1/26\nT1\n^\n!Account\nNTwo\n^\n!Type:Cash\nD13/1/26\nT2\n^\n!Account\nNOne\n^\n\
                !Type:Bank\nD13/1/26\nT3\n^\n";
    let contents = read_text(text);
    let names = contents.statements.iter().map(|statement| statement.account.as_deref());
    assert_eq!(names.collect::<Vec<_>>(), [Some("One"), Some("Two")]);
    assert_eq!(amounts(&contents), [100, 300, 200]);
    let contents = read_text("!Type:Bank\nD13/1/26\nT1\n^\n!Type:CCard\nD13/1/26\nT2\n^\n");
    assert_eq!(contents.statements.len(), 2);
}

#[test]
fn categories_transfers_and_splits_are_kept() {
    let contents = read_text(
        "!Type:Bank\nD13/1/26\nU-9\nT-9.00\nPShop\nMfood\nN12\nL[Savings]/trip\nCX\n^\nD13/1/26\nT-9\nL--Split--\n\
         SFood:Fruit\nEapples\n$-4\nS[Cash]\n$-5\n^\n",
    );
    let lines = lines(&contents);
    assert_eq!((lines[0].payee(), lines[0].memo()), (Some("Shop"), Some("food")));
    assert_eq!(lines[0].reference(), Some("12"));
    assert_eq!(lines[0].detail.as_ref().unwrap().transfer.as_deref(), Some("Savings"));
    let detail = lines[1].detail.as_ref().unwrap();
    assert_eq!(detail.category, None);
    let splits = detail.splits.iter().map(|split| {
        (split.amount.minor(), split.category.as_deref(), split.transfer.as_deref(), split.memo.as_deref())
    });
    assert_eq!(
        splits.collect::<Vec<_>>(),
        [(-400, Some("Food:Fruit"), None, Some("apples")), (-500, None, Some("Cash"), None)]
    );
}

#[test]
fn splits_that_do_not_add_up_are_left_out_and_the_line_is_kept() {
    let contents = read_text("!Type:Bank\nD13/1/26\nT-9\nSFood\n$-4\n^\nD13/1/26\nT-9\nSFood\n^\n");
    assert_eq!(amounts(&contents), [-900, -900]);
    assert_eq!(contents.notes.len(), 2);
    assert!(
        contents.notes[0].contains("-4.00 EUR") && contents.notes[0].contains("line 2"),
        "{:?}",
        contents.notes
    );
}

#[test]
fn a_last_transaction_without_its_end_is_read_and_named() {
    let contents = read_text("!Type:Bank\rD13/1/26\rT1\r^\rD14/1/26\rT2");
    assert_eq!(amounts(&contents), [100, 200]);
    assert_eq!(contents.notes, ["the transaction in line 5 has no ^ behind it: it was read"]);
}

#[test]
fn what_cannot_be_read_is_a_problem_at_its_place() {
    let problems = |fields: &str| {
        let contents = read_text(&format!("!Type:Bank\nD13/1/26\nT1\n^\n{fields}\n^\n"));
        assert_eq!(lines(&contents).len(), 1);
        let places = contents.problems.iter().map(|problem| (problem.line, problem.column, problem.code));
        places.collect::<Vec<_>>()
    };
    assert_eq!(problems("T1"), [(5, 1, "missing-date")]);
    assert_eq!(problems("D13/1/26"), [(5, 1, "missing-amount")]);
    assert_eq!(problems("D31/31/26\nTx"), [(5, 2, "unreadable-date"), (6, 2, "unreadable-amount")]);
    assert_eq!(problems("D13/1/26\nT1\nD14/1/26\nT2"), [(7, 2, "two-dates")]);
    assert_eq!(problems("D13/1/26\nT0.005"), [(6, 2, "unreadable-amount")]);
    assert_eq!(problems("D13/1/26\nT1 QQQ"), [(6, 2, "unknown-currency")]);
}

#[test]
fn lists_are_left_out_and_named() {
    let contents = read_text("!Type:Cat\nNFood\nDgroceries\n^\nNRent\n^\n!Type:Bank\nD13/1/26\nT1\n^\n");
    assert_eq!(amounts(&contents), [100]);
    assert!(
        contents.notes[0].contains("2 × entry of the list \"Cat\" from line 2 on"),
        "{:?}",
        contents.notes
    );
    assert!(refusal("nothing of the kind").contains("!Type:Bank"));
}

#[test]
fn investment_lines_tell_what_was_traded_and_that_their_signs_are_open() {
    let contents = read_text(
        "!Type:Invst\nD13/1/26\nNBuyX\nYVWCE\nQ10\nI101.5\nT1,015.00\nL[Cash]\n$1,015.00\n^\nD13/1/26\nNStkSplit\nYVWCE\n^\n",
    );
    let lines = lines(&contents);
    assert_eq!(lines[0].narrative(), Some("BuyX VWCE 10 @ 101.5"));
    assert_eq!(lines[0].detail.as_ref().unwrap().transfer.as_deref(), Some("Cash"));
    assert_eq!((lines.len(), contents.notes.len()), (1, 2));
}

#[test]
fn quickens_opening_balance_names_the_account() {
    let contents = read_text("!Type:Bank\nD13/1/26\nT100\nPOpening Balance\nL[Checking]\n^\n");
    assert_eq!(contents.statements[0].account.as_deref(), Some("Checking"));
    assert_eq!(lines(&contents)[0].detail.as_ref().unwrap().transfer, None);
    assert_eq!(contents.notes, ["line 2: the opening balance was read as a line"]);
}
