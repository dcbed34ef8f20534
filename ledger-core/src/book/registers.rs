//! Pages of an account's register: keyset paging from either end, with the balance carried from the rollups.

use std::collections::HashMap;

use super::Book;
use crate::account::{AccountId, Chart};
use crate::journal::check_range;
use crate::money::{Amount, Commodity};
use crate::report::{RegisterCursor, RegisterLine, RegisterPage, RegisterQuery};
use crate::store::call;
use crate::store::rows::{RegisterKey as Key, RegisterRow, date, day};
use crate::{ErrorKind, Result};

/// The longest page.
const LIMIT_MAX: usize = 100_000;
/// Before and after every line.
const FIRST: Key = (i32::MIN, 0, 0);
const LAST: Key = (i32::MAX, i64::MAX, i32::MAX);

/// Makes a page; the caller holds a read transaction.
pub(super) fn page(book: &Book<'_>, query: &RegisterQuery) -> Result<RegisterPage> {
    check_range(query.from, query.to)?;
    let chart = book.chart()?;
    let (account, accounts) = accounts_of(&chart, query)?;
    let limit = query.limit.clamp(1, LIMIT_MAX);
    let forward = query.after.is_some() || (query.before.is_none() && !query.latest);

    let mut rows = Vec::new();
    for id in &accounts {
        rows.extend(visible_rows(book, *id, query, forward, limit + 1)?);
    }
    rows.sort_by_key(key_of);
    let more = rows.len() > limit;
    if more && forward {
        rows.truncate(limit);
    } else if more {
        rows.drain(..rows.len() - limit);
    }
    let opening = match rows.first() {
        Some(first) => sums_before(book, &accounts, key_of(first), query.with_amended)?,
        None => sums_before(book, &accounts, empty_page_key(query, forward), query.with_amended)?,
    };
    let counters = counter_accounts(book, &rows, &chart)?;
    let (lines, closing) = lines(&rows, opening.clone(), &counters, &chart)?;
    let cursor = |row: Option<&RegisterRow>| {
        row.map(|row| RegisterCursor {
            posted_on: date(row.posted_on),
            entry_number: row.entry_number,
            line_number: row.line_number,
        })
    };
    let (before_first, after_last) =
        if forward { (query.after.is_some(), more) } else { (more, query.before.is_some()) };
    Ok(RegisterPage {
        account,
        opening: amounts(opening)?,
        previous: cursor(rows.first()).filter(|_| before_first),
        next: cursor(rows.last()).filter(|_| after_last),
        lines,
        closing: amounts(closing)?,
    })
}

/// The register's name and accounts; a level of the hierarchy that is no account itself has those below it.
fn accounts_of(chart: &Chart, query: &RegisterQuery) -> Result<(String, Vec<AccountId>)> {
    let below = if query.below { chart.subtree(&query.account) } else { Vec::new() };
    match chart.lookup(&query.account) {
        None if !below.is_empty() => Ok((query.account.clone(), below)),
        _ => {
            let account = chart.find(&query.account)?;
            let accounts = if query.below { below } else { vec![account.id] };
            Ok((account.name.clone(), accounts))
        }
    }
}

fn key_of(row: &RegisterRow) -> Key {
    (row.posted_on, row.entry_number, row.line_number)
}

fn start_key(query: &RegisterQuery, forward: bool) -> Key {
    let key = |cursor: RegisterCursor| (day(cursor.posted_on), cursor.entry_number, cursor.line_number);
    let from = query.from.map_or(FIRST, |from| (day(from), 0, 0));
    let to = query.to.map_or(LAST, |to| (day(to) + 1, 0, 0));
    match (forward, query.after, query.before) {
        (true, Some(after), _) => from.max(key(after)),
        (true, None, _) => from,
        (false, _, Some(before)) => to.min(key(before)),
        (false, _, None) => to,
    }
}

/// Where an empty page lies: going forward, just after the line that it was to follow.
fn empty_page_key(query: &RegisterQuery, forward: bool) -> Key {
    let (day, entry, line) = start_key(query, forward);
    if forward && entry > 0 { (day, entry, line.saturating_add(1)) } else { (day, entry, line) }
}

/// Up to `limit` lines of one account that are not hidden, in the direction of the page.
fn visible_rows(
    book: &Book<'_>,
    id: AccountId,
    query: &RegisterQuery,
    forward: bool,
    limit: usize,
) -> Result<Vec<RegisterRow>> {
    let mut key = start_key(query, forward);
    let (first, last) = (query.from.map_or(i32::MIN, day), query.to.map_or(i32::MAX, day));
    let chunk = limit as i64;
    let mut visible: Vec<RegisterRow> = Vec::new();
    loop {
        let doing = "reading a register";
        let rows = if forward {
            call!(book.db(), doing, register::after(book.id(), id.0, key, last, chunk))?
        } else {
            call!(book.db(), doing, register::before(book.id(), id.0, key, first, chunk))?
        };
        let ended = (rows.len() as i64) < chunk;
        if let Some(row) = rows.last() {
            key = key_of(row);
        }
        visible.extend(rows.into_iter().filter(|row| query.with_amended || !row.hidden));
        visible.truncate(limit);
        if ended || visible.len() == limit {
            return Ok(visible);
        }
    }
}

/// What the accounts hold before a line, per commodity.
///
/// An amended entry and its mirror lie on the same day, so that all earlier days can be summed with them; on the
/// line's own day they are left out one by one.
fn sums_before(
    book: &Book<'_>,
    accounts: &[AccountId],
    key: Key,
    with_amended: bool,
) -> Result<HashMap<Commodity, i128>> {
    let mut sums: HashMap<Commodity, i128> = HashMap::new();
    let chart = book.chart()?;
    for id in accounts {
        if key.0 == i32::MIN {
            continue;
        }
        for (commodity, sum) in book.account_sums(*id, key.0)? {
            *sums.entry(commodity).or_default() += sum;
        }
        if key.0 == i32::MAX || (key.1, key.2) == (0, 0) {
            continue;
        }
        let doing = "reading a register";
        let same_day =
            call!(book.db(), doing, register::after(book.id(), id.0, (key.0, 0, 0), key.0, i64::MAX))?;
        for row in same_day.iter().filter(|row| key_of(row) < key && (with_amended || !row.hidden)) {
            *sums.entry(commodity(&chart, row)?).or_default() += i128::from(row.amount);
        }
    }
    Ok(sums)
}

fn commodity(chart: &Chart, row: &RegisterRow) -> Result<Commodity> {
    let corrupt = || ErrorKind::Corrupt {
        what: format!(
            "lines {}/{}: unknown commodity {}",
            row.entry_number, row.line_number, row.commodity_id
        ),
    };
    Ok(chart.commodity(row.commodity_id).ok_or_else(corrupt)?)
}

/// For each entry of the page, the accounts of all its lines in order.
fn counter_accounts(
    book: &Book<'_>,
    rows: &[RegisterRow],
    chart: &Chart,
) -> Result<HashMap<i64, Vec<(i32, String)>>> {
    let numbers: Vec<i64> = rows.iter().map(|row| row.entry_number).collect();
    let lines = call!(book.db(), "reading lines", register::accounts_of(book.id(), &numbers))?;
    let mut accounts: HashMap<i64, Vec<(i32, String)>> = HashMap::new();
    for (entry, line, account) in lines {
        let name = chart.account(AccountId(account)).map(|account| account.name.clone()).unwrap_or_default();
        accounts.entry(entry).or_default().push((line, name));
    }
    Ok(accounts)
}

fn lines(
    rows: &[RegisterRow],
    mut balances: HashMap<Commodity, i128>,
    counters: &HashMap<i64, Vec<(i32, String)>>,
    chart: &Chart,
) -> Result<(Vec<RegisterLine>, HashMap<Commodity, i128>)> {
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let commodity = commodity(chart, row)?;
        let balance = balances.entry(commodity).or_default();
        *balance += i128::from(row.amount);
        let account =
            chart.account(AccountId(row.account_id)).map(|account| account.name.clone()).unwrap_or_default();
        let mut counter_accounts: Vec<String> = Vec::new();
        for (line, name) in counters.get(&row.entry_number).into_iter().flatten() {
            if *line != row.line_number && *name != account && !counter_accounts.contains(name) {
                counter_accounts.push(name.clone());
            }
        }
        lines.push(RegisterLine {
            posted_on: date(row.posted_on),
            entry_number: row.entry_number,
            line_number: row.line_number,
            description: row.description.clone(),
            party: row.party_id.and_then(|id| chart.party_name(id)).map(str::to_owned),
            account,
            counter_accounts,
            memo: row.memo.clone(),
            amount: Amount::new(row.amount, commodity),
            balance: Amount::try_from_i128(*balance, commodity, "a running balance")?,
        });
    }
    Ok((lines, balances))
}

fn amounts(sums: HashMap<Commodity, i128>) -> Result<Vec<Amount>> {
    let mut amounts = sums
        .into_iter()
        .map(|(commodity, sum)| Amount::try_from_i128(sum, commodity, "a balance"))
        .collect::<Result<Vec<_>>>()?;
    amounts.sort_by_key(|amount| amount.commodity());
    Ok(amounts)
}
