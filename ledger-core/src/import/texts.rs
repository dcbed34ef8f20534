//! The texts of a statement line in one piece of memory: files have lines by the million, and five strings for each
//! would be most of what they take.

use std::borrow::Cow;

/// Stands between texts, and is made a blank inside them.
const SEPARATOR: char = '\u{1f}';

/// What a bank writes about a line, each text where the file has it and it is not blank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineTexts<'t> {
    /// The other party, where the file names it.
    pub payee: Option<&'t str>,
    /// What the bank or the payer writes about it.
    pub narrative: Option<&'t str>,
    /// A further note, where the file has one apart from the narrative.
    pub memo: Option<&'t str>,
    /// A reference of the payment: a cheque number, an end-to-end id. Banks repeat these (`NOTPROVIDED`).
    pub reference: Option<&'t str>,
    /// The id that the bank gives to this line alone (the FITID of OFX, the account servicer's reference of camt).
    pub bank_id: Option<&'t str>,
}

/// [`LineTexts`] as they are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PackedTexts(Box<str>);

impl PackedTexts {
    /// Packs texts; blank ones are left out.
    pub fn new(texts: &LineTexts<'_>) -> PackedTexts {
        let LineTexts { payee, narrative, memo, reference, bank_id } = *texts;
        let parts = [payee, narrative, memo, reference, bank_id];
        let used = parts.iter().rposition(|part| part.is_some_and(|part| !part.is_empty()));
        let parts = &parts[..used.map_or(0, |last| last + 1)];
        let len = parts.iter().map(|part| part.map_or(1, |part| part.len() + 1)).sum();
        let mut packed = String::with_capacity(len);
        for (place, part) in parts.iter().enumerate() {
            if place > 0 {
                packed.push(SEPARATOR);
            }
            let part = part.unwrap_or("");
            packed.push_str(&match part.contains(SEPARATOR) {
                true => Cow::Owned(part.replace(SEPARATOR, " ")),
                false => Cow::Borrowed(part),
            });
        }
        PackedTexts(packed.into_boxed_str())
    }

    /// The texts as they were packed.
    pub fn texts(&self) -> LineTexts<'_> {
        let mut parts = self.0.split(SEPARATOR).map(|part| Some(part).filter(|part| !part.is_empty()));
        let mut next = || parts.next().flatten();
        LineTexts { payee: next(), narrative: next(), memo: next(), reference: next(), bank_id: next() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_out_as_they_went_in() {
        let all = LineTexts {
            payee: Some("a"),
            narrative: Some("b c"),
            memo: None,
            reference: Some("ü"),
            bank_id: Some("7"),
        };
        for texts in [
            all,
            LineTexts { bank_id: None, ..all },
            LineTexts { memo: Some("m"), ..LineTexts::default() },
            LineTexts::default(),
        ] {
            assert_eq!(PackedTexts::new(&texts).texts(), texts);
        }
        let blank = LineTexts { payee: Some(""), ..all };
        assert_eq!(PackedTexts::new(&blank).texts(), LineTexts { payee: None, ..all });
        let separated = LineTexts { payee: Some("a\u{1f}b"), ..all };
        assert_eq!(PackedTexts::new(&separated).texts(), LineTexts { payee: Some("a b"), ..all });
    }
}
