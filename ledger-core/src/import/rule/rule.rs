//! A rule: a name, conditions, and what lines that meet them are given.

use serde::{Deserialize, Serialize};

use super::action::Actions;
use super::condition::Conditions;
use crate::text::{fit_text, name_defect};
use crate::{Error, ErrorKind, Result};

/// The longest name of a rule, in characters.
const NAME_CHARS_MAX: usize = 100;

/// A rule.
///
/// Rules stand in an order. The first rule that sets a thing wins; later ones may still set others, unless a rule
/// that fires says `stop`.
///
/// ```
/// use ledger_core::import::rule::{Actions, Conditions, Rule, TextTest};
/// let rule = Rule {
///     when: Conditions { payee: Some(TextTest::contains("rewe")), ..Conditions::default() },
///     set: Actions { account: Some("Expenses:Groceries".into()), ..Actions::default() },
///     ..Rule::new("Groceries")
/// };
/// rule.check()?;
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The name, unique in its book.
    pub name: String,
    /// Whether the rule is used.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub enabled: bool,
    /// Whether no later rule is looked at once this one fires.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stop: bool,
    /// What a line has to be.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub when: Conditions,
    /// What it is given then.
    #[serde(default, skip_serializing_if = "Actions::is_empty")]
    pub set: Actions,
}

/// Something wrong in a rule, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleProblem {
    /// Where in the rule: `when.payee`, `set.split[1]`.
    pub path: String,
    /// Why, as a clause.
    pub reason: String,
}

fn yes() -> bool {
    true
}

impl Rule {
    /// A rule that is used, and neither asks nor sets anything yet.
    pub fn new(name: impl Into<String>) -> Self {
        Rule {
            name: name.into(),
            enabled: true,
            stop: false,
            when: Conditions::default(),
            set: Actions::default(),
        }
    }

    /// Everything that is wrong with it.
    pub fn problems(&self) -> Vec<RuleProblem> {
        let mut problems = Vec::new();
        let mut found = |path: String, reason: String| problems.push(RuleProblem { path, reason });
        if let Some(reason) = name_defect(&self.name, NAME_CHARS_MAX) {
            found("name".to_owned(), reason);
        }
        self.when.check("when", 0, &mut found);
        self.set.check("set", &mut found);
        if self.set.is_empty() && !self.stop {
            let reason = "it does nothing: set account, transfer, split, skip, party, description or tags";
            found("set".to_owned(), reason.to_owned());
        }
        problems
    }

    /// Refuses a rule with anything wrong in it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] with the rule's name and everything that is wrong.
    pub fn check(&self) -> Result<()> {
        let problems = self.problems();
        if problems.is_empty() {
            return Ok(());
        }
        let told = problems.iter().map(|problem| format!("{}: {}", problem.path, problem.reason));
        let reason = told.collect::<Vec<_>>().join("; ");
        let value = fit_text(&self.name, NAME_CHARS_MAX).into_owned();
        Err(Error::from(ErrorKind::InvalidSetting { what: "rule", value, reason }))
    }

    /// The accounts that it names: those that it sets, and those whose statements it asks for.
    pub fn accounts(&self) -> RuleAccounts<'_> {
        let mut accounts = RuleAccounts::default();
        self.set.accounts(&mut accounts.set);
        self.when.accounts(&mut accounts.asked);
        accounts
    }
}

/// The accounts that a rule names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleAccounts<'r> {
    /// Those that it sets.
    pub set: Vec<&'r str>,
    /// Those whose statements it asks for; accounts below them are meant too.
    pub asked: Vec<&'r str>,
}
