//! What is on the other side of a statement line: the one trait by which rules, history and defaults tell it.

use std::borrow::Cow;

use super::drafts::CounterAccounts;
use super::statement::StatementLine;
use crate::account::Account;
use crate::journal::{AccountRef, Tag};
use crate::money::Amount;

/// How sure a suggestion is that a person told, as a rule or by the command: 100 percent.
pub const CERTAIN: u8 = 100;

/// A statement line with the account that it is of, as a [`CounterSuggester`] sees it.
#[derive(Debug, Clone, Copy)]
pub struct SuggestLine<'a> {
    /// The account that the statement is of.
    pub account: &'a Account,
    /// The line as it was understood.
    pub line: &'a StatementLine,
    /// The line's own text in the file.
    pub raw: &'a str,
}

/// Where the other side of a line goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counter {
    /// One account takes all of it; an own asset or liability account makes it a transfer.
    Account(AccountRef),
    /// Several parts; each amount has the sign of the line, and together they are the line's amount.
    Splits(Vec<CounterSplit>),
    /// Nothing is posted for the line.
    Skip,
}

/// A part of a line's amount on the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterSplit {
    /// The account that takes it.
    pub account: AccountRef,
    /// The part, with the sign of the line; one part may leave it open and takes what is left.
    pub amount: Option<Amount>,
    /// A note on it.
    pub memo: Option<String>,
}

/// What a [`CounterSuggester`] has to say about a line; what it leaves open, the next one may fill in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suggestion {
    /// The other side.
    pub counter: Option<Counter>,
    /// The party, in place of the line's payee.
    pub party: Option<String>,
    /// Tags of the entry; those of several suggesters add up.
    pub tags: Vec<Tag>,
    /// The entry's description, in place of the line's own text.
    pub description: Option<String>,
    /// How sure the other side is, in percent: 0 to [`CERTAIN`].
    pub confidence: u8,
    /// Why, as a clause: `rule "groceries"`, `12 of 13 earlier lines of Rewe`.
    pub reason: Cow<'static, str>,
    /// The name of the rule that it comes from.
    pub rule: Option<String>,
}

/// Something that can tell what is on the other side of a statement line.
///
/// Suggesters are asked in order: rules first, what was learned second, the default last. The first that names the
/// other side decides it; parties and descriptions are taken from the first that has one, tags from all up to it.
pub trait CounterSuggester {
    /// What it knows about a line, if anything.
    fn suggest(&self, line: &SuggestLine<'_>) -> Option<Suggestion>;
}

impl CounterSuggester for CounterAccounts {
    fn suggest(&self, line: &SuggestLine<'_>) -> Option<Suggestion> {
        let account = if line.line.amount.is_negative() { &self.money_out } else { &self.money_in };
        let reason = Cow::Borrowed("nothing tells the other side");
        Some(Suggestion { counter: Some(Counter::Account(account.clone())), reason, ..Suggestion::default() })
    }
}

/// Asks suggesters in order and puts together what they say.
pub(crate) fn suggest(suggesters: &[&dyn CounterSuggester], line: &SuggestLine<'_>) -> Suggestion {
    let mut whole = Suggestion::default();
    for suggester in suggesters {
        let Some(said) = suggester.suggest(line) else { continue };
        whole.party = whole.party.or(said.party);
        whole.description = whole.description.or(said.description);
        whole.tags.extend(said.tags.into_iter().filter(|tag| !whole.tags.contains(tag)).collect::<Vec<_>>());
        whole.rule = whole.rule.or(said.rule);
        if said.counter.is_some() {
            (whole.counter, whole.confidence, whole.reason) =
                (said.counter, said.confidence.min(CERTAIN), said.reason);
            break;
        }
    }
    whole
}
