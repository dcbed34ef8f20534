//! The rules of reading camt files, on small files written here.

use super::*;
use crate::import::statement::StatementLine;
use crate::money::Commodity;

fn read_text(text: &str) -> Result<Contents> {
    let default = Commodity::iso("EUR").unwrap();
    read(text, "bank.xml", Currencies { default, resolve: &Commodity::iso })
}

fn statement(body: &str) -> String {
    format!("<Document xmlns=\"x\"><BkToCstmrStmt><Stmt>{body}</Stmt></BkToCstmrStmt></Document>")
}

fn entry(amount: &str, direction: &str, rest: &str) -> String {
    format!(
        "<Ntry>{amount}<CdtDbtInd>{direction}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-01-31</Dt></BookgDt>{rest}\
         </Ntry>"
    )
}

fn one(rest: &str) -> StatementLine {
    let contents = read_text(&statement(&entry("<Amt Ccy=\"EUR\">5</Amt>", "DBIT", rest))).unwrap();
    contents.statements[0].lines[0].clone()
}

fn codes(contents: &Contents) -> Vec<&'static str> {
    contents.problems.iter().map(|problem| problem.code).collect()
}

const PARTIES: &str = "<NtryDtls><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><RltdPties><Dbtr><Nm>Payer</Nm></Dbtr>\
                       <Cdtr><Pty><Nm>Pay&amp;ee</Nm></Pty></Cdtr></RltdPties><RmtInf><Ustrd>Rent</Ustrd>\
                       <Ustrd>May</Ustrd></RmtInf></TxDtls></NtryDtls>";

#[test]
fn an_entry_reads_with_its_parties_whatever_the_prefix() {
    let line = one(&format!(
        "<ValDt><DtTm>2026-02-01T23:00:00-05:00</DtTm></ValDt><AcctSvcrRef>B1</AcctSvcrRef>{PARTIES}"
    ));
    assert_eq!(
        (line.amount.to_string().as_str(), line.posted_on.to_string().as_str()),
        ("-5.00 EUR", "2026-01-31")
    );
    assert_eq!(line.value_on.unwrap().to_string(), "2026-02-01");
    assert_eq!(line.payee(), Some("Pay&ee"));
    assert_eq!(line.narrative(), Some("Rent; May"));
    assert_eq!((line.reference(), line.bank_id()), (Some("E1"), Some("B1")));
    let plain = statement(&entry("<Amt Ccy=\"EUR\">5</Amt>", "DBIT", PARTIES));
    let prefixed = plain.replace("</", "\u{1}").replace('<', "<n:").replace('\u{1}', "</n:");
    let [plain, prefixed] =
        [plain, prefixed].map(|text| read_text(&text).unwrap().statements[0].lines[0].amount);
    assert_eq!(plain, prefixed);
}

#[test]
fn the_direction_of_a_reversal_is_its_own_and_its_party_the_original_one() {
    let line = one(&format!("<RvslInd>true</RvslInd>{PARTIES}"));
    assert_eq!((line.amount.minor(), line.payee()), (-500, Some("Payer")));
    let line = one(&format!("<RvslInd>false</RvslInd>{PARTIES}"));
    assert_eq!((line.amount.minor(), line.payee()), (-500, Some("Pay&ee")));
}

#[test]
fn entries_that_are_not_booked_are_left_out_and_named_in_old_and_new_versions() {
    let amount = "<Amt Ccy=\"EUR\">5</Amt><CdtDbtInd>CRDT</CdtDbtInd>";
    let contents = read_text(&statement(&format!(
        "<Ntry>{amount}<Sts>PDNG</Sts></Ntry><Ntry>{amount}<Sts><Cd>PDNG</Cd></Sts></Ntry>\
         <Ntry>{amount}<Sts><Cd>BOOK</Cd></Sts><ValDt><Dt>2026-01-31</Dt></ValDt></Ntry>"
    )))
    .unwrap();
    assert_eq!((contents.statements[0].lines.len(), codes(&contents)), (1, vec![]));
    assert_eq!(contents.notes, ["entries that are not booked yet are left out: 2 × PDNG from line 1 on"]);
}

#[test]
fn a_batch_is_one_line_with_what_its_payments_say() {
    let payment = |name: &str| {
        format!(
            "<TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs><Amt Ccy=\"USD\">1</Amt>\
             <CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Cdtr><Nm>{name}</Nm></Cdtr></RltdPties>\
             <RmtInf><Ustrd>for {name}</Ustrd></RmtInf></TxDtls>"
        )
    };
    let details = [payment("Ann"), payment("Bob")].concat();
    let line = one(&format!("<NtryDtls><Btch><PmtInfId>P1</PmtInfId></Btch>{details}</NtryDtls>"));
    assert_eq!((line.amount.minor(), line.payee()), (-500, None));
    assert_eq!(line.narrative(), Some("for Ann; for Bob"));
    assert_eq!(line.reference(), Some("P1"));
}

#[test]
fn booked_balances_are_kept_and_the_previous_closing_stands_for_an_opening() {
    let balance = |code: &str, amount: &str, direction: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt>\
             <CdtDbtInd>{direction}</CdtDbtInd><Dt><Dt>2026-01-31</Dt></Dt></Bal>"
        )
    };
    let read_balances = |balances: &[String]| {
        let contents = read_text(&statement(&balances.concat())).unwrap();
        let Statement { opening, closing, .. } = contents.statements[0].clone();
        (
            opening.map(|opening| opening.amount.minor()),
            closing.map(|closing| closing.amount.minor()),
            codes(&contents),
        )
    };
    use crate::import::Statement;
    let [previous, opening] = [balance("PRCD", "1", "CRDT"), balance("OPBD", "2", "CRDT")];
    let [closing, available] = [balance("CLBD", "3", "DBIT"), balance("CLAV", "9", "CRDT")];
    assert_eq!(
        read_balances(&[previous.clone(), closing.clone(), available]),
        (Some(100), Some(-300), vec![])
    );
    assert_eq!(
        read_balances(&[opening, previous, balance("ITBD", "4", "CRDT")]),
        (Some(200), Some(400), vec![])
    );
    assert_eq!(read_balances(&[balance("CLBD", "x", "CRDT")]), (None, None, vec!["unreadable-amount"]));
}

#[test]
fn what_an_entry_lacks_is_a_problem_at_its_place() {
    let read_entry = |text: &str| codes(&read_text(&statement(text)).unwrap());
    assert_eq!(read_entry(&entry("", "CRDT", "")), ["missing-amount"]);
    assert_eq!(read_entry(&entry("<Amt>5</Amt>", "CRDT", "")), ["unknown-currency"]);
    assert_eq!(read_entry(&entry("<Amt Ccy=\"QQQ\">5</Amt>", "CRDT", "")), ["unknown-currency"]);
    assert_eq!(read_entry(&entry("<Amt Ccy=\"EUR\">5.001</Amt>", "CRDT", "")), ["unreadable-amount"]);
    assert_eq!(read_entry(&entry("<Amt Ccy=\"EUR\">5</Amt>", "IN", "")), ["unknown-direction"]);
    assert_eq!(
        read_entry("<Ntry><Amt Ccy=\"EUR\">5</Amt><CdtDbtInd>DBIT</CdtDbtInd></Ntry>"),
        ["missing-date"]
    );
    let contents = read_text(&statement("\n <Ntry><Amt Ccy=\"EUR\">x</Amt></Ntry>")).unwrap();
    assert_eq!((contents.problems[1].line, contents.problems[1].column), (2, 23));
}

#[test]
fn document_types_entities_and_deep_nesting_are_refused() {
    let refusal = |text: &str| read_text(text).unwrap_err().to_string();
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><Document>&b;</Document>";
    assert!(refusal(bomb).contains("document type"), "{}", refusal(bomb));
    assert!(refusal("<Document>&b;</Document>").contains("\"&b;\""));
    assert!(refusal(&"<a>".repeat(100_000)).contains("64 elements"));
    assert!(refusal("<Document><BkToCstmrStmt></Document>").contains("well-formed"));
    assert!(refusal("<Document></Document>").contains("camt file"));
}

#[test]
fn a_file_that_is_cut_off_is_refused() {
    let whole = statement(&entry("<Amt Ccy=\"EUR\">5</Amt>", "DBIT", PARTIES));
    assert!(read_text(&whole).is_ok());
    for end in 0..whole.len() {
        assert!(read_text(&whole[..end]).is_err(), "{}", &whole[..end]);
    }
}
