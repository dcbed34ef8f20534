//! Finds the words and patterns of all rules in the texts of a line, in one pass for all words.

use aho_corasick::AhoCorasick;
use regex::{RegexSet, RegexSetBuilder};

use super::fold::{Spelling, folded};
use super::line::{LineView, TextField};
use super::text::{Operator, REGEX_BYTES_MAX, TextTest};
use super::why::Texts;
use crate::{ErrorKind, Result};

/// A set of small numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub fn new(count: usize) -> Bits {
        Bits(vec![0; count.div_ceil(64)])
    }

    pub fn set(&mut self, index: usize) {
        self.0[index / 64] |= 1 << (index % 64);
    }

    pub fn has(&self, index: usize) -> bool {
        self.0[index / 64] & (1 << (index % 64)) != 0
    }

    /// The numbers that are set, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(index, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    index * 64 + bit
                })
            })
        })
    }
}

/// All conditions on texts, numbered in the order in which they were added.
#[derive(Debug, Default)]
pub(super) struct MatcherBuilder<'r> {
    tests: Vec<(TextField, &'r TextTest)>,
}

impl<'r> MatcherBuilder<'r> {
    /// Adds a condition and returns its number.
    pub fn add(&mut self, field: TextField, test: &'r TextTest) -> usize {
        self.tests.push((field, test));
        self.tests.len() - 1
    }

    /// Makes the conditions ready.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for patterns that are too large together.
    pub fn build(self) -> Result<Matcher> {
        let count = self.tests.len();
        let mut passes = Vec::new();
        for spelling in [Spelling::Folded, Spelling::Exact] {
            let own = self.tests.iter().enumerate().filter(|(_, (_, test))| test.spelling() == spelling);
            let own: Vec<(usize, TextField, &TextTest)> =
                own.map(|(index, (field, test))| (index, *field, *test)).collect();
            if !own.is_empty() {
                passes.push(Pass::new(spelling, &own)?);
            }
        }
        Ok(Matcher { count, passes })
    }
}

/// All conditions on texts, ready to be looked for.
#[derive(Debug)]
pub(super) struct Matcher {
    count: usize,
    passes: Vec<Pass>,
}

impl Matcher {
    /// How many conditions there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Which conditions hold for a line.
    pub fn hits(&self, line: &LineView<'_>) -> Bits {
        let mut hits = Bits::new(self.count);
        for pass in &self.passes {
            pass.find(line, &mut hits);
        }
        hits
    }
}

/// The conditions that compare texts in one spelling.
#[derive(Debug)]
struct Pass {
    spelling: Spelling,
    words: Option<AhoCorasick>,
    /// For each word, the conditions that ask for it.
    uses: Vec<Vec<Use>>,
    regexes: Vec<Regexes>,
}

#[derive(Debug)]
struct Use {
    test: usize,
    field: TextField,
    operator: Operator,
}

/// The patterns for one field, each with its condition.
#[derive(Debug)]
struct Regexes {
    field: TextField,
    set: RegexSet,
    tests: Vec<usize>,
}

impl Pass {
    fn new(spelling: Spelling, own: &[(usize, TextField, &TextTest)]) -> Result<Pass> {
        let mut words: Vec<String> = Vec::new();
        let mut uses: Vec<Vec<Use>> = Vec::new();
        let mut index_of = std::collections::HashMap::new();
        let mut patterns: std::collections::BTreeMap<TextField, (Vec<&str>, Vec<usize>)> = Default::default();
        for &(test, field, told) in own {
            for (operator, word) in told.words() {
                let word = folded(word, spelling);
                let index = *index_of.entry(word.clone()).or_insert_with(|| {
                    words.push(word);
                    uses.push(Vec::new());
                    uses.len() - 1
                });
                uses[index].push(Use { test, field, operator });
            }
            for pattern in &told.regex {
                let (all, tests) = patterns.entry(field).or_default();
                all.push(pattern);
                tests.push(test);
            }
        }
        let regexes = patterns.into_iter().map(|(field, (patterns, tests))| {
            Ok(Regexes { field, set: regex_set(&patterns, spelling)?, tests })
        });
        let regexes = regexes.collect::<Result<_>>()?;
        let build = || AhoCorasick::new(&words).map_err(|error| too_large(&error.to_string()));
        let words = if words.is_empty() { None } else { Some(build()?) };
        Ok(Pass { spelling, words, uses, regexes })
    }

    fn find(&self, line: &LineView<'_>, hits: &mut Bits) {
        let texts = Texts::of(line, self.spelling);
        if let Some(words) = &self.words {
            for found in words.find_overlapping_iter(&texts.all) {
                // No word holds a line break, so that it lies in one text.
                let place = texts.places.iter().position(|(_, end)| found.start() < *end).unwrap_or(0);
                let (start, end) = texts.places[place];
                for wanted in &self.uses[found.pattern().as_usize()] {
                    let fits = match wanted.operator {
                        Operator::Contains => true,
                        Operator::StartsWith => found.start() == start,
                        Operator::Equals => found.start() == start && found.end() == end,
                    };
                    if fits && wanted.field.places().contains(&place) {
                        hits.set(wanted.test);
                    }
                }
            }
        }
        for regexes in &self.regexes {
            for index in regexes.set.matches(texts.of_field(regexes.field)) {
                hits.set(regexes.tests[index]);
            }
        }
    }
}

fn regex_set(patterns: &[&str], spelling: Spelling) -> Result<RegexSet> {
    let mut builder = RegexSetBuilder::new(patterns);
    builder.multi_line(true).case_insensitive(spelling == Spelling::Folded);
    // Room for all patterns as they are one by one, and a cache in which the states of many stay.
    builder.size_limit(REGEX_BYTES_MAX.saturating_mul(patterns.len() + 1)).dfa_size_limit(16 << 20);
    builder.build().map_err(|error| too_large(&error.to_string()))
}

fn too_large(reason: &str) -> crate::Error {
    let reason = format!("they cannot be made ready to match: {reason}");
    ErrorKind::InvalidSetting { what: "rules", value: "texts and patterns".to_owned(), reason }.into()
}
