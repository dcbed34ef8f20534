//! Projections of a book: balances, posted lines, schedules and prices fetched from one state of it.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use chrono::{Days, NaiveDate};

use super::matches::soon_after;
use super::movements::is_own;
use super::named::named;
use super::occurrences::first_day;
use super::{Schedules, StoredPlan};
use crate::account::{AccountId, Chart};
use crate::book::scenarios::Scenarios;
use crate::journal::check_range;
use crate::money::{Amount, Commodity, PriceTable};
use crate::schedule::{
    Expansion, Floor, LikelySettlement, MatchOptions, Occurrence, OpeningBalance, Overdue, Plan, PlannedLine,
    PostedMovement, Projection, ProjectionInput, ProjectionOptions, Unpriced, UsualMovement, project,
};
use crate::store::call;
use crate::store::rows::{RegisterRow, date, day};
use crate::{ErrorKind, Result};

/// How far back occurrences lie whose entries may be near the as-of day.
const LATE_DAYS: u64 = 31;
/// The longest projection, in days: a hundred years.
const DAYS_MAX: i64 = 36_525;

/// What to project of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectRequest {
    /// The last day whose postings are in the opening balances.
    pub as_of: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Accounts by name, each with those below it; none for every asset and liability that a schedule moves.
    pub accounts: Vec<String>,
    /// Balances not to be gone below.
    pub floors: Vec<FloorRequest>,
    /// What becomes of what is overdue.
    pub overdue: Overdue,
    /// Scenarios by name, made one after another.
    pub scenarios: Vec<String>,
    /// Whether to add what is usually spent beside the schedules, learned from the 26 weeks before.
    pub usual_spending: bool,
    /// Whether to add the accounts up, in the book's base commodity.
    pub total: bool,
    /// Also counts occurrences that an entry of the book very likely stands for already.
    pub despite_matches: bool,
    /// Whether what is due of receivables and payables is a part of the plan.
    pub receivables: bool,
}

/// A balance not to be gone below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FloorRequest {
    /// The account's name; nothing for the total.
    pub account: Option<String>,
    /// The lowest balance that is fine.
    pub amount: Amount,
}

impl ProjectRequest {
    /// A projection of the plan with its total; what is overdue is carried.
    pub fn new(as_of: NaiveDate, to: NaiveDate) -> Self {
        ProjectRequest {
            as_of,
            to,
            accounts: Vec::new(),
            floors: Vec::new(),
            overdue: Overdue::Carry,
            scenarios: Vec::new(),
            usual_spending: false,
            total: true,
            despite_matches: false,
            receivables: true,
        }
    }
}

impl Schedules<'_> {
    /// What will be in the accounts, day by day.
    ///
    /// What an entry of the book very likely stands for already is held, by the rule of [`Schedules::post_due`]: it does
    /// not count beside that entry, and [`Projection::held`] names it. Where a commodity has no price, accounts are
    /// projected without their total, and [`Projection::unpriced`] says why.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for an account or a scenario, [`ErrorKind::InvalidSetting`] for days that end before they
    /// begin or for more than a hundred years, [`ErrorKind::MissingPrice`] for a floor of a total that lacks a price, and
    /// as [`project`].
    pub fn project(&self, request: &ProjectRequest) -> Result<Projection> {
        self.book.ledger.read(|| {
            let stored = StoredPlan::read_for(self.book, request.receivables)?;
            let plan = match request.scenarios.is_empty() {
                true => stored.plan.clone(),
                false => {
                    let scenarios = Scenarios { book: self.book };
                    let rows = scenarios.rows()?;
                    scenarios.stacked(&stored.plan, &rows, &request.scenarios, request.receivables)?
                }
            };
            let mut projections = self.project_plans(request, &stored, vec![(String::new(), plan)])?;
            let nothing = || ErrorKind::Misuse("a projection of one plan gave none".to_owned());
            Ok(projections.pop().ok_or_else(nothing)?.1)
        })
    }

    /// Projects several plans over the same accounts; the caller holds a transaction.
    pub(in crate::book) fn project_plans(
        &self,
        request: &ProjectRequest,
        stored: &StoredPlan,
        plans: Vec<(String, Plan)>,
    ) -> Result<Vec<(String, Projection)>> {
        let chart = self.book.chart()?;
        self.project_all(request, stored, &plans).map_err(|error| named(&chart, error))
    }

    fn project_all(
        &self,
        request: &ProjectRequest,
        stored: &StoredPlan,
        plans: &[(String, Plan)],
    ) -> Result<Vec<(String, Projection)>> {
        let ProjectRequest { as_of, to, .. } = *request;
        check_range(Some(as_of), Some(to))?;
        if (to - as_of).num_days() > DAYS_MAX {
            let reason = format!("it is more than {DAYS_MAX} days after {as_of}");
            return Err(ErrorKind::InvalidSetting { what: "last day", value: to.to_string(), reason }.into());
        }
        let chart = self.book.chart()?;
        let expansions = expand(request, plans)?;
        let accounts = accounts_of(&chart, request, plans)?;
        let mut opening = Vec::new();
        let mut posted = Vec::new();
        for account in &accounts {
            let held = self.book.account_balance(*account, Some(as_of))?;
            opening.extend(held.into_iter().map(|amount| OpeningBalance { account: *account, amount }));
            posted.extend(self.posted(*account, as_of, to)?);
        }
        posted.sort_by_key(|movement| (movement.on, movement.entry));
        let usual = match request.usual_spending {
            true => self.usual(&accounts, stored, as_of, to)?,
            false => Vec::new(),
        };
        let held = self.held(request, stored, &expansions, &accounts, posted.last().map(|last| last.on))?;
        let each = plans.iter().zip(&expansions).zip(held);
        let cases = each.map(|(((name, _), expansion), held)| {
            let expansion = expansion.without(&held.iter().map(|held| held.occurrence).collect());
            Case { name: name.clone(), expansion, held }
        });
        let mut facts = Facts { opening, posted, usual, cases: cases.collect() };
        let mut options = ProjectionOptions::new(as_of, to, accounts).overdue(request.overdue);
        options.floors = floors_of(&chart, request)?;
        if request.total {
            let base = self.book.base_commodity();
            let prices = self.prices_of(base, plans, &facts, &options)?;
            options = options.total(base, Arc::new(prices));
        }
        let total_has_floor = options.floors.iter().any(|floor| floor.account.is_none());
        match facts.project(&options) {
            Err(error) if !total_has_floor => match Unpriced::of(&error) {
                Some(unpriced) => facts.project_without_total(options, &unpriced),
                None => Err(error),
            },
            projected => projected,
        }
    }

    /// The prices that a total of these accounts takes.
    fn prices_of(
        &self,
        base: Commodity,
        plans: &[(String, Plan)],
        facts: &Facts,
        options: &ProjectionOptions,
    ) -> Result<PriceTable> {
        let held = facts.opening.iter().map(|held| (held.account, held.amount.commodity()));
        let moved = facts.posted.iter().map(|moved| (moved.account, moved.amount.commodity()));
        let planned = plans.iter().flat_map(|(_, plan)| lines_of(plan));
        let planned = planned.map(|line| (line.account, line.amount.commodity()));
        let keys: HashSet<_> = held.chain(moved).chain(planned).collect();
        self.prices(base, keys.iter().filter(|(account, _)| options.accounts.contains(account)))
    }

    /// For each plan the occurrences that would count although an entry very likely stands for them already.
    ///
    /// The journal is asked about what is overdue, what falls due soon after the as-of day or after the last line that is
    /// posted for a later day, and nothing else.
    fn held(
        &self,
        request: &ProjectRequest,
        stored: &StoredPlan,
        expansions: &[Expansion],
        accounts: &[AccountId],
        last_posted: Option<NaiveDate>,
    ) -> Result<Vec<Vec<LikelySettlement>>> {
        if request.despite_matches {
            return Ok(vec![Vec::new(); expansions.len()]);
        }
        let last = last_posted.map_or(request.as_of, |last| last.max(request.as_of));
        let soon = soon_after(last, &MatchOptions::default());
        let open: Vec<_> = expansions.iter().map(|expansion| expansion.open_through(soon)).collect();
        let mut held = self.likely_settled(stored, &open)?;
        for (held, open) in held.iter_mut().zip(&open) {
            let counts = |one: &&Occurrence| {
                let is_late = one.due_on <= request.as_of && request.overdue == Overdue::Drop;
                let is_shown = one.lines.iter().any(|line| accounts.contains(&line.account));
                one.due_on <= request.to && !is_late && is_shown
            };
            let counting: BTreeSet<_> = open.iter().filter(counts).map(|one| one.key).collect();
            held.retain(|one| counting.contains(&one.occurrence));
        }
        Ok(held)
    }

    /// The lines of an account that are posted for days after `as_of`, through `to`.
    pub(super) fn posted(
        &self,
        account: AccountId,
        as_of: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<PostedMovement>> {
        let chart = self.book.chart()?;
        let rows = self.lines_between(account, day(as_of) + 1, day(to))?;
        let movement = |row: RegisterRow| {
            Ok(PostedMovement {
                entry: row.entry_number,
                name: row.description.as_str().into(),
                on: date(row.posted_on),
                account,
                amount: amount_of(&chart, &row)?,
            })
        };
        rows.into_iter().map(movement).collect()
    }

    /// The lines of an account on some days, but for pairs that an amendment cancelled.
    pub(super) fn lines_between(
        &self,
        account: AccountId,
        first: i32,
        last: i32,
    ) -> Result<Vec<RegisterRow>> {
        let (id, doing) = (self.book.id(), "reading lines");
        let mut rows =
            call!(self.book.db(), doing, register::after(id, account.0, (first, 0, 0), last, i64::MAX))?;
        rows.retain(|row| !row.hidden);
        Ok(rows)
    }

    /// The book's prices, where any of these commodities needs one.
    pub(super) fn prices<'k>(
        &self,
        base: Commodity,
        mut keys: impl Iterator<Item = &'k (AccountId, Commodity)>,
    ) -> Result<PriceTable> {
        // Reading them costs as much as there are lines with a price.
        if keys.any(|(_, commodity)| *commodity != base) {
            self.book.prices().table()
        } else {
            Ok(PriceTable::default())
        }
    }
}

/// What projections of several plans start from.
struct Facts {
    opening: Vec<OpeningBalance>,
    posted: Vec<PostedMovement>,
    usual: Vec<UsualMovement>,
    cases: Vec<Case>,
}

/// A plan: what is to come of it, and what was held.
struct Case {
    name: String,
    expansion: Expansion,
    held: Vec<LikelySettlement>,
}

impl Facts {
    fn project(&self, options: &ProjectionOptions) -> Result<Vec<(String, Projection)>> {
        let Facts { opening, posted, usual, cases } = self;
        let projected = cases.iter().map(|Case { name, expansion, held }| {
            let mut projection = project(&ProjectionInput { opening, posted, expansion, usual }, options)?;
            projection.held.clone_from(held);
            Ok((name.clone(), projection))
        });
        projected.collect()
    }

    /// The same accounts without the total that a missing price leaves out.
    fn project_without_total(
        &mut self,
        mut options: ProjectionOptions,
        unpriced: &Unpriced,
    ) -> Result<Vec<(String, Projection)>> {
        // An account without anything is shown with nothing in the base, as it is beside a total.
        if let Some(total) = options.total.take() {
            let amount = total.base.zero();
            let projected = self.project(&options)?;
            let shown =
                |account: &AccountId| projected.iter().any(|(_, of)| of.account(*account).next().is_some());
            let empty = options.accounts.iter().copied().filter(|account| !shown(account));
            self.opening.extend(empty.map(|account| OpeningBalance { account, amount }));
        }
        let mut projected = self.project(&options)?;
        projected.iter_mut().for_each(|(_, projection)| projection.unpriced = Some(unpriced.clone()));
        Ok(projected)
    }
}

/// The occurrences of each plan; rows that plans share are worked out once.
fn expand(request: &ProjectRequest, plans: &[(String, Plan)]) -> Result<Vec<Expansion>> {
    let tomorrow = request.as_of.succ_opt().unwrap_or(request.as_of);
    let first = match request.overdue {
        Overdue::Carry => plans.iter().map(|(_, plan)| first_day(plan)).min(),
        // What is dropped does not count; an entry that stands for it is not to be taken for one of a later day.
        Overdue::Drop => request.as_of.checked_sub_days(Days::new(LATE_DAYS)),
    };
    let first = first.unwrap_or(tomorrow).min(tomorrow);
    let to = request.to.max(first);
    let mut expansions: Vec<Expansion> = Vec::with_capacity(plans.len());
    for (_, plan) in plans {
        let expansion = match expansions.first() {
            Some(base) => base.of_variant(plan)?,
            None => Expansion::of(plan, first, to)?,
        };
        expansions.push(expansion);
    }
    Ok(expansions)
}

/// The accounts to project: those that were named with those below them, or every asset and liability that a row moves;
/// where no row moves any, every asset and liability that is open.
fn accounts_of(chart: &Chart, request: &ProjectRequest, plans: &[(String, Plan)]) -> Result<Vec<AccountId>> {
    let mut accounts = BTreeSet::new();
    for name in &request.accounts {
        let below = chart.subtree(name);
        match below.is_empty() {
            true => accounts.extend([chart.find(name)?.id]),
            false => accounts.extend(below),
        }
    }
    if !accounts.is_empty() {
        return Ok(accounts.into_iter().collect());
    }
    let is_own = |id: &AccountId| is_own(chart, *id);
    let moved = plans.iter().flat_map(|(_, plan)| lines_of(plan)).map(|line| line.account);
    accounts.extend(moved.filter(is_own));
    for floor in &request.floors {
        if let Some(name) = &floor.account {
            accounts.insert(chart.find(name)?.id);
        }
    }
    if accounts.is_empty() {
        let open = chart
            .accounts()
            .iter()
            .filter(|account| account.closed_on.is_none_or(|closed| closed > request.as_of));
        accounts.extend(open.map(|account| account.id).filter(is_own));
    }
    Ok(accounts.into_iter().collect())
}

/// Every line that a row of a plan, or an occurrence with lines of its own, may move.
fn lines_of(plan: &Plan) -> impl Iterator<Item = &PlannedLine> {
    use crate::schedule::OccurrenceChange;
    let steps = plan.schedules().iter().flat_map(|row| &row.terms().steps).flat_map(|step| &step.lines);
    let own = plan.changes().values().filter_map(|change| match change {
        OccurrenceChange::Moved(moved) => moved.lines.as_ref(),
        _ => None,
    });
    steps.chain(own.flatten())
}

fn floors_of(chart: &Chart, request: &ProjectRequest) -> Result<Vec<Floor>> {
    let floor = |floor: &FloorRequest| {
        let account = floor.account.as_deref().map(|name| chart.find(name)).transpose()?;
        Ok(Floor { account: account.map(|account| account.id), amount: floor.amount })
    };
    request.floors.iter().map(floor).collect()
}

pub(super) fn amount_of(chart: &Chart, row: &RegisterRow) -> Result<Amount> {
    let corrupt = || ErrorKind::Corrupt {
        what: format!(
            "lines {}/{}: unknown commodity {}",
            row.entry_number, row.line_number, row.commodity_id
        ),
    };
    Ok(chart.commodity(row.commodity_id).ok_or_else(corrupt)?.amount(row.amount))
}
