//! How the accounts of a journal are opened: their kinds, first days and restrictions, as far as its entries keep them.

use chrono::NaiveDate;

use super::commodities::CommodityPlan;
use super::kinds::KindPlan;
use super::model::JournalFile;
use crate::account::NewAccount;
use crate::money::Commodity;

/// What the entries of a journal do with one of its accounts.
#[derive(Debug, Clone, Copy, Default)]
struct Use {
    first_on: Option<NaiveDate>,
    commodity: Option<Commodity>,
    several: bool,
}

/// The accounts to open, by the journal's index; nothing for one that is neither declared nor used.
///
/// The second part says what was assumed, each a sentence.
pub(crate) fn new_accounts(
    file: &JournalFile<'_>,
    plan: &CommodityPlan,
    kinds: &KindPlan,
) -> (Vec<Option<NewAccount>>, Vec<String>) {
    let mut notes = Vec::new();
    let uses = uses(file, plan);
    let accounts = file.accounts.iter().enumerate().map(|(index, account)| {
        if !account.used && !account.declared {
            return None;
        }
        let of = uses[index];
        let only = match account.commodities.as_slice() {
            [only] => plan.of(*only),
            _ => None,
        };
        let restricted = only.filter(|only| !of.several && of.commodity.is_none_or(|used| used == *only));
        if only.is_some() && restricted.is_none() {
            notes.push(format!("{} takes other commodities than it is declared for", account.name));
        }
        let opened_on = match (account.opened_on, of.first_on) {
            (Some(opened), Some(first)) if first < opened => {
                notes.push(format!("{} is used on {first}, before it is opened on {opened}", account.name));
                Some(first)
            }
            (opened, _) => opened,
        };
        Some(NewAccount {
            name: account.name.clone().into_owned(),
            kind: kinds.kinds.get(index).copied(),
            subtype: None,
            commodity: restricted,
            opened_on,
            note: account.note.as_deref().map(|note| crate::text::fit_text(note, 1000).into_owned()),
            lot_method: None,
        })
    });
    (accounts.collect(), notes)
}

fn uses(file: &JournalFile<'_>, plan: &CommodityPlan) -> Vec<Use> {
    let mut uses = vec![Use::default(); file.accounts.len()];
    // Only what is declared can be contradicted.
    if file.accounts.iter().all(|account| account.opened_on.is_none() && account.commodities.is_empty()) {
        return uses;
    }
    for entry in file.entries.iter().filter(|entry| !entry.is_left_out()) {
        for line in &file.lines[entry.range()] {
            let of = &mut uses[line.account as usize];
            of.first_on = Some(of.first_on.map_or(entry.on, |first| first.min(entry.on)));
            let commodity = plan.of(line.commodity);
            of.several |= of.commodity.is_some() && of.commodity != commodity;
            of.commodity = commodity;
        }
    }
    uses
}
