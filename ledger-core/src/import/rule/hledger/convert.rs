//! hledger's `if` blocks as rules.

use std::collections::HashSet;

use super::Unmapped;
use super::columns::{Columns, Role};
use super::lines::{Assignment, Directive, Located, Matcher};
use crate::import::rule::{Actions, Conditions, Direction, Rule, TextField, TextTest};
use crate::text::{fit_text, name_defect, normalize};

/// How long a name is made of a matcher, in characters.
const NAME_CHARS_MAX: usize = 60;

/// The blocks as rules in the order in which they apply here, and at last what every entry is given.
pub(super) fn rules(all: &[Located], columns: &Columns, unmapped: &mut Vec<Unmapped>) -> Vec<Rule> {
    let (mut skips, mut rules) = (Vec::new(), Vec::new());
    let mut names = HashSet::new();
    let mut whole_records: Option<Unmapped> = None;
    for located in all {
        let Directive::Block { groups, assignments } = &located.directive else { continue };
        let when = match conditions(groups, columns) {
            Ok(when) => when,
            Err(reason) => {
                unmapped.push(Unmapped::of(located, format!("the whole block is left out: {reason}")));
                continue;
            }
        };
        if whole_records.is_none() && groups.iter().flatten().any(|matcher| matcher.field.is_none()) {
            let reason = "a matcher without %field looks at the whole record there, and here at payee, narrative \
                          and memo (told once)";
            whole_records = Some(Unmapped::of(located, reason));
        }
        let set = actions(located, assignments, columns, unmapped);
        if set.is_empty() {
            continue;
        }
        let pattern = groups.iter().flatten().next().map_or("", |matcher| matcher.pattern.as_str());
        let rule = Rule { when, set, ..Rule::new(name(pattern, located, &mut names)) };
        let problems = rule.problems();
        if problems.is_empty() {
            let list = if rule.set.skip { &mut skips } else { &mut rules };
            list.push(rule);
        }
        for problem in problems {
            unmapped.push(Unmapped::of(located, format!("{}: {}", problem.path, problem.reason)));
        }
    }
    unmapped.extend(whole_records);
    rules.reverse();
    skips.extend(rules);
    skips.extend(default_rule(columns, &mut names));
    skips
}

/// What every entry is given that no block gives it.
fn default_rule(columns: &Columns, names: &mut HashSet<String>) -> Option<Rule> {
    let mut set = Actions::default();
    for told in &columns.defaults {
        match told.name.as_str() {
            "account2" => set.account = Some(told.value.clone()),
            _ => set.description = columns.template(&told.value).ok(),
        }
    }
    let rule = Rule { set, ..Rule::new(unique("everything else".to_owned(), names)) };
    rule.problems().is_empty().then_some(rule)
}

fn conditions(groups: &[Vec<Matcher>], columns: &Columns) -> Result<Conditions, String> {
    let mut any: Vec<Conditions> = Vec::new();
    for group in groups {
        let mut all =
            group.iter().map(|matcher| condition(matcher, columns)).collect::<Result<Vec<_>, _>>()?;
        any.push(if all.len() == 1 { all.remove(0) } else { Conditions { all, ..Conditions::default() } });
    }
    if any.len() == 1 {
        return Ok(any.remove(0));
    }
    Ok(merged(&any).unwrap_or(Conditions { any, ..Conditions::default() }))
}

/// Conditions on one text alone as a list of what is looked for in it.
fn merged(any: &[Conditions]) -> Option<Conditions> {
    let mut field = None;
    let mut test = TextTest::default();
    for conditions in any {
        let mut texts = conditions.texts();
        let (own, told) = texts.next()?;
        if *conditions != with_text(own, told.clone()) || *field.get_or_insert(own) != own {
            return None;
        }
        test.contains.extend(told.contains.iter().cloned());
        test.regex.extend(told.regex.iter().cloned());
    }
    Some(with_text(field?, test))
}

fn condition(matcher: &Matcher, columns: &Columns) -> Result<Conditions, String> {
    let role = match &matcher.field {
        None => Role::Text(TextField::Text),
        Some(name) => columns.role(name).ok_or_else(|| format!("a statement line does not keep %{name}"))?,
    };
    let pattern = matcher.pattern.as_str();
    let found = match role {
        Role::Text(field) => with_text(field, text_test(pattern)?),
        Role::Amount if ["-", "^-", "^\\-", "\\-"].contains(&pattern) => {
            Conditions { direction: Some(Direction::Out), ..Conditions::default() }
        }
        // A column of its own for money in or out is empty on the lines of the other direction.
        Role::MoneyIn | Role::MoneyOut if [".", ".+", "[0-9]", "\\d"].contains(&pattern) => {
            let direction = if role == Role::MoneyIn { Direction::In } else { Direction::Out };
            Conditions { direction: Some(direction), ..Conditions::default() }
        }
        Role::Currency => {
            let code = pattern.trim_start_matches('^').trim_end_matches('$');
            if !code.chars().all(|c| c.is_ascii_alphabetic()) || code.is_empty() {
                return Err(format!("/{pattern}/ is no currency code"));
            }
            Conditions { currency: vec![code.to_uppercase()], ..Conditions::default() }
        }
        _ => {
            let name = matcher.field.as_deref().unwrap_or_default();
            return Err(format!(
                "/{pattern}/ asks for the digits of %{name}: write a condition on amount or date"
            ));
        }
    };
    Ok(match matcher.negated {
        true => Conditions { not: Some(Box::new(found)), ..Conditions::default() },
        false => found,
    })
}

fn with_text(field: TextField, test: TextTest) -> Conditions {
    let mut conditions = Conditions::default();
    let place = match field {
        TextField::Payee => &mut conditions.payee,
        TextField::Narrative => &mut conditions.narrative,
        TextField::Memo => &mut conditions.memo,
        TextField::Reference => &mut conditions.reference,
        TextField::Category => &mut conditions.category,
        TextField::Text => &mut conditions.text,
    };
    *place = Some(test);
    conditions
}

/// A pattern as a word to contain where it is one, else as a regular expression.
fn text_test(pattern: &str) -> Result<TextTest, String> {
    let test = match word_of(pattern) {
        Some(word) => TextTest::contains(word),
        None => TextTest::regex(pattern),
    };
    match test.defects().pop() {
        Some(defect) => Err(defect),
        None => Ok(test),
    }
}

/// The text that a pattern without operators matches.
fn word_of(pattern: &str) -> Option<String> {
    let mut word = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                word.push(letters.next().filter(|next| !next.is_alphanumeric() && !"<>".contains(*next))?)
            }
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' => return None,
            letter => word.push(letter),
        }
    }
    Some(word)
}

fn actions(
    located: &Located,
    assignments: &[Assignment],
    columns: &Columns,
    unmapped: &mut Vec<Unmapped>,
) -> Actions {
    let mut set = Actions::default();
    for told in assignments {
        if let Err(reason) = action(told, columns, &mut set) {
            let text = format!("{} {}", told.name, told.value);
            unmapped.push(Unmapped { file: located.file.clone(), line: told.line, text, reason });
        }
    }
    if set.skip {
        set.account = None;
    }
    set
}

fn action(told: &Assignment, columns: &Columns, set: &mut Actions) -> Result<(), String> {
    let value = told.value.as_str();
    match told.name.as_str() {
        "account2" if value.contains(['%', '\\']) => Err("an account has no places to fill".to_owned()),
        "account2" => {
            set.account = Some(value.to_owned());
            Ok(())
        }
        "description" => {
            set.description = Some(columns.template(value)?);
            Ok(())
        }
        "comment" | "comment2" => {
            let mut tags = Vec::new();
            for part in value.split(',') {
                let tag = part.split_once(':').filter(|(key, _)| !key.trim().is_empty());
                let (key, value) = tag.ok_or("a comment is kept only where it is made of tags, key:value")?;
                if key.trim().contains(char::is_whitespace) || part.contains('%') {
                    return Err("a comment is kept only where it is made of tags, key:value".to_owned());
                }
                tags.push(format!("{}:{}", key.trim(), value.trim()).trim_end_matches(':').to_owned());
            }
            set.tags = tags;
            Ok(())
        }
        "skip" if value.is_empty() || value == "1" => {
            set.skip = true;
            Ok(())
        }
        "skip" => Err("only the line itself can be skipped".to_owned()),
        "end" => {
            Err("lines after this one cannot be left out: cut the file, or skip them by a condition"
                .to_owned())
        }
        "account1" => Err("the statement's own account is the same for all of its lines".to_owned()),
        name if name.starts_with("account") || name.starts_with("amount") => {
            Err("further postings become a split: write it as a rule".to_owned())
        }
        name => Err(format!("a rule cannot set {name}")),
    }
}

/// A name made of a matcher.
fn name(pattern: &str, located: &Located, names: &mut HashSet<String>) -> String {
    let plain: String =
        pattern.chars().map(|c| if c.is_alphanumeric() || " &-'.".contains(c) { c } else { ' ' }).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = fit_text(&plain, NAME_CHARS_MAX).into_owned();
    let fits = name_defect(&plain, NAME_CHARS_MAX).is_none();
    unique(if fits { plain } else { format!("line {}", located.line) }, names)
}

fn unique(name: String, names: &mut HashSet<String>) -> String {
    let mut free = name.clone();
    let mut number = 1;
    while !names.insert(normalize(&free)) {
        number += 1;
        free = format!("{name} ({number})");
    }
    free
}
