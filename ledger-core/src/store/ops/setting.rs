//! Settings saved under a name.

use diesel::prelude::*;

use super::super::Conn;
use crate::store::rows::SettingRow;
use crate::store::schema::saved_settings;

/// All settings of a purpose, by name.
pub(crate) fn all(conn: &mut Conn, book_id: i64, purpose: &str) -> QueryResult<Vec<SettingRow>> {
    saved_settings::table
        .filter(saved_settings::book_id.eq(book_id).and(saved_settings::purpose.eq(purpose)))
        .order(saved_settings::normalized_name)
        .load(conn)
}

/// All settings of a book, by purpose and name.
pub(crate) fn every(conn: &mut Conn, book_id: i64) -> QueryResult<Vec<SettingRow>> {
    saved_settings::table
        .filter(saved_settings::book_id.eq(book_id))
        .order((saved_settings::purpose, saved_settings::normalized_name))
        .load(conn)
}

/// The setting with this name.
pub(crate) fn by_name(
    conn: &mut Conn,
    book_id: i64,
    purpose: &str,
    name: &str,
) -> QueryResult<Option<SettingRow>> {
    saved_settings::table.find((book_id, purpose, name)).get_result(conn).optional()
}

/// Adds a setting, in place of one of the same name.
pub(crate) fn replace(conn: &mut Conn, row: &SettingRow) -> QueryResult<()> {
    remove(conn, row.book_id, &row.purpose, &row.normalized_name)?;
    diesel::insert_into(saved_settings::table).values(row).execute(conn).map(|_| ())
}

/// Removes a setting; returns whether it was there.
pub(crate) fn remove(conn: &mut Conn, book_id: i64, purpose: &str, name: &str) -> QueryResult<bool> {
    diesel::delete(saved_settings::table.find((book_id, purpose, name))).execute(conn).map(|count| count > 0)
}
