//! Journals of other programs: read, settled, and rehearsed against a book where nothing is wrong with them.

use std::collections::HashMap;

use chrono::DateTime;
use ledger_core::account::AccountKind;
use ledger_core::import::journal::{
    CommodityPlan, JournalFile, JournalFormat, SettleOptions, Sources, detect, gnucash, read_journal,
    resolve_none, settle,
};
use ledger_core::money::Commodity;
use ledger_core::{ErrorClass, JournalImport, Ledger, NewBook, Session};

/// Reads `bytes` in `format` and settles them in both ways; a journal without problems is rehearsed as well.
///
/// # Panics
/// A problem without a place or a reason, an entry whose lines are not there, or a rehearsal that the database refuses.
pub fn read(bytes: &[u8], format: JournalFormat) {
    let _ = detect("fuzz", bytes);
    if format == JournalFormat::Gnucash {
        let sources = Sources::one("fuzz", "");
        if let Ok(rows) = gnucash::read_xml("fuzz", bytes) {
            judge(&sources, gnucash::convert(&rows, &sources));
        }
    } else if let Ok(sources) = Sources::load("fuzz", bytes.to_vec(), &mut resolve_none) {
        judge(&sources, read_journal(&sources, format));
    }
}

fn judge(sources: &Sources, file: JournalFile<'_>) {
    check(&file);
    let Some(eur) = Commodity::iso("EUR") else { return };
    let (symbols, scales) = (HashMap::new(), HashMap::new());
    let Ok(plan) = CommodityPlan::new(&file, &symbols, &scales, eur, &Commodity::iso) else { return };
    let unbalanced = Some("Equity:Unbalanced".to_owned());
    for options in [SettleOptions::default(), SettleOptions { unbalanced, real_only: true }] {
        let mut settled = file.clone();
        settle(&mut settled, sources, &plan, &options);
        check(&settled);
    }
    if file.problems.is_empty() && !file.entries.is_empty() {
        rehearse(sources, file);
    }
}

fn check(file: &JournalFile<'_>) {
    for problem in &file.problems {
        let (place, name) = (&problem.problem, &problem.file);
        assert!(!name.is_empty() && !place.reason.is_empty(), "{problem:?}");
        assert!(place.line == 0 || place.column >= 1, "{problem:?} has a line without a column");
    }
    for entry in &file.entries {
        for line in &file.lines[entry.range()] {
            assert!((line.account as usize) < file.accounts.len(), "{line:?} has no account");
        }
    }
}

/// Posts a journal to a book and takes it back: what was read may be refused, but by a rule and not by the database.
fn rehearse(sources: &Sources, file: JournalFile<'_>) {
    thread_local! {
        static LEDGER: Option<Ledger> = ledger();
    }
    LEDGER.with(|ledger| {
        let Some(book) = ledger.as_ref().and_then(|ledger| ledger.book("fuzz").ok()) else { return };
        let mut import = JournalImport::new(sources, file);
        import.kinds.insert("*".to_owned(), AccountKind::Asset);
        import.rehearse = true;
        if let Err(error) = book.imports().journal(import) {
            assert!(error.kind().class() != ErrorClass::Storage, "{error}");
        }
        assert_eq!(book.head().map(|head| head.number).ok(), Some(0), "a rehearsal leaves something behind");
    });
}

/// A ledger of this process alone, with one empty book.
fn ledger() -> Option<Ledger> {
    let path = std::env::temp_dir().join(format!("ledger-fuzz-{}.db", std::process::id()));
    let session = Session::new("fuzz", DateTime::default);
    let ledger = Ledger::open_or_create(path.to_str()?, session).ok()?;
    ledger.create_book(NewBook::personal("fuzz", "EUR")).ok()?;
    Some(ledger)
}
