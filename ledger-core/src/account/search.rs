//! Finds accounts by a few typed letters, among a hundred thousand within milliseconds.
//!
//! All names stand normalised in one text, so that a query is one pass over it; only when that finds too
//! few are similar words looked up. Reading a query is in `query`, similar words are in `vocabulary`.

mod query;
mod vocabulary;

use std::cmp::Reverse;
use std::sync::OnceLock;

use memchr::memmem::Finder;

use self::query::Query;
use self::vocabulary::Vocabulary;
use super::near::Look;
use crate::text::normalize;

pub(super) use self::vocabulary::letters;

/// An account as the search sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchItem {
    /// What identifies it to the caller.
    pub id: i32,
    /// Its whole name, such as `Assets:Bank:N26`.
    pub name: String,
    /// Other names that find it.
    pub aliases: Vec<String>,
    /// How many lines have been posted to it.
    pub use_count: u64,
    /// The month of the last posting, as a running number (such as year × 12 + month); 0 for never.
    pub last_used: i32,
    /// Whether it is closed; closed accounts come after open ones that match as well.
    pub closed: bool,
}

/// How a query matches a name, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchKind {
    /// The query is the whole name.
    Exact,
    /// A segment begins with it: `gro` and `Expenses:Groceries`.
    SegmentPrefix,
    /// A word inside a segment begins with it: `card` and `Liabilities:Credit Card`.
    WordPrefix,
    /// It stands somewhere in the name.
    Substring,
    /// Words of the name are similar to it.
    Fuzzy,
}

/// An account that a query found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// The [`SearchItem::id`].
    pub id: i32,
    /// How the query matches.
    pub rank: MatchKind,
    /// The alias that matched, where an alias matched better than the name.
    pub matched_alias: Option<String>,
    /// Similarity in per mille: 1000 for every match that is not fuzzy.
    pub score: u32,
}

/// The accounts of a book, prepared for searching.
///
/// Building costs a few microseconds per account; searching leaves the index as it is.
///
/// ```
/// use ledger_core::account::{SearchIndex, SearchItem};
///
/// let names = ["Assets:Bank:N26", "Expenses:Groceries", "Expenses:Rent"];
/// let index = SearchIndex::new(names.iter().zip(1..).map(|(name, id)| SearchItem {
///     id,
///     name: name.to_string(),
///     aliases: Vec::new(),
///     use_count: 0,
///     last_used: 0,
///     closed: false,
/// }));
/// let find = |text| index.search(text, 5).first().map(|hit| hit.id);
/// assert_eq!(find("ex:gro"), Some(2));
/// assert_eq!(find("n26 bank"), Some(1));
/// assert_eq!(find("grocreies"), Some(2));
/// ```
#[derive(Debug)]
pub struct SearchIndex {
    /// In the order in which equally good matches are shown.
    items: Vec<SearchItem>,
    /// Every name and alias, normalised, each followed by a line break.
    text: String,
    /// Where each name stands in `text`, in that order; the names of one item stand together.
    names: Vec<IndexedName>,
    vocabulary: Vocabulary,
    /// What near matches need of each name, made when the first is asked for: most searches never do.
    looks: OnceLock<Vec<Look>>,
}

#[derive(Debug)]
struct IndexedName {
    start: usize,
    end: usize,
    item: usize,
    alias: Option<usize>,
}

/// What decides among equally good matches; the order of the fields is the ranking.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct OrderKey {
    closed: bool,
    use_weight: Reverse<u64>,
    last_used: Reverse<i32>,
    chars: usize,
    name: String,
    id: i32,
}

/// A match before it becomes a hit; the order of the fields is the ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    rank: MatchKind,
    score: Reverse<u32>,
    item: usize,
    alias: Option<usize>,
}

/// The score of everything that is not fuzzy.
const CERTAIN: u32 = 1000;
/// How much of the text tells which word of a query is rare.
const SAMPLE_BYTES: usize = 16 * 1024;
/// Every so many months without a posting halve the weight of an account's use.
const HALF_LIFE_MONTHS: i32 = 6;

impl Candidate {
    fn is_best(&self) -> bool {
        self.rank <= MatchKind::SegmentPrefix
    }
}

impl SearchIndex {
    /// Prepares accounts for searching, in any order.
    pub fn new(items: impl IntoIterator<Item = SearchItem>) -> Self {
        let items: Vec<SearchItem> = items.into_iter().collect();
        let newest = items.iter().map(|item| item.last_used).max().unwrap_or(0);
        let mut keyed: Vec<_> = items.into_iter().map(|item| (order_key(&item, newest), item)).collect();
        keyed.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
        let mut text = String::new();
        let mut names = Vec::with_capacity(keyed.len());
        let mut items = Vec::with_capacity(keyed.len());
        for (item, (key, account)) in keyed.into_iter().enumerate() {
            push_name(&mut text, &mut names, &key.name, item, None);
            for (alias, name) in account.aliases.iter().enumerate() {
                push_name(&mut text, &mut names, &normalize(name), item, Some(alias));
            }
            items.push(account);
        }
        let vocabulary = Vocabulary::new(&text, names.iter().map(|name| (name.start, name.end)));
        SearchIndex { items, text, names, vocabulary, looks: OnceLock::new() }
    }

    /// How many accounts there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no account.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The accounts that `text` may mean, best first, at most `limit`.
    ///
    /// With a colon each part has to match a segment, in order: `ex:gro` finds `Expenses:Groceries`. Without
    /// one all words have to match, in any order and anywhere: `n26 bank` finds `Assets:Bank:N26`. Case and
    /// Unicode form do not matter. Hits are ranked by [`MatchKind`]; similar names are added only where the
    /// others leave room, by similarity. Among equals come open accounts, then those used more and lately
    /// (each half year of rest halves the count), then the shorter name, then the
    /// name. Empty text finds every account.
    pub fn search(&self, text: &str, limit: usize) -> Vec<SearchHit> {
        if limit == 0 {
            return Vec::new();
        }
        let query = Query::parse(text);
        let mut found = self.scan(&query, limit);
        if found.len() < limit {
            let similar = self.similar(&query, &found);
            found.extend(similar);
        }
        if found.len() > limit {
            found.select_nth_unstable(limit);
            found.truncate(limit);
        }
        found.sort_unstable();
        found.into_iter().map(|candidate| self.hit(candidate)).collect()
    }

    /// Every name and alias: what it looks like, its item, its spelling and its key.
    pub(super) fn looks(&self) -> impl Iterator<Item = (&Look, &SearchItem, &str, &str)> {
        let given = |name: &IndexedName| {
            let item = &self.items[name.item];
            name.alias.map_or(item.name.as_str(), |alias| item.aliases[alias].as_str())
        };
        let looks = self.looks.get_or_init(|| self.names.iter().map(|name| Look::of(given(name))).collect());
        looks.iter().zip(&self.names).map(move |(look, name)| {
            (look, &self.items[name.item], given(name), &self.text[name.start..name.end])
        })
    }

    /// One candidate for every item of which a name matches other than by similarity, though not for those
    /// that cannot be among the best `limit`.
    fn scan(&self, query: &Query, limit: usize) -> Vec<Candidate> {
        let certain = |rank, item, alias| Candidate { rank, score: Reverse(CERTAIN), item, alias };
        let sample = &self.text.as_bytes()[..self.text.len().min(SAMPLE_BYTES)];
        let Some(anchor) = query.anchor(sample) else {
            let every = 0..self.items.len().min(limit);
            return every.map(|item| certain(MatchKind::SegmentPrefix, item, None)).collect();
        };
        let mut found: Vec<Candidate> = Vec::new();
        let (mut at, mut next, mut best_ranks) = (0, 0, 0);
        while let Some(offset) = anchor.find(&self.text.as_bytes()[at..]) {
            // Matches only move forward, and there is at most one per name, so this walks the names once.
            while self.names[next].end < at + offset {
                next += 1;
            }
            let name = &self.names[next];
            if let Some(rank) = query.rank(&self.text[name.start..name.end]) {
                let candidate = certain(rank, name.item, name.alias);
                let was_best = found.last().is_some_and(|last| last.item == name.item && last.is_best());
                best_ranks += usize::from(candidate.is_best() && !was_best);
                keep_best(&mut found, candidate);
            }
            at = name.end + 1;
            // Names stand in the order of the result: where enough of them are as good as a part of a name
            // can be, only one that matches as a whole can still get in before them.
            if best_ranks >= limit {
                let exact = self.names_that_are(query.whole(), next + 1);
                exact
                    .for_each(|name| keep_best(&mut found, certain(MatchKind::Exact, name.item, name.alias)));
                break;
            }
        }
        found
    }

    /// The names, from a position on, that are `whole`.
    fn names_that_are(&self, whole: &str, mut next: usize) -> impl Iterator<Item = &IndexedName> {
        let line = Finder::new(&format!("\n{whole}\n")).into_owned();
        std::iter::from_fn(move || {
            // The line break before the next name is the one that ends the name before it.
            let from = self.names.get(next)?.start - 1;
            let start = from + line.find(&self.text.as_bytes()[from..])? + 1;
            let position = self.names.partition_point(|name| name.start < start);
            next = position + 1;
            Some(&self.names[position])
        })
    }

    /// One candidate for every item that is not in `found` and has a similar name.
    fn similar(&self, query: &Query, found: &[Candidate]) -> Vec<Candidate> {
        let mut is_found = vec![false; self.items.len()];
        for candidate in found {
            is_found[candidate.item] = true;
        }
        let mut similar = Vec::new();
        for (position, score) in self.vocabulary.similar_names(&self.text, query, self.names.len()) {
            let name = &self.names[position];
            if !is_found[name.item] {
                let (rank, score) = (MatchKind::Fuzzy, Reverse(score));
                keep_best(&mut similar, Candidate { rank, score, item: name.item, alias: name.alias });
            }
        }
        similar
    }

    fn hit(&self, candidate: Candidate) -> SearchHit {
        let item = &self.items[candidate.item];
        SearchHit {
            id: item.id,
            rank: candidate.rank,
            matched_alias: candidate.alias.map(|alias| item.aliases[alias].clone()),
            score: candidate.score.0,
        }
    }
}

fn order_key(item: &SearchItem, newest: i32) -> OrderKey {
    OrderKey {
        closed: item.closed,
        use_weight: Reverse(use_weight(item, newest)),
        last_used: Reverse(item.last_used),
        chars: item.name.chars().count(),
        name: normalize(&item.name),
        id: item.id,
    }
}

fn push_name(text: &mut String, names: &mut Vec<IndexedName>, key: &str, item: usize, alias: Option<usize>) {
    let start = text.len();
    // A line break ends a name, so that none may stand inside one, whoever let it in.
    text.push_str(&key.replace('\n', " "));
    names.push(IndexedName { start, end: text.len(), item, alias });
    text.push('\n');
}

/// Adds a candidate, or lets it replace the one before when that is a worse match of the same item.
fn keep_best(found: &mut Vec<Candidate>, candidate: Candidate) {
    match found.last_mut() {
        Some(last) if last.item == candidate.item => *last = candidate.min(*last),
        _ => found.push(candidate),
    }
}

/// How much an account is used, counting older use less; only good for comparing within one index.
fn use_weight(item: &SearchItem, newest: i32) -> u64 {
    let rest = newest.saturating_sub(item.last_used).max(0) / HALF_LIFE_MONTHS;
    // Sixteenths, so that a single use still counts after a year of rest.
    item.use_count.saturating_mul(16).checked_shr(rest.unsigned_abs()).unwrap_or(0)
}

#[cfg(test)]
mod tests;
