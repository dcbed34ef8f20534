//! The statements, made of the figures of accounts.

use std::collections::{BTreeMap, HashSet};

use super::activity::{Activity, is_cash};
use super::basis::{Basis, Valuer};
use super::columns::ColumnPlan;
use super::dimension::Dimension;
use super::figures::{AccountFigures, RowOptions, Rows, figures};
use super::movements::{Measure, Movements};
use super::period::Period;
use super::statement::{Statement, StatementKind, StatementRequest, StatementRow, StatementSection};
use crate::Result;
use crate::account::{Account, AccountId, AccountKind, Chart};
use crate::money::{Commodity, PriceTable};

/// The row of what income and expenses came to, as far as no closing entry has moved it into equity.
pub(crate) const EARNINGS: &str = "(income less expenses)";
/// The row of what prices did to the value of what is held.
pub(crate) const UNREALISED: &str = "(unrealised gain or loss)";
/// The row of what exchanges moved between commodities.
pub(crate) const CONVERSIONS: &str = "(conversions between commodities)";
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
        StatementKind::Spending => maker.breakdown("Expenses", AccountKind::Expense)?,
        StatementKind::Earnings => maker.breakdown("Income", AccountKind::Income)?,
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
        let assets = self.rows(&figures, |account| account.kind == AccountKind::Asset, 1);
        self.push("Assets", assets, Measure::Stock)?;
        let liabilities = self.rows(&figures, |account| account.kind == AccountKind::Liability, -1);
        let mut equity = self.rows(&figures, |account| account.kind == AccountKind::Equity, -1);
        for (commodity, base) in self.sum(&figures, is_earned) {
            equity.add_computed(EARNINGS, commodity, &base, -1);
        }
        for (commodity, base) in self.sum(&figures, |_| true) {
            equity.add_computed(self.residual(), commodity, &base, 1);
        }
        let shown = self.scene.shown;
        for (commodity, base) in
            self.sum(&figures, |account| !is_earned(account) && !shown.contains(&account.id))
        {
            equity.add_computed(OTHERS, commodity, &base, -1);
        }
        let both = added(&liabilities.totals, &equity.totals);
        self.push("Liabilities", liabilities, Measure::Stock)?;
        self.push("Equity", equity, Measure::Stock)?;
        self.result("Liabilities and equity", both, Measure::Stock)
    }

    fn income_statement(&mut self) -> Result<()> {
        let shown = self.scene.shown;
        let takes = |account: &Account| is_earned(account) && shown.contains(&account.id);
        let figures = self.figures(self.scene.movements, Measure::Flow, takes)?;
        let income = self.rows(&figures, |account| account.kind == AccountKind::Income, -1);
        let expenses = self.rows(&figures, |account| account.kind == AccountKind::Expense, 1);
        let net = less(&income.totals, &expenses.totals);
        self.push("Income", income, Measure::Flow)?;
        self.push("Expenses", expenses, Measure::Flow)?;
        self.result("Net income", net, Measure::Flow)
    }

    fn cash_flow(&mut self) -> Result<()> {
        let scene = self.scene;
        let empty = Movements::default();
        let flows = scene.flows.unwrap_or(&empty);
        let opening = self.figures(scene.movements, Measure::Opening, is_cash)?;
        let closing = self.figures(scene.movements, Measure::Stock, is_cash)?;
        let flows = self.figures(flows, Measure::Flow, |_| true)?;
        let (opening, closing) = (self.sum(&opening, is_cash), self.sum(&closing, is_cash));
        self.result("Cash at the start", opening.clone(), Measure::Opening)?;
        let mut moved = Sums::new();
        for activity in Activity::ALL {
            let rows = self.rows(&flows, |account| Activity::of(account) == activity, 1);
            moved = added(&moved, &rows.totals);
            self.push(activity.title(), rows, Measure::Flow)?;
        }
        self.result("Net change in cash", moved.clone(), Measure::Flow)?;
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
        self.result("Cash at the end", closing, Measure::Stock)
    }

    fn equity_changes(&mut self) -> Result<()> {
        let scene = self.scene;
        let opening = self.figures(scene.movements, Measure::Opening, is_owned)?;
        let closing = self.figures(scene.movements, Measure::Stock, is_owned)?;
        let flows = self.figures(scene.movements, Measure::Flow, |account| !is_owned(account))?;
        let (opening, closing) = (self.sum(&opening, is_owned), self.sum(&closing, is_owned));
        let is_equity = |account: &Account| account.kind == AccountKind::Equity;
        let mut rows = self.rows(&flows, is_equity, -1);
        for (commodity, base) in self.sum(&flows, is_earned) {
            rows.add_computed(EARNINGS, commodity, &base, -1);
        }
        for (commodity, base) in
            self.sum(&flows, |account| is_equity(account) && !scene.shown.contains(&account.id))
        {
            rows.add_computed(OTHERS, commodity, &base, -1);
        }
        let rest = less(&less(&closing, &opening), &rows.totals);
        for (commodity, base) in rest {
            rows.add_computed(self.residual(), commodity, &base, 1);
        }
        self.result("Equity at the start", opening, Measure::Opening)?;
        self.push("Changes", rows, Measure::Flow)?;
        self.result("Equity at the end", closing, Measure::Stock)
    }

    fn net_worth(&mut self) -> Result<()> {
        let shown = self.scene.shown;
        let takes = |account: &Account| is_owned(account) && shown.contains(&account.id);
        let figures = self.figures(self.scene.movements, Measure::Stock, takes)?;
        let assets = self.rows(&figures, |account| account.kind == AccountKind::Asset, 1);
        let liabilities = self.rows(&figures, |account| account.kind == AccountKind::Liability, -1);
        let net = less(&assets.totals, &liabilities.totals);
        self.push("Assets", assets, Measure::Stock)?;
        self.push("Liabilities", liabilities, Measure::Stock)?;
        self.result("Net worth", net, Measure::Stock)
    }

    fn breakdown(&mut self, name: &str, kind: AccountKind) -> Result<()> {
        let shown = self.scene.shown;
        let takes = |account: &Account| account.kind == kind && shown.contains(&account.id);
        let figures = self.figures(self.scene.movements, Measure::Flow, takes)?;
        let sign = if kind == AccountKind::Income { -1 } else { 1 };
        let rows = self.rows(&figures, |account| account.kind == kind, sign);
        self.push_by_size(name, rows)
    }

    fn balance_history(&mut self) -> Result<()> {
        let shown = self.scene.shown;
        let figures =
            self.figures(self.scene.movements, Measure::Stock, |account| shown.contains(&account.id))?;
        // Each kind as people say it: what is owed is positive.
        let mut rows = Rows::default();
        for kind in AccountKind::ALL {
            let sign = if kind.normal_side() == crate::account::Side::Debit { 1 } else { -1 };
            self.gather(&mut rows, &figures, |account| account.kind == kind, sign);
        }
        self.push("Balance", rows, Measure::Stock)
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

    fn rows(&self, figures: &[AccountFigures], takes: impl Fn(&Account) -> bool, sign: i128) -> Rows {
        let mut rows = Rows::default();
        self.gather(&mut rows, figures, takes, sign);
        rows
    }

    fn gather(
        &self,
        rows: &mut Rows,
        figures: &[AccountFigures],
        takes: impl Fn(&Account) -> bool,
        sign: i128,
    ) {
        let options = self.options();
        let chart = self.scene.chart;
        let takes = |account: &&Account| self.scene.shown.contains(&account.id) && takes(account);
        for row in figures {
            let Some(account) = chart.account(row.account).filter(takes) else { continue };
            let name = match (&self.scene.request.by, row.part) {
                (None, _) => account.name.as_str(),
                (Some(_), Some(part)) => self.scene.parts.get(part as usize).map_or("", String::as_str),
                (Some(Dimension::Subtype), None) => account.subtype.as_deref().unwrap_or("(no subtype)"),
                (Some(_), None) => "(none)",
            };
            rows.add(name, row.commodity, &row.base, sign, &options);
        }
        if self.scene.request.show_zero && self.scene.request.by.is_none() {
            for account in chart.accounts().iter().filter(takes) {
                let own = account.commodity.unwrap_or(self.scene.base);
                let commodity = match self.scene.request.basis {
                    Basis::Valued(valuation) => valuation.commodity,
                    _ => own,
                };
                rows.mention(account, commodity, self.scene.plan.base.len(), &options);
            }
        }
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

    fn push_with(&mut self, name: &str, mut rows: Rows, options: &RowOptions) -> Result<()> {
        let total = format!("Total {}", lowered(name));
        let totals = self.totals(&total, std::mem::take(&mut rows.totals), options.measure)?;
        let rows = rows.shown(self.scene.plan, options)?;
        self.sections.push(StatementSection { name: name.to_owned(), rows, totals });
        Ok(())
    }

    fn result(&mut self, name: &str, sums: Sums, measure: Measure) -> Result<()> {
        let totals = self.totals(name, sums, measure)?;
        self.sections.push(StatementSection { name: name.to_owned(), rows: Vec::new(), totals });
        Ok(())
    }

    /// A row for each commodity that something is counted in; one of nothing where there is none.
    fn totals(&self, name: &str, mut sums: Sums, measure: Measure) -> Result<Vec<StatementRow>> {
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
                figures: self.scene.plan.figures(&base, measure, name)?,
            })
        };
        sums.into_iter().map(row).collect()
    }
}

fn is_earned(account: &Account) -> bool {
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
