//! What an open import is judged by: told when it was taken in, and kept in the audit event of that, so that its lines
//! are judged in the same way when it is committed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Import, Imports};
use crate::Result;
use crate::audit::AuditFilter;
use crate::store::rows::instant;
use crate::store::statement_rows::ImportRow;

/// The action of the audit event.
pub(super) const STAGED: &str = "import.stage";
/// The field of the audit event that has the settings.
pub(super) const SETTINGS: &str = "judged_by";

/// What lines are judged by. What is proposed for their other side is stored with each line instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct JudgeSettings {
    /// How many days a line may lie from what stands for it.
    pub days: u32,
    /// Whether lines that another format has are taken for the same.
    pub same_lines: bool,
}

impl JudgeSettings {
    pub(super) fn of(import: &Import<'_>) -> JudgeSettings {
        JudgeSettings { days: import.days, same_lines: import.same_lines }
    }
}

impl Imports<'_> {
    /// What an open import is judged by; the defaults for one that was taken in before this was kept.
    pub(super) fn settings_of(&self, row: &ImportRow) -> Result<JudgeSettings> {
        let filter = AuditFilter {
            from: Some(instant(row.staged_at)),
            action: Some(STAGED.to_owned()),
            ..AuditFilter::default()
        };
        let subject = format!("import {}", row.import_id);
        let events = self.book.audit().list(&filter)?;
        let event = events.into_iter().find(|event| event.subject == subject);
        let after: Option<Value> = event.and_then(|event| serde_json::from_str(event.after.as_deref()?).ok());
        let kept = after.and_then(|mut after| serde_json::from_value(after[SETTINGS].take()).ok());
        Ok(kept.unwrap_or_else(|| JudgeSettings::of(&Import::new("", b""))))
    }
}
