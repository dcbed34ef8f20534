//! A text with places for what a line says: `{payee} in Rome`.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use super::line::{LineView, TextField};
use crate::import::describe::clean;

/// A text in which `{payee}`, `{narrative}`, `{memo}`, `{reference}`, `{category}` and `{text}` (all of the first
/// three) stand for what the line says; `{{` and `}}` are plain braces.
///
/// ```
/// use ledger_core::import::rule::{LineView, Template};
/// let line = LineView::new("Assets:Bank", "2026-03-02".parse().unwrap(), "-5 EUR".parse()?);
/// let template = Template::parse("Lunch at {payee}").unwrap();
/// assert_eq!(template.fill(&LineView { payee: Some("Mensa"), ..line }), "Lunch at Mensa");
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Plain(String),
    Field(TextField),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// A clause that says which place is unknown or which brace has no other.
    pub fn parse(text: &str) -> Result<Template, String> {
        let mut template = Template { pieces: Vec::new() };
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            template.plain(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                template.plain(brace);
                rest = after;
                continue;
            }
            let name = if brace == "{" { rest.split_once('}') } else { None };
            let Some((name, after)) = name else {
                return Err(format!(
                    "a \"{brace}\" stands alone in \"{text}\": write {brace}{brace} for a brace"
                ));
            };
            let known = TextField::STORED.into_iter().chain([TextField::Text]);
            let Some(field) = known.clone().find(|field| field.as_str() == name.trim()) else {
                let known: Vec<&str> = known.map(TextField::as_str).collect();
                return Err(format!("a line has no \"{name}\": take one of {}", known.join(", ")));
            };
            template.pieces.push(Piece::Field(field));
            rest = after;
        }
        template.plain(rest);
        Ok(template)
    }

    /// A text without places.
    pub fn literal(text: &str) -> Template {
        let mut template = Template { pieces: Vec::new() };
        template.plain(text);
        template
    }

    /// The text of a place alone.
    pub fn field(field: TextField) -> Template {
        Template { pieces: vec![Piece::Field(field)] }
    }

    /// The text with what the line says; runs of blanks are one, and none stand at the ends.
    pub fn fill(&self, line: &LineView<'_>) -> Cow<'_, str> {
        if let [Piece::Plain(only)] = self.pieces.as_slice() {
            return Cow::Borrowed(only);
        }
        let texts = line.texts();
        let mut filled = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Plain(text) => filled.push_str(text),
                Piece::Field(field) => {
                    let said = texts[field.places()].iter().filter(|text| !text.is_empty());
                    filled.push_str(&said.copied().collect::<Vec<_>>().join(" "));
                }
            }
        }
        Cow::Owned(clean(&filled))
    }

    /// Whether nothing can come of it.
    pub(super) fn is_blank(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, Piece::Plain(text) if text.trim().is_empty()))
    }

    /// The text, where it has no places.
    pub fn as_literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Plain(only)] => Some(only),
            _ => None,
        }
    }

    fn plain(&mut self, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Plain(before)) => before.push_str(text),
            _ => self.pieces.push(Piece::Plain(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Template, String> {
        Template::parse(&text)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Plain(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}"))?,
                Piece::Field(field) => write!(f, "{{{}}}", field.as_str())?,
            }
        }
        Ok(())
    }
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_braces_kept_and_printing_reads_back() {
        let line = LineView::new("Assets:Bank", "2026-03-02".parse().unwrap(), "-5 EUR".parse().unwrap());
        let line = LineView { payee: Some("Rewe"), memo: Some("Card\n4711"), ..line };
        for (text, filled) in [
            ("Food", "Food"),
            ("{payee}: {memo}", "Rewe: Card 4711"),
            ("{{{payee}}}", "{Rewe}"),
            ("{text}!", "Rewe Card 4711!"),
            ("{ payee }{category}", "Rewe"),
        ] {
            let template = Template::parse(text).unwrap();
            assert_eq!(template.fill(&line), filled, "{text}");
            assert_eq!(Template::parse(&template.to_string()), Ok(template));
        }
    }

    #[test]
    fn an_unknown_place_and_a_lone_brace_are_refused() {
        assert!(Template::parse("{amount}").unwrap_err().contains("take one of payee"));
        for text in ["{", "}", "a}b", "{payee", "{payee}}"] {
            assert!(Template::parse(text).unwrap_err().contains("brace"), "{text}");
        }
    }
}
