//! Keeping the lines of an import with what becomes of them: waiting, or posted and linked, some thousands at a time.

use std::collections::HashMap;

use super::Imports;
use super::judge::Verdicts;
use super::read::Intake;
use super::rows::{Proposed, StoredDetail};
use crate::account::{AccountId, Chart};
use crate::import::{
    Counter, CounterAccounts, Decision, Decisions, Drafter, ImportReport, Judgement, LineState, Link, Reason,
    SuggestLine, Suggestion, Verdict, split_line,
};
use crate::journal::{AccountRef, BalancedEntry};
use crate::store::call;
use crate::store::rows::day;
use crate::store::statement_rows::NewStatementLineRow;
use crate::{Error, ErrorKind, Result};

/// How many lines are kept and posted at once; the whole import is one transaction all the same.
const BATCH: usize = 5_000;

/// What is done for a line.
enum Step {
    Wait,
    Drop,
    Skip,
    Post,
    Link(i64),
    Adjust(i64),
    /// The entry of the line of another format that this is, if it has one.
    Same,
    /// The entry of an earlier line of the file.
    Share(usize),
}

/// What became of a line.
struct Kept {
    state: LineState,
    entry: Option<i64>,
    replaced: Option<i64>,
    proposed: Proposed,
    reason: String,
    detail: Option<String>,
}

/// An import whose lines are kept.
pub(super) struct Keeper<'k> {
    pub imports: &'k Imports<'k>,
    pub import_id: i64,
    pub intake: &'k Intake<'k>,
    pub verdicts: &'k Verdicts,
    /// Each line's own text.
    pub raw: &'k dyn Fn(usize) -> &'k str,
    /// What is proposed for the other side of a line.
    pub suggest: &'k dyn Fn(usize, &SuggestLine<'_>) -> Suggestion,
    /// Post and link now, instead of letting the lines wait.
    pub commit: bool,
    /// Open accounts that suggestions name and that are missing.
    pub create: bool,
    pub decisions: &'k Decisions,
}

/// What keeping the lines came to.
#[derive(Default)]
pub(super) struct Linked {
    /// The first and last entry that was posted.
    pub posted: Option<(i64, i64)>,
    /// The entry that stands for each line that has one, by the line's place.
    pub entries: Vec<(usize, i64)>,
}

impl Keeper<'_> {
    /// Keeps all lines and counts what they came to.
    pub(super) fn keep(&self, report: &mut ImportReport) -> Result<Linked> {
        let (mut drafter, mut done) = (Drafter::default(), Linked::default());
        done.entries.reserve_exact(self.intake.lines.len());
        // The entries of lines that a later line shares.
        let mut shared: HashMap<usize, i64> = HashMap::new();
        let mut linked: HashMap<(AccountId, i64), usize> = HashMap::new();
        for first in (0..self.intake.lines.len()).step_by(BATCH) {
            let places = first..(first + BATCH).min(self.intake.lines.len());
            let steps = places.clone().map(|place| self.step(place, report)).collect::<Result<Vec<_>>>()?;
            self.refuse_linked_twice(places.clone(), &steps, &mut linked)?;
            let mut suggestions: Vec<Option<Suggestion>> = Vec::with_capacity(places.len());
            let chart = self.imports.book.chart()?;
            for (place, step) in places.clone().zip(&steps) {
                let wants = matches!(step, Step::Post | Step::Wait);
                suggestions.push(wants.then(|| self.suggestion(place, &chart)).transpose()?);
            }
            let numbers = self.post(places.clone(), &steps, &suggestions, &mut drafter, report)?;
            if let (Some(first), Some(last)) = (numbers.first(), numbers.last()) {
                done.posted = Some((done.posted.map_or(*first, |(first, _)| first), *last));
            }
            let mut numbers = numbers.into_iter();
            let chart = self.imports.book.chart()?;
            let mut kept = Vec::with_capacity(places.len());
            for ((place, step), suggestion) in places.clone().zip(steps).zip(suggestions) {
                let entry = match (&step, &suggestion) {
                    (Step::Post, Some(Suggestion { counter: Some(Counter::Skip), .. }))
                    | (Step::Post, None) => None,
                    (Step::Post, _) => numbers.next(),
                    _ => None,
                };
                if let (Some(entry), Some(_)) = (entry, self.other_side(place)) {
                    shared.insert(place, entry);
                }
                kept.push(self.settle(place, step, suggestion, entry, &shared, &chart, report)?);
            }
            self.insert(places.clone(), &kept)?;
            done.entries.extend(places.zip(&kept).filter_map(|(place, kept)| Some((place, kept.entry?))));
        }
        report.notes.extend(drafter.notes());
        Ok(done)
    }

    pub(super) fn judgement(&self, place: usize) -> &Judgement {
        &self.verdicts.judgements[place]
    }

    /// What a line's verdict and a person's decision come to.
    fn step(&self, place: usize, report: &mut ImportReport) -> Result<Step> {
        let judgement = self.judgement(place);
        let counts = &mut report.counts;
        let decision = self.decision(place);
        let step = match (judgement.verdict, decision) {
            (_, Some(Decision::Skip)) => Step::Skip,
            (Verdict::Zero, _) => Step::Drop,
            (_, Some(Decision::Account(_) | Decision::Split(_) | Decision::New)) => Step::Post,
            _ if super::look_alikes::is_same(judgement, decision) => {
                counts.duplicates += 1;
                return Ok(Step::Same);
            }
            (_, Some(Decision::Link(entry))) => self.chosen(place, *entry)?,
            (Verdict::Duplicate, _) => {
                counts.duplicates += 1;
                return Ok(Step::Drop);
            }
            (Verdict::Ambiguous, None) => {
                counts.questions += 1;
                return Ok(Step::Wait);
            }
            (_, _) => match judgement.link {
                Link::None if judgement.verdict == Verdict::Ambiguous => return Err(self.undecided(place)),
                Link::None | Link::Same(_) => Step::Post,
                Link::Entry(entry) => Step::Link(entry),
                Link::Adjust(entry) => Step::Adjust(entry),
                Link::Line(_) => match self.other_side(place) {
                    Some(other) if other < place => Step::Share(other),
                    _ => Step::Post,
                },
            },
        };
        match step {
            Step::Drop | Step::Skip => counts.skipped += 1,
            Step::Post => counts.posted += 1,
            _ => counts.matched += 1,
        }
        Ok(step)
    }

    /// What was decided about a line, by its number or for all.
    fn decision(&self, place: usize) -> Option<&Decision> {
        let own = u32::try_from(place + 1).ok().and_then(|number| self.decisions.lines.get(&number));
        own.or_else(|| self.decisions.accept_all.then_some(&Decision::Accept))
    }

    /// The line of the file that is the other side of this one, unless a person made something else of either.
    fn other_side(&self, place: usize) -> Option<usize> {
        let Link::Line(other) = self.judgement(place).link else { return None };
        let is_free = |place| matches!(self.decision(place), None | Some(Decision::Accept));
        (is_free(place) && is_free(other)).then_some(other)
    }

    fn undecided(&self, place: usize) -> Error {
        let line = place + 1;
        let reason = &self.judgement(place).reason;
        let id = self.import_id;
        let advice = format!(
            "line {line} of import {id} cannot simply be accepted, because {reason}: say which entry it is with \
             --link {line}=ENTRY, or --new {line}"
        );
        ErrorKind::NeedsReview(advice).into()
    }

    /// The entry that a person chose for a line.
    fn chosen(&self, place: usize, number: i64) -> Result<Step> {
        let book = self.imports.book;
        let line = self.intake.lines[place].line;
        let account = self.intake.account_of(place);
        let refuse = |reason: String| {
            let name = number.to_string();
            Error::from(ErrorKind::NotAllowed { what: "entry", name, verb: "linked", reason })
        };
        let entry = book.entry(number)?;
        if let (Some(by), _) = book.journal().corrections(number)? {
            return Err(refuse(format!("entry {by} reversed it (link the one that stands)")));
        }
        let claims = call!(book.db(), "looking for lines", statement::claims(book.id(), &[number]))?;
        if let Some(claim) = claims.iter().find(|claim| claim.account_id == account.get()) {
            let (line, import) = (claim.line_number, claim.import_id);
            return Err(refuse(format!("it stands for line {line} of import {import} already")));
        }
        let own = entry.lines.iter().find(|own| own.account_id == account);
        match own {
            Some(_)
                if entry.lines.iter().any(|own| own.account_id == account && own.amount == line.amount) =>
            {
                Ok(Step::Link(number))
            }
            Some(own) => {
                let reason = format!("it has {} on {}, the line is {}", own.amount, own.account, line.amount);
                Err(refuse(reason))
            }
            None => self.adjusted(place, &entry).map(|_| Step::Adjust(number)),
        }
    }

    /// An entry stands for one line of an account only.
    fn refuse_linked_twice(
        &self,
        places: std::ops::Range<usize>,
        steps: &[Step],
        linked: &mut HashMap<(AccountId, i64), usize>,
    ) -> Result<()> {
        for (place, step) in places.zip(steps) {
            let (Step::Link(entry) | Step::Adjust(entry)) = step else { continue };
            if let Some(other) = linked.insert((self.intake.account_of(place), *entry), place) {
                let reason = format!("lines {} and {} cannot both be it", other + 1, place + 1);
                let name = entry.to_string();
                return Err(ErrorKind::NotAllowed { what: "entry", name, verb: "linked", reason }.into());
            }
        }
        Ok(())
    }

    fn suggestion(&self, place: usize, chart: &Chart) -> Result<Suggestion> {
        let line = self.intake.lines[place].line;
        let account = self.intake.account_of(place);
        let account =
            chart.account(account).ok_or_else(|| super::rows::corrupt("a statement has no account"))?;
        let mut suggestion = (self.suggest)(place, &SuggestLine { account, line, raw: (self.raw)(place) });
        let told = match (self.decision(place), self.other_side(place)) {
            (Some(Decision::Account(account)), _) => Counter::Account(account.clone()),
            (Some(Decision::Split(splits)), _) => Counter::Splits(split_line(place, line.amount, splits)?),
            (_, Some(other)) if self.judgement(place).verdict == Verdict::Transfer => {
                self.other_account(place, other)?
            }
            _ => return Ok(suggestion),
        };
        suggestion.counter = Some(told);
        (suggestion.confidence, suggestion.rule) = (crate::import::CERTAIN, None);
        suggestion.reason = "told".into();
        Ok(suggestion)
    }

    /// Posts the entries of a batch; returns their numbers, in the order of their lines.
    fn post(
        &self,
        places: std::ops::Range<usize>,
        steps: &[Step],
        suggestions: &[Option<Suggestion>],
        drafter: &mut Drafter,
        report: &mut ImportReport,
    ) -> Result<Vec<i64>> {
        if !self.commit {
            return Ok(Vec::new());
        }
        let mut entries: Vec<BalancedEntry> = Vec::new();
        let mut chart = self.imports.book.chart()?;
        for ((place, step), suggestion) in places.zip(steps).zip(suggestions) {
            let (Step::Post, Some(suggestion)) = (step, suggestion) else { continue };
            let Some(counter) = suggestion.counter.as_ref().filter(|counter| **counter != Counter::Skip)
            else {
                report.counts.posted -= 1;
                report.counts.skipped += 1;
                continue;
            };
            let account = self.intake.account_of(place);
            if self.open_missing(&chart, account, counter, report)? {
                chart = self.imports.book.chart()?;
            }
            let line = self.intake.lines[place].line;
            entries.push(drafter.draft(line, account.into(), suggestion)?.balance()?);
        }
        let receipts = self.imports.book.journal().post_all(entries)?;
        Ok(receipts.into_iter().map(|receipt| receipt.entry.number).collect())
    }

    /// Opens the accounts of the other side that are missing and may be; tells whether there were any.
    fn open_missing(
        &self,
        chart: &Chart,
        own: AccountId,
        counter: &Counter,
        report: &mut ImportReport,
    ) -> Result<bool> {
        let (one, splits) = match counter {
            Counter::Account(account) => (Some(account), [].as_slice()),
            Counter::Splits(splits) => (None, splits.as_slice()),
            Counter::Skip => (None, [].as_slice()),
        };
        let mut opened = false;
        for account in one.into_iter().chain(splits.iter().map(|split| &split.account)) {
            let id = match account {
                AccountRef::Id(id) => *id,
                AccountRef::Name(name) => match chart.lookup(name) {
                    Some(account) => account.id,
                    None => {
                        let default = [CounterAccounts::MONEY_OUT, CounterAccounts::MONEY_IN];
                        let create = self.create || default.contains(&name.as_str());
                        opened = true;
                        self.imports.account(name, create, report)?.id
                    }
                },
            };
            if id == own {
                let name = super::read::name_of(chart, own);
                return Err(ErrorKind::Misuse(format!("{name} cannot be its own counter account")).into());
            }
        }
        Ok(opened)
    }

    /// Does what is left to do for a line once the entries of its batch are posted.
    #[allow(clippy::too_many_arguments)]
    fn settle(
        &self,
        place: usize,
        step: Step,
        suggestion: Option<Suggestion>,
        entry: Option<i64>,
        shared: &HashMap<usize, i64>,
        chart: &Chart,
        report: &mut ImportReport,
    ) -> Result<Kept> {
        let judgement = self.judgement(place);
        let detail = self.intake.lines[place].line.detail.as_deref();
        let mut kept = Kept {
            state: LineState::Waiting,
            entry,
            replaced: None,
            proposed: suggestion.as_ref().map(|said| Proposed::new(said, chart)).unwrap_or_default(),
            // Of a line that is like nothing there is nothing to tell; it is said when it is shown.
            reason: if judgement.reason == Reason::Alone {
                String::new()
            } else {
                judgement.reason.to_string()
            },
            detail: detail.and_then(|detail| serde_json::to_string(&StoredDetail::new(detail)).ok()),
        };
        match step {
            Step::Drop => kept.state = LineState::Dropped,
            Step::Skip => kept.state = LineState::Skipped,
            Step::Wait => {
                let number = |place: usize| u32::try_from(place + 1).unwrap_or(u32::MAX);
                report.questions.push(question(self.verdicts, place, number));
            }
            _ if !self.commit => {}
            Step::Post if entry.is_some() => kept.state = LineState::Posted,
            Step::Post => kept.state = LineState::Skipped,
            Step::Link(number) => (kept.state, kept.entry) = (LineState::Matched, Some(number)),
            Step::Same => {
                kept.entry = match judgement.link {
                    Link::Same(entry) => entry,
                    _ => None,
                };
                kept.state = if kept.entry.is_some() { LineState::Matched } else { LineState::Skipped };
            }
            Step::Share(other) => {
                let lost = || super::rows::corrupt("the first side of a transfer was not posted");
                kept.entry = Some(*shared.get(&other).ok_or_else(lost)?);
                kept.state = LineState::Matched;
            }
            Step::Adjust(number) => {
                let replacement = self.adjusted(place, &self.imports.book.entry(number)?)?;
                let entry = self.imports.book.journal().amend(number, replacement)?;
                (kept.state, kept.entry) = (LineState::Adjusted, Some(entry.number));
                kept.replaced = Some(number);
            }
        }
        Ok(kept)
    }

    fn insert(&self, places: std::ops::Range<usize>, kept: &[Kept]) -> Result<()> {
        let book = self.imports.book;
        let rows: Vec<NewStatementLineRow<'_>> =
            places.zip(kept).map(|(place, kept)| self.row(book.id(), place, kept)).collect();
        call!(book.db(), "keeping statement lines", statement::insert_lines(&rows))
    }

    fn row<'r>(&'r self, book_id: i64, place: usize, kept: &'r Kept) -> NewStatementLineRow<'r> {
        let own = &self.intake.lines[place];
        let (line, texts) = (own.line, own.line.texts());
        NewStatementLineRow {
            book_id,
            import_id: self.import_id,
            line_number: i32::try_from(place + 1).unwrap_or(i32::MAX),
            statement_number: i32::try_from(own.statement + 1).unwrap_or(i32::MAX),
            account_id: self.intake.account_of(place).get(),
            file_line: i32::try_from(line.line).unwrap_or(i32::MAX),
            raw_text: (self.raw)(place),
            posted_on: day(line.posted_on),
            value_on: line.value_on.map(day),
            commodity: line.amount.commodity_ref().code(),
            amount: line.amount.minor(),
            payee: texts.payee,
            narrative: texts.narrative,
            memo: texts.memo,
            reference: texts.reference,
            bank_id: texts.bank_id,
            balance: line.balance,
            detail: kept.detail.as_deref(),
            fingerprint: &own.fingerprint.0,
            verdict: self.judgement(place).verdict.as_str(),
            reason: &kept.reason,
            proposed_account_id: kept.proposed.account_id,
            confidence: kept.proposed.confidence,
            rule: kept.proposed.rule.as_deref(),
            proposal: kept.proposed.json.as_deref(),
            state: kept.state.as_str(),
            entry_number: kept.entry,
            replaced_entry: kept.replaced,
        }
    }
}

/// Counts what verdicts come to, without doing anything.
pub(super) fn count(verdicts: &Verdicts, report: &mut ImportReport) {
    let number = |place: usize| u32::try_from(place + 1).unwrap_or(u32::MAX);
    for (place, judgement) in verdicts.judgements.iter().enumerate() {
        let counts = &mut report.counts;
        match judgement.verdict {
            Verdict::New => counts.posted += 1,
            Verdict::Transfer if matches!(judgement.link, Link::Line(other) if other > place) => {
                counts.posted += 1
            }
            Verdict::Match | Verdict::Transfer => counts.matched += 1,
            Verdict::Duplicate => counts.duplicates += 1,
            Verdict::Zero => counts.skipped += 1,
            Verdict::Ambiguous => {
                counts.questions += 1;
                report.questions.push(question(verdicts, place, number));
            }
        }
    }
}

fn question(verdicts: &Verdicts, place: usize, number: impl Fn(usize) -> u32) -> crate::import::Question {
    let choice = verdicts.choices.get(&place).cloned().unwrap_or_default();
    crate::import::Question {
        line: number(place),
        reason: verdicts.judgements[place].reason.to_string(),
        candidates: choice.entries,
        other_line: choice.other_line.map(number),
        fee: choice.fee,
    }
}
