//! Audit events.

use diesel::prelude::*;

use super::super::Conn;
use crate::store::rows::EventRow;
use crate::store::schema::audit_events;

/// Appends an event.
pub(crate) fn insert(conn: &mut Conn, row: &EventRow) -> QueryResult<()> {
    diesel::insert_into(audit_events::table).values(row).execute(conn).map(|_| ())
}

/// Events after `number`, in order, at most `limit`.
pub(crate) fn after(conn: &mut Conn, book_id: i64, number: i64, limit: i64) -> QueryResult<Vec<EventRow>> {
    audit_events::table
        .filter(audit_events::book_id.eq(book_id).and(audit_events::number.gt(number)))
        .order(audit_events::number)
        .limit(limit)
        .load(conn)
}
