//! Database addresses: a path or `sqlite:` for SQLite, `postgres://` or `postgresql://` for PostgreSQL.

use crate::{ErrorKind, Result};

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// A file.
    Sqlite { path: String },
    /// A libpq connection URI.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    Postgres { url: String },
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidDatabaseUrl`], also for PostgreSQL in a build without it.
    pub(crate) fn parse(text: &str) -> Result<Address> {
        let refuse =
            |reason: &str| ErrorKind::InvalidDatabaseUrl { url: redact(text), reason: reason.to_owned() };
        if text.trim().is_empty() {
            return Err(refuse("it is empty (give a file's path or postgres://…)").into());
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            if cfg!(feature = "postgres") {
                return Ok(Address::Postgres { url: text.to_owned() });
            }
            return Err(refuse("this build has no PostgreSQL support (feature `postgres`)").into());
        }
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")).unwrap_or(text);
        if path.contains("://") {
            return Err(refuse("the scheme is neither sqlite nor postgres").into());
        }
        if path.is_empty() {
            return Err(refuse("it names no file").into());
        }
        Ok(Address::Sqlite { path: path.to_owned() })
    }

    /// The address as it may be shown: without a password.
    pub(crate) fn place(&self) -> String {
        match self {
            Address::Sqlite { path } => path.clone(),
            Address::Postgres { url } => redact(url),
        }
    }
}

/// Replaces the password in `scheme://user:password@host` and `?password=…`.
fn redact(url: &str) -> String {
    let mut shown = url.to_owned();
    if let (Some(start), Some(end)) = (shown.find("://").map(|at| at + 3), shown.find('@'))
        && let Some(colon) = shown.get(start..end).and_then(|user| user.find(':'))
    {
        shown.replace_range(start + colon + 1..end, "…");
    }
    if let Some(start) = shown.find("password=").map(|at| at + "password=".len()) {
        let end = shown[start..].find('&').map_or(shown.len(), |length| start + length);
        shown.replace_range(start..end, "…");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let shown = |url: &str| Address::Postgres { url: url.to_owned() }.place();
        assert_eq!(shown("postgres://anna:s3cret@db/home"), "postgres://anna:…@db/home");
        assert_eq!(
            shown("postgres://db/home?user=a&password=s3cret&x=1"),
            "postgres://db/home?user=a&password=…&x=1"
        );
        assert_eq!(shown("postgres://db/home"), "postgres://db/home");
    }

    #[test]
    fn an_unknown_scheme_is_refused() {
        assert!(Address::parse("mysql://db/home").is_err());
        assert_eq!(Address::parse("sqlite://a.db").ok(), Some(Address::Sqlite { path: "a.db".to_owned() }));
    }
}
