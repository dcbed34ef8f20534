//! Writing a batch of entries: each database has its own fast way.

use diesel::QueryResult;

use super::super::{Conn, post};
use crate::store::rows::{HeadMove, PostRows};

/// Writes entries, lines, tags and turnover, and moves the head over them.
///
/// Returns false, with nothing that a commit should keep, when the head is not where the batch expects it.
pub(crate) fn write(conn: &mut Conn, rows: &PostRows<'_>, head: &HeadMove<'_>) -> QueryResult<bool> {
    post::write(conn, rows, head)
}
