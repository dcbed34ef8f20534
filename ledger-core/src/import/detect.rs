//! Which format a file is in, by what it holds; its name says nothing.

use std::borrow::Cow;

use super::ofx;
use super::statement::StatementFormat;

/// How far into a file its marks are looked for: statements begin with them, behind at most a page of prose.
const HEAD_BYTES: usize = 64 * 1024;

/// Which format a statement file is in, judged by its content.
///
/// What carries no mark of another format is taken for CSV, as long as it can be text at all.
///
/// # Errors
/// A clause for what is no statement in any of the formats: an archive, a spreadsheet, a PDF, some other XML.
///
/// ```
/// use ledger_core::import::{StatementFormat, detect_format};
/// assert_eq!(detect_format(b"!Type:Bank\nD1/31/2026\nT5\n^\n"), Ok(StatementFormat::Qif));
/// assert_eq!(detect_format(b"Date;Amount\n2026-01-31;5\n"), Ok(StatementFormat::Csv));
/// assert!(detect_format(b"%PDF-1.7").unwrap_err().contains("PDF"));
/// ```
pub fn detect_format(bytes: &[u8]) -> Result<StatementFormat, String> {
    if let Some(kind) = binary(bytes) {
        return Err(kind.to_owned());
    }
    let head = head(bytes);
    let head = head.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    let has = |mark: &str| contains_ignoring_case(head, mark);
    let begins = |mark: &str| head.get(..mark.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(mark));
    if begins("OFXHEADER") || has("<OFX>") || has("<?OFX") || has("<OFX ") {
        return Ok(StatementFormat::Ofx);
    }
    if begins("<") {
        return match has("BkToCstmr") || has("camt.05") {
            true => Ok(StatementFormat::Camt),
            false if has("<html") => Err("this is a web page: download the statement itself".to_owned()),
            false => Err("this is XML, but neither OFX nor camt.052, camt.053 or camt.054".to_owned()),
        };
    }
    let mut lines = head.lines().map(str::trim_start);
    let is_qif = |line: &str| {
        let line = line.get(..9).unwrap_or(line).to_ascii_lowercase();
        ["!type:", "!account", "!option:", "!clear:"].iter().any(|mark| line.starts_with(mark))
    };
    if lines.clone().find(|line| !line.is_empty()).is_some_and(is_qif) {
        return Ok(StatementFormat::Qif);
    }
    let is_tag = |line: &str, tags: &[&str]| tags.iter().any(|tag| line.starts_with(tag));
    let has_message = lines.clone().any(|line| is_tag(line, &[":20:"]) || line.ends_with("{4::20:"));
    if has_message && lines.any(|line| is_tag(line, &[":25:", ":28C:", ":60F:", ":60M:", ":61:", ":62F:"])) {
        return Ok(StatementFormat::Mt940);
    }
    Ok(StatementFormat::Csv)
}

/// The encoding that a file in this format names for itself, as a label of the WHATWG standard.
///
/// A name that the standard does not know is none: the file is then read as if it named nothing.
pub(super) fn named_encoding(bytes: &[u8], format: StatementFormat) -> Option<String> {
    let label = written_encoding(bytes, format)?;
    encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()).map(|_| label)
}

fn written_encoding(bytes: &[u8], format: StatementFormat) -> Option<String> {
    if !matches!(format, StatementFormat::Ofx | StatementFormat::Camt) {
        return None;
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]);
    let declaration = head.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    if let Some((declaration, _)) = declaration {
        let (_, rest) = declaration.split_once("encoding")?;
        let label = rest.trim_start().strip_prefix('=')?.trim_start();
        let quote = label.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        return label[1..].split(quote).next().map(str::to_owned);
    }
    if format == StatementFormat::Ofx { ofx::charset(head.split('<').next().unwrap_or("")) } else { None }
}

/// What a file of bytes is, by its first ones.
fn binary(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 7] = [
        (b"PK\x03\x04", "this is a ZIP archive or a spreadsheet: unpack it, or save the sheet as CSV"),
        (b"\x1f\x8b", "this is a gzip archive: unpack it first"),
        (b"BZh", "this is a bzip2 archive: unpack it first"),
        (b"\xfd7zXZ\0", "this is an xz archive: unpack it first"),
        (b"%PDF", "this is a PDF: download the statement in another format"),
        (b"\xd0\xcf\x11\xe0", "this is an old spreadsheet (XLS): save it as CSV"),
        (b"SQLite format 3\0", "this is an SQLite database, not a statement"),
    ];
    KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| *kind)
}

/// The beginning of the file as text, good enough to find marks of ASCII in it.
fn head(bytes: &[u8]) -> Cow<'_, str> {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    match encoding_rs::Encoding::for_bom(head) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&head[mark..]).0,
        None => String::from_utf8_lossy(head),
    }
}

fn contains_ignoring_case(text: &str, mark: &str) -> bool {
    let first = mark.as_bytes()[0];
    let marks = memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), text.as_bytes());
    let bytes = text.as_bytes();
    marks.into_iter().any(|at| {
        bytes.get(at..at + mark.len()).is_some_and(|found| found.eq_ignore_ascii_case(mark.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_tells_the_format() {
        use StatementFormat::*;
        let utf16 = "\u{feff}<?xml?><OFX>".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let cases: [(&[u8], StatementFormat); 14] = [
            (b"OFXHEADER:100\r\nDATA:OFXSGML\r\n", Ofx),
            (b"\n\n<OFX><SIGNONMSGSRSV1>", Ofx),
            (b"DATA:OFXSGML\nENCODING:UTF-8\n<OFX>", Ofx),
            (b"<?xml version=\"1.0\"?>\n<?OFX OFXHEADER=\"200\"?>", Ofx),
            (&utf16, Ofx),
            (b"<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'>", Camt),
            (b"<n:Document><n:BkToCstmrStmt>", Camt),
            (b"\xef\xbb\xbf!Account\nNX\n^\n", Qif),
            (b"  \n!type:CCard\n", Qif),
            (b":20:X\n:25:Y\n", Mt940),
            (b"{1:F01X}{2:I940}{4:\r\n:20:X\r\n:25:Y\r\n", Mt940),
            (b"some prose\n\n:20:X\n:25:Y\n:28C:1\n", Mt940),
            (b"Date,Text\n1/2/26,\":20: and :25:\"\n", Csv),
            (b"Date;Text;!Type\n", Csv),
        ];
        for (bytes, format) in cases {
            assert_eq!(detect_format(bytes), Ok(format), "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn what_is_no_statement_is_named() {
        for (bytes, word) in [
            (b"PK\x03\x04xx".as_slice(), "ZIP"),
            (b"\x1f\x8b\x08", "gzip"),
            (b"<!DOCTYPE html><html>", "web page"),
            (b"<gnc-v2>", "XML"),
        ] {
            assert!(detect_format(bytes).unwrap_err().contains(word), "{word}");
        }
    }

    #[test]
    fn a_file_names_its_encoding_in_its_head() {
        let named = |bytes: &[u8], format| named_encoding(bytes, format);
        assert_eq!(
            named(b"<?xml version='1.0' encoding = 'ISO-8859-1'?>", StatementFormat::Camt).as_deref(),
            Some("ISO-8859-1")
        );
        let ofx = |head: &str| named(head.as_bytes(), StatementFormat::Ofx);
        assert_eq!(ofx("ENCODING:USASCII\r\nCHARSET:1252\r\n<OFX>").as_deref(), Some("windows-1252"));
        assert_eq!(ofx("ENCODING:UTF-8\nCHARSET:NONE\n<OFX>").as_deref(), Some("utf-8"));
        assert_eq!(ofx("ENCODING:USASCII CHARSET:ISO-8859-1 <OFX>").as_deref(), Some("ISO-8859-1"));
        assert_eq!(ofx("CHARSET:8859-1\n<OFX>").as_deref(), Some("iso-8859-1"));
        assert_eq!(ofx("CHARSET:NONE<OFX>"), None);
        assert_eq!(ofx("CHARSET:KLINGON<OFX>"), None);
        assert_eq!(ofx("<OFX>CHARSET:1252"), None);
    }
}
