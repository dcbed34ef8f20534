//! Journals of other programs into a book: accounts, commodities, prices and entries, as one unit.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::assertions::Claim;
use super::{Book, Imports};
use crate::account::{Account, AccountId, AccountKind, Chart};
use crate::audit::Hash;
use crate::import::journal::{
    CommodityPlan, FAILED, JournalFile, JournalProblem, KindPlan, NotImported, Postings, Prepared,
    SettleOptions, Sources, gnucash, new_accounts, settle,
};
use crate::journal::Entry;
use crate::money::{Amount, Commodity, Price};
use crate::store::call;
use crate::store::rows::date;
use crate::text::normalize;
use crate::{Error, ErrorKind, Result};

/// How many entries are posted at once; the whole journal is one transaction all the same.
const BATCH: usize = 10_000;

/// A journal to import, with what the caller knows about it.
#[derive(Debug)]
pub struct JournalImport<'s, 't> {
    /// The files that it was read from.
    pub sources: &'s Sources,
    /// What was read; see [`crate::import::journal`].
    pub journal: JournalFile<'t>,
    /// Kinds by account name, which count for the accounts below as well; `*` for all that nothing else tells.
    pub kinds: HashMap<String, AccountKind>,
    /// Commodity codes by symbol, such as `$` → `AUD`.
    pub symbols: HashMap<String, String>,
    /// Decimal places by commodity code, for those that the book does not have yet.
    pub scales: HashMap<String, u8>,
    /// The commodity of amounts that name none; left out, the book's.
    pub commodity: Option<String>,
    /// What is done with entries that do not fit as they are.
    pub settle: SettleOptions,
    /// Import what can be read where something cannot.
    pub skip_errors: bool,
    /// Import although balances that the journal claims do not come out.
    pub accept_failed_assertions: bool,
    /// Keep balances that the journal claims by themselves as assertions, where they hold exactly in this book.
    pub keep_assertions: bool,
    /// Only find out what would be posted.
    pub rehearse: bool,
}

impl<'s, 't> JournalImport<'s, 't> {
    /// An import that takes the journal only if all of it holds.
    pub fn new(sources: &'s Sources, journal: JournalFile<'t>) -> Self {
        JournalImport {
            sources,
            journal,
            kinds: HashMap::new(),
            symbols: HashMap::new(),
            scales: HashMap::new(),
            commodity: None,
            settle: SettleOptions::default(),
            skip_errors: false,
            accept_failed_assertions: false,
            keep_assertions: false,
            rehearse: false,
        }
    }
}

/// What importing a journal came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalOutcome {
    /// Whether problems kept everything from being imported.
    pub refused: bool,
    /// How many entries are new.
    pub posted: u64,
    /// How many entries an earlier import had posted.
    pub already_there: u64,
    /// The numbers of the first and the last new entry.
    pub numbers: Option<(i64, i64)>,
    /// How many prices are new or changed.
    pub prices: u64,
    /// Accounts that were opened.
    pub opened: Vec<Account>,
    /// Names of accounts that were closed.
    pub closed: Vec<String>,
    /// How many balance assertions are new.
    pub assertions: u64,
    /// Commodities that were declared.
    pub declared: Vec<Commodity>,
    /// What could not be read or does not hold.
    pub problems: Vec<JournalProblem>,
    /// How many more problems there are.
    pub problems_more: u64,
    /// What a book has no place for.
    pub not_imported: Vec<NotImported>,
    /// What was assumed or changed, each a sentence.
    pub notes: Vec<String>,
}

/// Reads a GnuCash book: its SQLite database at `path`, or the bytes of its XML file.
///
/// The database is opened to be read only. `sources` only names the file.
///
/// # Errors
/// [`ErrorKind::Unreadable`], [`ErrorKind::File`] or [`ErrorKind::Database`] for what is no GnuCash book.
pub fn read_gnucash(path: &str, bytes: &[u8], sources: &Sources) -> Result<JournalFile<'static>> {
    let rows = match bytes.starts_with(b"SQLite format 3\0") {
        true => crate::store::gnucash::rows(path)?,
        false => gnucash::read_xml(path, bytes)?,
    };
    Ok(gnucash::convert(&rows, sources))
}

impl Imports<'_> {
    /// Imports a journal as one unit, with an audit event `import.journal`.
    ///
    /// Entries are known by their content: importing a journal again adds only what is new in it, and of entries
    /// that are alike in all, as many as it has more than before. While problems are not accepted, nothing is
    /// imported and they are returned.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for accounts whose kind nothing tells, [`ErrorKind::InvalidCommodity`],
    /// [`ErrorKind::Unreadable`] at the line of an entry that is refused, and as [`crate::Journal::post`] for one that
    /// the book does not take; nothing is written then.
    pub fn journal(&self, mut import: JournalImport<'_, '_>) -> Result<JournalOutcome> {
        let mut outcome = JournalOutcome::default();
        let chart = self.book.chart()?;
        let base = match &import.commodity {
            Some(code) => self.book.commodities().get(code)?,
            None => self.book.base_commodity(),
        };
        let known = |code: &str| chart.resolve_commodity(code);
        let plan = CommodityPlan::new(&import.journal, &import.symbols, &import.scales, base, &known)?;
        settle(&mut import.journal, import.sources, &plan, &import.settle);
        outcome.problems = std::mem::take(&mut import.journal.problems);
        outcome.problems_more = import.journal.problems_more;
        outcome.not_imported = std::mem::take(&mut import.journal.not_imported);
        outcome.notes.append(&mut import.journal.notes);
        outcome.notes.extend(plan.notes.iter().cloned());
        let stops = |problem: &JournalProblem| match problem.problem.code == FAILED {
            true => !import.accept_failed_assertions,
            false => !import.skip_errors,
        };
        outcome.refused = outcome.problems.iter().any(stops);
        if outcome.refused {
            return Ok(outcome);
        }
        let known = |name: &str| chart.lookup(name).map(|account| account.kind);
        let kinds = KindPlan::new(&import.journal, &import.kinds, &known)?;
        outcome.notes.extend(kinds.notes.iter().cloned());
        let work = Work { book: self.book, import: &import, plan: &plan, kinds: &kinds };
        if import.rehearse {
            self.book.ledger.rehearse(|_| work.run(&mut outcome))?;
        } else {
            work.run(&mut outcome)?;
        }
        outcome.notes.extend(import.journal.counted());
        Ok(outcome)
    }
}

/// A journal that is ready, and the book that it goes into.
struct Work<'w, 's, 't> {
    book: &'w Book<'w>,
    import: &'w JournalImport<'s, 't>,
    plan: &'w CommodityPlan,
    kinds: &'w KindPlan,
}

impl Work<'_, '_, '_> {
    fn run(&self, outcome: &mut JournalOutcome) -> Result<()> {
        self.book.change_in_bulk(|head, chart| {
            self.declare(chart, outcome)?;
            let accounts = self.open_accounts(chart, outcome)?;
            self.add_prices(outcome)?;
            // In a book without entries nothing can be there already.
            let may_be_known = head.last_entry_number > 0;
            self.book.ledger.joined(|| self.post(&accounts, may_be_known, outcome))?;
            self.keep_lots(outcome)?;
            self.close_accounts(outcome)?;
            self.keep_assertions(&accounts, outcome)?;
            self.record(outcome)
        })
    }

    fn declare(&self, chart: &Chart, outcome: &mut JournalOutcome) -> Result<()> {
        let mut seen = HashSet::new();
        for &commodity in &self.plan.commodities {
            if chart.commodity_id(commodity).is_none() && seen.insert(commodity) {
                self.book.commodities().declare(commodity)?;
                outcome.declared.push(commodity);
            }
        }
        Ok(())
    }

    /// The numbers of all accounts of the journal, by its indices; those that are missing are opened.
    fn open_accounts(&self, chart: &Chart, outcome: &mut JournalOutcome) -> Result<Vec<AccountId>> {
        let (planned, notes) = new_accounts(&self.import.journal, self.plan, self.kinds);
        let mut notes = notes;
        let mut keys = HashSet::new();
        let missing = planned.iter().flatten().filter(|new| chart.lookup(&new.name).is_none());
        let missing: Vec<_> = missing.filter(|new| keys.insert(normalize(&new.name))).cloned().collect();
        // Even opening none is a change of the chart.
        if !missing.is_empty() {
            outcome.opened = self.book.accounts().open_all(missing)?;
        }
        let chart = self.book.chart()?;
        let mut accounts = Vec::with_capacity(planned.len());
        for new in &planned {
            let account = new.as_ref().and_then(|new| chart.lookup(&new.name));
            if let (Some(new), Some(account)) = (new, account)
                && account.name != new.name
                && normalize(&account.name) == normalize(&new.name)
            {
                notes.push(format!("\"{}\" is the account {}", new.name, account.name));
            }
            // Number 0 stands for an account that no entry uses.
            accounts.push(account.map_or(AccountId(0), |account| account.id));
        }
        outcome.notes.append(&mut notes);
        Ok(accounts)
    }

    /// Adds the prices that the book does not have like that; of several on one day the last counts.
    fn add_prices(&self, outcome: &mut JournalOutcome) -> Result<()> {
        let mut wanted: BTreeMap<(NaiveDate, Commodity, Commodity), Decimal> = BTreeMap::new();
        for price in &self.import.journal.prices {
            let (Some(commodity), Some(quote)) = (self.plan.of(price.commodity), self.plan.of(price.quote))
            else {
                continue;
            };
            if price.rate <= Decimal::ZERO || commodity == quote {
                outcome.notes.push(format!(
                    "the price of {commodity} on {} is left out: it is {} {quote}",
                    price.on, price.rate
                ));
                continue;
            }
            wanted.insert((price.on, commodity, quote), price.rate.normalize());
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let chart = self.book.chart()?;
        let given = call!(self.book.db(), "reading prices", price::given(self.book.id()))?;
        let mut given_by_key = HashMap::new();
        for row in given {
            let key = (
                date(row.priced_on),
                chart.commodity(row.commodity_id),
                chart.commodity(row.quote_commodity_id),
            );
            given_by_key.insert(key, row.rate);
        }
        for ((on, commodity, quote), rate) in wanted {
            let known = given_by_key.get(&(on, Some(commodity), Some(quote)));
            if known.is_none_or(|known| *known != rate.to_string()) {
                self.book.prices().add(Price::new(commodity, rate, quote, on)?)?;
                outcome.prices += 1;
            }
        }
        Ok(())
    }

    /// Posts the entries: one thread makes them ready, this one writes them.
    fn post(&self, accounts: &[AccountId], may_be_known: bool, outcome: &mut JournalOutcome) -> Result<()> {
        let mut postings = Postings::new(&self.import.journal, self.plan, accounts);
        if may_be_known {
            self.post_unknown(&mut postings, outcome)?;
        } else {
            let sources = self.import.sources;
            let batches = std::iter::from_fn(|| match postings.batch(BATCH, sources) {
                Ok(batch) if batch.is_empty() => None,
                Ok(batch) => Some(Ok(batch.into_iter().map(|prepared| prepared.entry.into()).collect())),
                Err(problem) => Some(Err(Error::from(*problem))),
            });
            self.book.post_pipelined(batches, |entries| {
                outcome.add(entries);
                Ok(())
            })?;
        }
        if postings.fitted > 0 {
            outcome.notes.push(format!("{} texts were cut or changed to fit", postings.fitted));
        }
        Ok(())
    }

    /// Posts the entries that no earlier import posted.
    fn post_unknown(&self, postings: &mut Postings<'_, '_>, outcome: &mut JournalOutcome) -> Result<()> {
        loop {
            let mut batch =
                postings.batch(BATCH, self.import.sources).map_err(|problem| Error::from(*problem))?;
            if batch.is_empty() {
                return Ok(());
            }
            self.drop_known(&mut batch, outcome)?;
            let receipts = self.book.journal().post_all(batch.into_iter().map(|prepared| prepared.entry))?;
            let count = receipts.len();
            let new: Vec<Entry> = receipts
                .into_iter()
                .filter(|receipt| !receipt.already_posted)
                .map(|receipt| receipt.entry)
                .collect();
            outcome.already_there += (count - new.len()) as u64;
            outcome.add(&new);
        }
    }

    /// Takes out what an earlier import posted. Only its identity decides: an entry that was amended since is there.
    ///
    /// Amounts that follow from other entries may differ by now; posting compares them and refuses such an entry.
    fn drop_known(&self, batch: &mut Vec<Prepared>, outcome: &mut JournalOutcome) -> Result<()> {
        let ids: Vec<&str> = batch.iter().filter_map(|prepared| prepared.entry.external_id()).collect();
        let known = call!(
            self.book.db(),
            "looking for imported entries",
            entry::by_external_ids(self.book.id(), &ids)
        )?;
        let known: HashSet<String> = known.into_iter().map(|(id, _)| id).collect();
        let before = batch.len();
        batch.retain(|Prepared { entry, computed }| {
            *computed || !entry.external_id().is_some_and(|id| known.contains(id))
        });
        outcome.already_there += (before - batch.len()) as u64;
        Ok(())
    }

    /// Gives accounts that were opened the lot method that the journal tells, where their lots hold what went out.
    fn keep_lots(&self, outcome: &mut JournalOutcome) -> Result<()> {
        for account in &self.import.journal.accounts {
            let Some(method) = account.lot_method else { continue };
            let name = normalize(&account.name);
            if outcome.opened.iter().all(|opened| normalize(&opened.name) != name) {
                continue;
            }
            if let Some(reason) = self.book.lots().keep_where_held(&account.name, method)? {
                outcome.notes.push(format!("{} keeps no lots: {reason}", account.name));
            }
        }
        Ok(())
    }

    /// Closes the accounts that the journal closes, where they can be.
    fn close_accounts(&self, outcome: &mut JournalOutcome) -> Result<()> {
        let chart = self.book.chart()?;
        for account in &self.import.journal.accounts {
            let Some(on) = account.closed_on else { continue };
            if chart.lookup(&account.name).is_none_or(|account| account.closed_on.is_some()) {
                continue;
            }
            match self.book.accounts().close(&account.name, on) {
                Ok(closed) => outcome.closed.push(closed.name),
                Err(error) if matches!(error.kind(), ErrorKind::NotAllowed { .. }) => {
                    outcome.notes.push(format!("{} stays open: {error}", account.name));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Keeps what the journal claims of balances. A claim holds at the start of its day, an assertion at the end of one.
    fn keep_assertions(&self, accounts: &[AccountId], outcome: &mut JournalOutcome) -> Result<()> {
        if !self.import.keep_assertions {
            return Ok(());
        }
        let mut claims = Vec::new();
        let mut left_out = 0;
        for claim in &self.import.journal.assertions {
            let account = accounts.get(claim.account as usize).copied().filter(|id| id.0 > 0);
            let commodity = self.plan.of(claim.commodity);
            let amount = commodity.and_then(|it| Amount::from_decimal_exact(claim.quantity, it).ok());
            match (account, amount, claim.on.pred_opt()) {
                (Some(account), Some(amount), Some(on)) => {
                    claims.push(Claim { account, amount, on, with_below: claim.with_below });
                }
                _ => left_out += 1,
            }
        }
        let (kept, differing) = self.book.assertions().keep_claims(&claims)?;
        outcome.assertions = kept;
        outcome.notes.push(format!("{kept} balances that the journal claims are kept as assertions"));
        if left_out + differing > 0 {
            outcome.notes.push(format!(
                "{} balances that the journal claims are not kept: they hold within a tolerance only, or not in this book",
                left_out + differing
            ));
        }
        Ok(())
    }

    fn record(&self, outcome: &JournalOutcome) -> Result<()> {
        // An import that found everything there changed nothing, and so leaves no trace.
        let Some((first, last)) = outcome.numbers else { return Ok(()) };
        let after = json!({
            "file": crate::text::fit_text(self.import.sources.name(0), 1000),
            "sha256": Hash(Sha256::digest(self.import.sources.text(0)).into()),
            "format": self.import.journal.format.map(|format| format.as_str()),
            "posted": outcome.posted,
            "already_there": outcome.already_there,
            "first_entry": first,
            "last_entry": last,
        });
        self.book.record_event("import.journal", "journal", None, Some(after))
    }
}

impl JournalOutcome {
    /// Takes note of entries that were posted.
    fn add(&mut self, entries: &[Entry]) {
        if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
            let begin = self.numbers.map_or(first.number, |(begin, _)| begin);
            self.numbers = Some((begin, last.number));
            self.posted += entries.len() as u64;
        }
    }
}

/// The first problem as an error, for a caller that takes all or nothing.
impl From<JournalProblem> for Error {
    fn from(problem: JournalProblem) -> Error {
        problem.problem.to_error(&problem.file)
    }
}
