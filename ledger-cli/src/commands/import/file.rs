//! A statement file in memory: the reader of statements looks at whole columns before it reads a row.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use ledger_core::import::FILE_BYTES_MAX;
use ledger_core::{Error, ErrorKind, Result};

/// The file's name for messages, and its bytes; `-` is standard input.
///
/// # Errors
/// [`ErrorKind::File`] for one that is missing, a folder, not readable or larger than 1 GiB.
pub(in crate::commands) fn read(path: &Path) -> Result<(String, Vec<u8>)> {
    if path == Path::new("-") {
        let name = "<stdin>".to_owned();
        let bytes = up_to_limit(io::stdin().lock(), 0).map_err(|error| failed(&name, error))?;
        return Ok((name, bytes));
    }
    let name = path.display().to_string();
    let bytes = File::open(path).and_then(|file| {
        let found = file.metadata()?;
        if found.is_dir() {
            return Err(io::Error::other("it is a folder: name one file"));
        }
        // A pipe has no length; the limit on what is read holds all the same.
        up_to_limit(file, found.len())
    });
    bytes.map(|bytes| (name.clone(), bytes)).map_err(|error| failed(&name, error))
}

fn up_to_limit(reader: impl Read, length: u64) -> io::Result<Vec<u8>> {
    let too_large = || io::Error::other("it is larger than 1 GiB: split it");
    if length > FILE_BYTES_MAX {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    reader.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(too_large());
    }
    Ok(bytes)
}

fn failed(name: &str, error: io::Error) -> Error {
    let kind = ErrorKind::File { verb: "read", path: name.to_owned(), message: error.to_string() };
    Error::from(kind).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_a_missing_file_and_a_huge_one_are_refused_by_name() {
        let folder = tempfile::TempDir::new().unwrap();
        let refusal = |path: &Path| read(path).unwrap_err().to_string();
        assert!(refusal(folder.path()).ends_with("it is a folder: name one file"));
        assert!(refusal(&folder.path().join("none.csv")).starts_with("cannot read "));
        let huge = folder.path().join("huge.csv");
        // A sparse file: nothing of it is stored, and nothing of it is read.
        File::create(&huge).and_then(|file| file.set_len(FILE_BYTES_MAX + 1)).unwrap();
        assert!(refusal(&huge).ends_with("it is larger than 1 GiB: split it"));
    }
}
