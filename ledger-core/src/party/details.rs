//! What is known of a party besides its name: a fixed list of fields, each with the form that it has to have.

use iban::{Iban, IbanLike, ParseBaseIbanError, ParseIbanError};
use serde::{Deserialize, Serialize};

use crate::text::check_text;
use crate::{ErrorKind, Result};

/// What is known of a party.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PartyDetails {
    /// A remark.
    pub note: Option<String>,
    /// An address for mail over the internet.
    pub email: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
    /// A postal address on one line.
    pub address: Option<String>,
    /// The bank account, without blanks.
    pub iban: Option<String>,
    /// The number under which a tax office knows it, such as a VAT number.
    pub tax_number: Option<String>,
    /// Its page on the web.
    pub website: Option<String>,
    /// The own reference: a customer or supplier number.
    pub reference: Option<String>,
}

/// A field of [`PartyDetails`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartyField {
    /// [`PartyDetails::note`].
    Note,
    /// [`PartyDetails::email`].
    Email,
    /// [`PartyDetails::phone`].
    Phone,
    /// [`PartyDetails::address`].
    Address,
    /// [`PartyDetails::iban`].
    Iban,
    /// [`PartyDetails::tax_number`].
    TaxNumber,
    /// [`PartyDetails::website`].
    Website,
    /// [`PartyDetails::reference`].
    Reference,
}

impl PartyField {
    /// Every field, in the order in which they are shown.
    pub const ALL: [PartyField; 8] = [
        PartyField::Email,
        PartyField::Phone,
        PartyField::Address,
        PartyField::Iban,
        PartyField::TaxNumber,
        PartyField::Website,
        PartyField::Reference,
        PartyField::Note,
    ];

    /// The stored name, such as `tax_number`.
    pub fn as_str(self) -> &'static str {
        match self {
            PartyField::Note => "note",
            PartyField::Email => "email",
            PartyField::Phone => "phone",
            PartyField::Address => "address",
            PartyField::Iban => "iban",
            PartyField::TaxNumber => "tax_number",
            PartyField::Website => "website",
            PartyField::Reference => "reference",
        }
    }

    /// What messages call it, such as `tax number`.
    fn what(self) -> &'static str {
        match self {
            PartyField::Email => "email address",
            PartyField::Phone => "phone number",
            PartyField::Iban => "IBAN",
            PartyField::TaxNumber => "tax number",
            _ => self.as_str(),
        }
    }

    /// The longest text, in characters.
    fn chars_max(self) -> usize {
        match self {
            PartyField::Note => 1000,
            PartyField::Address => 500,
            // RFC 5321, 4.5.3.1.3: a path of 256 octets holds two angle brackets.
            PartyField::Email => 254,
            PartyField::Website => 200,
            PartyField::Reference => 100,
            // ISO 13616: at most 34 characters, in groups of four.
            PartyField::Iban => 42,
            PartyField::Phone | PartyField::TaxNumber => 40,
        }
    }

    /// The text as it is kept, where it has the form that the field needs.
    fn checked(self, text: &str) -> Result<String> {
        check_text(self.what(), text, self.chars_max())?;
        let text = text.trim();
        let defect = match self {
            PartyField::Email => email_defect(text),
            PartyField::Phone => phone_defect(text),
            PartyField::TaxNumber => tax_number_defect(text),
            PartyField::Website => website_defect(text),
            PartyField::Iban => match read_iban(text) {
                Ok(iban) => return Ok(iban),
                Err(defect) => Some(defect),
            },
            PartyField::Note | PartyField::Address | PartyField::Reference => None,
        };
        match defect {
            None => Ok(text.to_owned()),
            Some(reason) => {
                Err(ErrorKind::InvalidSetting { what: self.what(), value: text.to_owned(), reason }.into())
            }
        }
    }
}

impl PartyDetails {
    /// What a field says.
    pub fn get(&self, field: PartyField) -> Option<&str> {
        self.place(field).as_deref()
    }

    /// Says something else in a field; a blank text takes away what was there.
    ///
    /// Blanks at the ends are left out, and an IBAN is kept without blanks in capital letters.
    ///
    /// ```
    /// use ledger_core::party::{PartyDetails, PartyField};
    ///
    /// let mut details = PartyDetails::default();
    /// details.set(PartyField::Iban, "gb82 west 1234 5698 7654 32")?;
    /// assert_eq!(details.iban.as_deref(), Some("GB82WEST12345698765432"));
    /// let refused = details.set(PartyField::Iban, "GB83 WEST 1234 5698 7654 32").unwrap_err();
    /// assert!(refused.to_string().contains("its check digits do not fit the rest"));
    /// # Ok::<(), ledger_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`] for a text that is too long or holds what no text may hold,
    /// [`ErrorKind::InvalidSetting`] for one that does not have the field's form.
    pub fn set(&mut self, field: PartyField, text: &str) -> Result<()> {
        let value = if text.trim().is_empty() { None } else { Some(field.checked(text)?) };
        *self.place_mut(field) = value;
        Ok(())
    }

    /// The same details as they are kept: every field checked as [`PartyDetails::set`] does.
    ///
    /// # Errors
    /// As [`PartyDetails::set`], for the first field that is refused.
    pub fn checked(&self) -> Result<PartyDetails> {
        let mut checked = PartyDetails::default();
        for field in PartyField::ALL {
            if let Some(text) = self.get(field) {
                checked.set(field, text)?;
            }
        }
        Ok(checked)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == PartyDetails::default()
    }

    fn place(&self, field: PartyField) -> &Option<String> {
        match field {
            PartyField::Note => &self.note,
            PartyField::Email => &self.email,
            PartyField::Phone => &self.phone,
            PartyField::Address => &self.address,
            PartyField::Iban => &self.iban,
            PartyField::TaxNumber => &self.tax_number,
            PartyField::Website => &self.website,
            PartyField::Reference => &self.reference,
        }
    }

    fn place_mut(&mut self, field: PartyField) -> &mut Option<String> {
        match field {
            PartyField::Note => &mut self.note,
            PartyField::Email => &mut self.email,
            PartyField::Phone => &mut self.phone,
            PartyField::Address => &mut self.address,
            PartyField::Iban => &mut self.iban,
            PartyField::TaxNumber => &mut self.tax_number,
            PartyField::Website => &mut self.website,
            PartyField::Reference => &mut self.reference,
        }
    }
}

/// An IBAN in its electronic form. Countries that the registry gained since are taken by their check digits alone.
fn read_iban(text: &str) -> std::result::Result<String, String> {
    let electronic: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let electronic = electronic.to_ascii_uppercase();
    match electronic.parse::<Iban>() {
        Ok(iban) => Ok(iban.electronic_str().to_owned()),
        Err(ParseIbanError::UnknownCountry(iban)) => Ok(iban.electronic_str().to_owned()),
        Err(ParseIbanError::InvalidBban(iban)) => Err(format!(
            "it is not as long as accounts of {} are, or has letters where they have digits",
            iban.country_code()
        )),
        Err(ParseIbanError::InvalidBaseIban { source: ParseBaseIbanError::InvalidChecksum }) => {
            Err("its check digits do not fit the rest (compare it with the original)".to_owned())
        }
        Err(ParseIbanError::InvalidBaseIban { .. }) => {
            Err("an IBAN is two letters, two digits and up to 30 letters and digits".to_owned())
        }
    }
}

/// What mail servers take is theirs to say: one `@` with something on both sides, and no blanks.
fn email_defect(text: &str) -> Option<String> {
    let sides = text.split_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty());
    let fits = sides.is_some_and(|(_, domain)| !domain.contains('@')) && !text.contains(char::is_whitespace);
    (!fits).then(|| "it reads NAME@DOMAIN, without blanks".to_owned())
}

fn phone_defect(text: &str) -> Option<String> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let other = text.chars().find(|c| !c.is_ascii_digit() && !" +-/().".contains(*c));
    match other {
        Some(other) => Some(format!("{other:?} stands in no number (digits, blanks and + - / ( ) . do)")),
        None => (digits < 3).then(|| "it has fewer than three digits".to_owned()),
    }
}

fn tax_number_defect(text: &str) -> Option<String> {
    let other = text.chars().find(|c| !c.is_alphanumeric() && !" -/.".contains(*c));
    match other {
        Some(other) => {
            Some(format!("{other:?} stands in no tax number (letters, digits, blanks and - / . do)"))
        }
        None => (!text.contains(|c: char| c.is_ascii_digit())).then(|| "it has no digit".to_owned()),
    }
}

/// A page becomes a link in what is printed from a book, so that nothing but a page may stand here.
fn website_defect(text: &str) -> Option<String> {
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        text.get(..scheme.len())
            .filter(|start| start.eq_ignore_ascii_case(scheme))
            .map(|_| &text[scheme.len()..])
    });
    let rest = rest.unwrap_or(text);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, "1"));
    let labels = name
        .split('.')
        .all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'));
    let fits = labels
        && name.contains('.')
        && !port.is_empty()
        && port.bytes().all(|digit| digit.is_ascii_digit())
        && !text.contains(|c: char| c.is_whitespace() || "\"<>\\".contains(c));
    (!fits).then(|| "it reads as acme.example or https://acme.example/page, without blanks".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(field: PartyField, text: &str) -> std::result::Result<Option<String>, String> {
        let mut details = PartyDetails::default();
        details.set(field, text).map_err(|error| error.to_string())?;
        Ok(details.get(field).map(str::to_owned))
    }

    #[test]
    fn a_detail_in_its_form_is_kept_without_blanks_at_its_ends() {
        for (field, text, kept) in [
            (PartyField::Email, " jana@example.org", "jana@example.org"),
            (PartyField::Phone, "+49 (30) 123-45/67", "+49 (30) 123-45/67"),
            (PartyField::Address, "1 High Street, London W1", "1 High Street, London W1"),
            (PartyField::Iban, "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
            (PartyField::Iban, "nl91abna0417164300", "NL91ABNA0417164300"),
            (PartyField::Iban, "NO93 8601 1117 947", "NO9386011117947"),
            (PartyField::TaxNumber, "DE 123456789", "DE 123456789"),
            (PartyField::Website, "acme.example", "acme.example"),
            (
                PartyField::Website,
                "HTTPS://www.zoë.example:8443/a?b=c:d",
                "HTTPS://www.zoë.example:8443/a?b=c:d",
            ),
            (PartyField::Reference, "K-17", "K-17"),
            (PartyField::Note, "Pays late 🐢", "Pays late 🐢"),
        ] {
            assert_eq!(set(field, text), Ok(Some(kept.to_owned())), "{field:?}");
        }
    }

    #[test]
    fn a_detail_of_another_form_is_refused_with_the_reason() {
        for (field, text, reason) in [
            (PartyField::Email, "jana", "NAME@DOMAIN"),
            (PartyField::Email, "@example.org", "NAME@DOMAIN"),
            (PartyField::Email, "a@b@c", "NAME@DOMAIN"),
            (PartyField::Email, "a b@c", "NAME@DOMAIN"),
            (PartyField::Phone, "call me", "'c' stands in no number"),
            (PartyField::Phone, "12", "fewer than three digits"),
            (PartyField::Iban, "DE88370400440532013000", "check digits do not fit"),
            (PartyField::Iban, "DE8937040044053201300", "check digits do not fit"),
            (PartyField::Iban, "GB29NWBK6016133192681", "check digits do not fit"),
            (PartyField::Iban, "1234", "two letters, two digits"),
            (PartyField::TaxNumber, "none", "no digit"),
            (PartyField::TaxNumber, "DE_1", "'_' stands in no tax number"),
            (PartyField::Website, "javascript:alert(1)", "acme.example"),
            (PartyField::Website, "ftp://acme.example", "acme.example"),
            (PartyField::Website, "https://", "acme.example"),
            (PartyField::Website, "https://acme.example/a b", "acme.example"),
            (PartyField::Website, "https://user@acme.example", "acme.example"),
            (PartyField::Note, "two\nlines", "line break"),
            (PartyField::Reference, &"x".repeat(101), "100"),
        ] {
            let refused = set(field, text).unwrap_err();
            assert!(refused.contains(reason), "{field:?} {text}: {refused}");
        }
    }

    #[test]
    fn an_account_of_the_wrong_length_is_named_by_its_country() {
        // Check digits that fit 17 digits behind DE, where accounts have 18.
        let refused = set(PartyField::Iban, "DE5137040044053201300").unwrap_err();
        assert!(refused.contains("accounts of DE are"), "{refused}");
    }

    #[test]
    fn a_blank_text_takes_a_detail_away() {
        assert_eq!(set(PartyField::Email, "  "), Ok(None));
        let mut details = PartyDetails { email: Some("a@b".into()), ..PartyDetails::default() };
        assert!(!details.is_empty());
        details.set(PartyField::Email, "").unwrap();
        assert!(details.is_empty());
    }

    #[test]
    fn every_field_has_a_place_of_its_own() {
        let mut details = PartyDetails::default();
        for field in PartyField::ALL {
            *details.place_mut(field) = Some(field.as_str().to_owned());
        }
        let written = serde_json::to_value(&details).unwrap();
        for field in PartyField::ALL {
            assert_eq!(details.get(field), Some(field.as_str()));
            assert_eq!(written[field.as_str()], field.as_str());
        }
        assert_eq!(written.as_object().unwrap().len(), PartyField::ALL.len());
        assert_eq!(serde_json::from_value::<PartyDetails>(written).unwrap(), details);
    }
}
