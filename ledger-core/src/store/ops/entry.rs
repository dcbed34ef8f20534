//! Entries with their lines and tags, by number.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::super::{Conn, Db, push};
use crate::store::rows::{EntryRow, LineRow, TagRow};
use crate::store::schema::{entries, entry_tags, lines};
use crate::store::statement::statement;

statement! {
    /// When an entry was posted.
    struct RecordedAt { book_id: i64, number: i64 } -> BigInt =
        "SELECT recorded_at FROM entries WHERE book_id = " book_id " AND number = " number
}

/// How many external ids are looked up at once.
const IDS_PER_QUERY: usize = 500;

/// The entries with numbers from `first` to `last`, in order.
pub(crate) fn range(conn: &mut Conn, book_id: i64, first: i64, last: i64) -> QueryResult<Vec<EntryRow>> {
    entries::table
        .filter(entries::book_id.eq(book_id).and(entries::number.between(first, last)))
        .order(entries::number)
        .load(conn)
}

/// The lines of the entries with numbers from `first` to `last`, in order.
pub(crate) fn lines_range(conn: &mut Conn, book_id: i64, first: i64, last: i64) -> QueryResult<Vec<LineRow>> {
    lines::table
        .filter(lines::book_id.eq(book_id).and(lines::entry_number.between(first, last)))
        .order((lines::entry_number, lines::line_number))
        .load(conn)
}

/// The tags of the entries with numbers from `first` to `last`, in order.
pub(crate) fn tags_range(conn: &mut Conn, book_id: i64, first: i64, last: i64) -> QueryResult<Vec<TagRow>> {
    entry_tags::table
        .filter(entry_tags::book_id.eq(book_id).and(entry_tags::entry_number.between(first, last)))
        .order((entry_tags::entry_number, entry_tags::key, entry_tags::value))
        .load(conn)
}

/// The highest number that any entry or line carries, whatever the head says.
pub(crate) fn last_number(conn: &mut Conn, book_id: i64) -> QueryResult<i64> {
    let entry: Option<i64> = entries::table
        .filter(entries::book_id.eq(book_id))
        .select(diesel::dsl::max(entries::number))
        .get_result(conn)?;
    let line: Option<i64> = lines::table
        .filter(lines::book_id.eq(book_id))
        .select(diesel::dsl::max(lines::entry_number))
        .get_result(conn)?;
    Ok(entry.max(line).unwrap_or(0))
}

/// The numbers of the entries that carry one of these external ids.
pub(crate) fn by_external_ids(
    conn: &mut Conn,
    book_id: i64,
    ids: &[&str],
) -> QueryResult<Vec<(String, i64)>> {
    let mut found = Vec::new();
    for ids in ids.chunks(IDS_PER_QUERY) {
        let rows: Vec<(Option<String>, i64)> = entries::table
            .filter(entries::book_id.eq(book_id).and(entries::external_id.eq_any(ids.to_vec())))
            .select((entries::external_id, entries::number))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(id, number)| Some((id?, number))));
    }
    Ok(found)
}

/// Some entries by their numbers.
pub(crate) fn by_numbers(conn: &mut Conn, book_id: i64, numbers: &[i64]) -> QueryResult<Vec<EntryRow>> {
    let mut found = Vec::new();
    for numbers in numbers.chunks(IDS_PER_QUERY) {
        let some = entries::number.eq_any(numbers.to_vec());
        let rows: Vec<EntryRow> = entries::table
            .filter(entries::book_id.eq(book_id).and(some))
            .order(entries::number)
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// The lines of some entries, in order.
pub(crate) fn lines_of(conn: &mut Conn, book_id: i64, numbers: &[i64]) -> QueryResult<Vec<LineRow>> {
    let mut found = Vec::new();
    for numbers in numbers.chunks(IDS_PER_QUERY) {
        let some = lines::entry_number.eq_any(numbers.to_vec());
        let rows: Vec<LineRow> = lines::table
            .filter(lines::book_id.eq(book_id).and(some))
            .order((lines::entry_number, lines::line_number))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Those of some entries that were reversed, also by an amendment.
pub(crate) fn reversed(conn: &mut Conn, book_id: i64, numbers: &[i64]) -> QueryResult<Vec<i64>> {
    let mut found = Vec::new();
    for numbers in numbers.chunks(IDS_PER_QUERY) {
        let some: Vec<Option<i64>> = numbers.iter().copied().map(Some).collect();
        let rows: Vec<Option<i64>> = entries::table
            .filter(entries::book_id.eq(book_id).and(entries::reverses.eq_any(some)))
            .select(entries::reverses)
            .load(conn)?;
        found.extend(rows.into_iter().flatten());
    }
    Ok(found)
}

/// Those of some entries that were reversed, each with its mirror.
pub(crate) fn mirrors_of(conn: &mut Conn, book_id: i64, numbers: &[i64]) -> QueryResult<Vec<(i64, i64)>> {
    let mut found = Vec::new();
    for numbers in numbers.chunks(IDS_PER_QUERY) {
        let some: Vec<Option<i64>> = numbers.iter().copied().map(Some).collect();
        let rows: Vec<(Option<i64>, i64)> = entries::table
            .filter(entries::book_id.eq(book_id).and(entries::reverses.eq_any(some)))
            .select((entries::reverses, entries::number))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(of, mirror)| Some((of?, mirror))));
    }
    Ok(found)
}

/// Those of some entries that were amended, each with the one that replaces it.
pub(crate) fn amendments_of(conn: &mut Conn, book_id: i64, numbers: &[i64]) -> QueryResult<Vec<(i64, i64)>> {
    let mut found = Vec::new();
    for numbers in numbers.chunks(IDS_PER_QUERY) {
        let some: Vec<Option<i64>> = numbers.iter().copied().map(Some).collect();
        let rows: Vec<(Option<i64>, i64)> = entries::table
            .filter(entries::book_id.eq(book_id).and(entries::amends.eq_any(some)))
            .select((entries::amends, entries::number))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(of, by)| Some((of?, by))));
    }
    Ok(found)
}

/// The entry that reverses this one.
pub(crate) fn reversed_by(conn: &mut Conn, book_id: i64, number: i64) -> QueryResult<Option<i64>> {
    entries::table
        .filter(entries::book_id.eq(book_id).and(entries::reverses.eq(number)))
        .select(entries::number)
        .get_result(conn)
        .optional()
}

/// The entry that replaces this one.
pub(crate) fn amended_by(conn: &mut Conn, book_id: i64, number: i64) -> QueryResult<Option<i64>> {
    entries::table
        .filter(entries::book_id.eq(book_id).and(entries::amends.eq(number)))
        .select(entries::number)
        .get_result(conn)
        .optional()
}

/// When an entry was posted.
pub(crate) fn recorded_at(conn: &mut Conn, book_id: i64, number: i64) -> QueryResult<Option<i64>> {
    RecordedAt::new(book_id, number).get_result(conn).optional()
}
