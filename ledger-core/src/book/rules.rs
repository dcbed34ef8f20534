//! The import rules of a book: kept in their order, each change with an audit event, and their accounts checked.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::Book;
use crate::account::{AccountId, AccountKind, Chart};
use crate::import::CounterAccounts;
use crate::import::rule::{LineView, Observation, Rule, RuleSet, RuleSuggestion, suggest_rules};
use crate::journal::{Entry, Line};
use crate::money::Amount;
use crate::store::call;
use crate::store::rows::RuleRow;
use crate::text::normalize;
use crate::{Error, ErrorKind, Result};

/// Positions of neighbours lie so far apart, so that a rule can be moved between them without touching others.
const GAP: i64 = 1 << 20;
/// How many entries are read at once to find habits in.
const PAGE: usize = 1_000;
/// How many names a refusal repeats.
const NAMES_SHOWN_MAX: usize = 5;

/// The import rules of a book: `book.rules()`.
///
/// ```
/// use ledger_core::account::NewAccount;
/// use ledger_core::import::rule::{LineView, read_rules};
/// use ledger_core::{Ledger, NewBook, Session};
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("home.sqlite");
/// # let path = path.to_str().unwrap();
/// let ledger = Ledger::open_or_create(path, Session::new("anna", chrono::Utc::now))?;
/// let book = ledger.create_book(NewBook::personal("home", "EUR"))?;
/// book.accounts().open(NewAccount::new("Expenses:Food"))?;
///
/// let file = "[[rule]]\nname = \"Rewe\"\nwhen = { payee = \"rewe\" }\nset = { account = \"Expenses:Food\" }\n";
/// for rule in read_rules(file).unwrap() {
///     book.rules().add(&rule, None)?;
/// }
/// let line = LineView::new("Assets:Bank", "2026-03-02".parse().unwrap(), book.amount("-5 EUR")?);
/// let set = book.rules().set()?;
/// assert_eq!(set.apply(&LineView { payee: Some("Rewe City"), ..line }).fired.len(), 1);
/// # Ok::<(), ledger_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Rules<'b> {
    pub(super) book: &'b Book<'b>,
}

/// A rule as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRule {
    /// Its number, which stays.
    pub id: i32,
    /// Its place in the order, from 1.
    pub place: usize,
    /// The rule.
    pub rule: Rule,
}

/// What becomes of rules that are there already when others are brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RuleImport {
    /// A name that is taken is refused.
    #[default]
    Add,
    /// A rule of the same name is replaced in its place; the others are added at the end.
    Update,
    /// All others are removed.
    ReplaceAll,
}

/// What bringing in rules came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RuleImported {
    /// How many are new.
    pub added: usize,
    /// How many took the place of another content.
    pub changed: usize,
    /// How many were there already with the same content.
    pub unchanged: usize,
    /// How many were removed.
    pub removed: usize,
}

impl Rules<'_> {
    /// All rules, in their order.
    ///
    /// # Errors
    /// [`ErrorKind::Corrupt`] for a stored rule that is none.
    pub fn list(&self) -> Result<Vec<StoredRule>> {
        let rows = self.rows()?;
        rows.iter().enumerate().map(|(index, row)| stored(row, index + 1)).collect()
    }

    /// The rule with this name; case and Unicode form do not matter.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] with names that are close.
    pub fn get(&self, name: &str) -> Result<StoredRule> {
        let rows = self.rows()?;
        let index = find(&rows, name)?;
        stored(&rows[index], index + 1)
    }

    /// The rules that are in use, ready to be applied.
    ///
    /// # Errors
    /// As [`RuleSet::new`].
    pub fn set(&self) -> Result<RuleSet> {
        RuleSet::new(self.list()?.into_iter().map(|stored| stored.rule))
    }

    /// Adds a rule, at a place from 1 or at the end.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] for a name that is taken, [`ErrorKind::NotFound`] for an account that the rule
    /// names and that is not there, with what it might be, and as [`Rule::check`].
    pub fn add(&self, rule: &Rule, place: Option<usize>) -> Result<StoredRule> {
        self.book.change(|_, chart| {
            self.check(rule, chart)?;
            let rows = self.rows()?;
            refuse_taken(&rows, &rule.name, None)?;
            let index = place.unwrap_or(usize::MAX).saturating_sub(1).min(rows.len());
            let position = self.room(&rows, index)?;
            let id = call!(self.book.db(), "numbering a rule", rule::last_id(self.book.id()))? + 1;
            self.insert(&self.row(id, position, rule))?;
            Ok(StoredRule { id, place: index + 1, rule: rule.clone() })
        })
    }

    /// Puts another content in the place of a rule; its name may be another one too.
    ///
    /// # Errors
    /// As [`Rules::get`] and [`Rules::add`].
    pub fn replace(&self, name: &str, rule: &Rule) -> Result<StoredRule> {
        self.book.change(|_, chart| {
            self.check(rule, chart)?;
            let rows = self.rows()?;
            let index = find(&rows, name)?;
            let before = &rows[index];
            refuse_taken(&rows, &rule.name, Some(before.rule_id))?;
            self.rewrite(before, self.row(before.rule_id, before.position, rule))?;
            Ok(StoredRule { id: before.rule_id, place: index + 1, rule: rule.clone() })
        })
    }

    /// Moves a rule to a place from 1; a place behind the last is the last.
    ///
    /// # Errors
    /// As [`Rules::get`].
    pub fn move_to(&self, name: &str, place: usize) -> Result<StoredRule> {
        self.book.change(|_, _| {
            let mut rows = self.rows()?;
            let row = rows.remove(find(&rows, name)?);
            let index = place.saturating_sub(1).min(rows.len());
            let between = |index: usize| index.checked_sub(1).and_then(|before| rows.get(before));
            let after = rows.get(index).map_or(i64::MAX, |next| next.position);
            // A rule that is where it should be stays there, and nothing is written.
            if between(index).is_none_or(|before| before.position < row.position) && row.position < after {
                return stored(&row, index + 1);
            }
            let position = self.room(&rows, index)?;
            let moved = RuleRow { position, ..row.clone() };
            self.rewrite(&row, moved.clone())?;
            stored(&moved, index + 1)
        })
    }

    /// Takes a rule into use, or out of it.
    ///
    /// # Errors
    /// As [`Rules::get`].
    pub fn set_enabled(&self, name: &str, enabled: bool) -> Result<StoredRule> {
        self.book.change(|_, _| {
            let rows = self.rows()?;
            let index = find(&rows, name)?;
            let row = RuleRow { enabled: enabled.into(), ..rows[index].clone() };
            self.rewrite(&rows[index], row.clone())?;
            stored(&row, index + 1)
        })
    }

    /// Removes a rule and returns it.
    ///
    /// # Errors
    /// As [`Rules::get`].
    pub fn remove(&self, name: &str) -> Result<StoredRule> {
        self.book.change(|_, _| {
            let rows = self.rows()?;
            let index = find(&rows, name)?;
            self.delete(&rows[index])?;
            stored(&rows[index], index + 1)
        })
    }

    /// Brings in rules in their order, as one unit.
    ///
    /// # Errors
    /// As [`Rules::add`], for the first rule that is refused; nothing is changed then.
    pub fn import(&self, rules: &[Rule], mode: RuleImport) -> Result<RuleImported> {
        self.book.change(|_, chart| {
            let mut done = RuleImported::default();
            let mut rows = self.rows()?;
            let mut names = HashSet::new();
            for rule in rules {
                self.check(rule, chart)?;
                if !names.insert(normalize(&rule.name)) {
                    return Err(taken(&rule.name));
                }
            }
            if mode == RuleImport::ReplaceAll {
                for row in rows.extract_if(.., |row| !names.contains(&row.normalized_name)) {
                    self.delete(&row)?;
                    done.removed += 1;
                }
            }
            let mut id = call!(self.book.db(), "numbering a rule", rule::last_id(self.book.id()))?;
            let mut last = rows.last().map_or(0, |row| row.position);
            for (index, rule) in rules.iter().enumerate() {
                // With all others gone, the order is that of the import.
                let place = (mode == RuleImport::ReplaceAll).then_some((index as i64 + 1) * GAP);
                let known = rows.iter().find(|row| row.normalized_name == normalize(&rule.name));
                let Some(known) = known else {
                    (id, last) = (id + 1, last + GAP);
                    self.insert(&self.row(id, place.unwrap_or(last), rule))?;
                    done.added += 1;
                    continue;
                };
                if mode == RuleImport::Add {
                    return Err(taken(&rule.name));
                }
                match self.rewrite(known, self.row(known.rule_id, place.unwrap_or(known.position), rule))? {
                    true => done.changed += 1,
                    false => done.unchanged += 1,
                }
            }
            Ok(done)
        })
    }

    /// The accounts that rules in use name and that the book does not have, each with the rule.
    ///
    /// # Errors
    /// When the database fails.
    pub fn unknown_accounts(&self, set: &RuleSet) -> Result<Vec<(String, Error)>> {
        let chart = self.book.chart()?;
        let mut unknown = Vec::new();
        for rule in set.rules() {
            unknown.extend(missing(rule, &chart).into_iter().map(|error| (rule.name.clone(), error)));
        }
        Ok(unknown)
    }

    /// Rules that the book's entries propose: who went to the same account again and again, and never elsewhere.
    ///
    /// An entry counts that moves an amount between one account of the owner's and one of income or expense; entries
    /// that were amended count as they are now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn suggest(&self) -> Result<Vec<RuleSuggestion>> {
        let open = [CounterAccounts::MONEY_OUT, CounterAccounts::MONEY_IN].map(normalize);
        let entries = self.entries()?;
        let observations: Vec<Observation<'_>> = entries.iter().map(Seen::observation).collect();
        Ok(suggest_rules(&observations, &self.set()?, &|account| open.contains(&normalize(account))))
    }

    /// All entries that may have been statement lines and that stand: neither reversed nor themselves a reversal.
    /// An entry that was amended is reversed, and the one in its place is not.
    fn entries(&self) -> Result<Vec<Seen>> {
        let accounts = self.book.accounts().list()?;
        let kinds: HashMap<AccountId, AccountKind> =
            accounts.into_iter().map(|account| (account.id, account.kind)).collect();
        let last = self.book.head()?.number;
        let (mut seen, mut undone) = (Vec::new(), HashSet::new());
        for first in (1..=last).step_by(PAGE) {
            for entry in self.book.journal().range(first, first + PAGE as i64 - 1)? {
                match entry.reverses {
                    Some(number) => drop(undone.insert(number)),
                    None => seen.extend(Seen::of(entry, &kinds)),
                }
            }
        }
        seen.retain(|seen| !undone.contains(&seen.number));
        Ok(seen)
    }

    fn rows(&self) -> Result<Vec<RuleRow>> {
        call!(self.book.db(), "reading rules", rule::all(self.book.id()))
    }

    /// Refuses a rule that is not sound, or that names an account which is not there.
    fn check(&self, rule: &Rule, chart: &Chart) -> Result<()> {
        rule.check()?;
        match missing(rule, chart).into_iter().next() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// A position before the row at `index`; rows are put further apart where none is left.
    fn room(&self, rows: &[RuleRow], index: usize) -> Result<i64> {
        let before = index.checked_sub(1).and_then(|before| rows.get(before)).map(|row| row.position);
        let after = rows.get(index).map(|row| row.position);
        let middle = match (before, after) {
            (None, None) => Some(GAP),
            (Some(before), None) => before.checked_add(GAP),
            (None, Some(after)) => after.checked_sub(GAP),
            (Some(before), Some(after)) => {
                let middle = before + (after - before) / 2;
                (middle > before).then_some(middle)
            }
        };
        if let Some(middle) = middle {
            return Ok(middle);
        }
        for (at, row) in rows.iter().enumerate() {
            // One place is left free for the rule that moves.
            let place = (at + 1 + usize::from(at >= index)) as i64;
            self.rewrite(row, RuleRow { position: place * GAP, ..row.clone() })?;
        }
        Ok((index as i64 + 1) * GAP)
    }

    fn row(&self, id: i32, position: i64, rule: &Rule) -> RuleRow {
        RuleRow {
            book_id: self.book.id(),
            rule_id: id,
            position,
            name: rule.name.clone(),
            normalized_name: normalize(&rule.name),
            enabled: rule.enabled.into(),
            body: body(rule).to_string(),
        }
    }

    fn insert(&self, row: &RuleRow) -> Result<()> {
        call!(self.book.db(), "adding a rule", rule::insert(row))?;
        self.book.record_event("rule.add", &subject(row), None, Some(audited(row)))
    }

    /// Writes a row in the place of another; whether they differ.
    fn rewrite(&self, before: &RuleRow, row: RuleRow) -> Result<bool> {
        if *before == row {
            return Ok(false);
        }
        call!(self.book.db(), "changing a rule", rule::replace(&row))?;
        self.book.record_event("rule.change", &subject(&row), Some(audited(before)), Some(audited(&row)))?;
        Ok(true)
    }

    fn delete(&self, row: &RuleRow) -> Result<()> {
        call!(self.book.db(), "removing a rule", rule::remove(row.book_id, row.rule_id))?;
        self.book.record_event("rule.remove", &subject(row), Some(audited(row)), None)
    }
}

/// A rule in the words of the audit log; the body of a row that is no JSON stands as text.
pub(crate) fn audited(row: &RuleRow) -> Value {
    let body = serde_json::from_str(&row.body).unwrap_or_else(|_| Value::from(row.body.as_str()));
    json!({ "name": row.name, "position": row.position, "enabled": row.enabled != 0, "rule": body })
}

fn subject(row: &RuleRow) -> String {
    format!("rule {}", row.rule_id)
}

/// What is stored of a rule besides its name and whether it is in use.
fn body(rule: &Rule) -> Value {
    let mut body = json!(rule);
    if let Some(fields) = body.as_object_mut() {
        fields.remove("name");
        fields.remove("enabled");
    }
    body
}

fn stored(row: &RuleRow, place: usize) -> Result<StoredRule> {
    let corrupt =
        |reason: String| Error::from(ErrorKind::Corrupt { what: format!("rules {}: {reason}", row.rule_id) });
    let mut body: Value = serde_json::from_str(&row.body).map_err(|error| corrupt(error.to_string()))?;
    let fields = body.as_object_mut().ok_or_else(|| corrupt("its body is no JSON object".to_owned()))?;
    fields.insert("name".to_owned(), json!(row.name));
    fields.insert("enabled".to_owned(), json!(row.enabled != 0));
    let rule: Rule = serde_json::from_value(body).map_err(|error| corrupt(error.to_string()))?;
    Ok(StoredRule { id: row.rule_id, place, rule })
}

fn find(rows: &[RuleRow], name: &str) -> Result<usize> {
    let key = normalize(name);
    if let Some(index) = rows.iter().position(|row| row.normalized_name == key) {
        return Ok(index);
    }
    let mut near: Vec<&RuleRow> = rows.iter().collect();
    near.sort_by_cached_key(|row| strsim::damerau_levenshtein(&row.normalized_name, &key));
    let suggestions = near.into_iter().take(NAMES_SHOWN_MAX).map(|row| row.name.clone()).collect();
    Err(ErrorKind::NotFound { what: "rule", name: name.to_owned(), suggestions }.into())
}

fn refuse_taken(rows: &[RuleRow], name: &str, own: Option<i32>) -> Result<()> {
    let key = normalize(name);
    let is_taken = rows.iter().any(|row| row.normalized_name == key && Some(row.rule_id) != own);
    if is_taken { Err(taken(name)) } else { Ok(()) }
}

fn taken(name: &str) -> Error {
    let hint = ": give the rule another name, or put it in its place".to_owned();
    ErrorKind::AlreadyExists { what: "rule", name: name.to_owned(), hint }.into()
}

/// The refusals of accounts that a rule names and that are not there.
fn missing(rule: &Rule, chart: &Chart) -> Vec<Error> {
    let named = rule.accounts();
    let set = named.set.into_iter().filter(|name| chart.lookup(name).is_none());
    // Statements of all accounts below a name may be asked for, whether or not it is an account itself.
    let asked = named.asked.into_iter().filter(|name| chart.subtree(name).is_empty());
    set.chain(asked).filter_map(|name| chart.find(name).err()).collect()
}

/// What is kept of an entry that was a statement line, or might have been.
struct Seen {
    number: i64,
    on: NaiveDate,
    amount: Amount,
    own: String,
    counter: String,
    party: Option<String>,
    description: String,
    memo: Option<String>,
}

impl Seen {
    fn of(mut entry: Entry, kinds: &HashMap<AccountId, AccountKind>) -> Option<Seen> {
        let (second, first) = (entry.lines.pop()?, entry.lines.pop()?);
        if !entry.lines.is_empty() {
            return None;
        }
        let kind = |line: &Line| kinds.get(&line.account_id).copied();
        let is_own = |kind| matches!(kind, Some(AccountKind::Asset | AccountKind::Liability));
        let is_reason = |kind| matches!(kind, Some(AccountKind::Income | AccountKind::Expense));
        let (own, counter) = match (kind(&first), kind(&second)) {
            (left, right) if is_own(left) && is_reason(right) => (first, second),
            (left, right) if is_reason(left) && is_own(right) => (second, first),
            _ => return None,
        };
        Some(Seen {
            number: entry.number,
            on: entry.posted_on,
            amount: own.amount,
            own: own.account,
            counter: counter.account,
            party: entry.party,
            description: entry.description,
            memo: own.memo,
        })
    }

    fn observation(&self) -> Observation<'_> {
        let line = LineView {
            payee: self.party.as_deref(),
            narrative: Some(&self.description),
            memo: self.memo.as_deref(),
            ..LineView::new(&self.own, self.on, self.amount)
        };
        Observation { line, account: &self.counter }
    }
}
