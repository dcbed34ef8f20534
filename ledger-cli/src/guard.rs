//! Keeps `-o FILE` from replacing what must not be lost: the database, and the files that the same command reads
//! or writes.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use ledger_core::{ErrorKind, Result, admin};

use crate::config::Settings;

/// The first bytes of every SQLite database: <https://www.sqlite.org/fileformat.html#magic_header_string>.
const SQLITE_HEADER: &[u8; 16] = b"SQLite format 3\0";
/// What SQLite appends to a database's name for the files beside it; the first is the database itself.
const SQLITE_SUFFIXES: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// Refuses an output file that is the database or a file beside it, any other SQLite database, or one of `used`,
/// the files that the command reads or writes besides (`-` is standard input).
///
/// # Errors
/// [`ErrorKind::Misuse`] with the name of the file.
pub fn check_output(settings: &Settings, used: &[&Path]) -> Result<()> {
    let Some(output) = &settings.output else { return Ok(()) };
    let place = real(output);
    let refused = |reason: &str| {
        let advice = format!("the output cannot go to {}: {reason}; name another file", output.display());
        Err(ErrorKind::Misuse(advice).into())
    };
    // An address that cannot be read is told by the command that opens it.
    let database = admin::file_of(&settings.db).ok().flatten().map(|file| real(&file));
    if database.is_some_and(|file| beside(&file).contains(&place)) {
        return refused("it belongs to the database");
    }
    if is_sqlite(&place) {
        return refused("it is an SQLite database");
    }
    for path in used {
        let path = if *path == Path::new("-") { Path::new("/dev/stdin") } else { path };
        if beside(&real(path)).contains(&place) && !is_stream(&place) {
            return refused("the command uses it for something else");
        }
    }
    Ok(())
}

/// A path without links and dots; of a file that is not there yet, its folder's.
fn real(path: &Path) -> PathBuf {
    if let Ok(found) = fs::canonicalize(path) {
        return found;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (fs::canonicalize(folder), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// A file and those that SQLite would keep beside it.
fn beside(file: &Path) -> Vec<PathBuf> {
    let with = |suffix: &&str| {
        let mut name = OsString::from(file);
        name.push(suffix);
        PathBuf::from(name)
    };
    SQLITE_SUFFIXES.iter().map(with).collect()
}

/// Whether a path is a device or pipe, which is written to and never replaced.
fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file())
}

fn is_sqlite(path: &Path) -> bool {
    // Opening a pipe would wait for its other end.
    if is_stream(path) {
        return false;
    }
    let mut first = [0; SQLITE_HEADER.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_ok() && first == *SQLITE_HEADER
}
