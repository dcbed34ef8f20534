//! Import rules: conditions on a statement line, and what a line that meets them is given.
//!
//! A [`Rule`] is plain data, written in TOML ([`read_rules`], [`write_rules`]), read from hledger's CSV rules
//! ([`read_hledger_rules`]), kept as JSON, or proposed from what was booked before ([`suggest_rules`]). A
//! [`RuleSet`] is many rules made ready for millions of lines: it looks for the words of all rules in one pass.
//! Nothing here knows the store or an account's number; the façade checks the names.

// In the order in which to read them.
mod line;
mod fold;
mod text;
mod amount;
mod condition;
mod action;
mod template;
mod split;
#[allow(clippy::module_inception)]
mod rule;
mod why;
mod matcher;
mod set;
mod suggester;
mod outcome;
mod toml;
mod hledger;
mod suggest;

pub use self::action::Actions;
pub use self::amount::AmountTest;
pub use self::condition::{Conditions, Direction};
pub use self::hledger::{HledgerRules, Include, Unmapped, read_hledger_rules};
pub use self::line::{LineView, TextField};
pub use self::outcome::{Decided, Decision, Effect, Fired, RuleOutcome};
pub use self::rule::{Rule, RuleAccounts, RuleProblem};
pub use self::set::RuleSet;
pub use self::split::{Share, SplitPart};
pub use self::suggest::{Observation, RuleSuggestion, SEEN_MIN, propose_rule, suggest_rules};
pub use self::template::Template;
pub use self::text::TextTest;
pub use self::toml::{read_rules, write_rules};

#[cfg(test)]
mod tests;
