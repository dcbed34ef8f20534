//! Rules as the first that is asked for the other side of a statement line.

use std::borrow::Cow;

use super::{Decision, LineView, RuleSet};
use crate::import::suggest::{CERTAIN, Counter, CounterSplit, CounterSuggester, SuggestLine, Suggestion};

impl CounterSuggester for RuleSet {
    fn suggest(&self, line: &SuggestLine<'_>) -> Option<Suggestion> {
        let outcome = self.apply(&LineView::of(line.line, &line.account.name));
        let first = outcome.fired.first()?;
        // The rule that decided the other side, or the first that said anything.
        let rule = outcome.decision.as_ref().map_or(first.rule, |decided| decided.rule);
        let counter = outcome.decision.as_ref().map(|decided| match &decided.value {
            Decision::Account(name) | Decision::Transfer(name) => Counter::Account((*name).into()),
            Decision::Split(parts) => Counter::Splits(
                parts
                    .iter()
                    .map(|(name, amount)| CounterSplit {
                        account: (*name).into(),
                        amount: Some(*amount),
                        memo: None,
                    })
                    .collect(),
            ),
            Decision::Skip => Counter::Skip,
        });
        Some(Suggestion {
            counter,
            party: outcome.party.map(|party| party.value.into_owned()),
            tags: outcome.tags.into_iter().map(|tag| tag.value).collect(),
            description: outcome.description.map(|description| description.value.into_owned()),
            confidence: CERTAIN,
            reason: Cow::Owned(format!("rule \"{}\"", rule.name)),
            rule: Some(rule.name.clone()),
        })
    }
}
