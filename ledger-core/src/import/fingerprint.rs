//! Identities of statement rows, so that overlapping statements never post a row twice nor drop one.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::describe::clean_into;
use super::statement::StatementLine;

/// Names the way the hash is computed, so that a later way cannot collide with this one.
const SCHEME: &str = "statement row 1";

/// The identity of a statement row within its account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint {
    /// The first 128 bits of the SHA-256 of the row's content, as 32 hexadecimal characters.
    pub hex: String,
    /// Which of the identical rows of the file it is, from 1.
    pub occurrence: u64,
}

impl Fingerprint {
    /// The identity as an entry's external id: `csv:HEX:OCCURRENCE`.
    pub fn external_id(&self) -> String {
        format!("csv:{}:{}", self.hex, self.occurrence)
    }
}

/// The identity of each row, in the order of `rows`, which are all rows of one file for one account.
///
/// Identical rows of a file are all real, so rows are counted as a multiset: the k-th identical row of any file is
/// the same row as the k-th of another. A file that shows a row n times after others showed it at most k times
/// thus adds max(0, n − k) of it, whatever the order in which the files come.
///
/// The hash covers the account key, the posting date, the amount with its code, and description, payee and
/// reference with blanks collapsed and in Unicode NFC. It leaves out what differs between exports of the same
/// row: line number, running balance, value date and raw text.
///
/// The bank's reference is part of the content: rows with different references are never the same row, however
/// alike they are, and an equal reference never makes rows equal whose dates, amounts or texts differ. Letting
/// a reference stand for the content where it is unique in the file would be wrong for overlaps: a placeholder
/// such as `NOTPROVIDED` is unique in a short export and repeated in a longer one, and the same row would get
/// two identities.
///
/// Text depends on the columns chosen for it: a file read again with another profile has other identities.
pub fn fingerprints(account_key: &str, rows: &[StatementLine]) -> Vec<Fingerprint> {
    let mut counts: HashMap<[u8; 16], u64> = HashMap::with_capacity(rows.len());
    let identify = |row: &StatementLine| {
        let digest = content_digest(account_key, row);
        let count = counts.entry(digest).or_insert(0);
        *count += 1;
        Fingerprint { hex: hex(&digest), occurrence: *count }
    };
    rows.iter().map(identify).collect()
}

fn content_digest(account_key: &str, row: &StatementLine) -> [u8; 16] {
    let mut hasher = Sha256::new();
    let commodity = row.amount.commodity();
    let optional = |text: &Option<Box<str>>| text.as_deref().map(normalised).unwrap_or_default();
    let parts = [
        SCHEME.to_owned(),
        account_key.to_owned(),
        row.posted_on.to_string(),
        row.amount.minor().to_string(),
        commodity.code().to_owned(),
        normalised(&row.description()),
        optional(&row.payee),
        optional(&row.reference),
    ];
    for part in parts {
        // The length goes first, so that no two lists of parts run together to the same bytes.
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let mut first = [0; 16];
    first.copy_from_slice(&hasher.finalize()[..16]);
    first
}

fn normalised(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    clean_into(&mut clean, text);
    // Nearly every text is in NFC already, and finding that out costs a fraction of composing it.
    if is_nfc_quick(clean.chars()) == IsNormalized::Yes { clean } else { clean.nfc().collect() }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
