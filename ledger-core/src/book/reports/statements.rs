//! Statements of a book: reading what they need and handing it to the pure code that makes them.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::Reports;
use super::movements::{Commodities, Wanted};
use super::selection::Selection;
use crate::account::{AccountId, AccountKind, Chart};
use crate::book::lots::{GainQuery, GainRow, LotQuery};
use crate::money::PriceTable;
use crate::report::{
    BaseColumn, Basis, ColumnPlan, LineFilter, Movements, Net, Period, Scene, SeriesKey, Statement,
    StatementKind, StatementRequest, Valuation, ValuedAt, assemble, is_cash,
};
use crate::store::call;
use crate::store::rows::{date, instant};
use crate::{ErrorKind, Result};

/// More parts than that are rows, not columns.
const PARTS_MAX: usize = 200;

impl Reports<'_> {
    /// A statement of the book: a balance sheet, an income statement, a cash flow, net worth …
    ///
    /// All figures are exact; sections sum to their totals, and assets equal liabilities and equity in every commodity on
    /// every day, at every instant and in every valuation.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for an account, party, tag or source of the filter, [`ErrorKind::MissingPrice`] for a
    /// valuation, [`ErrorKind::AmountOverflow`] naming the figure, [`ErrorKind::InvalidDate`] for too many columns,
    /// [`ErrorKind::InvalidSetting`] for rows by one dimension and columns across another.
    pub fn statement(&self, kind: StatementKind, request: &StatementRequest) -> Result<Statement> {
        self.book.ledger.read(|| self.statement_now(kind, request))
    }

    fn statement_now(&self, kind: StatementKind, request: &StatementRequest) -> Result<Statement> {
        if let (Some(by), Some(across)) = (&request.by, &request.across) {
            let reason = format!("columns across {across} leave no rows by {by}: leave one of them out");
            let value = format!("by {by} across {across}");
            return Err(ErrorKind::InvalidSetting { what: "dimension", value, reason }.into());
        }
        let chart = self.book.chart()?;
        let last_number = request.known_at.map(|known_at| self.last_number_at(known_at)).transpose()?;
        let shown = self.shown_accounts(&chart, &request.filter)?;
        let selection = self.selection(&chart, request)?;
        let period = self.days_of(kind, request, last_number)?;
        let mut plan = ColumnPlan::of_periods(period, &request.columns)?;
        if kind.is_of_balances() {
            plan.tell_days();
        }
        let wanted = Wanted { balances: needs_balances(kind), kinds: kinds_of(kind), last_number };
        let mut movements = match kind.is_of_balances() {
            true => Movements::of_balances(&plan.base),
            false => Movements::new(&plan.base),
        };
        self.fill(&mut movements, &chart, wanted, &selection)?;
        self.leave_closings_out(kind, &mut movements, &chart, wanted, &selection)?;
        movements.accumulate();
        let flows = match kind {
            StatementKind::CashFlow => Some(self.cash_flows(&plan, &chart, &selection, last_number)?),
            _ => None,
        };
        if request.across.is_some() {
            let mut moved = parts_moved(&movements, |account| {
                flows.is_none() || chart.account(account).is_some_and(is_cash)
            });
            moved.extend(flows.iter().flat_map(|flows| parts_moved(flows, |_| true)));
            plan = across(moved, period, &selection, request)?;
        }
        let prices = self.prices_for(&plan.base, request.basis, last_number)?;
        let realised = self.realised(kind, request, period, &chart)?;
        assemble(
            kind,
            &Scene {
                book: self.book.name(),
                chart: &chart,
                base: self.book.base_commodity(),
                request,
                period,
                plan: &plan,
                movements: &movements,
                flows: flows.as_ref(),
                parts: &selection.parts,
                prices: &prices,
                realised: &realised,
                shown: &shown,
            },
        )
    }

    /// The days of a statement. An end that is left open is the last posting day, or today for balances without an
    /// interval, if that is later; what was known at an instant ends no later than it was known.
    fn days_of(
        &self,
        kind: StatementKind,
        request: &StatementRequest,
        last_number: Option<i64>,
    ) -> Result<Period> {
        let (first, last, today) = self.open_days(request.today, request.known_at, last_number)?;
        let of_today = kind.is_of_balances() && request.columns.interval.is_none();
        let end = if of_today { last.max(today) } else { last };
        let Some(asked) = request.period else {
            return Ok(Period { first, last: end });
        };
        // An open start of a range reaches to the first entry.
        let far = |year: i32, month, day| NaiveDate::from_ymd_opt(year, month, day);
        let starts = if Some(asked.first) == far(1, 1, 1) { first.min(asked.last) } else { asked.first };
        let open = Some(asked.last) == far(9999, 12, 31);
        let ends = if open { end.max(starts) } else { asked.last };
        Ok(Period { first: starts, last: ends })
    }

    /// What sales of lots gained through the end of a period, in the commodity of a valuation by prices; nothing where no
    /// account keeps lots, and where only some entries or accounts are shown.
    fn realised(
        &self,
        kind: StatementKind,
        request: &StatementRequest,
        period: Period,
        chart: &Chart,
    ) -> Result<Vec<(NaiveDate, i128)>> {
        let tells = matches!(kind, StatementKind::BalanceSheet | StatementKind::EquityChanges);
        let whole =
            request.filter == LineFilter::default() && request.by.is_none() && request.across.is_none();
        let keeps_lots = chart.accounts().iter().any(|account| account.lot_method.is_some());
        let Basis::Valued(Valuation { commodity, at: ValuedAt::PeriodEnd | ValuedAt::On(_), .. }) =
            request.basis
        else {
            return Ok(Vec::new());
        };
        if !(tells && whole && keeps_lots) {
            return Ok(Vec::new());
        }
        let lots =
            LotQuery { known_at: request.known_at, value_in: Some(commodity), ..LotQuery::new(period.last) };
        let gains = self.book.lots().gains(&GainQuery { lots, ..GainQuery::new(None, period.last) })?;
        let gain = |row: &GainRow| Some((row.closed_on?, i128::from(row.gain?.minor())));
        Ok(gains.rows.iter().filter_map(gain).collect())
    }

    /// The first and the last posting day of what was known, and the day that counted as today then; both are today where
    /// nothing was posted.
    pub(super) fn open_days(
        &self,
        today: Option<NaiveDate>,
        known_at: Option<DateTime<Utc>>,
        last_number: Option<i64>,
    ) -> Result<(NaiveDate, NaiveDate, NaiveDate)> {
        let number = last_number.unwrap_or(i64::MAX);
        let posted = call!(self.book.db(), "reading days", movement::posted_days(self.book.id(), number))?;
        let today = today.unwrap_or_else(|| instant(self.book.ledger.session().now_micros()).date_naive());
        let today = known_at.map_or(today, |known_at| today.min(known_at.date_naive()));
        let (first, last) = posted.map_or((today, today), |(first, last)| (date(first), date(last)));
        Ok((first, last, today))
    }

    /// The prices that count for some columns.
    pub(super) fn prices_for(
        &self,
        columns: &[BaseColumn],
        basis: Basis,
        last_number: Option<i64>,
    ) -> Result<PriceTable> {
        if !matches!(basis, Basis::Valued(_)) {
            return Ok(PriceTable::default());
        }
        let days: HashSet<NaiveDate> = columns
            .iter()
            .flat_map(|column| [basis.prices_on(column), basis.opening_prices_on(column)])
            .collect();
        self.book.prices().table_on(days, last_number)
    }

    /// Entries that close a year are no income or expense of it: statements of what moved leave them out, and for
    /// balances they count from the day after.
    fn leave_closings_out(
        &self,
        kind: StatementKind,
        movements: &mut Movements,
        chart: &Chart,
        wanted: Wanted<'_>,
        selection: &Selection,
    ) -> Result<()> {
        let mut commodities = Commodities::new(chart);
        for line in self.book.closing_lines(None, None, wanted.last_number)? {
            let Some(account) = chart.account(AccountId(line.account_id)) else { continue };
            if !wanted.kinds.contains(&account.kind) || !selection.takes(line.entry_number) {
                continue;
            }
            let key = SeriesKey {
                account: account.id,
                commodity: commodities.get(line.commodity_id)?,
                weight_commodity: commodities.get(line.weight_commodity_id)?,
                part: None,
            };
            let on = date(line.posted_on);
            for (part, times) in selection.counts_of(line.entry_number, account) {
                let key = SeriesKey { part, ..key };
                let (amount, weight) = (times * i128::from(line.amount), times * i128::from(line.weight));
                movements.add(key, on, Net { amount: -amount, weight: -weight });
                if kind.is_of_balances()
                    && let Some(next) = on.succ_opt()
                {
                    movements.add(key, next, Net { amount, weight });
                }
            }
        }
        Ok(())
    }
}

/// The parts that something moved in, or was there before, of some accounts.
fn parts_moved(movements: &Movements, takes: impl Fn(AccountId) -> bool) -> BTreeSet<u32> {
    movements
        .iter()
        .filter(|(key, sums)| takes(key.account) && sums.iter().any(|sum| sum.amount != 0 || sum.weight != 0))
        .filter_map(|(key, _)| key.part)
        .collect()
}

/// Columns for some parts of a dimension.
fn across(
    moved: BTreeSet<u32>,
    period: Period,
    selection: &Selection,
    request: &StatementRequest,
) -> Result<ColumnPlan> {
    if moved.len() > PARTS_MAX {
        let value = format!("{} parts", moved.len());
        let reason = format!("at most {PARTS_MAX} stand side by side: show them as rows with --by");
        return Err(ErrorKind::InvalidSetting { what: "columns", value, reason }.into());
    }
    let named: Vec<(u32, &str)> = moved
        .into_iter()
        .filter_map(|part| Some((part, selection.parts.get(part as usize)?.as_str())))
        .collect();
    Ok(ColumnPlan::of_parts(period, &named, &request.columns))
}

fn needs_balances(kind: StatementKind) -> bool {
    kind.is_of_balances() || matches!(kind, StatementKind::CashFlow | StatementKind::EquityChanges)
}

/// The kinds of account that a statement is made of.
fn kinds_of(kind: StatementKind) -> &'static [AccountKind] {
    use AccountKind::{Asset, Expense, Income, Liability};
    match kind {
        StatementKind::IncomeStatement => &[Income, Expense],
        StatementKind::Spending => &[Expense],
        StatementKind::Earnings => &[Income],
        StatementKind::NetWorth => &[Asset, Liability],
        StatementKind::CashFlow => &[Asset],
        StatementKind::EquityChanges | StatementKind::BalanceHistory | StatementKind::BalanceSheet => {
            &AccountKind::ALL
        }
    }
}
