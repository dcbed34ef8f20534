//! What no file may do to a reader: make it panic, or take memory without bound.

use proptest::prelude::*;

use super::{ReadOptions, StatementFile, StatementFormat, read_statement};
use crate::Result;
use crate::money::Commodity;

const FORMATS: [StatementFormat; 5] = [
    StatementFormat::Csv,
    StatementFormat::Ofx,
    StatementFormat::Qif,
    StatementFormat::Camt,
    StatementFormat::Mt940,
];

/// A small whole file of each format, with most of what its reader knows.
const SAMPLES: [&str; 5] = [
    "Date;Text;Betrag\n05.03.26;\"Karte; Dänke\";-1.042,10\n25.03.26;x;7,00\n",
    "OFXHEADER:100\nCHARSET:1252\n\n<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>7</BANKACCTFROM><STMTTRN>\
     <DTPOSTED>20260131120000[-5:EST]<TRNAMT>-1.50<FITID>1<NAME>Ä &amp;lt;<CURRENCY><CURSYM>CAD</CURRENCY>\
     <MEMO><![CDATA[<b>]]></STMTTRN><LEDGERBAL><BALAMT>5<DTASOF>20260131</LEDGERBAL></STMTRS></OFX>",
    "!Account\nNÄ\n^\n!Type:Bank\nD1/31'26\nT-1,234.50\nPx\nL[Y]\nSa\nE€\n$-1,234.50\n^\nD1/31'26\nU5.00\n",
    "<?xml version=\"1.0\"?><n:Document xmlns:n=\"x\"><n:BkToCstmrStmt><n:Stmt><n:Bal><n:Tp><n:CdOrPrtry><n:Cd>OPBD\
     </n:Cd></n:CdOrPrtry></n:Tp><n:Amt Ccy=\"EUR\">1</n:Amt><n:CdtDbtInd>CRDT</n:CdtDbtInd></n:Bal><n:Ntry>\
     <n:Amt Ccy=\"EUR\">1.5</n:Amt><n:CdtDbtInd>DBIT</n:CdtDbtInd><n:ValDt><n:Dt>2026-01-31</n:Dt></n:ValDt>\
     <n:AddtlNtryInf>Ä &amp; &#233;<![CDATA[<]]></n:AddtlNtryInf></n:Ntry></n:Stmt></n:BkToCstmrStmt></n:Document>",
    "{1:F01}{4:\r\n:20:X\r\n:25:NL1\r\n:60F:C260101EUR1,\r\n:61:2601310101RCR1,5NTRFR//B\r\nmore\r\n\
     :86:166?00ä?20SVWZ+b?32c\r\n:86:/NAME/d/REMI/e\r\n:NS:01f\r\n:62F:D260131EUR0,5\r\n-}\r\n",
];

fn read_as(bytes: &[u8], format: StatementFormat) -> Result<StatementFile<'_>> {
    let default = Commodity::iso("EUR").unwrap();
    let options = ReadOptions { format: Some(format), ..ReadOptions::new(default) };
    read_statement(bytes, "hostile", &options, &Commodity::iso)
}

/// Reads `bytes` in a format and as what they seem to be; what is read has places within the text.
fn check(bytes: &[u8], format: StatementFormat) {
    let detected =
        read_statement(bytes, "hostile", &ReadOptions::new(Commodity::iso("EUR").unwrap()), &Commodity::iso);
    for file in [detected, read_as(bytes, format)].into_iter().flatten() {
        for line in file.statements.iter().flat_map(|statement| &statement.lines) {
            assert!(!file.raw(line).trim().is_empty(), "{line:?}");
            let lines_before = super::decode::place_after(&file.text[..line.span.start as usize]).0;
            assert_eq!(u64::from(line.line), lines_before, "{line:?}");
        }
        assert!(file.problems.iter().all(|problem| problem.line >= 1 && problem.column >= 1));
    }
}

#[test]
fn the_samples_read_whole() {
    for (sample, format) in SAMPLES.iter().zip(FORMATS) {
        let file = read_as(sample.as_bytes(), format).unwrap();
        assert_eq!(file.problems, [], "{format:?}");
        assert!(file.statements.iter().any(|statement| !statement.lines.is_empty()), "{format:?}");
    }
}

#[test]
fn a_file_cut_off_at_any_byte_or_with_any_byte_exchanged_is_read_or_refused() {
    for (sample, format) in SAMPLES.iter().zip(FORMATS) {
        for at in 0..sample.len() {
            check(&sample.as_bytes()[..at], format);
            for byte in [0, b'<', b'9'] {
                let mut bytes = sample.as_bytes().to_vec();
                bytes[at] = byte;
                check(&bytes, format);
            }
        }
    }
}

#[test]
fn a_value_without_end_is_refused() {
    let long = "x".repeat(2 << 20);
    for (sample, format, place) in [
        (SAMPLES[1], FORMATS[1], "<NAME>"),
        (SAMPLES[2], FORMATS[2], "\nP"),
        (SAMPLES[3], FORMATS[3], "<n:AddtlNtryInf>"),
        (SAMPLES[4], FORMATS[4], ":86:"),
    ] {
        let (before, after) = sample.split_once(place).unwrap();
        let text = format!("{before}{place}{long}{after}");
        let error = read_as(text.as_bytes(), format).unwrap_err().to_string();
        assert!(error.contains("1 MiB"), "{format:?}: {error}");
    }
}

#[test]
fn many_opening_marks_cost_no_more_than_their_number() {
    // Each of these would take hours if a reader looked for the end of every one.
    for mark in ["<!--", "<?", "<OFX", "<A ", "&", "</", "<![CDATA["] {
        let text = format!("<OFX><STMTRS><STMTTRN><MEMO>{}", mark.repeat(50_000));
        check(text.as_bytes(), StatementFormat::Ofx);
    }
    check(":61:\n".repeat(20_000).as_bytes(), StatementFormat::Mt940);
    check("{4:\n".repeat(20_000).as_bytes(), StatementFormat::Mt940);
    check("D1\n".repeat(20_000).as_bytes(), StatementFormat::Qif);
    let unread = "<STMTTRN><DTPOSTED>x</STMTTRN>".repeat(5_000);
    check(format!("<OFX><STMTRS>{unread}</STMTRS></OFX>").as_bytes(), StatementFormat::Ofx);
}

/// Pieces of the formats, which random bytes alone would never put together.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "<OFX>",
        "</OFX>",
        "<STMTRS>",
        "<STMTTRN>",
        "</STMTTRN>",
        "<DTPOSTED>",
        "20260131",
        "<TRNAMT>",
        "-1.5",
        "<MEMO>",
        "<CURDEF>",
        "USD",
        "<CURRENCY>",
        "<CURSYM>",
        "</CURRENCY>",
        "<LEDGERBAL>",
        "<BALAMT>",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "!Type:Bank\n",
        "!Account\n",
        "!Type:Invst\n",
        "D1/31'26\n",
        "T5\n",
        "S[a]\n",
        "$5\n",
        "^\n",
        "\r",
        "\n",
        "é",
        ":20:",
        ":25:",
        ":60F:C260101EUR1,\n",
        ":61:260131D1,NTRF\n",
        ":61:2601310229RC,5N",
        ":86:166?20",
        "/NAME/",
        ":62F:",
        "-}\n",
        "{4:",
        ":NS:01",
        "<Document>",
        "<BkToCstmrStmt>",
        "<Stmt>",
        "<Ntry>",
        "<Amt Ccy=\"EUR\">",
        "</Amt>",
        "<CdtDbtInd>",
        "CRDT",
        "</CdtDbtInd>",
        "</Ntry>",
        "</Stmt>",
        "</BkToCstmrStmt>",
        "</Document>",
        "<Bal>",
        "</Bal>",
        "<!DOCTYPE a>",
        "<?x?>",
        "<!---->",
        ";",
        ",",
        "\"",
        "\0",
        "9",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        FORMATS.into_iter().for_each(|format| check(&bytes, format));
    }

    #[test]
    fn random_pieces_of_the_formats_are_read_or_refused(bytes in pieces()) {
        FORMATS.into_iter().for_each(|format| check(&bytes, format));
    }
}
