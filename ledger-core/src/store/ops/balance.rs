//! Turnover, from the rollups and from lines. Sums come back as 64-bit integers or fail: they are never rounded.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

use super::super::{Conn, Db, EACH_MONTH, push};
use crate::store::rows::{NetRow, TurnoverRow};
use crate::store::statement::statement;

type TurnoverSql = (Integer, Integer, Integer, Integer, BigInt, BigInt, BigInt, BigInt, BigInt);
type NetSql = (Integer, Integer, Integer, BigInt, BigInt);

/// Debits less credits, and not each column by itself: over the years more may go through an account than fits, while
/// what is left of it does. Each sum costs a fifth of the whole query.
const ROLLUP_SUMS: &str = "CAST(SUM(debit_amount - credit_amount) AS BIGINT), \
    CAST(SUM(debit_weight - credit_weight) AS BIGINT)";

const LINE_SUMS: &str = "CAST(SUM(l.amount) AS BIGINT), CAST(SUM(l.weight) AS BIGINT)";

const LINE_GROUP: &str = " GROUP BY l.account_id, l.commodity_id, l.weight_commodity_id";

statement! {
    /// Whole years before `year`.
    struct YearsBefore { book_id: i64, year: i32 } -> NetSql =
        "SELECT account_id, commodity_id, weight_commodity_id, " (ROLLUP_SUMS)
        " FROM balances_yearly WHERE book_id = " book_id " AND period < " year
        " GROUP BY account_id, commodity_id, weight_commodity_id"
}

statement! {
    /// Whole months of one year, from `first` to before `end`. The year's own rows say which keys to look for, so
    /// that the months of other years are never read.
    struct MonthsWithin { book_id: i64, year: i32, first: i32, end: i32 } -> NetSql =
        (EACH_MONTH[0]) " FROM (SELECT book_id, account_id, commodity_id, weight_commodity_id FROM balances_yearly \
        WHERE book_id = " book_id " AND period = " year ") y CROSS JOIN " (EACH_MONTH[1])
        " WHERE m.book_id = y.book_id AND m.account_id = y.account_id AND m.commodity_id = y.commodity_id \
        AND m.weight_commodity_id = y.weight_commodity_id AND m.period >= " first " AND m.period < " end
        (EACH_MONTH[2])
}

statement! {
    /// The lines of the days from `first` to `last`, account by account through the covering index.
    struct DaysWithin { book_id: i64, first: i32, last: i32 } -> NetSql =
        "SELECT l.account_id, l.commodity_id, l.weight_commodity_id, " (LINE_SUMS)
        " FROM accounts a CROSS JOIN lines l WHERE a.book_id = " book_id " AND l.book_id = a.book_id \
        AND l.account_id = a.account_id AND l.posted_on >= " first " AND l.posted_on <= " last (LINE_GROUP)
}

statement! {
    /// The lines of the entries up to a number, up to a day.
    struct LinesUpTo { book_id: i64, number: i64, day: i32 } -> NetSql =
        "SELECT l.account_id, l.commodity_id, l.weight_commodity_id, " (LINE_SUMS)
        " FROM lines l WHERE l.book_id = " book_id " AND l.entry_number <= " number " AND l.posted_on <= " day
        (LINE_GROUP)
}

statement! {
    /// The lines of the entries after a number, up to a day.
    struct LinesAfter { book_id: i64, number: i64, day: i32 } -> NetSql =
        "SELECT l.account_id, l.commodity_id, l.weight_commodity_id, " (LINE_SUMS)
        " FROM lines l WHERE l.book_id = " book_id " AND l.entry_number > " number " AND l.posted_on <= " day
        (LINE_GROUP)
}

statement! {
    /// Whole years of one account before `year`.
    struct AccountYears { book_id: i64, account_id: i32, year: i32 } -> NetSql =
        "SELECT account_id, commodity_id, weight_commodity_id, " (ROLLUP_SUMS)
        " FROM balances_yearly WHERE book_id = " book_id " AND account_id = " account_id " AND period < " year
        " GROUP BY account_id, commodity_id, weight_commodity_id"
}

statement! {
    /// Whole months of one account, from `first` to before `end`.
    struct AccountMonths { book_id: i64, account_id: i32, first: i32, end: i32 } -> NetSql =
        "SELECT account_id, commodity_id, weight_commodity_id, " (ROLLUP_SUMS)
        " FROM balances_monthly WHERE book_id = " book_id " AND account_id = " account_id " AND period >= " first
        " AND period < " end " GROUP BY account_id, commodity_id, weight_commodity_id"
}

statement! {
    /// The lines of one account on the days from `first` to before `end`.
    struct AccountDays { book_id: i64, account_id: i32, first: i32, end: i32 } -> NetSql =
        "SELECT l.account_id, l.commodity_id, l.weight_commodity_id, " (LINE_SUMS)
        " FROM lines l WHERE l.book_id = " book_id " AND l.account_id = " account_id " AND l.posted_on >= " first
        " AND l.posted_on < " end (LINE_GROUP)
}

statement! {
    /// How many lines each account has, and its last month.
    struct Usage { book_id: i64 } -> (Integer, BigInt, Integer) =
        "SELECT account_id, CAST(SUM(line_count) AS BIGINT), MAX(period) FROM balances_monthly WHERE book_id = "
        book_id " GROUP BY account_id"
}

const STORED: &str = "SELECT account_id, commodity_id, weight_commodity_id, period, debit_amount, credit_amount, \
    debit_weight, credit_weight, line_count FROM ";
const STORED_ORDER: &str = " ORDER BY account_id, commodity_id, weight_commodity_id, period";

statement! {
    /// All months as they are stored.
    struct StoredMonths { book_id: i64 } -> TurnoverSql =
        (STORED) "balances_monthly WHERE book_id = " book_id (STORED_ORDER)
}

statement! {
    /// All years as they are stored.
    struct StoredYears { book_id: i64 } -> TurnoverSql =
        (STORED) "balances_yearly WHERE book_id = " book_id (STORED_ORDER)
}

/// Whole years before `year`, all accounts.
pub(crate) fn years_before(conn: &mut Conn, book_id: i64, year: i32) -> QueryResult<Vec<NetRow>> {
    YearsBefore::new(book_id, year).load(conn)
}

/// Whole months from `first` to before `end` of `year`, all accounts.
pub(crate) fn months_within(
    conn: &mut Conn,
    book_id: i64,
    year: i32,
    first: i32,
    end: i32,
) -> QueryResult<Vec<NetRow>> {
    MonthsWithin::new(book_id, year, first, end).load(conn)
}

/// Lines of the days from `first` to `last`, all accounts.
pub(crate) fn days_within(conn: &mut Conn, book_id: i64, first: i32, last: i32) -> QueryResult<Vec<NetRow>> {
    DaysWithin::new(book_id, first, last).load(conn)
}

/// Lines of the entries up to `number`, up to `day`.
pub(crate) fn lines_up_to(conn: &mut Conn, book_id: i64, number: i64, day: i32) -> QueryResult<Vec<NetRow>> {
    LinesUpTo::new(book_id, number, day).load(conn)
}

/// Lines of the entries after `number`, up to `day`.
pub(crate) fn lines_after(conn: &mut Conn, book_id: i64, number: i64, day: i32) -> QueryResult<Vec<NetRow>> {
    LinesAfter::new(book_id, number, day).load(conn)
}

/// Whole years of an account before `year`.
pub(crate) fn account_years(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    year: i32,
) -> QueryResult<Vec<NetRow>> {
    AccountYears::new(book_id, account_id, year).load(conn)
}

/// Whole months of an account from `first` to before `end`.
pub(crate) fn account_months(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    first: i32,
    end: i32,
) -> QueryResult<Vec<NetRow>> {
    AccountMonths::new(book_id, account_id, first, end).load(conn)
}

/// Lines of an account on the days from `first` to before `end`.
pub(crate) fn account_days(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    first: i32,
    end: i32,
) -> QueryResult<Vec<NetRow>> {
    AccountDays::new(book_id, account_id, first, end).load(conn)
}

/// Account, number of its lines, last month with one.
pub(crate) fn usage(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<(i32, i64, i32)>> {
    Usage::new(book_id).load(conn)
}

/// All months as they are stored, sorted.
pub(crate) fn stored_months(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<TurnoverRow>> {
    StoredMonths::new(book_id).load(conn)
}

/// All years as they are stored, sorted.
pub(crate) fn stored_years(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<TurnoverRow>> {
    StoredYears::new(book_id).load(conn)
}

/// The last day on which an account has a line.
pub(crate) fn last_day(conn: &mut Conn, book_id: i64, account_id: i32) -> QueryResult<Option<i32>> {
    use crate::store::schema::lines;
    lines::table
        .filter(lines::book_id.eq(book_id).and(lines::account_id.eq(account_id)))
        .select(diesel::dsl::max(lines::posted_on))
        .get_result(conn)
}
