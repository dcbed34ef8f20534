//! Text in the cells of a CSV or TSV file, kept from being read as a formula.
//!
//! A payee in a bank statement is a stranger's text: a spreadsheet that opens `=HYPERLINK(…)` runs it. OWASP's rule
//! under "CSV injection" names the characters; this is the one place where it is written.

use std::borrow::Cow;

/// The text as a cell: with an apostrophe before it where a spreadsheet would take it for a formula.
///
/// A formula begins, after any white space, with `=`, `+`, `-` or `@` or the full-width form of one, or the text
/// begins with a tab or a line break. A text that begins with apostrophes and goes on like a formula gets one more,
/// so that [`unguard_cell`] gives every text back as it was. Numbers are no text: do not guard them.
///
/// ```
/// use ledger_core::export::{guard_cell, unguard_cell};
///
/// assert_eq!(guard_cell("=1+1"), "'=1+1");
/// assert_eq!(guard_cell("Rewe"), "Rewe");
/// assert_eq!(unguard_cell(&guard_cell("'=1+1")), "'=1+1");
/// ```
pub fn guard_cell(text: &str) -> Cow<'_, str> {
    if reads_as_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`guard_cell`] made a cell of.
pub fn unguard_cell(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if reads_as_formula(text) => text,
        _ => cell,
    }
}

fn reads_as_formula(text: &str) -> bool {
    let text = text.trim_start_matches('\'');
    if text.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    // Some programs drop white space and invisible marks before they look at the first character.
    let first = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{FEFF}');
    first.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_reads_as_a_formula_gets_an_apostrophe_and_other_text_does_not() {
        let table = [
            ("=1+1", "'=1+1"),
            ("+49 30 1234567", "'+49 30 1234567"),
            ("-1+1", "'-1+1"),
            ("-12.34", "'-12.34"),
            ("@SUM(1+1)*cmd|' /C calc'!A0", "'@SUM(1+1)*cmd|' /C calc'!A0"),
            ("\t=1", "'\t=1"),
            ("\tplain", "'\tplain"),
            ("\r=1", "'\r=1"),
            ("\n1", "'\n1"),
            (" =1", "' =1"),
            ("\u{A0}=1", "'\u{A0}=1"),
            ("\u{FEFF}=1", "'\u{FEFF}=1"),
            ("＝1", "'＝1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠x", "'＠x"),
            ("'=1", "''=1"),
            ("''=1", "'''=1"),
            ("'tis", "'tis"),
            ("'", "'"),
            ("", ""),
            ("Rewe = groceries", "Rewe = groceries"),
            ("a@b.example", "a@b.example"),
            ("DDE(\"cmd\";\"/C calc\";\"!A0\")A0", "DDE(\"cmd\";\"/C calc\";\"!A0\")A0"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("−5", "−5"),
        ];
        for (text, cell) in table {
            assert_eq!(guard_cell(text), cell, "{text:?}");
            assert_eq!(unguard_cell(cell), text, "{cell:?}");
        }
    }

    #[test]
    fn every_text_comes_back_from_its_cell() {
        let mut texts = vec![String::new()];
        for _ in 0..5 {
            let longer =
                texts.iter().flat_map(|text| ["'", "=", " ", "a", "\t"].map(|c| format!("{text}{c}")));
            texts = longer.chain(texts.clone()).collect();
        }
        for text in texts {
            assert_eq!(unguard_cell(&guard_cell(&text)), text, "{text:?}");
            assert!(!guard_cell(&text).starts_with(['=', '+', '-', '@', '\t']), "{text:?}");
        }
    }
}
