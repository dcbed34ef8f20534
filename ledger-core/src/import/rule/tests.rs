//! Each condition and each action, the order of rules, and what must hold for any rules and any line.

mod conditions;
mod files;
mod hledger;
mod order;
mod properties;
mod suggestions;

use super::{LineView, Rule, RuleSet, read_rules};

/// Rules from TOML that has nothing wrong in it.
fn rules(text: &str) -> Vec<Rule> {
    read_rules(text).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn set(text: &str) -> RuleSet {
    RuleSet::new(rules(text)).unwrap()
}

/// A card payment of 42.10 euros on Monday, 2 March 2026.
fn rewe() -> LineView<'static> {
    LineView {
        payee: Some("REWE City"),
        narrative: Some("Card 4711 danke"),
        memo: Some("Köln"),
        reference: Some("E2E-1"),
        category: Some("Food:Home"),
        ..LineView::new("Assets:Bank", "2026-03-02".parse().unwrap(), "-42.10 EUR".parse().unwrap())
    }
}
