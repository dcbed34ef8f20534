//! Reads what was typed and says how a name matches it.

use std::cmp::Reverse;

use memchr::memmem::Finder;
use unicode_normalization::char::is_combining_mark;

use super::MatchKind;
use crate::text::normalize;

/// A query, normalised like the names.
pub(super) struct Query {
    whole: String,
    parts: Vec<Part>,
    /// Whether the parts were separated by colons and have to match segments in order.
    by_segment: bool,
}

/// What has to match one segment, or the whole name where the query has no colon.
struct Part {
    phrase: Needle,
    /// The words of the phrase where it has several, else none.
    words: Vec<Needle>,
}

struct Needle {
    finder: Finder<'static>,
}

impl Query {
    pub(super) fn parse(text: &str) -> Query {
        // Names are separated by line breaks where they are searched.
        let whole = normalize(text).replace('\n', " ");
        let parts = whole.split(':').filter_map(Part::parse).collect();
        Query { by_segment: whole.contains(':'), parts, whole }
    }

    /// The words for which similar ones are looked up.
    pub(super) fn words(&self) -> Vec<&str> {
        split_words(&self.whole).collect()
    }

    /// The whole text where it is several words of one segment.
    pub(super) fn phrase(&self) -> Option<&str> {
        (!self.by_segment && self.whole.contains(' ')).then_some(self.whole.as_str())
    }

    /// The normalised text, to look for a name that is just that.
    pub(super) fn whole(&self) -> &str {
        &self.whole
    }

    /// Something that every matching name contains, the rarest in `sample` or else the longest; `None` for
    /// an empty query, which every name matches.
    pub(super) fn anchor(&self, sample: &[u8]) -> Option<&Finder<'static>> {
        let rarity = |needle: &&Needle| (Reverse(needle.finder.find_iter(sample).count()), needle.len());
        self.needles().max_by_key(rarity).map(|needle| &needle.finder)
    }

    fn needles(&self) -> impl Iterator<Item = &Needle> {
        self.parts.iter().flat_map(|part| {
            if part.words.is_empty() { std::slice::from_ref(&part.phrase) } else { part.words.as_slice() }
        })
    }

    /// How a normalised name matches; `None` when it does not.
    pub(super) fn rank(&self, name: &str) -> Option<MatchKind> {
        if name == self.whole {
            return Some(MatchKind::Exact);
        }
        if self.needles().any(|needle| needle.finder.find(name.as_bytes()).is_none()) {
            return None;
        }
        if !self.by_segment {
            return self.parts.first().and_then(|part| part.rank(name));
        }
        // For each rank, letting every part take the first segment that is good enough finds a match
        // wherever there is one.
        [MatchKind::SegmentPrefix, MatchKind::WordPrefix, MatchKind::Substring].into_iter().find(|worst| {
            let mut segments = name.split(':');
            self.parts
                .iter()
                .all(|part| segments.any(|segment| part.rank(segment).is_some_and(|rank| rank <= *worst)))
        })
    }
}

impl Part {
    fn parse(text: &str) -> Option<Part> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [] => None,
            [word] => Some(Part { phrase: Needle::new(word), words: Vec::new() }),
            several => Some(Part {
                phrase: Needle::new(&several.join(" ")),
                words: several.iter().map(|word| Needle::new(word)).collect(),
            }),
        }
    }

    /// The better of: the phrase as it stands; all of its words, as good as the worst of them.
    fn rank(&self, name: &str) -> Option<MatchKind> {
        let phrase = self.phrase.rank(name);
        if self.words.is_empty() || phrase == Some(MatchKind::SegmentPrefix) {
            return phrase;
        }
        let mut worst = MatchKind::SegmentPrefix;
        for word in &self.words {
            match word.rank(name) {
                Some(rank) => worst = worst.max(rank),
                None => return phrase,
            }
        }
        Some(phrase.map_or(worst, |phrase| phrase.min(worst)))
    }
}

impl Needle {
    fn new(text: &str) -> Needle {
        Needle { finder: Finder::new(text).into_owned() }
    }

    fn len(&self) -> usize {
        self.finder.needle().len()
    }

    /// The best place at which it stands in `name`.
    fn rank(&self, name: &str) -> Option<MatchKind> {
        let mut best = None;
        let mut from = 0;
        while let Some(offset) = self.finder.find(&name.as_bytes()[from..]) {
            let at = from + offset;
            let rank = rank_at(name, at);
            if rank == MatchKind::SegmentPrefix {
                return Some(rank);
            }
            best = Some(best.map_or(rank, |best: MatchKind| best.min(rank)));
            from = at + 1;
        }
        best
    }
}

/// What a match that starts at a byte of `name` is, by the character before it.
fn rank_at(name: &str, at: usize) -> MatchKind {
    // The needle is UTF-8 and so is the name: a match starts where a character starts.
    match name[..at].chars().next_back() {
        None | Some(':') => MatchKind::SegmentPrefix,
        Some(before) if in_word(before) => MatchKind::Substring,
        Some(_) => MatchKind::WordPrefix,
    }
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// The words of a normalised text: what stands between colons, spaces and punctuation.
pub(super) fn split_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !in_word(c)).filter(|word| !word.is_empty())
}
