//! Audit events.

use diesel::prelude::*;

use super::super::Conn;
use crate::store::rows::EventRow;
use crate::store::schema::audit_events;

/// How many events are inserted by one statement.
const EVENTS_PER_INSERT: usize = 1000;

/// Appends events.
pub(crate) fn insert(conn: &mut Conn, rows: &[EventRow]) -> QueryResult<()> {
    if let [row] = rows {
        return diesel::insert_into(audit_events::table).values(row).execute(conn).map(|_| ());
    }
    for rows in rows.chunks(EVENTS_PER_INSERT) {
        diesel::insert_into(audit_events::table).values(rows).execute(conn)?;
    }
    Ok(())
}

/// Events after `number`, in order, at most `limit`.
pub(crate) fn after(conn: &mut Conn, book_id: i64, number: i64, limit: i64) -> QueryResult<Vec<EventRow>> {
    audit_events::table
        .filter(audit_events::book_id.eq(book_id).and(audit_events::number.gt(number)))
        .order(audit_events::number)
        .limit(limit)
        .load(conn)
}
