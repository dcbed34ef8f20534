//! Finds PostgreSQL's server programs, which most systems keep out of `PATH`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Where packages put the server programs; `*` stands for one path segment's remainder, often a version.
const FOLDERS: [&str; 8] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/lib64/postgresql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/local/pgsql/bin",
];

/// What to tell someone who has no PostgreSQL server.
pub(crate) const HOW_TO_INSTALL: &str = "PostgreSQL's server programs (initdb, postgres, psql) were found neither in PATH nor where packages put them. \
     Install them (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; macOS: brew install postgresql), \
     or name a running server in LEDGER_TEST_POSTGRES=postgres://USER@HOST/DATABASE, \
     or leave the PostgreSQL tests out with LEDGER_TEST_SKIP_POSTGRES=1";

/// The folder that holds `initdb`, `postgres` and `psql` of one version.
///
/// # Errors
/// How to install them, when there is none.
pub(crate) fn server_folder() -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    in_path(&path).or_else(|| in_package_folders(&FOLDERS)).ok_or_else(|| HOW_TO_INSTALL.to_owned())
}

/// The `psql` beside the server programs, or the one in `PATH` on a machine that has the client only.
pub(crate) fn psql() -> PathBuf {
    server_folder().map_or_else(|_| PathBuf::from("psql"), |folder| folder.join("psql"))
}

fn in_path(path: &OsStr) -> Option<PathBuf> {
    std::env::split_paths(path)
        // PATH often holds a link to initdb alone, or Debian's wrapper instead of psql: follow it home.
        .filter_map(|folder| folder.join("initdb").canonicalize().ok())
        .filter_map(|initdb| initdb.parent().map(Path::to_owned))
        .find(|folder| is_complete(folder))
}

fn in_package_folders(patterns: &[&str]) -> Option<PathBuf> {
    let found = patterns.iter().flat_map(|pattern| expand(pattern)).filter(|folder| is_complete(folder));
    found.max_by_key(|folder| version(folder))
}

/// The folders that fit a pattern with at most one `*`.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else { return vec![PathBuf::from(pattern)] };
    let (parent, prefix) = before.rsplit_once('/').unwrap_or((".", before));
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names
        .filter(|name| name.starts_with(prefix))
        .map(|name| Path::new(parent).join(name).join(after.trim_start_matches('/')))
        .collect()
}

fn is_complete(folder: &Path) -> bool {
    ["initdb", "postgres", "psql"].iter().all(|program| folder.join(program).is_file())
}

/// The version in a folder's name, as numbers, so that 9 comes before 18.
fn version(folder: &Path) -> Vec<u32> {
    let name = folder.parent().map(|parent| parent.to_string_lossy().into_owned()).unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or_default();
    name.split(|character: char| !character.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn install(root: &Path, folder: &str) -> PathBuf {
        let bin = root.join(folder);
        std::fs::create_dir_all(&bin).unwrap();
        for program in ["initdb", "postgres", "psql"] {
            std::fs::write(bin.join(program), "").unwrap();
        }
        bin.canonicalize().unwrap()
    }

    #[test]
    fn the_newest_complete_version_is_taken() {
        let root = tempfile::tempdir().unwrap();
        install(root.path(), "pgsql-9.6/bin");
        let newest = install(root.path(), "pgsql-18/bin");
        let broken = install(root.path(), "pgsql-19/bin");
        std::fs::remove_file(broken.join("psql")).unwrap();
        let pattern = format!("{}/pgsql-*/bin", root.path().canonicalize().unwrap().display());
        assert_eq!(in_package_folders(&[&pattern]), Some(newest));
        assert_eq!(in_package_folders(&["/nowhere/*/bin", "/nowhere/bin"]), None);
    }

    #[test]
    fn a_link_in_path_leads_to_its_siblings() {
        let root = tempfile::tempdir().unwrap();
        let home = install(root.path(), "18/bin");
        let shortcuts = root.path().join("shortcuts");
        std::fs::create_dir(&shortcuts).unwrap();
        std::os::unix::fs::symlink(home.join("initdb"), shortcuts.join("initdb")).unwrap();
        assert_eq!(in_path(shortcuts.as_os_str()), Some(home));
        assert_eq!(in_path(OsStr::new("")), None);
    }
}
