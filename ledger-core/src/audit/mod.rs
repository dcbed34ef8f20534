//! Evidence: the hash chain over entries, the chain over everything else that changes, and the check of both.

mod chain;
mod event;
mod verify;

pub use chain::Hash;
pub(crate) use chain::{EntryContent, LineContent, entry_hash, event_hash, genesis};
pub use event::{AuditEvent, AuditFilter};
pub use verify::{Finding, Head, Verification};
