//! The flags of a trial balance, and what they mean today.

use chrono::NaiveDate;
use ledger_core::account::AccountKind;
use ledger_core::report::TrialBalanceOptions;
use ledger_core::{Book, Result};

use super::super::basis;
use crate::dates::{self, DATE_HELP, DateRole};

/// What decides the report. Nothing is resolved yet: `last month` is another month when it is used later.
#[derive(clap::Args, Debug, Clone)]
pub(super) struct Flags {
    /// Last day that counts; of a month or year its last day [default: every entry counts]
    #[arg(long, value_name = "DATE", long_help = format!("The last day that counts: {DATE_HELP}. Without it every entry counts"))]
    as_of: Option<String>,

    /// Only what was posted up to an instant: 2026-01-15, or 2026-01-15 14:30, in the book's time zone
    #[arg(long, value_name = "INSTANT")]
    known_at: Option<String>,

    /// Sum accounts up to so many levels of their names
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    depth: Option<u16>,

    /// Show accounts under each other, as a tree
    #[arg(long, overrides_with = "flat")]
    tree: bool,

    /// Show the whole name of each account (the default)
    #[arg(long)]
    flat: bool,

    /// Also show accounts that hold nothing
    #[arg(long, overrides_with = "no_zero")]
    zero: bool,

    /// Leave out accounts that hold nothing (the default)
    #[arg(long)]
    no_zero: bool,

    /// Only accounts of a kind (asset, liability, equity, income, expense), can be repeated; the others are one row
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',')]
    kinds: Vec<String>,

    #[command(flatten)]
    basis: basis::BasisFlags,
}

impl Flags {
    /// Whether accounts stand under each other.
    pub fn is_tree(&self) -> bool {
        self.tree && !self.flat
    }

    /// What the flags mean today, in this book.
    pub fn options(&self, book: &Book<'_>, today: NaiveDate) -> Result<TrialBalanceOptions> {
        let zone = dates::parse_zone(&book.info().time_zone)?;
        let as_of = self.as_of.as_ref().map(|text| dates::parse_date_as(text, today, DateRole::End));
        let known_at = self.known_at.as_ref().map(|text| dates::parse_instant(text, today, zone));
        Ok(TrialBalanceOptions {
            as_of: as_of.transpose()?,
            known_at: known_at.transpose()?,
            depth: self.depth.map(usize::from),
            show_zero: self.zero && !self.no_zero,
            kinds: self.kinds.iter().map(|kind| AccountKind::parse(kind)).collect::<Result<_>>()?,
            basis: self.basis.basis(book, today)?,
            today: Some(today),
        })
    }
}
