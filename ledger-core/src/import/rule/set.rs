//! Many rules made ready for many lines.

use std::borrow::Cow;

use chrono::Datelike;

use super::condition::Conditions;
use super::fold::is_within;
use super::line::LineView;
use super::matcher::{Bits, Matcher, MatcherBuilder};
use super::outcome::{Decided, Decision, Effect, Fired, RuleOutcome};
use super::rule::Rule;
use super::split;
use crate::Result;
use crate::journal::{PARTY_CHARS_MAX, TEXT_CHARS_MAX, Tag};
use crate::text::{fit_text, name_defect};

/// Rules in their order, ready to be applied to lines.
///
/// Texts are looked for once for all rules, so that two hundred rules cost little more than one; rules that are not
/// enabled are left out.
///
/// ```
/// use ledger_core::import::rule::{Decision, LineView, RuleSet, read_rules};
/// let rules = read_rules(
///     r#"
///     [[rule]]
///     name = "Groceries"
///     when = { payee = ["rewe", "edeka"], direction = "out" }
///     set = { account = "Expenses:Groceries" }
///     "#,
/// )
/// .unwrap();
/// let set = RuleSet::new(rules)?;
/// let line = LineView::new("Assets:Bank", "2026-03-02".parse().unwrap(), "-5 EUR".parse()?);
/// let outcome = set.apply(&LineView { payee: Some("REWE City"), ..line });
/// assert_eq!(outcome.decision.unwrap().value, Decision::Account("Expenses:Groceries"));
/// assert_eq!(outcome.fired[0].rule.name, "Groceries");
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    tags: Vec<Vec<Tag>>,
    nodes: Vec<Node>,
    matcher: Matcher,
    /// For each condition on a text, the rules that cannot fire unless it, or another of theirs, holds.
    woken: Vec<Vec<usize>>,
    /// The rules that can fire whatever the texts are.
    awake: Bits,
}

/// Conditions with the numbers of those on texts.
#[derive(Debug)]
struct Node {
    texts: Vec<usize>,
    all: Vec<Node>,
    any: Vec<Node>,
    not: Option<Box<Node>>,
}

impl RuleSet {
    /// Makes rules ready.
    ///
    /// # Errors
    /// As [`Rule::check`], for the first rule with anything wrong in it.
    pub fn new(rules: impl IntoIterator<Item = Rule>) -> Result<RuleSet> {
        let rules: Vec<Rule> = rules.into_iter().filter(|rule| rule.enabled).collect();
        let mut builder = MatcherBuilder::default();
        let mut nodes = Vec::with_capacity(rules.len());
        for rule in &rules {
            rule.check()?;
            nodes.push(Node::new(&rule.when, &mut builder));
        }
        let matcher = builder.build()?;
        let mut woken = vec![Vec::new(); matcher.count()];
        let mut awake = Bits::new(rules.len());
        for (index, node) in nodes.iter().enumerate() {
            match node.gate() {
                Some(texts) => texts.into_iter().for_each(|text| woken[text].push(index)),
                None => awake.set(index),
            }
        }
        let tags = rules.iter().map(|rule| rule.set.tags.iter().map(|tag| Tag::parse(tag)).collect());
        let tags = tags.collect();
        Ok(RuleSet { rules, tags, nodes, matcher, woken, awake })
    }

    /// The rules, in their order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Everything that the rules decide about a line, and which of them.
    pub fn apply<'r>(&'r self, line: &LineView<'_>) -> RuleOutcome<'r> {
        let hits = self.matcher.hits(line);
        let mut awake = self.awake.clone();
        for text in hits.iter() {
            self.woken[text].iter().for_each(|rule| awake.set(*rule));
        }
        let mut outcome = RuleOutcome::default();
        for index in awake.iter() {
            let rule = &self.rules[index];
            if !self.nodes[index].holds(&rule.when, &hits, line) {
                continue;
            }
            self.fire(index, line, &mut outcome);
            if rule.stop || outcome.is_skipped() {
                break;
            }
        }
        outcome
    }

    /// Sets what no earlier rule has set.
    fn fire<'r>(&'r self, index: usize, line: &LineView<'_>, outcome: &mut RuleOutcome<'r>) {
        let rule = &self.rules[index];
        let mut effects = Vec::new();
        let mut tell = |field, refused| effects.push(Effect { field, refused });
        if let Some((field, decision)) = decide(rule, line) {
            let refused = match (&outcome.decision, decision) {
                (Some(before), _) => Some(set_before(before.rule)),
                (None, Err(reason)) => Some(reason),
                (None, Ok(value)) => {
                    outcome.decision = Some(Decided { value, rule });
                    None
                }
            };
            tell(field, refused);
        }
        let texts = [
            ("party", &rule.set.party, &mut outcome.party, PARTY_CHARS_MAX),
            ("description", &rule.set.description, &mut outcome.description, TEXT_CHARS_MAX),
        ];
        for (field, template, place, chars_max) in texts {
            let Some(template) = template else { continue };
            if let Some(before) = place {
                tell(field, Some(set_before(before.rule)));
                continue;
            }
            let value: Cow<'r, str> = match template.as_literal() {
                Some(text) => text.into(),
                None => fit_text(&template.fill(line), chars_max).into_owned().into(),
            };
            let refused = match field {
                "party" => name_defect(&value, chars_max),
                _ => value.trim().is_empty().then(|| "it is blank for this line".to_owned()),
            };
            if refused.is_none() {
                *place = Some(Decided { value, rule });
            }
            tell(field, refused);
        }
        if !self.tags[index].is_empty() {
            for tag in &self.tags[index] {
                if !outcome.tags.iter().any(|known| known.value == *tag) {
                    outcome.tags.push(Decided { value: tag.clone(), rule });
                }
            }
            tell("tags", None);
        }
        outcome.fired.push(Fired { rule, effects });
    }
}

/// Where a rule sends the amount of a line, with the name of the thing that it sets.
fn decide<'r>(rule: &'r Rule, line: &LineView<'_>) -> Option<(&'static str, Result<Decision<'r>, String>)> {
    let set = &rule.set;
    if set.skip {
        return Some(("skip", Ok(Decision::Skip)));
    }
    for (field, account, decision) in [
        ("account", &set.account, Decision::Account as fn(&'r str) -> Decision<'r>),
        ("transfer", &set.transfer, Decision::Transfer),
    ] {
        let Some(account) = account else { continue };
        if super::fold::same_name(account, line.account) {
            let reason = format!("the statement is of {account} itself");
            return Some((field, Err(reason)));
        }
        return Some((field, Ok(decision(account))));
    }
    if set.split.is_empty() {
        return None;
    }
    let parts = split::allocate(line.amount, &set.split).map(|parts| {
        let accounts = set.split.iter().map(|part| part.account.as_str());
        Decision::Split(accounts.zip(parts).collect())
    });
    Some(("split", parts))
}

fn set_before(rule: &Rule) -> String {
    format!("\"{}\" set it before", rule.name)
}

impl Node {
    fn new<'r>(conditions: &'r Conditions, builder: &mut MatcherBuilder<'r>) -> Node {
        let texts = conditions.texts().map(|(field, test)| builder.add(field, test)).collect();
        let mut nodes = |list: &'r [Conditions]| -> Vec<Node> {
            list.iter().map(|nested| Node::new(nested, builder)).collect()
        };
        let (all, any) = (nodes(&conditions.all), nodes(&conditions.any));
        let not = conditions.not.as_deref().map(|nested| Box::new(Node::new(nested, builder)));
        Node { texts, all, any, not }
    }

    /// Conditions on texts of which at least one has to hold; nothing where the node can hold without any.
    fn gate(&self) -> Option<Vec<usize>> {
        if let Some(first) = self.texts.first() {
            return Some(vec![*first]);
        }
        if let Some(gate) = self.all.iter().find_map(Node::gate) {
            return Some(gate);
        }
        if self.any.is_empty() {
            return None;
        }
        let gates = self.any.iter().map(Node::gate).collect::<Option<Vec<_>>>()?;
        Some(gates.concat())
    }

    fn holds(&self, asked: &Conditions, hits: &Bits, line: &LineView<'_>) -> bool {
        let nested = |nodes: &[Node], list: &[Conditions], every: bool| {
            let mut both = nodes.iter().zip(list);
            if every {
                both.all(|(node, asked)| node.holds(asked, hits, line))
            } else {
                both.any(|(node, asked)| node.holds(asked, hits, line))
            }
        };
        self.texts.iter().all(|text| hits.has(*text))
            && holds_besides_texts(asked, line)
            && nested(&self.all, &asked.all, true)
            && (asked.any.is_empty() || nested(&self.any, &asked.any, false))
            && match (&self.not, &asked.not) {
                (Some(node), Some(asked)) => !node.holds(asked, hits, line),
                _ => true,
            }
    }
}

/// Whether the conditions hold that are neither on texts nor nested.
fn holds_besides_texts(asked: &Conditions, line: &LineView<'_>) -> bool {
    let on = line.posted_on;
    asked.direction.is_none_or(|direction| direction.holds(line))
        && asked.from.is_none_or(|from| on >= from)
        && asked.to.is_none_or(|to| on <= to)
        && asked.amount.is_none_or(|test| test.holds(line.amount.to_decimal().abs()))
        && asked.signed_amount.is_none_or(|test| test.holds(line.amount.to_decimal()))
        && (asked.day_of_month.is_empty() || asked.day_of_month.iter().any(|day| u32::from(*day) == on.day()))
        && (asked.weekday.is_empty() || asked.weekday.contains(&on.weekday()))
        && (asked.currency.is_empty() || {
            let commodity = line.amount.commodity();
            asked.currency.iter().any(|told| told.trim().eq_ignore_ascii_case(commodity.code()))
        })
        && (asked.account.is_empty() || asked.account.iter().any(|root| is_within(line.account, root.trim())))
}
