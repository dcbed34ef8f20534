//! Identities of a journal's entries, so that a journal read again adds only what is new in it.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use chrono::Datelike;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use super::model::{JournalEntry, JournalFile, LineRate, LineState};

/// Names the way the hash is computed, so that a later way cannot collide with this one.
const SCHEME: &[u8] = b"journal entry 1\0";

/// Gives entries their external ids, in the order in which they are asked for.
///
/// Identical entries of a journal are all real, so entries are counted as a multiset: the k-th of a kind is the k-th
/// of another reading. The id begins with the day, so that a journal in order of days fills the index in order.
/// It covers what is written, in the names of the journal: amounts that were left out follow from the others.
#[derive(Debug, Default)]
pub(super) struct Identities {
    counts: HashMap<[u8; 16], u32, BuildHasherDefault<FirstBytes>>,
    buffer: Vec<u8>,
}

impl Identities {
    /// The external id of an entry: `journal:DAY:HASH:k`.
    pub(super) fn next(&mut self, file: &JournalFile<'_>, entry: &JournalEntry<'_>) -> String {
        self.buffer.clear();
        self.buffer.extend_from_slice(SCHEME);
        write_entry(&mut self.buffer, file, entry);
        let mut key = [0; 16];
        key.copy_from_slice(&Sha256::digest(&self.buffer)[..16]);
        let count = self.counts.entry(key).or_insert(0);
        *count += 1;
        text_of(entry, &key, *count)
    }
}

fn text_of(entry: &JournalEntry<'_>, key: &[u8; 16], count: u32) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut id = String::with_capacity(56);
    id.push_str("journal:");
    let day = entry.on.year().unsigned_abs() * 10_000 + entry.on.month() * 100 + entry.on.day();
    push_padded(&mut id, day, 8);
    id.push(':');
    for byte in key {
        id.push(char::from(DIGITS[usize::from(byte >> 4)]));
        id.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    id.push(':');
    push_padded(&mut id, count, 1);
    id
}

fn push_padded(text: &mut String, number: u32, width: usize) {
    let digits = number.checked_ilog10().map_or(1, |log| log as usize + 1).max(width);
    for place in (0..digits).rev() {
        let digit = number / 10_u32.saturating_pow(place as u32) % 10;
        text.push(char::from(b'0' + digit as u8));
    }
}

fn write_entry(out: &mut Vec<u8>, file: &JournalFile<'_>, entry: &JournalEntry<'_>) {
    out.extend_from_slice(&entry.on.num_days_from_ce().to_be_bytes());
    write_text(out, &entry.description);
    if let Some(detail) = entry.detail.as_deref() {
        write_text(out, detail.party.as_deref().unwrap_or(""));
        for (key, value) in &detail.tags {
            write_text(out, key);
            write_text(out, value);
        }
        for comment in &detail.comments {
            write_text(out, comment);
        }
    }
    for line in &file.lines[entry.range()] {
        // Lines that were added follow from the others.
        if line.state == LineState::Added {
            continue;
        }
        write_text(out, file.account_name(line.account));
        if line.state == LineState::Written {
            write_number(out, line.quantity);
            write_text(out, file.symbol(line.commodity));
        }
        let Some(detail) = line.detail.as_deref() else { continue };
        if let Some(rate) = detail.rate {
            let (LineRate::Unit(number, quote) | LineRate::Total(number, quote)) = rate;
            out.push(if matches!(rate, LineRate::Unit(..)) { 1 } else { 2 });
            write_number(out, number);
            write_text(out, file.symbol(quote));
        }
        if let Some(assertion) = detail.assertion.as_deref().filter(|_| line.state == LineState::Assigned) {
            write_number(out, assertion.quantity);
        }
        write_text(out, detail.comment.as_deref().unwrap_or(""));
    }
}

/// The length goes first, so that no two lists of parts run together to the same bytes.
fn write_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&(text.len() as u32).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// A number, however many zeros are written behind it.
fn write_number(out: &mut Vec<u8>, number: Decimal) {
    let number = number.normalize();
    out.extend_from_slice(&number.mantissa().to_be_bytes());
    out.push(number.scale() as u8);
}

/// Hashes a key that is a hash already by its first bytes.
#[derive(Debug, Default)]
struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(Ok(first)) = bytes.get(..8).map(<[u8; 8]>::try_from) {
            self.0 = u64::from_ne_bytes(first);
        }
    }

    fn write_usize(&mut self, _: usize) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_padded_to_their_width() {
        let padded = |number, width| {
            let mut text = String::new();
            push_padded(&mut text, number, width);
            text
        };
        assert_eq!(
            [padded(0, 1), padded(7, 3), padded(12_345, 1), padded(20_260_302, 8)],
            ["0", "007", "12345", "20260302"]
        );
    }
}
