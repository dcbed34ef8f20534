//! What rules decided about a line, and which of them.

use std::borrow::Cow;

use super::rule::Rule;
use crate::journal::Tag;
use crate::money::Amount;

/// Everything that the rules decided about one line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RuleOutcome<'r> {
    /// Where the amount goes, or that the line is skipped.
    pub decision: Option<Decided<'r, Decision<'r>>>,
    /// With whom.
    pub party: Option<Decided<'r, Cow<'r, str>>>,
    /// What is written about it.
    pub description: Option<Decided<'r, Cow<'r, str>>>,
    /// Dimensions, each once, in the order of the rules.
    pub tags: Vec<Decided<'r, Tag>>,
    /// The rules whose conditions the line meets, in order, up to the one that stops.
    pub fired: Vec<Fired<'r>>,
}

/// A decision and the rule that made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided<'r, T> {
    /// What was decided.
    pub value: T,
    /// By which rule.
    pub rule: &'r Rule,
}

/// Where the amount of a line goes.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision<'r> {
    /// To this account, on the other side.
    Account(&'r str),
    /// To this own account: the line is one half of a transfer.
    Transfer(&'r str),
    /// To these accounts, each with its part of the line's amount; the parts sum to it and have its sign.
    Split(Vec<(&'r str, Amount)>),
    /// Nowhere: the line is not posted.
    Skip,
}

/// A rule that fired.
#[derive(Debug, Clone, PartialEq)]
pub struct Fired<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// What became of each thing that it sets.
    pub effects: Vec<Effect>,
}

/// What became of a thing that a rule sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The thing: `account`, `transfer`, `split`, `skip`, `party`, `description` or `tags`.
    pub field: &'static str,
    /// Why it was not set, where it was not: an earlier rule had set it, or it does not fit the line.
    pub refused: Option<String>,
}

impl RuleOutcome<'_> {
    /// Whether the line is not to be posted.
    pub fn is_skipped(&self) -> bool {
        matches!(self.decision, Some(Decided { value: Decision::Skip, .. }))
    }
}
