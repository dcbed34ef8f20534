//! Which entries of the book stand for which lines of a statement: the same amount, the nearest day, the likest text.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::statement::StatementLine;
use crate::money::Amount;

/// A movement of the book that may stand for a statement line: an entry's line, or the other side of a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The entry.
    pub entry: i64,
    /// Its day.
    pub posted_on: NaiveDate,
    /// The amount that the statement line has to have.
    pub amount: Amount,
    /// What it says, for comparing.
    pub text: String,
}

/// What became of a line that something in the book has the amount of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pairing {
    /// One candidate, by its place, is the best one.
    One(usize),
    /// Several are equally good, or it competes with another line.
    Several(Vec<usize>),
}

/// The lines of one account that look for a counterpart, sorted so that those of an amount and a day are found fast.
pub(crate) struct Seeking<'a> {
    /// Places of lines, by amount and day.
    order: Vec<(i64, NaiveDate, usize)>,
    lines: &'a [&'a StatementLine],
    days: u32,
}

impl<'a> Seeking<'a> {
    /// Lines that may lie up to `days` away from their counterpart.
    pub(crate) fn new(lines: &'a [&'a StatementLine], days: u32) -> Self {
        let key = |(place, line): (usize, &&StatementLine)| (line.amount.minor(), line.posted_on, place);
        let mut order: Vec<_> = lines.iter().enumerate().map(key).collect();
        order.sort_unstable();
        Seeking { order, lines, days }
    }

    /// The places of the lines of so many minor units near a day.
    pub(crate) fn near(&self, minor: i64, on: NaiveDate) -> impl Iterator<Item = usize> {
        let first = on.checked_sub_days(chrono::Days::new(self.days.into())).unwrap_or(NaiveDate::MIN);
        let start = self.order.partition_point(|(m, day, _)| (*m, *day) < (minor, first));
        let last = on.checked_add_days(chrono::Days::new(self.days.into())).unwrap_or(NaiveDate::MAX);
        let near = self.order[start..].iter().take_while(move |(m, day, _)| *m == minor && *day <= last);
        near.map(|(_, _, place)| *place)
    }
}

/// A possible pair: how far its days are apart, how unlike its texts are, and who it is.
type Pair = (u64, u32, usize, usize);

/// Pairs lines with candidates one to one: the nearest day first, the likest text second.
///
/// A line gets a candidate when it is the one best, or when as many lines as candidates are equally good for each
/// other, so that each is taken in any case. `fits` is asked with the places of a line and a candidate.
pub(crate) fn pair(
    seeking: &Seeking<'_>,
    candidates: &[Candidate],
    fits: &dyn Fn(usize, usize) -> bool,
) -> BTreeMap<usize, Pairing> {
    let mut pairs: Vec<Pair> = Vec::new();
    for (number, candidate) in candidates.iter().enumerate() {
        for place in seeking.near(candidate.amount.minor(), candidate.posted_on) {
            let line = seeking.lines[place];
            if line.amount.commodity() == candidate.amount.commodity() && fits(place, number) {
                let apart = (line.posted_on - candidate.posted_on).num_days().unsigned_abs();
                pairs.push((apart, unlikeness(line, &candidate.text), place, number));
            }
        }
    }
    pairs.sort_unstable();
    let mut paired = BTreeMap::new();
    let mut taken = vec![Taken::Free; candidates.len()];
    for equal in pairs.chunk_by(|left, right| (left.0, left.1) == (right.0, right.1)) {
        settle(equal, seeking.lines, &mut paired, &mut taken);
    }
    paired
}

#[derive(Clone, Copy, PartialEq)]
enum Taken {
    Free,
    Sure,
    Contested,
}

/// Settles the pairs that are equally good, a group of connected lines and candidates at a time.
fn settle(
    equal: &[Pair],
    lines: &[&StatementLine],
    paired: &mut BTreeMap<usize, Pairing>,
    taken: &mut [Taken],
) {
    let open: Vec<(usize, usize)> = equal
        .iter()
        .map(|&(_, _, line, candidate)| (line, candidate))
        .filter(|(line, candidate)| !paired.contains_key(line) && taken[*candidate] != Taken::Sure)
        .collect();
    for Group { lines: own, candidates } in groups(&open) {
        let contested = candidates.iter().any(|&candidate| taken[candidate] == Taken::Contested);
        let all_alike = || own.windows(2).all(|both| is_alike(lines[both[0].0], lines[both[1].0]));
        let sure = match candidates.len().cmp(&own.len()) {
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Less => all_alike(),
            std::cmp::Ordering::Greater => false,
        };
        let complete = own.iter().all(|(_, fitting)| fitting.len() == candidates.len());
        if sure && complete && !contested {
            for ((line, _), candidate) in own.iter().zip(&candidates) {
                paired.insert(*line, Pairing::One(*candidate));
                taken[*candidate] = Taken::Sure;
            }
            continue;
        }
        for candidate in &candidates {
            taken[*candidate] = Taken::Contested;
        }
        paired.extend(own.into_iter().map(|(line, fitting)| (line, Pairing::Several(fitting))));
    }
}

fn is_alike(one: &StatementLine, other: &StatementLine) -> bool {
    one.posted_on == other.posted_on && one.description() == other.description()
}

/// Lines and candidates that are connected by fitting each other.
struct Group {
    /// Each line with the candidates that fit it.
    lines: Vec<(usize, Vec<usize>)>,
    candidates: Vec<usize>,
}

/// The connected groups, each sorted.
fn groups(open: &[(usize, usize)]) -> Vec<Group> {
    let mut by_line: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut by_candidate: HashMap<usize, Vec<usize>> = HashMap::new();
    for &(line, candidate) in open {
        by_line.entry(line).or_default().push(candidate);
        by_candidate.entry(candidate).or_default().push(line);
    }
    let mut groups = Vec::new();
    for &(first, _) in open {
        let Some(fitting) = by_line.remove(&first) else { continue };
        let mut queue = fitting.clone();
        let mut group = Group { lines: vec![(first, fitting)], candidates: Vec::new() };
        while let Some(candidate) = queue.pop() {
            let Some(others) = by_candidate.remove(&candidate) else { continue };
            group.candidates.push(candidate);
            for line in others {
                if let Some(fitting) = by_line.remove(&line) {
                    queue.extend(&fitting);
                    group.lines.push((line, fitting));
                }
            }
        }
        group.lines.sort_unstable();
        group.candidates.sort_unstable();
        groups.push(group);
    }
    groups
}

/// How many of a thousand words of the entry's text the line does not have, near spellings counted as had.
fn unlikeness(line: &StatementLine, text: &str) -> u32 {
    missing_words(&words(&line.description()), &words(text), |own, theirs| is_near(own, theirs))
}

/// How many of a thousand wanted words are not among those that are there; all of them where nothing is wanted.
pub(crate) fn missing_words<W>(own: &[W], wanted: &[W], mut is_near: impl FnMut(&W, &W) -> bool) -> u32 {
    if wanted.is_empty() {
        return 1000;
    }
    let missing = wanted.iter().filter(|word| !own.iter().any(|own| is_near(own, word))).count();
    u32::try_from(missing * 1000 / wanted.len()).unwrap_or(1000)
}

/// Whether two words are one word or spellings of one.
pub(crate) fn is_near(one: &str, other: &str) -> bool {
    one == other || (one.len() > 3 && other.len() > 3 && strsim::jaro_winkler(one, other) > 0.92)
}

/// The words of a text that are compared.
pub(crate) fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().nth(1).is_some());
    words.map(crate::text::normalize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::testing::line;

    fn candidate(entry: i64, on: &str, minor: i64, text: &str) -> Candidate {
        let amount = line(on, minor, "").amount;
        Candidate { entry, posted_on: on.parse().unwrap(), amount, text: text.to_owned() }
    }

    fn paired(lines: &[StatementLine], candidates: &[Candidate]) -> Vec<(usize, Pairing)> {
        let lines: Vec<&StatementLine> = lines.iter().collect();
        pair(&Seeking::new(&lines, 5), candidates, &|_, _| true).into_iter().collect()
    }

    #[test]
    fn the_nearest_day_comes_first_and_the_likest_text_second() {
        let rent = [line("2026-03-05", -900, "Landlord Rent")];
        let near = [candidate(1, "2026-03-02", -900, "Rent"), candidate(2, "2026-03-04", -900, "Other")];
        assert_eq!(paired(&rent, &near), [(0, Pairing::One(1))]);
        let same_day = [candidate(1, "2026-03-05", -900, "Other"), candidate(2, "2026-03-05", -900, "rent")];
        assert_eq!(paired(&rent, &same_day), [(0, Pairing::One(1))]);
        assert_eq!(paired(&rent, &[candidate(1, "2026-03-11", -900, "Rent")]), []);
        assert_eq!(paired(&rent, &[candidate(1, "2026-03-05", 900, "Rent")]), []);
    }

    #[test]
    fn several_equally_good_ones_leave_the_choice_to_a_person() {
        let rent = [line("2026-03-05", -900, "Rent")];
        let two = [candidate(1, "2026-03-05", -900, "Rent"), candidate(2, "2026-03-05", -900, "Rent")];
        assert_eq!(paired(&rent, &two), [(0, Pairing::Several(vec![0, 1]))]);
        let others = [line("2026-03-05", -900, "Ann"), line("2026-03-05", -900, "Bob")];
        let one = [candidate(1, "2026-03-05", -900, "Rent")];
        let several = Pairing::Several(vec![0]);
        assert_eq!(paired(&others, &one), [(0, several.clone()), (1, several)]);
    }

    #[test]
    fn as_many_equal_lines_as_entries_are_paired_one_to_one() {
        let teas = [
            line("2026-03-05", -200, "Tea"),
            line("2026-03-05", -200, "Tea"),
            line("2026-03-05", -200, "Tea"),
        ];
        let posted = [candidate(1, "2026-03-05", -200, "Tea"), candidate(2, "2026-03-05", -200, "Tea")];
        assert_eq!(paired(&teas[..2], &posted), [(0, Pairing::One(0)), (1, Pairing::One(1))]);
        assert_eq!(paired(&teas, &posted), [(0, Pairing::One(0)), (1, Pairing::One(1))]);
    }

    #[test]
    fn an_entry_that_a_nearer_line_took_is_not_there_for_another() {
        let rents = [line("2026-03-01", -900, "Rent"), line("2026-03-04", -900, "Rent")];
        assert_eq!(paired(&rents, &[candidate(1, "2026-03-03", -900, "Rent")]), [(1, Pairing::One(0))]);
    }
}
