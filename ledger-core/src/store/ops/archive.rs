//! The rows of the tables that an archive holds row by row.

use diesel::prelude::*;

use super::super::{Conn, RowByRow};
use crate::store::archive::{Record, Table, row, tables};
use crate::store::schema;

/// How many rows are inserted by one statement; both databases limit its values.
const ROWS: usize = 500;

/// Reads one table with the row type and in the order that the list says.
macro_rules! load {
    ($conn:ident, $book_id:ident, $each:ident, $table:ident, $row:ident, streamed ($($column:ident),+)) => {{
        let query = schema::$table::table
            .filter(schema::$table::book_id.eq($book_id))
            .order(($(schema::$table::$column,)+));
        for row in query.load_iter::<row::$row, RowByRow>($conn)? {
            if !$each(Record::$table(row?)) {
                break;
            }
        }
        Ok(())
    }};
    ($conn:ident, $book_id:ident, $each:ident, $table:ident, $row:ident, sorted ($($column:ident),+)) => {{
        let query = schema::$table::table.filter(schema::$table::book_id.eq($book_id));
        let mut all: Vec<row::$row> = query.load($conn)?;
        all.sort_by_cached_key(|row| ($(row.$column.clone(),)+));
        for row in all {
            if !$each(Record::$table(row)) {
                break;
            }
        }
        Ok(())
    }};
}

macro_rules! functions {
    (before { $($table:ident: $row:ident, $how:ident $key:tt;)* }
     after { $($late:ident: $late_row:ident, $late_how:ident $late_key:tt;)* }) => {
        functions! { @all $($table: $row, $how $key;)* $($late: $late_row, $late_how $late_key;)* }
    };
    (@all $($table:ident: $row:ident, $how:ident $key:tt;)*) => {
        /// Hands over the rows of a book's table one by one, in an order that both databases share, for as long as
        /// `each` says to go on.
        pub(crate) fn read(
            conn: &mut Conn,
            table: Table,
            book_id: i64,
            each: &mut dyn FnMut(Record) -> bool,
        ) -> QueryResult<()> {
            match table {
                $(Table::$table => load!(conn, book_id, each, $table, $row, $how $key),)*
            }
        }

        /// Adds rows, all of one table.
        pub(crate) fn insert(conn: &mut Conn, table: Table, records: Vec<Record>) -> QueryResult<()> {
            match table {
                $(Table::$table => {
                    let own = |record| match record {
                        Record::$table(row) => Some(row),
                        #[allow(unreachable_patterns)] // while the list has one table
                        _ => None,
                    };
                    let all: Vec<row::$row> = records.into_iter().filter_map(own).collect();
                    for some in all.chunks(ROWS) {
                        diesel::insert_into(schema::$table::table).values(some).execute(conn)?;
                    }
                    Ok(())
                })*
            }
        }
    };
}
tables!(functions);
