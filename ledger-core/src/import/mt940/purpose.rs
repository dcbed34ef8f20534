//! What a bank writes behind a statement line: :86: in the three styles that are common, and :NS:.
//!
//! Structured by number (`166?00TRANSFER?20Invoice 7?32MÜLLER GMBH`, with SEPA keys such as `SVWZ+` within), by
//! slashed keys (`/NAME/…/REMI/…`), or plain text.

use super::super::source::{identity, shown};

/// The texts of a line's :86: and :NS: fields, as far as they have been read.
#[derive(Default)]
pub(super) struct Purpose {
    texts: Vec<String>,
    numbered: Vec<(u8, String)>,
}

/// What the texts say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub payee: Option<Box<str>>,
    pub narrative: Option<Box<str>>,
    pub memo: Option<Box<str>>,
    pub reference: Option<Box<str>>,
}

/// A line this long was broken in the middle of a word: SWIFT lines hold 65 characters.
const FULL_LINE_CHARS: usize = 61;

/// How many :86: fields of one line are read; nobody writes more than a handful.
const TEXTS_MAX: usize = 100;

impl Purpose {
    /// Takes the text of an :86: field.
    pub fn add(&mut self, text: &str) {
        if self.texts.len() < TEXTS_MAX {
            self.texts.push(text.to_owned());
        }
    }

    /// Takes the text of an :NS: field: lines that begin with two digits.
    pub fn add_numbered(&mut self, text: &str) {
        let numbered = text.lines().filter_map(|line| {
            let (number, text) = line.split_at_checked(2)?;
            Some((number.parse().ok()?, text.trim().to_owned()))
        });
        let room = TEXTS_MAX.saturating_sub(self.numbered.len());
        self.numbered.extend(numbered.take(room));
    }

    /// What they say together.
    pub fn read(self) -> Said {
        let numbered = said_by_number(&self.numbered, &[1..=14], &[15..=16], 17);
        let said = match self.texts.as_slice() {
            [] => return numbered,
            [only] => by_number(only).or_else(|| by_key(only)),
            _ => None,
        };
        let plain = || Said {
            narrative: shown(&self.texts.iter().map(|text| joined(text)).collect::<Vec<_>>().join(" ")),
            ..Said::default()
        };
        let said = said.unwrap_or_else(plain);
        Said { payee: said.payee.or(numbered.payee), memo: said.memo.or(numbered.memo), ..said }
    }
}

/// The lines of a field as one text: broken words put together, others parted by a blank.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut full = true;
    for line in text.lines() {
        if !full {
            joined.push(' ');
        }
        joined.push_str(line);
        full = line.chars().count() >= FULL_LINE_CHARS;
    }
    joined
}

/// Reads `166?00…?20…`: a code of three characters, then fields behind a separator and two digits.
fn by_number(text: &str) -> Option<Said> {
    let text = text.lines().collect::<String>();
    let text = text.trim_start();
    let code = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let separator = text[code..].chars().next().filter(|c| c.is_ascii_punctuation() && *c != '/')?;
    let numbered = |part: &str| part.get(..2).and_then(|number| number.parse::<u8>().ok());
    // The first field has to be one, or this is a plain text with a question mark.
    let mut parts = text[code + 1..].split(separator);
    if code > 3 || numbered(parts.clone().next()?).is_none() {
        return None;
    }
    let mut fields: Vec<(u8, String)> = vec![];
    for part in parts.by_ref() {
        match (numbered(part), fields.last_mut()) {
            (Some(number), _) => fields.push((number, part[2..].to_owned())),
            // The separator itself within a text.
            (None, Some((_, last))) => last.extend([separator.to_string().as_str(), part]),
            (None, None) => return None,
        }
    }
    let mut said = said_by_number(&fields, &[20..=29, 60..=63], &[32..=33], 0);
    let remittance = of_numbers(&fields, &[20..=29, 60..=63]);
    if let Some(keys) = sepa_keys(&remittance) {
        let value = |key: &str| keys.iter().find(|(known, _)| *known == key).map(|(_, value)| *value);
        said.reference = value("EREF").and_then(identity).or_else(|| value("KREF").and_then(identity));
        said.narrative = value("SVWZ").and_then(shown).or(said.narrative);
    }
    Some(said)
}

fn said_by_number(
    fields: &[(u8, String)],
    narrative: &[std::ops::RangeInclusive<u8>],
    payee: &[std::ops::RangeInclusive<u8>],
    memo: u8,
) -> Said {
    Said {
        payee: shown(&of_numbers(fields, payee)),
        narrative: shown(&of_numbers(fields, narrative)),
        memo: shown(&of_numbers(fields, &[memo..=memo])),
        reference: None,
    }
}

/// The texts of the fields in these ranges, as one: each holds 27 characters, full ones go on in the next.
fn of_numbers(fields: &[(u8, String)], ranges: &[std::ops::RangeInclusive<u8>]) -> String {
    const FULL_FIELD_CHARS: usize = 26;
    let mut text = String::new();
    for (_, part) in fields.iter().filter(|(number, _)| ranges.iter().any(|range| range.contains(number))) {
        text.push_str(part);
        if part.chars().count() < FULL_FIELD_CHARS {
            text.push(' ');
        }
    }
    text
}

/// The keys that German banks put into the remittance: `EREF+…SVWZ+…`.
fn sepa_keys(text: &str) -> Option<Vec<(&str, &str)>> {
    const KEYS: [&str; 12] =
        ["EREF", "KREF", "MREF", "CRED", "DEBT", "SVWZ", "ABWA", "ABWE", "IBAN", "BIC", "COAM", "OAMT"];
    let marks = text.match_indices('+').filter_map(|(plus, _)| {
        let key = KEYS.iter().find(|key| text[..plus].ends_with(**key))?;
        Some((*key, plus - key.len(), plus + 1))
    });
    let marks = marks.take(50).collect::<Vec<_>>();
    (!marks.is_empty()).then(|| between(text, &marks))
}

/// Reads `/TRTP/…/NAME/…/REMI/…`: texts behind keys between slashes.
fn by_key(text: &str) -> Option<Said> {
    const KEYS: [&str; 29] = [
        "ADDR", "BBAN", "BENM", "BIC", "CNTP", "CSID", "EREF", "IBAN", "ID", "IREF", "ISDT", "KREF", "MARF",
        "NAME", "NRTX", "OCMT", "ORDP", "PREF", "PURP", "REMI", "RREF", "RTRN", "SVCL", "TRCD", "TRTP",
        "TYPE", "UDTR", "ULTB", "ULTD",
    ];
    let text = joined(text);
    let text = text.trim_start();
    if !text.starts_with('/') {
        return None;
    }
    let slashes = text.match_indices('/').map(|(at, _)| at).collect::<Vec<_>>();
    let mut marks = vec![];
    for pair in slashes.windows(2) {
        let key = &text[pair[0] + 1..pair[1]];
        if let Some(key) = KEYS.iter().find(|known| **known == key) {
            marks.push((*key, pair[0], pair[1] + 1));
        }
    }
    let values = if marks.first()?.1 == 0 { between(text, &marks) } else { return None };
    let value = |wanted: &str| values.iter().find(|(key, _)| *key == wanted).map(|(_, value)| *value);
    // /CNTP/account/bank/name/town///
    let counterparty = value("CNTP").and_then(|parts| parts.split('/').nth(2));
    let remittance = value("REMI").map(|text| {
        let kinds = ["USTD//", "STRD/CUR/", "STRD/"];
        kinds.iter().find_map(|kind| text.strip_prefix(kind)).unwrap_or(text).trim_matches('/')
    });
    let kind = value("TRTP").or_else(|| value("TYPE"));
    Some(Said {
        payee: value("NAME").or(counterparty).map(|name| name.trim_matches('/')).and_then(shown),
        narrative: remittance.and_then(shown).or_else(|| shown(text)),
        memo: kind.and_then(shown),
        reference: value("EREF").map(|text| text.trim_matches('/')).and_then(identity),
    })
}

/// The texts between marks (key, where it begins, where its text begins).
fn between<'t>(text: &'t str, marks: &[(&'t str, usize, usize)]) -> Vec<(&'t str, &'t str)> {
    let ends = marks.iter().skip(1).map(|(_, start, _)| *start).chain([text.len()]);
    // Overlapping marks, such as /NAME/REMI/, leave the first without a text.
    marks.iter().zip(ends).map(|((key, _, from), end)| (*key, text.get(*from..end).unwrap_or(""))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> [String; 4] {
        let mut purpose = Purpose::default();
        purpose.add(text);
        let Said { payee, narrative, memo, reference } = purpose.read();
        [payee, narrative, memo, reference].map(|text| text.map_or(String::new(), String::from))
    }

    #[test]
    fn fields_by_number_give_payee_purpose_and_kind() {
        let text = "166?00SEPA-GUTSCHRIFT?20Invoice 7?21May 2026?30BANKDEFF?31DE02?32M\u{dc}LLER?33GMBH";
        assert_eq!(said(text), ["MÜLLER GMBH", "Invoice 7 May 2026", "SEPA-GUTSCHRIFT", ""]);
        let broken = " 020?00Card?20What is this? A lon\ng word?32Shop";
        assert_eq!(said(broken), ["Shop", "What is this? A long word", "Card", ""]);
    }

    #[test]
    fn sepa_keys_within_the_remittance_are_taken_apart() {
        let text =
            "105?00LASTSCHRIFT?20EREF+2026-0042?21MREF+M1?22SVWZ+Electricity and a?23dvance?32City Power";
        assert_eq!(said(text)[1], "Electricity and a dvance");
        assert_eq!(said(text)[3], "2026-0042");
    }

    #[test]
    fn fields_by_key_give_payee_purpose_and_reference() {
        let text = "/TRTP/SEPA OVERBOEKING/IBAN/NL02/BIC/X/NAME/J. Doe/REMI/Rent/May/EREF/NOTPROVIDED";
        assert_eq!(said(text), ["J. Doe", "Rent/May", "SEPA OVERBOEKING", ""]);
        let text = "/EREF/E-1//CNTP/NL02/INGBNL2A/Bakery///REMI/USTD//Bread/";
        assert_eq!(said(text), ["Bakery", "Bread", "", "E-1"]);
        assert_eq!(said("/NAME/REMI/x/y")[1], "x/y");
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        assert_eq!(said("A44?Library\nonline"), ["", "A44?Library online", "", ""]);
        let full = format!("{}wo\nrd", "x".repeat(63));
        assert_eq!(said(&full)[1], format!("{}word", "x".repeat(63)));
        assert_eq!(said("/no key"), ["", "/no key", "", ""]);
        assert_eq!(said(""), ["", "", "", ""]);
    }
}
