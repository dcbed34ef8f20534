//! What moved, by month, year or day, and line by line: what statements are made of.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use super::super::{Conn, Db, push};
use crate::store::movement_rows::{DatedNetRow, MovedLineRow};
use crate::store::rows::PricedLineRow;
use crate::store::schema::lines;
use crate::store::statement::statement;

/// How many entries are looked up at once.
const ENTRIES_PER_QUERY: usize = 500;

type DatedNetSql = (Integer, Integer, Integer, Integer, BigInt, BigInt);
type MovedLineSql = (BigInt, Integer, Integer, Integer, Integer, BigInt, BigInt);

const ROLLUP: &str = "SELECT m.account_id, m.commodity_id, m.weight_commodity_id, m.period, \
    m.debit_amount - m.credit_amount, m.debit_weight - m.credit_weight FROM ";

/// Rollup rows of accounts of some kinds; a kind that is not wanted is an empty text.
const OF_KINDS: &str = " m WHERE a.book_id = m.book_id AND a.account_id = m.account_id AND m.period >= ";

statement! {
    /// Every month of a range, read in one go over the whole table.
    struct Months { first: i32, end: i32, book_id: i64, assets: &'a str, liabilities: &'a str, equity: &'a str,
        income: &'a str, expenses: &'a str } -> DatedNetSql =
        (ROLLUP) "accounts a CROSS JOIN balances_monthly" (OF_KINDS) first " AND m.period < " end
        " AND a.book_id = " book_id " AND a.kind IN (" assets ", " liabilities ", " equity ", " income ", " expenses ")"
}

statement! {
    /// Every month of a short range: the years' rows say which keys to look for, so that other years are never read.
    struct FewMonths { first: i32, end: i32, book_id: i64, first_year: i32, last_year: i32 } -> DatedNetSql =
        (ROLLUP) "balances_yearly y CROSS JOIN balances_monthly m WHERE m.book_id = y.book_id \
        AND m.account_id = y.account_id AND m.commodity_id = y.commodity_id \
        AND m.weight_commodity_id = y.weight_commodity_id AND m.period >= " first " AND m.period < " end
        " AND m.period >= y.period * 12 AND m.period < y.period * 12 + 12 AND y.book_id = " book_id
        " AND y.period >= " first_year " AND y.period <= " last_year
}

statement! {
    /// Every year of a range.
    struct Years { first: i32, end: i32, book_id: i64, assets: &'a str, liabilities: &'a str, equity: &'a str,
        income: &'a str, expenses: &'a str } -> DatedNetSql =
        (ROLLUP) "accounts a CROSS JOIN balances_yearly" (OF_KINDS) first " AND m.period < " end
        " AND a.book_id = " book_id " AND a.kind IN (" assets ", " liabilities ", " equity ", " income ", " expenses ")"
}

const DAY_SUMS: &str = "SELECT l.account_id, l.commodity_id, l.weight_commodity_id, l.posted_on, \
    CAST(SUM(l.amount) AS BIGINT), CAST(SUM(l.weight) AS BIGINT) FROM ";
const DAY_GROUP: &str = " GROUP BY l.account_id, l.commodity_id, l.weight_commodity_id, l.posted_on";

statement! {
    /// Every day of a range, account by account through the covering index.
    struct EachDay { book_id: i64, first: i32, last: i32 } -> DatedNetSql =
        (DAY_SUMS) "accounts a CROSS JOIN lines l WHERE a.book_id = " book_id " AND l.book_id = a.book_id \
        AND l.account_id = a.account_id AND l.posted_on >= " first " AND l.posted_on <= " last (DAY_GROUP)
}

statement! {
    /// Every day of the entries after a number, up to a day.
    struct EachDayAfter { book_id: i64, number: i64, last: i32 } -> DatedNetSql =
        (DAY_SUMS) "lines l WHERE l.book_id = " book_id " AND l.entry_number > " number " AND l.posted_on <= " last
        (DAY_GROUP)
}

const MOVED: &str = "SELECT l.entry_number, l.posted_on, l.account_id, l.commodity_id, l.weight_commodity_id, \
    l.amount, l.weight FROM ";

statement! {
    /// The lines of one account on some days.
    struct LinesOfAccount { book_id: i64, account_id: i32, first: i32, last: i32 } -> MovedLineSql =
        (MOVED) "lines l WHERE l.book_id = " book_id " AND l.account_id = " account_id " AND l.posted_on >= " first
        " AND l.posted_on <= " last
}

statement! {
    /// The lines of the entries of some days, entry by entry.
    struct LinesOfDays { book_id: i64, first: i32, last: i32 } -> MovedLineSql =
        (MOVED) "entries e CROSS JOIN lines l WHERE l.book_id = e.book_id AND l.entry_number = e.number AND e.book_id = "
        book_id " AND e.posted_on >= " first " AND e.posted_on <= " last " ORDER BY l.entry_number, l.line_number"
}

statement! {
    /// The lines of the entries with some numbers, entry by entry.
    struct LinesOfNumbers { book_id: i64, first: i64, last: i64 } -> MovedLineSql =
        (MOVED) "lines l WHERE l.book_id = " book_id " AND l.entry_number >= " first " AND l.entry_number <= " last
        " ORDER BY l.entry_number, l.line_number"
}

statement! {
    /// Entries with the value of one of their tags.
    struct Tagged { book_id: i64, key: &'a str } -> (BigInt, Text) =
        "SELECT entry_number, value FROM entry_tags WHERE book_id = " book_id " AND key = " key
        " ORDER BY entry_number, value"
}

statement! {
    /// The keys of all tags.
    struct TagKeys { book_id: i64 } -> Text =
        "SELECT DISTINCT key FROM entry_tags WHERE book_id = " book_id " ORDER BY key"
}

statement! {
    /// Entries with a party.
    struct WithParty { book_id: i64 } -> (BigInt, Integer) =
        "SELECT number, party_id FROM entries WHERE party_id IS NOT NULL AND book_id = " book_id
}

statement! {
    /// Entries with what made them, in order.
    struct Sources { book_id: i64 } -> (BigInt, Text) =
        "SELECT number, source FROM entries WHERE book_id = " book_id " ORDER BY number"
}

statement! {
    /// Entries that were posted from lines of statements, with the formats of these.
    struct Formats { book_id: i64 } -> (BigInt, Text) =
        "SELECT s.entry_number, i.format FROM statement_lines s JOIN imports i ON i.book_id = s.book_id \
        AND i.import_id = s.import_id WHERE s.state = 'posted' AND s.entry_number IS NOT NULL AND s.book_id = " book_id
}

statement! {
    /// Entries that correct others: what they reverse, and what they amend, in order.
    struct Corrections { book_id: i64, number: i64 } -> (BigInt, Nullable<BigInt>, Nullable<BigInt>) =
        "SELECT number, reverses, amends FROM entries WHERE book_id = " book_id
        " AND (reverses IS NOT NULL OR amends IS NOT NULL) AND number <= " number " ORDER BY number"
}

statement! {
    /// The first and the last day with an entry: asked one by one, since each alone is one step into the index.
    struct PostedDays { first_of: i64, first_number: i64, last_of: i64, last_number: i64 }
    -> (Nullable<Integer>, Nullable<Integer>) =
        "SELECT (SELECT MIN(posted_on) FROM entries WHERE book_id = " first_of " AND number <= " first_number
        "), (SELECT MAX(posted_on) FROM entries WHERE book_id = " last_of " AND number <= " last_number ")"
}

statement! {
    /// The commodities that lines give a price between.
    struct PricedPairs { book_id: i64 } -> (Integer, Integer) =
        "SELECT DISTINCT commodity_id, weight_commodity_id FROM balances_yearly WHERE commodity_id <> weight_commodity_id \
        AND book_id = " book_id
}

statement! {
    /// The newest line with a price of a pair on or before a day, and how many mirrors its entry has: not that of a mirror,
    /// nor of an entry with a mirror that nothing reverses, nor of what closed a year (that carries costs of the whole
    /// past), nor for costs of lots that were bought earlier.
    struct NewestPricedLine { mirrored_by: i64, reversed_by: i64, kept_by: i64, book_id: i64, commodity_id: i32,
        quote_commodity_id: i32, day: i32, number: i64, earlier_than: i32, before: i64 }
    -> (BigInt, Integer, Integer, Integer, BigInt, BigInt, Nullable<Text>, BigInt) =
        "SELECT entry_number, commodity_id, weight_commodity_id, posted_on, amount, weight, price, \
         (SELECT COUNT(*) FROM entries r WHERE r.book_id = lines.book_id AND r.reverses = lines.entry_number \
         AND r.number <= " mirrored_by ") FROM lines \
         WHERE NOT EXISTS (SELECT 1 FROM closings c WHERE c.book_id = lines.book_id \
         AND (entry_number BETWEEN c.first_entry_number AND c.last_entry_number \
         OR entry_number BETWEEN c.first_mirror_number AND c.last_mirror_number)) \
         AND NOT EXISTS (SELECT 1 FROM entries m WHERE m.book_id = lines.book_id AND m.number = lines.entry_number \
         AND m.reverses IS NOT NULL) \
         AND NOT EXISTS (SELECT 1 FROM entries r WHERE r.book_id = lines.book_id AND r.reverses = lines.entry_number \
         AND r.number <= " reversed_by " AND NOT EXISTS (SELECT 1 FROM entries k WHERE k.book_id = r.book_id \
         AND k.reverses = r.number AND k.number <= " kept_by ")) \
         AND NOT EXISTS (SELECT 1 FROM line_lots x WHERE x.book_id = lines.book_id \
         AND x.entry_number = lines.entry_number AND x.line_number = lines.line_number AND x.basis = 'cost' \
         AND (lines.amount < 0 OR x.price_kind IS NOT NULL OR x.opened_on < lines.posted_on)) AND price_kind IS NOT NULL \
         AND (price IS NULL AND amount <> 0 AND weight <> 0 OR price <> '0') AND book_id = " book_id " AND commodity_id = " commodity_id
        " AND weight_commodity_id = " quote_commodity_id " AND posted_on <= " day " AND entry_number <= " number
        " AND (posted_on < " earlier_than " OR entry_number < " before ")
         ORDER BY posted_on DESC, entry_number DESC, line_number DESC LIMIT 1"
}

/// An entry that corrects another: its number, what it reverses and what it amends.
pub(crate) type Correction = (i64, Option<i64>, Option<i64>);

/// The columns of [`PricedLineRow`], and how many mirrors the entry has.
type PricedAndMirrors = (i64, i32, i32, i32, i64, i64, Option<String>, i64);

/// The names of the kinds that are wanted, in the order of a trial balance; an empty text for the others.
pub(crate) type Kinds<'a> = [&'a str; 5];

/// Net sums of accounts of some kinds by month, from `first` to before `end`.
pub(crate) fn months(
    conn: &mut Conn,
    book_id: i64,
    first: i32,
    end: i32,
    kinds: Kinds<'_>,
) -> QueryResult<Vec<DatedNetRow>> {
    let [assets, liabilities, equity, income, expenses] = kinds;
    Months::new(first, end, book_id, assets, liabilities, equity, income, expenses).load(conn)
}

/// Net sums of all accounts by month, from `first` to before `end`, for few years.
pub(crate) fn few_months(
    conn: &mut Conn,
    book_id: i64,
    first: i32,
    end: i32,
) -> QueryResult<Vec<DatedNetRow>> {
    FewMonths::new(first, end, book_id, first.div_euclid(12), (end - 1).div_euclid(12)).load(conn)
}

/// Net sums of accounts of some kinds by year, from `first` to before `end`.
pub(crate) fn years(
    conn: &mut Conn,
    book_id: i64,
    first: i32,
    end: i32,
    kinds: Kinds<'_>,
) -> QueryResult<Vec<DatedNetRow>> {
    let [assets, liabilities, equity, income, expenses] = kinds;
    Years::new(first, end, book_id, assets, liabilities, equity, income, expenses).load(conn)
}

/// Net sums of all accounts by day, from `first` to `last`.
pub(crate) fn each_day(
    conn: &mut Conn,
    book_id: i64,
    first: i32,
    last: i32,
) -> QueryResult<Vec<DatedNetRow>> {
    EachDay::new(book_id, first, last).load(conn)
}

/// Net sums by day of the entries after a number, up to the day `last`.
pub(crate) fn each_day_after(
    conn: &mut Conn,
    book_id: i64,
    number: i64,
    last: i32,
) -> QueryResult<Vec<DatedNetRow>> {
    EachDayAfter::new(book_id, number, last).load(conn)
}

/// The lines of one account from one day to another, in no order.
pub(crate) fn lines_of_account(
    conn: &mut Conn,
    book_id: i64,
    account_id: i32,
    first: i32,
    last: i32,
) -> QueryResult<Vec<MovedLineRow>> {
    LinesOfAccount::new(book_id, account_id, first, last).load(conn)
}

/// The lines of the entries from one day to another, entry by entry.
pub(crate) fn lines_of_days(
    conn: &mut Conn,
    book_id: i64,
    first: i32,
    last: i32,
) -> QueryResult<Vec<MovedLineRow>> {
    LinesOfDays::new(book_id, first, last).load(conn)
}

/// The lines of the entries from one number to another, entry by entry.
pub(crate) fn lines_of_numbers(
    conn: &mut Conn,
    book_id: i64,
    first: i64,
    last: i64,
) -> QueryResult<Vec<MovedLineRow>> {
    LinesOfNumbers::new(book_id, first, last).load(conn)
}

/// Entries with each value of their tags with a key.
pub(crate) fn tagged(conn: &mut Conn, book_id: i64, key: &str) -> QueryResult<Vec<(i64, String)>> {
    Tagged::new(book_id, key).load(conn)
}

/// The keys of all tags.
pub(crate) fn tag_keys(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<String>> {
    TagKeys::new(book_id).load(conn)
}

/// Entries with their parties.
pub(crate) fn with_party(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<(i64, i32)>> {
    WithParty::new(book_id).load(conn)
}

/// What made entries: runs of them, with their first and their last number.
pub(crate) fn sources(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<(i64, i64, String)>> {
    let mut runs: Vec<(i64, i64, String)> = Vec::new();
    for row in
        Sources::new(book_id).load_iter::<(i64, String), diesel::connection::DefaultLoadingMode>(conn)?
    {
        let (number, source) = row?;
        match runs.last_mut().filter(|run| run.2 == source && run.1 + 1 == number) {
            Some(run) => run.1 = number,
            None => runs.push((number, number, source)),
        }
    }
    Ok(runs)
}

/// Entries that were posted from lines of statements, with the formats of these.
pub(crate) fn formats(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<(i64, String)>> {
    Formats::new(book_id).load(conn)
}

/// The lines of some entries, entry by entry where the numbers are in order.
pub(crate) fn lines_of_entries(
    conn: &mut Conn,
    book_id: i64,
    numbers: &[i64],
) -> QueryResult<Vec<MovedLineRow>> {
    let mut found = Vec::new();
    for numbers in numbers.chunks(ENTRIES_PER_QUERY) {
        let some = lines::entry_number.eq_any(numbers.to_vec());
        let columns = (
            lines::entry_number,
            lines::posted_on,
            lines::account_id,
            lines::commodity_id,
            lines::weight_commodity_id,
            lines::amount,
            lines::weight,
        );
        let rows: Vec<MovedLineRow> = lines::table
            .filter(lines::book_id.eq(book_id).and(some))
            .select(columns)
            .order((lines::entry_number, lines::line_number))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Entries up to a number that correct others, with what they reverse and what they amend, in order.
pub(crate) fn corrections(conn: &mut Conn, book_id: i64, number: i64) -> QueryResult<Vec<Correction>> {
    Corrections::new(book_id, number).load(conn)
}

/// The first and the last day with an entry up to a number.
pub(crate) fn posted_days(conn: &mut Conn, book_id: i64, number: i64) -> QueryResult<Option<(i32, i32)>> {
    let (first, last): (Option<i32>, Option<i32>) =
        PostedDays::new(book_id, number, book_id, number).get_result(conn)?;
    Ok(first.zip(last))
}

/// Pairs of commodities that lines give prices between.
pub(crate) fn priced_pairs(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<(i32, i32)>> {
    PricedPairs::new(book_id).load(conn)
}

/// The newest line with a price of a pair on or before a day, of the entries up to a number, with how many mirrors its
/// entry has; with `before` (a day and an entry) the newest that is older.
pub(crate) fn newest_priced_line(
    conn: &mut Conn,
    book_id: i64,
    pair: (i32, i32),
    day: i32,
    number: i64,
    before: (i32, i64),
) -> QueryResult<Option<(PricedLineRow, i64)>> {
    let found: Option<PricedAndMirrors> = NewestPricedLine::new(
        number, number, number, book_id, pair.0, pair.1, day, number, before.0, before.1,
    )
    .get_result(conn)
    .optional()?;
    Ok(found.map(
        |(entry_number, commodity_id, quote_commodity_id, posted_on, amount, weight, price, mirrors)| {
            let line = PricedLineRow {
                entry_number,
                commodity_id,
                quote_commodity_id,
                posted_on,
                amount,
                weight,
                price,
            };
            (line, mirrors)
        },
    ))
}
