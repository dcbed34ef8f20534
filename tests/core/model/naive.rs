//! What reports have to say, worked out entry by entry in the plainest way.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use ledger_core::Entry;
use ledger_core::account::{Account, AccountId};
use ledger_core::journal::EntryFilter;
use ledger_core::money::{Amount, Commodity};
use ledger_core::report::{Basis, RegisterCursor, RegisterQuery, TrialBalance};
use ledger_core::text::normalize;

/// A row of a trial balance: account, debit, credit, holdings.
pub type Row = (String, Option<Amount>, Option<Amount>, Vec<Amount>);
/// A line of a register: place, account, amount, balance after it.
pub type Line = (RegisterCursor, String, Amount, Amount);

/// The rows of a report, in an order that does not matter.
pub fn rows(trial_balance: TrialBalance) -> Vec<Row> {
    let rows = trial_balance.rows.into_iter().map(|row| (row.account, row.debit, row.credit, row.holdings));
    sorted(rows.collect())
}

fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|row| format!("{row:?}"));
    rows
}

fn amount(net: i128, commodity: Commodity) -> Amount {
    commodity.amount(i64::try_from(net).unwrap())
}

/// The trial balance of what was posted up to an instant, up to the end of a day.
pub fn trial_balance(
    entries: &[Entry],
    accounts: &[Account],
    as_of: Option<NaiveDate>,
    known_at: Option<DateTime<Utc>>,
    basis: Basis,
) -> Vec<Row> {
    let mut nets: BTreeMap<(AccountId, Commodity), i128> = BTreeMap::new();
    let mut held: BTreeMap<(AccountId, Commodity), BTreeMap<Commodity, i128>> = BTreeMap::new();
    let mut conversions: BTreeMap<Commodity, i128> = BTreeMap::new();
    for entry in entries {
        if as_of.is_some_and(|day| entry.posted_on > day) || known_at.is_some_and(|at| entry.recorded_at > at)
        {
            continue;
        }
        for line in &entry.lines {
            let figure = if basis == Basis::Native { line.amount } else { line.weight };
            let key = (line.account_id, figure.commodity());
            *nets.entry(key).or_default() += i128::from(figure.minor());
            if line.amount.commodity() != figure.commodity() {
                let held = held.entry(key).or_default().entry(line.amount.commodity()).or_default();
                *held += i128::from(line.amount.minor());
            }
            if basis == Basis::Native {
                *conversions.entry(figure.commodity()).or_default() -= i128::from(figure.minor());
            }
        }
    }
    let mut rows = Vec::new();
    let row = |name: String, net: i128, commodity, holdings| {
        let figure = amount(net.abs(), commodity);
        (name, (net > 0).then_some(figure), (net < 0).then_some(figure), holdings)
    };
    for ((account, commodity), net) in nets {
        let holdings = held.remove(&(account, commodity)).unwrap_or_default().into_iter();
        let holdings: Vec<Amount> = holdings
            .filter(|(_, held)| *held != 0)
            .map(|(commodity, held)| amount(held, commodity))
            .collect();
        if net != 0 || !holdings.is_empty() {
            let name = accounts.iter().find(|other| other.id == account).unwrap().name.clone();
            rows.push(row(name, net, commodity, holdings));
        }
    }
    for (commodity, net) in conversions.into_iter().filter(|(_, net)| *net != 0) {
        rows.push(row("(conversions between commodities)".to_owned(), net, commodity, Vec::new()));
    }
    sorted(rows)
}

/// Whether an entry was amended or is the mirror that undid one that was.
pub fn is_hidden(entry: &Entry, entries: &[Entry]) -> bool {
    let original = entry.reverses.unwrap_or(entry.number);
    entries.iter().any(|other| other.amends == Some(original))
}

/// What is held before the first line of a register, and all of its lines.
pub fn register(
    entries: &[Entry],
    accounts: &[AccountId],
    query: &RegisterQuery,
) -> (Vec<Amount>, Vec<Line>) {
    let mut lines: Vec<(RegisterCursor, String, Amount)> = Vec::new();
    for entry in entries.iter().filter(|entry| query.with_amended || !is_hidden(entry, entries)) {
        for (line, number) in
            entry.lines.iter().zip(1..).filter(|(line, _)| accounts.contains(&line.account_id))
        {
            let place = RegisterCursor {
                posted_on: entry.posted_on,
                entry_number: entry.number,
                line_number: number,
            };
            lines.push((place, line.account.clone(), line.amount));
        }
    }
    lines.sort_by_key(|(place, ..)| *place);
    let mut held: BTreeMap<Commodity, i128> = BTreeMap::new();
    let mut opening = BTreeMap::new();
    let mut shown = Vec::new();
    for (place, account, change) in lines {
        let before = query.from.is_some_and(|from| place.posted_on < from);
        let after = query.to.is_some_and(|to| place.posted_on > to);
        let balance = held.entry(change.commodity()).or_default();
        *balance += i128::from(change.minor());
        let balance = amount(*balance, change.commodity());
        if before {
            opening.clone_from(&held);
        } else if !after {
            shown.push((place, account, change, balance));
        }
    }
    (nonzero(opening), shown)
}

pub fn nonzero(held: BTreeMap<Commodity, i128>) -> Vec<Amount> {
    held.into_iter().filter(|(_, net)| *net != 0).map(|(commodity, net)| amount(net, commodity)).collect()
}

/// The numbers of the entries that fulfil a filter, latest day first. `accounts` are those that it names.
pub fn search(entries: &[Entry], accounts: &[AccountId], filter: &EntryFilter) -> Vec<i64> {
    let fits = |entry: &&Entry| {
        (filter.with_amended || !is_hidden(entry, entries))
            && filter.from.is_none_or(|from| entry.posted_on >= from)
            && filter.to.is_none_or(|to| entry.posted_on <= to)
            && filter.party.as_ref().is_none_or(|part| holds(entry.party.as_deref(), part))
            && filter.text.as_ref().is_none_or(|text| {
                let memos = entry.lines.iter().map(|line| line.memo.as_deref());
                memos
                    .chain([entry.party.as_deref(), Some(&entry.description)])
                    .any(|field| holds(field, text))
            })
            && filter.tag.as_ref().is_none_or(|wanted| {
                let below = format!("{}/", wanted.value);
                let mut tags = entry.tags.iter().filter(|tag| tag.key == wanted.key);
                tags.any(|tag| {
                    wanted.value.is_empty() || tag.value == wanted.value || tag.value.starts_with(&below)
                })
            })
            && entry.lines.iter().any(|line| {
                let size = line.amount.minor().abs();
                let of = |bound: &Amount| bound.commodity() == line.amount.commodity();
                (filter.account.is_none() || accounts.contains(&line.account_id))
                    && filter.amount_min.is_none_or(|least| of(&least) && size >= least.minor())
                    && filter.amount_max.is_none_or(|most| of(&most) && size <= most.minor())
            })
    };
    let mut found: Vec<&Entry> = entries.iter().filter(fits).collect();
    found.sort_by_key(|entry| std::cmp::Reverse((entry.posted_on, entry.number)));
    found.into_iter().map(|entry| entry.number).collect()
}

fn holds(field: Option<&str>, part: &str) -> bool {
    field.is_some_and(|field| normalize(field).contains(&normalize(part)))
}
