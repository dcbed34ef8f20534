//! What stands before the names of rows: the indent of a section's items, and the lines of a tree.

use super::super::{Cell, RowMark};

/// How deep a tree is drawn; what is deeper stands at this depth.
const DEPTH_MAX: usize = 12;
/// The indent of a section's items.
const INDENT: &str = "  ";

/// For each row, what stands before the first line of its name and before the others.
pub(super) fn befores(rows: &[(RowMark, Vec<Cell>)]) -> Vec<(String, String)> {
    let mut befores = branches(rows);
    let mut in_section = false;
    for ((mark, _), (first, more)) in rows.iter().zip(&mut befores) {
        match mark {
            RowMark::Section => in_section = true,
            RowMark::Subtotal | RowMark::Total => in_section = false,
            RowMark::Plain | RowMark::Parent if in_section => {
                first.insert_str(0, INDENT);
                more.insert_str(0, INDENT);
            }
            RowMark::Plain | RowMark::Parent | RowMark::Blank => {}
        }
    }
    befores
}

/// `├ ` before a name that others of its level follow, `└ ` before the last one, `│ ` before what lies between.
fn branches(rows: &[(RowMark, Vec<Cell>)]) -> Vec<(String, String)> {
    // From the end: whether a row of a level follows, before one of a level above.
    let mut follows: Vec<bool> = Vec::new();
    let mut branches: Vec<(String, String)> = Vec::with_capacity(rows.len());
    for (_, row) in rows.iter().rev() {
        let Some(Cell::Tree { depth, .. }) = row.first() else {
            follows.clear();
            branches.push(Default::default());
            continue;
        };
        let depth = (*depth).min(DEPTH_MAX);
        follows.resize(depth + 1, false);
        let mut above = String::new();
        for followed in follows.iter().take(depth).skip(1) {
            above.push_str(if *followed { "│ " } else { "  " });
        }
        branches.push(match (depth, follows[depth]) {
            (0, _) => Default::default(),
            (_, true) => (format!("{above}├ "), format!("{above}│ ")),
            (_, false) => (format!("{above}└ "), format!("{above}  ")),
        });
        follows[depth] = true;
    }
    branches.reverse();
    branches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(rows: &[(RowMark, usize)]) -> String {
        let cell = |depth: usize| Cell::Tree { depth, label: String::new(), name: String::new() };
        let rows: Vec<_> = rows.iter().map(|(mark, depth)| (*mark, vec![cell(*depth)])).collect();
        befores(&rows).into_iter().map(|(first, _)| format!("{first}*\n")).collect()
    }

    #[test]
    fn branches_join_the_rows_of_a_level() {
        let rows = [0, 1, 2, 2, 1, 2, 0, 2].map(|depth| (RowMark::Plain, depth));
        assert_eq!(drawn(&rows), "*\n├ *\n│ ├ *\n│ └ *\n└ *\n  └ *\n*\n  └ *\n");
    }

    #[test]
    fn the_items_of_a_section_are_indented_up_to_its_sum() {
        let rows = [RowMark::Section, RowMark::Plain, RowMark::Subtotal, RowMark::Plain];
        assert_eq!(drawn(&rows.map(|mark| (mark, 0))), "*\n  *\n*\n*\n");
    }
}
