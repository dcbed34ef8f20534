//! Where results go: standard output, or a file that appears whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

use ledger_core::{Error, ErrorKind, Result};
use tempfile::NamedTempFile;

use crate::config::Settings;

/// An open destination; [`Output::finish`] makes a file appear.
///
/// When a pipe's reader goes away (`ledger register … | head`), the rest is dropped and the command ends well.
pub struct Output {
    name: String,
    place: Place,
}

enum Place {
    Stdout(BufWriter<Quiet<Stdout>>),
    /// A device or pipe, which cannot be replaced by renaming.
    Stream(BufWriter<Quiet<File>>),
    File {
        file: BufWriter<NamedTempFile>,
        target: PathBuf,
    },
}

impl Output {
    /// Opens the destination that the settings name.
    ///
    /// # Errors
    /// [`ErrorKind::File`] when the file's folder cannot be written.
    pub fn open(settings: &Settings) -> Result<Self> {
        match &settings.output {
            None => Ok(Output {
                name: "standard output".into(),
                place: Place::Stdout(BufWriter::new(Quiet { inner: io::stdout(), closed: false })),
            }),
            Some(path) => Self::file(path),
        }
    }

    /// Opens a file, which keeps its old content until [`Output::finish`].
    ///
    /// # Errors
    /// [`ErrorKind::File`] when the file's folder cannot be written.
    pub fn file(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let place = Self::place(path).map_err(|error| write_error(&name, error))?;
        Ok(Output { name, place })
    }

    fn place(path: &Path) -> io::Result<Place> {
        // A link stays a link: what it points to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let found = fs::metadata(&target).ok();
        if found.as_ref().is_some_and(|found| !found.is_file() && !found.is_dir()) {
            let inner = File::options().write(true).open(&target)?;
            return Ok(Place::Stream(BufWriter::new(Quiet { inner, closed: false })));
        }
        if found.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::Error::other("it is a folder"));
        }
        if found.as_ref().is_some_and(|found| found.permissions().readonly()) {
            return Err(io::Error::other("it is read-only"));
        }
        let folder =
            target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".ledger-").suffix(".part");
        if let Some(permissions) = permissions(found.as_ref()) {
            builder.permissions(permissions);
        }
        let file = BufWriter::new(builder.tempfile_in(folder)?);
        Ok(Place::File { file, target })
    }

    /// What messages call the destination.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Writes bytes, with an error that names the destination.
    ///
    /// # Errors
    /// [`ErrorKind::File`] when that fails.
    pub fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.write_all(bytes).map_err(|error| write_error(&self.name, error))
    }

    /// Writes what is held back, and puts a file in its place.
    ///
    /// # Errors
    /// [`ErrorKind::File`] when that fails; the old file is then as it was.
    pub fn finish(self) -> Result<()> {
        let name = self.name;
        let finished = match self.place {
            Place::Stdout(mut out) => out.flush(),
            Place::Stream(mut out) => out.flush(),
            Place::File { file, target } => file
                .into_inner()
                .map_err(io::IntoInnerError::into_error)
                .and_then(|file| file.as_file().sync_all().map(|()| file))
                .and_then(|file| file.persist(&target).map(drop).map_err(|error| error.error)),
        };
        finished.map_err(|error| write_error(&name, error))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.place {
            Place::Stdout(out) => out.write(bytes),
            Place::Stream(out) => out.write(bytes),
            Place::File { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::Stdout(out) => out.flush(),
            Place::Stream(out) => out.flush(),
            Place::File { file, .. } => file.flush(),
        }
    }
}

/// An error of writing, with the name of the destination.
pub(super) fn write_error(name: &str, error: io::Error) -> Error {
    let kind = ErrorKind::File { verb: "write", path: name.to_owned(), message: error.to_string() };
    Error::from(kind).caused_by(error)
}

/// The file mode of the result: that of the file it replaces, else what the user's umask leaves.
#[cfg(unix)]
fn permissions(found: Option<&fs::Metadata>) -> Option<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(found.map_or_else(|| fs::Permissions::from_mode(0o666), fs::Metadata::permissions))
}

#[cfg(not(unix))]
fn permissions(_found: Option<&fs::Metadata>) -> Option<fs::Permissions> {
    None
}

/// A stream whose reader may go away: everything after that is dropped.
struct Quiet<W> {
    inner: W,
    closed: bool,
}

impl<W: Write> Quiet<W> {
    fn quietly<T>(&mut self, instead: T, write: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.closed {
            return Ok(instead);
        }
        match write(&mut self.inner) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(instead)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for Quiet<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.quietly(bytes.len(), |inner| inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.quietly((), W::flush)
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_file_appears_whole_or_keeps_its_old_content() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("out.csv");
        fs::write(&path, "old").unwrap();
        let mut output = Output::file(&path).unwrap();
        output.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        drop(output);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        let mut output = Output::file(&path).unwrap();
        output.write_all(b"new").unwrap();
        output.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[cfg(unix)]
    #[test]
    fn a_replaced_file_keeps_its_mode_and_a_link_stays_a_link() {
        use std::os::unix::fs::PermissionsExt;
        let folder = TempDir::new().unwrap();
        let (path, link) = (folder.path().join("out.csv"), folder.path().join("link.csv"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let mut output = Output::file(&link).unwrap();
        output.write_all(b"new").unwrap();
        output.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn a_missing_folder_is_refused_by_name() {
        let folder = TempDir::new().unwrap();
        let Err(error) = Output::file(&folder.path().join("none/out.csv")) else { panic!("opened") };
        assert!(error.to_string().starts_with("cannot write "), "{error}");
        assert!(Output::file(folder.path()).is_err(), "a folder is no file");
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
        let mut quiet = Quiet { inner: Gone, closed: false };
        quiet.write_all(b"row").unwrap();
        quiet.flush().unwrap();
        assert!(quiet.closed);
    }
}
