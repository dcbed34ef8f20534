//! The verdicts: what the pure engine needs is read set by set, never line by line.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Days, NaiveDate};

use super::Imports;
use super::read::{Intake, name_of};
use crate::Result;
use crate::account::{Account, AccountId, AccountKind, Chart};
use crate::import::{
    Candidate, CounterAccounts, Judgement, KnownLine, Link, OwnNames, Pairing, Reason, Seeking,
    StatementLine, Verdict, evidence, find_duplicates, pair, text_of,
};
use crate::money::Amount;
use crate::store::call;
use crate::store::rows::{date, day};
use crate::store::statement_rows::{FirstSideRow, KnownLineRow};

/// What may stand for an ambiguous line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Choice {
    pub entries: Vec<i64>,
    pub other_line: Option<usize>,
    /// What was kept on the way, where it is a transfer with a fee.
    pub fee: Option<Amount>,
}

/// The verdicts of an import's lines, in their order.
pub(super) struct Verdicts {
    pub judgements: Vec<Judgement>,
    /// What the ambiguous lines have to choose from, by place.
    pub choices: BTreeMap<usize, Choice>,
}

/// Finds the verdicts of one import.
pub(super) struct Judge<'j> {
    pub imports: &'j Imports<'j>,
    pub chart: &'j Chart,
    pub own: &'j [(AccountId, OwnNames)],
    pub intake: &'j Intake<'j>,
    /// How many days a line may lie from what stands for it.
    pub days: u32,
    /// How the file words its lines; see [`crate::import::layout_name`].
    pub layout: String,
    /// Take lines that another format has of the same day and amount for the same.
    pub same_lines: bool,
    /// The import itself, whose lines are no earlier ones; 0 where it was not kept yet.
    pub import_id: i64,
    /// The own account that a rule or the file names as the other side of a line.
    pub told: &'j dyn Fn(usize) -> Option<AccountId>,
}

/// The first side of a transfer, with the account that it is on.
pub(super) struct FirstSide {
    pub account: AccountId,
    /// Nobody has said yet what it was for.
    pub is_open: bool,
    pub text: String,
    pub place: String,
}

impl Judge<'_> {
    pub(super) fn verdicts(&self) -> Result<Verdicts> {
        let zero = |line: &StatementLine| line.amount.is_zero();
        let first = self.intake.lines.iter().map(|line| match zero(line.line) {
            true => Judgement::new(Verdict::Zero, Reason::Nothing),
            false => Judgement::alone(),
        });
        let mut verdicts = Verdicts { judgements: first.collect(), choices: BTreeMap::new() };
        for account in self.intake.distinct_accounts() {
            self.duplicates(account, &mut verdicts)?;
            self.look_alikes(account, &mut verdicts)?;
            self.matches(account, &mut verdicts)?;
        }
        self.transfers_in_the_file(&mut verdicts);
        for account in self.intake.distinct_accounts() {
            self.transfers_from_earlier_files(account, &mut verdicts)?;
        }
        self.unequal_in_the_file(&mut verdicts);
        for account in self.intake.distinct_accounts() {
            self.unequal_from_earlier_files(account, &mut verdicts)?;
        }
        Ok(verdicts)
    }

    /// The places of an account's lines that nothing is known of yet.
    pub(super) fn open_lines(&self, account: AccountId, verdicts: &Verdicts) -> Vec<usize> {
        let is_open = |place: &usize| {
            verdicts.judgements[*place].verdict == Verdict::New && self.intake.account_of(*place) == account
        };
        (0..self.intake.lines.len()).filter(is_open).collect()
    }

    pub(super) fn lines(&self, places: &[usize]) -> Vec<&StatementLine> {
        places.iter().map(|place| self.intake.lines[*place].line).collect()
    }

    /// The first and last day of some lines, with `days` before and after them.
    pub(super) fn span(&self, places: &[usize], days: u32) -> Option<(i32, i32)> {
        let on = places.iter().map(|place| self.intake.lines[*place].line.posted_on);
        let (first, last) = (on.clone().min()?, on.max()?);
        let days = Days::new(days.into());
        let first = first.checked_sub_days(days).unwrap_or(NaiveDate::MIN);
        let last = last.checked_add_days(days).unwrap_or(NaiveDate::MAX);
        Some((day(first), day(last)))
    }

    fn duplicates(&self, account: AccountId, verdicts: &mut Verdicts) -> Result<()> {
        let places = self.open_lines(account, verdicts);
        let Some((first, last)) = self.span(&places, 0) else { return Ok(()) };
        let imports = self.imports;
        let mut known: Vec<KnownLine> = Vec::new();
        let mut take = |row: KnownLineRow| {
            let line = || {
                Some(KnownLine {
                    import_id: row.import_id,
                    line_number: u32::try_from(row.line_number).ok()?,
                    posted_on: date(row.posted_on),
                    minor: row.amount,
                    commodity: self.chart.resolve_commodity(&row.commodity)?,
                    bank_id: row.bank_id.clone().map(String::into_boxed_str),
                    fingerprint: crate::import::Fingerprint::from_slice(&row.fingerprint)?,
                })
            };
            known.extend(line());
        };
        call!(
            imports.book.db(),
            "looking for earlier lines",
            statement::each_known(imports.book.id(), account.0, (first, last), self.import_id, &mut take)
        )?;
        let seen = |place: &usize| (self.intake.lines[*place].line, self.intake.lines[*place].fingerprint);
        let lines: Vec<_> = places.iter().map(seen).collect();
        for (place, found) in places.iter().zip(find_duplicates(&lines, &known)) {
            if let Some(reason) = found {
                verdicts.judgements[*place] = Judgement::new(Verdict::Duplicate, reason);
            }
        }
        Ok(())
    }

    /// Entries with the same amount on the account itself, for which no line of the bank stands yet.
    fn matches(&self, account: AccountId, verdicts: &mut Verdicts) -> Result<()> {
        let places = self.open_lines(account, verdicts);
        let Some(span) = self.span(&places, self.days) else { return Ok(()) };
        let lines = self.lines(&places);
        let seeking = Seeking::new(&lines, self.days);
        let (candidates, other_accounts) = self.entries_without_line(account, &seeking, span)?;
        for (index, pairing) in pair(&seeking, &candidates, &|_, _| true) {
            let place = places[index];
            let name = |candidate: usize| {
                let Candidate { entry, posted_on, text, .. } = &candidates[candidate];
                format!("entry {entry} of {posted_on} \"{text}\"")
            };
            match pairing {
                Pairing::One(candidate) => {
                    let other = other_accounts.get(&candidates[candidate].entry);
                    let verdict = if other.is_some() { Verdict::Transfer } else { Verdict::Match };
                    let side =
                        other.map(|other| format!(", the other side on {}", name_of(self.chart, *other)));
                    let reason = format!(
                        "{} has the same amount on this account{}",
                        name(candidate),
                        side.unwrap_or_default()
                    );
                    let link = Link::Entry(candidates[candidate].entry);
                    verdicts.judgements[place] = Judgement::linked(verdict, link, reason);
                }
                Pairing::Several(several) => {
                    let names: Vec<String> = several.iter().map(|candidate| name(*candidate)).collect();
                    let entries: Vec<i64> = several.iter().map(|place| candidates[*place].entry).collect();
                    let link = if let [only] = entries.as_slice() { Link::Entry(*only) } else { Link::None };
                    let reason = format!("it may be {}", names.join(" or "));
                    self.ambiguous(verdicts, place, link, reason, Choice { entries, ..Choice::default() });
                }
            }
        }
        Ok(())
    }

    pub(super) fn ambiguous(
        &self,
        verdicts: &mut Verdicts,
        place: usize,
        link: Link,
        reason: String,
        choice: Choice,
    ) {
        verdicts.judgements[place] = Judgement::linked(Verdict::Ambiguous, link, reason);
        verdicts.choices.insert(place, choice);
    }

    /// Movements of an account that a line may be of, and of those with another own account, which one that is.
    fn entries_without_line(
        &self,
        account: AccountId,
        seeking: &Seeking<'_>,
        span: (i32, i32),
    ) -> Result<(Vec<Candidate>, HashMap<i64, AccountId>)> {
        let (book, id) = (self.imports.book, self.imports.book.id());
        let wanted = |on: i32, minor: i64| seeking.near(minor, date(on)).next().is_some();
        let doing = "looking for entries that match";
        let rows = call!(book.db(), doing, statement::movements(id, account.0, span, &wanted))?;
        let mut numbers: Vec<i64> = rows.iter().map(|row| row.0).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let texts = self.standing_entries(&numbers)?;
        let claims = call!(book.db(), doing, statement::claims(id, &numbers))?;
        let claimed: HashSet<i64> = claims
            .into_iter()
            .filter(|claim| claim.account_id == account.0)
            .map(|claim| claim.entry_number)
            .collect();
        let mut others = HashMap::new();
        for (entry, _, other) in call!(book.db(), doing, register::accounts_of(id, &numbers))? {
            if other != account.0 && self.is_own(AccountId(other)) {
                others.insert(entry, AccountId(other));
            }
        }
        let mut candidates = Vec::with_capacity(rows.len());
        for (entry, on, commodity, minor) in rows {
            let (Some(text), false) = (texts.get(&entry), claimed.contains(&entry)) else { continue };
            let Some(commodity) = self.chart.commodity(commodity) else { continue };
            let amount = commodity.amount(minor);
            candidates.push(Candidate { entry, posted_on: date(on), amount, text: text.clone() });
        }
        candidates.sort_unstable_by_key(|candidate| (candidate.posted_on, candidate.entry));
        Ok((candidates, others))
    }

    /// The texts of those entries that were not reversed or amended, and are no reversals themselves.
    fn standing_entries(&self, numbers: &[i64]) -> Result<HashMap<i64, String>> {
        let (book, id) = (self.imports.book, self.imports.book.id());
        let doing = "looking for entries that match";
        let reversed: HashSet<i64> =
            call!(book.db(), doing, entry::reversed(id, numbers))?.into_iter().collect();
        let entries = call!(book.db(), doing, entry::by_numbers(id, numbers))?;
        let standing =
            entries.into_iter().filter(|row| row.reverses.is_none() && !reversed.contains(&row.number));
        Ok(standing
            .map(|row| {
                let party = row.party_id.and_then(|id| self.chart.party_name(id)).unwrap_or_default();
                let text = match row.description.contains(party) {
                    true => row.description,
                    false => format!("{party} — {}", row.description),
                };
                (row.number, text)
            })
            .collect())
    }

    fn is_own(&self, id: AccountId) -> bool {
        self.chart.account(id).is_some_and(is_own)
    }

    pub(super) fn names(&self, id: AccountId) -> &OwnNames {
        static NONE: std::sync::OnceLock<OwnNames> = std::sync::OnceLock::new();
        let found = self.own.iter().find(|(own, _)| *own == id).map(|(_, names)| names);
        found.unwrap_or_else(|| NONE.get_or_init(OwnNames::default))
    }

    /// Why a line and an opposite movement on another own account are one transfer.
    pub(super) fn evidence(&self, place: usize, text: &str, other: AccountId) -> Option<&'static str> {
        let line = &self.intake.lines[place];
        if (self.told)(place) == Some(other) {
            return Some("a rule or the file names the other account");
        }
        let account = self.intake.account_of(place);
        evidence((&text_of(line.line), self.names(account)), (text, self.names(other)))
    }

    /// Two lines of this file, on two own accounts.
    fn transfers_in_the_file(&self, verdicts: &mut Verdicts) {
        let accounts = self.intake.distinct_accounts();
        for (number, &account) in accounts.iter().enumerate() {
            for &other in &accounts[number + 1..] {
                for sure in [true, false] {
                    self.transfers_between(account, other, sure, verdicts);
                }
            }
        }
    }

    fn transfers_between(&self, account: AccountId, other: AccountId, sure: bool, verdicts: &mut Verdicts) {
        let (places, others) = (self.open_lines(account, verdicts), self.open_lines(other, verdicts));
        let lines = self.lines(&places);
        let seeking = Seeking::new(&lines, self.days);
        let opposite = |place: &usize| {
            let line = self.intake.lines[*place].line;
            let (amount, text) = (line.amount.negate().ok()?, line.description());
            Some(Candidate { entry: *place as i64, posted_on: line.posted_on, amount, text })
        };
        let candidates: Vec<Candidate> = others.iter().filter_map(opposite).collect();
        let place_of = |candidate: usize| usize::try_from(candidates[candidate].entry).unwrap_or_default();
        let told = |line: usize, candidate: usize| {
            let (one, two) = (places[line], place_of(candidate));
            let text = text_of(self.intake.lines[two].line);
            self.evidence(one, &text, other).or_else(|| {
                let text = text_of(self.intake.lines[one].line);
                self.evidence(two, &text, account)
            })
        };
        let fits = |line: usize, candidate: usize| !sure || told(line, candidate).is_some();
        for (index, pairing) in pair(&seeking, &candidates, &fits) {
            let place = places[index];
            match pairing {
                Pairing::One(candidate) => {
                    let two = place_of(candidate);
                    let because = told(index, candidate);
                    for (one, two) in [(place, two), (two, place)] {
                        let on = name_of(self.chart, self.intake.account_of(two));
                        let side = format!("line {} has the opposite amount on {on}", two + 1);
                        let choice = Choice { other_line: Some(two), ..Choice::default() };
                        match because {
                            Some(because) => {
                                let reason = format!("{side}, and {because}");
                                verdicts.judgements[one] =
                                    Judgement::linked(Verdict::Transfer, Link::Line(two), reason);
                            }
                            None => {
                                let reason = format!("{side}, but no text says that it is a transfer");
                                self.ambiguous(verdicts, one, Link::Line(two), reason, choice);
                            }
                        }
                    }
                }
                Pairing::Several(several) => {
                    let lines: Vec<String> =
                        several.iter().map(|candidate| (place_of(*candidate) + 1).to_string()).collect();
                    let on = name_of(self.chart, other);
                    let reason = format!("it may be a transfer with line {} on {on}", lines.join(" or "));
                    let other_line = several.first().map(|candidate| place_of(*candidate));
                    let choice = Choice { other_line, ..Choice::default() };
                    self.ambiguous(verdicts, place, Link::None, reason, choice);
                }
            }
        }
    }

    /// A line whose other side an earlier file brought, on another own account, without anybody knowing this one.
    fn transfers_from_earlier_files(&self, account: AccountId, verdicts: &mut Verdicts) -> Result<()> {
        for sure in [true, false] {
            let places = self.open_lines(account, verdicts);
            let Some(span) = self.span(&places, self.days) else { return Ok(()) };
            let lines = self.lines(&places);
            let seeking = Seeking::new(&lines, self.days);
            let wanted = |row: &FirstSideRow| {
                let minor = row.amount.checked_neg();
                minor.is_some_and(|minor| seeking.near(minor, date(row.posted_on)).next().is_some())
            };
            let (candidates, sides) = self.first_sides(account, span, &wanted)?;
            let told = |index: usize, candidate: usize| {
                self.evidence(places[index], &sides[candidate].text, sides[candidate].account)
            };
            // Without a word for it, only what nobody has put into a category yet may be a transfer.
            let fits = |index: usize, candidate: usize| match sure {
                true => told(index, candidate).is_some(),
                false => sides[candidate].is_open,
            };
            for (index, pairing) in pair(&seeking, &candidates, &fits) {
                let place = places[index];
                let name = |candidate: usize| {
                    let FirstSide { account, place, .. } = &sides[candidate];
                    let entry = candidates[candidate].entry;
                    format!(
                        "entry {entry} ({place}) has the opposite amount on {}",
                        name_of(self.chart, *account)
                    )
                };
                match pairing {
                    Pairing::One(candidate) => {
                        let entry = candidates[candidate].entry;
                        let link = Link::Adjust(entry);
                        let choice = Choice { entries: vec![entry], ..Choice::default() };
                        let side = name(candidate);
                        match told(index, candidate) {
                            Some(because) if sides[candidate].is_open => {
                                let reason = format!("{side}, and {because}");
                                verdicts.judgements[place] =
                                    Judgement::linked(Verdict::Transfer, link, reason);
                            }
                            Some(_) => {
                                let reason = format!("{side}, but it has a category already");
                                self.ambiguous(verdicts, place, link, reason, choice);
                            }
                            None => {
                                let reason = format!("{side}, but no text says that it is a transfer");
                                self.ambiguous(verdicts, place, link, reason, choice);
                            }
                        }
                    }
                    Pairing::Several(several) => {
                        let names: Vec<String> = several.iter().map(|candidate| name(*candidate)).collect();
                        let entries: Vec<i64> =
                            several.iter().map(|place| candidates[*place].entry).collect();
                        let link =
                            if let [only] = entries.as_slice() { Link::Adjust(*only) } else { Link::None };
                        let reason = format!("it may be a transfer: {}", names.join(", or "));
                        self.ambiguous(
                            verdicts,
                            place,
                            link,
                            reason,
                            Choice { entries, ..Choice::default() },
                        );
                    }
                }
            }
        }
        Ok(())
    }

    /// Entries that were posted for lines of other own accounts and have no other own account yet.
    pub(super) fn first_sides(
        &self,
        account: AccountId,
        span: (i32, i32),
        wanted: &dyn Fn(&FirstSideRow) -> bool,
    ) -> Result<(Vec<Candidate>, Vec<FirstSide>)> {
        let (book, id) = (self.imports.book, self.imports.book.id());
        let doing = "looking for transfers";
        let mut rows = Vec::new();
        for other in self.chart.accounts().iter().filter(|other| is_own(other) && other.id != account) {
            let found = call!(book.db(), doing, statement::first_sides(id, other.id.0, span, wanted))?;
            rows.extend(found.into_iter().map(|row| (other.id, row)));
        }
        let mut numbers: Vec<i64> = rows.iter().map(|(_, row)| row.entry_number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let standing = self.standing_entries(&numbers)?;
        let mut others: HashMap<i64, Vec<AccountId>> = HashMap::new();
        for (entry, _, other) in call!(book.db(), doing, register::accounts_of(id, &numbers))? {
            others.entry(entry).or_default().push(AccountId(other));
        }
        let (mut candidates, mut sides) = (Vec::new(), Vec::new());
        for (side, row) in rows {
            let accounts = others.get(&row.entry_number).cloned().unwrap_or_default();
            let counters: Vec<AccountId> = accounts.into_iter().filter(|other| *other != side).collect();
            let is_transfer = counters.iter().any(|other| self.is_own(*other));
            let (Some(commodity), Some(minor)) =
                (self.chart.resolve_commodity(&row.commodity), row.amount.checked_neg())
            else {
                continue;
            };
            if is_transfer || !standing.contains_key(&row.entry_number) {
                continue;
            }
            let parts = [&row.payee, &row.narrative, &row.memo, &row.reference];
            let text = parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
            candidates.push(Candidate {
                entry: row.entry_number,
                posted_on: date(row.posted_on),
                amount: commodity.amount(minor),
                text: text.clone(),
            });
            let is_open = counters.iter().all(|counter| {
                let name = name_of(self.chart, *counter);
                [CounterAccounts::MONEY_OUT, CounterAccounts::MONEY_IN].contains(&name.as_str())
            });
            let place = format!("line {} of import {}", row.line_number, row.import_id);
            sides.push(FirstSide { account: side, is_open, text, place });
        }
        Ok((candidates, sides))
    }
}

/// Whether an account is the owner's own, so that money on it can be transferred.
pub(super) fn is_own(account: &Account) -> bool {
    matches!(account.kind, AccountKind::Asset | AccountKind::Liability)
}
