//! What statements have to say, worked out line by line in the plainest way.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use ledger_core::account::{Account, AccountId, AccountKind};
use ledger_core::journal::LinePrice;
use ledger_core::money::{Commodity, Price, PriceTable, Rounding};
use ledger_core::report::{
    Activity, Basis, Dimension, Period, StatementKind, StatementRequest, Valuation, ValuedAt,
};
use ledger_core::{Book, Entry, ErrorKind};

use super::columns::{Column, Columns};
use super::section::{Base, Held, Section, add};

/// The accounts of every book, with their subtypes, and the activity that pays to or from them; none for cash itself.
pub const CHART: [(&str, &str, Option<Activity>); 17] = [
    ("Assets:Bank", "bank", None),
    ("Assets:Bank:Giro", "bank", None),
    ("Assets:Bank-2", "savings", None),
    ("Assets:Cash", "cash", None),
    ("Assets:Depot:World", "investment", Some(Activity::Investing)),
    ("Assets:Owed:Ben", "receivable", Some(Activity::Operating)),
    ("Assets:Things", "", Some(Activity::Operating)),
    ("Liabilities:Card", "credit-card", Some(Activity::Operating)),
    ("Liabilities:Loan", "loan", Some(Activity::Financing)),
    ("Equity:Opening", "opening", Some(Activity::Financing)),
    ("Equity:Capital", "capital", Some(Activity::Financing)),
    ("Income:Salary", "salary", Some(Activity::Operating)),
    ("Income:Salary:Bonus", "bonus", Some(Activity::Operating)),
    ("Expenses:Food", "food", Some(Activity::Operating)),
    ("Expenses:Food:Out", "dining", Some(Activity::Operating)),
    ("Expenses:Rent", "housing", Some(Activity::Operating)),
    ("Expenses:Tax", "tax", Some(Activity::Operating)),
];

#[derive(Debug)]
pub struct Expected {
    pub columns: Columns,
    pub sections: Vec<Section>,
    /// What was left in its own commodity.
    pub unpriced: BTreeSet<Commodity>,
}

/// A price that is missing.
#[derive(Debug)]
pub struct Missing;

/// A line, once for each part of the dimension that its entry belongs to.
struct Item<'w> {
    account: &'w Account,
    part: Option<String>,
    on: NaiveDate,
    amount: (Commodity, i128),
    weight: (Commodity, i128),
}

#[derive(Clone, Copy, PartialEq)]
enum Measure {
    Flow,
    Opening,
    Closing,
}

/// One account's figures, for one part, in one commodity.
type Figures = BTreeMap<(AccountId, Option<String>, Commodity), Base>;

/// Everything that a book holds, read once.
pub struct World<'w> {
    pub entries: Vec<&'w Entry>,
    pub accounts: &'w [Account],
    pub prices: PriceTable,
    request: &'w StatementRequest,
    shown: BTreeSet<AccountId>,
    columns: Columns,
    unpriced: BTreeSet<Commodity>,
}

/// The statement, or the refusal for a price that is missing.
pub fn statement(
    book: &Book<'_>,
    entries: &[Entry],
    given: &[Price],
    kind: StatementKind,
    request: &StatementRequest,
) -> Result<Expected, Missing> {
    let accounts = book.accounts().list().unwrap();
    let known: Vec<&Entry> =
        entries.iter().filter(|entry| request.known_at.is_none_or(|at| entry.recorded_at <= at)).collect();
    let mut prices: Vec<Price> = priced(&known).flat_map(prices_of).collect();
    prices.sort_by_key(|price| price.on);
    prices.extend(given);
    let period = days(&known, kind, request);
    let kept: Vec<&Entry> = known.into_iter().filter(|entry| takes(book, entry, request)).collect();
    let columns = match &request.across {
        None => Columns::of_periods(period, &request.columns),
        Some(_) => {
            let mut parts: BTreeSet<String> = BTreeSet::new();
            for entry in &kept {
                for account in &accounts {
                    parts.extend(parts_of(request, entry, account).into_iter().filter_map(|part| part.0));
                }
            }
            Columns::of_parts(period, parts, &request.columns)
        }
    };
    let shown = accounts.iter().filter(|account| is_shown(account, request)).map(|account| account.id);
    let mut world = World {
        entries: kept,
        accounts: &accounts,
        prices: PriceTable::new(prices),
        request,
        shown: shown.collect(),
        columns,
        unpriced: BTreeSet::new(),
    };
    let sections = world.sections(kind)?;
    Ok(Expected { columns: world.columns, sections, unpriced: world.unpriced })
}

/// The entries whose prices count: neither mirrors, nor what a mirror takes back that is not itself taken back.
pub fn priced<'e>(known: &[&'e Entry]) -> impl Iterator<Item = &'e Entry> + use<'e> {
    let mirrors: BTreeMap<i64, i64> =
        known.iter().filter_map(|entry| Some((entry.reverses?, entry.number))).collect();
    let counts = move |mut number: i64| {
        let mut counts = true;
        while let Some(mirror) = mirrors.get(&number) {
            (number, counts) = (*mirror, !counts);
        }
        counts
    };
    let kept = known.iter().copied().filter(move |entry| entry.reverses.is_none() && counts(entry.number));
    kept.collect::<Vec<_>>().into_iter()
}

/// The prices that the lines of an entry carry.
fn prices_of(entry: &Entry) -> Vec<Price> {
    let price = |line: &ledger_core::journal::Line| {
        let rate = match line.price? {
            LinePrice::Unit { rate, .. } => rate,
            LinePrice::Total(_) => line.weight.to_decimal() / line.amount.to_decimal(),
        };
        Some(Price::new(line.amount.commodity(), rate, line.weight.commodity(), entry.posted_on).unwrap())
    };
    entry.lines.iter().filter_map(price).collect()
}

fn days(known: &[&Entry], kind: StatementKind, request: &StatementRequest) -> Period {
    let first = known.iter().map(|entry| entry.posted_on).min().unwrap();
    let last = known.iter().map(|entry| entry.posted_on).max().unwrap();
    let balances = [StatementKind::BalanceSheet, StatementKind::NetWorth, StatementKind::BalanceHistory];
    // The clock of the tests stays on the first day of 2026.
    let today = request.today.unwrap_or(crate::support::day("2026-01-01"));
    let today = request.known_at.map_or(today, |known_at| known_at.date_naive().min(today));
    let end = match balances.contains(&kind) && request.columns.interval.is_none() {
        true => [last, today].into_iter().max().unwrap(),
        false => last,
    };
    let Some(asked) = request.period else { return Period { first, last: end } };
    let mut period = asked;
    if asked.first.to_string() == "0001-01-01" {
        period.first = first.min(asked.last);
    }
    if asked.last.to_string() == "9999-12-31" {
        period.last = end.max(period.first);
    }
    period
}

fn takes(book: &Book<'_>, entry: &Entry, request: &StatementRequest) -> bool {
    let filter = &request.filter;
    let party = filter.party.as_ref().map(|party| book.parties().get(party).unwrap().name);
    filter.tags.iter().all(|wanted| {
        let below = format!("{}/", wanted.value);
        entry.tags.iter().any(|tag| {
            let fits = wanted.value.is_empty() || tag.value == wanted.value || tag.value.starts_with(&below);
            tag.key == wanted.key && fits
        })
    }) && party.is_none_or(|party| entry.party.as_ref() == Some(&party))
        && filter.source.as_ref().is_none_or(|source| source.eq_ignore_ascii_case(entry.source.as_str()))
}

fn is_shown(account: &Account, request: &StatementRequest) -> bool {
    let filter = &request.filter;
    let name = account.name.to_lowercase();
    let below = |root: &String| {
        let root = root.to_lowercase();
        name == root || name.starts_with(&format!("{root}:"))
    };
    let subtype = filter.subtype.as_ref().map(|subtype| subtype.to_lowercase().replace(' ', "-"));
    (filter.accounts.is_empty() || filter.accounts.iter().any(below))
        && subtype.is_none_or(|subtype| account.subtype.as_ref() == Some(&subtype))
}

/// The parts that a line belongs to, and how often it counts in each.
fn parts_of(request: &StatementRequest, entry: &Entry, account: &Account) -> Vec<(Option<String>, i128)> {
    let one = |name: Option<String>| vec![(Some(name.unwrap_or_else(|| "(none)".to_owned())), 1)];
    match request.across.as_ref().or(request.by.as_ref()) {
        None => vec![(None, 1)],
        Some(Dimension::Party) => one(entry.party.clone()),
        Some(Dimension::Subtype) => one(account.subtype.clone()),
        Some(Dimension::Source) => one(Some(entry.source.as_str().to_owned())),
        Some(Dimension::Tag(key)) => {
            let values = entry.tags.iter().filter(|tag| tag.key == *key);
            let name = |value: &str| if value.is_empty() { format!("({key})") } else { value.to_owned() };
            let names: BTreeSet<String> = values
                .map(|tag| name(&tag.value))
                .map(|name| match request.depth.filter(|_| request.by.is_some()) {
                    Some(depth) => name.split('/').take(depth).collect::<Vec<_>>().join("/"),
                    None => name,
                })
                .collect();
            if names.is_empty() {
                return one(None);
            }
            let mut parts: BTreeMap<String, i128> = names.iter().map(|name| (name.clone(), 1)).collect();
            if request.by.is_some() && request.tree {
                take_off_below("", &names, &mut parts);
            } else if names.len() > 1 {
                parts.insert("(counted more than once)".to_owned(), 1 - names.len() as i128);
            }
            parts.into_iter().map(|(name, times)| (Some(name), times)).collect()
        }
    }
}

/// Makes the names below a level, `rome/` or nothing for the highest, count once together.
fn take_off_below(above: &str, names: &BTreeSet<String>, parts: &mut BTreeMap<String, i128>) {
    let mut levels: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for name in names.iter().filter_map(|name| name.strip_prefix(above)) {
        let level = name.split('/').next().unwrap();
        levels.entry(level).or_default().insert(format!("{above}{name}"));
    }
    // The value of the level itself stands beside those below it.
    let itself = usize::from(names.contains(above.trim_end_matches('/')));
    let count = levels.len() + itself;
    if count > 1 {
        parts.insert(format!("{above}(counted more than once)"), 1 - count as i128);
    }
    for (level, names) in levels {
        take_off_below(&format!("{above}{level}/"), &names, parts);
    }
}

fn is_earned(kind: AccountKind) -> bool {
    kind == AccountKind::Income || kind == AccountKind::Expense
}

fn activity(account: &Account) -> Option<Activity> {
    CHART.iter().find(|(name, ..)| *name == account.name).unwrap().2
}

impl<'w> World<'w> {
    fn account(&self, id: AccountId) -> &'w Account {
        self.accounts.iter().find(|account| account.id == id).unwrap()
    }

    /// Lines, or what the other lines of entries that move cash weigh.
    fn items(&self, flows: bool) -> Vec<Item<'w>> {
        let mut items = Vec::new();
        for entry in &self.entries {
            let moves_cash = entry.lines.iter().any(|line| activity(self.account(line.account_id)).is_none());
            for line in &entry.lines {
                let account = self.account(line.account_id);
                if flows && (!moves_cash || activity(account).is_none()) {
                    continue;
                }
                for (part, times) in parts_of(self.request, entry, account) {
                    let sum = |amount: ledger_core::money::Amount| {
                        (amount.commodity(), i128::from(amount.minor()) * times)
                    };
                    let weight = sum(line.weight);
                    let reversed = (weight.0, -weight.1);
                    let (amount, weight) =
                        if flows { (reversed, reversed) } else { (sum(line.amount), weight) };
                    items.push(Item { account, part, on: entry.posted_on, amount, weight });
                }
            }
        }
        items
    }

    fn figures(
        &mut self,
        flows: bool,
        measure: Measure,
        takes: impl Fn(&Account) -> bool,
    ) -> Result<Figures, Missing> {
        let columns = self.columns.base.clone();
        let mut held = Figures::new();
        for item in self.items(flows).iter().filter(|item| takes(item.account)) {
            let (commodity, minor) = match self.request.basis {
                Basis::BookValue | Basis::Valued(Valuation { at: ValuedAt::Cost, .. }) => item.weight,
                _ => item.amount,
            };
            let key = (item.account.id, item.part.clone(), commodity);
            let row = held.entry(key).or_insert_with(|| vec![0; columns.len()]);
            for (sum, column) in row.iter_mut().zip(&columns) {
                let counts = match measure {
                    Measure::Flow => column.period.first <= item.on && item.on <= column.period.last,
                    Measure::Opening => item.on < column.period.first,
                    Measure::Closing => item.on <= column.period.last,
                };
                if counts && (column.part.is_none() || column.part == item.part) {
                    *sum += minor;
                }
            }
        }
        let Basis::Valued(valuation) = self.request.basis else { return Ok(held) };
        let mut valued = Figures::new();
        for ((account, part, commodity), row) in held {
            for (place, (minor, column)) in row.into_iter().zip(&columns).enumerate() {
                let (target, value) = self.value(valuation, commodity, minor, column, measure)?;
                let row =
                    valued.entry((account, part.clone(), target)).or_insert_with(|| vec![0; columns.len()]);
                row[place] += value;
            }
        }
        Ok(valued)
    }

    fn value(
        &mut self,
        valuation: Valuation,
        commodity: Commodity,
        minor: i128,
        column: &Column,
        measure: Measure,
    ) -> Result<(Commodity, i128), Missing> {
        if minor == 0 || commodity == valuation.commodity {
            return Ok((valuation.commodity, minor));
        }
        let on = match (valuation.at, measure) {
            (ValuedAt::On(day), _) => day,
            (_, Measure::Opening) => column.period.first.pred_opt().unwrap(),
            _ => column.period.last,
        };
        let amount = commodity.amount(i64::try_from(minor).unwrap());
        match self.prices.convert(amount, valuation.commodity, on, Rounding::HalfEven) {
            Ok(value) => Ok((valuation.commodity, value.minor().into())),
            Err(error) => {
                assert!(matches!(error.kind(), ErrorKind::MissingPrice { .. }), "{error}");
                if valuation.leave_unpriced {
                    self.unpriced.insert(commodity);
                    return Ok((commodity, minor));
                }
                Err(Missing)
            }
        }
    }

    /// A section of accounts.
    fn section(
        &self,
        name: &'static str,
        figures: &Figures,
        takes: impl Fn(&Account) -> bool,
        sign: i128,
    ) -> Section {
        let mut section = Section { name, ..Section::default() };
        for ((account, part, commodity), base) in figures {
            let account = self.account(*account);
            if !self.shown.contains(&account.id) || !takes(account) {
                continue;
            }
            let (name, separator) = match (&self.request.by, part) {
                (Some(Dimension::Tag(_)), Some(part)) => (part.as_str(), Some('/')),
                (Some(_), Some(part)) => (part.as_str(), None),
                _ => (account.name.as_str(), Some(':')),
            };
            let levels: Vec<&str> = match separator {
                Some(separator) => name.split(separator).collect(),
                None => vec![name],
            };
            let levels = &levels[..levels.len().min(self.request.depth.unwrap_or(usize::MAX))];
            let least = if self.request.tree { 1 } else { levels.len() };
            for count in least..=levels.len() {
                let name = levels[..count].join(&separator.unwrap_or(' ').to_string());
                section.add_row(name, *commodity, base, sign);
            }
            add(&mut section.totals, *commodity, base, sign);
        }
        section
    }

    fn residual(&self) -> &'static str {
        match self.request.basis {
            Basis::Valued(_) => "(unrealised gain or loss)",
            _ => "(conversions between commodities)",
        }
    }

    fn sections(&mut self, kind: StatementKind) -> Result<Vec<Section>, Missing> {
        let shown = self.shown.clone();
        let of = |kinds: &'static [AccountKind]| move |account: &Account| kinds.contains(&account.kind);
        let visible = |kinds: &'static [AccountKind]| {
            let shown = shown.clone();
            move |account: &Account| kinds.contains(&account.kind) && shown.contains(&account.id)
        };
        use AccountKind::{Asset, Equity, Expense, Income, Liability};
        match kind {
            StatementKind::BalanceSheet => self.balance_sheet(),
            StatementKind::CashFlow => self.cash_flow(),
            StatementKind::EquityChanges => self.equity_changes(),
            StatementKind::IncomeStatement => {
                let figures = self.figures(false, Measure::Flow, visible(&[Income, Expense]))?;
                let income = self.section("Income", &figures, of(&[Income]), -1);
                let expenses = self.section("Expenses", &figures, of(&[Expense]), 1);
                let net = Section::result("Net income", &[(&income, 1), (&expenses, -1)], None);
                Ok(vec![income, expenses, net])
            }
            StatementKind::NetWorth => {
                let figures = self.figures(false, Measure::Closing, visible(&[Asset, Liability]))?;
                let assets = self.section("Assets", &figures, of(&[Asset]), 1).held();
                let liabilities = self.section("Liabilities", &figures, of(&[Liability]), -1).held();
                let net =
                    Section::result("Net worth", &[(&assets, 1), (&liabilities, -1)], Some(Held::AtEnd));
                Ok(vec![assets, liabilities, net])
            }
            StatementKind::Spending => {
                let figures = self.figures(false, Measure::Flow, visible(&[Expense]))?;
                Ok(vec![self.section("Expenses", &figures, |_| true, 1)])
            }
            StatementKind::Earnings => {
                let figures = self.figures(false, Measure::Flow, visible(&[Income]))?;
                Ok(vec![self.section("Income", &figures, |_| true, -1)])
            }
            StatementKind::BalanceHistory => {
                let figures = self.figures(false, Measure::Closing, |account| shown.contains(&account.id))?;
                // Debts are positive where nothing else is shown.
                let kinds: BTreeSet<&str> =
                    shown.iter().map(|account| self.account(*account).kind.as_str()).collect();
                let owns = kinds.contains("asset") || kinds.contains("expense");
                let mut all = self.section("Balance", &figures, of(&[Asset, Expense]), 1);
                let sign = if owns { 1 } else { -1 };
                let others = self.section("Balance", &figures, of(&[Liability, Equity, Income]), sign);
                for ((name, commodity), base) in others.rows {
                    all.add_row(name, commodity, &base, 1);
                }
                for (commodity, base) in others.totals {
                    add(&mut all.totals, commodity, &base, 1);
                }
                Ok(vec![all.held()])
            }
        }
    }

    fn balance_sheet(&mut self) -> Result<Vec<Section>, Missing> {
        let figures = self.figures(false, Measure::Closing, |_| true)?;
        let assets = self.section("Assets", &figures, |account| account.kind == AccountKind::Asset, 1);
        let liabilities =
            self.section("Liabilities", &figures, |account| account.kind == AccountKind::Liability, -1);
        let mut equity = self.section("Equity", &figures, |account| account.kind == AccountKind::Equity, -1);
        let shown = &self.shown;
        let earned = self.sum(&figures, |account| is_earned(account.kind));
        let hidden = self.sum(&figures, |account| !is_earned(account.kind) && !shown.contains(&account.id));
        let all = self.sum(&figures, |_| true);
        equity.add_computed("(income less expenses)", &earned, -1);
        equity.add_computed("(other accounts)", &hidden, -1);
        // Columns of subtypes do not balance: what lies in other columns is what is missing.
        let residual = match self.request.across {
            Some(Dimension::Subtype) => "(other accounts)",
            _ => self.residual(),
        };
        equity.add_computed(residual, &all, 1);
        let both = [(&liabilities, 1), (&equity, 1)];
        let both = Section::result("Liabilities and equity", &both, Some(Held::AtEnd));
        Ok(vec![assets.held(), liabilities.held(), equity.held(), both])
    }

    fn cash_flow(&mut self) -> Result<Vec<Section>, Missing> {
        let is_cash = |account: &Account| activity(account).is_none();
        let opening = self.figures(false, Measure::Opening, is_cash)?;
        let closing = self.figures(false, Measure::Closing, is_cash)?;
        let flows = self.figures(true, Measure::Flow, |_| true)?;
        let (opening, closing) = (self.sum(&opening, |_| true), self.sum(&closing, |_| true));
        let start = Section { totals: opening, ..Section::new("Cash at the start", Some(Held::AtStart)) };
        let end = Section { totals: closing, ..Section::new("Cash at the end", Some(Held::AtEnd)) };
        let mut sections = Vec::new();
        for (of, name) in [
            (Activity::Operating, "Operating activities"),
            (Activity::Investing, "Investing activities"),
            (Activity::Financing, "Financing activities"),
        ] {
            sections.push(self.section(name, &flows, |account| activity(account) == Some(of), 1));
        }
        let moved: Vec<(&Section, i128)> = sections.iter().map(|section| (section, 1)).collect();
        let moved = Section::result("Net change in cash", &moved, None);
        let mut other = Section::new("Other changes", None);
        let hidden = self.sum(&flows, |account| !self.shown.contains(&account.id));
        other.add_computed("(other accounts)", &hidden, 1);
        let rest = Section::result("", &[(&end, 1), (&start, -1), (&moved, -1), (&other, -1)], None);
        let name = match (&self.request.across, self.request.basis) {
            (Some(Dimension::Subtype), _) => "(other accounts)",
            (_, Basis::Valued(_)) => "(changes of exchange rates)",
            _ => "(conversions between commodities)",
        };
        other.add_computed(name, &rest.totals, 1);
        sections.insert(0, start);
        sections.push(moved);
        if !other.rows.is_empty() {
            sections.push(other);
        }
        sections.push(end);
        Ok(sections)
    }

    fn equity_changes(&mut self) -> Result<Vec<Section>, Missing> {
        let is_owned =
            |account: &Account| account.kind == AccountKind::Asset || account.kind == AccountKind::Liability;
        let opening = self.figures(false, Measure::Opening, is_owned)?;
        let closing = self.figures(false, Measure::Closing, is_owned)?;
        let flows = self.figures(false, Measure::Flow, |account| !is_owned(account))?;
        let (opening, closing) = (self.sum(&opening, |_| true), self.sum(&closing, |_| true));
        let start = Section { totals: opening, ..Section::new("Equity at the start", Some(Held::AtStart)) };
        let end = Section { totals: closing, ..Section::new("Equity at the end", Some(Held::AtEnd)) };
        let mut changes = self.section("Changes", &flows, |account| account.kind == AccountKind::Equity, -1);
        let earned = self.sum(&flows, |account| is_earned(account.kind));
        changes.add_computed("(income less expenses)", &earned, -1);
        let hidden = self
            .sum(&flows, |account| account.kind == AccountKind::Equity && !self.shown.contains(&account.id));
        changes.add_computed("(other accounts)", &hidden, -1);
        let rest = Section::result("", &[(&end, 1), (&start, -1), (&changes, -1)], None);
        let residual = match self.request.across {
            Some(Dimension::Subtype) => "(other accounts)",
            _ => self.residual(),
        };
        changes.add_computed(residual, &rest.totals, 1);
        Ok(vec![start, changes, end])
    }

    fn sum(&self, figures: &Figures, takes: impl Fn(&Account) -> bool) -> BTreeMap<Commodity, Base> {
        let mut sums = BTreeMap::new();
        for ((account, _, commodity), base) in figures {
            if takes(self.account(*account)) {
                add(&mut sums, *commodity, base, 1);
            }
        }
        sums
    }
}
