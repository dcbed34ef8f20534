//! What was learned as the one that is asked after the rules and the file itself.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Features, Learner};
use crate::account::AccountId;
use crate::import::suggest::{Counter, CounterSuggester, SuggestLine, Suggestion};
use crate::text::normalize;

/// A [`Learner`] that can name the accounts it knows.
#[derive(Debug, Clone)]
pub struct Learned {
    learner: Learner,
    names: HashMap<AccountId, String>,
    parties: HashMap<String, String>,
}

impl Learned {
    /// A learner with the names of the book's accounts, for its reasons.
    pub fn new(learner: Learner, names: HashMap<AccountId, String>) -> Learned {
        Learned { learner, names, parties: HashMap::new() }
    }

    /// The same with other names of parties, normalised, and the names that entries show in their place.
    pub fn with_parties(self, parties: HashMap<String, String>) -> Learned {
        Learned { parties, ..self }
    }

    /// The payee by the name under which it was learned.
    fn payee<'a>(&'a self, payee: &'a str) -> &'a str {
        if self.parties.is_empty() {
            return payee;
        }
        self.parties.get(&normalize(payee)).map_or(payee, String::as_str)
    }
}

impl CounterSuggester for Learned {
    fn suggest(&self, line: &SuggestLine<'_>) -> Option<Suggestion> {
        let mut features = Features::of_line(line.account.id, line.line);
        features.payee = features.payee.map(|payee| self.payee(payee));
        let suggested = self.learner.suggest(&features)?;
        let name = self.names.get(&suggested.account)?;
        Some(Suggestion {
            counter: Some(Counter::Account(suggested.account.into())),
            confidence: (suggested.confidence.per_mille() / 10) as u8,
            reason: Cow::Owned(suggested.reason.sentence(name)),
            ..Suggestion::default()
        })
    }
}
