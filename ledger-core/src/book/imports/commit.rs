//! Committing an import that waits, with what a person decided about its lines.

use serde_json::{Value, json};

use super::Imports;
use super::decide::{accept_transfers, check_decisions, refuse_undecided};
use super::judge::{Judge, Verdicts, is_own};
use super::keep::Keeper;
use super::look_alikes::{accept_look_alikes, layout_of};
use super::read::Intake;
use super::reconcile::standing;
use super::rows::{corrupt, line_of, statement_of, suggestion_of};
use super::settings::{JudgeSettings, SETTINGS, STAGED};
use crate::account::{AccountId, Chart};
use crate::audit::Hash;
use crate::import::{
    Counter, CounterAccounts, CounterSuggester, Decisions, Fingerprint, ImportReport, ImportState, OwnNames,
    Statement, SuggestLine, Suggestion, prove,
};
use crate::journal::AccountRef;
use crate::store::call;
use crate::store::statement_rows::{ImportRow, StatementLineRow};
use crate::{Error, ErrorKind, Result};

/// How many stored lines are read at once.
const PAGE: i64 = 10_000;

/// An open import as it was stored.
struct Stored {
    row: ImportRow,
    statements: Vec<Statement>,
    accounts: Vec<AccountId>,
    raw: Vec<String>,
    fingerprints: Vec<Fingerprint>,
    suggestions: Vec<Option<Suggestion>>,
}

impl Imports<'_> {
    /// Commits an open import as one unit, with an audit event `import.commit`.
    ///
    /// The verdicts are found anew first: the book may have changed since the lines were taken in.
    ///
    /// # Errors
    /// [`ErrorKind::NeedsReview`] for lines that are neither clear nor decided and balances that do not follow from
    /// the lines and are not accepted; [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for an import that is not
    /// open or an entry that cannot stand for a line; and as [`crate::Journal::post`]. Nothing is written then.
    pub fn commit(&self, id: i64, decisions: &Decisions) -> Result<ImportReport> {
        let commit = || {
            let stored = self.stored(id)?;
            self.with_verdicts(&stored, |intake, mut verdicts, mut report| {
                check_decisions(decisions, intake.lines.len(), id)?;
                accept_transfers(decisions, &mut verdicts);
                accept_look_alikes(decisions, &mut verdicts);
                refuse_undecided(id, decisions, &verdicts, &report)?;
                report.accounts = self.names_of(&*self.book.chart()?, intake);
                call!(self.book.db(), "committing an import", statement::delete_lines(self.book.id(), id))?;
                let keeper = Keeper {
                    imports: self,
                    import_id: id,
                    intake,
                    verdicts: &verdicts,
                    raw: &|place| stored.raw[place].as_str(),
                    suggest: &|place, line| stored.suggestion(place, line),
                    commit: true,
                    create: true,
                    decisions,
                };
                let linked = keeper.keep(&mut report)?;
                self.reconcile(standing(intake, &stored.statements, &linked), &mut report)?;
                self.finish(stored.row.clone(), None, linked.posted, report)
            })
        };
        self.book.change_in_bulk(|_, _| self.book.ledger.joined(commit))
    }

    /// What an open import would come to now, with the questions that it leaves.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::NotAllowed`] for one that is not open.
    pub fn review(&self, id: i64) -> Result<ImportReport> {
        self.book.ledger.read(|| {
            let stored = self.stored(id)?;
            self.with_verdicts(&stored, |intake, verdicts, mut report| {
                report.id = Some(id);
                report.accounts = self.names_of(&*self.book.chart()?, intake);
                super::keep::count(&verdicts, &mut report);
                Ok(report)
            })
        })
    }

    /// Finds the verdicts of a stored import and hands them to `work`.
    fn with_verdicts<T>(
        &self,
        stored: &Stored,
        work: impl FnOnce(&Intake<'_>, Verdicts, ImportReport) -> Result<T>,
    ) -> Result<T> {
        let chart = self.book.chart()?;
        let own = self.own_accounts(&chart)?;
        let mut intake = Intake::new(&stored.statements, stored.accounts.clone());
        for (line, fingerprint) in intake.lines.iter_mut().zip(&stored.fingerprints) {
            line.fingerprint = *fingerprint;
        }
        let told = |place: usize| own_account(&chart, stored.suggestions[place].as_ref()?);
        let settings = self.settings_of(&stored.row)?;
        let judge = Judge {
            imports: self,
            chart: &chart,
            own: &own,
            intake: &intake,
            days: settings.days,
            layout: layout_of(&stored.row.format, stored.row.profile.as_deref()).unwrap_or_default(),
            same_lines: settings.same_lines,
            import_id: stored.row.import_id,
            told: &told,
        };
        let verdicts = judge.verdicts()?;
        let mut report = ImportReport::default();
        self.check_balances(stored.statements.iter(), &mut report);
        work(&intake, verdicts, report)
    }

    fn stored(&self, id: i64) -> Result<Stored> {
        let row = self.import_row(id, ImportState::Open, "committed")?;
        let chart = self.book.chart()?;
        let own = call!(self.book.db(), "reading an import", statement::of_import(row.book_id, id))?;
        let mut statements: Vec<Statement> = own.iter().map(|own| statement_of(own, &chart)).collect();
        let accounts = own.iter().map(|own| AccountId(own.account_id)).collect();
        let (mut raw, mut fingerprints, mut suggestions) = (Vec::new(), Vec::new(), Vec::new());
        self.each_line(id, |row| {
            let line = line_of(&row, &chart)?;
            suggestions.push(suggestion_of(&row, line.amount.commodity()));
            let place = usize::try_from(row.statement_number - 1).unwrap_or(usize::MAX);
            let statement = statements.get_mut(place);
            let corrupt = |what: &str| corrupt(&format!("statement_lines {id}/{}: {what}", row.line_number));
            statement.ok_or_else(|| corrupt("no statement"))?.lines.push(line);
            let fingerprint = Fingerprint::from_slice(&row.fingerprint);
            fingerprints.push(fingerprint.ok_or_else(|| corrupt("a fingerprint is not 16 bytes long"))?);
            raw.push(row.raw_text);
            Ok(())
        })?;
        Ok(Stored { row, statements, accounts, raw, fingerprints, suggestions })
    }

    /// Reads all lines of an import, a page at a time.
    pub(super) fn each_line(
        &self,
        id: i64,
        mut take: impl FnMut(StatementLineRow) -> Result<()>,
    ) -> Result<()> {
        let mut after = 0;
        loop {
            let book_id = self.book.id();
            let page =
                call!(self.book.db(), "reading an import", statement::lines(book_id, id, after, PAGE))?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.line_number;
            page.into_iter().try_for_each(&mut take)?;
        }
    }

    /// An import in the state that it has to be in to be `verb`.
    pub(super) fn import_row(&self, id: i64, state: ImportState, verb: &'static str) -> Result<ImportRow> {
        let found = call!(self.book.db(), "reading an import", statement::by_id(self.book.id(), id))?;
        let row = found.ok_or_else(|| {
            let name = id.to_string();
            Error::from(ErrorKind::NotFound { what: "import", name, suggestions: Vec::new() })
        })?;
        if row.state == state.as_str() {
            return Ok(row);
        }
        let reason = match ImportState::from_name(&row.state) {
            Some(ImportState::Open) => {
                "it is still open (commit it with `ledger import commit`, or discard it)".to_owned()
            }
            Some(ImportState::Committed) => {
                "it was committed before (`ledger import undo` takes it back)".to_owned()
            }
            _ => format!("it was {} before (import the file again)", row.state),
        };
        Err(ErrorKind::NotAllowed { what: "import", name: id.to_string(), verb, reason }.into())
    }

    /// The own accounts with what banks call them.
    pub(super) fn own_accounts(&self, chart: &Chart) -> Result<Vec<(AccountId, OwnNames)>> {
        let banks = call!(self.book.db(), "reading imports", statement::bank_accounts(self.book.id()))?;
        let own = chart.accounts().iter().filter(|account| is_own(account));
        Ok(own
            .map(|account| {
                let known =
                    banks.iter().filter(|(_, id)| *id == account.id.get()).map(|(bank, _)| bank.clone());
                let numbers: Vec<String> = known.chain(account.aliases.iter().cloned()).collect();
                (account.id, OwnNames::new(&account.name, &numbers))
            })
            .collect())
    }

    pub(super) fn names_of(&self, chart: &Chart, intake: &Intake<'_>) -> Vec<String> {
        intake.distinct_accounts().into_iter().map(|id| super::read::name_of(chart, id)).collect()
    }

    pub(super) fn check_balances<'s>(
        &self,
        statements: impl Iterator<Item = &'s Statement>,
        report: &mut ImportReport,
    ) {
        for statement in statements {
            let proof = prove(statement);
            report.gaps.extend(proof.gaps.iter().map(ToString::to_string));
            report.notes.extend(proof.notes);
        }
    }

    /// Writes down how far the import got, and the audit event: committed, or left waiting with what it is judged by.
    pub(super) fn finish(
        &self,
        mut row: ImportRow,
        staged: Option<JudgeSettings>,
        posted: Option<(i64, i64)>,
        mut report: ImportReport,
    ) -> Result<ImportReport> {
        let mut opened: Vec<i32> = serde_json::from_str(&row.opened_accounts).unwrap_or_default();
        opened.extend(report.opened.iter().map(|account| account.id.get()));
        row.opened_accounts = json!(opened).to_string();
        let commit = staged.is_none();
        if commit && row.committed_at.is_none() {
            row.state = ImportState::Committed.as_str().to_owned();
            row.committed_at = Some(self.book.recording_instant(&self.book.lock_head()?));
            row.committed_by = Some(self.book.ledger.session().actor().to_owned());
        }
        call!(self.book.db(), "keeping an import", statement::update(&row))?;
        (report.id, report.committed) = (Some(row.import_id), commit);
        let counts = report.counts;
        let mut after = json!({
            "file": row.file_name,
            "sha256": Hash::from_slice(&row.sha256),
            "accounts": report.accounts,
            "posted": counts.posted,
            "matched": counts.matched,
            "already_there": counts.duplicates,
            "skipped": counts.skipped,
        });
        if let Some((first, last)) = posted {
            (after["first_entry"], after["last_entry"]) = (Value::from(first), Value::from(last));
        }
        if let Some(settings) = staged {
            after[SETTINGS] = json!(settings);
        }
        if !report.checkpoints.is_empty() {
            after["checkpoints"] = report.checkpoints.iter().map(|checkpoint| checkpoint.id).collect();
        }
        let action = if commit { "import.commit" } else { STAGED };
        self.book.record_event(action, &format!("import {}", row.import_id), None, Some(after))?;
        Ok(report)
    }
}

impl Stored {
    /// What was proposed for a line, or the default where nothing had to be proposed then.
    fn suggestion(&self, place: usize, line: &SuggestLine<'_>) -> Suggestion {
        let stored = self.suggestions[place].clone();
        stored.or_else(|| CounterAccounts::default().suggest(line)).unwrap_or_default()
    }
}

/// The own account that a suggestion names.
pub(super) fn own_account(chart: &Chart, suggestion: &Suggestion) -> Option<AccountId> {
    let Some(Counter::Account(account)) = &suggestion.counter else { return None };
    let account = match account {
        AccountRef::Id(id) => chart.account(*id)?,
        AccountRef::Name(name) => chart.lookup(name)?,
    };
    is_own(account).then_some(account.id)
}
