#![no_main]

use ledger_core::import::StatementFormat;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| ledger_fuzz::read(bytes, StatementFormat::Qif));
