//! The audit log of a book: every change besides the journal, and every post, in the order in which they were made.

use super::Book;
use crate::Result;
use crate::audit::{AuditEvent, AuditFilter};
use crate::store::call;
use crate::store::rows::{EventRow, instant};

/// How many rows are read at once.
const CHUNK: i64 = 5_000;

/// The audit log of a book: `book.audit()`.
#[derive(Debug)]
pub struct AuditLog<'b> {
    pub(super) book: &'b Book<'b>,
}

impl AuditLog<'_> {
    /// The events that a filter asks for, oldest first; posted entries are among them as `entry.post`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn list(&self, filter: &AuditFilter) -> Result<Vec<AuditEvent>> {
        self.book.ledger.read(|| {
            let mut events = self.events(filter)?;
            if fits_action(filter, "entry.post") {
                events.extend(self.posts(filter)?);
            }
            events.sort_by_key(|event| event.recorded_at);
            if let Some(limit) = filter.limit {
                events.drain(..events.len().saturating_sub(limit));
            }
            Ok(events)
        })
    }

    fn events(&self, filter: &AuditFilter) -> Result<Vec<AuditEvent>> {
        let mut found = Vec::new();
        let mut last = 0;
        loop {
            let rows =
                call!(self.book.db(), "reading the audit log", event::after(self.book.id(), last, CHUNK))?;
            let ended = (rows.len() as i64) < CHUNK;
            for row in rows {
                last = row.number;
                let event = self.event_of(row)?;
                if fits(filter, &event) {
                    found.push(event);
                }
            }
            if ended {
                return Ok(found);
            }
        }
    }

    /// Posts as events, read from the journal from its end back to as many as the filter can show.
    fn posts(&self, filter: &AuditFilter) -> Result<Vec<AuditEvent>> {
        let mut found = Vec::new();
        let mut last = self.book.read_head()?.last_entry_number;
        while last > 0 && filter.limit.is_none_or(|limit| found.len() < limit) {
            let first = (last - CHUNK + 1).max(1);
            let rows = call!(self.book.db(), "reading entries", entry::range(self.book.id(), first, last))?;
            for row in rows.into_iter().rev() {
                let content = serde_json::json!({ "description": row.description, "source": row.source,
                    "reverses": row.reverses, "amends": row.amends });
                let event = AuditEvent {
                    number: row.number,
                    recorded_at: instant(row.recorded_at),
                    recorded_by: row.recorded_by,
                    action: "entry.post".to_owned(),
                    subject: format!("entry {}", row.number),
                    before: None,
                    after: Some(content.to_string()),
                    hash: self.book.hash(&row.hash)?,
                };
                if fits(filter, &event) {
                    found.push(event);
                }
            }
            last = first - 1;
        }
        found.reverse();
        Ok(found)
    }

    pub(super) fn event_of(&self, row: EventRow) -> Result<AuditEvent> {
        Ok(AuditEvent {
            number: row.number,
            recorded_at: instant(row.recorded_at),
            recorded_by: row.recorded_by,
            action: row.action,
            subject: row.subject,
            before: row.before,
            after: row.after,
            hash: self.book.hash(&row.hash)?,
        })
    }
}

fn fits_action(filter: &AuditFilter, action: &str) -> bool {
    filter.action.as_ref().is_none_or(|start| action.starts_with(start.as_str()))
}

fn fits(filter: &AuditFilter, event: &AuditEvent) -> bool {
    fits_action(filter, &event.action)
        && filter.from.is_none_or(|from| event.recorded_at >= from)
        && filter.to.is_none_or(|to| event.recorded_at <= to)
        && filter.recorded_by.as_ref().is_none_or(|who| event.recorded_by == *who)
}
