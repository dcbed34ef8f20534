//! `ledger`: keep your books from the shell.

#![allow(dead_code, unused_imports, reason = "the nouns under commands/ use these parts as they come")]

mod config;
mod dates;
mod exit;
mod globals;
mod input;
mod progress;
mod render;

fn main() {}
