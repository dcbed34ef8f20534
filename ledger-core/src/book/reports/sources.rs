//! What made each entry, by name: a person, an import of some format, a schedule.

use std::collections::HashMap;

use super::Reports;
use crate::journal::Source;
use crate::report::EntrySet;
use crate::store::call;
use crate::text::normalize;
use crate::{ErrorKind, Result};

/// Entries with names by which they are divided, each name kept once.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub names: Vec<String>,
    numbers: HashMap<String, u32>,
    /// Entries with the place of their name; an entry can be there several times.
    pub entries: Vec<(i64, u32)>,
}

impl Named {
    pub fn add(&mut self, entry: i64, name: &str) {
        let number = self.number_of(name);
        self.entries.push((entry, number));
    }

    /// The number of a name, which is kept where it is new.
    pub fn number_of(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        // A book has far fewer names than 2^32: each takes an entry.
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }
}

impl Reports<'_> {
    /// The entries that something made: a source (`import`), a format (`csv`), or both.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for what is no source and has made nothing.
    pub(super) fn made_by(&self, source: &str) -> Result<EntrySet> {
        let sources = self.sources()?;
        let wanted = normalize(source);
        let is = |name: &str| {
            name == wanted
                || name.strip_prefix(&wanted).is_some_and(|rest| rest.starts_with(" ("))
                || name.strip_suffix(')').is_some_and(|name| name.ends_with(&format!("({wanted}")))
        };
        let chosen: Vec<bool> = sources.names.iter().map(|name| is(name)).collect();
        if !chosen.contains(&true) && Source::from_name(&wanted).is_none() {
            let mut suggestions = sources.names;
            suggestions.sort();
            return Err(ErrorKind::NotFound { what: "source", name: source.to_owned(), suggestions }.into());
        }
        let entries = sources.entries.iter().filter(|(_, name)| chosen[*name as usize]);
        Ok(entries.map(|(entry, _)| *entry).collect())
    }

    /// What made each entry, such as `manual` or `import (camt)`; a mirror goes with what it reverses.
    pub(super) fn sources(&self) -> Result<Named> {
        let (id, doing) = (self.book.id(), "reading entries");
        let mut formats: HashMap<i64, String> = HashMap::new();
        // An entry that two statements tell of goes by the format that comes first in the alphabet.
        for (entry, format) in call!(self.book.db(), doing, movement::formats(id))? {
            let first = formats.get(&entry).is_none_or(|known| format < *known);
            if first {
                formats.insert(entry, format);
            }
        }
        let corrections = call!(self.book.db(), doing, movement::corrections(id, i64::MAX))?;
        // A line of a statement goes along with the amendment of its entry, which came from it all the same.
        for (number, amended) in corrections.iter().rev().filter_map(|(number, _, of)| Some((number, (*of)?)))
        {
            if let Some(format) = formats.get(number).cloned() {
                formats.entry(amended).or_insert(format);
            }
        }
        let reversed: HashMap<i64, i64> =
            corrections.into_iter().filter_map(|(number, of, _)| Some((number, of?))).collect();
        let mut named = Named::default();
        let runs = call!(self.book.db(), doing, movement::sources(id))?;
        for (first, last, source) in &runs {
            let mut plain = None;
            for entry in *first..=*last {
                let mut of = entry;
                while let Some(original) = reversed.get(&of) {
                    of = *original;
                }
                let source = match of == entry {
                    true => source,
                    false => {
                        let run = runs.partition_point(|run| run.1 < of);
                        runs.get(run).map_or(source, |run| &run.2)
                    }
                };
                let name = match formats.get(&of) {
                    Some(format) => named.number_of(&format!("{source} ({format})")),
                    None if of != entry => named.number_of(source),
                    None => *plain.get_or_insert_with(|| named.number_of(source)),
                };
                named.entries.push((entry, name));
            }
        }
        Ok(named)
    }
}
