//! What every target checks: a reader ends with what it read or with an error, and what it says about places is true.
//!
//! Run a target with `cargo fuzz run ofx`; without a nightly toolchain, `RUSTC_BOOTSTRAP=1 cargo fuzz run ofx`.
//! Seeds written by hand are in `corpus/TARGET/`. Targets that rehearse a journal in a database need
//! `ASAN_OPTIONS=detect_odr_violation=0`, because SQLite is linked twice.

pub mod journal;
mod statement;

pub use self::statement::read;
