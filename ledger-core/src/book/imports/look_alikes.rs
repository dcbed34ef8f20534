//! Lines that came before in a file of another format: found by day and amount, decided by a person.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::judge::{Choice, Judge, Verdicts};
use super::rows::booked_on;
use crate::Result;
use crate::account::AccountId;
use crate::import::{
    CsvProfile, DAYS_APART_MAX, Decision, Decisions, Judgement, LineState, Link, OtherLine, Reason, Seeking,
    StatementFormat, Verdict, description_of, find_look_alikes, layout_name,
};
use crate::store::call;
use crate::store::rows::date;
use crate::store::statement_rows::KeptLineRow;

impl Judge<'_> {
    /// Proposes for open lines those that another format brought before; `same_lines` takes them as accepted.
    ///
    /// An account that only ever had files of one layout costs one look at its imports.
    pub(super) fn look_alikes(&self, account: AccountId, verdicts: &mut Verdicts) -> Result<()> {
        let places = self.open_lines(account, verdicts);
        let Some(span) = self.span(&places, DAYS_APART_MAX) else { return Ok(()) };
        let files = self.files_of_other_layouts(account)?;
        if files.is_empty() {
            return Ok(());
        }
        let lines = self.lines(&places);
        let rows = self.kept(account, &Seeking::new(&lines, DAYS_APART_MAX), span, &files, verdicts)?;
        let others: Vec<OtherLine> = rows.iter().filter_map(|row| self.other_line(row)).collect();
        for (&place, found) in places.iter().zip(find_look_alikes(&lines, &others)) {
            let Some(row) = found.and_then(|found| rows.get(found)) else { continue };
            let file = files.get(&row.import_id).cloned().unwrap_or_default();
            let (import_id, line_number) =
                (row.import_id, u32::try_from(row.line_number).unwrap_or_default());
            let reason = Reason::LooksLike { import_id, line_number, file };
            if row.state == LineState::Waiting.as_str() {
                let reason = format!("{reason}, and that import is still open: commit or discard it first");
                verdicts.judgements[place] = Judgement::linked(Verdict::Ambiguous, Link::None, reason);
                continue;
            }
            let verdict = if self.same_lines { Verdict::Duplicate } else { Verdict::Ambiguous };
            let link = Link::Same(row.entry_number);
            verdicts.judgements[place] = Judgement { verdict, reason, link };
            let entries = row.entry_number.into_iter().collect();
            verdicts.choices.insert(place, Choice { entries, ..Choice::default() });
        }
        Ok(())
    }

    /// The files of live imports of an account that word their lines in another way, by import.
    fn files_of_other_layouts(&self, account: AccountId) -> Result<HashMap<i64, Arc<str>>> {
        let (db, id) = (self.imports.book.db(), self.imports.book.id());
        let mut found = call!(db, "reading imports", other_format::layouts(id, account.0))?;
        found.retain(|row| {
            row.import_id != self.import_id
                && layout_of(&row.format, row.profile.as_deref()).as_ref() != Some(&self.layout)
        });
        Ok(found.into_iter().map(|row| (row.import_id, row.file_name.into())).collect())
    }

    /// Their lines that have the amount of a line near its day, and that no line of this file is known to be.
    fn kept(
        &self,
        account: AccountId,
        seeking: &Seeking<'_>,
        span: (i32, i32),
        files: &HashMap<i64, Arc<str>>,
        verdicts: &Verdicts,
    ) -> Result<Vec<KeptLineRow>> {
        let known: HashSet<(i64, u32)> = verdicts.judgements.iter().filter_map(known_line).collect();
        let wanted = |row: &KeptLineRow| seeking.near(row.amount, date(row.posted_on)).next().is_some();
        let (db, id) = (self.imports.book.db(), self.imports.book.id());
        let doing = "looking for lines of other formats";
        let mut rows = call!(db, doing, other_format::kept(id, account.0, span, &wanted))?;
        let is_known = |row: &KeptLineRow| {
            known.contains(&(row.import_id, u32::try_from(row.line_number).unwrap_or_default()))
        };
        rows.retain(|row| {
            files.contains_key(&row.import_id)
                && !is_known(row)
                && self.chart.resolve_commodity(&row.commodity).is_some()
        });
        self.without_represented(&known, rows)
    }

    /// Drops lines whose entry a line of this file stands for already, by way of a third file that had it too.
    fn without_represented(
        &self,
        known: &HashSet<(i64, u32)>,
        mut rows: Vec<KeptLineRow>,
    ) -> Result<Vec<KeptLineRow>> {
        if known.is_empty() || rows.is_empty() {
            return Ok(rows);
        }
        let mut numbers: Vec<i64> = rows.iter().filter_map(|row| row.entry_number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let (db, id) = (self.imports.book.db(), self.imports.book.id());
        let claims = call!(db, "looking for lines of other formats", statement::claims(id, &numbers))?;
        let number = |line: i32| u32::try_from(line).unwrap_or_default();
        let represented: HashSet<i64> = claims
            .into_iter()
            .filter(|claim| known.contains(&(claim.import_id, number(claim.line_number))))
            .map(|claim| claim.entry_number)
            .collect();
        rows.retain(|row| row.entry_number.is_none_or(|entry| !represented.contains(&entry)));
        Ok(rows)
    }

    fn other_line(&self, row: &KeptLineRow) -> Option<OtherLine> {
        let booked = row.detail.as_deref().and_then(booked_on);
        let mut days = vec![date(row.posted_on)];
        days.extend(row.value_on.map(date).into_iter().chain(booked));
        let parts = [&row.payee, &row.narrative, &row.memo];
        let text = description_of(parts.map(|part| part.as_deref().unwrap_or("")));
        let amount = self.chart.resolve_commodity(&row.commodity)?.amount(row.amount);
        Some(OtherLine { days, amount, text })
    }
}

/// The earlier line that a line is known to be.
fn known_line(judgement: &Judgement) -> Option<(i64, u32)> {
    match judgement.reason {
        Reason::SameBankId { import_id, line_number } | Reason::SameContent { import_id, line_number } => {
            Some((import_id, line_number))
        }
        _ => None,
    }
}

/// The layout of a stored import.
pub(super) fn layout_of(format: &str, profile: Option<&str>) -> Option<String> {
    let format = StatementFormat::from_name(format)?;
    let profile = profile.and_then(|json| serde_json::from_str::<CsvProfile>(json).ok());
    Some(layout_name(format, &profile.unwrap_or_default()))
}

/// Makes duplicates of the lines of which a person says that another format had them.
pub(super) fn accept_look_alikes(decisions: &Decisions, verdicts: &mut Verdicts) {
    for (number, judgement) in (1..).zip(&mut verdicts.judgements) {
        let (Verdict::Ambiguous, Link::Same(entry)) = (judgement.verdict, judgement.link) else { continue };
        let accepted = match decisions.lines.get(&number) {
            Some(Decision::Accept) => true,
            Some(Decision::Link(chosen)) => entry == Some(*chosen),
            Some(_) => false,
            None => decisions.accept_all,
        };
        if accepted {
            judgement.verdict = Verdict::Duplicate;
        }
    }
}

/// Whether a line is taken for that of another format, by a person or by the import's own setting.
pub(super) fn is_same(judgement: &Judgement, decision: Option<&Decision>) -> bool {
    let Link::Same(entry) = judgement.link else { return false };
    let agrees = match decision {
        None | Some(Decision::Accept) => true,
        Some(Decision::Link(chosen)) => entry == Some(*chosen),
        Some(_) => false,
    };
    judgement.verdict == Verdict::Duplicate && agrees
}
