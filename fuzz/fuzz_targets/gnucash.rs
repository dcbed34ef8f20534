#![no_main]

use ledger_core::import::journal::JournalFormat;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| ledger_fuzz::journal::read(bytes, JournalFormat::Gnucash));
