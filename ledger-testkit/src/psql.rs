//! Raw SQL on a PostgreSQL server, through its own `psql`.
//!
//! `psql` takes any script as it is, and keeps the testkit free of a driver that the code under test uses too.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A database on a server and the `psql` that reaches it.
#[derive(Debug, Clone)]
pub(crate) struct Psql {
    program: PathBuf,
    url: String,
}

impl Psql {
    /// The database at a libpq URI that has the form `postgres://AUTHORITY/DATABASE?PARAMETERS`.
    pub(crate) fn new(program: &Path, url: &str) -> Self {
        Psql { program: program.to_owned(), url: url.to_owned() }
    }

    /// The libpq URI of the database.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Another database on the same server.
    pub(crate) fn at_database(&self, name: &str) -> Psql {
        Psql { program: self.program.clone(), url: with_database(&self.url, name) }
    }

    /// Runs a script; its rows as lines of `|`-separated values, or the server's message for the first failure.
    pub(crate) fn run(&self, script: &str) -> Result<String, String> {
        let failed = |cause: std::io::Error| format!("{} cannot be run: {cause}", self.program.display());
        let mut psql = Command::new(&self.program)
            .args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--no-password"])
            .args(["--set=ON_ERROR_STOP=1", "--file=-", "--dbname", &self.url])
            // The caller's own settings for PostgreSQL have no say in a test.
            .env("PGCLIENTENCODING", "UTF8")
            .env("LC_ALL", "C")
            .env_remove("PGOPTIONS")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        // On a thread of its own, so that a long script and long output cannot wait on each other.
        let output = std::thread::scope(|scope| {
            let stdin = psql.stdin.take();
            // A psql that gave up early closes the pipe; its own message says why.
            scope.spawn(move || stdin.map(|mut pipe| pipe.write_all(script.as_bytes())));
            psql.wait_with_output()
        });
        let output = output.map_err(failed)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

/// The same URI with another database name.
fn with_database(url: &str, name: &str) -> String {
    let authority_at = url.find("://").map_or(0, |at| at + "://".len());
    let (before, parameters) = match url[authority_at..].find('?') {
        Some(at) => url.split_at(authority_at + at),
        None => (url, ""),
    };
    let server = match before[authority_at..].find('/') {
        Some(at) => &before[..authority_at + at],
        None => before,
    };
    format!("{server}/{name}{parameters}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_keeps_server_and_parameters() {
        assert_eq!(
            with_database("postgres:///a?host=/tmp/x&user=u", "b"),
            "postgres:///b?host=/tmp/x&user=u"
        );
        assert_eq!(with_database("postgres://u:p@h:1/a", "b"), "postgres://u:p@h:1/b");
        assert_eq!(with_database("postgres://h", "b"), "postgres://h/b");
        assert_eq!(with_database("postgresql://h?user=u", "b"), "postgresql://h/b?user=u");
    }
}
