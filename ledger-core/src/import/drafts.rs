//! Statement lines to drafts: which account is debited and credited, and texts that the journal takes.

use super::csv::Tally;
use super::statement::StatementLine;
use super::suggest::{Counter, Suggestion};
use crate::Result;
use crate::journal::{AccountRef, EntryDraft, LineDraft, PARTY_CHARS_MAX, Source, TEXT_CHARS_MAX};
use crate::text::{check_name, fit_text};

/// The accounts on the other side of lines that nothing else tells; the last of the suggesters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterAccounts {
    /// Debited for money that goes out.
    pub money_out: AccountRef,
    /// Credited for money that comes in.
    pub money_in: AccountRef,
}

impl CounterAccounts {
    /// Where money out goes that nobody has put into a category yet.
    pub const MONEY_OUT: &str = "Expenses:Uncategorized";
    /// Where money in comes from that nobody has put into a category yet.
    pub const MONEY_IN: &str = "Income:Uncategorized";

    /// One account for both directions.
    pub fn both(account: impl Into<AccountRef>) -> Self {
        let account = account.into();
        CounterAccounts { money_out: account.clone(), money_in: account }
    }
}

impl Default for CounterAccounts {
    /// [`CounterAccounts::MONEY_OUT`] and [`CounterAccounts::MONEY_IN`].
    fn default() -> Self {
        CounterAccounts { money_out: Self::MONEY_OUT.into(), money_in: Self::MONEY_IN.into() }
    }
}

/// Makes drafts of the lines of a file, and counts what had to be changed for it.
#[derive(Default)]
pub(crate) struct Drafter {
    texts: Tally,
    payees: Tally,
}

impl Drafter {
    /// The entry for a line: money in debits the account `into`, money out credits it.
    ///
    /// The payee becomes the party where it can be a name. A text that the journal refuses is made to fit.
    ///
    /// # Errors
    /// A part of the amount whose opposite does not fit.
    pub(crate) fn draft(
        &mut self,
        line: &StatementLine,
        into: AccountRef,
        suggestion: &Suggestion,
    ) -> Result<EntryDraft> {
        let mut fit = |text: &str| {
            let fitting = fit_text(text, TEXT_CHARS_MAX);
            if fitting != text {
                self.texts.add(line.line.into(), "");
            }
            fitting.into_owned()
        };
        let description = suggestion.description.clone().unwrap_or_else(|| line.description());
        let mut draft = EntryDraft::new(line.posted_on, fit(&description)).source(Source::Import);
        let memo = line.memo().map(&mut fit);
        draft.lines.push(LineDraft {
            account: into,
            amount: Some(line.amount),
            price: None,
            lot: None,
            memo,
        });
        match &suggestion.counter {
            Some(Counter::Account(account)) => draft = draft.infer(account.clone()),
            Some(Counter::Splits(splits)) => {
                for split in splits {
                    let amount = split.amount.map(|amount| amount.negate()).transpose()?;
                    let memo = split.memo.as_deref().map(&mut fit);
                    draft.lines.push(LineDraft {
                        account: split.account.clone(),
                        amount,
                        price: None,
                        lot: None,
                        memo,
                    });
                }
            }
            Some(Counter::Skip) | None => {}
        }
        draft.tags = suggestion.tags.clone();
        let payee = suggestion.party.as_deref().or(line.payee());
        draft.party = payee.and_then(party);
        if payee.is_some() && draft.party.is_none() {
            self.payees.add(line.line.into(), "");
        }
        Ok(draft)
    }

    /// What was changed, each a sentence.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.texts.count > 0 {
            notes.push(format!("{}: texts were shortened or lost hidden characters", self.texts.lines()));
        }
        if self.payees.count > 0 {
            let lines = self.payees.lines();
            notes.push(format!("{lines}: the payee cannot be the name of a party, so none was set"));
        }
        notes
    }
}

/// The payee as a party's name, after what cannot stand in a name is taken out.
fn party(payee: &str) -> Option<String> {
    let name = fit_text(payee, PARTY_CHARS_MAX);
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    check_name("party", &name, PARTY_CHARS_MAX).is_ok().then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Account, AccountId, AccountKind};
    use crate::import::testing::line;
    use crate::import::{CounterSplit, CounterSuggester, SuggestLine};

    fn bank() -> Account {
        Account {
            id: AccountId(1),
            name: "Assets:Bank".to_owned(),
            kind: AccountKind::Asset,
            subtype: None,
            commodity: None,
            opened_on: None,
            closed_on: None,
            note: None,
            lot_method: None,
            aliases: Vec::new(),
        }
    }

    fn lines(line: &StatementLine, suggestion: &Suggestion) -> Vec<String> {
        let draft = Drafter::default().draft(line, "Assets:Bank".into(), suggestion).unwrap();
        let entry = draft.balance().unwrap();
        entry.lines().iter().map(|line| format!("{} {}", line.account, line.amount)).collect()
    }

    fn default_of(line: &StatementLine) -> Suggestion {
        let account = bank();
        CounterAccounts::default().suggest(&SuggestLine { account: &account, line, raw: "" }).unwrap()
    }

    #[test]
    fn money_in_debits_the_account_and_money_out_credits_it() {
        let (pay, tea) = (line("2026-03-01", 1000, "Pay"), line("2026-03-02", -200, "Tea"));
        assert_eq!(
            lines(&pay, &default_of(&pay)),
            ["Assets:Bank 10.00 EUR", "Income:Uncategorized -10.00 EUR"]
        );
        assert_eq!(
            lines(&tea, &default_of(&tea)),
            ["Assets:Bank -2.00 EUR", "Expenses:Uncategorized 2.00 EUR"]
        );
    }

    #[test]
    fn parts_have_the_sign_of_the_line_and_one_takes_what_is_left() {
        let shop = line("2026-03-01", -1000, "Shop");
        let part = |account: &str, minor: Option<i64>| CounterSplit {
            account: account.into(),
            amount: minor.map(|minor| shop.amount.commodity().amount(minor)),
            memo: None,
        };
        let counter = Counter::Splits(vec![part("Expenses:Food", Some(-700)), part("Expenses:Home", None)]);
        let suggestion = Suggestion { counter: Some(counter), ..Suggestion::default() };
        let expected = ["Assets:Bank -10.00 EUR", "Expenses:Food 7.00 EUR", "Expenses:Home 3.00 EUR"];
        assert_eq!(lines(&shop, &suggestion), expected);
    }

    #[test]
    fn a_text_that_the_journal_refuses_is_made_to_fit_with_a_note() {
        let mut drafter = Drafter::default();
        let long = line("2026-03-02", 100, "").with_texts(&super::super::LineTexts {
            payee: Some("\u{200b}"),
            narrative: Some(&"x".repeat(1500)),
            ..Default::default()
        });
        for (line, party) in [(line("2026-03-01", 100, "Re\u{202e}we"), Some("Rewe")), (long, None)] {
            let draft = drafter.draft(&line, "Assets:Bank".into(), &default_of(&line)).unwrap();
            assert_eq!(draft.party.as_deref(), party);
            draft.balance().unwrap();
        }
        let notes = drafter.notes().join("\n");
        assert!(notes.contains("shortened") && notes.contains("line 1: the payee"), "{notes}");
    }
}
