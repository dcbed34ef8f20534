//! Which lines of a file an earlier file had already: by the bank's own id first, then by counting equal content.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::fingerprint::Fingerprint;
use super::statement::StatementLine;
use super::verdict::Reason;
use crate::money::Commodity;

/// A line that is kept from an earlier import of the same account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownLine {
    /// Its import.
    pub import_id: i64,
    /// Its number there, from 1.
    pub line_number: u32,
    /// The day the bank booked it.
    pub posted_on: NaiveDate,
    /// The amount in minor units.
    pub minor: i64,
    /// What the amount is counted in.
    pub commodity: Commodity,
    /// The bank's own id.
    pub bank_id: Option<Box<str>>,
    /// What it is made of.
    pub fingerprint: Fingerprint,
}

impl KnownLine {
    fn is_same_movement(&self, line: &StatementLine) -> bool {
        self.posted_on == line.posted_on
            && self.minor == line.amount.minor()
            && self.commodity == line.amount.commodity()
    }
}

/// For each line of one account in a file, the reason why it is a duplicate, if it is one.
///
/// The bank's own id decides first: the same id, amount and day is the same line, and two lines that both have ids
/// which differ never are. An id that repeats inside a file, or is a placeholder such as `NONREF`, is none. For the
/// others, lines of equal content are counted: of a line seen k times before and n times now, min(k, n) are
/// duplicates and max(0, n − k) are new, whatever the order in which files come.
pub(crate) fn find_duplicates(
    lines: &[(&StatementLine, Fingerprint)],
    known: &[KnownLine],
) -> Vec<Option<Reason>> {
    let mut found: Vec<Option<Reason>> = Vec::with_capacity(lines.len());
    found.resize_with(lines.len(), || None);
    if known.is_empty() {
        return found;
    }
    let ids = own_ids(lines.iter().map(|(line, _)| (0, line.bank_id())));
    let known_ids = own_ids(known.iter().map(|known| (known.import_id, known.bank_id.as_deref())));
    let mut used = vec![false; known.len()];
    by_bank_id(lines, known, &ids, &known_ids, &mut used, &mut found);
    by_content(lines, known, &ids, &known_ids, &used, &mut found);
    found
}

/// The ids that count as such: not a placeholder, and not repeated inside their file.
fn own_ids<'a>(ids: impl Iterator<Item = (i64, Option<&'a str>)> + Clone) -> Vec<Option<&'a str>> {
    let mut counts: HashMap<(i64, &str), u32> = HashMap::new();
    for (file, id) in ids.clone() {
        if let Some(id) = id {
            *counts.entry((file, id)).or_default() += 1;
        }
    }
    let counts = &counts;
    ids.map(|(file, id)| {
        id.filter(|id| !is_placeholder(id) && counts.get(&(file, *id)).is_none_or(|count| *count == 1))
    })
    .collect()
}

/// Banks fill the field with words (`NONREF`, `NOTPROVIDED`) or zeros where they have no id.
fn is_placeholder(id: &str) -> bool {
    !id.chars().any(|c| c.is_numeric() && c != '0')
}

fn by_bank_id(
    lines: &[(&StatementLine, Fingerprint)],
    known: &[KnownLine],
    ids: &[Option<&str>],
    known_ids: &[Option<&str>],
    used: &mut [bool],
    found: &mut [Option<Reason>],
) {
    let mut by_id: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, id) in known_ids.iter().enumerate() {
        if let Some(id) = id {
            by_id.entry(id).or_default().push(index);
        }
    }
    for (index, (line, _)) in lines.iter().enumerate() {
        let same_id = ids[index].and_then(|id| by_id.get(id)).into_iter().flatten();
        let mut same = same_id.filter(|&&place| !used[place] && known[place].is_same_movement(line));
        if let Some(&place) = same.next() {
            used[place] = true;
            let KnownLine { import_id, line_number, .. } = known[place];
            found[index] = Some(Reason::SameBankId { import_id, line_number });
        }
    }
}

fn by_content(
    lines: &[(&StatementLine, Fingerprint)],
    known: &[KnownLine],
    ids: &[Option<&str>],
    known_ids: &[Option<&str>],
    used: &[bool],
    found: &mut [Option<Reason>],
) {
    // Sorted places instead of a map of lists: a file of a million lines needs eight bytes for each.
    let mut order: Vec<usize> = (0..known.len()).filter(|&place| !used[place]).collect();
    order.sort_unstable_by_key(|&place| (known[place].fingerprint, known_ids[place].is_some(), place));
    // How many of each run of equal content are taken, by the place where the run begins.
    let mut taken: HashMap<usize, usize> = HashMap::new();
    // Lines with an id go first: they can pair with lines without one only, which the others can spare.
    for with_id in [true, false] {
        for (index, (_, fingerprint)) in lines.iter().enumerate() {
            if found[index].is_some() || ids[index].is_some() != with_id {
                continue;
            }
            let start = order.partition_point(|&place| known[place].fingerprint < *fingerprint);
            let count = taken.entry(start).or_default();
            // Those without an id stand first in their run.
            let next = order.get(start + *count).map(|&place| (&known[place], known_ids[place].is_some()));
            let Some((same, has_id)) = next.filter(|(same, _)| same.fingerprint == *fingerprint) else {
                continue;
            };
            if !(with_id && has_id) {
                *count += 1;
                let KnownLine { import_id, line_number, .. } = *same;
                found[index] = Some(Reason::SameContent { import_id, line_number });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::testing::line;

    fn kept(import_id: i64, lines: &[StatementLine]) -> Vec<KnownLine> {
        let kept = lines.iter().zip(1..).map(|(line, line_number)| KnownLine {
            import_id,
            line_number,
            posted_on: line.posted_on,
            minor: line.amount.minor(),
            commodity: line.amount.commodity(),
            bank_id: line.bank_id().map(Into::into),
            fingerprint: Fingerprint::of(line),
        });
        kept.collect()
    }

    fn duplicates(lines: &[StatementLine], known: &[KnownLine]) -> Vec<bool> {
        let lines: Vec<_> = lines.iter().map(|line| (line, Fingerprint::of(line))).collect();
        find_duplicates(&lines, known).iter().map(Option::is_some).collect()
    }

    fn with_id(day: &str, minor: i64, text: &str, id: &str) -> StatementLine {
        let texts = crate::import::LineTexts { payee: Some(text), bank_id: Some(id), ..Default::default() };
        line(day, minor, text).with_texts(&texts)
    }

    #[test]
    fn of_a_line_seen_k_times_before_and_n_times_now_n_less_k_are_new() {
        let tea = line("2026-03-01", -200, "Tea");
        let known = kept(1, &[tea.clone(), tea.clone()]);
        assert_eq!(duplicates(&[tea.clone(), tea.clone(), tea.clone()], &known), [true, true, false]);
        assert_eq!(duplicates(std::slice::from_ref(&tea), &known), [true]);
        assert_eq!(duplicates(&[tea.clone(), tea], &[]), [false, false]);
    }

    #[test]
    fn the_banks_own_id_decides_before_the_text() {
        let known = kept(1, &[with_id("2026-03-01", -200, "Tea (pending)", "A1")]);
        assert_eq!(duplicates(&[with_id("2026-03-01", -200, "Tea", "A1")], &known), [true]);
        assert_eq!(duplicates(&[with_id("2026-03-01", -200, "Tea (pending)", "A2")], &known), [false]);
        assert_eq!(duplicates(&[with_id("2026-03-02", -200, "Tea", "A1")], &known), [false]);
        assert_eq!(duplicates(&[with_id("2026-03-01", -300, "Tea", "A1")], &known), [false]);
    }

    #[test]
    fn an_id_that_repeats_in_a_file_or_is_a_placeholder_is_none() {
        let known = kept(1, &[with_id("2026-03-01", -200, "Tea", "NONREF")]);
        assert_eq!(duplicates(&[with_id("2026-03-01", -200, "Pie", "NONREF")], &known), [false]);
        let known = kept(1, &[with_id("2026-03-01", -200, "Tea", "7")]);
        let twice = [with_id("2026-03-01", -200, "Pie", "7"), with_id("2026-03-01", -200, "Tea", "7")];
        assert_eq!(duplicates(&twice, &known), [false, true]);
        let known = kept(1, &twice);
        assert_eq!(duplicates(&[with_id("2026-03-01", -200, "Jam", "7")], &known), [false]);
    }

    #[test]
    fn a_file_with_ids_and_one_without_meet_by_their_content() {
        let known = kept(1, &[line("2026-03-01", -200, "Tea"), with_id("2026-03-01", -200, "Tea", "A1")]);
        let now = [line("2026-03-01", -200, "Tea"), with_id("2026-03-01", -200, "Tea", "A2")];
        assert_eq!(duplicates(&now, &known), [true, true]);
        assert_eq!(duplicates(&[with_id("2026-03-01", -200, "Tea", "A2")], &known[1..]), [false]);
    }
}
