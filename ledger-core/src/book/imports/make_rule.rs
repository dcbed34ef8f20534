//! A rule made of a line that waits, and which other lines of its import it would decide too.

use super::Imports;
use super::read::name_of;
use super::rows::line_of;
use crate::Result;
use crate::account::{AccountId, Chart};
use crate::import::rule::{LineView, Rule, RuleSet, propose_rule};
use crate::import::{LineState, StatementLine, Verdict};
use crate::store::statement_rows::StatementLineRow;

impl Imports<'_> {
    /// A rule that sends lines like one of an import to an account; nothing where its texts say too little.
    ///
    /// It is not stored: [`crate::Rules::add`] does that. Its name is one that no rule of the book has.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] for an import that is not there; as [`crate::Rules::list`].
    pub fn propose_rule(&self, id: i64, line: u32, account: &str) -> Result<Option<Rule>> {
        let taken: Vec<String> =
            self.book.rules().list()?.into_iter().map(|stored| stored.rule.name).collect();
        let mut proposed = None;
        self.each_view(id, |row, view| {
            if u32::try_from(row.line_number) == Ok(line) {
                proposed = propose_rule(view, account, &taken);
            }
        })?;
        Ok(proposed)
    }

    /// The numbers of an open import's lines that a rule would decide: those that wait for an entry of their own or
    /// for a person, and that no rule has decided yet.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] for an import that is not there; as [`RuleSet::new`] for the rule.
    pub fn covered(&self, id: i64, rule: &Rule) -> Result<Vec<u32>> {
        let set = RuleSet::new([rule.clone()])?;
        let mut covered = Vec::new();
        self.each_view(id, |row, view| {
            let waits = row.state == LineState::Waiting.as_str() && row.rule.is_none();
            let is_open = matches!(Verdict::from_name(&row.verdict), Some(Verdict::New | Verdict::Ambiguous));
            if waits && is_open && set.apply(view).decision.is_some() {
                covered.extend(u32::try_from(row.line_number));
            }
        })?;
        Ok(covered)
    }

    /// Hands over the lines of an import as rules see them.
    fn each_view(&self, id: i64, mut take: impl FnMut(&StatementLineRow, &LineView<'_>)) -> Result<()> {
        self.book.ledger.read(|| {
            self.get(id)?;
            let chart = self.book.chart()?;
            self.each_line(id, |row| {
                let (account, line) = viewed(&row, &chart)?;
                take(&row, &LineView::of(&line, &account));
                Ok(())
            })
        })
    }
}

fn viewed(row: &StatementLineRow, chart: &Chart) -> Result<(String, StatementLine)> {
    Ok((name_of(chart, AccountId(row.account_id)), line_of(row, chart)?))
}
