//! Sections of a statement as plain sums.

use std::collections::BTreeMap;

use ledger_core::money::Commodity;

/// Figures of the base columns.
pub type Base = Vec<i128>;

/// Rows by name and commodity, and their sums.
#[derive(Debug, Default)]
pub struct Section {
    pub name: &'static str,
    pub rows: BTreeMap<(String, Commodity), Base>,
    pub totals: BTreeMap<Commodity, Base>,
    /// Whether its figures are balances, whose sum over periods says nothing.
    pub held: Option<Held>,
}

/// At which end of a period a balance is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    AtStart,
    AtEnd,
}

impl Section {
    pub fn new(name: &'static str, held: Option<Held>) -> Section {
        Section { name, held, ..Section::default() }
    }

    pub fn held(self) -> Section {
        Section { held: Some(Held::AtEnd), ..self }
    }

    pub fn result(name: &'static str, of: &[(&Section, i128)], held: Option<Held>) -> Section {
        let mut result = Section::new(name, held);
        for (section, sign) in of {
            for (commodity, base) in &section.totals {
                add(&mut result.totals, *commodity, base, *sign);
            }
        }
        result
    }

    pub fn add_row(&mut self, name: String, commodity: Commodity, base: &[i128], sign: i128) {
        let row = self.rows.entry((name, commodity)).or_insert_with(|| vec![0; base.len()]);
        row.iter_mut().zip(base).for_each(|(sum, minor)| *sum += sign * minor);
    }

    pub fn add_computed(&mut self, name: &str, sums: &BTreeMap<Commodity, Base>, sign: i128) {
        for (commodity, base) in sums {
            if base.iter().any(|sum| *sum != 0) {
                self.add_row(name.to_owned(), *commodity, base, sign);
                add(&mut self.totals, *commodity, base, sign);
            }
        }
    }
}

pub fn add(sums: &mut BTreeMap<Commodity, Base>, commodity: Commodity, base: &[i128], sign: i128) {
    let row = sums.entry(commodity).or_insert_with(|| vec![0; base.len()]);
    row.iter_mut().zip(base).for_each(|(sum, minor)| *sum += sign * minor);
}
