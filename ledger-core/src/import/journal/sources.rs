//! The texts of a journal: its main file and all that it includes, loaded before anything is read.

use std::collections::{HashMap, HashSet};

use memchr::{memchr, memmem};

use super::model::LinePlace;
use crate::import::statement::unreadable;
use crate::{ErrorKind, Result};

/// The most files that one journal can be made of.
const FILES_MAX: usize = 10_000;
/// The most bytes that all files of a journal have together.
const BYTES_MAX: usize = 2 << 30;

/// Files that an include directive names: each with its name and its bytes.
pub type Resolved = Vec<(String, Vec<u8>)>;

/// The files of a journal.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
    /// By including file and the directive's argument: the files, or why there are none.
    included: HashMap<(u16, String), std::result::Result<Vec<u16>, String>>,
}

#[derive(Debug)]
struct Source {
    name: String,
    text: String,
}

impl Sources {
    /// Loads a journal with all that it includes.
    ///
    /// `resolve` is given the name of the including file and the argument of the directive (a path or a pattern).
    ///
    /// # Errors
    /// [`ErrorKind::Unreadable`] for text that is not UTF-8 and for a journal of too many files. An include that
    /// fails is no error yet: it may stand in a comment.
    pub fn load(
        name: &str,
        bytes: Vec<u8>,
        resolve: &mut dyn FnMut(&str, &str) -> Result<Resolved>,
    ) -> Result<Sources> {
        let mut sources = Sources::default();
        let mut by_name = HashMap::from([(name.to_owned(), 0)]);
        sources.files.push(Source { name: name.to_owned(), text: text_of(name, bytes)? });
        let (mut at, mut size) = (0, sources.files[0].text.len());
        while at < sources.files.len() {
            // The number of files is limited below.
            let file = at as u16;
            for argument in arguments(&sources.files[at].text) {
                let found = resolve(&sources.files[at].name, &argument);
                let mut places = Vec::new();
                let outcome = match found {
                    Err(error) => Err(error.to_string()),
                    Ok(found) => {
                        for (name, bytes) in found {
                            let next = sources.files.len();
                            let place = *by_name.entry(name.clone()).or_insert(next);
                            if place == next {
                                size += bytes.len();
                                sources.refuse_size(size)?;
                                sources.files.push(Source { text: text_of(&name, bytes)?, name });
                            }
                            places.push(place as u16);
                        }
                        Ok(places)
                    }
                };
                sources.included.insert((file, argument), outcome);
            }
            at += 1;
        }
        Ok(sources)
    }

    /// A journal of one text that includes nothing.
    pub fn one(name: &str, text: impl Into<String>) -> Sources {
        let file = Source { name: name.to_owned(), text: text.into() };
        Sources { files: vec![file], included: HashMap::new() }
    }

    fn refuse_size(&self, size: usize) -> Result<()> {
        if self.files.len() < FILES_MAX && size <= BYTES_MAX {
            return Ok(());
        }
        let reason = format!("it includes more than {FILES_MAX} files or 2 GiB");
        Err(unreadable(&self.files[0].name, (1, 0), reason))
    }

    /// The name of a file.
    pub fn name(&self, file: u16) -> &str {
        self.files.get(usize::from(file)).map_or("", |source| &source.name)
    }

    /// The text of a file.
    pub fn text(&self, file: u16) -> &str {
        self.files.get(usize::from(file)).map_or("", |source| &source.text)
    }

    /// How many bytes there are in all.
    pub fn size(&self) -> usize {
        self.files.iter().map(|source| source.text.len()).sum()
    }

    /// The files that a directive includes.
    pub(super) fn included(&self, file: u16, argument: &str) -> std::result::Result<&[u16], String> {
        match self.included.get(&(file, argument.to_owned())) {
            Some(Ok(files)) => Ok(files),
            Some(Err(reason)) => Err(reason.clone()),
            None => Err(format!("\"{argument}\" was not loaded")),
        }
    }

    /// A line of a file, for a message.
    pub(super) fn line(&self, place: LinePlace) -> &str {
        let wanted = place.line.saturating_sub(1) as usize;
        self.text(place.file).lines().nth(wanted).unwrap_or("")
    }
}

fn text_of(name: &str, mut bytes: Vec<u8>) -> Result<String> {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = memchr::memchr_iter(b'\n', good).count() as u64 + 1;
        let start = memchr::memrchr(b'\n', good).map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(&good[start..]).chars().count() as u64 + 1;
        let reason = "the text is not UTF-8 (write it anew, for instance with `iconv -t utf-8`)";
        unreadable(name, (line, column), reason)
    })
}

/// The arguments of lines that look like an include directive.
fn arguments(text: &str) -> HashSet<String> {
    let bytes = text.as_bytes();
    let mut found = HashSet::new();
    for at in memmem::find_iter(bytes, b"include") {
        let marked = at > 0 && matches!(bytes[at - 1], b'!' | b'@');
        let start = at - usize::from(marked);
        if start > 0 && bytes[start - 1] != b'\n' {
            continue;
        }
        let rest = &text[at + "include".len()..];
        let line = &rest[..memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())];
        if line.starts_with([' ', '\t']) {
            found.insert(include_argument(line).to_owned());
        }
    }
    found
}

/// The path of an include directive, without quotes and comment.
pub(super) fn include_argument(rest: &str) -> &str {
    let rest = rest.trim();
    match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or(quoted),
        None => rest.split(" ;").next().unwrap_or(rest).trim_end(),
    }
}

/// Refuses every include, for a journal that has to stand alone.
///
/// # Errors
/// Always [`ErrorKind::Misuse`].
pub fn resolve_none(_: &str, path: &str) -> Result<Resolved> {
    Err(ErrorKind::Misuse(format!("\"{path}\" cannot be included from here")).into())
}

/// Whether a text begins as the exports of this library do.
pub(super) fn is_own(text: &str) -> bool {
    let first = text.lines().next().unwrap_or("");
    first.starts_with("; Book \"") && first.ends_with("\", exported by ledger-core")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn includes_are_loaded_once_and_failures_wait_until_they_are_read() {
        let main =
            b"include a.journal\n!include b.journal ; twice\ncomment include c\ninclude none\n".to_vec();
        let mut asked = Vec::new();
        let sources = Sources::load("main", main, &mut |_, path| {
            asked.push(path.to_owned());
            match path {
                "none" => resolve_none("main", path),
                _ => Ok(vec![(path.to_owned(), b"include a.journal\n".to_vec())]),
            }
        })
        .unwrap();
        assert_eq!(sources.files.len(), 3);
        assert!(sources.included(0, "a.journal").is_ok());
        assert!(sources.included(0, "none").unwrap_err().contains("none"));
        assert_eq!(asked.len(), 5, "main asks three times, each file once: {asked:?}");
    }

    #[test]
    fn text_that_is_not_utf8_is_refused_at_its_place() {
        let refused = Sources::load("x", b"ok\nab\xFFcd".to_vec(), &mut resolve_none).unwrap_err();
        assert!(refused.to_string().contains("2:3"), "{refused}");
    }
}
