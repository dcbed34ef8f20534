//! What was learned as the one that is asked after the rules and the file itself.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Features, Learner};
use crate::account::AccountId;
use crate::import::suggest::{Counter, CounterSuggester, SuggestLine, Suggestion};

/// A [`Learner`] that can name the accounts it knows.
#[derive(Debug, Clone)]
pub struct Learned {
    learner: Learner,
    names: HashMap<AccountId, String>,
}

impl Learned {
    /// A learner with the names of the book's accounts, for its reasons.
    pub fn new(learner: Learner, names: HashMap<AccountId, String>) -> Learned {
        Learned { learner, names }
    }
}

impl CounterSuggester for Learned {
    fn suggest(&self, line: &SuggestLine<'_>) -> Option<Suggestion> {
        let suggested = self.learner.suggest(&Features::of_line(line.account.id, line.line))?;
        let name = self.names.get(&suggested.account)?;
        Some(Suggestion {
            counter: Some(Counter::Account(suggested.account.into())),
            confidence: (suggested.confidence.per_mille() / 10) as u8,
            reason: Cow::Owned(suggested.reason.sentence(name)),
            ..Suggestion::default()
        })
    }
}
