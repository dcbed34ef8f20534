//! The stable name of each kind of error.

use super::ErrorKind;

impl ErrorKind {
    /// A short, stable name for scripts, such as `unbalanced`.
    pub fn code(&self) -> &'static str {
        use ErrorKind::*;
        match self {
            UnknownCommodity { .. } => "unknown-commodity",
            InvalidCommodity { .. } => "invalid-commodity",
            InvalidAmount { .. } => "invalid-amount",
            AmountOverflow { .. } => "amount-overflow",
            CommodityMismatch { .. } => "commodity-mismatch",
            MissingPrice { .. } => "missing-price",
            InvalidSchedule { .. } => "invalid-schedule",
            UnbalancedSchedule { .. } => "unbalanced-schedule",
            InvalidAdjustment { .. } => "invalid-adjustment",
            StaleAdjustment { .. } => "stale-adjustment",
            InvalidRecurrence { .. } => "invalid-recurrence",
            InvalidName { .. } => "invalid-name",
            InvalidSetting { .. } => "invalid-setting",
            NotFound { .. } => "not-found",
            Ambiguous { .. } => "ambiguous",
            AlreadyExists { .. } => "already-exists",
            NearName { .. } => "near-name",
            AccountNotOpen { .. } => "account-not-open",
            AccountRestricted { .. } => "account-restricted",
            NotAllowed { .. } => "not-allowed",
            Unbalanced { .. } => "unbalanced",
            InvalidEntry { .. } => "invalid-entry",
            Locked { .. } => "locked",
            LotsNotHeld { .. } => "lots-not-held",
            ExternalIdConflict { .. } => "external-id-conflict",
            Unreadable { .. } => "unreadable",
            InvalidDate { .. } => "invalid-date",
            AssertionFailed { .. } => "assertion-failed",
            InvalidDatabaseUrl { .. } => "invalid-database-url",
            NoDatabase { .. } => "no-database",
            NotALedger { .. } => "not-a-ledger",
            NewerSchema { .. } => "newer-schema",
            OlderSchema { .. } => "older-schema",
            ReadOnly { .. } => "read-only",
            DiskFull { .. } => "disk-full",
            Busy { .. } => "busy",
            ConnectionLost { .. } => "connection-lost",
            SqliteTooOld { .. } => "sqlite-too-old",
            Database { .. } => "database",
            Corrupt { .. } => "corrupt",
            Damaged { .. } => "damaged",
            File { .. } => "file",
            HeadMismatch { .. } => "head-mismatch",
            NeedsReview(_) => "needs-review",
            Misuse(_) => "misuse",
        }
    }
}
