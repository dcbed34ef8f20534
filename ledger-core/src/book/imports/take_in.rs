//! Taking a file in: committed at once where every line is clear, left waiting where a person has to decide.

use std::collections::BTreeMap;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::commit::own_account;
use super::judge::{Judge, Verdicts};
use super::keep::Keeper;
use super::read::Intake;
use super::reconcile::standing;
use super::rows::row_of;
use super::settings::JudgeSettings;
use super::{Import, Imports};
use crate::account::AccountId;
use crate::audit::Hash;
use crate::import::{
    CounterAccounts, CounterSuggester, Decisions, ImportReport, ImportState, Judgement, Link, Reason,
    Statement, StatementFile, SuggestLine, Tally, ToldByFile, Verdict, layout_name, suggest,
};
use crate::store::call;
use crate::store::statement_rows::ImportRow;
use crate::{ErrorKind, Result};

impl Imports<'_> {
    /// Takes a file in and commits it at once where every line is clear, with an audit event `import.commit`.
    ///
    /// Where a person has to decide something, or a balance does not follow from the lines, all lines wait in an
    /// open import instead; [`Imports::commit`] posts them later. A file in which nothing is new leaves no trace.
    ///
    /// # Errors
    /// As [`crate::import::read_csv`] for a file that cannot be read at all, as [`crate::Journal::post`] for an entry
    /// that the book refuses (nothing is written then), [`ErrorKind::NotFound`] for an account that is missing, and
    /// [`ErrorKind::Misuse`] for a statement whose account is not known and a counter account that is the
    /// statement's own.
    pub fn import(&self, import: &Import<'_>) -> Result<ImportReport> {
        self.take_in(import, true)
    }

    /// Takes a file in and lets its lines wait with their verdicts, with an audit event `import.stage`.
    ///
    /// # Errors
    /// As [`Imports::import`].
    pub fn stage(&self, import: &Import<'_>) -> Result<ImportReport> {
        self.take_in(import, false)
    }

    /// As [`Imports::import`], with a file that the caller has read already.
    ///
    /// # Errors
    /// As [`Imports::import`].
    pub fn import_read(&self, import: &Import<'_>, file: StatementFile<'_>) -> Result<ImportReport> {
        self.take_in_read(import, file, true)
    }

    fn take_in(&self, import: &Import<'_>, at_once: bool) -> Result<ImportReport> {
        self.take_in_read(import, self.read(import)?, at_once)
    }

    fn take_in_read(
        &self,
        import: &Import<'_>,
        mut file: StatementFile<'_>,
        at_once: bool,
    ) -> Result<ImportReport> {
        let mut report = ImportReport {
            problems: std::mem::take(&mut file.problems),
            profile: file.profile.clone(),
            notes: std::mem::take(&mut file.notes),
            ..ImportReport::default()
        };
        if !report.problems.is_empty() && !import.skip_unreadable {
            return Ok(report);
        }
        // One row can have several problems.
        let unreadable: std::collections::HashSet<u64> =
            report.problems.iter().map(|problem| problem.line).collect();
        report.counts.skipped = unreadable.len() as u64;
        // A savepoint around each batch would make a long import quadratic.
        let take_in = || self.take_in_file(import, file, at_once, report);
        self.book.change_in_bulk(|_, _| self.book.ledger.joined(take_in))
    }

    fn take_in_file(
        &self,
        import: &Import<'_>,
        file: StatementFile<'_>,
        at_once: bool,
        mut report: ImportReport,
    ) -> Result<ImportReport> {
        let accounts = self.accounts_of(import, &file, &mut report)?;
        let counters = self.counters(import, &accounts, &mut report)?;
        let chart = self.book.chart()?;
        let intake = Intake::new(&file.statements, accounts);
        report.accounts = self.names_of(&chart, &intake);
        let own = self.own_accounts(&chart)?;
        let called = |(statement, account): (&Statement, &AccountId)| {
            Some((statement.account.as_deref()?.to_owned(), *account))
        };
        let called: Vec<_> = file.statements.iter().zip(&intake.accounts).filter_map(called).collect();
        let told = ToldByFile { chart: &chart, own: &own, file: &called, others: &counters };
        let mut suggesters: Vec<&dyn CounterSuggester> = import.rules.to_vec();
        suggesters.push(&told);
        let sure = suggesters.clone();
        suggesters.extend(import.learned);
        suggesters.push(&counters);
        let raw = |place: usize| file.raw(intake.lines[place].line);
        let told = |place: usize| {
            let account = chart.account(intake.account_of(place))?;
            let line = SuggestLine { account, line: intake.lines[place].line, raw: raw(place) };
            own_account(&chart, &suggest(&sure, &line))
        };
        let judge = Judge {
            imports: self,
            chart: &chart,
            own: &own,
            intake: &intake,
            days: import.days,
            layout: layout_name(file.format, &file.profile),
            same_lines: import.same_lines,
            import_id: 0,
            told: &told,
        };
        let verdicts = judge.verdicts()?;
        self.note_waiting(&verdicts, &mut report)?;
        self.check_balances(file.statements.iter(), &mut report);
        note_zeros(&intake, &mut report);
        let sha256 = Hash(Sha256::digest(import.bytes).into());
        if verdicts.judgements.iter().all(leaves_no_trace) {
            super::keep::count(&verdicts, &mut report);
            return Ok(report);
        }
        let clear = !verdicts.judgements.iter().any(|it| it.verdict == Verdict::Ambiguous)
            && (report.gaps.is_empty() || import.accept_gaps);
        let commit = at_once && clear;
        let row = self.new_row(import, &file, sha256, commit, &report)?;
        let numbered = (1..).zip(file.statements.iter().zip(&intake.accounts));
        let statements: Vec<_> = numbered
            .map(|(number, (own, account))| row_of(own, (row.book_id, row.import_id), number, *account))
            .collect();
        call!(self.book.db(), "keeping an import", statement::insert(&row, &statements))?;
        let keeper = Keeper {
            imports: self,
            import_id: row.import_id,
            intake: &intake,
            verdicts: &verdicts,
            raw: &raw,
            suggest: &|_, line| suggest(&suggesters, line),
            commit,
            create: import.create,
            decisions: &Decisions::default(),
        };
        let linked = keeper.keep(&mut report)?;
        let (standing, posted) = (standing(&intake, &file.statements, &linked), linked.posted);
        // The lines of a long file are a lot of memory, and the marks need as much.
        drop((verdicts, intake, linked));
        drop(file);
        self.reconcile(standing, &mut report)?;
        let staged = (!commit).then(|| JudgeSettings::of(import));
        self.finish(row, staged, posted, report)
    }

    fn counters(
        &self,
        import: &Import<'_>,
        accounts: &[AccountId],
        report: &mut ImportReport,
    ) -> Result<CounterAccounts> {
        let Some(name) = import.counter else { return Ok(CounterAccounts::default()) };
        let counter = self.account(name, import.create, report)?;
        if accounts.contains(&counter.id) {
            let advice = format!("{} cannot be its own counter account", counter.name);
            return Err(ErrorKind::Misuse(advice).into());
        }
        Ok(CounterAccounts::both(counter.id))
    }

    /// Says which lines of the file are not in the journal yet, because they wait in an open import.
    fn note_waiting(&self, verdicts: &Verdicts, report: &mut ImportReport) -> Result<()> {
        let mut known: BTreeMap<i64, u64> = BTreeMap::new();
        for judgement in &verdicts.judgements {
            if let Reason::SameBankId { import_id, .. } | Reason::SameContent { import_id, .. } =
                judgement.reason
            {
                *known.entry(import_id).or_default() += 1;
            }
        }
        if known.is_empty() {
            return Ok(());
        }
        let all = call!(self.book.db(), "reading imports", statement::all(self.book.id()))?;
        for row in all.iter().filter(|row| row.state == ImportState::Open.as_str()) {
            let Some(count) = known.get(&row.import_id) else { continue };
            let id = row.import_id;
            report.notes.push(format!(
                "{count} line(s) wait in import {id}, which is open: commit it with `ledger import commit {id}`, or throw \
                 it away with `ledger import discard {id}` and import this file again"
            ));
            report.waits_in.push(id);
        }
        Ok(())
    }

    fn new_row(
        &self,
        import: &Import<'_>,
        file: &StatementFile<'_>,
        sha256: Hash,
        commit: bool,
        report: &ImportReport,
    ) -> Result<ImportRow> {
        let head = self.book.lock_head()?;
        let last = call!(self.book.db(), "numbering an import", statement::last_import(self.book.id()))?;
        let at = self.book.recording_instant(&head);
        let actor = self.book.ledger.session().actor().to_owned();
        let is_csv = file.format == crate::import::StatementFormat::Csv;
        let name = crate::text::fit_text(import.file, 1000);
        Ok(ImportRow {
            book_id: self.book.id(),
            import_id: last.unwrap_or(0) + 1,
            file_name: if name.is_empty() { "(no name)".to_owned() } else { name.into_owned() },
            format: file.format.as_str().to_owned(),
            sha256: sha256.0.to_vec(),
            state: if commit { ImportState::Committed } else { ImportState::Open }.as_str().to_owned(),
            staged_at: at,
            staged_by: actor.clone(),
            committed_at: commit.then_some(at),
            committed_by: commit.then_some(actor),
            ended_at: None,
            ended_by: None,
            profile: is_csv.then(|| json!(file.profile).to_string()),
            notes: json!(report.notes).to_string(),
            opened_accounts: "[]".to_owned(),
        })
    }
}

/// Whether a line of an earlier import is known already, or nothing moves: nothing has to be kept of it.
fn leaves_no_trace(judgement: &Judgement) -> bool {
    // That another format's line is the same was decided, which its own next file has to know.
    let decided = matches!(judgement.link, Link::Same(_));
    matches!(judgement.verdict, Verdict::Duplicate | Verdict::Zero) && !decided
}

fn note_zeros(intake: &Intake<'_>, report: &mut ImportReport) {
    let mut zeros = Tally::default();
    for line in intake.lines.iter().filter(|line| line.line.amount.is_zero()) {
        zeros.add(line.line.line.into(), "");
    }
    if zeros.count > 0 {
        report.notes.push(format!("{}: an amount of zero, nothing to post", zeros.lines()));
    }
}
