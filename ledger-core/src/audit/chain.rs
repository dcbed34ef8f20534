//! What the hash chains cover, byte by byte.
//!
//! A hash is SHA-256 (FIPS 180-4) over a label, the previous hash and the content with every text
//! length-prefixed, so that no two contents share an encoding. Numbers are big-endian.

use std::fmt;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

/// A SHA-256 hash, shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub(crate) [u8; 32]);

impl Hash {
    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Hash> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            *byte = (high * 16 + low) as u8;
        }
        Some(Hash(bytes))
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Hash> {
        bytes.try_into().ok().map(Hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The hash before a book's first entry and event: it ties the chains to the book's own identity.
pub(crate) fn genesis(book_uid: &str) -> Hash {
    let mut text = Encoder::new(b"ledger book 1\0");
    text.text(book_uid);
    text.hash()
}

/// An entry's content as the chain covers it; names that can change are covered by their numbers.
pub(crate) struct EntryContent<'a> {
    pub number: i64,
    pub posted_on: i32,
    pub description: &'a str,
    pub party_id: Option<i32>,
    pub external_id: Option<&'a str>,
    pub source: &'a str,
    pub reverses: Option<i64>,
    pub amends: Option<i64>,
    pub recorded_at: i64,
    pub recorded_by: &'a str,
}

/// A line's content as the chain covers it.
pub(crate) struct LineContent<'a> {
    pub account_id: i32,
    pub commodity: &'a str,
    pub amount: i64,
    pub weight_commodity: &'a str,
    pub weight: i64,
    pub price_kind: Option<&'a str>,
    pub price: Option<&'a str>,
    pub memo: Option<&'a str>,
}

/// The hash of an entry that follows one with hash `previous`.
pub(crate) fn entry_hash<'a>(
    previous: &Hash,
    entry: &EntryContent<'_>,
    tags: impl ExactSizeIterator<Item = (&'a str, &'a str)>,
    lines: impl ExactSizeIterator<Item = LineContent<'a>>,
) -> Hash {
    let mut text = Encoder::new(b"ledger entry 1\0");
    text.bytes(&previous.0);
    text.number(entry.number);
    text.number(i64::from(entry.posted_on));
    text.text(entry.description);
    text.optional_number(entry.party_id.map(i64::from));
    text.optional_text(entry.external_id);
    text.text(entry.source);
    text.optional_number(entry.reverses);
    text.optional_number(entry.amends);
    text.number(entry.recorded_at);
    text.text(entry.recorded_by);
    text.number(tags.len() as i64);
    for (key, value) in tags {
        text.text(key);
        text.text(value);
    }
    text.number(lines.len() as i64);
    for line in lines {
        text.number(i64::from(line.account_id));
        text.text(line.commodity);
        text.number(line.amount);
        text.text(line.weight_commodity);
        text.number(line.weight);
        text.optional_text(line.price_kind);
        text.optional_text(line.price);
        text.optional_text(line.memo);
    }
    text.hash()
}

/// The hash of an audit event that follows one with hash `previous`.
pub(crate) fn event_hash(previous: &Hash, event: &super::AuditEvent) -> Hash {
    let mut text = Encoder::new(b"ledger event 1\0");
    text.bytes(&previous.0);
    text.number(event.number);
    text.number(event.recorded_at.timestamp_micros());
    text.text(&event.recorded_by);
    text.text(&event.action);
    text.text(&event.subject);
    text.optional_text(event.before.as_deref());
    text.optional_text(event.after.as_deref());
    text.hash()
}

/// Collects the content in one buffer: one call of the compression function beats many small updates.
struct Encoder(Vec<u8>);

impl Encoder {
    fn new(label: &[u8]) -> Self {
        let mut buffer = Vec::with_capacity(512);
        buffer.extend_from_slice(label);
        Encoder(buffer)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn number(&mut self, number: i64) {
        self.bytes(&number.to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.bytes(&(text.len() as u32).to_be_bytes());
        self.bytes(text.as_bytes());
    }

    fn optional_number(&mut self, number: Option<i64>) {
        match number {
            None => self.bytes(&[0]),
            Some(number) => {
                self.bytes(&[1]);
                self.number(number);
            }
        }
    }

    fn optional_text(&mut self, text: Option<&str>) {
        match text {
            None => self.bytes(&[0]),
            Some(text) => {
                self.bytes(&[1]);
                self.text(text);
            }
        }
    }

    fn hash(self) -> Hash {
        Hash(Sha256::digest(&self.0).into())
    }
}
