//! What a statement line is made of, as 16 bytes: overlapping statements are told apart by it.

use chrono::Datelike;
use sha2::{Digest, Sha256};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::describe::clean_into;
use super::statement::StatementLine;

/// Names the way the hash is computed, so that a later way cannot collide with this one.
const SCHEME: &str = "statement line 2";

/// What a statement line is made of, whatever file it stands in: the first 128 bits of a SHA-256.
///
/// It covers the posting date, the amount with its code, and description, payee and reference with blanks collapsed
/// and in Unicode NFC. It leaves out what differs between exports of the same line: line number, running balance,
/// value date and raw text.
///
/// The reference is part of the content: lines with different references are never the same, however alike they
/// are, and an equal reference never makes lines equal whose dates, amounts or texts differ. Banks repeat
/// references (`NOTPROVIDED`), so that one cannot stand for the content.
///
/// Text depends on the columns chosen for it: a file read again with another profile has other fingerprints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub(crate) [u8; 16]);

impl Fingerprint {
    /// The fingerprint of a line.
    ///
    /// ```
    /// use ledger_core::import::{CsvProfile, Fingerprint, read_csv};
    /// use ledger_core::money::Commodity;
    ///
    /// let bytes = b"Date,Text,Amount,Balance\n2026-03-01,Tea,-2.00,8.00\n2026-03-01,Tea,-2.00,6.00\n";
    /// let eur = Commodity::iso("EUR").unwrap();
    /// let reading = read_csv(bytes, "bank.csv", &CsvProfile::default(), eur, &Commodity::iso)?;
    /// assert_eq!(Fingerprint::of(&reading.rows[0]), Fingerprint::of(&reading.rows[1]));
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    pub fn of(line: &StatementLine) -> Fingerprint {
        let mut hasher = Sha256::new();
        // The length goes first, so that no two lists of parts run together to the same bytes.
        let mut part = |bytes: &[u8]| {
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        };
        part(SCHEME.as_bytes());
        part(&line.posted_on.num_days_from_ce().to_be_bytes());
        part(&line.amount.minor().to_be_bytes());
        part(line.amount.commodity().code().as_bytes());
        part(normalised(&line.description()).as_bytes());
        let texts = line.texts();
        for text in [texts.payee, texts.reference] {
            part(text.map(normalised).unwrap_or_default().as_bytes());
        }
        let mut first = [0; 16];
        first.copy_from_slice(&hasher.finalize()[..16]);
        Fingerprint(first)
    }

    /// The fingerprint that these bytes are.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Fingerprint> {
        bytes.try_into().ok().map(Fingerprint)
    }
}

fn normalised(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    clean_into(&mut clean, text);
    // Nearly every text is in NFC already, and finding that out costs a fraction of composing it.
    if is_nfc_quick(clean.chars()) == IsNormalized::Yes { clean } else { clean.nfc().collect() }
}
