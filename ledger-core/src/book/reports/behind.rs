//! From a figure of a statement to the lines that make it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use chrono::NaiveDate;

use super::Reports;
use super::movements::Commodities;
use super::selection::Selection;
use crate::account::{Account, AccountId, Chart};
use crate::money::{Amount, Commodity};
use crate::report::{
    BaseColumn, Basis, Behind, BehindLine, BehindSum, CASH_AT_START, CHANGES, ColumnKind, EARNINGS, EQUITY,
    EQUITY_AT_START, FiscalStart, LIABILITIES_AND_EQUITY, Net, OTHERS, Period, RouteStep, Statement,
    StatementColumn, StatementKind, StatementRequest, StatementRow, Valuer, is_cash, is_earned,
    shows_both_sides, sign_in,
};
use crate::store::call;
use crate::store::movement_rows::MovedLineRow;
use crate::store::rows::{date, day};
use crate::text::normalize;
use crate::{ErrorKind, Result};

impl Reports<'_> {
    /// What makes one figure of a statement: which accounts, at which prices, and the newest `limit` lines.
    ///
    /// The column may be left out where there is only one; a balance's column is found by its day, too.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for a row or column that is not there, with those that are;
    /// [`ErrorKind::InvalidSetting`] for a column that is computed from others, and a row that no account stands for; and
    /// those of [`Reports::statement`].
    pub fn behind(
        &self,
        kind: StatementKind,
        request: &StatementRequest,
        row: &str,
        column: Option<&str>,
        limit: usize,
    ) -> Result<Behind> {
        self.book.ledger.read(|| {
            let statement = self.statement(kind, request)?;
            let column = find_column(&statement, row, column, request.columns.fiscal)?;
            let (section, row) = find_row(&statement, row)?;
            self.behind_now(request, &statement, (section, &row), column, limit)
        })
    }

    fn behind_now(
        &self,
        request: &StatementRequest,
        statement: &Statement,
        (section, row): (&str, &StatementRow),
        place: usize,
        limit: usize,
    ) -> Result<Behind> {
        let chart = self.book.chart()?;
        let column = &statement.columns[place];
        let valued_apart = matches!(request.basis, Basis::Valued(_)) && request.columns.interval.is_some();
        let (first, last) = days_of(statement, section, column, valued_apart)?;
        let shown = self.shown_accounts(&chart, &request.filter)?;
        let selection = self.selection(&chart, request)?;
        let both_sides = shows_both_sides(&chart, &shown);
        let meant = Meant { request, row, section, shown: &shown, both_sides, selection: &selection, column };
        let accounts: Vec<(&Account, i128)> = chart
            .accounts()
            .iter()
            .map(|account| (account, meant.sign(account)))
            .filter(|(_, sign)| *sign != 0)
            .collect();
        if accounts.is_empty() && row.computed && !row.subtotal {
            let reason = "no lines stand for it: it is what the other rows leave".to_owned();
            return Err(ErrorKind::InvalidSetting { what: "row", value: row.name.clone(), reason }.into());
        }
        let cash = match statement.kind {
            StatementKind::CashFlow if !accounts.iter().any(|(account, _)| is_cash(account)) => {
                Some(self.entries_with_cash(&chart, first.map_or(i32::MIN, day), day(last))?)
            }
            _ => None,
        };
        // As in the statement: what closed a year is no movement of it, and a balance counts it from the day after.
        let closings = self.book.closings().rows()?;
        let is_closing = |line: &MovedLineRow| {
            (first.is_some() || line.posted_on == day(last))
                && closings.iter().any(|closing| closing.holds(line.entry_number))
        };
        let last_number = request.known_at.map(|known_at| self.last_number_at(known_at)).transpose()?;
        let mut gathered = Gathered { sums: BTreeMap::new(), newest: BinaryHeap::new(), count: 0, limit };
        let mut commodities = Commodities::new(&chart);
        for (account, sign) in accounts {
            // What is on the other side of cash came from there.
            let sign = if cash.is_some() { -sign } else { sign };
            let rows = call!(
                self.book.db(),
                "reading lines",
                movement::lines_of_account(
                    self.book.id(),
                    account.id.0,
                    first.map_or(i32::MIN, day),
                    day(last)
                )
            )?;
            let counts = |line: &&MovedLineRow| {
                last_number.is_none_or(|number| line.entry_number <= number)
                    && !is_closing(line)
                    && cash.as_ref().is_none_or(|cash| cash.contains(&line.entry_number))
            };
            let basis = if cash.is_some() { Basis::BookValue } else { request.basis };
            for line in rows.iter().filter(counts) {
                let times = meant.times(line.entry_number, account);
                if times != 0 {
                    gathered.add(line, sign * times, basis, &mut commodities)?;
                }
            }
        }
        let valued_on =
            request.basis.prices_on(&BaseColumn { period: Period { first: last, last }, part: None });
        let mut sums = self.valued(&chart, request.basis, &gathered, valued_on, last_number)?;
        let lines = self.lines_behind(&chart, gathered.newest, &mut commodities)?;
        let of_row = statement.sections.iter().find(|found| found.name == section);
        let rows = of_row.into_iter().flat_map(|section| section.rows.iter().chain(&section.totals));
        let figures =
            rows.filter(|other| other.name == row.name).filter_map(|row| match row.figures[place] {
                crate::report::Figure::Amount(minor) => Some(row.commodity.amount(minor)),
                _ => None,
            });
        let figures: Vec<Amount> = figures.collect();
        if row.subtotal && row.computed {
            add_computed(&mut sums, &figures, statement, section, place);
        }
        Ok(Behind {
            statement: statement.kind,
            row: row.name.clone(),
            column: column.label.clone(),
            first,
            last,
            figures,
            sums,
            lines,
            line_count: gathered.count,
        })
    }

    fn entries_with_cash(&self, chart: &Chart, first: i32, last: i32) -> Result<HashSet<i64>> {
        let mut entries = HashSet::new();
        for account in chart.accounts().iter().filter(|account| is_cash(account)) {
            let rows = call!(
                self.book.db(),
                "reading lines",
                movement::lines_of_account(self.book.id(), account.id.0, first, last)
            )?;
            entries.extend(rows.into_iter().map(|line| line.entry_number));
        }
        Ok(entries)
    }

    fn valued(
        &self,
        chart: &Chart,
        basis: Basis,
        gathered: &Gathered,
        on: NaiveDate,
        last_number: Option<i64>,
    ) -> Result<Vec<BehindSum>> {
        let prices = match basis {
            Basis::Valued(_) => self.book.prices().table_on([on], last_number)?,
            _ => Default::default(),
        };
        let mut valuer = Valuer::new(basis, &prices);
        let mut sums = Vec::with_capacity(gathered.sums.len());
        for (&(account, commodity), &minor) in &gathered.sums {
            let (target, value) = valuer.value(commodity, minor, on)?;
            let route =
                prices.rate(commodity, target, on).map(|route| RouteStep::all(commodity, &route.steps));
            let name = chart.account(account).map_or_else(String::new, |account| account.name.clone());
            let what = format!("what {name} holds");
            sums.push(BehindSum {
                account: name,
                held: Amount::try_from_i128(minor, commodity, &what)?,
                value: Amount::try_from_i128(value, target, &what)?,
                valued_on: (commodity != target).then_some(on),
                route: route.unwrap_or_default(),
            });
        }
        sums.sort_by(|one, other| one.account.cmp(&other.account));
        Ok(sums)
    }

    fn lines_behind(
        &self,
        chart: &Chart,
        newest: BinaryHeap<Reverse<Place>>,
        commodities: &mut Commodities<'_>,
    ) -> Result<Vec<BehindLine>> {
        let mut places: Vec<Place> = newest.into_iter().map(|Reverse(place)| place).collect();
        places.sort_by_key(|place| (place.0, place.1));
        let mut numbers: Vec<i64> = places.iter().map(|place| place.1).collect();
        numbers.dedup();
        let entries: HashMap<i64, crate::Entry> =
            self.book.entries_of(numbers)?.into_iter().map(|entry| (entry.number, entry)).collect();
        let mut lines = Vec::with_capacity(places.len());
        for Place(posted_on, number, line) in places {
            let entry = entries.get(&number);
            let amount = commodities.get(line.2)?.amount(line.3);
            let weight = commodities.get(line.4)?.amount(line.5);
            lines.push(BehindLine {
                posted_on: date(posted_on),
                entry: number,
                description: entry.map_or_else(String::new, |entry| entry.description.clone()),
                party: entry.and_then(|entry| entry.party.clone()),
                account: chart
                    .account(AccountId(line.1))
                    .map_or_else(String::new, |account| account.name.clone()),
                amount,
                weight,
            });
        }
        Ok(lines)
    }
}

/// Day, entry, and the line: its place, account, commodity, amount, weight commodity and weight.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place(i32, i64, (usize, i32, i32, i64, i32, i64));

struct Gathered {
    sums: BTreeMap<(AccountId, Commodity), i128>,
    newest: BinaryHeap<Reverse<Place>>,
    count: usize,
    limit: usize,
}

impl Gathered {
    fn add(
        &mut self,
        line: &MovedLineRow,
        sign: i128,
        basis: Basis,
        commodities: &mut Commodities<'_>,
    ) -> Result<()> {
        let net = Net { amount: line.amount.into(), weight: line.weight.into() };
        let (own, weighed) =
            (commodities.get(line.commodity_id)?, commodities.get(line.weight_commodity_id)?);
        let (commodity, minor) = basis.source(own, weighed, net);
        *self.sums.entry((AccountId(line.account_id), commodity)).or_default() += sign * minor;
        let facts = (
            self.count,
            line.account_id,
            line.commodity_id,
            line.amount,
            line.weight_commodity_id,
            line.weight,
        );
        self.newest.push(Reverse(Place(line.posted_on, line.entry_number, facts)));
        self.count += 1;
        if self.newest.len() > self.limit {
            self.newest.pop();
        }
        Ok(())
    }
}

/// Which lines a cell means.
struct Meant<'m> {
    request: &'m StatementRequest,
    row: &'m StatementRow,
    section: &'m str,
    shown: &'m HashSet<AccountId>,
    /// Whether accounts of both sides are shown.
    both_sides: bool,
    selection: &'m Selection,
    column: &'m StatementColumn,
}

impl Meant<'_> {
    /// The sign with which an account's lines count; 0 where they do not.
    fn sign(&self, account: &Account) -> i128 {
        let shown = self.shown.contains(&account.id);
        match self.row.name.as_str() {
            EARNINGS if self.row.computed => return if is_earned(account) { -1 } else { 0 },
            OTHERS if self.row.computed => {
                return if shown || is_earned(account) { 0 } else { -1 };
            }
            _ if self.row.computed && !self.row.subtotal => return 0,
            _ => {}
        }
        let named = match (&self.request.by, self.row.subtotal && self.row.computed) {
            (_, true) | (Some(_), _) => true,
            (None, false) => self.names(&account.name, ':'),
        };
        if self.row.subtotal && self.row.computed && self.counts_earnings() && is_earned(account) {
            return -1;
        }
        if shown && named { sign_in(self.section, account, self.both_sides) } else { 0 }
    }

    /// Whether the section has a row of what income and expenses came to.
    fn counts_earnings(&self) -> bool {
        [EQUITY, CHANGES].contains(&self.section)
    }

    /// How often an entry's line counts: once however many of its parts are meant, and below zero where the row takes
    /// off what others count more than once.
    fn times(&self, entry: i64, account: &Account) -> i128 {
        if !self.selection.takes(entry) {
            return 0;
        }
        let wanted = |name: &str| match (&self.request.by, self.row.computed) {
            (Some(dimension), false) => self.names(name, dimension.separator()),
            (_, _) => self.column.kind != ColumnKind::Part || name == self.column.label,
        };
        let part = |part: u32| self.selection.parts.get(part as usize).is_some_and(|name| wanted(name));
        if self.selection.parts_of(entry, account).any(|of| of.is_none_or(part)) {
            return 1;
        }
        self.selection.overlaps_of(entry).iter().filter(|(of, _)| part(*of)).map(|(_, times)| times).sum()
    }

    /// Whether the row stands for a name, itself or as a level above it.
    fn names(&self, name: &str, separator: char) -> bool {
        let below = match self.request.by {
            // Names of parts that differ in case are different ones.
            Some(_) => name.strip_prefix(&self.row.name).map(str::to_owned),
            None => normalize(name).strip_prefix(&normalize(&self.row.name)).map(str::to_owned),
        };
        let sums = self.request.depth.is_some() || self.request.tree;
        below.is_some_and(|rest| rest.is_empty() || (sums && rest.starts_with(separator)))
    }
}

/// Adds the rows of a section that no lines stand for, such as an unrealised gain, to what makes its total.
fn add_computed(
    sums: &mut Vec<BehindSum>,
    figures: &[Amount],
    statement: &Statement,
    section: &str,
    place: usize,
) {
    let of = |other: &&crate::report::StatementSection| {
        other.name == section || (section == LIABILITIES_AND_EQUITY && other.name == EQUITY)
    };
    for row in statement.sections.iter().filter(of).flat_map(|section| &section.rows) {
        if !row.computed || [EARNINGS, OTHERS].contains(&row.name.as_str()) {
            continue;
        }
        if let (crate::report::Figure::Amount(minor), true) =
            (row.figures[place], figures.iter().any(|figure| figure.commodity() == row.commodity))
        {
            let value = row.commodity.amount(minor);
            sums.push(BehindSum {
                account: row.name.clone(),
                held: value,
                value,
                valued_on: None,
                route: Vec::new(),
            });
        }
    }
}

/// The days whose lines count.
fn days_of(
    statement: &Statement,
    section: &str,
    column: &StatementColumn,
    valued_apart: bool,
) -> Result<(Option<NaiveDate>, NaiveDate)> {
    let period = match column.kind {
        ColumnKind::Period | ColumnKind::Part => column.period.unwrap_or(statement.period),
        ColumnKind::Total if !statement.kind.is_of_balances() && !valued_apart => statement.period,
        _ => {
            let reason = "it is computed from other columns: name one of a period".to_owned();
            let value = column.label.clone();
            return Err(ErrorKind::InvalidSetting { what: "column", value, reason }.into());
        }
    };
    if section == CASH_AT_START || section == EQUITY_AT_START {
        return Ok((None, period.first.pred_opt().unwrap_or(period.first)));
    }
    let balances = statement.kind.is_of_balances() || section.ends_with(" at the end");
    Ok(((!balances).then_some(period.first), period.last))
}

fn find_column(statement: &Statement, row: &str, name: Option<&str>, fiscal: FiscalStart) -> Result<usize> {
    let periods = || {
        let kinds = [ColumnKind::Period, ColumnKind::Part, ColumnKind::Total];
        statement.columns.iter().enumerate().filter(move |(_, column)| kinds.contains(&column.kind))
    };
    let Some(name) = name else {
        let mut all = periods();
        return match (all.next(), all.next()) {
            (Some((place, _)), None) => Ok(place),
            _ => {
                let labels: Vec<String> = periods().take(6).map(|(_, column)| column.label.clone()).collect();
                let reason =
                    format!("there are several columns: say ROW @ COLUMN, with {} …", labels.join(", "));
                Err(ErrorKind::InvalidSetting { what: "cell", value: row.to_owned(), reason }.into())
            }
        };
    };
    // A balance is found by the period that its day ends, too.
    let of_day = |column: &StatementColumn| {
        column.period.is_some_and(|period| period.label(fiscal).eq_ignore_ascii_case(name))
    };
    let found =
        statement.column(name).or_else(|| periods().find(|(_, column)| of_day(column)).map(|found| found.0));
    found.ok_or_else(|| {
        let suggestions = periods().take(12).map(|(_, column)| column.label.clone()).collect();
        ErrorKind::NotFound { what: "column", name: name.to_owned(), suggestions }.into()
    })
}

/// The row with a name, and its section; `SECTION: ROW` where several sections have one.
fn find_row<'s>(statement: &'s Statement, name: &str) -> Result<(&'s str, StatementRow)> {
    let wanted = normalize(name);
    let mut near: Vec<(f64, String)> = Vec::new();
    let mut found: Vec<(&'s str, &StatementRow)> = Vec::new();
    for section in &statement.sections {
        for row in section.rows.iter().chain(&section.totals) {
            let full = format!("{}: {}", section.name, row.name);
            if normalize(&full) == wanted {
                return Ok((&section.name, row.clone()));
            }
            let is_other = found.last().is_none_or(|(other, _)| *other != section.name);
            if normalize(&row.name) == wanted && is_other {
                found.push((&section.name, row));
            }
            near.push((strsim::jaro_winkler(&normalize(&row.name), &wanted), row.name.clone()));
        }
    }
    match found[..] {
        [(section, row)] => return Ok((section, row.clone())),
        [] => {}
        _ => {
            let candidates = found.iter().map(|(section, row)| format!("{section}: {}", row.name)).collect();
            return Err(ErrorKind::Ambiguous { what: "row", name: name.to_owned(), candidates }.into());
        }
    }
    near.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut suggestions: Vec<String> = near.into_iter().map(|(_, name)| name).collect();
    suggestions.dedup();
    suggestions.truncate(3);
    Err(ErrorKind::NotFound { what: "row", name: name.to_owned(), suggestions }.into())
}
