//! A condition on a text: what it contains, equals or starts with, or the pattern that it matches.

use regex::{Regex, RegexBuilder};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::fold::{Spelling, folded};

/// The most that one compiled pattern may take, in bytes: far more than any that a person writes.
pub(super) const REGEX_BYTES_MAX: usize = 1 << 20;

/// What a text has to be; it is enough that one of the listed things holds.
///
/// Case, blanks and Unicode spelling do not matter unless `case_sensitive` is set. In TOML a plain text is something
/// to contain: `"rewe"`, `["rewe", "edeka"]`, `{ starts_with = "SEPA" }`, `{ regex = "^card \\d+" }`.
///
/// ```
/// use ledger_core::import::rule::TextTest;
/// let test = TextTest { contains: vec!["rewe".into()], ..TextTest::default() };
/// assert_eq!(serde_json::to_string(&test).unwrap(), r#""rewe""#);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub struct TextTest {
    /// It contains one of these.
    pub contains: Vec<String>,
    /// It is one of these.
    pub equals: Vec<String>,
    /// It starts with one of these.
    pub starts_with: Vec<String>,
    /// It matches one of these regular expressions (crate `regex`: no look-around, no back-references).
    pub regex: Vec<String>,
    /// Whether case counts.
    pub case_sensitive: bool,
}

/// How a text is compared with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Contains,
    Equals,
    StartsWith,
}

impl Operator {
    pub fn words(self) -> &'static str {
        match self {
            Operator::Contains => "contains",
            Operator::Equals => "is",
            Operator::StartsWith => "starts with",
        }
    }

    pub fn holds(self, text: &str, word: &str) -> bool {
        match self {
            Operator::Contains => text.contains(word),
            Operator::Equals => text == word,
            Operator::StartsWith => text.starts_with(word),
        }
    }
}

impl TextTest {
    /// A text that contains a word.
    pub fn contains(word: impl Into<String>) -> Self {
        TextTest { contains: vec![word.into()], ..TextTest::default() }
    }

    /// A text that is equal to another.
    pub fn equals(word: impl Into<String>) -> Self {
        TextTest { equals: vec![word.into()], ..TextTest::default() }
    }

    /// A text that starts with a word.
    pub fn starts_with(word: impl Into<String>) -> Self {
        TextTest { starts_with: vec![word.into()], ..TextTest::default() }
    }

    /// A text that matches a pattern.
    pub fn regex(pattern: impl Into<String>) -> Self {
        TextTest { regex: vec![pattern.into()], ..TextTest::default() }
    }

    pub(super) fn spelling(&self) -> Spelling {
        if self.case_sensitive { Spelling::Exact } else { Spelling::Folded }
    }

    /// The words with the way in which each is compared.
    pub(super) fn words(&self) -> impl Iterator<Item = (Operator, &str)> {
        let contains = self.contains.iter().map(|word| (Operator::Contains, word.as_str()));
        let equals = self.equals.iter().map(|word| (Operator::Equals, word.as_str()));
        let starts = self.starts_with.iter().map(|word| (Operator::StartsWith, word.as_str()));
        contains.chain(equals).chain(starts)
    }

    /// What is wrong with it, as clauses.
    pub(super) fn defects(&self) -> Vec<String> {
        let mut defects = Vec::new();
        if self.words().next().is_none() && self.regex.is_empty() {
            defects.push("it names nothing to look for".to_owned());
        }
        for (_, word) in self.words() {
            if folded(word, self.spelling()).is_empty() {
                defects.push(format!("\"{word}\" is blank, which every text would contain"));
            }
        }
        for pattern in &self.regex {
            if let Err(reason) = compile(pattern, self.spelling()) {
                defects.push(format!("\"{pattern}\" is not a regular expression: {reason}"));
            }
        }
        defects
    }
}

/// A pattern ready to match folded texts.
///
/// `^` and `$` stand at the ends of one text, also where several are looked through.
pub(super) fn compile(pattern: &str, spelling: Spelling) -> Result<Regex, String> {
    let mut builder = RegexBuilder::new(pattern);
    builder.multi_line(true).case_insensitive(spelling == Spelling::Folded).size_limit(REGEX_BYTES_MAX);
    builder.build().map_err(|error| match error {
        regex::Error::CompiledTooBig(limit) => format!("compiled it takes more than {limit} bytes"),
        // The last line of the crate's drawing says what is wrong; those above repeat the pattern.
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            last.trim().trim_start_matches("error: ").to_owned()
        }
    })
}

impl Serialize for TextTest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let only_contains = self.equals.is_empty() && self.starts_with.is_empty() && self.regex.is_empty();
        if only_contains && !self.case_sensitive && !self.contains.is_empty() {
            return one_or_many::serialize(&self.contains, serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        let lists = [
            ("contains", &self.contains),
            ("equals", &self.equals),
            ("starts_with", &self.starts_with),
            ("regex", &self.regex),
        ];
        for (name, list) in lists {
            match list.as_slice() {
                [] => {}
                [only] => map.serialize_entry(name, only)?,
                many => map.serialize_entry(name, many)?,
            }
        }
        if self.case_sensitive {
            map.serialize_entry("case_sensitive", &true)?;
        }
        map.end()
    }
}

impl TryFrom<Value> for TextTest {
    type Error = String;

    fn try_from(value: Value) -> Result<TextTest, String> {
        let Value::Object(fields) = value else {
            return Ok(TextTest { contains: one_or_many::read(value)?, ..TextTest::default() });
        };
        let mut test = TextTest::default();
        for (name, value) in fields {
            match name.as_str() {
                "contains" => test.contains = one_or_many::read(value)?,
                "equals" => test.equals = one_or_many::read(value)?,
                "starts_with" => test.starts_with = one_or_many::read(value)?,
                "regex" => test.regex = one_or_many::read(value)?,
                "case_sensitive" => {
                    let told = value.as_bool();
                    test.case_sensitive = told.ok_or("case_sensitive is true or false")?;
                }
                _ => {
                    return Err(format!(
                        "there is no \"{name}\" here: take contains, equals, starts_with, regex or case_sensitive"
                    ));
                }
            }
        }
        Ok(test)
    }
}

/// A list that may be written as its only item.
pub(super) mod one_or_many {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
    use serde_json::Value;

    pub fn read(value: Value) -> Result<Vec<String>, String> {
        let text = |value: Value| match value {
            Value::String(text) => Ok(text),
            other => Err(format!("{other} is not a text: put it in quotes")),
        };
        match value {
            Value::Array(items) => items.into_iter().map(text).collect(),
            one => text(one).map(|text| vec![text]),
        }
    }

    pub fn serialize<S: Serializer>(list: &[String], serializer: S) -> Result<S::Ok, S::Error> {
        match list {
            [only] => only.serialize(serializer),
            many => many.serialize(serializer),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
        read(Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
