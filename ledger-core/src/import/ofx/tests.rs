//! The rules of reading OFX, on small files written here.

use super::*;
use crate::money::Commodity;

fn read_text(text: &str) -> Result<Contents> {
    let default = Commodity::iso("EUR").unwrap();
    read(text, "bank.ofx", Currencies { default, resolve: &Commodity::iso })
}

/// One bank statement in US dollars that holds `body`.
fn bank(body: &str) -> Contents {
    let text = format!(
        "OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD\n<BANKACCTFROM><ACCTID>77\
         </BANKACCTFROM>{body}</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    );
    read_text(&text).unwrap()
}

fn transaction(fields: &str) -> Contents {
    bank(&format!("<BANKTRANLIST>\n<STMTTRN>{fields}</STMTTRN></BANKTRANLIST>"))
}

fn amounts(contents: &Contents) -> Vec<String> {
    let lines = contents.statements.iter().flat_map(|statement| &statement.lines);
    lines.map(|line| format!("{} {}", line.posted_on, line.amount)).collect()
}

fn problems(contents: &Contents) -> Vec<(u64, u64, &'static str)> {
    contents.problems.iter().map(|problem| (problem.line, problem.column, problem.code)).collect()
}

#[test]
fn a_transaction_reads_without_closing_tags() {
    let contents = transaction(
        "<TRNTYPE>CHECK<DTPOSTED>20260131235959[-11:X]<DTAVAIL>20260202<TRNAMT>-12,5<FITID>9999999999999999999999\n\
         <CHECKNUM>319<NAME>Fish &amp; Chips<MEMO>",
    );
    let line = &contents.statements[0].lines[0];
    assert_eq!(amounts(&contents), ["2026-01-31 -12.50 USD"]);
    assert_eq!(line.value_on.unwrap().to_string(), "2026-02-02");
    assert_eq!(line.payee(), Some("Fish & Chips"));
    assert_eq!(line.memo(), None);
    assert_eq!(line.reference(), Some("319"));
    assert_eq!(line.bank_id(), Some("9999999999999999999999"));
    assert_eq!(line.line, 5);
    assert_eq!(contents.statements[0].account.as_deref(), Some("77"));
    assert_eq!((problems(&contents), contents.notes), (vec![], vec![]));
}

#[test]
fn each_account_is_a_statement_of_its_own_with_its_balance() {
    let contents = read_text(
        "<OFX><CREDITCARDMSGSRSV1><CCSTMTRS><CURDEF>usd<CCACCTFROM><ACCTID>4111</CCACCTFROM>\
         <STMTTRN><DTPOSTED>20260101<TRNAMT>-5</STMTTRN><LEDGERBAL><BALAMT>-123.45<DTASOF>20260102</LEDGERBAL>\
         <AVAILBAL><BALAMT>7<DTASOF>20260103</AVAILBAL></CCSTMTRS></CREDITCARDMSGSRSV1>\
         <STMTRS><CURDEF>EUR</CURDEF><BANKACCTFROM><BANKID>1<ACCTID>DE02</BANKACCTFROM></STMTRS></OFX>",
    )
    .unwrap();
    let [card, bank] = contents.statements.as_slice() else { panic!("{contents:?}") };
    let closing = card.closing.unwrap();
    assert_eq!(
        (closing.amount.to_string().as_str(), closing.on.unwrap().to_string().as_str()),
        ("-123.45 USD", "2026-01-02")
    );
    assert_eq!((card.account.as_deref(), bank.account.as_deref()), (Some("4111"), Some("DE02")));
    assert_eq!((card.lines.len(), bank.lines.len(), bank.closing), (1, 0, None));
}

#[test]
fn a_transactions_own_currency_counts_and_its_original_one_does_not() {
    let fields = "<DTPOSTED>20260131<TRNAMT>-5<CURRENCY><CURRATE>1.1<CURSYM>CAD</CURRENCY>";
    assert_eq!(amounts(&transaction(fields)), ["2026-01-31 -5.00 CAD"]);
    let fields = "<DTPOSTED>20260131<ORIGCURRENCY><CURRATE>1.1<CURSYM>CAD</ORIGCURRENCY><TRNAMT>-5";
    assert_eq!(amounts(&transaction(fields)), ["2026-01-31 -5.00 USD"]);
    let fields = "<DTPOSTED>20260131<TRNAMT>-5<CURRENCY><CURSYM>QQQ</CURRENCY>";
    assert_eq!(problems(&transaction(fields)), [(5, 56, "unknown-currency")]);
}

#[test]
fn html_in_a_value_stays_text_and_the_payee_block_names_the_payee() {
    let fields =
        "<DTPOSTED>20260131<TRNAMT>5<PAYEE><NAME>A <b>B</b> &amp;lt;C&amp;gt;<CITY>X</PAYEE><MEMO>1 < 2";
    let contents = transaction(fields);
    let line = &contents.statements[0].lines[0];
    assert_eq!(line.payee(), Some("A <b>B</b> <C>"));
    assert_eq!(line.memo(), Some("1 < 2"));
}

#[test]
fn what_a_transaction_lacks_is_a_problem_at_its_place() {
    assert_eq!(problems(&transaction("<TRNAMT>5")), [(5, 1, "missing-date")]);
    assert_eq!(problems(&transaction("<DTPOSTED><TRNAMT>5")), [(5, 10, "missing-date")]);
    assert_eq!(problems(&transaction("<DTPOSTED>20260231<TRNAMT>5")), [(5, 20, "unreadable-date")]);
    assert_eq!(problems(&transaction("<DTPOSTED>20260131")), [(5, 1, "missing-amount")]);
    assert_eq!(problems(&transaction("<DTPOSTED>20260131<TRNAMT>$120")), [(5, 36, "unreadable-amount")]);
    assert_eq!(problems(&transaction("<DTPOSTED>20260131<TRNAMT>1.005")), [(5, 36, "unreadable-amount")]);
    // The others are read all the same.
    let contents =
        bank("<STMTTRN><DTPOSTED>x<TRNAMT>y</STMTTRN>\n<STMTTRN><DTPOSTED>20260131<TRNAMT>1.500</STMTTRN>");
    assert_eq!(contents.problems.len(), 2);
    assert_eq!(amounts(&contents), ["2026-01-31 1.50 USD"]);
}

#[test]
fn a_balance_that_says_nothing_is_none_and_one_with_a_day_alone_is_a_problem() {
    let contents = bank("<LEDGERBAL><BALAMT></BALAMT><DTASOF></DTASOF></LEDGERBAL>");
    assert_eq!((contents.statements[0].closing, problems(&contents)), (None, vec![]));
    let contents = bank("<LEDGERBAL><BALAMT> </BALAMT><DTASOF>20260131</DTASOF></LEDGERBAL>");
    assert_eq!(contents.problems[0].code, "unreadable-balance");
    let contents = bank("<LEDGERBAL><BALAMT>5<DTASOF>soon</LEDGERBAL>");
    assert_eq!(contents.problems[0].code, "unreadable-date");
}

#[test]
fn pending_lines_securities_and_orders_are_left_out_and_named() {
    let contents = bank(
        "<STMTTRNP><DTTRAN>20260131<TRNAMT>5</STMTTRNP>\
         <BUYSTOCK><INVBUY><INVTRAN><MEMO>x</INVTRAN><TOTAL>-9<CURRENCY><CURSYM>CAD</CURRENCY></INVBUY></BUYSTOCK>\
         <INVBANKTRAN><STMTTRN><DTPOSTED>20260131<TRNAMT>1</STMTTRN><SUBACCTFUND>CASH</INVBANKTRAN>\
         <INTRARS><XFERINFO><TRNAMT>5<BANKACCTFROM><ACCTID>1</BANKACCTFROM></XFERINFO><DTPOSTED>20260101</INTRARS>",
    );
    assert_eq!(amounts(&contents), ["2026-01-31 1.00 USD"]);
    let notes = contents.notes.join("\n");
    for name in ["STMTTRNP", "BUYSTOCK", "INTRARS"] {
        assert!(notes.contains(name), "{name}: {notes}");
    }
}

#[test]
fn tags_that_are_never_closed_lose_no_transaction() {
    let contents = bank(
        "<AVAILBAL><BALAMT>1<STMTTRN><DTPOSTED>20260101<TRNAMT>1<PAYEE><NAME>x\
         <STMTTRN><DTPOSTED>20260102<TRNAMT>2</BANKTRANLIST>",
    );
    assert_eq!(amounts(&contents), ["2026-01-01 1.00 USD", "2026-01-02 2.00 USD"]);
}

#[test]
fn a_file_that_is_cut_off_says_so() {
    let whole = "<OFX><STMTRS><CURDEF>EUR<STMTTRN><DTPOSTED>20260101<TRNAMT>15</STMTTRN></STMTRS></OFX>";
    assert_eq!(problems(&read_text(whole).unwrap()), []);
    for end in whole.find("<CURDEF").unwrap()..whole.len() {
        let contents = read_text(&whole[..end]).unwrap();
        assert_eq!(
            contents.problems.last().map(|problem| problem.code),
            Some("cut-off"),
            "{}",
            &whole[..end]
        );
    }
}

#[test]
fn a_statement_that_names_no_currency_is_read_in_the_accounts_and_says_so() {
    let text = "<OFX><STMTRS><CURDEF></CURDEF><STMTTRN><DTPOSTED>20260101<TRNAMT>1</STMTTRN></STMTRS></OFX>";
    let contents = read_text(text).unwrap();
    assert_eq!(amounts(&contents), ["2026-01-01 1.00 EUR"]);
    assert_eq!(contents.notes.len(), 1, "{:?}", contents.notes);
    let late = "<OFX><STMTRS><STMTTRN><DTPOSTED>20260101<TRNAMT>1</STMTTRN><CURDEF>USD</STMTRS></OFX>";
    assert!(read_text(late).unwrap_err().to_string().contains("after its first"));
}
