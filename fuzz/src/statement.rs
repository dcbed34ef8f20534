//! Statement files: whatever is read has its text, and whatever is refused has its place.

use ledger_core::import::{ReadOptions, StatementFormat, read_statement};
use ledger_core::money::Commodity;

/// Reads `bytes` in `format` and checks the result against the text.
///
/// # Panics
/// A place that lies outside the text, or a line without a text of its own.
pub fn read(bytes: &[u8], format: StatementFormat) {
    let Some(eur) = Commodity::iso("EUR") else { return };
    let options = ReadOptions { format: Some(format), ..ReadOptions::new(eur) };
    let Ok(file) = read_statement(bytes, "fuzz", &options, &Commodity::iso) else { return };
    for line in file.statements.iter().flat_map(|statement| &statement.lines) {
        assert!(!file.raw(line).trim().is_empty(), "{line:?} has no text");
        let before = file.text.get(..line.span.start as usize);
        assert!(before.is_some() && line.line >= 1, "{line:?} begins within a character");
        assert!(!line.description().is_empty());
    }
    for problem in &file.problems {
        assert!(problem.line >= 1 && problem.column >= 1 && !problem.reason.is_empty(), "{problem:?}");
    }
}
