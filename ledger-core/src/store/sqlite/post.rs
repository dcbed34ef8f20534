//! Posting on SQLite: many rows in one cached statement, one upsert per balance.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{Conn, Db, push};
use crate::store::rows::{HeadMove, NewEntryRow, NewLineRow, NewTagRow, PostRows, TurnoverRow};
use crate::store::statement::statement;

/// How many rows go into one statement.
const ROWS: usize = 50;

const UPSERT: &str = " ON CONFLICT (book_id, account_id, commodity_id, weight_commodity_id, period) DO UPDATE SET \
    debit_amount = debit_amount + excluded.debit_amount, credit_amount = credit_amount + excluded.credit_amount, \
    debit_weight = debit_weight + excluded.debit_weight, credit_weight = credit_weight + excluded.credit_weight, \
    line_count = line_count + excluded.line_count";

statement! {
    /// Adds turnover to a month.
    struct AddMonth {
        book_id: i64, account_id: i32, commodity_id: i32, weight_commodity_id: i32, period: i32, debit_amount: i64,
        credit_amount: i64, debit_weight: i64, credit_weight: i64, line_count: i64,
    } -> BigInt = "INSERT INTO balances_monthly VALUES (" book_id ", " account_id ", " commodity_id ", "
        weight_commodity_id ", " period ", " debit_amount ", " credit_amount ", " debit_weight ", " credit_weight ", "
        line_count ")" (UPSERT)
}

statement! {
    /// Adds turnover to a year.
    struct AddYear {
        book_id: i64, account_id: i32, commodity_id: i32, weight_commodity_id: i32, period: i32, debit_amount: i64,
        credit_amount: i64, debit_weight: i64, credit_weight: i64, line_count: i64,
    } -> BigInt = "INSERT INTO balances_yearly VALUES (" book_id ", " account_id ", " commodity_id ", "
        weight_commodity_id ", " period ", " debit_amount ", " credit_amount ", " debit_weight ", " credit_weight ", "
        line_count ")" (UPSERT)
}

statement! {
    /// Moves the head, if it is where it is expected.
    struct MoveHead {
        number_after: i64, hash_after: &'a [u8], recorded_at: i64, book_id: i64, number_before: i64,
        hash_before: &'a [u8], chart_version: i64,
    } -> BigInt = "UPDATE book_heads SET last_entry_number = " number_after ", entry_hash = " hash_after
        ", last_recorded_at = " recorded_at " WHERE book_id = " book_id " AND last_entry_number = " number_before
        " AND entry_hash = " hash_before " AND chart_version = " chart_version
}

/// Declares a statement that inserts `N` rows; Diesel caches it by its type, once for each `N`.
///
/// Diesel's own array inserts do the same, but only for rows that own all of their text.
macro_rules! insert_rows {
    ($(#[$meta:meta])* struct $name:ident, $into:literal, $row:ty { $first:ident $(, $field:ident)* }) => {
        $(#[$meta])*
        struct $name<'a, const N: usize>(&'a [$row]);

        impl<const N: usize> diesel::query_builder::QueryId for $name<'_, N> {
            type QueryId = $name<'static, N>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl<const N: usize> RunQueryDsl<Conn> for $name<'_, N> {}

        impl<const N: usize> diesel::query_builder::QueryFragment<Db> for $name<'_, N> {
            fn walk_ast<'b>(&'b self, mut out: diesel::query_builder::AstPass<'_, 'b, Db>) -> QueryResult<()> {
                out.push_sql($into);
                for (index, row) in self.0.iter().enumerate() {
                    out.push_sql(if index == 0 { "(" } else { "), (" });
                    // The book is the same in all rows.
                    if index == 0 {
                        push(&mut out, &row.$first)?;
                    } else {
                        out.push_sql("?1");
                    }
                    $(
                        out.push_sql(", ");
                        push(&mut out, &row.$field)?;
                    )*
                }
                out.push_sql(")");
                Ok(())
            }
        }

        impl<'a> $name<'a, ROWS> {
            /// Inserts a slice, as many rows at once as one statement takes, and the rest one by one.
            fn all(conn: &mut Conn, rows: &'a [$row]) -> QueryResult<()> {
                let chunks = rows.chunks_exact(ROWS);
                let rest = chunks.remainder();
                for chunk in chunks {
                    $name::<ROWS>(chunk).execute(conn)?;
                }
                for row in rest.chunks(1) {
                    $name::<1>(row).execute(conn)?;
                }
                Ok(())
            }
        }
    };
}

pub(super) use insert_rows;

insert_rows! {
    /// Inserts entries.
    struct InsertEntries,
    "INSERT OR FAIL INTO entries (book_id, source, recorded_at, recorded_by, number, posted_on, description, party_id, \
     external_id, reverses, amends, hash) VALUES ",
    NewEntryRow<'a> { book_id, source, recorded_at, recorded_by, number, posted_on, description, party_id, external_id,
        reverses, amends, hash }
}

insert_rows! {
    /// Inserts lines.
    struct InsertLines,
    "INSERT OR FAIL INTO lines (book_id, entry_number, line_number, account_id, posted_on, commodity_id, amount, \
     weight_commodity_id, weight, price_kind, price, memo) VALUES ",
    NewLineRow<'a> {
        book_id, entry_number, line_number, account_id, posted_on, commodity_id, amount, weight_commodity_id, weight,
        price_kind, price, memo
    }
}

insert_rows! {
    /// Inserts tags.
    struct InsertTags,
    "INSERT OR FAIL INTO entry_tags (book_id, entry_number, key, value) VALUES ",
    NewTagRow<'a> { book_id, entry_number, key, value }
}

/// Inserts lines without price and memo, which weigh what they are: nearly all of them. What rows have in common is
/// bound once and named by its number after that, because each bind takes time of its own.
struct InsertPlainLines<'a, const N: usize>(&'a [NewLineRow<'a>]);

impl InsertPlainLines<'_, ROWS> {
    fn takes(row: &NewLineRow<'_>) -> bool {
        row.price_kind.is_none() && row.memo.is_none()
    }

    /// What follows the amount of each row: the numbers of its commodity and amount again, and the next row's book.
    fn after() -> &'static [String; ROWS] {
        static AFTER: std::sync::OnceLock<[String; ROWS]> = std::sync::OnceLock::new();
        AFTER.get_or_init(|| {
            std::array::from_fn(|index| {
                let amount = 1 + 6 * (index + 1);
                let next = if index + 1 < ROWS { ", (?1, " } else { "" };
                format!(", ?{}, ?{amount}){next}", amount - 1)
            })
        })
    }
}

impl<const N: usize> diesel::query_builder::QueryId for InsertPlainLines<'_, N> {
    type QueryId = InsertPlainLines<'static, N>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<const N: usize> RunQueryDsl<Conn> for InsertPlainLines<'_, N> {}

impl diesel::query_builder::QueryFragment<Db> for InsertPlainLines<'_, ROWS> {
    fn walk_ast<'b>(&'b self, mut out: diesel::query_builder::AstPass<'_, 'b, Db>) -> QueryResult<()> {
        out.push_sql(
            "INSERT OR FAIL INTO lines (book_id, entry_number, line_number, account_id, posted_on, commodity_id, \
             amount, weight_commodity_id, weight) VALUES (",
        );
        for (index, (row, after)) in self.0.iter().zip(Self::after()).enumerate() {
            if index == 0 {
                push(&mut out, &row.book_id)?;
                out.push_sql(", ");
            }
            push(&mut out, &row.entry_number)?;
            out.push_sql(", ");
            push(&mut out, &row.line_number)?;
            out.push_sql(", ");
            push(&mut out, &row.account_id)?;
            out.push_sql(", ");
            push(&mut out, &row.posted_on)?;
            out.push_sql(", ");
            push(&mut out, &row.commodity_id)?;
            out.push_sql(", ");
            push(&mut out, &row.amount)?;
            out.push_sql(after);
        }
        Ok(())
    }
}

/// Inserts lines, each fifty in the shortest statement that they fit.
fn insert_lines(conn: &mut Conn, rows: &[NewLineRow<'_>]) -> QueryResult<()> {
    let chunks = rows.chunks_exact(ROWS);
    let rest = chunks.remainder();
    for chunk in chunks {
        if chunk.iter().all(InsertPlainLines::takes) {
            InsertPlainLines::<ROWS>(chunk).execute(conn)?;
        } else {
            InsertLines::<ROWS>(chunk).execute(conn)?;
        }
    }
    InsertLines::all(conn, rest)
}

/// See [`super::ops::post::write`]. The head moves last: a trigger then sees all lines and checks that they balance.
pub(crate) fn write(conn: &mut Conn, rows: &PostRows<'_>, head: &HeadMove<'_>) -> QueryResult<bool> {
    InsertEntries::all(conn, &rows.entries)?;
    insert_lines(conn, &rows.lines)?;
    InsertTags::all(conn, &rows.tags)?;
    for row in rows.monthly {
        let &TurnoverRow { account_id, commodity_id, weight_commodity_id, period, .. } = row;
        AddMonth::new(
            head.book_id,
            account_id,
            commodity_id,
            weight_commodity_id,
            period,
            row.debit_amount,
            row.credit_amount,
            row.debit_weight,
            row.credit_weight,
            row.line_count,
        )
        .execute(conn)?;
    }
    for row in rows.yearly {
        let &TurnoverRow { account_id, commodity_id, weight_commodity_id, period, .. } = row;
        AddYear::new(
            head.book_id,
            account_id,
            commodity_id,
            weight_commodity_id,
            period,
            row.debit_amount,
            row.credit_amount,
            row.debit_weight,
            row.credit_weight,
            row.line_count,
        )
        .execute(conn)?;
    }
    let moved = MoveHead::new(
        head.number_after,
        head.hash_after,
        head.recorded_at,
        head.book_id,
        head.number_before,
        head.hash_before,
        head.chart_version,
    )
    .execute(conn)?;
    Ok(moved == 1)
}
