//! Rules from habits: who was booked to the same account again and again, and never elsewhere.

use std::collections::BTreeMap;

use super::action::Actions;
use super::condition::{Conditions, Direction};
use super::fold::{Spelling, folded};
use super::line::LineView;
use super::rule::Rule;
use super::set::RuleSet;
use super::text::TextTest;
use crate::text::{fit_text, normalize};

/// How often a payee has to have gone to an account before a rule is proposed.
pub const SEEN_MIN: usize = 3;
/// How many words at the beginning of a text are taken for a habit, at most.
const WORDS_MAX: usize = 4;
/// A text that begins with fewer letters says too little.
const LETTERS_MIN: usize = 4;

/// A statement line, or an entry that was one, and the account that it was booked to in the end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation<'a> {
    /// The line.
    pub line: LineView<'a>,
    /// The account on the other side.
    pub account: &'a str,
}

/// A rule that habits propose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSuggestion {
    /// The rule.
    pub rule: Rule,
    /// How many of the observations it would have decided, all of them rightly.
    pub seen: usize,
}

/// Proposes rules: where the same payee (or, without one, a text with the same beginning) went to the same account
/// at least [`SEEN_MIN`] times and never elsewhere. What `existing` rules decide is left out, and so are accounts
/// that `is_open_question` tells, such as `Expenses:Uncategorized`.
///
/// A payee that pays as well as takes is told apart by direction. The proposals come most often seen first; their
/// names differ from each other and from those of `existing`.
///
/// ```
/// use ledger_core::import::rule::{LineView, Observation, RuleSet, suggest_rules};
/// let line = LineView::new("Assets:Bank", "2026-03-02".parse().unwrap(), "-5 EUR".parse()?);
/// let lunch = Observation { line: LineView { payee: Some("Mensa"), ..line }, account: "Expenses:Food" };
/// let none = RuleSet::new([])?;
/// let suggestions = suggest_rules(&[lunch, lunch, lunch], &none, &|_| false);
/// assert_eq!(suggestions[0].rule.set.account.as_deref(), Some("Expenses:Food"));
/// assert!(suggest_rules(&[lunch, lunch], &none, &|_| false).is_empty());
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub fn suggest_rules(
    observations: &[Observation<'_>],
    existing: &RuleSet,
    is_open_question: &dyn Fn(&str) -> bool,
) -> Vec<RuleSuggestion> {
    let mut habits: BTreeMap<Key, Habit<'_>> = BTreeMap::new();
    for seen in observations.iter().filter(|seen| seen.line.amount.minor() != 0) {
        let decided = existing.apply(&seen.line).decision.is_some();
        for key in Key::of(&seen.line) {
            let habit = habits.entry(key).or_insert(Habit {
                seen: 0,
                account: seen.account,
                one: true,
                decided: false,
            });
            habit.seen += 1;
            habit.one &= habit.account == seen.account;
            habit.decided |= decided;
        }
    }
    let worth = |habit: &Habit<'_>| {
        habit.one && !habit.decided && habit.seen >= SEEN_MIN && !is_open_question(habit.account)
    };
    let mut suggestions: Vec<RuleSuggestion> = Vec::new();
    for (key, habit) in &habits {
        // A shorter beginning that is as sure says the same of more lines.
        let said = key.shorter().any(|shorter| habits.get(&shorter).is_some_and(worth));
        if worth(habit) && !said {
            let rule = key.rule(habit.account);
            if rule.problems().is_empty() {
                suggestions.push(RuleSuggestion { rule, seen: habit.seen });
            }
        }
    }
    let wrong = refuted(&suggestions, observations);
    suggestions.retain(|suggestion| !wrong.contains(&suggestion.rule));
    suggestions
        .sort_by(|left, right| right.seen.cmp(&left.seen).then_with(|| left.rule.name.cmp(&right.rule.name)));
    let mut names: Vec<String> = existing.rules().iter().map(|rule| normalize(&rule.name)).collect();
    for suggestion in &mut suggestions {
        suggestion.rule.name = free_name(&suggestion.rule.name, &names);
        names.push(normalize(&suggestion.rule.name));
    }
    suggestions
}

/// A rule that sends lines like this one to an account: those of its payee, or without one those that begin with its
/// first words, in the same direction. Nothing where the texts say too little.
///
/// ```
/// use ledger_core::import::rule::{LineView, propose_rule};
/// let line = LineView::new("Assets:Bank", "2026-03-02".parse().unwrap(), "-5 EUR".parse()?);
/// let lunch = LineView { payee: Some("Mensa"), ..line };
/// let rule = propose_rule(&lunch, "Expenses:Food", &["Mensa".to_owned()]).unwrap();
/// assert_eq!((rule.name.as_str(), rule.set.account.as_deref()), ("mensa (2)", Some("Expenses:Food")));
/// assert!(propose_rule(&line, "Expenses:Food", &[]).is_none());
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub fn propose_rule(line: &LineView<'_>, account: &str, taken: &[String]) -> Option<Rule> {
    // Of several beginnings the longest: it covers least that nobody looked at.
    let mut rule = Key::of(line).pop()?.rule(account);
    let taken: Vec<String> = taken.iter().map(|name| normalize(name)).collect();
    rule.name = free_name(&rule.name, &taken);
    rule.problems().is_empty().then_some(rule)
}

/// The name itself, or with the first number from 2 that makes it one that is not taken.
fn free_name(plain: &str, taken: &[String]) -> String {
    let mut name = plain.to_owned();
    let mut number = 2;
    while taken.contains(&normalize(&name)) {
        name = format!("{plain} ({number})");
        number += 1;
    }
    name
}

/// The rules that would have sent a line elsewhere than it went: a text without payee may begin as one with a payee.
fn refuted(suggestions: &[RuleSuggestion], observations: &[Observation<'_>]) -> Vec<Rule> {
    let rules = suggestions.iter().map(|suggestion| suggestion.rule.clone());
    // Every one was checked before, and words alone are never too large.
    let Ok(set) = RuleSet::new(rules) else { return Vec::new() };
    let mut wrong: Vec<Rule> = Vec::new();
    for seen in observations {
        for fired in set.apply(&seen.line).fired {
            if fired.rule.set.account.as_deref() != Some(seen.account) && !wrong.contains(fired.rule) {
                wrong.push(fired.rule.clone());
            }
        }
    }
    wrong
}

/// What lines of one habit have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    out: bool,
    is_payee: bool,
    text: String,
}

struct Habit<'a> {
    seen: usize,
    account: &'a str,
    /// Whether all went to one account.
    one: bool,
    /// Whether a rule that is there decides any of them.
    decided: bool,
}

impl Key {
    /// The habits that a line may belong to.
    fn of(line: &LineView<'_>) -> Vec<Key> {
        let out = line.amount.is_negative();
        let payee = folded(line.payee.unwrap_or_default(), Spelling::Folded);
        if !payee.is_empty() {
            return vec![Key { out, is_payee: true, text: payee }];
        }
        let text = folded(line.narrative.or(line.memo).unwrap_or_default(), Spelling::Folded);
        // A word with a digit is a date, a card or an invoice, which the next line does not share.
        let words =
            text.split(' ').take_while(|word| !word.contains(|c: char| c.is_numeric())).take(WORDS_MAX);
        let mut beginnings = Vec::new();
        let mut beginning = String::new();
        for word in words {
            if !beginning.is_empty() {
                beginning.push(' ');
            }
            beginning.push_str(word);
            if beginning.chars().filter(|c| c.is_alphabetic()).count() >= LETTERS_MIN {
                beginnings.push(Key { out, is_payee: false, text: beginning.clone() });
            }
        }
        beginnings
    }

    /// The same with fewer words.
    fn shorter(&self) -> impl Iterator<Item = Key> {
        let ends = self.text.match_indices(' ').map(|(at, _)| at).filter(|_| !self.is_payee);
        ends.map(|end| Key { text: self.text[..end].to_owned(), ..self.clone() })
    }

    fn rule(&self, account: &str) -> Rule {
        let direction = Some(if self.out { Direction::Out } else { Direction::In });
        let mut when = Conditions { direction, ..Conditions::default() };
        if self.is_payee {
            when.payee = Some(TextTest::equals(self.text.as_str()));
        } else {
            when.text = Some(TextTest::starts_with(self.text.as_str()));
        }
        let set = Actions { account: Some(account.to_owned()), ..Actions::default() };
        // Names have no two blanks in a row, and neither has a folded text.
        let name = fit_text(&self.text, 80).trim().to_owned();
        Rule { when, set, ..Rule::new(name) }
    }
}
