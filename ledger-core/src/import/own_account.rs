//! The column that names the own account of each row, told from that of the other party's account.
//!
//! The other party's account changes from row to row and stands behind the other party; the own one stays the same,
//! or comes in runs.

use std::collections::BTreeSet;

use super::columns::Columns;
use super::evidence::Evidence;
use super::layout::Layout;
use super::survey::Survey;
use super::words::Role;

/// Most accounts that one file has.
const ACCOUNTS_MAX: usize = 100;
/// How many rows it takes for a word that may mean either account.
const ROWS_MIN: usize = 5;

/// Finds the column, by a word for it that the cells bear out; none where the file does not name the account.
pub(super) fn find(layout: &Layout<'_>, survey: &Survey, columns: &Columns) -> Option<usize> {
    let header = layout.header.as_ref()?;
    let taken = [columns.payee, columns.reference, columns.currency, columns.balance, columns.state];
    let free = |index: &usize| {
        *index != columns.date
            && !taken.contains(&Some(*index))
            && columns.amount.numbers().all(|number| number != *index)
    };
    for called in layout.columns_by_rank(Role::Account) {
        let fits = |index: &usize| {
            let rank = header.names.get(*index).and_then(|name| name.rank(Role::Account));
            free(index) && is_own(survey, columns.date, *index, rank.is_some_and(|rank| rank < 2))
        };
        if let [index] = called.into_iter().filter(fits).collect::<Vec<_>>().as_slice() {
            return Some(*index);
        }
    }
    None
}

/// Whether each row has an account there, and few different ones come up.
fn is_own(survey: &Survey, date: usize, index: usize, is_sure: bool) -> bool {
    let rows = survey.sample.iter().filter(|row| !Evidence::cell(row, date).is_empty());
    let cells = rows.map(|row| Evidence::cell(row, index)).collect::<Vec<_>>();
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    let different = cells.iter().filter(|cell| !cell.is_empty()).collect::<BTreeSet<_>>().len();
    let few = match is_sure {
        true => different <= 3 || different * 2 <= filled,
        false => index < date && filled >= ROWS_MIN && different * ROWS_MIN <= filled,
    };
    // A total at the end names no account.
    filled > 0 && filled * 10 >= cells.len() * 9 && different <= ACCOUNTS_MAX && few
}
