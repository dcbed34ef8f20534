//! What the benches share: the same deterministic books for all of them, bare access to SQLite for references, the
//! process's own cost, and one way to print a figure.
//!
//! A bench prints and never asserts a time: a shared machine would make it fail for no reason of ours.

// Each bench is a crate of its own and uses a part of this.
#![allow(dead_code)]

pub mod bank_history;
pub mod bare;
pub mod data;
pub mod figure;
pub mod numbered;
pub mod process;
pub mod proxy;
pub mod recurring_history;
pub mod settings;
