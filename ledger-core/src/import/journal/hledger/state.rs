//! What directives change for the lines below them.

use std::borrow::Cow;
use std::collections::HashSet;

use super::super::model::{AccountIndex, CommodityIndex};
use super::super::number::Marks;
use super::Dialect;
use super::auto::AutoRule;

/// What directives have said so far.
pub(super) struct State<'t> {
    /// The year of dates without one.
    pub year: Option<i32>,
    /// The commodity of amounts that name none.
    pub default_commodity: Option<CommodityIndex>,
    /// The account that balances entries of one line.
    pub bucket: Option<AccountIndex>,
    /// What `apply` opened and `end` closes.
    pub applied: Vec<Applied<'t>>,
    /// Account names that stand for others: the old name, the new one.
    pub aliases: Vec<(Cow<'t, str>, Cow<'t, str>)>,
    /// Decimal marks by commodity, and the one that counts for all.
    pub marks: Vec<Option<u8>>,
    pub mark_of_all: Option<u8>,
    /// Automated transactions that are expanded.
    pub rules: Vec<AutoRule>,
    /// The last symbol that was looked up: most lines repeat it.
    pub last_symbol: Option<(&'t str, CommodityIndex)>,
    /// UUIDs of entries.
    pub uuids: HashSet<Cow<'t, str>>,
    comma_groups: bool,
}

/// Something that holds until its `end`.
pub(super) enum Applied<'t> {
    /// Accounts lie below this one.
    Account(&'t str),
    /// Entries carry this tag.
    Tag(&'t str, &'t str),
    /// Dates without a year have this one; before, it was another.
    Year(Option<i32>),
    /// Something that is not imported.
    Other,
}

impl<'t> State<'t> {
    pub fn new(dialect: Dialect) -> Self {
        State {
            year: None,
            default_commodity: None,
            bucket: None,
            applied: Vec::new(),
            aliases: Vec::new(),
            marks: Vec::new(),
            mark_of_all: None,
            rules: Vec::new(),
            last_symbol: None,
            uuids: HashSet::new(),
            comma_groups: dialect == Dialect::Ledger,
        }
    }

    /// How numbers of a commodity are written.
    pub fn marks(&self, commodity: Option<CommodityIndex>) -> Marks {
        let own = commodity.and_then(|index| self.marks.get(usize::from(index)).copied().flatten());
        Marks {
            decimal: own.or(self.mark_of_all),
            comma_groups: self.comma_groups,
            blank_groups: !self.comma_groups,
        }
    }

    pub fn set_mark(&mut self, commodity: CommodityIndex, mark: u8) {
        let at = usize::from(commodity);
        if self.marks.len() <= at {
            self.marks.resize(at + 1, None);
        }
        self.marks[at] = Some(mark);
    }

    /// The whole name of an account: below those applied, then by its aliases.
    pub fn full_name(&self, name: &'t str) -> Cow<'t, str> {
        let mut full = Cow::Borrowed(name);
        for applied in self.applied.iter().rev() {
            if let Applied::Account(parent) = applied {
                full = Cow::Owned(format!("{parent}:{full}"));
            }
        }
        // The alias given last is tried first; each once.
        for (old, new) in self.aliases.iter().rev() {
            if full == *old {
                full = new.clone();
            } else if let Some(rest) = full.strip_prefix(&**old)
                && rest.starts_with(':')
            {
                full = Cow::Owned(format!("{new}{rest}"));
            }
        }
        full
    }

    /// The tags that entries carry here.
    pub fn tags(&self) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.applied.iter().filter_map(|applied| match applied {
            Applied::Tag(key, value) => Some((*key, *value)),
            _ => None,
        })
    }

    /// Whether an account's name is what is written.
    pub fn plain_names(&self) -> bool {
        self.applied.is_empty() && self.aliases.is_empty()
    }
}
