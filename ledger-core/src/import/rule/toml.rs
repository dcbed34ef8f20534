//! Rules as a TOML file: `[[rule]]` tables, in their order.
//!
//! A file with mistakes in it is told with all of them, each at its place: what is wrong in one field hides nothing
//! of the others.

use std::collections::HashSet;
use std::ops::Range;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::action::Actions;
use super::condition::Conditions;
use super::rule::Rule;
use super::split::SplitPart;
use crate::import::Problem;
use crate::text::normalize;

/// The code of problems in rules.
const CODE: &str = "invalid-rule";

/// Reads rules from TOML.
///
/// # Errors
/// Everything that is wrong in the file, in its order; each problem names its rule.
///
/// ```
/// use ledger_core::import::rule::{read_rules, write_rules};
/// let text = "[[rule]]\nname = \"Rent\"\nwhen = { payee = \"Landlord\", amount = \"= 900\" }\nset = { account = \"Expenses:Rent\" }\n";
/// let rules = read_rules(text).unwrap();
/// assert_eq!(read_rules(&write_rules(&rules)).unwrap(), rules);
///
/// let problems = read_rules("[[rule]]\nname = \"Rent\"\nwhen = { payees = \"x\", amount = \"lots\" }\n").unwrap_err();
/// assert_eq!(problems.iter().map(|problem| (problem.line, problem.column)).collect::<Vec<_>>(), [(3, 10), (3, 24)]);
/// ```
pub fn read_rules(text: &str) -> Result<Vec<Rule>, Vec<Problem>> {
    let mut reader = Reader { text, spans: Vec::new(), problems: Vec::new(), rule: String::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let at = error.span().unwrap_or(0..0);
        reader.problem(at.start, format!("this is not TOML: {}", error.message()));
    }
    if !reader.problems.is_empty() {
        return Err(reader.sorted());
    }
    let rules = reader.rules(table.get_ref());
    if reader.problems.is_empty() { Ok(rules) } else { Err(reader.sorted()) }
}

/// Rules as TOML, which [`read_rules`] reads back to the same rules.
pub fn write_rules(rules: &[Rule]) -> String {
    #[derive(Serialize)]
    struct File<'r> {
        rule: &'r [Rule],
    }
    // Rules are texts, numbers, lists and tables, all of which TOML has.
    ::toml::to_string(&File { rule: rules }).unwrap_or_default()
}

struct Reader<'t> {
    text: &'t str,
    /// Where each key of the rule at hand stands, by its path.
    spans: Vec<(String, Range<usize>)>,
    problems: Vec<Problem>,
    /// How messages call the rule at hand.
    rule: String,
}

impl Reader<'_> {
    fn rules(&mut self, table: &DeTable<'_>) -> Vec<Rule> {
        let mut rules: Vec<Rule> = Vec::new();
        let mut names = HashSet::new();
        for (key, value) in table {
            let start = key.span().start;
            if key.get_ref() != "rule" {
                let reason =
                    format!("there is no \"{}\" in a file of rules: it holds [[rule]] tables", key.get_ref());
                self.problem(start, reason);
                continue;
            }
            let Some(items) = value.get_ref().as_array() else {
                self.problem(start, "rules are written as [[rule]], with two brackets".to_owned());
                continue;
            };
            for item in items.iter() {
                let Some(rule) = self.rule(item) else { continue };
                if !names.insert(normalize(&rule.name)) {
                    self.problem_at("name", format!("the name \"{}\" is taken by a rule before", rule.name));
                }
                rules.push(rule);
            }
        }
        rules
    }

    fn rule(&mut self, item: &Spanned<DeValue<'_>>) -> Option<Rule> {
        self.spans = vec![(String::new(), item.span())];
        let value = self.value(item, "");
        let Value::Object(mut fields) = value else {
            self.problem(item.span().start, "a rule is a table".to_owned());
            return None;
        };
        self.rule = fields.get("name").and_then(Value::as_str).unwrap_or("(without a name)").to_owned();
        let before = self.problems.len();
        if !fields.contains_key("name") {
            self.problem_at("", "it needs a name".to_owned());
            fields.insert("name".to_owned(), json!("without a name"));
        }
        if let Some(when) = fields.remove("when") {
            let when = self.conditions(when, "when");
            fields.insert("when".to_owned(), when);
        }
        if let Some(set) = fields.remove("set") {
            let set = self.actions(set);
            fields.insert("set".to_owned(), set);
        }
        let mut required = Map::new();
        required.insert("name".to_owned(), json!("x"));
        let fields = self.sift::<Rule>(fields, "", &required);
        // Every field was read alone; with nothing wrong in them they are read together.
        let rule: Rule = serde_json::from_value(Value::Object(fields)).ok()?;
        let well_formed = self.problems.len() == before;
        for problem in rule.problems() {
            // Where a field was left out for its form, it is not missing.
            if well_formed || problem.path != "set" {
                self.problem_at(&problem.path, problem.reason);
            }
        }
        Some(rule)
    }

    fn conditions(&mut self, value: Value, path: &str) -> Value {
        let Value::Object(mut fields) = value else { return value };
        for key in ["all", "any"] {
            if let Some(Value::Array(items)) = fields.get_mut(key) {
                let nested = std::mem::take(items).into_iter().enumerate();
                *items = nested
                    .map(|(index, item)| self.conditions(item, &format!("{path}.{key}[{index}]")))
                    .collect();
            }
        }
        if let Some(nested) = fields.get_mut("not") {
            *nested = self.conditions(nested.take(), &format!("{path}.not"));
        }
        let told = !fields.is_empty();
        let mut good = self.sift::<Conditions>(fields, path, &Map::new());
        // What could not be read was told; that nothing is left of it then is no further mistake.
        if told && good.is_empty() {
            good.insert("direction".to_owned(), json!("in"));
        }
        Value::Object(good)
    }

    fn actions(&mut self, value: Value) -> Value {
        let Value::Object(mut fields) = value else { return value };
        if let Some(Value::Array(parts)) = fields.get_mut("split") {
            for (index, part) in parts.iter_mut().enumerate() {
                if let Err(error) = serde_json::from_value::<SplitPart>(part.clone()) {
                    self.problem_at(&format!("set.split[{index}]"), error.to_string());
                    *part = json!({ "account": "X", "remainder": true });
                }
            }
        }
        Value::Object(self.sift::<Actions>(fields, "set", &Map::new()))
    }

    /// The fields that can be read, each tried alone; the others are told.
    fn sift<T: DeserializeOwned>(
        &mut self,
        fields: Map<String, Value>,
        path: &str,
        required: &Map<String, Value>,
    ) -> Map<String, Value> {
        let mut good = Map::new();
        for (key, value) in fields {
            let mut alone = required.clone();
            alone.insert(key.clone(), value.clone());
            match serde_json::from_value::<T>(Value::Object(alone)) {
                Ok(_) => drop(good.insert(key, value)),
                Err(error) => {
                    let path = if path.is_empty() { key } else { format!("{path}.{key}") };
                    self.problem_at(&path, error.to_string().replace('`', "\""));
                }
            }
        }
        good
    }

    /// A TOML value as JSON, with the place of each key. Numbers with decimals are texts, as they are written.
    fn value(&mut self, value: &Spanned<DeValue<'_>>, path: &str) -> Value {
        match value.get_ref() {
            DeValue::String(text) => json!(text),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => json!(number),
                Err(_) => json!(number.as_str()),
            },
            DeValue::Float(number) => json!(number.as_str()),
            DeValue::Boolean(told) => json!(told),
            DeValue::Datetime(at) => json!(at.to_string()),
            DeValue::Array(items) => {
                let mut list = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    self.spans.push((path.clone(), item.span()));
                    list.push(self.value(item, &path));
                }
                Value::Array(list)
            }
            DeValue::Table(table) => {
                let mut fields = Map::new();
                for (key, value) in table {
                    let dot = if path.is_empty() { "" } else { "." };
                    let path = format!("{path}{dot}{}", key.get_ref());
                    self.spans.push((path.clone(), key.span()));
                    fields.insert(key.get_ref().to_string(), self.value(value, &path));
                }
                Value::Object(fields)
            }
        }
    }

    /// A problem of the rule at hand, at the key of `path` or the nearest one around it.
    fn problem_at(&mut self, path: &str, reason: String) {
        let around = |known: &&(String, Range<usize>)| {
            path.strip_prefix(known.0.as_str())
                .is_some_and(|rest| rest.is_empty() || known.0.is_empty() || rest.starts_with(['.', '[']))
        };
        let nearest = self.spans.iter().filter(around).max_by_key(|(known, _)| known.len());
        let start = nearest.map_or(0, |(_, span)| span.start);
        let told = if path.is_empty() { String::new() } else { format!("{path}: ") };
        self.problem(start, format!("rule \"{}\": {told}{reason}", self.rule));
    }

    fn problem(&mut self, offset: usize, reason: String) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.matches('\n').count() as u64 + 1;
        let column = before[line_start..].chars().count() as u64 + 1;
        let source = self.text[line_start..].lines().next().unwrap_or_default();
        let source = source.chars().take(1000).collect();
        self.problems.push(Problem { line, column, reason, code: CODE, source });
    }

    fn sorted(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| (problem.line, problem.column));
        self.problems
    }
}
