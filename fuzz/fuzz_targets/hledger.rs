#![no_main]

use ledger_core::import::journal::JournalFormat;
use libfuzzer_sys::fuzz_target;

// The two programs share a language and differ in what they make of it.
fuzz_target!(|bytes: &[u8]| {
    ledger_fuzz::journal::read(bytes, JournalFormat::Hledger);
    ledger_fuzz::journal::read(bytes, JournalFormat::Ledger);
});
