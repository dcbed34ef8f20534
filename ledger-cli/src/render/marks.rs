//! A report for programs: sections become a column, sums stand apart, and what only sets rows apart is left out.

use super::{Cell, Column, RowMark, Table};

/// Takes the marks out of a report, row by row.
pub(super) struct Unmarked {
    sectioned: bool,
    section: Cell,
}

impl Unmarked {
    /// Starts with the head of a report, which gets its column of sections where it has some.
    pub(super) fn begin(head: &mut Table) -> Self {
        let sectioned = head.marks.contains(&RowMark::Section);
        if sectioned {
            head.columns.insert(0, Column::text("section"));
            head.footer.iter_mut().for_each(|row| row.insert(0, Cell::Empty));
        }
        if head.marks.iter().any(|mark| is_sum(*mark)) {
            // A result with totals is an object in JSON.
            head.meta.get_or_insert_default();
        }
        Unmarked { sectioned, section: Cell::Empty }
    }

    /// The row for programs, where it is one: an item, or a sum to be told apart from the items.
    pub(super) fn row(&mut self, mark: RowMark, mut row: Vec<Cell>) -> Option<(Vec<Cell>, bool)> {
        // A section has a sum for each commodity, and ends with the line below them.
        if mark == RowMark::Blank || mark == RowMark::Total {
            self.section = Cell::Empty;
        }
        match mark {
            RowMark::Blank => return None,
            RowMark::Section => {
                self.section = row.swap_remove(0);
                return None;
            }
            _ => {}
        }
        if self.sectioned {
            row.insert(0, self.section.clone());
        }
        Some((row, is_sum(mark)))
    }
}

fn is_sum(mark: RowMark) -> bool {
    matches!(mark, RowMark::Parent | RowMark::Subtotal | RowMark::Total)
}
