//! Transfers between own accounts: what in the texts tells that two opposite movements are one.

use super::matching::words;
use super::statement::StatementLine;

/// Words by which banks call a transfer between accounts, as they are compared: normalised and whole.
///
/// A word alone makes nothing a transfer: an opposite amount on another own account within days has to be there too.
const WORDS: &[&str] = &[
    "transfer",
    "tfr",
    "xfer",
    "umbuchung",
    "übertrag",
    "uebertrag",
    "kontoübertrag",
    "eigenübertrag",
    "virement",
    "overboeking",
    "overschrijving",
    "giroconto",
    "girofondo",
    "bonifico",
    "traspaso",
    "transferencia",
    "transferência",
    "överföring",
    "overføring",
    "tilisiirto",
    "przelew",
    "převod",
    "átvezetés",
    "振替",
    "振込",
    "转账",
];

/// The shortest part of an account's name that tells the account in a text.
const NAME_CHARS_MIN: usize = 4;
/// The shortest bank account number that tells the account in a text.
const NUMBER_CHARS_MIN: usize = 6;

/// An own account, by what a bank's text may call it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct OwnNames {
    /// The last part of its name, as words.
    name: Vec<String>,
    /// The bank's identities of it (IBAN, number), without blanks.
    numbers: Vec<String>,
}

impl OwnNames {
    /// The names of an account that banks know by these identities.
    pub(crate) fn new(account: &str, bank_accounts: &[String]) -> OwnNames {
        let leaf = account.rsplit(':').next().unwrap_or(account);
        let name = if leaf.chars().count() < NAME_CHARS_MIN { Vec::new() } else { words(leaf) };
        let numbers = bank_accounts.iter().map(|number| compact(number));
        OwnNames { name, numbers: numbers.filter(|number| number.len() >= NUMBER_CHARS_MIN).collect() }
    }

    /// Whether banks know the account by any number.
    pub(crate) fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }

    /// Whether a text has one of the account's numbers, which nothing else is called by.
    pub(crate) fn number_is_in(&self, text: &str) -> bool {
        if self.numbers.is_empty() {
            return false;
        }
        let text = compact(text);
        self.numbers.iter().any(|number| text.contains(number.as_str()))
    }

    fn is_in(&self, text: &str, words: &[String]) -> bool {
        let named = !self.name.is_empty() && self.name.iter().all(|part| words.contains(part));
        named || self.number_is_in(text)
    }
}

/// Why two opposite movements on own accounts are one transfer, as a clause; nothing where no text tells it.
pub(crate) fn evidence(one: (&str, &OwnNames), other: (&str, &OwnNames)) -> Option<&'static str> {
    let of = |text: &str, names: &OwnNames| {
        let words = words(text);
        match () {
            () if names.is_in(text, &words) => Some("the text names the other account"),
            () if words.iter().any(|word| WORDS.contains(&word.as_str())) => {
                Some("the text calls it a transfer")
            }
            () => None,
        }
    };
    of(one.0, other.1).or_else(|| of(other.0, one.1))
}

/// Whether the text of either side has the name or a number of the other side's account.
pub(crate) fn names_other(one: (&str, &OwnNames), other: (&str, &OwnNames)) -> bool {
    other.1.is_in(one.0, &words(one.0)) || one.1.is_in(other.0, &words(other.0))
}

/// All texts of a line in which the other account may be named.
pub(crate) fn text_of(line: &StatementLine) -> String {
    let texts = line.texts();
    let parts = [texts.payee, texts.narrative, texts.memo, texts.reference];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Letters and digits only, in lower case: banks group the digits of account numbers as they like.
pub(crate) fn compact(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_a_number_or_a_word_tells_a_transfer_and_nothing_else_does() {
        let bank = OwnNames::new("Assets:Bank:Girokonto", &["DE89 3704 0044 0532 0130 00".to_owned()]);
        let savings = OwnNames::new("Assets:Rainy Day", &[]);
        let tells = |one: &str, other: &str| evidence((one, &bank), (other, &savings)).is_some();
        assert!(tells("To rainy day", ""));
        assert!(tells("", "from DE89370400440532013000"));
        assert!(tells("Umbuchung", ""));
        assert!(tells("", "VIREMENT INTERNE"));
        assert!(!tells("Rewe", "Refund"));
        assert!(!tells("rainy", ""), "half a name is none");
        assert!(!tells("transferred", ""), "words are whole");
    }
}
