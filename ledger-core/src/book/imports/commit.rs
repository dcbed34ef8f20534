//! Taking a file in, and committing it: at once where every line is clear, or later with what a person decided.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::decide::{accept_transfers, check_decisions, refuse_undecided};
use super::judge::{Judge, Verdicts, is_own};
use super::keep::Keeper;
use super::read::Intake;
use super::reconcile::standing;
use super::rows::{corrupt, line_of, row_of, statement_of, suggestion_of};
use super::{Import, Imports};
use crate::account::{AccountId, Chart};
use crate::audit::Hash;
use crate::import::{
    Counter, CounterAccounts, CounterSuggester, Decisions, Fingerprint, ImportReport, ImportState, OwnNames,
    Statement, StatementFile, SuggestLine, Suggestion, Tally, ToldByFile, Verdict, prove, suggest,
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
        self.book.change_in_bulk(|_, _| {
            self.book.ledger.joined(|| self.take_in_file(import, file, at_once, report))
        })
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
        let told = ToldByFile { chart: &chart, own: &own, others: &counters };
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
            import_id: 0,
            told: &told,
        };
        let verdicts = judge.verdicts()?;
        self.check_balances(file.statements.iter(), &mut report);
        note_zeros(&intake, &mut report);
        let sha256 = Hash(Sha256::digest(import.bytes).into());
        if verdicts.judgements.iter().all(|it| matches!(it.verdict, Verdict::Duplicate | Verdict::Zero)) {
            return self.nothing_new(&verdicts, sha256, report);
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
        let standing = standing(&intake, &file.statements, &linked);
        // The lines of a long file are a lot of memory, and the marks need as much.
        let posted = linked.posted;
        drop((verdicts, intake, linked));
        drop(file);
        self.reconcile(standing, &mut report)?;
        self.finish(row, commit, posted, report)
    }

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
                self.finish(stored.row.clone(), true, linked.posted, report)
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
        let judge = Judge {
            imports: self,
            chart: &chart,
            own: &own,
            intake: &intake,
            days: Import::new("", b"").days,
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
    fn own_accounts(&self, chart: &Chart) -> Result<Vec<(AccountId, OwnNames)>> {
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

    fn names_of(&self, chart: &Chart, intake: &Intake<'_>) -> Vec<String> {
        intake.distinct_accounts().into_iter().map(|id| super::read::name_of(chart, id)).collect()
    }

    fn check_balances<'s>(&self, statements: impl Iterator<Item = &'s Statement>, report: &mut ImportReport) {
        for statement in statements {
            let proof = prove(statement);
            report.gaps.extend(proof.gaps.iter().map(ToString::to_string));
            report.notes.extend(proof.notes);
        }
    }

    /// A file in which every line was there before, or moves nothing.
    fn nothing_new(
        &self,
        verdicts: &Verdicts,
        sha256: Hash,
        mut report: ImportReport,
    ) -> Result<ImportReport> {
        super::keep::count(verdicts, &mut report);
        let all = call!(self.book.db(), "reading imports", statement::all(self.book.id()))?;
        let open = all.iter().filter(|row| row.state == ImportState::Open.as_str() && row.sha256 == sha256.0);
        for row in open {
            let id = row.import_id;
            report
                .notes
                .push(format!("import {id} of this same file is still open: ledger import commit {id}"));
        }
        Ok(report)
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

    /// Writes down how far the import got, and the audit event.
    fn finish(
        &self,
        mut row: ImportRow,
        commit: bool,
        posted: Option<(i64, i64)>,
        mut report: ImportReport,
    ) -> Result<ImportReport> {
        let mut opened: Vec<i32> = serde_json::from_str(&row.opened_accounts).unwrap_or_default();
        opened.extend(report.opened.iter().map(|account| account.id.get()));
        row.opened_accounts = json!(opened).to_string();
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
        if !report.checkpoints.is_empty() {
            after["checkpoints"] = report.checkpoints.iter().map(|checkpoint| checkpoint.id).collect();
        }
        let action = if commit { "import.commit" } else { "import.stage" };
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

fn note_zeros(intake: &Intake<'_>, report: &mut ImportReport) {
    let mut zeros = Tally::default();
    for line in intake.lines.iter().filter(|line| line.line.amount.is_zero()) {
        zeros.add(line.line.line.into(), "");
    }
    if zeros.count > 0 {
        report.notes.push(format!("{}: an amount of zero, nothing to post", zeros.lines()));
    }
}

/// The own account that a suggestion names.
fn own_account(chart: &Chart, suggestion: &Suggestion) -> Option<AccountId> {
    let Some(Counter::Account(account)) = &suggestion.counter else { return None };
    let account = match account {
        AccountRef::Id(id) => chart.account(*id)?,
        AccountRef::Name(name) => chart.lookup(name)?,
    };
    is_own(account).then_some(account.id)
}
