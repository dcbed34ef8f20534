//! Which program a journal is written for, and the reader for it.

use super::beancount;
use super::hledger::{self, Dialect};
use super::model::{JournalFile, JournalFormat};
use super::sources::Sources;

/// How much of a text is looked at to tell what it is.
const LOOKED_AT: usize = 64 * 1024;

/// The format of a journal, by its content and the ending of its name.
///
/// Beancount has its own words; ledger and hledger share a language, and the ending decides between them, else a
/// directive that only one of them has.
pub fn detect(name: &str, bytes: &[u8]) -> Option<JournalFormat> {
    if bytes.starts_with(b"SQLite format 3\0") || bytes.starts_with(&[0x1F, 0x8B]) {
        return Some(JournalFormat::Gnucash);
    }
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LOOKED_AT)]);
    let start = text.trim_start_matches('\u{FEFF}').trim_start();
    if start.starts_with("<?xml") || start.starts_with("<gnc-v2") {
        return Some(JournalFormat::Gnucash);
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "beancount" | "bean" => return Some(JournalFormat::Beancount),
        "ledger" | "ldg" | "lgr" => return Some(JournalFormat::Ledger),
        "hledger" | "j" => return Some(JournalFormat::Hledger),
        "gnucash" => return Some(JournalFormat::Gnucash),
        _ => {}
    }
    if text.lines().any(is_beancount) {
        return Some(JournalFormat::Beancount);
    }
    let ledgers = ["apply ", "N ", "bucket ", "define ", "expr ", "!include", "end apply", "end tag"];
    let own = |line: &str| ledgers.iter().any(|word| line.starts_with(word));
    let dated = |line: &str| line.starts_with(|c: char| c.is_ascii_digit());
    let directive = |line: &str| {
        ["account ", "commodity ", "include ", "P ", "~ ", "= "].iter().any(|word| line.starts_with(word))
    };
    if !text.lines().any(|line| dated(line) || directive(line) || own(line)) {
        return None;
    }
    // Rules for automated postings are used by ledger as they stand, and by hledger only when it is asked.
    let ledger = ending == "dat" || text.lines().any(|line| own(line) || line.starts_with("= /"));
    Some(if ledger { JournalFormat::Ledger } else { JournalFormat::Hledger })
}

fn is_beancount(line: &str) -> bool {
    if line.starts_with("option \"") || line.starts_with("plugin \"") {
        return true;
    }
    let Some((date, rest)) = line.split_at_checked(10) else { return false };
    let dated = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let rest = rest.trim_start();
    let words = [
        "open ",
        "close ",
        "commodity ",
        "txn ",
        "balance ",
        "pad ",
        "price ",
        "note ",
        "document ",
        "event ",
    ];
    dated
        && (words.iter().any(|word| rest.starts_with(word))
            || rest.starts_with("* \"")
            || rest.starts_with("! \""))
}

/// Reads a journal that is text. GnuCash books have readers of their own.
pub fn read_journal(sources: &Sources, format: JournalFormat) -> JournalFile<'_> {
    match format {
        JournalFormat::Ledger => hledger::read(sources, Dialect::Ledger),
        JournalFormat::Hledger => hledger::read(sources, Dialect::Hledger),
        JournalFormat::Beancount => beancount::read(sources),
        JournalFormat::Gnucash => JournalFile::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_told_by_content_before_the_name() {
        let told = |name: &str, text: &str| detect(name, text.as_bytes()).map(JournalFormat::as_str);
        assert_eq!(told("x", "2026-01-01 open Assets:Cash\n"), Some("beancount"));
        assert_eq!(told("x", "2026-01-01 Lunch\n  a  1\n  b\n"), Some("hledger"));
        assert_eq!(told("x.dat", "2026-01-01 Lunch\n  a  1\n  b\n"), Some("ledger"));
        assert_eq!(told("x.journal", "apply tag a\n"), Some("ledger"));
        assert_eq!(told("x.ledger", ""), Some("ledger"));
        assert_eq!(told("x.gnucash", "SQLite format 3\0"), Some("gnucash"));
        assert_eq!(told("x", "<?xml version=\"1.0\"?><gnc-v2>"), Some("gnucash"));
        assert_eq!(told("x.csv", "Date,Amount\n"), None);
    }
}
