//! The statements, made of the figures of accounts.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;

use super::activity::{Activity, is_cash};
use super::basis::{Basis, Valuer};
use super::columns::{BaseColumn, ColumnPlan};
use super::dimension::Dimension;
use super::figures::{AccountFigures, RowOptions, Rows, figures};
use super::movements::{Measure, Movements};
use super::period::Period;
use super::statement::{Statement, StatementKind, StatementRequest, StatementRow, StatementSection};
use crate::Result;
use crate::account::{Account, AccountId, AccountKind, Chart, Side};
use crate::money::{Commodity, PriceTable};

/// The row of what income and expenses came to, as far as no closing entry has moved it into equity.
pub(crate) const EARNINGS: &str = "(income less expenses)";
/// The row of what prices did to the value of what is held.
pub(crate) const UNREALISED: &str = "(unrealised gain or loss)";
/// The row of what sales of lots gained, where accounts keep lots: that is never posted.
pub(crate) const REALISED: &str = "(realised gain or loss)";
/// The row of what exchanges moved between commodities.
pub(crate) const CONVERSIONS: &str = "(conversions between commodities)";
const ASSETS: &str = "Assets";
const LIABILITIES: &str = "Liabilities";
pub(crate) const EQUITY: &str = "Equity";
pub(crate) const LIABILITIES_AND_EQUITY: &str = "Liabilities and equity";
const INCOME: &str = "Income";
const EXPENSES: &str = "Expenses";
const NET_INCOME: &str = "Net income";
const NET_WORTH: &str = "Net worth";
const BALANCE: &str = "Balance";
pub(crate) const CHANGES: &str = "Changes";
pub(crate) const EQUITY_AT_START: &str = "Equity at the start";
const EQUITY_AT_END: &str = "Equity at the end";
pub(crate) const CASH_AT_START: &str = "Cash at the start";
const CASH_AT_END: &str = "Cash at the end";
const NET_CHANGE: &str = "Net change in cash";

/// The row of what exchange rates did to cash in other commodities.
const EXCHANGE_RATES: &str = "(changes of exchange rates)";
/// The row of the accounts that a filter, or a column of one subtype, leaves out.
pub(crate) const OTHERS: &str = "(other accounts)";

/// Everything that a statement is made of.
pub(crate) struct Scene<'a> {
    pub book: &'a str,
    pub chart: &'a Chart,
    pub base: Commodity,
    pub request: &'a StatementRequest,
    pub period: Period,
    pub plan: &'a ColumnPlan,
    pub movements: &'a Movements,
    /// What came in and went out by the account on the other side, at its weight; for a cash flow only.
    pub flows: Option<&'a Movements>,
    /// The names of the parts of the dimension.
    pub parts: &'a [String],
    pub prices: &'a PriceTable,
    /// What sales of lots gained, day by day in the commodity of a valuation; nothing where no account keeps lots.
    pub realised: &'a [(NaiveDate, i128)],
    /// The accounts that the filter leaves.
    pub shown: &'a HashSet<AccountId>,
}

/// Base figures by commodity.
type Sums = BTreeMap<Commodity, Vec<i128>>;

/// Makes a statement.
///
/// # Errors
/// A missing price, or a figure that does not fit.
pub(crate) fn assemble(kind: StatementKind, scene: &Scene<'_>) -> Result<Statement> {
    let mut maker =
        Maker { scene, valuer: Valuer::new(scene.request.basis, scene.prices), sections: Vec::new() };
    match kind {
        StatementKind::BalanceSheet => maker.balance_sheet()?,
        StatementKind::IncomeStatement => maker.income_statement()?,
        StatementKind::CashFlow => maker.cash_flow()?,
        StatementKind::EquityChanges => maker.equity_changes()?,
        StatementKind::NetWorth => maker.net_worth()?,
        StatementKind::Spending => maker.breakdown(EXPENSES)?,
        StatementKind::Earnings => maker.breakdown(INCOME)?,
        StatementKind::BalanceHistory => maker.balance_history()?,
    }
    let notes = maker.valuer.notes();
    let sections = maker.sections;
    Ok(Statement {
        kind,
        book: scene.book.to_owned(),
        period: scene.period,
        known_at: scene.request.known_at,
        columns: scene.plan.shown.clone(),
        sections,
        notes,
    })
}

struct Maker<'a> {
    scene: &'a Scene<'a>,
    valuer: Valuer<'a>,
    sections: Vec<StatementSection>,
}

impl<'a> Maker<'a> {
    fn balance_sheet(&mut self) -> Result<()> {
        let figures = self.figures(self.scene.movements, Measure::Stock, |_| true)?;
        let assets = self.rows(&figures, ASSETS);
        self.push(ASSETS, assets, Measure::Stock)?;
        let liabilities = self.rows(&figures, LIABILITIES);
        let mut equity = self.rows(&figures, EQUITY);
        for (commodity, base) in self.sum(&figures, is_earned) {
            equity.add_computed(EARNINGS, commodity, &base, -1);
        }
        self.add_residual(&mut equity, self.sum(&figures, |_| true), Measure::Stock);
        let shown = self.scene.shown;
        for (commodity, base) in
            self.sum(&figures, |account| !is_earned(account) && !shown.contains(&account.id))
        {
            equity.add_computed(OTHERS, commodity, &base, -1);
        }
        let both = added(&liabilities.totals, &equity.totals);
        self.push(LIABILITIES, liabilities, Measure::Stock)?;
        self.push(EQUITY, equity, Measure::Stock)?;
        self.result(LIABILITIES_AND_EQUITY, both, Measure::Stock)
    }

    fn income_statement(&mut self) -> Result<()> {
        let shown = self.scene.shown;
        let takes = |account: &Account| is_earned(account) && shown.contains(&account.id);
        let figures = self.figures(self.scene.movements, Measure::Flow, takes)?;
        let income = self.rows(&figures, INCOME);
        let expenses = self.rows(&figures, EXPENSES);
        let net = less(&income.totals, &expenses.totals);
        self.push(INCOME, income, Measure::Flow)?;
        self.push(EXPENSES, expenses, Measure::Flow)?;
        self.result(NET_INCOME, net, Measure::Flow)
    }

    fn cash_flow(&mut self) -> Result<()> {
        let scene = self.scene;
        let empty = Movements::default();
        let flows = scene.flows.unwrap_or(&empty);
        let opening = self.figures(scene.movements, Measure::Opening, is_cash)?;
        let closing = self.figures(scene.movements, Measure::Stock, is_cash)?;
        let flows = self.figures(flows, Measure::Flow, |_| true)?;
        let (opening, closing) = (self.sum(&opening, is_cash), self.sum(&closing, is_cash));
        self.result(CASH_AT_START, opening.clone(), Measure::Opening)?;
        let mut moved = Sums::new();
        for activity in Activity::ALL {
            let rows = self.rows(&flows, activity.title());
            moved = added(&moved, &rows.totals);
            self.push(activity.title(), rows, Measure::Flow)?;
        }
        self.result(NET_CHANGE, moved.clone(), Measure::Flow)?;
        let shown = scene.shown;
        let hidden = self.sum(&flows, |account| !shown.contains(&account.id));
        let rest = less(&less(&closing, &opening), &added(&moved, &hidden));
        let mut other = Rows::default();
        for (commodity, base) in hidden {
            other.add_computed(OTHERS, commodity, &base, 1);
        }
        let name = match self.scene.request.basis {
            _ if self.is_across_accounts() => OTHERS,
            Basis::Valued(_) => EXCHANGE_RATES,
            _ => CONVERSIONS,
        };
        for (commodity, base) in rest {
            other.add_computed(name, commodity, &base, 1);
        }
        if !other.totals.is_empty() {
            self.push("Other changes", other, Measure::Flow)?;
        }
        self.result(CASH_AT_END, closing, Measure::Stock)
    }

    fn equity_changes(&mut self) -> Result<()> {
        let scene = self.scene;
        let opening = self.figures(scene.movements, Measure::Opening, is_owned)?;
        let closing = self.figures(scene.movements, Measure::Stock, is_owned)?;
        let flows = self.figures(scene.movements, Measure::Flow, |account| !is_owned(account))?;
        let (opening, closing) = (self.sum(&opening, is_owned), self.sum(&closing, is_owned));
        let is_equity = |account: &Account| account.kind == AccountKind::Equity;
        let mut rows = self.rows(&flows, CHANGES);
        for (commodity, base) in self.sum(&flows, is_earned) {
            rows.add_computed(EARNINGS, commodity, &base, -1);
        }
        for (commodity, base) in
            self.sum(&flows, |account| is_equity(account) && !scene.shown.contains(&account.id))
        {
            rows.add_computed(OTHERS, commodity, &base, -1);
        }
        let rest = less(&less(&closing, &opening), &rows.totals);
        self.add_residual(&mut rows, rest, Measure::Flow);
        self.result(EQUITY_AT_START, opening, Measure::Opening)?;
        self.push(CHANGES, rows, Measure::Flow)?;
        self.result(EQUITY_AT_END, closing, Measure::Stock)
    }

    fn net_worth(&mut self) -> Result<()> {
        let shown = self.scene.shown;
        let takes = |account: &Account| is_owned(account) && shown.contains(&account.id);
        let figures = self.figures(self.scene.movements, Measure::Stock, takes)?;
        let assets = self.rows(&figures, ASSETS);
        let liabilities = self.rows(&figures, LIABILITIES);
        let net = less(&assets.totals, &liabilities.totals);
        self.push(ASSETS, assets, Measure::Stock)?;
        self.push(LIABILITIES, liabilities, Measure::Stock)?;
        self.result(NET_WORTH, net, Measure::Stock)
    }

    fn breakdown(&mut self, section: &str) -> Result<()> {
        let shown = self.scene.shown;
        let takes = |account: &Account| sign_in(section, account, false) != 0 && shown.contains(&account.id);
        let figures = self.figures(self.scene.movements, Measure::Flow, takes)?;
        let rows = self.rows(&figures, section);
        self.push_by_size(section, rows)
    }

    fn balance_history(&mut self) -> Result<()> {
        let shown = self.scene.shown;
        let figures =
            self.figures(self.scene.movements, Measure::Stock, |account| shown.contains(&account.id))?;
        let rows = self.rows(&figures, BALANCE);
        self.push(BALANCE, rows, Measure::Stock)
    }

    fn figures(
        &mut self,
        movements: &Movements,
        measure: Measure,
        takes: impl Fn(&Account) -> bool,
    ) -> Result<Vec<AccountFigures>> {
        let chart = self.scene.chart;
        let takes = |account: AccountId| chart.account(account).is_some_and(&takes);
        figures(movements, &self.scene.plan.base, measure, self.scene.request.basis, &mut self.valuer, takes)
    }

    /// Whether each column is of other accounts, so that what is missing in one lies in the others.
    fn is_across_accounts(&self) -> bool {
        self.scene.request.across == Some(Dimension::Subtype)
    }

    /// Adds rows of what the sum of all accounts is besides nothing.
    fn add_residual(&self, rows: &mut Rows, mut rest: Sums, measure: Measure) {
        let columns = &self.scene.plan.base;
        if let (Basis::Valued(valuation), false) = (self.scene.request.basis, self.scene.realised.is_empty())
        {
            let within = |column: &BaseColumn| {
                let period = column.period;
                let from = if measure == Measure::Flow { period.first } else { NaiveDate::MIN };
                let gains = self.scene.realised.iter().filter(|(day, _)| from <= *day && *day <= period.last);
                gains.map(|(_, gain)| gain).sum::<i128>()
            };
            let realised: Vec<i128> = columns.iter().map(within).collect();
            rows.add_computed(REALISED, valuation.commodity, &realised, 1);
            let unrealised = rest.entry(valuation.commodity).or_insert_with(|| vec![0; columns.len()]);
            for (rest, realised) in unrealised.iter_mut().zip(realised) {
                *rest -= realised;
            }
        }
        for (commodity, base) in rest {
            rows.add_computed(self.residual(), commodity, &base, 1);
        }
    }

    /// What makes the sum of all accounts differ from nothing.
    fn residual(&self) -> &'static str {
        match self.scene.request.basis {
            _ if self.is_across_accounts() => OTHERS,
            Basis::Valued(_) => UNREALISED,
            _ => CONVERSIONS,
        }
    }

    /// The sums of all accounts of a sort, filtered or not; debits positive.
    fn sum(&self, figures: &[AccountFigures], takes: impl Fn(&Account) -> bool) -> Sums {
        let mut sums = Sums::new();
        for row in figures {
            if self.scene.chart.account(row.account).is_some_and(&takes) {
                let sum = sums.entry(row.commodity).or_insert_with(|| vec![0; row.base.len()]);
                sum.iter_mut().zip(&row.base).for_each(|(sum, minor)| *sum += minor);
            }
        }
        sums
    }

    /// The rows of a section.
    fn rows(&self, figures: &[AccountFigures], section: &str) -> Rows {
        let mut rows = Rows::default();
        let options = self.options();
        let chart = self.scene.chart;
        let both_sides = section == BALANCE && shows_both_sides(chart, self.scene.shown);
        let sign = |account: &Account| match self.scene.shown.contains(&account.id) {
            true => sign_in(section, account, both_sides),
            false => 0,
        };
        for row in figures {
            let Some(account) = chart.account(row.account) else { continue };
            let sign = sign(account);
            if sign == 0 {
                continue;
            }
            let name = match (&self.scene.request.by, row.part) {
                (None, _) => account.name.as_str(),
                (Some(_), Some(part)) => self.scene.parts.get(part as usize).map_or("", String::as_str),
                (Some(Dimension::Subtype), None) => account.subtype.as_deref().unwrap_or("(no subtype)"),
                (Some(_), None) => "(none)",
            };
            rows.add(name, row.commodity, &row.base, sign, &options);
        }
        if self.scene.request.show_zero && self.scene.request.by.is_none() {
            for account in chart.accounts().iter().filter(|account| sign(account) != 0) {
                let own = account.commodity.unwrap_or(self.scene.base);
                let commodity = match self.scene.request.basis {
                    Basis::Valued(valuation) => valuation.commodity,
                    _ => own,
                };
                rows.mention(account, commodity, self.scene.plan.base.len(), &options);
            }
        }
        rows
    }

    fn options(&self) -> RowOptions {
        let request = self.scene.request;
        RowOptions {
            separator: request.by.as_ref().map_or(':', Dimension::separator),
            exact: request.by.is_some(),
            measure: Measure::Flow,
            depth: request.depth,
            tree: request.tree,
            by_size: false,
            show_zero: request.show_zero,
        }
    }

    fn push(&mut self, name: &str, rows: Rows, measure: Measure) -> Result<()> {
        self.push_with(name, rows, &RowOptions { measure, ..self.options() })
    }

    fn push_by_size(&mut self, name: &str, rows: Rows) -> Result<()> {
        self.push_with(name, rows, &RowOptions { by_size: true, ..self.options() })
    }

    fn push_with(&mut self, name: &str, rows: Rows, options: &RowOptions) -> Result<()> {
        let total = format!("Total {}", lowered(name));
        let totals = self.totals(&total, rows.totals.clone(), options.measure, true)?;
        let rows = rows.shown(self.scene.plan, options)?;
        self.sections.push(StatementSection { name: name.to_owned(), rows, totals });
        Ok(())
    }

    fn result(&mut self, name: &str, sums: Sums, measure: Measure) -> Result<()> {
        let totals = self.totals(name, sums, measure, false)?;
        self.sections.push(StatementSection { name: name.to_owned(), rows: Vec::new(), totals });
        Ok(())
    }

    /// A row for each commodity that something is counted in, the whole of a section or a result; one of nothing where there is none.
    fn totals(
        &self,
        name: &str,
        mut sums: Sums,
        measure: Measure,
        is_whole: bool,
    ) -> Result<Vec<StatementRow>> {
        let columns = self.scene.plan.base.len();
        if sums.len() > 1 {
            sums.retain(|_, base| base.iter().any(|sum| *sum != 0));
        }
        if sums.is_empty() {
            let commodity = match self.scene.request.basis {
                Basis::Valued(valuation) => valuation.commodity,
                _ => self.scene.base,
            };
            sums.insert(commodity, vec![0; columns]);
        }
        let row = |(commodity, base): (Commodity, Vec<i128>)| {
            Ok(StatementRow {
                name: name.to_owned(),
                label: name.to_owned(),
                depth: 0,
                commodity,
                computed: true,
                subtotal: true,
                figures: self.scene.plan.figures(
                    &base,
                    measure,
                    name,
                    is_whole.then_some(base.as_slice()),
                )?,
            })
        };
        sums.into_iter().map(row).collect()
    }
}

/// With which sign a section counts what an account holds or moved, debits positive; 0 where it is not of the section.
///
/// A cash flow counts the other lines of the entries that moved cash, with the other sign. Where accounts of both sides are
/// shown, a history of balances leaves signs as they are, so that its total takes what is owed off what is owned.
pub(crate) fn sign_in(section: &str, account: &Account, both_sides: bool) -> i128 {
    let when = |takes: bool, sign: i128| if takes { sign } else { 0 };
    let kind = account.kind;
    match section {
        ASSETS => when(kind == AccountKind::Asset, 1),
        LIABILITIES => when(kind == AccountKind::Liability, -1),
        EQUITY | CHANGES => when(kind == AccountKind::Equity, -1),
        INCOME => when(kind == AccountKind::Income, -1),
        EXPENSES => when(kind == AccountKind::Expense, 1),
        NET_INCOME => when(is_earned(account), -1),
        NET_WORTH | EQUITY_AT_START | EQUITY_AT_END => when(is_owned(account), 1),
        LIABILITIES_AND_EQUITY => when(kind != AccountKind::Asset, -1),
        CASH_AT_START | CASH_AT_END => when(is_cash(account), 1),
        NET_CHANGE => when(!is_cash(account), 1),
        // As people say it: where all is owed it is positive.
        BALANCE => {
            if both_sides || kind.normal_side() == Side::Debit {
                1
            } else {
                -1
            }
        }
        _ => when(!is_cash(account) && Activity::of(account).title() == section, 1),
    }
}

/// Whether some of the shown accounts have their balances on the debit side, and others on the credit side.
pub(crate) fn shows_both_sides(chart: &Chart, shown: &HashSet<AccountId>) -> bool {
    let mut sides = chart.accounts().iter().filter(|account| shown.contains(&account.id));
    let first = sides.next().map(|account| account.kind.normal_side());
    sides.any(|account| Some(account.kind.normal_side()) != first)
}

pub(crate) fn is_earned(account: &Account) -> bool {
    matches!(account.kind, AccountKind::Income | AccountKind::Expense)
}

/// Assets and liabilities: their sum is what the owners have.
fn is_owned(account: &Account) -> bool {
    matches!(account.kind, AccountKind::Asset | AccountKind::Liability)
}

fn lowered(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn added(one: &Sums, other: &Sums) -> Sums {
    combined(one, other, 1)
}

fn less(one: &Sums, other: &Sums) -> Sums {
    combined(one, other, -1)
}

fn combined(one: &Sums, other: &Sums, sign: i128) -> Sums {
    let mut sums = one.clone();
    for (&commodity, base) in other {
        let sum = sums.entry(commodity).or_insert_with(|| vec![0; base.len()]);
        sum.iter_mut().zip(base).for_each(|(sum, minor)| *sum += sign * minor);
    }
    sums
}

#[cfg(test)]
mod tests;
